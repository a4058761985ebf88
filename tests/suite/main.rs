//! The whole program from outside: one binary, a module for each concern.
mod cli;
mod determinism;
mod get_job;
mod hostile;
mod house;
mod invariants;
mod policy_exact;
mod policy_kit;
mod random;
mod readme;
mod theory;
mod tool;
mod watcher;
