//! `[[sla]]` and `[[comparison]]`.

use super::Names;
use super::disruption::rows;
use crate::engine::calendar::Timetable;
use crate::engine::time::Span;
use crate::error::advice;
use crate::scenario::calendar::Calendar;
use crate::scenario::model::{Comparison, Counted, Milestone, Pauses, Selected, Sla, SlaClock};
use crate::scenario::node::Node;
use crate::scenario::quantity as q;
use crate::scenario::section::{Read, Refusal, Section};

/// Reads the service levels.
pub fn slas(top: &Section<'_>, calendar: &Calendar, names: &Names) -> Vec<Sla> {
    let slas: Vec<(Sla, Section<'_>)> =
        rows(top, "sla").into_iter().filter_map(|row| Some((sla(&row, calendar, names)?, row))).collect();
    for (at, (sla, row)) in slas.iter().enumerate() {
        let same = slas[..at].iter().find(|(other, _)| other.name == sla.name && !sla.is_apart_from(other));
        if let Some((_, other)) = same {
            let message =
                format!("two [[sla]] are called \"{}\": {} and {}", sla.name, other.title(), row.title());
            let help =
                "give one of them a name of its own, or give each a class of its own: class = \"express\"";
            row.mistake("name", Refusal::new(message, help));
        }
    }
    slas.into_iter().map(|(sla, _)| sla).collect()
}

fn sla(row: &Section<'_>, calendar: &Calendar, names: &Names) -> Option<Sla> {
    let ends = ends(row);
    let name = row.read("name", q::name);
    let name = ends.map(|(_, to)| to.name()).map(|to| name.or_shown(to.to_string(), format!("\"{to}\"")));
    let within = row.read("within", q::some_span).needed();
    let target = row.read("target", q::chance).or(0.95);
    let clock = clock(row, calendar, within);
    let counts = [("ordered", Counted::Ordered), ("from", Counted::From)];
    let counts = row.read("counts", q::word(&counts)).or_shown(Counted::Ordered, "\"ordered\"");
    let selects = selected(row, names);
    let pauses = row.read("pauses", pauses).or_shown(Pauses::default(), "[]");
    let breach = row.read("breach", q::number_in(0.0, 1e12)).or_none("cost.breach");
    let ((from, to), within) = ends.zip(within)?;
    longer_than_the_run(row, "within", within, calendar);
    Some(Sla { name: name?, from, to, within, target, clock: clock?, counts, selects, pauses, breach })
}

/// Reads the clock of a service level: `clock`, `calendar` and `day`.
fn clock(row: &Section<'_>, calendar: &Calendar, within: Option<Span>) -> Option<SlaClock> {
    #[derive(Clone, Copy, PartialEq)]
    enum Says {
        Calendar,
        Working,
        Open,
    }
    let words = [("calendar", Says::Calendar), ("working", Says::Working), ("open", Says::Open)];
    let says = row.read("clock", q::word(&words)).or_shown(Says::Calendar, "\"calendar\"");
    let own = calendar.of(row);
    let next_day = row.read("day", q::word(&[("same", false), ("next", true)])).or_shown(false, "\"same\"");
    let counted = match says {
        Says::Calendar => Timetable::constant(1),
        Says::Working => own.working_days(),
        Says::Open => own.open_hours(),
    };
    if counted.clone().never_opens() {
        row.mistake(
            "clock",
            Refusal::new("this clock never runs", "its calendar has no working day or no opening hours"),
        );
        return None;
    }
    if says == Says::Calendar && row.has("calendar") && !next_day {
        let help = "say clock = \"working\" or clock = \"open\", or leave the calendar out";
        row.mistake(
            "calendar",
            Refusal::new("clock = \"calendar\" counts all time, whatever a calendar says", help),
        );
    }
    if !next_day {
        return Some(if says == Says::Calendar {
            SlaClock::All
        } else {
            SlaClock::Counted { counted, is_open: says == Says::Open }
        });
    }
    if says == Says::Open {
        let help = "say clock = \"working\", or leave day out";
        row.mistake(
            "day",
            Refusal::new("day = \"next\" counts whole days, clock = \"open\" counts hours", help),
        );
        return None;
    }
    let within = within?;
    if within.micros() % Span::DAY.micros() != 0 {
        let said = row.written("within", within);
        row.mistake("within", format!("{said}: whole days are needed with day = \"next\""));
        return None;
    }
    let epoch = own.epoch.clone();
    Some(SlaClock::NextDays { counted, epoch, is_working: says == Says::Working })
}

/// Reads which jobs count: `class`, `type`, `source` and `carrier`, each one name or a list.
fn selected(row: &Section<'_>, names: &Names) -> Selected {
    let mut sources = names.sources.clone();
    // Scripted jobs are the last source.
    sources.push("written".into());
    let types = ["import".to_owned(), "export".to_owned()];
    let read = |key: &'static str, kind: &str, names: &[String]| -> Vec<u16> {
        row.read(key, q::list(one_of(names, kind))).or_shown(vec![], "all")
    };
    Selected {
        classes: read("class", "class", &names.classes),
        types: read("type", "type", &types).into_iter().map(|number| number == 1).collect(),
        sources: read("source", "source", &sources),
        carriers: read("carrier", "carrier", &names.carriers),
    }
}

/// Reads a name as its number.
fn one_of<'n>(names: &'n [String], kind: &'n str) -> impl Fn(&Node) -> Read<u16> + 'n {
    move |node| {
        let text = q::text(node)?;
        let found = names.iter().position(|name| *name == text).map(|number| number as u16);
        found.ok_or_else(|| {
            let valid: Vec<&str> = names.iter().map(String::as_str).collect();
            Refusal::new(format!("there is no {kind} \"{text}\""), advice(&text, &valid))
        })
    }
}

fn pauses(node: &Node) -> Read<Pauses> {
    let words = q::list(q::word(&[("asked", true), ("faulted", false)]))(node)?;
    Ok(Pauses { asked: words.contains(&true), faulted: words.contains(&false) })
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
    // The return package is on its way when the job ends, so these two milestones are in this order too.
    if from >= to && (from, to) != (Milestone::Ended, Milestone::Returned) {
        let order: Vec<&str> = milestones.iter().map(|(name, _)| *name).collect();
        let message = format!("\"{}\" does not come after \"{}\"", to.name(), from.name());
        row.mistake("to", Refusal::new(message, format!("they come in this order: {}", order.join(", "))));
    }
    Some((from, to))
}

fn working(row: &Section<'_>) -> bool {
    row.read("clock", q::word(&[("calendar", false), ("working", true)])).or_shown(false, "\"calendar\"")
}

/// Reads the published figures shown beside the results.
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
