//! An experiment in parts: the same bytes as in one piece, and each piece that is not as it should be is named.

use crate::tool::{Folder, Ran};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

const RUN: [&str; 4] = ["run", "scenarios/tiny.toml", "--replications", "6"];
const COMPARE: [&str; 6] =
    ["compare", "scenarios/tiny.toml", "--variant", "site.dock.servers=2", "--replications", "6"];
const VARY: [&str; 8] = [
    "scenarios/tiny.toml",
    "--vary",
    "site.dock.servers=1..3",
    "--vary",
    "run.seed=1,2",
    "--replications",
    "2",
    "--metric=turnaround.mean",
];
const CHECK: [&str; 4] = ["check", "scenarios/policy/shipping-no-answer.toml", "--replications", "6"];

/// The files of a folder, and those of its pieces.
fn files(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut found = BTreeMap::new();
    for inner in ["", "kept", "estimates/kept"] {
        for entry in fs::read_dir(folder.join(inner)).into_iter().flatten().flatten() {
            if entry.path().is_file() {
                let name = entry.path().strip_prefix(folder).unwrap().to_owned();
                found.insert(name, fs::read(entry.path()).unwrap());
            }
        }
    }
    found
}

fn ok(ran: Ran) -> Ran {
    assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{}", ran.out);
    ran
}

/// Runs the experiment whole and in parts, in this order; the parts in a folder each, and in one. All files are the same.
fn same_in_parts(args: &[&str], only: &str, parts: &[&str]) {
    let folder = Folder::new();
    let with = |out: &str, more: &[&str]| folder.run(&[args, &["--out", out], more].concat());
    let whole = ok(with("whole", &[]));
    let mut apart = vec!["--merge", "--kept"];
    for part in parts {
        let told = ok(with(part, &["--threads", "1", only, part]));
        assert!(told.out.contains(&format!(" {part} of ")) && told.out.ends_with("/kept\n"), "{}", told.out);
        assert!(
            files(&folder.path(part))
                .keys()
                .all(|name| name.starts_with("kept") || name.starts_with("estimates"))
        );
        ok(with("together", &["-q", only, part]));
        apart.push(part);
    }
    let wanted = files(&folder.path("whole"));
    let pieces = |name: &PathBuf| name.to_string_lossy().ends_with(".part");
    assert!(wanted.keys().filter(|name| pieces(name)).count() >= 6);
    let merged = ok(with("merged", &apart));
    let tables: BTreeMap<_, _> = wanted.clone().into_iter().filter(|(name, _)| !pieces(name)).collect();
    assert!(files(&folder.path("merged")) == tables, "{args:?}: of several folders");
    ok(with("together", &["--merge"]));
    assert!(files(&folder.path("together")) == wanted, "{args:?}: of one folder");
    let names = |text: &str| {
        text.lines().filter(|line| !line.contains(" files, ")).map(String::from).collect::<Vec<_>>()
    };
    let shown = |ran: &Ran| {
        names(&ran.out)
            .into_iter()
            .filter(|line| !line.contains("were used again") && !line.contains(" events in "))
            .collect::<Vec<_>>()
    };
    assert_eq!(shown(&merged), shown(&whole), "{args:?}");
}

#[test]
fn parts_in_any_order_come_to_the_same_bytes() {
    same_in_parts(&RUN, "--only", &["4..5", "0..2", "3"]);
    same_in_parts(&COMPARE, "--only", &["5", "2..4", "0..1"]);
    same_in_parts(&[&["sweep"], &VARY[..]].concat(), "--only-points", &["3..5", "0", "1..2"]);
}

#[test]
fn so_do_parts_of_a_screening_and_of_uncertain_inputs() {
    let screening = ["sensitivity", "scenarios/tiny.toml", "--vary", "site.dock.servers=1..3"];
    let more = [
        "--vary",
        "site.bays.servers=2,4,9",
        "--replications",
        "2",
        "--metric=turnaround.mean",
        "--trajectories=3",
    ];
    let folder = Folder::new();
    let all = folder.run(&[&screening[..], &more, &["--only-points", "999"]].concat());
    let last: usize = all.err.trim_end().rsplit("..").next().unwrap().parse().expect(&all.err);
    let (first, second) = (format!("3..{last}"), "0..2");
    same_in_parts(&[&screening[..], &more].concat(), "--only-points", &[&first, second]);
    let text = "[run]\nhorizon = \"20d\"\n[demand.a]\nrate = \"5/day\"\ndrives = 1\nbytes = \"1TB\"\n\
                [customer]\npacks = { estimate = \"10d\", low = \"6d\", high = \"15d\" }\n";
    let home = tempfile::tempdir().unwrap();
    let path = home.path().join("a.toml");
    fs::write(&path, text).unwrap();
    let run = ["run", path.to_str().unwrap(), "--replications", "6", "--input-uncertainty"];
    same_in_parts(&run, "--only", &["4..5", "0..3"]);
}

