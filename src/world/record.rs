//! Records of jobs, packages and cases; those of drives stand in `units.rs`.

use super::account::Doing;
use super::slab::Reset;
use super::*;
use crate::fate::{Ahead, Answer, Fate, Journey};
use smallvec::SmallVec;
use std::mem::take;

/// The fields of a part are fields of the whole, too.
macro_rules! derefs {
    ($whole:ident to $part:ident: $Part:ident) => {
        impl std::ops::Deref for $whole {
            type Target = $Part;
            #[inline(always)]
            fn deref(&self) -> &$Part {
                &self.$part
            }
        }

        impl std::ops::DerefMut for $whole {
            #[inline(always)]
            fn deref_mut(&mut self) -> &mut $Part {
                &mut self.$part
            }
        }
    };
}
pub(super) use derefs;

/// The timer of a job. A job has at most one at a time; each state starts its own.
#[derive(Clone, Copy, Debug)]
pub struct Timer {
    pub deadline: Deadline,
    /// End of the deadline, while the timer runs.
    pub due: Instant,
    /// Remaining time, while the timer is paused (F3).
    pub left: Option<Span>,
    /// The deadline has ended; its row applies once no package of the job is unopened (J6).
    pub overdue: bool,
    /// Waiting time of the job when the timer was started.
    pub waited: Waited,
}

/// Time waited for the customer and for carriers. A deadline that ends a wait is charged with that wait instead.
pub type Waited = [Span; 2];

/// Where a task is at its station.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Visit {
    /// It is not there.
    #[default]
    Not,
    /// In the queue.
    Waiting(Ticket),
    /// In service, running or suspended.
    Working(Slot),
}

/// Status of a held package (E1).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Phase {
    /// Not a held package.
    #[default]
    Not,
    /// At the dock, waiting for the customer.
    Waits,
    /// Its return is being packed.
    Packs,
    /// Its return is in transit.
    Away,
    /// Its return has failed, or was not attempted because the address is known to be wrong.
    Failed,
}

/// The one case for all held packages of a job (E1).
#[derive(Clone, Copy, Debug)]
pub struct Hold {
    pub id: CaseId,
    pub kind: CaseKind,
    pub opened: Instant,
    /// Attempts of all series.
    pub attempts: u32,
    /// First and last time at which the customer was reached.
    pub first: Option<Instant>,
    pub last: Option<Instant>,
    /// No answer within the answer window since `last`.
    pub silent: bool,
}

/// Held packages of a job: seldom more than two.
pub type Held = SmallVec<[Key; 2]>;
/// Drives that move together: seldom more than a job has.
pub type Units = SmallVec<[Unit; 12]>;

/// Data of a job that its compact encoding copies unchanged. The fields from `state` on lie in the cache lines that
/// [`Life`] names.
#[derive(Clone, Copy, Debug, Default)]
#[repr(C)]
pub struct JobRecord {
    pub modified: Instant,
    pub milestones: [Option<Instant>; 8],
    /// The delivery, as Get Job shows it: number of the carrier, time of the hand-over, number of drives.
    pub delivery_package: Option<(u8, Instant, u8)>,
    /// The return, in the same way.
    pub return_package: Option<(u8, Instant, u8)>,
    /// State without regard to `faulted`.
    pub state: JobState,
    pub outcome: Outcome,
    pub ended_by: Option<Rule>,
    /// Whether the job had an error when it ended; `None` while it is open. Later changes of drives do not count.
    pub ended_with_error: Option<bool>,
    pub cases_ever: u8,
    pub packages_ever: u8,
    pub cancel_requested: bool,
    /// The return address is known to be wrong and not corrected (E4, D6).
    pub address_known_bad: bool,
    /// A job fault was given up, or drives were destroyed: error in the job.
    pub fault_given_up: bool,
    /// A package with a listed drive of this job was opened.
    pub opened: bool,
    /// Packaging was entered at least once (G1).
    pub was_packaging: bool,
    /// Another job followed from it (E1, E3).
    pub is_followed: bool,
    pub updates: u32,
}

