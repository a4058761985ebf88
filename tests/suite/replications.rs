//! Many replications, and variants against a base: the same bytes however they are run.

use crate::tool::{Folder, Ran};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

/// All files below a folder, by name.
fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut found = BTreeMap::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(inner) = folders.pop() {
        for entry in fs::read_dir(inner).unwrap().flatten() {
            if entry.path().is_dir() {
                folders.push(entry.path());
            } else {
                let name = entry.path().strip_prefix(folder).unwrap().display().to_string();
                found.insert(name, fs::read(entry.path()).unwrap());
            }
        }
    }
    found
}

fn assert_same(ours: &BTreeMap<String, Vec<u8>>, theirs: &BTreeMap<String, Vec<u8>>) {
    assert_eq!(ours.keys().collect::<Vec<_>>(), theirs.keys().collect::<Vec<_>>());
    for (name, bytes) in ours {
        assert!(theirs[name] == *bytes, "{name} differs");
    }
}

/// Two weeks of the baseline.
fn weeks(folder: &Folder, args: &[&str], out: &str) -> Ran {
    let usual = ["run", "--set", "run.horizon=14d", "--set", "demand.imports.rate=8/day", "--out", out];
    let ran = folder.run(&[&usual, args].concat());
    assert_eq!(ran.code, 0, "{}", ran.err);
    ran
}

#[test]
fn any_number_of_threads_gives_the_same_bytes() {
    let folder = Folder::new();
    let of = |threads: &str| {
        let out = format!("out-{threads}");
        weeks(&folder, &["--replications", "5", "--threads", threads, "--log", "jobs", "--quiet"], &out);
        files(&folder.path(&out))
    };
    let one = of("1");
    assert!(
        one.contains_key("replications.csv")
            && one.contains_key("jobs.csv")
            && one.contains_key("kept/4.part")
    );
    assert_same(&one, &of("2"));
    assert_same(&one, &of("16"));
}

#[test]
fn replications_can_be_added_and_those_done_are_kept() {
    let folder = Folder::new();
    weeks(&folder, &["--replications", "3", "--quiet"], "more");
    let changed = |name: &str| fs::metadata(folder.path(name)).unwrap().modified().unwrap();
    let before = changed("more/kept/2.part");
    let told = weeks(&folder, &["--replications", "6"], "more").out;
    assert!(told.contains("3 replications of earlier runs were used again"), "{told}");
    assert_eq!(changed("more/kept/2.part"), before, "it was not run again");
    weeks(&folder, &["--replications", "6", "--quiet"], "at-once");
    assert_same(&files(&folder.path("more")), &files(&folder.path("at-once")));
    weeks(&folder, &["--replications", "3", "--seed", "2", "--quiet"], "more");
    let kept = files(&folder.path("more")).into_keys().filter(|name| name.starts_with("kept/")).count();
    assert_eq!(kept, 3, "what belongs to another seed is gone");
}

/// Runs, stops it by force once some replications are kept, and takes it up again.
fn killed_and_resumed(folder: &Folder, args: &[&str], out: &str) {
    let args = [args, &["--out", out, "--quiet"]].concat();
    let mut running = folder.command(&args).spawn().unwrap();
    let begun = Instant::now();
    while !folder.path(out).join("kept/1.part").exists() {
        assert!(begun.elapsed() < Duration::from_secs(60), "nothing is kept");
        std::thread::sleep(Duration::from_millis(2));
    }
    running.kill().unwrap();
    running.wait().unwrap();
    assert!(!folder.path(out).join("summary.csv").exists(), "nothing half done is shown as done");
    assert!(!folder.path(out).join("compare.csv").exists(), "nothing half done is shown as done");
    let ran = folder.run(&args);
    assert_eq!(ran.code, 0, "{}", ran.err);
}

