//! The shelf: places for drives on hand, and packages that wait at the door for them.

use super::jobs::AtHand;
use super::*;
use crate::scenario::{Shelf as Plan, StationName, WhenFull};
use std::collections::VecDeque;

/// Places for drives, counted even where there is no limit.
pub(super) struct Shelf {
    plan: Option<Plan>,
    /// May be more than there are.
    pub(super) used: u32,
    /// Packages that wait for places, first come first served, and since when.
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

    /// Whether so many drives more find a place. More than the whole shelf holds get all of it.
    fn has_room(&self, drives: u32) -> bool {
        drives.min(self.places()) <= self.places().saturating_sub(self.used)
    }

    /// Brings the integrals up to `now`.
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

    /// All measures, brought up to `now`.
    pub(super) fn snapshot(&mut self, now: Instant) -> ShelfMeasures {
        self.advance(now);
        self.measures
    }

    /// Starts the search for the fullest shelf anew, as at the end of a warm-up.
    pub(super) fn forget_most(&mut self, now: Instant) {
        self.advance(now);
        self.measures.most = 0;
    }
}

impl<O: Observer, L: EventList<Event>> World<'_, O, L> {
    /// A package joins the dock's line as soon as the shelf has room for its drives.
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

    /// A package waits at the door of a shelf that may be full. Who holds a place already would wait for itself: such a
    /// package comes in although the shelf is full (ours).
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

    /// A package waits at the dock for the jobs, too, of which it is the delivery.
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

    /// A drive of the job at hand has left its place.
    #[inline(always)]
    pub(super) fn place_frees(&mut self, job: &mut AtHand) {
        self.site.shelf.advance(self.now);
        self.site.shelf.used -= 1;
        if !self.site.shelf.line.is_empty() {
            self.lend(job, |world, _| world.let_packages_in());
        }
    }

    /// Lets packages in, first come first served, while the shelf has room for all their drives.
    fn let_packages_in(&mut self) {
        while let Some(&(package, _)) = self.site.shelf.line.front() {
            let units = &self.packages[package].units;
            let needs = units.iter().filter(|&&unit| !self.drive(unit).shelved).count() as u32;
            if !self.site.shelf.has_room(needs) {
                return;
            }
            self.comes_from_line(0);
        }
    }

    /// Counts a package of the line for its job, and for the other jobs of its drives, once for each drive.
    fn counts_at_door(&mut self, package: Key, count: fn(&mut u32)) {
        let package = &self.packages[package];
        count(&mut self.jobs[package.job].at_door);
        let others = package.units.iter().filter(|unit| unit.job != package.job);
        others.for_each(|unit| count(&mut self.jobs[unit.job].at_door));
    }

    /// Lets the packages of a job in that now holds a place. The line is searched only for a job that has packages there.
    pub(super) fn let_packages_of_in(&mut self, job: Key) {
        while self.jobs[job].at_door > 0 {
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
        // One that was opened before waits no more; its drives are in the hands of the dock.
        if self.packages[package].opened.is_some() {
            job.unopened -= 1;
        }
        let shelf = &mut self.site.shelf;
        shelf.advance(self.now);
        shelf.measures.came += 1;
        shelf.measures.waited += u64::from(waited > Span::ZERO);
        shelf.measures.wait += i128::from(waited.micros());
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

    /// Lets in what waits at the door of the jobs whose drives are in a package that has a place now.
    #[cold]
    fn let_packages_of_drives_in(&mut self, package: Key) {
        for number in 0..self.packages[package].units.len() {
            self.let_packages_of_in(self.packages[package].units[number].job);
        }
    }

    /// Whether a drive of this job, or one that leaves with it, has a place on the shelf.
    fn holds_places(&self, key: Key) -> bool {
        let job = &self.jobs[key];
        let mut drives = job.drives.iter().chain(&job.extras);
        drives.any(|drive| drive.shelved) || job.guests.iter().any(|&unit| self.drive(unit).shelved)
    }
}
