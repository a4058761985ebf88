//! `shipback job`: what Get Job would have answered at an instant.

use super::trace::Orders;
use super::{TEMPLATE, bug, choice, print, when};
use crate::engine::time::Instant;
use crate::error::Error;
use crate::report::{Names, get_job_json, get_job_text, json_head, json_text};
use crate::scenario::Scenario;
use crate::world::{JobId, World};
use clap::Args;
use serde_json::{Value, json};
use std::path::PathBuf;

/// Print what Get Job would answer about a job at an instant
#[derive(Debug, Args)]
#[command(help_template = TEMPLATE, before_help = "\
Examples:
  shipback job baseline imports-17 --at 30d
  shipback job baseline exports-3 --at \"2026-02-01 14:00\" --format json")]
pub(super) struct JobArgs {
    /// A scenario file, or "baseline"
    scenario: PathBuf,
    /// The job's name, as in jobs.csv
    job: String,
    /// 30d after the start, 2026-02-01, or "2026-02-01 14:00" at the site; that instant included
    #[arg(long, value_name = "WHEN", allow_hyphen_values = true)]
    at: String,
    /// Plain text, or the JSON of the service's API
    #[arg(long, value_name = "FORMAT", default_value = "text", value_parser = ["text", "json"])]
    format: String,
    /// Print JSON with the API's answer under "answer", see docs/json.md
    #[arg(long, conflicts_with = "format")]
    json: bool,
    #[command(flatten)]
    choice: choice::Sets,
    /// Which replication of the seed; each has its own random numbers
    #[arg(long, value_name = "NUMBER", default_value_t = 0)]
    replication: u64,
}

impl JobArgs {
    pub(super) fn run(&self) -> Result<(), Error> {
        let loaded = self.choice.load(Some(&self.scenario))?;
        let scenario = &loaded.scenario;
        let epoch = &scenario.run.epoch;
        let job = Names::new(scenario).find(&self.job).map_err(Error::Usage)?;
        bug::running(&scenario.name, scenario.run.seed, self.replication);
        let mut world = World::new(scenario, scenario.run.seed, self.replication, Orders::of(job));
        let at = when::instant_up_to(world.stop_at(), "--at", &self.at, epoch)?;
        world.advance(at);
        let Some(view) = world.view(job) else { return Err(not_found(scenario, world, job, at)) };
        if self.json {
            let answer: Value =
                serde_json::from_str(&get_job_json(scenario, &view)).expect("job: its JSON is JSON");
            let holds = json!({ "job": self.job, "at": epoch.format(at), "replication": self.replication, "answer": answer });
            return print::json(&json_text(json_head("job", Some(&loaded)), holds));
        }
        match self.format.as_str() {
            "json" => print::json(&(get_job_json(scenario, &view) + "\n")),
            _ => print::data(&get_job_text(scenario, &view, at)),
        }
    }
}

/// The error where there is no record. It runs on, to find out whether the job is ever created.
fn not_found(scenario: &Scenario, mut world: World<'_, Orders>, job: JobId, at: Instant) -> Error {
    let (name, epoch) = (Names::new(scenario).job(job), &scenario.run.epoch);
    let asked = format!("asked for {}", when::in_words(at, epoch));
    while world.observed().put.is_none() && world.step() {}
    let Orders { put, gone, .. } = world.observed();
    Error::Usage(match (put, gone) {
        (None, _) => return world.observed().never(scenario),
        (Some(_), Some(gone)) => {
            format!("not found: the record of {name} is gone since {}; {asked}", when::in_words(*gone, epoch))
        }
        (Some(put), None) => {
            format!("not found: Put Job of {name} comes only on {}; {asked}", when::in_words(*put, epoch))
        }
    })
}
