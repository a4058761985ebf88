//! Judges targets by replications: met, failed, or undecided. Each verdict is wrong with a stated probability at most.

use super::bounds::{self, Resolved};
use super::exact_bounds::clopper_pearson;
use super::months::months_of;
use super::numbers::Numbers;
use super::replicate::{Replication, Wanted};
use super::series::Series;
use super::verdict::Verdict;
use crate::error::Mistakes;
use crate::measure::{Better, Value, about, vocabulary};
use crate::scenario::{Scenario, Sla, Target, metric_with_by};
use serde::{Deserialize, Serialize};

/// A target on a metric that the scenario has.
#[derive(Clone, Debug)]
pub struct Aim {
    /// The target as written.
    pub says: String,
    /// Whether this is a service level of the scenario that must hold too, without being asked for.
    pub is_constraint: bool,
    bound: Resolved,
    chance: Option<f64>,
}

/// The verdict on one target.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Held {
    /// Met, failed, undecided, or nothing to judge.
    pub verdict: Verdict,
    /// The value that is judged: the metric, or the share of runs that meet the bound.
    pub value: f64,
    /// Interval of the value, at the error of the verdict.
    pub interval: (f64, f64),
    /// The metric over replications, for paired differences; `None`: too few observations.
    pub series: Option<Series>,
}

/// Finds the metrics of the targets in the scenario.
///
/// # Errors
/// Unknown metrics, and bounds in a unit that is not the metric's.
pub fn aims(scenario: &Scenario, targets: &[Target]) -> Result<Vec<Aim>, Mistakes> {
    let (known, months) = (vocabulary(scenario), months_of(scenario));
    let mut mistakes = vec![];
    let mut aims = vec![];
    for target in targets {
        match bounds::resolve_target(&target.bounds, &known, &months) {
            Ok(bound) => aims.push(Aim {
                says: target.says.clone(),
                is_constraint: false,
                bound,
                chance: target.chance,
            }),
            Err(wrong) => mistakes.extend(wrong),
        }
    }
    if mistakes.is_empty() { Ok(aims) } else { Err(Mistakes(mistakes)) }
}

/// The service levels of the scenario that no aim is about, each with its own target.
///
/// # Errors
/// Those of [`aims`] only.
pub fn constraints(scenario: &Scenario, aims: &[Aim]) -> Result<Vec<Aim>, Mistakes> {
    let is_free = |sla: &&Sla| {
        let (metric, by) = (format!("sla.{}.attainment", sla.name), scenario.level_of(sla));
        !aims.iter().any(|aim| aim.bound.metric == metric && aim.bound.by == by)
    };
    let free = scenario.slas.iter().filter(is_free);
    let texts = free.map(|sla| format!("{} >= {}", scenario.attainment_of(sla), sla.target));
    let targets = texts.map(|text| Target::parse(&text)).collect::<Result<Vec<_>, Mistakes>>()?;
    let held = self::aims(scenario, &targets)?;
    Ok(held.into_iter().map(|aim| Aim { is_constraint: true, ..aim }).collect())
}

/// What each run must record so that these aims can be judged.
pub(super) fn wanted(scenario: &Scenario, aims: &[Aim]) -> Wanted {
    let groups = aims.iter().filter_map(|aim| aim.bound.group(scenario)).collect();
    Wanted { groups, ..Wanted::default() }
}

impl Aim {
    /// What is judged, in words: a metric, or the probability that it meets its bound.
    pub fn judged(&self) -> String {
        match (self.chance, self.says.rfind(')')) {
            (Some(_), Some(end)) => self.says[..=end].to_owned(),
            _ => metric_with_by(&self.bound.metric, &self.bound.by),
        }
    }

    /// The metric that is judged, or whose probability is judged.
    pub fn metric(&self) -> &str {
        &self.bound.metric
    }

    /// Breakdown of the metric; empty: over all jobs.
    pub fn by(&self) -> &str {
        &self.bound.by
    }

    /// Whether the target asks for the worse direction: for more of a metric that is better low, or for less of one
    /// that is better high.
    pub fn is_backwards(&self) -> bool {
        match about(&self.bound.metric).better {
            Better::Less => self.bound.least.is_some() && self.bound.most.is_none(),
            Better::More => self.bound.most.is_some() && self.bound.least.is_none(),
            _ => false,
        }
    }

