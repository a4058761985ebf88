//! Turns results into the input of charts.

use super::charts::{
    Caption, Charts, Curve, LevelCurve, LevelMonths, LevelsChart, Mark, MonthPoint, OutcomesChart, RuleCount,
    RulesChart, Series, Shade, StatesChart, StationSeries, StationsChart, TimeGroup, TimeSpentChart,
    Timeline, Tone, TurnaroundChart, render_all,
};
use super::files::{Mean, stations};
use super::late::way_words;
use super::place::Place;
use super::words::thousands;
use crate::engine::station::Measures;
use crate::engine::time::{Instant, Span};
use crate::error::Error;
use crate::experiment::Estimated;
use crate::measure::{By, Counts, Due, Group, Histogram, Results, Side, queue_length};
use crate::policy::{JobState, all_rules};
use crate::scenario::{Scenario, Sla, StationName, Strain};
use crate::world::{Account, DayRow, Outcome, TimePart};

/// Most steps of a cumulative curve: more than a screen can show.
const STEPS: usize = 2000;

/// Draws all charts and writes them into `place`.
///
/// # Errors
/// [`Error::Io`] where a chart cannot be drawn or written.
pub fn write_charts(
    place: &mut Place,
    scenario: &Scenario,
    results: &Results,
    estimates: &[Estimated],
    seed: u64,
) -> Result<(), Error> {
    let charts = charts_of(scenario, results, estimates, seed);
    let drawn = render_all(&charts, place.formats()).map_err(|why| Error::Io {
        doing: "draw the charts for",
        path: place.folder().to_owned(),
        why: std::io::Error::other(why),
    })?;
    drawn.iter().try_for_each(|(name, bytes)| place.put(name, bytes))
}

/// The chart input for one run, or for several together; `estimates` are those of its summary.
pub fn charts_of(scenario: &Scenario, results: &Results, estimates: &[Estimated], seed: u64) -> Charts {
    Charts {
        caption: Caption { scenario: scenario.title(), seed, replications: results.counts.runs },
        states: states(scenario, results),
        turnaround: turnaround_chart(scenario, &results.counts),
        levels: levels(scenario, results, estimates),
        stations: stations_chart(scenario, results),
        outcomes: outcomes(results),
        time_spent: time_spent(scenario, results),
        rules: rules(results),
    }
}

fn timeline(scenario: &Scenario) -> Timeline {
    let mark = |at: Span, label: &str| Mark { at: at.as_days(), label: label.into() };
    let mut marks = vec![];
    if scenario.run.warmup > Span::ZERO {
        marks.push(mark(scenario.run.warmup, "measured from here"));
    }
    let shade = |strain: Strain| {
        // The strain ends at midnight, so its last day is the day before.
        let last = scenario.run.epoch.date_of(strain.until - Span::from_micros(1));
        Shade {
            from: strain.from.since_start().as_days(),
            until: strain.until.since_start().as_days(),
            label: format!("{}, to {}", strain.words, last.strftime("%-d %b")),
        }
    };
    let shades = scenario.strains().into_iter().map(shade).collect();
    marks.push(mark(scenario.run.horizon, "measured until here"));
    Timeline { first: scenario.run.epoch.date_of(Instant::START), marks, shades }
}

fn states(scenario: &Scenario, results: &Results) -> StatesChart {
    use JobState::{Closed, Completed, Creating, Faulted, Packaging, Received, Shipping, Transferring};
    let working = [Creating, Shipping, Received, Transferring, Packaging, Faulted];
    let retained = [Completed, Closed];
    let all = by_day(results, |_, day| day.jobs.map(f64::from));
    let series =
        |state: &JobState| Series { name: state.name().into(), values: all[state.index()].mean.clone() };
    StatesChart {
        counted: "jobs at the end of each day, mean of seven days".into(),
        timeline: timeline(scenario),
        working: working.iter().map(series).collect(),
        retained: retained.iter().map(series).collect(),
    }
}

