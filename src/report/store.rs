//! Kept pieces of an experiment: replications and points, each a file in the folder `kept` beside the results. More
//! replications can be added later, and a stopped experiment can continue.
//!
//! A piece names its content: its head has format, results version, program, command, scenario, seed, and replication
//! or point. A checksum over head and content follows. A piece is used only if its head is the expected one and its
//! checksum is right. Any other piece is computed again; where pieces are merged, it is an error that names it.

use super::place::{beside, io_error, sweep};
use crate::error::Error;
use crate::measure::RESULTS_VERSION;
use crate::scenario::Loaded;
use rayon::prelude::*;
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
/// First line of a piece: name and version of the format.
const FORMAT: &str = "shipback piece 3\n";
/// File name extension of pieces.
const ENDING: &str = ".part";
/// Most pieces that one message names.
const MOST_NAMED: usize = 20;
/// End of the head: an empty line.
const END: &[u8] = b"\n\n";
const HASH: usize = blake3::OUT_LEN;
/// Largest piece, in bytes. A replication of the built-in year takes some 200 KB.
const MOST_BYTES: u64 = 256 << 20;
/// The program: version, processor, and a hash of its sources.
const PROGRAM: &str =
    concat!(env!("CARGO_PKG_VERSION"), " ", env!("SHIPBACK_PROCESSOR"), " ", env!("SHIPBACK_SOURCES"));

/// The part of the head that all pieces of an experiment share: lines "name: value".
#[derive(Clone, Debug)]
pub struct Experiment(String);

impl Experiment {
    /// An experiment with this command, this program and its results version.
    pub fn new(command: &str) -> Experiment {
        Experiment(FORMAT.into())
            .with("results version", RESULTS_VERSION)
            .with("program", PROGRAM)
            .with("command", command)
    }

    /// Adds a value on which the pieces depend. `value` has no line break.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Display) -> Experiment {
        self.0 += &format!("{name}: {value}\n");
        self
    }

    /// Adds the scenario and its seed.
    #[must_use]
    pub fn scenario(self, loaded: &Loaded) -> Experiment {
        let (name, seed) = (&loaded.scenario.name, loaded.scenario.run.seed);
        self.with("scenario", format_args!("{name:?} {}", loaded.hash)).with("seed", seed)
    }
}

/// One piece of an experiment.
#[derive(Clone, Debug)]
pub struct Piece {
    /// Number in the file name.
    file: u64,
    /// Last line of the head.
    line: String,
}

impl Piece {
    /// The replication with this number.
    pub fn replication(number: u64) -> Piece {
        Piece { file: number, line: format!("replication: {number}") }
    }

    /// A point of a sweep: all values in force, and the seed.
    pub fn point(loaded: &Loaded) -> Piece {
        Piece::named(format!("point: {} seed {}", loaded.hash, loaded.scenario.run.seed))
    }

    /// A point of a search: all values in force, the seed, and everything else its verdict depends on. `asked` has no
    /// line break.
    pub fn tried(loaded: &Loaded, asked: &str) -> Piece {
        Piece::named(format!("point: {} seed {} {asked}", loaded.hash, loaded.scenario.run.seed))
    }

    fn name(&self) -> String {
        format!("{}{ENDING}", self.file)
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
    /// Further folders from which pieces are read.
    others: Vec<PathBuf>,
    /// Whether pieces are only merged: none is computed or written.
    merges: bool,
    experiment: Experiment,
    used: Mutex<Used>,
    /// Files that could not be used. A set, because two threads may ask for one point at the same time.
    spoiled: Mutex<BTreeSet<PathBuf>>,
}

/// The number of pieces that were found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Used {
    /// Number of pieces that were used.
    pub kept: u64,
    /// Number of pieces that were computed again, by reason, such as "damaged" or "of another seed".
    pub again: BTreeMap<String, u64>,
}

impl Store {
    /// Opens the store in the folder of the results.
    ///
    /// # Errors
    /// [`Error::Io`] where its folder cannot be created.
    pub fn open(results: &Path, experiment: Experiment) -> Result<Store, Error> {
        let folder = results.join(FOLDER);
        fs::create_dir_all(&folder).map_err(io_error("make the folder", &folder))?;
        sweep(&folder);
        let (used, spoiled) = Default::default();
        Ok(Store { folder, others: vec![], merges: false, experiment, used, spoiled })
    }

