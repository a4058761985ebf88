//! Queue and utilisation of the stations over time.

use super::MOST_STATIONS;
use super::axis::{Scale, Ticks, sane, top};
use super::frame::{CONTENT, Key, MARGIN, Marks, Panel, days_scale, head, legend_row};
use super::input::{Caption, StationSeries, StationsChart};
use super::picture::{BLUE, Color, ORANGE, Picture, WIDTH, tint};

/// Days of the running mean: a week, which takes the weekly swing away.
const WEEK: usize = 7;

pub(super) fn draw(caption: &Caption, chart: &StationsChart) -> Picture {
    let mut picture = Picture::default();
    let stations = &chart.stations[..chart.stations.len().min(MOST_STATIONS)];
    let left_out = chart.stations.len() - stations.len();
    let counted = match left_out {
        0 => chart.counted.clone(),
        n => format!("{} · {n} more stations not shown", chart.counted),
    };
    head(&mut picture, "Queue and utilisation of the stations", caption, &counted);
    let days = stations.iter().map(|s| s.queue.len()).max().unwrap_or(0);
    legend(&mut picture, stations.iter().any(|station| station.band.is_some()));
    let middle = WIDTH / 2.0;
    let (left, right) = ((MARGIN + 44.0, middle - 22.0), (middle + 62.0, WIDTH - MARGIN));
    let marks = [left, right].map(|(l, r)| Marks::new(&days_scale(days, l, r), &chart.timeline.marks));
    let (first, last) = (CONTENT + 18.0 + marks[0].height().max(marks[1].height()), 650.0);
    if days == 0 {
        Panel { left: MARGIN, top: first, right: WIDTH - MARGIN, bottom: last }.no_data(&mut picture);
        return picture;
    }
    let row = (last - first) / stations.len() as f64;
    let panels = |(left, right): (f64, f64)| -> Vec<Panel> {
        let top = |i: usize| first + row * i as f64;
        let panel = |i| Panel { left, top: top(i) + 24.0, right, bottom: top(i + 1) - 4.0 };
        (0..stations.len()).map(panel).collect()
    };
    for (station, (queue, busy)) in stations.iter().zip(panels(left).iter().zip(&panels(right))) {
        self::row(&mut picture, chart, days, station, queue, busy);
    }
    for (marks, panels) in marks.iter().zip([panels(left), panels(right)]) {
        marks.draw(&mut picture, first, &panels);
        if let Some(lowest) = panels.last() {
            lowest.date_words(&mut picture, &chart.timeline, days);
        }
    }
    picture
}

fn legend(picture: &mut Picture, banded: bool) {
    let half = WIDTH / 2.0;
    for (left, right, color) in [(MARGIN + 44.0, half - 22.0, BLUE), (half + 62.0, WIDTH - MARGIN, ORANGE)] {
        let keys = [
            Key {
                name: if banded && color == BLUE { "90 % of replications" } else { "day by day" },
                color: tint(color, 40),
                line: false,
            },
            Key { name: "mean of seven days", color, line: true },
        ];
        legend_row(picture, left, CONTENT + 6.0, right, &keys);
    }
}

fn row(
    picture: &mut Picture,
    chart: &StationsChart,
    days: usize,
    station: &StationSeries,
    queue: &Panel,
    busy: &Panel,
) {
    queue.name(picture, 0.0, &station.name, &format!("queue, {}", station.unit));
    busy.name(picture, 0.0, &station.name, "utilisation, %");
    let wanted = ((queue.bottom - queue.top) / 24.0).max(2.0);
    if has_values(picture, queue, &station.queue) {
        let most = station.band.as_ref().map_or(0.0, |(_, high)| top(high)).max(top(&station.queue));
        let rise = queue.rise(picture, &Ticks::new(most, wanted, 1.0));
        let run = queue.dates(picture, &chart.timeline, days);
        match &station.band {
            None => series(picture, queue, &run, &rise, &station.queue, BLUE),
            Some((low, high)) => banded(picture, queue, &run, &rise, [low, &station.queue, high]),
        }
    }
    let Some(utilization) = &station.utilization else {
        return busy.says(picture, "its servers have no limit");
    };
    if has_values(picture, busy, utilization) {
        let rise = busy.rise(picture, &Ticks { values: vec![0.0, 50.0, 100.0], decimals: 0 });
        let percent: Vec<f64> = utilization.iter().map(|v| v * 100.0).collect();
        let run = busy.dates(picture, &chart.timeline, days);
        series(picture, busy, &run, &rise, &percent, ORANGE);
    }
}

/// Whether there is anything to draw; if not, the panel says why.
fn has_values(picture: &mut Picture, panel: &Panel, values: &[f64]) -> bool {
    if !values.iter().any(|&v| sane(v).is_some()) {
        panel.no_data(picture);
    } else if top(values) <= 0.0 {
        panel.always_zero(picture);
    } else {
        return true;
    }
    false
}

/// Daily values as bars, their running mean as a line.
fn series(picture: &mut Picture, panel: &Panel, run: &Scale, rise: &Scale, values: &[f64], color: Color) {
    let half = (run.at(1.0) - run.at(0.0)) / 2.0;
    let mut end = panel.left;
    for (i, value) in values.iter().enumerate() {
        let Some(value) = sane(*value) else { continue };
        let x = run.at(i as f64);
        let right = (x + half).min(panel.right);
        // Of days narrower than a step, only those are drawn that begin a new one: years must not take megabytes.
        if right - end >= 0.3 {
            picture.rect((x - half).max(panel.left), rise.at(value), right, panel.bottom, tint(color, 40));
            end = right;
        }
    }
    let means = running_mean(values);
    let points: Vec<_> =
        means.iter().enumerate().filter_map(|(i, m)| m.map(|m| (run.at(i as f64), rise.at(m)))).collect();
    picture.line(&points, color, 1.8);
    panel.base(picture);
}

/// The mean of several replications as a line, in the band of most of them; each as the mean of seven days.
fn banded(picture: &mut Picture, panel: &Panel, run: &Scale, rise: &Scale, values: [&[f64]; 3]) {
    let [low, mean, high] = values.map(|values| {
        let means = running_mean(values).into_iter().enumerate();
        means.filter_map(|(i, m)| m.map(|m| (run.at(i as f64), rise.at(m)))).collect::<Vec<_>>()
    });
    let around: Vec<_> = high.into_iter().chain(low.into_iter().rev()).collect();
    picture.area(&around, tint(BLUE, 30));
    picture.line(&mean, BLUE, 1.8);
    panel.base(picture);
}

/// The mean of the week around each day, over the days that have a value.
fn running_mean(values: &[f64]) -> Vec<Option<f64>> {
    let window = |i: usize| &values[i.saturating_sub(WEEK / 2)..(i + WEEK / 2 + 1).min(values.len())];
    let mean = |i: usize| {
        let known: Vec<f64> = window(i).iter().filter_map(|&v| sane(v)).collect();
        (!known.is_empty()).then(|| known.iter().sum::<f64>() / known.len() as f64)
    };
    (0..values.len()).map(mean).collect()
}
