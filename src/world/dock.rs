//! The receiving dock: packages are opened, drives are Received, routed or marked extra.

use super::record::{Drive, Unit, Units};
use super::units::work_number;
use super::*;
use crate::fate::Work;
use crate::policy::{ArrivalRow, Disposition, DriveSignal, DriveState, JobState, Listing, Rule, Treatment};
use crate::scenario::StationName;
use event::Task;

impl<'s, O: Observer, L: EventList<Event>> World<'s, O, L> {
    /// A package is within: it is opened, or, opened already, its drives are received.
    pub(super) fn enter_dock(&mut self, package: Key) {
        let class = self.jobs[self.packages[package].job].fate.class;
        if self.packages[package].opened.is_some() {
            let passed = &mut self.packages[package].passed;
            *passed = passed.saturating_add(1);
            return self.queue_drives(package);
        }
        if self.enter(StationName::Dock, Task::Open(package), class).is_some() {
            self.pump(StationName::Dock);
        }
    }

    pub(super) fn opening_takes(&mut self, package: Key) -> Span {
        let (id, inbound) = (self.packages[package].id, self.packages[package].inbound);
        let fate = &self.jobs[self.packages[package].job].fate;
        let ahead = || if inbound == 0 { fate.opening } else { 0 };
        self.fates.work(id.job, Work::OpenPackage, u32::from(inbound), ahead)
    }

    pub(super) fn receiving_takes(&mut self, package: Key, unit: Unit) -> Span {
        let job = &self.jobs[unit.job];
        let time = self.packages[package].passed;
        let ahead = || job.drive(unit).first(Work::ReceiveDrive, time == 0);
        self.fates.work(job.fate.id, Work::ReceiveDrive, work_number(unit, time), ahead)
    }

    /// The dock has opened a package: now it is known what is in it. A drive that another job waits for is routed, also out of
    /// a package that has to wait (X2, E1).
    pub(super) fn opened(&mut self, package: Key) {
        let key = self.packages[package].job;
        self.touch(key);
        self.packages[package].opened = Some(self.now);
        self.package_step(package, PackageStep::Opened);
        self.jobs[key].unopened -= 1;
        for number in 0..self.packages[package].units.len() {
            let unit = self.packages[package].units[number];
            self.drive_mut(unit).found = true;
        }
        if self.has_to_wait(package) {
            if self.part_with_routed(package) {
                self.hold(package);
            }
            return self.settle(key);
        }
        self.find_missing(key);
        self.queue_drives(package);
        self.settle(key);
    }

    /// X2: what other jobs wait for passes the dock; the rest of the package has to wait. Guests are noted. Returns whether there
    /// is a rest.
    #[cold]
    fn part_with_routed(&mut self, package: Key) -> bool {
        let key = self.packages[package].job;
        let strays: Units =
            self.packages[package].units.iter().copied().filter(|unit| unit.job != key).collect();
        if strays.is_empty() {
            return true;
        }
        let (routed, guests): (Units, Units) = strays.into_iter().partition(|&unit| {
            let there = &self.jobs[unit.job];
            !there.fate.export && self.policy().route(there.state, listing(there.drive(unit))).is_some()
        });
        for guest in guests {
            self.hosts.insert(guest, key);
        }
        if routed.is_empty() {
            return true;
        }
        self.packages[package].units.retain(|unit| !routed.contains(unit));
        let record = &self.packages[package];
        let (journey, arrived, opened, inbound) =
            (record.journey, record.arrived, record.opened, record.inbound);
        if record.units.is_empty() {
            self.packages[package].units.extend_from_slice(&routed);
            self.queue_drives(package);
            return false;
        }
        let apart = self.new_package(key, false);
        let record = &mut self.packages[apart];
        (record.journey, record.arrived, record.opened, record.step) =
            (journey, arrived, opened, PackageStep::Opened);
        record.inbound = inbound;
        record.units.extend_from_slice(&routed);
        self.queue_drives(apart);
        true
    }

    /// Listed drives that no opened package has brought are NeverReceived, in any state from Shipping on (D4). One that was
    /// brought and has left since, or was destroyed, never passed the dock.
    fn find_missing(&mut self, key: Key) {
        if !self.jobs[key].fate.export && !matches!(self.jobs[key].state, JobState::Creating | JobState::Gone)
        {
            let is_missing = |drive: &Drive| {
                let is_here = matches!(drive.disposition, Disposition::AtDock | Disposition::AtSite);
                drive.state == DriveState::Specified && !(drive.found && is_here)
            };
            self.signal_drives(key, is_missing, DriveSignal::NotInPackage, Cause::Dock);
        }
    }

    fn queue_drives(&mut self, package: Key) {
        let key = self.packages[package].job;
        let class = self.jobs[key].fate.class;
        let units = std::mem::take(&mut self.packages[package].units);
        self.packages[package].unprocessed = units.len() as u32;
        // What the dock is about to process is no guest that a job could claim: it will be looked at then.
        if !self.hosts.is_empty() {
            units.iter().for_each(|unit| _ = self.hosts.remove(unit));
        }
        if !self.has_to_wait(package) {
            self.jobs[key].opened |= units.iter().any(|unit| unit.job == key && !unit.extra);
        }
        self.jobs[key].in_dock += units.iter().filter(|unit| unit.job == key && !unit.extra).count() as u32;
        for &unit in &units {
            self.enter(StationName::Dock, Task::Receive { package, unit }, class);
        }
        let is_empty = units.is_empty();
        self.packages[package].units = units;
        if is_empty {
            self.close_package(package);
        }
        self.pump(StationName::Dock);
    }

