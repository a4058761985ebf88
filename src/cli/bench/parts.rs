//! The parts of the benchmark: what each runs and prints.

use super::machine::{memory, most_resident, processor_time, processors, resident};
use super::workloads::{Speed, baseline, logged, orders, pending, settled, shared, speed, w3, years};
use super::{BenchArgs, Figures, Part};
use crate::cli::choice::Threads;
use crate::engine::time::{Instant, Span};
use crate::error::Error;
use crate::experiment::{Finished, Goal, Study, Wanted, replicate};
use crate::report::{Experiment, LogLevel, Piece, Store};
use crate::scenario::Scenario;
use crate::world::World;
use serde_json::{Value, json};
use std::time::{Duration, Instant as Clock};

/// Settings under which jobs stay in the system after their end.
const KEPT: [&str; 2] = ["policy.retention=300000d", "run.ending=censor"];

impl BenchArgs {
    fn best<T: PartialOrd>(&self, one: impl Fn() -> T) -> T {
        let least = |best: T, next: T| if next < best { next } else { best };
        (0..self.repeat).map(|_| one()).reduce(least).expect("bench: there is at least one run")
    }

    /// The fastest of several runs of a scenario.
    fn fastest(&self, scenario: &Scenario) -> Speed {
        let runs = (0..self.repeat).map(|_| speed(scenario));
        runs.min_by_key(|speed| speed.took).expect("bench: there is at least one run")
    }

    /// A row of the table; `more` is added to its figures.
    fn told(part: Part, speed: Speed, text: String, more: Value) -> Figures {
        let mut figures = speed.json();
        if let (Value::Object(figures), Value::Object(more)) = (&mut figures, more) {
            figures.extend(more);
        }
        Figures { row: speed.row(&part.name()), text, figures }
    }

    /// Growth of the resident memory for each job, while jobs arrive and none leaves.
    pub(super) fn weight(&self) -> Result<Figures, Error> {
        let mut sets = orders(self.jobs, 1.0);
        sets.extend(KEPT.map(String::from));
        let scenario = w3(&sets)?;
        let before = resident("VmRSS:");
        let mut world = World::new(&scenario, 1, 0, ());
        world.advance(Instant::START + scenario.run.horizon - Span::TICK);
        let (jobs, after) = (world.ordered(), resident("VmRSS:"));
        let bytes = before.zip(after).map(|(before, after)| after.saturating_sub(before) / jobs.max(1));
        let text = match bytes {
            Some(bytes) => format!("{jobs} jobs in the system: {bytes} bytes each, in total."),
            None => "This system does not tell how much memory is used.".into(),
        };
        Ok(Figures::new(text, json!({ "jobs": jobs, "bytes_per_job": bytes })))
    }

    pub(super) fn w3(&self) -> Result<Figures, Error> {
        let best = self.fastest(&w3(&orders(self.jobs, 1.0))?);
        let most = most_resident();
        let text = most.map(|most| format!("At most {most} MiB were in memory.")).unwrap_or_default();
        Ok(Self::told(Part::W3, best, text, json!({ "most_resident_mib": most })))
    }

    pub(super) fn year(&self) -> Result<Figures, Error> {
        Ok(Self::told(Part::Baseline, self.fastest(&baseline(&[])?), String::new(), json!({})))
    }

    pub(super) fn shelf(&self) -> Result<Figures, Error> {
        let doubled = ["demand.imports.rate=64/day", "demand.exports.rate=16/day", "run.horizon=730d"];
        let scenario = baseline(&doubled)?;
        let best = self.fastest(&scenario);
        let growth = self.best(|| {
            let [first, second] = years(&scenario);
            second / first
        });
        let text = format!("An event of the second year costs {growth:.2} times one of the first.");
        Ok(Self::told(Part::Shelf, best, text, json!({ "second_year_over_first": growth })))
    }

    pub(super) fn bandwidth(&self) -> Result<Figures, Error> {
        let [alone, shared] = shared(self.jobs)?.map(|scenario| self.fastest(&scenario));
        let ratio = shared.ns_per_event() / alone.ns_per_event();
        let text = format!("An event costs {ratio:.2} times one without a total rate.");
        Ok(Self::told(Part::Bandwidth, shared, text, json!({ "over_no_total_rate": ratio })))
    }

