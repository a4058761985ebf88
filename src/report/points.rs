//! Files of experiments over many points: tidy tables and charts.

use super::charts::{
    Across, BandChart, BandLine, BandPoint, Caption, Format, HeatChart, Mark, TornadoBar, TornadoChart,
    TornadoEnd, draw_band, draw_heat, draw_tornado,
};
use super::files::{heads, table};
use super::place::Place;
use crate::error::Error;
use crate::experiment::{Aim, Cell, Influence, Series, Sized, Staffing, Swing, Tried, Verdict, frontier};
use crate::measure::Value;
use crate::scenario::{Scenario, Target, Vary};

/// A point of a sweep and its results.
#[derive(Clone, Debug)]
pub struct Point {
    /// Index of the value of each parameter.
    pub choice: Vec<usize>,
    /// All metrics.
    pub cells: Vec<Cell>,
}

/// Writes `sweep.csv`: a row for each point and metric.
///
/// # Errors
/// [`Error::Io`] where the file cannot be written.
pub fn write_sweep(place: &mut Place, varied: &[Vary], points: &[Point]) -> Result<(), Error> {
    let mut names = heads(&["point"]);
    names.extend(varied.iter().map(|vary| vary.path.clone()));
    names.extend(heads(&["metric", "by", "value", "low", "high", "unit", "n", "replications"]));
    let rows = points.iter().enumerate().flat_map(|(number, point)| {
        point.cells.iter().map(move |cell| {
            let mut row = vec![number.to_string()];
            row.extend(values(varied, &point.choice));
            let (low, high) = ends(cell.interval);
            row.extend([
                cell.metric.clone(),
                cell.by.clone(),
                real(cell.value),
                low,
                high,
                cell.unit.clone(),
            ]);
            row.extend([cell.n.to_string(), cell.replications.to_string()]);
            row
        })
    });
    place.put("sweep.csv", &table(&names, rows))
}

/// Writes `size.csv`: a row for each tested point and target.
///
/// # Errors
/// [`Error::Io`] where the file cannot be written.
pub fn write_size(place: &mut Place, varied: &[Vary], aims: &[Aim], sized: &Sized) -> Result<(), Error> {
    let mut names = heads(&["fresh"]);
    names.extend(varied.iter().map(|vary| vary.path.clone()));
    names.extend(heads(&["target", "value", "low", "high", "verdict", "price", "replications"]));
    let again = sized.best.iter().flat_map(|best| [&best.meets].into_iter().chain(&best.less));
    let rows = sized.tried.iter().chain(again).flat_map(|tried| {
        aims.iter().zip(&tried.held).map(move |(aim, held)| {
            let mut row = vec![tried.fresh.to_string()];
            row.extend(values(varied, &tried.choice));
            let (low, high) = ends(Some(held.interval));
            row.extend([aim.says.clone(), real(held.value), low, high, held.verdict.name().into()]);
            row.extend([real(tried.price), tried.replications.to_string()]);
            row
        })
    });
    place.put("size.csv", &table(&names, rows))
}

/// Writes `size.csv` of a staffing plan: a row for each month and target.
///
/// # Errors
/// [`Error::Io`] where the file cannot be written.
pub fn write_staffing(
    place: &mut Place,
    vary: &Vary,
    targets: &[Target],
    staffing: &Staffing,
) -> Result<(), Error> {
    let names =
        heads(&["month", "alone", &vary.path, "target", "value", "low", "high", "verdict", "replications"]);
    let rows = staffing.months.iter().flat_map(|month| {
        targets.iter().zip(&month.held).map(move |(target, held)| {
            let (low, high) = ends(Some(held.interval));
            [
                month.first.strftime("%Y-%m").to_string(),
                month.alone.meets.map_or(String::new(), |at| vary.values[at].clone()),
                vary.values[month.planned].clone(),
                target.says.clone(),
                real(held.value),
                low,
                high,
                held.verdict.name().into(),
                staffing.replications.to_string(),
            ]
        })
    });
    place.put("size.csv", &table(&names, rows))
}

