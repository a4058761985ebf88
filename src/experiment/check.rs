//! Judges all expectations of one scenario.

use super::bounds::{self, Resolved};
use super::exact;
use super::months::months_of;
use super::numbers::Numbers;
use super::replicate::{FLOOR, Replication, Wanted, next_goal, replicate};
use super::verdict::{Judgement, OnUndecided, Verdict};
use crate::error::{Error, Mistakes};
use crate::measure::{Metric, vocabulary};
use crate::policy::Rule;
use crate::scenario::{Expectation, Expected, Loaded, Scenario};
use std::borrow::Cow;
use std::ops::Range;

/// How a scenario is to be judged.
#[derive(Clone, Copy, Debug)]
pub struct Plan {
    /// What to do with an expectation that is still undecided.
    pub on_undecided: OnUndecided,
    /// Most replications, where more are allowed.
    pub most: u64,
}

impl Plan {
    /// Returns the scenario if it asks for no more replications than the cap.
    ///
    /// # Errors
    /// The scenario asks for more replications than the cap.
    pub fn fits(&self, loaded: Loaded) -> Result<Loaded, Error> {
        let (asked, most) = (u64::from(loaded.scenario.run.replications), self.most);
        if self.on_undecided == OnUndecided::More && asked > most {
            return Err(Error::Usage(format!(
                "{asked} replications are asked for, and --on-undecided more runs {most} at most: write --most {asked}, or \
                 more"
            )));
        }
        Ok(loaded)
    }
}

/// The judged expectations of a scenario.
#[derive(Clone, Debug)]
pub struct Checked {
    /// One judgement for each expectation, in the order of the file.
    pub judgements: Vec<Judgement>,
    /// Number of replications.
    pub replications: u64,
    /// How often each rule fired in all replications, by [`Rule`].
    pub fired: [u64; Rule::ALL.len()],
}

/// Returns the replications with these numbers: by running them, or from a store.
pub type Runs<'r> = dyn Fn(&Loaded, Range<u64>, &Wanted) -> Result<Vec<Replication>, Error> + 'r;

/// Runs the replications.
///
/// # Errors
/// Never.
pub fn anew(loaded: &Loaded, numbers: Range<u64>, wanted: &Wanted) -> Result<Vec<Replication>, Error> {
    Ok(replicate(&loaded.scenario, loaded.scenario.run.seed, numbers, wanted))
}

/// What each run must record, so that the expectations can be judged.
///
/// # Errors
/// Unknown metrics, and bounds in a unit that is not the metric's.
pub fn followed(scenario: &Scenario) -> Result<Wanted, Mistakes> {
    Ok(wanted(scenario, &resolve_all(scenario, &vocabulary(scenario))?))
}

/// Runs a scenario as many times as its plan needs, and judges its expectations.
///
/// # Errors
/// Unknown metrics, and bounds in a unit that is not the metric's.
pub fn check(scenario: &Scenario, plan: Plan) -> Result<Checked, Mistakes> {
    let run = |numbers: Range<u64>, wanted: &Wanted| {
        Ok::<_, Mistakes>(replicate(scenario, scenario.run.seed, numbers, wanted))
    };
    check_by(scenario, plan, run)
}

/// [`check`] with replications that `run` returns.
///
/// # Errors
/// As [`check`], and those of `run`.
pub fn check_by<E: From<Mistakes>>(
    scenario: &Scenario,
    plan: Plan,
    run: impl Fn(Range<u64>, &Wanted) -> Result<Vec<Replication>, E>,
) -> Result<Checked, E> {
    let known = vocabulary(scenario);
    let resolved = resolve_all(scenario, &known)?;
    let wanted = wanted(scenario, &resolved);
    let about_numbers = resolved.iter().any(Option::is_some);
    let sequential = about_numbers && plan.on_undecided == OnUndecided::More;
    let mut goal = u64::from(scenario.run.replications);
    if sequential {
        goal = goal.max(FLOOR).min(plan.most.max(1));
    }
    let mut runs: Vec<Replication> = vec![];
    loop {
        runs.extend(run(runs.len() as u64..goal, &wanted)?);
        let numbers =
            about_numbers.then(|| Numbers::new(scenario, runs.len(), |run| Cow::Borrowed(&runs[run].counts)));
        let judgements = judge_all(scenario, &resolved, &runs, numbers.as_ref(), sequential);
        let helps = |(judgement, metric): (&Judgement, &Option<Resolved>)| {
            let for_good = metric.as_ref().zip(judgement.estimate.as_ref());
            judgement.verdict == Verdict::Undecided
                && !for_good.is_some_and(|(metric, found)| metric.stays_open(found))
        };
        let open = judgements.iter().zip(&resolved).any(helps);
        // The schedule depends on the results only: not on threads, not on time.
        let next = next_goal(goal, plan.most);
        if !(open && sequential && next > goal) {
            return Ok(Checked { judgements, replications: goal, fired: fired(&runs) });
        }
        goal = next;
    }
}

fn resolve_all(scenario: &Scenario, known: &[Metric]) -> Result<Vec<Option<Resolved>>, Mistakes> {
    let months = months_of(scenario);
    let mut mistakes = vec![];
    let mut resolve = |one: &Expectation| match &one.what {
        Expected::Metric(bounds) => {
            bounds::resolve_expected(bounds, known, &months).map_err(|wrong| mistakes.extend(wrong)).ok()
        }
        _ => None,
    };
    let resolved = scenario.expectations.iter().map(&mut resolve).collect();
    if mistakes.is_empty() { Ok(resolved) } else { Err(Mistakes(mistakes)) }
}

fn wanted(scenario: &Scenario, resolved: &[Option<Resolved>]) -> Wanted {
    let mut wanted = Wanted::default();
    wanted.groups.extend(resolved.iter().flatten().filter_map(|metric| metric.group(scenario)));
    for expectation in &scenario.expectations {
        if let Some(job) = expectation.what.job() {
            // A job that follows from another can only exist if that other job exists.
            wanted.jobs.extend([job.id, job.before()]);
        }
        if let Expected::Shown(shown) = &expectation.what {
            wanted.views.extend(shown.at.map(|at| (at, shown.job.id)));
        }
    }
    wanted
}

fn judge_all(
    scenario: &Scenario,
    resolved: &[Option<Resolved>],
    runs: &[Replication],
    numbers: Option<&Numbers>,
    sequential: bool,
) -> Vec<Judgement> {
    let judge = |(expectation, resolved): (&Expectation, &Option<Resolved>)| match (resolved, numbers) {
        (Some(metric), Some(numbers)) => metric.judge(numbers, sequential, !scenario.demand.is_empty()),
        _ => in_every_run(&expectation.what, runs),
    };
    scenario.expectations.iter().zip(resolved).map(judge).collect()
}

/// An exact expectation must hold in every run; the worst run is reported.
fn in_every_run(expected: &Expected, runs: &[Replication]) -> Judgement {
    let judged = runs.iter().filter_map(|run| exact::judge(expected, run)).enumerate();
    let (number, mut worst) =
        judged.min_by_key(|(number, one)| (one.verdict, *number)).expect("check: there is at least one run");
    worst.replication = number as u64;
    if runs.len() > 1 && worst.verdict != Verdict::Met {
        worst.notes.push(format!("in replication {number} of 0 to {}", runs.len() - 1));
    }
    worst
}

fn fired(runs: &[Replication]) -> [u64; Rule::ALL.len()] {
    let mut fired = [0; Rule::ALL.len()];
    for run in runs {
        fired.iter_mut().zip(&run.counts.rules).for_each(|(sum, rule)| *sum += rule.times);
    }
    fired
}
