//! Tables broken on purpose: each flaw is found, alone, and named.

use super::*;

/// The flaws of the documented tables after a change.
fn flaws(change: impl FnOnce(&mut Tables)) -> Vec<String> {
    changed(change).flaws()
}

#[test]
fn the_tables_as_they_stand_have_no_flaw() {
    assert_eq!(Tables::documented().flaws(), [""; 0]);
}

#[test]
fn two_rows_for_one_cell_are_found() {
    let found = flaws(|Tables { drive, .. }| {
        drive.rows.push(Row { rule: Rule::D11, to: DriveState::Faulted, ..drive.rows[2] });
    });
    assert_eq!(found, ["DockProcessed in Specified has two answers: D3 and D11"]);
}

#[test]
fn a_refusal_stated_twice_is_found_also_where_no_job_can_be_faulted() {
    let found = flaws(|Tables { job, .. }| {
        let twice = job.refusals.iter().find(|no| no.rule == Rule::C3 && no.on == JobSignal::Update);
        job.refusals.push(*twice.expect("C3: an update of a job that is gone is declined"));
    });
    assert_eq!(found, ["Update in Gone has two answers: C3 and C3"]);
}

#[test]
fn a_refusal_of_what_a_row_allows_is_found_in_both_planes() {
    let found = flaws(|Tables { job, .. }| {
        let (from, on) = (&[JobState::Shipping], JobSignal::AnswerWait);
        job.refusals.push(Refusal { from, on, rule: Rule::C1, ..job.refusals[0] });
    });
    assert_eq!(
        found,
        [
            "AnswerWait in Shipping has two answers: J7 and C1",
            "AnswerWait in Faulted (base Shipping) has two answers: J7 and C1"
        ]
    );
}

#[test]
fn two_answers_that_meet_only_while_faulted_are_found() {
    let found = flaws(|Tables { job, .. }| {
        let solved = *job.rows.iter().find(|row| row.rule == Rule::J19).unwrap();
        job.rows.push(Row { on: JobSignal::Update, ..solved });
    });
    assert_eq!(found, ["Update in Faulted (base Creating) has two answers: J2 and J19"]);
}

#[test]
fn an_unreachable_state_is_found() {
    let found = flaws(|tables| tables.job.rows.retain(|row| row.rule != Rule::J13));
    assert_eq!(found, ["Completed is never reached from the start"]);
}

#[test]
fn a_state_without_a_way_out_is_found_even_where_a_row_returns_to_it() {
    let found = flaws(|Tables { job, .. }| {
        let (from, to) = (JobState::Closed, JobState::Closed);
        job.rows.retain(|row| row.from != from);
        job.rows.push(Row { from, on: JobSignal::Update, to, ..job.rows[0] });
        job.refusals.retain(|no| no.on != JobSignal::Update);
    });
    assert_eq!(found, ["Closed has no way out: no row leads on to an end"]);
}

#[test]
fn a_row_about_a_fault_that_cannot_be_is_found() {
    let is_gone = |row: &Row<JobState, JobSignal>| row.rule == Rule::J18 && row.from == JobState::Packaging;
    assert_eq!(
        flaws(|tables| tables.job.rows.retain(|row| !is_gone(row))),
        [
            "J19 speaks of a Faulted job with base Packaging, but no row makes it Faulted there",
            "F2 speaks of a Faulted job with base Packaging, but no row makes it Faulted there"
        ]
    );
}

#[test]
fn a_signal_that_nobody_answers_is_found() {
    let found = flaws(|tables| tables.drive.rows.retain(|row| row.on != DriveSignal::NoticeSent));
    assert_eq!(found, ["NoticeSent is answered in no state"]);
}

#[test]
fn a_row_that_another_one_hides_is_found() {
    let hidden = |guard: Guard| {
        flaws(|Tables { job, .. }| {
            let notice = *job.rows.iter().rfind(|row| row.rule == Rule::J6).unwrap();
            job.rows.push(Row { rule: Rule::J9, guard, ..notice });
        })
    };
    let flaw = "ShippingOverdue in Shipping has two answers: J6 and J9";
    assert_eq!(hidden(Guard::NothingAtDock), [flaw]);
    assert!(hidden(Guard::Always).is_empty(), "the last row of a cell may be without a condition");
}

#[test]
fn no_drive_row_speaks_of_a_faulted_job() {
    assert!(Tables::documented().drive.rows.iter().all(|row| row.faulted == WhileFaulted::AtOnce));
}
