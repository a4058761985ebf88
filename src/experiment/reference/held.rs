//! E1: held packages, each with its own clock.

use super::entities::{Change, Package};
use super::input::Time;
use super::model::Model;
use crate::policy::{CaseKind, CaseState, Disposition, JobState};
use crate::scenario::WrittenJob;
use crate::scenario::fate::{Answer, CopyOutcome, DriveFate, Fate, JourneyEnd, Travels};

/// A job has 1 to 10 drives (policy page, "Words").
const MOST_LISTED: usize = 10;

/// An extra drive has nothing to copy (X1).
const EMPTY_DRIVE: DriveFate = DriveFate {
    travels: Travels::WithPackage,
    bytes: 0,
    found_after: 0,
    work: [0; 4],
    copy: CopyOutcome::Clean,
};

/// The phase of a held package.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// It waits for the customer.
    Waits,
    /// Its return is packed.
    Packs,
    /// Its return has left.
    Away,
    /// Its return has failed, or was not attempted because the address is known to be wrong.
    Failed(Time),
    /// Claimed, passed on, returned, lost or destroyed.
    Over,
}

/// A held package.
#[derive(Clone, Debug)]
pub struct Held {
    pub job: usize,
    pub case: usize,
    pub drives: Vec<usize>,
    /// Instant at which it was at the door.
    pub arrived: Time,
    pub phase: Phase,
    /// Whether it came for an ended job: the response then gives the right address.
    pub needs_address: bool,
    /// Whether a response came while its return was away; it counts if the return fails.
    pub is_answered: bool,
    /// Whether J5 came while its return was away; its drives pass the dock if the return fails.
    pub passes: bool,
}

