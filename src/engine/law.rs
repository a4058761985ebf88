//! The laws of distributions: quantile, distribution function and moments of each, before truncation.

use super::special::{exp, gamma_quantile, ln_gamma_p, normal_cdf, normal_quantile};
use libm::{expm1, log, log1p, pow, sin, sqrt, tgamma};
use std::f64::consts::PI;

/// The law of a distribution before truncation. For display: only a [`Distribution`](super::distribution::Distribution)
/// can be sampled.
#[derive(Clone, Debug, PartialEq)]
pub enum Law {
    /// A constant.
    Constant(f64),
    /// Uniform between two values.
    Uniform {
        /// The least value.
        low: f64,
        /// The greatest value.
        high: f64,
    },
    /// Density rising from `low` to `mode` and falling to `high` (Law, ch. 8.3.15).
    Triangular {
        /// The least value.
        low: f64,
        /// The most likely value.
        mode: f64,
        /// The greatest value.
        high: f64,
    },
    /// Exponential (Law, ch. 8.3.2).
    Exponential {
        /// The mean.
        mean: f64,
    },
    /// e to the power of a normal variable (Law, ch. 8.3.7).
    Lognormal {
        /// Mean of the logarithm.
        mu: f64,
        /// Standard deviation of the logarithm.
        sigma: f64,
    },
    /// Gamma (Law, ch. 8.3.4).
    Gamma {
        /// Shape; the mean is shape times scale.
        shape: f64,
        /// Scale.
        scale: f64,
    },
    /// Weibull (Law, ch. 8.3.5).
    Weibull {
        /// Shape. Below 1, the longer the wait so far, the longer the remaining wait.
        shape: f64,
        /// Scale: the 63.2 % quantile.
        scale: f64,
    },
    /// Log-logistic (Law, ch. 8.3.11).
    Loglogistic {
        /// Shape, beta: the tail falls like x to the power of -shape.
        shape: f64,
        /// Scale, alpha: the median.
        scale: f64,
    },
    /// Finitely many values.
    Discrete {
        /// The values, rising.
        values: Vec<f64>,
        /// P(X <= value) for each value; the last is 1.
        cumulative: Vec<f64>,
    },
    /// A quantile function, linear between points (p, value) from p = 0 to p = 1 (Law, ch. 8.3.16).
    Empirical {
        /// The points; both coordinates rise.
        points: Vec<(f64, f64)>,
    },
}

impl Law {
    /// The quantile of `u`, 0 < `u` < 1.
    pub(super) fn quantile(&self, u: f64) -> f64 {
        match self {
            Law::Constant(value) => *value,
            Law::Uniform { low, high } => (low + (high - low) * u).min(*high),
            Law::Triangular { low, mode, high } if u <= (mode - low) / (high - low) => {
                low + sqrt(u * (high - low) * (mode - low))
            }
            Law::Triangular { low, mode, high } => high - sqrt((1.0 - u) * (high - low) * (high - mode)),
            Law::Exponential { mean } => -mean * log1p(-u),
            Law::Lognormal { mu, sigma } => exp(mu + sigma * normal_quantile(u)),
            Law::Gamma { shape, scale } => scale * gamma_quantile(*shape, u),
            Law::Weibull { shape, scale } => scale * pow(-log1p(-u), 1.0 / shape),
            Law::Loglogistic { shape, scale } => scale * pow(u / (1.0 - u), 1.0 / shape),
            Law::Discrete { values, cumulative } => {
                let index = cumulative.partition_point(|&c| c < u);
                values[index.min(values.len() - 1)]
            }
            Law::Empirical { points } => {
                let after = points.partition_point(|point| point.0 < u).clamp(1, points.len() - 1);
                let ((p, value), (next_p, next)) = (points[after - 1], points[after]);
                (value + (next - value) * ((u - p) / (next_p - p))).clamp(value, next)
            }
        }
    }

    /// P(X <= x).
    pub(super) fn p_up_to(&self, x: f64) -> f64 {
        self.p(x, |value| value <= x)
    }

    /// P(X < x).
    pub(super) fn p_below(&self, x: f64) -> f64 {
        self.p(x, |value| value < x)
    }

