//! A histogram of durations with integer counts: it merges exactly, in any order, and its error is bounded.

use crate::engine::time::Span;
use serde::{Deserialize, Serialize, Serializer};
use std::borrow::Cow;
use std::collections::BTreeMap;

/// Values in a bucket share their first `BITS + 1` binary digits: the bucket width is at most 2^-BITS of any of them.
const BITS: u32 = 11;
/// Below this, each value has its own bucket.
const EXACT: u64 = 1 << (BITS + 1);
/// Values kept in a list before they are counted in pages. A histogram that never has more, such as one of a month's
/// jobs, takes four bytes per value and no pages that would hold a value or two.
const RECENT: usize = 2048;
/// Buckets in a page. A page is allocated with its first value.
const PAGE: usize = 256;
/// A count in a page.
type Count = u16;

/// Log-linear counts of durations. A quantile has a relative error of at most 2^-11; sum, mean, min and max are exact.
///
/// A negative duration (the end milestone came before the start milestone) is exact in the sums and counts as zero in
/// the buckets.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(try_from = "Packed")]
pub struct Histogram {
    /// Counts modulo 2^16: a quarter of the memory of 64-bit counts, so more pages stay in the cache.
    pages: Vec<Option<Box<[Count; PAGE]>>>,
    /// By bucket: multiples of 2^16 missing in `pages`. Mostly empty.
    carried: BTreeMap<usize, u64>,
    /// Buckets of the latest values, not yet counted in the pages. A run fills dozens of histograms at once, and
    /// visiting a page for each value would miss the cache.
    recent: Vec<u32>,
    count: u64,
    sum: i128,
    range: Option<(Span, Span)>,
}

/// Stored form: the non-empty buckets, each with its distance from the one before.
#[derive(Serialize, Deserialize)]
struct Packed {
    sum: i128,
    range: Option<(Span, Span)>,
    buckets: Vec<(u32, u64)>,
}

impl Serialize for Histogram {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        Packed::from(self).serialize(to)
    }
}

impl From<&Histogram> for Packed {
    fn from(histogram: &Histogram) -> Packed {
        let mut before = 0;
        let apart = |(bucket, count): (usize, u64)| {
            let distance = bucket - std::mem::replace(&mut before, bucket);
            (distance as u32, count)
        };
        let buckets = histogram.folded().buckets().map(apart).collect();
        Packed { sum: histogram.sum, range: histogram.range, buckets }
    }
}

impl TryFrom<Packed> for Histogram {
    type Error = &'static str;

    fn try_from(packed: Packed) -> Result<Histogram, &'static str> {
        let mut histogram = Histogram { sum: packed.sum, range: packed.range, ..Histogram::default() };
        let mut bucket = 0_usize;
        for (distance, count) in packed.buckets {
            bucket += distance as usize;
            if bucket > self::bucket(i64::MAX as u64) {
                return Err("a bucket beyond all durations");
            }
            histogram.count_up(bucket, count);
            histogram.count = histogram.count.checked_add(count).ok_or("more than can be counted")?;
        }
        match histogram.range.is_some() == (histogram.count > 0) {
            true => Ok(histogram),
            false => Err("a range of nothing"),
        }
    }
}

impl PartialEq for Histogram {
    /// Whether both have the same values, counted in pages or not.
    fn eq(&self, other: &Histogram) -> bool {
        let sums = |one: &Histogram| (one.count, one.sum, one.range);
        sums(self) == sums(other) && self.folded().buckets().eq(other.folded().buckets())
    }
}

impl Eq for Histogram {}

impl Histogram {
    /// An empty histogram.
    pub fn new() -> Histogram {
        Histogram::default()
    }

    /// Adds one duration. Not inlined: a finished job adds some twenty durations, and the code would be twenty times as
    /// long.
    #[inline(never)]
    pub fn add(&mut self, span: Span) {
        let micros = span.micros();
        self.count += 1;
        self.sum += i128::from(micros);
        let (least, most) = self.range.unwrap_or((span, span));
        self.range = Some((least.min(span), most.max(span)));
        self.keep(bucket(micros.max(0) as u64) as u32);
    }

