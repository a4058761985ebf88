//! Parts of every chart: title, caption, panels with axes, legends, marks.

use super::axis::{Scale, Ticks, date_ticks};
use super::input::{Caption, Mark, Shade, Timeline};
use super::picture::{Align, Color, GREY, GRID, INK, PALE, Picture, SHADE, Type, WIDTH};

/// Left and right margin.
pub(super) const MARGIN: f64 = 36.0;
/// Size of most texts.
pub(super) const SMALL: Type = Type::new(12.0).color(GREY);
/// Size of names.
pub(super) const NAME: Type = Type::new(13.0);
/// Top of the content, under title and caption.
pub(super) const CONTENT: f64 = 100.0;

/// Writes title and caption; the caption takes a second line where it needs one.
pub(super) fn head(picture: &mut Picture, title: &str, caption: &Caption, counted: &str) {
    let room = WIDTH - 2.0 * MARGIN;
    let ty = Type::new(21.0).bold();
    picture.text(MARGIN, 40.0, ty, &ty.fit(title, room));
    let ty = Type::new(13.0).color(GREY);
    let replications = match caption.replications {
        0 | 1 => String::new(),
        number => format!(" · {number} replications"),
    };
    let run = format!("{} · seed {}{replications}", ty.fit(&caption.scenario, room * 0.5), caption.seed);
    let line = format!("{run} · {counted}");
    if ty.width(&line) <= room {
        picture.text(MARGIN, 63.0, ty, &line);
    } else {
        picture.text(MARGIN, 63.0, ty, &run);
        picture.text(MARGIN, 81.0, ty, &ty.fit(counted, room));
    }
}

/// A plotting area with axes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Panel {
    pub(super) left: f64,
    pub(super) top: f64,
    pub(super) right: f64,
    pub(super) bottom: f64,
}

impl Panel {
    /// Writes the name above the panel, `higher` pixels up, and the unit of its vertical axis in grey.
    pub(super) fn name(&self, picture: &mut Picture, higher: f64, name: &str, unit: &str) {
        let bold = NAME.bold();
        let (room, y) = (self.right - self.left, self.top - 9.0 - higher);
        let name = bold.fit(name, room * 0.6);
        picture.label(self.left, y, bold, &name);
        let after = bold.width(&name) + 10.0;
        picture.label(self.left + after, y, SMALL, &SMALL.fit(unit, room - after));
    }

    /// Draws grid lines and labels of the vertical axis. Returns its scale.
    pub(super) fn rise(&self, picture: &mut Picture, ticks: &Ticks) -> Scale {
        let scale = Scale::new(ticks.end(), self.bottom, self.top);
        for &value in &ticks.values {
            let y = scale.at(value);
            picture.line(&[(self.left, y), (self.right, y)], GRID, 1.0);
            picture.text(self.left - 7.0, y + 4.2, SMALL.align(Align::Right), &ticks.word(value));
        }
        scale
    }

    /// Draws grid lines, labels and title of a horizontal axis of numbers. Returns its scale.
    pub(super) fn run(&self, picture: &mut Picture, ticks: &Ticks, title: &str) -> Scale {
        let scale = Scale::new(ticks.end(), self.left, self.right);
        for &value in &ticks.values {
            let x = scale.at(value);
            picture.line(&[(x, self.top), (x, self.bottom)], GRID, 1.0);
            picture.text(x, self.bottom + 18.0, SMALL.align(Align::Middle), &ticks.word(value));
        }
        picture.text(self.right, self.bottom + 38.0, SMALL.align(Align::Right), title);
        scale
    }

    /// Shades disruptions and peaks; must be drawn before anything else in the panel.
    pub(super) fn shades(&self, picture: &mut Picture, timeline: &Timeline, days: usize) {
        let scale = days_scale(days, self.left, self.right);
        for shade in shown(&timeline.shades, &scale) {
            picture.rect(scale.at(shade.from), self.top, scale.at(shade.until), self.bottom, SHADE);
        }
    }

    /// Draws the grid lines of a date axis. Returns its scale, in days.
    pub(super) fn dates(&self, picture: &mut Picture, timeline: &Timeline, days: usize) -> Scale {
        let scale = days_scale(days, self.left, self.right);
        for tick in date_ticks(timeline.first, scale.most as usize, self.right - self.left) {
            let x = scale.at(tick.at);
            picture.line(&[(x, self.top), (x, self.bottom)], GRID, 1.0);
        }
        scale
    }

    /// Writes the labels of a date axis under the panel.
    pub(super) fn date_words(&self, picture: &mut Picture, timeline: &Timeline, days: usize) {
        let scale = days_scale(days, self.left, self.right);
        for tick in date_ticks(timeline.first, scale.most as usize, self.right - self.left) {
            let x = scale.at(tick.at);
            picture.line(&[(x, self.bottom), (x, self.bottom + 5.0)], PALE, 1.0);
            picture.text(x, self.bottom + 19.0, SMALL.align(Align::Middle), &tick.word);
            if let Some(year) = tick.year {
                picture.text(x, self.bottom + 34.0, SMALL.align(Align::Middle), &year);
            }
        }
    }

    /// Draws the base line over the shapes that stand on it.
    pub(super) fn base(&self, picture: &mut Picture) {
        picture.line(&[(self.left, self.bottom), (self.right, self.bottom)], PALE, 1.0);
    }

    /// Marks a panel without drawable values.
    pub(super) fn no_data(&self, picture: &mut Picture) {
        self.says(picture, "no data");
    }

