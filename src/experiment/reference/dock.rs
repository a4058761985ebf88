//! The dock: arrivals, opening, D2 to D6, routing and claims (X1, X2).

use super::agenda::{Event, Turn};
use super::entities::Drive;
use super::input::is_closed;
use super::model::Model;
use crate::policy::{Disposition, DriveState, JobState, Rule};

impl Model<'_> {
    /// The carrier delivers a package, or has lost it.
    pub fn arrive(&mut self, package: usize) {
        if self.packages[package].is_lost {
            for drive in self.packages[package].drives.clone() {
                self.put(drive, Disposition::Lost);
            }
            return;
        }
        self.packages[package].arrived = self.now;
        for drive in self.packages[package].drives.clone() {
            self.put(drive, Disposition::AtDock);
        }
        self.wait_at_dock(package);
    }

    /// A package waits for the dock. If the dock is open, it is processed at once.
    pub fn wait_at_dock(&mut self, package: usize) {
        self.at_dock.push(package);
        if !is_closed(&self.site.dock_closed, self.now) {
            self.schedule(self.now, Turn::Work, Event::Processed(package));
        }
    }

    /// The dock opens: it processes what waits there, in the order of arrival.
    pub fn open_dock(&mut self) {
        for package in self.at_dock.clone() {
            self.schedule(self.now, Turn::Work, Event::Processed(package));
        }
    }

    /// The dock has processed a package.
    pub fn processed(&mut self, package: usize) {
        self.at_dock.retain(|waiting| *waiting != package);
        self.open_package(package);
    }

    /// Whether something of the job waits at the dock: an unopened package, or a listed drive not yet processed (J6).
    pub fn waits_at_dock(&self, job: usize) -> bool {
        let is_of = |package: &usize| {
            let package = &self.packages[*package];
            package.job == job || package.drives.iter().any(|drive| self.drives[*drive].job == job)
        };
        self.at_dock.iter().any(is_of)
    }

    fn open_package(&mut self, number: usize) {
        let package = self.packages[number].clone();
        let job = package.job;
        let mut drives = package.drives;
        for drive in &drives {
            self.drives[*drive].was_brought = true;
        }
        // X2: a drive that another job waits for is routed at once, even out of a held package.
        let routed: Vec<usize> =
            drives.iter().copied().filter(|drive| self.is_awaited_elsewhere(*drive, job)).collect();
        drives.retain(|drive| !routed.contains(drive));
        for drive in routed {
            self.pass_on(drive);
        }
        for drive in &drives {
            if self.drives[*drive].is_extra || self.drives[*drive].job != job {
                self.drives[*drive].host = Some(job);
            }
        }
        if !matches!(self.jobs[job].state, JobState::Creating | JobState::Gone) {
            self.pass(job, drives, package.arrived, package.number);
        } else if !drives.is_empty() {
            // E1: a held package.
            self.hold(job, drives, package.arrived, package.number, false);
        }
        // Nothing of these jobs waits here any more: J6, J8 and J9 can be judged.
        (0..self.jobs.len()).for_each(|job| self.judge_shipping(job));
    }

    /// X2: whether the drive is on the list of another job that waits for it.
    fn is_awaited_elsewhere(&self, drive: usize, job: usize) -> bool {
        let Drive { job: own, is_extra, state, .. } = self.drives[drive];
        let waits = matches!(state, DriveState::Specified | DriveState::NeverReceived);
        let since_shipping =
            !matches!(self.jobs[own].state, JobState::Absent | JobState::Creating | JobState::Gone);
        own != job && !is_extra && waits && since_shipping
    }

    /// X2: a drive is routed to its job, or claimed by it. This counts as an opened package (J10), and makes no other
    /// drive NeverReceived.
    fn pass_on(&mut self, drive: usize) {
        let job = self.drives[drive].job;
        self.jobs[job].opened = true;
        let (arrived, number) = (self.now, self.jobs[job].packages);
        self.take(job, vec![drive], arrived, number);
        self.judge_shipping(job);
    }

    /// X2: J5 claims the drives of the job that came in other packages, are at the site and have not left.
    pub fn claim_guests(&mut self, job: usize) {
        for drive in self.jobs[job].drives.clone() {
            let Drive { host, place, held, .. } = self.drives[drive];
            let is_here = matches!(place, Disposition::AtDock | Disposition::AtSite);
            if host.is_none() || !is_here {
                continue;
            }
            self.returns.iter_mut().for_each(|back| back.drives.retain(|one| *one != drive));
            self.drives[drive].held = None;
            if let Some(held) = held {
                self.held[held].drives.retain(|one| *one != drive);
                if self.held[held].drives.is_empty() {
                    self.end_held(held, crate::policy::CaseState::Settled);
                }
            }
            self.pass_on(drive);
        }
    }

    /// A package passes the dock: its job is in Shipping or later.
    pub fn pass(&mut self, job: usize, drives: Vec<usize>, arrived: i64, number: usize) {
        self.jobs[job].opened = true;
        self.take(job, drives, arrived, number);
        // D4: drives that were neither in this package nor in one opened before. A drive from a held package that has
        // left or was destroyed never passed the dock.
        for drive in self.jobs[job].drives.clone() {
            let Drive { state, was_brought, place, .. } = self.drives[drive];
            let is_here = was_brought && matches!(place, Disposition::AtDock | Disposition::AtSite);
            if state == DriveState::Specified && !is_here {
                self.turn(drive, DriveState::NeverReceived, Rule::D4);
            }
        }
        self.judge_shipping(job);
    }

    /// The dock has processed these drives: D2, D3, D6 by the (base) state; X1.
    fn take(&mut self, job: usize, drives: Vec<usize>, arrived: i64, number: usize) {
        for drive in drives.iter().copied() {
            self.put(drive, Disposition::AtSite);
            self.drives[drive].held = None;
            if self.drives[drive].is_extra || self.drives[drive].job != job {
                continue;
            }
            self.drives[drive].host = None;
            let rule = match self.drives[drive].state {
                DriveState::Absent => Rule::D2,
                DriveState::NeverReceived => Rule::D6,
                _ => Rule::D3,
            };
            self.turn(drive, DriveState::Received, rule);
        }
        match self.jobs[job].state {
            JobState::Received | JobState::Transferring => self.start_copies(job),
            JobState::Packaging => self.judge_late(job),
            // D6: Received, not copied, returned in a package of its own; or E1 if the address is known to be wrong.
            JobState::Completed | JobState::Closed if !drives.is_empty() => {
                if self.is_known_wrong(job) {
                    self.hold(job, drives, arrived, number, true);
                } else {
                    self.send_alone(job, drives, None, false);
                }
            }
            _ => {}
        }
    }

    /// Whether the job's return address is known to be wrong.
    pub fn is_known_wrong(&self, job: usize) -> bool {
        self.jobs[job].address_noticed && self.jobs[job].bad_address
    }
}
