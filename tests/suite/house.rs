//! The house itself: rooms import one way only, and chance and clocks stay where they belong.

use std::path::{Path, PathBuf};

/// The rooms, in the order in which they may import one another. `error` stands beside them all.
const ROOMS: [&str; 9] =
    ["engine", "policy", "scenario", "fate", "world", "measure", "experiment", "report", "cli"];

fn sources(room: &str) -> Vec<(PathBuf, String)> {
    let mut found = vec![];
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("src").join(room)];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).expect("a room is a folder") {
            let path = entry.expect("a folder can be listed").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|ending| ending == "rs") {
                let text = std::fs::read_to_string(&path).expect("sources are UTF-8");
                found.push((path, text));
            }
        }
    }
    assert!(!found.is_empty(), "{room} is empty");
    found
}

/// A file of tests that no module names is never compiled, and its tests never fail.
#[test]
fn each_file_of_tests_is_compiled() {
    let suite = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/suite");
    let listed = include_str!("main.rs");
    for entry in std::fs::read_dir(&suite).expect("the suite is a folder") {
        let path = entry.expect("a folder can be listed").path();
        let name = path.file_stem().expect("a file has a name").to_string_lossy().into_owned();
        let is_module = name == "main" || listed.contains(&format!("\nmod {name};\n"));
        assert!(is_module, "{} is not named in tests/suite/main.rs", path.display());
    }
}

#[test]
fn imports_point_one_way() {
    for (place, room) in ROOMS.iter().enumerate() {
        for (path, text) in sources(room) {
            for later in &ROOMS[place + 1..] {
                let wrong = format!("crate::{later}");
                let line = text.lines().position(|line| line.contains(&wrong));
                assert!(line.is_none(), "{}:{}: {room} imports {later}", path.display(), line.unwrap() + 1);
            }
        }
    }
}

#[test]
fn results_come_from_no_clock_no_hash_order_and_no_system_chance() {
    for room in ["engine", "policy", "scenario", "fate", "world", "measure", "experiment"] {
        for (path, text) in sources(room) {
            for wrong in
                ["SystemTime", "std::time::Instant", "HashMap", "HashSet", "thread_rng", "StdRng", "unsafe "]
            {
                assert!(!text.contains(wrong), "{} has {wrong}", path.display());
            }
        }
    }
}

#[test]
fn only_the_front_prints() {
    for room in ROOMS.iter().filter(|room| **room != "cli") {
        for (path, text) in sources(room) {
            for wrong in ["println!", "eprintln!", "dbg!", "todo!", "unimplemented!"] {
                assert!(!text.contains(wrong), "{} has {wrong}", path.display());
            }
        }
    }
}

/// Rows of the policy start every deadline: no other file names one, and a window starts only where a row says so.
#[test]
fn deadlines_are_started_in_one_place() {
    for (path, text) in sources("world") {
        let file = path.file_name().unwrap().to_string_lossy().into_owned();
        if file == "timers.rs" {
            continue;
        }
        let names = shipback::policy::Deadline::ALL.iter().map(|one| format!("Deadline::{one}"));
        // `TimePart` has a word of that name, too.
        let named: Vec<String> = names.filter(|name| text.contains(name.as_str())).collect();
        assert!(named.is_empty(), "{file} names {named:?}");
        for call in ["start_timer(", "self.lanes["] {
            assert!(!text.contains(call), "{file} starts a deadline by {call}");
        }
        let lines: Vec<&str> = text.lines().collect();
        for two in lines.windows(2).filter(|two| two[1].contains("start_window(")) {
            assert!(two[0].contains(".starts {"), "{file} starts a window that no row starts: {}", two[1]);
        }
    }
}

