//! The observer that keeps what concerns one job.

use crate::engine::time::Instant;
use crate::policy::JobState;
use crate::world::{Fact, JobId, JobRow, Observer};

/// Everything that happened to one job, its drives, its packages and its cases.
#[derive(Clone, Debug)]
pub(super) struct Story {
    pub(super) job: JobId,
    pub(super) facts: Vec<(Instant, Fact)>,
    /// Put Job of each later member of its family.
    family: Vec<(Instant, JobId)>,
    /// Jobs that follow from it (E1, E3), as their own rows say.
    followers: Vec<JobId>,
    /// Told when nothing of it can change any more, or when the run stops.
    pub(super) row: Option<JobRow>,
}

impl Story {
    pub(super) fn of(job: JobId) -> Story {
        Story { job, facts: vec![], family: vec![], followers: vec![], row: None }
    }

    /// The jobs that follow from it, and when.
    pub(super) fn children(&self) -> impl Iterator<Item = (Instant, JobId)> {
        self.family.iter().copied().filter(|(_, job)| self.followers.contains(job))
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
        if let Fact::Job { job, from: JobState::Absent, .. } = *fact
            && (job.source, job.ordinal) == (self.job.source, self.job.ordinal)
            && job.generation > self.job.generation
        {
            self.family.push((at, job));
        }
    }

    fn job(&mut self, row: &JobRow) {
        if row.job == self.job {
            self.row = Some(*row);
        }
        if row.parent == Some(self.job) {
            self.followers.push(row.job);
        }
    }
}
