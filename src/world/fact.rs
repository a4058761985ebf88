//! Facts and rows: all that observers see. Facts are in the past; observing them changes nothing.

use crate::engine::chance::Address;
use crate::engine::station::{Measures, Waits, measures};
use crate::engine::time::{Instant, Span};
use crate::fate::{CopyOutcome, JobFaultCause};
use crate::policy::{CaseKind, CaseState, Deadline, Disposition, DriveState, JobSignal, JobState, Rule};
use crate::scenario::Milestone;

/// Permanent identifier of a job: source, ordinal in the source, generation.
pub type JobId = Address;

/// Permanent identifier of a drive: its job and its number in the job; extra drives are numbered separately.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DriveId {
    /// The job that the drive belongs to.
    pub job: JobId,
    /// Number from 0.
    pub number: u8,
    /// On no list of the job in whose package it came.
    pub extra: bool,
}

/// Permanent identifier of a package.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PackageId {
    /// The job that sent it, or to whose customer it goes.
    pub job: JobId,
    /// Number from 0, in both directions together.
    pub number: u8,
    /// Whether it is a return to the customer.
    pub back: bool,
}

/// Permanent identifier of a case.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CaseId {
    /// The job that it is about.
    pub job: JobId,
    /// Number from 0.
    pub number: u8,
}

/// Cause of a fact.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "the causes are named after who or what acts")]
pub enum Cause {
    Customer,
    /// The customer, when asked by the operations team.
    Answer,
    Deadline(Deadline),
    Carrier,
    Dock,
    Bay,
    Packing,
    /// Secure destruction of the drives on hand (E4).
    Destruction,
    Operations,
    Drive(CopyOutcome),
    Fault(JobFaultCause),
    /// Follows at once from the fact before.
    Consequence,
}

impl Cause {
    /// Name in logs.
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

/// Step in the life of a package.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum PackageStep {
    /// Handed over to the carrier.
    Sent,
    /// Delivered by the carrier, to the dock or to the customer.
    Delivered,
    /// Delivered to the customer with damaged drives (E3).
    Damaged,
    /// Never to be delivered. Reported at the time of the missed arrival; no one in the model knows it.
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
    /// Name in logs.
    pub const fn name(self) -> &'static str {
        ["Sent", "Delivered", "Damaged", "Lost", "Opened", "Back", "Prepared"][self as usize]
    }
}

/// Step in the life of a case.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "the fields are told above them")]
pub enum CaseStep {
    /// It was opened.
    Opened,
    /// End of an attempt to reach the customer. `number` is from 1; `reached` says whether it succeeded.
    Attempt { number: u32, reached: bool },
    /// Its window ended, but it stays open (E1: the return is attempted).
    WindowExpired,
    /// It ended.
    Ended(CaseState),
}

/// A fact: one change that has happened.
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
    /// A drive has another location or has reached its end.
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
    /// The rules decline a customer action.
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
    /// The number of servers of a station has changed to this.
    Capacity {
        station: crate::scenario::StationName,
        servers: u32,
    },
}

impl Fact {
    /// The rule that has acted, if any, for the count of fired rules. A refusal counts only for C1; for other rules,
    /// a declined action is no action (C3).
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

/// Parts of a job's time from order to end. They sum to the whole, exact to the tick.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum TimePart {
    /// The customer packs, decides or is asked.
    Customer,
    /// A package is in transit.
    Carrier,
    /// In the queue of an open station.
    Waiting,
    /// In the queue of a closed station.
    Closed,
    /// At least one drive or package of the job is in service.
    Worked,
    /// A wait that only a deadline of the policy has ended, as found afterwards.
    Deadline,
    /// The job is Faulted, or only Faulted drives are left.
    Faulted,
}

impl TimePart {
    /// All seven, in order.
    pub const ALL: [TimePart; 7] = {
        use TimePart::*;
        [Customer, Carrier, Waiting, Closed, Worked, Deadline, Faulted]
    };
    /// Name in metrics.
    pub const fn name(self) -> &'static str {
        ["customer", "carrier", "waiting", "closed", "worked", "deadline", "faulted"][self as usize]
    }
}

