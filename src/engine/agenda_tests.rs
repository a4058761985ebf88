use super::*;
use crate::engine::plain::Plain;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use std::collections::BTreeSet;

fn at(micros: i64) -> Instant {
    Instant::from_micros(micros)
}

fn drain<E: Copy>(agenda: &mut Agenda<E>) -> Vec<(i64, E)> {
    std::iter::from_fn(|| agenda.pop()).map(|(at, event)| (at.micros(), event)).collect()
}

#[test]
fn events_come_by_instant_then_turn_then_number() {
    let mut agenda = Agenda::new();
    for (micros, turn, event) in [(5, 1, 'd'), (5, 0, 'b'), (3, 9, 'a'), (5, 1, 'e'), (5, 0, 'c')] {
        agenda.push(at(micros), turn, event);
    }
    assert_eq!(agenda.peek(), Some(at(3)));
    assert_eq!(agenda.len(), 5);
    assert_eq!(drain(&mut agenda), [(3, 'a'), (5, 'b'), (5, 'c'), (5, 'd'), (5, 'e')]);
    assert!(agenda.is_empty());
    assert_eq!(agenda.now(), at(5));
}

/// An agenda, the list that it is compared with, and the seed of the comparison.
type Lists<E> = (Agenda<E>, Plain<E>, u64);

fn us(micros: u64) -> Span {
    Span::from_micros(micros as i64)
}

/// Two empty lists with these lanes.
fn lists<E: Copy, const N: usize>(seed: u64, lanes: [(u64, u8); N]) -> (Lists<E>, [Lane; N]) {
    let mut lists: Lists<E> = (Agenda::new(), Plain::new(), seed);
    let lanes = lanes.map(|(delay, turn)| {
        let lane = lists.0.lane(us(delay), turn);
        assert_eq!(EventList::<E>::lane(&mut lists.1, us(delay), turn), lane);
        lane
    });
    (lists, lanes)
}

/// Calls a method of both lists: it returns the same.
macro_rules! both {
    ($lists:ident.$($call:tt)+) => {{
        let returned = $lists.0.$($call)+;
        assert_eq!($lists.1.$($call)+, returned, "seed {}", $lists.2);
        returned
    }};
}

/// One event stands for several, scheduled together. When it comes, the others take the places left for them, as if each
/// had been scheduled on its own.
#[test]
fn events_in_places_left_for_them_come_in_the_order_of_the_places() {
    for seed in 0..50 {
        let mut random = ChaCha8Rng::seed_from_u64(seed);
        let mut each = Agenda::new();
        let (mut lists, lanes) = lists(seed, [(7, 1), (0, 1)]);
        for number in (0..20_000_u64).step_by(10) {
            let kind = random.next_u64() as usize % 6;
            if kind < 2 {
                let (later, size) = (each.now() + us([7, 0][kind]), 1 + random.next_u64() % 4);
                (0..size).for_each(|member| each.push(later, 1, number + member));
                both!(lists.push_lane(lanes[kind], (number, size)));
                both!(lists.leave_places(size - 1));
            } else if kind == 2 {
                let later = each.now() + us(random.next_u64() % 9);
                each.push(later, 1, number);
                both!(lists.push(later, 1, (number, 1)));
            } else {
                let next = both!(lists.pop_before(Instant::NEVER));
                for place in 1..next.map_or(0, |(_, (_, size))| size) {
                    both!(lists.push_in_place(place, (next.unwrap().1.0 + place, 1)));
                }
                assert_eq!(each.pop(), next.map(|(at, (first, _))| (at, first)), "seed {seed}");
            }
        }
    }
}

#[test]
fn void_events_are_dropped_from_lanes_and_nothing_else_changes() {
    for seed in 0..50 {
        let mut random = ChaCha8Rng::seed_from_u64(seed);
        let (mut lists, lanes) = lists(seed, [(90, 1), (30, 1), (0, 2)]);
        let (mut void, mut returned) = (vec![], [0, 0]);
        for _ in 0..3_000 {
            match random.next_u64() as usize % 8 {
                kind @ 0..4 => {
                    if let Some(&lane) = lanes.get(kind) {
                        both!(lists.push_lane(lane, void.len()));
                    } else {
                        let later = lists.0.now() + us(random.next_u64() % 50);
                        both!(lists.push(later, 1, void.len()));
                    }
                    void.push(false);
                }
                4 | 5 if !void.is_empty() => {
                    let any = random.next_u64() as usize % void.len();
                    void[any] = true;
                }
                _ => {
                    let (agenda, plain, _) = &mut lists;
                    let is_valid = |&(_, event): &(Instant, usize)| !void[event];
                    let fast = || agenda.pop_valid_before(Instant::NEVER, |&event| void[event]);
                    let slow = || plain.pop_before(Instant::NEVER);
                    let fast = std::iter::from_fn(fast).inspect(|_| returned[0] += 1).find(is_valid);
                    let slow = std::iter::from_fn(slow).inspect(|_| returned[1] += 1).find(is_valid);
                    assert_eq!(fast, slow, "seed {seed}");
                }
            }
        }
        assert!(returned[0] < returned[1], "seed {seed}: {returned:?}");
    }
}

