//! E1 and E4: what is held, when it may leave, and when it is destroyed.

use super::*;
use Disposition::*;

impl Watcher {
    /// A package is held from now on; its case is open, or opens next.
    pub(super) fn is_held(&mut self, id: JobId, arrived: Instant) {
        let contact = self.numbers.contact;
        self.expect(arrived + contact, id);
        let open = self.life(id).held.filter(|case| self.cases[case].ended.is_none());
        if let Some(case) = open {
            self.cases.get_mut(&case).unwrap().packages += 1;
            self.reach("a held package joins another");
        }
    }

    /// J5, or F2 in Creating: what the job holds passes the dock.
    pub(super) fn release(&mut self, id: JobId) {
        for drive in self.life(id).company.clone() {
            let drive = self.drive_mut(drive);
            drive.failed = None;
            if std::mem::take(&mut drive.held) {
                self.reach("a held package passes the dock");
            }
        }
        let is_away = |(_, drive): &(DriveId, &Drive)| drive.place == InTransitBack && drive.host == id;
        for drive in self.own(id).filter(is_away).map(|(drive, _)| drive).collect::<Vec<_>>() {
            self.drive_mut(drive).passes = true;
        }
    }

    /// A guest goes back to the address of its own job; where that is known to be wrong, its own job holds it (X2).
    fn guest_goes_back(&mut self, id: DriveId) {
        let own = self.life(id.job);
        let (wrong, asked) = (own.address_wrong, !own.holds());
        let now = self.now;
        let drive = self.drive_mut(id);
        (drive.held, drive.marked, drive.returning) = (wrong, false, !wrong);
        if wrong {
            (drive.arrived, drive.wants_address) = (Some(now), asked);
            self.settles_with(id, id.job);
            self.is_held(id.job, now);
        }
    }

    /// E4 has ended a job: its guests go back (X2).
    pub(super) fn guests_go_back(&mut self, id: JobId) {
        let is_guest = |drive: &DriveId| !drive.extra && drive.job != id && self.drives[drive].marked;
        for guest in self.life(id).company.iter().copied().filter(is_guest).collect::<Vec<_>>() {
            self.guest_goes_back(guest);
        }
    }

    /// The right address of an ended job is known: what waits for it leaves.
    pub(super) fn address_is_right(&mut self, id: JobId) {
        for drive in self.life(id).company.clone() {
            let drive = self.drive_mut(drive);
            if std::mem::take(&mut drive.wants_address) {
                drive.held = false;
                self.reach("the right address for an ended job");
            }
        }
    }

    /// The customer of a case is out of reach at an instant (Words).
    pub(super) fn is_out_of_reach(&self, case: CaseId, at: Instant) -> bool {
        self.cases[&case].last.is_none_or(|last| last + self.numbers.answer <= at)
    }

    /// Whether the window of E1 can end at `at` for a drive that came at `arrived`: at its tick, or when the answer window
    /// or an attempt ends.
    fn is_at_tick(&self, case: &Case, due: Instant, at: Instant) -> bool {
        let silent = case.last.map(|last| last + self.numbers.answer);
        due == at || (due < at && (silent == Some(at) || case.last_attempt == Some(at)))
    }

    /// Whether the return of a drive at the dock can be due at `at`.
    fn may_be_due(&self, case: &Case, drive: &DriveId, at: Instant) -> bool {
        let drive = &self.drives[drive];
        let due = drive.arrived.filter(|_| drive.is_here()).map(|arrived| arrived + self.numbers.contact);
        due.is_some_and(|due| self.is_at_tick(case, due, at))
    }

