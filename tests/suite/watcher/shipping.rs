//! Shipping: the notice, its answer and its window, the dock; and cancels (J5 to J10, C1, C2).

use super::*;
use JobState::*;

impl Watcher {
    /// J6: a package of the job is unopened, or a listed drive is not processed.
    pub(super) fn waits_at_dock(&self, id: JobId) -> bool {
        // An export lists no drive: only those in its own package are its own (D2).
        let import = self.life(id).import;
        let at_dock = |(_, drive): (DriveId, &Drive)| {
            drive.place == Disposition::AtDock && (import || drive.host == id)
        };
        !self.life(id).unopened.is_empty() || self.listed(id).any(at_dock)
    }

    pub(super) fn nothing_waits(&self, id: JobId, rule: Rule) {
        let job = self.life(id);
        assert!(job.unopened.is_empty(), "{rule}: packages of {id:?} are unopened, {:?}", job.unopened);
        assert!(!self.waits_at_dock(id), "{rule}: a listed drive of {id:?} lies at the dock");
    }

    /// J10: the drives allow it.
    pub(super) fn could_be_received(&self, id: JobId) -> bool {
        let is_received = |(_, drive): (DriveId, &Drive)| drive.state == DriveState::Received;
        let is_settled = |(_, drive): (DriveId, &Drive)| {
            matches!(drive.state, DriveState::Received | DriveState::NeverReceived)
        };
        let all = !self.life(id).import || self.listed(id).all(is_settled);
        all && self.listed(id).any(is_received)
    }

    /// J10: it must act now, since the dock has nothing in its hands.
    pub(super) fn must_be_received(&self, id: JobId) -> bool {
        let in_hands = |(_, drive): (DriveId, &Drive)| drive.place == Disposition::AtDock && drive.opened;
        self.could_be_received(id) && !self.listed(id).any(in_hands)
    }

    pub(super) fn set_to_shipping(&mut self, id: JobId) {
        self.life_mut(id).announced = true;
        self.start(id, Deadline::ShippingDeadline);
        self.release(id);
    }

    pub(super) fn notice(&mut self, id: JobId) {
        self.rings(id, Rule::J6, &[Deadline::ShippingDeadline, Deadline::Extension]);
        self.nothing_waits(id, Rule::J6);
        let at = self.now;
        let routed = self.listed(id).any(|(_, drive)| drive.state == DriveState::Received);
        let job = self.life_mut(id);
        job.notices += 1;
        (job.noticed, job.asks, job.missing) = (Some(at), !routed && !job.canceled, None);
        if job.asks {
            self.start(id, Deadline::ResponseWindow);
        } else if routed {
            self.reach("a notice where a drive was routed");
        } else {
            self.reach("a notice to a canceled job");
        }
    }

    pub(super) fn extension(&mut self, id: JobId, cause: Cause) {
        let (at, most) = (self.now, self.numbers.extensions);
        let job = self.life_mut(id);
        assert!(
            cause == Cause::Answer && job.was_answered(CaseKind::MissingPackage, at),
            "J7: {id:?}, no answer"
        );
        job.extensions += 1;
        assert!(job.extensions <= most, "J7: {id:?} has {} extensions", job.extensions);
        assert!(!job.canceled, "J7: {id:?} is canceled");
        let in_window = job.clock.is_some_and(|clock| {
            clock.deadline == Deadline::ResponseWindow && (clock.left.is_some() || clock.due >= at)
        });
        assert!(in_window, "J7: {id:?} is answered after its window, {:?}", job.clock);
        self.start(id, Deadline::Extension);
    }

    /// J8: canceled by answer or by the customer, nothing of it at the dock.
    pub(super) fn closes_canceled(&mut self, id: JobId, cause: Cause) {
        self.nothing_waits(id, Rule::J8);
        let (at, until) = (self.now, self.numbers.cancel_until);
        let job = self.life(id);
        assert!(job.notices > 0, "J8: {id:?} had no notice");
        let over = job
            .clock
            .is_some_and(|c| c.deadline == Deadline::ResponseWindow && c.left.is_none() && c.due < at);
        assert!(!over, "J8: the window of {id:?} has ended, J9 goes first");
        match cause {
            Cause::Customer => {
                assert!(
                    Shipping <= until && !job.has_called,
                    "C1: {id:?} canceled in Shipping, allowed up to {until}"
                );
                self.reach("canceled in Shipping after a notice");
            }
            Cause::Answer => {
                assert!(job.was_answered(CaseKind::MissingPackage, at), "J8: {id:?}, no answer");
            }
            // A cancel while Faulted is made when the fault is solved (F3).
            _ => {
                let waited = job.was_answered(CaseKind::JobFault, at);
                assert!(job.canceled || waited, "J8: {id:?} is not canceled");
            }
        }
        let job = self.life_mut(id);
        (job.canceled, job.skips) = (true, true);
        job.has_called |= cause == Cause::Customer;
    }

    /// C1, C2.
    pub(super) fn canceled(&mut self, id: JobId, cause: Cause) {
        let (at, until) = (self.now, self.numbers.cancel_until);
        let waits = self.waits_at_dock(id);
        let job = self.life_mut(id);
        let (base, after_notice) = (job.state, job.notices > 0);
        match cause {
            Cause::Customer => {
                assert!(base <= until, "C1: {id:?} canceled in {base}, allowed up to {until}");
                assert!(!job.has_called, "C1: {id:?} canceled a second time");
            }
            Cause::Answer => {
                assert!(job.was_answered(CaseKind::MissingPackage, at), "C2: {id:?}, no answer");
            }
            _ => {}
        }
        (job.canceled, job.skips) = (true, true);
        job.has_called |= cause == Cause::Customer;
        let over =
            job.clock.is_some_and(|clock| clock.deadline == Deadline::ResponseWindow && clock.is_over(at));
        if base == Shipping && after_notice && !over {
            job.clock = None;
        }
        if base == Shipping && after_notice && waits {
            self.reach("canceled after a notice, something at the dock");
        }
        self.reach(match (base, after_notice) {
            (Creating, _) => "canceled in Creating",
            (Shipping, false) => "canceled in Shipping before a notice",
            (Shipping, true) => "canceled in Shipping after a notice",
            (Received, _) => "canceled in Received",
            _ => "canceled in Transferring",
        });
    }

    pub(super) fn judge_shipping(&mut self, id: JobId, at: Instant, over: Option<Clock>) {
        let job = self.life(id);
        let asked = job.asks && job.noticed == Some(at);
        assert!(!asked || job.missing.is_some(), "E2: {id:?} is not asked after its notice");
        let received = self.must_be_received(id);
        if job.faulted {
            let asked = job.missing.is_some_and(|case| self.cases[&case].ended.is_none());
            return assert!(!received || !asked, "F3: J10 of {id:?} fell due, but its case is open");
        }
        assert!(!received, "J10: missed, {id:?} at {at}");
        if self.waits_at_dock(id) {
            if over.is_some() {
                self.reach("something at the dock when a deadline ends");
            }
            return;
        }
        if let Some(clock) = over {
            let rule = if clock.deadline == Deadline::ResponseWindow { Rule::J9 } else { Rule::J6 };
            panic!("{rule}: missed, {id:?} at {at}, {clock:?}");
        }
        assert!(!(job.canceled && job.notices > 0), "J8: missed, {id:?} at {at}");
    }
}
