//! Dates, shifts and servers over time.

use super::node::{Node, Value};
use super::quantity as q;
use super::section::{Read, Refusal, Section};
use crate::engine::calendar::{Epoch, Shift, Timetable};
use crate::engine::moment::DATES;
use crate::engine::time::{Instant, Span};
use crate::error::nearest;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use std::collections::BTreeSet;

/// Most pieces of one timetable, so that looking up a level stays quick.
const MOST_PIECES: usize = 10_000;

/// What every table needs to know of the calendar.
#[derive(Clone)]
pub struct Calendar {
    pub epoch: Epoch,
    pub holidays: BTreeSet<Date>,
    pub working_days: Timetable,
    /// The end of the measured window.
    pub horizon: Instant,
    /// Nothing happens from here on.
    pub stops: Instant,
}

impl Calendar {
    /// Warns where a range of dates ends before the run starts, or begins at `end` or later.
    pub fn outside(&self, row: &Section<'_>, (from, until): (Instant, Instant), end: Instant) {
        let title = row.title();
        if until <= Instant::START {
            let start = self.epoch.format(Instant::START);
            row.warn("until", &format!("{title} never happens: it is over when the run starts, {start}"));
        } else if from >= end {
            let end = self.epoch.format(end);
            row.warn("from", &format!("{title} never happens: it begins when the run is over, {end}"));
        }
    }
    /// A timetable of weekly shifts; on holidays the base holds.
    pub fn weekly(&self, shifts: Vec<Shift>, base: u32, spans: Vec<(Instant, Instant, u32)>) -> Timetable {
        Timetable::new(self.epoch.clone(), shifts, base, self.holidays.clone(), spans)
    }
    /// The same, holidays or not.
    pub fn every_week(
        &self,
        shifts: Vec<Shift>,
        base: u32,
        spans: Vec<(Instant, Instant, u32)>,
    ) -> Timetable {
        Timetable::new(self.epoch.clone(), shifts, base, BTreeSet::new(), spans)
    }
    /// "2026-11-23", "2026-11-23 14:00" with or without an offset or a zone, or "14d" after the start.
    pub fn instant(&self, node: &Node) -> Read<Instant> {
        let text = date_text(node)?;
        let help = || format!("{DATES}, or \"14d\" for 14 days after the start");
        match self.epoch.read(text) {
            Some(read) => read.map_err(|why| Refusal::new(why, help())),
            None => {
                let span = text.parse::<Span>();
                let span = span.map_err(|_| Refusal::new(format!("\"{text}\" is no date"), help()))?;
                Ok(Instant::START + span)
            }
        }
    }
    /// A range of dates, `from` and `until`, in that order.
    pub fn range(&self, section: &Section<'_>) -> Option<(Instant, Instant)> {
        let from = section.read("from", |node| self.instant(node)).needed();
        let until = section.read("until", |node| self.instant(node)).needed();
        in_order(section, from?, until?)
    }
    /// The same, but without `until` the range lasts as long as the run.
    pub fn range_to_the_end(&self, section: &Section<'_>) -> Option<(Instant, Instant)> {
        let from = section.read("from", |node| self.instant(node)).needed();
        let until = section.read("until", |node| self.instant(node)).or_none("never");
        if section.has("until") {
            return in_order(section, from?, until?);
        }
        let from = from?;
        Some((from, self.stops.max(from) + Span::DAY))
    }
}

fn in_order(section: &Section<'_>, from: Instant, until: Instant) -> Option<(Instant, Instant)> {
    if from >= until {
        section.mistake("until", format!("{}: not after \"from\"", section.path_of("until")));
        return None;
    }
    Some((from, until))
}

fn date_text(node: &Node) -> Read<&str> {
    match &node.value {
        Value::Text(text) | Value::Date(text) => Ok(text.trim()),
        _ => Err(Refusal::new(
            format!("a date is needed, but this is {}", node.kind()),
            "write it like \"2026-11-23\"",
        )),
    }
}

/// "2026-11-23".
pub fn date(node: &Node) -> Read<Date> {
    let text = date_text(node)?;
    let help = "write it like \"2026-11-23\"";
    let date = text.parse::<Date>().ok().filter(|_| text.len() == 10);
    let date = date.ok_or_else(|| match text.get(..10).is_some_and(|day| day.parse::<Date>().is_ok()) {
        true => Refusal::new(format!("\"{text}\" has a time or a zone, but a day is needed"), help),
        false => Refusal::new(format!("\"{text}\" is no date"), help),
    })?;
    let good = (1900..=8900).contains(&date.year());
    if good {
        Ok(date)
    } else {
        Err(format!("{date} is out of range; allowed: the years 1900 to 8900").into())
    }
}

/// "America/Chicago".
pub fn zone(node: &Node) -> Read<TimeZone> {
    let name = q::text(node)?;
    TimeZone::get(&name).map_err(|_| {
        let names: Vec<String> = jiff::tz::db().available().map(|name| name.to_string()).collect();
        let near = nearest(&name, names.iter().map(String::as_str));
        let meant = near.map(|near| format!("did you mean \"{near}\"? ")).unwrap_or_default();
        let help = format!("{meant}write it like \"UTC\" or \"America/Chicago\"");
        Refusal::new(format!("\"{name}\" is no time zone"), help)
    })
}

/// The whole week at one level.
pub fn all_week(level: u32) -> Vec<Shift> {
    vec![Shift { days: [true; 7], from: 0, to: 1440, level }]
}

/// Ranges of dates with a value each, in the order of the rows. Two that overlap are a mistake: each claims to be the
/// whole.
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

/// One or more shifts at a level: "Mon-Fri 08:00-18:00", or a list of such.
pub fn shifts(node: &Node, level: u32) -> Read<Vec<Shift>> {
    let shift = |node: &Node| Shift::parse(&q::text(node)?, level).map_err(Refusal::from);
    let shifts = q::list(shift)(node)?;
    let good = (1..=MOST_PIECES).contains(&shifts.len());
    if good {
        Ok(shifts)
    } else {
        Err("at least one shift is needed, such as \"Mon-Fri 08:00-18:00\"".into())
    }
}

/// `{ "Mon-Fri 08:00-18:00" = 12, "Sat 08:00-12:00" = 4 }`: shifts with a level each.
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
        let shift = read(node).and_then(|level| Shift::parse(text, level).map_err(Refusal::from));
        let refuse = |refusal: Refusal| {
            let message = format!("{}: {}", section.path_of(key), refusal.message);
            section.notes.mistake(Some(node.place), Refusal { message, ..refusal });
        };
        shift.map_err(refuse).ok()
    };
    let shifts: Vec<Option<Shift>> = entries.into_iter().map(shift).collect();
    shifts.into_iter().collect()
}
