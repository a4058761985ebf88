//! The boundary cases of each deadline, made from the timings in force.

use super::faults::{House, bad_address, drive_fault, job_fault};
use super::reference::{Act, DAY, Numbers, Story, Time, Told, told};
use super::text;

/// One job written by hand, and what the documentation makes of it.
#[derive(Clone, Debug)]
pub(super) struct Case {
    /// The deadline, or what else it is about, and what comes when: "retention.deleted-one-tick-after".
    pub name: String,
    /// The rule that decides, with its citation (`docs/policy.md`).
    pub says: &'static str,
    /// In the house in which work takes time.
    pub slow: bool,
    /// The keys of its `[[job]]`, its name apart.
    pub job: String,
    /// What must come of it.
    pub told: Told,
}

/// In the slow house: a job is Received on day 2, Transferring on day 5, Packaging on day 6 and ends on day 7.
const SLOW: House = House { arrives: 2 * DAY, bays: 5 * DAY, copy: DAY, pack: DAY };
const HOUR: Time = DAY / 24;
/// More extensions than this say nothing new.
const MOST_EXTENSIONS: u32 = 8;

const CREATING: &str =
    "S:35: a job is deleted after two weeks in Creating; an update in Creating starts them anew";
const SHIPPING: &str =
    "S:36, S:66: no package in two weeks of Shipping: a notice, and the drives are NeverReceived";
const RESPONSE: &str = "S:50: no answer to the notice in 30 days: the job goes from Shipping to Closed";
const EXTENSION: &str = "S:50: the answer to the notice decides: a longer wait, or a cancel";
const RETENTION: &str = "S:40, S:41: the record of a Completed or Closed job is deleted on day 90";
const CONTACT: &str = "S:49: nobody reached in two weeks: operations try to return the drives";
const DESTROYED: &str = "S:49: the return has failed, nobody answers: the drives are destroyed 90 days later";
const ADDRESS: &str = "S:52: no right address in 90 days: the drives are destroyed";
const FAULT: &str = "S:80: a solved fault lets the job or drive go on where it belongs (given up: ours, F2)";
const CANCEL: &str =
    "S:43: some states accept a cancel (which: ours, C1); then no copy, and all else as without it";
const LATE: &str = "S:76: a NeverReceived drive that comes in a later package is Received";

/// All cases: placed by the timings `now` in force, told by the numbers `by`.
pub(super) fn cases(now: &Numbers, by: &Numbers) -> Vec<Case> {
    // Whatever is in force, the package is there by the shipping deadline, and later than it left.
    let slow = House { arrives: SLOW.arrives.min(early(now.shipping)), ..SLOW };
    let mut all = Cases { now: *now, by: *by, slow, list: vec![] };
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
    all.list
}

/// Well before a deadline, but not at its start.
fn early(deadline: Time) -> Time {
    (deadline / 2).max(1)
}

/// Whether two things fall on one instant of which the policy does not say which comes first: two acts of the customer,
/// an act and the answer of who is reached, or a package's leaving and its arrival.
fn coincides(story: &Story) -> bool {
    let reached = story.reached.zip(story.arrives).map(|(delay, arrives)| arrives + delay);
    let twice = |(place, act): (usize, &(Time, Act))| {
        Some(act.0) == reached || story.acts[..place].iter().any(|other| other.0 == act.0)
    };
    let sent = story.acts.iter().find(|act| act.1 == Act::SetShipping).map(|act| act.0);
    let at_once = sent.is_some_and(|sent| story.arrives == Some(sent) || story.late == Some(sent));
    at_once || story.acts.iter().enumerate().any(twice)
}

