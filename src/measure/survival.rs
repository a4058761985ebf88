//! Survival analysis: durations and outcomes where some jobs were still open when the run stopped (censored).
//!
//! Kaplan and Meier (1958) for the time until a job is over, whatever its outcome. Aalen and Johansen (1978) for the
//! outcomes, which are competing risks: one minus Kaplan-Meier for each would overstate all of them. Both assume that
//! censoring is independent of how a job would have gone on. This holds here: the horizon censors jobs by their age
//! only. Times are as exact as the histograms: relative error 2^-11.

use super::histogram::Histogram;
use crate::engine::time::Span;
use crate::world::Outcome;

/// Number of outcomes in which a job can be over.
const ENDS: usize = 4;

/// The estimates from this time until the next step.
#[derive(Clone, Copy, Debug)]
struct Step {
    at: Span,
    /// Share of all jobs that ended in this way, by [`Outcome`].
    ended: [f64; ENDS],
    /// Share of all jobs that are not over.
    open: f64,
}

impl Step {
    /// Share of all jobs that ended Completed or Closed.
    fn worked(&self) -> f64 {
        self.ended[Outcome::Completed as usize] + self.ended[Outcome::Closed as usize]
    }
}

/// The estimates for a cohort of jobs.
#[derive(Clone, Debug)]
pub struct Survival {
    steps: Vec<Step>,
}

impl Survival {
    /// Estimates from the times until the end, by [`Outcome`]; the last histogram has the ages of open jobs.
    pub fn new(lasted: &[Histogram; 5]) -> Survival {
        let times = |(outcome, times): (usize, &Histogram)| {
            times.folded().buckets().map(move |(bucket, count)| (bucket, outcome, count)).collect::<Vec<_>>()
        };
        // At equal times, ends come before censored jobs (Kaplan and Meier's convention).
        let mut seen: Vec<(usize, usize, u64)> = lasted.iter().enumerate().flat_map(times).collect();
        seen.sort_unstable();
        let mut at_risk: u64 = lasted.iter().map(Histogram::count).sum();
        let mut now = Step { at: Span::ZERO, ended: [0.0; ENDS], open: 1.0 };
        let mut steps = vec![];
        for together in seen.chunk_by(|a, b| a.0 == b.0) {
            let before = now.open;
            let mut ends = 0;
            for &(bucket, outcome, count) in together.iter().filter(|(_, outcome, _)| *outcome < ENDS) {
                now.at = super::histogram::middle(bucket);
                now.ended[outcome] += before * count as f64 / at_risk as f64;
                ends += count;
            }
            if ends > 0 {
                now.open = before * ((at_risk - ends) as f64 / at_risk as f64);
                steps.push(now);
            }
            at_risk -= together.iter().map(|(_, _, count)| count).sum::<u64>();
        }
        Survival { steps }
    }

    /// Share of jobs that end in this way within the time that could be followed.
    pub fn share(&self, outcome: Outcome) -> f64 {
        self.steps.last().map_or(0.0, |step| step.ended[outcome as usize])
    }

    /// Share of all jobs that are over by `span`; `None` where no job is ever over.
    pub(super) fn share_over(&self, span: Span) -> Option<f64> {
        (!self.steps.is_empty()).then(|| self.by(span).map_or(0.0, |step| 1.0 - step.open))
    }

    /// Of the jobs that end Completed or Closed within the time followed, the share that does so by `span`.
    pub(super) fn share_worked(&self, span: Span) -> Option<f64> {
        let whole = self.steps.last().map(Step::worked).filter(|whole| *whole > 0.0)?;
        Some(self.by(span).map_or(0.0, Step::worked) / whole)
    }

    /// The last step at or before `span`.
    fn by(&self, span: Span) -> Option<&Step> {
        self.steps[..self.steps.partition_point(|step| step.at <= span)].last()
    }

    /// The time by which a share `p` of all jobs is over; `None` where the share is not reached.
    pub fn over(&self, p: f64) -> Option<Span> {
        self.steps.iter().find(|step| 1.0 - step.open >= p).map(|step| step.at)
    }

