//! The job table. Active jobs have full records. Jobs at rest only wait for the end of their retention and are encoded
//! (compact encoding, see `rest.rs`): in steady state nearly all jobs are at rest, and the records of the active
//! jobs then fit into a cache.
//!
//! An event takes its job out of the table once ([`Jobs::take`], [`Jobs::take_record`]) and puts it back afterwards.
//! Meanwhile this job is "at hand", and the table has only the others. Code that looks up several jobs by key puts it
//! back for that time ([`Jobs::lay_down`]).

use super::record::Job;
use super::rest::{Encoded, Rest};
use super::slab::{Key, Reset, Slab};
use std::borrow::Cow;

/// A job taken out of the table by the current event.
pub type AtHand = Box<Job>;

/// Number of a record in memory. A job keeps its record until it is encoded or closed, and it is neither while an event
/// that names the record is pending and has an effect. So such an event finds its job without the table of keys, which
/// does not fit into a cache.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RecordNumber(u32);

/// Where a job is.
#[derive(Clone, Copy, Debug)]
enum Place {
    Active(RecordNumber),
    Encoded(Encoded),
}

/// All jobs, by key.
#[derive(Debug, Default)]
pub struct Jobs {
    /// Generation of the timer of each job. Most timer events are void, and then nothing else of the job is read.
    timers: Slab<u32>,
    /// By slot in `timers`.
    places: Vec<Place>,
    /// Records of active jobs by number; `None` while the job is at hand, and for spare records.
    records: Vec<Option<AtHand>>,
    /// Records that no job needs; [`Reset`] empties them when they are taken. While the job at hand is back in the table,
    /// its holder has one of these.
    spare: Vec<AtHand>,
    rest: Rest,
}

impl Jobs {
    /// Opens an empty record. Returns its key.
    pub fn open(&mut self) -> Key {
        let mut job = self.spare_record();
        job.reset();
        job.key = self.timers.open();
        let (key, place) = (job.key, Place::Active(job.number));
        let slot = key.slot as usize;
        if slot == self.places.len() {
            self.places.push(place)
        } else {
            self.places[slot] = place
        }
        self.put_back(job);
        key
    }

    /// Frees the record of the job at hand; its key becomes void.
    pub fn close(&mut self, job: AtHand) {
        self.timers.close(job.key);
        self.spare.push(job);
    }

    /// Number of records, used or spare.
    #[inline]
    pub fn most_on_the_move(&self) -> usize {
        self.records.len()
    }

    /// Takes a job out of the table for the time of an event. Panics if the job is encoded, at hand or gone.
    #[inline(always)]
    pub fn take(&mut self, key: Key) -> AtHand {
        let number = self.number(key);
        self.take_record(number)
    }

    /// The same by the number of its record.
    #[inline(always)]
    pub fn take_record(&mut self, number: RecordNumber) -> AtHand {
        self.records[number.0 as usize].take().unwrap_or_else(|| panic_at_hand())
    }

    /// Puts a job back into the table.
    #[inline(always)]
    pub fn put_back(&mut self, job: AtHand) {
        let nothing = self.records[job.number.0 as usize].replace(job);
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
        self.timers.lives(key)
    }

    /// The record of a job; `None` if the key is void or the job is encoded. Panics if the job is at hand.
    #[inline]
    pub fn get(&self, key: Key) -> Option<&Job> {
        self.timers.get(key)?;
        match self.place(key) {
            Place::Active(number) => Some(self.record(number)),
            Place::Encoded(_) => None,
        }
    }

    /// Encodes the job at hand, which is at rest: replaces its record by the compact encoding.
    pub fn encode(&mut self, job: AtHand) {
        self.places[job.key.slot as usize] = Place::Encoded(self.rest.encode(&job));
        self.spare.push(job);
    }

    /// Restores the full record of an encoded job. No effect on others.
    pub fn decode(&mut self, key: Key) {
        if self.is_encoded(key) {
            let job = self.take_encoded(key);
            self.put_back(job);
        }
    }

    /// Restores the full record of an encoded job, whose key is valid, and takes it out of the table. Panics if the job is
    /// active.
    pub fn take_encoded(&mut self, key: Key) -> AtHand {
        debug_assert!(self.lives(key), "jobs: only a job in the table is restored");
        let Place::Encoded(encoded) = self.place(key) else {
            panic!("jobs: only an encoded job is restored")
        };
        let mut job = self.spare_record();
        job.reset();
        job.key = key;
        self.rest.decode(encoded, &mut job);
        self.rest.forget(encoded);
        self.places[key.slot as usize] = Place::Active(job.number);
        job
    }

    /// Whether a job is encoded.
    #[inline]
    pub fn is_encoded(&self, key: Key) -> bool {
        matches!(self.place(key), Place::Encoded(_))
    }

