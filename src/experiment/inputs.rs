//! How much of the spread comes from inputs that nobody knows exactly, and how much from chance.
//!
//! Each replication is run twice under the same fates: with the inputs drawn, and with their estimates. What changes
//! between the two comes from the inputs; what is left of the spread, with all inputs at their estimates, is chance.

use super::estimate::{is_total, totals};
use super::numbers::{Numbers, Row};
use crate::engine::chance::{Address, Sheet};
use crate::engine::special::normal_quantile;
use crate::scenario::Uncertain;

/// Half of 95 % of a normal distribution lies up to here.
const NORMAL: f64 = 1.959_963_984_540_054;
/// No source of demand has this number.
const INPUTS: u16 = u16::MAX;

/// The inputs of a replication, drawn from their intervals: the estimate is the median, and of the values below and
/// above it, those up to `low` and `high` are 95 %. Where all are positive the logarithm is drawn, so that none ever is
/// not; each input has its own uniform.
pub fn drawn(inputs: &[Uncertain], seed: u64, replication: u64) -> Vec<f64> {
    let mut sheet = Sheet::new(seed, replication);
    let one = |(at, input): (usize, &Uncertain)| {
        sheet.open(Address { source: INPUTS, generation: 0, ordinal: at as u32 });
        value(input, sheet.uniform(0))
    };
    inputs.iter().enumerate().map(one).collect()
}

fn value(input: &Uncertain, uniform: f64) -> f64 {
    let steps = normal_quantile(uniform) / NORMAL;
    let end = if steps < 0.0 { input.low } else { input.high };
    if input.low > 0.0 {
        input.estimate * libm::pow(end / input.estimate, steps.abs())
    } else {
        (input.estimate + (end - input.estimate) * steps.abs()).max(0.0)
    }
}

/// How far one run lies from another, and why.
#[derive(Clone, Debug, PartialEq)]
pub struct Split {
    /// As in `summary.csv`.
    pub metric: String,
    /// As in `summary.csv`.
    pub by: String,
    /// As in `summary.csv`.
    pub unit: &'static str,
    /// Standard deviation of one run, inputs drawn.
    pub whole: f64,
    /// With inputs at their estimates: by chance alone.
    pub chance: f64,
    /// Of what the inputs change.
    pub inputs: f64,
}

impl Split {
    /// The share of the variance that comes from inputs; `None` where nothing varies.
    pub fn share(&self) -> Option<f64> {
        let (inputs, chance) = (self.inputs * self.inputs, self.chance * self.chance);
        (inputs + chance > 0.0).then(|| inputs / (inputs + chance))
    }
}

/// Splits the spread of every number that each replication knows of, drawn and not.
pub fn split(drawn: &Numbers, fixed: &Numbers) -> Vec<Split> {
    let one = |row: &Row| {
        let other = fixed.row(&row.pooled.metric, &row.pooled.by)?;
        let values = |row: &Row| match is_total(&row.pooled) {
            true => totals(row),
            false => row.each.iter().flatten().copied().collect(),
        };
        let (with, without) = (values(row), values(other));
        if with.len() != row.each.len() || without.len() != with.len() {
            return None;
        }
        let apart: Vec<f64> = with.iter().zip(&without).map(|(with, without)| with - without).collect();
        let [whole, chance, inputs] = [&with, &without, &apart].map(|values| deviation(values));
        let (metric, by) = (row.pooled.metric.clone(), row.pooled.by.clone());
        Some(Split { metric, by, unit: row.pooled.unit, whole, chance, inputs })
    };
    drawn.rows.iter().filter_map(one).collect()
}

fn deviation(values: &[f64]) -> f64 {
    super::estimate::mean(values).1 * (values.len() as f64).sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn input(estimate: f64, low: f64, high: f64) -> Uncertain {
        Uncertain { path: "x".into(), estimate, low, high, unit: String::new(), whole: false }
    }

    #[test]
    fn the_interval_holds_95_of_100_and_the_estimate_is_in_the_middle() {
        for one in [input(1.0, 0.5, 3.0), input(5.0, 0.0, 6.0)] {
            assert!((value(&one, 0.025) - one.low).abs() < 1e-9, "{}", value(&one, 0.025));
            assert!((value(&one, 0.975) - one.high).abs() < 1e-9);
            assert!((value(&one, 0.5) - one.estimate).abs() < 1e-9);
            assert!(value(&one, 1e-15) >= 0.0);
        }
    }

    #[test]
    fn each_replication_and_each_input_has_its_own() {
        let inputs = [input(1.0, 0.5, 2.0), input(1.0, 0.5, 2.0)];
        let (one, two) = (drawn(&inputs, 7, 0), drawn(&inputs, 7, 1));
        assert!(one[0] != one[1] && one[0] != two[0]);
        assert_eq!(one, drawn(&inputs, 7, 0));
        assert_eq!(one[0], drawn(&inputs[..1], 7, 0)[0], "another input shifts none");
    }
}
