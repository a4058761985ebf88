//! What happened: the only thing that observers see. Facts are past; observing them changes nothing.

use crate::engine::chance::Address;
use crate::engine::station::{Measures, Waits};
use crate::engine::time::{Instant, Span};
use crate::fate::{CopyOutcome, JobFaultCause};
use crate::policy::{CaseKind, CaseState, Deadline, Disposition, DriveState, JobSignal, JobState, Rule};
use crate::scenario::Milestone;

/// A job's name for ever: its source, its ordinal there, its generation.
pub type JobId = Address;

/// A drive's name for ever: its job and its number there; extra drives are numbered apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DriveId {
    /// The job whose drive it is.
    pub job: JobId,
    /// From 0.
    pub number: u8,
    /// On no list of the job in whose package it came.
    pub extra: bool,
}

/// A package's name for ever: the job that sent it or to whose customer it goes, and its number there.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PackageId {
    /// The job that sent it, or to whose customer it goes.
    pub job: JobId,
    /// From 0, in and back counted together.
    pub number: u8,
    /// On its way back to the customer.
    pub back: bool,
}

/// A case's name for ever: its job and its number there.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CaseId {
    /// The job that it is about.
    pub job: JobId,
    /// From 0.
    pub number: u8,
}

/// What brought a fact about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "the causes are named after who or what acts")]
pub enum Cause {
    Customer,
    /// The customer, asked by the operations team.
    Answer,
    Deadline(Deadline),
    Carrier,
    Dock,
    Bay,
    Packing,
    /// The secure destruction of the drives on hand (E4).
    Destruction,
    Operations,
    Drive(CopyOutcome),
    Fault(JobFaultCause),
    /// It follows at once from the fact before it.
    Consequence,
}

impl Cause {
    /// In the words of logs.
    pub fn name(self) -> &'static str {
        match self {
            Cause::Customer => "customer",
            Cause::Answer => "answer",
            Cause::Deadline(deadline) => deadline.key(),
            Cause::Carrier => "carrier",
            Cause::Dock => "dock",
            Cause::Bay => "bay",
            Cause::Packing => "packing",
            Cause::Destruction => "destruction",
            Cause::Operations => "operations",
            Cause::Drive(CopyOutcome::Clean) => "copy_clean",
            Cause::Drive(CopyOutcome::Warnings) => "copy_warnings",
            Cause::Drive(CopyOutcome::Errors) => "copy_errors",
            Cause::Drive(CopyOutcome::Unreadable) => "drive_unreadable",
            Cause::Drive(CopyOutcome::WrongKey) => "wrong_key",
            Cause::Drive(CopyOutcome::BrokenManifest) => "broken_manifest",
            Cause::Fault(JobFaultCause::CustomsHold) => "customs_hold",
            Cause::Fault(JobFaultCause::ReturnAccountRefused) => "return_account_refused",
            Cause::Fault(JobFaultCause::StorageInaccessible) => "storage_inaccessible",
            Cause::Consequence => "consequence",
        }
    }
}

/// What happened to a package.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum PackageStep {
    /// Handed over to the carrier.
    Sent,
    /// Delivered by the carrier: at the dock, or at the customer's.
    Delivered,
    /// Delivered at the customer's, the drives damaged (E3).
    Damaged,
    /// The carrier will never deliver it. Stated when it would have come; nobody in the world knows.
    Lost,
    /// Opened at the dock.
    Opened,
    /// A return that failed is back at the dock (E1).
    Back,
    /// Put together, not yet handed over.
    #[default]
    Prepared,
}

impl PackageStep {
    /// In the words of logs.
    pub const fn name(self) -> &'static str {
        ["Sent", "Delivered", "Damaged", "Lost", "Opened", "Back", "Prepared"][self as usize]
    }
}

/// What happened to a case.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "the fields are told above them")]
pub enum CaseStep {
    /// It was opened.
    Opened,
    /// An attempt to reach the customer ended; from 1. `reached` if it did.
    Attempt { number: u32, reached: bool },
    /// Its window ran out, but it stays open (E1: the return is attempted).
    WindowExpired,
    /// It ended.
    Ended(CaseState),
}

