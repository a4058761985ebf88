//! What a user writes counts, is refused, or is warned of: the program as users meet it.

use crate::tool::{Folder, Ran};
use std::fs;

/// Runs `shipback run s.toml` with this text and these arguments.
fn run(text: &str, args: &[&str]) -> Ran {
    let folder = Folder::new();
    fs::write(folder.path("s.toml"), text).unwrap();
    folder.run(&[&["run", "s.toml", "--no-charts"], args].concat())
}

fn parts(text: &str, parts: &[&str]) {
    for part in parts {
        assert!(text.contains(part), "missing: {part}\n{text}");
    }
}

/// Monday, UTC, 30 days.
const RUN: &str = "[run]\nstart = \"2026-01-05\"\nhorizon = \"30d\"\nending = \"censor\"\n";
const DEMAND: &str = "[demand.x]\nrate = \"1/day\"\n";

#[test]
fn bits_are_bits_and_the_user_is_told() {
    let bays = |rate: &str| {
        let text = format!(
            "{RUN}[[job]]\nname = \"a\"\npacks = \"0d\"\ntransit = \"1d\"\nbytes = \"86.4GB\"\n[site.bays]\n{rate}\n"
        );
        let folder = Folder::new();
        fs::write(folder.path("s.toml"), text).unwrap();
        let ran = folder.run(&["run", "s.toml", "--no-charts", "--quiet", "--out", "o"]);
        assert_eq!(ran.code, 0, "{}", ran.err);
        let drives = fs::read_to_string(folder.path("o/drives.csv")).unwrap();
        let mut lines = drives.lines().map(|line| line.split(',').collect::<Vec<_>>());
        let (head, row) = (lines.next().unwrap(), lines.next().unwrap());
        let field = |name: &str| row[head.iter().position(|column| *column == name).unwrap()].to_string();
        let ended: i64 = field("copy_ended_us").parse().unwrap();
        (ran.err, ended - field("copy_started_us").parse::<i64>().unwrap())
    };
    let day = 86_400_000_000;
    assert_eq!(bays("rate = \"1MB/s\""), (String::new(), day));
    for rate in ["8Mb/s", "8000Kb/s", "0.008Gb/s"] {
        let (told, took) = bays(&format!("rate = \"{rate}\""));
        assert_eq!(took, day, "{rate}");
        parts(&told, &["warning: s.toml:", "site.bays.rate", "is in bits, which are 1MB/s; for bytes write"]);
    }
    let (told, took) = bays("rate = \"1mb/s\"");
    assert_eq!(took, day);
    parts(&told, &["1mb/s is read as bytes, 1MB/s; for bits write 1Mb/s"]);
}

#[test]
fn a_share_above_one_is_refused_with_what_was_meant() {
    let sla = "[[sla]]\nfrom = \"ordered\"\nto = \"ended\"\nwithin = \"20d\"\n";
    let text = |more: &str| format!("{RUN}{DEMAND}{sla}{more}");
    parts(
        &run(&text("target = 95\n"), &[]).err,
        &["sla[0].target: 95 is out of range", "did you mean \"95 %\"?", "s.toml:"],
    );
    parts(&run(&format!("{}[faults]\nmissing_drive = 3\n", text("")), &[]).err, &["did you mean \"3 %\"?"]);
    let folder = Folder::new();
    fs::write(folder.path("s.toml"), text("")).unwrap();
    let size = |target: &str| {
        folder.run(&["size", "s.toml", "--vary", "site.dock.servers=1..2", "--target", target, "--no-charts"])
    };
    for (target, told) in [
        ("sla.ended.attainment >= 95", "did you mean \"95 %\"?"),
        ("sla.ended.attainment >= 1.5", "says nothing"),
        ("P(sla.ended.attainment >= 0.95) >= 90", "0.9 or 90 %"),
    ] {
        let ran = size(target);
        assert_eq!(ran.code, 2, "{target}\n{}", ran.out);
        parts(&ran.err, &[told, "--target"]);
    }
    let expected = format!("{}[[expect]]\nmetric = \"sla.ended.attainment\"\nat_least = 95\n", text(""));
    fs::write(folder.path("s.toml"), expected).unwrap();
    let ran = folder.run(&["check", "s.toml"]);
    assert_eq!(ran.code, 2, "{}", ran.out);
    parts(&(ran.err + &ran.out), &["did you mean \"95 %\"?"]);
    let ran = folder.run(&["run", "s.toml", "--precision", "sla.ended.attainment=2"]);
    assert_eq!(ran.code, 2);
    parts(&ran.err, &["is a share"]);
}

