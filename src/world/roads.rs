//! Carrier networks: pickup, transit, disruptions, delivery.

use crate::engine::calendar::Timetable;
use crate::engine::time::{Instant, Span};
use crate::fate::Journey;
use crate::scenario::{Carrier, Disrupted, Disruption, Scenario};
use std::collections::BTreeSet;

/// The network of one carrier.
struct Road {
    pickup: Timetable,
    delivers: Timetable,
    /// Transit slowdown factor from each instant until the next; the instants are the starts and ends of all strikes,
    /// in order. `None`: packages do not move.
    spells: Vec<(Instant, Option<f64>)>,
}

/// A disruption of a carrier's network.
struct Strike {
    from: Instant,
    until: Instant,
    slower: Option<f64>,
}

/// The networks of all carriers.
pub(super) struct Roads(Vec<Road>);

impl Roads {
    pub(super) fn new(scenario: &Scenario) -> Roads {
        let road = |(number, carrier): (usize, &Carrier)| Road {
            pickup: carrier.pickup.clone(),
            delivers: carrier.delivers.clone(),
            spells: spells(&strikes(scenario, number)),
        };
        Roads(scenario.carriers.iter().enumerate().map(road).collect())
    }

    /// Arrival time of a package handed over at `handed`.
    #[inline(always)]
    pub(super) fn arrival(&mut self, handed: Instant, journey: &Journey) -> Instant {
        let road = &mut self.0[usize::from(journey.carrier)];
        // A journey with zero transit, such as a backlog, needs no pickup.
        if journey.transit == Span::ZERO {
            return road.delivers.next_open(handed);
        }
        let mut at = road.pickup.next_open(handed);
        let mut left = journey.transit;
        loop {
            let (speed, edge) = road.speed(at);
            let edge = edge.unwrap_or(Instant::NEVER);
            let needs = speed.map(|slower| Span::from_micros((left.micros() as f64 * slower).round() as i64));
            if let Some(needs) = needs.filter(|&needs| at + needs <= edge) {
                return road.delivers.next_open(at + needs);
            }
            if let Some(slower) = speed {
                let done = Span::from_micros(((edge - at).micros() as f64 / slower) as i64);
                left -= done.min(left);
            }
            at = edge;
        }
    }
}

impl Road {
    /// Slowdown factor at `at` (`None`: packages do not move), and the instant of its next change.
    fn speed(&self, at: Instant) -> (Option<f64>, Option<Instant>) {
        let next = self.spells.partition_point(|spell| spell.0 <= at);
        let speed = next.checked_sub(1).map_or(Some(1.0), |last| self.spells[last].1);
        (speed, self.spells.get(next).map(|spell| spell.0))
    }
}

/// Strikes of the carrier with this number, in the order of the scenario.
fn strikes(scenario: &Scenario, number: usize) -> Vec<Strike> {
    let of_carrier = |disruption: &Disruption| match disruption.what {
        Disrupted::Carrier { carrier, slower } if carrier.is_none_or(|one| one == number) => {
            Some(Strike { from: disruption.from, until: disruption.until, slower })
        }
        _ => None,
    };
    scenario.disruptions.iter().filter_map(of_carrier).collect()
}

/// Slowdown factor by instant. Factors of simultaneous strikes multiply, in the order of the scenario.
fn spells(strikes: &[Strike]) -> Vec<(Instant, Option<f64>)> {
    let edges = |(number, strike): (usize, &Strike)| [(strike.from, number), (strike.until, number)];
    let mut edges: Vec<(Instant, usize)> = strikes.iter().enumerate().flat_map(edges).collect();
    edges.sort_unstable();
    let mut in_force = BTreeSet::new();
    let spell = |together: &[(Instant, usize)]| {
        let at = together[0].0;
        for &(_, number) in together {
            if (strikes[number].from..strikes[number].until).contains(&at) {
                in_force.insert(number);
            } else {
                in_force.remove(&number);
            }
        }
        let slower = in_force.iter().map(|&number| strikes[number].slower);
        (at, slower.into_iter().try_fold(1.0, |slower, strike| Some(slower * strike?)))
    };
    edges.chunk_by(|one, next| one.0 == next.0).map(spell).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// At every instant the speed is that of all strikes in force, and the next edge the first of any strike.
    #[test]
    fn strikes_that_overlap_touch_or_last_no_time_slow_packages_down_as_each_says() {
        let at = Instant::from_micros;
        for seed in 0..100 {
            let mut state: u64 = seed;
            let mut pick = |most: u64| {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                ((state >> 33) % most) as i64
            };
            let mut strike = || {
                let from = pick(50);
                let slower = (pick(4) > 0).then(|| 1.0 + pick(1_000) as f64 / 333.0);
                Strike { from: at(from), until: at(from + pick(20)), slower }
            };
            let strikes: Vec<Strike> = (0..seed % 12).map(|_| strike()).collect();
            let (pickup, delivers) = (Timetable::constant(1), Timetable::constant(1));
            let road = Road { pickup, delivers, spells: spells(&strikes) };
            for now in (0..80).map(at) {
                let in_force = strikes.iter().filter(|strike| (strike.from..strike.until).contains(&now));
                let speed = in_force.map(|strike| strike.slower).try_fold(1.0, |all, one| Some(all * one?));
                let edges = strikes.iter().flat_map(|strike| [strike.from, strike.until]);
                assert_eq!(road.speed(now), (speed, edges.filter(|&edge| edge > now).min()), "seed {seed}");
            }
        }
    }
}
