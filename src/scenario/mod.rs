//! Reads a scenario, a TOML file, into checked plain data. This module reads files; it writes none and draws no random
//! numbers.
//!
//! - In: a file or text, the scenarios that it extends, and overrides `path=value`.
//! - Out: a [`Loaded`] scenario with each value in force and the line that set it; or all mistakes, found in one pass.
//! - Read first: `model.rs` (the data), `keys/rows.rs` (every key), then `read/mod.rs` (from table to data).
//!
//! ```
//! use shipback::scenario::Scenario;
//!
//! // As `shipback run --set`: the built-in scenario with another value.
//! let loaded = Scenario::load(None, &["policy.response_window=20d".into()])?;
//! assert_eq!(loaded.scenario.policy.timings.response_window.to_string(), "20d");
//! // A mistake says what was found, what is allowed, and where.
//! let error = Scenario::load(None, &["site.bayz.servers=1".into()]).unwrap_err();
//! assert!(error.to_string().contains("did you mean \"bays\"?"));
//! # Ok::<(), shipback::error::Error>(())
//! ```

mod calendar;
mod constraint;
mod expect;
pub mod fate;
mod hints;
mod ics;
pub mod keys;
mod law;
mod load;
mod model;
mod node;
mod quantity;
mod read;
mod roster;
mod section;
mod source;
mod strain;
mod target;
mod times;
mod uncertain;
mod vary;
mod week;

pub use calendar::Calendar;
pub use constraint::Constraint;
pub use expect::*;
pub use load::sets::{overriding, path as path_of_set, set_once};
pub use load::{BASELINE, text_of};
pub use model::*;
pub use section::Explained;
pub use strain::Strain;
pub use target::{Target, metric_and_by, metric_with_by};
pub use uncertain::{Uncertain, in_doubt};
pub use vary::{Vary, chosen, varied_once};

use crate::error::{Error, Mistakes};
use section::{Notes, Section};
use std::path::Path;

/// A scenario as read, with what is to be said about it.
#[derive(Clone, Debug)]
pub struct Loaded {
    /// The checked scenario.
    pub scenario: Scenario,
    /// Every value in force in the order of reading, with the line that set it.
    pub explained: Vec<Explained>,
    /// The scenario as one TOML text without `extends` and `--set`. Reading the text gives the same scenario.
    pub resolved: String,
    /// The default calendar, with the named calendars.
    pub calendar: Calendar,
    /// The parameters written as `{ estimate, low, high }`.
    pub uncertain: Vec<Uncertain>,
    /// BLAKE3 hash of all values in force that a run depends on, without the seed. Equal for files with the same values
    /// in the same spelling.
    pub hash: String,
    /// Values that are valid but probably not meant, one sentence each: "file:line: ...".
    pub warnings: Vec<String>,
}

/// Reads a size such as "500GB" as bytes.
///
/// # Errors
/// A sentence about what is wrong and what is allowed.
pub(crate) fn bytes(text: &str) -> Result<u64, String> {
    let size = quantity::size(text).map_err(|refusal| format!("{}; {}", refusal.message, refusal.help))?;
    Ok(size.round() as u64)
}

impl Scenario {
    /// Reads the scenario in the file `path`, or the embedded baseline. Each of `sets`, "path=value", overrides a
    /// value.
    ///
    /// # Errors
    /// All mistakes in the scenario; or a file that does not exist or cannot be read.
    pub fn load(path: Option<&Path>, sets: &[String]) -> Result<Loaded, Error> {
        let stem = path.and_then(Path::file_stem).map(|stem| stem.to_string_lossy().into_owned());
        let mut loaded = finish(load::load(path)?, stem.as_deref().unwrap_or("baseline"), sets, &|_| None)?;
        loaded.scenario.file = path.map_or("baseline".into(), |path| path.display().to_string());
        Ok(loaded)
    }

    /// Reads a scenario from a text, which may extend the embedded baseline only.
    ///
    /// # Errors
    /// All mistakes in the scenario.
    pub fn parse(text: &str, sets: &[String]) -> Result<Loaded, Error> {
        finish(load::load_text("scenario", text)?, "scenario", sets, &|_| None)
    }

