//! Queue and utilisation of the stations over time.

use super::MOST_STATIONS;
use super::axis::{Scale, Ticks, sane, top, weekly};
use super::frame::{CONTENT, Key, MARGIN, Marks, Panel, days_scale, head, legend_row};
use super::input::{Caption, StationSeries, StationsChart};
use super::picture::{BLUE, Color, ORANGE, Picture, WIDTH, tint};

/// Height of the row of a station.
const ROW: f64 = 128.0;

pub(super) fn draw(caption: &Caption, chart: &StationsChart) -> Picture {
    // A station whose servers have no limit never has a queue, so there is nothing to show.
    let (idle, busy): (Vec<_>, Vec<_>) =
        chart.stations.iter().partition(|one| one.utilization.is_none() && top(&one.queue) <= 0.0);
    let stations = &busy[..busy.len().min(MOST_STATIONS)];
    let mut counted = chart.counted.clone();
    for one in &idle {
        counted += &format!(" · {} has servers without limit", one.name);
    }
    if busy.len() > stations.len() {
        counted += &format!(" · {} more stations not shown", busy.len() - stations.len());
    }
    let days = stations.iter().map(|s| s.queue.len()).max().unwrap_or(0);
    let middle = WIDTH / 2.0;
    let (left, right) = ((MARGIN + 44.0, middle - 22.0), (middle + 62.0, WIDTH - MARGIN));
    let marks = [left, right].map(|(l, r)| Marks::new(&days_scale(days, l, r), &chart.timeline));
    let first = CONTENT + 18.0 + marks[0].height().max(marks[1].height());
    let last = first + ROW * stations.len().max(2) as f64;
    let mut picture = Picture::of(last + 48.0);
    head(&mut picture, "Queue and utilisation of the stations", caption, &counted);
    if days == 0 {
        Panel { left: MARGIN, top: first, right: WIDTH - MARGIN, bottom: last }.no_data(&mut picture);
        return picture;
    }
    legend(&mut picture, stations.iter().any(|station| station.band.is_some()));
    let panels = |(left, right): (f64, f64)| -> Vec<Panel> {
        let top = |i: usize| first + ROW * i as f64;
        let panel = |i| Panel { left, top: top(i) + 26.0, right, bottom: top(i + 1) - 6.0 };
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
        let mean = Key { name: "mean of seven days", color, line: true };
        let band = Key { name: "90 % of replications", color: tint(BLUE, 30), line: false };
        let keys = if banded && color == BLUE { vec![band, mean] } else { vec![mean] };
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
    queue.shades(picture, &chart.timeline, days);
    busy.shades(picture, &chart.timeline, days);
    let wanted = ((queue.bottom - queue.top) / 24.0).max(2.0);
    if has_values(picture, queue, &station.queue) {
        let most = |values: &[f64]| top(&weekly(values));
        let most = station.band.as_ref().map_or(0.0, |(_, high)| most(high)).max(most(&station.queue));
        let rise = queue.rise(picture, &Ticks::new(most, wanted, 1.0));
        let run = queue.dates(picture, &chart.timeline, days);
        match &station.band {
            None => series(picture, queue, &run, &rise, &station.queue, BLUE),
            Some((low, high)) => banded(picture, queue, &run, &rise, [low, &station.queue, high]),
        }
    }
    let Some(utilization) = &station.utilization else {
        return busy.says(picture, "servers without limit");
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

/// Draws weekly moving averages as a line, filled below.
fn series(picture: &mut Picture, panel: &Panel, run: &Scale, rise: &Scale, values: &[f64], color: Color) {
    let points = places(run, rise, values);
    let ground = |end: Option<&(f64, f64)>| end.map(|(x, _)| (*x, panel.bottom));
    let ends = ground(points.last()).into_iter().chain(ground(points.first()));
    picture.area(&points.iter().copied().chain(ends).collect::<Vec<_>>(), tint(color, 30));
    picture.line(&points, color, 1.8);
    panel.base(picture);
}

/// Draws the mean of several replications as a line within the band of most of them, as weekly moving averages.
fn banded(picture: &mut Picture, panel: &Panel, run: &Scale, rise: &Scale, values: [&[f64]; 3]) {
    let [low, mean, high] = values.map(|values| places(run, rise, values));
    let around: Vec<_> = high.into_iter().chain(low.into_iter().rev()).collect();
    picture.area(&around, tint(BLUE, 30));
    picture.line(&mean, BLUE, 1.8);
    panel.base(picture);
}

fn places(run: &Scale, rise: &Scale, values: &[f64]) -> Vec<(f64, f64)> {
    let means = weekly(values).into_iter().enumerate();
    means.filter_map(|(i, mean)| sane(mean).map(|mean| (run.at(i as f64), rise.at(mean)))).collect()
}
