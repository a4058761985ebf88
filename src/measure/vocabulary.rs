//! Every metric that a run of a scenario can have, whether or not a given run has it.

use super::counts::Counts;
use super::group::{By, Group};
use super::late::{Late, Side};
use super::metrics::{Metric, Value, metrics};
use super::recovery::{Recovery, Strained};
use super::sla::Kept;
use super::station_use::StationUse;
use crate::engine::station::{Measures, Waits};
use crate::engine::time::Span;
use crate::policy::{CaseState, JobSignal};
use crate::scenario::Scenario;
use crate::world::{DockWaits, Outcome};
use std::collections::BTreeSet;

/// Names, breakdowns and units of all metrics that runs of `scenario` can have; the values mean nothing. All months
/// share the breakdown `month=`, because the months are not known in advance.
pub fn vocabulary(scenario: &Scenario) -> Vec<Metric> {
    // Counts in which everything happened once, so that no metric is left out for lack of observations.
    let mut list = metrics(scenario, &once(scenario, Outcome::Completed), false);
    let plain: BTreeSet<String> = list.iter().map(|metric| metric.metric.clone()).collect();
    let censored = metrics(scenario, &once(scenario, Outcome::Open), true);
    list.extend(censored.into_iter().filter(|metric| !plain.contains(&metric.metric)));
    for metric in &mut list {
        if metric.by.starts_with("month=") {
            metric.by = "month=".into();
        }
    }
    let chances = scenario.slas.iter().flat_map(|sla| {
        let metric = format!("sla.{}.target_met.share", sla.name);
        let level = scenario.level_of(sla);
        let months = level.is_empty().then(|| "month=".to_owned());
        let of =
            move |by| Metric { metric: metric.clone(), by, value: Value::Real(1.0), unit: "share", n: 1 };
        [Some(level), months].into_iter().flatten().map(of)
    });
    list.extend(chances);
    list
}

fn once(scenario: &Scenario, outcome: Outcome) -> Counts {
    let mut counts = Counts { runs: 1, window: 1, refused: [1; JobSignal::ALL.len()], ..Counts::default() };
    let mut group = Group { created: 1, ..Group::default() };
    group.outcomes[outcome as usize] = 1;
    group.turnaround.add(Span::DAY);
    group.parts.iter_mut().for_each(|part| part.add(Span::DAY));
    group.lasted[Outcome::Completed as usize].add(Span::DAY);
    let slas = vec![Kept { met: 1, ..Kept::default() }; scenario.slas.len()];
    let sources = (0..=scenario.demand.len()).map(|number| By::Source(number as u16));
    let classes = (0..scenario.site.classes.len()).map(|number| By::Class(number as u8));
    let carriers = (0..scenario.carriers.len()).map(|number| By::Carrier(number as u8));
    let fixed = [By::All, By::Export(false), By::Export(true), By::Month(2000, 1)];
    counts.groups.extend(
        fixed.into_iter().chain(sources).chain(classes).chain(carriers).map(|by| (by, group.clone())),
    );
    counts.slas = counts.groups.keys().map(|by| (*by, slas.clone())).collect();
    let side = Side { jobs: 1, ..Side::default() };
    counts.late = vec![Late { met: side, late: side }; scenario.slas.len()];
    let recovery = Recovery { told: 1, back: 1, of: 1, ..Recovery::default() };
    let levels = vec![recovery; scenario.slas.len()];
    counts.strained = vec![Strained { stations: [recovery; 5], levels }; scenario.strains().len()];
    counts.comparisons.resize_with(scenario.comparisons.len(), Default::default);
    counts.comparisons.iter_mut().for_each(|entry| entry.add(Span::DAY, Span::DAY, Span::DAY));
    let drives = &mut counts.drives;
    (drives.listed, drives.copied) = (1, 1);
    for times in [&mut drives.before_copy, &mut drives.copying, &mut drives.on_site] {
        times.add(Span::DAY);
    }
    for packages in &mut counts.packages {
        packages.sent = 1;
        packages.transit.add(Span::DAY);
    }
    for cases in &mut counts.cases {
        cases.opened = 1;
        cases.states[CaseState::Answered.index()] = 1;
        cases.open_for.add(Span::DAY);
    }
    let window = Measures { capacity: 1, begun: 1, served: 1, ..Measures::default() };
    counts.stations = [StationUse { window, length: 1, ..StationUse::default() }; 5];
    let waits = Waits { begun: 1, ..Waits::default() };
    counts.dock = DockWaits { packages: waits, drives: waits };
    counts.shelf.came = 1;
    counts.little.told = 1;
    counts
}

#[cfg(test)]
mod tests {
    use super::super::sample;
    use super::*;

    #[test]
    fn nothing_is_ever_told_under_a_name_that_is_not_in_the_vocabulary() {
        let scenario = sample::scenario();
        let known = vocabulary(&scenario);
        let empty = metrics(&scenario, &Counts::default(), false);
        let whole = metrics(&scenario, &once(&scenario, Outcome::Open), true);
        for told in empty.iter().chain(&whole) {
            let by = if told.by.starts_with("month=") { "month=" } else { &told.by };
            let same =
                |known: &&Metric| known.metric == told.metric && known.by == by && known.unit == told.unit;
            assert!(known.iter().any(|one| same(&one)), "{} {}", told.metric, told.by);
        }
        for name in [
            "turnaround.p95",
            "turnaround.waiting.p95",
            "turnaround.waiting.share",
            "turnaround.ended_only.p95",
            "station.bays.utilization",
            "cases.open_for.mean",
        ] {
            assert!(known.iter().any(|metric| metric.metric == name), "{name}");
        }
    }
}
