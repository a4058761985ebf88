//! The table of boundary cases: failed cases first.

use crate::engine::time::Instant;
use crate::experiment::{Judged, Suite, Verdict, case_of};
use crate::policy::{Deadline, JobState, Rule};
use crate::scenario::Expected;
use crate::screen;
use std::collections::BTreeMap;

/// The table; empty without `--boundaries`.
pub(super) fn cases(suite: &Suite) -> String {
    suite.judged.iter().filter(|file| file.boundaries).map(table).collect()
}

/// The result of one case.
struct Case<'s> {
    name: &'s str,
    met: usize,
    expectations: usize,
    /// Last step of the expected life.
    ends: Option<(Instant, JobState, Rule)>,
    place: usize,
}

fn table(file: &Judged) -> String {
    let mut found: BTreeMap<&str, Case<'_>> = BTreeMap::new();
    for (expectation, judgement) in file.scenario.expectations.iter().zip(&file.checked.judgements) {
        let (name, place) = (case_of(expectation), found.len());
        let case = found.entry(name).or_insert(Case { name, met: 0, expectations: 0, ends: None, place });
        case.expectations += 1;
        case.met += usize::from(judgement.verdict == Verdict::Met);
        if let Expected::Timeline(_, life) = &expectation.what {
            case.ends = case.ends.or(life.last().copied());
        }
    }
    let mut cases: Vec<Case<'_>> = found.into_values().collect();
    cases.sort_by_key(|case| (case.met == case.expectations, case.place));
    let width = cases.iter().map(|case| case.name.len()).max().unwrap_or(0);
    let in_force = Deadline::ALL
        .iter()
        .map(|one| format!("{} {}", one.key(), one.in_force(&file.scenario.policy.timings)));
    let in_force: Vec<String> = in_force.collect();
    let mut text = format!("\nBoundary cases, {}\n", screen::path(&file.path));
    for line in in_force.chunks(4) {
        text += &format!("  {}\n", line.join(", "));
    }
    for case in cases {
        let word = if case.met == case.expectations { "met" } else { "FAILED" };
        let ends = case.ends.map_or(String::new(), |(at, state, rule)| format!("last {at} {state} ({rule})"));
        text +=
            &format!("  {word:<6} {:<width$}  {} of {}  {ends}\n", case.name, case.met, case.expectations);
    }
    text
}
