//! The usual life of a job: its customer sends all drives in one package, and nothing rare happens. From top to bottom,
//! the functions below are the way of the drives from the customer to the data center and back.
//!
//! Each function has the same effect as the code for all jobs (`carrier.rs`, `shelf.rs`, `dock.rs`, `drives.rs`,
//! `packing.rs`, `life.rs`), but skips the tests whose result is known for such a job: a run takes a tenth less time.
//! The first rare event of a job ends its usual life for good: see [`Job::is_usual`]. No job of [`World::plain`] has a
//! usual life; tests compare both worlds.

use super::event::Task;
use super::jobs::AtHand;
use super::units::{Stage, Unit};
use super::*;
use crate::engine::station::Slot;
use crate::fate::{DriveFate, ReturnAddress, Travels, Work};
use crate::policy::{Answer, Disposition, DriveSignal, DriveState, Guard, JobSignal, Listing, Treatment};
use crate::scenario::Milestone;

/// The changes of state of a usual life up to Packaging, each with its signal.
const CHANGES: [(JobState, JobSignal, JobState); 4] = [
    (JobState::Creating, JobSignal::SetShipping, JobState::Shipping),
    (JobState::Shipping, JobSignal::AllReceived, JobState::Received),
    (JobState::Received, JobSignal::ProcessingBegun, JobState::Transferring),
    (JobState::Transferring, JobSignal::AllProcessed, JobState::Packaging),
];

/// The conditions of the rows that fire without a signal of their own, by state. In a usual life, only AllCame and
/// AllProcessed ever hold.
const FOLLOWS: [(JobState, &[Guard]); 4] = [
    (JobState::Shipping, &[Guard::AllCame, Guard::CancelDue]),
    (JobState::Received, &[Guard::CopySkipped]),
    (JobState::Transferring, &[Guard::AllProcessed]),
    (JobState::Packaging, &[Guard::LateDrive]),
];

/// The signals to the drives of a usual life. None of them may open a case.
const DRIVE_SIGNALS: [DriveSignal; 6] = [
    DriveSignal::Registered,
    DriveSignal::DockProcessed,
    DriveSignal::DataFlows,
    DriveSignal::CopiedClean,
    DriveSignal::CopiedMoreInfo,
    DriveSignal::Left,
];

