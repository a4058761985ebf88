//! Distributions, sampled by inverse transform: one uniform random number gives one value, and a larger one never a
//! smaller value (Law, ch. 8.2.1 and 8.3). This makes common random numbers and antithetic runs effective.

use super::gamma_table::GammaTable;
pub use super::law::Law;
use libm::{exp, expm1, fabs, lgamma, log, log1p, sin, sqrt, tan};
use std::f64::consts::{FRAC_PI_2, PI};

/// A distribution, possibly truncated. Only the constructors make one, so its parameters are valid. Values have no unit
/// here: the caller defines it.
#[derive(Clone, Debug, PartialEq)]
pub struct Distribution {
    law: Law,
    cut: Option<Cut>,
    /// Used if the law is gamma.
    gamma: GammaTable,
}

/// Truncation: the law on the condition that the value lies in [`min`, `max`].
#[derive(Clone, Copy, Debug, PartialEq)]
struct Cut {
    min: f64,
    max: f64,
    /// The probability below `min`, and up to `max`.
    p: (f64, f64),
}

/// The result of a constructor: a distribution, or a sentence about what is wrong with the parameters.
type Made = Result<Distribution, String>;

impl Distribution {
    /// The constant `value`.
    ///
    /// # Errors
    /// If it is not finite.
    pub fn constant(value: f64) -> Made {
        finite("value", value)?;
        made(Law::Constant(value))
    }

    /// Uniform between `low` and `high`.
    ///
    /// # Errors
    /// If they are not finite, or `high` is not above `low`.
    pub fn uniform(low: f64, high: f64) -> Made {
        finite("low", low)?;
        finite("high", high)?;
        if low >= high {
            return Err(format!("high must be above low, but low is {low} and high is {high}"));
        }
        made(Law::Uniform { low, high })
    }

    /// The uniform distribution with this mean and standard deviation.
    ///
    /// # Errors
    /// If they are not finite, or `sd` is not positive.
    pub fn uniform_of(mean: f64, sd: f64) -> Made {
        finite("mean", mean)?;
        positive("sd", sd)?;
        let half = sd * sqrt(3.0);
        Distribution::uniform(mean - half, mean + half)
    }

    /// Triangular between `low` and `high`, with the mode `mode`.
    ///
    /// # Errors
    /// If they are not finite, or not in order.
    pub fn triangular(low: f64, mode: f64, high: f64) -> Made {
        for (name, value) in [("low", low), ("mode", mode), ("high", high)] {
            finite(name, value)?;
        }
        if !(low <= mode && mode <= high && low < high) {
            return Err(format!(
                "low, mode and high must rise, and low be below high, but they are {low}, {mode} and {high}"
            ));
        }
        made(Law::Triangular { low, mode, high })
    }

    /// Exponential with this mean, which is also its standard deviation.
    ///
    /// # Errors
    /// If the mean is not positive and finite.
    pub fn exponential(mean: f64) -> Made {
        positive("mean", mean)?;
        made(Law::Exponential { mean })
    }

    /// Lognormal by mean and standard deviation of the logarithm.
    ///
    /// # Errors
    /// If `mu` is not finite or beyond 700, or `sigma` is not positive or is above 30.
    pub fn lognormal(mu: f64, sigma: f64) -> Made {
        finite("mu", mu)?;
        positive("sigma", sigma)?;
        if fabs(mu) > 700.0 || sigma > 30.0 {
            return Err(format!(
                "mu and sigma are those of the logarithm: mu between -700 and 700, sigma up to 30, but they are {mu} and {sigma}"
            ));
        }
        made(Law::Lognormal { mu, sigma })
    }

    /// The lognormal distribution with this mean and standard deviation.
    ///
    /// # Errors
    /// If they are not positive and finite, or so far apart that the parameters are not floating-point numbers.
    pub fn lognormal_of(mean: f64, sd: f64) -> Made {
        let variation = variation(mean, sd)?;
        let variance = log1p(variation * variation);
        Distribution::lognormal(log(mean) - variance / 2.0, sqrt(variance))
    }

    /// Gamma by shape and scale.
    ///
    /// # Errors
    /// If they are not positive and finite, or the shape is not between 0.01 and 10,000,000.
    pub fn gamma(shape: f64, scale: f64) -> Made {
        within("shape", shape, 0.01, 1e7)?;
        positive("scale", scale)?;
        made(Law::Gamma { shape, scale })
    }

