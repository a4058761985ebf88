//! The grammar of a row, the answers of a table, and the index computed from the rows.
//!
//! People read a [`Table`] row by row; the program asks its [`Index`], with one look-up for each question.
//! [`check`](super::check) finds mistakes in a table.

use super::*;
use std::array::from_fn;

words! {
    /// Who decided a row.
    Origin {
        /// It stands in the documentation.
        Documented,
        /// The documentation leaves it open: a decision of this project.
        Ours,
    }

    /// What happens to a row of the job table while the job is Faulted (F3). `from` is then the base state.
    #[serde(rename_all = "snake_case")]
    WhileFaulted {
        /// Made at once: an act of the customer that is judged by the base state.
        AtOnce = "at once",
        /// The change falls due, waits, and is made with its own rule when the fault is solved.
        Waits = "waits",
        /// Cannot fall due: its timer stands still, or what leads to it does not begin.
        Never = "never",
        /// The row exists only while the job is Faulted.
        Only = "only then",
    }
}

/// The effect of a row on the timer of the job. A job has one timer at a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum TimerAct {
    /// The timer, if there is one, runs on.
    Keeps,
    /// This deadline starts, and replaces the running one.
    // JSON shows the deadline in a field of its own.
    Starts(#[serde(skip)] Deadline),
    /// The timer is cancelled.
    Stops,
    /// The timer is paused (F3).
    Pauses,
    /// The timer runs on with the time that was left (F3).
    Resumes,
}

/// One row: in the state `from`, the signal `on` leads to the state `to`.
///
/// The columns from `guard` to `opens` define what the world does. For a change of state, the world starts no timer and
/// opens or ends no case except by these columns.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Row<S: 'static, G: 'static> {
    /// The rule that fires.
    pub rule: Rule,
    /// The state before; for a Faulted job its base state.
    pub from: S,
    /// The signal.
    pub on: G,
    /// The state after.
    pub to: S,
    /// What happens to the row while the job is Faulted (jobs only; always `AtOnce` in the drive table).
    pub faulted: WhileFaulted,
    /// The condition. If several rows answer one signal in one state, the first whose condition holds fires.
    pub guard: Guard,
    /// Whether nothing else sends the signal: then the row fires as soon as its condition holds.
    pub follows: bool,
    /// The deadlines whose end is the signal.
    pub after: &'static [Deadline],
    /// The effect on the timer of the job.
    pub timer: TimerAct,
    /// The case that ends before the change, and the signal that ends it.
    pub ends: Option<(CaseKind, CaseSignal)>,
    /// The signal for the listed drives of the job; each drive whose table has a row for it changes.
    pub tells: Option<DriveSignal>,
    /// Cases that are settled after the change, if they are open.
    pub settles: &'static [CaseKind],
    /// The case that opens after the change.
    pub opens: Option<CaseKind>,
    /// Summary of the documentation.
    pub says: &'static str,
    /// Citation.
    pub source: &'static str,
    /// Whether the row is documented or ours.
    pub origin: Origin,
}

/// A refusal: in each of the states `from`, the signal `on` changes nothing, and the customer is told.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Refusal<S: 'static, G: 'static> {
    /// The states in which the signal is refused.
    pub from: &'static [S],
    /// The refused signal.
    pub on: G,
    /// The rule that refuses.
    pub rule: Rule,
    /// The reason given to the customer.
    pub why: &'static str,
    /// Citation.
    pub source: &'static str,
    /// Whether the refusal is documented or ours.
    pub origin: Origin,
}

/// The answer of the policy to a signal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Answer<S> {
    /// The state becomes `to`, which may be the same state, by `rule`.
    Moves {
        /// The state after.
        to: S,
        /// The rule that fires.
        rule: Rule,
        /// The condition.
        guard: Guard,
        /// Index of the row in its table.
        row: u16,
    },
    /// The job is Faulted: the change by `rule` is due, and waits until the fault is solved (F3).
    Waits {
        /// The rule that fires once the fault is solved.
        rule: Rule,
        /// The condition.
        guard: Guard,
        /// Index of the row in its table.
        row: u16,
    },
    /// The signal is refused: nothing changes, and the customer is told.
    Refused {
        /// The rule that refuses.
        rule: Rule,
    },
}

