//! Reads `[sweep]`: the points of `shipback sweep`, in the words of its options.

use crate::error::Mistakes;
use crate::scenario::model::SweepPlan;
use crate::scenario::node::Node;
use crate::scenario::quantity as q;
use crate::scenario::section::{Read, Refusal, Section};
use crate::scenario::{Constraint, Vary};

/// Reads the sweep; `None` if nothing is varied.
pub fn sweep(top: &Section<'_>) -> Option<SweepPlan> {
    let section = top.section("sweep");
    if !section.is_given() {
        return None;
    }
    let varied = section.read("vary", all(Vary::parse)).needed();
    let constraints = section.read("where", all(Constraint::parse)).or_shown(vec![], "[]");
    let lhs = section.read("lhs", q::count(2..=10_000)).or_none("none");
    let replications = section.read("replications", q::count(1..=1000)).or(10);
    let metrics =
        section.read("metrics", q::list(q::text)).or_none("the attainment of each SLA, and the cost");
    let metrics = metrics.unwrap_or_default();
    Some(SweepPlan { varied: varied?, constraints, lhs, replications, metrics })
}

fn all<T>(parse: impl Fn(&str) -> Result<T, Mistakes>) -> impl Fn(&Node) -> Read<Vec<T>> {
    let refusal = |mistakes: Mistakes| {
        let first = mistakes.0.into_iter().next();
        first.map_or_else(|| "this cannot be read".into(), |wrong| Refusal::new(wrong.message, wrong.help))
    };
    move |node| q::list(q::text)(node)?.iter().map(|text| parse(text).map_err(refusal)).collect()
}
