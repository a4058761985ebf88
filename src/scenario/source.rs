//! The texts of a scenario, and places in them.

use crate::error::{Mistake, window};
use std::path::{Path, PathBuf};

/// Most characters of a wrong value that are kept.
const MOST_FOUND: usize = 200;

/// A place in one of the texts: the bytes [start, end).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    source: u32,
    start: u32,
    end: u32,
}

impl Place {
    /// The bytes `range` of text number `source`.
    pub fn new(source: u32, range: std::ops::Range<usize>) -> Place {
        Place { source, start: range.start as u32, end: range.end.max(range.start) as u32 }
    }
    /// The number of the text.
    pub fn source(self) -> u32 {
        self.source
    }
    /// Start in its text.
    pub fn start(self) -> u32 {
        self.start
    }
}

/// One text: a file, the embedded baseline, or the argument of one `--set`.
#[derive(Debug)]
struct Source {
    name: String,
    text: String,
    /// The byte at which each line begins.
    lines: Vec<u32>,
}

/// All texts of one scenario.
#[derive(Debug, Default)]
pub struct Sources(Vec<Source>);

impl Sources {
    /// Adds a text and returns its number.
    pub fn add(&mut self, name: impl Into<String>, text: impl Into<String>) -> u32 {
        let text = text.into();
        let after = |(at, _): (usize, &str)| at as u32 + 1;
        let lines = std::iter::once(0).chain(text.match_indices('\n').map(after)).collect();
        self.0.push(Source { name: name.into(), text, lines });
        self.0.len() as u32 - 1
    }
    /// The text number `source`.
    pub fn text(&self, source: u32) -> &str {
        &self.0[source as usize].text
    }
    /// "file:line", or "--set".
    pub fn origin(&self, place: Place) -> String {
        let source = &self.0[place.source as usize];
        if source.name == "--set" {
            source.name.clone()
        } else {
            format!("{}:{}", source.name, source.line(place))
        }
    }
    /// The folder of the file with `place`; the current folder for a place in no file.
    pub fn folder(&self, place: Place) -> PathBuf {
        let name = &self.0[place.source as usize].name;
        Path::new(name).parent().map(Path::to_path_buf).unwrap_or_default()
    }
    /// Whether `place` is in an argument of the command line.
    pub fn is_set(&self, place: Place) -> bool {
        self.0[place.source as usize].name == "--set"
    }
    /// The line in which `place` begins, and the characters before it.
    pub fn line_at(&self, place: Place) -> (&str, usize) {
        let source = &self.0[place.source as usize];
        let start = source.lines[source.line(place) - 1] as usize;
        let line = source.text[start..].split('\n').next().unwrap_or("").trim_end_matches('\r');
        let at = source.boundary(place.start as usize).max(start);
        (line, source.text[start..at].chars().count())
    }
    /// A mistake at `place`; without a place, in text number 0 as a whole.
    pub fn mistake(&self, place: Option<Place>, message: String, help: String) -> Mistake {
        let Some(place) = place else {
            let file = self.0.first().map(|source| source.name.clone()).unwrap_or_default();
            let (text, found) = (String::new(), String::new());
            return Mistake { file, line: 0, column: 0, text, before: 0, width: 0, found, message, help };
        };
        let source = &self.0[place.source as usize];
        let line = source.line(place);
        let start = source.lines[line - 1] as usize;
        let text = source.text[start..].split('\n').next().unwrap_or("").trim_end_matches('\r');
        let from = source.boundary(place.start as usize);
        let found = &source.text[from..source.boundary(place.end as usize).max(from)];
        let found: String = found.split('\n').next().unwrap_or("").chars().take(MOST_FOUND).collect();
        let column = source.text[start..from.max(start)].chars().count();
        let (text, before, width) = window(text, column, found.chars().count());
        Mistake {
            file: source.name.clone(),
            line,
            column: column + 1,
            text,
            before,
            width,
            found,
            message,
            help,
        }
    }
}

impl Source {
    fn line(&self, place: Place) -> usize {
        self.lines.partition_point(|start| *start <= place.start)
    }
    /// The last character boundary at or before `byte`.
    fn boundary(&self, byte: usize) -> usize {
        (0..=byte.min(self.text.len())).rev().find(|at| self.text.is_char_boundary(*at)).unwrap_or(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_knows_its_line_and_column() {
        let mut sources = Sources::default();
        let number = sources.add("a.toml", "x = 1\nä = \"14\"\r\n");
        let mistake = sources.mistake(Some(Place::new(number, 11..15)), "no unit".into(), String::new());
        assert_eq!((mistake.line, mistake.column, mistake.width), (2, 5, 4));
        assert_eq!((mistake.text.as_str(), mistake.found.as_str()), ("ä = \"14\"", "\"14\""));
        assert_eq!(sources.origin(Place::new(number, 11..15)), "a.toml:2");
    }

    #[test]
    fn a_place_beyond_the_end_or_inside_a_character_does_no_harm() {
        let mut sources = Sources::default();
        let number = sources.add("a.toml", "ä");
        for range in [0..0, 1..1, 1..9, 7..9] {
            sources.mistake(Some(Place::new(number, range)), String::new(), String::new());
        }
    }
}
