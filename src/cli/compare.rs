//! `shipback compare`: compares variants with a base under common random numbers.

use super::progress::Counting;
use super::shards::{self, Aim, Merge, Only};
use super::{TEMPLATE, bug, choice, print, robust};
use crate::error::Error;
use crate::experiment::{Compared, Look, Precision, Side, Trial, gather};
use crate::measure::{Metric, vocabulary};
use crate::report::{
    Experiment, Piece, Recipe, Store, compare_json, compare_text, robust_text, write_compare_page,
    write_compared,
};
use crate::scenario::{Loaded, overriding};
use clap::Args;
use std::path::{Path, PathBuf};

/// Default number of replications (Law, ch. 9.4).
const USUAL: u64 = 30;

/// Compare variants with a base, job by job, with the same random inputs
#[derive(Debug, Args)]
#[command(help_template = TEMPLATE, before_help = "\
Examples:
  shipback compare baseline scenarios/response-window-20.toml
  shipback compare baseline --variant policy.response_window=20d --variant policy.response_window=40d
  shipback compare baseline \"baseline --set site.dock.servers=9 --set site.packing.servers=8\"
  shipback compare baseline --variant site.bays.servers=140 --metric turnaround.p95 --margin 0.5%", after_help = "\
A difference is better or worse when its whole interval is on one side of zero and not within the margin; within it, it
is equivalent, or higher or lower within the margin where zero is outside; else undecided. The intervals of the table
are simultaneous: all of them hold with 95 % confidence.")]
pub(super) struct CompareArgs {
    /// The base: a scenario file, or "baseline"
    base: PathBuf,
    /// Variants: scenario files, or in quotes a file with settings: "FILE --set PATH=VALUE"
    variants: Vec<String>,
    /// A variant: the base with this setting; "; " separates several settings; may be repeated
    #[arg(long, value_name = "PATH=VALUE")]
    variant: Vec<String>,
    #[command(flatten)]
    choice: choice::Sets,
    /// Replications of each side; kept ones are used again [default: the base's, or 30]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(2..=100_000))]
    replications: Option<u64>,
    /// A metric to compare, such as turnaround.p95[type=import]; may be repeated
    #[arg(long, value_name = "METRIC")]
    metric: Vec<String>,
    /// Largest difference that does not matter: 1% of the base, or METRIC=0.5d; may be repeated
    /// [default: 0.5 points of a share p, or 10 % of p or of 1 - p if less; 1 % of all else]
    #[arg(long, verbatim_doc_comment, value_name = "WIDTH")]
    margin: Vec<String>,
    #[command(flatten)]
    robust_inputs: robust::RobustInputs,
    #[command(flatten)]
    only: Only,
    #[command(flatten)]
    merge: Merge,
    #[command(flatten)]
    threads: choice::Threads,
    #[command(flatten)]
    output: choice::Output,
    /// Discard the replications kept in the folder
    #[arg(long, conflicts_with_all = ["only", "merge"])]
    fresh: bool,
}

impl CompareArgs {
    pub(super) fn run(&self) -> Result<(), Error> {
        let (sides, loaded) = self.sides(None)?;
        shards::refuse(
            &self.only,
            &self.merge,
            &[("--robust", self.robust_inputs.is_asked(), shards::ROBUST)],
        )?;
        let inputs = self.robust_inputs.of(&loaded[0])?;
        let look = self.look(&sides)?;
        let folder = self.output.folder(&loaded[0].scenario, "compare");
        let own = u64::from(sides[0].scenario.run.replications);
        let number = self.replications.unwrap_or(if own > 1 { own } else { USUAL });
        let aim = Aim::new(self.only.of(number)?, &folder)?;
        let experiment = Experiment::new("compare").with("number of scenarios", loaded.len());
        let store = Store::open(&folder, loaded.iter().fold(experiment, Experiment::scenario))?;
        let store = self.merge.of(store, "replication", || shards::replications(0..number))?;
        if self.fresh {
            store.clear()?;
        }
        let bar = Counting::new("replications of all sides", aim.count(number), self.output.quiet());
        let bar = bar.kept_in(&folder);
        let one = |number| {
            bug::running(&sides[0].name, sides[0].scenario.run.seed, number);
            let trial = store.get_or(&Piece::replication(number), || Trial::run(&sides, number));
            bar.done();
            trial
        };
        let mut place = match aim {
            Aim::Whole(place) => place.drawing(self.output.formats()),
            Aim::Part(share) => {
                self.threads.install(|| gather(share.numbers.clone(), |number| one(number).map(drop)))??;
                bar.finish();
                let pieces = shards::replications(share.numbers.clone());
                return share.left(&store, &pieces, self.output.quiet(), &folder);
            }
        };
        let compared = self.threads.install(|| {
            let trials = gather(0..number, one)?;
            Ok::<_, Error>(Compared::new(&sides, &trials, &look))
        })??;
        bar.finish();
        let robust = match inputs.is_empty() {
            true => vec![],
            false => self.threads.install(|| {
                let sides = |set: &str| self.sides(Some(set)).map(|(sides, _)| sides);
                robust::of_comparison(sides, &compared, &look, &inputs)
            })??,
        };
        let recipe = |one: &Loaded| Recipe::new("compare", one, one.scenario.run.seed, 0);
        let recipes: Vec<Recipe> = loaded.iter().map(recipe).collect();
        write_compared(
            &mut place,
            &sides,
            &recipes,
            (&compared, &robust),
            !self.output.formats().is_empty(),
        )?;
        if self.output.report() {
            let again = self.typed(number);
            write_compare_page(&mut place, &sides, &recipes, (&compared, &robust), again)?;
        }
        let files = place.finish()?;
        store.forget_others();
        if !self.output.quiet() {
            print::computed_again(&store, "replications");
        }
        let text = || compare_text(&sides, &compared, look.margin) + &robust_text(&robust, number) + "\n";
        self.output.tell(text, || compare_json(&sides, &recipes, &compared, &robust), &files, &folder)
    }

