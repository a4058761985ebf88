//! A number of a run from several replications, and how sure it is.
//!
//! Replications are the unit of inference; the jobs of one are never taken as independent. Counts, totals and greatest
//! values are means over replications with Student's t. Shares, means and quantiles are of all replications together
//! (never the mean of ratios or of quantiles), with a jackknife over replications. Of a share that was never, or
//! always, seen in n, the rule of three gives the other end.

use super::replicate::Replication;
use super::student::t_quantile;
use crate::measure::{Counts, Metric, Results, Value};
use crate::scenario::Scenario;

/// The confidence of every interval.
const LEVEL: f64 = 0.95;

/// A number, and how sure it is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Estimate {
    /// The number itself.
    pub value: f64,
    /// Its 95 % interval, if there is one.
    pub interval: Option<(f64, f64)>,
    /// How the interval came about, or why there is none.
    pub method: &'static str,
    /// How many replications it rests on.
    pub replications: usize,
    /// How many were observed in them.
    pub n: u64,
}

/// The numbers of several replications: of each, of all together, and of all but each.
#[derive(Debug)]
pub struct Numbers {
    each: Vec<Vec<Metric>>,
    pooled: Vec<Metric>,
    without: Vec<Vec<Metric>>,
}

impl Numbers {
    /// The numbers of these replications.
    pub fn new(scenario: &Scenario, replications: &[Replication]) -> Numbers {
        let metrics = |counts: Counts| Results::new(scenario, counts, vec![], None).metrics;
        let each = replications.iter().map(|one| metrics(one.counts.clone())).collect();
        // Merging has no inverse: all but one is what comes before it and what comes after it.
        let mut after = vec![Counts::default()];
        for one in replications.iter().rev() {
            let mut counts = one.counts.clone();
            counts.merge(after.last().expect("estimate: it begins with nothing"));
            after.push(counts);
        }
        let mut before = Counts::default();
        let mut without = vec![];
        for (one, after) in replications.iter().zip(after.iter().rev().skip(1)) {
            let mut rest = before.clone();
            rest.merge(after);
            without.push(metrics(rest));
            before.merge(&one.counts);
        }
        Numbers { each, pooled: metrics(before), without }
    }
}

/// Estimates a metric; `None` where nothing was observed under this name.
pub fn estimate(numbers: &Numbers, metric: &str, by: &str) -> Option<Estimate> {
    let pooled = named(&numbers.pooled, metric, by);
    let each: Vec<f64> = numbers.each.iter().filter_map(|list| value(list, metric, by)).collect();
    // What customers were never refused is told by no row of its own.
    let n = pooled.map_or(0, |row| row.n);
    if pooled.is_none() && metric != "acts.refused" {
        return None;
    }
    if each.len() == 1 && numbers.each.len() == 1 {
        return Some(Estimate {
            value: each[0],
            interval: None,
            method: "one replication: no interval",
            replications: 1,
            n,
        });
    }
    if is_total(metric, pooled) {
        let missing = if metric == "acts.refused" { numbers.each.len() - each.len() } else { 0 };
        let values: Vec<f64> = each.into_iter().chain(std::iter::repeat_n(0.0, missing)).collect();
        return Some(mean(&values, n));
    }
    let row = pooled?;
    let without: Vec<f64> = numbers.without.iter().filter_map(|list| value(list, metric, by)).collect();
    Some(match without.len() == numbers.each.len() {
        true => jackknife(metric, row, &without),
        false => Estimate {
            value: row.value.real(),
            interval: None,
            method: "observed in one replication only: no interval",
            replications: numbers.each.len(),
            n,
        },
    })
}

fn named<'l>(list: &'l [Metric], metric: &str, by: &str) -> Option<&'l Metric> {
    list.iter().find(|row| row.metric == metric && row.by == by)
}

/// The value in a part of all replications, in which other jobs may be open than in the whole.
fn value(list: &[Metric], metric: &str, by: &str) -> Option<f64> {
    let other = match metric.strip_prefix("turnaround.ended_only.") {
        Some(rest) => format!("turnaround.{rest}"),
        None => metric.replacen("turnaround.", "turnaround.ended_only.", 1),
    };
    named(list, metric, by).or_else(|| named(list, &other, by)).map(|row| row.value.real())
}

/// Units of what adds up without being a count.
const TOTALS: [&str; 3] = ["TB", "paid hours", "cost"];

