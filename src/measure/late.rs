//! Why late: where the time between `from` and `to` of a service level went, of jobs that met it and of jobs that missed it.
//! An association in the jobs of a run; what a change would do is for a comparison to say.

use super::sla::{Judge, Judged};
use crate::engine::time::Span;
use crate::policy::{CaseKind, DriveState, JobState};
use crate::scenario::{Milestone, Scenario};
use crate::world::{Account, CaseStep, Fact, JobId, JobRow, TimePart};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The parts of a job's time, waiting and closed hours by station.
pub const WAYS: [&str; 13] = [
    "customer",
    "carrier",
    "waiting_dock",
    "waiting_preparation",
    "waiting_bays",
    "waiting_packing",
    "closed_dock",
    "closed_preparation",
    "closed_bays",
    "closed_packing",
    "worked",
    "deadline",
    "faulted",
];

/// What a job may have had before it reached `to`.
pub const CAUSES: [&str; 5] = ["fault", "missing_package", "wrong_address", "closed_station", "long_queue"];
/// A queue is long beyond the usual where a job spent so many times as long in queues as the jobs on average that had met the
/// level before it.
const LONG: i128 = 2;

/// Jobs that reached `to` of a service level after its `from` and before they ended (or `Returned`, after that), in time or
/// late.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Side {
    /// How many.
    pub jobs: u64,
    /// Microseconds between `from` and `to`, all together, by [`WAYS`]; they sum to the whole, to the tick. After the end of a
    /// job, its packages are with the carrier.
    pub spent: [i128; WAYS.len()],
    /// Jobs that had, before they ended, a fault, a missing-package notice (J6) or a wrong address (E4), or between `from`
    /// and `to` hours at a closed station or a queue long beyond the usual; by [`CAUSES`].
    pub had: [u64; CAUSES.len()],
}

impl Side {
    fn add(&mut self, spent: &[Span; WAYS.len()], had: [bool; CAUSES.len()]) {
        self.jobs += 1;
        self.spent.iter_mut().zip(spent).for_each(|(sum, span)| *sum += i128::from(span.micros()));
        self.had.iter_mut().zip(had).for_each(|(sum, had)| *sum += u64::from(had));
    }

    fn merge(&mut self, other: &Side) {
        self.jobs += other.jobs;
        self.spent.iter_mut().zip(other.spent).for_each(|(ours, theirs)| *ours += theirs);
        self.had.iter_mut().zip(other.had).for_each(|(ours, theirs)| *ours += theirs);
    }

    /// Mean days between `from` and `to` that went this way; 0 of no job.
    pub fn mean_days(&self, way: usize) -> f64 {
        self.spent[way] as f64 / self.jobs.max(1) as f64 / Span::DAY.micros() as f64
    }
}

/// Both sides of a service level.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Late {
    /// Jobs that reached `to` in time.
    pub met: Side,
    /// Jobs that reached `to` too late.
    pub late: Side,
}

impl Late {
    /// Adds all that `other` has counted.
    pub fn merge(&mut self, other: &Late) {
        self.met.merge(&other.met);
        self.late.merge(&other.late);
    }

    /// Whether there is a side to compare with.
    pub fn says_something(&self) -> bool {
        self.met.jobs > 0 && self.late.jobs > 0
    }

    /// Mean days that late jobs took longer, by [`WAYS`].
    pub fn extra_days(&self) -> [f64; WAYS.len()] {
        std::array::from_fn(|way| self.late.mean_days(way) - self.met.mean_days(way))
    }

    /// Whether the queues of a job took long beyond the usual of the jobs that met the level so far.
    fn is_long(&self, spent: &[Span; WAYS.len()]) -> bool {
        let queued: i128 = spent[2..6].iter().map(|span| i128::from(span.micros())).sum();
        let usual: i128 = self.met.spent[2..6].iter().sum();
        queued * i128::from(self.met.jobs) > LONG * usual && self.met.jobs > 0
    }
}

/// Follows the time of jobs from milestone to milestone.
#[derive(Clone, Debug)]
pub(super) struct Follower {
    /// The milestones between which a service level counts.
    wanted: [bool; 8],
    jobs: BTreeMap<JobId, Followed>,
}

/// What is known of a job on its way.
#[derive(Clone, Debug, Default)]
struct Followed {
    /// Where its time had gone at each milestone that it has reached.
    at: Vec<(Milestone, Account)>,
    had_fault: bool,
    wrong_address: bool,
}

