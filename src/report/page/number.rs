//! Numbers of the page. Each says which row of a CSV file it shows, so that a test can hold the page against the files.

pub(super) use super::super::words::share;
use super::super::words::{rough, thousands};
use crate::experiment::Estimated;
use crate::measure::Value;
use std::collections::BTreeMap;
use std::fmt::{self, Display, Formatter};

/// A number as shown, and the row of `summary.csv` that it comes from.
#[derive(Clone, Debug, Default)]
pub(super) struct Number {
    pub(super) text: String,
    pub(super) metric: String,
    pub(super) by: String,
    /// The column of `summary.csv`.
    pub(super) column: &'static str,
    /// The field of `summary.csv`, letter by letter.
    pub(super) value: String,
}

impl Number {
    /// Whether there is such a row.
    pub(super) fn is_known(&self) -> bool {
        !self.metric.is_empty()
    }

    /// The attributes that name its row.
    pub(super) fn write_attributes(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let Number { metric, by, column, value, .. } = self;
        write!(f, " data-metric=\"{}\" data-by=\"{}\"", Escaped(metric), Escaped(by))?;
        write!(f, " data-column=\"{column}\" data-value=\"{}\"", Escaped(value))
    }
}

/// As HTML.
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

/// Text that can be neither markup nor the end of an attribute.
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

/// The rows of `summary.csv` by name.
#[derive(Debug)]
pub(super) struct Numbers<'a> {
    rows: BTreeMap<(&'a str, &'a str), &'a Estimated>,
}

impl<'a> Numbers<'a> {
    pub(super) fn new(rows: &'a [Estimated]) -> Numbers<'a> {
        Numbers { rows: rows.iter().map(|row| ((row.metric.as_str(), row.by.as_str()), row)).collect() }
    }

    /// The row of this name and breakdown.
    pub(super) fn row(&self, metric: &str, by: &str) -> Option<&'a Estimated> {
        self.rows.get(&(metric, by)).copied()
    }

    /// A number in its unit; "-" where there is no such row.
    pub(super) fn get(&self, metric: &str, by: &str) -> Number {
        match self.row(metric, by) {
            Some(row) => number(row, "value", row.value.to_string(), in_words(row.value, row.unit)),
            None => Number { text: "-".into(), ..Number::default() },
        }
    }

    /// The same with its sign.
    pub(super) fn signed(&self, metric: &str, by: &str) -> Number {
        let mut signed = self.get(metric, by);
        if self.row(metric, by).is_some_and(|row| row.value.real() > 0.0) {
            signed.text.insert(0, '+');
        }
        signed
    }

    /// How many were observed for a number.
    pub(super) fn observed(&self, metric: &str, by: &str) -> Number {
        match self.row(metric, by) {
            Some(row) => number(row, "n", row.estimate.n.to_string(), thousands(row.estimate.n)),
            None => Number { text: "0".into(), ..Number::default() },
        }
    }

    /// Both ends of the interval of a number; none of one run.
    pub(super) fn interval(&self, metric: &str, by: &str) -> Option<[Number; 2]> {
        let row = self.row(metric, by)?;
        let (low, high) = row.estimate.interval.filter(|ends| ends.0.is_finite() && ends.1.is_finite())?;
        let end = |column, value| {
            let value = Value::Real(value);
            number(row, column, value.to_string(), in_words(value, row.unit))
        };
        Some([end("low", low), end("high", high)])
    }
}

fn number(row: &Estimated, column: &'static str, value: String, text: String) -> Number {
    Number { text, metric: row.metric.clone(), by: row.by.clone(), column, value }
}

/// A value with its unit, as people read it.
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
