//! Every cell of both tables, refusals too, beside a page that changes only on purpose.

use std::fmt::Write;

use crate::policy::{Answer, DriveSignal, DriveState, JobSignal, JobState, Word, drive_answer, job_answer};

/// What each state answers, one line for each signal that it foresees.
fn cells<S: Word, G: Word>(title: &str, answer: impl Fn(S, G) -> Answer<S>) -> String {
    let mut out = format!("{title}\n");
    for &state in S::WORDS {
        for &signal in G::WORDS {
            let told = match answer(state, signal) {
                Answer::Moves { to, rule } => format!("{rule:<3} => {}", to.text()),
                Answer::Waits { rule } => format!("{rule:<3} waits"),
                Answer::Refused { rule } => format!("{rule:<3} refused"),
                Answer::Unforeseen => continue,
            };
            let _ = writeln!(out, "  {:<17} {:<21} {told}", state.text(), signal.text());
        }
    }
    out
}

#[test]
fn every_cell_answers_as_on_the_golden_page() {
    let page = [
        cells("job", |base: JobState, on: JobSignal| job_answer(base, false, on)),
        cells("job, Faulted, by its base state", |base: JobState, on: JobSignal| job_answer(base, true, on)),
        cells("drive", |state: DriveState, on: DriveSignal| drive_answer(state, on)),
    ];
    let page = page.join("\n");
    let golden = include_str!("../../../tests/golden/policy_cells.txt");
    assert!(page == golden, "the answers differ from tests/golden/policy_cells.txt; they are now:\n{page}");
}
