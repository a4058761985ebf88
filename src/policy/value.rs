//! The policy as a value: the tables, the settings, and what is computed from both for quick look-ups.

use std::sync::LazyLock;

use super::arrivals::{ARRIVALS, ArrivalIndex, ArrivalRow, Listing, ROUTES};
use super::check::{Flaw, check};
use super::errors::{CASES, CaseRow, OPENINGS, Opening};
use super::rulebook::{Answer, Index, Row, Table, TimerAct};
use super::timings::{Deadline, Timings};
use super::words::{CaseKind, CaseSignal, DriveSignal, DriveState, Guard, JobSignal, JobState, Rule, Turn};
use super::{drive, job};

/// Everything that the documentation says and this project decided, as rows. Another policy is another value.
#[derive(Clone, Debug)]
pub struct Tables {
    /// The life of a job.
    pub job: Table<JobState, JobSignal>,
    /// The life of a drive.
    pub drive: Table<DriveState, DriveSignal>,
    /// When each case opens, in the order of [`CaseKind::ALL`].
    pub openings: Vec<Opening>,
    /// What becomes of each case.
    pub cases: Vec<CaseRow>,
    /// What becomes of a drive at the dock, by the job on whose list it is, or in whose package it came.
    pub arrivals: Vec<ArrivalRow>,
    /// What becomes of an extra drive at the dock, by another job that lists it.
    pub routes: Vec<ArrivalRow>,
    /// What comes first at one instant.
    pub turns: Vec<Turn>,
}

impl Tables {
    /// The rows as documented, with the decisions of this project.
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

    /// Everything that is wrong with the tables of jobs and drives.
    pub fn flaws(&self) -> Vec<Flaw> {
        let mut flaws = check(&self.job);
        flaws.extend(check(&self.drive));
        flaws
    }

    /// The rows under these settings: a setting that takes something from a row is carried out here.
    fn under(mut self, timings: &Timings) -> Tables {
        if !timings.creating_expiry_resets {
            self.job
                .rows
                .iter_mut()
                .filter(|row| row.rule == Rule::J2)
                .for_each(|row| row.timer = TimerAct::Keeps);
        }
        self
    }
}

type JobIndex = Index<JobState, { JobState::ALL.len() }, { JobSignal::ALL.len() }>;
/// By state and signal; a drive's rows have no conditions, so the first answer counts.
type DriveAnswers = [[Option<Answer<DriveState>>; DriveSignal::ALL.len()]; DriveState::ALL.len()];

