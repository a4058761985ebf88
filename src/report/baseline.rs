//! A regression record ("baseline"): the results of a scenario, kept in a file and compared with later results.
//!
//! The record has a fingerprint of every fact (time, object, from, to, rule), in blocks, so that the first differing
//! block is found. It keeps the facts themselves up to [`MOST_KEPT`], of the first replication; beyond that, the first
//! difference is described by the new facts only. It also has each metric of `summary.csv`, replication by replication.

use super::fact::write_what;
use super::line::Line;
use super::names::Names;
use super::whole::write_whole;
use crate::engine::time::{Instant, Span};
use crate::error::Error;
use crate::experiment::{Column, Numbers, Row, estimate, gather, inputs_digest};
use crate::measure::{Counts, Metric, Tally, Value};
use crate::scenario::{Loaded, Scenario, text_of};
use crate::screen;
use crate::world::{Fact, Observer};
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::convert::Infallible;
use std::ops::Range;
use std::path::Path;

/// Number of facts in one block of the fingerprint.
pub const BLOCK: u64 = 256;
/// Largest record, in bytes.
const MOST_BYTES: u64 = 64 << 20;
/// Number of facts that are kept as lines.
pub const MOST_KEPT: u64 = 20_000;
/// Hexadecimal digits of a block's hash: 64 bits.
const DIGITS: usize = 16;

/// The recorded results of a scenario.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Baseline {
    /// "shipback".
    pub program: String,
    /// Version of the program.
    pub version: String,
    /// Name of the scenario.
    pub scenario: String,
    /// Hash of all values in force except the seed.
    pub scenario_hash: String,
    /// Seed as text: many JSON readers round integers beyond 2^53.
    pub seed: String,
    /// Number of replications.
    pub replications: u64,
    /// Hash of the random inputs of all jobs.
    pub fates: String,
    /// Hash of all facts of all replications.
    pub fingerprint: String,
    /// The metrics of `summary.csv`.
    pub metrics: Vec<Number>,
    /// Fingerprints of the facts, by replication.
    pub facts: Vec<Facts>,
    /// The values in force, by path.
    pub values: BTreeMap<String, String>,
    /// The first facts of the first replication: time in microseconds, object, from, to, rule.
    pub kept: Vec<String>,
}

/// A metric of `summary.csv`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Number {
    /// Name.
    pub metric: String,
    /// Breakdown.
    pub by: String,
    /// Unit.
    pub unit: String,
    /// Estimate from all replications.
    pub estimate: Option<f64>,
    /// 95 % interval; `None` with one replication.
    pub interval: Option<(f64, f64)>,
    /// The exact value of each replication, separated by spaces; "-" where nothing was observed.
    pub each: String,
    /// Number of observations behind the value of each replication.
    #[serde(default)]
    pub of: String,
    /// Value of all replications but each; empty for totals.
    #[serde(default)]
    pub without: String,
    /// Whether the metric is a count.
    #[serde(default)]
    pub is_count: bool,
    /// Value of all replications together, and its number of observations.
    #[serde(default)]
    pub pooled: (f64, u64),
}

impl Number {
    fn new(row: &Row, numbers: &Numbers) -> Number {
        let pooled = &row.pooled;
        let found = estimate(numbers, &pooled.metric, &pooled.by);
        let finite = |ends: &(f64, f64)| ends.0.is_finite() && ends.1.is_finite();
        Number {
            metric: pooled.metric.clone(),
            by: pooled.by.clone(),
            unit: pooled.unit.to_string(),
            estimate: found.map(|found| found.value),
            // JSON has no infinity, so an interval with an open end is left out.
            interval: found.and_then(|found| found.interval).filter(finite),
            each: listed(&row.each),
            of: row.of.iter().map(u64::to_string).collect::<Vec<_>>().join(" "),
            without: if numbers.replications > 1 { listed(&row.without) } else { String::new() },
            is_count: matches!(pooled.value, Value::Count(_)),
            pooled: (pooled.value.real(), pooled.n),
        }
    }

    /// The recorded metric, by replication.
    pub fn row(&self, unit: &'static str) -> Row {
        let (value, n) = self.pooled;
        let value = if self.is_count { Value::Count(value as u64) } else { Value::Real(value) };
        Row {
            pooled: Metric { metric: self.metric.clone(), by: self.by.clone(), value, unit, n },
            each: values(&self.each),
            of: self.of.split_whitespace().map(|count| count.parse().unwrap_or(0)).collect(),
            without: values(&self.without),
            tail: None,
        }
    }

