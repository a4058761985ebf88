//! The job table. Active jobs have full records. Jobs at rest only wait for the end of their retention and are packed
//! (compact encoding, see `rest.rs`): in steady state nearly all jobs are at rest, and the records of the active
//! jobs then fit into a cache.
//!
//! An event takes its job out of the table once ([`Jobs::take`]) and puts it back afterwards. Meanwhile this job is
//! "at hand", and the table has only the others. Code that looks up several jobs by key puts it back for that time
//! ([`Jobs::lay_down`]).

use super::record::Job;
use super::rest::{MOST_PLACES, Rest};
use super::slab::{Key, Reset, gone};
use crate::engine::time::Span;
use std::borrow::Cow;

/// No slot, or no place.
const NONE: u32 = u32::MAX;
/// Flag in `Slot::place`: place of a packed job, not number of a record.
const RESTS: u32 = MOST_PLACES as u32;

/// A job taken out of the table by the current event.
pub type AtHand = Box<Job>;

/// Table entry of a job.
#[derive(Debug)]
struct Slot {
    /// Odd while the slot is in use.
    generation: u32,
    /// Active job: number of its record. Packed job: place of its words, with [`RESTS`] set.
    place: u32,
    /// Generation of the timer. Most timer events are void, and then nothing else of the job is read.
    timer: u32,
}

impl Slot {
    /// Place of the words of a packed job.
    #[inline]
    fn words(&self) -> Option<u32> {
        (self.place >= RESTS && self.place != NONE).then_some(self.place & !RESTS)
    }
}

/// All jobs, by key. See [`super::slab::Slab`] for keys.
#[derive(Debug)]
pub struct Jobs {
    /// How long the record of an ended job is kept (J15).
    retention: Span,
    slots: Vec<Slot>,
    free: Vec<u32>,
    /// `None` while the job is at hand.
    records: Vec<Option<AtHand>>,
    /// Free records, emptied by [`Reset`].
    spare: Vec<u32>,
    /// Blank records. While the job at hand is back in the table, its holder has one of these.
    stand_ins: Vec<AtHand>,
    rest: Rest,
}

impl Jobs {
    /// An empty table; `retention` is how long a record is kept after the end of its job.
    pub fn new(retention: Span) -> Jobs {
        Jobs {
            retention,
            slots: vec![],
            free: vec![],
            records: vec![],
            spare: vec![],
            stand_ins: vec![],
            rest: Rest::default(),
        }
    }

    /// Opens an empty record. Returns its key.
    pub fn open(&mut self) -> Key {
        let record = self.spare_record();
        let slot = self.free.pop().unwrap_or_else(|| {
            self.slots.push(Slot { generation: 0, place: NONE, timer: 0 });
            self.slots.len() as u32 - 1
        });
        let place = &mut self.slots[slot as usize];
        place.generation += 1;
        (place.place, place.timer) = (record, 0);
        let key = Key::new(slot, place.generation);
        self[key].key = key;
        key
    }

    /// Frees the record; its key becomes void. Panics if the key is void.
    pub fn close(&mut self, key: Key) {
        let record = self.record(key);
        self[key].reset();
        self.spare.push(record as u32);
        let slot = &mut self.slots[key.slot as usize];
        slot.generation += 1;
        slot.place = NONE;
        self.free.push(key.slot);
    }

    /// Highest number of active jobs so far, which is the number of records, used or free.
    #[inline]
    pub fn most_on_the_move(&self) -> usize {
        self.records.len()
    }

    /// Takes a job out of the table for the time of an event. Panics if the job is packed, at hand or gone.
    #[inline(always)]
    pub fn take(&mut self, key: Key) -> AtHand {
        let record = self.record(key);
        self.records.get_mut(record).unwrap_or_else(|| rests()).take().unwrap_or_else(|| at_hand())
    }

    /// Puts a job back into the table.
    #[inline(always)]
    pub fn put_back(&mut self, job: AtHand) {
        let record = self.slots[job.key.slot as usize].place as usize;
        let nothing = self.records[record].replace(job);
        debug_assert!(nothing.is_none(), "jobs: who is put back was taken");
        std::mem::forget(nothing);
    }

    /// Puts the job at hand back into the table until [`Jobs::take_up`].
    pub fn lay_down(&mut self, job: &mut AtHand) {
        let stand_in = self.stand_ins.pop().unwrap_or_default();
        self.put_back(std::mem::replace(job, stand_in));
    }

    /// Takes the job out again after [`Jobs::lay_down`].
    pub fn take_up(&mut self, key: Key, job: &mut AtHand) {
        let stand_in = std::mem::replace(job, self.take(key));
        self.stand_ins.push(stand_in);
    }

    /// Whether the key is valid.
    #[inline]
    pub fn lives(&self, key: Key) -> bool {
        self.slots.get(key.slot as usize).is_some_and(|slot| slot.generation == key.generation())
    }

    /// The record of a job; `None` if the key is void or the job is packed. Panics if the job is at hand.
    #[inline]
    pub fn get(&self, key: Key) -> Option<&Job> {
        let slot = self.slots.get(key.slot as usize).filter(|slot| slot.generation == key.generation())?;
        Some(self.records.get(slot.place as usize)?.as_deref().unwrap_or_else(|| at_hand()))
    }

