//! `run.json`: everything needed to repeat a run, and to check that it is the same.

use super::place::Place;
use super::robust::robust_json;
use crate::error::Error;
use crate::experiment::{Estimate, Robust, Study};
use crate::measure::Results;
use crate::measure::Value::Real;
use crate::scenario::Loaded;
use crate::world::Outcome;
use serde_json::{Map, Value, json};

/// The inputs of a run.
#[derive(Clone, Debug)]
pub struct Recipe {
    /// Name of the command.
    pub command: &'static str,
    /// Name of the scenario.
    pub scenario: String,
    /// The scenario as resolved: a single TOML text that gives the same scenario.
    pub resolved: String,
    /// Hash of all values in force except the seed, in hexadecimal digits.
    pub hash: String,
    /// Random seed.
    pub seed: u64,
    /// Number of the replication, from 0.
    pub replication: u64,
    /// Overrides of the command line except the seed, as typed.
    pub overrides: Vec<String>,
    /// Warnings of the scenario.
    pub warnings: Vec<String>,
    /// Version of this program.
    pub version: &'static str,
}

impl Recipe {
    /// The recipe for a run of the loaded scenario by this program.
    pub fn new(command: &'static str, loaded: &Loaded, seed: u64, replication: u64) -> Recipe {
        Recipe {
            command,
            overrides: loaded.scenario.overrides.clone(),
            warnings: loaded.warnings.clone(),
            scenario: loaded.scenario.name.clone(),
            resolved: loaded.resolved.clone(),
            hash: loaded.hash.clone(),
            seed,
            replication,
            version: env!("CARGO_PKG_VERSION"),
        }
    }

    pub(super) fn json(&self) -> Map<String, Value> {
        let mut map = Map::new();
        map.insert("program".into(), json!("shipback"));
        map.insert("version".into(), json!(self.version));
        map.insert("command".into(), json!(self.command));
        map.insert("scenario".into(), json!(self.scenario));
        map.insert("scenario_hash".into(), json!(self.hash));
        // As text: many JSON readers round integers beyond 2^53.
        map.insert("seed".into(), json!(self.seed.to_string()));
        map.insert("overrides".into(), json!(self.overrides));
        map.insert("replication".into(), json!(self.replication));
        map
    }

    /// The warnings of the scenario, and those of its results.
    fn warnings(&self, results: &[String]) -> Value {
        json!(self.warnings.iter().chain(results).collect::<Vec<_>>())
    }
}

/// The first keys of every JSON answer. Hash and seed are null for a command without a scenario.
pub fn json_head(command: &'static str, loaded: Option<&Loaded>) -> Map<String, Value> {
    let mut head = Map::new();
    head.insert("program".into(), json!("shipback"));
    head.insert("version".into(), json!(env!("CARGO_PKG_VERSION")));
    head.insert("command".into(), json!(command));
    head.insert("scenario".into(), json!(loaded.map(|loaded| &loaded.scenario.name)));
    head.insert("scenario_hash".into(), json!(loaded.map(|loaded| &loaded.hash)));
    // As text: many JSON readers round integers beyond 2^53.
    head.insert("seed".into(), json!(loaded.map(|loaded| loaded.scenario.run.seed.to_string())));
    head.insert("overrides".into(), json!(loaded.map_or(&vec![], |loaded| &loaded.scenario.overrides)));
    head.insert("warnings".into(), json!(loaded.map_or(&vec![], |loaded| &loaded.warnings)));
    head
}

/// Writes `run.json`. It contains no wall-clock time, so the same scenario and seed give the same bytes.
///
/// # Errors
/// [`Error::Io`] where the file cannot be written.
pub fn write_run(place: &mut Place, recipe: &Recipe, results: &Results) -> Result<(), Error> {
    let mut run = recipe.json();
    if results.counts.runs > 1 {
        run.insert("replications".into(), json!(results.counts.runs));
    }
    run.insert("counts".into(), counts(results));
    run.insert("warnings".into(), recipe.warnings(&results.warnings));
    run.insert("resolved".into(), json!(recipe.resolved));
    let mut text = serde_json::to_string_pretty(&run).expect("json: names are text and numbers are finite");
    text.push('\n');
    place.put("run.json", text.as_bytes())
}

fn counts(results: &Results) -> Value {
    let (counts, all) = (&results.counts, results.counts.all());
    let mut map = Map::new();
    map.insert("events".into(), json!(counts.events));
    map.insert("jobs_ordered".into(), json!(counts.little.ordered));
    map.insert("jobs_measured".into(), json!(all.created));
    for outcome in Outcome::ALL {
        map.insert(format!("jobs_{}", outcome.name()), json!(all.outcome(outcome)));
    }
    map.insert("drives_measured".into(), json!(counts.drives.listed));
    if let Some(end) = &results.end {
        map.insert("stopped_us".into(), json!(end.stopped.micros()));
    }
    Value::Object(map)
}

/// Converts through the text in summary.csv, so that both show the same digits.
fn as_written(value: crate::measure::Value) -> Value {
    serde_json::from_str(&value.to_string()).unwrap_or(Value::Null)
}

/// The results of several replications as JSON: like those of one, with intervals.
pub fn study_json(recipe: &Recipe, study: &Study, robust: &[Robust]) -> String {
    let mut whole = recipe.json();
    whole.insert("replications".into(), json!(study.numbers.replications));
    whole.insert("counts".into(), counts(&study.results));
    let end = |value: f64| if value.is_finite() { as_written(Real(value)) } else { Value::Null };
    let ends = |ends: Option<(f64, f64)>| ends.map(|(low, high)| [end(low), end(high)]);
    let metrics = study.estimates.iter().map(|row| {
        let Estimate { interval, prediction, method, n, .. } = row.estimate;
        json!({
            "metric": row.metric, "by": row.by, "value": as_written(row.value), "unit": row.unit, "n": n,
            "interval": ends(interval), "prediction": ends(prediction), "method": method,
        })
    });
    whole.insert("metrics".into(), Value::Array(metrics.collect()));
    whole.insert("precise".into(), json!(study.is_precise()));
    whole.insert("sequential".into(), json!(study.is_sequential()));
    whole.insert("robust".into(), robust_json(robust));
    whole.insert("warnings".into(), recipe.warnings(&study.results.warnings));
    serde_json::to_string_pretty(&whole).expect("json: names are text and numbers are finite")
}

/// The results of one run as JSON: recipe, metrics and warnings, in a stable form.
pub fn summary_json(recipe: &Recipe, results: &Results, robust: &[Robust]) -> String {
    let mut whole = recipe.json();
    whole.insert("replications".into(), json!(results.counts.runs));
    whole.insert("counts".into(), counts(results));
    let metrics = results.metrics.iter().map(|row| {
        let value = as_written(row.value);
        json!({ "metric": row.metric, "by": row.by, "value": value, "unit": row.unit, "n": row.n })
    });
    whole.insert("metrics".into(), Value::Array(metrics.collect()));
    whole.insert("robust".into(), robust_json(robust));
    whole.insert("warnings".into(), recipe.warnings(&results.warnings));
    serde_json::to_string_pretty(&whole).expect("json: names are text and numbers are finite")
}
