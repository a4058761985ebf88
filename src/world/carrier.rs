//! Packages in transit: hand-over, transit, arrival.

use super::*;
use crate::fate::{Journey, JourneyEnd};

impl<O: Observer, L: EventList<Event>> World<'_, O, L> {
    /// The customer hands over the package, and later drives in packages of their own. A job whose drives all travel in
    /// other jobs' packages sends none, unless it carries drives of others (X2).
    pub(super) fn hand_over(&mut self, job: &mut AtHand) {
        let id = job.fate.id;
        let has_strays = !self.strays.is_empty() && self.strays.contains_key(&id);
        if !has_strays && job.shares_parcel() {
            return;
        }
        let mut package = self.new_inbound(job);
        let inbound = job.fate.inbound;
        let mut apart: Vec<(Span, u8)> = vec![];
        let units = &mut self.packages[package].units;
        for number in 0..job.drives.len() as u8 {
            match job.fate_of(job.unit(number)).travels {
                Travels::WithPackage => units.push(job.unit(number)),
                Travels::Later(after) => apart.push((after, number)),
                Travels::Never | Travels::With(_) => {}
            }
        }
        units.extend((0..job.rare.extras.len() as u8).map(|number| Unit { extra: true, ..job.unit(number) }));
        if has_strays {
            self.lend(job, |world, _| world.take_strays_along(id, package));
        }
        let drives = self.packages[package].units.len() as u8;
        job.delivery_package = Some((inbound.carrier, self.now, drives));
        self.send(job, package, inbound);
        apart.sort_unstable();
        for same in apart.chunk_by(|one, next| one.0 == next.0) {
            package = self.new_inbound(job);
            self.packages[package].units.extend(same.iter().map(|&(_, number)| job.unit(number)));
            self.send(job, package, Journey { transit: same[0].0, ends: JourneyEnd::Delivered, ..inbound });
        }
    }

    /// Adds drives of other jobs to this job's package (X2). For a job that sends none, the package is its delivery.
    #[cold]
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

    /// This job will never hand over a package: drives that were to travel with it stay with their customers.
    #[cold]
    pub(super) fn leave_strays(&mut self, job: &mut AtHand) {
        for unit in self.strays.remove(&job.fate.id).unwrap_or_default() {
            self.on(job, unit.job, |_, job| job.strays -= 1);
        }
    }

    /// A package from the customer. Inbound packages are numbered in order of hand-over (R1).
    pub(super) fn new_inbound(&mut self, job: &mut Job) -> Key {
        let package = self.new_package(job, false);
        job.handed_over += 1;
        package
    }

    pub(super) fn new_package(&mut self, job: &mut Job, back: bool) -> Key {
        let key = self.packages.open();
        let number = job.packages_ever;
        job.packages_ever = job.packages_ever.saturating_add(1);
        job.packages += 1;
        let package = &mut self.packages[key];
        (package.job, package.inbound) = (job.key, job.handed_over);
        package.id = PackageId { job: job.fate.id, number, back };
        key
    }

    /// Hands a package to its carrier and schedules its arrival.
    pub(super) fn send(&mut self, job: &mut AtHand, package: Key, journey: Journey) {
        let back = self.packages[package].id.back;
        let going = if back { Disposition::InTransitBack } else { Disposition::InTransitIn };
        self.dispose_all(job, package, going);
        let record = &mut self.packages[package];
        record.journey = journey;
        record.sent = Some(self.now);
        record.packing = Visit::Not;
        if record.phase == Phase::Packs {
            record.phase = Phase::Away;
        }
        self.package_step(package, PackageStep::Sent);
        let at = match job.fate.return_fails {
            Some(after) if is_attempted_return(&self.packages[package]) => self.now + after,
            _ => self.roads.arrival(self.now, &journey),
        };
        self.agenda.push(at, self.turn(Turn::Arrival), Event::Arrive(package, job.number));
    }

    /// End of the transit of a package.
    pub(super) fn arrive(&mut self, job: &mut AtHand, package: Key) {
        let record = &self.packages[package];
        assert_eq!(record.job, job.key, "carrier: a package in transit does not change its job");
        let fails = job.fate.return_fails.is_some() && is_attempted_return(record);
        match (record.id.back, record.journey.ends) {
            (true, _) if fails => self.lend(job, |world, _| world.return_failed(package)),
            (_, JourneyEnd::Lost) => self.lost(job, package),
            (true, ends) => self.delivered_back(job, package, ends),
            (false, _) => self.delivered_in(job, package),
        }
    }

    #[cold]
    fn lost(&mut self, job: &mut AtHand, package: Key) {
        self.package_step(package, PackageStep::Lost);
        self.dispose_all(job, package, Disposition::Lost);
        if self.packages[package].id.back {
            self.return_ends(job, package, true);
        } else {
            self.close_package(job, package);
        }
    }

    fn delivered_back(&mut self, job: &mut AtHand, package: Key, ends: JourneyEnd) {
        let damaged = ends == JourneyEnd::Damaged;
        let (step, disposition) = match damaged {
            true => (PackageStep::Damaged, Disposition::Damaged),
            false => (PackageStep::Delivered, Disposition::Returned),
        };
        self.packages[package].arrived = Some(self.now);
        self.package_step(package, step);
        self.dispose_all(job, package, disposition);
        if self.packages[package].closes {
            self.reach(job, Milestone::Returned);
        }
        self.return_ends(job, package, damaged);
    }

    /// End of a return, successful or not: E3 for exports, E1 for an attempted return.
    fn return_ends(&mut self, job: &mut AtHand, package: Key, badly: bool) {
        if self.packages[package].phase == Phase::Away {
            self.lend(job, |world, _| world.return_arrived(package));
        } else if badly && job.fate.export && job.has_ended() {
            self.fact(Fact::Ruled { job: job.fate.id, drive: None, rule: Rule::E3, cause: Cause::Carrier });
            if let Some(after) = job.fate.reorders.filter(|_| self.packages[package].closes) {
                self.act_later(job, after, Act::Reorder);
            }
        }
        self.close_package(job, package);
    }

    /// The carrier delivers a package to the dock.
    fn delivered_in(&mut self, job: &mut AtHand, package: Key) {
        let drives = job.drives.len() as u32;
        job.is_usual &= job.state == JobState::Shipping && self.site.shelf.admits_at_once(drives);
        if job.is_usual {
            return self.usual_delivery(job, package);
        }
        self.packages[package].arrived = Some(self.now);
        self.package_step(package, PackageStep::Delivered);
        self.dispose_all(job, package, Disposition::AtDock);
        let units = std::mem::take(&mut self.packages[package].units);
        for &unit in &units {
            if !job.owns(unit) {
                self.lend(job, |world, _| world.delivered_for(unit.job));
            } else if !unit.extra {
                self.reach(job, Milestone::Delivered);
            }
        }
        self.packages[package].units = units;
        self.at_the_dock(job, package);
    }

    /// A package has brought a drive of another job; it may be the delivery of that job (X2).
    #[cold]
    fn delivered_for(&mut self, key: Key) {
        if self.jobs[key].shares_parcel() {
            let mut job = self.jobs.take(key);
            self.reach(&mut job, Milestone::Delivered);
            self.jobs.put_back(job);
        }
    }

    /// A package at the dock enters the queue. If it was opened before and has to wait, it is held at once (E1).
    pub(super) fn at_the_dock(&mut self, job: &mut AtHand, package: Key) {
        if self.packages[package].opened.is_none() {
            return self.join_dock(job, package);
        }
        self.lend(job, |world, key| world.again_at_the_dock(key, package));
    }

    #[cold]
    fn again_at_the_dock(&mut self, key: Key, package: Key) {
        if self.has_to_wait(&self.jobs[key], package) {
            return self.hold(package);
        }
        let has_places = self.packages[package].units.iter().all(|&unit| self.drive(unit).shelved);
        self.with(key, |world, job| {
            if has_places { world.enter_dock(job, package) } else { world.join_dock(job, package) }
        });
    }

    /// Whether the drives of a package cannot be processed yet, because its job is in Creating or has no record (E1).
    /// Always false for an empty package.
    pub(super) fn has_to_wait(&self, job: &Job, package: Key) -> bool {
        !self.packages[package].units.is_empty()
            && self.arrival(job.state, Listing::Specified).treatment == Treatment::Hold
    }

    /// Changes the disposition of all drives of a package.
    pub(super) fn dispose_all(&mut self, job: &mut AtHand, package: Key, to: Disposition) {
        if job.is_usual {
            return self.dispose_together(job, to);
        }
        let units = std::mem::take(&mut self.packages[package].units);
        for &unit in &units {
            self.on(job, unit.job, |world, job| world.dispose(job, unit, to));
        }
        self.packages[package].units = units;
    }

    pub(super) fn package_step(&mut self, package: Key, step: PackageStep) {
        let record = &mut self.packages[package];
        record.step = step;
        let (id, carrier, drives) = (record.id, record.journey.carrier, record.units.len() as u8);
        self.fact(Fact::Package { package: id, step, carrier, drives });
    }

    /// Reports and frees a package.
    #[inline(always)]
    pub(super) fn close_package(&mut self, job: &mut Job, package: Key) {
        debug_assert!(!job.rare.held.contains(&package), "carrier: a held package ends before it is closed");
        job.packages -= 1;
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
            // Only the dock opens packages; a return that comes back is not opened again.
            opened: record.opened.filter(|_| !record.id.back),
            step: record.step,
        };
        self.out.package(&row);
    }
}

/// Whether the package is a return of a held package or of a guest, which may fail by the fate (E1, X2).
fn is_attempted_return(package: &Package) -> bool {
    (package.phase == Phase::Away || package.guest) && package.id.back
}
