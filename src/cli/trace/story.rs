//! The observer that keeps what concerns one job.

use crate::engine::time::Instant;
use crate::policy::JobState;
use crate::world::{Fact, JobId, JobRow, Observer};

/// Everything that happened to one job, its drives, its packages and its cases.
#[derive(Clone, Debug)]
pub(super) struct Story {
    pub(super) job: JobId,
    pub(super) facts: Vec<(Instant, Fact)>,
    /// Jobs that follow from it (E1, E3).
    pub(super) children: Vec<(Instant, JobId)>,
    /// Told when nothing of it can change any more, or when the run stops.
    pub(super) row: Option<JobRow>,
}

impl Story {
    pub(super) fn of(job: JobId) -> Story {
        Story { job, facts: vec![], children: vec![], row: None }
    }

    pub(super) fn is_told(&self) -> bool {
        self.row.is_some()
    }
}

impl Observer for Story {
    fn fact(&mut self, at: Instant, fact: &Fact) {
        let own_drive = matches!(fact, Fact::Ruled { drive: Some(drive), .. } if drive.job == self.job);
        if fact.job() == Some(self.job) || own_drive {
            self.facts.push((at, *fact));
        }
        let next = JobId { generation: self.job.generation + 1, ..self.job };
        if matches!(*fact, Fact::Job { job, from: JobState::Absent, .. } if job == next) {
            self.children.push((at, next));
        }
    }

    fn job(&mut self, row: &JobRow) {
        if row.job == self.job {
            self.row = Some(*row);
        }
    }
}
