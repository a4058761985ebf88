//! `shipback sensitivity`: which parameters matter.

use super::progress::Counting;
use super::shards::{Aim, Merge, OnlyPoints};
use super::table::aligned;
use super::{TEMPLATE, bug, choice, print};
use crate::error::Error;
use crate::experiment::{Influence, Screening, Series, Where, influences, measured};
use crate::measure::vocabulary;
use crate::report::{
    Experiment, Name, Piece, Recipe, Screened, Store, draw_sensitivity, sensitivity_json, write_sensitivity,
    write_sensitivity_page,
};
use crate::scenario::{Loaded, Scenario, Vary, chosen, metric_with_by, varied_once};
use clap::Args;
use rayon::prelude::*;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Find the parameters that matter: Morris screening and a tornado chart
#[derive(Debug, Args)]
#[command(help_template = TEMPLATE, before_help = "\
Examples:
  shipback sensitivity --vary site.dock.servers=8..12 --vary site.bays.servers=110..140 \\
      --vary demand.imports.rate=28/day..36/day --metric turnaround.p95
  shipback sensitivity mine.toml --vary faults.wrong_address=0..2%:0.5% --vary customer.packs=2d,3d,5d", after_help = "\
The tornado moves one parameter at a time from its value in the scenario to its lowest and highest value. Morris moves
it while the others vary: \"effect\" is the mean absolute effect of the whole range (mu*), \"spread\" how much it depends
on the other parameters (sigma), \"noise\" the part that random variation alone would show. All points have the same
random numbers.")]
pub(super) struct SensitivityArgs {
    /// A scenario file [default: the built-in baseline]
    scenario: Option<PathBuf>,
    #[command(flatten)]
    choice: choice::Sets,
    /// A parameter and its values, from the lowest to the highest; may be repeated
    #[arg(long = "vary", value_name = "PATH=VALUES", required = true)]
    vary: Vec<String>,
    /// A metric to explain; may be repeated [default: the attainment of each SLA, and the cost]
    #[arg(long = "metric", value_name = "METRIC")]
    metrics: Vec<String>,
    /// Morris trajectories; each has one point more than there are parameters
    #[arg(long, value_name = "N", default_value_t = 8, value_parser = clap::value_parser!(u16).range(2..=1000))]
    trajectories: u16,
    /// Replications of each point
    #[arg(long, value_name = "N", default_value_t = 5, value_parser = clap::value_parser!(u64).range(2..=1000))]
    replications: u64,
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

type Found = (Name, Series, Vec<Influence>);

impl SensitivityArgs {
    pub(super) fn run(&self) -> Result<(), Error> {
        let loaded = self.choice.load(self.scenario.as_deref())?;
        let scenario = &loaded.scenario;
        let varied = choice::parsed(&self.vary, Vary::parse)?;
        varied_once(&varied, &[])?;
        if let Some(alone) = varied.iter().find(|vary| vary.values.len() < 2) {
            return Err(Error::Usage(format!("--vary {}: two values at least are needed", alone.path)));
        }
        let metrics = choice::metrics(scenario, &self.metrics)?;
        let screening = Screening::new(&varied, self.trajectories.into(), scenario.run.seed);
        let points = self.points(&varied, &screening)?;
        let folder = self.output.folder(scenario, "sensitivity");
        let aim = Aim::new(self.only.of(points.len())?, &folder)?;
        let store = self.store(&folder, scenario, &metrics, &points)?;
        let measured = |points: &[_]| self.measured(&folder, &store, &metrics, points);
        let mut place = match aim {
            Aim::Whole(place) => place.drawing(self.output.formats()),
            Aim::Part(share) => {
                let points = share.among(&points);
                measured(points)?;
                return share.left(&store, &pieces(points), self.output.quiet(), &folder);
            }
        };
        let series = measured(&points)?;
        let mut found: Vec<Found> = vec![];
        for (number, name) in metrics.iter().enumerate() {
            let of = series.iter().map(|(point, list)| (point.clone(), list[number].clone())).collect();
            let Some((base, list)) = influences(&varied, &screening, &of) else {
                return Err(Error::Usage(format!("{} was not observed: there is nothing to vary", name.0)));
            };
            found.push((name.clone(), base, list));
        }
        let units = units(scenario, &metrics);
        write_sensitivity(&mut place, &varied, &found)?;
        if !self.output.formats().is_empty() {
            draw_sensitivity(&mut place, scenario, &varied, &found, &units)?;
        }
        if self.output.report() {
            let recipe = Recipe::new("sensitivity", &loaded, scenario.run.seed, 0);
            let (varied, found, units) = (&varied, &found, &units);
            let (points, replications) = (points.len(), self.replications);
            let screened = Screened { scenario, varied, found, units, points, replications };
            write_sensitivity_page(&mut place, &recipe, &screened, self.typed())?;
        }
        let files = place.finish()?;
        let page = || self.page(scenario, &varied, &found, &units, points.len());
        let json = || sensitivity_json(&loaded, self.replications, &varied, &found);
        self.output.tell(page, json, &files, &folder)
    }

