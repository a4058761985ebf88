//! Where the time of jobs went: stacked bars, and a table with all numbers below.

use super::axis::{Ticks, decimal, sane, whole};
use super::frame::{CONTENT, MARGIN, NAME, Panel, SMALL, head};
use super::input::{Caption, TimeGroup, TimeSpentChart};
use super::picture::{Align, BLUE, Color, GRID, INK, PALE, Picture, Type, WHITE, WIDTH, color, tint};

/// Most bars that fit.
const MOST_GROUPS: usize = 6;
/// Parts with their own colour and table row; further parts are combined in the last one.
const MOST_PARTS: usize = 14;
/// Height of a bar with its surroundings.
const BAR: f64 = 62.0;

pub(super) fn draw(caption: &Caption, chart: &TimeSpentChart) -> Picture {
    let groups = &chart.groups[..chart.groups.len().min(MOST_GROUPS)];
    let days: Vec<Vec<f64>> = groups.iter().map(|g| parts_of(g, chart.parts.len())).collect();
    let most = days.iter().map(|d| d.iter().sum::<f64>()).fold(0.0, f64::max);
    let names = groups.iter().map(|g| NAME.width(&NAME.fit(&g.name, 200.0))).fold(90.0, f64::max);
    let panel = Panel {
        left: MARGIN + names + 16.0,
        top: CONTENT + 6.0,
        right: WIDTH - MARGIN - 80.0,
        bottom: CONTENT + 6.0 + BAR * groups.len().max(2) as f64,
    };
    let rows = chart.parts.len().min(MOST_PARTS) as f64 + 2.0;
    let mut picture = Picture::of(panel.bottom + 74.0 + 24.0 * rows);
    head(&mut picture, "Where the time went", caption, &chart.counted);
    if most <= 0.0 || chart.parts.is_empty() {
        Panel { left: MARGIN, ..panel }.no_data(&mut picture);
        return picture;
    }
    let scale = panel.run(&mut picture, &Ticks::new(most, 12.0, 0.1), "mean days of a job");
    let row = (panel.bottom - panel.top) / groups.len() as f64;
    for (i, (group, days)) in groups.iter().zip(&days).enumerate() {
        let y = panel.top + row * (i as f64 + 0.5);
        let name = NAME.fit(&group.name, 200.0);
        let jobs = format!("{} jobs", whole(group.jobs));
        picture.text(panel.left - 12.0, y - 1.0, NAME.bold().align(Align::Right), &name);
        picture.text(panel.left - 12.0, y + 14.0, SMALL.align(Align::Right), &jobs);
        let half = (row * 0.36).min(27.0);
        bar(&mut picture, days, &scale, (y - half, y + half));
    }
    picture.line(&[(panel.left, panel.top), (panel.left, panel.bottom)], PALE, 1.0);
    table(&mut picture, chart, groups, &days, panel.bottom + 74.0);
    picture
}

/// The drawable days of each part that has a row.
fn parts_of(group: &TimeGroup, parts: usize) -> Vec<f64> {
    let all: Vec<f64> = (0..parts).map(|i| group.days.get(i).and_then(|&d| sane(d)).unwrap_or(0.0)).collect();
    if parts <= MOST_PARTS {
        return all;
    }
    let (kept, rest) = all.split_at(MOST_PARTS - 1);
    [kept, &[rest.iter().sum()]].concat()
}

fn bar(picture: &mut Picture, days: &[f64], scale: &super::axis::Scale, (top, bottom): (f64, f64)) {
    let mut done = 0.0;
    for (i, &part) in days.iter().enumerate() {
        let (left, right) = (scale.at(done), scale.at(done + part));
        picture.rect(left, top, right, bottom, part_color(i));
        // A white edge separates neighbours, also for readers who do not see the difference in colour.
        picture.line(&[(right, top), (right, bottom)], WHITE, 1.0);
        let word = decimal(part, 1);
        let ty = Type::new(12.0).color(on(part_color(i))).align(Align::Middle);
        if right - left > ty.width(&word) + 8.0 {
            picture.text((left + right) / 2.0, (top + bottom) / 2.0 + 4.3, ty, &word);
        }
        done += part;
    }
    let sum = Type::new(13.0).bold();
    picture.label(scale.at(done) + 8.0, (top + bottom) / 2.0 + 4.6, sum, &format!("{} d", decimal(done, 1)));
}

/// The colour of part number `i`; after the last colour, paler ones follow.
fn part_color(i: usize) -> Color {
    if i < 7 { color(i) } else { tint(color(i - 7), 50) }
}

/// White on dark colours, black on bright ones.
fn on(color: Color) -> Color {
    if color == BLUE || color == super::picture::GREEN || color == super::picture::VERMILLION {
        WHITE
    } else {
        INK
    }
}

fn table(picture: &mut Picture, chart: &TimeSpentChart, groups: &[TimeGroup], days: &[Vec<f64>], top: f64) {
    let column = ((WIDTH - 2.0 * MARGIN - 240.0) / groups.len().max(1) as f64).min(170.0);
    let width = 240.0 + column * groups.len() as f64;
    let left = (WIDTH - width) / 2.0;
    let right = |number: usize| left + 240.0 + column * (number as f64 + 1.0) - 8.0;
    let head = NAME.bold().align(Align::Right);
    picture.text(left, top, SMALL, "mean days of a job, share of the whole");
    for (i, group) in groups.iter().enumerate() {
        picture.text(right(i), top, head, &head.fit(&group.name, column - 12.0));
    }
    let rows = days.first().map_or(0, Vec::len);
    for part in 0..=rows {
        let y = top + 24.0 * (part as f64 + 1.0);
        picture.line(&[(left, y - 16.5), (left + width, y - 16.5)], GRID, 1.0);
        let (name, ty) = match part {
            _ if part == rows => ("whole", NAME.bold()),
            _ if part + 1 == MOST_PARTS && chart.parts.len() > MOST_PARTS => ("other", NAME),
            _ => (chart.parts[part].as_str(), NAME),
        };
        if part < rows {
            picture.rect(left, y - 11.0, left + 13.0, y + 2.0, part_color(part));
        }
        picture.text(left + 22.0, y, ty, &ty.fit(name, 225.0));
        for (i, days) in days.iter().enumerate() {
            cell(picture, right(i), y, days, part);
        }
    }
}

/// Writes "4.21    13 %"; the last row is the sum.
fn cell(picture: &mut Picture, right: f64, y: f64, days: &[f64], part: usize) {
    let whole: f64 = days.iter().sum();
    let (value, ty) = days.get(part).map_or((whole, NAME.bold()), |&value| (value, NAME));
    let decimals = if whole < 100_000.0 { 2 } else { 0 };
    if value < 0.005 {
        return picture.text(right - 56.0, y, ty.align(Align::Right), "–");
    }
    picture.text(right - 56.0, y, ty.align(Align::Right), &decimal(value, decimals));
    let share = if whole > 0.0 { format!("{:.0} %", value / whole * 100.0) } else { "–".to_string() };
    picture.text(right, y, SMALL.align(Align::Right), &share);
}
