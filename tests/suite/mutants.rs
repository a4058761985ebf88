//! Mistakes made on purpose: each must be caught by `check`, or stand among those that other tests catch.
//! `cargo test --features mutants --test suite mutants -- --nocapture` shows what caught what.

use crate::tool::Folder;
use serde_json::Value;
use std::collections::BTreeSet;

/// In the order of the turns (policy page, Words): what comes first at one instant.
const TURNS: [&str; 6] = ["observe", "site changes", "arrivals", "customers", "finished work", "deadlines"];

/// What is made wrong, by which argument or environment.
enum How {
    Environment(String),
    Set(String),
}

fn all() -> Vec<(String, How)> {
    let mut all = vec![];
    for (key, days) in [
        ("creating_expiry", 14),
        ("shipping_deadline", 14),
        ("extension", 14),
        ("response_window", 30),
        ("retention", 90),
        ("contact_window", 14),
        ("destroy_after", 90),
        ("fault_window", 30),
    ] {
        let day = 86_400_000_000_i64 * days;
        for (sign, ticks) in [("+", day + 1), ("-", day - 1)] {
            let set = format!("policy.{key}={ticks}us");
            all.push((format!("{key} {sign} 1 tick"), How::Set(set)));
        }
    }
    for set in [
        "creating_expiry_resets=false",
        "max_extensions=1",
        "max_extensions=3",
        "warnings_close_job=true",
        "cancel_until=received",
        "cancel_until=shipping",
        "cancel_until=creating",
    ] {
        all.push((set.to_string(), How::Set(format!("policy.{set}"))));
    }
    for (first, one) in TURNS.iter().enumerate().skip(1) {
        for (second, other) in TURNS.iter().enumerate().skip(first + 1) {
            let name = format!("{one} and {other} swapped");
            all.push((name, How::Environment(format!("turns:{first}-{second}"))));
        }
    }
    for (name, row) in shipback::policy::mutants() {
        all.push((format!("{} removed: {row}", name.split(':').next().unwrap()), How::Environment(name)));
    }
    all
}

/// What caught it; `None` where nothing did.
fn caught(folder: &Folder, how: &How) -> Option<String> {
    let mut command = folder.command(&["check", "scenarios", "--boundaries", "--json"]);
    match how {
        How::Environment(name) => command.env("SHIPBACK_MUTANT", name),
        How::Set(set) => command.args(["--set", set]),
    };
    let ran = crate::tool::ran(command.output().unwrap());
    if ran.code == 0 {
        return None;
    }
    let Ok(whole) = serde_json::from_str::<Value>(&ran.out) else {
        let lines = ran.err.lines().filter(|line| !line.trim().is_empty() && !line.contains("panicked"));
        let why: Vec<&str> = lines.take(2).map(str::trim).collect();
        return Some(format!("the program stops: {}", why.join(" ")));
    };
    let failed = whole["expectations"].as_array().unwrap().iter().filter(|one| one["verdict"] != "met");
    let files: BTreeSet<String> = failed
        .map(|one| {
            one["scenario"].as_str().unwrap().rsplit('/').next().unwrap().trim_end_matches(".toml").into()
        })
        .collect();
    Some(format!("{} expectations: {}", whole["failed"], files.into_iter().collect::<Vec<_>>().join(", ")))
}

/// What no scenario reaches, as the world never asks for it, and the test that holds it.
const ELSEWHERE: [(&str, &str); 7] = [
    ("job refusal removed: J5 refuses SetShipping in [Shipping", "policy rows: j2_j5_j21_c1_decline"),
    (
        "job refusal removed: J5 refuses SetShippingIncomplete in [Shipping",
        "policy rows: j2_j5_j21_c1_decline",
    ),
    ("job refusal removed: C1 refuses Cancel in [Packaging", "policy rows: j2_j5_j21_c1_decline"),
    ("job refusal removed: C3 refuses CancelTooLate in [Gone", "policy rows: c3_every_act"),
    ("case removed: E4 BadAddress on CauseGone", "policy rows: e1_e2_e4_f2_what_becomes_of_each_case"),
    ("arrival removed: E1 NeverReceived in [Absent", "policy rows: d3_d6_e1_x1_what_becomes_of_a_drive"),
    ("arrival removed: E1 Extra in [Absent", "policy rows: d3_d6_e1_x1_what_becomes_of_a_drive"),
];

#[test]
fn every_mistake_is_caught() {
    let folder = Folder::new();
    let mut survivors = vec![];
    for (name, how) in all() {
        let known = ELSEWHERE.iter().find(|(start, _)| name.starts_with(start));
        let by = caught(&folder, &how).or_else(|| known.map(|(_, test)| test.to_string()));
        println!("{name}\n    {}", by.as_deref().unwrap_or("SURVIVES"));
        survivors.extend(by.is_none().then_some(name));
    }
    assert!(survivors.is_empty(), "{} mutants survive:\n{}", survivors.len(), survivors.join("\n"));
}
