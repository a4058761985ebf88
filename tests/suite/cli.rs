//! The command line as users meet it: the real program, its exit codes, its words.

use crate::tool::{Folder, ran};
use std::fs;
use std::process::Stdio;

/// Not in one line with the expected text, so that the whole is shown where it differs.
fn assert_told(text: &str, parts: &[&str]) {
    for part in parts {
        assert!(text.contains(part), "missing: {part}\n{text}");
    }
}

#[test]
fn help_shows_examples_first_and_every_command() {
    let folder = Folder::new();
    let help = folder.run(&["--help"]);
    assert_eq!((help.code, help.err.as_str()), (0, ""));
    let golden = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/golden/help.txt");
    if std::env::var_os("BLESS").is_some() {
        fs::write(golden, &help.out).unwrap();
    }
    assert_eq!(help.out, fs::read_to_string(golden).unwrap(), "to accept it: BLESS=1 cargo test help");
    for command in ["run", "trace", "job", "policy", "explain", "init"] {
        let help = folder.run(&[command, "--help"]);
        assert_eq!(help.code, 0);
        let (examples, usage) = (help.out.find("Examples:"), help.out.find("Usage:"));
        assert!(examples.is_some() && examples < usage, "{}", help.out);
        assert!(help.out.lines().all(|line| line.chars().count() <= 120), "{}", help.out);
    }
    assert_told(&folder.run(&["--version"]).out, &["shipback "]);
}

#[test]
fn completions_and_manual_pages_name_every_command() {
    let folder = Folder::new();
    let help = folder.run(&["--help"]).out;
    let commands = help.lines().skip_while(|line| *line != "Commands:").skip(1);
    let commands: Vec<&str> = commands
        .take_while(|line| !line.is_empty())
        .filter_map(|line| line.split_whitespace().next())
        .collect();
    assert!(commands.contains(&"completions") && commands.contains(&"size"), "{commands:?}");
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let script = folder.run(&["completions", shell]);
        assert_eq!(script.code, 0);
        commands.iter().for_each(|command| assert!(script.out.contains(command), "{shell}: {command}"));
    }
    let page = folder.run(&["man"]).out;
    commands.iter().for_each(|command| assert!(page.contains(command), "{command}"));
    let size = folder.run(&["man", "size"]).out;
    assert!(size.contains("vary") && size.contains("confidence"), "{size}");
    let wrong = folder.run(&["man", "sizze"]);
    assert_eq!(wrong.code, 2);
    assert!(wrong.err.contains("did you mean \"size\"?"), "{}", wrong.err);
    assert_eq!(folder.run(&["completions", "csh"]).code, 2);
}

#[test]
fn wrong_usage_is_told_with_a_way_out_and_exit_code_2() {
    let folder = Folder::new();
    for (args, parts) in [
        (&["rnu"][..], &["no command \"rnu\"; did you mean \"run\"?"][..]),
        (&["run", "--sed", "7"], &["--sed", "--seed"]),
        (&["run", "--seed", "-1"], &["--seed"]),
        (&["run", "--log", "all"], &["none, jobs, events"]),
        (&["run", "nothing.toml"], &["there is no scenario file nothing.toml"]),
        (&["run", "scenarios/peek.toml"], &["did you mean scenarios/peak.toml?"]),
        (&["run", "--set", "site.bayz.servers=1"], &["--set", "bayz", "did you mean \"bays\"?"]),
        (&["run", "--set", "policy.retention=90"], &["no unit", "90d"]),
        (&["run", "--until", "soon"], &["--until", "30d"]),
        (&["run", "--until", "0d"], &["--until", "the measured window begins"]),
        (&["run", "--until", "2025-01-01"], &["--until 2025-01-01", "allowed: any later instant"]),
        (&["run", "--until", "-3d"], &["--until -3d", "allowed: any later instant"]),
        (&["trace", "baseline", "import-17"], &["did you mean \"imports-17\"?"]),
        (
            &["trace", "scenarios/tiny.toml", "imports-9"],
            &["no job imports-9 comes", "imports-1 to imports-8"],
        ),
        (&["trace", "scenarios/tiny.toml", "imports-1+1"], &["none follows from imports-1"]),
        (&["job", "scenarios/tiny.toml", "imports-1"], &["--at"]),
        (
            &["job", "scenarios/tiny.toml", "imports-1", "--at", "9999d"],
            &["the run of this scenario stops before"],
        ),
        (
            &["job", "baseline", "imports-17", "--at", "2025-01-01"],
            &[
                "--at 2025-01-01: the scenario starts later",
                "from day 0, Thu 2026-01-01",
                "to day 1095, Sun 2028",
            ],
        ),
        (&["job", "baseline", "imports-17", "--at", "-5d"], &["--at -5d: the scenario starts later"]),
        (&["job", "baseline", "imports-17", "--at", "9999-12-31"], &["stops before; allowed: from day 0"]),
        (&["job", "scenarios/tiny.toml", "imports-9", "--at", "9d"], &["no job imports-9 comes"]),
        (&["policy", "--format", "word"], &["text, markdown, mermaid, dot, svg, json"]),
        (&["explain", "scenarios"], &["it is a folder", "scenarios"]),
    ] {
        let ran = folder.run(args);
        assert_eq!(ran.code, 2, "{args:?}\n{}{}", ran.out, ran.err);
        assert_eq!(ran.out, "", "{args:?}");
        assert_told(&ran.err, parts);
    }
    assert!(!folder.path("output").exists(), "nothing is written");
}

