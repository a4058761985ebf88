//! Many points of a scenario: tidy, kept, and the same bytes however they came about.

use crate::tool::Folder;
use std::collections::BTreeSet;
use std::fs;
use std::process::Stdio;

/// A few days, with a bay or two and something to vary.
const SMALL: &str = r#"
    [run]
    horizon = "20d"
    [demand.a]
    rate = "6/day"
    drives = { discrete = { values = [1, 2, 4], weights = [1, 1, 1] } }
    bytes = { exponential = { mean = "2TB" } }
    [site.bays]
    servers = 4
    rate = "70MB/s"
    [site.dock]
    servers = 1
    per_drive = "20min"
    [site.packing]
    servers = 1
    [[sla]]
    from = "received"
    to = "copied"
    within = "1d"
    target = 0.9
    [cost]
    bay_hour = 1
    worker_hour = 20
    breach = 50
    [sweep]
    vary = ["site.bays.servers=2..8:2", "demand.a.rate=4/day,8/day"]
    replications = 4
"#;

fn folder() -> Folder {
    let folder = Folder::new();
    fs::write(folder.path("small.toml"), SMALL).unwrap();
    folder
}

fn rows(folder: &Folder, name: &str) -> Vec<Vec<String>> {
    let text = fs::read_to_string(folder.path(name)).unwrap();
    text.lines().map(|line| line.split(',').map(String::from).collect()).collect()
}

/// All files but those that were kept to go on with.
fn bytes(folder: &Folder, name: &str) -> Vec<(String, Vec<u8>)> {
    let entries = fs::read_dir(folder.path(name)).unwrap().flatten();
    let files = entries.filter(|entry| entry.path().is_file());
    let mut all: Vec<(String, Vec<u8>)> = files
        .map(|file| (file.file_name().to_string_lossy().into_owned(), fs::read(file.path()).unwrap()))
        .collect();
    all.sort();
    assert!(!all.is_empty());
    all
}

#[test]
fn a_sweep_has_a_row_for_each_point_and_metric_as_the_run_of_the_point_has_it() {
    let folder = folder();
    let ran = folder.run(&["sweep", "small.toml"]);
    assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{}", ran.out);
    assert!(ran.out.starts_with("small, seed 1: 8 points, 4 replications"), "{}", ran.out);
    let table = rows(&folder, "output/small-sweep/sweep.csv");
    assert_eq!(table[0][..5], ["point", "site.bays.servers", "demand.a.rate", "metric", "by"]);
    let points: BTreeSet<&str> = table[1..].iter().map(|row| row[0].as_str()).collect();
    assert_eq!(points.len(), 8);
    let args =
        ["run", "small.toml", "--set", "site.bays.servers=4", "--set", "demand.a.rate=8/day", "--quiet"];
    folder.run(&[&args[..], &["--replications", "4", "--no-charts", "--out", "one"]].concat());
    let summary = rows(&folder, "one/summary.csv");
    for metric in ["sla.copied.attainment", "turnaround.p95", "cost.total", "cost.bays", "jobs.created"] {
        let swept = table.iter().find(|row| row[1..5] == ["4", "8/day", metric, ""]).unwrap();
        let alone = summary.iter().find(|row| row[..2] == [metric, ""]).unwrap();
        assert_eq!((&swept[5], &swept[6], &swept[7]), (&alone[2], &alone[5], &alone[6]), "{metric}");
    }
    for chart in ["sweep-sla.copied.attainment", "sweep-cost.total"] {
        assert!(folder.path(&format!("output/small-sweep/{chart}.svg")).exists());
        assert!(folder.path(&format!("output/small-sweep/{chart}.png")).exists());
    }
}

#[test]
fn the_same_bytes_on_any_number_of_threads_and_after_being_killed() {
    let folder = folder();
    let sweep = |out: &str, threads: &str| {
        let ran = folder.run(&["sweep", "small.toml", "--out", out, "--threads", threads]);
        assert_eq!(ran.code, 0, "{}", ran.err);
        bytes(&folder, out)
    };
    let one = sweep("one", "1");
    assert!(one == sweep("two", "2") && one == sweep("sixteen", "16"));
    let mut child = folder
        .command(&["sweep", "small.toml", "--out", "killed", "--threads", "1"])
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    let kept = || {
        fs::read_dir(folder.path("killed/kept")).map_or(0, |parts| {
            parts.flatten().filter(|part| part.path().extension().is_some_and(|end| end == "part")).count()
        })
    };
    while kept() < 3 && child.try_wait().unwrap().is_none() {
        std::thread::yield_now();
    }
    child.kill().unwrap();
    child.wait().unwrap();
    assert!(kept() >= 3);
    let ran = folder.run(&["sweep", "small.toml", "--out", "killed"]);
    assert!(ran.out.contains("points of earlier runs were used again."), "{}", ran.out);
    assert!(one == bytes(&folder, "killed"));
}