    /// The gamma distribution with this mean and standard deviation.
    ///
    /// # Errors
    /// If they are not positive and finite, or `sd` is above 10 times or below 1/3,000 of `mean`.
    pub fn gamma_of(mean: f64, sd: f64) -> Made {
        let variation = variation(mean, sd)?;
        within("sd / mean", variation, 1.0 / 3000.0, 10.0)?;
        let shape = (1.0 / (variation * variation)).max(0.01);
        Distribution::gamma(shape, mean / shape)
    }

    /// Weibull by shape and scale.
    ///
    /// # Errors
    /// If they are not positive and finite, or the shape is not between 0.05 and 10,000.
    pub fn weibull(shape: f64, scale: f64) -> Made {
        within("shape", shape, 0.05, 1e4)?;
        positive("scale", scale)?;
        made(Law::Weibull { shape, scale })
    }

    /// The Weibull distribution with this mean and standard deviation; the shape is found numerically.
    ///
    /// # Errors
    /// If they are not positive and finite, or no shape between 0.05 and 10,000 fits (`sd` of about 1/7,800 to 370,000
    /// times the mean).
    pub fn weibull_of(mean: f64, sd: f64) -> Made {
        let variation = variation(mean, sd)?;
        let wanted = log1p(variation * variation);
        // ln E[X^2] - 2 ln E[X] decreases as the shape increases.
        let spread = |ln_shape: f64| {
            let inverse = exp(-ln_shape);
            lgamma(1.0 + 2.0 * inverse) - 2.0 * lgamma(1.0 + inverse)
        };
        let range = (log(0.05), log(1e4));
        if wanted > spread(range.0) || wanted < spread(range.1) {
            return Err(format!(
                "no Weibull distribution has mean {mean} and sd {sd}; sd / mean is {variation}, allowed are 0.0002 to 370000"
            ));
        }
        let shape = exp(bisect(range, |ln_shape| spread(ln_shape) > wanted)).clamp(0.05, 1e4);
        Distribution::weibull(shape, mean / exp(lgamma(1.0 + 1.0 / shape)))
    }

    /// Log-logistic by shape (beta) and scale (alpha, the median).
    ///
    /// # Errors
    /// If they are not positive and finite, or the shape is not between 0.05 and 10,000.
    pub fn loglogistic(shape: f64, scale: f64) -> Made {
        within("shape", shape, 0.05, 1e4)?;
        positive("scale", scale)?;
        made(Law::Loglogistic { shape, scale })
    }

    /// The log-logistic distribution with this mean and standard deviation. Its shape is above 2: otherwise it has no
    /// standard deviation. With b = pi / shape, 1 + (sd / mean)^2 = tan(b) / b.
    ///
    /// # Errors
    /// If they are not positive and finite, or `sd` is above 1,000 times or below 1/5,000 of `mean`.
    pub fn loglogistic_of(mean: f64, sd: f64) -> Made {
        let variation = variation(mean, sd)?;
        within("sd / mean", variation, 1.0 / 5000.0, 1000.0)?;
        let wanted = 1.0 + variation * variation;
        let b = bisect((PI / 1e4, FRAC_PI_2), |b| tan(b) / b < wanted);
        Distribution::loglogistic(PI / b, mean * sin(b) / b)
    }

    /// Finitely many values with weights, which are normalized to a sum of one.
    ///
    /// # Errors
    /// If there are no values, the numbers of values and weights differ, a value is not finite or appears twice, a
    /// weight is negative or not finite, or all weights are 0.
    pub fn discrete(values: &[f64], weights: &[f64]) -> Made {
        if values.is_empty() || values.len() != weights.len() {
            let (values, weights) = (values.len(), weights.len());
            return Err(format!(
                "each value needs a weight, and there must be one at least, but there are {values} values and {weights} weights"
            ));
        }
        let mut pairs: Vec<(f64, f64)> = values.iter().copied().zip(weights.iter().copied()).collect();
        for &(value, weight) in &pairs {
            finite("value", value)?;
            within("weight", weight, 0.0, f64::MAX)?;
        }
        pairs.sort_by(|a, b| a.0.total_cmp(&b.0));
        if let Some(twice) = pairs.windows(2).find(|pair| pair[0].0 == pair[1].0) {
            return Err(format!("the value {} is given twice", twice[0].0));
        }
        pairs.retain(|pair| pair.1 > 0.0);
        let sum: f64 = pairs.iter().map(|pair| pair.1).sum();
        if pairs.is_empty() || !sum.is_finite() {
            return Err("at least one weight must be above 0, and their sum finite".into());
        }
        let (values, weights): (Vec<f64>, Vec<f64>) = pairs.into_iter().unzip();
        let up_to = |running: &mut f64, weight| {
            *running += weight;
            Some((*running / sum).min(1.0))
        };
        let mut cumulative: Vec<f64> = weights.into_iter().scan(0.0, up_to).collect();
        *cumulative.last_mut().expect("discrete: at least one value") = 1.0;
        made(Law::Discrete { values, cumulative })
    }

