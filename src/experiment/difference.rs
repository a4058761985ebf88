//! The difference of one metric between a base and a variant: its size, its interval, and which side is better.

use super::estimate::{ERROR, is_total};
use super::inferred::Inferred;
use super::numbers::{Numbers, Row};
use super::precision::Precision;
use super::series::Series;
use crate::measure::{Better, about};

/// The usual margin of a share p is the smallest of this (half a percentage point) and the part of p or 1 - p below.
const MOST_POINTS: f64 = 0.005;
/// The margin of a share p is at most this part of p, and of 1 - p.
const PART_OF_SHARE: f64 = 0.1;
/// The usual margin of other metrics, as a part of the base.
const PART: f64 = 0.01;

/// The conclusion from a difference.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Conclusion {
    /// Zero in every replication, but too few replications to show that the difference is within the margin.
    Equal,
    /// The whole interval is on the better side, and not within the margin.
    Better,
    /// The whole interval is on the worse side, and not within the margin.
    Worse,
    /// The whole interval is above zero and not within the margin; the metric is neither better high nor better low.
    Higher,
    /// The whole interval is below zero and not within the margin; the metric is neither better high nor better low.
    Lower,
    /// The whole interval is above zero and within the margin.
    HigherWithin,
    /// The whole interval is below zero and within the margin.
    LowerWithin,
    /// The whole interval is within the margin, and holds zero.
    Equivalent,
    /// The interval allows several conclusions.
    Undecided,
}

impl Conclusion {
    /// The word in files.
    pub const fn name(self) -> &'static str {
        match self {
            Conclusion::HigherWithin => "higher within the margin",
            Conclusion::LowerWithin => "lower within the margin",
            Conclusion::Equal => "equal in all replications",
            _ => self.short(),
        }
    }

    /// The word in tables on a screen.
    pub const fn short(self) -> &'static str {
        match self {
            Conclusion::Equal => "equal in all",
            Conclusion::Better => "better",
            Conclusion::Worse => "worse",
            Conclusion::Higher => "higher",
            Conclusion::Lower => "lower",
            Conclusion::HigherWithin => "higher < margin",
            Conclusion::LowerWithin => "lower < margin",
            Conclusion::Equivalent => "equivalent",
            Conclusion::Undecided => "undecided",
        }
    }

    /// The conclusion from an interval of a difference and a margin. `differing`: number of replications with a nonzero
    /// difference.
    pub fn of(metric: &str, (low, high): (f64, f64), margin: f64, differing: usize) -> Conclusion {
        let within = low >= -margin && high <= margin;
        match about(metric).better {
            _ if within && low > 0.0 => Conclusion::HigherWithin,
            _ if within && high < 0.0 => Conclusion::LowerWithin,
            _ if within => Conclusion::Equivalent,
            _ if differing == 0 => Conclusion::Equal,
            Better::More if low > 0.0 => Conclusion::Better,
            Better::More if high < 0.0 => Conclusion::Worse,
            Better::Less if high < 0.0 => Conclusion::Better,
            Better::Less if low > 0.0 => Conclusion::Worse,
            Better::Neither if low > 0.0 => Conclusion::Higher,
            Better::Neither if high < 0.0 => Conclusion::Lower,
            _ => Conclusion::Undecided,
        }
    }
}

/// The usual margin, in the unit of the metric.
pub fn usual_margin(unit: &str, base: f64) -> f64 {
    if unit == "share" && (0.0..=1.0).contains(&base) {
        return MOST_POINTS.min(PART_OF_SHARE * base.min(1.0 - base));
    }
    PART * base.abs()
}

/// The usual margin, in words.
pub const USUAL_MARGIN: &str =
    "0.5 points of a share p, or 10 % of p or of 1 - p where that is less; 1 % of the base of all else";

