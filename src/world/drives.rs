//! Preparation and bays: drives are prepared, mounted and copied.

use super::*;
use crate::engine::flow::{Alone, Flow};
use crate::policy::Answer;
use crate::scenario::Site;

/// How copies get their bandwidth.
#[derive(Clone, Debug)]
pub(super) enum Bandwidth {
    /// No limit: each copy is a service of known length.
    Own(Alone),
    /// Shared within limits.
    Shared(Flow),
}

impl Bandwidth {
    pub(super) fn new(site: &Site) -> Bandwidth {
        match (site.total_rate, site.account_rate) {
            (None, None) => Bandwidth::Own(Alone::at(site.bay_rate)),
            (total, per_account) => Bandwidth::Shared(Flow::new(total, per_account)),
        }
    }

    /// The shared bandwidth, if it is shared.
    pub(super) fn shared(&mut self) -> Option<&mut Flow> {
        match self {
            Bandwidth::Own(_) => None,
            Bandwidth::Shared(flow) => Some(flow),
        }
    }
}

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
        let drive = job.drive_mut(unit);
        drive.stage = Stage::Copying(slot);
        drive.copy_started = drive.copy_started.or(Some(now));
        self.begin_copy(job, slot, job.bytes_to_run(unit));
    }

    /// The copy of a job's drive in this bay starts.
    #[inline(always)]
    pub(super) fn begin_copy(&mut self, job: &Job, slot: Slot, bytes: u64) {
        let now = self.now;
        match &mut self.bandwidth {
            Bandwidth::Own(rate) => {
                let due = self.site.station(StationName::Bays).work(now, slot, rate.time(bytes));
                let event = Event::Copied { slot, generation: due.generation, record: job.number };
                self.agenda.push(due.at, self.turn(Turn::Work), event);
            }
            Bandwidth::Shared(flow) => {
                let group = (u64::from(job.fate.id.source) << 32) | u64::from(job.fate.account);
                flow.join(now, slot.index() as u32, group, bytes, self.scenario.site.bay_rate);
                self.site.station(StationName::Bays).work_elsewhere(slot);
                self.schedule_copies();
            }
        }
    }

    /// Schedules the next copy to finish, if the bandwidth is shared.
    pub(super) fn schedule_copies(&mut self) {
        if let Some(finish) = self.bandwidth.shared().and_then(|flow| flow.schedule(self.now)) {
            let slot = Slot::numbered(finish.id);
            let record = self.jobs.number(self.drive_in(slot).job);
            let event = Event::Copied { slot, generation: finish.generation, record };
            self.agenda.push(finish.at, self.turn(Turn::Work), event);
        }
    }

    /// The drive in a bay.
    #[inline(always)]
    fn drive_in(&self, bay: Slot) -> Unit {
        match self.site.look_at(StationName::Bays).who(bay) {
            Some(Task::Copy(unit)) => unit,
            _ => panic!("drives: who copies has a bay"),
        }
    }

    /// The copy has ended or has met its fault. Returns false for a void event.
    #[inline(never)]
    pub(super) fn copied(&mut self, slot: Slot, generation: u32, record: RecordNumber) -> bool {
        let Some(unit) = self.copy_due(slot, generation) else { return false };
        let is_running = self.site.look_at(StationName::Bays).is_running(slot);
        self.about_record(record, |world, job| {
            assert!(job.owns(unit), "drives: the event names the record of the job in the bay");
            if is_running {
                world.ends(job, StationName::Bays, slot);
            } else {
                // Shared bandwidth: the bay has closed at the instant at which the copy ends.
                world.site.station(StationName::Bays).finish_suspended(world.now, slot);
                job.waits(StationName::Bays, -1);
            }
            world.copy_ends(job, unit);
        });
        self.pump(StationName::Bays);
        true
    }

    /// The drive whose copy ends now; `None` for a void event.
    #[inline(always)]
    fn copy_due(&mut self, slot: Slot, generation: u32) -> Option<Unit> {
        match &mut self.bandwidth {
            Bandwidth::Own(_) => match self.site.look_at(StationName::Bays).due(slot, generation)? {
                Task::Copy(unit) => Some(unit),
                _ => unreachable!("drives: who copies has a bay"),
            },
            Bandwidth::Shared(flow) => {
                let bay = slot.index() as u32;
                if !flow.is_due(bay, generation) {
                    return None;
                }
                let left = flow.leave(self.now, bay);
                assert_eq!(left, 0, "drives: a copy ends when its bytes are copied");
                self.schedule_copies();
                Some(self.drive_in(slot))
            }
        }
    }

    #[inline(always)]
    fn copy_ends(&mut self, job: &mut AtHand, unit: Unit) {
        if job.is_usual {
            return self.usual_copy_end(job, unit);
        }
        let drive = job.drive_mut(unit);
        drive.stage = Stage::Idle;
        if drive.meets_fault() {
            return self.drive_fault(job, unit);
        }
        drive.copy_ended = Some(self.now);
        let (signal, cause) = drive.end_of_copy();
        self.drive_signal(job, unit, signal, cause);
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
    /// The signal at the end of its copy, and the cause: clean (D8), or with warnings or errors (D9).
    #[inline(always)]
    pub(super) fn end_of_copy(&self) -> (DriveSignal, Cause) {
        if self.fault == DriveFault::Solved || self.outcome == CopyOutcome::Clean {
            (DriveSignal::CopiedClean, Cause::Bay)
        } else {
            (DriveSignal::CopiedMoreInfo, Cause::Drive(self.outcome))
        }
    }

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