#[test]
fn constraints_and_hypercubes_choose_the_points() {
    let folder = folder();
    let points = |args: &[&str]| {
        let ran =
            folder.run(&[&["sweep", "small.toml", "--replications", "1", "--no-charts"], args].concat());
        assert_eq!(ran.code, 0, "{}", ran.err);
        let table = rows(&folder, "output/small-sweep/sweep.csv");
        let point = |row: &Vec<String>| (row[1].clone(), row[2].clone());
        table[1..].iter().map(point).collect::<BTreeSet<_>>()
    };
    let few = points(&["--where", "site.bays.servers <= 2 * site.dock.servers + 2"]);
    assert_eq!(few.len(), 4, "2 and 4 bays");
    let cube = points(&["--lhs", "4"]);
    assert_eq!(cube.iter().map(|point| &point.0).collect::<BTreeSet<_>>().len(), 4, "each stratum once");
    let other = points(&["--vary", "site.dock.servers=1..3", "--vary", "site.bays.servers=4"]);
    assert_eq!(other.len(), 3, "the command line comes before the file");
}

#[test]
fn what_matters_is_told_from_what_does_not() {
    let folder = folder();
    let args = [
        "sensitivity",
        "small.toml",
        "--vary",
        "site.bays.servers=2..8",
        "--vary",
        "demand.a.rate=4/day..8/day",
    ];
    let more = ["--vary", "customer.packs=1d,2d", "--replications", "3", "--trajectories", "4", "--threads"];
    let ask = |threads: &str, out: &str| {
        let ran = folder.run(&[&args[..], &more[..], &[threads, "--out", out]].concat());
        assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{}", ran.out);
        bytes(&folder, out)
    };
    let one = ask("1", "one");
    assert!(one == ask("2", "two"));
    let table = rows(&folder, "one/sensitivity.csv");
    let of = |parameter: &str, column: &str| {
        let at = table[0].iter().position(|name| name == column).unwrap();
        let row = table.iter().find(|row| row[0] == "sla.copied.attainment" && row[2] == parameter).unwrap();
        row[at].parse::<f64>().unwrap()
    };
    let effects =
        ["site.bays.servers", "demand.a.rate", "customer.packs"].map(|name| of(name, "morris_mu_star"));
    // A constant time to pack moves every job by as much: it changes no time from received to copied.
    assert!(effects[0] > 0.5 && effects[1] > 0.1 && effects[2] == 0.0, "{effects:?}");
    assert!(of("demand.a.rate", "noise_share") > of("site.bays.servers", "noise_share"));
    assert!(of("site.bays.servers", "high_at_least") < 0.0, "two bays are too few beyond chance");
    assert!(fs::exists(folder.path("one/sensitivity-sla.copied.attainment.png")).unwrap());
}

#[test]
fn what_is_asked_wrongly_is_told_and_nothing_is_written() {
    let folder = folder();
    for (args, part) in [
        (&["sweep", "scenarios/tiny.toml"][..], "nothing is varied; write --vary"),
        (&["sweep", "small.toml", "--where", "site.bays.server <= 3"], "did you mean \"site.bays.servers\"?"),
        (&["sweep", "small.toml", "--where", "site.bays.servers > 100"], "no point is left"),
        (&["sweep", "small.toml", "--metric", "turnaround.p59"], "did you mean \"turnaround.p50\"?"),
        (
            &[
                "sweep",
                "small.toml",
                "--vary",
                "site.bays.servers=1..1000",
                "--vary",
                "site.dock.servers=1..1000",
            ],
            "--lhs",
        ),
        (&["sweep", "small.toml", "--vary", "demand.b.rate=1/day,2/day"], "there is no [demand.b]"),
        (&["sensitivity", "small.toml", "--vary", "site.bays.servers=4"], "two values at least"),
    ] {
        let ran = folder.run(args);
        assert!(ran.code == 2 && ran.out.is_empty() && ran.err.contains(part), "{args:?}: {}", ran.err);
    }
    fs::write(folder.path("wrong.toml"), SMALL.replace("servers=2..8:2", "servers=8..2")).unwrap();
    let ran = folder.run(&["sweep", "wrong.toml"]);
    assert!(
        ran.code == 2 && ran.err.contains("wrong.toml:") && ran.err.contains("2 is less than 8"),
        "{}",
        ran.err
    );
    assert!(!folder.path("output").exists());
}