#[test]
fn a_week_whose_factors_are_not_one_on_average_is_told() {
    let weekly = |factors: &str| {
        let ran = run(&format!("{RUN}{DEMAND}weekly = {factors}\n"), &["--quiet"]);
        assert_eq!(ran.code, 0, "{}", ran.err);
        ran.err
    };
    // (156 * 1 + 12 * 3) / 168 = 192 / 168
    parts(
        &weekly("{ daily = 1, \"Fri 12:00-24:00\" = 3 }"),
        &["s.toml:7", "the mean of the factors over the week is 1.143"],
    );
    parts(&weekly("{ daily = 104 }"), &["demand is 104 times the rate"]);
    parts(&weekly("{ \"Mon-Fri\" = 1.4 }"), &[]);
    assert_eq!(weekly("{ \"Mon-Fri\" = 1.4 }"), "");
    assert_eq!(weekly("{ \"Mon-Fri\" = 1.2, \"Sat,Sun\" = 0.5 }"), "");
}

#[test]
fn messages_about_distributions_speak_in_the_users_unit() {
    for (law, told) in [
        ("{ uniform = { low = \"3d\", high = \"36h\" } }", "low is 3d and high is 1d 12h"),
        ("{ triangular = { low = \"1h\", mode = \"3h\", high = \"2h\" } }", "they are 1h, 3h and 2h"),
        ("{ exponential = { mean = \"0min\" } }", "mean must be a finite number above 0s, but it is 0s"),
        ("{ exponential = { mean = \"1h\" }, min = \"2d\", max = \"1d\" }", "they are 2d and 1d"),
        ("{ discrete = { values = [\"1d\", \"1d\"], weights = [1, 2] } }", "the value 1d is given twice"),
        (
            "{ lognormal = { mean = \"4d\", sd = \"0h\" } }",
            "sd must be a finite number above 0s, but it is 0s",
        ),
        ("{ gamma = { mean = \"4d\", shape = 0 } }", "shape must be above 0"),
    ] {
        let ran = run(&format!("{RUN}{DEMAND}[customer]\npacks = {law}\n"), &[]);
        assert_eq!(ran.code, 2);
        parts(&ran.err, &["customer.packs: ", told, "s.toml:8"]);
    }
    let sizes =
        run(&format!("{RUN}{DEMAND}bytes = {{ uniform = {{ low = \"3TB\", high = \"500GB\" }} }}\n"), &[]);
    parts(&sizes.err, &["low is 3TB and high is 500GB"]);
    let text = RUN.replace("horizon = \"30d\"", "horizon = \"240h\"\nwarmup = \"3 weeks\"");
    parts(
        &run(&format!("{text}{DEMAND}"), &[]).err,
        &["240h is not after the warm-up, which is 3 weeks (s.toml:4)"],
    );
}

