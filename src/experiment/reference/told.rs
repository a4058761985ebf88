//! What the reference tells of a job.

use super::input::Time;
use crate::policy::{CaseKind, CaseState, Disposition, DriveState, JobState, Rule};

/// The life of one job.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Told {
    /// The job that it follows from, by its place among the jobs told (E1).
    pub parent: Option<usize>,
    /// When, in which state then, by which rule.
    pub job: Vec<(Time, JobState, Rule)>,
    /// The same of each listed or registered drive.
    pub drives: Vec<Vec<(Time, DriveState, Rule)>>,
    /// Where each of them is from which instant on.
    pub places: Vec<Vec<(Time, Disposition)>>,
    /// Where each extra drive is from which instant on.
    pub extras: Vec<Vec<(Time, Disposition)>>,
    /// The cases in the order in which they were opened.
    pub cases: Vec<CaseTold>,
    /// Acts of the customer that were declined: when, and `update`, `set_shipping`, `cancel` or `delete`.
    pub refused: Vec<(Time, &'static str)>,
    /// Whether there is an error in the job, as it was when the job ended.
    pub error: bool,
    /// The series of attempts that were begun.
    pub asked: Vec<Asked>,
}

impl Told {
    /// The declined acts about which the policy leaves no doubt. Of a script it does not say whether a customer goes on
    /// with updates after one was declined, or with anything after deleting the job.
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
    /// The problem; E1 is `Unannounced`, with or without a record.
    pub kind: CaseKind,
    /// Of E1 the place of the package in the order of hand-over, of a notice its number, of a drive fault the drive.
    pub number: usize,
    /// The first attempt.
    pub began: Time,
    /// How many were made.
    pub attempts: u32,
}

/// One case.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CaseTold {
    /// The problem; E1 is `Unannounced`, with or without a record.
    pub kind: CaseKind,
    /// When it was opened.
    pub opened: Time,
    /// Attempts to reach the customer.
    pub attempts: u32,
    /// When the customer was first reached.
    pub reached: Option<Time>,
    /// When and how it ended.
    pub ended: Option<(Time, CaseState)>,
}
