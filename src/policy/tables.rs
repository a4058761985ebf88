//! The policy as tables for people: plain text and Markdown.

use std::fmt::Write;

use super::arrivals::{ARRIVALS, ArrivalRow, ROUTES};
use super::check::origin;
use super::errors::{CASES, OPENINGS};
use super::rulebook::{Origin, Row, Table, WhileFaulted, Word};
use super::rules::all_rules;
use super::timings::{Deadline, Timings};
use super::words::Rule;
use super::{DRIVE, JOB};

/// A table ready to be printed. The last column holds the words of each row.
struct Sheet {
    title: String,
    note: &'static str,
    head: Vec<&'static str>,
    rows: Vec<Vec<String>>,
}

/// All tables as plain text: a line of facts for each row, and its words beneath.
pub(super) fn text(timings: &Timings) -> String {
    let mut out = String::new();
    for sheet in sheets(timings) {
        let _ = writeln!(out, "{}\n{}", sheet.title.to_uppercase(), sheet.note);
        let facts = sheet.head.len() - 1;
        let widths: Vec<usize> = (0..facts)
            .map(|column| {
                let cells = sheet.rows.iter().map(|row| row[column].chars().count());
                cells.chain([sheet.head[column].len()]).max().unwrap_or(0)
            })
            .collect();
        let line = |cells: &[String]| {
            let padded = cells.iter().zip(&widths).map(|(cell, &width)| format!("{cell:<width$}"));
            format!("  {}\n", padded.collect::<Vec<String>>().join("  ").trim_end())
        };
        let head: Vec<String> = sheet.head[..facts].iter().map(|cell| cell.to_string()).collect();
        out.push('\n');
        out.push_str(&line(&head));
        for row in &sheet.rows {
            out.push_str(&line(&row[..facts]));
            let _ = writeln!(out, "  {:width$}  {}", "", row[facts], width = widths[0]);
        }
        out.push('\n');
    }
    out
}

/// All tables as Markdown.
pub(super) fn markdown(timings: &Timings) -> String {
    let mut out = String::from("# The policy in force\n");
    for sheet in sheets(timings) {
        let _ = writeln!(out, "\n## {}\n\n{}\n", sheet.title, sheet.note);
        let _ = writeln!(out, "| {} |", sheet.head.join(" | "));
        let _ = writeln!(out, "|{}", "---|".repeat(sheet.head.len()));
        for row in &sheet.rows {
            let cells: Vec<String> = row.iter().map(|cell| cell.replace('|', "\\|")).collect();
            let _ = writeln!(out, "| {} |", cells.join(" | "));
        }
    }
    out
}

fn sheets(timings: &Timings) -> Vec<Sheet> {
    vec![
        settings(timings),
        rows(&JOB, timings),
        refusals(),
        rows(&DRIVE, timings),
        arrivals(),
        openings(timings),
        cases(timings),
        rules(),
    ]
}

/// "S:50", and "ours" after what the documentation leaves open.
fn source(source: &str, origin: Origin) -> String {
    match origin {
        Origin::Documented => source.to_string(),
        Origin::Ours => format!("ours ({source})"),
    }
}

/// "response_window 20d (documented: 30d)".
fn window(deadline: Deadline, timings: &Timings) -> String {
    format!("{} {}", deadline.key(), deadline.in_force(timings))
}

fn list<T: ToString>(words: &[T]) -> String {
    words.iter().map(T::to_string).collect::<Vec<String>>().join(", ")
}

fn settings(timings: &Timings) -> Sheet {
    let rows = timings.settings().into_iter();
    Sheet {
        title: "Deadlines and settings".into(),
        note: "Every value of [policy] as in force. S:36 cites the documentation, \"ours\" is this project's decision: see \
               docs/policy.md.",
        head: vec!["key", "in force", "source", "what"],
        rows: rows
            .map(|s| vec![s.key.into(), s.in_force(), source(s.source, s.origin), s.says.into()])
            .collect(),
    }
}

fn rows<S: Word, G: Word>(table: &Table<S, G>, timings: &Timings) -> Sheet {
    let faultable = table.faulted.is_some();
    let mut head = vec!["rule", "from", "on", "to", "after", "while Faulted", "source", "in short"];
    let mut rows: Vec<Vec<String>> = table.rows.iter().map(|row| cells(table, row, timings)).collect();
    if !faultable {
        head.remove(5);
        rows.iter_mut().for_each(|row| drop(row.remove(5)));
    }
    Sheet {
        title: format!("The life of a {}", table.of),
        note: if faultable {
            "\"waits\": the change is made when the fault is solved (F3). \"never\": cannot fall due while Faulted."
        } else {
            "An extra drive has no state (X1). A destroyed drive keeps its last state."
        },
        head,
        rows,
    }
}

