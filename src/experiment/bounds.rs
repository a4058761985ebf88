//! Expectations about the numbers of a run: `metric = "turnaround.p95"`, `at_most = "21d"`.

use super::estimate::{Estimate, FEW, estimate, few_events};
use super::numbers::Numbers;
use super::verdict::{Judgement, Verdict};
use crate::engine::time::Span;
use crate::error::{Mistake, advice};
use crate::measure::{By, Metric, Value};
use crate::scenario::{Bounds, Quantity, Scenario, Spot};

/// Bounds in the unit of their metric.
#[derive(Clone, Debug)]
pub(super) struct Resolved {
    pub(super) metric: String,
    pub(super) by: String,
    pub(super) unit: &'static str,
    pub(super) least: Option<f64>,
    pub(super) most: Option<f64>,
}

/// Finds the metric among those that the scenario can have.
pub(super) fn resolve(bounds: &Bounds, known: &[Metric]) -> Result<Resolved, Vec<Mistake>> {
    let (metric, spot) = &bounds.metric;
    let (by, by_spot) = &bounds.by;
    let unit = find(metric, by, known).map_err(|unknown| {
        let spot = if unknown.by { by_spot.as_ref().unwrap_or(spot) } else { spot };
        vec![spot.mistake(unknown.message, unknown.help)]
    })?;
    let in_unit = |bound: &Option<(Quantity, Spot)>| match bound {
        None => Ok(None),
        Some((quantity, spot)) => in_unit(*quantity, unit)
            .map(Some)
            .map_err(|help| Box::new(spot.mistake(format!("{metric} is in {unit}"), help))),
    };
    let (least, most) = (in_unit(&bounds.least), in_unit(&bounds.most));
    match (least, most) {
        (Ok(Some(least)), Ok(Some(most))) if least > most => {
            Err(vec![spot.mistake("the upper bound is below the lower one", "")])
        }
        (Ok(least), Ok(most)) => Ok(Resolved { metric: metric.clone(), by: by.clone(), unit, least, most }),
        (least, most) => Err([least.err(), most.err()].into_iter().flatten().map(|wrong| *wrong).collect()),
    }
}

/// A name that no metric has.
struct Unknown {
    /// The breakdown is unknown, not the metric.
    by: bool,
    message: String,
    help: String,
}

/// The unit of the metric of this name and breakdown.
fn find(metric: &str, by: &str, known: &[Metric]) -> Result<&'static str, Unknown> {
    let named: Vec<&Metric> = known.iter().filter(|known| known.metric == metric).collect();
    let Some(first) = named.first() else {
        let mut names: Vec<&str> = known.iter().map(|known| known.metric.as_str()).collect();
        names.dedup();
        let message = format!("there is no metric \"{metric}\"");
        return Err(Unknown { by: false, message, help: meant(metric, &names) });
    };
    let is_by = |known: &&Metric| known.by == by || (known.by == "month=" && month(by).is_some());
    if named.iter().any(is_by) {
        return Ok(first.unit);
    }
    let bys: Vec<&str> = named.iter().map(|known| known.by.as_str()).filter(|by| !by.is_empty()).collect();
    let message = match by.is_empty() {
        true => format!("{metric} is counted by parts only: a \"by\" is needed"),
        false => format!("{metric} is not counted by \"{by}\""),
    };
    Err(Unknown { by: true, message, help: advice(by, &bys) })
}

/// The unit of the metric of this name and breakdown, or a sentence with the nearest name.
///
/// # Errors
/// There is no such metric, or it is not broken down so.
pub(super) fn known_as(metric: &str, by: &str, known: &[Metric]) -> Result<&'static str, String> {
    find(metric, by, known).map_err(|unknown| format!("{}; {}", unknown.message, unknown.help))
}

/// The nearest names: hundreds of valid ones are no help.
fn meant(name: &str, valid: &[&str]) -> String {
    let near = crate::error::nearest(name, valid.iter().copied());
    let family = |other: &&&str| other.split('.').next() == name.split('.').next();
    let same: Vec<&str> = valid.iter().filter(family).take(8).copied().collect();
    match (near, same.is_empty()) {
        (Some(near), _) => format!("did you mean \"{near}\"? The names are those of summary.csv"),
        (None, false) => format!("the names are those of summary.csv, such as {}", same.join(", ")),
        (None, true) => {
            "the names are those of summary.csv, such as turnaround.p95 or jobs.closed.share".into()
        }
    }
}

