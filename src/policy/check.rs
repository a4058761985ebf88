//! Finds mistakes in a table, each as a sentence.

use super::*;
use std::collections::BTreeSet;

/// All mistakes in a table: signals with two answers in one state; states that are never reached, or never left for an
/// end; rows for a Faulted job in a state in which no job becomes Faulted; signals that nothing answers; in this order.
pub fn check<S: Word, G: Word>(table: &Table<S, G>) -> Vec<String> {
    [two_answers(table), astray(table), never_faulted(table), unheard(table)].concat()
}

/// Cells with more than one row or refusal and no condition that distinguishes them. The first two rules are named.
fn two_answers<S: Word, G: Word>(table: &Table<S, G>) -> Vec<String> {
    let mut flaws = Vec::new();
    for faulted in [false, true] {
        for &state in S::ALL {
            let place = if faulted { format!("Faulted (base {state})") } else { state.to_string() };
            flaws.extend(G::ALL.iter().filter_map(|&on| {
                let [first, second] = clash(table, state, faulted, on)?;
                Some(format!("{on} in {place} has two answers: {first} and {second}"))
            }));
        }
    }
    flaws
}

/// Two rules that claim one cell: a row after another row without a condition or with the same condition, or a refusal
/// beside anything.
fn clash<S: Word, G: Word>(table: &Table<S, G>, state: S, faulted: bool, signal: G) -> Option<[Rule; 2]> {
    let fits = |row: &&Row<S, G>| row.from == state && row.on == signal && table.applies(row, faulted);
    let rows: Vec<&Row<S, G>> = table.rows.iter().filter(fits).collect();
    for (place, first) in rows.iter().enumerate() {
        let hides = |row: &&&Row<S, G>| first.guard == Guard::Always || first.guard == row.guard;
        if let Some(second) = rows[place + 1..].iter().find(hides) {
            return Some([first.rule, second.rule]);
        }
    }
    let met = !faulted || table.can_be_faulted(state);
    let refusals = table.refusals.iter().filter(|no| met && no.on == signal);
    // A state that one refusal lists twice is a mistake too.
    let mut refused = refusals.flat_map(|no| no.from.iter().filter(|from| **from == state).map(|_| no.rule));
    let second = refused.next()?;
    match rows.last() {
        Some(row) => Some([row.rule, second]),
        None => refused.next().map(|third| [second, third]),
    }
}

/// States that no chain of rows reaches from the start, and states from which no chain reaches an end.
fn astray<S: Word, G: Word>(table: &Table<S, G>) -> Vec<String> {
    let steps = table.rows.iter().map(|row| (table.origin(row).index(), row.to.index()));
    let reached = spread(&[table.start], steps.clone());
    let leading_out = spread(table.ends, steps.map(|(from, to)| (to, from)));
    let without = |known: BTreeSet<usize>, what: &str| -> Vec<String> {
        let astray = S::ALL.iter().filter(|state| !known.contains(&state.index()));
        astray.map(|state| format!("{state} {what}")).collect()
    };
    [
        without(reached, "is never reached from the start"),
        without(leading_out, "has no way out: no row leads on to an end"),
    ]
    .concat()
}

/// All states that can be reached from `known` along `steps`.
fn spread<S: Word>(known: &[S], steps: impl Iterator<Item = (usize, usize)> + Clone) -> BTreeSet<usize> {
    let mut known: BTreeSet<usize> = known.iter().map(|state| state.index()).collect();
    while let Some((_, to)) = steps.clone().find(|(from, to)| known.contains(from) && !known.contains(to)) {
        known.insert(to);
    }
    known
}

fn never_faulted<S: Word, G: Word>(table: &Table<S, G>) -> Vec<String> {
    let only = table.rows.iter().filter(|row| row.faulted == WhileFaulted::Only);
    let wrong = only.filter(|row| !table.can_be_faulted(row.from));
    let told = |Row { rule, from, .. }: &Row<S, G>| {
        format!("{rule} speaks of a Faulted job with base {from}, but no row makes it Faulted there")
    };
    wrong.map(told).collect()
}

fn unheard<S: Word, G: Word>(table: &Table<S, G>) -> Vec<String> {
    let heard =
        |on: G| table.rows.iter().any(|row| row.on == on) || table.refusals.iter().any(|no| no.on == on);
    let silent = G::ALL.iter().filter(|signal| !heard(**signal));
    silent.map(|signal| format!("{signal} is answered in no state")).collect()
}
