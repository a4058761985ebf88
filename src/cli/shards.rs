//! `--only`, `--kept` and `--merge`: an experiment in parts, on any number of machines.

use super::print;
use crate::error::Error;
use crate::report::{Piece, Place, Store, file_size};
use crate::screen;
use clap::Args;
use std::fmt;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::str::FromStr;

/// Numbers from `first` to `last`, both included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Part {
    first: u64,
    last: u64,
}

impl FromStr for Part {
    type Err = String;

    fn from_str(text: &str) -> Result<Part, String> {
        let (first, last) = text.split_once("..").unwrap_or((text, text));
        match (first.trim().parse(), last.trim().parse()) {
            (Ok(first), Ok(last)) if first <= last => Ok(Part { first, last }),
            _ => {
                Err("write the first and the last number, counted from 0: 0..7 are eight; or one number"
                    .into())
            }
        }
    }
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.first == self.last {
            true => write!(f, "{}", self.first),
            false => write!(f, "{}..{}", self.first, self.last),
        }
    }
}

impl Part {
    /// This part of `count` items.
    ///
    /// # Errors
    /// [`Error::Usage`] where there are fewer items.
    fn of(self, count: u64, option: &str, thing: &'static str) -> Result<Share, Error> {
        if self.last < count {
            return Ok(Share { part: self, count, thing, numbers: self.first..self.last + 1 });
        }
        let all =
            if count == 1 { format!("one {thing}, number 0") } else { format!("{thing}s 0..{}", count - 1) };
        Err(Error::Usage(format!("{option} {self}: the whole experiment has {all}")))
    }
}

/// A part of the replications or points of an experiment.
#[derive(Clone, Debug)]
pub(super) struct Share {
    /// The part, as typed.
    part: Part,
    /// Number of items in the whole experiment.
    count: u64,
    /// Word for an item, such as "replication".
    thing: &'static str,
    /// Numbers of the items.
    pub(super) numbers: Range<u64>,
}

/// What a command must produce.
pub(super) enum Aim {
    /// Stored pieces of a part. The folder is not locked: several programs may store their parts in it.
    Part(Share),
    /// All files, in this place.
    Whole(Place),
}

impl Aim {
    /// The part, if one is asked for; otherwise all files in this folder.
    ///
    /// # Errors
    /// As [`Place::open`].
    pub(super) fn new(share: Option<Share>, folder: &Path) -> Result<Aim, Error> {
        share.map_or_else(|| Place::open(folder).map(Aim::Whole), |share| Ok(Aim::Part(share)))
    }

    /// Number of items to run, out of `all`.
    pub(super) fn count(&self, all: u64) -> u64 {
        if let Aim::Part(share) = self { share.numbers.end - share.numbers.start } else { all }
    }
}

/// `--only`.
#[derive(Clone, Debug, Args)]
pub(super) struct Only {
    /// Run these replications alone, for --merge: 0..7 are the first eight, 3 is one
    #[arg(long, value_name = "A..B", conflicts_with_all = ["kept", "merge", "json"])]
    only: Option<Part>,
}

/// `--only-points`.
#[derive(Clone, Debug, Args)]
pub(super) struct OnlyPoints {
    /// Run these points alone, for --merge: 0..7 are the first eight, 3 is one
    #[arg(long, value_name = "A..B", conflicts_with_all = ["kept", "merge", "json"])]
    only_points: Option<Part>,
}

impl Only {
    /// Whether a part is asked for.
    pub(super) fn is_asked(&self) -> bool {
        self.only.is_some()
    }

    /// The part of `count` replications that is asked for, if any.
    ///
    /// # Errors
    /// [`Error::Usage`] where there are fewer.
    pub(super) fn of(&self, count: u64) -> Result<Option<Share>, Error> {
        self.only.map(|part| part.of(count, "--only", "replication")).transpose()
    }
}

/// Refuses options that cannot be used in parts.
///
/// # Errors
/// The first of `others` that is given, with the reason.
pub(super) fn refuse(only: &Only, merge: &Merge, others: &[(&str, bool, &str)]) -> Result<(), Error> {
    let option = match (only.only, merge.merge) {
        (Some(_), _) => "--only",
        (_, true) => "--merge",
        _ => return Ok(()),
    };
    match others.iter().find(|(_, given, _)| *given) {
        Some((other, _, why)) => Err(Error::Usage(format!("{option} does not go with {other}: {why}"))),
        None => Ok(()),
    }
}

