//! Draws the charts of runs as SVG and PNG, from plain numbers. Returns bytes and touches no files.
//!
//! The same input gives the same bytes, whatever fonts the machine has. Positions are rounded to thirds of a pixel
//! before drawing, the font is included, and no function is used whose last bit depends on the processor. No input
//! makes a chart fail or hang: scales are never empty or infinite, and long names are shortened.

mod axis;
mod band;
mod differences;
mod encode;
mod flow;
mod font;
mod frame;
mod heat;
mod input;
mod levels;
mod outcomes;
mod paint;
mod picture;
mod rules;
mod states;
mod stations;
mod theme;
mod time_spent;
mod tornado;
mod turnaround;
mod welch;

#[cfg(test)]
mod tests;

pub use input::*;

use picture::Picture;
use rayon::prelude::*;

/// Most stations that fit in the chart.
pub const MOST_STATIONS: usize = 5;

/// The file format of a chart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Scalable, 1200 pixels wide.
    Svg,
    /// 1800 pixels wide.
    Png,
}

impl Format {
    /// Both, in the order of [`render_all`].
    pub const ALL: [Format; 2] = [Format::Svg, Format::Png];

    /// File name extension.
    pub const fn extension(self) -> &'static str {
        match self {
            Format::Svg => "svg",
            Format::Png => "png",
        }
    }
    fn paint(self, picture: &Picture) -> Result<Vec<u8>, String> {
        match self {
            Format::Svg => paint::svg(picture),
            Format::Png => paint::png(picture),
        }
    }
}

/// Draws every chart in these formats, with all threads of the current pool of rayon. Returns (file name, content), in
/// stable order.
///
/// # Errors
/// That of a chart that cannot be drawn; of several, any one.
pub fn render_all(charts: &Charts, formats: &[Format]) -> Result<Vec<(String, Vec<u8>)>, String> {
    let caption = &charts.caption;
    let pictures = [
        ("states", states::draw(caption, &charts.states)),
        ("turnaround", turnaround::draw(caption, &charts.turnaround)),
        ("levels", levels::draw(caption, &charts.levels)),
        ("stations", stations::draw(caption, &charts.stations)),
        ("outcomes", outcomes::draw(caption, &charts.outcomes)),
        ("time_spent", time_spent::draw(caption, &charts.time_spent)),
        ("rules", rules::draw(caption, &charts.rules)),
    ];
    let files = pictures.iter().flat_map(|picture| formats.iter().map(move |format| (picture, format)));
    let paint = |((name, picture), format): (&(&str, Picture), &Format)| {
        Ok((format!("{name}.{}", format.extension()), format.paint(picture)?))
    };
    files.collect::<Vec<_>>().into_par_iter().map(paint).collect()
}

/// Draws differences from a base.
pub fn draw_differences(
    caption: &Caption,
    chart: &DifferencesChart,
    format: Format,
) -> Result<Vec<u8>, String> {
    format.paint(&differences::draw(caption, chart))
}

/// Draws which jobs end differently.
pub fn draw_flow(caption: &Caption, chart: &FlowChart, format: Format) -> Result<Vec<u8>, String> {
    format.paint(&flow::draw(caption, chart))
}

/// Draws Welch's chart.
pub fn draw_welch(caption: &Caption, chart: &WelchChart, format: Format) -> Result<Vec<u8>, String> {
    format.paint(&welch::draw(caption, chart))
}

/// Draws jobs by state over time.
pub fn draw_states(caption: &Caption, chart: &StatesChart, format: Format) -> Result<Vec<u8>, String> {
    format.paint(&states::draw(caption, chart))
}

/// Draws the turnaround as a cumulative curve.
pub fn draw_turnaround(
    caption: &Caption,
    chart: &TurnaroundChart,
    format: Format,
) -> Result<Vec<u8>, String> {
    format.paint(&turnaround::draw(caption, chart))
}

/// Draws queue and utilisation of the stations.
pub fn draw_stations(caption: &Caption, chart: &StationsChart, format: Format) -> Result<Vec<u8>, String> {
    format.paint(&stations::draw(caption, chart))
}

/// Draws how jobs ended.
pub fn draw_outcomes(caption: &Caption, chart: &OutcomesChart, format: Format) -> Result<Vec<u8>, String> {
    format.paint(&outcomes::draw(caption, chart))
}

/// Draws where the time went.
pub fn draw_time_spent(caption: &Caption, chart: &TimeSpentChart, format: Format) -> Result<Vec<u8>, String> {
    format.paint(&time_spent::draw(caption, chart))
}

/// Draws how often each rule fired.
pub fn draw_rules(caption: &Caption, chart: &RulesChart, format: Format) -> Result<Vec<u8>, String> {
    format.paint(&rules::draw(caption, chart))
}

/// Draws a metric over one parameter.
pub fn draw_band(caption: &Caption, chart: &BandChart, format: Format) -> Result<Vec<u8>, String> {
    format.paint(&band::draw(caption, chart))
}

/// Draws a metric over two parameters.
pub fn draw_heat(caption: &Caption, chart: &HeatChart, format: Format) -> Result<Vec<u8>, String> {
    format.paint(&heat::draw(caption, chart))
}

/// Draws the effect of each parameter on a metric.
pub fn draw_tornado(caption: &Caption, chart: &TornadoChart, format: Format) -> Result<Vec<u8>, String> {
    format.paint(&tornado::draw(caption, chart))
}
