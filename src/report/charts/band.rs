//! A metric over one parameter: line, interval band and target.

use super::axis::{Ticks, Window, signed, ticks_around};
use super::frame::{CONTENT, Key, MARGIN, NAME, Panel, SMALL, head, legend_row};
use super::input::{Across, BandChart, BandLine, Caption};
use super::picture::{
    Align, BLUE, Color, GREEN, GRID, INK, ORANGE, PURPLE, Picture, SKY, VERMILLION, WIDTH, tint,
};

/// Colours of the lines; the first line is the subject of the chart.
const COLORS: [Color; 6] = [BLUE, ORANGE, GREEN, PURPLE, VERMILLION, SKY];

pub(super) fn draw(caption: &Caption, chart: &BandChart) -> Picture {
    let mut picture = Picture::default();
    let lines = &chart.lines[..chart.lines.len().min(COLORS.len())];
    let counted = match chart.lines.len() - lines.len() {
        0 => chart.counted.clone(),
        more => format!("{} · {more} more lines not shown", chart.counted),
    };
    head(&mut picture, &chart.title, caption, &counted);
    let panel =
        Panel { left: MARGIN + 62.0, top: CONTENT + 46.0, right: WIDTH - MARGIN - 20.0, bottom: 632.0 };
    let known = || lines.iter().flat_map(|line| &line.points).filter(|point| point.value.is_finite());
    if known().next().is_none() {
        panel.no_data(&mut picture);
        return picture;
    }
    let heights = known().flat_map(|point| [point.value, point.low, point.high]);
    let target = chart.target.as_ref().filter(|target| target.at.is_finite());
    let up = ticks_around(heights.chain(target.map(|target| target.at)), 9.0, 0.0);
    let rise = window(&up, panel.bottom, panel.top);
    for value in &up.values {
        let y = rise.at(*value);
        picture.line(&[(panel.left, y), (panel.right, y)], GRID, 1.0);
        picture.text(panel.left - 7.0, y + 4.2, SMALL.align(Align::Right), &signed(*value, up.decimals));
    }
    picture.label(panel.left, panel.top - 12.0, SMALL, &SMALL.fit(&chart.unit, 500.0));
    let run = across(&mut picture, &panel, &chart.across, known().map(|point| point.at));
    let several = lines.len() > 1;
    if several {
        let keys = lines.iter().zip(COLORS).map(|(line, color)| Key { name: &line.name, color, line: true });
        legend_row(&mut picture, panel.left, CONTENT + 8.0, panel.right, &keys.collect::<Vec<_>>());
    }
    if let Some(shaded) = chart.shaded.as_ref().filter(|_| !several) {
        shades(&mut picture, &panel, shaded);
    }
    let steps = chart.frontier.windows(2).flat_map(|pair| [pair[0], (pair[1].0, pair[0].1)]);
    let steps: Vec<(f64, f64)> = steps.chain(chart.frontier.last().copied()).collect();
    let steps: Vec<(f64, f64)> = steps.into_iter().map(|(x, y)| (run.at(x), rise.at(y))).collect();
    if steps.len() > 1 {
        picture.line(&steps, tint(ORANGE, 70), 2.0);
    }
    for (line, color) in lines.iter().zip(COLORS).rev() {
        self::line(&mut picture, chart, line, &run, &rise, color);
    }
    if let Some(target) = target {
        let y = rise.at(target.at);
        dashes(&mut picture, panel.left, panel.right, y);
        picture.label(
            panel.right,
            y - 6.0,
            SMALL.color(INK).align(Align::Right),
            &SMALL.fit(&target.label, 300.0),
        );
    }
    panel.base(&mut picture);
    picture
}

fn window(ticks: &Ticks, start: f64, end: f64) -> Window {
    let (low, high) = (ticks.values[0], ticks.end());
    Window { low, high, start, end }
}

/// Labels and grid lines of the parameter's axis.
fn across(
    picture: &mut Picture,
    panel: &Panel,
    across: &Across,
    places: impl Iterator<Item = f64>,
) -> Window {
    let (words, run): (Vec<(f64, String)>, Window) = if across.labels.is_empty() {
        let places: Vec<f64> = places.collect();
        let whole = places.iter().all(|place| place.fract() == 0.0);
        let ticks = ticks_around(places, 12.0, if whole { 1.0 } else { 0.0 });
        let words = ticks.values.iter().map(|value| (*value, signed(*value, ticks.decimals))).collect();
        (words, window(&ticks, panel.left, panel.right))
    } else {
        let count = across.labels.len();
        let every = count.div_ceil(12).max(1);
        let words =
            across.labels.iter().enumerate().step_by(every).map(|(at, word)| (at as f64, word.clone()));
        let run = Window { low: -0.5, high: count as f64 - 0.5, start: panel.left, end: panel.right };
        (words.collect(), run)
    };
    let room = (panel.right - panel.left) / words.len().max(1) as f64 - 6.0;
    for (at, word) in words {
        let x = run.at(at);
        picture.line(&[(x, panel.top), (x, panel.bottom)], GRID, 1.0);
        picture.text(x, panel.bottom + 18.0, SMALL.align(Align::Middle), &SMALL.fit(&word, room));
    }
    picture.text(panel.right, panel.bottom + 38.0, NAME.align(Align::Right), &NAME.fit(&across.name, 700.0));
    run
}

