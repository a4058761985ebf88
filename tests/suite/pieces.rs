//! Kept pieces: one that is swapped, copied, damaged or of another program is never used, and never harms a run.

use crate::results_version::content;
use crate::tool::Folder;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// The pieces below a folder, in the order of their names.
fn pieces(folder: &Folder, out: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder.path(out).join("kept")).unwrap().flatten();
    let mut found: Vec<PathBuf> = entries.map(|entry| entry.path()).collect();
    found.sort();
    found
}

/// All files of an experiment, with its pieces.
fn files(folder: &Folder, out: &str) -> BTreeMap<PathBuf, Vec<u8>> {
    let tables = fs::read_dir(folder.path(out)).unwrap().flatten().map(|entry| entry.path());
    let tables = tables.filter(|path| path.is_file());
    tables.chain(pieces(folder, out)).map(|path| (path.clone(), fs::read(path).unwrap())).collect()
}

/// Runs an experiment, does harm to its pieces, runs it again: the files are the same, and the harm is told.
fn holds(args: &[&str], harm: impl Fn(&[PathBuf]), told: &str) {
    let folder = Folder::new();
    let args = [args, &["--no-charts", "--out", "out"]].concat();
    let ran = folder.run(&args);
    assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{args:?}");
    let before = files(&folder, "out");
    harm(&pieces(&folder, "out"));
    let ran = folder.run(&args);
    assert_eq!(ran.code, 0, "{args:?}: {}", ran.err);
    assert_eq!(ran.err.trim_end(), told, "{args:?}");
    let after = files(&folder, "out");
    assert!(before == after, "{args:?}, {told}: other files");
    let ran = folder.run(&args);
    assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{args:?}: the pieces are good again");
}

fn swap(one: &Path, other: &Path) {
    let (first, second) = (fs::read(one).unwrap(), fs::read(other).unwrap());
    fs::write(one, second).unwrap();
    fs::write(other, first).unwrap();
}

const RUN: [&str; 4] = ["run", "scenarios/tiny.toml", "--replications", "3"];

fn again(count: u64, things: &str, why: &str) -> String {
    format!("note: {count} of the kept {things} could not be used and were computed again: {why}")
}

#[test]
fn swapped_and_copied_pieces_are_computed_again() {
    let copy = |pieces: &[PathBuf]| {
        for piece in &pieces[1..] {
            fs::copy(&pieces[0], piece).unwrap();
        }
    };
    let swap = |pieces: &[PathBuf]| swap(&pieces[0], &pieces[1]);
    let others = again(2, "replications", "2 of another replication");
    holds(&RUN, copy, &others);
    holds(&RUN, swap, &others);
    let compare = ["compare", "scenarios/tiny.toml", "--variant", "site.dock.servers=2"];
    holds(&[&compare[..], &["--replications", "3"]].concat(), copy, &others);
    let vary = ["scenarios/tiny.toml", "--vary", "site.dock.servers=1,2", "--replications", "2"];
    let vary = [&vary[..], &["--metric", "turnaround.mean"]].concat();
    let point = again(2, "points", "2 of another point");
    holds(&[&["sweep"], &vary[..]].concat(), swap, &point);
    holds(&[&["sensitivity"], &vary[..], &["--trajectories", "2"]].concat(), swap, &point);
}

#[test]
fn a_piece_of_another_experiment_is_computed_again() {
    let from = |args: &'static [&'static str]| {
        move |pieces: &[PathBuf]| {
            let folder = Folder::new();
            let ran = folder.run(&[args, &["--no-charts", "--out", "other"]].concat());
            assert_eq!(ran.code, 0, "{}", ran.err);
            fs::copy(self::pieces(&folder, "other")[0].clone(), &pieces[0]).unwrap();
        }
    };
    let told = |why: &str| again(1, "replications", &format!("1 of another {why}"));
    let seed = from(&["run", "scenarios/tiny.toml", "--replications", "2", "--seed", "2"]);
    holds(&RUN, seed, &told("seed"));
    let set = ["run", "scenarios/tiny.toml", "--replications", "2", "--set", "site.dock.servers=2"];
    let scenario = from(Box::leak(Box::new(set)));
    holds(&RUN, scenario, &told("scenario"));
    let compare =
        from(&["compare", "scenarios/tiny.toml", "--variant", "site.dock.servers=2", "--replications", "2"]);
    holds(&RUN, compare, &told("command"));
}

