//! `--robust`: verdicts along the range of an input, against turns that are computed on paper.

use crate::tool::{Folder, Ran};
use serde_json::Value;

/// Two written jobs; a drive is prepared for six days and copied in a second.
const FIXED: &str = r#"
[run]
start = "2026-01-05"
zone = "UTC"
horizon = "60d"
[policy]
retention = "1s"
[carrier.any]
transit = "1d"
[[job]]
name = "a"
at = "0d"
drives = 1
bytes = "1GB"
packs = "1d"
[[job]]
name = "b"
at = "1d"
drives = 1
bytes = "1GB"
packs = "1d"
[site.preparation]
servers = "unlimited"
per_drive = { estimate = "6d", low = "5d", high = "8d" }
[site.bays]
servers = 2
rate = "1GB/s"
[[sla]]
name = "copied"
from = "received"
to = "copied"
within = "7.3d"
target = 0.95
[[expect]]
metric = "sla.copied.attainment"
at_least = "95 %"
"#;

/// Twelve drives that arrive at once; a bay takes 144 minutes for each, and all are to be done in ten hours.
const TWELVE: &str = r#"
[run]
start = "2026-01-05"
zone = "UTC"
horizon = "60d"
[policy]
retention = "1s"
[site.bays]
servers = 3
rate = "1GB/s"
mount = { estimate = "144min", low = "90min", high = "300min" }
[[sla]]
name = "copied"
from = "received"
to = "copied"
within = "10h 1s"
target = 0.95
"#;

fn with(text: &str) -> Folder {
    let folder = Folder::new();
    std::fs::write(folder.path("mine.toml"), text).unwrap();
    folder
}

fn twelve() -> Folder {
    let job = |number: u32| {
        format!(
            "[[job]]\nname = \"j{number}\"\nat = \"0d\"\ndrives = 1\nbytes = \"1B\"\npacks = \"1d\"\ntransit = \"1d\"\n"
        )
    };
    with(&(TWELVE.to_string() + &(0..12).map(job).collect::<String>()))
}

fn json(ran: &Ran) -> Value {
    serde_json::from_str(&ran.out).unwrap_or_else(|why| panic!("{why}: {}{}", ran.out, ran.err))
}

/// The first range: from where to where it holds, and the turn on each side, as value, verdict, and verdict at the end.
fn range(robust: &Value) -> (Value, [Value; 2]) {
    let range = &robust["ranges"][0];
    let side = |side: &str| match range[side].is_null() {
        true => Value::Null,
        false => serde_json::json!([range[side]["at"], range[side]["verdict"], range[side]["end_verdict"]]),
    };
    (range["holds"].clone(), [side("below"), side("above")])
}

/// Copied within 7.3 days is what is prepared for less. The way from 6 to 8 days is parted in steps of an eighth.
#[test]
fn a_service_level_turns_where_the_fixed_time_passes_it() {
    let folder = with(FIXED);
    let ran = folder.run(&["run", "mine.toml", "--robust", "all", "--json", "--no-charts", "--out", "o"]);
    let told = &json(&ran)["robust"][0];
    assert_eq!(
        (told["about"].as_str(), told["verdict"].as_str()),
        (Some("sla.copied.attainment"), Some("meets 95.00 %"))
    );
    let misses = serde_json::json!([7.375, "misses 95.00 %", "misses 95.00 %"]);
    assert_eq!(range(told), (serde_json::json!([5.0, 7.25]), [Value::Null, misses]));
    assert_eq!(told["ranges"][0]["share_of_range"].as_f64(), Some(0.75));
    let csv = std::fs::read_to_string(folder.path("o/robust.csv")).unwrap();
    assert!(csv.contains("site.preparation.per_drive,d,6,5,8,5,7.25,0.75,,,,7.375,misses 95.00 %"), "{csv}");
    let text = folder
        .run(&["run", "mine.toml", "--robust", "site.preparation.per_drive", "--no-charts", "--out", "o"])
        .out;
    assert!(text.contains("holds from 5d to 7.25d, 75 % of the range; misses"), "{text}");
    assert!(text.contains("7.375d, 1.375d more."), "{text}");
    // Another range, and another number, by hand: two bays for two drives a day apart change nothing.
    let wide = [
        "run",
        "mine.toml",
        "--robust",
        "site.preparation.per_drive=2d..6.8d",
        "--robust",
        "site.bays.servers=1..4",
    ];
    let ran = folder.run(&[&wide[..], &["--json", "--no-charts", "--out", "o"]].concat());
    let told = json(&ran)["robust"][0].clone();
    assert!(told["ranges"].as_array().unwrap().iter().all(|one| one["share_of_range"] == 1.0), "{told}");
}

/// Expectations are judged by their own verdicts; the exit code is that of the estimates.
#[test]
fn expectations_turn_at_the_same_place() {
    let folder = with(FIXED);
    let ran = folder.run(&["check", "mine.toml", "--robust", "all", "--json"]);
    let told = &json(&ran)["robust"][0]["verdicts"][0];
    assert_eq!((ran.code, told["verdict"].as_str()), (0, Some("met")));
    assert_eq!(
        range(told),
        (serde_json::json!([5.0, 7.25]), [Value::Null, serde_json::json!([7.375, "failed", "failed"])])
    );
    let text = folder.run(&["check", "mine.toml", "--robust", "all"]).out;
    assert!(text.replace("\n      ", " ").contains("failed at 7.375d, 1.375d more."), "{text}");
}

