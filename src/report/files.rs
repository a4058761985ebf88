//! The tables of a finished run: summary, rules, stations, days.

use super::place::{Place, io_error};
use crate::engine::station::{Measures, Waits};
use crate::engine::time::{Instant, Span};
use crate::error::Error;
use crate::experiment::{Estimate, Estimated, Study, drawn, single};
use crate::measure::{Days, Results, Value, queue_length};
use crate::policy::{JobState, Origin, all_rules};
use crate::scenario::{Scenario, StationName, Uncertain};
use crate::world::DayRow;
use std::io::Write;

/// Writes `summary.csv`, `rules.csv`, `stations.csv`, `daily.csv` of one run.
///
/// # Errors
/// [`Error::Io`] where a file cannot be written.
pub fn write_tables(place: &mut Place, scenario: &Scenario, results: &Results) -> Result<(), Error> {
    place.put("summary.csv", &summary_csv(&single(&results.metrics), false))?;
    write_pooled(place, scenario, results)
}

/// Writes the tables of several replications: `summary.csv` with intervals, `replications.csv` for each replication,
/// the others for all together.
///
/// # Errors
/// [`Error::Io`] where a file cannot be written.
pub fn write_study(place: &mut Place, scenario: &Scenario, study: &Study) -> Result<(), Error> {
    place.put("summary.csv", &summary_csv(&study.estimates, study.is_sequential()))?;
    // Rows are written one by one: all metrics of all replications would need too much memory.
    let mut replications = place.draft("replications.csv")?;
    let written = write_replications(&mut replications, study);
    written.map_err(|why| io_error("write", replications.path())(why.into()))?;
    place.keep(replications)?;
    write_pooled(place, scenario, &study.results)
}

/// Writes `bands.csv`: the same as `summary.csv`, for these replications.
///
/// # Errors
/// [`Error::Io`] where it cannot be written.
pub fn write_bands(place: &mut Place, study: &Study) -> Result<(), Error> {
    place.put("bands.csv", &summary_csv(&study.estimates, false))
}

/// Writes `inputs.csv` (how much of the spread of each metric comes from the inputs) and `drawn.csv` (the drawn
/// inputs).
///
/// # Errors
/// [`Error::Io`] where a file cannot be written.
pub fn write_inputs(place: &mut Place, inputs: &[Uncertain], study: &Study, seed: u64) -> Result<(), Error> {
    let rows = study.splits.iter().map(|row| {
        let real = |value: f64| Value::Real(value).to_string();
        [
            row.metric.clone(),
            row.by.clone(),
            row.unit.to_owned(),
            real(row.whole),
            real(row.chance),
            real(row.inputs),
            number(row.share.map(|(share, _)| share)),
            number(row.share.map(|(_, (low, _))| low)),
            number(row.share.map(|(_, (_, high))| high)),
        ]
    });
    let names = [
        "metric",
        "by",
        "unit",
        "sd_of_one_run",
        "sd_chance",
        "sd_inputs",
        "inputs_share",
        "inputs_share_low",
        "inputs_share_high",
    ];
    place.put("inputs.csv", &table(&heads(&names), rows))?;
    let rows = (0..study.numbers.replications as u64).flat_map(|replication| {
        let values = drawn(inputs, seed, replication).into_iter().zip(inputs);
        values.map(move |(value, input)| {
            let value = Value::Real(value).to_string();
            [replication.to_string(), input.path.clone(), value, input.unit.trim().to_owned()]
        })
    });
    place.put("drawn.csv", &table(&heads(&["replication", "parameter", "value", "unit"]), rows))
}

fn write_pooled(place: &mut Place, scenario: &Scenario, results: &Results) -> Result<(), Error> {
    place.put("rules.csv", &rules_csv(scenario, results))?;
    place.put("stations.csv", &stations_csv(scenario, results))?;
    // For a single run, the logs have written each day already.
    if place.holds(DAILY) {
        return Ok(());
    }
    place.put(DAILY, &daily_csv(scenario, results))
}

/// A table as CSV; writing to memory cannot fail.
pub(super) fn table<R: AsRef<[String]>>(heads: &[String], rows: impl IntoIterator<Item = R>) -> Vec<u8> {
    let mut text = vec![];
    write_table(&mut text, heads, rows)
        .expect("csv: memory takes all, and each row has as many fields as the head");
    text
}

fn write_table<R: AsRef<[String]>>(
    to: impl Write,
    heads: &[String],
    rows: impl IntoIterator<Item = R>,
) -> csv::Result<()> {
    let mut writer = csv::Writer::from_writer(to);
    writer.write_record(heads)?;
    for row in rows {
        writer.write_record(row.as_ref())?;
    }
    Ok(writer.flush()?)
}

pub(super) fn heads(names: &[&str]) -> Vec<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

