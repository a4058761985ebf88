//! Packing: drives leave the data center, which ends the job.

use super::*;

impl<O: Observer, L: EventList<Event>> World<'_, O, L> {
    /// A job in Packaging enters the packing queue.
    pub(super) fn join_packing(&mut self, job: &mut AtHand) {
        if let Some(ticket) = self.enter(job, StationName::Packing, Task::Pack(job.key)) {
            job.packing = Visit::Waiting(ticket);
            self.pump_beside(job, StationName::Packing);
        }
    }

    /// Withdraws the package from packing: a late drive, a fault or a bad address (J17, F3, E4).
    #[inline(always)]
    pub(super) fn leave_packing(&mut self, job: &mut AtHand) {
        if job.packing != Visit::Not {
            self.lend(job, |world, key| world.break_packing_off(key));
        }
    }

    #[cold]
    fn break_packing_off(&mut self, key: Key) {
        let visit = std::mem::take(&mut self.jobs[key].packing);
        self.take_out(StationName::Packing, visit, Task::Pack(key));
        self.pump(StationName::Packing);
    }

    pub(super) fn packing_begins(&mut self, job: &mut Job, slot: Slot) -> Length {
        job.packing = Visit::Working(slot);
        let number = job.pack_count;
        job.pack_count += 1;
        let ahead = || if number == 0 { job.fate.packing } else { 0 };
        let length = self.takes(job.fate.id, Work::PackPackage, || number, ahead);
        let mut drives = Span::ZERO;
        for number in 0..job.drives.len() {
            if job.drives[number].waits_to_leave() {
                drives += self.drive_takes(job, job.unit(number as u8));
            }
        }
        for number in 0..job.rare.guests.len() {
            drives += self.drive_takes(job, job.rare.guests[number]);
        }
        length.and(drives)
    }

    /// Time to pack one drive, of this or another job.
    #[inline(always)]
    fn drive_takes(&mut self, job: &mut Job, unit: Unit) -> Span {
        let owner = if job.owns(unit) { job } else { &mut self.jobs[unit.job] };
        let drive = owner.drive_mut(unit);
        let time = drive.packings;
        drive.packings = time.saturating_add(1);
        if let Some(length) = self.always[Work::PackDrive as usize] {
            return length.span;
        }
        let (id, ahead) = (owner.fate.id, owner.ahead(unit, Work::PackDrive, time == 0));
        self.takes(id, Work::PackDrive, || work_number(unit, time), || ahead).span
    }

    /// The return package of a job leaves: D10, D11, then J13 or J14.
    pub(super) fn packed(&mut self, job: &mut AtHand) {
        job.packing = Visit::Not;
        let package = self.new_package(job, true);
        self.packages[package].closes = true;
        if job.is_usual {
            self.usual_departure(job, package);
        } else {
            job.on_hand(&mut self.packages[package].units);
            job.rare.guests.clear();
            self.drives_leave(job, package);
        }
        self.reach(job, Milestone::Packed);
        let back = job.fate.back;
        job.return_package = Some((back.carrier, self.now, self.packages[package].units.len() as u8));
        self.send(job, package, back);
        if job.is_usual {
            self.usual_end(job);
        } else {
            self.signal(job, JobSignal::AllLeft, Cause::Packing);
        }
    }

    fn drives_leave(&mut self, job: &mut AtHand, package: Key) {
        let units = std::mem::take(&mut self.packages[package].units);
        for &unit in &units {
            if !self.hosts.is_empty() {
                self.hosts.remove(&unit);
            }
            self.on(job, unit.job, |world, job| world.drive_leaves(job, unit));
        }
        self.packages[package].units = units;
    }

    #[inline(always)]
    fn drive_leaves(&mut self, job: &mut AtHand, unit: Unit) {
        let drive = job.drive_mut(unit);
        drive.left = Some(self.now);
        let state = drive.state;
        // No state change for an extra drive (X1), a drive that only waited at the dock (E1), or one that leaves again
        // after a failed return.
        let is_guest = unit.extra || state == DriveState::Absent;
        let unprocessed =
            matches!(state, DriveState::Specified | DriveState::NeverReceived | DriveState::ShippedBack);
        if !is_guest && !unprocessed {
            self.drive_signal(job, unit, DriveSignal::Left, Cause::Packing);
        }
        if !job.rare.drive_cases.is_empty() {
            self.lend(job, |world, key| world.settle_case_of(key, unit));
        }
    }

    /// Sends drives back in a separate package (D6 of a Closed job, X1 without a return package).
    #[cold]
    pub(super) fn send_back(&mut self, key: Key, units: &[Unit], from: Option<Key>) {
        if self.jobs[key].address_known_bad {
            return self.hold_for_address(key, units, from);
        }
        let package = self.with(key, |world, job| world.new_package(job, true));
        self.packages[package].units.extend_from_slice(units);
        for &unit in units {
            self.drive_mut(unit).is_claimed = true;
        }
        self.join_own_packing(package);
    }

    /// Sends back all drives on hand of a job that has no other return package to come. `from`: the package they came
    /// in.
    pub(super) fn send_back_rest(&mut self, job: &mut AtHand, from: Option<Key>) {
        let mut units = Units::new();
        job.on_hand(&mut units);
        job.rare.guests.clear();
        if !units.is_empty() {
            self.lend(job, |world, key| world.send_back(key, &units, from));
        }
    }

    #[cold]
    pub(super) fn join_own_packing(&mut self, package: Key) {
        let task = Task::PackOwn(package);
        let entered =
            self.with(self.packages[package].job, |world, job| world.enter(job, StationName::Packing, task));
        if let Some(ticket) = entered {
            self.packages[package].packing = Visit::Waiting(ticket);
            self.pump(StationName::Packing);
        }
    }

    /// Breaks off an attempted return before it leaves, because the job was set to Shipping (E1).
    pub(super) fn leave_own_packing(&mut self, package: Key) {
        let visit = std::mem::take(&mut self.packages[package].packing);
        if visit != Visit::Not {
            self.take_out(StationName::Packing, visit, Task::PackOwn(package));
            self.pump(StationName::Packing);
        }
    }

    #[cold]
    pub(super) fn own_packing_begins(&mut self, job: &mut Job, package: Key, slot: Slot) -> Length {
        self.packages[package].packing = Visit::Working(slot);
        /// Keeps these random numbers apart from those of packages that close jobs.
        const OWN: u32 = 1 << 20;
        let units = std::mem::take(&mut self.packages[package].units);
        // R1: addressed by contents, because a policy may send back more packages before this one.
        let number = units.first().map_or(0, |&unit| {
            let owner = if job.owns(unit) { &*job } else { &self.jobs[unit.job] };
            work_number(unit, owner.drive(unit).packings)
        });
        let length = self.takes(job.fate.id, Work::PackPackage, || OWN + number, || 0);
        let drives = units.iter().fold(Span::ZERO, |sum, &unit| sum + self.drive_takes(job, unit));
        self.packages[package].units = units;
        length.and(drives)
    }

    #[cold]
    pub(super) fn own_packed(&mut self, job: &mut AtHand, package: Key) {
        // All its drives have been claimed (X2).
        if self.packages[package].units.is_empty() {
            return self.close_package(job, package);
        }
        if self.packages[package].guest && job.address_known_bad {
            return self.lend(job, |world, _| world.hold_guest(package));
        }
        self.drives_leave(job, package);
        let back = job.fate.back;
        if job.return_package.is_none()
            && self.packages[package].phase == Phase::Not
            && !self.packages[package].guest
        {
            let drives = self.packages[package].units.len() as u8;
            job.return_package = Some((back.carrier, self.now, drives));
        }
        self.send(job, package, back);
    }

    /// Secure destruction (E1, E4): the last state is kept; the disposition shows it.
    #[cold]
    pub(super) fn destroy(&mut self, unit: Unit) {
        self.settle_case_of(unit.job, unit);
        self.with(unit.job, |world, job| world.dispose(job, unit, Disposition::Destroyed));
    }

    /// E4: the address was not corrected; drives on hand and extra drives are destroyed, and the job is Closed.
    #[cold]
    pub(super) fn destroy_all(&mut self, key: Key) {
        self.with(key, |world, job| world.leave_packing(job));
        let mut units = Units::new();
        self.jobs[key].on_hand(&mut units);
        // A drive that another job lists is not destroyed: it goes back to that job's address (X2).
        let (guests, own): (Units, Units) = units.into_iter().partition(|unit| unit.job != key);
        for unit in own {
            self.destroy(unit);
        }
        self.jobs[key].rare.guests.clear();
        self.signal_to(key, JobSignal::AllLeft, Cause::Destruction);
        for guest in guests {
            self.return_guest(guest);
        }
    }
}

impl Job {
    /// Collects the contents of a return package now: drives on hand, then extra drives (X1).
    #[inline(always)]
    fn on_hand(&self, units: &mut impl Extend<Unit>) {
        let here = (0..).zip(&self.drives).filter(|(_, drive)| drive.waits_to_leave());
        units.extend(here.map(|(number, _)| self.unit(number)));
        units.extend(self.rare.guests.iter().copied());
    }
}
