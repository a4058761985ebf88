//! Standard output and standard error, through [`screen`] and nothing else. A reader who has gone away is no error.

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
/// [`Error::Io`] when the system refuses; not when nobody reads any more.
pub(super) fn data(text: &str) -> Result<(), Error> {
    out(&colour::page(&screen::page(text), &io::stdout()))
}

/// Writes a whole text in JSON to standard output.
///
/// # Errors
/// As [`data`].
pub(super) fn json(text: &str) -> Result<(), Error> {
    out(&screen::json(text))
}

/// Writes commands for GitHub's runner, a line each, to standard output, or beside data in JSON to standard error.
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

/// Writes data to standard output, and then which files were left where: how many, and their size.
///
/// # Errors
/// As [`data`].
pub(super) fn data_and_files(text: &str, files: &[String], folder: &Path) -> Result<(), Error> {
    let size = files.iter().map(|file| folder.join(file).metadata().map_or(0, |file| file.len())).sum();
    let count = format!("{} {}", files.len(), if files.len() == 1 { "file" } else { "files" });
    data(&format!("{text}{count}, {}, in {}\n", file_size(size), screen::path(folder)))
}

/// Tells the user how many kept pieces of these `things` were computed again, and why; nothing if all were used.
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

/// Warnings told so far: a scenario may be read more than once.
static TOLD: Mutex<BTreeSet<String>> = Mutex::new(BTreeSet::new());

/// Tells each warning once.
pub(super) fn warnings(warnings: &[String]) {
    let mut told = TOLD.lock().unwrap_or_else(|broken| broken.into_inner());
    for warning in warnings {
        if told.insert(warning.clone()) {
            note(&format!("warning: {}", screen::line(warning)));
        }
    }
}

/// Tells the user something beside the data, in a line.
pub(super) fn note(text: &str) {
    // There is nowhere left to say that this failed.
    let shown = screen::page(text.trim_end());
    let _ = writeln!(io::stderr().lock(), "{}", colour::page(&shown, &io::stderr()));
}
