//! The policy as a value: tables, settings, and indices computed from both.

use std::sync::LazyLock;

use super::arrivals::{ARRIVALS, ArrivalIndex, ROUTES, index};
use super::errors::{CASES, OPENINGS};
use super::*;
use std::array::from_fn;

/// All rows: the documentation's, and the decisions of this project. Another policy is another value.
#[derive(Clone, Debug, PartialEq)]
pub struct Tables {
    /// The life of a job.
    pub job: Table<JobState, JobSignal>,
    /// The life of a drive.
    pub drive: Table<DriveState, DriveSignal>,
    /// When each case opens, in the order of [`CaseKind::ALL`].
    pub openings: Vec<Opening>,
    /// What happens to each open case.
    pub cases: Vec<CaseRow>,
    /// What happens to a drive at the dock, by the job on whose list it is, or in whose package it came.
    pub arrivals: Vec<ArrivalRow>,
    /// What happens to an extra drive at the dock, by another job that lists it.
    pub routes: Vec<ArrivalRow>,
    /// The order of events at one instant.
    pub turns: Vec<Turn>,
}

impl Tables {
    /// The documented rows, with the decisions of this project.
    pub fn documented() -> Tables {
        Tables {
            job: job::table(),
            drive: drive::table(),
            openings: OPENINGS.to_vec(),
            cases: CASES.to_vec(),
            arrivals: ARRIVALS.to_vec(),
            routes: ROUTES.to_vec(),
            turns: Turn::ALL.to_vec(),
        }
    }

    /// All mistakes in the tables of jobs and drives, each as a sentence.
    pub fn flaws(&self) -> Vec<String> {
        [check(&self.job), check(&self.drive)].concat()
    }

    /// The rows under these settings: applies settings that remove something from a row.
    fn under(mut self, timings: &Timings) -> Tables {
        let changes = |row: &&mut Row<_, _>| row.rule == Rule::J2 && !timings.creating_expiry_resets;
        self.job.rows.iter_mut().filter(changes).for_each(|row| row.timer = TimerAct::Keeps);
        self
    }
}

type JobIndex = Index<JobState, { JobState::ALL.len() }, { JobSignal::ALL.len() }>;
/// Answers by state and signal. Rows of drives have no conditions, so only the first answer is used.
type DriveAnswers = [[Option<Answer<DriveState>>; DriveSignal::ALL.len()]; DriveState::ALL.len()];

/// A policy for a world: rows, settings, and indices.
#[derive(Clone, Debug)]
pub struct Policy {
    /// The settings of `[policy]`.
    pub timings: Timings,
    tables: Tables,
    has_documented_rows: bool,
    jobs: JobIndex,
    drives: DriveAnswers,
    /// The case that each row of the drive table opens; in one array, because every change of a drive reads it.
    drive_opens: Vec<Option<CaseKind>>,
    /// By state: the signals that only the condition of their row sends, each with that condition.
    follows: [Vec<(JobSignal, Guard)>; JobState::ALL.len()],
    /// By state and deadline: the signal at the end of the deadline.
    ends: [[Option<JobSignal>; Deadline::ALL.len()]; JobState::ALL.len()],
    arrivals: ArrivalIndex,
    routes: ArrivalIndex,
    turns: [u8; Turn::ALL.len()],
}

impl Policy {
    /// The documented rows under these settings.
    pub fn new(timings: Timings) -> Policy {
        static DOCUMENTED: LazyLock<Policy> = LazyLock::new(|| {
            let tables = Tables::documented();
            let flaws = tables.flaws();
            assert!(flaws.is_empty(), "the tables of the policy are broken:\n{}", flaws.join("\n"));
            Policy::of(tables, Timings::DOCUMENTED)
        });
        if timings == Timings::DOCUMENTED {
            return DOCUMENTED.clone();
        }
        Policy::of(Tables::documented(), timings)
    }

