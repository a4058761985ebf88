//! Prints the tables as text, Markdown and JSON, and draws the two life cycles as Mermaid, DOT and SVG.

use super::*;
use std::fmt::Write;

words! {
    /// The formats of the policy.
    Format { Text, Markdown, Mermaid, Dot, Svg, Json }
}

/// The whole policy in this format, with every deadline in force.
pub fn draw(policy: &Policy, format: Format) -> String {
    match format {
        Format::Text => tables::text(policy),
        Format::Markdown => tables::markdown(policy),
        Format::Mermaid => mermaid(policy),
        Format::Dot => dot(policy),
        Format::Svg => svg::svg(policy),
        Format::Json => json::json(policy),
    }
}

/// An arrow of a diagram: all rows that lead from one state to another.
pub(super) struct Arrow<S> {
    pub(super) from: S,
    pub(super) to: S,
    pub(super) labels: Vec<Label>,
}

/// One rule on an arrow: "J9 30d".
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Label {
    pub(super) rule: Rule,
    /// The deadline in force, with a star if a scenario overrides it.
    pub(super) deadline: Option<String>,
    pub(super) signal: String,
    pub(super) origin: Origin,
}

impl<S> Arrow<S> {
    /// Whether no documented row stands behind this arrow.
    pub(super) fn ours(&self) -> bool {
        self.labels.iter().all(|label| label.origin == Origin::Ours)
    }

    /// Its labels with their signals: "J9 ResponseExpired 30d", with "(ours)" if it is not documented.
    fn spoken(&self, between: &str) -> String {
        let spoken = self.labels.iter().map(|Label { rule, deadline, signal, origin }| {
            let deadline = deadline.as_ref().map_or(String::new(), |deadline| format!(" {deadline}"));
            let ours = if *origin == Origin::Ours { " (ours)" } else { "" };
            format!("{rule} {signal}{deadline}{ours}")
        });
        spoken.collect::<Vec<String>>().join(between)
    }
}

impl Label {
    /// "J9 30d".
    pub(super) fn short(&self) -> String {
        match &self.deadline {
            Some(deadline) => format!("{} {deadline}", self.rule),
            None => self.rule.to_string(),
        }
    }
}

/// The arrows of a table, in the order of its rows.
pub(super) fn arrows<S: Word, G: Word>(table: &Table<S, G>, policy: &Policy) -> Vec<Arrow<S>> {
    let mut arrows: Vec<Arrow<S>> = Vec::new();
    for row in table.rows.iter().filter(|row| !row.idle_under(&policy.timings)) {
        let (from, to) = (table.origin(row), row.to);
        let (signal, origin) = (row.on.to_string(), row.origin);
        let label = Label { rule: row.rule, deadline: deadline(table, row, policy), signal, origin };
        let same = |other: &Label| (other.rule, &other.deadline) == (label.rule, &label.deadline);
        match arrows.iter_mut().find(|arrow| arrow.from == from && arrow.to == to) {
            Some(arrow) => match arrow.labels.iter_mut().find(|other| same(other)) {
                // An arrow is ours only if no documented row says the same.
                Some(other) if origin == Origin::Documented => other.origin = origin,
                Some(_) => {}
                None => arrow.labels.push(label),
            },
            None => arrows.push(Arrow { from, to, labels: vec![label] }),
        }
    }
    arrows
}

/// "30d" where the row fires at the end of a deadline; "+14d" where it keeps the state and starts a new deadline.
fn deadline<S: Word, G: Word>(table: &Table<S, G>, row: &Row<S, G>, policy: &Policy) -> Option<String> {
    let (sign, deadline) = match (policy.deadlines_before(table.of, row).first(), row.starts()) {
        (Some(&after), _) => ("", after),
        (None, Some(starts)) if row.from == row.to => ("+", starts),
        _ => return None,
    };
    let length = deadline.of(&policy.timings);
    let star = if length == deadline.of(&Timings::DOCUMENTED) { "" } else { "*" };
    Some(format!("{sign}{length}{star}"))
}

/// One diagram with a composite state for each life cycle: in Mermaid, the name of a state is unique in a diagram.
fn mermaid(policy: &Policy) -> String {
    let mut out = remarks(&policy.timings, "%%");
    out.push_str("stateDiagram-v2\n    direction LR\n");
    mermaid_of(&mut out, &policy.tables().job, policy);
    mermaid_of(&mut out, &policy.tables().drive, policy);
    out
}

fn mermaid_of<S: Word, G: Word>(out: &mut String, table: &Table<S, G>, policy: &Policy) {
    let of = table.of;
    let _ = writeln!(out, "    state \"The life of a {of}\" as {of} {{\n        direction LR");
    for state in S::ALL.iter().filter(|state| **state != table.start) {
        let _ = writeln!(out, "        state \"{state}\" as {of}_{state}");
    }
    for arrow in arrows(table, policy) {
        let from = if arrow.from == table.start { "[*]".into() } else { format!("{of}_{}", arrow.from) };
        let _ = writeln!(out, "        {from} --> {of}_{} : {}", arrow.to, arrow.spoken(", "));
    }
    for end in table.ends {
        let _ = writeln!(out, "        {of}_{end} --> [*]");
    }
    out.push_str("    }\n");
}

fn dot(policy: &Policy) -> String {
    let mut out = remarks(&policy.timings, "//");
    out.push_str(
        "digraph policy {\n    rankdir=LR;\n    node [shape=box, style=rounded, fontname=\"sans-serif\"];\n",
    );
    out.push_str("    edge [fontname=\"sans-serif\", fontsize=11];\n");
    dot_of(&mut out, &policy.tables().job, policy);
    dot_of(&mut out, &policy.tables().drive, policy);
    out.push_str("}\n");
    out
}

fn dot_of<S: Word, G: Word>(out: &mut String, table: &Table<S, G>, policy: &Policy) {
    let of = table.of;
    let _ = writeln!(out, "    subgraph cluster_{of} {{\n        label=\"The life of a {of}\";");
    for state in S::ALL {
        let look = match () {
            () if *state == table.start => "label=\"\", shape=point, width=0.15".into(),
            () if table.ends.contains(state) => format!("label=\"{state}\" peripheries=2"),
            () => format!("label=\"{state}\""),
        };
        let _ = writeln!(out, "        {of}_{state} [{look}];");
    }
    for arrow in arrows(table, policy) {
        let (from, to, label) = (arrow.from, arrow.to, arrow.spoken("\\n"));
        let look = if arrow.ours() { "style=dashed, color=\"#D55E00\"" } else { "color=\"#0072B2\"" };
        let _ = writeln!(out, "        {of}_{from} -> {of}_{to} [label=\"{label}\", {look}];");
    }
    out.push_str("    }\n");
}

/// The settings that a scenario overrides, as comment lines.
fn remarks(timings: &Timings, comment: &str) -> String {
    let changed = timings.settings().into_iter().filter(|setting| setting.value != setting.documented);
    changed.fold(String::new(), |mut out, setting| {
        let _ = writeln!(out, "{comment} * {} = {}", setting.key, setting.in_force());
        out
    })
}
