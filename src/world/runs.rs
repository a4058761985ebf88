//! Runs of elements, stored in the order in which they come.
//!
//! All jobs at rest wait equally long. So they are read mostly in the order in which they were stored, and the processor
//! can read ahead. A block is used again when all its runs are forgotten.

/// Elements in a block, and so the length of the longest run.
const BLOCK: usize = 1024;
/// Upper bound of the number of places.
const MOST_PLACES: usize = 1 << 31;
/// Place of a run without elements.
const NOWHERE: u32 = u32::MAX;

#[derive(Debug)]
struct Block<T> {
    elements: Box<[T]>,
    /// Runs that are not forgotten.
    runs: u32,
}

/// Runs of elements. Each stands in one block.
#[derive(Debug)]
pub struct Runs<T> {
    blocks: Vec<Block<T>>,
    /// Blocks without runs, except the open one.
    free: Vec<u32>,
    /// The block that is being filled, and how many of its elements are used.
    open: usize,
    used: usize,
}

impl<T> Default for Runs<T> {
    fn default() -> Runs<T> {
        Runs { blocks: vec![], free: vec![], open: 0, used: BLOCK }
    }
}

impl<T: Copy + Default> Runs<T> {
    /// Opens a run of `length` elements. Returns its place and its elements, which the caller overwrites.
    ///
    /// # Panics
    /// Panics if the run is longer than a block, or if there are too many.
    pub fn room(&mut self, length: usize) -> (u32, &mut [T]) {
        if length == 0 {
            return (NOWHERE, &mut []);
        }
        if self.used + length > BLOCK {
            self.turn();
        }
        let first = self.used;
        self.used += length;
        let block = &mut self.blocks[self.open];
        block.runs += 1;
        ((self.open * BLOCK + first) as u32, &mut block.elements[first..][..length])
    }

    /// The run at this place.
    #[inline]
    pub fn run(&self, place: u32, length: usize) -> &[T] {
        if length == 0 {
            return &[];
        }
        let place = place as usize;
        &self.blocks[place / BLOCK].elements[place % BLOCK..][..length]
    }

    /// Forgets the run at this place. Its block is used again when all its runs are forgotten.
    pub fn forget(&mut self, place: u32) {
        if place == NOWHERE {
            return;
        }
        let number = place as usize / BLOCK;
        let block = &mut self.blocks[number];
        block.runs -= 1;
        match (block.runs, number == self.open) {
            (0, true) => self.used = 0,
            (0, false) => self.free.push(number as u32),
            _ => {}
        }
    }

    /// Opens a block without runs.
    #[cold]
    fn turn(&mut self) {
        self.used = 0;
        if let Some(free) = self.free.pop() {
            self.open = free as usize;
            return;
        }
        self.open = self.blocks.len();
        assert!((self.open + 1) * BLOCK <= MOST_PLACES, "runs: two billion places hold all jobs at rest");
        self.blocks.push(Block { elements: vec![T::default(); BLOCK].into(), runs: 0 });
    }

    /// Elements that there is room for.
    #[cfg(test)]
    pub fn size(&self) -> usize {
        self.blocks.len() * BLOCK
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_block_is_used_again_when_all_its_runs_are_forgotten() {
        let mut runs = Runs::<u64>::default();
        let written = |length: usize, mark: u64| -> Vec<u64> {
            (0..length as u64).map(|word| mark << 32 | word).collect()
        };
        let lengths = [1, 180, 3, 1024, 0, 180, 90, 7, 1000];
        let mut kept = std::collections::VecDeque::new();
        let mut sizes = vec![];
        for mark in 0..200 {
            let length = lengths[mark as usize % lengths.len()];
            let (place, room) = runs.room(length);
            room.copy_from_slice(&written(length, mark));
            kept.push_back((place, length, mark));
            // Mostly the oldest, sometimes the one after it.
            if kept.len() > 20 {
                let (place, ..) = kept.remove(usize::from(mark % 3 == 0)).expect("there are twenty");
                runs.forget(place);
            }
            for &(place, length, mark) in &kept {
                assert_eq!(runs.run(place, length), written(length, mark));
            }
            sizes.push(runs.size());
        }
        assert_eq!(sizes[60], sizes[199], "no more blocks than at first");
        while let Some((place, ..)) = kept.pop_front() {
            runs.forget(place);
        }
        assert_eq!(runs.free.len() + 1, runs.blocks.len());
    }
}
