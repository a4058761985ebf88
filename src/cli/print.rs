//! Standard output and standard error. A reader who has gone away is no error.

use crate::error::Error;
use crate::report::Store;
use std::io::{self, ErrorKind, Write};
use std::path::Path;

/// Writes data to standard output.
///
/// # Errors
/// [`Error::Io`] when the system refuses; not when nobody reads any more.
pub(super) fn data(text: &str) -> Result<(), Error> {
    let mut out = io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(why) if why.kind() != ErrorKind::BrokenPipe => {
            Err(Error::Io { doing: "write to", path: "standard output".into(), why })
        }
        _ => Ok(()),
    }
}

/// Writes data to standard output, and then how many files lie where.
///
/// # Errors
/// As [`data`].
pub(super) fn data_and_files(text: &str, files: usize, folder: &Path) -> Result<(), Error> {
    let files = format!("{files} {}", if files == 1 { "file" } else { "files" });
    data(&format!("{text}{files} in {}\n", folder.display()))
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

/// Tells the user something beside the data, in a line.
pub(super) fn note(text: &str) {
    // There is nowhere left to say that this failed.
    let _ = writeln!(io::stderr().lock(), "{}", text.trim_end());
}
