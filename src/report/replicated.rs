//! The screen summary of several replications: each metric with its interval.

use super::recovery::apart;
use super::summary::standing;
use super::words::{SLAS, WIDTH, cut, seeded, thousands, wrapped};
use crate::engine::time::{Instant, Span};
use crate::experiment::{Estimate, Estimated, Reached, Study};
use crate::measure::Value;
use crate::scenario::{Ending, Scenario, Sla, StationName};
use std::fmt::Write;
use std::time::Duration;

/// Writing to a string cannot fail.
macro_rules! say {
    ($text:expr, $($what:tt)*) => { writeln!($text, $($what)*).expect("a string takes all") };
}

/// The results of several replications of `scenario` in about 40 lines; `took` is wall-clock time.
pub fn study_text(scenario: &Scenario, study: &Study, seed: u64, took: Duration) -> String {
    let mut text = String::new();
    heading(&mut text, scenario, study, seed);
    say!(text, "{:<46}{:>12}{:>21}{:>21}", "", "value", "95 % of the mean", "95 % of one run");
    let mut page = Page { study, text };
    page.outcomes();
    page.turnaround();
    page.slas(scenario);
    page.months(scenario);
    page.stations(scenario);
    page.recoveries(scenario);
    page.others();
    let mut text = page.text;
    text.push('\n');
    text.push_str(&wrapped(words(&method(study)), "", ""));
    precision(&mut text, &study.reached);
    inputs(&mut text, study);
    for warning in &study.results.warnings {
        text.push_str(&wrapped(words(warning), "warning: ", "  "));
    }
    let events = thousands(study.results.counts.events);
    say!(text, "{events} events in {:.2} s.", took.as_secs_f64());
    text
}

fn words(text: &str) -> impl Iterator<Item = String> + '_ {
    text.split(' ').map(String::from)
}

fn heading(text: &mut String, scenario: &Scenario, study: &Study, seed: u64) {
    let epoch = &scenario.run.epoch;
    let date = |span: Span| epoch.date_of(Instant::START + span);
    let run = format!("{}, {} replications", seeded(seed, 0), study.numbers.replications);
    say!(text, "{}, {run}", cut(&scenario.title(), WIDTH - 2 - run.chars().count()));
    if let Some(line) = scenario.question.lines().next().filter(|line| !line.is_empty()) {
        say!(text, "{}", cut(line, WIDTH));
    }
    let (from, until) = (date(scenario.run.warmup), date(scenario.run.horizon));
    let kind = if scenario.run.steady_state { "steady state" } else { "terminating" };
    let ending = match scenario.run.ending {
        Ending::Drain { .. } => "followed to their end",
        Ending::Censor => "censored there",
    };
    say!(text, "Jobs ordered from {from} until {until}, {ending}; {kind}.\n");
}

/// How to read the intervals.
fn method(study: &Study) -> String {
    let inputs = match (study.inputs, study.splits.is_empty()) {
        (0, _) => "Inputs are taken as exact.".to_owned(),
        (n, true) => {
            format!("Inputs are taken as exact, {n} of them at their estimates (see --input-uncertainty).")
        }
        (1, false) => {
            "One input is drawn anew for each replication, all others are taken as exact.".to_owned()
        }
        (n, false) => {
            format!("{n} inputs are drawn anew for each replication, all others are taken as exact.")
        }
    };
    let sequential = if study.is_sequential() {
        " The number of replications depends on the results (--precision): such intervals are a little too short."
    } else {
        ""
    };
    format!(
        "Intervals are over replications: Student's t for counts, a jackknife for shares and means of all jobs \
         together, Woodruff for quantiles, exact bounds (*) for rare events. \"95 % of the mean\" is the confidence \
         interval of the mean; \"95 % of one run\" is the prediction interval for one run. {inputs}{sequential}"
    )
}

/// Service levels whose months are printed side by side.
const BESIDE: usize = 3;
/// Width of the months of one service level.
const BLOCK: usize = 29;

struct Page<'s> {
    study: &'s Study,
    text: String,
}

