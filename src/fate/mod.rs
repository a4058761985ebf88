//! A job's fate: all that neither the rules nor the data center decide. Plain data, made by drawing or by
//! writing it in a scenario; the world cannot tell which.

mod drawn;

pub use crate::scenario::fate::*;
pub use drawn::{Fates, Work};
