//! `shipback size`: finds the smallest resource that meets a target.

mod months;
mod page;

use super::progress::Counting;
use super::{TEMPLATE, bug, choice, print, robust, shards};
use crate::error::Error;
use crate::experiment::{
    Aim, Asked, Decided, Robust, SizePlan, Sized, Sizes, Tried, Verdict, aims, by_month, constraints,
    robust as robust_along, size,
};
use crate::report::{
    Experiment, Piece, Place, Plan, Recipe, Search, Store, draw_size, robust_json, robust_text, size_json,
    staffing_json, write_robust, write_size, write_size_page, write_staffing, write_staffing_page,
};
use crate::scenario::{Loaded, Scenario, Target, Uncertain, Vary, chosen, overriding, varied_once};
use clap::Args;
use std::path::PathBuf;
use std::sync::Mutex;

const ONE_STATION: &str = "--by month plans the servers of one station: --vary site.dock.servers=6..20";

/// Find the smallest resource that meets a target
#[derive(Debug, Args)]
#[command(help_template = TEMPLATE, before_help = "\
Examples:
  shipback size --vary site.bays.servers=80..200 --target 'sla.copied.attainment >= 0.95'
  shipback size scenarios/peak.toml --vary site.dock.servers=6..20
                                                           each SLA of the scenario at its own target
  shipback size --vary site.dock.servers=8..14 --vary site.packing.servers=5..9 \\
      --target 'sla.ended.attainment >= 90 %'              the cheapest combination, and the frontier
  shipback size --vary site.bays.servers=80..200 --target 'P(sla.copied.attainment >= 0.95) >= 0.9'
                                                           a year in ten may miss", after_help = "\
All points have the same random numbers. The other service levels of the scenario must be met too, each at its own
target. Replications are added to a point until it is decided or --most is reached. The answer, and the value one step
smaller, are run again on fresh replications. Finished points are kept: a search that was stopped continues, and ends
with the same results. The bar shows the best answer so far.
Exit codes: 0 found, 1 no value meets or undecided, 2 wrong usage or scenario, 3 system error or bug.")]
pub(super) struct SizeArgs {
    /// A scenario file [default: the built-in baseline]
    scenario: Option<PathBuf>,
    #[command(flatten)]
    choice: choice::Sets,
    /// A resource and its values, from the lowest to the highest; may be repeated
    #[arg(long = "vary", value_name = "PATH=VALUES", required = true)]
    vary: Vec<String>,
    /// A target, 'sla.copied.attainment >= 0.95'; may be repeated [default: each SLA's own]
    #[arg(long = "target", value_name = "TARGET")]
    target: Vec<String>,
    /// Require the named targets alone; report which other service levels are violated
    #[arg(long)]
    only_targets: bool,
    /// Plan the servers of one station by month: as many as the jobs of the month need
    #[arg(long, hide_possible_values = true, value_name = "month", value_parser = ["month"])]
    by: Option<String>,
    /// Confidence that the answer is right
    #[arg(long, value_name = "SHARE", default_value_t = 0.95)]
    confidence: f64,
    /// Replications of a point to begin with
    #[arg(long, value_name = "N", default_value_t = 10, value_parser = clap::value_parser!(u64).range(2..=1000))]
    replications: u64,
    /// The most replications of a point
    #[arg(long, value_name = "N", default_value_t = 160, value_parser = clap::value_parser!(u64).range(2..=1000))]
    most: u64,
    #[command(flatten)]
    robust_inputs: robust::RobustInputs,
    #[command(flatten)]
    threads: choice::Threads,
    #[command(flatten)]
    output: choice::Output,
    /// Discard the points kept in the folder
    #[arg(long)]
    fresh: bool,
    /// Refused with the reason
    #[arg(long, alias = "only-points", value_name = "A..B", hide = true)]
    only: Option<String>,
}