#[test]
fn a_run_that_was_killed_goes_on_to_the_same_bytes() {
    let folder = Folder::new();
    let args = ["run", "--until", "20d", "--replications", "24", "--threads", "2"];
    killed_and_resumed(&folder, &args, "killed");
    folder.run(&[&args[..], &["--out", "whole", "--quiet"]].concat());
    assert_same(&files(&folder.path("killed")), &files(&folder.path("whole")));
}

#[test]
fn a_comparison_that_was_killed_goes_on_to_the_same_bytes() {
    let folder = Folder::new();
    let args =
        ["compare", "baseline", "--set", "run.horizon=14d", "--variant", "policy.shipping_deadline=5d"];
    let args = [&args[..], &["--replications", "16"]].concat();
    killed_and_resumed(&folder, &[&args[..], &["--threads", "2"]].concat(), "killed");
    folder.run(&[&args[..], &["--threads", "16", "--out", "whole", "--quiet"]].concat());
    assert_same(&files(&folder.path("killed")), &files(&folder.path("whole")));
}

#[test]
fn intervals_stand_beside_all_numbers_and_each_replication_by_itself() {
    let folder = Folder::new();
    weeks(&folder, &["--replications", "4", "--quiet"], "out");
    let summary = fs::read_to_string(folder.path("out/summary.csv")).unwrap();
    let row = |name: &str| {
        let line = summary.lines().find(|line| line.starts_with(name)).unwrap_or_else(|| panic!("{name}"));
        let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(line.as_bytes());
        reader.records().next().unwrap().unwrap()
    };
    let number = |row: &csv::StringRecord, at: usize| row[at].parse::<f64>().unwrap();
    let created = row("jobs.created,,");
    assert!(number(&created, 5) < number(&created, 2) && number(&created, 2) < number(&created, 6));
    assert!(number(&created, 7) < number(&created, 5), "one run varies more than the mean");
    assert_eq!((&created[9], &created[10]), ("mean over replications, Student's t, wider where skewed", "4"));
    let mut never = summary.lines().filter(|line| line.contains(",0,jobs,")).peekable();
    assert!(
        never.peek().is_some()
            && never.all(|line| line
                .ends_with(",0,9.222199,0,0,none seen in any replication: at most ten at once assumed,4"))
    );
    assert_eq!(row("sla.copied.target_met.share,,")[4], *"4");
    let each = fs::read_to_string(folder.path("out/replications.csv")).unwrap();
    let jobs: Vec<f64> = each
        .lines()
        .filter(|line| line.split(',').skip(1).take(2).eq(["jobs.created", ""]))
        .map(|line| line.split(',').nth(3).unwrap().parse().unwrap())
        .collect();
    assert_eq!(jobs.len(), 4);
    assert!((jobs.iter().sum::<f64>() / 4.0 - number(&created, 2)).abs() < 1e-6);
}

#[test]
fn it_runs_until_precise_enough_by_numbers_alone() {
    let folder = Folder::new();
    let precise =
        ["--precision", "jobs.created=4%", "--precision", "turnaround.ended_only.mean[type=export]=3d"];
    let told = weeks(&folder, &[&precise[..], &["--threads", "2", "--until", "20d"]].concat(), "out").out;
    assert!(
        told.contains("turnaround.ended_only.mean[type=export], days") && told.contains("reached"),
        "{told}"
    );
    let summary = fs::read_to_string(folder.path("out/summary.csv")).unwrap();
    assert!(summary.lines().nth(1).unwrap().contains("sequential"), "{summary}");
    let few = ["run", "--until", "5d", "--precision", "jobs.created=0.01%", "--most", "22", "--out", "few"];
    let few = folder.run(&few);
    assert!(
        few.code == 1 && few.out.contains("not reached") && few.out.contains("22 replications"),
        "{}",
        few.out
    );
    let wrong = folder.run(&["run", "--precision", "turnaround.p96=5%"]);
    assert!(wrong.code == 2 && wrong.err.contains("did you mean \"turnaround.p90\"?"), "{}", wrong.err);
}