    #[inline]
    fn keep(&mut self, bucket: u32) {
        self.recent.push(bucket);
        if self.recent.len() >= RECENT {
            self.fold();
        }
    }

    /// Counts the latest values in the pages, unless there are no pages because all values are recent. Frees unused
    /// memory, because results of many replications are kept together.
    pub(super) fn settle(&mut self) {
        if !self.pages.is_empty() {
            self.fold();
        }
        self.recent.shrink_to_fit();
    }

    /// Counts the latest values in the pages. Not inlined, because most calls of `keep` do not need it.
    #[inline(never)]
    fn fold(&mut self) {
        let mut recent = std::mem::take(&mut self.recent);
        for bucket in recent.drain(..) {
            self.count_up(bucket as usize, 1);
        }
        self.recent = recent;
    }

    #[inline]
    fn count_up(&mut self, bucket: usize, times: u64) {
        let (number, at) = (bucket / PAGE, bucket % PAGE);
        let count = match self.pages.get_mut(number) {
            Some(Some(page)) => &mut page[at],
            _ => &mut self.page(number)[at],
        };
        let (sum, carries) = count.overflowing_add(times as Count);
        *count = sum;
        let carried = (times >> Count::BITS) + u64::from(carries);
        if carried > 0 {
            *self.carried.entry(bucket).or_default() += carried;
        }
    }

