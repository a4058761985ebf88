//! Runs several replications of one scenario in parallel, each with its own random numbers. The results are the same on
//! any number of threads.

use crate::engine::time::Instant;
use crate::measure::{By, Counts, Tally};
use crate::policy::{Disposition, DriveState, JobSignal, JobState, Rule};
use crate::scenario::Scenario;
use crate::world::{Cause, Fact, JobId, JobView, Observer, World};
use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

/// What to record in a run besides its counts.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    /// Jobs whose lives are recorded.
    pub jobs: BTreeSet<JobId>,
    /// Instants at which the answer of Get Job about a job is recorded.
    pub views: BTreeSet<(Instant, JobId)>,
    /// The breakdowns to keep.
    pub groups: BTreeSet<By>,
}

/// One replication.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Replication {
    /// Its counts.
    pub counts: Counts,
    /// The lives of the wanted jobs; a job that never existed has no entry.
    pub lives: BTreeMap<JobId, Life>,
    /// The wanted answers of Get Job; `None`: no record at that instant.
    pub views: BTreeMap<(Instant, JobId), Option<JobView>>,
    /// Instant at which the run stopped.
    pub stopped: Instant,
}

/// What happened to a job.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Life {
    /// Its changes of state, and the rules that kept its state.
    pub steps: Vec<Step>,
    /// All rules that fired for the job, its drives and its cases.
    pub rules: Vec<(Instant, Rule)>,
    /// Requests that were refused.
    pub refused: Vec<(Instant, JobSignal, JobState)>,
    /// Requests of the customer that were accepted, by the accepting rule.
    pub accepted: Vec<(Instant, Rule)>,
    /// Changes of its listed drives: (drive from 0, instant, new state, rule).
    pub drive_steps: Vec<(u8, Instant, DriveState, Rule)>,
    /// The last known state and place of each drive.
    pub drives: BTreeMap<u8, (DriveState, Disposition)>,
}

/// A rule acted on a job's state.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// Instant.
    pub at: Instant,
    /// State before.
    pub from: JobState,
    /// State after.
    pub to: JobState,
    /// The rule.
    pub rule: Rule,
}

/// Fewest replications before a run may stop because something seems decided (Law, ch. 9.4).
pub const FLOOR: u64 = 20;

/// The next number of replications at which verdicts are examined; at most `most`.
pub(super) fn next_goal(goal: u64, most: u64) -> u64 {
    (goal + goal / 2).max(FLOOR).min(most)
}

/// Runs the replications `numbers` of a scenario.
pub fn replicate(scenario: &Scenario, seed: u64, numbers: Range<u64>, wanted: &Wanted) -> Vec<Replication> {
    let one = |number| replication(scenario, seed, number, wanted);
    // Collected in the order of their numbers, whichever finishes first.
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

/// Get Job is asked in a separate world, because the run may have to go on after the measured jobs are done.
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
