//! An observer that judges every fact by the policy page. The page is written down here a second time: the watcher sees
//! facts and rows only. It imports no table of the policy and nothing of the world but the words of its facts.
//!
//! Three kinds of checks: a fact is checked when it comes; what must have happened at an instant is checked when the clock
//! leaves that instant; rows and sums are checked when they are told.

mod cases;
mod corners;
mod drives;
mod held;
mod jobs;
mod moves;
mod packages;
mod rows;
mod seen;
mod shipping;

pub use corners::CORNERS;

use seen::{Case, Clock, Drive, End, Job, Numbers, Package};
use shipback::engine::time::{Instant, Span};
use shipback::policy::{CaseKind, CaseState, Deadline, Disposition, DriveState, JobSignal, JobState, Rule};
use shipback::scenario::{Ending, Scenario};
use shipback::world::{
    CaseId, CaseRow, CaseStep, Cause, DayRow, DriveId, DriveRow, Fact, JobId, JobRow, Observer, PackageId,
    PackageRow, PackageStep,
};
use std::collections::{BTreeMap, BTreeSet};

/// An observer that panics when what it sees cannot be, with the rule and the job.
pub struct Watcher {
    numbers: Numbers,
    now: Instant,
    jobs: BTreeMap<JobId, Job>,
    drives: BTreeMap<DriveId, Drive>,
    cases: BTreeMap<CaseId, Case>,
    packages: BTreeMap<PackageId, Package>,
    /// Drives that have left a place, whose package is told next.
    leaving: Vec<DriveId>,
    /// The drive of a job without a record that goes on under another name (E1): told next.
    adopted: Option<DriveId>,
    /// Jobs of which something happened at this instant.
    touched: BTreeSet<JobId>,
    /// Instants at which something of a job may fall due.
    alarms: BTreeSet<(Instant, JobId)>,
    open: i128,
    integral: i128,
    created: u64,
    ended: u64,
    days: Option<Instant>,
    pub fired: BTreeMap<Rule, u64>,
    /// How often each of [`CORNERS`] was reached.
    pub corners: BTreeMap<&'static str, u64>,
}

impl Watcher {
    pub fn new(scenario: &Scenario) -> Watcher {
        let mut watcher = Watcher {
            numbers: Numbers::of(scenario),
            now: Instant::START,
            jobs: BTreeMap::new(),
            drives: BTreeMap::new(),
            cases: BTreeMap::new(),
            packages: BTreeMap::new(),
            leaving: vec![],
            adopted: None,
            touched: BTreeSet::new(),
            alarms: BTreeSet::new(),
            open: 0,
            integral: 0,
            created: 0,
            ended: 0,
            days: None,
            fired: BTreeMap::new(),
            corners: BTreeMap::new(),
        };
        watcher.look_at_numbers();
        watcher
    }

    /// The most followers of one job: where every return is lost and every customer orders again, there is no end.
    pub fn generations(&self) -> u16 {
        self.jobs.keys().map(|id| id.generation).max().unwrap_or_default()
    }

    fn life(&self, id: JobId) -> &Job {
        self.jobs.get(&id).unwrap_or_else(|| panic!("J1: {id:?} is put before anything happens to it"))
    }

    fn life_mut(&mut self, id: JobId) -> &mut Job {
        self.jobs.get_mut(&id).unwrap_or_else(|| panic!("J1: {id:?} is put before anything happens to it"))
    }

    fn drive_mut(&mut self, id: DriveId) -> &mut Drive {
        self.drives.entry(id).or_insert_with(|| Drive::new(id))
    }

    /// The drives of a job seen so far, extra ones too.
    fn own(&self, job: JobId) -> impl Iterator<Item = (DriveId, &Drive)> {
        let name = |number, extra| DriveId { job, number, extra };
        let all = self.drives.range(name(0, false)..=name(u8::MAX, true));
        all.filter(|(_, drive)| !drive.adopted).map(|(id, drive)| (*id, drive))
    }

    /// Those on the list of the job, or registered as its drives.
    fn listed(&self, job: JobId) -> impl Iterator<Item = (DriveId, &Drive)> {
        self.own(job).filter(|(id, _)| !id.extra)
    }

    fn touch(&mut self, job: JobId) {
        self.touched.insert(job);
    }

    /// Something of the job may fall due at `at`.
    fn expect(&mut self, at: Instant, job: JobId) {
        self.alarms.insert((at, job));
    }

    /// The clock goes on to `to`: what was due before is judged, each at its instant.
    fn clock_goes_to(&mut self, to: Instant) {
        assert!(to >= self.now, "time never goes back: {} after {}", to, self.now);
        if to == self.now {
            return;
        }
        assert!(self.leaving.is_empty(), "each drive in one place: {:?} left in no package", self.leaving);
        for job in std::mem::take(&mut self.touched) {
            self.judge(job, self.now);
        }
        while let Some(&(due, job)) = self.alarms.first().filter(|(due, _)| *due < to) {
            self.alarms.pop_first();
            self.judge(job, due.max(self.now));
        }
        self.integral += self.open * i128::from((to - self.now).micros());
        self.now = to;
    }

    /// What must hold of a job at the end of an instant.
    fn judge(&mut self, id: JobId, at: Instant) {
        let Some(job) = self.jobs.get(&id).filter(|job| !job.told) else { return };
        if job.state == JobState::Absent {
            return;
        }
        self.judge_job(id, at);
        self.judge_drives(id, at);
        self.judge_cases(id, at);
        self.judge_held(id, at);
    }
}

impl Observer for Watcher {
    fn fact(&mut self, at: Instant, fact: &Fact) {
        assert!(at < self.numbers.stop, "half-open: {fact:?} at the stop, {at}");
        self.clock_goes_to(at);
        if let Some(rule) = fact.rule() {
            *self.fired.entry(rule).or_default() += 1;
        }
        if let Some(job) = fact.job() {
            self.touch(job);
        }
        match *fact {
            Fact::Job { job, from, to, rule, cause } => self.job_moves(job, (from, to), rule, cause),
            Fact::Drive { drive, from, to, rule, cause } => self.drive_moves(drive, (from, to), rule, cause),
            Fact::Disposed { drive, from, to } => self.drive_goes(drive, from, to),
            Fact::Package { package, step, drives, .. } => self.package_steps(package, step, drives),
            Fact::Case { case, kind, step, rule } => self.case_steps(case, kind, step, rule),
            Fact::Refused { job, act, state, rule } => self.refused(job, act, state, rule),
            Fact::Ruled { job, drive, rule, cause } => self.ruled(job, drive, rule, cause),
            Fact::Capacity { .. } => {}
        }
    }

    fn job(&mut self, row: &JobRow) {
        self.job_row(row);
    }
    fn drive(&mut self, row: &DriveRow) {
        self.drive_row(row);
    }
    fn package(&mut self, row: &PackageRow) {
        self.package_row(row);
    }
    fn case(&mut self, row: &CaseRow) {
        self.case_row(row);
    }
    fn day(&mut self, row: &DayRow) {
        self.day_row(row);
    }
}
