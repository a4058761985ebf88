//! The grammar of a row, the answer that a table gives, and the index computed from the rows.
//!
//! A [`Table`] is read by people, row by row; a program asks its [`Index`], one look-up for each question.
//! The index is built once, and [`check`] refuses to build it from a table with a flaw.

use super::check::{Flaw, check};
use super::timings::{Deadline, Timings};
use super::words::{DriveSignal, DriveState, JobSignal, JobState, Rule};

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

/// One row: in state `from`, the signal `on` leads to the state `to`.
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
    /// The deadline whose end is the signal.
    pub after: Option<Deadline>,
    /// The deadline that starts (anew) with this row.
    pub starts: Option<Deadline>,
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
    },
    /// The job is Faulted: the change by `rule` falls due, and waits until the fault is solved (F3).
    Waits {
        /// The rule that acts once the fault is solved.
        rule: Rule,
    },
    /// The documentation declines it; nothing changes, the customer is told.
    Refused {
        /// The rule that declines it.
        rule: Rule,
    },
    /// No row foresees this: the model has a bug.
    Unforeseen,
}

/// The rows and refusals of one life cycle.
#[derive(Clone, Copy, Debug)]
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
    pub rows: &'static [Row<S, G>],
    /// What is declined.
    pub refusals: &'static [Refusal<S, G>],
}

impl<S: Word, G: Word> Table<S, G> {
    /// Whether a life in state `base` can become Faulted and keep that state as its base (F3).
    pub fn can_be_faulted(&self, base: S) -> bool {
        self.rows.iter().any(|row| row.from == base && self.faulted == Some(row.to))
    }

    /// The row that answers `on` in the state `from` (the base state, if `faulted`), if one does.
    pub fn row(&self, from: S, faulted: bool, on: G) -> Option<&'static Row<S, G>> {
        self.rows.iter().find(|row| row.from == from && row.on == on && self.applies(row, faulted))
    }

    /// The refusal that answers `on` in the state `from` (the base state, if `faulted`), if one does.
    pub fn refusal(&self, from: S, faulted: bool, on: G) -> Option<&'static Refusal<S, G>> {
        let met = !faulted || self.can_be_faulted(from);
        self.refusals.iter().find(|refusal| met && refusal.on == on && refusal.from.contains(&from))
    }

    /// The answer as a person reads it off the rows, one after the other: the reference for [`Index`].
    pub fn read(&self, from: S, faulted: bool, on: G) -> Answer<S> {
        if let Some(row) = self.row(from, faulted, on) {
            return row.answer(faulted);
        }
        match self.refusal(from, faulted, on) {
            Some(refusal) => Answer::Refused { rule: refusal.rule },
            None => Answer::Unforeseen,
        }
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
    /// What this row answers, in a life that is, or is not, Faulted.
    pub fn answer(&self, faulted: bool) -> Answer<S> {
        if faulted && self.faulted == WhileFaulted::Waits {
            return Answer::Waits { rule: self.rule };
        }
        Answer::Moves { to: self.to, rule: self.rule }
    }
}

impl<S: Word, G> Row<S, G> {
    /// The deadline that starts (anew) with this row, under these settings.
    pub fn starts_under(&self, timings: &Timings) -> Option<Deadline> {
        let stays = self.rule == Rule::J2 && !timings.creating_expiry_resets;
        self.starts.filter(|_| !stays)
    }

    /// Whether the settings leave this row without effect: a cancel later than `cancel_until` (C1).
    pub fn idle_under(&self, timings: &Timings) -> bool {
        let allowed = |state: &JobState| state.name() != self.from.text() || timings.cancel_allowed(*state);
        self.rule == Rule::C2 && !JobState::ALL.iter().all(allowed)
    }
}

/// Every answer of a table in a fixed array: the plane (Faulted or not), the state, the signal.
#[derive(Clone, Debug)]
pub struct Index<S, const STATES: usize, const SIGNALS: usize> {
    cells: [[[Answer<S>; SIGNALS]; STATES]; 2],
}

impl<S: Word, const STATES: usize, const SIGNALS: usize> Index<S, STATES, SIGNALS> {
    /// Writes each row and each refusal into the cells for which it speaks.
    pub(super) fn of<G: Word>(table: &Table<S, G>) -> Self {
        let mut cells = [[[Answer::Unforeseen; SIGNALS]; STATES]; 2];
        for (plane, faulted) in [false, true].into_iter().enumerate() {
            for refusal in table.refusals {
                for from in refusal.from.iter().filter(|from| !faulted || table.can_be_faulted(**from)) {
                    cells[plane][from.place()][refusal.on.place()] = Answer::Refused { rule: refusal.rule };
                }
            }
            for row in table.rows.iter().filter(|row| table.applies(row, faulted)) {
                cells[plane][row.from.place()][row.on.place()] = row.answer(faulted);
            }
        }
        Index { cells }
    }

    /// The answer to `on` in the state `from` (the base state, if `faulted`).
    #[inline]
    pub fn answer<G: Word>(&self, from: S, faulted: bool, on: G) -> Answer<S> {
        self.cells[faulted as usize][from.place()][on.place()]
    }
}

/// The index of a table that has no flaw.
///
/// # Panics
/// With every flaw of the table, each in a sentence.
pub(super) fn index<S: Word, G: Word, const STATES: usize, const SIGNALS: usize>(
    table: &Table<S, G>,
) -> Index<S, STATES, SIGNALS> {
    check(table).unwrap_or_else(|flaws| {
        let flaws: Vec<String> = flaws.iter().map(Flaw::to_string).collect();
        panic!("the table of the {} is broken:\n{}", table.of, flaws.join("\n"))
    })
}

/// Rows as they read in the documentation: rule, from, on, to, \[timers\], while Faulted, origin, source, words.
macro_rules! rows {
    ($( $rule:ident $from:ident on $on:ident => $to:ident [$(after $after:ident)? $(starts $starts:ident)?] $faulted:ident,
        $origin:ident $source:literal, $says:literal; )*) => {
        &[$( Row {
            rule: Rule::$rule, from: State::$from, on: Signal::$on, to: State::$to,
            faulted: WhileFaulted::$faulted, after: timer!($($after)?), starts: timer!($($starts)?),
            says: $says, source: $source, origin: Origin::$origin,
        } ),*]
    };
    ($( $rule:ident $from:ident on $on:ident => $to:ident [$(after $after:ident)? $(starts $starts:ident)?]
        $origin:ident $source:literal, $says:literal; )*) => {
        rows! { $( $rule $from on $on => $to [$(after $after)? $(starts $starts)?] AtOnce, $origin $source, $says; )* }
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
