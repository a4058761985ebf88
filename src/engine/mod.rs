//! A discrete-event kernel that knows nothing of jobs and imports nothing of ours.

pub mod time;
