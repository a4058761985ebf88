//! `shipback run` with several replications: in parallel, stored when done, with intervals.

use super::progress::Counting;
use super::run::Options;
use super::shards::{self, Merge, Only, Share};
use super::{bug, choice, print, robust};
use crate::error::Error;
use crate::experiment::{Finished, Goal, Numbers, Precision, Robust, Split, Study, drawn, gather, split};
use crate::measure::{Tally, vocabulary};
use crate::report::{
    Experiment, LogLevel, Logs, Piece, Place, Recipe, Shown, Store, Watch, robust_text, study_json,
    study_text, write_charts, write_inputs, write_page, write_robust, write_run, write_study,
};
use crate::scenario::{Loaded, Scenario, Uncertain};
use clap::Args;
use std::borrow::Cow;
use std::ops::Range;
use std::path::Path;
use std::time::Instant;

/// Several replications.
#[derive(Debug, Args)]
pub(super) struct Many {
    /// Replications; those kept in the folder are used again [default: the scenario's]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..=100_000))]
    #[arg(conflicts_with = "replication")]
    replications: Option<u64>,
    /// Add replications until half its interval is at most WIDTH (5%, 0.5d); may be repeated
    #[arg(long, value_name = "METRIC=WIDTH", conflicts_with = "replication")]
    precision: Vec<String>,
    /// Replications beside one run, for the intervals of report.html; they are kept
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(2..=100_000))]
    #[arg(conflicts_with_all = ["replications", "precision", "input_uncertainty", "no_report"])]
    bands: Option<u64>,
    /// The most replications that --precision runs
    #[arg(long, value_name = "N", default_value_t = 1000, value_parser = clap::value_parser!(u64).range(20..=100_000))]
    most: u64,
    #[command(flatten)]
    pub(super) only: Only,
    #[command(flatten)]
    pub(super) merge: Merge,
    #[command(flatten)]
    pub(super) threads: choice::Threads,
    /// Discard the replications kept in the folder
    #[arg(long, conflicts_with_all = ["only", "merge"])]
    fresh: bool,
    /// Draw parameters given as { estimate, low, high } anew for each replication
    #[arg(long, conflicts_with = "replication")]
    input_uncertainty: bool,
    #[command(flatten)]
    pub(super) robust_inputs: robust::RobustInputs,
}

impl Many {
    /// The number of replications or the wanted precision; `None`: one replication.
    pub(super) fn goal(&self, scenario: &Scenario) -> Result<Option<Goal>, Error> {
        let precision = ("--precision", !self.precision.is_empty(), shards::ADAPTIVE);
        let robust = ("--robust", self.robust_inputs.is_asked(), shards::ROBUST);
        shards::refuse(&self.only, &self.merge, &[precision, robust])?;
        let replications = self.replications.unwrap_or(u64::from(scenario.run.replications));
        if replications == 1 && self.precision.is_empty() {
            if self.input_uncertainty {
                return Err(Error::Usage(
                    "--input-uncertainty needs several replications: give --replications".into(),
                ));
            }
            return Ok(None);
        }
        if self.bands.is_some() {
            let help = "its page has intervals without --bands";
            return Err(Error::Usage(format!(
                "--bands: the scenario asks for {replications} replications; {help}"
            )));
        }
        let known = vocabulary(scenario);
        let parse = |text: &String| {
            Precision::parse(text, &known).map_err(|why| Error::Usage(format!("--precision: {why}")))
        };
        let precision = self.precision.iter().map(parse).collect::<Result<_, _>>()?;
        Ok(Some(Goal { replications, precision, most: self.most.max(replications) }))
    }
}

impl Many {
    /// The replications of `--bands`, if it is given.
    pub(super) fn bands(&self, loaded: &Loaded, folder: &Path, quiet: bool) -> Result<Option<Study>, Error> {
        let Some(replications) = self.bands else { return Ok(None) };
        let (scenario, seed) = (&loaded.scenario, loaded.scenario.run.seed);
        let store = Store::open(folder, self.experiment(loaded)?)?;
        if self.fresh {
            store.clear()?;
        }
        let bar = Counting::new("replications", replications, quiet).kept_in(folder);
        let one = |number| {
            bug::running(&scenario.name, seed, number);
            let run = store.get_or(&Piece::replication(number), || Finished::run(scenario, seed, number));
            bar.done();
            run
        };
        let goal = Goal { replications, precision: vec![], most: replications };
        let study = self.threads.install(|| Study::until(scenario, &goal, one))??;
        bar.finish();
        Ok(Some(study))
    }

