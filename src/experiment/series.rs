//! One number over replications, as values whose mean has the number's own uncertainty: the values themselves of a
//! total, the jackknife's pseudo-values of all else (Efron and Tibshirani, ch. 11). So one formula gives intervals at
//! any error, and differences of two scenarios that met the same fates are paired.

use super::estimate::{is_proportion, is_total, totals};
use super::numbers::Numbers;
use super::student::t_quantile;
use serde::{Deserialize, Serialize};

/// A number over replications.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Series {
    /// The number of all replications together.
    pub value: f64,
    /// One for each replication; their mean is close to the value, and as uncertain.
    pub each: Vec<f64>,
    /// Its ends where it is a share.
    ends: Option<(f64, f64)>,
    /// What a share of things, of which only one kind was seen, still may be off by; in units of -ln(error).
    unseen: f64,
}

impl Series {
    /// The number of this name; `None` where nothing was observed in some replication.
    pub(super) fn of(numbers: &Numbers, metric: &str, by: &str) -> Option<Series> {
        let row = numbers.row(metric, by)?;
        let known = |values: &[Option<f64>]| values.iter().copied().collect::<Option<Vec<f64>>>();
        let (pooled, total) = (&row.pooled, is_total(&row.pooled));
        let values = if total { totals(row) } else { known(&row.each)? };
        let (value, count) = (pooled.value.real(), values.len() as f64);
        let each: Vec<f64> = match total || values.len() < 2 {
            true => values,
            false => {
                known(&row.without)?.iter().map(|without| count * value - (count - 1.0) * without).collect()
            }
        };
        let value = if total { each.iter().sum::<f64>() / count } else { value };
        let one_kind = is_proportion(metric) && (value == 0.0 || value == 1.0) && pooled.n > 0;
        let unseen = if one_kind { 1.0 / pooled.n as f64 } else { 0.0 };
        Some(Series { value, each, ends: (pooled.unit == "share").then_some((0.0, 1.0)), unseen })
    }

    /// A number without any chance.
    #[cfg(test)]
    pub(super) fn exact(value: f64, replications: usize) -> Series {
        Series { value, each: vec![value; replications], ends: None, unseen: 0.0 }
    }

    /// What met the same fates, subtracted from this, replication by replication.
    pub fn minus(&self, other: &Series) -> Series {
        let each: Vec<f64> = self.each.iter().zip(&other.each).map(|(ours, theirs)| ours - theirs).collect();
        let value = each.iter().sum::<f64>() / each.len() as f64;
        Series { value, each, ends: None, unseen: self.unseen.max(other.unseen) }
    }

    /// The standard error of the value.
    pub fn error(&self) -> f64 {
        let count = self.each.len() as f64;
        let mean = self.each.iter().sum::<f64>() / count;
        let squares: f64 = self.each.iter().map(|value| (value - mean) * (value - mean)).sum();
        if self.each.len() > 1 { (squares / (count - 1.0) / count).sqrt() } else { f64::INFINITY }
    }

    /// An interval each end of which is wrong with a chance of `error`; of one replication it is endless.
    pub fn interval(&self, error: f64) -> (f64, f64) {
        let (least, most) = self.ends.unwrap_or((f64::NEG_INFINITY, f64::INFINITY));
        if self.each.len() < 2 {
            return (least, most);
        }
        let half = self.error() * t_quantile(1.0 - 2.0 * error, self.each.len() as u32 - 1);
        // Nobody seen in n is no proof that there is nobody: (1 - x)^n = error.
        let half = half.max(self.unseen * -libm::log(error));
        ((self.value - half).max(least), (self.value + half).min(most))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn series(each: &[f64]) -> Series {
        let value = each.iter().sum::<f64>() / each.len() as f64;
        Series { value, each: each.into(), ends: None, unseen: 0.0 }
    }

    #[test]
    fn the_interval_is_students() {
        let (low, high) = series(&[1.0, 2.0, 3.0]).interval(0.025);
        let half = 4.302_652_73 / 3.0_f64.sqrt();
        assert!((low - 2.0 + half).abs() < 1e-6 && (high - 2.0 - half).abs() < 1e-6, "{low} {high}");
    }

    #[test]
    fn what_is_paired_is_surer_than_its_parts() {
        let (a, b) = (series(&[1.0, 5.0, 9.0]), series(&[2.0, 6.1, 9.9]));
        let difference = b.minus(&a);
        assert!((difference.value - 1.0).abs() < 1e-9);
        assert!(difference.error() < a.error() / 10.0);
    }

    #[test]
    fn a_share_stays_in_its_ends_and_is_never_quite_sure() {
        let all = Series { ends: Some((0.0, 1.0)), unseen: 1.0 / 300.0, ..series(&[1.0, 1.0, 1.0]) };
        let (low, high) = all.interval(0.05);
        assert!(high == 1.0 && (low - (1.0 - 2.9957 / 300.0)).abs() < 1e-5, "{low}");
    }
}
