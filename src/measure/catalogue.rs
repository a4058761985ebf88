//! The catalogue of metrics: for each number of `summary.csv` its meaning, its unit of counting, its denominator, and
//! which way is better.
//!
//! Estimates, differences, targets, tables and `docs/metrics.md` ask this catalogue whenever the kind of a metric
//! matters.

use std::fmt;

/// The kind of a metric. It decides how the values of several replications are combined.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Kind {
    /// Number of events in one replication.
    Count,
    /// Another sum over one replication, such as cost.
    Total,
    /// A number at one instant.
    Level,
    /// The largest value in one replication.
    Maximum,
    /// A mean over observations.
    Mean,
    /// A share of things that have a property, of all such things.
    Share,
    /// A share of time or of capacity.
    Part,
    /// The value that this share of the observations does not exceed.
    Quantile(f64),
    /// A mean over time.
    TimeAverage,
    /// A value set by the scenario or by the method.
    Setting,
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Kind::Count => "count",
            Kind::Total => "total",
            Kind::Level => "level",
            Kind::Maximum => "maximum",
            Kind::Mean => "mean",
            Kind::Share => "share",
            Kind::Part => "part of time",
            Kind::Quantile(_) => "quantile",
            Kind::TimeAverage => "time average",
            Kind::Setting => "setting",
        })
    }
}

/// Whether a larger or a smaller value is better.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Better {
    /// More is better.
    More,
    /// Less is better.
    Less,
    /// Neither is better.
    Neither,
}

impl Better {
    /// The word: "more", "less", ...
    pub const fn name(self) -> &'static str {
        match self {
            Better::More => "more",
            Better::Less => "less",
            Better::Neither => "",
        }
    }
}

/// The metrics that one entry stands for.
#[derive(Clone, Copy)]
enum Family {
    /// One metric, with the name of the entry.
    One(Kind),
    /// A count; and with `.share`, its share of the denominator.
    CountAndShare,
    /// Mean, quantiles and maximum of durations; and `.share` of the time, where the durations are parts of a whole.
    Times,
}

/// An entry of the catalogue.
struct Entry {
    /// Name; `*` stands for one part of a name.
    pattern: &'static str,
    family: Family,
    better: Better,
    /// Whether events come in clusters, as in congestion.
    in_spells: bool,
    /// What the metric measures.
    says: &'static str,
    /// The denominator, or the things it is counted over.
    of: &'static str,
    /// The metrics of the family that tables of comparisons show.
    first: &'static [&'static str],
}

/// What the catalogue says about a metric.
#[derive(Clone, Debug, PartialEq)]
pub struct About {
    /// The pattern of its entry.
    pub pattern: &'static str,
    /// Kind.
    pub kind: Kind,
    /// Which way is better.
    pub better: Better,
    /// Whether events come in clusters, as in congestion.
    pub in_spells: bool,
    /// What the metric measures.
    pub says: &'static str,
    /// The denominator, or the things it is counted over.
    pub of: &'static str,
    /// Whether it is among the metrics shown first.
    pub is_first: bool,
}

/// What a metric is.
///
/// # Panics
/// If the catalogue has no entry for this metric: every metric must have one.
pub fn about(metric: &str) -> About {
    find(metric).unwrap_or_else(|| panic!("catalogue: {metric} has no entry"))
}

fn find(metric: &str) -> Option<About> {
    CATALOGUE.iter().find_map(|entry| entry.about(metric))
}

impl Entry {
    fn about(&self, metric: &str) -> Option<About> {
        let rest = without(metric, self.pattern)?;
        let (kind, is_part) = match (self.family, rest) {
            (Family::One(kind), "") => (kind, false),
            (Family::CountAndShare, "") => (Kind::Count, false),
            (Family::CountAndShare, "share") => (Kind::Share, false),
            (Family::Times, "mean") => (Kind::Mean, false),
            (Family::Times, "max") => (Kind::Maximum, false),
            (Family::Times, "share") => (Kind::Part, true),
            (Family::Times, p) => (Kind::Quantile(percent(p)?), false),
            _ => return None,
        };
        // A part of the time is neither good nor bad by itself.
        let better = if is_part { Better::Neither } else { self.better };
        let Entry { pattern, in_spells, says, of, .. } = *self;
        Some(About { pattern, kind, better, in_spells, says, of, is_first: self.first.contains(&rest) })
    }
}