impl<S> Answer<S> {
    /// The rule that fires, waits or refuses.
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
#[derive(Clone, Debug, PartialEq)]
pub struct Table<S: 'static, G: 'static> {
    /// The object: "job" or "drive".
    pub of: &'static str,
    /// The state before the first row.
    pub start: S,
    /// The states in which a life may stay for ever.
    pub ends: &'static [S],
    /// The state that covers a base state, if there is one.
    pub faulted: Option<S>,
    /// Changes of state.
    pub rows: Vec<Row<S, G>>,
    /// Refusals.
    pub refusals: Vec<Refusal<S, G>>,
}

impl<S: Word, G: Word> Table<S, G> {
    /// Whether an object in the state `base` can become Faulted and keep `base` as its base state (F3).
    pub fn can_be_faulted(&self, base: S) -> bool {
        self.rows.iter().any(|row| row.from == base && self.faulted == Some(row.to))
    }

    /// The refusal of `on` in the state `from` (the base state, if `faulted`), if there is one.
    pub fn refusal(&self, from: S, faulted: bool, on: G) -> Option<&Refusal<S, G>> {
        let met = !faulted || self.can_be_faulted(from);
        self.refusals.iter().find(|refusal| met && refusal.on == on && refusal.from.contains(&from))
    }

    /// The answers found by reading the rows one after the other; the first whose condition holds is used. Empty where
    /// no row and no refusal foresees the signal. The reference for [`Index`].
    pub fn read(&self, from: S, faulted: bool, on: G) -> Vec<Answer<S>> {
        let fits = |row: &Row<S, G>| row.from == from && row.on == on && self.applies(row, faulted);
        let rows = self.rows.iter().enumerate().filter(|(_, row)| fits(row));
        let mut answers: Vec<Answer<S>> = rows.map(|(place, row)| row.answer(place, faulted)).collect();
        if answers.is_empty() {
            answers.extend(self.refusal(from, faulted, on).map(|no| Answer::Refused { rule: no.rule }));
        }
        answers
    }

    /// Whether `row` applies to an object that is, or is not, Faulted.
    pub(super) fn applies(&self, row: &Row<S, G>, faulted: bool) -> bool {
        match row.faulted {
            WhileFaulted::Only => faulted,
            WhileFaulted::Never => !faulted,
            WhileFaulted::AtOnce | WhileFaulted::Waits => !faulted || self.can_be_faulted(row.from),
        }
    }

    /// The state that a row leaves: Faulted, if its `from` is only the base state.
    pub(super) fn origin(&self, row: &Row<S, G>) -> S {
        self.faulted.filter(|_| row.faulted == WhileFaulted::Only).unwrap_or(row.from)
    }
}

impl<S: Word, G: Word> Row<S, G> {
    /// The answer of the row at index `place` for an object that is, or is not, Faulted.
    fn answer(&self, place: usize, faulted: bool) -> Answer<S> {
        let (rule, guard, row) = (self.rule, self.guard, place as u16);
        match faulted && self.faulted == WhileFaulted::Waits {
            true => Answer::Waits { rule, guard, row },
            false => Answer::Moves { to: self.to, rule, guard, row },
        }
    }

    /// The deadline that this row starts.
    pub fn starts(&self) -> Option<Deadline> {
        match self.timer {
            TimerAct::Starts(deadline) => Some(deadline),
            _ => None,
        }
    }

