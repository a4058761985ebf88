//! `shipback policy`: the tables as in force, for people and for programs.

use crate::policy::{Format, Policy, Timings, differences, differences_text, draw};

/// The policy with every deadline as in force, in this format.
pub fn print(policy: &Policy, format: Format) -> String {
    draw(policy, format)
}

/// The rows and settings that differ from the documentation's policy.
pub fn print_difference(policy: &Policy) -> String {
    differences_text(&differences(&Policy::new(Timings::DOCUMENTED), policy))
}
