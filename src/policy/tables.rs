//! The tables of the policy as plain text and Markdown.

use super::*;
use std::fmt::Write;

/// A table ready to be printed. The first row has the headings; the last column has the text of each row.
struct Sheet {
    title: String,
    note: &'static str,
    rows: Vec<Vec<String>>,
}

/// The cells of a row.
macro_rules! cells {
    ($($cell:expr),*) => { [$($cell.to_string()),*] };
}

/// All tables as plain text: for each row a line of facts, and its text below.
pub(super) fn text(policy: &Policy) -> String {
    let mut out = String::new();
    for Sheet { title, note, rows } in sheets(policy) {
        let _ = writeln!(out, "{}\n{note}\n", title.to_uppercase());
        let facts = rows[0].len() - 1;
        let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0);
        let widths: Vec<usize> = (0..facts).map(width).collect();
        for (number, row) in rows.iter().enumerate() {
            let padded = row.iter().zip(&widths).map(|(cell, &width)| format!("{cell:<width$}"));
            let _ = writeln!(out, "  {}", padded.collect::<Vec<String>>().join("  ").trim_end());
            if number > 0 {
                let _ = writeln!(out, "  {:width$}  {}", "", row[facts], width = widths[0]);
            }
        }
        out.push('\n');
    }
    out
}

/// All tables as Markdown.
pub(super) fn markdown(policy: &Policy) -> String {
    let mut out = String::from("# The policy in force\n");
    for Sheet { title, note, rows } in sheets(policy) {
        let _ = writeln!(out, "\n## {title}\n\n{note}\n");
        for (number, row) in rows.iter().enumerate() {
            let cells: Vec<String> = row.iter().map(|cell| cell.replace('|', "\\|")).collect();
            let _ = writeln!(out, "| {} |", cells.join(" | "));
            if number == 0 {
                let _ = writeln!(out, "|{}", "---|".repeat(cells.len()));
            }
        }
    }
    out
}

/// Every table, in the order in which they are printed.
fn sheets(policy: &Policy) -> Vec<Sheet> {
    let (tables, settings) = (policy.tables(), policy.timings.settings());
    let refusals = tables.job.refusals.iter();
    let or_none = |deadline: Option<Deadline>| deadline.map_or(String::new(), |one| in_force(one, policy));
    vec![
        sheet(
            "Deadlines and settings",
            "Every value of [policy] as in force. S:36 cites the documentation, \"ours\" is this project's decision: see \
             docs/policy.md.",
            ["key", "in force", "source", "what"],
            settings.iter().map(|s| cells![s.key, s.in_force(), source(s.source, s.origin), s.says]),
        ),
        signals(),
        life(&tables.job, policy),
        sheet(
            "What a job declines",
            "Nothing changes and the customer is told why. Whatever no row names is unforeseen: the model stops.",
            ["rule", "signal", "source", "in", "why"],
            refusals.map(|no| cells![no.rule, no.on, source(no.source, no.origin), list(no.from), no.why]),
        ),
        life(&tables.drive, policy),
        arrivals(tables),
        sheet(
            "When a case opens",
            "The operations team contacts the customer. Its window counts from the opening (E1: from the arrival).",
            ["rule", "case", "window", "source", "in short"],
            tables.openings.iter().map(|row| {
                let window = or_none(policy.window(row.kind));
                cells![row.rule, row.kind, window, source(row.source, row.origin), row.says]
            }),
        ),
        sheet(
            "What becomes of a case",
            "\"then\": the rules of the job or its drives that follow.",
            ["rule", "case", "on", "becomes", "remedy", "then", "after", "source", "in short"],
            tables.cases.iter().map(|row| {
                let (then, after) = (list(&policy.then(row)), or_none(policy.deadline_before(row)));
                let starts =
                    row.starts.map(|one| format!(" Starts {}.", or_none(Some(one)))).unwrap_or_default();
                let (source, says) = (source(row.source, row.origin), format!("{}{starts}", row.says));
                cells![row.rule, row.kind, row.on, row.to, row.remedy, then, after, source, says]
            }),
        ),
        sheet(
            "All rules",
            "A rule acts at some instant, or holds always.",
            ["rule", "kind", "source", "in short"],
            all_rules().iter().map(|text| {
                let kind = if text.holds { "holds" } else { "acts" };
                cells![text.rule, kind, source(text.source, text.origin), text.says]
            }),
        ),
    ]
}

fn sheet<const N: usize>(
    title: &str,
    note: &'static str,
    head: [&str; N],
    rows: impl Iterator<Item = [String; N]>,
) -> Sheet {
    let rows = [head.map(String::from)].into_iter().chain(rows).map(Vec::from).collect();
    Sheet { title: title.into(), note, rows }
}

/// "S:50"; with "ours" where the documentation leaves the point open.
fn source(source: &str, origin: Origin) -> String {
    match origin {
        Origin::Documented => source.to_string(),
        Origin::Ours => format!("ours ({source})"),
    }
}

/// "response_window 20d (documented: 30d)".
fn in_force(deadline: Deadline, policy: &Policy) -> String {
    format!("{} {}", deadline.key(), deadline.in_force(&policy.timings))
}

