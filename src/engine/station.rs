//! A station: servers with one queue; the number of servers follows shifts (Law, ch. 1.4 and 2.4).
//!
//! It manages queue, services and measures; it schedules no events. How to call it:
//!
//! 1. after an event: [`Station::join`], [`Station::finish`], [`Station::abandon`], [`Station::set_capacity`];
//! 2. then `while let Some(next) = station.next(now)`: a suspended service continues ([`Next::Resumed`]) or service of
//!    the first in queue begins ([`Next::Begun`]);
//! 3. for a timed service, [`Station::work`] gives the [`Due`] to schedule; at that event, [`Station::is_due`] tells
//!    whether it is still valid.
//!
//! All measures are exact integers. Once the queue has reached its maximum length, nothing more is allocated.

use super::time::{Instant, Span};
use std::collections::VecDeque;

/// Treatment of services in progress when servers leave.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AtClose {
    /// A service that has begun is finished; meanwhile more servers are busy than the capacity (overtime).
    Finish,
    /// The services begun last are suspended, and continue when servers return.
    Suspend,
}

/// A position in the queue: the class in the upper bits, the number of the entry in the lower bits.
///
/// Aligned to 4 bytes: otherwise every type that holds a ticket would be a multiple of 8 bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(Rust, packed(4))]
pub struct Ticket(u64);

impl Ticket {
    const NUMBER_BITS: u32 = 56;

    fn new(class: u8, number: u64) -> Ticket {
        Ticket(u64::from(class) << Ticket::NUMBER_BITS | number)
    }
    fn class(self) -> usize {
        (self.0 >> Ticket::NUMBER_BITS) as usize
    }
    fn number(self) -> u64 {
        self.0 & ((1 << Ticket::NUMBER_BITS) - 1)
    }
}

/// A service in progress, running or suspended. Slots are numbered from 0 without gaps and are reused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Slot(u32);

impl Slot {
    /// The slot with this number.
    pub fn numbered(number: u32) -> Slot {
        Slot(number)
    }

    /// Number of the slot; below the maximum number of services ever in progress together.
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// Planned end of a timed service.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Due {
    /// Instant of the end.
    pub at: Instant,
    /// Goes into the event with the slot, for [`Station::is_due`].
    pub generation: u32,
}

/// The next service of a free server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Next<T> {
    /// A suspended service continues.
    Resumed {
        /// The same slot as before.
        slot: Slot,
        /// The entity in service.
        who: T,
        /// New end, if the service is timed; older ends are void.
        due: Option<Due>,
    },
    /// Service of the first in queue begins.
    Begun {
        /// The slot taken.
        slot: Slot,
        /// The entity in service.
        who: T,
        /// Its waiting time.
        wait: Span,
    },
}

/// Measures up to an instant. A field-by-field difference of two gives the time between them
/// (see [`Measures::since`]), except for `longest`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Measures {
    /// Busy servers, integrated over time (µs), without suspended services.
    pub busy: i128,
    /// Capacity, integrated over time (µs).
    pub capacity: i128,
    /// Busy servers beyond the capacity, integrated over time (µs): service after the end of a shift.
    pub overtime: i128,
    /// Queue length, integrated over time (µs).
    pub queue: i128,
    /// Suspended services, integrated over time (µs).
    pub suspended: i128,
    /// Time with zero capacity (µs).
    pub closed: i128,
    /// Number of entries to the queue, including those served at once.
    pub joined: u64,
    /// Number of services begun.
    pub begun: u64,
    /// Number of services finished.
    pub served: u64,
    /// Number of services abandoned.
    pub abandoned: u64,
    /// Number withdrawn from the queue without service.
    pub withdrawn: u64,
    /// Number of services begun after a wait longer than zero.
    pub waited: u64,
    /// Sum of the waiting times of services begun (µs).
    pub wait: i128,
    /// Sum of the waiting times of those withdrawn (µs).
    pub withdrawn_wait: i128,
    /// Maximum queue length (for longer than zero time) since [`Station::forget_longest`], or since the start.
    pub longest: u64,
}

