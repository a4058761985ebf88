//! A story laid out: a heading for each day, a line for each thing that happened, and what it came to.

use super::story::Story;
use super::words::{self, Told};
use crate::cli::when;
use crate::engine::calendar::DateWriter;
use crate::engine::time::{Instant, Span};
use crate::policy::{CaseKind, Disposition, JobState, Rule};
use crate::report::{Names, counted, seeded};
use crate::scenario::{Milestone, Scenario};
use crate::world::{CaseStep, Cause, Fact, JobRow, Outcome, TimePart};
use std::fmt::Write;

/// The columns of a screen, and where sentences begin.
const WIDTH: usize = 110;
const MARGIN: usize = 23;

/// The story of a job as a page.
pub(super) fn page(scenario: &Scenario, replication: u64, story: &Story) -> String {
    let mut text = heading(scenario, replication, story);
    let mut dates = DateWriter::new(scenario.run.epoch.clone());
    let mut last: (Option<String>, Option<Instant>) = (None, None);
    for (at, told) in told(scenario, story) {
        let whole = dates.write(at);
        let (date, time) = whole.split_at(10);
        if last.0.as_deref() != Some(date) {
            let weekday = when::weekday(scenario.run.epoch.date_of(at));
            let day = when::day(at, &scenario.run.epoch);
            writeln!(text, "\nday {day}  {weekday} {date}").expect("a string takes all");
            last = (Some(date.to_owned()), None);
        }
        // What happens at one instant is shown under one time.
        let time = if last.1 == Some(at) { "" } else { exact(time.trim_start()) };
        last.1 = Some(at);
        let rule = told.rule.map_or("", Rule::name);
        let words =
            told.text.split(' ').chain(told.source.split_inclusive("] ")).filter(|word| !word.is_empty());
        text += &wrapped(&format!("  {time:<15}  {rule:<4}"), words);
    }
    text + &ending(story)
}

/// "09:00" where it is a whole minute, else to the tick.
fn exact(time: &str) -> &str {
    time.strip_suffix(":00").unwrap_or(time)
}

fn wrapped<'w>(first: &str, words: impl Iterator<Item = &'w str>) -> String {
    let (mut text, mut line) = (String::new(), String::from(first));
    for word in words {
        if line.chars().count() + word.chars().count() >= WIDTH && line.trim().len() > 20 {
            text += line.trim_end();
            text.push('\n');
            line = " ".repeat(MARGIN);
        }
        line += word;
        line.push(' ');
    }
    text + line.trim_end() + "\n"
}

fn heading(scenario: &Scenario, replication: u64, story: &Story) -> String {
    let names = Names::new(scenario);
    let name = names.job(story.job);
    let zone = scenario.run.epoch.zone.iana_name().unwrap_or("the site").to_owned();
    let about = story.row.as_ref().map_or_else(String::new, |row| about(&names, row));
    format!(
        "{name}: {about}\nScenario {}, {}; times of {zone}.\n[S:36] cites the service's documentation, \"ours\" is a \
         decision of this project: see docs/policy.md.\n",
        scenario.title(),
        seeded(scenario.run.seed, replication)
    )
}

fn about(names: &Names, row: &JobRow) -> String {
    let kind = if row.export { "export" } else { "import" };
    let (drives, size) = (counted(row.drives, "drive"), row.bytes as f64 / 1e12);
    let extra = if row.extras > 0 { format!(" and {} on no list", row.extras) } else { String::new() };
    let (class, carrier) = (names.class(row.class), names.carrier(row.carrier));
    let class = if class.is_empty() { String::new() } else { format!(", class {class}") };
    let carrier = if carrier.is_empty() { String::new() } else { format!(", carrier {carrier}") };
    let parent =
        row.parent.map_or_else(String::new, |parent| format!(", follows from {}", names.job(parent)));
    format!("{kind} of {drives}{extra}, {size:.1} TB{class}{carrier}{parent}")
}

/// Every line in order.
fn told(scenario: &Scenario, story: &Story) -> Vec<(Instant, Told)> {
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
    for (at, child) in story.children() {
        let place = lines.iter().position(|(when, _)| *when > at).unwrap_or(lines.len());
        let name = names.job(child);
        lines.insert(place, (at, Told::plain(format!("A new job follows from this one: {name}."))));
    }
    lines
}

/// The case that opens at the instant of the fact of this number, after it.
fn opens_with(story: &Story, number: usize) -> Option<CaseKind> {
    let at = story.facts[number].0;
    story.facts[number..].iter().take_while(|(when, _)| *when == at).find_map(|(_, fact)| match fact {
        Fact::Case { kind, step: CaseStep::Opened, .. } => Some(*kind),
        _ => None,
    })
}

/// The line for the fact of this number and those after it that say the same of other drives, and how many they are.
fn group(scenario: &Scenario, names: &Names, story: &Story, number: usize) -> (Option<Told>, usize) {
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
                    Told { text: format!("{who}: goes on as a drive of the new job."), ..told }
                }
                (Some(_), ..) => Told { text: format!("{who}: {}", told.text), ..told },
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

/// Whether two facts say the same of two drives.
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

/// Where a drive went, where no package of the job tells it.
fn disposed(story: &Story, at: Instant, to: Disposition, who: &str) -> Option<Told> {
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
    Some(Told::plain(text))
}

/// What it came to.
fn ending(story: &Story) -> String {
    let Some(row) = &story.row else { return String::new() };
    let mut text = String::from("\n");
    let ordered = row.milestones[Milestone::Ordered as usize];
    let ended = row.milestones[Milestone::Ended as usize];
    let took = ordered.zip(ended).map_or(Span::ZERO, |(ordered, ended)| ended - ordered);
    let by = row.ended_by.map_or_else(String::new, |rule| format!(" by {rule}"));
    match row.outcome {
        Outcome::Open => text += &format!("The run stops here: the job is {}.\n", row.state),
        outcome => {
            let kept =
                if row.state == JobState::Gone { "" } else { " The run stops before its record is gone." };
            text += &format!("In the end: {}{by}, {took} after its order.{kept}\n", outcome.name());
        }
    }
    let parts = TimePart::ALL.iter().zip(row.parts).filter(|(_, spent)| *spent > Span::ZERO);
    let parts: Vec<String> = parts.map(|(part, spent)| format!("{} {spent}", part.name())).collect();
    if !parts.is_empty() {
        let line = parts.join(", ");
        text += &wrapped("Where the time went: ", line.split(' '));
    }
    text
}
