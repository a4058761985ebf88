//! What the house keeps of each job, drive, package and case.

use super::account::Doing;
use super::fact::*;
use super::slab::{Key, Reset};
use crate::engine::station::{Slot, Ticket};
use crate::engine::time::{Instant, Span};
use crate::fate::{Ahead, Answer, CopyOutcome, DriveFate, Fate, Journey, Travels, Work};
use crate::policy::{
    CaseKind, CaseSignal, CaseState, Deadline, Disposition, DriveState, JobSignal, JobState, Rule,
};
use crate::scenario::Milestone;
use smallvec::SmallVec;

/// One drive in the house: its job, and its number there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Unit {
    pub job: Key,
    /// Listed (or registered) drives count from 0.
    pub number: u8,
    /// Drives on no list count apart.
    pub extra: bool,
}

/// Where a drive stands on its way through the site.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Stage {
    /// Not yet begun, or nothing more to do.
    #[default]
    Idle,
    /// In the line of the preparation step.
    WaitingToPrepare(Ticket),
    Preparing(Slot),
    /// In the line of the bays.
    Waiting(Ticket),
    Mounting(Slot),
    Copying(Slot),
}

/// What came of the fault of a drive, if it has one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum DriveFault {
    /// Not met yet, or not answered for.
    #[default]
    Open,
    /// Solved (D13): the copy ends clean.
    Solved,
    /// Given up (D14).
    GivenUp,
}

/// What is told of a drive, and kept until its job is gone: six words.
#[derive(Clone, Copy, Debug, Default)]
#[repr(C)]
pub struct DriveRecord {
    pub state: DriveState,
    /// Held before it became Faulted, which the wire shows (G1); none where it never was.
    pub before_fault: Option<DriveState>,
    pub disposition: Disposition,
    /// What comes of its copy.
    pub outcome: CopyOutcome,
    pub fault: DriveFault,
    /// It goes on in the house as a drive of another job (E1).
    pub adopted: bool,
    pub mounts: u8,
    /// How often it was taken up for packing.
    pub packings: u8,
    /// All that its customer has put on it.
    pub bytes: u64,
    pub received: Option<Instant>,
    pub copy_started: Option<Instant>,
    pub copy_ended: Option<Instant>,
    pub left: Option<Instant>,
}

/// A drive: one cache line. What its fate says beside outcome and bytes stands in the fate of its job.
#[derive(Clone, Copy, Debug, Default)]
#[repr(C, align(64))]
pub struct Drive {
    pub record: DriveRecord,
    pub stage: Stage,
    pub prepared: bool,
    /// Seen in an opened package.
    pub found: bool,
    /// Waits for a return package of its own.
    pub is_claimed: bool,
    /// Takes a place on the shelf.
    pub shelved: bool,
}

const _: () = assert!(size_of::<DriveRecord>() == 48 && size_of::<Drive>() == 64);

impl std::ops::Deref for Drive {
    type Target = DriveRecord;
    #[inline(always)]
    fn deref(&self) -> &DriveRecord {
        &self.record
    }
}

impl std::ops::DerefMut for Drive {
    #[inline(always)]
    fn deref_mut(&mut self) -> &mut DriveRecord {
        &mut self.record
    }
}

impl Drive {
    pub fn new(fate: &DriveFate, state: DriveState) -> Drive {
        let record = DriveRecord { state, bytes: fate.bytes, outcome: fate.copy, ..DriveRecord::default() };
        Drive { record, ..Drive::default() }
    }

    /// Whether copying it meets a fault (D12), not solved yet.
    pub fn meets_fault(&self) -> bool {
        self.outcome.is_fault() && self.fault != DriveFault::Solved
    }

    /// Received for its own job and still in the data center (policy, Words).
    pub fn on_hand(&self) -> bool {
        use DriveState::*;
        // One that is extra in another job's package is at the site, too (X1); its own job has not received it.
        self.disposition == Disposition::AtSite
            && matches!(self.state, Received | Transferring | Completed | CompletedMoreInfo | Faulted)
            && !self.adopted
    }

    /// The next return package of its job takes it along.
    pub fn waits_to_leave(&self) -> bool {
        self.on_hand() && !self.is_claimed
    }

    /// Has come, and nothing is done with it.
    pub fn waits_to_be_processed(&self) -> bool {
        self.state == DriveState::Received && self.stage == Stage::Idle && self.on_hand()
    }

