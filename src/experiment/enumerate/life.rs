//! One life of the enumeration: a base, and stimuli in order of time.

use crate::engine::chance::Address;
use crate::engine::time::Span;
use crate::experiment::reference::Time;
use crate::experiment::script::{BYTES_OF_A_DAY, DAY, Setting, blank};
use crate::policy::{CaseKind, JobState};
use crate::scenario::WrittenJob;
use crate::scenario::fate::{
    Announces, Answer, CopyOutcome, JobFault, JobFaultCause, JourneyEnd, ReturnAddress, Says, Travels,
};

/// A delay of a response that is longer than any run.
const NEVER_ANSWERED: Time = 1500 * DAY;

/// Where the second drive is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Second {
    /// There is one drive.
    Absent,
    /// It travels with the first.
    With,
    /// In a package of its own, which arrives by a stimulus or never.
    Later,
    /// In the package of another job ("guest"): the life has two jobs, and the carrier is the second.
    Guest,
}

/// The conditions at the start of a life; they do not count as stimuli.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Base {
    /// The site; lives at the same site share a run.
    pub setting: Setting,
    pub export: bool,
    pub second: Second,
    /// Whether the first drive is in no package.
    pub first_missing: bool,
    pub extras: u8,
    /// The state in which a wrong return address is noticed; `None`: the address is right.
    pub noticed: Option<JobState>,
    pub return_fails: bool,
    /// Whether copying a drive takes a day; otherwise it takes no time.
    pub copies: bool,
    pub first_copy: FirstCopy,
}

/// The outcome of copying the first drive.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum FirstCopy {
    Clean,
    Errors,
    WrongKey,
}

/// A stimulus.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum StimulusKind {
    /// The package that holds the first drive arrives.
    Arrives,
    /// The second drive arrives.
    SecondArrives,
    SetShipping,
    Update,
    Delete,
    Cancel,
    /// A job fault strikes in this state, this long after the state was entered.
    Fault(JobState, Time),
    /// Attempt number `attempt` for case number `number` of this kind reaches the customer.
    Reached {
        kind: CaseKind,
        number: usize,
        attempt: u32,
    },
    /// The customer who was reached responds.
    Answers {
        kind: CaseKind,
        number: usize,
        waits: bool,
    },
}

/// A stimulus of job number `job` of the life at `at`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Stimulus {
    pub at: Time,
    pub job: usize,
    pub what: StimulusKind,
}

/// A life.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Life {
    pub base: Base,
    pub stimuli: Vec<Stimulus>,
}

impl Base {
    /// One drive in one package, at a site where nothing takes time and no attempt reaches a customer by itself.
    pub const PLAIN: Base = Base {
        setting: Setting::PLAIN,
        export: false,
        second: Second::Absent,
        first_missing: false,
        extras: 0,
        noticed: None,
        return_fails: false,
        copies: false,
        first_copy: FirstCopy::Clean,
    };

    /// The bases that are simpler by one condition.
    pub fn simpler(&self) -> Vec<Base> {
        let (base, plain) = (*self, Base::PLAIN);
        let mut all = vec![
            Base { second: plain.second, ..base },
            Base { first_missing: false, ..base },
            Base { extras: 0, ..base },
            Base { noticed: None, ..base },
            Base { return_fails: false, ..base },
            Base { copies: false, ..base },
            Base { first_copy: plain.first_copy, ..base },
            Base { export: false, ..base },
            Base { setting: Setting { dock: None, ..base.setting }, ..base },
            Base { setting: Setting { bays: 0, ..base.setting }, ..base },
            Base { setting: Setting { pack: 0, ..base.setting }, ..base },
            Base { setting: Setting { between: DAY, ..base.setting }, ..base },
            Base { setting: Setting { stop: None, ..base.setting }, ..base },
        ];
        all.retain(|simpler| simpler != self);
        all
    }
}

impl Life {
    /// The number of jobs.
    pub fn jobs(&self) -> usize {
        if self.base.second == Second::Guest { 2 } else { 1 }
    }

    fn find(&self, job: usize, wanted: impl Fn(StimulusKind) -> bool) -> Option<Time> {
        self.stimuli.iter().find(|one| one.job == job && wanted(one.what)).map(|one| one.at)
    }

    /// The scripted jobs; the first has ordinal `first`.
    pub fn written(&self, first: u32) -> Vec<WrittenJob> {
        (0..self.jobs()).map(|job| self.job(job, first)).collect()
    }

