//! The reference by itself, at the cases whose right values were found by hand.

mod held;
mod shipping;

use crate::engine::time::Instant;
use crate::experiment::ask::ask;
use crate::policy::Disposition;
use crate::scenario::Scenario;
use std::fmt::Write;

const SITE: &str = "[run]\nhorizon = '400d'\n[site.bays]\nrate = '1MB/s'\n";

/// Two drives, of which the keys that follow are the second's.
const TWO: &str = "[[job.drive]];[[job.drive]]";

/// The same; the second travels with the package of job `n`.
const WITH_N: &str = "[[job.drive]];[[job.drive]];travels={with='n'}";

fn scenario(text: &str) -> Scenario {
    let text = format!("{SITE}{text}");
    Scenario::parse(&text, &[]).unwrap_or_else(|why| panic!("{why}\n{text}")).scenario
}

/// The jobs of `text`, each as "NAME: TIME STATE RULE, ..."; below it the drives as "1: TIME RULE ..." with what becomes
/// of them in brackets, extra drives as "x: ...", cases as "KIND TIME to TIME HOW".
fn told(text: &str) -> Vec<String> {
    let scenario = scenario(text);
    let at = |time: i64| Instant::from_micros(time);
    let mut lines = vec![];
    for (number, told) in ask(&scenario).into_iter().enumerate() {
        let name = scenario.jobs.get(number).map_or("follower", |job| &job.name);
        let steps: Vec<String> =
            told.job.iter().map(|(time, state, rule)| format!("{} {state} {rule}", at(*time))).collect();
        lines.push(format!("{name}: {}", steps.join(", ")));
        let place = |(time, place): &(i64, Disposition)| {
            let is_told = *place > Disposition::AtSite;
            is_told.then(|| format!(" [{} {place}]", at(*time)))
        };
        for (number, (steps, places)) in told.drives.iter().zip(&told.places).enumerate() {
            let mut line = format!("{}:", number + 1);
            for (time, _, rule) in steps {
                write!(line, " {} {rule}", at(*time)).unwrap();
            }
            line.extend(places.iter().filter_map(place));
            lines.push(line);
        }
        for places in &told.extras {
            let mut line = "x:".to_string();
            line.extend(places.iter().filter_map(place));
            lines.push(line);
        }
        for case in &told.cases {
            let mut line = format!("{} {}", case.kind, at(case.opened));
            if let Some((time, how)) = case.ended {
                write!(line, " to {} {how}", at(time)).unwrap();
            }
            lines.push(line);
        }
    }
    lines
}

/// Holds all lines but that of a job that is only kept in Creating.
#[track_caller]
fn tells(text: &str, expected: &[&str]) {
    let lines = told(text);
    let lines: Vec<&str> =
        lines.iter().map(String::as_str).filter(|line| !line.contains("240d Creating J2")).collect();
    assert_eq!(lines, expected, "{text}");
}

/// A job `name` that is handed over at once and copied in a day, with the keys in `parts`, parted by ";".
fn job(name: &str, parts: &str) -> String {
    let packs = if parts.contains("packs=") { "" } else { "packs='0d'\n" };
    format!("[[job]]\nname='{name}'\n{packs}bytes='86.4GB'\n{}\n", parts.replace(';', "\n"))
}

/// Keeps a job in Creating.
fn kept() -> String {
    let days: Vec<String> = (1..=24).map(|number| format!("'{}d'", number * 10)).collect();
    format!("updates=[{}]", days.join(","))
}

fn closed_dock(from: &str, until: &str) -> String {
    format!("[site.dock]\nservers_by_date=[{{from='{from}',until='{until}',servers=0}}]\n")
}
