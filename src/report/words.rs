//! Formats numbers and lists for a screen.

use crate::screen;

/// Width of a screen in columns.
pub(super) const WIDTH: usize = 100;

/// Heading of service levels: the author of the scenario sets them, never the service.
pub(super) const SLAS: &str = "Service levels (set by the scenario)";

/// 1234567 as "1,234,567".
pub(crate) fn thousands(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() * 4 / 3);
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A size as "24 MB": in units of 1,000, with a decimal below ten.
pub(crate) fn file_size(bytes: u64) -> String {
    let (mut size, mut unit) = (bytes as f64, 0);
    let units = ["B", "KB", "MB", "GB", "TB"];
    // A number that would be rounded to 1,000 goes to the next unit.
    while size >= 999.5 && unit + 1 < units.len() {
        size /= 1000.0;
        unit += 1;
    }
    let decimals = usize::from(unit > 0 && size < 9.95);
    format!("{size:.decimals$} {}", units[unit])
}

/// A share as "12.3 %"; "-" where `of` is zero. Never "0 %" for a part above zero, nor "100 %" for an incomplete one.
pub(super) fn percent(part: u64, of: u64) -> String {
    match (part, of) {
        (_, 0) => "-".into(),
        (part, of) => share(part as f64 / of as f64),
    }
}

/// A share from 0 to 1 as "12.3 %" or "0.02 %": one format for screen, charts and page. Never "0 %" for a share above
/// zero, nor "100 %" for one below one.
pub(super) fn share(share: f64) -> String {
    match share * 100.0 {
        0.0 => "0 %".into(),
        100.0 => "100 %".into(),
        percent if percent > 0.0 && percent < 0.01 => "<0.01 %".into(),
        percent if percent > 0.0 && percent < 0.1 => format!("{percent:.2} %"),
        percent if percent > 99.9 => ">99.9 %".into(),
        percent => format!("{percent:.1} %"),
    }
}

/// A real number with the decimals that suit its size, or "-".
pub(super) fn rough(value: Option<f64>) -> String {
    match value {
        None => "-".into(),
        Some(value) if value.abs() >= 100.0 => format!("{value:.0}"),
        Some(value) if value.abs() >= 10.0 || value == 0.0 => format!("{value:.1}"),
        Some(value) => format!("{value:.2}"),
    }
}

/// "seed 1", and the number of the replication if it is not the first.
pub(crate) fn seeded(seed: u64, replication: u64) -> String {
    match replication {
        0 => format!("seed {seed}"),
        _ => format!("seed {seed}, replication {replication}"),
    }
}

/// `text` in one line as it can be shown, cut to `most` characters, with a sign where it was cut.
pub(super) fn cut(text: &str, most: usize) -> String {
    let text = screen::line(text);
    match text.chars().count() {
        length if length <= most => text.into_owned(),
        _ => text.chars().take(most.saturating_sub(3)).chain("...".chars()).collect(),
    }
}

/// Words in lines no wider than a screen; all lines but the first are indented.
pub(super) fn wrapped(words: impl IntoIterator<Item = String>, first: &str, indent: &str) -> String {
    let mut text = String::new();
    let mut line = String::from(first);
    let mut fresh = true;
    for word in words {
        if !fresh && line.chars().count() + 1 + word.chars().count() > WIDTH {
            text.push_str(line.trim_end());
            text.push('\n');
            line = indent.into();
            fresh = true;
        }
        if !fresh {
            line.push(' ');
        }
        line.push_str(&word);
        fresh = false;
    }
    text.push_str(line.trim_end());
    text.push('\n');
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn great_numbers_are_grouped() {
        let shown = [0, 999, 1_000, 1_234_567].map(thousands);
        assert_eq!(shown, ["0", "999", "1,000", "1,234,567"]);
    }

    #[test]
    fn sizes_of_files_have_two_or_three_digits() {
        let shown =
            [0, 999, 1_000, 9_949, 9_951, 24_300_000, 999_499, 999_500, 122_000_000_000, 5_000_000_000_000]
                .map(file_size);
        let wanted =
            ["0 B", "999 B", "1.0 KB", "9.9 KB", "10 KB", "24 MB", "999 KB", "1.0 MB", "122 GB", "5.0 TB"];
        assert_eq!(shown, wanted);
    }

    #[test]
    fn what_was_seen_is_never_nothing_and_what_was_missed_never_all() {
        let shown = [(0, 0), (0, 5), (1, 99_999), (2, 10_000), (1, 8), (9_999, 10_000), (5, 5)]
            .map(|(a, b)| percent(a, b));
        assert_eq!(shown, ["-", "0 %", "<0.01 %", "0.02 %", "12.5 %", ">99.9 %", "100 %"]);
    }

    #[test]
    fn long_lists_are_wrapped_and_indented() {
        let text = wrapped((0..60).map(|n| format!("word{n}")), "List: ", "      ");
        assert!(text.lines().count() > 3 && text.lines().all(|line| line.chars().count() <= WIDTH));
        assert!(
            text.starts_with("List: word0 word1")
                && text.lines().skip(1).all(|l| l.starts_with("      word"))
        );
        assert_eq!(cut("abcdefgh", 6), "abc...");
    }
}
