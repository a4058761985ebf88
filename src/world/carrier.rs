//! Packages on their way: handed over, travelling, arrived.

use super::event::*;
use super::record::{Packing, Phase, Unit};
use super::*;
use crate::fate::{Journey, JourneyEnd};
use crate::policy::{Disposition, Listing, Rule, Treatment, Turn};
use crate::scenario::Milestone;

impl<O: Observer, L: EventList<Event>> World<'_, O, L> {
    /// The customer hands the package over, and drives that come later are handed over apart. A job all of whose drives
    /// travel in another job's package sends none of its own, unless drives of others go along with it (X2).
    pub(super) fn hand_over(&mut self, key: Key) {
        use crate::fate::Travels;
        let id = self.jobs[key].fate.id;
        if self.jobs[key].shares_parcel() && !self.strays.contains_key(&id) {
            return;
        }
        let mut package = self.new_inbound(key);
        let inbound = self.jobs[key].fate.inbound;
        let mut apart: Vec<(Span, u8)> = vec![];
        let (job, units) = (&self.jobs[key], &mut self.packages[package].units);
        for (number, drive) in (0..).zip(&job.drives) {
            match drive.fate.travels {
                Travels::WithPackage => units.push(Unit { job: key, number, extra: false }),
                Travels::Later(after) => apart.push((after, number)),
                Travels::Never | Travels::With(_) => {}
            }
        }
        units.extend((0..job.extras.len() as u8).map(|number| Unit { job: key, number, extra: true }));
        self.take_strays_along(id, package);
        let drives = self.packages[package].units.len() as u8;
        self.jobs[key].delivery_package = Some((inbound.carrier, self.now, drives));
        self.send(package, inbound);
        apart.sort_unstable();
        for same in apart.chunk_by(|one, next| one.0 == next.0) {
            package = self.new_inbound(key);
            let units = same.iter().map(|&(_, number)| Unit { job: key, number, extra: false });
            self.packages[package].units.extend(units);
            self.send(package, Journey { transit: same[0].0, ends: JourneyEnd::Delivered, ..inbound });
        }
    }

    /// Drives of other jobs that were put into this one's parcel (X2). It is the delivery of a job that sends no other.
    fn take_strays_along(&mut self, id: JobId, package: Key) {
        let carrier = self.jobs[self.packages[package].job].fate.inbound.carrier;
        for unit in self.strays.remove(&id).unwrap_or_default() {
            self.touch(unit.job);
            self.packages[package].units.push(unit);
            let now = self.now;
            let job = &mut self.jobs[unit.job];
            job.strays -= 1;
            if job.shares_parcel() {
                let delivery = job.delivery_package.get_or_insert((carrier, now, 0));
                delivery.2 += 1;
            }
        }
    }

    /// Nothing of this job will ever be handed over: what should have gone along stays where it is.
    #[cold]
    pub(super) fn leave_strays(&mut self, id: JobId) {
        for unit in self.strays.remove(&id).unwrap_or_default() {
            self.touch(unit.job);
            self.jobs[unit.job].strays -= 1;
        }
    }

    /// A package that the customer hands over, numbered in that order (R1).
    fn new_inbound(&mut self, job: Key) -> Key {
        let package = self.new_package(job, false);
        self.jobs[job].handed_over += 1;
        package
    }

    pub(super) fn new_package(&mut self, job: Key, back: bool) -> Key {
        self.touch(job);
        let key = self.packages.open();
        let record = &mut self.jobs[job];
        let number = record.packages_ever;
        record.packages_ever = record.packages_ever.saturating_add(1);
        record.packages += 1;
        let package = &mut self.packages[key];
        (package.job, package.inbound) = (job, record.handed_over);
        package.id = PackageId { job: record.fate.id, number, back };
        key
    }

    /// Gives a package to its carrier.
    pub(super) fn send(&mut self, package: Key, journey: Journey) {
        let back = self.packages[package].id.back;
        let going = if back { Disposition::InTransitBack } else { Disposition::InTransitIn };
        self.dispose_all(package, going);
        let record = &mut self.packages[package];
        record.journey = journey;
        record.sent = Some(self.now);
        record.packing = Packing::Not;
        if record.phase == Phase::Packs {
            record.phase = Phase::Away;
        }
        self.package_step(package, PackageStep::Sent);
        let at = match (
            is_attempted_return(&self.packages[package]),
            self.jobs[self.packages[package].job].fate.return_fails,
        ) {
            (true, Some(after)) => self.now + after,
            _ => self.roads.arrival(self.now, &journey),
        };
        self.agenda.push(at, self.turn(Turn::Arrival), Event::Arrive(package));
    }

    /// The end of a package's way.
    pub(super) fn arrive(&mut self, package: Key) {
        let job = self.packages[package].job;
        self.touch(job);
        let fails =
            is_attempted_return(&self.packages[package]) && self.jobs[job].fate.return_fails.is_some();
        match (self.packages[package].id.back, self.packages[package].journey.ends) {
            (true, _) if fails => self.return_failed(package),
            (false, JourneyEnd::Lost) | (true, JourneyEnd::Lost) => self.lost(package),
            (true, ends) => self.delivered_back(package, ends),
            (false, _) => self.delivered_in(package),
        }
    }

    #[cold]
    fn lost(&mut self, package: Key) {
        self.package_step(package, PackageStep::Lost);
        self.dispose_all(package, Disposition::Lost);
        if self.packages[package].id.back {
            self.return_ends(package, true);
        } else {
            self.close_package(package);
        }
    }

    fn delivered_back(&mut self, package: Key, ends: JourneyEnd) {
        let damaged = ends == JourneyEnd::Damaged;
        let (step, disposition) = match damaged {
            true => (PackageStep::Damaged, Disposition::Damaged),
            false => (PackageStep::Delivered, Disposition::Returned),
        };
        self.packages[package].arrived = Some(self.now);
        self.package_step(package, step);
        self.dispose_all(package, disposition);
        if self.packages[package].closes {
            let job = self.packages[package].job;
            self.reach(job, Milestone::Returned);
        }
        self.return_ends(package, damaged);
    }

    /// A return is over, well or not: E3 for exports, E1 for an attempted return.
    fn return_ends(&mut self, package: Key, badly: bool) {
        let job = self.packages[package].job;
        if self.packages[package].phase == Phase::Away {
            self.return_arrived(package);
        } else if badly && self.jobs[job].fate.export && self.jobs[job].has_ended() {
            self.fact(Fact::Ruled {
                job: self.jobs[job].fate.id,
                drive: None,
                rule: Rule::E3,
                cause: Cause::Carrier,
            });
            let reorders = self.jobs[job].fate.reorders;
            if let Some(after) = reorders.filter(|_| self.packages[package].closes) {
                self.act_later(job, after, Act::Reorder);
            }
        }
        self.close_package(package);
    }

    /// The carrier has brought a package to the dock.
    fn delivered_in(&mut self, package: Key) {
        self.packages[package].arrived = Some(self.now);
        self.package_step(package, PackageStep::Delivered);
        self.dispose_all(package, Disposition::AtDock);
        let job = self.packages[package].job;
        for number in 0..self.packages[package].units.len() {
            let unit = self.packages[package].units[number];
            let is_own = unit.job == job && !unit.extra;
            if is_own || self.jobs[unit.job].shares_parcel() {
                self.reach(unit.job, Milestone::Delivered);
            }
        }
        self.at_the_dock(package);
    }

    /// A package lies at the dock: it joins the line. One that was opened before is held at once, if it has to wait (E1).
    pub(super) fn at_the_dock(&mut self, package: Key) {
        let record = &self.packages[package];
        if record.opened.is_some() && self.has_to_wait(package) {
            return self.hold(package);
        }
        let has_places = record.opened.is_some() && record.units.iter().all(|&unit| self.drive(unit).shelved);
        if has_places { self.enter_dock(package) } else { self.join_dock(package) }
    }

    /// Whether the drives of a package cannot be processed yet: its job is in Creating or has no record (E1). Of a package
    /// without any drive nobody asks what is to be done with it.
    pub(super) fn has_to_wait(&self, package: Key) -> bool {
        let record = &self.packages[package];
        let state = self.jobs[record.job].state;
        !record.units.is_empty() && self.arrival(state, Listing::Specified).treatment == Treatment::Hold
    }

    #[inline(always)]
    pub(super) fn dispose_all(&mut self, package: Key, to: Disposition) {
        let units = std::mem::take(&mut self.packages[package].units);
        for &unit in &units {
            self.dispose(unit, to);
        }
        self.packages[package].units = units;
    }

    pub(super) fn package_step(&mut self, package: Key, step: PackageStep) {
        let record = &mut self.packages[package];
        record.step = step;
        let (id, carrier, drives) = (record.id, record.journey.carrier, record.units.len() as u8);
        self.fact(Fact::Package { package: id, step, carrier, drives });
    }

    /// Nothing more happens to this package.
    #[inline(always)]
    pub(super) fn close_package(&mut self, package: Key) {
        let job = self.packages[package].job;
        debug_assert!(
            !self.jobs[job].held.contains(&package),
            "carrier: a held package ends before it is closed"
        );
        self.touch(job);
        self.jobs[job].packages -= 1;
        self.tell_package(package);
        self.packages.close(package);
    }

    pub(super) fn tell_package(&mut self, package: Key) {
        let record = &self.packages[package];
        let has_come = !record.id.back
            || matches!(record.step, PackageStep::Delivered | PackageStep::Damaged | PackageStep::Back);
        let row = PackageRow {
            package: record.id,
            carrier: record.journey.carrier,
            drives: record.units.len() as u8,
            sent: record.sent,
            arrived: record.arrived.filter(|_| has_come),
            // Only the dock opens packages; a return whose drives come back is not opened again.
            opened: record.opened.filter(|_| !record.id.back),
            step: record.step,
        };
        self.out.package(&row);
    }
}

/// The return of a held package or of a guest asks the fate whether they can be returned (E1, X2).
fn is_attempted_return(package: &Package) -> bool {
    (package.phase == Phase::Away || package.guest) && package.id.back
}
