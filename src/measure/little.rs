//! Little's law as an identity of integers: the jobs in the house, integrated over time, are their sojourns.

use crate::engine::time::{Instant, Span};
use serde::{Deserialize, Serialize};

/// Both sides, in job-microseconds, each from its own source: the left from facts, the right from what is told of
/// each job when it is over.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Little {
    /// ∫ N dt over the whole run, N counting jobs ordered and not ended.
    pub area: i128,
    /// The same over the measured window.
    pub window_area: i128,
    /// Σ (ended - ordered), open jobs with their age.
    pub sojourns: i128,
    /// Jobs ordered, by facts.
    pub ordered: u64,
    /// Jobs ended, by facts.
    pub ended: u64,
    /// Jobs told, by rows.
    pub told: u64,
}

impl Little {
    /// `open` jobs were in the house in [`from`, `until`); `window` is the measured part of the run.
    pub fn advance(&mut self, open: u64, from: Instant, until: Instant, window: (Instant, Instant)) {
        self.area += i128::from(open) * i128::from((until - from).micros());
        let (from, until) = (from.max(window.0), until.min(window.1));
        if from < until {
            self.window_area += i128::from(open) * i128::from((until - from).micros());
        }
    }

    /// A job was told: it has been in the house for `sojourn`.
    pub fn tell(&mut self, sojourn: Span) {
        self.told += 1;
        self.sojourns += i128::from(sojourn.micros());
    }

    /// Adds all that `other` has counted.
    pub fn merge(&mut self, other: &Little) {
        self.area += other.area;
        self.window_area += other.window_area;
        self.sojourns += other.sojourns;
        self.ordered += other.ordered;
        self.ended += other.ended;
        self.told += other.told;
    }

    /// Whether the two sides are equal to the tick, and every job that came was told.
    pub fn holds(&self) -> bool {
        self.area == self.sojourns && self.ordered == self.told
    }
}