/// The rest of a name after a pattern, without the dot between; `None` where the pattern does not match.
fn without<'n>(metric: &'n str, pattern: &str) -> Option<&'n str> {
    let mut rest = Some(metric);
    for wanted in pattern.split('.') {
        let (part, after) = match rest?.split_once('.') {
            Some((part, after)) => (part, Some(after)),
            None => (rest?, None),
        };
        if wanted != "*" && wanted != part {
            return None;
        }
        rest = after;
    }
    Some(rest.unwrap_or(""))
}

/// The share in "p95": 0.95.
fn percent(text: &str) -> Option<f64> {
    let percent = text.strip_prefix('p')?.parse::<u32>().ok()?;
    Some(f64::from(percent) / 100.0)
}

const fn entry(
    pattern: &'static str,
    family: Family,
    better: Better,
    says: &'static str,
    of: &'static str,
    first: &'static [&'static str],
) -> Entry {
    Entry { pattern, family, better, in_spells: false, says, of, first }
}

/// The entry, with events in clusters.
const fn spells(entry: Entry) -> Entry {
    Entry { in_spells: true, ..entry }
}

use Better::{Less, More, Neither};
use Family::{CountAndShare, One, Times};

const JOBS: &str = "jobs ordered in the measured window";
const WORKED: &str = "jobs that ended Completed or Closed";
const WINDOW: &str = "the measured window";
const LISTED: &str = "drives listed by measured jobs";
const SENT: &str = "packages sent in the measured window";
const CASES: &str = "cases opened in the measured window";
const BEGUN: &str = "services begun in the measured window";
const DUE: &str = "jobs that met or missed it, and were due when the run stopped or were all known";
const COUNTED: &str = "jobs that the service level counts";
const BOUNDED: &str = "jobs that met it, missed it or are pending";
const RECOVERED: &str = "replications in which it recovered";
const STRAINED: &str = "replications with a week before the disruption or peak";
const MONEY: &str = "one replication";

