//! The cost of a run, by the prices of `[cost]`.
//!
//! Servers are paid while they are on duty in the measured window, used or not: according to shifts, dates and
//! disruptions, plus overtime to finish work that has started. Drives and missed service levels are those of measured
//! jobs; packages are those sent back in the window. A station without a limit has no staff to pay.

use super::counts::Counts;
use super::metrics::{Metric, Value};
use crate::engine::time::Span;
use crate::policy::Disposition;
use crate::scenario::{Cost, Scenario, StationName};

/// The unit of costs; the currency stands in the scenario.
pub(crate) const MONEY: &str = "cost";
/// The unit of paid hours.
const HOURS: &str = "paid hours";

/// One part of the cost.
#[derive(Clone, Debug, PartialEq)]
pub struct Item {
    /// Name in metrics: `cost.NAME`.
    pub name: &'static str,
    /// What it costs.
    pub cost: f64,
    /// Number of things paid for; 0 where hours are paid.
    pub n: u64,
}

/// The parts of the cost, of one run or of several; they sum to the total.
pub fn items(scenario: &Scenario, cost: &Cost, counts: &Counts) -> Vec<Item> {
    let mut items: Vec<Item> =
        stations(scenario, cost).map(|(station, price)| staff(station, price, counts)).collect();
    let back = counts.packages[1].sent;
    let drives = counts.drives.received + counts.drives.extra;
    let destroyed = counts.drives.dispositions[Disposition::Destroyed.index()];
    let missed: Vec<u64> = (0..scenario.slas.len()).map(|number| counts.kept(number).missed).collect();
    let breaches = missed.iter().zip(&cost.breach).map(|(missed, price)| *missed as f64 * price).sum();
    for (name, cost, n) in [
        ("drives", drives as f64 * cost.drive, drives),
        ("packages", back as f64 * cost.package, back),
        ("breaches", breaches, missed.iter().sum()),
        ("destroyed", destroyed as f64 * cost.destroyed_drive, destroyed),
    ] {
        items.push(Item { name, cost, n });
    }
    items
}

fn stations<'c>(scenario: &'c Scenario, cost: &'c Cost) -> impl Iterator<Item = (StationName, f64)> + 'c {
    let has =
        |station: &StationName| *station != StationName::Preparation || scenario.site.preparation.is_some();
    StationName::ALL.into_iter().filter(has).map(|station| match station {
        StationName::Bays => (station, cost.bay_hour),
        StationName::Operations => (station, cost.operator_hour),
        StationName::Dock | StationName::Preparation | StationName::Packing => (station, cost.worker_hour),
    })
}

fn staff(station: StationName, price: f64, counts: &Counts) -> Item {
    let used = &counts.stations[station as usize];
    Item { name: station.name(), cost: hours(used.staffed()) * price, n: used.window.served }
}

fn hours(micros: i128) -> f64 {
    micros as f64 / Span::HOUR.micros() as f64
}

/// The rows of `summary.csv` about cost; empty without prices.
pub(super) fn metrics(scenario: &Scenario, counts: &Counts) -> Vec<Metric> {
    let Some(cost) = &scenario.cost else { return vec![] };
    let mut list = vec![];
    let mut push = |metric: String, by: String, value: f64, unit, n| {
        list.push(Metric { metric, by, value: Value::Real(value), unit, n });
    };
    let items = items(scenario, cost, counts);
    let (total, created) = (items.iter().map(|item| item.cost).sum::<f64>(), counts.all().created);
    push("cost.total".into(), String::new(), total, MONEY, created);
    if created > 0 {
        push("cost.per_job".into(), String::new(), total / created as f64, "cost a job", created);
    }
    for item in items {
        push(format!("cost.{}", item.name), String::new(), item.cost, MONEY, item.n);
    }
    for (number, sla) in scenario.slas.iter().enumerate() {
        let missed = counts.kept(number).missed;
        push(
            "cost.breaches".into(),
            match scenario.level_of(sla) {
                level if level.is_empty() => format!("sla={}", sla.name),
                level => format!("sla={},{level}", sla.name),
            },
            missed as f64 * cost.breach[number],
            MONEY,
            missed,
        );
    }
    for (station, _) in stations(scenario, cost) {
        let used = &counts.stations[station as usize];
        let (name, n) = (station.name(), used.window.served);
        push(format!("cost.{name}.hours"), String::new(), hours(used.staffed()), HOURS, n);
        let overtime = if used.is_unlimited() { 0 } else { used.window.overtime };
        push(format!("cost.{name}.overtime"), String::new(), hours(overtime), HOURS, n);
    }
    list
}
