//! Quantiles of Student's t distribution, for intervals over replications.

/// P(|T| <= t) for `df` >= 1 degrees of freedom (Abramowitz and Stegun 26.7.3 and 26.7.4: finite sums for integer
/// degrees).
pub(super) fn within(t: f64, df: u32) -> f64 {
    let ratio = t / f64::from(df).sqrt();
    let cos = 1.0 / (1.0 + ratio * ratio).sqrt();
    let (sin, angle) = (ratio * cos, libm::atan(ratio));
    // cos + 2/3 cos^3 + 2/3 4/5 cos^5 + ... for odd degrees; 1 + 1/2 cos^2 + 1/2 3/4 cos^4 + ... for even degrees.
    let odd = df % 2 == 1;
    let (mut term, mut sum) = if odd { (cos, 0.0) } else { (1.0, 0.0) };
    let mut power = if odd { 1 } else { 0 };
    while power <= df.saturating_sub(2) && df > 1 {
        sum += term;
        power += 2;
        term *= cos * cos * f64::from(power - 1) / f64::from(power);
    }
    if odd { std::f64::consts::FRAC_2_PI * (angle + sin * sum) } else { sin * sum }
}

/// The t with P(|T| <= t) = `level`, for integer degrees of freedom, at least 1. Relative error about 10^-12.
pub fn t_quantile(level: f64, df: u32) -> f64 {
    let (mut low, mut high) = (0.0, 1.0);
    while within(high, df) < level && high < 1e9 {
        (low, high) = (high, high * 2.0);
    }
    for _ in 0..60 {
        let middle = (low + high) / 2.0;
        *(if within(middle, df) < level { &mut low } else { &mut high }) = middle;
    }
    (low + high) / 2.0
}

#[cfg(test)]
mod tests {
    use super::*;
    use statrs::distribution::{ContinuousCDF, StudentsT};

    #[test]
    fn quantiles_are_those_of_an_independent_library() {
        for df in (1..=40).chain([99, 199, 500, 999]) {
            let truth = StudentsT::new(0.0, 1.0, f64::from(df)).unwrap().inverse_cdf(0.975);
            let told = t_quantile(0.95, df);
            assert!((told / truth - 1.0).abs() < 1e-8, "{df}: {told} for {truth}");
        }
    }

    #[test]
    fn well_known_quantiles() {
        for (df, t) in [(1, 12.706_204_736), (2, 4.302_652_730), (29, 2.045_229_642)] {
            assert!((t_quantile(0.95, df) - t).abs() < 1e-8, "{df}");
        }
    }
}
