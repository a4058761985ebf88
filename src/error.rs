//! Errors that a user can cause or meet, with the place, the value found and a way out. Bugs are not here: they panic.

use crate::screen::{self, line};
use std::fmt;
use std::path::PathBuf;

/// Most mistakes that are noted. A hostile file may have millions, and nobody corrects more than this at a time.
pub const MOST_NOTED: usize = 200;
/// Most mistakes that are shown at a time; the others are only counted.
const MOST_SHOWN: usize = 20;
/// Most characters of the user's line that are shown.
const MOST_WIDTH: usize = 100;

/// One mistake in a scenario.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mistake {
    /// The file as the user named it, or "--set".
    pub file: String,
    /// Line, counted from 1; 0 where the mistake belongs to no line, as for a missing table.
    pub line: usize,
    /// Column in characters, counted from 1.
    pub column: usize,
    /// The text of the line, shortened to what a screen holds.
    pub text: String,
    /// Number of characters of `text` before the part that is wrong.
    pub before: usize,
    /// Number of characters of `text` that are wrong.
    pub width: usize,
    /// The value that was found; empty where something is missing.
    pub found: String,
    /// What is wrong, in a sentence without its full stop.
    pub message: String,
    /// What is allowed, or the nearest valid name; may be empty.
    pub help: String,
}

impl fmt::Display for Mistake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "error: {}", line(&self.message))?;
        if self.line == 0 {
            writeln!(f, "  --> {}", line(&self.file))?;
        } else {
            writeln!(f, "  --> {}:{}:{}", line(&self.file), self.line, self.column)?;
            let (text, before) = (&self.text, self.before);
            let number = self.line.to_string();
            let margin = " ".repeat(number.len());
            let carets = "^".repeat(self.width.clamp(1, text.chars().count().saturating_sub(before).max(1)));
            writeln!(f, "{margin} |\n{number} | {text}\n{margin} | {}{carets}", " ".repeat(before))?;
        }
        if !self.help.is_empty() {
            writeln!(f, "  = help: {}", line(&self.help))?;
        }
        Ok(())
    }
}

/// The part of a line around `column` (from 0) that fits a screen. Tabs become blanks; characters that cannot be shown
/// are escaped. Returns the part, the number of its characters before `column`, and the number that show `width`
/// characters from there.
pub fn window(line: &str, column: usize, width: usize) -> (String, usize, usize) {
    let from = if column < MOST_WIDTH * 3 / 4 { 0 } else { column - MOST_WIDTH / 2 };
    let (mut text, mut ends) = (String::new(), vec![0]);
    for c in line.chars().skip(from).take(MOST_WIDTH) {
        screen::push(&mut text, if c == '\t' { ' ' } else { c });
        ends.push(text.chars().count());
    }
    // A mistake may stand beyond the end of the line: there, each character has a column too.
    let last = ends.len() - 1;
    let end = |at: usize| ends[at.min(last)] + at.saturating_sub(last);
    let before = end(column - from);
    let width = end(column - from + width.max(1)) - before;
    (text, before, width)
}

/// All mistakes of a scenario, found in one pass.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Mistakes(pub Vec<Mistake>);

impl fmt::Display for Mistakes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for mistake in self.0.iter().take(MOST_SHOWN) {
            writeln!(f, "{mistake}")?;
        }
        match self.0.len() {
            0 | 1 => write!(f, "nothing was run: 1 mistake in the scenario"),
            count if count >= MOST_NOTED => {
                write!(
                    f,
                    "nothing was run: {count} mistakes or more in the scenario, the first {MOST_SHOWN} are shown"
                )
            }
            count if count > MOST_SHOWN => {
                write!(
                    f,
                    "nothing was run: {count} mistakes in the scenario, the first {MOST_SHOWN} are shown"
                )
            }
            count => write!(f, "nothing was run: {count} mistakes in the scenario"),
        }
    }
}

/// Why the program could not do what the user asked.
#[derive(Debug)]
pub enum Error {
    /// A mistake on the command line, in one line of text.
    Usage(String),
    /// A mistake on the command line, with more lines that explain it.
    UsageWith(String, Vec<String>),
    /// The scenario is not valid.
    Scenario(Mistakes),
    /// A file could not be read or written.
    Io {
        /// What was tried: "read", "write" and the like.
        doing: &'static str,
        /// The file or folder.
        path: PathBuf,
        /// The reason that the operating system gave.
        why: std::io::Error,
    },
}

