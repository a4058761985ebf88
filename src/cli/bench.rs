//! `shipback bench`: how fast this machine lives the built-in workloads, what a row of a log costs, and what a job in
//! the house weighs.

use super::choice::Threads;
use super::print;
use crate::engine::time::{Instant, Span};
use crate::error::Error;
use crate::experiment::{Wanted, replicate};
use crate::measure::Tally;
use crate::report::{LogLevel, Logs, Place};
use crate::scenario::{BASELINE, Scenario};
use crate::world::{Fact, Observer, RunEnd, World, run};
use clap::Args;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant as Clock};

/// The lifecycle workload that other simulators run too.
const W3: &str = include_str!("../../scenarios/bench/w3.toml");
/// Jobs that nobody forgets: each stays in the house after it has ended.
const KEPT: [&str; 2] = ["policy.retention=300000d", "run.ending=censor"];
/// Events on the agenda of W3 for each order a day, once the house is settled: timers that wait for their end, most of
/// them of retention.
const PENDING_PER_ORDER: f64 = 142.0;
/// By then the house is settled: every timer of the first orders has run out.
const SETTLED: Span = Span::days(130);

/// Run the built-in workloads and print events a second, and bytes a job
#[derive(Debug, Args)]
#[command(help_template = super::TEMPLATE, before_help = "\
Examples:
  shipback bench                   each workload three times, the best counts
  shipback bench --only w3         one part of it
  shipback bench --jobs 1000000    a longer one")]
pub(super) struct BenchArgs {
    /// Jobs of the workload w3
    #[arg(long, value_name = "N", default_value_t = 100_000)]
    #[arg(value_parser = clap::value_parser!(u64).range(100..=100_000_000))]
    jobs: u64,
    /// Of so many runs of each workload, the best counts: others were disturbed
    #[arg(long, value_name = "N", default_value_t = 3, value_parser = clap::value_parser!(u8).range(1..=100))]
    repeat: u8,
    /// Run this part only
    #[arg(long, value_name = "PART")]
    only: Option<Part>,
}

/// What is measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Part {
    /// The workload that other simulators run too
    W3,
    /// A year of the baseline
    Baseline,
    /// Rows of events.csv, written to memory where the system has files there
    Log,
    /// The cost of an event at 10,000 and at a million events on the agenda
    Pending,
    /// Replications on one thread and on two
    Threads,
    /// Bytes of a job in the house
    Weight,
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
        let wanted = |part: Part| self.only.is_none_or(|only| only == part);
        let w3 = w3(&self.sizes())?;
        let baseline = Scenario::parse(BASELINE, &[])?.scenario;
        print::data(&format!("{}\n\n", machine()))?;
        // First, while the process has no memory to use again.
        if wanted(Part::Weight) {
            self.weight()?;
        }
        if wanted(Part::W3) || wanted(Part::Baseline) {
            let heads = ["jobs", "events", "seconds", "M events/s", "ns/event", "us/job"];
            print::data(&format!("{:<12}{}\n", "", heads.map(|head| format!("{head:>12}")).concat()))?;
        }
        for (part, name, scenario) in [(Part::W3, "w3", &w3), (Part::Baseline, "baseline", &baseline)] {
            if wanted(part) {
                print::data(&self.best(|| speed(scenario)).row(name))?;
            }
        }
        if let Some(most) = most_resident().filter(|_| wanted(Part::W3)) {
            print::data(&format!("At most {:.0} MiB were in memory.\n", most as f64 / f64::from(1 << 20)))?;
        }
        if wanted(Part::Log) {
            self.rows(&w3)?;
        }
        if wanted(Part::Pending) {
            self.pending()?;
        }
        if wanted(Part::Threads) {
            self.threads(&baseline)?;
        }
        Ok(())
    }

    /// So many jobs, and a horizon behind the last.
    fn sizes(&self) -> [String; 2] {
        let days = self.jobs as f64 / 50.0 + 400.0;
        [format!("demand.jobs.limit={}", self.jobs), format!("run.horizon=\"{days:.0}d\"")]
    }

    /// The fastest of several runs.
    fn best(&self, one: impl Fn() -> Speed) -> Speed {
        (0..self.repeat)
            .map(|_| one())
            .min_by_key(|speed| speed.took)
            .expect("bench: there is at least one run")
    }

    /// What a row of events.csv costs in processor time: a run that writes them, less one that does not.
    fn rows(&self, w3: &Scenario) -> Result<(), Error> {
        let folder = tempfile::tempdir_in(memory()).map_err(|why| Error::Io {
            doing: "make a folder in",
            path: memory(),
            why,
        })?;
        let (mut least, mut rows, mut bytes) = (f64::INFINITY, 0, 0);
        for _ in 0..self.repeat {
            let jobs = logged(w3, folder.path(), LogLevel::Jobs)?.1;
            let (told, with) = logged(w3, folder.path(), LogLevel::Events)?;
            let events = folder.path().join("events.csv");
            (rows, bytes) = (told, events.metadata().map_or(0, |file| file.len()));
            let Some((with, jobs)) = with.zip(jobs) else {
                return print::data("\nThis system does not tell how much processor time is used.\n");
            };
            least = least.min(with.saturating_sub(jobs).as_secs_f64() * 1e9 / rows as f64);
        }
        print::data(&format!(
            "\nA row of events.csv: {least:.0} ns of processor time, {:.1} bytes ({rows} rows, written in {}).\n",
            bytes as f64 / rows as f64,
            memory().display()
        ))
    }

    /// Events of a settled house: of few jobs, and of as many as have a million events on the agenda.
    fn pending(&self) -> Result<(), Error> {
        let mut costs = vec![];
        for pending in [10_000.0, 1_000_000.0] {
            let scenario = w3(&at_once(pending / PENDING_PER_ORDER))?;
            let cost = (0..self.repeat).map(|_| settled(&scenario)).fold(f64::INFINITY, f64::min);
            costs.push(cost);
            print::data(&format!(
                "{}An event with {pending} pending: {cost:.0} ns.\n",
                if costs.len() == 1 { "\n" } else { "" }
            ))?;
        }
        print::data(&format!(
            "A hundred times the events cost {:.1} times as much each.\n",
            costs[1] / costs[0]
        ))
    }

    fn threads(&self, baseline: &Scenario) -> Result<(), Error> {
        const REPLICATIONS: u64 = 16;
        let took = |threads: u16| {
            let one = || {
                let clock = Clock::now();
                replicate(baseline, 1, 0..REPLICATIONS, &Wanted::default());
                clock.elapsed()
            };
            let runs = || (0..self.repeat).map(|_| one()).min().expect("bench: there is at least one run");
            Threads::of(threads).install(runs)
        };
        let (one, two) = (took(1)?, took(2)?);
        print::data(&format!(
            "\n{REPLICATIONS} replications of the baseline: {:.2} s on one thread, {:.2} s on two: {:.2} times as fast.\n",
            one.as_secs_f64(),
            two.as_secs_f64(),
            one.as_secs_f64() / two.as_secs_f64()
        ))
    }

    /// What the resident memory grows by while jobs fill the house and none leaves.
    fn weight(&self) -> Result<(), Error> {
        let mut sets = self.sizes().to_vec();
        sets.extend(KEPT.map(String::from));
        let scenario = w3(&sets)?;
        let before = resident("VmRSS:");
        let mut world = World::new(&scenario, 1, 0, ());
        world.advance(Instant::START + scenario.run.horizon - Span::TICK);
        let text = match (before, resident("VmRSS:")) {
            (Some(before), Some(after)) => format!(
                "{} jobs in the house: {} bytes each, all told.\n\n",
                world.ordered(),
                after.saturating_sub(before) / world.ordered().max(1)
            ),
            _ => "This system does not tell how much memory is used.\n\n".into(),
        };
        print::data(&text)
    }
}