impl SizeArgs {
    /// Runs the command. Returns the exit code.
    pub(super) fn run(&self) -> Result<u8, Error> {
        if self.only.is_some() {
            let instead = "sweep --only-points runs points that are named beforehand";
            return Err(Error::Usage(format!(
                "size does not go with --only: {}; {instead}",
                shards::ADAPTIVE
            )));
        }
        if !(0.5..1.0).contains(&self.confidence) {
            let meant = match self.confidence {
                percent if (50.0..100.0).contains(&percent) => format!("; did you mean {}?", percent / 100.0),
                _ => String::new(),
            };
            let allowed = "allowed: 0.5 to below 1";
            return Err(Error::Usage(format!("--confidence {}: {allowed}{meant}", self.confidence)));
        }
        let asked = self.asked()?;
        let folder = self.output.folder(&asked.first, "size");
        let place = Place::open(&folder)?.drawing(self.output.formats());
        bug::running(&asked.first.name, asked.first.run.seed, 0);
        let experiment = Experiment::new("size").with("scenario", format_args!("{:?}", asked.first.name));
        let store = Store::open(&folder, experiment)?;
        if self.fresh {
            store.clear()?;
        }
        let bar = Counting::new("points", asked.usual_points(), self.output.quiet()).kept_in(&folder);
        let keeper = Keeper { asked: &asked, store, bar, best: Mutex::new(None) };
        match self.by {
            Some(_) => self.by_month(&asked, &keeper, place),
            None => self.smallest(&asked, &keeper, place),
        }
    }

