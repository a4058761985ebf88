//! Calendars of a scenario: working days, opening hours, holidays, half days and make-up days.
//!
//! The first of these that applies to a date decides: its own hours (`exceptions`); `make_up`; `holidays`; the week.

use super::node::Node;
use super::quantity as q;
use super::section::{Read, Refusal, Section};
use super::times::date_text;
use crate::engine::calendar::{Epoch, Shift, Timetable};
use crate::engine::moment::DATES;
use crate::engine::time::{Instant, Span};
use crate::error::advice;
use jiff::civil::Date;
use std::collections::{BTreeMap, BTreeSet};

/// Minutes in a civil day.
const DAY: u32 = 1440;

/// `[calendar]` or `[calendar.NAME]`, with the dates between which the run takes place.
#[derive(Clone, Debug)]
pub struct Calendar {
    /// Start of the run, and time zone of the dates of this calendar.
    pub epoch: Epoch,
    /// Working weekdays, Monday first.
    pub weekdays: [bool; 7],
    /// Weekly opening hours, at level 1; empty: working days are open all day.
    pub hours: Vec<Shift>,
    /// Dates without work.
    pub holidays: BTreeSet<Date>,
    /// Dates with their own hours, as (from, to) in minutes of the day; an empty list: closed on that date.
    pub exceptions: BTreeMap<Date, Vec<(u32, u32)>>,
    /// Working dates on weekdays without work, such as a Saturday.
    pub make_up: BTreeSet<Date>,
    /// End of the measured window.
    pub horizon: Instant,
    /// Instant at which the run stops.
    pub stops: Instant,
    /// The `[calendar.NAME]` tables, in the order of the file; only the default calendar has any.
    pub named: Vec<(String, Calendar)>,
}

impl Calendar {
    /// Warns of a range of dates that ends before the run starts, or begins at or after `end`.
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

