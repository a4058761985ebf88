//! Turnaround as cumulative curve.

use super::axis::{Scale, Ticks, decimal, percent, sane, top};
use super::frame::{CONTENT, Key, MARGIN, Marks, Panel, SMALL, head, legend_row};
use super::input::{Caption, Curve, TurnaroundChart};
use super::picture::{Align, BLUE, Color, GREEN, INK, ORANGE, PALE, PURPLE, Picture, Type, WIDTH};

/// Colours of the curves; the first one is what the chart is about.
const COLORS: [Color; 4] = [BLUE, ORANGE, GREEN, PURPLE];

pub(super) fn draw(caption: &Caption, chart: &TurnaroundChart) -> Picture {
    let mut picture = Picture::default();
    let curves = &chart.curves[..chart.curves.len().min(COLORS.len())];
    let mut panel =
        Panel { left: MARGIN + 50.0, top: CONTENT + 40.0, right: WIDTH - MARGIN - 20.0, bottom: 632.0 };
    let longest = curves.iter().filter_map(|c| reach(c, 1.0)).fold(0.0, f64::max);
    let ticks = Ticks::new(end(chart, curves, longest), 13.0, if longest < 2.0 { 0.1 } else { 1.0 });
    head(&mut picture, "Turnaround", caption, &counted(chart, &ticks, longest));
    if curves.iter().all(|c| reach(c, 0.0).is_none()) {
        panel.no_data(&mut picture);
        return picture;
    }
    let slas = Marks::new(&Scale::new(ticks.end(), panel.left, panel.right), &chart.slas);
    panel.top += slas.height();
    let keys: Vec<Key> =
        curves.iter().zip(COLORS).map(|(c, color)| Key { name: &c.name, color, line: true }).collect();
    legend_row(&mut picture, panel.left, CONTENT + 8.0, panel.right, &keys);
    let run = panel.run(&mut picture, &ticks, "days");
    let rise = shares(&mut picture, &panel);
    slas.draw(&mut picture, panel.top, &[panel]);
    for (curve, color) in curves.iter().zip(COLORS).rev() {
        picture.line(&steps(curve, &run, &rise), color, if color == BLUE { 2.6 } else { 1.8 });
    }
    panel.base(&mut picture);
    for (name, share, at) in [("p50", 0.50, chart.p50), ("p95", 0.95, chart.p95)] {
        if let Some(days) = at.and_then(sane).filter(|&d| d <= run.most) {
            let clear = curves.iter().filter_map(|c| reach(c, share)).fold(days, f64::max);
            let label = format!("{name}  {} days", short(days));
            quantile(&mut picture, &panel, (run.at(days), rise.at(share)), run.at(clear), &label);
        }
    }
    picture
}

fn counted(chart: &TurnaroundChart, ticks: &Ticks, longest: f64) -> String {
    let mut text = chart.counted.clone();
    if let Some(share) = sane(chart.censored_share).filter(|&s| s > 0.0) {
        let part = percent((share * 1e6) as u64, 1_000_000);
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

/// The first day by which a curve has reached a share; the last of its days for more than it ever reaches.
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

/// Where the axis ends: a few jobs of many months must not press the others against its start.
fn end(chart: &TurnaroundChart, curves: &[Curve], longest: f64) -> f64 {
    let most = curves.iter().filter_map(|c| reach(c, top(&c.share) * 0.99)).fold(0.0, f64::max);
    let slas = chart.slas.iter().filter_map(|m| sane(m.at)).fold(0.0, f64::max);
    let enough = most.max(chart.p95.and_then(sane).unwrap_or(0.0) * 1.15).max(slas * 1.1);
    if longest < enough * 1.4 { enough.max(longest) } else { enough }
}

fn shares(picture: &mut Picture, panel: &Panel) -> Scale {
    let ticks = Ticks { values: (0..=10).map(|i| f64::from(i) * 10.0).collect(), decimals: 0 };
    let scale = panel.rise(picture, &ticks);
    picture.text(panel.left - 7.0, panel.top - 12.0, SMALL.align(Align::Right), "% jobs");
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
    // Only a curve that goes on, or has ended at its height, reaches the end of the axis.
    points.push((run.end, done));
    points
}

/// Guides from both axes to a point of the curve, and its label right of all curves: under there they never are.
fn quantile(picture: &mut Picture, panel: &Panel, (x, y): (f64, f64), clear: f64, label: &str) {
    picture.line(&[(panel.left, y), (x, y)], PALE, 1.0);
    picture.line(&[(x, y), (x, panel.bottom)], PALE, 1.0);
    picture.dot(x, y, 4.5, INK);
    let ty = Type::new(13.0).bold();
    let left = (clear + 10.0).min(panel.right - ty.width(label));
    picture.label(left, y + 20.0, ty, label);
}
