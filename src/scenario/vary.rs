//! `--vary path=values`: a parameter with several values; each is set as by `--set`.
//!
//! Values are a list, `20d,30d`, or a range with a step, `30/day..80/day:10`, both ends included. Without a step, a
//! range steps by one in the last digit written: `1..400` by 1, `0.5..1.5` by 0.1.

use super::source::{Place, Sources};
use super::{Loaded, Scenario, overriding, path_of_set};
use crate::error::{Error, Mistakes};
use std::ops::Range;
use std::path::Path;

/// Most values of one parameter.
const MOST_VALUES: i128 = 10_000;
const HELP: &str = "write it like site.bays.servers=80..200:20, demand.imports.rate=30/day..80/day:10 or \
                    policy.response_window=20d,30d";

/// A parameter and its values, in order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Vary {
    /// Path, such as `site.bays.servers`.
    pub path: String,
    /// Values, as `--set` takes them.
    pub values: Vec<String>,
}

impl Vary {
    /// Reads "path=values".
    ///
    /// # Errors
    /// What is wrong with it, and how to write it.
    pub fn parse(text: &str) -> Result<Vary, Mistakes> {
        let wrong = |range: Range<usize>, message: String| told("--vary", text, range, message, HELP);
        let Some(at) = text.find('=').filter(|at| *at > 0) else {
            return Err(wrong(0..text.len(), "a path and values are needed".into()));
        };
        let values = values(&text[at + 1..]).map_err(|message| wrong(at + 1..text.len(), message))?;
        Ok(Vary { path: text[..at].trim().into(), values })
    }

    /// The `path=value` that sets value number `choice`.
    pub fn set(&self, choice: usize) -> String {
        format!("{}={}", self.path, self.values[choice])
    }

    /// The values as numbers in their common unit, and that unit; `None` for words, or for several units.
    pub fn numbers(&self) -> Option<(Vec<f64>, &str)> {
        let split = self.values.iter().map(|value| decimal(value)).collect::<Option<Vec<_>>>()?;
        let unit = split.first()?.1;
        let same = split.iter().all(|(_, other)| *other == unit);
        same.then(|| (split.iter().map(|(number, _)| number.real()).collect(), unit))
    }
}

/// Refuses a path that is varied twice, lies within another varied path, or is also set: the set value would never be
/// in force.
///
/// # Errors
/// The path that is varied twice, or set and varied.
pub fn varied_once(varied: &[Vary], sets: &[String]) -> Result<(), Mistakes> {
    let paths: Vec<Vec<String>> = varied.iter().map(|vary| path_of_set(&vary.set(0))).collect();
    let within = |one: &[String], other: &[String]| {
        !one.is_empty() && !other.is_empty() && (one.starts_with(other) || other.starts_with(one))
    };
    for (number, path) in paths.iter().enumerate() {
        let vary = &varied[number];
        if paths[..number].iter().any(|other| within(path, other)) {
            let text = format!("{}={}", vary.path, vary.values.join(","));
            let message = format!("{} is varied twice", vary.path);
            return Err(told(
                "--vary",
                &text,
                0..vary.path.len(),
                message,
                "give all its values in one --vary",
            ));
        }
        if let Some(set) = sets.iter().find(|set| path_of_set(set).starts_with(path) && !path.is_empty()) {
            let message = format!("{} is varied, so that this value is never in force", vary.path);
            return Err(told("--set", set, 0..set.len(), message, "leave out either --set or --vary of it"));
        }
    }
    Ok(())
}

/// One mistake in a command-line argument.
pub(super) fn told(option: &str, text: &str, range: Range<usize>, message: String, help: &str) -> Mistakes {
    let mut sources = Sources::default();
    let number = sources.add(option, text);
    Mistakes(vec![sources.mistake(Some(Place::new(number, range)), message, help.into())])
}

