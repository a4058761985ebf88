//! Grows a life by each stimulus, at each instant of the life so far.

use super::life::{Base, Life, Second, Stimulus, StimulusKind};
use crate::experiment::reference::{JobLife, Time};
use crate::experiment::script::DAY;
use crate::policy::{CaseKind, JobState};

/// Bounds of the enumeration.
#[derive(Clone, Copy, Debug)]
pub struct Bounds {
    /// Number of stimuli in a life, besides those of its base.
    pub depth: usize,
    /// Whether instants between those of the life are used too, besides one tick before, at and after each.
    pub between: bool,
}

/// The instants at which a stimulus may come: one tick before, at and one tick after each event of the life so far,
/// from its last stimulus on; if wanted, also the middle between two of them.
fn instants(life: &Life, told: &[JobLife], bounds: Bounds) -> Vec<Time> {
    let last = life.stimuli.last().map_or(0, |last| last.at);
    let mut all: Vec<Time> = vec![];
    for told in told {
        all.extend(told.job.iter().map(|step| step.0));
        all.extend(told.drives.iter().flatten().map(|step| step.0));
        all.extend(told.places.iter().flatten().map(|step| step.0));
        all.extend(
            told.cases.iter().flat_map(|case| [Some(case.opened), case.ended.map(|ended| ended.0)]).flatten(),
        );
    }
    let setting = life.base.setting;
    all.extend(setting.dock.iter().flat_map(|(from, until)| [*from, *until]));
    all.push(setting.bays);
    all.retain(|at| *at >= last);
    all.sort_unstable();
    all.dedup();
    let middles: Vec<Time> = all
        .windows(2)
        .map(|pair| i64::midpoint(pair[0], pair[1]))
        .chain(all.last().map(|last| last + 5 * DAY))
        .filter(|_| bounds.between)
        .collect();
    let mut instants: Vec<Time> = all.iter().flat_map(|at| [at - 1, *at, at + 1]).chain(middles).collect();
    instants.retain(|at| *at >= last && *at > 0);
    instants.sort_unstable();
    instants.dedup();
    instants
}

/// The lives that are longer by one stimulus. Stimuli are added in order of time, so each life grows from exactly one
/// other.
pub fn grow(life: &Life, told: &[JobLife], bounds: Bounds) -> Vec<Life> {
    let mut grown = vec![];
    let last = life.stimuli.last().copied();
    let mut add = |at: Time, job: usize, what: StimulusKind| {
        let stimulus = Stimulus { at, job, what };
        // Two stimuli at one instant have no order in the life: the smaller one is listed first.
        let in_order = last.is_none_or(|last| last.at < at || (last.at == at && last < stimulus));
        let is_tied = life.stimuli.iter().any(|other| other.at == at && tie(other.what, what));
        if in_order && !is_tied {
            let mut life = life.clone();
            life.stimuli.push(stimulus);
            grown.push(life);
        }
    };
    let times = instants(life, told, bounds);
    for job in 0..life.jobs() {
        for what in acts(life, job) {
            times.iter().for_each(|at| add(*at, job, what));
        }
        let has_fault = has(life, job, |what| matches!(what, StimulusKind::Fault(..)));
        for at in times.iter().filter(|_| !has_fault) {
            let Some((since, state)) = state_at(&told[job], *at) else { continue };
            // Work that ends at the instant of a fault has no defined order with it.
            let is_free = !told.iter().any(|told| told.job.iter().any(|step| step.0 == *at));
            if is_free {
                add(*at, job, StimulusKind::Fault(state, at - since));
            }
        }
        for asked in &told[job].asked {
            let (kind, number) = (asked.kind, asked.number);
            let of = |wanted: StimulusKind| has(life, job, |what| what == wanted);
            let reached = life.stimuli.iter().find(|one| {
                let is_same = matches!(
                    one.what,
                    StimulusKind::Reached { kind: k, number: n, .. } if k == kind && n == number
                );
                one.job == job && is_same
            });
            if let Some(reached) = reached {
                let is_answered = of(StimulusKind::Answers { kind, number, waits: true })
                    || of(StimulusKind::Answers { kind, number, waits: false });
                for at in times.iter().filter(|at| **at > reached.at && !is_answered) {
                    add(*at, job, StimulusKind::Answers { kind, number, waits: true });
                    if kind == CaseKind::MissingPackage {
                        add(*at, job, StimulusKind::Answers { kind, number, waits: false });
                    }
                }
            } else {
                // Attempts number 1 and 2, the last one that is made, and the one before it.
                let mut attempts = vec![1, 2, asked.attempts.saturating_sub(1), asked.attempts];
                attempts.retain(|attempt| (1..=asked.attempts).contains(attempt));
                attempts.sort_unstable();
                attempts.dedup();
                for attempt in attempts {
                    let at = asked.began + Time::from(attempt - 1) * life.base.setting.between;
                    add(at, job, StimulusKind::Reached { kind, number, attempt });
                }
            }
        }
    }
    grown
}

fn has(life: &Life, job: usize, wanted: impl Fn(StimulusKind) -> bool) -> bool {
    life.stimuli.iter().any(|one| one.job == job && wanted(one.what))
}

/// The requests and arrivals that may still come.
fn acts(life: &Life, job: usize) -> Vec<StimulusKind> {
    let Base { second, first_missing, extras, .. } = life.base;
    let mut acts = vec![];
    let mut once = |what: StimulusKind| {
        if !has(life, job, |done| done == what) {
            acts.push(what);
        }
    };
    let is_empty = job == 0 && first_missing && extras == 0 && second != Second::With;
    if !is_empty {
        once(StimulusKind::Arrives);
    }
    if job == 0 && second == Second::Later {
        once(StimulusKind::SecondArrives);
    }
    once(StimulusKind::SetShipping);
    once(StimulusKind::Delete);
    once(StimulusKind::Cancel);
    acts.push(StimulusKind::Update);
    acts
}

/// Whether the policy does not order two stimuli at one instant: two requests, two arrivals, or a fault and anything.
fn tie(one: StimulusKind, other: StimulusKind) -> bool {
    let is_arrival = |what: StimulusKind| matches!(what, StimulusKind::Arrives | StimulusKind::SecondArrives);
    let is_fault = |what: StimulusKind| matches!(what, StimulusKind::Fault(..));
    let is_reached = |what: StimulusKind| matches!(what, StimulusKind::Reached { .. });
    if is_reached(one) || is_reached(other) {
        return false;
    }
    // This response starts packing and the arrival starts the dock: two pieces of work that take no time.
    let corrects =
        |what: StimulusKind| matches!(what, StimulusKind::Answers { kind: CaseKind::BadAddress, .. });
    if is_arrival(one) && corrects(other) || is_arrival(other) && corrects(one) {
        return true;
    }
    is_arrival(one) == is_arrival(other) || is_fault(one) || is_fault(other)
}

/// The state that the job is in at `at` for the first time, and the instant at which it entered it.
fn state_at(told: &JobLife, at: Time) -> Option<(Time, JobState)> {
    let (_, state, _) = *told.job.iter().rev().find(|step| step.0 < at)?;
    if matches!(state, JobState::Completed | JobState::Closed | JobState::Gone | JobState::Faulted) {
        return None;
    }
    let before = told.job.iter().filter(|step| step.0 < at);
    let mut stay = before.skip_while(|step| step.1 != state);
    let since = stay.clone().next()?.0;
    stay.all(|step| step.1 == state).then_some((since, state))
}
