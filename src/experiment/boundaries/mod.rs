//! Boundary cases: for each deadline in force one tick before, exactly at and one tick after; held against what the
//! documentation says, which is written down once more in `reference` and shares nothing with the tables.

mod cases;
mod faults;
mod judge;
mod reference;
mod text;

use crate::engine::time::Span;
use crate::policy::Timings;
use cases::{Case, cases};
pub use judge::{case_of, judge_boundaries};
use reference::{DOCUMENTED, Numbers};
pub use text::too_long;

/// The scenario files of the boundary cases under `policy`, by name: every deadline in a house where work takes no
/// time, and the states of a job in one where it does.
pub fn boundaries(policy: &Timings) -> Vec<(&'static str, String)> {
    files(policy, &cases(&numbers(policy), &DOCUMENTED))
}

/// The same cases, told by the settings in force instead of the documentation's numbers: where a case fails and this
/// one does not, the policy was changed; where both do, the program is wrong.
pub fn boundaries_as_set(policy: &Timings) -> Vec<(&'static str, String)> {
    files(policy, &cases(&numbers(policy), &numbers(policy)))
}

/// Each case by its name, with the clause that decides it.
fn rows(policy: &Timings) -> Vec<(String, &'static str)> {
    cases(&numbers(policy), &DOCUMENTED).into_iter().map(|case| (case.name, case.says)).collect()
}

fn files(policy: &Timings, cases: &[Case]) -> Vec<(&'static str, String)> {
    let timers = "What happens one tick before, exactly at and one tick after each deadline?";
    let states = "What happens at the edges of each state?";
    vec![
        ("boundaries-of-deadlines", text::scenario("boundaries-of-deadlines", timers, false, policy, cases)),
        ("boundaries-of-states", text::scenario("boundaries-of-states", states, true, policy, cases)),
    ]
}

/// The settings in force, in the reference's own terms.
fn numbers(policy: &Timings) -> Numbers {
    let micros = |span: Span| span.micros();
    Numbers {
        creating: micros(policy.creating_expiry),
        updates_reset: policy.creating_expiry_resets,
        shipping: micros(policy.shipping_deadline),
        extension: micros(policy.extension),
        extensions: policy.max_extensions,
        response: micros(policy.response_window),
        retention: micros(policy.retention),
        contact: micros(policy.contact_window),
        destroy: micros(policy.destroy_after),
        fault: micros(policy.fault_window),
        cancel_states: policy.cancel_until.index(),
    }
}