impl Model<'_> {
    /// E1: holds a package. A case opens, one for each job; a series of attempts begins, one for each package.
    pub fn hold(
        &mut self,
        job: usize,
        drives: Vec<usize>,
        arrived: Time,
        number: usize,
        needs_address: bool,
    ) {
        let case = match self.jobs[job].e1 {
            Some(case) => case,
            None => self.open_case(job, CaseKind::Unannounced, None),
        };
        self.jobs[job].e1 = Some(case);
        let held = self.held.len();
        for drive in &drives {
            self.drives[*drive].held = Some(held);
        }
        self.held.push(Held {
            job,
            case,
            drives,
            arrived,
            phase: Phase::Waits,
            needs_address,
            is_answered: false,
            passes: false,
        });
        let kind =
            if self.jobs[job].state == JobState::Gone { CaseKind::NoRecord } else { CaseKind::Unannounced };
        let answer = self.script(job, kind, number);
        self.begin_series(case, Some(held), number, answer);
    }

    /// How the customer responds to a case of this kind and number.
    pub fn script(&self, job: usize, kind: CaseKind, number: usize) -> Answer {
        let answers = self.jobs[job].plan.answers.iter().find(|(of, _)| *of == kind);
        answers.and_then(|(_, answers)| answers.get(number)).copied().unwrap_or(Answer::NONE)
    }

    /// The held packages of a job at the dock, in order of arrival.
    fn held_here(&self, job: usize) -> Vec<usize> {
        let is_here = |held: &usize| {
            let held = &self.held[*held];
            held.job == job && matches!(held.phase, Phase::Waits | Phase::Packs | Phase::Failed(_))
        };
        let mut here: Vec<usize> = (0..self.held.len()).filter(is_here).collect();
        here.sort_by_key(|held| self.held[*held].arrived);
        here
    }

    /// Ends a held package; its case ends with the last one.
    pub fn end_held(&mut self, held: usize, how: CaseState) {
        let Held { case, job, .. } = self.held[held];
        self.held[held].phase = Phase::Over;
        for drive in self.held[held].drives.clone() {
            self.drives[drive].held = None;
        }
        let is_last = !self.held.iter().any(|other| other.case == case && other.phase != Phase::Over);
        if is_last && self.cases[case].is_open {
            self.end_case(Some(case), how);
            self.jobs[job].e1 = None;
        }
    }

    /// E1: the customer is out of reach; the return is attempted, in a package of its own.
    pub fn return_due(&mut self, held: usize) {
        let job = self.held[held].job;
        let is_guest = |drive: &usize| !self.drives[*drive].is_extra && self.drives[*drive].job != job;
        let guests: Vec<usize> = self.held[held].drives.iter().copied().filter(is_guest).collect();
        self.held[held].drives.retain(|drive| !guests.contains(drive));
        for guest in guests {
            self.drives[guest].held = None;
            self.return_guest(guest);
        }
        if self.held[held].drives.is_empty() {
            self.end_held(held, CaseState::Settled);
        } else if self.is_known_wrong(job) {
            // Not attempted: this counts as a failed return.
            self.held[held].phase = Phase::Failed(self.now);
        } else {
            self.held[held].phase = Phase::Packs;
            let drives = self.held[held].drives.clone();
            self.send_alone(job, drives, Some(held), false);
        }
    }

    /// X2: a guest is returned to the address of its own job, with the random inputs of that job.
    pub fn return_guest(&mut self, drive: usize) {
        let own = self.drives[drive].job;
        self.drives[drive].host = None;
        if self.is_known_wrong(own) {
            let number = self.jobs[own].packages;
            let ended = matches!(self.jobs[own].state, JobState::Completed | JobState::Closed);
            self.hold(own, vec![drive], self.now, number, ended);
        } else {
            self.send_alone(own, vec![drive], None, true);
        }
    }

    /// A return is back at the dock (E1, X2).
    pub fn return_failed(&mut self, number: usize) {
        let back = self.returns[number].clone();
        for drive in &back.drives {
            self.put(*drive, Disposition::AtDock);
        }
        match back.held {
            // J5 came meanwhile: the drives pass the dock as new arrivals.
            Some(held) if self.held[held].passes => {
                self.end_held(held, CaseState::Settled);
                self.arrive_again(back.job, back.drives);
            }
            Some(held) => {
                self.held[held].phase = Phase::Failed(self.now);
                if self.held[held].is_answered {
                    self.answer_held(back.job);
                }
            }
            // A guest: E1 for its own job, with the clock starting now, unless the job waits for it.
            None if matches!(self.jobs[back.job].state, JobState::Creating | JobState::Gone) => {
                let number = self.jobs[back.job].packages;
                self.hold(back.job, back.drives, self.now, number, false);
            }
            None => self.arrive_again(back.job, back.drives),
        }
    }

    fn arrive_again(&mut self, job: usize, drives: Vec<usize>) {
        let number = self.jobs[job].packages;
        self.packages.push(Package { job, number, drives, arrived: self.now, is_lost: false });
        self.arrive(self.packages.len() - 1);
    }

    /// E1: drives are destroyed only after a failed return, when the customer is out of reach.
    pub fn destroy_held(&mut self, held: usize) {
        for drive in self.held[held].drives.clone() {
            self.put(drive, Disposition::Destroyed);
            let own = self.drives[drive].job;
            self.jobs[own].destroyed = true;
        }
        self.end_held(held, CaseState::GivenUp);
    }

    /// E1: the customer responds. For a package that has left, the response counts only if its return fails.
    pub fn answer_held(&mut self, job: usize) {
        for held in self.held.iter_mut().filter(|held| held.job == job && held.phase == Phase::Away) {
            held.is_answered = true;
        }
        let (ended, others): (Vec<usize>, Vec<usize>) =
            self.held_here(job).into_iter().partition(|held| self.held[*held].needs_address);
        if !ended.is_empty() {
            // With the right address, the drives leave in a package of their own.
            self.jobs[job].bad_address = false;
        }
        for held in ended {
            let drives = self.held[held].drives.clone();
            self.end_held(held, CaseState::Answered);
            self.send_alone(job, drives, None, false);
        }
        if others.is_empty() {
            return;
        }
        match self.jobs[job].state {
            JobState::Creating => {
                if !self.jobs[job].is_faulted {
                    self.end_case(self.jobs[job].e1, CaseState::Answered);
                }
                self.due(job, Change::SetShipping);
            }
            JobState::Gone => self.follow(job, &others),
            state => panic!("reference: a package is held in {state}"),
        }
    }

    /// J5, or F2 in Creating: held packages pass the dock, and their case is settled.
    pub fn pass_held(&mut self, job: usize) {
        for held in self.held.iter_mut().filter(|held| held.job == job && held.phase == Phase::Away) {
            held.passes = true;
        }
        let here = self.held_here(job);
        for held in &here {
            self.held[*held].phase = Phase::Over;
        }
        let case = self.jobs[job].e1.take();
        self.end_case(case, CaseState::Settled);
        for held in here {
            let Held { drives, arrived, .. } = self.held[held].clone();
            self.process_again(job, drives, arrived);
        }
    }

    /// The dock processes drives that it has already looked at.
    fn process_again(&mut self, job: usize, drives: Vec<usize>, arrived: Time) {
        let number = self.jobs[job].packages;
        for drive in &drives {
            self.drives[*drive].held = None;
        }
        self.packages.push(Package { job, number, drives, arrived, is_lost: false });
        self.wait_at_dock(self.packages.len() - 1);
    }

    /// E1 without a record: the response creates a new job that lists these drives and is set to Shipping.
    fn follow(&mut self, job: usize, held: &[usize]) {
        let all: Vec<usize> = held.iter().flat_map(|held| self.held[*held].drives.clone()).collect();
        let is_listed = |drive: &usize| self.drives[*drive].job == job && !self.drives[*drive].is_extra;
        let (listed, others): (Vec<usize>, Vec<usize>) = all.into_iter().partition(is_listed);
        let (mut extras, guests): (Vec<usize>, Vec<usize>) =
            others.into_iter().partition(|drive| self.drives[*drive].is_extra);
        let numbers: Vec<usize> = listed.iter().map(|drive| self.drives[*drive].number).collect();
        let parent = &self.jobs[job].plan;
        let mut drives: Vec<DriveFate> = numbers.iter().map(|number| parent.fate.drives[*number]).collect();
        let mut drive_answers: Vec<_> = numbers.iter().map(|number| parent.drive_answers[*number]).collect();
        // J1: a job lists at least one drive; if only extra drives are held, it lists those.
        if drives.is_empty() {
            for _ in extras.drain(..extras.len().min(MOST_LISTED)) {
                drives.push(EMPTY_DRIVE);
                drive_answers.push(Answer::NONE);
            }
        }
        let mut fate = Fate {
            drives,
            extras: extras.len() as u8,
            deletes: None,
            cancels: None,
            fault: None,
            reorders: None,
            ..parent.fate.clone()
        };
        fate.back.ends = JourneyEnd::Delivered;
        let plan = WrittenJob { fate, drive_answers, ..parent.clone() };
        for held in held {
            self.end_held(*held, CaseState::Answered);
        }
        let new = self.add_job(plan, Some(job));
        self.put_job(new);
        let own = [self.jobs[new].drives.clone(), self.jobs[new].extras.clone()].concat();
        for drive in own.iter().copied() {
            self.put(drive, Disposition::AtDock);
            self.drives[drive].was_brought = true;
            self.drives[drive].host = self.drives[drive].is_extra.then_some(new);
        }
        for guest in &guests {
            self.drives[*guest].host = Some(new);
        }
        self.set_shipping(new);
        self.process_again(new, [own, guests].concat(), self.now);
    }
}
