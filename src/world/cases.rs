//! Operations: cases open, customers are contacted, and answers and windows lead to remedies (E1, E2, E4, F2).

use super::*;
use crate::fate::{Answer, Says};
use crate::policy::CaseRow as PolicyRow;

impl<'s, O: Observer, L: EventList<Event>> World<'s, O, L> {
    /// Opens a case. Its own window, if it has one, starts now. Cases of held packages are opened elsewhere (E1).
    #[cold]
    pub(super) fn open_case(&mut self, key: Key, kind: CaseKind, drive: Option<u8>) {
        self.touch(key);
        let job = &mut self.jobs[key];
        // R1: the random answer is addressed by the subject of the case.
        let about = match kind {
            CaseKind::MissingPackage => job.notices - 1,
            CaseKind::BadAddress => u32::from(job.fault_given_up),
            _ => 0,
        };
        let id = CaseId { job: job.fate.id, number: job.cases_ever };
        job.cases_ever = job.cases_ever.saturating_add(1);
        let answer = self.fates.answer(id.job, kind, drive.unwrap_or(0), about);
        let opening = self.policy().opening(kind);
        self.fact(Fact::Case { case: id, kind, step: CaseStep::Opened, rule: Some(opening.rule) });
        let case = self.open_series(key, id, kind, drive, about, answer);
        if let Some(window) = opening.starts {
            self.start_window(case, window);
        }
        let job = &mut self.jobs[key];
        match kind {
            CaseKind::MissingPackage => job.rare.missing_case = Some(case),
            CaseKind::BadAddress => (job.rare.address_case, job.address_known_bad) = (Some(case), true),
            CaseKind::JobFault => job.rare.fault_case = Some(case),
            CaseKind::DriveFault => {
                let number = drive.expect("cases: a drive is at fault");
                job.rare.drive_cases.push((number, case));
            }
            CaseKind::Unannounced | CaseKind::NoRecord => unreachable!("cases: held packages open {kind}"),
        }
        self.queue_attempt(case);
    }

    /// Opens a series of attempts to reach the customer, for a case or for one held package (E1).
    pub(super) fn open_series(
        &mut self,
        key: Key,
        id: CaseId,
        kind: CaseKind,
        drive: Option<u8>,
        about: u32,
        answer: Answer,
    ) -> Key {
        self.touch(key);
        self.jobs[key].settle_account(self.now, &self.site);
        let waited = self.jobs[key].waited();
        self.jobs[key].open_cases += 1;
        let case = self.cases.open();
        let record = &mut self.cases[case];
        record.waited = waited;
        (record.job, record.id, record.kind, record.drive) = (key, id, kind, drive);
        (record.answer, record.about, record.opened) = (answer, about, self.now);
        case
    }

    pub(super) fn queue_attempt(&mut self, case: Key) {
        let class = self.jobs[self.cases[case].job].fate.class;
        match self.queue(StationName::Operations, Task::Attempt(case), class) {
            Ok(slot) => self.attempt_begins(case, slot),
            Err(ticket) => {
                self.cases[case].attempting = Visit::Waiting(ticket);
                self.pump(StationName::Operations);
            }
        }
    }

    #[cold]
    pub(super) fn attempt_begins(&mut self, case: Key, slot: Slot) {
        let record = &mut self.cases[case];
        record.attempting = Visit::Working(slot);
        // R1: an attempt is addressed by its series and its number in it. E1 is one problem, with or without a job
        // record.
        let kind = if record.kind == CaseKind::NoRecord { CaseKind::Unannounced } else { record.kind };
        let about = u32::from(record.drive.unwrap_or(0)) << 10 | record.about.min(0x3ff);
        let job = record.id.job;
        let number = (kind as u32) << 24 | about << 10 | record.attempts.min(0x3ff);
        let length = self.takes(job, Work::Attempt, || number, || 0);
        self.work(StationName::Operations, slot, length);
    }

    /// End of an attempt. The fate says which attempt reaches the customer; that one ends the series.
    #[cold]
    pub(super) fn attempted(&mut self, task: Task, slot: Slot) {
        let Task::Attempt(case) = task else { unreachable!("cases: operations make attempts") };
        let now = self.now;
        self.site.station(StationName::Operations).finish(now, slot);
        let record = &mut self.cases[case];
        record.attempting = Visit::Not;
        record.attempts += 1;
        let (key, id, kind, number, delay) =
            (record.job, record.id, record.kind, record.attempts, record.answer.delay);
        let reached = record.answer.attempt == number;
        if reached {
            record.reached = Some(now);
        }
        let mut told = number;
        if record.package.is_some() {
            let hold = self.jobs[key].rare.hold.as_mut().expect("cases: a series of E1 has its case");
            hold.attempts += 1;
            told = hold.attempts;
            if reached {
                hold.first = hold.first.or(Some(now));
                (hold.last, hold.silent) = (Some(now), false);
            }
        }
        let step = CaseStep::Attempt { number: told, reached };
        self.fact(Fact::Case { case: id, kind, step, rule: None });
        if reached {
            // An answer of E1 counts for all held packages, even if the package of this series is gone.
            let is_held = self.cases[case].package.is_some();
            let event = if is_held { Event::HeldAnswer(key, id.number.into()) } else { Event::Answer(case) };
            self.later(delay, Turn::Customer, event);
            if let Some(window) = self.policy().case(kind, CaseSignal::Reached).and_then(|row| row.starts) {
                self.start_answer_window(key, window);
            }
        } else {
            self.later(self.scenario.site.between_attempts, Turn::Work, Event::Attempt(case));
        }
        self.judge_window(case);
    }

    #[cold]
    pub(super) fn next_attempt(&mut self, case: Key) -> bool {
        let waits = self.cases.lives(case) && !self.cases[case].ceased;
        if waits {
            self.queue_attempt(case);
        }
        waits
    }

