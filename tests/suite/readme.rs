//! What README.md shows is what the program prints. To accept what it prints now: `BLESS=1 cargo test readme`.

use crate::tool::Folder;
use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};

fn root(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(name)
}

fn blessed() -> bool {
    std::env::var_os("BLESS").is_some()
}

#[test]
fn the_picture_is_what_the_program_draws() {
    let drawn = Folder::new().run(&["policy", "--format", "svg"]).out;
    if blessed() {
        fs::create_dir_all(root("docs")).unwrap();
        fs::write(root("docs/policy.svg"), &drawn).unwrap();
    }
    let same = fs::read_to_string(root("docs/policy.svg")).unwrap() == drawn;
    assert!(same, "docs/policy.svg is not what is drawn now; to accept it: BLESS=1 cargo test readme");
}

#[test]
fn the_tour_is_what_the_program_prints() {
    let shown = fs::read_to_string(root("README.md")).unwrap();
    let folder = Folder::new();
    let printed = facts(&tour(&shown, &folder), &folder);
    if blessed() {
        fs::write(root("README.md"), &printed).unwrap();
        return;
    }
    for (shown, printed) in shown.lines().zip(printed.lines()) {
        assert_eq!(
            shown, printed,
            "README.md shows what is not printed; to accept it: BLESS=1 cargo test readme"
        );
    }
    assert_eq!(shown.lines().count(), printed.lines().count());
}

/// The text with the output of each command in its `console` blocks as it is printed now.
fn tour(text: &str, folder: &Folder) -> String {
    let mut lines: Vec<String> = vec![];
    let mut block: Option<Vec<&str>> = None;
    for line in text.lines() {
        match &mut block {
            None if line == "```console" => block = Some(vec![]),
            Some(shown) if line == "```" => {
                lines.extend(played(shown, folder));
                block = None;
            }
            Some(shown) => {
                shown.push(line);
                continue;
            }
            None => {}
        }
        lines.push(line.into());
    }
    lines.join("\n") + "\n"
}

fn played(shown: &[&str], folder: &Folder) -> Vec<String> {
    let mut lines = vec![];
    let starts: Vec<usize> = (0..shown.len()).filter(|&at| shown[at].starts_with("$ ")).collect();
    for (number, &start) in starts.iter().enumerate() {
        let end = starts.get(number + 1).copied().unwrap_or(shown.len());
        let command = shown[start].strip_prefix("$ shipback").expect("the tour runs the program itself");
        // What stands in quotes is one argument.
        let parts = command.split('\'').enumerate();
        let args = parts.flat_map(|(at, part)| match at % 2 {
            0 => part.split_whitespace().collect(),
            _ => vec![part],
        });
        let ran = folder.run(&args.collect::<Vec<_>>());
        let printed = ran.out + &ran.err;
        lines.push(shown[start].into());
        lines.extend(as_shown(&shown[start + 1..end], &printed.lines().collect::<Vec<_>>()));
    }
    lines
}

/// Printed lines in the form of those shown: cut at "..." as they are, with their time on the wall.
fn as_shown(shown: &[&str], printed: &[&str]) -> Vec<String> {
    let kept: Vec<&str> = match shown.iter().position(|line| *line == "...") {
        None => printed.to_vec(),
        Some(cut) => {
            let tail = printed.len().saturating_sub(shown.len() - cut - 1).max(cut);
            printed[..cut].iter().chain(&["..."]).chain(&printed[tail..]).copied().collect()
        }
    };
    let timeless = |line: &str| line.split_once(" events in ").map(|(events, _)| events.to_owned());
    let old = |line: &&str| {
        shown.iter().find(|shown| timeless(line).is_some() && timeless(shown) == timeless(line))
    };
    kept.iter().map(|line| (*old(line).unwrap_or(line)).trim_end().to_owned()).collect()
}

/// The last cell of each row that names a metric, as in the summary of the baseline.
fn facts(text: &str, folder: &Folder) -> String {
    let summary =
        fs::read_to_string(folder.path("output/baseline/summary.csv")).expect("the tour runs the baseline");
    let mut metrics = HashMap::new();
    for row in summary.lines() {
        let cells: Vec<&str> = row.split(',').collect();
        metrics.insert(
            [cells[0], cells[1]].join(" ").trim().to_owned(),
            (cells[2].to_owned(), cells[3].to_owned()),
        );
    }
    let fact = |line: &str| -> Option<String> {
        let cells: Vec<&str> = line.strip_prefix("| ")?.strip_suffix(" |")?.split(" | ").collect();
        let [.., metric, _] = cells[..] else { return None };
        let name = metric.strip_prefix('`')?.strip_suffix('`')?;
        let (value, unit) = metrics.get(name)?;
        let value = match unit.as_str() {
            "share" => format!("{:.2} %", value.parse::<f64>().unwrap() * 100.0),
            "days" => format!("{:.2} days", value.parse::<f64>().unwrap()),
            unit => format!("{value} {unit}"),
        };
        let kept = cells[..cells.len() - 1].join(" | ");
        Some(format!("| {kept} | {value} |"))
    };
    text.lines().map(|line| fact(line).unwrap_or_else(|| line.into())).collect::<Vec<_>>().join("\n") + "\n"
}

#[test]
fn every_key_of_a_scenario_is_named() {
    let readme = fs::read_to_string(root("README.md")).unwrap();
    let folder = Folder::new();
    let explained =
        ["baseline", "scenarios/tiny", "scenarios/strike", "scenarios/backlog", "scenarios/small-site"]
            .map(|scenario| format!("{scenario}.toml"))
            .map(|scenario| folder.run(&["explain", &scenario]).out)
            .concat();
    for line in explained.lines().filter(|line| line.contains('.')) {
        let path = line.split_whitespace().next().unwrap();
        let key = path.rsplit('.').next().unwrap();
        assert!(readme.contains(&format!("`{key}`")), "the README does not name {path}");
    }
}
