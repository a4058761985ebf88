//! Service levels: which jobs they judge, when each job is due, and the result.

use crate::engine::calendar::Timetable;
use crate::engine::time::{Instant, Span};
use crate::policy::{JobState, Rule};
use crate::scenario::{Counted, Milestone, Pauses, Scenario, Selected, Sla, SlaClock};
use crate::world::{CaseId, CaseStep, Fact, JobId, JobRow, Outcome};
use jiff::ToSpan;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// Search limit for a due day: about 2,000 years.
const LAST_DAY: usize = 730_000;

/// The result of a service level for one job. Each job of the level has exactly one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Judged {
    /// The job reached `to` by its due instant.
    Met,
    /// The job reached `to` too late, or can no longer reach it.
    Missed,
    /// The customer canceled the job before it reached `to`, or deleted it.
    Canceled,
    /// A rule ended the job before it reached `from`.
    NeverDue,
    /// The job had not reached `from` when the run stopped.
    PendingBefore,
    /// The job had reached `from` but not `to`, and was not yet due when the run stopped.
    PendingAfter,
}

impl Judged {
    /// The word in `jobs.csv`.
    pub const fn name(self) -> &'static str {
        match self {
            Judged::Met => "met",
            Judged::Missed => "missed",
            Judged::Canceled => "canceled",
            Judged::NeverDue => "never due",
            Judged::PendingBefore | Judged::PendingAfter => "pending",
        }
    }
}

/// The result of a service level for one job, and its due instant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// The result.
    pub judged: Judged,
    /// Instant at which `to` was reached. The end of an expired job does not count: it was never Completed or Closed
    /// (J3).
    pub reached: Option<Instant>,
    /// Last instant at which `to` is in time, pauses included. `None` where `from` was not reached, or where the clock
    /// was paused when the run stopped.
    pub due: Option<Instant>,
}

/// Number of jobs of a service level, by result. The six numbers sum to all jobs of the level.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Kept {
    /// Jobs that met it.
    pub met: u64,
    /// Jobs that missed it.
    pub missed: u64,
    /// Jobs canceled before they reached `to`, or deleted.
    pub canceled: u64,
    /// Jobs that ended without reaching `from`.
    pub never_due: u64,
    /// Jobs that had not reached `from` when the run stopped.
    pub pending_before: u64,
    /// Jobs between `from` and `to`, not yet due when the run stopped.
    pub pending_after: u64,
    /// Of `met` and of `missed`: jobs that were not yet due when a run stopped with open jobs. Attainment leaves them
    /// out. Otherwise fast jobs would count and slow jobs of the same age would not.
    pub early: [u64; 2],
}

impl Kept {
    /// Adds the counts of `other`.
    pub fn merge(&mut self, other: &Kept) {
        self.met += other.met;
        self.missed += other.missed;
        self.canceled += other.canceled;
        self.never_due += other.never_due;
        self.pending_before += other.pending_before;
        self.pending_after += other.pending_after;
        self.early.iter_mut().zip(other.early).for_each(|(ours, theirs)| *ours += theirs);
    }

    /// Counts one job.
    pub(super) fn count(&mut self, judged: Judged) {
        match judged {
            Judged::Met => self.met += 1,
            Judged::Missed => self.missed += 1,
            Judged::Canceled => self.canceled += 1,
            Judged::NeverDue => self.never_due += 1,
            Judged::PendingBefore => self.pending_before += 1,
            Judged::PendingAfter => self.pending_after += 1,
        }
    }

    /// Number of all jobs of the level.
    pub fn all(&self) -> u64 {
        self.met + self.missed + self.canceled + self.never_due + self.pending()
    }

    /// Number of jobs whose result was not known when the run stopped.
    pub fn pending(&self) -> u64 {
        self.pending_before + self.pending_after
    }

    /// Number of jobs that met the level, among those that [`Kept::judged`] counts.
    pub fn in_time(&self) -> u64 {
        self.met - self.early[0]
    }

    /// Number of jobs that attainment counts: met or missed, without those not yet due when the run stopped.
    pub fn judged(&self) -> u64 {
        self.in_time() + self.missed - self.early[1]
    }

    /// Number of jobs in the bounds of attainment: met, missed or pending.
    pub fn bounded(&self) -> u64 {
        self.met + self.missed + self.pending()
    }
}

/// Judges jobs by the service levels of a scenario. It must get every fact, so that it knows when clocks were paused.
#[derive(Clone, Debug)]
pub struct Judge<'a> {
    scenario: &'a Scenario,
    clocks: Vec<SlaClock>,
    /// The kinds of pauses that some level has.
    follows: Pauses,
    follows_given_up: bool,
    stood: BTreeMap<JobId, Vec<Pause>>,
    /// Jobs whose copy is skipped after a fault (J20).
    given_up: BTreeSet<JobId>,
}

