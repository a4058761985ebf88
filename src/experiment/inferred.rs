//! Inference from independent replications: intervals at any error, and p-values of differences.
//!
//! An interval is the widest of its parts. Spread over replications: Student's t, and Hall's transformation for skewed
//! values (Hall 1992, J. R. Statist. Soc. B 54, 221-228). Rare events: those of one replication count as one cluster,
//! and a weighted sum of Poisson counts has the gamma bounds of Fay and Feuer (1997, Statistics in Medicine 16,
//! 791-801); a difference of two such sums has those of Zou and Donner (2008, Statistics in Medicine 27, 1693-1702).
//! Quantiles: see `tail`. Rounding: the width of a histogram's bucket.

use super::exact_bounds::clopper_pearson;
use super::student::{t_quantile, within};
use super::tail::Tail;
use crate::engine::special::gamma_quantile;
use serde::{Deserialize, Serialize};

/// Fewer replications with an event, or fewer events, than this are few.
pub(super) const FEW: u64 = 10;
/// An unseen cluster is assumed to be at most this many times as large as the largest one seen.
const MOST_LARGER: f64 = 10.0;
/// Width of the buckets of histograms, relative to their value.
pub(super) const BUCKET: f64 = 1.0 / 2048.0;

/// On values as skewed as exponential ones, Hall's bounds err more often than stated: with error 0.001, in 0.0045 of
/// samples of twenty. This constant was fitted by simulation: raising the error to the power 1 + SKEWED / n keeps the
/// stated error for n values.
const SKEWED: f64 = 5.5;

/// The error at which to compute a bound so that it errs with `error` at most, if the values of the replications are as
/// skewed as exponential ones.
fn error_if_skewed(error: f64, replications: usize) -> f64 {
    libm::pow(error, 1.0 + SKEWED / replications as f64)
}

/// The uncertainty of a mean over replications.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Spread {
    /// Standard error of the mean.
    pub error: f64,
    /// Degrees of freedom.
    freedom: u32,
    /// Skewness of the mean.
    skew: f64,
}

impl Spread {
    /// Spread of the mean of independent values; at least two.
    pub fn of(values: &[f64]) -> Spread {
        let [_, second, third] = moments(values);
        Spread { error: second.sqrt(), freedom: values.len() as u32 - 1, skew: skew(second, third) }
    }

    /// Spread of the mean; `None` for one value.
    pub fn of_some(values: &[f64]) -> Option<Spread> {
        (values.len() > 1).then(|| Spread::of(values))
    }

    /// Spread of the difference of two means of independent values; degrees of freedom by Welch (1947), rounded down.
    pub fn independent(ours: &[f64], theirs: &[f64]) -> Spread {
        let ([_, a, a3], [_, b, b3]) = (moments(ours), moments(theirs));
        let part = |square: f64, values: &[f64]| square * square / (values.len() as f64 - 1.0);
        let freedom = (a + b) * (a + b) / (part(a, ours) + part(b, theirs));
        let freedom = if freedom.is_finite() { (freedom.floor() as u32).max(1) } else { 1 };
        Spread { error: (a + b).sqrt(), freedom, skew: skew(a + b, a3 - b3) }
    }

    /// Without the skewness: for values whose skewness has bounds of its own.
    fn students(self) -> Spread {
        Spread { skew: 0.0, ..self }
    }

    /// How far the interval reaches (below, above) the mean; each end errs with probability `error`.
    pub fn reach(&self, error: f64) -> (f64, f64) {
        if self.error == 0.0 {
            return (0.0, 0.0);
        }
        self.reach_at(t_quantile(1.0 - 2.0 * error, self.freedom))
    }

    /// How far the interval reaches at a quantile `t` of Student's t.
    fn reach_at(&self, t: f64) -> (f64, f64) {
        let (low, high) = (self.halls_inverse(t).max(t), (-self.halls_inverse(-t)).max(t));
        (low * self.error, high * self.error)
    }

    /// Two-sided p-value of `value` if the true mean is zero.
    fn chance(&self, value: f64) -> f64 {
        let t = value / self.error;
        let hall = self.halls(t) * t.signum();
        1.0 - within(t.abs().min(hall.max(0.0)), self.freedom)
    }

    /// Hall's transformation of a studentized mean, which removes most of its skewness.
    fn halls(&self, t: f64) -> f64 {
        t + self.skew * (t * t / 3.0 + 1.0 / 6.0) + self.skew * self.skew * t * t * t / 27.0
    }

