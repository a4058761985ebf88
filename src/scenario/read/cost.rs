//! Reads `[cost]`: prices. Without this table nothing has a price.

use crate::error::advice;
use crate::scenario::model::{Cost, Sla, StationName};
use crate::scenario::node::{Node, Value};
use crate::scenario::quantity as q;
use crate::scenario::section::{Notes, Read, Refusal, Section};

/// Highest price, in any currency.
const MOST: f64 = 1e12;

/// The prices, if there are any.
pub fn cost(top: &Section<'_>, slas: &[Sla]) -> Option<Cost> {
    let section = top.section("cost");
    if !section.is_given() && slas.iter().all(|sla| sla.breach.is_none()) {
        return None;
    }
    let breach = section
        .read("breach", |node| breaches(node, slas, section.notes))
        .or_shown(vec![0.0; slas.len()], "0");
    let price = |key| section.read(key, price).or(0.0);
    let cost = Cost {
        currency: section.read("currency", q::name).or_shown(String::new(), "\"\""),
        worker_hour: price("worker_hour"),
        operator_hour: price("operator_hour"),
        bay_hour: price("bay_hour"),
        drive: price("drive"),
        package: price("package"),
        breach: breach.into_iter().zip(slas).map(|(price, sla)| sla.breach.unwrap_or(price)).collect(),
        destroyed_drive: price("destroyed_drive"),
    };
    for (key, price, station) in [
        ("worker_hour", cost.worker_hour, StationName::Dock),
        ("worker_hour", cost.worker_hour, StationName::Packing),
        ("operator_hour", cost.operator_hour, StationName::Operations),
        ("bay_hour", cost.bay_hour, StationName::Bays),
    ] {
        if price > 0.0 && !says_servers(top, station) {
            let name = station.name();
            let help =
                format!("add servers to [site.{name}]: otherwise it is ample, and nobody knows who is paid");
            section.mistake(key, Refusal::new(format!("cost.{key}: [site.{name}] has no servers"), help));
        }
    }
    Some(cost)
}

fn price(node: &Node) -> Read<f64> {
    q::number_in(0.0, MOST)(node)
}

/// Reads one price for all service levels, or a table by their names.
fn breaches(node: &Node, slas: &[Sla], notes: &Notes<'_>) -> Read<Vec<f64>> {
    let Value::Table(table) = &node.value else { return Ok(vec![price(node)?; slas.len()]) };
    let mut prices = vec![0.0; slas.len()];
    for (name, entry) in table.in_order() {
        if !slas.iter().any(|sla| sla.name == name) {
            let names: Vec<&str> = slas.iter().map(|sla| sla.name.as_str()).collect();
            let lost = notes.why_lost("sla", name).map(|why| format!("{why}, or set cost.breach anew; "));
            let help = format!("{}{}", lost.unwrap_or_default(), advice(name, &names));
            return Err(Refusal::new(format!("there is no SLA \"{name}\""), help));
        }
        let price = price(&entry.node)?;
        let of_name = slas.iter().zip(&mut prices).filter(|(sla, _)| sla.name == name);
        of_name.for_each(|(_, own)| *own = price);
    }
    Ok(prices)
}

fn says_servers(top: &Section<'_>, station: StationName) -> bool {
    let own = top.section_again("site").section_again(station.name());
    own.has("servers") || own.has("servers_by_date") || own.has("roster")
}
