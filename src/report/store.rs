//! The pieces of an experiment that are kept: replications and points, each in a file of the folder `kept` beside the
//! results. More replications can be added to them, and a stopped experiment goes on.
//!
//! A piece says what it is: its head names format, results version, command, scenario, seed, and replication or point.
//! A checksum over head and content follows the head. A piece is used only if its head is what is asked for, and the
//! checksum is right; any other piece is computed again.

use super::place::{beside, io_error, sweep};
use crate::error::Error;
use crate::measure::RESULTS_VERSION;
use crate::scenario::Loaded;
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Display;
use std::fs::{self, File};
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::sync::Mutex;

/// The folder of the pieces, in the folder of the results.
const FOLDER: &str = "kept";
/// First line of a piece: the name and version of its format.
const FORMAT: &str = "shipback piece 2\n";
/// End of the head: an empty line.
const END: &[u8] = b"\n\n";
const HASH: usize = blake3::OUT_LEN;

/// The part of the head that all pieces of an experiment share: lines of "name: value".
#[derive(Clone, Debug)]
pub struct Experiment(String);

impl Experiment {
    /// An experiment by this command, with this results version.
    pub fn new(command: &str) -> Experiment {
        Experiment(FORMAT.into()).with("results version", RESULTS_VERSION).with("command", command)
    }

    /// The same experiment, with one more value that its pieces depend on. `value` has no line break.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Display) -> Experiment {
        self.0 += &format!("{name}: {value}\n");
        self
    }

    /// The same experiment, with this scenario and its seed.
    #[must_use]
    pub fn scenario(self, loaded: &Loaded) -> Experiment {
        let (name, seed) = (&loaded.scenario.name, loaded.scenario.run.seed);
        self.with("scenario", format_args!("{name:?} {}", loaded.hash)).with("seed", seed)
    }
}

/// One piece of an experiment.
#[derive(Clone, Debug)]
pub struct Piece {
    /// Number in the name of the file.
    file: u64,
    /// Last line of the head.
    line: String,
}

impl Piece {
    /// The replication of this number.
    pub fn replication(number: u64) -> Piece {
        Piece { file: number, line: format!("replication: {number}") }
    }

    /// The point of a sweep: all values in force, and the seed.
    pub fn point(loaded: &Loaded) -> Piece {
        Piece::named(format!("point: {} seed {}", loaded.hash, loaded.scenario.run.seed))
    }

    /// A point of a search: all values in force, the seed, and what else its verdict depends on. `asked` has no line break.
    pub fn tried(loaded: &Loaded, asked: &str) -> Piece {
        Piece::named(format!("point: {} seed {} {asked}", loaded.hash, loaded.scenario.run.seed))
    }

    fn named(line: String) -> Piece {
        let hash = blake3::hash(line.as_bytes());
        Piece { file: u64::from_le_bytes(*hash.as_bytes().first_chunk().expect("a hash has 32 bytes")), line }
    }
}

/// The pieces of one experiment.
#[derive(Debug)]
pub struct Store {
    folder: PathBuf,
    experiment: Experiment,
    used: Mutex<Used>,
    /// Files that could not be used: two threads may ask for one point at the same time.
    spoiled: Mutex<BTreeSet<PathBuf>>,
}

/// The number of pieces that were found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Used {
    /// Pieces that were used.
    pub kept: u64,
    /// Pieces that were computed again, by the reason, such as "damaged" or "of another seed".
    pub again: BTreeMap<String, u64>,
}

impl Store {
    /// The store in the folder of the results.
    ///
    /// # Errors
    /// [`Error::Io`] where the folder cannot be made.
    pub fn open(results: &Path, experiment: Experiment) -> Result<Store, Error> {
        let folder = results.join(FOLDER);
        fs::create_dir_all(&folder).map_err(io_error("make the folder", &folder))?;
        sweep(&folder);
        Ok(Store { folder, experiment, used: Mutex::default(), spoiled: Mutex::default() })
    }

    fn path(&self, piece: &Piece) -> PathBuf {
        self.folder.join(format!("{}.part", piece.file))
    }

    fn head(&self, piece: &Piece) -> String {
        format!("{}{}\n\n", self.experiment.0, piece.line)
    }

    /// The number of pieces used and computed again so far.
    pub fn used(&self) -> Used {
        self.used.lock().expect("store: nobody panics with the lock").clone()
    }

    /// The piece, if its file has it; otherwise why not. `None`: there is no file.
    fn get<T: DeserializeOwned>(&self, piece: &Piece) -> Option<Result<T, String>> {
        let bytes = match read(&self.path(piece))? {
            Ok(bytes) => bytes,
            Err(why) => return Some(Err(why.into())),
        };
        let content = content(&bytes, &self.head(piece));
        Some(content.and_then(|content| match postcard::take_from_bytes(content) {
            Ok((found, [])) => Ok(found),
            _ => Err("damaged".into()),
        }))
    }

