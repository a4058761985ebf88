//! Writes to standard output and standard error; all text goes through [`screen`]. A closed pipe is not an error.

use super::colour;
use crate::error::Error;
use crate::report::{Store, file_size};
use crate::screen;
use std::collections::BTreeSet;
use std::io::{self, ErrorKind, Write};
use std::path::Path;
use std::sync::Mutex;

/// Writes data to standard output.
///
/// # Errors
/// [`Error::Io`] where the system refuses; not for a closed pipe.
pub(super) fn data(text: &str) -> Result<(), Error> {
    out(&colour::page(&screen::page(text), &io::stdout()))
}

/// Writes JSON to standard output.
///
/// # Errors
/// As [`data`].
pub(super) fn json(text: &str) -> Result<(), Error> {
    out(&screen::json(text))
}

/// Writes commands for GitHub's runner, one line each: to standard output, or to standard error where standard output
/// has JSON.
///
/// # Errors
/// As [`data`].
pub(super) fn commands(lines: &[String], beside_json: bool) -> Result<(), Error> {
    let text: String = lines.iter().map(|line| format!("{}\n", screen::line(line))).collect();
    if !beside_json {
        return out(&text);
    }
    let _ = io::stderr().lock().write_all(text.as_bytes());
    Ok(())
}

fn out(text: &str) -> Result<(), Error> {
    let mut out = io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(why) if why.kind() != ErrorKind::BrokenPipe => {
            Err(Error::Io { doing: "write to", path: "standard output".into(), why })
        }
        _ => Ok(()),
    }
}

/// Writes data to standard output, then the number, size and folder of the written files.
///
/// # Errors
/// As [`data`].
pub(super) fn data_and_files(text: &str, files: &[String], folder: &Path) -> Result<(), Error> {
    let size = files.iter().map(|file| folder.join(file).metadata().map_or(0, |file| file.len())).sum();
    let count = format!("{} {}", files.len(), if files.len() == 1 { "file" } else { "files" });
    data(&format!("{text}{count}, {}, in {}\n", file_size(size), screen::path(folder)))
}

/// Tells how many of the stored `things` were computed again, and why; nothing if all were used.
pub(super) fn computed_again(store: &Store, things: &str) {
    let again = store.used().again;
    if again.is_empty() {
        return;
    }
    let reasons: Vec<String> = again.iter().map(|(why, count)| format!("{count} {why}")).collect();
    let count: u64 = again.values().sum();
    note(&format!(
        "note: {count} of the kept {things} could not be used and were computed again: {}",
        reasons.join(", ")
    ));
}

/// Warnings that were printed: a scenario may be read more than once.
static TOLD: Mutex<BTreeSet<String>> = Mutex::new(BTreeSet::new());

/// Prints each warning once.
pub(super) fn warnings(warnings: &[String]) {
    let mut told = TOLD.lock().unwrap_or_else(|broken| broken.into_inner());
    for warning in warnings {
        if told.insert(warning.clone()) {
            note(&format!("warning: {}", screen::line(warning)));
        }
    }
}

/// Prints a line to standard error, beside the data.
pub(super) fn note(text: &str) {
    // If this fails, there is no place left to report it.
    let shown = screen::page(text.trim_end());
    let _ = writeln!(io::stderr().lock(), "{}", colour::page(&shown, &io::stderr()));
}
