//! Service levels by class, and calendars with a name, as a user writes them.

use crate::levels::rows;
use crate::tool::Folder;
use std::collections::BTreeMap;

const CLASSES: &str = "[run]\nhorizon = \"60d\"\n[site]\nclasses = [\"express\", \"standard\"]\n[site.bays]\nservers = 14\n\
     rate = \"70MB/s\"\n[demand.a]\nrate = \"6/day\"\nclasses = { express = 0.3, standard = 0.7 }\nbytes = { exponential = { mean = \"4TB\" } }\n";

/// Levels of one name share it in metrics and rows, and each is judged by the jobs of its class.
#[test]
fn levels_of_one_name_differ_by_class() {
    let folder = Folder::new();
    let levels = "[[sla]]\nname = \"copied\"\nclass = \"express\"\nfrom = \"received\"\nto = \"copied\"\nwithin = \"30h\"\n\
                  target = \"99 %\"\nbreach = 100\n[[sla]]\nname = \"copied\"\nclass = \"standard\"\nfrom = \"received\"\nto = \"copied\"\n\
                  within = \"2d\"\ntarget = 0.9\nbreach = 10\n";
    std::fs::write(folder.path("two.toml"), format!("{CLASSES}{levels}")).unwrap();
    let ran = folder.run(&["run", "two.toml", "--no-charts", "--out", "out"]);
    assert!(ran.out.contains("copied class express: 1d 6h "), "{}", ran.out);
    let jobs = rows(&folder, "jobs.csv");
    let summary: BTreeMap<(String, String), f64> = rows(&folder, "summary.csv")
        .iter()
        .map(|row| ((row["metric"].clone(), row["by"].clone()), row["value"].parse().unwrap()))
        .collect();
    let value = |metric: &str, by: &str| summary[&(metric.to_owned(), by.to_owned())];
    let count = |class: &str, result: &str| {
        jobs.iter()
            .filter(|job| (class.is_empty() || job["class"] == class) && job["sla_copied"] == result)
            .count() as f64
    };
    for class in ["express", "standard", ""] {
        let by = if class.is_empty() { String::new() } else { format!("class={class}") };
        assert_eq!(value("sla.copied.met", &by), count(class, "met"), "{class}");
        assert_eq!(value("sla.copied.missed", &by), count(class, "missed"), "{class}");
        assert!(count(class, "missed") > 5.0 && count(class, "met") > 50.0, "{class}");
    }
    assert_eq!(
        (value("sla.copied.target", "class=express"), value("sla.copied.target", "class=standard")),
        (0.99, 0.9)
    );
    let breaches = 100.0 * count("express", "missed") + 10.0 * count("standard", "missed");
    assert_eq!(value("cost.breaches", ""), breaches);
    assert_eq!(value("cost.breaches", "sla=copied,class=express"), 100.0 * count("express", "missed"));
    let several = folder.run(&["run", "two.toml", "--replications", "3", "--no-charts", "--out", "out"]);
    assert!(several.out.contains("copied class standard:"), "{}", several.out);
    let told = rows(&folder, "summary.csv");
    let chance =
        |by: &str| told.iter().any(|row| row["metric"] == "sla.copied.target_met.share" && row["by"] == by);
    assert!(chance("class=express") && chance("class=standard") && !chance(""));
    // Without targets `size` holds each class at its own.
    let size = folder.run(&[
        "size",
        "two.toml",
        "--vary",
        "site.bays.servers=20..60:20",
        "--most",
        "20",
        "--no-charts",
        "--out",
        "sized",
    ]);
    for said in
        ["sla.copied.attainment[class=express] >= 0.99", "sla.copied.attainment[class=standard] >= 0.9"]
    {
        assert!(size.out.contains(said), "{said}: {}{}", size.out, size.err);
    }
}

