//! A chart of points with intervals over a parameter, a price or months, with a target.

use super::drawing::{Drawing, WIDTH, steps, tick_word};
use super::number::Number;
use crate::report::words::thousands;

/// The chart. Values are in the unit of the axis; shares are in percent.
pub(super) struct Dots {
    pub(super) label: String,
    /// Unit after the numbers of the axis, such as " %".
    pub(super) unit: &'static str,
    pub(super) points: Vec<Dot>,
    /// Title of the horizontal axis, and its ticks: (position, label).
    pub(super) across: (String, Vec<(f64, String)>),
    pub(super) target: Option<f64>,
    /// Whether the points are joined and their intervals form a band.
    pub(super) is_joined: bool,
    /// A line through the efficient points.
    pub(super) best: Vec<(f64, f64)>,
}

/// A point.
pub(super) struct Dot {
    pub(super) at: f64,
    pub(super) value: f64,
    /// Confidence interval; an unknown end is not finite.
    pub(super) ends: Option<(f64, f64)>,
    pub(super) class: &'static str,
    pub(super) tip: String,
    /// The number above the point.
    pub(super) number: Option<Number>,
    pub(super) name: String,
}

const LEFT: f64 = 76.0;
const RIGHT: f64 = WIDTH - 120.0;
const TOP: f64 = 46.0;
const BOTTOM: f64 = 270.0;
/// Width of a label in pixels.
const ROOM: f64 = 56.0;

impl Dots {
    /// The chart as drawn.
    pub(super) fn draw(&self) -> Drawing {
        let mut drawing = Drawing::new(BOTTOM + 52.0, &self.label);
        let known = || self.points.iter().filter(|point| point.value.is_finite());
        let ends =
            |point: &Dot| point.ends.into_iter().flat_map(|(low, high)| [low, high]).chain([point.value]);
        let all = || known().flat_map(ends).chain(self.target).filter(|value| value.is_finite());
        let (low, high) = (all().fold(f64::INFINITY, f64::min), all().fold(f64::NEG_INFINITY, f64::max));
        if !low.is_finite() {
            drawing.text((LEFT, 60.0), "t", "No point has this number.");
            return drawing;
        }
        let heights = steps(low, if self.unit == " %" { high.min(100.0) } else { high });
        let (least, most) = (heights[0], heights[heights.len() - 1]);
        let y = |value: f64| BOTTOM - (value.clamp(least, most) - least) / (most - least) * (BOTTOM - TOP);
        let places = || known().map(|point| point.at).chain(self.across.1.iter().map(|place| place.0));
        let (from, to) = (places().fold(f64::INFINITY, f64::min), places().fold(f64::NEG_INFINITY, f64::max));
        let wide = if to > from { to - from } else { 1.0 };
        let x = |at: f64| LEFT + 24.0 + (at - from) / wide * (RIGHT - LEFT - 48.0);
        self.axes(&mut drawing, &heights, y, x);
        if self.is_joined {
            self.band(&mut drawing, &x, &y);
        }
        if let Some(target) = self.target {
            drawing.line(&[(LEFT, y(target)), (RIGHT, y(target))], "target", "");
            let text = format!("target {}{}", tick_word(target), self.unit);
            drawing.text((RIGHT + 6.0, y(target) + 4.0), "t strong", text);
        }
        let best: Vec<_> = self.best.iter().map(|&(at, value)| (x(at), y(value))).collect();
        drawing.line(&best, "thin", "");
        let mut last = f64::NEG_INFINITY;
        for point in known() {
            if let Some((low, high)) = point.ends.filter(|_| !self.is_joined) {
                let (low, high) =
                    (if low.is_finite() { low } else { least }, if high.is_finite() { high } else { most });
                drawing.line(&[(x(point.at), y(low)), (x(point.at), y(high))], "whisker", "");
            }
            drawing.dot((x(point.at), y(point.value)), point.class, point.tip.clone());
            let above = (x(point.at), y(point.value) - 11.0);
            if !point.name.is_empty() {
                drawing.text((above.0, above.1 - 14.0), "t m strong halo", point.name.clone());
            }
            if let Some(number) =
                point.number.clone().filter(|_| above.0 - last > ROOM || !point.name.is_empty())
            {
                last = above.0;
                drawing.number(above, "t m halo", number);
            }
        }
        drawing
    }

    fn axes(&self, drawing: &mut Drawing, heights: &[f64], y: impl Fn(f64) -> f64, x: impl Fn(f64) -> f64) {
        for &value in heights {
            drawing.line(&[(LEFT, y(value)), (RIGHT, y(value))], "grid", "");
            let text = if value.abs() >= 10_000.0 { thousands(value.abs() as u64) } else { tick_word(value) };
            drawing.text((LEFT - 8.0, y(value) + 4.0), "t e", format!("{text}{}", self.unit));
        }
        let mut last = f64::NEG_INFINITY;
        for (at, name) in &self.across.1 {
            if x(*at) - last > 10.0 + 8.0 * name.chars().count() as f64 {
                last = x(*at);
                drawing.text((last, BOTTOM + 20.0), "t m", name.clone());
            }
        }
        drawing.text(((LEFT + RIGHT) / 2.0, BOTTOM + 42.0), "t m", self.across.0.clone());
    }

    fn band(&self, drawing: &mut Drawing, x: &impl Fn(f64) -> f64, y: &impl Fn(f64) -> f64) {
        let known = || self.points.iter().filter_map(|point| point.ends.map(|ends| (point.at, ends)));
        let known = || known().filter(|(_, (low, high))| low.is_finite() && high.is_finite());
        let mut field: Vec<_> = known().map(|(at, (low, _))| (x(at), y(low))).collect();
        field.extend(known().map(|(at, (_, high))| (x(at), y(high))).collect::<Vec<_>>().into_iter().rev());
        if !field.is_empty() {
            drawing.field(field, "area");
        }
        let line: Vec<_> = self.points.iter().map(|point| (x(point.at), y(point.value))).collect();
        drawing.line(&line, "edge", "");
    }
}

/// The positions of a parameter's values with their labels: numbers at their distances, words in their order.
pub(super) fn places(vary: &crate::scenario::Vary) -> Vec<(f64, String)> {
    let numbers = vary.numbers().map(|(numbers, _)| numbers);
    let at = |number: usize| numbers.as_ref().map_or(number as f64, |numbers| numbers[number]);
    vary.values.iter().enumerate().map(|(number, value)| (at(number), value.clone())).collect()
}

/// The factor and unit of an axis: shares are shown in percent.
pub(super) fn scale(unit: &str) -> (f64, &'static str) {
    match unit {
        "share" => (100.0, " %"),
        "days" => (1.0, " d"),
        "hours" => (1.0, " h"),
        _ => (1.0, ""),
    }
}
