//! The boundary cases of each deadline, built from the timings in force.

use super::story::{Act, Story, ordered};
use crate::experiment::reference::{Numbers, Time};
use crate::experiment::script::{DAY, Setting};
use crate::policy::CaseKind;

/// The site of a case.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum SiteKind {
    /// No work takes time.
    Quick,
    /// Each phase takes time: a job is Received on day 2, Transferring on day 5, Packaging on day 6, and ends on day 7.
    Slow,
    /// The dock is closed from one day after the notice until five days after its response window.
    Dock,
    /// The run stops one day after the shipping deadline.
    Stop,
}

impl SiteKind {
    pub const ALL: [SiteKind; 4] = [SiteKind::Quick, SiteKind::Slow, SiteKind::Dock, SiteKind::Stop];

    /// The name of the scenario file.
    pub fn file(self) -> &'static str {
        match self {
            SiteKind::Quick => "boundaries-of-deadlines",
            SiteKind::Slow => "boundaries-of-states",
            SiteKind::Dock => "boundaries-of-the-dock",
            SiteKind::Stop => "boundaries-of-the-stop",
        }
    }

    pub fn question(self) -> &'static str {
        match self {
            SiteKind::Quick => "What happens one tick before, exactly at and one tick after each deadline?",
            SiteKind::Slow => "What happens at the edges of each state?",
            SiteKind::Dock => "What happens at a deadline while a package waits at the dock?",
            SiteKind::Stop => "What happens one tick before, exactly at and one tick after the end of a run?",
        }
    }

    pub fn setting(self, now: &Numbers) -> Setting {
        match self {
            SiteKind::Quick => Setting::PLAIN,
            SiteKind::Slow => Setting { bays: SLOW.bays, pack: DAY, ..Setting::PLAIN },
            SiteKind::Dock => Setting { dock: Some(dock_closed(now)), ..Setting::PLAIN },
            SiteKind::Stop => Setting { stop: Some(stop(now)), ..Setting::PLAIN },
        }
    }
}

/// When the dock of [`SiteKind::Dock`] is closed.
pub(super) fn dock_closed(now: &Numbers) -> (Time, Time) {
    (now.shipping + DAY, now.shipping + now.response + 5 * DAY)
}

/// When the run of [`SiteKind::Stop`] stops.
pub(super) fn stop(now: &Numbers) -> Time {
    now.shipping + DAY
}

/// One or two scripted jobs; the second one brings a drive of the first.
#[derive(Clone, Debug)]
pub(super) struct Case {
    /// Name: the deadline or topic, and what comes when, such as "retention.deleted-one-tick-after".
    pub name: String,
    /// The rule that decides the case, with its line.
    pub says: &'static str,
    pub site: SiteKind,
    pub stories: Vec<Story>,
}

/// Times at the slow site: when a package arrives, when the bays open, and how long a drive is copied.
pub(super) struct Pace {
    pub arrives: Time,
    pub bays: Time,
    pub copied: Time,
    pub packed: Time,
}

pub(super) const SLOW: Pace = Pace { arrives: 2 * DAY, bays: 5 * DAY, copied: 6 * DAY, packed: 7 * DAY };
/// More extensions than this test nothing new.
const MOST_EXTENSIONS: u32 = 8;

const CREATING: &str = "S:35: a job may remain in Creating for up to two weeks, after which it is deleted; an update in \
                        Creating resets the interval";
const SHIPPING: &str = "S:36, S:66: a job remains in Shipping for up to two weeks; then the operators are notified and \
                        its drives are NeverReceived";
pub(super) const RESPONSE: &str =
    "S:50: a customer who does not respond within 30 days: from Shipping directly to Closed";
pub(super) const EXTENSION: &str =
    "S:50: by the customer's response the interval is extended, or the job is canceled";
const RETENTION: &str = "S:40, S:41: deleted after 90 days in Completed or Closed";
pub(super) const CONTACT: &str =
    "S:49: not contacted within two weeks: the return of the drives is attempted";
pub(super) const DESTROYED: &str = "S:49: neither returned nor reached: the drives are destroyed in 90 days";
pub(super) const ADDRESS: &str =
    "S:52: not reached about the return address: the drives are destroyed in 90 days";

