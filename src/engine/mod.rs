//! A discrete-event kernel: time, event list, stations, calendars, random numbers and distributions. It knows no jobs and
//! imports nothing else of this crate.
//!
//! ```
//! use shipback::engine::agenda::Agenda;
//! use shipback::engine::time::{Instant, Span};
//!
//! let deadline: Span = "1d 12h".parse()?;
//! let mut agenda = Agenda::new();
//! agenda.push(Instant::START + deadline, 0, "deadline");
//! agenda.push(Instant::START, 1, "customer");
//! agenda.push(Instant::START, 0, "delivery");
//! // By instant, then by turn, then first scheduled, first served.
//! let events: Vec<&str> = std::iter::from_fn(|| agenda.pop()).map(|(_, event)| event).collect();
//! assert_eq!(events, ["delivery", "customer", "deadline"]);
//! # Ok::<(), String>(())
//! ```

pub mod agenda;
pub mod calendar;
pub mod chance;
pub mod distribution;
pub mod flow;
mod gamma_table;
mod heap;
mod ladder;
pub mod law;
pub mod moment;
pub mod plain;
pub mod shift;
pub mod special;
pub mod station;
#[cfg(test)]
mod theory;
pub mod time;