/// Whether jobs can have a usual life under this policy: the dock receives the drives of a job in Shipping; each of the
/// [`CHANGES`] has exactly one row, and this row changes no case; the rows without signals are the documented ones; and
/// none of the [`DRIVE_SIGNALS`] opens a case.
pub(super) fn is_possible(policy: &Policy) -> bool {
    let changes = |&(from, signal, into): &(JobState, JobSignal, JobState)| {
        let [Answer::Moves { to, row, .. }] = *policy.job(from, false, signal) else { return false };
        let row = policy.job_row(row);
        to == into && row.ends.is_none() && row.tells.is_none() && row.opens.is_none()
    };
    let follows = |&(state, guards): &(JobState, &[Guard])| {
        policy.follows(state).iter().map(|&(_, guard)| guard).eq(guards.iter().copied())
    };
    let row = policy.arrival(JobState::Shipping, Listing::Specified);
    CHANGES.iter().all(changes)
        && FOLLOWS.iter().all(follows)
        && policy
            .tables()
            .drive
            .rows
            .iter()
            .all(|row| !DRIVE_SIGNALS.contains(&row.on) || row.opens.is_none())
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
    /// Makes one of the [`CHANGES`]. Not inlined, because four copies of it would displace other code from the cache.
    #[inline(never)]
    fn usual_change(&mut self, job: &mut AtHand, signal: JobSignal, cause: Cause) {
        let policy = self.policy();
        let (from, answers) = (job.state, policy.job(job.state, false, signal));
        let Some(&Answer::Moves { to, row, .. }) = answers.first() else {
            panic!("usual: {signal} changes a job in {from}")
        };
        let row = policy.job_row(row);
        (job.state, job.modified) = (to, self.now);
        self.counts.by_state[from.index()] -= 1;
        self.counts.by_state[to.index()] += 1;
        self.fact(Fact::Job { job: job.fate.id, from, to, rule: row.rule, cause });
        self.carry_out(job, row.timer);
        job.entered += 1;
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
        job.drives.iter_mut().for_each(|drive| drive.found = true);
        self.usual_arrivals(job, package);
        self.pump_beside(job, StationName::Dock);
    }

    /// The drives of an opened package enter the dock.
    fn usual_arrivals(&mut self, job: &mut AtHand, package: Key) {
        let task = |unit| Task::Receive { package, unit };
        let drives = 0..job.drives.len() as u8;
        let Some((length, lane)) = self.is_constant(Work::ReceiveDrive) else {
            return drives.for_each(|number| _ = self.enter(job, StationName::Dock, task(job.unit(number))));
        };
        let group = self.gather(job);
        for number in drives {
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
        // At the dock it had its place on the shelf already.
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
            self.usual_mounts(job);
        }
    }

    /// All drives enter the bays; those for which a bay is free are mounted together.
    fn usual_mounts(&mut self, job: &mut AtHand) {
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
        // The first drive begins the processing of the job, which starts the others (J11); then it is mounted itself.
        self.together[group].ends.rotate_left(1);
        self.usual_change(job, JobSignal::ProcessingBegun, Cause::Bay);
        self.work_together(group, bays, lane);
    }

    /// A drive is mounted: its copy starts (D7).
    #[inline(always)]
    pub(super) fn usual_mount(&mut self, job: &mut AtHand, unit: Unit, slot: Slot) {
        self.usual_signal(job, unit, DriveSignal::DataFlows, Cause::Bay);
        let drive = &mut job.drives[usize::from(unit.number)];
        (drive.stage, drive.copy_started) = (Stage::Copying(slot), Some(self.now));
        let bytes = drive.bytes;
        self.begin_copy(job, slot, bytes);
    }

    /// One of the [`DRIVE_SIGNALS`] changes the state of a drive.
    #[inline(always)]
    fn usual_signal(&mut self, job: &mut AtHand, unit: Unit, signal: DriveSignal, cause: Cause) {
        let (policy, id) = (self.policy(), job.drive_id(unit));
        let fact = job.drives[usize::from(unit.number)].meets(policy, id, signal, cause).0;
        self.fact(fact);
    }

    /// A bay takes the first drive (J11); the others follow.
    pub(super) fn usual_begin(&mut self, job: &mut AtHand) {
        self.usual_change(job, JobSignal::ProcessingBegun, Cause::Bay);
        self.start_all(job);
    }

    /// A drive is copied (D8, D9). After the last, the job is packed (J12).
    #[inline(always)]
    pub(super) fn usual_copy_end(&mut self, job: &mut AtHand, unit: Unit) {
        let drive = &mut job.drives[usize::from(unit.number)];
        (drive.stage, drive.copy_ended) = (Stage::Idle, Some(self.now));
        let (signal, cause) = drive.end_of_copy();
        self.usual_signal(job, unit, signal, cause);
        let bays = StationName::Bays as usize;
        if job.worked[bays] + job.waiting[bays] == 0
            && job.drives.iter().all(|drive| drive.copy_ended.is_some())
        {
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

    /// The drives leave with the return package (D10, D11).
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
    use crate::policy::{ArrivalRow, CaseKind, Row, Tables, Timings};
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

    /// Each row that a usual life relies on, changed in one column.
    #[test]
    fn there_is_none_under_other_rows() {
        let under = |change: &dyn Fn(&mut Tables)| {
            let mut tables = Tables::documented();
            change(&mut tables);
            is_possible(&Policy::of(tables, Timings::DOCUMENTED))
        };
        assert!(under(&|_| ()));
        for (from, signal, _) in CHANGES {
            let is_row = |row: &Row<JobState, JobSignal>| row.from == from && row.on == signal;
            let with = |change: &dyn Fn(&mut Row<JobState, JobSignal>)| {
                under(&|tables| tables.job.rows.iter_mut().filter(|row| is_row(row)).for_each(change))
            };
            assert!(!under(&|tables| tables.job.rows.retain(|row| !is_row(row))), "{signal} without its row");
            assert!(!with(&|row| row.to = JobState::Closed), "{signal}");
            assert!(!with(&|row| row.tells = Some(DriveSignal::NoticeSent)), "{signal}");
            assert!(!with(&|row| row.opens = Some(CaseKind::BadAddress)), "{signal}");
        }
        for (state, guards) in FOLLOWS {
            for &guard in guards {
                let there = |row: &Row<JobState, JobSignal>| row.from == state && row.guard == guard;
                assert!(
                    !under(&|tables| tables.job.rows.retain(|row| !there(row))),
                    "{state} without {guard}"
                );
            }
        }
        assert!(!under(&|tables| {
            let shipping = |row: &&mut ArrivalRow| {
                row.listing.contains(&Listing::Specified) && row.states.contains(&JobState::Shipping)
            };
            tables.arrivals.iter_mut().find(shipping).expect("a row").treatment = Treatment::SendBack;
        }));
        for signal in DRIVE_SIGNALS {
            assert!(!under(&|tables| {
                let rows = tables.drive.rows.iter_mut().filter(|row| row.on == signal);
                rows.for_each(|row| row.opens = Some(CaseKind::DriveFault));
            }));
        }
    }
}
