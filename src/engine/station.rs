//! A station: servers with one waiting line, whose number follows shifts (Law, ch. 1.4 and 2.4).
//!
//! It manages who is served and measures; it schedules nothing. The calling pattern:
//!
//! 1. something happens: [`Station::join`], [`Station::finish`], [`Station::abandon`], [`Station::set_capacity`];
//! 2. then `while let Some(next) = station.next(now)`: a suspended service goes on ([`Next::Resumed`]) or the next
//!    in line begins ([`Next::Begun`]);
//! 3. for timed work, [`Station::work`] gives the [`Due`] to schedule; when it comes, [`Station::is_due`] says
//!    whether it still counts.
//!
//! All measures are exact integers. Nothing is allocated once the line has reached its greatest length.

use super::time::{Instant, Span};
use std::collections::VecDeque;

/// What becomes of work in hand when servers leave.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AtClose {
    /// A service that has begun goes on to its end; for that time more are busy than the capacity allows.
    Finish,
    /// The services begun last stop where they are, and go on when servers return.
    Suspend,
}

/// A place in the waiting line: the class above the number of the one who joined.
///
/// In two halves, since what has a word in it is laid out by whole words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ticket([u32; 2]);

impl Ticket {
    const NUMBER_BITS: u32 = 56;

    fn new(class: u8, number: u64) -> Ticket {
        let word = u64::from(class) << Ticket::NUMBER_BITS | number;
        Ticket([(word >> 32) as u32, word as u32])
    }
    fn word(self) -> u64 {
        u64::from(self.0[0]) << 32 | u64::from(self.0[1])
    }
    fn class(self) -> usize {
        (self.word() >> Ticket::NUMBER_BITS) as usize
    }
    fn number(self) -> u64 {
        self.word() & ((1 << Ticket::NUMBER_BITS) - 1)
    }
}

/// A service in hand, running or suspended. Slots are numbered densely from 0 and used again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Slot(u32);

impl Slot {
    /// The slot of this number.
    pub fn numbered(number: u32) -> Slot {
        Slot(number)
    }

    /// The slot's number, below the greatest number of services ever in hand together.
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// When timed work will be done, if nothing intervenes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Due {
    /// The instant at which the work is done.
    pub at: Instant,
    /// Goes with the slot into the event, for [`Station::is_due`].
    pub generation: u32,
}

/// What a free server does next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Next<T> {
    /// A suspended service goes on; with the instant of its end, where its work is timed.
    Resumed {
        /// The same slot as before.
        slot: Slot,
        /// Who is served.
        who: T,
        /// The new end of timed work; an older one is void.
        due: Option<Due>,
    },
    /// The next in line begins.
    Begun {
        /// The slot taken.
        slot: Slot,
        /// Who is served.
        who: T,
        /// How long it waited in line.
        wait: Span,
    },
}

/// What was measured up to an instant. Two of them subtracted field by field measure the time between
/// (see [`Measures::since`]), all but `longest`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Measures {
    /// Busy servers, integrated over time (µs). Suspended services count nothing.
    pub busy: i128,
    /// Capacity, integrated over time (µs).
    pub capacity: i128,
    /// Busy servers beyond the capacity, integrated over time (µs): work finished after the shift.
    pub overtime: i128,
    /// Length of the waiting line, integrated over time (µs).
    pub queue: i128,
    /// Suspended services, integrated over time (µs).
    pub suspended: i128,
    /// Time without any capacity (µs).
    pub closed: i128,
    /// How many joined the line.
    pub joined: u64,
    /// How many services began.
    pub begun: u64,
    /// How many services were finished.
    pub served: u64,
    /// How many services were abandoned.
    pub abandoned: u64,
    /// How many left the line unserved.
    pub withdrawn: u64,
    /// Of those begun, how many had waited longer than no time.
    pub waited: u64,
    /// Sum of the waits of those begun (µs).
    pub wait: i128,
    /// Sum of the waits of those withdrawn (µs).
    pub withdrawn_wait: i128,
    /// The longest line that lasted any time, since [`Station::forget_longest`] or ever.
    pub longest: u64,
}

