//! Finds mistakes in a table, when its index is built.

use std::collections::BTreeSet;
use std::fmt;

use super::rulebook::{Row, Table, WhileFaulted, Word};
use super::words::{Guard, Rule};

/// A mistake in a table; it prints as a sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Flaw {
    /// Two rows or refusals answer one signal in one state.
    TwoAnswers {
        /// The state (the base state, if `faulted`).
        state: &'static str,
        /// Whether the job is Faulted.
        faulted: bool,
        /// The signal.
        signal: &'static str,
        /// The rules of both rows.
        rules: [Rule; 2],
    },
    /// No chain of rows leads from the start to this state.
    Unreachable {
        /// The state.
        state: &'static str,
    },
    /// No chain of rows leads from this state to an end.
    NoWayOut {
        /// The state.
        state: &'static str,
    },
    /// A row is for a Faulted job with a base state in which no job becomes Faulted.
    NeverFaulted {
        /// The base state.
        state: &'static str,
        /// The rule of the row.
        rule: Rule,
    },
    /// No row and no refusal answers this signal in any state.
    Unheard {
        /// The signal.
        signal: &'static str,
    },
}

impl fmt::Display for Flaw {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Flaw::TwoAnswers { state, faulted, signal, rules: [first, second] } => {
                let state = if *faulted { format!("Faulted (base {state})") } else { state.to_string() };
                write!(f, "{signal} in {state} has two answers: {first} and {second}")
            }
            Flaw::Unreachable { state } => write!(f, "{state} is never reached from the start"),
            Flaw::NoWayOut { state } => write!(f, "{state} has no way out: no row leads on to an end"),
            Flaw::NeverFaulted { state, rule } => {
                write!(
                    f,
                    "{rule} speaks of a Faulted job with base {state}, but no row makes it Faulted there"
                )
            }
            Flaw::Unheard { signal } => write!(f, "{signal} is answered in no state"),
        }
    }
}

/// All mistakes in a table, in the order of the kinds of [`Flaw`].
pub fn check<S: Word, G: Word>(table: &Table<S, G>) -> Vec<Flaw> {
    [two_answers(table), astray(table), never_faulted(table), unheard(table)].concat()
}

/// Cells with more than one row or refusal and no condition that distinguishes them. The first two rules are named.
fn two_answers<S: Word, G: Word>(table: &Table<S, G>) -> Vec<Flaw> {
    let mut flaws = Vec::new();
    for faulted in [false, true] {
        for &state in S::WORDS {
            for &signal in G::WORDS {
                if let Some(rules) = clash(table, state, faulted, signal) {
                    let (state, signal) = (state.text(), signal.text());
                    flaws.push(Flaw::TwoAnswers { state, faulted, signal, rules });
                }
            }
        }
    }
    flaws
}

/// Two rules that claim one cell: a row after another row without a condition or with the same condition, or a refusal
/// beside anything.
fn clash<S: Word, G: Word>(table: &Table<S, G>, state: S, faulted: bool, signal: G) -> Option<[Rule; 2]> {
    let fits = |row: &&Row<S, G>| row.from == state && row.on == signal && table.applies(row, faulted);
    let rows: Vec<&Row<S, G>> = table.rows.iter().filter(fits).collect();
    let met = !faulted || table.can_be_faulted(state);
    let refusals = table.refusals.iter().filter(|no| met && no.on == signal);
    // A state that one refusal lists twice is a mistake too.
    let refused = refusals.flat_map(|no| no.from.iter().filter(|from| **from == state).map(|_| no.rule));
    let refused: Vec<Rule> = refused.collect();
    let pairs = rows
        .iter()
        .enumerate()
        .flat_map(|(place, first)| rows[place + 1..].iter().map(move |second| (first, second)));
    let mut shadowed =
        pairs.filter(|(first, second)| first.guard == Guard::Always || first.guard == second.guard);
    if let Some((first, second)) = shadowed.next() {
        return Some([first.rule, second.rule]);
    }
    let all: Vec<Rule> = rows.last().map(|row| row.rule).into_iter().chain(refused.iter().copied()).collect();
    (!refused.is_empty() && all.len() > 1).then(|| [all[0], all[1]])
}

/// States that no chain of rows reaches from the start, and states from which no chain reaches an end.
fn astray<S: Word, G: Word>(table: &Table<S, G>) -> Vec<Flaw> {
    let steps: Vec<(usize, usize)> =
        table.rows.iter().map(|row| (origin(table, row).place(), row.to.place())).collect();
    let back: Vec<(usize, usize)> = steps.iter().map(|&(from, to)| (to, from)).collect();
    let reached = spread(BTreeSet::from([table.start.place()]), &steps);
    let leading_out = spread(table.ends.iter().map(|end| end.place()).collect(), &back);
    let unreachable = S::WORDS.iter().filter(|state| !reached.contains(&state.place()));
    let stuck = S::WORDS.iter().filter(|state| !leading_out.contains(&state.place()));
    unreachable
        .map(|state| Flaw::Unreachable { state: state.text() })
        .chain(stuck.map(|state| Flaw::NoWayOut { state: state.text() }))
        .collect()
}

/// The state that a row leaves: Faulted, if its `from` is only the base state.
pub(super) fn origin<S: Word, G: Word>(table: &Table<S, G>, row: &Row<S, G>) -> S {
    match table.faulted {
        Some(faulted) if row.faulted == WhileFaulted::Only => faulted,
        _ => row.from,
    }
}

/// All states that can be reached from `known` along `steps`.
fn spread(mut known: BTreeSet<usize>, steps: &[(usize, usize)]) -> BTreeSet<usize> {
    loop {
        let before = known.len();
        for (from, to) in steps {
            if known.contains(from) {
                known.insert(*to);
            }
        }
        if known.len() == before {
            return known;
        }
    }
}

fn never_faulted<S: Word, G: Word>(table: &Table<S, G>) -> Vec<Flaw> {
    let only = table.rows.iter().filter(|row| row.faulted == WhileFaulted::Only);
    only.filter(|row| !table.can_be_faulted(row.from))
        .map(|row| Flaw::NeverFaulted { state: row.from.text(), rule: row.rule })
        .collect()
}

fn unheard<S: Word, G: Word>(table: &Table<S, G>) -> Vec<Flaw> {
    let heard = |signal: G| {
        table.rows.iter().any(|row| row.on == signal)
            || table.refusals.iter().any(|refusal| refusal.on == signal)
    };
    let silent = G::WORDS.iter().filter(|signal| !heard(**signal));
    silent.map(|signal| Flaw::Unheard { signal: signal.text() }).collect()
}
