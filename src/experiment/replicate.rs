//! Several runs of one scenario, each with its own chance, on as many threads as there are: the same results on any
//! number of them.

use crate::engine::time::Instant;
use crate::measure::{By, Counts, Tally};
use crate::policy::{Disposition, DriveState, JobSignal, JobState, Rule};
use crate::scenario::Scenario;
use crate::world::{Cause, Fact, JobId, JobView, Observer, World};
use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

/// What is to be seen in a run beside its counts.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    /// Jobs whose lives are followed.
    pub jobs: BTreeSet<JobId>,
    /// What Get Job answers about a job at an instant.
    pub views: BTreeSet<(Instant, JobId)>,
    /// The breakdowns that are needed; the others are not kept.
    pub groups: BTreeSet<By>,
}

/// One run.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Replication {
    /// What it counted.
    pub counts: Counts,
    /// The lives of the wanted jobs; of one that never was, nothing.
    pub lives: BTreeMap<JobId, Life>,
    /// The wanted views; `None`: there was no record.
    pub views: BTreeMap<(Instant, JobId), Option<JobView>>,
    /// Where the clock stopped.
    pub stopped: Instant,
}

/// What happened to a job.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Life {
    /// Its changes of state, and the rules that kept it.
    pub steps: Vec<Step>,
    /// All rules that fired for it, its drives and its cases.
    pub rules: Vec<(Instant, Rule)>,
    /// Acts that were declined.
    pub refused: Vec<(Instant, JobSignal, JobState)>,
    /// Acts of the customer that were accepted, by the rules that did.
    pub accepted: Vec<(Instant, Rule)>,
    /// The changes of its listed drives: which (from 0), when, to which state, by which rule.
    pub drive_steps: Vec<(u8, Instant, DriveState, Rule)>,
    /// The last that was known of each drive.
    pub drives: BTreeMap<u8, (DriveState, Disposition)>,
}

/// A rule acted on a job's state.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// When.
    pub at: Instant,
    /// From this state,
    pub from: JobState,
    /// to this one.
    pub to: JobState,
    /// By this rule.
    pub rule: Rule,
}

/// Replications below which nobody stops because something seems decided (Law, ch. 9.4).
pub const FLOOR: u64 = 20;

/// The next number of replications at which is looked whether something is decided; at most `most`.
pub(super) fn next_goal(goal: u64, most: u64) -> u64 {
    (goal + goal / 2).max(FLOOR).min(most)
}

/// Runs the replications `numbers` of a scenario.
pub fn replicate(scenario: &Scenario, seed: u64, numbers: Range<u64>, wanted: &Wanted) -> Vec<Replication> {
    let one = |number| replication(scenario, seed, number, wanted);
    // Collected in the order of their numbers, whoever is done first.
    numbers.collect::<Vec<_>>().into_par_iter().map(one).collect()
}

/// Runs replication number `number` of a scenario.
pub fn replication(scenario: &Scenario, seed: u64, number: u64, wanted: &Wanted) -> Replication {
    let follower = Follower { wanted: &wanted.jobs, lives: BTreeMap::new() };
    let (end, (tally, follower)) =
        crate::world::run(scenario, seed, number, (Tally::new(scenario), follower));
    let (mut counts, _) = tally.close(&end);
    counts.groups.retain(|by, _| *by == By::All || wanted.groups.contains(by));
    Replication {
        counts,
        lives: follower.lives,
        views: views(scenario, seed, number, wanted),
        stopped: end.stopped,
    }
}

/// A world of its own is asked: it may have to go on after everything measured has come to rest.
fn views(
    scenario: &Scenario,
    seed: u64,
    number: u64,
    wanted: &Wanted,
) -> BTreeMap<(Instant, JobId), Option<JobView>> {
    if wanted.views.is_empty() {
        return BTreeMap::new();
    }
    let mut world = World::new(scenario, seed, number, ());
    let view = |&(at, job): &(Instant, JobId)| {
        world.advance(at);
        ((at, job), world.view(job))
    };
    wanted.views.iter().map(view).collect()
}

struct Follower<'w> {
    wanted: &'w BTreeSet<JobId>,
    lives: BTreeMap<JobId, Life>,
}

impl Observer for Follower<'_> {
    fn fact(&mut self, at: Instant, fact: &Fact) {
        let Some(job) = fact.job().filter(|job| self.wanted.contains(job)) else { return };
        let life = self.lives.entry(job).or_default();
        life.rules.extend(fact.acted().map(|rule| (at, rule)));
        match *fact {
            Fact::Job { from, to, rule, cause, .. } => {
                life.steps.push(Step { at, from, to, rule });
                life.accepted.extend((cause == Cause::Customer).then_some((at, rule)));
            }
            Fact::Refused { act, state, .. } => life.refused.push((at, act, state)),
            Fact::Drive { drive, to, rule, .. } if !drive.extra => {
                life.drive_steps.push((drive.number, at, to, rule));
                life.drives.entry(drive.number).or_insert((to, Disposition::AtCustomer)).0 = to;
            }
            Fact::Disposed { drive, to, .. } if !drive.extra => {
                life.drives.entry(drive.number).or_insert((DriveState::Absent, to)).1 = to;
            }
            _ => {}
        }
    }
}
