//! `--target 'sla.copied.attainment >= 0.95'`, or its probability: `P(sla.copied.attainment >= 0.95) >= 0.9`.

use super::expect::{Bounds, Quantity, Spot};
use super::node::{Node, Value};
use super::quantity as q;
use super::source::{Place, Sources};
use super::vary::told;
use crate::error::Mistakes;

const HELP: &str = "write it like 'sla.copied.attainment >= 95 %', 'turnaround.p95[type=import] <= 21d' or \
                    'P(sla.copied.attainment >= 0.95) >= 0.9'";

/// A target for a metric.
#[derive(Clone, Debug)]
pub struct Target {
    /// The target as written.
    pub says: String,
    /// The metric with its bound.
    pub bounds: Bounds,
    /// Required probability that one run meets the bound; `None`: the metric over all runs must meet it.
    pub chance: Option<f64>,
}

impl Target {
    /// Reads a target.
    ///
    /// # Errors
    /// What is wrong with it, and how to write it.
    pub fn parse(text: &str) -> Result<Target, Mistakes> {
        let wrong = |message: &str| told("--target", text, 0..text.len(), message.into(), HELP);
        let says = text.trim().to_string();
        if let Some(rest) = says.strip_prefix("P(") {
            let (inner, outer) = rest.rsplit_once(')').ok_or_else(|| wrong("\"P(\" has no \")\""))?;
            let Some(("", chance)) = outer.split_once(">=").map(|(left, right)| (left.trim(), right)) else {
                return Err(wrong("a chance is to be at least something: P(...) >= 0.9"));
            };
            let share = |quantity| match quantity {
                Quantity::Plain(share) | Quantity::Percent(share) => Some(share),
                Quantity::Time(_) => None,
            };
            let chance = quantity(chance).and_then(share).filter(|chance| (0.0..1.0).contains(chance));
            let chance =
                chance.ok_or_else(|| wrong("a chance from 0 to below 1 is needed, such as 0.9 or 90 %"))?;
            return Ok(Target { bounds: bounds(text, inner)?, chance: Some(chance), says });
        }
        Ok(Target { bounds: bounds(text, &says)?, chance: None, says })
    }
}

/// Splits `metric` or `metric[by]` into metric and breakdown.
///
/// # Errors
/// A bracket that is not closed.
pub fn metric_and_by(text: &str) -> Result<(&str, &str), String> {
    match text.trim().split_once('[') {
        None => Ok((text.trim(), "")),
        Some((metric, by)) => match by.strip_suffix(']') {
            Some(by) => Ok((metric, by)),
            None => Err(format!("\"{}\" has no \"]\"", text.trim())),
        },
    }
}

/// `metric`, or `metric[by]`: the inverse of [`metric_and_by`].
pub fn metric_with_by(metric: &str, by: &str) -> String {
    if by.is_empty() { metric.into() } else { format!("{metric}[{by}]") }
}

/// Reads "metric[by] >= value", a part of `whole`.
fn bounds(whole: &str, part: &str) -> Result<Bounds, Mistakes> {
    let place = |piece: &str| {
        let from = whole.find(piece).unwrap_or(0);
        from..from + piece.len()
    };
    let wrong = |piece: &str, message: String| told("--target", whole, place(piece), message, HELP);
    let least = part.split_once(">=").map(|ends| (ends, true));
    let ((metric, value), least) = least
        .or_else(|| part.split_once("<=").map(|ends| (ends, false)))
        .ok_or_else(|| wrong(part, "a metric, >= or <=, and a value are needed".into()))?;
    let (metric, by) = metric_and_by(metric).map_err(|why| wrong(metric, why))?;
    let quantity = quantity(value).ok_or_else(|| match value.trim().ends_with('%') {
        true => wrong(value, format!("{} is out of range; allowed: 0 % to 100 %", value.trim())),
        false => wrong(value, format!("\"{}\" is not a value", value.trim())),
    })?;
    let spot = |piece: &str| {
        let mut sources = Sources::default();
        let number = sources.add("--target", whole);
        Spot(sources.mistake(Some(Place::new(number, place(piece))), String::new(), String::new()))
    };
    let bound = Some((quantity, spot(value.trim())));
    let (least, most) = if least { (bound, None) } else { (None, bound) };
    let by_spot = (!by.is_empty()).then(|| spot(by));
    Ok(Bounds { metric: (metric.into(), spot(metric)), by: (by.into(), by_spot), least, most })
}

/// Reads "0.95", "95 %" or "21d".
fn quantity(text: &str) -> Option<Quantity> {
    let text = text.trim();
    let mut sources = Sources::default();
    let place = Place::new(sources.add("--target", text), 0..text.len());
    let node = Node { place, value: Value::Text(text.into()) };
    let number = text.parse::<f64>().ok().filter(|number| number.is_finite()).map(Quantity::Plain);
    let percent = || q::chance(&node).ok().map(Quantity::Percent);
    number.or_else(percent).or_else(|| q::span(&node).ok().map(Quantity::Time))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn targets_are_read_with_their_units() {
        let target = Target::parse("sla.copied.attainment >= 95 %").unwrap();
        assert_eq!((target.bounds.metric.0.as_str(), target.chance), ("sla.copied.attainment", None));
        assert_eq!(target.bounds.least.unwrap().0, Quantity::Percent(0.95));
        let target = Target::parse("P(turnaround.p95[type=import] <= 21d)>=0.9").unwrap();
        assert_eq!((target.bounds.by.0.as_str(), target.chance), ("type=import", Some(0.9)));
        assert!(matches!(target.bounds.most.unwrap().0, Quantity::Time(_)) && target.bounds.least.is_none());
    }

    #[test]
    fn what_is_no_target_is_told_with_an_example() {
        for text in [
            "",
            "sla.copied.attainment",
            "a > 1",
            "a >= much",
            "P(a >= 1) <= 0.5",
            "P(a >= 1",
            "P(a >= 1) >= 1",
        ] {
            let told = Target::parse(text).unwrap_err().to_string();
            assert!(told.contains("--target") && told.contains("write it like"), "{told}");
        }
    }
}
