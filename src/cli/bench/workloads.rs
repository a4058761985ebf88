//! The built-in workloads, and how long each takes.

use crate::engine::time::{Instant, Span};
use crate::error::Error;
use crate::measure::Tally;
use crate::report::{LogLevel, Logs, Place};
use crate::scenario::{BASELINE, Scenario};
use crate::world::{Fact, Observer, RunEnd, World, run};
use serde_json::{Value, json};
use std::path::Path;
use std::time::{Duration, Instant as Clock};

/// The lifecycle workload that other simulators run too.
const W3: &str = include_str!("../../../scenarios/bench/w3.toml");
/// Jobs per day in W3, and number of bays.
const ORDERS: f64 = 50.4;
const BAYS: f64 = 200.0;
/// After this time every timer of the first jobs has ended.
const SETTLED: Span = Span::days(130);
const YEAR: Span = Span::days(365);

/// One run of a workload, on one thread, without logs.
#[derive(Clone, Copy, Debug)]
pub(super) struct Speed {
    pub jobs: u64,
    pub events: u64,
    pub took: Duration,
}

pub(super) fn w3(sets: &[String]) -> Result<Scenario, Error> {
    Ok(Scenario::parse(W3, sets)?.scenario)
}

pub(super) fn baseline(sets: &[&str]) -> Result<Scenario, Error> {
    Ok(Scenario::parse(BASELINE, &sets.iter().map(ToString::to_string).collect::<Vec<_>>())?.scenario)
}

/// Settings for this number of jobs in W3, at `times` the jobs per day, and a horizon after the last of them.
pub(super) fn orders(jobs: u64, times: f64) -> Vec<String> {
    let days = jobs as f64 / 50.0 / times + 400.0;
    vec![format!("demand.jobs.limit={jobs}"), format!("run.horizon=\"{days:.0}d\"")]
}

/// Settings for W3 with `times` the jobs per day and a site with the same utilization.
pub(super) fn busier(times: f64) -> Vec<String> {
    let servers = |usual: f64| (usual * times).ceil();
    vec![
        format!("demand.jobs.rate=\"{}/day\"", ORDERS * times),
        format!("site.dock.servers={}", servers(8.0)),
        format!("site.bays.servers={}", servers(BAYS)),
        format!("site.packing.servers={}", servers(4.0)),
        format!("site.operations.servers={}", servers(1000.0)),
    ]
}

/// W3 with so many jobs per day that `events` events are pending at the settled site. Most of them are retention
/// timers.
pub(super) fn pending(events: f64) -> Result<Scenario, Error> {
    const EACH_ORDER_A_DAY: f64 = 142.0;
    let mut sets = busier(events / EACH_ORDER_A_DAY / ORDERS);
    sets.push("demand.jobs.limit=1000000000".into());
    w3(&sets)
}

/// W3 with ten times the bays: without a total rate, and with a total rate that is just enough for all bays.
pub(super) fn shared(jobs: u64) -> Result<[Scenario; 2], Error> {
    let sets = [busier(10.0), orders(jobs, 10.0)].concat();
    let total = format!("site.bays.total_rate=\"{:.0}GB/s\"", BAYS * 10.0);
    Ok([w3(&sets)?, w3(&[sets, vec![total]].concat())?])
}

pub(super) fn speed(scenario: &Scenario) -> Speed {
    let clock = Clock::now();
    let (end, tally) = run(scenario, 1, 0, Tally::new(scenario).without_days());
    let (counts, _) = tally.close(&end);
    Speed { jobs: counts.all().created, events: end.events, took: clock.elapsed() }
}

/// Nanoseconds per event in the first year and in the second.
pub(super) fn years(scenario: &Scenario) -> [f64; 2] {
    let mut world = World::new(scenario, 1, 0, ());
    [1, 2].map(|year| {
        let (before, clock) = (world.events(), Clock::now());
        world.advance(Instant::START + YEAR * year);
        clock.elapsed().as_secs_f64() * 1e9 / (world.events() - before) as f64
    })
}

/// Nanoseconds per event at a settled site; the number of events is about the same at any scale.
pub(super) fn settled(scenario: &Scenario) -> f64 {
    const EVENTS: u64 = 3_000_000;
    let mut world = World::new(scenario, 1, 0, ());
    world.advance(Instant::START + SETTLED);
    let (before, clock) = (world.events(), Clock::now());
    while world.events() < before + EVENTS && world.step() {}
    clock.elapsed().as_secs_f64() * 1e9 / (world.events() - before) as f64
}

/// Counts facts: rows of events.csv.
struct Rows(u64);

impl Observer for Rows {
    fn fact(&mut self, _at: Instant, _fact: &Fact) {
        self.0 += 1;
    }
}

/// Number of rows, and processor time of a run that writes logs of this level.
pub(super) fn logged(
    scenario: &Scenario,
    folder: &Path,
    level: LogLevel,
) -> Result<(u64, Option<Duration>), Error> {
    let mut place = Place::open(folder)?;
    let logs = Logs::open(&mut place, scenario, level)?;
    let before = super::machine::processor_time();
    let (_, (Rows(rows), logs)): (RunEnd, _) = run(scenario, 1, 0, (Rows(0), logs));
    logs.finish(&mut place)?;
    let took = super::machine::processor_time().zip(before).map(|(after, before)| after - before);
    place.finish()?;
    Ok((rows, took))
}

impl Speed {
    pub(super) const HEADS: [&str; 6] = ["jobs", "events", "seconds", "M events/s", "ns/event", "us/job"];

    pub(super) fn ns_per_event(&self) -> f64 {
        self.took.as_secs_f64() * 1e9 / self.events.max(1) as f64
    }

    fn us_per_job(&self) -> f64 {
        self.took.as_secs_f64() * 1e6 / self.jobs.max(1) as f64
    }

    pub(super) fn row(&self, name: &str) -> String {
        let seconds = self.took.as_secs_f64();
        format!(
            "{name:<12}{:>12}{:>12}{seconds:>12.3}{:>12.2}{:>12.0}{:>12.2}\n",
            self.jobs,
            self.events,
            1e3 / self.ns_per_event(),
            self.ns_per_event(),
            self.us_per_job(),
        )
    }

    pub(super) fn json(&self) -> Value {
        json!({
            "jobs": self.jobs,
            "events": self.events,
            "seconds": self.took.as_secs_f64(),
            "ns_per_event": self.ns_per_event(),
            "us_per_job": self.us_per_job(),
        })
    }
}
