//! A priority queue for a list in which most events are far in the future: a ladder of one rung (after Tang, Goh and
//! Thng 2005).
//!
//! A heap compares each event many times with others that are as far away. Here a far event only goes into the bucket
//! of its time, unsorted. A bucket is sorted when its time has come; the few events scheduled for that time after that
//! go through a heap. Events beyond all buckets wait in a plain list, which is scanned once per round of the buckets.
//! Where an entry is stored never changes the order: entries are ordered by their keys alone.

use super::heap::{Heap, Key, NOTHING};

/// Minimum number of buckets, and minimum number of entries for which the buckets are laid out.
const FEW: usize = 512;
/// Mean number of entries in a bucket that the layout aims for.
const IN_A_BUCKET: u64 = 4;
/// The buckets are laid out anew after this many looks in vain for each entry.
const LOOKS: usize = 64;
/// End of a chain.
const END: u32 = u32::MAX;
/// Entries in a block: two cache lines, if an event takes 16 bytes.
const ROOM: usize = 3;

/// Adjacent entries, because a bucket has long left the cache when it is opened, and each separate place would cost a
/// cache miss.
#[derive(Clone, Copy, Debug)]
#[repr(align(64))]
struct Block<E> {
    entries: [(Key, E); ROOM],
    next: u32,
}

/// Blocks of one bucket. The number of entries in the first block is stored here, so that adding an entry reads nothing
/// of the block; the other blocks are full.
#[derive(Clone, Copy, Debug)]
struct Chain {
    first: u32,
    used: u32,
}

/// No block, so no room.
const EMPTY: Chain = Chain { first: END, used: ROOM as u32 };

/// Entries in the order of their keys. The upper half of a key is a time, never before that of the last entry taken.
#[derive(Clone, Debug)]
pub(super) struct Ladder<E> {
    /// Entries of the bucket opened last, the first at the end.
    run: Vec<(Key, E)>,
    /// Entries added after their bucket was opened.
    late: Heap<E>,
    /// Smallest key, which is in `run` or `late`; [`NOTHING`] if the list is empty.
    pub(super) first: Key,
    /// Number of low bits of a time that are dropped to get the number of its bucket.
    shift: u32,
    opened: u64,
    /// The next buckets, by number modulo their count, which is a power of two.
    chains: Vec<Chain>,
    blocks: Vec<Block<E>>,
    free: u32,
    /// Number of entries in chains.
    chained: usize,
    beyond: Vec<(Key, E)>,
    /// Number of entries for which the buckets were laid out.
    laid_out_for: usize,
    /// Number of empty buckets and of entries in `beyond` visited since then.
    looks: usize,
    /// Whether a bucket was opened since the last call of [`Ladder::opened`].
    has_opened: bool,
}

impl<E: Copy> Ladder<E> {
    pub(super) fn new() -> Ladder<E> {
        Ladder {
            run: vec![],
            late: Heap::new(),
            first: NOTHING,
            // About an hour, if times are microseconds; used until there are entries to adapt to.
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

    /// Events of the bucket opened since the last call; empty if none was opened.
    #[inline]
    pub(super) fn opened(&mut self) -> impl Iterator<Item = E> {
        let entries = if std::mem::take(&mut self.has_opened) { &self.run[..] } else { &[] };
        entries.iter().map(|entry| entry.1)
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

    /// Removes the first entry. There must be one.
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

    /// Opens buckets until one has entries, if there are any.
    #[inline(never)]
    fn open(&mut self) {
        while self.near() == 0 && self.chained + self.beyond.len() > 0 {
            if self.chained == 0 {
                // All buckets are empty: jump to the first entry beyond.
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
            // One round is complete: entries beyond the buckets may now fall into them.
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
        let (mut beyond, shift) = (std::mem::take(&mut self.beyond), self.shift);
        for (key, event) in beyond.extract_if(.., |entry| (entry.0 >> 64) as u64 >> shift < last) {
            self.place(key, event);
        }
        self.beyond = beyond;
    }

    /// Adapts width and number of the buckets to the entries: a bucket spans a few mean distances between entries, and
    /// most entries fall into a bucket.
    fn lay_out(&mut self) {
        let mut far = std::mem::take(&mut self.beyond);
        for mut chain in self.chains.drain(..) {
            while chain.first != END {
                let block = &self.blocks[chain.first as usize];
                far.extend_from_slice(&block.entries[..chain.used as usize]);
                chain = Chain { first: block.next, ..EMPTY };
            }
        }
        // All near entries are up to the end of this bucket.
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
        // Keep the vector with the larger capacity.
        far.append(&mut self.beyond);
        self.beyond = far;
    }
}
