//! Reports what a file that extends another removes from it, or adds with a similar name: a reader of one file does not
//! see it.

use crate::error::{Mistake, advice};
use crate::scenario::node::{Entry, Node, Table, Value, quoted_key};
use crate::scenario::source::{Place, Sources};

/// Tables whose inner tables have names chosen by the user, and the word for one of them.
const NAMED: [(&str, &str); 3] =
    [("demand", "a source"), ("carrier", "a carrier"), ("calendar", "a calendar")];
/// Keys that identify a row of a list; the first that the row has is used.
const KNOWN_BY: [&str; 6] = ["name", "to", "carrier", "station", "demand", "from"];

/// An inherited list that an extending file replaces.
#[derive(Debug)]
pub struct Replaced {
    /// Path of the list, such as `sla` or `demand.imports.season`.
    path: String,
    /// Place of the list that replaces it.
    place: Place,
    /// "file:line" of the list that is replaced.
    base: String,
    /// Rows of the inherited list that the new list does not have, by their identifying key.
    lost: Vec<String>,
    /// Whether the file says so: `replaces = ["sla"]`.
    is_meant: bool,
}

/// All changes of extending files.
#[derive(Debug, Default)]
pub struct Layers {
    replaced: Vec<Replaced>,
    near: Vec<(Place, String)>,
}

impl Layers {
    /// Compares a file with the merged files that it extends. `merges` says which tables are merged key by key;
    /// `replaces` is the value of that key.
    ///
    /// # Errors
    /// A name in `replaces` that is not a replaced list.
    pub fn compare(
        &mut self,
        base: &Table,
        layer: &Table,
        replaces: Option<&Entry>,
        sources: &Sources,
        merges: &dyn Fn(&[String]) -> bool,
    ) -> Result<(), Box<Mistake>> {
        let mut found = vec![];
        lists(base, layer, &mut vec![], sources, merges, &mut found);
        if let Some(entry) = replaces {
            confirm(&entry.node, &mut found, sources)?;
        }
        self.replaced.extend(found);
        for (parent, kind) in NAMED {
            self.near.extend(near_names(base, layer, (parent, kind), sources));
        }
        Ok(())
    }

    /// A warning for each list that lost rows, and for each name that is nearly an inherited one.
    pub fn warnings(&self) -> Vec<(Place, String)> {
        let lists = self.replaced.iter().filter(|one| !one.is_meant && !one.lost.is_empty());
        let told = lists.map(|one| {
            let Replaced { path, base, lost, .. } = one;
            let told = format!(
                "{path} replaces the whole list of {base}: {} no longer there; repeat what is to stay, or confirm with \
                 replaces = [\"{path}\"] at the top of the file",
                are(lost)
            );
            (one.place, told)
        });
        told.chain(self.near.iter().cloned()).collect()
    }

    /// The reason why the list `path` has no row `name`, if an extending file has replaced the list.
    pub fn why_lost(&self, path: &str, name: &str, sources: &Sources) -> Option<String> {
        let name = format!("\"{name}\"");
        let one = self.replaced.iter().find(|one| one.path == path && one.lost.contains(&name))?;
        let (place, base) = (sources.origin(one.place), &one.base);
        Some(format!(
            "[[{path}]] in {place} replaces the whole list of {base}, which had {name}: repeat {name} there"
        ))
    }
}

/// "a and b are", for a sentence.
fn are(names: &[String]) -> String {
    match names {
        [one] => format!("{one} is"),
        [first @ .., last] => format!("{} and {last} are", first.join(", ")),
        [] => String::new(),
    }
}

fn lists(
    base: &Table,
    layer: &Table,
    path: &mut Vec<String>,
    sources: &Sources,
    merges: &dyn Fn(&[String]) -> bool,
    found: &mut Vec<Replaced>,
) {
    for (key, entry) in layer.in_order() {
        path.push(key.into());
        match (base.get(key).map(|old| (old, &old.node.value)), &entry.node.value) {
            (Some((_, Value::Table(old))), Value::Table(new)) if merges(path) => {
                lists(old, new, path, sources, merges, found);
            }
            (Some((old, Value::List(rows))), Value::List(new)) if rows.iter().any(is_table) => {
                let stays: Vec<String> = new.iter().filter_map(known_as).collect();
                let lost = rows.iter().filter_map(known_as).filter(|row| !stays.contains(row));
                found.push(Replaced {
                    path: path.iter().map(|key| quoted_key(key)).collect::<Vec<_>>().join("."),
                    place: entry.key,
                    base: sources.origin(old.key),
                    lost: lost.collect(),
                    is_meant: false,
                });
            }
            _ => {}
        }
        path.pop();
    }
}

