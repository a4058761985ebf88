//! What the watcher knows of jobs, drives, packages and cases: as facts have told it.

use super::*;

/// The values of `[policy]` in force.
pub(super) struct Numbers {
    pub(super) creating: Span,
    pub(super) updates_reset: bool,
    pub(super) shipping: Span,
    pub(super) extension: Span,
    pub(super) extensions: u32,
    pub(super) response: Span,
    pub(super) retention: Span,
    pub(super) contact: Span,
    pub(super) destroy: Span,
    pub(super) fault: Span,
    pub(super) answer: Span,
    pub(super) warnings_close: bool,
    pub(super) cancel_until: JobState,
    pub(super) between_attempts: Span,
    /// The instant at which the run stops at the latest; nothing happens at it (Words).
    pub(super) stop: Instant,
}

impl Numbers {
    pub(super) fn of(scenario: &Scenario) -> Numbers {
        let given = &scenario.policy.timings;
        let limit = match scenario.run.ending {
            Ending::Drain { limit } => limit,
            Ending::Censor => Span::ZERO,
        };
        Numbers {
            creating: given.creating_expiry,
            updates_reset: given.creating_expiry_resets,
            shipping: given.shipping_deadline,
            extension: given.extension,
            extensions: given.max_extensions,
            response: given.response_window,
            retention: given.retention,
            contact: given.contact_window,
            destroy: given.destroy_after,
            fault: given.fault_window,
            answer: given.answer_window,
            warnings_close: given.warnings_close_job,
            cancel_until: given.cancel_until,
            between_attempts: scenario.site.between_attempts,
            stop: Instant::START + scenario.run.horizon + limit,
        }
    }

    /// The length of a deadline of a job.
    pub(super) fn length(&self, deadline: Deadline) -> Span {
        match deadline {
            Deadline::CreatingExpiry => self.creating,
            Deadline::ShippingDeadline => self.shipping,
            Deadline::Extension => self.extension,
            Deadline::ResponseWindow => self.response,
            Deadline::Retention => self.retention,
            other => panic!("watcher: {other} is not a timer of a job"),
        }
    }
}

/// The timer of a job as it must run.
#[derive(Clone, Copy, Debug)]
pub(super) struct Clock {
    pub(super) deadline: Deadline,
    pub(super) due: Instant,
    /// The rest, while the timer stands still (F3).
    pub(super) left: Option<Span>,
}

impl Clock {
    /// Whether the deadline has ended at the end of this instant.
    pub(super) fn is_over(&self, at: Instant) -> bool {
        self.left.is_none() && self.due <= at
    }
}

/// The end of a job.
#[derive(Clone, Copy, Debug)]
pub(super) struct End {
    pub(super) at: Instant,
    pub(super) rule: Rule,
    pub(super) state: JobState,
    pub(super) error: bool,
}

#[derive(Debug)]
pub(super) struct Job {
    /// The state, or the base state while `faulted`.
    pub(super) state: JobState,
    pub(super) entered: Instant,
    pub(super) faulted: bool,
    pub(super) ordered: Instant,
    pub(super) ended: Option<End>,
    pub(super) clock: Option<Clock>,
    /// J5 has acted.
    pub(super) announced: bool,
    /// A drive was listed at Put Job (D1): the job is an import.
    pub(super) import: bool,
    pub(super) canceled: bool,
    /// The customer has canceled; an answer to a case is no such cancel (C1).
    pub(super) has_called: bool,
    /// Nothing is copied any more: canceled, or J20.
    pub(super) skips: bool,
    pub(super) fault_given_up: bool,
    pub(super) updates: u32,
    pub(super) notices: u32,
    pub(super) extensions: u32,
    /// The last notice (J6), and whether the customer has to be asked then.
    pub(super) noticed: Option<Instant>,
    pub(super) asks: bool,
    /// The last instant at which a package of the job passed the dock.
    pub(super) passed: Option<Instant>,
    pub(super) unopened: BTreeSet<PackageId>,
    /// The return address is known to be wrong (E4).
    pub(super) address_wrong: bool,
    /// E4 was given up: the drives on hand are to be destroyed.
    pub(super) doomed: bool,
    /// Cases opened so far.
    pub(super) cases: u32,
    pub(super) held: Option<CaseId>,
    pub(super) missing: Option<CaseId>,
    pub(super) address: Option<CaseId>,
    pub(super) fault: Option<CaseId>,
    /// The last answer to a case of this kind.
    pub(super) answered: BTreeMap<CaseKind, Instant>,
    /// The drive whose fault was told last: the next case is about it.
    pub(super) faulty: Option<DriveId>,
    /// Windows of E1 that ended with a return, and with a known wrong address instead.
    pub(super) returns: Vec<Instant>,
    pub(super) not_attempted: Vec<Instant>,
    /// Drives at the dock or the site that came with this job's packages, its own or not.
    pub(super) company: BTreeSet<DriveId>,
    pub(super) told: bool,
}

