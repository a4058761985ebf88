//! The page of a sensitivity analysis: which parameters change a metric, by how much, and what is random variation.

use super::dots::scale;
use super::drawing::{Drawing, WIDTH, steps, tick_word};
use super::number::{Number, Row, finite, precise};
use super::{Again, Frame, put};
use crate::error::Error;
use crate::experiment::{Influence, Series, Swing};
use crate::measure::{Value, about};
use crate::report::place::Place;
use crate::report::points::Name;
use crate::report::run::Recipe;
use crate::scenario::{Scenario, Vary, metric_with_by};
use askama::Template;

/// The content of the page.
pub struct Screened<'a> {
    /// The scenario.
    pub scenario: &'a Scenario,
    /// The parameters.
    pub varied: &'a [Vary],
    /// Each metric with its value in the unchanged scenario, and the effect of each parameter.
    pub found: &'a [(Name, Series, Vec<Influence>)],
    /// The units of the metrics.
    pub units: &'a [String],
    /// Number of points.
    pub points: usize,
    /// Replications of each point.
    pub replications: u64,
}

/// Writes the page of a sensitivity analysis; `again` is its command.
///
/// # Errors
/// [`Error::Io`] where the page cannot be written.
pub fn write_sensitivity_page(
    place: &mut Place,
    recipe: &Recipe,
    screened: &Screened<'_>,
    again: String,
) -> Result<(), Error> {
    put(place, &SensitivityPage::new(recipe, screened, again))
}

#[derive(Template)]
#[template(path = "sensitivity.html")]
struct SensitivityPage<'a> {
    frame: Frame,
    again: Again<'a>,
    scenario: &'a Scenario,
    parameters: usize,
    points: usize,
    replications: u64,
    metrics: Vec<OfMetric<'a>>,
}

/// The parameters that change one metric.
struct OfMetric<'a> {
    name: String,
    says: &'static str,
    base: Number,
    parameters: Vec<Parameter<'a>>,
    chart: Drawing,
}

impl OfMetric<'_> {
    /// The parameters with a significant effect.
    fn sure(&self) -> impl Iterator<Item = &Parameter<'_>> {
        self.parameters.iter().filter(|one| one.ends.iter().any(|end| end.is_sure))
    }

    /// The parameters without a significant effect.
    fn unsure(&self) -> Vec<&str> {
        self.parameters
            .iter()
            .filter(|one| one.ends.iter().all(|end| !end.is_sure))
            .map(|one| one.path)
            .collect()
    }
}

/// The effect of a parameter.
struct Parameter<'a> {
    path: &'a str,
    /// Its ends: at the smallest and at the largest value.
    ends: [End<'a>; 2],
    effect: Number,
    spread: Number,
    noise: Number,
}

/// An end of a range.
struct End<'a> {
    at: &'a str,
    value: Number,
    apart: Number,
    interval: Option<[Number; 2]>,
    /// Whether it differs significantly from the unchanged scenario.
    is_sure: bool,
}

impl<'a> SensitivityPage<'a> {
    fn new(recipe: &'a Recipe, screened: &Screened<'a>, command: String) -> SensitivityPage<'a> {
        let Screened { scenario, varied, found, units, points, replications } = *screened;
        let mut before = 0;
        let of = |(one, unit): (&'a (Name, Series, Vec<Influence>), &'a String)| {
            let metric = of_metric(varied, one, unit, before);
            before += one.2.len();
            metric
        };
        SensitivityPage {
            frame: Frame::new(format!("{}: sensitivity", scenario.title())),
            again: Again::new(command, recipe),
            metrics: found.iter().zip(units).map(of).collect(),
            parameters: varied.len(),
            scenario,
            points,
            replications,
        }
    }
}