/// One metric of a base and a variant.
#[derive(Clone, Debug, PartialEq)]
pub struct Difference {
    /// Name, as in `summary.csv`.
    pub metric: String,
    /// Breakdown, as in `summary.csv`.
    pub by: String,
    /// Unit, as in `summary.csv`.
    pub unit: &'static str,
    /// Value in the base.
    pub base: f64,
    /// Value in the variant.
    pub variant: f64,
    /// 95 % interval of this difference alone.
    pub interval: Option<(f64, f64)>,
    /// Simultaneous 95 % interval of all rows of the table; `None` for metrics outside the table.
    pub simultaneous: Option<(f64, f64)>,
    /// Two-sided p-value: the probability of a difference at least this large if there is none.
    pub p: Option<f64>,
    /// The p-value adjusted for the table by Holm (1979).
    pub holm: Option<f64>,
    /// Correlation of both sides across replications.
    pub correlation: Option<f64>,
    /// Largest difference that does not matter, in the unit of the metric.
    pub margin: f64,
    /// Conclusion from the simultaneous interval where there is one, otherwise from the single interval.
    pub conclusion: Conclusion,
    /// How the interval was computed.
    pub method: &'static str,
    /// Number of replications in which the two sides differ.
    pub differing: usize,
    inferred: Option<Inferred>,
}

impl Difference {
    /// Variant minus base.
    pub fn difference(&self) -> f64 {
        self.variant - self.base
    }

    /// Whether either side has a value other than zero.
    pub fn is_anything(&self) -> bool {
        self.base != 0.0 || self.variant != 0.0
    }

    /// Adjusts interval and conclusion for a table of `tests` rows.
    pub(super) fn among(&mut self, tests: usize) {
        self.simultaneous = self.interval_at(ERROR / tests as f64);
        self.conclusion = self.conclude(self.simultaneous);
    }

    fn interval_at(&self, error: f64) -> Option<(f64, f64)> {
        let (low, high) = self.inferred.as_ref()?.interval(error);
        (low.is_finite() && high.is_finite()).then_some((low, high))
    }

    fn conclude(&self, interval: Option<(f64, f64)>) -> Conclusion {
        interval.map_or(Conclusion::Undecided, |interval| {
            Conclusion::of(&self.metric, interval, self.margin, self.differing)
        })
    }
}

/// The differences between a variant and a base, in the order of `summary.csv`. Metrics observed on one side only are
/// left out. `paired`: replications of equal number have the same random numbers. `margin` is relative to the base;
/// `None`: the usual margin.
pub fn differences(
    base: &Numbers,
    variant: &Numbers,
    paired: bool,
    margins: &[Precision],
    margin: Option<f64>,
) -> Vec<Difference> {
    let certain = (base.certain, variant.certain);
    let both = base.rows().iter().chain(base.chances()).filter_map(|row| {
        let other = variant.row(&row.pooled.metric, &row.pooled.by)?;
        let own = margins.iter().find(|one| one.metric == row.pooled.metric && one.by == row.pooled.by);
        let allowed = |value: f64| match (own, margin) {
            (Some(own), _) => own.allowed(value),
            (None, Some(part)) => part * value.abs(),
            (None, None) => usual_margin(row.pooled.unit, value),
        };
        Some(difference((row, other), certain, paired, allowed))
    });
    both.collect()
}

