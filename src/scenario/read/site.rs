//! Reads `[site]`: the data center. By default no work takes time and nothing waits.

use super::opens;
use crate::engine::calendar::{Shift, Timetable};
use crate::engine::station::AtClose;
use crate::engine::time::{Instant, Span};
use crate::scenario::calendar::Calendar;
use crate::scenario::hints::sense;
use crate::scenario::law::{Unit::Time, law};
use crate::scenario::model::{Shelf, Site, StationPlan, WhenFull};
use crate::scenario::node::{Node, Value};
use crate::scenario::quantity as q;
use crate::scenario::section::{Read, Refusal, Section};
use crate::scenario::times;
use crate::scenario::week;

const MOST_CLASSES: usize = 8;
const MOST_SERVERS: u32 = 1_000_000;
/// Default number of servers of a station: enough for all jobs.
const AMPLE: u32 = 1000;
/// The level that means "unlimited".
const UNLIMITED: u32 = u32::MAX;
/// Highest rate, and default rate of a bay: 1 PB/s.
const FASTEST: u64 = 1_000_000_000_000_000;
/// Lowest rate: with less, copying a large drive would exceed the range of the clock.
const SLOWEST: u64 = 1000;

/// Reads the whole site.
pub fn site(section: &Section<'_>, calendar: &Calendar) -> Site {
    let standard = || vec!["standard".to_string()];
    let classes = section.read("classes", classes).or_shown(standard(), "[\"standard\"]");
    let shelf = section.read("shelf", q::count(1..=u32::MAX - 1)).or_none("none");
    let full = [("wait", WhenFull::Wait), ("overflow", WhenFull::Overflow)];
    let when_full = section.read("shelf_full", q::word(&full)).or_shown(WhenFull::Wait, "\"wait\"");
    let (dock, preparation) = (section.section("dock"), section.section("preparation"));
    let (bays, packing) = (section.section("bays"), section.section("packing"));
    let operations = section.section("operations");
    // Its rows were moved to the stations before reading started (scenario/roster.rs).
    section.node("roster");
    Site {
        classes,
        dock: station(&dock, calendar, false),
        per_package: law(&dock, "per_package", Time, 0.0),
        dock_per_drive: law(&dock, "per_drive", Time, 0.0),
        preparation: preparation
            .is_given()
            .then(|| (station(&preparation, calendar, true), law(&preparation, "per_drive", Time, 0.0))),
        bays: station(&bays, calendar, false),
        bay_rate: bays.read("rate", rate).or_shown(FASTEST, "\"1PB/s\""),
        mount: law(&bays, "mount", Time, 0.0),
        total_rate: bays.read("total_rate", rate).or_none("none"),
        account_rate: bays.read("account_rate", rate).or_none("none"),
        packing: station(&packing, calendar, false),
        pack_per_package: law(&packing, "per_package", Time, 0.0),
        pack_per_drive: law(&packing, "per_drive", Time, 0.0),
        operations: station(&operations, calendar, false),
        per_attempt: law(&operations, "per_attempt", Time, 0.0),
        between_attempts: operations.read("between_attempts", q::minutes).or_shown(Span::DAY, "\"1d\""),
        shelf: shelf.map(|drives| Shelf { drives, when_full }),
    }
}

fn rate(node: &Node) -> Read<u64> {
    let rate = q::byte_rate(node)?;
    let good = (SLOWEST..=FASTEST).contains(&rate);
    if good { Ok(rate) } else { Err(format!("{node} is out of range; allowed: 1KB/s to 1PB/s").into()) }
}

fn classes(node: &Node) -> Read<Vec<String>> {
    let names = q::list(q::name)(node)?;
    if !(1..=MOST_CLASSES).contains(&names.len()) {
        return Err(format!("{} classes; allowed: 1 to 8", names.len()).into());
    }
    match (1..names.len()).find(|at| names[..*at].contains(&names[*at])) {
        Some(twice) => Err(format!("the class \"{}\" is named twice", names[twice]).into()),
        None => Ok(names),
    }
}