const SUMMARY_HEADS: [&str; 11] = [
    "metric",
    "by",
    "value",
    "unit",
    "n",
    "low",
    "high",
    "prediction_low",
    "prediction_high",
    "method",
    "replications",
];

fn summary_csv(estimates: &[Estimated], sequential: bool) -> Vec<u8> {
    let rows = estimates.iter().map(|row| {
        let Estimate { interval, prediction, n, replications, .. } = row.estimate;
        let end = |ends: Option<(f64, f64)>, of: fn((f64, f64)) -> f64| {
            number(ends.map(of).filter(|end| end.is_finite()))
        };
        [
            row.metric.clone(),
            row.by.clone(),
            row.value.to_string(),
            row.unit.to_owned(),
            n.to_string(),
            end(interval, |ends| ends.0),
            end(interval, |ends| ends.1),
            end(prediction, |ends| ends.0),
            end(prediction, |ends| ends.1),
            method(row, sequential),
            replications.to_string(),
        ]
    });
    table(&heads(&SUMMARY_HEADS), rows)
}

/// How an interval was computed.
fn method(row: &Estimated, sequential: bool) -> String {
    match row.estimate.replications {
        1 => String::new(),
        _ if sequential => format!("{}; sequential", row.estimate.method),
        _ => row.estimate.method.to_owned(),
    }
}

fn write_replications(to: impl Write, study: &Study) -> csv::Result<()> {
    let rows = study.numbers.each().map(|(replication, row, value)| {
        let (metric, by, value) = (row.metric.clone(), row.by.clone(), Value::Real(value).to_string());
        [replication.to_string(), metric, by, value, row.unit.to_owned()]
    });
    write_table(to, &heads(&["replication", "metric", "by", "value", "unit"]), rows)
}

fn rules_csv(scenario: &Scenario, results: &Results) -> Vec<u8> {
    let epoch = &scenario.run.epoch;
    let rows = all_rules().iter().map(|text| {
        let fired = results.counts.rules[text.rule.index()];
        let (first, last) = (fired.span.map(|span| span.0), fired.span.map(|span| span.1));
        let micros = |at: Option<Instant>| at.map_or(String::new(), |at| at.micros().to_string());
        let date = |at: Option<Instant>| at.map_or(String::new(), |at| epoch.format(at));
        [
            text.rule.name().to_owned(),
            if text.holds { "holds" } else { "acts" }.to_owned(),
            // An invariant never fires: its field is empty, not zero.
            if text.holds { String::new() } else { fired.times.to_string() },
            micros(first),
            date(first),
            micros(last),
            date(last),
            if text.origin == Origin::Ours { "ours" } else { "documented" }.to_owned(),
            text.source.to_owned(),
            text.says.to_owned(),
        ]
    });
    let names = [
        "rule",
        "kind",
        "fired",
        "first_us",
        "first_date",
        "last_us",
        "last_date",
        "origin",
        "source",
        "says",
    ];
    table(&heads(&names), rows)
}

pub(super) fn number(value: Option<f64>) -> String {
    value.map_or(String::new(), |value| Value::Real(value).to_string())
}

fn hours(micros: Option<f64>) -> String {
    number(micros.map(|micros| micros / Span::HOUR.micros() as f64))
}

fn stations_csv(scenario: &Scenario, results: &Results) -> Vec<u8> {
    let rows = stations(scenario).map(|station| {
        let used = &results.counts.stations[station as usize];
        let window = &used.window;
        [
            station.name().to_owned(),
            number(used.utilization()),
            if used.is_unlimited() { "unlimited".into() } else { number(used.mean_servers()) },
            number(used.mean_busy()),
            hours(used.mean_wait()),
            number(used.share_that_waits()),
            hours(used.mean_service()),
            number(used.mean_queue()),
            window.longest.to_string(),
            used.queue_before.to_string(),
            used.queue_after.to_string(),
            window.joined.to_string(),
            window.begun.to_string(),
            window.served.to_string(),
            window.abandoned.to_string(),
            window.withdrawn.to_string(),
            hours(Some(window.closed as f64)),
            dock_wait(station, &results.counts.dock.packages),
            dock_wait(station, &results.counts.dock.drives),
        ]
    });
    let names = [
        "station",
        "utilization_share",
        "servers_mean",
        "busy_mean",
        "wait_mean_hours",
        "waits_share",
        "service_mean_hours",
        "queue_mean",
        "queue_longest",
        "queue_at_warmup",
        "queue_at_horizon",
        "joined",
        "begun",
        "served",
        "abandoned",
        "withdrawn",
        "closed_hours",
        "wait_mean_of_packages_hours",
        "wait_mean_of_drives_hours",
    ];
    table(&heads(&names), rows)
}