    /// The same histogram with all values counted in the pages.
    pub(super) fn folded(&self) -> Cow<'_, Histogram> {
        if self.recent.is_empty() {
            return Cow::Borrowed(self);
        }
        let mut histogram = self.clone();
        histogram.fold();
        Cow::Owned(histogram)
    }

    /// Adds all values of `other`.
    pub fn merge(&mut self, other: &Histogram) {
        if self.count == 0 {
            self.clone_from(other);
            return;
        }
        for &bucket in &other.recent {
            self.keep(bucket);
        }
        self.count += other.count;
        self.sum += other.sum;
        if let Some((least, most)) = other.range {
            self.range = Some(self.range.map_or((least, most), |(a, b)| (a.min(least), b.max(most))));
        }
        for (number, theirs) in other.pages.iter().enumerate() {
            let Some(theirs) = theirs else { continue };
            let ours = self.page(number);
            let carries =
                |sums: bool, (ours, theirs): (&Count, &Count)| sums | ours.overflowing_add(*theirs).1;
            if !ours.iter().zip(theirs.iter()).fold(false, carries) {
                ours.iter_mut().zip(theirs.iter()).for_each(|(ours, theirs)| *ours += theirs);
            } else {
                let counts = theirs.iter().enumerate();
                counts.for_each(|(at, &count)| self.count_up(number * PAGE + at, count.into()));
            }
        }
        for (&bucket, carried) in &other.carried {
            *self.carried.entry(bucket).or_default() += carried;
        }
    }

    /// Count, sum, min and max without buckets; can be merged with others of this kind.
    pub(super) fn light(&self) -> Histogram {
        Histogram { count: self.count, sum: self.sum, range: self.range, ..Histogram::default() }
    }

    /// Sets the buckets to those of `whole` minus those of `part`. Count, sum and range are already known.
    pub(super) fn take_buckets(&mut self, whole: &Histogram, part: &Histogram) {
        if self.count == 0 {
            return;
        }
        let (whole, part) = (whole.folded(), part.folded());
        (self.pages, self.carried) = (whole.pages.clone(), whole.carried.clone());
        for (number, theirs) in part.pages.iter().enumerate() {
            let Some(theirs) = theirs else { continue };
            let ours = self.page(number);
            let borrows = |any: bool, (ours, theirs): (&Count, &Count)| any | (ours < theirs);
            if !ours.iter().zip(theirs.iter()).fold(false, borrows) {
                ours.iter_mut().zip(theirs.iter()).for_each(|(ours, theirs)| *ours -= theirs);
            } else {
                let counts = theirs.iter().enumerate();
                counts.for_each(|(at, &count)| self.count_down(number * PAGE + at, count.into()));
            }
        }
        for (&bucket, carried) in &part.carried {
            self.carry_back(bucket, *carried);
        }
    }

    fn count_down(&mut self, bucket: usize, times: u64) {
        let page = self.pages[bucket / PAGE].as_mut().expect("histogram: a part is not more than the whole");
        let (rest, borrows) = page[bucket % PAGE].overflowing_sub(times as Count);
        page[bucket % PAGE] = rest;
        self.carry_back(bucket, (times >> Count::BITS) + u64::from(borrows));
    }

    fn carry_back(&mut self, bucket: usize, carried: u64) {
        if carried > 0 {
            *self.carried.get_mut(&bucket).expect("histogram: a part is not more than the whole") -= carried;
        }
    }

    fn page(&mut self, number: usize) -> &mut [Count; PAGE] {
        if self.pages.len() <= number {
            self.pages.resize(number + 1, None);
        }
        self.pages[number].get_or_insert_with(|| Box::new([0; PAGE]))
    }

    /// Number of values.
    pub fn count(&self) -> u64 {
        self.count
    }

    /// Exact sum in microseconds.
    pub fn sum(&self) -> i128 {
        self.sum
    }

    /// Exact minimum.
    pub fn min(&self) -> Option<Span> {
        self.range.map(|(least, _)| least)
    }

    /// Exact maximum.
    pub fn max(&self) -> Option<Span> {
        self.range.map(|(_, most)| most)
    }

    /// Mean in microseconds.
    pub fn mean(&self) -> Option<f64> {
        (self.count > 0).then(|| self.sum as f64 / self.count as f64)
    }

    /// The smallest duration that is not exceeded by a share `p` of all values (inverse of the empirical distribution).
    /// Relative error at most 2^-11. `p` is rounded to millionths, so that 0.07 of 100 is the seventh, not the eighth.
    pub fn quantile(&self, p: f64) -> Option<Span> {
        let (least, most) = self.range?;
        let millionths = (p.clamp(0.0, 1.0) * 1e6).round() as u128;
        let rank = (u128::from(self.count) * millionths).div_ceil(1_000_000).max(1) as u64;
        // Minimum and maximum are known exactly.
        match rank {
            1 => return Some(least),
            rank if rank == self.count => return Some(most),
            _ => {}
        }
        let folded = self.folded();
        let mut seen = 0;
        for (number, page) in folded.pages.iter().enumerate() {
            let Some(page) = page else { continue };
            // Pages before the one with the quantile are only summed.
            let (first, carried) = (number * PAGE, |count: &u64| count << Count::BITS);
            let sum = page.iter().map(|&count| u64::from(count)).sum::<u64>()
                + folded.carried.range(first..first + PAGE).map(|(_, count)| carried(count)).sum::<u64>();
            if seen + sum < rank {
                seen += sum;
                continue;
            }
            for (at, &count) in page.iter().enumerate() {
                seen += u64::from(count) + folded.carried.get(&(first + at)).map_or(0, carried);
                if seen >= rank {
                    return Some(middle(first + at).clamp(least, most));
                }
            }
        }
        unreachable!("histogram: the buckets hold as many as were counted")
    }

    /// Quantiles for increasing shares, as in [`Histogram::quantile`], in one pass.
    pub(super) fn quantiles(&self, shares: &[f64]) -> Option<Vec<Span>> {
        let (least, most) = self.range?;
        let folded = self.folded();
        let mut buckets = folded.buckets();
        let (mut seen, mut at) = (0, least);
        let quantile = |share: &f64| {
            let rank = ((self.count as f64 * share).ceil() as u64).clamp(1, self.count);
            while seen < rank {
                let (bucket, count) =
                    buckets.next().expect("histogram: the buckets hold as many as were counted");
                (seen, at) = (seen + count, middle(bucket));
            }
            match rank {
                1 => least,
                rank if rank == self.count => most,
                _ => at.clamp(least, most),
            }
        };
        Some(shares.iter().map(quantile).collect())
    }

    /// Number of values in buckets up to that of `span`.
    pub(super) fn count_up_to(&self, span: Span) -> u64 {
        let last = bucket(span.micros().max(0) as u64);
        let recent = self.recent.iter().filter(|bucket| **bucket as usize <= last).count() as u64;
        let pages = self.pages.iter().enumerate().take(last / PAGE + 1);
        // Whole pages are summed without a test for each bucket.
        let of_page = |(number, page): (usize, &Option<Box<[Count; PAGE]>>)| {
            let counts = &page.as_ref()?[..PAGE.min(last + 1 - number * PAGE)];
            Some(counts.iter().map(|&count| u64::from(count)).sum::<u64>())
        };
        let carried = self.carried.range(..=last).map(|(_, count)| count << Count::BITS);
        recent + pages.filter_map(of_page).sum::<u64>() + carried.sum::<u64>()
    }

    /// Cumulative curve: (upper end of the bucket, number of values up to it), for each non-empty bucket.
    pub fn cumulative(&self) -> Vec<(Span, u64)> {
        let most = self.max().unwrap_or(Span::ZERO);
        let mut seen = 0;
        self.folded()
            .buckets()
            .map(|(bucket, count)| {
                seen += count;
                let (low, width) = bounds(bucket);
                (Span::from_micros((low + width - 1) as i64).min(most), seen)
            })
            .collect()
    }

    /// Non-empty buckets in increasing order, with counts. The histogram must be [`folded`](Histogram::folded).
    pub(super) fn buckets(&self) -> impl Iterator<Item = (usize, u64)> + '_ {
        assert!(self.recent.is_empty(), "histogram: every value is counted before it is told");
        // A bucket with a carry has a page, and buckets come in order: each carry meets its bucket.
        let mut carried = self.carried.iter().peekable();
        let mut carried = move |bucket: usize| {
            carried.next_if(|next| *next.0 == bucket).map_or(0, |(_, count)| count << Count::BITS)
        };
        self.pages
            .iter()
            .enumerate()
            .filter_map(|(number, page)| page.as_ref().map(|page| (number, page)))
            .flat_map(|(number, page)| {
                page.iter().enumerate().map(move |(at, &count)| (number * PAGE + at, u64::from(count)))
            })
            .map(move |(bucket, count)| (bucket, count + carried(bucket)))
            .filter(|&(_, count)| count > 0)
    }
}

