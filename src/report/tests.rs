//! Files and names, byte by byte.

use super::*;
use crate::engine::time::Span;
use crate::experiment::single;
use crate::fate::Fate;
use crate::measure::sample::{day, drive, end, id, job, level, published, scenario};
use crate::measure::{Histogram, Results, Tally};
use crate::policy::{CaseKind, CaseState, DriveState, JobSignal, JobState, Rule};
use crate::scenario::{Scenario, StationName, WrittenJob};
use crate::world::{
    CaseId, CaseRow, CaseStep, Cause, DayRow, DriveId, Fact, JobId, JobRow, Observer, PackageId, PackageRow,
    PackageStep,
};
use std::fs;

/// The fields of a CSV file, line by line.
fn read(place: &std::path::Path, name: &str) -> Vec<Vec<String>> {
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_path(place.join(name)).unwrap();
    reader.records().map(|record| record.unwrap().iter().map(String::from).collect()).collect()
}

fn facts() -> Vec<Fact> {
    let (job, drive) = (id(0, 16), DriveId { job: id(0, 16), number: 0, extra: false });
    let (package, case) = (PackageId { job, number: 1, back: true }, CaseId { job, number: 0 });
    let (kind, rule) = (CaseKind::BadAddress, Some(Rule::E4));
    vec![
        Fact::Job {
            job,
            from: JobState::Absent,
            to: JobState::Creating,
            rule: Rule::J1,
            cause: Cause::Customer,
        },
        Fact::Drive {
            drive,
            from: DriveState::Specified,
            to: DriveState::Received,
            rule: Rule::D3,
            cause: Cause::Dock,
        },
        Fact::Refused { job, act: JobSignal::Delete, state: JobState::Shipping, rule: Rule::J4 },
        Fact::Package { package, step: PackageStep::Sent, carrier: 0, drives: 2 },
        Fact::Case { case, kind, step: CaseStep::Attempt { number: 2, reached: true }, rule },
        Fact::Ruled {
            job: JobId { generation: 1, ..job },
            drive: None,
            rule: Rule::E3,
            cause: Cause::Consequence,
        },
        Fact::Capacity { station: StationName::Bays, servers: 7 },
    ]
}

fn observe(observer: &mut impl Observer) {
    facts().iter().for_each(|fact| observer.fact(day(1) + Span::HOUR, fact));
    observer.drive(&drive(id(0, 16), 0));
    observer.job(&JobRow { parent: Some(id(1, 4)), ..job(16, day(15), day(30)) });
    let package = PackageId { job: id(0, 16), number: 0, back: false };
    let (sent, arrived) = (day(16), Some(day(18)));
    observer.package(&PackageRow {
        package,
        carrier: 0,
        drives: 1,
        sent: Some(sent),
        arrived,
        opened: None,
        step: PackageStep::Delivered,
    });
    let case = CaseId { job: id(0, 16), number: 0 };
    let (opened, state) = (day(20), CaseState::Open);
    let kind = CaseKind::DriveFault;
    observer.case(&CaseRow {
        case,
        kind,
        drive: Some(0),
        opened,
        attempts: 3,
        reached: None,
        ended: None,
        state,
    });
}

fn logged(level: LogLevel) -> tempfile::TempDir {
    let home = tempfile::tempdir().unwrap();
    let scenario = scenario();
    let mut place = Place::open(home.path()).unwrap();
    let mut logs = Logs::open(&mut place, &scenario, level).unwrap();
    observe(&mut logs);
    logs.finish(&mut place).unwrap();
    place.finish().unwrap();
    home
}

#[test]
fn each_fact_has_its_line() {
    let home = logged(LogLevel::Events);
    let text = fs::read_to_string(home.path().join("events.csv")).unwrap();
    let at = "90000000000,2026-11-21 01:00:00";
    let expected = [
        "time_us,date,object,from,to,rule,cause".to_owned(),
        format!("{at},imports-17,Absent,Creating,J1,customer"),
        format!("{at},imports-17/d1,Specified,Received,D3,dock"),
        format!("{at},imports-17,Shipping,Shipping,J4,refused Delete"),
        format!("{at},imports-17/r2,,Sent,,\"Alpha, Inc.\""),
        format!("{at},imports-17/c1,BadAddress,Attempt 2 reached,E4,operations"),
        format!("{at},imports-17+1,,,E3,consequence"),
        format!("{at},bays,,7,,capacity"),
    ];
    assert_eq!(text.lines().collect::<Vec<_>>(), expected);
}

