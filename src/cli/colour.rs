//! Colours failed, missed and undecided results by the usual rules: on a terminal, unless `NO_COLOR` or `--color` says
//! otherwise.

use anstream::stream::RawStream;
use anstream::{AutoStream, ColorChoice};
use anstyle::{AnsiColor, Style};
use std::borrow::Cow;

const BAD: Style = AnsiColor::Red.on_default().bold();
const OPEN: Style = AnsiColor::Yellow.on_default();

/// Verdicts that are coloured wherever they stand as a word.
const WORDS: [(&str, Style); 10] = [
    ("FAILED", BAD),
    ("WRONG", BAD),
    ("ANSWER", BAD),
    ("fails", BAD),
    ("failed", BAD),
    ("worse", BAD),
    ("error", BAD),
    ("UNDECIDED", OPEN),
    ("undecided", OPEN),
    ("warning", OPEN),
];
/// Beginning of the row of a service level that misses its target.
const MISSED: &str = "! ";

/// Applies `--color`; without it, terminal and environment decide.
pub(super) fn choose(asked: Option<&str>) {
    match asked {
        Some("always") => ColorChoice::Always.write_global(),
        Some("never") => ColorChoice::Never.write_global(),
        _ => {}
    }
}

/// The text, with colours if this stream supports them.
pub(super) fn page<'t>(text: &'t str, stream: &impl RawStream) -> Cow<'t, str> {
    match AutoStream::choice(stream) {
        ColorChoice::Never => Cow::Borrowed(text),
        _ => Cow::Owned(painted(text)),
    }
}

fn painted(text: &str) -> String {
    let mut whole = String::with_capacity(text.len() + 64);
    for line in text.split_inclusive('\n') {
        let bare = line.trim_end_matches('\n');
        let end = &line[bare.len()..];
        match bare.starts_with(MISSED) {
            true => whole += &format!("{BAD}{bare}{BAD:#}"),
            false => words(&mut whole, bare),
        }
        whole += end;
    }
    whole
}

/// Appends the line with coloured verdicts.
fn words(whole: &mut String, line: &str) {
    let is_part = |c: char| c.is_alphanumeric() || "_-./=".contains(c);
    let mut rest = line;
    while let Some(start) = rest.find(is_part) {
        let end = rest[start..].find(|c| !is_part(c)).map_or(rest.len(), |length| start + length);
        let word = &rest[start..end];
        let bare = word.trim_end_matches('.');
        whole.push_str(&rest[..start]);
        match WORDS.iter().find(|(verdict, _)| *verdict == bare) {
            Some((_, style)) => *whole += &format!("{style}{bare}{style:#}{}", &word[bare.len()..]),
            None => whole.push_str(word),
        }
        rest = &rest[end..];
    }
    whole.push_str(rest);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn verdicts_are_painted_and_nothing_else() {
        let plain =
            "30 meets, 28 fails.\n  copied  undecided\n! received: 94 %\nsite.failed = x-failed.toml\n";
        let red = |text: &str| format!("\u{1b}[1m\u{1b}[31m{text}\u{1b}[0m");
        let wanted = format!(
            "30 meets, 28 {}.\n  copied  \u{1b}[33mundecided\u{1b}[0m\n{}\nsite.failed = x-failed.toml\n",
            red("fails"),
            red("! received: 94 %")
        );
        assert_eq!(painted(plain), wanted);
    }
}
