//! The future event list: what shall happen, in the order (instant, turn, number).
//!
//! The number counts all that was ever scheduled, so what falls on one instant and turn comes first scheduled,
//! first served, and no two events ever tie. Nothing is removed: an event that has become void is popped and
//! ignored by whoever scheduled it.

use super::heap::{Key, NOTHING};
use super::ladder::Ladder;
use super::time::{Instant, Span};
use std::collections::VecDeque;

/// So many events at one instant are a loop in the model, if it has not said that it has more to do at once.
const LOOP: u64 = 10_000_000;
/// Turn and number share a word: this many low bits count, some 10^16 events.
const NUMBER_BITS: u32 = 56;

/// A first-in-first-out line for events of one constant delay and turn. Got from [`Agenda::lane`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lane(u32);

impl Lane {
    pub(super) fn new(number: usize) -> Lane {
        Lane(number as u32)
    }
    pub(super) fn number(self) -> usize {
        self.0 as usize
    }
}

/// What a model asks of a future event list. All of them bring the same events in the same order.
pub trait EventList<E> {
    /// Whether it is the reference that others are held against.
    const PLAIN: bool;
    /// See [`Agenda::lane`].
    fn lane(&mut self, delay: Span, turn: u8) -> Lane;
    /// See [`Agenda::push`].
    fn push(&mut self, at: Instant, turn: u8, event: E);
    /// See [`Agenda::push_lane`].
    fn push_lane(&mut self, lane: Lane, event: E);
    /// See [`Agenda::pop_before`].
    fn pop_before(&mut self, limit: Instant) -> Option<(Instant, E)>;
    /// See [`Agenda::allow_at_once`].
    fn allow_at_once(&mut self, more: u64);
    /// See [`Agenda::coming`].
    fn coming(&mut self) -> impl Iterator<Item = E>;
}

impl<E: Copy> EventList<E> for Agenda<E> {
    const PLAIN: bool = false;

    fn lane(&mut self, delay: Span, turn: u8) -> Lane {
        Agenda::lane(self, delay, turn)
    }
    #[inline]
    fn push(&mut self, at: Instant, turn: u8, event: E) {
        Agenda::push(self, at, turn, event);
    }
    #[inline(always)]
    fn push_lane(&mut self, lane: Lane, event: E) {
        Agenda::push_lane(self, lane, event);
    }
    #[inline(always)]
    fn pop_before(&mut self, limit: Instant) -> Option<(Instant, E)> {
        Agenda::pop_before(self, limit)
    }
    fn allow_at_once(&mut self, more: u64) {
        Agenda::allow_at_once(self, more);
    }
    #[inline]
    fn coming(&mut self) -> impl Iterator<Item = E> {
        Agenda::coming(self)
    }
}

/// The future event list of one replication, and its clock.
///
/// Events of a constant delay may go through a lane: since the clock never goes back, they come out in the order
/// they went in, at no cost of a heap. Where an event stands never changes when it comes.
#[derive(Clone, Debug)]
pub struct Agenda<E> {
    now: Instant,
    number: u64,
    /// What goes through no lane.
    ladder: Ladder<E>,
    lanes: Vec<Line<E>>,
    /// The lanes that have events, by the key of the first of them, the soonest lane at the end, below the key of
    /// nothing: a lane whose first event has gone seldom passes many others.
    heads: Vec<(Key, u32)>,
    /// Events popped at the present instant.
    here: u64,
    /// More than so many are a loop.
    most: u64,
}

#[derive(Clone, Debug)]
struct Line<E> {
    delay: Span,
    turn: u8,
    events: VecDeque<(Key, E)>,
}

impl<E: Copy> Default for Agenda<E> {
    fn default() -> Self {
        Agenda::new()
    }
}

impl<E: Copy> Agenda<E> {
    /// An empty list; the clock stands at [`Instant::START`].
    pub fn new() -> Agenda<E> {
        Agenda {
            now: Instant::START,
            number: 0,
            ladder: Ladder::new(),
            lanes: vec![],
            heads: vec![(NOTHING, 0)],
            here: 0,
            most: LOOP,
        }
    }

    /// The instant of the event popped last, or the start.
    pub fn now(&self) -> Instant {
        self.now
    }

    /// Says that `more` events may well fall on one instant, such as those of a backlog.
    pub fn allow_at_once(&mut self, more: u64) {
        self.most = self.most.saturating_add(more);
    }

    /// Now and then some of the events that come next, each at most once: for a look at what they will ask for.
    #[inline]
    pub fn coming(&mut self) -> impl Iterator<Item = E> {
        self.ladder.opened()
    }

    /// The lane for events that come `delay` after they are scheduled, in `turn`. Asked again for the same delay
    /// and turn, it is the same lane. Meant for a few dozen lanes: each costs a comparison per event.
    ///
    /// # Panics
    /// When `delay` is negative.
    pub fn lane(&mut self, delay: Span, turn: u8) -> Lane {
        assert!(delay >= Span::ZERO, "agenda: the delay of a lane is never negative, got {delay}");
        let known = self.lanes.iter().position(|line| line.delay == delay && line.turn == turn);
        let index = known.unwrap_or_else(|| {
            self.lanes.push(Line { delay, turn, events: VecDeque::new() });
            self.lanes.len() - 1
        });
        Lane::new(index)
    }

