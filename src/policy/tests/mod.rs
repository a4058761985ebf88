//! Tests of the tables. The expected rows are written a second time, from the policy page. Broken tables must be found.

mod cells;
mod flaws;
mod pages;
mod rows;

use super::*;

pub(super) fn documented() -> Policy {
    Policy::new(Timings::DOCUMENTED)
}

/// The documented tables after a change.
pub(super) fn changed(change: impl FnOnce(&mut Tables)) -> Tables {
    let mut tables = Tables::documented();
    change(&mut tables);
    tables
}
