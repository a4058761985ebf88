//! Distributions as scenarios write them: `"3d"`, or `{ lognormal = { mean = "4d", sd = "2d" }, max = "30d" }`.

use super::hints::sense;
use super::node::{Node, Value};
use super::quantity as q;
use super::section::{Read, Section};
use crate::engine::distribution::Distribution;
use crate::engine::time::Span;
use std::ops::RangeInclusive;

/// Largest drive: larger sizes from a long tail are truncated here.
const MOST_BYTES: f64 = 1e15;

/// The unit of the values of a distribution.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// Durations, in seconds.
    Time,
    /// Sizes, in bytes.
    Bytes,
    /// Plain numbers.
    Count,
}

impl Unit {
    fn read(self, node: &Node) -> Read<f64> {
        match self {
            Unit::Time => q::span(node).map(Span::as_secs),
            Unit::Bytes => q::bytes(node).map(|bytes| bytes as f64),
            Unit::Count => q::number(node),
        }
    }
    /// A value with its unit, as users read it.
    pub fn show(self, value: f64) -> String {
        match self {
            Unit::Time => format!("\"{}\"", Span::from_secs_f64(value)),
            Unit::Bytes => format!("\"{}\"", q::show_bytes(value)),
            Unit::Count => value.to_string(),
        }
    }
}

/// Each kind of distribution with the sets of parameters that define it.
const KINDS: [(&str, &[&[&str]]); 10] = [
    ("constant", &[&["value"]]),
    ("uniform", &[&["low", "high"], &["mean", "sd"]]),
    ("triangular", &[&["low", "mode", "high"]]),
    ("exponential", &[&["mean"]]),
    ("lognormal", &[&["mean", "sd"], &["median", "sigma"]]),
    ("gamma", &[&["mean", "sd"], &["mean", "shape"], &["shape", "scale"]]),
    ("weibull", &[&["mean", "sd"], &["shape", "scale"]]),
    ("loglogistic", &[&["mean", "sd"], &["shape", "median"]]),
    ("discrete", &[&["values", "weights"]]),
    ("empirical", &[&["p", "value"]]),
];

/// Reads the distribution at `key`; without the key, the constant `default`.
pub fn law(section: &Section<'_>, key: &'static str, unit: Unit, default: f64) -> Distribution {
    let always = || Distribution::constant(default).expect("scenario: a default is finite");
    let Some(node) = section.node(key) else {
        section.explain_default(key, unit.show(default));
        return always();
    };
    let read = match &node.value {
        Value::Table(_) => table(section, key, node, unit),
        _ => match unit.read(node).and_then(|value| Distribution::constant(value).map_err(Into::into)) {
            Ok(law) => Some(law),
            Err(refusal) => {
                let message = format!("{}: {}", section.path_of(key), refusal.message);
                section.mistake(key, super::section::Refusal { message, ..refusal });
                None
            }
        },
    };
    let Some(law) = read else { return always() };
    if law.range().0 < 0.0 {
        let message = format!("{}: it would take negative values", section.path_of(key));
        section.mistake(key, super::section::Refusal::new(message, "add min to truncate the distribution"));
    }
    section.explain_given(key, node);
    law
}

/// Reads a distribution whose values must lie within `range`.
pub fn law_in(
    section: &Section<'_>,
    key: &'static str,
    unit: Unit,
    default: f64,
    range: RangeInclusive<f64>,
) -> Distribution {
    let law = law(section, key, unit, default);
    let (low, high) = law.range();
    if low < *range.start() || high > *range.end() {
        let (least, most) = (unit.show(*range.start()), unit.show(*range.end()));
        let message = format!("{}: values from {least} to {most} are allowed", section.path_of(key));
        section.mistake(
            key,
            super::section::Refusal::new(message, format!("add min = {least} or max = {most}")),
        );
    }
    law
}

fn table(section: &Section<'_>, key: &'static str, node: &Node, unit: Unit) -> Option<Distribution> {
    let outer = section.within(key, node)?;
    let given: Vec<(&str, &[&[&str]], &Node)> =
        KINDS.iter().filter_map(|(kind, sets)| Some((*kind, *sets, outer.node(kind)?))).collect();
    let min = outer.read("min", |node| unit.read(node)).maybe();
    let max = outer.read("max", |node| unit.read(node)).maybe();
    let max = if unit == Unit::Bytes { Some(max.unwrap_or(MOST_BYTES).min(MOST_BYTES)) } else { max };
    let [(kind, sets, inner)] = given[..] else {
        let kinds: Vec<&str> = KINDS.iter().map(|(kind, _)| *kind).collect();
        let help =
            format!("write it like {{ exponential = {{ mean = ... }} }}; allowed: {}", kinds.join(", "));
        let count = if given.is_empty() {
            "no kind of distribution is named"
        } else {
            "only one kind of distribution can be named"
        };
        section
            .mistake(key, super::section::Refusal::new(format!("{}: {count}", section.path_of(key)), help));
        return None;
    };
    let parameters = outer.within(kind, inner)?;
    let law = if kind == "discrete" || kind == "empirical" {
        listed(&parameters, kind, unit)?
    } else {
        by_parameters(&parameters, kind, sets, unit)?
    };
    let whole = law.as_ref().map_or(0.0, Distribution::mean);
    let tell = |law: Distribution| {
        sense::mean_outside(section, key, (whole, &law), (min, max), |value| unit.show(value));
        law
    };
    law.and_then(|law| law.truncated(min, max))
        .map(tell)
        .map_err(|why| {
            section.mistake(
                key,
                format!("{}: {}", section.path_of(key), in_unit(&why, unit, &quantities(node, unit))),
            )
        })
        .ok()
}

