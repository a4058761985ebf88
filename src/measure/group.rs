//! The jobs of one breakdown (`source=imports`, `month=2026-11`, ...), counted.

use super::histogram::Histogram;
use crate::engine::time::Span;
use crate::scenario::{Milestone, Scenario};
use crate::world::{JobRow, Outcome, TimePart};
use serde::{Deserialize, Serialize};

/// What the jobs are broken down by, in the order of `summary.csv`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum By {
    /// All measured jobs.
    All,
    /// By the number of the source; written jobs come after all sources.
    Source(u16),
    /// `true`: exports; `false`: imports.
    Export(bool),
    /// By the number of the priority class.
    Class(u8),
    /// By the number of the inbound carrier.
    Carrier(u8),
    /// Year and month of the order, on the site's calendar; for measured windows up to ten years.
    Month(i16, u8),
}

impl By {
    /// As in the column `by`.
    pub fn label(self, scenario: &Scenario) -> String {
        match self {
            By::All => String::new(),
            By::Source(number) => {
                let source = scenario.demand.get(usize::from(number));
                format!("source={}", source.map_or("written", |source| source.name.as_str()))
            }
            By::Export(false) => "type=import".into(),
            By::Export(true) => "type=export".into(),
            By::Class(number) => match scenario.site.classes.get(usize::from(number)) {
                Some(name) => format!("class={name}"),
                None => format!("class={number}"),
            },
            By::Carrier(number) => match scenario.carriers.get(usize::from(number)) {
                Some(carrier) => format!("carrier={}", carrier.name),
                None => format!("carrier={number}"),
            },
            By::Month(year, month) => format!("month={year:04}-{month:02}"),
        }
    }
}

/// Measured jobs, counted.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Group {
    /// How many were ordered.
    pub created: u64,
    /// How many of them were canceled.
    pub canceled: u64,
    /// Jobs that follow from another (E1, E3).
    pub follow_ups: u64,
    /// By [`Outcome`].
    pub outcomes: [u64; 5],
    /// From order to end, whichever it was, by [`Outcome`]; of those still open, their age when the run stopped.
    pub lasted: [Histogram; 5],
    /// From order to end, of the jobs that ended Completed or Closed.
    pub turnaround: Histogram,
    /// Where that time went, by [`TimePart`]: each counts every one of these jobs, the sums add up to the whole.
    pub parts: [Histogram; 7],
    /// Microseconds of the worked part of these jobs in which work was in hand at preparation and at no other station,
    /// all together. Counted when a job ends.
    pub prepared: i128,
}

impl Group {
    /// Counts a job.
    pub fn add(&mut self, row: &JobRow) {
        self.created += 1;
        self.canceled += u64::from(row.canceled);
        self.follow_ups += u64::from(row.parent.is_some());
        self.outcomes[row.outcome as usize] += 1;
        self.lasted[row.outcome as usize].add(row.parts.iter().fold(Span::ZERO, |sum, part| sum + *part));
        let ended = row.milestones[Milestone::Ended as usize];
        if let (Outcome::Completed | Outcome::Closed, Some(ended)) = (row.outcome, ended) {
            let ordered =
                row.milestones[Milestone::Ordered as usize].expect("a job that is told was ordered");
            self.turnaround.add(ended - ordered);
            for part in TimePart::ALL {
                self.parts[part as usize].add(row.parts[part as usize]);
            }
        }
    }

    /// Adds all that `other` has counted.
    pub fn merge(&mut self, other: &Group) {
        self.created += other.created;
        self.canceled += other.canceled;
        self.follow_ups += other.follow_ups;
        add_each(&mut self.outcomes, &other.outcomes);
        self.lasted.iter_mut().zip(&other.lasted).for_each(|(ours, theirs)| ours.merge(theirs));
        self.turnaround.merge(&other.turnaround);
        self.parts.iter_mut().zip(&other.parts).for_each(|(ours, theirs)| ours.merge(theirs));
        self.prepared += other.prepared;
    }

    /// The same without the buckets of histograms.
    pub(super) fn light(&self) -> Group {
        Group {
            lasted: self.lasted.each_ref().map(Histogram::light),
            turnaround: self.turnaround.light(),
            parts: self.parts.each_ref().map(Histogram::light),
            ..*self
        }
    }

    pub(super) fn histograms(&self) -> impl Iterator<Item = &Histogram> {
        self.lasted.iter().chain(&self.parts).chain([&self.turnaround])
    }

    pub(super) fn histograms_mut(&mut self) -> impl Iterator<Item = &mut Histogram> {
        self.lasted.iter_mut().chain(&mut self.parts).chain([&mut self.turnaround])
    }

    /// How many ended so.
    pub fn outcome(&self, outcome: Outcome) -> u64 {
        self.outcomes[outcome as usize]
    }
}

/// Adds count by count.
pub(super) fn add_each(ours: &mut [u64], theirs: &[u64]) {
    ours.iter_mut().zip(theirs).for_each(|(ours, theirs)| *ours += theirs);
}
