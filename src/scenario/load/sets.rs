//! `--set path=value`: overrides from the command line.

use super::Raw;
use crate::error::{Mistakes, advice};
use crate::scenario::node::{self, Node, Table, Value};
use crate::scenario::source::Place;
use crate::scenario::vary::told;

/// Applies each `path=value` to the table.
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
            Ok((path, Node { place, .. })) if is_change(set) => {
                let path = path.join(".");
                let now = written(&raw.table, &path).map(|now| format!("; it is {now} now"));
                let message = format!("{path}: a new value is needed, not a change to the old one");
                let help = format!("write the new value itself{}", now.unwrap_or_default());
                mistakes.push(raw.sources.mistake(Some(place), message, help));
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

/// Whether the value is a number with a plus: the user probably wants to add it.
fn is_change(set: &str) -> bool {
    let more = |(_, value): (&str, &str)| Some(value.trim().strip_prefix('+')?.parse::<f64>().is_ok());
    split_set(set).and_then(more).unwrap_or(false)
}

/// The value at a path of tables, as TOML.
fn written(table: &Table, path: &str) -> Option<String> {
    let (first, rest) = path.split_once('.').unwrap_or((path, ""));
    let node = &table.get(first)?.node;
    match &node.value {
        Value::Table(inner) if !rest.is_empty() => written(inner, rest),
        _ if rest.is_empty() => Some(node.to_string()),
        _ => None,
    }
}

/// The names of the path that a `path=value` sets; empty where it is not of this form.
pub fn path(set: &str) -> Vec<String> {
    parse_set(set, 0).map(|(path, _)| path).unwrap_or_default()
}

/// Refuses a path that is set twice: the first value would never be in force.
///
/// # Errors
/// The path that is set a second time, or in a table that is set as a whole after it.
pub fn set_once(sets: &[String]) -> Result<(), Mistakes> {
    let paths: Vec<Vec<String>> = sets.iter().map(|set| path(set)).collect();
    let lost = |number: usize| {
        let path = &paths[number];
        !path.is_empty() && paths[..number].iter().any(|earlier| earlier.starts_with(path))
    };
    let Some(number) = (0..sets.len()).find(|number| lost(*number)) else { return Ok(()) };
    let message = format!("{} is set twice", paths[number].join("."));
    Err(told("--set", &sets[number], 0..sets[number].len(), message, "leave one of the two out"))
}

/// `common` without the sets that `more` overrides, followed by `more`.
pub fn overriding(common: &[String], more: impl IntoIterator<Item = String>) -> Vec<String> {
    let more: Vec<String> = more.into_iter().collect();
    let paths: Vec<Vec<String>> = more.iter().map(|set| path(set)).collect();
    let stays = |set: &&String| {
        let own = path(set);
        own.is_empty() || !paths.iter().any(|path| !path.is_empty() && own.starts_with(path))
    };
    common.iter().filter(stays).cloned().chain(more).collect()
}

/// Reads the path and the value. A value that is not TOML is taken as text: `20d`, `30/day`.
fn parse_set(set: &str, number: u32) -> Result<(Vec<String>, Node), String> {
    let Some((path, value)) = split_set(set).filter(|_| !set.contains(['\n', '\r'])) else {
        return Err("a path and a value are needed".into());
    };
    let read = |value: &str| node::parse_text(&format!("{path}={value}"), number).ok();
    let whole = Place::new(number, path.len() + 1..set.len());
    let as_text = || read(&toml::Value::from(value.trim()).to_string());
    let table = read(value).or_else(as_text).ok_or_else(|| match path.contains('[') {
        true => format!(
            "\"{path}\": a row of a list cannot be set alone; write a scenario file that extends this one"
        ),
        false => format!("\"{path}\" is not a path of names"),
    })?;
    let mut names = vec![];
    let mut table = table;
    loop {
        let entries = table.in_order();
        let [(name, entry)] = entries[..] else { return Err("one path and one value are needed".into()) };
        names.push(name.to_string());
        // A table in braces is a value, not part of the path.
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

/// Number of names in a dotted path.
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

/// Puts the value at the path. `demand.NAME` and `carrier.NAME` must exist; rows of a list are addressed by number.
fn put(table: &mut Table, path: &[String], place: Place, node: Node) -> Result<(), WrongPath> {
    let [name, rest @ ..] = path else { return Ok(()) };
    if rest.is_empty() && node.is_unset() && !["name", "question"].contains(&name.as_str()) {
        let nothing = || {
            let help = "its default holds already; `shipback explain` shows every value in force";
            (name.clone(), format!("\"{name}\" is not set, so there is nothing to unset"), help.to_string())
        };
        return table.remove(name).map(|_| ()).ok_or_else(nothing);
    }
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
                let message = format!("\"{}\" is not a place in a list of {count}", rest[0]);
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
