//! Expectations about metrics: `metric = "turnaround.p95"`, `at_most = "21d"`.

use super::estimate::{Estimate, FEW, estimate, few_events, never_shown};
use super::numbers::Numbers;
use super::verdict::{Judgement, Verdict};
use crate::engine::time::Span;
use crate::error::{Mistake, advice, nearest_few};
use crate::measure::{By, Metric, Value, about};
use crate::scenario::{Bounds, Quantity, Scenario, Spot};

/// The bounds, in the unit of their metric.
#[derive(Clone, Debug)]
pub(super) struct Resolved {
    pub(super) metric: String,
    pub(super) by: String,
    pub(super) unit: &'static str,
    pub(super) least: Option<f64>,
    pub(super) most: Option<f64>,
}

/// Finds the metric among those of the scenario. `months` are the months of the run, as "month=2026-11".
pub(super) fn resolve(
    bounds: &Bounds,
    known: &[Metric],
    months: &[String],
) -> Result<Resolved, Vec<Mistake>> {
    let (metric, spot) = &bounds.metric;
    let (by, by_spot) = &bounds.by;
    let unit = find(metric, by, known, months).map_err(|unknown| {
        let spot = if unknown.by { by_spot.as_ref().unwrap_or(spot) } else { spot };
        vec![spot.mistake(unknown.message, unknown.help)]
    })?;
    let in_unit = |bound: &Option<(Quantity, Spot)>| match bound {
        None => Ok(None),
        Some((quantity, spot)) => in_unit(*quantity, unit)
            .map(Some)
            .map_err(|help| Box::new(spot.mistake(format!("{metric} is in {unit}"), help))),
    };
    match (in_unit(&bounds.least), in_unit(&bounds.most)) {
        (Ok(Some(least)), Ok(Some(most))) if least > most => {
            let spot = bounds.most.as_ref().map_or(spot, |(_, spot)| spot);
            Err(vec![spot.mistake("the upper bound is below the lower one", "")])
        }
        (Ok(least), Ok(most)) => Ok(Resolved { metric: metric.clone(), by: by.clone(), unit, least, most }),
        (least, most) => Err([least.err(), most.err()].into_iter().flatten().map(|wrong| *wrong).collect()),
    }
}

/// [`resolve`] for a target: a bound of a share must be between 0 and 1.
pub(super) fn resolve_target(
    bounds: &Bounds,
    known: &[Metric],
    months: &[String],
) -> Result<Resolved, Vec<Mistake>> {
    let resolved = resolve(bounds, known, months)?;
    match resolved.beyond() {
        Some((end, message, help)) => Err(vec![end.spot(bounds).mistake(message, help)]),
        None => Ok(resolved),
    }
}

/// [`resolve`] for an expectation: a bound that cannot fail is a mistake.
pub(super) fn resolve_expected(
    bounds: &Bounds,
    known: &[Metric],
    months: &[String],
) -> Result<Resolved, Vec<Mistake>> {
    let resolved = resolve(bounds, known, months)?;
    let count =
        known.iter().any(|known| known.metric == resolved.metric && matches!(known.value, Value::Count(_)));
    let Some((end, message, help)) = resolved.pointless(count) else { return Ok(resolved) };
    Err(vec![end.spot(bounds).mistake(message, help)])
}

/// Which of the two bounds.
#[derive(Clone, Copy, PartialEq, Eq)]
enum End {
    Least,
    Most,
}

impl End {
    /// The place of the bound in the file.
    fn spot(self, bounds: &Bounds) -> &Spot {
        let bound = if self == End::Most { &bounds.most } else { &bounds.least };
        bound.as_ref().map_or(&bounds.metric.1, |(_, spot)| spot)
    }
}

/// An unknown name of a metric or breakdown.
struct Unknown {
    /// Whether the breakdown is unknown; otherwise the metric is.
    by: bool,
    message: String,
    help: String,
}

