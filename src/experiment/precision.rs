//! The precision that is wanted of a metric: `turnaround.p95=5%`, `turnaround.mean=0.5d`,
//! `sla.copied.attainment=0.005`.

use super::bounds::{in_unit, known_as};
use super::estimate::{ERROR, Estimate, FEW, estimate, is_proportion};
use super::numbers::Numbers;
use super::replicate::FLOOR;
use super::series::Series;
use crate::engine::time::Span;
use crate::measure::Metric;
use crate::scenario::{Quantity, metric_and_by, metric_with_by};

/// A metric and its largest allowed half-width.
#[derive(Clone, Debug, PartialEq)]
pub struct Precision {
    /// Name, as in `summary.csv`.
    pub metric: String,
    /// Breakdown, as in `summary.csv`; empty: over all jobs.
    pub by: String,
    /// Unit of the metric.
    pub unit: &'static str,
    within: Within,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Within {
    /// Relative to the estimate.
    Share(f64),
    /// Absolute, in the unit of the metric.
    Width(f64),
}

/// The precision that was reached.
#[derive(Clone, Debug, PartialEq)]
pub struct Reached {
    /// The precision that was wanted.
    pub wanted: Precision,
    /// The current estimate, if anything was observed.
    pub estimate: Option<Estimate>,
    /// (half-width, allowed half-width).
    pub half: Option<(f64, f64)>,
    /// Whether the half-width is small enough, and rests on enough observations.
    pub met: bool,
    /// What is missing besides precision; may be empty.
    pub floor: &'static str,
}

impl Precision {
    /// Reads `METRIC=5%` (relative), `METRIC=0.5d` or `METRIC=0.01` (in the unit of the metric). METRIC may have a
    /// breakdown in brackets: `turnaround.p95[type=import]`.
    ///
    /// # Errors
    /// What is wrong, with the nearest valid name.
    pub fn parse(text: &str, known: &[Metric]) -> Result<Precision, String> {
        let help = "write it like turnaround.p95=5%, turnaround.mean[type=import]=0.5d or sla.copied.attainment=0.01";
        let (name, width) = text
            .rsplit_once('=')
            .filter(|(name, _)| !name.ends_with('['))
            .ok_or_else(|| format!("\"{text}\" names no metric and width; {help}"))?;
        let (metric, by, unit) = Precision::named(name, known)?;
        let within = match width.trim().strip_suffix('%') {
            Some(percent) => percent.trim().parse().ok().map(|percent: f64| Within::Share(percent / 100.0)),
            None => {
                let span = || width.parse::<Span>().ok().map(Quantity::Time);
                let quantity = width.trim().parse().ok().map(Quantity::Plain).or_else(span);
                let quantity = quantity.ok_or_else(|| format!("\"{width}\" is not a width; {help}"))?;
                Some(Within::Width(
                    in_unit(quantity, unit).map_err(|why| format!("{metric} is in {unit}: {why}"))?,
                ))
            }
        };
        if unit == "share" && matches!(within, Some(Within::Width(width)) if width >= 1.0) {
            return Err(format!(
                "{metric} is a share, from 0 to 1: \"{width}\" is not a width; did you mean 0.01?"
            ));
        }
        let good = |within: &Within| matches!(within, Within::Share(width) | Within::Width(width) if *width > 0.0 && width.is_finite());
        let within =
            within.filter(good).ok_or_else(|| format!("\"{width}\" is not a width above 0; {help}"))?;
        Ok(Precision { metric, by, unit, within })
    }

    /// Reads a metric with an optional breakdown in brackets: returns name, breakdown and unit.
    ///
    /// # Errors
    /// What is wrong, with the nearest valid name.
    pub fn named(name: &str, known: &[Metric]) -> Result<(String, String, &'static str), String> {
        let (metric, by) = metric_and_by(name)?;
        Ok((metric.into(), by.into(), known_as(metric, by, known)?))
    }

    /// The name with its breakdown, as in `summary.csv`.
    pub fn name(&self) -> String {
        metric_with_by(&self.metric, &self.by)
    }

    /// The allowed half-width in the unit of the metric; `value` is the estimate.
    pub fn allowed(&self, value: f64) -> f64 {
        match self.within {
            Within::Share(share) => share * value.abs(),
            Within::Width(width) => width,
        }
    }

    /// Compares the precision with the results so far. Small samples can look precise at random, so there are minimum
    /// numbers: of replications, of events and non-events for a share, and a nonzero spread (Law, ch. 9.4.1).
    pub fn reached(&self, numbers: &Numbers) -> Reached {
        let found = estimate(numbers, &self.metric, &self.by);
        // An interval that was clipped at the smallest or largest possible value looks more precise than it is.
        let half = found.as_ref().and_then(|found| {
            found.interval?;
            let (low, high) = Series::of(numbers, &self.metric, &self.by)?.inferred().unclipped(ERROR);
            let allowed = self.allowed(found.value);
            Some(((high - low) / 2.0, allowed))
        });
        let floor = match (&found, half) {
            _ if (numbers.replications as u64) < FLOOR => "fewer than 20 replications",
            (Some(found), _) if is_proportion(&self.metric) && is_rare(found) => {
                "fewer than 10 events, or than 10 others"
            }
            (Some(_), Some((half, _))) if half <= 0.0 => "the same in all replications",
            (Some(_), Some(_)) => "",
            _ => "nothing to estimate it from",
        };
        let met = floor.is_empty() && half.is_some_and(|(half, allowed)| half <= allowed);
        Reached { wanted: self.clone(), estimate: found, half, met, floor }
    }
}

fn is_rare(found: &Estimate) -> bool {
    let seen = found.value * found.n as f64;
    seen < FEW as f64 || found.n as f64 - seen < FEW as f64
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::measure::Value;

    fn known() -> Vec<Metric> {
        let metric = |metric: &str, by: &str, unit| Metric {
            metric: metric.into(),
            by: by.into(),
            value: Value::Count(0),
            unit,
            n: 0,
        };
        vec![
            metric("turnaround.p95", "", "days"),
            metric("turnaround.p95", "type=import", "days"),
            metric("sla.copied.attainment", "", "share"),
        ]
    }

    #[test]
    fn widths_are_read_in_the_unit_of_their_metric() {
        let read =
            |text: &str| Precision::parse(text, &known()).map(|wanted| (wanted.by.clone(), wanted.within));
        assert_eq!(read("turnaround.p95=5%"), Ok((String::new(), Within::Share(0.05))));
        assert_eq!(read("turnaround.p95=12h"), Ok((String::new(), Within::Width(0.5))));
        assert_eq!(read("turnaround.p95[type=import]=0.5"), Ok(("type=import".into(), Within::Width(0.5))));
        assert_eq!(read("sla.copied.attainment=0.01"), Ok((String::new(), Within::Width(0.01))));
    }

    #[test]
    fn what_is_no_precision_is_told_with_a_way_out() {
        for (text, part) in [
            ("turnaround.p95", "names no metric"),
            ("turnaround.p96=5%", "did you mean \"turnaround.p95\"?"),
            ("turnaround.p95[type=imports]=5%", "type=import"),
            ("turnaround.p95[type=import=5%", "has no \"]\""),
            ("turnaround.p95=0%", "above 0"),
            ("turnaround.p95=soon", "is not a width"),
            ("sla.copied.attainment=1d", "a duration says nothing about it"),
        ] {
            let told = Precision::parse(text, &known()).unwrap_err();
            assert!(told.contains(part), "{text}: {told}");
        }
    }
}
