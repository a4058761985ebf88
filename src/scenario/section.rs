//! Reads a table key by key. Asking for a key makes it a known key, so an unknown key can be reported with the nearest
//! known one. Each value in force is noted with its origin. After a mistake, reading goes on.

use super::hints::{Layers, words};
use super::node::{Node, Table, Value};
use super::source::{Place, Sources};
use crate::error::{MOST_NOTED, Mistake};
use std::cell::{Cell, RefCell};
use std::fmt::Display;

/// A value in force and its origin.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Explained {
    /// Path, such as `site.bays.servers` or `sla[0].within`.
    pub path: String,
    /// The value, as TOML.
    pub value: String,
    /// "file:line", "--set" or "default".
    pub origin: String,
}

/// What reading finds: values in force, mistakes and warnings.
#[derive(Debug)]
pub struct Notes<'a> {
    pub sources: &'a Sources,
    layers: &'a Layers,
    pub mistakes: RefCell<Vec<Mistake>>,
    pub explained: RefCell<Vec<Explained>>,
    /// Values that are valid but probably not meant: one sentence each, with its place.
    pub warnings: RefCell<Vec<String>>,
}

impl<'a> Notes<'a> {
    pub fn new(sources: &'a Sources, layers: &'a Layers) -> Notes<'a> {
        Notes {
            sources,
            layers,
            mistakes: RefCell::default(),
            explained: RefCell::default(),
            warnings: RefCell::default(),
        }
    }
    /// The reason why the list at `path` has no row `name`, if an extending file has replaced the list.
    pub fn why_lost(&self, path: &str, name: &str) -> Option<String> {
        self.layers.why_lost(path, name, self.sources)
    }
    /// Notes a mistake at `place`.
    pub fn mistake(&self, place: Option<Place>, refusal: impl Into<Refusal>) {
        if self.mistakes.borrow().len() >= MOST_NOTED {
            return;
        }
        let refusal = refusal.into();
        let mistake = self.sources.mistake(place, refusal.message, refusal.help);
        self.mistakes.borrow_mut().push(mistake);
    }
    /// Notes a value that is valid but probably not meant.
    pub fn warn(&self, place: Option<Place>, what: &str) {
        let mut warnings = self.warnings.borrow_mut();
        if warnings.len() < MOST_NOTED {
            let origin = place.map_or_else(|| "default".to_string(), |place| self.sources.origin(place));
            warnings.push(format!("{origin}: {what}"));
        }
    }
    fn explain(&self, path: String, value: String, place: Option<Place>) {
        let origin = place.map_or_else(|| "default".to_string(), |place| self.sources.origin(place));
        self.explained.borrow_mut().push(Explained { path, value, origin });
    }
}

/// The reason why a value is refused, and what is allowed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    pub message: String,
    pub help: String,
}

impl Refusal {
    pub fn new(message: impl Into<String>, help: impl Into<String>) -> Refusal {
        Refusal { message: message.into(), help: help.into() }
    }
}

impl From<String> for Refusal {
    fn from(message: String) -> Refusal {
        Refusal { message, help: String::new() }
    }
}
impl From<&str> for Refusal {
    fn from(message: &str) -> Refusal {
        Refusal::from(message.to_string())
    }
}

/// The result of reading one value.
pub type Read<T> = Result<T, Refusal>;

/// A table while it is read. When it is dropped, keys that were never asked for become mistakes, so no reader can
/// forget to look for them.
#[derive(Debug)]
pub struct Section<'a> {
    pub notes: &'a Notes<'a>,
    path: String,
    place: Option<Place>,
    table: Option<&'a Table>,
    asked: RefCell<Vec<&'static str>>,
    /// Keys that are names chosen by the user.
    taken: RefCell<Vec<String>>,
    /// Whether its values are not explained: a table that is the value of a key is explained as a whole.
    quiet: bool,
    /// Whether defaults are not explained, as for each of many scripted jobs.
    terse: bool,
    /// Whether all keys are accepted, as names.
    open: Cell<bool>,
}

/// The outcome of reading one key; finish it with one of `or`, `needed` and `maybe`.
#[derive(Debug)]
pub struct Found<'s, 'a, T> {
    section: &'s Section<'a>,
    key: &'static str,
    outcome: Outcome<T>,
}

