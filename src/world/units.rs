//! Drives: their records, access to them, and changes of their location.

use super::*;

/// Identifies a drive: its job and its number in the job.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Unit {
    pub job: Key,
    /// From 0. Extra drives are numbered separately.
    pub number: u8,
    /// Whether the drive is on no list.
    pub extra: bool,
}

/// Position of a drive in processing at the site.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Stage {
    /// Not started, or finished.
    #[default]
    Idle,
    /// In the queue of preparation.
    WaitingToPrepare(Ticket),
    Preparing(Slot),
    /// In the queue of the bays.
    Waiting(Ticket),
    Mounting(Slot),
    Copying(Slot),
}

/// Status of a drive's fault, if the drive has one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum DriveFault {
    /// Not yet found, or its case is still open.
    #[default]
    Open,
    /// Solved (D13): the copy ends clean.
    Solved,
    /// Given up (D14).
    GivenUp,
}

/// Data of a drive that the compact encoding of its job copies unchanged: five words.
#[derive(Clone, Copy, Debug, Default)]
#[repr(C)]
pub struct DriveRecord {
    pub state: DriveState,
    /// State before it became Faulted, as shown on the wire (G1); `None` if it never was Faulted.
    pub before_fault: Option<DriveState>,
    pub disposition: Disposition,
    /// Outcome of its copy.
    pub outcome: CopyOutcome,
    pub fault: DriveFault,
    /// The drive now belongs to another job (E1).
    pub adopted: bool,
    pub mounts: u8,
    /// Number of times it was packed.
    pub packings: u8,
    /// Bytes that the customer put on it.
    pub bytes: u64,
    pub received: Option<Instant>,
    pub copy_started: Option<Instant>,
    pub copy_ended: Option<Instant>,
}

/// A drive: one cache line. Further random inputs of the drive are in the fate of its job.
#[derive(Clone, Copy, Debug, Default)]
#[repr(C, align(64))]
pub struct Drive {
    pub record: DriveRecord,
    /// When it left in a return package.
    pub left: Option<Instant>,
    pub stage: Stage,
    pub prepared: bool,
    /// Found in an opened package.
    pub found: bool,
    /// Assigned to a separate return package.
    pub is_claimed: bool,
    /// Occupies a place on the shelf.
    pub shelved: bool,
}

const _: () = assert!(size_of::<DriveRecord>() == 40 && size_of::<Drive>() == 64);

derefs! { Drive to record: DriveRecord }

impl Drive {
    pub fn new(fate: &DriveFate, state: DriveState) -> Drive {
        let record = DriveRecord { state, bytes: fate.bytes, outcome: fate.copy, ..DriveRecord::default() };
        Drive { record, ..Drive::default() }
    }

    /// Whether the copy meets a fault (D12) that is not solved.
    pub fn meets_fault(&self) -> bool {
        self.outcome.is_fault() && self.fault != DriveFault::Solved
    }

    /// Whether the drive was received for its own job and is still in the data center (policy, Words).
    pub fn on_hand(&self) -> bool {
        use DriveState::*;
        // An extra drive in another job's package is also at the site (X1), but its own job has not received it.
        self.disposition == Disposition::AtSite
            && matches!(self.state, Received | Transferring | Completed | CompletedMoreInfo | Faulted)
            && !self.adopted
    }

    /// Whether the next return package of its job contains it.
    pub fn waits_to_leave(&self) -> bool {
        self.on_hand() && !self.is_claimed
    }

    /// Whether it is received and not yet in processing.
    pub fn waits_to_be_processed(&self) -> bool {
        self.state == DriveState::Received && self.stage == Stage::Idle && self.on_hand()
    }

    /// Whether it has left the customer and has not reached its final disposition.
    pub fn is_under_way(&self) -> bool {
        use Disposition::*;
        !self.adopted && matches!(self.disposition, InTransitIn | AtDock | AtSite | InTransitBack)
    }

    /// Whether it has an error that makes its job end Closed (policy, "error in the job").
    pub fn has_error(&self, warnings_close_job: bool) -> bool {
        let copy = match self.outcome {
            CopyOutcome::Errors => true,
            CopyOutcome::Warnings => warnings_close_job,
            _ => false,
        };
        let copied_with_error = copy && self.copy_ended.is_some();
        // A drive that was never listed or registered is no drive of the job and no error of it (D2).
        !self.adopted
            && self.state != DriveState::Absent
            && (self.state == DriveState::NeverReceived
                || self.fault == DriveFault::GivenUp
                || copied_with_error
                || self.disposition == Disposition::Destroyed)
    }
}

impl<O: Observer, L: EventList<Event>> World<'_, O, L> {
    pub(super) fn drive(&self, unit: Unit) -> &Drive {
        self.jobs[unit.job].drive(unit)
    }

    pub(super) fn drive_mut(&mut self, unit: Unit) -> &mut Drive {
        self.jobs[unit.job].drive_mut(unit)
    }

    /// Reports that a rule acted on a drive without changing a state. `whose` is the job that is named.
    #[cold]
    pub(super) fn rule(&mut self, whose: JobId, drive: DriveId, rule: Rule, cause: Cause) {
        self.fact(Fact::Ruled { job: whose, drive: Some(drive), rule, cause });
    }

    /// Changes the disposition of a drive of the job at hand.
    #[inline(always)]
    pub(super) fn dispose(&mut self, job: &mut AtHand, unit: Unit, to: Disposition) {
        let id = job.drive_id(unit);
        let drive = job.drive_mut(unit);
        let from = std::mem::replace(&mut drive.disposition, to);
        if from == to {
            return;
        }
        let on_site = |at| matches!(at, Disposition::AtDock | Disposition::AtSite);
        let leaves_shelf = drive.shelved && !on_site(to);
        drive.shelved &= on_site(to);
        self.counts.drives_on_site += u32::from(on_site(to));
        self.counts.drives_on_site -= u32::from(on_site(from));
        self.fact(Fact::Disposed { drive: id, from, to });
        if leaves_shelf {
            self.site.shelf.free(self.now, 1);
            if !self.site.shelf.line.is_empty() {
                self.lend(job, |world, _| world.let_packages_in());
            }
        }
    }
}

/// Address of the random number of the `time`-th work of one kind on a drive (R1).
pub(super) fn work_number(unit: Unit, time: u8) -> u32 {
    u32::from(unit.number) + if unit.extra { 256 } else { 0 } + u32::from(time) * 512
}
