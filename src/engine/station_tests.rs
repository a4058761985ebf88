use super::*;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

fn at(micros: i64) -> Instant {
    Instant::from_micros(micros)
}

fn us(micros: i64) -> Span {
    Span::from_micros(micros)
}

/// Slots are numbered in the order in which they are first used.
const A: Slot = Slot(0);
const B: Slot = Slot(1);
const C: Slot = Slot(2);

/// Begins what can begin, and tells who.
fn begin(station: &mut Station<char>, now: i64) -> String {
    let next = std::iter::from_fn(|| station.next(at(now)));
    next.map(|(Next::Begun { who, .. } | Next::Resumed { who, .. })| who).collect()
}

/// A station that these enter at the start, each with a letter; as many as there are servers are in service.
fn started(capacity: u32, at_close: AtClose, who: &str) -> Station<char> {
    let mut station = Station::new(1, capacity, at_close);
    who.chars().for_each(|who| _ = station.join(at(0), who, 0));
    begin(&mut station, 0);
    station
}

#[test]
fn the_line_is_served_by_class_then_by_arrival() {
    let mut station = Station::new(3, 1, AtClose::Finish);
    for (now, who, class) in [(0, 'a', 2), (1, 'b', 1), (2, 'c', 0), (3, 'd', 1), (4, 'e', 0), (5, 'f', 2)] {
        station.join(at(now), who, class);
    }
    for (now, who) in (10..).zip(["c", "e", "b", "d", "a", "f"]) {
        assert_eq!(begin(&mut station, now), who);
        station.finish(at(now), A);
    }
    assert_eq!(station.snapshot(at(16)).served, 6);
}

#[test]
fn a_service_in_hand_is_not_interrupted_for_a_higher_class() {
    let mut station = Station::new(2, 1, AtClose::Suspend);
    station.join(at(0), 'a', 1);
    begin(&mut station, 0);
    station.join(at(1), 'b', 0);
    assert_eq!(begin(&mut station, 1), "");
    assert_eq!(station.finish(at(2), A), 'a');
    assert_eq!(begin(&mut station, 2), "b");
}

#[test]
fn who_withdraws_is_gone_from_the_line_once() {
    let mut station = Station::new(2, 0, AtClose::Finish);
    let tickets: Vec<_> = ['a', 'b', 'c', 'd'].map(|who| station.join(at(0), who, 1)).into();
    assert!(station.withdraw(at(3), tickets[2]));
    assert!(!station.withdraw(at(4), tickets[2]));
    assert_eq!(station.queue_len(), 3);
    station.set_capacity(at(5), 9, &mut vec![]);
    assert_eq!(begin(&mut station, 5), "abd");
    assert!(!station.withdraw(at(6), tickets[0]), "who is served is not in line");
    let measures = station.snapshot(at(7));
    assert_eq!((measures.withdrawn, measures.withdrawn_wait, measures.wait, measures.waited), (1, 3, 15, 3));
    assert_eq!((measures.queue, measures.closed, measures.longest), (18, 5, 4));
}

#[test]
fn with_finish_work_in_hand_goes_on_over_the_capacity() {
    let mut station = started(2, AtClose::Finish, "abc");
    let due = station.work(at(0), A, us(10));
    let mut suspended = vec![];
    station.set_capacity(at(4), 0, &mut suspended);
    assert_eq!((suspended.len(), station.busy(), station.capacity()), (0, 2, 0));
    assert!(station.is_due(A, due.generation));
    station.finish(due.at, A);
    assert_eq!(begin(&mut station, 10), "", "nothing begins while closed");
    station.set_capacity(at(20), 1, &mut suspended);
    assert_eq!(begin(&mut station, 20), "", "the other is still busy");
    station.finish(at(21), B);
    assert_eq!(begin(&mut station, 21), "c");
    assert_eq!(station.closed_clock(at(30)), us(16));
}

#[test]
fn a_suspended_service_resumes_with_its_work_to_the_tick() {
    let mut station = started(3, AtClose::Suspend, "abcd");
    let dues = [A, B, C].map(|slot| station.work(at(0), slot, us(100)));
    let mut suspended = vec![];
    station.set_capacity(at(37), 1, &mut suspended);
    assert_eq!(suspended, [(C, 'c'), (B, 'b')], "the last begun stops first");
    assert_eq!((station.busy(), station.suspended()), (1, 2));
    assert!(station.is_due(A, dues[0].generation));
    assert!(!station.is_due(B, dues[1].generation));
    // One server returns: the one begun first goes on, with 63 left.
    station.set_capacity(at(50), 2, &mut vec![]);
    let Some(Next::Resumed { slot, who: 'b', due: Some(due) }) = station.next(at(50)) else {
        panic!("b resumes")
    };
    assert_eq!((slot, due.at), (B, at(113)));
    assert!(station.next(at(50)).is_none());
    // It is suspended again, and a second time goes on where it was.
    station.set_capacity(at(60), 0, &mut suspended);
    assert!(!station.is_due(slot, due.generation));
    station.set_capacity(at(1_000), 2, &mut vec![]);
    let ends = std::iter::from_fn(|| station.next(at(1_000))).map(|next| match next {
        Next::Resumed { who, due: Some(due), .. } => (who, due.at.micros()),
        other => panic!("only the suspended go on, not {other:?}"),
    });
    assert_eq!(ends.collect::<Vec<_>>(), [('a', 1_040), ('b', 1_053)]);
    // A server that is free takes the suspended before the line.
    station.finish(at(1_040), A);
    assert_eq!(begin(&mut station, 1_040), "c");
    let measures = station.snapshot(at(1_040));
    assert_eq!(measures.suspended, 13 * 2 + 10 + 940 * 3 + 40);
}

