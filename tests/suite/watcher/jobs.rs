//! The life of a job: J1 to J22, C1 to C3, F1 to F3.

use super::moves::{JOB_MOVES, WHILE_FAULTED};
use super::*;
use JobState::*;

impl Watcher {
    pub(super) fn job_moves(
        &mut self,
        id: JobId,
        (from, to): (JobState, JobState),
        rule: Rule,
        cause: Cause,
    ) {
        let at = self.now;
        if from == Absent {
            (self.created, self.open) = (self.created + 1, self.open + 1);
            let before = self.jobs.insert(id, Job::new(at));
            assert!(before.is_none(), "J1: {id:?} is put twice");
        }
        let job = self.life(id);
        assert_eq!(from, job.shown(), "{rule} of {id:?}: a state follows from the one before");
        assert!(!job.told, "{id:?} was told, then changed by {rule}");
        let (base, was_faulted) = (job.state, job.faulted);
        if !matches!(rule, Rule::J18 | Rule::J19 | Rule::J20 | Rule::F2) {
            assert!(!was_faulted || WHILE_FAULTED.contains(&rule), "F3: {rule} acts on {id:?} while Faulted");
        }
        if rule == Rule::J18 {
            return self.fault_strikes(id, to);
        }
        let next = if to == Faulted { base } else { to };
        let documented = JOB_MOVES.contains(&(rule, base, next));
        assert!(documented, "{rule} of {id:?}: no row leads from {base} to {next}");
        if base == Closed || base == Completed {
            let allowed = matches!(rule, Rule::J15 | Rule::J21);
            assert!(allowed, "J15: nothing but its end happens to {id:?} after its end, not {rule}");
        }
        match rule {
            Rule::J1 => self.start(id, Deadline::CreatingExpiry),
            Rule::J2 => {
                self.life_mut(id).updates += 1;
                if self.numbers.updates_reset {
                    self.start(id, Deadline::CreatingExpiry);
                }
            }
            Rule::J3 => self.rings(id, rule, &[Deadline::CreatingExpiry]),
            Rule::J5 => self.set_to_shipping(id),
            Rule::J6 => self.notice(id),
            Rule::J7 => self.extension(id, cause),
            Rule::J8 => self.closes_canceled(id, cause),
            Rule::J9 => {
                self.rings(id, rule, &[Deadline::ResponseWindow]);
                self.nothing_waits(id, rule);
            }
            Rule::J10 => {
                assert!(self.could_be_received(id), "J10: {id:?} is not received by its drives");
                self.life_mut(id).clock = None;
            }
            Rule::J11 => {
                let job = self.life(id);
                assert!(!job.skips, "J11: nothing of {id:?} is processed, it is canceled");
                let mut received = self.listed(id).filter(|(_, drive)| drive.state == DriveState::Received);
                assert!(
                    received.any(|(_, drive)| drive.place == Disposition::AtSite),
                    "J11: no drive of {id:?}"
                );
            }
            Rule::J12 => assert!(self.is_processed(id), "J12: a drive of {id:?} is not processed"),
            Rule::J13 | Rule::J14 => self.ships(id, rule, cause),
            Rule::J15 => self.rings(id, rule, &[Deadline::Retention]),
            Rule::J16 => assert!(self.life(id).skips, "J16: {id:?} is not canceled"),
            Rule::J17 => {
                assert!(!self.life(id).skips, "J17: {id:?} is canceled");
                assert!(self.has_late_drive(id), "J17: no drive of {id:?} comes late");
            }
            Rule::J19 | Rule::J20 | Rule::F2 => self.fault_ends(id, rule, next),
            Rule::C2 => self.canceled(id, cause),
            _ => {}
        }
        self.enters(id, rule, cause, next);
    }

