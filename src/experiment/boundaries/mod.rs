//! Boundary cases: for each deadline in force one tick before, exactly at and one tick after; held against what the
//! policy page says, which is written down once more in `reference` and shares nothing with the tables.

mod cases;
mod judge;
mod more;
mod story;
mod text;

use super::ask::numbers;
use super::reference::Numbers;
use crate::policy::Timings;
use cases::{House, cases};
pub use judge::{AS_SET, case_of, judge_boundaries};
pub use text::too_long;

/// The scenario files of the boundary cases under `policy`, by name: every deadline at a site where work takes no time,
/// the states of a job at one where it does, a dock that is closed over deadlines, and a run that stops.
pub fn boundaries(policy: &Timings) -> Vec<(&'static str, String)> {
    files(policy, &Numbers::DOCUMENTED)
}

/// The same cases, told by the settings in force instead of the documentation's numbers: where a case fails and this
/// one does not, the policy was changed; where both do, the program is wrong.
pub fn boundaries_as_set(policy: &Timings) -> Vec<(&'static str, String)> {
    files(policy, &numbers(policy))
}

/// Each case by its name, with the clause that decides it.
fn rows(policy: &Timings) -> Vec<(String, &'static str)> {
    cases(&numbers(policy)).into_iter().map(|case| (case.name, case.says)).collect()
}

fn files(policy: &Timings, by: &Numbers) -> Vec<(&'static str, String)> {
    let now = numbers(policy);
    let cases = cases(&now);
    let file = |house: House| (house.file(), text::scenario(house, policy, house.setting(&now), by, &cases));
    House::ALL.into_iter().map(file).collect()
}