/// All entries; if several match a name, the first one is used.
const CATALOGUE: &[Entry] = &[
    entry("jobs.created", One(Kind::Count), Neither, "jobs ordered", WINDOW, &[]),
    entry("jobs.in_progress.mean", One(Kind::TimeAverage), Less, "jobs in the system", WINDOW, &[]),
    entry(
        "jobs.completed.aalen_johansen.share",
        One(Kind::Part),
        More,
        "jobs that will be completed (Aalen-Johansen)",
        JOBS,
        &[],
    ),
    entry(
        "jobs.*.aalen_johansen.share",
        One(Kind::Part),
        Less,
        "jobs that will end so (Aalen-Johansen)",
        JOBS,
        &[],
    ),
    entry("jobs.completed", CountAndShare, More, "jobs that ended Completed", JOBS, &["share"]),
    entry("jobs.closed", CountAndShare, Less, "jobs that ended Closed", JOBS, &["share"]),
    entry("jobs.expired", CountAndShare, Less, "jobs that expired in Creating", JOBS, &["share"]),
    entry("jobs.deleted", CountAndShare, Less, "jobs that their customer deleted", JOBS, &["share"]),
    entry("jobs.open", CountAndShare, Less, "jobs still open when the run stopped", JOBS, &[]),
    entry("jobs.canceled", CountAndShare, Less, "jobs that their customer canceled", JOBS, &[]),
    entry("jobs.follow_up", CountAndShare, Neither, "jobs that follow from another (E1, E3)", JOBS, &[]),
    entry(
        "turnaround.aalen_johansen",
        Times,
        Less,
        "time from order to end, jobs still open taken into account",
        WORKED,
        &[],
    ),
    entry(
        "turnaround.ended_only",
        Times,
        Less,
        "time from order to end, of ended jobs only: too short",
        WORKED,
        &["mean"],
    ),
    entry("turnaround.ended_only.*", Times, Less, "part of that time, by who has the job", WORKED, &[]),
    entry("turnaround", Times, Less, "time from order to end", WORKED, &["mean", "p50", "p95"]),
    entry("turnaround.*", Times, Less, "part of the turnaround, by who has the job", WORKED, &[]),
    entry(
        "until_ended.kaplan_meier.restricted_mean",
        One(Kind::Mean),
        Less,
        "time from order to any end, counted up to `restricted_to` (Kaplan-Meier)",
        JOBS,
        &[""],
    ),
    entry(
        "until_ended.kaplan_meier.restricted_to",
        One(Kind::Setting),
        Neither,
        "how long jobs could be followed",
        JOBS,
        &[],
    ),
    entry(
        "until_ended.kaplan_meier",
        Times,
        Less,
        "time from order to any end (Kaplan-Meier)",
        JOBS,
        &["p50"],
    ),
    spells(entry("sla.*.attainment", One(Kind::Share), More, "jobs that met the service level", DUE, &[""])),
    spells(entry(
        "sla.*.attainment.if_pending_missed",
        One(Kind::Share),
        More,
        "jobs that met the service level, if all pending ones miss it: the lower bound",
        BOUNDED,
        &[],
    )),
    spells(entry(
        "sla.*.attainment.if_pending_met",
        One(Kind::Share),
        More,
        "jobs that met the service level, if all pending ones meet it: the upper bound",
        BOUNDED,
        &[],
    )),
    entry("sla.*.jobs", One(Kind::Count), Neither, "jobs that the service level counts", COUNTED, &[]),
    entry("sla.*.met", One(Kind::Count), More, "jobs that met the service level", COUNTED, &[]),
    spells(entry("sla.*.missed", One(Kind::Count), Less, "jobs that missed the service level", COUNTED, &[])),
    entry(
        "sla.*.canceled",
        One(Kind::Count),
        Neither,
        "jobs canceled or deleted before the service level was met",
        COUNTED,
        &[],
    ),
    entry(
        "sla.*.never_due",
        One(Kind::Count),
        Neither,
        "jobs that ended without reaching the start of the service level",
        COUNTED,
        &[],
    ),
    entry(
        "sla.*.pending_before",
        One(Kind::Count),
        Neither,
        "jobs that had not reached the start of the service level when the run stopped",
        COUNTED,
        &[],
    ),
    entry(
        "sla.*.pending_after",
        One(Kind::Count),
        Neither,
        "jobs not yet due when the run stopped",
        COUNTED,
        &[],
    ),
    entry(
        "sla.*.censored",
        One(Kind::Count),
        Neither,
        "pending jobs, before and after the start",
        COUNTED,
        &[],
    ),
    entry(
        "sla.*.late.extra.mean",
        One(Kind::Mean),
        Neither,
        "days that late jobs took longer than others between start and goal, by part of the time (an association)",
        "jobs that reached the goal late",
        &[],
    ),
    entry(
        "sla.*.late.had.share",
        One(Kind::Share),
        Neither,
        "late jobs that had a fault, a missing package, a wrong address, a closed station or a long queue",
        "jobs that reached the goal late",
        &[],
    ),
    entry(
        "sla.*.in_time.had.share",
        One(Kind::Share),
        Neither,
        "jobs in time that had one of these",
        "jobs that reached the goal in time",
        &[],
    ),
    entry("sla.*.target", One(Kind::Setting), Neither, "target of the scenario", "", &[]),
    entry(
        "sla.*.target_met.share",
        One(Kind::Share),
        More,
        "replications that meet the target by themselves",
        "replications",
        &[],
    ),
    spells(entry(
        "comparison.*.below",
        One(Kind::Share),
        Neither,
        "jobs faster than published",
        "jobs compared",
        &[],
    )),
    spells(entry(
        "comparison.*.within",
        One(Kind::Share),
        Neither,
        "jobs within the published range",
        "jobs compared",
        &[],
    )),
    spells(entry(
        "comparison.*.above",
        One(Kind::Share),
        Neither,
        "jobs slower than published",
        "jobs compared",
        &[],
    )),
    entry("comparison.*", Times, Neither, "time that is compared with a published one", "jobs compared", &[]),
    entry("drives.listed", One(Kind::Count), Neither, "drives listed", "measured jobs", &[]),
    entry(
        "drives.extra",
        One(Kind::Count),
        Neither,
        "drives received that no job lists",
        "measured jobs",
        &[],
    ),
    entry("drives.received", CountAndShare, Neither, "drives received", LISTED, &[]),
    entry("drives.never_received", CountAndShare, Less, "drives that never came", LISTED, &[]),
    entry(
        "drives.copied.warnings",
        CountAndShare,
        Neither,
        "drives copied with warnings",
        "drives copied",
        &[],
    ),
    entry("drives.copied.errors", CountAndShare, Neither, "drives copied with errors", "drives copied", &[]),
    entry("drives.copied", CountAndShare, Neither, "drives copied", LISTED, &[]),
    entry("drives.faulty", CountAndShare, Neither, "drives that cannot be read", LISTED, &[]),
    entry("drives.now.destroyed", CountAndShare, Less, "drives destroyed", LISTED, &[""]),
    entry(
        "drives.now.*",
        CountAndShare,
        Neither,
        "drives by where they were when the run stopped",
        LISTED,
        &[],
    ),
    entry("drives.bytes_copied", One(Kind::Total), Neither, "data copied", "drives copied", &[]),
    entry(
        "drives.before_copy",
        Times,
        Less,
        "time from receipt to the begin of the copy",
        "drives copied",
        &[],
    ),
    entry("drives.copying", Times, Neither, "time of a copy", "drives copied", &[]),
    entry("drives.on_site", Times, Less, "time on site", "drives that left", &[]),
    entry("packages.sent", One(Kind::Count), Neither, "packages sent", WINDOW, &[]),
    entry("packages.lost", CountAndShare, Less, "packages lost", SENT, &[]),
    entry("packages.damaged", CountAndShare, Less, "packages damaged", SENT, &[]),
    entry("packages.late", CountAndShare, Less, "packages later than the shipping deadline", SENT, &[]),
    entry("packages.transit", Times, Neither, "time on the way", "packages that arrived", &[]),
    entry("cases.opened", One(Kind::Count), Less, "cases opened", WINDOW, &[""]),
    entry("cases.attempts", One(Kind::Count), Less, "attempts to reach a customer", CASES, &[]),
    entry("cases.open_for", Times, Less, "time that a case is open", CASES, &[]),
    entry("cases.*", CountAndShare, Neither, "cases by what came of them", CASES, &[]),
    entry(
        "station.*.utilization",
        One(Kind::Part),
        Neither,
        "servers at work over servers on duty and those who stay to finish",
        WINDOW,
        &[""],
    ),
    entry("station.*.servers.mean", One(Kind::TimeAverage), Neither, "servers on duty", WINDOW, &[]),
    entry("station.*.busy.mean", One(Kind::TimeAverage), Neither, "servers at work", WINDOW, &[]),
    entry("station.*.wait.mean", One(Kind::Mean), Less, "wait in the queue", BEGUN, &[""]),
    spells(entry("station.*.waits.share", One(Kind::Share), Less, "services that had to wait", BEGUN, &[])),
    entry("station.*.queue.mean", One(Kind::TimeAverage), Less, "queue length", WINDOW, &[]),
    entry("station.*.queue.longest", One(Kind::Maximum), Less, "greatest queue length", WINDOW, &[]),
    entry("station.*.queue.at_horizon", One(Kind::Level), Less, "queue length at the horizon", "", &[]),
    entry("station.*.served", One(Kind::Count), Neither, "services ended", WINDOW, &[]),
    entry(
        "station.*.recovery.days",
        One(Kind::Mean),
        Less,
        "days from the end of a disruption or peak until the station is back at its level before",
        RECOVERED,
        &[],
    ),
    entry(
        "station.*.recovery.backlog",
        One(Kind::Mean),
        Less,
        "longest queue at the end of a day from the begin of a disruption or peak until the station has recovered",
        STRAINED,
        &[],
    ),
    entry(
        "station.*.recovery.worst_day",
        One(Kind::Mean),
        Neither,
        "days from the begin of a disruption or peak to the day with the longest queue",
        STRAINED,
        &[],
    ),
    entry(
        "station.*.recovery.not_back.share",
        One(Kind::Share),
        Less,
        "replications that end before the station has recovered",
        STRAINED,
        &[],
    ),
    entry(
        "sla.*.recovery.days",
        One(Kind::Mean),
        Less,
        "days from the end of a disruption or peak until the service level is back at its level before",
        RECOVERED,
        &[],
    ),
    entry(
        "sla.*.recovery.worst_week.share",
        One(Kind::Part),
        More,
        "jobs that met the service level, of those due in the worst week of a disruption or peak",
        "jobs due in the worst week",
        &[],
    ),
    entry(
        "sla.*.recovery.worst_day",
        One(Kind::Mean),
        Neither,
        "days from the begin of a disruption or peak to the last day of the worst week",
        STRAINED,
        &[],
    ),
    entry(
        "sla.*.recovery.not_back.share",
        One(Kind::Share),
        Less,
        "replications in which the service level has not recovered before the window ends",
        STRAINED,
        &[],
    ),
    entry(
        "shelf.utilization",
        One(Kind::TimeAverage),
        Neither,
        "drives on the shelf over its places",
        WINDOW,
        &[],
    ),
    entry("shelf.used.mean", One(Kind::TimeAverage), Neither, "drives on the shelf", WINDOW, &[]),
    entry("shelf.used.most", One(Kind::Maximum), Neither, "most drives on the shelf", WINDOW, &[]),
    entry(
        "shelf.overflow.mean",
        One(Kind::TimeAverage),
        Neither,
        "drives beyond the places of the shelf",
        WINDOW,
        &[],
    ),
    entry(
        "shelf.wait.mean",
        One(Kind::Mean),
        Less,
        "wait for a place on the shelf",
        "packages that came to it",
        &[],
    ),
    spells(entry(
        "shelf.waits.share",
        One(Kind::Share),
        Less,
        "packages that waited for a place",
        "packages that came to it",
        &[],
    )),
    entry("shelf.queue.mean", One(Kind::TimeAverage), Less, "packages that wait for a place", WINDOW, &[]),
    entry("rule.*.fired", One(Kind::Count), Neither, "how often the rule fired", "one replication", &[]),
    entry(
        "acts.refused",
        One(Kind::Count),
        Neither,
        "requests of customers that were refused",
        "one replication",
        &[],
    ),
    entry("cost.total", One(Kind::Total), Less, "cost of all", MONEY, &[""]),
    entry("cost.per_job", One(Kind::Mean), Less, "cost a job", JOBS, &[""]),
    entry("cost.*.hours", One(Kind::Total), Less, "hours paid", MONEY, &[]),
    entry("cost.*.overtime", One(Kind::Total), Less, "hours paid after the end of a shift", MONEY, &[]),
    entry("cost.*", One(Kind::Total), Less, "cost of this kind", MONEY, &[]),
];