fn cells<S: Word, G: Word>(table: &Table<S, G>, row: &Row<S, G>, timings: &Timings) -> Vec<String> {
    let base = row.from.text();
    let from = match row.faulted {
        WhileFaulted::Only => format!("{} ({base})", origin(table, row).text()),
        _ => base.to_string(),
    };
    let meanwhile = match row.faulted {
        WhileFaulted::AtOnce => "at once",
        WhileFaulted::Waits => "waits",
        WhileFaulted::Never => "never",
        WhileFaulted::Only => "only then",
    };
    let after = row.after.map_or(String::new(), |deadline| window(deadline, timings));
    let starts = row
        .starts_under(timings)
        .map_or(String::new(), |deadline| format!(" Starts {}.", window(deadline, timings)));
    let idle = if row.idle_under(timings) { " Not in force (cancel_until)." } else { "" };
    vec![
        row.rule.to_string(),
        from,
        row.on.text().into(),
        row.to.text().into(),
        after,
        meanwhile.into(),
        source(row.source, row.origin),
        format!("{}{starts}{idle}", row.says),
    ]
}

fn refusals() -> Sheet {
    let rows = JOB.refusals.iter().map(|refusal| {
        let whose = source(refusal.source, refusal.origin);
        vec![refusal.rule.to_string(), refusal.on.to_string(), whose, list(refusal.from), refusal.why.into()]
    });
    Sheet {
        title: "What a job declines".into(),
        note: "Nothing changes and the customer is told why. Whatever no row names is unforeseen: the model stops.",
        head: vec!["rule", "signal", "source", "in", "why"],
        rows: rows.collect(),
    }
}

fn arrivals() -> Sheet {
    let cells = |whose: &str, row: &ArrivalRow| {
        let fires: Vec<Rule> = [&[row.rule], row.errors].concat();
        vec![
            list(&fires),
            row.listing.to_string(),
            row.treatment.to_string(),
            source(row.source, row.origin),
            format!("{whose}{}", list(row.states)),
            row.says.into(),
        ]
    };
    let own = ARRIVALS.iter().map(|row| cells("", row));
    let other = ROUTES.iter().map(|row| cells("elsewhere: ", row));
    Sheet {
        title: "Drives at the dock".into(),
        note: "By the (base) state of the job that lists the drive, or in whose package it came. \
               An extra drive is looked up elsewhere first.",
        head: vec!["rules", "drive", "treatment", "source", "job in", "in short"],
        rows: own.chain(other).collect(),
    }
}

fn openings(timings: &Timings) -> Sheet {
    let rows = OPENINGS.iter().map(|row| {
        let (window, whose) = (window(row.window, timings), source(row.source, row.origin));
        vec![row.rule.to_string(), row.kind.to_string(), window, whose, row.says.into()]
    });
    Sheet {
        title: "When a case opens".into(),
        note: "The operations team contacts the customer. Its window counts from the opening (E1: from the arrival).",
        head: vec!["rule", "case", "window", "source", "in short"],
        rows: rows.collect(),
    }
}

fn cases(timings: &Timings) -> Sheet {
    let rows = CASES.iter().map(|row| {
        let after = row.window.map_or(String::new(), |deadline| window(deadline, timings));
        vec![
            row.rule.to_string(),
            row.kind.to_string(),
            row.on.to_string(),
            row.to.to_string(),
            row.remedy.to_string(),
            list(row.then),
            after,
            source(row.source, row.origin),
            row.says.into(),
        ]
    });
    Sheet {
        title: "What becomes of a case".into(),
        note: "\"then\": the rules of the job or its drives that follow.",
        head: vec!["rule", "case", "on", "becomes", "remedy", "then", "after", "source", "in short"],
        rows: rows.collect(),
    }
}

fn rules() -> Sheet {
    let rows = all_rules().iter().map(|text| {
        let kind = if text.holds { "holds" } else { "acts" };
        vec![text.rule.to_string(), kind.into(), source(text.source, text.origin), text.says.into()]
    });
    Sheet {
        title: "All rules".into(),
        note: "A rule acts at some instant, or holds always.",
        head: vec!["rule", "kind", "source", "in short"],
        rows: rows.collect(),
    }
}
