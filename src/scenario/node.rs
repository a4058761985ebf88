//! A scenario as a tree of values, each with the place that set it.

use super::hints::words;
use super::source::{Place, Sources};
use crate::error::{MOST_NOTED, Mistake};
use std::collections::BTreeMap;
use std::fmt;
use toml::de::{DeTable, DeValue};

/// A value and its place.
#[derive(Clone, Debug)]
pub struct Node {
    pub place: Place,
    pub value: Value,
}

/// A value of TOML.
#[derive(Clone, Debug)]
pub enum Value {
    Text(String),
    Whole(i128),
    Number(f64),
    Flag(bool),
    /// A date or a time of day without quotes, as TOML allows.
    Date(String),
    List(Vec<Node>),
    Table(Table),
}

/// Keys and their values.
#[derive(Clone, Debug, Default)]
pub struct Table(BTreeMap<String, Entry>);

/// A key's place and value.
#[derive(Clone, Debug)]
pub struct Entry {
    pub key: Place,
    pub node: Node,
    /// Increases in the order of the keys in the files.
    order: u64,
}

impl Table {
    /// The value of `key`.
    pub fn get(&self, key: &str) -> Option<&Entry> {
        self.0.get(key)
    }
    /// All keys with their values in the order of the files.
    pub fn in_order(&self) -> Vec<(&str, &Entry)> {
        let mut entries: Vec<(&str, &Entry)> =
            self.0.iter().map(|(key, entry)| (key.as_str(), entry)).collect();
        entries.sort_by_key(|(_, entry)| entry.order);
        entries
    }
    /// Removes `key`.
    pub fn remove(&mut self, key: &str) -> Option<Entry> {
        self.0.remove(key)
    }
    /// Sets `key`; a new key comes after all others.
    pub fn set(&mut self, key: &str, place: Place, node: Node) {
        let order = match self.0.get(key) {
            Some(entry) => entry.order,
            None => self.0.values().map(|entry| entry.order + 1).max().unwrap_or(0),
        };
        self.0.insert(key.to_string(), Entry { key: place, node, order });
    }
    /// The tables among the values, mutable.
    pub fn tables(&mut self) -> Vec<&mut Table> {
        let tables = self.0.values_mut().filter_map(|entry| match &mut entry.node.value {
            Value::Table(table) => Some(table),
            _ => None,
        });
        tables.collect()
    }
    /// The value of `key`, mutable.
    pub fn get_mut(&mut self, key: &str) -> Option<&mut Entry> {
        self.0.get_mut(key)
    }
    /// Overrides this table with `other`. Tables are merged key by key where `merges` is true for their path from the
    /// top; all other values are replaced.
    pub fn override_with(
        &mut self,
        other: Table,
        path: &mut Vec<String>,
        merges: &dyn Fn(&[String]) -> bool,
    ) {
        let last = self.0.values().map(|entry| entry.order + 1).max().unwrap_or(0);
        for (name, mut entry) in other.0 {
            if entry.node.is_unset() && self.0.remove(&name).is_some() {
                continue;
            }
            path.push(name);
            let name = path.last().map(String::as_str).unwrap_or_default();
            match self.0.get_mut(name) {
                Some(old) => match (&mut old.node.value, entry.node.value) {
                    (Value::Table(old), Value::Table(new)) if merges(path) => {
                        old.override_with(new, path, merges)
                    }
                    (_, value) => {
                        entry.node.value = value;
                        entry.order = old.order;
                        *old = entry;
                    }
                },
                None => {
                    entry.order += last;
                    self.0.insert(name.to_string(), entry);
                }
            }
            path.pop();
        }
    }
}

/// Parses text number `source`. Finds all syntax errors in one pass.
///
/// # Errors
/// Syntax errors, and integers of more than 128 bits.
pub fn parse(sources: &Sources, source: u32) -> Result<Table, Vec<Mistake>> {
    let text = sources.text(source);
    let mistake = |(place, message): (Place, String)| {
        let start = place.start() as usize;
        if message == TWICE {
            let (message, help) = words::twice(text, start);
            return sources.mistake(Some(place), message, help);
        }
        let (line, column) = sources.line_at(place);
        sources.mistake(Some(place), message, words::syntax(line, column))
    };
    parse_text(text, source).map_err(|wrong| {
        let mut mistakes: Vec<Mistake> = wrong.into_iter().map(mistake).collect();
        // The parser goes on after a mistake, and may report it again.
        mistakes.dedup();
        if mistakes[0].help == words::YAML {
            mistakes.truncate(1);
        }
        mistakes
    })
}