#[test]
fn a_run_writes_its_files_and_says_where() {
    let folder = Folder::new();
    let ran = folder.run(&["run", "scenarios/tiny.toml"]);
    assert_eq!((ran.code, ran.err.as_str()), (0, ""), "no bar off a terminal");
    assert_told(&ran.out, &["tiny, seed 1", "Jobs 10"]);
    let files =
        fs::read_dir(folder.path("output/tiny")).unwrap().map(|file| file.unwrap().metadata().unwrap().len());
    let sizes: Vec<u64> = files.collect();
    let left = format!(
        "\n{} files, {:.1} MB, in output/tiny\n",
        sizes.len(),
        sizes.iter().sum::<u64>() as f64 / 1e6
    );
    assert!(sizes.len() == 24 && ran.out.ends_with(&left), "{left}{}", ran.out);
    for name in ["summary", "jobs", "drives", "packages", "cases", "rules", "stations", "daily"] {
        let text = fs::read_to_string(folder.path(&format!("output/tiny/{name}.csv"))).unwrap();
        assert!(text.lines().count() >= 1 && text.ends_with('\n'), "{name}.csv");
    }
    for name in ["states", "turnaround", "levels", "stations", "outcomes", "time_spent", "rules"] {
        assert!(folder.path(&format!("output/tiny/{name}.svg")).exists());
        assert!(folder.path(&format!("output/tiny/{name}.png")).exists());
    }
    let ran = folder.run(&["run", "scenarios/tiny.toml", "--log", "events", "--no-charts"]);
    assert_told(&ran.out, &["\n11 files, "]);
    let events = || fs::read_to_string(folder.path("output/tiny/events.csv"));
    assert!(events().unwrap().lines().count() > 100);
    folder.run(&["run", "scenarios/tiny.toml", "--quiet"]);
    assert!(events().is_err(), "no folder shows two runs");
    let ran = folder.run(&["run", "scenarios/tiny.toml", "--quiet", "--log", "none", "--no-charts"]);
    assert_eq!((ran.code, ran.out.as_str(), ran.err.as_str()), (0, "", ""));
    assert!(!folder.path("output/tiny/jobs.csv").exists(), "no folder shows two runs");
    assert!(!folder.path("output/tiny/states.svg").exists());
}

#[test]
fn json_is_json_and_holds_nothing_of_the_clock_on_the_wall() {
    let folder = Folder::new();
    let args = ["run", "scenarios/tiny.toml", "--json", "--no-charts", "--seed", "18446744073709551615"];
    let (one, two) = (folder.run(&args), folder.run(&args));
    assert_eq!(one.out, two.out);
    let json: serde_json::Value = serde_json::from_str(&one.out).unwrap();
    assert_eq!(json["seed"], "18446744073709551615");
    assert_eq!(json["metrics"][0]["metric"], "jobs.created");
}