    /// Whether the settings disable this row: a cancel later than `cancel_until` (C1).
    pub fn idle_under(&self, timings: &Timings) -> bool {
        let too_late =
            |base: &JobState| base.name() == self.from.to_string() && !timings.cancel_allowed(*base);
        // A response to a case is not a cancel by C1.
        let is_own_cancel = self.on.to_string() == JobSignal::Cancel.name();
        self.rule == Rule::C2 && is_own_cancel && JobState::ALL.iter().any(too_late)
    }
}

/// All answers of a table by Faulted or not, state and signal.
#[derive(Clone, Debug)]
pub struct Index<S, const STATES: usize, const SIGNALS: usize> {
    /// (begin, end) of the answers of each cell.
    cells: [[[(u16, u16); SIGNALS]; STATES]; 2],
    answers: Vec<Answer<S>>,
}

impl<S: Word, const STATES: usize, const SIGNALS: usize> Index<S, STATES, SIGNALS> {
    /// Collects the answers of each cell.
    pub(super) fn of<G: Word>(table: &Table<S, G>) -> Self {
        let mut answers = vec![];
        let cells = [false, true].map(|faulted| {
            from_fn(|from| {
                from_fn(|on| {
                    let first = answers.len() as u16;
                    answers.extend(table.read(S::ALL[from], faulted, G::ALL[on]));
                    (first, answers.len() as u16)
                })
            })
        });
        Index { cells, answers }
    }

    /// The answers to `on` in the state `from` (the base state, if `faulted`); the first whose condition holds is used.
    /// Empty where the signal is unforeseen: then the model has a bug.
    #[inline]
    pub fn answers<G: Word>(&self, from: S, faulted: bool, on: G) -> &[Answer<S>] {
        let (first, end) = self.cells[usize::from(faulted)][from.index()][on.index()];
        &self.answers[usize::from(first)..usize::from(end)]
    }
}

/// Rows in the order of the documentation: rule, from, on, the condition, to, \[what the world does\], while Faulted,
/// origin, source, words. After `when`, the row fires as soon as its condition holds; after `if`, the condition is
/// tested when the signal arrives.
macro_rules! rows {
    ($( $rule:ident $from:ident on $on:ident $($how:ident $guard:ident)? => $to:ident
        [$( $verb:ident $($word:ident)* ),*] $faulted:ident, $origin:ident $source:literal, $says:literal; )*) => {
        &[$( {
            #[allow(unused_mut, reason = "a row may do nothing but move")]
            let mut row = Row {
                rule: Rule::$rule, from: State::$from, on: Signal::$on, to: State::$to,
                faulted: WhileFaulted::$faulted, guard: Guard::Always, follows: false,
                after: &[], timer: TimerAct::Keeps, ends: None, tells: None, settles: &[], opens: None,
                says: $says, source: $source, origin: Origin::$origin,
            };
            $( does!(row, $how $guard); )?
            $( does!(row, $verb $($word)*); )*
            row
        } ),*]
    };
    ($( $rule:ident $from:ident on $on:ident => $to:ident [$( $verb:ident $($word:ident)* ),*]
        $origin:ident $source:literal, $says:literal; )*) => {
        rows! { $( $rule $from on $on => $to [$( $verb $($word)* ),*] AtOnce, $origin $source, $says; )* }
    };
}

/// The condition of a row, or one of its effects.
macro_rules! does {
    ($row:ident, if $guard:ident) => { $row.guard = Guard::$guard };
    ($row:ident, when $guard:ident) => { ($row.guard, $row.follows) = (Guard::$guard, true) };
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

/// Refusals: rule, states, signal, origin, source, the reason given to the customer.
macro_rules! refusals {
    ($( $rule:ident [$($from:ident)+] on $on:ident, $origin:ident $source:literal, $why:literal; )*) => {
        &[$( Refusal {
            from: &[$(State::$from),+], on: Signal::$on, rule: Rule::$rule,
            why: $why, source: $source, origin: Origin::$origin,
        } ),*]
    };
}

/// What is given, or else the default after the comma.
macro_rules! given {
    (, $default:expr) => {
        $default
    };
    ($given:expr, $default:expr) => {
        $given
    };
}
