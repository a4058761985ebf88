//! The smallest value of a resource that meets one or more targets, with a stated confidence.
//!
//! All points have common random numbers: the same seed and replications. A point gets more replications until it is
//! decided or reaches the cap. The search spends half of the allowed error a over its looks at the results: look j may
//! err with 6a / (pi^2 j^2). The other half is for the answer, which is confirmed on replications that were not used to
//! find it.

use super::across::LineSearch;
use super::aim::{Aim, Held, wanted};
use super::numbers::Numbers;
use super::replicate::{Replication, replicate};
use super::verdict::Verdict;
use crate::error::Error;
use crate::measure::{Counts, items, warnings};
use crate::scenario::{Scenario, StationName, Vary};
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::cell::RefCell;
use std::collections::BTreeMap;

/// Settings of a search.
#[derive(Clone, Copy, Debug)]
pub struct SizePlan {
    /// First number of replications of each point; at least 2.
    pub replications: u64,
    /// Most replications of a point.
    pub most: u64,
    /// Confidence that the answer is right.
    pub confidence: f64,
}

/// A tested point.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Tried {
    /// Index of the value of each parameter.
    pub choice: Vec<usize>,
    /// Whether it was tested on replications that were not used in the search.
    pub fresh: bool,
    /// Number of replications.
    pub replications: u64,
    /// Verdict over all targets.
    pub verdict: Verdict,
    /// Verdict on each target.
    pub held: Vec<Held>,
    /// Verdict on each service level that need not hold.
    pub beside: Vec<Held>,
    /// Mean cost of a run if there are prices; otherwise the sum of the parameters.
    pub price: f64,
    /// Use of the stations.
    pub stations: Vec<Used>,
    /// Warnings about the results, such as stations that cannot keep up.
    pub warnings: Vec<String>,
}

impl Tried {
    /// The aims that keep this point from a verdict: those that are undecided, where none fails. `aims` are those of the
    /// search.
    pub fn undecided<'a>(&'a self, aims: &'a [Aim]) -> impl Iterator<Item = &'a Aim> {
        let is_open = self.verdict == Verdict::Undecided;
        let all = aims.iter().zip(&self.held).filter(move |_| is_open);
        all.filter(|(_, held)| held.verdict == Verdict::Undecided).map(|(aim, _)| aim)
    }
}

/// Use of one station.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Used {
    /// Which.
    pub station: StationName,
    /// Busy servers divided by servers on duty.
    pub utilization: f64,
    /// Mean wait, in hours.
    pub wait: f64,
}

/// A point to test.
#[derive(Clone, Copy, Debug)]
pub struct Asked<'a> {
    /// The part of a staffing plan that asks: a month, or the whole plan. Empty in a single search.
    pub part: &'a str,
    /// Index of the value of each parameter.
    pub choice: &'a [usize],
    /// Number of its first replication; above 0 where the answer is confirmed.
    pub first: u64,
    /// Number of earlier looks of this search; they decide the error of the next looks.
    pub looks: u64,
}

/// A tested point, and the number of looks so far.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Decided {
    /// The point.
    pub tried: Tried,
    /// Number of looks.
    pub looks: u64,
}

/// Returns a stored point, or calls the function and stores the result.
pub type Keep<'k> = dyn Fn(Asked<'_>, &mut dyn FnMut() -> Decided) -> Result<Decided, Error> + Sync + 'k;

/// Stores nothing.
pub const KEEP_NONE: &Keep<'static> = &|_, make| Ok(make());

/// The result of the search along one line of values.
#[derive(Clone, Debug)]
pub struct Answer {
    /// Indices of the values of the other parameters.
    pub others: Vec<usize>,
    /// Largest value shown to fail.
    pub fails: Option<usize>,
    /// Smallest value shown to meet.
    pub meets: Option<usize>,
    /// Tested values that stay undecided.
    pub open: Vec<usize>,
    /// A pair (smaller, larger) of values of which the larger is worse.
    pub falls: Option<(usize, usize)>,
}

/// The result of a search.
#[derive(Clone, Debug)]
pub struct Sized {
    /// All tested points, in order.
    pub tried: Vec<Tried>,
    /// One answer for each line of values of the last parameter.
    pub answers: Vec<Answer>,
    /// The cheapest answer, tested again on fresh replications.
    pub best: Option<Best>,
}

/// The cheapest point that meets the targets.
#[derive(Clone, Debug)]
pub struct Best {
    /// The point.
    pub choice: Vec<usize>,
    /// The point on fresh replications.
    pub meets: Tried,
    /// Its neighbours with one step less of one resource, on fresh replications.
    pub less: Vec<Tried>,
}

/// Returns the scenario for a choice of values.
pub trait Points: Fn(&[usize]) -> Result<Scenario, Error> {}
impl<F: Fn(&[usize]) -> Result<Scenario, Error>> Points for F {}

