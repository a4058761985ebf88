//! Logs written during a run: a line for each day, job, drive, package, case and event.

use super::fact::{write_cause, write_what};
use super::files::{DAILY, daily_fields, daily_heads};
use super::line::Line;
use super::names::Names;
use super::place::{Draft, Place, io_error};
use crate::engine::calendar::DateWriter;
use crate::engine::time::Instant;
use crate::error::Error;
use crate::fate::CopyOutcome;
use crate::measure::Judge;
use crate::policy::Rule;
use crate::scenario::{Milestone, Scenario};
use crate::world::{CaseRow, DayRow, DriveRow, Fact, JobRow, Observer, PackageRow, TimePart};
use std::io::{self, Write};

/// Which logs are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum LogLevel {
    /// No jobs and no events.
    None,
    /// `jobs.csv`, `drives.csv`, `packages.csv`, `cases.csv`.
    #[default]
    Jobs,
    /// These and `events.csv`, which is larger than all others together.
    Events,
}

impl std::str::FromStr for LogLevel {
    type Err = String;

    /// # Errors
    /// The allowed words.
    fn from_str(text: &str) -> Result<LogLevel, String> {
        match text {
            "none" => Ok(LogLevel::None),
            "jobs" => Ok(LogLevel::Jobs),
            "events" => Ok(LogLevel::Events),
            _ => Err(format!("\"{text}\" is not a level of logs; allowed: none, jobs, events")),
        }
    }
}

/// Bytes that are written at once.
const MANY: usize = 1 << 17;

/// A log file. Its first error ends it, and is reported after the run: observing never changes a run.
#[derive(Debug)]
struct Log {
    draft: Draft,
    line: Line,
    failed: Option<io::Error>,
}

impl Log {
    fn open(place: &mut Place, name: &str, heads: &[&str]) -> Result<Log, Error> {
        let mut log = Log { draft: place.draft(name)?, line: Line::default(), failed: None };
        heads.iter().for_each(|head| {
            log.line.plain(head);
        });
        log.end_line();
        Ok(log)
    }

    #[inline]
    fn end_line(&mut self) {
        self.end_lines(MANY);
    }

    fn end_lines(&mut self, enough: usize) {
        let Log { draft, line, failed } = self;
        line.end(enough, |bytes| {
            if failed.is_none() {
                *failed = draft.write_all(bytes).err();
            }
        });
    }

    fn finish(mut self, place: &mut Place) -> Result<(), Error> {
        self.end_lines(0);
        match self.failed {
            Some(why) => Err(io_error("write", self.draft.path())(why)),
            None => place.keep(self.draft),
        }
    }
}

/// The observer that writes logs.
#[derive(Debug)]
pub struct Logs<'a> {
    names: Names<'a>,
    dates: DateWriter,
    scenario: &'a Scenario,
    days: Option<Log>,
    /// The row of the day before.
    yesterday: Option<DayRow>,
    jobs: Option<JobLogs>,
    events: Option<EventLog>,
    judge: Judge<'a>,
    levels: Vec<Vec<usize>>,
}

#[derive(Debug)]
struct EventLog {
    log: Log,
    /// The instant of the last line, and its text: many events happen at one instant.
    stamped: Option<Instant>,
    stamp: Vec<u8>,
}

#[derive(Debug)]
struct JobLogs {
    jobs: Log,
    drives: Log,
    packages: Log,
    cases: Log,
}

const DRIVE_HEADS: [&str; 13] = [
    "drive",
    "job",
    "extra",
    "state",
    "disposition",
    "outcome",
    "size_bytes",
    "copied_bytes",
    "received_us",
    "copy_started_us",
    "copy_ended_us",
    "left_us",
    "on_site_us",
];
const PACKAGE_HEADS: [&str; 10] = [
    "package",
    "job",
    "way",
    "carrier",
    "drives",
    "sent_us",
    "sent_date",
    "arrived_us",
    "opened_us",
    "last_step",
];
const CASE_HEADS: [&str; 10] = [
    "case",
    "job",
    "kind",
    "drive",
    "opened_us",
    "opened_date",
    "attempts",
    "reached_us",
    "ended_us",
    "state",
];
const EVENT_HEADS: [&str; 7] = ["time_us", "date", "object", "from", "to", "rule", "cause"];

/// The numbers of the service levels, by name: levels of several classes share their columns.
fn levels(scenario: &Scenario) -> Vec<Vec<usize>> {
    let mut levels: Vec<Vec<usize>> = vec![];
    for (number, sla) in scenario.slas.iter().enumerate() {
        match levels.iter_mut().find(|level| scenario.slas[level[0]].name == sla.name) {
            Some(level) => level.push(number),
            None => levels.push(vec![number]),
        }
    }
    levels
}

