//! The numbers of several replications: of each, of all together, and of all but each.

use crate::measure::{Counts, Metric, metrics};
use crate::scenario::Scenario;
use rayon::prelude::*;
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::ops::Range;

/// What was counted by each of several replications, by its number.
pub trait Parts<'c>: Fn(usize) -> Cow<'c, Counts> + Sync {}
impl<'c, F: Fn(usize) -> Cow<'c, Counts> + Sync> Parts<'c> for F {}

/// The numbers of several replications, each under its name, in the order of `summary.csv`.
#[derive(Clone, Debug)]
pub struct Numbers {
    pub(super) rows: Vec<Row>,
    index: BTreeMap<(String, String), usize>,
    /// How many replications.
    pub replications: usize,
    /// What all together counted.
    pub pooled: Counts,
    /// Nothing was left to chance: no job is drawn, and all replications came to the same.
    pub certain: bool,
}

/// One number.
#[derive(Clone, Debug)]
pub(super) struct Row {
    /// Of all replications together.
    pub pooled: Metric,
    /// Of each; `None` where it observed nothing of the kind.
    pub each: Vec<Option<f64>>,
    /// Of all but each.
    pub without: Vec<Option<f64>>,
}

impl Numbers {
    /// The numbers of `replications` parts.
    pub fn new<'c>(scenario: &Scenario, replications: usize, parts: impl Parts<'c>) -> Numbers {
        Numbers::named(scenario, replications, parts, false)
    }

    /// The same, under the names that numbers have where the end of some jobs is not known, if so it is anywhere else.
    pub fn named<'c>(
        scenario: &Scenario,
        replications: usize,
        parts: impl Parts<'c>,
        censored: bool,
    ) -> Numbers {
        let pooled = together(0..replications, Counts::default(), &parts);
        let tell = |counts: &Counts| metrics(scenario, counts, censored || pooled.censored());
        let rows: Vec<Row> = tell(&pooled).into_iter().map(|pooled| Row::new(pooled, replications)).collect();
        let name = |row: &Row| (row.pooled.metric.clone(), row.pooled.by.clone());
        let index = rows.iter().enumerate().map(|(at, row)| (name(row), at)).collect();
        let each: Vec<Vec<Metric>> =
            (0..replications).into_par_iter().map(|part| tell(&parts(part))).collect();
        let without = match replications {
            0 | 1 => vec![],
            _ => all_but_each(0..replications, Counts::default(), &parts, &tell),
        };
        let mut numbers = Numbers { rows, index, replications, pooled: Counts::default(), certain: false };
        numbers.pour(each, |row| &mut row.each);
        numbers.pour(without, |row| &mut row.without);
        numbers.pooled = pooled;
        // What the site takes may be drawn where no job is: then some number shows it.
        let same = |row: &Row| row.each.windows(2).all(|pair| pair[0] == pair[1]);
        numbers.certain = scenario.demand.is_empty() && numbers.rows.iter().all(same);
        numbers
    }

    fn pour(&mut self, lists: Vec<Vec<Metric>>, into: impl Fn(&mut Row) -> &mut Vec<Option<f64>>) {
        for (part, list) in lists.into_iter().enumerate() {
            for metric in list {
                if let Some(&at) = self.index.get(&(metric.metric, metric.by)) {
                    into(&mut self.rows[at])[part] = Some(metric.value.real());
                }
            }
        }
    }

    pub(super) fn row(&self, metric: &str, by: &str) -> Option<&Row> {
        self.index.get(&(metric.to_owned(), by.to_owned())).map(|&at| &self.rows[at])
    }

    /// The value of each replication under a name, for those that know of it; the number of the replication first.
    pub fn each(&self) -> impl Iterator<Item = (usize, &Metric, f64)> {
        let of =
            |part: usize| self.rows.iter().filter_map(move |row| Some((part, &row.pooled, row.each[part]?)));
        (0..self.replications).flat_map(of)
    }
}

impl Row {
    fn new(pooled: Metric, replications: usize) -> Row {
        Row { pooled, each: vec![None; replications], without: vec![None; replications] }
    }
}

/// `counts` with these parts added.
fn together<'c>(range: Range<usize>, mut counts: Counts, parts: &impl Parts<'c>) -> Counts {
    range.for_each(|part| counts.merge(&parts(part)));
    counts
}

/// What all but each part of `range` come to, `outside` being all that are not in it. Merging has no inverse, but
/// halves share the work: each part is merged as often as the range can be halved, not once for each other part.
fn all_but_each<'c>(
    range: Range<usize>,
    outside: Counts,
    parts: &impl Parts<'c>,
    tell: &(impl Fn(&Counts) -> Vec<Metric> + Sync),
) -> Vec<Vec<Metric>> {
    if range.len() == 1 {
        return vec![tell(&outside)];
    }
    let middle = range.start + range.len() / 2;
    let (left, right) = (range.start..middle, middle..range.end);
    let without_left = together(right.clone(), outside.clone(), parts);
    let without_right = together(left.clone(), outside, parts);
    let (mut lists, rest) = rayon::join(
        || all_but_each(left, without_left, parts, tell),
        || all_but_each(right, without_right, parts, tell),
    );
    lists.extend(rest);
    lists
}
