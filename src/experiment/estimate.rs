//! Estimates a metric from several replications, with its uncertainty.
//!
//! Replications are the unit of inference; the jobs of one run are never taken as independent. Counts, totals and
//! maxima are means over replications, with Student's t. Shares, means and quantiles are computed from all replications
//! together (never as a mean of ratios or of quantiles), with a jackknife over replications; for quantiles see `tail`.
//! Events seen in few replications, or in none, get bounds that count replications (see `inferred`). A quantile of few
//! observations has one end only.

use super::column::Column;
use super::exact_bounds::wilson;
pub(super) use super::inferred::FEW;
use super::numbers::{Numbers, Row};
use super::series::Series;
use super::student::t_quantile;
use crate::measure::{Kind, Metric, Value, about};
use crate::scenario::{Scenario, Sla};

/// Confidence level of every interval.
pub(super) const LEVEL: f64 = 0.95;
/// Error of each end of such an interval.
pub(super) const ERROR: f64 = (1.0 - LEVEL) / 2.0;
/// The quantile of the normal distribution for [`LEVEL`], two-sided.
const NORMAL: f64 = 1.959_963_984_540_054;
/// The assumption about events that no replication showed: how many come at once; or, for events in clusters, their
/// share.
const NONE_SEEN: [&str; 2] = [
    "none seen in any replication: at most ten at once assumed",
    "none seen in any replication: at most a tenth of one assumed",
];
const ALL_SEEN: [&str; 2] = [
    "all seen in each replication: at most ten missing at once assumed",
    "all seen in each replication: at most a tenth of one missing assumed",
];
const CERTAIN: &str = "scripted jobs only: no random inputs";

/// A point estimate and its uncertainty.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Estimate {
    /// The point estimate.
    pub value: f64,
    /// 95 % confidence interval, if there is one. An end is infinite where the observations are too few to bound it.
    pub interval: Option<(f64, f64)>,
    /// 95 % prediction interval for one run; a confidence interval of the mean says nothing about a single run.
    pub prediction: Option<(f64, f64)>,
    /// How the interval was computed, or why there is none.
    pub method: &'static str,
    /// Number of replications.
    pub replications: usize,
    /// Number of observations in them.
    pub n: u64,
}

/// An estimate with its metric.
#[derive(Clone, Debug, PartialEq)]
pub struct Estimated {
    /// Dotted and stable, such as `turnaround.p95`.
    pub metric: String,
    /// Empty, or a breakdown such as `source=imports`.
    pub by: String,
    /// Unit: what is counted, or the unit of a duration.
    pub unit: &'static str,
    /// The value as written to files: counts of one run are integers.
    pub value: Value,
    /// Estimate.
    pub estimate: Estimate,
}

/// The metrics of one run, which have no interval.
pub fn single(metrics: &[Metric]) -> Vec<Estimated> {
    let estimated = |metric: &Metric| Estimated {
        metric: metric.metric.clone(),
        by: metric.by.clone(),
        unit: metric.unit,
        value: metric.value,
        estimate: of_row(
            &Row {
                pooled: metric.clone(),
                each: Column::from_iter([Some(metric.value.real())]),
                of: vec![metric.n],
                without: Column::default(),
                tail: None,
            },
            false,
        ),
    };
    metrics.iter().map(estimated).collect()
}

/// All metrics with their intervals, in the order of `summary.csv`. With several replications, each SLA also has the
/// probability that its target is met in one run, overall and by month.
pub fn estimates(scenario: &Scenario, numbers: &Numbers) -> Vec<Estimated> {
    let mut list = vec![];
    for row in &numbers.rows {
        let estimate = of_row(row, numbers.certain);
        let Metric { metric, by, unit, .. } = row.pooled.clone();
        let value = if numbers.replications == 1 { row.pooled.value } else { Value::Real(estimate.value) };
        list.push(Estimated { metric, by, unit, value, estimate });
        let is_last = |sla: &&Sla| {
            row.pooled.metric == format!("sla.{}.target", sla.name) && row.pooled.by == scenario.level_of(sla)
        };
        if let Some(sla) = scenario.slas.iter().filter(|_| numbers.replications > 1).find(is_last) {
            list.extend(chance(numbers, &sla.name, &row.pooled.by));
            list.extend(numbers.months_of(&sla.name).filter_map(|month| chance(numbers, &sla.name, month)));
        }
    }
    list
}

/// Estimates a metric; `None` where it was never observed.
pub fn estimate(numbers: &Numbers, metric: &str, by: &str) -> Option<Estimate> {
    match numbers.row(metric, by) {
        Some(row) => Some(of_row(row, numbers.certain)),
        // If no request was ever refused, there is no row of refusals.
        None if metric == "acts.refused" => {
            let count =
                Metric { metric: metric.into(), by: by.into(), value: Value::Count(0), unit: "acts", n: 0 };
            let each: Column = std::iter::repeat_n(Some(0.0), numbers.replications).collect();
            let (of, without) = (vec![0; numbers.replications], each.clone());
            Some(of_row(&Row { pooled: count, each, of, without, tail: None }, numbers.certain))
        }
        None => None,
    }
}

