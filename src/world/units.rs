//! Access to drives, and changes of their location.

use super::jobs::AtHand;
use super::record::{Drive, Unit};
use super::*;
use crate::policy::{Disposition, Rule};

impl<O: Observer, L: EventList<Event>> World<'_, O, L> {
    pub(super) fn drive(&self, unit: Unit) -> &Drive {
        self.jobs[unit.job].drive(unit)
    }

    pub(super) fn drive_mut(&mut self, unit: Unit) -> &mut Drive {
        self.jobs[unit.job].drive_mut(unit)
    }

    /// Reports that a rule acted on a drive without changing a state. `whose` is the job that is named.
    #[cold]
    pub(super) fn rule(&mut self, whose: JobId, drive: DriveId, rule: Rule, cause: Cause) {
        self.fact(Fact::Ruled { job: whose, drive: Some(drive), rule, cause });
    }

    /// Changes the disposition of a drive of another job than the one at hand.
    #[cold]
    pub(super) fn dispose_of_other(&mut self, job: &mut AtHand, unit: Unit, to: Disposition) {
        self.lend(job, |world, _| world.with(unit.job, |world, job| world.dispose(job, unit, to)));
    }

    /// Changes the disposition of a drive of the job at hand.
    #[inline(always)]
    pub(super) fn dispose(&mut self, job: &mut AtHand, unit: Unit, to: Disposition) {
        let id = job.drive_id(unit);
        let drive = job.drive_mut(unit);
        let from = std::mem::replace(&mut drive.disposition, to);
        if from == to {
            return;
        }
        let on_site = |at| matches!(at, Disposition::AtDock | Disposition::AtSite);
        let leaves_shelf = drive.shelved && !on_site(to);
        drive.shelved &= on_site(to);
        self.counts.drives_on_site += u32::from(on_site(to));
        self.counts.drives_on_site -= u32::from(on_site(from));
        self.fact(Fact::Disposed { drive: id, from, to });
        if leaves_shelf {
            self.place_frees(job);
        }
    }
}

/// Address of the random number of the `time`-th work of one kind on a drive (R1).
pub(super) fn work_number(unit: Unit, time: u8) -> u32 {
    u32::from(unit.number) + if unit.extra { 256 } else { 0 } + u32::from(time) * 512
}
