//! Counts of the jobs of one breakdown (`source=imports`, `month=2026-11`, ...).

use super::histogram::Histogram;
use crate::engine::time::Span;
use crate::scenario::{Milestone, Scenario};
use crate::world::{JobRow, Outcome, TimePart};
use serde::{Deserialize, Serialize};

/// A breakdown of the jobs; the order is that of `summary.csv`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum By {
    /// All measured jobs.
    All,
    /// By the number of the source; scripted jobs have the number after the last source.
    Source(u16),
    /// By type: `true` for exports, `false` for imports.
    Export(bool),
    /// By the number of the priority class.
    Class(u8),
    /// By the number of the inbound carrier.
    Carrier(u8),
    /// By year and month of the order, on the site's calendar. Only for measured windows of up to ten years.
    Month(i16, u8),
}

impl By {
    /// The label in the column `by`.
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

/// Counts of measured jobs.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Group {
    /// Number of jobs created.
    pub created: u64,
    /// Of these, jobs that were canceled.
    pub canceled: u64,
    /// Jobs that follow from another (E1, E3).
    pub follow_ups: u64,
    /// Number by [`Outcome`].
    pub outcomes: [u64; 5],
    /// Time from order to end, by [`Outcome`]; for open jobs their age when the run stopped.
    pub lasted: [Histogram; 5],
    /// Turnaround: time from order to end, of jobs that ended Completed or Closed.
    pub turnaround: Histogram,
    /// Where the turnaround went, by [`TimePart`]. Each histogram counts every one of these jobs, and their sums add up
    /// to the turnaround.
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

    /// Adds the counts of `other`.
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

    /// A copy without the buckets of the histograms.
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

    /// Number of jobs with this outcome.
    pub fn outcome(&self, outcome: Outcome) -> u64 {
        self.outcomes[outcome as usize]
    }
}

/// Adds `theirs` to `ours`, element by element.
pub(super) fn add_each(ours: &mut [u64], theirs: &[u64]) {
    ours.iter_mut().zip(theirs).for_each(|(ours, theirs)| *ours += theirs);
}
