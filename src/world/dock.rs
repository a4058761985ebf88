//! The receiving dock: packages are opened; drives are received, routed or marked extra.

use super::*;

impl<'s, O: Observer, L: EventList<Event>> World<'s, O, L> {
    /// An admitted package is queued for opening or, if it was opened before, its drives are queued.
    pub(super) fn enter_dock(&mut self, job: &mut AtHand, package: Key) {
        if self.packages[package].opened.is_some() {
            let passed = &mut self.packages[package].passed;
            *passed = passed.saturating_add(1);
            return self.queue_drives(job, package);
        }
        if self.enter(job, StationName::Dock, Task::Open(package)).is_some() {
            self.pump_beside(job, StationName::Dock);
        }
    }

    #[inline(always)]
    pub(super) fn opening_takes(&mut self, job: &Job, package: Key) -> Length {
        let inbound = self.packages[package].inbound;
        let ahead = || if inbound == 0 { job.fate.opening } else { 0 };
        self.takes(job.fate.id, Work::OpenPackage, || u32::from(inbound), ahead)
    }

    #[inline(always)]
    pub(super) fn receiving_takes(&mut self, job: &Job, package: Key, unit: Unit) -> Length {
        if let Some(length) = self.always[Work::ReceiveDrive as usize] {
            return length;
        }
        let job = if job.owns(unit) { job } else { &self.jobs[unit.job] };
        let time = self.packages[package].passed;
        let ahead = job.ahead(unit, Work::ReceiveDrive, time == 0);
        self.takes(job.fate.id, Work::ReceiveDrive, || work_number(unit, time), || ahead)
    }

    /// The dock has opened a package, so its contents are known. Drives that other jobs wait for are routed, even if
    /// the package has to wait (X2, E1).
    pub(super) fn opened(&mut self, job: &mut AtHand, package: Key) {
        if job.is_usual {
            return self.usual_opening(job, package);
        }
        self.packages[package].opened = Some(self.now);
        self.package_step(package, PackageStep::Opened);
        job.unopened -= 1;
        for &unit in &self.packages[package].units {
            let owner = if job.owns(unit) { &mut **job } else { &mut self.jobs[unit.job] };
            owner.drive_mut(unit).found = true;
        }
        if self.has_to_wait(job, package) {
            self.lend(job, |world, key| world.hold_rest(key, package));
        } else {
            self.find_missing(job);
            self.queue_drives(job, package);
        }
        self.settle(job);
    }

    /// Holds an opened package without the drives that other jobs wait for: those pass the dock (X2). Notes guests.
    #[cold]
    fn hold_rest(&mut self, key: Key, package: Key) {
        let strays = self.packages[package].units.iter().copied().filter(|unit| unit.job != key);
        let (routed, guests): (Units, Units) = strays.partition(|&unit| {
            let there = &self.jobs[unit.job];
            !there.fate.export && self.policy().route(there.state, listing(there.drive(unit))).is_some()
        });
        for guest in guests {
            self.hosts.insert(guest, key);
        }
        if routed.is_empty() {
            return self.hold(package);
        }
        self.packages[package].units.retain(|unit| !routed.contains(unit));
        if self.packages[package].units.is_empty() {
            self.packages[package].units.extend_from_slice(&routed);
            return self.with(key, |world, job| world.queue_drives(job, package));
        }
        let apart = self.split_off(package, false);
        self.packages[apart].units.extend_from_slice(&routed);
        self.with(key, |world, job| world.queue_drives(job, apart));
        self.hold(package);
    }

    /// Listed drives that no opened package has brought become NeverReceived, in any state from Shipping on (D4). So
    /// does a drive that was brought but left or was destroyed before the dock processed it.
    fn find_missing(&mut self, job: &mut Job) {
        if !job.fate.export && !matches!(job.state, JobState::Creating | JobState::Gone) {
            let is_missing = |drive: &Drive| {
                let is_here = matches!(drive.disposition, Disposition::AtDock | Disposition::AtSite);
                drive.state == DriveState::Specified && !(drive.found && is_here)
            };
            self.signal_drives(job, is_missing, DriveSignal::NotInPackage, Cause::Dock);
        }
    }

    fn queue_drives(&mut self, job: &mut AtHand, package: Key) {
        let units = std::mem::take(&mut self.packages[package].units);
        self.packages[package].unprocessed = units.len() as u32;
        // A drive that the dock is about to process cannot be claimed as a guest.
        if !self.hosts.is_empty() {
            units.iter().for_each(|unit| _ = self.hosts.remove(unit));
        }
        let own = units.iter().filter(|&&unit| job.owns(unit) && !unit.extra).count() as u16;
        if !self.has_to_wait(job, package) {
            job.opened |= own > 0;
        }
        job.in_dock += own;
        for &unit in &units {
            self.enter(job, StationName::Dock, Task::Receive { package, unit });
        }
        let is_empty = units.is_empty();
        self.packages[package].units = units;
        if is_empty {
            self.close_package(job, package);
        }
        self.pump_beside(job, StationName::Dock);
    }

    /// The dock has processed one drive of a package.
    #[inline(never)]
    pub(super) fn processed(&mut self, job: &mut AtHand, package: Key, unit: Unit) {
        if job.is_usual {
            return self.usual_receipt(job, package, unit);
        }
        if job.owns(unit) && !unit.extra {
            job.in_dock -= 1;
            self.take_in(job, unit, Some(package));
        } else {
            self.lend(job, |world, key| world.take_in_unlisted(key, unit, package));
        }
        let unprocessed = &mut self.packages[package].unprocessed;
        *unprocessed -= 1;
        if *unprocessed == 0 {
            if self.packages[package].passed > 0 && !self.has_to_wait(job, package) {
                self.find_missing(job);
            }
            self.close_package(job, package);
        }
        if !job.owns(unit) {
            self.lend(job, |world, _| world.settle_by_key(unit.job));
        }
        self.settle(job);
    }

