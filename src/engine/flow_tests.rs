use super::*;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use std::collections::BTreeMap;

fn at(micros: i64) -> Instant {
    Instant::from_micros(micros)
}

/// Runs the flow to its end and tells who ends when, where `events` are scheduled already.
fn ends(flow: &mut Flow, mut events: Vec<Finish>) -> Vec<(i64, u32)> {
    let (mut ends, mut now) = (vec![], Instant::START);
    loop {
        events.extend(flow.schedule(now));
        events.retain(|finish| flow.is_due(finish.id, finish.generation));
        let Some(&finish) = events.iter().min_by_key(|finish| (finish.at, finish.generation)) else {
            return ends;
        };
        now = finish.at;
        assert_eq!(flow.leave(now, finish.id), 0);
        ends.push((now.micros(), finish.id));
    }
}

#[test]
fn without_a_limit_a_copy_takes_its_bytes_over_its_rate() {
    let mut flow = Flow::new(None, None);
    let copies = [(1_000, 3), (1, 1_000_000), (0, 5), (4_000_000_000_000, 100_000_000)];
    let begin = |(id, (bytes, own))| {
        flow.join(at(0), id, 7, bytes, own);
        flow.schedule(at(0))
    };
    let events = (0..).zip(copies).filter_map(begin).collect();
    assert_eq!(ends(&mut flow, events), [(0, 2), (1, 1), (333_333_334, 0), (40_000_000_000, 3)]);
}

#[test]
fn a_total_is_shared_and_what_one_cannot_use_goes_to_the_others() {
    let mut flow = Flow::new(Some(100), None);
    flow.join(at(0), 0, 0, 1_000, 10);
    flow.join(at(0), 1, 1, 1_000, 80);
    flow.join(at(0), 2, 2, 1_000, 90);
    assert!(flow.schedule(at(0)).is_some());
    assert_eq!([0, 1, 2].map(|id| flow.rate(id)), [10, 45, 45]);
    flow.leave(at(0), 1);
    flow.schedule(at(0));
    assert_eq!([0, 2].map(|id| flow.rate(id)), [10, 90]);
}

#[test]
fn a_group_has_its_own_limit_and_bytes_that_do_not_divide_are_not_lost() {
    let mut flow = Flow::new(Some(100), Some(50));
    for id in 0..3 {
        flow.join(at(0), id, 1, 1_000, 40);
    }
    flow.join(at(0), 3, 2, 1_000, 45);
    flow.join(at(0), 4, 3, 1_000, 3);
    flow.schedule(at(0));
    assert_eq!([0, 1, 2, 3, 4].map(|id| flow.rate(id)), [16, 17, 17, 45, 3], "the group's 50, none lost");
    let mut narrow = Flow::new(Some(4), Some(50));
    (0..5).for_each(|id| narrow.join(at(0), id, u64::from(id), 1_000, 40));
    narrow.schedule(at(0));
    assert_eq!((0..5).map(|id| narrow.rate(id)).sum::<u64>(), 4, "fewer bytes than members");
}

#[test]
fn a_copy_that_was_slowed_ends_at_the_exact_tick() {
    let mut flow = Flow::new(Some(100), None);
    flow.join(at(0), 0, 0, 100, 100);
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
        let mut flow = Flow::new(total, None);
        flow.join(at(0), 0, 0, 100, 100);
        let first = flow.schedule(at(0)).unwrap();
        flow.pause(at(333_333), 0);
        assert!(!flow.is_due(first.id, first.generation));
        assert_eq!((flow.schedule(at(333_333)), flow.active(), flow.rate(0)), (None, 0, 0));
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
        let mut flow = Flow::new(Some(total), Some(group));
        let members: Vec<(u64, u64)> = (0..30).map(|_| (pick(6), pick(200))).collect();
        for (id, &(group, own)) in members.iter().enumerate() {
            flow.join(at(0), id as u32, group, 1_000_000, own);
        }
        flow.schedule(at(0));
        let rates: Vec<u64> = (0..30).map(|id| flow.rate(id)).collect();
        let in_group = |wanted: u64| {
            members.iter().zip(&rates).filter(move |(member, _)| member.0 == wanted).map(|(_, &rate)| rate)
        };
        assert!(rates.iter().sum::<u64>() <= total);
        for (&(own_group, own), &rate) in members.iter().zip(&rates) {
            assert!(rate <= own && in_group(own_group).sum::<u64>() <= group);
            let by_group =
                in_group(own_group).sum::<u64>() == group && in_group(own_group).max() <= Some(rate + 1);
            let by_total = rates.iter().sum::<u64>() == total && rates.iter().all(|&other| other <= rate + 1);
            assert!(rate == own || by_group || by_total, "seed {seed}: {own} wanted, {rate} given");
        }
    }
}