/// One thing that happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "the fields are told by their types")]
pub enum Fact {
    /// A job changed its state, or a rule acted on it without changing it (`from == to`).
    Job {
        job: JobId,
        from: JobState,
        to: JobState,
        rule: Rule,
        cause: Cause,
    },
    /// A drive changed its state.
    Drive {
        drive: DriveId,
        from: DriveState,
        to: DriveState,
        rule: Rule,
        cause: Cause,
    },
    /// A drive is elsewhere, or something became of it.
    Disposed {
        drive: DriveId,
        from: Disposition,
        to: Disposition,
    },
    /// A rule acted that changes no state by itself (E1 to E7, X1, X2, C2, F1, F2).
    Ruled {
        job: JobId,
        drive: Option<DriveId>,
        rule: Rule,
        cause: Cause,
    },
    /// The documentation declines an act of the customer.
    Refused {
        job: JobId,
        act: JobSignal,
        state: JobState,
        rule: Rule,
    },
    Package {
        package: PackageId,
        step: PackageStep,
        carrier: u8,
        drives: u8,
    },
    Case {
        case: CaseId,
        kind: CaseKind,
        step: CaseStep,
        rule: Option<Rule>,
    },
    /// A station's servers changed to this number.
    Capacity {
        station: crate::scenario::StationName,
        servers: u32,
    },
}

impl Fact {
    /// The rule that has acted, if any: what "fired" counts. To decline is what C1 does; no other rule acts where an
    /// act is declined (C3).
    #[inline(always)]
    pub fn acted(&self) -> Option<Rule> {
        match *self {
            Fact::Refused { rule, .. } => Some(rule).filter(|&rule| rule == Rule::C1),
            _ => self.rule(),
        }
    }

    /// The rule that this fact carries, if any.
    #[inline(always)]
    pub const fn rule(&self) -> Option<Rule> {
        match *self {
            Fact::Job { rule, .. }
            | Fact::Drive { rule, .. }
            | Fact::Ruled { rule, .. }
            | Fact::Refused { rule, .. } => Some(rule),
            Fact::Case { rule, .. } => rule,
            Fact::Disposed { .. } | Fact::Package { .. } | Fact::Capacity { .. } => None,
        }
    }

    /// The job that this fact is about, if any.
    pub const fn job(&self) -> Option<JobId> {
        match *self {
            Fact::Job { job, .. } | Fact::Ruled { job, .. } | Fact::Refused { job, .. } => Some(job),
            Fact::Drive { drive, .. } | Fact::Disposed { drive, .. } => Some(drive.job),
            Fact::Package { package, .. } => Some(package.job),
            Fact::Case { case, .. } => Some(case.job),
            Fact::Capacity { .. } => None,
        }
    }
}

/// Where a job's time went, from order to end; the parts sum to the whole, to the tick.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum TimePart {
    /// The customer packs, decides or is asked.
    Customer,
    /// A package is on its way.
    Carrier,
    /// Waiting for a server of a station that is open.
    Waiting,
    /// Waiting for a station that is closed.
    Closed,
    /// At least one drive or package of the job is being worked on.
    Worked,
    /// Nothing but a deadline of the policy will move the job, as it turned out.
    Deadline,
    /// The job is Faulted, or only Faulted drives are left.
    Faulted,
}

impl TimePart {
    /// All seven, in order.
    pub const ALL: [TimePart; 7] = [
        Self::Customer,
        Self::Carrier,
        Self::Waiting,
        Self::Closed,
        Self::Worked,
        Self::Deadline,
        Self::Faulted,
    ];
    /// In the words of metrics.
    pub const fn name(self) -> &'static str {
        ["customer", "carrier", "waiting", "closed", "worked", "deadline", "faulted"][self as usize]
    }
}

/// How a job ended, or that it has not.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Outcome {
    /// Ended Completed (J13).
    Completed,
    /// Ended Closed (J8, J9, J14, F2).
    Closed,
    /// Gone from Creating by the creating timer (J3).
    Expired,
    /// Gone from Creating by Delete Job (J4) or by cancel (C2).
    Deleted,
    /// Not ended when the run stopped.
    #[default]
    Open,
}

