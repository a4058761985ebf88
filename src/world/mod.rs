//! The model: jobs, drives, packages, cases and the site. No files, no printing.

mod fact;
mod view;

pub use fact::*;
pub use view::*;

use crate::engine::station::Measures;
use crate::engine::time::Instant;

/// What a run says of itself when it has stopped; all else was said in facts and rows.
#[derive(Clone, Copy, Debug)]
pub struct RunEnd {
    /// Where the clock stopped.
    pub stopped: Instant,
    /// Events that did work; void deadlines do not count.
    pub events: u64,
    /// Measured jobs that were not at rest when the run stopped.
    pub open: u64,
    /// Each station's measures at the warm-up and at the horizon, by [`crate::scenario::StationName`].
    pub at_warmup: [Measures; 5],
    pub at_horizon: [Measures; 5],
}
