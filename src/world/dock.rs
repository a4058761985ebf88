//! The receiving dock: packages are opened, drives are Received, routed or marked extra.

use super::record::{Drive, Unit};
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
            return self.queue_drives(package);
        }
        if self.enter(StationName::Dock, Task::Open(package), class).is_some() {
            self.pump(StationName::Dock);
        }
    }

    pub(super) fn opening_takes(&mut self, package: Key) -> Span {
        let id = self.packages[package].id;
        let fate = &self.jobs[self.packages[package].job].fate;
        let ahead = || if id.number == 0 { fate.opening } else { 0 };
        self.fates.work(id.job, Work::OpenPackage, u32::from(id.number), ahead)
    }

    pub(super) fn receiving_takes(&mut self, _package: Key, unit: Unit) -> Span {
        let job = &self.jobs[unit.job];
        let drive = job.drive(unit);
        let ahead = || drive.first(Work::ReceiveDrive, drive.received.is_none());
        self.fates.work(job.fate.id, Work::ReceiveDrive, work_number(unit), ahead)
    }

    /// The dock has opened a package: now it is known what is in it, and what is not (D4).
    pub(super) fn opened(&mut self, package: Key) {
        let key = self.packages[package].job;
        self.touch(key);
        self.packages[package].opened = Some(self.now);
        self.package_step(package, PackageStep::Opened);
        let job = &mut self.jobs[key];
        job.unopened -= 1;
        let listed = |unit: &&Unit| unit.job == key && !unit.extra;
        let mut found = self.packages[package].units.iter().filter(listed).peekable();
        if found.peek().is_some() {
            job.opened = true;
            found.for_each(|&unit| job.drive_mut(unit).found = true);
            self.find_missing(key);
        }
        self.queue_drives(package);
        self.settle(key);
    }

    /// Listed drives that no opened package has shown are not in it (D4). Packages still unopened do not count.
    fn find_missing(&mut self, key: Key) {
        let job = &self.jobs[key];
        if !job.fate.export && job.state == JobState::Shipping {
            let is_missing = |drive: &Drive| drive.state == DriveState::Specified && !drive.found;
            self.signal_drives(key, is_missing, DriveSignal::NotInPackage, Cause::Dock);
        }
    }

    fn queue_drives(&mut self, package: Key) {
        let key = self.packages[package].job;
        let class = self.jobs[key].fate.class;
        let units = std::mem::take(&mut self.packages[package].units);
        self.packages[package].unprocessed = units.len() as u32;
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
            self.take_in_stray(unit, key, package);
        }
        let unprocessed = &mut self.packages[package].unprocessed;
        *unprocessed -= 1;
        if *unprocessed == 0 {
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
        self.treat(unit, unit.job, package, row);
    }

    /// What the policy says of a drive that the dock has processed. `whose` is the job that lists it, or in whose package it
    /// came.
    #[inline(always)]
    fn treat(&mut self, unit: Unit, whose: Key, package: Key, row: &ArrivalRow) {
        if row.treatment == Treatment::Hold {
            return self.hold_apart(unit, package);
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
                self.send_back(unit.job, &[unit]);
            }
            Treatment::Extra => self.mark_extra(unit, whose, row.rule),
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
        self.treat(unit, carrier, package, row);
    }

    /// A drive of another job of its source: routed to it if that waits for it (X2), else extra here (X1).
    #[cold]
    fn take_in_stray(&mut self, unit: Unit, carrier: Key, package: Key) {
        let there = &self.jobs[unit.job];
        // An export lists no drive: nobody there waits for this one.
        let route =
            self.policy().route(there.state, listing(there.drive(unit))).filter(|_| !there.fate.export);
        let row = self.arrival(self.jobs[carrier].state, Listing::Elsewhere);
        let Some(route) = route else { return self.treat(unit, carrier, package, row) };
        row.errors.iter().for_each(|&rule| self.rule(carrier, Some(unit), rule, Cause::Dock));
        self.treat(unit, unit.job, package, route);
    }

    /// X2: the job that lists the drive waits for it, and receives it.
    fn route(&mut self, unit: Unit, package: Key, rule: Rule) {
        self.rule(unit.job, Some(unit), rule, Cause::Dock);
        self.touch(unit.job);
        self.jobs[unit.job].opened = true;
        let job = &self.jobs[unit.job];
        let row = self.arrival(job.state, listing(job.drive(unit)));
        assert!(row.treatment != Treatment::Route, "invariant \"a drive is routed once\"");
        self.treat(unit, unit.job, package, row);
    }

    /// X1: never processed; leaves with the job in whose package it came.
    fn mark_extra(&mut self, unit: Unit, carrier: Key, rule: Rule) {
        self.rule(carrier, Some(unit), rule, Cause::Dock);
        let now = self.now;
        let drive = self.drive_mut(unit);
        (drive.received, drive.is_guest) = (Some(now), true);
        self.dispose(unit, Disposition::AtSite);
        self.touch(carrier);
        self.jobs[carrier].guests.push(unit);
        self.let_packages_of_in(carrier);
        if self.jobs[carrier].has_ended() {
            self.send_back_rest(carrier);
        }
    }
}

/// How a drive stands to the job that lists it.
fn listing(drive: &Drive) -> Listing {
    match drive.state {
        DriveState::NeverReceived => Listing::NeverReceived,
        _ => Listing::Specified,
    }
}
