//! Why jobs are late: where the time between `from` and `to` of a service level went, for jobs that met it and for jobs
//! that missed it. This is an association within a run. Only a comparison says what a change would do.

use super::sla::{Judge, Judged};
use crate::engine::time::Span;
use crate::scenario::{Milestone, Scenario};
use crate::world::{Account, JobId, JobRow};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The number of parts of a job's time.
const WAYS: usize = Account::WAYS.len();

/// Possible causes of lateness of a job.
pub const CAUSES: [&str; 5] = ["fault", "missing_package", "wrong_address", "closed_station", "long_queue"];
/// A queue is long if the job spent more than this many times as long in queues as the average of the jobs that had met
/// the level before it.
const LONG: i128 = 2;

/// Jobs that met, or jobs that missed, a service level. They reached `to` after `from`, and before they ended
/// (`Returned`: after that).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Side {
    /// Number of jobs.
    pub jobs: u64,
    /// Total time between `from` and `to` in microseconds, by [`Account::WAYS`]; the parts sum to the whole exactly.
    /// After the end of a job, the carrier has its return.
    pub spent: [i128; WAYS],
    /// Jobs with each of [`CAUSES`]. Before the end of the job: a fault, a missing-package notice (J6), a wrong address
    /// (E4). Between `from` and `to`: hours at a closed station, a long queue.
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

    /// Mean days between `from` and `to` spent in this way; 0 where there are no jobs.
    pub fn mean_days(&self, way: usize) -> f64 {
        self.spent[way] as f64 / self.jobs.max(1) as f64 / Span::DAY.micros() as f64
    }
}

/// The jobs that met a service level and the jobs that missed it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Late {
    /// Jobs that reached `to` in time.
    pub met: Side,
    /// Jobs that reached `to` too late.
    pub late: Side,
}

impl Late {
    /// Adds the counts of `other`.
    pub fn merge(&mut self, other: &Late) {
        self.met.merge(&other.met);
        self.late.merge(&other.late);
    }

    /// Whether there are jobs on both sides.
    pub fn says_something(&self) -> bool {
        self.met.jobs > 0 && self.late.jobs > 0
    }

    /// Mean days that late jobs took longer than jobs in time, by [`Account::WAYS`].
    pub fn extra_days(&self) -> [f64; WAYS] {
        std::array::from_fn(|way| self.late.mean_days(way) - self.met.mean_days(way))
    }

    /// Whether the job spent long in queues, compared with the jobs that met the level so far.
    fn is_long(&self, spent: &[Span; WAYS]) -> bool {
        let queued: i128 = spent[Account::WAITING].iter().map(|span| i128::from(span.micros())).sum();
        let usual: i128 = self.met.spent[Account::WAITING].iter().sum();
        queued * i128::from(self.met.jobs) > LONG * usual && self.met.jobs > 0
    }
}

/// Follows how jobs spend their time from milestone to milestone, until they end.
#[derive(Clone, Debug)]
pub(super) struct Follower {
    /// The milestones at which some service level begins or ends.
    wanted: [bool; 8],
    /// Whether some level ends with the return, which comes after the end of the job.
    to_return: bool,
    /// For each active job, by [`JobId::stream`]: the account of its time at each milestone that it has reached.
    jobs: BTreeMap<u64, Accounts>,
    /// For the few jobs concerned: whether they had a fault, and a wrong address.
    had: BTreeMap<JobId, [bool; 2]>,
    /// Lists of jobs that are gone, kept for reuse: the loop allocates nothing.
    spare: Vec<Accounts>,
}

type Accounts = Vec<(Milestone, Account)>;

impl Follower {
    pub(super) fn new(scenario: &Scenario) -> Follower {
        let mut wanted = [false; 8];
        for sla in &scenario.slas {
            (wanted[sla.from as usize], wanted[sla.to as usize]) = (true, true);
        }
        // Levels are judged at the end of the job: until then a copy can be undone (J17). The time of preparation is counted
        // there, too.
        wanted[Milestone::Ended as usize] = !scenario.slas.is_empty() || scenario.site.preparation.is_some();
        let to_return = scenario.slas.iter().any(|sla| sla.to == Milestone::Returned);
        Follower { wanted, to_return, jobs: BTreeMap::new(), had: BTreeMap::new(), spare: vec![] }
    }

    #[inline(always)]
    pub(super) fn follows(&self, milestone: Milestone) -> bool {
        self.wanted[milestone as usize]
    }

    /// Notes that a job or one of its drives is Faulted.
    #[cold]
    pub(super) fn had_fault(&mut self, job: JobId) {
        self.note(job, 0);
    }

    /// Notes that the address of a job is known to be wrong.
    #[cold]
    pub(super) fn had_wrong_address(&mut self, job: JobId) {
        self.note(job, 1);
    }

    /// Nothing is noted where no service level asks for it.
    fn note(&mut self, job: JobId, what: usize) {
        if self.wanted.contains(&true) {
            self.had.entry(job).or_default()[what] = true;
        }
    }

    /// Notes that a job has reached a milestone.
    pub(super) fn reached(&mut self, job: JobId, milestone: Milestone, account: &Account) {
        let spare = &mut self.spare;
        let at = self.jobs.entry(job.stream()).or_insert_with(|| spare.pop().unwrap_or_default());
        match at.iter_mut().find(|(known, _)| *known == milestone) {
            Some(known) => known.1 = *account,
            None => at.push((milestone, *account)),
        }
    }

    /// Counts a job that has ended, or whose return has arrived, for each service level that this decides.
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
            // A package may arrive before its job is set to Shipping; then no time lies between.
            let Some((start, goal)) = at(sla.from).zip(at(sla.to)).filter(|(start, goal)| start <= goal)
            else {
                continue;
            };
            let known = |wanted: Milestone| match wanted {
                // At the instant of the order, no time has been spent.
                Milestone::Ordered => Some(Account::default()),
                wanted if wanted == milestone => Some(*account),
                wanted => reached.iter().find(|one| one.0 == wanted).map(|one| one.1),
            };
            let Some((from, to)) = known(sla.from).zip(known(sla.to)) else { continue };
            let mut spent: [Span; WAYS] = std::array::from_fn(|way| to.0[way] - from.0[way]);
            // The account of a job ends with it; after that the carrier has its return.
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

    /// Forgets a job that is gone.
    pub(super) fn forget(&mut self, row: &JobRow) {
        if !self.had.is_empty() {
            self.had.remove(&row.job);
        }
        // Other jobs were forgotten when they ended.
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