impl Job {
    pub(super) fn new(at: Instant) -> Job {
        Job {
            state: JobState::Absent,
            entered: at,
            faulted: false,
            ordered: at,
            ended: None,
            clock: None,
            announced: false,
            import: false,
            canceled: false,
            has_called: false,
            skips: false,
            fault_given_up: false,
            updates: 0,
            notices: 0,
            extensions: 0,
            noticed: None,
            asks: false,
            passed: None,
            unopened: BTreeSet::new(),
            address_wrong: false,
            doomed: false,
            cases: 0,
            held: None,
            missing: None,
            address: None,
            fault: None,
            answered: BTreeMap::new(),
            faulty: None,
            returns: vec![],
            not_attempted: vec![],
            company: BTreeSet::new(),
            told: false,
        }
    }

    pub(super) fn shown(&self) -> JobState {
        if self.faulted { JobState::Faulted } else { self.state }
    }

    pub(super) fn has_ended(&self) -> bool {
        matches!(self.state, JobState::Completed | JobState::Closed | JobState::Gone)
    }

    /// A package for the job is held (E1): it was not set to Shipping, or has no record.
    pub(super) fn holds(&self) -> bool {
        matches!(self.state, JobState::Creating | JobState::Gone)
    }

    /// In Shipping or later, and the record lives.
    pub(super) fn is_under_way(&self) -> bool {
        !matches!(self.state, JobState::Absent | JobState::Creating | JobState::Gone)
    }

    pub(super) fn was_answered(&self, kind: CaseKind, at: Instant) -> bool {
        self.answered.get(&kind) == Some(&at)
    }
}

#[derive(Debug)]
pub(super) struct Drive {
    pub(super) state: DriveState,
    pub(super) place: Disposition,
    /// The package in which it travels or has come.
    pub(super) package: Option<PackageId>,
    /// The dock has opened that package.
    pub(super) opened: bool,
    /// The job in whose package it came; its own until it is handed over.
    pub(super) host: JobId,
    /// At the door, for the clock of E1.
    pub(super) arrived: Option<Instant>,
    /// It waits in a held package (E1).
    pub(super) held: bool,
    /// The answer to its case is the right address (E1 of an ended job).
    pub(super) wants_address: bool,
    /// J5 came while its return was away: it passes the dock if that fails.
    pub(super) passes: bool,
    /// A guest whose return is due: it is packed apart, and has not left (X2).
    pub(super) returning: bool,
    /// Its attempted return is back at the dock (E1).
    pub(super) failed: Option<Instant>,
    /// Marked extra in another job's package (X1).
    pub(super) marked: bool,
    pub(super) destroyed: Option<Instant>,
    pub(super) case: Option<CaseId>,
    pub(super) errors: bool,
    pub(super) faulted: bool,
    /// It goes on as the drive of a job that followed (E1).
    pub(super) adopted: bool,
    pub(super) told: bool,
}

impl Drive {
    pub(super) fn new(id: DriveId) -> Drive {
        Drive {
            state: DriveState::Absent,
            place: Disposition::AtCustomer,
            package: None,
            opened: false,
            host: id.job,
            arrived: None,
            held: false,
            wants_address: false,
            passes: false,
            returning: false,
            failed: None,
            marked: false,
            destroyed: None,
            case: None,
            errors: false,
            faulted: false,
            adopted: false,
            told: false,
        }
    }

    /// Received, and still in the data center.
    pub(super) fn is_on_hand(&self) -> bool {
        use DriveState::*;
        let received =
            matches!(self.state, Received | Transferring | Completed | CompletedMoreInfo | Faulted);
        self.place == Disposition::AtSite && received && !self.adopted
    }

    pub(super) fn is_here(&self) -> bool {
        matches!(self.place, Disposition::AtDock | Disposition::AtSite) && !self.adopted
    }
}

#[derive(Debug)]
pub(super) struct Package {
    pub(super) step: PackageStep,
    pub(super) drives: Vec<DriveId>,
    pub(super) sent: Option<Instant>,
    pub(super) arrived: Option<Instant>,
    pub(super) opened: Option<Instant>,
    pub(super) told: bool,
}

#[derive(Debug)]
pub(super) struct Case {
    pub(super) kind: CaseKind,
    pub(super) opened: Instant,
    pub(super) attempts: u32,
    pub(super) last_attempt: Option<Instant>,
    /// The customer was first reached, and last.
    pub(super) first: Option<Instant>,
    pub(super) last: Option<Instant>,
    pub(super) ended: Option<(Instant, CaseState)>,
    /// Held packages of the case so far (E1), and whether all of them were seen to be held.
    pub(super) packages: u32,
    pub(super) is_certain: bool,
    pub(super) told: bool,
}
