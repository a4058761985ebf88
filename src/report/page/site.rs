//! Stations over the year, cases and rules.

use super::Source;
use super::drawing::{Drawing, WIDTH, tick_word, ticks};
use super::number::Number;
use crate::engine::time::{Instant, Span};
use crate::policy::{Origin, all_rules};
use crate::report::charts::StationSeries;
use crate::report::pictures::stations_chart;
use crate::report::words::rough;
use crate::scenario::{Scenario, StationName, Strain};

/// Days of a moving average.
const WEEK: usize = 7;

/// One station.
pub(super) struct Station {
    pub(super) name: &'static str,
    /// The numbers of the row.
    pub(super) numbers: Vec<Number>,
}

/// Column heads of the stations.
pub(super) const STATION_HEADS: [&str; 7] =
    ["busy", "servers", "mean wait", "have to wait", "mean queue", "longest queue", "served"];

/// The stations that the scenario has.
pub(super) fn station_rows(source: &Source<'_>) -> Vec<Station> {
    let names = crate::report::files::stations(source.scenario);
    let row = |station: StationName| {
        let name = station.name();
        let parts = [
            "utilization",
            "servers.mean",
            "wait.mean",
            "waits.share",
            "queue.mean",
            "queue.longest",
            "served",
        ];
        let number = |part| source.numbers.get(&format!("station.{name}.{part}"), "");
        Station { name, numbers: parts.map(number).into() }
    };
    names.map(row).collect()
}

/// Queue and utilization of each station, as weekly means up to the horizon; disruptions and peaks are shaded.
pub(super) fn stations(source: &Source<'_>) -> Option<Drawing> {
    let chart = stations_chart(source.scenario, source.results);
    let days = source.scenario.run.horizon.as_days();
    let queues = chart.stations.iter().filter(|station| station.queue.len() > WEEK);
    // Servers without a limit have neither a queue nor a utilization.
    let shown: Vec<_> = queues.filter(|station| station.utilization.is_some()).collect();
    if shown.is_empty() {
        return None;
    }
    let (left, right, high) = (60.0, WIDTH - 50.0, 128.0);
    let strains = source.scenario.strains();
    let head = 14.0 * strains.len().min(12) as f64;
    let mut row = 14.0;
    let mut drawing = Drawing::new(
        shown.len() as f64 * high + head + 40.0,
        "Queue and utilization of each station, seven-day means",
    );
    let x = |day: f64| left + day / days * (right - left);
    let bottom = shown.len() as f64 * high + head;
    for strain in &strains {
        let (from, until) = (strain.from.since_start().as_days(), strain.until.since_start().as_days());
        let (from, until) = (from.clamp(0.0, days), until.clamp(0.0, days));
        let words = strain_words(source.scenario, strain);
        drawing.rect((x(from), 2.0), (x(until) - x(from), bottom - 2.0), "shade", words);
        // The name must stay visible: to the left of a late strain.
        let name = strain.words.clone();
        let is_late = x(from) > (left + right) / 2.0;
        drawing.text(
            (if is_late { x(until) } else { x(from) + 4.0 }, row),
            if is_late { "t e named" } else { "t named" },
            name,
        );
        row += 14.0;
    }
    months(&mut drawing, source.scenario, x, (head, bottom));
    for (place, station) in shown.iter().enumerate() {
        let top = place as f64 * high + head + 30.0;
        panel(&mut drawing, station, (top, top + high - 44.0), (left, right), x, days);
    }
    Some(drawing)
}

/// A line at the first day of each month.
fn months(drawing: &mut Drawing, scenario: &Scenario, x: impl Fn(f64) -> f64, (head, bottom): (f64, f64)) {
    let epoch = &scenario.run.epoch;
    let end = Instant::START + scenario.run.horizon;
    let mut date = epoch.date_of(Instant::START).first_of_month();
    let months = scenario.run.horizon.as_days() / 30.0;
    let every = (months / 14.0).ceil().max(1.0) as usize;
    let mut number = 0;
    while epoch.start_of_day(date) < end {
        let at = epoch.start_of_day(date).since_start();
        if at >= Span::ZERO && number % every == 0 {
            let place = x(at.as_days());
            drawing.line(&[(place, head + 4.0), (place, bottom)], "grid", "");
            drawing.text((place + 2.0, bottom + 16.0), "t", date.strftime("%b %y").to_string());
        }
        number += 1;
        let Some(next) = date.last_of_month().tomorrow().ok() else { return };
        date = next;
    }
}

