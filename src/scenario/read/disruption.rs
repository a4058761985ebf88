//! `[[disruption]]`.

use super::Names;
use crate::engine::time::Instant;
use crate::error::advice;
use crate::scenario::calendar::Calendar;
use crate::scenario::hints::sense;
use crate::scenario::model::{Disrupted, Disruption, Servers, StationName};
use crate::scenario::node::{Node, Value};
use crate::scenario::quantity as q;
use crate::scenario::section::{Read, Refusal, Section};

const MOST_ROWS: usize = 10_000;

/// Reads the disruptions.
pub fn disruptions(top: &Section<'_>, calendar: &Calendar, names: &Names) -> Vec<Disruption> {
    let all = rows(top, "disruption").into_iter();
    let all: Vec<_> = all.filter_map(|row| Some((disruption(&row, calendar, names)?, row))).collect();
    sense::same_disruptions(&all);
    all.into_iter().map(|(disruption, _)| disruption).collect()
}

/// The rows of a list, at most 10,000.
pub fn rows<'a>(top: &Section<'a>, key: &'static str) -> Vec<Section<'a>> {
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
            let factor = row.read("factor", q::factor(1e6)).needed();
            factor.iter().for_each(|factor| sense::large_factor(row, *factor));
            source.zip(factor).map(|(source, factor)| Disrupted::Demand { source, factor })
        }
        _ => {
            row.ignore();
            let help = "carrier = \"NAME\" with slower = 2 or stops = true; station = \"bays\" with servers = 10 or \
                        \"50 %\"; demand = \"NAME\" with factor = 1.5; \"all\" stands for all carriers or sources";
            let title = row.title();
            let message = match given.len() {
                0 => format!("{title} needs one of carrier, station and demand"),
                _ => format!(
                    "{title} has {}: only one is allowed, each has a [[disruption]] of its own",
                    given.join(" and ")
                ),
            };
            row.mistake("", Refusal::new(message, help));
            None
        }
    };
    let ((from, until), what) = range.zip(what)?;
    Some(Disruption { from: from.max(Instant::START), until, what })
}

fn carrier(row: &Section<'_>, names: &Names) -> Option<Disrupted> {
    let carrier = row.read("carrier", one_or_all(&names.carriers, "carrier")).needed();
    let slower = row.read("slower", q::factor_in(0.01, 1000.0)).maybe();
    slower.iter().for_each(|slower| sense::faster(row, *slower));
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

/// Reads the number of a name; "all" is `None`.
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
