//! What people must be able to say: each with a right value derived by hand. Also what the keys mean, and what names may be.

use crate::tool::Folder;
use std::fs;

/// Monday, UTC. What arrives is copied for days, so that its state shows when it came.
const RUN: &str =
    "[run]\nstart = \"2026-01-05\"\nhorizon = \"60d\"\nending = \"censor\"\n[site.bays]\nrate = \"1MB/s\"\n";

/// All of these states hold, each at its instant.
fn states(text: &str, expected: &[(&str, &str)]) {
    let rows = expected
        .iter()
        .map(|(at, state)| format!("[[expect]]\njob = \"a\"\nat = \"{at}\"\nstate = \"{state}\"\n"));
    let folder = Folder::new();
    fs::write(folder.path("s.toml"), format!("{RUN}{text}{}", rows.collect::<String>())).unwrap();
    let ran = folder.run(&["check", "s.toml"]);
    assert_eq!(ran.code, 0, "{}{}", ran.out, ran.err);
}

#[test]
fn a_job_has_the_dates_of_its_carrier() {
    let job =
        "[[job]]\nname = \"a\"\nshipped = \"2026-01-06 12:00\"\ndelivered = \"2026-01-07T18:00:00+02:00\"\n";
    states(
        job,
        &[
            ("2026-01-06 11:59", "Creating"),
            ("2026-01-06 12:00", "Shipping"),
            ("2026-01-07 15:59", "Shipping"),
            ("2026-01-07 16:00", "Transferring"),
        ],
    );
    let half = "[[job]]\nname = \"a\"\npacks = \"12h\"\ndelivered = \"36h\"\n";
    states(half, &[("35h 59min", "Shipping"), ("36h", "Transferring")]);
    let folder = Folder::new();
    for (keys, told) in [
        ("shipped = \"2d\"\npacks = \"1d\"", "they say the same twice"),
        ("delivered = \"2d\"\ntransit = \"1d\"", "they say the same twice"),
        ("at = \"3d\"\nshipped = \"2d\"", "the package is ordered later"),
        ("packs = \"3d\"\ndelivered = \"2d\"", "the package is handed over later, 2026-01-08 00:00:00"),
        ("packs = \"never\"\ndelivered = \"2d\"", "never shipped"),
        ("delivered = \"2026-01-06T10:00:00[Europe/Berln]\"", "is not a time zone"),
    ] {
        fs::write(folder.path("s.toml"), format!("{RUN}[[job]]\n{keys}\n")).unwrap();
        let ran = folder.run(&["explain", "s.toml"]);
        assert!(
            ran.code == 2 && ran.err.contains(told) && ran.err.contains("s.toml:"),
            "{keys}\n{}",
            ran.err
        );
    }
}

/// The package is due on Tuesday at 09:00 in Tokyo, which is 00:00 UTC, and the carrier has an hour from then on.
#[test]
fn a_carrier_has_a_calendar_and_a_zone_of_its_own() {
    let job = "[[job]]\nname = \"a\"\npacks = \"0d\"\ntransit = \"1d\"\n";
    let carrier = "[carrier.x]\nzone = \"Asia/Tokyo\"\ndelivers = \"Mon-Fri 09:00-10:00\"\n";
    states(&format!("{carrier}{job}"), &[("2026-01-05 23:59", "Shipping"), ("2026-01-06", "Transferring")]);
    let holiday = format!("{carrier}holidays = [\"2026-01-06\"]\n{job}");
    states(&holiday, &[("2026-01-06 23:59", "Shipping"), ("2026-01-07", "Transferring")]);
    let site = format!("{carrier}holidays = []\n{job}[calendar]\nholidays = [\"2026-01-06\"]\n");
    states(&site, &[("2026-01-06", "Transferring")]);
    let utc = carrier.replace("Asia/Tokyo", "UTC");
    states(&format!("{utc}{job}"), &[("2026-01-06 08:59", "Shipping"), ("2026-01-06 09:00", "Transferring")]);
}

#[test]
fn a_disruption_without_an_end_lasts_as_long_as_the_run() {
    let job = "[[job]]\nname = \"a\"\nat = \"6d\"\npacks = \"0d\"\ntransit = \"1d\"\n";
    let stops =
        |until: &str| format!("{job}[[disruption]]\nfrom = \"5d\"\n{until}carrier = \"all\"\nstops = true\n");
    states(&stops("until = \"8d\"\n"), &[("8d 23h", "Shipping"), ("9d", "Transferring")]);
    // No answer to the notice of day 20 closes it on day 50.
    states(&stops(""), &[("49d", "Shipping"), ("50d", "Closed")]);
}