    /// Somewhere between the customer's and its end.
    pub fn is_under_way(&self) -> bool {
        use Disposition::*;
        !self.adopted && matches!(self.disposition, InTransitIn | AtDock | AtSite | InTransitBack)
    }

    /// Errors that make its job end Closed (policy, "error in the job").
    pub fn has_error(&self, warnings_close_job: bool) -> bool {
        let copy = match self.outcome {
            CopyOutcome::Errors => true,
            CopyOutcome::Warnings => warnings_close_job,
            _ => false,
        };
        let copied_with_error = copy && self.copy_ended.is_some();
        // What no list and no registration ever made a drive of the job is none of its errors (D2).
        !self.adopted
            && self.state != DriveState::Absent
            && (self.state == DriveState::NeverReceived
                || self.fault == DriveFault::GivenUp
                || copied_with_error
                || self.disposition == Disposition::Destroyed)
    }
}

/// The one timer that a job has at a time: each state starts its own.
#[derive(Clone, Copy, Debug)]
pub struct Timer {
    pub deadline: Deadline,
    /// When it runs out, while it runs.
    pub due: Instant,
    /// What is left, while it stands still (F3).
    pub left: Option<Span>,
    /// Ran out, to be judged when no unopened package of the job waits (J6).
    pub overdue: bool,
    /// What the job had waited when it was started.
    pub waited: Waited,
}

/// Changes of a job that fell due while it was Faulted, in that order (F3): of no state more than two can.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Due([Option<JobSignal>; 2]);

impl Due {
    #[inline(always)]
    pub fn is_empty(self) -> bool {
        self.0[0].is_none()
    }

    pub fn contains(self, signal: JobSignal) -> bool {
        self.0.contains(&Some(signal))
    }

    /// Adds a signal at the end, once.
    pub fn push(&mut self, signal: JobSignal) {
        if !self.contains(signal) {
            let place = self.0.iter_mut().find(|place| place.is_none());
            *place.expect("record: at most two changes of a job fall due while it is Faulted") = Some(signal);
        }
    }

    /// Takes the first signal out.
    pub fn pop(&mut self) -> Option<JobSignal> {
        let [first, second] = self.0;
        self.0 = [second, None];
        first
    }
}

/// What a job has waited for its customer and for its carriers: if a deadline ends the wait, that was waited for.
pub type Waited = [Span; 2];

/// The return package that closes the job, on its way through packing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Packing {
    #[default]
    Not,
    Waiting(Ticket),
    Working(Slot),
}

/// How far a held package has come (E1).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Phase {
    /// It is none.
    #[default]
    Not,
    /// It waits for the customer.
    Waits,
    /// Its return is packed.
    Packs,
    /// Its return travels.
    Away,
    /// Its return has failed, or was not attempted since the address is known to be wrong.
    Failed,
}

/// The case of a job's held packages (E1).
#[derive(Clone, Copy, Debug)]
pub struct Hold {
    pub id: CaseId,
    pub kind: CaseKind,
    pub opened: Instant,
    /// Of all series together.
    pub attempts: u32,
    /// When the customer was first and last reached.
    pub first: Option<Instant>,
    pub last: Option<Instant>,
    /// Silent for the answer window since then.
    pub silent: bool,
}

/// Packages of a job that wait at the dock: seldom more than one.
pub type Held = SmallVec<[Key; 2]>;
/// Drives on their way from one place to another: seldom more than a job has.
pub type Units = SmallVec<[Unit; 12]>;