/// The probability that the target of an SLA is met in one run, with Wilson's interval over replications: right on
/// average, for display. [`estimate`] has the wider Clopper-Pearson interval, for decisions.
fn chance(numbers: &Numbers, name: &str, by: &str) -> Option<Estimated> {
    let row = numbers.row(&format!("sla.{name}.target_met.share"), by)?;
    let (met, n) = met_of(row);
    let (value, replications) = (row.pooled.value.real(), n as usize);
    let (interval, method) = match numbers.certain {
        true => ((value, value), CERTAIN),
        false => (wilson(met, n, NORMAL), "share of replications, Wilson"),
    };
    let estimate = Estimate { value, interval: Some(interval), prediction: None, method, replications, n };
    let Metric { metric, by, unit, value, .. } = row.pooled.clone();
    Some(Estimated { metric, by, unit, value, estimate })
}

/// For a share of replications: (number that meet the target, number of all).
pub(super) fn met_of(row: &Row) -> (u64, u64) {
    let met = row.each.known().filter(|met| *met > 0.5).count() as u64;
    (met, row.pooled.n)
}

fn of_row(row: &Row, certain: bool) -> Estimate {
    let (replications, n) = (row.each.len(), row.pooled.n);
    let told = |value, interval, method| {
        let prediction = prediction(row);
        Estimate { value, interval, prediction, method, replications, n }
    };
    if replications == 1 {
        return told(row.pooled.value.real(), None, "one replication: no interval");
    }
    if certain {
        // Sums are reported for one run, also where there are several.
        let value = row.each.get(0).filter(|_| is_total(&row.pooled));
        let value = value.unwrap_or(if is_total(&row.pooled) { 0.0 } else { row.pooled.value.real() });
        return told(value, Some((value, value)), CERTAIN);
    }
    let Some(series) = Series::of_row(row, certain) else {
        return told(row.pooled.value.real(), None, "observed in one replication only: no interval");
    };
    let (found, value) = (series.inferred(), series.value);
    let (low, high) = found.interval(ERROR);
    let interval = (low.min(value), high.max(value));
    told(value, Some(interval), method(row, &series, interval))
}

/// How the interval was computed.
fn method(row: &Row, series: &Series, (low, high): (f64, f64)) -> &'static str {
    let (value, total) = (series.value, is_total(&row.pooled));
    let few = series.inferred().few().is_some();
    let spells = about(&row.pooled.metric).in_spells;
    match () {
        () if series.inferred().trials.is_some() => "share of replications, Clopper-Pearson",
        () if few && value == 0.0 => NONE_SEEN[usize::from(spells)],
        () if few && !total && value == 1.0 => ALL_SEEN[usize::from(spells)],
        () if few => "few seen: clusters over replications, Fay and Feuer, or t, the wider",
        () if low.is_infinite() || high.is_infinite() => "Woodruff, one-sided: too few are beyond",
        () if row.tail.is_some() => "of all together, Woodruff over replications",
        () if total => "mean over replications, Student's t, wider where skewed",
        () => "of all together, jackknife, wider where skewed",
    }
}

/// The total of each replication. A missing count is zero, but a missing maximum is unknown.
pub(super) fn totals(row: &Row) -> Vec<f64> {
    match row.pooled.value {
        Value::Count(_) => row.each.iter().map(|value| value.unwrap_or(0.0)).collect(),
        Value::Real(_) => row.each.known().collect(),
    }
}

/// Whether the metric is a sum or a maximum of one run: of several runs, only the mean describes one run.
pub(super) fn is_total(metric: &Metric) -> bool {
    matches!(about(&metric.metric).kind, Kind::Count | Kind::Total | Kind::Level | Kind::Maximum)
}

/// The mean and its standard error.
pub(super) fn mean(values: &[f64]) -> (f64, f64) {
    let count = values.len() as f64;
    let mean = values.iter().sum::<f64>() / count;
    let squares: f64 = values.iter().map(|value| (value - mean) * (value - mean)).sum();
    (mean, if values.len() > 1 { (squares / (count - 1.0) / count).sqrt() } else { 0.0 })
}

/// Prediction interval for one run, from the mean and the spread of the runs; assumes that runs are about normal.
fn prediction(row: &Row) -> Option<(f64, f64)> {
    let values = if is_total(&row.pooled) { totals(row) } else { row.each.known().collect() };
    if values.len() < row.each.len() || values.len() < 2 {
        return None;
    }
    let (centre, error) = mean(&values);
    let half = error * (values.len() as f64 + 1.0).sqrt() * t_quantile(LEVEL, values.len() as u32 - 1);
    Some(bounded(&row.pooled, (centre - half, centre + half)))
}