/// Finds the smallest values that meet all aims; for `beside`, it reports which are violated. With several parameters,
/// each combination of all but the last is a line of values of the last. `keep` may return stored points.
///
/// # Errors
/// Those of the scenarios of the points, and of `keep`.
pub fn size(
    points: &impl Points,
    varied: &[Vary],
    aims: &[Aim],
    beside: &[Aim],
    plan: SizePlan,
    keep: &Keep<'_>,
) -> Result<Sized, Error> {
    let none = Shared::default();
    let mut search = Search::new(points, varied, aims, plan, (1.0 - plan.confidence) / 2.0, &none);
    (search.beside, search.keep) = (beside, keep);
    let (last, others) = varied.split_last().expect("size: there is something to vary");
    let mut answers: Vec<Answer> = vec![];
    for others in combinations(others) {
        let before = answers.iter().rev().find_map(|answer| answer.meets);
        let mut line = LineSearch { search: &mut search, others, len: last.values.len(), before };
        let answer = line.answer();
        if let Some(error) = search.failed.take() {
            return Err(error);
        }
        answers.push(answer);
    }
    let best = search.best(&answers)?;
    Ok(Sized { tried: search.tried, answers, best })
}

/// The efficient points: no other point is both cheaper and better in aim number `number`. The cheapest comes first.
pub fn frontier<'t>(tried: &'t [Tried], number: usize, aim: &Aim) -> Vec<&'t Tried> {
    let mut list: Vec<&Tried> = tried.iter().filter(|tried| tried.held[number].value.is_finite()).collect();
    list.sort_by(|a, b| a.price.total_cmp(&b.price));
    let sign = if aim.wants_more() { 1.0 } else { -1.0 };
    let mut best = f64::NEG_INFINITY;
    list.retain(|tried| {
        let better = tried.held[number].value * sign > best;
        best = best.max(tried.held[number].value * sign);
        better
    });
    list
}

/// All combinations of values; the last parameter changes fastest.
pub fn combinations(varied: &[Vary]) -> Vec<Vec<usize>> {
    let mut all: Vec<Vec<usize>> = vec![vec![]];
    for vary in varied {
        let longer = |choice: &Vec<usize>| {
            (0..vary.values.len()).map(|at| choice.iter().copied().chain([at]).collect()).collect::<Vec<_>>()
        };
        all = all.iter().flat_map(longer).collect();
    }
    all
}

/// Runs that several searches share; by default none.
#[derive(Debug, Default)]
pub(super) struct Shared {
    /// Whether runs are kept for other searches.
    pub keeps: bool,
    pub runs: RefCell<BTreeMap<(Vec<usize>, u64), Runs>>,
}

/// The scenario of a point and its replications so far.
type Runs = (Scenario, Vec<Replication>);

/// A search for values that meet the aims.
pub(super) struct Search<'p, P> {
    points: &'p P,
    pub varied: &'p [Vary],
    pub aims: &'p [Aim],
    /// Aims that are judged but need not be met.
    beside: &'p [Aim],
    pub plan: SizePlan,
    pub part: &'p str,
    pub keep: &'p Keep<'p>,
    /// Error that all looks together may have.
    allowed: f64,
    shared: &'p Shared,
    looks: u64,
    pub asked: BTreeMap<Vec<usize>, usize>,
    pub tried: Vec<Tried>,
    /// The error that stopped the search, if any.
    pub failed: Option<Error>,
}