    /// Everything that the replications depend on, except their numbers.
    fn experiment(&self, loaded: &Loaded) -> Result<Experiment, Error> {
        let run = Experiment::new("run").scenario(loaded);
        if !self.input_uncertainty {
            return Ok(run);
        }
        if loaded.uncertain.is_empty() {
            let help = "write one like lost = { estimate = \"1 %\", low = \"0.7 %\", high = \"1.4 %\" }";
            return Err(Error::Usage(format!(
                "--input-uncertainty: no parameter of the scenario has an interval; {help}"
            )));
        }
        Ok(run.with("inputs", format_args!("{:?}", loaded.uncertain)))
    }

    /// The scenario of this replication; with drawn inputs if that is asked for.
    fn scenario<'l>(&self, loaded: &'l Loaded, number: u64) -> Result<Cow<'l, Scenario>, Error> {
        if !self.input_uncertainty {
            return Ok(Cow::Borrowed(&loaded.scenario));
        }
        let drawn = drawn(&loaded.uncertain, loaded.scenario.run.seed, number);
        loaded.drawn(&drawn).map(Cow::Owned)
    }

    /// A replication: from the store, or run.
    fn replication(&self, loaded: &Loaded, store: &Store, number: u64) -> Result<Finished, Error> {
        let scenario = self.scenario(loaded, number)?;
        let seed = loaded.scenario.run.seed;
        store.get_or(&Piece::replication(number), || Finished::run(&scenario, seed, number))
    }

    /// The same replications with all inputs at their estimates.
    fn estimates(&self, loaded: &Loaded, folder: &Path, numbers: Range<u64>) -> Result<Vec<Finished>, Error> {
        const FOLDER: &str = "estimates";
        let (scenario, seed) = (&loaded.scenario, loaded.scenario.run.seed);
        let store = Store::open(&folder.join(FOLDER), Experiment::new("run").scenario(loaded))?;
        let all = || shards::replications(0..numbers.end);
        let store = self.merge.within(store, Some(FOLDER), "replication", all)?;
        if self.fresh {
            store.clear()?;
        }
        gather(numbers, |number| {
            store.get_or(&Piece::replication(number), || Finished::run(scenario, seed, number))
        })
    }

    /// How much of the spread comes from the inputs. With all inputs at their estimates, only random variation is left.
    fn split(&self, loaded: &Loaded, study: &Study, folder: &Path) -> Result<Vec<Split>, Error> {
        let scenario = &loaded.scenario;
        let count = study.numbers.replications;
        let runs = self.estimates(loaded, folder, 0..count as u64)?;
        let censored = study.results.counts.censored();
        let parts = |run: usize| Cow::Owned(runs[run].counts());
        Ok(split(&study.numbers, &Numbers::named(scenario, count, parts, censored)))
    }
}

impl Options {
    /// Runs all replications. Returns the exit code: 1 where the wanted precision was not reached.
    pub(super) fn run_many(&self, path: Option<&Path>, loaded: &Loaded, goal: &Goal) -> Result<u8, Error> {
        let inputs = self.robust_inputs(loaded)?;
        let (scenario, seed) = (&loaded.scenario, loaded.scenario.run.seed);
        let folder = self.folder(scenario);
        let mut place = Place::open(&folder)?.drawing(self.charts.formats());
        let store = Store::open(&folder, self.many.experiment(loaded)?)?;
        let all = || shards::replications(0..goal.replications);
        let store = self.many.merge.of(store, "replication", all)?;
        if self.many.fresh {
            store.clear()?;
        }
        let bar = Counting::new("replications", goal.replications, self.quiet).kept_in(&folder);
        let started = Instant::now();
        let first = self.log_first(loaded, &mut place, &store)?;
        let one = |number| {
            bug::running(&scenario.name, seed, number);
            let run = match &first {
                Some(first) if number == 0 => first.clone(),
                _ => self.many.replication(loaded, &store, number)?,
            };
            bar.done();
            Ok::<_, Error>(run)
        };
        let mut study = self.many.threads.install(|| Study::until(scenario, goal, one))??;
        study.inputs = loaded.uncertain.len();
        if self.many.input_uncertainty {
            study.splits = self.many.threads.install(|| self.many.split(loaded, &study, &folder))??;
            write_inputs(&mut place, &loaded.uncertain, &study, seed)?;
        }
        let took = started.elapsed();
        let replications = study.numbers.replications as u64;
        let robust = self.robust(path, loaded, &inputs, replications)?;
        if !inputs.is_empty() {
            write_robust(&mut place, &robust)?;
        }
        let recipe = Recipe::new("run", loaded, seed, 0);
        write_study(&mut place, scenario, &study)?;
        if !self.charts.formats().is_empty() {
            let (results, rows) = (&study.results, &study.estimates);
            self.many.threads.install(|| write_charts(&mut place, scenario, results, rows, seed))??;
        }
        if !self.no_report {
            // The page shows the lives of the first replication, even if it was already stored.
            let first = self.many.scenario(loaded, 0)?;
            let watch = crate::world::run(&first, seed, 0, Watch::new(&first)).1;
            let shown = Shown { results: &study.results, rows: &study.estimates, bands: None };
            write_page(&mut place, scenario, &recipe, shown, &watch.finish())?;
        }
        write_run(&mut place, &recipe, &study.results)?;
        let files = place.finish()?;
        store.forget_others();
        bar.finish();
        if !self.quiet {
            print::computed_again(&store, "replications");
        }
        if self.json {
            print::json(&format!("{}\n", study_json(&recipe, &study, &robust)))?;
        } else if !self.quiet {
            let whole = study_text(scenario, &study, seed, took);
            let kept = match store.used().kept {
                0 => String::new(),
                kept => format!("{kept} replications of earlier runs were used again.\n"),
            };
            let robust = robust_text(&robust, replications);
            print::data_and_files(&format!("{whole}{robust}{kept}\n"), &files, &folder)?;
        }
        Ok(u8::from(!study.is_precise()))
    }