impl Outcome {
    /// All five, in order.
    pub const ALL: [Outcome; 5] = [Self::Completed, Self::Closed, Self::Expired, Self::Deleted, Self::Open];
    /// In the words of metrics.
    pub const fn name(self) -> &'static str {
        ["completed", "closed", "expired", "deleted", "open"][self as usize]
    }
}

/// A job, told once: when nothing of it can change any more, or when the run stops.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct JobRow {
    /// Its name.
    pub job: JobId,
    /// An export job.
    pub export: bool,
    /// Ordered in the measured window.
    pub measured: bool,
    /// Priority class; 0 is served first.
    pub class: u8,
    /// Inbound carrier, by number.
    pub carrier: u8,
    /// Listed or registered drives.
    pub drives: u8,
    /// Drives on no list in its package.
    pub extras: u8,
    /// Bytes on its drives.
    pub bytes: u64,
    /// Cancel was accepted, or the answer was to cancel (C2, J8).
    pub canceled: bool,
    /// Some error in the job (J13 or J14).
    pub error: bool,
    /// How it ended.
    pub outcome: Outcome,
    /// The rule that ended it, if it ended.
    pub ended_by: Option<Rule>,
    /// The state when told (`Gone` once the record is gone).
    pub state: JobState,
    /// When each [`crate::scenario::Milestone`] was reached, by its number; the first is always there.
    pub milestones: [Option<Instant>; 8],
    /// By [`TimePart`]; sums to ended - ordered (or now - ordered while open).
    pub parts: [Span; 7],
    /// Accepted updates (J2).
    pub updates: u32,
    /// Missing-package notices (J6).
    pub notices: u32,
    /// Extensions of the wait (J7).
    pub extensions: u32,
    /// Cases opened.
    pub cases: u8,
    /// The job it follows from (E1, E3).
    pub parent: Option<JobId>,
    /// The stop of the run, where something of the job was still to happen; `None` where nothing was but the end of its
    /// retention.
    pub stopped: Option<Instant>,
}

/// Where the time of a job went up to an instant, to the tick, by [`Account::WAYS`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Account(pub [Span; Account::WAYS.len()]);

impl Account {
    /// The parts of a job's time ([`TimePart`]), waiting and closed hours by station. Of worked time,
    /// `worked_preparation` is the time in which work was in hand at preparation and at no other station; `worked` is
    /// the rest.
    pub const WAYS: [&'static str; 14] = [
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
        "worked_preparation",
        "worked",
        "deadline",
        "faulted",
    ];
    /// The place of the time with carriers.
    pub const CARRIER: usize = 1;
    /// The places of waiting.
    pub const WAITING: std::ops::Range<usize> = 2..6;
    /// The places of closed hours.
    pub const CLOSED: std::ops::Range<usize> = 6..10;
    /// The place of work at preparation alone.
    pub const PREPARED: usize = 10;
}

/// A drive, told once: with its job.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct DriveRow {
    /// Its name.
    pub drive: DriveId,
    /// Its last state.
    pub state: DriveState,
    /// Where it is, or what became of it.
    pub disposition: Disposition,
    /// Bytes to copy.
    pub bytes: u64,
    /// Bytes copied.
    pub bytes_copied: u64,
    /// When the dock had processed it.
    pub received: Option<Instant>,
    /// When data first flowed.
    pub copy_started: Option<Instant>,
    /// When the copy ended.
    pub copy_ended: Option<Instant>,
    /// When it left the data center.
    pub left: Option<Instant>,
    /// What copying came to; empty while the copy has not ended and no fault was found.
    pub outcome: Option<CopyOutcome>,
    /// It ever was Faulted; a fault found while mounting leaves no other trace here.
    pub faulted: bool,
}

/// A package, told once: when it has been opened, delivered back or lost, or when the run stops.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PackageRow {
    /// Its name.
    pub package: PackageId,
    /// The carrier, by number.
    pub carrier: u8,
    /// Drives in it.
    pub drives: u8,
    /// When it was handed to the carrier; never, of what was held apart at the dock or was not packed yet.
    pub sent: Option<Instant>,
    /// When the carrier delivered it.
    pub arrived: Option<Instant>,
    /// When the dock opened it.
    pub opened: Option<Instant>,
    /// The last step.
    pub step: PackageStep,
}

