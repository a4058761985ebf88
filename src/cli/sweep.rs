//! `shipback sweep`: runs a scenario at many points of its parameters.

use super::progress::Counting;
use super::shards::{Aim, Merge, OnlyPoints};
use super::table::aligned;
use super::{TEMPLATE, bug, choice, print};
use crate::error::Error;
use crate::experiment::{Cell, combinations, latin_hypercube, point};
use crate::report::{
    Experiment, Name, Piece, Point, Recipe, Store, Sweeping, draw_sweep, sweep_json, write_sweep,
    write_sweep_page,
};
use crate::scenario::{Constraint, Loaded, SweepPlan, Vary, chosen, metric_with_by, varied_once};
use clap::Args;
use rayon::prelude::*;
use std::path::PathBuf;

/// Most points; more would take days.
const MOST_POINTS: usize = 100_000;

/// Run a scenario for many values of its parameters
#[derive(Debug, Args)]
#[command(help_template = TEMPLATE, before_help = "\
Examples:
  shipback sweep --vary site.bays.servers=100..160:10      a curve with its interval
  shipback sweep --vary site.bays.servers=80..200:20 --vary demand.imports.rate=30/day..80/day:10
                                                           a map of two parameters
  shipback sweep --vary site.dock.servers=6..14 --vary site.packing.servers=4..10 \\
      --where 'site.dock.servers + site.packing.servers <= 18' --metric turnaround.p95
  shipback sweep mine.toml --lhs 40                        the [sweep] of the file, at 40 of its points", after_help = "\
Every point has the same random numbers. Finished points are kept: a sweep that was stopped continues, and ends with
the same results. Values are a list, 20d,30d, or a range with both ends, 30/day..80/day:10.")]
pub(super) struct SweepArgs {
    /// A scenario file [default: the built-in baseline]
    scenario: Option<PathBuf>,
    #[command(flatten)]
    choice: choice::Sets,
    /// A parameter and its values; may be repeated [default: those of [sweep]]
    #[arg(long = "vary", value_name = "PATH=VALUES")]
    vary: Vec<String>,
    /// Only points for which this relation holds; may be repeated
    #[arg(long = "where", value_name = "RELATION")]
    constraints: Vec<String>,
    /// Run N points of a Latin hypercube instead of the whole grid
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(2..=10_000))]
    lhs: Option<u32>,
    /// Replications of each point [default: 10]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=1000))]
    replications: Option<u32>,
    /// A metric to show and draw; may be repeated [default: attainment of each SLA, cost]
    #[arg(long = "metric", value_name = "METRIC")]
    metrics: Vec<String>,
    #[command(flatten)]
    only: OnlyPoints,
    #[command(flatten)]
    merge: Merge,
    #[command(flatten)]
    threads: choice::Threads,
    #[command(flatten)]
    output: choice::Output,
    /// Discard the points kept in the folder
    #[arg(long, conflicts_with_all = ["only_points", "merge"])]
    fresh: bool,
}

impl SweepArgs {
    pub(super) fn run(&self) -> Result<(), Error> {
        let loaded = self.choice.load(self.scenario.as_deref())?;
        let scenario = &loaded.scenario;
        let plan = self.plan(&loaded)?;
        varied_once(&plan.varied, &self.choice.sets())?;
        let metrics = choice::metrics(scenario, &plan.metrics)?;
        let points = self.points(&plan, scenario.run.seed)?;
        let folder = self.output.folder(scenario, "sweep");
        let aim = Aim::new(self.only.of(points.len())?, &folder)?;
        let experiment = Experiment::new("sweep").with("scenario", format_args!("{:?}", scenario.name));
        let store = Store::open(&folder, experiment.with("number of replications", plan.replications))?;
        let pieces = |points: &[(_, Loaded)]| points.iter().map(|(_, loaded)| Piece::point(loaded)).collect();
        let store = self.merge.of(store, "point", || pieces(&points))?;
        if self.fresh {
            store.clear()?;
        }
        let bar = Counting::new("points", aim.count(points.len() as u64), self.output.quiet());
        let bar = bar.kept_in(&folder);
        let one = |(choice, loaded): &(Vec<usize>, Loaded)| {
            bug::running(&loaded.scenario.name, loaded.scenario.run.seed, 0);
            let make = || point(&loaded.scenario, u64::from(plan.replications));
            let cells = store.get_or(&Piece::point(loaded), make)?;
            bar.done();
            Ok(Point { choice: choice.clone(), cells })
        };
        let run = |points: &[_]| points.par_iter().map(one).collect::<Result<Vec<Point>, Error>>();
        let mut place = match aim {
            Aim::Whole(place) => place.drawing(self.output.formats()),
            Aim::Part(share) => {
                let points = share.among(&points);
                self.threads.install(|| run(points))??;
                bar.finish();
                return share.left(&store, &pieces(points), self.output.quiet(), &folder);
            }
        };
        let done = self.threads.install(|| run(&points))??;
        write_sweep(&mut place, &plan.varied, &done)?;
        if !self.output.formats().is_empty() {
            draw_sweep(&mut place, scenario, &plan.varied, &done, &metrics, plan.lhs.is_none())?;
        }
        if self.output.report() {
            let recipe = Recipe::new("sweep", &loaded, scenario.run.seed, 0);
            let (varied, points, whole) = (&plan.varied, &done, plan.lhs.is_none());
            let sweep = Sweeping { scenario, varied, points, metrics: &metrics, whole };
            write_sweep_page(&mut place, &recipe, &sweep, self.typed())?;
        }
        let files = place.finish()?;
        bar.finish();
        print::computed_again(&store, "points");
        let kept = match store.used().kept {
            0 => String::new(),
            kept => format!("{kept} points of earlier runs were used again.\n"),
        };
        let page = || page(&loaded, &plan, &done, &metrics) + &kept;
        self.output.tell(page, || sweep_json(&loaded, &plan.varied, &done), &files, &folder)
    }

