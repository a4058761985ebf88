//! Turnaround as cumulative curves; beside them service levels, by the time relative to the due instant.

use super::axis::{Scale, Ticks, Window, decimal, sane, signed, ticks_around, top, whole};
use super::frame::{CONTENT, MARGIN, NAME, Panel, SMALL, head};
use super::input::{Caption, Curve, LevelCurve, TurnaroundChart};
use super::picture::{Align, BLUE, Color, GREEN, GRID, INK, ORANGE, PURPLE, Picture, SKY, VERMILLION, WIDTH};

/// Colours of the curves; the first curve is the subject of the chart.
const COLORS: [Color; 6] = [BLUE, ORANGE, GREEN, PURPLE, VERMILLION, SKY];
/// Most curves that fit.
const MOST: usize = 4;
/// Height of a row of a legend.
const ROW: f64 = 21.0;
/// Distance from a panel to the first row of its legend.
const UNDER: f64 = 82.0;

pub(super) fn draw(caption: &Caption, chart: &TurnaroundChart) -> Picture {
    let curves = &chart.curves[..chart.curves.len().min(MOST)];
    let levels = &chart.levels[..chart.levels.len().min(COLORS.len())];
    let (left, right) = (MARGIN + 50.0, WIDTH - MARGIN - 20.0);
    let middle = if levels.is_empty() { right } else { WIDTH / 2.0 - 28.0 };
    let panel = Panel { left, top: CONTENT + 44.0, right: middle, bottom: 572.0 };
    let rows = curves.len().max(levels.len()) as f64;
    let mut picture = Picture::of(panel.bottom + UNDER + ROW * rows + 22.0);
    let longest = curves.iter().filter_map(|c| reach(c, 1.0)).fold(0.0, f64::max);
    let wanted = if levels.is_empty() { 13.0 } else { 7.0 };
    let ticks = Ticks::new(end(curves, longest), wanted, if longest < 2.0 { 0.1 } else { 1.0 });
    head(&mut picture, "Turnaround", caption, &counted(chart, &ticks, longest));
    if curves.iter().all(|c| reach(c, 0.0).is_none()) {
        panel.no_data(&mut picture);
        return picture;
    }
    panel.name(&mut picture, 14.0, "From order to end", "% of these jobs");
    turnaround(&mut picture, &panel, &ticks, curves);
    if !levels.is_empty() {
        let panel = Panel { left: WIDTH / 2.0 + 62.0, right, ..panel };
        panel.name(&mut picture, 14.0, "Service levels", "% of the jobs that each counts, done");
        self::levels(&mut picture, &panel, levels);
    }
    picture
}

fn turnaround(picture: &mut Picture, panel: &Panel, ticks: &Ticks, curves: &[Curve]) {
    let run = panel.run(picture, ticks, "days");
    let rise = shares(picture, panel);
    let colored = || curves.iter().zip(COLORS);
    for (curve, color) in colored().rev() {
        picture.line(&steps(curve, &run, &rise), color, if color == BLUE { 2.6 } else { 1.8 });
    }
    panel.base(picture);
    for (curve, color) in colored().rev() {
        for (share, at) in [(0.5, curve.p50), (0.95, curve.p95)] {
            if let Some(days) = at.and_then(sane).filter(|&d| d <= run.most) {
                picture.dot(run.at(days), rise.at(share), 4.5, color);
            }
        }
    }
    let notes = curves.iter().any(|curve| !curve.note.is_empty());
    let days = |at: Option<f64>| at.and_then(sane).map_or("–".into(), short);
    let rows = colored().map(|(curve, color)| {
        let mut cells = vec![curve.name.clone(), days(curve.p50), days(curve.p95)];
        if notes {
            cells.push(curve.note.clone());
        }
        (color, cells)
    });
    let heads = if notes {
        &["", "p50 days", "p95 days", "difference of p95"][..]
    } else {
        &["", "p50 days", "p95 days"]
    };
    let width = if notes { 700.0 } else { 420.0 };
    legend(picture, panel, width, heads, &rows.collect::<Vec<_>>());
}

/// The share of each level that was done by each time; at 0, the due instant, it is the attainment.
fn levels(picture: &mut Picture, panel: &Panel, levels: &[LevelCurve]) {
    let run = due_axis(picture, panel, levels);
    let rise = shares(picture, panel);
    let x = run.at(0.0);
    picture.dashes(x, panel.top - 6.0, panel.bottom, INK);
    picture.label(x, panel.top - 8.0, SMALL.color(INK).align(Align::Middle), "due");
    let colored = || levels.iter().zip(COLORS);
    for (level, color) in colored().rev() {
        let mut points = vec![(panel.left, panel.bottom)];
        let places =
            level.days.iter().zip(&level.share).filter(|(day, share)| day.is_finite() && share.is_finite());
        for (day, share) in places {
            let at = (run.at(*day), rise.at(*share));
            // Everything before the start of the axis is drawn at its start.
            match points.last_mut() {
                Some(last) if last.0 >= at.0 => *last = at,
                _ => points.push(at),
            }
        }
        points.push((panel.right, points[points.len() - 1].1));
        picture.line(&points, color, 2.2);
        picture.dot(x, rise.at(sane(level.attained).unwrap_or(0.0)), 4.5, color);
    }
    panel.base(picture);
    let rows = colored().map(|(level, color)| {
        let share = |value: f64| format!("{} %", decimal(value * 100.0, 1));
        (color, vec![level.name.clone(), share(level.attained), share(level.target), whole(level.jobs)])
    });
    legend(picture, panel, 460.0, &["", "when due", "target", "of jobs"], &rows.collect::<Vec<_>>());
}

