//! Promises: how an SLA is judged for one job, and what comes of it for many.

use crate::engine::calendar::Timetable;
use crate::engine::time::{Instant, Span};
use crate::scenario::{Milestone, Sla};
use crate::world::{JobRow, Outcome};
use serde::{Deserialize, Serialize};

/// What an SLA says of one job that reached its `from`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Judged {
    /// Reached in time.
    Met,
    /// Reached too late, or never to be reached.
    Missed,
    /// Canceled by its customer before it was reached, or deleted: counted beside.
    Canceled,
    /// Not reached when the job was told, and the job may yet reach it: to be judged where the clock stops.
    Pending,
}

/// How often an SLA was kept. All who reached `from` are in one of the four.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Kept {
    /// Kept.
    pub met: u64,
    /// Broken.
    pub missed: u64,
    /// Canceled by the customer before it was reached, or deleted.
    pub canceled: u64,
    /// Not yet due when the run stopped with jobs open.
    pub censored: u64,
}

impl Kept {
    /// Adds all that `other` has counted.
    pub fn merge(&mut self, other: &Kept) {
        self.met += other.met;
        self.missed += other.missed;
        self.canceled += other.canceled;
        self.censored += other.censored;
    }

    /// Counts one job.
    pub(super) fn count(&mut self, judged: Judged) {
        match judged {
            Judged::Met => self.met += 1,
            Judged::Missed => self.missed += 1,
            Judged::Canceled => self.canceled += 1,
            Judged::Pending => self.censored += 1,
        }
    }

    /// Those of whom it is known whether the promise was kept.
    pub fn judged(&self) -> u64 {
        self.met + self.missed
    }
}

/// The time from one instant to another: elapsed, or on working days only. Negative where `to` came first.
pub fn elapsed(working_days: &mut Timetable, working: bool, from: Instant, to: Instant) -> Span {
    if working { working_days.open_time(from, to) } else { to - from }
}

/// Judges one job; `None` where it never reached `from`. Exactly at the limit is still in time.
pub fn judge(sla: &Sla, working_days: &mut Timetable, row: &JobRow) -> Option<Judged> {
    let from = row.milestones[sla.from as usize]?;
    let reached = row.milestones[sla.to as usize];
    // What was reached is judged, canceled or not; a record deleted from Creating came to nothing.
    if row.outcome == Outcome::Deleted || (row.canceled && reached.is_none()) {
        return Some(Judged::Canceled);
    }
    Some(match reached {
        // Thrown away by the creating timer (J3): it never was Completed or Closed.
        Some(_) if sla.to == Milestone::Ended && row.outcome == Outcome::Expired => Judged::Missed,
        Some(to) if elapsed(working_days, sla.working, from, to) <= sla.within => Judged::Met,
        Some(_) => Judged::Missed,
        None if may_yet_reach(sla.to, row) => Judged::Pending,
        None => Judged::Missed,
    })
}

/// Judges a job where the clock stops while others are open: what is not due then says nothing, kept early or not, or
/// those who were quick would speak for those who were not. What happens at that very instant would still count.
pub(super) fn judge_at_stop(
    sla: &Sla,
    working_days: &mut Timetable,
    from: Instant,
    stopped: Instant,
    judged: Judged,
) -> Judged {
    match (is_due(sla, working_days, from, stopped), judged) {
        (true, Judged::Pending) => Judged::Missed,
        (true, judged) => judged,
        (false, _) => Judged::Pending,
    }
}

/// Whether a promise that began at `from` had to be kept before `at`.
pub(super) fn is_due(sla: &Sla, working_days: &mut Timetable, from: Instant, at: Instant) -> bool {
    elapsed(working_days, sla.working, from, at) > sla.within
}

/// An open job may reach anything; of an ended one, only the package on its way back is still to come.
fn may_yet_reach(to: Milestone, row: &JobRow) -> bool {
    let packed = row.milestones[Milestone::Packed as usize].is_some();
    row.outcome == Outcome::Open || (to == Milestone::Returned && packed)
}
