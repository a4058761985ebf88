//! Reads values with a meaning: durations, sizes, rates, probabilities, counts and words. Each refusal says what is
//! allowed.

use super::hints::words;
use super::node::{Node, Value};
use super::section::{Read, Refusal};
use crate::engine::time::Span;
use crate::error::advice;
use std::ops::RangeInclusive;

/// Largest size, 10^15 bytes: the slowest bay copies it within the range of the clock.
const MOST_BYTES: f64 = 1e15;

const SIZES: [(&str, f64); 11] = [
    ("PiB", 1_125_899_906_842_624.0),
    ("TiB", 1_099_511_627_776.0),
    ("GiB", 1_073_741_824.0),
    ("MiB", 1_048_576.0),
    ("KiB", 1024.0),
    ("PB", 1e15),
    ("TB", 1e12),
    ("GB", 1e9),
    ("MB", 1e6),
    ("KB", 1e3),
    ("B", 1.0),
];

/// The refusal "a duration is needed, but this is ...".
fn unlike<T>(wanted: &str, node: &Node, example: &str) -> Read<T> {
    Err(Refusal::new(
        format!("{wanted} is needed, but this is {}", node.kind()),
        format!("write it like {example}"),
    ))
}

/// Any text.
pub fn text(node: &Node) -> Read<String> {
    match &node.value {
        Value::Text(text) if text.len() > 10_000 => Err("this text is longer than 10,000 bytes".into()),
        Value::Text(text) => Ok(text.clone()),
        Value::List(_) | Value::Table(_) => unlike("a text", node, "\"peak season\""),
        _ => unlike("a text", node, &format!("\"{node}\"")),
    }
}

/// The rule for names, for help texts.
pub const NO_NAME: &str =
    "a name has 1 to 100 letters, digits, \"-\", \"_\" or \".\", and does not begin with \"-\" or \".\"";

/// A name: 1 to 100 letters, digits, "-", "_" and ".". No "-" at the beginning: spreadsheets would take it for a
/// formula.
pub fn name(node: &Node) -> Read<String> {
    let text = text(node)?;
    if is_name(&text) {
        return Ok(text);
    }
    Err(Refusal::new(format!("{node} is not a name"), NO_NAME))
}

/// Whether a text is a valid name, also for columns and files.
pub fn is_name(text: &str) -> bool {
    let good = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '.');
    (1..=100).contains(&text.chars().count()) && text.chars().all(good) && !text.starts_with(['-', '.'])
}

/// true or false.
pub fn flag(node: &Node) -> Read<bool> {
    match node.value {
        Value::Flag(flag) => Ok(flag),
        _ => unlike("true or false", node, "true"),
    }
}

/// A finite number without quotes.
pub fn number(node: &Node) -> Read<f64> {
    match node.value {
        Value::Whole(number) => Ok(number as f64),
        Value::Number(number) if number.is_finite() => Ok(number),
        Value::Number(_) => Err(format!("a finite number is needed, but this is {node}").into()),
        Value::Text(ref text) => {
            let digits =
                text.trim().find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.trim().len());
            let help = decimal(&text.trim()[..digits]).unwrap_or(1.5);
            Err(Refusal::new("a number is needed, but this is a text", format!("write it like {help}")))
        }
        _ => unlike("a number", node, "1.5"),
    }
}

/// A number within a range.
pub fn number_in(least: f64, most: f64) -> impl Fn(&Node) -> Read<f64> {
    move |node| match number(node)? {
        found if (least..=most).contains(&found) => Ok(found),
        found => Err(format!("{found} is out of range; allowed: {least} to {most}").into()),
    }
}

/// A factor within a range: a number, not a percentage.
pub fn factor_in(least: f64, most: f64) -> impl Fn(&Node) -> Read<f64> {
    move |node| match &node.value {
        Value::Text(text) if text.trim_end().ends_with('%') => Err(Refusal::new(
            format!("{node} is a percentage, but a factor is needed"),
            words::factor(text).unwrap_or_default(),
        )),
        _ => number_in(least, most)(node),
    }
}

/// A factor from 0 to `most`.
pub fn factor(most: f64) -> impl Fn(&Node) -> Read<f64> {
    factor_in(0.0, most)
}

/// A whole number within a range.
pub fn whole(allowed: RangeInclusive<u64>) -> impl Fn(&Node) -> Read<u64> {
    move |node| {
        let found = match node.value {
            Value::Whole(number) => number,
            Value::Number(number) => {
                return Err(format!("a whole number is needed, but this is {number}").into());
            }
            Value::Text(ref text) if decimal(text.trim()).is_some() => {
                let help = format!("write it without quotes: {}", text.trim());
                return Err(Refusal::new(format!("a whole number is needed, but {node} is a text"), help));
            }
            _ => return unlike("a whole number", node, &allowed.start().to_string()),
        };
        let good = u64::try_from(found).ok().filter(|number| allowed.contains(number));
        let range = || format!("{found} is out of range; allowed: {} to {}", allowed.start(), allowed.end());
        good.ok_or_else(|| range().into())
    }
}

