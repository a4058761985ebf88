//! A number here and there: how far apart, how sure that is, and which is better.

use super::estimate::{LEVEL, is_total, jackknife, mean, totals};
use super::numbers::{Numbers, Row};
use super::precision::Precision;
use super::student::{t_quantile, within};

/// What is concluded from a difference.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Conclusion {
    /// Not a trace of a difference in any replication.
    Same,
    /// The whole interval is on the better side.
    Better,
    /// The whole interval is on the worse side.
    Worse,
    /// It is above, of what is neither good nor bad.
    Higher,
    /// It is below, of what is neither good nor bad.
    Lower,
    /// The whole interval is within the margin.
    NoDifference,
    /// The interval leaves it open.
    Undecided,
}

impl Conclusion {
    /// In the words of tables.
    pub const fn name(self) -> &'static str {
        ["the same", "better", "worse", "higher", "lower", "no difference", "undecided"][self as usize]
    }
}

/// A number of a base and a variant.
#[derive(Clone, Debug, PartialEq)]
pub struct Difference {
    /// As in `summary.csv`.
    pub metric: String,
    /// As in `summary.csv`.
    pub by: String,
    /// As in `summary.csv`.
    pub unit: &'static str,
    /// In the base.
    pub base: f64,
    /// In the variant.
    pub variant: f64,
    /// Its 95 % interval by itself.
    pub interval: Option<(f64, f64)>,
    /// Its interval when all of the table are to hold together with 95 %; only of numbers in the table.
    pub simultaneous: Option<(f64, f64)>,
    /// The chance of such a difference, or a greater one, where there is none.
    pub p: Option<f64>,
    /// The same for the table as a whole, by Holm (1979).
    pub holm: Option<f64>,
    /// How far the two rise and fall together over the replications.
    pub correlation: Option<f64>,
    /// What is not worth a word, in the unit of the metric.
    pub margin: f64,
    /// From the simultaneous interval where there is one, otherwise from the other.
    pub conclusion: Conclusion,
    /// How the interval came about.
    pub method: &'static str,
    /// Standard error and degrees of freedom.
    error: Option<(f64, u32)>,
}

impl Difference {
    /// The variant less the base.
    pub fn difference(&self) -> f64 {
        self.variant - self.base
    }

    /// Whether there is anything at all on either side.
    pub fn is_anything(&self) -> bool {
        self.base != 0.0 || self.variant != 0.0
    }

    /// Lets it hold together with all `tests` of a table.
    pub(super) fn among(&mut self, tests: usize) {
        self.simultaneous = self.interval_at(1.0 - (1.0 - LEVEL) / tests as f64);
        self.conclusion = self.conclude(self.simultaneous);
    }

    fn interval_at(&self, level: f64) -> Option<(f64, f64)> {
        let (error, freedom) = self.error?;
        let half = if error > 0.0 { error * t_quantile(level, freedom) } else { 0.0 };
        Some((self.difference() - half, self.difference() + half))
    }

    fn conclude(&self, interval: Option<(f64, f64)>) -> Conclusion {
        let Some((low, high)) = interval else { return Conclusion::Undecided };
        match better(&self.metric) {
            _ if (low, high) == (0.0, 0.0) => Conclusion::Same,
            _ if low >= -self.margin && high <= self.margin => Conclusion::NoDifference,
            Some(Good::High) if low > 0.0 => Conclusion::Better,
            Some(Good::High) if high < 0.0 => Conclusion::Worse,
            Some(Good::Low) if high < 0.0 => Conclusion::Better,
            Some(Good::Low) if low > 0.0 => Conclusion::Worse,
            None if low > 0.0 => Conclusion::Higher,
            None if high < 0.0 => Conclusion::Lower,
            _ => Conclusion::Undecided,
        }
    }
}

enum Good {
    High,
    Low,
}

/// Which way is better; `None`: neither, as with the number of orders.
fn better(metric: &str) -> Option<Good> {
    let begins = |names: &[&str]| names.iter().any(|name| metric.starts_with(name));
    let ends = |names: &[&str]| names.iter().any(|name| metric.ends_with(name));
    if begins(&["jobs.completed"]) || ends(&[".attainment"]) {
        return Some(Good::High);
    }
    // Where a part of the time went is no good or bad by itself.
    let share_of_time = metric.starts_with("turnaround.") && metric.ends_with(".share");
    let low =
        begins(&["turnaround.", "until_ended.", "jobs.closed", "jobs.expired", "jobs.deleted", "jobs.open"])
            || begins(&[
                "jobs.canceled",
                "jobs.in_progress",
                "packages.lost",
                "packages.late",
                "packages.damaged",
            ])
            || begins(&[
                "drives.never_received",
                "drives.now.destroyed",
                "drives.before_copy",
                "drives.on_site",
            ])
            || begins(&["cases.opened", "cases.attempts", "cases.open_for", "cost."])
            || ends(&[
                ".missed",
                ".wait.mean",
                ".waits.share",
                ".queue.mean",
                ".queue.longest",
                ".queue.at_horizon",
            ]);
    (low && !share_of_time).then_some(Good::Low)
}

