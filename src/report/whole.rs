//! One file, whole or not at all.

use crate::error::Error;
use std::path::Path;

/// Writes `text` to `path`: beside it first, and then renamed, so that a stop leaves the old file or the new one.
///
/// # Errors
/// [`Error::Io`] when the system refuses.
pub fn write_whole(path: &Path, text: &str) -> Result<(), Error> {
    let refused = |why| Error::Io { doing: "write", path: path.into(), why };
    let folder = path.parent().filter(|folder| *folder != Path::new("")).unwrap_or(Path::new("."));
    std::fs::create_dir_all(folder).map_err(refused)?;
    let file = tempfile::NamedTempFile::new_in(folder).map_err(refused)?;
    std::fs::write(file.path(), text).map_err(refused)?;
    // A temporary file is private; what others are to read is not.
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        std::fs::set_permissions(file.path(), std::fs::Permissions::from_mode(0o644)).map_err(refused)?;
    }
    file.persist(path).map_err(|error| refused(error.error))?;
    Ok(())
}
