//! What is to come at any time, most of it much later: a ladder of one rung (after Tang, Goh and Thng 2005).
//!
//! A heap asks of every event, again and again, whether it comes before others that are as far away. Here what is far
//! away only falls into the bucket of its time, unordered; a bucket is sorted when its time has come, and what is
//! scheduled for that time only then, which is little, goes through a heap. What lies beyond all buckets waits in a plain
//! list, looked through once each time the buckets have all been used. Where an entry stands never changes when it
//! comes: entries are ordered by their keys alone.

use super::heap::{Heap, Key, NOTHING};

/// At least so many buckets, and so many entries before they are laid out anew.
const FEW: usize = 512;
/// What a bucket is made to hold, on average.
const IN_A_BUCKET: u64 = 4;
/// So many looks an entry, in vain, and the buckets are laid out anew.
const LOOKS: usize = 64;
/// The end of a chain.
const END: u32 = u32::MAX;
/// Entries of a block: two cache lines, where an event takes 16 bytes.
const ROOM: usize = 3;

/// Entries side by side, since a bucket that is opened has long been out of the cache, and each place looked up costs
/// a wait for memory.
#[derive(Clone, Copy, Debug)]
#[repr(align(64))]
struct Block<E> {
    entries: [(Key, E); ROOM],
    next: u32,
}

/// Blocks of one bucket. How many entries the first of them has stands here, so that an entry is written without
/// anything being read of the block; the others are full.
#[derive(Clone, Copy, Debug)]
struct Chain {
    first: u32,
    used: u32,
}

/// No block, and so none with room.
const EMPTY: Chain = Chain { first: END, used: ROOM as u32 };

/// Entries in the order of their keys. The upper half of a key is a time that never lies before that of the entry
/// taken last.
#[derive(Clone, Debug)]
pub(super) struct Ladder<E> {
    /// The entries of the bucket opened last, the first at the end,
    run: Vec<(Key, E)>,
    /// and those that came when their bucket was open already.
    late: Heap<E>,
    /// The least key of both, or [`NOTHING`].
    first: Key,
    /// The bucket of a time is its number without so many low bits.
    shift: u32,
    opened: u64,
    /// Those of the next buckets, by number modulo their count, which is a power of two.
    chains: Vec<Chain>,
    blocks: Vec<Block<E>>,
    free: u32,
    /// Entries in chains.
    chained: usize,
    beyond: Vec<(Key, E)>,
    /// So many entries the buckets were laid out for.
    laid_out_for: usize,
    /// Empty buckets and entries beyond that were looked at since then.
    looks: usize,
    /// A bucket was opened since [`Ladder::opened`] was asked.
    has_opened: bool,
}

impl<E: Copy> Ladder<E> {
    pub(super) fn new() -> Ladder<E> {
        Ladder {
            run: vec![],
            late: Heap::new(),
            first: NOTHING,
            // About an hour, where times are microseconds: until there is something to go by.
            shift: 32,
            opened: 0,
            chains: vec![EMPTY; FEW],
            blocks: vec![],
            free: END,
            chained: 0,
            beyond: vec![],
            laid_out_for: FEW,
            looks: 0,
            has_opened: false,
        }
    }

    pub(super) fn len(&self) -> usize {
        self.near() + self.chained + self.beyond.len()
    }

    /// Entries of the buckets up to the one opened last.
    #[inline]
    fn near(&self) -> usize {
        self.run.len() + self.late.len()
    }

    /// The events of a bucket that was opened since this was last asked; none where none was.
    #[inline]
    pub(super) fn opened(&mut self) -> impl Iterator<Item = E> {
        let entries = if std::mem::take(&mut self.has_opened) { &self.run[..] } else { &[] };
        entries.iter().map(|entry| entry.1)
    }

    /// The least key, or that of nothing.
    #[inline]
    pub(super) fn first(&self) -> Key {
        self.first
    }

    #[inline]
    fn find_first(&mut self) {
        self.first = self.run.last().map_or(NOTHING, |entry| entry.0).min(self.late.first());
    }

    #[inline]
    pub(super) fn push(&mut self, key: Key, event: E) {
        self.place(key, event);
        if self.first == NOTHING {
            self.open();
        }
        if self.len() > 2 * self.laid_out_for {
            self.lay_out();
        }
    }

    /// Takes the first entry, of which there is one.
    #[inline(always)]
    pub(super) fn pop(&mut self) -> E {
        let event = match self.run.pop_if(|entry| entry.0 == self.first) {
            Some(entry) => entry.1,
            None => self.late.pop().1,
        };
        self.find_first();
        if self.first == NOTHING {
            self.open();
        }
        event
    }

