//! Arguments that several commands share.

use super::print;
use crate::error::{Error, Mistakes};
use crate::experiment::Precision;
use crate::measure::{Value, vocabulary};
use crate::report::charts::Format;
use crate::report::{Name, thousands};
use crate::scenario::{Loaded, Scenario, overriding, path_of_set, set_once};
pub(super) use crate::screen::quoted;
use clap::Args;
use std::path::{Path, PathBuf};

/// `--set` and `--seed`.
#[derive(Clone, Debug, Args)]
pub(super) struct Sets {
    /// Override a value of the scenario; may be repeated
    #[arg(long = "set", value_name = "PATH=VALUE")]
    set: Vec<String>,
    /// Random seed, any whole number below 2^64 [default: the scenario's]
    #[arg(long, allow_negative_numbers = true)]
    seed: Option<u64>,
}

impl Sets {
    /// All overrides, the seed included: together with the file they define one scenario.
    pub(super) fn sets(&self) -> Vec<String> {
        // Quoted, because TOML has no integers beyond 2^63.
        let seed = self.seed.map(|seed| format!("run.seed=\"{seed}\""));
        self.set.iter().cloned().chain(seed).collect()
    }

    /// The overrides without the seed, as typed.
    pub(super) fn overrides(&self) -> Vec<String> {
        let is_seed = |set: &&String| path_of_set(set) == ["run", "seed"];
        self.set.iter().filter(|set| !is_seed(set)).map(|set| set.trim().to_string()).collect()
    }

    /// The override of the seed alone, in the form of [`Sets::sets`].
    pub(super) fn without_overrides(&self) -> Vec<String> {
        let overrides = self.overrides();
        self.sets().into_iter().filter(|set| !overrides.contains(&set.trim().to_string())).collect()
    }

    /// Loads the scenario in this file, or the embedded baseline, with all overrides; prints its warnings.
    pub(super) fn load(&self, path: Option<&Path>) -> Result<Loaded, Error> {
        self.load_with(path, vec![])
    }

    /// [`Sets::load`] with more overrides from the command itself; the user's overrides come after them.
    pub(super) fn load_with(&self, path: Option<&Path>, more: Vec<String>) -> Result<Loaded, Error> {
        let mut loaded = load(path, &overriding(&self.sets(), more))?;
        loaded.scenario.overrides = self.overrides();
        print::warnings(&loaded.warnings);
        Ok(loaded)
    }

    /// Whether the user gives a seed.
    pub(super) fn names_seed(&self) -> bool {
        self.seed.is_some() || self.set.iter().any(|set| set.starts_with("run.seed="))
    }

    /// The arguments as they can be typed again.
    pub(super) fn words(&self) -> Vec<String> {
        let sets = self.set.iter().map(|set| format!("--set {}", quoted(set)));
        sets.chain(self.seed.map(|seed| format!("--seed {seed}"))).collect()
    }
}

/// `--threads`.
#[derive(Clone, Debug, Args)]
pub(super) struct Threads {
    /// Number of threads; the results do not depend on it [default: all processors]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    threads: Option<u16>,
}

impl Threads {
    /// This number of threads.
    pub(super) fn of(threads: u16) -> Threads {
        Threads { threads: Some(threads) }
    }

    /// Runs `work` with this number of threads.
    ///
    /// # Errors
    /// The system cannot start the threads.
    pub(super) fn install<T: Send>(&self, work: impl FnOnce() -> T + Send) -> Result<T, Error> {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(self.threads.map_or(0, usize::from)).build();
        let no_threads =
            |why| Error::Io { doing: "start", path: "threads".into(), why: std::io::Error::other(why) };
        Ok(pool.map_err(no_threads)?.install(work))
    }
}

/// Loads the scenario in this file, or the embedded baseline.
pub(super) fn load(path: Option<&Path>, sets: &[String]) -> Result<Loaded, Error> {
    set_once(sets)?;
    Scenario::load(path, sets)
}