/// A quantity in the unit of a metric.
///
/// # Errors
/// What is to be written instead.
pub(super) fn in_unit(quantity: Quantity, unit: &str) -> Result<f64, String> {
    match (quantity, unit) {
        (Quantity::Plain(number), _) => Ok(number),
        (Quantity::Time(span), "days") => Ok(span.as_days()),
        (Quantity::Time(span), "hours") => Ok(span.micros() as f64 / Span::HOUR.micros() as f64),
        (Quantity::Percent(share), "share") => Ok(share),
        (Quantity::Time(_), _) => Err("a duration says nothing about it; write a number".into()),
        (Quantity::Percent(_), _) => Err("a percentage says nothing about it; write a number".into()),
    }
}

/// "month=2026-11".
fn month(by: &str) -> Option<By> {
    let (year, month) = by.strip_prefix("month=")?.split_once('-')?;
    let month = month.parse().ok().filter(|month| (1..=12).contains(month) && by.len() == 13)?;
    Some(By::Month(year.parse().ok()?, month))
}

impl Resolved {
    /// The group of jobs that has to be counted for it, if it is about one.
    pub(super) fn group(&self, scenario: &Scenario) -> Option<By> {
        let sources = (0..=scenario.demand.len()).map(|number| By::Source(number as u16));
        let classes = (0..scenario.site.classes.len()).map(|number| By::Class(number as u8));
        let carriers = (0..scenario.carriers.len()).map(|number| By::Carrier(number as u8));
        let kinds = [By::Export(false), By::Export(true)].into_iter();
        let found =
            kinds.chain(sources).chain(classes).chain(carriers).find(|by| by.label(scenario) == self.by);
        found.or_else(|| month(&self.by))
    }

    /// Holds the bounds against the interval over replications, or against the value of the only one. Where jobs are
    /// `drawn`, a share of few events is not met without a word.
    pub(super) fn judge(&self, numbers: &Numbers, sequential: bool, drawn: bool) -> Judgement {
        let expected = self.in_words();
        let Some(found) = estimate(numbers, &self.metric, &self.by) else {
            let mut judgement = Judgement::new(
                Verdict::Nothing,
                expected,
                "nothing was observed, so there is no such number",
            );
            if self.metric.starts_with("turnaround.") {
                let note = "turnaround has this name once no measured job is open at the end; where some are, it is \
                            turnaround.ended_only, and too short";
                judgement.notes.push(note.into());
            }
            return judgement;
        };
        let observed = match found.interval {
            Some((low, high)) => format!(
                "{}, 95 % interval {} to {} ({} replications; {}{})",
                self.show(found.value),
                self.show(low),
                self.show(high),
                found.replications,
                found.method,
                if sequential { "; sequential: run until decided" } else { "" },
            ),
            None => format!("{} ({})", self.show(found.value), found.method),
        };
        let few = few_events(&self.metric, &found).filter(|_| drawn).map(|few| {
            format!("it rests on few events: {few} of {} (or all but so many), where {FEW} on each side are needed", found.n)
        });
        let judgement = Judgement::new(self.verdict(&found), expected, observed);
        Judgement { estimate: Some(found), notes: few.into_iter().collect(), ..judgement }
    }

    fn verdict(&self, found: &Estimate) -> Verdict {
        let (low, high) = match found.interval {
            Some(interval) => interval,
            None if found.replications == 1 => (found.value, found.value),
            None => return Verdict::Undecided,
        };
        let (least, most) = (self.least.unwrap_or(f64::NEG_INFINITY), self.most.unwrap_or(f64::INFINITY));
        match () {
            () if low >= least && high <= most => Verdict::Met,
            () if high < least || low > most => Verdict::Failed,
            () => Verdict::Undecided,
        }
    }

    fn in_words(&self) -> String {
        let by = if self.by.is_empty() { String::new() } else { format!(" [{}]", self.by) };
        let range = match (self.least, self.most) {
            (Some(least), Some(most)) => format!("{} to {}", self.show(least), self.show(most)),
            (Some(least), None) => format!("at least {}", self.show(least)),
            (None, Some(most)) => format!("at most {}", self.show(most)),
            (None, None) => "anything".into(),
        };
        format!("{}{by}: {range}", self.metric)
    }

    pub(super) fn show(&self, value: f64) -> String {
        match self.unit {
            "share" => format!("{} %", shorter(value * 100.0)),
            unit => format!("{} {unit}", shorter(value)),
        }
    }
}

/// Four decimals are more than any interval needs.
fn shorter(value: f64) -> String {
    Value::Real((value * 1e4).round() / 1e4).to_string()
}
