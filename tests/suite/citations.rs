//! Whose rules, whose words: each citation resolves in docs/policy.md, and no sentence of the documentation is copied.

use shipback::policy::{Origin, Timings, all_rules};
use std::collections::{BTreeSet, HashSet};
use std::fs;
use std::path::{Path, PathBuf};

/// More words in a row than this are no longer a fact but a sentence of the documentation.
const MOST_SHARED_WORDS: usize = 9;

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn read(name: &str) -> String {
    fs::read_to_string(root().join(name)).unwrap_or_else(|why| panic!("{name}: {why}"))
}

/// Every text file of the project below `top`, without what is built or written by runs.
fn texts(top: &Path) -> Vec<(PathBuf, String)> {
    let mut found = vec![];
    for entry in fs::read_dir(top).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap();
        let is_hidden = name.starts_with('.') && name != ".ci";
        let is_left_out = is_hidden || (top == root() && matches!(name, "target" | "output"));
        if path.is_dir() && !is_left_out {
            found.extend(texts(&path));
        } else if path.is_file()
            && let Ok(text) = fs::read_to_string(&path)
        {
            found.push((path, text));
        }
    }
    found
}

/// Its words: letters and digits, in lower case.
fn words(text: &str) -> Vec<String> {
    let words = text.split(|letter: char| !letter.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    words.map(str::to_ascii_lowercase).collect()
}

/// The lines that `text` cites: 36 for `S:` and 36. Of a range, its first and its last line.
fn cited(text: &str) -> BTreeSet<u32> {
    let ends_no_word = |before: &str| !before.ends_with(|letter: char| letter.is_alphanumeric());
    let places = text.match_indices("S:").filter(|(at, _)| ends_no_word(&text[..*at]));
    let digits = places.map(|(at, mark)| {
        let after = &text[at + mark.len()..];
        &after[..after.find(|letter: char| !letter.is_ascii_digit()).unwrap_or(after.len())]
    });
    digits.filter_map(|digits| digits.parse().ok()).collect()
}

/// The cells of each row of a table of docs/policy.md.
fn rows(page: &str) -> Vec<Vec<&str>> {
    let rows = page.lines().filter_map(|line| line.strip_prefix("| ")?.strip_suffix(" |"));
    rows.map(|row| row.split(" | ").collect()).collect()
}

/// The table of citations: what is cited, and its section and row.
fn citations(page: &str) -> Vec<(&str, &str)> {
    let is_citation = |row: &&Vec<&str>| row[0].starts_with("swagger") || !cited(row[0]).is_empty();
    rows(page).iter().filter(is_citation).map(|row| (row[0], row[1])).collect()
}

/// As `shipback policy` prints it: "S:50", "ours (S:50)".
fn source(source: &str, origin: Origin) -> String {
    if origin == Origin::Ours { format!("ours ({source})") } else { source.into() }
}

#[test]
fn no_sentence_of_the_documentation_is_copied() {
    let page = root().join("../shared/spec/job-and-drive-states.md");
    let Ok(page) = fs::read_to_string(&page) else {
        eprintln!("skipped: there is no {}", page.display());
        return;
    };
    let page = words(&page);
    let runs: HashSet<&[String]> = page.windows(MOST_SHARED_WORDS + 1).collect();
    for (path, text) in texts(&root()) {
        let text = words(&text);
        let shared = text.windows(MOST_SHARED_WORDS + 1).find(|run| runs.contains(run));
        assert!(shared.is_none(), "{} copies: {}", path.display(), shared.unwrap_or_default().join(" "));
    }
}

#[test]
fn each_citation_resolves_and_each_row_is_cited() {
    let page = read("docs/policy.md");
    let known: BTreeSet<u32> = citations(&page).iter().flat_map(|(citation, _)| cited(citation)).collect();
    let mut used = BTreeSet::new();
    for (path, text) in texts(&root()) {
        let here = cited(&text);
        let unknown: Vec<&u32> = here.difference(&known).collect();
        assert!(unknown.is_empty(), "{}: not in docs/policy.md: S:{unknown:?}", path.display());
        if !path.ends_with("docs/policy.md") {
            used.extend(here);
        }
    }
    let never: Vec<&u32> = known.difference(&used).collect();
    assert!(never.is_empty(), "nothing cites S:{never:?}");
    let others = all_rules().iter().map(|rule| rule.source).filter(|source| cited(source).is_empty());
    let others: BTreeSet<&str> = others.collect();
    let named = citations(&page).into_iter().map(|(citation, _)| citation);
    assert_eq!(named.filter(|citation| cited(citation).is_empty()).collect::<BTreeSet<_>>(), others);
}

#[test]
fn the_page_lists_the_rules_of_the_program_with_their_sources() {
    let page = read("docs/policy.md");
    let is_rule = |row: &&Vec<&str>| {
        let letter = row[0].starts_with(|letter: char| letter.is_ascii_uppercase());
        letter && row[0].len() <= 3 && row[0][1..].parse::<u8>().is_ok()
    };
    let listed: Vec<(String, String)> =
        rows(&page).iter().filter(is_rule).map(|row| (row[0].into(), row[1].into())).collect();
    let built: Vec<(String, String)> =
        all_rules().iter().map(|text| (text.rule.to_string(), source(text.source, text.origin))).collect();
    assert_eq!(listed, built);
}

#[test]
fn the_page_lists_the_settings_of_the_program_with_their_defaults() {
    let page = read("docs/policy.md");
    let listed: Vec<[String; 3]> = rows(&page)
        .iter()
        .filter(|row| row[0].starts_with('`'))
        .map(|row| [row[0].trim_matches('`').into(), row[1].into(), row[2].into()])
        .collect();
    let settings = Timings::DOCUMENTED.settings().into_iter();
    let built: Vec<[String; 3]> =
        settings.map(|known| [known.key.into(), known.value, source(known.source, known.origin)]).collect();
    assert_eq!(listed, built);
}

/// The section and row of the documentation that the first line of a scenario names.
fn section(title: &str) -> String {
    let tables = [
        ("Job state ", "Job states, row "),
        ("Error in ", "Errors by job state, row "),
        ("Drive state ", "Drive states, row "),
        ("Drive failure ", "Drive failures, row "),
        ("Faulted states", "Faulted states"),
        ("Cancel", "Job states, sentence below the table"),
    ];
    let found = tables.iter().find_map(|(short, long)| Some(format!("{long}{}", title.strip_prefix(short)?)));
    found.unwrap_or_else(|| panic!("no table of the documentation: {title}"))
}

#[test]
fn each_row_of_the_documentation_has_a_scenario_that_says_it_in_its_own_words() {
    let page = read("docs/policy.md");
    let known = citations(&page);
    let mut covered = BTreeSet::new();
    for (path, text) in texts(&root().join("scenarios/policy")) {
        let path = path.display();
        let lines = text.lines().skip_while(|line| line.starts_with("#:schema"));
        let head: Vec<&str> = lines.map_while(|line| line.strip_prefix("# ")).collect();
        let [first, says @ .., rules] = &head[..] else { panic!("{path}: a row, its rule and its numbers") };
        assert!(rules.starts_with("Rules: ") && !says.is_empty(), "{path} says no rule");
        assert!(!head.concat().contains('"'), "{path} quotes");
        assert!(text.contains("\n[[expect]]\n"), "{path} expects nothing");
        let (title, _) = first.split_once(" (S:").unwrap_or_else(|| panic!("{path} cites no row: {first}"));
        let row = section(title);
        let line = known.iter().find(|(_, section)| *section == row);
        let (citation, _) = line.unwrap_or_else(|| panic!("{path}: docs/policy.md has no {row}"));
        assert!(first.contains(citation), "{path}: {row} is {citation}");
        covered.extend(cited(&text));
    }
    let judged = known
        .iter()
        .filter(|(_, section)| !section.starts_with("Get Job, ") && !section.starts_with("API description "));
    for (citation, section) in judged {
        assert!(cited(citation).is_subset(&covered), "no scenario cites {citation}: {section}");
    }
}

#[test]
fn what_is_not_ours_is_named_with_its_origin() {
    let notice = read("NOTICE");
    for entry in fs::read_dir(root().join("tests/data")).unwrap() {
        let file = format!("tests/data/{}", entry.unwrap().file_name().display());
        assert!(notice.contains(&file), "NOTICE does not name {file}");
    }
    assert!(notice.contains("DejaVu Sans") && notice.contains("Bitstream Vera Fonts Copyright"), "fonts of the program");
    for name in ["NOTICE", "docs/policy.md", "src/lib.rs"] {
        let text = read(name);
        for part in ["12/16/2016", "storage-import-export-retrieving-state-info-for-a-job.md", "independent"]
        {
            assert!(text.contains(part), "{name} does not say {part}");
        }
    }
}
