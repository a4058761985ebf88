//! Invariants that hold after every event.

use super::*;
use std::borrow::Cow;
use std::collections::BTreeMap;

/// All jobs that were ordered, decoded once for several checks.
type Known<'j> = [(Key, Cow<'j, Job>)];

/// How often each job is named.
fn tally(jobs: impl Iterator<Item = Key>) -> BTreeMap<Key, u16> {
    let mut tally = BTreeMap::new();
    jobs.for_each(|job| *tally.entry(job).or_default() += 1);
    tally
}

impl<O: Observer, L: EventList<Event>> World<'_, O, L> {
    /// Checks all invariants; tests call it after every event. Panics with the name of a broken invariant.
    pub fn audit(&mut self) {
        self.integrate();
        // Jobs at rest are decoded once for all checks.
        let jobs: Vec<_> = self.known().collect();
        self.audit_counts(jobs.iter().map(|(_, job)| Cow::Borrowed(&**job)));
        jobs.iter().for_each(|(_, job)| self.audit_job(job));
        self.audit_places(&jobs);
        self.audit_belongings(&jobs);
        self.audit_stations(&jobs);
    }

    /// All jobs that were ordered, one at a time, because there may be millions.
    pub(super) fn known(&self) -> impl Iterator<Item = (Key, Cow<'_, Job>)> {
        self.jobs.iter().filter(|(_, job)| job.state != JobState::Absent)
    }

    /// Recounts what each job counts of its own packages, cases and drives.
    fn audit_belongings(&self, jobs: &Known<'_>) {
        let packages = tally(self.packages.iter().map(|(_, package)| package.job));
        let cases = tally(self.cases.iter().map(|(_, case)| case.job));
        let strays = tally(self.strays.values().flatten().map(|unit| unit.job));
        let line = self.site.shelf.line.iter().map(|&(package, _)| &self.packages[package]);
        let at_door = tally(line.flat_map(|package| {
            let others = package.units.iter().map(|unit| unit.job).filter(|&job| job != package.job);
            others.chain([package.job])
        }));
        for (key, job) in jobs {
            let of = |tally: &BTreeMap<Key, u16>| tally.get(key).copied().unwrap_or(0);
            assert_eq!(of(&at_door), job.rare.at_door, "invariant \"a job knows its packages at the door\"");
            assert_eq!(of(&packages), job.packages, "invariant \"a job knows its packages\"");
            assert_eq!(of(&cases), job.open_cases, "invariant \"a job knows its cases\"");
            let name = "invariant \"a job knows the drives that it shares a package with\"";
            assert_eq!(of(&strays), job.strays, "{name}");
        }
        let of_job =
            |job: &Job| job.drives.iter().chain(&job.rare.extras).filter(|drive| drive.shelved).count();
        let shelved = jobs.iter().map(|(_, job)| of_job(job) as u32).sum::<u32>();
        assert_eq!(self.site.shelf.used, shelved, "invariant \"who has a place on the shelf is there\"");
    }

    /// Compares queues and services of the stations with the records of jobs, drives, packages and cases.
    fn audit_stations(&self, jobs: &Known<'_>) {
        let (mut waiting, mut served) = ([0; 5], [0; 5]);
        let mut places: Vec<(StationName, Slot, Task)> = vec![];
        let packing = jobs.iter().map(|(key, job)| (job.packing, Task::Pack(*key)));
        let own = self.packages.iter().map(|(key, package)| (package.packing, Task::PackOwn(key)));
        let attempts = self.cases.iter().map(|(key, case)| (case.attempting, Task::Attempt(key)));
        let packing = packing.chain(own).map(|visit| (StationName::Packing, visit));
        for (station, (visit, task)) in packing.chain(attempts.map(|visit| (StationName::Operations, visit)))
        {
            match visit {
                Visit::Not => {}
                Visit::Waiting(_) => waiting[station as usize] += 1,
                Visit::Working(slot) => places.push((station, slot, task)),
            }
        }
        for (key, job) in jobs {
            for (number, drive) in job.drives.iter().enumerate() {
                let unit = Unit { job: *key, number: number as u8, extra: false };
                let (bays, preparation) = (StationName::Bays, StationName::Preparation);
                match drive.stage {
                    Stage::Idle => {}
                    Stage::WaitingToPrepare(_) => waiting[preparation as usize] += 1,
                    Stage::Preparing(slot) => places.push((preparation, slot, Task::Prepare(unit))),
                    Stage::Waiting(_) => waiting[bays as usize] += 1,
                    Stage::Mounting(slot) | Stage::Copying(slot) => {
                        places.push((bays, slot, Task::Copy(unit)))
                    }
                }
            }
        }
        for (name, slot, task) in places {
            served[name as usize] += 1;
            let who = self.site.look_at(name).who(slot);
            assert_eq!(who, Some(task), "invariant \"who is served is in the slot\" of {name:?}");
        }
        for name in StationName::ALL.into_iter().filter(|&name| name != StationName::Dock) {
            let station = self.site.look_at(name);
            let said = (station.queue_len(), station.busy() + station.suspended());
            let counted = (waiting[name as usize], served[name as usize]);
            assert_eq!(said, counted, "invariant \"each in its queue\" of {name:?}");
        }
        let unopened: usize = jobs.iter().map(|(_, job)| job.unopened as usize).sum();
        let outside = self.site.shelf.line.len();
        let unprocessed: usize = self.packages.iter().map(|(_, package)| package.unprocessed as usize).sum();
        let dock = self.site.look_at(StationName::Dock);
        let here = dock.queue_len() + (dock.busy() + dock.suspended()) as usize;
        assert_eq!(here, unopened - outside + unprocessed, "invariant \"each in its queue\" of the dock");
    }

    pub(super) fn audit_counts<'j>(&self, jobs: impl Iterator<Item = Cow<'j, Job>>) {
        let (mut by_state, mut open, mut ages, mut on_site) = ([0; 10], 0, 0_i128, 0);
        for job in jobs {
            if job.state != JobState::Gone {
                by_state[job.shown().index()] += 1;
            }
            if !job.has_ended() {
                open += 1;
                ages += i128::from((self.now - job.fate.ordered).micros());
            }
            let here = |drive: &&Drive| {
                !drive.adopted && matches!(drive.disposition, Disposition::AtDock | Disposition::AtSite)
            };
            on_site += job.drives.iter().chain(&job.rare.extras).filter(here).count() as u32;
        }
        assert_eq!(by_state, self.counts.by_state, "invariant \"jobs by state\"");
        assert_eq!(self.counts.ordered, self.counts.ended + open, "invariant \"created = ended + open\"");
        assert_eq!(on_site, self.counts.drives_on_site, "invariant \"drives on site\"");
        assert_eq!(self.counts.open_integral, self.counts.sojourns + ages, "invariant \"Little's law\"");
    }

    fn audit_job(&self, job: &Job) {
        let told = job.account.0.iter().fold(Span::ZERO, |sum, &part| sum + part);
        let ended = job.milestone(crate::scenario::Milestone::Ended);
        let upto = ended.unwrap_or(job.since);
        assert_eq!(told, upto - job.fate.ordered, "invariant \"the parts of a job's time sum to the whole\"");
        let shipped = !matches!(job.state, JobState::Creating | JobState::Shipping);
        for drive in &job.drives {
            let processed = drive.state == DriveState::Transferring || drive.mounts > 0;
            assert!(
                shipped || !processed,
                "invariant \"J22: no drive is processed before its job is in Shipping\""
            );
            let copying = matches!(drive.stage, Stage::Copying(_));
            assert_eq!(
                copying,
                drive.state == DriveState::Transferring,
                "invariant \"who transfers has a bay\""
            );
            let faulted = drive.state == DriveState::Faulted;
            assert!(
                !faulted || drive.stage == Stage::Idle,
                "invariant \"F4: a faulted drive frees its bay\""
            );
        }
        let timed = job.timer.is_some();
        let must = job.has_record()
            && !matches!(job.state, JobState::Received | JobState::Transferring | JobState::Packaging);
        // A cancel after a notice ends the wait: the job waits without a timer for the dock, or for the end of its
        // fault (J8).
        let is_due = |signal| job.due.contains(&Some(signal));
        let waits = !guards::nothing_at_dock(job)
            || [JobSignal::AnswerCancel, JobSignal::CancelDue, JobSignal::AllReceived]
                .into_iter()
                .any(is_due);
        let canceled = job.state == JobState::Shipping && job.cancel_requested && job.notices > 0;
        let right = timed == must || (canceled && !timed && waits);
        assert!(right, "invariant \"each state has its timer\" in {}", job.state);
        if let Some(timer) = job.timer {
            let stands = job.faulted && !timer.overdue;
            assert_eq!(timer.left.is_some(), stands, "invariant \"F3: timers stand still while Faulted\"");
            assert!(stands || timer.overdue || timer.due >= self.now, "invariant \"no deadline rings late\"");
        }
        assert_eq!(
            job.rare.missing_case.is_some(),
            self.awaits_answer(job),
            "invariant \"J6 opens, J7 to J10 end a case\""
        );
    }

    fn awaits_answer(&self, job: &Job) -> bool {
        let window = job.timer.is_some_and(|timer| timer.awaits_answer());
        // A cancel after the window ends the case, but the window is still to be judged (J9).
        let canceled = job.cancel_requested && job.timer.is_some_and(|timer| timer.overdue);
        let is_due = |signal| job.due.contains(&Some(signal));
        let ended = canceled || is_due(JobSignal::AnswerCancel) || is_due(JobSignal::AllReceived);
        window && job.state == JobState::Shipping && !ended
    }

    /// Checks that each drive is in one place and in the package that it is said to be in.
    fn audit_places(&self, jobs: &Known<'_>) {
        let mut seen: Vec<Unit> = vec![];
        for (key, package) in self.packages.iter() {
            assert!(self.jobs.lives(package.job), "invariant \"no package outlives its job\"");
            let travels = package.opened.is_none() || package.unprocessed == 0;
            if travels {
                seen.extend(package.units.iter().copied().filter(|&unit| !self.drive(unit).adopted));
            }
            let moving = matches!(package.step, PackageStep::Sent);
            for &unit in package.units.iter().filter(|_| moving && package.packing == Visit::Not) {
                let disposition = self.drive(unit).disposition;
                let right = matches!(
                    disposition,
                    Disposition::InTransitIn | Disposition::InTransitBack | Disposition::AtSite
                );
                assert!(right, "invariant \"who travels is in transit\": {disposition} in {key:?}");
            }
        }
        seen.sort_unstable();
        assert!(seen.windows(2).all(|two| two[0] != two[1]), "invariant \"each drive in one place\"");
        for (key, job) in jobs {
            assert!(!job.is_done(), "invariant \"who is done with makes room\": {key:?}");
        }
    }
}