/// A job, laid out as it stands here: what nearly every event asks for comes first, in two cache lines that the head of
/// its fate is the end of.
#[derive(Clone, Debug, Default)]
#[repr(C, align(64))]
pub struct Job {
    pub drives: Vec<Drive>,
    pub key: Key,
    /// What it has been doing since the time up to which `parts` is told, with the closed clock then of the station
    /// that it waits for.
    pub since: Instant,
    /// Its work that waits, at dock, preparation, bays and packing, and its work in hand there.
    pub waiting: [u16; 4],
    pub worked: [u16; 4],
    pub doing: Doing,
    /// The base state.
    pub state: JobState,
    pub faulted: bool,
    pub cancel_requested: bool,
    /// Copy is skipped: canceled, or a job fault given up (J20).
    pub skips_copy: bool,
    pub due: Due,
    /// Packaging was entered, whatever came after (G1).
    pub was_packaging: bool,
    /// States entered so far, for faults that strike in one of them.
    pub entered: u32,
    /// Packages of this job that are not yet done with.
    pub packages: u32,
    /// At the dock, in its line, not yet opened; or opened before, and waiting for places on the shelf.
    pub unopened: u32,
    /// Listed drives in opened packages that the dock has not yet processed.
    pub in_dock: u32,
    pub open_cases: u32,
    /// Drives that travel with another job's package which has not left yet.
    pub strays: u32,
    /// Drives in another job's package at the dock, not yet processed, where this job sends no package of its own (X2).
    pub in_parcel: u32,
    /// Acts of the customer that are still to come.
    pub acts: u32,
    /// A package with a listed drive of this job was opened.
    pub opened: bool,
    /// Ordered in the measured window, and not yet counted as at rest.
    pub awaited: bool,
    pub outcome: Outcome,
    pub ended_by: Option<Rule>,
    /// Whether there was an error in the job when it ended; empty while it is open. Later changes of drives do not count.
    pub ended_with_error: Option<bool>,
    pub cases_ever: u8,
    pub packages_ever: u8,
    /// Packages handed over by its customer.
    pub handed_over: u8,
    pub fate: Fate,
    /// The customer has canceled (C1); an answer to a case is no such cancel.
    pub cancel_called: bool,
    /// A job fault given up, or drives destroyed: error in the job.
    pub fault_given_up: bool,
    /// The return address is known to be wrong, and not yet corrected (E4, D6).
    pub address_known_bad: bool,
    pub address_corrected: bool,
    /// E4's 90 days ended in Transferring: destroyed on entering Packaging.
    pub doomed: bool,
    pub fault_struck: bool,
    pub timer: Option<Timer>,
    pub modified: Instant,
    pub milestones: [Option<Instant>; 8],
    pub parts: [Span; 7],
    /// Of `parts`, what went to waiting and to closed hours at dock, preparation, bays and packing.
    pub queued: [Span; 4],
    pub shut: [Span; 4],
    /// Time of the worked part of `parts` in which work of the job was in hand at preparation and at no other station.
    pub prepared: Span,
    pub closed_clock: Span,
    pub packing: Packing,
    pub pack_count: u32,
    pub extras: Vec<Drive>,
    /// Extra drives on hand that leave with this job's return package (X1), its own or another job's.
    pub guests: Vec<Unit>,
    /// Its held packages, also those whose return travels (E1), and their case.
    pub held: Held,
    pub hold: Option<Hold>,
    pub missing_case: Option<Key>,
    pub address_case: Option<Key>,
    pub fault_case: Option<Key>,
    /// The open cases of its faulty drives, by their numbers.
    pub drive_cases: Vec<(u8, Key)>,
    pub parent: Option<JobId>,
    pub next_update: u32,
    /// Its packages that wait in the shelf's line.
    pub at_door: u32,
    pub updates: u32,
    pub notices: u32,
    pub extensions: u32,
    pub delivery_package: Option<(u8, Instant, u8)>,
    pub return_package: Option<(u8, Instant, u8)>,
}

const _: () = assert!(std::mem::offset_of!(Job, entered) == 64 && std::mem::offset_of!(Job, fate) == 104);

impl Job {
    /// Whether a drive is one of its own.
    #[inline(always)]
    pub fn owns(&self, unit: Unit) -> bool {
        unit.job == self.key
    }

    /// The name of its listed drive of this number in the house.
    #[inline(always)]
    pub fn unit(&self, number: u8) -> Unit {
        Unit { job: self.key, number, extra: false }
    }

    /// One of its drives.
    #[inline(always)]
    pub fn drive(&self, unit: Unit) -> &Drive {
        let drives = if unit.extra { &self.extras } else { &self.drives };
        &drives[usize::from(unit.number)]
    }

    #[inline(always)]
    pub fn drive_mut(&mut self, unit: Unit) -> &mut Drive {
        let drives = if unit.extra { &mut self.extras } else { &mut self.drives };
        &mut drives[usize::from(unit.number)]
    }

    /// Something of each of the cache lines that most events ask for.
    pub fn glance(&self) -> u64 {
        u64::from(self.worked[0]) ^ u64::from(self.entered) ^ u64::from(self.fate.class)
    }

