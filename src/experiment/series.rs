//! A metric as one value for each replication. The mean of the values has the uncertainty of the metric. The values are
//! the observations themselves for a total, and the jackknife's pseudo-values otherwise (Efron and Tibshirani, ch. 11;
//! for quantiles see `tail`). All estimates and differences of every command are built here.

use super::estimate::{is_total, met_of, totals};
use super::inferred::{BUCKET, Inferred, Rare, Spread};
use super::numbers::{Numbers, Row};
use super::tail::Tail;
use crate::measure::{Kind, Value, about};
use serde::{Deserialize, Serialize};

/// Assumed largest number of events at once, where no replication showed any.
const TOGETHER: f64 = 10.0;
/// Assumed largest share of a replication, for events in clusters that no replication showed. Also the assumed largest
/// relative deviation of a number that was equal in all replications.
const SPELL: f64 = 0.1;

/// Shares of replications: each replication has the property or not, as a whole.
const OF_REPLICATIONS: [&str; 2] = [".target_met.share", ".recovery.not_back.share"];

/// A metric over replications.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Series {
    /// Value of all replications together.
    pub value: f64,
    /// One value for each replication; their mean is close to `value` and has its uncertainty.
    pub each: Vec<f64>,
    /// The metric in each replication alone; `None` without an observation.
    own: Vec<Option<f64>>,
    /// Contribution of the events of each replication, where the metric counts events.
    events: Option<Events>,
    /// Assumed contribution of a replication that differs from all others.
    unseen: f64,
    /// Smallest and largest possible value.
    ends: (f64, f64),
    /// For a quantile: its share, and the number of observations.
    quantile: Option<(f64, u64)>,
    /// For a quantile: its uncertainty in terms of shares.
    tail: Option<Tail>,
    /// For a share of replications: (events, trials).
    trials: Option<(u64, u64)>,
    /// Whether nothing about the metric is random.
    certain: bool,
}

/// Events, or non-events where these are rarer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Events {
    origin: f64,
    parts: Vec<f64>,
    one: f64,
}

impl Series {
    /// The metric with this name; `None` with too few observations for an uncertainty.
    pub(super) fn of(numbers: &Numbers, metric: &str, by: &str) -> Option<Series> {
        Series::of_row(numbers.row(metric, by)?, numbers.certain)
    }

    /// The metric of a row; `None` with too few observations for an uncertainty.
    pub fn of_row(row: &Row, certain: bool) -> Option<Series> {
        let (pooled, replications) = (&row.pooled, row.each.len());
        let (total, value, count) = (is_total(pooled), pooled.value.real(), replications as f64);
        let each: Vec<f64> = match (total, replications) {
            (true, _) => totals(row),
            (false, 1) => vec![value],
            (false, _) => {
                let without = row.without.whole()?;
                without.iter().map(|without| count * value - (count - 1.0) * without).collect()
            }
        };
        if each.is_empty() {
            return None;
        }
        let value = if total { each.iter().sum::<f64>() / each.len() as f64 } else { value };
        let is_count = matches!(pooled.value, Value::Count(_));
        let own = row.each.iter().map(|own| if is_count { Some(own.unwrap_or(0.0)) } else { own }).collect();
        let about = about(&pooled.metric);
        let (spells, proportion) = (about.in_spells, about.kind == Kind::Share && pooled.n > 0);
        let events = match (about.kind == Kind::Count, proportion) {
            (true, _) => Some(Events {
                origin: 0.0,
                parts: each.iter().map(|events| events / count).collect(),
                one: 1.0 / count,
            }),
            (_, true) => Some(share_events(row)),
            _ => None,
        };
        let unseen = match (&events, spells, proportion) {
            (Some(_), true, true) => SPELL,
            (Some(_), true, false) => (SPELL * pooled.n as f64 / count).max(TOGETHER),
            (Some(_), false, true) => TOGETHER * count / pooled.n as f64,
            (Some(_), false, false) => TOGETHER,
            (None, ..) => SPELL * value.abs(),
        };
        // Values that may be negative stay as they are, such as the time to a milestone from a later one.
        let most = if pooled.unit == "share" { 1.0 } else { f64::INFINITY };
        let ends = if value < 0.0 { (f64::NEG_INFINITY, f64::INFINITY) } else { (0.0, most) };
        let quantile = match about.kind {
            Kind::Quantile(p) => Some((p, pooled.n)),
            _ => None,
        };
        let (unseen, tail) = (unseen / count, row.tail.clone());
        let is_trials = OF_REPLICATIONS.iter().any(|end| pooled.metric.ends_with(end));
        let trials = is_trials.then(|| met_of(row)).filter(|_| replications > 1);
        Some(Series { value, each, own, events, unseen, ends, quantile, tail, trials, certain })
    }