#[test]
fn a_scenario_against_itself_is_the_same_to_the_last_digit() {
    let folder = Folder::new();
    let sets = ["--set", "run.horizon=14d", "--set", "demand.imports.rate=8/day"];
    let args = ["compare", "baseline", "baseline.toml", "--replications", "4", "--out", "out"];
    let ran = folder.run(&[&args[..], &sets].concat());
    assert!(ran.code == 0 && ran.out.contains("  0 of "), "{}{}", ran.out, ran.err);
    let table = fs::read(folder.path("out/compare.csv")).unwrap();
    let mut reader = csv::Reader::from_reader(&table[..]);
    let heads = reader.headers().unwrap().clone();
    let at = |name: &str| heads.iter().position(|head| head == name).unwrap();
    let mut rows = 0;
    for row in reader.records() {
        let row = row.unwrap();
        rows += 1;
        assert_eq!(row[at("difference")], *"0", "{row:?}");
        let conclusions = ["equal in all replications", "equivalent", "undecided"];
        assert!(conclusions.contains(&&row[at("conclusion")]), "{row:?}");
        assert_eq!(row[at("low")].trim_start_matches('-'), &row[at("high")], "at most so much: {row:?}");
    }
    assert!(rows > 500, "{rows}");
    assert_eq!(fs::read_to_string(folder.path("out/changed.csv")).unwrap().lines().count(), 1);
}

#[test]
fn a_shorter_interval_ends_jobs_otherwise_by_the_rule_that_it_belongs_to() {
    let folder = Folder::new();
    let scenario = "[run]\nhorizon = \"200d\"\n[[job]]\nname = \"slow\"\npacks = \"0d\"\ntransit = \"lost\"\n\
                    answers = { missing_package = { after = \"25d\", says = \"cancel\" } }\n\
                    [[job]]\nname = \"fine\"\n";
    fs::write(folder.path("two.toml"), scenario).unwrap();
    let args = ["compare", "two.toml", "--variant", "policy.response_window=20d", "--replications", "2"];
    let ran = folder.run(&[&args[..], &["--out", "out"]].concat());
    assert_eq!(ran.code, 0, "{}", ran.err);
    let changed = fs::read_to_string(folder.path("out/changed.csv")).unwrap();
    let rows: Vec<&str> = changed.lines().skip(1).collect();
    assert_eq!(rows.len(), 2, "in each replication the same job: {changed}");
    assert!(rows[0].starts_with("policy.response_window=20d,0,slow,closed,J8,closed,J9,J8,J9,"), "{changed}");
    let days: f64 = rows[0].rsplit(',').next().unwrap().parse().unwrap();
    assert!((days + 5.0).abs() < 0.1, "{changed}");
}

#[test]
fn what_cannot_be_compared_is_told() {
    let folder = Folder::new();
    for (args, part) in [
        (&["compare", "baseline"][..], "nothing to compare with"),
        (&["compare", "baseline", "--variant", "policy.response=20d"], "did you mean \"response_window\"?"),
        (
            &["compare", "baseline", "baseline", "--metric", "turnaround.p96"],
            "did you mean \"turnaround.p90\"?",
        ),
        (&["compare", "baseline", "baseline", "--margin", "wide"], "--margin"),
    ] {
        let ran = folder.run(args);
        assert!(ran.code == 2 && ran.err.contains(part), "{args:?}: {}", ran.err);
    }
}

const QUEUE: &str = "[run]\nhorizon = \"200d\"\nending = \"censor\"\n[demand.a]\nrate = \"20/day\"\ndrives = 1\n\
                     bytes = \"1TB\"\n[customer]\npacks = { exponential = { mean = \"10d\" } }\n[site.bays]\nservers = 4\n";

