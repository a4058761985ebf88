//! The grammar of a row, the answer that a table gives, and the index computed from the rows.
//!
//! A [`Table`] is read by people, row by row; a program asks its [`Index`], one look-up for each question.
//! [`check`](super::check) finds what is wrong with a table.

use super::timings::{Deadline, Timings};
use super::words::{CaseKind, CaseSignal, DriveSignal, DriveState, Guard, JobSignal, JobState, Rule};

/// A word of a finite vocabulary that can number a cell of an index.
pub trait Word: Copy + Eq + std::fmt::Debug + 'static {
    /// Every word, in the order of the documentation.
    const WORDS: &'static [Self];
    /// Its place in [`Self::WORDS`].
    fn place(self) -> usize;
    /// The word itself, letter by letter.
    fn text(self) -> &'static str;
}

macro_rules! word {
    ($($name:ident)+) => { $(
        impl Word for $name {
            const WORDS: &'static [Self] = $name::ALL;
            #[inline]
            fn place(self) -> usize { self.index() }
            fn text(self) -> &'static str { self.name() }
        }
    )+ };
}
word! { JobState JobSignal DriveState DriveSignal }

words! {
    /// Who decided a row.
    Origin {
        /// It stands in the documentation.
        Documented,
        /// The documentation leaves it open: a decision of this project.
        Ours,
    }
}

words! {
    /// What becomes of a row of the job table while the job is Faulted (F3). `from` is then the base state.
    WhileFaulted {
        /// Made at once: an act of the customer that is judged by the base state.
        AtOnce,
        /// The change falls due, waits, and is made with its own rule when the fault is solved.
        Waits,
        /// Cannot fall due: its timer stands still, or what leads to it does not begin.
        Never,
        /// The row exists only while the job is Faulted.
        Only,
    }
}

/// What a row does with the timer of the job. A job has one timer at a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TimerAct {
    /// The timer, if there is one, goes on.
    Keeps,
    /// This deadline starts (anew), in place of what ran before.
    Starts(Deadline),
    /// The timer is void.
    Stops,
    /// The timer stands still (F3).
    Pauses,
    /// The timer goes on with what was left of it (F3).
    Resumes,
}

/// One row: in state `from`, the signal `on` leads to the state `to`.
///
/// The columns from `guard` to `opens` are what the world does: it starts no timer and opens or ends no case for a change of
/// state but by them.
#[derive(Clone, Copy, Debug)]
pub struct Row<S: 'static, G: 'static> {
    /// The rule that acts.
    pub rule: Rule,
    /// The state before. Of a Faulted job: its base state.
    pub from: S,
    /// What reaches it.
    pub on: G,
    /// The state after.
    pub to: S,
    /// What becomes of the row while the job is Faulted (jobs only; `AtOnce` throughout the drives' table).
    pub faulted: WhileFaulted,
    /// The condition. Of several rows for one signal in one state, the first whose condition holds acts.
    pub guard: Guard,
    /// Whether nothing else sends the signal: the row acts as soon as its condition holds.
    pub follows: bool,
    /// The deadlines whose end is the signal.
    pub after: &'static [Deadline],
    /// What becomes of the timer of the job.
    pub timer: TimerAct,
    /// The case that ends before the change, and how.
    pub ends: Option<(CaseKind, CaseSignal)>,
    /// What the job's listed drives are told; each whose table has a row for it moves.
    pub tells: Option<DriveSignal>,
    /// The cases that are settled after the change, where they are open.
    pub settles: &'static [CaseKind],
    /// The case that opens after the change.
    pub opens: Option<CaseKind>,
    /// The documentation, in short.
    pub says: &'static str,
    /// Where it stands.
    pub source: &'static str,
    /// Documented, or decided by this project.
    pub origin: Origin,
}

/// What is declined: in each of the states `from`, the signal `on` changes nothing and the customer is told.
#[derive(Clone, Copy, Debug)]
pub struct Refusal<S: 'static, G: 'static> {
    /// The states in which it is declined.
    pub from: &'static [S],
    /// What is declined.
    pub on: G,
    /// The rule that declines it.
    pub rule: Rule,
    /// What the customer is told.
    pub why: &'static str,
    /// Where it stands.
    pub source: &'static str,
    /// Documented, or decided by this project.
    pub origin: Origin,
}