impl Page<'_> {
    fn find(&self, metric: &str, by: &str) -> Option<&Estimated> {
        self.study.estimates.iter().find(|row| row.metric == metric && row.by == by)
    }

    fn title(&mut self, title: &str) {
        say!(self.text, "{title}");
    }

    /// Adds a line for a metric, if it was observed.
    fn row(&mut self, label: &str, metric: &str) {
        self.row_by(label, metric, "");
    }

    /// Adds a line for a metric with a breakdown, if it was observed.
    fn row_by(&mut self, label: &str, metric: &str, by: &str) {
        let Some(row) = self.find(metric, by) else { return };
        let (value, interval, one) = fields(row);
        let star = if row.estimate.method.contains("seen") { "*" } else { " " };
        let line = format!("  {:<44}{value:>12}{interval:>20}{star}{one:>21}", cut(label, 43));
        say!(self.text, "{}", line.trim_end());
    }

    fn outcomes(&mut self) {
        self.title("Jobs");
        self.row("ordered", "jobs.created");
        for name in ["completed", "closed", "expired", "deleted", "canceled"] {
            self.row(name, &format!("jobs.{name}.share"));
        }
        if self.study.results.counts.censored() {
            self.row("open when the run stopped", "jobs.open.share");
        }
    }

    fn turnaround(&mut self) {
        let name = self.study.results.turnaround_name();
        let quantiles = ["p50", "p95", "p99"];
        if self.study.results.counts.censored() {
            self.title("\nTime until a job ends, in days (Kaplan-Meier)");
            quantiles.iter().for_each(|p| self.row(p, &format!("until_ended.kaplan_meier.{p}")));
            self.row("mean up to the length of the window", "until_ended.kaplan_meier.restricted_mean");
            self.title("Turnaround of those that end Completed or Closed, in days (Aalen-Johansen)");
            quantiles.iter().for_each(|p| self.row(p, &format!("turnaround.aalen_johansen.{p}")));
            self.title("Turnaround of ended jobs only, in days: too short");
        } else {
            self.title("\nTurnaround in days");
        }
        ["mean", "p50", "p95", "p99"].iter().for_each(|p| self.row(p, &format!("{name}.{p}")));
    }

    fn slas(&mut self, scenario: &Scenario) {
        if !scenario.slas.is_empty() {
            self.title(&format!("\n{SLAS}"));
        }
        for (number, sla) in scenario.slas.iter().enumerate() {
            let level = scenario.level_of(sla);
            let (from, to, within) = (sla.from.name(), sla.to.name(), sla.within_words());
            let class =
                if level.is_empty() { String::new() } else { format!(" {}", level.replace('=', " ")) };
            let name = format!("{}{class}: {from} to {to} {within}", sla.name);
            self.row_by(&name, &format!("sla.{}.attainment", sla.name), &level);
            let target = Value::Real(sla.target * 100.0);
            let row = self.find(&format!("sla.{}.attainment", sla.name), &level);
            let interval = row.and_then(|row| row.estimate.interval);
            let standing = standing(sla.target, &self.study.results.counts.kept(number), interval);
            let target = format!("  target {target} % {standing}; runs that reach it");
            self.row_by(&target, &format!("sla.{}.target_met.share", sla.name), &level);
        }
    }

    /// Attainment by month with its interval, and the probability that the month misses the target; three levels side
    /// by side.
    fn months(&mut self, scenario: &Scenario) {
        let of = |sla: &Sla| self.study.numbers.months_of(&sla.name).map(String::from).collect::<Vec<_>>();
        let levels: Vec<(&Sla, Vec<String>)> =
            scenario.slas.iter().map(|sla| (sla, of(sla))).filter(|(_, months)| months.len() > 1).collect();
        if levels.is_empty() {
            return;
        }
        self.title(
            "\nService levels by month of the order, % (miss: replications in which the month misses the target)",
        );
        for levels in levels.chunks(BESIDE) {
            let heads = levels.iter().map(|(sla, _)| format!("{:>21}{:>8}", cut(&sla.name, 20), "miss"));
            say!(self.text, "{:<10}{}", "", heads.collect::<String>());
            let mut months: Vec<&String> = levels.iter().flat_map(|(_, months)| months).collect();
            months.sort();
            months.dedup();
            for by in months.into_iter().map(String::as_str).chain([""]) {
                let cells: String = levels.iter().map(|(sla, _)| self.month(&sla.name, by)).collect();
                let name = by.strip_prefix("month=").unwrap_or("all");
                say!(self.text, "  {name:<8}{}", cells.trim_end());
            }
        }
    }

    fn month(&self, sla: &str, by: &str) -> String {
        let Some(row) = self.find(&format!("sla.{sla}.attainment"), by) else {
            return format!("{:BLOCK$}", "");
        };
        let (value, interval, _) = fields(row);
        let value = value.trim_end_matches(" %");
        let interval = interval.replace(" to ", "-");
        let chance = self.find(&format!("sla.{sla}.target_met.share"), by);
        let miss = chance.map_or("-".into(), |met| format!("{:.0} %", (1.0 - met.estimate.value) * 100.0));
        format!("{value:>7}{:>14}{miss:>8}", format!("({interval})"))
    }

    /// How strained stations and levels recovered from disruptions and peaks.
    fn recoveries(&mut self, scenario: &Scenario) {
        let counts = &self.study.results.counts;
        let mut rows = vec![];
        for (strain, strained) in apart(scenario, counts) {
            let of_stations = StationName::ALL.iter().zip(&strained.stations);
            let stations = of_stations.map(|(station, recovery)| {
                (format!("station.{}", station.name()), station.name().to_owned(), String::new(), recovery)
            });
            let levels = scenario.slas.iter().zip(&strained.levels).map(|(sla, recovery)| {
                let level = scenario.level_of(sla);
                let name = format!("{} {}", sla.name, level.replace('=', " "));
                let by = if level.is_empty() { level } else { level + "," };
                (format!("sla.{}", sla.name), name.trim_end().to_owned(), by, recovery)
            });
            let strained: Vec<_> = stations.chain(levels).filter(|one| one.3.strained > 0).collect();
            if strained.is_empty() {
                continue;
            }
            rows.push((strain.heading(), String::new(), String::new()));
            for (metric, name, level, recovery) in strained {
                let by = level + strain.label();
                let (worst, what) = match metric.starts_with("sla.") {
                    true => ("worst_week.share", "met in the worst week"),
                    false => ("backlog", "longest queue"),
                };
                rows.push((format!("  {name}, {what}"), format!("{metric}.recovery.{worst}"), by.clone()));
                rows.push((
                    format!("  {name}, days until recovered"),
                    format!("{metric}.recovery.days"),
                    by.clone(),
                ));
                if recovery.back < recovery.told {
                    let never = format!("{metric}.recovery.not_back.share");
                    rows.push((format!("  {name}, not recovered before the end"), never, by));
                }
            }
        }
        if !rows.is_empty() {
            self.title(
                "\nAfter disruptions and peaks (recovered: the first week no worse than the eight weeks before)",
            );
        }
        for (label, metric, by) in rows {
            match metric.is_empty() {
                true => say!(self.text, "  {label}"),
                false => self.row_by(&label, &metric, &by),
            }
        }
    }

    fn stations(&mut self, scenario: &Scenario) {
        self.title("\nStations");
        for station in super::files::stations(scenario) {
            let name = station.name();
            self.row(&format!("{name} utilization"), &format!("station.{name}.utilization"));
            self.row(&format!("{name} mean wait, hours"), &format!("station.{name}.wait.mean"));
        }
    }

    fn others(&mut self) {
        self.title("\nOthers");
        self.row("cases opened", "cases.opened");
        self.row("drives copied", "drives.copied");
        self.row("drives destroyed", "drives.now.destroyed");
        self.row("requests refused", "acts.refused");
        self.row("cost", "cost.total");
        self.row("cost a job", "cost.per_job");
    }
}

