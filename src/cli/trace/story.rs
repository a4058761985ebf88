//! The observer that records everything about one job.

use crate::engine::time::Instant;
use crate::measure::{Judge, Verdict};
use crate::policy::JobState;
use crate::scenario::{Scenario, Sla};
use crate::world::{Fact, JobId, JobRow, Observer};

/// Everything that happened to one job, its drives, its packages and its cases.
#[derive(Clone, Debug)]
pub(super) struct Story {
    pub(super) job: JobId,
    pub(super) facts: Vec<(Instant, Fact)>,
    /// (instant, job) of Put Job for each later job with the same first job.
    family: Vec<(Instant, JobId)>,
    /// Jobs that follow from it (E1, E3), as their own rows say.
    followers: Vec<JobId>,
    /// Set when nothing about the job can change any more, or when the run stops.
    pub(super) row: Option<JobRow>,
}

impl Story {
    pub(super) fn of(job: JobId) -> Story {
        Story { job, facts: vec![], family: vec![], followers: vec![], row: None }
    }

    /// The jobs that follow from it, and the instants at which they were created.
    pub(super) fn children(&self) -> impl Iterator<Item = (Instant, JobId)> {
        self.family.iter().copied().filter(|(_, job)| self.followers.contains(job))
    }

    /// The result of each service level of the job.
    pub(super) fn levels<'s>(&self, scenario: &'s Scenario) -> Vec<(&'s Sla, Verdict)> {
        let mut judge = Judge::new(scenario);
        self.facts.iter().for_each(|(at, fact)| judge.fact(*at, fact));
        let Some(row) = &self.row else { return vec![] };
        let levels = scenario.slas.iter().enumerate();
        levels.filter_map(|(number, sla)| Some((sla, judge.verdict(number, row)?))).collect()
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