#[test]
fn what_no_level_and_no_calendar_can_say_is_refused() {
    let level =
        |rest: &str| format!("[[sla]]\nfrom = \"received\"\nto = \"copied\"\nwithin = \"30h\"\n{rest}\n");
    let cases = [
        (level("") + &level(""), "two [[sla]] are called \"copied\"", "class = \"express\""),
        (
            level("class = \"express\"") + &level("class = [\"express\", \"standard\"]"),
            "two [[sla]]",
            "of its own",
        ),
        (level("class = \"expres\""), "there is no class \"expres\"", "did you mean \"express\""),
        (level("source = \"b\""), "there is no source \"b\"", "allowed: a, written"),
        (level("clock = \"opne\""), "\"opne\"", "\"open\""),
        (level("calendar = \"us\""), "there is no calendar \"us\"", "[calendar.us]"),
        (level("day = \"next\""), "whole days are needed", "30h"),
        (level("day = \"next\"\nclock = \"open\""), "counts whole days", "clock = \"working\""),
        (level("pauses = \"ask\""), "\"ask\"", "\"asked\""),
        (
            "[calendar.x]\nhours = \"Mon\"\n".to_owned() + &level("calendar = \"x\""),
            "counts all time",
            "clock = \"open\"",
        ),
        (
            "[calendar]\nholidays = [\"2026-01-01\"]\nmake_up = [\"2026-01-01\"]\n".into(),
            "is a holiday, too",
            "calendar.holidays",
        ),
        (
            "[calendar]\nexceptions = { \"2026-01-01\" = \"8-12\" }\n".into(),
            "2026-01-01: \"8\" is not a time of day",
            "08:00-12:00",
        ),
        (
            "[calendar]\nexceptions = { \"Jan 1\" = \"closed\" }\n".into(),
            "\"Jan 1\" is not a date",
            "2026-12-24",
        ),
        ("[calendar]\nworking_days = \"Mon 08:00-12:00\"\n".into(), "days without hours", "hours"),
        ("[calendar]\nholiday = []\n".into(), "has no key \"holiday\"", "holidays"),
        (
            "[calendar]\nholidays_ics = \"no.ics\"\n".into(),
            "no.ics: cannot be read",
            "relative to the scenario file",
        ),
        ("[calendar]\nholidays_ics = \"two.toml\"\n".into(), "no iCalendar file", ".ics"),
        ("[calendar.us]\nzone = \"Mars\"\n".into(), "\"Mars\" is not a time zone", "UTC"),
    ];
    let folder = Folder::new();
    for (text, message, help) in cases {
        std::fs::write(folder.path("two.toml"), format!("{CLASSES}{text}")).unwrap();
        let ran = folder.run(&["run", "two.toml", "--no-charts", "--out", "out"]);
        assert!(
            ran.code == 2 && ran.err.contains(message) && ran.err.contains(help),
            "{text}: {} {}",
            ran.code,
            ran.err
        );
        assert!(ran.err.contains("two.toml:") && !folder.path("out").exists(), "{}", ran.err);
    }
}

/// A file of holidays is read relative to the scenario; what is resolved holds its dates, so that it can be read anywhere.
#[test]
fn a_file_of_holidays_is_part_of_the_scenario() {
    let folder = Folder::new();
    std::fs::create_dir(folder.path("sub")).unwrap();
    let event = |from: &str, until: &str| {
        format!(
            "BEGIN:VEVENT\r\nUID:{from}\r\nSUMMARY:day off\r\nDTSTART;VALUE=DATE:{from}\r\nDTEND;VALUE=DATE:{until}\r\nEND:VEVENT\r\n"
        )
    };
    let write = |until: &str| {
        let text = format!("BEGIN:VCALENDAR\r\nVERSION:2.0\r\n{}END:VCALENDAR\r\n", event("20260105", until));
        std::fs::write(folder.path("sub/off.ics"), text).unwrap();
    };
    write("20260107");
    let text = format!("{CLASSES}[calendar]\nholidays = [\"2026-02-02\"]\nholidays_ics = \"off.ics\"\n");
    std::fs::write(folder.path("sub/two.toml"), text).unwrap();
    let explained = folder.run(&["explain", "sub/two.toml"]).out;
    let line = explained.lines().find(|line| line.starts_with("calendar.holidays ")).unwrap();
    assert!(
        line.contains("[\"2026-02-02\", \"2026-01-05\", \"2026-01-06\"]") && line.contains("two.toml:"),
        "{line}"
    );
    let hash = || {
        let ran = folder.run(&["run", "sub/two.toml", "--no-charts", "-q", "--out", "out"]);
        assert_eq!(ran.code, 0, "{}", ran.err);
        let run: serde_json::Value =
            serde_json::from_str(&std::fs::read_to_string(folder.path("out/run.json")).unwrap()).unwrap();
        assert!(!run["resolved"].as_str().unwrap().contains("off.ics"));
        run["scenario_hash"].as_str().unwrap().to_owned()
    };
    let before = hash();
    write("20260108");
    assert_ne!(before, hash(), "another day off is another scenario");
}

