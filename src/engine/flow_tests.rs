use super::*;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

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
        flow.schedule(at(0)).expect("each is scheduled when it begins")
    };
    let events = (0..).zip(copies).map(begin).collect();
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