/// Bucket of a value: one for each value below [`EXACT`], then 2^BITS for each doubling.
fn bucket(value: u64) -> usize {
    if value < EXACT {
        return value as usize;
    }
    let shift = value.ilog2() - BITS;
    (u64::from(shift) << BITS) as usize + (value >> shift) as usize
}

/// The value that represents a bucket.
pub(super) fn middle(bucket: usize) -> Span {
    let (low, width) = bounds(bucket);
    Span::from_micros((low + width / 2) as i64)
}

/// Smallest value of a bucket, and the number of values in it.
fn bounds(bucket: usize) -> (u64, u64) {
    let bucket = bucket as u64;
    if bucket < EXACT {
        return (bucket, 1);
    }
    let shift = (bucket >> BITS) - 1;
    let leading = bucket - (shift << BITS);
    (leading << shift, 1 << shift)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(values: impl IntoIterator<Item = i64>) -> Histogram {
        let mut histogram = Histogram::new();
        values.into_iter().for_each(|value| histogram.add(Span::from_micros(value)));
        histogram
    }

    #[test]
    fn each_value_falls_into_a_bucket_narrower_than_a_2048th_of_it() {
        let mut value = 1_u64;
        while value < 1 << 60 {
            for near in [value - 1, value, value + 1] {
                let (low, width) = bounds(bucket(near));
                assert!(low <= near && near < low + width, "{near} in [{low}, +{width})");
                assert!((width - 1).saturating_mul(2048) <= low, "{near}: width {width}");
            }
            value = value * 9 / 7 + 1;
        }
    }

    #[test]
    fn many_quantiles_are_each_and_shares_are_their_inverse() {
        let times = of((1..=999).map(|number| number * number * 1000));
        let shares = [0.001, 0.05, 0.5, 0.95, 0.999, 1.0];
        let each: Vec<Span> = shares.iter().map(|p| times.quantile(*p).unwrap()).collect();
        assert_eq!(times.quantiles(&shares).unwrap(), each);
        // The middle one of 999, with those of its bucket.
        assert!((500..=501).contains(&times.count_up_to(each[2])));
        // The same where all values came last, and where they stand in pages.
        let folded = times.folded();
        for span in each.iter().copied().chain([Span::ZERO, Span::DAY]) {
            assert_eq!(folded.count_up_to(span), times.count_up_to(span), "{span}");
        }
        assert_eq!((times.count_up_to(each[5]), times.count_up_to(Span::ZERO)), (999, 0));
        assert_eq!((of([]).count_up_to(Span::DAY), of([]).quantiles(&shares)), (0, None));
    }

    #[test]
    fn buckets_follow_each_other_without_gap() {
        let (mut next, mut at) = (0, 0);
        while at < 30_000 {
            let (low, width) = bounds(at);
            assert_eq!(low, next);
            assert_eq!(bucket(low), at);
            (next, at) = (low + width, at + 1);
        }
    }

    /// More of one value than a page counts, however it comes about.
    #[test]
    fn counts_beyond_16_and_32_bits_are_exact() {
        for bits in [16, 32] {
            let many = |count: u64| {
                let range = Some((Span::from_micros(7), Span::from_micros(7)));
                Histogram::try_from(Packed { sum: 0, range, buckets: vec![(7, count)] }).unwrap()
            };
            let mut counted = many((1 << bits) - 1);
            counted.add(Span::from_micros(7));
            assert_eq!(counted.folded().buckets().collect::<Vec<_>>(), [(7, 1 << bits)]);
            counted.sum = 0;
            assert_eq!(counted, many(1 << bits));
            let mut merged = many((1 << bits) - 1);
            merged.merge(&many(2));
            merged.merge(&many(5 << bits));
            assert_eq!(merged, many((6 << bits) + 1));
            assert_eq!(Packed::from(&merged).buckets, [(7, (6 << bits) + 1)]);
            // And back again.
            let mut rest = many(1);
            rest.take_buckets(&merged, &many((6 << bits) - 5));
            assert_eq!(rest.buckets().collect::<Vec<_>>(), [(7, 6)]);
        }
    }

    #[test]
    fn small_quantiles_are_exact() {
        let hundred = of(1..=100);
        for (p, value) in [(0.0, 1), (0.07, 7), (0.5, 50), (0.901, 91), (0.95, 95), (1.0, 100)] {
            assert_eq!(hundred.quantile(p), Some(Span::from_micros(value)), "{p}");
        }
        assert_eq!(hundred.mean(), Some(50.5));
        assert_eq!(Histogram::new().quantile(0.5), None);
        assert_eq!(Histogram::new().mean(), None);
    }

    #[test]
    fn great_quantiles_are_off_by_at_most_a_2048th() {
        let values: Vec<i64> = (1..=1000).map(|k| k * k * 7_919_333).collect();
        let histogram = of(values.iter().copied());
        for per_mille in 1..=1000 {
            let (truth, told) =
                (values[per_mille - 1], histogram.quantile(per_mille as f64 / 1000.0).unwrap().micros());
            assert!((truth - told).abs() * 2048 <= truth, "{per_mille}: {told} for {truth}");
        }
        assert_eq!(histogram.max(), Some(Span::from_micros(7_919_333_000_000)));
    }

    #[test]
    fn what_is_stored_is_read_as_it_was() {
        let whole = of((0..500).map(|k| k * k * k * 977).chain([-5, i64::MAX]));
        let stored = postcard::to_stdvec(&whole).unwrap();
        assert!(stored.len() < 3000, "{}", stored.len());
        assert_eq!(postcard::from_bytes::<Histogram>(&stored).unwrap(), whole);
        let wild = Packed { sum: 0, range: None, buckets: vec![(u32::MAX, 1)] };
        assert!(postcard::from_bytes::<Histogram>(&postcard::to_stdvec(&wild).unwrap()).is_err());
    }

    #[test]
    fn parts_merge_to_the_whole_be_they_few_or_many() {
        let value = |k: usize| (k * k % 100_003 * 977_001) as i64;
        let sizes = [0, 1, 500, RECENT - 1, RECENT, RECENT + 1, 3 * RECENT];
        for (one, other) in sizes.into_iter().flat_map(|one| sizes.map(|other| (one, other))) {
            let all = || (0..one + other).map(value);
            let mut counts = BTreeMap::new();
            all().for_each(|value| *counts.entry(bucket(value as u64)).or_insert(0_u64) += 1);
            let (mut merged, mut part) = (of((0..one).map(value)), of((one..one + other).map(value)));
            merged.merge(&part);
            assert!(merged.folded().buckets().eq(counts), "{one} and {other}");
            assert_eq!(merged, of(all()), "{one} and {other}");
            part.settle();
            let mut settled = of((0..one).map(value));
            settled.settle();
            settled.merge(&part);
            settled.settle();
            assert_eq!(settled, merged, "{one} and {other}, settled");
        }
    }

    /// A part taken from the whole leaves the rest, beyond 32 bits too.
    #[test]
    fn the_whole_less_a_part_is_the_rest() {
        let value = |k: usize| (k * k % 100_003 * 977_001) as i64;
        let many =
            Packed { sum: 9, range: Some((Span::TICK, Span::TICK)), buckets: vec![(7, (5 << 32) + 1)] };
        let many = Histogram::try_from(many).unwrap();
        for (one, other) in [(0, 10), (10, 0), (500, 700), (3 * RECENT, RECENT), (RECENT - 1, 4 * RECENT)] {
            let (mut rest, mut part) = (of((0..one).map(value)), of((one..one + other).map(value)));
            rest.merge(&of([7]));
            part.merge(&many);
            let mut whole = rest.clone();
            whole.merge(&part);
            let mut light = rest.light();
            light.take_buckets(&whole, &part);
            assert_eq!(light, rest, "{one} and {other}");
            for per_cent in 0..=100 {
                let p = f64::from(per_cent) / 100.0;
                assert_eq!(light.quantile(p), rest.quantile(p), "{one} and {other}: {p}");
            }
        }
    }

    /// A quantile is the bucket at which the cumulative curve reaches it, wherever pages begin and end.
    #[test]
    fn a_quantile_is_where_the_curve_reaches_it() {
        let many =
            Packed { sum: 9, range: Some((Span::TICK, Span::TICK)), buckets: vec![(300, 3 << 32), (900, 8)] };
        let spread = of((1..3000).map(|k| k * k * 977));
        for histogram in [spread, Histogram::try_from(many).unwrap()] {
            let (least, most) = histogram.range.unwrap();
            let folded = histogram.folded();
            for per_mille in 1..1000 {
                let rank = (u128::from(histogram.count) * per_mille).div_ceil(1000) as u64;
                let mut seen = 0;
                let mut reached = folded.buckets().map(|(bucket, count)| {
                    seen += count;
                    (bucket, seen)
                });
                let bucket = reached.find(|(_, seen)| *seen >= rank).unwrap().0;
                let told = histogram.quantile(per_mille as f64 / 1000.0);
                if 1 < rank && rank < histogram.count {
                    assert_eq!(told, Some(middle(bucket).clamp(least, most)), "{per_mille}");
                }
            }
        }
    }

    #[test]
    fn a_negative_duration_keeps_its_sum_and_counts_as_no_time() {
        let histogram = of([-5, 10, 20]);
        assert_eq!(histogram.sum(), 25);
        assert_eq!(histogram.min(), Some(Span::from_micros(-5)));
        assert_eq!(histogram.quantile(0.5), Some(Span::from_micros(10)));
    }

    #[test]
    fn even_the_longest_durations_add_up() {
        let longest = of([i64::MAX; 4]);
        assert_eq!(longest.sum(), 4 * i128::from(i64::MAX));
        assert_eq!(longest.quantile(0.5), Some(Span::from_micros(i64::MAX)));
    }

    #[test]
    fn the_curve_rises_to_the_whole() {
        let curve = of([1, 1, 3, 9_000_000]).cumulative();
        assert_eq!(curve[..2], [(Span::from_micros(1), 2), (Span::from_micros(3), 3)]);
        assert_eq!(curve[2], (Span::from_micros(9_000_000), 4));
    }
}
