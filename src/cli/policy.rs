//! `shipback policy`: prints the tables with the deadlines in force.

use crate::policy::{Format, Policy, Timings, differences, differences_text, draw};

/// The policy in this format, with every deadline in force.
pub fn print(policy: &Policy, format: Format) -> String {
    draw(policy, format)
}

/// The rows and settings that differ from the documentation's policy.
pub fn print_difference(policy: &Policy) -> String {
    differences_text(&differences(&Policy::new(Timings::DOCUMENTED), policy))
}