#[test]
fn what_never_happens_is_told() {
    let warned = |more: &str, told: &[&str]| {
        let ran = run(&format!("{RUN}{more}"), &["--quiet"]);
        assert_eq!(ran.code, 0, "{}", ran.err);
        parts(&ran.err, told);
        assert_eq!(ran.err.matches("warning:").count(), 1, "{}", ran.err);
    };
    let range = |key: &str, from: &str, until: &str, rest: &str| {
        format!("{DEMAND}{key} = [{{ from = \"{from}\", until = \"{until}\", {rest} }}]\n")
    };
    let late = "[demand.x.season[0]] never happens: it begins when the run is over, 2026-02-04 00:00:00";
    warned(&range("season", "2026-02-04", "2026-03-01", "factor = 2"), &["warning: s.toml:7: ", late]);
    warned(
        &range("season", "2025-02-01", "2025-03-01", "factor = 2"),
        &["it is over when the run starts, 2026-01-05"],
    );
    let roster = "[[job]]\n[site.dock]\nservers_by_date = [{ from = \"2027-01-01\", until = \"2027-02-01\", servers = 3 }]\n";
    warned(roster, &["[site.dock.servers_by_date[0]] never happens"]);
    let disruption = "from = \"40d\"\nuntil = \"50d\"\n";
    warned(
        &format!("{DEMAND}[[disruption]]\n{disruption}carrier = \"all\"\nstops = true\n"),
        &["[disruption[0]] never happens"],
    );
    warned(
        &format!("{DEMAND}[[disruption]]\n{disruption}station = \"dock\"\nservers = 1\n"),
        &["[disruption[0]] never happens"],
    );
    warned(
        &format!("{DEMAND}[[disruption]]\n{disruption}demand = \"x\"\nfactor = 2\n"),
        &["[disruption[0]] never happens"],
    );
    warned(
        "[demand.x]\ndates = [\"3d\", \"30d\", \"2026-03-01\"]\n",
        &["2 of 3 dates are not measured", "ends 2026-02-04"],
    );
    warned("[[job]]\n[[job]]\nname = \"late\"\nat = \"31d\"\n", &["the job \"late\" is not measured"]);
    let sla = "from = \"ordered\"\nto = \"ended\"\n";
    warned(
        &format!("{DEMAND}[[sla]]\n{sla}within = \"720h\"\n"),
        &["no job can take longer than 720h", "the whole run is 30d"],
    );
    let compared = "name = \"c\"\nlow = \"40d\"\nhigh = \"50d\"\n";
    warned(
        &format!("{DEMAND}[[comparison]]\n{sla}{compared}"),
        &["comparison[0].low: no job can take longer"],
    );
    warned(
        &format!("[calendar]\nholidays = [\"2025-12-25\"]\n{DEMAND}"),
        &["calendar.holidays: none lies in the days from 2026-01-05 to 2026-02-04"],
    );
    let inside = format!(
        "{RUN}[calendar]\nholidays = [\"2026-01-06\"]\n{}[[sla]]\n{sla}within = \"20d\"\n[[disruption]]\nfrom = \"29d\"\n\
         until = \"400d\"\ncarrier = \"all\"\nstops = true\n",
        range("season", "2026-02-03", "2027-01-01", "factor = 2")
    );
    assert_eq!(run(&inside, &["--quiet"]).err, "", "an event partly inside the run needs no warning");
}

#[test]
fn another_year_says_what_to_do_about_the_dates_of_this_one() {
    let folder = Folder::new();
    let ran = folder.run(&["run", "--set", "run.start=2027-01-01"]);
    assert_eq!(ran.code, 2);
    parts(
        &ran.err,
        &[
            "over before the scenario starts, 2027-01-01",
            "disruption = \"unset\"",
            "calendar.holidays",
            "baseline.toml:",
        ],
    );
    let args = ["explain", "--set", "run.start=2029-01-01", "--set", "disruption=unset"];
    let ran = folder.run(&args);
    assert_eq!(ran.code, 0, "{}", ran.err);
    parts(&ran.err, &["calendar.holidays: none lies in 2029 of the run"]);
}