    /// The question of the search; everything is checked before anything is run.
    fn asked(&self) -> Result<Question<'_>, Error> {
        let varied = choice::parsed(&self.vary, Vary::parse)?;
        let sets = self.choice.sets();
        varied_once(&varied, &sets)?;
        let end = |choice: Vec<usize>| {
            let loaded = chosen(self.scenario.as_deref(), &sets, &varied, &choice)?;
            print::warnings(&loaded.warnings);
            Ok::<_, Error>(loaded.scenario)
        };
        let mut first = end(vec![0; varied.len()])?;
        first.overrides = self.choice.overrides();
        let plain = self.choice.load(self.scenario.as_deref())?;
        let inputs = self.inputs(&plain, &varied)?;
        let last = end(varied.iter().map(|vary| vary.values.len() - 1).collect())?;
        let targets = self.targets(&first)?;
        let mut aims = aims(&first, &targets)?;
        print::warnings(&backwards(&aims));
        let others = constraints(&first, &aims)?;
        let lifted = if self.only_targets { others.clone() } else { vec![] };
        if !self.only_targets {
            aims.extend(others);
        }
        let plan = SizePlan { replications: self.replications, most: self.most, confidence: self.confidence };
        Ok(Question { args: self, varied, sets, first, last, plain, inputs, targets, aims, lifted, plan })
    }

    /// Makes a staffing plan for one station. Returns the exit code.
    fn by_month(&self, asked: &Question<'_>, keeper: &Keeper<'_>, mut place: Place) -> Result<u8, Error> {
        let Question { first, plain, plan, .. } = asked;
        let held = self.held(&asked.targets, &asked.aims)?;
        let [vary] = &asked.varied[..] else { return Err(Error::Usage(ONE_STATION.into())) };
        let point = |choice: &[usize]| asked.point(choice);
        let keep = |one: Asked<'_>, make: &mut dyn FnMut() -> Decided| keeper.keep(one, make);
        let staffing = self.threads.install(|| by_month(&point, vary, &held, *plan, &keep))??;
        keeper.bar.finish();
        let staffing = staffing.ok_or_else(|| Error::Usage(ONE_STATION.into()))?;
        write_staffing(&mut place, vary, &held, &staffing)?;
        if self.output.report() {
            let of = Plan { scenario: first, vary, targets: &held, plan: *plan, staffing: &staffing };
            write_staffing_page(&mut place, &asked.recipe(), of, self.typed())?;
        }
        let folder = place.folder().to_owned();
        let files = place.finish()?;
        let kept = keeper.kept();
        let page = || months::page(first, vary, &held, *plan, &staffing) + &kept + "\n";
        let code = u8::from(staffing.verdict() != Verdict::Met);
        let json = || staffing_json(plain, (code, self.confidence), vary, &held, &staffing);
        self.output.tell(page, json, &files, &folder)?;
        Ok(code)
    }

    /// Finds the smallest values that meet the targets. Returns the exit code.
    fn smallest(&self, asked: &Question<'_>, keeper: &Keeper<'_>, mut place: Place) -> Result<u8, Error> {
        let Question { varied, first, last, plain, inputs, aims, lifted, plan, .. } = asked;
        let point = |choice: &[usize]| asked.point(choice);
        let keep = |one: Asked<'_>, make: &mut dyn FnMut() -> Decided| keeper.keep(one, make);
        let sized = self.threads.install(|| size(&point, varied, aims, lifted, *plan, &keep))??;
        keeper.bar.finish();
        print::warnings(&unmoved(varied, aims, &sized));
        write_size(&mut place, varied, aims, &sized)?;
        let (robust, replications) = self.threads.install(|| self.robust(varied, aims, &sized, inputs))??;
        if !inputs.is_empty() {
            write_robust(&mut place, &robust)?;
        }
        if !self.output.formats().is_empty() {
            draw_size(&mut place, first, varied, aims, &sized)?;
        }
        let robust_words = robust_text(&robust, replications);
        if self.output.report() {
            let told = page::answers(first, last, varied, (aims, lifted), *plan, &sized);
            let (scenario, plan, robust) = (first, *plan, robust_words.clone());
            let search = Search { scenario, varied, aims, lifted, plan, sized: &sized, told, robust };
            write_size_page(&mut place, &asked.recipe(), search, self.typed())?;
        }
        let folder = place.folder().to_owned();
        let files = place.finish()?;
        let kept = keeper.kept();
        let page = || {
            let answer = page::page(first, last, varied, (aims, lifted), *plan, &sized);
            answer + &robust_words + &robust::hint(plain, &self.robust_inputs) + &kept + "\n"
        };
        let code = exit_code(&sized);
        let json = || size_json(plain, (code, self.confidence), varied, aims, &sized, robust_json(&robust));
        self.output.tell(page, json, &files, &folder)?;
        Ok(code)
    }

    /// The command that produces the same files.
    fn typed(&self) -> String {
        let typed = choice::Typed::new("size", self.scenario.iter().map(|path| path.to_string_lossy()))
            .with("vary", &self.vary)
            .with("target", &self.target)
            .sets(&self.choice)
            .switch("only-targets", self.only_targets)
            .with("by", &self.by);
        typed
            .with("confidence", (self.confidence != 0.95).then_some(self.confidence))
            .with("replications", (self.replications != 10).then_some(self.replications))
            .with("most", (self.most != 160).then_some(self.most))
            .with("robust", self.robust_inputs.words())
            .text()
    }

    /// The uncertain inputs; none of them may be varied.
    fn inputs(&self, plain: &Loaded, varied: &[Vary]) -> Result<Vec<Uncertain>, Error> {
        let inputs = self.robust_inputs.of(plain)?;
        if self.by.is_some() && !inputs.is_empty() {
            return Err(Error::Usage(
                "--robust does not go with --by month: leave one of the two out".into(),
            ));
        }
        match inputs.iter().find(|input| varied.iter().any(|vary| vary.path == input.path)) {
            Some(input) if self.robust_inputs.names(&input.path) => {
                let path = &input.path;
                Err(Error::Usage(format!(
                    "--robust {path}: {path} is varied; leave out either --vary or --robust of it"
                )))
            }
            _ => {
                Ok(inputs.into_iter().filter(|one| varied.iter().all(|vary| vary.path != one.path)).collect())
            }
        }
    }

    /// Whether the answer holds over the range of each input, and the number of replications of each point.
    fn robust(
        &self,
        varied: &[Vary],
        aims: &[Aim],
        sized: &Sized,
        inputs: &[Uncertain],
    ) -> Result<(Vec<Robust>, u64), Error> {
        let points = |more: Option<String>| {
            let sets = overriding(&self.choice.sets(), more);
            move |choice: &[usize]| {
                chosen(self.scenario.as_deref(), &sets, varied, choice).map(|loaded| loaded.scenario)
            }
        };
        if inputs.is_empty() {
            return Ok((vec![], 0));
        }
        let mut plain = Sizes::new(points(None), varied, aims, sized);
        let paths: Vec<&str> = varied.iter().map(|vary| vary.path.as_str()).collect();
        let about = format!("the smallest {}", paths.join(", "));
        let at =
            |input: &Uncertain, value: f64| Sizes::new(points(Some(input.set(value))), varied, aims, sized);
        let ask = |input: &Uncertain, value: f64| Ok::<_, Error>(vec![at(input, value).verdict()?]);
        let mut found = robust_along(&[about], &[plain.verdict()?], inputs, ask)?;
        // At the ends of a range, show the answer itself.
        for range in found.iter_mut().flat_map(|one| &mut one.ranges) {
            let input = &range.input;
            for (turn, end) in [(&mut range.below, input.low), (&mut range.above, input.high)] {
                if let Some(turn) = turn {
                    turn.end = at(input, end).answer()?;
                }
            }
        }
        Ok((found, plain.replications()))
    }

    /// The aims as targets: those given, and the constraints.
    fn held(&self, targets: &[Target], aims: &[Aim]) -> Result<Vec<Target>, Error> {
        let constraints: Vec<String> =
            aims.iter().filter(|aim| aim.is_constraint).map(|aim| aim.says.clone()).collect();
        let parsed = choice::parsed(&constraints, Target::parse)?;
        Ok(targets.iter().cloned().chain(parsed).collect())
    }

    fn targets(&self, scenario: &Scenario) -> Result<Vec<Target>, Error> {
        let own =
            scenario.slas.iter().map(|sla| format!("{} >= {}", scenario.attainment_of(sla), sla.target));
        let texts: Vec<String> = if self.target.is_empty() { own.collect() } else { self.target.clone() };
        if texts.is_empty() {
            let help = "the scenario has no SLA, so say what is to be met: --target 'turnaround.p95 <= 21d'";
            return Err(Error::Usage(help.into()));
        }
        Ok(choice::parsed(&texts, Target::parse)?)
    }
}