/// What the numbers of a variant are against those of a base, in the order of `summary.csv`; what was observed on one
/// side only is left out. `paired`: replication by replication they met the same fates.
pub fn differences(
    base: &Numbers,
    variant: &Numbers,
    paired: bool,
    margins: &[Precision],
    margin: f64,
) -> Vec<Difference> {
    let both = base.rows.iter().filter_map(|row| {
        let other = variant.row(&row.pooled.metric, &row.pooled.by)?;
        let own = margins.iter().find(|one| one.metric == row.pooled.metric && one.by == row.pooled.by);
        let allowed = |value: f64| own.map_or(margin * value.abs(), |own| own.allowed(value));
        Some(difference(row, other, paired, allowed))
    });
    both.collect()
}

fn difference(base: &Row, variant: &Row, paired: bool, allowed: impl Fn(f64) -> f64) -> Difference {
    let total = is_total(&base.pooled) && is_total(&variant.pooled);
    let values =
        |row: &Row| if total { totals(row) } else { row.without.iter().flatten().copied().collect() };
    let (ours, theirs) = (values(base), values(variant));
    let value = |row: &Row, values: &[f64]| if total { mean(values).0 } else { row.pooled.value.real() };
    let enough = |values: &[f64], row: &Row| values.len() == row.each.len() && values.len() > 1;
    let known = enough(&ours, base) && enough(&theirs, variant);
    let (error, method) = match (known, paired && ours.len() == theirs.len()) {
        (false, _) => (None, "observed in too few replications"),
        (true, true) => {
            let apart: Vec<f64> = ours.iter().zip(&theirs).map(|(ours, theirs)| theirs - ours).collect();
            let error = if total { mean(&apart).1 } else { jackknife(&apart) };
            let method = if total { "paired t" } else { "paired jackknife" };
            (Some((error, apart.len() as u32 - 1)), method)
        }
        (true, false) => (Some(welch(&ours, &theirs, total)), "independent runs, Welch"),
    };
    let mut difference = Difference {
        metric: base.pooled.metric.clone(),
        by: base.pooled.by.clone(),
        unit: base.pooled.unit,
        base: value(base, &ours),
        variant: value(variant, &theirs),
        interval: None,
        simultaneous: None,
        p: None,
        holm: None,
        correlation: if paired { correlation(base, variant) } else { None },
        margin: 0.0,
        conclusion: Conclusion::Undecided,
        method,
        error,
    };
    difference.margin = allowed(difference.base);
    difference.interval = difference.interval_at(LEVEL);
    difference.conclusion = difference.conclude(difference.interval);
    difference.p = error.map(|(error, freedom)| match difference.difference() {
        0.0 => 1.0,
        _ if error == 0.0 => 0.0,
        apart => 1.0 - within(apart.abs() / error, freedom),
    });
    difference
}

/// Standard error and degrees of freedom of independent sides (Welch 1947; of jackknives, by the same rule).
fn welch(ours: &[f64], theirs: &[f64], total: bool) -> (f64, u32) {
    let square = |values: &[f64]| {
        let error = if total { mean(values).1 } else { jackknife(values) };
        error * error
    };
    let (a, b) = (square(ours), square(theirs));
    let part = |square: f64, values: &[f64]| square * square / (values.len() as f64 - 1.0);
    let freedom = (a + b) * (a + b) / (part(a, ours) + part(b, theirs));
    ((a + b).sqrt(), if freedom.is_finite() { (freedom.floor() as u32).max(1) } else { 1 })
}

/// Pearson's, over the replications that know of both.
fn correlation(base: &Row, variant: &Row) -> Option<f64> {
    let pairs: Vec<(f64, f64)> =
        base.each.iter().zip(&variant.each).filter_map(|(a, b)| Some(((*a)?, (*b)?))).collect();
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

/// Chances for tests that are to hold together (Holm 1979): never less, and in the same order.
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
        let pooled = Metric { metric: metric.into(), by: String::new(), value, unit: "days", n: 9 };
        Row { pooled, each: each.iter().copied().map(Some).collect(), without }
    }

    fn told(metric: &str, base: &[f64], variant: &[f64], paired: bool) -> Difference {
        difference(&row(metric, base), &row(metric, variant), paired, |value| 0.01 * value)
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
    fn what_is_equal_is_the_same_and_what_is_near_is_no_difference() {
        let same = told("turnaround.mean", &[1.0, 2.0, 4.0], &[1.0, 2.0, 4.0], true);
        assert_eq!((same.conclusion, same.interval, same.p), (Conclusion::Same, Some((0.0, 0.0)), Some(1.0)));
        let near = told("turnaround.mean", &[1.0, 2.0, 4.0], &[1.001, 2.001, 4.0011], true);
        assert_eq!(near.conclusion, Conclusion::NoDifference);
        let more = told("jobs.created.mean", &[1.0, 2.0, 4.0], &[2.0, 3.0, 5.0001], true);
        assert_eq!(more.conclusion, Conclusion::Higher);
        let kept = told("sla.copied.attainment", &[0.1, 0.2, 0.3], &[0.2, 0.3, 0.4001], true);
        assert_eq!(kept.conclusion, Conclusion::Better);
    }

    #[test]
    fn holm_never_lowers_a_chance_and_keeps_the_order() {
        let adjusted = holm(&[0.01, 0.04, 0.03, 0.005]);
        let expected = [0.03, 0.06, 0.06, 0.02];
        assert!(adjusted.iter().zip(expected).all(|(a, b)| (a - b).abs() < 1e-12), "{adjusted:?}");
    }
}
