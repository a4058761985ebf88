//! The font of the charts, carried in the program: the machine's own fonts would change the bytes.
//!
//! Widths are read from the font itself: plotters rounds them to pixels, and its bitmaps leave out the empty
//! space at the left of a letter, so that letters have to be placed one by one.

use plotters::style::{FontStyle, register_font};
use std::sync::OnceLock;

/// The name under which the font is registered; an SVG carries it, so it also tells what to take in its place.
pub(super) const FAMILY: &str = "DejaVu Sans, Verdana, sans-serif";
/// Height of a line of this font, in ems: from the highest ascender to the lowest descender.
pub(super) const LINE: f64 = 2384.0 / 2048.0;

static REGULAR: &[u8] = include_bytes!("../fonts/DejaVuSans.ttf");
static BOLD: &[u8] = include_bytes!("../fonts/DejaVuSans-Bold.ttf");

/// Registers the font, once for the whole program.
pub(super) fn ready() {
    static DONE: OnceLock<()> = OnceLock::new();
    DONE.get_or_init(|| {
        for (style, bytes) in [(FontStyle::Normal, REGULAR), (FontStyle::Bold, BOLD)] {
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
    /// From its start to that of the next one.
    pub(super) advance: f64,
    /// From its start to its leftmost ink.
    pub(super) bearing: f64,
}

/// The measures of a letter; of one that the font lacks, those of the box that stands for it.
pub(super) fn letter(c: char, bold: bool) -> Letter {
    static FACES: OnceLock<[Vec<(u32, Letter)>; 2]> = OnceLock::new();
    let faces = FACES.get_or_init(|| [letters(REGULAR), letters(BOLD)]);
    let face = &faces[usize::from(bold)];
    let found = face.binary_search_by_key(&u32::from(c), |l| l.0).unwrap_or(0);
    face[found].1
}

/// All letters of a font by their code; first, under code 0, the box for letters that it lacks.
fn letters(font: &[u8]) -> Vec<(u32, Letter)> {
    let (em, wide) = (f64::from(word(table(font, b"head"), 18)), word(table(font, b"hhea"), 34));
    let metrics = table(font, b"hmtx");
    let measure = |glyph: usize| {
        let last = usize::from(wide) - 1;
        let at = if glyph <= last { glyph * 4 + 2 } else { last * 4 + 4 + (glyph - last - 1) * 2 };
        let advance = f64::from(word(metrics, glyph.min(last) * 4)) / em;
        Letter { advance, bearing: f64::from(word(metrics, at) as i16) / em }
    };
    let mut letters = vec![(0, measure(0))];
    let map = unicode_map(table(font, b"cmap"));
    let segments = usize::from(word(map, 6)) / 2;
    for i in 0..segments {
        let (last, first) = (word(map, 14 + 2 * i), word(map, 16 + 2 * (segments + i)));
        let (delta, range_at) = (word(map, 16 + 2 * (2 * segments + i)), 16 + 2 * (3 * segments + i));
        for code in (first..=last).filter(|&code| code != u16::MAX) {
            let glyph = match usize::from(word(map, range_at)) {
                0 => code.wrapping_add(delta),
                range => word(map, range_at + range + 2 * usize::from(code - first)),
            };
            letters.push((u32::from(code), measure(usize::from(glyph))));
        }
    }
    letters
}

fn word(bytes: &[u8], at: usize) -> u16 {
    u16::from_be_bytes([bytes[at], bytes[at + 1]])
}

fn long(bytes: &[u8], at: usize) -> usize {
    usize::from(word(bytes, at)) << 16 | usize::from(word(bytes, at + 2))
}

/// A table of the font by its name.
fn table<'a>(font: &'a [u8], name: &[u8; 4]) -> &'a [u8] {
    let entries = font[12..].chunks_exact(16).take(usize::from(word(font, 4)));
    let entry =
        entries.into_iter().find(|e| &e[..4] == name).expect("the font in the program has its tables");
    &font[long(entry, 8)..]
}

/// The map from 16-bit codes to glyphs (format 4).
fn unicode_map(cmap: &[u8]) -> &[u8] {
    let maps = (0..usize::from(word(cmap, 2))).map(|i| &cmap[long(cmap, 8 + 8 * i)..]);
    maps.into_iter().find(|m| word(m, 0) == 4).expect("the font in the program has a map of its letters")
}
