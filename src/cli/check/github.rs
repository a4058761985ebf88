//! Annotations that GitHub shows beside the lines of a change.

use crate::error::Error;
use crate::experiment::{EXPECT_SOMETHING, OnUndecided, Suite, Verdict};
use std::path::Path;

/// Most annotations of one kind that GitHub shows for a step.
const MOST: usize = 10;
/// The file name of mistakes on the command line.
const SET: &str = "--set";

/// Whether the program runs in a GitHub action.
fn shown() -> bool {
    std::env::var_os("GITHUB_ACTIONS").is_some_and(|value| value == "true")
}

/// The worst first: files that could not be judged, then unmet expectations. Empty outside GitHub.
pub(super) fn annotations(suite: &Suite) -> Vec<String> {
    if !shown() {
        return vec![];
    }
    let mut lines = vec![];
    for (files, why) in suite.wrong() {
        let file = files[0].display().to_string();
        let at = match why {
            Error::Scenario(mistakes) => mistakes.0.first().map(|first| (first.file.as_str(), first.line)),
            _ => None,
        };
        // A mistake on the command line is in no file.
        let whole = files[0].exists().then_some((file.as_str(), 1));
        let at = at.map_or(whole, |(file, line)| (file != SET).then_some((file, line.max(1))));
        lines.push(line("error", at, "not judged", &why.to_string()));
    }
    let uncovered: Vec<&str> = suite.uncovered().iter().map(|rule| rule.name()).collect();
    if !uncovered.is_empty() {
        lines.push(line(
            "error",
            None,
            "never fired",
            &format!("rules that never fired: {}", uncovered.join(", ")),
        ));
    }
    for file in suite.untested.iter().filter(|file| file.named) {
        let at = file.path.display().to_string();
        let why = format!("the file has no [[expect]]: {EXPECT_SOMETHING}");
        lines.push(line("error", Some((&at, 1)), "nothing to judge", &why));
    }
    for folder in &suite.barren {
        let why = format!("no file in {} has an [[expect]]: {EXPECT_SOMETHING}", folder.display());
        lines.push(line("error", None, "nothing to judge", &why));
    }
    for (file, expectation, number) in suite.all() {
        let judgement = &file.checked.judgements[number];
        let level = match judgement.verdict {
            Verdict::Met => continue,
            Verdict::Undecided if suite.on_undecided == OnUndecided::Warn => "warning",
            _ => "error",
        };
        let title = format!("{}: {}", file.scenario.name, judgement.verdict.name());
        let told = [format!("expected {}", judgement.expected), format!("observed {}", judgement.observed)];
        let message: Vec<&str> = told.iter().chain(&judgement.notes).map(String::as_str).collect();
        let spot = &expectation.spot;
        // Boundary cases made by --boundaries are not in the change.
        let at = (!file.boundaries).then_some((spot.file(), spot.line()));
        lines.push(line(level, at, &title, &message.join("\n")));
    }
    lines.truncate(MOST);
    lines
}

/// Differences from a regression record, as an annotation of the record. Empty outside GitHub.
pub(super) fn of_baseline(file: &Path, scenario: &str, told: &str) -> Vec<String> {
    if !shown() {
        return vec![];
    }
    let file = file.display().to_string();
    vec![line("error", Some((&file, 1)), &format!("{scenario}: not as in its record"), told)]
}

fn line(level: &str, at: Option<(&str, usize)>, title: &str, message: &str) -> String {
    let at = at.map_or(String::new(), |(file, line)| format!("file={},line={line},", property(file)));
    format!("::{level} {at}title={}::{}", property(title), data(message))
}

fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_would_end_an_annotation_is_written_otherwise() {
        assert_eq!(
            line("error", Some(("a,b.toml", 3)), "x: failed", "95 %\nof it"),
            "::error file=a%2Cb.toml,line=3,title=x%3A failed::95 %25%0Aof it"
        );
    }
}
