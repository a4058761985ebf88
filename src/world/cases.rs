//! Operations: cases are opened, customers are contacted, answers and windows have their remedies (E1, E2, E4, F2).

use super::event::*;
use super::record::{Attempting, Held, Packing, Unit, Units};
use super::*;
use crate::engine::station::Slot;
use crate::fate::{Announces, DriveFate, MOST_DRIVES, Says, Travels, Work};
use crate::policy::{
    CaseKind, CaseRow as PolicyRow, CaseSignal, CaseState, Disposition, JobSignal, Remedy, Rule, Tells, Turn,
};
use crate::scenario::{Milestone, StationName};

impl<'s, O: Observer, L: EventList<Event>> World<'s, O, L> {
    /// Opens a case; its window, if it has one of its own, counts from now.
    #[cold]
    pub(super) fn open_case(&mut self, key: Key, kind: CaseKind, drive: Option<u8>) {
        self.touch(key);
        let job = &mut self.jobs[key];
        let occurrence = match drive {
            Some(_) => 0,
            None => job.occurrences[kind.index()],
        };
        job.occurrences[kind.index()] += u32::from(drive.is_none());
        let id = CaseId { job: job.fate.id, number: job.cases_ever };
        job.cases_ever = job.cases_ever.saturating_add(1);
        job.open_cases += 1;
        let answer = self.fates.answer(id.job, kind, drive.unwrap_or(0), occurrence);
        let waited = self.waited(key);
        let case = self.cases.open();
        let record = &mut self.cases[case];
        record.waited = waited;
        (record.job, record.id, record.kind, record.drive) = (key, id, kind, drive);
        (record.answer, record.opened) = (answer, self.now);
        let opening = self.policy().opening(kind);
        self.fact(Fact::Case { case: id, kind, step: CaseStep::Opened, rule: Some(opening.rule) });
        if let Some(window) = opening.starts {
            self.start_window(case, window);
        }
        let job = &mut self.jobs[key];
        match kind {
            CaseKind::Unannounced | CaseKind::NoRecord => job.hold_case = Some(case),
            CaseKind::MissingPackage => job.missing_case = Some(case),
            CaseKind::BadAddress => (job.address_case, job.address_known_bad) = (Some(case), true),
            CaseKind::JobFault => job.fault_case = Some(case),
            CaseKind::DriveFault => {
                let number = drive.expect("cases: a drive is at fault");
                job.drives[usize::from(number)].case = Some(case);
            }
        }
        self.queue_attempt(case);
    }

    fn queue_attempt(&mut self, case: Key) {
        let class = self.jobs[self.cases[case].job].fate.class;
        if let Some(ticket) = self.enter(StationName::Operations, Task::Attempt(case), class) {
            self.cases[case].attempting = Attempting::Waiting(ticket);
            self.pump(StationName::Operations);
        }
    }

    #[cold]
    pub(super) fn attempt_begins(&mut self, case: Key, slot: Slot) -> Span {
        let record = &mut self.cases[case];
        record.attempting = Attempting::Working(slot);
        let number = u32::from(record.id.number) << 16 | record.attempts.min(0xffff);
        self.fates.work(record.id.job, Work::Attempt, number, || 0)
    }

    /// An attempt has ended: the fate says whether it was the one that reaches the customer.
    #[cold]
    pub(super) fn attempted(&mut self, case: Key) {
        let now = self.now;
        let record = &mut self.cases[case];
        record.attempting = Attempting::Not;
        record.attempts += 1;
        let (id, kind, number) = (record.id, record.kind, record.attempts);
        let reached = record.answer.attempt == number;
        let delay = record.answer.delay;
        if reached {
            record.reached = Some(now);
        }
        self.fact(Fact::Case { case: id, kind, step: CaseStep::Attempt { number, reached }, rule: None });
        if reached {
            self.later(delay, Turn::Customer, Event::Answer(case));
        } else {
            self.later(self.scenario.site.between_attempts, Turn::Work, Event::Attempt(case));
        }
    }

    #[cold]
    pub(super) fn next_attempt(&mut self, case: Key) -> bool {
        let waits = self.cases.lives(case);
        if waits {
            self.queue_attempt(case);
        }
        waits
    }

