//! The timings in force and the site, in the reference's own terms.

use crate::policy::JobState;

/// Microseconds.
pub type Time = i64;

/// 24 hours: time is elapsed time.
const DAY: Time = 86_400_000_000;

/// The deadlines and settings that the policy page names, in the order of its rules.
#[derive(Clone, Copy, Debug)]
pub struct Numbers {
    /// J2, J3: how long a job may stay in Creating.
    pub creating: Time,
    /// J2: an accepted update starts the creating timer anew.
    pub updates_reset: bool,
    /// J6: how long a package may take before the notice.
    pub shipping: Time,
    /// J7: by how much the answer "wait" extends the wait.
    pub extension: Time,
    /// J7: after so many extensions "wait" is taken as "cancel".
    pub extensions: u32,
    /// J9: how long an answer to a notice may take.
    pub response: Time,
    /// J15: how long an ended job is kept.
    pub retention: Time,
    /// E1: when the return of held drives is attempted, from their arrival.
    pub contact: Time,
    /// E1, E4: when drives that cannot be returned are destroyed.
    pub destroy: Time,
    /// Words, "out of reach": how long an answer may take once the customer was reached.
    pub answer: Time,
    /// F2: how long a fault may stay unanswered.
    pub fault: Time,
    /// J13, J14: a warning alone is an error in the job.
    pub warnings_close: bool,
    /// C1: the last state in which a cancel is accepted.
    pub cancel_until: JobState,
}

impl Numbers {
    /// The numbers of the policy page, written down apart from the tables.
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
    /// When the dock is closed: from, until; in order and apart.
    pub dock_closed: Vec<(Time, Time)>,
    /// When no copy may start.
    pub bays_closed: Vec<(Time, Time)>,
    /// Bytes a second of a bay.
    pub rate: u64,
    /// How long packing a return package takes.
    pub pack: Time,
    /// From the end of one attempt to reach a customer to the next; an attempt takes no time.
    pub between_attempts: Time,
}

impl Site {
    /// How long it takes to copy `bytes`.
    pub fn copy(&self, bytes: u64) -> Time {
        (u128::from(bytes) * 1_000_000).div_ceil(u128::from(self.rate)) as Time
    }
}

/// Whether `now` is in one of the closed intervals.
pub fn is_closed(closed: &[(Time, Time)], now: Time) -> bool {
    closed.iter().any(|(from, until)| (*from..*until).contains(&now))
}