/// A time in which a clock is paused: the customer was asked in a case, or the job was Faulted.
#[derive(Clone, Copy, Debug)]
struct Pause {
    /// Number of the case; `None`: the job was Faulted.
    case: Option<u8>,
    from: Instant,
    until: Option<Instant>,
}

impl<'a> Judge<'a> {
    /// Creates a judge for all service levels of `scenario`.
    pub fn new(scenario: &'a Scenario) -> Judge<'a> {
        let any = |pauses: fn(&Pauses) -> bool| scenario.slas.iter().any(|sla| pauses(&sla.pauses));
        Judge {
            scenario,
            clocks: scenario.slas.iter().map(|sla| sla.clock.clone()).collect(),
            follows: Pauses { asked: any(|pauses| pauses.asked), faulted: any(|pauses| pauses.faulted) },
            follows_given_up: scenario.slas.iter().any(|sla| sla.to == Milestone::Copied),
            stood: BTreeMap::new(),
            given_up: BTreeSet::new(),
        }
    }

    /// The scenario with the levels.
    pub(super) fn scenario(&self) -> &'a Scenario {
        self.scenario
    }

    /// Takes a fact, to follow the pauses.
    #[inline(always)]
    pub fn fact(&mut self, at: Instant, fact: &Fact) {
        match *fact {
            Fact::Case { case, step, .. } => self.case_goes_on(at, case, step),
            Fact::Job { job, from, to, rule, .. } => self.job_changes(at, job, (from, to), rule),
            _ => {}
        }
    }

    /// The clock is paused from the first attempt that reaches the customer to the end of the case. Not from the
    /// opening of the case: fewer operators must not improve a service level.
    pub(super) fn case_goes_on(&mut self, at: Instant, case: CaseId, step: CaseStep) {
        match step {
            CaseStep::Attempt { reached: true, .. } if self.follows.asked => {
                self.stops(case.job, Some(case.number), at);
            }
            CaseStep::Ended(_) if self.follows.asked => self.goes_on(case.job, Some(case.number), at),
            _ => {}
        }
    }

    /// Takes a change of a job's state.
    #[inline(always)]
    pub(super) fn job_changes(
        &mut self,
        at: Instant,
        job: JobId,
        (from, to): (JobState, JobState),
        rule: Rule,
    ) {
        if self.follows.faulted && from != to {
            match (from, to) {
                (_, JobState::Faulted) => self.stops(job, None, at),
                (JobState::Faulted, _) => self.goes_on(job, None, at),
                _ => {}
            }
        }
        if rule == Rule::J20 && self.follows_given_up {
            self.given_up.insert(job);
        }
    }

    #[cold]
    fn stops(&mut self, job: JobId, case: Option<u8>, at: Instant) {
        let pauses = self.stood.entry(job).or_default();
        // A case of held packages may reach its customer more than once (E1).
        if !pauses.iter().any(|pause| pause.case == case && pause.until.is_none()) {
            pauses.push(Pause { case, from: at, until: None });
        }
    }

    #[cold]
    fn goes_on(&mut self, job: JobId, case: Option<u8>, at: Instant) {
        let pauses = self.stood.get_mut(&job).map(Vec::as_mut_slice).unwrap_or_default();
        let open = pauses.iter_mut().find(|pause| pause.case == case && pause.until.is_none());
        open.into_iter().for_each(|pause| pause.until = Some(at));
    }

    /// The result of service level number `number` for a job; `None` where the level does not count the job.
    pub fn verdict(&mut self, number: usize, row: &JobRow) -> Option<Verdict> {
        let sla = &self.scenario.slas[number];
        let from = row.milestones[sla.from as usize];
        let run = &self.scenario.run;
        let counts = match sla.counts {
            Counted::Ordered => row.measured,
            Counted::From => from.is_some_and(|at| (run.warmup..run.horizon).contains(&at.since_start())),
        };
        if !counts || !selects(&sla.selects, row) {
            return None;
        }
        let to = row.milestones[sla.to as usize];
        let due = from.and_then(|from| self.due(number, row, from, to));
        // If `to` was reached, the job is judged even if it was canceled. A job deleted from Creating counts as canceled.
        let canceled = row.outcome == Outcome::Deleted || (row.canceled && to.is_none());
        let expired = sla.to == Milestone::Ended && row.outcome == Outcome::Expired;
        let reached = to.filter(|_| !expired);
        let judged = match (from, reached) {
            _ if canceled => Judged::Canceled,
            (None, _) if may_yet_reach(sla.from, row) => Judged::PendingBefore,
            (None, _) => Judged::NeverDue,
            (_, Some(to)) if due.is_none_or(|due| to <= due) => Judged::Met,
            (_, Some(_)) => Judged::Missed,
            _ if !self.may_yet_reach(sla, row) => Judged::Missed,
            // An event at the instant of the stop does not happen, but would still have been in time.
            _ if due.zip(row.stopped).is_some_and(|(due, stopped)| due < stopped) => Judged::Missed,
            _ => Judged::PendingAfter,
        };
        Some(Verdict { judged, reached, due })
    }

