//! Constraints on the points of a sweep: `--where 'site.dock.servers <= site.packing.servers + 2'`.

use super::node::{Node, Value};
use super::quantity as q;
use super::section::Explained;
use super::source::{Place, Sources};
use super::vary::told;
use crate::error::{Mistakes, nearest};

const HELP: &str = "write it like 'site.dock.servers <= site.packing.servers + 2': paths and values with +, -, * \
                    between blanks, and one of <, <=, =, >=, >";
const SIGNS: [&str; 5] = ["<=", ">=", "<", ">", "="];

/// A relation between values in force.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Constraint {
    says: String,
    left: Vec<String>,
    sign: &'static str,
    right: Vec<String>,
}

/// What a number counts. Only numbers of one kind can be added and compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Plain,
    Time,
    PerDay,
    Bytes,
    ByteRate,
}

impl Constraint {
    /// Reads a relation.
    ///
    /// # Errors
    /// What is wrong with it, and how to write it.
    pub fn parse(text: &str) -> Result<Constraint, Mistakes> {
        let wrong = |message: &str| told("--where", text, 0..text.len(), message.into(), HELP);
        let sign =
            SIGNS.into_iter().find(|sign| text.contains(sign)).ok_or_else(|| wrong("nothing is compared"))?;
        let (left, right) = text.split_once(sign).expect("constraint: the sign was just found");
        let words = |side: &str| -> Vec<String> {
            side.replace('*', " * ").replace('+', " + ").split_whitespace().map(String::from).collect()
        };
        let (left, right) = (words(left), words(right));
        let alternates = |side: &[String]| {
            let operand =
                |(at, word): (usize, &String)| (at % 2 == 1) == ["+", "-", "*"].contains(&word.as_str());
            side.len() % 2 == 1 && side.iter().enumerate().all(operand)
        };
        if !alternates(&left) || !alternates(&right) {
            return Err(wrong("values and signs do not alternate"));
        }
        Ok(Constraint { says: text.into(), left, sign, right })
    }

    /// Whether the relation holds for the values in force.
    ///
    /// # Errors
    /// Unknown names, and values of different kinds.
    pub fn holds(&self, in_force: &[Explained]) -> Result<bool, Mistakes> {
        let (left, right) = (self.side(&self.left, in_force)?, self.side(&self.right, in_force)?);
        if left.1 != right.1 {
            return Err(self.wrong(self.sign, "the two sides are of different units".into(), HELP));
        }
        Ok(match self.sign {
            "<" => left.0 < right.0,
            "<=" => left.0 <= right.0,
            ">" => left.0 > right.0,
            ">=" => left.0 >= right.0,
            _ => left.0 == right.0,
        })
    }

    fn wrong(&self, word: &str, message: String, help: &str) -> Mistakes {
        let from = self.says.find(word).unwrap_or(0);
        told("--where", &self.says, from..from + word.len(), message, help)
    }

    /// Computes a sum of products, from left to right.
    fn side(&self, words: &[String], in_force: &[Explained]) -> Result<(f64, Kind), Mistakes> {
        let mut terms: Vec<(f64, Kind)> = vec![];
        let mut sign = "+";
        for word in words {
            if ["+", "-", "*"].contains(&word.as_str()) {
                sign = word.as_str();
                continue;
            }
            let (value, kind) = self.operand(word, in_force)?;
            match (sign, terms.last_mut()) {
                ("*", Some(last)) if last.1 == Kind::Plain || kind == Kind::Plain => {
                    *last = (last.0 * value, if last.1 == Kind::Plain { kind } else { last.1 });
                }
                ("*", _) => {
                    return Err(self.wrong(word, "only numbers without a unit multiply".into(), HELP));
                }
                (sign, _) => terms.push((if sign == "-" { -value } else { value }, kind)),
            }
        }
        let kind = terms[0].1;
        match terms.iter().all(|term| term.1 == kind) {
            true => Ok((terms.iter().map(|term| term.0).sum(), kind)),
            false => Err(self.wrong(&words[0], "values of different units cannot be added".into(), HELP)),
        }
    }

    fn operand(&self, word: &str, in_force: &[Explained]) -> Result<(f64, Kind), Mistakes> {
        let found = in_force.iter().find(|value| value.path == word);
        if let Some(value) = magnitude(found.map_or(word, |found| &found.value)) {
            return Ok(value);
        }
        let Some(found) = found else {
            let near = nearest(word, in_force.iter().map(|value| value.path.as_str()));
            let help = near.map_or(HELP.to_string(), |near| format!("did you mean \"{near}\"?"));
            return Err(self.wrong(word, format!("there is no value \"{word}\" in force"), &help));
        };
        Err(self.wrong(word, format!("{word} is {}: that is not a number", found.value), HELP))
    }
}

/// Reads "12", "5 %", "20d", "30/day", "3TB" or "70MB/s", in quotes or not.
fn magnitude(text: &str) -> Option<(f64, Kind)> {
    let text = text.trim_matches('"');
    if let Some(number) = text.parse::<f64>().ok().filter(|number| number.is_finite()) {
        return Some((number, Kind::Plain));
    }
    let mut sources = Sources::default();
    let place = Place::new(sources.add("--where", text), 0..text.len());
    let node = Node { place, value: Value::Text(text.into()) };
    let time = || q::span(&node).ok().map(|span| (span.as_secs(), Kind::Time));
    let per_day = || q::per_day(&node).ok().map(|rate| (rate, Kind::PerDay));
    let bytes = || q::bytes(&node).ok().map(|bytes| (bytes as f64, Kind::Bytes));
    let rate = || q::byte_rate(&node).ok().map(|rate| (rate as f64, Kind::ByteRate));
    let share = q::chance(&node).ok().map(|share| (share, Kind::Plain));
    share.or_else(time).or_else(per_day).or_else(rate).or_else(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn holds(text: &str) -> Result<bool, String> {
        let loaded = Scenario::parse("extends = \"baseline.toml\"", &[]).unwrap();
        Constraint::parse(text).and_then(|one| one.holds(&loaded.explained)).map_err(|why| why.to_string())
    }
    use crate::scenario::Scenario;

    #[test]
    fn relations_are_judged_by_the_values_in_force() {
        for (text, expected) in [
            ("site.dock.servers <= site.bays.servers", true),
            ("site.dock.servers>=site.bays.servers", false),
            ("site.dock.servers + site.packing.servers = 17", true),
            ("2 * site.dock.servers - 3 < site.packing.servers + 11", true),
            ("policy.response_window > policy.extension", true),
            ("policy.response_window = 720h", true),
            ("demand.imports.rate <= 2/h", true),
            ("customer.waits = 70%", true),
            ("site.bays.rate < 1GB/s", true),
        ] {
            assert_eq!(holds(text), Ok(expected), "{text}");
        }
    }

    #[test]
    fn what_makes_no_sense_is_told() {
        for (text, part) in [
            ("site.dock.servers", "nothing is compared"),
            ("a <= ", "do not alternate"),
            ("site.dock.workers <= 3", "did you mean \"site.dock.servers\"?"),
            ("site.dock.servers <= 3d", "different units"),
            ("policy.retention + 3 <= 3d", "cannot be added"),
            ("policy.retention * policy.extension <= 3d", "without a unit"),
            ("site.classes <= 3", "is not a number"),
        ] {
            let told = holds(text).unwrap_err();
            assert!(told.contains(part) && told.contains("--where"), "{told}");
        }
    }
}