/// What adds up, or is the greatest of a run: of several runs, only its mean says something about one.
fn is_total(metric: &str, row: Option<&Metric>) -> bool {
    let counted = row.is_none_or(|row| matches!(row.value, Value::Count(_)) || TOTALS.contains(&row.unit));
    counted || metric.ends_with(".max")
}

fn mean(values: &[f64], n: u64) -> Estimate {
    let count = values.len() as f64;
    let mean = values.iter().sum::<f64>() / count;
    let squares: f64 = values.iter().map(|value| (value - mean) * (value - mean)).sum();
    let error = if values.len() > 1 { (squares / (count - 1.0) / count).sqrt() } else { 0.0 };
    let half = error * t_quantile(LEVEL, values.len().saturating_sub(1).max(1) as u32);
    Estimate {
        value: mean,
        interval: Some((mean - half, mean + half)),
        method: "mean over replications, Student's t",
        replications: values.len(),
        n,
    }
}

fn jackknife(metric: &str, row: &Metric, without: &[f64]) -> Estimate {
    let (value, count) = (row.value.real(), without.len() as f64);
    let share = row.unit == "share";
    let estimate = |interval, method| Estimate {
        value,
        interval: Some(interval),
        method,
        replications: without.len(),
        n: row.n,
    };
    // Nobody seen in n is no proof that there is nobody.
    if is_proportion(metric) && row.n > 0 && (value == 0.0 || value == 1.0) {
        let rest = (3.0 / row.n as f64).min(1.0);
        let interval = if value == 0.0 { (0.0, rest) } else { (1.0 - rest, 1.0) };
        return estimate(interval, "none, or all, seen: rule of three");
    }
    let centre = without.iter().sum::<f64>() / count;
    let squares: f64 = without.iter().map(|value| (value - centre) * (value - centre)).sum();
    let half = ((count - 1.0) / count * squares).sqrt() * t_quantile(LEVEL, without.len() as u32 - 1);
    let (mut low, mut high) = (value - half, value + half);
    if share {
        (low, high) = (low.max(0.0), high.min(1.0));
    }
    estimate((low, high), "of all replications together, jackknife over replications")
}

/// Whether a share is of things that are one way or the other: not of time, not of servers, not a target.
fn is_proportion(metric: &str) -> bool {
    let ends = [".share", ".attainment", ".below", ".within", ".above"];
    ends.iter().any(|end| metric.ends_with(end)) && !metric.starts_with("turnaround.")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(metric: &str, value: f64, n: u64) -> Metric {
        Metric { metric: metric.into(), by: String::new(), value: Value::Real(value), unit: "share", n }
    }

    #[test]
    fn a_mean_has_students_interval() {
        let told = mean(&[1.0, 2.0, 3.0], 6);
        let half = 4.302_652_73 / 3.0_f64.sqrt();
        let (low, high) = told.interval.unwrap();
        assert!(
            told.value == 2.0 && (low - 2.0 + half).abs() < 1e-6 && (high - 2.0 - half).abs() < 1e-6,
            "{told:?}"
        );
    }

    #[test]
    fn the_jackknife_of_a_mean_is_students_interval_of_it() {
        // All but one of 1, 2, 3.
        let told = jackknife("station.bays.wait.mean", &row("x", 2.0, 3), &[2.5, 2.0, 1.5]);
        let (low, high) = told.interval.unwrap();
        assert!((high - 1.0).abs() < 1e-9 && low == 0.0, "a share stays in 0 to 1: {told:?}");
        let hours = Metric { unit: "hours", ..row("x", 2.0, 3) };
        let (low, high) = jackknife("station.bays.wait.mean", &hours, &[2.5, 2.0, 1.5]).interval.unwrap();
        let (first, last) = mean(&[1.0, 2.0, 3.0], 3).interval.unwrap();
        assert!((low - first).abs() < 1e-9 && (high - last).abs() < 1e-9);
    }

    #[test]
    fn never_seen_is_not_never() {
        let never = jackknife("packages.lost.share", &row("x", 0.0, 300), &[0.0, 0.0]);
        assert_eq!(never.interval, Some((0.0, 0.01)));
        let always = jackknife("sla.copied.attainment", &row("x", 1.0, 300), &[1.0, 1.0]);
        assert_eq!(always.interval, Some((0.99, 1.0)));
    }
}
