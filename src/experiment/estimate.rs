//! A number of a run from several replications, and how sure it is.
//!
//! Replications are the unit of inference; the jobs of one are never taken as independent. Counts, totals and greatest
//! values are means over replications with Student's t. Shares, means and quantiles are of all replications together
//! (never the mean of ratios or of quantiles), with a jackknife over replications. What was seen a few times, or never,
//! has bounds that hold for few; a quantile of few has one end only.

use super::exact_bounds::{clopper_pearson, garwood, wilson};
use super::numbers::{Numbers, Row};
use super::student::t_quantile;
use crate::measure::{Metric, Value};
use crate::scenario::Scenario;

/// The confidence of every interval.
pub(super) const LEVEL: f64 = 0.95;
/// Seen less often than this, it is few.
pub(super) const FEW: u64 = 10;
/// Units of what adds up without being a count.
const TOTALS: [&str; 3] = ["TB", "paid hours", "cost"];
/// Half of [`LEVEL`] of a normal distribution lies up to here.
const NORMAL: f64 = 1.959_963_984_540_054;
const NONE_SEEN: &str = "none seen: rule of three";
const ALL_SEEN: &str = "all seen: rule of three";
const CERTAIN: &str = "written jobs only: nothing is left to chance";

/// A number, and how sure it is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Estimate {
    /// The number itself.
    pub value: f64,
    /// Its 95 % interval, if there is one. An infinite end is an end that so few observations do not have.
    pub interval: Option<(f64, f64)>,
    /// Where the number of one run lies, in 95 % of runs: an interval of the mean says nothing about that.
    pub prediction: Option<(f64, f64)>,
    /// How the interval came about, or why there is none.
    pub method: &'static str,
    /// How many replications it rests on.
    pub replications: usize,
    /// How many were observed in them.
    pub n: u64,
}

/// An estimate with its name.
#[derive(Clone, Debug, PartialEq)]
pub struct Estimated {
    /// Dotted and stable, such as `turnaround.p95`.
    pub metric: String,
    /// Empty, or a breakdown such as `source=imports`.
    pub by: String,
    /// What it counts, or the unit of its duration.
    pub unit: &'static str,
    /// As it is written: counts of one run are whole.
    pub value: Value,
    /// The estimate.
    pub estimate: Estimate,
}

/// The numbers of one run: there is no interval of them.
pub fn single(metrics: &[Metric]) -> Vec<Estimated> {
    let estimated = |metric: &Metric| Estimated {
        metric: metric.metric.clone(),
        by: metric.by.clone(),
        unit: metric.unit,
        value: metric.value,
        estimate: of_row(
            &Row { pooled: metric.clone(), each: vec![Some(metric.value.real())], without: vec![] },
            false,
        ),
    };
    metrics.iter().map(estimated).collect()
}

/// All numbers with their intervals, in the order of `summary.csv`. Of several replications, each SLA has one more: the
/// chance that its target is met in one run.
pub fn estimates(scenario: &Scenario, numbers: &Numbers) -> Vec<Estimated> {
    let mut list = vec![];
    for row in &numbers.rows {
        let estimate = of_row(row, numbers.certain);
        let Metric { metric, by, unit, .. } = row.pooled.clone();
        let value = if numbers.replications == 1 { row.pooled.value } else { Value::Real(estimate.value) };
        list.push(Estimated { metric, by, unit, value, estimate });
        let last = |name: &str| row.pooled.metric == format!("sla.{name}.target") && numbers.replications > 1;
        if let Some(sla) = scenario.slas.iter().find(|sla| last(&sla.name)) {
            list.extend(chance(numbers, &sla.name, sla.target));
        }
    }
    list
}

/// Estimates a metric; `None` where nothing was observed under this name.
pub fn estimate(numbers: &Numbers, metric: &str, by: &str) -> Option<Estimate> {
    match numbers.row(metric, by) {
        Some(row) => Some(of_row(row, numbers.certain)),
        // What customers were never refused is told by no row of its own.
        None if metric == "acts.refused" => {
            let count =
                Metric { metric: metric.into(), by: by.into(), value: Value::Count(0), unit: "acts", n: 0 };
            let each = vec![Some(0.0); numbers.replications];
            Some(of_row(&Row { pooled: count, without: each.clone(), each }, numbers.certain))
        }
        None => None,
    }
}

