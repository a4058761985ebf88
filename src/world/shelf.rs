//! The shelf: places for drives on hand, and the queue of packages that wait for places.

use super::*;
use crate::scenario::{Shelf as Plan, WhenFull};
use std::collections::VecDeque;

/// Places for drives. Counted even without a limit.
pub(super) struct Shelf {
    plan: Option<Plan>,
    /// Occupied places; may exceed the limit.
    pub(super) used: u32,
    /// Queue of packages that wait for places, first in first out, with their times of entry.
    pub(super) line: VecDeque<(Key, Instant)>,
    measured: Instant,
    measures: ShelfMeasures,
}

impl Shelf {
    pub(super) fn new(plan: Option<Plan>) -> Shelf {
        let (line, measures) = (VecDeque::new(), ShelfMeasures::default());
        Shelf { plan, used: 0, line, measured: Instant::START, measures }
    }

    fn places(&self) -> u32 {
        self.plan.map_or(u32::MAX, |plan| plan.drives)
    }

    fn waits_when_full(&self) -> bool {
        self.plan.is_some_and(|plan| plan.when_full == WhenFull::Wait)
    }

    /// Whether this many more drives have places. A package larger than the whole shelf needs an empty shelf.
    fn has_room(&self, drives: u32) -> bool {
        drives.min(self.places()) <= self.places().saturating_sub(self.used)
    }

    /// Whether a package with these drives, none of which has a place, comes in without waiting.
    pub(super) fn admits_at_once(&self, drives: u32) -> bool {
        !self.waits_when_full() || (self.line.is_empty() && self.has_room(drives))
    }

    /// A package has come in after this wait.
    pub(super) fn lets_in(&mut self, waited: Span) {
        self.measures.came += 1;
        self.measures.waited += u64::from(waited > Span::ZERO);
        self.measures.wait += i128::from(waited.micros());
    }

    /// Drives occupy places.
    pub(super) fn take(&mut self, now: Instant, places: u32) {
        self.advance(now);
        self.used += places;
    }

    /// Drives free their places.
    pub(super) fn free(&mut self, now: Instant, places: u32) {
        self.advance(now);
        self.used -= places;
    }

    /// Updates the time integrals to `now`.
    fn advance(&mut self, now: Instant) {
        let passed = i128::from((now - self.measured).micros());
        self.measured = now;
        if passed == 0 {
            return;
        }
        self.measures.used += passed * i128::from(self.used);
        self.measures.over += passed * i128::from(self.used.saturating_sub(self.places()));
        self.measures.queue += passed * self.line.len() as i128;
        self.measures.most = self.measures.most.max(self.used);
    }

    /// All measures up to `now`.
    pub(super) fn snapshot(&mut self, now: Instant) -> ShelfMeasures {
        self.advance(now);
        self.measures
    }

    /// Restarts the maximum, as at the end of the warm-up.
    pub(super) fn forget_most(&mut self, now: Instant) {
        self.advance(now);
        self.measures.most = 0;
    }
}