    fn bucket(&self, key: Key) -> u64 {
        (key >> 64) as u64 >> self.shift
    }

    #[inline(always)]
    fn place(&mut self, key: Key, event: E) {
        let bucket = self.bucket(key);
        if bucket <= self.opened {
            self.late.push(key, event);
            self.first = self.first.min(key);
        } else if bucket - self.opened < self.chains.len() as u64 {
            let number = bucket as usize & (self.chains.len() - 1);
            let Chain { first, used } = self.chains[number];
            self.chains[number] = if used < ROOM as u32 {
                self.blocks[first as usize].entries[used as usize] = (key, event);
                Chain { first, used: used + 1 }
            } else {
                let block = Block { entries: [(key, event); ROOM], next: first };
                Chain { first: self.keep(block), used: 1 }
            };
            self.chained += 1;
        } else {
            self.beyond.push((key, event));
        }
    }

    fn keep(&mut self, block: Block<E>) -> u32 {
        let free = self.free;
        match self.blocks.get_mut(free as usize) {
            Some(place) => {
                self.free = place.next;
                *place = block;
                free
            }
            None => {
                self.blocks.push(block);
                self.blocks.len() as u32 - 1
            }
        }
    }

    /// Opens buckets until one has something, if there is anything.
    #[inline(never)]
    fn open(&mut self) {
        while self.near() == 0 && self.chained + self.beyond.len() > 0 {
            if self.chained == 0 {
                // Nothing for a long time: on to where there is something.
                let first =
                    self.beyond.iter().map(|entry| entry.0).min().expect("ladder: something lies beyond");
                self.opened = self.bucket(first);
                self.take_from_beyond();
                continue;
            }
            self.opened += 1;
            self.looks += 1;
            let number = self.opened as usize & (self.chains.len() - 1);
            let mut chain = std::mem::replace(&mut self.chains[number], EMPTY);
            while chain.first != END {
                let block = &mut self.blocks[chain.first as usize];
                self.run.extend_from_slice(&block.entries[..chain.used as usize]);
                let next = std::mem::replace(&mut block.next, self.free);
                self.free = chain.first;
                chain = Chain { first: next, ..EMPTY };
            }
            self.chained -= self.run.len();
            // Once around: what lay beyond the buckets may fall into them now.
            if number == 0 {
                self.take_from_beyond();
            }
        }
        self.has_opened = true;
        self.run.sort_unstable_by_key(|entry| std::cmp::Reverse(entry.0));
        self.find_first();
        let shrunk = self.len() < self.laid_out_for / 8 && self.laid_out_for > FEW;
        if shrunk || self.looks > LOOKS * self.laid_out_for {
            self.lay_out();
        }
    }

    fn take_from_beyond(&mut self) {
        let last = self.opened + self.chains.len() as u64;
        self.looks += self.beyond.len();
        let mut index = 0;
        while index < self.beyond.len() {
            let (key, event) = self.beyond[index];
            if self.bucket(key) < last {
                self.beyond.swap_remove(index);
                self.place(key, event);
            } else {
                index += 1;
            }
        }
    }

    /// Chooses width and number of the buckets for what there is: as wide as holds a few entries, where these come as
    /// often as their mean distance says, and so many that most fall into one.
    fn lay_out(&mut self) {
        let mut far = std::mem::take(&mut self.beyond);
        for mut chain in self.chains.drain(..) {
            while chain.first != END {
                let block = &self.blocks[chain.first as usize];
                far.extend_from_slice(&block.entries[..chain.used as usize]);
                chain = Chain { first: block.next, ..EMPTY };
            }
        }
        // All that is near comes up to the end of this bucket.
        let edge = ((self.opened + 1) << self.shift).wrapping_sub(1);
        self.laid_out_for = (self.near() + far.len()).max(FEW);
        self.looks = 0;
        if !far.is_empty() {
            let distance = |entry: &(Key, E)| u128::from((entry.0 >> 64) as u64 - edge);
            let mean = far.iter().map(distance).sum::<u128>() / far.len() as u128;
            let width = mean * u128::from(IN_A_BUCKET) / self.laid_out_for as u128;
            self.shift = (width as u64).max(1).ilog2();
        }
        self.opened = edge >> self.shift;
        self.chains.resize((self.laid_out_for / 2).next_power_of_two().max(FEW), EMPTY);
        self.blocks.clear();
        (self.free, self.chained) = (END, 0);
        for (key, event) in far.drain(..) {
            self.place(key, event);
        }
        // The list that was emptied has the most memory.
        far.append(&mut self.beyond);
        self.beyond = far;
    }
}
