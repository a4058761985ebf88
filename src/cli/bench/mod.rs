//! `shipback bench`: the speed of the built-in workloads on this machine, the cost of a log row, and the memory of a
//! job.

mod machine;
mod parts;
mod workloads;

use super::print;
use crate::error::Error;
use crate::report::{json_head, json_text};
use clap::{Args, ValueEnum};
use machine::{processor, processors};
use serde_json::{Map, Value, json};
use workloads::Speed;

/// Measure speed and memory on built-in workloads
#[derive(Debug, Args)]
#[command(help_template = super::TEMPLATE, before_help = "\
Examples:
  shipback bench                   each workload three times, the best counts
  shipback bench --only w3         one part of it
  shipback bench --jobs 1000000    a longer one
  shipback bench --json            all figures as JSON")]
pub(super) struct BenchArgs {
    /// Jobs of the workload w3
    #[arg(long, value_name = "N", default_value_t = 100_000)]
    #[arg(value_parser = clap::value_parser!(u64).range(100..=100_000_000))]
    jobs: u64,
    /// Kept replications of the part kept
    #[arg(long, value_name = "N", default_value_t = 300)]
    #[arg(value_parser = clap::value_parser!(u64).range(2..=100_000))]
    replications: u64,
    /// Of so many runs of each workload, the best counts: others were disturbed
    #[arg(long, value_name = "N", default_value_t = 3, value_parser = clap::value_parser!(u8).range(1..=100))]
    repeat: u8,
    /// Run this part only
    #[arg(long, value_name = "PART")]
    only: Option<Part>,
    /// The figures as JSON
    #[arg(long)]
    json: bool,
}

/// What is measured, in this order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Part {
    /// Bytes of an active job; first, while the process has no free memory
    Weight,
    /// The workload that other simulators run too
    W3,
    /// A year of the baseline
    Baseline,
    /// Two years of twice the baseline's demand: packages wait for places on the shelf
    Shelf,
    /// W3 with 2,000 bays that share a total rate
    Bandwidth,
    /// Rows of events.csv, written to memory where the system has files there
    Log,
    /// The cost of an event at 10,000 and at a million events on the agenda
    Pending,
    /// Replications on one thread and on two
    Threads,
    /// Kept replications of 30 days of the baseline, read again and estimated, on all processors
    Kept,
}

/// The figures of one part.
struct Figures {
    /// A row of the table of workloads; empty for other parts.
    row: String,
    /// The result in sentences.
    text: String,
    figures: Value,
}

impl Figures {
    fn new(text: String, figures: Value) -> Figures {
        Figures { row: String::new(), text, figures }
    }
}

impl BenchArgs {
    pub(super) fn run(&self) -> Result<(), Error> {
        self.say(&format!(
            "{}, {} processors; one thread is used where nothing else is said\n",
            processor(),
            processors()
        ))?;
        let (mut figures, mut heads) = (Map::new(), false);
        for &part in Part::value_variants().iter().filter(|&&part| self.only.is_none_or(|only| only == part))
        {
            let told = self.measure(part)?;
            if !told.row.is_empty() && !std::mem::replace(&mut heads, true) {
                let heads = Speed::HEADS.map(|head| format!("{head:>12}")).concat();
                self.say(&format!("\n{:<12}{heads}\n", ""))?;
            }
            self.say(&told.row)?;
            if !told.text.is_empty() {
                let gap = if told.row.is_empty() { "\n" } else { "" };
                self.say(&format!("{gap}{}\n", told.text))?;
            }
            figures.insert(part.name(), told.figures);
        }
        if !self.json {
            return Ok(());
        }
        let whole = json!({
            "processor": processor(),
            "processors": processors(),
            "repeat": self.repeat,
            "parts": figures,
        });
        print::json(&json_text(json_head("bench", None), whole))
    }

    /// Prints a text for people; nothing with `--json`.
    fn say(&self, text: &str) -> Result<(), Error> {
        if self.json { Ok(()) } else { print::data(text) }
    }

    fn measure(&self, part: Part) -> Result<Figures, Error> {
        match part {
            Part::Weight => self.weight(),
            Part::W3 => self.w3(),
            Part::Baseline => self.year(),
            Part::Shelf => self.shelf(),
            Part::Bandwidth => self.bandwidth(),
            Part::Log => self.log(),
            Part::Pending => self.pending(),
            Part::Threads => self.threads(),
            Part::Kept => self.kept(),
        }
    }
}

impl Part {
    /// The name in `--only`, in the table and in the JSON.
    fn name(self) -> String {
        self.to_possible_value().expect("bench: every part has a name").get_name().into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The pages and `benches/compare.py` name them.
    #[test]
    fn every_part_is_known_by_its_name() {
        let names: Vec<String> = Part::value_variants().iter().map(|part| part.name()).collect();
        let known = ["weight", "w3", "baseline", "shelf", "bandwidth", "log", "pending", "threads", "kept"];
        assert_eq!(names, known);
        for (name, part) in known.iter().zip(Part::value_variants()) {
            assert_eq!(Part::from_str(name, false).as_ref(), Ok(part));
        }
    }
}