    /// Schedules `event` for `at`; among the events of that instant the lower `turn` comes first, then what was
    /// scheduled first.
    ///
    /// # Panics
    /// When `at` lies in the past.
    #[inline]
    pub fn push(&mut self, at: Instant, turn: u8, event: E) {
        if at < self.now {
            in_the_past(at, self.now);
        }
        self.ladder.push(key(at, turn, &mut self.number), event);
    }

    /// Schedules `event` for now plus the lane's delay, in the lane's turn.
    #[inline(always)]
    pub fn push_lane(&mut self, lane: Lane, event: E) {
        let line = &mut self.lanes[lane.number()];
        let key = key(self.now + line.delay, line.turn, &mut self.number);
        if line.events.is_empty() {
            self.heads.push((key, lane.0));
            put_back(&mut self.heads);
        }
        line.events.push_back((key, event));
    }

    /// Takes the next event and moves the clock to its instant. `None` when nothing is left.
    ///
    /// # Panics
    /// After ten million events at one instant, and those of [`Agenda::allow_at_once`]: the model runs in a circle.
    pub fn pop(&mut self) -> Option<(Instant, E)> {
        // Nothing comes after every limit.
        self.take_before(u64::MAX)
    }

    /// Like [`Agenda::pop`], but leaves an event of `limit` or later where it is, and the clock too.
    #[inline(always)]
    pub fn pop_before(&mut self, limit: Instant) -> Option<(Instant, E)> {
        self.take_before(limit.micros() as u64)
    }

    #[inline(always)]
    fn take_before(&mut self, limit: u64) -> Option<(Instant, E)> {
        let (soonest, first) = (self.soonest(), self.ladder.first());
        if micros(soonest.min(first)) >= limit {
            return None;
        }
        let (at, event) =
            if soonest < first { (soonest, self.take_head()) } else { (first, self.ladder.pop()) };
        let at = instant(at);
        self.here = if at == self.now { self.here + 1 } else { 1 };
        if self.here > self.most {
            in_a_circle(at, self.most);
        }
        self.now = at;
        Some((at, event))
    }

    /// The instant of the next event.
    pub fn peek(&self) -> Option<Instant> {
        let first = self.first();
        (first != NOTHING).then(|| instant(first))
    }

    /// How many events are scheduled.
    pub fn len(&self) -> usize {
        self.ladder.len() + self.lanes.iter().map(|line| line.events.len()).sum::<usize>()
    }

    /// Whether nothing is scheduled.
    pub fn is_empty(&self) -> bool {
        self.first() == NOTHING
    }

    /// How many events were ever scheduled.
    pub fn scheduled(&self) -> u64 {
        self.number
    }

    /// The key of the next event, or [`NOTHING`].
    #[inline]
    fn first(&self) -> Key {
        self.ladder.first().min(self.soonest())
    }

    /// The key of the next event of any lane, or [`NOTHING`].
    #[inline]
    fn soonest(&self) -> Key {
        self.heads[self.heads.len() - 1].0
    }

    /// Takes the first event of the soonest lane, of which there is one.
    #[inline(always)]
    fn take_head(&mut self) -> E {
        let last = self.heads.len() - 1;
        let head = &mut self.heads[last];
        let events = &mut self.lanes[head.1 as usize].events;
        let (_, event) = events.pop_front().expect("agenda: a lane with a head has an event");
        match events.front() {
            Some(next) => {
                head.0 = next.0;
                put_back(&mut self.heads);
            }
            None => drop(self.heads.pop()),
        }
        event
    }
}

/// The key of the next event that is scheduled.
#[inline]
fn key(at: Instant, turn: u8, number: &mut u64) -> Key {
    let low = u64::from(turn) << NUMBER_BITS | *number;
    *number += 1;
    // No instant lies before the start: as the clock never does.
    u128::from(at.micros() as u64) << 64 | u128::from(low)
}

/// Moves the last of the heads to where it belongs.
#[inline]
fn put_back(heads: &mut [(Key, u32)]) {
    let mut place = heads.len() - 1;
    let head = heads[place];
    while heads[place - 1].0 < head.0 {
        heads[place] = heads[place - 1];
        place -= 1;
    }
    heads[place] = head;
}

#[cold]
#[inline(never)]
fn in_the_past(at: Instant, now: Instant) -> ! {
    let (at, now) = (at.micros(), now.micros());
    panic!("agenda: nothing is scheduled in the past, but {at} us is before now, {now} us")
}

#[cold]
#[inline(never)]
fn in_a_circle(at: Instant, most: u64) -> ! {
    panic!("agenda: loop at one instant, {} us: {most} events and no end", at.micros())
}

#[inline]
fn instant(key: Key) -> Instant {
    Instant::from_micros(micros(key) as i64)
}

#[inline]
fn micros(key: Key) -> u64 {
    (key >> 64) as u64
}

#[cfg(test)]
#[path = "agenda_tests.rs"]
mod tests;
