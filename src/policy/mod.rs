//! What the service's documentation says about jobs and drives, as data: no clock, no chance, no files.
//!
//! The world asks these tables; it never decides a state by itself. `docs/policy.md` lists the
//! rules (`J9`, `D5`, ...) and says which row of the documentation a citation (`S:35`) means.

#[macro_use]
mod words;
#[macro_use]
mod rulebook;
mod arrivals;
mod check;
mod drawing;
mod drive;
mod errors;
mod job;
mod json;
mod layout;
mod mutants;
mod rules;
mod svg;
mod tables;
mod timings;

pub use arrivals::{ARRIVALS, ArrivalRow, Listing, ROUTES, arrival, listed_elsewhere, treatment};
pub use check::{Flaw, check};
pub use drawing::{Format, draw};
pub use drive::{DRIVE, drive_answer};
pub use errors::{CASES, CaseRow, OPENINGS, Opening, case_answer, case_opening};
pub use job::{JOB, job_answer};
#[cfg(feature = "mutants")]
pub use mutants::mutants;
pub use rulebook::{Answer, Index, Origin, Refusal, Row, Table, WhileFaulted, Word};
pub use rules::{RuleText, all_rules};
pub use timings::{Deadline, Setting, Timings};
pub use words::*;

#[cfg(test)]
mod tests;