/// The unit of a metric with this name and breakdown.
fn find(metric: &str, by: &str, known: &[Metric], months: &[String]) -> Result<&'static str, Unknown> {
    let named: Vec<&Metric> = known.iter().filter(|known| known.metric == metric).collect();
    if named.is_empty() {
        let mut names: Vec<&str> = known.iter().map(|known| known.metric.as_str()).collect();
        names.dedup();
        let message = format!("there is no metric \"{metric}\"");
        return Err(Unknown { by: false, message, help: meant(metric, &names) });
    }
    let is_by = |known: &&Metric| known.by == by || (known.by == "month=" && month(by).is_some());
    if let Some(found) = named.iter().find(|known| is_by(known)) {
        return Ok(found.unit);
    }
    let usual = ["month=2026-11".to_owned()];
    let months = if months.is_empty() { &usual } else { months };
    let bys = named.iter().map(|known| known.by.as_str()).filter(|by| !by.is_empty() && *by != "month=");
    let has_months = named.iter().any(|known| known.by == "month=");
    let months = months.iter().filter(|_| has_months).map(String::as_str);
    let bys: Vec<&str> = bys.chain(months).collect();
    let message = match by.is_empty() {
        true => format!("{metric} is counted by parts only: a \"by\" is needed"),
        false => format!("{metric} is not counted by \"{by}\""),
    };
    Err(Unknown { by: true, message, help: advice(by, &bys) })
}

/// The unit of a metric with this name and breakdown.
///
/// # Errors
/// A sentence with the nearest valid name.
pub(super) fn known_as(metric: &str, by: &str, known: &[Metric]) -> Result<&'static str, String> {
    find(metric, by, known, &[]).map_err(|unknown| format!("{}; {}", unknown.message, unknown.help))
}

/// Advice with the nearest names: hundreds of valid names are no help.
fn meant(name: &str, valid: &[&str]) -> String {
    const NAMES: &str = "names are those of summary.csv";
    let family = |other: &str| other.split('.').next().unwrap_or_default().to_owned();
    let of = family(name);
    let mut near = nearest_few(name, valid, 3);
    // For the name of a service level, attainment is the likely meaning.
    let attainment = format!("{name}.attainment");
    if let Some(meant) = valid.iter().find(|valid| **valid == attainment) {
        near = vec![meant];
    }
    let same: Vec<&str> = valid.iter().filter(|valid| family(valid) == of).take(8).copied().collect();
    // A metric may be unknown because the scenario has no such part.
    let without = match of.as_str() {
        _ if !same.is_empty() => "",
        "sla" => "this scenario has no [[sla]], so no number of one; ",
        "cost" => "this scenario has no [cost], so no number of it; ",
        "comparison" => "this scenario has no [[comparison]], so no number of one; ",
        _ => "",
    };
    let near: Vec<String> = near.iter().map(|near| format!("\"{near}\"")).collect();
    match (without.is_empty(), &near[..]) {
        (true, [first, others @ ..]) => {
            let others: String = others.iter().map(|other| format!(" Or {other}?")).collect();
            format!("did you mean {first}?{others} The {NAMES}")
        }
        (true, _) if !same.is_empty() => format!("the {NAMES}, such as {}", same.join(", ")),
        _ => format!("{without}the {NAMES}, such as turnaround.p95 or jobs.closed.share"),
    }
}

/// Converts a quantity into the unit of a metric.
///
/// # Errors
/// What to write instead.
pub(super) fn in_unit(quantity: Quantity, unit: &str) -> Result<f64, String> {
    match (quantity, unit) {
        (Quantity::Plain(number), _) => Ok(number),
        (Quantity::Time(span), "days") => Ok(span.as_days()),
        (Quantity::Time(span), "hours") => Ok(span.micros() as f64 / Span::HOUR.micros() as f64),
        (Quantity::Percent(share), "share" | "ratio") => Ok(share),
        (Quantity::Time(_), _) => Err("a duration says nothing about it; write a number".into()),
        (Quantity::Percent(_), _) => Err("a percentage says nothing about it; write a number".into()),
    }
}

