//! A set of results appears as one. All files are written into a new folder beside the old one, which keeps what is not of
//! the set (the user's files, pieces); then the two change places by one act of the system. A stop at any moment leaves the
//! old set or the new one, whole.
//!
//! Where folders cannot change places (another system, a folder that is a mount or the one in which the program works, a
//! parent that takes no files), files are renamed one by one; a refusal on the way puts back what was there.

use super::place::io_error;
use crate::error::Error;
use std::ffi::{OsStr, OsString};
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use tempfile::{NamedTempFile, TempDir};

/// How the name of the folder beside goes on after that of the results.
const BESIDE: &str = ".shipback-";

/// A set of files that is written in whole, to be put into `folder`.
pub(super) struct Set<'s> {
    pub folder: &'s Path,
    /// The same in the user's words.
    pub shown: &'s Path,
    pub files: Vec<(String, NamedTempFile)>,
    /// Whether a file of this name in the folder is of an earlier set.
    pub is_ours: &'s dyn Fn(&str) -> bool,
}

impl Set<'_> {
    /// Puts all files under their names, and takes away what an earlier set has besides.
    ///
    /// # Errors
    /// [`Error::Io`] where a name cannot be taken: the earlier set is left as it was.
    pub(super) fn publish(self) -> Result<Vec<String>, Error> {
        let folder = self.folder;
        for (name, file) in &self.files {
            let path = self.shown.join(name);
            if folder.join(name).is_dir() {
                let why = io::Error::new(io::ErrorKind::IsADirectory, "a folder of that name is in the way");
                return Err(io_error("write", &path)(why));
            }
            // On the disk before it is under its name: a name never leads to half a file.
            file.as_file().sync_data().map_err(io_error("write into", self.shown))?;
        }
        let names = self.files.iter().map(|(name, _)| name.clone()).collect();
        match self.beside() {
            Some(beside) => self.change_places(beside)?,
            None => self.one_by_one()?,
        }
        Ok(names)
    }

    /// A folder beside, with all that stays; none where the system makes none that could take the place of this one.
    fn beside(&self) -> Option<TempDir> {
        if !cfg!(target_os = "linux")
            || std::env::current_dir().is_ok_and(|here| here.starts_with(self.folder))
        {
            return None;
        }
        let beside =
            tempfile::Builder::new().prefix(&prefix(self.folder)?).tempdir_in(self.folder.parent()?).ok()?;
        fs::set_permissions(beside.path(), self.folder.metadata().ok()?.permissions()).ok()?;
        for entry in fs::read_dir(self.folder).ok()? {
            let entry = entry.ok()?;
            if !entry.file_type().ok()?.is_dir() && !self.replaces(&entry.file_name()) {
                // The same file under two names: what holds it open goes on holding it.
                fs::hard_link(entry.path(), beside.path().join(entry.file_name())).ok()?;
            }
        }
        Some(beside)
    }

    /// Whether what has this name goes when the set comes: it is of an earlier one, or a file that waits for its name.
    fn replaces(&self, name: &OsStr) -> bool {
        let waits = |(_, file): &(String, NamedTempFile)| file.path().file_name() == Some(name);
        let name_in_words = name.to_string_lossy();
        (self.is_ours)(&name_in_words)
            || self.files.iter().any(|(ours, _)| *ours == name_in_words)
            || self.files.iter().any(waits)
    }

    #[cfg(target_os = "linux")]
    fn change_places(self, beside: TempDir) -> Result<(), Error> {
        use rustix::fs::{CWD, RenameFlags, renameat_with};
        let folder = self.folder;
        // Another program that comes now finds the new folder taken, too.
        let _taken = File::open(beside.path()).is_ok_and(|taken| taken.try_lock().is_ok());
        let mut moved = vec![];
        for (name, file) in self.files {
            let path = beside.path().join(&name);
            file.persist(&path).map_err(|error| io_error("write into", folder)(error.error))?;
            moved.push((name, path));
        }
        let done = renameat_with(CWD, beside.path(), CWD, folder, RenameFlags::EXCHANGE);
        if done.is_err() {
            return one_by_one(folder, moved, self.is_ours);
        }
        // From here on `beside` is the earlier set.
        carry_folders(beside.path(), folder);
        beside.close().map_err(io_error("take away the earlier results beside", folder))
    }

    #[cfg(not(target_os = "linux"))]
    fn change_places(self, _: TempDir) -> Result<(), Error> {
        self.one_by_one()
    }

    fn one_by_one(self) -> Result<(), Error> {
        let kept = self.files.into_iter().map(|(name, file)| {
            let path = file
                .into_temp_path()
                .keep()
                .map_err(|error| io_error("write into", self.folder)(error.error));
            path.map(|path| (name, path))
        });
        let files = kept.collect::<Result<Vec<_>, Error>>()?;
        one_by_one(self.folder, files, self.is_ours)
    }
}