    /// Forgets a job that all levels have judged.
    pub fn forget(&mut self, job: JobId) {
        self.stood.remove(&job);
        self.given_up.remove(&job);
    }

    /// The due instant of `to`; `None` where the clock is paused when the job leaves, or never runs for so long.
    fn due(&mut self, number: usize, row: &JobRow, from: Instant, to: Option<Instant>) -> Option<Instant> {
        let sla = &self.scenario.slas[number];
        let pauses = self.stood.get(&row.job).map(Vec::as_slice).unwrap_or_default();
        let pauses = united(pauses, sla.pauses, to);
        let due = due(&mut self.clocks[number], from, sla.within, &pauses);
        (due < Instant::NEVER).then_some(due)
    }

    /// Whether `to` can still be reached. An open job can reach any milestone, but no copy after J20. An ended job can
    /// only reach the return of its package.
    fn may_yet_reach(&self, sla: &Sla, row: &JobRow) -> bool {
        let skipped = sla.to == Milestone::Copied && self.given_up.contains(&row.job);
        may_yet_reach(sla.to, row) && !skipped
    }
}

/// Whether a job can still reach `to`. An open job reaches or skips its milestones in order.
fn may_yet_reach(to: Milestone, row: &JobRow) -> bool {
    let packed = row.milestones[Milestone::Packed as usize].is_some();
    row.stopped.is_some() && (row.outcome == Outcome::Open || (to == Milestone::Returned && packed))
}

fn selects(selected: &Selected, row: &JobRow) -> bool {
    let one_of = |list: &[u16], number: u16| list.is_empty() || list.contains(&number);
    one_of(&selected.classes, row.class.into())
        && (selected.types.is_empty() || selected.types.contains(&row.export))
        && one_of(&selected.sources, row.job.source)
        && one_of(&selected.carriers, row.carrier.into())
}

/// The pauses of the clock before `to`, in order and disjoint. A pause without an end lasts until [`Instant::NEVER`].
fn united(pauses: &[Pause], stops: Pauses, to: Option<Instant>) -> Vec<(Instant, Instant)> {
    let counts = |pause: &&Pause| if pause.case.is_some() { stops.asked } else { stops.faulted };
    let end = |pause: &Pause| pause.until.or(to).unwrap_or(Instant::NEVER).min(to.unwrap_or(Instant::NEVER));
    let mut all: Vec<_> = pauses.iter().filter(counts).map(|pause| (pause.from, end(pause))).collect();
    all.sort_unstable();
    let mut apart: Vec<(Instant, Instant)> = vec![];
    for (from, until) in all.into_iter().filter(|(from, until)| from < until) {
        match apart.last_mut() {
            Some(last) if from <= last.1 => last.1 = last.1.max(until),
            _ => apart.push((from, until)),
        }
    }
    apart
}

/// The first instant at which a clock that starts at `from` and stands still during `pauses` has run for `within`.
fn due(clock: &mut SlaClock, from: Instant, within: Span, pauses: &[(Instant, Instant)]) -> Instant {
    match clock {
        SlaClock::All if pauses.is_empty() => from + within,
        SlaClock::All => by_time(&mut Timetable::constant(1), from, within, pauses),
        SlaClock::Counted { counted, .. } => by_time(counted, from, within, pauses),
        SlaClock::NextDays { counted, epoch, .. } => {
            let first = epoch.date_of(from);
            let mut left = within.micros() / Span::DAY.micros();
            for day in 1..LAST_DAY as i64 {
                let Ok(date) = first.checked_add(day.days()) else { break };
                let (start, end) = (epoch.start_of_day(date), epoch.at_minute(date, 24 * 60));
                // Working days count as a whole: a day with any pause does not count.
                let stands = pauses.iter().any(|pause| pause.0 < end && start < pause.1);
                left -= i64::from(!stands && counted.level(start) > 0);
                if left == 0 {
                    return end;
                }
                if pauses.last().is_some_and(|pause| pause.1 == Instant::NEVER && pause.0 <= start) {
                    break;
                }
            }
            Instant::NEVER
        }
    }
}

fn by_time(counted: &mut Timetable, from: Instant, within: Span, pauses: &[(Instant, Instant)]) -> Instant {
    let (mut at, mut left) = (from, within);
    for &(pause, goes_on) in pauses.iter().filter(|pause| pause.1 > from) {
        let ran = counted.open_time(at, pause.max(at));
        if ran >= left {
            break;
        }
        if goes_on == Instant::NEVER {
            return Instant::NEVER;
        }
        (at, left) = (goes_on, left - ran);
    }
    counted.after(at, left)
}

/// The time from one instant to another: elapsed, or working days only. Negative if `to` came first.
pub(super) fn elapsed(working_days: &mut Timetable, working: bool, from: Instant, to: Instant) -> Span {
    if working { working_days.open_time(from, to) } else { to - from }
}

#[cfg(test)]
#[path = "sla_tests.rs"]
mod tests;
