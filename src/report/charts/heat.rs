//! A metric over two parameters, as a map of coloured fields; the target separates the colours.

use super::axis::{signed, ticks_around};
use super::frame::{CONTENT, MARGIN, NAME, Panel, SMALL, head};
use super::input::{Caption, HeatChart};
use super::picture::{Align, BLUE, Color, GREY, INK, ORANGE, PALE, Picture, Type, WHITE, WIDTH, tint};

pub(super) fn draw(caption: &Caption, chart: &HeatChart) -> Picture {
    let mut picture = Picture::default();
    head(&mut picture, &chart.title, caption, &chart.counted);
    let panel =
        Panel { left: MARGIN + 110.0, top: CONTENT + 34.0, right: WIDTH - MARGIN - 150.0, bottom: 620.0 };
    let (columns, rows) = (chart.across.labels.len(), chart.up.labels.len());
    let known: Vec<f64> = chart.fields.iter().flatten().copied().filter(|value| value.is_finite()).collect();
    if known.is_empty() || columns == 0 || rows == 0 {
        panel.no_data(&mut picture);
        return picture;
    }
    let colours = Colours::of(&known, chart.target);
    let decimals = ticks_around(known.iter().copied(), 300.0, 0.0).decimals.min(4);
    let (wide, high) =
        ((panel.right - panel.left) / columns as f64, (panel.bottom - panel.top) / rows as f64);
    let ty = Type::new(12.0).align(Align::Middle);
    for (row, fields) in chart.fields.iter().enumerate().take(rows) {
        let bottom = panel.bottom - row as f64 * high;
        for (column, value) in fields.iter().enumerate().take(columns) {
            let left = panel.left + column as f64 * wide;
            let color = if value.is_finite() { colours.of_value(*value) } else { tint(PALE, 25) };
            picture.rect(left + 0.7, bottom - high + 0.7, left + wide - 0.7, bottom - 0.7, color);
            if chart.undecided.get(row).and_then(|row| row.get(column)) == Some(&true) {
                picture.hatch(left + 0.7, bottom - high + 0.7, left + wide - 0.7, bottom - 0.7, WHITE);
            }
            let word = if value.is_finite() { signed(*value, decimals) } else { "–".into() };
            if ty.width(&word) + 6.0 < wide && high > 17.0 {
                let ink = if colours.is_dark(*value) { WHITE } else { INK };
                let (x, y) = (left + wide / 2.0, bottom - high / 2.0 + 4.4);
                // The number has a plain background, so the hatching does not cross it.
                let half = ty.width(&word) / 2.0 + 4.0;
                picture.rect(x - half, y - 13.0, x + half, y + 5.0, color);
                picture.text(x, y, ty.color(ink), &word);
            }
        }
    }
    axes(&mut picture, &panel, chart, wide, high);
    legend(&mut picture, &panel, &colours, chart, decimals);
    picture
}

/// Labels of columns and rows; if they do not all fit, every n-th.
fn axes(picture: &mut Picture, panel: &Panel, chart: &HeatChart, wide: f64, high: f64) {
    let words =
        |labels: &[String]| labels.iter().map(|word| SMALL.width(word)).fold(0.0, f64::max).min(100.0) + 8.0;
    let every = (words(&chart.across.labels) / wide).ceil().max(1.0) as usize;
    for (column, word) in chart.across.labels.iter().enumerate().step_by(every) {
        let x = panel.left + (column as f64 + 0.5) * wide;
        picture.text(x, panel.bottom + 17.0, SMALL.align(Align::Middle), &SMALL.fit(word, 100.0));
    }
    let every = (17.0 / high).ceil().max(1.0) as usize;
    for (row, word) in chart.up.labels.iter().enumerate().step_by(every) {
        let y = panel.bottom - (row as f64 + 0.5) * high + 4.2;
        picture.text(panel.left - 8.0, y, SMALL.align(Align::Right), &SMALL.fit(word, 100.0));
    }
    picture.text(
        panel.right,
        panel.bottom + 40.0,
        NAME.align(Align::Right),
        &NAME.fit(&chart.across.name, 700.0),
    );
    picture.text(MARGIN, panel.top - 14.0, NAME, &NAME.fit(&chart.up.name, 700.0));
}

fn legend(picture: &mut Picture, panel: &Panel, colours: &Colours, chart: &HeatChart, decimals: usize) {
    const STEPS: usize = 40;
    let (left, right) = (panel.right + 34.0, panel.right + 56.0);
    let step = (panel.bottom - panel.top) / STEPS as f64;
    let at = |part: f64| colours.low + part * (colours.high - colours.low);
    for field in 0..STEPS {
        let bottom = panel.bottom - field as f64 * step;
        let color = colours.of_value(at((field as f64 + 0.5) / STEPS as f64));
        picture.rect(left, bottom - step, right, bottom, color);
    }
    let y = |value: f64| {
        let part = (value - colours.low) / (colours.high - colours.low).max(f64::MIN_POSITIVE);
        panel.bottom - part.clamp(0.0, 1.0) * (panel.bottom - panel.top) + 4.2
    };
    let mut taken: Vec<f64> = vec![];
    let marks = [colours.target, Some(colours.low), Some(colours.high)];
    for (number, value) in marks.into_iter().enumerate().filter_map(|(at, value)| Some((at, value?))) {
        let place = y(value);
        if value < colours.low
            || value > colours.high
            || taken.iter().any(|other| (other - place).abs() < 17.0)
        {
            continue;
        }
        taken.push(place);
        let ty = if number == 0 { SMALL.bold().color(INK) } else { SMALL };
        picture.text(right + 6.0, place, ty, &signed(value, decimals));
    }
    picture.text(
        WIDTH - MARGIN,
        panel.top - 14.0,
        NAME.color(GREY).align(Align::Right),
        &NAME.fit(&chart.unit, 180.0),
    );
}

/// Blue for values that reach the target, or for all without a target; orange for the others.
struct Colours {
    low: f64,
    high: f64,
    target: Option<f64>,
    less_is_better: bool,
}

impl Colours {
    fn of(known: &[f64], target: Option<(f64, bool)>) -> Colours {
        let (low, high) =
            known.iter().fold((f64::MAX, f64::MIN), |(low, high), value| (low.min(*value), high.max(*value)));
        Colours {
            low,
            high,
            target: target.map(|target| target.0),
            less_is_better: target.is_some_and(|target| target.1),
        }
    }

    /// The distance of a value from the target on its side, 0 to 1, and whether that is the good side.
    fn depth(&self, value: f64) -> (f64, bool) {
        let Some(target) = self.target else {
            return ((value - self.low) / (self.high - self.low).max(f64::MIN_POSITIVE), true);
        };
        let good = if self.less_is_better { value <= target } else { value >= target };
        let reach = if value >= target { self.high - target } else { target - self.low };
        ((value - target).abs() / reach.max(f64::MIN_POSITIVE), good)
    }

    fn of_value(&self, value: f64) -> Color {
        let (depth, good) = self.depth(value);
        tint(if good { BLUE } else { ORANGE }, 18 + (depth.clamp(0.0, 1.0) * 72.0) as u16)
    }

    fn is_dark(&self, value: f64) -> bool {
        let (depth, good) = self.depth(value);
        good && depth > 0.45
    }
}