impl Measures {
    /// What was measured after `earlier`, a snapshot of the same station. `longest` is kept as it is.
    pub fn since(&self, earlier: &Measures) -> Measures {
        Measures {
            busy: self.busy - earlier.busy,
            capacity: self.capacity - earlier.capacity,
            overtime: self.overtime - earlier.overtime,
            queue: self.queue - earlier.queue,
            suspended: self.suspended - earlier.suspended,
            closed: self.closed - earlier.closed,
            joined: self.joined - earlier.joined,
            begun: self.begun - earlier.begun,
            served: self.served - earlier.served,
            abandoned: self.abandoned - earlier.abandoned,
            withdrawn: self.withdrawn - earlier.withdrawn,
            waited: self.waited - earlier.waited,
            wait: self.wait - earlier.wait,
            withdrawn_wait: self.withdrawn_wait - earlier.withdrawn_wait,
            longest: self.longest,
        }
    }
}

/// Waits in line of the services that began, those that began at once included.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Waits {
    /// How many services began.
    pub begun: u64,
    /// Of them, how many had waited longer than no time.
    pub waited: u64,
    /// Sum of the waits (µs).
    pub wait: i128,
}

impl Waits {
    /// Those after `earlier`, a reading of the same station.
    pub fn since(&self, earlier: &Waits) -> Waits {
        Waits {
            begun: self.begun - earlier.begun,
            waited: self.waited - earlier.waited,
            wait: self.wait - earlier.wait,
        }
    }

    /// Adds the waits of others.
    pub fn merge(&mut self, other: &Waits) {
        self.begun += other.begun;
        self.waited += other.waited;
        self.wait += other.wait;
    }
}

#[derive(Clone, Copy, Debug)]
struct Waiting<T> {
    number: u64,
    since: Instant,
    who: T,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Idle,
    Running,
    Suspended,
}

/// How much timed work is left: as an instant while running, as a span while suspended.
#[derive(Clone, Copy, Debug)]
enum Work {
    Untimed,
    Ends(Instant),
    Left(Span),
}

#[derive(Clone, Copy, Debug)]
struct Service<T> {
    who: T,
    /// Counts the beginnings, so that "begun last" is well defined.
    begun: u64,
    state: State,
    work: Work,
    generation: u32,
}

impl<T: Copy> Service<T> {
    /// It is over; nothing that was scheduled for it counts any more.
    #[inline]
    fn end(&mut self) -> T {
        self.state = State::Idle;
        self.work = Work::Untimed;
        self.generation = self.generation.wrapping_add(1);
        self.who
    }
}

/// Servers with one waiting line: classes in order of priority (0 first), first come first served within a class,
/// a service never interrupted for a higher class.
#[derive(Clone, Debug)]
pub struct Station<T> {
    at_close: AtClose,
    capacity: u32,
    lines: Vec<VecDeque<Waiting<T>>>,
    /// By class.
    waits: Vec<Waits>,
    waiting: u32,
    services: Vec<Service<T>>,
    idle: Vec<u32>,
    busy: u32,
    /// Suspended slots, the one begun last first, so that the next to resume is popped from the end.
    suspended: Vec<u32>,
    scratch: Vec<u32>,
    areas: Areas,
    /// When the line, and when the capacity, last changed.
    line_since: Instant,
    capacity_since: Instant,
    /// All but the integrals of `areas`.
    measures: Measures,
}

/// Integrals over time of numbers that go up and down, as what each change adds: one that goes up by `d` at `t` takes
/// `d * t` away, since it counts from there on only. So nothing is to be done while nothing changes.
#[derive(Clone, Copy, Debug, Default)]
struct Areas {
    busy: i128,
    overtime: i128,
    queue: i128,
    suspended: i128,
}

/// `by` more (or fewer) from `now` on.
#[inline]
fn steps(area: &mut i128, now: Instant, by: i64) {
    *area -= i128::from(now.micros()) * i128::from(by);
}

/// The integral up to `now` of a number that is `level` at present.
fn area(area: i128, now: Instant, level: u32) -> i128 {
    area + i128::from(now.micros()) * i128::from(level)
}

impl<T: Copy> Station<T> {
    /// A station with `classes` classes of priority and `capacity` servers, measured from [`Instant::START`] on.
    ///
    /// # Panics
    /// Without any class, or with more than 256.
    pub fn new(classes: usize, capacity: u32, at_close: AtClose) -> Station<T> {
        assert!((1..=256).contains(&classes), "station: between 1 and 256 classes, got {classes}");
        Station {
            at_close,
            capacity,
            lines: (0..classes).map(|_| VecDeque::new()).collect(),
            waits: vec![Waits::default(); classes],
            waiting: 0,
            services: vec![],
            idle: vec![],
            busy: 0,
            suspended: vec![],
            scratch: vec![],
            areas: Areas::default(),
            line_since: Instant::START,
            capacity_since: Instant::START,
            measures: Measures::default(),
        }
    }

