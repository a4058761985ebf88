//! G1: what `job --format json` says has the official wire shape, whatever happens to a job.

use crate::tool::Folder;
use jsonschema::Validator;
use rand::{RngExt, SeedableRng};
use serde_json::{Value, json};
use shipback::engine::time::{Instant, Span};
use shipback::policy::JobState;
use shipback::report::{Names, get_job_json};
use shipback::scenario::Scenario;
use shipback::world::{Fact, JobId, Observer, World};
use std::collections::{BTreeMap, BTreeSet};

const SWAGGER: &str = include_str!("../data/get_job.swagger.json");

/// The definition of the answer as a JSON Schema in which each object has the properties that are listed, and no others.
fn answer_schema() -> Validator {
    let mut schema: Value = serde_json::from_str(SWAGGER).unwrap();
    for definition in schema["definitions"].as_object_mut().unwrap().values_mut() {
        definition["type"] = json!("object");
        definition["additionalProperties"] = json!(false);
    }
    point_inside(&mut schema);
    schema["$ref"] = json!("#/definitions/JobResponse");
    jsonschema::draft7::new(&schema).unwrap()
}

/// A definition is referred to by its name in the data file, and by its place in a JSON Schema.
fn point_inside(value: &mut Value) {
    match value {
        Value::Object(map) => {
            if let Some(Value::String(name)) = map.get_mut("$ref") {
                *name = format!("#/definitions/{name}");
            }
            map.values_mut().for_each(point_inside);
        }
        Value::Array(items) => items.iter_mut().for_each(point_inside),
        _ => {}
    }
}

/// Every complaint in a sentence, with its place.
fn complaints(schema: &Validator, answer: &Value) -> Vec<String> {
    schema.iter_errors(answer).map(|error| format!("{}: {error}", error.instance_path())).collect()
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
        "properties": {
            "driveList": [{ "state": "Faulted", "percentComplete": 0.5 }],
            "deliveryPackage": { "carrierName": "x" },
        },
    });
    let wrong = complaints(&answer_schema(), &answer).join("\n");
    for part in [
        "/id: 5",
        "'colour'",
        "/properties/driveList/0/state",
        "/properties/driveList/0/percentComplete",
        "\"trackingNumber\" is a required",
    ] {
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
    let (mut before, mut shown, schema) = (0, 0, answer_schema());
    for hours in 1..(60 * 24 / 7) {
        world.advance(Instant::START + Span::HOUR * (7 * hours));
        for &job in &world.observed().0 {
            let Some(view) = world.view(job) else { continue };
            let answer: Value = serde_json::from_str(&get_job_json(&scenario, &view)).unwrap();
            let wrong = complaints(&schema, &answer);
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

/// The life of each record: from Put Job to its end.
#[derive(Default)]
struct Records(BTreeMap<JobId, (Instant, Option<Instant>)>);

impl Observer for Records {
    fn fact(&mut self, at: Instant, fact: &Fact) {
        match *fact {
            Fact::Job { job, from: JobState::Absent, .. } => _ = self.0.insert(job, (at, None)),
            Fact::Job { job, to: JobState::Gone, .. } => self.0.get_mut(&job).unwrap().1 = Some(at),
            _ => {}
        }
    }
}

#[test]
fn g1_the_program_answers_in_the_official_shape_at_400_random_instants() {
    let scenarios = [
        "scenarios/tiny.toml",
        "scenarios/policy/export-lost-or-damaged.toml",
        "scenarios/policy/faulted-drive.toml",
        "scenarios/policy/unannounced-or-no-record.toml",
        "scenarios/policy/bad-return-address.toml",
        "scenarios/policy/while-faulted.toml",
    ];
    let folder = Folder::new();
    let (schema, mut random) = (answer_schema(), rand_chacha::ChaCha8Rng::seed_from_u64(400));
    let mut states = BTreeSet::new();
    for path in scenarios {
        let scenario =
            Scenario::load(Some(&folder.path(path)), &[]).unwrap_or_else(|why| panic!("{why}")).scenario;
        let mut world = World::new(&scenario, scenario.run.seed, 0, Records::default());
        let last = world.stop_at() - Span::TICK;
        world.advance(last);
        let records: Vec<_> = world.observed().0.iter().collect();
        for _ in 0..400_usize.div_ceil(scenarios.len()) {
            let (job, (put, gone)) = records[random.random_range(0..records.len())];
            let until = gone.unwrap_or(last).max(*put + Span::TICK);
            let at = Instant::from_micros(random.random_range(put.micros()..until.micros()));
            let (name, at) = (Names::new(&scenario).job(*job), at.since_start().to_string());
            let ran = folder.run(&["job", path, &name, "--at", &at, "--format", "json"]);
            assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{path} {name} at {at}");
            let answer: Value = serde_json::from_str(&ran.out).unwrap();
            let wrong = complaints(&schema, &answer);
            assert!(wrong.is_empty(), "{path} {name} at {at}: {wrong:#?}\n{answer:#}");
            states.insert(answer["properties"]["state"].as_str().unwrap().to_owned());
        }
    }
    assert!(states.len() >= 7, "{states:?}");
}
