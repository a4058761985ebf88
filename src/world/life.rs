//! The life of a job: signals go to the policy, its answer is carried out, timers run.

use super::event::*;
use super::record::{Drive, Packing, Timer};
use super::*;
use crate::fate::ReturnAddress;
use crate::policy::{
    Answer, CaseKind, CaseSignal, Disposition, DriveSignal, DriveState, JobSignal, JobState, Rule, job_answer,
};
use crate::scenario::Milestone;

impl<O: Observer, L: EventList<Event>> World<'_, O, L> {
    /// Tells a job's life a signal; the policy answers. Returns the rule that moved it, if one did.
    pub(super) fn signal(&mut self, key: Key, signal: JobSignal, cause: Cause) -> Option<Rule> {
        let job = &self.jobs[key];
        let (id, state) = (job.fate.id, job.state);
        match job_answer(state, job.faulted, signal) {
            Answer::Moves { to, rule } => {
                self.moves(key, signal, to, rule, cause);
                Some(rule)
            }
            Answer::Refused { rule } => {
                let shown = job.shown();
                self.fact(Fact::Refused { job: id, act: signal, state: shown, rule });
                None
            }
            Answer::Waits { .. } => None,
            Answer::Unforeseen => {
                panic!(
                    "invariant \"only documented transitions\": job {id:?} in {state} cannot meet {signal}"
                )
            }
        }
    }

    /// Whether this signal's change waits until a fault is solved (F3).
    pub(super) fn waits_for_fault(&self, key: Key, signal: JobSignal) -> bool {
        let job = &self.jobs[key];
        matches!(job_answer(job.state, job.faulted, signal), Answer::Waits { .. })
    }

    fn moves(&mut self, key: Key, signal: JobSignal, to: JobState, rule: Rule, cause: Cause) {
        self.touch(key);
        let now = self.now;
        let job = &mut self.jobs[key];
        let (from, base) = (job.shown(), job.state);
        match signal {
            JobSignal::Fault => job.faulted = true,
            JobSignal::FaultSolved | JobSignal::FaultGivenUp => job.faulted = false,
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
        self.fact(Fact::Job { job: id, from, to: shown, rule, cause });
        if state != base {
            self.entered(key, base, rule);
        }
    }

    /// What entering a state brings with it.
    fn entered(&mut self, key: Key, from: JobState, rule: Rule) {
        let job = &mut self.jobs[key];
        job.entered += 1;
        let state = job.state;
        if let Some(fault) = job.fate.fault.filter(|fault| fault.state == state && !job.fault_struck) {
            let entered = self.jobs[key].entered;
            // Received may be over in no time: at once is before a bay takes the first drive.
            if fault.after == Span::ZERO && state == JobState::Received {
                self.fault_strikes(key, entered);
            } else {
                self.later(fault.after, WORK, Event::Fault(key, entered));
            }
        }
        match state {
            JobState::Creating => self.start_timer(key, Deadline::CreatingExpiry),
            JobState::Shipping => {
                self.reach(key, Milestone::Shipped);
                self.start_timer(key, Deadline::ShippingDeadline);
                self.release_held(key);
            }
            JobState::Received => {
                self.stop_timer(key);
                self.settle_case(self.jobs[key].missing_case);
                self.reach(key, Milestone::Received);
                self.start_all(key);
            }
            JobState::Transferring => {
                self.notice_address(key);
                self.start_all(key);
            }
            JobState::Packaging => {
                self.jobs[key].milestones[Milestone::Copied as usize] = Some(self.now);
                self.notice_address(key);
            }
            JobState::Completed | JobState::Closed => self.entered_end(key, rule),
            JobState::Gone => self.entered_gone(key, from, rule),
            JobState::Absent | JobState::Faulted => unreachable!("life: no job enters {state}"),
        }
    }

    fn entered_end(&mut self, key: Key, rule: Rule) {
        let completed = self.jobs[key].state == JobState::Completed;
        self.ends_life(key, if completed { Outcome::Completed } else { Outcome::Closed }, rule);
        let job = &self.jobs[key];
        for case in [job.missing_case, job.fault_case, job.address_case] {
            self.settle_case(case);
        }
        self.start_timer(key, Deadline::Retention);
        self.send_back_rest(key);
        self.release_held(key);
    }

    fn entered_gone(&mut self, key: Key, from: JobState, rule: Rule) {
        self.stop_timer(key);
        if from == JobState::Creating {
            let outcome = if rule == Rule::J3 { Outcome::Expired } else { Outcome::Deleted };
            self.ends_life(key, outcome, rule);
        }
        self.settle_case(self.jobs[key].fault_case);
        // Its drives were answered for while it was Faulted, and have lost their record: asked about anew (ours).
        if !self.jobs[key].held.is_empty() && self.jobs[key].hold_case.is_none() {
            self.open_hold_case(key);
        }
    }

    fn ends_life(&mut self, key: Key, outcome: Outcome, rule: Rule) {
        self.integrate();
        self.reach(key, Milestone::Ended);
        let job = &mut self.jobs[key];
        (job.outcome, job.ended_by) = (outcome, Some(rule));
        self.counts.sojourns += i128::from((self.now - job.fate.ordered).micros());
        self.counts.ended += 1;
    }

    pub(super) fn reach(&mut self, key: Key, milestone: Milestone) {
        self.jobs[key].milestones[milestone as usize].get_or_insert(self.now);
    }

    /// Operations notice a bad return address (E4) on entering the state that the fate names, or a later one.
    fn notice_address(&mut self, key: Key) {
        let job = &self.jobs[key];
        let noticed = match job.fate.return_address {
            ReturnAddress::Bad { noticed } => noticed == job.state || job.state == JobState::Packaging,
            ReturnAddress::Good => false,
        };
        if noticed && !job.address_corrected && job.address_case.is_none() && !job.doomed {
            self.address_is_bad(key);
        }
    }

    /// Everything that follows at once from how things stand; nothing while Faulted (F3).
    #[inline(always)]
    pub(super) fn settle(&mut self, key: Key) {
        while self.jobs.get(key).is_some_and(|job| !job.faulted) && self.settle_once(key) {}
    }

    fn settle_once(&mut self, key: Key) -> bool {
        let job = &mut self.jobs[key];
        match job.state {
            JobState::Creating if job.asks_shipping => {
                job.asks_shipping = false;
                self.signal(key, JobSignal::SetShipping, Cause::Consequence).is_some()
            }
            JobState::Shipping => self.settle_shipping(key),
            JobState::Received if job.skips_copy => {
                self.signal(key, JobSignal::CopySkipped, Cause::Consequence).is_some()
            }
            JobState::Transferring if is_processed(job) => {
                self.signal(key, JobSignal::AllProcessed, Cause::Consequence).is_some()
            }
            JobState::Packaging => self.settle_packaging(key),
            _ => false,
        }
    }

    fn settle_shipping(&mut self, key: Key) -> bool {
        let job = &mut self.jobs[key];
        if job.asks_close {
            job.asks_close = false;
            return self.signal(key, JobSignal::AnswerCancel, Cause::Consequence).is_some();
        }
        if has_come(job) {
            return self.signal(key, JobSignal::AllReceived, Cause::Dock).is_some();
        }
        let overdue = job.timer.filter(|timer| timer.overdue);
        match overdue {
            Some(timer) if job.unopened == 0 && job.in_dock == 0 => self.judge(key, timer.deadline),
            _ => false,
        }
    }

    /// A deadline in Shipping has passed, and no package of the job waits at the dock (J6, J9).
    #[cold]
    fn judge(&mut self, key: Key, deadline: Deadline) -> bool {
        self.stop_timer(key);
        if deadline == Deadline::ResponseWindow {
            if let Some(case) = self.jobs[key].missing_case {
                self.end_case(case, CaseSignal::WindowExpired);
            }
            return self.signal(key, JobSignal::ResponseExpired, Cause::Deadline(deadline)).is_some();
        }
        self.signal(key, JobSignal::ShippingOverdue, Cause::Deadline(deadline));
        self.jobs[key].notices += 1;
        let awaited = |drive: &Drive| drive.state == DriveState::Specified;
        self.signal_drives(key, awaited, DriveSignal::NoticeSent, Cause::Deadline(deadline));
        // Where a drive was Received by routing, J10 follows at this instant, without a case (D5).
        if !has_come(&self.jobs[key]) {
            self.start_timer(key, Deadline::ResponseWindow);
            let case = self.open_case(key, CaseKind::MissingPackage, None);
            self.jobs[key].missing_case = Some(case);
        }
        true
    }

    fn settle_packaging(&mut self, key: Key) -> bool {
        let job = &self.jobs[key];
        let is_late = |drive: &Drive| drive.on_hand() && drive.state == DriveState::Received;
        if !job.skips_copy && job.drives.iter().any(is_late) {
            self.leave_packing(key);
            return self.signal(key, JobSignal::LateDrive, Cause::Dock).is_some();
        }
        if job.doomed {
            self.destroy_all(key);
        } else if job.address_case.is_none() && job.packing == Packing::Not {
            self.join_packing(key);
        }
        false
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
        self.stand_still(key);
        self.stop_processing(key);
        self.leave_packing(key);
        let case = self.open_case(key, CaseKind::JobFault, None);
        self.jobs[key].fault_case = Some(case);
        true
    }

    /// F2: the fault is solved (J19).
    pub(super) fn job_solved(&mut self, key: Key) {
        self.signal(key, JobSignal::FaultSolved, Cause::Answer);
        self.go_on(key);
        self.start_all(key);
    }

    /// F2: the fault is given up.
    pub(super) fn job_given_up(&mut self, key: Key) {
        let base = self.jobs[key].state;
        self.jobs[key].fault_given_up = true;
        self.jobs[key].skips_copy |= matches!(base, JobState::Received | JobState::Transferring);
        self.signal(key, JobSignal::FaultGivenUp, Cause::Deadline(Deadline::FaultWindow));
        self.stop_processing(key);
        self.go_on(key);
        if base == JobState::Packaging && self.jobs[key].address_case.is_none() && !self.jobs[key].doomed {
            self.address_is_bad(key);
        }
    }

    #[cold]
    fn address_is_bad(&mut self, key: Key) {
        let case = self.open_case(key, CaseKind::BadAddress, None);
        self.jobs[key].address_known_bad = true;
        self.jobs[key].address_case = Some(case);
    }

    /// Starts the timer of the state; it stands still while the job is Faulted (F3).
    #[inline(always)]
    pub(super) fn start_timer(&mut self, key: Key, deadline: Deadline) {
        let generation = self.stop_timer(key);
        let length = deadline.of(&self.scenario.policy);
        let due = self.now + length;
        let waited = self.waited(key);
        let job = &mut self.jobs[key];
        let left = job.faulted.then_some(length);
        job.timer = Some(Timer { deadline, due, left, overdue: false, waited });
        if left.is_none() {
            self.in_lane(deadline, Event::Timer(key, generation));
        }
    }

    /// Stops the timer of the state, if there is one; tells the generation of the next.
    pub(super) fn stop_timer(&mut self, key: Key) -> u32 {
        self.jobs[key].timer = None;
        self.jobs.void_timer(key)
    }

    fn stand_still(&mut self, key: Key) {
        let now = self.now;
        if let Some(timer) = self.jobs[key].timer.as_mut().filter(|timer| !timer.overdue) {
            timer.left = Some(timer.due - now);
            self.jobs.void_timer(key);
        }
    }

    fn go_on(&mut self, key: Key) {
        let now = self.now;
        let Some(timer) = &mut self.jobs[key].timer else { return };
        if let Some(left) = timer.left.take() {
            timer.due = now + left;
            let generation = self.jobs.void_timer(key);
            self.later(left, DEADLINE, Event::Timer(key, generation));
        }
    }

    pub(super) fn timer_rings(&mut self, key: Key, generation: u32) -> bool {
        if self.jobs.timer(key) != Some(generation) {
            return false;
        }
        self.jobs.unpack(key);
        let timer = self.jobs[key].timer.expect("life: a timer that rings was started");
        // A package that is still on its way goes on being waited for (S:50).
        let waits_for_carrier = matches!(timer.deadline, Deadline::ShippingDeadline | Deadline::Extension)
            && self.jobs[key].drives.iter().any(|drive| drive.disposition == Disposition::InTransitIn);
        if !waits_for_carrier {
            self.waited_for_deadline(key, timer.waited);
        }
        let timer = self.jobs[key].timer.as_mut().expect("life: it rings");
        let cause = Cause::Deadline(timer.deadline);
        assert_eq!(timer.due, self.now, "life: no deadline rings early or late by a tick");
        match timer.deadline {
            Deadline::CreatingExpiry => {
                self.signal(key, JobSignal::CreatingExpired, cause);
            }
            Deadline::Retention => {
                self.signal(key, JobSignal::RetentionExpired, cause);
            }
            _ => timer.overdue = true,
        }
        self.settle(key);
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
            let job_rests = !L::PLAIN && job.has_record() && job.strays == 0;
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

/// J10: a package has been opened, all that came has been processed, at least one listed drive is Received.
fn has_come(job: &Job) -> bool {
    let settled = |drive: &Drive| matches!(drive.state, DriveState::Received | DriveState::NeverReceived);
    let received = |drive: &Drive| drive.state == DriveState::Received;
    job.opened
        && job.in_dock == 0
        && job.drives.iter().any(received)
        && (job.fate.export || job.drives.iter().all(settled))
}

/// J12: every drive on hand is processed, or need not be.
fn is_processed(job: &Job) -> bool {
    job.drives.iter().filter(|drive| drive.on_hand()).all(|drive| match drive.state {
        DriveState::Completed | DriveState::CompletedMoreInfo => true,
        DriveState::Received | DriveState::Faulted => job.skips_copy,
        _ => false,
    })
}