/// Data of a job that [`Reset`] clears. Field order matters: from `record.state` to the head of `fate`, the fields that nearly
/// every event reads share two cache lines.
#[derive(Clone, Copy, Debug, Default)]
#[repr(C)]
pub struct Life {
    pub timer: Option<Timer>,
    pub account: Account,
    pub closed_clock: Span,
    /// The packing of the return package that closes the job.
    pub packing: Visit,
    pub next_update: u32,
    /// Number of states entered, for faults that strike in one of them.
    pub entered: u32,
    /// Packings of the return package that closes the job.
    pub pack_count: u32,
    pub parent: Option<JobId>,
    pub notices: u32,
    pub extensions: u32,
    pub record: JobRecord,
    pub key: Key,
    /// Time of the last settlement of `account`, at which `closed_clock` was read too. Activity since then: `doing`.
    pub since: Instant,
    /// Number of tasks in queue, and in service, at dock, preparation, bays and packing.
    pub waiting: [u16; 4],
    pub worked: [u16; 4],
    pub doing: Doing,
    pub faulted: bool,
    /// No copy any more: canceled, or a job fault was given up (J20).
    pub skips_copy: bool,
    /// Changes that fell due while the job was Faulted, in that order (F3): at most two in any state.
    pub due: [Option<JobSignal>; 2],
    /// So far all that happened to it was usual: see `usual.rs`. False from the first hold, case, fault or cancel, from the
    /// end of a deadline, and if its package comes before it is set to Shipping or has to wait for the shelf. While it is true,
    /// `rare`, `parent`, `notices`, `extensions` and the last two ways of the account are as in a new record, and all drives
    /// leave when the job is packed. A reset leaves out `rare`; the compact encoding leaves out all of these.
    pub is_usual: bool,
    /// Ordered in the measured window and not yet counted as at rest.
    pub awaited: bool,
    /// Packages handed over by its customer.
    pub handed_over: u8,
    /// Packages of this job that are not closed.
    pub packages: u16,
    /// Packages at the dock: unopened, or opened before and waiting for places on the shelf.
    pub unopened: u16,
    /// Listed drives in opened packages that the dock has not processed.
    pub in_dock: u16,
    pub open_cases: u16,
    /// Drives that will travel in another job's package, which has not been handed over.
    pub strays: u16,
    /// Drives in another job's package at the dock, not processed, if this job sends no package of its own (X2).
    pub in_parcel: u16,
    /// Pending customer actions.
    pub acts: u16,
}

/// A job.
#[derive(Clone, Debug, Default)]
#[repr(C, align(64))]
pub struct Job {
    pub life: Life,
    /// Number of this record, which it keeps for all jobs that use it.
    pub number: RecordNumber,
    pub drives: Vec<Drive>,
    pub fate: Fate,
    pub rare: Rare,
}

/// Data of a job that stay as in a new record throughout a usual life.
#[derive(Clone, Debug, Default)]
pub struct Rare {
    /// The customer has called cancel (C1); an answer "cancel" in a case does not count.
    pub cancel_called: bool,
    pub address_corrected: bool,
    /// E4's 90 days ended in Transferring: the drives are destroyed on entering Packaging.
    pub doomed: bool,
    pub fault_struck: bool,
    /// Extra drives on hand, of this or another job, that leave with this job's return package (X1).
    pub guests: Vec<Unit>,
    pub extras: Vec<Drive>,
    /// Held packages, including those whose return is in transit (E1), and their case.
    pub held: Held,
    pub hold: Option<Hold>,
    pub missing_case: Option<Key>,
    pub address_case: Option<Key>,
    pub fault_case: Option<Key>,
    /// Open drive-fault cases, by drive number.
    pub drive_cases: Vec<(u8, Key)>,
    /// Packages waiting for places on the shelf that concern this job.
    pub at_door: u16,
}

const _: () = {
    use std::mem::offset_of;
    let from = offset_of!(Life, record) + offset_of!(JobRecord, state);
    let to = offset_of!(Job, fate) + offset_of!(Fate, drives);
    assert!(from % 64 == 0 && to <= from + 128);
};

derefs! { Job to life: Life }
derefs! { Life to record: JobRecord }

impl Job {
    /// Whether the drive belongs to this job.
    #[inline(always)]
    pub fn owns(&self, unit: Unit) -> bool {
        unit.job == self.key
    }

    /// Identifier of the listed drive with this number.
    #[inline(always)]
    pub fn unit(&self, number: u8) -> Unit {
        Unit { job: self.key, number, extra: false }
    }

    /// Panics if the job has no such drive.
    #[inline(always)]
    pub fn drive(&self, unit: Unit) -> &Drive {
        let drives = if unit.extra { &self.rare.extras } else { &self.drives };
        &drives[usize::from(unit.number)]
    }