/// The chance that an SLA's target is met in one run, with Wilson's interval over replications.
fn chance(numbers: &Numbers, name: &str, target: f64) -> Option<Estimated> {
    let row = numbers.row(&format!("sla.{name}.attainment"), "")?;
    let known = row.each.iter().flatten();
    let (n, met) = (known.clone().count() as u64, known.filter(|value| **value >= target).count() as u64);
    let value = met as f64 / n as f64;
    let (interval, method) = match numbers.certain {
        true => ((value, value), CERTAIN),
        false => (wilson(met, n, NORMAL), "share of replications, Wilson"),
    };
    let estimate =
        Estimate { value, interval: Some(interval), prediction: None, method, replications: n as usize, n };
    let (metric, value) = (format!("sla.{name}.target_met.share"), Value::Real(value));
    Some(Estimated { metric, by: String::new(), unit: "share", value, estimate })
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
        // Of one run as of all: what adds up is told of one.
        let value = row.each.first().copied().flatten().filter(|_| is_total(&row.pooled));
        let value = value.unwrap_or(if is_total(&row.pooled) { 0.0 } else { row.pooled.value.real() });
        return told(value, Some((value, value)), CERTAIN);
    }
    if is_total(&row.pooled) {
        let values = totals(row);
        let (value, error) = mean(&values);
        let half = error * t_quantile(LEVEL, values.len().saturating_sub(1).max(1) as u32);
        let (interval, method) = match few_counted(row, &values) {
            Some(few) => few,
            None => ((value - half, value + half), "mean over replications, Student's t"),
        };
        return told(value, Some(bounded(&row.pooled, interval)), method);
    }
    let value = row.pooled.value.real();
    let without: Vec<f64> = row.without.iter().flatten().copied().collect();
    if without.len() < replications {
        return told(value, None, "observed in one replication only: no interval");
    }
    let half = jackknife(&without) * t_quantile(LEVEL, replications as u32 - 1);
    let interval = bounded(&row.pooled, (value - half, value + half));
    let (interval, method) =
        few_seen(&row.pooled, interval).unwrap_or((interval, "of all together, jackknife"));
    told(value, Some(interval), method)
}

/// A total of each replication: what is not told of one was never counted there, but a greatest value of nothing is
/// not known.
pub(super) fn totals(row: &Row) -> Vec<f64> {
    match row.pooled.value {
        Value::Count(_) => row.each.iter().map(|value| value.unwrap_or(0.0)).collect(),
        Value::Real(_) => row.each.iter().flatten().copied().collect(),
    }
}

/// What adds up, or is the greatest of a run: of several runs, only its mean says something about one.
pub(super) fn is_total(metric: &Metric) -> bool {
    matches!(metric.value, Value::Count(_))
        || TOTALS.contains(&metric.unit)
        || metric.metric.ends_with(".max")
}

/// The mean and its standard error.
pub(super) fn mean(values: &[f64]) -> (f64, f64) {
    let count = values.len() as f64;
    let mean = values.iter().sum::<f64>() / count;
    let squares: f64 = values.iter().map(|value| (value - mean) * (value - mean)).sum();
    (mean, if values.len() > 1 { (squares / (count - 1.0) / count).sqrt() } else { 0.0 })
}

/// The standard error from the values of all but each.
pub(super) fn jackknife(without: &[f64]) -> f64 {
    let count = without.len() as f64;
    let centre = without.iter().sum::<f64>() / count;
    let squares: f64 = without.iter().map(|value| (value - centre) * (value - centre)).sum();
    ((count - 1.0) / count * squares).sqrt()
}

/// The mean of all runs and the spread of one: where the next will be, if runs are about normal.
fn prediction(row: &Row) -> Option<(f64, f64)> {
    let values =
        if is_total(&row.pooled) { totals(row) } else { row.each.iter().flatten().copied().collect() };
    if values.len() < row.each.len() || values.len() < 2 {
        return None;
    }
    let (centre, error) = mean(&values);
    let half = error * (values.len() as f64 + 1.0).sqrt() * t_quantile(LEVEL, values.len() as u32 - 1);
    Some(bounded(&row.pooled, (centre - half, centre + half)))
}

/// No share beyond 0 and 1, nothing below none.
fn bounded(metric: &Metric, (low, high): (f64, f64)) -> (f64, f64) {
    let most = if metric.unit == "share" { 1.0 } else { f64::INFINITY };
    // What may be negative (a milestone before the one it is counted from) is left as it is.
    if metric.value.real() < 0.0 { (low, high) } else { (low.max(0.0), high.min(most)) }
}

