//! The metrics of several replications: of each, of all together, and of all but each (for the jackknife).

use super::column::Column;
use super::estimate::is_total;
use super::tail::Tail;
use crate::measure::{Counts, Metric, Value, metrics, with_counts, with_curves, with_shares};
use crate::scenario::{Scenario, Sla};
use rayon::prelude::*;
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Mutex;

/// Returns the counts of a replication by its index.
pub trait Parts<'c>: Fn(usize) -> Cow<'c, Counts> + Sync {}
impl<'c, F: Fn(usize) -> Cow<'c, Counts> + Sync> Parts<'c> for F {}

/// All metrics of several replications, by name, in the order of `summary.csv`.
#[derive(Clone, Debug)]
pub struct Numbers {
    pub(super) rows: Vec<Row>,
    /// For each SLA: the share of replications that meet its target.
    chances: Vec<Row>,
    /// The same shares by the month in which jobs are created, where one target holds for the month.
    monthly: Vec<Row>,
    names: Names,
    /// Number of replications.
    pub replications: usize,
    /// Merged counts.
    pub pooled: Counts,
    /// Whether nothing is random: no job is drawn, and all replications are equal.
    pub certain: bool,
}

/// One metric.
#[derive(Clone, Debug)]
pub struct Row {
    /// Value of all replications together.
    pub pooled: Metric,
    /// Value of each replication; none without an observation.
    pub each: Column,
    /// Number of observations in each replication.
    pub of: Vec<u64>,
    /// Value of all replications but each; empty for totals, whose interval does not need it. For a quantile, see
    /// `Tail::linear`.
    pub without: Column,
    /// For a quantile of several replications: its uncertainty. A row from a regression record has none.
    pub tail: Option<Tail>,
}

impl Numbers {
    /// The metrics of `replications` parts.
    pub fn new<'c>(scenario: &Scenario, replications: usize, parts: impl Parts<'c>) -> Numbers {
        Numbers::named(scenario, replications, parts, false)
    }

    /// [`Numbers::new`], with the metric names for censored jobs also if only another part of the same whole has them
    /// (`censored`).
    pub fn named<'c>(
        scenario: &Scenario,
        replications: usize,
        parts: impl Parts<'c>,
        censored: bool,
    ) -> Numbers {
        // To save memory, each thread unpacks one block at a time, and sums of the other blocks have no buckets.
        let block = (replications.isqrt() / 8).max(1);
        let blocks: Vec<Range<usize>> =
            (0..replications).step_by(block).map(|from| from..replications.min(from + block)).collect();
        let (pooled, sums) = add(&blocks, &parts);
        let censored = censored || pooled.censored();
        let tell = |counts: &Counts| metrics(scenario, counts, censored);
        let (whole, curves) = match replications {
            1 => (tell(&pooled), vec![]),
            _ => with_curves(scenario, &pooled, censored),
        };
        let mut rows: Vec<Row> = whole.into_iter().map(|pooled| Row::new(pooled, replications)).collect();
        let names = Names::new(&rows);
        let told = Mutex::new(&mut rows);
        let outside = all_but_each(&sums, Counts::default());
        drop(sums);
        blocks.into_par_iter().zip(outside).for_each(|(block, outside)| {
            let counts: Vec<Cow<Counts>> = block.clone().map(&parts).collect();
            let seen = counts.iter().map(|counts| with_counts(scenario, counts, censored, &curves));
            let (each, up_to): (Vec<Values>, Vec<Vec<u64>>) =
                seen.map(|(values, up_to)| (names.place(values), up_to)).unzip();
            let mut without: Vec<Values> = vec![];
            if replications > 1 {
                let light: Vec<Counts> = counts.iter().map(|counts| counts.light()).collect();
                let rests = all_but_each(&light, outside).into_iter();
                for ((mut rest, part), gone) in rests.zip(&counts).zip(&up_to) {
                    // With censored jobs, a share depends on all buckets.
                    if censored {
                        rest.take_buckets(&pooled, part);
                    }
                    without.push(names.place(with_shares(scenario, &rest, censored, &curves, gone)));
                }
            }
            let mut rows = told.lock().expect("numbers: nobody panics with the lock");
            pour(&mut rows, block.start, each, |row, part, value, n| {
                row.each.set(part, value);
                row.of[part] = n;
            });
            pour(&mut rows, block.start, without, |row, part, value, _| {
                row.without.set(part, value);
            });
        });
        for curve in curves {
            let row = &mut rows[curve.number];
            row.tail = Tail::new(curve, row);
            if let Some(tail) = &row.tail {
                row.without = tail.linear(row);
            }
        }
        // Even if no job is drawn, the site may draw service times: then some metric differs.
        let certain = scenario.demand.is_empty() && rows.iter().all(|row| row.each.is_constant());
        let attained_by = |sla: &Sla, is: &dyn Fn(&str) -> bool| {
            let metric = attained(&sla.name);
            let its = rows.iter().filter(|row| row.pooled.metric == metric && is(&row.pooled.by));
            its.map(|row| met_share(sla, row)).collect::<Vec<Row>>()
        };
        let of_all = |sla: &Sla| attained_by(sla, &|by| by == scenario.level_of(sla));
        let of_months =
            |sla: &Sla| attained_by(sla, &|by| by.starts_with("month=") && scenario.level_of(sla).is_empty());
        let chances = scenario.slas.iter().flat_map(of_all).collect();
        let monthly = scenario.slas.iter().flat_map(of_months).collect();
        Numbers { rows, chances, monthly, names, replications, pooled, certain }
    }

    pub(super) fn row(&self, metric: &str, by: &str) -> Option<&Row> {
        let mut chances = self.chances.iter().chain(&self.monthly);
        let chance = || chances.find(|row| row.pooled.metric == metric && row.pooled.by == by);
        self.names.index.get(&(metric.to_owned(), by.to_owned())).map(|&at| &self.rows[at]).or_else(chance)
    }

    /// For each observed SLA, in the order of the scenario: the share of replications that meet its target.
    pub fn chances(&self) -> &[Row] {
        &self.chances
    }

    /// The months in which one target of this service level holds, in order, as breakdowns.
    pub fn months_of(&self, sla: &str) -> impl Iterator<Item = &str> {
        let metric = format!("sla.{sla}.target_met.share");
        let its = self.monthly.iter().filter(move |row| row.pooled.metric == metric);
        its.map(|row| row.pooled.by.as_str())
    }

    /// All metrics, in the order of `summary.csv`.
    pub fn rows(&self) -> &[Row] {
        &self.rows
    }

    /// The value of each metric in each replication that has it: (replication, metric, value).
    pub fn each(&self) -> impl Iterator<Item = (usize, &Metric, f64)> {
        let of = |part: usize| {
            self.rows.iter().filter_map(move |row| Some((part, &row.pooled, row.each.get(part)?)))
        };
        (0..self.replications).flat_map(of)
    }
}

