//! The rows that are told of jobs, drives, packages, cases and days, whole and to the tick: where a job's time went,
//! what the dock, the bays, packing and operations took of it, and what the shelf and closed doors made of that.

use crate::policy_kit::scenario;
use shipback::engine::time::{Instant, Span};
use shipback::scenario::{Milestone, StationName};
use shipback::world::*;

/// All rows of a run, each in a line; of what is not there, nothing is said.
#[derive(Default)]
pub struct Rows {
    pub days: bool,
    pub lines: Vec<String>,
}

fn name(job: JobId) -> String {
    format!("{}{}", job.ordinal, "'".repeat(job.generation.into()))
}

fn disk(drive: DriveId) -> String {
    format!("{}/{}{}", name(drive.job), if drive.extra { "x" } else { "" }, drive.number)
}

fn times(of: &[(&str, Option<Instant>)]) -> String {
    of.iter().filter_map(|(name, at)| at.map(|at| format!(", {name} {at}"))).collect()
}

fn counts(of: &[(&str, u64)]) -> String {
    of.iter().filter(|(_, count)| *count > 0).map(|(name, count)| format!(", {count} {name}")).collect()
}

fn flags(of: &[(&str, bool)]) -> String {
    of.iter().filter(|(_, on)| *on).map(|(name, _)| format!(", {name}")).collect()
}

impl Observer for Rows {
    fn fact(&mut self, at: Instant, fact: &Fact) {
        if let Fact::Capacity { station, servers } = fact
            && self.days
        {
            self.lines.push(format!("{}: {servers} servers at {at}", station.name()));
        }
    }
    fn job(&mut self, row: &JobRow) {
        let by = row.ended_by.map_or("-".into(), |rule| rule.to_string());
        let reached = Milestone::ALL.map(|one| (one.name(), row.milestones[one as usize]));
        let parts = TimePart::ALL.map(|part| (part.name(), row.parts[part as usize]));
        let parts: Vec<String> = parts
            .iter()
            .filter(|(_, part)| *part > Span::ZERO)
            .map(|(name, part)| format!("{name} {part}"))
            .collect();
        self.lines.push(format!(
            "job {}: {} {by} {}{}{}{}{}; {}",
            name(row.job),
            row.outcome.name(),
            row.state,
            times(&reached),
            counts(&[
                ("drives", row.drives.into()),
                ("extras", row.extras.into()),
                ("B", row.bytes),
                ("updates", row.updates.into()),
                ("notices", row.notices.into()),
                ("extensions", row.extensions.into()),
                ("cases", row.cases.into()),
            ]),
            flags(&[
                ("export", row.export),
                ("unmeasured", !row.measured),
                ("canceled", row.canceled),
                ("error", row.error),
            ]),
            row.parent.map_or(String::new(), |parent| format!(", of {}", name(parent))),
            parts.join(" ")
        ));
    }
    fn drive(&mut self, row: &DriveRow) {
        let at = [
            ("received", row.received),
            ("copying", row.copy_started),
            ("copied", row.copy_ended),
            ("left", row.left),
        ];
        self.lines.push(format!(
            "drive {}: {} {}, {} of {} B{}{}",
            disk(row.drive),
            row.state,
            row.disposition,
            row.bytes_copied,
            row.bytes,
            row.outcome.map_or(String::new(), |outcome| format!(" {outcome:?}")),
            times(&at)
        ));
    }
    fn package(&mut self, row: &PackageRow) {
        let at = [("sent", row.sent), ("arrived", row.arrived), ("opened", row.opened)];
        let (id, way) = (row.package, if row.package.back { "back" } else { "in" });
        self.lines.push(format!(
            "package {}#{} {way}: {}, {} drives by {}{}",
            name(id.job),
            id.number,
            row.step.name(),
            row.drives,
            row.carrier,
            times(&at)
        ));
    }
    fn case(&mut self, row: &CaseRow) {
        let of = row.drive.map_or(String::new(), |drive| format!(" of drive {drive}"));
        let at = [("opened", Some(row.opened)), ("reached", row.reached), ("ended", row.ended)];
        self.lines.push(format!(
            "case {}#{}: {}{of} {}, {} attempts{}",
            name(row.case.job),
            row.case.number,
            row.kind,
            row.state,
            row.attempts,
            times(&at)
        ));
    }
    fn day(&mut self, row: &DayRow) {
        if self.days {
            self.lines.push(format!(
                "day {}: {} to {}, {:?}, {} on site, {} ordered, {} ended",
                row.day, row.from, row.until, row.jobs, row.drives_on_site, row.ordered, row.ended
            ));
        }
    }
}

/// The rows of a run, audited after every event.
pub fn rows(text: &str, days: bool) -> (RunEnd, Vec<String>) {
    let scenario = scenario(text);
    let mut world = World::new(&scenario, 1, 0, Rows { days, lines: vec![] });
    world.audit();
    while world.step() {
        world.audit();
    }
    let (end, out) = world.finish();
    (end, out.lines)
}

#[track_caller]
pub fn holds(text: &str, seen: &[String], expected: &[&str]) {
    assert!(seen == expected, "{text}\ntold:\n{}\nexpected:\n{}", seen.join("\n"), expected.join("\n"));
}

/// The rows of jobs, drives, packages and cases.
#[track_caller]
pub fn tells(text: &str, expected: &[&str]) {
    holds(text, &rows(text, false).1, expected);
}

/// The same, with those of the days.
#[track_caller]
pub fn all(text: &str, expected: &[&str]) {
    holds(text, &rows(text, true).1, expected);
}

/// What the site measured up to the warm-up, and up to the horizon.
#[track_caller]
pub fn measures(text: &str, expected: &[&str]) {
    let (end, _) = rows(text, false);
    let mut seen = vec![];
    for of in [&end.at_warmup, &end.at_horizon] {
        for name in StationName::ALL {
            let one = &of.stations[name as usize];
            if one.joined > 0 && (one.busy, one.queue, one.suspended) != (0, 0, 0) {
                let spans = [one.busy, one.queue, one.suspended, one.wait].map(spent);
                seen.push(format!(
                    "{}: busy {}, queue {}, suspended {}, waits {}, longest {}",
                    name.name(),
                    spans[0],
                    spans[1],
                    spans[2],
                    spans[3],
                    one.longest
                ));
            }
        }
        let shelf = &of.shelf;
        let spans = [shelf.used, shelf.over, shelf.queue, shelf.wait].map(spent);
        seen.push(format!(
            "shelf: used {}, over {}, queue {}, {} came, {} waited {}, most {}",
            spans[0], spans[1], spans[2], shelf.came, shelf.waited, spans[3], shelf.most
        ));
    }
    holds(text, &seen, expected);
}

fn spent(micros: i128) -> Span {
    Span::from_micros(micros as i64)
}

/// Each step of the site takes time, and there is one server for each.
pub const BUSY: &str = "[site.dock]\nservers=1\nper_package='1h'\nper_drive='30min'\n[site.preparation]\nservers=1\nper_drive='2h'\n\
     [site.bays]\nservers=1\nrate='1MB/s'\nmount='15min'\n[site.packing]\nservers=1\nper_package='40min'\nper_drive='5min'\n\
     [site.operations]\nservers=1\nper_attempt='20min'\nbetween_attempts='6h'\n";
