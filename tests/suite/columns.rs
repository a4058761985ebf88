//! docs/columns.md names every column of every CSV file.

use crate::tool::Folder;
use std::collections::BTreeMap;
use std::path::Path;

const TINY: &str = "scenarios/tiny.toml";

/// Commands that together leave every kind of CSV file.
const COMMANDS: [&[&str]; 11] = [
    &["run", TINY, "--log", "events", "--bands", "2"],
    &["run", TINY, "--replications", "2"],
    &["compare", TINY, "--variant", "policy.retention=20d", "--replications", "2"],
    &["sweep", TINY, "--vary", "site.dock.servers=1,2", "--metric", "turnaround.mean"],
    &["size", "scenarios/small-site.toml", "--vary", "site.bays.servers=30,32", "--most", "10"],
    &[
        "size",
        "scenarios/small-site.toml",
        "--vary",
        "site.bays.servers=30,32",
        "--most",
        "10",
        "--by",
        "month",
    ],
    &[
        "sensitivity",
        TINY,
        "--vary",
        "site.dock.servers=1..3",
        "--replications",
        "2",
        "--metric",
        "turnaround.mean",
    ],
    &["run", "--until", "9d", "--replications", "3", "--input-uncertainty", "--log", "none"],
    &["run", "--set", "run.horizon=9d", "--log", "none", "--robust", "site.dock.servers=9..11"],
    &["warmup", TINY, "--replications", "3"],
    &["check", "scenarios/policy/shipping-no-answer.toml"],
];

/// Names in backticks, by the file that the last heading or the first cell of the row names.
fn named(page: &str) -> BTreeMap<String, Vec<String>> {
    let mut all: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut files: Vec<String> = vec![];
    for line in page.lines() {
        let words = |text: &str| text.split('`').skip(1).step_by(2).map(String::from).collect::<Vec<_>>();
        if let Some(heading) = line.strip_prefix("## ") {
            let words = heading.split([' ', ',']).filter(|word| word.ends_with(".csv"));
            files = words.map(String::from).collect();
            continue;
        }
        let Some(first) = line.strip_prefix("| `") else { continue };
        let mut columns = words(&format!("`{}", first.split(" | ").next().unwrap_or_default()));
        if columns[0].ends_with(".csv") {
            files = vec![columns.remove(0)];
        }
        files.iter().for_each(|file| all.entry(file.clone()).or_default().extend(columns.iter().cloned()));
    }
    all
}

#[test]
fn the_page_names_every_column() {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/columns.md");
    let named = named(&std::fs::read_to_string(page).unwrap());
    let folder = Folder::new();
    let mut seen = std::collections::BTreeSet::new();
    for (number, args) in COMMANDS.iter().enumerate() {
        let out = format!("out{number}");
        let ran = folder.run(&[args, &["--out", &out][..]].concat());
        assert!(ran.code < 2, "{args:?}: {}", ran.err);
        for file in std::fs::read_dir(folder.path(&out)).unwrap().flatten() {
            let name = file.file_name().into_string().unwrap();
            if !name.ends_with(".csv") {
                continue;
            }
            let columns = named.get(&name).unwrap_or_else(|| panic!("docs/columns.md has no {name}"));
            let text = std::fs::read_to_string(file.path()).unwrap();
            for column in text.lines().next().unwrap().split(',') {
                let is = |known: &String| {
                    // Columns of levels, of stations and of varied parameters have names of the scenario.
                    let station = ["preparation_", "bays_", "packing_", "operations_"];
                    let like_dock = |start| {
                        column.strip_prefix(start).is_some_and(|rest| *known == format!("dock_{rest}"))
                    };
                    let level = column.starts_with("sla_") && known.starts_with("sla_NAME");
                    column == known || level || station.iter().any(like_dock) || column.contains('.')
                };
                assert!(columns.iter().any(is), "docs/columns.md: {name} has a column {column}");
            }
            seen.insert(name);
        }
    }
    for file in named.keys() {
        assert!(seen.contains(file), "no command here leaves {file}");
    }
}