    /// The state after a fact.
    fn enters(&mut self, id: JobId, rule: Rule, cause: Cause, next: JobState) {
        let at = self.now;
        let error = self.has_error(id);
        let job = self.life_mut(id);
        if job.state != next {
            (job.state, job.entered) = (next, at);
        }
        if next == Gone {
            (job.faulted, job.clock) = (false, None);
        }
        if job.ended.is_none() && matches!(next, Completed | Closed | Gone) {
            job.ended = Some(End { at, rule, state: next, error });
            (self.ended, self.open) = (self.ended + 1, self.open - 1);
            if next != Gone {
                self.start(id, Deadline::Retention);
            }
        }
        if rule == Rule::J14 && cause == Cause::Destruction {
            self.guests_go_back(id);
        }
        // F2 in Creating: held drives pass the dock as those of a Closed job (E1).
        if rule == Rule::F2 && next == Closed {
            self.release(id);
        }
    }

    /// A timer of the job starts; it stands still while the job is Faulted (F3).
    pub(super) fn start(&mut self, id: JobId, deadline: Deadline) {
        let length = self.numbers.length(deadline);
        let due = self.now + length;
        let job = self.life_mut(id);
        job.clock = Some(Clock { deadline, due, left: job.faulted.then_some(length) });
        self.expect(due, id);
    }

    /// A deadline acts: never before its tick. That it does not act later is judged at the end of each instant.
    pub(super) fn rings(&mut self, id: JobId, rule: Rule, deadlines: &[Deadline]) {
        let at = self.now;
        let clock =
            self.life_mut(id).clock.take().unwrap_or_else(|| panic!("{rule}: no timer of {id:?} runs"));
        assert!(deadlines.contains(&clock.deadline), "{rule} of {id:?}: {clock:?} is another deadline");
        assert!(clock.left.is_none(), "F3: {clock:?} of {id:?} stands still, but {rule} acts");
        assert!(clock.due <= at, "{rule} of {id:?}: before its tick, {clock:?} at {at}");
        if clock.due < at {
            self.reach("a deadline waits for the dock");
        }
    }

    /// J12: every drive on hand is processed, or need not be.
    fn is_processed(&self, id: JobId) -> bool {
        let skips = self.life(id).skips;
        let mut on_hand = self.listed(id).filter(|(_, drive)| drive.is_on_hand());
        on_hand.all(|(_, drive)| match drive.state {
            DriveState::Completed | DriveState::CompletedMoreInfo => true,
            DriveState::Received | DriveState::Faulted => skips,
            _ => false,
        })
    }

    fn has_late_drive(&self, id: JobId) -> bool {
        self.listed(id).any(|(_, drive)| drive.is_on_hand() && drive.state == DriveState::Received)
    }

    /// J18.
    fn fault_strikes(&mut self, id: JobId, to: JobState) {
        let at = self.now;
        let job = self.life_mut(id);
        let stops = matches!(job.state, Creating | Shipping | Received | Transferring | Packaging);
        assert!(!job.faulted && to == Faulted && stops, "J18: no fault of {id:?} in {}", job.shown());
        job.faulted = true;
        // A deadline that has ended and waits for the dock no longer runs.
        if let Some(clock) = job.clock.as_mut().filter(|clock| clock.due >= at) {
            clock.left = Some(clock.due - at);
        }
        let state = job.state;
        self.reach(match state {
            Creating => "a fault in Creating",
            Shipping => "a fault in Shipping",
            Received => "a fault in Received",
            Transferring => "a fault in Transferring",
            _ => "a fault in Packaging",
        });
    }

    /// J19, J20, F2: as the case of the fault has ended at this instant.
    fn fault_ends(&mut self, id: JobId, rule: Rule, next: JobState) {
        let at = self.now;
        let job = self.life(id);
        assert!(job.faulted, "{rule}: {id:?} is not Faulted");
        let how = if rule == Rule::J19 { CaseState::Answered } else { CaseState::GivenUp };
        let ended = job.fault.is_some_and(|case| self.cases[&case].ended == Some((at, how)));
        assert!(ended, "{rule} of {id:?}: its case has not ended so");
        let job = self.life_mut(id);
        job.faulted = false;
        let mut due = None;
        if let Some(clock) = &mut job.clock
            && let Some(left) = clock.left.take()
        {
            clock.due = at + left;
            due = Some(clock.due);
        }
        let given_up = rule != Rule::J19;
        job.fault_given_up |= given_up;
        job.skips |= given_up && matches!(job.state, Received | Transferring);
        let corner = match (given_up, job.state) {
            (false, _) => "a fault of a job solved",
            (true, Creating) => "a fault given up in Creating",
            (true, Shipping) => "a fault given up in Shipping",
            (true, Received) => "a fault given up in Received",
            (true, Transferring) => "a fault given up in Transferring",
            (true, _) => "a fault given up in Packaging",
        };
        assert!(rule != Rule::J19 || next == job.state, "J19: {id:?} goes back to {}", job.state);
        self.reach(corner);
        if let Some(due) = due {
            self.expect(due, id);
        }
    }

