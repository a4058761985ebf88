//! Standard output and standard error. A reader who has gone away is no error.

use crate::error::Error;
use std::io::{self, ErrorKind, Write};

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

/// Tells the user something beside the data, in a line.
pub(super) fn note(text: &str) {
    // There is nowhere left to say that this failed.
    let _ = writeln!(io::stderr().lock(), "{}", text.trim_end());
}