    /// Takes in a drive that the job lists (D3, D6), or a drive of an export (D2).
    #[inline(always)]
    fn take_in(&mut self, job: &mut AtHand, unit: Unit, package: Option<Key>) {
        let row = self.arrival(job.state, listing(job.drive(unit)));
        if row.treatment == Treatment::Receive && row.errors.is_empty() {
            self.receive(job, unit);
            self.start_processing(job, unit);
        } else {
            self.lend(job, |world, key| world.treat(unit, key, package, row));
        }
    }

    /// Applies the policy's row to a drive that the dock has processed. `whose` is the job that lists it or in whose
    /// package it came.
    #[cold]
    fn treat(&mut self, unit: Unit, whose: Key, package: Option<Key>, row: &ArrivalRow) {
        if row.treatment == Treatment::Hold {
            return self.hold_apart(unit, package.expect("dock: who has to wait came in a package"));
        }
        let drive = self.jobs[unit.job].drive_id(unit);
        for &rule in row.errors {
            self.rule(self.jobs[whose].fate.id, drive, rule, Cause::Dock);
        }
        match row.treatment {
            Treatment::Receive => self.with(unit.job, |world, job| {
                world.receive(job, unit);
                world.start_processing(job, unit);
            }),
            Treatment::SendBack => {
                self.with(unit.job, |world, job| world.receive(job, unit));
                self.send_back(unit.job, &[unit], package);
            }
            Treatment::Extra => self.mark_extra(unit, whose, package, row.rule),
            Treatment::Route => self.route(unit, package, row.rule),
            Treatment::Hold => unreachable!("dock: it is held"),
        }
    }

    #[inline(always)]
    pub(super) fn receive(&mut self, job: &mut AtHand, unit: Unit) {
        let registered = job.drive(unit).state == DriveState::Absent;
        let signal = if registered { DriveSignal::Registered } else { DriveSignal::DockProcessed };
        self.drive_signal(job, unit, signal, Cause::Dock);
        let drive = job.drive_mut(unit);
        drive.received = Some(self.now);
        drive.found = true;
        self.dispose(job, unit, Disposition::AtSite);
    }

    /// The policy's row for a drive at the dock. Panics if there is none.
    #[inline(always)]
    pub(super) fn arrival(&self, base: JobState, listing: Listing) -> &'s ArrivalRow {
        let row = self.policy().arrival(base, listing);
        row.unwrap_or_else(|| {
            panic!("invariant \"each drive at the dock has a row\": {listing} of a job in {base}")
        })
    }

    /// Takes in a drive that the package's job does not list. A drive of no job is extra (X1, E5, E7). A drive of another
    /// job of the same source is routed if that job waits for it (X2), otherwise extra here (X1).
    #[cold]
    fn take_in_unlisted(&mut self, carrier: Key, unit: Unit, package: Key) {
        let state = self.jobs[carrier].state;
        if unit.extra {
            return self.treat(unit, carrier, Some(package), self.arrival(state, Listing::Extra));
        }
        if self.jobs[unit.job].shares_parcel() {
            self.touch(unit.job);
            self.jobs[unit.job].in_parcel -= 1;
        }
        let there = &self.jobs[unit.job];
        // An export lists no drives, so it does not wait for this one.
        let route =
            self.policy().route(there.state, listing(there.drive(unit))).filter(|_| !there.fate.export);
        let row = self.arrival(state, Listing::Elsewhere);
        let Some(route) = route else { return self.treat(unit, carrier, Some(package), row) };
        let (carrier, drive) = (self.jobs[carrier].fate.id, there.drive_id(unit));
        row.errors.iter().for_each(|&rule| self.rule(carrier, drive, rule, Cause::Dock));
        self.treat(unit, unit.job, Some(package), route);
    }

    /// X2: the job that lists the drive waits for it and receives it.
    pub(super) fn route(&mut self, unit: Unit, package: Option<Key>, rule: Rule) {
        self.touch(unit.job);
        let job = &mut self.jobs[unit.job];
        job.opened = true;
        let (id, drive, state, listing) =
            (job.fate.id, job.drive_id(unit), job.state, listing(job.drive(unit)));
        self.rule(id, drive, rule, Cause::Dock);
        let row = self.arrival(state, listing);
        assert!(row.treatment != Treatment::Route, "invariant \"a drive is routed once\"");
        self.treat(unit, unit.job, package, row);
    }

    /// X1: the drive is never processed; it leaves with the job in whose package it came.
    fn mark_extra(&mut self, unit: Unit, carrier: Key, package: Option<Key>, rule: Rule) {
        let drive = self.jobs[unit.job].drive_id(unit);
        self.rule(self.jobs[carrier].fate.id, drive, rule, Cause::Dock);
        let now = self.now;
        self.drive_mut(unit).received = Some(now);
        self.with(unit.job, |world, job| world.dispose(job, unit, Disposition::AtSite));
        self.touch(carrier);
        if unit.job != carrier {
            self.hosts.insert(unit, carrier);
        }
        self.jobs[carrier].rare.guests.push(unit);
        self.let_packages_of_in(carrier);
        if self.jobs[carrier].has_ended() {
            self.with(carrier, |world, job| world.send_back_rest(job, package));
        }
    }
}

/// Listing of a drive in its own job.
pub(super) fn listing(drive: &Drive) -> Listing {
    match drive.state {
        DriveState::NeverReceived => Listing::NeverReceived,
        _ => Listing::Specified,
    }
}
