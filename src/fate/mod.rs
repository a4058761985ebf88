//! The random inputs of a job, its *fate*: all that neither the policy nor the site decides. Examples: the transit
//! time, a lost package, the customer's response to each attempt.
//!
//! - In: a checked scenario, its seed and the replication number.
//! - Out: one [`Fate`] for each job. It is plain data, drawn from the seed or written by hand in the scenario. The
//!   world does not see the difference.
//! - Read first: the type in `scenario/fate.rs`, then the draws in `drawn.rs`.

mod drawn;

pub use crate::scenario::fate::*;
pub use drawn::{Fates, Work};
