//! `--only`, `--kept` and `--merge`: an experiment in parts, by any number of programs on any number of machines.

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
    /// This part of `count` things.
    ///
    /// # Errors
    /// [`Error::Usage`] where there are not so many.
    fn of(self, count: u64, option: &str, thing: &'static str) -> Result<Share, Error> {
        if self.last < count {
            return Ok(Share { part: self, count, thing, numbers: self.first..self.last + 1 });
        }
        let all =
            if count == 1 { format!("one {thing}, number 0") } else { format!("{thing}s 0..{}", count - 1) };
        Err(Error::Usage(format!("{option} {self}: the whole experiment has {all}")))
    }
}

/// A part of so many replications or points.
#[derive(Clone, Debug)]
pub(super) struct Share {
    /// As typed.
    part: Part,
    /// The number of things in the whole experiment.
    count: u64,
    /// What is run, such as "replication".
    thing: &'static str,
    /// The numbers of what is run.
    pub(super) numbers: Range<u64>,
}

/// What a command is to leave.
pub(super) enum Aim {
    /// Pieces of these. No lock is taken: several programs may leave their parts in one folder.
    Part(Share),
    /// All files, in this place.
    Whole(Place),
}

impl Aim {
    /// The part, if one is asked for, or else all files in this folder.
    ///
    /// # Errors
    /// As [`Place::open`].
    pub(super) fn new(share: Option<Share>, folder: &Path) -> Result<Aim, Error> {
        share.map_or_else(|| Place::open(folder).map(Aim::Whole), |share| Ok(Aim::Part(share)))
    }

    /// The number of things to run, of so many in all.
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
    /// [`Error::Usage`] where there are not so many.
    pub(super) fn of(&self, count: u64) -> Result<Option<Share>, Error> {
        self.only.map(|part| part.of(count, "--only", "replication")).transpose()
    }
}

/// What cannot be done in parts is refused.
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
    /// [`Error::Usage`] where there are not so many.
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
    /// Whether any of both is asked for.
    pub(super) fn is_asked(&self) -> bool {
        self.merge || !self.kept.is_empty()
    }

    /// The store that reads what is asked for; `pieces` are all those of the experiment.
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

    /// The same, of what is kept in this folder of each folder of results.
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

/// The replications of these numbers.
pub(super) fn replications(numbers: Range<u64>) -> Vec<Piece> {
    numbers.map(Piece::replication).collect()
}

/// Why `--precision`, `--on-undecided more` and `size` stay on one machine.
pub(super) const ADAPTIVE: &str =
    "how many replications are run is decided on the way, by one program on one machine";
/// Why `--robust` does.
pub(super) const ROBUST: &str =
    "it runs other values of the inputs, too, which are not kept; run it on one machine";

impl Share {
    /// Those of `all` that are in this part.
    pub(super) fn among<'a, T>(&self, all: &'a [T]) -> &'a [T] {
        &all[self.numbers.start as usize..self.numbers.end as usize]
    }

    /// Tells what this part has left where, unless nothing is to be told.
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
