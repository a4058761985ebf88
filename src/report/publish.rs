//! Publishes a set of results at once. All files are written into a new folder beside the old one; files that do not
//! belong to the set (the user's files, kept pieces) are linked there too. Then one system call exchanges the two
//! folders. A stop at any moment leaves the complete old set or the complete new one.
//! old set or the new one, whole.
//! Some folders cannot be exchanged: on other systems, a mount point, the working directory, or a folder whose parent
//! is read-only. Then files are renamed one by one; if that is refused on the way, the earlier files are put back.

use super::place::io_error;
use crate::error::Error;
use std::ffi::{OsStr, OsString};
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use tempfile::{NamedTempFile, TempDir};

/// Part of the name of the folder beside, after the name of the results folder.
const BESIDE: &str = ".shipback-";

/// A set of finished files for `folder`.
pub(super) struct Set<'s> {
    pub folder: &'s Path,
    /// The folder as the user named it.
    pub shown: &'s Path,
    pub files: Vec<(String, NamedTempFile)>,
    /// Whether a file with this name in the folder belongs to an earlier set.
    pub is_ours: &'s dyn Fn(&str) -> bool,
}

impl Set<'_> {
    /// Gives all files their names, and removes the other files of an earlier set.
    ///
    /// # Errors
    /// [`Error::Io`] where a name cannot be taken; the earlier set is left unchanged.
    pub(super) fn publish(self) -> Result<Vec<String>, Error> {
        let folder = self.folder;
        for (name, file) in &self.files {
            let path = self.shown.join(name);
            if folder.join(name).is_dir() {
                let why = io::Error::new(io::ErrorKind::IsADirectory, "a folder of that name is in the way");
                return Err(io_error("write", &path)(why));
            }
            // Write the data to disk before the file gets its name: a name never leads to half a file.
            file.as_file().sync_data().map_err(io_error("write into", self.shown))?;
        }
        let names = self.files.iter().map(|(name, _)| name.clone()).collect();
        match self.beside() {
            Some(beside) => self.change_places(beside)?,
            None => self.one_by_one()?,
        }
        Ok(names)
    }

    /// A folder beside the old one, with everything that stays; `None` where the system cannot exchange the two.
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
                // A hard link: programs that hold the file open keep it.
                fs::hard_link(entry.path(), beside.path().join(entry.file_name())).ok()?;
            }
        }
        Some(beside)
    }

    /// Whether publishing removes the file with this name: it is from an earlier set, or waits for its name.
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
        // A program that starts now must find the new folder locked too.
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
        // From here on, `beside` is the earlier set.
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

/// Renames files into a folder. After a refusal, the folder is unchanged and the new files are removed.
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
            // A file that was renamed a moment ago can be renamed back.
            let _ = aside.as_ref().map(|aside| fs::rename(aside, path));
        }
        files.iter().for_each(|(_, new)| _ = fs::remove_file(new));
    }
    all
}

fn names(folder: &Path) -> Vec<OsString> {
    fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.file_name()).collect()
}

/// The beginning of the names of folders beside `folder`.
fn prefix(folder: &Path) -> Option<OsString> {
    let mut prefix = OsString::from(".");
    prefix.push(folder.file_name()?);
    prefix.push(BESIDE);
    Some(prefix)
}

/// Moves the folders in `from` that `to` does not have.
fn carry_folders(from: &Path, to: &Path) {
    for name in names(from) {
        let (old, new) = (from.join(&name), to.join(&name));
        if old.symlink_metadata().is_ok_and(|old| old.is_dir()) && new.symlink_metadata().is_err() {
            let _ = fs::rename(old, new);
        }
    }
}

/// Finishes what a stopped program has left beside `folder` or in it: moves folders that must stay, removes the rest.
/// The caller must hold the folder.
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
            // A folder that cannot be removed does no harm.
            let _ = fs::remove_dir_all(beside);
        }
    }
}
