//! The life of a drive: D1 to D14, X1, X2.

use super::moves::DRIVE_MOVES;
use super::*;
use shipback::fate::CopyOutcome;

impl Watcher {
    pub(super) fn drive_moves(
        &mut self,
        id: DriveId,
        (from, to): (DriveState, DriveState),
        rule: Rule,
        cause: Cause,
    ) {
        let at = self.now;
        let job = self.life(id.job);
        let (base, skips, faulted) = (job.state, job.skips, job.faulted);
        let (noticed, ended, under_way) = (job.noticed, job.has_ended(), job.is_under_way());
        let drive = self.drive_mut(id);
        assert!(!id.extra, "X1: an extra drive has no state, but {id:?} moved by {rule}");
        assert!(!drive.told && !drive.adopted, "{id:?} was told or goes on under another name: {rule}");
        assert_eq!(from, drive.state, "{rule} of {id:?}: a state follows from the one before");
        assert!(
            DRIVE_MOVES.contains(&(rule, from, to)),
            "{rule} of {id:?}: no row leads from {from} to {to}"
        );
        assert!(
            drive.place != Disposition::Destroyed || matches!(rule, Rule::D4 | Rule::D5),
            "{rule}: {id:?} is destroyed"
        );
        if ended {
            // What comes late is Received and leaves; a record that is gone receives nothing (D6, E1).
            let late = matches!(rule, Rule::D2 | Rule::D3 | Rule::D4 | Rule::D6) && under_way;
            assert!(late || rule == Rule::D11, "{rule}: {id:?} changes after the end of its job");
        }
        let place = drive.place;
        match rule {
            Rule::D2 | Rule::D3 | Rule::D6 => self.received(id, rule),
            Rule::D4 => {
                assert!(under_way, "D4: {id:?}, but its job is in {base}");
                assert!(!(drive.is_here() && drive.opened), "D4: {id:?} was brought, it lies at the {place}");
            }
            Rule::D5 => {
                assert!(noticed == Some(at) && base == JobState::Shipping, "D5: no notice for {id:?}");
                let own = drive.host == id.job;
                assert!(!(own && place == Disposition::AtSite), "D5: {id:?} is on hand");
            }
            Rule::D7 | Rule::D12 => {
                assert_eq!(place, Disposition::AtSite, "{rule} of {id:?}");
                let right = base == JobState::Transferring;
                assert!(right, "J22: {id:?} is processed by {rule}, its job is in {base}");
                assert!(rule == Rule::D12 || !(skips || faulted), "C2, F3: a copy of {id:?} starts");
                if rule == Rule::D12 {
                    drive.faulted = true;
                    self.life_mut(id.job).faulty = Some(id);
                }
            }
            Rule::D8 | Rule::D9 => assert_eq!(place, Disposition::AtSite, "{rule} of {id:?}"),
            Rule::D10 | Rule::D11 => self.leaves(id, rule),
            Rule::D13 | Rule::D14 => self.fault_of_drive_ends(id, rule),
            _ => {}
        }
        if rule == Rule::D1 {
            self.life_mut(id.job).import = true;
        }
        let warned = self.numbers.warnings_close && cause == Cause::Drive(CopyOutcome::Warnings);
        let wrong = warned || cause == Cause::Drive(CopyOutcome::Errors);
        let drive = self.drive_mut(id);
        drive.state = to;
        drive.errors |= rule == Rule::D14 || (rule == Rule::D9 && wrong);
    }

    /// D2, D3, D6: the dock has processed the drive, or it was claimed where it lay (X2).
    fn received(&mut self, id: DriveId, rule: Rule) {
        let job = self.life(id.job);
        let (under_way, ended, state) = (job.is_under_way(), job.has_ended(), job.state);
        let drive = &self.drives[&id];
        assert!(under_way, "{rule}: {id:?} is Received, its job is in {state}");
        // A drive that was a guest goes on where it lies, also as that of a job that followed (E1).
        let claimed = drive.marked || drive.returning || id.job.generation > 0;
        let claimed = claimed && drive.place == Disposition::AtSite;
        assert!(drive.place == Disposition::AtDock || claimed, "{rule}: {id:?} is {}", drive.place);
        assert!(drive.opened, "{rule}: {id:?} is Received out of an unopened package");
        self.settles_with(id, id.job);
        let drive = self.drive_mut(id);
        (drive.held, drive.marked, drive.returning) = (false, false, false);
        if ended {
            self.reach("a drive comes to an ended job");
            if self.life(id.job).address_wrong {
                let drive = self.drive_mut(id);
                (drive.held, drive.wants_address) = (true, true);
                let arrived = drive.arrived.expect("a drive at the dock has come");
                self.is_held(id.job, arrived);
            }
        }
    }

    /// D10, D11: for the return address. Where it goes and whether it may is seen when it leaves its place.
    fn leaves(&mut self, id: DriveId, rule: Rule) {
        let job = self.life(id.job);
        let drive = &self.drives[&id];
        assert_eq!(drive.place, Disposition::AtSite, "{rule}: {id:?} leaves");
        let packaging = job.state == JobState::Packaging;
        assert!(packaging || job.has_ended(), "{rule}: {id:?} leaves, its job is in {}", job.state);
        let unprocessed = drive.state == DriveState::Received && packaging;
        assert!(!unprocessed || job.skips, "J17: {id:?} leaves without a copy");
    }