    /// Whether the lists have an entry for each of `replications`.
    fn is_whole(&self, replications: u64) -> bool {
        let row = self.row("");
        let lengths = [row.each.len() as u64, row.of.len() as u64];
        let rest = row.without.len() as u64;
        lengths == [replications; 2] && (rest == 0 || rest == replications)
    }
}

fn values(list: &str) -> Column {
    list.split_whitespace().map(|value| value.parse().ok()).collect()
}

fn listed(values: &Column) -> String {
    let texts = values.iter().map(|value| value.map_or("-".into(), |value| value.to_string()));
    texts.collect::<Vec<String>>().join(" ")
}

/// The fingerprint of a replication's facts.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Facts {
    /// Number of facts.
    pub count: u64,
    /// Hash of all facts.
    pub fingerprint: String,
    /// The hash of each [`BLOCK`], 16 digits each, without separators.
    pub blocks: String,
}

/// The first difference between two records.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Parting {
    /// Replication.
    pub replication: u64,
    /// Range of facts, from 0: one fact if the lines of both are known, otherwise a block.
    pub facts: (u64, u64),
}

impl Baseline {
    /// Runs the scenario and records its results.
    pub fn take(loaded: &Loaded, seed: u64, replications: u64) -> Baseline {
        let scenario = &loaded.scenario;
        let keep = |number: u64| if number == 0 { 0..MOST_KEPT } else { 0..0 };
        let one = |number| -> Result<_, Infallible> {
            let observer = (Tally::new(scenario), Writer::new(scenario, keep(number)));
            let (end, (tally, writer)) = crate::world::run(scenario, seed, number, observer);
            Ok((tally.close(&end).0, writer.close()))
        };
        let Ok(runs) = gather(0..replications, one);
        let (mut counted, mut facts, mut kept) = (vec![], vec![], vec![]);
        let mut whole = blake3::Hasher::new();
        for (counts, (of_run, lines)) in runs {
            counted.push(counts);
            whole.update(of_run.fingerprint.as_bytes());
            facts.push(of_run);
            kept.extend(lines);
        }
        Baseline {
            program: "shipback".into(),
            version: env!("CARGO_PKG_VERSION").into(),
            scenario: scenario.name.clone(),
            scenario_hash: loaded.hash.clone(),
            seed: seed.to_string(),
            replications,
            fates: inputs_digest(scenario, seed, replications),
            fingerprint: whole.finalize().to_hex().to_string(),
            metrics: numbers(scenario, &counted),
            facts,
            values: loaded.explained.iter().map(|value| (value.path.clone(), value.value.clone())).collect(),
            kept,
        }
    }

    /// Reads a record.
    ///
    /// # Errors
    /// [`Error::Io`] where the file cannot be read; [`Error::Usage`] where it is not a record, or too large.
    pub fn read(path: &Path) -> Result<Baseline, Error> {
        let text = text_of(path, MOST_BYTES)?;
        let read: Result<Baseline, _> = serde_json::from_str(&text);
        let wrong = |why: String| Error::Usage(format!("{} is not a record: {why}", path.display()));
        let baseline = read.map_err(|why| wrong(why.to_string()))?;
        if !is_hash(&baseline.scenario_hash) {
            let hash = &baseline.scenario_hash;
            return Err(wrong(format!(
                "its scenario_hash \"{hash}\" is not a hash: 64 hexadecimal digits are needed"
            )));
        }
        if baseline.metrics.iter().any(|number| number.of.is_empty()) {
            return Err(wrong(
                "an older program recorded it, without what a comparison needs: record it anew".into(),
            ));
        }
        let is_blocks = |facts: &Facts| {
            facts.blocks.len() as u64 == facts.count.div_ceil(BLOCK) * DIGITS as u64
                && facts.blocks.bytes().all(|digit| digit.is_ascii_hexdigit())
        };
        let whole = baseline.facts.len() as u64 == baseline.replications
            && baseline.facts.iter().all(is_blocks)
            && baseline.metrics.iter().all(|number| number.is_whole(baseline.replications))
            && baseline.seed.parse::<u64>().is_ok();
        if whole { Ok(baseline) } else { Err(wrong("its parts do not fit one another".into())) }
    }

    /// Writes the record, completely or not at all.
    ///
    /// # Errors
    /// [`Error::Io`] where the system refuses.
    pub fn write(&self, path: &Path) -> Result<(), Error> {
        let text = serde_json::to_string_pretty(self).expect("json: names are text and numbers are finite");
        write_whole(path, &(text + "\n"))
    }

