//! Scenarios of a few lines, run to the end of their horizon, told in lines of text.

use shipback::engine::time::{Instant, Span};
use shipback::scenario::Scenario;
use shipback::world::{CaseStep, DriveId, Fact, JobId, JobView, Observer, World};

/// Which facts a log tells.
pub const JOBS: &str = "J";
/// States of jobs and drives, refusals, cases, and rules that act by themselves.
pub const STATES: &str = "JDRCX";
/// The same, and where drives are.
pub const ALL: &str = "JDRCXW";

/// Everything in a year and a half that nobody measures beyond.
pub fn scenario(text: &str) -> Scenario {
    let run = if text.contains("[run]") { "" } else { "[run]\nhorizon = '540d'\ndrain_limit = '1d'\n" };
    Scenario::parse(&format!("{run}{text}"), &[]).unwrap_or_else(|why| panic!("{why}\n{text}")).scenario
}

/// A written job: `parts` are keys with values, parted by ";".
pub fn job(name: &str, parts: &str) -> String {
    format!("\n[[job]]\nname = '{name}'\n{}\n", parts.replace(';', "\n"))
}

/// A job `j` that is handed over and announced at once, with nothing to copy unless it is said.
pub fn at_once(parts: &str) -> String {
    let bytes = if parts.contains("bytes") { "" } else { "bytes='0B';" };
    job("j", &format!("packs='0d';{bytes}{parts}"))
}

/// Runs a scenario, audited after every event, and tells the facts whose letters are in `facts`.
pub fn log(text: &str, facts: &str) -> Vec<String> {
    let scenario = scenario(text);
    let mut world = World::new(&scenario, 1, 0, Log { scenario: &scenario, facts, lines: vec![] });
    world.audit();
    while world.step() {
        world.audit();
    }
    let (end, out) = world.finish();
    assert_eq!(end.open, 0, "something is not at rest at the end:\n{}", out.lines.join("\n"));
    out.lines
}

/// What Get Job answers about the job number `number` at `at`.
pub fn view(text: &str, number: u32, at: &str) -> Option<JobView> {
    let scenario = scenario(text);
    let mut world = World::new(&scenario, 1, 0, ());
    world.advance(Instant::START + span(at));
    let id = JobId { source: scenario.demand.len() as u16, ordinal: number, generation: 0 };
    world.view(id)
}

pub fn span(text: &str) -> Span {
    text.parse().unwrap()
}

/// The lines that hold one of `words`.
pub fn with(lines: Vec<String>, words: &[&str]) -> Vec<String> {
    lines.into_iter().filter(|line| words.iter().any(|word| line.contains(word))).collect()
}

/// The rules that the lines cite, in order.
pub fn rules(lines: &[String]) -> Vec<&str> {
    lines.iter().filter_map(|line| rule_of(line)).collect()
}

fn rule_of(line: &str) -> Option<&str> {
    let word = line.split_once(": ")?.1.split(' ').next()?;
    (word.len() <= 3 && word[1..].parse::<u8>().is_ok()).then_some(word)
}

/// When `rule` first acts, if ever.
pub fn first(rule: &str, lines: &[String]) -> Option<String> {
    let line = lines.iter().find(|line| rule_of(line) == Some(rule))?;
    Some(line.split_once(": ")?.0.to_string())
}

/// When `rule` first acts where the event of `text` comes one tick before `deadline`, exactly at it, one tick after.
pub fn around(rule: &str, deadline: &str, text: impl Fn(&str) -> String) -> [Option<String>; 3] {
    [-1, 0, 1].map(|ticks| {
        let at = (span(deadline) + Span::from_micros(ticks)).to_string();
        first(rule, &log(&text(&at), ALL))
    })
}

/// What comes exactly on a deadline still counts; one tick later it has passed, at `deadline`.
pub fn only_after(deadline: &str) -> [Option<String>; 3] {
    [None, None, Some(span(deadline).to_string())]
}

/// What happens, a line for each instant at which something does: the rules in order, with the drive where it is one
/// drive's, and the job before them unless it is `j`; "!" refused, "+" a case opens, "?" its window ends without an
/// answer, "=" it ends.
pub fn story(text: &str) -> Vec<String> {
    told(text, "JDRCX")
}

/// The same, with where the drives are.
pub fn places(text: &str) -> Vec<String> {
    told(text, "JDRCXW")
}

fn told(text: &str, facts: &str) -> Vec<String> {
    let mut told: Vec<(String, String)> = vec![];
    for line in log(text, facts) {
        let (at, what) = line.split_once(": ").unwrap();
        let word = brief(what);
        match told.last_mut() {
            Some((same, words)) if same == at => *words += &format!(" {word}"),
            _ => told.push((at.to_string(), word)),
        }
    }
    told.into_iter().map(|(at, words)| format!("{at}: {words}")).collect()
}

