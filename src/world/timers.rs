//! All deadlines: the timer of each job and the windows of its cases. Only rows of the policy start and stop them.

use super::record::Waited;
use super::*;
use crate::policy::TimerAct;

/// Timer of a job that only waits for the end of its record (J15).
pub(super) const AT_REST: Deadline = Deadline::Retention;

impl Timer {
    /// Timer of a job at rest.
    pub(super) fn at_rest(due: Instant, waited: Waited) -> Timer {
        Timer { deadline: AT_REST, due, left: None, overdue: false, waited }
    }

    /// Whether it limits the wait for the answer to a notice (J6, J9).
    pub(super) fn awaits_answer(&self) -> bool {
        self.deadline == Deadline::ResponseWindow
    }
}

impl<O: Observer, L: EventList<Event>> World<'_, O, L> {
    /// Applies a row's action to the timer of the job.
    #[inline(always)]
    pub(super) fn carry_out(&mut self, job: &mut Job, act: TimerAct) {
        match act {
            TimerAct::Keeps => {}
            TimerAct::Starts(deadline) => self.start_timer(job, deadline),
            TimerAct::Stops => _ = self.stop_timer(job),
            TimerAct::Pauses => self.pause_timer(job),
            TimerAct::Resumes => self.resume_timer(job),
        }
    }

    /// Starts the timer of the job; paused while the job is Faulted (F3).
    #[inline(always)]
    fn start_timer(&mut self, job: &mut Job, deadline: Deadline) {
        let generation = self.stop_timer(job);
        let length = deadline.of(&self.policy().timings);
        let due = self.now + length;
        job.settle_account(self.now, &self.site);
        let left = job.faulted.then_some(length);
        job.timer = Some(Timer { deadline, due, left, overdue: false, waited: job.waited() });
        if left.is_none() {
            self.agenda.push_lane(self.lanes[deadline.index()], Event::Timer(job.key, generation));
        }
    }

    /// Stops the timer of the job, if there is one. Returns the new timer generation.
    fn stop_timer(&mut self, job: &mut Job) -> u32 {
        job.timer = None;
        self.jobs.void_timer(job.key)
    }

    fn pause_timer(&mut self, job: &mut Job) {
        if let Some(timer) = job.timer.as_mut().filter(|timer| !timer.overdue) {
            timer.left = Some(timer.due - self.now);
            self.jobs.void_timer(job.key);
        }
    }

    fn resume_timer(&mut self, job: &mut Job) {
        let Some(timer) = &mut job.timer else { return };
        if let Some(left) = timer.left.take() {
            timer.due = self.now + left;
            let generation = self.jobs.void_timer(job.key);
            self.later(left, Turn::Deadline, Event::Timer(job.key, generation));
        }
    }

    /// End of a job's timer: its row applies now, or as soon as the row's condition holds. Returns false for a void
    /// event.
    pub(super) fn timer_rings(&mut self, key: Key, generation: u32) -> bool {
        if self.jobs.timer(key) != Some(generation) {
            return false;
        }
        if self.has_usual && self.jobs.is_encoded(key) {
            self.record_ends(key);
            return true;
        }
        self.jobs.decode(key);
        self.about(key, |world, job| world.deadline_ends(job));
        true
    }

    fn deadline_ends(&mut self, job: &mut AtHand) {
        job.is_usual = false;
        let timer = job.timer.as_mut().expect("timers: a timer that rings was started");
        assert_eq!(timer.due, self.now, "timers: no deadline rings early or late by a tick");
        timer.overdue = true;
        let (deadline, waited) = (timer.deadline, timer.waited);
        // While a package is in transit, the wait is for the carrier and not for the deadline (S:50).
        let waits_for_carrier = matches!(deadline, Deadline::ShippingDeadline | Deadline::Extension)
            && job.drives.iter().any(|drive| drive.disposition == Disposition::InTransitIn);
        if !waits_for_carrier {
            self.waited_for_deadline(job, waited);
        }
        self.settle(job);
        if job.rare.missing_case.is_some() {
            self.lend(job, |world, key| world.cease_with_the_window(key));
        }
    }

    /// Applies the row of an ended deadline of the job. Returns whether its condition held.
    pub(super) fn judge_overdue(&mut self, job: &mut AtHand) -> bool {
        let Some(timer) = job.timer.filter(|timer| timer.overdue) else { return false };
        let Some(signal) = self.policy().at_the_end(job.state, timer.deadline) else {
            panic!("invariant \"every deadline leads somewhere\": {} in {}", timer.deadline, job.state)
        };
        let generation = self.jobs.timer(job.key);
        let acts = self.signal(job, signal, Cause::Deadline(timer.deadline)).is_some();
        // The timer is finished, unless the row has started another one.
        if acts && self.jobs.timer(job.key) == generation {
            self.stop_timer(job);
        }
        acts
    }

    /// Starts the window of a case; replaces the window before.
    pub(super) fn start_window(&mut self, case: Key, window: Deadline) {
        let event = self.new_window(case, window);
        self.agenda.push_lane(self.lanes[window.index()], event);
    }

    /// Like `start_window`, but counted from an earlier instant: the clock of a held package runs from its arrival
    /// (E1). A window that would already have ended ends now.
    pub(super) fn start_window_from(&mut self, case: Key, window: Deadline, from: Instant) {
        let at = (from + window.of(&self.policy().timings)).max(self.now);
        let event = self.new_window(case, window);
        self.agenda.push(at, self.turn(Turn::Deadline), event);
    }

    fn new_window(&mut self, case: Key, window: Deadline) -> Event {
        let record = &mut self.cases[case];
        record.generation += 1;
        (record.window, record.overdue) = (Some(window), None);
        Event::Window(case, record.generation)
    }

    /// Starts the answer window of a customer who was reached; the window of the case runs on.
    pub(super) fn start_answer_window(&mut self, key: Key, window: Deadline) {
        self.agenda.push_lane(self.lanes[window.index()], Event::Silent(key));
    }

    /// End of the window of a case. Returns false for a void event.
    #[cold]
    pub(super) fn window_rings(&mut self, case: Key, generation: u32) -> bool {
        if !self.cases.lives(case) {
            return false;
        }
        let record = &self.cases[case];
        if generation != record.generation {
            return false;
        }
        let (key, kind) = (record.job, record.kind);
        let window = record.window.expect("timers: a window that rings was started");
        let Some(signal) = self.policy().window_ends(kind, window) else {
            panic!("invariant \"every deadline leads somewhere\": {window} of {kind}")
        };
        let waited = record.waited;
        self.with(key, |world, job| world.waited_for_deadline(job, waited));
        self.cases[case].overdue = Some(signal);
        self.judge_window(case);
        self.settle_by_key(key);
        true
    }

    /// End of an answer window of the job's customer: without an answer, the customer is out of reach, and rows that
    /// wait for this are judged. Returns false for a void event.
    #[cold]
    pub(super) fn customer_is_silent(&mut self, key: Key) -> bool {
        let asked = |job: &&Job| job.rare.hold.is_some() || job.rare.address_case.is_some();
        let Some(job) = self.jobs.get(key).filter(asked) else { return false };
        let (hold, address) = (job.rare.hold, job.rare.address_case);
        if hold.is_some_and(|hold| self.is_silent(job.hold_kind(), hold.last)) {
            self.jobs[key].rare.hold.as_mut().expect("timers: the case is open").silent = true;
        }
        if let Some(case) =
            address.filter(|&case| self.is_silent(self.cases[case].kind, self.cases[case].reached))
        {
            self.cases[case].silent = true;
            self.judge_window(case);
        }
        for package in self.jobs[key].rare.held.clone() {
            if let Some(series) = self.packages[package].series {
                self.judge_window(series);
            }
        }
        self.settle_by_key(key);
        true
    }

    /// Whether the customer was reached at least one answer window ago, by the rows of this kind of case.
    fn is_silent(&self, kind: CaseKind, reached: Option<Instant>) -> bool {
        let policy = self.policy();
        let window = policy.case(kind, CaseSignal::Reached).and_then(|row| row.starts);
        reached.zip(window).is_some_and(|(at, window)| {
            policy.window_ends(kind, window) == Some(CaseSignal::Silent)
                && self.now >= at + window.of(&policy.timings)
        })
    }

    /// If the window of a case has ended, applies its row once the row's condition holds.
    pub(super) fn judge_window(&mut self, case: Key) {
        if !self.cases.lives(case) {
            return;
        }
        let record = &self.cases[case];
        let (Some(signal), Some(window)) = (record.overdue, record.window) else { return };
        let row = self.policy().case(record.kind, signal).expect("timers: its window has a row");
        if self.case_holds(case, row.guard) {
            self.cases[case].overdue = None;
            self.case_meets(case, signal, Cause::Deadline(window));
        }
    }

    /// The response window has ended while the dock has packages of the job: attempts end with the window (J9).
    fn cease_with_the_window(&mut self, key: Key) {
        let over = self.jobs[key].timer.is_some_and(|timer| timer.overdue && timer.awaits_answer());
        if let Some(case) = self.jobs[key].rare.missing_case.filter(|_| over) {
            self.cease(case);
        }
    }
}
