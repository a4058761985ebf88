//! Rows for finished jobs, drives and packages, and for those still open when a run stops.

use super::*;

impl<O: Observer, L: EventList<Event>> World<'_, O, L> {
    /// `stopped`: see [`JobRow::stopped`].
    pub(super) fn job_row(&self, job: &Job, stopped: Option<Instant>) -> JobRow {
        let bytes = job.drives.iter().fold(0, |sum: u64, drive| sum.saturating_add(drive.bytes));
        JobRow {
            job: job.fate.id,
            export: job.fate.export,
            measured: self.is_measured(job.fate.ordered),
            class: job.fate.class,
            carrier: job.fate.inbound.carrier,
            drives: job.drives.len() as u8,
            extras: job.rare.extras.iter().filter(|drive| was_handed_over(drive)).count() as u8,
            bytes,
            canceled: job.cancel_requested,
            error: job.ended_with_error.unwrap_or_else(|| self.has_error(job)),
            outcome: job.outcome,
            ended_by: job.ended_by,
            state: job.shown(),
            milestones: job.milestones,
            parts: job.account.parts(),
            updates: job.updates,
            notices: job.notices,
            extensions: job.extensions,
            cases: job.cases_ever,
            parent: job.parent,
            stopped,
        }
    }

    pub(super) fn tell_job(&mut self, job: &Job, stopped: Option<Instant>) {
        let row = self.job_row(job, stopped);
        self.out.job(&row);
        for number in 0..job.drives.len() as u8 {
            self.tell_drive(job, job.unit(number));
        }
        for (number, _) in (0..).zip(&job.rare.extras).filter(|(_, drive)| was_handed_over(drive)) {
            self.tell_drive(job, Unit { extra: true, ..job.unit(number) });
        }
    }

    #[inline(always)]
    fn tell_drive(&mut self, job: &Job, unit: Unit) {
        let drive = job.drive(unit);
        if drive.adopted {
            return;
        }
        let row = DriveRow {
            drive: job.drive_id(unit),
            state: drive.state,
            disposition: drive.disposition,
            bytes: drive.bytes,
            bytes_copied: self.bytes_copied(job, unit),
            received: drive.received,
            copy_started: drive.copy_started,
            copy_ended: drive.copy_ended,
            left: drive.left,
            outcome: (drive.copy_ended.is_some() || drive.before_fault.is_some()).then_some(drive.outcome),
            faulted: drive.before_fault.is_some(),
        };
        self.out.drive(&row);
    }

    /// Bytes copied until now, a running copy included. At the stop of the run: until one tick before.
    #[inline(always)]
    pub(super) fn bytes_copied(&self, job: &Job, unit: Unit) -> u64 {
        match job.drive(unit).stage {
            Stage::Copying(slot) => job.bytes_copied(unit) + self.bytes_of_run(slot, job.bytes_to_run(unit)),
            _ => job.bytes_copied(unit),
        }
    }

    /// Of `bytes` to copy in this run, those copied until now.
    #[cold]
    fn bytes_of_run(&self, slot: Slot, bytes: u64) -> u64 {
        let now = self.now.min(self.last_moment());
        match &self.bandwidth {
            Bandwidth::Own(rate) => {
                let left = self.site.look_at(StationName::Bays).left(now, slot);
                rate.copied(bytes, left.expect("tell: a copy is a timed service"))
            }
            Bandwidth::Shared(flow) => flow.copied(now, slot.index() as u32),
        }
    }

    /// Reports everything still open when the run stops, in its current state.
    pub(super) fn tell_the_rest(&mut self) {
        self.integrate();
        self.audit_counts(self.known().map(|(_, job)| job));
        if self.counts.day_from < self.now {
            self.tell_day();
        }
        let mut keys: Vec<(Instant, JobId, Key)> =
            self.known().map(|(key, job)| (job.fate.ordered, job.fate.id, key)).collect();
        keys.sort_unstable();
        self.tell_open_holds();
        for &(_, _, key) in &keys {
            self.jobs.decode(key);
            let mut job = self.jobs.take(key);
            job.settle_account(self.now, &self.site);
            self.tell_job(&job, (!job.is_at_rest()).then_some(self.now));
            self.jobs.close(job);
        }
        let mut packages: Vec<(PackageId, Key)> =
            self.packages.iter().map(|(key, one)| (one.id, key)).collect();
        packages.sort_unstable();
        for (_, key) in packages {
            self.tell_package(key);
        }
        self.tell_open_cases();
    }
}

/// Extra drives exist from the hand-over of the package on.
fn was_handed_over(drive: &Drive) -> bool {
    drive.disposition != Disposition::AtCustomer
}