/// What the policy answers to a signal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Answer<S> {
    /// The state becomes `to` (it may be the same one), by `rule`.
    Moves {
        /// The state after.
        to: S,
        /// The rule that acts.
        rule: Rule,
        /// The condition.
        guard: Guard,
        /// The place of the row in its table.
        row: u16,
    },
    /// The job is Faulted: the change by `rule` falls due, and waits until the fault is solved (F3).
    Waits {
        /// The rule that acts once the fault is solved.
        rule: Rule,
        /// The condition.
        guard: Guard,
        /// The place of the row in its table.
        row: u16,
    },
    /// The documentation declines it; nothing changes, the customer is told.
    Refused {
        /// The rule that declines it.
        rule: Rule,
    },
}

impl<S> Answer<S> {
    /// The rule that acts, waits or declines.
    pub fn rule(&self) -> Rule {
        match self {
            Answer::Moves { rule, .. } | Answer::Waits { rule, .. } | Answer::Refused { rule } => *rule,
        }
    }

    /// The condition.
    pub fn guard(&self) -> Guard {
        match self {
            Answer::Moves { guard, .. } | Answer::Waits { guard, .. } => *guard,
            Answer::Refused { .. } => Guard::Always,
        }
    }
}

/// The rows and refusals of one life cycle.
#[derive(Clone, Debug)]
pub struct Table<S: 'static, G: 'static> {
    /// Whose life: "job" or "drive".
    pub of: &'static str,
    /// The state before the first row.
    pub start: S,
    /// The states in which a life may rest for ever.
    pub ends: &'static [S],
    /// The state that stands over a base state, where there is one.
    pub faulted: Option<S>,
    /// What changes.
    pub rows: Vec<Row<S, G>>,
    /// What is declined.
    pub refusals: Vec<Refusal<S, G>>,
}

impl<S: Word, G: Word> Table<S, G> {
    /// Whether a life in state `base` can become Faulted and keep that state as its base (F3).
    pub fn can_be_faulted(&self, base: S) -> bool {
        self.rows.iter().any(|row| row.from == base && self.faulted == Some(row.to))
    }

    /// The refusal that answers `on` in the state `from` (the base state, if `faulted`), if one does.
    pub fn refusal(&self, from: S, faulted: bool, on: G) -> Option<&Refusal<S, G>> {
        let met = !faulted || self.can_be_faulted(from);
        self.refusals.iter().find(|refusal| met && refusal.on == on && refusal.from.contains(&from))
    }

    /// The answers as a person reads them off the rows, one after the other: the first whose condition holds counts. None
    /// where no row and no refusal foresees the signal. The reference for [`Index`].
    pub fn read(&self, from: S, faulted: bool, on: G) -> Vec<Answer<S>> {
        let fits = |row: &Row<S, G>| row.from == from && row.on == on && self.applies(row, faulted);
        let rows = self.rows.iter().enumerate().filter(|(_, row)| fits(row));
        let mut answers: Vec<Answer<S>> = rows.map(|(place, row)| row.answer(place, faulted)).collect();
        if answers.is_empty() {
            answers.extend(self.refusal(from, faulted, on).map(|no| Answer::Refused { rule: no.rule }));
        }
        answers
    }

    /// Whether `row` has something to say while the life is, or is not, Faulted.
    pub(super) fn applies(&self, row: &Row<S, G>, faulted: bool) -> bool {
        match row.faulted {
            WhileFaulted::Only => faulted,
            WhileFaulted::Never => !faulted,
            WhileFaulted::AtOnce | WhileFaulted::Waits => !faulted || self.can_be_faulted(row.from),
        }
    }
}

impl<S: Copy, G> Row<S, G> {
    /// What this row, at this place of its table, answers in a life that is, or is not, Faulted.
    fn answer(&self, place: usize, faulted: bool) -> Answer<S> {
        let (rule, guard, row) = (self.rule, self.guard, place as u16);
        match faulted && self.faulted == WhileFaulted::Waits {
            true => Answer::Waits { rule, guard, row },
            false => Answer::Moves { to: self.to, rule, guard, row },
        }
    }
}

impl<S: Word, G: Word> Row<S, G> {
    /// The deadline that starts (anew) with this row.
    pub fn starts(&self) -> Option<Deadline> {
        match self.timer {
            TimerAct::Starts(deadline) => Some(deadline),
            _ => None,
        }
    }

    /// Whether the settings leave this row without effect: a cancel later than `cancel_until` (C1).
    pub fn idle_under(&self, timings: &Timings) -> bool {
        let allowed = |state: &JobState| state.name() != self.from.text() || timings.cancel_allowed(*state);
        // An answer to a case is no cancel of C1.
        let is_own_cancel = self.on.text() == JobSignal::Cancel.name();
        self.rule == Rule::C2 && is_own_cancel && !JobState::ALL.iter().all(allowed)
    }
}

