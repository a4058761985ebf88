//! The charts of a comparison: differences of service levels, and turnaround.

use super::super::drawing::{Drawing, WIDTH, tick_word, ticks};
use super::super::number::{finite, precise};
use super::{line, verdict};
use crate::experiment::{Compared, Conclusion, Difference, Side};
use crate::report::pictures::curve;
use crate::report::replicated::decimals;
use crate::world::Outcome;

/// Colours of the sides; they repeat after the last one.
const COLOURS: [(&str, &str); 4] =
    [("curve c0", "t e c0"), ("curve c1", "t e c1"), ("curve c2", "t e c2"), ("curve c3", "t e c3")];

/// The differences of all service levels in percentage points: intervals and margins.
pub(super) fn levels_drawing(sides: &[Side], compared: &Compared) -> Option<Drawing> {
    let rows = rows(sides, compared);
    // A difference that is zero in all replications has a wide interval that says little: it does not stretch the axis.
    let reach = |one: &Difference| match (one.conclusion, ends(one)) {
        (Conclusion::Equal, _) => one.margin * 1.5,
        (_, (low, high)) => low.abs().max(high.abs()).max(one.margin * 1.5),
    };
    let steps = ticks(rows.iter().map(|(_, one)| reach(one)).fold(0.0, f64::max) * 100.0);
    let most = steps.last().copied().filter(|most| *most > 0.0)?;
    let axis = Axis { left: 290.0, right: WIDTH - 220.0, most };
    let bottom = rows.len() as f64 * ROW + 18.0;
    let title = "Differences of service levels in points, with intervals and margins";
    let mut drawing = Drawing::new(bottom + 48.0, title);
    for step in steps.iter().flat_map(|step| if *step == 0.0 { vec![0.0] } else { vec![-step, *step] }) {
        let x = axis.x(step);
        drawing.line(&[(x, 12.0), (x, bottom)], if step == 0.0 { "thin" } else { "grid" }, "");
        let sign = if step > 0.0 { "+" } else { "" };
        drawing.text((x, bottom + 18.0), "t m", format!("{sign}{}", tick_word(step).replace('-', "−")));
    }
    drawing.text((axis.left, bottom + 40.0), "t", "← worse");
    drawing.text((axis.right, bottom + 40.0), "t e", "better →");
    drawing.text((axis.x(0.0), bottom + 40.0), "t m", "difference in points");
    for (at, (name, one)) in rows.iter().enumerate() {
        axis.row(&mut drawing, name, one, at as f64 * ROW + 30.0);
    }
    Some(drawing)
}

/// The height of a row.
const ROW: f64 = 34.0;

/// Each service level of each variant whose difference has an interval.
fn rows<'a>(sides: &[Side], compared: &'a Compared) -> Vec<(String, &'a Difference)> {
    let base = &sides[0].scenario;
    let mut rows = vec![];
    for sla in &base.slas {
        let (metric, by) = (format!("sla.{}.attainment", sla.name), base.level_of(sla));
        for variant in &compared.variants {
            let found = variant.differences.iter().find(|one| one.metric == metric && one.by == by);
            let name = match compared.variants.len() {
                1 => sla.name.clone(),
                _ => format!("{}, {}", sla.name, variant.name),
            };
            let known = found.filter(|one| finite(one.simultaneous.or(one.interval)).is_some());
            rows.extend(known.map(|one| (name, one)));
        }
    }
    rows
}

fn ends(one: &Difference) -> (f64, f64) {
    finite(one.simultaneous.or(one.interval)).unwrap_or_default()
}

/// An axis of percentage points with zero in the middle.
struct Axis {
    left: f64,
    right: f64,
    most: f64,
}

impl Axis {
    fn x(&self, points: f64) -> f64 {
        let middle = (self.left + self.right) / 2.0;
        middle + (points / self.most).clamp(-1.03, 1.03) * (self.right - self.left) / 2.0
    }

    /// Draws the difference of a service level, its interval and its margin; an arrow where the interval continues.
    fn row(&self, drawing: &mut Drawing, name: &str, one: &Difference, y: f64) {
        let (low, high) = (ends(one).0 * 100.0, ends(one).1 * 100.0);
        let (value, margin) = (one.difference() * 100.0, one.margin * 100.0);
        drawing.text((self.left - 12.0, y + 4.0), "t e strong", short(name, 27));
        let says = format!("margin of {name}: {margin:.2} points: a smaller difference does not matter");
        drawing.rect((self.x(-margin), y - 11.0), (self.x(margin) - self.x(-margin), 22.0), "margin", says);
        let verdict = verdict(one.conclusion);
        let (dot, class) = match verdict.class {
            "kept" => ("dot met", "whisker met"),
            "missed" => ("dot late", "whisker late"),
            _ => ("dot open", "whisker"),
        };
        drawing.line(&[(self.x(low), y), (self.x(high), y)], class, "");
        let decimals = decimals((high - low) / 2.0, one.base * 100.0);
        let show = |value| precise(value, "", decimals);
        let tip =
            format!("{name}: {} points, {} to {}: {}", show(value), show(low), show(high), verdict.words);
        drawing.dot((self.x(value), y), dot, tip);
        if low < -self.most * 1.03 {
            drawing.text((self.left - 8.0, y + 5.0), "t", "◂");
        }
        if high > self.most * 1.03 {
            drawing.text((self.right + 4.0, y + 5.0), "t", "▸");
        }
        drawing.text((self.right + 18.0, y + 4.0), "t strong", format!("{} {}", verdict.sign, verdict.words));
    }
}