#[test]
fn the_same_delay_and_turn_have_the_same_lane() {
    let mut agenda = Agenda::<u8>::new();
    let lane = agenda.lane(Span::DAY, 1);
    assert_ne!(agenda.lane(Span::DAY, 2), lane);
    assert_ne!(agenda.lane(Span::HOUR, 1), lane);
    assert_eq!(agenda.lane(Span::HOUR * 24, 1), lane);
}

#[test]
fn what_lies_at_the_limit_or_after_stays() {
    let mut agenda = Agenda::new();
    agenda.push(at(4), 0, 'a');
    agenda.push(at(5), 0, 'b');
    assert_eq!(agenda.pop_before(at(5)), Some((at(4), 'a')));
    assert_eq!(agenda.pop_before(at(5)), None);
    assert_eq!((agenda.now(), agenda.len()), (at(4), 1));
    assert_eq!(agenda.pop_before(at(6)), Some((at(5), 'b')));
}

#[test]
#[should_panic(expected = "nothing is scheduled in the past")]
fn the_past_is_refused() {
    let mut agenda = Agenda::new();
    agenda.push(at(5), 0, ());
    agenda.pop();
    agenda.push(at(4), 0, ());
}

#[test]
#[should_panic(expected = "loop at one instant")]
fn a_loop_at_one_instant_stops() {
    let mut agenda = Agenda::new();
    let lane = agenda.lane(Span::ZERO, 0);
    agenda.push_lane(lane, ());
    while agenda.pop().is_some() {
        agenda.push_lane(lane, ());
    }
}

/// Delays from none to decades, a quarter of them in lanes, few events and many, long pauses.
#[test]
fn near_and_far_in_lanes_or_not_come_in_one_order() {
    for seed in 0..20 {
        let mut random = ChaCha8Rng::seed_from_u64(seed);
        let (mut lists, lanes) = lists(seed, [(7, 0), (7, 1), (30, 1), (0, 2)]);
        let mut number = 0_u64;
        for phase in 0..32 {
            // More come than go, then more go than come, then all go.
            let (steps, pushes) = [(4_000, 95), (2_500, 60), (2_000, 5), (5_000, 0)][phase % 4];
            let reach = 1 << (random.next_u64() % 52);
            for _ in 0..steps {
                number += 1;
                if random.next_u64() % 100 >= pushes {
                    both!(lists.pop_before(Instant::NEVER));
                } else if let Some(&lane) = lanes.get(random.next_u64() as usize % 16) {
                    both!(lists.push_lane(lane, number));
                } else {
                    let delay = random.next_u64() % reach * u64::from(!number.is_multiple_of(5));
                    let (later, turn) = (lists.0.now() + us(delay), (random.next_u64() % 5) as u8);
                    both!(lists.push(later, turn, number));
                }
                let (agenda, plain, _) = &lists;
                let next = plain.events.keys().next().map(|key| key.0);
                assert_eq!((agenda.len(), agenda.peek()), (plain.events.len(), next), "seed {seed}");
            }
        }
    }
}

/// What the agenda says of the next events is true, and said once: none of them has come, and each comes.
#[test]
fn what_is_coming_is_told_at_most_once() {
    let mut random = ChaCha8Rng::seed_from_u64(1);
    let mut agenda = Agenda::new();
    let lane = agenda.lane(Span::HOUR * 7, 1);
    let (mut told, mut come) = (BTreeSet::new(), BTreeSet::new());
    for number in 0..20_000_u64 {
        match number % 3 {
            0 => agenda.push_lane(lane, number),
            _ => agenda.push(agenda.now() + Span::SECOND * (random.next_u64() % 1_000_000) as i64, 2, number),
        }
        for coming in agenda.coming() {
            assert!(!come.contains(&coming), "{coming} has come already");
            assert!(told.insert(coming), "{coming} is told twice");
        }
        if number % 2 == 1 {
            come.extend(agenda.pop().map(|(_, event)| event));
        }
    }
    come.extend(drain(&mut agenda).into_iter().map(|(_, event)| event));
    assert!(told.len() > 1_000 && told.is_subset(&come), "{} are told", told.len());
}