#[test]
fn every_line_of_the_job_logs_has_the_fields_of_its_head() {
    let home = logged(LogLevel::Jobs);
    assert!(!home.path().join("events.csv").exists());
    for (name, object) in [("jobs", ""), ("drives", "/d1"), ("packages", "/p1"), ("cases", "/c1")] {
        let lines = read(home.path(), &format!("{name}.csv"));
        assert_eq!(lines.len(), 2, "{name}");
        assert_eq!(lines[1][0], format!("imports-17{object}"));
        assert_eq!(lines[0].len(), lines[1].len(), "{name}");
    }
    let jobs = read(home.path(), "jobs.csv");
    let field = |name: &str| jobs[1][jobs[0].iter().position(|head| head == name).unwrap()].as_str();
    assert_eq!(
        (field("follows_from"), field("carrier"), field("ended_by")),
        ("night-runs-5", "Alpha, Inc.", "J13")
    );
    assert_eq!((field("ordered_date"), field("ordered_us")), ("2026-12-05 00:00:00", "1296000000000"));
    assert_eq!((field("shipped_us"), field("time_carrier_us")), ("", "1296000000000"));
}

#[test]
fn levels_of_logs_are_read() {
    assert_eq!(
        ["none", "jobs", "events"].map(|text| text.parse()),
        [LogLevel::None, LogLevel::Jobs, LogLevel::Events].map(Ok)
    );
    assert!("all".parse::<LogLevel>().unwrap_err().contains("allowed: none, jobs, events"));
}

#[test]
fn without_logs_there_are_only_the_days() {
    let home = logged(LogLevel::None);
    let names = fs::read_dir(home.path()).unwrap().map(|file| file.unwrap().file_name());
    assert_eq!(names.collect::<Vec<_>>(), ["daily.csv"]);
}

#[test]
fn names_are_found_again() {
    let scenario = scenario();
    let names = Names::new(&scenario);
    for job in [id(0, 0), id(1, 41), JobId { generation: 2, ..id(1, 9) }, id(0, u32::MAX - 1)] {
        assert_eq!(names.find(&names.job(job)), Ok(job));
        let part = DriveId { job, number: 9, extra: true };
        assert_eq!(names.find(&names.drive(part)), Ok(job));
    }
    assert_eq!(names.drive(DriveId { job: id(1, 2), number: 9, extra: true }), "night-runs-3/x10");
    assert_eq!(names.job(JobId { generation: 1, ..id(0, 16) }), "imports-17+1");
}

#[test]
fn written_jobs_have_their_own_names() {
    let mut scenario = scenario();
    let fate = Fate { id: id(2, 0), ..Fate::default() };
    let job = |name: &str| WrittenJob {
        name: name.into(),
        fate: fate.clone(),
        answers: vec![],
        drive_answers: vec![],
    };
    scenario.jobs = vec![job("lost-parcel"), job("imports-3")];
    let names = Names::new(&scenario);
    assert_eq!(names.job(id(2, 0)), "lost-parcel");
    assert_eq!(names.find("lost-parcel"), Ok(id(2, 0)));
    assert_eq!(names.find("lost-parcel+1/d2"), Ok(JobId { generation: 1, ..id(2, 0) }));
    assert_eq!(names.find("imports-3"), Ok(id(2, 1)), "what the user wrote comes first");
    assert!(names.find("lost-parcle").unwrap_err().contains("did you mean \"lost-parcel\"?"));
}

#[test]
fn a_name_that_is_none_is_told_what_would_be_one() {
    let scenario = scenario();
    let names = Names::new(&scenario);
    for (name, help) in [
        ("import-17", "did you mean \"imports-17\"?"),
        ("imports-0", "called like imports-1, night-runs-1"),
        ("imports", "called like"),
        ("imports-1+0", "called like"),
        ("", "called like"),
        ("imports-99999999999", "called like"),
        ("-", "called like"),
    ] {
        let told = names.find(name).unwrap_err();
        assert!(told.contains(help), "{name}: {told}");
    }
}

