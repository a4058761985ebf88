//! What every command that reads a scenario lets the user choose.

use crate::error::Error;
use crate::scenario::{Loaded, Scenario};
use clap::Args;
use std::path::Path;

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

/// A word as a shell takes it.
pub(super) fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./=:+,%@".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        word.into()
    } else {
        format!("'{}'", word.replace('\'', "'\\''"))
    }
}

/// The scenario in this file, or the embedded baseline.
pub(super) fn load(path: Option<&Path>, sets: &[String]) -> Result<Loaded, Error> {
    Scenario::load(path, sets)
}
