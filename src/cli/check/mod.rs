//! `shipback check`: runs scenarios and judges their expectations.

mod baseline;
mod cases;
mod github;
mod json;
mod page;

use super::choice::quoted;
use super::progress::Counting;
use super::shards::{self, Merge, Only};
use super::{TEMPLATE, bug, choice, print, robust};
use crate::error::Error;
use crate::experiment::{
    AS_SET, EXPECT_SOMETHING, FLOOR, Judged, OnUndecided, Plan, Replication, Robust, Runs, Suite, Unread,
    Verdict, Wanted, anew, boundaries, check, followed, gather, replication, scenario_files, too_long,
};
use crate::report::{
    Check, Experiment, Piece, Place, Store, robust_text, write_check, write_check_page, write_junit,
    write_whole,
};
use crate::scenario::{Expectation, Loaded, Scenario, overriding};
use clap::Args;
use std::collections::BTreeSet;
use std::ffi::{OsStr, OsString};
use std::ops::Range;
use std::path::{Path, PathBuf};

/// The default of --most.
const MOST: u64 = 200;

/// Run scenario expectations (for CI)
#[derive(Debug, Args)]
#[command(help_template = TEMPLATE, before_help = "\
Examples:
  shipback check scenarios/policy                          every scenario in the folder
  shipback check scenarios/policy --set policy.shipping_deadline=15d
                                                           what would break if the deadline changed
  shipback check mine.toml --replications 30 --on-undecided more
  shipback check scenarios/policy --require-coverage --junit check.xml
  shipback check --boundaries                              every deadline: a tick before, exactly at, a tick after
  shipback check --record year.json                        the built-in year against its regression record", after_help = "\
With several replications a metric is met or failed when its whole 95 % interval is on one side of the bound,
and undecided otherwise; with one, its value decides. An expectation about a scripted job must hold in each replication.
Exit codes: 0 all met, 1 something failed, 2 nothing judged or an invalid scenario, 3 system error or bug.")]
pub(super) struct CheckArgs {
    /// Scenario files, or folders of them
    #[arg(required_unless_present_any = ["boundaries", "record"], value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// Also test every deadline at its boundaries: as each file sets it, or as documented
    #[arg(long)]
    boundaries: bool,
    /// Write the boundary cases into this folder, as scenario files
    #[arg(long, value_name = "FOLDER", requires = "boundaries")]
    cases: Option<PathBuf>,
    #[command(flatten)]
    choice: choice::Sets,
    /// Number of replications [default: the scenario's, or 1]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=1000))]
    replications: Option<u32>,
    /// For an undecided metric: fail, warn, or run more replications (at least 20)
    #[arg(long, value_name = "WHAT", default_value = "fail", value_parser = ["fail", "warn", "more"])]
    #[arg(hide_possible_values = true)]
    on_undecided: String,
    /// The most replications that --on-undecided more runs [default: 200]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..=1000))]
    most: Option<u64>,
    #[command(flatten)]
    robust_inputs: robust::RobustInputs,
    #[command(flatten)]
    only: Only,
    #[command(flatten)]
    merge: Merge,
    /// Write report.html and check.csv into this folder; --only keeps replications there
    #[arg(long, value_name = "DIR", conflicts_with = "record")]
    out: Option<PathBuf>,
    #[command(flatten)]
    threads: choice::Threads,
    /// Fail if a rule of the policy never fired
    #[arg(long)]
    require_coverage: bool,
    /// Compare the results with this regression record, instead of running expectations
    #[arg(long, alias = "baseline", value_name = "FILE", conflicts_with_all = ["boundaries", "junit", "require_coverage"])]
    record: Option<PathBuf>,
    /// Write the regression record and print what changed; refused where CI is set
    #[arg(long, alias = "bless", requires = "record")]
    update: bool,
    /// Update also where CI is set, and over the record of another scenario
    #[arg(long, requires = "update")]
    force: bool,
    /// Largest difference that does not matter, as a part of the recorded value [default: 0.5
    /// points of a share p, or 10 % of p or of 1 - p where that is less; 1 % of all else]
    #[arg(long, verbatim_doc_comment, value_name = "PART", requires = "record", value_parser = margin)]
    margin: Option<f64>,
    /// Write a JUnit report into this file
    #[arg(long, value_name = "FILE")]
    junit: Option<PathBuf>,
    /// With --out: write no report.html
    #[arg(long, requires = "out")]
    no_report: bool,
    /// Print the verdicts as JSON
    #[arg(long)]
    json: bool,
    /// Print nothing: the exit code alone tells the result
    #[arg(long, short, conflicts_with_all = ["json", "verbose"])]
    quiet: bool,
    /// List expectations that are met too, and how often each rule fired
    #[arg(long, short)]
    verbose: bool,
}

