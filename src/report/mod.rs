//! Writes all files: CSV, charts, `report.html`, `run.json`, event logs, kept replications. No other module writes
//! files.
//!
//! - In: results, studies, comparisons and searches, as `measure` and `experiment` return them; facts, for the logs.
//! - Out: a folder of files that is published as one set, and texts or JSON that `cli` prints.
//! - Read first: `place.rs` (how a set of files is published), then `files.rs` (the CSV files) and `run.rs`
//!   (`run.json`).

mod baseline;
pub mod charts;
mod compare;
mod fact;
mod files;
mod get_job;
mod json;
mod junit;
mod late;
mod line;
mod logs;
mod names;
mod page;
mod pictures;
mod place;
mod points;
mod publish;
mod recovery;
mod replicated;
mod robust;
mod run;
mod store;
mod summary;
mod told;
mod warmup;
mod whole;
mod words;

pub use baseline::{BLOCK, Baseline, MOST_KEPT, Number, Parting, fact_in_words, fact_lines};
pub use compare::{compare_json, compare_text, write_compared};
pub use files::{write_bands, write_inputs, write_study, write_tables};
pub use get_job::{counted, get_job_json, get_job_text};
pub use json::{json_text, sensitivity_json, size_json, staffing_json, sweep_json, warmup_json};
pub use junit::{junit, write_junit};
pub use logs::{LogLevel, Logs};
pub use names::Names;
pub use page::{
    Check, Plan, Screened, Search, Seen, Shown, Sweeping, Watch, write_check, write_check_page,
    write_compare_page, write_page, write_sensitivity_page, write_size_page, write_staffing_page,
    write_sweep_page,
};
pub use pictures::{charts_of, write_charts};
pub use place::{Draft, Place, wait_for_places};
pub use points::{
    Name, Point, draw_sensitivity, draw_size, draw_sweep, write_sensitivity, write_size, write_staffing,
    write_sweep,
};
pub use replicated::study_text;
pub use robust::{robust_json, robust_text, write_robust};
pub use run::{Recipe, json_head, study_json, summary_json, write_run};
pub use store::{Experiment, Piece, Store, Used};
pub use summary::summary_text;
pub(crate) use told::{Life, StoryLine, story_lines};
pub use warmup::{warmup_text, write_warmup};
pub use whole::write_whole;
pub(crate) use words::{file_size, seeded, thousands};

#[cfg(test)]
mod tests;