    #[inline(always)]
    pub fn drive_mut(&mut self, unit: Unit) -> &mut Drive {
        let drives = if unit.extra { &mut self.rare.extras } else { &mut self.drives };
        &mut drives[usize::from(unit.number)]
    }

    /// Reads both cache lines that most events need.
    pub fn glance(&self) -> u64 {
        u64::from(self.worked[0]) ^ u64::from(self.fate.class)
    }

    /// The open case of this kind. `None` for faulty drives and held packages, which have one series each.
    pub fn case(&self, kind: CaseKind) -> Option<Key> {
        match kind {
            CaseKind::Unannounced | CaseKind::NoRecord => None,
            CaseKind::MissingPackage => self.rare.missing_case,
            CaseKind::BadAddress => self.rare.address_case,
            CaseKind::JobFault => self.rare.fault_case,
            CaseKind::DriveFault => None,
        }
    }

    /// Identifier of a drive in facts and rows.
    #[inline(always)]
    pub fn drive_id(&self, unit: Unit) -> DriveId {
        DriveId { job: self.fate.id, number: unit.number, extra: unit.extra }
    }

    /// State as Get Job shows it.
    pub fn shown(&self) -> JobState {
        if self.faulted { JobState::Faulted } else { self.state }
    }

    /// Whether its drives may be prepared and copied now.
    pub fn may_process(&self) -> bool {
        matches!(self.state, JobState::Received | JobState::Transferring) && !self.faulted && !self.skips_copy
    }

    /// Whether the job is Completed, Closed or gone.
    pub fn has_ended(&self) -> bool {
        matches!(self.state, JobState::Completed | JobState::Closed | JobState::Gone)
    }

    pub fn has_record(&self) -> bool {
        !matches!(self.state, JobState::Absent | JobState::Gone)
    }

    /// Current kind of the case for held packages (E1): it changes with J3, J4 and J15.
    pub fn hold_kind(&self) -> CaseKind {
        if self.has_record() { CaseKind::Unannounced } else { CaseKind::NoRecord }
    }

    pub fn milestone(&self, milestone: Milestone) -> Option<Instant> {
        self.milestones[milestone as usize]
    }

    /// Whether all its drives travel in other jobs' packages, so that it sends none and such a package is its delivery
    /// (X2).
    pub fn shares_parcel(&self) -> bool {
        let shares = |drive: &DriveFate| matches!(drive.travels, Travels::With(_));
        !self.drives.is_empty() && self.fate.drives.iter().all(shares) && self.has_no_unlisted()
    }

    /// Whether it sends no unlisted and no unregistered drive.
    fn has_no_unlisted(&self) -> bool {
        self.rare.extras.is_empty() && self.drives.len() == self.fate.drives.len()
    }

    /// Random inputs of a drive; default values for extra drives and for drives that are only registered (D2).
    #[inline]
    pub fn fate_of(&self, unit: Unit) -> DriveFate {
        let fate = if unit.extra { None } else { self.fate.drives.get(usize::from(unit.number)) };
        fate.copied().unwrap_or_default()
    }

    /// Random number for work on a drive, drawn in advance for the first work of its kind; otherwise 0.
    pub fn ahead(&self, unit: Unit, work: Work, is_first: bool) -> Ahead {
        if is_first { self.fate_of(unit).work[work as usize] } else { 0 }
    }

    /// Bytes copied, without a running copy: none, all, or those before the fault (D13).
    #[inline(always)]
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

    /// Bytes that the current copy run copies: to the fault or to the end.
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

    /// Whether its data is copied: at least one drive was copied to its end, and no drive on hand is still to be
    /// copied. A drive that was given up (D14) does not count as copied.
    pub fn is_copied(&self) -> bool {
        let waits = |drive: &Drive| matches!(drive.state, DriveState::Received | DriveState::Faulted);
        self.drives.iter().any(|drive| drive.copy_ended.is_some())
            && !self.drives.iter().any(|drive| drive.on_hand() && waits(drive))
    }

    /// Whether nothing of the job will change except the end of its record (J15). Drives that are still to travel with
    /// another job do not count: that job may never send a package.
    #[inline(always)]
    pub fn is_at_rest(&self) -> bool {
        self.has_ended() && self.stands_still()
    }