#[cfg(test)]
mod tests {
    use super::super::sample;
    use super::super::vocabulary;
    use super::*;
    use crate::scenario::{BASELINE, Scenario};
    use std::collections::BTreeSet;

    #[test]
    fn every_number_has_an_entry_and_every_entry_a_number() {
        let shelf = "[site]\nshelf = 100\n[site.dock]\nservers = 1\n[site.packing]\nservers = 1\n\
                     [site.preparation]\nservers = 1\n[cost]\nworker_hour = 30\n\
                     [demand.a]\nrate = \"1/day\"\n";
        let with_shelf = Scenario::parse(shelf, &[]).unwrap_or_else(|why| panic!("{why}")).scenario;
        let baseline = Scenario::parse(BASELINE, &[]).expect("the baseline").scenario;
        let all = [sample::scenario(), with_shelf, baseline];
        let known: Vec<_> = all.iter().flat_map(vocabulary).collect();
        let mut seen = BTreeSet::new();
        for metric in &known {
            let about = about(&metric.metric);
            seen.insert(about.pattern);
            let is_share = matches!(about.kind, Kind::Share | Kind::Part);
            let is_target = about.pattern == "sla.*.target";
            assert!((is_share || is_target) == (metric.unit == "share"), "{}: {}", metric.metric, about.kind);
        }
        for entry in CATALOGUE {
            assert!(
                seen.contains(entry.pattern) || entry.pattern == "sla.*.target_met.share",
                "{}",
                entry.pattern
            );
        }
    }

    #[test]
    fn names_are_read_by_their_parts() {
        assert_eq!(about("turnaround.p95").kind, Kind::Quantile(0.95));
        assert_eq!(about("turnaround.waiting.p95").pattern, "turnaround.*");
        assert_eq!(about("turnaround.waiting.share").better, Better::Neither);
        assert_eq!(about("jobs.closed.share").kind, Kind::Share);
        assert_eq!(about("jobs.closed.aalen_johansen.share").kind, Kind::Part);
        assert!(about("sla.copied.attainment").in_spells && about("sla.copied.attainment").is_first);
        assert!(
            find("turnaround.p").is_none() && find("jobs").is_none() && find("jobs.created.share").is_none()
        );
    }
}