    /// The dock has processed one drive of a package.
    pub(super) fn processed(&mut self, package: Key, unit: Unit) {
        let key = self.packages[package].job;
        self.touch(key);
        if unit.job == key && !unit.extra {
            self.jobs[key].in_dock -= 1;
            self.take_in(unit, package);
        } else if unit.extra {
            self.take_in_extra(unit, key, package);
        } else {
            if self.jobs[unit.job].shares_parcel() {
                self.jobs[unit.job].in_parcel -= 1;
            }
            self.take_in_stray(unit, key, package);
        }
        let unprocessed = &mut self.packages[package].unprocessed;
        *unprocessed -= 1;
        if *unprocessed == 0 {
            if self.packages[package].passed > 0 && !self.has_to_wait(package) {
                self.find_missing(key);
            }
            self.close_package(package);
        }
        if unit.job != key {
            self.settle(unit.job);
        }
        self.settle(key);
    }

    /// A drive of the job on whose list it is (D3, D6), or of an export (D2).
    #[inline(always)]
    fn take_in(&mut self, unit: Unit, package: Key) {
        let job = &self.jobs[unit.job];
        let row = self.arrival(job.state, listing(job.drive(unit)));
        self.treat(unit, unit.job, Some(package), row);
    }

    /// What the policy says of a drive that the dock has processed. `whose` is the job that lists it, or in whose package it
    /// came.
    #[inline(always)]
    fn treat(&mut self, unit: Unit, whose: Key, package: Option<Key>, row: &ArrivalRow) {
        if row.treatment == Treatment::Hold {
            return self.hold_apart(unit, package.expect("dock: who has to wait came in a package"));
        }
        for &rule in row.errors {
            self.rule(whose, Some(unit), rule, Cause::Dock);
        }
        match row.treatment {
            Treatment::Receive => {
                self.receive(unit);
                self.start_processing(unit);
            }
            Treatment::SendBack => {
                self.receive(unit);
                self.send_back(unit.job, &[unit], package);
            }
            Treatment::Extra => self.mark_extra(unit, whose, package, row.rule),
            Treatment::Route => self.route(unit, package, row.rule),
            Treatment::Hold => unreachable!("dock: it is held"),
        }
    }

    #[inline(always)]
    fn receive(&mut self, unit: Unit) {
        let registered = self.drive(unit).state == DriveState::Absent;
        let signal = if registered { DriveSignal::Registered } else { DriveSignal::DockProcessed };
        self.drive_signal(unit, signal, Cause::Dock);
        let now = self.now;
        let drive = self.drive_mut(unit);
        drive.received = Some(now);
        drive.found = true;
        self.dispose(unit, Disposition::AtSite);
    }

    /// The policy's row for a drive at the dock.
    #[inline(always)]
    pub(super) fn arrival(&self, base: JobState, listing: Listing) -> &'s ArrivalRow {
        let row = self.policy().arrival(base, listing);
        row.unwrap_or_else(|| {
            panic!("invariant \"each drive at the dock has a row\": {listing} of a job in {base}")
        })
    }

    /// A drive of no job (X1, E5, E7).
    #[cold]
    fn take_in_extra(&mut self, unit: Unit, carrier: Key, package: Key) {
        let row = self.arrival(self.jobs[carrier].state, Listing::Extra);
        self.treat(unit, carrier, Some(package), row);
    }

    /// A drive of another job of its source: routed to it if that waits for it (X2), else extra here (X1).
    #[cold]
    fn take_in_stray(&mut self, unit: Unit, carrier: Key, package: Key) {
        let there = &self.jobs[unit.job];
        // An export lists no drive: nobody there waits for this one.
        let route =
            self.policy().route(there.state, listing(there.drive(unit))).filter(|_| !there.fate.export);
        let row = self.arrival(self.jobs[carrier].state, Listing::Elsewhere);
        let Some(route) = route else { return self.treat(unit, carrier, Some(package), row) };
        row.errors.iter().for_each(|&rule| self.rule(carrier, Some(unit), rule, Cause::Dock));
        self.treat(unit, unit.job, Some(package), route);
    }

    /// X2: the job that lists the drive waits for it, and receives it.
    pub(super) fn route(&mut self, unit: Unit, package: Option<Key>, rule: Rule) {
        self.rule(unit.job, Some(unit), rule, Cause::Dock);
        self.touch(unit.job);
        self.jobs[unit.job].opened = true;
        let job = &self.jobs[unit.job];
        let row = self.arrival(job.state, listing(job.drive(unit)));
        assert!(row.treatment != Treatment::Route, "invariant \"a drive is routed once\"");
        self.treat(unit, unit.job, package, row);
    }

    /// X1: never processed; leaves with the job in whose package it came.
    fn mark_extra(&mut self, unit: Unit, carrier: Key, package: Option<Key>, rule: Rule) {
        self.rule(carrier, Some(unit), rule, Cause::Dock);
        let now = self.now;
        self.drive_mut(unit).received = Some(now);
        self.dispose(unit, Disposition::AtSite);
        self.touch(carrier);
        if unit.job != carrier {
            self.hosts.insert(unit, carrier);
        }
        self.jobs[carrier].guests.push(unit);
        self.let_packages_of_in(carrier);
        if self.jobs[carrier].has_ended() {
            self.send_back_rest(carrier, package);
        }
    }
}

/// How a drive stands to the job that lists it.
pub(super) fn listing(drive: &Drive) -> Listing {
    match drive.state {
        DriveState::NeverReceived => Listing::NeverReceived,
        _ => Listing::Specified,
    }
}
