//! `shipback explain`: every value in force, and the line that set it.

use crate::engine::calendar::{Epoch, Timetable};
use crate::engine::time::Instant;
use crate::report::{json_head, json_text};
use crate::scenario::{Calendar, Disrupted, Disruption, Explained, Loaded, SlaClock, StationName};
use crate::screen;
use jiff::civil::Date;
use serde_json::{Value, json};
use std::borrow::Cow;

/// Longer values are cut; the line that set them shows them in full.
const WIDEST: usize = 60;

/// Most dates of one calendar that are shown; `--date` shows any date.
const MOST_DATES: usize = 30;

/// One line for each value: path, value, and "file:line", "--set" or "default". With a date, what applies on that date.
pub fn explain(loaded: &Loaded, date: Option<Date>) -> String {
    match date {
        Some(date) => on(loaded, date),
        None => values(loaded),
    }
}

fn values(loaded: &Loaded) -> String {
    let cut = |value: &str| match value.char_indices().nth(WIDEST) {
        None => value.to_string(),
        Some(_) => format!("{}...", value.chars().take(WIDEST - 3).collect::<String>()),
    };
    let rows: Vec<(&str, String, Cow<'_, str>)> = loaded
        .explained
        .iter()
        .map(|value| (value.path.as_str(), cut(&screen::line(&value.value)), screen::line(&value.origin)))
        .collect();
    let wide = |width: fn(&(&str, String, Cow<'_, str>)) -> usize| rows.iter().map(width).max().unwrap_or(0);
    let (path, value) = (wide(|row| row.0.chars().count()), wide(|row| row.1.chars().count()));
    let mut text = format!("Scenario {}, hash {}\n\n", loaded.scenario.title(), &loaded.hash[..16]);
    for row in &rows {
        text += &format!("{:path$}  {:value$}  {}\n", row.0, row.1, row.2);
    }
    text + &dates(loaded) + &together(&loaded.scenario.disruptions)
}

/// The calendars, with the names of their tables.
fn calendars(loaded: &Loaded) -> impl Iterator<Item = (String, &Calendar)> {
    let named = loaded.calendar.named.iter().map(|(name, calendar)| (format!("calendar.{name}"), calendar));
    std::iter::once(("calendar".to_owned(), &loaded.calendar)).chain(named)
}

/// The dates on which a calendar differs from its week; of plain holidays, only the number.
fn dates(loaded: &Loaded) -> String {
    let mut text = String::new();
    for (name, calendar) in calendars(loaded) {
        let mut own: Vec<Date> = calendar.exceptions.keys().chain(&calendar.make_up).copied().collect();
        own.sort();
        own.dedup();
        for &date in own.iter().take(MOST_DATES) {
            text += &format!("\n{name} on {}: {}", weekday(date), of_calendar(calendar, date));
        }
        if own.len() > MOST_DATES {
            text += &format!("\n{name}: {} dates more; --date shows each", own.len() - MOST_DATES);
        }
    }
    if text.is_empty() { text } else { text + "\n" }
}

/// The hours of a date and the key that decides: "08:00-12:00 (by exceptions, not holidays)".
fn of_calendar(calendar: &Calendar, date: Date) -> String {
    let hours = pieces(&mut calendar.open_hours(), &calendar.epoch, date);
    let hours: Vec<String> = hours.into_iter().filter(|piece| piece.1 > 0).map(|piece| piece.0).collect();
    let hours = if hours.is_empty() { "closed".into() } else { hours.join(", ") };
    let by = calendar.decided_by(date);
    let also = if calendar.holidays.contains(&date) && by != "holidays" { ", not holidays" } else { "" };
    format!("{hours} (by {by}{also})")
}

fn weekday(date: Date) -> String {
    date.strftime("%A, %Y-%m-%d").to_string()
}

/// The hours of a date, such as "08:00-12:00", each with its level.
fn pieces(timetable: &mut Timetable, epoch: &Epoch, date: Date) -> Vec<(String, u32)> {
    let (mut at, end) = (epoch.start_of_day(date), epoch.at_minute(date, 1440));
    let clock = |at: Instant| match at {
        at if at >= end => "24:00".to_owned(),
        at => epoch.timestamp(at).to_zoned(epoch.zone.clone()).strftime("%H:%M").to_string(),
    };
    let mut pieces = vec![];
    while at < end {
        let level = timetable.level(at);
        let next = timetable.next_change(at).map_or(end, |change| change.0.min(end));
        pieces.push((format!("{}-{}", clock(at), clock(next)), level));
        at = next;
    }
    pieces
}

/// What applies on a date, in the time zone of the run: each calendar, station, carrier and clock of a service level.
/// Without disruptions.
fn on(loaded: &Loaded, date: Date) -> String {
    let scenario = &loaded.scenario;
    let epoch = &scenario.run.epoch;
    let mut text = format!("On {}, by local time of the run, and of each calendar\n", weekday(date));
    for (name, calendar) in calendars(loaded) {
        text += &format!("  {name}: {}\n", of_calendar(calendar, date));
    }
    let mut row = |name: String, timetable: &Timetable, shows: &dyn Fn(u32) -> String| {
        let pieces = pieces(&mut timetable.clone(), epoch, date);
        let shown = pieces.into_iter().map(|(hours, level)| format!("{} {hours}", shows(level)));
        text += &format!("  {name}: {}\n", shown.collect::<Vec<_>>().join(", "));
    };
    let servers = |level: u32| match level {
        0 => "closed".to_owned(),
        u32::MAX => "no limit".to_owned(),
        level => format!("{level}"),
    };
    let open =
        |yes: &'static str, no: &'static str| move |level: u32| (if level > 0 { yes } else { no }).to_owned();
    for station in StationName::ALL {
        if let Some(plan) = scenario.site.plan(station) {
            row(format!("site.{}", station.name()), &plan.servers, &servers);
        }
    }
    for carrier in &scenario.carriers {
        row(format!("carrier.{}", carrier.name), &carrier.delivers, &open("delivers", "does not"));
    }
    for (number, sla) in scenario.slas.iter().enumerate() {
        if let SlaClock::Counted { counted, .. } | SlaClock::NextDays { counted, .. } = &sla.clock {
            row(format!("sla[{number}] {}", sla.name), counted, &open("counts", "does not"));
        }
    }
    let of_day = (epoch.start_of_day(date), epoch.at_minute(date, 1440));
    for (number, disruption) in scenario.disruptions.iter().enumerate() {
        if disruption.from < of_day.1 && of_day.0 < disruption.until {
            text += &format!("  disruption[{number}] is in force; the lines above do not include it\n");
        }
    }
    text
}

/// All values in force as JSON, not shortened.
pub fn explain_json(loaded: &Loaded) -> String {
    let value = |one: &Explained| json!({ "path": one.path, "value": one.value, "origin": one.origin });
    let values: Vec<Value> = loaded.explained.iter().map(value).collect();
    json_text(json_head("explain", Some(loaded)), json!({ "values": values, "resolved": loaded.resolved }))
}

/// Disruptions of one station or carrier that are in force at the same time, and their joint effect.
fn together(disruptions: &[Disruption]) -> String {
    let mut text = String::new();
    for (number, one) in disruptions.iter().enumerate() {
        for (before, other) in disruptions[..number].iter().enumerate() {
            if one.from >= other.until || other.from >= one.until {
                continue;
            }
            let same =
                |one: &Option<usize>, other: &Option<usize>| one == other || one.is_none() || other.is_none();
            let rule = match (&one.what, &other.what) {
                (Disrupted::Station { station, .. }, Disrupted::Station { station: other, .. })
                    if station == other =>
                {
                    "both change its servers, in this order"
                }
                (
                    Disrupted::Carrier { carrier, slower },
                    Disrupted::Carrier { carrier: other, slower: also },
                ) if same(carrier, other) => {
                    if slower.is_some() && also.is_some() {
                        "their factors multiply for a carrier of both"
                    } else {
                        "a carrier of both stands still"
                    }
                }
                (Disrupted::Demand { source, .. }, Disrupted::Demand { source: other, .. })
                    if same(source, other) =>
                {
                    "their factors multiply for a source of both"
                }
                _ => continue,
            };
            text += &format!("\ndisruption[{before}] and disruption[{number}] overlap: {rule}.");
        }
    }
    if text.is_empty() { text } else { text + "\n" }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::Scenario;

    #[test]
    fn disruptions_at_the_same_time_are_shown_with_what_comes_of_them() {
        let row = |from: u32, what: &str| {
            format!("[[disruption]]\nfrom = \"{from}d\"\nuntil = \"{}d\"\n{what}\n", from + 9)
        };
        let dock = "station = \"dock\"\nservers = \"50 %\"";
        let (stops, slow) = ("carrier = \"all\"\nstops = true", "carrier = \"carrier\"\nslower = 2");
        let rows = [(1, dock), (3, stops), (5, dock), (10, slow), (11, slow), (30, dock)]
            .map(|(from, what)| row(from, what));
        let text = format!("[carrier.carrier]\n[[job]]\n{}", rows.concat());
        let shown = explain(&Scenario::parse(&text, &[]).unwrap(), None);
        let told: Vec<&str> = shown.lines().filter(|line| line.contains("overlap")).collect();
        assert_eq!(
            told,
            [
                "disruption[0] and disruption[2] overlap: both change its servers, in this order.",
                "disruption[1] and disruption[3] overlap: a carrier of both stands still.",
                "disruption[1] and disruption[4] overlap: a carrier of both stands still.",
                "disruption[3] and disruption[4] overlap: their factors multiply for a carrier of both.",
            ]
        );
    }

    #[test]
    fn each_value_names_the_line_that_set_it() {
        let text = "extends = \"baseline.toml\"\n[site.bays]\nservers = 120\n";
        let loaded = Scenario::parse(text, &["policy.response_window=20d".into()]).unwrap();
        let shown = explain(&loaded, None);
        let line = |path: &str| {
            let line = shown.lines().find(|line| line.split_whitespace().next() == Some(path)).unwrap();
            line.split_whitespace().collect::<Vec<_>>().join(" ")
        };
        assert_eq!(line("site.bays.servers"), "site.bays.servers 120 scenario:3");
        assert_eq!(line("policy.response_window"), "policy.response_window \"20d\" --set");
        assert_eq!(line("policy.retention"), "policy.retention \"90d\" default");
        assert!(line("run.horizon").starts_with("run.horizon \"365d\" baseline.toml:"));
    }
}
