//! The event loop of the reference: scheduled events, and deadlines that run.

use super::entities::Timer;
use super::held::Phase;
use super::input::Time;
use super::model::Model;
use crate::policy::{CaseState, JobState};

/// The order of events at one instant (policy page, "Words").
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Turn {
    /// Site changes.
    Site,
    /// Arrivals of packages.
    Arrival,
    /// Orders come before all other requests of customers.
    Order,
    Customer,
    /// Finished work, also where it takes no time.
    Work,
    Deadline,
}

/// What can happen.
#[derive(Clone, Copy, Debug)]
pub enum Event {
    DockOpens,
    BaysOpen,
    /// An inbound package arrives.
    Arrives(usize),
    /// A return package is delivered, lost, or back at the dock.
    ReturnEnds(usize),
    Order(usize),
    HandOver(usize),
    /// Job, and whether its delivery package is given.
    SetShipping(usize, bool),
    Update(usize),
    Delete(usize),
    Cancel(usize),
    Answer(usize),
    /// A job fault strikes in this stay in a state (job, number of the stay).
    Strikes(usize, usize),
    Attempt(usize),
    /// The dock has opened a package and processed its drives.
    Processed(usize),
    /// A drive is mounted in a bay.
    Mounted(usize),
    /// Drive, and when its copy began.
    CopyEnds(usize, Time),
    /// Job, and when its packing ends.
    PackEnds(usize, Time),
    /// A return package of its own is packed.
    ReturnPacked(usize),
    /// The creating timer, the shipping timer or its extension.
    TimerEnds(usize),
    ResponseEnds(usize),
    RetentionEnds(usize),
    AddressWindowEnds(usize),
    JobFaultWindowEnds(usize),
    DriveFaultWindowEnds(usize),
    /// The return of a held package is due.
    ReturnDue(usize),
    /// The destruction of a held package is due.
    DestructionDue(usize),
}