#[test]
fn a_run_can_be_stopped_early_and_counts_what_is_open() {
    let folder = Folder::new();
    let ran = folder.run(&["run", "scenarios/tiny.toml", "--until", "2026-01-06", "--json", "--no-charts"]);
    let json: serde_json::Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!(json["counts"]["stopped_us"], 5 * 86_400_000_000_u64);
    assert!(json["counts"]["jobs_open"].as_u64().unwrap() > 0, "{}", ran.out);
}

#[test]
fn replications_of_a_seed_differ_and_each_is_the_same_again() {
    let folder = Folder::new();
    let run = |number: &str| {
        folder.run(&["run", "scenarios/tiny.toml", "--quiet", "--no-charts", "--replication", number]);
        fs::read(folder.path("output/tiny/jobs.csv")).unwrap()
    };
    assert_eq!(run("1"), run("1"));
    let first = run("0");
    assert_ne!(first, run("1"));
    let json: serde_json::Value =
        serde_json::from_slice(&fs::read(folder.path("output/tiny/run.json")).unwrap()).unwrap();
    assert_eq!(json["replication"], 1, "whoever reads run.json can run it again");
}

#[test]
fn a_job_is_not_found_before_put_job_and_after_its_record_is_gone() {
    let folder = Folder::new();
    let ask = |at: &str| folder.run(&["job", "scenarios/tiny.toml", "exports-1", "--at", at]);
    let before = ask("1d 23h");
    assert_eq!((before.code, before.out.as_str()), (2, ""));
    assert_told(
        &before.err,
        &["not found: Put Job of exports-1 comes only on day 2, Sat 2026-01-03 00:00:00"],
    );
    let first = ask("2d");
    assert_eq!(first.code, 0, "what falls on the instant has happened: {}", first.err);
    assert_told(&first.out, &["exports-1 at 2026-01-03 00:00:00", "return address"]);
    let after = ask("300d");
    assert_eq!(after.code, 2);
    assert_told(&after.err, &["not found: the record of exports-1 is gone since day"]);
}

#[test]
fn a_life_is_told_from_put_job_to_the_end_of_the_record() {
    let folder = Folder::new();
    let ran = folder.run(&["trace", "scenarios/tiny.toml", "imports-1/d2"]);
    assert_eq!((ran.code, ran.err.as_str()), (0, ""));
    assert_told(
        &ran.out,
        &["imports-1: import of 2 drives", "J1", "J5", "D3", "J10", "J13", "J15", "[S:40]"],
    );
    assert!(ran.out.lines().all(|line| line.chars().count() <= 112), "{}", ran.out);
}

#[test]
fn the_jobs_of_another_replication_can_be_asked_about_too() {
    let folder = Folder::new();
    let ask = |args: &[&str]| folder.run(&[args, &["--replication", "1"]].concat());
    let ran = ask(&["run", "scenarios/tiny.toml", "--no-charts"]);
    assert!(ran.out.starts_with("tiny, seed 1, replication 1\n"), "{}", ran.out);
    let jobs = fs::read_to_string(folder.path("output/tiny/jobs.csv")).unwrap();
    let row = jobs.lines().find(|row| row.starts_with("imports-1,")).unwrap();
    let ordered = row.split(',').find(|field| field.starts_with("2026-")).unwrap();
    let told = ask(&["trace", "scenarios/tiny.toml", "imports-1"]).out;
    assert_told(&told, &["seed 1, replication 1;", &ordered[..10]]);
    assert_ne!(told, folder.run(&["trace", "scenarios/tiny.toml", "imports-1"]).out);
    let before = ask(&["job", "scenarios/tiny.toml", "imports-1", "--at", "0d"]);
    assert_told(&before.err, &["Put Job of imports-1 comes only on", &ordered[..16]]);
}

