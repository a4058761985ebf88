//! How stations and service levels recovered from disruptions and peaks, on the page.

use super::Source;
use super::number::Number;
use crate::measure::Recovery;
use crate::report::recovery::apart;
use crate::scenario::StationName;

/// A disruption or peak, or several at the same time.
pub(super) struct Strain {
    pub(super) heading: String,
    /// Stations and levels that were strained.
    pub(super) strained: Vec<Strained>,
    /// Names of the others.
    pub(super) calm: String,
}

/// A station or level that was strained.
pub(super) struct Strained {
    pub(super) name: String,
    pub(super) worst: Number,
    pub(super) what: &'static str,
    pub(super) worst_day: Number,
    pub(super) days: Number,
    /// Share of runs that ended before it was back; `None` where it was back in all runs.
    pub(super) not_back: Option<Number>,
}

pub(super) fn strains(source: &Source<'_>) -> Vec<Strain> {
    let Source { scenario, results, numbers, .. } = source;
    let mut strains = vec![];
    for (told, strained) in apart(scenario, &results.counts) {
        let row =
            |name: String, metric: String, by: &str, recovery: &Recovery, worst: (&str, &'static str)| {
                let of = |what: &str| numbers.get(&format!("{metric}.recovery.{what}"), by);
                let never = recovery.back < recovery.told;
                Strained {
                    name,
                    worst: of(worst.0),
                    what: worst.1,
                    worst_day: of("worst_day"),
                    days: of("days"),
                    not_back: never.then(|| of("not_back.share")),
                }
            };
        let (mut worse, mut calm) = (vec![], vec![]);
        let mut tell = |recovery: &Recovery, name: String, row: &dyn Fn(String) -> Strained| match recovery {
            Recovery { told: 0, .. } => {}
            Recovery { strained: 0, .. } => calm.push(name),
            _ => worse.push(row(name)),
        };
        let of_stations = StationName::ALL.iter().zip(&strained.stations).zip(&results.counts.stations);
        for ((station, recovery), _) in of_stations.filter(|(_, used)| !used.is_unlimited()) {
            let metric = format!("station.{}", station.name());
            tell(recovery, station.name().to_owned(), &|name| {
                row(name, metric.clone(), told.label(), recovery, ("backlog", "in the queue at most"))
            });
        }
        for (sla, recovery) in scenario.slas.iter().zip(&strained.levels) {
            let level = scenario.level_of(sla);
            let name = format!("{} {}", sla.name, level.replace('=', " ")).trim_end().to_owned();
            let by = if level.is_empty() { level } else { level + "," } + told.label();
            tell(recovery, name, &|name| {
                let worst = ("worst_week.share", "in time in the worst week");
                row(name, format!("sla.{}", sla.name), &by, recovery, worst)
            });
        }
        if !(worse.is_empty() && calm.is_empty()) {
            strains.push(Strain { heading: told.heading(), strained: worse, calm: calm.join(", ") });
        }
    }
    strains
}
