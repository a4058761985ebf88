//! How long the warm-up must be so that the empty site at the start no longer affects the results.
//!
//! MSER-5 (White 1997) over the mean of several replications: for each truncation point in the first half, the squared
//! standard error of the remaining five-day means. The recommendation is its leftmost local minimum (MSER-LLM,
//! Pasupathy and Schmeiser 2010): with correlated days, the global minimum is often far to the right by random
//! variation. Without a minimum in the first half the run is too short. Welch's plot (1983) shows the same means,
//! smoothed.

use super::study::Finished;
use crate::engine::time::Span;
use crate::measure::queue_length;
use crate::policy::JobState;
use crate::scenario::{Scenario, StationName};
use crate::world::DayRow;

/// Days of a batch.
const BATCH: usize = 5;
/// Days to either side of Welch's moving mean.
const WINDOW: usize = 14;

/// One series and its recommendation.
#[derive(Clone, Debug, PartialEq)]
pub struct Warming {
    /// What the series counts.
    pub name: String,
    /// Mean over replications, one value a day.
    pub days: Vec<f64>,
    /// The same series with Welch's moving average.
    pub smooth: Vec<f64>,
    /// Recommended warm-up in days; `None`: the run is too short to tell.
    pub advised: Option<u64>,
}

/// The recommendation from the days before the horizon, for each series: active jobs, and the queue of each station.
pub fn warming(scenario: &Scenario, runs: &[Finished]) -> Vec<Warming> {
    let working = &JobState::ALL[JobState::Creating.index()..=JobState::Packaging.index()];
    let in_work = |day: &DayRow| working.iter().map(|state| f64::from(day.jobs[state.index()])).sum();
    let mut list = vec![series(scenario, runs, "jobs in work".into(), &in_work)];
    for station in StationName::ALL {
        let waiting = |day: &DayRow| queue_length(&day.site.stations[station as usize]) as f64;
        let one = series(scenario, runs, format!("waiting at {}", station.name()), &waiting);
        if one.days.iter().any(|value| *value > 0.0) {
            list.push(one);
        }
    }
    list
}

/// The longest recommended warm-up; `None` where one series is too short to tell.
pub fn advised(list: &[Warming]) -> Option<Span> {
    let days: Option<Vec<u64>> = list.iter().map(|one| one.advised).collect();
    days.map(|days| Span::days(days.into_iter().max().unwrap_or(0) as i64))
}

fn series(scenario: &Scenario, runs: &[Finished], name: String, of: &dyn Fn(&DayRow) -> f64) -> Warming {
    let horizon = scenario.run.horizon.as_days() as usize;
    let length = runs.iter().map(|run| run.days.len()).min().unwrap_or(0).min(horizon);
    let mut days = vec![0.0; length];
    for run in runs {
        days.iter_mut().zip(run.days.iter()).for_each(|(sum, day)| *sum += of(&day));
    }
    days.iter_mut().for_each(|sum| *sum /= runs.len() as f64);
    Warming { name, smooth: smooth(&days), advised: mser_5(&days), days }
}

/// Welch's moving average; the window is narrower at the beginning.
fn smooth(days: &[f64]) -> Vec<f64> {
    let mean = |at: usize| {
        let half = WINDOW.min(at).min(days.len() - 1 - at);
        let window = &days[at - half..=at + half];
        window.iter().sum::<f64>() / window.len() as f64
    };
    (0..days.len()).map(mean).collect()
}

/// The truncation point in days.
fn mser_5(days: &[f64]) -> Option<u64> {
    let means: Vec<f64> =
        days.chunks_exact(BATCH).map(|batch| batch.iter().sum::<f64>() / BATCH as f64).collect();
    let spread = |from: usize| {
        let kept = &means[from..];
        let count = kept.len() as f64;
        let mean = kept.iter().sum::<f64>() / count;
        kept.iter().map(|value| (value - mean) * (value - mean)).sum::<f64>() / (count * count)
    };
    // The last few means of a long run may be equal at random: do not look at them.
    let spreads: Vec<f64> = (0..=means.len() / 2).map(spread).collect();
    let lowest = spreads.windows(2).position(|pair| pair[0] <= pair[1])?;
    Some((lowest * BATCH) as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Rises for 40 days, then swings around 100 by a fixed pattern.
    fn rising(days: usize) -> Vec<f64> {
        let swing = |day: usize| f64::from((day * 7919 % 13) as u32) - 6.0;
        (0..days).map(|day| (day as f64 / 40.0).min(1.0) * 100.0 + swing(day)).collect()
    }

    #[test]
    fn the_rise_is_cut_off_and_no_more() {
        let cut = mser_5(&rising(300)).unwrap();
        assert!((30..=45).contains(&cut), "{cut}");
        assert_eq!(mser_5(&[5.0; 100]), Some(0), "what never changes needs no warm-up");
    }

    #[test]
    fn too_short_is_told_as_such() {
        assert_eq!(mser_5(&rising(45)), None);
        assert_eq!(mser_5(&[]), None);
    }

    #[test]
    fn welch_smooths_less_where_the_series_begins() {
        let smooth = smooth(&rising(100));
        assert_eq!(smooth[0], rising(100)[0]);
        assert!((smooth[70] - 100.0).abs() < 1.0, "{}", smooth[70]);
    }
}
