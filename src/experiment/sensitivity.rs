//! Which parameters matter: one at a time around the scenario (a tornado), and Morris's elementary effects over the
//! whole space (Morris 1991; Campolongo, Cariboni and Saltelli 2007).
//!
//! All points have the same random inputs, so effects are paired. Results also say how much of an effect random
//! variation alone would show.

use super::numbers::Numbers;
use super::replicate::{Wanted, replicate};
use super::series::Series;
use super::sweep::shuffled;
use crate::engine::chance::{Address, Sheet};
use crate::scenario::{Scenario, Vary};
use std::borrow::Cow;
use std::collections::BTreeMap;

/// The stream of the design; no replication has this number.
const DESIGN: u64 = u64::MAX - 1;
/// Levels of a parameter (Morris 1991 takes an even number).
const LEVELS: usize = 4;
/// Error of each end of a 95 % interval.
const ERROR: f64 = 0.025;

/// The points to run: those of the tornado and those of each trajectory.
#[derive(Clone, Debug)]
pub struct Screening {
    /// For each parameter, the points with its smallest and largest value; the other parameters stay as in the
    /// scenario.
    pub ends: Vec<[Vec<Option<usize>>; 2]>,
    /// Trajectories: each point differs from the one before in one parameter.
    pub trajectories: Vec<Vec<Vec<Option<usize>>>>,
}

/// A point: for each parameter the index of its value; `None`: as in the scenario.
pub type Where = Vec<Option<usize>>;

impl Screening {
    /// The points for these parameters and this number of trajectories.
    pub fn new(varied: &[Vary], trajectories: usize, seed: u64) -> Screening {
        let alone = |number: usize, value: usize| {
            let mut point: Where = vec![None; varied.len()];
            point[number] = Some(value);
            point
        };
        let ends =
            (0..varied.len()).map(|at| [alone(at, 0), alone(at, varied[at].values.len() - 1)]).collect();
        let trajectories = (0..trajectories).map(|number| trajectory(varied, number, seed)).collect();
        Screening { ends, trajectories }
    }

    /// Every point once, the unchanged scenario first.
    pub fn points(&self, parameters: usize) -> Vec<Where> {
        let mut all: Vec<Where> = vec![vec![None; parameters]];
        all.extend(self.ends.iter().flatten().cloned());
        all.extend(self.trajectories.iter().flatten().cloned());
        let mut seen = std::collections::BTreeSet::new();
        all.retain(|point| seen.insert(point.clone()));
        all
    }
}

/// The index of the value at a level; levels are evenly spaced over the values.
fn value_of(level: usize, vary: &Vary) -> usize {
    let levels = levels(vary);
    if levels < 2 { 0 } else { level * (vary.values.len() - 1) / (levels - 1) }
}

fn levels(vary: &Vary) -> usize {
    vary.values.len().min(LEVELS)
}

/// One trajectory. It starts at a random point and moves each parameter, in random order, by half of its levels.
fn trajectory(varied: &[Vary], number: usize, seed: u64) -> Vec<Where> {
    let mut sheet = Sheet::new(seed, DESIGN);
    sheet.open(Address { ordinal: number as u32, ..Address::default() });
    let order = shuffled(&mut sheet, varied.len());
    let first = varied.len() as u32;
    let mut level: Vec<usize> = vec![];
    for (at, vary) in varied.iter().enumerate() {
        let part = sheet.uniform(first + at as u32);
        level.push(((part * levels(vary) as f64) as usize).min(levels(vary) - 1));
    }
    let point = |level: &[usize]| {
        level.iter().zip(varied).map(|(level, vary)| Some(value_of(*level, vary))).collect()
    };
    let mut points: Vec<Where> = vec![point(&level)];
    for at in order {
        let (levels, step) = (levels(&varied[at]), (levels(&varied[at]) / 2).max(1));
        level[at] = if level[at] + step < levels { level[at] + step } else { level[at].saturating_sub(step) };
        points.push(point(&level));
    }
    points
}

/// Each metric at a point, over replications.
pub fn measured(scenario: &Scenario, metrics: &[(String, String)], replications: u64) -> Vec<Option<Series>> {
    let runs = replicate(scenario, scenario.run.seed, 0..replications, &Wanted::default());
    let numbers = Numbers::new(scenario, runs.len(), |run| Cow::Borrowed(&runs[run].counts));
    metrics.iter().map(|(metric, by)| Series::of(&numbers, metric, by)).collect()
}

/// The effect of one parameter on one metric.
#[derive(Clone, Debug, PartialEq)]
pub struct Influence {
    /// Index of the parameter.
    pub parameter: usize,
    /// The metric at the smallest and at the largest value, with the interval of its difference from the base.
    pub ends: [Swing; 2],
    /// Mean absolute elementary effect over the whole range: Morris's mu*.
    pub effect: f64,
    /// Mean elementary effect: its sign is the direction.
    pub mean: f64,
    /// Standard deviation of the elementary effects: interactions and curvature.
    pub spread: f64,
    /// Share of the mean square of the effects that random variation alone would show, 0 to 1.
    pub noise: f64,
}

/// The metric at one end of a parameter's range.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Swing {
    /// Value at that end.
    pub value: f64,
    /// Difference from the unchanged scenario.
    pub difference: f64,
    /// 95 % interval of the difference.
    pub interval: (f64, f64),
}