/// Every answer of a table, found by the plane (Faulted or not), the state and the signal.
#[derive(Clone, Debug)]
pub struct Index<S, const STATES: usize, const SIGNALS: usize> {
    /// Where the answers of a cell begin and end.
    cells: [[[(u16, u16); SIGNALS]; STATES]; 2],
    answers: Vec<Answer<S>>,
}

impl<S: Word, const STATES: usize, const SIGNALS: usize> Index<S, STATES, SIGNALS> {
    /// Collects the answers of each cell.
    pub(super) fn of<G: Word>(table: &Table<S, G>) -> Self {
        let mut index = Index { cells: [[[(0, 0); SIGNALS]; STATES]; 2], answers: vec![] };
        for faulted in [false, true] {
            for &from in S::WORDS {
                for &on in G::WORDS {
                    let first = index.answers.len() as u16;
                    index.answers.extend(table.read(from, faulted, on));
                    let cell = (first, index.answers.len() as u16);
                    index.cells[usize::from(faulted)][from.place()][on.place()] = cell;
                }
            }
        }
        index
    }

    /// The answers to `on` in the state `from` (the base state, if `faulted`): the first whose condition holds counts.
    /// None where the signal is unforeseen: then the model has a bug.
    #[inline]
    pub fn answers<G: Word>(&self, from: S, faulted: bool, on: G) -> &[Answer<S>] {
        let (first, end) = self.cells[usize::from(faulted)][from.place()][on.place()];
        &self.answers[usize::from(first)..usize::from(end)]
    }
}

/// Rows as they read in the documentation: rule, from, on, the condition, to, \[what the world does\], while Faulted, origin,
/// source, words. `when`: the row follows as soon as its condition holds; `if`: the condition is asked when the signal comes.
macro_rules! rows {
    ($( $rule:ident $from:ident on $on:ident $($how:ident $guard:ident)? => $to:ident
        [$( $verb:ident $($word:ident)* ),*] $faulted:ident, $origin:ident $source:literal, $says:literal; )*) => {
        &[$( {
            #[allow(unused_mut, reason = "a row may do nothing but move")]
            let mut row = Row {
                rule: Rule::$rule, from: State::$from, on: Signal::$on, to: State::$to,
                faulted: WhileFaulted::$faulted, guard: guard!($($guard)?), follows: follows!($($how)?),
                after: &[], timer: TimerAct::Keeps, ends: None, tells: None, settles: &[], opens: None,
                says: $says, source: $source, origin: Origin::$origin,
            };
            $( does!(row, $verb $($word)*); )*
            row
        } ),*]
    };
    ($( $rule:ident $from:ident on $on:ident => $to:ident [$( $verb:ident $($word:ident)* ),*]
        $origin:ident $source:literal, $says:literal; )*) => {
        rows! { $( $rule $from on $on => $to [$( $verb $($word)* ),*] AtOnce, $origin $source, $says; )* }
    };
}

/// One thing that a row does.
macro_rules! does {
    ($row:ident, after $($deadline:ident)+) => { $row.after = &[$(Deadline::$deadline),+] };
    ($row:ident, starts $deadline:ident) => { $row.timer = TimerAct::Starts(Deadline::$deadline) };
    ($row:ident, stops timer) => { $row.timer = TimerAct::Stops };
    ($row:ident, pauses timer) => { $row.timer = TimerAct::Pauses };
    ($row:ident, resumes timer) => { $row.timer = TimerAct::Resumes };
    ($row:ident, ends $kind:ident by $signal:ident) => {
        $row.ends = Some((CaseKind::$kind, CaseSignal::$signal))
    };
    ($row:ident, tells $signal:ident) => { $row.tells = Some(DriveSignal::$signal) };
    ($row:ident, settles $($kind:ident)+) => { $row.settles = &[$(CaseKind::$kind),+] };
    ($row:ident, opens $kind:ident) => { $row.opens = Some(CaseKind::$kind) };
}

macro_rules! guard {
    () => {
        Guard::Always
    };
    ($guard:ident) => {
        Guard::$guard
    };
}

macro_rules! follows {
    (when) => {
        true
    };
    ($(if)?) => {
        false
    };
}

/// Refusals: rule, the states, the signal, origin, source, what the customer is told.
macro_rules! refusals {
    ($( $rule:ident [$($from:ident)+] on $on:ident, $origin:ident $source:literal, $why:literal; )*) => {
        &[$( Refusal {
            from: &[$(State::$from),+], on: Signal::$on, rule: Rule::$rule,
            why: $why, source: $source, origin: Origin::$origin,
        } ),*]
    };
}

macro_rules! timer {
    () => {
        None
    };
    ($timer:ident) => {
        Some(Deadline::$timer)
    };
}