/// How a job ended; `Open` if it has not ended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Outcome {
    /// Ended Completed (J13).
    Completed,
    /// Ended Closed (J8, J9, J14, F2).
    Closed,
    /// Removed from Creating by the creating timer (J3).
    Expired,
    /// Removed from Creating by Delete Job (J4) or by cancel (C2).
    Deleted,
    /// Not ended when the run stopped.
    #[default]
    Open,
}

impl Outcome {
    /// All five, in order.
    pub const ALL: [Outcome; 5] = [Self::Completed, Self::Closed, Self::Expired, Self::Deleted, Self::Open];
    /// Name in metrics.
    pub const fn name(self) -> &'static str {
        ["completed", "closed", "expired", "deleted", "open"][self as usize]
    }
}

/// A job. Reported once: when nothing of it can change any more, or when the run stops.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct JobRow {
    /// Job identifier.
    pub job: JobId,
    /// Whether it is an export job.
    pub export: bool,
    /// Whether it was ordered in the measured window.
    pub measured: bool,
    /// Priority class; 0 is served first.
    pub class: u8,
    /// Number of the inbound carrier.
    pub carrier: u8,
    /// Number of listed or registered drives.
    pub drives: u8,
    /// Number of unlisted drives in its package.
    pub extras: u8,
    /// Bytes on its drives.
    pub bytes: u64,
    /// Whether a cancel was accepted, or the answer was to cancel (C2, J8).
    pub canceled: bool,
    /// Whether there was an error in the job (J13 or J14).
    pub error: bool,
    /// How it ended.
    pub outcome: Outcome,
    /// The rule that ended it, if it ended.
    pub ended_by: Option<Rule>,
    /// State when reported (`Gone` once the record is gone).
    pub state: JobState,
    /// Time of each [`crate::scenario::Milestone`], by its number; the first is always set.
    pub milestones: [Option<Instant>; 8],
    /// By [`TimePart`]; sums to ended - ordered (to now - ordered while open).
    pub parts: [Span; 7],
    /// Number of accepted updates (J2).
    pub updates: u32,
    /// Number of missing-package notices (J6).
    pub notices: u32,
    /// Number of extensions of the wait (J7).
    pub extensions: u32,
    /// Number of cases opened.
    pub cases: u8,
    /// The job from which it followed (E1, E3).
    pub parent: Option<JobId>,
    /// Time of the stop of the run, if changes of the job were still to come; `None` if only the end of its retention
    /// was.
    pub stopped: Option<Instant>,
}

/// Time account of a job up to an instant, exact to the tick, by [`Account::WAYS`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Account(pub [Span; Account::WAYS.len()]);

impl Account {
    /// The parts of a job's time ([`TimePart`]), with waiting and closed time by station. `worked_preparation` is
    /// worked time with tasks in service at preparation only; `worked` is the other worked time.
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
    /// Index of time with the customer.
    pub const CUSTOMER: usize = 0;
    /// Index of time with carriers.
    pub const CARRIER: usize = 1;
    /// Indices of waiting time.
    pub const WAITING: std::ops::Range<usize> = 2..6;
    /// Indices of closed time.
    pub const CLOSED: std::ops::Range<usize> = 6..10;
    /// Index of work at preparation only.
    pub const PREPARED: usize = 10;
    /// Index of other work.
    pub const WORKED: usize = 11;
    /// Index of time that a deadline has ended.
    pub const DEADLINE: usize = 12;
    /// Index of time while Faulted.
    pub const FAULTED: usize = 13;

    /// Its sums by [`TimePart`].
    pub fn parts(&self) -> [Span; TimePart::ALL.len()] {
        let [customer, carrier, a, b, c, d, e, f, g, h, prepared, worked, deadline, faulted] = self.0;
        [customer, carrier, a + b + c + d, e + f + g + h, prepared + worked, deadline, faulted]
    }