/// Targets that ask for the worse direction: one sentence each.
fn backwards(aims: &[Aim]) -> Vec<String> {
    let told = |aim: &Aim| {
        let (says, better) = (&aim.says, if says_least(aim) { "less" } else { "more" });
        let meant = if says_least(aim) { says.replacen(">=", "<=", 1) } else { says.replacen("<=", ">=", 1) };
        format!("--target '{says}': {better} of {} is better; did you mean '{meant}'?", aim.metric())
    };
    aims.iter().filter(|aim| aim.is_backwards()).map(told).collect()
}

fn says_least(aim: &Aim) -> bool {
    aim.says.find(">=").is_some_and(|least| aim.says.find("<=").is_none_or(|most| least < most))
}

/// Targets whose value is equal at all points that can be compared: one sentence each.
fn unmoved(varied: &[Vary], aims: &[Aim], sized: &Sized) -> Vec<String> {
    let paths: Vec<&str> = varied.iter().map(|vary| vary.path.as_str()).collect();
    let told = |(number, aim): (usize, &Aim)| {
        let points = || sized.tried.iter().filter(|tried| !tried.fresh);
        let pairs = points().flat_map(|one| points().map(move |other| (one, other)));
        let mut pairs =
            pairs.filter(|(one, other)| one.choice < other.choice && one.replications == other.replications);
        let value = |tried: &Tried| tried.held[number].value;
        let (one, other) = pairs.next()?;
        let same = |(one, other): (&Tried, &Tried)| value(one) == value(other);
        let is_same = same((one, other)) && pairs.all(same);
        let (judged, shown, paths) = (aim.judged(), aim.show(value(one)), paths.join(", "));
        is_same
            .then(|| format!("{judged} is {shown} at every point compared: {paths} does not change it there"))
    };
    aims.iter().enumerate().filter(|(_, aim)| !aim.is_constraint).filter_map(told).collect()
}

