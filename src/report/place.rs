//! The folder of results: checked before anything is simulated, and changed only when all files are written.
//!
//! Files are written under temporary names and get their own names all together at the end ([`super::publish`]). A run
//! that fails or is stopped leaves the earlier files. Files of an earlier run that this run does not write are removed,
//! so no folder ever shows two runs. Only one program at a time can hold a place.

use super::charts::Format;
use super::publish::{Set, tidy};
use crate::error::Error;
use crate::screen;
use std::fs::{self, File, TryLockError};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use tempfile::NamedTempFile;

/// Every table and list that a run can write.
const TABLES: [&str; 25] = [
    "summary.csv",
    "replications.csv",
    "jobs.csv",
    "drives.csv",
    "packages.csv",
    "cases.csv",
    "events.csv",
    "rules.csv",
    "stations.csv",
    "daily.csv",
    "run.json",
    "report.html",
    "summary.json",
    "compare.csv",
    "flow.csv",
    "changed.csv",
    "compare.json",
    "bands.csv",
    "check.csv",
    "sweep.csv",
    "size.csv",
    "sensitivity.csv",
    "inputs.csv",
    "drawn.csv",
    "warmup.csv",
];

/// Every chart that a run can write, as SVG and PNG.
const CHARTS: [&str; 10] = [
    "states",
    "turnaround",
    "stations",
    "outcomes",
    "time_spent",
    "rules",
    "differences",
    "curves",
    "flow",
    "warmup",
];

/// Every file that a run can write.
fn ours() -> impl Iterator<Item = String> {
    let charts = CHARTS.iter().flat_map(|name| [format!("{name}.svg"), format!("{name}.png")]);
    TABLES.iter().map(|name| (*name).to_owned()).chain(charts)
}

/// Beginnings of the names of charts whose number varies.
const FAMILIES: [&str; 3] = ["sweep-", "size", "sensitivity-"];

/// Whether an earlier run may have written a file of this name.
fn is_ours(name: &str) -> bool {
    let is_drawn = (name.ends_with(".svg") || name.ends_with(".png"))
        && FAMILIES.iter().any(|family| name.starts_with(family));
    is_drawn || ours().any(|ours| ours == name)
}

/// Beginning and end of the names of unfinished files.
const BESIDE: (&str, &str) = (".shipback-", ".tmp");

/// Whether to wait for a place that another program holds.
static WAITS: AtomicBool = AtomicBool::new(false);

/// From now on, waits for a place that another program holds, instead of an error.
pub fn wait_for_places() {
    WAITS.store(true, Ordering::Relaxed);
}

/// A folder for the results of one run.
#[derive(Debug)]
pub struct Place {
    folder: PathBuf,
    /// The real path of the folder.
    real: PathBuf,
    /// A lock that keeps other programs out; `None` where the system does not lock folders.
    _lock: Option<File>,
    /// Finished files that do not have their names yet, in order.
    ready: Vec<(String, NamedTempFile)>,
    /// The formats of charts.
    formats: &'static [Format],
}

/// A file that is being written.
#[derive(Debug)]
pub struct Draft {
    name: String,
    path: PathBuf,
    file: BufWriter<NamedTempFile>,
}

impl Place {
    /// Creates the folder if needed, and checks that files can be written and renamed there.
    ///
    /// # Errors
    /// [`Error::Io`] with the path and the reason, for example another program that writes there.
    pub fn open(folder: &Path) -> Result<Place, Error> {
        if let Some(file) = folder.ancestors().find(|part| part.is_file()) {
            let (folder, file) = (screen::path(folder), screen::path(file));
            return Err(Error::Usage(format!(
                "cannot write into {folder}: {file} is a file, not a folder; name another with --out"
            )));
        }
        fs::create_dir_all(folder).map_err(io_error("make the folder", folder))?;
        let lock = lock(folder)?;
        let real = folder.canonicalize().map_err(io_error("find", folder))?;
        let mut place =
            Place { folder: folder.to_owned(), real, _lock: lock, ready: vec![], formats: &Format::ALL };
        tidy(&place.real);
        sweep(folder);
        for name in ours() {
            let path = folder.join(name);
            if path.is_dir() {
                let why = io::Error::new(io::ErrorKind::IsADirectory, "a folder of that name is in the way");
                return Err(Error::Io { doing: "write", path, why });
            }
        }
        let mut probe = place.draft("probe")?;
        let written = probe.write_all(b"probe").and_then(|()| probe.flush());
        written.map_err(io_error("write into", folder))?;
        drop(probe);
        place.ready.clear();
        Ok(place)
    }