/// The cumulative turnaround curve of each side, with its median and p95.
pub(super) fn curves(sides: &[Side], compared: &Compared) -> Drawing {
    let (left, right, top, bottom) = (60.0, WIDTH - 20.0, 20.0, 300.0);
    let mut drawing =
        Drawing::new(346.0, "Share of jobs that have ended by days from the order, base and variants");
    let all = compared.pooled.iter().map(|counts| counts.all());
    let curves: Vec<_> = sides
        .iter()
        .zip(all)
        .map(|(side, all)| curve(&side.name, &all.turnaround, all.outcome(Outcome::Open)))
        .collect();
    let late = |curve: &crate::report::charts::Curve| {
        let at =
            curve.share.iter().position(|share| *share >= 0.99).unwrap_or(curve.days.len().saturating_sub(1));
        curve.days.get(at).copied().unwrap_or(0.0)
    };
    let steps = ticks(curves.iter().map(late).fold(1.0, f64::max));
    let most = steps.last().copied().unwrap_or(1.0);
    let x = |days: f64| left + days / most * (right - left);
    let y = |share: f64| bottom - share * (bottom - top);
    for share in [0.0, 0.25, 0.5, 0.75, 0.95, 1.0] {
        drawing.line(
            &[(left, y(share)), (right, y(share))],
            if share == 0.95 { "target" } else { "grid" },
            "",
        );
        if share != 1.0 {
            drawing.text((left - 8.0, y(share) + 4.0), "t e", format!("{:.0} %", share * 100.0));
        }
    }
    for step in &steps {
        drawing.text((x(*step), bottom + 18.0), "t m", tick_word(*step));
    }
    drawing.text(((left + right) / 2.0, bottom + 38.0), "t m", "days from the order");
    for (at, curve) in curves.iter().enumerate().rev() {
        let shown = curve.days.iter().zip(&curve.share).filter(|(days, _)| **days <= most);
        let points: Vec<_> = shown.map(|(days, share)| (x(*days), y(*share))).collect();
        drawing.line(&points, COLOURS[at % COLOURS.len()].0, curve.name.clone());
    }
    let first = bottom - 26.0 - sides.len() as f64 * 22.0;
    for (at, head) in [(700.0, "95 % within"), (800.0, "difference"), (972.0, "95 % interval")] {
        drawing.text((at, first - 22.0), "t e", head);
    }
    for (at, side) in sides.iter().enumerate() {
        label(&mut drawing, side, at, compared, first + at as f64 * 22.0, |days| (x(days), y(0.95)));
    }
    drawing
}

/// Writes, in the colour of its curve, the name of a side, its p95, and the difference from the base.
fn label(
    drawing: &mut Drawing,
    side: &Side,
    at: usize,
    compared: &Compared,
    height: f64,
    spot: impl Fn(f64) -> (f64, f64),
) {
    let class = COLOURS[at % COLOURS.len()].1;
    drawing.text((600.0, height), class, short(&side.name, 30));
    let (number, names) = (at.saturating_sub(1), ["turnaround.p95", "turnaround.ended_only.p95"]);
    let variant = &compared.variants[number];
    let of_all = |one: &Difference| names.contains(&&*one.metric) && one.by.is_empty();
    let Some(found) = variant.differences.iter().position(of_all) else { return };
    let before: usize = compared.variants[..number].iter().map(|one| one.differences.len()).sum();
    let one = &variant.differences[found];
    let line = line(one, before + found + 1);
    let (days, p95) = if at == 0 { (one.base, line.base) } else { (one.variant, line.variant) };
    let tip = format!("{}: 95 % of jobs end within {}", side.name, p95.text);
    drawing.dot(spot(days), ["dot d0", "dot d1", "dot d2", "dot d3"][at % 4], tip);
    drawing.number((700.0, height), class, p95);
    if let Some([low, high]) = line.interval.filter(|_| at > 0) {
        drawing.number((800.0, height), class, line.apart);
        drawing.number((866.0, height), class, low);
        drawing.text((886.0, height), class, "to");
        drawing.number((972.0, height), class, high);
    }
}

/// A long name, shortened.
fn short(name: &str, most: usize) -> String {
    match name.char_indices().nth(most) {
        Some((end, _)) => format!("{}…", &name[..end]),
        None => name.to_owned(),
    }
}
