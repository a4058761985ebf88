//! The tables of the policy as plain text and Markdown.

use std::fmt::Write;

use super::arrivals::ArrivalRow;
use super::check::origin;
use super::rulebook::{Origin, Row, Table, TimerAct, WhileFaulted, Word};
use super::rules::all_rules;
use super::timings::{Deadline, Timings};
use super::value::Policy;
use super::words::{CaseSignal, DriveSignal, Guard, JobSignal, Rule};

/// A table ready to be printed. The last column has the text of each row.
struct Sheet {
    title: String,
    note: &'static str,
    head: Vec<&'static str>,
    rows: Vec<Vec<String>>,
}

/// All tables as plain text: for each row a line of facts, and its text below.
pub(super) fn text(policy: &Policy) -> String {
    let mut out = String::new();
    for sheet in sheets(policy) {
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
pub(super) fn markdown(policy: &Policy) -> String {
    let mut out = String::from("# The policy in force\n");
    for sheet in sheets(policy) {
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

fn sheets(policy: &Policy) -> Vec<Sheet> {
    vec![
        settings(&policy.timings),
        signals(),
        rows(&policy.tables().job, policy),
        refusals(policy),
        rows(&policy.tables().drive, policy),
        arrivals(policy),
        openings(policy),
        cases(policy),
        rules(),
    ]
}

/// "S:50"; with "ours" where the documentation leaves the point open.
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

fn rows<S: Word, G: Word>(table: &Table<S, G>, policy: &Policy) -> Sheet {
    let faultable = table.faulted.is_some();
    let mut head = vec!["rule", "from", "on", "to", "after", "while Faulted", "source", "in short"];
    let mut rows = together(table, policy);
    if !faultable {
        head.remove(5);
        rows.iter_mut().for_each(|row| drop(row.remove(5)));
    }
    Sheet {
        title: format!("The life of a {}", table.of),
        note: if faultable {
            "A Faulted job keeps the state that it held, and is judged by it (F3). \"while Faulted\" says what becomes of\n\
             a row then. At once: it acts as ever. Waits: the change falls due, and is made when the fault is solved.\n\
             Never: it cannot fall due, since timers stand still and no work begins. Only then: it acts on a Faulted\n\
             job alone."
        } else {
            "An extra drive has no state (X1). A destroyed drive keeps its last state."
        },
        head,
        rows,
    }
}

/// The rows of a table as cells; adjacent rows that differ only in the state before are merged.
fn together<S: Word, G: Word>(table: &Table<S, G>, policy: &Policy) -> Vec<Vec<String>> {
    let alike = |one: &Row<S, G>, next: &Row<S, G>| {
        let (mut first, mut second) = (cells(table, one, policy), cells(table, next, policy));
        let stay = one.to == one.from && next.to == next.from;
        for cells in [&mut first, &mut second] {
            cells[1].clear();
            if stay {
                cells[3].clear();
            }
        }
        first == second
    };
    let groups = table.rows.chunk_by(alike);
    let told = groups.map(|rows| {
        let mut told = cells(table, &rows[0], policy);
        if let [first, .., last] = rows {
            let names: Vec<&str> = rows.iter().map(|row| row.from.text()).collect();
            let states = match rows.len() {
                2 => names.join(", "),
                _ => format!("{} to {}", first.from.text(), last.from.text()),
            };
            told[1] = told[1].replace(first.from.text(), &states);
            if first.to == first.from {
                told[3] = "as before".into();
            }
        }
        told
    });
    told.collect()
}

fn cells<S: Word, G: Word>(table: &Table<S, G>, row: &Row<S, G>, policy: &Policy) -> Vec<String> {
    let timings = &policy.timings;
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
    let after: Vec<String> =
        policy.deadlines_before(table.of, row).iter().map(|deadline| window(*deadline, timings)).collect();
    let idle = if row.idle_under(timings) { " Not in force (cancel_until)." } else { "" };
    vec![
        row.rule.to_string(),
        from,
        row.on.text().into(),
        row.to.text().into(),
        after.join(", "),
        meanwhile.into(),
        source(row.source, row.origin),
        format!("{}{}{idle}", row.says, does(row, policy)),
    ]
}

/// The effects of a row besides its change of state, in sentences.
fn does<S: Word, G: Word>(row: &Row<S, G>, policy: &Policy) -> String {
    let mut told = String::new();
    if row.guard != Guard::Always {
        let when = if row.follows { "As soon as" } else { "Only if" };
        let _ = write!(told, " {when} {}.", row.guard.says());
    }
    if let Some((kind, on)) = row.ends {
        let _ = write!(told, " First the case {kind} ends ({on}).");
    }
    match row.timer {
        TimerAct::Keeps => {}
        TimerAct::Starts(deadline) => {
            let _ = write!(told, " Starts {}.", window(deadline, &policy.timings));
        }
        TimerAct::Stops => told.push_str(" Stops the timer."),
        TimerAct::Pauses => told.push_str(" The timer stands still."),
        TimerAct::Resumes => told.push_str(" The timer goes on with what was left."),
    }
    if let Some(signal) = row.tells {
        let _ = write!(told, " Tells the drives: {signal}.");
    }
    if !row.settles.is_empty() {
        let _ = write!(told, " Settles {}.", list(row.settles));
    }
    if let Some(kind) = row.opens {
        let _ = write!(told, " Opens {kind}.");
    }
    told
}

/// The signals of jobs, drives and cases, in words.
fn signals() -> Sheet {
    let row = |of: &str, name: &str, meaning: &str| vec![name.to_string(), of.into(), meaning.trim().into()];
    let jobs = JobSignal::ALL.iter().map(|one| row("job", one.name(), one.meaning()));
    let drives = DriveSignal::ALL.iter().map(|one| row("drive", one.name(), one.meaning()));
    let cases = CaseSignal::ALL.iter().map(|one| row("case", one.name(), one.meaning()));
    Sheet {
        title: "Signals".into(),
        note: "What may reach a job, a drive or a case of the operations team.",
        head: vec!["signal", "of", "what"],
        rows: jobs.chain(drives).chain(cases).collect(),
    }
}

fn refusals(policy: &Policy) -> Sheet {
    let rows = policy.tables().job.refusals.iter().map(|refusal| {
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

fn arrivals(policy: &Policy) -> Sheet {
    let cells = |whose: &str, row: &ArrivalRow| {
        let fires: Vec<Rule> = [&[row.rule], row.errors].concat();
        vec![
            list(&fires),
            list(row.listing),
            row.treatment.to_string(),
            source(row.source, row.origin),
            format!("{whose}{}", list(row.states)),
            row.says.into(),
        ]
    };
    let own = policy.tables().arrivals.iter().map(|row| cells("", row));
    let other = policy.tables().routes.iter().map(|row| cells("elsewhere: ", row));
    Sheet {
        title: "Drives at the dock".into(),
        note: "By the (base) state of the job that lists the drive, or in whose package it came. \
               An extra drive is looked up elsewhere first.",
        head: vec!["rules", "drive", "treatment", "source", "job in", "in short"],
        rows: own.chain(other).collect(),
    }
}

fn openings(policy: &Policy) -> Sheet {
    let rows = policy.tables().openings.iter().map(|row| {
        let window = policy.window(row.kind).map_or(String::new(), |one| window(one, &policy.timings));
        let whose = source(row.source, row.origin);
        vec![row.rule.to_string(), row.kind.to_string(), window, whose, row.says.into()]
    });
    Sheet {
        title: "When a case opens".into(),
        note: "The operations team contacts the customer. Its window counts from the opening (E1: from the arrival).",
        head: vec!["rule", "case", "window", "source", "in short"],
        rows: rows.collect(),
    }
}

fn cases(policy: &Policy) -> Sheet {
    let rows = policy.tables().cases.iter().map(|row| {
        let after = policy.deadline_before(row).map_or(String::new(), |one| window(one, &policy.timings));
        let starts =
            row.starts.map_or(String::new(), |one| format!(" Starts {}.", window(one, &policy.timings)));
        vec![
            row.rule.to_string(),
            row.kind.to_string(),
            row.on.to_string(),
            row.to.to_string(),
            row.remedy.to_string(),
            list(&policy.then(row)),
            after,
            source(row.source, row.origin),
            format!("{}{starts}", row.says),
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
