use super::*;
use crate::engine::plain::Plain;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

fn at(micros: i64) -> Instant {
    Instant::from_micros(micros)
}

fn drain<E: Copy>(agenda: &mut Agenda<E>) -> Vec<(i64, E)> {
    std::iter::from_fn(|| agenda.pop()).map(|(at, event)| (at.micros(), event)).collect()
}

#[test]
fn events_come_by_instant_then_turn_then_number() {
    let mut agenda = Agenda::new();
    agenda.push(at(5), 1, 'd');
    agenda.push(at(5), 0, 'b');
    agenda.push(at(3), 9, 'a');
    agenda.push(at(5), 1, 'e');
    agenda.push(at(5), 0, 'c');
    assert_eq!(agenda.peek(), Some(at(3)));
    assert_eq!(agenda.len(), 5);
    assert_eq!(drain(&mut agenda), [(3, 'a'), (5, 'b'), (5, 'c'), (5, 'd'), (5, 'e')]);
    assert!(agenda.is_empty());
    assert_eq!(agenda.now(), at(5));
}

#[test]
fn a_lane_changes_the_cost_and_not_the_order() {
    for seed in 0..50 {
        let mut random = ChaCha8Rng::seed_from_u64(seed);
        let (mut plain, mut laned) = (Agenda::new(), Agenda::new());
        let lanes: Vec<_> = [(7, 0), (7, 1), (30, 1), (0, 2)]
            .map(|(delay, turn)| (delay, turn, laned.lane(Span::from_micros(delay), turn)))
            .into();
        for number in 0..2_000_u64 {
            match random.next_u64() % 8 {
                kind @ 0..4 => {
                    let (delay, turn, lane) = lanes[kind as usize];
                    plain.push(plain.now() + Span::from_micros(delay), turn, number);
                    laned.push_lane(lane, number);
                }
                4 => {
                    let later = plain.now() + Span::from_micros((random.next_u64() % 50) as i64);
                    plain.push(later, 1, number);
                    laned.push(later, 1, number);
                }
                _ => {
                    assert_eq!(plain.peek(), laned.peek());
                    assert_eq!(plain.pop(), laned.pop(), "seed {seed}");
                }
            }
            assert_eq!(plain.len(), laned.len());
        }
        assert_eq!(drain(&mut plain), drain(&mut laned));
    }
}

/// One event stands for several, scheduled together. When it comes, the others take the places left for them, as if each
/// had been scheduled on its own.
#[test]
fn events_in_places_left_for_them_come_in_the_order_of_the_places() {
    for seed in 0..50 {
        let mut random = ChaCha8Rng::seed_from_u64(seed);
        let (mut each, mut agenda, mut plain) = (Agenda::new(), Agenda::new(), Plain::new());
        let lane = [(7, 1), (0, 1)].map(|(delay, turn)| {
            let (delay, lane) = (Span::from_micros(delay), agenda.lane(Span::from_micros(delay), turn));
            assert_eq!(EventList::<(u64, u64)>::lane(&mut plain, delay, turn), lane);
            (delay, lane)
        });
        for number in 0..2_000_u64 {
            match random.next_u64() % 6 {
                kind @ 0..2 => {
                    let (delay, lane) = lane[kind as usize];
                    let size = 1 + random.next_u64() % 4;
                    (0..size).for_each(|member| each.push(each.now() + delay, 1, (number * 10 + member, 1)));
                    agenda.push_lane(lane, (number * 10, size));
                    agenda.leave_places(size - 1);
                    plain.push_lane(lane, (number * 10, size));
                    plain.leave_places(size - 1);
                }
                2 => {
                    let (later, turn) = (each.now() + Span::from_micros((random.next_u64() % 9) as i64), 1);
                    each.push(later, turn, (number * 10, 1));
                    agenda.push(later, turn, (number * 10, 1));
                    plain.push(later, turn, (number * 10, 1));
                }
                _ => {
                    let next = agenda.pop();
                    if let Some((_, (first, size))) = next {
                        (1..size).for_each(|place| agenda.push_in_place(place, (first + place, 1)));
                    }
                    assert_eq!(plain.pop_before(Instant::NEVER), next, "seed {seed}");
                    if let Some((_, (first, size))) = next {
                        (1..size).for_each(|place| plain.push_in_place(place, (first + place, 1)));
                    }
                    let told = next.map(|(at, (first, _))| (at, first));
                    assert_eq!(each.pop().map(|(at, (number, _))| (at, number)), told, "seed {seed}");
                }
            }
        }
    }
}

