//! What was measured, poured into charts.

use super::charts::{
    Caption, Charts, Curve, Mark, OutcomesChart, RuleCount, RulesChart, Series, StatesChart, StationSeries,
    StationsChart, TimeGroup, TimeSpentChart, Timeline, Tone, TurnaroundChart, render_all,
};
use super::files::{Mean, stations};
use super::place::Place;
use super::words::thousands;
use crate::engine::station::Measures;
use crate::engine::time::{Instant, Span};
use crate::error::Error;
use crate::measure::{By, Counts, Group, Histogram, Results, queue_length};
use crate::policy::{JobState, all_rules};
use crate::scenario::{Disrupted, Milestone, Scenario, SlaClock, StationName};
use crate::world::{DayRow, Outcome, TimePart};

/// Steps of a cumulative curve: more than a screen can show.
const STEPS: usize = 2000;

/// Draws all charts and puts them into the place.
///
/// # Errors
/// [`Error::Io`] where one cannot be drawn or written.
pub fn write_charts(
    place: &mut Place,
    scenario: &Scenario,
    results: &Results,
    seed: u64,
) -> Result<(), Error> {
    let drawn =
        render_all(&charts_of(scenario, results, seed), place.formats()).map_err(|why| Error::Io {
            doing: "draw the charts for",
            path: place.folder().to_owned(),
            why: std::io::Error::other(why),
        })?;
    drawn.iter().try_for_each(|(name, bytes)| place.put(name, bytes))
}

/// The charts of one run as plain numbers.
pub fn charts_of(scenario: &Scenario, results: &Results, seed: u64) -> Charts {
    Charts {
        caption: Caption { scenario: scenario.title(), seed, replications: results.counts.runs },
        states: states(scenario, results),
        turnaround: turnaround_chart(scenario, &results.counts),
        stations: stations_chart(scenario, results),
        outcomes: outcomes(results),
        time_spent: time_spent(results),
        rules: rules(results),
    }
}

fn timeline(scenario: &Scenario) -> Timeline {
    let mark = |at: Span, label: &str| Mark { at: at.as_days(), label: label.into() };
    let mut marks = vec![];
    if scenario.run.warmup > Span::ZERO {
        marks.push(mark(scenario.run.warmup, "measured from here"));
    }
    for disruption in &scenario.disruptions {
        let label = match disruption.what {
            Disrupted::Carrier { .. } => "carrier disrupted",
            Disrupted::Station { station, .. } => {
                ["dock cut", "preparation cut", "bays cut", "packing cut", "operations cut"][station as usize]
            }
            Disrupted::Demand { .. } => "demand changes",
        };
        marks.push(mark(disruption.from.since_start(), label));
    }
    marks.push(mark(scenario.run.horizon, "measured until here"));
    Timeline { first: scenario.run.epoch.date_of(Instant::START), marks }
}

fn states(scenario: &Scenario, results: &Results) -> StatesChart {
    use JobState::{Closed, Completed, Creating, Faulted, Packaging, Received, Shipping, Transferring};
    let working = [Creating, Shipping, Received, Transferring, Packaging, Faulted];
    let retained = [Completed, Closed];
    let all = by_day(results, |_, day| day.jobs.map(f64::from));
    let series =
        |state: &JobState| Series { name: state.name().into(), values: all[state.index()].mean.clone() };
    StatesChart {
        counted: "jobs at the end of each day".into(),
        timeline: timeline(scenario),
        working: working.iter().map(series).collect(),
        retained: retained.iter().map(series).collect(),
    }
}

/// A number of each day, over all runs.
struct ByDay {
    mean: Vec<f64>,
    /// From the run at 5 % to that at 95 %, of several runs.
    band: Option<(Vec<f64>, Vec<f64>)>,
}

/// The numbers that `of` makes of each day and the one before it; for as long as every run went on.
fn by_day<const N: usize>(
    results: &Results,
    of: impl Fn(Option<&DayRow>, &DayRow) -> [f64; N],
) -> [ByDay; N] {
    let runs: Vec<Vec<[f64; N]>> = results.days.iter().map(|days| days.each(&of)).collect();
    let shortest = runs.iter().map(Vec::len).min().unwrap_or(0);
    std::array::from_fn(|number| {
        let (mut means, mut low, mut high) = (vec![], vec![], vec![]);
        for day in 0..shortest {
            let values: Vec<f64> = runs.iter().map(|run| run[day][number]).collect();
            let mut mean = Mean::default();
            values.iter().for_each(|value| mean.add(*value));
            means.push(mean.value().unwrap_or(f64::NAN));
            let (least, most) = middle_share(values);
            low.push(least);
            high.push(most);
        }
        ByDay { mean: means, band: (runs.len() > 1).then_some((low, high)) }
    })
}

/// The values between which 90 % of all are.
fn middle_share(mut values: Vec<f64>) -> (f64, f64) {
    values.sort_by(f64::total_cmp);
    let last = values.len() - 1;
    let at = |p: f64| values[(p * last as f64).round() as usize];
    (at(0.05), at(0.95))
}

/// Jobs that ended, of those and the ones still open.
pub(super) fn curve(name: &str, times: &Histogram, open: u64) -> Curve {
    let steps = times.cumulative();
    let of = (times.count() + open) as f64;
    let every = steps.len().div_ceil(STEPS).max(1);
    let kept = steps.iter().enumerate().filter(|(at, _)| at % every == 0 || at + 1 == steps.len());
    let (days, share) = kept.map(|(_, (took, count))| (took.as_days(), *count as f64 / of)).unzip();
    Curve { name: name.into(), days, share }
}

