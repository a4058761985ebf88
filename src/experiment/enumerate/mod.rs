//! Enumerates every short life of a job within bounds, and compares each with the reference and with invariants.
//!
//! Hand-made cases share the mistakes of their author; enumeration does not. A life has one job with up to two drives
//! in up to two packages, or two jobs where a drive of the first travels in the package of the second. A stimulus is an
//! arrival, an update, set to Shipping, delete, cancel, an attempt that reaches the customer, a response or a fault.
//! Each stimulus is placed one tick before, at, and after each instant at which something happens in the life without
//! it, in every order that time allows, up to a depth. Thousands of lives share one run of the world, in which every
//! station has enough servers.

mod bases;
mod compare;
mod grow;
mod life;
mod watch;

use crate::experiment::ask::numbers;
use crate::experiment::reference::{JobLife, Numbers, Site, Time, expected_lives};
use crate::experiment::script::{self, DAY};
use crate::policy::{Policy, Timings};
use crate::scenario::{RunPlan, Scenario, WrittenJob};
use crate::world::{JobId, run};
pub use bases::{Reach, bases};
use compare::difference;
pub use grow::Bounds;
use grow::grow;
use life::{Base, Life};
use rayon::prelude::*;
use std::collections::BTreeMap;
use watch::Watch;

/// Number of lives that share one run.
const BATCH: usize = 1000;

/// A run without an end of its own ends here; by then nothing changes any more.
const HORIZON: Time = 600 * DAY;

/// A kind of failure: lives in which the world differs from the reference.
#[derive(Clone, Debug)]
pub struct Failure {
    /// The first difference, in words without instants; or the invariant that is broken.
    pub kind: String,
    /// Number of lives that fail in this way.
    pub lives: u64,
    /// The smallest of these lives, as a scenario that `shipback check` reads.
    pub scenario: String,
}

/// The result of an enumeration.
#[derive(Clone, Debug, Default)]
pub struct Enumerated {
    /// Number of lives that were compared.
    pub lives: u64,
    /// The kinds of failures, sorted by their text.
    pub failures: Vec<Failure>,
}

/// Failing lives by kind: their number, and the smallest.
type Found = BTreeMap<String, (u64, Life)>;

/// The timings of the world, and the timings that the reference expects.
struct Policies {
    world: Timings,
    expected: Numbers,
}

/// Runs the lives that start from one base.
struct LifeRunner<'p> {
    expected: &'p Numbers,
    site: Site,
    scenario: Scenario,
    stop: i64,
}

