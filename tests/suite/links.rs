//! Links in README, CONTRIBUTING, CHANGELOG and docs lead somewhere: files are there, and so are headings. Nothing is fetched.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn pages() -> Vec<PathBuf> {
    let mut pages: Vec<PathBuf> =
        ["README.md", "CONTRIBUTING.md", "CHANGELOG.md"].map(|name| root().join(name)).into();
    let docs = fs::read_dir(root().join("docs")).unwrap().map(|entry| entry.unwrap().path());
    pages.extend(docs.filter(|path| path.extension().is_some_and(|ending| ending == "md")));
    pages
}

/// The lines outside of code blocks.
fn prose(text: &str) -> impl Iterator<Item = &str> {
    let mut in_code = false;
    text.lines().filter(move |line| {
        let is_fence = line.trim_start().starts_with("```");
        in_code ^= is_fence;
        !is_fence && !in_code
    })
}

/// The targets of `[words](target)`.
fn targets(text: &str) -> Vec<String> {
    let mut targets = vec![];
    for line in prose(text) {
        let starts = line.match_indices("](").map(|(at, _)| at + 2);
        targets
            .extend(starts.filter_map(|at| line[at..].split_once(')').map(|(target, _)| target.to_owned())));
    }
    targets
}

/// The anchors of headings, as code hosts make them.
fn anchors(text: &str) -> BTreeSet<String> {
    let kept = |c: char| c.is_alphanumeric() || c == '-' || c == '_' || c == ' ';
    let anchor = |line: &str| {
        let words: String =
            line.trim_start_matches('#').trim().to_lowercase().chars().filter(|c| kept(*c)).collect();
        words.replace(' ', "-")
    };
    prose(text).filter(|line| line.starts_with('#')).map(anchor).collect()
}

/// What is wrong with a link on a page, if anything.
fn flaw(page: &Path, target: &str) -> Option<String> {
    if target.contains("://") || target.starts_with("mailto:") {
        return None;
    }
    let (file, anchor) = target.split_once('#').map_or((target, None), |(file, anchor)| (file, Some(anchor)));
    let path = if file.is_empty() { page.to_owned() } else { page.parent().unwrap().join(file) };
    if !path.exists() {
        return Some(format!("{target}: there is no such file"));
    }
    let anchor = anchor.filter(|_| path.extension().is_some_and(|ending| ending == "md"))?;
    let text = fs::read_to_string(&path).unwrap();
    (!anchors(&text).contains(anchor)).then(|| format!("{target}: there is no such heading"))
}

#[test]
fn every_link_leads_somewhere() {
    let mut seen = 0;
    for page in pages() {
        let text = fs::read_to_string(&page).unwrap();
        for target in targets(&text) {
            seen += 1;
            assert_eq!(flaw(&page, &target), None, "in {}", page.display());
        }
    }
    assert!(seen > 40, "{seen} links: the test must see them");
}

#[test]
fn every_page_of_docs_is_in_the_index_of_the_readme() {
    let readme = fs::read_to_string(root().join("README.md")).unwrap();
    let linked: BTreeSet<PathBuf> =
        targets(&readme).iter().filter_map(|target| root().join(target).canonicalize().ok()).collect();
    for page in pages().iter().skip(3) {
        assert!(linked.contains(&page.canonicalize().unwrap()), "README.md does not link {}", page.display());
    }
}

#[test]
fn a_broken_link_is_seen() {
    let readme = root().join("README.md");
    assert!(flaw(&readme, "docs/nowhere.md").is_some());
    assert!(flaw(&readme, "docs/policy.md#nowhere").is_some());
    assert_eq!(flaw(&readme, "https://example.org/nowhere"), None);
    assert_eq!(targets("a [b](c.md#d) e\n```\n[x](y)\n```\n"), ["c.md#d"]);
    assert!(anchors("## One `size` of it: why?").contains("one-size-of-it-why"));
}