/// A case, told once: when it has ended, or when the run stops.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CaseRow {
    /// Its name.
    pub case: CaseId,
    /// The problem.
    pub kind: CaseKind,
    /// The drive that it is about, if it is about one.
    pub drive: Option<u8>,
    /// When it was opened.
    pub opened: Instant,
    /// Attempts to reach the customer.
    pub attempts: u32,
    /// When the customer was reached.
    pub reached: Option<Instant>,
    /// When it ended.
    pub ended: Option<Instant>,
    /// How it ended.
    pub state: CaseState,
}

/// The house at the end of a simulated day, before anything of the next.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct DayRow {
    /// The day, from 0; the row stands for [start of day, end of day).
    pub day: u32,
    /// The start of the day, or of the run.
    pub from: Instant,
    /// The end of the day, or of the run.
    pub until: Instant,
    /// Records in each state, by [`JobState`] number (Faulted apart from the base states).
    pub jobs: [u32; 10],
    /// Drives at the dock or the site.
    pub drives_on_site: u32,
    /// Since the start of the run.
    pub ordered: u64,
    /// Jobs ended since the start of the run.
    pub ended: u64,
    /// The site's measures, since the start of the run.
    pub site: Snapshot,
}

/// What was measured of the site since the start of the run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Snapshot {
    /// By [`crate::scenario::StationName`].
    pub stations: [Measures; 5],
    /// Waits at the dock.
    pub dock: DockWaits,
    /// Places for drives.
    pub shelf: ShelfMeasures,
}

/// Waits at the dock, by what waits: packages to be opened, drives of opened packages to be received.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct DockWaits {
    /// Packages.
    pub packages: Waits,
    /// Drives.
    pub drives: Waits,
}

impl DockWaits {
    /// Those after `earlier`.
    pub fn since(&self, earlier: &DockWaits) -> DockWaits {
        DockWaits {
            packages: self.packages.since(&earlier.packages),
            drives: self.drives.since(&earlier.drives),
        }
    }

    /// Adds another run's waits.
    pub fn merge(&mut self, other: &DockWaits) {
        self.packages.merge(&other.packages);
        self.drives.merge(&other.drives);
    }

    /// What waits, and how long.
    pub fn each(&self) -> [(&'static str, &Waits); 2] {
        [("packages", &self.packages), ("drives", &self.drives)]
    }
}

/// What was measured of the shelf. Two of them subtracted field by field measure the time between, all but `most`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct ShelfMeasures {
    /// Drives with a place, integrated over time (µs).
    pub used: i128,
    /// Drives beyond the places that there are, integrated over time (µs).
    pub over: i128,
    /// Packages that wait for places, integrated over time (µs).
    pub queue: i128,
    /// Packages that came in.
    pub came: u64,
    /// Of them, how many had waited longer than no time.
    pub waited: u64,
    /// Sum of the waits of those that came in (µs).
    pub wait: i128,
    /// The most drives that had a place for any time, since the warm-up.
    pub most: u32,
}

impl ShelfMeasures {
    /// What was measured after `earlier`. `most` is kept as it is.
    pub fn since(&self, earlier: &ShelfMeasures) -> ShelfMeasures {
        ShelfMeasures {
            used: self.used - earlier.used,
            over: self.over - earlier.over,
            queue: self.queue - earlier.queue,
            came: self.came - earlier.came,
            waited: self.waited - earlier.waited,
            wait: self.wait - earlier.wait,
            most: self.most,
        }
    }

    /// Adds another run's measures; the most are the most of both.
    pub fn merge(&mut self, other: &ShelfMeasures) {
        self.used += other.used;
        self.over += other.over;
        self.queue += other.queue;
        self.came += other.came;
        self.waited += other.waited;
        self.wait += other.wait;
        self.most = self.most.max(other.most);
    }
}