/// Writes `sensitivity.csv`: a row for each metric and parameter.
///
/// # Errors
/// [`Error::Io`] where the file cannot be written.
pub fn write_sensitivity(
    place: &mut Place,
    varied: &[Vary],
    found: &[((String, String), Series, Vec<Influence>)],
) -> Result<(), Error> {
    let names = heads(&[
        "metric",
        "by",
        "parameter",
        "base",
        "least",
        "value_at_least",
        "difference_at_least",
        "low_at_least",
        "high_at_least",
        "most",
        "value_at_most",
        "difference_at_most",
        "low_at_most",
        "high_at_most",
        "morris_mu_star",
        "morris_mu",
        "morris_sigma",
        "noise_share",
    ]);
    let rows = found.iter().flat_map(|((metric, by), base, list)| {
        list.iter().map(move |one| {
            let vary = &varied[one.parameter];
            let mut row = vec![metric.clone(), by.clone(), vary.path.clone(), real(base.value)];
            for (value, end) in [vary.values.first(), vary.values.last()].into_iter().flatten().zip(one.ends)
            {
                row.extend([value.clone(), real(end.value), real(end.difference)]);
                row.extend([real(end.interval.0), real(end.interval.1)]);
            }
            row.extend([one.effect, one.mean, one.spread, one.noise].map(real));
            row
        })
    });
    place.put("sensitivity.csv", &table(&names, rows))
}

fn values<'v>(varied: &'v [Vary], choice: &'v [usize]) -> impl Iterator<Item = String> + 'v {
    varied.iter().zip(choice).map(|(vary, at)| vary.values[*at].clone())
}

/// An unknown value becomes an empty field.
fn real(value: f64) -> String {
    if value.is_finite() { Value::Real(value).to_string() } else { String::new() }
}

fn ends(interval: Option<(f64, f64)>) -> (String, String) {
    interval.map_or_else(Default::default, |(low, high)| (real(low), real(high)))
}

/// A metric to be drawn: its name and breakdown.
pub type Name = (String, String);

/// Draws each metric over the parameters: a line over one, a map over two, otherwise dots over each.
///
/// # Errors
/// [`Error::Io`] where a chart cannot be drawn or written.
pub fn draw_sweep(
    place: &mut Place,
    scenario: &Scenario,
    varied: &[Vary],
    points: &[Point],
    metrics: &[Name],
    whole: bool,
) -> Result<(), Error> {
    let sweep = Sweep { scenario, varied, points };
    for metric in metrics {
        let stem = format!("sweep-{}", stem(metric));
        match varied {
            [_] => draw(place, &stem, |format| {
                draw_band(&sweep.caption(), &sweep.band(metric, 0, true), format)
            })?,
            [_, _] if whole => {
                draw(place, &stem, |format| draw_heat(&sweep.caption(), &sweep.heat(metric), format))?;
            }
            _ => {
                for (at, vary) in varied.iter().enumerate() {
                    let chart = sweep.band(metric, at, false);
                    draw(place, &format!("{stem}-{}", vary.path), |format| {
                        draw_band(&sweep.caption(), &chart, format)
                    })?;
                }
            }
        }
    }
    Ok(())
}

/// Draws the tested points over the parameter; over the price if there are several parameters.
///
/// # Errors
/// [`Error::Io`] where a chart cannot be drawn or written.
pub fn draw_size(
    place: &mut Place,
    scenario: &Scenario,
    varied: &[Vary],
    aims: &[Aim],
    sized: &Sized,
) -> Result<(), Error> {
    let caption = Caption { scenario: scenario.title(), seed: scenario.run.seed, replications: 1 };
    let asked = aims.iter().filter(|aim| !aim.is_constraint).count();
    for (number, aim) in aims.iter().take(asked).enumerate() {
        let chart = size_chart(scenario, varied, aim, number, sized);
        let stem = if asked == 1 { "size".to_string() } else { format!("size-{}", number + 1) };
        draw(place, &stem, |format| draw_band(&caption, &chart, format))?;
    }
    Ok(())
}