fn of_metric<'a>(
    varied: &'a [Vary],
    ((metric, by), base, list): &'a (Name, Series, Vec<Influence>),
    unit: &'a str,
    before: usize,
) -> OfMetric<'a> {
    let row = |at: usize, value: f64, interval| {
        Row::new(("sensitivity.csv", before + at + 1), (metric, by, unit), (value, interval))
    };
    let parameter =
        |(at, one): (usize, &Influence)| parameter(varied, one, |value, interval| row(at, value, interval));
    let parameters: Vec<Parameter<'a>> = list.iter().enumerate().map(parameter).collect();
    OfMetric {
        name: metric_with_by(metric, by),
        says: about(metric).says,
        base: row(0, base.value, narrowest(list)).value("base", base.value),
        chart: Tornado::new(base.value, list, unit).draw(list, &parameters),
        parameters,
    }
}

/// The narrowest interval of a difference; it determines the number of decimals.
fn narrowest(list: &[Influence]) -> Option<(f64, f64)> {
    let all = list.iter().flat_map(|one| one.ends).filter_map(|end| finite(Some(end.interval)));
    all.filter(|ends| ends.1 > ends.0).min_by(|a, b| (a.1 - a.0).total_cmp(&(b.1 - b.0)))
}

fn parameter<'a, 'r>(
    varied: &'a [Vary],
    one: &Influence,
    row: impl Fn(f64, Option<(f64, f64)>) -> Row<'r>,
) -> Parameter<'a> {
    let vary = &varied[one.parameter];
    let end = |at: &'a String, swing: Swing, columns: [&str; 4]| {
        let row = row(swing.value, finite(Some(swing.interval)));
        let (low, high) = swing.interval;
        let ends = [row.apart(columns[2], low).without_unit(), row.apart(columns[3], high)];
        End {
            at,
            value: row.value(columns[0], swing.value),
            apart: row.apart(columns[1], swing.difference),
            interval: finite(Some(swing.interval)).map(|_| ends),
            is_sure: is_sure(&swing),
        }
    };
    let [least, most] = one.ends;
    let points = |number: Number| Number { text: number.text.replace(" %", " points"), ..number };
    Parameter {
        path: &vary.path,
        ends: [
            end(
                &vary.values[0],
                least,
                ["value_at_least", "difference_at_least", "low_at_least", "high_at_least"],
            ),
            end(
                &vary.values[vary.values.len() - 1],
                most,
                ["value_at_most", "difference_at_most", "low_at_most", "high_at_most"],
            ),
        ],
        effect: points(row(one.effect, None).value("morris_mu_star", one.effect)),
        spread: points(row(one.spread, None).value("morris_sigma", one.spread)),
        noise: match one.noise.is_finite() {
            true => row(0.0, None).text(
                "noise_share",
                Value::Real(one.noise).to_string(),
                format!("{:.0} %", one.noise * 100.0),
            ),
            false => Number { text: "-".into(), ..Number::default() },
        },
    }
}

fn is_sure(swing: &Swing) -> bool {
    swing.interval.0 > 0.0 || swing.interval.1 < 0.0
}

/// Two bars for each parameter, starting at the unchanged scenario, with whiskers. Small bars can be read from the
/// numbers beside them.
struct Tornado<'u> {
    base: f64,
    unit: &'u str,
    /// Numbers on the axis.
    marks: Vec<f64>,
    bottom: f64,
}

const LEFT: f64 = 290.0;
const RIGHT: f64 = WIDTH - 230.0;
const ROW: f64 = 58.0;

