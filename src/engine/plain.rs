//! The future event list of the textbook (Law, ch. 1.3.2): one sorted list. Tests compare the faster
//! [`Agenda`](super::agenda::Agenda) with it.

use super::agenda::{EventList, Lane};
use super::time::{Instant, Span};
use std::collections::BTreeMap;

/// Events by instant, turn and number.
#[derive(Clone, Debug, Default)]
pub struct Plain<E> {
    now: Instant,
    number: u64,
    events: BTreeMap<(Instant, u8, u64), E>,
    lanes: Vec<(Span, u8)>,
}

impl<E: Copy> Plain<E> {
    /// An empty list; the clock stands at [`Instant::START`].
    pub fn new() -> Plain<E> {
        Plain { now: Instant::START, number: 0, events: BTreeMap::new(), lanes: vec![] }
    }
}

impl<E: Copy> EventList<E> for Plain<E> {
    const PLAIN: bool = true;

    fn lane(&mut self, delay: Span, turn: u8) -> Lane {
        self.lanes.push((delay, turn));
        Lane::new(self.lanes.len() - 1)
    }

    fn push(&mut self, at: Instant, turn: u8, event: E) {
        assert!(at >= self.now, "plain: nothing is scheduled in the past");
        self.events.insert((at, turn, self.number), event);
        self.number += 1;
    }

    fn push_lane(&mut self, lane: Lane, event: E) {
        let (delay, turn) = self.lanes[lane.number()];
        self.push(self.now + delay, turn, event);
    }

    fn pop_before(&mut self, limit: Instant) -> Option<(Instant, E)> {
        let first = self.events.first_entry()?;
        let at = first.key().0;
        (at < limit).then(|| {
            self.now = at;
            (at, first.remove())
        })
    }

    fn allow_at_once(&mut self, _more: u64) {}

    fn coming(&mut self) -> impl Iterator<Item = E> {
        std::iter::empty()
    }
}
