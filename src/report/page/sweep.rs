//! The page of a sweep: how each metric depends on the parameters, and where its target is met, missed or undecided.

use super::dots::{Dot, Dots, places, scale};
use super::drawing::{Drawing, WIDTH};
use super::number::{Number, Row, finite};
use super::{Again, Frame, put};
use crate::error::Error;
use crate::experiment::Cell;
use crate::measure::about;
use crate::report::place::Place;
use crate::report::points::{Name, Point, target_of};
use crate::report::run::Recipe;
use crate::scenario::{Scenario, Vary, metric_with_by};
use askama::Template;

/// Most cells of the table of points.
const MOST_CELLS: usize = 1500;
/// Most fields of a map.
const MOST_FIELDS: usize = 2500;

/// The content of the page.
pub struct Sweeping<'a> {
    /// The scenario.
    pub scenario: &'a Scenario,
    /// The parameters.
    pub varied: &'a [Vary],
    /// The points.
    pub points: &'a [Point],
    /// The metrics to show.
    pub metrics: &'a [Name],
    /// Whether the points form a full grid.
    pub whole: bool,
}

/// Writes the page of a sweep; `again` is its command.
///
/// # Errors
/// [`Error::Io`] where the page cannot be written.
pub fn write_sweep_page(
    place: &mut Place,
    recipe: &Recipe,
    sweep: &Sweeping<'_>,
    again: String,
) -> Result<(), Error> {
    put(place, &SweepPage::new(recipe, sweep, again))
}

#[derive(Template)]
#[template(path = "sweep.html")]
struct SweepPage<'a> {
    frame: Frame,
    again: Again<'a>,
    scenario: &'a Scenario,
    question: String,
    paths: Vec<&'a str>,
    count: usize,
    replications: u64,
    metrics: Vec<OfMetric>,
    /// One row for each point: values of the parameters, and each metric.
    rows: Vec<(Vec<String>, Vec<Option<Shown>>)>,
    cut: usize,
}

/// One metric over all points.
struct OfMetric {
    name: String,
    says: &'static str,
    target: Option<String>,
    /// "8 keep the target, 2 miss it, 2 are undecided".
    stands: String,
    /// The points with the smallest and with the largest value: (name, value).
    ends: Option<[(String, Number); 2]>,
    charts: Vec<(String, Drawing)>,
    is_map: bool,
}

/// A metric at a point.
struct Shown {
    value: Number,
    interval: Option<[Number; 2]>,
    stand: Option<Stand>,
}

/// The relation of a point to a target.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Stand {
    Keeps,
    Misses,
    Open,
}

impl Stand {
    fn of(cell: &Cell, target: f64) -> Stand {
        match cell.interval {
            Some((low, _)) if low >= target => Stand::Keeps,
            Some((_, high)) if high < target => Stand::Misses,
            _ => Stand::Open,
        }
    }

    const fn words(self) -> &'static str {
        ["keeps the target", "misses the target", "undecided"][self as usize]
    }

    const fn mark(self) -> &'static str {
        ["✓ keeps", "✗ misses", "? undecided"][self as usize]
    }

    const fn class(self) -> &'static str {
        ["kept", "missed", "undecided"][self as usize]
    }
}

/// A cell, and its row in `sweep.csv`.
#[derive(Clone, Copy)]
struct Found<'a> {
    point: &'a Point,
    cell: &'a Cell,
    row: usize,
}

impl<'a> Found<'a> {
    fn row(&self) -> Row<'a> {
        let Cell { metric, by, unit, value, interval, .. } = self.cell;
        Row::new(("sweep.csv", self.row), (metric, by, unit), (*value, finite(*interval)))
    }

    fn value(&self) -> Number {
        self.row().value("value", self.cell.value)
    }

    fn tip(&self, varied: &[Vary], target: Option<f64>) -> String {
        let between = self
            .row()
            .ends(self.cell.interval)
            .map_or("no interval".into(), |[low, high]| format!("{} to {}", low.text, high.text));
        let stand =
            target.map_or(String::new(), |target| format!(": {}", Stand::of(self.cell, target).words()));
        format!("{}: {} ({between}){stand}", names(varied, self.point), self.value().text)
    }
}

/// "site.bays.servers 28, demand.imports.rate 8/day".
fn names(varied: &[Vary], point: &Point) -> String {
    let name = |(vary, at): (&Vary, &usize)| format!("{} {}", vary.path, vary.values[*at]);
    varied.iter().zip(&point.choice).map(name).collect::<Vec<_>>().join(", ")
}

/// The cells of a metric, in the order of the points.
fn found<'a>(sweep: &Sweeping<'a>, name: &Name) -> Vec<Option<Found<'a>>> {
    let mut before = 0;
    let of = |point: &'a Point| {
        let at = point.cells.iter().position(|cell| (&cell.metric, &cell.by) == (&name.0, &name.1));
        let found = at.map(|at| Found { point, cell: &point.cells[at], row: before + at + 1 });
        before += point.cells.len();
        found.filter(|found| found.cell.value.is_finite())
    };
    sweep.points.iter().map(of).collect()
}

