//! What is kept of an experiment, so that more can be added to it and one that was stopped goes on: a file for each
//! piece, in a folder beside the results. Each says what it belongs to and carries a checksum; what belongs to another
//! experiment, or is damaged, is done again.

use super::place::{beside, io_error, sweep};
use crate::error::Error;
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

/// The folder, in that of the results.
const FOLDER: &str = "kept";
const HASH: usize = blake3::OUT_LEN;

/// The pieces of one experiment.
#[derive(Debug)]
pub struct Store {
    folder: PathBuf,
    /// The hash of all that the pieces depend on.
    identity: [u8; HASH],
}

impl Store {
    /// The store in the folder of the results. `identity` says all that the pieces depend on, but their number.
    ///
    /// # Errors
    /// [`Error::Io`] where the folder cannot be made.
    pub fn open(results: &Path, identity: &str) -> Result<Store, Error> {
        let folder = results.join(FOLDER);
        fs::create_dir_all(&folder).map_err(io_error("make the folder", &folder))?;
        sweep(&folder);
        let version = env!("CARGO_PKG_VERSION");
        Ok(Store { folder, identity: *blake3::hash(format!("{version}\n{identity}").as_bytes()).as_bytes() })
    }

    fn path(&self, number: u64) -> PathBuf {
        self.folder.join(format!("{number}.part"))
    }

    /// Whether piece `number` is there; it may yet turn out to be damaged.
    pub fn has(&self, number: u64) -> bool {
        let head = fs::File::open(self.path(number)).and_then(|mut file| {
            let mut head = [0; HASH];
            std::io::Read::read_exact(&mut file, &mut head).map(|()| head)
        });
        head.is_ok_and(|head| head == self.identity)
    }

    /// Piece `number`, if it was kept whole.
    pub fn get<T: DeserializeOwned>(&self, number: u64) -> Option<T> {
        let bytes = fs::read(self.path(number)).ok()?;
        let (identity, rest) = bytes.split_at_checked(HASH)?;
        let (checksum, content) = rest.split_at_checked(HASH)?;
        let whole = identity == self.identity && checksum == blake3::hash(content).as_bytes();
        if whole { postcard::from_bytes(content).ok() } else { None }
    }

    /// Keeps piece `number`: under its name when it is whole.
    ///
    /// # Errors
    /// [`Error::Io`] where it cannot be written.
    pub fn put<T: Serialize>(&self, number: u64, piece: &T) -> Result<(), Error> {
        let content = postcard::to_stdvec(piece).expect("postcard: memory takes all");
        let path = self.path(number);
        let mut file = beside(&self.folder)?;
        let checksum = blake3::hash(&content);
        let parts: [&[u8]; 3] = [&self.identity, checksum.as_bytes(), &content];
        parts.iter().try_for_each(|part| file.write_all(part)).map_err(io_error("write", &path))?;
        file.persist(&path).map_err(|error| io_error("write", &path)(error.error))?;
        Ok(())
    }

    /// Piece `number`: as kept, or as `make` makes it, which is then kept.
    ///
    /// # Errors
    /// [`Error::Io`] where it cannot be written.
    pub fn get_or<T: Serialize + DeserializeOwned>(
        &self,
        number: u64,
        make: impl FnOnce() -> T,
    ) -> Result<T, Error> {
        if let Some(kept) = self.get(number) {
            return Ok(kept);
        }
        let made = make();
        self.put(number, &made)?;
        Ok(made)
    }

    /// Takes all away.
    pub fn clear(&self) {
        self.take_away(|_| true);
    }

    /// Takes away what belongs to another experiment: nobody will ask for it here again.
    pub fn forget_others(&self) {
        self.take_away(|number| !self.has(number));
    }

    fn take_away(&self, which: impl Fn(u64) -> bool) {
        for entry in fs::read_dir(&self.folder).into_iter().flatten().flatten() {
            let name = entry.file_name();
            let number = name.to_string_lossy().strip_suffix(".part").and_then(|number| number.parse().ok());
            if number.is_some_and(&which) {
                // What cannot be taken away is in nobody's way.
                let _ = fs::remove_file(entry.path());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keep(store: &Store, number: u64, piece: u64) -> u64 {
        store.get_or(number, || piece).unwrap()
    }

    #[test]
    fn what_was_kept_is_found_again_and_what_belongs_to_others_or_is_damaged_is_made_again() {
        let home = tempfile::tempdir().unwrap();
        let ours = Store::open(home.path(), "scenario a, seed 1").unwrap();
        assert_eq!((keep(&ours, 0, 7), keep(&ours, 0, 8), keep(&ours, 1, 9)), (7, 7, 9));
        let again = Store::open(home.path(), "scenario a, seed 1").unwrap();
        assert_eq!((again.get::<u64>(0), again.get::<u64>(2)), (Some(7), None));
        let other = Store::open(home.path(), "scenario a, seed 2").unwrap();
        assert!(!other.has(0) && other.get::<u64>(0).is_none());
        assert_eq!(keep(&other, 0, 5), 5);
        other.forget_others();
        assert!(!ours.has(1), "it belonged to another experiment");
        let path = home.path().join(FOLDER).join("0.part");
        let mut bytes = fs::read(&path).unwrap();
        *bytes.last_mut().unwrap() ^= 1;
        fs::write(&path, bytes).unwrap();
        assert_eq!((other.has(0), other.get::<u64>(0)), (true, None), "one bit is off");
        assert_eq!(keep(&other, 0, 6), 6);
    }
}
