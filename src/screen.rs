//! Shows text of files and arguments safely on a screen. No such text moves the cursor, changes the writing direction,
//! begins a line of output, or gives a command to a CI service.

use std::borrow::Cow;
use std::fmt::Write;
use std::path::Path;

/// Whether a terminal acts on this character instead of showing it: C0, DEL, C1, line and paragraph separators, and
/// characters that change the writing direction.
fn is_order(c: char) -> bool {
    c.is_control() || matches!(c, '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// `text` as part of one line. Each character on which a terminal would act, line ends included, is escaped like
/// `\u{1b}`.
pub fn line(text: &str) -> Cow<'_, str> {
    if !text.contains(is_order) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len() + 16);
    text.chars().for_each(|c| push(&mut shown, c));
    Cow::Owned(shown)
}

/// The name of a file or folder as part of one line.
pub fn path(path: &Path) -> String {
    line(&path.to_string_lossy()).into_owned()
}

/// Appends `c` as [`line()`] shows it.
pub fn push(text: &mut String, c: char) {
    if is_order(c) { escape(text, c) } else { text.push(c) }
}

/// A page of several lines, as a last check before the screen. Values inside it are shown as by [`line()`]. Line ends
/// stay; every other character on which a terminal acts is escaped. No line is a command of GitHub's runner
/// (`::error::` at the beginning, `##[error]` anywhere).
pub fn page(text: &str) -> String {
    let mut shown = String::with_capacity(text.len() + 16);
    for whole in text.split_inclusive('\n') {
        let rest = whole.trim_start();
        let (blanks, rest) = whole.split_at(whole.len() - rest.len());
        spell(&mut shown, blanks, escape);
        match rest.strip_prefix("::") {
            Some(rest) => {
                escape(&mut shown, ':');
                shown.push(':');
                spell(&mut shown, rest, escape);
            }
            None => spell(&mut shown, rest, escape),
        }
    }
    shown
}

/// A word quoted for a shell, in one line.
pub fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./=:+,%@".contains(c);
    let shown = line(word);
    if shown != word {
        return in_escapes(word);
    }
    if !word.is_empty() && word.chars().all(plain) {
        word.into()
    } else {
        format!("'{}'", word.replace('\'', "'\\''"))
    }
}

/// A word with escapes for bash and zsh.
fn in_escapes(word: &str) -> String {
    let mut text = String::from("$'");
    for c in word.chars() {
        match c {
            '\'' | '\\' => text.extend(['\\', c]),
            _ if line(c.encode_utf8(&mut [0; 4])).starts_with('\\') => {
                text += &format!("\\u{:04x}", u32::from(c));
            }
            _ => text.push(c),
        }
    }
    text + "'"
}

/// A JSON text made safe for a screen. The escapes are JSON's own, so a JSON reader returns the original characters.
pub fn json(text: &str) -> String {
    let mut shown = String::with_capacity(text.len() + 16);
    spell(&mut shown, text, |shown, c| {
        write!(shown, "\\u{:04x}", u32::from(c)).expect("a string takes all");
    });
    shown
}

fn escape(text: &mut String, c: char) {
    write!(text, "\\u{{{:x}}}", u32::from(c)).expect("a string takes all");
}

/// Appends `text`; characters that must not be shown go through `escape`.
fn spell(shown: &mut String, text: &str, escape: fn(&mut String, char)) {
    for c in text.chars() {
        let is_command = c == '[' && shown.ends_with("##");
        if is_command || (c != '\n' && is_order(c)) { escape(shown, c) } else { shown.push(c) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_terminal_would_act_on_is_spelled_out() {
        assert_eq!(line("a\u{1b}[31mb\tc\r\nd"), "a\\u{1b}[31mb\\u{9}c\\u{d}\\u{a}d");
        assert_eq!(line("\u{7f}\u{9b}\u{202e}\u{2066}\u{2028}"), "\\u{7f}\\u{9b}\\u{202e}\\u{2066}\\u{2028}");
        assert!(matches!(line("Zürich, 東京, ÷ 2"), Cow::Borrowed(_)));
    }

    #[test]
    fn no_line_of_a_page_is_a_command() {
        assert_eq!(page("a\n::error::b\n \u{a0}::c ::d\n##[error]e"), {
            "a\n\\u{3a}:error::b\n \u{a0}\\u{3a}:c ::d\n##\\u{5b}error]e"
        });
        assert_eq!(page("a\u{85}::b\n\n\u{1b}c\n"), "a\\u{85}::b\n\n\\u{1b}c\n");
        let once = page("\u{1b}::\n::x");
        assert_eq!(page(&once), once, "what is spelled out stays as it is");
    }

    #[test]
    fn json_means_the_same_afterwards() {
        let meant = "a\u{9b}b\u{202e}c\u{7f}d\n::e ##[f]";
        let written = serde_json::to_string_pretty(&[meant]).unwrap();
        let shown = json(&written);
        assert!(!shown.contains(['\u{9b}', '\u{202e}', '\u{7f}']) && !shown.contains("##["), "{shown}");
        assert_eq!(serde_json::from_str::<Vec<String>>(&shown).unwrap(), [meant]);
    }
}
