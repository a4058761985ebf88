//! The uncertainty of a quantile over replications.
//!
//! A confidence interval for a quantile follows from the uncertainty of its share (Woodruff 1952, J. Am. Stat. Assoc.
//! 47, 635-646; with Kaplan-Meier shares it is the interval of Brookmeyer and Crowley 1982). Each replication
//! contributes to that share. Shares change by single values, so the method works for thousands of replications, where
//! the quantile itself changes by less than a bucket of its histogram.

use super::column::Column;
use super::inferred::{FEW, Spread};
use super::numbers::Row;
use crate::measure::{Curve, Kind, about};
use serde::{Deserialize, Serialize};

/// The distribution function of all replications together near a quantile, and the uncertainty of its share.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Tail {
    /// The share that defines the quantile.
    p: f64,
    /// The share of values up to the quantile, over all replications: `p`, or more where many values are equal.
    share: f64,
    /// That share over all replications but each.
    without: Vec<f64>,
    /// Uncertainty of that share.
    spread: Spread,
    /// Number of replications with a value above the quantile.
    beyond: u64,
    /// Rising shares, and their quantiles.
    points: Vec<(f64, f64)>,
}

impl Tail {
    /// The tail for a row whose `without` holds the shares of values up to [`Curve::at`]; `None` with too few
    /// observations.
    pub(super) fn new(curve: Curve, row: &Row) -> Option<Tail> {
        let Kind::Quantile(p) = about(&row.pooled.metric).kind else { return None };
        let without = row.without.whole()?;
        let (share, points, count) = (curve.share, curve.points, without.len() as f64);
        let apart: Vec<f64> = without.iter().map(|without| (count - 1.0) * (share - without)).collect();
        let whole = row.pooled.n as f64;
        let above =
            |(without, of): (&f64, &u64)| (1.0 - share) * whole - (1.0 - without) * (whole - *of as f64);
        let beyond = without.iter().zip(&row.of).map(above).filter(|above| *above > 0.5).count() as u64;
        let spread = Spread::of_some(&apart)?;
        (!points.is_empty()).then_some(Tail { p, share, without, spread, beyond, points })
    }

    /// The quantile of all replications but each, linearized: the share moves it along a straight line through the
    /// quantiles one standard error below and above. The standard error is at least that of independent values.
    pub(super) fn linear(&self, row: &Row) -> Column {
        let (value, odds) = (row.pooled.value.real(), self.p * (1.0 - self.p));
        let wide = self.spread.error.max((odds / (row.pooled.n as f64).max(1.0)).sqrt()) / odds;
        let near = |apart: f64| 1.0 / (1.0 + libm::exp(-libm::log(self.p / (1.0 - self.p)) - apart));
        let (low, high) = (near(-wide).max(self.points[0].0), near(wide).min(self.last().0));
        let slope = if high > low { (self.quantile(high) - self.quantile(low)) / (high - low) } else { 0.0 };
        self.without.iter().map(|without| Some(value - slope * (without - self.share))).collect()
    }

    /// The ends of the quantile, each errs with probability `error`. If the interval of its share reaches one, the
    /// upper end is infinite if few replications have a value above the quantile, and `None` otherwise.
    pub(super) fn interval(&self, error: f64) -> (f64, Option<f64>) {
        // An uncertain share is converted: if the share may be larger, the quantile may be lower.
        let (below, above) = self.spread.reach(error);
        let low = self.quantile((self.p - above).max(self.points[0].0));
        let is_within = self.p + below < 1.0;
        let high = match is_within {
            true if self.p + below <= self.last().0 => Some(self.quantile(self.p + below)),
            true => Some(self.last().1),
            false => (self.beyond < FEW).then_some(f64::INFINITY),
        };
        (low, high)
    }

    fn last(&self) -> (f64, f64) {
        self.points[self.points.len() - 1]
    }

    /// The quantile of a share, interpolated between known points.
    fn quantile(&self, share: f64) -> f64 {
        let next = self.points.partition_point(|point| point.0 < share).min(self.points.len() - 1);
        let (b, y) = self.points[next];
        let (a, x) = self.points[next.saturating_sub(1)];
        if b > a { x + (y - x) * ((share - a) / (b - a)).clamp(0.0, 1.0) } else { y }
    }
}