#[test]
fn a_check_in_parts_has_the_same_verdicts() {
    let folder = Folder::new();
    let with = |more: &[&str]| folder.run(&[&CHECK[..], more].concat());
    let whole = ok(with(&["--verbose"]));
    ok(with(&["--out", "a", "--only", "3..5"]));
    ok(with(&["--out", "b", "--only", "0..2"]));
    let merged = ok(with(&["--verbose", "--out", "c", "--merge", "--kept", "a", "b"]));
    let verdicts =
        |text: &str| text.lines().filter(|line| !line.contains("in c")).map(String::from).collect::<Vec<_>>();
    assert_eq!(verdicts(merged.out.trim_end()), verdicts(whole.out.trim_end()));
    fs::remove_file(folder.path("b/kept/1.part")).unwrap();
    let told = with(&["--out", "c", "--merge", "--kept", "a", "b"]);
    assert_eq!((told.code, told.err.contains("replication 1: missing")), (2, true), "{}", told.err);
}

/// Each harm to a part is told by name, and no file is written.
#[test]
fn a_piece_that_is_not_as_it_should_be_is_named() {
    let folder = Folder::new();
    let with = |out: &str, more: &[&str]| {
        folder.run(&[&RUN[..], &["-q", "--no-charts", "--out", out], more].concat())
    };
    ok(with("a", &["--only", "0..2"]));
    ok(with("b", &["--only", "3..5"]));
    ok(with("other", &["--only", "4", "--seed", "2"]));
    ok(with("set", &["--only", "4", "--set", "site.dock.servers=2"]));
    let piece = |name: &str| folder.path(name);
    let bytes = |name: &str| fs::read(piece(name)).unwrap();
    let good = bytes("b/kept/4.part");
    let merge = || with("out", &["--merge", "--kept", "a", "b"]);
    let refused = |wanted: &[&str]| {
        let told = merge();
        assert_eq!(told.code, 2, "{wanted:?}: {}", told.err);
        for part in wanted {
            assert!(told.err.contains(part), "{part}: {}", told.err);
        }
        assert!(files(&folder.path("out")).is_empty(), "nothing was written");
    };
    // Dropped.
    fs::remove_file(piece("b/kept/4.part")).unwrap();
    refused(&["1 thing is wrong", "replication 4: missing"]);
    // Bits turned over, in the head, the checksum and the content; cut off.
    for at in [30, good.len() / 2, good.len() - 1] {
        let mut bytes = good.clone();
        bytes[at] ^= 1;
        fs::write(piece("b/kept/4.part"), bytes).unwrap();
        refused(&["1 thing is wrong", "b/kept/4.part: as replication 4 it is damaged"]);
    }
    fs::write(piece("b/kept/4.part"), &good[..good.len() - 1]).unwrap();
    refused(&["b/kept/4.part: as replication 4 it is damaged"]);
    // Of another seed, and of another scenario.
    fs::copy(piece("other/kept/4.part"), piece("b/kept/4.part")).unwrap();
    refused(&["b/kept/4.part: as replication 4 it is of another seed"]);
    fs::copy(piece("set/kept/4.part"), piece("b/kept/4.part")).unwrap();
    refused(&["b/kept/4.part: as replication 4 it is of another scenario"]);
    // Of another build: the same but for the hash of the sources, with a checksum that is right.
    let end = good.windows(2).position(|end| end == b"\n\n").unwrap() + 2;
    let head = String::from_utf8(good[..end].to_vec()).unwrap();
    let program = head.lines().find(|line| line.starts_with("program: ")).unwrap();
    assert_eq!(program.split(' ').count(), 4, "version, processor, sources: {program}");
    for (from, to) in
        [(program, "program: 0.1.0 x86_64 0123456789abcdef"), ("results version", "results version: 1\nx")]
    {
        let head = head.replace(from, to);
        let (content, mut hasher) = (&good[end + 32..], blake3::Hasher::new());
        let checksum = hasher.update(head.as_bytes()).update(content).finalize();
        fs::write(piece("b/kept/4.part"), [head.as_bytes(), checksum.as_bytes(), content].concat()).unwrap();
        let what = from.split(':').next().unwrap();
        refused(&[&format!("b/kept/4.part: as replication 4 it is of another {what}")]);
    }
    // Renamed: to the name of another that is wanted, and to one that is not.
    fs::write(piece("b/kept/4.part"), &good).unwrap();
    fs::rename(piece("b/kept/3.part"), piece("a/kept/3.part")).unwrap();
    fs::rename(piece("a/kept/2.part"), piece("b/kept/2.part")).unwrap();
    fs::copy(piece("a/kept/1.part"), piece("b/kept/2.part")).unwrap();
    refused(&["1 thing is wrong", "b/kept/2.part: as replication 2 it is of another replication"]);
    fs::rename(piece("b/kept/2.part"), piece("b/kept/20.part")).unwrap();
    refused(&[
        "2 things are wrong",
        "b/kept/20.part: no replication that is asked for has this name",
        "replication 2: missing",
    ]);
    fs::remove_file(piece("b/kept/20.part")).unwrap();
    ok(with("a", &["--only", "2"]));
    // Doubled.
    ok(with("b", &["--only", "0"]));
    refused(&["1 thing is wrong", "replication 0 is there more than once: ", "a/kept/0.part, b/kept/0.part"]);
    fs::remove_file(piece("b/kept/0.part")).unwrap();
    // No readable file at all.
    fs::rename(piece("b/kept/4.part"), piece("4")).unwrap();
    fs::create_dir(piece("b/kept/4.part")).unwrap();
    refused(&["b/kept/4.part: as replication 4 it is not a regular file"]);
    fs::remove_dir(piece("b/kept/4.part")).unwrap();
    fs::rename(piece("4"), piece("b/kept/4.part")).unwrap();
    ok(merge());
}

