//! The life of a job as text: a heading for each day, a line for each event, and the result.

use super::story::Story;
use crate::cli::when;
use crate::engine::calendar::DateWriter;
use crate::engine::time::{Instant, Span};
use crate::measure::Judged;
use crate::policy::{JobState, Rule};
use crate::report::{Life, Names, StoryLine, counted, seeded, story_lines};
use crate::scenario::{Milestone, Scenario};
use crate::world::{JobId, JobRow, Outcome, TimePart};
use std::fmt::Write;

/// Width of the text in columns, and the column where sentences begin.
const WIDTH: usize = 110;
const MARGIN: usize = 23;

/// The life of a job as text.
pub(super) fn page(scenario: &Scenario, replication: u64, story: &Story) -> String {
    let mut text = heading(scenario, replication, story);
    let mut dates = DateWriter::new(scenario.run.epoch.clone());
    let mut last: (Option<String>, Option<Instant>) = (None, None);
    for (at, told) in lines(scenario, story) {
        let whole = dates.write(at);
        let (date, time) = whole.split_at(10);
        if last.0.as_deref() != Some(date) {
            let weekday = when::weekday(scenario.run.epoch.date_of(at));
            let day = when::day(at, &scenario.run.epoch);
            writeln!(text, "\nday {day}  {weekday} {date}").expect("a string takes all");
            last = (Some(date.to_owned()), None);
        }
        // Events at one instant have one time.
        let time = if last.1 == Some(at) { "" } else { exact(time.trim_start()) };
        last.1 = Some(at);
        let rule = told.rule.map_or("", Rule::name);
        let source = told.cited();
        let words = told.text.split(' ').chain(source.split_inclusive("] ")).filter(|word| !word.is_empty());
        text += &wrapped(&format!("  {time:<15}  {rule:<4}"), words);
    }
    text + &ending(story) + &levels(scenario, story)
}

/// The events, line by line.
pub(super) fn lines(scenario: &Scenario, story: &Story) -> Vec<(Instant, StoryLine)> {
    let children: Vec<(Instant, JobId)> = story.children().collect();
    story_lines(scenario, Life { job: story.job, facts: &story.facts, children: &children })
}

/// "09:00" for a whole minute, otherwise to the tick.
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

/// The service levels of the job: due instant, instant reached, and result.
fn levels(scenario: &Scenario, story: &Story) -> String {
    let epoch = &scenario.run.epoch;
    let mut text = String::new();
    for (sla, verdict) in story.levels(scenario) {
        let due = verdict.due.map_or_else(String::new, |due| format!(", due {}", epoch.format(due)));
        let goal = sla.to.name();
        let apart = verdict.reached.zip(verdict.due).map(|(at, due)| match at > due {
            true => format!(", {goal} {} later", at - due),
            false => format!(", {goal} {} before", due - at),
        });
        let never = || match verdict.judged {
            Judged::Missed | Judged::Canceled => format!(", never {goal}"),
            _ => String::new(),
        };
        let apart = apart.unwrap_or_else(never);
        let line = format!("{}: {}{due}{apart}", sla.name, verdict.judged.name());
        text += &wrapped("Service level ", line.split(' '));
    }
    text
}

/// The result of the job.
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