    /// An account with these sums, each in one of its ways.
    pub(super) fn of_parts(parts: [Span; TimePart::ALL.len()]) -> Account {
        let [customer, carrier, waiting, closed, worked, deadline, faulted] = parts;
        let no = Span::ZERO;
        Account([customer, carrier, waiting, no, no, no, closed, no, no, no, no, worked, deadline, faulted])
    }
}

/// A drive. Reported once, with its job.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct DriveRow {
    /// Drive identifier.
    pub drive: DriveId,
    /// Its last state.
    pub state: DriveState,
    /// Where it is, or how it ended.
    pub disposition: Disposition,
    /// Bytes to copy.
    pub bytes: u64,
    /// Bytes copied.
    pub bytes_copied: u64,
    /// When the dock had processed it.
    pub received: Option<Instant>,
    /// When the first copy started.
    pub copy_started: Option<Instant>,
    /// When the copy ended.
    pub copy_ended: Option<Instant>,
    /// When it left the data center.
    pub left: Option<Instant>,
    /// Outcome of the copy; `None` while the copy has not ended and no fault was found.
    pub outcome: Option<CopyOutcome>,
    /// Whether it was ever Faulted; a fault found while mounting leaves no other trace here.
    pub faulted: bool,
}

/// A package. Reported once: when it has been opened, delivered back or lost, or when the run stops.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PackageRow {
    /// Package identifier.
    pub package: PackageId,
    /// Number of the carrier.
    pub carrier: u8,
    /// Number of drives in it.
    pub drives: u8,
    /// When it was handed to the carrier; `None` if it was split off at the dock or not packed yet.
    pub sent: Option<Instant>,
    /// When the carrier delivered it.
    pub arrived: Option<Instant>,
    /// When the dock opened it.
    pub opened: Option<Instant>,
    /// Last step.
    pub step: PackageStep,
}

/// A case. Reported once: when it has ended, or when the run stops.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CaseRow {
    /// Case identifier.
    pub case: CaseId,
    /// Kind of problem.
    pub kind: CaseKind,
    /// Number of the drive that it is about, if any.
    pub drive: Option<u8>,
    /// When it was opened.
    pub opened: Instant,
    /// Number of attempts to reach the customer.
    pub attempts: u32,
    /// When the customer was reached.
    pub reached: Option<Instant>,
    /// When it ended.
    pub ended: Option<Instant>,
    /// How it ended.
    pub state: CaseState,
}

/// The state of the system at the end of a simulated day, before any event of the next day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct DayRow {
    /// Number of the day, from 0; the row covers [start of day, end of day).
    pub day: u32,
    /// Start of the day, or of the run.
    pub from: Instant,
    /// End of the day, or of the run.
    pub until: Instant,
    /// Number of records in each state, by [`JobState`] number (Faulted apart from the base states).
    pub jobs: [u32; 10],
    /// Number of drives at the dock or the site.
    pub drives_on_site: u32,
    /// Jobs ordered since the start of the run.
    pub ordered: u64,
    /// Jobs ended since the start of the run.
    pub ended: u64,
    /// Measures of the site since the start of the run.
    pub site: Snapshot,
}

/// Measures of the site since the start of the run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Snapshot {
    /// By [`crate::scenario::StationName`].
    pub stations: [Measures; 5],
    /// Waiting times at the dock.
    pub dock: DockWaits,
    /// Measures of the shelf.
    pub shelf: ShelfMeasures,
}

/// Waiting times at the dock, for packages to be opened and for drives of opened packages to be received.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct DockWaits {
    /// Packages.
    pub packages: Waits,
    /// Drives.
    pub drives: Waits,
}

impl DockWaits {
    /// Difference to an `earlier` reading.
    pub fn since(&self, earlier: &DockWaits) -> DockWaits {
        DockWaits {
            packages: self.packages.since(&earlier.packages),
            drives: self.drives.since(&earlier.drives),
        }
    }

    /// Adds the waiting times of another run.
    pub fn merge(&mut self, other: &DockWaits) {
        self.packages.merge(&other.packages);
        self.drives.merge(&other.drives);
    }

