//! Drives: which they are, and where they are.

use super::record::{Drive, Unit};
use super::*;
use crate::policy::{Disposition, Rule};

impl<O: Observer, L: EventList<Event>> World<'_, O, L> {
    #[inline(always)]
    pub(super) fn drive(&self, unit: Unit) -> &Drive {
        self.jobs[unit.job].drive(unit)
    }

    #[inline(always)]
    pub(super) fn drive_mut(&mut self, unit: Unit) -> &mut Drive {
        self.jobs[unit.job].drive_mut(unit)
    }

    pub(super) fn drive_id(&self, unit: Unit) -> DriveId {
        self.jobs[unit.job].drive_id(unit)
    }

    /// A rule acts that changes no state by itself.
    pub(super) fn rule(&mut self, job: Key, unit: Option<Unit>, rule: Rule, cause: Cause) {
        let drive = unit.map(|unit| self.drive_id(unit));
        self.fact(Fact::Ruled { job: self.jobs[job].fate.id, drive, rule, cause });
    }

    /// A drive is somewhere else from now on.
    #[inline(always)]
    pub(super) fn dispose(&mut self, unit: Unit, to: Disposition) {
        self.touch(unit.job);
        let job = &mut self.jobs[unit.job];
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
            self.place_frees();
        }
    }
}

/// The number of work on a drive: which drive, and which time (R1).
pub(super) fn work_number(unit: Unit, time: u8) -> u32 {
    u32::from(unit.number) + if unit.extra { 256 } else { 0 } + u32::from(time) * 512
}
