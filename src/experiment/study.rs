//! Many replications of one scenario: what is kept of each, and what comes of all.

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

/// What is kept of a replication that is over: enough to add more to it later, and to estimate anything.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finished {
    /// A tenth of what the histograms take.
    counts: Packed,
    /// A row a day.
    pub days: Days,
    /// Where the clock stopped.
    pub stopped: Instant,
}

impl Finished {
    /// Runs replication number `number` to its end.
    pub fn run(scenario: &Scenario, seed: u64, number: u64) -> Finished {
        let (end, tally) = crate::world::run(scenario, seed, number, Tally::new(scenario));
        let (counts, days) = tally.close(&end);
        Finished::new(counts, days, end.stopped)
    }

    /// Keeps what a run has counted.
    pub fn new(counts: Counts, days: Days, stopped: Instant) -> Finished {
        Finished { counts: Packed::new(counts), days, stopped }
    }

    /// What it counted.
    pub fn counts(&self) -> Counts {
        self.counts.unpack()
    }
}

/// A warm-up that leaves something of the empty house in what is measured.
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

/// Makes one thing for each number, on as many threads as there are, in the order of the numbers.
///
/// # Errors
/// The first that `one` gives; what is under way then is still finished.
pub fn gather<T: Send, E: Send>(
    numbers: Range<u64>,
    one: impl Fn(u64) -> Result<T, E> + Sync,
) -> Result<Vec<T>, E> {
    numbers.collect::<Vec<_>>().into_par_iter().map(&one).collect()
}

/// How many replications, and until when.
#[derive(Clone, Debug)]
pub struct Goal {
    /// Run at least these.
    pub replications: u64,
    /// Run on until all of these are precise enough; may be empty.
    pub precision: Vec<Precision>,
    /// But no more than these.
    pub most: u64,
}

/// What came of many replications.
#[derive(Debug)]
pub struct Study {
    /// Of all together; a day's rows for each replication.
    pub results: Results,
    /// The numbers of each.
    pub numbers: Numbers,
    /// All numbers with their intervals, in the order of `summary.csv`.
    pub estimates: Vec<Estimated>,
    /// How many inputs have an interval.
    pub inputs: usize,
    /// How much of the spread comes from them; empty where they were taken as exact.
    pub splits: Vec<Split>,
    /// How far each wanted precision was reached; empty where none was wanted.
    pub reached: Vec<Reached>,
}

impl Study {
    /// Concludes from these replications.
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

    /// Runs as many replications as the goal asks for. `one` gives a replication: by running it, or because it was kept.
    /// The schedule depends on nothing but the numbers: not on threads, not on time, not on what was kept.
    ///
    /// # Errors
    /// The first that `one` gives.
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

    /// Whether it was run until something was reached: then the intervals are a little too short.
    pub fn is_sequential(&self) -> bool {
        !self.reached.is_empty()
    }
}