/// The difference and the sum of measures, by their fields: sums, then perhaps a maximum.
macro_rules! measures {
    ($name:ident { $($sum:ident)+ $(, max $max:ident)? }) => {
        impl $name {
            /// Difference to `earlier`, a reading of the same run; a maximum is kept.
            pub fn since(&self, earlier: &$name) -> $name {
                $name { $($sum: self.$sum - earlier.$sum,)+ $($max: self.$max)? }
            }

            /// Adds the measures of another run; of a maximum, the greater of both stays.
            pub fn merge(&mut self, other: &$name) {
                $(self.$sum += other.$sum;)+
                $(self.$max = self.$max.max(other.$max);)?
            }
        }
    };
}
pub(crate) use measures;

measures! {
    Measures {
        busy capacity overtime queue suspended closed joined begun served abandoned withdrawn waited wait
        withdrawn_wait, max longest
    }
}

/// Waiting times of services begun, including those begun at once (zero).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Waits {
    /// Number of services begun.
    pub begun: u64,
    /// Number of them with a wait longer than zero.
    pub waited: u64,
    /// Sum of the waiting times (µs).
    pub wait: i128,
}

measures! { Waits { begun waited wait } }

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

/// Remaining work of a service: its end while running, its length while suspended.
#[derive(Clone, Copy, Debug)]
enum Work {
    Untimed,
    Ends(Instant),
    Left(Span),
}

#[derive(Clone, Copy, Debug)]
struct Service<T> {
    who: T,
    /// Serial number of the start of service; defines "begun last".
    begun: u64,
    state: State,
    work: Work,
    generation: u32,
}

impl<T: Copy> Service<T> {
    /// Ends the service and makes its scheduled end void.
    #[inline]
    fn end(&mut self) -> T {
        self.state = State::Idle;
        self.work = Work::Untimed;
        self.generation = self.generation.wrapping_add(1);
        self.who
    }
}

/// Servers with one queue: classes by priority (0 first), first in first out within a class, no preemption by a higher
/// class.
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
    /// Suspended slots, those begun last first: the next to resume is at the end.
    suspended: Vec<u32>,
    scratch: Vec<u32>,
    /// Times of the last changes of the queue length and of the capacity.
    line_since: Instant,
    capacity_since: Instant,
    /// All measures but those in `waits`; four of the integrals are as [`steps`] leaves them.
    measures: Measures,
}

/// Records that a number changes by `by` at `now`. Its time integral is stored as a sum over changes: an increase
/// by `d` at time `t` adds `-d * t`, because it counts only from `t` on. So nothing is computed between changes.
#[inline]
fn steps(area: &mut i128, now: Instant, by: i64) {
    *area -= i128::from(now.micros()) * i128::from(by);
}

/// The integral up to `now` of a number that is `level` now.
fn area(area: i128, now: Instant, level: u32) -> i128 {
    area + i128::from(now.micros()) * i128::from(level)
}

