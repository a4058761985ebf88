//! Compares variants with a base under common random numbers: in each replication all sides have the same customers and
//! the same lost packages.

use super::difference::{Difference, differences, holm};
use super::lives::{Changed, Changes, Lives};
use super::numbers::Numbers;
use super::precision::Precision;
use super::shared::Shared;
use super::study::Finished;
use crate::measure::{Counts, Days, Tally, about, vocabulary};
use crate::scenario::Scenario;
use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;

/// One side of a comparison: the base or a variant.
#[derive(Clone, Debug)]
pub struct Side {
    /// The name in tables.
    pub name: String,
    /// The scenario.
    pub scenario: Scenario,
}

/// What is stored of one replication of all sides, the base first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Trial {
    sides: Vec<Finished>,
    /// The changes of each variant.
    changes: Vec<Changes>,
}

impl Trial {
    /// Runs replication number `number` of all sides.
    pub fn run(sides: &[Side], number: u64) -> Trial {
        let run = |side: &Side| {
            let observers = (Tally::new(&side.scenario), Lives::default());
            let (end, (tally, lives)) =
                crate::world::run(&side.scenario, side.scenario.run.seed, number, observers);
            let (counts, _) = tally.close(&end);
            (Finished::new(counts, Days::default(), end.stopped), lives)
        };
        let (finished, base) = run(&sides[0]);
        let mut trial = Trial { sides: vec![finished], changes: vec![] };
        for variant in &sides[1..] {
            let (finished, lives) = run(variant);
            trial.sides.push(finished);
            trial.changes.push(if has_same_seed(&sides[0], variant) {
                base.against(&lives)
            } else {
                Changes::default()
            });
        }
        trial
    }
}

/// With another seed the jobs are others: they cannot be compared one by one.
fn has_same_seed(base: &Side, variant: &Side) -> bool {
    base.scenario.run.seed == variant.scenario.run.seed
}

/// One variant compared with the base.
#[derive(Clone, Debug)]
pub struct Against {
    /// Name of the variant.
    pub name: String,
    /// The random inputs that it shares with the base.
    pub shared: Shared,
    /// The differences of all metrics that both sides have, in the order of `summary.csv`.
    pub differences: Vec<Difference>,
    /// The rows of the table, as indices into `differences`.
    pub table: Vec<usize>,
    /// What happened to the jobs of all replications together; their names are in `changed`.
    pub changes: Changes,
    /// The jobs that end differently, each with its replication number.
    pub changed: Vec<(u64, Changed)>,
}

/// The result of a comparison.
#[derive(Clone, Debug)]
pub struct Compared {
    /// Number of replications of each side.
    pub replications: usize,
    /// The merged counts of each side, the base first.
    pub pooled: Vec<Counts>,
    /// The variants.
    pub variants: Vec<Against>,
    /// Number of intervals that hold simultaneously.
    pub tests: usize,
}

/// What a comparison reports.
#[derive(Clone, Debug)]
pub struct Look {
    /// The metrics of the table, as (name, breakdown); empty: the usual ones.
    pub table: Vec<(String, String)>,
    /// The margin relative to the base; `None`: the usual margin.
    pub margin: Option<f64>,
    /// Margins for single metrics.
    pub margins: Vec<Precision>,
}

impl Compared {
    /// Compares the sides by their trials.
    pub fn new(sides: &[Side], trials: &[Trial], look: &Look) -> Compared {
        let counts = |side: usize, trial: usize| trials[trial].sides[side].counts();
        let censored = (0..sides.len() * trials.len())
            .into_par_iter()
            .any(|at| counts(at / trials.len(), at % trials.len()).censored());
        let numbers: Vec<Numbers> = sides
            .iter()
            .enumerate()
            .map(|(at, side)| {
                let parts = |trial: usize| Cow::Owned(counts(at, trial));
                Numbers::named(&side.scenario, trials.len(), parts, censored)
            })
            .collect();
        let table = if look.table.is_empty() { usual(&sides[0].scenario) } else { look.table.clone() };
        let against = |(at, variant): (usize, &Side)| {
            let shared = Shared::between(&sides[0].scenario, &variant.scenario);
            let paired = shared.is_paired();
            let differences = differences(&numbers[0], &numbers[at + 1], paired, &look.margins, look.margin);
            let named = |(metric, by): &(String, String)| {
                differences.iter().position(|one| one.metric == *metric && one.by == *by)
            };
            let table = table.iter().filter_map(named).collect();
            let mut changes = Changes::default();
            let mut changed = vec![];
            let alike = if shared.has_same_jobs() { trials } else { &[] };
            for (number, trial) in alike.iter().enumerate() {
                changes.merge(&trial.changes[at]);
                changed.extend(trial.changes[at].changed.iter().map(|one| (number as u64, *one)));
            }
            Against { name: variant.name.clone(), shared, differences, table, changes, changed }
        };
        let variants = sides[1..].iter().enumerate().map(against).collect();
        let pooled = numbers.into_iter().map(|numbers| numbers.pooled).collect();
        let mut compared = Compared { replications: trials.len(), pooled, variants, tests: 0 };
        compared.hold_together();
        compared
    }

    /// Makes all intervals of the table hold simultaneously: Bonferroni for the intervals, Holm for the p-values.
    fn hold_together(&mut self) {
        self.tests = self.variants.iter().map(|variant| variant.table.len()).sum();
        let tests = self.tests.max(1);
        let mut chances = vec![];
        for variant in &mut self.variants {
            for &at in &variant.table {
                variant.differences[at].among(tests);
                chances.push(variant.differences[at].p.unwrap_or(1.0));
            }
        }
        let mut adjusted = holm(&chances).into_iter();
        for variant in &mut self.variants {
            for &at in &variant.table {
                variant.differences[at].holm = adjusted.next();
            }
        }
    }
}

/// The metrics that the catalogue marks as shown first.
fn usual(scenario: &Scenario) -> Vec<(String, String)> {
    let known = vocabulary(scenario).into_iter();
    let first = known.filter(|metric| metric.by.is_empty() && about(&metric.metric).is_first);
    first.map(|metric| (metric.metric, metric.by)).collect()
}
