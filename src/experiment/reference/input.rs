//! The timings in force and the site, in the terms of the reference.

use crate::policy::JobState;

/// Microseconds.
pub type Time = i64;

/// 24 hours, because time is elapsed time.
const DAY: Time = 86_400_000_000;

/// The deadlines and settings that the policy page names, in the order of its rules.
#[derive(Clone, Copy, Debug)]
pub struct Numbers {
    /// J2, J3: longest time in Creating.
    pub creating: Time,
    /// J2: an accepted update starts the creating timer anew.
    pub updates_reset: bool,
    /// J6: longest time of a package before the notice.
    pub shipping: Time,
    /// J7: extension after the response "wait".
    pub extension: Time,
    /// J7: after this many extensions, "wait" is taken as "cancel".
    pub extensions: u32,
    /// J9: longest time of a response to a notice.
    pub response: Time,
    /// J15: how long the record of an ended job is kept.
    pub retention: Time,
    /// E1: time from the arrival of held drives to the attempt to return them.
    pub contact: Time,
    /// E1, E4: time after which drives that cannot be returned are destroyed.
    pub destroy: Time,
    /// "Out of reach" (policy page, "Words"): longest time of a response after the customer was reached.
    pub answer: Time,
    /// F2: longest time of a fault without a response.
    pub fault: Time,
    /// J13, J14: whether a warning alone is an error of the job.
    pub warnings_close: bool,
    /// C1: the last state in which a cancel is accepted.
    pub cancel_until: JobState,
}

impl Numbers {
    /// The numbers of the policy page, written independently of the tables.
    pub const DOCUMENTED: Numbers = Numbers {
        creating: 14 * DAY,                   // S:35
        updates_reset: true,                  // S:35
        shipping: 14 * DAY,                   // S:36
        extension: 14 * DAY,                  // S:50: the interval once more
        extensions: 2,                        // ours (J7)
        response: 30 * DAY,                   // S:50
        retention: 90 * DAY,                  // S:40, S:41
        contact: 14 * DAY,                    // S:49
        destroy: 90 * DAY,                    // S:49, S:52
        answer: 30 * DAY,                     // ours (Words), after S:50
        fault: 30 * DAY,                      // ours (F2)
        warnings_close: false,                // ours (J14)
        cancel_until: JobState::Transferring, // S:43; which is ours (C1)
    };
}

/// The site: every station has enough servers.
#[derive(Clone, Debug)]
pub struct Site {
    /// Intervals (from, until) in which the dock is closed; in order and disjoint.
    pub dock_closed: Vec<(Time, Time)>,
    /// Intervals in which no copy may start.
    pub bays_closed: Vec<(Time, Time)>,
    /// Bytes per second of one bay.
    pub rate: u64,
    /// Time to pack a return package.
    pub pack: Time,
    /// Time from the end of one attempt to the next; an attempt takes no time.
    pub between_attempts: Time,
}

impl Site {
    /// Time to copy `bytes`.
    pub fn copy(&self, bytes: u64) -> Time {
        (u128::from(bytes) * 1_000_000).div_ceil(u128::from(self.rate)) as Time
    }
}

/// Whether `now` is in one of the closed intervals.
pub fn is_closed(closed: &[(Time, Time)], now: Time) -> bool {
    closed.iter().any(|(from, until)| (*from..*until).contains(&now))
}
