//! The results of some small scenarios, pinned beside their version: neither changes without the other.

use crate::tool::Folder;
use shipback::measure::RESULTS_VERSION;
use std::fs;
use std::path::Path;

/// `RESULTS_VERSION`, and the fingerprint of the results of that version. The failing test says what to put here.
const PINNED: (u32, &str) = (7, "5d48529e37756f66bf10fd2c6117979d");

/// Commands whose tables and kept pieces are in the fingerprint.
const COMMANDS: [&[&str]; 8] = [
    &["run", "scenarios/tiny.toml", "--log", "events"],
    &["run", "scenarios/policy/shipping-no-answer.toml", "--log", "events"],
    &["run", "scenarios/policy/export-lost-or-damaged.toml", "--log", "events"],
    &["run", "baseline", "--until", "12d", "--log", "events"],
    &["run", "baseline", "--until", "6d", "--replications", "2"],
    &["compare", "scenarios/tiny.toml", "--variant", "policy.shipping_deadline=5d", "--replications", "2"],
    &["sweep", "scenarios/tiny.toml", "--vary", "site.dock.servers=1,2", "--replications", "2"],
    &["sensitivity", "scenarios/tiny.toml", "--vary", "site.dock.servers=1,2", "--replications", "2"],
];

#[test]
fn results_change_only_with_their_version() {
    let found = fingerprint();
    if (RESULTS_VERSION, found.as_str()) == PINNED {
        return;
    }
    let next = RESULTS_VERSION.max(PINNED.0 + 1);
    let raise = match RESULTS_VERSION == PINNED.0 {
        true => format!(
            "Results have changed, and RESULTS_VERSION is still {RESULTS_VERSION}.\n\
             1. If that is meant, raise RESULTS_VERSION in src/measure/results.rs to {next}: pieces that were kept with \
             the old results are then computed again.\n\
             2. Pin the new results in tests/suite/results_version.rs:\n"
        ),
        false => format!(
            "RESULTS_VERSION is {RESULTS_VERSION}. Pin its results in tests/suite/results_version.rs:\n"
        ),
    };
    panic!(
        "{raise}   const PINNED: (u32, &str) = ({next}, \"{found}\");\n\
         If nothing but a file in scenarios/ was changed, keep the version and pin the fingerprint alone."
    );
}

/// BLAKE3 over the tables and the content of the kept pieces.
fn fingerprint() -> String {
    let folder = Folder::new();
    let mut hasher = blake3::Hasher::new();
    for (number, command) in COMMANDS.iter().enumerate() {
        let out = number.to_string();
        let ran = folder.run(&[command, &["--no-charts", "--out", &out][..]].concat());
        assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{command:?}");
        let out = folder.path(&out);
        let tables = read(&out, "csv").into_iter().map(|(name, bytes)| [name.as_bytes(), &bytes].concat());
        // The head of a piece has the results version; the names of points depend on the words of the scenario.
        let mut pieces: Vec<Vec<u8>> =
            read(&out.join("kept"), "part").into_iter().map(|(_, bytes)| content(&bytes)).collect();
        pieces.sort();
        for part in tables.chain(pieces) {
            hasher.update(&(part.len() as u64).to_le_bytes()).update(&part);
        }
    }
    hasher.finalize().to_hex()[..32].to_owned()
}

/// Name and bytes of the files with this ending, sorted.
fn read(folder: &Path, ending: &str) -> Vec<(String, Vec<u8>)> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path());
    let files = entries.filter(|path| path.extension().is_some_and(|found| found == ending));
    let read = |path: std::path::PathBuf| {
        (path.file_name().unwrap().to_string_lossy().into_owned(), fs::read(path).unwrap())
    };
    let mut files: Vec<_> = files.map(read).collect();
    files.sort();
    files
}

/// A piece without its head and checksum.
pub fn content(piece: &[u8]) -> Vec<u8> {
    let head = piece.windows(2).position(|end| end == b"\n\n").expect("the head ends with an empty line");
    piece[head + 2 + 32..].to_vec()
}
