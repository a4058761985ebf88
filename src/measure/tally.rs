//! The observer that counts a run.

use super::counts::{Counts, Published};
use super::group::By;
use super::promise::{self, Judged, Kept};
use super::results::Results;
use super::station_use::StationUse;
use crate::engine::calendar::Timetable;
use crate::engine::time::{Instant, Span};
use crate::policy::{DriveState, JobState};
use crate::scenario::{Milestone, Scenario, Sla};
use crate::world::{CaseRow, DayRow, DriveId, DriveRow, Fact, JobId, JobRow, Observer, PackageRow, RunEnd};
use std::collections::BTreeSet;

/// Counts one run. Measured jobs are those ordered in [warm-up, horizon); an SLA is judged of those that reached its
/// `from` then; rules, refused acts and Little's law look at the whole run.
#[derive(Clone, Debug)]
pub struct Tally<'a> {
    scenario: &'a Scenario,
    working_days: Timetable,
    window: (Instant, Instant),
    counts: Counts,
    days: Vec<DayRow>,
    /// Jobs ordered and not ended, since `since`.
    open: u64,
    since: Instant,
    /// SLAs to be judged where the clock stops.
    pending: Vec<Pending>,
    /// The job told last and whether it is measured; drives told before their job wait for it.
    told: Option<(JobId, bool)>,
    waiting: Vec<DriveRow>,
    /// Drives not told yet that were Faulted: a fault found while mounting leaves no trace in their rows.
    faulted: BTreeSet<DriveId>,
}

#[derive(Clone, Copy, Debug)]
struct Pending {
    sla: usize,
    from: Instant,
    judged: Judged,
    groups: [By; 6],
}

impl<'a> Tally<'a> {
    /// Counts a run of `scenario` from its start.
    pub fn new(scenario: &'a Scenario) -> Tally<'a> {
        let comparisons = vec![Published::default(); scenario.comparisons.len()];
        Tally {
            scenario,
            working_days: scenario.working_days.clone(),
            window: (Instant::START + scenario.run.warmup, Instant::START + scenario.run.horizon),
            counts: Counts { runs: 1, comparisons, ..Counts::default() },
            days: vec![],
            open: 0,
            since: Instant::START,
            pending: vec![],
            told: None,
            waiting: vec![],
            faulted: BTreeSet::new(),
        }
    }

    /// What the run has counted, and each day of it.
    pub fn close(mut self, end: &RunEnd) -> (Counts, Vec<DayRow>) {
        self.advance(end.stopped);
        for Pending { sla, from, judged, groups } in std::mem::take(&mut self.pending) {
            let entry = &self.scenario.slas[sla];
            // Where none is open, all is known, due or not.
            let all_known = end.open == 0 && judged != Judged::Pending;
            let mut at_stop =
                || promise::judge_at_stop(entry, &mut self.working_days, from, end.stopped, judged);
            let judged = if all_known { judged } else { at_stop() };
            self.count_sla(sla, &groups, judged);
        }
        let length = self.window.1 - self.window.0;
        self.counts.window = i128::from(length.micros());
        self.counts.events = end.events;
        for (number, station) in self.counts.stations.iter_mut().enumerate() {
            let (before, after) = (&end.at_warmup.stations[number], &end.at_horizon.stations[number]);
            *station = StationUse::between(before, after, length);
        }
        self.counts.shelf = end.at_horizon.shelf.since(&end.at_warmup.shelf);
        // Merging counts what the histograms still keep.
        let mut counts = Counts::default();
        counts.merge(&self.counts);
        (counts, self.days)
    }

    /// The results of this one run.
    pub fn finish(self, scenario: &Scenario, end: &RunEnd) -> Results {
        let (counts, days) = self.close(end);
        Results::new(scenario, counts, vec![days], Some(*end))
    }

    fn measured(&self, at: Instant) -> bool {
        self.window.0 <= at && at < self.window.1
    }

    fn groups(&self, row: &JobRow, ordered: Instant) -> [By; 6] {
        let date = self.scenario.run.epoch.date_of(ordered);
        [
            By::All,
            By::Source(row.job.source),
            By::Export(row.export),
            By::Class(row.class),
            By::Carrier(row.carrier),
            By::Month(date.year(), date.month() as u8),
        ]
    }

    fn count_job(&mut self, row: &JobRow, ordered: Instant) {
        for by in self.groups(row, ordered) {
            self.counts.groups.entry(by).or_default().add(row);
            self.kept(by);
        }
        for (number, entry) in self.scenario.comparisons.iter().enumerate() {
            let ends = (row.milestones[entry.from as usize], row.milestones[entry.to as usize]);
            if let (Some(from), Some(to)) = ends {
                let took = promise::elapsed(&mut self.working_days, entry.working, from, to);
                self.counts.comparisons[number].add(took, entry.low, entry.high);
            }
        }
    }

    /// Judges a job, measured or not, by each SLA whose `from` it reached in the measured window.
    fn judge_job(&mut self, row: &JobRow, ordered: Instant) {
        let scenario = self.scenario;
        for (number, sla) in scenario.slas.iter().enumerate() {
            if row.milestones[sla.from as usize].is_some_and(|from| self.measured(from)) {
                self.judge(number, sla, row, self.groups(row, ordered));
            }
        }
    }

    /// How often the jobs of this breakdown kept each SLA.
    fn kept(&mut self, by: By) -> &mut [Kept] {
        let kept = self.counts.slas.entry(by).or_default();
        kept.resize(self.scenario.slas.len(), Kept::default());
        kept
    }

    fn judge(&mut self, number: usize, sla: &Sla, row: &JobRow, groups: [By; 6]) {
        let Some(judged) = promise::judge(sla, &mut self.working_days, row) else { return };
        let from = row.milestones[sla.from as usize].expect("sla: judged jobs have reached `from`");
        let due = |days: &mut Timetable| promise::is_due(sla, days, from, self.window.1);
        match judged {
            Judged::Canceled => self.count_sla(number, &groups, judged),
            Judged::Met | Judged::Missed if due(&mut self.working_days) => {
                self.count_sla(number, &groups, judged);
            }
            _ => self.pending.push(Pending { sla: number, from, judged, groups }),
        }
    }

    fn count_sla(&mut self, sla: usize, groups: &[By; 6], judged: Judged) {
        for by in groups {
            let kept = &mut self.kept(*by)[sla];
            match judged {
                Judged::Met => kept.met += 1,
                Judged::Missed => kept.missed += 1,
                Judged::Canceled => kept.canceled += 1,
                Judged::Pending => kept.censored += 1,
            }
        }
    }

    fn advance(&mut self, now: Instant) {
        self.counts.little.advance(self.open, self.since, now, self.window);
        self.since = now;
    }

    /// Follows the number of jobs in the house.
    fn follow(&mut self, at: Instant, from: JobState, to: JobState) {
        use JobState::{Absent, Closed, Completed, Gone};
        if from == Absent {
            self.advance(at);
            self.open += 1;
            self.counts.little.ordered += 1;
        } else if matches!(to, Completed | Closed | Gone) && !matches!(from, Completed | Closed | Gone) {
            self.advance(at);
            self.open -= 1;
            self.counts.little.ended += 1;
        }
    }
}

impl Observer for Tally<'_> {
    fn fact(&mut self, at: Instant, fact: &Fact) {
        if let Some(rule) = fact.acted() {
            self.counts.rules[rule.index()].add(at);
        }
        match *fact {
            Fact::Job { from, to, .. } => self.follow(at, from, to),
            Fact::Drive { drive, to: DriveState::Faulted, .. } => drop(self.faulted.insert(drive)),
            Fact::Refused { act, .. } => self.counts.refused[act.index()] += 1,
            _ => {}
        }
    }

