//! What the documentation says, once more and by hand: what boundary cases are held against.
//!
//! It is written from the documentation and the policy page alone, in the plainest way. It shares no word and no number
//! with the tables, so that a mistake there is not compared with itself. One job at a time, in a house where nobody
//! waits for anybody. `docs/policy.md` says what `S:35` cites, and lists the rules (`J9`).

/// Microseconds.
pub(super) type Time = i64;
/// 24 hours: time is elapsed time.
pub(super) const DAY: Time = 86_400_000_000;

/// The numbers that the documentation names, and those that the policy page decides.
#[derive(Clone, Copy, Debug)]
pub(super) struct Numbers {
    pub creating: Time,
    pub updates_reset: bool,
    pub shipping: Time,
    pub extension: Time,
    pub extensions: u32,
    pub response: Time,
    pub retention: Time,
    pub contact: Time,
    pub destroy: Time,
    pub fault: Time,
    /// How many of Creating, Shipping, Received, Transferring accept a cancel.
    pub cancel_states: usize,
}

pub(super) const DOCUMENTED: Numbers = Numbers {
    creating: 14 * DAY,  // S:35: two weeks in Creating
    updates_reset: true, // S:35: an update starts them anew
    shipping: 14 * DAY,  // S:36: two weeks in Shipping
    extension: 14 * DAY, // S:50: the wait grows; by how much is ours (J7)
    extensions: 2,       // ours (J7)
    response: 30 * DAY,  // S:50: 30 days to answer the notice
    retention: 90 * DAY, // S:40, S:41: the record is kept 90 days
    contact: 14 * DAY,   // S:49: two weeks to reach the customer
    destroy: 90 * DAY,   // S:49, S:52: destroyed after 90 days
    fault: 30 * DAY,     // ours (F2)
    cancel_states: 4,    // S:43: some states accept a cancel; which is ours (C1)
};

/// What a customer does of their own accord.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Act {
    Update,
    SetShipping,
    Cancel,
    Delete,
}

/// What becomes of one import job but for the rules: when its customer acts, when its drives come.
#[derive(Clone, Debug, Default)]
pub(super) struct Story {
    pub acts: Vec<(Time, Act)>,
    /// When the package with the first drive arrives; never, if it is lost or was never sent.
    pub arrives: Option<Time>,
    /// A second listed drive, and when it arrives in a package of its own.
    pub late: Option<Time>,
    /// To each missing-package notice in turn: how long the customer takes, and whether they say wait.
    pub answers: Vec<(Time, bool)>,
    /// How long after their arrival the customer of unannounced drives is reached.
    pub reached: Option<Time>,
    /// How long after it has left a return that fails is back.
    pub return_fails: Option<Time>,
    /// When there are bays, how long a drive is copied, how long a package is packed.
    pub bays: Time,
    pub copy: Time,
    pub pack: Time,
}

/// An instant, the state from then on, the rule.
pub(super) type Step = (Time, &'static str, &'static str);

/// What the documentation makes of a story.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Told {
    pub job: Vec<Step>,
    pub drives: Vec<Vec<Step>>,
    /// Where each drive ends.
    pub places: Vec<&'static str>,
    pub refused: Vec<(Time, Act)>,
    /// Rules that act beside the job's and the drives' states.
    pub ruled: Vec<(Time, &'static str)>,
    /// The job that the customer orders for drives without a record.
    pub follower: Vec<Step>,
}

/// What may happen next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Next {
    BaysOpen,
    Arrival(usize),
    Back,
    Act(usize),
    Answer,
    Reached,
    Opened(usize),
    Mounted(usize),
    Copied(usize),
    Packed,
    LatePacked,
    Deadline(Timer),
}