/// The attainment that decides whether a replication meets its target, in the worst case for pending jobs.
fn attained(name: &str) -> String {
    format!("sla.{name}.attainment.if_pending_missed")
}

/// The share of replications that meet the target of an SLA, among those that have an attainment.
fn met_share(sla: &Sla, attainment: &Row) -> Row {
    let met = |value: f64| if value >= sla.target { 1.0 } else { 0.0 };
    let each: Column = attainment.each.iter().map(|value| value.map(met)).collect();
    let (n, sum) = (each.known().count() as f64, each.known().sum::<f64>());
    let rest = |own: Option<f64>| match own {
        Some(own) => (n > 1.0).then(|| (sum - own) / (n - 1.0)),
        None => Some(sum / n),
    };
    let pooled = Metric {
        metric: format!("sla.{}.target_met.share", sla.name),
        by: attainment.pooled.by.clone(),
        value: Value::Real(sum / n),
        unit: "share",
        n: n as u64,
    };
    let (of, without) =
        (each.iter().map(|own| u64::from(own.is_some())).collect(), each.iter().map(rest).collect());
    Row { pooled, each, of, without, tail: None }
}

impl Row {
    fn new(pooled: Metric, replications: usize) -> Row {
        let without = if is_total(&pooled) { Column::default() } else { Column::blank(replications) };
        let (each, of) = (Column::blank(replications), vec![0; replications]);
        Row { pooled, each, of, without, tail: None }
    }
}

/// The metric names, in order.
#[derive(Clone, Debug)]
struct Names {
    list: Vec<(String, String)>,
    index: BTreeMap<(String, String), usize>,
}

/// Values: (index of the name, value, number of observations).
type Values = Vec<(usize, f64, u64)>;

impl Names {
    fn new(rows: &[Row]) -> Names {
        let name = |row: &Row| (row.pooled.metric.clone(), row.pooled.by.clone());
        let list: Vec<_> = rows.iter().map(name).collect();
        Names { index: list.iter().cloned().zip(0..).collect(), list }
    }

    /// The values of the metrics with known names.
    fn place(&self, metrics: Vec<Metric>) -> Values {
        let mut next = 0;
        let place = |Metric { metric, by, value, n, .. }: Metric| {
            // Most metrics come in the order of the names.
            let is_next = self.list.get(next).is_some_and(|name| name.0 == metric && name.1 == by);
            let at = if is_next { next } else { *self.index.get(&(metric, by))? };
            next = at + 1;
            Some((at, value.real(), n))
        };
        metrics.into_iter().filter_map(place).collect()
    }
}

