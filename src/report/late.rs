//! Why jobs were late, in words: where they lost time, what they had, and the comparison that would test it.

use super::words::{percent, thousands, wrapped};
use crate::engine::time::Instant;
use crate::measure::{CAUSES, Counts, Late, WAYS};
use crate::scenario::{Faults, Scenario, StationName};

/// Less than this many days is told of no part.
const TOLD: f64 = 0.05;
/// More of what may be too few.
const MORE: f64 = 1.25;

/// A paragraph for each service level that late jobs and others tell something about; empty where none does.
pub(super) fn why_late(scenario: &Scenario, counts: &Counts) -> String {
    let mut text = String::new();
    for (sla, late) in scenario.slas.iter().zip(&counts.late).filter(|(_, late)| late.says_something()) {
        if text.is_empty() {
            text += "\nWhy late: days more than jobs in time, between start and goal (an association; compare tells the effect)\n";
        }
        let level = scenario.level_of(sla);
        let class = if level.is_empty() { level } else { format!(" {}", level.replace('=', " ")) };
        let extra = late.extra_days();
        let first = format!("  {}{class}, {} late: {}", sla.name, thousands(late.late.jobs), sum(&extra));
        text += &wrapped(ways(&extra), &first, "    ");
        text += &wrapped(causes(late), "    had ", "    ");
        if let Some(variant) = variant(scenario, &extra) {
            text += &format!("    to test it: shipback compare {} --variant '{variant}'\n", file(scenario));
        }
    }
    text
}

fn sum(extra: &[f64; WAYS.len()]) -> String {
    format!("{:+.1} d in all: ", extra.iter().sum::<f64>())
}

/// The parts, the largest first.
fn ways(extra: &[f64; WAYS.len()]) -> Vec<String> {
    let mut parts: Vec<(usize, f64)> =
        extra.iter().copied().enumerate().filter(|one| one.1.abs() >= TOLD).collect();
    parts.sort_by(|a, b| b.1.total_cmp(&a.1));
    let last = parts.len().saturating_sub(1);
    let part = |(number, (way, days)): (usize, (usize, f64))| {
        let end = if number == last { "" } else { "," };
        format!("{} {days:+.1}{end}", in_words(WAYS[way]))
    };
    parts.into_iter().enumerate().map(part).collect()
}

/// "waiting_bays" as "waiting at bays".
fn in_words(way: &str) -> String {
    way.replace('_', " at ")
}

fn causes(late: &Late) -> Vec<String> {
    let words = [
        "a fault",
        "a missing-package notice",
        "a wrong address",
        "hours at a closed station",
        "queues of twice the usual length",
    ];
    let last = CAUSES.len() - 1;
    let cause = |number: usize| {
        let (here, there) = (late.late.had[number], late.met.had[number]);
        let end = if number == last { "" } else { "," };
        let others = percent(there, late.met.jobs);
        format!(
            "{} {} ({}; others {others}){end}",
            words[number],
            thousands(here),
            percent(here, late.late.jobs)
        )
    };
    (0..CAUSES.len()).map(cause).collect()
}

fn file(scenario: &Scenario) -> &str {
    if scenario.name == "baseline" { "baseline" } else { "FILE" }
}

/// What would take most of the largest part away, as `--variant` has it.
fn variant(scenario: &Scenario, extra: &[f64; WAYS.len()]) -> Option<String> {
    let most = extra.iter().enumerate().max_by(|a, b| a.1.total_cmp(b.1)).filter(|most| *most.1 >= TOLD)?.0;
    let part = WAYS[most];
    let station = |name: &str| {
        StationName::ALL.into_iter().find(|station| part.ends_with(station.name()) && part.starts_with(name))
    };
    if let Some(station) = station("waiting") {
        return more_servers(scenario, station);
    }
    if let Some(station) = station("closed") {
        return Some(format!("site.{}.hours=always", station.name()));
    }
    match part {
        "faulted" => without_faults(&scenario.faults),
        "carrier" => {
            let quick = |carrier: &crate::scenario::Carrier| {
                format!("carrier.{0}.delayed=0; carrier.{0}.lost=0", carrier.name)
            };
            Some(scenario.carriers.iter().map(quick).collect::<Vec<_>>().join("; "))
        }
        "customer" | "deadline" => Some("customer.unreachable=0; customer.reached=1".into()),
        _ => Some(format!("site.bays.rate={:.0}MB/s", scenario.site.bay_rate as f64 * MORE / 1e6)),
    }
}

/// A quarter more servers than the most of the first weeks.
fn more_servers(scenario: &Scenario, station: StationName) -> Option<String> {
    let site = &scenario.site;
    let plan = match station {
        StationName::Dock => &site.dock,
        StationName::Preparation => &site.preparation.as_ref()?.0,
        StationName::Bays => &site.bays,
        StationName::Packing => &site.packing,
        StationName::Operations => &site.operations,
    };
    let mut servers = plan.servers.clone();
    let (mut most, mut at) = (servers.level(Instant::START), Instant::START);
    for _ in 0..50 {
        let Some((next, level)) = servers.next_change(at) else { break };
        (most, at) = (most.max(level), next);
    }
    (most < u32::MAX).then(|| format!("site.{}.servers={}", station.name(), (f64::from(most) * MORE).ceil()))
}

/// Half of each fault that there is.
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
    let halves: Vec<String> = all.iter().filter(|(_, chance)| *chance > 0.0).map(half).collect();
    (!halves.is_empty()).then(|| halves.join("; "))
}
