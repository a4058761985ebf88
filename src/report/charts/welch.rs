//! Welch's plot: how long the initial state affects the results.

use super::axis::{Ticks, sane, top};
use super::frame::{CONTENT, Key, MARGIN, Panel, head, legend_row};
use super::input::{Caption, Timeline, WelchChart, WelchSeries};
use super::picture::{BLUE, INK, ORANGE, Picture, WIDTH, tint};

/// Most panels that fit.
const MOST: usize = 6;

pub(super) fn draw(caption: &Caption, chart: &WelchChart) -> Picture {
    let mut picture = Picture::default();
    head(&mut picture, "Warm-up", caption, &chart.counted);
    let series = &chart.series[..chart.series.len().min(MOST)];
    let (first, last) = (CONTENT + 18.0, 650.0);
    let days = series.iter().map(|one| one.days.len()).max().unwrap_or(0);
    if days == 0 {
        Panel { left: MARGIN, top: first, right: WIDTH - MARGIN, bottom: last }.no_data(&mut picture);
        return picture;
    }
    let keys = [
        Key { name: "mean of the replications", color: tint(BLUE, 45), line: true },
        Key { name: "moving mean", color: ORANGE, line: true },
    ];
    legend_row(&mut picture, MARGIN + 60.0, CONTENT + 6.0, WIDTH - MARGIN, &keys);
    let row = (last - first) / series.len() as f64;
    for (i, one) in series.iter().enumerate() {
        let top = first + row * i as f64;
        let panel =
            Panel { left: MARGIN + 60.0, top: top + 34.0, right: WIDTH - MARGIN, bottom: top + row - 4.0 };
        let timeline = Timeline { first: chart.first, marks: vec![], shades: vec![] };
        draw_one(&mut picture, &panel, one, &timeline, days);
        if i + 1 == series.len() {
            panel.date_words(&mut picture, &timeline, days);
        }
    }
    picture
}

fn draw_one(picture: &mut Picture, panel: &Panel, one: &WelchSeries, timeline: &Timeline, days: usize) {
    let note = match one.cut {
        Some(days) => format!("MSER-5: delete {days} days"),
        None => "too short to tell".into(),
    };
    panel.name(picture, 0.0, &one.name, &note);
    let wanted = ((panel.bottom - panel.top) / 24.0).max(2.0);
    let rise = panel.rise(picture, &Ticks::new(top(&one.days), wanted, 0.1));
    let run = panel.dates(picture, timeline, days);
    for (values, color, width) in [(&one.days, tint(BLUE, 45), 1.2), (&one.smooth, ORANGE, 2.0)] {
        let points: Vec<_> = values
            .iter()
            .enumerate()
            .filter_map(|(day, value)| sane(*value).map(|value| (run.at(day as f64), rise.at(value))))
            .collect();
        picture.line(&points, color, width);
    }
    panel.base(picture);
    if let Some(days) = one.cut {
        picture.dashes(run.at(days), panel.top, panel.bottom, INK);
    }
}
