//! Why jobs were late, in words: where they lost time, which causes they had, and a comparison that tests the
//! explanation.

use super::words::{percent, thousands, wrapped};
use crate::engine::time::{Instant, Span};
use crate::measure::{CAUSES, Counts, Late};
use crate::scenario::{Carrier, Faults, Scenario, StationName};
use crate::screen::quoted;
use crate::world::Account;

/// Parts with fewer extra days than this are not reported.
const TOLD: f64 = 0.05;
/// Factor of the proposed increase of a scarce resource.
const MORE: f64 = 1.25;
/// Factor of the proposed reduction of what may take too long.
const LESS: f64 = 0.75;
/// Highest rate of a bay in a scenario, in MB/s; also more minutes than any preparation takes.
const FASTEST: f64 = 1e9;
/// Number of changes of a timetable that are examined to see whether it has a constant number of servers: two weeks of
/// daily shifts.
const SEEN: usize = 30;

/// [`CAUSES`] in words, after "had".
pub(super) const CAUSE_WORDS: [&str; CAUSES.len()] = [
    "a fault",
    "a missing-package notice",
    "a wrong address",
    "time at a closed station",
    "more than twice the usual time in queues",
];

/// One paragraph for each service level with late jobs and jobs in time; empty if there is none.
pub(super) fn why_late(scenario: &Scenario, counts: &Counts) -> String {
    let mut text = String::new();
    let levels = scenario.slas.iter().zip(&counts.late).enumerate();
    for (number, (sla, late)) in levels.filter(|(_, (_, late))| late.says_something()) {
        if text.is_empty() {
            text +=
                "\nWhy late: extra days of late jobs against jobs in time (an association, not an effect)\n";
        }
        let level = scenario.level_of(sla);
        let class = if level.is_empty() { level } else { format!(" {}", level.replace('=', " ")) };
        let extra = late.extra_days();
        let (came, missed) = (late.late.jobs, counts.kept(number).missed);
        let others = match missed - came {
            0 => String::new(),
            others => format!(", {} never reached it", thousands(others)),
        };
        let (came, missed) = (thousands(came), thousands(missed));
        let first =
            format!("  {}{class}, {missed} missed: {came} late{others}; late jobs {}", sla.name, sum(&extra));
        text += &wrapped(ways(&extra), &first, "    ");
        text += &wrapped(causes(late), "    had ", "    ");
        if let Some(variant) = variant(scenario, &extra) {
            text += &format!(
                "    to test this: shipback compare {} --variant {}\n",
                typed(scenario),
                quoted(&variant)
            );
        }
    }
    text
}

fn sum(extra: &[f64; Account::WAYS.len()]) -> String {
    format!("{:+.1} d in all: ", extra.iter().sum::<f64>())
}

/// The parts in words, the largest first.
fn ways(extra: &[f64; Account::WAYS.len()]) -> Vec<String> {
    let mut parts: Vec<(usize, f64)> =
        extra.iter().copied().enumerate().filter(|one| one.1.abs() >= TOLD).collect();
    parts.sort_by(|a, b| b.1.total_cmp(&a.1));
    let last = parts.len().saturating_sub(1);
    let part = |(number, (way, days)): (usize, (usize, f64))| {
        let end = if number == last { "" } else { "," };
        format!("{} {days:+.1}{end}", in_words(Account::WAYS[way]))
    };
    parts.into_iter().enumerate().map(part).collect()
}

/// A change that would remove most of the largest part: in words, and as a command that tests it.
pub(super) fn test_of(scenario: &Scenario, late: &Late) -> Option<(String, String)> {
    let extra = late.extra_days();
    let part = Account::WAYS[largest(&extra)?];
    let says = match part.split_once('_') {
        Some(("waiting", station)) => format!("a quarter more servers at {station}"),
        Some(("worked", _)) => "every drive prepared in three quarters of the mean time".to_owned(),
        Some((_, station)) => format!("{station} open at all hours"),
        None => match part {
            "faulted" => "half as many faults",
            "carrier" => "no delayed package",
            "customer" | "deadline" => "every customer reached at the first attempt",
            _ => "copy bays a quarter faster",
        }
        .to_owned(),
    };
    let variant = variant(scenario, &extra)?;
    Some((says, format!("shipback compare {} --variant {}", typed(scenario), quoted(&variant))))
}

/// The part in which late jobs lost the most time.
fn largest(extra: &[f64; Account::WAYS.len()]) -> Option<usize> {
    let most = extra.iter().enumerate().max_by(|a, b| a.1.total_cmp(b.1)).filter(|most| *most.1 >= TOLD);
    most.map(|most| most.0)
}

/// Turns "waiting_bays" into "waiting at bays".
fn in_words(way: &str) -> String {
    way.replace('_', " at ")
}

fn causes(late: &Late) -> Vec<String> {
    let last = CAUSES.len() - 1;
    let cause = |number: usize| {
        let (here, there) = (late.late.had[number], late.met.had[number]);
        let end = if number == last { "" } else { "," };
        let others = percent(there, late.met.jobs);
        format!(
            "{} {} ({}; others {others}){end}",
            CAUSE_WORDS[number],
            thousands(here),
            percent(here, late.late.jobs)
        )
    };
    (0..CAUSES.len()).map(cause).collect()
}