    fn job(&self, job: usize, first: u32) -> WrittenJob {
        let id = |job: usize| Address { source: 0, ordinal: first + job as u32, generation: 0 };
        let is_carrier = job == 1;
        let has_second = !is_carrier && self.base.second != Second::Absent;
        let bytes = if self.base.copies { BYTES_OF_A_DAY } else { 0 };
        let mut written = blank(&format!("job-{}", first + job as u32), 1 + usize::from(has_second), bytes);
        let fate = &mut written.fate;
        (fate.id, fate.export, fate.packs) = (id(job), self.base.export, Some(Span::ZERO));
        fate.extras = if is_carrier || self.base.second != Second::Guest { self.base.extras } else { 0 };
        if !is_carrier {
            fate.drives[0].copy = match self.base.first_copy {
                FirstCopy::Clean => CopyOutcome::Clean,
                FirstCopy::Errors => CopyOutcome::Errors,
                FirstCopy::WrongKey => CopyOutcome::WrongKey,
            };
            if self.base.first_missing {
                fate.drives[0].travels = Travels::Never;
            }
        }
        if let Some(second) = fate.drives.get_mut(1) {
            second.travels = match self.base.second {
                Second::Absent | Second::With => Travels::WithPackage,
                Second::Later => match self.find(0, |what| what == StimulusKind::SecondArrives) {
                    Some(at) => Travels::Later(Span::from_micros(at)),
                    None => Travels::Never,
                },
                Second::Guest => Travels::With(id(1)),
            };
        }
        fate.announces = match self.find(job, |what| what == StimulusKind::SetShipping) {
            Some(at) => Announces::After(Span::from_micros(at)),
            None => Announces::Never,
        };
        if let Some(at) = self.find(job, |what| what == StimulusKind::Arrives) {
            (fate.inbound.transit, fate.inbound.ends) = (Span::from_micros(at), JourneyEnd::Delivered);
        }
        let all = |wanted: StimulusKind| {
            self.stimuli.iter().filter(move |one| one.job == job && one.what == wanted)
        };
        fate.updates = all(StimulusKind::Update).map(|one| Span::from_micros(one.at)).collect();
        fate.deletes = self.find(job, |what| what == StimulusKind::Delete).map(Span::from_micros);
        fate.cancels = self.find(job, |what| what == StimulusKind::Cancel).map(Span::from_micros);
        fate.fault = self.stimuli.iter().filter(|one| one.job == job).find_map(|one| match one.what {
            StimulusKind::Fault(state, after) => {
                Some(JobFault { cause: JobFaultCause::CustomsHold, state, after: Span::from_micros(after) })
            }
            _ => None,
        });
        // A job with a guest has the wrong address in its place: the guest meets it there.
        if let Some(noticed) = self.base.noticed
            && (is_carrier || self.base.second != Second::Guest)
        {
            fate.return_address = ReturnAddress::Bad { noticed };
        }
        fate.return_fails = self.base.return_fails.then_some(Span::days(5));
        self.answers(job, &mut written);
        written
    }

    fn answers(&self, job: usize, written: &mut WrittenJob) {
        for one in self.stimuli.iter().filter(|one| one.job == job) {
            let StimulusKind::Reached { kind, number, attempt } = one.what else { continue };
            let answer = self.stimuli.iter().find_map(|other| match other.what {
                StimulusKind::Answers { kind: of, number: which, waits }
                    if other.job == job && of == kind && which == number =>
                {
                    Some((other.at, waits))
                }
                _ => None,
            });
            let (at, waits) = answer.unwrap_or((one.at + NEVER_ANSWERED, true));
            let says = if waits { Says::Wait } else { Says::Cancel };
            let answer = Answer { attempt, delay: Span::from_micros(at - one.at), says };
            if kind == CaseKind::DriveFault {
                written.drive_answers[number] = answer;
                continue;
            }
            // E1 is one kind of case, with or without a record.
            let kinds: &[CaseKind] = match kind {
                CaseKind::Unannounced => &[CaseKind::Unannounced, CaseKind::NoRecord],
                CaseKind::MissingPackage => &[CaseKind::MissingPackage],
                CaseKind::BadAddress => &[CaseKind::BadAddress],
                _ => &[CaseKind::JobFault],
            };
            for kind in kinds {
                let place = match written.answers.iter().position(|(of, _)| of == kind) {
                    Some(place) => place,
                    None => {
                        written.answers.push((*kind, vec![]));
                        written.answers.len() - 1
                    }
                };
                let list = &mut written.answers[place].1;
                // E4 may be noticed, or follow from F2. The policy does not say which of the two is number 0 in a
                // script.
                let numbers = if *kind == CaseKind::BadAddress { 0..2 } else { number..number + 1 };
                if list.len() < numbers.end {
                    list.resize(numbers.end, Answer::NONE);
                }
                list[numbers].fill(answer);
            }
        }
    }
}