/// Reads "1%" or 0.01.
fn margin(text: &str) -> Result<f64, String> {
    let (number, unit) = match text.trim().strip_suffix('%') {
        Some(percent) => (percent.trim(), 100.0),
        None => (text.trim(), 1.0),
    };
    let part =
        number.parse::<f64>().ok().map(|number| number / unit).filter(|part| (0.0..=1.0).contains(part));
    part.ok_or_else(|| "a part of the recorded value is needed, such as 1% or 0.01".into())
}

/// This name, or this name with a number if it is taken. It is taken from now on.
fn unique_name(name: &OsStr, taken: &mut BTreeSet<OsString>) -> OsString {
    let mut free = name.to_os_string();
    let mut number = 1;
    while !taken.insert(free.clone()) {
        number += 1;
        free = name.to_os_string();
        free.push(format!("-{number}"));
    }
    free
}

/// The replications with these numbers: from the store, or run and then stored.
fn kept(
    store: &Store,
    loaded: &Loaded,
    numbers: Range<u64>,
    wanted: &Wanted,
) -> Result<Vec<Replication>, Error> {
    let (scenario, seed) = (&loaded.scenario, loaded.scenario.run.seed);
    gather(numbers, |number| {
        store.get_or(&Piece::replication(number), || replication(scenario, seed, number, wanted))
    })
}

impl CheckArgs {
    /// Runs the check. Returns the exit code.
    pub(super) fn run(&self) -> Result<u8, Error> {
        self.refuse_useless_options()?;
        if let Some(file) = &self.record {
            return self.threads.install(|| baseline::run(self, file))?;
        }
        let files = scenario_files(&self.paths)?;
        let store = if self.is_in_parts() { Some(self.store(&files)?) } else { None };
        if let Some((loaded, store, folder)) = &store
            && let Some(share) = self.only.of(u64::from(loaded.scenario.run.replications))?
        {
            let wanted = followed(&loaded.scenario)?;
            self.threads.install(|| kept(store, loaded, share.numbers.clone(), &wanted))??;
            return share
                .left(store, &shards::replications(share.numbers.clone()), self.quiet, folder)
                .map(|()| 0);
        }
        let place = self.out.as_deref().map(Place::open).transpose()?;
        let from_kept = |loaded: &Loaded, numbers, wanted: &Wanted| match &store {
            Some((_, store, _)) => kept(store, loaded, numbers, wanted),
            None => anew(loaded, numbers, wanted),
        };
        let suite = self.threads.install(|| self.judge(files, &from_kept))??;
        let code = suite.exit_code();
        let annotations = github::annotations(&suite);
        let robust = self.threads.install(|| self.robust(&suite))??;
        if self.json {
            print::json(&json::json(&suite, code, &self.choice.overrides(), &robust))?;
        }
        let explained = match (self.json || self.quiet) && place.is_none() {
            true => 0,
            false => self.threads.install(|| self.explained(&suite))??,
        };
        if !self.json && !self.quiet {
            print::data(&page::page(&suite, self, explained, &robust))?;
        }
        if let Some(place) = place {
            self.write_files(place, &suite, explained, &robust)?;
        }
        print::commands(&annotations, self.json)?;
        // Last, so that the verdicts are printed even if this file cannot be written.
        if let Some(path) = &self.junit {
            write_junit(path, &suite)?;
        }
        Ok(code)
    }

    /// Writes the files of `--out`.
    fn write_files(
        &self,
        mut place: Place,
        suite: &Suite,
        explained: usize,
        robust: &[(usize, Vec<Robust>)],
    ) -> Result<(), Error> {
        write_check(&mut place, suite)?;
        if !self.no_report {
            let of_file = |(file, robust): &(usize, Vec<Robust>)| {
                let file = &suite.judged[*file];
                format!("{}{}", file.path.display(), robust_text(robust, file.checked.replications))
            };
            let commands = |file: &Judged, expectation: &Expectation, number: usize| {
                page::commands(file, expectation, number, self)
            };
            let (overrides, robust) = (self.choice.overrides(), robust.iter().map(of_file).collect());
            let again = self.typed();
            let check = Check { suite, overrides, explained, robust, commands: &commands, again };
            write_check_page(&mut place, &check)?;
        }
        let folder = place.folder().to_owned();
        let files = place.finish()?;
        match self.json || self.quiet {
            true => Ok(()),
            false => print::data_and_files("", &files, &folder),
        }
    }

    /// The command of this check, as it can be typed again.
    fn typed(&self) -> String {
        choice::Typed::new("check", self.paths.iter().map(|path| path.to_string_lossy()))
            .switch("boundaries", self.boundaries)
            .sets(&self.choice)
            .with("replications", self.replications)
            .with("on-undecided", (self.on_undecided != "fail").then_some(&self.on_undecided))
            .with("most", self.most)
            .switch("require-coverage", self.require_coverage)
            .with("robust", self.robust_inputs.words())
            .text()
    }

