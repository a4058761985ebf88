//! Numbers on the page. Each names the row of a CSV file that it shows, so a test can compare the page with the files.

use super::super::replicated::decimals;
pub(super) use super::super::words::share;
use super::super::words::{rough, thousands};
use crate::experiment::Estimated;
use crate::measure::Value;
use std::collections::BTreeMap;
use std::fmt::{self, Display, Formatter};

/// A number as shown, and the row of the CSV file with it.
#[derive(Clone, Debug, Default)]
pub(super) struct Number {
    pub(super) text: String,
    pub(super) metric: String,
    pub(super) by: String,
    /// File and row number below the header, from 1, such as "compare.csv:17"; empty for `summary.csv`, whose rows have
    /// names.
    pub(super) row: String,
    /// Column in the file.
    pub(super) column: String,
    /// Exact content of the field in the file.
    pub(super) value: String,
}

impl Number {
    /// Whether the row exists.
    pub(super) fn is_known(&self) -> bool {
        !self.metric.is_empty()
    }

    /// The value as a number, if it is one.
    pub(super) fn real(&self) -> Option<f64> {
        self.value.parse().ok()
    }

    /// The number without its unit, because the next number shows it.
    pub(super) fn without_unit(mut self) -> Number {
        if let Some(end) = self.text.find([' ']) {
            self.text.truncate(end);
        }
        self
    }

    /// Writes the HTML attributes that name its row.
    pub(super) fn write_attributes(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let Number { metric, by, row, column, value, .. } = self;
        write!(f, " data-metric=\"{}\" data-by=\"{}\"", Escaped(metric), Escaped(by))?;
        if !row.is_empty() {
            write!(f, " data-row=\"{row}\"")?;
        }
        write!(f, " data-column=\"{}\"", Escaped(column))?;
        // A value that equals the shown text is left out.
        match *value == self.text {
            true => Ok(()),
            false => write!(f, " data-value=\"{}\"", Escaped(value)),
        }
    }
}

/// Writes the number as HTML.
impl Display for Number {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        if !self.is_known() {
            return write!(f, "{}", Escaped(&self.text));
        }
        write!(f, "<span class=\"n\"")?;
        self.write_attributes(f)?;
        write!(f, ">{}</span>", Escaped(&self.text))
    }
}

impl askama::filters::HtmlSafe for Number {}

/// Text escaped for HTML, also inside an attribute.
pub(super) struct Escaped<'t>(pub(super) &'t str);

impl Display for Escaped<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        use fmt::Write;
        self.0.chars().try_for_each(|c| match c {
            '<' => f.write_str("&lt;"),
            '>' => f.write_str("&gt;"),
            '&' => f.write_str("&amp;"),
            '"' => f.write_str("&quot;"),
            '\'' => f.write_str("&#39;"),
            c => f.write_char(c),
        })
    }
}

/// The rows of `summary.csv` by name, and those of `bands.csv`, if it exists, with their row numbers.
#[derive(Debug)]
pub(super) struct Numbers<'a> {
    rows: BTreeMap<(&'a str, &'a str), &'a Estimated>,
    bands: BTreeMap<(&'a str, &'a str), (usize, &'a Estimated)>,
}

impl<'a> Numbers<'a> {
    pub(super) fn new(rows: &'a [Estimated], bands: &'a [Estimated]) -> Numbers<'a> {
        let name = |row: &'a Estimated| (row.metric.as_str(), row.by.as_str());
        let bands = bands.iter().enumerate().map(|(at, row)| (name(row), (at + 1, row)));
        Numbers { rows: rows.iter().map(|row| (name(row), row)).collect(), bands: bands.collect() }
    }

    /// Number of replications of `bands.csv`; 0 if there is none.
    pub(super) fn replications(&self) -> usize {
        self.bands.values().next().map_or(0, |(_, row)| row.estimate.replications)
    }

    /// The row with the interval of a metric, and its row name if it is in `bands.csv`.
    fn sure(&self, metric: &str, by: &str) -> Option<(&'a Estimated, String)> {
        if self.bands.is_empty() {
            return self.row(metric, by).map(|row| (row, String::new()));
        }
        self.bands.get(&(metric, by)).map(|(at, row)| (*row, format!("bands.csv:{at}")))
    }

    /// A metric that only several replications have, such as a probability.
    pub(super) fn chance(&self, metric: &str, by: &str) -> Option<Number> {
        let (row, place) = self.sure(metric, by)?;
        let text = in_words(row.value, row.unit);
        Some(Number { row: place, ..number(row, "value", row.value.to_string(), text) })
    }

    /// The row with this name and breakdown.
    pub(super) fn row(&self, metric: &str, by: &str) -> Option<&'a Estimated> {
        self.rows.get(&(metric, by)).copied()
    }

    /// A number with its unit; "-" where there is no such row.
    pub(super) fn get(&self, metric: &str, by: &str) -> Number {
        match self.row(metric, by) {
            Some(row) => number(row, "value", row.value.to_string(), in_words(row.value, row.unit)),
            None => Number { text: "-".into(), ..Number::default() },
        }
    }

    /// A number with its sign.
    pub(super) fn signed(&self, metric: &str, by: &str) -> Number {
        let mut signed = self.get(metric, by);
        if self.row(metric, by).is_some_and(|row| row.value.real() > 0.0) {
            signed.text.insert(0, '+');
        }
        signed
    }

    /// The number of observations of a metric.
    pub(super) fn observed(&self, metric: &str, by: &str) -> Number {
        match self.row(metric, by) {
            Some(row) => number(row, "n", row.estimate.n.to_string(), thousands(row.estimate.n)),
            None => Number { text: "0".into(), ..Number::default() },
        }
    }

    /// Both ends of the interval of a metric; `None` for one run.
    pub(super) fn interval(&self, metric: &str, by: &str) -> Option<[Number; 2]> {
        let (row, place) = self.sure(metric, by)?;
        let (low, high) = finite(row.estimate.interval)?;
        let end = |column, value| {
            let value = Value::Real(value);
            let end = number(row, column, value.to_string(), in_words(value, row.unit));
            Number { row: place.clone(), ..end }
        };
        Some([end("low", low), end("high", high)])
    }
}

