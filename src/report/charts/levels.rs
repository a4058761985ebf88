//! Attainment of service levels by month: one panel each, with target, interval and probability of a miss.

use super::axis::{Window, decimal, whole};
use super::frame::{CONTENT, Key, MARGIN, NAME, Panel, SMALL, head, legend_row};
use super::input::{Caption, LevelMonths, LevelsChart, MonthPoint};
use super::picture::{Align, BLUE, INK, PALE, Picture, Type, VERMILLION, WIDTH};

/// Most service levels that fit.
const MOST: usize = 8;
/// Height of a panel with its surroundings.
const ROW: f64 = 236.0;
/// Steps of the axis in percent.
const STEPS: [f64; 7] = [1.0, 2.0, 2.5, 5.0, 10.0, 20.0, 25.0];

pub(super) fn draw(caption: &Caption, chart: &LevelsChart) -> Picture {
    let shown = &chart.levels[..chart.levels.len().min(MOST)];
    let rows = shown.len().max(1) as f64;
    let mut picture = Picture::of(CONTENT + 30.0 + ROW * rows);
    let counted = match chart.levels.len() - shown.len() {
        0 => chart.counted.clone(),
        more => format!("{} · {more} more levels not shown", chart.counted),
    };
    head(&mut picture, "Service levels by month", caption, &counted);
    let (left, right) = (MARGIN + 54.0, WIDTH - MARGIN - 92.0);
    let panel = |row: usize| {
        let top = CONTENT + 66.0 + ROW * row as f64;
        Panel { left, top, right, bottom: top + ROW - 96.0 }
    };
    if shown.iter().flat_map(|level| &level.months).all(|month| !month.value.is_finite()) {
        panel(0).no_data(&mut picture);
        return picture;
    }
    let keys = [
        Key { name: "at or above the target", color: BLUE, line: false },
        Key { name: "below it", color: VERMILLION, line: false },
    ];
    legend_row(&mut picture, left, CONTENT + 6.0, right, &keys);
    for (row, level) in shown.iter().enumerate() {
        one(&mut picture, &panel(row), level);
    }
    picture
}

fn one(picture: &mut Picture, panel: &Panel, level: &LevelMonths) {
    panel.name(picture, 10.0, &level.name, &level.says);
    let rise = axis(picture, panel, level);
    let y = rise.at(level.target * 100.0);
    let mut x = panel.left;
    while x < panel.right {
        picture.rect(x, y - 0.7, (x + 7.0).min(panel.right), y + 0.7, INK);
        x += 11.0;
    }
    let bold = SMALL.bold().color(INK);
    let target = format!("target {} %", trimmed(level.target * 100.0));
    picture.label(panel.right + 8.0, y + 4.2, bold, &bold.fit(&target, 116.0));
    let width = (panel.right - panel.left) / level.months.len().max(1) as f64;
    let x = |at: usize| panel.left + (at as f64 + 0.5) * width;
    let points = level.months.iter().enumerate().filter(|(_, month)| month.value.is_finite());
    let line: Vec<_> = points.clone().map(|(at, month)| (x(at), rise.at(month.value * 100.0))).collect();
    picture.line(&line, PALE, 1.4);
    let words = level.months.iter().map(|month| SMALL.width(&jobs(month))).fold(40.0, f64::max) + 8.0;
    let every = (words / width).ceil().max(1.0) as usize;
    let tells = level.months.iter().any(|month| month.chance.is_some());
    if tells {
        picture.text(panel.left - 8.0, panel.bottom + 48.0, SMALL.align(Align::Right), "missed");
    }
    for (at, month) in points {
        self::month(picture, panel, &rise, month, (x(at), level.target, at % every == 0));
    }
    panel.base(picture);
}

/// An axis in percent, from a round value below all shown values to 100.
fn axis(picture: &mut Picture, panel: &Panel, level: &LevelMonths) -> Window {
    let ends = level.months.iter().flat_map(|month| [month.value, month.interval.0]);
    let least = ends.filter(|end| end.is_finite()).fold(level.target, f64::min).clamp(0.0, 1.0) * 100.0;
    let step = STEPS.into_iter().find(|step| (100.5 - least) / step <= 4.0).unwrap_or(25.0);
    let lines = ((100.5 - least) / step).ceil().clamp(1.0, (100.0 / step).floor());
    let rise = Window { low: 100.0 - lines * step, high: 100.0, start: panel.bottom, end: panel.top };
    for line in 0..=lines as usize {
        let value = 100.0 - line as f64 * step;
        let y = rise.at(value);
        picture.line(&[(panel.left, y), (panel.right, y)], super::picture::GRID, 1.0);
        let word = format!("{} %", trimmed(value));
        picture.text(panel.left - 8.0, y + 4.2, SMALL.align(Align::Right), &word);
    }
    rise
}

fn month(
    picture: &mut Picture,
    panel: &Panel,
    rise: &Window,
    month: &MonthPoint,
    (x, target, told): (f64, f64, bool),
) {
    let y = rise.at(month.value * 100.0);
    let misses = month.value < target;
    let color = if misses { VERMILLION } else { BLUE };
    let (low, high) = month.interval;
    if low.is_finite() && high.is_finite() {
        let (low, high) = (rise.at(low * 100.0), rise.at(high * 100.0));
        picture.line(&[(x, low), (x, high)], color, 1.6);
        for end in [low, high] {
            picture.line(&[(x - 4.0, end), (x + 4.0, end)], color, 1.6);
        }
    }
    picture.dot(x, y, 5.0, color);
    if !told {
        return;
    }
    let ty = Type::new(12.0).color(color).align(Align::Middle);
    let ty = if misses { ty.bold() } else { ty };
    // The value stands above the dot where the line rises next, below where it falls, so that the line does not cross
    // it.
    let above = y - 11.0 > panel.top + 2.0 && !misses;
    picture.label(
        x,
        if above { y - 10.0 } else { (y + 19.0).min(panel.bottom - 3.0) },
        ty,
        &decimal(month.value * 100.0, 1),
    );
    let middle = SMALL.align(Align::Middle);
    picture.text(x, panel.bottom + 18.0, middle.color(INK), &middle.fit(&month.name, 56.0));
    picture.text(x, panel.bottom + 33.0, middle, &jobs(month));
    if let Some(chance) = month.chance {
        let ty = NAME.align(Align::Middle);
        let ty = if chance > 0.5 { ty.bold().color(VERMILLION) } else { ty };
        picture.text(x, panel.bottom + 49.0, ty, &format!("{:.0} %", (chance * 100.0).clamp(0.0, 100.0)));
    }
}

fn jobs(month: &MonthPoint) -> String {
    format!("{} jobs", whole(month.jobs))
}

/// Formats "95" or "92.5".
fn trimmed(value: f64) -> String {
    let text = decimal(value, 1);
    text.strip_suffix(".0").map_or(text.clone(), String::from)
}
