//! Jobs by state over time.

use super::axis::{Ticks, sane, top, weekly};
use super::frame::{CONTENT, Key, MARGIN, Marks, Panel, days_scale, head, legend_column};
use super::input::{Caption, Series, StatesChart};
use super::picture::{Color, Picture, WHITE, WIDTH};
use super::theme;

/// Width of the legend at the right.
const LEGEND: f64 = 190.0;

pub(super) fn draw(caption: &Caption, chart: &StatesChart) -> Picture {
    let mut picture = Picture::default();
    head(&mut picture, "Jobs by state over time", caption, &chart.counted);
    let days = chart.working.iter().chain(&chart.retained).map(|s| s.values.len()).max().unwrap_or(0);
    let (left, right) = (MARGIN + 44.0, WIDTH - MARGIN - LEGEND);
    let marks = Marks::new(&days_scale(days, left, right), &chart.timeline);
    let upper = Panel { left, top: CONTENT + 24.0 + marks.height(), right, bottom: 442.0 };
    let lower = Panel { top: 492.0, bottom: 646.0, ..upper };
    let of = |series: &[Series]| series.iter().map(|one| theme::state(&one.name)).collect::<Vec<Color>>();
    let (working, retained) = (of(&chart.working), of(&chart.retained));
    upper.name(&mut picture, marks.height(), "In work", "jobs");
    stack(&mut picture, &upper, chart, days, &chart.working, &working);
    lower.name(&mut picture, 0.0, "In retention", "jobs");
    stack(&mut picture, &lower, chart, days, &chart.retained, &retained);
    if days > 0 {
        lower.date_words(&mut picture, &chart.timeline, days);
        marks.draw(&mut picture, upper.top, &[upper, lower]);
    }
    picture
}

/// Tops of the stacked areas: for each series, the sum of it and all series below, as weekly moving averages.
fn sums(series: &[Series], days: usize) -> Vec<Vec<f64>> {
    let mut under = vec![0.0; days];
    let mut sums = Vec::with_capacity(series.len());
    for one in series {
        for (sum, value) in under.iter_mut().zip(weekly(&one.values)) {
            *sum += sane(value).unwrap_or(0.0);
        }
        sums.push(under.clone());
    }
    sums
}

fn stack(
    picture: &mut Picture,
    panel: &Panel,
    chart: &StatesChart,
    days: usize,
    series: &[Series],
    colors: &[Color],
) {
    let sums = sums(series, days);
    let most = sums.last().map_or(0.0, top);
    if days == 0 || series.is_empty() {
        return panel.no_data(picture);
    }
    if most <= 0.0 {
        return panel.always_zero(picture);
    }
    let wanted = (panel.bottom - panel.top) / 42.0;
    panel.shades(picture, &chart.timeline, days);
    let rise = panel.rise(picture, &Ticks::new(most, wanted, 1.0));
    let run = panel.dates(picture, &chart.timeline, days);
    // Paint from the highest area down to the base line, each over the one before, so that there are no gaps between
    // them.
    for (sum, &color) in sums.iter().zip(colors).rev() {
        let mut points: Vec<_> =
            sum.iter().enumerate().map(|(i, &v)| (run.at(i as f64), rise.at(v))).collect();
        if let [alone] = points[..] {
            points.push((panel.right, alone.1));
        }
        picture.area(
            &[&[(panel.left, panel.bottom)], &points[..], &[(panel.right, panel.bottom)]].concat(),
            color,
        );
        picture.line(&points, WHITE, 0.34);
    }
    panel.base(picture);
    let keys: Vec<Key> = series
        .iter()
        .zip(colors)
        .rev()
        .map(|(s, &color)| Key { name: &s.name, color, line: false })
        .collect();
    legend_column(picture, panel.right + 22.0, panel.top + 14.0, LEGEND - 22.0, &keys);
}
