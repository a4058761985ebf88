//! The life of a job: signals go to the policy, and its answer is carried out.

use super::record::{Drive, Packing};
use super::*;
use crate::fate::ReturnAddress;
use crate::policy::{Answer, CaseKind, CaseSignal, DriveSignal, DriveState, JobSignal, JobState, Rule, Turn};
use crate::scenario::Milestone;

impl<O: Observer, L: EventList<Event>> World<'_, O, L> {
    /// Tells a job's life a signal; the policy answers. Returns the rule that moved it, if one did.
    pub(super) fn signal(&mut self, key: Key, signal: JobSignal, cause: Cause) -> Option<Rule> {
        let job = &self.jobs[key];
        let (id, state) = (job.fate.id, job.state);
        let answers = self.policy().job(state, job.faulted, signal);
        let acts = |answer: &&Answer<JobState>| {
            self.policy().speaks_of(answer, cause_deadline(cause)) && self.holds(key, answer.guard())
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
                self.moves(key, signal, to, row, cause);
                Some(rule)
            }
            Answer::Refused { rule } => {
                let shown = self.jobs[key].shown();
                self.fact(Fact::Refused { job: id, act: signal, state: shown, rule });
                None
            }
            Answer::Waits { row, .. } => {
                self.falls_due(key, signal, row);
                None
            }
        }
    }

    /// A change falls due while the job is Faulted: it waits until the fault is solved (F3).
    #[cold]
    fn falls_due(&mut self, key: Key, signal: JobSignal, row: u16) {
        if self.jobs[key].due.contains(signal) {
            return;
        }
        let row = self.policy().job_row(row);
        self.end_for(key, row.ends);
        row.settles.iter().for_each(|&kind| self.settle_case(self.jobs[key].case(kind)));
        self.jobs[key].due.push(signal);
    }

    /// The state becomes `to`, and what the row says beside that is carried out.
    fn moves(&mut self, key: Key, signal: JobSignal, to: JobState, row: u16, cause: Cause) {
        let row = self.policy().job_row(row);
        self.end_for(key, row.ends);
        self.touch(key);
        let now = self.now;
        let job = &mut self.jobs[key];
        let (from, base) = (job.shown(), job.state);
        match signal {
            JobSignal::Fault => job.faulted = true,
            JobSignal::FaultSolved => job.faulted = false,
            JobSignal::FaultGivenUp => {
                job.faulted = false;
                job.fault_given_up = true;
                job.skips_copy |= matches!(base, JobState::Received | JobState::Transferring);
            }
            // A record that is gone is not Faulted any more (F3: an act that ends it is made at once).
            _ => job.faulted &= to != JobState::Gone,
        }
        if signal != JobSignal::Fault {
            job.state = to;
        }
        job.modified = now;
        let (id, shown, state) = (job.fate.id, job.shown(), job.state);
        if from != JobState::Absent {
            self.counts.by_state[from.index()] -= 1;
        }
        if shown != JobState::Gone {
            self.counts.by_state[shown.index()] += 1;
        }
        self.fact(Fact::Job { job: id, from, to: shown, rule: row.rule, cause });
        if matches!(signal, JobSignal::Fault | JobSignal::FaultSolved | JobSignal::FaultGivenUp) {
            self.fault_changes(key, signal);
        }
        if let Some(told) = row.tells {
            self.notify(key, told, cause);
        }
        self.carry_out(key, row.timer);
        for &kind in row.settles {
            self.settle_case(self.jobs[key].case(kind));
        }
        if let Some(kind) = row.opens {
            self.open_for(key, kind);
        }
        if state != base {
            self.entered(key, base, row.rule);
        }
    }

    /// The case that ends before a change of the job, where it is open.
    #[inline(always)]
    fn end_for(&mut self, key: Key, ends: Option<(CaseKind, CaseSignal)>) {
        if let Some((kind, signal)) = ends
            && let Some(case) = self.jobs[key].case(kind)
        {
            self.end_case(case, signal);
        }
    }

    /// A case opens about the job, where the condition of its opening holds.
    #[cold]
    fn open_for(&mut self, key: Key, kind: CaseKind) {
        if self.holds(key, self.policy().opening(kind).guard) {
            self.open_case(key, kind, None);
        }
    }

    /// The notice of a missing package: what the drives are told that have not come (J6, D5).
    #[cold]
    fn notify(&mut self, key: Key, told: DriveSignal, cause: Cause) {
        self.jobs[key].notices += 1;
        let awaited = |drive: &Drive| drive.state == DriveState::Specified;
        self.signal_drives(key, awaited, told, cause);
    }

    /// The job stops where it is, or goes on (F3): copies that run finish, none starts.
    #[cold]
    fn fault_changes(&mut self, key: Key, signal: JobSignal) {
        if signal == JobSignal::FaultSolved {
            return self.start_all(key);
        }
        self.stop_processing(key);
        if signal == JobSignal::Fault {
            self.leave_packing(key);
        }
    }

    /// What entering a state brings with it.
    fn entered(&mut self, key: Key, from: JobState, rule: Rule) {
        if from == JobState::Packaging {
            self.leave_packing(key);
        }
        let job = &mut self.jobs[key];
        job.entered += 1;
        let state = job.state;
        if let Some(fault) = job.fate.fault.filter(|fault| fault.state == state && !job.fault_struck) {
            let entered = self.jobs[key].entered;
            // Received may be over in no time: at once is before a bay takes the first drive.
            if fault.after == Span::ZERO && state == JobState::Received {
                self.fault_strikes(key, entered);
            } else {
                self.later(fault.after, Turn::Work, Event::Fault(key, entered));
            }
        }
        match state {
            JobState::Creating => {}
            JobState::Shipping => {
                self.reach(key, Milestone::Shipped);
                self.release_held(key);
                if !self.hosts.is_empty() {
                    self.claim_guests(key);
                }
            }
            JobState::Received => {
                self.reach(key, Milestone::Received);
                self.start_all(key);
            }
            JobState::Transferring => {
                // Back from Packaging (J17): a drive is still to be copied.
                self.jobs[key].milestones[Milestone::Copied as usize] = None;
                self.notice_address(key);
                self.start_all(key);
            }
            JobState::Packaging => {
                let now = self.now;
                let job = &mut self.jobs[key];
                job.was_packaging = true;
                let is_copied = job.is_copied();
                job.milestones[Milestone::Copied as usize] = is_copied.then_some(now);
                if is_copied {
                    self.tell_reached(key, Milestone::Copied);
                }
                self.notice_address(key);
            }
            JobState::Completed | JobState::Closed => {
                let completed = state == JobState::Completed;
                self.ends_life(key, if completed { Outcome::Completed } else { Outcome::Closed }, rule);
                self.send_back_rest(key, None);
                self.release_held(key);
            }
            JobState::Gone => self.entered_gone(key, from, rule),
            JobState::Absent | JobState::Faulted => unreachable!("life: no job enters {state}"),
        }
    }

    fn entered_gone(&mut self, key: Key, from: JobState, rule: Rule) {
        if from == JobState::Creating {
            let outcome = if rule == Rule::J3 { Outcome::Expired } else { Outcome::Deleted };
            self.ends_life(key, outcome, rule);
        }
    }

    fn ends_life(&mut self, key: Key, outcome: Outcome, rule: Rule) {
        self.integrate();
        let error = self.has_error(&self.jobs[key]);
        let job = &mut self.jobs[key];
        (job.outcome, job.ended_by, job.ended_with_error) = (outcome, Some(rule), Some(error));
        self.reach(key, Milestone::Ended);
        let job = &self.jobs[key];
        self.counts.sojourns += i128::from((self.now - job.fate.ordered).micros());
        self.counts.ended += 1;
    }

    pub(super) fn reach(&mut self, key: Key, milestone: Milestone) {
        let reached = &mut self.jobs[key].milestones[milestone as usize];
        if reached.is_none() {
            *reached = Some(self.now);
            self.tell_reached(key, milestone);
        }
    }

    /// Tells an observer who follows it where the time of the job went up to now.
    #[inline]
    fn tell_reached(&mut self, key: Key, milestone: Milestone) {
        if self.out.follows(milestone) {
            self.jobs[key].settle_account(self.now, &self.site);
            let is_last = matches!(milestone, Milestone::Ended | Milestone::Returned);
            let row = is_last.then(|| self.job_row(key));
            let job = &self.jobs[key];
            self.out.reached(job.fate.id, milestone, &job.account(), row.as_ref());
        }
    }

    /// Opens the cases that the policy opens on entering a state: operations notice a bad return address (E4).
    fn notice_address(&mut self, key: Key) {
        if matches!(self.jobs[key].fate.return_address, ReturnAddress::Good) {
            return;
        }
        let state = self.jobs[key].state;
        for opening in self.policy().tables().openings.iter().filter(|one| one.on_entering.contains(&state)) {
            if self.holds(key, opening.noticed) {
                self.open_for(key, opening.kind);
            }
        }
    }

    /// Everything that follows at once from how things stand; while Faulted it falls due and waits (F3).
    #[inline(always)]
    pub(super) fn settle(&mut self, key: Key) {
        /// More changes than any job meets at one instant.
        const MOST: u32 = 64;
        let mut changes = 0;
        while self.jobs.get(key).is_some_and(|job| !self.is_settled(job)) && self.settle_once(key) {
            changes += 1;
            assert!(
                changes < MOST,
                "invariant \"a job comes to rest at each instant\": {:?} goes in a circle",
                self.jobs[key].fate.id
            );
        }
    }

    /// A quick look, since most events change nothing of this kind: nothing is due, and the condition of no row holds.
    #[inline(never)]
    fn is_settled(&self, job: &Job) -> bool {
        let is_due = !job.faulted && !job.due.is_empty() || job.timer.is_some_and(|timer| timer.overdue);
        !is_due
            && job.state != JobState::Packaging
            && !self.policy().follows(job.state).iter().any(|&(_, guard)| self.holds_for(job, guard))
    }

    fn settle_once(&mut self, key: Key) -> bool {
        let job = &self.jobs[key];
        let (state, faulted) = (job.state, job.faulted);
        if !faulted && !job.due.is_empty() {
            self.make_due(key);
            return true;
        }
        let mut follows = self.policy().follows(state).iter();
        while let Some(&(signal, _)) = {
            let job = &self.jobs[key];
            follows.find(|(_, guard)| self.holds_for(job, *guard))
        } {
            if self.signal(key, signal, cause_of(signal)).is_some() {
                return true;
            }
        }
        let job = &self.jobs[key];
        if faulted {
            return false;
        }
        if job.timer.is_some_and(|timer| timer.overdue) && self.judge_overdue(key) {
            return true;
        }
        if state == JobState::Packaging {
            self.settle_packaging(key);
        }
        false
    }

    /// The fault is solved: what fell due meanwhile is made. Where the job has left the state from which it leads, a cancel is
    /// judged anew in the state reached (F3, C2).
    #[cold]
    fn make_due(&mut self, key: Key) {
        let signal = self.jobs[key].due.pop().expect("life: a change has fallen due");
        let foreseen = |world: &Self, signal| {
            let answers = world.policy().job(world.jobs[key].state, false, signal);
            matches!(answers.first(), Some(Answer::Moves { .. }))
        };
        if signal == JobSignal::AllLeft {
            // Where a late drive went first (J17), the drives are destroyed on entering Packaging again.
            if self.jobs[key].state == JobState::Packaging {
                self.destroy_all(key);
            }
        } else if foreseen(self, signal) {
            self.signal(key, signal, Cause::Consequence);
        } else if matches!(signal, JobSignal::AnswerCancel | JobSignal::CancelDue)
            && foreseen(self, JobSignal::Cancel)
        {
            self.signal(key, JobSignal::Cancel, Cause::Consequence);
        }
    }

    fn settle_packaging(&mut self, key: Key) {
        if let Some(case) = self.jobs[key].address_case {
            self.judge_window(case);
        }
        let job = &self.jobs[key];
        if job.doomed {
            self.destroy_all(key);
        } else if job.address_case.is_none() && job.packing == Packing::Not {
            self.join_packing(key);
        }
    }

    /// F1: a cause that the tables do not name. The job stops where it is (F3).
    #[cold]
    pub(super) fn fault_strikes(&mut self, key: Key, entered: u32) -> bool {
        // A job at rest has left the state that the fault was meant for.
        if !self.jobs.lives(key) || self.jobs.is_packed(key) {
            return false;
        }
        let job = &self.jobs[key];
        let Some(fault) = job.fate.fault else { return false };
        if job.entered != entered || job.fault_struck || job.faulted {
            return false;
        }
        self.touch(key);
        self.jobs[key].fault_struck = true;
        self.signal(key, JobSignal::Fault, Cause::Fault(fault.cause));
        true
    }

    /// Jobs that have changed: those at rest are no longer awaited, those done with make room.
    pub(super) fn let_go(&mut self) {
        while let Some(key) = self.touched.pop() {
            let Some(job) = self.jobs.get_mut(key) else { continue };
            job.follow_doing(self.now, &self.site);
            if !job.is_at_rest() {
                continue;
            }
            if job.awaited {
                job.awaited = false;
                self.counts.awaited -= 1;
            }
            let timed = job.timer.is_some_and(|timer| timer.deadline == timers::AT_REST);
            let job_rests = !L::PLAIN && job.has_record() && job.strays == 0 && timed;
            if job.is_done() {
                self.tell_job(key);
                self.leaves_family(self.jobs[key].fate.id);
                self.jobs.close(key);
            } else if job_rests {
                self.jobs.pack(key);
            }
        }
    }
}

/// The deadline whose end is the cause.
#[inline(always)]
fn cause_deadline(cause: Cause) -> Option<Deadline> {
    match cause {
        Cause::Deadline(deadline) => Some(deadline),
        _ => None,
    }
}

/// Why a change follows by itself.
fn cause_of(signal: JobSignal) -> Cause {
    match signal {
        JobSignal::AllReceived | JobSignal::LateDrive => Cause::Dock,
        _ => Cause::Consequence,
    }
}