    /// Marks a panel whose values are all zero, which is not a lack of data.
    pub(super) fn always_zero(&self, picture: &mut Picture) {
        self.says(picture, "always 0");
    }

    /// Writes words in place of values.
    pub(super) fn says(&self, picture: &mut Picture, words: &str) {
        let (x, y) = ((self.left + self.right) / 2.0, (self.top + self.bottom) / 2.0);
        self.base(picture);
        picture.text(x, y + 5.0, Type::new(15.0).color(GREY).align(Align::Middle), words);
    }
}

/// One entry of a legend.
pub(super) struct Key<'a> {
    pub(super) name: &'a str,
    pub(super) color: Color,
    /// Whether it is drawn as a line; otherwise as a field.
    pub(super) line: bool,
}

fn swatch(picture: &mut Picture, x: f64, y: f64, key: &Key) {
    if key.line {
        picture.line(&[(x, y - 4.5), (x + 16.0, y - 4.5)], key.color, 2.5);
    } else {
        picture.rect(x + 2.0, y - 11.0, x + 15.0, y + 2.0, key.color);
    }
}

/// A legend in a column; names are cut at `room` pixels.
pub(super) fn legend_column(picture: &mut Picture, x: f64, mut y: f64, room: f64, keys: &[Key]) {
    for key in keys {
        swatch(picture, x, y, key);
        picture.text(x + 22.0, y, NAME, &NAME.fit(key.name, room - 22.0));
        y += 21.0;
    }
}

/// A legend in a row from `x`; if it is too wide, each name is cut to an equal part.
pub(super) fn legend_row(picture: &mut Picture, mut x: f64, y: f64, right: f64, keys: &[Key]) {
    let whole: f64 = keys.iter().map(|k| NAME.width(k.name) + 44.0).sum();
    let part = (right - x) / keys.len().max(1) as f64 - 44.0;
    let most = if whole <= right - x { f64::MAX } else { part };
    for key in keys {
        swatch(picture, x, y, key);
        let name = NAME.fit(key.name, most);
        picture.text(x + 22.0, y, NAME, &name);
        x += 44.0 + NAME.width(&name);
    }
}

/// Rows of labels above a panel.
const MARK_ROWS: usize = 3;
/// Height of a row of labels.
const MARK_ROW: f64 = 16.0;

/// The shades that are at least partly on the scale.
fn shown<'s>(shades: &'s [Shade], scale: &Scale) -> impl Iterator<Item = &'s Shade> + use<'s> {
    let most = scale.most;
    shades.iter().filter(move |shade| shade.until > 0.0 && shade.from < most && shade.from < shade.until)
}

/// Dashed vertical lines with labels in rows above a panel. Laid out before the panel, which must leave room for them.
pub(super) struct Marks {
    /// (position, row, start of the label, label).
    lines: Vec<(f64, usize, f64, String)>,
    /// Whether the line is the edge of a shade.
    edges: Vec<bool>,
}

impl Marks {
    /// Lays out the labels from the right. A label that would cross the next line goes to a higher row. If no row has
    /// room, the label is left out and its line stays.
    pub(super) fn new(scale: &Scale, timeline: &Timeline) -> Marks {
        let lines = timeline.marks.iter().filter(|m| m.at >= 0.0 && m.at <= scale.most);
        let lines = lines.map(|Mark { at, label }| (*at, label, false));
        let shades = shown(&timeline.shades, scale).map(|one| (one.from.max(0.0), &one.label, true));
        let mut marks: Vec<(f64, &String, bool)> = lines.chain(shades).collect();
        marks.sort_by(|a, b| b.0.total_cmp(&a.0));
        let mut starts = [f64::MAX; MARK_ROWS];
        let mut lines = Vec::new();
        let edges = marks.iter().map(|mark| mark.2).collect();
        for (at, label, _) in marks {
            let x = scale.at(at);
            let word = SMALL.fit(label, 260.0);
            let left = (x + 5.0).min((scale.end + 24.0).min(WIDTH - 8.0) - SMALL.width(&word));
            let end = left + SMALL.width(&word) + 8.0;
            let row = starts.iter().rposition(|&start| start < end).map_or(0, |blocked| blocked + 1);
            if row < MARK_ROWS {
                starts[row] = left.min(x);
            }
            lines.push((x, row, left, word));
        }
        Marks { lines, edges }
    }

    /// Height of the labels.
    pub(super) fn height(&self) -> f64 {
        let rows = self.lines.iter().map(|l| l.1 + 1).max().unwrap_or(0);
        rows.min(MARK_ROWS) as f64 * MARK_ROW
    }

    /// Draws labels above `top`, and lines down to it and through the panels.
    pub(super) fn draw(&self, picture: &mut Picture, top: f64, panels: &[Panel]) {
        for ((x, row, ..), edge) in self.lines.iter().zip(&self.edges) {
            if *row < MARK_ROWS {
                picture.dashes(
                    *x,
                    top - (*row as f64 + 1.0) * MARK_ROW + 4.0,
                    top,
                    if *edge { PALE } else { INK },
                );
            }
            for panel in panels.iter().filter(|_| !edge) {
                picture.dashes(*x, panel.top, panel.bottom, INK);
            }
        }
        for (_, row, left, word) in self.lines.iter().filter(|l| l.1 < MARK_ROWS) {
            picture.label(*left, top - *row as f64 * MARK_ROW - 3.5, SMALL.color(INK), word);
        }
    }
}

/// The scale of a date axis, in days.
pub(super) fn days_scale(days: usize, left: f64, right: f64) -> Scale {
    Scale::new(days.saturating_sub(1).max(1) as f64, left, right)
}
