//! Paints a picture as SVG or PNG with the backends of plotters.

use super::encode::encode_png;
use super::font;
use super::picture::{Align, FINE, Picture, Place, Shape, Type, WIDTH};
use plotters::prelude::{BitMapBackend, DrawingBackend, SVGBackend};
use plotters::style::text_anchor::{HPos, Pos, VPos};
use plotters::style::{IntoFont, ShapeStyle, TextStyle};

/// Width of the sheet in steps.
const ACROSS: u32 = WIDTH as u32 * FINE as u32;
/// Height of the sheet in steps.
fn down(picture: &Picture) -> u32 {
    picture.height as u32 * FINE as u32
}

/// How a backend draws text: the divisor of the font size, the distance from the given top to the baseline in ems, and
/// whether letters must be drawn one by one.
struct Letters {
    size: f64,
    baseline: f64,
    singly: bool,
}

/// The SVG backend divides sizes by 1.24, and shifts by 0.76 em.
const SVG: Letters = Letters { size: 1.24, baseline: 0.76, singly: false };
/// The bitmap backend takes the line height as size, and puts the baseline half of it below the top.
const BITMAP: Letters = Letters { size: font::LINE, baseline: font::LINE / 2.0, singly: true };

/// The picture as SVG, 1200 wide.
pub(super) fn svg(picture: &Picture) -> Result<Vec<u8>, String> {
    let (mut text, down) = (String::new(), down(picture));
    let mut backend = SVGBackend::with_string(&mut text, (ACROSS, down));
    paint(picture, &mut backend, &SVG)?;
    drop(backend);
    // Coordinates are in steps, the displayed size in pixels.
    let size = format!("width=\"{ACROSS}\" height=\"{down}\"");
    Ok(text.replacen(&size, &format!("width=\"{WIDTH}\" height=\"{}\"", picture.height), 1).into_bytes())
}

/// The picture as PNG, 1800 pixels wide: each pixel is the mean of two by two steps, which smooths all edges alike.
pub(super) fn png(picture: &Picture) -> Result<Vec<u8>, String> {
    // Two rows of steps make one row of pixels.
    let down = down(picture).next_multiple_of(2);
    let mut steps = vec![0; (ACROSS * down * 3) as usize];
    let mut backend = BitMapBackend::with_buffer(&mut steps, (ACROSS, down));
    paint(picture, &mut backend, &BITMAP)?;
    drop(backend);
    encode_png(ACROSS / 2, down / 2, &halve(&steps)).map_err(|error| error.to_string())
}

/// The mean of each two by two steps.
fn halve(steps: &[u8]) -> Vec<u8> {
    let stride = ACROSS as usize * 3;
    let mut pixels = vec![0; steps.len() / 4];
    for (row, rows) in pixels.chunks_exact_mut(stride / 2).zip(steps.chunks_exact(stride * 2)) {
        let (upper, lower) = rows.split_at(stride);
        let steps = upper.chunks_exact(6).zip(lower.chunks_exact(6));
        for (pixel, (a, b)) in row.chunks_exact_mut(3).zip(steps) {
            for c in 0..3 {
                let sum = u16::from(a[c]) + u16::from(a[c + 3]) + u16::from(b[c]) + u16::from(b[c + 3]);
                pixel[c] = ((sum + 2) / 4) as u8;
            }
        }
    }
    pixels
}

fn paint<B: DrawingBackend>(picture: &Picture, backend: &mut B, letters: &Letters) -> Result<(), String> {
    font::ready();
    // The whole sheet, with the row that a PNG adds if the number of rows is odd.
    let end = (ACROSS as i32, down(picture) as i32 + 1);
    backend.draw_rect((0, 0), end, &super::picture::WHITE, true).map_err(|e| e.to_string())?;
    for shape in &picture.shapes {
        let done = match shape {
            Shape::Rect(from, to, color) => backend.draw_rect(*from, *to, color, true),
            Shape::Area(places, color) => backend.fill_polygon(places.iter().copied(), color),
            Shape::Line(places, color, width) => {
                let style = ShapeStyle::from(color).stroke_width(*width);
                backend.draw_path(places.iter().copied(), &style)
            }
            Shape::Dot(at, radius, color) => backend.draw_circle(*at, *radius, color, true),
            Shape::Text(at, ty, text) => {
                let style = lettering(ty, letters);
                let texts = if letters.singly { singly(*at, ty, text) } else { vec![(*at, text.clone())] };
                let rise = (em(ty) * letters.baseline).round() as i32;
                texts.iter().try_for_each(|((x, y), text)| backend.draw_text(text, &style, (*x, y - rise)))
            }
        };
        done.map_err(|e| e.to_string())?;
    }
    backend.present().map_err(|e| e.to_string())
}

/// The em in steps.
fn em(ty: &Type) -> f64 {
    ty.size * f64::from(FINE)
}

/// The style of a text as a backend understands it.
fn lettering<'a>(ty: &'a Type, letters: &Letters) -> TextStyle<'a> {
    let side = match ty.align {
        _ if letters.singly => HPos::Left,
        Align::Left => HPos::Left,
        Align::Middle => HPos::Center,
        Align::Right => HPos::Right,
    };
    TextStyle::from((font::FAMILY, em(ty) * letters.size, font::style(ty.bold)).into_font())
        .color(&ty.color)
        .pos(Pos::new(side, VPos::Top))
}

/// Each letter at the position of its ink.
fn singly((x, y): Place, ty: &Type, text: &str) -> Vec<(Place, String)> {
    let width = ty.width(text) * f64::from(FINE);
    let mut pen = f64::from(x)
        - match ty.align {
            Align::Left => 0.0,
            Align::Middle => width / 2.0,
            Align::Right => width,
        };
    let mut texts = Vec::with_capacity(text.len());
    for c in text.chars() {
        let letter = font::letter(c, ty.bold);
        let ink = (letter.bearing * em(ty)).floor() + pen.round();
        texts.push(((ink as i32, y), c.to_string()));
        pen += letter.advance * em(ty);
    }
    texts
}