impl Next {
    /// At one instant: bays open, arrivals, acts of customers, finished work, deadlines; then as they were scheduled.
    /// To open a package and to mount a drive is work, also where it takes no time.
    fn turn(self) -> u8 {
        match self {
            Next::BaysOpen => 0,
            Next::Arrival(_) | Next::Back => 1,
            Next::Act(_) | Next::Answer | Next::Reached => 2,
            Next::Opened(_) | Next::Mounted(_) | Next::Copied(_) | Next::Packed | Next::LatePacked => 3,
            Next::Deadline(_) => 4,
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Timer {
    Creating,
    Shipping,
    Response,
    Retention,
    Contact,
    Destroy,
}

struct Job<'s> {
    n: &'s Numbers,
    s: &'s Story,
    told: Told,
    now: Time,
    agenda: Vec<(Time, Next)>,
    bays: bool,
    canceled: bool,
    notices: usize,
    extended: u32,
    /// The drive that waits at the dock unannounced.
    held: Option<usize>,
    returning: bool,
}

/// What becomes of `story` with these numbers.
pub(super) fn told(numbers: &Numbers, story: &Story) -> Told {
    let drives = if story.late.is_some() { 2 } else { 1 };
    let mut job = Job {
        n: numbers,
        s: story,
        told: Told {
            drives: vec![vec![(0, "Specified", "D1")]; drives],
            places: vec!["AtCustomer"; drives],
            ..Told::default()
        },
        now: 0,
        agenda: vec![(story.bays, Next::BaysOpen)],
        bays: false,
        canceled: false,
        notices: 0,
        extended: 0,
        held: None,
        returning: false,
    };
    job.is("Creating", "J1");
    job.start(Timer::Creating, numbers.creating);
    job.agenda.extend(story.arrives.map(|at| (at, Next::Arrival(0))));
    if story.acts.iter().any(|act| act.1 == Act::SetShipping) && story.arrives.is_none() {
        job.told.places[0] = "Lost";
    }
    job.agenda.extend(story.late.map(|at| (at, Next::Arrival(1))));
    job.agenda.extend(story.acts.iter().enumerate().map(|(place, act)| (act.0, Next::Act(place))));
    // The first of those that are least: as they were scheduled.
    while let Some(&(at, next)) = job.agenda.iter().min_by_key(|(at, next)| (*at, next.turn())) {
        job.stop(next);
        job.now = at;
        job.happens(next);
        job.follows();
    }
    job.told
}

impl Job<'_> {
    fn state(&self) -> &'static str {
        self.told.job.last().map_or("", |step| step.1)
    }
    fn drive(&self, drive: usize) -> &'static str {
        self.told.drives[drive].last().map_or("", |step| step.1)
    }
    fn is(&mut self, state: &'static str, rule: &'static str) {
        self.told.job.push((self.now, state, rule));
    }
    fn drive_is(&mut self, drive: usize, state: &'static str, rule: &'static str) {
        self.told.drives[drive].push((self.now, state, rule));
    }
    fn ruled(&mut self, rule: &'static str) {
        self.told.ruled.push((self.now, rule));
    }
    fn start(&mut self, timer: Timer, length: Time) {
        self.stop(Next::Deadline(timer));
        self.schedule(length, Next::Deadline(timer));
    }
    fn schedule(&mut self, after: Time, next: Next) {
        self.agenda.push((self.now + after, next));
    }
    fn stop(&mut self, what: Next) {
        self.agenda.retain(|(_, next)| *next != what);
    }
    fn waits_for(&self, what: Next) -> bool {
        self.agenda.iter().any(|(_, next)| *next == what)
    }
    fn held_is(&mut self, place: &'static str) {
        let drive = self.held.expect("reference: a drive waits at the dock");
        self.told.places[drive] = place;
    }
    fn all_drives(&self) -> std::ops::Range<usize> {
        0..self.told.drives.len()
    }
    fn on_hand(&self, drive: usize) -> bool {
        !["Specified", "NeverReceived", "ShippedBack"].contains(&self.drive(drive))
    }

    fn happens(&mut self, next: Next) {
        match next {
            Next::BaysOpen => self.bays = true,
            Next::Arrival(drive) => {
                self.told.places[drive] = "AtDock";
                self.schedule(0, Next::Opened(drive));
            }
            Next::Opened(drive) => self.opened(drive),
            // S:67; S:43: nothing of a canceled job is copied.
            Next::Mounted(drive) if self.state() == "Transferring" && !self.canceled => {
                self.drive_is(drive, "Transferring", "D7");
                self.schedule(self.s.copy, Next::Copied(drive));
            }
            Next::Mounted(_) => {}
            Next::Act(place) => self.acts(self.s.acts[place].1),
            Next::Answer => self.answers(),
            Next::Reached => self.reached(),
            Next::Copied(drive) => self.drive_is(drive, "Completed", "D8"), // S:68
            Next::Packed => self.leaves(),
            Next::LatePacked => {
                let late = self.all_drives().find(|&drive| self.on_hand(drive));
                self.ships_back(late.expect("reference: a late drive was packed"));
            }
            Next::Back => {
                // S:49: the return has failed and nobody answers: 90 days.
                self.returning = false;
                self.held_is("AtDock");
                self.start(Timer::Destroy, self.n.destroy);
            }
            Next::Deadline(timer) => self.over(timer),
        }
    }

    /// The package with this drive is opened.
    fn opened(&mut self, drive: usize) {
        self.told.places[drive] = "AtSite";
        match (self.state(), self.drive(drive)) {
            // S:49: not in Shipping, or no record.
            ("Creating" | "Gone", _) => {
                self.held = Some(drive);
                self.held_is("AtDock");
                self.ruled("E1");
                self.start(Timer::Contact, self.n.contact);
                if let Some(delay) = self.s.reached {
                    self.schedule(delay, Next::Reached);
                }
            }
            (state, was) => {
                // S:66: the package is here, and this drive is not in it.
                for other in self.all_drives() {
                    if other != drive && self.drive(other) == "Specified" {
                        self.drive_is(other, "NeverReceived", "D4");
                    }
                }
                // S:65, S:76.
                let rule = if was == "Specified" { "D3" } else { "D6" };
                self.drive_is(drive, "Received", rule);
                if rule == "D6" {
                    self.ruled("E6");
                }
                match state {
                    "Closed" => self.schedule(self.s.pack, Next::LatePacked),
                    // Ours (J17): it is processed after all.
                    "Packaging" if !self.canceled => {
                        self.stop(Next::Packed);
                        self.is("Transferring", "J17");
                    }
                    _ => {}
                }
            }
        }
    }

    fn acts(&mut self, act: Act) {
        let states = ["Creating", "Shipping", "Received", "Transferring"];
        let cancels = !self.canceled && states[..self.n.cancel_states].contains(&self.state());
        match (act, self.state()) {
            (Act::Update, "Creating") => {
                self.is("Creating", "J2");
                if self.n.updates_reset {
                    self.start(Timer::Creating, self.n.creating);
                }
            }
            (Act::SetShipping, "Creating") => self.set_shipping(),
            (Act::Delete, "Creating") => self.gone("J4"),
            (Act::Delete, "Completed") => self.gone("J21"),
            (Act::Cancel, "Creating") if cancels => self.gone("C2"),
            // In an open missing-package case it is an answer (J8).
            (Act::Cancel, "Shipping") if cancels && self.waits_for(Next::Deadline(Timer::Response)) => {
                self.ends("Closed", "J8");
            }
            (Act::Cancel, state) if cancels => {
                self.canceled = true;
                self.is(state, "C2");
            }
            _ => {
                self.told.refused.push((self.now, act));
                // No rule: the customer whose update was refused makes no other.
                let acts = &self.s.acts;
                let update = |next: &Next| matches!(next, Next::Act(place) if acts[*place].1 == Act::Update);
                self.agenda.retain(|(_, next)| act != Act::Update || !update(next));
            }
        }
    }

    /// S:36. Drives that wait at the dock pass it now.
    fn set_shipping(&mut self) {
        self.is("Shipping", "J5");
        self.stop(Next::Deadline(Timer::Creating));
        self.start(Timer::Shipping, self.n.shipping);
        if self.returning {
            return;
        }
        if let Some(drive) = self.held.take() {
            for timer in [Timer::Contact, Timer::Destroy] {
                self.stop(Next::Deadline(timer));
            }
            self.told.places[drive] = "AtSite";
            self.drive_is(drive, "Received", "D3");
        }
    }

    /// S:50: the answer to the notice: wait, or cancel.
    fn answers(&mut self) {
        let wait = self.s.answers[self.notices - 1].1;
        self.stop(Next::Deadline(Timer::Response));
        if wait && self.extended < self.n.extensions {
            self.extended += 1;
            self.is("Shipping", "J7");
            self.start(Timer::Shipping, self.n.extension);
        } else {
            self.ends("Closed", "J8");
        }
    }

    /// S:49: the customer sets the job to Shipping, or orders a new one.
    fn reached(&mut self) {
        match self.state() {
            // The return has left: it counts only if that fails.
            _ if self.returning || self.held.is_none() => {}
            "Creating" => self.set_shipping(),
            _ => {
                self.held = None;
                self.stop(Next::Deadline(Timer::Contact));
                self.stop(Next::Deadline(Timer::Destroy));
                self.told.places.clear();
                self.told.drives.clear();
                self.told.follower = straight(self.now, self.n);
            }
        }
    }

    fn over(&mut self, timer: Timer) {
        match timer {
            Timer::Creating => self.gone("J3"),
            Timer::Shipping => {
                self.is("Shipping", "J6");
                for drive in self.all_drives() {
                    if self.drive(drive) == "Specified" {
                        self.drive_is(drive, "NeverReceived", "D5");
                    }
                }
                self.notices += 1;
                self.start(Timer::Response, self.n.response);
                if let Some((delay, _)) = self.s.answers.get(self.notices - 1) {
                    self.schedule(*delay, Next::Answer);
                }
            }
            Timer::Response => self.ends("Closed", "J9"),
            Timer::Retention => self.gone("J15"),
            Timer::Contact => {
                self.ruled("E1");
                self.returning = true;
                match self.s.return_fails {
                    Some(after) => self.schedule(after, Next::Back),
                    None => self.held_is("Returned"),
                }
            }
            Timer::Destroy => {
                self.ruled("E1");
                self.held_is("Destroyed");
                self.held = None;
            }
        }
    }

    fn gone(&mut self, rule: &'static str) {
        for timer in [Timer::Creating, Timer::Retention] {
            self.stop(Next::Deadline(timer));
        }
        self.is("Gone", rule);
    }

    fn ends(&mut self, state: &'static str, rule: &'static str) {
        for timer in [Timer::Shipping, Timer::Response] {
            self.stop(Next::Deadline(timer));
        }
        self.stop(Next::Answer);
        self.is(state, rule);
        self.start(Timer::Retention, self.n.retention);
    }

    fn ships_back(&mut self, drive: usize) {
        let rule = if self.drive(drive) == "Completed" { "D10" } else { "D11" };
        self.drive_is(drive, "ShippedBack", rule);
        self.told.places[drive] = "Returned";
    }

    /// S:40, S:41: the last drive has left.
    fn leaves(&mut self) {
        for drive in self.all_drives() {
            if self.on_hand(drive) {
                self.ships_back(drive);
            }
        }
        let missing = self.all_drives().any(|drive| self.drive(drive) == "NeverReceived");
        if missing { self.ends("Closed", "J14") } else { self.ends("Completed", "J13") }
    }

    /// What follows in zero time.
    fn follows(&mut self) {
        let came = |drive: &usize| !["Specified", "NeverReceived"].contains(&self.drive(*drive));
        let settled = self.all_drives().all(|drive| self.drive(drive) != "Specified");
        // S:37: all drives that came.
        if self.state() == "Shipping" && settled && self.all_drives().any(|drive| came(&drive)) {
            for timer in [Timer::Shipping, Timer::Response] {
                self.stop(Next::Deadline(timer));
            }
            self.stop(Next::Answer);
            self.is("Received", "J10");
        }
        // S:43: nothing of a canceled job is copied.
        if self.state() == "Received" && self.canceled {
            self.is("Packaging", "J16");
            self.schedule(self.s.pack, Next::Packed);
        }
        // S:38, S:67.
        if self.state() == "Received" && self.bays {
            self.is("Transferring", "J11");
        }
        if self.state() != "Transferring" {
            return;
        }
        for drive in self.all_drives() {
            if self.drive(drive) == "Received" && !self.canceled && !self.waits_for(Next::Mounted(drive)) {
                self.schedule(0, Next::Mounted(drive));
            }
        }
        // S:39: no drive is left to process.
        let processed = |drive: usize| match self.drive(drive) {
            "Transferring" => false,
            "Received" => self.canceled,
            _ => true,
        };
        if self.all_drives().all(processed) {
            self.is("Packaging", "J12");
            self.schedule(self.s.pack, Next::Packed);
        }
    }
}

/// A job whose drives are there already, in a house without work.
fn straight(at: Time, n: &Numbers) -> Vec<Step> {
    let states = [("Creating", "J1"), ("Shipping", "J5"), ("Received", "J10"), ("Transferring", "J11")];
    let ends = [("Packaging", "J12"), ("Completed", "J13")];
    let mut steps: Vec<Step> = states.iter().chain(&ends).map(|&(state, rule)| (at, state, rule)).collect();
    steps.push((at + n.retention, "Gone", "J15"));
    steps
}
