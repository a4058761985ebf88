//! `shipback trace`: the life of one job in plain words, day by day, with the rules that fired and their reasons.

mod json;
mod orders;
mod page;
mod story;

pub(super) use orders::Orders;

use super::{TEMPLATE, bug, choice, print};
use crate::error::Error;
use crate::report::Names;
use crate::scenario::Scenario;
use crate::world::{JobId, World};
use clap::Args;
use std::path::PathBuf;
use story::Story;

/// Print the life of one job, day by day, with the rules that fired
#[derive(Debug, Args)]
#[command(help_template = TEMPLATE, before_help = "\
Examples:
  shipback trace baseline imports-17
  shipback trace scenarios/strike.toml exports-3 --seed 7")]
pub(super) struct TraceArgs {
    /// A scenario file, or "baseline"
    scenario: PathBuf,
    /// The job's name, as in jobs.csv; or that of one of its drives, packages or cases
    job: String,
    #[command(flatten)]
    choice: choice::Sets,
    /// Which replication of the seed; each has its own random numbers
    #[arg(long, value_name = "NUMBER", default_value_t = 0)]
    replication: u64,
    /// Print the life as JSON, see docs/json.md
    #[arg(long)]
    json: bool,
}

impl TraceArgs {
    pub(super) fn run(&self) -> Result<(), Error> {
        let loaded = self.choice.load(Some(&self.scenario))?;
        let scenario = &loaded.scenario;
        let job = Names::new(scenario).find(&self.job).map_err(Error::Usage)?;
        bug::running(&scenario.name, scenario.run.seed, self.replication);
        let story = live(scenario, self.replication, job)?;
        match self.json {
            true => print::json(&json::life(&loaded, self.replication, &story)),
            false => print::data(&page::page(scenario, self.replication, &story)),
        }
    }
}

/// Simulates until nothing about the job can change any more.
fn live(scenario: &Scenario, replication: u64, job: JobId) -> Result<Story, Error> {
    let mut world = World::new(scenario, scenario.run.seed, replication, (Orders::of(job), Story::of(job)));
    while !world.observed().1.is_told() && world.step() {}
    if world.observed().0.put.is_none() {
        return Err(world.observed().0.never(scenario));
    }
    // The run stops when nothing changes any more; a record that only waits for its end needs a little longer.
    let stop_at = world.stop_at();
    while !world.observed().1.is_told() && world.step_before(stop_at) {}
    // At the end every job is reported, also those that follow from this one.
    Ok(world.finish().1.1)
}
