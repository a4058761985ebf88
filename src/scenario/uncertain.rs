//! Parameters of which only an interval is known: `lost = { estimate = "1.04 %", low = "0.75 %", high = "1.41 %" }`.
//!
//! Anywhere a number, a duration, a size or a share may stand. Unless it is drawn, the estimate is in force.

use super::node::{Node, Table, Value, quoted_key};
use super::source::Sources;
use crate::error::Mistakes;

/// The keys that make a table such a parameter.
const KEYS: [&str; 3] = ["estimate", "low", "high"];

/// A parameter and its 95 % interval, in the unit in which all three are written.
#[derive(Clone, Debug, PartialEq)]
pub struct Uncertain {
    /// Its path, such as `carrier.major.lost`.
    pub path: String,
    /// The value in force unless it is drawn.
    pub estimate: f64,
    /// The lower end of the interval.
    pub low: f64,
    /// The upper end.
    pub high: f64,
    /// Such as "d", " %" or "/day"; empty for plain numbers.
    pub unit: String,
    /// Whole numbers are drawn whole.
    pub whole: bool,
}

/// Puts a value into the place of each such parameter: what `choose` gives for it, or else its estimate.
///
/// # Errors
/// Values that are no numbers, in different units, or out of order.
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

/// The number and what stands behind it.
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
        _ => Err(format!("{node} is no number")),
    }
}

impl Uncertain {
    /// A value as the scenario would write it.
    fn written(&self, value: f64) -> Value {
        match (self.unit.is_empty(), self.whole) {
            (true, true) => Value::Whole(value.round() as i128),
            (true, false) => Value::Number(value),
            (false, _) => {
                // A millionth of a second is a whole tick, that of a byte is rounded where it is read.
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