#[test]
fn pieces_with_any_bytes_are_computed_again() {
    type Harm = fn(&[u8]) -> Vec<u8>;
    /// As the first format had it: identity, checksum, content.
    fn first_format(piece: &[u8]) -> Vec<u8> {
        let content = content(piece);
        let identity = blake3::hash(b"0.1.0\nrun seed 1");
        [identity.as_bytes(), blake3::hash(&content).as_bytes(), &content[..]].concat()
    }
    let harms: [(&str, Harm); 8] = [
        ("of another format", |_| vec![]),
        ("of another format", |_| vec![255; 100_000]),
        ("of another format", |_| b"0".to_vec()),
        ("of another format", first_format),
        ("damaged", |piece| piece[..piece.len() - 1].to_vec()),
        ("damaged", |piece| piece[..piece.len() / 2].to_vec()),
        ("damaged", |piece| [piece, b"\n"].concat()),
        ("damaged", |piece| {
            let mut piece = piece.to_vec();
            let middle = piece.len() / 2;
            piece[middle] ^= 1;
            piece
        }),
    ];
    for (why, harm) in harms {
        let harm = |pieces: &[PathBuf]| {
            let bytes = fs::read(&pieces[1]).unwrap();
            fs::write(&pieces[1], harm(&bytes)).unwrap();
        };
        holds(&RUN, harm, &again(1, "replications", &format!("1 {why}")));
    }
}

#[test]
fn a_folder_in_the_place_of_a_piece_changes_no_result() {
    let folder = Folder::new();
    let args = [&RUN[..], &["--no-charts", "--out", "out"]].concat();
    folder.run(&args);
    let before = fs::read(folder.path("out/summary.csv")).unwrap();
    let piece = folder.path("out/kept/1.part");
    fs::remove_file(&piece).unwrap();
    fs::create_dir(&piece).unwrap();
    let ran = folder.run(&args);
    let told = again(1, "replications", "1 not a regular file");
    assert_eq!((ran.code, ran.err.trim_end()), (0, told.as_str()));
    assert!(ran.out.contains("2 replications of earlier runs were used again."), "{}", ran.out);
    assert_eq!(fs::read(folder.path("out/summary.csv")).unwrap(), before);
}

/// The seed is no part of the scenario's hash: points that differ by it alone are different points.
#[test]
fn each_point_of_a_varied_seed_has_its_own_results() {
    let folder = Folder::new();
    let sweep = ["sweep", "scenarios/tiny.toml", "--vary", "run.seed=1,2,3", "--replications", "2"];
    let ran = folder.run(&[&sweep[..], &["--no-charts", "--out", "sweep"]].concat());
    assert_eq!((ran.code, ran.err.as_str()), (0, ""));
    let swept = fs::read_to_string(folder.path("sweep/sweep.csv")).unwrap();
    for seed in ["1", "2", "3"] {
        let run = ["run", "scenarios/tiny.toml", "--seed", seed, "--replications", "2", "--quiet"];
        folder.run(&[&run[..], &["--no-charts", "--out", seed]].concat());
        let summary = fs::read_to_string(folder.path(seed).join("summary.csv")).unwrap();
        let value = |text: &str, start: &str| {
            let row = text.lines().find(|line| line.starts_with(start)).unwrap();
            row[start.len()..].split(',').next().unwrap().to_owned()
        };
        let point = format!("{},{seed},turnaround.mean,,", seed.parse::<u64>().unwrap() - 1);
        assert_eq!(value(&swept, &point), value(&summary, "turnaround.mean,,"), "seed {seed}");
    }
}

/// The run that writes the logs has the inputs of its replication, like all others.
#[test]
fn logs_change_no_result_where_inputs_are_drawn() {
    let folder = Folder::new();
    let text = "[run]\nhorizon = \"20d\"\n[demand.a]\nrate = \"5/day\"\ndrives = 1\nbytes = \"1TB\"\n\
                [customer]\npacks = { estimate = \"10d\", low = \"6d\", high = \"15d\" }\n";
    fs::write(folder.path("a.toml"), text).unwrap();
    let run = |out: &str, more: &[&str]| {
        let args = ["run", "a.toml", "--replications", "3", "--input-uncertainty", "--no-charts", "-q"];
        let ran = folder.run(&[&args[..], &["--out", out], more].concat());
        assert_eq!((ran.code, ran.err.as_str()), (0, ""));
        fs::read_to_string(folder.path(out).join("replications.csv")).unwrap()
    };
    assert_eq!(run("plain", &[]), run("logged", &["--log", "jobs"]));
    let jobs = fs::read_to_string(folder.path("logged/jobs.csv")).unwrap();
    assert!(jobs.lines().count() > 50, "{jobs}");
}
