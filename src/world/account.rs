//! Where a job's time went: exact, to the tick.

use super::record::{Stage, Waited};
use super::*;
use crate::policy::JobState;
use crate::scenario::StationName;

/// What a deadline may be waited for instead of.
pub(super) const AWAITED: [TimePart; 2] = [TimePart::Customer, TimePart::Carrier];

/// What a job is doing; a byte, since it is compared after every event.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Doing(u8);

impl Doing {
    /// Before its order and after its end.
    pub const NOTHING: Doing = Doing(0);
    /// Work of the job is in hand at preparation, and at no other station: worked, and counted apart.
    const PREPARES: Doing = Doing(1 + TimePart::ALL.len() as u8);
    /// The first of four: dock, preparation, bays and packing.
    const WAITS: u8 = Doing::PREPARES.0 + 1;

    const fn part(part: TimePart) -> Doing {
        Doing(1 + part as u8)
    }

    const fn waits(station: u8) -> Doing {
        Doing(Doing::WAITS + station)
    }

    /// Where its time goes.
    fn goes_to(self) -> Option<TimePart> {
        match self.waits_at() {
            Some(_) => Some(TimePart::Waiting),
            None if self == Doing::PREPARES => Some(TimePart::Worked),
            None => self.0.checked_sub(1).map(|part| TimePart::ALL[usize::from(part)]),
        }
    }

    /// The station that it waits for.
    fn waits_at(self) -> Option<u8> {
        self.0.checked_sub(Doing::WAITS)
    }
}

impl<O: Observer, L: EventList<Event>> World<'_, O, L> {
    /// A deadline of the policy has ended a wait that began when the job had waited `before`: then it was the deadline
    /// that was waited for.
    pub(super) fn waited_for_deadline(&self, job: &mut Job, before: Waited) {
        job.settle_account(self.now, &self.site);
        for (part, before) in AWAITED.into_iter().zip(before) {
            // A deadline within another one has taken its own already.
            let since = (job.parts[part as usize] - before).max(Span::ZERO);
            job.parts[part as usize] -= since;
            job.parts[TimePart::Deadline as usize] += since;
        }
    }

    /// Adds the time since the last change to Little's integral.
    pub(super) fn integrate(&mut self) {
        let open = i128::from(self.counts.ordered) - i128::from(self.counts.ended);
        let elapsed = self.now - self.counts.integrated_to;
        self.counts.open_integral += open * i128::from(elapsed.micros());
        self.counts.integrated_to = self.now;
    }
}

impl Job {
    /// Where its time went up to the instant to which its account was last brought.
    pub(super) fn account(&self) -> Account {
        let [customer, carrier, _, _, worked, deadline, faulted] = self.parts;
        let ([a, b, c, d], [e, f, g, h]) = (self.queued, self.shut);
        let prepared = self.prepared;
        Account([customer, carrier, a, b, c, d, e, f, g, h, prepared, worked - prepared, deadline, faulted])
    }

    /// What it has waited up to when its account was settled.
    #[inline(always)]
    pub(super) fn waited(&self) -> Waited {
        AWAITED.map(|part| self.parts[part as usize])
    }

    /// Counts its work in and out of the line of dock, preparation, bays or packing.
    #[inline(always)]
    pub(super) fn waits(&mut self, station: StationName, by: i16) {
        let waiting = &mut self.waiting[station as usize];
        *waiting = waiting.checked_add_signed(by).expect("account: nobody stops waiting twice");
    }

    /// Counts the work that is done for it there.
    #[inline(always)]
    pub(super) fn works(&mut self, station: StationName, by: i16) {
        let worked = &mut self.worked[station as usize];
        *worked = worked.checked_add_signed(by).expect("account: no work ends twice");
    }

    /// Brings its account up to now, where it is doing something else from now on.
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

    /// The time since the account was last brought up to date goes to what the job was doing in it.
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

    /// Whether all work in hand is at preparation.
    #[inline(always)]
    fn is_only_prepared(&self) -> bool {
        let mut elsewhere = self.worked;
        elsewhere[StationName::Preparation as usize] = 0;
        elsewhere == [0; 4]
    }
}

/// What a job is doing now.
#[inline]
fn doing(job: &Job) -> Doing {
    if job.has_ended() || job.state == JobState::Absent {
        return Doing::NOTHING;
    }
    let part = if job.faulted {
        TimePart::Faulted
    } else if job.worked != [0; 4] {
        if job.is_only_prepared() {
            return Doing::PREPARES;
        }
        TimePart::Worked
    } else if let Some(station) = job.waiting.iter().position(|&waiting| waiting > 0) {
        return Doing::waits(station as u8);
    } else {
        match job.state {
            JobState::Shipping if job.in_parcel > 0 => return Doing::waits(StationName::Dock as u8),
            JobState::Shipping if job.missing_case.is_none() => TimePart::Carrier,
            // Nothing is worked on and nothing waits: only drives that are Faulted are left.
            JobState::Received | JobState::Transferring => {
                debug_assert!(job.drives.iter().all(|drive| drive.stage == Stage::Idle));
                TimePart::Faulted
            }
            _ => TimePart::Customer,
        }
    };
    Doing::part(part)
}