    /// The quantile function through `points` (p, value), interpolated linearly.
    ///
    /// # Errors
    /// If there are fewer than two points, p does not rise from 0 to 1, or the values decrease or are not finite.
    pub fn empirical(points: &[(f64, f64)]) -> Made {
        let ends = (points.first().map(|point| point.0), points.last().map(|point| point.0));
        if points.len() < 2 || ends != (Some(0.0), Some(1.0)) {
            return Err("the quantiles must go from p = 0 (the least value) to p = 1 (the greatest)".into());
        }
        for &(p, value) in points {
            within("p", p, 0.0, 1.0)?;
            finite("value", value)?;
        }
        for pair in points.windows(2) {
            let ((p, value), (next_p, next)) = (pair[0], pair[1]);
            if next_p <= p || next < value {
                return Err(format!(
                    "the quantiles must rise, but at p = {next_p} the value is {next}, after {value} at p = {p}"
                ));
            }
        }
        made(Law::Empirical { points: points.to_vec() })
    }

    /// The distribution on the condition that the value lies in [`min`, `max`]: values outside are drawn again, not
    /// moved to the bound.
    ///
    /// # Errors
    /// If `min` is not below `max`, the distribution is truncated already, or almost no values (less than 10^-9) lie
    /// between the bounds.
    pub fn truncated(self, min: Option<f64>, max: Option<f64>) -> Made {
        if min.is_none() && max.is_none() {
            return Ok(self);
        }
        let (min, max) = (min.unwrap_or(f64::NEG_INFINITY), max.unwrap_or(f64::INFINITY));
        if self.cut.is_some() || !(min < max || min == max && self.law.p_up_to(min) > self.law.p_below(min)) {
            return Err(format!("min must be below max, once, but they are {min} and {max}"));
        }
        let p = (self.law.p_below(min), self.law.p_up_to(max));
        if p.1 - p.0 < 1e-9 {
            let (low, high) = (self.law.quantile(1e-9), self.law.quantile(1.0 - 1e-9));
            return Err(format!(
                "almost no value lies between {min} and {max}: nearly all are between {low} and {high}"
            ));
        }
        Ok(Distribution { cut: Some(Cut { min, max, p }), ..self })
    }

    /// The law before truncation.
    pub fn law(&self) -> &Law {
        &self.law
    }

    /// The value, if the distribution is constant.
    pub fn only_value(&self) -> Option<f64> {
        match (&self.law, &self.cut) {
            (&Law::Constant(value), None) => Some(value),
            _ => None,
        }
    }

    /// The truncation bounds, if it is truncated; an open bound is infinite.
    pub fn bounds(&self) -> Option<(f64, f64)> {
        self.cut.map(|cut| (cut.min, cut.max))
    }

    /// The smallest and the largest possible value; may be infinite.
    pub fn range(&self) -> (f64, f64) {
        let (low, high) = match &self.law {
            Law::Constant(value) => (*value, *value),
            Law::Uniform { low, high } | Law::Triangular { low, high, .. } => (*low, *high),
            Law::Discrete { values, .. } => (values[0], values[values.len() - 1]),
            Law::Empirical { points } => (points[0].1, points[points.len() - 1].1),
            _ => (0.0, f64::INFINITY),
        };
        self.cut.map_or((low, high), |cut| (cut.min.max(low), cut.max.min(high)))
    }

    /// The quantile of `u`, 0 < `u` < 1. It never decreases as `u` increases, except by rounding. It allocates nothing,
    /// except the table of a gamma distribution, once.
    #[inline]
    pub fn quantile(&self, u: f64) -> f64 {
        match self.cut {
            None => self.before_truncation(u),
            Some(Cut { min, max, p }) => {
                let p = (p.0 + (p.1 - p.0) * u).clamp(f64::MIN_POSITIVE, 1.0 - f64::EPSILON / 2.0);
                self.before_truncation(p).clamp(min, max)
            }
        }
    }