fn w3(sets: &[String]) -> Result<Scenario, Error> {
    Ok(Scenario::parse(W3, sets)?.scenario)
}

/// W3 with so many orders a day, and a site that is as busy with them.
fn at_once(per_day: f64) -> Vec<String> {
    let times = per_day / 50.4;
    let servers = |usual: f64| (usual * times).ceil();
    vec![
        format!("demand.jobs.rate=\"{per_day}/day\""),
        "demand.jobs.limit=1000000000".into(),
        format!("site.dock.servers={}", servers(8.0)),
        format!("site.bays.servers={}", servers(200.0)),
        format!("site.packing.servers={}", servers(4.0)),
        format!("site.operations.servers={}", servers(1000.0)),
    ]
}

/// Nanoseconds an event, in a house that has lived long enough; about as many events whatever the scale.
fn settled(scenario: &Scenario) -> f64 {
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

/// Rows, and the processor time of a run that writes logs of this level.
fn logged(scenario: &Scenario, folder: &Path, level: LogLevel) -> Result<(u64, Option<Duration>), Error> {
    let mut place = Place::open(folder)?;
    let logs = Logs::open(&mut place, scenario, level)?;
    let before = processor_time();
    let (_, (Rows(rows), logs)): (RunEnd, _) = run(scenario, 1, 0, (Rows(0), logs));
    logs.finish(&mut place)?;
    let took = processor_time().zip(before).map(|(after, before)| after - before);
    place.finish()?;
    Ok((rows, took))
}

fn speed(scenario: &Scenario) -> Speed {
    let clock = Clock::now();
    let (end, tally) = run(scenario, 1, 0, Tally::new(scenario).without_days());
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
        "{} ({}), {cores} processors; one thread is used where nothing else is said",
        model.unwrap_or("processor"),
        std::env::consts::ARCH
    )
}

/// A folder in memory, or where temporary files go.
fn memory() -> PathBuf {
    let memory = Path::new("/dev/shm");
    if memory.is_dir() { memory.to_owned() } else { std::env::temp_dir() }
}

/// Bytes of memory by this name, where the system tells them.
fn resident(name: &str) -> Option<u64> {
    let told = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = told.lines().find_map(|line| line.strip_prefix(name))?;
    Some(line.split_whitespace().next()?.parse::<u64>().ok()? * 1024)
}

/// The most resident memory so far, in bytes.
fn most_resident() -> Option<u64> {
    resident("VmHWM:")
}

/// What this process has had of processors, where the system tells it.
fn processor_time() -> Option<Duration> {
    let told = std::fs::read_to_string("/proc/self/schedstat").ok()?;
    Some(Duration::from_nanos(told.split_whitespace().next()?.parse().ok()?))
}