#[test]
fn points_that_are_missing_are_told_by_their_numbers() {
    let folder = Folder::new();
    let with = |more: &[&str]| {
        folder.run(&[&["sweep"], &VARY[..], &["-q", "--no-charts", "--out", "o"], more].concat())
    };
    ok(with(&["--only-points", "2"]));
    let told = with(&["--merge"]);
    assert_eq!(told.code, 2);
    assert!(
        told.err.contains("point 0..1: missing") && told.err.contains("point 3..5: missing"),
        "{}",
        told.err
    );
    let other = ["sweep", "scenarios/tiny.toml", "--vary", "site.dock.servers=4", "--replications", "2"];
    ok(folder.run(&[&other[..], &["-q", "--out", "o", "--only-points", "0"]].concat()));
    ok(with(&["--only-points", "0..5"]));
    let told = with(&["--merge"]);
    assert!(
        told.code == 2 && told.err.contains(".part: no point that is asked for has this name"),
        "{}",
        told.err
    );
}

#[test]
fn what_cannot_be_done_in_parts_is_refused_with_the_reason() {
    let folder = Folder::new();
    let adaptive = "decided on the way, by one program on one machine";
    let cases: [(&[&str], &str); 11] = [
        (
            &["run", "scenarios/tiny.toml", "--only", "0..1"],
            "the whole experiment has one replication, number 0",
        ),
        (&["run", "scenarios/tiny.toml", "--merge"], "one replication is not kept, and not merged"),
        (&["run", "scenarios/tiny.toml", "--replications=3", "--only=0..3"], "has replications 0..2"),
        (&["run", "scenarios/tiny.toml", "--precision=turnaround.mean=5%", "--only=0..3"], adaptive),
        (&["run", "scenarios/tiny.toml", "--precision=turnaround.mean=5%", "--merge"], adaptive),
        (
            &["run", "scenarios/tiny.toml", "--replications=3", "--merge", "--kept", "nowhere"],
            "no folder \"kept\" is in it",
        ),
        (&["run", "scenarios/tiny.toml", "--replications=3", "--merge", "--fresh"], "cannot be used with"),
        (&["size", "scenarios/tiny.toml", "--vary=site.dock.servers=1..3", "--only=0..3"], adaptive),
        (&["check", "scenarios/policy", "--only=0"], "name one file"),
        (&["check", "scenarios/tiny.toml", "--only=0", "--on-undecided=more"], adaptive),
        (&["check", "scenarios/tiny.toml", "--only=0"], "no [[expect]]"),
    ];
    for (args, told) in cases {
        let ran = folder.run(args);
        assert!(ran.code == 2 && ran.err.contains(told), "{args:?}: {}", ran.err);
    }
}

/// What `docs/scale.md` shows for one machine with many programs leaves the files of one program.
#[test]
#[cfg(unix)]
fn the_script_of_the_page_leaves_the_same_files() {
    let page = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/scale.md")).unwrap();
    let script =
        page.split("```sh\n").find(|block| block.starts_with("# parts.sh")).expect("the page has it");
    let script = script.split("```").next().unwrap();
    let folder = Folder::new();
    fs::write(folder.path("parts.sh"), script).unwrap();
    let program = Path::new(env!("CARGO_BIN_EXE_shipback"));
    let paths = [program.parent().unwrap().to_str().unwrap(), &std::env::var("PATH").unwrap()].join(":");
    let mut command = std::process::Command::new("sh");
    command.args(["-eu", "parts.sh"]).current_dir(folder.path(".")).env("PATH", paths);
    ok(crate::tool::ran(command.output().unwrap()));
    let run = ["run", "scenarios/small-site.toml", "--replications", "20", "--quiet", "--out", "one"];
    ok(folder.run(&run));
    assert!(files(&folder.path("output/small-site")) == files(&folder.path("one")));
}