#[test]
fn no_name_begins_like_a_formula() {
    let folder = Folder::new();
    for text in [
        "[demand.-x]\nrate = \"1/day\"",
        "[carrier.-x]\n[[job]]",
        "[[job]]\nname = \"-1\"",
        "[[job]]\nname = \"=1\"",
        "name = \"-x\"\n[[job]]",
        "[site]\nclasses = [\"-x\"]\n[[job]]",
        "[[job]]\n[[sla]]\nname = \"=x\"\nfrom = \"ordered\"\nto = \"ended\"\nwithin = \"3d\"",
    ] {
        fs::write(folder.path("s.toml"), text).unwrap();
        let ran = folder.run(&["explain", "s.toml"]);
        assert!(ran.code == 2 && ran.err.contains("does not begin with \"-\""), "{text}\n{}", ran.err);
    }
    fs::write(folder.path("-x.toml"), "[[job]]\n").unwrap();
    let ran = folder.run(&["explain", "./-x.toml"]);
    assert!(ran.code == 0 && ran.out.starts_with("Scenario x,"), "{}{}", ran.out, ran.err);
}

#[test]
fn keys_are_explained_and_the_schema_is_printed() {
    let folder = Folder::new();
    let ran = folder.run(&["help", "site.dock"]);
    assert!(ran.code == 0 && ran.out.contains("site.dock.per_package\n"), "{}{}", ran.out, ran.err);
    let ran = folder.run(&["help", "demand.*.season"]);
    assert!(ran.code == 0 && ran.out.contains("demand.*.season[].factor\n"), "{}", ran.out);
    let ran = folder.run(&["help", "site.dock.sevrers"]);
    assert!(ran.code == 2 && ran.err.contains("did you mean \"site.dock.servers\"?"), "{}", ran.err);
    assert!(folder.run(&["help", "size"]).out.contains("--confidence"));
    assert_eq!(folder.run(&["help"]).out.lines().next(), folder.run(&["--help"]).out.lines().next());
    let schema: serde_json::Value = serde_json::from_str(&folder.run(&["schema"]).out).unwrap();
    assert_eq!(schema["additionalProperties"], false);
    assert!(schema["properties"]["run"].to_string().contains("The end of the measured window"));
}

/// Three packages come at 11:30 and take an hour each. One person is there from 08:00 to 16:00, two from 12:00 to 20:00: a is
/// opened at 12:30, b and c at 13:00. The next two come at 20:30, when nobody is there until the roster's last row begins on
/// Wednesday at 06:00 with one person. After it, the seven of `servers` are there.
#[test]
fn rows_of_a_roster_add_up_and_only_those_are_there_whom_it_names() {
    const ROSTER: &str = "station,from,until,servers\n# early and late\ndock,2026-01-06 08:00,2026-01-06 16:00,1\n\
                          dock,2026-01-06 12:00,2026-01-06 20:00,2\n\"dock\", 2026-01-07T06:00 ,2026-01-07 09:00,1\n";
    let job = |name: &str, at: &str| format!("[[job]]\nname = \"{name}\"\ndelivered = \"2026-01-{at}\"\n");
    let jobs = [
        ("a", "06 11:30", "06 12:29", "06 12:30"),
        ("b", "06 11:30", "06 12:59", "06 13:00"),
        ("c", "06 11:30", "06 12:59", "06 13:00"),
        ("d", "06 20:30", "07 06:59", "07 07:00"),
        ("e", "06 20:30", "07 07:59", "07 08:00"),
        ("f", "07 09:00", "07 09:59", "07 10:00"),
        ("g", "07 09:00", "07 09:59", "07 10:00"),
    ];
    let mut text = format!("{RUN}[site.dock]\nservers = 7\nper_package = \"1h\"\n");
    for (name, delivered, before, opened) in jobs {
        text += &job(name, delivered);
        for (at, state) in [(before, "Shipping"), (opened, "Transferring")] {
            text += &format!("[[expect]]\njob = \"{name}\"\nat = \"2026-01-{at}\"\nstate = \"{state}\"\n");
        }
    }
    let folder = Folder::new();
    fs::write(folder.path("people.csv"), ROSTER).unwrap();
    fs::write(folder.path("s.toml"), format!("{text}[site]\nroster = \"people.csv\"\n")).unwrap();
    let ran = folder.run(&["check", "s.toml"]);
    assert_eq!(ran.code, 0, "{}{}", ran.out, ran.err);

    // The rows are part of the scenario as resolved, and of its hash; the name of the file is not.
    let json = |args: &[&str]| -> serde_json::Value {
        let ran = folder.run(&[&["run"], args, &["--json", "--no-charts", "--log", "none"]].concat());
        serde_json::from_str(&ran.out).unwrap_or_else(|_| panic!("{}", ran.err))
    };
    let first = json(&["s.toml"]);
    fs::write(folder.path("other.csv"), format!("\u{feff}{ROSTER}")).unwrap();
    let same = json(&["s.toml", "--set", "site.roster=other.csv"]);
    assert_eq!(same["scenario_hash"], first["scenario_hash"]);
    fs::write(folder.path("other.csv"), ROSTER.replace("16:00,1", "16:00,2")).unwrap();
    assert_ne!(json(&["s.toml", "--set", "site.roster=other.csv"])["scenario_hash"], first["scenario_hash"]);
    let run: serde_json::Value =
        serde_json::from_slice(&fs::read(folder.path("output/s/run.json")).unwrap()).unwrap();
    let resolved = run["resolved"].as_str().unwrap();
    assert!(resolved.contains("2026-01-06 12:00") && !resolved.contains("people.csv"), "{resolved}");
    fs::write(folder.path("resolved.toml"), resolved).unwrap();
    assert_eq!(json(&["resolved.toml"])["scenario_hash"], first["scenario_hash"]);
}