fn job_heads(scenario: &Scenario) -> Vec<String> {
    let plain = |heads: &[&str]| heads.iter().map(|head| (*head).to_owned()).collect::<Vec<_>>();
    let mut heads = plain(&["job", "follows_from", "source", "type", "class", "carrier", "drives", "extras"]);
    heads.extend(plain(&[
        "size_bytes",
        "measured",
        "canceled",
        "error",
        "outcome",
        "ended_by",
        "state",
        "ordered_date",
        "ended_date",
    ]));
    heads.extend(Milestone::ALL.map(|milestone| format!("{}_us", milestone.name())));
    heads.extend(TimePart::ALL.map(|part| format!("time_{}_us", part.name())));
    heads.extend(plain(&["updates", "notices", "extensions", "cases"]));
    for level in levels(scenario) {
        let name = &scenario.slas[level[0]].name;
        heads.extend([format!("sla_{name}"), format!("sla_{name}_due_us")]);
    }
    heads
}

impl<'a> Logs<'a> {
    /// Opens the log files of this level.
    ///
    /// # Errors
    /// [`Error::Io`] where a file cannot be created.
    pub fn open(place: &mut Place, scenario: &'a Scenario, level: LogLevel) -> Result<Logs<'a>, Error> {
        let heads = job_heads(scenario);
        let heads: Vec<&str> = heads.iter().map(String::as_str).collect();
        let jobs = match level {
            LogLevel::None => None,
            _ => Some(JobLogs {
                jobs: Log::open(place, "jobs.csv", &heads)?,
                drives: Log::open(place, "drives.csv", &DRIVE_HEADS)?,
                packages: Log::open(place, "packages.csv", &PACKAGE_HEADS)?,
                cases: Log::open(place, "cases.csv", &CASE_HEADS)?,
            }),
        };
        let events = match level {
            LogLevel::Events => {
                let log = Log::open(place, "events.csv", &EVENT_HEADS)?;
                Some(EventLog { log, stamped: None, stamp: vec![] })
            }
            _ => None,
        };
        let dates = DateWriter::new(scenario.run.epoch.clone());
        let heads = daily_heads(scenario);
        let heads: Vec<&str> = heads.iter().map(String::as_str).collect();
        let days = Some(Log::open(place, DAILY, &heads)?);
        let (names, judge, levels) = (Names::new(scenario), Judge::new(scenario), levels(scenario));
        Ok(Logs { names, dates, scenario, days, yesterday: None, jobs, events, judge, levels })
    }

    /// Logs without days, where the days of several runs are written together.
    pub fn without_days(self) -> Logs<'a> {
        Logs { days: None, ..self }
    }

    /// From here on the system refuses to store anything.
    #[cfg(all(test, target_os = "linux"))]
    pub(super) fn fill_the_disk(&mut self) {
        let full = std::fs::OpenOptions::new().write(true).open("/dev/full").expect("/dev/full is there");
        self.events.as_mut().expect("events are logged").log.draft.redirect(full);
    }

    /// Hands the files to the place in which they were opened, or returns the first error.
    ///
    /// # Errors
    /// [`Error::Io`] where a line could not be written.
    pub fn finish(self, place: &mut Place) -> Result<(), Error> {
        if let Some(logs) = self.jobs {
            for log in [logs.jobs, logs.drives, logs.packages, logs.cases] {
                log.finish(place)?;
            }
        }
        self.days.map_or(Ok(()), |days| days.finish(place))?;
        self.events.map_or(Ok(()), |events| events.log.finish(place))
    }

    #[inline(never)]
    fn write_fact(&mut self, at: Instant, fact: &Fact) {
        if self.jobs.is_some() {
            self.judge.fact(at, fact);
        }
        if let Some(EventLog { log, stamped, stamp }) = &mut self.events {
            if *stamped == Some(at) {
                log.line.again(stamp);
            } else {
                log.line.number(at.micros()).plain(self.dates.write(at));
                stamp.clear();
                stamp.extend_from_slice(log.line.so_far());
                *stamped = Some(at);
            }
            write_what(&mut log.line, &self.names, fact);
            write_cause(&mut log.line, &self.names, fact);
            log.end_line();
        }
    }
}

