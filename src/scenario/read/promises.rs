//! `[[disruption]]`, `[[sla]]` and `[[comparison]]`.

use super::Names;
use crate::engine::time::{Instant, Span};
use crate::error::advice;
use crate::scenario::model::{Comparison, Disrupted, Disruption, Milestone, Servers, Sla, StationName};
use crate::scenario::node::{Node, Value};
use crate::scenario::quantity as q;
use crate::scenario::section::{Read, Refusal, Section};
use crate::scenario::times::Calendar;

const MOST_ROWS: usize = 10_000;

/// What changes at one date and is over at another.
pub fn disruptions(top: &Section<'_>, calendar: &Calendar, names: &Names) -> Vec<Disruption> {
    rows(top, "disruption").iter().filter_map(|row| disruption(row, calendar, names)).collect()
}

fn rows<'a>(top: &Section<'a>, key: &'static str) -> Vec<Section<'a>> {
    let rows = top.rows(key);
    if rows.len() > MOST_ROWS {
        top.mistake(key, format!("{} tables [[{key}]]; allowed: up to 10,000", rows.len()));
    }
    rows
}

fn disruption(row: &Section<'_>, calendar: &Calendar, names: &Names) -> Option<Disruption> {
    let range = calendar.range_to_the_end(row);
    if let Some((_, until)) = range
        && until <= Instant::START
    {
        let start = calendar.epoch.format(Instant::START);
        let message = format!("this disruption is over before the scenario starts, {start}");
        let help = "give it dates within the run, or take it out: disruption = \"unset\" takes all inherited ones away; where \
                    run.start is another year, calendar.holidays and the seasons of [demand] need its dates, too";
        row.mistake("until", Refusal::new(message, help));
    }
    if let Some(range) = range.filter(|range| range.1 > Instant::START) {
        let of_demand = row.has("demand");
        calendar.outside(row, range, if of_demand { calendar.horizon } else { calendar.stops });
    }
    let given: Vec<&str> =
        ["carrier", "station", "demand"].into_iter().filter(|key| row.node(key).is_some()).collect();
    let what = match given[..] {
        ["carrier"] => carrier(row, names),
        ["station"] => station(row),
        ["demand"] => {
            let source = row.read("demand", one_or_all(&names.sources, "source")).needed();
            let factor = row.read("factor", q::number_in(0.0, 1e6)).needed();
            source.zip(factor).map(|(source, factor)| Disrupted::Demand { source, factor })
        }
        _ => {
            row.ignore();
            let help = "carrier = \"NAME\" with slower = 2 or stops = true; station = \"bays\" with servers = 10 or \
                        \"50 %\"; demand = \"NAME\" with factor = 1.5; \"all\" stands for all carriers or sources";
            let message = format!("{} needs one of carrier, station and demand", row.title());
            row.mistake("", Refusal::new(message, help));
            None
        }
    };
    let ((from, until), what) = range.zip(what)?;
    Some(Disruption { from: from.max(Instant::START), until, what })
}

fn carrier(row: &Section<'_>, names: &Names) -> Option<Disrupted> {
    let carrier = row.read("carrier", one_or_all(&names.carriers, "carrier")).needed();
    let slower = row.read("slower", q::number_in(0.01, 1000.0)).maybe();
    let stops = row.read("stops", q::flag).maybe().unwrap_or(false);
    if row.node("slower").is_some() == stops {
        row.mistake("carrier", format!("{} needs either slower = 1.5 or stops = true", row.title()));
    }
    carrier.map(|carrier| Disrupted::Carrier { carrier, slower })
}

fn station(row: &Section<'_>) -> Option<Disrupted> {
    let stations = StationName::ALL.map(|station| (station.name(), station));
    let station = row.read("station", q::word(&stations)).needed();
    let servers = row.read("servers", |node| match &node.value {
        Value::Text(_) => q::chance(node).map(Servers::Times),
        _ => q::count(0..=1_000_000)(node).map(Servers::Exactly),
    });
    let servers = servers.needed();
    station.zip(servers).map(|(station, servers)| Disrupted::Station { station, servers })
}