    /// [`Scenario::parse`] for a text that is, or could be, in the file `file`: messages and places name this file.
    ///
    /// # Errors
    /// All mistakes in the scenario.
    pub fn parse_as(file: &str, text: &str, sets: &[String]) -> Result<Loaded, Error> {
        let stem = Path::new(file).file_stem().map(|stem| stem.to_string_lossy().into_owned());
        finish(load::load_text(file, text)?, stem.as_deref().unwrap_or("scenario"), sets, &|_| None)
    }
}

impl Loaded {
    /// Whether runs of both scenarios are the same: equal values in force, whatever the names of the scenarios.
    pub fn runs_as(&self, other: &Loaded) -> bool {
        let about = |value: &&Explained| {
            !["name", "question"].contains(&value.path.as_str())
                && !["expect[", "sweep."].iter().any(|start| value.path.starts_with(start))
        };
        let values = |loaded: &Loaded| {
            let values = loaded.explained.iter().filter(about);
            values.map(|value| (value.path.clone(), value.value.clone())).collect::<Vec<_>>()
        };
        values(self) == values(other)
    }

    /// The same scenario with these values of its uncertain parameters, one for each.
    ///
    /// # Errors
    /// Values that are not allowed, such as a share above 1.
    pub fn drawn(&self, values: &[f64]) -> Result<Scenario, Error> {
        let choose = |at: usize| values.get(at).copied();
        finish(load::load_text("scenario", &self.resolved)?, &self.scenario.name, &[], &choose)
            .map(|drawn| drawn.scenario)
    }
}

fn finish(
    mut raw: load::Raw,
    stem: &str,
    sets: &[String],
    choose: &dyn Fn(usize) -> Option<f64>,
) -> Result<Loaded, Error> {
    load::sets::apply(&mut raw, sets)?;
    load::inherit::settle(&mut raw)?;
    ics::settle(&mut raw.table, &raw.sources)?;
    roster::settle(&mut raw.table, &mut raw.sources)?;
    let written = raw.table.clone();
    let uncertain = uncertain::settle(&mut raw.table, &raw.sources, choose)?;
    // The name of the file becomes the name of a folder and a heading; characters that a name cannot contain are left
    // out.
    let stem = stem.trim_start_matches('-');
    let stem: String = stem.chars().filter(|c| quantity::is_name(&format!("a{c}"))).take(100).collect();
    let stem = if quantity::is_name(&stem) { stem.as_str() } else { "scenario" };
    let notes = Notes::new(&raw.sources, &raw.layers);
    let scenario = {
        let top = Section::top(&notes, &raw.table);
        raw.layers.warnings().iter().for_each(|(place, told)| notes.warn(Some(*place), told));
        hints::units(&raw.table, &notes);
        hints::unused_calendars(&raw.table, &notes);
        read::scenario(&top, &notes, stem)
    };
    let mut mistakes = notes.mistakes.into_inner();
    match scenario {
        Some((scenario, calendar)) if mistakes.is_empty() => {
            let explained = notes.explained.into_inner();
            let (hash, resolved) = (hash(&explained), resolved(&written, &scenario));
            let warnings = notes.warnings.into_inner();
            Ok(Loaded { resolved, hash, explained, uncertain, scenario, calendar, warnings })
        }
        _ => {
            mistakes.sort_by(|a, b| (&a.file, a.line, a.column).cmp(&(&b.file, b.line, b.column)));
            mistakes.dedup();
            Err(Mistakes(mistakes).into())
        }
    }
}

fn resolved(table: &node::Table, scenario: &Scenario) -> String {
    let mut text = String::new();
    if table.get("name").is_none() {
        text += &format!("name = {}\n", toml::Value::from(scenario.name.as_str()));
    }
    for (key, entry) in table.in_order() {
        text += &format!("{} = {}\n", node::quoted_key(key), entry.node);
    }
    text
}

fn hash(explained: &[Explained]) -> String {
    let mut hasher = blake3::Hasher::new();
    let about_runs = |value: &&Explained| {
        !["run.seed", "run.replications"].contains(&value.path.as_str())
            && !value.path.starts_with("expect[")
            && !value.path.starts_with("sweep.")
    };
    for value in explained.iter().filter(about_runs) {
        hasher.update(format!("{} = {}\n", value.path, value.value).as_bytes());
    }
    hasher.finalize().to_hex().to_string()
}

#[cfg(test)]
#[path = "tests.rs"]
mod tests;

#[cfg(test)]
mod nothing_silent_tests;