impl OnlyPoints {
    /// The part of `count` points that is asked for, if any.
    ///
    /// # Errors
    /// [`Error::Usage`] where there are fewer.
    pub(super) fn of(&self, count: usize) -> Result<Option<Share>, Error> {
        self.only_points.map(|part| part.of(count as u64, "--only-points", "point")).transpose()
    }
}

/// `--kept` and `--merge`.
#[derive(Clone, Debug, Args)]
pub(super) struct Merge {
    /// Also read the pieces kept in these folders, each named as by --out
    #[arg(long, value_name = "DIR", num_args = 1..)]
    kept: Vec<PathBuf>,
    /// Run nothing: conclude from kept pieces; refuse missing, repeated and foreign ones
    #[arg(long)]
    pub(super) merge: bool,
}

impl Merge {
    /// Whether either option is given.
    pub(super) fn is_asked(&self) -> bool {
        self.merge || !self.kept.is_empty()
    }

    /// The store that reads the given folders; `pieces` are all pieces of the experiment.
    ///
    /// # Errors
    /// As [`Store::reading`] and [`Store::merging`].
    pub(super) fn of(
        &self,
        store: Store,
        thing: &str,
        pieces: impl FnOnce() -> Vec<Piece>,
    ) -> Result<Store, Error> {
        self.within(store, None, thing, pieces)
    }

    /// The store for the subfolder `within` of each results folder.
    pub(super) fn within(
        &self,
        store: Store,
        folder: Option<&str>,
        thing: &str,
        pieces: impl FnOnce() -> Vec<Piece>,
    ) -> Result<Store, Error> {
        let inner = |kept: &PathBuf| folder.map_or_else(|| kept.clone(), |folder| kept.join(folder));
        let store = store.reading(&self.kept.iter().map(inner).collect::<Vec<_>>())?;
        if self.merge { store.merging(thing, &pieces()) } else { Ok(store) }
    }
}

/// The pieces of the replications with these numbers.
pub(super) fn replications(numbers: Range<u64>) -> Vec<Piece> {
    numbers.map(Piece::replication).collect()
}

/// The reason why `--precision`, `--on-undecided more` and `size` cannot be divided.
pub(super) const ADAPTIVE: &str =
    "how many replications are run is decided on the way, by one program on one machine";
/// The reason why `--robust` cannot be divided.
pub(super) const ROBUST: &str =
    "it runs other values of the inputs, too, which are not kept; run it on one machine";

impl Share {
    /// The items of `all` in this part.
    pub(super) fn among<'a, T>(&self, all: &'a [T]) -> &'a [T] {
        &all[self.numbers.start as usize..self.numbers.end as usize]
    }

    /// Prints what this part has stored, and where; nothing with `--quiet`.
    ///
    /// # Errors
    /// As [`print::data`].
    pub(super) fn left(
        &self,
        store: &Store,
        pieces: &[Piece],
        quiet: bool,
        folder: &Path,
    ) -> Result<(), Error> {
        if quiet {
            return Ok(());
        }
        print::computed_again(store, &format!("{}s", self.thing));
        let (thing, part, all, count) = (self.thing, self.part, self.count, pieces.len());
        let ending = if count == 1 { "" } else { "s" };
        let size = file_size(store.size(pieces));
        let folder = screen::path(&folder.join("kept"));
        print::data(&format!("{thing}{ending} {part} of {all}: {count} file{ending}, {size}, in {folder}\n"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_has_both_ends_and_lies_within_the_whole() {
        let part = |text: &str| text.parse::<Part>();
        assert_eq!(part("0..7").unwrap().of(8, "--only", "replication").unwrap().numbers, 0..8);
        assert_eq!(part("3").unwrap().of(8, "--only", "replication").unwrap().numbers, 3..4);
        for wrong in ["", "7..3", "a..b", "1..", "-1..2", "1...2"] {
            assert!(part(wrong).is_err(), "{wrong}");
        }
        let told = |count| part("3..8").unwrap().of(count, "--only", "replication").unwrap_err().to_string();
        assert_eq!(told(8), "error: --only 3..8: the whole experiment has replications 0..7");
        assert_eq!(told(1), "error: --only 3..8: the whole experiment has one replication, number 0");
    }
}
