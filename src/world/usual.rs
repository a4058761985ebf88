//! The usual life of a job: its customer sends all drives in one package, and nothing rare happens. From top to bottom,
//! the functions below are the way of the drives from the customer to the data center and back, and the end of the job.
//! What is not here is done by the code for all jobs: preparation, packing, transit.
//!
//! Each function has the same effect as the code for all jobs (`customer.rs`, `carrier.rs`, `shelf.rs`, `dock.rs`,
//! `drives.rs`, `packing.rs`, `life.rs`, `timers.rs`), but skips the tests whose result is known for such a job: a run
//! takes a tenth less time. The first rare event of a job ends its usual life for good: see [`Job::is_usual`]. No job of
//! [`World::plain`] has a usual life; tests compare both worlds.

use super::*;
use crate::policy::{Answer, TimerAct};

/// A state and a signal, and the conditions and new states of all its rows.
type Change = (JobState, JobSignal, &'static [(Guard, JobState)]);

/// The changes of state of a usual life.
const CHANGES: [Change; 8] = [
    (JobState::Absent, JobSignal::Put, &[(Guard::Always, JobState::Creating)]),
    (JobState::Creating, JobSignal::SetShipping, &[(Guard::Always, JobState::Shipping)]),
    (JobState::Shipping, JobSignal::AllReceived, &[(Guard::AllCame, JobState::Received)]),
    (JobState::Received, JobSignal::ProcessingBegun, &[(Guard::Always, JobState::Transferring)]),
    (JobState::Transferring, JobSignal::AllProcessed, &[(Guard::AllProcessed, JobState::Packaging)]),
    (
        JobState::Packaging,
        JobSignal::AllLeft,
        &[(Guard::NoError, JobState::Completed), (Guard::Always, JobState::Closed)],
    ),
    (JobState::Completed, JobSignal::RetentionExpired, &[(Guard::Always, JobState::Gone)]),
    (JobState::Closed, JobSignal::RetentionExpired, &[(Guard::Always, JobState::Gone)]),
];

/// The conditions of the rows that apply as soon as they hold, by state. In a usual life, only AllCame and AllProcessed
/// ever hold.
const FOLLOWS: [(JobState, &[Guard]); 7] = [
    (JobState::Creating, &[]),
    (JobState::Shipping, &[Guard::AllCame, Guard::CancelDue]),
    (JobState::Received, &[Guard::CopySkipped]),
    (JobState::Transferring, &[Guard::AllProcessed]),
    (JobState::Packaging, &[Guard::LateDrive]),
    (JobState::Completed, &[]),
    (JobState::Closed, &[]),
];

/// The changes of state of a drive in a usual life.
const DRIVE_CHANGES: [(DriveState, DriveSignal, DriveState); 7] = [
    (DriveState::Absent, DriveSignal::Registered, DriveState::Received),
    (DriveState::Specified, DriveSignal::DockProcessed, DriveState::Received),
    (DriveState::Received, DriveSignal::DataFlows, DriveState::Transferring),
    (DriveState::Transferring, DriveSignal::CopiedClean, DriveState::Completed),
    (DriveState::Transferring, DriveSignal::CopiedMoreInfo, DriveState::CompletedMoreInfo),
    (DriveState::Completed, DriveSignal::Left, DriveState::ShippedBack),
    (DriveState::CompletedMoreInfo, DriveSignal::Left, DriveState::ShippedBack),
];

/// Whether jobs can have a usual life under this policy: the dock receives the drives of a job in Shipping; jobs and
/// drives change their states as listed above, and these changes end and open no case; and a job at rest changes at the
/// end of its retention only, which leaves no timer.
pub(super) fn is_possible(policy: &Policy) -> bool {
    let is_row = |(answer, into): (&Answer<JobState>, &(Guard, JobState))| {
        let &Answer::Moves { to, guard, row, .. } = answer else { return false };
        let row = policy.job_row(row);
        (guard, to) == *into
            && row.ends.is_none()
            && row.tells.is_none()
            && row.opens.is_none()
            && (to != JobState::Gone || row.timer == TimerAct::Keeps)
    };
    let changes = |&(from, signal, into): &Change| {
        let answers = policy.job(from, false, signal);
        answers.len() == into.len() && answers.iter().zip(into).all(is_row)
    };
    let follows = |&(state, guards): &(JobState, &[Guard])| {
        policy.follows(state).iter().map(|&(_, guard)| guard).eq(guards.iter().copied())
    };
    let drive_changes = |&(from, signal, into): &(DriveState, DriveSignal, DriveState)| {
        let Some(Answer::Moves { to, row, .. }) = policy.drive(from, signal) else { return false };
        to == into && policy.drive_opens(row).is_none()
    };
    let expires = |state| policy.at_the_end(state, timers::AT_REST) == Some(JobSignal::RetentionExpired);
    let row = policy.arrival(JobState::Shipping, Listing::Specified);
    CHANGES.iter().all(changes)
        && FOLLOWS.iter().all(follows)
        && DRIVE_CHANGES.iter().all(drive_changes)
        && [JobState::Completed, JobState::Closed].into_iter().all(expires)
        && row.is_some_and(|row| row.treatment == Treatment::Receive && row.errors.is_empty())
}

impl Job {
    /// Whether its fate is usual: the customer sends exactly the listed drives, in one package, and does not delete the
    /// job; the address is right; neither the job nor a drive becomes Faulted.
    pub(super) fn starts_usual(&self) -> bool {
        let fate = &self.fate;
        let usual = |drive: &DriveFate| drive.travels == Travels::WithPackage && !drive.copy.is_fault();
        fate.extras == 0
            && fate.deletes.is_none()
            && fate.fault.is_none()
            && fate.return_address == ReturnAddress::Good
            && !fate.drives.is_empty()
            && fate.drives.iter().all(usual)
    }
}

impl<O: Observer, L: EventList<Event>> World<'_, O, L> {
    /// Makes one of the [`CHANGES`], by the only row or the first.
    pub(super) fn usual_change(&mut self, job: &mut AtHand, signal: JobSignal, cause: Cause) {
        self.usual_change_by(job, signal, 0, cause);
    }

    /// The same by row `number`, from 0, of the rows for the signal. Returns its rule. Not inlined, because all its copies
    /// would displace other code from the cache.
    #[inline(never)]
    fn usual_change_by(&mut self, job: &mut AtHand, signal: JobSignal, number: usize, cause: Cause) -> Rule {
        let policy = self.policy();
        let (from, answers) = (job.state, policy.job(job.state, false, signal));
        let Some(&Answer::Moves { to, row, .. }) = answers.get(number) else {
            panic!("usual: no row {number} for {signal} in {from}")
        };
        let row = policy.job_row(row);
        (job.state, job.modified) = (to, self.now);
        self.counts.moves(from, to);
        self.fact(Fact::Job { job: job.fate.id, from, to, rule: row.rule, cause });
        self.carry_out(job, row.timer);
        job.entered += 1;
        row.rule
    }

    /// The customer sets the job to Shipping (J5).
    pub(super) fn usual_announcement(&mut self, job: &mut AtHand) {
        self.usual_change(job, JobSignal::SetShipping, Cause::Customer);
        self.reach(job, Milestone::Shipped);
    }

    /// The customer hands the package over.
    pub(super) fn usual_hand_over(&mut self, job: &mut AtHand) {
        let (package, inbound) = (self.new_inbound(job), job.fate.inbound);
        let drives = job.drives.len() as u8;
        self.packages[package].units.extend((0..drives).map(|number| job.unit(number)));
        job.delivery_package = Some((inbound.carrier, self.now, drives));
        self.send(job, package, inbound);
    }

    /// The carrier delivers the package; it is queued at the dock.
    pub(super) fn usual_delivery(&mut self, job: &mut AtHand, package: Key) {
        self.packages[package].arrived = Some(self.now);
        self.package_step(package, PackageStep::Delivered);
        self.dispose_together(job, Disposition::AtDock);
        self.reach(job, Milestone::Delivered);
        self.site.shelf.lets_in(Span::ZERO);
        job.unopened += 1;
        if self.enter(job, StationName::Dock, Task::Open(package)).is_some() {
            self.pump_beside(job, StationName::Dock);
        }
    }

    /// The dock has opened the package; its drives are queued.
    pub(super) fn usual_opening(&mut self, job: &mut AtHand, package: Key) {
        let drives = job.drives.len() as u32;
        let record = &mut self.packages[package];
        (record.opened, record.unprocessed) = (Some(self.now), drives);
        self.package_step(package, PackageStep::Opened);
        job.unopened -= 1;
        job.opened = true;
        job.in_dock += drives;
        self.usual_drives_queue(job, package);
        self.pump_beside(job, StationName::Dock);
    }

    /// The drives of an opened package enter the dock.
    fn usual_drives_queue(&mut self, job: &mut AtHand, package: Key) {
        let task = |unit| Task::Receive { package, unit };
        let drives = 0..job.drives.len() as u8;
        let Some((length, lane)) = self.is_constant(Work::ReceiveDrive) else {
            return drives.for_each(|number| {
                job.drives[usize::from(number)].found = true;
                self.enter(job, StationName::Dock, task(job.unit(number)));
            });
        };
        let group = self.gather(job);
        for number in drives {
            job.drives[usize::from(number)].found = true;
            match self.queue(StationName::Dock, task(job.unit(number)), job.fate.class) {
                Ok(slot) => self.begin_in(group, job, StationName::Dock, slot, length),
                Err(_) => job.waits(StationName::Dock, 1),
            }
        }
        self.work_together(group, StationName::Dock, lane);
    }

    /// The length of this work and the lane for its end, if it always takes the same time.
    fn is_constant(&self, work: Work) -> Option<(Length, Lane)> {
        self.always[work as usize].and_then(|length| Some((length, length.lane?)))
    }

    /// The dock has processed a drive: the job receives it (D3, D2 for an export).
    pub(super) fn usual_receipt(&mut self, job: &mut AtHand, package: Key, unit: Unit) {
        let registered = job.drives[usize::from(unit.number)].state == DriveState::Absent;
        let signal = if registered { DriveSignal::Registered } else { DriveSignal::DockProcessed };
        self.usual_signal(job, unit, signal, Cause::Dock);
        let drive = &mut job.drives[usize::from(unit.number)];
        drive.received = Some(self.now);
        // It was counted as on site, and had its place on the shelf, at the dock already.
        let (from, to) = (drive.disposition, Disposition::AtSite);
        drive.disposition = to;
        self.fact(Fact::Disposed { drive: job.drive_id(unit), from, to });
        let unprocessed = &mut self.packages[package].unprocessed;
        *unprocessed -= 1;
        let was_last = *unprocessed == 0;
        if was_last {
            self.close_package(job, package);
        }
        job.in_dock -= 1;
        if was_last {
            self.usual_change(job, JobSignal::AllReceived, Cause::Dock);
            self.reach(job, Milestone::Received);
            self.usual_bays(job);
        }
    }

    /// All drives enter the bays; those for which a bay is free are mounted together.
    fn usual_bays(&mut self, job: &mut AtHand) {
        let bays = StationName::Bays;
        let prepared = self.scenario.site.preparation.is_some();
        let mount = self.is_constant(Work::Mount).filter(|_| !prepared);
        let Some((length, lane)) = mount.filter(|_| self.site.look_at(bays).serves_at_once()) else {
            return self.start_all(job);
        };
        let group = self.gather(job);
        for number in 0..job.drives.len() as u8 {
            match self.queue(bays, Task::Copy(job.unit(number)), job.fate.class) {
                Ok(slot) => {
                    self.begin_in(group, job, bays, slot, length);
                    let drive = &mut job.drives[usize::from(number)];
                    (drive.stage, drive.mounts) = (Stage::Mounting(slot), 1);
                }
                Err(ticket) => {
                    job.waits(bays, 1);
                    job.drives[usize::from(number)].stage = Stage::Waiting(ticket);
                }
            }
        }
        // The first drive begins the processing of the job, which starts the others (J11); then it is mounted itself, as
        // in `bay_takes`.
        self.together[group].ends.rotate_left(1);
        self.usual_change(job, JobSignal::ProcessingBegun, Cause::Bay);
        self.work_together(group, bays, lane);
    }

    /// A bay takes the first drive (J11); the others follow.
    pub(super) fn usual_begin(&mut self, job: &mut AtHand) {
        self.usual_change(job, JobSignal::ProcessingBegun, Cause::Bay);
        self.start_all(job);
    }

    /// A drive is mounted: its copy starts (D7).
    #[inline(always)]
    pub(super) fn usual_copy_start(&mut self, job: &mut AtHand, unit: Unit, slot: Slot) {
        self.usual_signal(job, unit, DriveSignal::DataFlows, Cause::Bay);
        let drive = &mut job.drives[usize::from(unit.number)];
        (drive.stage, drive.copy_started) = (Stage::Copying(slot), Some(self.now));
        let bytes = drive.bytes;
        self.begin_copy(job, slot, bytes);
    }

    /// One of the [`DRIVE_CHANGES`] changes the state of a drive.
    #[inline(always)]
    fn usual_signal(&mut self, job: &mut AtHand, unit: Unit, signal: DriveSignal, cause: Cause) {
        let (policy, id) = (self.policy(), job.drive_id(unit));
        let fact = job.drives[usize::from(unit.number)].meets(policy, id, signal, cause).0;
        self.fact(fact);
    }

    /// A drive is copied (D8, D9). After the last, the job is packed (J12).
    #[inline(always)]
    pub(super) fn usual_copy_end(&mut self, job: &mut AtHand, unit: Unit) {
        let drive = &mut job.drives[usize::from(unit.number)];
        (drive.stage, drive.copy_ended) = (Stage::Idle, Some(self.now));
        let (signal, cause) = drive.end_of_copy();
        self.usual_signal(job, unit, signal, cause);
        // Each drive that is not copied is in service or in a queue.
        if job.worked == [0; 4] && job.waiting == [0; 4] {
            debug_assert!(job.drives.iter().all(|drive| drive.copy_ended.is_some()));
            self.usual_packaging(job);
        }
    }

    fn usual_packaging(&mut self, job: &mut AtHand) {
        self.usual_change(job, JobSignal::AllProcessed, Cause::Consequence);
        job.was_packaging = true;
        job.milestones[Milestone::Copied as usize] = Some(self.now);
        self.tell_reached(job, Milestone::Copied);
        self.join_packing(job);
    }

    /// The drives leave with the return package (D10).
    pub(super) fn usual_departure(&mut self, job: &mut AtHand, package: Key) {
        let drives = job.drives.len() as u8;
        self.packages[package].units.extend((0..drives).map(|number| job.unit(number)));
        let (policy, now, id) = (self.policy(), self.now, job.fate.id);
        for (number, drive) in (0..).zip(&mut job.drives) {
            drive.left = Some(now);
            let drive_id = DriveId { job: id, number, extra: false };
            self.out.fact(now, &drive.meets(policy, drive_id, DriveSignal::Left, Cause::Packing).0);
        }
    }

    /// All drives have left, and the job ends: with an error in it (J14) or without (J13).
    pub(super) fn usual_end(&mut self, job: &mut AtHand) {
        let error = self.has_error(job);
        let rule = self.usual_change_by(job, JobSignal::AllLeft, usize::from(error), Cause::Packing);
        self.ends_life(job, if error { Outcome::Closed } else { Outcome::Completed }, rule, error);
    }

    /// The record of a job at rest ends (J15), whatever its life was.
    pub(super) fn record_ends(&mut self, key: Key) {
        let mut job = self.jobs.remove_encoded(key);
        let due = job.timer.map(|timer| timer.due);
        assert_eq!(due, Some(self.now), "timers: no deadline rings early or late by a tick");
        self.usual_change(&mut job, JobSignal::RetentionExpired, Cause::Deadline(timers::AT_REST));
        self.tell_job(&job, None);
        self.leaves_family(&job);
        self.jobs.keep_last(job);
    }

    /// Changes the disposition of all drives of the job. At the site they occupy places on the shelf.
    pub(super) fn dispose_together(&mut self, job: &mut AtHand, to: Disposition) {
        let on_site = |at| matches!(at, Disposition::AtDock | Disposition::AtSite);
        let (now, id, drives) = (self.now, job.fate.id, job.drives.len() as u32);
        let came = on_site(job.drives[0].disposition);
        for (number, drive) in (0..).zip(&mut job.drives) {
            let from = std::mem::replace(&mut drive.disposition, to);
            drive.shelved = on_site(to);
            let drive = DriveId { job: id, number, extra: false };
            self.out.fact(now, &Fact::Disposed { drive, from, to });
        }
        match (came, on_site(to)) {
            (false, true) => {
                self.counts.drives_on_site += drives;
                self.site.shelf.take(now, drives);
            }
            (true, false) => {
                self.counts.drives_on_site -= drives;
                self.site.shelf.free(now, drives);
                if !self.site.shelf.line.is_empty() {
                    self.lay_down(job, |world, _| world.let_packages_in());
                }
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::{ArrivalRow, CaseKind, CaseSignal, Row, Tables, Timings};
    use crate::scenario::BASELINE;

    #[test]
    fn most_jobs_of_the_baseline_have_a_usual_life() {
        let scenario = Scenario::parse(BASELINE, &[]).expect("the baseline is a scenario").scenario;
        let mut world = World::new(&scenario, 1, 0, ());
        world.advance(Instant::START + Span::days(60));
        let active =
            || world.jobs.iter().filter(|(_, job)| job.state != JobState::Absent && !job.has_ended());
        let usual = active().filter(|(_, job)| job.is_usual).count();
        assert!(usual * 10 > active().count() * 6, "{usual} of {}", active().count());
    }

    /// A lost export that is ordered again (E3): the family lives as long as a record of it.
    #[test]
    fn a_family_ends_with_the_record_of_its_last_job() {
        let text = "[run]\nhorizon = \"200d\"\n[[job]]\nname = \"a\"\ntype = \"export\"\npacks = \"0d\"\n\
                    transit = \"1d\"\nback = \"lost\"\nreorders = \"10d\"\n";
        let scenario = Scenario::parse(text, &[]).expect("a scenario").scenario;
        let mut world = World::new(&scenario, 1, 0, ());
        let living = [10, 50, 95, 150].map(|day| {
            world.advance(Instant::START + Span::days(day));
            world.families.iter().map(|(_, family)| family.living).collect::<Vec<u32>>()
        });
        assert_eq!(living, [vec![], vec![2], vec![1], vec![]]);
    }

    /// Each row that a usual life relies on, left out or changed in one column.
    #[test]
    fn there_is_none_under_other_rows() {
        type JobRow = Row<JobState, JobSignal>;
        let under = |change: &dyn Fn(&mut Tables)| {
            let mut tables = Tables::documented();
            change(&mut tables);
            is_possible(&Policy::of(tables, Timings::DOCUMENTED))
        };
        assert!(under(&|_| ()));
        for (from, signal, into) in CHANGES {
            for (number, &(guard, to)) in into.iter().enumerate() {
                let is_row = |row: &JobRow| (row.from, row.on, row.to) == (from, signal, to);
                let with = |change: &dyn Fn(&mut JobRow)| {
                    under(&|tables| tables.job.rows.iter_mut().filter(|row| is_row(row)).for_each(change))
                };
                assert!(!under(&|tables| tables.job.rows.retain(|row| !is_row(row))), "{signal} {number}");
                let elsewhere = if to == JobState::Closed { JobState::Gone } else { JobState::Closed };
                assert!(!with(&|row| row.to = elsewhere), "{signal} {number}");
                let other = if guard == Guard::NoError { Guard::CopySkipped } else { Guard::NoError };
                assert!(!with(&|row| row.guard = other), "{signal} {number} under another condition");
                assert!(!with(&|row| row.tells = Some(DriveSignal::NoticeSent)), "{signal} {number}");
                assert!(!with(&|row| row.opens = Some(CaseKind::BadAddress)), "{signal} {number}");
                let ends = Some((CaseKind::BadAddress, CaseSignal::CauseGone));
                assert!(!with(&|row| row.ends = ends), "{signal} {number}");
                assert_eq!(
                    with(&|row| row.timer = TimerAct::Stops),
                    to != JobState::Gone,
                    "{signal} {number}"
                );
                assert_eq!(with(&|row| row.after = &[]), to != JobState::Gone, "{signal} {number}");
            }
        }
        for (state, guards) in FOLLOWS {
            for &guard in guards {
                let there = |row: &JobRow| row.from == state && row.guard == guard;
                assert!(
                    !under(&|tables| tables.job.rows.retain(|row| !there(row))),
                    "{state} without {guard}"
                );
            }
            assert!(!under(&|tables| {
                let mut rows = tables.job.rows.iter_mut().filter(|row| row.from == state && !row.follows);
                rows.next().expect("a row").follows = true;
            }));
        }
        for (from, signal, into) in DRIVE_CHANGES {
            let with = |change: &dyn Fn(&mut Row<DriveState, DriveSignal>)| {
                under(&|tables| {
                    let rows = tables.drive.rows.iter_mut();
                    rows.filter(|row| (row.from, row.on, row.to) == (from, signal, into)).for_each(change);
                })
            };
            assert!(!with(&|row| row.to = DriveState::Faulted), "{signal}");
            assert!(!with(&|row| row.opens = Some(CaseKind::DriveFault)), "{signal}");
        }
        assert!(!under(&|tables| {
            let shipping = |row: &&mut ArrivalRow| {
                row.listing.contains(&Listing::Specified) && row.states.contains(&JobState::Shipping)
            };
            tables.arrivals.iter_mut().find(shipping).expect("a row").treatment = Treatment::SendBack;
        }));
    }
}
