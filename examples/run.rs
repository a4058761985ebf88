//! Runs a scenario, with one setting changed, and prints two of its numbers.
//!
//! `cargo run --example run`

use shipback::measure::Tally;
use shipback::scenario::Scenario;
use shipback::world;
use std::path::Path;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let sets = ["site.bays.servers=3".to_owned()];
    let scenario = Scenario::load(Some(Path::new("scenarios/tiny.toml")), &sets)?.scenario;
    let (seed, replication) = (scenario.run.seed, 0);
    let (end, tally) = world::run(&scenario, seed, replication, Tally::new(&scenario));
    let results = tally.finish(&scenario, &end);
    for name in ["jobs.completed", "turnaround.mean"] {
        let metric = results.metrics.iter().find(|metric| metric.metric == name && metric.by.is_empty());
        let metric = metric.expect("each run has these metrics");
        println!("{name}: {} {}", metric.value, metric.unit);
    }
    Ok(())
}
