use super::*;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use std::collections::BTreeMap;

fn at(micros: i64) -> Instant {
    Instant::from_micros(micros)
}

/// A flow that copies of (group, bytes, own rate) join at the start.
fn started(total: Option<u64>, per_group: Option<u64>, copies: &[(u64, u64, u64)]) -> Flow {
    let mut flow = Flow::new(total, per_group);
    for (id, &(group, bytes, own)) in copies.iter().enumerate() {
        flow.join(at(0), id as u32, group, bytes, own);
    }
    flow
}

/// The rates of copies 0 up to `count`, after sharing at the start.
fn rates(flow: &mut Flow, count: u32) -> Vec<u64> {
    flow.schedule(at(0));
    (0..count).map(|id| flow.rate(id)).collect()
}

fn active(flow: &Flow) -> usize {
    flow.members.iter().filter(|member| member.present && !member.paused).count()
}

/// Runs the flow to its end and tells who ends when.
fn ends(mut flow: Flow) -> Vec<(i64, u32)> {
    let (mut ends, mut now, mut last) = (vec![], Instant::START, None::<Finish>);
    while let Some(finish) = flow.schedule(now) {
        assert!(flow.is_due(finish.id, finish.generation));
        assert!(last.is_none_or(|last| !flow.is_due(last.id, last.generation)));
        last = Some(finish);
        now = finish.at;
        assert_eq!(flow.leave(now, finish.id), 0);
        ends.push((now.micros(), finish.id));
    }
    ends
}

#[test]
fn without_a_limit_a_copy_takes_its_bytes_over_its_rate() {
    let copies = [(7, 1_000, 3), (7, 1, 1_000_000), (7, 0, 5), (7, 4_000_000_000_000, 100_000_000)];
    let expected = [(0, 2), (1, 1), (333_333_334, 0), (40_000_000_000, 3)];
    assert_eq!(ends(started(None, None, &copies)), expected);
}

#[test]
fn a_total_is_shared_and_what_one_cannot_use_goes_to_the_others() {
    let mut flow = started(Some(100), None, &[(0, 1_000, 10), (1, 1_000, 80), (2, 1_000, 90)]);
    assert_eq!(rates(&mut flow, 3), [10, 45, 45]);
    flow.leave(at(0), 1);
    flow.schedule(at(0));
    assert_eq!([0, 2].map(|id| flow.rate(id)), [10, 90]);
}

#[test]
fn a_group_has_its_own_limit_and_bytes_that_do_not_divide_are_not_lost() {
    let copies = [(1, 1_000, 40), (1, 1_000, 40), (1, 1_000, 40), (2, 1_000, 45), (3, 1_000, 3)];
    let mut flow = started(Some(100), Some(50), &copies);
    assert_eq!(rates(&mut flow, 5), [16, 17, 17, 45, 3], "the group's 50, none lost");
    let mut narrow = started(Some(4), Some(50), &[0, 1, 2, 3, 4].map(|group| (group, 1_000, 40)));
    assert_eq!(rates(&mut narrow, 5).iter().sum::<u64>(), 4, "fewer bytes than members");
}

#[test]
fn a_copy_that_was_slowed_ends_at_the_exact_tick() {
    let mut flow = started(Some(100), None, &[(0, 100, 100)]);
    let alone = flow.schedule(at(0)).unwrap();
    assert_eq!(alone.at, at(1_000_000));
    // A quarter done, it shares for as long as the other lasts.
    flow.join(at(250_000), 1, 1, 25, 100);
    let shared = flow.schedule(at(250_000)).unwrap();
    assert!(!flow.is_due(alone.id, alone.generation));
    assert_eq!((shared.at, shared.id), (at(750_000), 1));
    assert_eq!(flow.copied(at(500_000), 0), 37, "25 and 12.5, in whole bytes");
    assert_eq!(flow.leave(at(750_000), 1), 0);
    let last = flow.schedule(at(750_000)).unwrap();
    assert_eq!((last.at, last.id), (at(1_250_000), 0));
    assert!(flow.schedule(at(750_000)).is_none(), "nothing changed");
}

#[test]
fn a_paused_copy_goes_on_where_it_was() {
    for total in [None, Some(1_000)] {
        let mut flow = started(total, None, &[(0, 100, 100)]);
        let first = flow.schedule(at(0)).unwrap();
        flow.pause(at(333_333), 0);
        assert!(!flow.is_due(first.id, first.generation));
        assert_eq!((flow.schedule(at(333_333)), active(&flow), flow.rate(0)), (None, 0, 0));
        assert_eq!(flow.copied(at(9_000_000), 0), 33);
        flow.resume(at(9_000_000), 0);
        let second = flow.schedule(at(9_000_000)).unwrap();
        assert_eq!(second.at, at(9_666_667));
        assert!(flow.is_due(second.id, second.generation) && !flow.is_due(first.id, first.generation));
        assert_eq!(flow.leave(at(9_000_001), 0), 67, "a begun byte is left");
    }
}

