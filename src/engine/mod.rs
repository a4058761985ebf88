//! A discrete-event kernel that knows nothing of jobs and imports nothing of ours.

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
