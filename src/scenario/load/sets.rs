//! `--set path=value`: overrides from the command line.

use super::Raw;
use crate::error::{Mistakes, advice};
use crate::scenario::node::{self, Node, Table, Value};
use crate::scenario::source::Place;

/// Lets each `path=value` override the table.
pub fn apply(raw: &mut Raw, sets: &[String]) -> Result<(), Mistakes> {
    let mut mistakes = vec![];
    for set in sets {
        let number = raw.sources.add("--set", set.clone());
        let all = |message: String, help: String, range: std::ops::Range<usize>| {
            raw.sources.mistake(Some(Place::new(number, range)), message, help)
        };
        match parse_set(set, number) {
            Err(message) => {
                let help = "write it like --set site.bays.servers=120 or --set policy.response_window=20d";
                mistakes.push(all(message, help.into(), 0..set.len()));
            }
            Ok((path, node)) => {
                if let Err((name, message, help)) =
                    put(&mut raw.table, &path, Place::new(number, 0..set.find('=').unwrap_or(0)), node)
                {
                    let from = set.find(name.as_str()).unwrap_or(0);
                    mistakes.push(all(message, help, from..from + name.len()));
                }
            }
        }
    }
    if mistakes.is_empty() { Ok(()) } else { Err(Mistakes(mistakes)) }
}

/// The path of names and the value. What is no TOML value is taken as a text: `20d`, `30/day`.
fn parse_set(set: &str, number: u32) -> Result<(Vec<String>, Node), String> {
    let Some((path, value)) = split_set(set).filter(|_| !set.contains(['\n', '\r'])) else {
        return Err("a path and a value are needed".into());
    };
    let read = |value: &str| node::parse_text(&format!("{path}={value}"), number).ok();
    let whole = Place::new(number, path.len() + 1..set.len());
    let as_text = || read(&toml::Value::from(value.trim()).to_string());
    let table = read(value).or_else(as_text).ok_or_else(|| format!("\"{path}\" is no path of names"))?;
    let mut names = vec![];
    let mut table = table;
    loop {
        let entries = table.in_order();
        let [(name, entry)] = entries[..] else { return Err("one path and one value are needed".into()) };
        names.push(name.to_string());
        // The path ends where the value begins: a table in braces is a value.
        match &entry.node.value {
            Value::Table(inner)
                if !(value.trim_start().starts_with('{') && names.len() == segments(path)) =>
            {
                let inner = inner.clone();
                table = inner;
            }
            value => return Ok((names, Node { place: whole, value: value.clone() })),
        }
    }
}

/// Splits at the first "=" outside quotes.
fn split_set(set: &str) -> Option<(&str, &str)> {
    let mut quote = None;
    for (at, c) in set.char_indices() {
        match (quote, c) {
            (None, '=') => return Some((&set[..at], &set[at + 1..])),
            (None, '"' | '\'') => quote = Some(c),
            (Some(open), _) if open == c => quote = None,
            _ => {}
        }
    }
    None
}

/// How many names a dotted path has.
fn segments(path: &str) -> usize {
    let mut quote = None;
    let mut dots = 0;
    for c in path.chars() {
        match (quote, c) {
            (None, '.') => dots += 1,
            (None, '"' | '\'') => quote = Some(c),
            (Some(open), _) if open == c => quote = None,
            _ => {}
        }
    }
    dots + 1
}

type WrongPath = (String, String, String);

/// Puts the value at the path. `demand.NAME` and `carrier.NAME` must be there; lists are reached by number.
fn put(table: &mut Table, path: &[String], place: Place, node: Node) -> Result<(), WrongPath> {
    let [name, rest @ ..] = path else { return Ok(()) };
    if rest.is_empty() {
        table.set(name, place, node);
        return Ok(());
    }
    let named = ["demand", "carrier"].contains(&name.as_str());
    if named && let Some(wrong) = unknown_name(table, name, &rest[0]) {
        return Err(wrong);
    }
    if table.get(name).is_none() {
        table.set(name, place, Node { place, value: Value::Table(Table::default()) });
    }
    let entry = table.get_mut(name).map(|entry| &mut entry.node);
    entry.map_or(Ok(()), |inner| put_in(inner, rest, place, node))
}

fn put_in(inner: &mut Node, rest: &[String], place: Place, node: Node) -> Result<(), WrongPath> {
    match &mut inner.value {
        Value::Table(table) => put(table, rest, place, node),
        Value::List(rows) => {
            let count = rows.len();
            let Some(row) = rest[0].parse::<usize>().ok().and_then(|number| rows.get_mut(number)) else {
                let message = format!("\"{}\" is no place in a list of {count}", rest[0]);
                return Err((
                    rest[0].clone(),
                    message,
                    format!("places are counted from 0 to {}", count.saturating_sub(1)),
                ));
            };
            if rest.len() == 1 {
                *row = node;
                return Ok(());
            }
            put_in(row, &rest[1..], place, node)
        }
        value => {
            *value = Value::Table(Table::default());
            put_in(inner, rest, place, node)
        }
    }
}

fn unknown_name(table: &Table, kind: &str, name: &str) -> Option<WrongPath> {
    let Some(Value::Table(names)) = table.get(kind).map(|entry| &entry.node.value) else { return None };
    let names: Vec<&str> = names.in_order().into_iter().map(|(name, _)| name).collect();
    let missing = !names.contains(&name);
    let wrong = || (name.to_string(), format!("there is no [{kind}.{name}]"), advice(name, &names));
    missing.then(wrong)
}
