//! The future event list: scheduled events in the order (instant, turn, number).
//!
//! The number is a serial number of scheduling. So at one instant and turn, events are first scheduled, first served,
//! and no two events tie. Nobody cancels an event: the one who scheduled it ignores it when it is void, or lets the list drop it.

use super::heap::{Key, NOTHING};
use super::ladder::Ladder;
use super::ring::Ring;
use super::time::{Instant, Span};

/// More events than this at one instant are a loop in the model, unless the model has announced more.
const LOOP: u64 = 10_000_000;
/// Turn and number share a word; the number has this many low bits, enough for some 10^16 events.
const NUMBER_BITS: u32 = 56;

/// A first-in-first-out list for events of one constant delay and turn, by its number. See [`EventList::lane`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lane(pub(super) u32);

/// A future event list with its clock. All implementations return the same valid events in the same order.
pub trait EventList<E> {
    /// Whether this is the reference implementation that others are compared with.
    const PLAIN: bool;

    /// The lane for events scheduled `delay` after now, in `turn`. Meant for a few dozen lanes. An [`Agenda`] returns the same
    /// lane for the same delay and turn.
    ///
    /// # Panics
    /// An [`Agenda`] panics if `delay` is negative.
    fn lane(&mut self, delay: Span, turn: u8) -> Lane;

    /// Schedules `event` at `at`. Among events of one instant, the lower `turn` comes first, then the one scheduled
    /// first.
    ///
    /// # Panics
    /// Panics if `at` is in the past.
    fn push(&mut self, at: Instant, turn: u8, event: E);

    /// Schedules `event` at now plus the lane's delay, in the lane's turn.
    fn push_lane(&mut self, lane: Lane, event: E);

    /// Leaves this many places free right after the event scheduled last: no other event is ordered between them. Each
    /// counts as a scheduled event.
    fn leave_places(&mut self, places: u64);

    /// Schedules `event` at now, in one of the places left free after the event popped last (the first is number 1).
    fn push_in_place(&mut self, place: u64, event: E);

    /// Removes the next event before `limit` and sets the clock to its instant. `None` if there is none: an event at
    /// `limit` or later stays, and the clock does not change.
    ///
    /// # Panics
    /// An [`Agenda`] panics after ten million events (plus [`EventList::allow_at_once`]) at one instant: the model is
    /// in a loop.
    fn pop_before(&mut self, limit: Instant) -> Option<(Instant, E)> {
        self.pop_valid_before(limit, |_| false)
    }

    /// Like [`EventList::pop_before`], but void events may be dropped instead of returned. An [`Agenda`] drops those in
    /// lanes that are void when the event before them in their lane is taken. `is_void` must hold only for events that
    /// stay void.
    fn pop_valid_before(&mut self, limit: Instant, is_void: impl Fn(&E) -> bool) -> Option<(Instant, E)>;

    /// Raises the limit of events at one instant by `more`, for example for a backlog.
    fn allow_at_once(&mut self, more: u64);

    /// Some of the next events, for reading ahead their data. Often empty; each event is returned at most once.
    fn coming(&mut self) -> impl Iterator<Item = E>;
}

/// The future event list of one replication, with its clock.
///
/// Events of a constant delay may use a lane: the clock never goes back, so they leave in the order in which they
/// entered, without a heap. The choice between lane and ladder never changes the order of events.
#[derive(Clone, Debug)]
pub struct Agenda<E> {
    /// Key of the last event popped; its instant is the time of the clock.
    last: Key,
    number: u64,
    /// Events outside lanes.
    ladder: Ladder<E>,
    lanes: Vec<Line<E>>,
    /// Lanes with events, by the key of the first event, the soonest lane at the end; at the start a sentinel with the
    /// key [`NOTHING`]. A lane whose first event was taken seldom moves past many others.
    heads: Vec<(Key, u32)>,
    /// Events popped at the current instant.
    here: u64,
    /// Limit of events at one instant.
    most: u64,
}

#[derive(Clone, Debug)]
struct Line<E> {
    delay: Span,
    turn: u8,
    /// The first event; its key is in [`Agenda::heads`].
    first: Option<E>,
    /// The other events.
    others: Ring<(Key, E)>,
}

impl<E: Copy> Default for Agenda<E> {
    fn default() -> Self {
        Agenda::new()
    }
}

impl<E: Copy> Agenda<E> {
    /// An empty list; the clock is at [`Instant::START`].
    pub fn new() -> Agenda<E> {
        Agenda {
            last: 0,
            number: 0,
            ladder: Ladder::new(),
            lanes: vec![],
            heads: vec![(NOTHING, 0)],
            here: 0,
            most: LOOP,
        }
    }

    /// Instant of the last event popped, or the start.
    pub fn now(&self) -> Instant {
        instant(self.last)
    }