#[test]
fn a_warm_up_is_advised_and_a_steady_state_needs_one() {
    let folder = Folder::new();
    fs::write(folder.path("queue.toml"), QUEUE).unwrap();
    let ran = folder.run(&["warmup", "queue.toml", "--replications", "3", "--out", "out"]);
    assert!(ran.code == 0 && ran.out.contains("Recommended: run.warmup = "), "{}{}", ran.out, ran.err);
    for name in ["warmup.csv", "warmup.svg", "warmup.png"] {
        assert!(folder.path("out").join(name).exists(), "{name}");
    }
    let days: u32 = ran
        .out
        .split("Recommended: run.warmup = \"")
        .nth(1)
        .unwrap()
        .split('d')
        .next()
        .unwrap()
        .parse()
        .unwrap();
    assert!((10..=100).contains(&days), "customers pack for ten days: {}", ran.out);
    let short = folder.run(&["warmup", "queue.toml", "--set", "run.horizon=20d", "--out", "short"]);
    assert!(short.code == 1 && short.out.contains("too short to tell"), "{}", short.out);
    let steady =
        ["run", "queue.toml", "--set", "run.kind=steady-state", "--replications", "3", "--out", "steady"];
    let none = folder.run(&steady);
    assert!(
        none.code == 2 && none.err.contains("needs a warm-up") && none.err.contains("shipback warmup"),
        "{}",
        none.err
    );
    let little = folder.run(&[&steady[..], &["--set", "run.warmup=5d"]].concat());
    assert!(little.code == 0 && little.out.contains("may be too short: MSER-5 recommends"), "{}", little.out);
    let enough = folder.run(&[&steady[..], &["--set", "run.warmup=90d"]].concat());
    assert!(enough.code == 0 && !enough.out.contains("too short: MSER-5"), "{}", enough.out);
    let dated = folder.run(&["run", "baseline", "--set", "run.kind=steady-state", "--set", "run.warmup=60d"]);
    assert!(dated.code == 2 && dated.err.contains("is no steady state"), "{}", dated.err);
    assert!(!dated.err.contains("has no key"), "nothing but that is wrong: {}", dated.err);
}

/// One queue at 80 %, an hour for each: its relaxation time is some four days, so some weeks are enough. Advice that is a day
/// for one seed and a hundred for another would be none.
#[test]
fn the_advice_follows_the_relaxation_time_over_twenty_seeds() {
    let folder = Folder::new();
    let text = "[run]\nhorizon = \"300d\"\nending = \"censor\"\n[demand.a]\nrate = \"19.2/day\"\ndrives = 1\nbytes = \"1TB\"\n\
                [carrier.c]\ntransit = \"1d\"\n[customer]\npacks = \"1d\"\n[site.dock]\nservers = 1\n\
                per_package = { exponential = { mean = \"1h\" } }\nper_drive = \"0s\"\n";
    fs::write(folder.path("queue.toml"), text).unwrap();
    let advice = |seed: u32| -> u32 {
        let ran = folder.run(&["warmup", "queue.toml", "--seed", &seed.to_string(), "--out", "out"]);
        let days = ran.out.split("Recommended: run.warmup = \"").nth(1);
        let days = days.unwrap_or_else(|| panic!("{seed}: {}{}", ran.out, ran.err)).split('d').next();
        days.unwrap().parse().unwrap()
    };
    let all: Vec<u32> = (1..=20).map(advice).collect();
    println!("days advised: {all:?}");
    assert!(all.iter().all(|days| (5..=45).contains(days)), "{all:?}");
}

