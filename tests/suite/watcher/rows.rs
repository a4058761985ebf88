//! Rows and sums: each job, drive, package and case is told once, as its facts said; Little's law.

use super::*;
use JobState::*;
use shipback::world::Outcome;

impl Watcher {
    /// When all is told: every job, drive, package and case has its row, and Little's law holds.
    pub fn close(&mut self, stopped: Instant) {
        self.integral += self.open * i128::from((stopped - self.now).micros());
        let mut sojourns = 0;
        for (id, job) in &self.jobs {
            assert!(job.told, "{id:?} was never told");
            let until = job.ended.map_or(stopped, |end| end.at);
            sojourns += i128::from((until - job.ordered).micros());
        }
        assert_eq!(self.integral, sojourns, "Little's law: jobs over time are sojourns over jobs");
        assert_eq!(self.created as i128, i128::from(self.ended) + self.open, "created = ended + open");
        assert!(self.cases.values().all(|case| case.told), "each case has its row");
        assert!(self.packages.values().all(|package| package.told), "each package has its row");
        let untold = self.drives.iter().find(|(_, drive)| !drive.told && !drive.adopted);
        assert!(untold.is_none(), "each drive has its row: {untold:?}");
        if self.open > 0 {
            self.reach("the run stops with jobs under way");
        }
    }

    /// Checks that all has come to rest.
    pub fn at_rest(&self) {
        for (id, job) in &self.jobs {
            assert_eq!(job.state, Gone, "at rest: {id:?} {job:?}");
        }
        for (id, drive) in &self.drives {
            use Disposition::*;
            let rests = matches!(drive.place, AtCustomer | Returned | Lost | Damaged | Destroyed);
            assert!(rests || drive.adopted, "at rest: {id:?} {drive:?}");
        }
        assert!(self.cases.values().all(|case| case.ended.is_some()), "at rest: no case is open");
    }

    pub(super) fn job_row(&mut self, row: &JobRow) {
        let id = row.job;
        let job = self.life_mut(id);
        assert!(!std::mem::replace(&mut job.told, true), "{id:?} is told twice");
        let whole: Span = row.parts.iter().fold(Span::ZERO, |sum, &part| sum + part);
        assert_eq!(row.milestones[0], Some(job.ordered), "{id:?}: ordered");
        assert_eq!(row.milestones[7], job.ended.map(|end| end.at), "{id:?}: ended");
        if let Some(end) = job.ended {
            assert_eq!(whole, end.at - job.ordered, "{id:?}: the parts sum to the whole");
            assert_eq!(row.ended_by, Some(end.rule), "{id:?}: ended by");
            assert_eq!(row.error, end.error, "{id:?}: an error in the job");
            let outcome = match (end.state, end.rule) {
                (Completed, _) => Outcome::Completed,
                (Closed, _) => Outcome::Closed,
                (_, Rule::J3) => Outcome::Expired,
                _ => Outcome::Deleted,
            };
            assert_eq!(row.outcome, outcome, "{id:?}: outcome");
        }
        let told = (row.state, row.updates, row.notices, row.extensions);
        assert_eq!(
            told,
            (job.shown(), job.updates, job.notices, job.extensions),
            "{id:?}: as its facts said"
        );
        assert!(row.canceled || !job.canceled, "{id:?}: canceled");
        assert_eq!(u32::from(row.cases), job.cases.min(255), "{id:?}: cases");
    }

    pub(super) fn drive_row(&mut self, row: &DriveRow) {
        let id = row.drive;
        let drive = self.drive_mut(id);
        assert!(!std::mem::replace(&mut drive.told, true), "{id:?} is told twice");
        assert!(!drive.adopted, "{id:?} goes on under another name, but is told");
        assert_eq!((row.state, row.disposition), (drive.state, drive.place), "{id:?}: as its facts said");
        assert_eq!(row.faulted, drive.faulted, "{id:?}: ever Faulted");
        assert!(row.bytes_copied <= row.bytes, "{id:?}: no byte is copied twice");
        let times = [row.received, row.copy_started, row.copy_ended, row.left];
        assert!(times.iter().flatten().is_sorted(), "{id:?}: received, copied, left {times:?}");
    }

    pub(super) fn package_row(&mut self, row: &PackageRow) {
        let id = row.package;
        // A package may be put together and never sent: then no fact tells of it.
        let Some(package) = self.packages.get_mut(&id) else {
            let package = Package {
                step: row.step,
                drives: vec![],
                sent: None,
                arrived: None,
                opened: None,
                told: true,
            };
            self.packages.insert(id, package);
            return;
        };
        assert!(!std::mem::replace(&mut package.told, true), "{id:?} is told twice");
        assert_eq!((row.sent, row.step), (package.sent, package.step), "{id:?}: as its facts said");
        if !id.back {
            assert_eq!(
                (row.arrived, row.opened),
                (package.arrived, package.opened),
                "{id:?}: arrived, opened"
            );
        }
    }

    pub(super) fn case_row(&mut self, row: &CaseRow) {
        let case = self.cases.get_mut(&row.case).expect("a row is of a case that opened");
        assert!(!std::mem::replace(&mut case.told, true), "{:?} is told twice", row.case);
        let (ended, state) = case.ended.map_or((None, CaseState::Open), |(at, state)| (Some(at), state));
        let seen = (case.opened, case.attempts, case.first, ended, state);
        let told = (row.opened, row.attempts, row.reached, row.ended, row.state);
        assert_eq!(told, seen, "{:?}: as its facts said", row.case);
    }

    pub(super) fn day_row(&mut self, row: &DayRow) {
        if let Some(until) = self.days {
            assert_eq!(until, row.from, "days follow each other");
        }
        assert!(row.until >= row.from, "a day ends after it began");
        self.days = Some(row.until);
        assert_eq!((row.ordered, row.ended), (self.created, self.ended), "the day's row counts");
        let mut states = [0; 10];
        for job in self.jobs.values().filter(|job| job.state != Gone) {
            states[job.shown().index()] += 1;
        }
        assert_eq!(states, row.jobs, "jobs by state");
        let here = self.drives.values().filter(|drive| drive.is_here()).count() as u32;
        assert_eq!(here, row.drives_on_site, "each drive in one place: drives at the dock and the site");
        if row.site.shelf.waited > 0 {
            self.reach("a package waits for the shelf");
        }
    }
}
