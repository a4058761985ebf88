//! The output of the reference: the life of a job.

use super::input::Time;
use crate::policy::{CaseKind, CaseState, Disposition, DriveState, JobState, Rule};

/// The life of one job.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct JobLife {
    /// The job that it follows from, as an index into the same list (E1).
    pub parent: Option<usize>,
    /// Changes of state: (instant, new state, rule).
    pub job: Vec<(Time, JobState, Rule)>,
    /// The same for each listed or registered drive.
    pub drives: Vec<Vec<(Time, DriveState, Rule)>>,
    /// The places of each of these drives: (instant, place from then on).
    pub places: Vec<Vec<(Time, Disposition)>>,
    /// The places of each extra drive: (instant, place from then on).
    pub extras: Vec<Vec<(Time, Disposition)>>,
    /// The cases in the order in which they were opened.
    pub cases: Vec<CaseLife>,
    /// Requests of the customer that were refused: (instant, `update`, `set_shipping`, `cancel` or `delete`).
    pub refused: Vec<(Time, &'static str)>,
    /// Whether the job had an error when it ended.
    pub error: bool,
    /// The series of attempts.
    pub asked: Vec<Asked>,
}

impl JobLife {
    /// The refused requests about which the policy is clear. For a script, the policy does not say whether a customer
    /// goes on with updates after a refusal, or with anything after deleting the job.
    pub fn refusals(&self) -> Vec<(Time, &'static str)> {
        let is_deleted = self.job.iter().any(|step| {
            matches!(step.2, Rule::J4 | Rule::J21) || (step.2 == Rule::C2 && step.1 == JobState::Gone)
        });
        let mut refused = if is_deleted { vec![] } else { self.refused.clone() };
        refused.sort_unstable();
        let mut updates = 0;
        refused.retain(|(_, act)| {
            updates += u32::from(*act == "update");
            *act != "update" || updates == 1
        });
        refused
    }
}

/// A series of attempts to reach the customer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Asked {
    /// Kind of the case; E1 is `Unannounced`, with or without a record.
    pub kind: CaseKind,
    /// For E1: index of the package in the order of handing over. For a notice: its number. For a drive fault: the
    /// drive.
    pub number: usize,
    /// Instant of the first attempt.
    pub began: Time,
    /// Number of attempts.
    pub attempts: u32,
}

/// One case.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CaseLife {
    /// Kind of the case; E1 is `Unannounced`, with or without a record.
    pub kind: CaseKind,
    /// Instant of opening.
    pub opened: Time,
    /// Number of attempts to reach the customer.
    pub attempts: u32,
    /// Instant at which the customer was first reached.
    pub reached: Option<Time>,
    /// Instant and kind of its end.
    pub ended: Option<(Time, CaseState)>,
}
