//! Boundary cases: scripted jobs that reach each deadline one tick before it, exactly at it and one tick after it. The
//! results are compared with `reference`, which states the policy page a second time and shares nothing with the
//! tables.

mod cases;
mod judge;
mod more;
mod story;
mod text;

use super::ask::numbers;
use super::reference::Numbers;
use crate::policy::Timings;
use cases::{SiteKind, cases};
pub use judge::{AS_SET, case_of, judge_boundaries};
pub use text::too_long;

/// The scenario files of the boundary cases under `policy`, by name. One tests every deadline at a site where work
/// takes no time. The others test the states of a job where work takes time, a dock that is closed at deadlines, and a
/// run that stops.
pub fn boundaries(policy: &Timings) -> Vec<(&'static str, String)> {
    files(policy, &Numbers::DOCUMENTED)
}

/// The same cases, computed from the settings in force instead of the documented numbers. A case that fails only with
/// the documented numbers shows that the policy was changed. A case that fails with both shows a bug of the program.
pub fn boundaries_as_set(policy: &Timings) -> Vec<(&'static str, String)> {
    files(policy, &numbers(policy))
}

/// Each case by name, with the rule that decides it.
fn rows(policy: &Timings) -> Vec<(String, &'static str)> {
    cases(&numbers(policy)).into_iter().map(|case| (case.name, case.says)).collect()
}

fn files(policy: &Timings, by: &Numbers) -> Vec<(&'static str, String)> {
    let now = numbers(policy);
    let cases = cases(&now);
    let file = |site: SiteKind| (site.file(), text::scenario(site, policy, site.setting(&now), by, &cases));
    SiteKind::ALL.into_iter().map(file).collect()
}
