//! `shipback check --record`: what a scenario came to once, against what it comes to now.

use crate::tool::{Folder, Ran, ran};
use serde_json::Value;
use std::fs;

const MONTH: &str = "[run]\nhorizon = '30d'\nreplications = 3\n[demand.imports]\nrate = '4/day'\n[carrier.post]\n\
                     transit = { uniform = { low = '1d', high = '5d' } }\nlost = 0.05\n[[job]]\nname = 'lost'\npacks = '0d'\ntransit = 'lost'\n";

/// A month and its baseline.
fn blessed() -> Folder {
    let folder = Folder::new();
    fs::write(folder.path("month.toml"), MONTH).unwrap();
    let ran = bless(&folder, &[]);
    assert!(ran.code == 0 && ran.out.contains("It is new."), "{}{}", ran.out, ran.err);
    folder
}

fn bless(folder: &Folder, args: &[&str]) -> Ran {
    let base = ["check", "month.toml", "--baseline", "kept/month.json", "--bless"];
    folder.run(&[&base, args].concat())
}

fn check(folder: &Folder, args: &[&str]) -> Ran {
    folder.run(&[&["check", "month.toml", "--baseline", "kept/month.json"], args].concat())
}

/// The file as JSON, changed, and written again.
fn tamper(folder: &Folder, change: impl FnOnce(&mut Value)) {
    let path = folder.path("kept/month.json");
    let mut baseline: Value = serde_json::from_str(&fs::read_to_string(&path).unwrap()).unwrap();
    change(&mut baseline);
    fs::write(path, baseline.to_string()).unwrap();
}

#[test]
fn the_same_program_and_scenario_come_to_the_same_facts() {
    let folder = blessed();
    let first = fs::read(folder.path("kept/month.json")).unwrap();
    let ran = check(&folder, &["--threads", "1"]);
    assert!(ran.code == 0 && ran.out.contains("same          every fact"), "{}{}", ran.out, ran.err);
    assert!(ran.out.contains("0 changed, 0 undecided, 0 within margin"), "{}", ran.out);
    assert!(bless(&folder, &["--threads", "3"]).out.contains("Nothing has changed."));
    assert_eq!(
        fs::read(folder.path("kept/month.json")).unwrap(),
        first,
        "the same bytes on any number of threads"
    );
    let baseline: Value = serde_json::from_slice(&first).unwrap();
    let number =
        baseline["metrics"].as_array().unwrap().iter().find(|row| row["metric"] == "jobs.created").unwrap();
    assert_eq!(number["each"].as_str().unwrap().split(' ').count(), 3);
    assert!(number["interval"].is_array() && baseline["seed"] == "1" && baseline["replications"] == 3);
    assert_eq!(baseline["scenario_hash"].as_str().unwrap().len(), 64);
}

/// A baseline of a program in which the lost job was asked one tick earlier.
#[test]
fn the_first_fact_that_parts_is_shown_with_those_around_it() {
    let folder = blessed();
    let mut at = 0;
    tamper(&folder, |baseline| {
        let kept = baseline["kept"].as_array_mut().unwrap();
        at = kept.iter().position(|line| line.as_str().unwrap().ends_with("Shipping,Shipping,J6")).unwrap();
        let line = kept[at].as_str().unwrap().replacen("000000,", "000001,", 1);
        assert_ne!(line, kept[at].as_str().unwrap());
        kept[at] = line.into();
        baseline["fingerprint"] = "0".into();
        baseline["facts"][0]["fingerprint"] = "0".into();
        let blocks = baseline["facts"][0]["blocks"].as_str().unwrap().to_string();
        let start = at / 256 * 16;
        let other = format!("{}{}{}", &blocks[..start], "0".repeat(16), &blocks[start + 16..]);
        baseline["facts"][0]["blocks"] = other.into();
    });
    let ran = check(&folder, &[]);
    assert!(ran.out.contains(&format!("The facts part at fact {} of replication 0", at + 1)), "{}", ran.out);
    assert!(ran.out.contains("  - 14d 1us  lost  Shipping -> Shipping  J6"), "{}", ran.out);
    assert!(ran.out.contains("  + 14d  lost  Shipping -> Shipping  J6"), "{}", ran.out);
    assert_eq!(ran.code, 0, "no number has changed: {}", ran.out);
}