    /// Processor time of a row of events.csv: a run that writes them minus a run that does not.
    pub(super) fn log(&self) -> Result<Figures, Error> {
        let w3 = w3(&orders(self.jobs, 1.0))?;
        let folder = tempfile::tempdir_in(memory()).map_err(|why| Error::Io {
            doing: "make a folder in",
            path: memory(),
            why,
        })?;
        if processor_time().is_none() {
            let text = "This system does not tell how much processor time is used.".into();
            return Ok(Figures::new(text, Value::Null));
        }
        let (mut least, mut rows, mut bytes) = (f64::INFINITY, 0, 0);
        for _ in 0..self.repeat {
            let jobs = logged(&w3, folder.path(), LogLevel::Jobs)?.1.unwrap_or_default();
            let (told, with) = logged(&w3, folder.path(), LogLevel::Events)?;
            let events = folder.path().join("events.csv");
            (rows, bytes) = (told, events.metadata().map_or(0, |file| file.len()));
            let took = with.unwrap_or_default().saturating_sub(jobs);
            least = least.min(took.as_secs_f64() * 1e9 / rows as f64);
        }
        let each = bytes as f64 / rows as f64;
        let text = format!(
            "A row of events.csv: {least:.0} ns of processor time, {each:.1} bytes ({rows} rows, written in {}).",
            memory().display()
        );
        Ok(Figures::new(text, json!({ "rows": rows, "ns_per_row": least, "bytes_per_row": each })))
    }

    /// Cost of an event at a settled site: with few jobs, and with so many that a million events are pending.
    pub(super) fn pending(&self) -> Result<Figures, Error> {
        let scenarios = [pending(1e4)?, pending(1e6)?];
        let [few, many] = scenarios.map(|scenario| self.best(|| settled(&scenario)));
        let text = format!(
            "An event with 10,000 pending: {few:.0} ns; with 1,000,000: {many:.0} ns, {:.1} times as much.",
            many / few
        );
        Ok(Figures::new(text, json!({ "ns_at_10000": few, "ns_at_1000000": many, "ratio": many / few })))
    }

    pub(super) fn threads(&self) -> Result<Figures, Error> {
        const REPLICATIONS: u64 = 16;
        let scenario = baseline(&[])?;
        let took = |threads: u16| {
            let one = || {
                let clock = Clock::now();
                replicate(&scenario, 1, 0..REPLICATIONS, &Wanted::default());
                clock.elapsed().as_secs_f64()
            };
            Threads::of(threads).install(|| self.best(one))
        };
        let (one, two) = (took(1)?, took(2)?);
        let text = format!(
            "{REPLICATIONS} replications of the baseline: {one:.2} s on one thread, {two:.2} s on two: {:.2} times as fast.",
            one / two
        );
        Ok(Figures::new(text, json!({ "seconds_on_1": one, "seconds_on_2": two, "speedup": one / two })))
    }

    /// The work of `run --replications` if all replications are kept: reads them and estimates all metrics.
    pub(super) fn kept(&self) -> Result<Figures, Error> {
        let scenario = baseline(&["run.horizon=30d"])?;
        let folder = tempfile::tempdir().map_err(|why| Error::Io {
            doing: "make a folder in",
            path: std::env::temp_dir(),
            why,
        })?;
        let store = Store::open(folder.path(), Experiment::new("bench"))?;
        let replications = self.replications;
        let goal = Goal { replications, precision: vec![], most: replications };
        let run = |number| store.get_or(&Piece::replication(number), || Finished::run(&scenario, 1, number));
        let read = || Study::until(&scenario, &goal, run).map(|study| study.numbers.replications);
        read()?;
        let mut least = Duration::MAX;
        for _ in 0..self.repeat {
            let clock = Clock::now();
            read()?;
            least = least.min(clock.elapsed());
        }
        let (seconds, processors) = (least.as_secs_f64(), processors());
        let text = format!(
            "{replications} kept replications of 30 days, read and estimated on {processors} processors: {seconds:.2} s."
        );
        Ok(Figures::new(text, json!({ "replications": replications, "seconds": seconds })))
    }
}
