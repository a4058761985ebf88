//! Why late: where the time between `from` and `to` of a service level went, of jobs that met it and of jobs that missed it.
//! An association in the jobs of a run; what a change would do is for a comparison to say.

use super::sla::{Judge, Judged};
use crate::engine::time::Span;
use crate::scenario::{Milestone, Scenario};
use crate::world::{Account, JobId, JobRow};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The number of parts of a job's time.
const WAYS: usize = Account::WAYS.len();

/// Causes that a late job may have had.
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
    /// Microseconds between `from` and `to`, all together, by [`Account::WAYS`]; they sum to the whole, to the tick. After the end of a
    /// job, its return is with the carrier.
    pub spent: [i128; WAYS],
    /// Jobs that had, before they ended, a fault, a missing-package notice (J6) or a wrong address (E4), or between `from`
    /// and `to` hours at a closed station or a queue long beyond the usual; by [`CAUSES`].
    pub had: [u64; CAUSES.len()],
}

impl Side {
    fn add(&mut self, spent: &[Span; WAYS], had: [bool; CAUSES.len()]) {
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

    /// Mean days that late jobs took longer, by [`Account::WAYS`].
    pub fn extra_days(&self) -> [f64; WAYS] {
        std::array::from_fn(|way| self.late.mean_days(way) - self.met.mean_days(way))
    }

    /// Whether the queues of a job took long beyond the usual of the jobs that met the level so far.
    fn is_long(&self, spent: &[Span; WAYS]) -> bool {
        let queued: i128 = spent[Account::WAITING].iter().map(|span| i128::from(span.micros())).sum();
        let usual: i128 = self.met.spent[Account::WAITING].iter().sum();
        queued * i128::from(self.met.jobs) > LONG * usual && self.met.jobs > 0
    }
}

/// Follows the time of jobs from milestone to milestone, up to their end.
#[derive(Clone, Debug)]
pub(super) struct Follower {
    /// The milestones between which a service level counts.
    wanted: [bool; 8],
    /// Some level ends with the return, which comes after the end of a job.
    to_return: bool,
    /// Of each job on its way, by [`JobId::stream`], where its time had gone at each milestone that it has reached.
    jobs: BTreeMap<u64, Accounts>,
    /// Of the few jobs that had one, a fault and a wrong address.
    had: BTreeMap<JobId, [bool; 2]>,
    /// Lists of jobs that are over, for the next ones.
    spare: Vec<Accounts>,
}

type Accounts = Vec<(Milestone, Account)>;

impl Follower {
    pub(super) fn new(scenario: &Scenario) -> Follower {
        let mut wanted = [false; 8];
        for sla in &scenario.slas {
            (wanted[sla.from as usize], wanted[sla.to as usize]) = (true, true);
        }
        // Levels are judged where the job ends, when a copy can no longer be undone (J17); the time of preparation is
        // counted there.
        wanted[Milestone::Ended as usize] = !scenario.slas.is_empty() || scenario.site.preparation.is_some();
        let to_return = scenario.slas.iter().any(|sla| sla.to == Milestone::Returned);
        Follower { wanted, to_return, jobs: BTreeMap::new(), had: BTreeMap::new(), spare: vec![] }
    }

    #[inline(always)]
    pub(super) fn follows(&self, milestone: Milestone) -> bool {
        self.wanted[milestone as usize]
    }

    /// A job or a drive of it is Faulted.
    #[cold]
    pub(super) fn had_fault(&mut self, job: JobId) {
        self.had.entry(job).or_default()[0] = true;
    }

    /// The address of a job is known to be wrong.
    #[cold]
    pub(super) fn had_wrong_address(&mut self, job: JobId) {
        self.had.entry(job).or_default()[1] = true;
    }

    /// A job has reached a milestone.
    pub(super) fn reached(&mut self, job: JobId, milestone: Milestone, account: &Account) {
        let spare = &mut self.spare;
        let at = self.jobs.entry(job.stream()).or_insert_with(|| spare.pop().unwrap_or_default());
        match at.iter_mut().find(|(known, _)| *known == milestone) {
            Some(known) => known.1 = *account,
            None => at.push((milestone, *account)),
        }
    }

    /// A job has ended, or its return has come: counts it on its side of each service level that this settles.
    pub(super) fn settle(
        &mut self,
        milestone: Milestone,
        account: &Account,
        row: &JobRow,
        judge: &mut Judge<'_>,
        sides: &mut [Late],
    ) {
        let reached = self.jobs.remove(&row.job.stream()).unwrap_or_default();
        let Some(ended) = row.milestones[Milestone::Ended as usize] else { return };
        let [had_fault, wrong_address] = self.had.get(&row.job).copied().unwrap_or_default();
        let settles = |to: Milestone| (to == Milestone::Returned) == (milestone == Milestone::Returned);
        let scenario = judge.scenario();
        for (number, sla) in scenario.slas.iter().enumerate().filter(|(_, sla)| settles(sla.to)) {
            let at = |milestone: Milestone| row.milestones[milestone as usize];
            // A package may come before its job is set to Shipping: then nothing lies between.
            let Some((start, goal)) = at(sla.from).zip(at(sla.to)).filter(|(start, goal)| start <= goal)
            else {
                continue;
            };
            let known = |wanted: Milestone| match wanted {
                // Of a job that is ordered, nothing has been spent.
                Milestone::Ordered => Some(Account::default()),
                wanted if wanted == milestone => Some(*account),
                wanted => reached.iter().find(|one| one.0 == wanted).map(|one| one.1),
            };
            let Some((from, to)) = known(sla.from).zip(known(sla.to)) else { continue };
            let mut spent: [Span; WAYS] = std::array::from_fn(|way| to.0[way] - from.0[way]);
            // The account of a job ends with it; after that its return is with the carrier.
            spent[Account::CARRIER] += (goal - start.max(ended)).max(Span::ZERO);
            let closed = spent[Account::CLOSED].iter().any(|span| *span > Span::ZERO);
            let long = sides[number].is_long(&spent);
            let Some(verdict) = judge.verdict(number, row) else { continue };
            let side = match verdict.judged {
                Judged::Met => &mut sides[number].met,
                Judged::Missed if verdict.reached.is_some() => &mut sides[number].late,
                _ => continue,
            };
            side.add(&spent, [had_fault, row.notices > 0, wrong_address, closed, long]);
        }
        if self.to_return && milestone == Milestone::Ended {
            self.jobs.insert(row.job.stream(), reached);
            self.reached(row.job, milestone, account);
        } else {
            self.keep(reached);
        }
    }

    /// Forgets a job that is told.
    pub(super) fn forget(&mut self, row: &JobRow) {
        self.had.remove(&row.job);
        // Of others, the end has settled all.
        if self.to_return || row.stopped.is_some() {
            let reached = self.jobs.remove(&row.job.stream()).unwrap_or_default();
            self.keep(reached);
        }
    }

    /// Keeps the memory of a list for the next job.
    fn keep(&mut self, mut reached: Accounts) {
        if reached.capacity() > 0 {
            reached.clear();
            self.spare.push(reached);
        }
    }
}