impl Error {
    /// Exit code 2 where the user can correct the scenario or the command line; 3 where the operating system refused.
    pub fn exit_code(&self) -> u8 {
        match self {
            Error::Usage(_) | Error::UsageWith(..) | Error::Scenario(_) => 2,
            Error::Io { .. } => 3,
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Error::Usage(message) => write!(f, "error: {}", line(message)),
            Error::UsageWith(message, more) => {
                write!(f, "error: {}", line(message))?;
                more.iter().try_for_each(|text| write!(f, "\n{}", line(text)))
            }
            Error::Scenario(mistakes) => mistakes.fmt(f),
            Error::Io { doing, path, why } => {
                write!(f, "error: cannot {doing} {}: {}", screen::path(path), line(&why.to_string()))
            }
        }
    }
}

impl std::error::Error for Error {}

impl From<Mistakes> for Error {
    fn from(mistakes: Mistakes) -> Error {
        Error::Scenario(mistakes)
    }
}

/// The valid names nearest to `name`, at most `most`, the nearest first. A name is near where it is spelled nearly like
/// `name`, or where its parts between points are nearly those of `name` as far as both go.
pub fn nearest_few<'n>(name: &str, valid: &[&'n str], most: usize) -> Vec<&'n str> {
    if name.len() > 100 {
        return vec![];
    }
    let parts = |name: &str| name.split('.').map(str::to_owned).collect::<Vec<_>>();
    let wanted = parts(name);
    let near = |candidate: &&&'n str| {
        let whole = strsim::damerau_levenshtein(name, candidate);
        let of = parts(candidate);
        // Two parts match where they are equal, or one contains the other, as "rules" and "rule".
        let alike = |ours: &String, theirs: &String| {
            strsim::damerau_levenshtein(ours, theirs) <= ours.chars().count().min(theirs.chars().count()) / 3
        };
        let same = wanted.iter().zip(&of).take_while(|(ours, theirs)| alike(ours, theirs)).count();
        let all = same == wanted.len().min(of.len());
        let close = whole <= name.chars().count().max(candidate.len()).div_ceil(3);
        (all || close).then_some(whole)
    };
    let mut found: Vec<(usize, &str)> =
        valid.iter().filter_map(|candidate| Some((near(&candidate)?, *candidate))).collect();
    found.sort_by_key(|(distance, _)| *distance);
    // A spelling mistake has few corrections: keep the nearest only.
    let least = found.first().map_or(0, |one| one.0);
    found.retain(|(distance, _)| least > 2 || *distance == least);
    let mut names: Vec<&str> = vec![];
    for (_, name) in found {
        if !names.contains(&name) && names.len() < most {
            names.push(name);
        }
    }
    names
}

/// The valid name nearest to `name`, if one is near enough.
pub fn nearest<'n>(name: &str, valid: impl IntoIterator<Item = &'n str>) -> Option<&'n str> {
    // The comparison is quadratic in the length, and no valid name is that long.
    if name.len() > 100 {
        return None;
    }
    let valid: Vec<&str> = valid.into_iter().collect();
    if let Some(same) = valid.iter().find(|candidate| candidate.eq_ignore_ascii_case(name)) {
        return Some(same);
    }
    let distance = |candidate: &&&str| strsim::damerau_levenshtein(name, candidate);
    let found = valid.iter().min_by_key(distance)?;
    if distance(&found) <= name.chars().count().max(found.len()).div_ceil(3) {
        return Some(found);
    }
    // The beginning of a long name counts as near, and so does a name with something after it.
    let begins = |long: &str, short: &str| short.len() >= 3 && long.starts_with(short);
    let found = valid.iter().find(|candidate| begins(candidate, name) || begins(name, candidate));
    // A name with another ending counts as near where most letters agree: "Shiped" for "Shipping".
    let shared = |other: &str| name.chars().zip(other.chars()).take_while(|(a, b)| a == b).count();
    let most =
        |candidate: &&&str| shared(candidate) >= 4 && 3 * shared(candidate) >= 2 * name.chars().count();
    found.or_else(|| valid.iter().find(most)).copied()
}

