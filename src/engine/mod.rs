//! A discrete-event kernel: integer time, event list, stations, calendars, random numbers and distributions. It knows
//! no jobs and imports nothing else of this crate.
//!
//! - In: events and the instants for which they are scheduled; working hours; a seed.
//! - Out: events in their order; who starts work at a station and when; random variates.
//! - Read first: `time.rs`, then `agenda.rs` (the event list) and `station.rs` (servers with a queue).
//!
//! ```
//! use shipback::engine::agenda::{Agenda, EventList};
//! use shipback::engine::time::{Instant, Span};
//!
//! let deadline: Span = "1d 12h".parse()?;
//! let mut agenda = Agenda::new();
//! agenda.push(Instant::START + deadline, 0, "deadline");
//! agenda.push(Instant::START, 1, "customer");
//! agenda.push(Instant::START, 0, "delivery");
//! // The order is: instant, then turn, then first scheduled, first served.
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
mod ring;
pub mod shift;
pub mod special;
pub mod station;
#[cfg(test)]
mod theory;
pub mod time;
