//! Packages, and where drives are: each drive is in one place, and each arrival is opened once.

use super::drives::is_awaited;
use super::moves::may_go;
use super::*;
use Disposition::*;

impl Watcher {
    pub(super) fn drive_goes(&mut self, id: DriveId, from: Disposition, to: Disposition) {
        let now = self.now;
        let drive = self.drive_mut(id);
        assert_eq!(from, drive.place, "each drive in one place: {id:?} moves from where it is not");
        assert!(may_go(from, to), "each drive in one place: {id:?} from {from} to {to}");
        assert!(!drive.told && !drive.adopted, "each drive in one place: {id:?} moved to {to} after its row");
        drive.place = to;
        let host = drive.host;
        self.touch(host);
        match (from, to) {
            (AtCustomer, AtDock | AtSite) => self.goes_on_as(id),
            (AtCustomer | AtDock | AtSite, InTransitIn | InTransitBack) => {
                if to == InTransitBack {
                    self.may_leave(id, from);
                }
                self.leaving.push(id);
            }
            (InTransitIn | InTransitBack, _) => self.is_told_by_package(id, to),
            (AtDock, AtSite) => {
                let drive = &self.drives[&id];
                let known = drive.marked || drive.state == DriveState::Received;
                assert!(known, "D3: {id:?} was not processed by the dock");
            }
            (_, Destroyed) => {
                self.may_be_destroyed(id, from);
                self.drive_mut(id).destroyed = Some(now);
            }
            _ => {}
        }
        if !self.drives[&id].is_here() {
            self.life_mut(host).company.remove(&id);
            let drive = self.drive_mut(id);
            (drive.held, drive.marked, drive.returning) = (false, false, false);
        }
    }

    /// A drive at the dock goes on as that of a new job (E1).
    fn goes_on_as(&mut self, id: DriveId) {
        let old =
            self.adopted.take().unwrap_or_else(|| panic!("each drive in one place: {id:?} was never sent"));
        assert!(id.job.generation > 0, "E1: {id:?} is of no job that followed");
        let Drive { package, opened, arrived, place, .. } = self.drives[&old];
        assert_eq!(place, self.drives[&id].place, "each drive in one place: {old:?} goes on as {id:?}");
        let drive = self.drive_mut(id);
        (drive.package, drive.opened, drive.arrived) = (package, opened, arrived);
        self.drive_mut(old).adopted = true;
        self.life_mut(old.job).company.remove(&old);
        // All held packages of the old job go on with the new one, guests and all.
        for other in std::mem::take(&mut self.life_mut(old.job).company) {
            let seen = self.drive_mut(other);
            if seen.held && other.job != old.job {
                seen.held = false;
                self.settles_with(other, id.job);
            } else {
                self.life_mut(old.job).company.insert(other);
            }
        }
        self.settles_with(id, id.job);
        self.reach("a new job of E1");
    }

    /// A drive on its way goes where its package has gone at this instant.
    fn is_told_by_package(&mut self, id: DriveId, to: Disposition) {
        let name =
            self.drives[&id].package.unwrap_or_else(|| panic!("each drive in one place: {id:?}, no package"));
        let step = self.packages[&name].step;
        let right = matches!(
            (step, to),
            (PackageStep::Delivered, AtDock | Returned)
                | (PackageStep::Damaged, Damaged)
                | (PackageStep::Lost, Lost)
                | (PackageStep::Back, AtDock)
        );
        assert!(right, "each drive in one place: {id:?} is {to}, its package {name:?} is {step:?}");
        if to != AtDock {
            return;
        }
        let now = self.now;
        if step == PackageStep::Delivered {
            let drive = self.drive_mut(id);
            (drive.arrived, drive.opened) = (Some(now), false);
            self.settles_with(id, name.job);
        } else {
            self.comes_back(id);
        }
    }