/// Reads "month=2026-11".
fn month(by: &str) -> Option<By> {
    let (year, month) = by.strip_prefix("month=")?.split_once('-')?;
    let month = month.parse().ok().filter(|month| (1..=12).contains(month) && by.len() == 13)?;
    Some(By::Month(year.parse().ok()?, month))
}

impl Resolved {
    /// The bound of a share that is below 0 or above 1: which, why it is wrong, and what to write instead.
    fn beyond(&self) -> Option<(End, String, String)> {
        let beyond = |bound: &f64| self.unit == "share" && !(0.0..=1.0).contains(bound);
        let ends = [(End::Least, self.least), (End::Most, self.most)];
        let (end, bound) = ends.iter().find_map(|(end, bound)| Some((*end, bound.filter(beyond)?)))?;
        let help = match bound {
            1.0..=100.0 => {
                format!("did you mean \"{bound} %\"? {bound} % is \"{bound} %\" or {}", bound / 100.0)
            }
            _ => "write a percentage such as \"30 %\", or a number such as 0.3".into(),
        };
        let message = format!("{} is a share, from 0 to 1: a bound of {bound} says nothing", self.metric);
        Some((end, message, help))
    }

    /// A bound that every value satisfies: which, why, and what to write instead. `None` where the value can be inside
    /// and outside the bounds.
    fn pointless(&self, count: bool) -> Option<(End, String, String)> {
        let (least, most) = (self.least.unwrap_or(f64::NEG_INFINITY), self.most.unwrap_or(f64::INFINITY));
        let (metric, share) = (&self.metric, self.unit == "share");
        if let Some(beyond) = self.beyond() {
            return Some(beyond);
        }
        let holds_below = self.least.is_none() || least <= 0.0 && (share || count);
        let holds_above = self.most.is_none() || most >= 1.0 && share;
        let end = if self.most.is_some() { End::Most } else { End::Least };
        let (range, help) = match (share, end) {
            (true, End::Most) => ("below 0 or above 1", "leave it out, or write less, such as \"95 %\""),
            (true, End::Least) => ("below 0 or above 1", "leave it out, or write more, such as \"5 %\""),
            (false, _) => ("below 0", "leave it out, or write at_least = 1 or at_most = 0"),
        };
        let message = format!("{metric} is never {range}: this cannot fail");
        (holds_below && holds_above).then(|| (end, message, help.to_owned()))
    }

    /// Whether more replications can never decide the bound: it asks for exactly zero, or all, of something that is
    /// random.
    pub(super) fn stays_open(&self, found: &Estimate) -> bool {
        let open = self.verdict(found) == Verdict::Undecided;
        let none = self.most == Some(0.0) && found.value == 0.0;
        let all = self.unit == "share" && self.least == Some(1.0) && found.value == 1.0;
        open && never_shown(found) && (none || all)
    }

    /// The breakdown that must be counted for this metric, if it has one.
    pub(super) fn group(&self, scenario: &Scenario) -> Option<By> {
        let sources = (0..=scenario.demand.len()).map(|number| By::Source(number as u16));
        let classes = (0..scenario.site.classes.len()).map(|number| By::Class(number as u8));
        let carriers = (0..scenario.carriers.len()).map(|number| By::Carrier(number as u8));
        let kinds = [By::Export(false), By::Export(true)].into_iter();
        let found =
            kinds.chain(sources).chain(classes).chain(carriers).find(|by| by.label(scenario) == self.by);
        found.or_else(|| month(&self.by))
    }

