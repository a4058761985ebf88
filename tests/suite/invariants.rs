//! Random scenarios, every knob at random and at its extremes: what must hold, holds after every event.

use crate::random;
use crate::watcher::{CORNERS, Watcher};
use shipback::engine::time::{Instant, Span};
use shipback::policy::{Policy, Rule, Tables, TimerAct};
use shipback::scenario::{Ending, Scenario};
use shipback::world::{Fact, Observer, World};
use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// Random scenarios of one test run, [`REGRESSIONS`] among them: some 30 s on one processor.
const SEEDS: u64 = 300;
/// Those of the nightly run.
const MANY_SEEDS: u64 = 3000;
/// Seeds that once found a mistake: a drive that left twice, a return sent twice, a held drive whose arrival was forgotten, a
/// notice whose case ended while Faulted; a job that waited for its drive at the site in another's hands (1969, 3265, 3855), a
/// guest's return that left for an address just found to be wrong (2613, 3083).
const REGRESSIONS: [u64; 16] =
    [1077, 1156, 1194, 1755, 1850, 1969, 2087, 2613, 2698, 3083, 3265, 3855, 4744, 5014, 5075, 5703];
/// Orders follow orders without end: ten thousand jobs in the house.
const WITHOUT_END: u64 = 3884;

/// More events than any of these small scenarios needs.
const MOST_EVENTS: u64 = 400_000;

/// Whether the house is looked at after this event: after every one, but where orders follow without end, and the house grows with
/// them, later on after one of 64.
fn is_audited(seed: u64, step: u64) -> bool {
    seed != WITHOUT_END || step < 30_000 || step.is_multiple_of(64)
}

/// How often each rule acted and each corner was reached.
#[derive(Default)]
struct Reached {
    rules: BTreeMap<Rule, u64>,
    corners: BTreeMap<&'static str, u64>,
}

impl Reached {
    fn add(&mut self, other: Reached) {
        other.rules.into_iter().for_each(|(rule, times)| *self.rules.entry(rule).or_default() += times);
        other
            .corners
            .into_iter()
            .for_each(|(corner, times)| *self.corners.entry(corner).or_default() += times);
    }
}

/// Prints facts, where asked to.
struct Printer(bool);

impl Observer for Printer {
    fn fact(&mut self, at: Instant, fact: &Fact) {
        if self.0 {
            eprintln!("{} {fact:?}", at.since_start());
        }
    }
}

/// Lives through the random scenario of this seed, audited after every event, until all rest.
fn live(seed: u64) -> Result<Reached, String> {
    live_under(seed, |_| {}, Printer(false))
}

/// The same under a policy with other rows.
fn live_under(seed: u64, change: fn(&mut Tables), printer: Printer) -> Result<Reached, String> {
    let text = random::scenario(seed);
    let mut scenario = Scenario::parse(&text, &[]).map_err(|why| format!("seed {seed}: {why}"))?.scenario;
    let mut tables = Tables::documented();
    change(&mut tables);
    scenario.policy = Policy::of(tables, scenario.policy.timings);
    let observer = (printer, Watcher::new(&scenario));
    let mut world = World::new(&scenario, scenario.run.seed, seed, observer);
    let mut steps = 0;
    held(|| {
        while world.step() {
            steps += 1;
            if is_audited(seed, steps) {
                world.audit();
            }
            assert!(steps < MOST_EVENTS, "some circle: too many events up to {}", world.now());
        }
        // The measured jobs rest; now everything else, as long as the run may last.
        let tail = (world.now() + Span::days(3000)).min(world.stop_at());
        while world.step_before(tail) {
            steps += 1;
            if is_audited(seed, steps) {
                world.audit();
            }
            assert!(steps < 2 * MOST_EVENTS, "some circle: too many events up to {}", world.now());
        }
    })
    .map_err(|why| format!("seed {seed}, event {steps}, at {}: {why}", world.now()))?;
    held(|| {
        let (end, (_, mut watcher)) = world.finish();
        watcher.close(end.stopped);
        let stops = matches!(scenario.run.ending, Ending::Censor);
        assert!(stops || end.open == 0, "{} jobs never rest at {}", end.open, end.stopped);
        let endless = watcher.generations() > 50;
        if !stops && !endless {
            watcher.at_rest();
        }
        Reached { rules: watcher.fired, corners: watcher.corners }
    })
    .map_err(|why| format!("seed {seed}, the end: {why}"))
}