/// Value, interval and prediction, with the decimals that the interval justifies.
fn fields(row: &Estimated) -> (String, String, String) {
    let Estimate { value, interval, prediction, .. } = row.estimate;
    let scale = if row.unit == "share" { 100.0 } else { 1.0 };
    let half = interval.map_or(0.0, |(low, high)| (high - low) / 2.0 * scale);
    let decimals = decimals(half, value * scale);
    let show = |value: f64| match decimals {
        _ if value.is_infinite() => "-".into(),
        0 if value >= 0.0 => thousands((value * scale).round() as u64),
        _ => format!("{:.decimals$}", value * scale),
    };
    let ends = |ends: Option<(f64, f64)>| {
        ends.map_or(String::new(), |(low, high)| format!("{} to {}", show(low), show(high)))
    };
    let unit = if row.unit == "share" { " %" } else { "" };
    (format!("{}{unit}", show(value)), ends(interval), ends(prediction))
}

/// Decimals for two significant digits of the half-width: more would be noise.
pub(super) fn decimals(half: f64, value: f64) -> usize {
    let size = if half > 0.0 && half.is_finite() { half } else { value.abs() / 10.0 };
    if size <= 0.0 { 0 } else { (1.0 - libm::log10(size).floor()).clamp(0.0, 4.0) as usize }
}