#[test]
fn inputs_that_are_not_known_exactly_are_drawn_and_their_part_of_the_spread_is_told() {
    let folder = Folder::new();
    let text = QUEUE.replace("\"10d\"", "{ estimate = \"10d\", low = \"6d\", high = \"15d\" }");
    let text = text.replace(
        "[site.bays]",
        "[carrier.c]\nlost = { estimate = \"2 %\", low = \"1 %\", high = \"3 %\" }\n[site.bays]",
    );
    fs::write(folder.path("queue.toml"), text).unwrap();
    let run = |more: &[&str], out: &str| {
        let ran = folder.run(&[&["run", "queue.toml", "--replications", "6", "--out", out], more].concat());
        assert_eq!(ran.code, 0, "{}", ran.err);
        ran.out.replace('\n', " ")
    };
    let exact = run(&[], "exact");
    assert!(exact.contains("2 of them at their estimates"), "{exact}");
    let drawn = run(&["--input-uncertainty", "--threads", "1"], "drawn");
    assert!(drawn.contains("2 inputs are drawn anew for each replication"), "{drawn}");
    run(&["--input-uncertainty", "--threads", "2"], "again");
    assert_same(&files(&folder.path("drawn")), &files(&folder.path("again")));
    let split = fs::read_to_string(folder.path("drawn/inputs.csv")).unwrap();
    let row = split.lines().find(|line| line.starts_with("turnaround.ended_only.mean,,")).unwrap();
    let numbers: Vec<f64> = row.split(',').skip(3).map(|number| number.parse().unwrap()).collect();
    let [whole, chance, inputs, share, low, high] = numbers[..] else { panic!("{row}") };
    assert!(inputs > chance && whole > chance && share > 0.5, "packing decides: {row}");
    assert!(
        (inputs * inputs - (whole * whole - chance * chance)).abs() < 1e-3 && low < share && share < high,
        "{row}"
    );
    let values = fs::read_to_string(folder.path("drawn/drawn.csv")).unwrap();
    assert_eq!(values.lines().count(), 1 + 2 * 6, "{values}");
    for (text, part) in [
        ("{ estimate = \"10d\", low = \"6h\", high = \"15d\" }", "are not one unit"),
        ("{ estimate = \"10d\", low = \"11d\", high = \"15d\" }", "does not lie between"),
    ] {
        let set = format!("customer.packs={text}");
        let ran = folder.run(&["run", "queue.toml", "--set", &set]);
        assert!(ran.code == 2 && ran.err.contains(part), "{}", ran.err);
    }
    let none = folder.run(&["run", "scenarios/tiny.toml", "--input-uncertainty", "--replications", "3"]);
    assert!(
        none.code == 2 && none.err.contains("no parameter of the scenario has an interval"),
        "{}",
        none.err
    );
}

/// A shelf that overflows holds more than it has places: nothing is cut off at 100 %.
#[test]
fn the_interval_of_an_overfull_shelf_contains_its_value() {
    let folder = Folder::new();
    let text = "[run]\nhorizon = \"30d\"\nending = \"censor\"\nreplications = 3\n[demand.a]\nrate = \"3/day\"\ndrives = 10\n\
                bytes = \"10TB\"\n[site]\nshelf = 3\nshelf_full = \"overflow\"\n[site.bays]\nservers = 1\nrate = \"70MB/s\"\n";
    fs::write(folder.path("full.toml"), text).unwrap();
    assert_eq!(folder.run(&["run", "full.toml", "-q", "--no-charts", "--out", "o"]).code, 0);
    let summary = fs::read_to_string(folder.path("o/summary.csv")).unwrap();
    let row = summary.lines().find(|line| line.starts_with("shelf.utilization,")).unwrap();
    let cells: Vec<&str> = row.split(',').collect();
    let number = |cell: usize| cells[cell].parse::<f64>().unwrap();
    let (value, low, high, least, most) = (number(2), number(5), number(6), number(7), number(8));
    assert_eq!(cells[3], "ratio");
    assert!(value > 50.0 && least < low && low < value && value < high && high < most, "{row}");
    let check = |most: &str| {
        let expected = format!("{text}[[expect]]\nmetric = \"shelf.utilization\"\nat_most = {most}\n");
        fs::write(folder.path("expected.toml"), expected).unwrap();
        folder.run(&["check", "expected.toml"])
    };
    let (met, failed) = (check("200"), check("\"90 %\""));
    assert_eq!((met.code, failed.code), (0, 1), "{}{}{}{}", met.out, met.err, failed.out, failed.err);
}
