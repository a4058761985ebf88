//! The boundary cases of faults, cancels, late drives, contacted customers, second packages, drives in another job's
//! package ("guests"), the dock and the stop.

use super::cases::{
    ADDRESS, CONTACT, Cases, DESTROYED, EXTENSION, RESPONSE, SLOW, SiteKind, around, dock_closed, early,
    held, sent, stop,
};
use super::story::{Act, Story, ordered};
use crate::experiment::reference::Time;
use crate::experiment::script::DAY;
use crate::policy::{CaseKind, JobState};

const HOUR: Time = DAY / 24;
const FAULT: &str =
    "S:80: once the issue is resolved, out of Faulted into the appropriate state (given up: ours, F2)";
const CANCEL: &str =
    "S:43: canceled at certain states only (which: ours, C1); it skips the copy and follows the same states";
const LATE: &str = "S:76: a NeverReceived drive that arrives in another shipment is moved to Received";
const REACHED: &str = "S:49, S:52: a customer who was reached can be contacted; the answer window is ours";
const GUEST: &str = "S:76, S:77: a drive of another job's list is not that job's (X2 is ours)";
const DOCK: &str = "S:50: about a package that has not arrived; what has is opened first (ours, J8)";
const STOP: &str = "Words: a run is half-open; what falls on the instant at which it stops does not happen";

impl Cases {
    /// A job at the slow site, set to Shipping at once.
    fn slow(&self) -> Story {
        ordered(true).sent(0).arrives(self.slow_arrives)
    }

    fn slowly(&mut self, name: String, says: &'static str, story: Story) {
        self.add(SiteKind::Slow, name, says, vec![story]);
    }

    pub fn faults(&mut self) {
        let half = 12 * HOUR;
        let arrives = DAY.min(early(self.now.shipping));
        for (when, answer) in around(self.now.fault) {
            for (state, after) in [
                (JobState::Creating, half.min(early(self.now.creating))),
                (JobState::Shipping, half.min(early(self.now.shipping))),
                (JobState::Received, half),
                (JobState::Transferring, half),
                (JobState::Packaging, half),
            ] {
                let story = match state {
                    JobState::Creating => ordered(true),
                    JobState::Shipping => ordered(true).sent(0),
                    _ => self.slow(),
                };
                let name = format!("fault_window.{}-answered-{when}", state.name().to_lowercase());
                self.slowly(name, FAULT, story.fault(state, after, answer));
            }
            let story = sent().arrives(arrives).drive_fault(answer);
            self.quick(format!("fault_window.drive-answered-{when}"), FAULT, story);
        }
    }

    pub fn cancels(&mut self) {
        let gone = SLOW.packed + self.now.retention;
        let times = [
            ("creating", DAY),
            ("shipping", DAY),
            ("as-the-package-arrives", self.slow_arrives),
            ("received", self.slow_arrives + DAY),
            ("received-last-tick", SLOW.bays - 1),
            ("as-the-bays-open", SLOW.bays),
            ("transferring", SLOW.bays + 12 * HOUR),
            ("transferring-last-tick", SLOW.copied),
            ("packaging-first-tick", SLOW.copied + 1),
            ("packaging", SLOW.copied + 12 * HOUR),
            ("packaging-last-tick", SLOW.packed),
            ("completed", SLOW.packed + DAY),
            ("completed-last-tick", gone),
            ("gone", gone + 1),
        ];
        for (state, at) in times {
            let story = if state == "creating" { ordered(true) } else { self.slow() };
            self.slowly(format!("cancel.{state}"), CANCEL, story.then(at, Act::Cancel));
        }
        let closed = self.now.shipping + self.now.response + DAY;
        self.slowly("cancel.closed".into(), CANCEL, ordered(true).sent(0).then(closed, Act::Cancel));
        // Delete Job is refused wherever the customer must cancel instead.
        let times = [("shipping", DAY), ("received", 3 * DAY), ("transferring", SLOW.bays + 1)];
        for (state, at) in times.into_iter().chain([("packaging", SLOW.copied + 1)]) {
            self.slowly(format!("cancel.deleted-in-{state}"), CANCEL, self.slow().then(at, Act::Delete));
        }
    }

