//! Annotations, which GitHub shows beside the lines of a change.

use crate::experiment::{OnUndecided, Suite, Verdict};

/// GitHub shows no more of a kind for a step.
const MOST: usize = 10;

/// The worst first; nothing elsewhere than on GitHub.
pub(super) fn annotations(suite: &Suite) -> String {
    if std::env::var_os("GITHUB_ACTIONS").is_none_or(|value| value != "true") {
        return String::new();
    }
    let mut lines = vec![];
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
        lines.push(line(level, spot.file(), spot.line(), &title, &message.join("\n")));
    }
    for file in &suite.unread {
        lines.push(line("error", &file.path.display().to_string(), 1, "not judged", &file.why.to_string()));
    }
    lines.truncate(MOST);
    lines.concat()
}

fn line(level: &str, file: &str, line: usize, title: &str, message: &str) -> String {
    format!("::{level} file={},line={line},title={}::{}\n", property(file), property(title), data(message))
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
            line("error", "a,b.toml", 3, "x: failed", "95 %\nof it"),
            "::error file=a%2Cb.toml,line=3,title=x%3A failed::95 %25%0Aof it\n"
        );
    }
}
