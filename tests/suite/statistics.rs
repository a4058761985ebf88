//! Whether intervals hold what they promise, and whether what is cut off is put right.

use shipback::experiment::{Estimate, Numbers, clopper_pearson, differences, estimate};
use shipback::measure::{Counts, Tally};
use shipback::scenario::Scenario;
use std::borrow::Cow;

pub fn scenario(text: &str) -> Scenario {
    Scenario::parse(text, &[]).unwrap_or_else(|why| panic!("{why}")).scenario
}

/// Jobs that take nothing but the time their customers pack, which is exponential.
fn exponential(mean: u32, run: &str) -> Scenario {
    scenario(&format!(
        "[run]\n{run}\n[policy]\ncreating_expiry = \"3000d\"\nretention = \"1s\"\n[demand.a]\nrate = \"4/day\"\n\
         drives = 1\nbytes = \"1B\"\n[carrier.c]\ntransit = \"0s\"\n[customer]\npacks = {{ exponential = {{ mean = \"{mean}d\" }} }}\n\
         [[sla]]\nname = \"six\"\nfrom = \"ordered\"\nto = \"ended\"\nwithin = \"6d\"\n"
    ))
}

pub fn counts(scenario: &Scenario, seed: u64, replication: u64) -> Counts {
    let (end, tally) = shipback::world::run(scenario, seed, replication, Tally::new(scenario));
    tally.close(&end).0
}

pub fn numbers(scenario: &Scenario, seed: u64, replications: u64) -> Numbers {
    let all: Vec<Counts> = (0..replications).map(|number| counts(scenario, seed, number)).collect();
    Numbers::new(scenario, all.len(), |at| Cow::Borrowed(&all[at]))
}

/// Within four standard errors of the truth, at 30 replications (an interval is some two of them to each side).
fn agrees(told: Estimate, truth: f64) {
    let (low, high) = told.interval.expect("there is an interval");
    let error = (high - low) / 2.0 / 2.045;
    let score = (told.value - truth) / error;
    assert!(score.abs() <= 4.0, "{} for {truth}, z = {score:.2}", told.value);
    assert!(error < 0.05 * truth, "it says something: {error} of {truth}");
}

/// The mean of an exponential of mean `m` over those that are over before the horizon, orders being even in [0, h): the
/// integral of t f(t) (1 - t/h) over the share that ends, by Simpson's rule.
fn ended_only(m: f64, h: f64) -> f64 {
    let density = |t: f64| libm::exp(-t / m) / m * (1.0 - t / h);
    let steps = 10_000;
    let simpson = |f: &dyn Fn(f64) -> f64| {
        let at = |i: u32| h * f64::from(i) / f64::from(steps);
        let inner = |i| f(at(i)) * if i % 2 == 1 { 4.0 } else { 2.0 };
        (f(0.0) + f(h) + (1..steps).map(inner).sum::<f64>()) * h / f64::from(steps) / 3.0
    };
    simpson(&|t| t * density(t)) / simpson(&density)
}

#[test]
fn what_the_horizon_cuts_off_is_put_right_and_what_is_not_has_another_name() {
    let cut = exponential(30, "horizon = \"90d\"\nending = \"censor\"");
    let numbers = numbers(&cut, 9, 30);
    let told = |metric: &str| estimate(&numbers, metric, "").unwrap_or_else(|| panic!("{metric}"));
    let biased = ended_only(30.0, 90.0);
    assert!((biased - 18.3).abs() < 0.05, "the design's number: {biased}");
    agrees(told("turnaround.ended_only.mean"), biased);
    agrees(told("until_ended.kaplan_meier.p50"), 30.0 * libm::log(2.0));
    agrees(told("until_ended.kaplan_meier.p90"), 30.0 * libm::log(10.0));
    agrees(told("until_ended.kaplan_meier.restricted_mean"), 30.0 * (1.0 - libm::exp(-3.0)));
    agrees(told("jobs.completed.aalen_johansen.share"), 1.0 - libm::exp(-3.0));
    assert!(estimate(&numbers, "turnaround.mean", "").is_none(), "nothing biased has an honest name");
}