    /// Packs a job at rest: replaces its record by the compact encoding.
    pub fn pack(&mut self, key: Key) {
        let record = self.record(key);
        let job = self.records[record].as_deref_mut().unwrap_or_else(|| at_hand());
        let place = RESTS | self.rest.pack(job, self.retention);
        job.reset();
        self.slots[key.slot as usize].place = place;
        self.spare.push(record as u32);
    }

    /// Restores the full record of a packed job. No effect on others.
    pub fn unpack(&mut self, key: Key) {
        let Some(words) = self.slots[key.slot as usize].words() else { return };
        let record = self.spare_record();
        let job = self.records[record as usize].as_deref_mut().unwrap_or_else(|| at_hand());
        job.key = key;
        self.rest.unpack(words, self.retention, job);
        self.rest.forget(words);
        self.slots[key.slot as usize].place = record;
    }

    /// Whether a job is packed.
    #[inline]
    pub fn is_packed(&self, key: Key) -> bool {
        self.slots[key.slot as usize].words().is_some()
    }

    /// Timer generation of a job, if the key is valid. Timer events of other generations are void.
    #[inline]
    pub fn timer(&self, key: Key) -> Option<u32> {
        let slot = self.slots.get(key.slot as usize).filter(|slot| slot.generation == key.generation())?;
        Some(slot.timer)
    }

    /// Makes all pending timer events of a job void. Returns the new generation. Panics if the key is void.
    #[inline]
    pub fn void_timer(&mut self, key: Key) -> u32 {
        let slot = &mut self.slots[key.slot as usize];
        assert_eq!(slot.generation, key.generation(), "jobs: a job with a timer is active");
        slot.timer += 1;
        slot.timer
    }

    /// All jobs in slot order, without the job at hand; packed jobs are decoded into temporary records.
    pub fn iter(&self) -> impl Iterator<Item = (Key, Cow<'_, Job>)> {
        self.slots.iter().enumerate().filter_map(|(number, slot)| {
            let job = match slot.words() {
                Some(words) => {
                    let mut job = Job::default();
                    self.rest.unpack(words, self.retention, &mut job);
                    Cow::Owned(job)
                }
                None => Cow::Borrowed(self.records.get(slot.place as usize)?.as_deref()?),
            };
            Some((Key::new(number as u32, slot.generation), job))
        })
    }

    fn spare_record(&mut self) -> u32 {
        self.spare.pop().unwrap_or_else(|| {
            self.records.push(Some(AtHand::default()));
            self.records.len() as u32 - 1
        })
    }

    #[inline(always)]
    fn record(&self, key: Key) -> usize {
        match self.slots.get(key.slot as usize) {
            Some(slot) if slot.generation == key.generation() => slot.place as usize,
            _ => gone(),
        }
    }
}

#[cold]
#[inline(never)]
fn rests() -> ! {
    panic!("jobs: a job at rest is unpacked before it moves")
}

#[cold]
#[inline(never)]
fn at_hand() -> ! {
    panic!("jobs: a job that was taken out is not looked up")
}

impl std::ops::Index<Key> for Jobs {
    type Output = Job;
    fn index(&self, key: Key) -> &Job {
        let record = self.records.get(self.record(key)).unwrap_or_else(|| rests());
        record.as_deref().unwrap_or_else(|| at_hand())
    }
}

impl std::ops::IndexMut<Key> for Jobs {
    fn index_mut(&mut self, key: Key) -> &mut Job {
        let record = self.record(key);
        let record = self.records.get_mut(record).unwrap_or_else(|| rests());
        record.as_deref_mut().unwrap_or_else(|| at_hand())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_job_that_is_unpacked_leaves_its_words_to_the_next() {
        let mut jobs = Jobs::new(Span::days(90));
        let mut sizes = vec![];
        for ordinal in 0..3 {
            let key = jobs.open();
            at_rest(&mut jobs[key], ordinal);
            assert!(!jobs.is_packed(key));
            jobs.pack(key);
            assert!(jobs.is_packed(key) && jobs.get(key).is_none());
            jobs.unpack(key);
            assert_eq!(jobs[key].fate.id.ordinal, ordinal);
            jobs.close(key);
            assert!(!jobs.lives(key) && jobs.timer(key).is_none());
            sizes.push((jobs.rest.size(), jobs.records.len(), jobs.slots.len()));
        }
        assert!(sizes.iter().all(|&size| size == sizes[0]), "{sizes:?}");
    }

    #[test]
    fn the_timer_of_a_job_is_told_by_its_generation_packed_or_not() {
        let mut jobs = Jobs::new(Span::days(90));
        let (one, other) = (jobs.open(), jobs.open());
        let first = jobs.void_timer(one);
        assert_eq!(jobs.timer(one), Some(first));
        let second = jobs.void_timer(one);
        assert_ne!(first, second);
        at_rest(&mut jobs[one], 0);
        jobs.pack(one);
        assert_eq!(jobs.timer(one), Some(second));
        assert_ne!(jobs.timer(other), Some(second), "each job has its own");
    }

    fn at_rest(job: &mut Job, ordinal: u32) {
        use crate::engine::time::Instant;
        use crate::policy::JobState;
        use crate::scenario::Milestone;
        use crate::world::record::Timer;
        job.fate.id.ordinal = ordinal;
        (job.state, job.ended_with_error) = (JobState::Closed, Some(false));
        job.milestones[Milestone::Ended as usize] = Some(Instant::START);
        let due = Instant::START + Span::days(90);
        let waited = [Span::ZERO; 2];
        job.timer =
            Some(Timer { deadline: crate::world::timers::AT_REST, due, left: None, overdue: false, waited });
    }
}