/// A whole number within a range, as `u32`.
pub fn count(allowed: RangeInclusive<u32>) -> impl Fn(&Node) -> Read<u32> {
    let whole = whole(u64::from(*allowed.start())..=u64::from(*allowed.end()));
    move |node| whole(node).map(|number| number as u32)
}

/// A `u64`. Other TOML tools may stop at 2^63, so a text is accepted too.
pub fn seed(node: &Node) -> Read<u64> {
    let range = || Refusal::from(format!("{node} is not a seed; allowed: 0 to {}", u64::MAX));
    match &node.value {
        Value::Whole(number) => u64::try_from(*number).map_err(|_| range()),
        Value::Text(text) => text.parse().map_err(|_| range()),
        _ => Err(range()),
    }
}

/// Reads "14d", "36h", "1d 12h".
pub fn span(node: &Node) -> Read<Span> {
    match &node.value {
        Value::Text(text) => {
            text.parse().map_err(|why: String| words::duration(text).unwrap_or_else(|| why.into()))
        }
        Value::Whole(number) => {
            let help = format!("write it like \"{number}d\", \"{number}h\" or \"{number}min\"");
            Err(Refusal::new(format!("{number} has no unit of time"), help))
        }
        Value::Number(_) => {
            Err(Refusal::new(format!("{node} has no unit of time"), "write it like \"1.5d\""))
        }
        _ => unlike("a duration", node, "\"14d\", \"36h\" or \"20min\""),
    }
}

/// A duration of at least one tick.
pub fn some_span(node: &Node) -> Read<Span> {
    match span(node)? {
        Span::ZERO => Err("a duration longer than none is needed".into()),
        span => Ok(span),
    }
}

/// A duration of at least one minute: for actions that repeat until somebody responds.
pub fn minutes(node: &Node) -> Read<Span> {
    let found = span(node)?;
    if found < Span::MINUTE {
        return Err(format!("{found} is too short; allowed: 1min or longer").into());
    }
    Ok(found)
}

/// Reads 0.05 or "5 %".
pub fn chance(node: &Node) -> Read<f64> {
    let found = match &node.value {
        Value::Text(text) => {
            let percent = text.trim().strip_suffix('%').and_then(|number| decimal(number.trim_end()));
            let meant = decimal(text.trim()).filter(|number| (0.0..=100.0).contains(number));
            let help = match meant {
                Some(percent) => format!("did you mean \"{percent} %\"?"),
                None => "write it like 0.03 or \"3 %\"".into(),
            };
            percent.ok_or_else(|| Refusal::new(format!("{node} is not a share"), help))? / 100.0
        }
        _ => number(node)?,
    };
    let message = || format!("{node} is out of range; allowed: 0 to 1, or 0 % to 100 %");
    match (&node.value, found) {
        (_, found) if (0.0..=1.0).contains(&found) => Ok(found),
        (Value::Whole(_) | Value::Number(_), 1.0..=100.0) => {
            Err(Refusal::new(message(), format!("did you mean \"{found} %\"?")))
        }
        _ => Err(message().into()),
    }
}

/// Reads "500GB", "1.5 TiB": whole bytes.
pub fn bytes(node: &Node) -> Read<u64> {
    match &node.value {
        Value::Text(text) => size(text).map(|bytes| bytes.round() as u64),
        Value::Whole(_) | Value::Number(_) => {
            Err(Refusal::new(format!("{node} has no unit of size"), SIZE_HELP))
        }
        _ => unlike("a size", node, "\"500GB\" or \"1.5TiB\""),
    }
}

const SIZE_HELP: &str = "write it like \"500GB\" or \"1.5TiB\"; allowed: B, KB, MB, GB, TB, PB, KiB, MiB, GiB, TiB, \
                         PiB, and Kb to Pb for bits";

/// Reads a size from a text, in bytes.
pub fn size(text: &str) -> Read<f64> {
    let text = text.trim();
    let digits = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
    let (number, unit) = (decimal(&text[..digits]), text[digits..].trim());
    let scale = SIZES.iter().find(|(name, _)| name.eq_ignore_ascii_case(unit));
    let scale = scale.map(|(_, scale)| if is_bits(unit) { scale / 8.0 } else { *scale });
    match (number, scale) {
        (Some(number), Some(scale)) if number * scale <= MOST_BYTES => Ok(number * scale),
        (Some(_), Some(_)) => Err(format!("\"{text}\" is more than 1 PB").into()),
        _ => Err(Refusal::new(format!("\"{text}\" is not a size"), SIZE_HELP)),
    }
}

/// Whether a unit counts bits: "Mb" does, "MB" does not; "mb" is unclear.
fn is_bits(unit: &str) -> bool {
    unit.ends_with('b') && unit.starts_with(|c: char| c.is_ascii_uppercase())
}