fn station(section: &Section<'_>, calendar: &Calendar, may_be_unlimited: bool) -> StationPlan {
    let site = calendar;
    let calendar = site.of(section);
    let names_one = !std::ptr::eq(site, calendar);
    let hours = section.read("hours", |node| times::shifts(node, 1)).or_none("\"always\"");
    // The opening hours of a named calendar open the station, unless the station has its own hours.
    let opens_it = || names_one && !calendar.hours.is_empty() && !has_shifts(section);
    let hours = hours.or_else(|| opens_it().then(|| calendar.hours.clone()));
    let closed_on_holidays = section.read("closed_on_holidays", q::flag);
    let shifts = servers(section, hours, may_be_unlimited);
    // A station that is open all week is open on holidays too, however its week is written.
    let is_whole = matches!(&shifts, Servers::Always(_))
        || matches!(&shifts, Servers::Shifts(all) if week::is_whole(all));
    let closed_on_holidays = closed_on_holidays.or(!is_whole || names_one);
    let spans = by_date(section, calendar);
    let at_close = [("finish", AtClose::Finish), ("suspend", AtClose::Suspend)];
    let at_close = section.read("at_close", q::word(&at_close)).or_shown(AtClose::Finish, "\"finish\"");
    let servers = match shifts {
        Servers::Always(level) if closed_on_holidays => calendar.weekly(times::all_week(level), 0, spans),
        Servers::Always(level) if spans.is_empty() => Timetable::constant(level),
        Servers::Always(level) => calendar.every_week(vec![], level, spans),
        Servers::Shifts(shifts) if closed_on_holidays => calendar.weekly(shifts, 0, spans),
        Servers::Shifts(shifts) => calendar.every_week(shifts, 0, spans),
    };
    if !opens(&servers) {
        section.mistake("servers", format!("{} is never open: no server is ever there", section.title()));
    }
    StationPlan { servers, at_close }
}

/// Whether `servers` is a table of shifts.
fn has_shifts(section: &Section<'_>) -> bool {
    section.node("servers").is_some_and(|node| matches!(node.value, Value::Table(_)))
}

enum Servers {
    Always(u32),
    Shifts(Vec<Shift>),
}

fn servers(section: &Section<'_>, hours: Option<Vec<Shift>>, may_be_unlimited: bool) -> Servers {
    let all = |level: u32, hours: Option<Vec<Shift>>| match hours {
        None => Servers::Always(level),
        Some(shifts) if week::is_whole(&shifts) => Servers::Always(level),
        Some(shifts) => Servers::Shifts(shifts.into_iter().map(|shift| Shift { level, ..shift }).collect()),
    };
    if let Some(node) = section.node("servers").filter(|_| has_shifts(section)) {
        if hours.is_some() {
            let (hours, servers) = (section.said("hours", ""), section.said("servers", ""));
            let message = format!(
                "hours and a table of servers by shift cannot both be given: hours is {hours}, servers {servers}"
            );
            let help = "write the hours into the table of servers, or give servers as a number; servers = \"unset\" takes \
                        an inherited table away";
            section.mistake("hours", Refusal::new(message, help));
        }
        let shifts = times::levels(section, "servers", q::count(0..=MOST_SERVERS), node);
        let added = |shifts| week::added(shifts, MOST_SERVERS);
        let shifts = shifts.and_then(|shifts| section.good("servers", added(shifts)));
        section.explain_given("servers", node);
        // The mistake in the shifts is reported; report not also that the station is never open.
        return shifts.map_or(Servers::Always(AMPLE), Servers::Shifts);
    }
    let count = section.read("servers", |node| match &node.value {
        Value::Text(text) if text == "unlimited" && may_be_unlimited => Ok(UNLIMITED),
        Value::Text(text) if text == "unlimited" => Err("only [site.preparation] can be unlimited".into()),
        Value::Text(_) => Err(Refusal::new(
            "a number of servers is needed, but this is a text",
            "write it like servers = 12 or servers = { \"Mon-Fri 08:00-18:00\" = 12, \"Sat 08:00-12:00\" = 4 }",
        )),
        _ => q::count(1..=MOST_SERVERS)(node),
    });
    let usual =
        if may_be_unlimited { (UNLIMITED, "\"unlimited\"".to_string()) } else { (AMPLE, AMPLE.to_string()) };
    all(count.or_shown(usual.0, usual.1), hours)
}

/// Reads `servers_by_date = [{ from, until, servers }]`: these numbers replace those of the week. Rows must not
/// overlap.
fn by_date(section: &Section<'_>, calendar: &Calendar) -> Vec<(Instant, Instant, u32)> {
    let row = |row: &Section<'_>| {
        let range = calendar.range(row);
        let servers = row.read("servers", q::count(0..=MOST_SERVERS)).needed();
        range.iter().for_each(|range| calendar.outside(row, *range, calendar.stops));
        range.zip(servers).map(|((from, until), servers)| (from, until, servers))
    };
    let rows = section.rows("servers_by_date");
    let dated = times::apart(&rows, rows.iter().map(row).collect());
    let Some(node) = section.node("roster") else { return dated };
    section.explain_given("roster", node);
    let roster: Vec<Section<'_>> = section.rows("roster").into_iter().map(Section::quiet).collect();
    if !dated.is_empty() {
        let help = "give one of them; servers_by_date = \"unset\" takes inherited ranges away";
        section.mistake(
            "servers_by_date",
            Refusal::new("a roster and servers_by_date cannot both be given", help),
        );
    }
    let rows: Vec<_> = roster.into_iter().filter_map(|one| Some((row(&one)?, one))).collect();
    sense::same_rows(&rows);
    let added = times::added(rows.iter().map(|(range, _)| *range).collect(), MOST_SERVERS);
    section.good("roster", added).unwrap_or_default()
}
