//! Questions that need several rows, for printing: which deadline leads to a row of another table, and which rules
//! follow a case.

use super::*;
use std::collections::BTreeSet;

type JobRow = Row<JobState, JobSignal>;

impl Policy {
    /// The deadlines whose end leads to a row of the job or the drive table: its own, or those of the case or job row
    /// that sends its signal.
    pub fn deadlines_before<S: Word, G: Word>(&self, of: &str, row: &Row<S, G>) -> Vec<Deadline> {
        if !row.after.is_empty() {
            return row.after.to_vec();
        }
        let signal = row.on.to_string();
        let told = |case: &&CaseRow| match case.tells {
            Tells::Job(told) => of == "job" && told.name() == signal,
            Tells::Drive(told) => of == "drive" && told.name() == signal,
            Tells::Nobody | Tells::JobTheAnswer => false,
        };
        let tells = |job: &&JobRow| of == "drive" && job.tells.is_some_and(|told| told.name() == signal);
        let by_case = self.tables().cases.iter().filter(told).filter_map(|case| case.after);
        let by_job = self.tables().job.rows.iter().filter(tells).flat_map(|job| job.after.iter().copied());
        BTreeSet::from_iter(by_case.chain(by_job)).into_iter().collect()
    }

    /// The deadline that starts with a row: its own, or that of the case which it opens.
    pub fn deadline_begun<S: Word, G: Word>(&self, row: &Row<S, G>) -> Option<Deadline> {
        row.starts().or_else(|| row.opens.and_then(|kind| self.opening(kind).starts))
    }

    /// The window of a case: its own, or the timer of the job that the opening row starts.
    pub fn window(&self, kind: CaseKind) -> Option<Deadline> {
        let opens = |row: &&JobRow| row.opens == Some(kind);
        self.opening(kind).starts.or_else(|| self.tables().job.rows.iter().find(opens).and_then(Row::starts))
    }

    /// The rows of the job table that end a case by this row of it.
    fn ending(&self, case: &CaseRow) -> impl Iterator<Item = &JobRow> {
        let by = Some((case.kind, case.on));
        self.tables().job.rows.iter().filter(move |row| row.ends == by)
    }

    /// The deadline whose end leads to a row of a case.
    pub fn deadline_before(&self, case: &CaseRow) -> Option<Deadline> {
        case.after.or_else(|| self.ending(case).next().and_then(|row| row.after.first().copied()))
    }

    /// The rules of the job or the drive that follow from a row of a case.
    pub fn then(&self, case: &CaseRow) -> Vec<Rule> {
        let Tables { job, drive, .. } = self.tables();
        let of_job = |signals: &[JobSignal]| {
            job.rows.iter().filter(|row| signals.contains(&row.on)).map(|row| row.rule).collect()
        };
        let rules: BTreeSet<Rule> = match case.tells {
            Tells::Nobody => self.ending(case).map(|row| row.rule).collect(),
            Tells::Job(signal) => of_job(&[signal]),
            Tells::JobTheAnswer => of_job(&[JobSignal::AnswerWait, JobSignal::AnswerCancel]),
            Tells::Drive(on) => drive.rows.iter().filter(|row| row.on == on).map(|row| row.rule).collect(),
        };
        rules.into_iter().collect()
    }
}
