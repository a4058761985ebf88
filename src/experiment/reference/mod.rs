//! The policy once more, by hand: the lives of a few scripted jobs as the policy page tells them.
//!
//! Boundary cases and the enumeration hold the world against this reference. It is written from the documentation and
//! the policy page alone, in the plainest way: slow, with one event loop of its own. It imports nothing from the policy
//! room but the names of states, kinds and rules, and nothing from the world, so that a mistake there is not compared
//! with itself. Each part cites the rule that it carries out (`J6`, `E1`; `S:35` is a line of the documentation).
//!
//! The site is simple: every station has enough servers, and only copying and packing take time. The dock and the bays
//! may be closed.

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
pub(super) use told::{CaseTold, Told};

use crate::scenario::WrittenJob;

/// The lives of `jobs` until `stop`: what falls on that instant does not happen. A job that follows from another
/// (E1) comes after all of `jobs`.
pub(super) fn tell(numbers: &Numbers, site: &Site, jobs: &[WrittenJob], stop: Time) -> Vec<Told> {
    let mut model = model::Model::new(*numbers, site, jobs);
    model.run(stop);
    model.tell()
}
