//! The job at hand: for each event, the job concerned is taken out of the job table once and passed down; after the
//! event its time account is updated and it is put back. Meanwhile the table has only the other jobs.

use super::*;

impl<O: Observer, L: EventList<Event>> World<'_, O, L> {
    /// Executes an event of a job.
    #[inline(always)]
    pub(super) fn about<R>(&mut self, key: Key, act: impl FnOnce(&mut Self, &mut AtHand) -> R) -> R {
        let job = self.jobs.take(key);
        self.handle(job, act)
    }

    /// The same by the number of its record.
    #[inline(always)]
    pub(super) fn about_record<R>(
        &mut self,
        record: RecordNumber,
        act: impl FnOnce(&mut Self, &mut AtHand) -> R,
    ) -> R {
        let job = self.jobs.take_record(record);
        self.handle(job, act)
    }

    #[inline(always)]
    fn handle<R>(&mut self, mut job: AtHand, act: impl FnOnce(&mut Self, &mut AtHand) -> R) -> R {
        let result = act(self, &mut job);
        self.put_back(job);
        result
    }

    /// Changes a job of the table, not the one at hand. Its time account is updated after the event; its usual life ends.
    pub(super) fn with<R>(&mut self, key: Key, act: impl FnOnce(&mut Self, &mut AtHand) -> R) -> R {
        self.touch(key);
        let mut job = self.jobs.take(key);
        job.is_usual = false;
        let result = act(self, &mut job);
        self.jobs.put_back(job);
        result
    }

    /// Puts the job at hand back into the table while `act` runs, because `act` finds jobs by key. This ends the usual
    /// life of the job.
    #[inline(never)]
    pub(super) fn lend<R>(&mut self, job: &mut AtHand, act: impl FnOnce(&mut Self, Key) -> R) -> R {
        job.is_usual = false;
        self.lay_down(job, act)
    }

    /// The same for an act that is not about this job.
    #[inline(always)]
    pub(super) fn lay_down<R>(&mut self, job: &mut AtHand, act: impl FnOnce(&mut Self, Key) -> R) -> R {
        let key = job.key;
        self.jobs.lay_down(job);
        let result = act(self, key);
        self.jobs.take_up(key, job);
        result
    }

    /// Changes the job with this key, whether or not it is the job at hand.
    #[inline(always)]
    pub(super) fn on<R>(
        &mut self,
        job: &mut AtHand,
        whose: Key,
        act: impl FnOnce(&mut Self, &mut AtHand) -> R,
    ) -> R {
        if whose == job.key { act(self, job) } else { self.lend(job, |world, _| world.with(whose, act)) }
    }

    /// Marks a job as changed that is not at hand during the whole event. After the event, [`World::let_go`]
    /// determines its new activity; the old activity lasted until now. Within one instant a job may pass through
    /// inconsistent states, so this must wait.
    pub(super) fn touch(&mut self, key: Key) {
        if self.touched.last() != Some(&key) {
            self.touched.push(key);
        }
    }

    /// Ends the event for this job: updates its time account and puts it back.
    #[inline(never)]
    pub(super) fn put_back(&mut self, mut job: AtHand) {
        job.follow_doing(self.now, &self.site);
        if job.is_at_rest() { self.comes_to_rest(job) } else { self.jobs.put_back(job) }
    }

    /// Counts a job at rest as no longer awaited; removes it if it is done, or encodes it compactly.
    #[inline(never)]
    fn comes_to_rest(&mut self, mut job: AtHand) {
        if std::mem::take(&mut job.awaited) {
            self.counts.awaited -= 1;
        }
        if job.strays > 0 {
            return self.jobs.put_back(job);
        }
        if job.state == JobState::Gone {
            self.tell_job(&job, None);
            self.leaves_family(&job);
            return self.jobs.close(job);
        }
        let timed = job.timer.is_some_and(|timer| timer.deadline == timers::AT_REST);
        if timed && !L::PLAIN { self.jobs.encode(job) } else { self.jobs.put_back(job) }
    }

    /// Ends the event for all other jobs that it changed.
    #[cold]
    pub(super) fn let_go(&mut self) {
        while let Some(key) = self.touched.pop() {
            if self.jobs.get(key).is_some() {
                let job = self.jobs.take(key);
                self.put_back(job);
            }
        }
    }
}