    /// Puts `who` at the end of its class. Even where a server is free: [`Station::next`] begins the service.
    pub fn join(&mut self, now: Instant, who: T, class: u8) -> Ticket {
        let number = self.measures.joined;
        self.measures.joined += 1;
        self.line_changes(now, 1);
        self.lines[usize::from(class)].push_back(Waiting { number, since: now, who });
        Ticket::new(class, number)
    }

    /// Begins the service of `who` if that is what joining and [`Station::next`] would come to: a server is free and
    /// nobody is before it.
    #[inline(always)]
    pub fn begin_at_once(&mut self, now: Instant, who: T, class: u8) -> Option<Slot> {
        if self.busy >= self.capacity || self.waiting > 0 || !self.suspended.is_empty() {
            return None;
        }
        self.measures.joined += 1;
        self.waits[usize::from(class)].begun += 1;
        Some(self.occupy(now, who))
    }

    /// Takes the holder of `ticket` out of the line; false when it is no longer in it.
    pub fn withdraw(&mut self, now: Instant, ticket: Ticket) -> bool {
        let line = &mut self.lines[ticket.class()];
        let Ok(index) = line.binary_search_by_key(&ticket.number(), |waiting| waiting.number) else {
            return false;
        };
        let gone = line.remove(index).expect("station: the index was just found");
        self.line_changes(now, -1);
        self.measures.withdrawn += 1;
        self.measures.withdrawn_wait += i128::from((now - gone.since).micros());
        true
    }

    /// Gives a free server its next work: a suspended service first, else the next in line. `None` when no server
    /// is free or nobody waits. Call it until `None` after anything that may free a server or fill the line.
    #[inline(always)]
    pub fn next(&mut self, now: Instant) -> Option<Next<T>> {
        if !self.has_next() {
            return None;
        }
        if let Some(slot) = self.suspended.pop() {
            return Some(self.resume(now, Slot(slot)));
        }
        let mut lines = self.lines.iter_mut().zip(&mut self.waits);
        let (waiting, waits) = lines.find_map(|(line, waits)| Some((line.pop_front()?, waits)))?;
        let wait = now - waiting.since;
        waits.begun += 1;
        waits.waited += u64::from(wait > Span::ZERO);
        waits.wait += i128::from(wait.micros());
        self.line_changes(now, -1);
        let slot = self.occupy(now, waiting.who);
        Some(Next::Begun { slot, who: waiting.who, wait })
    }

    /// Whether [`Station::next`] has anything.
    #[inline]
    pub fn has_next(&self) -> bool {
        self.busy < self.capacity && (self.waiting > 0 || !self.suspended.is_empty())
    }

    /// Says that the service in `slot` needs `work` from now on, and when that is done. Replaces what was said
    /// before.
    ///
    /// # Panics
    /// When the slot is not running, or `work` is negative.
    pub fn work(&mut self, now: Instant, slot: Slot, work: Span) -> Due {
        assert!(work >= Span::ZERO, "station: work is never negative, got {work}");
        let service = self.running(slot);
        service.work = Work::Ends(now + work);
        service.generation = service.generation.wrapping_add(1);
        Due { at: now + work, generation: service.generation }
    }

    /// Says that the rest of the service in `slot` is timed by the caller, such as a copy over shared bandwidth.
    ///
    /// # Panics
    /// When the slot is not running.
    pub fn work_elsewhere(&mut self, slot: Slot) {
        let service = self.running(slot);
        service.work = Work::Untimed;
        service.generation = service.generation.wrapping_add(1);
    }

    /// Who is in `slot`, if a [`Due`] of it still counts.
    #[inline]
    pub fn due(&self, slot: Slot, generation: u32) -> Option<T> {
        self.is_due(slot, generation).then(|| self.services[slot.index()].who)
    }

    /// Whether a [`Due`] of this slot still counts: it is void after a suspension, a new `work`, or the end.
    pub fn is_due(&self, slot: Slot, generation: u32) -> bool {
        let service = &self.services[slot.index()];
        service.state == State::Running
            && service.generation == generation
            && matches!(service.work, Work::Ends(_))
    }