/// A number by day, over all runs.
struct ByDay {
    mean: Vec<f64>,
    /// The band between the 5 % and the 95 % quantile of several runs.
    band: Option<(Vec<f64>, Vec<f64>)>,
}

/// Numbers that `of` computes from each day and the day before; for the days that every run has.
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

/// The values between which 90 % of all values lie.
fn middle_share(mut values: Vec<f64>) -> (f64, f64) {
    values.sort_by(f64::total_cmp);
    let last = values.len() - 1;
    let at = |p: f64| values[(p * last as f64).round() as usize];
    (at(0.05), at(0.95))
}

/// The cumulative curve of jobs that ended, relative to all jobs, including `open` ones.
pub(super) fn curve(name: &str, times: &Histogram, open: u64) -> Curve {
    let steps = times.cumulative();
    let both = times.count() + open;
    let every = steps.len().div_ceil(STEPS).max(1);
    let kept = steps.iter().enumerate().filter(|(at, _)| at % every == 0 || at + 1 == steps.len());
    let (days, share) = kept.map(|(_, (took, count))| (took.as_days(), *count as f64 / both as f64)).unzip();
    // Open jobs count as the longest: a quantile among them is not known.
    let reached = |p: f64| {
        let rank = p * both as f64 / times.count().max(1) as f64;
        if rank > 1.0 { None } else { times.quantile(rank).map(Span::as_days) }
    };
    Curve { name: name.into(), days, share, p50: reached(0.5), p95: reached(0.95), note: String::new() }
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
    let level = |(number, due): (usize, &Due)| {
        let (sla, jobs) = (&scenario.slas[number], due.count());
        let (days, share) =
            due.cumulative().into_iter().map(|(day, done)| (day, done as f64 / jobs as f64)).unzip();
        LevelCurve {
            name: level_name(scenario, sla),
            days,
            share,
            attained: due.in_time() as f64 / jobs as f64,
            target: sla.target,
            jobs,
        }
    };
    TurnaroundChart {
        counted: format!(
            "left: {} jobs that ended Completed or Closed; right: jobs that each level counts, by the time to their due \
             instant",
            thousands(all.turnaround.count())
        ),
        curves,
        levels: counts.dues.iter().enumerate().filter(|(_, due)| due.count() > 0).map(level).collect(),
        censored_share: if both == 0 { 0.0 } else { open as f64 / both as f64 },
    }
}

/// The name of a level, with its class where several levels have one name.
fn level_name(scenario: &Scenario, sla: &Sla) -> String {
    match scenario.level_of(sla).strip_prefix("class=") {
        Some(class) => format!("{} ({class})", sla.name),
        None => sla.name.clone(),
    }
}