#[test]
fn a_path_is_set_and_varied_once() {
    let folder = Folder::new();
    let tiny = "scenarios/tiny.toml";
    let twice = ["--set", "site.dock.servers=1", "--set", "site.dock.servers=2"];
    let seeds = ["--seed", "3", "--set", "run.seed=4"];
    let whole = ["--set", "site.dock.servers=1", "--set", "site.dock={servers=2}"];
    let vary = ["--vary", "site.dock.servers=1,2"];
    let again = ["--vary", "site.dock.servers=3,4"];
    let quoted = ["--vary", "site.\"dock\".servers=3,4"];
    for (args, told) in [
        ([&["run", tiny][..], &twice].concat(), "site.dock.servers is set twice"),
        ([&["run", tiny][..], &seeds].concat(), "run.seed is set twice"),
        ([&["explain", tiny][..], &whole].concat(), "site.dock is set twice"),
        ([&["sweep", tiny][..], &vary, &again].concat(), "site.dock.servers is varied twice"),
        ([&["sweep", tiny][..], &vary, &quoted].concat(), "is varied twice"),
        (
            [&["size", tiny, "--target", "turnaround.mean <= 30d"][..], &vary, &again].concat(),
            "is varied twice",
        ),
        ([&["sensitivity", tiny][..], &vary, &again].concat(), "is varied twice"),
        (
            [&["sweep", tiny][..], &vary, &twice[..2]].concat(),
            "is varied, so that this value is never in force",
        ),
        (
            [&["size", tiny, "--target", "turnaround.mean <= 30d"][..], &vary, &twice[..2]].concat(),
            "is never in force",
        ),
        (vec!["compare", tiny, "--variant", "site.dock.servers=1; site.dock.servers=2"], "is set twice"),
    ] {
        let ran = folder.run(&args);
        assert_eq!(ran.code, 2, "{args:?}\n{}", ran.out);
        parts(&ran.err, &[told, "help: "]);
    }
    // A variant may say otherwise than what is common to both sides.
    let args = ["compare", tiny, "--set", "site.dock.servers=1", "--variant", "site.dock.servers=2"];
    let ran = folder.run(&[&args[..], &["--replications", "2", "--out", "o", "--no-charts"]].concat());
    assert_eq!(ran.code, 0, "{}", ran.err);
}

