//! A first-in-first-out list in a ring: like `VecDeque`, but only for entries that can be copied, and with fewer
//! instructions for each entry.

/// Entries in the order in which they came.
#[derive(Clone, Debug)]
pub(super) struct Ring<T> {
    /// Places; their number is a power of two. The first entry stands at `head` modulo that number.
    places: Vec<T>,
    head: usize,
    len: usize,
}

impl<T: Copy> Ring<T> {
    pub(super) fn new() -> Ring<T> {
        Ring { places: vec![], head: 0, len: 0 }
    }

    pub(super) fn len(&self) -> usize {
        self.len
    }

    /// The first entry.
    #[inline(always)]
    pub(super) fn first(&self) -> Option<&T> {
        if self.len == 0 { None } else { self.places.get(self.head & (self.places.len() - 1)) }
    }

    /// Adds an entry at the end.
    #[inline(always)]
    pub(super) fn push(&mut self, entry: T) {
        if self.len == self.places.len() {
            self.grow(entry);
        }
        let mask = self.places.len() - 1;
        self.places[(self.head + self.len) & mask] = entry;
        self.len += 1;
    }

    /// Removes the first entry. There must be one.
    #[inline(always)]
    pub(super) fn drop_first(&mut self) {
        self.head += 1;
        self.len -= 1;
    }

    /// Doubles the number of places; `any` fills those that are free.
    #[cold]
    #[inline(never)]
    fn grow(&mut self, any: T) {
        let head = self.head & self.places.len().wrapping_sub(1);
        self.places.rotate_left(head);
        self.head = 0;
        self.places.resize((2 * self.places.len()).max(4), any);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::VecDeque;

    #[test]
    fn a_ring_is_a_deque() {
        let (mut ring, mut deque) = (Ring::new(), VecDeque::new());
        for step in 0_u32..8_000 {
            // Grows and shrinks in waves, across the edge of the ring, and at last only shrinks.
            if step < 5_000 && (step / 37) % 3 > 0 {
                ring.push(step);
                deque.push_back(step);
            } else if deque.pop_front().is_some() {
                ring.drop_first();
            }
            assert_eq!((ring.first(), ring.len()), (deque.front(), deque.len()));
        }
        assert!(deque.is_empty());
    }
}