    /// What the policy says that a signal makes of an open case.
    fn case_row(&self, case: Key, signal: CaseSignal) -> &'s PolicyRow {
        let kind = self.cases[case].kind;
        self.policy().case(kind, signal).unwrap_or_else(|| {
            panic!("invariant \"only documented transitions\": case {kind} cannot meet {signal}")
        })
    }

    /// Ends a case: it stops costing operators' time. Returns the row, which says what is to be done and who is told.
    #[cold]
    pub(super) fn end_case(&mut self, case: Key, signal: CaseSignal) -> &'s PolicyRow {
        let row = self.case_row(case, signal);
        let record = &self.cases[case];
        let (key, id, kind, drive) = (record.job, record.id, record.kind, record.drive);
        self.touch(key);
        match self.cases[case].attempting {
            Attempting::Not => {}
            Attempting::Waiting(ticket) => {
                self.withdraw(StationName::Operations, ticket, Task::Attempt(case))
            }
            Attempting::Working(slot) => {
                self.abandon(StationName::Operations, slot, Task::Attempt(case));
                self.pump(StationName::Operations);
            }
        }
        self.cases[case].state = row.to;
        let rule = (row.to != CaseState::Settled).then_some(row.rule);
        self.fact(Fact::Case { case: id, kind, step: CaseStep::Ended(row.to), rule });
        let job = &mut self.jobs[key];
        job.open_cases -= 1;
        let of_drive = drive.map(|number| &mut job.drives[usize::from(number)].case);
        let own = [&mut job.hold_case, &mut job.missing_case, &mut job.address_case, &mut job.fault_case];
        own.into_iter().chain(of_drive).filter(|held| **held == Some(case)).for_each(|held| *held = None);
        self.tell_case(case, Some(self.now));
        self.cases.close(case);
        row
    }

    /// The cause of a case has gone, if there is one.
    pub(super) fn settle_case(&mut self, case: Option<Key>) {
        if let Some(case) = case {
            self.end_case(case, CaseSignal::CauseGone);
        }
    }

    #[cold]
    pub(super) fn answered(&mut self, case: Key) -> bool {
        if !self.cases.lives(case) {
            return false;
        }
        let record = &self.cases[case];
        let (key, kind) = (record.job, record.kind);
        self.touch(key);
        if matches!(kind, CaseKind::Unannounced | CaseKind::NoRecord) {
            self.held_is_answered(case);
            return true;
        }
        self.case_meets(case, CaseSignal::Answer, Cause::Answer);
        self.settle(key);
        true
    }

    /// A signal reaches a case: it ends or goes on, something is done at the site, and the job or the drive is told.
    pub(super) fn case_meets(&mut self, case: Key, signal: CaseSignal, cause: Cause) {
        let (key, drive, says) = (self.cases[case].job, self.cases[case].drive, self.cases[case].answer.says);
        match self.case_row(case, signal).remedy {
            Remedy::AttemptReturn => return self.attempt_return(case),
            Remedy::Destroy => return self.destroy_held(case),
            _ => {}
        }
        let row = self.end_case(case, signal);
        match row.remedy {
            Remedy::CorrectAddress => self.correct_address(key),
            Remedy::DestroyOnHand => self.jobs[key].doomed = true,
            _ => {}
        }
        match row.tells {
            Tells::Nobody => {}
            Tells::Job(signal) => _ = self.signal(key, signal, cause),
            Tells::JobTheAnswer => self.tell_answer(key, says),
            Tells::Drive(signal) => {
                let number = drive.expect("cases: a drive is at fault");
                self.faulted_drive_is_told(Unit { job: key, number, extra: false }, signal, cause);
            }
        }
    }

    fn correct_address(&mut self, key: Key) {
        let job = &mut self.jobs[key];
        (job.address_known_bad, job.address_corrected) = (false, true);
    }

    /// Wait or cancel (J7, J8).
    fn tell_answer(&mut self, key: Key, says: Says) {
        if says == Says::Wait && self.jobs[key].extensions < self.policy().timings.max_extensions {
            self.signal(key, JobSignal::AnswerWait, Cause::Answer);
            self.jobs[key].extensions += 1;
        } else {
            self.cancel_while_missing(key, Cause::Answer);
        }
    }

    /// J8, at once; while Faulted when that is solved (F3).
    #[cold]
    pub(super) fn cancel_while_missing(&mut self, key: Key, cause: Cause) {
        self.jobs[key].cancel_requested = true;
        self.signal(key, JobSignal::AnswerCancel, cause);
    }

    /// E1: drives have come that cannot be processed; they wait at the dock. A job has one such case at a time, and
    /// what comes while it is open shares its fate; what comes while a return travels has the next one (ours).
    #[cold]
    pub(super) fn hold(&mut self, package: Key) {
        let key = self.packages[package].job;
        self.touch(key);
        self.jobs[key].held.push(package);
        if self.jobs[key].hold_case.is_none() {
            self.open_hold_case(key);
        }
    }

    #[cold]
    pub(super) fn open_hold_case(&mut self, key: Key) {
        let kind = if self.jobs[key].has_record() { CaseKind::Unannounced } else { CaseKind::NoRecord };
        self.open_case(key, kind, None);
    }

    /// One drive out of an opened package has to wait at the dock (E1).
    #[cold]
    pub(super) fn hold_apart(&mut self, unit: Unit, from: Key) {
        let key = self.packages[from].job;
        let package = self.new_package(key, false);
        let journey = self.packages[from].journey;
        let record = &mut self.packages[package];
        (record.journey, record.step, record.opened) = (journey, PackageStep::Opened, Some(self.now));
        record.units.push(unit);
        self.hold(package);
    }

    /// Received drives of an ended job whose address is known to be wrong (D6, E1).
    #[cold]
    pub(super) fn hold_for_address(&mut self, key: Key, units: &[Unit]) {
        let package = self.new_package(key, true);
        self.packages[package].wants_address = true;
        self.packages[package].units.extend_from_slice(units);
        for &unit in units {
            self.drive_mut(unit).is_claimed = true;
        }
        self.hold(package);
    }

    /// The job is in Shipping or has ended: what was held at the dock passes it (E1).
    pub(super) fn release_held(&mut self, key: Key) {
        let job = &self.jobs[key];
        if job.held.is_empty() && job.attempt.is_none() && job.hold_case.is_none() {
            return;
        }
        if let Some(package) = self.jobs[key].attempt
            && self.packages[package].packing != Packing::Not
        {
            self.break_off_return(key, package);
        }
        if self.jobs[key].held.iter().any(|&package| self.packages[package].wants_address) {
            return;
        }
        self.settle_case(self.jobs[key].hold_case);
        for package in std::mem::take(&mut self.jobs[key].held) {
            self.at_the_dock(package);
        }
    }

    fn break_off_return(&mut self, key: Key, package: Key) {
        self.leave_own_packing(package);
        self.packages[package].attempt = false;
        self.jobs[key].attempt = None;
        self.jobs[key].held.push(package);
    }

    /// The customer of held drives has answered. While the return is on its way, that counts only if it fails.
    fn held_is_answered(&mut self, case: Key) {
        let key = self.cases[case].job;
        if let Some(package) = self.jobs[key].attempt {
            if self.packages[package].packing == Packing::Not {
                self.cases[case].answered_late = true;
                return;
            }
            self.break_off_return(key, package);
        }
        // J3 and J4 run on meanwhile and change the remedy.
        if !self.jobs[key].has_record() {
            self.cases[case].kind = CaseKind::NoRecord;
        }
        let row = self.end_case(case, CaseSignal::Answer);
        let held = std::mem::take(&mut self.jobs[key].held);
        let (wanting, held): (Held, Held) =
            held.into_iter().partition(|&package| self.packages[package].wants_address);
        for package in wanting {
            self.correct_address(key);
            self.join_own_packing(package);
        }
        if held.is_empty() {
            return;
        }
        self.jobs[key].held = held;
        if row.remedy == Remedy::NewJob {
            self.new_job(key);
        }
        if let Tells::Job(signal) = row.tells {
            self.signal(key, signal, Cause::Answer);
        }
        self.settle(key);
    }

    /// E1: a new job lists the held drives (it names the old one) and is set to Shipping.
    fn new_job(&mut self, key: Key) {
        let held = self.jobs[key].held.iter();
        let units = held.flat_map(|&package| self.packages[package].units.iter().copied());
        let units: Units = units.filter(|unit| unit.job == key).collect();
        // Nothing but drives of other customers' jobs: there is nothing to list, they go back (ours).
        if units.is_empty() {
            let package = self.pack_held(key);
            return self.join_own_packing(package);
        }
        let held = std::mem::take(&mut self.jobs[key].held);
        let child = self.follow(key);
        let parent = self.jobs[key].fate.id;
        let (mut extra, mut listed): (Units, Units) = units.into_iter().partition(|unit| unit.extra);
        // A job lists at least one drive (J1): if nothing else was held, that of no list.
        if listed.is_empty() {
            listed = extra.drain(..extra.len().min(MOST_DRIVES)).collect();
        }
        self.jobs[child].fate.drives.clear();
        for &unit in &listed {
            let drive = DriveFate { travels: Travels::WithPackage, ..self.drive(unit).fate };
            self.jobs[child].fate.drives.push(drive);
        }
        let fate = &mut self.jobs[child].fate;
        fate.extras = extra.len() as u8;
        (fate.packs, fate.announces) = (None, Announces::Never);
        fate.updates.clear();
        self.put(child, Some(parent), Cause::Answer);
        for (number, &unit) in listed.iter().enumerate() {
            self.adopt(unit, Unit { job: child, number: number as u8, extra: false });
        }
        for (number, &unit) in extra.iter().enumerate() {
            self.adopt(unit, Unit { job: child, number: number as u8, extra: true });
        }
        for &package in &held {
            self.touch(key);
            self.jobs[key].packages -= 1;
            self.jobs[child].packages += 1;
            self.packages[package].job = child;
            for unit in &mut self.packages[package].units {
                if let Some(number) = listed.iter().position(|old| old == unit) {
                    *unit = Unit { job: child, number: number as u8, extra: false };
                } else if let Some(number) = extra.iter().position(|old| old == unit) {
                    *unit = Unit { job: child, number: number as u8, extra: true };
                }
            }
            self.jobs[child].opened |= self.packages[package].opened.is_some();
        }
        self.reach(child, Milestone::Delivered);
        let delivery = self.jobs[key].delivery_package;
        self.jobs[child].delivery_package =
            delivery.map(|(carrier, sent, _)| (carrier, sent, listed.len() as u8));
        self.signal(child, JobSignal::SetShipping, Cause::Answer);
        for package in held {
            self.at_the_dock(package);
        }
        self.settle(child);
    }

    /// A drive goes on as another job's: it is in one place, under one name.
    fn adopt(&mut self, old: Unit, new: Unit) {
        self.rule(old.job, Some(old), Rule::E1, Cause::Answer);
        let (disposition, shelved) = (self.drive(old).disposition, self.drive(old).shelved);
        self.touch(old.job);
        self.drive_mut(old).adopted = true;
        self.drive_mut(old).shelved = false;
        self.counts.drives_on_site -= 1;
        self.dispose(new, disposition);
        self.drive_mut(new).shelved = shelved;
    }

    /// E1: nobody was reached; the return is attempted.
    fn attempt_return(&mut self, case: Key) {
        let (key, id) = (self.cases[case].job, self.cases[case].id);
        if !self.jobs[key].has_record() {
            self.cases[case].kind = CaseKind::NoRecord;
        }
        let kind = self.cases[case].kind;
        let rule = self.case_row(case, CaseSignal::WindowExpired).rule;
        self.fact(Fact::Case { case: id, kind, step: CaseStep::WindowExpired, rule: Some(rule) });
        let package = self.pack_held(key);
        self.packages[package].attempt = true;
        self.jobs[key].attempt = Some(package);
        self.join_own_packing(package);
    }

    /// All that is held becomes one package that goes back.
    fn pack_held(&mut self, key: Key) -> Key {
        let package = self.new_package(key, true);
        for held in std::mem::take(&mut self.jobs[key].held) {
            let units = std::mem::take(&mut self.packages[held].units);
            self.packages[package].units.extend_from_slice(&units);
            self.packages[package].wants_address |= self.packages[held].wants_address;
            self.packages[package].journey = self.packages[held].journey;
            self.packages[held].units = units;
            self.close_package(held);
        }
        package
    }

    /// The attempted return has arrived (or is lost): nothing is left to ask about.
    #[cold]
    pub(super) fn return_arrived(&mut self, key: Key) {
        self.jobs[key].attempt = None;
        self.settle_case(self.jobs[key].hold_case);
        if !self.jobs[key].held.is_empty() {
            self.open_hold_case(key);
        }
    }

    /// The attempted return has failed: the drives are back at the dock (E1).
    #[cold]
    pub(super) fn return_failed(&mut self, package: Key) {
        let key = self.packages[package].job;
        self.package_step(package, PackageStep::Back);
        self.dispose_all(package, Disposition::AtDock);
        for number in 0..self.packages[package].units.len() {
            let unit = self.packages[package].units[number];
            self.drive_mut(unit).left = None;
        }
        self.packages[package].attempt = false;
        self.jobs[key].attempt = None;
        let Some(case) = self.jobs[key].hold_case else {
            return self.at_the_dock(package);
        };
        self.jobs[key].held.push(package);
        if let Some(window) = self.case_row(case, CaseSignal::ReturnFailed).starts {
            self.start_window(case, window);
        }
        if self.cases[case].answered_late {
            self.held_is_answered(case);
        }
    }

    /// E1: neither returned nor reached: securely destroyed.
    fn destroy_held(&mut self, case: Key) {
        let key = self.cases[case].job;
        self.end_case(case, CaseSignal::DestroyExpired);
        for package in std::mem::take(&mut self.jobs[key].held) {
            for number in 0..self.packages[package].units.len() {
                let unit = self.packages[package].units[number];
                self.destroy(unit);
            }
            self.close_package(package);
        }
    }

    fn tell_case(&mut self, case: Key, ended: Option<Instant>) {
        let record = &self.cases[case];
        let row = CaseRow {
            case: record.id,
            kind: record.kind,
            drive: record.drive,
            opened: record.opened,
            attempts: record.attempts,
            reached: record.reached,
            ended,
            state: record.state,
        };
        self.out.case(&row);
    }

    #[cold]
    pub(super) fn tell_open_cases(&mut self) {
        let open: Vec<Key> = self.cases.iter().map(|(case, _)| case).collect();
        for case in open {
            self.tell_case(case, None);
        }
    }
}
