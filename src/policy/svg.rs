//! Both life cycles as one drawing, with the hand-made layout of [`super::layout`].

use super::drawing::{Arrow, Label, arrows};
use super::layout::{DRIVES, JOBS, Layout, Place, Route, WIDTH};
use super::*;
use std::fmt::Write;

// Blue and vermillion can be distinguished by colour-blind readers; dashes show the same difference.
const DOCUMENTED: &str = "#0072B2";
const OURS: &str = "#D55E00";
const OURS_TEXT: &str = "#B34700";
const INK: &str = "#1a1a1a";
const GREY: &str = "#595959";

/// Gap between two texts on one line.
const GAP: i32 = 14;

const KEY_COLUMNS: usize = 3;
const KEY_LINE: i32 = 19;

/// The two state diagrams, a legend, and the rules that they cite.
pub(super) fn svg(policy: &Policy) -> String {
    let mut body = String::new();
    legend(&mut body);
    let mut top = 96;
    top = chapter(&mut body, top, &policy.tables().job, &JOBS, policy);
    top = chapter(&mut body, top, &policy.tables().drive, &DRIVES, policy);
    top = remarks(&mut body, top, &policy.timings);
    let [documented, ours] = [("documented", DOCUMENTED), ("ours", OURS)].map(|(id, colour)| {
        format!(
            "<marker id=\"{id}\" viewBox=\"0 0 10 10\" refX=\"9.5\" refY=\"5\" markerWidth=\"11\" markerHeight=\"11\" \
             markerUnits=\"userSpaceOnUse\" orient=\"auto\"><path d=\"M0 0.8 L10 5 L0 9.2 z\" fill=\"{colour}\"/></marker>"
        )
    });
    let font = r#"font-family="DejaVu Sans, Verdana, Arial, sans-serif" font-size="14""#;
    format!(
        r##"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {top}" width="{WIDTH}" height="{top}" {font}>
<title>The life of a job and of a drive</title>
<defs>
{documented}
{ours}
</defs>
<rect width="{WIDTH}" height="{top}" fill="#ffffff"/>
{body}</svg>
"##
    )
}

/// The title of the drawing and the meaning of its lines.
fn legend(out: &mut String) {
    let _ = writeln!(
        out,
        r##"<text x="40" y="46" font-size="25" font-weight="bold" fill="{INK}">The policy: the life of a job and of a drive</text>
<line x1="40" y1="76" x2="88" y2="76" stroke="{DOCUMENTED}" stroke-width="1.8" marker-end="url(#documented)"/>
<text x="96" y="81" fill="{INK}">documented</text>
<line x1="206" y1="76" x2="254" y2="76" stroke="{OURS}" stroke-width="1.8" stroke-dasharray="6 4" marker-end="url(#ours)"/>
<text x="262" y="81" fill="{OURS_TEXT}">decided by this project</text>
<text x="462" y="81" fill="{INK}">J9 30d: at the end of that deadline</text>
<text x="744" y="81" fill="{INK}">J7 +14d: starts that interval anew</text>
<circle cx="1031" cy="76" r="7" fill="{INK}"/>
<text x="1046" y="81" fill="{INK}">before Put Job</text>"##
    );
    boxed(out, &Place { x: 1214, y: 76, w: 34, h: 20 }, true);
    text(out, 1241, 81, &fill(INK), "an end");
}