/// The number of a name, or `None` for "all".
fn one_or_all<'n>(names: &'n [String], kind: &'static str) -> impl Fn(&Node) -> Read<Option<usize>> + 'n {
    move |node| {
        let text = q::text(node)?;
        match names.iter().position(|name| *name == text) {
            None if text == "all" => Ok(None),
            Some(number) => Ok(Some(number)),
            None => {
                let valid: Vec<&str> = names.iter().map(String::as_str).chain(["all"]).collect();
                Err(Refusal::new(format!("there is no {kind} \"{text}\""), advice(&text, &valid)))
            }
        }
    }
}

/// Promises.
pub fn slas(top: &Section<'_>, calendar: &Calendar) -> Vec<Sla> {
    let slas: Vec<(Sla, Section<'_>)> =
        rows(top, "sla").into_iter().filter_map(|row| Some((sla(&row, calendar)?, row))).collect();
    for (at, (sla, row)) in slas.iter().enumerate() {
        if slas[..at].iter().any(|(other, _)| other.name == sla.name) {
            row.mistake(
                "name",
                Refusal::new(
                    format!("two [[sla]] are called \"{}\"", sla.name),
                    "give one of them a name of its own",
                ),
            );
        }
    }
    slas.into_iter().map(|(sla, _)| sla).collect()
}

fn sla(row: &Section<'_>, calendar: &Calendar) -> Option<Sla> {
    let ends = ends(row);
    let name = row.read("name", q::name);
    let name = ends.map(|(_, to)| to.name()).map(|to| name.or_shown(to.to_string(), format!("\"{to}\"")));
    let within = row.read("within", q::some_span).needed();
    let target = row.read("target", q::chance).or(0.95);
    let working = working(row);
    let ((from, to), within) = ends.zip(within)?;
    longer_than_the_run(row, "within", within, calendar);
    Some(Sla { name: name?, from, to, within, target, working })
}

/// Warns of a duration that no job can exceed before the run stops.
fn longer_than_the_run(row: &Section<'_>, key: &str, span: Span, calendar: &Calendar) {
    let whole = calendar.stops.since_start();
    if span >= whole {
        let (path, said) = (row.path_of(key), row.written(key, span));
        row.warn(key, &format!("{path}: no job can take longer than {said}: the whole run is {whole}"));
    }
}

fn ends(row: &Section<'_>) -> Option<(Milestone, Milestone)> {
    let milestones = Milestone::ALL.map(|milestone| (milestone.name(), milestone));
    let from = row.read("from", q::word(&milestones)).needed();
    let to = row.read("to", q::word(&milestones)).needed();
    let (from, to) = from.zip(to)?;
    // The return package is under way when the job ends, so these two come in this order as well.
    if from >= to && (from, to) != (Milestone::Ended, Milestone::Returned) {
        row.mistake("to", format!("\"{}\" does not come after \"{}\"", to.name(), from.name()));
    }
    Some((from, to))
}

fn working(row: &Section<'_>) -> bool {
    row.read("clock", q::word(&[("calendar", false), ("working", true)])).or_shown(false, "\"calendar\"")
}

/// Published figures beside the results.
pub fn comparisons(top: &Section<'_>, calendar: &Calendar) -> Vec<Comparison> {
    rows(top, "comparison").iter().filter_map(|row| comparison(row, calendar)).collect()
}

fn comparison(row: &Section<'_>, calendar: &Calendar) -> Option<Comparison> {
    let name = row.read("name", q::name).needed();
    let ends = ends(row);
    let low = row.read("low", q::span).needed();
    let high = row.read("high", q::span).needed();
    let working = working(row);
    let source = row.read("source", q::text).or_shown(String::new(), "\"\"");
    let ((from, to), (low, high)) = ends.zip(low.zip(high))?;
    if high < low {
        let (low, high) = (row.said("low", low), row.said("high", high));
        row.mistake("high", format!("high is {high}, less than low, which is {low}"));
    }
    longer_than_the_run(row, "low", low, calendar);
    Some(Comparison { name: name?, from, to, low, high, working, source })
}
