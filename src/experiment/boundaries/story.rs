//! Builds the job of a boundary case step by step.

use crate::engine::chance::Address;
use crate::engine::time::Span;
use crate::experiment::reference::Time;
use crate::experiment::script::{BYTES_OF_A_DAY, blank};
use crate::policy::{CaseKind, JobState};
use crate::scenario::WrittenJob;
use crate::scenario::fate::{
    Announces, Answer, CopyOutcome, JobFault, JobFaultCause, JourneyEnd, ReturnAddress, Says, Travels,
};

/// A request that a customer makes without being asked.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Act {
    Update,
    Cancel,
    Delete,
}

/// The job of a case under construction.
#[derive(Clone, Debug)]
pub(super) struct Story {
    pub job: WrittenJob,
    /// Instants at which the customer acts or responds, as far as they are known in advance.
    acts: Vec<Time>,
    /// Whether a package arrives at the instant at which it leaves.
    is_instant: bool,
}

/// A job with one drive whose customer does nothing after the order. Copying takes a day if `copies`, else no time.
pub(super) fn ordered(copies: bool) -> Story {
    let mut job = blank("", 1, if copies { BYTES_OF_A_DAY } else { 0 });
    job.fate.announces = Announces::Never;
    Story { job, acts: vec![], is_instant: false }
}

impl Story {
    /// The customer sets the job to Shipping at `at` (J5); the package is handed over at the start.
    pub fn sent(mut self, at: Time) -> Story {
        self.acts.push(at);
        self.job.fate.packs = Some(Span::ZERO);
        self.job.fate.announces = Announces::After(Span::from_micros(at));
        self
    }

    /// The package arrives at `at`.
    pub fn arrives(mut self, at: Time) -> Story {
        self.is_instant |= at == 0;
        let fate = &mut self.job.fate;
        fate.packs = Some(Span::ZERO);
        (fate.inbound.transit, fate.inbound.ends) = (Span::from_micros(at), JourneyEnd::Delivered);
        self
    }

    /// A second drive arrives at `at` in a package of its own.
    pub fn late(mut self, at: Time) -> Story {
        self.is_instant |= at == 0;
        self.job.fate.packs = Some(Span::ZERO);
        self.second(Travels::Later(Span::from_micros(at)))
    }

    /// A second drive comes with the package of job number 1 of the case.
    pub fn with_carrier(self) -> Story {
        self.second(Travels::With(Address { source: 0, ordinal: 1, generation: 0 }))
    }

    fn second(mut self, travels: Travels) -> Story {
        let drive = self.job.fate.drives[0];
        self.job.fate.drives.push(crate::scenario::fate::DriveFate { travels, ..drive });
        self.job.drive_answers.push(Answer::NONE);
        self
    }

    /// The package holds an extra drive and no listed one.
    pub fn only_extra(mut self) -> Story {
        self.job.fate.extras = 1;
        self.job.fate.drives[0].travels = Travels::Never;
        self
    }

    /// The customer makes a request at `at`.
    pub fn then(mut self, at: Time, act: Act) -> Story {
        self.acts.push(at);
        let (fate, after) = (&mut self.job.fate, Span::from_micros(at));
        match act {
            Act::Update => {
                fate.updates.push(after);
                fate.updates.sort_unstable();
            }
            Act::Cancel => fate.cancels = Some(after),
            Act::Delete => fate.deletes = Some(after),
        }
        self
    }

    /// Keeps the job in Creating by updates every `step` until `until`; one tick earlier where the customer does
    /// something else at that instant.
    pub fn kept(mut self, step: Time, until: Time) -> Story {
        let updates = (1..=120).map(|times| times * step).take_while(|at| *at <= until);
        for at in updates.collect::<Vec<_>>() {
            let at = if self.acts.contains(&at) { at - 1 } else { at };
            self = self.then(at, Act::Update);
        }
        self
    }

    /// Attempt `attempt` of the next case of this kind reaches the customer, who responds `delay` later.
    pub fn answers(mut self, kind: CaseKind, attempt: u32, delay: Time, waits: bool) -> Story {
        let says = if waits { Says::Wait } else { Says::Cancel };
        let answer = Answer { attempt, delay: Span::from_micros(delay), says };
        match self.job.answers.iter_mut().find(|(of, _)| *of == kind) {
            Some((_, answers)) => answers.push(answer),
            None => self.job.answers.push((kind, vec![answer])),
        }
        self
    }

    /// The customer of unannounced drives that arrive at `arrives` is reached at once and responds `delay` later; with
    /// or without a job record (E1).
    pub fn asked(mut self, arrives: Time, delay: Time) -> Story {
        self.acts.push(arrives + delay);
        self.answers(CaseKind::Unannounced, 1, delay, true).answers(CaseKind::NoRecord, 1, delay, true)
    }

    /// The return of held drives fails; they are back `after` their departure.
    pub fn return_fails(mut self, after: Time) -> Story {
        self.job.fate.return_fails = Some(Span::from_micros(after));
        self
    }

    /// The return address is wrong, noticed on entering Transferring (E4).
    pub fn bad_address(mut self) -> Story {
        self.job.fate.return_address = ReturnAddress::Bad { noticed: JobState::Transferring };
        self
    }

    /// A job fault strikes `after` the state was entered; the customer responds after `answer` (F1).
    pub fn fault(mut self, state: JobState, after: Time, answer: Time) -> Story {
        let cause = match state {
            JobState::Creating | JobState::Shipping => JobFaultCause::CustomsHold,
            JobState::Packaging => JobFaultCause::ReturnAccountRefused,
            _ => JobFaultCause::StorageInaccessible,
        };
        self.job.fate.fault = Some(JobFault { cause, state, after: Span::from_micros(after) });
        self.answers(CaseKind::JobFault, 1, answer, true)
    }

    /// The first drive is found faulty while it is mounted; the customer responds after `answer` (F1).
    pub fn drive_fault(mut self, answer: Time) -> Story {
        self.job.fate.drives[0].copy = CopyOutcome::WrongKey;
        self.job.drive_answers[0] = Answer { attempt: 1, delay: Span::from_micros(answer), says: Says::Wait };
        self
    }

    /// Whether two events fall on one instant and the policy does not order them: two requests of the customer, or the
    /// departure and the arrival of a package.
    pub fn coincides(&self) -> bool {
        let twice = |(place, at): (usize, &Time)| self.acts[..place].contains(at);
        self.is_instant || self.acts.iter().enumerate().any(twice)
    }
}