    /// The key that decides about a date; the module docs give the order.
    pub fn decided_by(&self, date: Date) -> &'static str {
        match () {
            () if self.exceptions.contains_key(&date) => "exceptions",
            () if self.make_up.contains(&date) => "make_up",
            () if self.holidays.contains(&date) => "holidays",
            () => "the week",
        }
    }

    /// A timetable of weekly shifts that follows this calendar. On holidays its level is `base`. A make-up day has the
    /// shifts of the last working weekday before it. A date with its own hours has the part of the shifts within those
    /// hours.
    pub fn weekly(&self, shifts: Vec<Shift>, base: u32, spans: Vec<(Instant, Instant, u32)>) -> Timetable {
        let mut dated = self.dated(&shifts, base);
        dated.extend(spans);
        self.timetable(shifts, base, dated)
    }

    /// A timetable of weekly shifts that ignores the dates of this calendar.
    pub fn every_week(
        &self,
        shifts: Vec<Shift>,
        base: u32,
        spans: Vec<(Instant, Instant, u32)>,
    ) -> Timetable {
        Timetable::new(self.epoch.clone(), shifts, base, BTreeSet::new(), spans)
    }

    /// Level 1 on working days, all day, otherwise 0. A half day is a working day.
    pub fn working_days(&self) -> Timetable {
        let day = |(date, level): (&Date, u32)| (self.minute(*date, 0), self.minute(*date, DAY), level);
        let exceptions = self.exceptions.iter().map(|(date, hours)| (date, u32::from(!hours.is_empty())));
        let make_up = self.make_up.iter().map(|date| (date, 1));
        let spans = make_up.chain(exceptions).map(day).collect();
        self.timetable(self.working_week(), 0, spans)
    }

    /// Level 1 while this calendar is open, otherwise 0.
    pub fn open_hours(&self) -> Timetable {
        let week = if self.hours.is_empty() { self.working_week() } else { self.hours.clone() };
        let mut spans = self.dated(&week, 0);
        for (&date, hours) in &self.exceptions {
            spans.extend(hours.iter().map(|&(from, to)| (self.minute(date, from), self.minute(date, to), 1)));
        }
        self.timetable(week, 0, spans)
    }

    fn timetable(&self, shifts: Vec<Shift>, base: u32, spans: Vec<(Instant, Instant, u32)>) -> Timetable {
        Timetable::new(self.epoch.clone(), shifts, base, self.holidays.clone(), spans)
    }

    fn working_week(&self) -> Vec<Shift> {
        vec![Shift { days: self.weekdays, from: 0, to: DAY, level: 1 }]
    }

    fn minute(&self, date: Date, minute: u32) -> Instant {
        self.epoch.at_minute(date, minute)
    }

    /// The pieces for make-up days and for dates with their own hours. Before them, a piece sets the whole day to
    /// `base`.
    fn dated(&self, shifts: &[Shift], base: u32) -> Vec<(Instant, Instant, u32)> {
        let dates: BTreeSet<Date> = self.exceptions.keys().chain(&self.make_up).copied().collect();
        let mut spans = vec![];
        for date in dates {
            spans.push((self.minute(date, 0), self.minute(date, DAY), base));
            let weekday = self.weekday_worked(date, shifts);
            let whole = vec![(0, DAY)];
            let hours = self.exceptions.get(&date).unwrap_or(&whole);
            for shift in shifts.iter().filter(|shift| shift.days[weekday]) {
                let within = |&(from, to): &(u32, u32)| (shift.from.max(from), shift.to.min(to));
                let pieces = hours.iter().map(within).filter(|(from, to)| from < to);
                spans.extend(
                    pieces.map(|(from, to)| (self.minute(date, from), self.minute(date, to), shift.level)),
                );
            }
        }
        spans
    }

    /// The weekday whose shifts apply to a date. Its own weekday; on a make-up day, or where that weekday has no shift,
    /// the last working weekday before it.
    fn weekday_worked(&self, date: Date, shifts: &[Shift]) -> usize {
        let own = date.weekday().to_monday_zero_offset() as usize;
        if !self.make_up.contains(&date) && shifts.iter().any(|shift| shift.days[own]) {
            return own;
        }
        (0..7).map(|back| (own + 7 - back) % 7).find(|&day| self.weekdays[day]).unwrap_or(own)
    }

    /// The calendar that `calendar = "NAME"` in this table names; without the key, the default calendar.
    pub fn of(&self, section: &Section<'_>) -> &Calendar {
        let find = |node: &Node| {
            let name = q::text(node)?;
            let found = self.named.iter().find(|(known, _)| *known == name).map(|(_, calendar)| calendar);
            found.ok_or_else(|| {
                let names: Vec<&str> = self.named.iter().map(|(name, _)| name.as_str()).collect();
                let help = match names.is_empty() {
                    true => {
                        format!("add a table [calendar.{name}], or leave the key out: [calendar] holds then")
                    }
                    false => advice(&name, &names),
                };
                Refusal::new(format!("there is no calendar \"{name}\""), help)
            })
        };
        section.read("calendar", find).or_none("[calendar]").unwrap_or(self)
    }

    /// Reads "2026-11-23", "2026-11-23 14:00" with or without an offset or a zone, or "14d" after the start.
    pub fn instant(&self, node: &Node) -> Read<Instant> {
        let help = || format!("{DATES}, or \"14d\" for 14 days after the start");
        if node.kind() == "a number" {
            return Err(Refusal::new(format!("{node} has no unit"), help()));
        }
        let text = date_text(node)?;
        match self.epoch.read(text) {
            Some(read) => read.map_err(|why| Refusal::new(why, help())),
            None => {
                let span = text.parse::<Span>();
                let why = if text.starts_with('-') { "is before the start" } else { "is not a date" };
                let span = span.map_err(|_| Refusal::new(format!("\"{text}\" {why}"), help()))?;
                Ok(Instant::START + span)
            }
        }
    }

    /// Reads a range of dates: `from` before `until`.
    pub fn range(&self, section: &Section<'_>) -> Option<(Instant, Instant)> {
        let from = section.read("from", |node| self.instant(node)).needed();
        let until = section.read("until", |node| self.instant(node)).needed();
        in_order(section, from?, until?)
    }

    /// Reads a range of dates; without `until` it ends with the run.
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
        let (path, said, first) =
            (section.path_of("until"), section.written("until", ""), section.said("from", ""));
        let help = match from == until {
            true => "until is the first instant after the range: for one day give the day after it",
            false => "are the two swapped? until is the first instant after the range",
        };
        section.mistake(
            "until",
            Refusal::new(format!("{path}: {said} is not after \"from\", which is {first}"), help),
        );
        return None;
    }
    Some((from, until))
}