impl<'p, P: Points> Search<'p, P> {
    pub(super) fn new(
        points: &'p P,
        varied: &'p [Vary],
        aims: &'p [Aim],
        plan: SizePlan,
        allowed: f64,
        shared: &'p Shared,
    ) -> Search<'p, P> {
        let (asked, tried) = (BTreeMap::new(), vec![]);
        Search {
            points,
            varied,
            aims,
            beside: &[],
            part: "",
            keep: KEEP_NONE,
            plan,
            allowed,
            shared,
            looks: 0,
            asked,
            tried,
            failed: None,
        }
    }

    /// The answer where there is one parameter.
    pub(super) fn alone(&mut self) -> Result<Answer, Error> {
        let len = self.varied[0].values.len();
        let answer = LineSearch { search: self, others: vec![], len, before: None }.answer();
        self.failed.take().map_or(Ok(answer), Err)
    }

    /// Tests a point, or returns its earlier result.
    pub(super) fn ask(&mut self, choice: &[usize]) -> Result<&Tried, Error> {
        let at = match self.asked.get(choice) {
            Some(at) => *at,
            None => {
                let mut looks = self.looks;
                let tried = self.decide(choice, 0, self.allowed, &mut looks)?;
                self.looks = looks;
                self.tried.push(tried);
                self.asked.insert(choice.to_vec(), self.tried.len() - 1);
                self.tried.len() - 1
            }
        };
        Ok(&self.tried[at])
    }

    /// A stored point, or the result of [`Search::run`].
    fn decide(&self, choice: &[usize], first: u64, allowed: f64, looks: &mut u64) -> Result<Tried, Error> {
        let before = self.shared.runs.borrow_mut().remove(&(choice.to_vec(), first));
        let (scenario, runs) = before.map_or_else(|| Ok(((self.points)(choice)?, vec![])), Ok::<_, Error>)?;
        let mut runs = Some(runs);
        let asked = Asked { part: self.part, choice, first, looks: *looks };
        let decided =
            (self.keep)(asked, &mut || self.run(asked, &scenario, runs.take().unwrap_or_default(), allowed))?;
        *looks = decided.looks;
        Ok(decided.tried)
    }

    /// Adds replications, from number `first` on, until the point is decided or reaches the cap.
    fn run(
        &self,
        asked: Asked<'_>,
        scenario: &Scenario,
        mut runs: Vec<Replication>,
        allowed: f64,
    ) -> Decided {
        let Asked { choice, first, mut looks, .. } = asked;
        let mut wanted = wanted(scenario, self.aims);
        wanted.groups.extend(super::aim::wanted(scenario, self.beside).groups);
        let mut count = self.plan.replications.clamp(2, self.plan.most.max(2));
        let tried = loop {
            let missing = first + runs.len() as u64..first + count;
            runs.extend(replicate(scenario, scenario.run.seed, missing, &wanted));
            looks += 1;
            let looked = &runs[..count as usize];
            let tried = self.tried(choice, first > 0, scenario, looked, error_of_look(allowed, looks));
            // The schedule depends on the results only: not on threads, not on time.
            let next = (count * 2).min(self.plan.most);
            if tried.verdict != Verdict::Undecided || next <= count {
                break tried;
            }
            count = next;
        };
        if self.shared.keeps {
            self.shared.runs.borrow_mut().insert((choice.to_vec(), first), (scenario.clone(), runs));
        }
        Decided { tried, looks }
    }

    fn tried(
        &self,
        choice: &[usize],
        fresh: bool,
        scenario: &Scenario,
        runs: &[Replication],
        error: f64,
    ) -> Tried {
        let numbers = Numbers::new(scenario, runs.len(), |run| Cow::Borrowed(&runs[run].counts));
        let each = error / self.aims.len() as f64;
        let held: Vec<Held> = self.aims.iter().map(|aim| aim.hold(&numbers, runs, each)).collect();
        Tried {
            choice: choice.into(),
            fresh,
            replications: runs.len() as u64,
            verdict: held.iter().map(|held| held.verdict).min().unwrap_or(Verdict::Nothing),
            held,
            beside: self.beside.iter().map(|aim| aim.hold(&numbers, runs, each)).collect(),
            price: self.price(choice, scenario, &numbers.pooled),
            stations: used(scenario, &numbers.pooled),
            warnings: warnings(scenario, &numbers.pooled),
        }
    }

    /// Mean cost of a run; without prices, the sum of the values.
    fn price(&self, choice: &[usize], scenario: &Scenario, counts: &Counts) -> f64 {
        match &scenario.cost {
            Some(cost) => {
                items(scenario, cost, counts).iter().map(|item| item.cost).sum::<f64>() / counts.runs as f64
            }
            None => {
                self.varied.iter().zip(choice).filter_map(|(vary, at)| Some(vary.numbers()?.0[*at])).sum()
            }
        }
    }

    /// The cheapest point that meets, confirmed on fresh replications, as are its neighbours with less of one resource.
    fn best(&self, answers: &[Answer]) -> Result<Option<Best>, Error> {
        let met = |answer: &Answer| Some([&answer.others[..], &[answer.meets?]].concat());
        let price = |choice: &Vec<usize>| self.asked.get(choice).map_or(f64::MAX, |at| self.tried[*at].price);
        let choices = answers.iter().filter_map(met);
        let Some(choice) = choices.min_by(|a, b| price(a).total_cmp(&price(b))) else { return Ok(None) };
        let less: Vec<Vec<usize>> = (0..choice.len()).filter_map(|at| one_less(&choice, at)).collect();
        // Each claim gets an equal part of the other half of the error, spread over its own looks.
        let allowed = (1.0 - self.plan.confidence) / 2.0 / (1 + less.len()) as f64;
        let again = |choice: &Vec<usize>| self.decide(choice, self.plan.most, allowed, &mut 0);
        let meets = again(&choice)?;
        let less = less.iter().map(again).collect::<Result<_, _>>()?;
        Ok(Some(Best { choice, meets, less }))
    }
}

fn one_less(choice: &[usize], at: usize) -> Option<Vec<usize>> {
    let mut less = choice.to_vec();
    less[at] = choice[at].checked_sub(1)?;
    Some(less)
}

/// The error allowed to look number `look`, so that all looks together err with less than `allowed`.
pub(super) fn error_of_look(allowed: f64, look: u64) -> f64 {
    let square = std::f64::consts::PI * std::f64::consts::PI;
    6.0 * allowed / (square * (look * look) as f64)
}

fn used(scenario: &Scenario, counts: &Counts) -> Vec<Used> {
    let has =
        |station: &StationName| *station != StationName::Preparation || scenario.site.preparation.is_some();
    let used = |station: StationName| {
        let used = &counts.stations[station as usize];
        let wait = used.mean_wait().unwrap_or(0.0) / 3.6e9;
        Some(Used { station, utilization: used.utilization()?, wait })
    };
    StationName::ALL.into_iter().filter(has).filter_map(used).collect()
}
