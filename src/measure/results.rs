//! What a run, or several of one scenario, came to.

use super::counts::Counts;
use super::days::Days;
use super::metrics::{Metric, metrics, turnaround_name};
use super::warnings::warnings;
use crate::scenario::Scenario;
use crate::world::RunEnd;

/// Version of the results: the same scenario and seed give the same bytes in all programs of one version.
///
/// Kept pieces of another version are computed again. Raise it by one with any change of the numbers, and with any
/// change of the layout of what is kept (`Finished`, `Trial`, `Cell`, `Series`); `tests/suite/results_version.rs` fails
/// if it is forgotten, and says what to do.
pub const RESULTS_VERSION: u32 = 7;

/// Everything that a report needs.
#[derive(Clone, Debug)]
pub struct Results {
    /// What was counted.
    pub counts: Counts,
    /// The rows of `summary.csv`, in its order.
    pub metrics: Vec<Metric>,
    /// About the user's own numbers, in sentences.
    pub warnings: Vec<String>,
    /// A row a day, of each run.
    pub days: Vec<Days>,
    /// Of one run only.
    pub end: Option<RunEnd>,
}

impl Results {
    /// The results of what was counted, of one run (with its end) or of several merged.
    pub fn new(scenario: &Scenario, counts: Counts, days: Vec<Days>, end: Option<RunEnd>) -> Results {
        Results {
            metrics: metrics(scenario, &counts, counts.censored()),
            warnings: warnings(scenario, &counts),
            counts,
            days,
            end,
        }
    }

    /// The metric of this name and breakdown.
    pub fn metric(&self, metric: &str, by: &str) -> Option<&Metric> {
        self.metrics.iter().find(|row| row.metric == metric && row.by == by)
    }

    /// `turnaround`, or `turnaround.ended_only` where jobs are still open.
    pub fn turnaround_name(&self) -> &'static str {
        turnaround_name(self.counts.censored())
    }
}