/// Sees what happened. Static, so that a run which observes nothing pays nothing.
pub trait Observer {
    /// Something happened at `at`.
    fn fact(&mut self, _at: Instant, _fact: &Fact) {}
    /// Whether [`Observer::reached`] is to be called for this milestone.
    fn follows(&self, _milestone: Milestone) -> bool {
        false
    }
    /// A job has reached a milestone that is followed; its row as it stands is given at `Ended` and `Returned`. `Copied` may
    /// be reached again (J17).
    fn reached(&mut self, _job: JobId, _milestone: Milestone, _account: &Account, _row: Option<&JobRow>) {}
    /// A job, told once.
    fn job(&mut self, _row: &JobRow) {}
    /// A drive, told once.
    fn drive(&mut self, _row: &DriveRow) {}
    /// A package, told once.
    fn package(&mut self, _row: &PackageRow) {}
    /// A case, told once.
    fn case(&mut self, _row: &CaseRow) {}
    /// A day is over.
    fn day(&mut self, _row: &DayRow) {}
}

/// Observes nothing.
impl Observer for () {}

/// Two observers see the same.
impl<A: Observer, B: Observer> Observer for (A, B) {
    #[inline(always)]
    fn fact(&mut self, at: Instant, fact: &Fact) {
        self.0.fact(at, fact);
        self.1.fact(at, fact);
    }
    fn follows(&self, milestone: Milestone) -> bool {
        self.0.follows(milestone) || self.1.follows(milestone)
    }
    fn reached(&mut self, job: JobId, milestone: Milestone, account: &Account, row: Option<&JobRow>) {
        self.0.reached(job, milestone, account, row);
        self.1.reached(job, milestone, account, row);
    }
    fn job(&mut self, row: &JobRow) {
        self.0.job(row);
        self.1.job(row);
    }
    fn drive(&mut self, row: &DriveRow) {
        self.0.drive(row);
        self.1.drive(row);
    }
    fn package(&mut self, row: &PackageRow) {
        self.0.package(row);
        self.1.package(row);
    }
    fn case(&mut self, row: &CaseRow) {
        self.0.case(row);
        self.1.case(row);
    }
    fn day(&mut self, row: &DayRow) {
        self.0.day(row);
        self.1.day(row);
    }
}

/// Observes where there is one.
impl<O: Observer> Observer for Option<O> {
    fn fact(&mut self, at: Instant, fact: &Fact) {
        if let Some(one) = self {
            one.fact(at, fact);
        }
    }
    fn follows(&self, milestone: Milestone) -> bool {
        self.as_ref().is_some_and(|one| one.follows(milestone))
    }
    fn reached(&mut self, job: JobId, milestone: Milestone, account: &Account, row: Option<&JobRow>) {
        if let Some(one) = self {
            one.reached(job, milestone, account, row);
        }
    }
    fn job(&mut self, row: &JobRow) {
        if let Some(one) = self {
            one.job(row);
        }
    }
    fn drive(&mut self, row: &DriveRow) {
        if let Some(one) = self {
            one.drive(row);
        }
    }
    fn package(&mut self, row: &PackageRow) {
        if let Some(one) = self {
            one.package(row);
        }
    }
    fn case(&mut self, row: &CaseRow) {
        if let Some(one) = self {
            one.case(row);
        }
    }
    fn day(&mut self, row: &DayRow) {
        if let Some(one) = self {
            one.day(row);
        }
    }
}

impl<O: Observer> Observer for &mut O {
    fn fact(&mut self, at: Instant, fact: &Fact) {
        (**self).fact(at, fact);
    }
    fn follows(&self, milestone: Milestone) -> bool {
        (**self).follows(milestone)
    }
    fn reached(&mut self, job: JobId, milestone: Milestone, account: &Account, row: Option<&JobRow>) {
        (**self).reached(job, milestone, account, row);
    }
    fn job(&mut self, row: &JobRow) {
        (**self).job(row);
    }
    fn drive(&mut self, row: &DriveRow) {
        (**self).drive(row);
    }
    fn package(&mut self, row: &PackageRow) {
        (**self).package(row);
    }
    fn case(&mut self, row: &CaseRow) {
        (**self).case(row);
    }
    fn day(&mut self, row: &DayRow) {
        (**self).day(row);
    }
}
