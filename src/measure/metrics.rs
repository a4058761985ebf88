//! Turns counts into metrics: the rows of `summary.csv`, in a stable order.

mod levels;
mod recoveries;

use super::cost;
use super::counts::{Cases, Counts};
use super::group::{By, Group};
use super::histogram::Histogram;
use super::station_use::StationUse;
use super::survival::Survival;
use crate::engine::time::{Instant, Span};
use crate::policy::{CaseKind, CaseState, Disposition, JobSignal, Rule};
use crate::scenario::{Scenario, StationName};
use crate::world::{Outcome, TimePart};
use std::fmt;

/// The value of a metric.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Value {
    /// A count.
    Count(u64),
    /// A real number computed from counts.
    Real(f64),
}

impl Value {
    /// The value as a real number.
    pub fn real(self) -> f64 {
        match self {
            Value::Count(count) => count as f64,
            Value::Real(value) => value,
        }
    }
}

impl fmt::Display for Value {
    /// Prints a count as an integer, and a real number with at most six decimals.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Value::Count(count) => write!(f, "{count}"),
            Value::Real(value) => {
                let text = format!("{value:.6}");
                let short = text.trim_end_matches('0').trim_end_matches('.');
                f.write_str(if short == "-0" { "0" } else { short })
            }
        }
    }
}

/// One row of `summary.csv`.
#[derive(Clone, Debug, PartialEq)]
pub struct Metric {
    /// Name, dotted and stable, such as `turnaround.p95`.
    pub metric: String,
    /// Empty, or a breakdown such as `source=imports`.
    pub by: String,
    /// The value.
    pub value: Value,
    /// What it counts, or the unit of its duration.
    pub unit: &'static str,
    /// Number of observations behind the value.
    pub n: u64,
}

const DAYS: (&str, Span) = ("days", Span::DAY);
const HOURS: (&str, Span) = ("hours", Span::HOUR);

/// The quantiles of a duration that are reported.
const QUANTILES: &[(&str, f64)] = &[("p50", 0.5), ("p90", 0.9), ("p95", 0.95), ("p99", 0.99)];
/// The quantiles that are reported for the parts of turnaround.
const PART_QUANTILES: &[(&str, f64)] = &[("p50", 0.5), ("p90", 0.9), ("p95", 0.95)];

/// All metrics of `counts`. `censored`: the end of some jobs is not known, here or in another part of the same whole.
/// Then the metrics of the other jobs say so in their names.
pub fn metrics(scenario: &Scenario, counts: &Counts, censored: bool) -> Vec<Metric> {
    listed(scenario, counts, censored, QuantileTask::Values).metrics
}

/// All metrics, and the curve around each quantile.
pub(crate) fn with_curves(scenario: &Scenario, counts: &Counts, censored: bool) -> (Vec<Metric>, Vec<Curve>) {
    let list = listed(scenario, counts, censored, QuantileTask::Curves(vec![]));
    match list.task {
        QuantileTask::Curves(curves) => (list.metrics, curves),
        _ => (list.metrics, vec![]),
    }
}

/// All metrics, and for each curve the number of values up to its [`at`](Curve::at); 0 where values are not counted.
pub(crate) fn with_counts(
    scenario: &Scenario,
    counts: &Counts,
    censored: bool,
    curves: &[Curve],
) -> (Vec<Metric>, Vec<u64>) {
    let task = QuantileTask::Counts { curves, next: 0, up_to: vec![0; curves.len()] };
    let list = listed(scenario, counts, censored, task);
    match list.task {
        QuantileTask::Counts { up_to, .. } => (list.metrics, up_to),
        _ => (list.metrics, vec![]),
    }
}

/// All metrics of all replications but one, for the jackknife. A quantile that has a curve is replaced by the share of
/// values up to the curve's [`at`](Curve::at). Reason: leaving out a replication moves the share by single values, but
/// the quantile by whole buckets. `gone`: for each curve, the number of such values in the replication left out.
pub(crate) fn with_shares(
    scenario: &Scenario,
    counts: &Counts,
    censored: bool,
    curves: &[Curve],
    gone: &[u64],
) -> Vec<Metric> {
    listed(scenario, counts, censored, QuantileTask::Shares { curves, next: 0, gone }).metrics
}

