//! Holds what a world says happened against the policy page, written down here a second time: it sees facts and
//! rows only, and knows nothing of how the world goes about it.

use crate::watcher_moves::{DRIVE_MOVES, JOB_MOVES, WHILE_FAULTED, may_go};
use shipback::engine::time::{Instant, Span};
use shipback::fate::CopyOutcome;
use shipback::policy::{CaseKind, CaseState, Deadline, Disposition, DriveState, JobState, Rule, Timings};
use shipback::scenario::Scenario;
use shipback::world::*;
use std::collections::BTreeMap;

use JobState::*;

/// A deadline of a job as it should run.
#[derive(Clone, Copy, Debug)]
struct Clock {
    deadline: Deadline,
    due: Instant,
    /// Left while Faulted.
    left: Option<Span>,
}

#[derive(Debug, Default)]
struct SeenJob {
    state: Option<JobState>,
    faulted: bool,
    ordered: Option<Instant>,
    ended: Option<(Instant, Rule, JobState)>,
    clock: Option<Clock>,
    /// The last instant at which the dock was done with something of it, or a fault was solved.
    excuse: Option<Instant>,
    error: bool,
    drives: Vec<DriveId>,
    told: bool,
    updates: u32,
    notices: u32,
    canceled: bool,
    cases: u32,
}

#[derive(Debug)]
struct SeenDrive {
    state: DriveState,
    place: Disposition,
    errors: bool,
    faulted: bool,
    /// Marked extra in another job's package (X1).
    guest: bool,
    told: bool,
}

impl SeenDrive {
    fn new() -> SeenDrive {
        let (state, place) = (DriveState::Absent, Disposition::AtCustomer);
        SeenDrive { state, place, errors: false, faulted: false, guest: false, told: false }
    }
}

#[derive(Debug)]
struct SeenCase {
    kind: CaseKind,
    opened: Instant,
    attempts: u32,
    last_attempt: Instant,
    reached: Option<Instant>,
    window_expired: bool,
    ended: Option<Instant>,
    told: bool,
}

/// An observer that panics when what it sees cannot be.
pub struct Watcher {
    policy: Timings,
    between_attempts: Span,
    now: Instant,
    jobs: BTreeMap<JobId, SeenJob>,
    drives: BTreeMap<DriveId, SeenDrive>,
    cases: BTreeMap<CaseId, SeenCase>,
    packages: BTreeMap<PackageId, (PackageStep, bool)>,
    /// When a failed return of each job came back (E1).
    back: BTreeMap<JobId, Instant>,
    open: i128,
    integral: i128,
    pub created: u64,
    pub gone: u64,
    pub ended: u64,
    pub facts: u64,
    pub fired: BTreeMap<Rule, u64>,
    days: Option<Instant>,
}

impl Watcher {
    pub fn new(scenario: &Scenario) -> Watcher {
        Watcher {
            policy: scenario.policy.timings,
            between_attempts: scenario.site.between_attempts,
            now: Instant::START,
            jobs: BTreeMap::new(),
            drives: BTreeMap::new(),
            cases: BTreeMap::new(),
            packages: BTreeMap::new(),
            back: BTreeMap::new(),
            open: 0,
            integral: 0,
            created: 0,
            gone: 0,
            ended: 0,
            facts: 0,
            fired: BTreeMap::new(),
            days: None,
        }
    }

    /// The most followers of one job: where every return is lost and every customer orders again, there is no end.
    pub fn generations(&self) -> u16 {
        self.jobs.keys().map(|id| id.generation).max().unwrap_or_default()
    }