#[test]
fn a_mistake_in_a_roster_names_its_file_and_line() {
    let folder = Folder::new();
    fs::write(folder.path("s.toml"), format!("{RUN}[[job]]\n[site]\nroster = \"people.csv\"\n")).unwrap();
    const HEAD: &str = "station,from,until,servers\n";
    for (rows, told) in [
        ("station;from;until;servers\ndock;1d;2d;1\n".into(), ["people.csv:1:1", "with commas between"]),
        ("station,from,until\ndock,1d,2d\n".into(), ["people.csv:1:1", "\"servers\" is missing"]),
        ("station,from,until,server\n".into(), ["people.csv:1:1", "did you mean \"servers\"?"]),
        ("station,from,from,servers\n".into(), ["people.csv:1:1", "stands twice"]),
        (HEAD.into(), ["people.csv:1:1", "there is no row"]),
        (String::new(), ["people.csv:1:1", "there is no row"]),
        (format!("{HEAD}dok,1d,2d,1\n"), ["people.csv:2:1", "did you mean \"dock\"?"]),
        (format!("{HEAD}dock,1d,2d\n"), ["people.csv:2:1", "has 3 fields"]),
        (format!("{HEAD}# ok\ndock,1d,2d,one\n"), ["people.csv:3:12", "a whole number is needed"]),
        (format!("{HEAD}dock,1d,2d,\n"), ["people.csv:2:1", "no servers in this row"]),
        (format!("{HEAD}dock,2d,1d,1\n"), ["people.csv:2:9", "not after \"from\""]),
        (format!("{HEAD}dock,2026-02-30,2026-03-02,1\n"), ["people.csv:2:6", "that month has 28 days"]),
        (format!("{HEAD}preparation,1d,2d,1\n"), ["people.csv:2:1", "add a table [site.preparation]"]),
        (format!("{HEAD}dock,1d,2d,1000000\ndock,1d,2d,1\n"), ["s.toml:9", "add up to 1000001"]),
    ] {
        fs::write(folder.path("people.csv"), &rows).unwrap();
        let ran = folder.run(&["explain", "s.toml"]);
        assert_eq!(ran.code, 2, "{rows}");
        told.iter().for_each(|told| assert!(ran.err.contains(told), "{rows}\n{}", ran.err));
    }
    fs::write(folder.path("people.csv"), format!("{HEAD}dock,1d,2d,1\n")).unwrap();
    let both = "site.dock.servers_by_date=[{from='1d',until='2d',servers=1}]";
    let ran = folder.run(&["explain", "s.toml", "--set", both]);
    assert!(ran.code == 2 && ran.err.contains("cannot both be given"), "{}", ran.err);
    fs::remove_file(folder.path("people.csv")).unwrap();
    let ran = folder.run(&["explain", "s.toml"]);
    assert!(ran.code == 2 && ran.err.contains("people.csv: cannot be read"), "{}", ran.err);
}

/// One worker opens 24 packages a day. 20 express packages come in a day, and 5 others, which get what is left: 4.
#[test]
fn a_class_that_starves_is_told() {
    let text = |servers: u32| {
        format!(
            "[run]\nhorizon = \"180d\"\nending = \"censor\"\n[site]\nclasses = [\"express\", \"bulk\"]\n[site.dock]\n\
             servers = {servers}\nper_package = \"1h\"\n[demand.x]\nrate = \"25/day\"\ndrives = 1\n\
             classes = {{ express = 0.8, bulk = 0.2 }}\n"
        )
    };
    let folder = Folder::new();
    for (servers, starves) in [(1, true), (2, false)] {
        fs::write(folder.path("s.toml"), text(servers)).unwrap();
        let ran = folder.run(&["run", "s.toml", "--no-charts", "--log", "none", "--json"]);
        let json: serde_json::Value = serde_json::from_str(&ran.out).unwrap();
        let told = json["warnings"].to_string();
        assert_eq!(told.contains("Class bulk starves: its jobs that ended had waited"), starves, "{told}");
        assert!(!told.contains("Class express"), "{told}");
    }
}
