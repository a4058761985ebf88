//! Questions that need several rows, for printing: which deadline leads to a row of another table, and which rules
//! follow a case.

use super::errors::{CaseRow, Tells};
use super::rulebook::{Row, Word};
use super::timings::Deadline;
use super::value::Policy;
use super::words::{CaseKind, JobSignal, JobState, Rule};

impl Policy {
    /// The deadlines whose end leads to a row of the job or the drive table: its own, or those of the case or job row
    /// that sends its signal.
    pub fn deadlines_before<S: Word, G: Word>(&self, of: &str, row: &Row<S, G>) -> Vec<Deadline> {
        if !row.after.is_empty() {
            return row.after.to_vec();
        }
        let told = |case: &&CaseRow| match case.tells {
            Tells::Job(signal) => of == "job" && signal.text() == row.on.text(),
            Tells::Drive(signal) => of == "drive" && signal.text() == row.on.text(),
            Tells::Nobody | Tells::JobTheAnswer => false,
        };
        let by_case = self.tables().cases.iter().filter(told).filter_map(|case| case.after);
        let tells = |job: &&Row<JobState, JobSignal>| {
            of == "drive" && job.tells.is_some_and(|signal| signal.text() == row.on.text())
        };
        let by_job = self.tables().job.rows.iter().filter(tells).flat_map(|job| job.after.iter().copied());
        let mut all: Vec<Deadline> = by_case.chain(by_job).collect();
        all.sort_unstable();
        all.dedup();
        all
    }

    /// The deadline that starts with a row: its own, or that of the case which it opens.
    pub fn deadline_begun<S: Word, G: Word>(&self, row: &Row<S, G>) -> Option<Deadline> {
        row.starts().or_else(|| row.opens.and_then(|kind| self.opening(kind).starts))
    }

    /// The window of a case: its own, or the timer of the job that the opening row starts.
    pub fn window(&self, kind: CaseKind) -> Option<Deadline> {
        let opens = |row: &&Row<JobState, JobSignal>| row.opens == Some(kind);
        self.opening(kind).starts.or_else(|| self.tables().job.rows.iter().find(opens).and_then(Row::starts))
    }

    /// The deadline whose end leads to a row of a case.
    pub fn deadline_before(&self, case: &CaseRow) -> Option<Deadline> {
        let ends = |row: &&Row<JobState, JobSignal>| row.ends == Some((case.kind, case.on));
        let by_job = || self.tables().job.rows.iter().find(ends).and_then(|row| row.after.first().copied());
        case.after.or_else(by_job)
    }

    /// The rules of the job or the drive that follow from a row of a case.
    pub fn then(&self, case: &CaseRow) -> Vec<Rule> {
        let (job, drive) = (&self.tables().job.rows, &self.tables().drive.rows);
        let of_job = |signals: &[JobSignal]| -> Vec<Rule> {
            job.iter().filter(|row| signals.contains(&row.on)).map(|row| row.rule).collect()
        };
        let mut rules = match case.tells {
            Tells::Nobody => {
                let ends = |row: &&Row<JobState, JobSignal>| row.ends == Some((case.kind, case.on));
                job.iter().filter(ends).map(|row| row.rule).collect()
            }
            Tells::Job(signal) => of_job(&[signal]),
            Tells::JobTheAnswer => of_job(&[JobSignal::AnswerWait, JobSignal::AnswerCancel]),
            Tells::Drive(signal) => drive.iter().filter(|row| row.on == signal).map(|row| row.rule).collect(),
        };
        rules.sort_unstable();
        rules.dedup();
        rules
    }
}
