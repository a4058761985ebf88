//! `[[expect]]`: what a scenario's author says will come of it, as checked plain data.

use crate::engine::chance::Address;
use crate::engine::time::{Instant, Span};
use crate::error::Mistake;
use crate::policy::{Disposition, DriveState, JobSignal, JobState, Rule};

/// One `[[expect]]`.
#[derive(Clone, Debug)]
pub struct Expectation {
    /// Where it stands.
    pub spot: Spot,
    /// As the file has it, in one line.
    pub says: String,
    /// What is expected.
    pub what: Expected,
}

/// A place in the user's text, about which something may have to be said later.
#[derive(Clone, Debug)]
pub struct Spot(pub(super) Mistake);

impl Spot {
    /// The file as the user named it.
    pub fn file(&self) -> &str {
        &self.0.file
    }
    /// Counted from 1.
    pub fn line(&self) -> usize {
        self.0.line
    }
    /// What is wrong here, and what is allowed.
    pub fn mistake(&self, message: impl Into<String>, help: impl Into<String>) -> Mistake {
        Mistake { message: message.into(), help: help.into(), ..self.0.clone() }
    }
}

/// A scripted job, or one that follows from it (`lost+1`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NamedJob {
    /// As the file has it.
    pub name: String,
    /// Its name for the world.
    pub id: Address,
}

impl NamedJob {
    /// The job that it can follow from, or itself.
    pub fn before(&self) -> Address {
        Address { generation: self.id.generation.saturating_sub(1), ..self.id }
    }
}

/// What is expected.
#[derive(Clone, Debug)]
pub enum Expected {
    /// What can be seen of a job at an instant, or at the end.
    Shown(Shown),
    /// The whole life of a job: each instant, state and rule, in order.
    Timeline(NamedJob, Vec<(Instant, JobState, Rule)>),
    /// The whole life of one of its listed drives, counted from 1.
    DriveTimeline(NamedJob, u8, Vec<(Instant, DriveState, Rule)>),
    /// How often a rule fires: in the whole run, or for one job.
    Fires(Fires),
    /// An act of the customer that is declined, at this instant or at any.
    Refused(NamedJob, Vec<JobSignal>, Option<Instant>),
    /// A number of the run.
    Metric(Box<Bounds>),
}

impl Expected {
    /// The job that it is about, if it is about one.
    pub fn job(&self) -> Option<&NamedJob> {
        match self {
            Expected::Shown(shown) => Some(&shown.job),
            Expected::Timeline(job, _) | Expected::DriveTimeline(job, ..) | Expected::Refused(job, ..) => {
                Some(job)
            }
            Expected::Fires(fires) => fires.job.as_ref(),
            Expected::Metric(_) => None,
        }
    }
}

/// What can be seen of a job; what is `None` is not looked at.
#[derive(Clone, Debug)]
pub struct Shown {
    /// Whose.
    pub job: NamedJob,
    /// After all that happens at this instant; `None`: when the run has stopped.
    pub at: Option<Instant>,
    /// As Get Job shows it; beside `faulted`, the state held before.
    pub state: Option<JobState>,
    /// Whether it is Faulted.
    pub faulted: Option<bool>,
    /// Percent complete.
    pub percent: Option<u8>,
    /// States of its drives.
    pub drives: Option<Each<DriveState>>,
    /// Where its drives are, or what became of them.
    pub disposition: Option<Each<Disposition>>,
    /// Whether Get Job finds it; without an instant, whether it was ever ordered.
    pub exists: Option<bool>,
}

impl Shown {
    /// Whether anything but existence is looked at.
    pub fn looks_at_more(&self) -> bool {
        self.state.is_some() || !self.only_state()
    }

    /// Whether nothing is looked at but the state, and whether it exists.
    pub fn only_state(&self) -> bool {
        self.faulted.is_none()
            && self.percent.is_none()
            && self.drives.is_none()
            && self.disposition.is_none()
    }
}

/// One word for all drives, or one for each.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "told above")]
pub enum Each<T> {
    All(T),
    List(Vec<T>),
}

impl<T> Each<T> {
    /// A list of none.
    pub fn is_empty(&self) -> bool {
        matches!(self, Each::List(list) if list.is_empty())
    }
}

/// How often a rule fires.
#[derive(Clone, Debug)]
pub struct Fires {
    /// Which.
    pub rule: Rule,
    /// For this job only.
    pub job: Option<NamedJob>,
    /// At this instant only.
    pub at: Option<Instant>,
    /// At least so often.
    pub least: u64,
    /// At most so often.
    pub most: Option<u64>,
}

/// The bounds of a metric of the run.
#[derive(Clone, Debug)]
pub struct Bounds {
    /// As in `summary.csv`.
    pub metric: (String, Spot),
    /// The breakdown, as in `summary.csv`; empty: of all.
    pub by: (String, Option<Spot>),
    /// The least that is good.
    pub least: Option<(Quantity, Spot)>,
    /// The most that is good.
    pub most: Option<(Quantity, Spot)>,
}

/// A number as written, to be understood in the unit of its metric.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Quantity {
    /// In the metric's own unit.
    Plain(f64),
    /// Of a metric that is a time.
    Time(Span),
    /// Of a metric that is a share, as a share.
    Percent(f64),
}
