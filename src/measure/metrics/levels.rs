//! The metrics of service levels.

use super::{List, Value};
use crate::measure::counts::Counts;
use crate::measure::late::{CAUSES, Late};
use crate::measure::sla::Kept;
use crate::scenario::Scenario;
use crate::world::Account;

impl List<'_> {
    pub(super) fn slas(&mut self, scenario: &Scenario, counts: &Counts) {
        let groups: Vec<_> = counts.slas.iter().map(|(by, slas)| (by.label(scenario), slas)).collect();
        for (number, sla) in scenario.slas.iter().enumerate() {
            let name = format!("sla.{}", sla.name);
            if !scenario.slas[..number].iter().any(|other| other.name == sla.name) {
                for (by, slas) in &groups {
                    self.level(&name, by, &of_name(scenario, &sla.name, slas));
                }
            }
            let level = scenario.level_of(sla);
            if let Some(late) = counts.late.get(number).filter(|late| late.says_something()) {
                self.why_late(&name, &level, late);
            }
            self.push(
                format!("{name}.target"),
                &level,
                Value::Real(sla.target),
                "share",
                counts.all().created,
            );
        }
    }

    /// Late jobs compared with jobs in time, for one level of a class where there are several.
    fn why_late(&mut self, name: &str, level: &str, late: &Late) {
        let by = |what: String| if level.is_empty() { what } else { format!("{level},{what}") };
        for (way, extra) in Account::WAYS.iter().zip(late.extra_days()) {
            let by = by(format!("part={way}"));
            self.real(format!("{name}.late.extra.mean"), &by, Some(extra), "days", late.late.jobs);
        }
        for (cause, name_of) in CAUSES.iter().enumerate() {
            for (side, jobs) in [("late", &late.late), ("in_time", &late.met)] {
                let by = by(format!("had={name_of}"));
                self.share(format!("{name}.{side}.had.share"), &by, jobs.had[cause], jobs.jobs);
            }
        }
    }

    /// The metrics of one service level, or of several with the same name.
    fn level(&mut self, name: &str, by: &str, kept: &Kept) {
        self.share(format!("{name}.attainment"), by, kept.in_time(), kept.judged());
        let bounded = kept.bounded();
        self.share(format!("{name}.attainment.if_pending_missed"), by, kept.met, bounded);
        self.share(format!("{name}.attainment.if_pending_met"), by, kept.met + kept.pending(), bounded);
        self.count(format!("{name}.jobs"), by, kept.all(), "jobs");
        for (result, number) in [
            ("met", kept.met),
            ("missed", kept.missed),
            ("canceled", kept.canceled),
            ("never_due", kept.never_due),
            ("pending_before", kept.pending_before),
            ("pending_after", kept.pending_after),
            ("censored", kept.pending()),
        ] {
            self.push(format!("{name}.{result}"), by, Value::Count(number), "jobs", kept.all());
        }
    }
}

/// The sum of the counts of all service levels with one name.
fn of_name(scenario: &Scenario, name: &str, slas: &[Kept]) -> Kept {
    let mut sum = Kept::default();
    let of_name = scenario.slas.iter().zip(slas).filter(|(sla, _)| sla.name == name);
    of_name.for_each(|(_, kept)| sum.merge(kept));
    sum
}