/// An instant, the tick before it and the tick after it.
fn around(at: Time) -> [(&'static str, Time); 3] {
    [("one-tick-before", (at - 1).max(0)), ("exactly-at", at), ("one-tick-after", at + 1)]
}

struct Cases {
    now: Numbers,
    by: Numbers,
    slow: House,
    list: Vec<Case>,
}

/// A job that is set to Shipping at once.
fn sent(arrives: Option<Time>) -> Story {
    Story { acts: vec![(0, Act::SetShipping)], arrives, ..Story::default() }
}

fn then(mut story: Story, at: Time, act: Act) -> Story {
    story.acts.push((at, act));
    story.acts.sort_by_key(|act| act.0);
    story
}

fn unhurried(story: Story) -> Story {
    Story { bays: SLOW.bays, copy: SLOW.copy, pack: SLOW.pack, ..story }
}

impl Cases {
    /// Where there is no telling what comes first, there is nothing to hold the world against.
    fn add(&mut self, name: String, says: &'static str, story: Story) {
        if coincides(&story) {
            return;
        }
        let slow = story.copy > 0;
        self.list.push(Case { name, says, slow, job: text::job(&story), told: told(&self.by, &story) });
    }

    fn special(&mut self, name: String, says: &'static str, slow: bool, job: String, told: Told) {
        self.list.push(Case { name, says, slow, job, told });
    }

    fn creating(&mut self) {
        let expiry = self.now.creating;
        self.add("creating_expiry.never-updated".into(), CREATING, Story::default());
        for (when, at) in around(expiry) {
            for (act, done) in [(Act::Update, "updated"), (Act::Delete, "deleted"), (Act::Cancel, "canceled")]
            {
                let story = Story { acts: vec![(at, act)], ..Story::default() };
                self.add(format!("creating_expiry.{done}-{when}"), CREATING, story);
            }
            let story =
                Story { arrives: Some(at + DAY), acts: vec![(at, Act::SetShipping)], ..Story::default() };
            self.add(format!("creating_expiry.set-to-shipping-{when}"), CREATING, story);
        }
        for (when, at) in around(2 * expiry) {
            let acts = vec![(expiry, Act::Update), (at, Act::Update)];
            let name = format!("creating_expiry.reset-at-its-last-tick-updated-again-{when}");
            self.add(name, CREATING, Story { acts, ..Story::default() });
        }
    }

    fn shipping(&mut self) {
        let deadline = self.now.shipping;
        self.add("shipping_deadline.no-package".into(), SHIPPING, sent(None));
        for (when, at) in around(deadline) {
            self.add(format!("shipping_deadline.package-{when}"), SHIPPING, sent(Some(at)));
            let canceled = then(sent(None), at, Act::Cancel);
            self.add(format!("shipping_deadline.canceled-{when}"), SHIPPING, canceled);
        }
        // The interval of Creating has no say any more.
        let late = Story {
            acts: vec![(self.now.creating, Act::SetShipping)],
            arrives: Some(self.now.creating + deadline),
            ..Story::default()
        };
        self.add("shipping_deadline.counts-from-shipping".into(), SHIPPING, late);
    }

    fn response(&mut self) {
        let window = self.now.response;
        let over = self.now.shipping + window;
        for (when, at) in around(over) {
            self.add(format!("response_window.package-{when}"), RESPONSE, sent(Some(at)));
            let canceled = then(sent(None), at, Act::Cancel);
            self.add(format!("response_window.canceled-{when}"), RESPONSE, canceled);
        }
        for (when, delay) in around(window) {
            for (wait, says) in [(true, "wait"), (false, "cancel")] {
                let story = Story { answers: vec![(delay, wait)], ..sent(None) };
                self.add(format!("response_window.answer-{says}-{when}"), RESPONSE, story);
            }
        }
    }

    fn extension(&mut self) {
        let delay = (5 * DAY).min(self.now.response);
        let (ship, length) = (self.now.shipping, self.now.extension);
        let most = self.now.extensions.min(MOST_EXTENSIONS);
        for times in 1..=most + 1 {
            let answers = vec![(delay, true); times as usize];
            let name =
                if times > most { "one-too-many".into() } else { format!("{times}-times-then-silent") };
            let story = Story { answers: answers.clone(), ..sent(None) };
            self.add(format!("extension.{name}"), EXTENSION, story);
            if times > most {
                break;
            }
            let over = ship + delay + length + Time::from(times - 1) * (delay + length);
            for (when, at) in around(over) {
                let story = Story { answers: answers.clone(), ..sent(Some(at)) };
                self.add(format!("extension.{times}-times-package-{when}"), EXTENSION, story);
            }
            for (when, at) in around(over + self.now.response) {
                let story = Story { answers: answers.clone(), ..sent(Some(at)) };
                self.add(format!("extension.{times}-times-second-window-{when}"), EXTENSION, story);
            }
        }
        let story = Story { answers: vec![(delay, true)], ..sent(None) };
        let canceled = then(story, ship + delay + 1, Act::Cancel);
        self.add("extension.canceled-while-extended".into(), EXTENSION, canceled);
    }

    fn retention(&mut self) {
        let ended = DAY;
        for (when, at) in around(ended + self.now.retention) {
            let story = then(sent(Some(ended)), at, Act::Delete);
            self.add(format!("retention.completed-deleted-{when}"), RETENTION, story);
        }
        let closed = self.now.shipping + self.now.response;
        for (when, at) in around(closed + self.now.retention) {
            let story = then(sent(None), at, Act::Delete);
            self.add(format!("retention.closed-deleted-{when}"), RETENTION, story);
            self.add(format!("retention.closed-late-drive-{when}"), RETENTION, sent(Some(at)));
        }
    }

    fn contact(&mut self) {
        let arrives = 2 * DAY;
        let held = Story { arrives: Some(arrives), ..Story::default() };
        let kept = |story: Story, by: &Numbers| {
            // Kept in Creating beyond the window.
            let mut story = story;
            let step = (by.creating / 2).max(1);
            // A tick sooner where the customer does something else at that instant.
            let reached = story.reached.map(|delay| arrives + delay);
            let others: Vec<Time> = story.acts.iter().map(|act| act.0).chain(reached).collect();
            let apart = |at: Time| if others.contains(&at) { at - 1 } else { at };
            let updates =
                (1..=60).map(|times| times * step).take_while(|at| *at <= arrives + by.contact + DAY);
            story.acts.extend(updates.map(|at| (apart(at), Act::Update)));
            story.acts.sort_by_key(|act| act.0);
            story
        };
        self.add("contact_window.never-reached".into(), CONTACT, held.clone());
        for (when, delay) in around(self.now.contact) {
            let reached = Story { reached: Some(delay), ..held.clone() };
            let now = self.now;
            self.add(format!("contact_window.reached-{when}"), CONTACT, kept(reached.clone(), &now));
            self.add(format!("contact_window.no-record-reached-{when}"), CONTACT, {
                let deleted = then(reached, DAY, Act::Delete);
                Story { arrives: Some(arrives), ..deleted }
            });
            let announced = kept(then(held.clone(), arrives + delay, Act::SetShipping), &now);
            self.add(format!("contact_window.set-to-shipping-{when}"), CONTACT, announced);
        }
    }

    fn destroy(&mut self) {
        let (arrives, away) = (2 * DAY, 5 * DAY);
        let failed = Story { arrives: Some(arrives), return_fails: Some(away), ..Story::default() };
        self.add("destroy_after.never-reached".into(), DESTROYED, failed.clone());
        for (when, at) in around(self.now.contact + away + self.now.destroy) {
            let reached = Story { reached: Some(at), ..failed.clone() };
            self.add(format!("destroy_after.reached-{when}"), DESTROYED, reached);
        }
        for (when, answer) in around(self.now.destroy) {
            let arrives = DAY.min(early(self.now.shipping));
            let job = text::bad_address(arrives, answer);
            let told = bad_address(&self.by, arrives, answer);
            self.special(format!("destroy_after.address-corrected-{when}"), ADDRESS, false, job, told);
        }
    }

    fn faults(&mut self) {
        let half = 12 * HOUR;
        let bases = [
            ("Creating", "creating", 0, half.min(early(self.now.creating))),
            ("Shipping", "shipping", 0, half.min(early(self.now.shipping))),
            ("Received", "received", self.slow.arrives, half),
            ("Transferring", "transferring", SLOW.bays, half),
            ("Packaging", "packaging", SLOW.bays + SLOW.copy, half),
        ];
        let arrives = DAY.min(early(self.now.shipping));
        for (when, answer) in around(self.now.fault) {
            for (base, word, since, after) in bases {
                let job = text::job_fault(word, self.slow.arrives, after, answer);
                let told = job_fault(&self.by, self.slow, base, since + after, answer);
                self.special(format!("fault_window.{word}-answered-{when}"), FAULT, true, job, told);
            }
            let (job, told) = (text::drive_fault(arrives, answer), drive_fault(&self.by, arrives, answer));
            self.special(format!("fault_window.drive-answered-{when}"), FAULT, false, job, told);
        }
    }

    fn cancels(&mut self) {
        let course = unhurried(sent(Some(self.slow.arrives)));
        let (copied, packed) = (SLOW.bays + SLOW.copy, SLOW.bays + SLOW.copy + SLOW.pack);
        let gone = packed + self.now.retention;
        let times = [
            ("creating", DAY),
            ("shipping", DAY),
            ("as-the-package-arrives", self.slow.arrives),
            ("received", self.slow.arrives + DAY),
            ("received-last-tick", SLOW.bays - 1),
            ("as-the-bays-open", SLOW.bays),
            ("transferring", SLOW.bays + 12 * HOUR),
            ("transferring-last-tick", copied),
            ("packaging-first-tick", copied + 1),
            ("packaging", copied + 12 * HOUR),
            ("packaging-last-tick", packed),
            ("completed", packed + DAY),
            ("completed-last-tick", gone),
            ("gone", gone + 1),
        ];
        for (state, at) in times {
            let story = if state == "creating" { unhurried(Story::default()) } else { course.clone() };
            self.add(format!("cancel.{state}"), CANCEL, then(story, at, Act::Cancel));
        }
        let closed = self.now.shipping + self.now.response + DAY;
        self.add("cancel.closed".into(), CANCEL, then(unhurried(sent(None)), closed, Act::Cancel));
        // And Delete Job, which is declined wherever cancel is the way.
        for (state, at) in [("shipping", DAY), ("received", 3 * DAY), ("transferring", SLOW.bays + 1)] {
            self.add(format!("cancel.deleted-in-{state}"), CANCEL, then(course.clone(), at, Act::Delete));
        }
        self.add("cancel.deleted-in-packaging".into(), CANCEL, then(course.clone(), copied + 1, Act::Delete));
    }

    fn late_drives(&mut self) {
        let (copied, packed) = (SLOW.bays + SLOW.copy, SLOW.bays + SLOW.copy + SLOW.pack);
        let arrives = self.slow.arrives;
        let with = |late: Time| unhurried(Story { late: Some(late), ..sent(Some(arrives)) });
        let times = [
            ("received", self.slow.arrives + DAY),
            ("received-last-tick", SLOW.bays - 1),
            ("as-the-bays-open", SLOW.bays),
            ("transferring", SLOW.bays + 12 * HOUR),
            ("transferring-last-tick", copied),
            ("packaging-first-tick", copied + 1),
            ("packaging", copied + 12 * HOUR),
            ("packaging-last-tick", packed),
            ("closed-first-tick", packed + 1),
            ("closed", packed + DAY),
            ("closed-last-tick", packed + self.now.retention),
            ("gone", packed + self.now.retention + 1),
        ];
        for (state, at) in times {
            self.add(format!("late-drive.{state}"), LATE, with(at));
        }
        let canceled = then(with(copied + 12 * HOUR), SLOW.bays + 6 * HOUR, Act::Cancel);
        self.add("late-drive.packaging-canceled".into(), LATE, canceled);
        // The first drive's package is lost.
        let alone = |late: Time| unhurried(Story { late: Some(late), ..sent(None) });
        self.add("late-drive.shipping-before-the-notice".into(), LATE, alone(SLOW.bays + DAY));
        self.add("late-drive.shipping-after-the-notice".into(), LATE, alone(self.now.shipping + DAY));
        for (when, at) in around(self.now.shipping + self.now.response) {
            self.add(format!("late-drive.shipping-window-{when}"), LATE, alone(at));
        }
    }
}