    /// The command that produces the same files.
    fn typed(&self) -> String {
        choice::Typed::new("sensitivity", self.scenario.iter().map(|path| path.to_string_lossy()))
            .with("vary", &self.vary)
            .with("metric", &self.metrics)
            .sets(&self.choice)
            .with("trajectories", [self.trajectories])
            .with("replications", [self.replications])
            .text()
    }

    fn points(&self, varied: &[Vary], screening: &Screening) -> Result<Vec<(Where, Loaded)>, Error> {
        let sets = self.choice.sets();
        let load = |point: Where| {
            let set = varied.iter().zip(&point).filter_map(|(vary, at)| Some((vary.clone(), (*at)?)));
            let (varied, choice): (Vec<Vary>, Vec<usize>) = set.unzip();
            chosen(self.scenario.as_deref(), &sets, &varied, &choice).map(|loaded| (point, loaded))
        };
        screening.points(varied.len()).into_iter().map(load).collect()
    }

    /// The store of these points.
    fn store(
        &self,
        folder: &Path,
        scenario: &Scenario,
        metrics: &[Name],
        points: &[(Where, Loaded)],
    ) -> Result<Store, Error> {
        let experiment = Experiment::new("sensitivity")
            .with("scenario", format_args!("{:?}", scenario.name))
            .with("number of replications", self.replications)
            .with("list of metrics", format_args!("{metrics:?}"));
        let store = self.merge.of(Store::open(folder, experiment)?, "point", || pieces(points))?;
        if self.fresh {
            store.clear()?;
        }
        Ok(store)
    }

    /// The metrics at each point: from the store, or run.
    fn measured(
        &self,
        folder: &Path,
        store: &Store,
        metrics: &[Name],
        points: &[(Where, Loaded)],
    ) -> Result<BTreeMap<Where, Vec<Option<Series>>>, Error> {
        let bar = Counting::new("points", points.len() as u64, self.output.quiet()).kept_in(folder);
        let one = |(point, loaded): &(Where, Loaded)| {
            bug::running(&loaded.scenario.name, loaded.scenario.run.seed, 0);
            let make = || measured(&loaded.scenario, metrics, self.replications);
            let found = store.get_or(&Piece::point(loaded), make)?;
            bar.done();
            Ok((point.clone(), found))
        };
        let found = self.threads.install(|| points.par_iter().map(one).collect::<Result<_, Error>>())?;
        bar.finish();
        print::computed_again(store, "points");
        found
    }

    fn page(
        &self,
        scenario: &Scenario,
        varied: &[Vary],
        found: &[Found],
        units: &[String],
        points: usize,
    ) -> String {
        let mut text = format!(
            "{}, seed {}: {points} points, {} replications of the same random numbers at each.\n",
            scenario.title(),
            scenario.run.seed,
            self.replications
        );
        for (((metric, by), base, list), unit) in found.iter().zip(units) {
            let name = metric_with_by(metric, by);
            let show = |value: f64| choice::shown(value, unit);
            // A difference of shares is in percentage points: "7 %" would be relative to the share.
            let move_by = |value: f64| show(value).replace(" %", " points");
            text += &format!("\n{name} is {} in the scenario itself.\n", show(base.value));
            let heads = ["parameter", "from", "to", "at lowest", "at highest", "effect", "spread", "noise"];
            let mut rows = vec![heads.map(String::from)];
            for one in list {
                let vary = &varied[one.parameter];
                rows.push([
                    vary.path.clone(),
                    vary.values[0].clone(),
                    vary.values[vary.values.len() - 1].clone(),
                    swing(one, 0, unit),
                    swing(one, 1, unit),
                    move_by(one.effect),
                    move_by(one.spread),
                    format!("{:.0} %", one.noise * 100.0),
                ]);
            }
            text += &aligned(&rows);
        }
        text + "* differs significantly from the scenario itself (95 %, paired)\n"
    }
}

fn pieces(points: &[(Where, Loaded)]) -> Vec<Piece> {
    points.iter().map(|(_, loaded)| Piece::point(loaded)).collect()
}

fn swing(one: &Influence, end: usize, unit: &str) -> String {
    let end = one.ends[end];
    let sure = end.interval.0 > 0.0 || end.interval.1 < 0.0;
    format!("{}{}", choice::shown(end.value, unit), if sure { " *" } else { "  " })
}

fn units(scenario: &Scenario, metrics: &[Name]) -> Vec<String> {
    let known = vocabulary(scenario);
    let unit = |(metric, _): &Name| known.iter().find(|row| row.metric == *metric).map_or("", |row| row.unit);
    metrics.iter().map(|name| unit(name).to_string()).collect()
}
