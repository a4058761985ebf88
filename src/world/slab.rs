//! Records with reusable slots: memory follows what is in the house, and nothing is allocated once warm.

use std::num::NonZeroU32;

/// Names a record for as long as it lives; void afterwards, even when the slot is used again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key {
    pub(super) slot: u32,
    /// Odd, so never 0: an `Option` of a key takes no more room than a key.
    generation: NonZeroU32,
}

impl Key {
    /// Of a slot in use.
    pub(super) fn new(slot: u32, generation: u32) -> Key {
        Key { slot, generation: NonZeroU32::new(generation).expect("slab: the generation in use is odd") }
    }

    #[inline(always)]
    pub(super) fn generation(self) -> u32 {
        self.generation.get()
    }
}

impl Default for Key {
    /// Of no record that ever is: no slab has so many slots.
    fn default() -> Key {
        Key::new(u32::MAX, 1)
    }
}

/// What a slot holds: emptied for its next use without giving up the memory it has.
pub trait Reset: Default {
    fn reset(&mut self);
}

#[derive(Debug)]
struct Slot<T> {
    /// Odd while in use.
    generation: u32,
    record: T,
}

/// The records of one kind.
#[derive(Debug, Default)]
pub struct Slab<T> {
    slots: Vec<Slot<T>>,
    free: Vec<u32>,
}

impl<T: Reset> Slab<T> {
    /// A record as [`Reset`] left it, and its key.
    pub fn open(&mut self) -> Key {
        let slot = self.free.pop().unwrap_or_else(|| {
            self.slots.push(Slot { generation: 0, record: T::default() });
            self.slots.len() as u32 - 1
        });
        let place = &mut self.slots[slot as usize];
        place.generation += 1;
        Key::new(slot, place.generation)
    }

    /// Frees the record; its key is void from now on.
    pub fn close(&mut self, key: Key) {
        let place = &mut self.slots[key.slot as usize];
        assert_eq!(place.generation, key.generation(), "slab: a record is closed only once");
        place.generation += 1;
        place.record.reset();
        self.free.push(key.slot);
    }

    /// Whether the record still lives.
    pub fn lives(&self, key: Key) -> bool {
        self.slots.get(key.slot as usize).is_some_and(|place| place.generation == key.generation())
    }

    /// All living records, in order of their slots.
    pub fn iter(&self) -> impl Iterator<Item = (Key, &T)> {
        self.slots
            .iter()
            .enumerate()
            .filter(|(_, place)| place.generation % 2 == 1)
            .map(|(slot, place)| (Key::new(slot as u32, place.generation), &place.record))
    }
}

#[cold]
#[inline(never)]
pub(super) fn gone() -> ! {
    panic!("slab: the record must live")
}

impl<T: Reset> std::ops::Index<Key> for Slab<T> {
    type Output = T;
    #[inline]
    fn index(&self, key: Key) -> &T {
        match self.slots.get(key.slot as usize) {
            Some(place) if place.generation == key.generation() => &place.record,
            _ => gone(),
        }
    }
}

impl<T: Reset> std::ops::IndexMut<Key> for Slab<T> {
    #[inline]
    fn index_mut(&mut self, key: Key) -> &mut T {
        match self.slots.get_mut(key.slot as usize) {
            Some(place) if place.generation == key.generation() => &mut place.record,
            _ => gone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Default)]
    struct Nothing;

    impl Reset for Nothing {
        fn reset(&mut self) {}
    }

    #[test]
    fn a_key_is_void_before_and_after_its_record() {
        let mut slab = Slab::<Nothing>::default();
        let first = slab.open();
        assert!(slab.lives(first) && !slab.lives(Key::default()));
        slab.close(first);
        assert!(!slab.lives(first) && !slab.lives(Key::default()), "the slot is free");
        let second = slab.open();
        assert_eq!(second.slot, first.slot);
        assert!(slab.lives(second) && !slab.lives(first) && !slab.lives(Key::default()));
    }
}