/// A line of text at a point, with the attributes `look`.
fn text(out: &mut String, x: i32, y: i32, look: &str, text: &str) {
    let text = text.replace('&', "&amp;").replace('<', "&lt;");
    let _ = writeln!(out, r#"<text x="{x}" y="{y}" {look}>{text}</text>"#);
}

fn fill(colour: &str) -> String {
    format!(r#"fill="{colour}""#)
}

/// One life cycle with its rules. Returns the y position below it.
fn chapter<S: Word, G: Word>(
    out: &mut String,
    top: i32,
    table: &Table<S, G>,
    layout: &Layout<S>,
    policy: &Policy,
) -> i32 {
    let (line, right, title) = (top + 8, WIDTH - 40, format!("The life of a {}", table.of));
    let _ = writeln!(out, r##"<line x1="40" y1="{line}" x2="{right}" y2="{line}" stroke="#cccccc"/>"##);
    text(out, 40, top + 40, &format!(r#"font-size="19" font-weight="bold" fill="{INK}""#), &title);
    let _ = writeln!(out, r#"<g transform="translate(0 {top})">"#);
    let arrows = arrows(table, policy);
    for arrow in &arrows {
        let same = |route: &&Route<S>| route.from == arrow.from && route.to == arrow.to;
        if let Some(route) = layout.routes.iter().find(same) {
            draw_arrow(out, arrow, route);
        }
    }
    for (state, place) in layout.places {
        let (Place { x, y, .. }, name) = (place, state.to_string());
        if *state == table.start {
            let _ = writeln!(out, r#"<circle cx="{x}" cy="{y}" r="8" fill="{INK}"/>"#);
            continue;
        }
        boxed(out, place, table.ends.contains(state));
        let look = format!(r#"font-size="15" font-weight="bold" text-anchor="middle" fill="{INK}""#);
        text(out, *x, y + 5, &look, if name == "Gone" { "record gone" } else { &name });
    }
    let (x, y, note) = layout.note;
    text(out, x, y, &fill(GREY), note);
    out.push_str("</g>\n");
    key(out, top + layout.height, &arrows)
}

/// The box of a state; an end has a second frame.
fn boxed(out: &mut String, place: &Place, end: bool) {
    for (gap, colour) in [(0, "#f4f4f1"), (4, "none")].into_iter().take(1 + usize::from(end)) {
        let (w, h) = (place.w - 2 * gap, place.h - 2 * gap);
        let (x, y) = (place.x - w / 2, place.y - h / 2);
        let _ = writeln!(
            out,
            r#"<rect x="{x}" y="{y}" width="{w}" height="{h}" rx="7" fill="{colour}" stroke="{INK}" stroke-width="1.4"/>"#
        );
    }
}

/// An arrow with its labels.
fn draw_arrow<S: Word>(out: &mut String, arrow: &Arrow<S>, route: &Route<S>) {
    let (colour, dashes, marker) = if arrow.ours() {
        (OURS, " stroke-dasharray=\"6 4\"", "ours")
    } else {
        (DOCUMENTED, "", "documented")
    };
    let path = rounded(route.path);
    let _ = writeln!(
        out,
        r#"<path d="{path}" fill="none" stroke="{colour}" stroke-width="1.8"{dashes} marker-end="url(#{marker})"/>"#
    );
    let (x, mut y, side) = route.label;
    let anchor = match side {
        Side::Start => "start",
        Side::End => "end",
        Side::Middle => return in_line(out, x, y, &arrow.labels),
        Side::Split => "middle",
    };
    // Split: the first above the line, the others below it.
    for (number, label) in arrow.labels.iter().enumerate() {
        labelled(out, x, y, anchor, label.origin, &label.short());
        y += if side == Side::Split && number == 0 { 27 } else { 18 };
    }
}

/// "J6 14d · J7 +14d · C2" around a point. Each origin has its own text element: renderers disagree on centred spans.
fn in_line(out: &mut String, x: i32, y: i32, labels: &[Label]) {
    let mut parts: Vec<(Origin, String)> = Vec::new();
    for label in labels {
        match parts.last_mut() {
            Some((origin, text)) if *origin == label.origin => *text += &format!(" · {}", label.short()),
            _ => parts.push((label.origin, label.short())),
        }
    }
    if let [(origin, text)] = &parts[..] {
        return labelled(out, x, y, "middle", *origin, text);
    }
    let mut left = x - parts.iter().map(|(_, text)| width(text) + GAP).sum::<i32>() / 2;
    for (origin, text) in &parts {
        labelled(out, left, y, "start", *origin, text);
        left += width(text) + GAP;
    }
}

fn labelled(out: &mut String, x: i32, y: i32, anchor: &str, origin: Origin, label: &str) {
    let (colour, style) = match origin {
        Origin::Documented => (INK, ""),
        Origin::Ours => (OURS_TEXT, " font-style=\"italic\""),
    };
    text(out, x, y, &format!(r#"text-anchor="{anchor}" fill="{colour}"{style}"#), label);
}

/// Largest width of a label in the fonts of the drawing.
pub(super) fn width(text: &str) -> i32 {
    text.chars().map(|c| if matches!(c, '·' | ' ' | 'J') { 5 } else { 9 }).sum()
}

/// A line through these points with round corners.
fn rounded(path: &[(i32, i32)]) -> String {
    let mut d = format!("M{} {}", path[0].0, path[0].1);
    for corner in path.windows(3) {
        let (before, here, after) = (corner[0], corner[1], corner[2]);
        let (enter, leave) = (toward(here, before), toward(here, after));
        let _ = write!(d, " L{} {} Q{} {} {} {}", enter.0, enter.1, here.0, here.1, leave.0, leave.1);
    }
    let last = path[path.len() - 1];
    let _ = write!(d, " L{} {}", last.0, last.1);
    d
}

/// The point at one corner radius from `corner` towards `other`; all lines are vertical or horizontal.
fn toward(corner: (i32, i32), other: (i32, i32)) -> (i32, i32) {
    let step = |from: i32, to: i32| (to - from).signum() * ((to - from).abs() / 2).min(10);
    (corner.0 + step(corner.0, other.0), corner.1 + step(corner.1, other.1))
}

/// The rules of a diagram in their own order, in columns. Returns the y position below them.
fn key<S>(out: &mut String, top: i32, arrows: &[Arrow<S>]) -> i32 {
    let cited = |rule: Rule| arrows.iter().any(|arrow| arrow.labels.iter().any(|label| label.rule == rule));
    let texts: Vec<_> = all_rules().iter().filter(|text| cited(text.rule)).collect();
    let lines = texts.len().div_ceil(KEY_COLUMNS);
    for (place, text) in texts.iter().enumerate() {
        let x = 40 + (place / lines) as i32 * (WIDTH - 60) / KEY_COLUMNS as i32;
        let y = top + (place % lines) as i32 * KEY_LINE;
        let colour = if text.origin == Origin::Ours { OURS_TEXT } else { INK };
        let (rule, says, indent) = (text.rule, text.says, x + 32);
        let _ = writeln!(
            out,
            "<text x=\"{x}\" y=\"{y}\" font-size=\"11.5\" fill=\"{colour}\"><tspan font-weight=\"bold\">{rule}</tspan> \
             <tspan x=\"{indent}\">{says}</tspan></text>"
        );
    }
    top + lines as i32 * KEY_LINE + 6
}

/// The settings that a scenario overrides.
fn remarks(out: &mut String, mut top: i32, timings: &Timings) -> i32 {
    for setting in timings.settings().iter().filter(|setting| setting.value != setting.documented) {
        top += 20;
        text(out, 40, top, &fill(INK), &format!("* {}: {}", setting.key, setting.in_force()));
    }
    top + 24
}
