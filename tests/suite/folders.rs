//! The folder of the results: whole at any moment, one program at a time, and an end of memory that is told.

use crate::tool::{Folder, ran};
use std::collections::BTreeMap;
use std::fs;
use std::time::{Duration, Instant};

/// Two runs of another seed each: their results differ.
const SEEDS: [&str; 2] = ["1", "2"];

fn results(folder: &Folder, out: &str) -> BTreeMap<String, Vec<u8>> {
    let entries = fs::read_dir(folder.path(out)).unwrap().map(|entry| entry.unwrap());
    let files = entries.filter(|entry| entry.file_type().unwrap().is_file());
    let shown = files.filter(|entry| !entry.file_name().to_string_lossy().starts_with('.'));
    shown
        .map(|entry| (entry.file_name().to_string_lossy().into_owned(), fs::read(entry.path()).unwrap()))
        .collect()
}

fn arguments<'a>(seed: &'a str, out: &'a str) -> [&'a str; 8] {
    ["run", "scenarios/tiny.toml", "-q", "--no-charts", "--seed", seed, "--out", out]
}

/// Kills so many runs over earlier results: one of three at any moment, the others about the end, where files get their names.
/// Compares what is left with the whole sets.
fn killed(times: u32) {
    let folder = Folder::new();
    let mut took = Duration::ZERO;
    let whole = SEEDS.map(|seed| {
        let started = Instant::now();
        assert_eq!(folder.run(&arguments(seed, seed)).code, 0);
        took = started.elapsed();
        results(&folder, seed)
    });
    assert_ne!(whole[0], whole[1]);
    assert_eq!(folder.run(&arguments(SEEDS[0], "o")).code, 0);
    fs::write(folder.path("o/notes.txt"), "mine").unwrap();
    fs::create_dir(folder.path("o/mine")).unwrap();
    fs::write(folder.path("o/mine/a.txt"), "mine").unwrap();
    let (mut before, mut after) = (0, 0);
    let mut now = 0;
    for time in 0..times {
        let next = 1 - now;
        let mut child = folder.command(&arguments(SEEDS[next], "o")).spawn().unwrap();
        let anywhere = time % 3 == 0;
        std::thread::sleep(if anywhere { took.mul_f64(f64::from(time % 60) / 60.0) } else { took });
        let _ = child.kill();
        child.wait().unwrap();
        let mut left = results(&folder, "o");
        assert_eq!(left.remove("notes.txt").as_deref(), Some(&b"mine"[..]), "kill {time}");
        let set = whole.iter().position(|whole| *whole == left);
        let set = set.unwrap_or_else(|| panic!("kill {time} leaves a mixed set: {:?}", left.keys()));
        (before, after) = if set == now { (before + 1, after) } else { (before, after + 1) };
        // Nearer to the end of a run, however busy the machine is.
        took = took.mul_f64(if anywhere {
            1.0
        } else if set == now {
            1.12
        } else {
            0.9
        });
        now = set;
    }
    assert!(before > 0 && after > 0, "{before} kills came before the end of a run, {after} after it");
    // What the last one left is brought to an end by the next that is not killed.
    assert_eq!(folder.run(&arguments(SEEDS[1], "o")).code, 0);
    assert_eq!(fs::read_to_string(folder.path("o/mine/a.txt")).unwrap(), "mine");
    let beside = fs::read_dir(folder.path(".")).unwrap().map(|entry| entry.unwrap().file_name());
    let beside: Vec<_> = beside.filter(|name| name.to_string_lossy().starts_with('.')).collect();
    assert!(beside.is_empty(), "left beside: {beside:?}");
}

/// Whether folders can change places here, on which the whole set rests (docs/outputs.md).
#[cfg(target_os = "linux")]
fn can_change_places() -> bool {
    use rustix::fs::{CWD, RenameFlags, renameat_with};
    let home = tempfile::tempdir().unwrap();
    let [one, other] = ["one", "other"].map(|name| home.path().join(name));
    fs::create_dir(&one).and_then(|()| fs::create_dir(&other)).unwrap();
    renameat_with(CWD, &one, CWD, &other, RenameFlags::EXCHANGE).is_ok()
}

#[cfg(not(target_os = "linux"))]
fn can_change_places() -> bool {
    false
}

#[test]
fn a_kill_at_any_moment_leaves_a_whole_set() {
    if can_change_places() {
        killed(30);
    }
}

/// `.ci/nightly` runs it.
#[test]
#[ignore = "half a minute"]
fn two_hundred_kills_leave_a_whole_set() {
    killed(200);
}

#[test]
#[cfg(target_os = "linux")]
fn of_two_programs_with_one_folder_one_is_refused_with_a_word_or_waits() {
    let folder = Folder::new();
    let whole = SEEDS.map(|seed| {
        assert_eq!(folder.run(&arguments(seed, seed)).code, 0);
        results(&folder, seed)
    });
    for pair in 0..20 {
        let waits = pair >= 10;
        let both = SEEDS.map(|seed| {
            let mut command = folder.command(&arguments(seed, "o"));
            if waits {
                command.arg("--wait");
            }
            command.stderr(std::process::Stdio::piped()).spawn().unwrap()
        });
        let both = both.map(|child| ran(child.wait_with_output().unwrap()));
        for one in &both {
            let told = one.err.contains("another shipback is writing its results there; --wait");
            assert!((one.code, told) == (0, false) || (one.code, told) == (3, true), "{}", one.err);
            assert!(!told || !waits, "who waits is not refused");
        }
        assert!(both.iter().any(|one| one.code == 0), "one of them goes first");
        assert!(whole.contains(&results(&folder, "o")), "pair {pair}: a mixed set");
    }
    // One that surely comes while another has the folder.
    let another = fs::File::open(folder.path("o")).unwrap();
    another.lock().unwrap();
    let refused = folder.run(&arguments(SEEDS[0], "o"));
    assert!(refused.code == 3 && refused.err.contains("another shipback is writing"), "{}", refused.err);
    drop(another);
    assert_eq!(folder.run(&arguments(SEEDS[0], "o")).code, 0);
}

#[test]
#[cfg(target_os = "linux")]
fn the_end_of_memory_is_told_before_it_comes() {
    let folder = Folder::new();
    let endless = "[run]\nhorizon = \"30d\"\n[demand.a]\nrate = \"24000/day\"\n[site.dock]\nservers = 1000\nper_package = \"20d\"\n";
    fs::write(folder.path("endless.toml"), endless).unwrap();
    let told = folder.run(&["run", "endless.toml", "--no-charts", "-q", "--memory", "200MB", "--out", "o"]);
    assert_eq!(told.code, 3);
    for part in ["out of memory", "0.2 GB are the most", "scenario endless", "--until", "--memory SIZE"] {
        assert!(told.err.contains(part), "{part}: {}", told.err);
    }
    assert!(results(&folder, "o").is_empty());
    let tiny =
        folder.run(&["run", "scenarios/tiny.toml", "--no-charts", "-q", "--memory", "1 GB", "--out", "o"]);
    assert_eq!((tiny.code, tiny.err.as_str()), (0, ""));
    for (size, told) in [("9", "is not a size"), ("4MB", "allowed: 50MB or more"), ("4Gb/s", "is not a size")]
    {
        let wrong = folder.run(&["run", "scenarios/tiny.toml", "--memory", size]);
        assert!(wrong.code == 2 && wrong.err.contains(told), "{}", wrong.err);
    }
}
