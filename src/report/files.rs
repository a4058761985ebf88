//! What is written when a run is over: summary, rules, stations, days, and how to run it again.

use super::place::Place;
use crate::engine::station::{Measures, Waits};
use crate::engine::time::{Instant, Span};
use crate::error::Error;
use crate::experiment::{Estimate, Estimated, Study, drawn, single};
use crate::measure::{Results, Value, queue_length};
use crate::policy::{JobState, Origin, all_rules};
use crate::scenario::{Scenario, StationName, Uncertain};
use crate::world::DayRow;

/// Writes `summary.csv`, `rules.csv`, `stations.csv`, `daily.csv` of one run.
///
/// # Errors
/// [`Error::Io`] where one cannot be written.
pub fn write_tables(place: &mut Place, scenario: &Scenario, results: &Results) -> Result<(), Error> {
    place.put("summary.csv", &summary_csv(&single(&results.metrics), false))?;
    write_pooled(place, scenario, results)
}

/// Writes the tables of several replications: in `summary.csv` with intervals, in `replications.csv` each by itself, in
/// the others all together.
///
/// # Errors
/// [`Error::Io`] where one cannot be written.
pub fn write_study(place: &mut Place, scenario: &Scenario, study: &Study) -> Result<(), Error> {
    place.put("summary.csv", &summary_csv(&study.estimates, study.is_sequential()))?;
    place.put("replications.csv", &replications_csv(study))?;
    write_pooled(place, scenario, &study.results)
}

/// Writes `inputs.csv`, how much of the spread of each number comes from the inputs, and `drawn.csv`, which they were.
///
/// # Errors
/// [`Error::Io`] where one cannot be written.
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
            number(row.share()),
        ]
    });
    let names = ["metric", "by", "unit", "sd_of_one_run", "sd_chance", "sd_inputs", "inputs_share"];
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
    // Of one run, the logs have written each day when it was over.
    if place.holds(DAILY) {
        return Ok(());
    }
    place.put(DAILY, &daily_csv(scenario, results))
}

/// The rows of a table as CSV; writing to memory cannot fail.
pub(super) fn table<R: AsRef<[String]>>(heads: &[String], rows: impl IntoIterator<Item = R>) -> Vec<u8> {
    let mut writer = csv::Writer::from_writer(vec![]);
    writer.write_record(heads).expect("csv: memory takes all");
    for row in rows {
        writer.write_record(row.as_ref()).expect("csv: each row has as many fields as the head");
    }
    writer.into_inner().expect("csv: memory takes all")
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

/// How an interval came about.
fn method(row: &Estimated, sequential: bool) -> String {
    match row.estimate.replications {
        1 => String::new(),
        _ if sequential => format!("{}; sequential", row.estimate.method),
        _ => row.estimate.method.to_owned(),
    }
}

fn replications_csv(study: &Study) -> Vec<u8> {
    let rows = study.numbers.each().map(|(replication, row, value)| {
        let (metric, by, value) = (row.metric.clone(), row.by.clone(), Value::Real(value).to_string());
        [replication.to_string(), metric, by, value, row.unit.to_owned()]
    });
    table(&heads(&["replication", "metric", "by", "value", "unit"]), rows)
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
            // An invariant never fires; nothing is not none.
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

/// The states that a record can be in.
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
    row.extend(daily_row(scenario, before, day).into_iter().map(|value| mean_number([value].into_iter())));
    row
}

/// Which day it is.
fn day_itself(scenario: &Scenario, day: &DayRow) -> Vec<String> {
    let date = scenario.run.epoch.date_of(day.from).to_string();
    vec![day.day.to_string(), date, day.from.micros().to_string(), day.until.micros().to_string()]
}

fn daily_csv(scenario: &Scenario, results: &Results) -> Vec<u8> {
    let of_run = |days: &Vec<DayRow>| each_day(days, |before, day| daily_row(scenario, before, day));
    let runs: Vec<Vec<Vec<f64>>> = results.days.iter().map(of_run).collect();
    let shortest = results.days.iter().min_by_key(|days| days.len());
    let rows = shortest.into_iter().flatten().enumerate().map(|(at, day)| {
        let mut row = day_itself(scenario, day);
        let columns = 0..runs[0][at].len();
        row.extend(columns.map(|column| mean_number(runs.iter().map(|run| run[at][column]))));
        row
    });
    table(&daily_heads(scenario), rows)
}

/// What `of` makes of each day and the one before it.
pub(super) fn each_day<T>(days: &[DayRow], of: impl Fn(Option<&DayRow>, &DayRow) -> T) -> Vec<T> {
    days.iter().enumerate().map(|(at, day)| of(at.checked_sub(1).map(|before| &days[before]), day)).collect()
}

/// The mean of those that are known; nothing of none.
pub(super) fn known_mean(values: impl Iterator<Item = f64>) -> Option<f64> {
    let (sum, count) =
        values.filter(|value| !value.is_nan()).fold((0.0, 0.0), |(s, n), value| (s + value, n + 1.0));
    (count > 0.0).then(|| sum / count)
}

fn mean_number(values: impl Iterator<Item = f64>) -> String {
    match known_mean(values) {
        Some(f64::INFINITY) => "unlimited".into(),
        known => number(known),
    }
}

/// What a day came to, as numbers: infinity is no limit, NaN is not known.
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