impl<'p> LifeRunner<'p> {
    fn new(policies: &'p Policies, base: &Base) -> LifeRunner<'p> {
        let setting = base.setting;
        let mut scenario =
            Scenario::parse_as("life.toml", &format!("{}[[job]]\n", setting.toml(HORIZON)), &[])
                .unwrap_or_else(|wrong| panic!("enumeration: the site of a life is wrong: {wrong}"))
                .scenario;
        scenario.policy = Policy::new(policies.world);
        let stop = setting.stop.unwrap_or((scenario.run.horizon + RunPlan::DRAIN).micros());
        LifeRunner { expected: &policies.expected, site: setting.site(), scenario, stop }
    }

    /// The timeline that the reference expects for a life.
    fn expect(&self, life: &Life) -> Vec<JobLife> {
        expected_lives(self.expected, &self.site, &life.written(0), self.stop)
    }

    /// Runs lives in one world. Returns for each its first difference or broken invariant, if any.
    fn compare(&mut self, lives: &[(Life, Vec<JobLife>)]) -> Vec<Option<String>> {
        self.scenario.jobs.clear();
        for (life, _) in lives {
            let first = self.scenario.jobs.len() as u32;
            self.scenario.jobs.extend(life.written(first));
        }
        let watch = Watch::new(self.expected.contact, self.stop);
        let (_, mut watch) = run(&self.scenario, 1, 0, watch);
        let mut by_job: BTreeMap<u32, Vec<(JobId, JobLife)>> = BTreeMap::new();
        for (id, told) in std::mem::take(&mut watch.lives) {
            by_job.entry(id.ordinal).or_default().push((id, told));
        }
        let mut first = 0;
        let mut verdicts = vec![];
        for (life, expected) in lives {
            let ordinals = first..first + life.jobs() as u32;
            first = ordinals.end;
            let mut seen: Vec<(JobId, JobLife)> =
                ordinals.clone().flat_map(|ordinal| by_job.remove(&ordinal).unwrap_or_default()).collect();
            seen.sort_by_key(|(id, told)| {
                let began = told.job.first().map_or(0, |step| step.0);
                (id.generation > 0, if id.generation > 0 { began } else { 0 }, id.ordinal)
            });
            let observed: Vec<JobLife> = seen.into_iter().map(|(_, told)| told).collect();
            let broken = ordinals.clone().find_map(|ordinal| watch.broken.get(&ordinal));
            verdicts.push(match (difference(expected, &observed), broken) {
                (Some(difference), _) => Some(difference.kind()),
                (None, Some(broken)) => Some(format!("invariant: {broken}")),
                (None, None) => None,
            });
        }
        verdicts
    }

    fn fails(&mut self, life: &Life) -> Option<String> {
        let expected = self.expect(life);
        self.compare(&[(life.clone(), expected)]).remove(0)
    }
}

/// Enumerates the lives that grow from `bases` within their bounds. A world under the policy `world` is compared with
/// the reference under the timings `expected`.
pub fn enumerate(world: &Timings, expected: &Timings, bases: &[Reach]) -> Enumerated {
    let policies = &Policies { world: *world, expected: numbers(expected) };
    let starts: Vec<(Life, Bounds)> = bases.iter().flat_map(|reach| starts(policies, reach)).collect();
    let explored: Vec<(u64, Found)> = starts
        .into_par_iter()
        .map(|(life, bounds)| {
            let runner = LifeRunner::new(policies, &life.base);
            let mut search = Search { runner, batch: vec![], lives: 0, found: Found::new() };
            search.explore(life, bounds);
            search.flush();
            (search.lives, search.found)
        })
        .collect();
    let mut lives = 0;
    let mut found = Found::new();
    for (count, kinds) in explored {
        lives += count;
        for (kind, (count, life)) in kinds {
            keep(&mut found, kind, count, life);
        }
    }
    let failure = |(kind, (lives, life)): (String, (u64, Life))| {
        let life = shrink(policies, life, &kind);
        let told = LifeRunner::new(policies, &life.base).expect(&life);
        let mut jobs: Vec<WrittenJob> = life.written(0);
        for (job, name) in jobs.iter_mut().zip(["a", "n"]) {
            job.name = name.into();
        }
        let question = format!("question = \"{}\"\n\n", kind.replace(['"', '\\'], "'"));
        let scenario = question + &life.base.setting.toml(HORIZON) + &script::toml(&jobs, &told);
        Failure { kind, lives, scenario }
    };
    Enumerated { lives, failures: found.into_par_iter().map(failure).collect() }
}

/// The life of a base alone, and each life that is longer by one stimulus: the parts of the search that may run in
/// parallel.
fn starts(policies: &Policies, reach: &Reach) -> Vec<(Life, Bounds)> {
    let life = Life { base: reach.base, stimuli: reach.given.clone() };
    let told = LifeRunner::new(policies, &life.base).expect(&life);
    let alone = (life.clone(), Bounds { depth: 0, ..reach.bounds });
    let shorter = Bounds { depth: reach.bounds.depth.saturating_sub(1), ..reach.bounds };
    let grown = if reach.bounds.depth > 0 { grow(&life, &told, reach.bounds) } else { vec![] };
    grown.into_iter().map(|life| (life, shorter)).chain([alone]).collect()
}

/// One part of the search.
struct Search<'p> {
    runner: LifeRunner<'p>,
    batch: Vec<(Life, Vec<JobLife>)>,
    lives: u64,
    found: Found,
}

impl Search<'_> {
    fn explore(&mut self, life: Life, bounds: Bounds) {
        let told = self.runner.expect(&life);
        if bounds.depth > 0 {
            let shorter = Bounds { depth: bounds.depth - 1, ..bounds };
            for longer in grow(&life, &told, bounds) {
                self.explore(longer, shorter);
            }
        }
        self.batch.push((life, told));
        if self.batch.len() >= BATCH {
            self.flush();
        }
    }

    fn flush(&mut self) {
        let batch = std::mem::take(&mut self.batch);
        self.lives += batch.len() as u64;
        let verdicts = self.runner.compare(&batch);
        for ((life, _), verdict) in batch.into_iter().zip(verdicts) {
            if let Some(kind) = verdict {
                keep(&mut self.found, kind, 1, life);
            }
        }
    }
}

/// The smallest life that fails in the same way: removes stimuli, and drives or packages of the base, while the failure
/// stays.
fn shrink(policies: &Policies, life: Life, kind: &str) -> Life {
    let fails = |life: &Life| LifeRunner::new(policies, &life.base).fails(life).as_deref() == Some(kind);
    let mut life = life;
    loop {
        let shorter = (0..life.stimuli.len()).map(|place| {
            let mut life = life.clone();
            life.stimuli.remove(place);
            life
        });
        let simpler = life.base.simpler().into_iter().map(|base| Life { base, ..life.clone() });
        match shorter.chain(simpler).find(fails) {
            Some(smaller) => life = smaller,
            None => return life,
        }
    }
}

fn keep(found: &mut Found, kind: String, count: u64, life: Life) {
    let entry = found.entry(kind).or_insert_with(|| (0, life.clone()));
    entry.0 += count;
    let size = |life: &Life| (life.stimuli.len(), life.base);
    if size(&life) < size(&entry.1) {
        entry.1 = life;
    }
}