#[test]
fn numbers_are_compared_by_pairs_against_the_margin() {
    let folder = blessed();
    let mut p95 = 0.0;
    tamper(&folder, |baseline| {
        baseline["fingerprint"] = "0".into();
        for row in baseline["metrics"].as_array_mut().unwrap() {
            let factors = match (row["metric"].as_str().unwrap(), row["by"].as_str().unwrap()) {
                ("jobs.in_progress.mean", "") => [1.001, 1.001, 1.001],
                ("jobs.completed", "") => [2.0, 2.0, 2.0],
                ("turnaround.mean", "") => [0.9, 1.0, 1.1],
                ("turnaround.p95", "") => [1.0, 1.01, 1.0],
                _ => continue,
            };
            if row["metric"] == "turnaround.p95" {
                p95 = row["estimate"].as_f64().unwrap();
            }
            let value = row["pooled"][0].as_f64().unwrap() * factors[1];
            row["pooled"][0] = value.into();
            for list in ["each", "without"] {
                let values: Vec<f64> =
                    row[list].as_str().unwrap().split(' ').filter_map(|value| value.parse().ok()).collect();
                let scaled = values.iter().zip(factors).map(|(value, factor)| (value * factor).to_string());
                row[list] = scaled.collect::<Vec<_>>().join(" ").into();
            }
        }
    });
    let ran = check(&folder, &["--json"]);
    let whole: Value = serde_json::from_str(&ran.out).unwrap();
    let told = |name: &str| {
        let rows = whole["numbers"].as_array().unwrap();
        rows.iter().find(|row| row["metric"] == name && row["by"] == "").unwrap()["change"].as_str().unwrap()
    };
    assert_eq!(told("jobs.in_progress.mean"), "within margin");
    assert_eq!(told("jobs.completed"), "changed");
    assert_eq!(told("turnaround.mean"), "undecided");
    // A quantile is that of all replications together, as `run` has it, and no mean of quantiles.
    let rows = whole["numbers"].as_array().unwrap();
    let row = rows.iter().find(|row| row["metric"] == "turnaround.p95" && row["by"] == "").unwrap();
    assert!((row["now"].as_f64().unwrap() - p95).abs() < 1e-9 && p95 > 0.0, "{row} {p95}");
    assert!(whole["paired"] == true && ran.code == 1, "{}", ran.out);
    // By Student's t the far end of 116, 107 and 105 is 57 % of the base, with the skewness of these three it is 61 %.
    assert_eq!(check(&folder, &["--margin", "60%"]).code, 1);
    let wide = check(&folder, &["--margin", "62%"]);
    assert_eq!(wide.code, 0, "{}", wide.out);
    // Other fates are no pairs.
    let other = check(&folder, &["--seed", "2", "--json"]);
    let whole: Value = serde_json::from_str(&other.out).unwrap();
    assert_eq!(whole["paired"], false);
}

#[test]
fn a_baseline_of_another_scenario_is_refused() {
    let folder = blessed();
    let ran = check(&folder, &["--set", "policy.shipping_deadline=15d"]);
    assert_eq!(ran.code, 2);
    for part in [
        "the scenario \"month\" has changed since kept/month.json was recorded",
        "policy.shipping_deadline was \"14d\", is \"15d\"",
        "--update",
        "shipback compare month.toml --variant policy.shipping_deadline=15d",
    ] {
        assert!(ran.err.contains(part), "{part}\n{}", ran.err);
    }
    let ran = bless(&folder, &["--set", "policy.shipping_deadline=15d"]);
    assert!(ran.code == 0 && ran.out.contains("policy.shipping_deadline \"14d\" -> \"15d\""), "{}", ran.out);
    let text = fs::read_to_string(folder.path("kept/month.json")).unwrap();
    let start = "\"scenario_hash\": \"";
    let strange = text.replace(start, &format!("{start}a{}", "é".repeat(9)));
    fs::write(folder.path("kept/month.json"), strange).unwrap();
    let ran = check(&folder, &[]);
    assert!(ran.code == 2 && ran.err.contains("is not a hash"), "{}", ran.err);
    fs::write(folder.path("kept/month.json"), "{}").unwrap();
    let ran = check(&folder, &[]);
    assert!(ran.code == 2 && ran.err.contains("is not a record"), "{}", ran.err);
    fs::remove_file(folder.path("kept/month.json")).unwrap();
    let ran = check(&folder, &["--seed", "7"]);
    assert_eq!(ran.code, 2);
    let way_out = "shipback check month.toml --record kept/month.json --update --seed 7";
    assert!(ran.err.contains("there is no record") && ran.err.contains(way_out), "{}", ran.err);
    assert!(!folder.path("kept/month.json").exists(), "nothing but --update writes one");
}