/// Attainment of each level by month; with the probability of a miss where there are several runs.
fn levels(scenario: &Scenario, results: &Results, estimates: &[Estimated]) -> LevelsChart {
    let months: Vec<&By> = results.counts.slas.keys().filter(|by| matches!(by, By::Month(..))).collect();
    let row = |metric: &str, by: &str| estimates.iter().find(|row| row.metric == metric && row.by == by);
    let of = |sla: &Sla| {
        let attainment = format!("sla.{}.attainment", sla.name);
        let met = format!("sla.{}.target_met.share", sla.name);
        let month = |by: &&By| {
            let By::Month(year, number) = by else { return None };
            let (label, date) = (by.label(scenario), jiff::civil::Date::new(*year, *number as i8, 1).ok()?);
            let found = row(&attainment, &label)?;
            let chance = row(&met, &label).map(|row| 1.0 - row.value.real());
            Some(MonthPoint {
                name: date.strftime("%b %y").to_string(),
                value: found.value.real(),
                interval: found.estimate.interval.unwrap_or((f64::NAN, f64::NAN)),
                jobs: found.estimate.n,
                chance: chance.filter(|_| results.counts.runs > 1),
            })
        };
        LevelMonths {
            name: level_name(scenario, sla),
            says: format!("{} to {} within {}", sla.from.name(), sla.to.name(), sla.within_words()),
            target: sla.target,
            months: months.iter().filter_map(month).collect(),
        }
    };
    // The results by month have only the sum of levels with one name.
    let only = |sla: &&Sla| scenario.slas.iter().filter(|other| other.name == sla.name).count() == 1;
    let runs = results.counts.runs;
    LevelsChart {
        counted: match runs {
            0 | 1 => {
                "jobs by month of their order · one run: each month varies at random, and its interval is not known"
                    .into()
            }
            runs => format!(
                "jobs by month of their order · bars: 95 % intervals of {runs} replications · missed: replications below the \
                 target"
            ),
        },
        levels: scenario.slas.iter().filter(only).map(of).collect(),
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
        counted: "queue at the end of each day; share of server time at work, means of seven days".into(),
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
            Outcome::Expired => ("Expired: never set to Shipping", Tone::Bad),
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

/// For each service level, the time of jobs in time and of late jobs, by station; without levels, the time of all jobs.
fn time_spent(scenario: &Scenario, results: &Results) -> TimeSpentChart {
    let side = |name: String, side: &Side| TimeGroup {
        name,
        jobs: side.jobs,
        days: (0..Account::WAYS.len()).map(|way| side.mean_days(way)).collect(),
    };
    let levels = scenario.slas.iter().zip(&results.counts.late).filter(|(_, late)| late.says_something());
    let groups = levels.flat_map(|(sla, late)| {
        let name = level_name(scenario, sla);
        [side(format!("{name}: in time"), &late.met), side(format!("{name}: late"), &late.late)]
    });
    let mut groups: Vec<TimeGroup> = groups.collect();
    if groups.is_empty() {
        return time_of_all(results);
    }
    let used: Vec<usize> =
        (0..Account::WAYS.len()).filter(|way| groups.iter().any(|group| group.days[*way] >= 0.005)).collect();
    groups.iter_mut().for_each(|group| group.days = used.iter().map(|way| group.days[*way]).collect());
    TimeSpentChart {
        counted: "mean days of a job between the milestones of each service level".into(),
        parts: used.iter().map(|way| way_words(Account::WAYS[*way]).to_owned()).collect(),
        groups,
    }
}

fn time_of_all(results: &Results) -> TimeSpentChart {
    /// Where preparation has its place: before all other work.
    const PREPARED: usize = TimePart::Worked as usize;
    let mut parts: Vec<String> = [
        "with the customer",
        "with the carrier",
        "in a queue",
        "station closed",
        "being worked on",
        "only a deadline runs",
        "Faulted (a problem is solved)",
    ]
    .map(String::from)
    .into();
    let prepares = results.counts.all().prepared > 0;
    if prepares {
        parts.insert(PREPARED, way_words(Account::WAYS[Account::PREPARED]).into());
    }
    let group = |name: &str, group: &Group| {
        let jobs = group.turnaround.count();
        let mean =
            |part: TimePart| group.parts[part as usize].mean().unwrap_or(0.0) / Span::DAY.micros() as f64;
        let mut days: Vec<f64> = TimePart::ALL.map(mean).into();
        if prepares {
            let prepared = group.prepared as f64 / jobs.max(1) as f64 / Span::DAY.micros() as f64;
            days[PREPARED] -= prepared;
            days.insert(PREPARED, prepared);
        }
        TimeGroup { name: name.into(), jobs, days }
    };
    let shown = [("All jobs", By::All), ("Imports", By::Export(false)), ("Exports", By::Export(true))];
    let groups =
        shown.iter().filter_map(|(name, by)| results.counts.groups.get(by).map(|found| group(name, found)));
    TimeSpentChart {
        counted: "mean days of a job that ended, from order to end".into(),
        parts,
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
