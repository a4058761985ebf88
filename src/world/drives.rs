//! Preparation and bays: drives are prepared, mounted and copied.

use super::event::*;
use super::jobs::AtHand;
use super::units::{Drive, DriveFault, Stage, Unit, work_number};
use super::*;
use crate::engine::station::Slot;
use crate::fate::Work;
use crate::policy::{Answer, DriveSignal, DriveState, JobSignal, JobState, Policy, Turn};
use crate::scenario::StationName;

impl<O: Observer, L: EventList<Event>> World<'_, O, L> {
    /// Sends a signal to a drive; the policy decides the new state.
    #[inline(always)]
    pub(super) fn drive_signal(&mut self, job: &mut AtHand, unit: Unit, signal: DriveSignal, cause: Cause) {
        let policy = self.policy();
        let id = job.drive_id(unit);
        let (fact, row) = job.drive_mut(unit).meets(policy, id, signal, cause);
        self.fact(fact);
        if let Some(kind) = policy.drive_opens(row) {
            self.lend(job, |world, key| world.open_case(key, kind, Some(unit.number)));
        }
    }

    /// Sends a signal to all listed drives for which `wanted` holds.
    pub(super) fn signal_drives(
        &mut self,
        job: &mut Job,
        wanted: fn(&Drive) -> bool,
        signal: DriveSignal,
        cause: Cause,
    ) {
        let policy = self.policy();
        for (number, drive) in (0..).zip(&mut job.drives).filter(|(_, drive)| wanted(drive)) {
            let id = DriveId { job: job.fate.id, number, extra: false };
            self.out.fact(self.now, &drive.meets(policy, id, signal, cause).0);
        }
    }

    /// Queues a drive on hand for preparation or for a bay, if its job may be processed now.
    #[inline(always)]
    pub(super) fn start_processing(&mut self, job: &mut AtHand, unit: Unit) {
        let drive = job.drive(unit);
        if !job.may_process() || !drive.waits_to_be_processed() {
            return;
        }
        if self.scenario.site.preparation.is_some() && !drive.prepared {
            if let Some(ticket) = self.enter(job, StationName::Preparation, Task::Prepare(unit)) {
                job.drive_mut(unit).stage = Stage::WaitingToPrepare(ticket);
                self.pump_beside(job, StationName::Preparation);
            }
        } else if let Some(ticket) = self.enter(job, StationName::Bays, Task::Copy(unit)) {
            job.drive_mut(unit).stage = Stage::Waiting(ticket);
            self.pump_beside(job, StationName::Bays);
        }
    }

    /// Starts processing of all drives of a job that are ready.
    pub(super) fn start_all(&mut self, job: &mut AtHand) {
        for number in 0..job.drives.len() as u8 {
            self.start_processing(job, job.unit(number));
        }
    }

    pub(super) fn preparing_takes(&mut self, job: &mut Job, unit: Unit, slot: Slot) -> Length {
        let id = job.fate.id;
        job.drive_mut(unit).stage = Stage::Preparing(slot);
        let ahead = || job.ahead(unit, Work::Prepare, true);
        self.takes(id, Work::Prepare, || work_number(unit, 0), ahead)
    }

    pub(super) fn prepared(&mut self, job: &mut AtHand, unit: Unit) {
        let drive = job.drive_mut(unit);
        drive.prepared = true;
        drive.stage = Stage::Idle;
        self.start_processing(job, unit);
        self.settle(job);
    }

    /// A bay starts service of a drive, beginning with the mount (J11).
    pub(super) fn bay_takes(&mut self, job: &mut AtHand, unit: Unit, slot: Slot) -> Length {
        let (id, state) = (job.fate.id, job.state);
        let drive = job.drive_mut(unit);
        drive.stage = Stage::Mounting(slot);
        let mount = drive.mounts;
        drive.mounts = drive.mounts.saturating_add(1);
        if state == JobState::Received && job.is_usual {
            self.usual_begin(job);
        } else if state == JobState::Received {
            self.signal(job, JobSignal::ProcessingBegun, Cause::Bay);
        }
        let ahead = || job.ahead(unit, Work::Mount, mount == 0);
        self.takes(id, Work::Mount, || work_number(unit, mount), ahead)
    }

    pub(super) fn is_copying(&self, unit: Unit) -> bool {
        matches!(self.drive(unit).stage, Stage::Copying(_))
    }

    /// Mounting is finished: the copy starts (D7), or a fault is found (D12).
    #[inline(never)]
    pub(super) fn mounted(&mut self, job: &mut AtHand, unit: Unit, slot: Slot) {
        let drive = job.drive(unit);
        if drive.meets_fault() && job.fate_of(unit).found_after == 0 {
            self.ends(job, StationName::Bays, slot);
            return self.drive_fault(job, unit);
        }
        self.drive_signal(job, unit, DriveSignal::DataFlows, Cause::Bay);
        let now = self.now;
        let group = (u64::from(job.fate.id.source) << 32) | u64::from(job.fate.account);
        let drive = job.drive_mut(unit);
        drive.stage = Stage::Copying(slot);
        drive.copy_started = drive.copy_started.or(Some(now));
        let bytes = job.bytes_to_run(unit);
        self.site.station(StationName::Bays).work_elsewhere(slot);
        self.bandwidth.join(now, slot.index() as u32, group, bytes, self.scenario.site.bay_rate);
        self.schedule_copies();
    }

    #[inline(always)]
    pub(super) fn schedule_copies(&mut self) {
        if let Some(finish) = self.bandwidth.schedule(self.now) {
            let event = Event::Copied { slot: Slot::numbered(finish.id), generation: finish.generation };
            self.agenda.push(finish.at, self.turn(Turn::Work), event);
        }
    }

    /// The copy has ended or has met its fault. Returns false for a void event.
    #[inline(never)]
    pub(super) fn copied(&mut self, slot: Slot, generation: u32) -> bool {
        let bay = slot.index() as u32;
        if !self.bandwidth.is_due(bay, generation) {
            return false;
        }
        let Some(Task::Copy(unit)) = self.site.look_at(StationName::Bays).who(slot) else {
            panic!("drives: who copies has a bay")
        };
        let left = self.bandwidth.leave(self.now, bay);
        assert_eq!(left, 0, "drives: a copy ends when its bytes are copied");
        self.schedule_copies();
        let is_running = self.site.look_at(StationName::Bays).is_running(slot);
        if !is_running {
            self.abandon(StationName::Bays, slot, Task::Copy(unit));
        }
        self.about(unit.job, |world, job| {
            if is_running {
                world.ends(job, StationName::Bays, slot);
            }
            world.copy_ends(job, unit);
        });
        self.pump(StationName::Bays);
        true
    }

    #[inline(always)]
    fn copy_ends(&mut self, job: &mut AtHand, unit: Unit) {
        let drive = job.drive_mut(unit);
        drive.stage = Stage::Idle;
        if drive.meets_fault() {
            return self.drive_fault(job, unit);
        }
        drive.copy_ended = Some(self.now);
        let copy = drive.outcome;
        let clean = drive.fault == DriveFault::Solved || copy == crate::fate::CopyOutcome::Clean;
        let signal = if clean { DriveSignal::CopiedClean } else { DriveSignal::CopiedMoreInfo };
        self.drive_signal(job, unit, signal, if clean { Cause::Bay } else { Cause::Drive(copy) });
        if job.is_usual {
            return self.usual_copy_end(job);
        }
        self.settle(job);
    }

    /// D12: the drive frees its bay at once and does not stop other drives (F4).
    #[cold]
    fn drive_fault(&mut self, job: &mut AtHand, unit: Unit) {
        let drive = job.drive_mut(unit);
        drive.stage = Stage::Idle;
        let cause = Cause::Drive(drive.outcome);
        self.drive_signal(job, unit, DriveSignal::Fault, cause);
        self.settle(job);
    }

    /// Applies the end of the case to a Faulted drive. Solved: it queues for a bay again and keeps the bytes copied
    /// (D13). Given up: it has an error (D14).
    #[cold]
    pub(super) fn faulted_drive_is_told(&mut self, unit: Unit, signal: DriveSignal, cause: Cause) {
        self.with(unit.job, |world, job| {
            world.drive_signal(job, unit, signal, cause);
            if signal == DriveSignal::FaultSolved {
                job.drive_mut(unit).fault = DriveFault::Solved;
                world.start_processing(job, unit);
            } else {
                job.drive_mut(unit).fault = DriveFault::GivenUp;
            }
        });
    }

    /// The job is canceled, given up or Faulted: running copies finish, no copy starts (C2, F3). Preparation continues
    /// while Faulted, but is broken off if nothing will be copied.
    #[cold]
    pub(super) fn stop_processing(&mut self, key: Key) {
        self.touch(key);
        let skips = self.jobs[key].skips_copy;
        for number in 0..self.jobs[key].drives.len() as u8 {
            let unit = Unit { job: key, number, extra: false };
            match self.drive(unit).stage {
                Stage::Waiting(ticket) => self.withdraw(StationName::Bays, ticket, Task::Copy(unit)),
                Stage::Mounting(slot) => self.abandon(StationName::Bays, slot, Task::Copy(unit)),
                Stage::WaitingToPrepare(ticket) if skips => {
                    self.withdraw(StationName::Preparation, ticket, Task::Prepare(unit));
                }
                Stage::Preparing(slot) if skips => {
                    self.abandon(StationName::Preparation, slot, Task::Prepare(unit));
                }
                _ => continue,
            }
            self.drive_mut(unit).stage = Stage::Idle;
        }
        self.pump(StationName::Preparation);
        self.pump(StationName::Bays);
    }
}

impl Drive {
    /// Changes the state as the policy says. Returns the fact and the index of the row. Panics if no row applies.
    #[inline(always)]
    pub(super) fn meets(
        &mut self,
        policy: &Policy,
        id: DriveId,
        signal: DriveSignal,
        cause: Cause,
    ) -> (Fact, u16) {
        let from = self.state;
        match policy.drive(from, signal) {
            Some(Answer::Moves { to, rule, row, .. }) => {
                if signal == DriveSignal::Fault {
                    self.before_fault = Some(from);
                }
                self.state = to;
                (Fact::Drive { drive: id, from, to, rule, cause }, row)
            }
            _ => unforeseen(id, from, signal),
        }
    }
}

#[cold]
#[inline(never)]
fn unforeseen(id: DriveId, from: DriveState, signal: DriveSignal) -> ! {
    panic!("invariant \"only documented transitions\": drive {id:?} in {from} cannot meet {signal}")
}
