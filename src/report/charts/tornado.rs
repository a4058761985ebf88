//! How a metric changes when each parameter alone goes from its smallest to its largest value; and, by Morris, how it
//! changes for any values of the others.

use super::axis::{Window, signed, ticks_around};
use super::frame::{CONTENT, Key, MARGIN, NAME, Panel, SMALL, head, legend_row};
use super::input::{Caption, TornadoBar, TornadoChart};
use super::picture::{Align, BLUE, GREEN, GRID, INK, ORANGE, PALE, Picture, SKY, WIDTH};

/// Most bars that fit.
const MOST_BARS: usize = 14;

pub(super) fn draw(caption: &Caption, chart: &TornadoChart) -> Picture {
    let bars = &chart.bars[..chart.bars.len().min(MOST_BARS)];
    let counted = match chart.bars.len() - bars.len() {
        0 => chart.counted.clone(),
        more => format!("{} · {more} more parameters not shown", chart.counted),
    };
    let (top, bottom) = (CONTENT + 56.0, CONTENT + 56.0 + 52.0 * bars.len().clamp(3, 11) as f64);
    let mut picture = Picture::of(bottom + 52.0);
    head(&mut picture, &chart.title, caption, &counted);
    let names = MARGIN + 270.0;
    let tornado = Panel { left: names, top, right: 800.0, bottom };
    let morris = Panel { left: 880.0, top, right: WIDTH - MARGIN - 76.0, bottom };
    if bars.is_empty() || !chart.base.is_finite() {
        Panel { left: MARGIN, top, right: WIDTH - MARGIN, bottom }.no_data(&mut picture);
        return picture;
    }
    let ends = bars.iter().flat_map(|bar| {
        [bar.least.value, bar.most.value, bar.least.low, bar.least.high, bar.most.low, bar.most.high]
    });
    let run = axis(&mut picture, &tornado, ends.chain([chart.base]), 6.0);
    let effects = axis(&mut picture, &morris, bars.iter().map(|bar| bar.effect).chain([0.0]), 4.0);
    tornado.name(&mut picture, 0.0, "One at a time", &chart.unit);
    let unit = if chart.unit == "%" { "points" } else { chart.unit.as_str() };
    morris.name(&mut picture, 0.0, "Morris", &format!("mean effect, {unit}"));
    let key = |name, color| Key { name, color, line: false };
    legend_row(
        &mut picture,
        names,
        CONTENT + 12.0,
        800.0,
        &[key("at the lowest value", SKY), key("at the highest", ORANGE)],
    );
    legend_row(
        &mut picture,
        880.0,
        CONTENT + 12.0,
        WIDTH - MARGIN,
        &[key("effect", BLUE), key("noise", PALE)],
    );
    let row = (bottom - top) / bars.len() as f64;
    for (at, bar) in bars.iter().enumerate() {
        let middle = top + (at as f64 + 0.5) * row;
        let half = (row * 0.32).min(15.0);
        picture.text(names - 12.0, middle + 0.5, NAME.align(Align::Right), &NAME.fit(&bar.name, 250.0));
        let range = format!("{} to {}", bar.least.label, bar.most.label);
        picture.text(names - 12.0, middle + 14.5, SMALL.align(Align::Right), &SMALL.fit(&range, 250.0));
        swing(&mut picture, bar, chart.base, &run, middle, half);
        let (end, noise) = (effects.at(bar.effect), effects.at(bar.effect * bar.noise.clamp(0.0, 1.0)));
        picture.rect(effects.at(0.0), middle - half, end, middle + half, BLUE);
        picture.rect(effects.at(0.0), middle - half, noise, middle + half, PALE);
        if bar.effect.is_finite() {
            let word = small(bar.effect);
            picture.label(end + 6.0, middle + 4.3, SMALL.color(INK), &SMALL.fit(&word, 70.0));
        }
    }
    let x = run.at(chart.base);
    picture.line(&[(x, top - 2.0), (x, bottom)], INK, 1.4);
    picture
}

/// A number with two significant digits.
fn small(value: f64) -> String {
    let size = value.abs();
    let decimals = match size {
        _ if size >= 10.0 || size == 0.0 => 0,
        _ if size >= 1.0 => 1,
        _ if size >= 0.1 => 2,
        _ => 3,
    };
    if size > 0.0 && size < 0.001 { "< 0.001".into() } else { signed(value, decimals) }
}

fn axis(picture: &mut Picture, panel: &Panel, values: impl Iterator<Item = f64>, wanted: f64) -> Window {
    let ticks = ticks_around(values, wanted, 0.0);
    let run = Window { low: ticks.values[0], high: ticks.end(), start: panel.left, end: panel.right };
    for value in &ticks.values {
        let x = run.at(*value);
        picture.line(&[(x, panel.top), (x, panel.bottom)], GRID, 1.0);
        picture.text(x, panel.bottom + 18.0, SMALL.align(Align::Middle), &signed(*value, ticks.decimals));
    }
    run
}

/// The two bars of a parameter with their whiskers; if both are on one side, the shorter one is in front.
fn swing(picture: &mut Picture, bar: &TornadoBar, base: f64, run: &Window, middle: f64, half: f64) {
    let mut ends = [(&bar.least, SKY), (&bar.most, ORANGE)];
    ends.sort_by(|a, b| (b.0.value - base).abs().total_cmp(&(a.0.value - base).abs()));
    for (end, color) in ends.into_iter().filter(|(end, _)| end.value.is_finite()) {
        let (x, from) = (run.at(end.value), run.at(base));
        picture.rect(x.min(from), middle - half, x.max(from), middle + half, color);
    }
    for (end, _) in ends.into_iter().filter(|(end, _)| end.low.is_finite() && end.high.is_finite()) {
        let (low, high) = (run.at(end.low), run.at(end.high));
        picture.line(&[(low, middle), (high, middle)], INK, 1.2);
        for x in [low, high] {
            picture.line(&[(x, middle - 4.0), (x, middle + 4.0)], INK, 1.2);
        }
    }
    if bar.is_noise {
        picture.dot(run.at(base), middle, 3.0, GREEN);
    }
}
