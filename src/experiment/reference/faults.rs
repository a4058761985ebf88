//! F1 to F3: a job fails to progress.

use super::agenda::{Event, Turn};
use super::entities::{Change, Timer};
use super::model::Model;
use crate::policy::{CaseKind, CaseState, JobState, Rule};

impl Model<'_> {
    /// The job has entered a state in which a fault may strike later.
    pub fn enter(&mut self, job: usize, state: JobState) {
        let Some(fault) = self.jobs[job].plan.fate.fault.filter(|fault| fault.state == state) else { return };
        let (after, stay) = (fault.after.micros(), self.jobs[job].stay);
        if after == 0 {
            self.strike(job, stay);
        } else {
            self.schedule(self.now + after, Turn::Work, Event::Strikes(job, stay));
        }
    }

    /// F1, J18: the job becomes Faulted if it is still in that state; its timers stop (F3). A fault strikes once.
    pub fn strike(&mut self, job: usize, stay: usize) {
        if self.jobs[job].stay != stay || self.jobs[job].fault_struck {
            return;
        }
        self.jobs[job].fault_struck = true;
        let state = self.jobs[job].state;
        let now = self.now;
        let stand = |timer: Timer| match timer {
            Timer::Runs(at) => Timer::Stands(at - now),
            other => other,
        };
        let model = &mut self.jobs[job];
        (model.timer, model.response) = (stand(model.timer), stand(model.response));
        (model.is_faulted, model.packing) = (true, None);
        self.step(job, state, Rule::J18);
        let case = self.open_case(job, CaseKind::JobFault, None);
        self.jobs[job].fault_case = Some(case);
        let answer = self.script(job, CaseKind::JobFault, 0);
        self.begin_series(case, None, 0, answer);
    }

    /// The timers run on with the time that was left (F3).
    fn leave_fault(&mut self, job: usize, how: CaseState) {
        let case = self.jobs[job].fault_case.take();
        self.end_case(case, how);
        let now = self.now;
        let run = |timer: Timer| match timer {
            Timer::Stands(left) => Timer::Runs(now + left),
            other => other,
        };
        let model = &mut self.jobs[job];
        (model.timer, model.response) = (run(model.timer), run(model.response));
        model.is_faulted = false;
    }

    /// F2, J19: solved. The changes that became due meanwhile are made in their order (F3).
    pub fn solve_job(&mut self, job: usize) {
        self.leave_fault(job, CaseState::Answered);
        self.step(job, self.jobs[job].state, Rule::J19);
        for change in std::mem::take(&mut self.jobs[job].waiting) {
            self.make(job, change);
        }
        self.judge_shipping(job);
        self.start_copies(job);
        self.judge_copied(job);
        self.pack(job);
    }

    /// F2, J20: given up.
    pub fn give_up_job(&mut self, job: usize) {
        self.leave_fault(job, CaseState::GivenUp);
        let waiting = std::mem::take(&mut self.jobs[job].waiting);
        self.jobs[job].fault_given_up = true;
        let state = self.jobs[job].state;
        match state {
            JobState::Creating | JobState::Shipping => {
                self.close(job, Rule::F2);
                // Held drives pass the dock, like those of a Closed job.
                self.pass_held(job);
            }
            JobState::Received | JobState::Transferring => {
                self.jobs[job].is_canceled = true;
                self.step(job, state, Rule::J20);
                self.make(job, Change::SkipCopy);
                self.judge_copied(job);
            }
            _ => {
                // In Packaging: E4, if it is not open already.
                self.step(job, state, Rule::F2);
                let ends = waiting.contains(&Change::Destroy);
                for change in waiting {
                    self.make(job, change);
                }
                if self.jobs[job].e4.is_none() && !ends {
                    (self.jobs[job].bad_address, self.jobs[job].address_noticed) = (true, false);
                    self.notice_address(job, 1);
                }
            }
        }
    }
}
