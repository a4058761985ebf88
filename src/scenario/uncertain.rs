//! Uncertain parameters, known as an interval: `lost = { estimate = "1.04 %", low = "0.75 %", high = "1.41 %" }`.
//!
//! Allowed wherever a number, a duration, a size or a share is allowed. The estimate is in force, unless a value is
//! drawn.

use super::node::{Node, Table, Value, quoted_key};
use super::source::Sources;
use super::vary::told;
use super::{Loaded, path_of_set};
use crate::error::{Mistakes, nearest};

/// The keys of such a table.
const KEYS: [&str; 3] = ["estimate", "low", "high"];

/// A parameter and its 95 % interval, in the unit in which all three numbers are written.
#[derive(Clone, Debug, PartialEq)]
pub struct Uncertain {
    /// Its path, such as `carrier.major.lost`.
    pub path: String,
    /// The estimate: in force unless a value is drawn.
    pub estimate: f64,
    /// The lower end of the interval.
    pub low: f64,
    /// The upper end.
    pub high: f64,
    /// Unit, such as "d", " %" or "/day"; empty for plain numbers.
    pub unit: String,
    /// Whether it is an integer; then integers are drawn.
    pub whole: bool,
}

/// Replaces each such parameter by the value that `choose` returns for it, or by its estimate.
///
/// # Errors
/// Values that are not numbers, have different units, or are not in order.
pub fn settle(
    table: &mut Table,
    sources: &Sources,
    choose: &dyn Fn(usize) -> Option<f64>,
) -> Result<Vec<Uncertain>, Mistakes> {
    let mut walk = Walk { sources, choose, found: vec![], wrong: Mistakes::default() };
    walk.table(table, "");
    if walk.wrong.0.is_empty() { Ok(walk.found) } else { Err(walk.wrong) }
}

struct Walk<'w> {
    sources: &'w Sources,
    choose: &'w dyn Fn(usize) -> Option<f64>,
    found: Vec<Uncertain>,
    wrong: Mistakes,
}

impl Walk<'_> {
    fn table(&mut self, table: &mut Table, path: &str) {
        let keys: Vec<String> = table.in_order().into_iter().map(|(key, _)| key.to_owned()).collect();
        for key in keys {
            let name = quoted_key(&key);
            let inner = if path.is_empty() { name } else { format!("{path}.{name}") };
            let entry = table.get_mut(&key).expect("uncertain: the table was asked for its keys");
            self.node(&mut entry.node, &inner);
        }
    }

    fn node(&mut self, node: &mut Node, path: &str) {
        match &mut node.value {
            Value::List(nodes) => {
                nodes.iter_mut().enumerate().for_each(|(at, node)| self.node(node, &format!("{path}.{at}")));
            }
            Value::Table(table) if is_uncertain(table) => match read(table, path) {
                Ok(one) => {
                    let estimate = table.remove(KEYS[0]).expect("uncertain: it has an estimate").node;
                    let drawn = (self.choose)(self.found.len());
                    node.value = drawn.map_or(estimate.value, |value| one.written(value));
                    self.found.push(one);
                }
                Err(why) => {
                    let help =
                        "write it like { estimate = \"3d\", low = \"2.5d\", high = \"4d\" }, all in one unit";
                    let message = format!("{path}: {why}");
                    self.wrong.0.push(self.sources.mistake(Some(node.place), message, help.into()));
                }
            },
            Value::Table(table) => self.table(table, path),
            _ => {}
        }
    }
}

fn is_uncertain(table: &Table) -> bool {
    table.in_order().len() == KEYS.len() && KEYS.iter().all(|key| table.get(key).is_some())
}

fn read(table: &Table, path: &str) -> Result<Uncertain, String> {
    let part = |key: &str| quantity(&table.get(key).expect("uncertain: it has all keys").node);
    let [estimate, low, high] = KEYS.map(part);
    let ((estimate, unit, whole), (low, low_unit, _), (high, high_unit, _)) = (estimate?, low?, high?);
    if unit != low_unit || unit != high_unit {
        return Err(format!(
            "\"{}\", \"{}\" and \"{}\" are not one unit",
            unit.trim(),
            low_unit.trim(),
            high_unit.trim()
        ));
    }
    if !(low <= estimate && estimate <= high) {
        return Err(format!("{estimate} does not lie between {low} and {high}"));
    }
    Ok(Uncertain { path: path.into(), estimate, low, high, unit, whole })
}

/// Reads a number and its unit.
fn quantity(node: &Node) -> Result<(f64, String, bool), String> {
    match &node.value {
        Value::Whole(number) => Ok((*number as f64, String::new(), true)),
        Value::Number(number) if number.is_finite() => Ok((*number, String::new(), false)),
        Value::Text(text) => {
            let end = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
            let (number, unit) = text.split_at(end);
            let number = number.parse().map_err(|_| format!("{node} does not begin with a number"))?;
            if unit.contains(|c: char| c.is_ascii_digit()) {
                return Err(format!("{node} has more than one unit"));
            }
            Ok((number, unit.to_owned(), false))
        }
        _ => Err(format!("{node} is not a number")),
    }
}

/// The usage of `--robust`.
const ROBUST: &str = "write it like --robust all, --robust customer.packs.lognormal.mean or --robust \
                      site.bays.rate=60MB/s..80MB/s";

