//! A picture: shapes in painting order, with coordinates in thirds of a pixel.
//!
//! Charts are laid out once, in pixels of a 1200 by 700 sheet, then painted in any format. All colours are opaque,
//! because formats blend colours differently.

use super::font;
use plotters::style::RGBColor;

/// Width of the sheet in pixels.
pub(super) const WIDTH: f64 = 1200.0;
/// Default height of a sheet in pixels.
pub(super) const HEIGHT: f64 = 700.0;
/// The tallest sheet.
pub(super) const TALLEST: f64 = 2400.0;
/// Steps per pixel: plotters draws at integer positions only, and flat curves would look like stairs.
pub(super) const FINE: i32 = 3;

pub(super) type Color = RGBColor;
/// A position in steps.
pub(super) type Place = (i32, i32);

pub(super) const INK: Color = RGBColor(34, 34, 34);
pub(super) const GREY: Color = RGBColor(100, 100, 100);
pub(super) const PALE: Color = RGBColor(176, 176, 176);
pub(super) const GRID: Color = RGBColor(228, 228, 228);
pub(super) const WHITE: Color = RGBColor(255, 255, 255);
/// Background of a disruption or a peak.
pub(super) const SHADE: Color = RGBColor(242, 223, 174);

pub(super) const ORANGE: Color = RGBColor(230, 159, 0);
pub(super) const SKY: Color = RGBColor(86, 180, 233);
pub(super) const GREEN: Color = RGBColor(0, 158, 115);
pub(super) const YELLOW: Color = RGBColor(240, 228, 66);
pub(super) const BLUE: Color = RGBColor(0, 114, 178);
pub(super) const VERMILLION: Color = RGBColor(213, 94, 0);
pub(super) const PURPLE: Color = RGBColor(204, 121, 167);

/// The colours of Okabe and Ito, distinguishable by colour-blind readers, in the order of series.
const PALETTE: [Color; 8] = [SKY, ORANGE, GREEN, BLUE, PURPLE, VERMILLION, YELLOW, PALE];

/// The colour of series number `i`.
pub(super) fn color(i: usize) -> Color {
    PALETTE[i % PALETTE.len()]
}

/// A colour mixed with white: `part` percent of it is the colour.
pub(super) fn tint(color: Color, part: u16) -> Color {
    let mix = |c: u8| ((u16::from(c) * part + 255 * (100 - part)) / 100) as u8;
    RGBColor(mix(color.0), mix(color.1), mix(color.2))
}

/// The end of a text that is at its position.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Align {
    Left,
    Middle,
    Right,
}

/// The look of a text. `size` is the em in pixels.
#[derive(Clone, Copy, Debug)]
pub(super) struct Type {
    pub(super) size: f64,
    pub(super) bold: bool,
    pub(super) color: Color,
    pub(super) align: Align,
}

impl Type {
    pub(super) const fn new(size: f64) -> Type {
        Type { size, bold: false, color: INK, align: Align::Left }
    }
    pub(super) const fn bold(self) -> Type {
        Type { bold: true, ..self }
    }
    pub(super) const fn color(self, color: Color) -> Type {
        Type { color, ..self }
    }
    pub(super) const fn align(self, align: Align) -> Type {
        Type { align, ..self }
    }
    /// Width of a text in pixels.
    pub(super) fn width(self, text: &str) -> f64 {
        font::width(text, self.bold) * self.size
    }
    /// The text, cut with an ellipsis if it is wider than `room`, without characters that a format does not allow.
    pub(super) fn fit(self, text: &str, room: f64) -> String {
        let mut kept: String = text.chars().take(400).map(|c| if unfit(c) { ' ' } else { c }).collect();
        let whole = kept.len() == text.len();
        if whole && self.width(&kept) <= room {
            return kept;
        }
        while !kept.is_empty() && self.width(&format!("{kept}…")) > room {
            kept.pop();
        }
        format!("{}…", kept.trim_end())
    }
}

/// Control characters and non-characters make an SVG that no reader opens.
fn unfit(c: char) -> bool {
    c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}')
}

/// One thing to paint.
#[derive(Clone, Debug)]
pub(super) enum Shape {
    /// Rectangle: upper left corner, lower right corner.
    Rect(Place, Place, Color),
    /// A filled polygon.
    Area(Vec<Place>, Color),
    /// Line through positions; width in steps.
    Line(Vec<Place>, Color, u32),
    /// Disc; radius in steps.
    Dot(Place, u32, Color),
    /// Text; the position is on its baseline.
    Text(Place, Type, String),
}