    /// Judges the bounds by the interval over replications, or by the value of a single run. If jobs are drawn
    /// (`drawn`), a note says so where a share rests on few events.
    pub(super) fn judge(&self, numbers: &Numbers, sequential: bool, drawn: bool) -> Judgement {
        let expected = self.in_words();
        let Some(found) = estimate(numbers, &self.metric, &self.by) else {
            let mut judgement = Judgement::new(
                Verdict::Nothing,
                expected,
                "nothing was observed, so there is no such number",
            );
            if self.metric.starts_with("turnaround.") {
                let note = "turnaround has this name only if no measured job is open at the end; otherwise its name is \
                            turnaround.ended_only, and it is too short";
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
                if sequential { "; sequential: replications added until decided" } else { "" },
            ),
            None => format!("{} ({})", self.show(found.value), found.method),
        };
        let few = few_events(&self.metric, &found).filter(|_| drawn).map(|few| {
            format!(
                "it rests on few events or non-events: {few} of {}; {FEW} are needed for a usual interval",
                found.n
            )
        });
        let open = self.stays_open(&found).then(|| {
            let (low, high) = found.interval.unwrap_or_default();
            let (seen, bound) = match self.most {
                Some(0.0) => ("none was seen. That there is never one", format!("at_most = {}", above(high))),
                _ => ("all were seen. That it is always so", format!("at_least = {}", below(low))),
            };
            format!(
                "{seen}, no number of replications can show: write a bound that replications can reach, such as {bound}, or \
                 --on-undecided warn"
            )
        });
        let mut verdict = self.verdict(&found);
        let pending = self.if_pending(numbers).filter(|(metric, _)| {
            verdict == Verdict::Met
                && estimate(numbers, metric, &self.by)
                    .is_some_and(|found| self.verdict(&found) != Verdict::Met)
        });
        let pending = pending.map(|(metric, value)| {
            verdict = Verdict::Undecided;
            format!(
                "the verdict depends on pending jobs: {metric} is {}. A later horizon or run.ending = \"drain\" decides",
                self.show(value)
            )
        });
        let single = (found.replications == 1 && drawn && verdict == Verdict::Met).then(|| {
            "it is one replication, without an interval: another seed may fail it (--replications 30 tells)".into()
        });
        let judgement = Judgement::new(verdict, expected, observed);
        let notes = few.into_iter().chain(open).chain(pending).chain(single).collect();
        Judgement { estimate: Some(found), notes, ..judgement }
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

    /// For a service level with pending jobs: the metric that assumes the worst about them, and its value. The bound
    /// must hold for it too: a level is called met only if it is met whatever becomes of these jobs.
    pub(super) fn if_pending(&self, numbers: &Numbers) -> Option<(String, f64)> {
        let worst = if self.least.is_some() { "if_pending_missed" } else { "if_pending_met" };
        let bounded = format!("{}.{worst}", self.metric);
        let is_level = about(&self.metric).pattern == "sla.*.attainment";
        let value = |metric: &str| Some(numbers.row(metric, &self.by)?.pooled.value.real());
        let worst = is_level.then(|| value(&bounded)).flatten()?;
        (value(&self.metric) != Some(worst)).then_some((bounded, worst))
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
            unit => {
                let number = shorter(value);
                let one = unit.strip_suffix('s').filter(|_| number == "1");
                format!("{number} {}", one.unwrap_or(unit))
            }
        }
    }
}

/// Rounds up to two significant digits.
fn above(value: f64) -> String {
    rounded(value, f64::ceil)
}

/// Rounds down so that the distance from one has two significant digits.
fn below(value: f64) -> String {
    Value::Real(1.0 - rounded(1.0 - value, f64::ceil).parse::<f64>().unwrap_or(0.0)).to_string()
}

fn rounded(value: f64, round: fn(f64) -> f64) -> String {
    if value <= 0.0 {
        return "0".into();
    }
    // Floating-point error may put a value just above a round number: treat it as that number.
    let unit = libm::pow(10.0, libm::floor(libm::log10(value)) - 1.0);
    Value::Real(round(value / unit - 1e-9) * unit).to_string()
}

/// Rounds to four decimals; no interval needs more.
fn shorter(value: f64) -> String {
    Value::Real((value * 1e4).round() / 1e4).to_string()
}