#[test]
fn an_override_wins_over_what_it_makes_impossible_and_unset_takes_away() {
    let folder = Folder::new();
    let explained = |text: &str, sets: &[&str]| {
        fs::write(folder.path("mine.toml"), text).unwrap();
        let mut args = vec!["explain", "mine.toml"];
        sets.iter().for_each(|set| args.extend(["--set", set]));
        folder.run(&args)
    };
    let value = |page: &Ran, path: &str| {
        assert_eq!(page.code, 0, "{}", page.err);
        let line = page.out.lines().find(|line| line.split_whitespace().next() == Some(path));
        line.map(|line| line.split_whitespace().skip(1).collect::<Vec<_>>().join(" "))
    };
    let base = "extends = \"baseline.toml\"\n";
    let shifts = "servers = { \"Mon-Fri 06:00-22:00\" = 6 }";
    let ran = explained(&format!("{base}[site.dock]\n{shifts}\n"), &[]);
    assert!(value(&ran, "site.dock.servers").unwrap().ends_with("mine.toml:3"), "{}", ran.out);
    assert_eq!(value(&ran, "site.dock.hours").unwrap(), "\"always\" default");
    let ran = explained(base, &["site.dock.servers={ \"Sat\" = 2 }"]);
    assert!(value(&ran, "site.dock.servers").unwrap().ends_with("--set"), "{}", ran.out);
    let ran = explained(&format!("{base}[demand.imports]\ndates = [\"2026-03-01\"]\n"), &[]);
    assert!(value(&ran, "demand.imports.dates").is_some() && value(&ran, "demand.imports.rate").is_none());
    assert_eq!(value(&ran, "demand.imports.weekly"), None);
    // In one file, they contradict each other; so do shifts that are inherited, and hours that are not.
    let ran = explained(&format!("{base}[site.dock]\n{shifts}\nhours = \"Mon-Fri\"\n"), &[]);
    assert_eq!(ran.code, 2);
    parts(&ran.err, &["cannot both be given: hours is Mon-Fri (mine.toml:4), servers ", "(mine.toml:3)"]);
    fs::write(folder.path("shifts.toml"), format!("{base}[site.dock]\n{shifts}\n")).unwrap();
    let ran = explained("extends = \"shifts.toml\"\n[site.dock]\nhours = \"Mon-Fri\"\n", &[]);
    parts(&ran.err, &["(mine.toml:3), servers ", "(shifts.toml:3)", "help: "]);
    let both =
        explained(&format!("{base}[demand.imports]\nrate = \"1/day\"\ndates = [\"2026-03-01\"]\n"), &[]);
    parts(&both.err, &["rate is 1/day (mine.toml:3), dates is ", "(mine.toml:4)"]);
    // Unset: a key, a table, a list; in a file or on the command line.
    let unset = "disruption = \"unset\"\n[site.dock]\nhours = \"unset\"\n[demand]\nexports = \"unset\"\n";
    let ran = explained(
        &format!("{base}{unset}"),
        &["site.shelf=unset", "carrier.minor=unset", "carrier.major.share=unset"],
    );
    assert_eq!(value(&ran, "site.dock.hours").unwrap(), "\"always\" default");
    assert_eq!(value(&ran, "site.shelf").unwrap(), "none default");
    let (_, page) = ran.out.split_once('\n').unwrap();
    for path in ["demand.exports", "disruption[", "carrier.minor", "site.dock.hours  Mon"] {
        assert!(!page.contains(path), "{path}\n{page}");
    }
    for (text, sets, told) in [
        (
            format!("{base}[policy]\nretention = \"unset\"\n"),
            &[][..],
            "policy.retention: nothing is inherited that could be unset",
        ),
        (
            base.to_string(),
            &["policy.retention=unset"][..],
            "\"retention\" is not set, so there is nothing to unset",
        ),
        (base.to_string(), &["policy.retnetion=unset"][..], "\"retnetion\" is not set"),
    ] {
        let ran = explained(&text, sets);
        assert_eq!(ran.code, 2);
        parts(&ran.err, &[told, "help: "]);
    }
    let steady = explained(base, &["run.kind=steady-state", "run.warmup=60d"]);
    parts(
        &steady.err,
        &["a [[disruption]] at dates (baseline.toml:", "disruption = \"unset\" where it is inherited"],
    );
}

