//! The only writer of files: CSV, charts, event logs.

pub mod charts;
