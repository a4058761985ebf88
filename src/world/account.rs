//! The time account of a job: how much time went to which activity, exact to the tick.

use super::record::Waited;
use super::*;

/// Parts of the time that are charged to a deadline instead when the deadline ends the wait.
pub(super) const AWAITED: [TimePart; 2] = [TimePart::Customer, TimePart::Carrier];

/// Current activity of a job. One byte, because it is compared after every event.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Doing(u8);

impl Doing {
    /// No activity: before the order and after the end.
    pub const NOTHING: Doing = Doing(0);
    /// Work only at preparation; charged to worked time, with its own counter.
    const PREPARES: Doing = Doing(1 + TimePart::ALL.len() as u8);
    /// First of four values: queue of dock, preparation, bays, packing.
    const WAITS: u8 = Doing::PREPARES.0 + 1;

    const fn part(part: TimePart) -> Doing {
        Doing(1 + part as u8)
    }

    const fn waits(station: u8) -> Doing {
        Doing(Doing::WAITS + station)
    }

    /// The part of the time that this activity is charged to.
    fn goes_to(self) -> Option<TimePart> {
        match self.waits_at() {
            Some(_) => Some(TimePart::Waiting),
            None if self == Doing::PREPARES => Some(TimePart::Worked),
            None => self.0.checked_sub(1).map(|part| TimePart::ALL[usize::from(part)]),
        }
    }

    /// The station in whose queue the job waits, if any.
    fn waits_at(self) -> Option<u8> {
        self.0.checked_sub(Doing::WAITS)
    }
}

impl<O: Observer, L: EventList<Event>> World<'_, O, L> {
    /// A policy deadline has ended a wait that began when the waiting time was `before`: charges this wait to the
    /// deadline.
    pub(super) fn waited_for_deadline(&self, job: &mut Job, before: Waited) {
        job.settle_account(self.now, &self.site);
        for (part, before) in AWAITED.into_iter().zip(before) {
            // A deadline nested in another one has already taken its share.
            let since = (job.parts[part as usize] - before).max(Span::ZERO);
            job.parts[part as usize] -= since;
            job.parts[TimePart::Deadline as usize] += since;
        }
    }

    /// Adds the time since the last change to the integral for Little's law.
    pub(super) fn integrate(&mut self) {
        let open = i128::from(self.counts.ordered) - i128::from(self.counts.ended);
        let elapsed = self.now - self.counts.integrated_to;
        self.counts.open_integral += open * i128::from(elapsed.micros());
        self.counts.integrated_to = self.now;
    }
}

impl Job {
    /// Time account until the last settlement.
    pub(super) fn account(&self) -> Account {
        let [customer, carrier, _, _, worked, deadline, faulted] = self.parts;
        let ([a, b, c, d], [e, f, g, h]) = (self.queued, self.shut);
        let prepared = self.prepared;
        Account([customer, carrier, a, b, c, d, e, f, g, h, prepared, worked - prepared, deadline, faulted])
    }

    /// Waiting time for customer and carrier until the last settlement.
    #[inline(always)]
    pub(super) fn waited(&self) -> Waited {
        AWAITED.map(|part| self.parts[part as usize])
    }

    /// Changes the number of the job's tasks in the queue of a station. Panics below zero.
    #[inline(always)]
    pub(super) fn waits(&mut self, station: StationName, by: i16) {
        let waiting = &mut self.waiting[station as usize];
        *waiting = waiting.checked_add_signed(by).expect("account: nobody stops waiting twice");
    }

    /// Changes the number of the job's tasks in service at a station. Panics below zero.
    #[inline(always)]
    pub(super) fn works(&mut self, station: StationName, by: i16) {
        let worked = &mut self.worked[station as usize];
        *worked = worked.checked_add_signed(by).expect("account: no work ends twice");
    }

    /// If the activity has changed: settles the account up to now and notes the new activity.
    #[inline(always)]
    pub(super) fn follow_doing(&mut self, now: Instant, site: &Site) {
        let doing = doing(self);
        if doing != self.doing {
            self.settle_account(now, site);
            self.doing = doing;
            if let Some(station) = doing.waits_at() {
                self.closed_clock = site.closed_clock(station, now);
            }
        }
    }

    /// Charges the time since the last settlement to the current activity.
    #[inline]
    pub(super) fn settle_account(&mut self, now: Instant, site: &Site) {
        let elapsed = now - self.since;
        self.since = now;
        let Some(part) = self.doing.goes_to() else { return };
        self.parts[part as usize] += elapsed;
        if let Some(station) = self.doing.waits_at() {
            let clock = site.closed_clock(station, now);
            let closed = clock - self.closed_clock;
            self.parts[part as usize] -= closed;
            self.parts[TimePart::Closed as usize] += closed;
            self.queued[usize::from(station)] += elapsed - closed;
            self.shut[usize::from(station)] += closed;
            self.closed_clock = clock;
        } else if self.doing == Doing::PREPARES {
            self.prepared += elapsed;
        }
    }
}

/// The current activity of a job, from its state.
#[inline]
fn doing(job: &Job) -> Doing {
    if job.has_ended() || job.state == JobState::Absent {
        return Doing::NOTHING;
    }
    let part = if job.faulted {
        TimePart::Faulted
    } else if job.worked != [0; 4] {
        let mut elsewhere = job.worked;
        elsewhere[StationName::Preparation as usize] = 0;
        if elsewhere == [0; 4] {
            return Doing::PREPARES;
        }
        TimePart::Worked
    } else if let Some(station) = job.waiting.iter().position(|&waiting| waiting > 0) {
        return Doing::waits(station as u8);
    } else {
        match job.state {
            JobState::Shipping if job.in_parcel > 0 => return Doing::waits(StationName::Dock as u8),
            JobState::Shipping if job.missing_case.is_none() => TimePart::Carrier,
            // No service and no queue: only Faulted drives are left.
            JobState::Received | JobState::Transferring => {
                debug_assert!(job.drives.iter().all(|drive| drive.stage == Stage::Idle));
                TimePart::Faulted
            }
            _ => TimePart::Customer,
        }
    };
    Doing::part(part)
}
