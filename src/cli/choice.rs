//! What every command that reads a scenario lets the user choose.

use crate::error::{Error, Mistakes, nearest};
use crate::measure::{Metric, Value, vocabulary};
use crate::report::{Name, thousands};
use crate::scenario::{Loaded, Scenario};
use crate::screen;
use clap::Args;
use std::path::{Path, PathBuf};

/// `--set` and `--seed`.
#[derive(Clone, Debug, Args)]
pub(super) struct Sets {
    /// Override a value of the scenario; may be repeated
    #[arg(long = "set", value_name = "PATH=VALUE")]
    set: Vec<String>,
    /// The seed of all chance, any whole number below 2^64 [default: the scenario's]
    #[arg(long, allow_negative_numbers = true)]
    seed: Option<u64>,
}

impl Sets {
    /// Everything as overrides of the scenario, so that what was run can be written down as one scenario.
    pub(super) fn sets(&self) -> Vec<String> {
        // In quotes: TOML has no whole numbers beyond 2^63.
        let seed = self.seed.map(|seed| format!("run.seed=\"{seed}\""));
        self.set.iter().cloned().chain(seed).collect()
    }

    /// Whether the user names a seed.
    pub(super) fn names_seed(&self) -> bool {
        self.seed.is_some() || self.set.iter().any(|set| set.starts_with("run.seed="))
    }

    /// As they can be typed again.
    pub(super) fn words(&self) -> Vec<String> {
        let sets = self.set.iter().map(|set| format!("--set {}", quoted(set)));
        sets.chain(self.seed.map(|seed| format!("--seed {seed}"))).collect()
    }
}

/// `--threads`.
#[derive(Clone, Debug, Args)]
pub(super) struct Threads {
    /// How many threads run replications; the result is the same [default: all processors]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    threads: Option<u16>,
}

impl Threads {
    /// So many threads.
    pub(super) fn of(threads: u16) -> Threads {
        Threads { threads: Some(threads) }
    }

    /// Does `work` on so many threads.
    ///
    /// # Errors
    /// The system starts none.
    pub(super) fn install<T: Send>(&self, work: impl FnOnce() -> T + Send) -> Result<T, Error> {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(self.threads.map_or(0, usize::from)).build();
        let no_threads =
            |why| Error::Io { doing: "start", path: "threads".into(), why: std::io::Error::other(why) };
        Ok(pool.map_err(no_threads)?.install(work))
    }
}

/// A word as a shell takes it, in one line.
pub(super) fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./=:+,%@".contains(c);
    let shown = screen::line(word);
    if shown != word {
        return in_escapes(word);
    }
    if !word.is_empty() && word.chars().all(plain) {
        word.into()
    } else {
        format!("'{}'", word.replace('\'', "'\\''"))
    }
}

/// A word with escapes, as bash and zsh take it.
fn in_escapes(word: &str) -> String {
    let mut text = String::from("$'");
    for c in word.chars() {
        match c {
            '\'' | '\\' => text.extend(['\\', c]),
            _ if screen::line(c.encode_utf8(&mut [0; 4])).starts_with('\\') => {
                text += &format!("\\u{:04x}", u32::from(c));
            }
            _ => text.push(c),
        }
    }
    text + "'"
}

/// The scenario in this file, or the embedded baseline.
pub(super) fn load(path: Option<&Path>, sets: &[String]) -> Result<Loaded, Error> {
    Scenario::load(path, sets)
}

/// `--out` and `--no-charts` of an experiment.
#[derive(Clone, Debug, Args)]
pub(super) struct Leaves {
    /// Where the files go [default: output/NAME-COMMAND]
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Draw no charts
    #[arg(long)]
    no_charts: bool,
}

impl Leaves {
    /// Where the files of an experiment with the scenario of this name go.
    pub(super) fn folder(&self, scenario: &str, experiment: &str) -> PathBuf {
        let usual = || Path::new("output").join(format!("{scenario}-{experiment}"));
        self.out.clone().unwrap_or_else(usual)
    }

    /// Whether charts are wanted.
    pub(super) fn charts(&self) -> bool {
        !self.no_charts
    }
}

/// All texts read; or what is wrong with any.
pub(super) fn parsed<T>(
    texts: &[String],
    parse: impl Fn(&str) -> Result<T, Mistakes>,
) -> Result<Vec<T>, Mistakes> {
    let (mut good, mut mistakes) = (vec![], vec![]);
    for text in texts {
        match parse(text) {
            Ok(one) => good.push(one),
            Err(wrong) => mistakes.extend(wrong.0),
        }
    }
    if mistakes.is_empty() { Ok(good) } else { Err(Mistakes(mistakes)) }
}

/// The metrics named, or else the attainment of each SLA and the cost; without those, the mean turnaround.
///
/// # Errors
/// Names that the scenario does not have.
pub(super) fn metrics(scenario: &Scenario, named: &[String]) -> Result<Vec<Name>, Error> {
    let known = vocabulary(scenario);
    if named.is_empty() {
        let slas = scenario.slas.iter().map(|sla| format!("sla.{}.attainment", sla.name));
        let cost = scenario.cost.iter().map(|_| "cost.total".to_string());
        let mut usual: Vec<String> = slas.chain(cost).collect();
        if usual.is_empty() {
            usual.push("turnaround.mean".into());
        }
        return Ok(usual.into_iter().map(|metric| (metric, String::new())).collect());
    }
    let find = |text: &String| {
        let (metric, by) = text.strip_suffix(']').and_then(|text| text.split_once('[')).unwrap_or((text, ""));
        let counted = |row: &&Metric| {
            row.metric == metric && (row.by == by || row.by == "month=" && by.starts_with("month="))
        };
        if known.iter().any(|row| counted(&row)) {
            return Ok((metric.to_string(), by.to_string()));
        }
        let names: Vec<String> =
            known
                .iter()
                .map(|row| {
                    if row.by.is_empty() { row.metric.clone() } else { format!("{}[{}]", row.metric, row.by) }
                })
                .collect();
        let near = nearest(text, names.iter().map(String::as_str));
        let help = near
            .map_or("the names are those of summary.csv".into(), |near| format!("did you mean \"{near}\"?"));
        Err(Error::Usage(format!("there is no metric \"{text}\"; {help}")))
    };
    named.iter().map(find).collect()
}

/// A number of a metric as people read it.
pub(super) fn shown(value: f64, unit: &str) -> String {
    match unit {
        _ if !value.is_finite() => "-".into(),
        "share" => format!("{:.2} %", value * 100.0),
        _ if value.abs() >= 10_000.0 => {
            let sign = if value < 0.0 { "-" } else { "" };
            format!("{sign}{}", thousands(value.abs().round() as u64))
        }
        _ => Value::Real((value * 100.0).round() / 100.0).to_string(),
    }
}