fn results(scenario: &Scenario) -> Results {
    let mut tally = Tally::new(scenario);
    observe(&mut tally);
    for number in 0..3 {
        let (from, until) = (day(number), day(number + 1));
        let count = number as u32 + 1;
        tally.day(&DayRow {
            day: number as u32,
            from,
            until,
            jobs: [count; 10],
            drives_on_site: count,
            ordered: u64::from(count * count),
            ended: u64::from(count),
            site: Default::default(),
        });
    }
    tally.finish(scenario, &end(day(150)))
}

fn recipe(seed: u64) -> Recipe {
    let (scenario, resolved) = ("sample".into(), "name = \"sample\"".into());
    Recipe {
        scenario,
        resolved,
        hash: "0".repeat(64),
        seed,
        replication: 0,
        version: "0",
        command: "run",
        overrides: vec![],
        warnings: vec![],
    }
}

/// A month of the baseline, with all that can be written of it.
#[test]
fn a_run_writes_everything_and_its_numbers_agree() {
    let sets = ["run.warmup=\"5d\"", "run.horizon=\"20d\""].map(String::from);
    let loaded = Scenario::parse(crate::scenario::BASELINE, &sets).unwrap();
    let scenario = &loaded.scenario;
    let home = tempfile::tempdir().unwrap();
    let mut place = Place::open(home.path()).unwrap();
    let logs = Logs::open(&mut place, scenario, LogLevel::Events).unwrap();
    let (end, (tally, logs)) = crate::world::run(scenario, 1, 0, (Tally::new(scenario), logs));
    let results = tally.finish(scenario, &end);
    logs.finish(&mut place).unwrap();
    write_tables(&mut place, scenario, &results).unwrap();
    write_charts(&mut place, scenario, &results, &single(&results.metrics), 1).unwrap();
    write_run(&mut place, &Recipe::new("run", &loaded, 1, 0), &results).unwrap();
    assert_eq!(place.finish().unwrap().len(), 10 + 14);

    let little = results.counts.little;
    assert!(little.holds(), "{little:?}");
    let all = results.counts.all();
    assert!(all.created > 100);
    assert_eq!(all.outcomes.iter().sum::<u64>(), all.created);
    assert_eq!(
        all.parts.iter().map(Histogram::sum).sum::<i128>(),
        all.turnaround.sum(),
        "the parts sum to the whole, to the tick"
    );
    let jobs = read(home.path(), "jobs.csv");
    assert_eq!(jobs.len() as u64 - 1, little.told);
    let names = Names::new(scenario);
    assert!(jobs[1..].iter().all(|row| names.find(&row[0]).map(|job| names.job(job)) == Ok(row[0].clone())));
    let fired: u64 = results.counts.rules.iter().map(|rule| rule.times).sum();
    let events = read(home.path(), "events.csv");
    // What is declined carries the rule that declines it; to decline is what C1 does (C3).
    let acted = |row: &&Vec<String>| row[5] == "C1" || !(row[5].is_empty() || row[6].starts_with("refused "));
    assert_eq!(events[1..].iter().filter(acted).count() as u64, fired);
}

