//! G1: what `job --format json` says has the official wire shape, whatever happens to a job.

use serde_json::{Map, Value};
use shipback::engine::time::{Instant, Span};
use shipback::policy::JobState;
use shipback::report::get_job_json;
use shipback::scenario::Scenario;
use shipback::world::{Fact, JobId, Observer, World};
use std::collections::BTreeSet;

const SWAGGER: &str = include_str!("../data/get_job.swagger.json");

/// Checks a value against a definition; every complaint in a sentence.
fn check(definitions: &Value, definition: &Value, value: &Value, at: &str, wrong: &mut Vec<String>) {
    if let Some(name) = definition.get("$ref").and_then(Value::as_str) {
        return check(definitions, &definitions[name], value, at, wrong);
    }
    let fits = match definition.get("type").and_then(Value::as_str) {
        Some("string") => value.is_string(),
        Some("integer") => value.is_u64(),
        Some("boolean") => value.is_boolean(),
        Some("array") => value.is_array(),
        _ => value.is_object(),
    };
    if !fits {
        wrong.push(format!("{at}: {value} is no {definition}"));
    }
    if let Some(allowed) = definition.get("enum").and_then(Value::as_array)
        && !allowed.contains(value)
    {
        wrong.push(format!("{at}: {value} is none of {allowed:?}"));
    }
    for (number, item) in value.as_array().into_iter().flatten().enumerate() {
        check(definitions, &definition["items"], item, &format!("{at}[{number}]"), wrong);
    }
    if let Some(object) = value.as_object() {
        check_object(definitions, definition, object, at, wrong);
    }
}

fn check_object(
    definitions: &Value,
    definition: &Value,
    object: &Map<String, Value>,
    at: &str,
    wrong: &mut Vec<String>,
) {
    for (key, value) in object {
        match definition["properties"].get(key) {
            Some(property) => check(definitions, property, value, &format!("{at}.{key}"), wrong),
            None => wrong.push(format!("{at}: no property is called {key}")),
        }
    }
    for key in definition.get("required").and_then(Value::as_array).into_iter().flatten() {
        if !object.contains_key(key.as_str().unwrap()) {
            wrong.push(format!("{at}: {key} is missing"));
        }
    }
}

fn complaints(answer: &Value) -> Vec<String> {
    let swagger: Value = serde_json::from_str(SWAGGER).unwrap();
    let definitions = &swagger["definitions"];
    let mut wrong = vec![];
    check(definitions, &definitions["JobResponse"], answer, "job", &mut wrong);
    wrong
}

/// All jobs ever ordered.
#[derive(Default)]
struct Ordered(Vec<JobId>);

impl Observer for Ordered {
    fn fact(&mut self, _: Instant, fact: &Fact) {
        if let Fact::Job { job, from: JobState::Absent, .. } = *fact {
            self.0.push(job);
        }
    }
}

#[test]
fn the_check_sees_what_is_wrong() {
    let answer = serde_json::json!({
        "id": 5,
        "colour": "red",
        "properties": { "driveList": [{ "state": "Faulted" }], "deliveryPackage": { "carrierName": "x" } },
    });
    let wrong = complaints(&answer).join("\n");
    for part in
        ["job.id: 5", "no property is called colour", "driveList[0].state", "\"trackingNumber\" is missing"]
    {
        assert!(wrong.contains(part), "{part}\n{wrong}");
    }
}

#[test]
fn g1_every_answer_of_a_busy_site_has_the_official_shape() {
    let sets = [
        "run.horizon=40d",
        "demand.imports.rate=6/day",
        "demand.exports.rate=3/day",
        "faults.wrong_key=0.1",
        "faults.customs_hold=0.1",
        "faults.missing_drive=0.1",
        "faults.errors=0.1",
    ];
    let scenario =
        Scenario::load(None, &sets.map(String::from)).unwrap_or_else(|error| panic!("{error}")).scenario;
    let mut world = World::new(&scenario, 1, 0, Ordered::default());
    let mut states = [BTreeSet::new(), BTreeSet::new()];
    let (mut before, mut shown) = (0, 0);
    for hours in 1..(60 * 24 / 7) {
        world.advance(Instant::START + Span::HOUR * (7 * hours));
        for &job in &world.observed().0 {
            let Some(view) = world.view(job) else { continue };
            let answer: Value = serde_json::from_str(&get_job_json(&scenario, &view)).unwrap();
            let wrong = complaints(&answer);
            assert!(wrong.is_empty(), "{wrong:#?}\n{answer:#}");
            let properties = &answer["properties"];
            let percent = properties["percentComplete"].as_u64().unwrap();
            assert!(percent <= 100, "{answer:#}");
            before += u64::from((1..100).contains(&percent));
            shown += 1;
            states[0].insert(properties["state"].as_str().unwrap().to_owned());
            for drive in properties["driveList"].as_array().unwrap() {
                states[1].insert(drive["state"].as_str().unwrap().to_owned());
                // A log is there once data has flowed, and not before.
                let has_log = drive.get("errorLogUri").is_some();
                assert!(has_log || drive["bytesSucceeded"] == 0, "{drive:#}");
                assert_eq!(has_log, drive.get("copyStatus").is_some(), "{drive:#}");
                let verbose = properties["logLevel"] == "Verbose";
                assert_eq!(drive.get("verboseLogUri").is_some(), has_log && verbose, "{drive:#}");
            }
            assert_eq!(properties.get("export").is_some(), properties["jobType"] == "Export");
        }
    }
    assert!(shown > 1000 && before > 10, "{shown} answers, {before} in the midst of copying");
    let [jobs, drives] = states;
    assert_eq!(jobs.len(), 8, "all states of a job were shown, Faulted too: {jobs:?}");
    assert_eq!(drives.len(), 7, "all states of a drive that the wire knows were shown: {drives:?}");
}