/// Parses a text that is text number `source`, or stands for it.
///
/// # Errors
/// The places of syntax errors, with messages.
pub fn parse_text(text: &str, source: u32) -> Result<Table, Vec<(Place, String)>> {
    let (table, errors) = DeTable::parse_recoverable(text);
    let wrong = |error: &toml::de::Error| {
        (Place::new(source, error.span().unwrap_or_default()), syntax(error.message()))
    };
    let mut wrong: Vec<(Place, String)> = errors.iter().take(MOST_NOTED).map(wrong).collect();
    if wrong.is_empty() {
        let table = from_table(table.into_inner(), source, &mut |place, message| {
            if wrong.len() < MOST_NOTED {
                wrong.push((place, message));
            }
        });
        if wrong.is_empty() {
            return Ok(table);
        }
    }
    Err(wrong)
}

const TWICE: &str = "this key is set twice";

/// The parser's message, reworded where it is obscure.
fn syntax(message: &str) -> String {
    match message {
        "duplicate key" => TWICE.into(),
        "recursion limit" | "cannot recurse further; max recursion depth met" => "nested too deeply".into(),
        other => format!("not valid TOML: {other}"),
    }
}

type Refuse<'r> = &'r mut dyn FnMut(Place, String);

// The recursion is bounded: the parser refuses more than 80 levels of brackets or dotted names.
fn from_table(table: DeTable<'_>, source: u32, refuse: Refuse<'_>) -> Table {
    let entries = table.into_iter().map(|(key, value)| {
        let place = Place::new(source, key.span());
        let node = from_value(value.span(), value.into_inner(), source, refuse);
        (key.into_inner().into_owned(), Entry { key: place, node, order: u64::from(place.start()) })
    });
    Table(entries.collect())
}

fn from_value(span: std::ops::Range<usize>, value: DeValue<'_>, source: u32, refuse: Refuse<'_>) -> Node {
    let place = Place::new(source, span);
    let value = match value {
        DeValue::String(text) => Value::Text(text.into_owned()),
        DeValue::Integer(number) => match i128::from_str_radix(number.as_str(), number.radix()) {
            Ok(number) => Value::Whole(number),
            Err(_) => {
                refuse(place, "this number is too large".into());
                Value::Whole(0)
            }
        },
        DeValue::Float(number) => Value::Number(number.as_str().parse().unwrap_or(f64::NAN)),
        DeValue::Boolean(flag) => Value::Flag(flag),
        DeValue::Datetime(date) => Value::Date(date.to_string()),
        DeValue::Array(list) => {
            let nodes =
                list.into_iter().map(|item| from_value(item.span(), item.into_inner(), source, refuse));
            Value::List(nodes.collect())
        }
        DeValue::Table(table) => Value::Table(from_table(table, source, refuse)),
    };
    Node { place, value }
}

/// A key as TOML writes it: without quotes where possible.
pub fn quoted_key(key: &str) -> String {
    let bare = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
    if !key.is_empty() && key.chars().all(bare) { key.into() } else { toml::Value::from(key).to_string() }
}

impl fmt::Display for Node {
    /// Writes the value as TOML, in one line.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.value {
            // The TOML library would write a multi-line string for a text with line ends.
            Value::Text(text) if text.contains('\n') => {
                // JSON does not escape DEL, which TOML does not allow.
                let json = serde_json::Value::from(text.as_str()).to_string();
                f.write_str(&json.replace('\u{7f}', "\\u007f"))
            }
            Value::Text(text) => write!(f, "{}", toml::Value::from(text.as_str())),
            Value::Whole(number) => number.fmt(f),
            Value::Number(number) => write!(f, "{number:?}"),
            Value::Flag(flag) => flag.fmt(f),
            Value::Date(date) => date.fmt(f),
            Value::List(nodes) => {
                let items: Vec<String> = nodes.iter().map(Node::to_string).collect();
                write!(f, "[{}]", items.join(", "))
            }
            Value::Table(table) => {
                let entry = |(key, entry): (&str, &Entry)| format!("{} = {}", quoted_key(key), entry.node);
                let items: Vec<String> = table.in_order().into_iter().map(entry).collect();
                if items.is_empty() { f.write_str("{}") } else { write!(f, "{{ {} }}", items.join(", ")) }
            }
        }
    }
}

impl Node {
    /// Whether it is `"unset"`, which removes an inherited key.
    pub fn is_unset(&self) -> bool {
        matches!(&self.value, Value::Text(text) if text == "unset")
    }
    /// The type of the value, for a message.
    pub fn kind(&self) -> &'static str {
        match self.value {
            Value::Text(_) => "a text",
            Value::Whole(_) | Value::Number(_) => "a number",
            Value::Flag(_) => "true or false",
            Value::Date(_) => "a date or time",
            Value::List(_) => "a list",
            Value::Table(_) => "a table",
        }
    }
}
