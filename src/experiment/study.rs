//! Many replications of one scenario: what is stored of each, and the results of all.

use super::estimate::{Estimated, estimates};
use super::inputs::Split;
use super::numbers::Numbers;
use super::packed::Packed;
use super::precision::{Precision, Reached};
use super::replicate::{FLOOR, next_goal};
use super::warmup::{advised, warming};
use crate::engine::time::Instant;
use crate::measure::{Counts, Days, Results, Tally};
use crate::scenario::Scenario;
use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::ops::Range;

/// What is stored of a finished replication. It suffices to merge it with others and to estimate any metric.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finished {
    /// Compressed to a tenth of the size of the histograms.
    counts: Packed,
    /// One row a day.
    pub days: Days,
    /// Instant at which the run stopped.
    pub stopped: Instant,
}

impl Finished {
    /// Runs replication number `number` to its end.
    pub fn run(scenario: &Scenario, seed: u64, number: u64) -> Finished {
        let (end, tally) = crate::world::run(scenario, seed, number, Tally::new(scenario));
        let (counts, days) = tally.close(&end);
        Finished::new(counts, days, end.stopped)
    }

    /// Stores the counts of a run.
    pub fn new(counts: Counts, days: Days, stopped: Instant) -> Finished {
        Finished { counts: Packed::new(counts), days, stopped }
    }

    /// The counts of the run.
    pub fn counts(&self) -> Counts {
        self.counts.unpack()
    }
}

/// A warning where the warm-up is too short to remove the effect of the empty site.
fn too_short(scenario: &Scenario, runs: &[Finished]) -> Option<String> {
    let plan = &scenario.run;
    if !plan.steady_state {
        return None;
    }
    match advised(&warming(scenario, runs)) {
        Some(days) if days <= plan.warmup => None,
        Some(days) => Some(format!(
            "The warm-up of {} may be too short: MSER-5 recommends {days} (shipback warmup).",
            plan.warmup
        )),
        None => {
            Some("The run is too short to tell whether its warm-up is long enough (shipback warmup).".into())
        }
    }
}

/// Computes one item for each number, in parallel; the result is in the order of the numbers.
///
/// # Errors
/// The first error of `one`. Items that have already started are finished.
pub fn gather<T: Send, E: Send>(
    numbers: Range<u64>,
    one: impl Fn(u64) -> Result<T, E> + Sync,
) -> Result<Vec<T>, E> {
    numbers.collect::<Vec<_>>().into_par_iter().map(&one).collect()
}

/// Number of replications, or a stopping rule.
#[derive(Clone, Debug)]
pub struct Goal {
    /// Smallest number of replications.
    pub replications: u64,
    /// The precision at which to stop; may be empty.
    pub precision: Vec<Precision>,
    /// Largest number of replications.
    pub most: u64,
}

/// The results of many replications.
#[derive(Debug)]
pub struct Study {
    /// The merged results, with the daily rows of each replication.
    pub results: Results,
    /// The metrics of each replication.
    pub numbers: Numbers,
    /// All metrics with their intervals, in the order of `summary.csv`.
    pub estimates: Vec<Estimated>,
    /// Number of inputs with an interval.
    pub inputs: usize,
    /// How much of the spread comes from these inputs; empty where they were taken as exact.
    pub splits: Vec<Split>,
    /// The precision reached for each wanted precision; empty where none was wanted.
    pub reached: Vec<Reached>,
}

impl Study {
    /// Estimates all metrics from these replications.
    pub fn new(scenario: &Scenario, runs: &[Finished], precision: &[Precision]) -> Study {
        let mut numbers = Numbers::new(scenario, runs.len(), |run| Cow::Owned(runs[run].counts()));
        let pooled = std::mem::take(&mut numbers.pooled);
        let days = runs.iter().map(|run| run.days.clone()).collect();
        let mut results = Results::new(scenario, pooled, days, None);
        results.warnings.extend(too_short(scenario, runs));
        Study {
            estimates: estimates(scenario, &numbers),
            inputs: 0,
            splits: vec![],
            reached: precision.iter().map(|wanted| wanted.reached(&numbers)).collect(),
            results,
            numbers,
        }
    }

    /// Runs replications until the goal is reached. `one` returns a replication: by running it, or from a store. The
    /// schedule depends on the results only: not on threads, not on time, not on what was stored.
    ///
    /// # Errors
    /// The first error of `one`.
    pub fn until<E: Send>(
        scenario: &Scenario,
        goal: &Goal,
        one: impl Fn(u64) -> Result<Finished, E> + Sync,
    ) -> Result<Study, E> {
        let mut runs: Vec<Finished> = vec![];
        let floor = if goal.precision.is_empty() { 1 } else { FLOOR };
        let mut next = goal.replications.max(floor).min(goal.most);
        loop {
            runs.extend(gather(runs.len() as u64..next, &one)?);
            let study = Study::new(scenario, &runs, &goal.precision);
            let further = next_goal(next, goal.most);
            if study.is_precise() || further <= next {
                return Ok(study);
            }
            next = further;
        }
    }

    /// Whether every wanted precision was reached.
    pub fn is_precise(&self) -> bool {
        self.reached.iter().all(|one| one.met)
    }

    /// Whether a stopping rule was used: then the intervals are slightly too short.
    pub fn is_sequential(&self) -> bool {
        !self.reached.is_empty()
    }
}
