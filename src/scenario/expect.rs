//! `[[expect]]`: the expectations of a scenario, as checked plain data.

use crate::engine::chance::Address;
use crate::engine::time::{Instant, Span};
use crate::error::Mistake;
use crate::policy::{Disposition, DriveState, JobSignal, JobState, Rule};

/// One `[[expect]]`.
#[derive(Clone, Debug)]
pub struct Expectation {
    /// Its place in the file.
    pub spot: Spot,
    /// Its text, in one line.
    pub says: String,
    /// The expectation.
    pub what: Expected,
}

/// A place in the user's text, kept for later messages.
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
    /// A mistake at this place: what is wrong, and what is allowed.
    pub fn mistake(&self, message: impl Into<String>, help: impl Into<String>) -> Mistake {
        Mistake { message: message.into(), help: help.into(), ..self.0.clone() }
    }
}

/// A scripted job, or one that follows from it (`lost+1`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NamedJob {
    /// The name in the file.
    pub name: String,
    /// Its identity in the world.
    pub id: Address,
}

impl NamedJob {
    /// The job that this job follows from; itself if it follows from none.
    pub fn before(&self) -> Address {
        Address { generation: self.id.generation.saturating_sub(1), ..self.id }
    }
}

/// An expectation.
#[derive(Clone, Debug)]
pub enum Expected {
    /// What can be seen of a job at an instant, or at the end of the run.
    Shown(Shown),
    /// The whole life of a job: (instant, state, rule), in order.
    Timeline(NamedJob, Vec<(Instant, JobState, Rule)>),
    /// The whole life of one of its listed drives; the number counts from 1.
    DriveTimeline(NamedJob, u8, Vec<(Instant, DriveState, Rule)>),
    /// How often a rule fires: in the whole run, or for one job.
    Fires(Fires),
    /// A request of the customer that is refused: at this instant, or at any.
    Refused(NamedJob, Vec<JobSignal>, Option<Instant>),
    /// Bounds of a metric.
    Metric(Box<Bounds>),
}

impl Expected {
    /// The job that the expectation is about, if any.
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

/// What can be seen of a job; a field that is `None` is not compared.
#[derive(Clone, Debug)]
pub struct Shown {
    /// The job.
    pub job: NamedJob,
    /// The instant, after everything that happens at it; `None`: after the run has stopped.
    pub at: Option<Instant>,
    /// State in the answer of Get Job; together with `faulted`, the base state.
    pub state: Option<JobState>,
    /// Whether it is Faulted.
    pub faulted: Option<bool>,
    /// Percent complete.
    pub percent: Option<u8>,
    /// States of its drives.
    pub drives: Option<Each<DriveState>>,
    /// Where its drives are (disposition).
    pub disposition: Option<Each<Disposition>>,
    /// Whether Get Job finds it; without an instant, whether it was ever created.
    pub exists: Option<bool>,
}

impl Shown {
    /// Whether more than existence is compared.
    pub fn looks_at_more(&self) -> bool {
        self.state.is_some() || !self.only_state()
    }

    /// Whether at most the state and existence are compared.
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
    /// Whether it is an empty list.
    pub fn is_empty(&self) -> bool {
        matches!(self, Each::List(list) if list.is_empty())
    }
}

/// How often a rule fires.
#[derive(Clone, Debug)]
pub struct Fires {
    /// The rule.
    pub rule: Rule,
    /// Count for this job only.
    pub job: Option<NamedJob>,
    /// Count at this instant only.
    pub at: Option<Instant>,
    /// Smallest number of times.
    pub least: u64,
    /// Largest number of times.
    pub most: Option<u64>,
}

/// Bounds of a metric.
#[derive(Clone, Debug)]
pub struct Bounds {
    /// Name, as in `summary.csv`.
    pub metric: (String, Spot),
    /// Breakdown, as in `summary.csv`; empty: over all jobs.
    pub by: (String, Option<Spot>),
    /// Lower bound, included.
    pub least: Option<(Quantity, Spot)>,
    /// Upper bound, included.
    pub most: Option<(Quantity, Spot)>,
}

/// A number as written; its meaning depends on the unit of the metric.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Quantity {
    /// A number without a unit: in the unit of the metric.
    Plain(f64),
    /// A duration, for a metric that is a time.
    Time(Span),
    /// A percentage, as a share, for a metric that is a share.
    Percent(f64),
}