/// The name of a part for planners.
pub(super) fn way_words(way: &'static str) -> &'static str {
    match way {
        "customer" => "with the customer",
        "carrier" => "with the carrier",
        "waiting_dock" => "queue at the dock",
        "waiting_preparation" => "queue at preparation",
        "waiting_bays" => "queue at the copy bays",
        "waiting_packing" => "queue at packing",
        "closed_dock" => "dock closed",
        "closed_preparation" => "preparation closed",
        "closed_bays" => "copy bays closed",
        "closed_packing" => "packing closed",
        "worked_preparation" => "being prepared",
        "worked" => "being worked on",
        "deadline" => "only a deadline runs",
        "faulted" => "Faulted, until it is solved",
        other => other,
    }
}

/// The scenario and its overrides, as typed in a command; `--until` is not included.
pub(super) fn typed(scenario: &Scenario) -> String {
    let file = if scenario.file.is_empty() { "FILE".into() } else { quoted(&scenario.file) };
    let sets = scenario.overrides.iter().filter(|set| !set.starts_with("until="));
    file + &sets.map(|set| format!(" --set {}", quoted(set))).collect::<String>()
}

/// The change that would remove most of the largest part, in the form of `--variant`.
fn variant(scenario: &Scenario, extra: &[f64; Account::WAYS.len()]) -> Option<String> {
    let part = Account::WAYS[largest(extra)?];
    let station = |name: &str| {
        StationName::ALL.into_iter().find(|station| part.ends_with(station.name()) && part.starts_with(name))
    };
    if let Some(station) = station("waiting") {
        return more_servers(scenario, station);
    }
    if let Some(station) = station("closed") {
        return open_always(scenario, station);
    }
    match part {
        "worked_preparation" => quicker_preparation(scenario),
        "faulted" => without_faults(&scenario.faults),
        "carrier" => {
            let delays = |carrier: &&Carrier| carrier.delayed > 0.0;
            let quick = |carrier: &Carrier| format!("carrier.{}.delayed=0", carrier.name);
            joined(scenario.carriers.iter().filter(delays).map(quick))
        }
        "customer" | "deadline" => Some("customer.unreachable=0; customer.reached=1".into()),
        _ => {
            let rate = scenario.site.bay_rate as f64 * MORE / 1e6;
            (rate < FASTEST).then(|| format!("site.bays.rate={rate:.0}MB/s"))
        }
    }
}

/// A quarter more servers in the same hours.
fn more_servers(scenario: &Scenario, station: StationName) -> Option<String> {
    let most = most_servers(scenario, station)?;
    Some(format!("site.{}.servers={}", station.name(), (f64::from(most) * MORE).ceil()))
}

/// Three quarters of the mean time of preparation, for every drive.
fn quicker_preparation(scenario: &Scenario) -> Option<String> {
    let (_, per_drive) = scenario.site.preparation.as_ref()?;
    let minutes = (per_drive.mean() * LESS / Span::MINUTE.as_secs()).round();
    (1.0..FASTEST).contains(&minutes).then(|| format!("site.preparation.per_drive={minutes}min"))
}

/// The same servers at all hours.
fn open_always(scenario: &Scenario, station: StationName) -> Option<String> {
    let (most, name) = (most_servers(scenario, station)?, station.name());
    Some(format!("site.{name}.servers={most}; site.{name}.hours=always"))
}

/// The number of servers, if it is constant while the station is open.
fn most_servers(scenario: &Scenario, station: StationName) -> Option<u32> {
    let mut servers = scenario.site.plan(station)?.servers.clone();
    let changes = std::iter::successors(Some((Instant::START, servers.level(Instant::START))), |last| {
        servers.next_change(last.0)
    });
    let mut levels: Vec<u32> = changes.map(|change| change.1).filter(|&level| level > 0).take(SEEN).collect();
    levels.dedup();
    match levels[..] {
        [most] if most < u32::MAX => Some(most),
        _ => None,
    }
}

/// Half of each fault probability that is above zero.
fn without_faults(faults: &Faults) -> Option<String> {
    let all = [
        ("unreadable", faults.unreadable),
        ("wrong_key", faults.wrong_key),
        ("broken_manifest", faults.broken_manifest),
        ("customs_hold", faults.customs_hold),
        ("account_refused", faults.account_refused),
        ("storage_inaccessible", faults.storage_inaccessible),
    ];
    let half =
        |(name, chance): &(&str, f64)| format!("faults.{name}={}", (chance * 50.0 * 1e6).round() / 1e8);
    joined(all.iter().filter(|(_, chance)| *chance > 0.0).map(half))
}

/// The settings of one variant; `None` if there are none.
fn joined(sets: impl Iterator<Item = String>) -> Option<String> {
    let sets: Vec<String> = sets.collect();
    (!sets.is_empty()).then(|| sets.join("; "))
}
