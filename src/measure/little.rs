//! Little's law as an identity of integers: the number of active jobs, integrated over time, equals the sum of the
//! times that jobs were active.

use crate::engine::time::{Instant, Span};
use serde::{Deserialize, Serialize};

/// Both sides in job-microseconds, from separate sources: the integral from facts, the sum from the rows of jobs that
/// are gone.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Little {
    /// ∫ N dt over the whole run; N counts jobs created and not ended.
    pub area: i128,
    /// The same over the measured window.
    pub window_area: i128,
    /// Σ (ended - ordered); an open job counts with its age.
    pub sojourns: i128,
    /// Number of jobs created, counted from facts.
    pub ordered: u64,
    /// Number of jobs ended, counted from facts.
    pub ended: u64,
    /// Number of rows of jobs.
    pub told: u64,
}

impl Little {
    /// Adds the interval [`from`, `until`) with `open` active jobs; `window` is the measured part of the run.
    pub fn advance(&mut self, open: u64, from: Instant, until: Instant, window: (Instant, Instant)) {
        self.area += i128::from(open) * i128::from((until - from).micros());
        let (from, until) = (from.max(window.0), until.min(window.1));
        if from < until {
            self.window_area += i128::from(open) * i128::from((until - from).micros());
        }
    }

    /// Adds a job that was active for `sojourn`.
    pub fn tell(&mut self, sojourn: Span) {
        self.told += 1;
        self.sojourns += i128::from(sojourn.micros());
    }

    /// Adds the counts of `other`.
    pub fn merge(&mut self, other: &Little) {
        self.area += other.area;
        self.window_area += other.window_area;
        self.sojourns += other.sojourns;
        self.ordered += other.ordered;
        self.ended += other.ended;
        self.told += other.told;
    }

    /// Whether both sides are equal to the tick, and each created job has its row.
    pub fn holds(&self) -> bool {
        self.area == self.sojourns && self.ordered == self.told
    }
}
