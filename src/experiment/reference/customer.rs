//! What customers do: J1 to J5, J21, C1, C2, and the packages that they send.

use super::agenda::{Event, Turn};
use super::entities::{Change, Package, Timer};
use super::input::Time;
use super::model::Model;
use crate::policy::{Disposition, DriveState, JobState, Rule};
use crate::scenario::fate::{Announces, JourneyEnd, Travels};

impl Model<'_> {
    /// J1, D1: Put Job.
    pub fn order(&mut self, job: usize) {
        self.put_job(job);
        let fate = self.jobs[job].plan.fate.clone();
        let after = |span: crate::engine::time::Span| fate.ordered.micros() + span.micros();
        for update in &fate.updates {
            self.schedule(after(*update), Turn::Customer, Event::Update(job));
        }
        if let Some(deletes) = fate.deletes {
            self.schedule(after(deletes), Turn::Customer, Event::Delete(job));
        }
        if let Some(cancels) = fate.cancels {
            self.schedule(after(cancels), Turn::Customer, Event::Cancel(job));
        }
        let Some(packs) = fate.packs else { return };
        let handed_over = after(packs);
        match fate.announces {
            Announces::After(span) => {
                let at = handed_over + span.micros();
                self.schedule(at, Turn::Customer, Event::SetShipping(job, true));
            }
            Announces::Incomplete(given) => {
                self.schedule(handed_over, Turn::Customer, Event::SetShipping(job, false));
                let at = handed_over + given.micros();
                self.schedule(at, Turn::Customer, Event::SetShipping(job, true));
            }
            Announces::Never => {}
        }
        self.schedule(handed_over, Turn::Customer, Event::HandOver(job));
    }

    /// J1: the job is Creating; D1: the drives of an import are Specified.
    pub fn put_job(&mut self, job: usize) {
        self.step(job, JobState::Creating, Rule::J1);
        self.jobs[job].timer = Timer::Runs(self.now + self.numbers.creating);
        if !self.jobs[job].plan.fate.export {
            for drive in self.jobs[job].drives.clone() {
                self.turn(drive, DriveState::Specified, Rule::D1);
            }
        }
        self.enter(job, JobState::Creating);
    }

    fn refuse(&mut self, job: usize, act: &'static str) {
        self.jobs[job].told.refused.push((self.now, act));
    }

    /// J2: an update in Creating starts the creating timer anew.
    pub fn update(&mut self, job: usize) {
        if self.jobs[job].state != JobState::Creating {
            return self.refuse(job, "update");
        }
        self.step(job, JobState::Creating, Rule::J2);
        if self.numbers.updates_reset {
            let length = self.numbers.creating;
            // F3: the timer of a Faulted job is stopped.
            let is_faulted = self.jobs[job].is_faulted;
            self.jobs[job].timer =
                if is_faulted { Timer::Stands(length) } else { Timer::Runs(self.now + length) };
        }
    }

    /// J5: accepted in Creating, once the delivery package is given.
    pub fn ask_shipping(&mut self, job: usize, is_complete: bool) {
        let is_waiting = self.jobs[job].waiting.contains(&Change::SetShipping);
        if self.jobs[job].state != JobState::Creating || !is_complete || is_waiting {
            return self.refuse(job, "set_shipping");
        }
        self.due(job, Change::SetShipping);
    }

    /// J5: the shipping timer starts, held packages pass the dock (E1), and drives of the job in other jobs' packages
    /// are claimed (X2).
    pub fn set_shipping(&mut self, job: usize) {
        self.step(job, JobState::Shipping, Rule::J5);
        self.jobs[job].timer = Timer::Runs(self.now + self.numbers.shipping);
        self.enter(job, JobState::Shipping);
        self.pass_held(job);
        self.claim_guests(job);
        self.judge_shipping(job);
    }

    /// J4 in Creating, J21 in Completed; refused otherwise.
    pub fn delete(&mut self, job: usize) {
        match self.jobs[job].state {
            JobState::Creating => {
                self.jobs[job].called_off = true;
                self.remove(job, Rule::J4);
            }
            JobState::Completed => self.remove(job, Rule::J21),
            _ => self.refuse(job, "delete"),
        }
    }

    /// C1, C2: the customer's own cancel, by the (base) state.
    pub fn cancel(&mut self, job: usize) {
        let state = self.jobs[job].state;
        let is_allowed = state != JobState::Absent && state <= self.numbers.cancel_until;
        if !is_allowed || self.jobs[job].cancel_called {
            return self.refuse(job, "cancel");
        }
        self.jobs[job].cancel_called = true;
        match state {
            JobState::Creating => {
                self.jobs[job].called_off = true;
                self.remove(job, Rule::C2);
            }
            JobState::Shipping if self.jobs[job].notices > 0 && !self.jobs[job].is_received => {
                self.cancel_after_notice(job, crate::policy::CaseState::Settled);
            }
            JobState::Received => {
                self.jobs[job].is_canceled = true;
                self.step(job, state, Rule::C2);
                self.due(job, Change::SkipCopy);
            }
            _ => {
                self.jobs[job].is_canceled = true;
                self.step(job, state, Rule::C2);
                self.judge_copied(job);
            }
        }
    }

    /// The customer hands over the package of the job; later drives follow.
    pub fn hand_over(&mut self, job: usize) {
        if self.jobs[job].called_off {
            return;
        }
        let fate = self.jobs[job].plan.fate.clone();
        let own = self.jobs[job].drives.clone();
        let mut drives: Vec<usize> =
            own.iter().copied().filter(|drive| self.travels(*drive) == Travels::WithPackage).collect();
        drives.extend(&self.jobs[job].extras);
        let is_guest =
            |drive: &usize| !self.drives[*drive].is_extra && self.travels(*drive) == Travels::With(fate.id);
        let guests: Vec<usize> = (0..self.drives.len()).filter(is_guest).collect();
        drives.extend(&guests);
        // X2: a job whose drives all travel in another job's package sends none itself.
        let all_with_another = own.iter().all(|drive| matches!(self.travels(*drive), Travels::With(_)));
        if !all_with_another || !drives.is_empty() {
            let arrives = self.now + fate.inbound.transit.micros();
            self.send(job, drives, arrives, fate.inbound.ends == JourneyEnd::Lost);
        }
        for drive in own {
            if let Travels::Later(after) = self.travels(drive) {
                self.send(job, vec![drive], self.now + after.micros(), false);
            }
        }
    }

    fn send(&mut self, job: usize, drives: Vec<usize>, arrives: Time, is_lost: bool) {
        for drive in &drives {
            self.put(*drive, Disposition::InTransitIn);
        }
        let number = self.jobs[job].packages;
        self.jobs[job].packages += 1;
        self.packages.push(Package { job, number, drives, arrived: arrives, is_lost });
        self.schedule(arrives, Turn::Arrival, Event::Arrives(self.packages.len() - 1));
    }
}