    /// The first facts that differ; `None` where all are equal.
    pub fn parting(&self, now: &Baseline) -> Option<Parting> {
        if self.fingerprint == now.fingerprint {
            return None;
        }
        let replication = self.facts.iter().zip(&now.facts).position(|(then, now)| then != now)?;
        let (then, after) = (&self.facts[replication], &now.facts[replication]);
        let blocks =
            |facts: &Facts| facts.blocks.as_bytes().chunks(DIGITS).map(<[u8]>::to_vec).collect::<Vec<_>>();
        let (before, new) = (blocks(then), blocks(after));
        let block =
            (0..before.len().max(new.len())).find(|&at| before.get(at) != new.get(at)).unwrap_or(0) as u64;
        let block = (block * BLOCK, (block + 1) * BLOCK);
        let exact = (block.0..block.1)
            .take_while(|&at| replication == 0 && at < MOST_KEPT)
            .find(|&at| self.kept.get(at as usize) != now.kept.get(at as usize));
        let facts = exact.map_or(block, |at| (at, at + 1));
        Some(Parting { replication: replication as u64, facts })
    }

    /// The values in force that differ: (path, recorded, now).
    pub fn other_values<'b>(&'b self, now: &'b Baseline) -> Vec<(&'b str, &'b str, &'b str)> {
        let paths = self.values.keys().chain(now.values.keys()).collect::<std::collections::BTreeSet<_>>();
        let of =
            |baseline: &'b Baseline, path: &String| baseline.values.get(path).map_or("none", String::as_str);
        let both = paths.into_iter().map(|path| (path.as_str(), of(self, path), of(now, path)));
        both.filter(|(path, then, now)| then != now && !path.starts_with("expect[")).collect()
    }
}

/// Whether a text can be a BLAKE3 hash in hexadecimal digits.
fn is_hash(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|digit| digit.is_ascii_hexdigit())
}

/// Runs a replication again and returns some of its facts as lines.
pub fn fact_lines(scenario: &Scenario, seed: u64, replication: u64, which: Range<u64>) -> Vec<String> {
    crate::world::run(scenario, seed, replication, Writer::new(scenario, which)).1.close().1
}

/// A fact of a record in words.
pub fn fact_in_words(line: &str) -> String {
    let mut parts = line.split(',');
    let at = parts.next().and_then(|at| at.parse().ok()).map(|at| Instant::from_micros(at).to_string());
    let [object, from, to, rule] = [(); 4].map(|()| parts.next().unwrap_or_default());
    let change = match (from.is_empty(), to.is_empty()) {
        (true, true) => String::new(),
        (true, false) => to.to_string(),
        _ => format!("{from} -> {to}"),
    };
    let words = format!("{}  {object}  {change}  {rule}", at.unwrap_or_default());
    screen::line(words.trim_end()).into_owned()
}

fn numbers(scenario: &Scenario, counted: &[Counts]) -> Vec<Number> {
    let numbers = Numbers::new(scenario, counted.len(), |run| Cow::Borrowed(&counted[run]));
    numbers.rows().iter().map(|row| Number::new(row, &numbers)).collect()
}

/// Writes each fact as a line and hashes it.
struct Writer<'a> {
    names: Names<'a>,
    line: Line,
    whole: blake3::Hasher,
    block: blake3::Hasher,
    blocks: String,
    count: u64,
    keep: Range<u64>,
    kept: Vec<String>,
}

impl<'a> Writer<'a> {
    fn new(scenario: &'a Scenario, keep: Range<u64>) -> Writer<'a> {
        Writer {
            names: Names::new(scenario),
            line: Line::default(),
            whole: blake3::Hasher::new(),
            block: blake3::Hasher::new(),
            blocks: String::new(),
            count: 0,
            keep,
            kept: vec![],
        }
    }

    fn end_block(&mut self) {
        self.blocks += &self.block.finalize().to_hex()[..DIGITS];
        self.block.reset();
    }

    fn close(mut self) -> (Facts, Vec<String>) {
        if !self.count.is_multiple_of(BLOCK) {
            self.end_block();
        }
        let fingerprint = self.whole.finalize().to_hex().to_string();
        (Facts { count: self.count, fingerprint, blocks: self.blocks }, self.kept)
    }
}

impl Observer for Writer<'_> {
    fn fact(&mut self, at: Instant, fact: &Fact) {
        self.line.number((at - Instant::START).max(Span::ZERO).micros());
        write_what(&mut self.line, &self.names, fact);
        let Writer { line, whole, block, keep, kept, count, .. } = self;
        line.end(0, |bytes| {
            whole.update(bytes);
            block.update(bytes);
            if keep.contains(count) {
                kept.push(String::from_utf8_lossy(bytes).trim_end().to_string());
            }
        });
        self.count += 1;
        if self.count.is_multiple_of(BLOCK) {
            self.end_block();
        }
    }
}
