//! The future event list of the textbook (Law, ch. 1.3.2): one sorted list. Tests compare the faster
//! [`Agenda`](super::agenda::Agenda) with it.

use super::agenda::{EventList, Lane};
use super::time::{Instant, Span};
use std::collections::BTreeMap;

/// Events by instant, turn and number.
#[derive(Clone, Debug, Default)]
pub struct Plain<E> {
    /// Instant, turn and number of the last event popped.
    last: (Instant, u8, u64),
    number: u64,
    pub(super) events: BTreeMap<(Instant, u8, u64), E>,
    lanes: Vec<(Span, u8)>,
}

impl<E: Copy> Plain<E> {
    /// An empty list; the clock stands at [`Instant::START`].
    pub fn new() -> Plain<E> {
        Plain { last: (Instant::START, 0, 0), number: 0, events: BTreeMap::new(), lanes: vec![] }
    }
}

impl<E: Copy> EventList<E> for Plain<E> {
    const PLAIN: bool = true;

    fn lane(&mut self, delay: Span, turn: u8) -> Lane {
        self.lanes.push((delay, turn));
        Lane(self.lanes.len() as u32 - 1)
    }

    fn push(&mut self, at: Instant, turn: u8, event: E) {
        assert!(at >= self.last.0, "plain: nothing is scheduled in the past");
        self.events.insert((at, turn, self.number), event);
        self.number += 1;
    }

    fn push_lane(&mut self, lane: Lane, event: E) {
        let (delay, turn) = self.lanes[lane.0 as usize];
        self.push(self.last.0 + delay, turn, event);
    }

    fn leave_places(&mut self, places: u64) {
        self.number += places;
    }

    fn push_in_place(&mut self, place: u64, event: E) {
        let (now, turn, number) = self.last;
        self.events.insert((now, turn, number + place), event);
    }

    /// Drops no event.
    fn pop_valid_before(&mut self, limit: Instant, _is_void: impl Fn(&E) -> bool) -> Option<(Instant, E)> {
        let first = self.events.first_entry()?;
        let key = *first.key();
        (key.0 < limit).then(|| {
            self.last = key;
            (key.0, first.remove())
        })
    }

    fn allow_at_once(&mut self, _more: u64) {}

    fn coming(&mut self) -> impl Iterator<Item = E> {
        std::iter::empty()
    }
}
