//! Drives: which they are, and where they are.

use super::record::{Drive, Unit};
use super::*;
use crate::policy::{Disposition, Rule};

impl<O: Observer> World<'_, O> {
    pub(super) fn drive(&self, unit: Unit) -> &Drive {
        let job = &self.jobs[unit.job];
        let drives = if unit.extra { &job.extras } else { &job.drives };
        &drives[usize::from(unit.number)]
    }

    pub(super) fn drive_mut(&mut self, unit: Unit) -> &mut Drive {
        let job = &mut self.jobs[unit.job];
        let drives = if unit.extra { &mut job.extras } else { &mut job.drives };
        &mut drives[usize::from(unit.number)]
    }

    pub(super) fn drive_id(&self, unit: Unit) -> DriveId {
        DriveId { job: self.jobs[unit.job].fate.id, number: unit.number, extra: unit.extra }
    }

    /// A rule acts that changes no state by itself.
    pub(super) fn rule(&mut self, job: Key, unit: Option<Unit>, rule: Rule, cause: Cause) {
        let drive = unit.map(|unit| self.drive_id(unit));
        self.fact(Fact::Ruled { job: self.jobs[job].fate.id, drive, rule, cause });
    }

    /// A drive is somewhere else from now on.
    pub(super) fn dispose(&mut self, unit: Unit, to: Disposition) {
        let id = self.drive_id(unit);
        self.touch(unit.job);
        let drive = self.drive_mut(unit);
        let from = drive.disposition;
        if from == to {
            return;
        }
        drive.disposition = to;
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

/// The occurrence number of site work on a drive.
pub(super) fn work_number(unit: Unit) -> u32 {
    u32::from(unit.number) + if unit.extra { 256 } else { 0 }
}