    /// The number of events in each replication; there may be few or none.
    pub fn counted(each: &[u64]) -> Series {
        let each: Vec<f64> = each.iter().map(|&events| events as f64).collect();
        let count = each.len() as f64;
        let parts = each.iter().map(|events| events / count).collect();
        Series {
            value: each.iter().sum::<f64>() / count,
            own: each.iter().copied().map(Some).collect(),
            each,
            events: Some(Events { origin: 0.0, parts, one: 1.0 / count }),
            unseen: TOGETHER / count,
            ends: (0.0, f64::INFINITY),
            quantile: None,
            tail: None,
            trials: None,
            certain: false,
        }
    }

    /// A metric that is not random.
    #[cfg(test)]
    pub(super) fn exact(value: f64, replications: usize) -> Series {
        Series {
            value,
            each: vec![value; replications],
            own: vec![Some(value); replications],
            events: None,
            unseen: 0.0,
            ends: (f64::NEG_INFINITY, f64::INFINITY),
            quantile: None,
            tail: None,
            trials: None,
            certain: true,
        }
    }

    /// The inference about the metric.
    pub fn inferred(&self) -> Inferred {
        let rare = self.events.as_ref().map(|events| Rare {
            origin: events.origin,
            parts: events.parts.clone(),
            unseen: self.unseen,
            event: Some(events.one),
            signed: false,
        });
        Inferred {
            value: self.value,
            spread: Spread::of_some(&self.each),
            rare,
            alike: None,
            ends: self.ends,
            quantile: self.quantile,
            tail: self.tail.clone(),
            trials: self.trials,
            bucket: self.bucket(),
            certain: self.certain,
        }
    }

    /// An interval each of whose ends errs with probability `error`.
    pub fn interval(&self, error: f64) -> (f64, f64) {
        self.inferred().interval(error)
    }

    /// Standard error of the value.
    pub fn error(&self) -> f64 {
        self.inferred().error()
    }

    fn bucket(&self) -> f64 {
        if self.quantile.is_some() { self.value.abs() * BUCKET } else { 0.0 }
    }

    /// This metric minus `other`, paired by replication: both scenarios have common random numbers.
    pub fn minus(&self, other: &Series) -> Inferred {
        if self.each.len() != other.each.len() {
            return self.minus_independent(other);
        }
        let value = self.value - other.value;
        let apart: Vec<f64> = self.each.iter().zip(&other.each).map(|(ours, theirs)| ours - theirs).collect();
        let differs: Vec<bool> =
            self.own.iter().zip(&other.own).map(|(ours, theirs)| ours != theirs).collect();
        let alike =
            value != 0.0 && apart.windows(2).all(|pair| (pair[0] - pair[1]).abs() <= 1e-9 * value.abs());
        self.difference(other, value, Spread::of_some(&apart), alike.then_some(apart.len()), {
            // Where the two are equal, the difference of pseudo-values is rounding, or comes from the other
            // replications.
            let count = apart.len() as f64;
            let parts = |differ: bool, apart: f64| if differ { apart / count } else { 0.0 };
            let parts: Vec<f64> =
                differs.iter().zip(&apart).map(|(differ, apart)| parts(*differ, *apart)).collect();
            let sum: f64 = parts.iter().sum();
            let scale = if sum * value > 0.0 { value / sum } else { 1.0 };
            Some(parts.iter().map(|part| part * scale).collect())
        })
    }

