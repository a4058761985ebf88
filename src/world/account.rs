//! The time account of a job: how much time went to which activity, exact to the tick.

use super::record::Waited;
use super::*;

/// Ways whose time is charged to a deadline instead when the deadline ends the wait.
const AWAITED: [usize; 2] = [Account::CUSTOMER, Account::CARRIER];

/// Current activity of a job. 0: none (before the order, after the end); otherwise 1 more than its index in
/// [`Account::WAYS`]. One byte, because it is compared after every event.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Doing(u8);

impl Doing {
    const NOTHING: Doing = Doing(0);

    fn way(way: usize) -> Doing {
        Doing(1 + way as u8)
    }

    fn goes_to(self) -> Option<usize> {
        usize::from(self.0).checked_sub(1)
    }

    /// The station in whose queue the job waits, if any.
    fn waits_at(self) -> Option<u8> {
        let way = self.goes_to()?;
        Account::WAITING.contains(&way).then(|| (way - Account::WAITING.start) as u8)
    }
}

impl<O: Observer, L: EventList<Event>> World<'_, O, L> {
    /// A policy deadline has ended a wait that began when the waiting time was `before`: charges this wait to the
    /// deadline.
    pub(super) fn waited_for_deadline(&self, job: &mut Job, before: Waited) {
        job.settle_account(self.now, &self.site);
        for (way, before) in AWAITED.into_iter().zip(before) {
            // A deadline nested in another one has already taken its share.
            let since = (job.account.0[way] - before).max(Span::ZERO);
            job.account.0[way] -= since;
            job.account.0[Account::DEADLINE] += since;
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
    /// Waiting time for customer and carrier until the last settlement.
    #[inline(always)]
    pub(super) fn waited(&self) -> Waited {
        AWAITED.map(|way| self.account.0[way])
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
        let Some(way) = self.doing.goes_to() else { return };
        self.account.0[way] += elapsed;
        if let Some(station) = self.doing.waits_at() {
            let clock = site.closed_clock(station, now);
            let closed = clock - self.closed_clock;
            self.account.0[way] -= closed;
            self.account.0[Account::CLOSED.start + usize::from(station)] += closed;
            self.closed_clock = clock;
        }
    }
}

/// The current activity of a job, from its state.
#[inline]
fn doing(job: &Job) -> Doing {
    if job.has_ended() || job.state == JobState::Absent {
        return Doing::NOTHING;
    }
    let waits = |station: usize| Account::WAITING.start + station;
    Doing::way(if job.faulted {
        Account::FAULTED
    } else if job.worked != [0; 4] {
        let mut elsewhere = job.worked;
        elsewhere[StationName::Preparation as usize] = 0;
        if elsewhere == [0; 4] { Account::PREPARED } else { Account::WORKED }
    } else if let Some(station) = job.waiting.iter().position(|&waiting| waiting > 0) {
        waits(station)
    } else {
        match job.state {
            JobState::Shipping if job.in_parcel > 0 => waits(StationName::Dock as usize),
            JobState::Shipping if job.is_usual || job.rare.missing_case.is_none() => Account::CARRIER,
            // No service and no queue: only Faulted drives are left.
            JobState::Received | JobState::Transferring => {
                debug_assert!(job.drives.iter().all(|drive| drive.stage == Stage::Idle));
                Account::FAULTED
            }
            _ => Account::CUSTOMER,
        }
    })
}
