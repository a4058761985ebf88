//! The catalogue of metrics as users meet it: the list, the page that is made from it, and the names that are accepted.

use crate::tool::Folder;
use serde_json::Value;
use std::collections::BTreeSet;
use std::fs;

/// A scenario that has every kind of metric beside those of the baseline.
const ALL: &str =
    "extends = \"scenarios/baseline.toml\"\n[site]\nshelf = 9000\n[site.preparation]\nservers = 5\n";

fn listed(folder: &Folder, args: &[&str]) -> Vec<Value> {
    let ran = folder.run(&[&["metrics", "--json"], args].concat());
    assert_eq!((ran.code, ran.err.as_str()), (0, ""));
    let whole: Value = serde_json::from_str(&ran.out).expect("an object");
    whole["metrics"].as_array().expect("a list").clone()
}

#[test]
fn the_page_of_metrics_is_that_of_the_catalogue() {
    let folder = Folder::new();
    fs::write(folder.path("all.toml"), ALL).unwrap();
    let mut page = String::from(
        "# Metrics\n\nEvery number of `summary.csv`. `*` stands for a name of the scenario, of a station or of a rule. This page is\n\
         made from the catalogue by `BLESS=1 cargo test metrics::`; `shipback metrics` lists those of a scenario, with their\n\
         breakdowns. Names in bold are shown first in comparisons.\n\n\
         | metric | kind | unit | better | measures | of |\n|---|---|---|---|---|---|\n",
    );
    let mut seen = BTreeSet::new();
    for row in listed(&folder, &["--scenario", "all.toml"]) {
        let text = |key: &str| row[key].as_str().unwrap().to_owned();
        let (name, pattern) = (text("metric"), text("pattern"));
        let rest: Vec<&str> = name.split('.').skip(pattern.split('.').count()).collect();
        let name = [&[pattern.as_str()], &rest[..]].concat().join(".");
        if seen.insert(name.clone()) {
            let name = if row["first"] == true { format!("**`{name}`**") } else { format!("`{name}`") };
            let cells = ["kind", "unit", "better", "says", "of"].map(text).join(" | ");
            page += &format!("| {name} | {cells} |\n");
        }
    }
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/metrics.md");
    if std::env::var_os("BLESS").is_some() {
        fs::write(file, &page).unwrap();
    }
    assert!(seen.len() > 100, "{}", seen.len());
    assert_eq!(
        page,
        fs::read_to_string(file).unwrap_or_default(),
        "to accept it: BLESS=1 cargo test metrics::"
    );
}

/// Every number of a summary can be named where a metric is asked for.
#[test]
fn every_number_of_a_summary_can_be_named() {
    let folder = Folder::new();
    for (scenario, set) in [
        ("scenarios/small-site.toml", "run.ending=drain"),
        ("scenarios/small-site.toml", "run.ending=censor"),
    ] {
        let args =
            ["run", scenario, "--set", set, "--until", "20d", "--no-charts", "--quiet", "--out", "out"];
        let ran = folder.run(&args);
        assert_eq!(ran.code, 0, "{}", ran.err);
        let names: BTreeSet<String> = listed(&folder, &["--scenario", scenario])
            .iter()
            .map(|row| row["metric"].as_str().unwrap().into())
            .collect();
        let summary = fs::read_to_string(folder.path("out/summary.csv")).unwrap();
        for name in summary.lines().skip(1).filter_map(|line| line.split(',').next()) {
            assert!(names.contains(name), "{name}");
        }
    }
    let args = ["compare", "scenarios/tiny.toml", "--variant", "site.dock.servers=2", "--replications", "2"];
    let ran = folder.run(&[&args[..], &["--metric", "turnaround.waiting.p95", "--no-charts"]].concat());
    assert!(ran.code == 0 && ran.out.contains("turnaround.waiting.p95"), "{}{}", ran.out, ran.err);
    // The chance of a target has rows of several replications only.
    let met = "sla.copied.target_met.share";
    let sla =
        "[[sla]]\nname = \"copied\"\nfrom = \"received\"\nto = \"copied\"\nwithin = \"3d\"\ntarget = 0.9\n";
    let expected =
        format!("extends = \"scenarios/tiny.toml\"\n{sla}[[expect]]\nmetric = \"{met}\"\nat_least = 0.001\n");
    fs::write(folder.path("met.toml"), expected).unwrap();
    let (width, target) = (format!("{met}=90%"), format!("{met} >= 0.001"));
    let vary = ["--vary", "site.bays.servers=2"];
    for (args, code) in [
        (vec!["run", "met.toml", "--precision", &width, "--most", "20", "--quiet", "--no-charts"], 0..2),
        (
            vec![
                "compare",
                "met.toml",
                "--variant",
                "site.dock.servers=2",
                "--replications",
                "2",
                "--metric",
                met,
            ],
            0..1,
        ),
        ([&["sweep", "met.toml", "--replications", "2", "--metric", met][..], &vary].concat(), 0..1),
        (
            [&["size", "met.toml", "--most", "10", "--only-targets", "--target", &target][..], &vary]
                .concat(),
            0..2,
        ),
        (vec!["check", "met.toml", "--replications", "3", "--on-undecided", "warn", "--verbose"], 0..2),
    ] {
        let ran = folder.run(&args);
        assert!(code.contains(&ran.code), "{args:?}: {}{}", ran.out, ran.err);
        assert!(["run", "check"].contains(&args[0]) || ran.out.contains(&met[..18]), "{args:?}: {}", ran.out);
    }
    let none = folder.run(&["metrics", "turnaroundd"]);
    assert!(none.code == 2 && none.err.contains("no metric has \"turnaroundd\""), "{}", none.err);
}
