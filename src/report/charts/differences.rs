//! Differences of a variant from a base, each with its interval: a panel for each unit.

use super::axis::{Ticks, decimal, sane};
use super::frame::{CONTENT, Key, MARGIN, NAME, Panel, SMALL, head, legend_row};
use super::input::{Caption, DifferenceRow, DifferencesChart, Tone};
use super::picture::{Align, BLUE, Color, GREY, GRID, PALE, Picture, VERMILLION, WIDTH};

/// Most rows that fit.
const MOST: usize = 40;
/// Height of a row.
const ROW: f64 = 36.0;
/// Height of a panel besides its rows.
const AROUND: f64 = 66.0;
/// A value this many times as far out as the others is cut, with an arrow.
const FAR: f64 = 6.0;

pub(super) fn draw(caption: &Caption, chart: &DifferencesChart) -> Picture {
    let rows = &chart.rows[..chart.rows.len().min(MOST)];
    let counted = match chart.rows.len() - rows.len() {
        0 => chart.counted.clone(),
        n => format!("{} · {n} more not shown", chart.counted),
    };
    let mut units: Vec<&str> = vec![];
    rows.iter().for_each(|row| {
        if !units.contains(&row.unit.as_str()) {
            units.push(&row.unit);
        }
    });
    let tall = AROUND * units.len().max(1) as f64 + ROW * rows.len().max(2) as f64;
    let mut picture = Picture::of(CONTENT + 30.0 + tall);
    head(&mut picture, "Differences from the base", caption, &counted);
    let across =
        Panel { left: 400.0, top: CONTENT + 34.0, right: WIDTH - 366.0, bottom: CONTENT + 34.0 + ROW };
    if rows.is_empty() {
        across.no_data(&mut picture);
        return picture;
    }
    legend(&mut picture, &across);
    let mut top = CONTENT + 60.0;
    for unit in units {
        let own: Vec<&DifferenceRow> = rows.iter().filter(|row| row.unit == unit).collect();
        let panel = Panel { top, bottom: top + ROW * own.len() as f64, ..across };
        self::unit(&mut picture, &panel, unit, &own);
        top = panel.bottom + AROUND;
    }
    picture
}

fn legend(picture: &mut Picture, panel: &Panel) {
    let names = [
        (Tone::Good, "better"),
        (Tone::Bad, "worse"),
        (Tone::Mixed, "undecided, equal, equivalent, or neither good nor bad"),
    ];
    let keys = names.map(|(tone, name)| Key { name, color: color(tone), line: true });
    legend_row(picture, panel.left, CONTENT + 8.0, WIDTH - MARGIN, &keys);
}

fn unit(picture: &mut Picture, panel: &Panel, unit: &str, rows: &[&DifferenceRow]) {
    panel.name(picture, 4.0, unit, "");
    let at = axis(picture, panel, reach(rows));
    for (number, row) in rows.iter().enumerate() {
        one(picture, panel, panel.top + ROW * (number as f64 + 0.5), row, &at);
    }
}

/// The range of the axis: all interval ends, except those far beyond all others.
fn reach(rows: &[&DifferenceRow]) -> f64 {
    let far = |row: &&DifferenceRow| {
        [row.low, row.high, row.value].into_iter().filter_map(|end| sane(end.abs())).fold(0.0, f64::max)
    };
    let mut ends: Vec<f64> = rows.iter().map(far).filter(|end| *end > 0.0).collect();
    ends.sort_by(f64::total_cmp);
    while let [.., before, last] = ends[..]
        && last > before * FAR
    {
        ends.pop();
    }
    ends.last().copied().unwrap_or(1.0)
}

/// Draws an axis with zero in the middle. Returns a function that gives the position of a difference, and its distance
/// from the middle (the axis ends at 1).
fn axis(picture: &mut Picture, panel: &Panel, most: f64) -> impl Fn(f64) -> (f64, f64) + use<> {
    let ticks = Ticks::new(most, 3.0, if most < 0.05 { 0.001 } else { 0.01 });
    let (middle, half) = ((panel.left + panel.right) / 2.0, (panel.right - panel.left) / 2.0);
    let end = ticks.end();
    let at = move |value: f64| {
        let part = if value.is_nan() { 0.0 } else { value / end };
        (middle + part.clamp(-1.0, 1.0) * half, part)
    };
    for value in ticks.values.iter().flat_map(|&value| [value, -value]) {
        let x = at(value).0;
        picture.line(&[(x, panel.top), (x, panel.bottom)], if value == 0.0 { PALE } else { GRID }, 1.0);
        if value == 0.0 {
            continue;
        }
        let sign = if value < 0.0 { "−" } else { "+" };
        let word = format!("{sign}{}", decimal(value.abs(), ticks.decimals.max(usize::from(end < 0.05) * 3)));
        picture.text(x, panel.bottom + 17.0, SMALL.align(Align::Middle), &word);
    }
    picture.text(middle, panel.bottom + 17.0, SMALL.align(Align::Middle), "0");
    at
}

fn one(picture: &mut Picture, panel: &Panel, y: f64, row: &DifferenceRow, at: &impl Fn(f64) -> (f64, f64)) {
    let room = panel.left - MARGIN - 16.0;
    picture.text(MARGIN, y - 1.0, NAME, &NAME.fit(&row.name, room));
    picture.text(MARGIN, y + 13.0, SMALL, &SMALL.fit(&row.note, room));
    let color = color(row.tone);
    let words = NAME.color(color);
    picture.text(
        panel.right + 16.0,
        y + 4.6,
        words,
        &words.fit(&row.words, WIDTH - MARGIN - panel.right - 18.0),
    );
    if row.low.is_nan() || row.high.is_nan() {
        return;
    }
    picture.line(&[(at(row.low).0, y), (at(row.high).0, y)], color, 2.4);
    for (x, part) in [at(row.low), at(row.high)] {
        match part.abs() > 1.0 {
            // An arrow: the interval goes on beyond the axis.
            true => {
                let back = x - 9.0 * part.signum();
                picture.area(&[(x, y), (back, y - 6.0), (back, y + 6.0)], color);
            }
            false => picture.line(&[(x, y - 4.5), (x, y + 4.5)], color, 1.6),
        }
    }
    if at(row.value).1.abs() <= 1.0 {
        picture.dot(at(row.value).0, y, 4.0, color);
    }
}

fn color(tone: Tone) -> Color {
    match tone {
        Tone::Good => BLUE,
        Tone::Bad => VERMILLION,
        Tone::Mixed | Tone::Open => GREY,
    }
}
