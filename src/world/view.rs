//! What Get Job answers at an instant (G1).

use super::fact::JobId;
use crate::engine::time::Instant;
use crate::policy::{Disposition, DriveState, JobState};

/// A job as Get Job shows it (S:15 to S:21), with the rules of policy G1.
#[derive(Clone, Debug, PartialEq)]
pub struct JobView {
    pub job: JobId,
    pub export: bool,
    /// As shown: `Faulted` for a faulted job.
    pub state: JobState,
    /// The state held before it became Faulted, or `state`.
    pub base: JobState,
    /// Rounded down, 0 to 100.
    pub percent_complete: u8,
    pub cancel_requested: bool,
    /// Put Job.
    pub ordered: Instant,
    /// The last change of the job.
    pub modified: Instant,
    /// Carrier number and hand-over of the delivery package, once J5 has set it, with the drives in it.
    pub delivery_package: Option<(u8, Instant, u8)>,
    /// The same of the return package, once it has left.
    pub return_package: Option<(u8, Instant, u8)>,
    /// False while a bad address is not corrected.
    pub address_good: bool,
    pub account: u32,
    pub drives: Vec<DriveView>,
}

/// A drive as Get Job shows it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct DriveView {
    pub number: u8,
    /// As the native answer shows it, Faulted included.
    pub state: DriveState,
    /// As the wire shows it: for a faulted drive the state held before.
    pub wire_state: DriveState,
    /// Rounded down, 0 to 100.
    pub percent_complete: u8,
    pub bytes: u64,
    pub bytes_copied: u64,
    /// A copy has begun: there is an error log (and, where enabled, a verbose log).
    pub has_logs: bool,
    pub disposition: Disposition,
}
