//! How much of the spread of results comes from uncertain inputs, and how much from random variation.
//!
//! Each replication runs twice with the same random numbers: with drawn inputs, and with the inputs at their estimates.
//! The variance of the second is random variation; what the first has more comes from the inputs. Both variances are
//! estimates, so their difference has an interval: a jackknife over replications.

use super::estimate::{ERROR, is_total, totals};
use super::inferred::Spread;
use super::numbers::{Numbers, Row};
use crate::engine::chance::{Address, Sheet};
use crate::engine::special::normal_quantile;
use crate::measure::Metric;
use crate::scenario::Uncertain;

/// The quantile of the normal distribution for 95 %, two-sided.
const NORMAL: f64 = 1.959_963_984_540_054;
/// The stream of the inputs; no demand source has this number.
const INPUTS: u16 = u16::MAX;

/// The inputs of a replication, drawn from their intervals. The estimate is the median. Of the values below it and of
/// those above it, 95 % lie up to `low` and `high`. If all three are positive, the logarithm is drawn, so that no value
/// is negative. Each input has its own uniform random number.
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

/// The standard deviation of one metric between runs, and its sources.
#[derive(Clone, Debug, PartialEq)]
pub struct Split {
    /// Name, as in `summary.csv`.
    pub metric: String,
    /// Breakdown, as in `summary.csv`.
    pub by: String,
    /// Unit, as in `summary.csv`.
    pub unit: &'static str,
    /// Standard deviation of one run with drawn inputs.
    pub whole: f64,
    /// Standard deviation with the inputs at their estimates: random variation alone.
    pub chance: f64,
    /// Standard deviation that the inputs add: the root of the difference of the variances, or zero where it is
    /// negative.
    pub inputs: f64,
    /// Share of the variance that comes from the inputs, with its 95 % interval; `None` where nothing varies.
    pub share: Option<(f64, (f64, f64))>,
}

impl Split {
    /// Splits the values of each replication: with drawn inputs, and with the inputs at their estimates.
    fn new(row: &Metric, with: &[f64], without: &[f64]) -> Split {
        let (whole, chance) = (variance(with), variance(without));
        let (metric, by) = (row.metric.clone(), row.by.clone());
        Split {
            metric,
            by,
            unit: row.unit,
            whole: whole.sqrt(),
            chance: chance.sqrt(),
            inputs: (whole - chance).max(0.0).sqrt(),
            share: share(with, without),
        }
    }
}

/// The share of the variance that comes from the inputs. Its interval is that of log(random variance / whole variance).
fn share(with: &[f64], without: &[f64]) -> Option<(f64, (f64, f64))> {
    let ratio = |left_out: Option<usize>| {
        let [whole, chance] = [with, without].map(|values| {
            let kept = values.iter().enumerate().filter(|(at, _)| Some(*at) != left_out);
            variance(&kept.map(|(_, value)| *value).collect::<Vec<f64>>())
        });
        (whole > 0.0 && chance > 0.0).then(|| libm::log(chance / whole))
    };
    let count = with.len() as f64;
    let Some(all) = ratio(None) else {
        // Without random variation, all variance comes from the inputs.
        return (variance(with) > 0.0).then_some((1.0, (0.0, 1.0)));
    };
    let values = (0..with.len()).map(|at| Some(count * all - (count - 1.0) * ratio(Some(at))?));
    let part = |ratio: f64| (1.0 - libm::exp(ratio)).clamp(0.0, 1.0);
    let interval = match values.collect::<Option<Vec<f64>>>().as_deref().and_then(Spread::of_some) {
        Some(spread) => {
            let (below, above) = spread.reach(ERROR);
            (part(all + above), part(all - below))
        }
        None => (0.0, 1.0),
    };
    Some((part(all), interval))
}

/// Splits the spread of every metric that each replication has in both runs.
pub fn split(drawn: &Numbers, fixed: &Numbers) -> Vec<Split> {
    let one = |row: &Row| {
        let other = fixed.row(&row.pooled.metric, &row.pooled.by)?;
        let values = |row: &Row| match is_total(&row.pooled) {
            true => totals(row),
            false => row.each.known().collect(),
        };
        let (with, without) = (values(row), values(other));
        if with.len() != row.each.len() || without.len() != with.len() {
            return None;
        }
        Some(Split::new(&row.pooled, &with, &without))
    };
    drawn.rows.iter().filter_map(one).collect()
}

fn variance(values: &[f64]) -> f64 {
    let error = super::estimate::mean(values).1;
    error * error * values.len() as f64
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

    /// Inputs add 1 % of the variance; chance differs between both runs of a replication, as it does where an input
    /// changes which jobs come. What the runs differ by says 50 %.
    #[test]
    fn what_inputs_add_is_the_whole_less_chance() {
        let mut state = 88_172_645_463_325_252_u64;
        let mut normal = move || {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            normal_quantile(((state >> 11) as f64 + 0.5) / 9_007_199_254_740_992.0)
        };
        let (mut sum, mut covered) = (0.0, 0);
        for _ in 0..200 {
            let (mut with, mut without) = (vec![], vec![]);
            for _ in 0..50 {
                with.push(normal() + 0.1 * normal());
                without.push(normal());
            }
            let (share, (low, high)) = share(&with, &without).unwrap();
            sum += share;
            covered += u32::from(low <= 0.01 / 1.01 && 0.01 / 1.01 <= high);
        }
        // Floored at zero, the mean is some 0.1 with a standard deviation of 0.2 of each.
        assert!(sum / 200.0 < 0.17 && covered >= 183, "{} {covered}", sum / 200.0);
        let spread: Vec<f64> = (0..50).map(|_| 3.0 * normal()).collect();
        let chance: Vec<f64> = (0..50).map(|_| normal()).collect();
        let (share, (low, high)) = share(&spread, &chance).unwrap();
        assert!((share - 8.0 / 9.0).abs() < 0.07 && low > 0.7 && high < 0.97, "{share} {low} {high}");
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