impl<O: Observer, L: EventList<Event>> World<'_, O, L> {
    /// A package enters the dock's queue as soon as the shelf has places for its drives.
    pub(super) fn join_dock(&mut self, job: &mut AtHand, package: Key) {
        job.unopened += 1;
        if self.packages[package].units.iter().any(|&unit| !job.owns(unit)) {
            self.lend(job, |world, key| world.parcel_waits(key, package));
        }
        if !self.site.shelf.waits_when_full() {
            return self.let_in(job, package, Span::ZERO);
        }
        self.lend(job, |world, key| world.waits_at_door(key, package));
    }

    /// A package enters the queue of the shelf. If its jobs already hold places, they would wait for themselves: then
    /// it enters the dock although the shelf is full (ours).
    #[cold]
    fn waits_at_door(&mut self, job: Key, package: Key) {
        if self.holds_places(job)
            || self.packages[package].units.clone().iter().any(|u| self.holds_places(u.job))
        {
            return self.with(job, |world, job| world.let_in(job, package, Span::ZERO));
        }
        self.touch(job);
        self.jobs[job].waits(StationName::Dock, 1);
        self.site.shelf.advance(self.now);
        self.site.shelf.line.push_back((package, self.now));
        self.counts_at_door(package, |at_door| *at_door += 1);
        self.let_packages_in();
    }

    /// Counts the package as waiting also for other jobs whose delivery it is.
    #[cold]
    fn parcel_waits(&mut self, job: Key, package: Key) {
        for number in 0..self.packages[package].units.len() {
            let unit = self.packages[package].units[number];
            if unit.job != job && self.jobs[unit.job].shares_parcel() {
                self.touch(unit.job);
                self.jobs[unit.job].in_parcel += 1;
            }
        }
    }

    /// Admits packages, first in first out, while the shelf has places for all drives of the first.
    pub(super) fn let_packages_in(&mut self) {
        while let Some(&(package, _)) = self.site.shelf.line.front() {
            let units = &self.packages[package].units;
            let needs = units.iter().filter(|&&unit| !self.drive(unit).shelved).count() as u32;
            if !self.site.shelf.has_room(needs) {
                return;
            }
            self.comes_from_line(0);
        }
    }

    /// Updates the count of queued packages for its job and, once per drive, for the other jobs of its drives.
    fn counts_at_door(&mut self, package: Key, count: fn(&mut u16)) {
        let package = &self.packages[package];
        count(&mut self.jobs[package.job].rare.at_door);
        let others = package.units.iter().filter(|unit| unit.job != package.job);
        others.for_each(|unit| count(&mut self.jobs[unit.job].rare.at_door));
    }

    /// Admits the packages of a job that now holds a place. The queue is searched only if the job has packages there.
    pub(super) fn let_packages_of_in(&mut self, job: Key) {
        while self.jobs[job].rare.at_door > 0 {
            let mut line = self.site.shelf.line.iter();
            let index = line.position(|&(package, _)| {
                let package = &self.packages[package];
                package.job == job || package.units.iter().any(|unit| unit.job == job)
            });
            self.comes_from_line(index.expect("shelf: a package at the door is in the queue"));
        }
    }

    #[cold]
    fn comes_from_line(&mut self, index: usize) {
        self.site.shelf.advance(self.now);
        let (package, since) =
            self.site.shelf.line.remove(index).expect("shelf: a package that comes in was in the queue");
        let job = self.packages[package].job;
        self.touch(job);
        self.jobs[job].waits(StationName::Dock, -1);
        self.counts_at_door(package, |at_door| *at_door -= 1);
        let waited = self.now - since;
        self.with(job, |world, job| world.let_in(job, package, waited));
    }

    #[inline(always)]
    fn let_in(&mut self, job: &mut AtHand, package: Key, waited: Span) {
        // A package opened before does not wait any longer: the dock receives its drives.
        if self.packages[package].opened.is_some() {
            job.unopened -= 1;
        }
        self.site.shelf.advance(self.now);
        self.site.shelf.lets_in(waited);
        for &unit in &self.packages[package].units {
            let owner = if job.owns(unit) { &mut **job } else { &mut self.jobs[unit.job] };
            let shelved = &mut owner.drive_mut(unit).shelved;
            self.site.shelf.used += u32::from(!*shelved);
            *shelved = true;
        }
        self.enter_dock(job, package);
        if !self.site.shelf.line.is_empty() {
            self.lend(job, |world, _| world.let_packages_of_drives_in(package));
        }
    }

    /// Admits waiting packages of all jobs that have drives in an admitted package.
    #[cold]
    fn let_packages_of_drives_in(&mut self, package: Key) {
        for number in 0..self.packages[package].units.len() {
            self.let_packages_of_in(self.packages[package].units[number].job);
        }
    }

    /// Whether a drive of this job, or a guest that leaves with it, holds a place on the shelf.
    fn holds_places(&self, key: Key) -> bool {
        let job = &self.jobs[key];
        let mut drives = job.drives.iter().chain(&job.rare.extras);
        drives.any(|drive| drive.shelved) || job.rare.guests.iter().any(|&unit| self.drive(unit).shelved)
    }
}
