//! Records in reusable slots. Memory follows the number of live records; in steady state nothing is allocated.

use std::num::NonZeroU32;

/// Identifies a record while it lives. Void afterwards, even when the slot is reused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key {
    pub(super) slot: u32,
    /// Odd, so never 0: `Option<Key>` is as small as `Key`.
    generation: NonZeroU32,
}

impl Key {
    /// Key of a slot in use.
    fn new(slot: u32, generation: u32) -> Key {
        Key { slot, generation: NonZeroU32::new(generation).expect("slab: the generation in use is odd") }
    }
}

impl Default for Key {
    /// A key that is never valid: no slab has that many slots.
    fn default() -> Key {
        Key::new(u32::MAX, 1)
    }
}

/// Empties a record for reuse and keeps its allocated memory.
pub trait Reset: Default {
    fn reset(&mut self);
}

impl Reset for u32 {
    fn reset(&mut self) {
        *self = 0;
    }
}

#[derive(Debug)]
struct Slot<T> {
    /// Odd while the slot is in use.
    generation: u32,
    record: T,
}

/// All records of one kind.
#[derive(Debug, Default)]
pub struct Slab<T> {
    slots: Vec<Slot<T>>,
    free: Vec<u32>,
}

impl<T: Reset> Slab<T> {
    /// Opens an empty record. Returns its key.
    pub fn open(&mut self) -> Key {
        let slot = self.free.pop().unwrap_or_else(|| {
            self.slots.push(Slot { generation: 0, record: T::default() });
            self.slots.len() as u32 - 1
        });
        let place = &mut self.slots[slot as usize];
        place.generation += 1;
        Key::new(slot, place.generation)
    }

    /// Frees the record; its key becomes void. Panics if the key is void.
    pub fn close(&mut self, key: Key) {
        let place = &mut self.slots[key.slot as usize];
        assert_eq!(place.generation, key.generation.get(), "slab: a record is closed only once");
        place.generation += 1;
        place.record.reset();
        self.free.push(key.slot);
    }

    /// The record; `None` if the key is void.
    #[inline]
    pub fn get(&self, key: Key) -> Option<&T> {
        let place = self.slots.get(key.slot as usize)?;
        (place.generation == key.generation.get()).then_some(&place.record)
    }

    /// Whether the key is valid.
    #[inline]
    pub fn lives(&self, key: Key) -> bool {
        self.get(key).is_some()
    }

    /// All live records in slot order.
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
fn gone() -> ! {
    panic!("slab: the record must live")
}

impl<T: Reset> std::ops::Index<Key> for Slab<T> {
    type Output = T;
    #[inline]
    fn index(&self, key: Key) -> &T {
        self.get(key).unwrap_or_else(|| gone())
    }
}

impl<T: Reset> std::ops::IndexMut<Key> for Slab<T> {
    #[inline]
    fn index_mut(&mut self, key: Key) -> &mut T {
        match self.slots.get_mut(key.slot as usize) {
            Some(place) if place.generation == key.generation.get() => &mut place.record,
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
