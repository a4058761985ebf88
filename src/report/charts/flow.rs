//! Jobs that end differently: from their outcome in the base (left) to their outcome in the variant (right).

use super::axis::whole;
use super::frame::{CONTENT, MARGIN, NAME, Panel, SMALL, head};
use super::input::{Caption, FlowChart, FlowPanel};
use super::picture::{Align, PALE, Picture, WIDTH, color, tint};

/// Most variants that fit side by side.
const MOST: usize = 3;
/// Height of the thinnest band, and gap between outcomes.
const THIN: f64 = 1.5;
const GAP: f64 = 26.0;
/// Height of one job where there are few jobs.
const THICK: f64 = 12.0;
/// Width of the bars at both ends.
const BAR: f64 = 12.0;

pub(super) fn draw(caption: &Caption, chart: &FlowChart) -> Picture {
    let panels = &chart.panels[..chart.panels.len().min(MOST)];
    let counted = match chart.panels.len() - panels.len() {
        0 => chart.counted.clone(),
        n => format!("{} · {n} more variants not shown", chart.counted),
    };
    let tall = panels.iter().map(|one| height(&chart.outcomes, one)).fold(60.0, f64::max);
    let mut picture = Picture::of(CONTENT + 60.0 + tall);
    head(&mut picture, "Jobs that end differently", caption, &counted);
    let wide = (WIDTH - 2.0 * MARGIN) / panels.len().max(1) as f64;
    for (i, one) in panels.iter().enumerate() {
        let left = MARGIN + wide * i as f64;
        let panel =
            Panel { left, top: CONTENT + 40.0, right: left + wide - 30.0, bottom: CONTENT + 40.0 + tall };
        panel.name(&mut picture, 12.0, &one.name, "");
        flow(&mut picture, &panel, &chart.outcomes, one);
    }
    picture
}

/// Height of a panel: few jobs need less than a full sheet.
fn height(outcomes: &[String], one: &FlowPanel) -> f64 {
    let all = 0..outcomes.len();
    let count = |from: usize, to: usize| if from == to { 0 } else { one.counts[from][to] };
    let moved: u64 = all.clone().flat_map(|from| all.clone().map(move |to| count(from, to))).sum();
    let used = |sum: &dyn Fn(usize) -> u64| all.clone().filter(|place| sum(*place) > 0).count();
    let leaving = used(&|from| all.clone().map(|to| count(from, to)).sum());
    let coming = used(&|to| all.clone().map(|from| count(from, to)).sum());
    let rows = leaving.max(coming) as f64;
    if moved == 0 { 60.0 } else { (moved as f64 * THICK + (GAP + 8.0) * rows + 70.0).min(550.0) }
}

fn flow(picture: &mut Picture, panel: &Panel, outcomes: &[String], one: &FlowPanel) {
    let count = |from: usize, to: usize| if from == to { 0 } else { one.counts[from][to] };
    let all = 0..outcomes.len();
    let leaving: Vec<u64> = all.clone().map(|from| all.clone().map(|to| count(from, to)).sum()).collect();
    let coming: Vec<u64> = all.clone().map(|to| all.clone().map(|from| count(from, to)).sum()).collect();
    let moved: u64 = leaving.iter().sum();
    if moved == 0 {
        return panel.says(picture, "no job ends differently");
    }
    let used = |sums: &[u64]| sums.iter().filter(|sum| **sum > 0).count().max(1) as f64;
    let gaps = GAP * (used(&leaving).max(used(&coming)) - 1.0);
    let scale = ((panel.bottom - panel.top - gaps - 60.0) / moved as f64).min(THICK);
    let (left, right) = (panel.left + 118.0, panel.right - 118.0);
    let mut from_top = starts(panel.top, &leaving, scale);
    let mut to_top = starts(panel.top, &coming, scale);
    let (from_start, to_start) = (from_top.clone(), to_top.clone());
    for from in all.clone() {
        for to in all.clone().filter(|&to| count(from, to) > 0) {
            let high = (count(from, to) as f64 * scale).max(THIN);
            let (a, b) = (from_top[from], to_top[to]);
            picture.area(&band((left + BAR, a), (right - BAR, b), high), tint(color(from), 45));
            from_top[from] += high;
            to_top[to] += high;
        }
    }
    for place in all {
        let name = &outcomes[place];
        let bar = |picture: &mut Picture, x: f64, top: f64, sum: u64, align: Align| {
            if sum > 0 {
                let high = (sum as f64 * scale).max(THIN);
                picture.rect(
                    x,
                    top,
                    x + BAR,
                    top + high,
                    if align == Align::Right { color(place) } else { PALE },
                );
                let (at, y) = (if align == Align::Right { x - 8.0 } else { x + BAR + 8.0 }, top + high / 2.0);
                picture.text(at, y, NAME.align(align), name);
                picture.text(at, y + 15.0, SMALL.align(align), &whole(sum));
            }
        };
        bar(picture, left, from_start[place], leaving[place], Align::Right);
        bar(picture, right - BAR, to_start[place], coming[place], Align::Left);
    }
}

/// The top of the bar of each outcome.
fn starts(top: f64, sums: &[u64], scale: f64) -> Vec<f64> {
    let mut y = top;
    let start = |sum: &u64| {
        let start = y;
        y += if *sum > 0 { (*sum as f64 * scale).max(THIN) + GAP } else { 0.0 };
        start
    };
    sums.iter().map(start).collect()
}

/// A band of constant height that curves from left to right.
fn band((left, a): (f64, f64), (right, b): (f64, f64), high: f64) -> Vec<(f64, f64)> {
    const STEPS: usize = 24;
    let point = |i: usize| {
        let t = i as f64 / STEPS as f64;
        (left + (right - left) * t, a + (b - a) * t * t * (3.0 - 2.0 * t))
    };
    let upper = (0..=STEPS).map(point);
    upper.clone().chain(upper.rev().map(|(x, y)| (x, y + high))).collect()
}