/// All bytes are copied, never more than the total limit allows, and the last copy ends no later than a tick a copy
/// after the last byte could have passed.
#[test]
fn no_bandwidth_is_wasted_while_the_total_binds() {
    let mut flow = Flow::new(Some(1_000), None);
    for id in 0..20 {
        flow.join(at(0), id, 0, 1_000 * u64::from(id + 1), 400);
    }
    let ends = ends(&mut flow, vec![]);
    assert_eq!(ends.len(), 20);
    let (last, bytes) = (ends[19].0, 210_000_i64);
    let least = bytes * 1_000;
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
        let cap = |(&id, copy): (&u32, &PlainCopy)| (copy.group, copy.own, copy.number, id);
        let mut caps: Vec<(u64, u64, u64, u32)> = self.copies.iter().map(cap).collect();
        caps.sort();
        for run in caps.chunk_by_mut(|a, b| a.0 == b.0) {
            pour(self.per_group, run);
        }
        caps.sort_by_key(|&(_, cap, number, _)| (cap, number));
        pour(self.total, &mut caps);
        caps.into_iter().for_each(|cap| self.copies.get_mut(&cap.3).unwrap().rate = cap.1);
    }

    /// Whose copy ends next, and when; of several, the one that joined first.
    fn next(&self) -> Option<(i64, u32)> {
        let ends = |(&id, copy): (&u32, &PlainCopy)| match (copy.left, copy.rate) {
            (0, _) => Some((self.now, copy.number, id)),
            (_, 0) => None,
            (left, rate) => Some((self.now + left.div_ceil(rate.into()) as i64, copy.number, id)),
        };
        let soonest = self.copies.iter().filter_map(ends);
        soonest.min().map(|(at, _, id)| (at, id))
    }
}

/// Shares a limit out: each gets its cap or an equal part of what the ones before have left.
fn pour(limit: Option<u64>, caps: &mut [(u64, u64, u64, u32)]) {
    let (Some(mut left), count) = (limit, caps.len()) else { return };
    for (served, cap) in caps.iter_mut().enumerate() {
        cap.1 = cap.1.min(left / (count - served) as u64);
        left -= cap.1;
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
            let now = match scheduled {
                Some(finish) if pick(3) == 0 => finish.at.micros(),
                Some(finish) => {
                    plain.now + pick(1 + (finish.at.micros() - plain.now).min(3_000_000) as u64) as i64
                }
                None => plain.now + pick(1_000) as i64,
            };
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
                let group = if per_group.is_some() { group } else { 0 };
                let left = u128::from(bytes) * TICKS;
                plain.copies.insert(id, PlainCopy { left, rate: 0, number, group, own });
                number += 1;
            }
            plain.share();
            let told = flow.schedule(at(now));
            let next = plain.next();
            scheduled = match told {
                Some(finish) => Some(finish),
                None => scheduled.filter(|known| flow.is_due(known.id, known.generation)),
            };
            assert_eq!(scheduled.map(|finish| (finish.at.micros(), finish.id)), next, "seed {seed}");
            for (&id, copy) in &plain.copies {
                assert_eq!(flow.rate(id), copy.rate, "seed {seed}");
            }
            let binds = total.is_some_and(|limit| flow.wanted > u128::from(limit));
            changes[usize::from(binds)] += 1;
            changes[2] += usize::from(bound.replace(binds).is_some_and(|before| before != binds));
        }
    }
    assert!(
        changes.iter().all(|&times| times > 1_000),
        "bound, free, and from one to the other: {changes:?}"
    );
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
        let mut flow = Flow::new(None, None);
        flow.join(at(0), 0, 0, bytes, rate);
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
