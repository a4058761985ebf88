//! The life of one job in plain words, line by line: for `trace` and for the report page.

mod words;

pub(crate) use words::StoryLine;

use super::get_job::counted;
use super::names::Names;
use crate::engine::time::Instant;
use crate::policy::{CaseKind, Disposition, JobState, Rule};
use crate::scenario::Scenario;
use crate::world::{CaseStep, Cause, Fact, JobId};

/// What happened to one job.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Life<'a> {
    /// The job.
    pub(crate) job: JobId,
    /// The facts of the job, its drives, its packages and its cases, in order of time.
    pub(crate) facts: &'a [(Instant, Fact)],
    /// The jobs that follow from this one, and the instants at which they were created.
    pub(crate) children: &'a [(Instant, JobId)],
}

/// The lines of the story, in order of time.
pub(crate) fn story_lines(scenario: &Scenario, story: Life) -> Vec<(Instant, StoryLine)> {
    let names = Names::new(scenario);
    let mut lines = vec![];
    let mut base = JobState::Absent;
    let mut number = 0;
    while let Some(&(at, fact)) = story.facts.get(number) {
        let (line, used) = match fact {
            Fact::Job { from, to, rule, cause, .. } => {
                let opened = opens_with(story, number);
                let line = words::job(&scenario.policy, base, (from, to), rule, cause, opened);
                base = if to == JobState::Faulted { base } else { to };
                (Some(line), 1)
            }
            Fact::Refused { act, rule, .. } => (Some(words::refused(&scenario.policy, base, act, rule)), 1),
            _ => group(scenario, &names, story, number),
        };
        lines.extend(line.map(|line| (at, line)));
        number += used;
    }
    for &(at, child) in story.children {
        let place = lines.iter().position(|(when, _)| *when > at).unwrap_or(lines.len());
        let name = names.job(child);
        lines.insert(place, (at, StoryLine::plain(format!("A new job follows from this one: {name}."))));
    }
    lines
}

/// The kind of the case that opens at the instant of fact `number`, if one opens after that fact.
fn opens_with(story: Life, number: usize) -> Option<CaseKind> {
    let at = story.facts[number].0;
    story.facts[number..].iter().take_while(|(when, _)| *when == at).find_map(|(_, fact)| match fact {
        Fact::Case { kind, step: CaseStep::Opened, .. } => Some(*kind),
        _ => None,
    })
}

/// The line for fact `number`, and the number of facts it covers: the next facts are included while they say the same
/// of other drives.
fn group(scenario: &Scenario, names: &Names, story: Life, number: usize) -> (Option<StoryLine>, usize) {
    let (at, fact) = story.facts[number];
    let alike = |&&(when, other): &&(Instant, Fact)| when == at && is_alike(&fact, &other);
    let used = story.facts[number..].iter().take_while(alike).count().max(1);
    let drives: Vec<String> = story.facts[number..number + used]
        .iter()
        .filter_map(|(_, fact)| match fact {
            Fact::Drive { drive, .. } | Fact::Disposed { drive, .. } => Some(*drive),
            Fact::Ruled { drive, .. } => *drive,
            _ => None,
        })
        .map(|drive| {
            let name = names.drive(drive);
            if drive.job == story.job { name.rsplit('/').next().unwrap_or(&name).to_owned() } else { name }
        })
        .collect();
    let who = who(&drives);
    let line = match fact {
        Fact::Drive { from, to, rule, cause, .. } => {
            Some(words::drives(&scenario.policy, &who, from, to, rule, cause))
        }
        Fact::Disposed { to, .. } => disposed(story, at, to, &who),
        Fact::Ruled { drive, rule, cause, .. } => {
            let told = words::ruled(rule);
            Some(match (drive, rule, cause) {
                (Some(_), Rule::E1, Cause::Answer) => {
                    StoryLine { text: format!("{who}: goes on as a drive of the new job."), ..told }
                }
                (Some(_), ..) => StoryLine { text: format!("{who}: {}", told.text), ..told },
                (None, ..) => told,
            })
        }
        Fact::Package { package, step, carrier, drives } => {
            let name = names.package(package);
            let name = name.rsplit('/').next().unwrap_or(&name);
            let (drives, carrier) = (counted(drives, "drive"), names.carrier(carrier));
            Some(words::package(step, package.back, name, &drives, carrier))
        }
        Fact::Case { kind, step, rule, .. } => Some(words::case(&scenario.policy, kind, step, rule)),
        Fact::Job { .. } | Fact::Refused { .. } | Fact::Capacity { .. } => None,
    };
    (line, used)
}

/// "Drive d2", "Drives d1, d3", "Drives d1 to d5".
fn who(drives: &[String]) -> String {
    let number = |name: &String| name.strip_prefix('d').and_then(|number| number.parse::<u8>().ok());
    let follows = |two: &[String]| number(&two[0]).is_some_and(|one| number(&two[1]) == Some(one + 1));
    match drives {
        [one] => format!("Drive {one}"),
        [first, _, .., last] if drives.windows(2).all(follows) => format!("Drives {first} to {last}"),
        more => format!("Drives {}", more.join(", ")),
    }
}

/// Whether two facts say the same about two different drives.
fn is_alike(one: &Fact, other: &Fact) -> bool {
    match (*one, *other) {
        (
            Fact::Drive { from, to, rule, cause, .. },
            Fact::Drive { from: from_too, to: to_too, rule: rule_too, cause: cause_too, .. },
        ) => (from, to, rule, cause) == (from_too, to_too, rule_too, cause_too),
        (Fact::Disposed { from, to, .. }, Fact::Disposed { from: from_too, to: to_too, .. }) => {
            (from, to) == (from_too, to_too)
        }
        (
            Fact::Ruled { rule, cause, drive: Some(_), .. },
            Fact::Ruled { rule: rule_too, cause: cause_too, drive: Some(_), .. },
        ) => (rule, cause) == (rule_too, cause_too),
        _ => false,
    }
}

/// The line that says where a drive went. None where a package of the job says so already.
fn disposed(story: Life, at: Instant, to: Disposition, who: &str) -> Option<StoryLine> {
    let own = |(when, fact): &(Instant, Fact)| *when == at && matches!(fact, Fact::Package { .. });
    let told = story.facts.iter().any(own);
    let text = match to {
        Disposition::Destroyed => format!("{who}: securely destroyed."),
        _ if told => return None,
        Disposition::InTransitIn => format!("{who}: leaves in the package of another job."),
        Disposition::AtDock => format!("{who}: comes to the dock in the package of another job."),
        Disposition::InTransitBack => format!("{who}: leaves with the return package of another job."),
        Disposition::Returned => format!("{who}: back at the customer's."),
        Disposition::Lost => format!("{who}: lost on the way."),
        Disposition::Damaged => format!("{who}: damaged on the way."),
        Disposition::AtCustomer | Disposition::AtSite => return None,
    };
    Some(StoryLine::plain(text))
}
