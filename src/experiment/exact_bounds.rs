//! Bounds for a share of independent trials, such as replications, that are valid for any number of events.

/// The probability of at most `k` events in `n` trials, each with probability `p`.
fn binomial_below(k: u64, n: u64, p: f64) -> f64 {
    if k >= n || p <= 0.0 {
        return 1.0;
    }
    if p >= 1.0 {
        return 0.0;
    }
    let whole = libm::lgamma(n as f64 + 1.0);
    let (log_p, log_q) = (libm::log(p), libm::log1p(-p));
    let one = |i: u64| {
        let choose = whole - libm::lgamma(i as f64 + 1.0) - libm::lgamma((n - i) as f64 + 1.0);
        libm::exp(choose + i as f64 * log_p + (n - i) as f64 * log_q)
    };
    // Sum the shorter tail.
    let below = (k as f64) < n as f64 * p;
    let sum: f64 = if below { (0..=k).map(one).sum() } else { (k + 1..=n).map(one).sum() };
    if below { sum.min(1.0) } else { (1.0 - sum).max(0.0) }
}

/// Where a decreasing function on [low, high] crosses `level`.
fn crossing(mut low: f64, mut high: f64, level: f64, falling: impl Fn(f64) -> f64) -> f64 {
    for _ in 0..60 {
        let middle = (low + high) / 2.0;
        *(if falling(middle) > level { &mut low } else { &mut high }) = middle;
    }
    (low + high) / 2.0
}

/// The interval of Clopper and Pearson (1934) for `k` events in `n` trials: its coverage is never below the level.
pub fn clopper_pearson(k: u64, n: u64, level: f64) -> (f64, f64) {
    let tail = (1.0 - level) / 2.0;
    let low = if k == 0 { 0.0 } else { crossing(0.0, 1.0, 1.0 - tail, |p| binomial_below(k - 1, n, p)) };
    let high = if k >= n { 1.0 } else { crossing(0.0, 1.0, tail, |p| binomial_below(k, n, p)) };
    (low, high)
}

/// The interval of Wilson (1927): its coverage is right on average, and it is short. `z` is a quantile of the normal
/// distribution.
pub fn wilson(k: u64, n: u64, z: f64) -> (f64, f64) {
    let (count, share, square) = (n as f64, k as f64 / n as f64, z * z);
    let centre = (share + square / (2.0 * count)) / (1.0 + square / count);
    let half =
        z / (1.0 + square / count) * (share * (1.0 - share) / count + square / (4.0 * count * count)).sqrt();
    let low = if k == 0 { 0.0 } else { (centre - half).max(0.0) };
    let high = if k == n { 1.0 } else { (centre + half).min(1.0) };
    (low, high)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn near(told: (f64, f64), low: f64, high: f64) {
        assert!((told.0 - low).abs() < 5e-5 && (told.1 - high).abs() < 5e-5, "{told:?} for {low}, {high}");
    }

    /// Newcombe, Statistics in Medicine 17 (1998), table I: 81 of 263, 15 of 148, 0 of 20, 29 of 29.
    #[test]
    fn shares_have_the_published_intervals() {
        near(clopper_pearson(81, 263, 0.95), 0.2527, 0.3676);
        near(clopper_pearson(15, 148, 0.95), 0.0578, 0.1617);
        near(clopper_pearson(0, 20, 0.95), 0.0, 0.1684);
        near(clopper_pearson(29, 29, 0.95), 0.8806, 1.0);
        near(wilson(81, 263, 1.959_964), 0.2553, 0.3662);
        near(wilson(15, 148, 1.959_964), 0.0624, 0.1605);
        near(wilson(0, 20, 1.959_964), 0.0, 0.1611);
        near(wilson(29, 29, 1.959_964), 0.8830, 1.0);
    }
}
