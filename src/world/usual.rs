//! The usual life of a job: its customer sends all drives in one package, and nothing rare happens. From top to bottom,
//! the functions below are the way of the drives from the customer to the data center and back, and the end of the job.
//! What is not here is done by the code for all jobs: preparation, packing, transit.
//!
//! Each function has the same effect as the code for all jobs (`customer.rs`, `carrier.rs`, `shelf.rs`, `dock.rs`,
//! `drives.rs`, `packing.rs`, `life.rs`, `timers.rs`), but skips the tests whose result is known for such a job: a run
//! takes a tenth less time. The first rare event of a job ends its usual life for good: see [`Life::is_usual`]. The code
//! relies on what the documented rows say, so under other rows no job has a usual life. In [`World::plain`] no job
//! has one; tests compare both worlds.

use super::*;
use crate::policy::Answer;

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
    /// Changes the state by the first row for the signal.
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
        debug_assert!(
            row.ends.is_none() && row.tells.is_none() && row.opens.is_none(),
            "usual: a row does no more than this"
        );
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
        let drives = job.drives.len() as u16;
        let record = &mut self.packages[package];
        (record.opened, record.unprocessed) = (Some(self.now), drives.into());
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

    /// Changes the state of a drive by its row for the signal.
    #[inline(always)]
    fn usual_signal(&mut self, job: &mut AtHand, unit: Unit, signal: DriveSignal, cause: Cause) {
        let (policy, id) = (self.policy(), job.drive_id(unit));
        let (fact, row) = job.drives[usize::from(unit.number)].meets(policy, id, signal, cause);
        debug_assert!(policy.drive_opens(row).is_none(), "usual: a change of a drive opens no case");
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
        self.ends_life(job, rule, error);
    }

    /// The record of a job at rest ends (J15), whatever its life was.
    pub(super) fn record_ends(&mut self, key: Key) {
        let mut job = self.jobs.take_encoded(key);
        let due = job.timer.map(|timer| timer.due);
        assert_eq!(due, Some(self.now), "timers: no deadline rings early or late by a tick");
        self.usual_change(&mut job, JobSignal::RetentionExpired, Cause::Deadline(timers::AT_REST));
        self.tell_job(&job, None);
        self.leaves_family(&job);
        self.jobs.close(job);
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
    use crate::policy::{Tables, TimerAct, Timings};
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

    /// Usual lives exist only under the documented rows.
    #[test]
    fn there_is_none_under_other_rows() {
        let mut scenario = Scenario::parse(BASELINE, &[]).expect("the baseline is a scenario").scenario;
        let mut has_usual = |change: &dyn Fn(&mut Tables), timings: Timings| {
            let mut tables = Tables::documented();
            change(&mut tables);
            scenario.policy = Policy::of(tables, timings);
            World::new(&scenario, 1, 0, ()).has_usual
        };
        let same = |_: &mut Tables| ();
        assert!(has_usual(&same, Timings::DOCUMENTED));
        assert!(has_usual(&same, Timings { creating_expiry_resets: false, ..Timings::DOCUMENTED }));
        for row in 0..Tables::documented().job.rows.len() {
            let moved = |tables: &mut Tables| tables.job.rows[row].timer = TimerAct::Pauses;
            assert_eq!(
                has_usual(&moved, Timings::DOCUMENTED),
                Tables::documented().job.rows[row].timer == TimerAct::Pauses
            );
        }
        assert!(!has_usual(&|tables| tables.drive.rows.truncate(1), Timings::DOCUMENTED));
        assert!(!has_usual(
            &|tables| tables.arrivals[1].treatment = Treatment::SendBack,
            Timings::DOCUMENTED
        ));
        assert!(!has_usual(&|tables| tables.turns.reverse(), Timings::DOCUMENTED));
    }
}
