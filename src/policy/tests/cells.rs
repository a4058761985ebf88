//! Every cell of both tables, refusals too, beside a page that changes only on purpose.

use super::*;
use std::fmt::Write;

/// What each state answers, one line for each row that speaks.
fn cells<S: Word, G: Word>(
    title: &str,
    rows: &[Row<S, G>],
    answers: impl Fn(S, G) -> Vec<Answer<S>>,
) -> String {
    let mut out = format!("{title}\n");
    for &state in S::ALL {
        for &signal in G::ALL {
            for answer in answers(state, signal) {
                let (told, row) = match answer {
                    Answer::Moves { to, rule, row, .. } => (format!("{rule:<3} => {to}"), Some(row)),
                    Answer::Waits { rule, row, .. } => (format!("{rule:<3} waits"), Some(row)),
                    Answer::Refused { rule } => (format!("{rule:<3} refused"), None),
                };
                let does = row.map_or(String::new(), |row| does(&rows[usize::from(row)]));
                let _ = writeln!(out, "  {state:<17} {signal:<21} {told}{does}");
            }
        }
    }
    out
}

/// The columns of a row that the world carries out.
fn does<S: Word, G: Word>(row: &Row<S, G>) -> String {
    let mut does = String::new();
    if row.guard != Guard::Always {
        let _ = write!(does, " {} {}", if row.follows { "when" } else { "if" }, row.guard);
    }
    if row.timer != TimerAct::Keeps {
        let _ = write!(does, ", {:?}", row.timer);
    }
    let lists = [("after", format!("{:?}", row.after)), ("settles", format!("{:?}", row.settles))];
    for (what, list) in lists.iter().filter(|(_, list)| list != "[]") {
        let _ = write!(does, ", {what} {list}");
    }
    if let Some((kind, signal)) = row.ends {
        let _ = write!(does, ", ends {kind} by {signal}");
    }
    does.extend(row.tells.map(|signal| format!(", tells {signal}")));
    does.extend(row.opens.map(|kind| format!(", opens {kind}")));
    does
}

#[test]
fn every_cell_answers_as_on_the_golden_page() {
    let policy = documented();
    let (jobs, drives) = (&policy.tables().job.rows, &policy.tables().drive.rows);
    let job = |faulted| {
        let policy = &policy;
        move |base, on| policy.job(base, faulted, on).to_vec()
    };
    let page = [
        cells("job", jobs, job(false)),
        cells("job, Faulted, by its base state", jobs, job(true)),
        cells("drive", drives, |state, on| Vec::from_iter(policy.drive(state, on))),
    ];
    let page = page.join("\n");
    let golden = include_str!("../../../tests/golden/policy_cells.txt");
    assert!(page == golden, "the answers differ from tests/golden/policy_cells.txt; they are now:\n{page}");
}

#[test]
fn the_index_says_what_the_rows_say() {
    let (policy, tables) = (documented(), Tables::documented());
    for &base in JobState::ALL {
        for &signal in JobSignal::ALL {
            for faulted in [false, true] {
                assert_eq!(policy.job(base, faulted, signal), tables.job.read(base, faulted, signal));
            }
        }
    }
    for &state in DriveState::ALL {
        for &signal in DriveSignal::ALL {
            let read = tables.drive.read(state, false, signal);
            assert_eq!(policy.drive(state, signal), read.first().copied());
            assert!(read.len() <= 1, "a drive's signal has one answer: {signal} in {state}");
        }
    }
}