    /// Keeps the piece: under its name when it is whole.
    ///
    /// # Errors
    /// [`Error::Io`] where it cannot be written.
    pub fn put<T: Serialize>(&self, piece: &Piece, made: &T) -> Result<(), Error> {
        let path = self.path(piece);
        if path.is_dir() {
            // The folder is the user's: the result is complete without this piece.
            return Ok(());
        }
        let head = self.head(piece);
        let content = postcard::to_stdvec(made).expect("postcard: memory takes all");
        let checksum = checksum(head.as_bytes(), &content);
        let mut file = beside(&self.folder)?;
        let parts: [&[u8]; 3] = [head.as_bytes(), checksum.as_bytes(), &content];
        parts.iter().try_for_each(|part| file.write_all(part)).map_err(io_error("write", &path))?;
        file.persist(&path).map_err(|error| io_error("write", &path)(error.error))?;
        Ok(())
    }

    /// The piece: as kept, or as `make` computes it, which is then kept.
    ///
    /// # Errors
    /// [`Error::Io`] where it cannot be written.
    pub fn get_or<T: Serialize + DeserializeOwned>(
        &self,
        piece: &Piece,
        make: impl FnOnce() -> T,
    ) -> Result<T, Error> {
        let lock = || self.used.lock().expect("store: nobody panics with the lock");
        match self.get(piece) {
            None => {}
            Some(Ok(found)) => {
                lock().kept += 1;
                return Ok(found);
            }
            Some(Err(why)) => {
                let mut spoiled = self.spoiled.lock().expect("store: nobody panics with the lock");
                if spoiled.insert(self.path(piece)) {
                    *lock().again.entry(why).or_default() += 1;
                }
            }
        }
        let made = make();
        self.put(piece, &made)?;
        Ok(made)
    }

    /// Removes all pieces.
    ///
    /// # Errors
    /// [`Error::Io`] where the folder of the pieces is a link: what lies behind it may be another experiment's.
    pub fn clear(&self) -> Result<(), Error> {
        if self.folder.is_symlink() {
            let why =
                "it is a link, and nothing outside the folder of the results is taken away; remove the link";
            return Err(io_error("empty", &self.folder)(std::io::Error::other(why)));
        }
        self.remove(|_| true);
        Ok(())
    }

    /// Removes the replications of other experiments: no command asks for them here again.
    pub fn forget_others(&self) {
        self.remove(|number| {
            let piece = Piece::replication(number);
            let wanted = self.head(&piece).into_bytes();
            let mut head = vec![0; wanted.len()];
            let read = open(&self.path(&piece)).map(|mut file| file.read_exact(&mut head));
            !matches!(read, Ok(Ok(()))) || head != wanted
        });
    }

    fn remove(&self, which: impl Fn(u64) -> bool) {
        if self.folder.is_symlink() {
            return;
        }
        for entry in fs::read_dir(&self.folder).into_iter().flatten().flatten() {
            let name = entry.file_name();
            let number = name.to_string_lossy().strip_suffix(".part").and_then(|number| number.parse().ok());
            if number.is_some_and(&which) {
                // A file that cannot be removed does no harm.
                let _ = fs::remove_file(entry.path());
            }
        }
    }
}

/// Opens a regular file: a pipe would keep its reader waiting.
fn open(path: &Path) -> Result<File, &'static str> {
    match path.metadata() {
        Ok(metadata) if !metadata.is_file() => Err("no regular file"),
        _ => File::open(path).map_err(|_| "unreadable"),
    }
}

/// The bytes of a piece of this format, or why there are none; `None`: there is no file.
fn read(path: &Path) -> Option<Result<Vec<u8>, &'static str>> {
    // A link to nothing is a file that cannot be read.
    path.symlink_metadata().ok()?;
    let all = |mut file: File| {
        let mut bytes = vec![0; FORMAT.len()];
        let begun = file.read_exact(&mut bytes);
        if begun.is_err() || bytes != FORMAT.as_bytes() {
            return Err("of another format");
        }
        file.read_to_end(&mut bytes).map_err(|_| "unreadable")?;
        Ok(bytes)
    };
    Some(open(path).and_then(all))
}

/// The content of a piece, if it has the head that is wanted; otherwise why not.
fn content<'b>(bytes: &'b [u8], wanted: &str) -> Result<&'b [u8], String> {
    let Some((head, content)) = whole(bytes) else { return Err("damaged".into()) };
    if head == wanted.as_bytes() {
        return Ok(content);
    }
    let head = String::from_utf8_lossy(head);
    let other = wanted.lines().zip(head.lines()).find(|(wanted, found)| wanted != found);
    let name = other.and_then(|(wanted, _)| wanted.split_once(':')).map_or("experiment", |(name, _)| name);
    Err(format!("of another {name}"))
}

/// Head and content of a piece, if its checksum is right.
fn whole(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let end = bytes.windows(END.len()).position(|end| end == END)?;
    let (head, rest) = bytes.split_at(end + END.len());
    let (hash, content) = rest.split_at_checked(HASH)?;
    (checksum(head, content).as_bytes() == hash).then_some((head, content))
}

fn checksum(head: &[u8], content: &[u8]) -> blake3::Hash {
    blake3::Hasher::new().update(head).update(content).finalize()
}

#[cfg(test)]
#[path = "store_tests.rs"]
mod tests;
