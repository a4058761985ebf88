//! `warmup.csv`, Welch's plot, and the recommended warm-up in words.

use super::charts::{Caption, WelchChart, WelchSeries, draw_welch};
use super::files::{heads, table};
use super::place::Place;
use crate::engine::time::{Instant, Span};
use crate::error::Error;
use crate::experiment::{Warming, advised};
use crate::measure::Value;
use crate::scenario::Scenario;

/// Writes `warmup.csv` and, with `charts`, the chart `warmup`.
///
/// # Errors
/// [`Error::Io`] where a file cannot be drawn or written.
pub fn write_warmup(
    place: &mut Place,
    scenario: &Scenario,
    list: &[Warming],
    replications: u64,
    charts: bool,
) -> Result<(), Error> {
    let rows = list.iter().flat_map(|one| {
        one.days.iter().zip(&one.smooth).enumerate().map(|(day, (mean, smooth))| {
            let real = |value: f64| Value::Real(value).to_string();
            [one.name.clone(), day.to_string(), real(*mean), real(*smooth)]
        })
    });
    place.put("warmup.csv", &table(&heads(&["series", "day", "mean", "smooth"]), rows))?;
    if !charts {
        return Ok(());
    }
    let caption = Caption { scenario: scenario.title(), seed: scenario.run.seed, replications };
    let series = |one: &Warming| WelchSeries {
        name: one.name.clone(),
        days: one.days.clone(),
        smooth: one.smooth.clone(),
        cut: one.advised.map(|days| days as f64),
    };
    let chart = WelchChart {
        counted: "mean over replications at the end of each day, and its moving mean (Welch)".into(),
        first: scenario.run.epoch.date_of(Instant::START),
        series: list.iter().map(series).collect(),
    };
    for &format in place.formats() {
        let drawn = draw_welch(&caption, &chart, format).map_err(|why| Error::Io {
            doing: "draw the chart for",
            path: place.folder().to_owned(),
            why: std::io::Error::other(why),
        })?;
        place.put(&format!("warmup.{}", format.extension()), &drawn)?;
    }
    Ok(())
}

/// The recommendation as text for a screen.
pub fn warmup_text(scenario: &Scenario, list: &[Warming], replications: u64) -> String {
    let mut text = format!(
        "{}, seed {}, {replications} replications of {}\n\n{:<28}{:>16}{:>20}\n",
        scenario.title(),
        scenario.run.seed,
        scenario.run.horizon,
        "MSER-5 over their mean",
        "days to delete",
        "mean after that"
    );
    for one in list {
        let (cut, after) = match one.advised {
            None => ("too short".into(), String::new()),
            Some(days) => {
                let kept = &one.days[days as usize..];
                (days.to_string(), format!("{:.1}", kept.iter().sum::<f64>() / kept.len().max(1) as f64))
            }
        };
        text += format!("  {:<26}{cut:>16}{after:>20}", one.name).trim_end();
        text.push('\n');
    }
    text.push('\n');
    let now = scenario.run.warmup;
    text += &match advised(list) {
        None => "The run is too short to tell: more than half of it would have to be deleted. Try a longer run.horizon.\n"
            .into(),
        Some(days) if days <= now && now > Span::ZERO => {
            format!("run.warmup = \"{now}\" is enough: {days} would be.\n")
        }
        Some(days) => format!("Recommended: run.warmup = \"{}\"; the scenario has {now}.\n", days.max(Span::days(5))),
    };
    if !scenario.disruptions.is_empty() {
        text += "Note: this scenario has disruptions at dates, so it has no steady state.\n";
    }
    text
}
