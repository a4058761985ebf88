//! The table of keys: meaning, unit, default and example of every key of a scenario. `shipback help KEY`, the JSON
//! Schema and the reference page are generated from it. A test compares it with the keys that the reader uses.

mod rows;
mod schema;

pub use rows::KEYS;
pub use schema::{SCHEMA_NAME, schema};

use crate::error::advice;

/// The kind of value that a key holds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Kind {
    /// Any text.
    Text,
    /// A name.
    Name,
    /// true or false.
    Flag,
    /// A whole number within a range.
    Whole(u64, u64),
    /// A number within a range.
    Number(f64, f64),
    /// 0 to 1, or a percentage.
    Share,
    /// "14d", "36h", "1d 12h".
    Span,
    /// A duration, or one of these words where it never happens.
    SpanOr(&'static [&'static str]),
    /// "3TB".
    Size,
    /// "70MB/s".
    Speed,
    /// "40/day".
    Rate,
    /// "2026-11-23".
    Day,
    /// A date, a date and time, or a duration after the start.
    Moment,
    /// A time zone.
    Zone,
    /// One of these words.
    Words(&'static [&'static str]),
    /// A duration, or a distribution of them.
    Times,
    /// A size, or a distribution of them.
    Sizes,
    /// A number, or a distribution of them.
    Counts,
    /// A shift, or a list of them.
    Hours,
    /// A list of values of this kind, or one of them.
    List(&'static Kind),
    /// A table with keys that the user chooses, each with a value of this kind.
    Named(&'static Kind),
    /// Any of these.
    Any(&'static [Kind]),
    /// A value described by no other kind.
    Free,
}

/// One key of a scenario.
#[derive(Clone, Copy, Debug)]
pub struct Key {
    /// Path; `*` is a name that the user chooses, `[]` a row of a list.
    pub path: &'static str,
    /// Kind of value.
    pub kind: Kind,
    /// Default, as `shipback explain` shows it; "needed" where there is none; may be empty.
    pub default: &'static str,
    /// An example value, as TOML.
    pub example: &'static str,
    /// Its meaning.
    pub says: &'static str,
}

impl Kind {
    /// The kind in words.
    pub fn words(self) -> String {
        match self {
            Kind::Text => "a text".into(),
            Kind::Name => "a name".into(),
            Kind::Flag => "true or false".into(),
            Kind::Whole(least, most) if most > u64::MAX / 4 => format!("a whole number, {least} or more"),
            Kind::Whole(least, most) => format!("a whole number, {least} to {most}"),
            Kind::Number(f64::MIN, f64::MAX) => "a number".into(),
            Kind::Number(least, most) => format!("a number, {least} to {most}"),
            Kind::Share => "a share: 0 to 1, or \"5 %\"".into(),
            Kind::Span => "a duration".into(),
            Kind::SpanOr(words) => format!("a duration, or {}", quoted(words)),
            Kind::Size => "a size in bytes".into(),
            Kind::Speed => "a rate of copying, in bytes a second".into(),
            Kind::Rate => "a rate of events".into(),
            Kind::Day => "a day".into(),
            Kind::Moment => "a date, a date with a time, or a duration after the start".into(),
            Kind::Zone => "a time zone".into(),
            Kind::Words(words) => format!("one of {}", quoted(words)),
            Kind::Times => "a duration, or a distribution of durations".into(),
            Kind::Sizes => "a size, or a distribution of sizes".into(),
            Kind::Counts => "a number, or a distribution of numbers".into(),
            Kind::Hours => "a shift, or a list of shifts".into(),
            Kind::List(one) => format!("a list; each item is {}", one.words()),
            Kind::Named(one) => format!("a table; each value is {}", one.words()),
            Kind::Any(kinds) => {
                let kinds: Vec<String> = kinds.iter().map(|kind| kind.words()).collect();
                kinds.join("; or ")
            }
            Kind::Free => "a table or a word, as in the example".into(),
        }
    }
}

fn quoted(words: &[&str]) -> String {
    words.iter().map(|word| format!("\"{word}\"")).collect::<Vec<_>>().join(", ")
}

/// What `shipback help KEY` prints: one key, or all keys of a table.
///
/// # Errors
/// A sentence with the nearest key.
pub fn help(asked: &str) -> Result<String, String> {
    let asked = asked.trim().trim_matches(['[', ']']);
    let found: Vec<&Key> = KEYS.iter().filter(|key| is_meant(asked, key.path)).collect();
    if found.is_empty() {
        let paths: Vec<&str> = KEYS.iter().map(|key| key.path).collect();
        let last = asked.rsplit('.').next().unwrap_or(asked);
        let same: Vec<&str> =
            paths.iter().copied().filter(|path| path.rsplit('.').next() == Some(last)).take(5).collect();
        let near = if same.is_empty() {
            nearest_paths(asked, &paths)
        } else {
            format!("did you mean {}?", same.join(", "))
        };
        return Err(format!("no scenario has a key \"{asked}\"; {near}"));
    }
    let mut text = String::new();
    for key in found {
        let default = match key.default {
            "" => String::new(),
            default => format!("  default  {default}\n"),
        };
        text += &format!(
            "{}\n  {}\n  holds    {}\n{default}  example  {} = {}\n\n",
            key.path,
            key.says,
            key.kind.words(),
            key.path.rsplit('.').next().unwrap_or(key.path),
            key.example
        );
    }
    Ok(text)
}

fn nearest_paths(asked: &str, paths: &[&str]) -> String {
    match crate::error::nearest(asked, paths.iter().copied()) {
        Some(near) => format!("did you mean \"{near}\"?"),
        None => {
            let mut tables: Vec<&str> = vec![];
            for path in paths {
                let table = path.split(['.', '[']).next().unwrap_or(path);
                if !tables.contains(&table) {
                    tables.push(table);
                }
            }
            advice(asked, &tables)
        }
    }
}

/// Whether `asked` names this key, or a table that contains it.
fn is_meant(asked: &str, path: &str) -> bool {
    let plain = path.replace("[]", "");
    let asked = strip_numbers(asked);
    let (asked, path): (Vec<&str>, Vec<&str>) = (asked.split('.').collect(), plain.split('.').collect());
    asked.len() <= path.len()
        && asked.iter().zip(&path).all(|(asked, own)| asked == own || *own == "*" && !asked.is_empty())
}

/// Turns "disruption[0].from" and "disruption.0.from" into "disruption.from".
fn strip_numbers(asked: &str) -> String {
    let asked = asked.replace("[]", "").replace('[', ".").replace(']', "");
    let names = asked.split('.').filter(|name| name.parse::<u32>().is_err());
    names.collect::<Vec<_>>().join(".")
}

/// The reference page in Markdown: a table of keys for each table of the scenario.
pub fn reference() -> String {
    let mut text = String::new();
    let mut last = "";
    for key in KEYS.iter() {
        let table = key.path.rsplit_once('.').map_or("", |(table, _)| table);
        if table != last || text.is_empty() {
            let title = match (table, table.strip_suffix("[]")) {
                ("", _) => "At the top".to_string(),
                (_, Some(list)) => format!("`[[{}]]`", list.replace("[]", "")),
                (table, None) => format!("`[{}]`", table.replace('*', "NAME")),
            };
            text += &format!("\n### {title}\n\n| key | holds | default | meaning |\n|---|---|---|---|\n");
            last = table;
        }
        let cell = |text: &str| text.replace('|', "\\|");
        let default = match key.default {
            "" => String::new(),
            "needed" => "needed".into(),
            default => format!("`{}`", cell(default)),
        };
        let name = key.path.rsplit('.').next().unwrap_or(key.path);
        text += &format!(
            "| `{name}` | {}, as in `{}` | {default} | {} |\n",
            cell(&key.kind.words()),
            cell(key.example),
            cell(key.says)
        );
    }
    text
}

#[cfg(test)]
#[path = "keys/tests.rs"]
mod tests;
