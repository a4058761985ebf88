//! Tables broken on purpose: each flaw is found, alone, and named.

use crate::policy::{
    DriveSignal, DriveState, Flaw, Guard, JobSignal, JobState, Origin, Refusal, Row, Rule, Table, Tables,
    WhileFaulted, check,
};

type Rows<S, G> = Vec<Row<S, G>>;

/// The jobs' table with other rows.
fn job_with(change: impl FnOnce(&mut Rows<JobState, JobSignal>)) -> Table<JobState, JobSignal> {
    let mut table = Tables::documented().job;
    change(&mut table.rows);
    table
}

fn drive_with(change: impl FnOnce(&mut Rows<DriveState, DriveSignal>)) -> Table<DriveState, DriveSignal> {
    let mut table = Tables::documented().drive;
    change(&mut table.rows);
    table
}

fn say(flaws: &[Flaw]) -> Vec<String> {
    flaws.iter().map(Flaw::to_string).collect()
}

#[test]
fn the_tables_as_they_stand_have_no_flaw() {
    assert_eq!(Tables::documented().flaws(), []);
}

#[test]
fn two_rows_for_one_cell_are_found() {
    let table = drive_with(|rows| rows.push(Row { rule: Rule::D11, to: DriveState::Faulted, ..rows[2] }));
    assert_eq!(say(&check(&table)), ["DockProcessed in Specified has two answers: D3 and D11"]);
}

#[test]
fn a_refusal_stated_twice_is_found_also_where_no_job_can_be_faulted() {
    let mut table = Tables::documented().job;
    let twice = table.refusals.iter().find(|no| no.rule == Rule::C3 && no.on == JobSignal::Update);
    table.refusals.push(*twice.expect("C3: an update of a job that is gone is declined"));
    assert_eq!(say(&check(&table)), ["Update in Gone has two answers: C3 and C3"]);
}

#[test]
fn a_refusal_of_what_a_row_allows_is_found_in_both_planes() {
    let refusal = Refusal {
        from: &[JobState::Shipping],
        on: JobSignal::AnswerWait,
        rule: Rule::C1,
        why: "broken on purpose",
        source: "S:50",
        origin: Origin::Ours,
    };
    let mut table = Tables::documented().job;
    table.refusals.push(refusal);
    let flaws = check(&table);
    assert_eq!(
        say(&flaws),
        [
            "AnswerWait in Shipping has two answers: J7 and C1",
            "AnswerWait in Faulted (base Shipping) has two answers: J7 and C1"
        ]
    );
}

#[test]
fn two_answers_that_meet_only_while_faulted_are_found() {
    let table = job_with(|rows| {
        let solved = *rows.iter().find(|row| row.rule == Rule::J19).unwrap();
        rows.push(Row { on: JobSignal::Update, ..solved });
    });
    assert_eq!(say(&check(&table)), ["Update in Faulted (base Creating) has two answers: J2 and J19"]);
}

#[test]
fn an_unreachable_state_is_found() {
    let table = job_with(|rows| rows.retain(|row| row.rule != Rule::J13));
    let flaws = say(&check(&table));
    assert_eq!(flaws, ["Completed is never reached from the start"]);
}

#[test]
fn a_state_without_a_way_out_is_found_even_where_a_row_returns_to_it() {
    let table = job_with(|rows| {
        rows.retain(|row| row.from != JobState::Closed);
        rows.push(Row { from: JobState::Closed, on: JobSignal::Update, to: JobState::Closed, ..rows[0] });
    });
    let refusals = table.refusals.iter().filter(|no| no.on != JobSignal::Update).copied().collect();
    let table = Table { refusals, ..table };
    assert_eq!(say(&check(&table)), ["Closed has no way out: no row leads on to an end"]);
}

#[test]
fn a_row_about_a_fault_that_cannot_be_is_found() {
    let table =
        job_with(|rows| rows.retain(|row| !(row.rule == Rule::J18 && row.from == JobState::Packaging)));
    assert_eq!(
        say(&check(&table)),
        [
            "J19 speaks of a Faulted job with base Packaging, but no row makes it Faulted there",
            "F2 speaks of a Faulted job with base Packaging, but no row makes it Faulted there"
        ]
    );
}

#[test]
fn a_signal_that_nobody_answers_is_found() {
    let table = drive_with(|rows| rows.retain(|row| row.on != DriveSignal::NoticeSent));
    assert_eq!(say(&check(&table)), ["NoticeSent is answered in no state"]);
}

#[test]
fn a_row_that_another_one_hides_is_found() {
    let hidden = |guard: Guard| {
        job_with(|rows| {
            let notice = *rows.iter().rfind(|row| row.rule == Rule::J6).unwrap();
            rows.push(Row { rule: Rule::J9, guard, ..notice });
        })
    };
    let flaw = "ShippingOverdue in Shipping has two answers: J6 and J9";
    assert_eq!(say(&check(&hidden(Guard::NothingAtDock))), [flaw]);
    assert!(check(&hidden(Guard::Always)).is_empty(), "the last row of a cell may be without a condition");
}

#[test]
fn no_drive_row_speaks_of_a_faulted_job() {
    assert!(Tables::documented().drive.rows.iter().all(|row| row.faulted == WhileFaulted::AtOnce));
}
