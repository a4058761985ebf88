//! What README.md and the pages in docs/ show is what the program prints. To accept what it prints now:
//! `BLESS=1 cargo test readme`.

use crate::tool::Folder;
use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};

/// The README is a door.
const MOST_LINES: usize = 150;
/// The picture of an answer is quick to load.
const MOST_BYTES: usize = 60_000;
/// Where a run of the tour leaves that picture.
const ANSWER: &str = "output/small-site-size/size.svg";

fn root(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(name)
}

fn blessed() -> bool {
    std::env::var_os("BLESS").is_some()
}

/// All pages by name: the README first, then those in docs/ in order.
fn pages() -> Vec<String> {
    let names =
        fs::read_dir(root("docs")).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let mut pages: Vec<String> =
        names.filter(|name| name.ends_with(".md")).map(|name| format!("docs/{name}")).collect();
    pages.sort();
    pages.insert(0, "README.md".into());
    pages
}

fn read(page: &str) -> String {
    fs::read_to_string(root(page)).unwrap()
}

/// What is kept in the repository is what is made now.
fn assert_kept(name: &str, made: &str) {
    if blessed() {
        fs::write(root(name), made).unwrap();
    }
    let kept = fs::read_to_string(root(name)).unwrap_or_default();
    for (number, (kept, made)) in kept.lines().zip(made.lines()).enumerate() {
        let line = number + 1;
        assert_eq!(
            kept, made,
            "{name}:{line} is not what is made now; to accept it: BLESS=1 cargo test readme"
        );
    }
    assert_eq!(kept.lines().count(), made.lines().count(), "{name}");
}

#[test]
fn the_picture_of_the_rules_is_what_the_program_draws() {
    assert_kept("docs/policy.svg", &Folder::new().run(&["policy", "--format", "svg"]).out);
}

#[test]
fn the_pages_show_what_the_program_prints() {
    let mut tour = Tour { folder: Folder::new(), printed: HashMap::new() };
    let mut played = vec![];
    for page in pages() {
        played.push((tour.page(&read(&page)), page));
        // Another page asks the same place something else.
        if played.len() == 1 {
            let answer = fs::read_to_string(tour.folder.path(ANSWER)).expect("the README asks for a size");
            assert!(answer.len() < MOST_BYTES, "{} bytes", answer.len());
            assert_kept("docs/size.svg", &answer);
        }
    }
    for (text, page) in &played {
        assert_kept(page, &facts(text, &tour.folder));
    }
}

#[test]
fn the_readme_is_short() {
    let lines = read("README.md").lines().count();
    assert!(lines <= MOST_LINES, "README.md has {lines} lines: what is more belongs into docs/");
}

/// All commands of all pages, run in one folder.
struct Tour {
    folder: Folder,
    /// What each command has printed: one that is shown twice is run once.
    printed: HashMap<String, String>,
}

impl Tour {
    /// The text with the output of each command in its `console` blocks as it is printed now. A `toml` block that begins
    /// with the name of a file is that file.
    fn page(&mut self, text: &str) -> String {
        let mut lines: Vec<String> = vec![];
        let mut block: Option<(&str, Vec<&str>)> = None;
        for line in text.lines() {
            match &mut block {
                None if line == "```console" || line == "```toml" => block = Some((line, vec![])),
                Some((kind, shown)) if line == "```" => {
                    match *kind {
                        "```console" => lines.extend(self.played(shown)),
                        _ => lines.extend(self.written(shown)),
                    }
                    block = None;
                }
                Some((_, shown)) => {
                    shown.push(line);
                    continue;
                }
                None => {}
            }
            lines.push(line.into());
        }
        lines.join("\n") + "\n"
    }

    fn written(&self, shown: &[&str]) -> Vec<String> {
        let name =
            shown.first().and_then(|line| line.strip_prefix("# ")).filter(|name| name.ends_with(".toml"));
        if let Some(name) = name {
            fs::write(self.folder.path(name), shown.join("\n")).unwrap();
        }
        shown.iter().map(|line| (*line).to_owned()).collect()
    }

    fn played(&mut self, shown: &[&str]) -> Vec<String> {
        let mut lines = vec![];
        let starts: Vec<usize> = (0..shown.len()).filter(|&at| shown[at].starts_with("$ ")).collect();
        for (number, &start) in starts.iter().enumerate() {
            let end = starts.get(number + 1).copied().unwrap_or(shown.len());
            let command = shown[start].strip_prefix("$ shipback").expect("the pages run the program itself");
            let folder = &self.folder;
            let printed = self.printed.entry(command.into()).or_insert_with(|| printed(command, folder));
            lines.push(shown[start].into());
            lines.extend(as_shown(&shown[start + 1..end], &printed.lines().collect::<Vec<_>>()));
        }
        lines
    }
}