    pub(super) fn package_steps(&mut self, id: PackageId, step: PackageStep, drives: u8) {
        use PackageStep::*;
        let at = self.now;
        let before = self.packages.get(&id).map(|package| package.step);
        let right = matches!(
            (id.back, before, step),
            (_, None, Sent)
                | (true, Some(Back), Sent)
                | (false, Some(Sent), Delivered | Lost)
                | (true, Some(Sent), Delivered | Damaged | Lost | Back)
                | (false, Some(Delivered), Opened)
        );
        assert!(right, "each arrival is opened once: {id:?}, {step:?} after {before:?}");
        if before.is_none() {
            let package =
                Package { step, drives: vec![], sent: None, arrived: None, opened: None, told: false };
            self.packages.insert(id, package);
        }
        let package = self.packages.get_mut(&id).unwrap();
        assert!(!package.told, "{id:?} was told, then {step:?}");
        package.step = step;
        match step {
            Sent => {
                package.sent = Some(at);
                self.is_sent(id);
            }
            Delivered => {
                package.arrived = Some(at);
                if !id.back {
                    self.life_mut(id.job).unopened.insert(id);
                }
            }
            Opened => {
                package.opened = Some(at);
                self.is_opened(id);
            }
            _ => {}
        }
        let inside = self.packages[&id].drives.clone();
        let there = inside.iter().filter(|drive| self.drives[drive].package == Some(id)).count();
        let opened = step == Opened;
        assert!(
            opened || there == usize::from(drives),
            "each drive in one place: {id:?} has {there}, not {drives}"
        );
        inside.iter().for_each(|drive| self.touch(drive.job));
    }

    fn is_sent(&mut self, id: PackageId) {
        let leaving = std::mem::take(&mut self.leaving);
        for &drive in &leaving {
            let right = if id.back { InTransitBack } else { InTransitIn };
            let seen = self.drive_mut(drive);
            assert_eq!(seen.place, right, "each drive in one place: {drive:?} in {id:?}");
            seen.package = Some(id);
        }
        let shipped = |drive: &DriveId| self.drives[drive].state == DriveState::ShippedBack;
        let leaving_own = leaving.iter().any(|drive| drive.job == id.job && shipped(drive));
        self.packages.get_mut(&id).unwrap().drives = leaving;
        if id.back {
            let job = self.life(id.job);
            let to = job.state;
            assert!(!job.address_wrong, "E4: {id:?} leaves for an address known to be wrong");
            let asked = job.address.is_some_and(|case| self.cases[&case].ended.is_none());
            assert!(!asked, "E4: {id:?} leaves while its address is asked for");
            let closes = leaving_own && to == JobState::Packaging;
            assert!(!(closes && job.faulted), "F3: {id:?} leaves while its job is Faulted");
        }
    }

    /// The dock has opened a package: its drives are held, routed, or pass the dock.
    fn is_opened(&mut self, id: PackageId) {
        let at = self.now;
        let package = &self.packages[&id];
        let arrived = package.arrived.expect("a package that is opened was delivered");
        let inside = package.drives.clone();
        if at - arrived >= Span::days(1) {
            self.reach("a package waits a day for the dock");
        }
        if !inside.iter().any(|drive| drive.job == id.job && !drive.extra) {
            self.reach("a package without a listed drive");
        }
        assert!(self.life_mut(id.job).unopened.remove(&id), "each arrival is opened once: {id:?}");
        let holds = self.life(id.job).holds() && !inside.is_empty();
        let mut held = 0;
        for drive in inside {
            let seen = self.drive_mut(drive);
            assert!(
                seen.place == AtDock && seen.package == Some(id),
                "each drive in one place: {drive:?}, {id:?}"
            );
            seen.opened = true;
            let state = seen.state;
            let own = self.life(drive.job);
            let elsewhere = drive.job != id.job && !drive.extra && own.import;
            let routed = elsewhere && own.is_under_way() && is_awaited(state);
            if holds && !routed {
                self.drive_mut(drive).held = true;
                held += 1;
            }
        }
        if held > 0 {
            self.is_held(id.job, arrived);
        }
        if !holds {
            self.life_mut(id.job).passed = Some(at);
        }
    }
}