/// December's jobs can be followed for 31 days: the mean up to there, not up to a year, and for all months alike.
#[test]
fn a_restricted_mean_reaches_no_farther_than_its_jobs_could_be_followed() {
    let cut = exponential(30, "start = \"2026-01-01\"\nhorizon = \"365d\"\nending = \"censor\"");
    let numbers = numbers(&cut, 9, 30);
    let name = "until_ended.kaplan_meier.restricted";
    for month in ["month=2026-03", "month=2026-12"] {
        let told =
            |what: &str| estimate(&numbers, &format!("{name}_{what}"), month).expect("some are followed");
        assert_eq!(told("to").value, 31.0, "{month}");
        agrees(told("mean"), 30.0 * (1.0 - libm::exp(-31.0 / 30.0)));
    }
    assert_eq!(estimate(&numbers, &format!("{name}_to"), "").unwrap().value, 365.0);
}

#[test]
fn of_several_outcomes_each_has_its_share_where_some_are_cut_off() {
    let text = "[run]\nhorizon = \"60d\"\nending = \"censor\"\n[policy]\ncreating_expiry = \"20d\"\nretention = \"1s\"\n\
                [demand.a]\nrate = \"20/day\"\ndrives = 1\nbytes = \"1B\"\n[carrier.c]\ntransit = \"0s\"\n\
                [customer]\nnever_ships = 0.3\npacks = { uniform = { low = \"0d\", high = \"19d\" } }\n";
    let numbers = numbers(&scenario(text), 5, 30);
    let told = |metric: &str| estimate(&numbers, metric, "").unwrap_or_else(|| panic!("{metric}"));
    let expired = 0.3;
    agrees(told("jobs.completed.aalen_johansen.share"), 1.0 - expired);
    agrees(told("jobs.expired.aalen_johansen.share"), expired);
    agrees(told("turnaround.aalen_johansen.p50"), 9.5);
    // Only who ordered before day 40 has expired by day 60.
    agrees(told("jobs.expired.share"), expired * 40.0 / 60.0);
}

/// 400 experiments of ten replications each: how often 95 % intervals cover what is known.
#[test]
#[ignore = "a minute or more"]
fn intervals_cover_as_often_as_they_say() {
    let usual = exponential(3, "horizon = \"50d\"");
    let quick = exponential(2, "horizon = \"50d\"");
    let truths = [
        ("turnaround.mean", 3.0),
        ("sla.six.attainment", 1.0 - libm::exp(-2.0)),
        ("turnaround.p95", 3.0 * libm::log(20.0)),
    ];
    let mut covered = [0_u32; 4];
    for seed in 0..400 {
        let numbers = numbers(&usual, seed, 10);
        let other = self::numbers(&quick, seed, 10);
        for (at, (metric, truth)) in truths.iter().enumerate() {
            let (low, high) = estimate(&numbers, metric, "").unwrap().interval.unwrap();
            covered[at] += u32::from(low <= *truth && *truth <= high);
        }
        let all = differences(&numbers, &other, true, &[], Some(0.0));
        let mean = all.iter().find(|one| one.metric == "turnaround.mean" && one.by.is_empty()).unwrap();
        let (low, high) = mean.interval.unwrap();
        covered[3] += u32::from(low <= -1.0 && -1.0 <= high);
        assert!(mean.correlation.unwrap() > 0.99, "the same fates");
    }
    let shares = covered.map(|count| f64::from(count) / 400.0);
    println!("covered: mean, proportion, p95, paired difference: {shares:?}");
    for share in shares {
        assert!((0.915..=0.98).contains(&share), "{shares:?}");
    }
}

/// The same scenario under other seeds: of 400 comparisons, no more show a difference than 5 % may (exact binomial bound).
#[test]
#[ignore = "a minute or more"]
fn other_seeds_alone_hardly_ever_make_a_difference() {
    let usual = exponential(3, "horizon = \"50d\"");
    let mut seen = 0;
    for seed in 0..400 {
        let (ours, theirs) = (numbers(&usual, 2 * seed, 10), numbers(&usual, 2 * seed + 1, 10));
        let all = differences(&ours, &theirs, false, &[], Some(0.0));
        let mean = all.iter().find(|one| one.metric == "turnaround.mean" && one.by.is_empty()).unwrap();
        let (low, high) = mean.interval.unwrap();
        seen += u64::from(low > 0.0 || high < 0.0);
    }
    println!("{seen} of 400 show a difference");
    let (low, _) = clopper_pearson(seen, 400, 0.95);
    assert!(low <= 0.05, "{seen} of 400");
    assert!(seen > 5, "so sure of nothing: {seen} of 400");
}