fn printed(command: &str, folder: &Folder) -> String {
    // What stands in quotes is one argument.
    let parts = command.split('\'').enumerate();
    let args = parts.flat_map(|(at, part)| match at % 2 {
        0 => part.split_whitespace().collect(),
        _ => vec![part],
    });
    let ran = folder.run(&args.collect::<Vec<_>>());
    ran.out + &ran.err
}

/// Printed lines in the form of those shown: "..." for what is left out, the time on the wall as it was. The first lines
/// and the last stand where they are printed; those between two "..." begin where a line is alike but for its numbers.
fn as_shown(shown: &[&str], printed: &[&str]) -> Vec<String> {
    let pieces: Vec<&[&str]> = shown.split(|line| *line == "...").collect();
    let mut lines: Vec<&str> = vec![];
    let mut from = 0;
    for (number, piece) in pieces.iter().enumerate() {
        if number > 0 {
            lines.push("...");
            from = match piece.first() {
                Some(_) if number + 1 == pieces.len() => printed.len().saturating_sub(piece.len()).max(from),
                Some(first) => (from..printed.len())
                    .find(|&at| numberless(printed[at]) == numberless(first))
                    .unwrap_or_else(|| panic!("nothing is printed like \"{first}\"\n{}", printed.join("\n"))),
                None => from,
            };
        }
        let end = if pieces.len() == 1 { printed.len() } else { (from + piece.len()).min(printed.len()) };
        lines.extend(&printed[from..end]);
        from = end;
    }
    let old = |line: &str| shown.iter().find(|shown| same_but_for_the_clock(shown, line));
    lines.iter().map(|line| old(line).unwrap_or(line).trim_end().to_owned()).collect()
}

/// Two lines that differ by the time on the wall alone: it is printed after the events, and its digits in `run.json` count
/// in the size of a folder (within a hundredth).
fn same_but_for_the_clock(shown: &str, printed: &str) -> bool {
    let events = |line: &str| line.split_once(" events in ").map(|(events, _)| events.to_owned());
    let size = |line: &str| {
        let (files, rest) = line.split_once(" files, ")?;
        let (size, folder) = rest.split_once(", in ")?;
        let (number, unit) = size.split_once(' ')?;
        Some((number.parse::<f64>().ok()?, [files, unit, folder].map(str::to_owned)))
    };
    let alike = match (size(shown), size(printed)) {
        (Some((a, shown)), Some((b, printed))) => shown == printed && (a - b).abs() <= a / 100.0,
        _ => false,
    };
    alike || (events(shown).is_some() && events(shown) == events(printed))
}

/// A line with each number, and the blanks before it, as one sign.
fn numberless(line: &str) -> String {
    let is_number = |c: char| c.is_ascii_digit() || ".,+- ".contains(c);
    line.split(is_number).filter(|word| !word.is_empty()).collect::<Vec<_>>().join("#")
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
fn every_link_leads_to_a_file() {
    let mut links = 0;
    for page in pages().into_iter().chain(["CHANGELOG.md".into()]) {
        let text = read(&page);
        let parts = text.split("](").skip(1).filter_map(|rest| rest.split_once(')')).map(|(link, _)| link);
        for link in parts.filter(|link| !link.starts_with("http")) {
            let link = link.split('#').next().unwrap();
            let from = root(&page);
            let target = from.parent().unwrap().join(link);
            assert!(target.exists(), "{page} links to {link}, which is not there");
            links += 1;
        }
    }
    assert!(links > 15, "{links} links were found");
}

#[test]
fn every_page_is_in_the_index_of_the_readme() {
    let readme = read("README.md");
    for page in pages().iter().skip(1) {
        assert!(readme.contains(&format!("]({page})")), "README.md does not lead to {page}");
    }
}

#[test]
fn every_key_of_a_scenario_is_named() {
    let page = read("docs/scenario.md");
    let folder = Folder::new();
    let explained =
        ["baseline", "scenarios/tiny", "scenarios/strike", "scenarios/backlog", "scenarios/small-site"]
            .map(|scenario| format!("{scenario}.toml"))
            .map(|scenario| folder.run(&["explain", &scenario]).out)
            .concat();
    for line in explained.lines().filter(|line| line.contains('.')) {
        let path = line.split_whitespace().next().unwrap();
        let key = path.rsplit('.').next().unwrap();
        assert!(page.contains(&format!("`{key}`")), "docs/scenario.md does not name {path}");
    }
}