fn listed<'c>(scenario: &Scenario, counts: &Counts, censored: bool, task: QuantileTask<'c>) -> List<'c> {
    let mut list = List { metrics: vec![], censored, task };
    list.jobs(scenario, counts);
    list.turnaround(scenario, counts);
    list.slas(scenario, counts);
    list.comparisons(scenario, counts);
    list.drives(counts);
    list.packages(counts);
    list.cases(counts);
    list.stations(scenario, counts);
    list.recoveries(scenario, counts);
    list.rules(counts);
    list.metrics.extend(cost::metrics(scenario, counts));
    list
}

/// The distribution function near a quantile.
#[derive(Clone, Debug)]
pub(crate) struct Curve {
    /// Index of the quantile in the list of metrics.
    pub number: usize,
    metric: String,
    by: String,
    /// The quantile.
    pub at: Span,
    /// Share of values up to the quantile.
    pub share: f64,
    /// Number of values up to the quantile, where values are counted.
    up_to: u64,
    /// Rising shares and their quantiles, in the unit of the metric; dense near the quantile.
    pub points: Vec<(f64, f64)>,
}

/// What is computed for each quantile.
enum QuantileTask<'c> {
    Values,
    Curves(Vec<Curve>),
    /// `next`, here and below, is the curve that is looked for first: most curves come in order.
    Counts {
        curves: &'c [Curve],
        next: usize,
        up_to: Vec<u64>,
    },
    Shares {
        curves: &'c [Curve],
        next: usize,
        gone: &'c [u64],
    },
}

/// The index of the curve with this name; `next` becomes the index after it.
fn curve_of(curves: &[Curve], next: &mut usize, metric: &str, by: &str) -> Option<usize> {
    let is = |curve: &Curve| curve.metric == metric && curve.by == by;
    let found = curves.get(*next).is_some_and(is).then_some(*next);
    let at = found.or_else(|| curves.iter().position(is))?;
    *next = at + 1;
    Some(at)
}

/// Distance of the nearest point of a curve from its quantile, in log-odds.
const NEAREST: f64 = 0.02;
/// Ratio of the distances of neighbouring points.
const WIDER: f64 = 1.4;
/// Number of points on each side; the last is farther out than a share of one in 100,000.
const POINTS: i32 = 20;

/// Rising shares around `p`.
fn around(p: f64) -> Vec<f64> {
    let odds = libm::log(p / (1.0 - p));
    let far = |number: i32| NEAREST * libm::pow(WIDER, f64::from(number));
    let below = (0..POINTS).rev().map(|number| -far(number));
    let all = below.chain([0.0]).chain((0..POINTS).map(far));
    all.map(|apart| if apart == 0.0 { p } else { 1.0 / (1.0 + libm::exp(-odds - apart)) }).collect()
}

/// Durations whose quantiles are reported.
#[derive(Clone, Copy)]
enum Times<'t> {
    Seen(&'t Histogram),
    /// Time until jobs are over, by Kaplan and Meier.
    Over(&'t Survival),
    /// Turnaround, by Aalen and Johansen.
    Worked(&'t Survival),
}

impl Times<'_> {
    fn quantile(self, p: f64) -> Option<Span> {
        match self {
            Times::Seen(times) => times.quantile(p),
            Times::Over(cohort) => cohort.over(p),
            Times::Worked(cohort) => cohort.turnaround(p),
        }
    }

    /// The quantiles of rising shares, up to the first that is not known.
    fn quantiles(self, shares: &[f64]) -> Vec<Span> {
        match self {
            Times::Seen(times) => times.quantiles(shares).unwrap_or_default(),
            _ => shares.iter().map_while(|share| self.quantile(*share)).collect(),
        }
    }

    fn share_up_to(self, span: Span) -> Option<f64> {
        match self {
            Times::Seen(times) => {
                (times.count() > 0).then(|| times.count_up_to(span) as f64 / times.count() as f64)
            }
            Times::Over(cohort) => cohort.share_over(span),
            Times::Worked(cohort) => cohort.share_worked(span),
        }
    }

    /// Number of values up to `span`; 0 where values are not counted.
    fn count_up_to(self, span: Span) -> u64 {
        if let Times::Seen(times) = self { times.count_up_to(span) } else { 0 }
    }
}

struct List<'c> {
    metrics: Vec<Metric>,
    censored: bool,
    task: QuantileTask<'c>,
}