    /// The policy's row for a signal to an open case. Panics if there is none.
    fn case_row(&self, case: Key, signal: CaseSignal) -> &'s PolicyRow {
        let kind = self.cases[case].kind;
        self.policy().case(kind, signal).unwrap_or_else(|| {
            panic!("invariant \"only documented transitions\": case {kind} cannot meet {signal}")
        })
    }

    /// Ends a case and its use of operators. Returns the row, which gives the remedy and who is informed.
    #[cold]
    pub(super) fn end_case(&mut self, case: Key, signal: CaseSignal) -> &'s PolicyRow {
        let row = self.case_row(case, signal);
        self.cease(case);
        let record = &self.cases[case];
        let (key, id, kind) = (record.job, record.id, record.kind);
        self.cases[case].state = row.to;
        let rule = (row.to != CaseState::Settled).then_some(row.rule);
        self.fact(Fact::Case { case: id, kind, step: CaseStep::Ended(row.to), rule });
        let job = &mut self.jobs[key];
        job.open_cases -= 1;
        let own = [&mut job.rare.missing_case, &mut job.rare.address_case, &mut job.rare.fault_case];
        own.into_iter().filter(|held| **held == Some(case)).for_each(|held| *held = None);
        job.rare.drive_cases.retain(|&(_, held)| held != case);
        self.tell_case(case, Some(self.now));
        self.cases.close(case);
        row
    }

    /// Ends a series of attempts without a fact or a row.
    pub(super) fn end_series(&mut self, case: Key) {
        self.cease(case);
        self.jobs[self.cases[case].job].open_cases -= 1;
        self.cases.close(case);
    }

    /// Stops further attempts: queued work for the case is withdrawn, work in service is broken off.
    pub(super) fn cease(&mut self, case: Key) {
        let key = self.cases[case].job;
        self.touch(key);
        self.cases[case].ceased = true;
        let visit = std::mem::take(&mut self.cases[case].attempting);
        self.take_out(StationName::Operations, visit, Task::Attempt(case));
        if matches!(visit, Visit::Working(_)) {
            self.pump(StationName::Operations);
        }
    }

    /// Ends a case, if there is one, because its cause is gone.
    pub(super) fn settle_case(&mut self, case: Option<Key>) {
        if let Some(case) = case {
            self.end_case(case, CaseSignal::CauseGone);
        }
    }

    /// Ends the case of a faulty drive, because the drive has left or was destroyed.
    #[cold]
    pub(super) fn settle_case_of(&mut self, key: Key, unit: Unit) {
        let mut cases = self.jobs[key].rare.drive_cases.iter();
        let case = cases.find(|&&(number, _)| !unit.extra && number == unit.number);
        self.settle_case(case.map(|&(_, case)| case));
    }

    #[cold]
    pub(super) fn answered(&mut self, case: Key) -> bool {
        if !self.cases.lives(case) {
            return false;
        }
        let record = &self.cases[case];
        let key = record.job;
        // An answer after the response window has no effect (J9).
        if record.ceased && record.reached.is_some() && record.kind == CaseKind::MissingPackage {
            return false;
        }
        self.touch(key);
        self.case_meets(case, CaseSignal::Answer, Cause::Answer);
        self.settle_by_key(key);
        true
    }

    /// Sends a signal to a case: the case ends or goes on, the remedy is applied, and the job or the drive is informed.
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
            Remedy::DestroyOnHand => {
                self.jobs[key].rare.doomed = true;
                // While Faulted, the change falls due and waits (F3).
                if self.jobs[key].faulted {
                    self.signal_to(key, JobSignal::AllLeft, Cause::Destruction);
                }
            }
            _ => {}
        }
        match row.tells {
            Tells::Nobody => {}
            Tells::Job(signal) => _ = self.signal_to(key, signal, cause),
            Tells::JobTheAnswer => self.tell_answer(key, says),
            Tells::Drive(signal) => {
                let number = drive.expect("cases: a drive is at fault");
                self.faulted_drive_is_told(Unit { job: key, number, extra: false }, signal, cause);
            }
        }
    }

    pub(super) fn correct_address(&mut self, key: Key) {
        let job = &mut self.jobs[key];
        (job.address_known_bad, job.rare.address_corrected) = (false, true);
    }

    /// Applies the answer "wait" or "cancel" (J7, J8).
    fn tell_answer(&mut self, key: Key, says: Says) {
        if says == Says::Wait && self.jobs[key].extensions < self.policy().timings.max_extensions {
            self.signal_to(key, JobSignal::AnswerWait, Cause::Answer);
            self.jobs[key].extensions += 1;
        } else {
            self.cancel_while_missing(key, Cause::Answer);
        }
    }

    /// J8: takes effect at once, or is canceled now and judged once nothing of the job waits at the dock.
    #[cold]
    pub(super) fn cancel_while_missing(&mut self, key: Key, cause: Cause) {
        let job = &mut self.jobs[key];
        (job.cancel_requested, job.skips_copy) = (true, true);
        self.signal_to(key, JobSignal::AnswerCancel, cause);
    }

    fn tell_case(&mut self, case: Key, ended: Option<Instant>) {
        let &Case { id, kind, drive, opened, attempts, reached, state, .. } = &self.cases[case];
        self.out.case(&CaseRow { case: id, kind, drive, opened, attempts, reached, ended, state });
    }

    #[cold]
    pub(super) fn tell_open_cases(&mut self) {
        let own = self.cases.iter().filter(|(_, case)| case.package.is_none());
        let open: Vec<Key> = own.map(|(case, _)| case).collect();
        for case in open {
            self.tell_case(case, None);
        }
    }
}
