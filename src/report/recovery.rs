//! How stations and service levels recovered from disruptions and peaks, in words.

use super::words::{percent, thousands, wrapped};
use crate::engine::calendar::Epoch;
use crate::engine::time::{Instant, Span};
use crate::measure::{Counts, Recovery, Strained};
use crate::scenario::{Scenario, StationName, Strain};
use jiff::ToSpan;
use jiff::civil::Date;

/// A paragraph for each disruption and peak of one run with a level before. Empty without any, or for several runs.
pub(super) fn recoveries(scenario: &Scenario, counts: &Counts) -> String {
    let mut text = String::new();
    for (told, strained) in apart(scenario, counts).into_iter().filter(|_| counts.runs == 1) {
        let stations = StationName::ALL.iter().zip(&strained.stations).zip(&counts.stations);
        let stations = stations.filter(|(_, used)| !used.is_unlimited()).map(|((station, recovery), _)| {
            let worst = format!("{} in the queue on {}", thousands(recovery.worst), told.worst(recovery));
            (station.name().to_owned(), recovery, worst)
        });
        let levels = scenario.slas.iter().zip(&strained.levels).map(|(sla, recovery)| {
            let level = scenario.level_of(sla).replace('=', " ");
            let met = percent(recovery.of - recovery.worst, recovery.of);
            let worst = format!("{met} met in the week until {}", told.worst(recovery));
            (format!("{} {level}", sla.name).trim_end().to_owned(), recovery, worst)
        });
        let all: Vec<_> = stations.chain(levels).filter(|(_, recovery, _)| recovery.told > 0).collect();
        if all.is_empty() {
            continue;
        }
        if text.is_empty() {
            text += "\nAfter disruptions and peaks (recovered: the first week no worse than the eight weeks before)\n";
        }
        text += &format!("  {}\n", told.heading());
        for (name, recovery, worst) in all.iter().filter(|one| one.1.strained > 0) {
            text += &format!("    {name}: {worst}; {}\n", told.back(recovery));
        }
        let calm: Vec<&str> =
            all.iter().filter(|one| one.1.strained == 0).map(|one| one.0.as_str()).collect();
        if let Some((last, others)) = calm.split_last() {
            let names = others.iter().map(|name| format!("{name},")).chain([(*last).to_owned()]);
            text += &wrapped(names, "    not worse than before: ", "      ");
        }
    }
    text
}

/// Strains at the same time as one, with their results: separate paragraphs would say the same.
pub(super) fn apart<'c>(scenario: &'c Scenario, counts: &'c Counts) -> Vec<(JointStrain<'c>, &'c Strained)> {
    let mut apart: Vec<(JointStrain<'_>, &Strained)> = vec![];
    for (strain, strained) in scenario.strains().into_iter().zip(&counts.strained) {
        match apart
            .iter_mut()
            .find(|(told, _)| (told.0[0].from, told.0[0].until) == (strain.from, strain.until))
        {
            Some((told, _)) => told.0.push(strain),
            None => apart.push((JointStrain(vec![strain], &scenario.run.epoch), strained)),
        }
    }
    apart
}

/// Strains at the same time; at least one.
pub(super) struct JointStrain<'c>(Vec<Strain>, &'c Epoch);

impl JointStrain<'_> {
    /// The description, with first and last day.
    pub(super) fn heading(&self) -> String {
        let what = |strain: &Strain| format!("{} ({})", strain.words, strain.label);
        let all: Vec<String> = self.0.iter().map(what).collect();
        format!("{}, {} to {}", all.join("; "), self.1.date_of(self.0[0].from), self.last())
    }

    /// The label of the first strain in breakdowns.
    pub(super) fn label(&self) -> &str {
        &self.0[0].label
    }

    /// The last day of the strain.
    fn last(&self) -> Date {
        self.1.date_of(self.0[0].until - Span::TICK)
    }

    fn worst(&self, recovery: &Recovery) -> Date {
        after(self.1.date_of(self.0[0].from.max(Instant::START)), recovery.worst_day)
    }

    fn back(&self, recovery: &Recovery) -> String {
        match (recovery.back, recovery.days) {
            (0, _) => "not recovered before the end".into(),
            (_, 0) => "recovered when it was over".into(),
            (_, days) => format!("recovered on {}, day {days} after it", after(self.last(), days)),
        }
    }
}

fn after(date: Date, days: u64) -> Date {
    date.saturating_add(i64::try_from(days).unwrap_or(i64::MAX).days())
}
