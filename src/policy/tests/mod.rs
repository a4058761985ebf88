//! Tests of the tables. The expected rows are written a second time, from the policy page. Broken tables must be found.

mod cells;
mod flaws;
mod pages;
mod rows;

use super::{Policy, Timings};

pub(super) fn documented() -> Policy {
    Policy::new(Timings::DOCUMENTED)
}
