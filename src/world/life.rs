//! The life of a job: signals go to the policy, and its answer is applied.

use super::*;
use crate::fate::JobFault;
use crate::policy::Answer;

impl<O: Observer, L: EventList<Event>> World<'_, O, L> {
    /// Sends a signal to a job; the policy answers. Returns the rule if the state changed. Panics if no row foresees
    /// it.
    pub(super) fn signal(&mut self, job: &mut AtHand, signal: JobSignal, cause: Cause) -> Option<Rule> {
        let (id, state) = (job.fate.id, job.state);
        let answers = self.policy().job(state, job.faulted, signal);
        let ended = if let Cause::Deadline(deadline) = cause { Some(deadline) } else { None };
        let acts = |answer: &&Answer<JobState>| {
            self.policy().speaks_of(answer, ended)
                && (answer.guard() == Guard::Always || self.holds(job, answer.guard()))
        };
        let Some(answer) = answers.iter().find(acts) else {
            assert!(
                !answers.is_empty(),
                "invariant \"only documented transitions\": job {id:?} in {state} cannot meet {signal}"
            );
            return None;
        };
        match *answer {
            Answer::Moves { to, rule, row, .. } => {
                self.moves(job, signal, to, row, cause);
                Some(rule)
            }
            Answer::Refused { rule } => {
                self.fact(Fact::Refused { job: id, act: signal, state: job.shown(), rule });
                None
            }
            Answer::Waits { row, .. } => {
                self.falls_due(job, signal, row);
                None
            }
        }
    }

    /// The same, by key.
    #[cold]
    pub(super) fn signal_to(&mut self, key: Key, signal: JobSignal, cause: Cause) -> Option<Rule> {
        self.with(key, |world, job| world.signal(job, signal, cause))
    }

    /// A change falls due while the job is Faulted: it waits until the fault is solved (F3).
    #[cold]
    fn falls_due(&mut self, job: &mut AtHand, signal: JobSignal, row: u16) {
        if job.due.contains(&Some(signal)) {
            return;
        }
        let row = self.policy().job_row(row);
        self.end_for(job, row.ends);
        self.settle_for(job, row.settles);
        let place = job.due.iter_mut().find(|place| place.is_none());
        *place.expect("life: at most two changes of a job fall due while it is Faulted") = Some(signal);
    }

    /// Sets the state to `to` and applies the other columns of the row.
    fn moves(&mut self, job: &mut AtHand, signal: JobSignal, to: JobState, row: u16, cause: Cause) {
        let row = self.policy().job_row(row);
        self.end_for(job, row.ends);
        let (from, base) = (job.shown(), job.state);
        let is_fault = matches!(signal, JobSignal::Fault | JobSignal::FaultSolved | JobSignal::FaultGivenUp);
        if is_fault {
            job.meets_fault(signal);
        }
        // A record that is gone is no longer Faulted (F3: an action that ends the record takes effect at once).
        job.faulted &= to != JobState::Gone;
        if signal != JobSignal::Fault {
            job.state = to;
        }
        job.modified = self.now;
        let shown = job.shown();
        self.counts.moves(from, shown);
        self.fact(Fact::Job { job: job.fate.id, from, to: shown, rule: row.rule, cause });
        if is_fault {
            self.fault_changes(job, signal);
        }
        if let Some(told) = row.tells {
            self.notify(job, told, cause);
        }
        self.carry_out(job, row.timer);
        self.settle_for(job, row.settles);
        if let Some(kind) = row.opens {
            self.open_for(job, kind);
        }
        if job.state != base {
            self.entered(job, base, row.rule);
        }
    }

    /// Ends a case before a change of the job, if the case is open.
    #[inline(always)]
    fn end_for(&mut self, job: &mut AtHand, ends: Option<(CaseKind, CaseSignal)>) {
        if let Some((kind, signal)) = ends
            && let Some(case) = job.case(kind)
        {
            self.lend(job, |world, _| _ = world.end_case(case, signal));
        }
    }

    /// Ends the open cases of these kinds, because their cause is gone.
    #[inline(always)]
    fn settle_for(&mut self, job: &mut AtHand, kinds: &[CaseKind]) {
        for &kind in kinds {
            self.end_for(job, Some((kind, CaseSignal::CauseGone)));
        }
    }

    /// Opens a case about the job, if the condition of its opening holds.
    #[cold]
    fn open_for(&mut self, job: &mut AtHand, kind: CaseKind) {
        if self.holds(job, self.policy().opening(kind).guard) {
            self.lend(job, |world, key| world.open_case(key, kind, None));
        }
    }

    /// The notice of a missing package; the signal goes to the drives that have not arrived (J6, D5).
    #[cold]
    fn notify(&mut self, job: &mut Job, told: DriveSignal, cause: Cause) {
        job.notices += 1;
        let awaited = |drive: &Drive| drive.state == DriveState::Specified;
        self.signal_drives(job, awaited, told, cause);
    }

    /// The job stops or continues (F3). When it stops, running copies finish and no copy starts.
    #[cold]
    fn fault_changes(&mut self, job: &mut AtHand, signal: JobSignal) {
        if signal == JobSignal::FaultSolved {
            return self.start_all(job);
        }
        self.lend(job, |world, key| world.stop_processing(key));
        if signal == JobSignal::Fault {
            self.leave_packing(job);
        }
    }

    /// Consequences of entering a state.
    fn entered(&mut self, job: &mut AtHand, from: JobState, rule: Rule) {
        if from == JobState::Packaging {
            self.leave_packing(job);
        }
        job.entered += 1;
        if job.fate.fault.is_some() {
            self.fault_comes(job);
        }
        match job.state {
            JobState::Creating => {}
            JobState::Shipping => {
                self.reach(job, Milestone::Shipped);
                self.release_held(job);
                if !self.hosts.is_empty() {
                    self.lend(job, |world, key| world.claim_guests(key));
                }
            }
            JobState::Received => {
                self.reach(job, Milestone::Received);
                self.start_all(job);
            }
            JobState::Transferring => {
                // Back from Packaging (J17): a drive is still to be copied.
                job.milestones[Milestone::Copied as usize] = None;
                self.notice_address(job);
                self.start_all(job);
            }
            JobState::Packaging => {
                job.was_packaging = true;
                let is_copied = job.is_copied();
                job.milestones[Milestone::Copied as usize] = is_copied.then_some(self.now);
                if is_copied {
                    self.tell_reached(job, Milestone::Copied);
                }
                self.notice_address(job);
            }
            JobState::Completed | JobState::Closed => {
                self.ends_life(job, rule, self.has_error(job));
                self.send_back_rest(job, None);
                self.release_held(job);
            }
            JobState::Gone if from == JobState::Creating => self.ends_life(job, rule, self.has_error(job)),
            JobState::Gone => {}
            state @ (JobState::Absent | JobState::Faulted) => unreachable!("life: no job enters {state}"),
        }
    }

    /// Schedules the fault in the fate when its state is entered. Received may last zero time, so there a fault without
    /// delay occurs at once, before a bay takes the first drive.
    #[cold]
    fn fault_comes(&mut self, job: &mut AtHand) {
        let (state, entered) = (job.state, job.entered);
        let here = |fault: &JobFault| fault.state == state && !job.rare.fault_struck;
        match job.fate.fault.filter(here) {
            Some(fault) if fault.after == Span::ZERO && state == JobState::Received => {
                self.struck(job);
            }
            Some(fault) => self.later(fault.after, Turn::Work, Event::Fault(job.key, entered)),
            None => {}
        }
    }

    /// The job ends by this rule.
    pub(super) fn ends_life(&mut self, job: &mut Job, rule: Rule, error: bool) {
        self.integrate();
        job.outcome = match job.state {
            JobState::Completed => Outcome::Completed,
            JobState::Closed => Outcome::Closed,
            _ if rule == Rule::J3 => Outcome::Expired,
            _ => Outcome::Deleted,
        };
        (job.ended_by, job.ended_with_error) = (Some(rule), Some(error));
        self.reach(job, Milestone::Ended);
        self.counts.sojourns += i128::from((self.now - job.fate.ordered).micros());
        self.counts.ended += 1;
    }

    #[inline(always)]
    pub(super) fn reach(&mut self, job: &mut Job, milestone: Milestone) {
        let reached = &mut job.milestones[milestone as usize];
        if reached.is_none() {
            *reached = Some(self.now);
            self.tell_reached(job, milestone);
        }
    }

    /// Reports the time account of the job to an observer that follows this milestone.
    #[inline]
    pub(super) fn tell_reached(&mut self, job: &mut Job, milestone: Milestone) {
        if self.out.follows(milestone) {
            job.settle_account(self.now, &self.site);
            let is_last = matches!(milestone, Milestone::Ended | Milestone::Returned);
            let row = is_last.then(|| self.job_row(job, (!job.is_at_rest()).then_some(self.now)));
            self.out.reached(job.fate.id, milestone, &job.account, row.as_ref());
        }
    }

    /// Opens the cases that the policy opens on entering a state: operations notice a bad return address (E4).
    fn notice_address(&mut self, job: &mut AtHand) {
        if matches!(job.fate.return_address, ReturnAddress::Good) {
            return;
        }
        let state = job.state;
        for opening in self.policy().tables().openings.iter().filter(|one| one.on_entering.contains(&state)) {
            if self.holds(job, opening.noticed) {
                self.open_for(job, opening.kind);
            }
        }
    }

    /// Applies all changes that follow at once from the current state; while Faulted, they fall due and wait (F3).
    #[inline(always)]
    pub(super) fn settle(&mut self, job: &mut AtHand) {
        /// More changes than any job has at one instant.
        const MOST: u32 = 64;
        let mut changes = 0;
        while self.settle_once(job) {
            changes += 1;
            assert!(
                changes < MOST,
                "invariant \"a job comes to rest at each instant\": {:?} goes in a circle",
                job.fate.id
            );
        }
    }

    /// The same by key, if the job is in the table and not encoded.
    pub(super) fn settle_by_key(&mut self, key: Key) {
        if self.jobs.get(key).is_some() {
            self.with(key, |world, job| world.settle(job));
        }
    }

    fn settle_once(&mut self, job: &mut AtHand) -> bool {
        let (state, faulted) = (job.state, job.faulted);
        if !faulted && job.due[0].is_some() {
            self.lend(job, |world, key| world.make_due(key));
            return true;
        }
        let mut follows = self.policy().follows(state).iter();
        while let Some(&(signal, _)) = follows.find(|(_, guard)| self.holds(job, *guard)) {
            if self.signal(job, signal, cause_of(signal)).is_some() {
                return true;
            }
        }
        if faulted {
            return false;
        }
        if job.timer.is_some_and(|timer| timer.overdue) && self.judge_overdue(job) {
            return true;
        }
        if state == JobState::Packaging {
            self.settle_packaging(job);
        }
        false
    }

    /// After the fault is solved, applies a change that fell due. If the job has left the state of that change, a
    /// cancel is judged again in the current state (F3, C2).
    #[cold]
    fn make_due(&mut self, key: Key) {
        let [signal, next] = self.jobs[key].due;
        self.jobs[key].due = [next, None];
        let signal = signal.expect("life: a change has fallen due");
        let foreseen = |world: &Self, signal| {
            let answers = world.policy().job(world.jobs[key].state, false, signal);
            matches!(answers.first(), Some(Answer::Moves { .. }))
        };
        if signal == JobSignal::AllLeft {
            // If a late drive went first (J17), the drives are destroyed when Packaging is entered again.
            if self.jobs[key].state == JobState::Packaging {
                self.destroy_all(key);
            }
        } else if foreseen(self, signal) {
            self.signal_to(key, signal, Cause::Consequence);
        } else if matches!(signal, JobSignal::AnswerCancel | JobSignal::CancelDue)
            && foreseen(self, JobSignal::Cancel)
        {
            self.signal_to(key, JobSignal::Cancel, Cause::Consequence);
        }
    }

    fn settle_packaging(&mut self, job: &mut AtHand) {
        if let Some(case) = job.rare.address_case {
            self.lend(job, |world, _| world.judge_window(case));
        }
        if job.rare.doomed {
            self.lend(job, |world, key| world.destroy_all(key));
        } else if job.rare.address_case.is_none() && job.packing == Visit::Not {
            self.join_packing(job);
        }
    }

    /// F1: a cause that the tables do not name. The job stops where it is (F3). Returns false for a void event.
    #[cold]
    pub(super) fn fault_strikes(&mut self, key: Key, entered: u32) -> bool {
        // A job at rest has left the state in which the fault was to occur.
        if !self.jobs.lives(key) || self.jobs.is_encoded(key) || self.jobs[key].entered != entered {
            return false;
        }
        self.with(key, |world, job| world.struck(job))
    }

    fn struck(&mut self, job: &mut AtHand) -> bool {
        let Some(fault) = job.fate.fault.filter(|_| !job.rare.fault_struck && !job.faulted) else {
            return false;
        };
        job.rare.fault_struck = true;
        self.signal(job, JobSignal::Fault, Cause::Fault(fault.cause));
        true
    }
}

impl Job {
    /// Updates the flags when a fault of the job occurs, is solved or is given up.
    #[cold]
    fn meets_fault(&mut self, signal: JobSignal) {
        self.faulted = signal == JobSignal::Fault;
        if signal == JobSignal::FaultGivenUp {
            self.fault_given_up = true;
            self.skips_copy |= matches!(self.state, JobState::Received | JobState::Transferring);
        }
    }
}

/// Cause of a change that follows without an event of its own.
fn cause_of(signal: JobSignal) -> Cause {
    match signal {
        JobSignal::AllReceived | JobSignal::LateDrive => Cause::Dock,
        _ => Cause::Consequence,
    }
}