fn size_chart(scenario: &Scenario, varied: &[Vary], aim: &Aim, number: usize, sized: &Sized) -> BandChart {
    let scale = scale(aim.unit());
    let single = varied.len() == 1;
    let axis = axis(&varied[0]);
    let point = |tried: &Tried| {
        let held = &tried.held[number];
        let at = if single { axis.place(tried.choice[0]) } else { tried.price };
        let (low, high) = held.interval;
        let hollow = tried.verdict != Verdict::Met;
        BandPoint { hollow, ..BandPoint::plain(at, held.value * scale, (low * scale, high * scale)) }
    };
    let mut points: Vec<BandPoint> = sized.tried.iter().map(point).collect();
    // The answer, on fresh replications, with its name.
    if let Some(best) = &sized.best {
        let confirmed = if best.meets.verdict == Verdict::Met { "" } else { ": not confirmed" };
        let label = Some(format!("{}{confirmed}", combination(varied, &best.choice)));
        points.push(BandPoint { label, ..point(&best.meets) });
    }
    points.sort_by(|a, b| a.at.total_cmp(&b.at));
    let best = frontier(&sized.tried, number, aim).into_iter();
    if !single {
        for tried in best.clone() {
            let at = points.iter_mut().find(|one| one.label.is_none() && one.at == tried.price);
            at.into_iter().for_each(|one| one.name = Some(combination(varied, &tried.choice)));
        }
    }
    let best: Vec<(f64, f64)> = best.map(|tried| (tried.price, tried.held[number].value * scale)).collect();
    let told = if single { "" } else { " · orange: best at its price" };
    let money = if scenario.cost.is_some() { "cost of a run" } else { "heads: the sum of the parameters" };
    let across = if single { axis.across } else { Across { name: money.into(), labels: vec![] } };
    BandChart {
        title: format!("The smallest that meets {}", aim.says),
        counted: format!(
            "{} points tried · rings: not shown to meet all targets · bars: intervals · circled: the answer on fresh \
             replications{told}",
            sized.tried.len()
        ),
        unit: percent_of(aim.unit()),
        across,
        lines: vec![BandLine { name: aim.judged(), points }],
        target: Some(Mark { at: aim.line() * scale, label: "target".into() }),
        joined: false,
        frontier: if single { vec![] } else { best },
        shaded: None,
    }
}

/// The values of a point, such as "16, 11, 5000".
fn combination(varied: &[Vary], choice: &[usize]) -> String {
    let values: Vec<&str> = varied.iter().zip(choice).map(|(vary, at)| vary.values[*at].as_str()).collect();
    values.join(", ")
}

/// Draws a tornado for each metric.
///
/// # Errors
/// [`Error::Io`] where a chart cannot be drawn or written.
pub fn draw_sensitivity(
    place: &mut Place,
    scenario: &Scenario,
    varied: &[Vary],
    found: &[(Name, Series, Vec<Influence>)],
    units: &[String],
) -> Result<(), Error> {
    let caption = Caption { scenario: scenario.title(), seed: scenario.run.seed, replications: 1 };
    for ((name, base, list), unit) in found.iter().zip(units) {
        let scale = scale(unit);
        let end = |label: &String, swing: &Swing| TornadoEnd {
            label: label.clone(),
            value: swing.value * scale,
            low: within(base.value + swing.interval.0, unit) * scale,
            high: within(base.value + swing.interval.1, unit) * scale,
        };
        let bar = |one: &Influence| {
            let values = &varied[one.parameter].values;
            TornadoBar {
                name: varied[one.parameter].path.clone(),
                least: end(&values[0], &one.ends[0]),
                most: end(&values[values.len() - 1], &one.ends[1]),
                effect: one.effect * scale,
                noise: one.noise,
                is_noise: one.ends.iter().all(|end| end.interval.0 <= 0.0 && end.interval.1 >= 0.0),
            }
        };
        let chart = TornadoChart {
            title: format!("What moves {}", titled(name)),
            counted: "whiskers: 95 % interval of the difference from the scenario itself (the line), paired; green dot: \
                      no significant difference"
                .into(),
            unit: percent_of(unit),
            base: base.value * scale,
            bars: list.iter().map(bar).collect(),
        };
        draw(place, &format!("sensitivity-{}", stem(name)), |format| draw_tornado(&caption, &chart, format))?;
    }
    Ok(())
}

