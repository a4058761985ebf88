//! How early or late the jobs of a service level were.

use crate::engine::time::Span;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Jobs of a service level, binned by the time from their due instant to the end milestone; the same jobs as for
/// attainment.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Due {
    /// Width of a bin.
    pub bin: Span,
    /// Number of jobs by bin. Bin 0 ends at the due instant, which is in time; bin 1 begins one tick later.
    pub jobs: BTreeMap<i64, u64>,
    /// Jobs that missed the level and never reached the end milestone.
    pub never: u64,
}

/// The bin of a job; `None`: it never reached the end milestone.
pub(super) type Bin = Option<i64>;

impl Due {
    /// An empty histogram for a level with this time.
    pub(super) fn of(within: Span) -> Due {
        let hours = [1, 2, 3, 6, 12, 24, 48, 72, 120, 168];
        let width = hours.map(|hours| Span::from_micros(Span::HOUR.micros() * hours));
        let bin = width.into_iter().find(|width| width.micros() * 48 >= within.micros());
        Due { bin: bin.unwrap_or(Span::days(15)), ..Due::default() }
    }

    /// The bin of a job that reached the milestone this long after its due instant; `None` if it never did.
    pub(super) fn bin_of(&self, late: Option<Span>) -> Bin {
        late.map(|late| -(-late.micros()).div_euclid(self.bin.micros()))
    }

    pub(super) fn add(&mut self, bin: Bin) {
        *self.place(bin) += 1;
    }

    /// Removes a job.
    pub(super) fn take(&mut self, bin: Bin) {
        *self.place(bin) -= 1;
    }

    fn place(&mut self, bin: Bin) -> &mut u64 {
        match bin {
            Some(bin) => self.jobs.entry(bin).or_default(),
            None => &mut self.never,
        }
    }

    pub(super) fn merge(&mut self, other: &Due) {
        self.bin = other.bin;
        self.never += other.never;
        other.jobs.iter().for_each(|(bin, jobs)| *self.jobs.entry(*bin).or_default() += jobs);
    }

    /// Number of all jobs.
    pub fn count(&self) -> u64 {
        self.never + self.jobs.values().sum::<u64>()
    }

    /// Number of jobs that were done by their due instant.
    pub fn in_time(&self) -> u64 {
        self.jobs.range(..=0).map(|(_, jobs)| jobs).sum()
    }

    /// The same jobs in bins `times` as wide. The due instant stays the end of a bin.
    pub fn coarse(&self, times: i64) -> Due {
        let mut due =
            Due { bin: Span::from_micros(self.bin.micros() * times), never: self.never, ..Due::default() };
        let wide = |bin: i64| -(-bin).div_euclid(times);
        self.jobs.iter().for_each(|(bin, jobs)| *due.jobs.entry(wide(*bin)).or_default() += jobs);
        due
    }

    /// For each bin its end, in days from the due instant (negative: before it), and the number of jobs done by then.
    pub fn cumulative(&self) -> Vec<(f64, u64)> {
        let mut done = 0;
        let step = |(bin, jobs): (&i64, &u64)| {
            done += jobs;
            (*bin as f64 * self.bin.as_days(), done)
        };
        self.jobs.iter().map(step).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_job_done_at_the_due_instant_is_in_time_and_a_tick_later_it_is_not() {
        let mut due = Due::of(Span::days(10));
        assert_eq!(due.bin, Span::from_micros(6 * Span::HOUR.micros()), "ten days have at most 48 bins");
        let width = due.bin.micros();
        let places =
            [(-width - 1, -1), (-width, -1), (1 - width, 0), (0, 0), (1, 1), (width, 1), (width + 1, 2)];
        for (late, place) in places {
            assert_eq!(due.bin_of(Some(Span::from_micros(late))), Some(place), "{late}");
        }
        [Some(0), Some(-4), Some(1), None].into_iter().for_each(|bin| due.add(bin));
        assert_eq!((due.in_time(), due.count(), due.never), (2, 4, 1));
        assert_eq!(due.cumulative(), [(-1.0, 1), (0.0, 2), (0.25, 3)]);
        due.take(Some(-4));
        let ends = [-4, -3, 0, 1, 4, 5].map(|bin| Due { jobs: [(bin, 1)].into(), ..due.clone() }.coarse(4));
        assert_eq!(ends.map(|one| *one.jobs.first_key_value().unwrap().0), [-1, 0, 0, 1, 1, 2]);
        let mut sum = due.clone();
        sum.merge(&due);
        assert_eq!((sum.in_time(), sum.count()), (2, 6));
    }
}
