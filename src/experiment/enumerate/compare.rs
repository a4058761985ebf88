//! Finds the first difference between the life that the reference expects and the life in the world.

use crate::experiment::reference::{JobLife, Time};
use crate::policy::{Disposition, JobState, Rule};
use std::collections::BTreeSet;
use std::fmt::Debug;

/// The first difference between two timelines of one life.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Difference {
    pub at: Time,
    /// The thing that differs: a job, drive, place or case, with its number in the life.
    pub of: String,
    /// What the policy says, in words without instants.
    pub expected: String,
    /// What the world does.
    pub observed: String,
}

impl Difference {
    /// The kind of the difference: the same kind of thing and the same rules.
    pub fn kind(&self) -> String {
        format!("{}: expected {}, observed {}", self.of, self.expected, self.observed)
    }
}

/// The first difference, if there is one. `expected` and `observed` list the jobs of a life in the same order.
pub fn difference(expected: &[JobLife], observed: &[JobLife]) -> Option<Difference> {
    let mut all = BTreeSet::new();
    for number in 0..expected.len().max(observed.len()) {
        let none = JobLife::default();
        let (one, other) = (expected.get(number).unwrap_or(&none), observed.get(number).unwrap_or(&none));
        of_job(number, one, other, &mut all);
    }
    all.into_iter().next()
}

fn of_job(number: usize, expected: &JobLife, observed: &JobLife, all: &mut BTreeSet<Difference>) {
    let name = match number {
        0 => "job".to_string(),
        1 => "second job".to_string(),
        _ => "later job".to_string(),
    };
    part(&name, &moves(&expected.job), &moves(&observed.job), all);
    part(&format!("{name} error"), &error(expected), &error(observed), all);
    let none = vec![];
    for drive in 0..expected.drives.len().max(observed.drives.len()) {
        let of = |told: &JobLife| told.drives.get(drive).cloned().unwrap_or_default();
        part(&format!("{name} drive"), &of(expected), &of(observed), all);
    }
    for drive in 0..expected.places.len().max(observed.places.len()) {
        let (one, other) =
            (expected.places.get(drive).unwrap_or(&none), observed.places.get(drive).unwrap_or(&none));
        part(&format!("{name} drive"), &fixed(one), &fixed(other), all);
    }
    for drive in 0..expected.extras.len().max(observed.extras.len()) {
        let (one, other) =
            (expected.extras.get(drive).unwrap_or(&none), observed.extras.get(drive).unwrap_or(&none));
        part(&format!("{name} extra"), &fixed(one), &fixed(other), all);
    }
    let cases = |told: &JobLife| {
        let mut cases: Vec<(Time, String)> = vec![];
        for case in &told.cases {
            cases.push((case.opened, format!("{} opened", case.kind)));
            cases.extend(case.ended.map(|(at, _)| (at, format!("{} ended", case.kind))));
            // An attempt at the instant at which its case ends has no defined order with that end.
            let reached = case.reached.filter(|at| case.ended.is_none_or(|ended| ended.0 != *at));
            cases.extend(reached.map(|at| (at, format!("{} reached", case.kind))));
        }
        cases.sort();
        cases
    };
    part(&format!("{name} case"), &cases(expected), &cases(observed), all);
    part(&format!("{name} refusal"), &expected.refusals(), &observed.refusals(), all);
}

/// The timeline without the mark of a cancel while the job is Faulted, and without a second mark. The policy does not
/// say when the first is reported, nor whether the customer's own cancel is reported for a job that a response has
/// canceled.
fn moves(steps: &[(Time, JobState, Rule)]) -> Vec<(Time, JobState, Rule)> {
    let is_faulted = steps.iter().any(|step| step.1 == JobState::Faulted);
    let mut marks = 0;
    let is_told = |step: &(Time, JobState, Rule)| {
        let is_mark = step.2 == Rule::C2 && step.1 != JobState::Gone;
        marks += u32::from(is_mark);
        !is_mark || (!is_faulted && marks == 1)
    };
    steps.iter().copied().filter(is_told).collect()
}

/// Whether there was an error in the job when it ended.
fn error(told: &JobLife) -> Vec<(Time, bool)> {
    let ended = told.job.iter().find(|step| matches!(step.1, JobState::Completed | JobState::Closed));
    ended.map(|step| (step.0, told.error)).into_iter().collect()
}

/// The places (dispositions) that the policy defines.
fn fixed(places: &[(Time, Disposition)]) -> Vec<(Time, Disposition)> {
    let is_fixed = |place: &Disposition| {
        !matches!(
            place,
            Disposition::AtCustomer | Disposition::InTransitIn | Disposition::AtDock | Disposition::AtSite
        )
    };
    places.iter().copied().filter(|(_, place)| is_fixed(place)).collect()
}

trait At: Clone + PartialEq {
    fn at(&self) -> Time;
    fn says(&self) -> String;
}

impl<S: Clone + PartialEq + Debug> At for (Time, S, Rule) {
    fn at(&self) -> Time {
        self.0
    }
    fn says(&self) -> String {
        format!("{:?} {}", self.1, self.2)
    }
}

impl<S: Clone + PartialEq + Debug> At for (Time, S) {
    fn at(&self) -> Time {
        self.0
    }
    fn says(&self) -> String {
        format!("{:?}", self.1)
    }
}

fn part<T: At>(of: &str, expected: &[T], observed: &[T], all: &mut BTreeSet<Difference>) {
    let same = expected.iter().zip(observed).take_while(|(one, other)| one == other).count();
    let (one, other) = (expected.get(same), observed.get(same));
    let at = match (one, other) {
        (None, None) => return,
        (Some(one), Some(other)) => one.at().min(other.at()),
        (Some(one), None) | (None, Some(one)) => one.at(),
    };
    // Of two steps at different instants, the later one has not happened yet.
    let says = |step: Option<&T>| match step {
        Some(step) if step.at() == at => step.says(),
        Some(step) => format!("later {}", step.says()),
        None => "nothing".into(),
    };
    all.insert(Difference { at, of: of.to_string(), expected: says(one), observed: says(other) });
}
