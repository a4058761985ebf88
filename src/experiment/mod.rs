//! Which runs to make, and what may be concluded from them. This module reads no files but scenarios and prints
//! nothing.
//!
//! - In: scenarios, replication numbers, targets and ranges of parameters.
//! - Out: point estimates with confidence intervals, differences with verdicts, sizes, and passed or failed
//!   expectations.
//! - Read first: `replicate.rs` (one replication), `study.rs` (many), `estimate.rs` (from replications to an interval).
//!
//! A *check* compares the expectations of a scenario (`[[expect]]`) with its results: exactly for a scripted job, with
//! a confidence interval over replications for a metric.
//!
//! A [`Study`] is many replications of one scenario; each metric has its interval. [`Compared`] compares variants with
//! a base under common random numbers, replication by replication and job by job. Both are built from pieces
//! ([`Finished`], [`Trial`]) that a caller may store and use again: the conclusions are the same to the byte.
//!
//! A sweep ([`point`]) runs many points of a scenario's parameters. [`influences`] says which parameters matter.
//! [`size`] finds the smallest resource that meets its targets. All points of an experiment have the same random
//! inputs.
//!
//! ```
//! use shipback::experiment::{Finished, Study};
//! use shipback::scenario::Scenario;
//!
//! let sets = ["demand.a.rate=1/day", "run.horizon=60d", "customer.packs={ exponential = { mean = \"3d\" } }"];
//! let scenario = Scenario::parse("[demand.a]\nrate = \"1/day\"\n", &sets.map(String::from))?.scenario;
//! let runs: Vec<Finished> = (0..5).map(|number| Finished::run(&scenario, 1, number)).collect();
//! let study = Study::new(&scenario, &runs, &[]);
//! let mean = study.estimates.iter().find(|row| row.metric == "turnaround.mean").unwrap();
//! let (low, high) = mean.estimate.interval.unwrap();
//! assert!(low < mean.estimate.value && mean.estimate.value < high);
//! # Ok::<(), shipback::error::Error>(())
//! ```
//!
//! Sources: Law, Simulation Modeling and Analysis, 5th ed., ch. 9 (replications, sequential stopping, warm-up) and 10
//! (comparisons); Efron and Tibshirani, An Introduction to the Bootstrap, ch. 11 (the jackknife).

mod across;
mod aim;
mod ask;
mod baseline;
mod boundaries;
mod bounds;
mod check;
mod column;
mod compare;
mod difference;
mod enumerate;
mod estimate;
mod exact;
mod exact_bounds;
mod inferred;
mod inputs;
mod lives;
mod months;
mod numbers;
mod packed;
mod precision;
mod reference;
mod replicate;
mod robust;
mod script;
mod search;
mod sensitivity;
mod series;
mod shared;
mod size;
mod size_robust;
mod student;
mod study;
mod suite;
mod sweep;
mod tail;
mod verdict;
mod warmup;

pub use aim::{Aim, Held, aims, constraints};
pub use baseline::{Change, Drift, drift};
pub use boundaries::{AS_SET, boundaries, boundaries_as_set, case_of, judge_boundaries, too_long};
pub use check::{Checked, Plan, Runs, anew, check, check_by, followed};
pub use column::Column;
pub use compare::{Against, Compared, Look, Side, Trial};
pub use difference::{Conclusion, Difference, USUAL_MARGIN, differences, usual_margin};
pub use enumerate::{Bounds, Enumerated, Failure, Reach, bases, enumerate};
pub use estimate::{Estimate, Estimated, estimate, estimates, single};
pub use exact_bounds::{clopper_pearson, wilson};
pub use inferred::Inferred;
pub use inputs::{Split, drawn, split};
pub use lives::{Act, Changed, Changes, End, Lives, RuleNumber};
pub use months::{Month, Staffing, by_month};
pub use numbers::{Numbers, Parts, Row};
pub use precision::{Precision, Reached};
pub use replicate::{FLOOR, Life, Replication, Step, Wanted, replicate, replication};
pub use robust::{Range, Robust, STEPS, Turn, robust};
pub use sensitivity::{Influence, Screening, Swing, Where, influences, measured};
pub use series::Series;
pub use shared::{Shared, inputs_digest};
pub use size::{
    Answer, Asked, Best, Decided, KEEP_NONE, Keep, SizePlan, Sized, Tried, Used, combinations, frontier, size,
};
pub use size_robust::Sizes;
pub use student::t_quantile;
pub use study::{Finished, Goal, Study, gather};
pub use suite::{EXPECT_SOMETHING, Judged, Suite, Unread, Untested, scenario_files};
pub use sweep::{Cell, latin_hypercube, point};
pub use verdict::{Judgement, OnUndecided, Verdict};
pub use warmup::{Warming, advised, warming};
