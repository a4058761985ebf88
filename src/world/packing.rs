//! Packing: drives leave the data center, and with them the job ends.

use super::event::*;
use super::record::{Packing, Phase, Unit, Units};
use super::units::work_number;
use super::*;
use crate::engine::station::Slot;
use crate::fate::Work;
use crate::policy::{Disposition, DriveSignal, DriveState, JobSignal};
use crate::scenario::{Milestone, StationName};

impl<O: Observer, L: EventList<Event>> World<'_, O, L> {
    /// What a return of this job would carry now: its drives on hand, then extra drives (X1).
    #[inline(always)]
    fn on_hand(&self, key: Key, units: &mut impl Extend<Unit>) {
        let job = &self.jobs[key];
        let listed = job.drives.iter().enumerate();
        let here = listed.filter(|(_, drive)| drive.on_hand() && !drive.is_claimed);
        units.extend(here.map(|(number, _)| Unit { job: key, number: number as u8, extra: false }));
        units.extend(job.guests.iter().copied());
    }

    /// A job in Packaging joins the line of packing, once.
    pub(super) fn join_packing(&mut self, key: Key) {
        if self.jobs[key].packing != Packing::Not {
            return;
        }
        let class = self.jobs[key].fate.class;
        if let Some(ticket) = self.enter(StationName::Packing, Task::Pack(key), class) {
            self.jobs[key].packing = Packing::Waiting(ticket);
            self.pump(StationName::Packing);
        }
    }

    /// The package is not packed now, or not yet: a late drive, a fault, a bad address (J17, F3, E4).
    pub(super) fn leave_packing(&mut self, key: Key) {
        match self.jobs[key].packing {
            Packing::Not => return,
            Packing::Waiting(ticket) => self.withdraw(StationName::Packing, ticket, Task::Pack(key)),
            Packing::Working(slot) => self.abandon(StationName::Packing, slot, Task::Pack(key)),
        }
        self.jobs[key].packing = Packing::Not;
        self.pump(StationName::Packing);
    }

    pub(super) fn packing_begins(&mut self, key: Key, slot: Slot) -> Span {
        self.jobs[key].packing = Packing::Working(slot);
        let number = self.jobs[key].pack_count;
        self.jobs[key].pack_count += 1;
        let mut units = Units::new();
        self.on_hand(key, &mut units);
        self.packing_takes(key, number, &units)
    }

    fn packing_takes(&mut self, key: Key, number: u32, units: &[Unit]) -> Span {
        let id = self.jobs[key].fate.id;
        let ahead = || if number == 0 { self.jobs[key].fate.packing } else { 0 };
        let mut length = self.fates.work(id, Work::PackPackage, number, ahead);
        for &unit in units {
            let job = &mut self.jobs[unit.job];
            let id = job.fate.id;
            let drive = job.drive_mut(unit);
            let time = drive.packings;
            drive.packings = time.saturating_add(1);
            let ahead = || drive.first(Work::PackDrive, time == 0);
            length += self.fates.work(id, Work::PackDrive, work_number(unit, time), ahead);
        }
        length
    }

    /// The return package of a job leaves: D10, D11, then J13 or J14.
    pub(super) fn packed(&mut self, key: Key) {
        self.touch(key);
        self.jobs[key].packing = Packing::Not;
        let package = self.new_package(key, true);
        self.packages[package].closes = true;
        let mut units = std::mem::take(&mut self.packages[package].units);
        self.on_hand(key, &mut units);
        self.packages[package].units = units;
        self.jobs[key].guests.clear();
        self.drives_leave(package);
        self.reach(key, Milestone::Packed);
        let job = &mut self.jobs[key];
        let back = job.fate.back;
        job.return_package = Some((back.carrier, self.now, self.packages[package].units.len() as u8));
        self.send(package, back);
        self.signal(key, JobSignal::AllLeft, Cause::Packing);
    }

    #[inline(always)]
    fn drives_leave(&mut self, package: Key) {
        let now = self.now;
        let units = std::mem::take(&mut self.packages[package].units);
        for &unit in &units {
            if !self.hosts.is_empty() {
                self.hosts.remove(&unit);
            }
            let drive = self.drive_mut(unit);
            drive.left = Some(now);
            let (state, case) = (drive.state, drive.case.take());
            // An extra drive has no state of the enum (X1); nor does a drive that waited at the dock change it (E1),
            // or one that leaves again after its return has failed.
            let is_guest = unit.extra || state == DriveState::Absent;
            let unprocessed =
                matches!(state, DriveState::Specified | DriveState::NeverReceived | DriveState::ShippedBack);
            if !is_guest && !unprocessed {
                self.drive_signal(unit, DriveSignal::Left, Cause::Packing);
            }
            self.settle_case(case);
        }
        self.packages[package].units = units;
    }

    /// Drives leave in a package of their own (D6 of a Closed job, X1 without a return package).
    pub(super) fn send_back(&mut self, key: Key, units: &[Unit], from: Option<Key>) {
        if units.is_empty() {
            return;
        }
        if self.jobs[key].address_known_bad {
            return self.hold_for_address(key, units, from);
        }
        let package = self.new_package(key, true);
        self.packages[package].units.extend_from_slice(units);
        for &unit in units {
            self.drive_mut(unit).is_claimed = true;
        }
        self.join_own_packing(package);
    }

    /// Everything on hand of a job that will have no other return package; `from` is the package in which it came, if one.
    pub(super) fn send_back_rest(&mut self, key: Key, from: Option<Key>) {
        let mut units = Units::new();
        self.on_hand(key, &mut units);
        self.jobs[key].guests.clear();
        self.send_back(key, &units, from);
    }

    pub(super) fn join_own_packing(&mut self, package: Key) {
        let job = self.packages[package].job;
        let class = self.jobs[job].fate.class;
        if let Some(ticket) = self.enter(StationName::Packing, Task::PackOwn(package), class) {
            self.packages[package].packing = Packing::Waiting(ticket);
            self.pump(StationName::Packing);
        }
    }

    /// An attempted return is broken off before it has left: the job was set to Shipping after all (E1).
    pub(super) fn leave_own_packing(&mut self, package: Key) {
        match self.packages[package].packing {
            Packing::Not => return,
            Packing::Waiting(ticket) => self.withdraw(StationName::Packing, ticket, Task::PackOwn(package)),
            Packing::Working(slot) => self.abandon(StationName::Packing, slot, Task::PackOwn(package)),
        }
        self.packages[package].packing = Packing::Not;
        self.pump(StationName::Packing);
    }

    pub(super) fn own_packing_begins(&mut self, package: Key, slot: Slot) -> Span {
        self.packages[package].packing = Packing::Working(slot);
        /// Beyond the numbers of the packages that close jobs.
        const OWN: u32 = 1 << 20;
        let job = self.packages[package].job;
        let units = std::mem::take(&mut self.packages[package].units);
        // R1: by what is in it, since a policy may send more packages back before this one.
        let number = units.first().map_or(0, |&unit| work_number(unit, self.drive(unit).packings));
        let length = self.packing_takes(job, OWN + number, &units);
        self.packages[package].units = units;
        length
    }

    pub(super) fn own_packed(&mut self, package: Key) {
        let job = self.packages[package].job;
        self.touch(job);
        // All that was in it has been claimed (X2).
        if self.packages[package].units.is_empty() {
            return self.close_package(package);
        }
        if self.packages[package].guest && self.jobs[job].address_known_bad {
            return self.hold_guest(package);
        }
        self.drives_leave(package);
        let back = self.jobs[job].fate.back;
        if self.jobs[job].return_package.is_none()
            && self.packages[package].phase == Phase::Not
            && !self.packages[package].guest
        {
            let drives = self.packages[package].units.len() as u8;
            self.jobs[job].return_package = Some((back.carrier, self.now, drives));
        }
        self.send(package, back);
    }

    /// Securely destroyed (E1, E4): the last state stays, the disposition tells.
    #[cold]
    pub(super) fn destroy(&mut self, unit: Unit) {
        let case = self.drive_mut(unit).case.take();
        self.settle_case(case);
        self.dispose(unit, Disposition::Destroyed);
    }

    /// E4: nobody corrected the address; the drives on hand and the extra ones are destroyed, the job is Closed.
    #[cold]
    pub(super) fn destroy_all(&mut self, key: Key) {
        self.leave_packing(key);
        let mut units = Units::new();
        self.on_hand(key, &mut units);
        // What another job lists is no drive of this one: it goes back to that job's address (X2).
        let (guests, own): (Units, Units) = units.into_iter().partition(|unit| unit.job != key);
        for unit in own {
            self.destroy(unit);
        }
        self.jobs[key].guests.clear();
        self.signal(key, JobSignal::AllLeft, Cause::Destruction);
        for guest in guests {
            self.return_guest(guest);
        }
    }
}
