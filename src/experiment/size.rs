//! The smallest value of a resource that meets one or more targets, with a stated confidence.
//!
//! All points have the same random numbers: the same seed and replications. A point gets more replications until it is
//! decided or the cap is reached. The errors of all looks at numbers are chosen so small that together they stay below
//! half of what is allowed (look j may err with 6a / (pi^2 j^2)); the other half is for the answer, which is confirmed
//! on replications that took no part in finding it.

use super::across::Across;
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

/// How a size is found.
#[derive(Clone, Copy, Debug)]
pub struct SizePlan {
    /// Replications of each point to begin with; at least 2.
    pub replications: u64,
    /// The most replications of a point.
    pub most: u64,
    /// The chance that the answer is right.
    pub confidence: f64,
}

/// A point that was tried.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Tried {
    /// The number of the value of each parameter.
    pub choice: Vec<usize>,
    /// On replications that took no part in the search.
    pub fresh: bool,
    /// How many replications it took.
    pub replications: u64,
    /// All targets together.
    pub verdict: Verdict,
    /// Each target.
    pub held: Vec<Held>,
    /// Each service level that was lifted.
    pub beside: Vec<Held>,
    /// What a run costs on average, if there are prices; or else the sum of the parameters.
    pub price: f64,
    /// How the stations were used.
    pub stations: Vec<Used>,
    /// What a user should know before believing the numbers, such as stations that cannot keep up.
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

/// How a station was used.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Used {
    /// Which.
    pub station: StationName,
    /// Busy servers over servers.
    pub utilization: f64,
    /// Mean wait in hours.
    pub wait: f64,
}

/// A point that is to be tried.
#[derive(Clone, Copy, Debug)]
pub struct Asked<'a> {
    /// The part of a staffing plan that asks: a month, or the plan as a whole. Empty where all is one search.
    pub part: &'a str,
    /// The number of the value of each parameter.
    pub choice: &'a [usize],
    /// The number of its first replication; above 0 where the answer is confirmed.
    pub first: u64,
    /// How many looks at numbers the search has taken before: they decide what the next ones may err with.
    pub looks: u64,
}

/// A point that was tried, and how many looks at numbers the search has taken now.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Decided {
    /// The point.
    pub tried: Tried,
    /// The looks.
    pub looks: u64,
}

/// Gives a point as kept from before, or as the function makes it.
pub type Keep<'k> = dyn Fn(Asked<'_>, &mut dyn FnMut() -> Decided) -> Result<Decided, Error> + Sync + 'k;

/// Keeps nothing.
pub const KEEP_NONE: &Keep<'static> = &|_, make| Ok(make());

/// What came of the search along one line of values.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The values of the other parameters.
    pub others: Vec<usize>,
    /// The greatest value shown to fail, and the least shown to meet.
    pub fails: Option<usize>,
    /// The least value shown to meet.
    pub meets: Option<usize>,
    /// Values that were asked and remain undecided.
    pub open: Vec<usize>,
    /// A smaller and a greater value of which the greater is worse.
    pub falls: Option<(usize, usize)>,
}

/// What a search came to.
#[derive(Clone, Debug)]
pub struct Sized {
    /// Every point tried, in order.
    pub tried: Vec<Tried>,
    /// One for each line of values of the last parameter.
    pub answers: Vec<Answer>,
    /// The cheapest answer: its number, with the points that were asked again on fresh replications.
    pub best: Option<Best>,
}

/// The cheapest point that meets.
#[derive(Clone, Debug)]
pub struct Best {
    /// The point.
    pub choice: Vec<usize>,
    /// The point on fresh replications.
    pub meets: Tried,
    /// Its neighbours with less of one resource, on fresh replications.
    pub less: Vec<Tried>,
}

/// The scenario of a choice of values.
pub trait Points: Fn(&[usize]) -> Result<Scenario, Error> {}
impl<F: Fn(&[usize]) -> Result<Scenario, Error>> Points for F {}

/// Finds the smallest values that meet all aims; of `beside`, the answer says which are violated. Of several parameters, each
/// combination of all but the last is a line of values of the last. `keep` may know points from before.
///
/// # Errors
/// Of the scenarios of the points, and of `keep`.
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
        let mut line = Across { search: &mut search, others, len: last.values.len(), before };
        let answer = line.answer();
        if let Some(error) = search.failed.take() {
            return Err(error);
        }
        answers.push(answer);
    }
    let best = search.best(&answers)?;
    Ok(Sized { tried: search.tried, answers, best })
}

/// The points of which none is both cheaper and better in aim number `aim`, the cheapest first.
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

/// All choices of one value each, the last parameter changing fastest.
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

/// Runs of points for several searches; by default nothing is shared.
#[derive(Debug, Default)]
pub(super) struct Shared {
    /// Whether runs are kept for others.
    pub keeps: bool,
    pub runs: RefCell<BTreeMap<(Vec<usize>, u64), Runs>>,
}

/// A point's scenario and its replications so far.
type Runs = (Scenario, Vec<Replication>);

/// A search for values that meet its aims.
pub(super) struct Search<'p, P> {
    points: &'p P,
    pub varied: &'p [Vary],
    pub aims: &'p [Aim],
    /// Judged, but not to be met.
    beside: &'p [Aim],
    pub plan: SizePlan,
    pub part: &'p str,
    pub keep: &'p Keep<'p>,
    /// What all looks together may err with.
    allowed: f64,
    shared: &'p Shared,
    looks: u64,
    pub asked: BTreeMap<Vec<usize>, usize>,
    pub tried: Vec<Tried>,
    /// What stopped the search.
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

    /// The answer for the only parameter.
    pub(super) fn alone(&mut self) -> Result<Answer, Error> {
        let len = self.varied[0].values.len();
        let answer = Across { search: self, others: vec![], len, before: None }.answer();
        self.failed.take().map_or(Ok(answer), Err)
    }

    /// A point, from before or by runs.
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

    /// The point as kept from before, or as [`Search::run`] decides it.
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

    /// Adds replications until the point is decided or the cap is reached; they begin with number `first`.
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
            // The schedule depends on nothing but the numbers: not on threads, not on time.
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

    /// The cost of a run; without prices, the heads: the sum of the values.
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

    /// The cheapest of all that meet, confirmed on fresh replications; so are those with less of one resource.
    fn best(&self, answers: &[Answer]) -> Result<Option<Best>, Error> {
        let met = |answer: &Answer| Some([&answer.others[..], &[answer.meets?]].concat());
        let price = |choice: &Vec<usize>| self.asked.get(choice).map_or(f64::MAX, |at| self.tried[*at].price);
        let choices = answers.iter().filter_map(met);
        let Some(choice) = choices.min_by(|a, b| price(a).total_cmp(&price(b))) else { return Ok(None) };
        let less: Vec<Vec<usize>> = (0..choice.len()).filter_map(|at| one_less(&choice, at)).collect();
        // Each claim has its part of the other half of the error, spent over its own looks.
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

/// What look number `look` may err with, so that all looks together err with less than `allowed`.
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
