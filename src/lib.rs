//! `shipback` simulates the life of drive import/export jobs.

pub mod cli;
pub mod engine;
pub mod error;
pub mod fate;
pub mod measure;
pub mod policy;
pub mod report;
pub mod scenario;
pub mod world;
