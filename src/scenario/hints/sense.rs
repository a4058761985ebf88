//! Warns of values that are valid but probably not meant: each with its place, and what to write instead.

use super::super::model::{Disruption, Scenario};
use super::super::node::{Node, Value};
use super::super::quantity as q;
use super::super::section::Section;
use crate::engine::distribution::Distribution;
use crate::engine::time::Instant;
use std::collections::{BTreeMap, BTreeSet};

/// A demand factor at or above this is more likely a percentage.
const LARGE_FACTOR: f64 = 10.0;
/// Word in the name of a source of exports.
const EXPORT: &str = "export";

/// The fault probability at `key`; zero without the key. Warns of a bare 1, which often means one percent.
pub fn fault(section: &Section<'_>, key: &'static str) -> f64 {
    if section.node(key).is_some_and(|node| matches!(node.value, Value::Whole(1))) {
        let path = section.path_of(key);
        section.warn(key, &format!("{path}: 1 is 100 %; for one percent write \"1 %\", for all \"100 %\""));
    }
    section.read(key, q::chance).or(0.0)
}

/// Warns of a very large factor of demand.
pub fn large_factor(section: &Section<'_>, factor: f64) {
    if factor >= LARGE_FACTOR {
        let path = section.path_of("factor");
        let meant = if factor < 1000.0 {
            let more = (1e4 + factor * 100.0).round() / 1e4;
            format!("; {factor} % more is {more}")
        } else {
            String::new()
        };
        section.warn("factor", &format!("{path}: demand is {factor} times the rate{meant}"));
    }
}

/// Warns of a disruption in which carriers are faster.
pub fn faster(row: &Section<'_>, slower: f64) {
    let path = row.path_of("slower");
    if slower < 1.0 {
        let told = format!(
            "{path}: {slower} makes carriers faster: transit takes {slower} of its time; a fifth slower is 1.2"
        );
        row.warn("slower", &told);
    } else if slower <= 1.0 {
        row.warn("slower", &format!("{path}: 1 changes nothing; a fifth slower is 1.2"));
    }
}

/// Warns of a disruption that appears twice.
pub fn same_disruptions(disruptions: &[(Disruption, Section<'_>)]) {
    let mut seen = BTreeMap::new();
    for (one, row) in disruptions {
        let (title, first) = (row.title(), seen.entry(format!("{one:?}")).or_insert_with(|| row.title()));
        if *first != title {
            row.warn(
                "",
                &format!("{title} is the same as {first}, and both are in force; leave one of them out"),
            );
        }
    }
}

/// Warns of a date that appears twice in a list. A date that a holiday file has too (scenario/ics.rs) is allowed.
pub fn same_dates(section: &Section<'_>, key: &'static str) {
    let Some(Node { value: Value::List(dates), place: list }) = section.node(key) else { return };
    let mut seen = BTreeSet::new();
    for date in dates.iter().filter(|date| date.place != *list) {
        if !seen.insert(date.to_string()) {
            let path = section.path_of(key);
            let told = format!("{path}: {date} stands there twice and counts once; is another date meant?");
            section.notes.warn(Some(date.place), &told);
        }
    }
}

/// Warns of equal rows of a roster for a group: one more person may have a row, but a group seldom has two.
pub fn same_rows(rows: &[((Instant, Instant, u32), Section<'_>)]) {
    let mut seen = BTreeMap::new();
    for (range, row) in rows.iter().filter(|(range, _)| range.2 > 1) {
        let line = row.origin("from").unwrap_or_default();
        let first = seen.entry(range).or_insert_with(|| line.clone());
        if *first != line {
            let both = range.2.saturating_mul(2);
            row.warn(
                "from",
                &format!("this row is the same as {first}: rows add up, so {both} people are there"),
            );
        }
    }
}

/// Warns of a source that is named for exports but creates imports, because no key says otherwise.
pub fn exports(name: &str, section: &Section<'_>) {
    if name.to_lowercase().contains(EXPORT) && !section.has("export_share") {
        let title = section.title();
        let told = format!(
            "{title} orders imports only: export_share is 0 by default; write export_share = 1 for exports"
        );
        section.warn("", &told);
    }
}

/// Warns of a distribution whose mean lies outside its bounds. `show` returns a value with its unit.
pub fn mean_outside(
    section: &Section<'_>,
    key: &str,
    (mean, drawn): (f64, &Distribution),
    (min, max): (Option<f64>, Option<f64>),
    show: impl Fn(f64) -> String,
) {
    let bound = match (min, max) {
        (_, Some(max)) if mean > max => format!("above max = {}", show(max)),
        (Some(min), _) if mean < min => format!("below min = {}", show(min)),
        _ => return,
    };
    // Six digits: the mean is computed from the parameters of the distribution.
    let shown = |value: f64| {
        let rounded = format!("{value:.5e}").parse().unwrap_or(value);
        show(rounded).trim_matches('"').to_owned()
    };
    let (path, mean, drawn) = (section.path_of(key), shown(mean), shown(drawn.mean()));
    section.warn(
        key,
        &format!(
            "{path}: the mean {mean} is {bound}; values are drawn within the bounds, {drawn} on average"
        ),
    );
}

/// Warns of parts of a valid scenario that do not fit together.
pub fn whole(scenario: &Scenario, top: &Section<'_>) {
    let site = top.section_again("site");
    shelf(scenario, &site);
    let horizon = scenario.run.horizon;
    for source in &scenario.demand {
        let seconds = seconds_to_copy(&source.bytes, scenario.site.bay_rate);
        if seconds > horizon.as_secs() {
            let rate = site.section_again("bays").written("rate", "");
            let days = (seconds / 86_400.0).round();
            let told = format!(
                "site.bays.rate: at {rate} half of the drives of {} take {days} days or more to copy, longer than \
                 run.horizon, {horizon}",
                source.name
            );
            return site.section_again("bays").warn("rate", &told);
        }
    }
}

fn seconds_to_copy(bytes: &Distribution, rate: u64) -> f64 {
    bytes.quantile(0.5) / rate as f64
}

/// Warns of a shelf with less room than one job needs.
fn shelf(scenario: &Scenario, site: &Section<'_>) {
    let Some(shelf) = scenario.site.shelf else { return };
    let drawn = scenario.demand.iter().map(|source| source.drives.range().1 as u32);
    let written = scenario.jobs.iter().map(|job| job.fate.drives.len() as u32);
    let most = drawn.chain(written).max().unwrap_or(0);
    if most > shelf.drives {
        let places = shelf.drives;
        let told =
            format!("site.shelf: {places} places are fewer than the {most} drives that one job may have");
        site.warn("shelf", &told);
    }
}
