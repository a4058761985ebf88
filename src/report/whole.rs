//! Writes one file, completely or not at all.

use super::place::beside;
use crate::error::Error;
use std::io::Write;
use std::path::{Path, PathBuf};

/// Longest chain of links.
const MOST_LINKS: usize = 40;

/// Writes `text` to `path`: first into a file beside it, which is then renamed. A stop leaves the old file or the new
/// one. If `path` is a link, its target is replaced. If there is something that is not a regular file, such as a pipe
/// or a device, the text is written into it.
///
/// # Errors
/// [`Error::Io`] where the system refuses.
pub fn write_whole(path: &Path, text: &str) -> Result<(), Error> {
    let refused = |why| Error::Io { doing: "write", path: path.into(), why };
    let path = &led_to(path);
    if path.metadata().is_ok_and(|there| !there.is_file()) {
        let mut open = std::fs::OpenOptions::new().write(true).open(path).map_err(refused)?;
        return open.write_all(text.as_bytes()).map_err(refused);
    }
    let folder = path.parent().filter(|folder| *folder != Path::new("")).unwrap_or(Path::new("."));
    std::fs::create_dir_all(folder).map_err(refused)?;
    let mut file = beside(folder)?;
    file.write_all(text.as_bytes()).map_err(refused)?;
    // An existing file keeps its permissions; a new one gets those of the user's umask.
    if let Ok(there) = path.metadata() {
        file.as_file().set_permissions(there.permissions()).map_err(refused)?;
    }
    file.as_file().sync_data().map_err(refused)?;
    file.persist(path).map_err(|error| refused(error.error))?;
    Ok(())
}

/// The final target of a link, even if nothing exists there yet.
fn led_to(path: &Path) -> PathBuf {
    let mut path = path.to_path_buf();
    for _ in 0..MOST_LINKS {
        let Ok(next) = path.read_link() else { break };
        // A relative link starts in its folder, an absolute one at the root.
        path = path.parent().unwrap_or(Path::new("")).join(next);
    }
    path
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;
    use std::fs;
    use std::os::unix::fs::{FileTypeExt, symlink};

    #[test]
    fn a_link_stays_a_link_and_its_file_is_written() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        fs::create_dir(path("kept")).unwrap();
        fs::write(path("kept/old"), "old").unwrap();
        symlink("kept/old", path("relative")).unwrap();
        symlink(path("relative"), path("of a link")).unwrap();
        symlink("kept/new", path("dangling")).unwrap();
        write_whole(&path("of a link"), "first").unwrap();
        assert_eq!(fs::read_to_string(path("kept/old")).unwrap(), "first");
        write_whole(&path("dangling"), "second").unwrap();
        assert_eq!(fs::read_to_string(path("kept/new")).unwrap(), "second");
        for name in ["relative", "of a link", "dangling"] {
            assert!(path(name).symlink_metadata().unwrap().is_symlink(), "{name}");
        }
        assert_eq!(fs::read_dir(path("kept")).unwrap().count(), 2, "nothing half-written is left");
    }

    #[test]
    fn a_file_keeps_its_permissions() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.toml");
        fs::write(&path, "old").unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
        write_whole(&path, "new").unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "new");
        assert_eq!(path.metadata().unwrap().permissions().mode() & 0o777, 0o640);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn a_pipe_stays_a_pipe_and_is_written_to() {
        let folder = tempfile::tempdir().unwrap();
        let pipe = folder.path().join("pipe");
        let made = std::process::Command::new("mkfifo").arg(&pipe).status().unwrap();
        assert!(made.success());
        let reader = std::thread::spawn({
            let pipe = pipe.clone();
            move || fs::read_to_string(pipe).unwrap()
        });
        write_whole(&pipe, "through").unwrap();
        assert_eq!(reader.join().unwrap(), "through");
        assert!(pipe.metadata().unwrap().file_type().is_fifo());
        let folder = folder.path().join("folder");
        fs::create_dir(&folder).unwrap();
        assert!(write_whole(&folder, "text").is_err(), "a folder is not a file");
    }
}
