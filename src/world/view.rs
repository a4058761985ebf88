//! The response of Get Job at an instant (G1).

use super::event::Event;
use super::fact::{JobId, Observer};
use super::record::Job;
use super::units::{Drive, DriveFault};
use super::{EventList, World};
use crate::engine::time::Instant;
use crate::policy::{Disposition, DriveState, JobState};
use crate::scenario::Milestone;

/// A job as Get Job shows it (S:16, S:18, S:20, S:22), by the rules of policy G1.
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct JobView {
    /// Job name.
    pub job: JobId,
    /// Whether it is an export job.
    pub export: bool,
    /// State as shown: `Faulted` for a faulted job.
    pub state: JobState,
    /// State before it became Faulted; otherwise equal to `state`.
    pub base: JobState,
    /// Percent of bytes copied, rounded down, 0 to 100.
    pub percent_complete: u8,
    /// Whether a cancel was accepted.
    pub cancel_requested: bool,
    /// Time of Put Job.
    pub ordered: Instant,
    /// Time of the last change of the job.
    pub modified: Instant,
    /// Delivery package once J5 has set it: carrier number, hand-over time, number of drives.
    pub delivery_package: Option<(u8, Instant, u8)>,
    /// Return package once it has left: same fields.
    pub return_package: Option<(u8, Instant, u8)>,
    /// False while a known bad address is not corrected.
    pub address_good: bool,
    /// Number of the storage account.
    pub account: u32,
    /// Whether the customer asked for verbose logs.
    pub verbose_log: bool,
    /// Drives: listed for an import, registered for an export.
    pub drives: Vec<DriveView>,
}

/// A drive as Get Job shows it.
#[derive(Clone, Copy, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct DriveView {
    /// Drive number, from 0.
    pub number: u8,
    /// State in the native response; may be Faulted.
    pub state: DriveState,
    /// State on the wire: for a faulted drive, the state before the fault.
    pub wire_state: DriveState,
    /// Percent of bytes copied, rounded down, 0 to 100.
    pub percent_complete: u8,
    /// Bytes to copy.
    pub bytes: u64,
    /// Bytes copied so far.
    pub bytes_copied: u64,
    /// A copy has begun or the drive was given up (D14): an error log exists (and, where enabled, a verbose log).
    pub has_logs: bool,
    /// Location of the drive.
    pub disposition: Disposition,
}

impl<O: Observer, L: EventList<Event>> World<'_, O, L> {
    /// The response of Get Job now; `None` before Put Job and after the record is gone (G1).
    pub fn view(&self, id: JobId) -> Option<JobView> {
        let (_, job) = self.jobs.iter().find(|(_, job)| job.fate.id == id && job.has_record())?;
        let own = || job.drives.iter().zip(0..).filter(|(drive, _)| !drive.adopted);
        // The drives of an export count from its order on, but are shown only once registered.
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

/// Percentage, rounded down. With zero bytes: 100 once done, else 0 (G1).
fn percent(copied: u128, bytes: u128, done: bool) -> u8 {
    match bytes {
        0 => 100 * u8::from(done),
        _ => (copied * 100 / bytes) as u8,
    }
}
