//! Reads `[demand.NAME]`: the sources of jobs.

use crate::engine::calendar::Timetable;
use crate::engine::time::Instant;
use crate::scenario::calendar::Calendar;
use crate::scenario::fate::MOST_DRIVES;
use crate::scenario::hints::sense;
use crate::scenario::law::{Unit, law, law_in};
use crate::scenario::model::{Arrivals, LEVEL_ONE, Source};
use crate::scenario::node::Node;
use crate::scenario::quantity as q;
use crate::scenario::section::{Read, Refusal, Section};
use crate::scenario::times;
use crate::scenario::week;

/// The number of a source has 16 bits, and scripted jobs are a source of their own.
const MOST_SOURCES: usize = 65_535;
const MOST_DATES: usize = 1_000_000;
/// Default number of bytes on a drive.
pub const USUAL_BYTES: f64 = 1e12;
/// Largest factor of a pattern: levels are 32-bit integers in millionths.
const MOST_FACTOR: f64 = 4000.0;
/// A mean of weekly factors farther from one than this is not due to rounding.
const MEAN_OFF: f64 = 0.005;

/// Reads all sources, in the order of the file.
pub fn sources(section: &Section<'_>, calendar: &Calendar, classes: &[String]) -> Vec<Source> {
    let named = section.named();
    if named.len() > MOST_SOURCES {
        section.mistake("", format!("{} sources; allowed: up to 65,535", named.len()));
        named.iter().for_each(|(_, section)| section.ignore());
        return vec![];
    }
    named.iter().filter_map(|(name, section)| source(name, section, calendar, classes)).collect()
}

fn source(name: &str, section: &Section<'_>, calendar: &Calendar, classes: &[String]) -> Option<Source> {
    if !q::is_name(name) || name == "all" {
        section.mistake("", Refusal::new(format!("\"{name}\" is not a name for a source"), q::NO_NAME));
    }
    sense::exports(name, section);
    let mut peaks = vec![];
    let arrivals = arrivals(section, calendar, &mut peaks);
    let source = Source {
        name: name.to_string(),
        arrivals: Arrivals::Dates(vec![]),
        peaks,
        backlog: section.read("backlog", q::count(0..=1_000_000)).or(0),
        limit: section.read("limit", q::whole(0..=i64::MAX as u64)).or_shown(u64::MAX, "none"),
        export_share: section.read("export_share", q::chance).or(0.0),
        class_shares: class_shares(section, classes),
        drives: law_in(section, "drives", Unit::Count, 1.0, 1.0..=MOST_DRIVES as f64),
        bytes: law(section, "bytes", Unit::Bytes, USUAL_BYTES),
        accounts: section.read("accounts", q::count(1..=1_000_000)).or(1),
    };
    Some(Source { arrivals: arrivals?, ..source })
}

fn arrivals(
    section: &Section<'_>,
    calendar: &Calendar,
    peaks: &mut Vec<(Instant, Instant)>,
) -> Option<Arrivals> {
    let per_day = section.read("rate", q::per_day).maybe();
    let dates = section.read("dates", q::list(|node| calendar.instant(node))).maybe();
    let patterns = patterns(section, calendar, peaks);
    match (section.node("rate").is_some(), section.node("dates").is_some()) {
        (true, false) => Some(Arrivals::Rate { per_day: per_day?, patterns: patterns? }),
        (false, true) => {
            let mut dates = dates?;
            if dates.len() > MOST_DATES || dates.iter().any(|date| *date < Instant::START) {
                section.mistake("dates", "up to 1,000,000 dates are allowed, none before the start");
            }
            if !patterns?.is_empty() {
                section.mistake("dates", "weekly, season and holidays go with a rate, not with dates");
            }
            let late = dates.iter().filter(|date| **date >= calendar.horizon).count();
            if late > 0 {
                let (path, all, end) =
                    (section.path_of("dates"), dates.len(), calendar.epoch.format(calendar.horizon));
                section.warn(
                    "dates",
                    &format!(
                        "{path}: {late} of {all} dates are not measured: the measured window ends {end}"
                    ),
                );
            }
            dates.sort();
            Some(Arrivals::Dates(dates))
        }
        (true, true) => {
            let (rate, dates) = (section.said("rate", ""), section.said("dates", ""));
            let message = format!(
                "{} needs either \"rate\" or \"dates\": rate is {rate}, dates is {dates}",
                section.title()
            );
            section.mistake("dates", Refusal::new(message, "leave one of them out"));
            None
        }
        _ => {
            let message = format!("{} needs either \"rate\" or \"dates\"", section.title());
            let help = "write it like rate = \"40/day\" or dates = [\"2026-03-01\", \"2026-04-01 12:00\"]";
            section.mistake("", Refusal::new(message, help));
            None
        }
    }
}

