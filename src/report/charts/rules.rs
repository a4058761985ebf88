//! How often each rule fired.

use super::axis::whole;
use super::frame::{CONTENT, MARGIN, NAME, Panel, SMALL, head};
use super::input::{Caption, RuleCount, RulesChart};
use super::picture::{Align, BLUE, GREY, GRID, INK, PALE, Picture, Type, WIDTH};

/// Gap between columns.
const GAP: f64 = 26.0;
/// Room for the code of a rule.
const CODE: f64 = 32.0;
/// Room for what a rule says.
const SAYS: f64 = 172.0;
/// Room for the count behind the longest bar.
const COUNT: f64 = 54.0;
/// Where a bar of the logarithmic scale starts, so that a rule that fired once has a bar.
const START: f64 = 0.5;
/// Height of the lowest rows that can be read.
const LOWEST: f64 = 13.0;

pub(super) fn draw(caption: &Caption, chart: &RulesChart) -> Picture {
    let mut picture = Picture::default();
    let never = chart.rules.iter().filter(|r| r.fired == 0).count();
    let counted = format!("{} · {} rules act, {never} never fired", chart.counted, chart.rules.len());
    head(&mut picture, "Rules fired", caption, &counted);
    let (top, bottom) = (CONTENT + 34.0, 640.0);
    if chart.rules.is_empty() {
        Panel { left: MARGIN, top, right: WIDTH - MARGIN, bottom }.no_data(&mut picture);
        return picture;
    }
    let columns = columns(&chart.rules);
    let rows = columns.iter().map(|c| c.1.len()).max().unwrap_or(1);
    let shown = rows.min(((bottom - top) / LOWEST) as usize);
    let row = ((bottom - top) / shown as f64).min(25.0);
    let decades = decades(chart.rules.iter().map(|r| r.fired).max().unwrap_or(0));
    let width = (WIDTH - 2.0 * MARGIN - GAP * (columns.len() - 1) as f64) / columns.len() as f64;
    for (i, (name, rules)) in columns.iter().enumerate() {
        let left = MARGIN + (width + GAP) * i as f64;
        let says = SAYS + (width - 359.0).clamp(0.0, 250.0);
        let (left, right) = (left + CODE + says, left + width - COUNT);
        let fits = &rules[..rules.len().min(shown)];
        let panel = Panel { left, top, right, bottom: top + row * fits.len() as f64 };
        picture.text(left - CODE - says, top - 24.0, NAME.bold(), name);
        axis(&mut picture, &panel, decades);
        for (j, rule) in fits.iter().enumerate() {
            line(&mut picture, &panel, decades, top + row * (j as f64 + 0.5), row, rule, says);
        }
        let note = SMALL.align(Align::Right);
        picture.text(panel.right, panel.bottom + 16.0, note, "times fired, log scale");
        if fits.len() < rules.len() {
            let more = format!("and {} more", rules.len() - fits.len());
            picture.text(left - CODE - says, panel.bottom + 16.0, SMALL, &more);
        }
    }
    picture
}

/// What a rule says: on two lines where one does not do and the row has room for them.
fn write_words(picture: &mut Picture, left: f64, y: f64, row: f64, says: &str, room: f64) {
    let one = Type::new((row * 0.58).clamp(9.0, 12.0) - 0.5).color(GREY);
    let two = Type::new(9.5).color(GREY);
    if row < 22.0 || one.width(says) <= room {
        return picture.text(left, y + one.size * 0.36, one, &one.fit(says, room));
    }
    let mut breaks = says.match_indices(' ').map(|(at, _)| at).filter(|&at| two.width(&says[..at]) <= room);
    let (first, rest) = says.split_at(breaks.next_back().unwrap_or(0));
    picture.text(left, y - 2.0, two, &two.fit(first, room));
    picture.text(left, y + 9.0, two, &two.fit(rest.trim_start(), room));
}

/// The rules of jobs, of drives, and the rest; columns without a rule are left out.
fn columns(rules: &[RuleCount]) -> Vec<(&'static str, Vec<&RuleCount>)> {
    let of = |letter: &str| rules.iter().filter(|r| r.code.starts_with(letter)).collect::<Vec<_>>();
    let rest = rules.iter().filter(|r| !r.code.starts_with(['J', 'D'])).collect::<Vec<_>>();
    let mut columns =
        vec![("Jobs", of("J")), ("Drives", of("D")), ("Errors, extra drives, cancels, faults", rest)];
    columns.retain(|(_, rules)| !rules.is_empty());
    columns
}

/// Powers of ten up to the one that holds the largest count.
fn decades(most: u64) -> u32 {
    most.max(1).ilog10() + 1
}

/// The place of a count on the logarithmic scale.
fn at(panel: &Panel, decades: u32, count: f64) -> f64 {
    let part = libm::log10(count / START) / (f64::from(decades) - libm::log10(START));
    panel.left + part.clamp(0.0, 1.0) * (panel.right - panel.left)
}

/// "1", "10", "1k", "1M": short, since a column is narrow.
fn axis(picture: &mut Picture, panel: &Panel, decades: u32) {
    let mut count = 1_u64;
    // Words that are closer would touch.
    let every = (decades * 28).div_ceil((panel.right - panel.left) as u32).max(1);
    for decade in 0..=decades {
        let x = at(panel, decades, count as f64);
        picture.line(&[(x, panel.top), (x, panel.bottom)], GRID, 1.0);
        if decade % every == 0 {
            let word = match decade {
                0..=2 => whole(count),
                3..=5 => format!("{}k", count / 1000),
                6..=8 => format!("{}M", count / 1_000_000),
                _ => format!("1e{decade}"),
            };
            picture.text(x, panel.top - 5.0, Type::new(10.5).color(GREY).align(Align::Middle), &word);
        }
        count = count.saturating_mul(10);
    }
    picture.line(&[(panel.left, panel.top), (panel.left, panel.bottom)], PALE, 1.0);
}

fn line(picture: &mut Picture, panel: &Panel, decades: u32, y: f64, row: f64, rule: &RuleCount, says: f64) {
    let size = (row * 0.58).clamp(9.0, 12.0);
    let fired = rule.fired > 0;
    let color = if fired { INK } else { GREY };
    let base = y + size * 0.36;
    let code = Type::new(size).bold().color(color);
    picture.text(panel.left - CODE - says, base, code, &code.fit(&rule.code, CODE - 4.0));
    write_words(picture, panel.left - says, y, row, &rule.says, says - 8.0);
    if fired {
        let end = at(panel, decades, rule.fired as f64);
        picture.rect(panel.left, y - row * 0.3, end, y + row * 0.3, BLUE);
        picture.label(end + 5.0, base, Type::new(size), &whole(rule.fired));
    } else {
        picture.label(panel.left + 6.0, base, Type::new(size).color(GREY), "never");
    }
}
