//! A four-ary heap of keyed entries.

/// Microseconds, turn and number in one integer: its order is that of events, and comparing needs no branch.
pub(super) type Key = u128;

/// A key after all others; means no entry.
pub(super) const NOTHING: Key = Key::MAX;

/// Children of a node. With four, the heap is half as deep as a binary heap, and siblings share one or two cache
/// lines.
const ARITY: usize = 4;

/// Keys and events are in separate arrays, because the search for the smallest child reads keys only.
#[derive(Clone, Debug)]
pub(super) struct Heap<E> {
    keys: Vec<Key>,
    events: Vec<E>,
}

impl<E: Copy> Heap<E> {
    pub(super) fn new() -> Heap<E> {
        Heap { keys: vec![], events: vec![] }
    }

    #[inline]
    pub(super) fn len(&self) -> usize {
        self.keys.len()
    }

    /// The smallest key, or [`NOTHING`].
    #[inline]
    pub(super) fn first(&self) -> Key {
        self.keys.first().copied().unwrap_or(NOTHING)
    }

    #[inline]
    pub(super) fn push(&mut self, key: Key, event: E) {
        self.keys.push(key);
        self.events.push(event);
        self.rise(self.keys.len() - 1, key, event);
    }

    /// Removes the entry with the smallest key. The heap must not be empty.
    #[inline]
    pub(super) fn pop(&mut self) -> (Key, E) {
        let (key, event) = (self.keys.swap_remove(0), self.events.swap_remove(0));
        if let (Some(&last), Some(&moved)) = (self.keys.first(), self.events.first()) {
            let hole = self.sink();
            self.rise(hole, last, moved);
        }
        (key, event)
    }

    /// Moves the hole at `index` up to the place of this entry and writes the entry; entries on the way move down.
    #[inline]
    fn rise(&mut self, mut index: usize, key: Key, event: E) {
        while index > 0 {
            let parent = (index - 1) / ARITY;
            if self.keys[parent] < key {
                break;
            }
            self.keys[index] = self.keys[parent];
            self.events[index] = self.events[parent];
            index = parent;
        }
        self.keys[index] = key;
        self.events[index] = event;
    }

    /// Moves the hole at the top down to the bottom, always to the smallest child. The entry that fills the hole comes
    /// from the end of the heap and nearly always belongs near the bottom, so it is not compared on the way (Wegener
    /// 1993, bottom-up heapsort).
    #[inline]
    fn sink(&mut self) -> usize {
        let (keys, events) = (&mut self.keys[..], &mut self.events[..]);
        let length = keys.len().min(events.len());
        let mut hole = 0;
        loop {
            let first = hole * ARITY + 1;
            let (least, child) = match keys.get(first..first + ARITY) {
                Some(&[a, b, c, d]) => {
                    let (left, right) = (lesser((a, 0), (b, 1)), lesser((c, 2), (d, 3)));
                    lesser(left, right)
                }
                _ if first < length => least(&keys[first..length]),
                _ => return hole,
            };
            keys[hole] = least;
            events[hole] = events[first + child];
            hole = first + child;
        }
    }
}

/// The smallest key and its index; [`NOTHING`] if there are no keys.
#[inline]
fn least(keys: &[Key]) -> (Key, usize) {
    let numbered = keys.iter().enumerate();
    numbered.fold((NOTHING, 0), |least, (index, &key)| lesser(least, (key, index)))
}

/// The smaller key; of two equal ones the first.
#[inline]
fn lesser(one: (Key, usize), other: (Key, usize)) -> (Key, usize) {
    if other.0 < one.0 { other } else { one }
}