    /// Ends the service in `slot` as served and frees the server.
    ///
    /// # Panics
    /// When the slot is not running.
    #[inline(always)]
    pub fn finish(&mut self, now: Instant, slot: Slot) -> T {
        let who = self.running(slot).end();
        self.measures.served += 1;
        self.busy_changes(now, -1);
        self.idle.push(slot.0);
        who
    }

    /// Ends the service in `slot`, running or suspended, without counting it as served.
    ///
    /// # Panics
    /// When the slot is idle.
    pub fn abandon(&mut self, now: Instant, slot: Slot) -> T {
        self.measures.abandoned += 1;
        self.release(now, slot)
    }

    /// Sets the number of servers. With [`AtClose::Suspend`], services begun last are suspended until no more are
    /// busy than the capacity, and put into `suspended` in the order of suspension; their timed work is kept to the
    /// tick. Work that ends at this very instant is not suspended: it is done, and its event is yet to come.
    ///
    /// More capacity acts through [`Station::next`].
    pub fn set_capacity(&mut self, now: Instant, capacity: u32, suspended: &mut Vec<(Slot, T)>) {
        self.mark(now);
        self.capacity_since = now;
        let over = self.over();
        self.capacity = capacity;
        self.over_changes(now, over);
        if self.at_close == AtClose::Suspend && self.busy > capacity {
            self.suspend(now, suspended);
        }
    }

    /// Who is in `slot`, running or suspended; `None` when it is idle.
    pub fn who(&self, slot: Slot) -> Option<T> {
        let service = self.services.get(slot.index())?;
        (service.state != State::Idle).then_some(service.who)
    }

    /// Waits of the services of a class that have begun.
    ///
    /// # Panics
    /// Without such a class.
    pub fn waits(&self, class: u8) -> &Waits {
        &self.waits[usize::from(class)]
    }

    /// How many wait in line.
    pub fn queue_len(&self) -> usize {
        self.waiting as usize
    }

    /// How many servers are busy.
    pub fn busy(&self) -> u32 {
        self.busy
    }

    /// How many services are suspended.
    pub fn suspended(&self) -> u32 {
        self.suspended.len() as u32
    }

    /// Whether the service in `slot` is running: neither suspended nor over.
    pub fn is_running(&self, slot: Slot) -> bool {
        self.services.get(slot.index()).is_some_and(|service| service.state == State::Running)
    }

    /// How many servers there are now.
    pub fn capacity(&self) -> u32 {
        self.capacity
    }

    /// Time up to `now` in which the station had no capacity. The difference of two readings tells how much of a
    /// wait the station was closed.
    #[inline]
    pub fn closed_clock(&self, now: Instant) -> Span {
        let open_end = if self.capacity == 0 { now - self.capacity_since } else { Span::ZERO };
        Span::from_micros(self.measures.closed as i64) + open_end
    }

    /// All measures, brought up to `now`.
    pub fn snapshot(&mut self, now: Instant) -> Measures {
        self.mark(now);
        self.line_changes(now, 0);
        let mut waits = Waits::default();
        self.waits.iter().for_each(|of_class| waits.merge(of_class));
        Measures {
            waited: waits.waited,
            wait: waits.wait,
            busy: area(self.areas.busy, now, self.busy),
            overtime: area(self.areas.overtime, now, self.over()),
            queue: area(self.areas.queue, now, self.waiting),
            suspended: area(self.areas.suspended, now, self.suspended()),
            ..self.measures
        }
    }

    /// Starts the search for the longest line anew, as at the end of a warm-up.
    pub fn forget_longest(&mut self, now: Instant) {
        self.line_changes(now, 0);
        self.measures.longest = 0;
    }

