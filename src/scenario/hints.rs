//! Hints: values that are valid but probably not meant, and common mistakes with their correction.

mod layers;
pub mod sense;
pub mod words;

pub use layers::Layers;

use super::node::{Node, Table, Value, quoted_key};
use super::quantity::{self as q, Letters};
use super::section::Notes;
use crate::engine::time::Span;

/// Warns of units that may be confused: bits and bytes, minutes and months.
pub fn units(table: &Table, notes: &Notes<'_>) {
    for (key, entry) in table.in_order() {
        if !["name", "question", "expect", "source"].contains(&key) {
            node(&entry.node, &quoted_key(key), notes);
        }
    }
}

fn node(node_: &Node, path: &str, notes: &Notes<'_>) {
    match &node_.value {
        Value::Text(text) => {
            let (amount, per) =
                text.split_once('/').map_or((text.as_str(), ""), |(amount, per)| (amount, per));
            let per = if per.is_empty() { String::new() } else { format!("/{per}") };
            match q::letters(amount) {
                Some(Letters::Bits { bytes, unit }) => notes.warn(
                    Some(node_.place),
                    &format!(
                        "{path}: {text} is in bits, which are {bytes}{per}; for bytes write {unit}{per}"
                    ),
                ),
                Some(Letters::Unclear { unit, bits }) => notes.warn(
                    Some(node_.place),
                    &format!("{path}: {text} is read as bytes, {unit}{per}; for bits write {bits}{per}"),
                ),
                None => minutes(node_, text, path, notes),
            }
        }
        Value::List(nodes) => {
            nodes.iter().enumerate().for_each(|(at, inner)| node(inner, &format!("{path}.{at}"), notes));
        }
        Value::Table(table) => {
            for (key, entry) in table.in_order() {
                node(&entry.node, &format!("{path}.{}", quoted_key(key)), notes);
            }
        }
        _ => {}
    }
}

/// Warns of "m", which means minutes: some users write it for months.
fn minutes(node: &Node, text: &str, path: &str, notes: &Notes<'_>) {
    let (amount, per) = text.split_once('/').map_or((text, None), |(amount, per)| (amount, Some(per.trim())));
    if per == Some("m") && q::decimal(amount.trim()).is_some() {
        let told = format!("{path}: {text} is read as {amount}/min; for months count by the day");
        return notes.warn(Some(node.place), &told);
    }
    let is_m = |word: &str| word.ends_with('m') && q::decimal(word.trim_end_matches('m').trim()).is_some();
    if path.rsplit('.').next() != Some("name") && is_m(text.trim()) && text.parse::<Span>().is_ok() {
        let number = text.trim().trim_end_matches('m').trim();
        let told = format!(
            "{path}: {text} is read as {number}min; a month is not a unit, write days, such as \"90d\""
        );
        notes.warn(Some(node.place), &told);
    }
}

/// Warns of a `[calendar.NAME]` that no table uses. Calendars of an extended file are not reported: it may be a library
/// of calendars.
pub fn unused_calendars(table: &Table, notes: &Notes<'_>) {
    let Some(Value::Table(calendars)) = table.get("calendar").map(|entry| &entry.node.value) else { return };
    for (name, entry) in calendars.in_order() {
        let is_one =
            matches!(entry.node.value, Value::Table(_)) && name != "exceptions" && entry.key.source() == 0;
        if is_one && !follows(table, name) {
            let told = format!(
                "nothing follows [calendar.{name}]: write calendar = \"{name}\" in a station, a carrier or an [[sla]]"
            );
            notes.warn(Some(entry.key), &told);
        }
    }
}

/// Whether any table inside contains `calendar = "name"`.
fn follows(table: &Table, name: &str) -> bool {
    table.in_order().into_iter().any(|(key, entry)| match &entry.node.value {
        Value::Text(text) => key == "calendar" && text == name,
        _ => inside(&entry.node, name),
    })
}

fn inside(node: &Node, name: &str) -> bool {
    match &node.value {
        Value::Table(table) => follows(table, name),
        Value::List(nodes) => nodes.iter().any(|node| inside(node, name)),
        _ => false,
    }
}