    /// This metric minus `other`, from independent runs.
    pub fn minus_independent(&self, other: &Series) -> Inferred {
        let spread = (self.each.len() > 1 && other.each.len() > 1)
            .then(|| Spread::independent(&self.each, &other.each));
        let parts = self.events.as_ref().zip(other.events.as_ref());
        let parts = parts.filter(|(ours, theirs)| ours.origin == theirs.origin).map(|(ours, theirs)| {
            ours.parts.iter().copied().chain(theirs.parts.iter().map(|part| -part)).collect()
        });
        self.difference(other, self.value - other.value, spread, None, parts)
    }

    fn difference(
        &self,
        other: &Series,
        value: f64,
        spread: Option<Spread>,
        alike: Option<usize>,
        parts: Option<Vec<f64>>,
    ) -> Inferred {
        let one = |series: &Series| series.events.as_ref().map(|events| events.one);
        let rare = parts.map(|parts| Rare {
            origin: 0.0,
            parts,
            unseen: self.unseen.max(other.unseen),
            event: one(self).zip(one(other)).map(|(ours, theirs)| ours.min(theirs)),
            signed: true,
        });
        Inferred {
            value,
            spread,
            rare,
            alike,
            ends: (self.ends.0 - other.ends.1, self.ends.1 - other.ends.0),
            quantile: None,
            tail: None,
            trials: None,
            bucket: if value == 0.0 { 0.0 } else { self.bucket().max(other.bucket()) },
            certain: self.certain && other.certain,
        }
    }

    /// Number of replications in which the two differ.
    pub fn differing(&self, other: &Series) -> usize {
        self.own.iter().zip(&other.own).filter(|(ours, theirs)| ours != theirs).count()
    }
}