pub(super) fn turnaround_chart(scenario: &Scenario, counts: &Counts) -> TurnaroundChart {
    let all = counts.all();
    let open = all.outcome(Outcome::Open);
    let both = all.turnaround.count() + open;
    let mut curves = vec![curve("all jobs", &all.turnaround, open)];
    for (name, export) in [("imports", false), ("exports", true)] {
        if let Some(group) = counts.groups.get(&By::Export(export)) {
            curves.push(curve(name, &group.turnaround, group.outcome(Outcome::Open)));
        }
    }
    // Of all, the open ones being the longest: a quantile that falls among them is not known.
    let reached = |p: f64| {
        let rank = p * both as f64 / all.turnaround.count().max(1) as f64;
        if rank > 1.0 { None } else { all.turnaround.quantile(rank).map(Span::as_days) }
    };
    let promised = |sla: &&crate::scenario::Sla| {
        sla.from == Milestone::Ordered && sla.to == Milestone::Ended && matches!(sla.clock, SlaClock::All)
    };
    let slas = scenario.slas.iter().filter(promised);
    TurnaroundChart {
        counted: format!(
            "{} jobs that ended Completed or Closed, from order to end",
            thousands(all.turnaround.count())
        ),
        curves,
        p50: reached(0.5),
        p95: reached(0.95),
        slas: slas.map(|sla| Mark { at: sla.within.as_days(), label: format!("SLA {}", sla.name) }).collect(),
        censored_share: if both == 0 { 0.0 } else { open as f64 / both as f64 },
    }
}

pub(super) fn stations_chart(scenario: &Scenario, results: &Results) -> StationsChart {
    let series = |station: StationName| {
        let (name, unit) = [
            ("Receiving dock", "packages and drives"),
            ("Preparation", "drives"),
            ("Copy bays", "drives"),
            ("Packing", "packages"),
            ("Operations", "attempts"),
        ][station as usize];
        let of = |day: &DayRow| day.site.stations[station as usize];
        let today =
            |before: Option<&DayRow>, day: &DayRow| of(day).since(&before.map_or_else(Measures::default, of));
        let unlimited = |before: Option<&DayRow>, day: &DayRow| {
            today(before, day).capacity
                >= i128::from((day.until - day.from).micros()) * i128::from(u32::MAX / 2)
        };
        let [queue, utilization] = by_day(results, |before, day| {
            let today = today(before, day);
            let open = today.capacity > 0 && !unlimited(before, day);
            let staffed = (today.capacity + today.overtime) as f64;
            [queue_length(&of(day)) as f64, if open { today.busy as f64 / staffed } else { f64::NAN }]
        });
        let days = results.days.first().map(|days| days.each(unlimited)).unwrap_or_default();
        StationSeries {
            name: name.into(),
            unit: unit.into(),
            band: queue.band,
            queue: queue.mean,
            utilization: days.contains(&false).then_some(utilization.mean),
        }
    };
    StationsChart {
        counted: "queue at the end of each day; share of server time at work on it".into(),
        timeline: timeline(scenario),
        stations: stations(scenario).map(series).collect(),
    }
}

fn outcomes(results: &Results) -> OutcomesChart {
    let all = results.counts.all();
    let told = |outcome: Outcome| {
        let (name, tone) = match outcome {
            Outcome::Completed => ("Completed", Tone::Good),
            Outcome::Closed => ("Closed: some error, or no package", Tone::Bad),
            Outcome::Expired => ("Expired: never set to Shipping", Tone::Mixed),
            Outcome::Deleted => ("Deleted by the customer", Tone::Mixed),
            Outcome::Open => ("Still open when the run stopped", Tone::Open),
        };
        super::charts::Outcome { name: name.into(), count: all.outcome(outcome), tone }
    };
    OutcomesChart {
        counted: format!("{} jobs ordered in the measured window", thousands(all.created)),
        outcomes: Outcome::ALL.map(told).into(),
    }
}

fn time_spent(results: &Results) -> TimeSpentChart {
    let names = [
        "customer",
        "carrier",
        "waiting for a station",
        "station closed",
        "being worked",
        "policy deadline",
        "faulted",
    ];
    let group = |name: &str, group: &Group| {
        let jobs = group.turnaround.count();
        let mean =
            |part: TimePart| group.parts[part as usize].mean().unwrap_or(0.0) / Span::DAY.micros() as f64;
        TimeGroup { name: name.into(), jobs, days: TimePart::ALL.map(mean).into() }
    };
    let shown = [("All jobs", By::All), ("Imports", By::Export(false)), ("Exports", By::Export(true))];
    let groups =
        shown.iter().filter_map(|(name, by)| results.counts.groups.get(by).map(|found| group(name, found)));
    TimeSpentChart {
        counted: "mean days of a job that ended, from order to end".into(),
        parts: names.map(String::from).into(),
        groups: groups.collect(),
    }
}

fn rules(results: &Results) -> RulesChart {
    let acting = all_rules().iter().filter(|text| !text.holds);
    let count = acting.map(|text| RuleCount {
        code: text.rule.name().into(),
        says: text.says.into(),
        fired: results.counts.rules[text.rule.index()].times,
    });
    RulesChart { counted: "times each rule fired in the whole run".into(), rules: count.collect() }
}