/// An axis of days before and after the due instant, that contains all but the last 1 % of each level.
fn due_axis(picture: &mut Picture, panel: &Panel, levels: &[LevelCurve]) -> Window {
    let ends = |level: &LevelCurve| {
        let most = top(&level.share);
        let at = |part: f64| {
            let mut places = level.days.iter().zip(&level.share).filter(|(day, _)| day.is_finite());
            places.find(|(_, share)| **share >= part * most).map(|(day, _)| day.clamp(-1e6, 1e6))
        };
        [at(0.02), at(0.99)]
    };
    let known: Vec<f64> = levels.iter().flat_map(ends).flatten().collect();
    let ticks = ticks_around(known.into_iter().chain([0.0, 1.0]), 7.0, 0.1);
    let run = Window { low: ticks.values[0], high: ticks.end(), start: panel.left, end: panel.right };
    for value in &ticks.values {
        let x = run.at(*value);
        picture.line(&[(x, panel.top), (x, panel.bottom)], GRID, 1.0);
        picture.text(x, panel.bottom + 18.0, SMALL.align(Align::Middle), &signed(*value, ticks.decimals));
    }
    picture.text(panel.right, panel.bottom + 38.0, SMALL.align(Align::Right), "days after the job was due");
    run
}

/// A small table under a panel, with one row for each curve, in its colour.
fn legend(picture: &mut Picture, panel: &Panel, width: f64, heads: &[&str], rows: &[(Color, Vec<String>)]) {
    let width = width.min(panel.right - panel.left);
    let (left, right) = (panel.left, panel.left + width);
    let top = panel.bottom + UNDER;
    let note = heads.len() == 4 && heads[3].len() > 10;
    let column = |at: usize| match (note, at) {
        (true, 3) => right,
        (true, _) => right - 230.0 - 80.0 * (2 - at.min(2)) as f64,
        _ => right - 76.0 * (heads.len() - 1 - at) as f64,
    };
    let ty = SMALL.align(Align::Right);
    for (at, word) in heads.iter().enumerate().skip(1) {
        picture.text(column(at), top - 6.0, ty, word);
    }
    for (number, (color, cells)) in rows.iter().enumerate() {
        let y = top + ROW * (number as f64 + 0.6);
        picture.line(&[(left, y - 4.0), (left + 16.0, y - 4.0)], *color, 2.6);
        let name = NAME.bold();
        picture.text(left + 24.0, y, name, &name.fit(&cells[0], column(1) - left - 24.0 - 70.0));
        for (at, word) in cells.iter().enumerate().skip(1) {
            let ty = NAME.align(Align::Right);
            picture.text(column(at), y, ty, &ty.fit(word, if note && at == 3 { 220.0 } else { 66.0 }));
        }
    }
}

fn counted(chart: &TurnaroundChart, ticks: &Ticks, longest: f64) -> String {
    let mut text = chart.counted.clone();
    if let Some(share) = sane(chart.censored_share).filter(|&s| s > 0.0) {
        let part = super::super::words::share(share);
        text += &format!(" · {part} had not ended and count as still waiting");
    }
    if longest > ticks.end() {
        text += &format!(" · the longest took {} days, off the axis", short(longest));
    }
    text
}

fn short(days: f64) -> String {
    decimal(days, usize::from(days < 100.0))
}

/// The first day by which a curve reaches a share; its last day for a larger share than it ever reaches.
fn reach(curve: &Curve, share: f64) -> Option<f64> {
    let points = curve.days.iter().zip(&curve.share).filter_map(|(&d, &s)| Some((sane(d)?, sane(s)?)));
    let mut last = None;
    for (day, done) in points {
        last = Some(day);
        if done >= share {
            break;
        }
    }
    last
}

/// The end of the axis: a few jobs of many months must not compress all others.
fn end(curves: &[Curve], longest: f64) -> f64 {
    let most = curves.iter().filter_map(|c| reach(c, top(&c.share) * 0.99)).fold(0.0, f64::max);
    let last = curves.iter().filter_map(|c| c.p95.and_then(sane)).fold(0.0, f64::max);
    let enough = most.max(last * 1.15);
    if longest < enough * 1.4 { enough.max(longest) } else { enough }
}

fn shares(picture: &mut Picture, panel: &Panel) -> Scale {
    let ticks = Ticks { values: (0..=10).map(|i| f64::from(i) * 10.0).collect(), decimals: 0 };
    let scale = panel.rise(picture, &ticks);
    Scale { most: scale.most / 100.0, ..scale }
}

fn steps(curve: &Curve, run: &Scale, rise: &Scale) -> Vec<(f64, f64)> {
    let mut points = vec![(run.start, rise.start)];
    let mut done = rise.start;
    for (&day, &share) in curve.days.iter().zip(&curve.share) {
        let (Some(day), Some(share)) = (sane(day), sane(share)) else { continue };
        if day > run.most {
            break;
        }
        points.push((run.at(day), done));
        done = rise.at(share);
        points.push((run.at(day), done));
    }
    // A curve goes to the end of the axis only if it continues there, or has reached its final height.
    points.push((run.end, done));
    points
}
