//! The font of the charts. It is part of the program: fonts of the machine would change the bytes.
//!
//! Widths are read from the font itself: plotters rounds them to pixels. Its bitmaps omit the empty space to the left
//! of a letter, so letters are placed one by one.

use plotters::style::{FontStyle, register_font};
use std::sync::OnceLock;
use ttf_parser::{Face, GlyphId};

/// Family name; an SVG contains it, so it also lists the fallback fonts.
pub(super) const FAMILY: &str = "DejaVu Sans, Verdana, sans-serif";
/// Height of a line of this font, in ems: from the highest ascender to the lowest descender.
pub(super) const LINE: f64 = 2384.0 / 2048.0;

/// Registers the font, once for the whole program.
pub(super) fn ready() {
    static DONE: OnceLock<()> = OnceLock::new();
    DONE.get_or_init(|| {
        for (style, bytes) in
            [(FontStyle::Normal, dejavu::sans::regular()), (FontStyle::Bold, dejavu::sans::bold())]
        {
            assert!(register_font(FAMILY, style, bytes).is_ok(), "the font in the program is a font");
        }
    });
}

pub(super) fn style(bold: bool) -> FontStyle {
    if bold { FontStyle::Bold } else { FontStyle::Normal }
}

/// Width of a text in ems.
pub(super) fn width(text: &str, bold: bool) -> f64 {
    text.chars().map(|c| letter(c, bold).advance).sum()
}

/// Where a letter stands, in ems.
#[derive(Clone, Copy, Debug)]
pub(super) struct Letter {
    /// Distance from its origin to that of the next letter.
    pub(super) advance: f64,
    /// Distance from its origin to its leftmost ink.
    pub(super) bearing: f64,
}

/// The metrics of a letter; for a letter that the font lacks, those of the replacement box.
pub(super) fn letter(c: char, bold: bool) -> Letter {
    static FACES: OnceLock<[Face<'static>; 2]> = OnceLock::new();
    let face = |bytes| Face::parse(bytes, 0).expect("the font in the program is a font");
    let faces = FACES.get_or_init(|| [face(dejavu::sans::regular()), face(dejavu::sans::bold())]);
    let face = &faces[usize::from(bold)];
    let (em, glyph) = (f64::from(face.units_per_em()), face.glyph_index(c).unwrap_or(GlyphId(0)));
    let advance = f64::from(face.glyph_hor_advance(glyph).unwrap_or(0)) / em;
    Letter { advance, bearing: f64::from(face.glyph_hor_side_bearing(glyph).unwrap_or(0)) / em }
}