    /// Those in line with the instants they joined, in order of class and arrival.
    pub fn waiting(&self) -> impl Iterator<Item = (T, Instant)> + '_ {
        self.lines.iter().flatten().map(|waiting| (waiting.who, waiting.since))
    }

    /// Brings what depends on the capacity alone up to `now`.
    fn mark(&mut self, now: Instant) {
        let passed = i128::from((now - self.capacity_since).micros());
        assert!(passed >= 0, "station: time never goes back");
        self.capacity_since = now;
        self.measures.capacity += passed * i128::from(self.capacity);
        self.measures.closed += if self.capacity == 0 { passed } else { 0 };
    }

    /// The line grows or shrinks. A line that lasts no time is no line.
    #[inline]
    fn line_changes(&mut self, now: Instant, by: i32) {
        assert!(now >= self.line_since, "station: time never goes back");
        if now > self.line_since {
            self.measures.longest = self.measures.longest.max(u64::from(self.waiting));
            self.line_since = now;
        }
        self.waiting = self.waiting.wrapping_add_signed(by);
        steps(&mut self.areas.queue, now, i64::from(by));
    }

    /// More (or fewer) servers are busy.
    #[inline]
    fn busy_changes(&mut self, now: Instant, by: i32) {
        let over = self.over();
        self.busy = self.busy.wrapping_add_signed(by);
        steps(&mut self.areas.busy, now, i64::from(by));
        self.over_changes(now, over);
    }

    /// Busy servers beyond the capacity.
    #[inline]
    fn over(&self) -> u32 {
        self.busy.saturating_sub(self.capacity)
    }

    #[inline]
    fn over_changes(&mut self, now: Instant, before: u32) {
        let by = i64::from(self.over()) - i64::from(before);
        if by != 0 {
            steps(&mut self.areas.overtime, now, by);
        }
    }

    fn running(&mut self, slot: Slot) -> &mut Service<T> {
        let service = &mut self.services[slot.index()];
        if service.state != State::Running {
            not_running(slot, service.state);
        }
        service
    }

    #[inline(always)]
    fn occupy(&mut self, now: Instant, who: T) -> Slot {
        let begun = self.measures.begun;
        self.measures.begun += 1;
        self.busy_changes(now, 1);
        let service = Service { who, begun, state: State::Running, work: Work::Untimed, generation: 0 };
        match self.idle.pop() {
            Some(index) => {
                let generation = self.services[index as usize].generation;
                self.services[index as usize] = Service { generation, ..service };
                Slot(index)
            }
            None => {
                self.services.push(service);
                Slot(self.services.len() as u32 - 1)
            }
        }
    }

    fn release(&mut self, now: Instant, slot: Slot) -> T {
        match self.services[slot.index()].state {
            State::Running => self.busy_changes(now, -1),
            State::Suspended => {
                self.suspended.retain(|&index| index != slot.0);
                steps(&mut self.areas.suspended, now, -1);
            }
            State::Idle => panic!("station: slot {} is idle, so nothing ends there", slot.0),
        }
        self.idle.push(slot.0);
        self.services[slot.index()].end()
    }

    fn suspend(&mut self, now: Instant, suspended: &mut Vec<(Slot, T)>) {
        let services = &mut self.services;
        let is_running = |index: &u32| services[*index as usize].state == State::Running;
        let ends_now = |index: &u32| matches!(services[*index as usize].work, Work::Ends(at) if at <= now);
        self.scratch.clear();
        self.scratch.extend((0..services.len() as u32).filter(is_running).filter(|index| !ends_now(index)));
        let done = self.busy as usize - self.scratch.len();
        let excess = ((self.busy - self.capacity) as usize).saturating_sub(done);
        self.scratch.sort_unstable_by_key(|&index| std::cmp::Reverse(services[index as usize].begun));
        for &index in &self.scratch[..excess] {
            let service = &mut services[index as usize];
            service.state = State::Suspended;
            service.generation = service.generation.wrapping_add(1);
            if let Work::Ends(at) = service.work {
                service.work = Work::Left(at - now);
            }
            suspended.push((Slot(index), service.who));
            self.suspended.push(index);
        }
        self.suspended.sort_unstable_by_key(|&index| std::cmp::Reverse(services[index as usize].begun));
        self.busy_changes(now, -(excess as i32));
        steps(&mut self.areas.suspended, now, excess as i64);
    }

    fn resume(&mut self, now: Instant, slot: Slot) -> Next<T> {
        self.busy_changes(now, 1);
        steps(&mut self.areas.suspended, now, -1);
        let service = &mut self.services[slot.index()];
        service.state = State::Running;
        let Work::Left(left) = service.work else {
            return Next::Resumed { slot, who: service.who, due: None };
        };
        service.work = Work::Ends(now + left);
        let due = Due { at: now + left, generation: service.generation };
        Next::Resumed { slot, who: service.who, due: Some(due) }
    }
}

#[cold]
#[inline(never)]
fn not_running(slot: Slot, state: State) -> ! {
    panic!("station: slot {} is {state:?}, not running", slot.0)
}

#[cfg(test)]
#[path = "station_tests.rs"]
mod tests;