    /// D13, D14: as the case about the drive has ended at this instant (F2).
    fn fault_of_drive_ends(&mut self, id: DriveId, rule: Rule) {
        let how = if rule == Rule::D13 { CaseState::Answered } else { CaseState::GivenUp };
        let at = self.now;
        let case = self.drives[&id].case.map(|case| &self.cases[&case]);
        assert!(
            case.is_some_and(|case| case.ended == Some((at, how))),
            "{rule} of {id:?}: its case has not ended so"
        );
        self.reach(if rule == Rule::D13 { "a drive fault solved" } else { "a drive fault given up" });
    }

    /// The drive lies with this job from now on.
    pub(super) fn settles_with(&mut self, id: DriveId, host: JobId) {
        let before = std::mem::replace(&mut self.drive_mut(id).host, host);
        if let Some(job) = self.jobs.get_mut(&before) {
            job.company.remove(&id);
        }
        if self.drives[&id].is_here() {
            self.life_mut(host).company.insert(id);
        }
    }

    /// A rule that changes no state by itself.
    pub(super) fn ruled(&mut self, id: JobId, drive: Option<DriveId>, rule: Rule, cause: Cause) {
        match (rule, drive) {
            (Rule::X1, Some(drive)) => {
                let seen = &self.drives[&drive];
                assert!(seen.opened && seen.place == Disposition::AtDock, "X1: {drive:?} is {}", seen.place);
                assert!(drive.extra || drive.job != id, "X1: {drive:?} is on the list of the job");
                assert!(self.life(id).is_under_way(), "X1: the package of {id:?} is held");
                let own = self.life(drive.job);
                let awaited = !drive.extra && own.is_under_way() && own.import && is_awaited(seen.state);
                assert!(!awaited, "X2: {:?} waits for {drive:?}, it is not routed", drive.job);
                self.drive_mut(drive).marked = true;
                self.settles_with(drive, id);
                self.reach(if drive.extra { "an extra drive" } else { "a guest waits at another job" });
            }
            (Rule::X2, Some(drive)) => {
                let (own, seen) = (self.life(drive.job), &self.drives[&drive]);
                assert!(own.is_under_way() && drive.job == id, "X2: {id:?} waits for no drive, {drive:?}");
                assert!(is_awaited(seen.state), "X2: {drive:?} is {}", seen.state);
                assert!(seen.is_here(), "X2: {drive:?} has left, it is {}", seen.place);
                let claimed = own.entered == self.now && own.state == JobState::Shipping;
                self.reach(if claimed { "a guest is claimed by J5" } else { "a drive is routed" });
            }
            (Rule::E1, Some(drive)) if cause == Cause::Answer => {
                let job = self.life(id);
                assert!(
                    job.state == JobState::Gone && drive.job == id,
                    "E1: {id:?} has a record, {drive:?} is adopted"
                );
                let reached = job.held.is_some_and(|case| self.cases[&case].first.is_some());
                assert!(reached, "E1: a job follows from {id:?}, whose customer nobody reached");
                self.adopted = Some(drive);
            }
            (Rule::E3, _) => {
                let job = self.life(id);
                assert!(!job.import && job.has_ended(), "E3: {id:?} is not an ended export");
            }
            (Rule::E6, Some(drive)) => {
                assert_eq!(self.drives[&drive].state, DriveState::NeverReceived, "E6: {drive:?}");
            }
            _ => {}
        }
    }

    /// What the drives of a job must have done by the end of an instant.
    pub(super) fn judge_drives(&self, id: JobId, at: Instant) {
        let job = self.life(id);
        let specified = self.listed(id).find(|(_, drive)| drive.state == DriveState::Specified);
        if let Some((drive, _)) =
            specified.filter(|_| job.noticed == Some(at) && job.state == JobState::Shipping)
        {
            panic!("D5: missed, {drive:?} was told of no package at {at}");
        }
        for (name, drive) in self.listed(id) {
            let faulted = drive.state == DriveState::Faulted && drive.place == Disposition::AtSite;
            let asked = drive.case.is_some_and(|case| self.cases[&case].ended.is_none());
            assert_eq!(faulted, asked, "F1: a Faulted drive has a case, {name:?}");
            let passed_over = drive.state == DriveState::Specified && !(drive.is_here() && drive.opened);
            if job.passed == Some(at) && job.is_under_way() {
                assert!(!passed_over, "D4: missed, {name:?} was in no package opened by {at}");
            }
            let waits = job.announced && job.is_under_way() && is_awaited(drive.state);
            let claimable =
                drive.held || drive.returning || (drive.marked && drive.place == Disposition::AtSite);
            assert!(!(waits && claimable), "X2: missed, {name:?} lies with {:?}", drive.host);
        }
    }
}

/// A job that is under way waits for a drive in this state (X2).
pub(super) fn is_awaited(state: DriveState) -> bool {
    matches!(state, DriveState::Specified | DriveState::NeverReceived)
}
