//! `shipback metrics`: every metric that a run of a scenario can have, with its entry in the catalogue.

use super::{TEMPLATE, choice, print};
use crate::error::{Error, nearest_few};
use crate::measure::{About, Metric, about, vocabulary};
use crate::report::{json_head, json_text};
use crate::scenario::Loaded;
use clap::Args;
use serde_json::json;
use std::path::PathBuf;

/// List the metrics: meaning, unit, and which direction is better
#[derive(Debug, Args)]
#[command(help_template = TEMPLATE, before_help = "\
Examples:
  shipback metrics                                         of the built-in baseline
  shipback metrics wait                                    those with \"wait\" in the name
  shipback metrics sla --scenario mine.toml                those of another scenario", after_help = "\
Each name is accepted by --metric, --target, --precision and [[expect]], with a breakdown in brackets:
turnaround.p95[type=import].")]
pub(super) struct MetricsArgs {
    /// Only metrics with this text in their name
    pattern: Option<String>,
    /// The scenario [default: the built-in baseline]
    #[arg(long, value_name = "FILE")]
    scenario: Option<PathBuf>,
    /// Print as JSON
    #[arg(long)]
    json: bool,
}

/// A metric with all its breakdowns.
struct Listed {
    metric: Metric,
    about: About,
    by: Vec<String>,
}

impl MetricsArgs {
    pub(super) fn run(&self) -> Result<(), Error> {
        let path = self.scenario.as_deref().filter(|path| *path != std::path::Path::new("baseline"));
        let loaded = choice::load(path, &[])?;
        let known = vocabulary(&loaded.scenario);
        let list = self.list(&known)?;
        if self.json {
            return print::json(&in_json(&loaded, &list));
        }
        let text: String = list.iter().map(in_words).collect();
        print::data(&format!("{text}{} metrics of {}\n", list.len(), loaded.scenario.name))
    }

    fn list(&self, known: &[Metric]) -> Result<Vec<Listed>, Error> {
        let pattern = self.pattern.as_deref().unwrap_or("");
        let mut list: Vec<Listed> = vec![];
        for metric in known.iter().filter(|metric| metric.metric.contains(pattern)) {
            let same = |one: &&mut Listed| one.metric.metric == metric.metric;
            match list.iter_mut().find(same) {
                Some(one) => one.by.push(metric.by.clone()),
                None => list.push(Listed {
                    metric: metric.clone(),
                    about: about(&metric.metric),
                    by: vec![metric.by.clone()],
                }),
            }
        }
        if list.is_empty() {
            let names: Vec<&str> = known.iter().map(|metric| metric.metric.as_str()).collect();
            let near = nearest_few(pattern, &names, 3).join(", ");
            let near = if near.is_empty() { String::new() } else { format!("; near are {near}") };
            return Err(Error::Usage(format!("no metric has \"{pattern}\" in its name{near}")));
        }
        Ok(list)
    }
}

fn in_words(one: &Listed) -> String {
    let Listed { metric, about, by } = one;
    let better = match about.better.name() {
        "" => String::new(),
        better => format!(", {better} is better"),
    };
    let of = if about.of.is_empty() { String::new() } else { format!("; of {}", about.of) };
    let by: Vec<&str> = by.iter().map(String::as_str).filter(|by| !by.is_empty()).collect();
    let by = if by.is_empty() { String::new() } else { format!("    by {}\n", by.join(", ")) };
    format!("{} ({}, {}{better})\n    {}{of}\n{by}", metric.metric, about.kind, metric.unit, about.says)
}

fn in_json(loaded: &Loaded, list: &[Listed]) -> String {
    let rows = list.iter().map(|one| {
        let Listed { metric, about, by } = one;
        json!({
            "metric": metric.metric, "pattern": about.pattern, "kind": about.kind.to_string(), "unit": metric.unit,
            "better": about.better.name(), "says": about.says, "of": about.of, "first": about.is_first, "by": by,
        })
    });
    json_text(json_head("metrics", Some(loaded)), json!({ "metrics": rows.collect::<Vec<_>>() }))
}
