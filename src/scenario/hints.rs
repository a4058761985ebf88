//! Sizes whose unit may not be the one that was meant: `Mb` are bits, `MB` are bytes.

use super::node::{Node, Table, Value, quoted_key};
use super::quantity::{self as q, Letters};
use super::section::Notes;

/// Warns of every size in bits, and of every size whose letters do not say whether it is in bits or in bytes.
pub fn bits(table: &Table, notes: &Notes<'_>) {
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
                None => {}
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
