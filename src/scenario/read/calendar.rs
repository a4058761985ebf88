//! `[calendar]` and `[calendar.NAME]`.

use crate::engine::calendar::{Epoch, Shift};
use crate::engine::time::Instant;
use crate::scenario::calendar::Calendar;
use crate::scenario::hints::sense;
use crate::scenario::node::{Node, Value};
use crate::scenario::quantity as q;
use crate::scenario::section::{Read, Refusal, Section};
use crate::scenario::times;
use jiff::civil::Date;
use std::collections::{BTreeMap, BTreeSet};

/// Most holidays of a calendar.
const MOST_HOLIDAYS: usize = 100_000;
/// Most dates with their own hours, and most make-up days: each is checked whenever a day is divided into pieces.
const MOST_DATES: usize = 3_660;
/// Most calendars.
const MOST_CALENDARS: usize = 100;
/// Keys of a calendar that hold a table; any other table in `[calendar]` is a named calendar.
const TABLES: [&str; 1] = ["exceptions"];

/// Reads the default calendar with the named ones. Returns a usable calendar even after mistakes, so that reading can
/// go on.
pub fn calendars(section: &Section<'_>, epoch: Epoch, horizon: Instant, stops: Instant) -> Calendar {
    let bare = Calendar {
        epoch,
        weekdays: [true, true, true, true, true, false, false],
        hours: vec![],
        holidays: BTreeSet::new(),
        exceptions: BTreeMap::new(),
        make_up: BTreeSet::new(),
        horizon,
        stops,
        named: vec![],
    };
    let own = section.named_but(&TABLES);
    let mut default = calendar(section, bare.clone());
    if own.len() > MOST_CALENDARS {
        section.mistake("", format!("{} calendars with a name; allowed: up to 100", own.len()));
    }
    for (name, section) in own.iter().take(MOST_CALENDARS) {
        if !q::is_name(name) {
            section.mistake("", Refusal::new(format!("\"{name}\" is not a name for a calendar"), q::NO_NAME));
        }
        let mut bare = bare.clone();
        let zone = section.read("zone", times::zone).or_none("run.zone");
        bare.epoch.zone = zone.unwrap_or(bare.epoch.zone);
        default.named.push(((*name).to_owned(), calendar(section, bare)));
    }
    default
}

fn calendar(section: &Section<'_>, bare: Calendar) -> Calendar {
    let working = section.read("working_days", |node| whole_days(times::shifts(node, 1)?));
    let weekdays = working.or_shown(bare.weekdays, "\"Mon-Fri\"");
    let hours = section.read("hours", |node| times::shifts(node, 1)).or_shown(vec![], "working_days");
    // The dates of this file are already in the holidays (scenario/ics.rs).
    section.node("holidays_ics");
    let holidays = section.read("holidays", |node| dates(node, MOST_HOLIDAYS)).or_shown(vec![], "[]");
    sense::same_dates(section, "holidays");
    let exceptions = section.read("exceptions", exceptions).or_shown(BTreeMap::new(), "{}");
    let make_up = section.read("make_up", |node| dates(node, MOST_DATES)).or_shown(vec![], "[]");
    let calendar = Calendar {
        weekdays,
        hours,
        holidays: holidays.into_iter().collect(),
        exceptions,
        make_up: make_up.into_iter().collect(),
        ..bare
    };
    for date in calendar.make_up.iter().filter(|date| calendar.holidays.contains(date)) {
        let (holidays, make_up) = (section.path_of("holidays"), section.path_of("make_up"));
        section.mistake("make_up", format!("{make_up}: {date} is a holiday, too ({holidays})"));
    }
    if let Some(years) = years_without(&calendar) {
        let path = section.path_of("holidays");
        let help = "add those of every year of the run";
        section.warn("holidays", &format!("{path}: none lies in {years} of the run; {help}"));
    }
    calendar
}

fn dates(node: &Node, most: usize) -> Read<Vec<Date>> {
    let dates = q::list(times::date)(node)?;
    if dates.len() > most {
        Err(format!("{} days; allowed: up to {most}", dates.len()).into())
    } else {
        Ok(dates)
    }
}

/// Reads `{ "2026-12-24" = "08:00-12:00", "2026-12-31" = "closed" }`.
fn exceptions(node: &Node) -> Read<BTreeMap<Date, Vec<(u32, u32)>>> {
    let help = "write it like { \"2026-12-24\" = \"08:00-12:00\", \"2026-12-31\" = \"closed\" }";
    let Value::Table(table) = &node.value else {
        return Err(Refusal::new(format!("a table is needed, but this is {}", node.kind()), help));
    };
    let entries = table.in_order();
    if entries.len() > MOST_DATES {
        return Err(format!("{} dates; allowed: up to {MOST_DATES}", entries.len()).into());
    }
    let exception = |(key, entry): (&str, &crate::scenario::node::Entry)| {
        let date = times::date_of(key).map_err(|why| Refusal::new(why.message, help))?;
        Ok((
            date,
            q::list(hours)(&entry.node)
                .map_err(|why| Refusal::new(format!("{key}: {}", why.message), help))?,
        ))
    };
    let all = entries.into_iter().map(exception).collect::<Read<Vec<_>>>()?;
    Ok(all.into_iter().map(|(date, hours)| (date, hours.into_iter().flatten().collect())).collect())
}

/// Reads "08:00-12:00" or "closed".
fn hours(node: &Node) -> Read<Option<(u32, u32)>> {
    let text = q::text(node)?;
    if text.trim() == "closed" {
        return Ok(None);
    }
    let shift = Shift::parse(&format!("daily {}", text.trim()), 1).map_err(Refusal::from)?;
    Ok(Some((shift.from, shift.to)))
}

/// Years of which at least half is measured and which have no holiday, while others have; as a text.
fn years_without(calendar: &Calendar) -> Option<String> {
    let Calendar { epoch, holidays, horizon, .. } = calendar;
    let (first, last) = (epoch.date_of(Instant::START), epoch.date_of(*horizon));
    let has_half = |year: &i16| {
        let from = first.max(jiff::civil::date(*year, 1, 1));
        let until = last.min(jiff::civil::date(*year, 12, 31));
        (until - from).get_days() >= 182
    };
    let is_without = |year: &i16| !holidays.iter().any(|date| date.year() == *year);
    let none_at_all = holidays.range(first..last).next().is_none();
    let mut years: Vec<String> = (first.year()..=last.year())
        .filter(has_half)
        .filter(is_without)
        .take(6)
        .map(|year| year.to_string())
        .collect();
    if years.is_empty() && none_at_all && first < last {
        years.push(format!("the days from {first} to {last}"));
    }
    if years.len() > 5 {
        years[5] = "and more years".into();
    }
    (!holidays.is_empty() && !years.is_empty()).then(|| years.join(", "))
}

fn whole_days(shifts: Vec<Shift>) -> Read<[bool; 7]> {
    if shifts.iter().any(|shift| (shift.from, shift.to) != (0, 1440)) {
        let help = "opening hours are the key \"hours\"";
        return Err(Refusal::new("days without hours are needed, such as \"Mon-Fri\"", help));
    }
    Ok(std::array::from_fn(|day| shifts.iter().any(|shift| shift.days[day])))
}
