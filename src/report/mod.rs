//! The only writer of files: CSV, charts, event logs.

pub mod charts;
mod files;
mod line;
mod logs;
mod names;
mod place;
mod run;

pub use files::write_tables;
pub use logs::{LogLevel, Logs};
pub use names::Names;
pub use place::{Draft, Place};
pub use run::{Recipe, summary_json, write_run};
