//! The life of a job as JSON.

use super::page::lines;
use super::story::Story;
use crate::engine::time::{Instant, Span};
use crate::measure::Verdict;
use crate::policy::Origin;
use crate::report::{Names, StoryLine, json_head, json_text};
use crate::scenario::{Loaded, Milestone, Sla};
use crate::world::{Outcome, TimePart};
use serde_json::{Map, Value, json};

/// The life of a job: its inputs, its events line by line, and its result. Times are in the time zone of the site,
/// spans in microseconds.
pub(super) fn life(loaded: &Loaded, replication: u64, story: &Story) -> String {
    let scenario = &loaded.scenario;
    let (names, epoch) = (Names::new(scenario), &scenario.run.epoch);
    let line = |(at, told): &(Instant, StoryLine)| {
        let (source, origin) = told.clause.as_ref().map_or((None, None), |(text, by)| (Some(text), Some(by)));
        json!({
            "at": epoch.format(*at), "at_us": at.micros(), "rule": told.rule.map(|rule| rule.name()), "says": told.text,
            "source": source, "documented": origin.map(|origin| *origin == Origin::Documented),
        })
    };
    let mut holds = json!({
        "job": names.job(story.job), "replication": replication,
        "zone": epoch.zone.iana_name(),
        "lines": lines(scenario, story).iter().map(line).collect::<Vec<Value>>(),
        "jobs_that_follow": story.children().map(|(_, job)| names.job(job)).collect::<Vec<_>>(),
    });
    if let (Some(row), Value::Object(holds)) = (&story.row, &mut holds) {
        let span = |(part, spent): (TimePart, Span)| (format!("{}_us", part.name()), json!(spent.micros()));
        let reached = |of: Milestone| row.milestones[of as usize].map(|at| epoch.format(at));
        let open = row.outcome == Outcome::Open;
        let level = |(sla, verdict): &(&Sla, Verdict)| {
            let at = |at: Option<Instant>| at.map(|at| epoch.format(at));
            json!({
                "name": sla.name, "result": verdict.judged.name(), "due_at": at(verdict.due), "reached_at": at(verdict.reached),
            })
        };
        let came_to = json!({
            "type": if row.export { "export" } else { "import" },
            "class": Some(names.class(row.class)).filter(|name| !name.is_empty()),
            "carrier": Some(names.carrier(row.carrier)).filter(|name| !name.is_empty()),
            "follows_from": row.parent.map(|parent| names.job(parent)),
            "drives": row.drives, "extra_drives": row.extras, "bytes": row.bytes,
            "outcome": (!open).then(|| row.outcome.name()), "state": row.state.to_string(),
            "ended_by": row.ended_by.map(|rule| rule.name()),
            "service_levels": story.levels(scenario).iter().map(level).collect::<Vec<Value>>(),
            "ordered_at": reached(Milestone::Ordered), "ended_at": reached(Milestone::Ended),
            "parts": TimePart::ALL.into_iter().zip(row.parts).map(span).collect::<Map<_, _>>(),
        });
        if let Value::Object(came_to) = came_to {
            holds.extend(came_to);
        }
    }
    json_text(json_head("trace", Some(loaded)), holds)
}
