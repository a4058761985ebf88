//! Dates, shifts and servers over time.

use super::hints::words;
use super::node::{Node, Value};
use super::quantity as q;
use super::section::{Read, Refusal, Section};
use crate::engine::calendar::Shift;
use crate::engine::moment::no_such_day;
use crate::engine::time::Instant;
use crate::error::nearest;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use std::collections::BTreeMap;

/// Most pieces of one timetable, so that finding a level stays fast.
const MOST_PIECES: usize = 10_000;

/// The text of a date, quoted or not.
pub fn date_text(node: &Node) -> Read<&str> {
    match &node.value {
        Value::Text(text) | Value::Date(text) => Ok(text.trim()),
        _ => Err(Refusal::new(
            format!("a date is needed, but this is {}", node.kind()),
            "write it like \"2026-11-23\"",
        )),
    }
}

/// Reads "2026-11-23".
pub fn date(node: &Node) -> Read<Date> {
    date_of(date_text(node)?)
}

/// Reads a date from a text.
pub fn date_of(text: &str) -> Read<Date> {
    let help = "write it like \"2026-11-23\"";
    let date = text.parse::<Date>().ok().filter(|_| text.len() == 10);
    let date = date.ok_or_else(|| {
        match text.get(..10).is_some_and(|day| day.parse::<Date>().is_ok())
            && text[10..].starts_with([' ', 'T', 't'])
        {
            true => Refusal::new(format!("\"{text}\" has a time or a zone, but a day is needed"), help),
            false => Refusal::new(
                no_such_day(text).unwrap_or_else(|| format!("\"{text}\" is not a date")),
                match words::date(text) {
                    Some(date) => format!("did you mean \"{date}\"? {help}"),
                    None => help.to_owned(),
                },
            ),
        }
    })?;
    let good = (1900..=8900).contains(&date.year());
    if good {
        Ok(date)
    } else {
        Err(format!("{date} is out of range; allowed: the years 1900 to 8900").into())
    }
}

/// Reads "America/Chicago".
pub fn zone(node: &Node) -> Read<TimeZone> {
    let name = q::text(node)?;
    TimeZone::get(&name).map_err(|_| {
        let names: Vec<String> = jiff::tz::db().available().map(|name| name.to_string()).collect();
        // A short name may be close to another with a different meaning: "CST" and "CET".
        let is_short = name.len() <= 4;
        let near = nearest(&name, names.iter().map(String::as_str)).filter(|_| !is_short);
        let near = words::zone(&name).or(near);
        let meant = near.map(|near| format!("did you mean \"{near}\"? ")).unwrap_or_default();
        let help = format!("{meant}write it like \"UTC\" or \"America/Chicago\"");
        Refusal::new(format!("\"{name}\" is not a time zone"), help)
    })
}

/// The whole week at one level.
pub fn all_week(level: u32) -> Vec<Shift> {
    vec![Shift { days: [true; 7], from: 0, to: 1440, level }]
}

/// Ranges of dates with one value each, in the order of the rows. Two ranges must not overlap: each defines the whole
/// value.
pub fn apart(
    rows: &[Section<'_>],
    ranges: Vec<Option<(Instant, Instant, u32)>>,
) -> Vec<(Instant, Instant, u32)> {
    let mut order: Vec<(usize, (Instant, Instant, u32))> =
        ranges.iter().enumerate().filter_map(|(number, range)| Some((number, (*range)?))).collect();
    order.sort_by_key(|(number, range)| (range.0, *number));
    let mut longest: Option<(usize, Instant)> = None;
    for &(number, (from, until, _)) in &order {
        if let Some((other, end)) = longest
            && from < end
        {
            let (first, second) = (number.min(other), number.max(other));
            let message = format!("{} and {} overlap", rows[first].title(), rows[second].title());
            let help = "cut them into ranges that do not overlap, each with the value that holds in it";
            rows[second].mistake("from", Refusal::new(message, help));
        }
        longest = longest.filter(|(_, end)| *end >= until).or(Some((number, until)));
    }
    ranges.into_iter().flatten().collect()
}

/// The rows of a roster as ranges that do not overlap, each with the sum of the rows that cover it. Between the first
/// and the last row, a time that no row covers has zero servers.
///
/// # Errors
/// A sum above `most`, or too many ranges.
pub fn added(rows: Vec<(Instant, Instant, u32)>, most: u32) -> Read<Vec<(Instant, Instant, u32)>> {
    let mut changes: BTreeMap<Instant, i64> = BTreeMap::new();
    for (from, until, servers) in rows {
        *changes.entry(from).or_default() += i64::from(servers);
        *changes.entry(until).or_default() -= i64::from(servers);
    }
    let mut ranges: Vec<(Instant, Instant, u32)> = vec![];
    let mut there = 0;
    for ((&from, change), (&until, _)) in changes.iter().zip(changes.iter().skip(1)) {
        there += change;
        if there > i64::from(most) {
            return Err(format!("its rows add up to {there}; allowed: up to {most} at a time").into());
        }
        match ranges.last_mut().filter(|last| last.2 == there as u32) {
            Some(last) => last.1 = until,
            None => ranges.push((from, until, there as u32)),
        }
    }
    match ranges.len() {
        0..=MOST_PIECES => Ok(ranges),
        many => Err(format!("its rows make {many} changes; allowed: up to {MOST_PIECES}").into()),
    }
}

/// Reads one or more shifts at a level: "Mon-Fri 08:00-18:00", or a list.
pub fn shifts(node: &Node, level: u32) -> Read<Vec<Shift>> {
    let help = "write it like \"Mon-Fri\" or \"Mon-Fri 08:00-18:00\"";
    let shift = |node: &Node| match &node.value {
        Value::Text(text) => Shift::parse(text, level).map_err(|why| Refusal::new(why, help)),
        _ => Err(Refusal::new(format!("a text is needed, but this is {}", node.kind()), help)),
    };
    let shifts = q::list(shift)(node)?;
    let good = (1..=MOST_PIECES).contains(&shifts.len());
    if good {
        Ok(shifts)
    } else {
        Err("at least one shift is needed, such as \"Mon-Fri 08:00-18:00\"".into())
    }
}

/// Reads `{ "Mon-Fri 08:00-18:00" = 12, "Sat 08:00-12:00" = 4 }`: shifts, each with its level.
pub fn levels(
    section: &Section<'_>,
    key: &str,
    read: impl Fn(&Node) -> Read<u32>,
    node: &Node,
) -> Option<Vec<Shift>> {
    let table = section.within(key, node)?;
    let entries = table.entries();
    if entries.is_empty() || entries.len() > MOST_PIECES {
        section.notes.mistake(
            Some(node.place),
            format!(
                "{}: at least one shift is needed, such as {{ \"Mon-Fri 08:00-18:00\" = 12 }}",
                section.path_of(key)
            ),
        );
        return None;
    }
    let shift = |(text, node): (&str, &Node)| {
        let help = "write it like { \"Mon-Fri 08:00-18:00\" = 12 }";
        let shift =
            read(node).and_then(|level| Shift::parse(text, level).map_err(|why| Refusal::new(why, help)));
        let refuse = |refusal: Refusal| {
            let message = format!("{}: {}", section.path_of(key), refusal.message);
            section.notes.mistake(Some(node.place), Refusal { message, ..refusal });
        };
        shift.map_err(refuse).ok()
    };
    let shifts: Vec<Option<Shift>> = entries.into_iter().map(shift).collect();
    shifts.into_iter().collect()
}
