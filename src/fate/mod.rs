//! The random inputs of a job, its *fate*: all that neither the rules nor the site decide, such as the transit time, a
//! lost package, or the customer's response to each attempt. Plain data, drawn from the seed or written in a scenario; the
//! world cannot tell which.

mod drawn;

pub use crate::scenario::fate::*;
pub use drawn::{Fates, Work};