impl<T: Copy> Station<T> {
    /// A station with `classes` priority classes and `capacity` servers, measured from [`Instant::START`] on.
    ///
    /// # Panics
    /// Panics with zero classes or more than 256.
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
            line_since: Instant::START,
            capacity_since: Instant::START,
            measures: Measures::default(),
        }
    }

    /// Enters the queue at the end of a class, even if a server is free: [`Station::next`] begins service.
    pub fn join(&mut self, now: Instant, who: T, class: u8) -> Ticket {
        let number = self.measures.joined;
        self.measures.joined += 1;
        self.line_changes(now, 1);
        self.lines[usize::from(class)].push_back(Waiting { number, since: now, who });
        Ticket::new(class, number)
    }

    /// Begins service at once if a server is free and nobody is before `who`: then the effect is that of `join` and
    /// [`Station::next`]. Otherwise returns `None` and changes nothing.
    #[inline(always)]
    pub fn begin_at_once(&mut self, now: Instant, who: T, class: u8) -> Option<Slot> {
        if !self.serves_at_once() {
            return None;
        }
        self.measures.joined += 1;
        self.waits[usize::from(class)].begun += 1;
        Some(self.occupy(now, who))
    }

    /// Whether a server is free and nobody is before a newcomer.
    #[inline]
    pub fn serves_at_once(&self) -> bool {
        self.busy < self.capacity && self.waiting == 0 && self.suspended.is_empty()
    }

    /// Removes the holder of `ticket` from the queue. Returns false if it is not in the queue.
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

    /// Gives a free server its next service: a suspended one first, otherwise the first in queue. `None` if no server
    /// is free or none waits. After each change, call until `None`.
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

    /// Whether [`Station::next`] would return a service.
    #[inline]
    pub fn has_next(&self) -> bool {
        self.busy < self.capacity && (self.waiting > 0 || !self.suspended.is_empty())
    }

    /// Sets the remaining work of the service in `slot` to `work` and returns its end. Replaces an earlier end.
    ///
    /// # Panics
    /// Panics if the slot is not running or `work` is negative.
    pub fn work(&mut self, now: Instant, slot: Slot, work: Span) -> Due {
        assert!(work >= Span::ZERO, "station: work is never negative, got {work}");
        Due { at: now + work, generation: self.replace_work(slot, Work::Ends(now + work)) }
    }

    /// From now on the caller times the service in `slot`, such as a copy over shared bandwidth.
    ///
    /// # Panics
    /// Panics if the slot is not running.
    pub fn work_elsewhere(&mut self, slot: Slot) {
        self.replace_work(slot, Work::Untimed);
    }

    /// Sets the work of a running service and returns its new generation, which makes earlier ends void.
    #[inline(always)]
    fn replace_work(&mut self, slot: Slot, work: Work) -> u32 {
        let service = self.running(slot);
        service.work = work;
        service.generation = service.generation.wrapping_add(1);
        service.generation
    }

    /// The entity in `slot`, if the [`Due`] with this generation is valid.
    #[inline]
    pub fn due(&self, slot: Slot, generation: u32) -> Option<T> {
        self.is_due(slot, generation).then(|| self.services[slot.index()].who)
    }

    /// Whether a [`Due`] of this slot is valid: suspension, new `work` and the end of service make it void.
    pub fn is_due(&self, slot: Slot, generation: u32) -> bool {
        let service = &self.services[slot.index()];
        service.state == State::Running
            && service.generation == generation
            && matches!(service.work, Work::Ends(_))
    }

    /// Remaining work of the timed service in `slot`, running or suspended; `None` if it is not timed.
    pub fn left(&self, now: Instant, slot: Slot) -> Option<Span> {
        match self.services.get(slot.index())?.work {
            Work::Ends(at) => Some(at - now),
            Work::Left(left) => Some(left),
            Work::Untimed => None,
        }
    }

    /// Ends the service in `slot` as served and frees the server.
    ///
    /// # Panics
    /// Panics if the slot is not running.
    #[inline(always)]
    pub fn finish(&mut self, now: Instant, slot: Slot) -> T {
        let who = self.running(slot).end();
        self.measures.served += 1;
        self.busy_changes(now, -1);
        self.idle.push(slot.0);
        who
    }

    /// Ends the suspended service in `slot` as served: its work, which the station does not time, was complete when it
    /// was suspended.
    ///
    /// # Panics
    /// Panics if the slot is not suspended.
    pub fn finish_suspended(&mut self, now: Instant, slot: Slot) -> T {
        let state = self.services[slot.index()].state;
        assert!(state == State::Suspended, "station: slot {} is {state:?}, not suspended", slot.0);
        self.measures.served += 1;
        self.release(now, slot)
    }

    /// Ends the service in `slot`, running or suspended; it does not count as served.
    ///
    /// # Panics
    /// Panics if the slot is idle.
    pub fn abandon(&mut self, now: Instant, slot: Slot) -> T {
        self.measures.abandoned += 1;
        self.release(now, slot)
    }

    /// Sets the number of servers. With [`AtClose::Suspend`], services begun last are suspended until no more servers
    /// are busy than the capacity. They are added to `suspended` in that order; their remaining work is kept exactly. A
    /// service that ends at this instant is not suspended: it is finished, and its event is still to come.
    ///
    /// An increase takes effect through [`Station::next`].
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

    /// The entity in `slot`, running or suspended; `None` if the slot is idle.
    pub fn who(&self, slot: Slot) -> Option<T> {
        let service = self.services.get(slot.index())?;
        (service.state != State::Idle).then_some(service.who)
    }

    /// Waiting times of services begun in a class.
    ///
    /// # Panics
    /// Panics if there is no such class.
    pub fn waits(&self, class: u8) -> &Waits {
        &self.waits[usize::from(class)]
    }

    /// Queue length.
    pub fn queue_len(&self) -> usize {
        self.waiting as usize
    }

    /// Number of busy servers.
    pub fn busy(&self) -> u32 {
        self.busy
    }

    /// Number of suspended services.
    pub fn suspended(&self) -> u32 {
        self.suspended.len() as u32
    }

    /// Whether the service in `slot` is running: not suspended and not ended.
    pub fn is_running(&self, slot: Slot) -> bool {
        self.services.get(slot.index()).is_some_and(|service| service.state == State::Running)
    }

    /// Number of servers now.
    pub fn capacity(&self) -> u32 {
        self.capacity
    }

    /// Cumulative time up to `now` with zero capacity. The difference of two readings is the closed part of a wait
    /// between them.
    #[inline]
    pub fn closed_clock(&self, now: Instant) -> Span {
        let open_end = if self.capacity == 0 { now - self.capacity_since } else { Span::ZERO };
        Span::from_micros(self.measures.closed as i64) + open_end
    }

    /// All measures up to `now`.
    pub fn snapshot(&mut self, now: Instant) -> Measures {
        self.mark(now);
        self.line_changes(now, 0);
        let mut waits = Waits::default();
        self.waits.iter().for_each(|of_class| waits.merge(of_class));
        Measures {
            waited: waits.waited,
            wait: waits.wait,
            busy: area(self.measures.busy, now, self.busy),
            overtime: area(self.measures.overtime, now, self.over()),
            queue: area(self.measures.queue, now, self.waiting),
            suspended: area(self.measures.suspended, now, self.suspended()),
            ..self.measures
        }
    }

    /// Restarts the maximum queue length, as at the end of a warm-up.
    pub fn forget_longest(&mut self, now: Instant) {
        self.line_changes(now, 0);
        self.measures.longest = 0;
    }

    /// Entities in queue with their times of entry, by class and arrival.
    pub fn waiting(&self) -> impl Iterator<Item = (T, Instant)> + '_ {
        self.lines.iter().flatten().map(|waiting| (waiting.who, waiting.since))
    }

    /// Updates the measures that depend only on the capacity to `now`.
    fn mark(&mut self, now: Instant) {
        let passed = i128::from((now - self.capacity_since).micros());
        assert!(passed >= 0, "station: time never goes back");
        self.capacity_since = now;
        self.measures.capacity += passed * i128::from(self.capacity);
        self.measures.closed += if self.capacity == 0 { passed } else { 0 };
    }

    /// Changes the queue length. A length that lasts zero time does not count for the maximum.
    #[inline]
    fn line_changes(&mut self, now: Instant, by: i32) {
        assert!(now >= self.line_since, "station: time never goes back");
        if now > self.line_since {
            self.measures.longest = self.measures.longest.max(u64::from(self.waiting));
            self.line_since = now;
        }
        self.waiting = self.waiting.wrapping_add_signed(by);
        steps(&mut self.measures.queue, now, i64::from(by));
    }

    /// Changes the number of busy servers.
    #[inline]
    fn busy_changes(&mut self, now: Instant, by: i32) {
        let over = self.over();
        self.busy = self.busy.wrapping_add_signed(by);
        steps(&mut self.measures.busy, now, i64::from(by));
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
            steps(&mut self.measures.overtime, now, by);
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
                steps(&mut self.measures.suspended, now, -1);
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
        steps(&mut self.measures.suspended, now, excess as i64);
    }

    fn resume(&mut self, now: Instant, slot: Slot) -> Next<T> {
        self.busy_changes(now, 1);
        steps(&mut self.measures.suspended, now, -1);
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