    /// Waiting times with their names.
    pub fn each(&self) -> [(&'static str, &Waits); 2] {
        [("packages", &self.packages), ("drives", &self.drives)]
    }
}

/// Measures of the shelf. A field-by-field difference of two gives the time between them, except for `most`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct ShelfMeasures {
    /// Occupied places, integrated over time (µs).
    pub used: i128,
    /// Drives beyond the number of places, integrated over time (µs).
    pub over: i128,
    /// Packages in queue for places, integrated over time (µs).
    pub queue: i128,
    /// Packages admitted.
    pub came: u64,
    /// Packages admitted after a wait longer than zero.
    pub waited: u64,
    /// Sum of the waiting times of admitted packages (µs).
    pub wait: i128,
    /// Highest number of occupied places (for longer than zero time) since the warm-up.
    pub most: u32,
}

measures! { ShelfMeasures { used over queue came waited wait, max most } }

/// Receives facts and rows. A generic type, so that a run that observes nothing pays nothing.
pub trait Observer {
    /// A fact at time `at`.
    fn fact(&mut self, _at: Instant, _fact: &Fact) {}
    /// Whether [`Observer::reached`] is to be called for this milestone.
    fn follows(&self, _milestone: Milestone) -> bool {
        false
    }
    /// A job has reached a followed milestone. At `Ended` and `Returned`, its current row is given. `Copied` may be
    /// reached again (J17).
    fn reached(&mut self, _job: JobId, _milestone: Milestone, _account: &Account, _row: Option<&JobRow>) {}
    /// The row of a job.
    fn job(&mut self, _row: &JobRow) {}
    /// The row of a drive.
    fn drive(&mut self, _row: &DriveRow) {}
    /// The row of a package.
    fn package(&mut self, _row: &PackageRow) {}
    /// The row of a case.
    fn case(&mut self, _row: &CaseRow) {}
    /// The row of a day that has ended.
    fn day(&mut self, _row: &DayRow) {}
}

/// Observes nothing.
impl Observer for () {}

/// Passes everything on to each of these observers that is there.
macro_rules! passes_on {
    ($self:ident to $($observer:expr),+) => {
        #[inline(always)]
        fn fact(&mut $self, at: Instant, fact: &Fact) {
            $( if let Some(one) = $observer { one.fact(at, fact) } )+
        }
        fn reached(&mut $self, job: JobId, milestone: Milestone, account: &Account, row: Option<&JobRow>) {
            $( if let Some(one) = $observer { one.reached(job, milestone, account, row) } )+
        }
        fn job(&mut $self, row: &JobRow) {
            $( if let Some(one) = $observer { one.job(row) } )+
        }
        fn drive(&mut $self, row: &DriveRow) {
            $( if let Some(one) = $observer { one.drive(row) } )+
        }
        fn package(&mut $self, row: &PackageRow) {
            $( if let Some(one) = $observer { one.package(row) } )+
        }
        fn case(&mut $self, row: &CaseRow) {
            $( if let Some(one) = $observer { one.case(row) } )+
        }
        fn day(&mut $self, row: &DayRow) {
            $( if let Some(one) = $observer { one.day(row) } )+
        }
    };
}

/// Both observers receive everything.
impl<A: Observer, B: Observer> Observer for (A, B) {
    passes_on! { self to Some(&mut self.0), Some(&mut self.1) }
    fn follows(&self, milestone: Milestone) -> bool {
        self.0.follows(milestone) || self.1.follows(milestone)
    }
}

/// `None` observes nothing.
impl<O: Observer> Observer for Option<O> {
    passes_on! { self to self.as_mut() }
    fn follows(&self, milestone: Milestone) -> bool {
        self.as_ref().is_some_and(|one| one.follows(milestone))
    }
}

impl<O: Observer> Observer for &mut O {
    passes_on! { self to Some(&mut **self) }
    fn follows(&self, milestone: Milestone) -> bool {
        (**self).follows(milestone)
    }
}