/// Clips an interval to 0..1 for a share, and to 0 and above otherwise.
fn bounded(metric: &Metric, (low, high): (f64, f64)) -> (f64, f64) {
    let most = if metric.unit == "share" { 1.0 } else { f64::INFINITY };
    // Values that may be negative stay as they are, such as the time to a milestone from a later one.
    if metric.value.real() < 0.0 { (low, high) } else { (low.max(0.0), high.min(most)) }
}

/// Whether the interval is about events that never happened, or always happened.
pub(super) fn never_shown(found: &Estimate) -> bool {
    NONE_SEEN.contains(&found.method) || ALL_SEEN.contains(&found.method)
}

/// The number of events, or of non-events if fewer, of a proportion where that number is too small (Law, ch. 9.4).
pub(super) fn few_events(metric: &str, found: &Estimate) -> Option<u64> {
    let seen = (found.value * found.n as f64).round() as u64;
    let fewer = seen.min(found.n.saturating_sub(seen));
    (is_proportion(metric) && found.n > 0 && fewer < FEW).then_some(fewer)
}

/// Whether a share counts things that have a property. Not a share of time or of servers, and not a target.
pub(super) fn is_proportion(metric: &str) -> bool {
    about(metric).kind == Kind::Share
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(metric: &str, value: Value, unit: &'static str, n: u64, each: &[f64], without: &[f64]) -> Row {
        let pooled = Metric { metric: metric.into(), by: String::new(), value, unit, n };
        let some = |values: &[f64]| values.iter().copied().map(Some).collect();
        let of = vec![n / each.len() as u64; each.len()];
        Row { pooled, each: some(each), of, without: some(without), tail: None }
    }

    fn share(metric: &str, value: f64, n: u64, without: &[f64]) -> Estimate {
        of_row(&row(metric, Value::Real(value), "share", n, without, without), false)
    }

    #[test]
    fn a_mean_has_students_interval_and_one_run_a_wider_one() {
        let told =
            of_row(&row("jobs.created", Value::Count(60), "jobs", 60, &[10.0, 20.0, 30.0], &[]), false);
        let half = 4.302_652_73 * 10.0 / 3.0_f64.sqrt();
        let ((low, high), (least, most)) = (told.interval.unwrap(), told.prediction.unwrap());
        assert!(told.value == 20.0 && low == 0.0 && (high - 20.0 - half).abs() < 1e-6, "{told:?}");
        assert!(least == 0.0 && (most - 20.0 - 2.0 * half).abs() < 1e-6, "{told:?}");
    }

    #[test]
    fn the_jackknife_of_a_mean_is_students_interval_of_it() {
        // All but one of 11, 12, 13.
        let values = row(
            "drives.copying.mean",
            Value::Real(12.0),
            "hours",
            3,
            &[11.0, 12.0, 13.0],
            &[12.5, 12.0, 11.5],
        );
        let (low, high) = of_row(&values, false).interval.unwrap();
        let half = 4.302_652_73 / 3.0_f64.sqrt();
        assert!((low - 12.0 + half).abs() < 1e-6 && (high - 12.0 - half).abs() < 1e-6);
        let told = share("station.bays.utilization", 0.9, 3, &[0.8, 0.9, 1.0]);
        assert_eq!(told.interval.unwrap().1, 1.0, "a share stays in 0 to 1");
    }

    #[test]
    fn never_seen_is_not_never_and_says_what_it_assumes() {
        let told = share("packages.lost.share", 0.0, 300, &[0.0, 0.0]);
        assert!(told.interval.unwrap().1 > 0.1 && told.method.contains("ten at once"), "{told:?}");
        let told = share("sla.copied.attainment", 1.0, 300, &[1.0, 1.0]);
        assert!(told.interval.unwrap().0 < 0.9 && told.method.contains("a tenth of one"), "{told:?}");
        let count = of_row(&row("rule.J20.fired", Value::Count(0), "times", 0, &[0.0; 30], &[]), false);
        assert!((count.interval.unwrap().1 - 3.688_88 * 10.0 / 30.0).abs() < 1e-4, "{count:?}");
    }

    #[test]
    fn a_quantile_of_few_has_one_end() {
        let p95 = |n| {
            of_row(&row("turnaround.p95", Value::Real(9.0), "days", n, &[8.0, 10.0], &[8.0, 10.0]), false)
        };
        assert_eq!(p95(71).interval.unwrap().1, f64::INFINITY, "0.95^71 is above 0.025");
        assert!(p95(72).interval.unwrap().1.is_finite() && p95(71).interval.unwrap().0.is_finite());
    }
}