/// All cases, built from the timings `now` in force.
pub(super) fn cases(now: &Numbers) -> Vec<Case> {
    // Under any timings, the package arrives by the shipping deadline and after it was handed over.
    let slow_arrives = SLOW.arrives.min(early(now.shipping));
    let mut all = Cases { now: *now, slow_arrives, list: vec![] };
    all.creating();
    all.shipping();
    all.response();
    all.extension();
    all.retention();
    all.contact();
    all.destroy();
    all.faults();
    all.cancels();
    all.late_drives();
    all.answer_window();
    all.second_packages();
    all.guests();
    all.dock();
    all.stop();
    all.list
}

/// Well before a deadline, but not at its start.
pub(super) fn early(deadline: Time) -> Time {
    (deadline / 2).max(1)
}

/// An instant, the tick before it and the tick after it.
pub(super) fn around(at: Time) -> [(&'static str, Time); 3] {
    [("one-tick-before", (at - 1).max(0)), ("exactly-at", at), ("one-tick-after", at + 1)]
}

pub(super) struct Cases {
    pub now: Numbers,
    pub slow_arrives: Time,
    list: Vec<Case>,
}

/// A job at the quick site that is set to Shipping at once; its package is lost.
pub(super) fn sent() -> Story {
    ordered(false).sent(0)
}

/// A job with held drives: its package arrives without J5.
pub(super) fn held(arrives: Time) -> Story {
    ordered(false).arrives(arrives)
}

impl Cases {
    pub fn quick(&mut self, name: String, says: &'static str, story: Story) {
        self.add(SiteKind::Quick, name, says, vec![story]);
    }

    /// A case in which two events have no defined order is left out: the policy does not say what must happen.
    pub fn add(&mut self, site: SiteKind, name: String, says: &'static str, stories: Vec<Story>) {
        if !stories.iter().any(Story::coincides) {
            self.list.push(Case { name, says, site, stories });
        }
    }

    fn creating(&mut self) {
        let expiry = self.now.creating;
        self.quick("creating_expiry.never-updated".into(), CREATING, ordered(false));
        for (when, at) in around(expiry) {
            let acts = [(Act::Update, "updated"), (Act::Delete, "deleted"), (Act::Cancel, "canceled")];
            for (act, done) in acts {
                self.quick(format!("creating_expiry.{done}-{when}"), CREATING, ordered(false).then(at, act));
            }
            let story = ordered(false).sent(at).arrives(at + DAY);
            self.quick(format!("creating_expiry.set-to-shipping-{when}"), CREATING, story);
        }
        for (when, at) in around(2 * expiry) {
            let story = ordered(false).then(expiry, Act::Update).then(at, Act::Update);
            let name = format!("creating_expiry.reset-at-its-last-tick-updated-again-{when}");
            self.quick(name, CREATING, story);
        }
    }

    fn shipping(&mut self) {
        let deadline = self.now.shipping;
        self.quick("shipping_deadline.no-package".into(), SHIPPING, sent());
        for (when, at) in around(deadline) {
            self.quick(format!("shipping_deadline.package-{when}"), SHIPPING, sent().arrives(at));
            let extra = sent().only_extra().arrives(at);
            self.quick(format!("shipping_deadline.package-of-an-extra-drive-{when}"), SHIPPING, extra);
            let canceled = sent().then(at, Act::Cancel);
            self.quick(format!("shipping_deadline.canceled-{when}"), SHIPPING, canceled);
            let both = sent().then(early(deadline), Act::Cancel).arrives(at);
            self.quick(format!("shipping_deadline.canceled-before-package-{when}"), SHIPPING, both);
        }
        // The creating deadline no longer matters here.
        let late = ordered(false).sent(self.now.creating).arrives(self.now.creating + deadline);
        self.quick("shipping_deadline.counts-from-shipping".into(), SHIPPING, late);
    }

    fn response(&mut self) {
        let window = self.now.response;
        let over = self.now.shipping + window;
        for (when, at) in around(over) {
            self.quick(format!("response_window.package-{when}"), RESPONSE, sent().arrives(at));
            self.quick(format!("response_window.canceled-{when}"), RESPONSE, sent().then(at, Act::Cancel));
        }
        for (when, delay) in around(window) {
            for (waits, says) in [(true, "wait"), (false, "cancel")] {
                let story = sent().answers(CaseKind::MissingPackage, 1, delay, waits);
                self.quick(format!("response_window.answer-{says}-{when}"), RESPONSE, story);
            }
        }
    }

    fn extension(&mut self) {
        let delay = (5 * DAY).min(self.now.response);
        let (ship, length) = (self.now.shipping, self.now.extension);
        let most = self.now.extensions.min(MOST_EXTENSIONS);
        let extended = |times: u32| {
            (0..times).fold(sent(), |story, _| story.answers(CaseKind::MissingPackage, 1, delay, true))
        };
        for times in 1..=most + 1 {
            let name =
                if times > most { "one-too-many".into() } else { format!("{times}-times-then-silent") };
            self.quick(format!("extension.{name}"), EXTENSION, extended(times));
            if times > most {
                break;
            }
            let over = ship + delay + length + Time::from(times - 1) * (delay + length);
            for (when, at) in around(over) {
                let story = extended(times).arrives(at);
                self.quick(format!("extension.{times}-times-package-{when}"), EXTENSION, story);
                let story = extended(times).then(at, Act::Cancel);
                self.quick(format!("extension.{times}-times-canceled-{when}"), EXTENSION, story);
            }
            for (when, at) in around(over + self.now.response) {
                let story = extended(times).arrives(at);
                self.quick(format!("extension.{times}-times-second-window-{when}"), EXTENSION, story);
            }
        }
        let canceled = extended(1).then(ship + delay + 1, Act::Cancel);
        self.quick("extension.canceled-while-extended".into(), EXTENSION, canceled);
    }

    fn retention(&mut self) {
        let ended = DAY;
        for (when, at) in around(ended + self.now.retention) {
            let story = sent().arrives(ended).then(at, Act::Delete);
            self.quick(format!("retention.completed-deleted-{when}"), RETENTION, story);
        }
        let closed = self.now.shipping + self.now.response;
        for (when, at) in around(closed + self.now.retention) {
            let story = sent().then(at, Act::Delete);
            self.quick(format!("retention.closed-deleted-{when}"), RETENTION, story);
            self.quick(format!("retention.closed-late-drive-{when}"), RETENTION, sent().arrives(at));
        }
    }

    /// A step of updates that keeps a job in Creating.
    pub fn step(&self) -> Time {
        (self.now.creating / 2).max(1)
    }

    fn contact(&mut self) {
        let arrives = 2 * DAY;
        let (step, until) = (self.step(), arrives + self.now.contact + DAY);
        self.quick("contact_window.never-reached".into(), CONTACT, held(arrives));
        for (when, delay) in around(self.now.contact) {
            let reached = held(arrives).asked(arrives, delay);
            self.quick(format!("contact_window.reached-{when}"), CONTACT, reached.clone().kept(step, until));
            let deleted = reached.then(DAY, Act::Delete);
            self.quick(format!("contact_window.no-record-reached-{when}"), CONTACT, deleted);
            let announced = held(arrives).sent(arrives + delay).kept(step, until);
            self.quick(format!("contact_window.set-to-shipping-{when}"), CONTACT, announced);
        }
    }

    fn destroy(&mut self) {
        let (arrives, away) = (2 * DAY, 5 * DAY);
        let failed = || held(arrives).return_fails(away);
        self.quick("destroy_after.never-reached".into(), DESTROYED, failed());
        for (when, at) in around(self.now.contact + away + self.now.destroy) {
            let reached = failed().asked(arrives, at);
            self.quick(format!("destroy_after.reached-{when}"), DESTROYED, reached);
        }
        for (when, answer) in around(self.now.destroy) {
            let arrives = DAY.min(early(self.now.shipping));
            let wrong = sent().arrives(arrives).bad_address().answers(CaseKind::BadAddress, 1, answer, true);
            self.quick(format!("destroy_after.address-corrected-{when}"), ADDRESS, wrong);
        }
    }
}
