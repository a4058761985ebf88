//! How often each rule fired: a table, with a bar on a logarithmic scale.

use super::axis::whole;
use super::frame::{CONTENT, MARGIN, NAME, Panel, SMALL, head};
use super::input::{Caption, RuleCount, RulesChart};
use super::picture::{Align, BLUE, GREY, GRID, INK, PALE, Picture, TALLEST, Type, WIDTH};

/// Height of a row.
const ROW: f64 = 20.0;
/// Room for the code of a rule.
const CODE: f64 = 46.0;
/// Room for the bars.
const BARS: f64 = 190.0;
/// Room for the counts.
const COUNT: f64 = 86.0;
/// Start of the logarithmic scale, so that a rule that fired once has a visible bar.
const START: f64 = 0.5;

pub(super) fn draw(caption: &Caption, chart: &RulesChart) -> Picture {
    let never = chart.rules.iter().filter(|r| r.fired == 0).count();
    let counted = format!("{} · {} rules act, {never} never fired", chart.counted, chart.rules.len());
    let top = CONTENT + 26.0;
    let (groups, room) = (groups(&chart.rules), (TALLEST - top - 60.0) / ROW);
    let lines: usize = groups.iter().map(|(_, rules)| rules.len() + 2).sum();
    let mut picture = Picture::of(top + ROW * (lines as f64).clamp(3.0, room) + 44.0);
    head(&mut picture, "Rules fired", caption, &counted);
    if chart.rules.is_empty() {
        Panel { left: MARGIN, top, right: WIDTH - MARGIN, bottom: top + ROW }.no_data(&mut picture);
        return picture;
    }
    let right = WIDTH - MARGIN;
    let bars = Panel { left: right - BARS, top, right, bottom: picture.height - 34.0 };
    let decades = decades(chart.rules.iter().map(|r| r.fired).max().unwrap_or(0));
    axis(&mut picture, &bars, decades);
    let mut y = top;
    for (name, rules) in groups {
        y += ROW * 1.5;
        picture.label(MARGIN, y - 6.0, NAME.bold(), name);
        for rule in rules {
            if y + ROW > bars.bottom {
                return picture;
            }
            line(&mut picture, &bars, decades, y, rule);
            y += ROW;
        }
        y += ROW * 0.5;
    }
    picture
}

/// The rules of jobs, of drives, and all others; empty groups are left out.
fn groups(rules: &[RuleCount]) -> Vec<(&'static str, Vec<&RuleCount>)> {
    let of = |letter: &str| rules.iter().filter(|r| r.code.starts_with(letter)).collect::<Vec<_>>();
    let rest = rules.iter().filter(|r| !r.code.starts_with(['J', 'D'])).collect::<Vec<_>>();
    let mut groups =
        vec![("Jobs", of("J")), ("Drives", of("D")), ("Errors, extra drives, cancels, faults", rest)];
    groups.retain(|(_, rules)| !rules.is_empty());
    groups
}

/// Number of decades up to the largest count.
fn decades(most: u64) -> u32 {
    most.max(1).ilog10() + 1
}

/// The position of a count on the logarithmic scale.
fn at(panel: &Panel, decades: u32, count: f64) -> f64 {
    let part = libm::log10(count / START) / (f64::from(decades) - libm::log10(START));
    panel.left + part.clamp(0.0, 1.0) * (panel.right - panel.left)
}

/// "1", "10", "1k", "1M" over the bars.
fn axis(picture: &mut Picture, panel: &Panel, decades: u32) {
    let mut count = 1_u64;
    // Leave out labels that would touch.
    let every = (decades * 30).div_ceil((panel.right - panel.left) as u32).max(1);
    let title = SMALL.align(Align::Right);
    picture.text(panel.left - 14.0, panel.top - 5.0, title, "times fired");
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
            picture.text(x, panel.top - 5.0, SMALL.align(Align::Middle), &word);
        }
        count = count.saturating_mul(10);
    }
    picture.line(&[(panel.left, panel.top), (panel.left, panel.bottom)], PALE, 1.0);
    picture.text(panel.right, panel.bottom + 18.0, title, "logarithmic scale");
}

fn line(picture: &mut Picture, bars: &Panel, decades: u32, y: f64, rule: &RuleCount) {
    let fired = rule.fired > 0;
    let color = if fired { INK } else { GREY };
    let ty = NAME.color(color);
    let base = y + 14.5;
    let counts = bars.left - 14.0;
    let says = counts - COUNT - MARGIN - CODE;
    picture.line(&[(MARGIN, y), (counts, y)], GRID, 1.0);
    picture.text(MARGIN, base, ty.bold(), &ty.bold().fit(&rule.code, CODE - 6.0));
    let words = Type::new(12.0).color(color);
    picture.text(MARGIN + CODE, base, words, &words.fit(&rule.says, says));
    let count = if fired { whole(rule.fired) } else { "never".into() };
    picture.text(counts, base, ty.align(Align::Right), &count);
    if fired {
        let end = at(bars, decades, rule.fired as f64);
        picture.rect(bars.left, y + 4.0, end, y + ROW - 4.0, BLUE);
    }
}