    /// The same store, which also reads pieces from these folders of results.
    ///
    /// # Errors
    /// [`Error::Usage`] for a folder without kept pieces.
    pub fn reading(mut self, results: &[PathBuf]) -> Result<Store, Error> {
        for results in results {
            let folder = results.join(FOLDER);
            let Ok(real) = folder.canonicalize() else {
                let why = format!("no folder \"{FOLDER}\" is in it; name folders that --out has named");
                return Err(Error::Usage(format!("--kept {}: {why}", results.display())));
            };
            let known = |known: &PathBuf| known.canonicalize().is_ok_and(|known| known == real);
            if !known(&self.folder) && !self.others.iter().any(known) {
                self.others.push(folder);
            }
        }
        Ok(self)
    }

    /// The same store for merging. It must have all `pieces`, each once, and nothing else; none is computed. `thing` is
    /// the word for a piece, such as "replication"; pieces are numbered from 0 in the given order.
    ///
    /// # Errors
    /// [`Error::UsageWith`] names each piece that is missing, duplicate, damaged, or of another experiment.
    pub fn merging(self, thing: &str, pieces: &[Piece]) -> Result<Store, Error> {
        // Two points may be equal; then their piece may exist twice.
        let mut wanted: BTreeMap<String, (usize, &Piece, usize)> = BTreeMap::new();
        for (number, piece) in pieces.iter().enumerate() {
            wanted.entry(piece.name()).or_insert((number, piece, 0)).2 += 1;
        }
        let found: Vec<PathBuf> = self.folders().flat_map(|folder| parts(folder)).collect();
        let why_not = |path: &PathBuf| {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            let why = match wanted.get(name.as_ref()) {
                None => format!("no {thing} that is asked for has this name"),
                Some((number, piece, _)) => {
                    let bytes = read(path).unwrap_or(Err("unreadable"));
                    let why = bytes
                        .map_err(String::from)
                        .and_then(|bytes| content(&bytes, &self.head(piece)).map(drop));
                    format!("as {thing} {number} it is {}", why.err()?)
                }
            };
            Some(format!("{}: {why}", path.display()))
        };
        let mut wrong: Vec<String> = found.par_iter().filter_map(why_not).collect();
        let mut places: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for path in &found {
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            places.entry(name).or_default().push(path.display().to_string());
        }
        let mut missing = vec![];
        for (name, (number, _, times)) in &wanted {
            match places.get(name) {
                None => missing.push(*number),
                Some(places) if places.len() <= *times => {}
                Some(places) => {
                    wrong.push(format!("{thing} {number} is there more than once: {}", places.join(", ")))
                }
            }
        }
        missing.sort_unstable();
        wrong.extend(spans(&missing).iter().map(|span| format!("{thing} {span}: missing")));
        match wrong.len() {
            0 => Ok(Store { merges: true, ..self }),
            count => {
                let more = count.saturating_sub(MOST_NAMED);
                wrong.truncate(MOST_NAMED);
                wrong.extend((more > 0).then(|| format!("and {more} more")));
                let things = if count == 1 { "1 thing is" } else { &format!("{count} things are") };
                Err(Error::UsageWith(
                    format!("--merge: {things} wrong with the kept pieces; nothing was written"),
                    wrong,
                ))
            }
        }
    }

    /// Size in bytes of the files of these pieces in the folder of the results.
    pub fn size(&self, pieces: &[Piece]) -> u64 {
        pieces.iter().map(|piece| self.path(piece).metadata().map_or(0, |file| file.len())).sum()
    }

    fn folders(&self) -> impl Iterator<Item = &PathBuf> {
        std::iter::once(&self.folder).chain(&self.others)
    }

    fn path(&self, piece: &Piece) -> PathBuf {
        self.folder.join(piece.name())
    }

    fn head(&self, piece: &Piece) -> String {
        format!("{}{}\n\n", self.experiment.0, piece.line)
    }

