//! Observes which jobs are created, and the record of one of them.

use crate::engine::time::Instant;
use crate::error::Error;
use crate::policy::JobState;
use crate::report::Names;
use crate::scenario::Scenario;
use crate::world::{Fact, JobId, Observer};

/// Observes all created jobs, and the record of one job.
#[derive(Clone, Debug)]
pub(in crate::cli) struct Orders {
    job: JobId,
    /// Instant of its Put Job.
    pub put: Option<Instant>,
    /// Instant at which its record ended.
    pub gone: Option<Instant>,
    /// Number of jobs that each source has created.
    counts: Vec<u32>,
    /// Number of jobs that follow from the same first job.
    followers: u32,
}

impl Orders {
    pub(in crate::cli) fn of(job: JobId) -> Orders {
        Orders { job, put: None, gone: None, counts: vec![], followers: 0 }
    }

    /// The error after a whole run in which the job was never created.
    pub(in crate::cli) fn never(&self, scenario: &Scenario) -> Error {
        let names = Names::new(scenario);
        let name = names.job(self.job);
        let some = |source: u16| self.counts.get(usize::from(source)).copied().filter(|count| *count > 0);
        let range = |source: u16| {
            let last = JobId { source, ordinal: some(source)? - 1, generation: 0 };
            let first = names.job(JobId { ordinal: 0, ..last });
            Some(if last.ordinal == 0 { first } else { format!("{first} to {}", names.job(last)) })
        };
        let come: Vec<String> = (0..scenario.demand.len() as u16).filter_map(range).collect();
        Error::Usage(match (self.job.generation, come.is_empty()) {
            (0, false) => format!("no job {name} comes in this run; there are {}", come.join(", ")),
            (0, true) => format!("no job {name} comes in this run"),
            _ => {
                let first = names.job(JobId { generation: 0, ..self.job });
                let followers = match self.followers {
                    0 => "none follows".to_owned(),
                    1 => "one follows".to_owned(),
                    more => format!("{more} follow"),
                };
                format!("no job {name} comes in this run: {followers} from {first}")
            }
        })
    }
}

impl Observer for Orders {
    fn fact(&mut self, at: Instant, fact: &Fact) {
        let Fact::Job { job, from, to, .. } = *fact else { return };
        if from == JobState::Absent && job.generation == 0 {
            let source = usize::from(job.source);
            self.counts.resize(self.counts.len().max(source + 1), 0);
            self.counts[source] = self.counts[source].max(job.ordinal + 1);
        }
        let family = (job.source, job.ordinal) == (self.job.source, self.job.ordinal);
        self.followers += u32::from(family && job.generation > 0 && from == JobState::Absent);
        if job == self.job && from == JobState::Absent {
            self.put = Some(at);
        }
        if job == self.job && to == JobState::Gone {
            self.gone = Some(at);
        }
    }
}
