//! Removes inherited keys that contradict the keys that override them.

use super::{Raw, merges};
use crate::error::Mistakes;
use crate::scenario::node::{Node, Table, Value, quoted_key};
use crate::scenario::source::{Place, Sources};

/// Removes inherited keys that an overriding key excludes: `hours` where `servers` is a table of shifts; `rate` and its
/// patterns where `dates` are given; `dates` where a `rate` is given.
///
/// # Errors
/// `key = "unset"` where nothing is inherited.
pub fn settle(raw: &mut Raw) -> Result<(), Mistakes> {
    let mut mistakes = vec![];
    unset(&raw.table, &mut vec![], &raw.sources, &mut mistakes);
    if !mistakes.is_empty() {
        return Err(Mistakes(mistakes));
    }
    let sources = &raw.sources;
    for station in tables(&mut raw.table, "site") {
        let has_shifts =
            station.get("servers").is_some_and(|entry| matches!(entry.node.value, Value::Table(_)));
        if has_shifts {
            yields(station, "servers", &["hours"], sources);
        }
    }
    for source in tables(&mut raw.table, "demand") {
        yields(source, "dates", &["rate", "weekly", "season", "holidays"], sources);
        yields(source, "rate", &["dates"], sources);
    }
    Ok(())
}

/// The tables in the table `key`.
fn tables<'t>(top: &'t mut Table, key: &str) -> Vec<&'t mut Table> {
    match top.get_mut(key).map(|entry| &mut entry.node.value) {
        Some(Value::Table(table)) => table.tables(),
        _ => vec![],
    }
}

/// Removes each of `others` that is inherited, if `key` overrides it.
fn yields(table: &mut Table, key: &str, others: &[&str], sources: &Sources) {
    let Some(place) = table.get(key).map(|entry| entry.node.place) else { return };
    for other in others {
        let yields =
            table.get(other).is_some_and(|entry| layer(entry.node.place, sources) > layer(place, sources));
        if yields {
            table.remove(other);
        }
    }
}

/// 0 for the command line, then files in the order in which they extend one another.
fn layer(place: Place, sources: &Sources) -> u32 {
    if sources.is_set(place) { 0 } else { place.source() + 1 }
}

fn unset(
    table: &Table,
    path: &mut Vec<String>,
    sources: &Sources,
    mistakes: &mut Vec<crate::error::Mistake>,
) {
    for (key, entry) in table.in_order() {
        path.push(key.into());
        match &entry.node {
            node if node.is_unset() && !["name", "question"].contains(&key) => {
                let path: Vec<String> = path.iter().map(|key| quoted_key(key)).collect();
                let message = format!("{}: nothing is inherited that could be unset", path.join("."));
                let help = "leave the key out: its default holds then";
                mistakes.push(sources.mistake(Some(node.place), message, help.into()));
            }
            Node { value: Value::Table(inner), .. } if merges(path) => unset(inner, path, sources, mistakes),
            _ => {}
        }
        path.pop();
    }
}