    /// The probability of the values below `x`, and of `x` itself if it `counts`.
    fn p(&self, x: f64, counts: impl Fn(f64) -> bool) -> f64 {
        if x == f64::INFINITY {
            return 1.0;
        }
        let p = match self {
            Law::Constant(value) => f64::from(counts(*value)),
            Law::Uniform { low, high } => (x - low) / (high - low),
            Law::Triangular { low, .. } if x <= *low => 0.0,
            Law::Triangular { high, .. } if x >= *high => 1.0,
            Law::Triangular { low, mode, high } if x <= *mode => {
                (x - low) * (x - low) / ((high - low) * (mode - low))
            }
            Law::Triangular { low, mode, high } => {
                1.0 - (high - x) * (high - x) / ((high - low) * (high - mode))
            }
            Law::Discrete { values, cumulative } => match values.partition_point(|&value| counts(value)) {
                0 => 0.0,
                index => cumulative[index - 1],
            },
            Law::Empirical { points } => match points.partition_point(|point| counts(point.1)) {
                0 => 0.0,
                index if index == points.len() => 1.0,
                index => {
                    let ((p, value), (next_p, next)) = (points[index - 1], points[index]);
                    p + (next_p - p) * (x - value) / (next - value)
                }
            },
            _ if x <= 0.0 => 0.0,
            Law::Exponential { mean } => -expm1(-x / mean),
            Law::Lognormal { mu, sigma } => normal_cdf((log(x) - mu) / sigma),
            Law::Gamma { shape, scale } => exp(ln_gamma_p(*shape, log(x / scale))),
            Law::Weibull { shape, scale } => -expm1(-pow(x / scale, *shape)),
            Law::Loglogistic { shape, scale } => 1.0 / (1.0 + pow(scale / x, *shape)),
        };
        p.clamp(0.0, 1.0)
    }

    /// E[X] and E[X^2].
    pub(super) fn moments(&self) -> (f64, f64) {
        match self {
            Law::Constant(value) => (*value, value * value),
            Law::Uniform { low, high } => ((low + high) / 2.0, (low * low + low * high + high * high) / 3.0),
            Law::Triangular { low: a, mode: c, high: b } => {
                ((a + b + c) / 3.0, (a * a + b * b + c * c + a * b + a * c + b * c) / 6.0)
            }
            Law::Exponential { mean } => (*mean, 2.0 * mean * mean),
            Law::Lognormal { mu, sigma } => (exp(mu + sigma * sigma / 2.0), exp(2.0 * (mu + sigma * sigma))),
            Law::Gamma { shape, scale } => (shape * scale, shape * (shape + 1.0) * scale * scale),
            Law::Weibull { shape, scale } => {
                (scale * tgamma(1.0 + 1.0 / shape), scale * scale * tgamma(1.0 + 2.0 / shape))
            }
            Law::Loglogistic { shape, scale } => {
                let raw = |power: f64| {
                    let b = power * PI / shape;
                    if b < PI { b / sin(b) } else { f64::INFINITY }
                };
                (scale * raw(1.0), scale * scale * raw(2.0))
            }
            Law::Discrete { .. } | Law::Empirical { .. } => {
                self.partial_moments((0.0, 1.0)).expect("law: moments of pieces are exact")
            }
        }
    }

    /// The integrals of the quantile function and of its square between two probabilities, if the law is piecewise.
    pub(super) fn partial_moments(&self, p: (f64, f64)) -> Option<(f64, f64)> {
        let overlap = |from: f64, to: f64| (from.max(p.0), to.min(p.1).max(from.max(p.0)));
        let mut sum = (0.0, 0.0);
        match self {
            Law::Constant(value) => sum = ((p.1 - p.0) * value, (p.1 - p.0) * value * value),
            Law::Discrete { values, cumulative } => {
                let mut before = 0.0;
                for (&value, &up_to) in values.iter().zip(cumulative) {
                    let (from, to) = overlap(before, up_to);
                    sum = (sum.0 + (to - from) * value, sum.1 + (to - from) * value * value);
                    before = up_to;
                }
            }
            Law::Empirical { points } => {
                for pair in points.windows(2) {
                    let ((p, value), (next_p, next)) = (pair[0], pair[1]);
                    let (from, to) = overlap(p, next_p);
                    let at = |u: f64| value + (next - value) * (u - p) / (next_p - p);
                    let (a, b, width) = (at(from), at(to), to - from);
                    sum = (sum.0 + width * (a + b) / 2.0, sum.1 + width * (a * a + a * b + b * b) / 3.0);
                }
            }
            _ => return None,
        }
        Some(sum)
    }
}
