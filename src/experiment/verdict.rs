//! The result of an expectation, in words.

use serde::{Deserialize, Serialize};

/// The conclusion about an expectation, the worst first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Verdict {
    /// The result is not as expected.
    Failed,
    /// There was nothing to judge: an error, never a pass.
    Nothing,
    /// The interval allows both met and failed.
    Undecided,
    /// The result is as expected.
    Met,
}

impl Verdict {
    /// The word in reports.
    pub const fn name(self) -> &'static str {
        ["failed", "nothing to judge", "undecided", "met"][self as usize]
    }
}

/// How an undecided expectation counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OnUndecided {
    /// As failed.
    Fail,
    /// As a warning.
    Warn,
    /// More replications are run, up to a cap; if it is still undecided then, it counts as failed.
    More,
}

/// The result of an expectation.
#[derive(Clone, Debug, PartialEq)]
pub struct Judgement {
    /// Verdict.
    pub verdict: Verdict,
    /// The expectation, in words.
    pub expected: String,
    /// The observation, in words.
    pub observed: String,
    /// Notes that help to understand it; may be empty.
    pub notes: Vec<String>,
    /// The estimate and its interval, for a metric.
    pub estimate: Option<super::Estimate>,
    /// The replication that the judgement is about; of several, the first of the worst. 0 where it is about all.
    pub replication: u64,
}

impl Judgement {
    /// A judgement without an estimate.
    pub fn new(verdict: Verdict, expected: impl Into<String>, observed: impl Into<String>) -> Judgement {
        Judgement {
            verdict,
            expected: expected.into(),
            observed: observed.into(),
            notes: vec![],
            estimate: None,
            replication: 0,
        }
    }
}
