//! What the service's documentation says about jobs and drives, as data: no clock, no chance, no files.
//!
//! The world asks these tables; it never decides a state by itself. Rule numbers are those of the policy
//! page (`J9`, `D5`, ...); `S:35` is a line of the service's documentation.

mod words;

pub use words::*;
