//! How jobs ended.

use super::super::words::percent;
use super::axis::{Ticks, whole};
use super::frame::{CONTENT, Key, MARGIN, NAME, Panel, SMALL, head, legend_row};
use super::input::{Caption, Outcome, OutcomesChart, Tone};
use super::picture::{Align, BLUE, Color, ORANGE, PALE, Picture, Type, VERMILLION, WIDTH};

/// Most bars that fit; further outcomes are combined in the last bar.
const MOST: usize = 20;
/// Room for "12,345  (84.3 %)" behind the longest bar.
const VALUE: f64 = 150.0;

const TONES: [(Tone, Color, &str); 4] = [
    (Tone::Good, BLUE, "ended Completed"),
    (Tone::Bad, VERMILLION, "ended in another way"),
    (Tone::Mixed, ORANGE, "withdrawn by the customer"),
    (Tone::Open, PALE, "not ended yet"),
];

pub(super) fn draw(caption: &Caption, chart: &OutcomesChart) -> Picture {
    let outcomes = shorten(&chart.outcomes);
    let bottom = CONTENT + 34.0 + (44.0 * outcomes.len().max(3) as f64).min(506.0);
    let mut picture = Picture::of(bottom + 56.0);
    head(&mut picture, "Outcomes", caption, &chart.counted);
    let all: u64 = outcomes.iter().fold(0, |sum, o| sum.saturating_add(o.count));
    let names = outcomes.iter().map(|o| NAME.width(&NAME.fit(&o.name, 380.0))).fold(60.0, f64::max);
    let mut panel =
        Panel { left: MARGIN + names + 12.0, top: CONTENT + 34.0, right: WIDTH - MARGIN - VALUE, bottom };
    let most = outcomes.iter().map(|o| o.count).max().unwrap_or(0);
    if most == 0 {
        panel.left = MARGIN;
        panel.no_data(&mut picture);
        return picture;
    }
    legend(&mut picture, &panel, &outcomes);
    let scale = panel.run(&mut picture, &Ticks::new(most as f64, 8.0, 1.0), "jobs");
    let row = (panel.bottom - panel.top) / outcomes.len() as f64;
    let thick = (row * 0.66).min(30.0);
    for (i, outcome) in outcomes.iter().enumerate() {
        let y = panel.top + row * (i as f64 + 0.5);
        let name = NAME.align(Align::Right);
        picture.text(panel.left - 10.0, y + 4.6, name, &NAME.fit(&outcome.name, 380.0));
        let end = scale.at(outcome.count as f64);
        picture.rect(panel.left, y - thick / 2.0, end, y + thick / 2.0, color(outcome.tone));
        value(&mut picture, end + 8.0, y + 4.6, outcome.count, all);
    }
    picture.line(&[(panel.left, panel.top), (panel.left, panel.bottom)], PALE, 1.0);
    picture
}

/// Writes "12,345", and the share in grey.
fn value(picture: &mut Picture, x: f64, y: f64, count: u64, all: u64) {
    let bold = Type::new(13.0).bold();
    let number = whole(count);
    picture.label(x, y, bold, &number);
    picture.label(x + bold.width(&number) + 8.0, y, SMALL, &percent(count, all));
}

fn color(tone: Tone) -> Color {
    TONES.iter().find(|t| t.0 == tone).map_or(PALE, |t| t.1)
}

fn legend(picture: &mut Picture, panel: &Panel, outcomes: &[Outcome]) {
    let used = TONES.iter().filter(|t| outcomes.iter().any(|o| o.tone == t.0));
    let keys: Vec<Key> = used.map(|&(_, color, name)| Key { name, color, line: false }).collect();
    legend_row(picture, panel.left - 2.0, CONTENT + 8.0, WIDTH - MARGIN, &keys);
}

fn shorten(outcomes: &[Outcome]) -> Vec<Outcome> {
    if outcomes.len() <= MOST {
        return outcomes.to_vec();
    }
    let (kept, rest) = outcomes.split_at(MOST - 1);
    let mut kept = kept.to_vec();
    kept.push(Outcome {
        name: format!("{} other outcomes", rest.len()),
        count: rest.iter().fold(0, |sum, o| sum.saturating_add(o.count)),
        tone: Tone::Mixed,
    });
    kept
}