/// Renames files into a folder; after a refusal all is as it was, and the new files are gone.
fn one_by_one(
    folder: &Path,
    files: Vec<(String, PathBuf)>,
    is_ours: &dyn Fn(&str) -> bool,
) -> Result<(), Error> {
    let earlier =
        tempfile::Builder::new().prefix(BESIDE).tempdir_in(folder).map_err(io_error("write into", folder))?;
    let mut done: Vec<(PathBuf, Option<PathBuf>)> = vec![];
    let mut step = |name: &OsStr, new: Option<&Path>| -> Result<(), Error> {
        let path = folder.join(name);
        let aside = earlier.path().join(name);
        match fs::rename(&path, &aside) {
            Ok(()) => done.push((path.clone(), Some(aside))),
            Err(why) if why.kind() == io::ErrorKind::NotFound => done.push((path.clone(), None)),
            Err(why) => return Err(io_error("replace", &path)(why)),
        }
        new.map_or(Ok(()), |new| fs::rename(new, &path).map_err(io_error("write", &path)))
    };
    let all = (|| {
        files.iter().try_for_each(|(name, new)| step(OsStr::new(name), Some(new)))?;
        let stale = |name: &OsString| {
            let name = name.to_string_lossy();
            is_ours(&name) && files.iter().all(|(ours, _)| *ours != name)
        };
        names(folder).into_iter().filter(stale).try_for_each(|name| step(&name, None))
    })();
    if all.is_err() {
        for (path, aside) in done.iter().rev() {
            let _ = fs::remove_file(path);
            // What was renamed a moment ago can be renamed back.
            let _ = aside.as_ref().map(|aside| fs::rename(aside, path));
        }
        files.iter().for_each(|(_, new)| _ = fs::remove_file(new));
    }
    all
}

fn names(folder: &Path) -> Vec<OsString> {
    fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.file_name()).collect()
}

/// How the names of the folders beside `folder` begin.
fn prefix(folder: &Path) -> Option<OsString> {
    let mut prefix = OsString::from(".");
    prefix.push(folder.file_name()?);
    prefix.push(BESIDE);
    Some(prefix)
}

/// The folders in `from` that `to` does not have go there.
fn carry_folders(from: &Path, to: &Path) {
    for name in names(from) {
        let (old, new) = (from.join(&name), to.join(&name));
        if old.symlink_metadata().is_ok_and(|old| old.is_dir()) && new.symlink_metadata().is_err() {
            let _ = fs::rename(old, new);
        }
    }
}

/// Ends what a program that was stopped has left beside `folder`, or in it: what was to be carried over is, the rest goes.
/// Only who holds the folder may ask for it.
pub(super) fn tidy(folder: &Path) {
    let is_aside = |name: &OsString| name.to_string_lossy().starts_with(BESIDE) && folder.join(name).is_dir();
    for name in names(folder).into_iter().filter(is_aside) {
        let _ = fs::remove_dir_all(folder.join(name));
    }
    let (Some(parent), Some(prefix)) = (folder.parent(), prefix(folder)) else { return };
    let prefix = prefix.to_string_lossy().into_owned();
    for name in names(parent) {
        if name.to_string_lossy().starts_with(&prefix) {
            let beside = parent.join(name);
            carry_folders(&beside, folder);
            // What cannot be taken away is in nobody's way.
            let _ = fs::remove_dir_all(beside);
        }
    }
}