impl List<'_> {
    fn push(&mut self, metric: impl Into<String>, by: &str, value: Value, unit: &'static str, n: u64) {
        self.metrics.push(Metric { metric: metric.into(), by: by.into(), value, unit, n });
    }

    fn count(&mut self, metric: impl Into<String>, by: &str, count: u64, unit: &'static str) {
        self.push(metric, by, Value::Count(count), unit, count);
    }

    /// Adds a share; nothing is added where `of` is zero.
    fn share(&mut self, metric: impl Into<String>, by: &str, part: u64, of: u64) {
        if of > 0 {
            self.push(metric, by, Value::Real(part as f64 / of as f64), "share", of);
        }
    }

    fn count_and_share(&mut self, metric: &str, by: &str, part: u64, of: u64, unit: &'static str) {
        self.push(metric, by, Value::Count(part), unit, of);
        self.share(format!("{metric}.share"), by, part, of);
    }

    fn real(&mut self, metric: String, by: &str, value: Option<f64>, unit: &'static str, n: u64) {
        if let Some(value) = value {
            self.push(metric, by, Value::Real(value), unit, n);
        }
    }

    /// Adds a duration; `micros` is in microseconds.
    fn time(&mut self, metric: String, by: &str, micros: Option<f64>, unit: (&'static str, Span), n: u64) {
        self.real(metric, by, micros.map(|micros| micros / unit.1.micros() as f64), unit.0, n);
    }

    fn durations(&mut self, metric: &str, by: &str, times: &Histogram, unit: (&'static str, Span)) {
        let n = times.count();
        self.time(format!("{metric}.mean"), by, times.mean(), unit, n);
        self.quantiles(metric, by, Times::Seen(times), (unit, n), QUANTILES);
        self.time(format!("{metric}.max"), by, times.max().map(|span| span.micros() as f64), unit, n);
    }

    /// Adds the quantiles of `times`; `n` is the number of observations behind them.
    fn quantiles(
        &mut self,
        metric: &str,
        by: &str,
        times: Times<'_>,
        (unit, n): ((&'static str, Span), u64),
        told: &[(&str, f64)],
    ) {
        for (name, p) in told {
            self.quantile(format!("{metric}.{name}"), by, times, (unit, n), *p);
        }
    }

    fn quantile(
        &mut self,
        metric: String,
        by: &str,
        times: Times<'_>,
        (unit, n): ((&'static str, Span), u64),
        p: f64,
    ) {
        match &mut self.task {
            QuantileTask::Shares { curves, next, gone } => {
                let Some(at) = curve_of(curves, next, &metric, by) else { return };
                let share = match times {
                    Times::Seen(times) => (times.count() > 0)
                        .then(|| (curves[at].up_to - gone[at]) as f64 / times.count() as f64),
                    times => times.share_up_to(curves[at].at),
                };
                return self.real(metric, by, share, unit.0, n);
            }
            QuantileTask::Counts { curves, next, up_to } => {
                if let Some(at) = curve_of(curves, next, &metric, by) {
                    up_to[at] = times.count_up_to(curves[at].at);
                }
            }
            QuantileTask::Values | QuantileTask::Curves(_) => {}
        }
        let Some(at) = times.quantile(p) else { return };
        let number = self.metrics.len();
        self.time(metric, by, Some(at.micros() as f64), unit, n);
        if let QuantileTask::Curves(curves) = &mut self.task {
            let shares = around(p);
            let in_unit = |span: Span| span.micros() as f64 / unit.1.micros() as f64;
            let points = shares.iter().copied().zip(times.quantiles(&shares).into_iter().map(in_unit));
            let (metric, by) = (self.metrics[number].metric.clone(), by.to_owned());
            let (share, points) = (times.share_up_to(at).unwrap_or(p), points.collect());
            let up_to = times.count_up_to(at);
            curves.push(Curve { number, metric, by, at, share, up_to, points });
        }
    }

    fn jobs(&mut self, scenario: &Scenario, counts: &Counts) {
        let groups = labelled(scenario, counts);
        for (by, group) in &groups {
            self.count("jobs.created", by, group.created, "jobs");
        }
        for outcome in Outcome::ALL {
            let metric = format!("jobs.{}", outcome.name());
            for (by, group) in &groups {
                self.count_and_share(&metric, by, group.outcome(outcome), group.created, "jobs");
            }
        }
        for (by, group) in &groups {
            self.count_and_share("jobs.canceled", by, group.canceled, group.created, "jobs");
        }
        for (by, group) in &groups {
            self.count_and_share("jobs.follow_up", by, group.follow_ups, group.created, "jobs");
        }
        let mean = (counts.window > 0).then(|| counts.little.window_area as f64 / counts.window as f64);
        self.real("jobs.in_progress.mean".into(), "", mean, "jobs", counts.little.told);
    }

    /// If some measured jobs are still open, the metrics describe the jobs that ended, and say so in their names.
    fn turnaround(&mut self, scenario: &Scenario, counts: &Counts) {
        let name = turnaround_name(self.censored);
        let groups = labelled(scenario, counts);
        for (by, group) in &groups {
            self.durations(name, by, &group.turnaround, DAYS);
        }
        if self.censored {
            self.followed(scenario, &groups);
        }
        for part in TimePart::ALL {
            for (by, group) in &groups {
                let (spent, whole) = (&group.parts[part as usize], group.turnaround.sum());
                let (n, name) = (spent.count(), format!("{name}.{}", part.name()));
                self.time(format!("{name}.mean"), by, spent.mean(), DAYS, n);
                self.quantiles(&name, by, Times::Seen(spent), (DAYS, n), PART_QUANTILES);
                let share = (whole > 0).then(|| spent.sum() as f64 / whole as f64);
                self.real(format!("{name}.share"), by, share, "share", n);
            }
        }
    }

    /// Kaplan-Meier and Aalen-Johansen estimates, where some jobs are still open.
    fn followed(&mut self, scenario: &Scenario, groups: &[(String, &Group)]) {
        let cohorts: Vec<(&str, Survival, u64)> = groups
            .iter()
            .map(|(by, group)| (by.as_str(), Survival::new(&group.lasted), group.created))
            .collect();
        for (by, cohort, n) in &cohorts {
            self.quantiles("until_ended.kaplan_meier", by, Times::Over(cohort), (DAYS, *n), QUANTILES);
            let most = followed_for(scenario, by);
            let mean = cohort.restricted_mean(most);
            self.time("until_ended.kaplan_meier.restricted_mean".into(), by, mean, DAYS, *n);
            let restricted = mean.map(|_| most.micros() as f64);
            self.time("until_ended.kaplan_meier.restricted_to".into(), by, restricted, DAYS, *n);
            self.quantiles("turnaround.aalen_johansen", by, Times::Worked(cohort), (DAYS, *n), QUANTILES);
            for outcome in [Outcome::Completed, Outcome::Closed, Outcome::Expired, Outcome::Deleted] {
                let share = (*n > 0).then(|| cohort.share(outcome));
                self.real(format!("jobs.{}.aalen_johansen.share", outcome.name()), by, share, "share", *n);
            }
        }
    }

    fn comparisons(&mut self, scenario: &Scenario, counts: &Counts) {
        for (entry, seen) in scenario.comparisons.iter().zip(&counts.comparisons) {
            let name = format!("comparison.{}", entry.name);
            for (part, number) in [("below", seen.below), ("within", seen.within), ("above", seen.above)] {
                self.share(format!("{name}.{part}"), "", number, seen.took.count());
            }
            self.durations(&name, "", &seen.took, DAYS);
        }
    }

    fn drives(&mut self, counts: &Counts) {
        let drives = &counts.drives;
        let listed = drives.listed;
        self.count("drives.listed", "", listed, "drives");
        self.count("drives.extra", "", drives.extra, "drives");
        self.count_and_share("drives.received", "", drives.received, listed, "drives");
        self.count_and_share("drives.never_received", "", drives.never_received, listed, "drives");
        self.count_and_share("drives.copied", "", drives.copied, listed, "drives");
        self.count_and_share("drives.copied.warnings", "", drives.warnings, drives.copied, "drives");
        self.count_and_share("drives.copied.errors", "", drives.errors, drives.copied, "drives");
        self.count_and_share("drives.faulty", "", drives.faulty, listed, "drives");
        for disposition in Disposition::ALL {
            let (name, count) = (snake(disposition.name()), drives.dispositions[disposition.index()]);
            self.count_and_share(&format!("drives.now.{name}"), "", count, listed, "drives");
        }
        let terabytes = drives.bytes_copied as f64 / 1e12;
        self.push("drives.bytes_copied", "", Value::Real(terabytes), "TB", drives.copied);
        self.durations("drives.before_copy", "", &drives.before_copy, HOURS);
        self.durations("drives.copying", "", &drives.copying, HOURS);
        self.durations("drives.on_site", "", &drives.on_site, DAYS);
    }

    fn packages(&mut self, counts: &Counts) {
        for (by, packages) in ["way=in", "way=back"].into_iter().zip(&counts.packages) {
            self.count("packages.sent", by, packages.sent, "packages");
            self.count_and_share("packages.lost", by, packages.lost, packages.sent, "packages");
            self.count_and_share("packages.damaged", by, packages.damaged, packages.sent, "packages");
            self.count_and_share("packages.late", by, packages.late, packages.sent, "packages");
            self.durations("packages.transit", by, &packages.transit, DAYS);
        }
    }

    fn cases(&mut self, counts: &Counts) {
        let mut whole = Cases::default();
        counts.cases.iter().for_each(|cases| whole.merge(cases));
        self.cases_of("", &whole);
        for (kind, cases) in CaseKind::ALL.iter().zip(&counts.cases) {
            self.cases_of(&format!("kind={}", snake(kind.name())), cases);
        }
    }

    fn cases_of(&mut self, by: &str, cases: &Cases) {
        let opened = cases.opened;
        self.count("cases.opened", by, opened, "cases");
        self.push("cases.attempts", by, Value::Count(cases.attempts), "attempts", opened);
        self.count_and_share("cases.reached", by, cases.reached, opened, "cases");
        for state in CaseState::ALL {
            self.count_and_share(
                &format!("cases.{}", snake(state.name())),
                by,
                cases.state(*state),
                opened,
                "cases",
            );
        }
        self.durations("cases.open_for", by, &cases.open_for, DAYS);
    }

    fn stations(&mut self, scenario: &Scenario, counts: &Counts) {
        for (station, used) in StationName::ALL.into_iter().zip(&counts.stations) {
            if station != StationName::Preparation || scenario.site.preparation.is_some() {
                self.station(&format!("station.{}", station.name()), used);
            }
        }
        for (what, waits) in counts.dock.each() {
            let by = format!("waiting={what}");
            let wait = (waits.begun > 0).then(|| waits.wait as f64 / waits.begun as f64);
            self.time("station.dock.wait.mean".into(), &by, wait, HOURS, waits.begun);
            self.share("station.dock.waits.share", &by, waits.waited, waits.begun);
        }
        if let Some(shelf) = scenario.site.shelf {
            self.shelf(counts, f64::from(shelf.drives));
        }
    }

    /// Metrics of the shelf: how full it is, and how packages wait for places.
    fn shelf(&mut self, counts: &Counts, places: f64) {
        let used = &counts.shelf;
        let mean = |integral: i128| (counts.window > 0).then(|| integral as f64 / counts.window as f64);
        self.real(
            "shelf.utilization".into(),
            "",
            mean(used.used).map(|mean| mean / places),
            // Not a share: an overfull shelf holds more than it has places.
            "ratio",
            used.came,
        );
        self.real("shelf.used.mean".into(), "", mean(used.used), "drives", used.came);
        self.push("shelf.used.most", "", Value::Count(used.most.into()), "drives", used.came);
        self.real("shelf.overflow.mean".into(), "", mean(used.over), "drives", used.came);
        let wait = (used.came > 0).then(|| used.wait as f64 / used.came as f64);
        self.time("shelf.wait.mean".into(), "", wait, HOURS, used.came);
        self.share("shelf.waits.share", "", used.waited, used.came);
        self.real("shelf.queue.mean".into(), "", mean(used.queue), "packages", used.came);
    }

    fn station(&mut self, name: &str, used: &StationUse) {
        let (begun, served) = (used.window.begun, used.window.served);
        self.real(format!("{name}.utilization"), "", used.utilization(), "share", served);
        self.real(format!("{name}.servers.mean"), "", used.mean_servers(), "servers", served);
        self.real(format!("{name}.busy.mean"), "", used.mean_busy(), "servers", served);
        self.time(format!("{name}.wait.mean"), "", used.mean_wait(), HOURS, begun);
        self.real(format!("{name}.waits.share"), "", used.share_that_waits(), "share", begun);
        self.real(format!("{name}.queue.mean"), "", used.mean_queue(), "waiting", begun);
        self.push(format!("{name}.queue.longest"), "", Value::Count(used.window.longest), "waiting", begun);
        self.push(format!("{name}.queue.at_horizon"), "", Value::Count(used.queue_after), "waiting", begun);
        self.count(format!("{name}.served"), "", served, "services");
    }

    fn rules(&mut self, counts: &Counts) {
        for rule in Rule::ALL.iter().filter(|rule| !rule.holds()) {
            self.count(format!("rule.{}.fired", rule.name()), "", counts.rules[rule.index()].times, "times");
        }
        self.count("acts.refused", "", counts.refused.iter().sum(), "acts");
        for act in JobSignal::ALL.iter().filter(|act| counts.refused[act.index()] > 0) {
            let by = format!("act={}", snake(act.name()));
            self.count("acts.refused", &by, counts.refused[act.index()], "acts");
        }
    }
}

/// How long the jobs of a breakdown could be followed before the horizon. All months get the time of the last month, so
/// that their restricted means can be compared.
fn followed_for(scenario: &Scenario, by: &str) -> Span {
    let (run, end) = (&scenario.run, Instant::START + scenario.run.horizon);
    let window = run.horizon - run.warmup;
    if !by.starts_with("month=") || window <= Span::ZERO {
        return window;
    }
    let last = run.epoch.date_of(end - Span::from_micros(1)).first_of_month();
    window.min(end - run.epoch.start_of_day(last))
}

/// `turnaround`, or a name that says that open jobs are left out.
pub(crate) const fn turnaround_name(censored: bool) -> &'static str {
    if censored { "turnaround.ended_only" } else { "turnaround" }
}

fn labelled<'c>(scenario: &Scenario, counts: &'c Counts) -> Vec<(String, &'c Group)> {
    let mut groups: Vec<_> = counts.groups.iter().map(|(by, group)| (by.label(scenario), group)).collect();
    if groups.is_empty() {
        static NONE: std::sync::LazyLock<Group> = std::sync::LazyLock::new(Group::default);
        groups.push((By::All.label(scenario), &NONE));
    }
    groups
}

/// Turns `MissingPackage` into `missing_package`.
pub(crate) fn snake(name: &str) -> String {
    let mut text = String::with_capacity(name.len() + 4);
    for letter in name.chars() {
        if letter.is_uppercase() && !text.is_empty() {
            text.push('_');
        }
        text.extend(letter.to_lowercase());
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_written_without_idle_digits() {
        let shown = [Value::Count(1_234_567), Value::Real(0.5), Value::Real(3.0), Value::Real(-1e-9)];
        assert_eq!(shown.map(|value| value.to_string()), ["1234567", "0.5", "3", "0"]);
        assert_eq!(Value::Real(2.0 / 3.0).to_string(), "0.666667");
        assert_eq!(Value::Real(1200.0).to_string(), "1200");
    }

    #[test]
    fn points_of_a_curve_rise_and_reach_far() {
        for (_, p) in QUANTILES {
            let shares = around(*p);
            assert!(shares.windows(2).all(|pair| pair[0] < pair[1]) && shares.contains(p), "{shares:?}");
            assert!(shares[0] < 1e-3 && shares[40] > 1.0 - 1e-5, "{shares:?}");
        }
    }

    #[test]
    fn names_of_metrics_are_written_small() {
        assert_eq!(snake("MissingPackage"), "missing_package");
        assert_eq!(snake("AtDock"), "at_dock");
    }
}
