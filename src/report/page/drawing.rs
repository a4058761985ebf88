//! Drawings of the page: shapes and texts with CSS classes; the style sheet has the colours.

use super::number::{Escaped, Number};
use std::fmt::{self, Display, Formatter};

/// Width of every drawing of the page.
pub(super) const WIDTH: f64 = 1000.0;

/// A picture.
#[derive(Clone, Debug)]
pub(super) struct Drawing {
    pub(super) width: f64,
    pub(super) height: f64,
    /// Description for screen readers.
    pub(super) label: String,
    items: Vec<Item>,
}

#[derive(Clone, Debug)]
enum Item {
    Rect { at: (f64, f64), size: (f64, f64), class: String, tip: String },
    Path { points: Vec<(f64, f64)>, closed: bool, class: &'static str, tip: String },
    Text { at: (f64, f64), class: &'static str, text: String, number: Option<Number> },
    Dot { at: (f64, f64), class: &'static str, tip: String },
}

impl Drawing {
    pub(super) fn new(height: f64, label: impl Into<String>) -> Drawing {
        Drawing { width: WIDTH, height, label: label.into(), items: vec![] }
    }

    /// A rectangle from one corner to the other; `tip` is shown under the pointer.
    pub(super) fn rect(
        &mut self,
        at: (f64, f64),
        size: (f64, f64),
        class: impl Into<String>,
        tip: impl Into<String>,
    ) {
        self.items.push(Item::Rect { at, size, class: class.into(), tip: tip.into() });
    }

    /// A line through points; it is interrupted at a point that is not finite.
    pub(super) fn line(&mut self, points: &[(f64, f64)], class: &'static str, tip: impl Into<String>) {
        self.items.push(Item::Path { points: points.to_vec(), closed: false, class, tip: tip.into() });
    }

    /// A filled polygon.
    pub(super) fn field(&mut self, points: Vec<(f64, f64)>, class: &'static str) {
        self.items.push(Item::Path { points, closed: true, class, tip: String::new() });
    }

    /// A text; the class defines size, colour and alignment.
    pub(super) fn text(&mut self, at: (f64, f64), class: &'static str, text: impl Into<String>) {
        self.items.push(Item::Text { at, class, text: text.into(), number: None });
    }

    /// A number from a CSV file.
    pub(super) fn number(&mut self, at: (f64, f64), class: &'static str, number: Number) {
        let text = number.text.clone();
        self.items.push(Item::Text { at, class, text, number: Some(number).filter(Number::is_known) });
    }

    /// A dot with a tip.
    pub(super) fn dot(&mut self, at: (f64, f64), class: &'static str, tip: impl Into<String>) {
        self.items.push(Item::Dot { at, class, tip: tip.into() });
    }
}

/// Formats to a tenth, without a point for integers.
struct Px(f64);

impl Display for Px {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let tenths = (self.0 * 10.0).round() / 10.0;
        // Adding zero turns minus zero into zero.
        write!(f, "{}", tenths + 0.0)
    }
}

fn tip(f: &mut Formatter<'_>, name: &str, tip: &str) -> fmt::Result {
    match tip {
        "" => f.write_str("/>"),
        tip => write!(f, "><title>{}</title></{name}>", Escaped(tip)),
    }
}

impl Display for Item {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Item::Rect { at: (x, y), size: (w, h), class, tip: words } => {
                let (x, y, w, h) = (Px(*x), Px(*y), Px(w.max(0.0)), Px(h.max(0.0)));
                write!(f, "<rect class=\"{class}\" x=\"{x}\" y=\"{y}\" width=\"{w}\" height=\"{h}\"")?;
                tip(f, "rect", words)
            }
            Item::Path { points, closed, class, tip: words } => {
                write!(f, "<path class=\"{class}\" d=\"")?;
                let mut pen = 'M';
                for (x, y) in points {
                    if x.is_finite() && y.is_finite() {
                        write!(f, "{pen}{} {}", Px(*x), Px(*y))?;
                        pen = 'L';
                    } else {
                        pen = 'M';
                    }
                }
                f.write_str(if *closed { "Z\"" } else { "\"" })?;
                tip(f, "path", words)
            }
            Item::Text { at: (x, y), class, text, number } => {
                write!(f, "<text class=\"{class}\" x=\"{}\" y=\"{}\"", Px(*x), Px(*y))?;
                if let Some(number) = number {
                    number.write_attributes(f)?;
                }
                write!(f, ">{}</text>", Escaped(text))
            }
            Item::Dot { at: (x, y), class, tip: words } => {
                write!(f, "<circle class=\"{class}\" cx=\"{}\" cy=\"{}\" r=\"5\"", Px(*x), Px(*y))?;
                tip(f, "circle", words)
            }
        }
    }
}

/// Writes the drawing as SVG within HTML.
impl Display for Drawing {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let (width, height) = (Px(self.width), Px(self.height));
        write!(
            f,
            "<svg viewBox=\"0 0 {width} {height}\" role=\"img\" aria-label=\"{}\">",
            Escaped(&self.label)
        )?;
        self.items.iter().try_for_each(|item| item.fmt(f))?;
        f.write_str("</svg>")
    }
}

impl askama::filters::HtmlSafe for Drawing {}

/// Round values from 0 to `most`, about six at most.
pub(super) fn ticks(most: f64) -> Vec<f64> {
    if !(most.is_finite() && most > 0.0) {
        return vec![0.0];
    }
    let mut unit = 1e-6;
    while unit * 60.0 < most {
        unit *= 10.0;
    }
    let step = [1.0, 2.0, 5.0, 10.0].map(|times| times * unit).into_iter().find(|step| most / step <= 6.0);
    let step = step.unwrap_or(unit * 20.0);
    (0..=(most / step).ceil() as u32).map(|number| f64::from(number) * step).collect()
}

/// Round values from at most `low` to at least `high`, about eight at most.
pub(super) fn steps(low: f64, high: f64) -> Vec<f64> {
    let wide = if high > low { high - low } else { low.abs().max(1.0) };
    let step = ticks(wide).get(1).copied().unwrap_or(1.0);
    let (first, last) = ((low / step).floor(), (high / step).ceil().max((low / step).floor() + 1.0));
    (0..=(last - first) as u32).map(|number| (first + f64::from(number)) * step).collect()
}

/// A number on an axis.
pub(super) fn tick_word(value: f64) -> String {
    let text = format!("{value:.3}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}