fn difference(
    (base, variant): (&Row, &Row),
    certain: (bool, bool),
    paired: bool,
    allowed: impl Fn(f64) -> f64,
) -> Difference {
    let several = base.each.len() > 1 && variant.each.len() > 1;
    let ours = Series::of_row(base, certain.0).filter(|_| several);
    let theirs = Series::of_row(variant, certain.1).filter(|_| several);
    let both = ours.as_ref().zip(theirs.as_ref());
    let inferred =
        both.map(|(ours, theirs)| if paired { theirs.minus(ours) } else { theirs.minus_independent(ours) });
    let value = |row: &Row, series: &Option<Series>| {
        series.as_ref().map_or(row.pooled.value.real(), |series| series.value)
    };
    let few = inferred.as_ref().is_some_and(|inferred| inferred.few().is_some());
    let method = match (&inferred, paired) {
        (None, _) => "observed in too few replications",
        (Some(_), true) if few => "few replications differ: clusters, Fay and Feuer, or paired t, the wider",
        (Some(_), true) if is_total(&base.pooled) => "paired t",
        (Some(_), true) => "paired jackknife",
        (Some(_), false) => "independent runs, Welch",
    };
    let mut difference = Difference {
        metric: base.pooled.metric.clone(),
        by: base.pooled.by.clone(),
        unit: base.pooled.unit,
        base: value(base, &ours),
        variant: value(variant, &theirs),
        interval: None,
        simultaneous: None,
        p: inferred.as_ref().and_then(Inferred::chance),
        holm: None,
        correlation: if paired { correlation(base, variant) } else { None },
        margin: 0.0,
        conclusion: Conclusion::Undecided,
        method,
        differing: both.map_or(base.each.len(), |(ours, theirs)| ours.differing(theirs)),
        inferred,
    };
    difference.margin = allowed(difference.base);
    difference.interval = difference.interval_at(ERROR);
    difference.conclusion = difference.conclude(difference.interval);
    difference
}

/// Pearson correlation over the replications that have both values.
fn correlation(base: &Row, variant: &Row) -> Option<f64> {
    let pairs: Vec<(f64, f64)> =
        base.each.iter().zip(variant.each.iter()).filter_map(|(a, b)| Some((a?, b?))).collect();
    let count = pairs.len() as f64;
    let middle = |of: fn(&(f64, f64)) -> f64| pairs.iter().map(of).sum::<f64>() / count;
    let (a, b) = (middle(|pair| pair.0), middle(|pair| pair.1));
    let (mut ab, mut aa, mut bb) = (0.0, 0.0, 0.0);
    for (x, y) in pairs {
        ab += (x - a) * (y - b);
        aa += (x - a) * (x - a);
        bb += (y - b) * (y - b);
    }
    (aa > 0.0 && bb > 0.0).then(|| (ab / (aa * bb).sqrt()).clamp(-1.0, 1.0))
}