/// The events of a share, or its non-events where these are rarer.
fn share_events(row: &Row) -> Events {
    let whole = row.pooled.n as f64;
    let events = |(own, of): (Option<f64>, &u64)| (own.unwrap_or(0.0) * *of as f64).round();
    let seen: Vec<f64> = row.each.iter().zip(&row.of).map(events).collect();
    if seen.iter().sum::<f64>() * 2.0 <= whole {
        return Events {
            origin: 0.0,
            parts: seen.iter().map(|seen| seen / whole).collect(),
            one: 1.0 / whole,
        };
    }
    let missing = seen.iter().zip(&row.of).map(|(seen, of)| (seen - *of as f64) / whole);
    Events { origin: 1.0, parts: missing.collect(), one: 1.0 / whole }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::measure::Metric;

    fn row(metric: &str, value: Value, unit: &'static str, of: &[u64], each: &[f64]) -> Row {
        let n = of.iter().sum();
        let pooled = Metric { metric: metric.into(), by: String::new(), value, unit, n };
        let whole: f64 = each.iter().zip(of).map(|(own, of)| own * *of as f64).sum();
        let without = |(own, of): (&f64, &u64)| Some((whole - own * *of as f64) / (n - of) as f64);
        Row {
            pooled,
            each: each.iter().copied().map(Some).collect(),
            of: of.into(),
            without: each.iter().zip(of).map(without).collect(),
            tail: None,
        }
    }

    fn share(metric: &str, of: &[u64], each: &[f64]) -> Series {
        let met: f64 = each.iter().zip(of).map(|(own, of)| own * *of as f64).sum();
        let value = Value::Real(met / of.iter().sum::<u64>() as f64);
        Series::of_row(&row(metric, value, "share", of, each), false).unwrap()
    }

    fn count(each: &[f64]) -> Series {
        let sum = each.iter().sum::<f64>() as u64;
        let row = row("cases.opened", Value::Count(sum), "cases", &vec![1; each.len()], each);
        Series::of_row(&row, false).unwrap()
    }

    #[test]
    fn what_is_paired_is_surer_than_its_parts() {
        let (a, b) = (count(&[100.0, 500.0, 900.0]), count(&[110.0, 511.0, 909.0]));
        let difference = b.minus(&a);
        assert!((difference.value - 10.0).abs() < 1e-9);
        assert!(difference.error() < a.error() / 10.0 && b.minus_independent(&a).error() > a.error());
    }

    /// None missed in ten replications of 400: a replication misses with a chance of some 0.37 at most (Garwood's
    /// 3.689 of ten), and then a tenth by assumption.
    #[test]
    fn none_seen_counts_replications_not_jobs() {
        let (low, high) = share("sla.s.attainment", &[400; 10], &[1.0; 10]).interval(0.025);
        assert!((low - (1.0 - 0.368_888 * 0.1)).abs() < 1e-5 && high == 1.0, "{low} {high}");
        let (low, high) = share("packages.lost.share", &[400; 10], &[0.0; 10]).interval(0.025);
        assert!(low == 0.0 && (high - 0.368_888 * 10.0 / 400.0).abs() < 1e-6, "{high}");
        let more = share("sla.s.attainment", &[4000; 10], &[1.0; 10]).interval(0.025).0;
        assert_eq!(more, share("sla.s.attainment", &[400; 10], &[1.0; 10]).interval(0.025).0);
    }

    /// Twenty missed, all in one replication of ten, are one event of size twenty.
    #[test]
    fn few_seen_counts_replications_not_jobs() {
        let mut each = [1.0; 10];
        each[3] = 0.95;
        let (low, high) = share("sla.s.attainment", &[400; 10], &each).interval(0.025);
        // Fay and Feuer by hand: sum 20, next of 20 (half a tenth of 400): twice Garwood's one event of 5.5716.
        assert!((low - (1.0 - 20.0 * 5.571_64 / 4000.0)).abs() < 1e-6, "{low}");
        assert!((high - (1.0 - 20.0 * 0.025_32 / 4000.0)).abs() < 1e-3 && high <= 1.0, "{high}");
    }

    /// Exact bounds never replace a wider interval over replications.
    #[test]
    fn bounds_of_few_events_only_widen() {
        let each = [0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 30.0, 60.0];
        let series = count(&each);
        let error = Spread::of(&each).error;
        let (low, high) = series.interval(0.025);
        assert!(low == 0.0 && high >= 9.0 + 2.262 * error, "{low} {high}");
    }

    #[test]
    fn no_difference_in_any_replication_is_no_difference_of_nothing() {
        let a = count(&[3.0, 5.0, 4.0, 6.0, 7.0, 3.0, 5.0, 4.0, 6.0, 7.0]);
        let same = a.minus(&a.clone());
        let (low, high) = same.interval(0.025);
        // 3.689 clusters of ten at most, in ten replications.
        assert!((high - 3.688_88).abs() < 1e-4 && (low + high).abs() < 1e-9, "{low} {high}");
        assert_eq!((same.chance(), a.differing(&a)), (Some(1.0), 0));
    }

    /// Two replications that differ by the same, by chance or not, prove nothing.
    #[test]
    fn two_equal_differences_are_no_proof() {
        let told = count(&[41.0, 61.0]).minus(&count(&[40.0, 60.0]));
        let (low, high) = told.interval(0.025);
        assert!(low < 0.0 && high > 1.0 && told.chance().unwrap() >= 0.5, "{low} {high} {:?}", told.chance());
        // A shift of exactly one day in each of ten is one.
        let row = |each: &[f64]| row("turnaround.mean", Value::Real(each[0]), "days", &[9; 10], each);
        let at = |day: f64| Series::of_row(&row(&[day; 10]), false).unwrap();
        let told = at(6.0).minus(&at(5.0));
        assert!(told.interval(0.025).0 > 0.0 && told.chance().unwrap() < 0.01, "{told:?}");
    }
}