    /// When all is told: every job, drive, package and case has its row, and Little's law holds.
    pub fn close(&mut self, stopped: Instant) {
        self.integral += self.open * i128::from((stopped - self.now).micros());
        let mut sojourns = 0;
        for (id, job) in &self.jobs {
            assert!(job.told, "{id:?} was never told");
            let until = job.ended.map_or(stopped, |(at, _, _)| at);
            sojourns += i128::from((until - job.ordered.unwrap()).micros());
        }
        assert_eq!(self.integral, sojourns, "Little's law: jobs over time are sojourns over jobs");
        assert_eq!(self.created as i128, i128::from(self.ended) + self.open, "created = ended + open");
        assert!(self.cases.values().all(|case| case.told), "each case has its row");
        assert!(self.packages.values().all(|package| package.1), "each package has its row");
    }

    /// Checks that all has come to rest.
    pub fn at_rest(&self) {
        for (id, job) in &self.jobs {
            assert_eq!(job.state, Some(Gone), "at rest: {id:?} {job:?}");
        }
        for (id, drive) in &self.drives {
            use Disposition::*;
            let rests = matches!(drive.place, AtCustomer | Returned | Lost | Damaged | Destroyed);
            assert!(rests || !drive.told, "at rest: {id:?} {drive:?}");
        }
        assert!(self.cases.values().all(|case| case.ended.is_some()), "at rest: no case is open");
    }

    fn start(&mut self, id: JobId, at: Instant, deadline: Deadline) {
        let length = deadline.of(&self.policy);
        let job = self.jobs.get_mut(&id).unwrap();
        let left = job.faulted.then_some(length);
        job.clock = Some(Clock { deadline, due: at + length, left });
    }

    /// A deadline acts: at its tick, or later for the reason that policy J6 gives.
    fn rings(&mut self, id: JobId, at: Instant, deadlines: &[Deadline], may_wait: bool) {
        let job = self.jobs.get_mut(&id).unwrap();
        let clock = job.clock.take().unwrap_or_else(|| panic!("{id:?}: no deadline runs"));
        assert!(deadlines.contains(&clock.deadline), "{id:?}: {clock:?} is not the deadline that acts");
        assert!(clock.left.is_none(), "{id:?}: a deadline acts while Faulted");
        let excused = may_wait && at > clock.due && job.excuse == Some(at);
        assert!(at == clock.due || excused, "{id:?}: {clock:?} acts at {at}");
    }