impl Observer for Logs<'_> {
    // A run that logs neither jobs nor events does not even pay for a call.
    #[inline(always)]
    fn fact(&mut self, at: Instant, fact: &Fact) {
        if self.jobs.is_some() || self.events.is_some() {
            self.write_fact(at, fact);
        }
    }

    fn day(&mut self, row: &DayRow) {
        let Some(days) = &mut self.days else { return };
        for field in daily_fields(self.scenario, self.yesterday.as_ref(), row) {
            days.line.plain(&field);
        }
        days.end_line();
        self.yesterday = Some(*row);
    }

    fn job(&mut self, row: &JobRow) {
        if let Some(logs) = &mut self.jobs {
            write_job(&mut logs.jobs.line, &self.names, &mut self.dates, row);
            write_levels(&mut logs.jobs.line, &self.levels, &mut self.judge, row);
            logs.jobs.end_line();
            self.judge.forget(row.job);
        }
    }

    fn drive(&mut self, row: &DriveRow) {
        let Some(logs) = &mut self.jobs else { return };
        let line = &mut logs.drives.line;
        self.names.field(line, |out| self.names.write_drive(out, row.drive));
        self.names.field(line, |out| self.names.write_job(out, row.drive.job)).flag(row.drive.extra);
        line.plain(row.state.name()).plain(row.disposition.name()).plain(copy_outcome(row));
        line.number(row.bytes).number(row.bytes_copied);
        for at in [row.received, row.copy_started, row.copy_ended, row.left] {
            line.maybe(at.map(Instant::micros));
        }
        line.maybe(row.received.zip(row.left).map(|(received, left)| (left - received).micros()));
        logs.drives.end_line();
    }

    fn package(&mut self, row: &PackageRow) {
        let Some(logs) = &mut self.jobs else { return };
        let line = &mut logs.packages.line;
        self.names.field(line, |out| self.names.write_package(out, row.package));
        self.names.field(line, |out| self.names.write_job(out, row.package.job));
        line.plain(if row.package.back { "back" } else { "in" });
        // The carrier of a return that has not left is not known.
        let waits = row.package.back && row.sent.is_none();
        line.text(if waits { "" } else { self.names.carrier(row.carrier) }).number(row.drives);
        line.maybe(row.sent.map(Instant::micros)).plain(row.sent.map_or("", |sent| self.dates.write(sent)));
        line.maybe(row.arrived.map(Instant::micros)).maybe(row.opened.map(Instant::micros));
        line.plain(row.step.name());
        logs.packages.end_line();
    }

    fn case(&mut self, row: &CaseRow) {
        let Some(logs) = &mut self.jobs else { return };
        let line = &mut logs.cases.line;
        line.write(|out| self.names.write_case(out, row.case));
        line.write(|out| self.names.write_job(out, row.case.job));
        line.plain(row.kind.name()).maybe(row.drive.map(|number| u16::from(number) + 1));
        line.number(row.opened.micros()).plain(self.dates.write(row.opened)).number(row.attempts);
        line.maybe(row.reached.map(Instant::micros)).maybe(row.ended.map(Instant::micros));
        line.plain(row.state.name());
        logs.cases.end_line();
    }
}

fn write_job(line: &mut Line, names: &Names, dates: &mut DateWriter, row: &JobRow) {
    line.write(|out| names.write_job(out, row.job));
    line.write(|out| {
        if let Some(parent) = row.parent {
            names.write_job(out, parent);
        }
    });
    line.text(names.source(row.job.source)).plain(if row.export { "export" } else { "import" });
    line.text(names.class(row.class)).text(names.carrier(row.carrier));
    line.number(row.drives).number(row.extras).number(row.bytes);
    line.flag(row.measured).flag(row.canceled).flag(row.error);
    line.plain(row.outcome.name()).plain(rule_name(row.ended_by)).plain(row.state.name());
    for milestone in [Milestone::Ordered, Milestone::Ended] {
        match row.milestones[milestone as usize] {
            Some(at) => line.plain(dates.write(at)),
            None => line.plain(""),
        };
    }
    for at in row.milestones {
        line.maybe(at.map(Instant::micros));
    }
    for part in row.parts {
        line.number(part.micros());
    }
    line.number(row.updates).number(row.notices).number(row.extensions).number(row.cases);
}

/// Writes the result of each service level and its due instant; empty where the level does not count the job.
fn write_levels(line: &mut Line, levels: &[Vec<usize>], judge: &mut Judge<'_>, row: &JobRow) {
    for level in levels {
        let verdict = level.iter().find_map(|&number| judge.verdict(number, row));
        line.plain(verdict.map_or("", |verdict| verdict.judged.name()));
        line.maybe(verdict.and_then(|verdict| verdict.due).map(Instant::micros));
    }
}

/// The outcome of copying a drive whose copy has begun, and has ended or met a fault.
fn copy_outcome(row: &DriveRow) -> &'static str {
    match row.outcome.filter(|_| row.copy_started.is_some()) {
        None => "",
        Some(CopyOutcome::Clean) => "clean",
        Some(CopyOutcome::Warnings) => "warnings",
        Some(CopyOutcome::Errors) => "errors",
        Some(CopyOutcome::Unreadable) => "unreadable",
        Some(CopyOutcome::WrongKey) => "wrong_key",
        Some(CopyOutcome::BrokenManifest) => "broken_manifest",
    }
}

fn rule_name(rule: Option<Rule>) -> &'static str {
    rule.map_or("", Rule::name)
}
