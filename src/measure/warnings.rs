//! Warnings about the numbers of the user's scenario that make its results doubtful.

use super::counts::Counts;
use super::group::{By, Group};
use super::station_use::StationUse;
use crate::engine::time::Span;
use crate::scenario::{Ending, Scenario, StationName};
use crate::world::{Outcome, TimePart};

/// A station with a higher utilization has no reserve.
const BUSY: f64 = 0.98;
/// A queue that grew by more hours of work for all servers than this has not grown by random variation.
const GROWN_HOURS: f64 = 24.0;
/// The same for a queue that would take this long to work off, at the throughput of the window.
const GROWN: Span = Span::days(28);
/// Below this many events, no frequency is reported.
const FEW: u64 = 10;
/// A class starves if its jobs wait this many days in queues, and this many times as long as jobs of a class that is
/// served before it; or if more than this share of them has not ended, and this many times the share of that class.
const STARVED_DAYS: f64 = 7.0;
const STARVED_TIMES: f64 = 10.0;
const STARVED_OPEN: f64 = 0.5;
/// A share of open jobs above this is large.
const MANY_OPEN: f64 = 0.02;

/// All warnings, the most important first.
pub(crate) fn warnings(scenario: &Scenario, counts: &Counts) -> Vec<String> {
    let mut list = vec![];
    let all = counts.all();
    if all.created == 0 {
        list.push("No job was ordered in the measured window: there is nothing to measure.".into());
        return list;
    }
    open_jobs(scenario, all.outcome(Outcome::Open), all.created, &mut list);
    for (station, used) in StationName::ALL.into_iter().zip(&counts.stations) {
        cannot_keep_up(station.name(), used, counts.runs.max(1), &mut list);
    }
    never_met(scenario, counts, &mut list);
    starving(scenario, counts, &mut list);
    let ends = [Outcome::Completed, Outcome::Closed, Outcome::Expired, Outcome::Deleted];
    few(
        all.created,
        counts.runs.max(1),
        &ends.map(|outcome| (outcome.name(), all.outcome(outcome))),
        &mut list,
    );
    list
}

fn open_jobs(scenario: &Scenario, open: u64, created: u64, list: &mut Vec<String>) {
    if open == 0 {
        return;
    }
    let share = open as f64 / created as f64;
    let many = if share > MANY_OPEN { "many, " } else { "" };
    let way_out = match scenario.run.ending {
        Ending::Censor => "let the run drain to follow them to their end",
        Ending::Drain { .. } => "a longer drain limit would follow them further",
    };
    list.push(format!(
        "{open} of {created} measured jobs ({many}{:.1} %) had not ended when the run stopped; turnaround is that of \
         ended jobs only and therefore too short: {way_out}.",
        share * 100.0
    ));
}

/// Warns where no server is ever free, where the queue has grown by more than a day's work of all servers, or by more
/// than is served in four weeks.
fn cannot_keep_up(name: &str, used: &StationUse, runs: u64, list: &mut Vec<String>) {
    let utilization = used.utilization().unwrap_or(0.0);
    let grown = used.queue_after.saturating_sub(used.queue_before) / runs;
    if used.utilization().is_none() && used.queue_after > 0 && !used.is_unlimited() {
        list.push(format!("Station {name} was never open, and {} wait there.", used.queue_after / runs));
        return;
    }
    let servers = used.mean_servers().unwrap_or(f64::INFINITY);
    let service = used.mean_service().unwrap_or(f64::INFINITY);
    let hours = grown as f64 * service / servers / Span::HOUR.micros() as f64;
    let grows = grown > FEW && hours > GROWN_HOURS && utilization > 0.9;
    let pace = i128::from(used.window.served) * i128::from(GROWN.micros());
    let outgrows = grown > FEW && i128::from(grown) * used.length > pace;
    if utilization > BUSY || grows || (outgrows && !used.is_unlimited()) {
        list.push(format!(
            "Station {name} cannot keep up: {:.1} % utilized, {} waiting at the horizon against {} at the start of the \
             window. Its waits grow with the length of the run; give it more servers.",
            utilization * 100.0,
            used.queue_after / runs,
            used.queue_before / runs
        ));
    }
}

/// Warns of a service level that no job met: its unit may be wrong.
fn never_met(scenario: &Scenario, counts: &Counts, list: &mut Vec<String>) {
    for (number, sla) in scenario.slas.iter().enumerate() {
        let kept = counts.kept(number);
        if kept.in_time() == 0 && kept.judged() >= FEW {
            list.push(format!(
                "No job of {} met {}: {} to {} within {}. Check that time and its unit.",
                kept.judged(),
                sla.name,
                sla.from.name(),
                sla.to.name(),
                sla.within_words()
            ));
        }
    }
}

/// Warns of a class whose jobs wait without end while jobs served before it hardly wait.
fn starving(scenario: &Scenario, counts: &Counts, list: &mut Vec<String>) {
    let group =
        |class: usize| counts.groups.get(&By::Class(class as u8)).filter(|group| group.created >= FEW);
    let wait = |group: &Group| {
        group.parts[TimePart::Waiting as usize].mean().unwrap_or(0.0) / Span::DAY.micros() as f64
    };
    let open = |group: &Group| group.outcome(Outcome::Open) as f64 / group.created as f64;
    let (names, mut least) = (&scenario.site.classes, None::<(usize, &Group)>);
    for (class, own) in (0..names.len()).filter_map(|class| Some((class, group(class)?))) {
        if let Some((first, before)) = least {
            let (here, there) = (wait(own), wait(before));
            let waits = here > STARVED_DAYS && here > there * STARVED_TIMES;
            let stays = open(own) > STARVED_OPEN && open(before) * STARVED_TIMES < open(own);
            if waits || stays {
                list.push(format!(
                    "Class {} starves: its jobs that ended had waited {here:.1} days in queues on average, those of class {} \
                     {there:.1} days, and {:.0} % of its jobs had not ended. Classes are served first to last, so more \
                     servers at the busiest station help this class most.",
                    names[class],
                    names[first],
                    open(own) * 100.0
                ));
            }
        }
        if least.is_none_or(|(_, before)| wait(own) < wait(before)) {
            least = Some((class, own));
        }
    }
}

/// Warns of outcomes that are too rare to say how often they happen.
fn few(created: u64, runs: u64, outcomes: &[(&str, u64)], list: &mut Vec<String>) {
    let none: Vec<&str> = outcomes.iter().filter(|(_, seen)| *seen == 0).map(|(name, _)| *name).collect();
    if !none.is_empty() {
        let runs = if runs == 1 { "one run".to_owned() } else { format!("{runs} replications") };
        list.push(format!("No job of {created} in {runs} was {}: rare, not impossible.", none.join(" or ")));
    }
    let some = |seen: u64| (1..FEW).contains(&seen);
    let rare: Vec<String> = outcomes
        .iter()
        .filter(|(_, seen)| some(*seen))
        .map(|(name, seen)| format!("{seen} {name}"))
        .collect();
    if !rare.is_empty() {
        list.push(format!("Too few to say how often they come: {} of {created}.", rare.join(", ")));
    }
}