/// A policy that a world can be given: rows, settings, and the indices over them.
#[derive(Clone, Debug)]
pub struct Policy {
    /// The settings of `[policy]`.
    pub timings: Timings,
    tables: Tables,
    jobs: JobIndex,
    drives: DriveAnswers,
    /// By row of the drives' table, side by side since every change of a drive asks.
    drive_opens: Vec<Option<CaseKind>>,
    /// By state: the signals that nothing sends but the condition of their row, with that condition.
    follows: [Vec<(JobSignal, Guard)>; JobState::ALL.len()],
    /// By state and deadline: the signal at its end.
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
            let flaws: Vec<String> = tables.flaws().iter().map(Flaw::to_string).collect();
            assert!(flaws.is_empty(), "the tables of the policy are broken:\n{}", flaws.join("\n"));
            Policy::of(tables, Timings::DOCUMENTED)
        });
        if timings == Timings::DOCUMENTED {
            return DOCUMENTED.clone();
        }
        Policy::of(Tables::documented(), timings)
    }

    /// These rows under these settings. The rows may have flaws ([`Tables::flaws`]): then a world may stop with an invariant's
    /// name, or never end a job.
    pub fn of(tables: Tables, timings: Timings) -> Policy {
        let tables = tables.under(&timings);
        let rows = &tables.job.rows;
        let mut follows: [Vec<(JobSignal, Guard)>; JobState::ALL.len()] = Default::default();
        let mut ends = [[None; Deadline::ALL.len()]; JobState::ALL.len()];
        for row in rows {
            if row.follows {
                follows[row.from.index()].push((row.on, row.guard));
            }
            row.after.iter().for_each(|deadline| ends[row.from.index()][deadline.index()] = Some(row.on));
        }
        let turn =
            |turn: usize| tables.turns.iter().position(|one| one.index() == turn).unwrap_or(turn) as u8;
        let drive = |from: usize, on: usize| {
            tables.drive.read(DriveState::ALL[from], false, DriveSignal::ALL[on]).first().copied()
        };
        Policy {
            timings,
            jobs: Index::of(&tables.job),
            drives: std::array::from_fn(|from| std::array::from_fn(|on| drive(from, on))),
            drive_opens: tables.drive.rows.iter().map(|row| row.opens).collect(),
            follows,
            ends,
            arrivals: ArrivalIndex::of(&tables.arrivals),
            routes: ArrivalIndex::of(&tables.routes),
            turns: std::array::from_fn(turn),
            tables,
        }
    }

    /// The rows in force.
    pub fn tables(&self) -> &Tables {
        &self.tables
    }

    /// What the policy answers to `signal`, for a job in the state `base`, or Faulted with that base state: the first answer
    /// whose condition holds counts. None where the signal is unforeseen.
    #[inline]
    pub fn job(&self, base: JobState, faulted: bool, signal: JobSignal) -> &[Answer<JobState>] {
        self.jobs.answers(base, faulted, signal)
    }

    /// Whether an answer about a job is one for this cause: where a deadline has ended, only rows after that deadline are.
    #[inline]
    pub fn speaks_of(&self, answer: &Answer<JobState>, ended: Option<Deadline>) -> bool {
        match (answer, ended) {
            (Answer::Moves { row, .. }, Some(deadline)) => self.job_row(*row).after.contains(&deadline),
            _ => true,
        }
    }

    /// A row of the jobs' table, by its place.
    #[inline]
    pub fn job_row(&self, place: u16) -> &Row<JobState, JobSignal> {
        &self.tables.job.rows[usize::from(place)]
    }

    /// What the policy answers to `signal`, for a drive in the state `state`; `None` where the signal is unforeseen.
    #[inline]
    pub fn drive(&self, state: DriveState, signal: DriveSignal) -> Option<Answer<DriveState>> {
        self.drives[state.index()][signal.index()]
    }

    /// The case that opens with a row of the drives' table, by its place.
    #[inline]
    pub fn drive_opens(&self, place: u16) -> Option<CaseKind> {
        self.drive_opens[usize::from(place)]
    }

    /// The signals that follow by themselves in the state `base`, each with its condition, in the order in which these are asked.
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

    /// What `signal` makes of an open case of this kind; `None` where the signal is unforeseen.
    pub fn case(&self, kind: CaseKind, signal: CaseSignal) -> Option<&CaseRow> {
        self.tables.cases.iter().find(|row| row.kind == kind && row.on == signal)
    }

    /// The signal at the end of `window`, for a case of this kind.
    pub fn window_ends(&self, kind: CaseKind, window: Deadline) -> Option<CaseSignal> {
        self.tables.cases.iter().find(|row| row.kind == kind && row.after == Some(window)).map(|row| row.on)
    }

    /// The row for a drive with this listing, of a job in the (base) state `base`; `None` in Faulted, which is no base state.
    #[inline]
    pub fn arrival(&self, base: JobState, listing: Listing) -> Option<&ArrivalRow> {
        self.arrivals.row(&self.tables.arrivals, base, listing)
    }

    /// The row by which a drive that came in another job's package goes to the job that lists it, by that job's (base) state
    /// and its listing there; `None` where that job does not wait for it.
    pub fn route(&self, base: JobState, listing: Listing) -> Option<&ArrivalRow> {
        self.routes.row(&self.tables.routes, base, listing)
    }

    /// The place of `turn` among what falls on one instant.
    #[inline]
    pub fn turn(&self, turn: Turn) -> u8 {
        self.turns[turn.index()]
    }
}