/// What a panic says, as an error.
fn held<T>(run: impl FnOnce() -> T) -> Result<T, String> {
    catch_unwind(AssertUnwindSafe(run)).map_err(|why| {
        let text = why.downcast_ref::<String>().cloned();
        text.or_else(|| why.downcast_ref::<&str>().map(ToString::to_string)).unwrap_or_default()
    })
}

/// Lives through all of them; failures are told together, alike ones once, the most frequent first.
fn live_all(seeds: impl Iterator<Item = u64>) -> Reached {
    let mut reached = Reached::default();
    let mut failures: BTreeMap<String, (Vec<u64>, String)> = BTreeMap::new();
    for seed in seeds {
        match live(seed) {
            Ok(of_seed) => reached.add(of_seed),
            Err(why) => {
                let what = why.split_once(": ").map_or(why.as_str(), |(_, what)| what);
                let alike: String = what.chars().filter(|c| !c.is_ascii_digit()).take(40).collect();
                failures.entry(alike).or_insert_with(|| (vec![], why)).0.push(seed);
            }
        }
    }
    let mut told: Vec<_> = failures.into_values().collect();
    told.sort_by_key(|(seeds, _)| std::cmp::Reverse(seeds.len()));
    for (seeds, why) in &told {
        eprintln!("{} seeds, {:?}: {why}\n", seeds.len(), &seeds[..seeds.len().min(12)]);
    }
    assert!(told.is_empty(), "random scenarios fail in {} ways", told.len());
    reached
}

/// 300 seeds in all, each audited and watched after every event. In them every rule that acts has acted, and every corner was
/// reached.
#[test]
fn random_scenarios_rest_at_the_end_and_hold_every_invariant_on_the_way() {
    let reached = live_all((0..SEEDS - REGRESSIONS.len() as u64).chain(REGRESSIONS));
    let silent = |rule: &&Rule| !rule.holds() && !reached.rules.contains_key(rule);
    let silent: Vec<_> = Rule::ALL.iter().filter(silent).collect();
    assert!(silent.is_empty(), "no scenario makes these rules act: {silent:?}");
    let missed: Vec<_> = CORNERS.iter().filter(|corner| !reached.corners.contains_key(*corner)).collect();
    assert!(missed.is_empty(), "no scenario reaches {missed:?}: {:#?}", reached.corners);
}

/// Where no row stops a timer, deadlines end that should be void: no run of some length goes through.
#[test]
fn a_policy_that_stops_no_timer_is_seen() {
    let never_stops = |tables: &mut Tables| {
        let stops = tables.job.rows.iter_mut().filter(|row| row.timer == TimerAct::Stops);
        stops.for_each(|row| row.timer = TimerAct::Keeps);
    };
    let seen = (0..20).filter(|&seed| live_under(seed, never_stops, Printer(false)).is_err()).count();
    assert!(seen >= 10, "seen in {seen} of 20 random scenarios");
}

/// `.ci/nightly` runs it: 3,000 other seeds, or as many as `SHIPBACK_SEEDS` says.
#[test]
#[ignore = "some minutes"]
fn many_more_random_scenarios_rest_at_the_end() {
    let count = std::env::var("SHIPBACK_SEEDS").ok().and_then(|text| text.parse().ok());
    live_all(1000..1000 + count.unwrap_or(MANY_SEEDS));
}

#[test]
fn orders_without_end_hold_every_invariant_too() {
    live_all(std::iter::once(WITHOUT_END));
}

#[test]
#[ignore = "for looking at one seed"]
fn one_random_scenario() {
    let seed = std::env::var("SHIPBACK_SEED").expect("a seed").parse().expect("a seed");
    eprintln!("{}", random::scenario(seed));
    live_under(seed, |_| {}, Printer(true)).unwrap();
}