impl Follower {
    pub(super) fn new(scenario: &Scenario) -> Follower {
        let mut wanted = [false; 8];
        for sla in &scenario.slas {
            (wanted[sla.from as usize], wanted[sla.to as usize]) = (true, true);
        }
        // Levels are judged where the job ends, when a copy can no longer be undone (J17).
        wanted[Milestone::Ended as usize] = !scenario.slas.is_empty();
        Follower { wanted, jobs: BTreeMap::new() }
    }

    #[inline(always)]
    pub(super) fn follows(&self, milestone: Milestone) -> bool {
        self.wanted[milestone as usize]
    }

    #[inline(always)]
    pub(super) fn fact(&mut self, fact: &Fact) {
        if !self.wanted[Milestone::Ended as usize] {
            return;
        }
        match *fact {
            Fact::Job { job, to: JobState::Faulted, .. } => self.had_fault(job),
            Fact::Drive { drive, to: DriveState::Faulted, .. } => self.had_fault(drive.job),
            Fact::Case { case, kind: CaseKind::BadAddress, step: CaseStep::Opened, .. } => {
                self.jobs.entry(case.job).or_default().wrong_address = true;
            }
            _ => {}
        }
    }

    #[cold]
    fn had_fault(&mut self, job: JobId) {
        self.jobs.entry(job).or_default().had_fault = true;
    }

    /// A job has reached a milestone. Where that settles service levels, their sides are told.
    pub(super) fn reached(
        &mut self,
        milestone: Milestone,
        account: &Account,
        row: &JobRow,
        judge: &mut Judge<'_>,
        sides: &mut [Late],
    ) {
        let followed = self.jobs.entry(row.job).or_default();
        match followed.at.iter_mut().find(|(known, _)| *known == milestone) {
            Some(known) => known.1 = *account,
            None => followed.at.push((milestone, *account)),
        }
        let ended = row.milestones[Milestone::Ended as usize];
        let settles = |to: Milestone| match milestone {
            Milestone::Ended => to != Milestone::Returned,
            Milestone::Returned => to == Milestone::Returned && ended.is_some(),
            _ => false,
        };
        let scenario = judge.scenario();
        for (number, sla) in scenario.slas.iter().enumerate().filter(|(_, sla)| settles(sla.to)) {
            // Of a job that is ordered, nothing has been spent.
            let none = (sla.from == Milestone::Ordered).then(Account::default);
            let known = |wanted: Milestone| followed.at.iter().find(|one| one.0 == wanted).map(|one| one.1);
            let Some((from, to)) = none.or_else(|| known(sla.from)).zip(known(sla.to)) else { continue };
            // A package may come before its job is set to Shipping.
            if row.milestones[sla.from as usize] > row.milestones[sla.to as usize] {
                continue;
            }
            let judged = judge.verdict(number, row).map(|verdict| verdict.judged);
            let mut spent = spent(&from, &to);
            if let Some((ended, reached)) = ended.zip(row.milestones[sla.to as usize]) {
                // The account of a job ends with it; after that its packages are with the carrier.
                let from = row.milestones[sla.from as usize].map_or(ended, |from| from.max(ended));
                spent[1] += (reached - from).max(Span::ZERO);
            }
            let closed = spent[6..10].iter().any(|span| *span > Span::ZERO);
            let long = sides[number].is_long(&spent);
            let side = match judged {
                Some(Judged::Met) => &mut sides[number].met,
                Some(Judged::Missed) => &mut sides[number].late,
                _ => continue,
            };
            side.add(&spent, [followed.had_fault, row.notices > 0, followed.wrong_address, closed, long]);
        }
    }

    /// Forgets a job that has been told.
    pub(super) fn forget(&mut self, job: JobId) {
        self.jobs.remove(&job);
    }
}

/// What was spent between two instants, by [`WAYS`].
fn spent(from: &Account, to: &Account) -> [Span; WAYS.len()] {
    let part = |part: TimePart| to.parts[part as usize] - from.parts[part as usize];
    let queued = |station: usize| to.queued[station] - from.queued[station];
    let shut = |station: usize| to.shut[station] - from.shut[station];
    std::array::from_fn(|way| match way {
        0 => part(TimePart::Customer),
        1 => part(TimePart::Carrier),
        2..=5 => queued(way - 2),
        6..=9 => shut(way - 6),
        10 => part(TimePart::Worked),
        11 => part(TimePart::Deadline),
        _ => part(TimePart::Faulted),
    })
}