/// The mean wait of packages or of drives at the dock; empty at other stations.
fn dock_wait(station: StationName, waits: &Waits) -> String {
    let known = station == StationName::Dock && waits.begun > 0;
    hours(known.then(|| waits.wait as f64 / waits.begun as f64))
}

/// The stations that the scenario has.
pub(crate) fn stations(scenario: &Scenario) -> impl Iterator<Item = StationName> + '_ {
    let has =
        |station: &StationName| *station != StationName::Preparation || scenario.site.preparation.is_some();
    StationName::ALL.into_iter().filter(has)
}

/// The file of the days.
pub(super) const DAILY: &str = "daily.csv";

/// The possible states of a record.
const STATES: &[JobState] = &[
    JobState::Creating,
    JobState::Shipping,
    JobState::Received,
    JobState::Transferring,
    JobState::Packaging,
    JobState::Completed,
    JobState::Closed,
    JobState::Faulted,
];

pub(super) fn daily_heads(scenario: &Scenario) -> Vec<String> {
    let mut names = heads(&["day", "date", "from_us", "until_us", "ordered", "ended"]);
    names.extend(STATES.iter().map(|state| format!("jobs_{}", state.name().to_lowercase())));
    names.push("drives_on_site".into());
    for station in stations(scenario) {
        let columns = ["queue_at_end", "queue_mean", "busy_mean", "servers_mean", "joined", "served"];
        names.extend(columns.map(|column| format!("{}_{column}", station.name())));
    }
    names
}

/// The fields of one day of one run.
pub(super) fn daily_fields(scenario: &Scenario, before: Option<&DayRow>, day: &DayRow) -> Vec<String> {
    let mut row = day_itself(scenario, day);
    row.extend(daily_row(scenario, before, day).into_iter().map(|value| {
        let mut mean = Mean::default();
        mean.add(value);
        mean_number(mean)
    }));
    row
}

/// The date fields of a day.
fn day_itself(scenario: &Scenario, day: &DayRow) -> Vec<String> {
    let date = scenario.run.epoch.date_of(day.from).to_string();
    vec![day.day.to_string(), date, day.from.micros().to_string(), day.until.micros().to_string()]
}

fn daily_csv(scenario: &Scenario, results: &Results) -> Vec<u8> {
    // Means by day, for each column; runs are decompressed one after the other.
    let mut means: Vec<Vec<Mean>> = vec![];
    for days in &results.days {
        let rows = days.each(|before, day| daily_row(scenario, before, day));
        for (at, row) in rows.into_iter().enumerate() {
            if means.len() == at {
                means.push(vec![Mean::default(); row.len()]);
            }
            means[at].iter_mut().zip(row).for_each(|(mean, value)| mean.add(value));
        }
    }
    let shortest = results.days.iter().min_by_key(|days| days.len());
    let rows = shortest.into_iter().flat_map(Days::iter).zip(means).map(|(day, means)| {
        let mut row = day_itself(scenario, &day);
        row.extend(means.into_iter().map(mean_number));
        row
    });
    table(&daily_heads(scenario), rows)
}

/// The mean of the known values.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Mean {
    sum: f64,
    count: f64,
}

impl Mean {
    /// Adds a value; NaN means unknown.
    pub(super) fn add(&mut self, value: f64) {
        if !value.is_nan() {
            (self.sum, self.count) = (self.sum + value, self.count + 1.0);
        }
    }

    /// `None` where no value is known.
    pub(super) fn value(self) -> Option<f64> {
        (self.count > 0.0).then(|| self.sum / self.count)
    }
}

fn mean_number(mean: Mean) -> String {
    match mean.value() {
        Some(f64::INFINITY) => "unlimited".into(),
        known => number(known),
    }
}

/// The values of a day; infinity means no limit, NaN means unknown.
fn daily_row(scenario: &Scenario, before: Option<&DayRow>, day: &DayRow) -> Vec<f64> {
    let (ordered, ended) = before.map_or((0, 0), |before| (before.ordered, before.ended));
    let mut row = vec![(day.ordered - ordered) as f64, (day.ended - ended) as f64];
    row.extend(STATES.iter().map(|state| f64::from(day.jobs[state.index()])));
    row.push(f64::from(day.drives_on_site));
    for station in stations(scenario) {
        let until = &day.site.stations[station as usize];
        let today = until
            .since(&before.map_or_else(Measures::default, |before| before.site.stations[station as usize]));
        let length = (day.until - day.from).micros() as f64;
        let mean = |integral: i128| if length > 0.0 { integral as f64 / length } else { f64::NAN };
        let unlimited = today.capacity as f64 >= length * f64::from(u32::MAX / 2);
        row.extend([
            queue_length(until) as f64,
            mean(today.queue),
            mean(today.busy),
            if unlimited { f64::INFINITY } else { mean(today.capacity) },
            today.joined as f64,
            today.served as f64,
        ]);
    }
    row
}