    fn halls_inverse(&self, t: f64) -> f64 {
        if self.skew.abs() < 1e-9 {
            return t;
        }
        3.0 / self.skew * (libm::cbrt(1.0 + self.skew * (t - self.skew / 6.0)) - 1.0)
    }
}

/// The mean, its variance, and its third central moment.
fn moments(values: &[f64]) -> [f64; 3] {
    let count = values.len() as f64;
    let mean = values.iter().sum::<f64>() / count;
    let (mut squares, mut cubes) = (0.0, 0.0);
    for apart in values.iter().map(|value| value - mean) {
        squares += apart * apart;
        cubes += apart * apart * apart;
    }
    [mean, squares / (count - 1.0) / count, cubes / count / count / count]
}

fn skew(second: f64, third: f64) -> f64 {
    if second > 0.0 { third / (second * second.sqrt()) } else { 0.0 }
}

/// Rare events over replications: the contribution of each replication to the number.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Rare {
    /// The number if there were no event: zero, or one where non-events are rare.
    pub origin: f64,
    /// Contribution of each replication; zero without events.
    pub parts: Vec<f64>,
    /// Assumed contribution of a cluster larger than those seen.
    pub unseen: f64,
    /// Contribution of one event; `None` where events are not counted.
    pub event: Option<f64>,
    /// Whether events can add and subtract, as in a difference.
    pub signed: bool,
}

impl Rare {
    /// Number of replications with an event.
    fn seen(&self) -> usize {
        self.parts.iter().filter(|part| **part != 0.0).count()
    }

    /// Whether there are too few events to rely on the spread over replications.
    pub fn is_few(&self) -> bool {
        let (seen, count) = (self.seen(), self.parts.len());
        let size: f64 = self.parts.iter().map(|part| part.abs()).sum();
        let events = self.event.map_or(f64::INFINITY, |event| (size / event).round());
        (seen < FEW as usize && 2 * seen <= count) || events < FEW as f64
    }

    fn interval(&self, error: f64) -> (f64, f64) {
        // Clusters are assumed to be large until some are seen; then the next one is assumed to be as large as the
        // largest.
        let largest = self.parts.iter().fold(0.0_f64, |largest, part| largest.max(part.abs()));
        let unseen = match self.seen() {
            0 => self.unseen,
            seen => largest.max(self.unseen.min(MOST_LARGER * largest) / (seen + 1) as f64),
        };
        let side = |sign: f64| -> (f64, (f64, f64)) {
            let parts = self.parts.iter().map(|part| part * sign).filter(|part| *part > 0.0);
            let parts: Vec<f64> = parts.collect();
            (parts.iter().sum(), weighted_poisson(&parts, unseen, error))
        };
        let ((more, (more_low, more_high)), (less, (less_low, less_high))) = (side(1.0), side(-1.0));
        match (self.signed, self.origin > 0.0) {
            (true, _) => {
                let value = self.origin + more - less;
                (
                    value - libm::hypot(more - more_low, less_high - less),
                    value + libm::hypot(more_high - more, less - less_low),
                )
            }
            (false, true) => (self.origin - less_high, self.origin - less_low),
            (false, false) => (self.origin + more_low, self.origin + more_high),
        }
    }
}

/// Bounds of the mean of a sum of clusters of these sizes, which arrive as Poisson counts. `next` is the assumed size
/// of the next cluster, at least as large as all others. Each bound errs with probability `error`.
fn weighted_poisson(sizes: &[f64], next: f64, error: f64) -> (f64, f64) {
    let (sum, squares): (f64, f64) =
        sizes.iter().fold((0.0, 0.0), |(a, b), size| (a + size, b + size * size));
    let quantile =
        |mean: f64, variance: f64, p: f64| gamma_quantile(mean * mean / variance, p) * (variance / mean);
    let low = if sum > 0.0 { quantile(sum, squares, error) } else { 0.0 };
    let high = match next > 0.0 {
        true => quantile(sum + next, squares + next * next, 1.0 - error),
        false => 0.0,
    };
    (low, high)
}

/// A number, or a difference of two, with everything its interval depends on.
#[derive(Clone, Debug, PartialEq)]
pub struct Inferred {
    /// Point estimate.
    pub value: f64,
    pub(super) spread: Option<Spread>,
    pub(super) rare: Option<Rare>,
    /// For a difference that is equal in all replications: the number of replications.
    pub(super) alike: Option<usize>,
    /// Smallest and largest possible value.
    pub(super) ends: (f64, f64),
    /// For a quantile: its share, and the number of observations.
    pub(super) quantile: Option<(f64, u64)>,
    /// For a quantile: its uncertainty in terms of shares.
    pub(super) tail: Option<Tail>,
    /// For a share of replications: (events, trials).
    pub(super) trials: Option<(u64, u64)>,
    /// Width of a histogram's bucket at the value.
    pub(super) bucket: f64,
    /// Whether nothing about the number is random.
    pub(super) certain: bool,
}

