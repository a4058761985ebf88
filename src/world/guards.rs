//! The conditions of the policy's rows: one function for each [`Guard`].

use super::*;

impl<O: Observer, L: EventList<Event>> World<'_, O, L> {
    /// Whether a guard holds for a job now. Not inlined: in the loop over rows, the inputs of all guards would be
    /// loaded for each row.
    #[inline(never)]
    pub(super) fn holds(&self, job: &Job, guard: Guard) -> bool {
        match guard {
            Guard::Always => true,
            Guard::NothingAtDock => nothing_at_dock(job),
            Guard::RoutedOnly => routed_only(job),
            Guard::Canceled => nothing_at_dock(job) && job.cancel_requested,
            Guard::CancelDue => cancel_due(job),
            Guard::WindowOver => window_over(job),
            Guard::AllCame => all_came(job),
            Guard::AllProcessed => all_processed(job),
            Guard::CopySkipped => job.skips_copy,
            Guard::LateDrive => late_drive(job),
            Guard::NoError => !self.has_error(job),
            Guard::AddressNoticed => address_noticed(job),
            Guard::OutOfReach | Guard::OutOfReachInPackaging => {
                panic!("guards: {guard} is a condition of a case")
            }
            Guard::AddressNotAsked => job.rare.address_case.is_none() && !job.rare.doomed,
        }
    }

    /// Whether the guard of a case row holds now. Panics for a guard of a job.
    pub(super) fn case_holds(&self, case: Key, guard: Guard) -> bool {
        match guard {
            Guard::Always => true,
            Guard::OutOfReach => self.is_out_of_reach(case),
            Guard::OutOfReachInPackaging => {
                self.jobs[self.cases[case].job].state == JobState::Packaging && self.is_out_of_reach(case)
            }
            other => panic!("guards: {other} is a condition of a job"),
        }
    }

    /// Whether the customer of a case is out of reach (policy, Words). For a held package, at least one attempt of its
    /// own series must have ended (E1); an attempt of any series of the case may reach the customer.
    fn is_out_of_reach(&self, case: Key) -> bool {
        let record = &self.cases[case];
        if record.package.is_none() {
            return record.reached.is_none() || record.silent;
        }
        let hold = self.jobs[record.job].rare.hold.as_ref().expect("guards: a series of E1 has its case");
        record.attempts > 0 && (hold.last.is_none() || hold.silent)
    }

    /// Whether there is an error in the job (policy, "error in the job").
    pub(super) fn has_error(&self, job: &Job) -> bool {
        let warnings = self.policy().timings.warnings_close_job;
        job.fault_given_up || job.drives.iter().any(|drive| drive.has_error(warnings))
    }
}

/// Whether no package of the job is unopened and no listed drive of it is at the dock, in any package.
pub(super) fn nothing_at_dock(job: &Job) -> bool {
    let at_dock = |drive: &Drive| drive.disposition == Disposition::AtDock;
    // An export lists no drives: one of its drives in another job's package is an extra drive there (X1).
    let waits = if job.fate.export { job.in_dock > 0 } else { job.drives.iter().any(at_dock) };
    job.unopened == 0 && !waits
}

/// Canceled after a notice, and the response window has not ended (J9 has precedence).
fn cancel_due(job: &Job) -> bool {
    let is_due = |signal| job.due.contains(&Some(signal));
    job.cancel_requested
        && job.notices > 0
        && !window_over(job)
        && !is_due(JobSignal::AllReceived)
        && !is_due(JobSignal::AnswerCancel)
        && nothing_at_dock(job)
}

fn window_over(job: &Job) -> bool {
    job.timer.is_some_and(|timer| timer.overdue && timer.awaits_answer())
}

fn routed_only(job: &Job) -> bool {
    nothing_at_dock(job) && job.drives.iter().any(is_received)
}

fn all_came(job: &Job) -> bool {
    let settled = |drive: &Drive| matches!(drive.state, DriveState::Received | DriveState::NeverReceived);
    job.opened
        && job.in_dock == 0
        && job.drives.iter().any(is_received)
        && (job.fate.export || job.drives.iter().all(settled))
}

fn is_received(drive: &Drive) -> bool {
    drive.state == DriveState::Received
}

fn all_processed(job: &Job) -> bool {
    let bays = StationName::Bays as usize;
    // Cheap and first: while a drive is in a bay or in the queue of the bays, the test of all drives fails too.
    job.waiting[bays] + job.worked[bays] == 0
        && job.drives.iter().filter(|drive| drive.on_hand()).all(|drive| match drive.state {
            DriveState::Completed | DriveState::CompletedMoreInfo => true,
            DriveState::Received | DriveState::Faulted => job.skips_copy,
            _ => false,
        })
}

fn late_drive(job: &Job) -> bool {
    !job.skips_copy && job.drives.iter().any(|drive| drive.on_hand() && is_received(drive))
}

/// Whether the job is in the state in which the fate says the bad address is noticed, or later.
fn address_noticed(job: &Job) -> bool {
    let noticed = match job.fate.return_address {
        ReturnAddress::Bad { noticed } => noticed == job.state || job.state == JobState::Packaging,
        ReturnAddress::Good => false,
    };
    noticed && !job.rare.address_corrected
}