    /// For each judged file, without boundary cases: whether its verdicts hold over the range of each input.
    fn robust(&self, suite: &Suite) -> Result<Vec<(usize, Vec<Robust>)>, Error> {
        let mut all = vec![];
        let judged = suite.judged.iter().enumerate().filter(|(_, file)| !file.boundaries);
        for (number, file) in judged.filter(|_| self.robust_inputs.is_asked()) {
            let inputs = self.robust_inputs.of(&choice::load(Some(&file.path), &self.sets())?)?;
            let load =
                |set: &str| choice::load(Some(&file.path), &overriding(&self.sets(), [set.to_string()]));
            let found = robust::of_expectations(load, &file.scenario, &file.checked, self.plan(), &inputs)?;
            all.push((number, found));
        }
        Ok(all)
    }

    /// Whether replications are stored, or read from a store.
    fn is_in_parts(&self) -> bool {
        self.only.is_asked() || self.merge.is_asked()
    }

    /// The one scenario whose replications are stored, with the store and its folder.
    fn store(&self, files: &[(PathBuf, bool)]) -> Result<(Loaded, Store, PathBuf), Error> {
        let [(path, _)] = files else {
            return Err(Error::Usage(
                "replications are kept of one scenario at a time: name one file with --only, --kept and --merge".into(),
            ));
        };
        let loaded = self.load(Some(path))?;
        let scenario = &loaded.scenario;
        if scenario.expectations.is_empty() {
            return Err(Error::Usage(format!("{} has no [[expect]]: {EXPECT_SOMETHING}", path.display())));
        }
        let usual = || Path::new("output").join(format!("{}-check", choice::folder_name(scenario)));
        let folder = self.out.clone().unwrap_or_else(usual);
        let expected = blake3::hash(format!("{:?}", followed(scenario)?).as_bytes()).to_hex();
        let experiment = Experiment::new("check").scenario(&loaded).with("expectations", expected);
        let count = u64::from(scenario.run.replications);
        let all = || shards::replications(0..count);
        let store = self.merge.of(Store::open(&folder, experiment)?, "replication", all)?;
        Ok((loaded, store, folder))
    }

    fn more(&self) -> bool {
        self.on_undecided == "more"
    }

    /// Refuses options that would have no effect.
    fn refuse_useless_options(&self) -> Result<(), Error> {
        let wrong = |why: String| Err(Error::Usage(why));
        let recorded = "a record has replications of its own; leave one of the two out";
        let built = "boundary cases take no replications; leave one of the two out";
        shards::refuse(
            &self.only,
            &self.merge,
            &[
                ("--on-undecided more", self.more(), shards::ADAPTIVE),
                ("--robust", self.robust_inputs.is_asked(), shards::ROBUST),
                ("--record", self.record.is_some(), recorded),
                ("--boundaries", self.boundaries, built),
            ],
        )?;
        match (self.most, self.replications.map(u64::from)) {
            (Some(_), _) if !self.more() => {
                wrong("--most says how far --on-undecided more goes: add that, or leave --most out".into())
            }
            _ if self.robust_inputs.is_asked() && self.record.is_some() => {
                wrong("--robust says whether expectations hold, and --record judges none: leave one of the two out".into())
            }
            _ if self.more() && self.record.is_some() => wrong(
                "a record has its own replications, and what it leaves undecided stays so: --on-undecided fail or warn"
                    .into(),
            ),
            (Some(most), _) if most < FLOOR => {
                wrong(format!("--on-undecided more runs {FLOOR} replications at least: --most {most} is less"))
            }
            (most, Some(asked)) if self.more() && asked > most.unwrap_or(MOST) => wrong(format!(
                "--replications {asked} is more than --on-undecided more runs at most: write --most {asked}, or more"
            )),
            _ => Ok(()),
        }
    }

    fn plan(&self) -> Plan {
        let on_undecided = match self.on_undecided.as_str() {
            "warn" => OnUndecided::Warn,
            "more" => OnUndecided::More,
            _ => OnUndecided::Fail,
        };
        Plan { on_undecided, most: self.most.unwrap_or(MOST) }
    }

