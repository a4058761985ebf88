//! Options mean the same on every command, and every answer in JSON has the same head. `docs/json.md` shows the shapes; to accept
//! those of now: `BLESS=1 cargo test one_shape`.

use crate::tool::{Folder, ran};
use serde_json::Value;
use std::fs;
use std::path::Path;

const HEAD: [&str; 8] =
    ["program", "version", "command", "scenario", "scenario_hash", "seed", "overrides", "warnings"];
const TINY: &str = "scenarios/tiny.toml";

/// Each command that answers in JSON, with the keys that have names of the user's or of rules in them.
const COMMANDS: &[&[&str]] = &[
    &["run", TINY, "--no-charts"],
    &["run", TINY, "--no-charts", "--replications", "2"],
    &["compare", TINY, "--variant", "run.horizon=20d", "--replications", "2", "--no-charts"],
    &["sweep", TINY, "--vary", "site.bays.servers=1,2", "--replications", "2", "--no-charts"],
    &[
        "sensitivity",
        TINY,
        "--vary",
        "site.bays.servers=1,2",
        "--trajectories",
        "2",
        "--replications",
        "2",
        "--no-charts",
    ],
    &[
        "size",
        TINY,
        "--vary",
        "site.bays.servers=1,2",
        "--target",
        "turnaround.mean <= 100d",
        "--most",
        "4",
        "--no-charts",
    ],
    &[
        "size",
        TINY,
        "--vary",
        "site.bays.servers=1,2",
        "--target",
        "turnaround.mean <= 100d",
        "--by",
        "month",
        "--most",
        "4",
        "--no-charts",
    ],
    &["warmup", TINY, "--replications", "2", "--no-charts"],
    &["check", "scenarios/policy/job-creating.toml"],
    &["check", TINY, "--record", "record.json"],
    &["job", TINY, "imports-1", "--at", "20d"],
    &["trace", TINY, "imports-1"],
    &["explain", TINY],
    &["metrics", "jobs", "--scenario", TINY],
    &["policy", "--scenario", TINY],
];
/// Objects whose keys are paths, rules or settings, and what is shown of the official wire shape and of the tables.
const OPAQUE: [&str; 6] = ["values", "fired", "answer", "settings", "job", "drive"];

fn answers() -> (Folder, Vec<(String, Value)>) {
    let folder = Folder::new();
    let record = ["check", TINY, "--record", "record.json", "--update"];
    assert_eq!(folder.run(&record).code, 0);
    let answer = |args: &&[&str]| {
        let ran = folder.run(&[args, &["--json"][..]].concat());
        let value = serde_json::from_str(&ran.out);
        (args.join(" "), value.unwrap_or_else(|why| panic!("{args:?}: {why}\n{}{}", ran.out, ran.err)))
    };
    let all = COMMANDS.iter().map(answer).collect();
    (folder, all)
}

#[test]
fn every_answer_in_json_has_the_same_head_and_the_shape_that_its_page_shows() {
    let (_folder, answers) = answers();
    let mut made = String::new();
    for (command, answer) in &answers {
        for key in HEAD {
            assert!(answer.get(key).is_some(), "{command} --json has no {key}");
        }
        assert_eq!(answer["program"], "shipback");
        assert_eq!(answer["command"], command.split(' ').next().unwrap());
        assert!(answer["overrides"].is_array() && answer["warnings"].is_array(), "{command}");
        let mut lines: Vec<(String, Vec<&str>)> = vec![];
        let rest = answer.as_object().unwrap().iter().filter(|(key, _)| !HEAD.contains(&key.as_str()));
        rest.for_each(|(key, value)| shape(key.clone(), key, value, &mut lines));
        made += &format!("\n## `shipback {command} --json`\n\n```text\n");
        lines.iter().for_each(|(path, kinds)| made += &format!("{path}: {}\n", kinds.join(" or ")));
        made += "```\n";
    }
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/json.md");
    let page = fs::read_to_string(&path).unwrap();
    let mark = "<!-- shapes -->\n";
    let (before, shown) = page.split_once(mark).expect("the page has a mark where the shapes begin");
    if std::env::var_os("BLESS").is_some() {
        fs::write(&path, format!("{before}{mark}{made}")).unwrap();
        return;
    }
    for (shown, made) in shown.lines().zip(made.lines()) {
        assert_eq!(shown, made, "docs/json.md; to accept it: BLESS=1 cargo test one_shape");
    }
    assert_eq!(shown.lines().count(), made.lines().count());
}