    /// The time by which a share `p` is over, of the jobs that end Completed or Closed within the time followed.
    pub fn turnaround(&self, p: f64) -> Option<Span> {
        let whole = self.steps.last().map(Step::worked).filter(|whole| *whole > 0.0)?;
        self.steps.iter().find(|step| step.worked() >= p * whole).map(|step| step.at)
    }

    /// Restricted mean of the time until a job is over, in microseconds: times above `most` count as `most`.
    pub fn restricted_mean(&self, most: Span) -> Option<f64> {
        let (mut from, mut open, mut area) = (Span::ZERO, 1.0, 0.0);
        for step in self.steps.iter().take_while(|step| step.at < most) {
            area += open * (step.at - from).micros() as f64;
            (from, open) = (step.at, step.open);
        }
        (!self.steps.is_empty()).then(|| area + open * (most - from).micros() as f64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn days(days: &[i64]) -> Histogram {
        let mut times = Histogram::new();
        days.iter().for_each(|&day| times.add(Span::days(day)));
        times
    }

    fn near(told: Option<Span>, days: i64) {
        let told = told.expect("it was reached").as_days();
        assert!((told / days as f64 - 1.0).abs() < 1.0 / 2048.0, "{told} for {days}");
    }

    /// By hand: 6 at risk; one completed at 1; one cut off at 2; of 4, one closed at 3; of 3, one completed at 4 where
    /// another is cut off; the last is cut off at 5.
    #[test]
    fn small_numbers_come_out_as_by_hand() {
        let lasted = [days(&[1, 4]), days(&[3]), days(&[]), days(&[]), days(&[2, 4, 5])];
        let survival = Survival::new(&lasted);
        let (first, second) = (1.0 - 1.0 / 6.0, (1.0 - 1.0 / 6.0) * 0.75);
        let completed = 1.0 / 6.0 + second / 3.0;
        assert!((survival.share(Outcome::Completed) - completed).abs() < 1e-12);
        assert!((survival.share(Outcome::Closed) - first * 0.25).abs() < 1e-12);
        near(survival.over(0.16), 1);
        near(survival.over(0.37), 3);
        assert_eq!(survival.over(0.6), None, "nobody was followed so far");
        let mean = survival.restricted_mean(Span::days(5)).unwrap() / Span::DAY.micros() as f64;
        let open = second * (2.0 / 3.0);
        assert!((mean - (1.0 + 2.0 * first + second + open)).abs() < 0.01, "{mean}");
        near(survival.turnaround(0.99), 4);
        let near = |told: Option<f64>, share: f64| assert!((told.unwrap() - share).abs() < 1e-12, "{told:?}");
        near(survival.share_over(Span::from_secs_f64(288e3)), 1.0 - second);
        near(survival.share_over(Span::from_secs_f64(3600.0)), 0.0);
        near(survival.share_worked(Span::from_secs_f64(288e3)), (1.0 - second) / (1.0 - open));
    }

    #[test]
    fn where_nobody_is_cut_off_shares_are_plain_shares() {
        let lasted = [days(&[1, 2, 3, 4]), days(&[2]), days(&[14, 14, 14]), days(&[1, 1]), days(&[])];
        let survival = Survival::new(&lasted);
        for (outcome, seen) in Outcome::ALL.into_iter().zip([4.0, 1.0, 3.0, 2.0]) {
            assert!((survival.share(outcome) - seen / 10.0).abs() < 1e-12, "{}", outcome.name());
        }
        near(survival.over(0.5), 2);
        near(survival.turnaround(0.5), 2);
    }

    #[test]
    fn of_nobody_nothing_is_said() {
        let survival = Survival::new(&Default::default());
        assert_eq!((survival.over(0.5), survival.turnaround(0.5)), (None, None));
        assert_eq!(survival.restricted_mean(Span::DAY), None);
    }
}