#[derive(Debug)]
enum Outcome<T> {
    Given(T),
    Refused,
    Missing,
}

impl<'a> Section<'a> {
    /// The top table: the whole scenario.
    pub fn top(notes: &'a Notes<'a>, table: &'a Table) -> Section<'a> {
        Section::new(notes, String::new(), None, Some(table))
    }
    fn new(
        notes: &'a Notes<'a>,
        path: String,
        place: Option<Place>,
        table: Option<&'a Table>,
    ) -> Section<'a> {
        let (asked, taken) = (RefCell::default(), RefCell::default());
        Section {
            notes,
            path,
            place,
            table,
            asked,
            taken,
            quiet: false,
            terse: false,
            open: Cell::new(false),
        }
    }
    fn child(&self, path: String, place: Option<Place>, table: Option<&'a Table>) -> Section<'a> {
        let mut section = Section::new(self.notes, path, place, table);
        (section.quiet, section.terse) = (self.quiet, self.terse);
        section
    }
    /// The table in `node`, which is the value of a key and is explained as a whole.
    pub fn within(&self, key: &str, node: &'a Node) -> Option<Section<'a>> {
        let mut section = self.child(self.path_of(key), Some(node.place), self.as_table(key, node)?);
        section.quiet = true;
        Some(section)
    }
    /// From now on, explains given values only, no defaults.
    pub fn terse(mut self) -> Section<'a> {
        self.terse = true;
        self
    }
    /// From now on, explains nothing: the caller explains the table as a whole.
    pub fn quiet(mut self) -> Section<'a> {
        self.quiet = true;
        self
    }
    /// Place of this table, if a file has it.
    pub fn place(&self) -> Option<Place> {
        self.place
    }
    /// Whether a file has this table.
    pub fn is_given(&self) -> bool {
        self.table.is_some()
    }
    /// The path of `key`.
    pub fn path_of(&self, key: &str) -> String {
        if self.path.is_empty() { key.to_string() } else { format!("{}.{key}", self.path) }
    }
    /// The name of this table in messages.
    pub fn title(&self) -> String {
        if self.path.is_empty() { "the scenario".into() } else { format!("[{}]", self.path) }
    }
    /// The value of `key`, not interpreted.
    pub fn node(&self, key: &'static str) -> Option<&'a Node> {
        self.asked.borrow_mut().push(key);
        self.table?.get(key).map(|entry| &entry.node)
    }
    /// Whether `key` is given. This does not make it a known key.
    pub fn has(&self, key: &str) -> bool {
        self.table.is_some_and(|table| table.get(key).is_some())
    }
    /// All keys with their values, in one line.
    pub fn shown(&self) -> String {
        let entries = self.table.map(Table::in_order).unwrap_or_default();
        let shown = |(key, entry): (&str, &super::node::Entry)| format!("{key} = {}", entry.node);
        entries.into_iter().map(shown).collect::<Vec<_>>().join(", ")
    }
    /// Reads `key` with `read`.
    pub fn read<T>(&self, key: &'static str, read: impl FnOnce(&'a Node) -> Read<T>) -> Found<'_, 'a, T> {
        let outcome = match self.node(key) {
            None => Outcome::Missing,
            Some(node) => match read(node) {
                Ok(value) => {
                    self.explain_given(key, node);
                    Outcome::Given(value)
                }
                Err(refusal) => {
                    let message = format!("{}: {}", self.path_of(key), refusal.message);
                    self.notes.mistake(Some(node.place), Refusal { message, ..refusal });
                    Outcome::Refused
                }
            },
        };
        Found { section: self, key, outcome }
    }
    /// Notes that `key` is in force as given.
    pub fn explain_given(&self, key: &str, node: &Node) {
        if !self.quiet {
            self.notes.explain(self.path_of(key), node.to_string(), Some(node.place));
        }
    }
    /// Notes that `key` is in force by default.
    pub fn explain_default(&self, key: &str, shown: impl Display) {
        if !self.quiet && !self.terse {
            self.notes.explain(self.path_of(key), shown.to_string(), None);
        }
    }
    /// Notes a mistake in the value of `key`; in this table if the key is not given.
    pub fn mistake(&self, key: &str, refusal: impl Into<Refusal>) {
        let place = self.table.and_then(|table| table.get(key)).map(|entry| entry.node.place).or(self.place);
        self.notes.mistake(place, refusal);
    }
    /// Warns about the value of `key`, or about this table if the key is not given.
    pub fn warn(&self, key: &str, what: &str) {
        let place = self.table.and_then(|table| table.get(key)).map(|entry| entry.node.place).or(self.place);
        self.notes.warn(place, what);
    }
    /// Origin of the value of `key`, if a file sets it.
    pub fn origin(&self, key: &str) -> Option<String> {
        let entry = self.table?.get(key)?;
        Some(self.notes.sources.origin(entry.node.place))
    }
    /// The value of `key` as the user wrote it, without quotes, with its place; without the key, `default`.
    pub fn said(&self, key: &str, default: impl Display) -> String {
        match self.origin(key) {
            Some(origin) => format!("{} ({origin})", self.written(key, "")),
            None => default.to_string(),
        }
    }
    /// The value of `key` as the user wrote it, without quotes; without the key, `default`.
    pub fn written(&self, key: &str, default: impl Display) -> String {
        match self.table.and_then(|table| table.get(key)).map(|entry| &entry.node) {
            Some(Node { value: Value::Text(text), .. }) => text.clone(),
            Some(node) => node.to_string(),
            None => default.to_string(),
        }
    }
    /// Returns the value, or notes the mistake at `key`.
    pub fn good<T>(&self, key: &str, value: Read<T>) -> Option<T> {
        let refuse = |refusal: Refusal| {
            let message = format!("{}: {}", self.path_of(key), refusal.message);
            self.mistake(key, Refusal { message, ..refusal });
        };
        value.map_err(refuse).ok()
    }
    /// The table under `key`; an empty table if no file has it.
    pub fn section(&self, key: &'static str) -> Section<'a> {
        let path = self.path_of(key);
        match self.node(key) {
            None => self.child(path, None, None),
            Some(node) => self.child(path, Some(node.place), self.as_table(key, node).unwrap_or(None)),
        }
    }
    /// A table that was read already; its keys are not reported again.
    pub fn section_again(&self, key: &'static str) -> Section<'a> {
        let section = self.section(key);
        section.ignore();
        section
    }
    /// Accepts all keys of this table: the table as a whole is wrong.
    pub fn ignore(&self) {
        self.open.set(true);
    }
    /// Place of this table, or of the first table in it.
    pub fn first_place(&self) -> Option<Place> {
        self.open.set(true);
        self.table?.in_order().first().map(|(_, entry)| entry.key)
    }
    /// All tables in this one; their names are chosen by the user.
    pub fn named(&self) -> Vec<(&'a str, Section<'a>)> {
        self.open.set(true);
        let entries = self.table.map(Table::in_order).unwrap_or_default();
        entries.into_iter().filter_map(|(name, entry)| self.named_one(name, entry)).collect()
    }
    /// The tables in this one whose names are chosen by the user: all but the keys `known`.
    pub fn named_but(&self, known: &[&str]) -> Vec<(&'a str, Section<'a>)> {
        let entries = self.table.map(Table::in_order).unwrap_or_default();
        let is_named = |(name, entry): &(&str, &super::node::Entry)| {
            matches!(entry.node.value, Value::Table(_)) && !known.contains(name)
        };
        let named: Vec<_> = entries.into_iter().filter(is_named).collect();
        self.taken.borrow_mut().extend(named.iter().map(|(name, _)| (*name).to_owned()));
        named.into_iter().filter_map(|(name, entry)| self.named_one(name, entry)).collect()
    }
    fn named_one(&self, name: &'a str, entry: &'a super::node::Entry) -> Option<(&'a str, Section<'a>)> {
        if !matches!(entry.node.value, Value::Table(_)) {
            let message =
                format!("{}: a table is needed, but this is {}", self.path_of(name), entry.node.kind());
            let help =
                format!("a name that you choose comes first: write the key below [{}.NAME]", self.path);
            self.notes.mistake(Some(entry.node.place), Refusal::new(message, help));
            return None;
        }
        let table = self.as_table(name, &entry.node)?;
        Some((name, self.child(self.path_of(&super::node::quoted_key(name)), Some(entry.key), table)))
    }
    /// All keys with their values; the keys are chosen by the user.
    pub fn entries(&self) -> Vec<(&'a str, &'a Node)> {
        self.open.set(true);
        let entries = self.table.map(Table::in_order).unwrap_or_default();
        entries.into_iter().map(|(key, entry)| (key, &entry.node)).collect()
    }
    /// The tables of the list `[[key]]`.
    pub fn rows(&self, key: &'static str) -> Vec<Section<'a>> {
        let Some(node) = self.node(key) else { return vec![] };
        let Value::List(rows) = &node.value else {
            let path = self.path_of(key);
            let help = match &node.value {
                // `[[job.drive]]` without `[[job]]` makes `job` a table instead of a list.
                Value::Table(table) => table.in_order().into_iter().find_map(|(inner, entry)| {
                    let is_list = matches!(entry.node.value, Value::List(_));
                    is_list.then(|| format!("write [[{path}]] above [[{path}.{inner}]]: each row of it belongs to the [[{path}]] before it"))
                }),
                _ => None,
            };
            let help = help.unwrap_or_else(|| format!("write it as [[{path}]]"));
            self.notes
                .mistake(Some(node.place), Refusal::new(format!("{key} must be a list of tables"), help));
            return vec![];
        };
        let row = |(index, row): (usize, &'a Node)| {
            let path = format!("{}[{index}]", self.path_of(key));
            Some(self.child(path, Some(row.place), self.as_table(key, row)?))
        };
        rows.iter().enumerate().filter_map(row).collect()
    }
    fn as_table(&self, key: &str, node: &'a Node) -> Option<Option<&'a Table>> {
        match &node.value {
            Value::Table(table) => Some(Some(table)),
            _ => {
                let message =
                    format!("{}: a table is needed, but this is {}", self.path_of(key), node.kind());
                let help = format!("write the keys below [{}], or {{ key = value }}", self.path_of(key));
                self.notes.mistake(Some(node.place), Refusal::new(message, help));
                None
            }
        }
    }
}

// Records every path that was asked for, to compare with the table of keys.
#[cfg(test)]
thread_local! { pub static ASKED: RefCell<std::collections::BTreeSet<String>> = RefCell::default(); }

impl Drop for Section<'_> {
    fn drop(&mut self) {
        #[cfg(test)]
        ASKED.with_borrow_mut(|all| all.extend(self.asked.borrow().iter().map(|key| self.path_of(key))));
        let Some(table) = self.table else { return };
        if self.open.get() {
            return;
        }
        if self.notes.mistakes.borrow().len() >= MOST_NOTED {
            return;
        }
        let asked = self.asked.borrow();
        for (key, entry) in table.in_order() {
            if !asked.contains(&key) && !self.taken.borrow().iter().any(|name| name == key) {
                let message = format!("{} has no key \"{key}\"", self.title());
                let is_table = matches!(entry.node.value, Value::Table(_));
                let help = words::unknown_key(&self.path, key, &asked, is_table);
                self.notes.mistake(Some(entry.key), Refusal::new(message, help));
            }
        }
    }
}

impl<T> Found<'_, '_, T> {
    /// The given value, or `default`.
    pub fn or(self, default: T) -> T
    where
        T: Display,
    {
        let shown = default.to_string();
        self.or_shown(default, shown)
    }
    /// The given value, or `default`, explained as `shown`.
    pub fn or_shown(self, default: T, shown: impl Display) -> T {
        match self.outcome {
            Outcome::Given(value) => value,
            Outcome::Refused => default,
            Outcome::Missing => {
                self.section.explain_default(self.key, shown);
                default
            }
        }
    }
    /// The given value, or `None`, explained as `shown`.
    pub fn or_none(self, shown: impl Display) -> Option<T> {
        if let Outcome::Missing = self.outcome {
            self.section.explain_default(self.key, shown);
        }
        self.maybe()
    }
    /// The given value; without the key, a mistake and `None`.
    pub fn needed(self) -> Option<T> {
        match self.outcome {
            Outcome::Given(value) => Some(value),
            Outcome::Refused => None,
            Outcome::Missing => {
                let message = format!("{} needs the key \"{}\"", self.section.title(), self.key);
                self.section.notes.mistake(self.section.place, message);
                None
            }
        }
    }
    /// The given value, if it is valid.
    pub fn maybe(self) -> Option<T> {
        match self.outcome {
            Outcome::Given(value) => Some(value),
            Outcome::Refused | Outcome::Missing => None,
        }
    }
}