impl<'u> Tornado<'u> {
    fn new(base: f64, list: &[Influence], unit: &'u str) -> Tornado<'u> {
        let mut tornado = Tornado { base, unit, marks: vec![], bottom: 34.0 + list.len() as f64 * ROW };
        // A whisker that is not significant does not stretch the axis: it ends in an arrow.
        let reach = |swing: &Swing| {
            let ends = tornado.ends(swing);
            if is_sure(swing) { ends.to_vec() } else { vec![ends[0]] }
        };
        let all: Vec<f64> =
            list.iter().flat_map(|one| one.ends.iter().flat_map(reach)).chain([base]).collect();
        let known = || all.iter().copied().filter(|value| value.is_finite());
        let (low, high) = (known().fold(f64::INFINITY, f64::min), known().fold(f64::NEG_INFINITY, f64::max));
        let scale = scale(unit).0;
        tornado.marks = steps(low * scale, high * scale);
        tornado
    }

    /// The value at an end of a range, and the ends of its interval; shares are clipped to 0 % and 100 %.
    fn ends(&self, swing: &Swing) -> [f64; 3] {
        let within = |value: f64| if self.unit == "share" { value.clamp(0.0, 1.0) } else { value };
        let apart = (swing.difference, swing.difference);
        let (low, high) = finite(Some(swing.interval)).unwrap_or(apart);
        [within(swing.value), within(self.base + low), within(self.base + high)]
    }

    /// The position of a value on the axis, 0 to 1.
    fn part(&self, value: f64) -> f64 {
        let (least, most) = (self.marks[0], self.marks[self.marks.len() - 1]);
        (value * scale(self.unit).0 - least) / (most - least)
    }

    fn x(&self, value: f64) -> f64 {
        LEFT + self.part(value).clamp(-0.02, 1.02) * (RIGHT - LEFT)
    }

    fn draw(&self, list: &[Influence], parameters: &[Parameter<'_>]) -> Drawing {
        let mut drawing = Drawing::new(self.bottom + 44.0, "What each parameter does, one at a time");
        let (scale, sign) = scale(self.unit);
        for mark in &self.marks {
            let x = self.x(mark / scale);
            drawing.line(&[(x, 26.0), (x, self.bottom)], "grid", "");
            let text = if mark.abs() >= 10_000.0 { precise(*mark, "", 0) } else { tick_word(*mark) };
            drawing.text((x, self.bottom + 18.0), "t m", format!("{text}{sign}"));
        }
        for (place, head) in [(WIDTH - 120.0, "value"), (WIDTH - 6.0, "difference")] {
            drawing.text((place, 18.0), "t e", head);
        }
        for (at, (one, shown)) in list.iter().zip(parameters).enumerate() {
            let y = 38.0 + at as f64 * ROW;
            drawing.text((4.0, y + 12.0), "t strong", shown.path);
            for (number, (swing, end)) in one.ends.iter().zip(&shown.ends).enumerate() {
                self.bar(&mut drawing, shown.path, swing, end, (y + number as f64 * 24.0, number == 0));
            }
        }
        let x = self.x(self.base);
        drawing.line(&[(x, 26.0), (x, self.bottom)], "target", "");
        drawing.text((x, 18.0), "t m strong", "as the scenario is");
        drawing
    }

    fn bar(
        &self,
        drawing: &mut Drawing,
        path: &str,
        swing: &Swing,
        end: &End<'_>,
        (y, is_least): (f64, bool),
    ) {
        drawing.text((LEFT - 24.0, y + 13.0), "t e", format!("at {}", end.at));
        let [value, low, high] = self.ends(swing);
        let (from, to) = (self.x(value).min(self.x(self.base)), self.x(value).max(self.x(self.base)));
        let sure = if end.is_sure {
            "differs beyond random variation"
        } else {
            "no difference beyond random variation"
        };
        let tip = format!("{path} at {}: {}, {} ({sure})", end.at, end.value.text, end.apart.text);
        let class = match (end.is_sure, is_least) {
            (false, _) => "swing",
            (true, true) => "late",
            (true, false) => "met",
        };
        drawing.rect((from - 1.0, y), (to - from + 2.0, 17.0), class, "");
        drawing.line(&[(self.x(low), y + 8.5), (self.x(high), y + 8.5)], "whisker", "");
        drawing.rect((LEFT, y), (RIGHT - LEFT, 17.0), "hover", tip);
        if self.part(low) < -0.02 {
            drawing.text((LEFT - 16.0, y + 13.0), "t", "◂");
        }
        if self.part(high) > 1.02 {
            drawing.text((RIGHT + 6.0, y + 13.0), "t", "▸");
        }
        drawing.number((WIDTH - 120.0, y + 13.0), "t e", end.value.clone());
        let class = if end.is_sure { "t e strong" } else { "t e" };
        drawing.number((WIDTH - 6.0, y + 13.0), class, end.apart.clone());
    }
}