fn precision(text: &mut String, reached: &[Reached]) {
    if reached.is_empty() {
        return;
    }
    say!(text, "\n{:<58}{:>14}{:>14}{:>14}", "Precision", "half-width", "wanted", "");
    for one in reached {
        let (half, allowed) = one.half.map_or(("-".into(), "-".into()), |(half, allowed)| {
            (format!("{half:.4}"), format!("{allowed:.4}"))
        });
        let verdict = if one.met { "reached" } else { "not reached" };
        let name = format!("{}, {}", one.wanted.name(), one.wanted.unit);
        let line = format!("  {:<56}{half:>14}{allowed:>14}{verdict:>14}", cut(&name, 55));
        say!(text, "{}", line.trim_end());
        if !one.floor.is_empty() {
            say!(text, "    {}", one.floor);
        }
    }
}

/// The sources of the spread between runs, for the metrics above.
fn inputs(text: &mut String, study: &Study) {
    if study.splits.is_empty() {
        return;
    }
    say!(
        text,
        "\n{:<46}{:>11}{:>10}{:>10}{:>21}",
        "Spread (standard deviation)",
        "one run",
        "random",
        "inputs",
        "share (95 %)"
    );
    let told = |metric: &str| {
        metric.ends_with(".attainment")
            || metric.ends_with(".mean")
                && metric.matches('.').count() == 1
                && metric.starts_with("turnaround")
            || ["jobs.completed.share", "jobs.closed.share", "turnaround.p95", "cases.opened", "cost.total"]
                .contains(&metric)
    };
    for row in study.splits.iter().filter(|row| row.by.is_empty() && told(&row.metric)) {
        let scale = if row.unit == "share" { 100.0 } else { 1.0 };
        let show = |value: f64| super::words::rough(Some(value * scale));
        let percent = |share: f64| format!("{:.0}", share * 100.0);
        let share = row.share.map_or("-".into(), |(share, (low, high))| {
            format!("{} % ({} to {})", percent(share), percent(low), percent(high))
        });
        let (whole, chance, inputs) = (show(row.whole), show(row.chance), show(row.inputs));
        let unit = if row.unit == "share" { "points" } else { row.unit };
        let name = cut(&format!("{}, {unit}", row.metric), 43);
        say!(text, "  {name:<44}{whole:>11}{chance:>10}{inputs:>10}{share:>21}");
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::measure::Value;

    fn shown(unit: &'static str, value: f64, low: f64, high: f64) -> (String, String, String) {
        let interval = Some((low, high));
        let estimate = Estimate { value, interval, prediction: interval, method: "", replications: 9, n: 9 };
        let (metric, by) = (String::new(), String::new());
        fields(&Estimated { metric, by, unit, value: Value::Real(value), estimate })
    }

    #[test]
    fn numbers_have_the_digits_that_their_interval_bears() {
        assert_eq!(shown("share", 0.952, 0.9434, 0.9606).1, "94.34 to 96.06");
        assert_eq!(shown("share", 0.952, 0.9434, 0.9606).0, "95.20 %");
        assert_eq!(shown("jobs", 14_873.4, 14_773.0, 14_973.0).1, "14,773 to 14,973");
        assert_eq!(shown("days", 9.0, 8.0, f64::INFINITY).1, "8.00 to -");
        assert_eq!(shown("jobs", 0.0, 0.0, 0.1).1, "0.000 to 0.100");
    }
}
