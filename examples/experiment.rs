//! An experiment: ten replications, and the 95 % confidence interval of the mean turnaround.
//!
//! `cargo run --example experiment`

use shipback::experiment::{Finished, Study};
use shipback::scenario::Scenario;
use std::path::Path;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let scenario = Scenario::load(Some(Path::new("scenarios/tiny.toml")), &[])?.scenario;
    let seed = scenario.run.seed;
    // Replications are independent of each other: run them in any order, on any thread or machine.
    let runs: Vec<Finished> = (0..10).map(|number| Finished::run(&scenario, seed, number)).collect();
    let study = Study::new(&scenario, &runs, &[]);
    let row = study.estimates.iter().find(|row| row.metric == "turnaround.mean" && row.by.is_empty());
    let row = row.expect("each study has this metric");
    let (low, high) = row.estimate.interval.expect("ten replications have an interval");
    println!("turnaround.mean: {:.2} {} ({low:.2} to {high:.2})", row.value.real(), row.unit);
    Ok(())
}