    fn job(&mut self, at: Instant, id: JobId, from: JobState, to: JobState, rule: Rule) {
        if from == Absent {
            self.created += 1;
            self.open += 1;
            let job = self.jobs.entry(id).or_default();
            assert!(job.ordered.is_none(), "{id:?} is put once");
            (job.ordered, job.state) = (Some(at), Some(Absent));
        }
        let job = self.jobs.get_mut(&id).expect("a job is put before anything happens to it");
        let base = job.state.unwrap();
        let shown = if job.faulted { Faulted } else { base };
        assert_eq!(from, shown, "{id:?} by {rule}: a state follows from the one before");
        assert!(!job.told, "{id:?}: told, then changed by {rule}");
        let was_faulted = job.faulted;
        match rule {
            Rule::J18 => {
                assert!(!was_faulted && to == Faulted, "J18");
                let stops = matches!(base, Creating | Shipping | Received | Transferring | Packaging);
                assert!(stops, "{id:?}: no fault in {base}");
                job.faulted = true;
                if let Some(clock) = &mut job.clock {
                    // One that is overdue waits for the dock and no longer runs.
                    if clock.due >= at {
                        clock.left = Some(clock.due - at);
                    }
                }
                return;
            }
            Rule::J19 | Rule::J20 | Rule::F2 => {
                assert!(was_faulted, "{id:?}: {rule} ends a fault");
                job.faulted = false;
                job.excuse = Some(at);
                if rule == Rule::J19 {
                    assert_eq!(to, base, "J19: back to the state it belongs in");
                } else {
                    job.error = true;
                }
                if let Some(clock) = &mut job.clock
                    && let Some(left) = clock.left.take()
                {
                    clock.due = at + left;
                }
                if rule == Rule::J19 {
                    return;
                }
            }
            _ => assert!(!was_faulted || WHILE_FAULTED.contains(&rule), "F3: {rule} acts while Faulted"),
        }
        let next = if to == Faulted { base } else { to };
        assert!(
            JOB_MOVES.contains(&(rule, base, next)),
            "{id:?}: {rule} from {base} to {next} is not documented"
        );
        job.state = Some(next);
        if next == Gone {
            job.faulted = false;
        }
        let error = job.error;
        match rule {
            Rule::J1 => self.start(id, at, Deadline::CreatingExpiry),
            Rule::J2 => {
                self.jobs.get_mut(&id).unwrap().updates += 1;
                if self.policy.creating_expiry_resets {
                    self.start(id, at, Deadline::CreatingExpiry);
                }
            }
            Rule::J3 => self.rings(id, at, &[Deadline::CreatingExpiry], false),
            Rule::J5 => self.start(id, at, Deadline::ShippingDeadline),
            Rule::J6 => {
                self.jobs.get_mut(&id).unwrap().notices += 1;
                self.rings(id, at, &[Deadline::ShippingDeadline, Deadline::Extension], true);
                self.start(id, at, Deadline::ResponseWindow);
            }
            Rule::J7 => self.start(id, at, Deadline::Extension),
            Rule::J9 => self.rings(id, at, &[Deadline::ResponseWindow], true),
            Rule::J10 => self.jobs.get_mut(&id).unwrap().clock = None,
            Rule::J15 => self.rings(id, at, &[Deadline::Retention], false),
            Rule::C2 => {
                let last = self.policy.cancel_until;
                assert!(base <= last, "C1: canceled in {base}, allowed up to {last}");
                let job = self.jobs.get_mut(&id).unwrap();
                assert!(!job.canceled, "C1: canceled once");
                job.canceled = true;
            }
            Rule::J13 | Rule::J14 => {
                let missing = |drive: &&DriveId| self.drives[drive].state == DriveState::NeverReceived;
                let drives = &self.jobs[&id].drives;
                let faulty = |drive: &&DriveId| self.drives[drive].errors;
                let destroyed =
                    |drive: &&DriveId| self.drives[drive].place == Disposition::Destroyed && !drive.extra;
                let any = drives.iter().any(|one| missing(&one) || faulty(&one) || destroyed(&one));
                assert_eq!(rule == Rule::J14, error || any, "{id:?}: {rule} by the errors in the job");
            }
            _ => {}
        }
        if matches!(next, Completed | Closed) {
            self.start(id, at, Deadline::Retention);
        }
        let job = self.jobs.get_mut(&id).unwrap();
        if next == Gone {
            job.clock = None;
            self.gone += 1;
        }
        if job.ended.is_none() && matches!(next, Completed | Closed | Gone) {
            job.ended = Some((at, rule, next));
            self.ended += 1;
            self.open -= 1;
        }
    }