fn draw(
    place: &mut Place,
    stem: &str,
    paint: impl Fn(Format) -> Result<Vec<u8>, String>,
) -> Result<(), Error> {
    for &format in place.formats() {
        let name = format!("{stem}.{}", format.extension());
        let bytes = paint(format).map_err(|why| Error::Io {
            doing: "draw the charts for",
            path: place.folder().to_owned(),
            why: std::io::Error::other(why),
        })?;
        place.put(&name, &bytes)?;
    }
    Ok(())
}

/// A metric as part of a file's name.
fn stem((metric, by): &Name) -> String {
    let safe = |c: char| if c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-') { c } else { '_' };
    let by = if by.is_empty() { String::new() } else { format!("-{by}") };
    format!("{metric}{by}").chars().map(safe).collect()
}

fn titled((metric, by): &Name) -> String {
    if by.is_empty() { metric.clone() } else { format!("{metric} ({by})") }
}

/// Clips a share to 0 to 1.
fn within(value: f64, unit: &str) -> f64 {
    if unit == "share" { value.clamp(0.0, 1.0) } else { value }
}

fn scale(unit: &str) -> f64 {
    if unit == "share" { 100.0 } else { 1.0 }
}

fn percent_of(unit: &str) -> String {
    if unit == "share" { "%".into() } else { unit.into() }
}

/// A parameter's axis.
struct Axis {
    across: Across,
    numbers: Option<Vec<f64>>,
}

impl Axis {
    fn place(&self, choice: usize) -> f64 {
        self.numbers.as_ref().map_or(choice as f64, |numbers| numbers[choice])
    }
}

fn axis(vary: &Vary) -> Axis {
    match vary.numbers() {
        Some((numbers, unit)) => {
            let name = if unit.is_empty() { vary.path.clone() } else { format!("{}, {unit}", vary.path) };
            Axis { across: Across { name, labels: vec![] }, numbers: Some(numbers) }
        }
        None => {
            Axis { across: Across { name: vary.path.clone(), labels: vary.values.clone() }, numbers: None }
        }
    }
}

/// The parameter that gives the colour of points: the next one with numeric values.
struct Other {
    number: usize,
    numbers: Vec<f64>,
    ends: (String, String, String),
}

impl Other {
    fn of(varied: &[Vary], at: usize) -> Option<Other> {
        let number = (1..varied.len()).map(|next| (at + next) % varied.len());
        number.into_iter().find_map(|number| {
            let vary = &varied[number];
            let (numbers, _) = vary.numbers()?;
            let by = |a: &usize, b: &usize| numbers[*a].total_cmp(&numbers[*b]);
            let least = (0..numbers.len()).min_by(by)?;
            let most = (0..numbers.len()).max_by(by)?;
            let ends = (vary.path.clone(), vary.values[least].clone(), vary.values[most].clone());
            Some(Other { number, ends, numbers })
        })
    }

    /// Position of a value between the smallest and the largest, 0 to 1.
    fn part(&self, choice: usize) -> Option<f64> {
        let least = self.numbers.iter().copied().fold(f64::MAX, f64::min);
        let most = self.numbers.iter().copied().fold(f64::MIN, f64::max);
        (most > least).then(|| (self.numbers[choice] - least) / (most - least))
    }
}

