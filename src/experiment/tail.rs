//! The uncertainty of a quantile over replications.
//!
//! A quantile lies between those of a lower and a higher share, and how uncertain a share is follows from what each
//! replication adds to it (Woodruff 1952, J. Am. Stat. Assoc. 47, 635-646; with Kaplan-Meier's shares it is the interval of
//! Brookmeyer and Crowley 1982). Shares move by single values, so that this holds for thousands of replications, where
//! the quantile itself moves by less than a bucket of its histogram.

use super::inferred::{FEW, Spread};
use super::numbers::Row;
use crate::measure::{Curve, Kind, about};
use serde::{Deserialize, Serialize};

/// The distribution of all replications together around a quantile, and how uncertain its share is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Tail {
    /// The share that the quantile is of.
    p: f64,
    /// The share of values up to the quantile, of all replications: `p`, or more where many values are equal.
    share: f64,
    /// The same of all replications but each.
    without: Vec<f64>,
    /// The uncertainty of that share.
    spread: Spread,
    /// Replications that have a value above the quantile.
    beyond: u64,
    /// Rising shares, and their quantiles.
    points: Vec<(f64, f64)>,
}

impl Tail {
    /// Of a row whose `without` holds the shares of [`Curve::at`]; `None` where too little was observed.
    pub(super) fn new(curve: Curve, row: &Row) -> Option<Tail> {
        let Kind::Quantile(p) = about(&row.pooled.metric).kind else { return None };
        let without = row.without.iter().copied().collect::<Option<Vec<f64>>>()?;
        let (share, points, count) = (curve.share, curve.points, without.len() as f64);
        let apart: Vec<f64> = without.iter().map(|without| (count - 1.0) * (share - without)).collect();
        let whole = row.pooled.n as f64;
        let above =
            |(without, of): (&f64, &u64)| (1.0 - share) * whole - (1.0 - without) * (whole - *of as f64);
        let beyond = without.iter().zip(&row.of).map(above).filter(|above| *above > 0.5).count() as u64;
        let spread = Spread::of_some(&apart)?;
        (!points.is_empty()).then_some(Tail { p, share, without, spread, beyond, points })
    }

    /// The quantile of all replications but each, as far as a share moves it along the curve: a straight line through
    /// the quantiles one standard error below and above, of independent values at least.
    pub(super) fn linear(&self, row: &Row) -> Vec<Option<f64>> {
        let (value, odds) = (row.pooled.value.real(), self.p * (1.0 - self.p));
        let wide = self.spread.error.max((odds / (row.pooled.n as f64).max(1.0)).sqrt()) / odds;
        let near = |apart: f64| 1.0 / (1.0 + libm::exp(-libm::log(self.p / (1.0 - self.p)) - apart));
        let (low, high) = (near(-wide).max(self.points[0].0), near(wide).min(self.last().0));
        let slope = if high > low { (self.quantile(high) - self.quantile(low)) / (high - low) } else { 0.0 };
        self.without.iter().map(|without| Some(value - slope * (without - self.share))).collect()
    }

    /// The ends of the quantile, each wrong with a chance of `error`. Where its share may be one, the upper end is infinite
    /// if few replications have a value above the quantile, and `None` otherwise.
    pub(super) fn interval(&self, error: f64) -> (f64, Option<f64>) {
        // Where more may lie up to the quantile than does, it may be lower.
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

    /// The quantile of a share between those known, on a straight line.
    fn quantile(&self, share: f64) -> f64 {
        let next = self.points.partition_point(|point| point.0 < share).min(self.points.len() - 1);
        let (b, y) = self.points[next];
        let (a, x) = self.points[next.saturating_sub(1)];
        if b > a { x + (y - x) * ((share - a) / (b - a)).clamp(0.0, 1.0) } else { y }
    }
}
