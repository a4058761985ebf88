//! Mistakes made on purpose: each must be caught by `check`, or by a test that is run again under the mistake.
//! `cargo test --features mutants --test suite mutants -- --nocapture` shows what caught what.

use crate::tool::Folder;
use serde_json::Value;
use shipback::policy::{
    Answer, CaseKind, CaseSignal, CaseState, JobSignal, JobState, Listing, Remedy, Rule, Treatment,
    case_answer, job_answer, treatment,
};
use std::collections::BTreeSet;
use std::process::Command;

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

/// Whether [`what_the_world_never_asks`] fails under this mistake: it is run again, by itself.
fn caught_by_the_tables(how: &How) -> Option<String> {
    let How::Environment(name) = how else { return None };
    let test = "mutants::what_the_world_never_asks";
    let mut again = Command::new(std::env::current_exe().unwrap());
    let failed =
        !again.args([test, "--exact"]).env("SHIPBACK_MUTANT", name).output().unwrap().status.success();
    failed.then(|| format!("test {test}"))
}

/// Rows that stand on the page, but no fate leads to them, or the world answers before it would ask (policy: C1, C3,
/// E1, E4, J5).
#[test]
fn what_the_world_never_asks() {
    use JobState::*;
    let declines = |on, rule, states: &[JobState]| {
        for &state in states {
            assert_eq!(job_answer(state, false, on), Answer::Refused { rule }, "{on} in {state}");
        }
    };
    let after_creating = [Shipping, Received, Transferring, Packaging, Completed, Closed];
    declines(JobSignal::SetShipping, Rule::J5, &after_creating);
    declines(JobSignal::SetShippingIncomplete, Rule::J5, &after_creating);
    declines(JobSignal::Cancel, Rule::C1, &[Packaging, Completed, Closed]);
    declines(JobSignal::CancelTooLate, Rule::C3, &[Gone]);
    let settled = case_answer(CaseKind::BadAddress, CaseSignal::CauseGone).expect("E4: its cause may go");
    assert_eq!((settled.to, settled.remedy), (CaseState::Settled, Remedy::Nothing));
    for state in [Absent, Creating, Gone] {
        assert_eq!(treatment(state, Listing::NeverReceived), (Treatment::Hold, Rule::E1), "{state}");
    }
    for state in [Absent, Gone] {
        assert_eq!(treatment(state, Listing::Extra), (Treatment::Hold, Rule::E1), "{state}");
    }
}

#[test]
fn every_mistake_is_caught() {
    let folder = Folder::new();
    let mut survivors = vec![];
    for (name, how) in all() {
        let by = caught(&folder, &how).or_else(|| caught_by_the_tables(&how));
        println!("{name}\n    {}", by.as_deref().unwrap_or("SURVIVES"));
        survivors.extend(by.is_none().then_some(name));
    }
    assert!(survivors.is_empty(), "{} mutants survive:\n{}", survivors.len(), survivors.join("\n"));
}
