//! The conditions of the policy's rows: one function for each word of [`Guard`].

use super::record::Drive;
use super::*;
use crate::fate::ReturnAddress;
use crate::policy::{DriveState, Guard, JobState};

impl<O: Observer, L: EventList<Event>> World<'_, O, L> {
    /// Whether the condition of a row holds for a job now.
    #[inline(always)]
    pub(super) fn holds(&self, key: Key, guard: Guard) -> bool {
        if guard == Guard::Always {
            return true;
        }
        let job = &self.jobs[key];
        match guard {
            Guard::Always => true,
            Guard::NothingAtDock => nothing_at_dock(job),
            Guard::RoutedOnly => routed_only(job),
            Guard::AllCame => all_came(job),
            Guard::AllProcessed => all_processed(job),
            Guard::CopySkipped => job.skips_copy,
            Guard::LateDrive => late_drive(job),
            Guard::NoError => !self.has_error(job),
            Guard::AddressNoticed => address_noticed(job),
            Guard::AddressNotAsked => job.address_case.is_none() && !job.doomed,
        }
    }

    /// An error in the job (policy, "error in the job").
    pub(super) fn has_error(&self, job: &Job) -> bool {
        let warnings = self.policy().timings.warnings_close_job;
        job.fault_given_up || job.drives.iter().any(|drive| drive.has_error(warnings))
    }
}

fn nothing_at_dock(job: &Job) -> bool {
    job.unopened == 0 && job.in_dock == 0
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
    job.drives.iter().filter(|drive| drive.on_hand()).all(|drive| match drive.state {
        DriveState::Completed | DriveState::CompletedMoreInfo => true,
        DriveState::Received | DriveState::Faulted => job.skips_copy,
        _ => false,
    })
}

fn late_drive(job: &Job) -> bool {
    !job.skips_copy && job.drives.iter().any(|drive| drive.on_hand() && is_received(drive))
}

/// In the state that the fate names, or a later one.
fn address_noticed(job: &Job) -> bool {
    let noticed = match job.fate.return_address {
        ReturnAddress::Bad { noticed } => noticed == job.state || job.state == JobState::Packaging,
        ReturnAddress::Good => false,
    };
    noticed && !job.address_corrected
}
