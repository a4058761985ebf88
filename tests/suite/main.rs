//! The whole program from outside: one binary, a module for each concern.
mod cli;
mod get_job;
mod house;
mod invariants;
mod policy_exact;
mod policy_kit;
mod random;
mod readme;
mod tool;
mod watcher;