fn list<T: ToString>(words: &[T]) -> String {
    words.iter().map(T::to_string).collect::<Vec<String>>().join(", ")
}

/// The signals of jobs, drives and cases, in words.
fn signals() -> Sheet {
    let jobs = JobSignal::ALL.iter().map(|one| cells![one, "job", one.meaning().trim()]);
    let drives = DriveSignal::ALL.iter().map(|one| cells![one, "drive", one.meaning().trim()]);
    let cases = CaseSignal::ALL.iter().map(|one| cells![one, "case", one.meaning().trim()]);
    sheet(
        "Signals",
        "What may reach a job, a drive or a case of the operations team.",
        ["signal", "of", "what"],
        jobs.chain(drives).chain(cases),
    )
}

fn arrivals(tables: &Tables) -> Sheet {
    let own = tables.arrivals.iter().map(|row| ("", row));
    let other = tables.routes.iter().map(|row| ("elsewhere: ", row));
    sheet(
        "Drives at the dock",
        "By the (base) state of the job that lists the drive, or in whose package it came. \
         An extra drive is looked up elsewhere first.",
        ["rules", "drive", "treatment", "source", "job in", "in short"],
        own.chain(other).map(|(whose, row)| {
            let rules = list(&[&[row.rule], row.errors].concat());
            let (source, job) = (source(row.source, row.origin), format!("{whose}{}", list(row.states)));
            cells![rules, list(row.listing), row.treatment, source, job, row.says]
        }),
    )
}

/// The rows of a life; adjacent rows that differ only in the state before are merged.
fn life<S: Word, G: Word>(table: &Table<S, G>, policy: &Policy) -> Sheet {
    let alike = |one: &Row<S, G>, next: &Row<S, G>| {
        let stay = one.to == one.from && next.to == next.from;
        let rest = |row| {
            let [rule, _, on, to, rest @ ..] = cells(table, row, policy);
            (rule, on, (!stay).then_some(to), rest)
        };
        rest(one) == rest(next)
    };
    let rows = table.rows.chunk_by(alike).map(|rows| {
        let mut told = cells(table, &rows[0], policy);
        if let [Row { from, to, .. }, .., last] = rows {
            let states = match rows.len() {
                2 => format!("{from}, {}", last.from),
                _ => format!("{from} to {}", last.from),
            };
            told[1] = told[1].replace(&from.to_string(), &states);
            if to == from {
                told[3] = "as before".into();
            }
        }
        told
    });
    let mut sheet = sheet(
        &format!("The life of a {}", table.of),
        "A Faulted job keeps the state that it held, and is judged by it (F3). \"while Faulted\" says what becomes of\n\
         a row then. At once: it acts as ever. Waits: the change falls due, and is made when the fault is solved.\n\
         Never: it cannot fall due, since timers stand still and no work begins. Only then: it acts on a Faulted\n\
         job alone.",
        ["rule", "from", "on", "to", "after", "while Faulted", "source", "in short"],
        rows,
    );
    if table.faulted.is_none() {
        sheet.note = "An extra drive has no state (X1). A destroyed drive keeps its last state.";
        sheet.rows.iter_mut().for_each(|row| drop(row.remove(5)));
    }
    sheet
}

fn cells<S: Word, G: Word>(table: &Table<S, G>, row: &Row<S, G>, policy: &Policy) -> [String; 8] {
    let Row { rule, from: base, on, to, .. } = row;
    let from = match row.faulted {
        WhileFaulted::Only => format!("{} ({base})", table.origin(row)),
        _ => base.to_string(),
    };
    let before = policy.deadlines_before(table.of, row);
    let after: Vec<String> = before.iter().map(|one| in_force(*one, policy)).collect();
    let idle = if row.idle_under(&policy.timings) { " Not in force (cancel_until)." } else { "" };
    let (source, says) = (source(row.source, row.origin), format!("{}{}{idle}", row.says, does(row, policy)));
    cells![rule, from, on, to, after.join(", "), row.faulted.says(), source, says]
}

/// The effects of a row besides its change of state, in sentences.
fn does<S: Word, G: Word>(row: &Row<S, G>, policy: &Policy) -> String {
    let when = if row.follows { "As soon as" } else { "Only if" };
    let timer = match row.timer {
        TimerAct::Keeps => None,
        TimerAct::Starts(deadline) => Some(format!("Starts {}.", in_force(deadline, policy))),
        TimerAct::Stops => Some("Stops the timer.".into()),
        TimerAct::Pauses => Some("The timer stands still.".into()),
        TimerAct::Resumes => Some("The timer goes on with what was left.".into()),
    };
    let told = [
        (row.guard != Guard::Always).then(|| format!("{when} {}.", row.guard.says())),
        row.ends.map(|(kind, on)| format!("First the case {kind} ends ({on}).")),
        timer,
        row.tells.map(|signal| format!("Tells the drives: {signal}.")),
        (!row.settles.is_empty()).then(|| format!("Settles {}.", list(row.settles))),
        row.opens.map(|kind| format!("Opens {kind}.")),
    ];
    told.iter().flatten().map(|told| format!(" {told}")).collect()
}