/// Writes the values of replications `from`, `from` + 1, ... into the rows.
fn pour(rows: &mut [Row], from: usize, lists: Vec<Values>, write: impl Fn(&mut Row, usize, f64, u64)) {
    for (part, list) in (from..).zip(lists) {
        list.into_iter().for_each(|(at, value, n)| write(&mut rows[at], part, value, n));
    }
}

/// The sum of all parts, and the sum of each block without the buckets of its histograms.
fn add<'c>(blocks: &[Range<usize>], parts: &impl Parts<'c>) -> (Counts, Vec<Counts>) {
    let block = |(mut whole, mut sums): (Counts, Vec<Counts>), block: &Range<usize>| {
        let mut sum = Counts::default();
        block.clone().for_each(|part| sum.merge(&parts(part)));
        whole.merge(&sum);
        sums.push(sum.light());
        (whole, sums)
    };
    let both = |(mut whole, mut sums): (Counts, Vec<Counts>), (other, others): (Counts, Vec<Counts>)| {
        whole.merge(&other);
        sums.extend(others);
        (whole, sums)
    };
    blocks.par_iter().fold(Default::default, block).reduce(Default::default, both)
}

/// For each part, the sum of all other parts and of `outside`. Minimum and maximum cannot be subtracted, so sums are
/// merged by recursive halving: each part is merged log2(n) times instead of n times. Without buckets this is cheap;
/// the buckets are subtracted later.
fn all_but_each(parts: &[Counts], outside: Counts) -> Vec<Counts> {
    if parts.len() < 2 {
        return parts.iter().map(|_| outside.clone()).collect();
    }
    let (left, right) = parts.split_at(parts.len() / 2);
    let with = |mut counts: Counts, parts: &[Counts]| {
        parts.iter().for_each(|part| counts.merge(part));
        counts
    };
    let mut rests = all_but_each(left, with(outside.clone(), right));
    rests.extend(all_but_each(right, with(outside, left)));
    rests
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::experiment::Finished;

    /// All together, each, and all but each, are to the last bit what comes of merging the parts one by one.
    #[test]
    fn all_but_each_are_what_the_others_come_to() {
        let sets = ["run.horizon=25d", "run.ending=censor", "faults.missing_drive=0.05"].map(String::from);
        let scenario = Scenario::parse(include_str!("../../scenarios/small-site.toml"), &sets)
            .expect("a small site")
            .scenario;
        let runs: Vec<Counts> = (0..40).map(|number| Finished::run(&scenario, 1, number).counts()).collect();
        for many in [1, 2, 3, 10, 40] {
            let numbers = Numbers::new(&scenario, many, |run| Cow::Borrowed(&runs[run]));
            let merged = |without: Option<usize>| {
                let mut counts = Counts::default();
                let others = (0..many).filter(|run| Some(*run) != without);
                others.for_each(|run| counts.merge(&runs[run]));
                counts
            };
            assert_eq!(numbers.pooled, merged(None), "{many}");
            let censored = numbers.pooled.censored();
            let tell = |counts: &Counts| metrics(&scenario, counts, censored);
            let curves = with_curves(&scenario, &numbers.pooled, censored).1;
            let up_to = |counts: &Counts| with_counts(&scenario, counts, censored, &curves).1;
            let whole = up_to(&numbers.pooled);
            let value = |told: &[Metric], row: &Row| {
                let pooled = &row.pooled;
                let same = |one: &&Metric| one.metric == pooled.metric && one.by == pooled.by;
                told.iter().find(same).map(|metric| metric.value.real())
            };
            for (run, counts) in runs[..many].iter().enumerate() {
                let (each, without) = (tell(counts), tell(&merged(Some(run))));
                // What is up to a quantile of the whole is so in the part or in the rest.
                let both = up_to(counts).into_iter().zip(up_to(&merged(Some(run))));
                assert!(both.map(|(part, rest)| part + rest).eq(whole.iter().copied()), "{run} of {many}");
                for row in &numbers.rows {
                    if row.tail.is_some() {
                        continue;
                    }
                    assert_eq!(
                        row.each.get(run),
                        value(&each, row),
                        "{}: {run} of {many}",
                        row.pooled.metric
                    );
                    let rest = value(&without, row).filter(|_| many > 1);
                    let told = if is_total(&row.pooled) { rest } else { row.without.get(run) };
                    assert_eq!(told, rest, "{}: all but {run} of {many}", row.pooled.metric);
                }
            }
        }
    }
}