    /// Whether a file of this name is finished.
    pub(super) fn holds(&self, name: &str) -> bool {
        self.ready.iter().any(|(ready, _)| ready == name)
    }

    /// The same place, with charts in these formats.
    pub fn drawing(self, formats: &'static [Format]) -> Place {
        Place { formats, ..self }
    }

    /// The formats of charts.
    pub(super) fn formats(&self) -> &'static [Format] {
        self.formats
    }

    /// The folder.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Begins a file.
    ///
    /// # Errors
    /// [`Error::Io`] where it cannot be created.
    pub fn draft(&mut self, name: &str) -> Result<Draft, Error> {
        let file = beside(&self.folder)?;
        let (name, path) = (name.to_owned(), self.folder.join(name));
        Ok(Draft { name, path, file: BufWriter::with_capacity(1 << 16, file) })
    }

    /// Takes a finished file. It gets its name together with all the others.
    ///
    /// # Errors
    /// [`Error::Io`] where its last bytes cannot be written.
    pub fn keep(&mut self, draft: Draft) -> Result<(), Error> {
        let Draft { name, path, file } = draft;
        let file = file.into_inner().map_err(|error| io_error("write", &path)(error.into_error()))?;
        self.ready.push((name, file));
        Ok(())
    }

    /// Writes a whole file.
    ///
    /// # Errors
    /// [`Error::Io`] where it cannot be written.
    pub fn put(&mut self, name: &str, content: &[u8]) -> Result<(), Error> {
        let mut draft = self.draft(name)?;
        draft.write_all(content).map_err(io_error("write", &draft.path))?;
        self.keep(draft)
    }

    /// Gives all files their names at once, and removes the files of an earlier run that this one did not write.
    ///
    /// # Errors
    /// [`Error::Io`] where a name cannot be taken; then the folder is unchanged.
    pub fn finish(self) -> Result<Vec<String>, Error> {
        Set { folder: &self.real, shown: &self.folder, files: self.ready, is_ours: &is_ours }.publish()
    }
}

impl Draft {
    /// The final path of the file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Writes into another file from here on, as if the disk had turned into it.
    #[cfg(test)]
    pub(super) fn redirect(&mut self, to: fs::File) {
        *self.file.get_mut().as_file_mut() = to;
    }
}

impl Write for Draft {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.file.write(bytes)
    }
    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

/// Locks a folder for this program, or waits for the program that holds it.
fn lock(folder: &Path) -> Result<Option<File>, Error> {
    loop {
        // Some systems cannot open folders: there they have no lock.
        let Ok(file) = File::open(folder) else { return Ok(None) };
        match file.try_lock() {
            Ok(()) if is_at(&file, folder) => return Ok(Some(file)),
            // Another program published its results meanwhile: this name is now another folder.
            Ok(()) => {}
            Err(TryLockError::WouldBlock) if WAITS.load(Ordering::Relaxed) => {
                file.lock().map_err(io_error("wait for", folder))?;
            }
            Err(TryLockError::WouldBlock) => {
                let why = "another shipback is writing its results there; --wait waits for it, --out goes elsewhere";
                return Err(io_error("write into", folder)(io::Error::other(why)));
            }
            Err(TryLockError::Error(_)) => return Ok(None),
        }
    }
}

/// Whether an open folder is still the one with this name.
#[cfg(unix)]
fn is_at(file: &File, folder: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    let same =
        |one: &fs::Metadata, other: &fs::Metadata| (one.dev(), one.ino()) == (other.dev(), other.ino());
    matches!((&file.metadata(), &folder.metadata()), (Ok(one), Ok(other)) if same(one, other))
}

#[cfg(not(unix))]
fn is_at(_: &File, _: &Path) -> bool {
    true
}