fn number(row: &Estimated, column: &'static str, value: String, text: String) -> Number {
    Number {
        text,
        metric: row.metric.clone(),
        by: row.by.clone(),
        row: String::new(),
        column: column.into(),
        value,
    }
}

/// A row of a CSV file other than `summary.csv`.
#[derive(Clone, Debug)]
pub(super) struct Row<'a> {
    /// File and row number, as in [`Number`].
    pub(super) row: String,
    pub(super) metric: &'a str,
    pub(super) by: &'a str,
    pub(super) unit: &'a str,
    /// Decimals of its numbers.
    pub(super) decimals: usize,
}

impl<'a> Row<'a> {
    /// Row number `row` of a file. The interval determines the number of decimals.
    pub(super) fn new(
        (file, row): (&str, usize),
        (metric, by, unit): (&'a str, &'a str, &'a str),
        (value, interval): (f64, Option<(f64, f64)>),
    ) -> Row<'a> {
        let scale = if unit == "share" { 100.0 } else { 1.0 };
        let half = interval.map_or(0.0, |(low, high)| (high - low) / 2.0 * scale);
        Row { row: format!("{file}:{row}"), metric, by, unit, decimals: decimals(half, value * scale) }
    }

    /// The text of a field, unchanged.
    pub(super) fn text(&self, column: &str, value: String, text: String) -> Number {
        let (metric, by, row) = (self.metric.into(), self.by.into(), self.row.clone());
        Number { text, metric, by, row, column: column.into(), value }
    }

    /// A count.
    pub(super) fn count(&self, column: &str, count: u64) -> Number {
        self.text(column, count.to_string(), thousands(count))
    }

    /// A value with its unit; "-" where it is not finite.
    pub(super) fn value(&self, column: &str, value: f64) -> Number {
        self.shown(column, value, precise(value, self.unit, self.decimals))
    }

    /// A difference with its sign; differences of shares are in percentage points.
    pub(super) fn apart(&self, column: &str, value: f64) -> Number {
        let sign = if value > 0.0 { "+" } else { "" };
        let text = precise(value, self.unit, self.decimals).replace(" %", " points");
        self.shown(column, value, format!("{sign}{text}"))
    }

    fn shown(&self, column: &str, value: f64, text: String) -> Number {
        match value.is_finite() {
            true => self.text(column, Value::Real(value).to_string(), text),
            false => Number { text: "-".into(), ..Number::default() },
        }
    }

    /// Both ends of an interval; `None` where an end is not finite.
    pub(super) fn ends(&self, interval: Option<(f64, f64)>) -> Option<[Number; 2]> {
        let (low, high) = finite(interval)?;
        Some([self.value("low", low).without_unit(), self.value("high", high)])
    }
}

/// An interval with two finite ends.
pub(super) fn finite(interval: Option<(f64, f64)>) -> Option<(f64, f64)> {
    interval.filter(|(low, high)| low.is_finite() && high.is_finite())
}

/// A value in its unit with this number of decimals.
pub(super) fn precise(value: f64, unit: &str, decimals: usize) -> String {
    let value = if unit == "share" { value * 100.0 } else { value };
    let digits = format!("{:.decimals$}", value.abs());
    let (whole, part) =
        digits.split_once('.').map_or((&digits[..], None), |(whole, part)| (whole, Some(part)));
    let whole = whole.parse().map_or(whole.to_owned(), thousands);
    let is_zero = !digits.bytes().any(|digit| (b'1'..=b'9').contains(&digit));
    let sign = if value < 0.0 && !is_zero { "−" } else { "" };
    let unit = match unit {
        "share" => " %",
        "days" => " d",
        "hours" => " h",
        _ => "",
    };
    format!("{sign}{whole}{}{}{unit}", if part.is_some() { "." } else { "" }, part.unwrap_or_default())
}

/// A value with its unit, for readers.
fn in_words(value: Value, unit: &str) -> String {
    let real = value.real();
    match unit {
        "share" => share(real),
        "days" => format!("{} d", rough(Some(real))),
        "hours" => format!("{} h", rough(Some(real))),
        _ => match value {
            Value::Count(count) => thousands(count),
            Value::Real(real) if real.fract() == 0.0 && real >= 0.0 => thousands(real as u64),
            Value::Real(real) if real >= 1000.0 => thousands(real.round() as u64),
            Value::Real(real) => rough(Some(real)),
        },
    }
}