    /// These rows under these settings. The rows may have flaws ([`Tables::flaws`]): then a world may stop with the
    /// name of an invariant, or never end a job.
    pub fn of(tables: Tables, timings: Timings) -> Policy {
        let tables = tables.under(&timings);
        let mut follows: [Vec<(JobSignal, Guard)>; JobState::ALL.len()] = Default::default();
        let mut ends = [[None; Deadline::ALL.len()]; JobState::ALL.len()];
        for row in &tables.job.rows {
            follows[row.from.index()].extend(row.follows.then_some((row.on, row.guard)));
            row.after.iter().for_each(|deadline| ends[row.from.index()][deadline.index()] = Some(row.on));
        }
        let turn =
            |turn: usize| tables.turns.iter().position(|one| one.index() == turn).unwrap_or(turn) as u8;
        let drive = |from: usize, on: usize| {
            tables.drive.read(DriveState::ALL[from], false, DriveSignal::ALL[on]).first().copied()
        };
        Policy {
            timings,
            has_documented_rows: tables == Tables::documented().under(&timings),
            jobs: Index::of(&tables.job),
            drives: from_fn(|from| from_fn(|on| drive(from, on))),
            drive_opens: tables.drive.rows.iter().map(|row| row.opens).collect(),
            follows,
            ends,
            arrivals: index(&tables.arrivals),
            routes: index(&tables.routes),
            turns: from_fn(turn),
            tables,
        }
    }

    /// Whether its rows are those of [`Tables::documented`]; the settings may differ.
    pub fn has_documented_rows(&self) -> bool {
        self.has_documented_rows
    }

    /// The rows in force.
    pub fn tables(&self) -> &Tables {
        &self.tables
    }

    /// The answers to `signal` for a job in the state `base`, or Faulted with that base state; the first answer whose
    /// condition holds is used. Empty where the signal is unforeseen.
    #[inline]
    pub fn job(&self, base: JobState, faulted: bool, signal: JobSignal) -> &[Answer<JobState>] {
        self.jobs.answers(base, faulted, signal)
    }

    /// Whether an answer about a job fits this cause: at the end of a deadline, only rows after that deadline do.
    #[inline]
    pub fn speaks_of(&self, answer: &Answer<JobState>, ended: Option<Deadline>) -> bool {
        match (answer, ended) {
            (Answer::Moves { row, .. }, Some(deadline)) => self.job_row(*row).after.contains(&deadline),
            _ => true,
        }
    }

    /// The row of the job table with this index.
    #[inline]
    pub fn job_row(&self, place: u16) -> &Row<JobState, JobSignal> {
        &self.tables.job.rows[usize::from(place)]
    }

    /// The answer to `signal` for a drive in the state `state`; `None` where the signal is unforeseen.
    #[inline]
    pub fn drive(&self, state: DriveState, signal: DriveSignal) -> Option<Answer<DriveState>> {
        self.drives[state.index()][signal.index()]
    }

    /// The case that the row of the drive table with this index opens.
    #[inline]
    pub fn drive_opens(&self, place: u16) -> Option<CaseKind> {
        self.drive_opens[usize::from(place)]
    }

    /// The signals that conditions send in the state `base`, each with its condition, in the order of the tests.
    #[inline]
    pub fn follows(&self, base: JobState) -> &[(JobSignal, Guard)] {
        &self.follows[base.index()]
    }

    /// The signal at the end of `deadline`, for a job in the state `base`.
    #[inline]
    pub fn at_the_end(&self, base: JobState, deadline: Deadline) -> Option<JobSignal> {
        self.ends[base.index()][deadline.index()]
    }

    /// When a case of this kind opens, and which window it starts.
    pub fn opening(&self, kind: CaseKind) -> &Opening {
        let fits = |row: &&Opening| row.kind == kind;
        self.tables.openings.iter().find(fits).unwrap_or_else(|| panic!("policy: no row opens {kind}"))
    }

    /// The effect of `signal` on an open case of this kind; `None` where the signal is unforeseen.
    pub fn case(&self, kind: CaseKind, signal: CaseSignal) -> Option<&CaseRow> {
        self.tables.cases.iter().find(|row| row.kind == kind && row.on == signal)
    }

    /// The signal at the end of `window`, for a case of this kind.
    pub fn window_ends(&self, kind: CaseKind, window: Deadline) -> Option<CaseSignal> {
        self.tables.cases.iter().find(|row| row.kind == kind && row.after == Some(window)).map(|row| row.on)
    }

    /// The row for a drive with this listing whose job is in the (base) state `base`; `None` for Faulted, which is not
    /// a base state.
    #[inline]
    pub fn arrival(&self, base: JobState, listing: Listing) -> Option<&ArrivalRow> {
        self.arrivals[base.index()][listing.index()].as_ref()
    }

    /// The row by which a drive from another job's package goes to the job that lists it, by that job's (base) state
    /// and its listing there; `None` where that job does not wait for it.
    pub fn route(&self, base: JobState, listing: Listing) -> Option<&ArrivalRow> {
        self.routes[base.index()][listing.index()].as_ref()
    }

    /// The position of `turn` in the order of events at one instant.
    #[inline]
    pub fn turn(&self, turn: Turn) -> u8 {
        self.turns[turn.index()]
    }
}