#[test]
fn what_was_set_on_the_command_line_is_named_everywhere() {
    let folder = Folder::new();
    let ran = folder.run(&["run", "scenarios/tiny.toml", "--set", "site.bays.servers=2", "--seed", "7"]);
    parts(&ran.out, &["tiny + site.bays.servers=2, seed 7", "in output/tiny+bays.servers=2\n"]);
    let read =
        |path: &str| fs::read_to_string(folder.path(path)).unwrap_or_else(|why| panic!("{path}: {why}"));
    let json: serde_json::Value = serde_json::from_str(&read("output/tiny+bays.servers=2/run.json")).unwrap();
    assert_eq!(json["overrides"], serde_json::json!(["site.bays.servers=2"]));
    assert_eq!((json["command"].as_str(), json["seed"].as_str()), (Some("run"), Some("7")));
    assert_eq!(
        json["warnings"],
        serde_json::from_str::<serde_json::Value>(
            &folder
                .run(&["run", "scenarios/tiny.toml", "--set", "site.bays.servers=2", "--seed", "7", "--json"])
                .out
        )
        .unwrap()["warnings"]
    );
    parts(&read("output/tiny+bays.servers=2/states.svg"), &["tiny + site.bays.servers=2"]);
    assert!(!folder.path("output/tiny").exists(), "a what-if does not overwrite the scenario's own results");
    let ran = folder.run(&["run", "scenarios/tiny.toml", "--until", "20d", "--no-charts"]);
    parts(&ran.out, &["tiny + until=20d, seed 1", "in output/tiny+until=20d\n"]);
    let plain = folder.run(&["run", "scenarios/tiny.toml", "--seed", "7", "--no-charts"]);
    parts(&plain.out, &["tiny, seed 7", "in output/tiny\n"]);
    let json: serde_json::Value = serde_json::from_str(&read("output/tiny/run.json")).unwrap();
    assert_eq!(json["overrides"], serde_json::json!([]));
    let many = ["--set", "demand.imports.rate=2/day", "--replications", "2", "--no-charts"];
    let ran = folder.run(&[&["run", "scenarios/tiny.toml"], &many[..]].concat());
    parts(
        &ran.out,
        &["tiny + demand.imports.rate=2/day, seed 1, 2 replications", "output/tiny+imports.rate=2-day-"],
    );
    let vary = ["--vary", "site.dock.servers=1,2", "--set", "site.bays.servers=2", "--replications", "2"];
    for (command, more, file) in [
        ("sweep", &[][..], "sweep-turnaround.mean.svg"),
        ("sensitivity", &[], "sensitivity-turnaround.mean.svg"),
        ("size", &["--target", "turnaround.mean <= 300d"], "size.svg"),
    ] {
        let ran = folder.run(&[&[command, "scenarios/tiny.toml"], &vary[..], more].concat());
        parts(
            &(ran.out + &ran.err),
            &["tiny + site.bays.servers=2", &format!("output/tiny+bays.servers=2-{command}\n")],
        );
        parts(
            &read(&format!("output/tiny+bays.servers=2-{command}/{file}")),
            &["tiny + site.bays.servers=2"],
        );
    }
    let set = ["scenarios/tiny.toml", "--set", "site.bays.servers=2"];
    let base = ["--variant", "policy.retention=60d", "--replications", "2", "--no-charts"];
    let ran = folder.run(&[&["compare"], &set[..], &base].concat());
    parts(&ran.out, &["tiny + site.bays.servers=2", "output/tiny+bays.servers=2-compare\n"]);
    let ran = folder.run(&[&["warmup"], &set[..], &["--replications", "2"]].concat());
    parts(&ran.out, &["tiny + site.bays.servers=2", "output/tiny+bays.servers=2-warmup\n"]);
    let ran = folder.run(&["trace", "scenarios/tiny.toml", "imports-1", "--set", "site.bays.servers=2"]);
    parts(&ran.out, &["Scenario tiny + site.bays.servers=2, seed 1"]);
    parts(&folder.run(&[&["explain"], &set[..]].concat()).out, &["Scenario tiny + site.bays.servers=2"]);
}

#[test]
fn lists_that_an_extending_file_replaces_are_told_unless_it_says_so() {
    let folder = Folder::new();
    let told = |text: &str| {
        fs::write(folder.path("mine.toml"), format!("extends = \"baseline.toml\"\n{text}")).unwrap();
        folder.run(&["explain", "mine.toml"])
    };
    let sla = |name: &str| {
        format!("[[sla]]\nname = \"{name}\"\nfrom = \"ordered\"\nto = \"ended\"\nwithin = \"30d\"\n")
    };
    let one = sla("ended");
    let ran = told(&one);
    assert_eq!(ran.code, 0, "{}", ran.err);
    parts(
        &ran.err,
        &[
            "warning: mine.toml:2: sla replaces the whole list of baseline.toml:",
            "\"received\" and \"copied\" are",
        ],
    );
    assert_eq!(ran.err.matches("warning").count(), 1, "{}", ran.err);
    assert_eq!(told(&format!("replaces = [\"sla\"]\n{one}")).err, "");
    assert_eq!(told(&format!("replaces = \"sla\"\n{one}")).err, "");
    let all: String = ["received", "copied", "ended", "mine"].map(sla).concat();
    assert_eq!(told(&all).err, "", "nothing is lost");
    assert_eq!(told("sla = \"unset\"\n").err, "");
    let strike = "from = \"2026-06-01\"\nuntil = \"2026-06-22\"\nstops = true\n";
    let ran = told(&format!("[[disruption]]\ncarrier = \"major\"\n{strike}"));
    parts(
        &ran.err,
        &["disruption replaces the whole list of baseline.toml:", "carrier \"all\" is no longer there"],
    );
    assert_eq!(
        told(&format!("[[disruption]]\ncarrier = \"all\"\n{strike}")).err,
        "",
        "it has other dates now"
    );
    for (text, part) in [
        ("replaces = [\"slas\"]\n[[sla]]\nto = \"ended\"\n", "did you mean \"sla\"?"),
        ("replaces = [\"sla\"]\n", "this file replaces no inherited list \"sla\""),
        ("replaces = true\n", "the path of a list is needed"),
    ] {
        let ran = told(text);
        assert_eq!(ran.code, 2, "{}", ran.err);
        parts(&ran.err, &[part, "mine.toml:2"]);
    }
    fs::write(folder.path("seasons.toml"), "extends = \"scenarios/small-site.toml\"\n[demand.imports]\nseason = [{ from = \"10d\", until = \"20d\", factor = 2 }]\n").unwrap();
    parts(
        &folder.run(&["explain", "seasons.toml"]).err,
        &["seasons.toml:3: demand.imports.season replaces", "from \"2026-11-06\" is"],
    );
}

