//! `shipback run`: simulates a scenario, writes all files and prints the summary.

use super::progress::Progress;
use super::{TEMPLATE, bug, choice, many, print, when};
use crate::engine::time::{Instant, Span};
use crate::error::Error;
use crate::experiment::{Robust, single};
use crate::measure::{Results, Tally};
use crate::report::{
    LogLevel, Logs, Place, Recipe, Shown, Watch, robust_text, summary_json, summary_text, write_bands,
    write_charts, write_page, write_robust, write_run, write_tables,
};
use crate::scenario::{Ending, Loaded, overriding};
use crate::world::{Observer, RunEnd, World};
use clap::Args;
use std::path::{Path, PathBuf};
use std::time::{self, Duration};

/// Number of events between two looks at the wall clock.
const BATCH: u64 = 8192;

/// Simulate a scenario; write CSV files, charts and a report
#[derive(Debug, Args)]
#[command(help_template = TEMPLATE, before_help = "\
Examples:
  shipback run                                             the built-in year, into output/baseline
  shipback run scenarios/peak.toml --out /tmp/peak --seed 7
  shipback run --set policy.response_window=20d --set site.dock.servers=8
  shipback run --replications 30                           with confidence intervals; can be stopped and resumed
  shipback run --precision turnaround.p95=2% --precision sla.copied.attainment=0.01
  shipback run --bands 30                                  one run, and a page with the intervals of 30
  shipback run --replications 300 --only 0..99             a third of them, for another machine to --merge
  shipback run --log events                                every event too, in events.csv
  shipback run scenarios/strike.toml --json --no-charts --log none > strike.json")]
pub(super) struct RunArgs {
    /// A scenario file [default: the built-in baseline]
    scenario: Option<PathBuf>,
    #[command(flatten)]
    options: Options,
}

#[derive(Debug, Args)]
pub(super) struct Options {
    #[command(flatten)]
    pub(super) choice: choice::Sets,
    /// Folder for the files [default: output/NAME of the scenario]
    #[arg(long, value_name = "DIR")]
    pub(super) out: Option<PathBuf>,
    /// Stop the run there, such as 90d or 2026-06-01; jobs still open are counted as open
    #[arg(long, value_name = "WHEN", allow_hyphen_values = true)]
    pub(super) until: Option<String>,
    /// Logs of replication 0: none, jobs, or events too [default: jobs; of several none]
    #[arg(long, value_name = "LEVEL", value_parser = ["none", "jobs", "events"], hide_possible_values = true)]
    pub(super) log: Option<String>,
    #[command(flatten)]
    pub(super) charts: choice::Charts,
    /// Do not write report.html
    #[arg(long)]
    pub(super) no_report: bool,
    /// Print the summary as JSON
    #[arg(long)]
    pub(super) json: bool,
    /// No progress bar, no summary
    #[arg(long, short)]
    pub(super) quiet: bool,
    /// Run this one replication of the seed; each has its own random numbers [default: 0]
    #[arg(long, value_name = "NUMBER")]
    pub(super) replication: Option<u64>,
    #[command(flatten)]
    pub(super) many: many::Many,
}

impl RunArgs {
    /// Runs the command. Returns the exit code.
    pub(super) fn run(&self) -> Result<u8, Error> {
        self.options.run(self.scenario.as_deref())
    }
}