    /// The number of pieces used and computed again so far.
    pub fn used(&self) -> Used {
        self.used.lock().expect("store: nobody panics with the lock").clone()
    }

    /// The piece, or the reason why its file cannot be used; `None`: there is no file.
    fn get<T: DeserializeOwned>(&self, piece: &Piece) -> Option<Result<T, String>> {
        let one = |folder: &PathBuf| {
            let bytes = match read(&folder.join(piece.name()))? {
                Ok(bytes) => bytes,
                Err(why) => return Some(Err(why.into())),
            };
            let content = content(&bytes, &self.head(piece));
            Some(content.and_then(|content| match postcard::take_from_bytes(content) {
                Ok((found, [])) => Ok(found),
                _ => Err("damaged".into()),
            }))
        };
        let mut found = self.folders().filter_map(one);
        let first = found.next()?;
        Some(first.or_else(|why| found.find_map(Result::ok).ok_or(why)))
    }

    /// Keeps the piece; it gets its name when it is complete.
    ///
    /// # Errors
    /// [`Error::Io`] where it cannot be written.
    pub fn put<T: Serialize>(&self, piece: &Piece, made: &T) -> Result<(), Error> {
        let path = self.path(piece);
        // A folder with that name belongs to the user. The results are complete without this piece.
        if self.merges || path.is_dir() {
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

    /// The kept piece; or the result of `make`, which is then kept.
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
        if self.merges {
            let why = std::io::Error::other("it was there, and cannot be used any more");
            return Err(io_error("read the piece", Path::new(&piece.name()))(why));
        }
        let made = make();
        self.put(piece, &made)?;
        Ok(made)
    }

    /// Removes all pieces.
    ///
    /// # Errors
    /// [`Error::Io`] where the folder of the pieces is a link: it may lead to another experiment.
    pub fn clear(&self) -> Result<(), Error> {
        if self.folder.is_symlink() {
            let why =
                "it is a link, and nothing outside the folder of the results is taken away; remove the link";
            return Err(io_error("empty", &self.folder)(std::io::Error::other(why)));
        }
        self.remove(|_| true);
        Ok(())
    }

    /// Removes replications of other experiments: no command will use them here again.
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
        for path in parts(&self.folder) {
            let number = path.file_stem().and_then(|stem| stem.to_string_lossy().parse().ok());
            if number.is_some_and(&which) {
                // A file that cannot be removed does no harm.
                let _ = fs::remove_file(path);
            }
        }
    }
}

/// The files in a folder with names of pieces, in order.
fn parts(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path());
    let mut parts: Vec<PathBuf> = entries.filter(|path| path.to_string_lossy().ends_with(ENDING)).collect();
    parts.sort();
    parts
}

/// Numbers in order; consecutive numbers as "3..7".
fn spans(numbers: &[usize]) -> Vec<String> {
    let span = |span: &[usize]| match span {
        [one] => one.to_string(),
        [first, .., last] => format!("{first}..{last}"),
        [] => String::new(),
    };
    numbers.chunk_by(|one, next| one + 1 == *next).map(span).collect()
}

/// Opens a regular file only: a pipe would block the reader.
fn open(path: &Path) -> Result<File, &'static str> {
    match path.metadata() {
        Ok(metadata) if !metadata.is_file() => Err("not a regular file"),
        _ => File::open(path).map_err(|_| "unreadable"),
    }
}

/// The bytes of a piece in this format, or why it cannot be used; `None`: there is no file.
fn read(path: &Path) -> Option<Result<Vec<u8>, &'static str>> {
    // A broken link counts as a file that cannot be read.
    path.symlink_metadata().ok()?;
    let all = |mut file: File| {
        let mut bytes = vec![0; FORMAT.len()];
        let begun = file.read_exact(&mut bytes);
        if begun.is_err() || bytes != FORMAT.as_bytes() {
            return Err("of another format");
        }
        file.take(MOST_BYTES).read_to_end(&mut bytes).map_err(|_| "unreadable")?;
        if bytes.len() as u64 > MOST_BYTES { Err("larger than 256 MiB") } else { Ok(bytes) }
    };
    Some(open(path).and_then(all))
}

/// The content of a piece with the expected head; otherwise the reason.
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