/// Adds a line for each value, with the kinds that it has anywhere.
fn shape(path: String, key: &str, value: &Value, lines: &mut Vec<(String, Vec<&'static str>)>) {
    let kind = match value {
        Value::Object(map) if !OPAQUE.contains(&key) && !map.is_empty() => {
            map.iter().for_each(|(key, value)| shape(format!("{path}.{key}"), key, value, lines));
            return;
        }
        Value::Array(list) if list.iter().any(|one| one.is_object() || one.is_array()) => {
            list.iter().for_each(|one| shape(format!("{path}[]"), key, one, lines));
            return;
        }
        Value::Array(list) => match list.first() {
            Some(Value::String(_)) => "list of texts",
            Some(Value::Number(_)) => "list of numbers",
            _ => "list",
        },
        Value::Object(_) => "object",
        Value::String(_) => "text",
        Value::Number(_) => "number",
        Value::Bool(_) => "true or false",
        Value::Null => "null",
    };
    match lines.iter_mut().find(|(known, _)| *known == path) {
        Some((_, kinds)) if kinds.contains(&kind) => {}
        Some((_, kinds)) => kinds.push(kind),
        None => lines.push((path, vec![kind])),
    }
}

#[test]
fn quiet_prints_nothing_and_json_nothing_else() {
    let folder = Folder::new();
    for args in COMMANDS
        .iter()
        .filter(|args| ["run", "compare", "sweep", "size", "warmup", "check"].contains(&args[0]))
    {
        if args.contains(&"--record") {
            continue;
        }
        let told = folder.run(&[args, &["--quiet", "--threads", "1", "--seed", "3"][..]].concat());
        assert_eq!(told.out, "", "{args:?}");
    }
}

#[test]
fn a_search_goes_on_from_what_is_kept_and_ends_in_the_same_bytes() {
    let folder = Folder::new();
    let args = [
        "size",
        TINY,
        "--vary",
        "site.bays.servers=1..4",
        "--target",
        "turnaround.mean <= 30d",
        "--most",
        "8",
    ];
    let size = |more: &[&str]| folder.run(&[&args[..], &["--out", "s", "--no-charts"], more].concat());
    let csv = || fs::read(folder.path("s/size.csv")).unwrap();
    let first = size(&[]);
    assert!(!first.out.contains("of earlier runs"), "{}{}", first.out, first.err);
    let whole = csv();
    let again = size(&["--threads", "1"]);
    assert!(again.out.contains("points of earlier runs were used again.") && csv() == whole, "{}", again.out);
    assert_eq!(first.out.lines().next(), again.out.lines().next());
    // As after a stop: some points are there, the others are not.
    let pieces: Vec<_> =
        fs::read_dir(folder.path("s/kept")).unwrap().map(|file| file.unwrap().path()).collect();
    assert!(pieces.len() > 1, "{pieces:?}");
    fs::remove_file(&pieces[0]).unwrap();
    let part = size(&[]);
    let kept = format!("{} points of earlier runs were used again.", pieces.len() - 1);
    assert!(part.out.contains(&kept) && csv() == whole, "{}", part.out);
    // Another question is another search.
    let other = folder.run(&[
        "size",
        TINY,
        "--vary",
        "site.bays.servers=1..4",
        "--target",
        "turnaround.mean <= 31d",
        "--most",
        "8",
        "--out",
        "s",
        "--no-charts",
    ]);
    assert!(
        !other.out.contains("of earlier runs") && !other.err.contains("could not be used"),
        "{}",
        other.out
    );
    assert!(!size(&["--fresh"]).out.contains("of earlier runs"));
    assert_eq!(csv(), whole);
}

#[test]
fn a_staffing_plan_goes_on_from_what_is_kept_and_ends_in_the_same_bytes() {
    let folder = Folder::new();
    let args =
        ["size", "scenarios/small-site.toml", "--vary", "site.dock.servers=2..4", "--by", "month", "--set"];
    let more = ["run.horizon=70d", "--most", "4", "--replications", "2", "--out", "s", "--no-charts"];
    let size = || folder.run(&[&args[..], &more, &["--progress"]].concat());
    let csv = || fs::read(folder.path("s/size.csv")).unwrap();
    let first = size();
    assert!(!first.out.contains("of earlier runs"), "{}{}", first.out, first.err);
    assert!(first.err.contains("last: 2026-10") && first.err.contains("last: the plan "), "{}", first.err);
    let whole = csv();
    let pieces: Vec<_> =
        fs::read_dir(folder.path("s/kept")).unwrap().map(|file| file.unwrap().path()).collect();
    assert!(pieces.len() > 3, "each month and the plan: {pieces:?}");
    // As after a stop, wherever it was.
    for piece in &pieces {
        fs::remove_file(piece).unwrap();
        let again = size();
        let kept = format!("{} points of earlier runs were used again.", pieces.len() - 1);
        assert!(again.out.contains(&kept) && csv() == whole, "{}", again.out);
    }
}

#[test]
fn progress_is_told_in_lines_only_where_they_are_asked_for() {
    let folder = Folder::new();
    let sweep =
        ["sweep", TINY, "--vary", "site.bays.servers=1,2", "--replications", "2", "--no-charts", "--quiet"];
    assert_eq!(folder.run(&[&sweep[..], &["--progress"]].concat()).err, "", "--quiet is stronger");
    let told = folder.run(&[&sweep[..7], &["--progress"]].concat()).err;
    assert!(told.contains("2 of 2 points done, 00:00:0"), "{told}");
    assert_eq!(folder.run(&sweep[..7]).err, "");
    let size = [
        "size",
        TINY,
        "--vary",
        "site.bays.servers=1,2",
        "--target",
        "turnaround.mean <= 100d",
        "--most",
        "4",
    ];
    let told = folder.run(&[&size[..], &["--progress", "--no-charts"]].concat()).err;
    assert!(told.contains("so far site.bays.servers = 2 meets"), "a first answer comes early: {told}");
    for command in [
        &["check", "scenarios/policy"][..],
        &["compare", TINY, "--variant", "run.horizon=9d", "--replications", "2"],
    ] {
        let told = folder.run(&[command, &["--progress"]].concat()).err;
        assert!(told.contains(" done, 00:00:"), "{command:?}: {told}");
    }
}

#[cfg(unix)]
#[test]
fn an_interrupted_search_says_what_it_has_kept() {
    use std::process::{Command, Stdio};
    let folder = Folder::new();
    let args = [
        "size",
        "scenarios/small-site.toml",
        "--vary",
        "site.bays.servers=20..60",
        "--most",
        "1000",
        "--out",
        "s",
        "--confidence",
        "0.99",
    ];
    let child = folder.command(&args).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let pieces = || fs::read_dir(folder.path("s/kept")).map_or(0, |files| files.count());
    while pieces() == 0 {
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
    assert!(Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap().success());
    let told = ran(child.wait_with_output().unwrap());
    assert_eq!((told.code, told.out.as_str()), (130, ""), "{}", told.err);
    assert!(told.err.contains("points done; finished work is kept in s/kept"), "{}", told.err);
}

#[test]
fn colour_is_where_it_is_asked_for() {
    let folder = Folder::new();
    fs::write(
        folder.path("s.toml"),
        "[[job]]\nname = \"a\"\n[[expect]]\njob = \"a\"\nat = \"1d\"\nstate = \"Closed\"\n",
    )
    .unwrap();
    let check = |args: &[&str]| folder.run(&[&["check", "s.toml"], args].concat()).out;
    let (plain, painted) = (check(&[]), check(&["--color", "always"]));
    assert!(!plain.contains('\u{1b}') && painted.contains("\u{1b}[31mFAILED\u{1b}[0m"), "{painted}");
    assert_eq!(check(&["--color", "never"]), plain);
    let json = check(&["--color", "always", "--json"]);
    assert!(!json.contains('\u{1b}'), "no program reads colour: {json}");
}