/// "did you mean ..." where a valid name is near; and the list of valid names where that list is short.
pub fn advice(name: &str, valid: &[&str]) -> String {
    let meant = nearest(name, valid.iter().copied()).map(|near| format!("did you mean \"{near}\"?"));
    // A key with two spellings is listed once.
    let mut shown: Vec<&str> = vec![];
    for name in valid.iter().copied() {
        if !shown.contains(&name) {
            shown.push(name);
        }
    }
    let more = if shown.len() > 40 { ", ..." } else { "" };
    shown.truncate(40);
    let list = if valid.is_empty() { String::new() } else { format!("allowed: {}{more}", shown.join(", ")) };
    [meant.unwrap_or_default(), list]
        .iter()
        .filter(|part| !part.is_empty())
        .cloned()
        .collect::<Vec<_>>()
        .join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mistake() -> Mistake {
        Mistake {
            file: "a.toml".into(),
            line: 12,
            column: 7,
            text: "[site.bayz]".into(),
            before: 6,
            width: 4,
            found: "bayz".into(),
            message: "[site] has no table \"bayz\"".into(),
            help: advice("bayz", &["dock", "bays"]),
        }
    }

    #[test]
    fn a_mistake_is_shown_like_a_compiler_would() {
        assert_eq!(
            mistake().to_string(),
            "error: [site] has no table \"bayz\"\n  --> a.toml:12:7\n   |\n12 | [site.bayz]\n   |       ^^^^\n  \
             = help: did you mean \"bays\"? allowed: dock, bays\n"
        );
    }

    #[test]
    fn a_line_without_end_is_cut_to_what_a_screen_holds() {
        let (text, before, width) = window(&"x".repeat(1_000_000), 500_000, 400_000);
        let long = Mistake { text, before, column: 500_001, width, ..mistake() };
        assert!(long.to_string().len() < 500);
    }

    #[test]
    fn what_cannot_be_shown_is_spelled_out_and_the_mark_stands_below_it() {
        let (text, before, width) = window("a\t\u{1b}\u{202e}=1", 3, 2);
        assert_eq!((text.as_str(), before, width), ("a \\u{1b}\\u{202e}=1", 8, 9));
        assert_eq!(window("ab", 5, 3), ("ab".into(), 5, 3), "beyond the end of the line");
        let told = Mistake {
            message: "\u{1b}\nb".into(),
            file: "c\n::d".into(),
            help: "e\u{9b}".into(),
            ..mistake()
        };
        let told = told.to_string();
        for part in ["error: \\u{1b}\\u{a}b\n", "--> c\\u{a}::d:12:7\n", "help: e\\u{9b}\n"] {
            assert!(told.contains(part), "{told}");
        }
    }

    #[test]
    fn many_mistakes_are_counted_and_the_first_are_shown() {
        let shown = Mistakes(vec![mistake(); 30]).to_string();
        assert_eq!(shown.matches("error:").count(), MOST_SHOWN);
        assert!(shown.ends_with("30 mistakes in the scenario, the first 20 are shown"));
    }

    #[test]
    fn only_near_names_are_proposed() {
        let valid = ["servers", "at_close", "response_window"];
        assert_eq!(nearest("server", valid), Some("servers"));
        assert_eq!(nearest("respones_window", valid), Some("response_window"));
        assert_eq!(nearest("response", valid), Some("response_window"));
        assert_eq!(nearest("colour", valid), None);
    }

    #[test]
    fn several_names_are_proposed_where_several_may_be_meant() {
        let valid = ["turnaround.p50", "turnaround.p90", "turnaround.max", "rule.J9.fired", "rule.J8.fired"];
        assert_eq!(nearest_few("turnaround.p80", &valid, 3), ["turnaround.p50", "turnaround.p90"]);
        assert_eq!(nearest_few("turnarond.p50", &valid, 3), ["turnaround.p50"], "a slip of the fingers");
        assert_eq!(nearest_few("rules.J9", &valid, 3), ["rule.J9.fired"], "by its parts");
        assert_eq!(nearest_few("turnaround", &valid, 2).len(), 2);
        assert!(nearest_few("colour", &valid, 3).is_empty());
    }

    #[test]
    fn exit_codes_tell_the_users_mistakes_from_the_systems() {
        assert_eq!(Error::Usage(String::new()).exit_code(), 2);
        assert_eq!(Error::from(Mistakes::default()).exit_code(), 2);
        let why = std::io::Error::other("disk full");
        assert_eq!(Error::Io { doing: "write", path: "x".into(), why }.exit_code(), 3);
    }
}