#[test]
fn work_that_ends_as_the_shift_ends_is_done() {
    let mut station = started(2, AtClose::Suspend, "ab");
    station.work(at(0), A, us(60));
    let due = station.work(at(0), B, us(50));
    let mut suspended = vec![];
    station.set_capacity(at(50), 1, &mut suspended);
    assert_eq!(suspended, [], "b leaves at this very instant, which is enough");
    assert!(station.is_due(B, due.generation));
    station.finish(at(50), B);
    assert_eq!((station.busy(), station.capacity()), (1, 1));
}

#[test]
fn what_was_complete_when_it_was_suspended_is_served() {
    let mut station = started(2, AtClose::Suspend, "ab");
    station.work(at(0), B, us(9));
    station.work_elsewhere(A);
    station.set_capacity(at(4), 0, &mut vec![]);
    assert_eq!([A, B].map(|slot| station.left(at(4), slot)), [None, Some(us(5))]);
    assert_eq!(station.finish_suspended(at(4), A), 'a');
    let measures = station.snapshot(at(6));
    assert_eq!((measures.served, measures.abandoned, measures.busy, measures.suspended), (1, 0, 8, 2));
}

#[test]
fn untimed_work_is_suspended_without_a_due() {
    let mut station = started(1, AtClose::Suspend, "a");
    station.set_capacity(at(5), 0, &mut vec![]);
    assert_eq!(station.who(A), Some('a'));
    station.set_capacity(at(9), 1, &mut vec![]);
    assert_eq!(station.next(at(9)), Some(Next::Resumed { slot: A, who: 'a', due: None }));
}

#[test]
fn an_abandoned_service_is_not_counted_as_served_and_its_due_is_void() {
    let mut station = started(2, AtClose::Suspend, "abc");
    let due = station.work(at(0), A, us(10));
    station.set_capacity(at(1), 1, &mut vec![]);
    assert_eq!(station.abandon(at(2), B), 'b', "also while suspended");
    assert_eq!(station.abandon(at(2), A), 'a');
    assert!(!station.is_due(A, due.generation));
    assert_eq!((begin(&mut station, 2).as_str(), station.suspended()), ("c", 0));
    assert_eq!(station.who(A), Some('c'));
    assert!(!station.is_due(A, due.generation), "the slot's new user inherits nothing");
    let measures = station.snapshot(at(3));
    assert_eq!((measures.served, measures.abandoned, measures.begun), (0, 2, 3));
}

#[test]
#[should_panic(expected = "not running")]
fn what_is_suspended_cannot_finish() {
    let mut station = started(1, AtClose::Suspend, "a");
    station.set_capacity(at(5), 0, &mut vec![]);
    station.finish(at(6), A);
}

/// Little's law as an identity of integers, over random joins, ends, withdrawals and capacities, against a count
/// kept by hand.
#[test]
fn littles_law_holds_to_the_tick() {
    for seed in 0..40 {
        let mut random = ChaCha8Rng::seed_from_u64(seed);
        let at_close = if seed % 2 == 0 { AtClose::Finish } else { AtClose::Suspend };
        let mut station = Station::new(3, 2, at_close);
        let (mut now, mut busy, mut tickets, mut slots, mut suspended) = (0, 0_i128, vec![], vec![], vec![]);
        for _ in 0..3_000 {
            let step = (random.next_u64() % 4) as i64;
            busy += i128::from(step) * i128::from(station.busy());
            now += step;
            let pick = random.next_u64() as usize;
            match random.next_u64() % 10 {
                0..4 => tickets.push(station.join(at(now), 'x', (pick % 3) as u8)),
                4..8 if !slots.is_empty() => {
                    let slot = slots.swap_remove(pick % slots.len());
                    let is_it = |entry: &mut (Slot, char)| entry.0 == slot;
                    match suspended.extract_if(.., is_it).next() {
                        Some(_) => station.abandon(at(now), slot),
                        None => station.finish(at(now), slot),
                    };
                }
                8 if !tickets.is_empty() => _ = station.withdraw(at(now), tickets[pick % tickets.len()]),
                9 => station.set_capacity(at(now), (pick % 5) as u32, &mut suspended),
                _ => {}
            }
            while let Some(next) = station.next(at(now)) {
                match next {
                    Next::Begun { slot, .. } => slots.push(slot),
                    Next::Resumed { slot, .. } => suspended.retain(|&(other, _)| other != slot),
                }
            }
            let ages: i128 = station.waiting().map(|(_, since)| i128::from((at(now) - since).micros())).sum();
            let measures = station.snapshot(at(now));
            assert_eq!(measures.queue, measures.wait + measures.withdrawn_wait + ages, "seed {seed}");
            assert_eq!(measures.busy, busy, "seed {seed}");
            let gone = measures.begun + measures.withdrawn + station.queue_len() as u64;
            assert_eq!(measures.joined, gone, "seed {seed}");
            assert_eq!(slots.len() as u64, measures.begun - measures.served - measures.abandoned);
            assert_eq!(u64::from(station.busy() + station.suspended()), slots.len() as u64);
        }
    }
}

#[test]
fn snapshots_measure_a_window() {
    let mut station = started(1, AtClose::Finish, "a");
    let before = station.snapshot(at(10));
    station.finish(at(25), A);
    let window = station.snapshot(at(30)).since(&before);
    assert_eq!((window.busy, window.capacity, window.served, window.joined), (15, 20, 1, 0));
}
