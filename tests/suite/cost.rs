//! What scripted jobs cost, against sums on paper.

use shipback::measure::{Results, Tally};
use shipback::scenario::Scenario;
use shipback::world::run;

/// A week from a Monday. The package of two drives comes on Tuesday at midnight, and is opened at 8:00.
const WEEK: &str = r#"
    [run]
    start = "2026-01-05"
    horizon = "7d"
    [site.dock]
    servers = 2
    hours = "Mon-Fri 08:00-10:00"
    per_package = "90min"
    per_drive = "60min"
    [site.bays]
    servers = 3
    [site.packing]
    servers = 1
    [site.operations]
    servers = 1
    hours = "Mon-Fri 09:00-17:00"
    [[disruption]]
    from = "2d"
    until = "3d"
    station = "bays"
    servers = 1
    [[sla]]
    from = "ordered"
    to = "ended"
    within = "1d"
    [[sla]]
    from = "ordered"
    to = "received"
    within = "2d"
    [cost]
    currency = "USD"
    worker_hour = 30
    operator_hour = 40
    bay_hour = 0.5
    drive = 3
    package = 12
    breach = 100
    destroyed_drive = 500
    [[job]]
    name = "a"
    at = "0d"
    drives = 2
    packs = "0s"
    transit = "1d"
"#;

fn results(text: &str, sets: &[&str]) -> Results {
    let sets: Vec<String> = sets.iter().map(|set| (*set).to_string()).collect();
    let scenario = Scenario::parse(text, &sets).unwrap_or_else(|why| panic!("{why}")).scenario;
    let (end, tally) = run(&scenario, 1, 0, Tally::new(&scenario));
    tally.finish(&scenario, &end)
}

fn value(results: &Results, metric: &str, by: &str) -> f64 {
    results.metric(metric, by).unwrap_or_else(|| panic!("no {metric} {by}")).value.real()
}

fn refused(text: &str, sets: &[&str]) -> String {
    let sets: Vec<String> = sets.iter().map(|set| (*set).to_string()).collect();
    Scenario::parse(text, &sets).map(|_| ()).expect_err("it should be refused").to_string()
}

#[test]
fn a_week_costs_what_it_costs_on_paper() {
    let week = results(WEEK, &[]);
    for (metric, expected) in [
        // Two workers for two hours on five days; opened at 9:30, each drive takes one of them until 10:30.
        ("cost.dock.hours", 20.0 + 1.0),
        ("cost.dock.overtime", 1.0),
        ("cost.dock", 21.0 * 30.0),
        // Three bays all week, but for a day with one.
        ("cost.bays.hours", 3.0 * 168.0 - 2.0 * 24.0),
        ("cost.bays", 456.0 * 0.5),
        ("cost.packing", 168.0 * 30.0),
        ("cost.operations", 40.0 * 40.0),
        ("cost.drives", 2.0 * 3.0),
        ("cost.packages", 12.0),
        // Ended in a day: missed. Received in two: kept.
        ("cost.breaches", 100.0),
        ("cost.destroyed", 0.0),
        ("cost.total", 630.0 + 228.0 + 5040.0 + 1600.0 + 6.0 + 12.0 + 100.0),
        ("cost.per_job", 7616.0),
    ] {
        assert_eq!(value(&week, metric, ""), expected, "{metric}");
    }
    assert_eq!(value(&week, "cost.breaches", "sla=ended"), 100.0);
    assert_eq!(value(&week, "cost.breaches", "sla=received"), 0.0);
}

#[test]
fn whoever_stops_at_the_close_works_no_overtime_and_each_promise_has_its_price() {
    let week = results(WEEK, &["site.dock.at_close=suspend", "cost.breach={ received = 7 }"]);
    assert_eq!(value(&week, "cost.dock.hours", ""), 20.0);
    assert_eq!(value(&week, "cost.dock.overtime", ""), 0.0);
    // Receiving goes on on Wednesday until 8:30: two days and more.
    assert_eq!(value(&week, "cost.breaches", ""), 7.0);
}

#[test]
fn only_the_measured_window_is_paid() {
    let week = results(WEEK, &["run.warmup=3d"]);
    assert_eq!(value(&week, "cost.bays.hours", ""), 4.0 * 3.0 * 24.0);
    assert_eq!(value(&week, "cost.dock.hours", ""), 2.0 * 2.0 * 2.0);
    assert_eq!(value(&week, "cost.drives", ""), 0.0, "the job came before");
}

#[test]
fn without_prices_nothing_is_told_and_wrong_ones_are() {
    let free = WEEK.split("    [cost]").next().unwrap().to_string() + "[[job]]\nname = \"a\"\nat = \"0d\"\n";
    assert!(results(&free, &[]).metrics.iter().all(|row| !row.metric.starts_with("cost.")));
    let told = refused(WEEK, &["cost.worker_hours=3"]);
    assert!(told.contains("did you mean \"worker_hour\"?"), "{told}");
    let told = refused(WEEK, &["cost.breach={ recieved = 7 }"]);
    assert!(
        told.contains("there is no SLA \"recieved\"") && told.contains("did you mean \"received\"?"),
        "{told}"
    );
    let told = refused("[demand.a]\nrate = \"1/day\"\n[cost]\nworker_hour = 30\n", &[]);
    assert!(told.contains("[site.dock] has no servers"), "{told}");
}