    /// Its open case of this kind; none of faulty drives and held packages, which have a series each.
    pub fn case(&self, kind: CaseKind) -> Option<Key> {
        match kind {
            CaseKind::Unannounced | CaseKind::NoRecord => None,
            CaseKind::MissingPackage => self.missing_case,
            CaseKind::BadAddress => self.address_case,
            CaseKind::JobFault => self.fault_case,
            CaseKind::DriveFault => None,
        }
    }

    /// The name of one of its drives.
    #[inline(always)]
    pub fn drive_id(&self, unit: Unit) -> DriveId {
        DriveId { job: self.fate.id, number: unit.number, extra: unit.extra }
    }

    /// As Get Job shows it.
    pub fn shown(&self) -> JobState {
        if self.faulted { JobState::Faulted } else { self.state }
    }

    /// Its drives may be prepared and copied now.
    pub fn may_process(&self) -> bool {
        matches!(self.state, JobState::Received | JobState::Transferring) && !self.faulted && !self.skips_copy
    }

    /// Completed, Closed or gone.
    pub fn has_ended(&self) -> bool {
        matches!(self.state, JobState::Completed | JobState::Closed | JobState::Gone)
    }

    pub fn has_record(&self) -> bool {
        !matches!(self.state, JobState::Absent | JobState::Gone)
    }

    /// Which kind its case about held packages is now (E1): J3, J4 and J15 run on meanwhile.
    pub fn hold_kind(&self) -> CaseKind {
        if self.has_record() { CaseKind::Unannounced } else { CaseKind::NoRecord }
    }

    pub fn milestone(&self, milestone: Milestone) -> Option<Instant> {
        self.milestones[milestone as usize]
    }

    /// Whether all its drives travel in another job's package: that package is its delivery, and it sends none (X2).
    pub fn shares_parcel(&self) -> bool {
        let shares = |drive: &DriveFate| matches!(drive.travels, Travels::With(_));
        !self.drives.is_empty() && self.fate.drives.iter().all(shares) && self.has_no_unlisted()
    }

    /// It sends no drive that is on no list and in no order.
    fn has_no_unlisted(&self) -> bool {
        self.extras.is_empty() && self.drives.len() == self.fate.drives.len()
    }

    /// What its fate says of a drive; of an extra one, or one that is registered only (D2), nothing.
    #[inline]
    pub fn fate_of(&self, unit: Unit) -> DriveFate {
        let fate = if unit.extra { None } else { self.fate.drives.get(usize::from(unit.number)) };
        fate.copied().unwrap_or_default()
    }

    /// What the first work of this kind on a drive draws; 0 where it is not the first.
    pub fn ahead(&self, unit: Unit, work: Work, is_first: bool) -> Ahead {
        if is_first { self.fate_of(unit).work[work as usize] } else { 0 }
    }

    /// Bytes copied of a drive, but for the copy going on: all or none, or up to the fault that was met (D13).
    pub fn bytes_copied(&self, unit: Unit) -> u64 {
        let drive = self.drive(unit);
        if drive.copy_ended.is_some() {
            drive.bytes
        } else if drive.before_fault.is_some() {
            self.fate_of(unit).found_after.min(drive.bytes)
        } else {
            0
        }
    }

    /// Bytes up to which a copy runs now: to the fault, or to the end.
    #[inline(always)]
    pub fn bytes_to_run(&self, unit: Unit) -> u64 {
        let drive = self.drive(unit);
        if drive.outcome.is_fault() { self.bytes_around_fault(unit) } else { drive.bytes }
    }

    #[cold]
    fn bytes_around_fault(&self, unit: Unit) -> u64 {
        let drive = self.drive(unit);
        let end = if drive.meets_fault() { self.fate_of(unit).found_after } else { drive.bytes };
        end.min(drive.bytes) - self.bytes_copied(unit)
    }

    /// Whether its data is copied: a drive was copied to its end, and none on hand is still to be copied. A drive that was
    /// given up (D14) is none.
    pub fn is_copied(&self) -> bool {
        let waits = |drive: &Drive| matches!(drive.state, DriveState::Received | DriveState::Faulted);
        self.drives.iter().any(|drive| drive.copy_ended.is_some())
            && !self.drives.iter().any(|drive| drive.on_hand() && waits(drive))
    }