    /// E1: the return of a held package is due.
    pub(super) fn return_is_due(&mut self, id: CaseId) {
        let (at, contact) = (self.now, self.numbers.contact);
        let case = &self.cases[&id];
        assert!(case.attempts > 0, "E1: a return before any attempt of {id:?}");
        assert!(self.is_out_of_reach(id, at), "E1: a return, but the customer was reached: {case:?} at {at}");
        let own = |drive: &&DriveId| drive.job == id.job || self.drives[*drive].host == id.job;
        let listed = self.listed(id.job).map(|(drive, _)| drive).collect::<Vec<_>>();
        let here = || listed.iter().chain(&self.life(id.job).company).filter(own);
        let is_due = |drive: &DriveId| self.may_be_due(case, drive, at);
        if !here().any(is_due) {
            // A guest's return that waited for packing when its address was found to be wrong is held from the end of that
            // work, of which no fact tells.
            let waited = |drive: &&DriveId| self.drives[*drive].returning && self.drives[*drive].is_here();
            let waited = here().find(|drive| self.life(id.job).address_wrong && waited(drive)).copied();
            let waited = waited.unwrap_or_else(|| {
                panic!("E1: a return at {at}, contact_window is {contact}: no package of {id:?} is due")
            });
            let drive = self.drive_mut(waited);
            (drive.held, drive.returning, drive.arrived) = (true, false, Some(at - contact));
            self.settles_with(waited, id.job);
        }
        let late = self.cases[&id].last.is_some();
        let case = &self.cases[&id];
        let is_due = |drive: &DriveId| self.may_be_due(case, drive, at);
        let guests: Vec<DriveId> = self.guests(id.job).filter(is_due).collect();
        guests.into_iter().for_each(|guest| self.guest_goes_back(guest));
        let job = self.life_mut(id.job);
        if job.address_wrong {
            job.not_attempted.push(at);
            self.reach("a return of E1 to a known wrong address");
            self.expect(at + self.numbers.destroy, id.job);
        } else {
            job.returns.push(at);
            self.reach("a return of E1 is attempted");
        }
        if late {
            self.reach("a return of E1 waits for the answer window");
        }
    }

    /// The guests that are held with a job.
    fn guests(&self, id: JobId) -> impl Iterator<Item = DriveId> {
        let company = self.life(id).company.iter().copied();
        company.filter(move |drive| !drive.extra && drive.job != id && self.drives[drive].held)
    }

    /// An answer ends no case while the return of another package is away: a drive that waited for the right address and
    /// leaves then tells of it.
    fn tells_the_address(&mut self, id: JobId) -> bool {
        let case = self.life(id).held.map(|case| &self.cases[&case]);
        let reached = case.is_some_and(|case| case.ended.is_none() && case.first.is_some());
        let away = self.drives.values().any(|drive| drive.host == id && drive.place == InTransitBack);
        if reached && away {
            self.life_mut(id).address_wrong = false;
            self.address_is_right(id);
        }
        reached && away
    }

    /// A drive leaves the data center: out of a held package only when its return is due or its case is answered.
    pub(super) fn may_leave(&mut self, id: DriveId, from: Disposition) {
        let Drive { host, wants_address, .. } = self.drives[&id];
        if wants_address && self.tells_the_address(host) {
            return;
        }
        let drive = &self.drives[&id];
        let job = self.life(id.job);
        if from == AtSite {
            let (own, carrier) = (job.state, self.life(host));
            let packs = |state| !matches!(state, JobState::Absent | JobState::Shipping | JobState::Received);
            assert!(
                packs(carrier.state) && carrier.state != JobState::Transferring,
                "D10: {id:?} leaves in {own}"
            );
            if host != id.job && carrier.doomed {
                self.reach("a guest returns after E4");
            }
            return;
        }
        let arrived = drive.arrived.unwrap_or_else(|| panic!("E1: {id:?} leaves, it never came"));
        let due = arrived + self.numbers.contact;
        let since = drive.failed.unwrap_or(Instant::START).max(due);
        let at = self.now;
        let attempted =
            [host, id.job].iter().any(|job| self.life(*job).returns.iter().any(|&when| when >= since));
        let answered = [host, id.job].iter().any(|job| {
            self.life(*job).answered.get(&CaseKind::Unannounced).is_some_and(|&when| when >= arrived)
        });
        let guest = host != id.job;
        // A guest goes to the address of its own job, whatever the address of its host is.
        let attempted = attempted || drive.returning;
        let corrected = answered && (job.has_ended() || !job.holds() || guest);
        assert!(
            attempted || corrected,
            "E1: {id:?} of {host:?} leaves at {at}, contact_window ends at {due}, no return is due"
        );
        if guest {
            self.reach("a guest returns from a held package");
        }
    }