/// The scenario with one chosen value of each parameter.
///
/// # Errors
/// Whatever `--set` would refuse.
pub fn chosen(
    path: Option<&Path>,
    sets: &[String],
    varied: &[Vary],
    choice: &[usize],
) -> Result<Loaded, Error> {
    let point = varied.iter().zip(choice).map(|(vary, choice)| vary.set(*choice));
    Scenario::load(path, &overriding(sets, point)).map_err(|error| match error {
        Error::Scenario(mut mistakes) => {
            let varies = |text: &str| varied.iter().any(|vary| text.starts_with(&format!("{}=", vary.path)));
            let ours =
                mistakes.0.iter_mut().filter(|mistake| mistake.file == "--set" && varies(&mistake.text));
            ours.for_each(|mistake| {
                mistake.file = "--vary".into();
                if mistake.message.contains("a text is needed") {
                    mistake.help += "; a range has numbers, texts stand in a list with commas between";
                }
            });
            Error::Scenario(mistakes)
        }
        other => other,
    })
}

fn values(text: &str) -> Result<Vec<String>, String> {
    let parts = split_list(text);
    if let [range] = parts[..]
        && let Some((first, rest)) = range.split_once("..")
    {
        let (last, step) = rest.split_once(':').map_or((rest, None), |(last, step)| (last, Some(step)));
        return range_of(first, last, step);
    }
    let values: Vec<String> = parts.iter().map(|part| part.trim().to_string()).collect();
    match values.iter().position(String::is_empty) {
        Some(_) => Err("a value is missing".into()),
        None if values.len() as i128 > MOST_VALUES => Err("more than 10,000 values".into()),
        None => Ok(values),
    }
}

/// Splits at commas outside quotes, braces and brackets.
fn split_list(text: &str) -> Vec<&str> {
    let (mut depth, mut quote, mut from) = (0_i32, None, 0);
    let mut parts = vec![];
    for (at, c) in text.char_indices() {
        match (quote, c) {
            (Some(open), c) if open == c => quote = None,
            (Some(_), _) => {}
            (None, '"' | '\'') => quote = Some(c),
            (None, '{' | '[' | '(') => depth += 1,
            (None, '}' | ']' | ')') => depth -= 1,
            (None, ',') if depth == 0 => {
                parts.push(&text[from..at]);
                from = at + 1;
            }
            _ => {}
        }
    }
    parts.push(&text[from..]);
    parts
}

/// An exact decimal number: an integer number of units of the last digit written.
#[derive(Clone, Copy, Debug)]
struct Decimal {
    units: i128,
    digits: u32,
}

impl Decimal {
    fn real(self) -> f64 {
        self.units as f64 / 10_i128.pow(self.digits) as f64
    }
    fn at(self, digits: u32) -> i128 {
        self.units * 10_i128.pow(digits - self.digits)
    }
    fn show(units: i128, digits: u32) -> String {
        let scale = 10_i128.pow(digits);
        match digits {
            0 => units.to_string(),
            _ => format!("{}.{:0width$}", units / scale, units % scale, width = digits as usize),
        }
    }
}

/// A number at the beginning of a text, and the unit after it.
fn decimal(text: &str) -> Option<(Decimal, &str)> {
    let text = text.trim().trim_matches('"');
    let end = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
    let (number, unit) = text.split_at(end);
    let (whole, part) = number.split_once('.').unwrap_or((number, ""));
    let good = !whole.is_empty() && number.len() <= 15 && !part.contains('.');
    let units = format!("{whole}{part}").parse().ok().filter(|_| good)?;
    // A text with a second number, such as "1d 12h", has no single unit.
    let one_unit = !unit.contains(|c: char| c.is_ascii_digit());
    one_unit.then(|| (Decimal { units, digits: part.len() as u32 }, unit.trim()))
}

fn end_of(text: &str) -> Result<(Decimal, &str), String> {
    decimal(text).ok_or_else(|| format!("\"{}\" is not a number with a unit", text.trim()))
}

