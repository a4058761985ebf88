//! Tables broken on purpose: each flaw is found, alone, and named.

use crate::policy::rulebook::index;
use crate::policy::{
    DRIVE, DriveSignal, DriveState, Flaw, Index, JOB, JobSignal, JobState, Origin, Refusal, Row, Rule, Table,
    WhileFaulted, check,
};

type Rows<S, G> = Vec<Row<S, G>>;

fn job_flaws(table: &Table<JobState, JobSignal>) -> Vec<Flaw> {
    let checked: Result<Index<_, { JobState::ALL.len() }, { JobSignal::ALL.len() }>, _> = check(table);
    checked.err().unwrap_or_default()
}

fn drive_flaws(table: &Table<DriveState, DriveSignal>) -> Vec<Flaw> {
    let checked: Result<Index<_, { DriveState::ALL.len() }, { DriveSignal::ALL.len() }>, _> = check(table);
    checked.err().unwrap_or_default()
}

/// The jobs' table with other rows; leaked, as tables live as long as the program.
fn job_with(change: impl FnOnce(&mut Rows<JobState, JobSignal>)) -> Table<JobState, JobSignal> {
    let mut rows = JOB.rows.to_vec();
    change(&mut rows);
    Table { rows: rows.leak(), ..JOB }
}

fn drive_with(change: impl FnOnce(&mut Rows<DriveState, DriveSignal>)) -> Table<DriveState, DriveSignal> {
    let mut rows = DRIVE.rows.to_vec();
    change(&mut rows);
    Table { rows: rows.leak(), ..DRIVE }
}

fn say(flaws: &[Flaw]) -> Vec<String> {
    flaws.iter().map(Flaw::to_string).collect()
}

#[test]
fn the_tables_as_they_stand_have_no_flaw() {
    assert_eq!(job_flaws(&JOB), []);
    assert_eq!(drive_flaws(&DRIVE), []);
}

#[test]
fn two_rows_for_one_cell_are_found() {
    let table = drive_with(|rows| rows.push(Row { rule: Rule::D11, to: DriveState::Faulted, ..rows[2] }));
    assert_eq!(say(&drive_flaws(&table)), ["DockProcessed in Specified has two answers: D3 and D11"]);
}

#[test]
fn a_refusal_stated_twice_is_found_also_where_no_job_can_be_faulted() {
    let mut refusals = JOB.refusals.to_vec();
    let twice = refusals.iter().find(|no| no.rule == Rule::C3 && no.on == JobSignal::Update);
    refusals.push(*twice.expect("C3: an update of a job that is gone is declined"));
    let table = Table { refusals: refusals.leak(), ..JOB };
    assert_eq!(say(&job_flaws(&table)), ["Update in Gone has two answers: C3 and C3"]);
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
    let refusals = [JOB.refusals, &[refusal]].concat();
    let flaws = job_flaws(&Table { refusals: refusals.leak(), ..JOB });
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
    let solved = JOB.rows.iter().find(|row| row.rule == Rule::J19).unwrap();
    let table = job_with(|rows| rows.push(Row { on: JobSignal::Update, ..*solved }));
    assert_eq!(say(&job_flaws(&table)), ["Update in Faulted (base Creating) has two answers: J2 and J19"]);
}

#[test]
fn an_unreachable_state_is_found() {
    let table = job_with(|rows| rows.retain(|row| row.rule != Rule::J13));
    let flaws = say(&job_flaws(&table));
    assert_eq!(flaws, ["Completed is never reached from the start", "AllLeftClean is answered in no state"]);
}

#[test]
fn a_state_without_a_way_out_is_found_even_where_a_row_returns_to_it() {
    let table = job_with(|rows| {
        rows.retain(|row| row.from != JobState::Closed);
        rows.push(Row { from: JobState::Closed, on: JobSignal::Update, to: JobState::Closed, ..JOB.rows[0] });
    });
    let refusals: Vec<_> = table.refusals.iter().filter(|no| no.on != JobSignal::Update).copied().collect();
    let table = Table { refusals: refusals.leak(), ..table };
    assert_eq!(say(&job_flaws(&table)), ["Closed has no way out: no row leads on to an end"]);
}

#[test]
fn a_row_about_a_fault_that_cannot_be_is_found() {
    let table =
        job_with(|rows| rows.retain(|row| !(row.rule == Rule::J18 && row.from == JobState::Packaging)));
    assert_eq!(
        say(&job_flaws(&table)),
        [
            "J19 speaks of a Faulted job with base Packaging, but no row makes it Faulted there",
            "F2 speaks of a Faulted job with base Packaging, but no row makes it Faulted there"
        ]
    );
}

#[test]
fn a_signal_that_nobody_answers_is_found() {
    let table = drive_with(|rows| rows.retain(|row| row.on != DriveSignal::NoticeSent));
    assert_eq!(say(&drive_flaws(&table)), ["NoticeSent is answered in no state"]);
}

#[test]
#[should_panic(expected = "the table of the drive is broken:\nNoticeSent is answered in no state")]
fn no_index_is_built_from_a_broken_table() {
    let table = drive_with(|rows| rows.retain(|row| row.on != DriveSignal::NoticeSent));
    let _: Index<_, { DriveState::ALL.len() }, { DriveSignal::ALL.len() }> = index(&table);
}

#[test]
fn no_drive_row_speaks_of_a_faulted_job() {
    assert!(DRIVE.rows.iter().all(|row| row.faulted == WhileFaulted::AtOnce));
}