    /// The number of failures explained by the overrides of the command line: without the overrides, the expectations
    /// are met. For a boundary case, the judgement says it itself.
    fn explained(&self, suite: &Suite) -> Result<usize, Error> {
        let failed = |file: &Judged| {
            let judgements = file.checked.judgements.iter().enumerate();
            let failed = judgements.filter(|(_, judgement)| judgement.verdict == Verdict::Failed);
            failed.map(|(number, _)| number).collect::<Vec<_>>()
        };
        let mut explained = 0;
        for file in suite.judged.iter().filter(|_| !self.choice.overrides().is_empty()) {
            let failed = failed(file);
            if file.boundaries {
                let as_set = |number: &&usize| {
                    file.checked.judgements[**number].notes.iter().any(|note| note.starts_with(AS_SET))
                };
                explained += failed.iter().filter(as_set).count();
            } else if !failed.is_empty() {
                let sets = self.choice.without_overrides().into_iter().chain(self.own_set());
                let plain = choice::load(Some(&file.path), &sets.collect::<Vec<_>>())?;
                let plain = check(&plain.scenario, self.plan())?;
                let is_met = |number: &&usize| {
                    plain.judgements.get(**number).is_some_and(|plain| plain.verdict == Verdict::Met)
                };
                explained += failed.iter().filter(is_met).count();
            }
        }
        Ok(explained)
    }

    fn judge(&self, files: Vec<(PathBuf, bool)>, runs: &Runs) -> Result<Suite, Error> {
        let plan = self.plan();
        let mut suite = Suite::new(plan.on_undecided, self.require_coverage);
        // Two files of one name need two folders for their cases.
        let mut folders = BTreeSet::new();
        let bar = Counting::new("files", files.len() as u64, self.quiet);
        for (path, named) in files {
            let loaded = self.load(Some(&path));
            if let Ok(loaded) = &loaded {
                bug::running(&loaded.scenario.name, loaded.scenario.run.seed, 0);
                if self.boundaries && named {
                    let stem = path.file_stem().map(|stem| unique_name(stem, &mut folders));
                    self.bounds_of(loaded, &path, stem.as_deref(), &mut suite)?;
                }
            }
            // A file that is named for its timings alone need not have expectations.
            let named = named && !self.boundaries;
            suite.add(path, named, loaded, plan, runs);
            bar.done();
        }
        bar.finish();
        self.paths.iter().filter(|path| path.is_dir()).for_each(|folder| suite.add_folder(folder));
        if self.boundaries && folders.is_empty() {
            let sets: Vec<String> =
                self.sets().into_iter().filter(|set| set.starts_with("policy.")).collect();
            let documented = Path::new("--boundaries");
            self.bounds_of(&Scenario::parse("[[job]]\n", &sets)?, documented, None, &mut suite)?;
        }
        Ok(suite)
    }

    /// The boundary cases under the policy of a scenario; in a folder of its own if there are several scenarios.
    fn bounds_of(
        &self,
        loaded: &Loaded,
        path: &Path,
        stem: Option<&OsStr>,
        suite: &mut Suite,
    ) -> Result<(), Error> {
        if let Some(why) = too_long(&loaded.scenario.policy.timings) {
            suite.unread.push(Unread { path: path.into(), why: Error::Usage(why) });
            return Ok(());
        }
        let mut folder = self.cases.clone().unwrap_or_default();
        if let Some(stem) = stem.filter(|_| self.paths.len() > 1) {
            folder.push(stem);
        }
        if self.cases.is_some() {
            for (name, text) in boundaries(&loaded.scenario.policy.timings) {
                write_whole(&folder.join(format!("{name}.toml")), &text)?;
            }
        }
        suite.add_boundaries(&folder, loaded)
    }

    fn sets(&self) -> Vec<String> {
        overriding(&self.choice.sets(), self.own_set())
    }

    fn own_set(&self) -> Option<String> {
        self.replications.map(|number| format!("run.replications={number}"))
    }

    fn load(&self, path: Option<&Path>) -> Result<Loaded, Error> {
        self.choice.load_with(path, self.own_set().into_iter().collect())
    }

    /// The command that makes the same boundary cases.
    fn made_again(&self) -> String {
        let paths: String =
            self.paths.iter().map(|path| format!(" {}", quoted(&path.display().to_string()))).collect();
        let cases = self.cases.clone().unwrap_or("cases".into());
        let words: String = self.choice.words().iter().map(|word| format!(" {word}")).collect();
        format!("shipback check{paths} --boundaries --cases {}{words}", quoted(&cases.display().to_string()))
    }

    /// The arguments that decide what is run, as they can be typed again.
    fn run_words(&self) -> String {
        let mut words = self.choice.words();
        words.extend(self.replications.map(|number| format!("--replications {number}")));
        words.iter().map(|word| format!(" {word}")).collect()
    }

    /// The arguments that decide how a file is judged, as they can be typed again.
    fn again(&self) -> String {
        let mut words = vec![];
        if self.on_undecided != "fail" {
            words.push(format!("--on-undecided {}", self.on_undecided));
        }
        words.extend(self.most.map(|most| format!("--most {most}")));
        let judged: String = words.iter().map(|word| format!(" {word}")).collect();
        self.run_words() + &judged
    }
}
