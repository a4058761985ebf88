//! Held packages (E1): opened and kept at the dock, because their job is in Creating or has no record, or its address
//! is known to be wrong. A job has one case for all of them; each has its own clock, series of attempts and return.

use super::*;
use crate::fate::{Announces, MOST_DRIVES};
use smallvec::SmallVec;

impl<O: Observer, L: EventList<Event>> World<'_, O, L> {
    /// E1: holds an opened package. Opens the job's case if there is none, and a series of attempts for the package.
    #[cold]
    pub(super) fn hold(&mut self, package: Key) {
        let key = self.packages[package].job;
        self.touch(key);
        let number = u32::from(self.packages[package].inbound);
        let kind = self.jobs[key].hold_kind();
        let now = self.now;
        let job = &mut self.jobs[key];
        job.rare.held.push(package);
        let opens = job.rare.hold.is_none();
        if opens {
            let id = CaseId { job: job.fate.id, number: job.cases_ever };
            job.cases_ever = job.cases_ever.saturating_add(1);
            job.rare.hold =
                Some(Hold { id, kind, opened: now, attempts: 0, first: None, last: None, silent: false });
        }
        let id = job.rare.hold.as_ref().expect("held: the case is open").id;
        let opening = self.policy().opening(kind);
        if opens {
            self.fact(Fact::Case { case: id, kind, step: CaseStep::Opened, rule: Some(opening.rule) });
        }
        let answer = self.fates.answer(id.job, kind, 0, number);
        let series = self.open_series(key, id, kind, None, number, answer);
        self.cases[series].package = Some(package);
        let record = &mut self.packages[package];
        (record.phase, record.series) = (Phase::Waits, Some(series));
        // The clock of a package runs from its arrival at the dock, not from its opening.
        let from = record.came.or(record.arrived).unwrap_or(now);
        if let Some(window) = opening.starts {
            self.start_window_from(series, window, from);
        }
        self.queue_attempt(series);
    }

    /// Holds one drive of an opened package at the dock (E1).
    #[cold]
    pub(super) fn hold_apart(&mut self, unit: Unit, from: Key) {
        let package = self.split_off(from, false);
        let record = &mut self.packages[package];
        record.opened = Some(self.now);
        record.units.push(unit);
        self.hold(package);
    }

    /// Opens a package of the same job for drives of `from`, with its journey, its number and its times at the dock. `back`:
    /// as a return package.
    pub(super) fn split_off(&mut self, from: Key, back: bool) -> Key {
        let package = self.with(self.packages[from].job, |world, job| world.new_package(job, back));
        let Package { journey, inbound, passed, arrived, came, opened, .. } = self.packages[from];
        let record = &mut self.packages[package];
        (record.journey, record.inbound, record.passed) = (journey, inbound, passed);
        (record.arrived, record.came, record.opened) = (arrived, came, opened);
        record.step = if back { PackageStep::Prepared } else { PackageStep::Opened };
        package
    }

    /// Holds received drives of an ended job whose address is known to be wrong (D6, E1).
    #[cold]
    pub(super) fn hold_for_address(&mut self, key: Key, units: &[Unit], from: Option<Key>) {
        let package = self.with(key, |world, job| world.new_package(job, true));
        if let Some(from) = from {
            let from = &self.packages[from];
            let (inbound, arrived) = (from.inbound, from.came.or(from.arrived));
            let record = &mut self.packages[package];
            (record.inbound, record.arrived) = (inbound, arrived);
        }
        let record = &mut self.packages[package];
        record.wants_address = true;
        record.units.extend_from_slice(units);
        for &unit in units {
            self.drive_mut(unit).is_claimed = true;
        }
        self.hold(package);
    }

    /// Whether a held package is at the dock: it waits, its return is being packed, or its return has failed.
    fn is_held_here(&self, package: Key) -> bool {
        matches!(self.packages[package].phase, Phase::Waits | Phase::Packs | Phase::Failed)
    }

    /// Ends the hold of a package; the case ends with the last one.
    pub(super) fn end_held(&mut self, package: Key, signal: CaseSignal) {
        let key = self.packages[package].job;
        self.touch(key);
        self.end_held_of_many(package);
        if self.jobs[key].rare.held.is_empty() {
            self.end_hold(key, signal);
        }
    }

    /// Ends the case of a job's held packages.
    fn end_hold(&mut self, key: Key, signal: CaseSignal) {
        let Some(hold) = self.jobs[key].rare.hold.take() else { return };
        let kind = self.jobs[key].hold_kind();
        let row = self.policy().case(kind, signal).unwrap_or_else(|| {
            panic!("invariant \"only documented transitions\": case {kind} cannot meet {signal}")
        });
        let rule = (row.to != CaseState::Settled).then_some(row.rule);
        self.fact(Fact::Case { case: hold.id, kind, step: CaseStep::Ended(row.to), rule });
        self.tell_hold(&hold, kind, Some(self.now), row.to);
    }

    fn tell_hold(&mut self, hold: &Hold, kind: CaseKind, ended: Option<Instant>, state: CaseState) {
        let Hold { id: case, opened, attempts, first: reached, .. } = *hold;
        self.out.case(&CaseRow { case, kind, drive: None, opened, attempts, reached, ended, state });
    }

    /// The job is in Shipping or has ended: the dock processes the held packages, and those in transit if their return
    /// fails.
    #[inline(always)]
    pub(super) fn release_held(&mut self, job: &mut AtHand) {
        if !job.rare.held.is_empty() {
            self.lend(job, |world, key| world.release_all(key));
        }
    }

    #[cold]
    fn release_all(&mut self, key: Key) {
        for package in self.jobs[key].rare.held.clone() {
            if self.packages[package].wants_address {
                continue;
            }
            if self.packages[package].phase == Phase::Away {
                self.packages[package].passes = true;
                if let Some(series) = self.packages[package].series.take() {
                    self.end_series(series);
                }
                continue;
            }
            self.leave_own_packing(package);
            self.end_held_of_many(package);
            self.with(key, |world, job| world.at_the_dock(job, package));
        }
        let nothing_waits = self.jobs[key].rare.held.iter().all(|&package| self.packages[package].passes);
        if nothing_waits {
            self.end_hold(key, CaseSignal::CauseGone);
        }
    }

    /// Like [`World::end_held`], but the caller ends the case.
    fn end_held_of_many(&mut self, package: Key) {
        let key = self.packages[package].job;
        if let Some(series) = self.packages[package].series.take() {
            self.end_series(series);
        }
        self.packages[package].phase = Phase::Not;
        self.jobs[key].rare.held.retain(|held| *held != package);
    }

    /// Reports open cases of held packages when the run stops.
    #[cold]
    pub(super) fn tell_open_holds(&mut self) {
        let holds: Vec<Hold> = self.jobs.iter().filter_map(|(_, job)| job.rare.hold).collect();
        for hold in holds {
            self.tell_hold(&hold, hold.kind, None, CaseState::Open);
        }
    }

    /// The customer answers in a case of held packages. Returns false if the case has ended.
    #[cold]
    pub(super) fn answered_in_hold(&mut self, key: Key, number: u32) -> bool {
        let hold = self.jobs.get(key).and_then(|job| job.rare.hold.as_ref());
        let is_open = hold.is_some_and(|hold| u32::from(hold.id.number) == number);
        if is_open {
            self.held_is_answered(key);
        }
        is_open
    }

    /// Applies the answer for held packages. For a package whose return is in transit, it counts only if the return
    /// fails.
    fn held_is_answered(&mut self, key: Key) {
        self.touch(key);
        let held = self.jobs[key].rare.held.clone();
        for &package in &held {
            self.packages[package].answered_late |= self.packages[package].phase == Phase::Away;
        }
        let here: Held = held.into_iter().filter(|&package| self.is_held_here(package)).collect();
        let (wanting, here): (Held, Held) =
            here.into_iter().partition(|&package| self.packages[package].wants_address);
        if !wanting.is_empty() {
            self.correct_address(key);
            // The answer also gives the address that E4 asks for.
            self.settle_case(self.jobs[key].rare.address_case);
        }
        for package in wanting {
            self.leave_own_packing(package);
            self.end_held(package, CaseSignal::Answer);
            self.join_own_packing(package);
        }
        if here.is_empty() {
            return self.settle_by_key(key);
        }
        let kind = self.jobs[key].hold_kind();
        let row = self.policy().case(kind, CaseSignal::Answer).expect("held: E1 has an answer");
        match (row.tells, row.remedy) {
            (Tells::Job(signal), _) => {
                if !self.jobs[key].faulted {
                    self.end_hold(key, CaseSignal::Answer);
                }
                self.signal_to(key, signal, Cause::Answer);
            }
            (_, Remedy::NewJob) => {
                for &package in &here {
                    self.leave_own_packing(package);
                    self.end_held(package, CaseSignal::Answer);
                }
                self.new_job(key, here);
            }
            _ => {}
        }
        self.settle_by_key(key);
    }

    /// E1: opens a new job that lists the drives of these packages (it names the old one) and is set to Shipping.
    fn new_job(&mut self, key: Key, held: Held) {
        let units = held.iter().flat_map(|&package| self.packages[package].units.iter().copied());
        let units: Units = units.filter(|unit| unit.job == key).collect();
        // Only drives of other customers' jobs: nothing to list, so they go back (ours).
        if units.is_empty() {
            for package in held {
                for unit in std::mem::take(&mut self.packages[package].units) {
                    self.return_guest(unit);
                }
                self.with(key, |world, job| world.close_package(job, package));
            }
            return;
        }
        let child = self.follow(key);
        let parent = self.jobs[key].fate.id;
        let (mut extra, mut listed): (Units, Units) = units.into_iter().partition(|unit| unit.extra);
        // A job lists at least one drive (J1): if only unlisted drives were held, it lists those.
        if listed.is_empty() {
            listed = extra.drain(..extra.len().min(MOST_DRIVES)).collect();
        }
        self.jobs[child].fate.drives.clear();
        for &unit in &listed {
            let drive = DriveFate { travels: Travels::WithPackage, ..self.jobs[unit.job].fate_of(unit) };
            self.jobs[child].fate.drives.push(drive);
        }
        let fate = &mut self.jobs[child].fate;
        fate.extras = extra.len() as u8;
        (fate.packs, fate.announces) = (None, Announces::Never);
        fate.updates.clear();
        self.with(child, |world, job| world.put(job, Some(parent), Cause::Answer));
        let to = |extra| (0..).map(move |number| Unit { job: child, number, extra });
        let all = listed.iter().copied().zip(to(false)).chain(extra.iter().copied().zip(to(true)));
        let moved: SmallVec<[(Unit, Unit); 12]> = all.collect();
        moved.iter().for_each(|&(old, new)| self.adopt(old, new));
        for &package in &held {
            self.touch(key);
            self.jobs[key].packages -= 1;
            self.jobs[child].packages += 1;
            self.packages[package].job = child;
            for unit in &mut self.packages[package].units {
                match moved.iter().find(|(old, _)| old == unit) {
                    Some(&(_, new)) => *unit = new,
                    None => _ = self.hosts.insert(*unit, child),
                }
            }
        }
        let delivery = self.jobs[key].delivery_package;
        self.with(child, |world, job| {
            world.reach(job, Milestone::Delivered);
            job.delivery_package = delivery.map(|(carrier, sent, _)| (carrier, sent, listed.len() as u8));
            world.signal(job, JobSignal::SetShipping, Cause::Answer);
            for package in held {
                world.at_the_dock(job, package);
            }
            world.settle(job);
        });
    }

    /// Transfers a drive to another job. Only the new record counts as a place of the drive.
    fn adopt(&mut self, old: Unit, new: Unit) {
        let id = self.jobs[old.job].drive_id(old);
        self.rule(id.job, id, Rule::E1, Cause::Answer);
        let (disposition, shelved) = (self.drive(old).disposition, self.drive(old).shelved);
        self.touch(old.job);
        self.drive_mut(old).adopted = true;
        self.drive_mut(old).shelved = false;
        self.counts.drives_on_site -= 1;
        self.with(new.job, |world, job| world.dispose(job, new, disposition));
        let drive = self.drive_mut(new);
        (drive.shelved, drive.found) = (shelved, true);
    }

    /// E1: the customer is out of reach; the return of a held package is attempted in a separate package.
    pub(super) fn attempt_return(&mut self, series: Key) {
        let package = self.cases[series].package.expect("held: a series is about a package");
        let key = self.packages[package].job;
        let (id, kind) = (self.cases[series].id, self.jobs[key].hold_kind());
        let row = self.policy().case(kind, CaseSignal::WindowExpired).expect("held: E1 has a window");
        self.fact(Fact::Case { case: id, kind, step: CaseStep::WindowExpired, rule: Some(row.rule) });
        self.return_guests(package);
        if self.packages[package].units.is_empty() {
            self.end_held(package, CaseSignal::CauseGone);
            return self.with(key, |world, job| world.close_package(job, package));
        }
        // The address is known to be wrong: the return is not attempted and counts as failed at once.
        if self.jobs[key].address_known_bad {
            self.packages[package].phase = Phase::Failed;
            return self.return_has_failed(package);
        }
        let back = self.split_off(package, true);
        let held = std::mem::take(&mut self.packages[package].units);
        let wants_address = self.packages[package].wants_address;
        let record = &mut self.packages[back];
        record.units.extend_from_slice(&held);
        record.came = record.came.or(record.arrived.take());
        (record.phase, record.series, record.wants_address) = (Phase::Packs, Some(series), wants_address);
        self.packages[package].units = held;
        (self.packages[package].phase, self.packages[package].series) = (Phase::Not, None);
        self.cases[series].package = Some(back);
        let place = self.jobs[key].rare.held.iter().position(|one| *one == package).expect("held: it is");
        self.jobs[key].rare.held[place] = back;
        self.with(key, |world, job| world.close_package(job, package));
        self.join_own_packing(back);
    }

    /// X2: drives in a held package that other jobs list go back to the address of their own job.
    fn return_guests(&mut self, package: Key) {
        let key = self.packages[package].job;
        let units = std::mem::take(&mut self.packages[package].units);
        let (guests, own): (Units, Units) = units.into_iter().partition(|unit| unit.job != key);
        self.packages[package].units = own.to_vec();
        for guest in guests {
            self.return_guest(guest);
        }
    }

    /// X2: a guest goes back to the address of its own job in a separate package, with the random inputs of its own
    /// job.
    pub(super) fn return_guest(&mut self, unit: Unit) {
        self.hosts.insert(unit, unit.job);
        self.touch(unit.job);
        self.drive_mut(unit).is_claimed = true;
        let package = self.with(unit.job, |world, job| world.new_package(job, true));
        let now = self.now;
        let record = &mut self.packages[package];
        record.units.push(unit);
        (record.opened, record.arrived, record.guest) = (Some(now), Some(now), true);
        if self.jobs[unit.job].address_known_bad {
            self.hold_guest(package);
        } else {
            self.join_own_packing(package);
        }
    }

    /// The address of a guest's job becomes known to be wrong before its return leaves: the guest is held for it (E1).
    #[cold]
    pub(super) fn hold_guest(&mut self, package: Key) {
        let job = &self.jobs[self.packages[package].job];
        let asks = job.has_record() && job.state != JobState::Creating;
        let now = self.now;
        let record = &mut self.packages[package];
        (record.guest, record.wants_address, record.packing) = (false, asks, Visit::Not);
        record.arrived = Some(now);
        self.hold(package);
    }

    /// The attempted return was delivered or lost: the hold of the package ends.
    #[cold]
    pub(super) fn return_arrived(&mut self, package: Key) {
        if self.packages[package].passes {
            let key = self.packages[package].job;
            self.jobs[key].rare.held.retain(|held| *held != package);
        } else {
            self.end_held(package, CaseSignal::CauseGone);
        }
    }

    /// The attempted return of a held package or of a guest has failed: the drives are back at the dock (E1, X2).
    #[cold]
    pub(super) fn return_failed(&mut self, package: Key) {
        let key = self.packages[package].job;
        self.package_step(package, PackageStep::Back);
        self.with(key, |world, job| world.dispose_all(job, package, Disposition::AtDock));
        for number in 0..self.packages[package].units.len() {
            let unit = self.packages[package].units[number];
            let drive = self.drive_mut(unit);
            (drive.left, drive.is_claimed) = (None, false);
        }
        let now = self.now;
        if std::mem::take(&mut self.packages[package].guest) {
            (self.packages[package].arrived, self.packages[package].came) = (Some(now), None);
            return self.with(key, |world, job| world.at_the_dock(job, package));
        }
        // J5 occurred meanwhile: the dock processes the drives as new arrivals.
        if std::mem::take(&mut self.packages[package].passes) {
            self.jobs[key].rare.held.retain(|held| *held != package);
            let record = &mut self.packages[package];
            (record.phase, record.arrived, record.came) = (Phase::Not, Some(now), None);
            return self.with(key, |world, job| world.at_the_dock(job, package));
        }
        self.packages[package].phase = Phase::Failed;
        self.return_has_failed(package);
        if std::mem::take(&mut self.packages[package].answered_late) {
            self.held_is_answered(key);
        }
    }

    /// Starts the time until destruction after a failed return.
    fn return_has_failed(&mut self, package: Key) {
        let kind = self.jobs[self.packages[package].job].hold_kind();
        let row = self.policy().case(kind, CaseSignal::ReturnFailed).expect("held: a return may fail");
        let series = self.packages[package].series.expect("held: a package that is held has a series");
        if let Some(window) = row.starts {
            self.start_window(series, window);
        }
    }

    /// E1: the drives could not be returned and the customer was not reached: secure destruction.
    pub(super) fn destroy_held(&mut self, series: Key) {
        let package = self.cases[series].package.expect("held: a series is about a package");
        self.end_held(package, CaseSignal::DestroyExpired);
        for number in 0..self.packages[package].units.len() {
            let unit = self.packages[package].units[number];
            self.destroy(unit);
        }
        let key = self.packages[package].job;
        self.with(key, |world, job| world.close_package(job, package));
    }

    /// X2: J5 claims the drives of the job that are at the site as guests of other jobs.
    pub(super) fn claim_guests(&mut self, key: Key) {
        if self.jobs[key].fate.export {
            return;
        }
        for number in 0..self.jobs[key].drives.len() as u8 {
            let unit = Unit { job: key, number, extra: false };
            if let Some(host) = self.hosts.remove(&unit) {
                self.claim(unit, host);
            }
        }
    }

    fn claim(&mut self, unit: Unit, host: Key) {
        self.touch(host);
        self.jobs[host].rare.guests.retain(|guest| *guest != unit);
        let of_host =
            self.packages.iter().filter(|(_, package)| package.job == host && package.units.contains(&unit));
        let package = of_host.map(|(key, _)| key).next();
        if let Some(package) = package {
            self.packages[package].units.retain(|one| *one != unit);
            if self.packages[package].units.is_empty() && self.packages[package].series.is_some() {
                self.leave_own_packing(package);
                self.end_held(package, CaseSignal::CauseGone);
                self.with(host, |world, job| world.close_package(job, package));
            }
        }
        self.drive_mut(unit).is_claimed = false;
        let policy = self.policy();
        let listed = super::dock::listing(self.drive(unit));
        let row = policy.route(self.jobs[unit.job].state, listed).expect("held: who is in Shipping claims");
        self.route(unit, None, row.rule);
        if self.jobs.lives(host) {
            self.settle_by_key(host);
        }
    }
}