/// What is typed again blesses what was run, not something else.
#[test]
fn the_command_that_blesses_has_all_that_was_chosen() {
    let folder = Folder::new();
    fs::write(folder.path("month.toml"), MONTH).unwrap();
    let chosen = ["--set", "policy.retention=80d", "--seed", "3", "--replications", "2"];
    bless(&folder, &chosen);
    tamper(&folder, |baseline| baseline["fingerprint"] = "0".into());
    let ran = check(&folder, &chosen);
    let command =
        "month.toml --record kept/month.json --update --set policy.retention=80d --seed 3 --replications 2\n";
    assert!(ran.out.contains(&format!("Meant to be so? shipback check {command}")), "{}{}", ran.out, ran.err);
}

#[test]
fn the_baseline_of_a_scenario_of_another_name_is_not_overwritten_unless_forced() {
    let folder = blessed();
    let before = fs::read(folder.path("kept/month.json")).unwrap();
    fs::write(folder.path("week.toml"), MONTH.replace("30d", "7d")).unwrap();
    let bless = |args: &[&str]| {
        let base = ["check", "week.toml", "--baseline", "kept/month.json", "--bless"];
        folder.run(&[&base, args].concat())
    };
    let refused = bless(&[]);
    assert!(
        refused.code == 2 && refused.err.contains("is the record of \"month\", and this is \"week\""),
        "{}",
        refused.err
    );
    assert_eq!(fs::read(folder.path("kept/month.json")).unwrap(), before);
    assert_eq!(bless(&["--force"]).code, 0);
    assert_ne!(fs::read(folder.path("kept/month.json")).unwrap(), before);
}

#[test]
fn on_github_what_differs_from_the_baseline_is_shown_beside_it() {
    let folder = blessed();
    tamper(&folder, |baseline| {
        baseline["fingerprint"] = "0".into();
        for row in baseline["metrics"].as_array_mut().unwrap() {
            if row["metric"] == "jobs.created" {
                row["each"] = "1 1 1".into();
            }
        }
    });
    let args = ["check", "month.toml", "--baseline", "kept/month.json"];
    let on = |on| ran(folder.command(&args).env("GITHUB_ACTIONS", on).output().unwrap());
    let told = on("true");
    let line = "::error file=kept/month.json,line=1,title=month%3A not as in its record::changed ";
    assert!(told.code == 1 && told.out.contains(line), "{}", told.out);
    assert!(!on("").out.contains("::error"));
}

/// A link is a way to a file, not the file.
#[cfg(unix)]
#[test]
fn a_baseline_is_blessed_through_a_link() {
    let folder = blessed();
    let link = folder.path("link.json");
    std::os::unix::fs::symlink("kept/month.json", &link).unwrap();
    let base = ["check", "month.toml", "--baseline", "link.json", "--bless", "--seed", "5"];
    let told = folder.run(&base);
    assert_eq!(told.code, 0, "{}", told.err);
    assert!(link.symlink_metadata().unwrap().is_symlink());
    assert_eq!(check(&folder, &["--seed", "5"]).code, 0);
}

#[test]
fn nothing_is_blessed_in_ci_unless_forced() {
    let folder = blessed();
    let before = fs::read(folder.path("kept/month.json")).unwrap();
    let in_ci = |args: &[&str]| {
        let base = ["check", "month.toml", "--baseline", "kept/month.json", "--bless", "--seed", "5"];
        ran(folder.command(&[&base, args].concat()).env("CI", "true").output().unwrap())
    };
    let refused = in_ci(&[]);
    assert!(refused.code == 2 && refused.err.contains("no record is written in CI"), "{}", refused.err);
    assert_eq!(fs::read(folder.path("kept/month.json")).unwrap(), before);
    assert_eq!(in_ci(&["--force"]).code, 0);
    assert_ne!(fs::read(folder.path("kept/month.json")).unwrap(), before);
    let files = fs::read_dir(folder.path("kept")).unwrap().count();
    assert_eq!(files, 1, "nothing half-written is left");
}