impl Model<'_> {
    pub fn schedule(&mut self, at: Time, turn: Turn, event: Event) {
        self.agenda.insert((at, turn, self.scheduled), event);
        self.scheduled += 1;
    }

    /// Runs until `stop`, exclusive.
    pub fn run(&mut self, stop: Time) {
        loop {
            let scheduled = self.agenda.first_key_value().map(|(key, event)| (key.0, key.1, *event));
            let deadline = self.next_deadline().map(|(at, event)| (at, Turn::Deadline, event));
            let is_first = match (scheduled, deadline) {
                (Some(one), Some(other)) => (one.0, one.1) <= (other.0, other.1),
                (one, _) => one.is_some(),
            };
            let Some((at, _, event)) = (if is_first { scheduled } else { deadline }) else { return };
            if at >= stop {
                return;
            }
            if is_first {
                self.agenda.pop_first();
            }
            self.now = at;
            self.happen(event);
        }
    }

    /// The next deadline, if one is running.
    fn next_deadline(&self) -> Option<(Time, Event)> {
        let mut first: Option<(Time, Event)> = None;
        let mut runs = |at: Time, event: Event| {
            let at = at.max(self.now);
            if first.is_none_or(|(earlier, _)| at < earlier) {
                first = Some((at, event));
            }
        };
        for (number, job) in self.jobs.iter().enumerate() {
            if let Timer::Runs(at) = job.timer {
                runs(at, Event::TimerEnds(number));
            }
            if let Timer::Runs(at) = job.response {
                runs(at, Event::ResponseEnds(number));
            }
            if let Some(at) = job.retention {
                runs(at, Event::RetentionEnds(number));
            }
            if let Some(case) = job.fault_case {
                runs(self.cases[case].opened + self.numbers.fault, Event::JobFaultWindowEnds(number));
            }
            if let Some(case) = job.e4.filter(|_| !job.destroy_on_packaging) {
                // E4: 90 days after the case was opened, or later when the response window ends.
                let at = self.out_of_reach(case, self.cases[case].opened + self.numbers.destroy);
                runs(at, Event::AddressWindowEnds(number));
            }
        }
        for (number, drive) in self.drives.iter().enumerate() {
            if let Some(case) = drive.fault_case {
                runs(self.cases[case].opened + self.numbers.fault, Event::DriveFaultWindowEnds(number));
            }
        }
        for (number, held) in self.held.iter().enumerate() {
            match held.phase {
                Phase::Waits => {
                    let at = self.out_of_reach(held.case, held.arrived + self.numbers.contact);
                    runs(at, Event::ReturnDue(number));
                }
                Phase::Failed(since) => {
                    let at = self.out_of_reach(held.case, since + self.numbers.destroy);
                    runs(at, Event::DestructionDue(number));
                }
                _ => {}
            }
        }
        first
    }

    /// "Out of reach" (policy page, "Words"): `due`, or later, when the response window of the last successful attempt
    /// ends.
    fn out_of_reach(&self, case: usize, due: Time) -> Time {
        self.cases[case].reached.map_or(due, |reached| due.max(reached + self.numbers.answer))
    }

    fn happen(&mut self, event: Event) {
        match event {
            Event::DockOpens => self.open_dock(),
            Event::BaysOpen => (0..self.jobs.len()).for_each(|job| self.start_copies(job)),
            Event::Arrives(package) => self.arrive(package),
            Event::ReturnEnds(number) => self.return_ends(number),
            Event::Order(job) => self.order(job),
            Event::HandOver(job) => self.hand_over(job),
            Event::SetShipping(job, is_complete) => self.ask_shipping(job, is_complete),
            Event::Update(job) => self.update(job),
            Event::Delete(job) => self.delete(job),
            Event::Cancel(job) => self.cancel(job),
            Event::Answer(series) => self.answer(series),
            Event::Strikes(job, stay) => self.strike(job, stay),
            Event::Attempt(series) => self.attempt(series),
            Event::Processed(package) => self.processed(package),
            Event::Mounted(drive) => self.mounted(drive),
            Event::CopyEnds(drive, began) => self.copy_ends(drive, began),
            Event::PackEnds(job, ends) => self.pack_ends(job, ends),
            Event::ReturnPacked(number) => self.leave_alone(number),
            Event::TimerEnds(job) => self.timer_ends(job),
            Event::ResponseEnds(job) => self.response_ends(job),
            Event::RetentionEnds(job) => self.retention_ends(job),
            Event::AddressWindowEnds(job) => self.address_window_ends(job),
            Event::JobFaultWindowEnds(job) => self.give_up_job(job),
            Event::DriveFaultWindowEnds(drive) => self.give_up_drive(drive),
            Event::ReturnDue(held) => self.return_due(held),
            Event::DestructionDue(held) => self.destroy_held(held),
        }
    }

    /// An attempt to reach the customer. A series ends with the first success, or when its reason is gone.
    pub fn attempt(&mut self, number: usize) {
        let series = self.series[number];
        let case = &self.cases[series.case];
        // J9: attempts end with the window.
        let is_late = self.jobs[case.job].e2 == Some(series.case) && self.jobs[case.job].window_over;
        let has_cause =
            case.is_open && !is_late && series.held.is_none_or(|held| self.held[held].phase != Phase::Over);
        if series.is_over || !has_cause {
            return;
        }
        let made = series.attempts + 1;
        self.series[number].attempts = made;
        if series.answer.attempt == made {
            self.series[number].is_over = true;
            self.cases[series.case].reached = Some(self.now);
            let case = &self.cases[series.case];
            self.jobs[case.job].told.cases[case.number].reached.get_or_insert(self.now);
            self.schedule(self.now + series.answer.delay.micros(), Turn::Customer, Event::Answer(number));
        } else {
            self.schedule(self.now + self.site.between_attempts, Turn::Work, Event::Attempt(number));
        }
    }

    /// The customer answers.
    fn answer(&mut self, number: usize) {
        let series = self.series[number];
        if !self.cases[series.case].is_open {
            return;
        }
        let (job, drive) = (self.cases[series.case].job, self.cases[series.case].drive);
        if let Some(drive) = drive {
            self.solve_drive(drive);
        } else if self.jobs[job].e1 == Some(series.case) {
            self.answer_held(job);
        } else if self.jobs[job].e2 == Some(series.case) {
            self.answer_notice(job, series.answer.says);
        } else if self.jobs[job].e4 == Some(series.case) {
            self.correct_address(job);
        } else if self.jobs[job].fault_case == Some(series.case) {
            self.solve_job(job);
        }
    }

    /// J15.
    fn retention_ends(&mut self, job: usize) {
        self.jobs[job].retention = None;
        self.remove(job, crate::policy::Rule::J15);
    }

    /// The record goes.
    pub fn remove(&mut self, job: usize, rule: crate::policy::Rule) {
        self.step(job, JobState::Gone, rule);
        let settled = self.jobs[job].fault_case.take();
        self.end_case(settled, CaseState::Settled);
        let job = &mut self.jobs[job];
        (job.timer, job.response, job.retention, job.is_faulted) = (Timer::Off, Timer::Off, None, false);
    }
}