/// A message about parameters, with the values in the user's unit: distributions know plain numbers only.
fn in_unit(why: &str, unit: Unit, given: &[f64]) -> String {
    let shown = |word: &str| {
        let end = word.find([',', ';', ':']).unwrap_or(word.len());
        let number = word[..end].parse::<f64>().ok().filter(|number| number.is_finite())?;
        // Bounds between min and max may appear as quantiles, which the user did not write.
        let is_quantity = given.contains(&number) || why.starts_with("almost no value");
        is_quantity.then(|| format!("{}{}", unit.show(number).trim_matches('"'), &word[end..]))
    };
    let words: Vec<String> =
        why.split(' ').map(|word| shown(word).unwrap_or_else(|| word.to_owned())).collect();
    words.join(" ")
}

/// All values in `node`, in the unit of the distribution.
fn quantities(node: &Node, unit: Unit) -> Vec<f64> {
    match &node.value {
        Value::Table(table) => {
            table.in_order().into_iter().flat_map(|(_, entry)| quantities(&entry.node, unit)).collect()
        }
        Value::List(nodes) => nodes.iter().flat_map(|node| quantities(node, unit)).collect(),
        Value::Text(_) => unit.read(node).ok().into_iter().collect(),
        _ => vec![],
    }
}

type Made = Result<Distribution, String>;

/// Reads values with weights, or quantiles.
fn listed(section: &Section<'_>, kind: &str, unit: Unit) -> Option<Made> {
    let values = |key| section.read(key, q::list(|node| unit.read(node))).needed();
    let numbers = |key| section.read(key, q::list(q::number)).needed();
    if kind == "discrete" {
        let (values, weights) = (values("values"), numbers("weights"));
        return Some(Distribution::discrete(&values?, &weights?));
    }
    let (values, p) = (values("value"), numbers("p"));
    let (values, p) = (values?, p?);
    if values.len() != p.len() {
        return Some(Err(format!("each p needs a value, but there are {} and {}", p.len(), values.len())));
    }
    let points: Vec<(f64, f64)> = p.into_iter().zip(values).collect();
    Some(Distribution::empirical(&points))
}

fn by_parameters(
    section: &Section<'_>,
    kind: &str,
    sets: &'static [&'static [&'static str]],
    unit: Unit,
) -> Option<Made> {
    let mut names: Vec<&'static str> = sets.iter().flat_map(|set| set.iter().copied()).collect();
    names.sort_unstable();
    names.dedup();
    let given: Vec<&str> = names.iter().copied().filter(|name| section.node(name).is_some()).collect();
    let matching =
        sets.iter().find(|set| set.len() == given.len() && set.iter().all(|name| given.contains(name)));
    let Some(set) = matching else {
        let ways: Vec<String> = sets.iter().map(|set| set.join(" and ")).collect();
        section.notes.mistake(section.place(), format!("{} needs {}", section.title(), ways.join(", or ")));
        return None;
    };
    let plain = |name: &str| name == "shape" || name == "sigma";
    let read = |name: &&'static str| {
        section.read(name, |node| if plain(name) { q::number(node) } else { unit.read(node) }).maybe()
    };
    let values: Vec<Option<f64>> = set.iter().map(read).collect();
    let values: Vec<f64> = values.into_iter().collect::<Option<_>>()?;
    Some(make(kind, set, &values))
}

fn make(kind: &str, set: &[&str], values: &[f64]) -> Made {
    use Distribution as D;
    match (kind, set, values) {
        ("constant", _, [value]) => D::constant(*value),
        ("uniform", ["low", _], [low, high]) => D::uniform(*low, *high),
        ("uniform", _, [mean, sd]) => D::uniform_of(*mean, *sd),
        ("triangular", _, [low, mode, high]) => D::triangular(*low, *mode, *high),
        ("exponential", _, [mean]) => D::exponential(*mean),
        ("lognormal", ["median", _], [median, _]) if *median <= 0.0 => Err("median must be above 0".into()),
        ("lognormal", ["median", _], [median, sigma]) => D::lognormal(libm::log(*median), *sigma),
        ("lognormal", _, [mean, sd]) => D::lognormal_of(*mean, *sd),
        ("gamma", ["mean", "shape"], [_, shape]) if *shape <= 0.0 => Err("shape must be above 0".into()),
        ("gamma", ["mean", "shape"], [mean, shape]) => D::gamma(*shape, *mean / *shape),
        ("gamma", ["shape", _], [shape, scale]) => D::gamma(*shape, *scale),
        ("gamma", _, [mean, sd]) => D::gamma_of(*mean, *sd),
        ("weibull", ["shape", _], [shape, scale]) => D::weibull(*shape, *scale),
        ("weibull", _, [mean, sd]) => D::weibull_of(*mean, *sd),
        ("loglogistic", ["shape", _], [shape, median]) => D::loglogistic(*shape, *median),
        ("loglogistic", _, [mean, sd]) => D::loglogistic_of(*mean, *sd),
        _ => Err(format!("{kind} cannot be given by {}", set.join(" and "))),
    }
}
