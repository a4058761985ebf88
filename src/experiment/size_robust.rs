//! The answer of a size search as a verdict that may change with an uncertain input.

use super::aim::{Aim, wanted};
use super::estimate::ERROR;
use super::numbers::Numbers;
use super::replicate::replicate;
use super::search::{Line, edge};
use super::size::{Points, Sized};
use super::verdict::Verdict;
use crate::error::Error;
use crate::scenario::Vary;
use std::borrow::Cow;
use std::collections::BTreeMap;

/// Tests the points of a search with other values of the inputs.
pub struct Sizes<'p, P> {
    points: P,
    varied: &'p [Vary],
    aims: &'p [Aim],
    /// The answer of the search; the largest values if it has none.
    choice: Vec<usize>,
    /// Replications of each point: the most that the search used for the answer and its smaller neighbours.
    replications: u64,
    asked: BTreeMap<Vec<usize>, bool>,
}

impl<'p, P: Points> Sizes<'p, P> {
    /// Continues from the result of a search.
    pub fn new(points: P, varied: &'p [Vary], aims: &'p [Aim], sized: &Sized) -> Sizes<'p, P> {
        let greatest = || varied.iter().map(|vary| vary.values.len() - 1).collect();
        let choice = sized.best.as_ref().map_or_else(greatest, |best| best.choice.clone());
        let mut sizes = Sizes { points, varied, aims, choice, replications: 2, asked: BTreeMap::new() };
        let near = sizes.neighbours();
        let is_near = |choice: &Vec<usize>| *choice == sizes.choice || near.contains(choice);
        let runs = sized.tried.iter().filter(|tried| is_near(&tried.choice)).map(|tried| tried.replications);
        sizes.replications = runs.max().unwrap_or(2);
        sizes
    }

    /// Number of replications of each point.
    pub fn replications(&self) -> u64 {
        self.replications
    }

    /// The verdict: the answer in words, or "less than" or "more than" it, or "none".
    ///
    /// # Errors
    /// Errors of the scenarios of the points.
    pub fn verdict(&mut self) -> Result<String, Error> {
        let answer = self.words(&self.choice);
        if !self.meets(&self.choice.clone())? {
            let greatest = self.choice.iter().zip(self.varied).all(|(at, vary)| at + 1 == vary.values.len());
            return Ok(if greatest { "none".into() } else { format!("more than {answer}") });
        }
        for less in self.neighbours() {
            if self.meets(&less)? {
                return Ok(format!("less than {answer}"));
            }
        }
        Ok(answer)
    }

    /// The smallest value of the last parameter that meets the targets, with the other parameters unchanged.
    ///
    /// # Errors
    /// Errors of the scenarios of the points.
    pub fn answer(&mut self) -> Result<String, Error> {
        let mut line = Answers { sizes: self, failed: None };
        let least = edge(&mut line).meets;
        if let Some(error) = line.failed {
            return Err(error);
        }
        let mut choice = self.choice.clone();
        let Some(least) = least else { return Ok("none".into()) };
        if let Some(last) = choice.last_mut() {
            *last = least;
        }
        Ok(self.words(&choice))
    }

    /// The points with one step less of one parameter.
    fn neighbours(&self) -> Vec<Vec<usize>> {
        let less = |at: usize| {
            let mut less = self.choice.clone();
            less[at] = less[at].checked_sub(1)?;
            Some(less)
        };
        (0..self.choice.len()).filter_map(less).collect()
    }

    fn meets(&mut self, choice: &[usize]) -> Result<bool, Error> {
        if let Some(met) = self.asked.get(choice) {
            return Ok(*met);
        }
        let scenario = (self.points)(choice)?;
        let runs =
            replicate(&scenario, scenario.run.seed, 0..self.replications, &wanted(&scenario, self.aims));
        let numbers = Numbers::new(&scenario, runs.len(), |run| Cow::Borrowed(&runs[run].counts));
        let met = self.aims.iter().all(|aim| aim.is_met_by(aim.hold(&numbers, &runs, ERROR).value));
        self.asked.insert(choice.to_vec(), met);
        Ok(met)
    }

    fn words(&self, choice: &[usize]) -> String {
        let values = self.varied.iter().zip(choice).map(|(vary, at)| vary.values[*at].clone());
        values.collect::<Vec<_>>().join(", ")
    }
}

/// The line of values of the last parameter.
struct Answers<'s, 'p, P> {
    sizes: &'s mut Sizes<'p, P>,
    failed: Option<Error>,
}

impl<P: Points> Line for Answers<'_, '_, P> {
    fn len(&self) -> usize {
        self.sizes.varied.last().map_or(1, |vary| vary.values.len())
    }

    fn guess(&mut self) -> usize {
        self.sizes.choice.last().copied().unwrap_or(0)
    }

    fn verdict(&mut self, at: usize) -> Verdict {
        let mut choice = self.sizes.choice.clone();
        if let Some(last) = choice.last_mut() {
            *last = at;
        }
        match self.sizes.meets(&choice) {
            Ok(true) => Verdict::Met,
            Ok(false) => Verdict::Failed,
            Err(error) => {
                self.failed.get_or_insert(error);
                Verdict::Nothing
            }
        }
    }
}