/// The effect of each parameter, the widest swing first; `None` where the unchanged scenario has no observation.
pub fn influences(
    varied: &[Vary],
    screening: &Screening,
    found: &BTreeMap<Where, Option<Series>>,
) -> Option<(Series, Vec<Influence>)> {
    let at = |point: &Where| found.get(point).and_then(Option::as_ref);
    let base = at(&vec![None; varied.len()])?;
    let swing = |point: &Where| {
        let nothing = Swing { value: f64::NAN, difference: f64::NAN, interval: (f64::NAN, f64::NAN) };
        at(point).map_or(nothing, |end| {
            let difference = end.minus(base);
            Swing { value: end.value, difference: difference.value, interval: difference.interval(ERROR) }
        })
    };
    let mut list: Vec<Influence> = (0..varied.len())
        .map(|parameter| {
            let [least, most] = &screening.ends[parameter];
            let effects = effects(parameter, &varied[parameter], screening, &at);
            let count = effects.len() as f64;
            let mean = effects.iter().map(|(effect, _)| effect).sum::<f64>() / count;
            let squares = effects.iter().map(|(effect, _)| effect * effect).sum::<f64>() / count;
            let noise = effects.iter().map(|(_, error)| error * error).sum::<f64>() / count;
            let off = effects.iter().map(|(effect, _)| (effect - mean) * (effect - mean)).sum::<f64>();
            Influence {
                parameter,
                ends: [swing(least), swing(most)],
                effect: effects.iter().map(|(effect, _)| effect.abs()).sum::<f64>() / count,
                mean,
                spread: if count > 1.0 { (off / (count - 1.0)).sqrt() } else { 0.0 },
                noise: if squares > 0.0 { (noise / squares).min(1.0) } else { 0.0 },
            }
        })
        .collect();
    let width = |one: &Influence| {
        let [least, most] = one.ends.map(|end| if end.difference.is_finite() { end.difference } else { 0.0 });
        least.max(most).max(0.0) - least.min(most).min(0.0)
    };
    list.sort_by(|a, b| width(b).total_cmp(&width(a)));
    Some((base.clone(), list))
}

/// The elementary effects of a parameter over its whole range, with their standard errors.
fn effects<'s>(
    parameter: usize,
    vary: &Vary,
    screening: &Screening,
    at: &impl Fn(&Where) -> Option<&'s Series>,
) -> Vec<(f64, f64)> {
    let most = (vary.values.len() - 1) as f64;
    let step = |pair: &[Where]| {
        let (before, after) = (pair[0][parameter]?, pair[1][parameter]?);
        if before == after {
            return None;
        }
        let part = (after as f64 - before as f64) / most;
        let difference = at(&pair[1])?.minus(at(&pair[0])?);
        Some((difference.value / part, difference.error() / part.abs()))
    };
    screening.trajectories.iter().flat_map(|points| points.windows(2).filter_map(step)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn varied() -> Vec<Vary> {
        ["a=0..9", "b=0..3", "c=0..1"].map(|text| Vary::parse(text).unwrap()).into()
    }

    /// A number that is a sum of parts, without chance: two "replications" that agree.
    fn exact(value: f64) -> Series {
        Series::exact(value, 2)
    }

    #[test]
    fn each_step_of_a_trajectory_changes_one_parameter_and_all_are_changed_once() {
        let varied = varied();
        let screening = Screening::new(&varied, 20, 3);
        for points in &screening.trajectories {
            assert_eq!(points.len(), 4);
            let mut changed: Vec<usize> = points
                .windows(2)
                .map(|pair| {
                    let differ: Vec<usize> = (0..3).filter(|at| pair[0][*at] != pair[1][*at]).collect();
                    assert_eq!(differ.len(), 1, "{pair:?}");
                    differ[0]
                })
                .collect();
            changed.sort_unstable();
            assert_eq!(changed, [0, 1, 2]);
        }
        assert_eq!(screening.points(3)[0], vec![None; 3]);
    }

    /// y = 2a + b c: the effect of a is 18 everywhere, that of b depends on c, and the other way round.
    #[test]
    fn effects_of_a_known_function_are_found() {
        let varied = varied();
        let screening = Screening::new(&varied, 200, 5);
        let base = [4_usize, 1, 0];
        let y = |point: &Where| {
            let at = |number: usize| point[number].unwrap_or(base[number]) as f64;
            2.0 * at(0) + at(1) * at(2)
        };
        let found =
            screening.points(3).into_iter().map(|point| (point.clone(), Some(exact(y(&point))))).collect();
        let (told, list) = influences(&varied, &screening, &found).unwrap();
        assert_eq!(told.value, 8.0);
        let of = |parameter: usize| list.iter().find(|one| one.parameter == parameter).unwrap();
        assert_eq!(list[0].parameter, 0, "the widest first");
        assert!((of(0).effect - 18.0).abs() < 1e-9 && of(0).spread < 1e-9 && of(0).noise == 0.0);
        assert_eq!((of(0).ends[0].difference, of(0).ends[1].difference), (-8.0, 10.0));
        assert!((of(1).effect - 1.5).abs() < 0.3 && of(1).spread > 1.0, "{:?}", of(1));
        assert_eq!(of(2).ends[1].value, 9.0);
    }
}
