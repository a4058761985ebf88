//! Compares results with a regression record, number by number, with the same estimates and differences as `compare`.
//! Replications are paired where both have the same random inputs.

use super::difference::{Conclusion, usual_margin};
use super::estimate::ERROR;
use super::numbers::Row;
use super::series::Series;

/// How a number differs from its record, the worst first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Change {
    /// The whole interval of the difference is on one side of zero, and not within the margin.
    Changed,
    /// The interval allows several conclusions.
    Undecided,
    /// The whole interval is within the margin.
    WithinMargin,
    /// Equal in every replication.
    Same,
}

impl Change {
    /// The word in reports.
    pub const fn name(self) -> &'static str {
        ["changed", "undecided", "within margin", "same"][self as usize]
    }
}

/// A number and its difference from the record.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Drift {
    /// The conclusion.
    pub change: Change,
    /// The value over all replications: (recorded, now); NaN where nothing was observed.
    pub values: (f64, f64),
    /// Interval of the difference, now minus recorded; `None` for a single replication, whose difference is exact.
    pub interval: Option<(f64, f64)>,
    /// Largest difference that does not matter, in the unit of the metric.
    pub margin: f64,
}

/// Compares a recorded number with the number now; `None` where nothing was observed. `margin` is relative to the
/// recorded value; `None`: the usual margin. `written`: all jobs are scripted, so a number that is equal in all
/// replications is exact.
pub fn drift(
    then: Option<&Row>,
    now: Option<&Row>,
    paired: bool,
    written: bool,
    margin: Option<f64>,
) -> Drift {
    let is_certain = |row: &Row| written && row.each.is_constant();
    let series = |row: Option<&Row>| row.and_then(|row| Series::of_row(row, is_certain(row)));
    let value = |row: Option<&Row>, series: &Option<Series>| match (series, row) {
        (Some(series), _) => series.value,
        (None, row) => row.map_or(f64::NAN, |row| row.pooled.value.real()),
    };
    let (before, after) = (series(then), series(now));
    let values = (value(then, &before), value(now, &after));
    let unit = then.or(now).map_or("", |row| row.pooled.unit);
    let margin = margin.map_or_else(|| usual_margin(unit, values.0), |part| part * values.0.abs());
    let told = |change, interval| Drift { change, values, interval, margin };
    let (Some(then), Some(now)) = (then, now) else { return told(Change::Changed, None) };
    if paired && then.each == now.each && then.of == now.of {
        return told(Change::Same, None);
    }
    if paired && then.each.len() == 1 {
        let near = (values.1 - values.0).abs() <= margin;
        return told(if near { Change::WithinMargin } else { Change::Changed }, None);
    }
    let (Some(before), Some(after)) = (before, after) else { return told(Change::Undecided, None) };
    let found = if paired { after.minus(&before) } else { after.minus_independent(&before) };
    let interval = found.interval(ERROR);
    if !(interval.0.is_finite() && interval.1.is_finite()) {
        return told(Change::Undecided, None);
    }
    let change = match Conclusion::of(&now.pooled.metric, interval, margin, now.each.len()) {
        Conclusion::Equivalent | Conclusion::HigherWithin | Conclusion::LowerWithin => Change::WithinMargin,
        Conclusion::Undecided | Conclusion::Equal => Change::Undecided,
        _ => Change::Changed,
    };
    told(change, Some(interval))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::measure::{Metric, Value};

    fn row(each: &[f64]) -> Row {
        let (sum, count) = (each.iter().sum::<f64>(), each.len() as f64);
        let without = each.iter().map(|one| Some((sum - one) / (count - 1.0))).collect();
        let pooled = Metric {
            metric: "turnaround.mean".into(),
            by: String::new(),
            value: Value::Real(sum / count),
            unit: "days",
            n: 9,
        };
        Row {
            pooled,
            each: each.iter().copied().map(Some).collect(),
            of: vec![3; each.len()],
            without,
            tail: None,
        }
    }

    fn told(then: &[f64], now: &[f64], paired: bool, margin: f64) -> Drift {
        drift(Some(&row(then)), Some(&row(now)), paired, false, Some(margin))
    }

    #[test]
    fn the_same_is_the_same_and_one_replication_is_exact() {
        assert_eq!(told(&[1.0, 2.0, 3.0], &[1.0, 2.0, 3.0], true, 0.0).change, Change::Same);
        assert_eq!(told(&[100.0], &[100.5], true, 0.01).change, Change::WithinMargin);
        assert_eq!(told(&[100.0], &[101.5], true, 0.01).change, Change::Changed);
        assert_eq!(drift(Some(&row(&[1.0])), None, true, false, None).change, Change::Changed);
    }

    #[test]
    fn a_paired_difference_has_students_interval() {
        let found = told(&[10.0, 20.0, 30.0], &[11.0, 22.0, 33.0], true, 0.005);
        // Differences 1, 2, 3: mean 2, standard error 1/sqrt(3), t with 2 degrees of freedom.
        let half = 4.302_652_73 / 3.0_f64.sqrt();
        let (low, high) = found.interval.unwrap();
        assert!((low - (2.0 - half)).abs() < 1e-6 && (high - (2.0 + half)).abs() < 1e-6, "{found:?}");
        assert_eq!(found.change, Change::Undecided);
        let found = told(&[10.0, 20.0, 30.0], &[12.0, 22.1, 31.9], true, 0.05);
        assert_eq!(found.change, Change::Changed);
        let found = told(&[10.0, 20.0, 30.0], &[10.1, 20.0, 29.9], true, 0.05);
        assert_eq!(found.change, Change::WithinMargin);
    }

    /// The same numbers without pairs say much less.
    #[test]
    fn without_the_same_random_inputs_welch_decides() {
        let found = told(&[10.0, 20.0, 30.0], &[12.0, 22.1, 31.9], false, 0.05);
        // s = 10 and 9.95: standard error 8.14, 3.99 degrees of freedom, rounded down to 3.
        let (low, high) = found.interval.unwrap();
        assert!((high - low - 2.0 * 3.182_446 * 8.145_3).abs() < 0.1, "{found:?}");
        assert_eq!(found.change, Change::Undecided);
    }
}
