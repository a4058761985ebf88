//! What comes of an expectation, in words.

use serde::{Deserialize, Serialize};

/// What is concluded, the worst first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Verdict {
    /// It is not as expected.
    Failed,
    /// There was nothing to judge: an error, never a pass.
    Nothing,
    /// The interval holds both.
    Undecided,
    /// It is as expected.
    Met,
}

impl Verdict {
    /// In the words of reports.
    pub const fn name(self) -> &'static str {
        ["failed", "nothing to judge", "undecided", "met"][self as usize]
    }
}

/// What is done with an expectation that the replications leave open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OnUndecided {
    /// It counts as failed.
    Fail,
    /// It is told, and no failure.
    Warn,
    /// More replications are run, up to a cap; what is still undecided then counts as failed.
    More,
}

/// What came of an expectation.
#[derive(Clone, Debug, PartialEq)]
pub struct Judgement {
    /// The conclusion.
    pub verdict: Verdict,
    /// What was expected, in words.
    pub expected: String,
    /// What was observed, in words.
    pub observed: String,
    /// What helps to understand it; may be empty.
    pub notes: Vec<String>,
    /// The estimate and its interval, of a metric.
    pub estimate: Option<super::Estimate>,
    /// The replication of which this is said, where it is said of one: of several, the first of the worst.
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