    fn stands_still(&self) -> bool {
        let under_way = |drive: &Drive| drive.is_under_way();
        self.packages == 0
            && self.open_cases == 0
            && self.acts == 0
            // In a usual life there are no guests, and drives are under way only while the job has not ended or has a package.
            && (self.is_usual
                || self.rare.guests.is_empty()
                    && !self.drives.iter().chain(&self.rare.extras).any(under_way))
    }

    /// Whether the job can be removed: nothing refers to it any more.
    pub fn is_done(&self) -> bool {
        self.state == JobState::Gone && self.strays == 0 && self.is_at_rest()
    }
}

impl Reset for Job {
    /// Keeps its number, and its old fate: the next draw overwrites it and uses its memory.
    fn reset(&mut self) {
        if !self.is_usual {
            self.rare.reset();
        }
        debug_assert!(self.rare.is_untouched(), "record: nothing rare happens in a usual life");
        self.drives.clear();
        self.life = Life::default();
    }
}

impl Rare {
    fn is_untouched(&self) -> bool {
        let no_flag = matches!(
            self,
            Rare {
                cancel_called: false,
                address_corrected: false,
                doomed: false,
                fault_struck: false,
                hold: None,
                missing_case: None,
                address_case: None,
                fault_case: None,
                at_door: 0,
                guests: _,
                extras: _,
                held: _,
                drive_cases: _,
            }
        );
        let lists = [self.guests.len(), self.extras.len(), self.held.len(), self.drive_cases.len()];
        no_flag && lists == [0; 4]
    }
}

impl Reset for Rare {
    fn reset(&mut self) {
        let Rare { mut guests, mut extras, mut drive_cases, .. } = take(self);
        guests.clear();
        extras.clear();
        drive_cases.clear();
        *self = Rare { guests, extras, drive_cases, ..Rare::default() };
    }
}

/// A package.
#[derive(Debug, Default)]
pub struct Package {
    pub job: Key,
    pub id: PackageId,
    pub units: Vec<Unit>,
    pub journey: Journey,
    /// Handed to the carrier; `None` for a package split off at the dock or not packed yet.
    pub sent: Option<Instant>,
    /// Delivered by the carrier.
    pub arrived: Option<Instant>,
    /// When its drives arrived at the dock, if they arrived in another package: E1's clock starts then.
    pub came: Option<Instant>,
    pub opened: Option<Instant>,
    pub step: PackageStep,
    /// Drives that the dock has not processed.
    pub unprocessed: u32,
    /// The packing of a separate return package.
    pub packing: Visit,
    /// Number of the inbound package (or of that from which its drives come), from 0 for each job (R1).
    pub inbound: u8,
    /// Status as a held package (E1), and its series of attempts.
    pub phase: Phase,
    pub series: Option<Key>,
    /// Answered while its return was in transit; counts only if the return fails (E1).
    pub answered_late: bool,
    /// Its job entered Shipping or ended while its return was in transit: if that fails, the dock processes the drives
    /// (E1).
    pub passes: bool,
    /// Number of earlier stays of its drives at the dock: it was held, or came back (E1, X2).
    pub passed: u8,
    /// Return of a guest to the address of its own job (X2).
    pub guest: bool,
    /// Held only until the address is corrected; the dock has processed its drives (D6 of a Closed job).
    pub wants_address: bool,
    /// The return package that closes the job.
    pub closes: bool,
}

impl Reset for Package {
    fn reset(&mut self) {
        let mut units = take(&mut self.units);
        units.clear();
        *self = Package { units, ..Package::default() };
    }
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
    /// The next or the running attempt; between two attempts, and after the last, there is none.
    pub attempting: Visit,
    /// Distinguishes the random answers about one problem (R1): number of the package or of the notice.
    pub about: u32,
    /// The held package of this series (E1).
    pub package: Option<Key>,
    /// No further attempts.
    pub ceased: bool,
    /// Its window has ended: this signal applies as soon as the row's condition holds.
    pub overdue: Option<CaseSignal>,
    /// Reached, but no answer within the answer window.
    pub silent: bool,
    /// The current window, or the last one.
    pub window: Option<Deadline>,
    /// Window events of older generations are void.
    pub generation: u32,
    /// Waiting time of its job when the case was opened.
    pub waited: Waited,
    pub state: CaseState,
}

impl Reset for Case {
    fn reset(&mut self) {
        *self = Case::default();
    }
}