/// A unit of size whose letters are probably not what was meant.
pub enum Letters {
    /// A unit of bits: the size in bytes, and the number with the similar unit of bytes.
    Bits { bytes: String, unit: String },
    /// Small letters only, read as bytes: the correct unit of bytes, and the unit of bits.
    Unclear { unit: String, bits: String },
}

/// Whether a size needs a warning: "70Mb" and "70mb" do.
pub fn letters(text: &str) -> Option<Letters> {
    let text = text.trim();
    let digits = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
    let (number, unit) = (&text[..digits], text[digits..].trim());
    let (name, scale) = SIZES.iter().find(|(name, _)| name.eq_ignore_ascii_case(unit))?;
    let amount = decimal(number)?;
    let bits = name.replace('B', "b");
    match () {
        () if is_bits(unit) => {
            let bytes = show_bytes(amount * scale / 8.0);
            Some(Letters::Bits { bytes, unit: format!("{number}{name}") })
        }
        () if unit.ends_with('b') => {
            Some(Letters::Unclear { unit: format!("{number}{name}"), bits: format!("{number}{bits}") })
        }
        () => None,
    }
}

/// A size in the largest unit that gives at least one: "1.5TB".
pub fn show_bytes(bytes: f64) -> String {
    let mut units = SIZES.iter().filter(|(name, _)| !name.contains('i'));
    let fits = |(_, scale): &&(&str, f64)| bytes >= *scale;
    let (name, scale) = units.find(fits).unwrap_or(&("B", 1.0));
    format!("{}{name}", bytes / scale)
}

/// Reads "70MB/s", "1.2TB/h": whole bytes per second, at least 1.
pub fn byte_rate(node: &Node) -> Read<u64> {
    let help = "write it like \"70MB/s\" or \"1TB/h\"";
    let Value::Text(text) = &node.value else { return unlike("a rate of copying", node, "\"70MB/s\"") };
    let refusal = || Refusal::new(format!("\"{text}\" is not a rate of copying"), help);
    let (amount, per) = text.split_once('/').ok_or_else(refusal)?;
    let rate = size(amount)? / unit_of_time(per).ok_or_else(refusal)?;
    let good = rate >= 1.0;
    if good {
        Ok(rate.round() as u64)
    } else {
        Err(format!("\"{text}\" is less than one byte a second").into())
    }
}

/// Reads "40/day", "2/h": the number per day, at most 10^12.
pub fn per_day(node: &Node) -> Read<f64> {
    let Value::Text(text) = &node.value else { return unlike("a rate", node, "\"40/day\" or \"2/h\"") };
    let refusal = || {
        let usual = "write it like \"40/day\", \"2/h\" or \"300/week\"";
        let long = text.split_once('/').and_then(|(_, per)| words::rate(per));
        Refusal::new(format!("\"{text}\" is not a rate"), long.unwrap_or(usual))
    };
    let (amount, per) = text.split_once('/').ok_or_else(refusal)?;
    let rate =
        decimal(amount.trim()).ok_or_else(refusal)? * 86_400.0 / unit_of_time(per).ok_or_else(refusal)?;
    let good = rate <= 1e12;
    if good { Ok(rate) } else { Err(format!("\"{text}\" is more than 10^12 a day").into()) }
}

/// Seconds in a "s", "min", "h", "day" and so on.
fn unit_of_time(unit: &str) -> Option<f64> {
    let letters = unit.trim();
    if letters.is_empty() || !letters.chars().all(char::is_alphabetic) {
        return None;
    }
    format!("1{letters}").parse::<Span>().ok().map(Span::as_secs)
}

/// Decimal digits with at most one point: no sign, no exponent, no "inf".
pub fn decimal(text: &str) -> Option<f64> {
    let digits = !text.is_empty() && text.len() <= 40 && text.chars().all(|c| c.is_ascii_digit() || c == '.');
    if digits { text.parse().ok() } else { None }
}

/// One of a few words.
pub fn word<T: Copy>(words: &[(&'static str, T)]) -> impl Fn(&Node) -> Read<T> {
    let words = words.to_vec();
    move |node| {
        let names: Vec<&str> = words.iter().map(|(name, _)| *name).collect();
        let Value::Text(text) = &node.value else {
            let message = format!("a word is needed, but this is {}", node.kind());
            return Err(Refusal::new(message, advice("", &names)));
        };
        let found = words.iter().find(|(name, _)| name == text).map(|(_, value)| *value);
        found.ok_or_else(|| Refusal::new(format!("{node} is not allowed here"), advice(text, &names)))
    }
}

/// A list, or a single value as a list of one.
pub fn list<'n, T>(read: impl Fn(&'n Node) -> Read<T>) -> impl Fn(&'n Node) -> Read<Vec<T>> {
    move |node| match &node.value {
        Value::List(nodes) => nodes.iter().map(&read).collect(),
        _ => Ok(vec![read(node)?]),
    }
}