/// p-values adjusted for several tests (Holm 1979): never smaller, and in the same order.
pub(super) fn holm(chances: &[f64]) -> Vec<f64> {
    let mut order: Vec<usize> = (0..chances.len()).collect();
    order.sort_by(|&a, &b| chances[a].total_cmp(&chances[b]).then(a.cmp(&b)));
    let (mut adjusted, mut most) = (vec![0.0; chances.len()], 0.0_f64);
    for (done, at) in order.into_iter().enumerate() {
        most = most.max((chances[at] * (chances.len() - done) as f64).min(1.0));
        adjusted[at] = most;
    }
    adjusted
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::measure::{Metric, Value};

    fn row(metric: &str, each: &[f64]) -> Row {
        let sum: f64 = each.iter().sum();
        let without = each.iter().map(|one| Some((sum - one) / (each.len() as f64 - 1.0))).collect();
        let value = Value::Real(sum / each.len() as f64);
        let unit = if metric.ends_with(".attainment") { "share" } else { "days" };
        let n = 1000 * each.len() as u64;
        let pooled = Metric { metric: metric.into(), by: String::new(), value, unit, n };
        Row {
            pooled,
            each: each.iter().copied().map(Some).collect(),
            of: vec![1000; each.len()],
            without,
            tail: None,
        }
    }

    fn told(metric: &str, base: &[f64], variant: &[f64], paired: bool) -> Difference {
        let (base, variant) = (row(metric, base), row(metric, variant));
        difference((&base, &variant), (false, false), paired, |value| usual_margin(base.pooled.unit, value))
    }

    #[test]
    fn a_paired_difference_is_as_sure_as_the_differences_are() {
        // Differences 1, 1.1, 0.9: mean 1, standard deviation 0.1.
        let apart = told("turnaround.mean", &[10.0, 20.0, 30.0], &[11.0, 21.1, 30.9], true);
        let (low, high) = apart.interval.unwrap();
        let half = 4.302_652_73 * 0.1 / 3.0_f64.sqrt();
        assert!((low - 1.0 + half).abs() < 1e-6 && (high - 1.0 - half).abs() < 1e-6, "{low} {high}");
        assert!(apart.correlation.unwrap() > 0.999 && apart.conclusion == Conclusion::Worse);
        let loose = told("turnaround.mean", &[10.0, 20.0, 30.0], &[11.0, 21.1, 30.9], false);
        assert_eq!((loose.conclusion, loose.correlation), (Conclusion::Undecided, None));
    }

    #[test]
    fn each_verdict_has_its_interval() {
        let of = |metric: &str, low: f64, high: f64| Conclusion::of(metric, (low, high), 0.005, 9);
        assert_eq!(
            of("jobs.completed.share", 0.0032, 0.0064),
            Conclusion::Better,
            "not all within half a point"
        );
        assert_eq!(of("jobs.completed.share", 0.0032, 0.0049), Conclusion::HigherWithin);
        assert_eq!(of("jobs.completed.share", -0.0049, -0.001), Conclusion::LowerWithin);
        assert_eq!(of("jobs.completed.share", -0.0049, 0.001), Conclusion::Equivalent);
        assert_eq!(of("jobs.completed.share", -0.0051, 0.001), Conclusion::Undecided);
        assert_eq!(of("jobs.closed.share", 0.006, 0.009), Conclusion::Worse);
        assert_eq!(of("jobs.created", 0.006, 0.009), Conclusion::Higher);
        assert_eq!(Conclusion::of("jobs.created", (-1.0, 1.0), 0.005, 0), Conclusion::Equal);
        assert_eq!(Conclusion::of("jobs.created", (-1.0, 1.0), 2.0, 0), Conclusion::Equivalent);
    }

    #[test]
    fn the_usual_margin_is_half_a_point_or_less_of_a_share() {
        for (base, margin) in [(0.5, 0.005), (0.96, 0.004), (0.99, 0.001), (0.02, 0.002), (1.0, 0.0)] {
            assert!((usual_margin("share", base) - margin).abs() < 1e-12, "{base}");
        }
        assert!((usual_margin("days", 21.0) - 0.21).abs() < 1e-12);
    }

    #[test]
    fn what_is_equal_in_all_says_so_and_at_most_how_much() {
        let same = told("turnaround.mean", &[1.0, 2.0, 4.0], &[1.0, 2.0, 4.0], true);
        let (low, high) = same.interval.unwrap();
        assert_eq!((same.conclusion, same.p, same.differing), (Conclusion::Equal, Some(1.0), 0));
        // A tenth of the base, 3.689 times in three replications at most.
        assert!(
            (high - 3.688_88 / 3.0 * 0.1 * 7.0 / 3.0).abs() < 1e-4 && (low + high).abs() < 1e-12,
            "{high}"
        );
        let more = told("station.bays.busy.mean", &[1.0, 2.0, 4.0], &[2.0, 3.1, 4.9], true);
        assert_eq!(more.conclusion, Conclusion::Higher);
        let kept = told("sla.copied.attainment", &[0.1, 0.2, 0.3], &[0.2, 0.31, 0.39], true);
        assert_eq!(kept.conclusion, Conclusion::Better);
    }

    #[test]
    fn holm_never_lowers_a_chance_and_keeps_the_order() {
        let adjusted = holm(&[0.01, 0.04, 0.03, 0.005]);
        let expected = [0.03, 0.06, 0.06, 0.02];
        assert!(adjusted.iter().zip(expected).all(|(a, b)| (a - b).abs() < 1e-12), "{adjusted:?}");
    }
}