/// Creates an unfinished file in a folder.
pub(super) fn beside(folder: &Path) -> Result<NamedTempFile, Error> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(BESIDE.0).suffix(BESIDE.1);
    // Permissions as for any new file: the user's umask decides.
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    let file = builder.tempfile_in(folder).map_err(io_error("write into", folder))?;
    // The lock tells other programs that the file is in use. Where there are no locks, no files are swept either.
    let _ = file.as_file().try_lock();
    Ok(file)
}

/// Removes unfinished files of a stopped run: files that no program holds. A file that cannot be removed does no harm.
pub(super) fn sweep(folder: &Path) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let name = entry.file_name();
        let name = name.to_string_lossy();
        if name.starts_with(BESIDE.0) && name.ends_with(BESIDE.1) {
            let forgotten = fs::File::open(entry.path()).is_ok_and(|file| file.try_lock().is_ok());
            if forgotten {
                let _ = fs::remove_file(entry.path());
            }
        }
    }
}

/// An error with the action, the path and the system's reason.
pub(crate) fn io_error(doing: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Error {
    let path = path.to_owned();
    move |why| Error::Io { doing, path, why }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(result: Result<Place, Error>) -> String {
        let error = result.expect_err("the place should be refused");
        assert_eq!(error.exit_code(), 3);
        error.to_string()
    }

    #[test]
    fn files_appear_together_at_the_end() {
        let home = tempfile::tempdir().unwrap();
        let folder = home.path().join("output/year");
        let mut place = Place::open(&folder).unwrap();
        place.put("summary.csv", b"a\n").unwrap();
        assert!(!folder.join("summary.csv").exists());
        assert_eq!(place.finish().unwrap(), ["summary.csv"]);
        assert_eq!(fs::read(folder.join("summary.csv")).unwrap(), b"a\n");
        assert_eq!(fs::read_dir(&folder).unwrap().count(), 1, "nothing is left beside");
    }

    #[test]
    fn a_run_that_is_dropped_leaves_earlier_results_as_they_were() {
        let home = tempfile::tempdir().unwrap();
        fs::write(home.path().join("summary.csv"), "old").unwrap();
        let mut place = Place::open(home.path()).unwrap();
        place.put("summary.csv", b"new").unwrap();
        let half = place.draft("jobs.csv").unwrap();
        drop((place, half));
        assert_eq!(fs::read(home.path().join("summary.csv")).unwrap(), b"old");
        assert_eq!(fs::read_dir(home.path()).unwrap().count(), 1);
    }

    #[test]
    fn what_a_stopped_run_left_unfinished_is_swept_and_what_another_run_is_writing_is_not() {
        let home = tempfile::tempdir().unwrap();
        fs::write(home.path().join(".shipback-abc.tmp"), "half").unwrap();
        let mut other = Place::open(home.path()).unwrap();
        let draft = other.draft("jobs.csv").unwrap();
        sweep(home.path());
        assert_eq!(fs::read_dir(home.path()).unwrap().count(), 1);
        other.keep(draft).unwrap();
        assert_eq!(other.finish().unwrap(), ["jobs.csv"]);
    }

    #[test]
    fn a_place_that_another_has_is_refused_with_a_word_and_free_afterwards() {
        let home = tempfile::tempdir().unwrap();
        let mut first = Place::open(home.path()).unwrap();
        first.put("jobs.csv", b"first").unwrap();
        let told = refused(Place::open(home.path()));
        assert!(told.contains("another shipback is writing") && told.contains("--wait"), "{told}");
        first.finish().unwrap();
        let mut second = Place::open(home.path()).unwrap();
        second.put("jobs.csv", b"second").unwrap();
        second.finish().unwrap();
        assert_eq!(fs::read(home.path().join("jobs.csv")).unwrap(), b"second");
    }

    #[test]
    fn what_is_the_users_stays_where_it_is_and_as_it_is() {
        let home = tempfile::tempdir().unwrap();
        let folder = home.path().join("year");
        fs::create_dir_all(folder.join("kept/deep")).unwrap();
        fs::write(folder.join("kept/deep/0.part"), "piece").unwrap();
        fs::write(folder.join("notes.txt"), "mine").unwrap();
        fs::write(folder.join("jobs.csv"), "old").unwrap();
        let open = File::open(folder.join("notes.txt")).unwrap();
        let mut place = Place::open(&folder).unwrap();
        place.put("summary.csv", b"new").unwrap();
        assert_eq!(place.finish().unwrap(), ["summary.csv"]);
        let mut names: Vec<_> = fs::read_dir(&folder)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        assert_eq!(names, ["kept", "notes.txt", "summary.csv"]);
        assert_eq!(fs::read_to_string(folder.join("kept/deep/0.part")).unwrap(), "piece");
        assert!(!cfg!(unix) || is_at(&open, &folder.join("notes.txt")), "the very file");
        assert_eq!(fs::read_dir(home.path()).unwrap().count(), 1, "nothing is left beside");
    }

    /// Stopped before the folders change places, and after.
    #[test]
    fn what_a_stopped_program_left_beside_is_brought_to_an_end() {
        let home = tempfile::tempdir().unwrap();
        let folder = home.path().join("year");
        fs::create_dir(&folder).unwrap();
        fs::write(folder.join("jobs.csv"), "whole").unwrap();
        for beside in [".year.shipback-one", ".year.shipback-two"] {
            fs::create_dir_all(home.path().join(beside)).unwrap();
            fs::write(home.path().join(beside).join("jobs.csv"), "other").unwrap();
        }
        fs::create_dir(home.path().join(".year.shipback-two/kept")).unwrap();
        fs::write(home.path().join(".year.shipback-two/kept/0.part"), "piece").unwrap();
        drop(Place::open(&folder).unwrap());
        assert_eq!(fs::read_dir(home.path()).unwrap().count(), 1);
        assert_eq!(fs::read_to_string(folder.join("kept/0.part")).unwrap(), "piece");
        assert_eq!(fs::read_to_string(folder.join("jobs.csv")).unwrap(), "whole");
    }

    #[test]
    fn a_name_that_cannot_be_taken_leaves_all_as_it_was() {
        let home = tempfile::tempdir().unwrap();
        fs::write(home.path().join("jobs.csv"), "old").unwrap();
        let mut place = Place::open(home.path()).unwrap();
        place.put("jobs.csv", b"new").unwrap();
        place.put("sweep-cost.svg", b"new").unwrap();
        fs::create_dir(home.path().join("sweep-cost.svg")).unwrap();
        let told = place.finish().expect_err("a folder is in the way").to_string();
        assert!(told.contains("sweep-cost.svg") && told.contains("in the way"), "{told}");
        assert_eq!(fs::read_to_string(home.path().join("jobs.csv")).unwrap(), "old");
        assert_eq!(fs::read_dir(home.path()).unwrap().count(), 2, "nothing is left");
    }

    #[test]
    fn files_of_an_earlier_run_that_this_one_does_not_write_go_and_others_stay() {
        let home = tempfile::tempdir().unwrap();
        for name in ["events.csv", "notes.txt"] {
            fs::write(home.path().join(name), "old").unwrap();
        }
        Place::open(home.path()).unwrap().finish().unwrap();
        assert!(!home.path().join("events.csv").exists());
        assert!(home.path().join("notes.txt").exists());
    }

    #[test]
    fn a_file_where_the_folder_should_be_is_told() {
        let home = tempfile::tempdir().unwrap();
        let taken = home.path().join("taken");
        fs::write(&taken, "").unwrap();
        for folder in [taken.clone(), taken.join("below")] {
            let error = Place::open(&folder).unwrap_err();
            let told = error.to_string();
            assert_eq!(error.exit_code(), 2, "{told}");
            assert!(told.contains("taken is a file, not a folder"), "{told}");
        }
    }

    #[test]
    fn a_folder_where_a_file_should_be_is_told_before_anything_is_simulated() {
        let home = tempfile::tempdir().unwrap();
        fs::create_dir(home.path().join("daily.csv")).unwrap();
        let told = refused(Place::open(home.path()));
        assert!(told.contains("daily.csv") && told.contains("in the way"), "{told}");
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn a_place_that_takes_no_files_is_told() {
        let told = refused(Place::open(Path::new("/proc/self/shipback")));
        assert!(told.contains("/proc/self"), "{told}");
        let told = refused(Place::open(Path::new("/proc/self")));
        assert!(told.contains("cannot write into /proc/self"), "{told}");
    }
}
