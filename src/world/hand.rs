//! The job at hand: an event takes the job that it is about out of the house, once, and hands it down; when the event is
//! over, the job is looked at and put back. What is left in the house meanwhile is the rest.

use super::jobs::AtHand;
use super::*;

impl<O: Observer, L: EventList<Event>> World<'_, O, L> {
    /// Lets an event happen to a job.
    #[inline(always)]
    pub(super) fn about<R>(&mut self, key: Key, act: impl FnOnce(&mut Self, &mut AtHand) -> R) -> R {
        let mut job = self.jobs.take(key);
        let result = act(self, &mut job);
        self.put_back(job);
        result
    }

    /// Does something to another job than the one at hand. It is looked at when the event is over.
    pub(super) fn with<R>(&mut self, key: Key, act: impl FnOnce(&mut Self, &mut AtHand) -> R) -> R {
        self.touch(key);
        let mut job = self.jobs.take(key);
        let result = act(self, &mut job);
        self.jobs.put_back(job);
        result
    }

    /// Lets the job at hand lie in the house while something is done that finds jobs by their keys.
    #[inline(never)]
    pub(super) fn lend<R>(&mut self, job: &mut AtHand, act: impl FnOnce(&mut Self, Key) -> R) -> R {
        let key = job.key;
        self.jobs.lay_down(job);
        let result = act(self, key);
        self.jobs.take_up(key, job);
        result
    }

    /// Does something to the job of this key, at hand or not.
    #[inline(always)]
    pub(super) fn on<R>(
        &mut self,
        job: &mut AtHand,
        whose: Key,
        act: impl FnOnce(&mut Self, &mut AtHand) -> R,
    ) -> R {
        if whose == job.key { act(self, job) } else { self.lend(job, |world, _| world.with(whose, act)) }
    }

    /// Says that something about a job changes in this event that is not at hand all the time. What it was doing up to now,
    /// it did all the time since that last changed; when the event is over, [`World::let_go`] looks at what it is doing from
    /// now on. Within an instant it may pass through states that nobody can be in.
    pub(super) fn touch(&mut self, key: Key) {
        if self.touched.last() != Some(&key) {
            self.touched.push(key);
        }
    }

    /// The event is over for this job.
    #[inline(never)]
    pub(super) fn put_back(&mut self, mut job: AtHand) {
        job.follow_doing(self.now, &self.site);
        if job.is_at_rest() { self.comes_to_rest(job) } else { self.jobs.put_back(job) }
    }

    /// A job at rest is no longer awaited, and one that is done with makes room.
    #[inline(never)]
    fn comes_to_rest(&mut self, mut job: AtHand) {
        let key = job.key;
        if std::mem::take(&mut job.awaited) {
            self.counts.awaited -= 1;
        }
        let timed = job.timer.is_some_and(|timer| timer.deadline == timers::AT_REST);
        let rests = !L::PLAIN && job.has_record() && job.strays == 0 && timed;
        if job.is_done() {
            self.tell_job(&job);
            self.leaves_family(job.fate.id);
            self.jobs.put_back(job);
            return self.jobs.close(key);
        }
        self.jobs.put_back(job);
        if rests {
            self.jobs.pack(key);
        }
    }

    /// The event is over for the jobs that it was not about, but that have changed with it.
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
