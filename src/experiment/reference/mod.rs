//! A second implementation of the policy, by hand: the lives of a few scripted jobs according to the policy page.
//!
//! Boundary cases and the enumeration compare the world with this reference. It is written from the documentation and
//! the policy page alone, in the plainest way; it is slow and has its own event loop. It imports nothing of `policy`
//! but the names of states, kinds and rules, and nothing of the world: otherwise a mistake there would be compared with
//! itself. Each part cites its rule (`J6`, `E1`; `S:35` is a line of the documentation).
//!
//! The site is simple: every station has enough servers, and only copying and packing take time. Dock and bays may be
//! closed. Read `model.rs` first.

mod agenda;
mod copying;
mod customer;
mod dock;
mod entities;
mod faults;
mod held;
mod input;
mod leaving;
mod model;
mod shipping;
#[cfg(test)]
mod tests;
mod told;

pub(super) use input::{Numbers, Site, Time};
pub(super) use told::{CaseLife, JobLife};

use crate::scenario::WrittenJob;

/// The lives of `jobs` until `stop`, exclusive: an event at that instant does not happen. Jobs that follow from another
/// job (E1) come after all of `jobs`.
pub(super) fn expected_lives(
    numbers: &Numbers,
    site: &Site,
    jobs: &[WrittenJob],
    stop: Time,
) -> Vec<JobLife> {
    let mut model = model::Model::new(*numbers, site, jobs);
    model.run(stop);
    model.tell()
}
