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
        ("delivered = \"2026-01-06T10:00:00[Europe/Berln]\"", "no time zone"),
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