impl<'a> SweepPage<'a> {
    fn new(recipe: &'a Recipe, sweep: &Sweeping<'a>, command: String) -> SweepPage<'a> {
        let Sweeping { scenario, varied, points, metrics, .. } = *sweep;
        let all: Vec<_> = metrics.iter().map(|name| found(sweep, name)).collect();
        let targets: Vec<_> = metrics.iter().map(|name| target_of(scenario, name)).collect();
        let row = |at: usize| {
            let values = varied.iter().zip(&points[at].choice).map(|(vary, at)| vary.values[*at].clone());
            let cells =
                all.iter().zip(&targets).map(|(found, target)| found[at].map(|found| shown(found, *target)));
            (values.collect(), cells.collect())
        };
        let most = (MOST_CELLS / metrics.len().max(1)).max(1);
        let paths: Vec<&str> = varied.iter().map(|vary| vary.path.as_str()).collect();
        SweepPage {
            frame: Frame::new(format!("{}: sweep", scenario.title())),
            again: Again::new(command, recipe),
            question: format!("How do the results depend on {}?", paths.join(" and ")),
            count: points.len(),
            replications: points
                .iter()
                .flat_map(|point| &point.cells)
                .map(|cell| cell.replications)
                .max()
                .unwrap_or(0),
            metrics: metrics
                .iter()
                .zip(all.iter().zip(&targets))
                .map(|(name, (found, target))| of_metric(sweep, name, found, *target))
                .collect(),
            rows: (0..points.len().min(most)).map(row).collect(),
            cut: points.len().saturating_sub(most),
            scenario,
            paths,
        }
    }
}

fn shown(found: Found<'_>, target: Option<f64>) -> Shown {
    Shown {
        value: found.value(),
        interval: found.row().ends(found.cell.interval),
        stand: target.map(|target| Stand::of(found.cell, target)),
    }
}

fn of_metric(sweep: &Sweeping<'_>, name: &Name, all: &[Option<Found<'_>>], target: Option<f64>) -> OfMetric {
    let known: Vec<&Found<'_>> = all.iter().flatten().collect();
    let stands: Vec<Stand> =
        target.iter().flat_map(|target| known.iter().map(|found| Stand::of(found.cell, *target))).collect();
    let least = known.iter().min_by(|a, b| a.cell.value.total_cmp(&b.cell.value));
    let most = known.iter().max_by(|a, b| a.cell.value.total_cmp(&b.cell.value));
    let end = |found: &&Found<'_>| (names(sweep.varied, found.point), found.value());
    OfMetric {
        name: metric_with_by(&name.0, &name.1),
        says: about(&name.0).says,
        target: target.map(super::number::share),
        stands: counted(&stands),
        ends: least.zip(most).map(|(least, most)| [end(least), end(most)]),
        is_map: is_map(sweep),
        charts: charts(sweep, name, &known, target),
    }
}

/// "8 keep the target, 2 miss it, 2 are undecided".
fn counted(stands: &[Stand]) -> String {
    let count = |stand: Stand| stands.iter().filter(|one| **one == stand).count();
    let told = |stand, one: &str, several: &str| match count(stand) {
        1 => format!("1 {one}"),
        count => format!("{count} {several}"),
    };
    let keep = told(Stand::Keeps, "keeps its target", "keep their target");
    let miss = told(Stand::Misses, "misses it", "miss it");
    format!("{keep}, {miss}, {}", told(Stand::Open, "is undecided", "are undecided"))
}

/// Whether the points form a map.
fn is_map(sweep: &Sweeping<'_>) -> bool {
    matches!(sweep.varied, [x, y] if x.values.len() * y.values.len() <= MOST_FIELDS) && sweep.whole
}