/// "D4 b/1: Specified -> NeverReceived" as "b.D4/1".
fn brief(what: &str) -> String {
    let (head, tail) = what.split_once(": ").unwrap_or((what, ""));
    let (first, second) = head.split_once(' ').unwrap();
    let is_rule = rule_of(&format!(": {first}")).is_some();
    let (word, who) = if is_rule { (first, second) } else { (second, first) };
    let (job, drive) = who.split_once('/').unwrap_or((who, ""));
    let drive = if drive.is_empty() { String::new() } else { format!("/{drive}") };
    let job = if job == "j" { String::new() } else { format!("{job}.") };
    let refused = if tail.contains("refused") { "!" } else { "" };
    if is_rule { format!("{job}{word}{drive}{refused}") } else { format!("{job}{drive}{}", short(word)) }
}

fn short(word: &str) -> String {
    word.replace(" opened", "+").replace(" unanswered", "?").replace(' ', "=")
}

/// Holds a [`story`] against what is expected.
#[track_caller]
pub fn tells(text: &str, expected: &[&str]) {
    assert_eq!(story(text), expected, "{text}");
}

/// Holds [`places`] against what is expected.
#[track_caller]
pub fn shows(text: &str, expected: &[&str]) {
    assert_eq!(places(text), expected, "{text}");
}

/// A station without servers from one day to another.
pub fn closed(station: &str, from: &str, until: &str) -> String {
    format!("[site.{station}]\nservers_by_date=[{{from='{from}',until='{until}',servers=0}}]\n")
}

/// Copies 86.4 GB a day.
pub const SLOW: &str = "[site.bays]\nrate='1MB/s'\n";

/// The same with one bay.
pub const ONE_BAY: &str = "[site.bays]\nrate='1MB/s'\nservers=1\n";

/// A job `j` that spends time in each state: Creating to day 1, Shipping to 2, Received to 4, Transferring to 5,
/// Packaging to 6, Completed (or Closed) to 96.
pub fn walk(parts: &str) -> String {
    let drives = if parts.contains("drive") { "" } else { "drives=1;" };
    let site = format!("{}rate='1MB/s'\n[site.packing]\nper_package='1d'\n", closed("bays", "0d", "4d"));
    site + &job("j", &format!("packs='1d';transit='1d';bytes='86.4GB';{drives}{parts}"))
}

struct Log<'s> {
    scenario: &'s Scenario,
    facts: &'s str,
    lines: Vec<String>,
}

impl Log<'_> {
    fn who(&self, job: JobId) -> String {
        format!("{}{}", self.scenario.jobs[job.ordinal as usize].name, "'".repeat(job.generation.into()))
    }
    fn disk(&self, drive: DriveId) -> String {
        format!("{}/{}{}", self.who(drive.job), if drive.extra { "x" } else { "" }, drive.number)
    }
}

impl Observer for Log<'_> {
    fn fact(&mut self, at: Instant, fact: &Fact) {
        let (letter, line) = match *fact {
            Fact::Job { job, from, to, rule, .. } => {
                ('J', format!("{rule} {}: {from} -> {to}", self.who(job)))
            }
            Fact::Drive { drive, from, to, rule, .. } => {
                ('D', format!("{rule} {}: {from} -> {to}", self.disk(drive)))
            }
            Fact::Refused { job, act, state, rule } => {
                ('R', format!("{rule} {}: {act} refused in {state}", self.who(job)))
            }
            Fact::Ruled { job, drive, rule, .. } => {
                ('X', format!("{rule} {}", drive.map_or_else(|| self.who(job), |drive| self.disk(drive))))
            }
            Fact::Disposed { drive, to, .. } => ('W', format!("{} {to}", self.disk(drive))),
            Fact::Package { package, step, drives, .. } => {
                ('P', format!("{}#{} {}: {drives}", self.who(package.job), package.number, step.name()))
            }
            Fact::Case { case, kind, step, .. } => {
                let (letter, step) = match step {
                    CaseStep::Opened => ('C', "opened".to_string()),
                    CaseStep::WindowExpired => ('C', "unanswered".to_string()),
                    CaseStep::Ended(state) => ('C', state.to_string()),
                    CaseStep::Attempt { number, reached } => ('A', format!("attempt {number} {reached}")),
                };
                (letter, format!("{} {kind} {step}", self.who(case.job)))
            }
            Fact::Capacity { .. } => return,
        };
        if self.facts.contains(letter) {
            self.lines.push(format!("{at}: {line}"));
        }
    }
}