type Bounds = ((f64, f64), &'static str);

/// Bounds for something that hardly ever happened in all replications.
fn few_counted(row: &Row, values: &[f64]) -> Option<Bounds> {
    let happens = matches!(row.pooled.value, Value::Count(_)) && row.pooled.unit != "waiting";
    let seen = values.iter().sum::<f64>();
    let runs = values.len() as f64;
    match seen {
        _ if !happens || seen >= FEW as f64 => None,
        0.0 => Some(((0.0, 3.0 / runs), NONE_SEEN)),
        _ => {
            let (low, high) = garwood(seen as u64, LEVEL);
            Some(((low / runs, high / runs), "few seen: Poisson, Garwood"))
        }
    }
}

/// Bounds for a share of which hardly any, or hardly all, were seen, and for quantiles of few.
fn few_seen(row: &Metric, (low, high): (f64, f64)) -> Option<Bounds> {
    if let Some(p) = quantile(&row.metric) {
        // Beyond the greatest of n lies a quantile p with chance p^n (David and Nagaraja, ch. 7.1).
        let none = |p: f64| libm::pow(p, row.n as f64) > (1.0 - LEVEL) / 2.0;
        let ends =
            (if none(1.0 - p) { f64::NEG_INFINITY } else { low }, if none(p) { f64::INFINITY } else { high });
        return (ends != (low, high)).then_some((ends, "jackknife, one-sided: too few for both ends"));
    }
    if !is_proportion(&row.metric) || row.n == 0 {
        return None;
    }
    let seen = (row.value.real() * row.n as f64).round() as u64;
    // Nobody seen in n is no proof that there is nobody.
    let rest = (3.0 / row.n as f64).min(1.0);
    match seen.min(row.n - seen.min(row.n)) {
        0 if seen == 0 => Some(((0.0, rest), NONE_SEEN)),
        0 => Some(((1.0 - rest, 1.0), ALL_SEEN)),
        few if few < FEW => {
            let exact = clopper_pearson(seen, row.n, LEVEL);
            Some(((low.min(exact.0), high.max(exact.1)), "few seen: jackknife or Clopper-Pearson, the wider"))
        }
        _ => None,
    }
}

/// Whether the interval is of what was never seen, or never missed.
pub(super) fn never_shown(found: &Estimate) -> bool {
    found.method == NONE_SEEN || found.method == ALL_SEEN
}

/// The events of a proportion, or the others if these are fewer, where they are too few to say much (Law, ch. 9.4).
pub(super) fn few_events(metric: &str, found: &Estimate) -> Option<u64> {
    let seen = (found.value * found.n as f64).round() as u64;
    let fewer = seen.min(found.n.saturating_sub(seen));
    (is_proportion(metric) && found.n > 0 && fewer < FEW).then_some(fewer)
}

/// The p of `turnaround.p95`.
fn quantile(metric: &str) -> Option<f64> {
    let digits = metric.rsplit_once(".p")?.1;
    digits.parse::<u32>().ok().map(|percent| f64::from(percent) / 100.0)
}

/// Whether a share is of things that are one way or the other: not of time, not of servers, not a target.
pub(super) fn is_proportion(metric: &str) -> bool {
    let ends = [".share", ".attainment", ".below", ".within", ".above"];
    ends.iter().any(|end| metric.ends_with(end))
        && !metric.starts_with("turnaround.")
        && !metric.contains(".aalen_johansen.")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(metric: &str, value: Value, unit: &'static str, n: u64, each: &[f64], without: &[f64]) -> Row {
        let pooled = Metric { metric: metric.into(), by: String::new(), value, unit, n };
        let some = |values: &[f64]| values.iter().copied().map(Some).collect();
        Row { pooled, each: some(each), without: some(without) }
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
        let values = row("x.mean", Value::Real(12.0), "hours", 3, &[11.0, 12.0, 13.0], &[12.5, 12.0, 11.5]);
        let (low, high) = of_row(&values, false).interval.unwrap();
        let half = 4.302_652_73 / 3.0_f64.sqrt();
        assert!((low - 12.0 + half).abs() < 1e-6 && (high - 12.0 - half).abs() < 1e-6);
        let told = share("station.bays.utilization", 0.9, 3, &[0.8, 0.9, 1.0]);
        assert_eq!(told.interval.unwrap().1, 1.0, "a share stays in 0 to 1");
    }

    #[test]
    fn never_seen_is_not_never() {
        assert_eq!(share("packages.lost.share", 0.0, 300, &[0.0, 0.0]).interval, Some((0.0, 0.01)));
        assert_eq!(share("sla.copied.attainment", 1.0, 300, &[1.0, 1.0]).interval, Some((0.99, 1.0)));
        let count = of_row(&row("rule.J20.fired", Value::Count(0), "times", 0, &[0.0; 30], &[]), false);
        assert_eq!(count.interval, Some((0.0, 0.1)));
    }

    #[test]
    fn few_seen_have_the_exact_interval_at_least() {
        // 4 of 1000, as evenly spread over replications as can be: no interval of the jackknife at all.
        let (low, high) = share("packages.lost.share", 0.004, 1000, &[0.004; 4]).interval.unwrap();
        assert!((low - 0.00109).abs() < 1e-5 && (high - 0.01021).abs() < 1e-5, "{low} {high}");
        let count = of_row(&row("rule.J20.fired", Value::Count(4), "times", 4, &[1.0; 4], &[]), false);
        let (low, high) = count.interval.unwrap();
        assert!((low - 0.2725).abs() < 1e-4 && (high - 2.5604).abs() < 1e-4, "{low} {high}");
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
