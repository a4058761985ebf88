//! Which random inputs two runs share. This decides whether replications can be paired and jobs compared one by one.

use crate::engine::time::Instant;
use crate::fate::{Fate, Fates};
use crate::scenario::Scenario;

/// What two runs have in common in each replication, from the least to the most.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Shared {
    /// Nothing: the seeds differ, and the runs are independent.
    Nothing,
    /// The random numbers, but the jobs drawn from them differ. Replications are paired; jobs cannot be compared.
    Numbers,
    /// The jobs and their instants of creation; other inputs of the jobs differ.
    Jobs,
    /// All random inputs of all jobs.
    Inputs,
}

impl Shared {
    /// What `other` shares with `base`, judged by all jobs of the first replication of each.
    pub fn between(base: &Scenario, other: &Scenario) -> Shared {
        if base.run.seed != other.run.seed {
            return Shared::Nothing;
        }
        let of = |scenario: &Scenario, jobs: bool| digest(scenario, scenario.run.seed, 1, jobs);
        match () {
            () if of(base, false) == of(other, false) => Shared::Inputs,
            () if of(base, true) == of(other, true) => Shared::Jobs,
            () => Shared::Numbers,
        }
    }

    /// Whether differences are taken replication by replication.
    pub fn is_paired(self) -> bool {
        self > Shared::Nothing
    }

    /// Whether the jobs are the same and can be compared one by one.
    pub fn has_same_jobs(self) -> bool {
        self >= Shared::Jobs
    }

    /// In words.
    pub const fn words(self) -> &'static str {
        match self {
            Shared::Nothing => "another seed: other jobs",
            Shared::Numbers => "the same random numbers, but other jobs",
            Shared::Jobs => "the same jobs; some of their random inputs differ",
            Shared::Inputs => "the same random inputs",
        }
    }
}

/// A hash of the random inputs of all jobs created before the horizon, in the first `replications` replications.
pub fn inputs_digest(scenario: &Scenario, seed: u64, replications: u64) -> String {
    digest(scenario, seed, replications, false)
}

/// With `only_orders`, the hash covers only which source creates a job when.
fn digest(scenario: &Scenario, seed: u64, replications: u64, only_orders: bool) -> String {
    let mut hasher = blake3::Hasher::new();
    let horizon = Instant::START + scenario.run.horizon;
    let mut add = |source: usize, fate: &Fate| {
        match only_orders {
            true => hasher.update(format!("{source} {:?}\n", fate.ordered).as_bytes()),
            false => hasher.update(format!("{fate:?}\n").as_bytes()),
        };
    };
    for replication in 0..replications {
        let mut fates = Fates::new(scenario, seed, replication);
        let mut fate = Fate::default();
        for source in 0..scenario.demand.len() {
            while fates.next(source, &mut fate) && fate.ordered < horizon {
                add(source, &fate);
            }
        }
        for number in 0..scenario.jobs.len() {
            fates.written(number, &mut fate);
            add(usize::MAX, &fate);
        }
    }
    hasher.finalize().to_hex().to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(sets: &[&str]) -> Scenario {
        let sets: Vec<String> = sets.iter().map(|set| (*set).into()).collect();
        Scenario::parse(include_str!("../../scenarios/tiny.toml"), &sets).expect("tiny").scenario
    }

    #[test]
    fn what_is_shared_is_what_the_jobs_say() {
        let base = with(&[]);
        let shared = |sets: &[&str]| Shared::between(&base, &with(sets));
        assert_eq!(shared(&["site.dock.servers=9"]), Shared::Inputs);
        assert_eq!(shared(&["policy.shipping_deadline=5d"]), Shared::Inputs);
        assert_eq!(shared(&["demand.imports.rate=9/day"]), Shared::Numbers);
        assert_eq!(shared(&["run.seed=77"]), Shared::Nothing);
        assert_eq!(shared(&["customer.packs=2d"]), Shared::Jobs);
    }
}