/// Max-min fair means: who gets less than its own rate is stopped by a limit that is used up, under which nobody
/// gets more than it, but for the byte that does not divide.
#[test]
fn rates_are_max_min_fair() {
    for seed in 0..200 {
        let mut random = ChaCha8Rng::seed_from_u64(seed);
        let mut pick = |most: u64| random.next_u64() % most;
        let (total, group) = (pick(2_000), pick(600));
        let copies: Vec<(u64, u64, u64)> = (0..30).map(|_| (pick(6), 1_000_000, pick(200))).collect();
        let rates = rates(&mut started(Some(total), Some(group), &copies), 30);
        let sum: u64 = rates.iter().sum();
        assert!(sum <= total);
        for (copy, &rate) in copies.iter().zip(&rates) {
            let own = copy.2;
            let same_group = copies.iter().zip(&rates).filter(|(other, _)| other.0 == copy.0);
            let in_group: Vec<u64> = same_group.map(|(_, &rate)| rate).collect();
            let group_sum: u64 = in_group.iter().sum();
            assert!(rate <= own && group_sum <= group);
            let by_group = group_sum == group && in_group.iter().all(|&other| other <= rate + 1);
            let by_total = sum == total && rates.iter().all(|&other| other <= rate + 1);
            assert!(rate == own || by_group || by_total, "seed {seed}: {own} wanted, {rate} given");
        }
    }
}

/// All bytes are copied, never more than the total limit allows, and the last copy ends no later than a tick a copy
/// after the last byte could have passed.
#[test]
fn no_bandwidth_is_wasted_while_the_total_binds() {
    let copies: Vec<_> = (1..=20).map(|size| (0, 1_000 * size, 400)).collect();
    let ends = ends(started(Some(1_000), None, &copies));
    assert_eq!(ends.len(), 20);
    // 210,000 bytes at 1,000 bytes a second.
    let (last, least) = (ends[19].0, 210_000_000);
    assert!(last >= least && last < least + 3_000_000, "the last two are bound by their own rate: {last}");
}

/// The same by the plain rule: after each change all copies are brought up to now and all limits shared out anew.
struct Plain {
    total: Option<u64>,
    per_group: Option<u64>,
    copies: BTreeMap<u32, PlainCopy>,
    now: i64,
}

#[derive(Clone, Copy)]
struct PlainCopy {
    /// In bytes times microseconds a second.
    left: u128,
    rate: u64,
    number: u64,
    group: u64,
    own: u64,
}

impl Plain {
    fn advance(&mut self, now: i64) {
        let passed = (now - self.now) as u128;
        for copy in self.copies.values_mut() {
            copy.left = copy.left.saturating_sub(u128::from(copy.rate) * passed);
        }
        self.now = now;
    }

    fn share(&mut self) {
        let mut copies: Vec<&mut PlainCopy> = self.copies.values_mut().collect();
        copies.iter_mut().for_each(|copy| copy.rate = copy.own);
        copies.sort_by_key(|copy| (copy.group, copy.own, copy.number));
        copies.chunk_by_mut(|a, b| a.group == b.group).for_each(|group| pour(self.per_group, group));
        copies.sort_by_key(|copy| (copy.rate, copy.number));
        pour(self.total, &mut copies);
    }

    /// Whose copy ends next, and when; of several, the one that joined first.
    fn next(&self) -> Option<(i64, u32)> {
        let ends = |(&id, copy): (&u32, &PlainCopy)| match (copy.left, copy.rate) {
            (0, _) => Some((self.now, copy.number, id)),
            (_, 0) => None,
            (left, rate) => Some((self.now + left.div_ceil(rate.into()) as i64, copy.number, id)),
        };
        self.copies.iter().filter_map(ends).min().map(|(at, _, id)| (at, id))
    }
}

/// Shares a limit out: each gets its rate or an equal part of what the ones before have left.
fn pour(limit: Option<u64>, copies: &mut [&mut PlainCopy]) {
    let (Some(mut left), count) = (limit, copies.len()) else { return };
    for (served, copy) in copies.iter_mut().enumerate() {
        copy.rate = copy.rate.min(left / (count - served) as u64);
        left -= copy.rate;
    }
}

