//! J6 to J10: the missing package.

use super::entities::{Change, Timer};
use super::model::Model;
use crate::policy::{CaseKind, CaseState, DriveState, JobState, Rule};
use crate::scenario::fate::Says;

impl Model<'_> {
    /// The creating timer (J3), or the shipping timer or its extension (J6) has ended.
    pub fn timer_ends(&mut self, job: usize) {
        self.jobs[job].timer = Timer::Off;
        if self.jobs[job].state == JobState::Creating {
            return self.remove(job, Rule::J3);
        }
        self.jobs[job].notice_due = true;
        self.judge_shipping(job);
    }

    /// The window of J9 has ended: no more attempts, and a response no longer counts.
    pub fn response_ends(&mut self, job: usize) {
        self.jobs[job].response = Timer::Off;
        self.jobs[job].window_over = true;
        self.judge_shipping(job);
    }

    /// Judges a job in Shipping. At one instant J10 comes before J8 and J9. J8, J9 and J6 wait while something of the
    /// job waits at the dock.
    pub fn judge_shipping(&mut self, job: usize) {
        if self.jobs[job].state != JobState::Shipping || self.jobs[job].is_received {
            return;
        }
        if self.can_be_received(job) {
            return self.due(job, Change::Receive);
        }
        if self.waits_at_dock(job) {
            return;
        }
        if self.jobs[job].window_over {
            self.due(job, Change::CloseUnanswered);
        } else if self.jobs[job].cancel_waits {
            self.due(job, Change::CloseAsCanceled);
        } else if self.jobs[job].notice_due {
            self.due(job, Change::Notice);
        }
    }

    /// J10: a package has been opened, every listed drive is Received or NeverReceived, at least one Received.
    fn can_be_received(&self, job: usize) -> bool {
        let states = || self.jobs[job].drives.iter().map(|drive| self.drives[*drive].state);
        // An export lists no drives: those of the package are registered, at least one.
        let is_settled = self.jobs[job].plan.fate.export
            || states().all(|state| matches!(state, DriveState::Received | DriveState::NeverReceived));
        self.jobs[job].opened && is_settled && states().any(|state| state == DriveState::Received)
    }

    /// J6, D5; then J10 if a drive was routed or claimed, J8 if the job is canceled; otherwise the customer is asked
    /// (E2).
    pub fn notify(&mut self, job: usize) {
        self.step(job, JobState::Shipping, Rule::J6);
        self.jobs[job].notice_due = false;
        self.jobs[job].notices += 1;
        for drive in self.jobs[job].drives.clone() {
            if self.drives[drive].state == DriveState::Specified {
                self.turn(drive, DriveState::NeverReceived, Rule::D5);
            }
        }
        if self.can_be_received(job) {
            self.due(job, Change::Receive);
        } else if self.jobs[job].is_canceled {
            self.due(job, Change::CloseAsCanceled);
        } else {
            self.jobs[job].response = Timer::Runs(self.now + self.numbers.response);
            let case = self.open_case(job, CaseKind::MissingPackage, None);
            self.jobs[job].e2 = Some(case);
            let number = self.jobs[job].notices as usize - 1;
            let answer = self.script(job, CaseKind::MissingPackage, number);
            self.begin_series(case, None, number, answer);
        }
    }

    /// J7, J8: the response to a notice, within its window.
    pub fn answer_notice(&mut self, job: usize, says: Says) {
        if self.jobs[job].window_over {
            return;
        }
        if says == Says::Wait && self.jobs[job].extensions < self.numbers.extensions {
            self.jobs[job].extensions += 1;
            self.jobs[job].response = Timer::Off;
            let case = self.jobs[job].e2.take();
            self.end_case(case, CaseState::Answered);
            // J7: the wait is extended; the extension of a Faulted job is stopped (F3).
            self.step(job, JobState::Shipping, Rule::J7);
            let length = self.numbers.extension;
            let is_faulted = self.jobs[job].is_faulted;
            self.jobs[job].timer =
                if is_faulted { Timer::Stands(length) } else { Timer::Runs(self.now + length) };
            return;
        }
        self.cancel_after_notice(job, CaseState::Answered);
    }

    /// J8: canceled by a response, or by the customer after a notice. If something of the job waits at the dock, J8 is
    /// judged when nothing waits there any more.
    pub fn cancel_after_notice(&mut self, job: usize, how: CaseState) {
        let case = self.jobs[job].e2.take();
        self.end_case(case, how);
        let waits = self.waits_at_dock(job);
        let model = &mut self.jobs[job];
        model.is_canceled = true;
        (model.timer, model.response) = (Timer::Off, Timer::Off);
        model.notice_due = false;
        if waits {
            self.step(job, JobState::Shipping, Rule::C2);
            self.jobs[job].cancel_waits = true;
        } else {
            self.due(job, Change::CloseAsCanceled);
        }
    }

    /// A change of the job is due: it is made, or waits while the job is Faulted (F3).
    pub fn due(&mut self, job: usize, change: Change) {
        if change == Change::Receive {
            // When J10 is due, it stops the shipping timer and settles the missing-package case (F3).
            let case = self.jobs[job].e2.take();
            self.end_case(case, CaseState::Settled);
            let job = &mut self.jobs[job];
            (job.timer, job.response, job.is_received) = (Timer::Off, Timer::Off, true);
            (job.notice_due, job.window_over, job.cancel_waits) = (false, false, false);
        }
        if !self.jobs[job].is_faulted {
            self.make(job, change);
        } else if !self.jobs[job].waiting.contains(&change) {
            self.jobs[job].waiting.push(change);
        }
    }

    /// Makes a change, if the job is still in the state in which the change applies.
    pub fn make(&mut self, job: usize, change: Change) {
        let state = self.jobs[job].state;
        match change {
            Change::SetShipping if state == JobState::Creating => self.set_shipping(job),
            Change::Notice if state == JobState::Shipping => self.notify(job),
            Change::CloseAsCanceled if state == JobState::Shipping => self.close(job, Rule::J8),
            Change::CloseUnanswered if state == JobState::Shipping => self.close(job, Rule::J9),
            Change::Receive if state == JobState::Shipping => {
                self.step(job, JobState::Received, Rule::J10);
                self.enter(job, JobState::Received);
                if self.jobs[job].is_canceled {
                    self.due(job, Change::SkipCopy);
                }
                self.start_copies(job);
            }
            Change::SkipCopy if state == JobState::Received => {
                // J16.
                self.step(job, JobState::Packaging, Rule::J16);
                self.enter_packaging(job);
            }
            Change::Late => self.judge_late(job),
            Change::Destroy if state == JobState::Transferring => self.jobs[job].destroy_on_packaging = true,
            Change::Destroy => self.destroy_all(job),
            // F3: the state has been left; a cancel is judged again in the new state (C2).
            Change::CloseAsCanceled => match state {
                JobState::Received => self.make(job, Change::SkipCopy),
                _ => self.judge_copied(job),
            },
            _ => {}
        }
    }
}
