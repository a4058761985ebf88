//! A discrete-event kernel that knows nothing of jobs and imports nothing of ours.

pub mod agenda;
pub mod calendar;
pub mod chance;
pub mod distribution;
pub mod flow;
pub mod special;
pub mod station;
pub mod time;