/// `--out` and `--charts` of an experiment.
#[derive(Clone, Debug, Args)]
pub(super) struct Output {
    /// Folder for the files [default: output/NAME-COMMAND]
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    #[command(flatten)]
    charts: Charts,
    /// Write no report.html
    #[arg(long)]
    no_report: bool,
    /// The conclusions as JSON, see docs/json.md
    #[arg(long)]
    json: bool,
    /// No progress bar, no table
    #[arg(long, short)]
    quiet: bool,
}

impl Output {
    /// The folder for the files of an experiment with this scenario.
    pub(super) fn folder(&self, scenario: &Scenario, experiment: &str) -> PathBuf {
        let usual = || Path::new("output").join(format!("{}-{experiment}", folder_name(scenario)));
        self.out.clone().unwrap_or_else(usual)
    }

    /// Whether neither a progress bar nor a table is wanted.
    pub(super) fn quiet(&self) -> bool {
        self.quiet
    }

    /// Prints the table and the written files, or the JSON; nothing with `--quiet`.
    ///
    /// # Errors
    /// As [`print::data`].
    pub(super) fn tell(
        &self,
        page: impl FnOnce() -> String,
        json: impl FnOnce() -> String,
        files: &[String],
        folder: &Path,
    ) -> Result<(), Error> {
        match (self.json, self.quiet) {
            (true, _) => print::json(&json()),
            (_, true) => Ok(()),
            _ => print::data_and_files(&page(), files, folder),
        }
    }

    /// The formats of charts; empty if no charts are wanted.
    pub(super) fn formats(&self) -> &'static [Format] {
        self.charts.formats()
    }

    /// Whether `report.html` is wanted.
    pub(super) fn report(&self) -> bool {
        !self.no_report
    }
}

/// A command as it can be typed again.
#[derive(Clone, Debug)]
pub(super) struct Typed(String);

impl Typed {
    /// Starts with `shipback COMMAND` and its positional arguments.
    pub(super) fn new(command: &str, words: impl IntoIterator<Item = impl AsRef<str>>) -> Typed {
        let words = words.into_iter().map(|word| format!(" {}", quoted(word.as_ref())));
        Typed(format!("shipback {command}") + &words.collect::<String>())
    }

    /// Adds the option once for each value.
    pub(super) fn with(
        mut self,
        option: &str,
        values: impl IntoIterator<Item = impl std::fmt::Display>,
    ) -> Typed {
        for value in values {
            self.0 += &format!(" --{option} {}", quoted(&value.to_string()));
        }
        self
    }

    /// Adds a switch, if it is set.
    pub(super) fn switch(mut self, option: &str, is_set: bool) -> Typed {
        if is_set {
            self.0 += &format!(" --{option}");
        }
        self
    }

    /// Adds `--set` and `--seed`.
    pub(super) fn sets(mut self, sets: &Sets) -> Typed {
        sets.words().iter().for_each(|word| self.0 += &format!(" {word}"));
        self
    }

    /// The complete command.
    pub(super) fn text(self) -> String {
        self.0
    }
}

/// Which charts are drawn.
#[derive(Clone, Debug, Args)]
pub(super) struct Charts {
    /// Draw charts as svg, png, both or none [default: both]
    #[arg(long, value_name = "FORMAT", value_parser = ["svg", "png", "both", "none"], hide_possible_values = true)]
    charts: Option<String>,
    /// The same as --charts none
    #[arg(long, conflicts_with = "charts")]
    no_charts: bool,
}

impl Charts {
    /// The formats of charts; empty if no charts are wanted.
    pub(super) fn formats(&self) -> &'static [Format] {
        match self.charts.as_deref() {
            _ if self.no_charts => &[],
            Some("svg") => &[Format::Svg],
            Some("png") => &[Format::Png],
            Some("none") => &[],
            _ => &Format::ALL,
        }
    }
}

/// Most characters of the overrides in the name of a folder.
const MOST_NAMED: usize = 60;