/// A line over one parameter; a map over two; otherwise dots over each.
fn charts(
    sweep: &Sweeping<'_>,
    name: &Name,
    known: &[&Found<'_>],
    target: Option<f64>,
) -> Vec<(String, Drawing)> {
    let title = metric_with_by(&name.0, &name.1);
    match sweep.varied {
        [x, y] if is_map(sweep) => {
            vec![(format!("{title} over {} and {}", x.path, y.path), map(sweep, &title, known, target))]
        }
        varied => {
            let over = |at: usize| {
                (format!("{title} over {}", varied[at].path), dots(sweep, at, &title, known, target).draw())
            };
            (0..varied.len()).map(over).collect()
        }
    }
}

fn dots(sweep: &Sweeping<'_>, at: usize, title: &str, known: &[&Found<'_>], target: Option<f64>) -> Dots {
    let (vary, is_joined) = (&sweep.varied[at], sweep.varied.len() == 1);
    let all = places(vary);
    let (scale, unit) = scale(known.first().map_or("", |found| &found.cell.unit));
    let dot = |found: &&Found<'_>| Dot {
        at: all[found.point.choice[at]].0,
        value: found.cell.value * scale,
        ends: found.cell.interval.map(|(low, high)| (low * scale, high * scale)),
        class: match target.map(|target| Stand::of(found.cell, target)) {
            Some(Stand::Misses) => "dot late",
            Some(Stand::Open) => "dot hollow",
            _ => "dot met",
        },
        tip: found.tip(sweep.varied, target),
        number: is_joined.then(|| found.value()),
        name: String::new(),
    };
    let mut points: Vec<Dot> = known.iter().map(dot).collect();
    points.sort_by(|a, b| a.at.total_cmp(&b.at));
    let target = target.map(|target| target * scale);
    Dots {
        label: format!("{title} over {}", vary.path),
        unit,
        points,
        across: (vary.path.clone(), all),
        target,
        is_joined,
        best: vec![],
    }
}

/// A field for each point of a grid; undecided fields are hatched.
fn map(sweep: &Sweeping<'_>, title: &str, known: &[&Found<'_>], target: Option<f64>) -> Drawing {
    let [across, up] = sweep.varied else { return Drawing::new(10.0, title) };
    let (left, top) = (150.0, 34.0);
    let wide = (WIDTH - left - 10.0) / across.values.len() as f64;
    let high = (360.0 / up.values.len() as f64).clamp(14.0, 58.0);
    let bottom = top + high * up.values.len() as f64;
    let mut drawing = Drawing::new(bottom + 52.0, format!("Map of {title}"));
    let (low, most) = known.iter().fold((f64::INFINITY, f64::NEG_INFINITY), |(low, most), found| {
        (low.min(found.cell.value), most.max(found.cell.value))
    });
    for found in known {
        let [x, y] =
            [left + found.point.choice[0] as f64 * wide, bottom - (found.point.choice[1] + 1) as f64 * high];
        let stand = target.map(|target| Stand::of(found.cell, target));
        let class = match stand {
            Some(Stand::Keeps) => "field keeps",
            Some(Stand::Misses) => "field misses",
            Some(Stand::Open) => "field",
            None => shade(found.cell.value, low, most),
        };
        drawing.rect((x, y), (wide - 2.0, high - 2.0), class, found.tip(sweep.varied, target));
        if stand == Some(Stand::Open) {
            drawing.line(&hatch((x, y), (wide - 2.0, high - 2.0)), "hatch", "");
        }
        if wide > 64.0 && high > 18.0 {
            let (middle, line) =
                (x + wide / 2.0 - 1.0, y + high / 2.0 + if high > 40.0 { -2.0 } else { 4.0 });
            drawing.number((middle, line), "t m strong in-map", found.value());
            if let Some([low, high_end]) =
                found.row().ends(found.cell.interval).filter(|_| high > 40.0 && wide > 150.0)
            {
                drawing.number(
                    (middle - 6.0, line + 18.0),
                    "t e in-map",
                    Number { text: format!("{} –", low.text), ..low },
                );
                drawing.number((middle, line + 18.0), "t in-map", high_end);
            }
        }
    }
    for (at, value) in up.values.iter().enumerate() {
        drawing.text((left - 10.0, bottom - (at as f64 + 0.5) * high + 4.0), "t e", value.clone());
    }
    let every = (40.0 / wide).ceil().max(1.0) as usize;
    for (at, value) in across.values.iter().enumerate().filter(|(at, _)| at % every == 0) {
        drawing.text((left + (at as f64 + 0.5) * wide, bottom + 18.0), "t m", value.clone());
    }
    drawing.text((10.0, 18.0), "t strong", format!("{} (up)", up.path));
    drawing.text((WIDTH - 10.0, bottom + 42.0), "t e strong", format!("{} (across)", across.path));
    drawing
}

/// The shade of a value between `low` and `most`.
fn shade(value: f64, low: f64, most: f64) -> &'static str {
    const SHADES: [&str; 5] = ["field v0", "field v1", "field v2", "field v3", "field v4"];
    let part = if most > low { (value - low) / (most - low) } else { 0.0 };
    SHADES[((part * 5.0) as usize).min(4)]
}

/// Slanted lines within a field.
fn hatch((x, y): (f64, f64), (wide, high): (f64, f64)) -> Vec<(f64, f64)> {
    let mut lines = vec![];
    let mut start = 8.0;
    while start < wide + high {
        let (from, to) = (f64::max(0.0, start - high), f64::min(start, wide));
        lines.extend([(x + from, y + start - from), (x + to, y + start - to), (f64::NAN, f64::NAN)]);
        start += 9.0;
    }
    lines
}