    /// Judges the target. A verdict is wrong with probability `error` at most.
    pub(super) fn hold(&self, numbers: &Numbers, runs: &[Replication], error: f64) -> Held {
        let series = Series::of(numbers, &self.bound.metric, &self.bound.by);
        let Some(found) = &series else {
            let interval = (f64::NEG_INFINITY, f64::INFINITY);
            return Held { verdict: Verdict::Nothing, value: f64::NAN, interval, series };
        };
        let (value, interval, least, most) = match self.chance {
            None => {
                let interval = found.inferred().interval_if_skewed(error, runs.len());
                (found.value, interval, self.bound.least, self.bound.most)
            }
            Some(chance) => {
                let (kept, n) = (self.kept(numbers), runs.len() as u64);
                (kept as f64 / n as f64, clopper_pearson(kept, n, 1.0 - 2.0 * error), Some(chance), None)
            }
        };
        let (least, most) = (least.unwrap_or(f64::NEG_INFINITY), most.unwrap_or(f64::INFINITY));
        let mut verdict = match interval {
            (low, high) if low >= least && high <= most => Verdict::Met,
            (low, high) if high < least || low > most => Verdict::Failed,
            _ => Verdict::Undecided,
        };
        // For a probability, each run was already judged by its own worst case.
        let pending = self.bound.if_pending(numbers).filter(|_| self.chance.is_none());
        if let Some((metric, _)) = pending.filter(|_| verdict == Verdict::Met) {
            let worst = Series::of(numbers, &metric, &self.bound.by);
            let (low, high) = worst
                .map_or((f64::NAN, f64::NAN), |worst| worst.inferred().interval_if_skewed(error, runs.len()));
            if !(low >= least && high <= most) {
                verdict = Verdict::Undecided;
            }
        }
        Held { verdict, value, interval, series }
    }

    /// Number of runs that meet the bound, each in the worst case for its pending jobs.
    fn kept(&self, numbers: &Numbers) -> u64 {
        let (least, most) = (self.bound.least, self.bound.most);
        let keeps =
            |value: &f64| least.is_none_or(|least| *value >= least) && most.is_none_or(|most| *value <= most);
        let pending = self.bound.if_pending(numbers).map(|(metric, _)| metric);
        let row = numbers.row(pending.as_deref().unwrap_or(&self.bound.metric), &self.bound.by);
        row.map_or(0, |row| row.each.known().filter(keeps).count() as u64)
    }

    /// For a share that is undecided because few replications miss it: the same target as a probability. More
    /// replications hardly help such a share. The bounds of a probability need no assumption about the size of a miss.
    pub fn as_chance(&self, held: &Held) -> Option<String> {
        let (least, series) = (self.bound.least?, held.series.as_ref()?);
        let (metric, by) = (&self.bound.metric, &self.bound.by);
        let is_rare = about(metric).in_spells && series.inferred().few().is_some();
        let is_open = held.verdict == Verdict::Undecided && self.chance.is_none();
        (is_open && is_rare)
            .then(|| format!("P({} >= {}) >= 0.9", metric_with_by(metric, by), Value::Real(least)))
    }

    /// Unit of the judged value; a probability is a share.
    pub fn unit(&self) -> &'static str {
        if self.chance.is_some() { "share" } else { self.bound.unit }
    }

    /// Whether the target is a lower bound.
    pub(super) fn wants_more(&self) -> bool {
        self.bound.least.is_some()
    }

    /// Whether the point estimate is on the right side of the bound.
    pub(super) fn is_met_by(&self, value: f64) -> bool {
        match self.chance {
            None if !self.wants_more() => value <= self.line(),
            _ => value >= self.line(),
        }
    }

    /// The value as users read it.
    pub fn show(&self, value: f64) -> String {
        if self.chance.is_some() || self.bound.unit == "share" {
            return format!("{:.2} %", value * 100.0);
        }
        self.bound.show(value)
    }

    /// The bound in the unit of the judged value.
    pub fn line(&self) -> f64 {
        self.chance.or(self.bound.least).or(self.bound.most).unwrap_or(f64::NAN)
    }
}
