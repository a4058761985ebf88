//! What a file says twice, in two ways or in another zone: it counts as written, or is refused; never dropped.

use super::*;
use crate::engine::calendar::Timetable;
use crate::engine::time::{Instant, Span};

fn read(text: &str) -> Scenario {
    Scenario::parse(text, &[]).unwrap_or_else(|wrong| panic!("{wrong}")).scenario
}

fn refused(text: &str) -> String {
    match Scenario::parse(text, &[]) {
        Ok(_) => panic!("taken, but should be refused: {text}"),
        Err(error) => error.to_string(),
    }
}

/// Monday 2026-01-05 00:00, UTC; Tuesday is a holiday.
const WEEK: &str = "[run]\nstart = \"2026-01-05\"\nhorizon = \"30d\"\n[calendar]\nholidays = [\"2026-01-06\"]\n\
                    [[job]]\nname = \"a\"\n";

fn level(table: &Timetable, hours: i64) -> u32 {
    table.clone().level(Instant::START + Span::HOUR * hours)
}

fn dock(keys: &str) -> Timetable {
    read(&format!("{WEEK}[site.dock]\n{keys}\n")).site.dock.servers
}

#[test]
fn shifts_that_overlap_add_up_in_whatever_order() {
    for keys in [
        "servers = { \"Mon-Fri 08:00-16:00\" = 3, \"Mon-Fri 12:00-20:00\" = 2 }",
        "servers = { \"Mon-Fri 12:00-20:00\" = 2, \"Mon-Fri 08:00-16:00\" = 3 }",
    ] {
        let dock = dock(keys);
        assert_eq!([9, 13, 17, 21].map(|hour| level(&dock, hour)), [3, 5, 2, 0], "{keys}");
    }
    let hours = dock("servers = 4\nhours = [\"Mon 08:00-16:00\", \"Mon 12:00-20:00\"]");
    assert_eq!([9, 13, 17].map(|hour| level(&hours, hour)), [4; 3], "hours say when, not how many");
}

#[test]
fn a_rush_multiplies_what_it_lies_in_in_whatever_order() {
    for weekly in ["{ \"daily\" = 2, \"Fri 12:00-24:00\" = 3 }", "{ \"Fri 12:00-24:00\" = 3, \"daily\" = 2 }"]
    {
        let scenario = read(&format!("{WEEK}[demand.x]\nrate = \"10/day\"\nweekly = {weekly}\n"));
        let Arrivals::Rate { patterns, .. } = &scenario.demand[0].arrivals else { panic!("a rate") };
        let friday = 4 * 24;
        let levels =
            [friday + 11, friday + 12, friday + 24].map(|hour| level(&patterns[0], hour) / LEVEL_ONE);
        assert_eq!(levels, [2, 6, 2], "{weekly}");
    }
}

#[test]
fn two_values_for_the_same_time_are_refused() {
    let demand = format!("{WEEK}[demand.x]\nrate = \"10/day\"\n");
    let ranges = "[{ from = \"2026-01-07\", until = \"2026-01-10\", VALUE = 2 }, \
                   { from = \"2026-01-09\", until = \"2026-01-11\", VALUE = 2 }]";
    for (text, told) in [
        (format!("{demand}weekly = {{ Mon-Fri = 1, Fri-Sat = 2 }}"), "overlap"),
        (format!("{demand}weekly = {{ daily = 1, Mon-Sun = 2 }}"), "the same part of the week"),
        (
            format!("{demand}season = {}", ranges.replace("VALUE", "factor")),
            "season[0]] and [demand.x.season[1]] overlap",
        ),
        (
            format!("{WEEK}[site.dock]\nservers_by_date = {}", ranges.replace("VALUE", "servers")),
            "servers_by_date[0]] and [site.dock.servers_by_date[1]] overlap",
        ),
    ] {
        let found = refused(&text);
        assert!(found.contains(told) && found.contains("help: cut"), "{found}");
    }
    let touching = ranges.replace("2026-01-09", "2026-01-10").replace("VALUE", "factor");
    read(&format!("{demand}season = {touching}"));
}

#[test]
fn every_spelling_of_all_week_is_open_on_holidays_unless_the_file_says_otherwise() {
    // 36 hours after the start it is noon on the holiday.
    for keys in [
        "servers = 3",
        "servers = 3\nhours = \"always\"",
        "servers = 3\nhours = \"daily\"",
        "servers = 3\nhours = \"Mon-Sun\"",
        "servers = 3\nhours = [\"Sun\", \"Mon-Sat\"]",
        "servers = 3\nhours = \"daily 00:00-24:00\"",
        "servers = { daily = 3 }",
        "servers = { \"daily 00:00-12:00\" = 3, \"daily 12:00-24:00\" = 3 }",
    ] {
        assert_eq!(level(&dock(keys), 36), 3, "{keys}");
        assert_eq!(level(&dock(&format!("{keys}\nclosed_on_holidays = true")), 36), 0, "{keys}");
        assert_eq!(level(&dock(&format!("{keys}\nclosed_on_holidays = true")), 60), 3, "{keys}");
    }
    assert_eq!(level(&dock("servers = 3\nhours = \"Mon-Sat\""), 36), 0);
    assert_eq!(level(&dock("servers = 3\nhours = \"Mon-Sat\"\nclosed_on_holidays = false"), 36), 3);
    for key in ["delivers", "pickup"] {
        let carrier = |keys: &str| {
            let mut carriers = read(&format!("{WEEK}[carrier.x]\n{keys}\n")).carriers;
            let carrier = carriers.remove(0);
            if key == "pickup" { carrier.pickup } else { carrier.delivers }
        };
        let spellings: &[&str] = match key {
            "delivers" => &["\"always\"", "\"daily\"", "\"Mon-Sun\"", "[\"Mon-Sat\", \"Sun\"]"],
            _ => &["\"always\""],
        };
        for hours in spellings {
            assert_eq!(level(&carrier(&format!("{key} = {hours}")), 36), 1, "{hours}");
            assert_eq!(
                level(&carrier(&format!("{key} = {hours}\nclosed_on_holidays = true")), 36),
                0,
                "{hours}"
            );
        }
        let part = if key == "pickup" { "Tue 12:00" } else { "Mon-Sat" };
        assert_eq!(level(&carrier(&format!("{key} = \"{part}\"")), 36), 0);
        assert_eq!(level(&carrier(&format!("{key} = \"{part}\"\nclosed_on_holidays = false")), 36), 1);
    }
}