fn is_table(node: &Node) -> bool {
    matches!(node.value, Value::Table(_))
}

/// The identifying key of a row: `"received"`, `carrier "all"`, `from "2026-11-06"`.
fn known_as(row: &Node) -> Option<String> {
    let Value::Table(row) = &row.value else { return None };
    let (key, entry) = KNOWN_BY.iter().find_map(|key| Some((*key, row.get(key)?)))?;
    Some(match key {
        "name" | "to" => entry.node.to_string(),
        _ => format!("{key} {}", entry.node),
    })
}

/// Marks the lists that the file names in `replaces`.
fn confirm(replaces: &Node, found: &mut [Replaced], sources: &Sources) -> Result<(), Box<Mistake>> {
    let paths: Vec<String> = found.iter().map(|one| one.path.clone()).collect();
    let allowed: Vec<&str> = paths.iter().map(String::as_str).collect();
    let refuse = |node: &Node, message: String, help: String| {
        Err(Box::new(sources.mistake(Some(node.place), format!("replaces: {message}"), help)))
    };
    let single = std::slice::from_ref(replaces);
    for node in if let Value::List(nodes) = &replaces.value { nodes } else { single } {
        let Value::Text(name) = &node.value else {
            let message = format!("the path of a list is needed, but this is {}", node.kind());
            return refuse(node, message, "write it like replaces = [\"sla\"]".into());
        };
        match found.iter_mut().find(|one| one.path == *name) {
            Some(one) => one.is_meant = true,
            None => {
                let message = format!("this file replaces no inherited list \"{name}\"");
                return refuse(node, message, advice(name, &allowed));
            }
        }
    }
    Ok(())
}

/// New names that are nearly inherited names: they add a table instead of changing one.
fn near_names(
    base: &Table,
    layer: &Table,
    (parent, kind): (&str, &str),
    sources: &Sources,
) -> Vec<(Place, String)> {
    let (Some(old), Some(new)) = (named(base, parent), named(layer, parent)) else { return vec![] };
    let added = new.iter().filter(|(name, _)| old.iter().all(|(other, _)| other != name));
    let near = added.filter_map(|(name, entry)| {
        let (other, meant) = old.iter().find(|(other, _)| alike(name, other))?;
        // A file that unsets the inherited table means the new name.
        let is_unset = named(layer, parent)?.iter().any(|(key, entry)| key == other && entry.node.is_unset());
        let origin = sources.origin(meant.key);
        let told = format!(
            "[{parent}.{name}] is {kind} of its own beside [{parent}.{other}] of {origin}; did you mean [{parent}.{other}]?"
        );
        (!is_unset).then_some((entry.key, told))
    });
    near.collect()
}

fn named<'t>(table: &'t Table, parent: &str) -> Option<Vec<(&'t str, &'t Entry)>> {
    match &table.get(parent)?.node.value {
        Value::Table(inner) => {
            Some(inner.in_order().into_iter().filter(|(_, entry)| is_named(&entry.node)).collect())
        }
        _ => None,
    }
}

fn is_named(node: &Node) -> bool {
    is_table(node) || node.is_unset()
}

/// Whether one name is probably a typing mistake for the other: other capitals, or one letter more, less, wrong or
/// swapped. Names that differ in digits, or in a letter or two after a hyphen, are numbered on purpose.
fn alike(name: &str, other: &str) -> bool {
    let letters = |name: &str| {
        let is_suffix = |at: &usize| name.len() - at <= 3;
        let stem = name.rfind(['-', '_', '.']).filter(is_suffix).map_or(name, |at| &name[..at]);
        stem.chars().filter(|c| !c.is_ascii_digit()).collect::<String>().to_lowercase()
    };
    let (a, b) = (letters(name), letters(other));
    let is_slip = a != b && a.len() >= 4 && a.len() <= 100 && strsim::damerau_levenshtein(&a, &b) == 1;
    is_slip || name.to_lowercase() == other.to_lowercase()
}