    /// Error in the job.
    fn has_error(&self, id: JobId) -> bool {
        let is_wrong = |(_, drive): (DriveId, &Drive)| {
            let destroyed = drive.place == Disposition::Destroyed && drive.state != DriveState::Absent;
            drive.state == DriveState::NeverReceived || drive.errors || destroyed
        };
        self.life(id).fault_given_up || self.listed(id).any(is_wrong)
    }

    /// J13, J14: all drives on hand have left or were destroyed; extra drives with them (X1).
    fn ships(&mut self, id: JobId, rule: Rule, cause: Cause) {
        assert_eq!(rule == Rule::J14, self.has_error(id), "{rule}: the errors in {id:?}");
        let left = self.listed(id).find(|(_, drive)| drive.is_on_hand());
        assert!(left.is_none(), "{rule}: {left:?} of {id:?} is on hand");
        let job = self.life(id);
        let destroys = cause == Cause::Destruction;
        assert!(!destroys || (job.doomed && rule == Rule::J14), "E4: {id:?}, destroyed without its window");
        let stays = job.company.iter().find(|&&drive| {
            let it = &self.drives[&drive];
            it.marked && it.place == Disposition::AtSite && (drive.extra || !destroys)
        });
        assert!(stays.is_none(), "X1: {stays:?} stays when {id:?} ends");
    }

    /// C1, C3, J2, J5, J21: an act is declined for the reason that its rule gives.
    pub(super) fn refused(&mut self, id: JobId, act: JobSignal, state: JobState, rule: Rule) {
        let job = self.life(id);
        assert_eq!(state, job.shown(), "C3: a refusal shows the state of {id:?}");
        if job.state == Gone {
            return assert_eq!(rule, Rule::C3, "C3: {id:?} has no record, {act}");
        }
        // A cancel that waits for the end of a fault is not told (F3).
        let hidden = job.faulted && job.notices > 0;
        let (right, by) = match act {
            JobSignal::Update => (job.state != Creating, Rule::J2),
            JobSignal::SetShipping => (job.state != Creating, Rule::J5),
            JobSignal::SetShippingIncomplete => (true, Rule::J5),
            JobSignal::Delete => (!matches!(job.state, Creating | Completed), Rule::J21),
            JobSignal::CancelTooLate => {
                (job.state > self.numbers.cancel_until || job.has_called || hidden, Rule::C1)
            }
            _ => (false, rule),
        };
        assert!(right && rule == by, "{by}: {act} of {id:?} refused in {} by {rule}", job.state);
        if act == JobSignal::CancelTooLate {
            self.reach("a late cancel refused");
        }
    }

    /// What a job must have done by the end of an instant.
    pub(super) fn judge_job(&mut self, id: JobId, at: Instant) {
        let job = self.life(id);
        let over = job.clock.filter(|clock| clock.is_over(at));
        let missed =
            |rule: Rule, why: &str| -> ! { panic!("{rule}: missed, {why}: {id:?} at {at}, {job:?}") };
        match job.state {
            Creating if over.is_some() && !job.faulted => missed(Rule::J3, "its interval is over"),
            Shipping => self.judge_shipping(id, at, over),
            Received if job.skips && !job.faulted => missed(Rule::J16, "it is canceled"),
            Transferring if !job.faulted && self.is_processed(id) => missed(Rule::J12, "all is processed"),
            Packaging if !job.faulted && !job.skips && self.has_late_drive(id) => {
                missed(Rule::J17, "a drive came late")
            }
            Packaging if !job.faulted && job.doomed => missed(Rule::E4, "its drives are to be destroyed"),
            Completed | Closed if over.is_some() => missed(Rule::J15, "its retention is over"),
            _ => {}
        }
    }
}