/// The question of a search.
struct Question<'a> {
    args: &'a SizeArgs,
    varied: Vec<Vary>,
    sets: Vec<String>,
    /// The scenario with the first value of each parameter.
    first: Scenario,
    /// The scenario with the last value of each parameter.
    last: Scenario,
    /// The scenario without varied values.
    plain: Loaded,
    inputs: Vec<Uncertain>,
    targets: Vec<Target>,
    aims: Vec<Aim>,
    lifted: Vec<Aim>,
    plan: SizePlan,
}

impl Question<'_> {
    fn loaded(&self, choice: &[usize]) -> Result<Loaded, Error> {
        chosen(self.args.scenario.as_deref(), &self.sets, &self.varied, choice)
    }

    fn point(&self, choice: &[usize]) -> Result<Scenario, Error> {
        self.loaded(choice).map(|loaded| loaded.scenario)
    }

    fn recipe(&self) -> Recipe {
        Recipe::new("size", &self.plain, self.plain.scenario.run.seed, 0)
    }

    /// Everything else that the verdict of a point depends on, in one line: not the point, nor its place in the search.
    fn words(&self) -> String {
        let says = |aims: &[Aim]| aims.iter().map(|aim| aim.says.as_str()).collect::<Vec<_>>().join(", ");
        format!("{:?} beside {:?}, {:?}", says(&self.aims), says(&self.lifted), self.plan)
    }

    /// Typical number of points of a search: some for each line of values, and those that are confirmed; for a staffing
    /// plan, for each month.
    fn usual_points(&self) -> u64 {
        let Some((last, others)) = self.varied.split_last() else { return 1 };
        let lines: usize = others.iter().map(|vary| vary.values.len()).product();
        let each = 3 + last.values.len().ilog2() as usize;
        let points = (lines * each.min(last.values.len()) + 1 + self.varied.len()) as u64;
        let months = self.first.run.horizon.as_days() as u64 / 30 + 1;
        if self.args.by.is_some() { 1 + months * points } else { points }
    }
}

/// Stores the points of a search and shows the progress.
struct Keeper<'a> {
    asked: &'a Question<'a>,
    store: Store,
    bar: Counting,
    /// The cheapest point so far that meets the targets: price, and values in words.
    best: Mutex<Option<(f64, String)>>,
}

impl Keeper<'_> {
    /// A point from an earlier search, or as `make` decides it.
    fn keep(&self, one: Asked<'_>, make: &mut dyn FnMut() -> Decided) -> Result<Decided, Error> {
        let Asked { part, choice, first, looks } = one;
        let asks = if part.is_empty() { String::new() } else { format!("{part}: ") };
        let asked = format!("{asks}from {first} after {looks} looks, {}", self.asked.words());
        let piece = Piece::tried(&self.asked.loaded(choice)?, &asked);
        let mut decided: Decided = self.store.get_or(&piece, make)?;
        // A stored index may be old: the values of --vary may begin elsewhere now.
        decided.tried.choice = choice.to_vec();
        self.bar.done();
        match part.is_empty() {
            true => self.so_far(&decided.tried),
            false => self.bar.so_far(format!("last: {part}")),
        }
        Ok(decided)
    }

    /// Shows the cheapest point that meets the targets.
    fn so_far(&self, tried: &Tried) {
        let mut best = self.best.lock().unwrap_or_else(|broken| broken.into_inner());
        if tried.verdict == Verdict::Met && best.as_ref().is_none_or(|(price, _)| tried.price < *price) {
            let values = self.asked.varied.iter().zip(&tried.choice);
            let values = values.map(|(vary, at)| format!("{} = {}", vary.path, vary.values[*at]));
            *best = Some((tried.price, values.collect::<Vec<_>>().join(", ")));
        }
        if let Some((_, values)) = &*best {
            self.bar.so_far(format!("so far {values} meets"));
        }
    }

    /// Number of stored points, in words.
    fn kept(&self) -> String {
        print::computed_again(&self.store, "points");
        match self.store.used().kept {
            0 => String::new(),
            kept => format!("{kept} points of earlier runs were used again.\n"),
        }
    }
}

fn exit_code(sized: &Sized) -> u8 {
    u8::from(sized.best.as_ref().is_none_or(|best| best.meets.verdict != Verdict::Met))
}
