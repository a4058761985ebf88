//! The whole program from outside: one binary, a module for each concern.
mod house;
mod invariants;
mod policy_exact;
mod policy_kit;
mod random;
mod watcher;