#[test]
fn tables_are_the_same_bytes_twice_and_each_line_is_whole() {
    let mut scenario = scenario();
    scenario.slas = vec![level(Span::days(5), true)];
    scenario.comparisons = vec![published(Span::days(1), Span::days(2))];
    let mut seen = vec![];
    for _ in 0..2 {
        let home = tempfile::tempdir().unwrap();
        let mut place = Place::open(home.path()).unwrap();
        let results = results(&scenario);
        let recipe = recipe(u64::MAX);
        write_tables(&mut place, &scenario, &results).unwrap();
        write_run(&mut place, &recipe, &results).unwrap();
        let names = place.finish().unwrap();
        assert_eq!(names, ["summary.csv", "rules.csv", "stations.csv", "daily.csv", "run.json"]);
        seen.push(names.iter().map(|name| fs::read(home.path().join(name)).unwrap()).collect::<Vec<_>>());
        for name in &names[..4] {
            let lines = read(home.path(), name);
            assert!(lines.len() > 1 && lines.iter().all(|line| line.len() == lines[0].len()), "{name}");
        }
        let days = read(home.path(), "daily.csv");
        assert_eq!(days[3][..6], ["2", "2026-11-22", "172800000000", "259200000000", "5", "1"]);
        let rules = read(home.path(), "rules.csv");
        assert_eq!(rules[1][..4], ["J1", "acts", "1", "90000000000"]);
        assert_eq!(rules.iter().find(|row| row[0] == "J22").unwrap()[1..3], ["holds", ""]);
        let run: serde_json::Value =
            serde_json::from_slice(&fs::read(home.path().join("run.json")).unwrap()).unwrap();
        assert_eq!(run["seed"], u64::MAX.to_string());
        assert_eq!(run["counts"]["jobs_measured"], 1);
    }
    assert_eq!(seen[0], seen[1]);
}

#[test]
fn the_summary_fits_a_screen() {
    let mut scenario = scenario();
    scenario.question = "What does a sample answer? ".repeat(20);
    scenario.slas = vec![level(Span::days(5), true)];
    scenario.comparisons = vec![published(Span::days(1), Span::days(2))];
    let results = results(&scenario);
    let text = summary_text(&scenario, &results, (42, 0), Some(std::time::Duration::from_millis(500)));
    assert!(text.lines().count() <= 45, "{}\n{text}", text.lines().count());
    let widest = text.lines().max_by_key(|line| line.chars().count()).unwrap();
    assert!(widest.chars().count() <= 100, "{widest}");
    for part in [
        "sample, seed 42\n",
        "Rules fired in the whole run: J1:",
        "one replication: no interval",
        "1,000 events in 0.50 s, 2,000 a second",
        "never: J2",
    ] {
        assert!(text.contains(part), "{part}\n{text}");
    }
    let third = summary_text(&scenario, &results, (u64::MAX, 3), None);
    assert!(third.starts_with("sample, seed 18446744073709551615, replication 3\n"), "{third}");
    let recipe = recipe(42);
    let json: serde_json::Value = serde_json::from_str(&summary_json(&recipe, &results, &[])).unwrap();
    assert_eq!(json["metrics"][0]["metric"], "jobs.created");
    assert_eq!(json["metrics"][0]["value"], 1);
}

#[test]
fn charts_are_given_a_value_for_each_day() {
    let scenario = scenario();
    let results = results(&scenario);
    let charts = charts_of(&scenario, &results, &single(&results.metrics), 1);
    assert!(
        charts
            .states
            .working
            .iter()
            .chain(&charts.states.retained)
            .all(|series| series.values == [1.0, 2.0, 3.0])
    );
    assert!(charts.stations.stations.iter().all(|station| station.queue.len() == 3));
    assert_eq!(charts.stations.stations.len(), 4, "this site has no preparation");
    assert_eq!(charts.turnaround.curves[0].share, [1.0]);
    assert_eq!(charts.time_spent.groups[0].days.iter().sum::<f64>(), 15.0);
}

#[test]
#[cfg(target_os = "linux")]
fn a_full_disk_is_told_at_the_end_and_leaves_earlier_results() {
    let scenario = scenario();
    let home = tempfile::tempdir().unwrap();
    fs::write(home.path().join("events.csv"), "old").unwrap();
    let mut place = Place::open(home.path()).unwrap();
    let mut logs = Logs::open(&mut place, &scenario, LogLevel::Events).unwrap();
    logs.fill_the_disk();
    for _ in 0..5000 {
        observe(&mut logs);
    }
    let error = logs.finish(&mut place).unwrap_err();
    assert_eq!(error.exit_code(), 3);
    assert!(
        error.to_string().contains("cannot write") && error.to_string().contains("events.csv"),
        "{error}"
    );
    drop(place);
    assert_eq!(fs::read_to_string(home.path().join("events.csv")).unwrap(), "old");
}