#[test]
fn names_that_are_numbered_or_renamed_are_no_slips() {
    let folder = Folder::new();
    for text in [
        "[demand.imports2]\nrate = \"1/day\"\n",
        "[demand]\nimports = \"unset\"\n[demand.import]\nrate = \"1/day\"\n",
        "[demand.exports]\nrate = \"1/day\"\nexport_share = 0\n",
        "[carrier.minor]\n",
        "[carrier.major-e]\n[carrier.major-w]\n",
    ] {
        fs::write(folder.path("s.toml"), format!("extends = \"scenarios/small-site.toml\"\n{text}")).unwrap();
        let ran = folder.run(&["explain", "s.toml"]);
        assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{text}");
    }
}

#[test]
fn shipped_scenarios_have_nothing_to_warn_of() {
    let folder = Folder::new();
    for name in fs::read_dir(folder.path("scenarios")).unwrap().flatten() {
        let name = format!("scenarios/{}", name.file_name().to_string_lossy());
        if name.ends_with(".toml") {
            let ran = folder.run(&["explain", &name]);
            assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{name}");
        }
    }
}

#[test]
fn a_level_that_no_job_meets_and_a_station_that_falls_ever_further_behind_are_told() {
    let small =
        "extends = \"scenarios/small-site.toml\"\nrun.horizon = \"30d\"\ndemand.imports.season = \"unset\"\n";
    let folder = Folder::new();
    let told = |text: &str| {
        fs::write(folder.path("s.toml"), format!("{small}{text}")).unwrap();
        let ran = folder.run(&["run", "s.toml", "--no-charts", "--no-report"]);
        assert_eq!(ran.code, 0, "{}", ran.err);
        (ran.out + &ran.err).replace("\n  ", " ")
    };
    let usual = told("");
    assert!(!usual.contains("cannot keep up") && !usual.contains("Check that time"), "{usual}");
    let level = "[[sla]]\nname = \"received\"\nfrom = \"delivered\"\nto = \"received\"\nwithin = \"2d\"\n[[sla]]\nname = \"copied\"\n\
                 from = \"received\"\nto = \"copied\"\nwithin = \"10min\"\n";
    parts(&told(level), &["met copied: received to copied within 10min. Check that time and its unit."]);
    // Four people for one hour a week, and whoever has begun stays: 77 % busy.
    let dock = "[site.dock]\nservers = 4\nhours = \"Sat 08:00-09:00\"\n";
    parts(&told(dock), &["Station dock cannot keep up"]);
    // No copy ends within the run, and the first bays were free for days.
    parts(&told("[site.bays]\nrate = \"70MB/h\"\n"), &["Station bays cannot keep up", "met copied"]);
}