    /// A return has failed: the drive is back at the dock.
    pub(super) fn comes_back(&mut self, id: DriveId) {
        let now = self.now;
        let holds = self.life(id.job).holds();
        let drive = self.drive_mut(id);
        let guest = !id.extra && drive.host != id.job;
        // J5 came meanwhile, or the drive was a guest: a new arrival of its own job (E1, X2).
        if std::mem::take(&mut drive.passes) || guest {
            (drive.arrived, drive.failed, drive.held) = (Some(now), None, false);
            self.settles_with(id, id.job);
            if guest && holds {
                self.drive_mut(id).held = true;
                self.is_held(id.job, now);
            }
            return self.reach(if guest { "a guest's return fails" } else { "a return fails after J5" });
        }
        let host = drive.host;
        (drive.failed, drive.held) = (Some(now), true);
        self.settles_with(id, host);
        self.expect(now + self.numbers.destroy, host);
        self.reach("a return of E1 fails");
    }

    /// E1, E4: nothing is destroyed but after a failed return, or with the window of its job over.
    pub(super) fn may_be_destroyed(&mut self, id: DriveId, from: Disposition) {
        let at = self.now;
        let drive = &self.drives[&id];
        let host = drive.host;
        let job = self.life(host);
        if from == AtSite && job.doomed && job.state == JobState::Packaging {
            assert!(id.extra || id.job == host, "X2: {id:?} is destroyed with {host:?}");
            return self.reach("destroyed by E4");
        }
        let (contact, destroy) = (self.numbers.contact, self.numbers.destroy);
        let arrived = drive.arrived.unwrap_or_else(|| panic!("E1: {id:?} is destroyed, it never came"));
        let skipped = job.not_attempted.iter().copied().filter(|&when| when >= arrived + contact);
        let failed: Vec<Instant> = drive.failed.into_iter().chain(skipped).collect();
        assert!(!failed.is_empty(), "E1: {id:?} is destroyed without an attempted return");
        let case = job.held.unwrap_or_else(|| panic!("E1: {id:?} is destroyed, {host:?} has no case"));
        let right = failed.iter().any(|&when| self.is_at_tick(&self.cases[&case], when + destroy, at));
        assert!(right, "E1: {id:?} is destroyed at {at}, its return failed at {failed:?}");
        assert!(self.is_out_of_reach(case, at), "E1: {id:?} is destroyed, its customer was reached");
        let by_return = drive.failed.is_some();
        self.reach(match by_return {
            true => "destroyed after a failed return",
            false => "destroyed, the address known to be wrong",
        });
    }

    /// What must have happened to the held packages of a job by the end of an instant.
    pub(super) fn judge_held(&mut self, id: JobId, at: Instant) {
        let job = self.life(id);
        if job.state == JobState::Gone && job.was_answered(CaseKind::Unannounced, at) {
            // Guests for whom no job follows go back (ours).
            let guests: Vec<DriveId> = self.guests(id).collect();
            guests.into_iter().for_each(|guest| self.guest_goes_back(guest));
        }
        let job = self.life(id);
        let held: Vec<(DriveId, &Drive)> =
            job.company.iter().map(|&drive| (drive, &self.drives[&drive])).collect();
        let held: Vec<&(DriveId, &Drive)> = held.iter().filter(|(_, drive)| drive.held).collect();
        let open = job.held.filter(|case| self.cases[case].ended.is_none());
        let Some(&&(first, drive)) = held.first() else { return };
        let Some(case) = open else { panic!("E1: {first:?} is held by {id:?} at {at}, but no case is open") };
        let numbers = &self.numbers;
        if !self.is_out_of_reach(case, at) {
            return;
        }
        for (name, drive) in &held {
            let is_over = drive.failed.is_some_and(|failed| failed + numbers.destroy <= at);
            assert!(!is_over, "E1: missed, {name:?} is to be destroyed by {at}, {drive:?}");
        }
        // The attempts of a case are those of its package, where it has but one.
        let seen = &self.cases[&case];
        let alone = seen.packages == 1 && seen.is_certain && seen.attempts > 0;
        let one = held.iter().all(|(_, other)| other.package == drive.package);
        let due = drive.arrived.map(|arrived| arrived + numbers.contact).filter(|&due| due <= at);
        let Some(due) = due.filter(|_| alone && one && drive.failed.is_none()) else { return };
        let tried = job.returns.iter().chain(&job.not_attempted).any(|&when| when >= due);
        assert!(tried, "E1: missed, the return of {first:?} was due at {due}, now {at}, {seen:?}");
    }
}
