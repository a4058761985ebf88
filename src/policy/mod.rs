//! The documented rules about jobs and drives, as tables. This module reads no clock, no random numbers and no files.
//!
//! - In: the state of a job or drive, and the signal that reaches it; the timings (deadlines) in force.
//! - Out: the row that answers: the next state, its rule number, and which timers start or stop. Also the tables as
//!   text, Markdown, JSON or a drawing, and the differences between two policies.
//! - Read first: `job.rs`, the table of jobs; then `rulebook.rs`, which defines what a row can say.
//!
//! The world asks these tables for each change of state; it decides none itself. `docs/policy.md` lists the rules
//! (`J9`, `D5`, ...) and says which row of the documentation a citation (`S:35`) means.
//!
//! ```
//! use shipback::policy::{Answer, JobSignal, JobState, Policy, Tables, Timings};
//!
//! assert!(Tables::documented().flaws().is_empty());
//! let policy = Policy::new(Timings::DOCUMENTED);
//! // A job that is Shipping cannot be deleted by the customer.
//! let answers = policy.job(JobState::Shipping, false, JobSignal::Delete);
//! assert!(matches!(answers, [Answer::Refused { .. }]));
//! ```

#[macro_use]
mod words;
#[macro_use]
mod rulebook;
mod arrivals;
mod check;
mod difference;
mod drawing;
mod drive;
mod errors;
mod job;
mod json;
mod layout;
mod reading;
mod rules;
mod svg;
mod tables;
mod timings;
mod value;

pub use arrivals::{ArrivalRow, Listing};
pub use check::check;
pub use difference::{Difference, Differs, differences, differences_text};
pub use drawing::{Format, draw};
pub use errors::{CaseRow, Opening, Tells};
pub(crate) use layout::{JOBS as JOB_LAYOUT, Side};
pub use rulebook::{Answer, Index, Origin, Refusal, Row, Table, TimerAct, WhileFaulted};
pub use rules::{Rule, RuleText, all_rules};
pub use timings::{Deadline, Setting, Timings};
pub use value::{Policy, Tables};
pub use words::*;

#[cfg(test)]
mod tests;
