//! Differences of a variant from a base, each with its interval, as shares of the base.

use super::axis::{Ticks, decimal, sane};
use super::frame::{CONTENT, Key, MARGIN, NAME, Panel, SMALL, head, legend_row};
use super::input::{Caption, DifferenceRow, DifferencesChart, Tone};
use super::picture::{Align, BLUE, Color, GREY, GRID, PALE, Picture, VERMILLION, WIDTH};

/// Rows that have room.
const MOST: usize = 34;
/// Differences beyond this many percent run out of the picture, with an arrow's worth of line.
const FAR: f64 = 100.0;

pub(super) fn draw(caption: &Caption, chart: &DifferencesChart) -> Picture {
    let mut picture = Picture::default();
    let rows = &chart.rows[..chart.rows.len().min(MOST)];
    let left_out = chart.rows.len() - rows.len();
    let counted = match left_out {
        0 => chart.counted.clone(),
        n => format!("{} · {n} more not shown", chart.counted),
    };
    head(&mut picture, "Differences from the base", caption, &counted);
    let panel = Panel { left: 430.0, top: CONTENT + 30.0, right: WIDTH - MARGIN - 190.0, bottom: 640.0 };
    if rows.is_empty() {
        panel.no_data(&mut picture);
        return picture;
    }
    legend(&mut picture, &panel);
    let ends = rows.iter().flat_map(|row| [row.low.abs(), row.high.abs(), row.value.abs()]);
    let most = ends.filter_map(sane).fold(0.0, f64::max).min(FAR);
    let at = axis(&mut picture, &panel, most);
    let high = (panel.bottom - panel.top) / rows.len().max(6) as f64;
    for (i, row) in rows.iter().enumerate() {
        one(&mut picture, &panel, panel.top + high * (i as f64 + 0.5), row, &at);
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

/// Grid and words of an axis with nothing in the middle; gives the place of a difference.
fn axis(picture: &mut Picture, panel: &Panel, most: f64) -> impl Fn(f64) -> f64 + use<> {
    let ticks = Ticks::new(most, 4.0, 0.01);
    let (middle, half) = ((panel.left + panel.right) / 2.0, (panel.right - panel.left) / 2.0);
    let end = ticks.end();
    let at = move |value: f64| middle + (value / end).clamp(-1.0, 1.0) * half;
    for value in ticks.values.iter().flat_map(|&value| [value, -value]) {
        let x = at(value);
        picture.line(&[(x, panel.top), (x, panel.bottom)], if value == 0.0 { PALE } else { GRID }, 1.0);
        let sign = if value < 0.0 {
            "−"
        } else if value > 0.0 {
            "+"
        } else {
            ""
        };
        let word = format!("{sign}{} %", decimal(value.abs(), ticks.decimals));
        picture.text(x, panel.bottom + 18.0, SMALL.align(Align::Middle), &word);
    }
    picture.text(panel.right, panel.bottom + 38.0, SMALL.align(Align::Right), "difference, of the base");
    at
}

fn one(picture: &mut Picture, panel: &Panel, y: f64, row: &DifferenceRow, at: &impl Fn(f64) -> f64) {
    let name = NAME.align(Align::Right);
    picture.text(panel.left - 12.0, y + 4.6, name, &NAME.fit(&row.name, panel.left - MARGIN - 14.0));
    picture.text(
        panel.right + 12.0,
        y + 4.6,
        SMALL,
        &SMALL.fit(&row.words, WIDTH - MARGIN - panel.right - 14.0),
    );
    let color = color(row.tone);
    if row.low.is_nan() || row.high.is_nan() {
        return;
    }
    picture.line(&[(at(row.low), y), (at(row.high), y)], color, 2.4);
    for end in [row.low, row.high].into_iter().filter(|end| end.abs() <= FAR) {
        picture.line(&[(at(end), y - 4.0), (at(end), y + 4.0)], color, 1.6);
    }
    picture.dot(at(row.value), y, 3.6, color);
}

fn color(tone: Tone) -> Color {
    match tone {
        Tone::Good => BLUE,
        Tone::Bad => VERMILLION,
        Tone::Mixed | Tone::Open => GREY,
    }
}
