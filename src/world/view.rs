//! What Get Job answers at an instant (G1).

use super::event::Event;
use super::fact::{JobId, Observer};
use super::record::{Drive, DriveFault, Job};
use super::{EventList, World};
use crate::engine::time::Instant;
use crate::policy::{Disposition, DriveState, JobState};
use crate::scenario::Milestone;

/// A job as Get Job shows it (S:16, S:18, S:20, S:22), with the rules of policy G1.
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct JobView {
    /// Its name.
    pub job: JobId,
    /// An export job.
    pub export: bool,
    /// As shown: `Faulted` for a faulted job.
    pub state: JobState,
    /// The state held before it became Faulted, or `state`.
    pub base: JobState,
    /// Rounded down, 0 to 100.
    pub percent_complete: u8,
    /// A cancel was accepted.
    pub cancel_requested: bool,
    /// Put Job.
    pub ordered: Instant,
    /// The last change of the job.
    pub modified: Instant,
    /// Carrier number and hand-over of the delivery package, once J5 has set it, with the drives in it.
    pub delivery_package: Option<(u8, Instant, u8)>,
    /// The same of the return package, once it has left.
    pub return_package: Option<(u8, Instant, u8)>,
    /// False while a bad address is not corrected.
    pub address_good: bool,
    /// The storage account, by number.
    pub account: u32,
    /// The customer asked for verbose logs.
    pub verbose_log: bool,
    /// Its drives: listed for an import, registered for an export.
    pub drives: Vec<DriveView>,
}

/// A drive as Get Job shows it.
#[derive(Clone, Copy, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct DriveView {
    /// From 0.
    pub number: u8,
    /// As the native answer shows it, Faulted included.
    pub state: DriveState,
    /// As the wire shows it: for a faulted drive the state held before.
    pub wire_state: DriveState,
    /// Rounded down, 0 to 100.
    pub percent_complete: u8,
    /// Bytes to copy.
    pub bytes: u64,
    /// Bytes copied.
    pub bytes_copied: u64,
    /// A copy has begun, or the drive was given up (D14): there is an error log (and, where enabled, a verbose log).
    pub has_logs: bool,
    /// Where it is.
    pub disposition: Disposition,
}

impl<O: Observer, L: EventList<Event>> World<'_, O, L> {
    /// What Get Job answers now; `None` before Put Job and after the record is gone (G1).
    pub fn view(&self, id: JobId) -> Option<JobView> {
        let (_, job) = self.jobs.iter().find(|(_, job)| job.fate.id == id && job.has_record())?;
        let own = || job.drives.iter().zip(0..).filter(|(drive, _)| !drive.adopted);
        // The drives of an export count from its order, and are shown when they are registered.
        let (copied, bytes) = own().fold((0_u128, 0_u128), |(copied, bytes), (drive, number)| {
            (copied + u128::from(self.bytes_copied(&job, job.unit(number))), bytes + u128::from(drive.bytes))
        });
        let shown = own().filter(|(drive, _)| drive.state != DriveState::Absent);
        let drives: Vec<DriveView> =
            shown.map(|(drive, number)| self.drive_view(&job, drive, number)).collect();
        let announced = job.milestone(Milestone::Shipped).is_some();
        Some(JobView {
            job: id,
            export: job.fate.export,
            state: job.shown(),
            base: job.state,
            percent_complete: percent(copied, bytes, job.was_packaging),
            cancel_requested: job.cancel_requested,
            ordered: job.fate.ordered,
            modified: job.modified,
            delivery_package: job.delivery_package.filter(|_| announced),
            return_package: job.return_package,
            address_good: !job.address_known_bad,
            account: job.fate.account,
            verbose_log: job.fate.verbose_log,
            drives,
        })
    }

    fn drive_view(&self, job: &Job, drive: &Drive, number: u8) -> DriveView {
        let bytes_copied = self.bytes_copied(job, job.unit(number));
        let faulted = drive.state == DriveState::Faulted;
        let processed = matches!(
            drive.state,
            DriveState::Completed | DriveState::CompletedMoreInfo | DriveState::ShippedBack
        );
        DriveView {
            number,
            state: drive.state,
            wire_state: drive.before_fault.filter(|_| faulted).unwrap_or(drive.state),
            percent_complete: percent(bytes_copied.into(), drive.bytes.into(), processed),
            bytes: drive.bytes,
            bytes_copied,
            has_logs: drive.copy_started.is_some() || drive.fault == DriveFault::GivenUp,
            disposition: drive.disposition,
        }
    }
}

/// Rounded down. With nothing to copy 0, and 100 once all is done (G1).
fn percent(copied: u128, bytes: u128, done: bool) -> u8 {
    match bytes {
        0 => 100 * u8::from(done),
        _ => (copied * 100 / bytes) as u8,
    }
}