    /// Runs a part of the replications, and stores them.
    pub(super) fn leave(&self, loaded: &Loaded, share: &Share) -> Result<(), Error> {
        let numbers = || share.numbers.clone();
        let folder = self.folder(&loaded.scenario);
        let store = Store::open(&folder, self.many.experiment(loaded)?)?;
        let bar = Counting::new("replications", numbers().count() as u64, self.quiet).kept_in(&folder);
        let one = |number| {
            bug::running(&loaded.scenario.name, loaded.scenario.run.seed, number);
            let done = self.many.replication(loaded, &store, number).map(drop);
            bar.done();
            done
        };
        self.many.threads.install(|| {
            gather(numbers(), one)?;
            match self.many.input_uncertainty {
                true => self.many.estimates(loaded, &folder, numbers()).map(drop),
                false => Ok(()),
            }
        })??;
        bar.finish();
        share.left(&store, &shards::replications(numbers()), self.quiet, &folder)
    }

    /// Runs the first replication with its logs, if any are wanted.
    fn log_first(
        &self,
        loaded: &Loaded,
        place: &mut Place,
        store: &Store,
    ) -> Result<Option<Finished>, Error> {
        let level: LogLevel = self.log.as_deref().unwrap_or("none").parse().map_err(Error::Usage)?;
        if level == LogLevel::None {
            return Ok(None);
        }
        let scenario = self.many.scenario(loaded, 0)?;
        let logs = Logs::open(place, &scenario, level)?.without_days();
        let observers = (Tally::new(&scenario), logs);
        let (end, (tally, logs)) = crate::world::run(&scenario, scenario.run.seed, 0, observers);
        let (counts, days) = tally.close(&end);
        let first = Finished::new(counts, days, end.stopped);
        store.put(&Piece::replication(0), &first)?;
        logs.finish(place)?;
        Ok(Some(first))
    }

    /// The inputs of `--robust`; they vary the scenario as defined by the file and `--set`.
    pub(super) fn robust_inputs(&self, loaded: &Loaded) -> Result<Vec<Uncertain>, Error> {
        let inputs = self.many.robust_inputs.of(loaded)?;
        let others = [
            ("--until", self.until.is_some()),
            ("--replication", self.replication.is_some()),
            ("--input-uncertainty", self.many.input_uncertainty),
        ];
        if let Some((other, _)) = others.iter().find(|(_, given)| *given && !inputs.is_empty()) {
            return Err(Error::Usage(format!("--robust does not go with {other}: leave one of the two out")));
        }
        if !inputs.is_empty() && loaded.scenario.slas.is_empty() {
            let help = "write an [[sla]], or judge an [[expect]] with shipback check --robust";
            return Err(Error::Usage(format!(
                "--robust: the scenario has no service level to judge; {help}"
            )));
        }
        Ok(inputs)
    }

    /// Whether the verdicts of the service levels hold over the range of each input.
    pub(super) fn robust(
        &self,
        path: Option<&Path>,
        loaded: &Loaded,
        inputs: &[Uncertain],
        replications: u64,
    ) -> Result<Vec<Robust>, Error> {
        if inputs.is_empty() {
            return Ok(vec![]);
        }
        let levels = || robust::of_levels(path, &self.choice.sets(), loaded, inputs, replications);
        self.many.threads.install(levels)?
    }

    /// The folder for the files.
    pub(super) fn folder(&self, scenario: &Scenario) -> std::path::PathBuf {
        self.out.clone().unwrap_or_else(|| Path::new("output").join(choice::folder_name(scenario)))
    }
}
