//! Where a job's time went: exact, to the tick.

use super::record::{Stage, Waited};
use super::*;
use crate::policy::JobState;

/// What a deadline may be waited for instead of.
const AWAITED: [TimePart; 2] = [TimePart::Customer, TimePart::Carrier];

impl<O: Observer> World<'_, O> {
    /// Brings a job's account up to now. To be called before anything about the job changes: the time since the
    /// last change goes to what the job was doing in it.
    #[inline]
    pub(super) fn touch(&mut self, key: Key) {
        if self.touched.last() != Some(&key) {
            self.touched.push(key);
        }
        // Within an instant the job passes through states that nobody can be in.
        if self.jobs[key].since != self.now {
            self.settle_account(key);
        }
    }

    fn settle_account(&mut self, key: Key) {
        let now = self.now;
        let job = &self.jobs[key];
        if job.has_ended() || job.state == JobState::Absent {
            return;
        }
        let elapsed = now - job.since;
        let (part, waits_at) = doing(job);
        let clocks = self.site.closed_clocks(now);
        let job = &mut self.jobs[key];
        match (part, waits_at) {
            (TimePart::Waiting, Some(station)) => {
                let closed = clocks[station] - job.closed_clocks[station];
                job.parts[TimePart::Closed as usize] += closed;
                job.parts[TimePart::Waiting as usize] += elapsed - closed;
            }
            _ => job.parts[part as usize] += elapsed,
        }
        job.since = now;
        job.closed_clocks = clocks;
    }

    /// A deadline of the policy has ended a wait that began when the job had waited `before`: then it was the deadline
    /// that was waited for.
    pub(super) fn waited_for_deadline(&mut self, key: Key, before: Waited) {
        self.touch(key);
        let parts = &mut self.jobs[key].parts;
        for (part, before) in AWAITED.into_iter().zip(before) {
            // A deadline within another one has taken its own already.
            let since = (parts[part as usize] - before).max(Span::ZERO);
            parts[part as usize] -= since;
            parts[TimePart::Deadline as usize] += since;
        }
    }

    /// What a job has waited up to now.
    pub(super) fn waited(&mut self, key: Key) -> Waited {
        self.touch(key);
        AWAITED.map(|part| self.jobs[key].parts[part as usize])
    }

    /// Counts a job's work in and out of a station. `station` is where it waits: dock, preparation, bays, packing.
    pub(super) fn waits(&mut self, key: Key, station: usize, by: i32) {
        self.touch(key);
        let waiting = &mut self.jobs[key].waiting[station];
        *waiting = waiting.checked_add_signed(by).expect("account: nobody stops waiting twice");
    }

    pub(super) fn works(&mut self, key: Key, by: i32) {
        self.touch(key);
        let worked = &mut self.jobs[key].worked;
        *worked = worked.checked_add_signed(by).expect("account: no work ends twice");
    }

    /// Adds the time since the last change to Little's integral.
    pub(super) fn integrate(&mut self) {
        let open = i128::from(self.counts.ordered) - i128::from(self.counts.ended);
        let elapsed = self.now - self.counts.integrated_to;
        self.counts.open_integral += open * i128::from(elapsed.micros());
        self.counts.integrated_to = self.now;
    }
}

/// What a job is doing, and, where it waits for a station, which.
fn doing(job: &Job) -> (TimePart, Option<usize>) {
    if job.faulted {
        return (TimePart::Faulted, None);
    }
    if job.worked > 0 {
        return (TimePart::Worked, None);
    }
    if let Some(station) = job.waiting.iter().position(|&waiting| waiting > 0) {
        return (TimePart::Waiting, Some(station));
    }
    let part = match job.state {
        JobState::Shipping if job.missing_case.is_none() => TimePart::Carrier,
        // Nothing is worked on and nothing waits: only drives that are Faulted are left.
        JobState::Received | JobState::Transferring => {
            debug_assert!(job.drives.iter().all(|drive| drive.stage == Stage::Idle));
            TimePart::Faulted
        }
        _ => TimePart::Customer,
    };
    (part, None)
}
