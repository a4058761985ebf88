//! J11, J12, J17 and D7 to D9, D12 to D14: copying.

use super::agenda::{Event, Turn};
use super::entities::Change;
use super::input::{Time, is_closed};
use super::model::Model;
use crate::policy::{CaseKind, CaseState, DriveState, JobState, Rule};
use crate::scenario::fate::CopyOutcome;

impl Model<'_> {
    /// Bays take the waiting drives of a job: J11 with the first, D7 when data starts to flow.
    pub fn start_copies(&mut self, job: usize) {
        for drive in self.on_hand(job) {
            let may_start = matches!(self.jobs[job].state, JobState::Received | JobState::Transferring)
                && !self.jobs[job].is_faulted
                && !self.jobs[job].is_canceled
                && !is_closed(&self.site.bays_closed, self.now);
            if !may_start
                || self.drives[drive].state != DriveState::Received
                || self.drives[drive].is_mounting
            {
                continue;
            }
            if self.jobs[job].state == JobState::Received {
                self.step(job, JobState::Transferring, Rule::J11);
                self.enter_transferring(job);
                if self.jobs[job].is_faulted {
                    return;
                }
            }
            self.drives[drive].is_mounting = true;
            self.schedule(self.now, Turn::Work, Event::Mounted(drive));
        }
    }

    /// A drive is mounted: data starts to flow (D7). Not if the job was canceled or is Faulted, or a fault is found
    /// (D12).
    pub fn mounted(&mut self, drive: usize) {
        self.drives[drive].is_mounting = false;
        let job = &self.jobs[self.drives[drive].job];
        let may_start = job.state == JobState::Transferring && !job.is_faulted && !job.is_canceled;
        if !may_start || self.drives[drive].state != DriveState::Received {
            return;
        }
        if self.drives[drive].fault_after == Some(0) {
            return self.fault_drive(drive);
        }
        self.turn(drive, DriveState::Transferring, Rule::D7);
        self.drives[drive].copy_began = Some(self.now);
        let ends = self.now + self.drives[drive].fault_after.unwrap_or(self.drives[drive].to_copy);
        self.schedule(ends, Turn::Work, Event::CopyEnds(drive, self.now));
    }

    /// The copy of a drive ends: D8, D9, or D12 if a fault is found.
    pub fn copy_ends(&mut self, drive: usize, began: Time) {
        if self.drives[drive].copy_began != Some(began) {
            return;
        }
        self.drives[drive].copy_began = None;
        if let Some(copied) = self.drives[drive].fault_after {
            self.drives[drive].to_copy -= copied;
            return self.fault_drive(drive);
        }
        match self.outcome(drive) {
            CopyOutcome::Warnings | CopyOutcome::Errors => {
                self.turn(drive, DriveState::CompletedMoreInfo, Rule::D9);
            }
            _ => self.turn(drive, DriveState::Completed, Rule::D8),
        }
        self.judge_copied(self.drives[drive].job);
    }

    /// J12: every drive on hand is processed, or need not be because the job is canceled. Waits while the job is
    /// Faulted.
    pub fn judge_copied(&mut self, job: usize) {
        let is_canceled = self.jobs[job].is_canceled;
        let is_done = |drive: &usize| match self.drives[*drive].state {
            DriveState::Completed | DriveState::CompletedMoreInfo => true,
            DriveState::Received | DriveState::Faulted => is_canceled,
            _ => false,
        };
        let is_due = self.jobs[job].state == JobState::Transferring && self.on_hand(job).iter().all(is_done);
        if is_due && !self.jobs[job].is_faulted {
            self.step(job, JobState::Packaging, Rule::J12);
            self.enter_packaging(job);
        }
    }

    /// J17: a drive arrives late, before the job has shipped, and the job is not canceled. Waits while the job is
    /// Faulted (F3).
    pub fn judge_late(&mut self, job: usize) {
        let is_late = |drive: &usize| self.drives[*drive].state == DriveState::Received;
        let model = &self.jobs[job];
        let is_due =
            model.state == JobState::Packaging && !model.is_canceled && self.on_hand(job).iter().any(is_late);
        if is_due && model.is_faulted {
            self.due(job, Change::Late);
        } else if is_due {
            self.jobs[job].packing = None;
            self.step(job, JobState::Transferring, Rule::J17);
            self.enter(job, JobState::Transferring);
            self.start_copies(job);
        }
    }

    /// D12, F1: the drive is Faulted, and a case opens. It frees its bay (F4).
    fn fault_drive(&mut self, drive: usize) {
        self.drives[drive].fault_after = None;
        self.turn(drive, DriveState::Faulted, Rule::D12);
        let (job, number) = (self.drives[drive].job, self.drives[drive].number);
        let case = self.open_case(job, CaseKind::DriveFault, Some(drive));
        self.drives[drive].fault_case = Some(case);
        let answer = self.jobs[job].plan.drive_answers[number];
        self.begin_series(case, None, number, answer);
        self.judge_copied(job);
    }

    /// F2, D13: the fault is solved. The drive queues again and keeps what was copied.
    pub fn solve_drive(&mut self, drive: usize) {
        let case = self.drives[drive].fault_case.take();
        self.end_case(case, CaseState::Answered);
        self.turn(drive, DriveState::Received, Rule::D13);
        let job = self.drives[drive].job;
        self.start_copies(job);
        self.judge_copied(job);
    }

    /// F2, D14: the drive is given up, with an error.
    pub fn give_up_drive(&mut self, drive: usize) {
        let case = self.drives[drive].fault_case.take();
        self.end_case(case, CaseState::GivenUp);
        self.drives[drive].given_up = true;
        self.turn(drive, DriveState::CompletedMoreInfo, Rule::D14);
        self.judge_copied(self.drives[drive].job);
    }
}