/// The names that a part of a library is asked for, by `path::{a, b}` or `path::a`.
fn imported<'t>(text: &'t str, path: &str) -> Vec<&'t str> {
    let list = |import: &'t str| match import.strip_prefix('{') {
        Some(list) => list.split('}').next().unwrap(),
        None => import.split(|c: char| !(c.is_alphanumeric() || c == '_' || c == '*')).next().unwrap(),
    };
    let names = text.split(path).skip(1).flat_map(|import| list(import).split(','));
    names.map(str::trim).filter(|name| !name.is_empty()).collect()
}

/// The watcher judges the world by the policy page: it imports the names of states and rules, the words of facts and rows, and
/// nothing that could share a mistake with the tables or the world.
#[test]
fn the_watcher_imports_nothing_of_the_policy_but_names() {
    const ALLOWED: [(&str, &[&str]); 5] = [
        (
            "policy",
            &[
                "CaseKind",
                "CaseState",
                "Deadline",
                "Disposition",
                "DriveState",
                "JobSignal",
                "JobState",
                "Rule",
            ],
        ),
        (
            "world",
            &[
                "CaseId",
                "CaseRow",
                "CaseStep",
                "Cause",
                "DayRow",
                "DriveId",
                "DriveRow",
                "Fact",
                "JobId",
                "JobRow",
                "Observer",
                "Outcome",
                "PackageId",
                "PackageRow",
                "PackageStep",
            ],
        ),
        ("scenario", &["Ending", "Scenario"]),
        ("engine", &["time"]),
        ("fate", &["CopyOutcome"]),
    ];
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/suite/watcher");
    let mut imports = 0;
    for entry in std::fs::read_dir(folder).expect("the watcher is a folder") {
        let path = entry.expect("a folder can be listed").path();
        let text = std::fs::read_to_string(&path).expect("sources are UTF-8");
        // The values in force are read off the scenario's timings, field by field; nothing else of its policy is asked.
        for wrong in ["Timings", "tables(", "cancel_allowed", ".of(", "from_key", "meaning("] {
            let line = text.lines().position(|line| line.contains(wrong));
            assert!(line.is_none(), "{}:{}: {wrong}", path.display(), line.unwrap() + 1);
        }
        let asked = text.matches("scenario.policy").count();
        assert!(
            asked == text.matches("scenario.policy.timings;").count(),
            "{}: the policy is asked",
            path.display()
        );
        for room in imported(&text, "shipback::") {
            let room = room.split("::").next().unwrap();
            let names = ALLOWED.iter().find(|(allowed, _)| *allowed == room);
            let (_, names) = names.unwrap_or_else(|| panic!("{} imports {room}", path.display()));
            for name in imported(&text, &format!("shipback::{room}::")) {
                assert!(names.contains(&name), "{} imports {name} of {room}", path.display());
                imports += 1;
            }
        }
    }
    assert!(imports > 20, "{imports} imports");
}

/// The reference of the policy shares nothing with the tables and the world but names, or it would share their mistakes.
#[test]
fn the_reference_imports_nothing_of_the_policy_but_names() {
    const NAMES: [&str; 6] = ["CaseKind", "CaseState", "Disposition", "DriveState", "JobState", "Rule"];
    let is_test = |path: &Path| path.components().any(|part| part.as_os_str() == "tests");
    // The cases are placed by timings that they are given.
    let is_case = |path: &Path| ["cases.rs", "more.rs", "story.rs"].iter().any(|file| path.ends_with(file));
    let cases = sources("experiment/boundaries").into_iter().filter(|(path, _)| is_case(path));
    let reference =
        sources("experiment/reference").into_iter().filter(|(path, _)| !is_test(path)).chain(cases);
    let mut imports = 0;
    for (path, text) in reference {
        let path = path.display();
        for wrong in ["crate::world", "crate::fate", "crate::measure", "Timings", "rulebook", "::*;"] {
            assert!(!text.contains(wrong), "{path} has {wrong}");
        }
        for name in imported(&text, "crate::policy::") {
            assert!(NAMES.contains(&name), "{path} imports {name} of the policy");
            imports += 1;
        }
    }
    assert!(imports > 20, "{imports} imports");
}