impl Options {
    pub(super) fn run(&self, path: Option<&Path>) -> Result<u8, Error> {
        let loaded = self.load(path)?;
        let goal = self.many.goal(&loaded.scenario)?;
        if let Some(share) = self.many.only.of(goal.as_ref().map_or(1, |goal| goal.replications))? {
            return self.leave(&loaded, &share).map(|()| 0);
        }
        if let (None, Some(goal)) = (self.replication, goal) {
            return self.run_many(path, &loaded, &goal);
        }
        if self.many.merge.is_asked() {
            return Err(Error::Usage(
                "one replication is not kept, and not merged: give --replications".into(),
            ));
        }
        let inputs = self.robust_inputs(&loaded)?;
        let scenario = &loaded.scenario;
        let (seed, replication) = (scenario.run.seed, self.replication.unwrap_or(0));
        let folder = self.folder(scenario);
        let mut place = Place::open(&folder)?.drawing(self.charts.formats());
        let level: LogLevel = self.log.as_deref().unwrap_or("jobs").parse().map_err(Error::Usage)?;
        let logs = Logs::open(&mut place, scenario, level)?;
        let mut bar = Progress::new(scenario, self.quiet);

        bug::running(&scenario.name, seed, replication);
        let started = time::Instant::now();
        let tally = Tally::new(scenario);
        // The logs write each day when it is over; only charts and the page need all days.
        let tally =
            if self.charts.formats().is_empty() && self.no_report { tally.without_days() } else { tally };
        let watch = (!self.no_report).then(|| Watch::new(scenario));
        let world = World::new(scenario, seed, replication, (tally, (logs, watch)));
        let (end, (tally, (logs, watch))) = simulate(world, &mut bar);
        let took = started.elapsed();

        bar.says("writing");
        let results = tally.finish(scenario, &end);
        let recipe = Recipe::new("run", &loaded, seed, replication);
        logs.finish(&mut place)?;
        write_tables(&mut place, scenario, &results)?;
        if !self.charts.formats().is_empty() {
            let rows = single(&results.metrics);
            self.many.threads.install(|| write_charts(&mut place, scenario, &results, &rows, seed))??;
        }
        if let Some(watch) = watch {
            let bands = self.many.bands(&loaded, &folder, self.quiet)?;
            if let Some(bands) = &bands {
                write_bands(&mut place, bands)?;
            }
            let shown = Shown { results: &results, rows: &single(&results.metrics), bands: bands.as_ref() };
            write_page(&mut place, scenario, &recipe, shown, &watch.finish())?;
        }
        write_run(&mut place, &recipe, &results)?;
        let robust = self.robust(path, &loaded, &inputs, 1)?;
        if !inputs.is_empty() {
            write_robust(&mut place, &robust)?;
        }
        let files = place.finish()?;
        bar.finish();
        self.tell(&loaded, &recipe, (&results, &robust), took, &folder, &files).map(|()| 0)
    }

    /// The scenario to run, with `--until`.
    fn load(&self, path: Option<&Path>) -> Result<Loaded, Error> {
        // Warn about the whole scenario only: what lies after `--until` is left out on purpose.
        let loaded = self.choice.load(path)?;
        let Some(until) = &self.until else { return Ok(loaded) };
        let plan = &loaded.scenario.run;
        let at = when::instant("--until", until, &plan.epoch)?;
        let warmup = Instant::START + plan.warmup;
        if at <= warmup {
            return Err(Error::Usage(format!(
                "--until {until}: nothing is measured up to then; the measured window begins {}; allowed: any later instant",
                when::in_words(warmup, &plan.epoch)
            )));
        }
        let stops = stops_at(at.since_start(), plan.horizon, plan.ending);
        let mut stopped = choice::load(path, &overriding(&self.choice.sets(), stops))?;
        stopped.scenario.overrides = self.choice.overrides();
        stopped.scenario.overrides.push(format!("until={}", until.trim()));
        stopped.warnings = loaded.warnings;
        Ok(stopped)
    }

    fn tell(
        &self,
        loaded: &Loaded,
        recipe: &Recipe,
        (results, robust): (&Results, &[Robust]),
        took: Duration,
        folder: &Path,
        files: &[String],
    ) -> Result<(), Error> {
        if self.json {
            return print::json(&format!("{}\n", summary_json(recipe, results, robust)));
        }
        if self.quiet {
            return Ok(());
        }
        let summary = summary_text(&loaded.scenario, results, (recipe.seed, recipe.replication), Some(took));
        print::data_and_files(&format!("{summary}{}\n", robust_text(robust, 1)), files, folder)
    }
}

/// The overrides that make a run stop at `at` at the latest.
fn stops_at(at: Span, horizon: Span, ending: Ending) -> Vec<String> {
    let set = |key: &str, value: String| format!("run.{key}=\"{value}\"");
    match ending {
        _ if at <= horizon => vec![set("horizon", at.to_string()), set("ending", "censor".into())],
        Ending::Drain { limit } => vec![set("drain_limit", limit.min(at - horizon).to_string())],
        Ending::Censor => vec![],
    }
}

/// Runs a world to its end.
fn simulate<O: Observer>(mut world: World<'_, O>, bar: &mut Progress<'_>) -> (RunEnd, O) {
    while (0..BATCH).all(|_| world.step()) {
        bar.reached(world.now(), world.ordered());
    }
    world.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_can_be_stopped_before_the_horizon_and_while_it_drains() {
        let (year, drain) = (Span::days(365), Ending::Drain { limit: Span::days(730) });
        assert_eq!(stops_at(Span::days(90), year, drain), ["run.horizon=\"90d\"", "run.ending=\"censor\""]);
        assert_eq!(stops_at(Span::days(400), year, drain), ["run.drain_limit=\"35d\""]);
        assert_eq!(stops_at(Span::days(9000), year, drain), ["run.drain_limit=\"730d\""]);
        assert!(stops_at(Span::days(400), year, Ending::Censor).is_empty());
    }
}