/// The inputs that `--robust` names: `all` with a range; one of these by its path; or any number by `PATH=LOW..HIGH`,
/// whose estimate is the value in force.
///
/// # Errors
/// What is wrong with a text, and what is allowed.
pub fn in_doubt(texts: &[String], loaded: &Loaded) -> Result<Vec<Uncertain>, Mistakes> {
    let mut found: Vec<Uncertain> = vec![];
    for text in texts {
        let wrong = |message: String, help: &str| told("--robust", text, 0..text.len(), message, help);
        let more = match text.split_once('=') {
            None if text == "all" && loaded.uncertain.is_empty() => {
                let help = "write { estimate, low, high } in the scenario, or --robust PATH=LOW..HIGH";
                return Err(wrong("no parameter of the scenario has a range".into(), help));
            }
            None if text == "all" => loaded.uncertain.clone(),
            None => {
                let known: Vec<&str> = loaded.uncertain.iter().map(|one| one.path.as_str()).collect();
                let Some(one) = loaded.uncertain.iter().find(|one| one.path == text.trim()) else {
                    let near = nearest(text, known.iter().copied());
                    let help =
                        near.map_or(ROBUST.into(), |near| format!("did you mean \"{near}\"? Or {ROBUST}"));
                    return Err(wrong(format!("\"{text}\" has no range in the scenario"), &help));
                };
                vec![one.clone()]
            }
            Some((path, range)) => {
                vec![ranged(path.trim(), range, loaded).map_err(|why| wrong(why, ROBUST))?]
            }
        };
        for one in more {
            found.retain(|other| other.path != one.path);
            found.push(one);
        }
    }
    Ok(found)
}

/// The number or text at a path of the scenario's text; for an uncertain parameter, its estimate.
fn written_in(resolved: &str, path: &str) -> Option<String> {
    let mut at = &toml::Value::Table(toml::from_str(resolved).ok()?);
    for name in path_of_set(&format!("{path}=0")) {
        at = match at {
            toml::Value::Table(table) => table.get(&name)?,
            toml::Value::Array(list) => list.get(name.parse::<usize>().ok()?)?,
            _ => return None,
        };
    }
    match at.get(KEYS[0]).unwrap_or(at) {
        toml::Value::String(text) => Some(text.clone()),
        number @ (toml::Value::Integer(_) | toml::Value::Float(_)) => Some(number.to_string()),
        _ => None,
    }
}

/// Any parameter with a range given on the command line.
fn ranged(path: &str, range: &str, loaded: &Loaded) -> Result<Uncertain, String> {
    let (low, high) = range.split_once("..").ok_or_else(|| format!("\"{range}\" is not a range"))?;
    let names = || loaded.explained.iter().map(|one| one.path.as_str());
    let by_default = || loaded.explained.iter().find(|one| one.path == path).map(|one| one.value.clone());
    let value = written_in(&loaded.resolved, path).or_else(by_default).ok_or_else(|| {
        let near = nearest(path, names()).map_or(String::new(), |near| format!("; did you mean \"{near}\"?"));
        format!("the scenario has no single value \"{path}\"{near}")
    })?;
    let number = |text: &str| {
        let text = text.trim().trim_matches('"');
        let whole = text.parse::<i128>().is_ok();
        let end = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
        let (digits, unit) = text.split_at(end);
        let number = digits.parse::<f64>().map_err(|_| format!("\"{text}\" does not begin with a number"))?;
        match unit.contains(|c: char| c.is_ascii_digit()) {
            true => Err(format!("\"{text}\" has more than one unit")),
            false => Ok((number, unit.trim().to_owned(), whole)),
        }
    };
    let [(estimate, unit, a), (low, low_unit, b), (high, high_unit, c)] =
        [number(&value)?, number(low)?, number(high)?];
    let whole = a && b && c;
    // As in ranges of --vary, the unit may stand at the end only.
    let low_unit = if low_unit.is_empty() { high_unit.clone() } else { low_unit };
    if [&low_unit, &high_unit].iter().any(|other| **other != unit) {
        return Err(format!("{path} is {value}: a range in \"{unit}\" is needed"));
    }
    if low > high {
        return Err(format!(
            "{low}{unit} is above {high}{unit}: the lower end comes first, {path}={high}{unit}..{low}{unit}"
        ));
    }
    if !(low <= estimate && estimate <= high && low < high) {
        return Err(format!("{path} is {value}, which does not lie between {low}{unit} and {high}{unit}"));
    }
    Ok(Uncertain { path: path.into(), estimate, low, high, unit, whole })
}

impl Uncertain {
    /// A value with its unit.
    pub fn shown(&self, value: f64) -> String {
        let number = format!("{value:.6}");
        let number = number.trim_end_matches('0').trim_end_matches('.');
        format!("{number}{}", self.unit)
    }

    /// The `path=value` that sets it to this value.
    pub fn set(&self, value: f64) -> String {
        match self.unit.is_empty() {
            true => format!("{}={}", self.path, self.shown(value)),
            false => format!("{}=\"{}\"", self.path, self.shown(value)),
        }
    }

    /// A value as it would be written in a scenario.
    fn written(&self, value: f64) -> Value {
        match (self.unit.is_empty(), self.whole) {
            (true, true) => Value::Whole(value.round() as i128),
            (true, false) => Value::Number(value),
            (false, _) => {
                // More decimals than these have no effect: time is in microseconds, and bytes are rounded by the
                // reader.
                let decimals = match self.unit.trim() {
                    "ms" => 3,
                    "us" => 0,
                    _ => 6,
                };
                Value::Text(format!("{value:.decimals$}{}", self.unit))
            }
        }
    }
}