    fn job(&mut self, row: &JobRow) {
        let ordered = row.milestones[Milestone::Ordered as usize].expect("a job that is told was ordered");
        let sojourn = match row.milestones[Milestone::Ended as usize] {
            Some(ended) => ended - ordered,
            None => row.parts.iter().fold(Span::ZERO, |sum, part| sum + *part),
        };
        self.counts.little.tell(sojourn);
        let measured = self.measured(ordered);
        if measured {
            self.count_job(row, ordered);
        }
        self.judge_job(row, ordered);
        self.told = Some((row.job, measured));
        for drive in self.waiting.extract_if(.., |drive| drive.drive.job == row.job) {
            let faulted = self.faulted.remove(&drive.drive);
            if measured {
                self.counts.drives.add(&drive, faulted);
            }
        }
    }

    fn drive(&mut self, row: &DriveRow) {
        match self.told {
            Some((job, measured)) if job == row.drive.job => {
                let faulted = self.faulted.remove(&row.drive);
                if measured {
                    self.counts.drives.add(row, faulted);
                }
            }
            _ => self.waiting.push(*row),
        }
    }

    fn package(&mut self, row: &PackageRow) {
        if let Some(sent) = row.sent.filter(|&sent| self.measured(sent)) {
            let late_after = self.scenario.policy.shipping_deadline;
            self.counts.packages[usize::from(row.package.back)].add(row, sent, late_after);
        }
    }

    fn case(&mut self, row: &CaseRow) {
        if self.measured(row.opened) {
            self.counts.cases[row.kind.index()].add(row);
        }
    }

    fn day(&mut self, row: &DayRow) {
        self.days.push(*row);
    }
}