    pub fn late_drives(&mut self) {
        let times = [
            ("received", self.slow_arrives + DAY),
            ("received-last-tick", SLOW.bays - 1),
            ("as-the-bays-open", SLOW.bays),
            ("transferring", SLOW.bays + 12 * HOUR),
            ("transferring-last-tick", SLOW.copied),
            ("packaging-first-tick", SLOW.copied + 1),
            ("packaging", SLOW.copied + 12 * HOUR),
            ("packaging-last-tick", SLOW.packed),
            ("closed-first-tick", SLOW.packed + 1),
            ("closed", SLOW.packed + DAY),
            ("closed-last-tick", SLOW.packed + self.now.retention),
            ("gone", SLOW.packed + self.now.retention + 1),
        ];
        for (state, at) in times {
            self.slowly(format!("late-drive.{state}"), LATE, self.slow().late(at));
        }
        let canceled = self.slow().late(SLOW.copied + 12 * HOUR).then(SLOW.bays + 6 * HOUR, Act::Cancel);
        self.slowly("late-drive.packaging-canceled".into(), LATE, canceled);
        // The first drive's package is lost.
        let alone = |late: Time| ordered(true).sent(0).late(late);
        self.slowly("late-drive.shipping-before-the-notice".into(), LATE, alone(SLOW.bays + DAY));
        self.slowly("late-drive.shipping-after-the-notice".into(), LATE, alone(self.now.shipping + DAY));
        for (when, at) in around(self.now.shipping + self.now.response) {
            self.slowly(format!("late-drive.shipping-window-{when}"), LATE, alone(at));
        }
    }

    /// Customers who were reached and respond late: return and destruction wait for the end of the response window.
    pub fn answer_window(&mut self) {
        let (arrives, away) = (2 * DAY, 5 * DAY);
        let window = self.now.answer;
        let (step, until) = (self.step(), arrives + self.now.contact + window + DAY);
        for (when, delay) in around(window) {
            let reached = held(arrives).asked(arrives, delay);
            let name = |word: &str| format!("answer_window.{word}-{when}");
            self.quick(name("answered"), REACHED, reached.clone().kept(step, until));
            self.quick(name("answered-without-a-record"), REACHED, reached.clone().then(DAY, Act::Delete));
            // The last attempt before the drives are destroyed.
            let since = self.now.contact + away + self.now.destroy;
            let last = |since: Time| (since / DAY).clamp(1, 500) as u32;
            let failed = held(arrives).return_fails(away);
            let failed = failed.answers(CaseKind::Unannounced, last(since), delay, true);
            let failed = failed.answers(CaseKind::NoRecord, last(since), delay, true);
            self.quick(name("answered-before-destruction"), REACHED, failed);
            let wrong = sent().arrives(DAY.min(early(self.now.shipping))).bad_address();
            let wrong = wrong.answers(CaseKind::BadAddress, last(self.now.destroy), delay, true);
            self.quick(name("address-corrected"), REACHED, wrong);
        }
    }

    /// Windows of a second held package, and of a late drive to an address known to be wrong.
    pub fn second_packages(&mut self) {
        let (arrives, away) = (2 * DAY, 5 * DAY);
        for (when, at) in around(arrives + self.now.contact) {
            let second = held(arrives).late(at);
            self.quick(format!("contact_window.second-package-{when}"), CONTACT, second.clone());
            let name = format!("destroy_after.second-package-{when}");
            self.quick(name, DESTROYED, second.return_fails(away));
        }
        for (when, at) in around(arrives + self.now.contact + away + self.now.destroy) {
            let name = format!("destroy_after.second-package-as-the-first-is-destroyed-{when}");
            self.quick(name, DESTROYED, held(arrives).late(at).return_fails(away));
        }
        let arrives = DAY.min(early(self.now.shipping));
        for (when, at) in around(arrives + self.now.destroy) {
            let late = sent().arrives(arrives).bad_address().late(at);
            self.quick(format!("destroy_after.late-drive-to-a-wrong-address-{when}"), ADDRESS, late);
        }
    }

