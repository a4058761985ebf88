//! Inputs that nobody wrote: files that are nearly right, changed at random. None makes the program panic.

use crate::random::Dice;
use shipback::experiment::{Finished, OnUndecided, Plan, check};
use shipback::report::Baseline;
use shipback::scenario::Scenario;
use std::path::Path;
use std::time::{Duration, Instant};

/// Words that change what follows or precedes them.
const WORDS: [&str; 24] = [
    "\"",
    "'",
    "[",
    "]",
    "{",
    "}",
    "=",
    ",",
    ".",
    "\n",
    "#",
    "0",
    "-1",
    "1e999",
    "nan",
    "18446744073709551616",
    "\"unset\"",
    "extends = \"baseline.toml\"\n",
    "..",
    "\"365000d\"",
    "\u{0}",
    "\u{fffd}",
    "[[job]]\n",
    "\"9999-12-31\"",
];

/// A place among so many; 0 of none.
fn below(dice: &mut Dice, most: usize) -> usize {
    dice.below(most.max(1) as u64) as usize
}

/// Changes a few places: takes bytes away, doubles them, moves them, puts words between them.
fn changed(bytes: &[u8], dice: &mut Dice) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    for _ in 0..=below(dice, 4) {
        let at = below(dice, bytes.len() + 1);
        let to = (at + below(dice, 40)).min(bytes.len());
        match below(dice, 5) {
            0 => drop(bytes.drain(at..to)),
            1 => {
                let piece = bytes[at..to].to_vec();
                let place = below(dice, bytes.len() + 1);
                bytes.splice(place..place, piece);
            }
            2 if at < bytes.len() => bytes[at] ^= 1 << below(dice, 8),
            3 => bytes.truncate(at.max(bytes.len() / 2)),
            _ => drop(bytes.splice(at..to.min(at + below(dice, 3)), WORDS[below(dice, WORDS.len())].bytes())),
        }
    }
    bytes
}

/// All shipped scenarios.
fn scenarios() -> Vec<Vec<u8>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios");
    let folders = [root.clone(), root.join("policy")];
    let files = folders.iter().flat_map(|folder| std::fs::read_dir(folder).unwrap().flatten());
    let mut files: Vec<_> = files
        .map(|entry| entry.path())
        .filter(|path| path.extension().is_some_and(|end| end == "toml"))
        .collect();
    files.sort();
    files.iter().map(|path| std::fs::read(path).unwrap()).collect()
}

/// A text is read, or refused with its mistakes.
fn reads_scenario(bytes: &[u8]) {
    let Err(why) = Scenario::parse(&String::from_utf8_lossy(bytes), &[]) else { return };
    assert!(why.to_string().len() < 100_000, "{why}");
}

fn record() -> (tempfile::TempDir, Vec<u8>) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("record.json");
    let tiny = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios/tiny.toml");
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_shipback"));
    command.args(["check", "--update", "--force", "-q"]).arg(tiny).arg("--record").arg(&path);
    assert!(command.output().unwrap().status.success());
    let bytes = std::fs::read(&path).unwrap();
    (folder, bytes)
}

/// Changes files until this time is over, but `least` of each kind at least.
fn fuzz(least: u32, time: Duration) {
    let began = Instant::now();
    let mut dice = Dice::new(20);
    let scenarios = scenarios();
    let tiny = Scenario::parse(include_str!("../../scenarios/tiny.toml"), &[]).unwrap().scenario;
    let piece = postcard::to_stdvec(&Finished::run(&tiny, 1, 0)).unwrap();
    let (folder, record) = record();
    let path = folder.path().join("changed.json");
    let mut rounds = 0;
    while rounds < least || began.elapsed() < time {
        let scenario = &scenarios[below(&mut dice, scenarios.len())];
        reads_scenario(&changed(scenario, &mut dice));
        // Any bytes are counts, or are refused: a checksum may be right by malice.
        let _ = postcard::from_bytes::<Finished>(&changed(&piece, &mut dice));
        std::fs::write(&path, changed(&record, &mut dice)).unwrap();
        let _ = Baseline::read(&path);
        rounds += 1;
    }
    assert!(check(&tiny, Plan { on_undecided: OnUndecided::Fail, most: 1 }).is_ok(), "and all goes on");
    println!("{rounds} changed files of each kind");
}

#[test]
fn files_that_are_nearly_right_are_read_or_refused() {
    fuzz(300, Duration::ZERO);
}

/// `.ci/run` runs it.
#[test]
#[ignore = "a minute"]
fn a_minute_of_files_that_are_nearly_right() {
    fuzz(300, Duration::from_secs(55));
}