/// A variant whose drives take two days to mount against a base with one, which may be half a day to three: worse below
/// two days, the same at two, better above.
#[test]
fn a_comparison_turns_where_both_are_the_same() {
    let folder = with(&FIXED.replace("rate = \"1GB/s\"\n", "rate = \"1GB/s\"\nmount = \"1d\"\n"));
    let ran = folder.run(&[
        "compare",
        "mine.toml",
        "--variant",
        "site.bays.mount=2d",
        "--metric",
        "turnaround.mean",
        "--replications",
        "2",
        "--robust",
        "site.bays.mount=0.5d..3d",
        "--json",
        "--no-charts",
        "--out",
        "o",
    ]);
    let told = &json(&ran)["robust"][0];
    assert_eq!(told["verdict"].as_str(), Some("worse"), "{told}");
    let turn = serde_json::json!([2.0, "equivalent", "better"]);
    assert_eq!(range(told), (serde_json::json!([0.5, 1.875]), [Value::Null, turn]));
    let kept = std::fs::read_to_string(folder.path("o/compare.json")).unwrap();
    assert_eq!(&serde_json::from_str::<Value>(&kept).unwrap()["robust"][0], told);
}

/// Three bays need four turns for twelve drives, which end in ten hours up to 150 minutes each; two need six, which do up
/// to 100 minutes. Five hours leave two turns: six bays.
#[test]
fn a_size_turns_where_another_number_of_servers_is_enough() {
    let folder = twelve();
    let size = |values: &str, more: &[&str]| {
        let vary = format!("site.bays.servers={values}");
        let ran = folder
            .run(&[&["size", "mine.toml", "--vary", &vary, "--no-charts", "--out", "o"], more].concat());
        let csv = std::fs::read_to_string(folder.path("o/robust.csv")).unwrap_or_default();
        (ran, csv)
    };
    let (ran, csv) = size("1..8", &["--robust", "all"]);
    assert!(ran.out.contains("Answer: 3, confirmed."), "{}{}", ran.out, ran.err);
    // Steps of 3.375 minutes below, of 9.75 above.
    let row = "the smallest site.bays.servers,3,site.bays.mount,min,144,90,300,100.125,144,0.208929,96.75,less than 3,2,153.75,more than 3,6\n";
    assert!(csv.ends_with(row), "{csv}");
    let text = ran.out.replace("\n      ", " ");
    assert!(text.contains("less than 3 at 96.75min, 47.25min less; 2 at 90min"), "{text}");
    assert!(text.contains("more than 3 at 153.75min, 9.75min more; 6 at 300min"), "{text}");
    // Where the greatest is asked and not enough, there is none.
    let (_, csv) = size("1..3", &["--robust", "site.bays.mount=144min..300min"]);
    assert!(csv.contains(",153.75,none,none\n"), "{csv}");
    let (plain, _) = size("1..8", &[]);
    assert!(plain.out.contains("1 input has a range: --robust all"), "{}", plain.out);
}

/// Within 9.0664 days are 90 % of what takes m days on average, exponentially, where m is up to 9.0664 / ln 10 = 3.9375:
/// half way between two steps.
#[test]
fn a_share_turns_where_the_closed_form_does() {
    let text = "[run]\nstart = \"2026-01-01\"\nzone = \"UTC\"\nhorizon = \"200d\"\n[policy]\ncreating_expiry = \"3000d\"\n\
        retention = \"1s\"\n[demand.a]\nrate = \"40/day\"\ndrives = 1\nbytes = \"1B\"\n[carrier.c]\ntransit = \"0s\"\n[customer]\n\
        packs = { exponential = { mean = \"3d\" } }\n[[sla]]\nname = \"s\"\nfrom = \"ordered\"\nto = \"delivered\"\nwithin = \"9.0664d\"\n\
        target = 0.9\n";
    let folder = with(text);
    let ran = folder.run(&[
        "run",
        "mine.toml",
        "--replications",
        "4",
        "--robust",
        "customer.packs.exponential.mean=2d..5d",
        "--json",
        "--no-charts",
        "--out",
        "o",
    ]);
    let (holds, [below, above]) = range(&json(&ran)["robust"][0]);
    assert_eq!((holds, below), (serde_json::json!([2.0, 3.875]), Value::Null));
    assert_eq!(above, serde_json::json!([4.0, "misses 90.00 %", "misses 90.00 %"]));
}

#[test]
fn what_is_no_input_in_doubt_is_told_with_a_way_out() {
    let folder = with(FIXED);
    for (what, parts) in [
        ("site.preparation.per_driv", ["has no range in the scenario", "site.preparation.per_drive"]),
        ("site.bays.server=1..4", ["no single value \"site.bays.server\"", "site.bays.servers"]),
        ("site.bays.servers=3..4", ["does not lie between", "--robust"]),
        ("site.bays.rate=1MB/s..3MB/s", ["a range in \"GB/s\" is needed", "--robust"]),
        ("site.bays.servers=4", ["is not a range", "--robust all"]),
    ] {
        let ran = folder.run(&["run", "mine.toml", "--robust", what, "--out", "o"]);
        assert_eq!(ran.code, 2, "{what}: {}", ran.err);
        assert!(parts.iter().all(|part| ran.err.contains(part)), "{what}: {}", ran.err);
    }
    let ran = folder.run(&["run", "mine.toml", "--robust", "all", "--until", "30d", "--out", "o"]);
    assert!(ran.code == 2 && ran.err.contains("does not go with --until"), "{}", ran.err);
    let ran = folder.run(&[
        "size",
        "mine.toml",
        "--vary",
        "site.bays.servers=1..4",
        "--robust",
        "site.bays.servers=1..4",
    ]);
    assert!(ran.code == 2 && ran.err.contains("is varied"), "{}", ran.err);
}