fn line(
    picture: &mut Picture,
    chart: &BandChart,
    line: &BandLine,
    run: &Window,
    rise: &Window,
    color: Color,
) {
    let points = || line.points.iter().filter(|point| point.value.is_finite());
    let banded: Vec<_> = points().filter(|point| point.low.is_finite() && point.high.is_finite()).collect();
    if chart.joined {
        let upper = banded.iter().map(|point| (run.at(point.at), rise.at(point.high)));
        let lower = banded.iter().rev().map(|point| (run.at(point.at), rise.at(point.low)));
        picture.area(&upper.chain(lower).collect::<Vec<_>>(), tint(color, 22));
        picture.line(
            &points().map(|point| (run.at(point.at), rise.at(point.value))).collect::<Vec<_>>(),
            color,
            2.2,
        );
    } else {
        for point in banded {
            let x = run.at(point.at);
            picture.line(&[(x, rise.at(point.low)), (x, rise.at(point.high))], tint(color, 55), 1.4);
        }
    }
    for point in points() {
        let (x, y) = (run.at(point.at), rise.at(point.value));
        let color = point.shade.map_or(color, |part| mixed(SKY, VERMILLION, part));
        match point.hollow {
            true => picture.ring(x, y, 4.2, color),
            false => picture.dot(x, y, 4.2, color),
        }
    }
    names(
        picture,
        points().filter_map(|point| Some((run.at(point.at), rise.at(point.value), point.name.as_ref()?))),
    );
    // Drawn over all points; a name goes to the side that has room.
    for (point, name) in points().filter_map(|point| Some((point, point.label.as_ref()?))) {
        let (x, y) = (run.at(point.at), rise.at(point.value));
        picture.ring(x, y, 8.0, INK);
        picture.dot(x, y, 4.6, color);
        let ty = NAME.bold();
        let word = ty.fit(name, 420.0);
        let is_left = x + 14.0 + ty.width(&word) > WIDTH - MARGIN;
        let at = if is_left { x - 14.0 } else { x + 14.0 };
        let ty = if is_left { ty.align(Align::Right) } else { ty };
        picture.label(at, (y + 20.0).min(626.0), ty, &word);
    }
}

/// Names under their points, where they do not overlap.
fn names<'n>(picture: &mut Picture, points: impl Iterator<Item = (f64, f64, &'n String)>) {
    let mut taken: Vec<(f64, f64, f64)> = vec![];
    for (x, y, name) in points {
        let word = SMALL.fit(name, 260.0);
        let wide = SMALL.width(&word);
        let left = (x - wide / 2.0).clamp(MARGIN, WIDTH - MARGIN - wide);
        let base = (y + 18.0).min(626.0);
        let is_free =
            |(a, b, c): &(f64, f64, f64)| left > b + 6.0 || left + wide + 6.0 < *a || (base - c).abs() > 14.0;
        if taken.iter().all(is_free) {
            picture.label(left, base, SMALL.color(INK), &word);
            taken.push((left, left + wide, base));
        }
    }
}

/// The colour `part` of the way from one colour to another.
fn mixed(from: Color, to: Color, part: f64) -> Color {
    let part = if part.is_finite() { part.clamp(0.0, 1.0) } else { 0.0 };
    let mix = |a: u8, b: u8| (f64::from(a) + (f64::from(b) - f64::from(a)) * part).round() as u8;
    plotters::style::RGBColor(mix(from.0, to.0), mix(from.1, to.1), mix(from.2, to.2))
}

/// The colour legend of the second parameter.
fn shades(picture: &mut Picture, panel: &Panel, (name, least, most): &(String, String, String)) {
    let (left, y) = (panel.right - 190.0, CONTENT + 8.0);
    for step in 0..40 {
        let x = left + f64::from(step) * 3.0;
        picture.rect(x, y - 11.0, x + 3.4, y + 1.0, mixed(SKY, VERMILLION, f64::from(step) / 39.0));
    }
    let ty = SMALL.align(Align::Right);
    picture.text(left - 8.0, y, ty, &ty.fit(&format!("{name}  {least}"), 420.0));
    picture.text(left + 128.0, y, SMALL, &SMALL.fit(most, 60.0));
}

fn dashes(picture: &mut Picture, left: f64, right: f64, y: f64) {
    let mut x = left;
    while x < right {
        picture.rect(x, y - 0.6, (x + 6.0).min(right), y + 0.6, INK);
        x += 10.0;
    }
}