/// Rates, bytes and ends are to the tick those of the plain rule, whether a limit binds always, never or now and then.
#[test]
fn random_copies_go_on_as_by_the_plain_rule() {
    let mut changes = [0; 3];
    for seed in 0..300 {
        let mut random = ChaCha8Rng::seed_from_u64(seed);
        let mut pick = |most: u64| random.next_u64() % most;
        // 20 copies of 50 bytes a second on average: limits from tight to loose.
        let total = (seed % 3 > 0).then(|| 1 + pick(1_500));
        let per_group = (seed % 3 != 1).then(|| 1 + pick(300));
        let mut flow = Flow::new(total, per_group);
        let mut plain = Plain { total, per_group, copies: BTreeMap::new(), now: 0 };
        let (mut paused, mut number, mut bound) = (BTreeMap::new(), 0, None);
        let mut scheduled: Option<Finish> = None;
        for _ in 0..400 {
            let until_end = scheduled.map(|finish| (finish.at.micros() - plain.now) as u64);
            let passed = match until_end {
                Some(end) if pick(3) == 0 => end,
                Some(end) => pick(1 + end.min(3_000_000)),
                None => pick(1_000),
            };
            let now = plain.now + passed as i64;
            plain.advance(now);
            let id = pick(30) as u32;
            let ends = scheduled.filter(|finish| finish.at.micros() == now);
            if let Some(finish) = ends {
                assert!(flow.is_due(finish.id, finish.generation), "seed {seed}");
                assert_eq!(flow.leave(at(now), finish.id), 0, "seed {seed}");
                plain.copies.remove(&finish.id);
                scheduled = None;
            } else if let Some(copy) = paused.remove(&id) {
                flow.resume(at(now), id);
                plain.copies.insert(id, copy);
            } else if let Some(copy) = plain.copies.remove(&id) {
                if pick(2) == 0 {
                    flow.pause(at(now), id);
                    paused.insert(id, PlainCopy { rate: 0, ..copy });
                } else {
                    assert_eq!(flow.leave(at(now), id), copy.left.div_ceil(TICKS) as u64, "seed {seed}");
                }
            } else {
                let (group, bytes, own) = (pick(5), pick(2_000), pick(100));
                flow.join(at(now), id, group, bytes, own);
                let left = u128::from(bytes) * TICKS;
                plain.copies.insert(id, PlainCopy { left, rate: 0, number, group, own });
                number += 1;
            }
            plain.share();
            let told = flow.schedule(at(now));
            scheduled = told.or(scheduled.filter(|known| flow.is_due(known.id, known.generation)));
            assert_eq!(scheduled.map(|finish| (finish.at.micros(), finish.id)), plain.next(), "seed {seed}");
            for (&id, copy) in &plain.copies {
                assert_eq!(flow.rate(id), copy.rate, "seed {seed}");
            }
            let binds = total.is_some_and(|limit| flow.wanted > u128::from(limit));
            changes[usize::from(binds)] += 1;
            changes[2] += usize::from(bound.replace(binds).is_some_and(|before| before != binds));
        }
    }
    assert!(changes.iter().all(|&times| times > 1_000), "bound, free, from one to the other: {changes:?}");
}

/// Copies of any size at any rate, paused at random: when they end, and what is copied until then.
#[test]
fn a_copy_alone_is_a_copy_in_a_flow_without_limits() {
    let mut random = ChaCha8Rng::seed_from_u64(4);
    let mut pick = |bits: u32| random.next_u64() >> (64 - bits);
    for _ in 0..3_000 {
        let (bytes_bits, rate_bits) = (1 + pick(5) as u32, 1 + pick(5) as u32);
        let (bytes, rate) = (pick(bytes_bits), 1 + pick(rate_bits));
        let alone = Alone::at(rate);
        let mut flow = started(None, None, &[(0, bytes, rate)]);
        let mut end = flow.schedule(at(0)).expect("it ends").at;
        assert_eq!(end, at(0) + alone.time(bytes));
        let (mut now, mut left) = (0, alone.time(bytes));
        while left > Span::ZERO && pick(3) > 0 {
            let (runs, rests) = ((pick(40) as i64 % left.micros()).max(1), pick(10) as i64);
            left -= Span::from_micros(runs);
            now += runs;
            assert_eq!(flow.copied(at(now), 0), alone.copied(bytes, left), "{bytes} bytes at {rate}");
            flow.pause(at(now), 0);
            now += rests;
            flow.resume(at(now), 0);
            end = flow.schedule(at(now)).expect("it ends").at;
            assert_eq!(end, at(now) + left);
        }
        assert_eq!((flow.leave(end, 0), alone.copied(bytes, Span::ZERO)), (0, bytes));
    }
    // Longer than the clock: what is copied in its first day is exact, and it does not end.
    let slow = Alone::at(1);
    assert_eq!(slow.time(u64::MAX), Alone::LONGEST);
    assert_eq!(slow.copied(u64::MAX, Alone::LONGEST - Span::DAY), 86_400);
}