/// The name of the folder for the results of a scenario, such as "baseline+bays.servers=20": its name and its
/// overrides, each with the last two names of its path. If characters must be left out, eight digits of a hash follow,
/// so that no two what-ifs share a folder.
pub(super) fn folder_name(scenario: &Scenario) -> String {
    if scenario.overrides.is_empty() {
        return scenario.name.clone();
    }
    let short = |set: &String| {
        let value = set.split_once('=').map_or("", |(_, value)| value.trim());
        let path = path_of_set(set);
        format!("+{}={}", path[path.len().saturating_sub(2)..].join("."), value.trim_matches(['"', '\'']))
    };
    let whole = scenario.name.clone() + &scenario.overrides.iter().map(short).collect::<String>();
    let is_safe = |c: char| c.is_ascii_alphanumeric() || "-_.+=%".contains(c);
    let safe: String = whole.chars().map(|c| if is_safe(c) { c } else { '-' }).take(MOST_NAMED).collect();
    if safe == whole {
        return whole;
    }
    let hash = blake3::hash(scenario.overrides.join("\n").as_bytes()).to_hex();
    format!("{safe}-{}", &hash[..8])
}

/// All texts, read; or all mistakes in them.
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

/// The named metrics; by default the attainment of each SLA and the cost; without those, the mean turnaround.
///
/// # Errors
/// Names of metrics that the scenario does not have.
pub(super) fn metrics(scenario: &Scenario, named: &[String]) -> Result<Vec<Name>, Error> {
    let known = vocabulary(scenario);
    if named.is_empty() {
        let level =
            |sla: &crate::scenario::Sla| (format!("sla.{}.attainment", sla.name), scenario.level_of(sla));
        let slas = scenario.slas.iter().map(level);
        let cost = scenario.cost.iter().map(|_| ("cost.total".to_owned(), String::new()));
        let mut usual: Vec<Name> = slas.chain(cost).collect();
        if usual.is_empty() {
            usual.push(("turnaround.mean".into(), String::new()));
        }
        return Ok(usual);
    }
    let find = |text: &String| {
        let found = Precision::named(text, &known);
        found.map(|(metric, by, _)| (metric, by)).map_err(|why| Error::Usage(format!("--metric: {why}")))
    };
    named.iter().map(find).collect()
}

/// The value of a metric, as people read it.
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

#[cfg(test)]
mod tests {
    use super::*;

    fn folder_of(name: &str, sets: &[&str]) -> String {
        let mut scenario = Scenario::parse("[[job]]\n", &[]).unwrap().scenario;
        scenario.name = name.into();
        scenario.overrides = sets.iter().map(|set| set.to_string()).collect();
        folder_name(&scenario)
    }

    #[test]
    fn a_folder_names_what_is_set_and_no_two_what_ifs_share_one() {
        assert_eq!(folder_of("baseline", &[]), "baseline");
        assert_eq!(folder_of("baseline", &["site.bays.servers=20"]), "baseline+bays.servers=20");
        assert_eq!(
            folder_of("baseline", &["policy.retention=\"60d\"", "run.horizon=30d"]),
            "baseline+policy.retention=60d+run.horizon=30d"
        );
        let rate = |rate: &str| folder_of("baseline", &[rate]);
        let (day, other) = (rate("demand.imports.rate=64/day"), rate("demand.imports.rate=64:day"));
        assert!(day.starts_with("baseline+imports.rate=64-day-") && day.len() == 29 + 8, "{day}");
        assert_ne!(day, other, "what differs in characters that are left out differs in the hash");
        let long = |value: &str| folder_of("baseline", &[&format!("question={}{value}", "x".repeat(200))]);
        assert_eq!(long("a").chars().count(), MOST_NAMED + 1 + 8);
        assert_ne!(long("a"), long("b"));
        let evil = folder_of("baseline", &["question=../../etc\n\u{1b}[31m"]);
        assert!(!evil.contains(['/', '\n', '\u{1b}', '[']), "{evil}");
    }
}
