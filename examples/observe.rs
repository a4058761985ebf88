//! Observes a run: counts how often each rule changed the state of a job.
//!
//! `cargo run --example observe`

use shipback::engine::time::Instant;
use shipback::scenario::Scenario;
use shipback::world::{self, Fact, Observer};
use std::collections::BTreeMap;
use std::path::Path;

/// Sees each fact in the order in which it happens. Observing changes nothing.
#[derive(Default)]
struct Rules(BTreeMap<&'static str, u64>);

impl Observer for Rules {
    fn fact(&mut self, _at: Instant, fact: &Fact) {
        if let Fact::Job { rule, .. } = fact {
            *self.0.entry(rule.name()).or_default() += 1;
        }
    }
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let scenario = Scenario::load(Some(Path::new("scenarios/tiny.toml")), &[])?.scenario;
    let (_, rules) = world::run(&scenario, scenario.run.seed, 0, Rules::default());
    for (rule, times) in &rules.0 {
        println!("{rule}: {times}");
    }
    Ok(())
}