fn range_of(first: &str, last: &str, step: Option<&str>) -> Result<Vec<String>, String> {
    let ends = [end_of(first)?, end_of(last)?];
    let step = step.map(end_of).transpose()?;
    let units: Vec<&str> =
        ends.iter().chain(&step).map(|end| end.1).filter(|unit| !unit.is_empty()).collect();
    let unit = units.first().copied().unwrap_or("");
    if let Some(other) = units.iter().find(|other| **other != unit) {
        return Err(format!("\"{unit}\" and \"{other}\" are two units; one range has one"));
    }
    let digits = ends.iter().chain(&step).map(|end| end.0.digits).max().unwrap_or(0);
    let (from, to) = (ends[0].0.at(digits), ends[1].0.at(digits));
    let by = step.map_or(1, |(step, _)| step.at(digits));
    match () {
        () if by <= 0 => Err("a step above 0 is needed".into()),
        () if to < from => {
            let (first, last) = (first.trim(), last.trim());
            Err(format!(
                "{last} is less than {first}: a range goes from the least to the most, {last}..{first}"
            ))
        }
        () if (to - from) % by != 0 => {
            let end = Decimal::show(to - (to - from) % by, digits);
            Err(format!("these steps come to {end}{unit}, not to {}; a range has both ends", last.trim()))
        }
        () if (to - from) / by >= MOST_VALUES => {
            Err("more than 10,000 values; a wider step, as in 1..100000:1000, gives fewer".into())
        }
        () => {
            let value = |units| format!("{}{unit}", Decimal::show(units, digits));
            Ok((0..=(to - from) / by).map(|at| value(from + at * by)).collect())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values_of(text: &str) -> Vec<String> {
        Vary::parse(text).unwrap_or_else(|why| panic!("{why}")).values
    }

    #[test]
    fn ranges_include_both_ends_and_keep_their_unit() {
        assert_eq!(values_of("a.b=80..200:20"), ["80", "100", "120", "140", "160", "180", "200"]);
        assert_eq!(values_of("a=30/day..80/day:25"), ["30/day", "55/day", "80/day"]);
        assert_eq!(values_of("a=20d..40d:10d"), ["20d", "30d", "40d"]);
        assert_eq!(values_of("a=20..40d:10"), ["20d", "30d", "40d"]);
        assert_eq!(values_of("a=1..4"), ["1", "2", "3", "4"]);
        assert_eq!(values_of("a=0.8..1.1"), ["0.8", "0.9", "1.0", "1.1"], "exact: no 0.30000000000000004");
        assert_eq!(values_of("a=0 %..10 %:2.5 %"), ["0.0%", "2.5%", "5.0%", "7.5%", "10.0%"]);
        assert_eq!(values_of("a=1..9:4"), ["1", "5", "9"]);
    }

    #[test]
    fn lists_are_taken_as_they_are() {
        assert_eq!(values_of("policy.response_window=20d, 30d"), ["20d", "30d"]);
        assert_eq!(
            values_of("a={ mean = \"1d\", sd = \"2d\" },3d"),
            ["{ mean = \"1d\", sd = \"2d\" }", "3d"]
        );
        assert_eq!(Vary::parse("a=x,y").unwrap().numbers(), None);
        assert_eq!(Vary::parse("a=20d,36h").unwrap().numbers(), None);
        assert_eq!(Vary::parse("a=20d,30d").unwrap().numbers(), Some((vec![20.0, 30.0], "d")));
        assert_eq!(Vary::parse("a=20d").unwrap().set(0), "a=20d");
    }

    #[test]
    fn what_is_wrong_is_told_with_its_place() {
        for (text, part) in [
            ("site.bays.servers", "a path and values"),
            ("=1..2", "a path and values"),
            ("a=1..", "\"\" is not a number"),
            ("a=5..1", "1 is less than 5"),
            ("a=1..2:0", "above 0"),
            ("a=10d..30d:7d", "these steps come to 24d, not to 30d"),
            ("a=0.5..1:0.2", "these steps come to 0.9, not to 1"),
            ("a=1d..2h:1d", "two units"),
            ("a=1,,2", "a value is missing"),
            ("a=1..100000", "more than 10,000"),
        ] {
            let told = Vary::parse(text).unwrap_err().to_string();
            assert!(told.contains(part) && told.contains("--vary:1:"), "{told}");
        }
    }

    #[test]
    fn a_point_is_refused_as_set_would_refuse_it() {
        let vary = Vary::parse("site.bayz.servers=80..200:20").unwrap();
        let told = chosen(None, &[], &[vary], &[1]).unwrap_err().to_string();
        assert!(told.contains("did you mean \"bays\"?") && told.contains("--vary:1:1"), "{told}");
        let vary = Vary::parse("site.bays.servers=0..2").unwrap();
        let told = chosen(None, &[], &[vary], &[0]).unwrap_err().to_string();
        assert!(told.contains("allowed: 1 to 1000000") && told.contains("site.bays.servers=0"), "{told}");
    }
}
