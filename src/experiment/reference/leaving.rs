//! Packaging, the way back, the end of a job: J13, J14, D10, D11, X1, E4.

use super::agenda::{Event, Turn};
use super::entities::{Change, Drive, Return, Timer};
use super::input::Time;
use super::model::Model;
use crate::policy::{CaseKind, CaseState, Disposition, DriveState, JobState, Rule};
use crate::scenario::fate::{CopyOutcome, JourneyEnd, ReturnAddress};

impl Model<'_> {
    /// The job has entered Transferring: a wrong address may be noticed (E4).
    pub fn enter_transferring(&mut self, job: usize) {
        let noticed = self.jobs[job].plan.fate.return_address;
        if noticed == (ReturnAddress::Bad { noticed: JobState::Transferring }) {
            self.notice_address(job, 0);
        }
        self.enter(job, JobState::Transferring);
    }

    /// The job has entered Packaging. A wrong address is noticed (E4). Drives whose destruction is due are destroyed;
    /// otherwise the return package is packed.
    pub fn enter_packaging(&mut self, job: usize) {
        self.notice_address(job, 0);
        self.enter(job, JobState::Packaging);
        if self.jobs[job].destroy_on_packaging {
            self.destroy_all(job);
        } else {
            self.pack(job);
        }
    }

    /// E4: a case opens.
    pub fn notice_address(&mut self, job: usize, number: usize) {
        if !self.jobs[job].bad_address || self.jobs[job].address_noticed {
            return;
        }
        self.jobs[job].address_noticed = true;
        let case = self.open_case(job, CaseKind::BadAddress, None);
        self.jobs[job].e4 = Some(case);
        let answer = self.script(job, CaseKind::BadAddress, number);
        self.begin_series(case, None, number, answer);
    }

    /// E4: corrected; the job goes on.
    pub fn correct_address(&mut self, job: usize) {
        let case = self.jobs[job].e4.take();
        self.end_case(case, CaseState::Answered);
        (self.jobs[job].bad_address, self.jobs[job].destroy_on_packaging) = (false, false);
        self.pack(job);
    }

    /// E4: the customer is out of reach. If the job is in Transferring, its drives are destroyed when it enters
    /// Packaging; the case stays open until then.
    pub fn address_window_ends(&mut self, job: usize) {
        if self.jobs[job].state == JobState::Transferring {
            self.jobs[job].destroy_on_packaging = true;
        } else {
            let case = self.jobs[job].e4.take();
            self.end_case(case, CaseState::GivenUp);
            self.due(job, Change::Destroy);
        }
    }

    /// E4, X1, X2: destroys the drives on hand and the extra drives; guests are returned; the job is Closed (J14).
    pub fn destroy_all(&mut self, job: usize) {
        let case = self.jobs[job].e4.take();
        self.end_case(case, CaseState::GivenUp);
        let (extras, guests): (Vec<usize>, Vec<usize>) =
            self.companions(job).into_iter().partition(|drive| self.drives[*drive].is_extra);
        for drive in [self.on_hand(job), extras].concat() {
            self.put(drive, Disposition::Destroyed);
            self.settle_fault(drive);
            self.jobs[job].destroyed = true;
        }
        self.end_job(job, Rule::J14);
        for guest in guests {
            self.return_guest(guest);
        }
    }

    fn settle_fault(&mut self, drive: usize) {
        let case = self.drives[drive].fault_case.take();
        self.end_case(case, CaseState::Settled);
    }

    /// Packs the return package, if nothing prevents it.
    pub fn pack(&mut self, job: usize) {
        let model = &self.jobs[job];
        let may_pack = model.state == JobState::Packaging && !model.is_faulted && model.e4.is_none();
        if may_pack && model.packing.is_none() {
            let ends = self.now + self.site.pack;
            self.jobs[job].packing = Some(ends);
            self.schedule(ends, Turn::Work, Event::PackEnds(job, ends));
        }
    }

    /// All drives on hand leave, with extra drives and guests (X1); J13 or J14.
    pub fn pack_ends(&mut self, job: usize, ends: Time) {
        if self.jobs[job].packing != Some(ends) {
            return;
        }
        self.jobs[job].packing = None;
        let drives = [self.on_hand(job), self.companions(job)].concat();
        self.returns.push(Return { job, drives, held: None, is_guest: false, has_left: false });
        self.leave_alone(self.returns.len() - 1);
        let rule = if self.has_error(job) { Rule::J14 } else { Rule::J13 };
        self.end_job(job, rule);
    }

    /// Whether the job has an error (J13 or J14).
    fn has_error(&self, job: usize) -> bool {
        let warnings_close = self.numbers.warnings_close;
        let is_wrong = |drive: &usize| {
            let Drive { state, given_up, .. } = self.drives[*drive];
            let was_copied = self.jobs[job].told.drives[self.drives[*drive].number]
                .iter()
                .any(|(_, state, rule)| *state == DriveState::CompletedMoreInfo && *rule == Rule::D9);
            let copy = match self.outcome(*drive) {
                CopyOutcome::Errors => true,
                CopyOutcome::Warnings => warnings_close,
                _ => false,
            };
            state == DriveState::NeverReceived || given_up || (was_copied && copy)
        };
        self.jobs[job].drives.iter().any(is_wrong)
            || self.jobs[job].destroyed
            || self.jobs[job].fault_given_up
    }

    /// The job is Completed or Closed: retention starts.
    pub fn end_job(&mut self, job: usize, rule: Rule) {
        self.jobs[job].told.error = self.has_error(job);
        let state = if rule == Rule::J13 { JobState::Completed } else { JobState::Closed };
        self.step(job, state, rule);
        self.jobs[job].retention = Some(self.now + self.numbers.retention);
        let model = &mut self.jobs[job];
        (model.timer, model.response) = (Timer::Off, Timer::Off);
    }

    /// J8, J9, F2: Closed without a return package. Drives at the site leave in a package of their own (D11, X1).
    pub fn close(&mut self, job: usize, rule: Rule) {
        let case = self.jobs[job].e2.take();
        self.end_case(case, if rule == Rule::J9 { CaseState::GivenUp } else { CaseState::Settled });
        self.end_job(job, rule);
        let drives = [self.on_hand(job), self.companions(job)].concat();
        if !drives.is_empty() {
            self.send_alone(job, drives, None, false);
        }
    }

    /// Packs a return package of its own, which then leaves.
    pub fn send_alone(&mut self, job: usize, drives: Vec<usize>, held: Option<usize>, is_guest: bool) {
        let number = self.returns.len();
        self.returns.push(Return { job, drives, held, is_guest, has_left: false });
        self.schedule(self.now + self.site.pack, Turn::Work, Event::ReturnPacked(number));
    }

    /// A return package leaves: D10, D11.
    pub fn leave_alone(&mut self, number: usize) {
        let back = self.returns[number].clone();
        if back.held.is_some_and(|held| self.held[held].phase != super::held::Phase::Packs) {
            // E1: J5 has stopped the return.
            return;
        }
        if let Some(held) = back.held {
            self.held[held].phase = super::held::Phase::Away;
        }
        self.returns[number].has_left = true;
        for drive in back.drives.iter().copied() {
            match self.drives[drive].state {
                DriveState::Completed | DriveState::CompletedMoreInfo => {
                    self.turn(drive, DriveState::ShippedBack, Rule::D10);
                }
                DriveState::Received | DriveState::Faulted => {
                    self.settle_fault(drive);
                    self.turn(drive, DriveState::ShippedBack, Rule::D11);
                }
                // Held drives keep their state; an extra drive has none.
                _ => {}
            }
            self.drives[drive].host = None;
            self.put(drive, Disposition::InTransitBack);
        }
        let after = match self.return_fails(&back) {
            Some(after) => after,
            None => self.jobs[back.job].plan.fate.back.transit.micros(),
        };
        if !back.drives.is_empty() {
            self.schedule(self.now + after, Turn::Arrival, Event::ReturnEnds(number));
        }
    }

    /// E1, X2: the time after which a failed return is back at the dock.
    fn return_fails(&self, back: &Return) -> Option<Time> {
        let fails = self.jobs[back.job].plan.fate.return_fails.map(|span| span.micros());
        fails.filter(|_| back.held.is_some() || back.is_guest)
    }

    /// A return package is delivered, damaged or lost, or is back at the dock (E1).
    pub fn return_ends(&mut self, number: usize) {
        let back = self.returns[number].clone();
        if self.return_fails(&back).is_some() {
            return self.return_failed(number);
        }
        let place = match self.jobs[back.job].plan.fate.back.ends {
            JourneyEnd::Delivered => Disposition::Returned,
            JourneyEnd::Lost => Disposition::Lost,
            JourneyEnd::Damaged => Disposition::Damaged,
        };
        for drive in &back.drives {
            self.put(*drive, place);
        }
        if let Some(held) = back.held {
            self.end_held(held, CaseState::Settled);
        }
    }
}
