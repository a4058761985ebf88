//! The colours of states, the same as on the page (`page.css`).

use super::picture::{Color, color};
use plotters::style::RGBColor;

/// (state, class in the style sheet of the page, colour).
pub(super) const STATES: [(&str, &str, Color); 8] = [
    ("Creating", "--s-creating", RGBColor(240, 228, 66)),
    ("Shipping", "--s-shipping", RGBColor(86, 180, 233)),
    ("Received", "--s-received", RGBColor(155, 211, 174)),
    ("Transferring", "--s-transferring", RGBColor(0, 158, 115)),
    ("Packaging", "--s-packaging", RGBColor(230, 159, 0)),
    ("Faulted", "--s-faulted", RGBColor(232, 116, 59)),
    ("Completed", "--s-completed", RGBColor(188, 216, 236)),
    ("Closed", "--s-closed", RGBColor(185, 185, 185)),
];

/// The colour of a state; any colour for an unknown name.
pub(super) fn state(name: &str) -> Color {
    STATES.iter().find(|known| known.0 == name).map_or_else(|| color(name.len()), |known| known.2)
}
