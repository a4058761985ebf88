//! `shipback policy`: the tables as in force, for people and for programs.

use crate::policy::{Format, Timings, draw};

/// The policy with every deadline as in force, in this format.
pub fn print(timings: &Timings, format: Format) -> String {
    draw(timings, format)
}