    fn drive(&mut self, id: DriveId, from: DriveState, to: DriveState, rule: Rule, cause: Cause) {
        let job = self.jobs.get_mut(&id.job).expect("a drive has a job");
        let drive = self.drives.entry(id).or_insert_with(SeenDrive::new);
        if !job.drives.contains(&id) {
            job.drives.push(id);
        }
        assert!(!id.extra, "X1: an extra drive has no state, but {id:?} moved by {rule}");
        assert!(!drive.told, "{id:?}: told, then changed by {rule}");
        assert_eq!(from, drive.state, "{id:?} by {rule}: a state follows from the one before");
        assert!(DRIVE_MOVES.contains(&(rule, from, to)), "{id:?}: {rule} from {from} to {to}");
        drive.state = to;
        drive.faulted |= to == DriveState::Faulted;
        let base = job.state.unwrap();
        let (place, state) = (drive.place, base);
        match rule {
            Rule::D2 | Rule::D3 | Rule::D6 => assert_eq!(place, Disposition::AtDock, "{id:?} by {rule}"),
            Rule::D7 | Rule::D8 | Rule::D9 | Rule::D12 | Rule::D13 | Rule::D10 | Rule::D11 => {
                assert_eq!(place, Disposition::AtSite, "{id:?} by {rule}");
            }
            Rule::D4 | Rule::D5 => {
                assert_eq!(state, Shipping, "{id:?} by {rule}");
                // A drive that came unannounced and was sent back (E1) may be missed later.
                let here = place == Disposition::AtSite && !drive.guest;
                assert!(!here, "{id:?} is on hand, and yet never received");
            }
            _ => {}
        }
        if matches!(rule, Rule::D7 | Rule::D8 | Rule::D9 | Rule::D12) {
            assert_ne!(state, Creating, "J22");
            assert!(matches!(state, Received | Transferring | Packaging), "{id:?} by {rule} in {state}");
        }
        if rule == Rule::D7 {
            assert!(!job.canceled && !job.faulted, "C2, F3: no copy starts, {id:?}");
        }
        let warned = self.policy.warnings_close_job && cause == Cause::Drive(CopyOutcome::Warnings);
        let wrong = cause == Cause::Drive(CopyOutcome::Errors) || warned;
        drive.errors |= rule == Rule::D14 || (rule == Rule::D9 && wrong);
    }

    fn disposed(&mut self, id: DriveId, from: Disposition, to: Disposition) {
        let drive = self.drives.entry(id).or_insert_with(SeenDrive::new);
        assert_eq!(from, drive.place, "{id:?}: nobody moves a drive from where it is not");
        assert!(may_go(from, to), "{id:?}: from {from} to {to}");
        assert!(!drive.told, "{id:?}: told, then moved to {to}");
        let adopted = (from, to) == (Disposition::AtCustomer, Disposition::AtDock);
        assert!(!adopted || id.job.generation > 0, "{id:?} was never handed over");
        drive.place = to;
    }

    fn package(&mut self, at: Instant, id: PackageId, step: PackageStep) {
        use PackageStep::*;
        let before = self.packages.get(&id).map(|package| package.0);
        let right = match (id.back, before, step) {
            (_, None, Sent) | (true, Some(Back), Sent) => true,
            (false, Some(Sent), Delivered | Lost) | (true, Some(Sent), Delivered | Damaged | Lost) => true,
            (true, Some(Sent), Back) => true,
            (false, Some(Delivered), Opened) | (true, Some(Back), Opened) => true,
            // Put together for a return that was broken off before it left (E1).
            (true, None, Opened) => true,
            _ => false,
        };
        assert!(right, "{id:?}: {step:?} after {before:?}");
        if step == Back {
            self.back.insert(id.job, at);
        }
        self.packages.insert(id, (step, false));
    }