    /// The command that produces the same files.
    fn typed(&self) -> String {
        choice::Typed::new("sweep", self.scenario.iter().map(|path| path.to_string_lossy()))
            .with("vary", &self.vary)
            .with("where", &self.constraints)
            .with("lhs", self.lhs)
            .sets(&self.choice)
            .with("replications", self.replications)
            .with("metric", &self.metrics)
            .text()
    }

    /// The plan of `[sweep]`, with the options of the command line.
    fn plan(&self, loaded: &Loaded) -> Result<SweepPlan, Error> {
        let empty =
            SweepPlan { varied: vec![], constraints: vec![], lhs: None, replications: 10, metrics: vec![] };
        let mut plan = loaded.scenario.sweep.clone().unwrap_or(empty);
        if !self.vary.is_empty() {
            plan.varied = choice::parsed(&self.vary, Vary::parse)?;
        }
        if !self.constraints.is_empty() {
            plan.constraints = choice::parsed(&self.constraints, Constraint::parse)?;
        }
        plan.lhs = self.lhs.or(plan.lhs);
        plan.replications = self.replications.unwrap_or(plan.replications);
        if !self.metrics.is_empty() {
            plan.metrics.clone_from(&self.metrics);
        }
        match plan.varied.is_empty() {
            true => Err(Error::Usage(
                "nothing is varied; write --vary site.bays.servers=80..200:20, or a table [sweep] in the scenario".into(),
            )),
            false => Ok(plan),
        }
    }

    /// The points of the plan, each with a scenario that can be run.
    fn points(&self, plan: &SweepPlan, seed: u64) -> Result<Vec<(Vec<usize>, Loaded)>, Error> {
        let whole = plan.varied.iter().try_fold(1_usize, |count, vary| count.checked_mul(vary.values.len()));
        if plan.lhs.is_none() && whole.is_none_or(|count| count > MOST_POINTS) {
            let help = "wider steps, as in 80..200:20, or --lhs 100 give fewer";
            return Err(Error::Usage(format!("the grid has more than 100,000 points; {help}")));
        }
        let choices = match plan.lhs {
            Some(count) => latin_hypercube(&plan.varied, count as usize, seed),
            None => combinations(&plan.varied),
        };
        let sets = self.choice.sets();
        let mut points = vec![];
        for choice in choices {
            let loaded = chosen(self.scenario.as_deref(), &sets, &plan.varied, &choice)?;
            let holds = |one: &Constraint| one.holds(&loaded.explained);
            if plan.constraints.iter().map(holds).try_fold(true, |all, one| one.map(|one| all && one))? {
                points.push((choice, loaded));
            }
        }
        // The points between the first and the last give the same warnings.
        for (_, loaded) in points.iter().take(1).chain(points.iter().skip(1).next_back()) {
            print::warnings(&loaded.warnings);
        }
        match points.is_empty() {
            true => Err(Error::Usage("no point is left: --where holds for none of them".into())),
            false => Ok(points),
        }
    }
}

fn page(loaded: &Loaded, plan: &SweepPlan, points: &[Point], metrics: &[Name]) -> String {
    let scenario = &loaded.scenario;
    let replications = match plan.replications {
        1 => "one replication: no interval".to_string(),
        count => format!("{count} replications of the same random numbers at each; 95 % intervals"),
    };
    let mut rows = vec![plan.varied.iter().map(|vary| vary.path.clone()).collect::<Vec<_>>()];
    for (metric, by) in metrics {
        rows[0].push(metric_with_by(metric, by));
        rows[0].push("between".into());
    }
    for point in points {
        let mut row: Vec<String> =
            plan.varied.iter().zip(&point.choice).map(|(vary, at)| vary.values[*at].clone()).collect();
        for (metric, by) in metrics {
            let cell = point.cells.iter().find(|cell| cell.metric == *metric && cell.by == *by);
            row.extend(cell.map_or(["-".to_string(), "-".to_string()], shown));
        }
        rows.push(row);
    }
    let name = scenario.title();
    let head = format!("{name}, seed {}: {} points, {replications}.\n", scenario.run.seed, points.len());
    format!("{head}{}", aligned(&rows))
}

fn shown(cell: &Cell) -> [String; 2] {
    let show = |value: f64| choice::shown(value, &cell.unit);
    let between = match cell.interval {
        Some((low, high)) if low.is_finite() && high.is_finite() => {
            format!("{} to {}", show(low), show(high))
        }
        _ => "-".into(),
    };
    [show(cell.value), between]
}