    /// The command that produces the same files.
    fn typed(&self, replications: u64) -> String {
        let base = self.base.display().to_string();
        choice::Typed::new("compare", [&base].into_iter().chain(&self.variants))
            .with("variant", &self.variant)
            .sets(&self.choice)
            .with("replications", [replications])
            .with("metric", &self.metric)
            .with("margin", &self.margin)
            .with("robust", self.robust_inputs.words())
            .text()
    }

    /// The base and its variants, each with a unique name. `more` is an override for all of them; it does not count as
    /// a difference.
    fn sides(&self, more: Option<&str>) -> Result<(Vec<Side>, Vec<Loaded>), Error> {
        let common = overriding(&self.choice.sets(), more.map(String::from));
        let load = |path: &Path, sets: Vec<String>| {
            let mut loaded = choice::load(Some(path), &overriding(&common, sets.clone()))?;
            loaded.scenario.overrides = overriding(&self.choice.overrides(), sets);
            if more.is_none() {
                print::warnings(&loaded.warnings);
            }
            Ok::<_, Error>(loaded)
        };
        let mut all = vec![(String::new(), load(&self.base, vec![])?)];
        for variant in &self.variants {
            let mut parts = variant.split(" --set ").map(str::trim);
            let path = parts.next().unwrap_or_default();
            let sets: Vec<String> = parts.map(String::from).collect();
            all.push((sets.join("; "), load(Path::new(path), sets)?));
        }
        for variant in &self.variant {
            let sets: Vec<String> = variant.split("; ").map(String::from).collect();
            if variant.trim().ends_with(".toml") && !variant.contains('=') {
                choice::load(Some(Path::new(variant.trim())), &[])?;
                return Err(Error::Usage(format!(
                    "--variant {variant}: a path and a value are needed; a file stands after the base: shipback compare {} \
                     {variant}",
                    self.base.display()
                )));
            }
            let loaded = load(&self.base, sets.clone()).map_err(|error| in_variant(error, &sets))?;
            all.push((sets.join("; "), loaded));
        }
        if all.len() == 1 {
            return Err(Error::Usage(
                "nothing to compare with; name another scenario, or give --variant".into(),
            ));
        }
        let mut sides: Vec<Side> = vec![];
        for (set, one) in &all {
            let name = if set.is_empty() { one.scenario.title() } else { set.clone() };
            let taken = sides.iter().any(|side| side.name == name);
            let name = if taken { format!("{name} ({})", sides.len() + 1) } else { name };
            sides.push(Side { name, scenario: one.scenario.clone() });
        }
        let loaded: Vec<Loaded> = all.into_iter().map(|(_, one)| one).collect();
        if more.is_none() {
            print::warnings(&same(&sides, &loaded));
        }
        Ok((sides, loaded))
    }

    fn look(&self, sides: &[Side]) -> Result<Look, Error> {
        let known: Vec<Metric> = sides.iter().flat_map(|side| vocabulary(&side.scenario)).collect();
        let mut look = Look { table: vec![], margin: None, margins: vec![] };
        for metric in &self.metric {
            let named = Precision::named(metric, &known);
            let (metric, by, _) = named.map_err(|why| Error::Usage(format!("--metric: {why}")))?;
            look.table.push((metric, by));
        }
        for margin in &self.margin {
            let percent =
                margin.trim().strip_suffix('%').and_then(|number| number.trim().parse::<f64>().ok());
            match percent.filter(|percent| *percent >= 0.0 && percent.is_finite()) {
                Some(percent) => look.margin = Some(percent / 100.0),
                None => look.margins.push(
                    Precision::parse(margin, &known)
                        .map_err(|why| Error::Usage(format!("--margin: {why}")))?,
                ),
            }
        }
        Ok(look)
    }
}

/// Reports a mistake in one of `sets` as a mistake in `--variant`, where it came from.
fn in_variant(error: Error, sets: &[String]) -> Error {
    let Error::Scenario(mut mistakes) = error else { return error };
    let is_ours = |text: &str| !text.is_empty() && sets.iter().any(|set| set.starts_with(text));
    for mistake in mistakes.0.iter_mut().filter(|one| one.file == "--set" && is_ours(&one.text)) {
        mistake.file = "--variant".into();
        mistake.help = mistake.help.replace("--set ", "--variant ");
        if mistake.text.matches('=').count() > 1 && mistake.text.contains(", ") {
            mistake.help = format!("several values of one variant have \"; \" between; {}", mistake.help);
        }
    }
    Error::Scenario(mistakes)
}

/// Sides that equal an earlier side: one sentence each.
fn same(sides: &[Side], loaded: &[Loaded]) -> Vec<String> {
    let told = |number: usize| {
        let first = loaded[..number].iter().position(|other| loaded[number].runs_as(other))?;
        let (name, other) = (&sides[number].name, &sides[first].name);
        Some(match first {
            0 => format!("\"{name}\" changes nothing: every value is that of the base"),
            _ => format!("\"{name}\" is the same as \"{other}\": every value is equal"),
        })
    };
    (1..loaded.len()).filter_map(told).collect()
}
