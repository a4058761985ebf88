//! `shipback policy`: the tables as in force, for people and for programs.

use crate::policy::{Format, Policy, draw};

/// The policy with every deadline as in force, in this format.
pub fn print(policy: &Policy, format: Format) -> String {
    draw(policy, format)
}
