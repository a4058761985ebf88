//! Targets held against replications: meets, fails, or undecided, each wrong with a stated chance.

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

/// A target whose metric the scenario has.
#[derive(Clone, Debug)]
pub struct Aim {
    /// As written.
    pub says: String,
    /// Not asked for, but a service level of the scenario that is to hold as well.
    pub is_constraint: bool,
    bound: Resolved,
    chance: Option<f64>,
}

/// What came of an aim.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Held {
    /// Met, failed, undecided; or nothing to judge.
    pub verdict: Verdict,
    /// The number that is judged: the metric, or the share of runs that keep its bound.
    pub value: f64,
    /// Its interval at the error of the judgement.
    pub interval: (f64, f64),
    /// The metric over replications, for paired differences; `None`: too little was observed.
    pub series: Option<Series>,
}

/// Finds the metrics of targets among those of the scenario.
///
/// # Errors
/// Metrics that there are not, and bounds in a unit that is not the metric's.
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

/// The service levels of the scenario of which `aims` say nothing, each at its own target.
///
/// # Errors
/// None but those of [`aims`].
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

/// What runs must keep so that these aims can be judged.
pub(super) fn wanted(scenario: &Scenario, aims: &[Aim]) -> Wanted {
    let groups = aims.iter().filter_map(|aim| aim.bound.group(scenario)).collect();
    Wanted { groups, ..Wanted::default() }
}

impl Aim {
    /// What is judged: a metric, or the chance that it keeps its bound.
    pub fn judged(&self) -> String {
        match (self.chance, self.says.rfind(')')) {
            (Some(_), Some(end)) => self.says[..=end].to_owned(),
            _ => metric_with_by(&self.bound.metric, &self.bound.by),
        }
    }

    /// The metric, whose value or chance is judged.
    pub fn metric(&self) -> &str {
        &self.bound.metric
    }

    /// Its breakdown; empty for all.
    pub fn by(&self) -> &str {
        &self.bound.by
    }

    /// Whether it asks for more of what is better less, or for less of what is better more.
    pub fn is_backwards(&self) -> bool {
        match about(&self.bound.metric).better {
            Better::Less => self.bound.least.is_some() && self.bound.most.is_none(),
            Better::More => self.bound.most.is_some() && self.bound.least.is_none(),
            _ => false,
        }
    }

    /// Judges it; a wrong verdict has a chance of `error` at most.
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
        // Of a chance, each run was asked by its own worst.
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

    /// How many runs keep the bound by themselves, whatever becomes of pending jobs.
    fn kept(&self, numbers: &Numbers) -> u64 {
        let (least, most) = (self.bound.least, self.bound.most);
        let keeps = |value: &&f64| {
            least.is_none_or(|least| **value >= least) && most.is_none_or(|most| **value <= most)
        };
        let pending = self.bound.if_pending(numbers).map(|(metric, _)| metric);
        let row = numbers.row(pending.as_deref().unwrap_or(&self.bound.metric), &self.bound.by);
        row.map_or(0, |row| row.each.iter().flatten().filter(keeps).count() as u64)
    }

    /// Where this share is undecided because it misses in few replications, of which more hardly help: the target of a
    /// chance, whose bounds need no assumption on how large a miss is.
    pub fn as_chance(&self, held: &Held) -> Option<String> {
        let (least, series) = (self.bound.least?, held.series.as_ref()?);
        let (metric, by) = (&self.bound.metric, &self.bound.by);
        let is_rare = about(metric).in_spells && series.inferred().few().is_some();
        let is_open = held.verdict == Verdict::Undecided && self.chance.is_none();
        (is_open && is_rare)
            .then(|| format!("P({} >= {}) >= 0.9", metric_with_by(metric, by), Value::Real(least)))
    }

    /// Its unit; of a chance, a share.
    pub fn unit(&self) -> &'static str {
        if self.chance.is_some() { "share" } else { self.bound.unit }
    }

    /// Whether more of the number is better.
    pub(super) fn wants_more(&self) -> bool {
        self.bound.least.is_some()
    }

    /// Whether the number itself is on the right side of its bound, whatever its interval.
    pub(super) fn is_met_by(&self, value: f64) -> bool {
        match self.chance {
            None if !self.wants_more() => value <= self.line(),
            _ => value >= self.line(),
        }
    }

    /// The number as users read it.
    pub fn show(&self, value: f64) -> String {
        if self.chance.is_some() || self.bound.unit == "share" {
            return format!("{:.2} %", value * 100.0);
        }
        self.bound.show(value)
    }

    /// The bound of the number that is judged.
    pub fn line(&self) -> f64 {
        self.chance.or(self.bound.least).or(self.bound.most).unwrap_or(f64::NAN)
    }
}