fn panel(
    drawing: &mut Drawing,
    station: &StationSeries,
    (top, bottom): (f64, f64),
    (left, right): (f64, f64),
    x: impl Fn(f64) -> f64,
    days: f64,
) {
    let queue = means(&station.queue, days);
    let busy = means(station.utilization.as_deref().unwrap_or_default(), days);
    let most = queue.iter().map(|one| one.1).filter(|value| value.is_finite()).fold(0.0, f64::max);
    let steps = ticks(most.max(1.0));
    let scale = (bottom - top) / steps.last().copied().unwrap_or(1.0);
    drawing.text((left, top - 8.0), "t strong", station.name.clone());
    let legend = format!("queue ({}, filled, left axis) and utilization (line, right axis)", station.unit);
    drawing.text((left + 130.0, top - 8.0), "t", legend);
    for step in [0.0, steps.last().copied().unwrap_or(1.0)] {
        let y = bottom - step * scale;
        drawing.line(&[(left, y), (right, y)], "grid", "");
        drawing.text((left - 8.0, y + 4.0), "t e", tick_word(step));
    }
    drawing.text((right + 6.0, bottom + 4.0), "t", "0 %");
    drawing.text((right + 6.0, top + 4.0), "t", "100 %");
    let points: Vec<_> = queue.iter().map(|(day, value)| (x(*day), bottom - value * scale)).collect();
    if let (Some(first), Some(last)) = (points.first(), points.last()) {
        let mut field = points.clone();
        field.extend([(last.0, bottom), (first.0, bottom)]);
        drawing.field(field, "area");
    }
    drawing.line(&points, "edge", "");
    let line: Vec<_> = busy.iter().map(|(day, value)| (x(*day), bottom - value * (bottom - top))).collect();
    drawing.line(&line, "busy", "");
    for ((day, value), (_, share)) in queue.iter().zip(&busy) {
        let half = x(WEEK as f64 / 2.0) - x(0.0);
        let busy =
            if share.is_finite() { format!("{:.0} % utilized", share * 100.0) } else { "closed".into() };
        let tip = format!(
            "{}, week around day {day:.0}: {} in the queue, {busy}",
            station.name,
            rough(Some(*value))
        );
        drawing.rect((x(*day) - half, top), (half * 2.0, bottom - top), "hover", tip);
    }
}

/// Weekly means up to the horizon, at the middle of each week; days without a value are left out.
fn means(values: &[f64], days: f64) -> Vec<(f64, f64)> {
    let until = (days as usize).min(values.len());
    let weeks = values[..until].chunks(WEEK).enumerate();
    let mean = |(number, week): (usize, &[f64])| {
        let known: Vec<f64> = week.iter().copied().filter(|value| value.is_finite()).collect();
        let mean = known.iter().sum::<f64>() / known.len() as f64;
        ((number * WEEK) as f64 + week.len() as f64 / 2.0, mean)
    };
    weeks.map(mean).collect()
}

/// A disruption or peak and its dates, in words.
pub(super) fn strain_words(scenario: &Scenario, strain: &Strain) -> String {
    let date = |at| scenario.run.epoch.date_of(at);
    // The day after the end does not belong to it.
    let until = match strain.until.since_start() < scenario.run.horizon {
        true => date(strain.until - Span::TICK).to_string(),
        false => "the end of the window".into(),
    };
    format!("{} to {until}: {}", date(strain.from), strain.words)
}

/// One kind of case.
pub(super) struct CaseRow {
    pub(super) says: &'static str,
    pub(super) numbers: Vec<Number>,
}

/// Column heads of the cases.
pub(super) const CASE_HEADS: [&str; 7] =
    ["opened", "attempts", "reached", "answered", "given up", "settled", "mean time open"];

/// The cases that were opened.
pub(super) fn cases(source: &Source<'_>) -> Vec<CaseRow> {
    let kinds = [
        ("unannounced", "Drives came for a job still in Creating (E1)"),
        ("no_record", "Drives came for a job without a record (E1)"),
        ("missing_package", "No package in the shipping interval (E2)"),
        ("bad_address", "The return address is wrong or missing in part (E4)"),
        ("drive_fault", "A drive is Faulted (F1)"),
        ("job_fault", "A job is Faulted (F1)"),
    ];
    let parts = ["opened", "attempts", "reached", "answered", "given_up", "settled", "open_for.mean"];
    let row = |(kind, says): (&str, &'static str)| {
        let number = |part| source.numbers.get(&format!("cases.{part}"), &format!("kind={kind}"));
        CaseRow { says, numbers: parts.map(number).into() }
    };
    kinds.map(row).into_iter().filter(|row| row.numbers[0].text != "0" && row.numbers[0].is_known()).collect()
}

/// A rule and the number of times it fired.
pub(super) struct RuleRow {
    pub(super) code: &'static str,
    pub(super) says: &'static str,
    pub(super) fired: Number,
    pub(super) is_unusual: bool,
    pub(super) source: String,
}

/// The rules that act.
pub(super) fn rules(source: &Source<'_>) -> Vec<RuleRow> {
    let acting = all_rules().iter().filter(|text| !text.holds);
    acting
        .map(|text| RuleRow {
            code: text.rule.name(),
            says: text.says,
            fired: source.numbers.get(&format!("rule.{}.fired", text.rule.name()), ""),
            is_unusual: !super::watch::is_usual(text.rule),
            source: match text.origin {
                Origin::Documented => text.source.to_owned(),
                Origin::Ours => format!("{}; ours", text.source),
            },
        })
        .collect()
}
