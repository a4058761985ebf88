//! The receiving dock: packages are opened, drives are Received, routed or marked extra.

use super::record::Unit;
use super::units::work_number;
use super::*;
use crate::fate::Work;
use crate::policy::{
    Disposition, DriveSignal, DriveState, JobState, Listing, Rule, Treatment, arrival, listed_elsewhere,
};
use crate::scenario::StationName;
use event::Task;

impl<O: Observer> World<'_, O> {
    /// A package is within: it is opened, or, opened already, its drives are received.
    pub(super) fn enter_dock(&mut self, package: Key) {
        let class = self.jobs[self.packages[package].job].fate.class;
        if self.packages[package].opened.is_none() {
            self.join(StationName::Dock, Task::Open(package), class);
        } else {
            self.queue_drives(package);
        }
        self.pump(StationName::Dock);
    }

    pub(super) fn opening_takes(&mut self, package: Key) -> Span {
        let id = self.packages[package].id;
        let ahead = if id.number == 0 { self.jobs[self.packages[package].job].fate.opening } else { 0 };
        let length = &self.scenario.site.per_package;
        self.fates.work(id.job, Work::OpenPackage, u32::from(id.number), ahead, length)
    }

    pub(super) fn receiving_takes(&mut self, _package: Key, unit: Unit) -> Span {
        let ahead = self.drive(unit).first(Work::ReceiveDrive, self.drive(unit).received.is_none());
        let (id, number) = (self.jobs[unit.job].fate.id, work_number(unit));
        self.fates.work(id, Work::ReceiveDrive, number, ahead, &self.scenario.site.dock_per_drive)
    }

    /// The dock has opened a package: now it is known what is in it, and what is not (D4).
    pub(super) fn opened(&mut self, package: Key) {
        let key = self.packages[package].job;
        self.touch(key);
        self.packages[package].opened = Some(self.now);
        self.package_step(package, PackageStep::Opened);
        self.jobs[key].unopened -= 1;
        let listed = |unit: &Unit| unit.job == key && !unit.extra;
        if self.packages[package].units.iter().any(listed) {
            self.jobs[key].opened = true;
            self.find_missing(key, package);
        }
        self.queue_drives(package);
        self.settle(key);
    }

    /// Listed drives that no opened package has shown are not in it (D4). Packages still unopened do not count.
    fn find_missing(&mut self, key: Key, package: Key) {
        for number in 0..self.packages[package].units.len() {
            let unit = self.packages[package].units[number];
            if unit.job == key && !unit.extra {
                self.drive_mut(unit).found = true;
            }
        }
        if self.jobs[key].fate.export || self.jobs[key].state != JobState::Shipping {
            return;
        }
        for number in 0..self.jobs[key].drives.len() as u8 {
            let unit = Unit { job: key, number, extra: false };
            let drive = self.drive(unit);
            if drive.state == DriveState::Specified && !drive.found {
                self.drive_signal(unit, DriveSignal::NotInPackage, Cause::Dock);
            }
        }
    }

    fn queue_drives(&mut self, package: Key) {
        let key = self.packages[package].job;
        let class = self.jobs[key].fate.class;
        let count = self.packages[package].units.len();
        self.packages[package].unprocessed = count as u32;
        for number in 0..count {
            let unit = self.packages[package].units[number];
            if unit.job == key && !unit.extra {
                self.jobs[key].in_dock += 1;
            }
            self.join(StationName::Dock, Task::Receive { package, unit }, class);
        }
        if count == 0 {
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
        self.packages[package].unprocessed -= 1;
        if self.packages[package].unprocessed == 0 {
            self.close_package(package);
        }
        self.settle(unit.job);
        self.settle(key);
    }

    /// A drive of the job on whose list it is (D3, D6), or of an export (D2).
    fn take_in(&mut self, unit: Unit, package: Key) {
        let state = self.jobs[unit.job].state;
        let listing = match self.drive(unit).state {
            DriveState::NeverReceived => Listing::NeverReceived,
            _ => Listing::Specified,
        };
        let row = arrival(state, listing);
        for &rule in row.errors {
            self.rule(unit.job, Some(unit), rule, Cause::Dock);
        }
        match row.treatment {
            Treatment::Hold => self.hold_apart(unit, package),
            Treatment::Receive | Treatment::ReceiveLate => {
                self.receive(unit);
                self.start_processing(unit);
            }
            Treatment::SendBack => {
                self.receive(unit);
                self.send_back(unit.job, &[unit]);
            }
            Treatment::Extra | Treatment::Route => unreachable!("dock: a listed drive is not extra"),
        }
    }

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

    /// A drive of no job (X1, E5, E7).
    fn take_in_extra(&mut self, unit: Unit, carrier: Key, package: Key) {
        let row = arrival(self.jobs[carrier].state, Listing::Extra);
        if row.treatment == Treatment::Hold {
            return self.hold_apart(unit, package);
        }
        for &rule in row.errors {
            self.rule(carrier, Some(unit), rule, Cause::Dock);
        }
        self.mark_extra(unit, carrier);
    }

    /// A drive of another job of its source: routed to it if that waits for it (X2), else extra here (X1).
    fn take_in_stray(&mut self, unit: Unit, carrier: Key, package: Key) {
        let there = &self.jobs[unit.job];
        let listing = match self.drive(unit).state {
            DriveState::NeverReceived => Listing::NeverReceived,
            _ => Listing::Specified,
        };
        // An export lists no drive: nobody there waits for this one.
        let route = listed_elsewhere(there.state, listing).filter(|_| !there.fate.export);
        let here = self.jobs[carrier].state;
        if here == JobState::Gone && route.is_none() {
            return self.hold_apart(unit, package);
        }
        if matches!(here, JobState::Creating | JobState::Shipping | JobState::Transferring) {
            self.rule(carrier, Some(unit), Rule::E5, Cause::Dock);
        }
        match route {
            Some((_, rule)) => {
                self.rule(unit.job, Some(unit), rule, Cause::Dock);
                self.touch(unit.job);
                self.jobs[unit.job].opened = true;
                self.take_in(unit, package);
            }
            None => self.mark_extra(unit, carrier),
        }
    }

    /// X1: never processed; leaves with the job in whose package it came.
    fn mark_extra(&mut self, unit: Unit, carrier: Key) {
        self.rule(carrier, Some(unit), Rule::X1, Cause::Dock);
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