    /// Like [`EventList::pop_before`], without a limit: `None` if the list is empty.
    ///
    /// # Panics
    /// As [`EventList::pop_before`].
    pub fn pop(&mut self) -> Option<(Instant, E)> {
        // No event is at or after this limit.
        self.take_before(u64::MAX, |_| false)
    }

    #[inline(always)]
    fn take_before(&mut self, limit: u64, is_void: impl Fn(&E) -> bool) -> Option<(Instant, E)> {
        let (soonest, first) = (self.soonest(), self.ladder.first);
        if micros(soonest.min(first)) >= limit {
            return None;
        }
        let (key, event) =
            if soonest < first { (soonest, self.take_head(is_void)) } else { (first, self.ladder.pop()) };
        self.here = if micros(key) == micros(self.last) { self.here + 1 } else { 1 };
        if self.here > self.most {
            in_a_circle(instant(key), self.most);
        }
        self.last = key;
        Some((instant(key), event))
    }

    /// Instant of the next event.
    pub fn peek(&self) -> Option<Instant> {
        let first = self.ladder.first.min(self.soonest());
        (first != NOTHING).then(|| instant(first))
    }

    /// Number of scheduled events.
    pub fn len(&self) -> usize {
        let in_lane = |line: &Line<E>| usize::from(line.first.is_some()) + line.others.len();
        self.ladder.len() + self.lanes.iter().map(in_lane).sum::<usize>()
    }

    /// Whether no event is scheduled.
    pub fn is_empty(&self) -> bool {
        self.peek().is_none()
    }

    /// Number of events ever scheduled.
    pub fn scheduled(&self) -> u64 {
        self.number
    }

    /// Key of the next event in lanes, or [`NOTHING`].
    #[inline]
    fn soonest(&self) -> Key {
        self.heads[self.heads.len() - 1].0
    }

    /// Removes the first event of the soonest lane, and the void ones after it. There must be one.
    #[inline(always)]
    fn take_head(&mut self, is_void: impl Fn(&E) -> bool) -> E {
        let last = self.heads.len() - 1;
        let head = &mut self.heads[last];
        let line = &mut self.lanes[head.1 as usize];
        let mut next = line.others.first().copied();
        while next.is_some_and(|next| is_void(&next.1)) {
            line.others.drop_first();
            next = line.others.first().copied();
        }
        let event = std::mem::replace(&mut line.first, next.map(|next| next.1));
        match next {
            Some((key, _)) => {
                line.others.drop_first();
                head.0 = key;
                put_back(&mut self.heads);
            }
            None => drop(self.heads.pop()),
        }
        event.expect("agenda: a lane with a head has an event")
    }
}

impl<E: Copy> EventList<E> for Agenda<E> {
    const PLAIN: bool = false;

    fn lane(&mut self, delay: Span, turn: u8) -> Lane {
        assert!(delay >= Span::ZERO, "agenda: the delay of a lane is never negative, got {delay}");
        let known = self.lanes.iter().position(|line| line.delay == delay && line.turn == turn);
        let index = known.unwrap_or_else(|| {
            self.lanes.push(Line { delay, turn, first: None, others: Ring::new() });
            self.lanes.len() - 1
        });
        Lane(index as u32)
    }

    #[inline]
    fn push(&mut self, at: Instant, turn: u8, event: E) {
        if at < self.now() {
            in_the_past(at, self.now());
        }
        self.ladder.push(key(at, turn, &mut self.number), event);
    }

    #[inline(always)]
    fn push_lane(&mut self, lane: Lane, event: E) {
        let line = &mut self.lanes[lane.0 as usize];
        let key = key(instant(self.last) + line.delay, line.turn, &mut self.number);
        if line.first.is_some() {
            return line.others.push((key, event));
        }
        line.first = Some(event);
        self.heads.push((key, lane.0));
        put_back(&mut self.heads);
    }

    #[inline(always)]
    fn leave_places(&mut self, places: u64) {
        self.number += places;
    }

    #[cold]
    fn push_in_place(&mut self, place: u64, event: E) {
        self.ladder.push(self.last + Key::from(place), event);
    }

    #[inline(always)]
    fn pop_valid_before(&mut self, limit: Instant, is_void: impl Fn(&E) -> bool) -> Option<(Instant, E)> {
        self.take_before(limit.micros().max(0) as u64, is_void)
    }

    fn allow_at_once(&mut self, more: u64) {
        self.most = self.most.saturating_add(more);
    }

    #[inline]
    fn coming(&mut self) -> impl Iterator<Item = E> {
        self.ladder.opened()
    }
}

/// Key of the event that is scheduled next.
#[inline]
fn key(at: Instant, turn: u8, number: &mut u64) -> Key {
    let low = u64::from(turn) << NUMBER_BITS | *number;
    *number += 1;
    // No instant is before the start, so the number of microseconds is not negative.
    u128::from(at.micros() as u64) << 64 | u128::from(low)
}

/// Moves the last head to its place.
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