    /// Nothing of it moves any more, but for its record that waits for its end (J15).
    #[inline(always)]
    pub fn is_at_rest(&self) -> bool {
        self.has_ended() && self.stands_still()
    }

    fn stands_still(&self) -> bool {
        let under_way = |drive: &Drive| drive.is_under_way();
        self.packages == 0
            && self.open_cases == 0
            && self.acts == 0
            && self.guests.is_empty()
            && !self.drives.iter().chain(&self.extras).any(under_way)
    }

    /// Nothing will ever ask for it again.
    pub fn is_done(&self) -> bool {
        self.state == JobState::Gone && self.strays == 0 && self.is_at_rest()
    }
}

impl Reset for Job {
    /// The fate stays until the next one is drawn, for the memory it has.
    fn reset(&mut self) {
        use std::mem::take;
        let mut blank = Job {
            drives: take(&mut self.drives),
            extras: take(&mut self.extras),
            guests: take(&mut self.guests),
            drive_cases: take(&mut self.drive_cases),
            ..Job::default()
        };
        blank.drives.clear();
        blank.extras.clear();
        blank.guests.clear();
        blank.drive_cases.clear();
        std::mem::swap(&mut blank.fate, &mut self.fate);
        *self = blank;
    }
}

/// A package.
#[derive(Debug, Default)]
pub struct Package {
    pub job: Key,
    pub id: PackageId,
    pub units: Vec<Unit>,
    pub journey: Journey,
    /// Handed to the carrier; never, of what is held at the dock apart or waits to be packed.
    pub sent: Option<Instant>,
    /// Delivered by the carrier.
    pub arrived: Option<Instant>,
    /// When its drives came to the door, where they came with another package: from then the clock of E1 runs.
    pub came: Option<Instant>,
    pub opened: Option<Instant>,
    pub step: PackageStep,
    /// Drives that the dock has not yet processed.
    pub unprocessed: u32,
    /// A return of its own, in the line of packing or being packed.
    pub packing: Packing,
    /// Its number among the packages that its job has handed over, or that of the package whose drives it has (R1).
    pub inbound: u8,
    /// How far it has come as a held package (E1), with its series of attempts.
    pub phase: Phase,
    pub series: Option<Key>,
    /// Answered while its return was away: counts if that fails (E1).
    pub answered_late: bool,
    /// Its job was set to Shipping or has ended while its return was away: the drives pass the dock if it fails (E1).
    pub passes: bool,
    /// How often its drives were at the dock before: it was held, or came back (E1, X2).
    pub passed: u8,
    /// The return of a guest to the address of its own job (X2).
    pub guest: bool,
    /// Its drives were processed by the dock; held only for want of a good address (D6 of a Closed job).
    pub wants_address: bool,
    /// The return that closes the job.
    pub closes: bool,
}

impl Reset for Package {
    fn reset(&mut self) {
        let mut units = std::mem::take(&mut self.units);
        units.clear();
        *self = Package { units, ..Package::default() };
    }
}

/// Where a case stands with the operators.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Attempting {
    /// Between two attempts, or the customer has been reached.
    #[default]
    Not,
    Waiting(Ticket),
    Working(Slot),
}

/// A case.
#[derive(Debug, Default)]
pub struct Case {
    pub job: Key,
    pub id: CaseId,
    pub kind: CaseKind,
    pub drive: Option<u8>,
    pub answer: Answer,
    pub opened: Instant,
    pub attempts: u32,
    pub reached: Option<Instant>,
    pub attempting: Attempting,
    /// What tells its answer from others about the same problem (R1): the number of the package or of the notice.
    pub about: u32,
    /// The held package that the series is for (E1).
    pub package: Option<Key>,
    /// No attempt is made any more.
    pub ceased: bool,
    /// Its window has ended: this is judged as soon as the condition holds.
    pub overdue: Option<CaseSignal>,
    /// Reached, and silent for the answer window.
    pub silent: bool,
    /// The window that runs, or ran last.
    pub window: Option<Deadline>,
    /// A window of an older generation is void.
    pub generation: u32,
    /// What its job had waited when it was opened.
    pub waited: Waited,
    pub state: CaseState,
}

impl Reset for Case {
    fn reset(&mut self) {
        *self = Case::default();
    }
}