impl Inferred {
    /// An interval each of whose ends errs with probability `error`, clipped to the possible values. Infinite ends
    /// where nothing is known, as with one replication.
    pub fn interval(&self, error: f64) -> (f64, f64) {
        let (low, high) = self.unclipped(error);
        (low.max(self.ends.0), high.min(self.ends.1))
    }

    /// [`Inferred::interval`], not clipped.
    pub fn unclipped(&self, error: f64) -> (f64, f64) {
        if self.certain {
            return (self.value, self.value);
        }
        if let Some((seen, of)) = self.trials {
            return clopper_pearson(seen, of, 1.0 - 2.0 * error);
        }
        let Some(spread) = &self.spread else { return (f64::NEG_INFINITY, f64::INFINITY) };
        let few = self.few();
        let spread = if few.is_some() { spread.students() } else { *spread };
        let (below, above) = spread.reach(error);
        let alike = self.alike.map_or(0.0, |count| self.value.abs() * -libm::log2(error) / count as f64);
        let least = self.bucket.max(alike);
        let (mut low, mut high) = (self.value - below.max(least), self.value + above.max(least));
        if let Some(rare) = few {
            let bounds = rare.interval(error);
            (low, high) = (low.min(bounds.0), high.max(bounds.1));
        }
        if let Some(tail) = &self.tail {
            let ends = tail.interval(error);
            (low, high) = (low.min(ends.0), ends.1.map_or(high, |end| high.max(end)));
        }
        // The largest of n values is below the quantile p with probability p^n (David and Nagaraja, ch. 7.1).
        if let Some((p, n)) = self.quantile {
            let is_open = |p: f64| libm::pow(p, n as f64) > error;
            low = if is_open(1.0 - p) { f64::NEG_INFINITY } else { low };
            high = if is_open(p) { f64::INFINITY } else { high };
        }
        (low, high)
    }

    /// An interval each of whose ends errs with probability `error` even for values as skewed as exponential ones.
    pub(super) fn interval_if_skewed(&self, error: f64, replications: usize) -> (f64, f64) {
        match self.trials {
            Some(_) => self.interval(error),
            None => self.interval(error_if_skewed(error, replications)),
        }
    }

    /// The rare events, where they are few.
    pub(super) fn few(&self) -> Option<&Rare> {
        self.rare.as_ref().filter(|rare| rare.is_few())
    }

    /// Standard error; infinite with one replication.
    pub fn error(&self) -> f64 {
        if self.certain { 0.0 } else { self.spread.map_or(f64::INFINITY, |spread| spread.error) }
    }

    /// Two-sided p-value of no difference; `None` with one replication.
    pub fn chance(&self) -> Option<f64> {
        let few = self.few();
        let spread = self.spread.map(|spread| if few.is_some() { spread.students() } else { spread })?;
        if self.value == 0.0 {
            return Some(1.0);
        }
        let of_spread = match self.alike {
            Some(count) => libm::exp2(1.0 - count as f64),
            None => spread.chance(self.value),
        };
        let of_events = few.map_or(0.0, |rare| chance_of(|error| rare.interval(error)));
        Some(of_spread.max(of_events).min(1.0))
    }
}