/// Weekly, seasonal and holiday factors, which are multiplied. Seasons with a factor above one are added to `peaks`.
fn patterns(
    section: &Section<'_>,
    calendar: &Calendar,
    peaks: &mut Vec<(Instant, Instant)>,
) -> Option<Vec<Timetable>> {
    let mut patterns = vec![];
    let mut good = true;
    if let Some(node) = section.node("weekly") {
        let shifts = times::levels(section, "weekly", factor, node);
        let multiplied =
            |shifts| week::multiplied(shifts, LEVEL_ONE, (MOST_FACTOR * f64::from(LEVEL_ONE)) as u32);
        let shifts = shifts.and_then(|shifts| section.good("weekly", multiplied(shifts)));
        if let Some(shifts) = &shifts {
            tell_mean(section, week::mean(shifts) / f64::from(LEVEL_ONE));
        }
        good &= shifts.is_some();
        section.explain_given("weekly", node);
        patterns.extend(shifts.map(|shifts| calendar.every_week(shifts, 0, vec![])));
    }
    let seasons = section.rows("season");
    let read = |row: &Section<'_>| {
        let factor = row.read("factor", factor).needed();
        factor.iter().for_each(|factor| sense::large_factor(row, f64::from(*factor) / f64::from(LEVEL_ONE)));
        let range = calendar.range(row);
        range.iter().for_each(|range| calendar.outside(row, *range, calendar.horizon));
        range.zip(factor).map(|((from, until), factor)| (from, until, factor))
    };
    let spans: Vec<_> = seasons.iter().map(read).collect();
    good &= spans.iter().all(Option::is_some);
    if !spans.is_empty() {
        let spans = times::apart(&seasons, spans);
        peaks.extend(spans.iter().filter(|span| span.2 > LEVEL_ONE).map(|span| (span.0, span.1)));
        patterns.push(calendar.every_week(vec![], LEVEL_ONE, spans));
    }
    if let Some(factor) = section.read("holidays", factor).or_none("1") {
        let epoch = &calendar.epoch;
        let day =
            |date: &jiff::civil::Date| (epoch.start_of_day(*date), epoch.at_minute(*date, 1440), factor);
        patterns.push(calendar.every_week(vec![], LEVEL_ONE, calendar.holidays.iter().map(day).collect()));
    }
    good.then_some(patterns)
}

/// Warns where the mean of the weekly factors is not one: it changes the number of jobs.
fn tell_mean(section: &Section<'_>, mean: f64) {
    if (mean - 1.0).abs() > MEAN_OFF {
        let (path, mean) = (section.path_of("weekly"), (mean * 1000.0).round() / 1000.0);
        section.warn(
            "weekly",
            &format!(
                "{path}: the mean of the factors over the week is {mean}: demand is {mean} times the rate"
            ),
        );
    }
}

/// A factor in millionths.
fn factor(node: &Node) -> Read<u32> {
    let factor = q::factor(MOST_FACTOR)(node)?;
    Ok((factor * f64::from(LEVEL_ONE)).round() as u32)
}

/// Reads `classes = { express = 0.1, standard = 0.9 }` as cumulative shares; without the key, all jobs are of the first
/// class.
fn class_shares(section: &Section<'_>, classes: &[String]) -> Vec<f64> {
    let first = vec![1.0; classes.len()];
    let Some(node) = section.node("classes") else {
        let shown = crate::scenario::node::quoted_key(&classes[0]);
        section.explain_default("classes", format!("{{ {shown} = 1 }}"));
        return first;
    };
    let Some(table) = section.within("classes", node) else { return first };
    let mut shares = vec![0.0; classes.len()];
    let mut all_read = true;
    for (name, node) in table.entries() {
        let place = Some(node.place);
        match (classes.iter().position(|class| class == name), q::chance(node)) {
            (Some(class), Ok(share)) => shares[class] = share,
            (None, _) => {
                let names: Vec<&str> = classes.iter().map(String::as_str).collect();
                let message = format!("\"{name}\" is not a class of site.classes");
                section.notes.mistake(place, Refusal::new(message, crate::error::advice(name, &names)));
                all_read = false;
            }
            (_, Err(refusal)) => {
                section.notes.mistake(place, refusal);
                all_read = false;
            }
        }
    }
    section.explain_given("classes", node);
    cumulative(&shares).unwrap_or_else(|sum| {
        // A share that could not be read has been reported already.
        if all_read {
            let path = section.path_of("classes");
            section.mistake("classes", format!("{path}: the shares add up to {sum}; they must add up to 1"));
        }
        first
    })
}

/// Cumulative shares; the last is 1.
///
/// # Errors
/// The sum, where it is not 1.
pub fn cumulative(shares: &[f64]) -> Result<Vec<f64>, f64> {
    let mut sum = 0.0;
    let add = |share: &f64| {
        sum += share;
        sum
    };
    let mut added: Vec<f64> = shares.iter().map(add).collect();
    if (sum - 1.0).abs() > 1e-9 {
        return Err((sum * 1e9).round() / 1e9);
    }
    // Trailing classes without a share must not get the rounding error.
    let last = shares.iter().rposition(|share| *share > 0.0).unwrap_or(0);
    added[last..].fill(1.0);
    Ok(added)
}

/// Expected number of jobs until the horizon; jobs of the drain are not counted.
pub fn expected(source: &Source, horizon: Instant) -> f64 {
    let backlog = f64::from(source.backlog);
    let orders = match &source.arrivals {
        Arrivals::Dates(dates) => dates.iter().filter(|date| **date < horizon).count() as f64,
        Arrivals::Rate { per_day, patterns } if patterns.is_empty() => {
            per_day * horizon.since_start().as_days()
        }
        Arrivals::Rate { per_day, patterns } => {
            let mut patterns = patterns.clone();
            let (mut at, mut sum) = (Instant::START, 0.0);
            // Above the allowed number, the exact value does not matter.
            while at < horizon && sum <= super::MOST_ORDERS {
                let changes = patterns.iter_mut().filter_map(|pattern| pattern.next_change(at));
                let next = changes.map(|(next, _)| next).min().unwrap_or(horizon).min(horizon);
                let level = |pattern: &mut Timetable| f64::from(pattern.level(at)) / f64::from(LEVEL_ONE);
                let factor: f64 = patterns.iter_mut().map(level).product();
                sum += per_day * factor * (next - at).as_days();
                at = next;
            }
            sum
        }
    };
    (orders + backlog).min(source.limit as f64)
}
