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

/// The job is not packed.
const NONE: u32 = MOST_PLACES as u32;

/// A job taken out of the table by the current event.
pub type AtHand = Box<Job>;

/// Table entry of a job.
#[derive(Debug)]
struct Slot {
    /// Odd while the slot is in use.
    generation: u32,
    /// Generation of the timer. Most timer events are void, and then nothing else of the job is read.
    timer: u32,
    /// Place of the words of a packed job, or [`NONE`].
    words: u32,
    /// Record of an active job; `None` while it is at hand.
    record: Option<AtHand>,
}

/// All jobs, by key. See [`super::slab::Slab`] for keys.
#[derive(Debug)]
pub struct Jobs {
    /// How long the record of an ended job is kept (J15).
    retention: Span,
    slots: Vec<Slot>,
    free: Vec<u32>,
    /// Records that no job needs, emptied by [`Reset`]. While the job at hand is back in the table, its holder has one
    /// of these.
    spare: Vec<AtHand>,
    /// Number of all records.
    records: usize,
    rest: Rest,
}

impl Jobs {
    /// An empty table; `retention` is how long a record is kept after the end of its job.
    pub fn new(retention: Span) -> Jobs {
        Jobs { retention, slots: vec![], free: vec![], spare: vec![], records: 0, rest: Rest::default() }
    }

    /// Opens an empty record. Returns its key.
    pub fn open(&mut self) -> Key {
        let mut job = self.spare_record();
        let slot = self.free.pop().unwrap_or_else(|| {
            self.slots.push(Slot { generation: 0, timer: 0, words: NONE, record: None });
            self.slots.len() as u32 - 1
        });
        let place = &mut self.slots[slot as usize];
        place.generation += 1;
        place.timer = 0;
        job.key = Key::new(slot, place.generation);
        let key = job.key;
        place.record = Some(job);
        key
    }

    /// Frees the record of the job at hand; its key becomes void.
    pub fn close(&mut self, job: AtHand) {
        let slot = job.key.slot;
        self.slots[slot as usize].generation += 1;
        self.free.push(slot);
        self.spare(job);
    }

    /// Highest number of active jobs so far, which is the number of records, used or free.
    #[inline]
    pub fn most_on_the_move(&self) -> usize {
        self.records
    }

    /// Takes a job out of the table for the time of an event. Panics if the job is packed, at hand or gone.
    #[inline(always)]
    pub fn take(&mut self, key: Key) -> AtHand {
        let slot = self.slots.get_mut(key.slot as usize).filter(|slot| slot.generation == key.generation());
        let slot = slot.unwrap_or_else(|| gone());
        slot.record.take().unwrap_or_else(|| absent(slot.words))
    }

    /// Puts a job back into the table.
    #[inline(always)]
    pub fn put_back(&mut self, job: AtHand) {
        let nothing = self.slots[job.key.slot as usize].record.replace(job);
        debug_assert!(nothing.is_none(), "jobs: who is put back was taken");
        std::mem::forget(nothing);
    }

    /// Puts the job at hand back into the table until [`Jobs::take_up`].
    pub fn lay_down(&mut self, job: &mut AtHand) {
        let stand_in = self.spare_record();
        self.put_back(std::mem::replace(job, stand_in));
    }

    /// Takes the job out again after [`Jobs::lay_down`].
    pub fn take_up(&mut self, key: Key, job: &mut AtHand) {
        let stand_in = std::mem::replace(job, self.take(key));
        self.spare.push(stand_in);
    }

    /// Whether the key is valid.
    #[inline]
    pub fn lives(&self, key: Key) -> bool {
        self.slot(key).is_some()
    }

    /// The record of a job; `None` if the key is void or the job is packed. Panics if the job is at hand.
    #[inline]
    pub fn get(&self, key: Key) -> Option<&Job> {
        let slot = self.slot(key).filter(|slot| slot.words == NONE)?;
        Some(slot.record.as_deref().unwrap_or_else(|| absent(slot.words)))
    }

    /// Packs the job at hand, which is at rest: replaces its record by the compact encoding.
    pub fn pack(&mut self, job: AtHand) {
        self.slots[job.key.slot as usize].words = self.rest.pack(&job, self.retention);
        self.spare(job);
    }

    /// Restores the full record of a packed job. No effect on others.
    pub fn unpack(&mut self, key: Key) {
        let words = self.slots[key.slot as usize].words;
        if words == NONE {
            return;
        }
        let mut job = self.spare_record();
        job.key = key;
        self.rest.unpack(words, self.retention, &mut job);
        self.rest.forget(words);
        let slot = &mut self.slots[key.slot as usize];
        (slot.words, slot.record) = (NONE, Some(job));
    }

    /// Whether a job is packed.
    #[inline]
    pub fn is_packed(&self, key: Key) -> bool {
        self.slots[key.slot as usize].words != NONE
    }

    /// Timer generation of a job, if the key is valid. Timer events of other generations are void.
    #[inline]
    pub fn timer(&self, key: Key) -> Option<u32> {
        Some(self.slot(key)?.timer)
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
        let used = self.slots.iter().enumerate().filter(|(_, slot)| slot.generation % 2 == 1);
        used.filter_map(|(number, slot)| {
            let key = Key::new(number as u32, slot.generation);
            let job = if slot.words == NONE {
                Cow::Borrowed(slot.record.as_deref()?)
            } else {
                let mut job = Job { key, ..Job::default() };
                self.rest.unpack(slot.words, self.retention, &mut job);
                Cow::Owned(job)
            };
            Some((key, job))
        })
    }

    fn spare_record(&mut self) -> AtHand {
        self.spare.pop().unwrap_or_else(|| {
            self.records += 1;
            AtHand::default()
        })
    }

    fn spare(&mut self, mut job: AtHand) {
        job.reset();
        self.spare.push(job);
    }

    #[inline]
    fn slot(&self, key: Key) -> Option<&Slot> {
        self.slots.get(key.slot as usize).filter(|slot| slot.generation == key.generation())
    }
}

/// Panics, because a job has no record in the table.
#[cold]
#[inline(never)]
fn absent(words: u32) -> ! {
    match words {
        NONE => panic!("jobs: a job that was taken out is not looked up"),
        _ => panic!("jobs: a job at rest is unpacked before it moves"),
    }
}

impl std::ops::Index<Key> for Jobs {
    type Output = Job;
    #[inline]
    fn index(&self, key: Key) -> &Job {
        let slot = self.slot(key).unwrap_or_else(|| gone());
        slot.record.as_deref().unwrap_or_else(|| absent(slot.words))
    }
}

impl std::ops::IndexMut<Key> for Jobs {
    #[inline]
    fn index_mut(&mut self, key: Key) -> &mut Job {
        let slot = self.slots.get_mut(key.slot as usize).filter(|slot| slot.generation == key.generation());
        let slot = slot.unwrap_or_else(|| gone());
        slot.record.as_deref_mut().unwrap_or_else(|| absent(slot.words))
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
            let job = jobs.take(key);
            jobs.pack(job);
            assert!(jobs.is_packed(key) && jobs.get(key).is_none());
            jobs.unpack(key);
            assert_eq!(jobs[key].fate.id.ordinal, ordinal);
            let job = jobs.take(key);
            jobs.close(job);
            assert!(!jobs.lives(key) && jobs.timer(key).is_none());
            sizes.push((jobs.rest.size(), jobs.records, jobs.slots.len()));
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
        let job = jobs.take(one);
        jobs.pack(job);
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