/// Stations and carriers follow the calendar that they name.
#[test]
fn stations_and_carriers_follow_the_calendar_that_they_name() {
    let folder = Folder::new();
    // The dock opens Mon-Fri 09:00-17:00 in New York, on 2026-01-08 until noon, and on Saturday 2026-01-10 as on a Friday.
    let text = "[run]\nhorizon = \"30d\"\n[calendar.us]\nzone = \"America/New_York\"\nhours = \"Mon-Fri 09:00-17:00\"\n\
                holidays = [\"2026-01-07\"]\nexceptions = { \"2026-01-08\" = \"09:00-12:00\" }\nmake_up = [\"2026-01-10\"]\n\
                [site.dock]\nservers = 3\ncalendar = \"us\"\nper_drive = \"1h\"\n[[job]]\nname = \"a\"\n";
    std::fs::write(folder.path("dock.toml"), text).unwrap();
    let ran = folder.run(&["run", "dock.toml", "--log", "events", "--no-charts", "-q", "--out", "out"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    let changes: Vec<String> = rows(&folder, "events.csv")
        .iter()
        .filter(|event| event["object"].contains("dock"))
        .map(|event| format!("{} {}", event["date"], event["to"]))
        .take(12)
        .collect();
    // UTC: 14:00 to 22:00. Thursday and Friday, Monday and Tuesday, the half day to 17:00, Friday, the make-up Saturday.
    let expected = [
        "2026-01-01 14:00:00 3",
        "2026-01-01 22:00:00 0",
        "2026-01-02 14:00:00 3",
        "2026-01-02 22:00:00 0",
        "2026-01-05 14:00:00 3",
        "2026-01-05 22:00:00 0",
        "2026-01-06 14:00:00 3",
        "2026-01-06 22:00:00 0",
        "2026-01-08 14:00:00 3",
        "2026-01-08 17:00:00 0",
        "2026-01-09 14:00:00 3",
        "2026-01-09 22:00:00 0",
    ];
    assert_eq!(changes, expected);
}

/// A shift that the week has on the date of an exception holds within its hours; a make-up day has those of the last working
/// weekday.
#[test]
fn own_shifts_of_a_station_hold_on_dates_with_hours_of_their_own() {
    let folder = Folder::new();
    // 2026-01-03 is a Saturday: of its own shift, two hours are left. The Saturday after is worked like a Friday.
    let text = "[run]\nhorizon = \"12d\"\n[calendar]\nexceptions = { \"2026-01-03\" = \"08:00-10:00\" }\nmake_up = [\"2026-01-10\"]\n\
                [site.dock]\nservers = { \"Fri 08:00-18:00\" = 10, \"Sat 08:00-12:00\" = 4 }\n[[job]]\nname = \"a\"\n";
    std::fs::write(folder.path("dock.toml"), text).unwrap();
    let ran = folder.run(&["run", "dock.toml", "--log", "events", "--no-charts", "-q", "--out", "out"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    let changes: Vec<String> = rows(&folder, "events.csv")
        .iter()
        .filter(|event| event["object"].contains("dock"))
        .map(|event| format!("{} {}", &event["date"][5..16], event["to"]))
        .collect();
    let expected = [
        "01-02 08:00 10",
        "01-02 18:00 0",
        "01-03 08:00 4",
        "01-03 10:00 0",
        "01-09 08:00 10",
        "01-09 18:00 0",
        "01-10 08:00 10",
        "01-10 18:00 0",
    ];
    assert_eq!(changes, expected);
}

/// Which key decides about a date, and what comes of it for stations and service levels.
#[test]
fn explain_shows_how_a_date_comes_out() {
    let folder = Folder::new();
    let text = "extends = 'scenarios/baseline.toml'\n[calendar.office]\nzone = 'America/Chicago'\nhours = 'Mon-Fri 09:00-17:00'\n\
        holidays = ['2026-12-24', '2026-12-25']\nexceptions = { '2026-12-24' = '09:00-12:00' }\nmake_up = ['2026-10-10']\n\
        [[sla]]\nname = 'x'\nfrom = 'received'\nto = 'copied'\nwithin = '24h'\nclock = 'open'\ncalendar = 'office'\ntarget = 0.9\n";
    std::fs::write(folder.path("mine.toml"), text).unwrap();
    let whole = folder.run(&["explain", "mine.toml"]).out;
    let office = "calendar.office on";
    assert!(whole.contains(&format!("{office} Saturday, 2026-10-10: 09:00-17:00 (by make_up)")), "{whole}");
    let half = "09:00-12:00 (by exceptions, not holidays)";
    assert!(whole.contains(&format!("{office} Thursday, 2026-12-24: {half}")), "{whole}");
    let on = |date: &str| folder.run(&["explain", "mine.toml", "--date", date]).out;
    let christmas = on("2026-12-24");
    assert!(christmas.contains(&format!("  calendar.office: {half}\n")), "{christmas}");
    assert!(
        christmas.contains("  sla[0] x: does not 00:00-09:00, counts 09:00-12:00, does not 12:00-24:00\n")
    );
    assert!(christmas.contains("  site.dock: closed 00:00-08:00, 10 08:00-18:00, closed 18:00-24:00\n"));
    assert!(christmas.contains("disruption[0] is in force"), "{christmas}");
    assert!(on("2026-12-25").contains("  calendar.office: closed (by holidays)\n"));
    // The default calendar has no Saturday; the station follows it.
    let saturday = on("2026-10-10");
    assert!(
        saturday.contains("  calendar: closed (by the week)\n")
            && saturday.contains("  site.dock: closed 00:00-24:00\n")
    );
    let wrong = folder.run(&["explain", "mine.toml", "--date", "24.12.2026"]);
    assert!(wrong.code == 2 && wrong.err.contains("write it like 2026-11-23"), "{}", wrong.err);
}
