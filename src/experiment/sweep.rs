//! Many points of a parameter space with the same random inputs: how points are chosen, and the results of one.

use super::estimate::{Estimate, Estimated, estimates};
use super::numbers::Numbers;
use super::replicate::{Wanted, replicate};
use crate::engine::chance::{Address, Sheet};
use crate::scenario::{Scenario, Vary};
use serde::{Deserialize, Serialize};
use std::borrow::Cow;

/// The stream from which points are chosen; no replication has this number.
const DESIGN: u64 = u64::MAX;

/// A metric at a point, with its 95 % interval.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Cell {
    /// Name, as in `summary.csv`.
    pub metric: String,
    /// Breakdown.
    pub by: String,
    /// Unit.
    pub unit: String,
    /// Value of all replications together; for a sum, the mean over replications.
    pub value: f64,
    /// 95 % interval, if there is one; an unknown end is infinite.
    pub interval: Option<(f64, f64)>,
    /// Number of observations.
    pub n: u64,
    /// Number of replications.
    pub replications: u64,
}

/// All metrics of a point.
pub fn point(scenario: &Scenario, replications: u64) -> Vec<Cell> {
    let runs = replicate(scenario, scenario.run.seed, 0..replications, &Wanted::default());
    let numbers = Numbers::new(scenario, runs.len(), |run| Cow::Borrowed(&runs[run].counts));
    estimates(scenario, &numbers).into_iter().map(Cell::from).collect()
}

impl From<Estimated> for Cell {
    fn from(row: Estimated) -> Cell {
        let Estimated { metric, by, unit, estimate, .. } = row;
        let Estimate { value, interval, n, replications, .. } = estimate;
        Cell { metric, by, unit: unit.into(), value, interval, n, replications: replications as u64 }
    }
}

/// A Latin hypercube sample of `count` points: the range of each parameter is divided into `count` strata, and each
/// stratum is used once (McKay, Beckman and Conover 1979). A value is used in proportion to its part of the range.
pub fn latin_hypercube(varied: &[Vary], count: usize, seed: u64) -> Vec<Vec<usize>> {
    let mut sheet = Sheet::new(seed, DESIGN);
    let mut points = vec![vec![]; count];
    for (number, vary) in varied.iter().enumerate() {
        sheet.open(Address { source: number as u16, ..Address::default() });
        let strata = shuffled(&mut sheet, count);
        for (at, stratum) in strata.into_iter().enumerate() {
            let part = (stratum as f64 + sheet.uniform((count + at) as u32)) / count as f64;
            points[at].push(((part * vary.values.len() as f64) as usize).min(vary.values.len() - 1));
        }
    }
    points
}

/// A random permutation of the numbers below `count`, from the first `count` places of the open stream.
pub(super) fn shuffled(sheet: &mut Sheet, count: usize) -> Vec<usize> {
    let mut order: Vec<(u64, usize)> = (0..count).map(|at| (sheet.bits(at as u32), at)).collect();
    order.sort_unstable();
    order.into_iter().map(|(_, at)| at).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_latin_hypercube_meets_every_stratum_once() {
        let varied = [Vary::parse("a=1..20").unwrap(), Vary::parse("b=0..9").unwrap()];
        let points = latin_hypercube(&varied, 20, 7);
        let mut first: Vec<usize> = points.iter().map(|point| point[0]).collect();
        first.sort_unstable();
        assert_eq!(first, (0..20).collect::<Vec<_>>());
        for value in 0..10 {
            assert_eq!(points.iter().filter(|point| point[1] == value).count(), 2);
        }
        assert_eq!(points, latin_hypercube(&varied, 20, 7), "the same each time");
        assert_ne!(points, latin_hypercube(&varied, 20, 8));
    }
}