    #[inline]
    fn before_truncation(&self, u: f64) -> f64 {
        match self.law {
            Law::Gamma { shape, scale } => scale * self.gamma.quantile(shape, u),
            _ => self.law.quantile(u),
        }
    }

    /// The distribution function: P(X <= x).
    pub fn cdf(&self, x: f64) -> f64 {
        let p = self.law.p_up_to(x);
        self.cut.map_or(p, |cut| ((p - cut.p.0) / (cut.p.1 - cut.p.0)).clamp(0.0, 1.0))
    }

    /// The mean; infinite if it does not exist (log-logistic with a shape of 1 or less). For a truncated distribution
    /// it is integrated numerically, with a relative error of about 10^-9.
    pub fn mean(&self) -> f64 {
        self.moments().0
    }

    /// The standard deviation; infinite if it does not exist (log-logistic with a shape of 2 or less).
    pub fn sd(&self) -> f64 {
        let (first, second) = self.moments();
        match (&self.law, self.cut) {
            (Law::Lognormal { sigma, .. }, None) => first * sqrt(expm1(sigma * sigma)),
            (Law::Gamma { shape, scale }, None) => sqrt(*shape) * scale,
            (Law::Uniform { low, high }, None) => (high - low) / sqrt(12.0),
            _ if !second.is_finite() => f64::INFINITY,
            _ => sqrt((second - first * first).max(0.0)),
        }
    }

    /// E[X] and E[X^2].
    fn moments(&self) -> (f64, f64) {
        let whole = self.law.moments();
        let Some(cut) = self.cut else { return whole };
        let value = |u| self.law.quantile(u);
        let part = |p| (integral(p, value), integral(p, |u| value(u) * value(u)));
        let (first, second) = match self.law.partial_moments(cut.p) {
            Some(exact) => exact,
            None if cut.max.is_finite() => part(cut.p),
            None => {
                // The long tail is the whole minus the rest.
                let below = part((0.0, cut.p.0));
                (whole.0 - below.0, whole.1 - below.1)
            }
        };
        let share = cut.p.1 - cut.p.0;
        (first / share, second / share)
    }
}

/// The point at which a monotone condition changes from true to false.
fn bisect(range: (f64, f64), holds: impl Fn(f64) -> bool) -> f64 {
    let (mut low, mut high) = range;
    for _ in 0..200 {
        let middle = 0.5 * (low + high);
        *(if holds(middle) { &mut low } else { &mut high }) = middle;
    }
    0.5 * (low + high)
}

/// The integral of `f` over an interval, by tanh-sinh quadrature (Takahasi and Mori 1974); singularities at the ends
/// are allowed.
fn integral(range: (f64, f64), f: impl Fn(f64) -> f64) -> f64 {
    const STEP: f64 = 1.0 / 64.0;
    let width = range.1 - range.0;
    let mut sum = 0.0;
    for k in -230..=230 {
        let t = f64::from(k) * STEP;
        let s = FRAC_PI_2 * (exp(t) - exp(-t));
        // The left share of the interval, 1 / (1 + e^-s), and its derivative.
        let left = 1.0 / (1.0 + exp(-s));
        let weight = left * (1.0 - left) * FRAC_PI_2 * (exp(t) + exp(-t));
        let u = range.0 + width * left;
        if weight > 0.0 && u > range.0 && u < range.1 {
            sum += f(u) * weight;
        }
    }
    sum * width * STEP
}

fn made(law: Law) -> Made {
    Ok(Distribution { law, cut: None, gamma: GammaTable::default() })
}

fn finite(name: &str, value: f64) -> Result<(), String> {
    if value.is_finite() { Ok(()) } else { Err(format!("{name} must be a finite number, but it is {value}")) }
}

fn positive(name: &str, value: f64) -> Result<(), String> {
    let good = value.is_finite() && value > 0.0;
    if good { Ok(()) } else { Err(format!("{name} must be a finite number above 0, but it is {value}")) }
}

fn within(name: &str, value: f64, least: f64, most: f64) -> Result<(), String> {
    let good = (least..=most).contains(&value);
    if good { Ok(()) } else { Err(format!("{name} must be between {least} and {most}, but it is {value}")) }
}

/// The coefficient of variation sd / mean; both are checked.
fn variation(mean: f64, sd: f64) -> Result<f64, String> {
    positive("mean", mean)?;
    positive("sd", sd)?;
    positive("sd / mean", sd / mean)?;
    Ok(sd / mean)
}

#[cfg(test)]
#[path = "distribution_tests.rs"]
mod tests;