    /// The second drive of a job travels in the package of another job.
    pub fn guests(&mut self) {
        let arrives = 2 * DAY;
        let (step, until) = (self.step(), arrives + self.now.contact + DAY);
        for (when, at) in around(arrives) {
            let guest = ordered(false).with_carrier().sent(at);
            let name = format!("guest.set-to-shipping-as-it-arrives-{when}");
            self.add(SiteKind::Quick, name, GUEST, vec![guest, held(arrives)]);
        }
        for (when, at) in around(arrives + self.now.contact) {
            for (word, fails) in [("returned", None), ("return-fails", Some(5 * DAY))] {
                let mut guest = ordered(false).with_carrier().sent(at).kept(step, until);
                guest = fails.map_or(guest.clone(), |after| guest.return_fails(after));
                let name = format!("guest.set-to-shipping-as-it-is-{word}-{when}");
                self.add(SiteKind::Quick, name, GUEST, vec![guest, held(arrives)]);
            }
        }
        let arrives = DAY.min(early(self.now.shipping));
        for (when, at) in around(arrives + self.now.destroy) {
            let guest = ordered(false).with_carrier().sent(at).kept(step, at + DAY);
            let name = format!("guest.set-to-shipping-as-its-carrier-is-destroyed-{when}");
            self.add(SiteKind::Quick, name, GUEST, vec![guest, sent().arrives(arrives).bad_address()]);
        }
        for (when, at) in around(self.now.shipping) {
            let name = format!("guest.routed-own-package-{when}");
            let guest = sent().with_carrier().arrives(at);
            self.add(SiteKind::Quick, name, GUEST, vec![guest, sent().arrives(arrives)]);
        }
    }

    /// A package waits at the closed dock over the deadlines of Shipping.
    pub fn dock(&mut self) {
        let (from, until) = dock_closed(&self.now);
        let (notice, window) = (self.now.shipping, self.now.response);
        let waiting = |extra: bool| {
            let story = sent().arrives(from + DAY);
            if extra { story.only_extra() } else { story }
        };
        for (word, extra) in [("", false), ("-of-an-extra-drive", true)] {
            let name = |what: &str| format!("dock.package{word}-{what}");
            self.add(SiteKind::Dock, name("and-no-answer"), RESPONSE, vec![waiting(extra)]);
            for (when, delay) in around(window) {
                for (waits, says) in [(true, "wait"), (false, "cancel")] {
                    let story = waiting(extra).answers(CaseKind::MissingPackage, 1, delay, waits);
                    self.add(SiteKind::Dock, name(&format!("answer-{says}-{when}")), DOCK, vec![story]);
                }
                let story = waiting(extra).then(notice + delay, Act::Cancel);
                self.add(SiteKind::Dock, name(&format!("canceled-{when}")), DOCK, vec![story]);
            }
            for (when, at) in around(until) {
                let story = waiting(extra).then(at, Act::Cancel);
                self.add(
                    SiteKind::Dock,
                    name(&format!("canceled-as-the-dock-opens-{when}")),
                    DOCK,
                    vec![story],
                );
            }
        }
        for (when, at) in around(from) {
            let story = sent().arrives(at).answers(CaseKind::MissingPackage, 1, 2 * DAY, false);
            self.add(SiteKind::Dock, format!("dock.package-as-it-closes-{when}"), EXTENSION, vec![story]);
        }
        for (when, delay) in around(self.now.contact) {
            // For a held package, the clock starts when it is at the door.
            let arrives = until - delay;
            let name = format!("dock.held-package-opened-at-its-window-{when}");
            self.add(SiteKind::Dock, name, CONTACT, vec![held(arrives.max(1))]);
        }
    }

    /// The run stops.
    pub fn stop(&mut self) {
        let stop = stop(&self.now);
        for (when, at) in around(stop) {
            let mut add = |what: &str, story: Story| {
                self.add(SiteKind::Stop, format!("stop.{what}-{when}"), STOP, vec![story]);
            };
            add("notice", ordered(false).sent(at - (stop - DAY)));
            add("package", ordered(false).sent(DAY / 2).arrives(at));
            add("deleted", ordered(false).kept(DAY / 2, DAY).then(at, Act::Delete));
            add("set-to-shipping", ordered(false).kept(DAY / 2, DAY).sent(at));
        }
    }
}
