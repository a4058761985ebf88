//! `shipback warmup`: how long the warm-up must be.

use super::progress::Counting;
use super::{TEMPLATE, bug, choice};
use crate::error::Error;
use crate::experiment::{Finished, advised, gather, warming};
use crate::report::{Place, warmup_json, warmup_text, write_warmup};
use clap::Args;
use std::convert::Infallible;
use std::path::PathBuf;

/// Recommend a warm-up for a steady state: MSER-5 and Welch's chart
#[derive(Debug, Args)]
#[command(help_template = TEMPLATE, before_help = "\
Examples:
  shipback warmup mine.toml                                the days to delete, and a chart
  shipback warmup mine.toml --replications 30 --set run.horizon=730d", after_help = "\
The days are counted from the start, whatever run.warmup is. The longest warm-up that a series needs is recommended.")]
pub(super) struct WarmupArgs {
    /// A scenario file [default: the built-in baseline]
    scenario: Option<PathBuf>,
    #[command(flatten)]
    choice: choice::Sets,
    /// Number of replications to average
    #[arg(long, value_name = "N", default_value_t = 10, value_parser = clap::value_parser!(u64).range(1..=1000))]
    replications: u64,
    #[command(flatten)]
    threads: choice::Threads,
    #[command(flatten)]
    output: choice::Output,
}

impl WarmupArgs {
    /// Runs the command. Returns the exit code: 1 where the run is too short to tell.
    pub(super) fn run(&self) -> Result<u8, Error> {
        // A steady-state scenario must have a warm-up; here it may be missing, because its length is the question.
        let loaded = self.choice.load_with(self.scenario.as_deref(), vec!["run.kind=terminating".into()])?;
        let (scenario, seed) = (&loaded.scenario, loaded.scenario.run.seed);
        let folder = self.output.folder(scenario, "warmup");
        let mut place = Place::open(&folder)?;
        let bar = Counting::new("replications", self.replications, self.output.quiet());
        let one = |number| {
            bug::running(&scenario.name, seed, number);
            let run = Finished::run(scenario, seed, number);
            bar.done();
            Ok::<_, Infallible>(run)
        };
        let Ok(runs) = self.threads.install(|| gather(0..self.replications, one))?;
        bar.finish();
        let list = warming(scenario, &runs);
        write_warmup(&mut place, scenario, &list, self.replications, !self.output.formats().is_empty())?;
        let files = place.finish()?;
        let text = || warmup_text(scenario, &list, self.replications) + "\n";
        self.output.tell(text, || warmup_json(&loaded, &list, self.replications), &files, &folder)?;
        Ok(u8::from(advised(&list).is_none()))
    }
}
