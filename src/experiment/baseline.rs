//! Results held against those of an earlier program or policy, number by number.
//!
//! Where both met the same fates, the difference is taken replication by replication (paired t), and chance cancels;
//! otherwise by Welch's t. It is judged against a margin: what is smaller than that is no change that matters.

use super::student::t_quantile;

const LEVEL: f64 = 0.95;

/// How a number stands to its baseline, the worst first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Change {
    /// The whole interval of the difference is outside the margin.
    Changed,
    /// The interval has both in it.
    Undecided,
    /// The whole interval is within the margin.
    WithinMargin,
    /// The same in every replication.
    Same,
}

impl Change {
    /// In the words of reports.
    pub const fn name(self) -> &'static str {
        ["changed", "undecided", "within margin", "same"][self as usize]
    }
}

/// A number and its difference to the baseline.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Drift {
    /// The conclusion.
    pub change: Change,
    /// The mean over replications then, and now.
    pub means: (f64, f64),
    /// The interval of now less then; `None` from one replication: the difference is then exact for it.
    pub interval: Option<(f64, f64)>,
    /// Replication by replication.
    pub paired: bool,
}

/// Compares a number of each replication, then and now; `margin` is in its unit. Nothing observed is `None`.
pub fn drift(then: &[Option<f64>], now: &[Option<f64>], paired: bool, margin: f64) -> Drift {
    let known = |values: &[Option<f64>]| values.iter().flatten().copied().collect::<Vec<f64>>();
    let (before, after) = (known(then), known(now));
    let means = (mean(&before), mean(&after));
    let gap = means.1 - means.0;
    let told = |change, interval| Drift { change, means, interval, paired };
    if paired && then == now {
        return told(Change::Same, None);
    }
    if before.is_empty() || after.is_empty() {
        return told(Change::Changed, None);
    }
    if paired && then.len() == 1 {
        return told(if gap.abs() <= margin { Change::WithinMargin } else { Change::Changed }, None);
    }
    let half = if paired { paired_half(then, now) } else { welch_half(&before, &after) };
    let Some(half) = half else { return told(Change::Undecided, None) };
    let (low, high) = (gap - half, gap + half);
    let change = match () {
        () if low >= -margin && high <= margin => Change::WithinMargin,
        () if low > margin || high < -margin => Change::Changed,
        () => Change::Undecided,
    };
    told(change, Some((low, high)))
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len().max(1) as f64
}

/// The square of the standard error of the mean; of one value there is none.
fn error_squared(values: &[f64]) -> Option<f64> {
    let (count, centre) = (values.len() as f64, mean(values));
    let squares: f64 = values.iter().map(|value| (value - centre) * (value - centre)).sum();
    (values.len() > 1).then(|| squares / (count - 1.0) / count)
}

/// Replications in which one of both has nothing have no difference.
fn paired_half(then: &[Option<f64>], now: &[Option<f64>]) -> Option<f64> {
    let pairs = then.iter().zip(now).filter_map(|(then, now)| Some((*now)? - (*then)?));
    let pairs: Vec<f64> = pairs.collect();
    Some(error_squared(&pairs)?.sqrt() * t_quantile(LEVEL, pairs.len() as u32 - 1))
}

/// With the degrees of freedom of Welch and Satterthwaite, rounded down.
fn welch_half(then: &[f64], now: &[f64]) -> Option<f64> {
    let (a, b) = (error_squared(then)?, error_squared(now)?);
    if a + b == 0.0 {
        return Some(0.0);
    }
    let part = |error: f64, count: usize| error * error / (count as f64 - 1.0);
    let freedom = (a + b) * (a + b) / (part(a, then.len()) + part(b, now.len()));
    Some((a + b).sqrt() * t_quantile(LEVEL, (freedom.floor() as u32).max(1)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn some(values: &[f64]) -> Vec<Option<f64>> {
        values.iter().copied().map(Some).collect()
    }

    #[test]
    fn the_same_is_the_same_and_one_replication_is_exact() {
        let then = some(&[1.0, 2.0, 3.0]);
        assert_eq!(drift(&then, &then, true, 0.0).change, Change::Same);
        assert_eq!(drift(&some(&[100.0]), &some(&[100.5]), true, 1.0).change, Change::WithinMargin);
        assert_eq!(drift(&some(&[100.0]), &some(&[101.5]), true, 1.0).change, Change::Changed);
        assert_eq!(drift(&some(&[1.0]), &[None], true, 1.0).change, Change::Changed);
    }

    #[test]
    fn a_paired_difference_has_students_interval() {
        let told = drift(&some(&[10.0, 20.0, 30.0]), &some(&[11.0, 22.0, 33.0]), true, 0.1);
        // Differences 1, 2, 3: mean 2, standard error 1/sqrt(3), t with 2 degrees of freedom.
        let half = 4.302_652_73 / 3.0_f64.sqrt();
        let (low, high) = told.interval.unwrap();
        assert!((low - (2.0 - half)).abs() < 1e-6 && (high - (2.0 + half)).abs() < 1e-6, "{told:?}");
        assert_eq!(told.change, Change::Undecided);
        let told = drift(&some(&[10.0, 20.0, 30.0]), &some(&[12.0, 22.1, 31.9]), true, 1.0);
        assert_eq!(told.change, Change::Changed);
        let told = drift(&some(&[10.0, 20.0, 30.0]), &some(&[10.1, 20.0, 29.9]), true, 1.0);
        assert_eq!(told.change, Change::WithinMargin);
    }

    /// The same numbers without pairs say much less.
    #[test]
    fn without_the_same_fates_welch_decides() {
        let (then, now) = (some(&[10.0, 20.0, 30.0]), some(&[12.0, 22.1, 31.9]));
        let told = drift(&then, &now, false, 1.0);
        // s = 10 and 9.95: standard error 8.14, 3.99 degrees of freedom, rounded down to 3.
        let (low, high) = told.interval.unwrap();
        assert!((high - low - 2.0 * 3.182_446 * 8.145_3).abs() < 0.05, "{told:?}");
        assert_eq!(told.change, Change::Undecided);
    }
}