    fn case(&mut self, at: Instant, id: CaseId, kind: CaseKind, step: CaseStep) {
        if step == CaseStep::Opened {
            let job = self.jobs.get_mut(&id.job).expect("a case has a job");
            job.cases += 1;
            let case = SeenCase {
                kind,
                opened: at,
                attempts: 0,
                last_attempt: Instant::START,
                reached: None,
                window_expired: false,
                ended: None,
                told: false,
            };
            assert!(self.cases.insert(id, case).is_none(), "{id:?} opens once");
            return;
        }
        let case = self.cases.get_mut(&id).expect("a case opens first");
        assert!(case.ended.is_none(), "{id:?}: {step:?} after its end");
        let window = match case.kind {
            CaseKind::Unannounced | CaseKind::NoRecord => self.policy.contact_window,
            CaseKind::BadAddress => self.policy.destroy_after,
            CaseKind::DriveFault | CaseKind::JobFault => self.policy.fault_window,
            CaseKind::MissingPackage => Span::LONGEST,
        };
        let unannounced = matches!(case.kind, CaseKind::Unannounced | CaseKind::NoRecord);
        match step {
            CaseStep::Opened => unreachable!(),
            CaseStep::Attempt { number, reached } => {
                assert_eq!(number, case.attempts + 1, "{id:?}: attempts are counted");
                assert!(case.reached.is_none(), "{id:?}: nobody asks who was reached");
                if number > 1 {
                    assert!(at - case.last_attempt >= self.between_attempts, "{id:?}: attempts keep apart");
                }
                (case.attempts, case.last_attempt) = (number, at);
                case.reached = reached.then_some(at);
            }
            CaseStep::WindowExpired => {
                assert!(unannounced && !case.window_expired, "{id:?}: only E1 goes on after its window");
                assert_eq!(at, case.opened + window, "{id:?}: the contact window, to the tick");
                case.window_expired = true;
            }
            CaseStep::Ended(state) => {
                case.ended = Some(at);
                assert!(
                    unannounced || at <= case.opened + window,
                    "{id:?} {:?} outlives its window",
                    case.kind
                );
                let job = &self.jobs[&id.job];
                match state {
                    CaseState::Open => panic!("{id:?} ends open"),
                    CaseState::Answered => {
                        assert!(case.reached.is_some(), "{id:?}: who answers was reached");
                    }
                    CaseState::GivenUp if unannounced => {
                        let back = self.back.get(&id.job).expect("E1: destroyed after a failed return");
                        assert_eq!(at, *back + self.policy.destroy_after, "E1: to the tick, {id:?}");
                    }
                    CaseState::GivenUp if case.kind == CaseKind::MissingPackage => {
                        let clock = job.clock.expect("J9: a window runs");
                        let late = job.excuse == Some(at) && at > clock.due;
                        assert!(clock.due == at || late, "E2: to the tick, {id:?}");
                    }
                    CaseState::GivenUp => {
                        assert_eq!(at, case.opened + window, "{:?}: to the tick, {id:?}", case.kind);
                    }
                    CaseState::Settled => {}
                }
            }
        }
    }

    fn no_deadline_is_missed(&self, id: JobId) {
        let Some(job) = self.jobs.get(&id) else { return };
        if let Some(clock) = job.clock.filter(|clock| clock.left.is_none()) {
            let judged_later = job.state == Some(Shipping);
            assert!(judged_later || clock.due >= self.now, "{id:?}: {clock:?} was missed at {}", self.now);
        }
    }
}

impl Observer for Watcher {
    fn fact(&mut self, at: Instant, fact: &Fact) {
        assert!(at >= self.now, "facts come in order of time");
        self.facts += 1;
        self.integral += self.open * i128::from((at - self.now).micros());
        self.now = at;
        if let Some(rule) = fact.rule() {
            *self.fired.entry(rule).or_default() += 1;
        }
        if let Some(job) = fact.job() {
            self.no_deadline_is_missed(job);
            let dock = matches!(fact, Fact::Package { step: PackageStep::Opened, .. });
            if dock || matches!(fact, Fact::Disposed { from: Disposition::AtDock, .. }) {
                // A package keeps its name when a new job takes it over (E1): the whole family is excused.
                let family = JobId { generation: 0, ..job }..=JobId { generation: u16::MAX, ..job };
                let kin = |id: &JobId| id.ordinal == job.ordinal;
                self.jobs
                    .range_mut(family)
                    .filter(|(id, _)| kin(id))
                    .for_each(|(_, seen)| seen.excuse = Some(at));
            }
        }
        match *fact {
            Fact::Job { job, from, to, rule, .. } => self.job(at, job, from, to, rule),
            Fact::Drive { drive, from, to, rule, cause } => self.drive(drive, from, to, rule, cause),
            Fact::Disposed { drive, from, to } => self.disposed(drive, from, to),
            Fact::Package { package, step, .. } => self.package(at, package, step),
            Fact::Case { case, kind, step, .. } => self.case(at, case, kind, step),
            Fact::Refused { job, state, .. } => {
                let seen = &self.jobs[&job];
                let shown = if seen.faulted { Faulted } else { seen.state.unwrap() };
                assert_eq!(state, shown, "{job:?}: a refusal shows the state");
            }
            Fact::Ruled { drive: Some(drive), rule: Rule::X1, .. } => {
                self.drives.get_mut(&drive).expect("a drive that came").guest = true;
            }
            Fact::Ruled { .. } | Fact::Capacity { .. } => {}
        }
    }