/// Twice the largest error at which the interval excludes zero.
fn chance_of(interval: impl Fn(f64) -> (f64, f64)) -> f64 {
    let (mut out, mut within) = (1e-12_f64, 0.499_f64);
    let holds_zero = |error: f64| {
        let (low, high) = interval(error);
        low <= 0.0 && high >= 0.0
    };
    if holds_zero(within) {
        return 1.0;
    }
    if !holds_zero(out) {
        return 2.0 * out;
    }
    for _ in 0..50 {
        let middle = (out * within).sqrt();
        *(if holds_zero(middle) { &mut out } else { &mut within }) = middle;
    }
    2.0 * out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn near(told: (f64, f64), low: f64, high: f64) {
        assert!((told.0 - low).abs() < 1e-4 && (told.1 - high).abs() < 1e-4, "{told:?} for {low}, {high}");
    }

    /// With clusters of one event the bounds are Garwood's (1936), by the well-known table of exact Poisson limits.
    #[test]
    fn single_events_have_the_published_poisson_limits() {
        near(weighted_poisson(&[], 1.0, 0.025), 0.0, 3.68888);
        near(weighted_poisson(&[1.0], 1.0, 0.025), 0.02532, 5.57164);
        near(weighted_poisson(&[1.0; 10], 1.0, 0.025), 4.79539, 18.39036);
        near(weighted_poisson(&[3.0; 10], 3.0, 0.025), 3.0 * 4.79539, 3.0 * 18.39036);
    }

    #[test]
    fn without_skewness_the_interval_is_students_and_with_it_the_longer_tail_is_wider() {
        let (below, above) = Spread::of(&[1.0, 2.0, 3.0]).reach(0.025);
        let half = 4.302_652_73 / 3.0_f64.sqrt();
        assert!((below - half).abs() < 1e-6 && (above - half).abs() < 1e-6, "{below} {above}");
        let (below, above) = Spread::of(&[1.0, 1.0, 1.0, 1.0, 9.0]).reach(0.025);
        assert!(above > 1.5 * below, "{below} {above}");
    }

    #[test]
    fn a_chance_is_the_error_at_which_the_interval_ends_at_zero() {
        for values in
            [&[1.0, 2.0, 4.0, 9.0, 3.0][..], &[-1.0, -2.0, -1.5, -6.0], &[0.5, -0.25, 1.0, 0.75, 0.8, 3.0]]
        {
            let spread = Spread::of(values);
            let value = moments(values)[0];
            let error = spread.chance(value) / 2.0;
            let (below, above) = spread.reach(error);
            let end = if value > 0.0 { value - below } else { value + above };
            assert!(end.abs() < 1e-6 * value.abs(), "{values:?}: {end}");
        }
    }

    /// Six replications that all differ the same way by one event are a sign test's 3 %; one more on the other side, not.
    #[test]
    fn rare_events_on_one_side_decide_no_sooner_than_a_sign_test() {
        let with = |parts: &[f64]| {
            let parts = [parts, &[0.0; 24]].concat();
            Rare { origin: 0.0, parts, unseen: 0.0, event: Some(1.0), signed: true }.interval(0.025)
        };
        assert!(
            with(&[1.0; 5]).0 < 0.0 && with(&[1.0; 7]).0 > 0.0,
            "{:?} {:?}",
            with(&[1.0; 5]),
            with(&[1.0; 7])
        );
        assert!(with(&[1.0, 1.0, 1.0, 1.0, 1.0, 1.0, -1.0]).0 < 0.0);
    }

    /// Exponential values, from a generator of the test's own: bounds err as seldom as they may, from 10 values and from 80,
    /// at errors that a search spends. Read at the error itself, they err twice to eight times as often.
    #[test]
    fn small_errors_hold_on_skewed_values() {
        let mut state = 88_172_645_463_325_252_u64;
        let mut uniform = move || {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            ((state >> 11) as f64 + 0.5) / 9_007_199_254_740_992.0
        };
        let samples = 20_000;
        for (count, errors) in [(10, [0.01, 0.001]), (20, [0.01, 0.001]), (80, [0.01, 0.001])] {
            let (mut wrong, mut plain) = ([0; 2], [0; 2]);
            let t = |error: f64| t_quantile(1.0 - 2.0 * error, count as u32 - 1);
            let read = errors.map(|error| (t(error_if_skewed(error, count)), t(error)));
            for _ in 0..samples {
                let values: Vec<f64> = (0..count).map(|_| -libm::log(uniform())).collect();
                let (mean, spread) = (moments(&values)[0], Spread::of(&values));
                for (at, (held, at_error)) in read.iter().enumerate() {
                    let ends_below = |t: f64| mean + spread.reach_at(t).1 < 1.0;
                    wrong[at] += u32::from(ends_below(*held));
                    plain[at] += u32::from(ends_below(*at_error));
                }
            }
            for (at, error) in errors.into_iter().enumerate() {
                let expected = error * f64::from(samples);
                // Three standard deviations of what chance does to the count.
                let most = expected + 3.0 * expected.sqrt();
                assert!(
                    f64::from(wrong[at]) <= most,
                    "{count} values at {error}: {} of {samples}",
                    wrong[at]
                );
                assert!(plain[at] > wrong[at], "{count} values at {error}: {} without it", plain[at]);
            }
            assert!(count > 20 || f64::from(plain[1]) > 3.0 * 0.001 * f64::from(samples), "{plain:?}");
        }
    }
}
