//! The search along one line of values of the last parameter: where the verdict changes, and whether more can be worse.

use super::inferred::Inferred;
use super::search::{Edge, Line, edge};
use super::size::{Answer, Points, Search, Tried};
use super::verdict::Verdict;
use crate::scenario::StationName;

/// A line on which more is worse somewhere is scanned: all values if there are up to this many, otherwise values at
/// even distances.
const MOST_SCANNED: usize = 64;

/// The values of the last parameter, with fixed values of the others.
pub(super) struct LineSearch<'s, 'p, P> {
    pub search: &'s mut Search<'p, P>,
    pub others: Vec<usize>,
    pub len: usize,
    /// The answer for the preceding values of the other parameters, as a first guess.
    pub before: Option<usize>,
}

impl<P: Points> LineSearch<'_, '_, P> {
    fn ask(&mut self, at: usize) -> Option<&Tried> {
        if self.search.failed.is_some() {
            return None;
        }
        let choice: Vec<usize> = self.others.iter().copied().chain([at]).collect();
        match self.search.ask(&choice).map(|_| ()) {
            Ok(()) => self.known(at),
            Err(error) => {
                self.search.failed = Some(error);
                None
            }
        }
    }

    fn known(&self, at: usize) -> Option<&Tried> {
        let choice: Vec<usize> = self.others.iter().copied().chain([at]).collect();
        self.search.asked.get(&choice).map(|at| &self.search.tried[*at])
    }

    /// Finds the answer. Scans the line if more is worse somewhere.
    pub(super) fn answer(&mut self) -> Answer {
        let Edge { mut fails, mut meets } = edge(self);
        if meets.is_none() {
            // The largest value does not meet. A smaller one still may, where more is worse: try some.
            let mut at = self.len - 1;
            while at > 0 {
                at /= 2;
                self.verdict(at);
            }
        }
        let falls = self.falls();
        if falls.is_some() {
            let every = self.len.div_ceil(MOST_SCANNED);
            let scanned: Vec<(usize, Verdict)> =
                (0..self.len).step_by(every).map(|at| (at, self.verdict(at))).collect();
            let of = |wanted: Verdict| {
                scanned.iter().filter(move |(_, verdict)| *verdict == wanted).map(|(at, _)| *at)
            };
            meets = meets.into_iter().chain(of(Verdict::Met)).min();
            fails = meets.map_or(of(Verdict::Failed).max(), |meets| {
                of(Verdict::Failed).filter(|at| *at < meets).max()
            });
        }
        let undecided = |at: &usize| self.known(*at).is_some_and(|tried| tried.verdict == Verdict::Undecided);
        let open = (0..self.len).filter(undecided).collect();
        Answer { others: self.others.clone(), fails, meets, open, falls }
    }

    /// A pair (smaller, larger) of values of which the larger is significantly worse in some target.
    fn falls(&mut self) -> Option<(usize, usize)> {
        let known: Vec<(usize, &Tried)> =
            (0..self.len).filter_map(|at| Some((at, self.known(at)?))).collect();
        let pairs = known.len() * known.len() / 2;
        let error =
            (1.0 - self.search.plan.confidence) / 2.0 / pairs.max(1) as f64 / self.search.aims.len() as f64;
        let worse = |less: &Tried, more: &Tried| {
            let held = less.held.iter().zip(&more.held).zip(self.search.aims);
            held.filter_map(|((less, more), aim)| {
                let (less, more) = (less.series.as_ref()?, more.series.as_ref()?);
                Some(is_worse(&more.minus(less), aim.wants_more(), error))
            })
            .any(|worse| worse)
        };
        let pairs = known
            .iter()
            .enumerate()
            .flat_map(|(from, less)| known[from + 1..].iter().map(move |more| (less, more)));
        pairs.into_iter().find(|(less, more)| worse(less.1, more.1)).map(|(less, more)| (less.0, more.0))
    }
}

fn is_worse(difference: &Inferred, wants_more: bool, error: f64) -> bool {
    let (low, high) = difference.interval(error);
    if wants_more { high < 0.0 } else { low > 0.0 }
}

impl<P: Points> Line for LineSearch<'_, '_, P> {
    fn len(&self) -> usize {
        self.len
    }

    /// Any point that serves all jobs shows the offered load: begin at the value that this load needs.
    fn guess(&mut self) -> usize {
        if let Some(before) = self.before {
            return before;
        }
        let vary = self.search.varied.last().expect("size: there is something to vary");
        let station =
            StationName::ALL.into_iter().find(|name| vary.path == format!("site.{}.servers", name.name()));
        let top = self.len - 1;
        let utilization = self.ask(top).and_then(|tried| {
            let used = tried.stations.iter().find(|used| Some(used.station) == station)?;
            Some(used.utilization)
        });
        let vary = self.search.varied.last().expect("size: there is something to vary");
        match (vary.numbers(), utilization) {
            (Some((numbers, _)), Some(utilization)) => {
                let load = utilization * numbers[top];
                numbers.iter().position(|number| *number > load).unwrap_or(top)
            }
            _ => top / 2,
        }
    }

    fn verdict(&mut self, at: usize) -> Verdict {
        // After an error nothing more is run; the error is returned at the end of the search.
        self.ask(at).map_or(Verdict::Nothing, |tried| tried.verdict)
    }
}