#[test]
fn void_events_are_dropped_from_lanes_and_nothing_else_changes() {
    for seed in 0..50 {
        let mut random = ChaCha8Rng::seed_from_u64(seed);
        let (mut agenda, mut plain) = (Agenda::new(), Plain::new());
        let lanes = [(90, 1), (30, 1), (0, 2)].map(|(delay, turn)| {
            let lane = agenda.lane(Span::from_micros(delay), turn);
            assert_eq!(EventList::<usize>::lane(&mut plain, Span::from_micros(delay), turn), lane);
            lane
        });
        let (mut void, mut returned) = (vec![], [0, 0]);
        for _ in 0..3_000 {
            match random.next_u64() as usize % 8 {
                kind @ 0..3 => {
                    agenda.push_lane(lanes[kind], void.len());
                    plain.push_lane(lanes[kind], void.len());
                    void.push(false);
                }
                3 => {
                    let later = agenda.now() + Span::from_micros((random.next_u64() % 50) as i64);
                    agenda.push(later, 1, void.len());
                    plain.push(later, 1, void.len());
                    void.push(false);
                }
                4 | 5 if !void.is_empty() => {
                    let any = random.next_u64() as usize % void.len();
                    void[any] = true;
                }
                _ => {
                    let mut next_valid = |list: usize, next: &mut dyn FnMut() -> Option<(Instant, usize)>| loop {
                        let next = next();
                        returned[list] += usize::from(next.is_some());
                        if next.is_none_or(|(_, event)| !void[event]) {
                            return next;
                        }
                    };
                    let is_void = |&event: &usize| void[event];
                    let fast = next_valid(0, &mut || agenda.pop_valid_before(Instant::NEVER, is_void));
                    let slow = next_valid(1, &mut || plain.pop_before(Instant::NEVER));
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

/// Delays from none to decades, few events and many, long pauses: against a list that is sorted.
#[test]
fn near_and_far_come_in_one_order() {
    for seed in 0..20 {
        let mut random = ChaCha8Rng::seed_from_u64(seed);
        let mut agenda = Agenda::new();
        let mut known = std::collections::BTreeSet::new();
        let mut number = 0_u64;
        for phase in 0..32 {
            // More come than go, then more go than come, then all go.
            let (steps, pushes) = [(3_000, 95), (2_000, 60), (1_500, 5), (4_000, 0)][phase % 4];
            let reach = 1 << (random.next_u64() % 52);
            for _ in 0..steps {
                if random.next_u64() % 100 < pushes {
                    let micros = agenda.now().micros()
                        + (random.next_u64() % reach) as i64 * i64::from(!number.is_multiple_of(5));
                    let turn = (random.next_u64() % 5) as u8;
                    agenda.push(at(micros), turn, number);
                    known.insert((micros, turn, number));
                    number += 1;
                } else {
                    let expected = known.pop_first().map(|(micros, _, number)| (at(micros), number));
                    assert_eq!(agenda.pop(), expected, "seed {seed}, phase {phase}");
                }
                assert_eq!(agenda.len(), known.len());
                assert_eq!(agenda.peek().map(Instant::micros), known.first().map(|entry| entry.0));
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
    let (mut told, mut come) = (std::collections::BTreeSet::new(), std::collections::BTreeSet::new());
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