    /// Timer generation of a job, if the key is valid. Timer events of other generations are void.
    #[inline]
    pub fn timer(&self, key: Key) -> Option<u32> {
        self.timers.get(key).copied()
    }

    /// Makes all pending timer events of a job void. Returns the new generation. Panics if the key is void.
    #[inline]
    pub fn void_timer(&mut self, key: Key) -> u32 {
        let timer = &mut self.timers[key];
        *timer += 1;
        *timer
    }

    /// All jobs in slot order, without the job at hand; encoded jobs are decoded into temporary records.
    pub fn iter(&self) -> impl Iterator<Item = (Key, Cow<'_, Job>)> {
        self.timers.iter().filter_map(|(key, _)| {
            let job = match self.place(key) {
                Place::Active(number) => Cow::Borrowed(self.in_record(number)?),
                Place::Encoded(encoded) => {
                    let mut job = Job::default();
                    self.rest.decode(encoded, &mut job);
                    job.key = key;
                    Cow::Owned(job)
                }
            };
            Some((key, job))
        })
    }

    fn spare_record(&mut self) -> AtHand {
        self.spare.pop().unwrap_or_else(|| {
            let number = RecordNumber(self.records.len() as u32);
            self.records.push(None);
            Box::new(Job { number, ..Job::default() })
        })
    }

    /// The job in the record with this number; `None` if the record is spare or its job is at hand.
    #[inline]
    pub fn in_record(&self, number: RecordNumber) -> Option<&Job> {
        self.records[number.0 as usize].as_deref()
    }

    fn record(&self, number: RecordNumber) -> &Job {
        self.in_record(number).unwrap_or_else(|| panic_at_hand())
    }

    /// Number of the record of an active job. Panics if the key is void or the job is encoded.
    #[inline(always)]
    pub fn number(&self, key: Key) -> RecordNumber {
        let _: u32 = self.timers[key];
        match self.place(key) {
            Place::Active(number) => number,
            Place::Encoded(_) => panic_at_rest(),
        }
    }

    #[inline(always)]
    fn place(&self, key: Key) -> Place {
        self.places[key.slot as usize]
    }
}

#[cold]
#[inline(never)]
fn panic_at_hand() -> ! {
    panic!("jobs: a job that was taken out is not looked up")
}

#[cold]
#[inline(never)]
fn panic_at_rest() -> ! {
    panic!("jobs: a job at rest is decoded before it moves")
}

impl std::ops::Index<Key> for Jobs {
    type Output = Job;
    #[inline]
    fn index(&self, key: Key) -> &Job {
        self.record(self.number(key))
    }
}

impl std::ops::IndexMut<Key> for Jobs {
    #[inline]
    fn index_mut(&mut self, key: Key) -> &mut Job {
        let number = self.number(key);
        self.records[number.0 as usize].as_deref_mut().unwrap_or_else(|| panic_at_hand())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_job_that_is_decoded_leaves_its_place_to_the_next() {
        let mut jobs = Jobs::default();
        let mut sizes = vec![];
        for ordinal in 0..6 {
            let key = jobs.open();
            let_rest(&mut jobs[key], ordinal);
            assert!(!jobs.is_encoded(key));
            let job = jobs.take(key);
            jobs.encode(job);
            assert!(jobs.is_encoded(key) && jobs.get(key).is_none());
            jobs.decode(key);
            assert_eq!(jobs[key].fate.id.ordinal, ordinal);
            let job = jobs.take(key);
            jobs.close(job);
            assert!(!jobs.lives(key) && jobs.timer(key).is_none());
            sizes.push((jobs.rest.size(), jobs.records.len(), jobs.places.len()));
        }
        assert!(sizes.iter().all(|&size| size == sizes[0]), "{sizes:?}");
    }

    #[test]
    fn the_timer_of_a_job_is_told_by_its_generation_encoded_or_not() {
        let mut jobs = Jobs::default();
        let (one, other) = (jobs.open(), jobs.open());
        let first = jobs.void_timer(one);
        assert_eq!(jobs.timer(one), Some(first));
        let second = jobs.void_timer(one);
        assert_ne!(first, second);
        let_rest(&mut jobs[one], 0);
        let job = jobs.take(one);
        jobs.encode(job);
        assert_eq!(jobs.timer(one), Some(second));
        assert_ne!(jobs.timer(other), Some(second), "each job has its own");
    }

    fn let_rest(job: &mut Job, ordinal: u32) {
        use crate::world::{Instant, JobState, Milestone, Span, Timer};
        (job.fate.id.ordinal, job.state) = (ordinal, JobState::Closed);
        job.milestones[Milestone::Ordered as usize] = Some(job.fate.ordered);
        job.timer = Some(Timer::at_rest(Instant::START + Span::days(90), job.waited()));
    }
}
