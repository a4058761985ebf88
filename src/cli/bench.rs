//! `shipback bench`: how fast this machine lives the built-in workloads, and what a job in the house weighs.

use super::print;
use crate::engine::time::Instant;
use crate::error::Error;
use crate::measure::Tally;
use crate::scenario::Scenario;
use crate::world::World;
use clap::Args;
use std::time::{Duration, Instant as Clock};

/// The lifecycle workload that other simulators run too.
const W3: &str = include_str!("../../scenarios/bench/w3.toml");
/// Jobs that nobody forgets: each stays in the house after it has ended.
const KEPT: [&str; 2] = ["policy.retention=3650d", "run.ending=censor"];

/// Run the built-in workloads and print events a second, and bytes a job
#[derive(Debug, Args)]
#[command(help_template = super::TEMPLATE, before_help = "\
Examples:
  shipback bench                   each workload three times, the best counts
  shipback bench --jobs 1000000    a longer one")]
pub(super) struct BenchArgs {
    /// Jobs of the workload w3
    #[arg(long, value_name = "N", default_value_t = 100_000)]
    #[arg(value_parser = clap::value_parser!(u64).range(100..=100_000_000))]
    jobs: u64,
    /// Of so many runs of each workload, the best counts: others were disturbed
    #[arg(long, value_name = "N", default_value_t = 3, value_parser = clap::value_parser!(u8).range(1..=100))]
    repeat: u8,
}

/// One workload, run once, on one thread, without logs.
#[derive(Clone, Copy, Debug)]
struct Speed {
    jobs: u64,
    events: u64,
    took: Duration,
}

impl BenchArgs {
    pub(super) fn run(&self) -> Result<(), Error> {
        let days = self.jobs as f64 / 50.0 + 400.0;
        let sets = [format!("demand.jobs.limit={}", self.jobs), format!("run.horizon=\"{days:.0}d\"")];
        let baseline = crate::scenario::Scenario::parse(crate::scenario::BASELINE, &[])?.scenario;
        let w3 = Scenario::parse(W3, &sets)?.scenario;
        print::data(&format!("{}\n\n", machine()))?;
        let heads = ["jobs", "events", "seconds", "M events/s", "ns/event", "us/job"];
        print::data(&format!("{:<12}{}\n", "", heads.map(|head| format!("{head:>12}")).concat()))?;
        for (name, scenario) in [("w3", &w3), ("baseline", &baseline)] {
            let runs = (0..self.repeat).map(|_| speed(scenario));
            let best = runs.min_by_key(|run| run.took).expect("bench: there is at least one run");
            print::data(&best.row(name))?;
        }
        self.weight()
    }

    /// What the resident memory grows by while jobs fill the house and none leaves.
    fn weight(&self) -> Result<(), Error> {
        let days = self.jobs as f64 / 50.0 + 100.0;
        let mut sets =
            vec![format!("demand.jobs.limit={}", self.jobs), format!("run.horizon=\"{days:.0}d\"")];
        sets.extend(KEPT.map(String::from));
        let scenario = Scenario::parse(W3, &sets)?.scenario;
        let before = resident();
        let mut world = World::new(&scenario, 1, 0, ());
        world.advance(Instant::START + scenario.run.horizon);
        let text = match (before, resident()) {
            (Some(before), Some(after)) => format!(
                "\n{} jobs in the house: {} bytes each, all told.\n",
                world.ordered(),
                after.saturating_sub(before) / world.ordered().max(1)
            ),
            _ => "\nThis system does not tell how much memory is used.\n".into(),
        };
        print::data(&text)
    }
}

fn speed(scenario: &Scenario) -> Speed {
    let clock = Clock::now();
    let (end, tally) = crate::world::run(scenario, 1, 0, Tally::new(scenario));
    let (counts, _) = tally.close(&end);
    Speed { jobs: counts.all().created, events: end.events, took: clock.elapsed() }
}

impl Speed {
    fn row(&self, name: &str) -> String {
        let seconds = self.took.as_secs_f64();
        let each = |count: u64, unit: f64| seconds * unit / count.max(1) as f64;
        format!(
            "{name:<12}{:>12}{:>12}{seconds:>12.3}{:>12.2}{:>12.0}{:>12.2}\n",
            self.jobs,
            self.events,
            self.events as f64 / seconds / 1e6,
            each(self.events, 1e9),
            each(self.jobs, 1e6),
        )
    }
}

/// The processor, where the system tells it, and how many there are.
fn machine() -> String {
    let told = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model =
        told.lines().find_map(|line| Some(line.strip_prefix("model name")?.split_once(':')?.1.trim()));
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    format!(
        "{} ({}), {cores} processors; one thread is used",
        model.unwrap_or("processor"),
        std::env::consts::ARCH
    )
}

/// Resident memory in bytes, where the system tells it.
fn resident() -> Option<u64> {
    let told = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = told.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    Some(line.split_whitespace().next()?.parse::<u64>().ok()? * 1024)
}