#[test]
fn a_reader_who_goes_away_is_no_error() {
    let folder = Folder::new();
    let mut child = folder
        .command(&["policy", "--format", "svg"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let ended = ran(child.wait_with_output().unwrap());
    assert_eq!((ended.code, ended.err.as_str()), (0, ""));
}

#[test]
fn what_the_system_refuses_is_exit_code_3_and_leaves_earlier_results() {
    let folder = Folder::new();
    fs::write(folder.path("taken"), "mine").unwrap();
    let ran = folder.run(&["run", "scenarios/tiny.toml", "--out", "taken"]);
    assert_eq!(ran.code, 2, "the user can name another one");
    assert_told(&ran.err, &["taken is a file, not a folder"]);
    assert_eq!(fs::read_to_string(folder.path("taken")).unwrap(), "mine");
    if cfg!(target_os = "linux") {
        let full = fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
        let child = folder.command(&["policy"]).stdout(full).stderr(Stdio::piped()).spawn().unwrap();
        let ended = crate::tool::ran(child.wait_with_output().unwrap());
        assert_eq!(ended.code, 3);
        assert_told(&ended.err, &["cannot write to standard output"]);
    }
}

#[test]
fn a_starter_is_written_once_and_runs() {
    let folder = Folder::new();
    assert_told(&folder.run(&["init", "mine.toml"]).out, &["shipback run mine.toml"]);
    let again = folder.run(&["init", "mine.toml"]);
    assert_eq!(again.code, 2);
    assert_told(&folder.run(&["explain", "mine.toml"]).out, &["site.bays.servers", "mine.toml:", "default"]);
}

#[test]
fn the_policy_shows_what_a_scenario_overrides() {
    let folder = Folder::new();
    let plain = folder.run(&["policy"]);
    let other = folder.run(&["policy", "--scenario", "scenarios/response-window-20.toml"]);
    assert_eq!((plain.code, other.code), (0, 0));
    assert_ne!(plain.out, other.out);
    assert_eq!(folder.run(&["policy", "--set", "policy.response_window=20d"]).out, other.out);
    for (format, part) in
        [("markdown", "|"), ("mermaid", "stateDiagram"), ("dot", "digraph"), ("svg", "<svg"), ("json", "{")]
    {
        assert_told(&folder.run(&["policy", "--format", format]).out, &[part]);
    }
}

/// A package is lost, the customer tries what is not allowed, and is asked twice.
#[test]
fn a_troubled_life_is_told_with_its_refusals_its_cases_and_its_deadlines() {
    let folder = Folder::new();
    let scenario = r#"
        [run]
        start = "2027-01-01"
        horizon = "100d"
        [site.operations]
        servers = 1
        [[job]]
        name = "lost"
        at = "1d"
        drives = 2
        packs = "1d"
        transit = "lost"
        deletes = "5d"
        answers = { missing_package = [{ attempt = 1, after = "2d", says = "wait" }] }
    "#;
    fs::write(folder.path("lost.toml"), scenario).unwrap();
    let ran = folder.run(&["trace", "lost.toml", "lost"]);
    assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{}", ran.out);
    let expected = [
        "lost: import of 2 drives",
        "Scenario lost, seed 1; times of UTC.",
        "day 1  Sat 2027-01-02",
        "  00:00            J1  The job is Creating.",
        "J5  The job is Shipping.",
        "refused, only a job in Creating or Completed can be deleted. [swagger, Jobs_Delete]",
        "day 16  Sun 2027-01-17",
        "  00:00            J6  Nothing has come in the interval: the customer is notified",
        "(shipping_deadline 14d is over; response_window 30d begins) [S:36, S:50, S:66]",
        "D5  Drives d1, d2: NeverReceived.",
        "E2  A case opens for the operations team",
        "attempt 1: reached.",
        "J7  The customer answers: wait. The interval is extended. (extension 14d begins) [S:50]",
        "day 32  Tue 2027-02-02",
        "(extension 14d is over; response_window 30d begins)",
        "day 62  Thu 2027-03-04",
        "J9  The job is Closed. No answer to the notice: directly to Closed.",
        "day 152  Wed 2027-06-02",
        "J15 The record is gone.",
        "In the end: closed by J9, 61d after its order.",
    ];
    // Wherever lines are wrapped.
    let words = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let told = words(&ran.out);
    let mut rest = told.as_str();
    for part in expected.map(words) {
        let at = rest.find(&part).unwrap_or_else(|| panic!("missing, or out of order: {part}\n{}", ran.out));
        rest = &rest[at + part.len()..];
    }
}