/// The target of the service level, if the metric is its attainment.
pub(super) fn target_of(scenario: &Scenario, metric: &Name) -> Option<f64> {
    let sla = |sla: &&crate::scenario::Sla| {
        metric.0 == format!("sla.{}.attainment", sla.name) && metric.1 == scenario.level_of(sla)
    };
    scenario.slas.iter().find(sla).map(|sla| sla.target)
}

struct Sweep<'a> {
    scenario: &'a Scenario,
    varied: &'a [Vary],
    points: &'a [Point],
}

impl Sweep<'_> {
    fn caption(&self) -> Caption {
        Caption { scenario: self.scenario.title(), seed: self.scenario.run.seed, replications: 1 }
    }

    fn cell<'p>(&self, point: &'p Point, metric: &Name) -> Option<&'p Cell> {
        point.cells.iter().find(|cell| (&cell.metric, &cell.by) == (&metric.0, &metric.1))
    }

    fn counted(&self) -> String {
        let replications =
            self.points.iter().flat_map(|point| &point.cells).map(|cell| cell.replications).max();
        format!(
            "{} points, {} replications of the same random numbers at each · 95 % intervals",
            self.points.len(),
            replications.unwrap_or(0)
        )
    }

    fn unit(&self, metric: &Name) -> String {
        let found = self.points.iter().find_map(|point| self.cell(point, metric));
        found.map_or_else(String::new, |cell| cell.unit.clone())
    }

    fn target(&self, metric: &Name) -> Option<f64> {
        target_of(self.scenario, metric)
    }

    fn band(&self, metric: &Name, at: usize, joined: bool) -> BandChart {
        let (axis, unit) = (axis(&self.varied[at]), self.unit(metric));
        let scale = scale(&unit);
        let other = if joined { None } else { Other::of(self.varied, at) };
        let mut points: Vec<BandPoint> = self
            .points
            .iter()
            .filter_map(|point| {
                let cell = self.cell(point, metric)?;
                let (low, high) = cell.interval.unwrap_or((f64::NAN, f64::NAN));
                let place = axis.place(point.choice[at]);
                let plain = BandPoint::plain(place, cell.value * scale, (low * scale, high * scale));
                let shade = other.as_ref().and_then(|other| other.part(point.choice[other.number]));
                Some(BandPoint { shade, ..plain })
            })
            .collect();
        points.sort_by(|a, b| a.at.total_cmp(&b.at));
        BandChart {
            title: titled(metric),
            counted: self.counted(),
            unit: percent_of(&unit),
            across: axis.across,
            lines: vec![BandLine { name: metric.0.clone(), points }],
            target: self.target(metric).map(|target| Mark { at: target * scale, label: "SLA".into() }),
            joined,
            frontier: vec![],
            shaded: other.map(|other| other.ends),
        }
    }

    fn heat(&self, metric: &Name) -> HeatChart {
        let unit = self.unit(metric);
        let scale = scale(&unit);
        let [across, up] = [0, 1]
            .map(|at| Across { name: self.varied[at].path.clone(), labels: self.varied[at].values.clone() });
        let mut fields = vec![vec![f64::NAN; across.labels.len()]; up.labels.len()];
        let mut undecided = vec![vec![false; across.labels.len()]; up.labels.len()];
        let target = self.target(metric);
        for point in self.points {
            if let Some(cell) = self.cell(point, metric) {
                let [column, row] = [point.choice[0], point.choice[1]];
                fields[row][column] = cell.value * scale;
                let holds =
                    |target: f64| cell.interval.is_none_or(|(low, high)| low < target && target <= high);
                undecided[row][column] = target.is_some_and(holds);
            }
        }
        let target = target.map(|target| (target * scale, false));
        let parts = match target {
            Some(_) => " · blue meets the SLA, orange does not, hatched: undecided",
            None => "",
        };
        HeatChart {
            title: titled(metric),
            counted: format!("{}{parts}", self.counted()),
            unit: percent_of(&unit),
            across,
            up,
            fields,
            undecided,
            target,
        }
    }
}