    fn job(&mut self, row: &JobRow) {
        let job = self.jobs.get_mut(&row.job).expect("a row is of a job that was put");
        assert!(!job.told, "{:?}: told once", row.job);
        job.told = true;
        let whole: Span = row.parts.iter().fold(Span::ZERO, |sum, &part| sum + part);
        let ordered = job.ordered.unwrap();
        assert_eq!(row.milestones[0], Some(ordered), "{:?}", row.job);
        assert_eq!(row.milestones[7], job.ended.map(|ended| ended.0), "{:?}", row.job);
        if let Some((ended, rule, state)) = job.ended {
            assert_eq!(whole, ended - ordered, "{:?}: the parts sum to the whole", row.job);
            assert_eq!(row.ended_by, Some(rule), "{:?}", row.job);
            let outcome = match (state, rule) {
                (Completed, _) => Outcome::Completed,
                (Closed, _) => Outcome::Closed,
                (_, Rule::J3) => Outcome::Expired,
                _ => Outcome::Deleted,
            };
            assert_eq!(row.outcome, outcome, "{:?}", row.job);
        }
        assert_eq!((row.updates, row.notices), (job.updates, job.notices), "{:?}", row.job);
        assert_eq!(u32::from(row.cases), job.cases.min(255), "{:?}: cases", row.job);
    }

    fn drive(&mut self, row: &DriveRow) {
        if let Some(drive) = self.drives.get_mut(&row.drive) {
            assert!(!drive.told, "{:?}: told once", row.drive);
            drive.told = true;
            assert_eq!((row.state, row.disposition), (drive.state, drive.place), "{:?}", row.drive);
            assert_eq!(row.faulted, drive.faulted, "{:?}: ever Faulted", row.drive);
        } else {
            let untouched = (DriveState::Absent, Disposition::AtCustomer);
            assert_eq!((row.state, row.disposition), untouched, "{:?} without a fact", row.drive);
            assert!(!row.faulted, "{:?} without a fact", row.drive);
        }
        assert!(row.bytes_copied <= row.bytes, "{:?}: no byte is copied twice", row.drive);
        let times = [row.received, row.copy_started, row.copy_ended, row.left];
        let times: Vec<Instant> = times.into_iter().flatten().collect();
        let in_order = times.is_sorted();
        assert!(in_order, "{:?}: received, copied, left {times:?}", row.drive);
    }

    fn package(&mut self, row: &PackageRow) {
        let entry = self.packages.entry(row.package).or_insert((row.step, false));
        assert!(!entry.1, "{:?}: told once", row.package);
        entry.1 = true;
    }

    fn case(&mut self, row: &CaseRow) {
        let case = self.cases.get_mut(&row.case).expect("a row is of a case that opened");
        assert!(!case.told, "{:?}: told once", row.case);
        case.told = true;
        assert_eq!((row.attempts, row.reached, row.ended), (case.attempts, case.reached, case.ended));
    }

    fn day(&mut self, row: &DayRow) {
        if let Some(until) = self.days {
            assert_eq!(until, row.from, "days follow each other");
        }
        assert!(row.until >= row.from, "a day ends after it began");
        self.days = Some(row.until);
        assert_eq!((row.ordered, row.ended), (self.created, self.ended), "the day's row counts");
        let mut states = [0; 10];
        for job in self.jobs.values() {
            let shown = if job.faulted { Faulted } else { job.state.unwrap() };
            if shown != Gone {
                states[shown.index()] += 1;
            }
        }
        assert_eq!(states, row.jobs, "jobs by state");
    }
}