/// Shapes in painting order.
#[derive(Clone, Debug)]
pub(super) struct Picture {
    /// Height of the sheet in pixels.
    pub(super) height: f64,
    pub(super) shapes: Vec<Shape>,
}

impl Default for Picture {
    fn default() -> Picture {
        Picture::of(HEIGHT)
    }
}

/// Rounds pixels to steps. Positions outside the sheet are moved to its edge, so that no format gets extreme numbers.
fn place((x, y): (f64, f64)) -> Place {
    let step = |v: f64, most: f64| (v.clamp(0.0, most) * f64::from(FINE)).round() as i32;
    (step(x, WIDTH), step(y, TALLEST))
}

fn places(points: &[(f64, f64)]) -> Vec<Place> {
    let mut places: Vec<Place> = points.iter().map(|&p| place(p)).collect();
    places.dedup();
    places
}

impl Picture {
    /// An empty sheet of this height in pixels, rounded.
    pub(super) fn of(height: f64) -> Picture {
        Picture { height: height.clamp(160.0, TALLEST).ceil(), shapes: vec![] }
    }
    /// A filled rectangle; nothing if it has no width or height.
    pub(super) fn rect(&mut self, left: f64, top: f64, right: f64, bottom: f64, color: Color) {
        let (from, to) = (place((left, top)), place((right, bottom)));
        if from.0 < to.0 && from.1 < to.1 {
            self.shapes.push(Shape::Rect(from, to, color));
        }
    }
    /// A filled polygon.
    pub(super) fn area(&mut self, points: &[(f64, f64)], color: Color) {
        let places = places(points);
        if places.len() > 2 {
            self.shapes.push(Shape::Area(places, color));
        }
    }
    /// A line; a single point becomes a dot.
    pub(super) fn line(&mut self, points: &[(f64, f64)], color: Color, width: f64) {
        let places = places(points);
        let width = (width * f64::from(FINE)).round() as u32;
        match places[..] {
            [] => {}
            [alone] => self.shapes.push(Shape::Dot(alone, width, color)),
            _ => self.shapes.push(Shape::Line(places, color, width)),
        }
    }
    /// A dashed vertical line.
    pub(super) fn dashes(&mut self, x: f64, top: f64, bottom: f64, color: Color) {
        let mut y = top;
        while y < bottom {
            self.rect(x - 0.5, y, x + 0.5, (y + 5.0).min(bottom), color);
            y += 9.0;
        }
    }
    /// Slanted lines over a rectangle that is undecided.
    pub(super) fn hatch(&mut self, left: f64, top: f64, right: f64, bottom: f64, color: Color) {
        const APART: f64 = 11.0;
        let high = bottom - top;
        let mut start = left - high + APART / 2.0;
        while start < right {
            // From lower left to upper right, cut at the sides.
            let (from, to) = ((left - start).max(0.0), (right - start).min(high));
            if to > from {
                self.line(&[(start + from, bottom - from), (start + to, bottom - to)], color, 1.4);
            }
            start += APART;
        }
    }
    /// A circle without filling.
    pub(super) fn ring(&mut self, x: f64, y: f64, radius: f64, color: Color) {
        self.dot(x, y, radius, color);
        self.dot(x, y, radius - 1.6, WHITE);
    }
    /// A filled circle.
    pub(super) fn dot(&mut self, x: f64, y: f64, radius: f64, color: Color) {
        self.shapes.push(Shape::Dot(place((x, y)), (radius * f64::from(FINE)).round() as u32, color));
    }
    /// A text on the baseline `y`; characters that font or format cannot show are removed.
    pub(super) fn text(&mut self, x: f64, y: f64, ty: Type, text: &str) {
        self.shapes.push(Shape::Text(place((x, y)), ty, ty.fit(text, WIDTH)));
    }
    /// A text on a white background that hides the grid.
    pub(super) fn label(&mut self, x: f64, y: f64, ty: Type, text: &str) {
        let width = ty.width(text);
        let left = match ty.align {
            Align::Left => x,
            Align::Middle => x - width / 2.0,
            Align::Right => x - width,
        };
        self.rect(left - 2.0, y - ty.size * 0.9, left + width + 2.0, y + ty.size * 0.28, WHITE);
        self.text(x, y, ty, text);
    }
}
