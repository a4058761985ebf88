use super::super::special::{exp, gamma_quantile, normal_cdf, normal_quantile};
use super::*;
use Distribution as D;
use statrs::distribution::{ContinuousCDF, Gamma, LogNormal, Normal, Weibull};
use statrs::statistics::Statistics;

const LEVELS: [f64; 13] =
    [1e-12, 1e-9, 1e-6, 1e-3, 0.02, 0.1, 0.25, 0.5, 0.8, 0.97, 0.999, 1.0 - 1e-9, 1.0 - 1e-12];

fn close(found: f64, expected: f64, tolerance: f64) -> bool {
    found == expected || (found - expected).abs() <= tolerance * expected.abs().max(1e-300)
}

/// One of each kind, and truncated ones.
fn all() -> Vec<Distribution> {
    let plain = [
        D::constant(4.0),
        D::uniform(2.0, 5.0),
        D::uniform_of(10.0, 2.0),
        D::triangular(1.0, 2.0, 7.0),
        D::triangular(1.0, 1.0, 7.0),
        D::triangular(1.0, 7.0, 7.0),
        D::exponential(3.0),
        D::lognormal(0.5, 0.8),
        D::lognormal_of(10.0, 30.0),
        D::gamma(0.02, 5.0),
        D::gamma(2.8, 1.0),
        D::gamma_of(10.0, 0.1),
        D::weibull(0.6, 5.6),
        D::weibull_of(10.0, 3.0),
        D::loglogistic(2.5, 4.0),
        D::loglogistic_of(10.0, 4.0),
        D::discrete(&[3.0, 1.0, 2.0, 8.0], &[1.0, 2.0, 0.0, 1.0]),
        D::empirical(&[(0.0, 0.0), (0.1, 0.08), (0.5, 3.84), (0.9, 18.1), (0.99, 88.7), (1.0, 200.0)]),
        D::empirical(&[(0.0, 1.0), (0.2, 1.0), (0.6, 4.0), (0.8, 4.0), (1.0, 9.0)]),
    ];
    let plain: Vec<Distribution> = plain.into_iter().map(Result::unwrap).collect();
    let cuts = [(Some(2.5), None), (None, Some(4.5)), (Some(2.5), Some(4.5)), (Some(4.0), Some(4.0))];
    let truncated = |plain: &D| cuts.map(|(min, max)| plain.clone().truncated(min, max));
    let cut: Vec<D> = plain.iter().flat_map(truncated).flatten().collect();
    assert!(cut.len() > 40);
    plain.into_iter().chain(cut).collect()
}

#[test]
fn quantiles_agree_with_an_independent_library() {
    let (lognormal, weibull) = (D::lognormal(0.5, 0.8).unwrap(), D::weibull(0.6, 5.6).unwrap());
    for u in LEVELS {
        // The library's own inverse is good to some 10^-9 only, so its cdf is asked at our quantile.
        for (name, p) in [
            ("normal", Normal::new(0.0, 1.0).unwrap().cdf(normal_quantile(u))),
            ("lognormal", LogNormal::new(0.5, 0.8).unwrap().cdf(lognormal.quantile(u))),
            ("weibull", Weibull::new(0.6, 5.6).unwrap().cdf(weibull.quantile(u))),
        ] {
            assert!(close(p, u, 1e-9), "{name} at {u}: {p}");
        }
    }
}

#[test]
fn normal_quantiles_are_those_of_the_tables() {
    // Wichura's own test values, and the tail.
    for (p, z) in [
        (0.25, -0.674_489_750_196_081_7),
        (0.001, -3.090_232_306_167_814),
        (1e-20, -9.262_340_089_798_408),
        (0.975, 1.959_963_984_540_054),
    ] {
        assert!(close(normal_quantile(p), z, 1e-15), "{p}: {}", normal_quantile(p));
    }
    assert_eq!(normal_quantile(0.5), 0.0);
}

#[test]
fn gamma_quantiles_are_right_from_shape_0_01_to_10_000() {
    for shape in [0.01, 0.05, 0.3, 0.9, 1.0, 1.5, 2.8, 10.0, 99.0, 1_000.0, 10_000.0] {
        let oracle = Gamma::new(shape, 1.0).unwrap();
        let mut last = -1.0;
        for u in LEVELS {
            let x = gamma_quantile(shape, u);
            assert!(x >= last && x.is_finite(), "shape {shape} at {u}: {x} after {last}");
            last = x;
            if x > 1e-290 {
                let (found, expected) = if u < 0.5 { (oracle.cdf(x), u) } else { (oracle.sf(x), 1.0 - u) };
                let is_right = close(found, expected, 2e-9);
                assert!(is_right, "shape {shape} at {u}: {x} has {found}, not {expected}");
            }
        }
    }
    // An exponential is a gamma of shape 1.
    for u in LEVELS {
        assert!(close(gamma_quantile(1.0, u), -libm::log1p(-u), 1e-13), "{u}");
    }
}

/// Probabilities with evenly spaced normal deviates, from minus to plus this one.
fn spread(reach: f64, count: i32) -> impl Iterator<Item = f64> {
    (0..=count).map(move |k| normal_cdf(reach * (2.0 * f64::from(k) / f64::from(count) - 1.0)))
}

/// The table of a gamma is off by less than 10^-9 of the exact quantile, and by less than 2 * 10^-11 from a shape of 0.5 on;
/// it rises within the table, across its nodes and across its ends, beyond which it is exact.
#[test]
fn gamma_quantiles_of_the_table_are_near_the_exact_ones_and_rise() {
    let shapes = (0..=45).map(|fifth| 0.01 * libm::pow(10.0, f64::from(fifth) / 5.0)).chain([0.5, 1.0, 2.8]);
    for shape in shapes.map(|shape| shape.min(1e7)) {
        let table = D::gamma(shape, 1.0).unwrap();
        let (count, most) = (if shape < 1e5 { 3_001 } else { 301 }, if shape < 0.5 { 1e-9 } else { 2e-11 });
        let mut last = 0.0;
        for u in spread(5.4, count) {
            let (told, exact) = (table.quantile(u), gamma_quantile(shape, u));
            assert!(told >= last, "shape {shape} at {u}: {told} after {last}");
            last = told;
            // Below, a float has fewer digits.
            if exact > 1e-290 {
                assert!(fabs(told / exact - 1.0) < most, "shape {shape} at {u}: {told} for {exact}");
            }
            if !(normal_cdf(-5.0)..=normal_cdf(5.0)).contains(&u) {
                assert_eq!(told.to_bits(), exact.to_bits(), "shape {shape} at {u}");
            }
        }
    }
}

/// The same bits on every processor: nothing comes from the system's own mathematics.
#[test]
fn gamma_quantiles_have_their_known_bits() {
    let mut hash = blake3::Hasher::new();
    for shape in [0.01, 0.2, 0.9, 2.8, 40.0, 3_000.0] {
        let table = D::gamma(shape, 1.0).unwrap();
        spread(5.4, 2_000).for_each(|u| {
            hash.update(&table.quantile(u).to_bits().to_le_bytes());
        });
    }
    assert_eq!(hash.finalize().to_hex()[..16], *"a78507d5e638d646");
}

#[test]
fn no_greater_uniform_gives_a_smaller_value() {
    for distribution in all() {
        let values = (1..1_000).map(|step| distribution.quantile(f64::from(step) / 1_000.0));
        let ((low, high), values) = (distribution.range(), values.collect::<Vec<f64>>());
        let is_in = low <= values[0] && values[998] <= high;
        assert!(is_in && values.is_sorted(), "{distribution:?}: {values:?}");
        for u in [f64::MIN_POSITIVE, 0.5 * f64::EPSILON * 0.25, 1.0 - f64::EPSILON / 2.0] {
            assert!(distribution.quantile(u).is_finite(), "{distribution:?} at {u}");
        }
    }
}

/// F(Q(u)) >= u, and below Q(u) F is at most u: what a quantile is.
#[test]
fn the_cdf_undoes_the_quantile() {
    for distribution in all() {
        for step in 1..200 {
            let u = f64::from(step) / 200.0;
            let x = distribution.quantile(u);
            let nudge = 1e-9 * x.abs().max(1e-12);
            assert!(distribution.cdf(x + nudge) >= u - 1e-9, "{distribution:?} at {u}");
            assert!(distribution.cdf(x - nudge) <= u + 1e-9, "{distribution:?} at {u}: {x}");
        }
    }
}

#[test]
fn mean_and_sd_given_are_mean_and_sd_had() {
    let makers = [D::lognormal_of, D::gamma_of, D::weibull_of, D::loglogistic_of, D::uniform_of];
    for make in makers as [fn(f64, f64) -> Made; 5] {
        for (mean, sd) in [(10.0, 3.0), (1e-3, 1e-3), (2.9, 6.0), (1e6, 5e4)] {
            let made = make(mean, sd).unwrap();
            assert!(close(made.mean(), mean, 1e-12), "{made:?}: mean {}, not {mean}", made.mean());
            assert!(close(made.sd(), sd, 1e-8), "{made:?}: sd {}, not {sd}", made.sd());
        }
    }
    assert_eq!(D::loglogistic(2.0, 1.0).unwrap().sd(), f64::INFINITY);
    assert_eq!(D::loglogistic(1.0, 1.0).unwrap().mean(), f64::INFINITY);
    assert!(close(D::weibull_of(10.0, 10.0).unwrap().quantile(0.5), 10.0 * libm::log(2.0), 1e-9));
}

/// Every mean and standard deviation, truncated or not, against the midpoint rule.
#[test]
fn moments_are_those_of_the_quantiles() {
    for distribution in all() {
        let slow = matches!(distribution.law(), Law::Gamma { .. });
        let count = if slow { 2_000 } else { 100_000 };
        let values = (0..count).map(|k| distribution.quantile((f64::from(k) + 0.5) / f64::from(count)));
        let (mean, sd) = (values.clone().mean(), values.population_std_dev());
        // The rule misses part of a long tail.
        let long = distribution.range().1.is_infinite();
        let (mean_error, sd_error) = if long { (0.01, 0.2) } else { (1e-3, 2e-3) };
        let had = (distribution.mean(), distribution.sd());
        assert!(close(mean, had.0, mean_error), "{distribution:?}: {mean}, {had:?}");
        assert!((sd - had.1).abs() <= sd_error * had.1 + 1e-6, "{distribution:?}: {sd}, {had:?}");
    }
}

#[test]
fn truncation_is_a_condition_and_no_clamp() {
    // An exponential forgets: above 5 it is 5 later.
    let cut = D::exponential(3.0).unwrap().truncated(Some(5.0), None).unwrap();
    assert!(close(cut.mean(), 8.0, 1e-9) && close(cut.sd(), 3.0, 1e-7), "{} {}", cut.mean(), cut.sd());
    assert!(close(cut.quantile(0.5), 5.0 + 3.0 * libm::log(2.0), 1e-9));
    // Of values with a chance of their own, the bounds are included.
    let dice = D::discrete(&[1.0, 2.0, 3.0, 4.0, 5.0, 6.0], &[1.0; 6]).unwrap();
    let cut = dice.truncated(Some(2.0), Some(4.0)).unwrap();
    assert!(close(cut.mean(), 3.0, 1e-12) && close(cut.cdf(2.0), 1.0 / 3.0, 1e-12));
    assert_eq!([0.1, 0.5, 0.9].map(|u| cut.quantile(u)), [2.0, 3.0, 4.0]);
}

#[test]
fn a_custom_quantile_function_meets_its_points() {
    let answers = D::empirical(&[(0.0, 0.0), (0.1, 0.08), (0.5, 3.84), (1.0, 10.0)]).unwrap();
    assert!(close(answers.quantile(0.1), 0.08, 1e-12) && close(answers.quantile(0.5), 3.84, 1e-12));
    assert!(close(answers.quantile(0.3), 1.96, 1e-12));
    assert!(close(answers.mean(), 0.1 * 0.04 + 0.4 * 1.96 + 0.5 * 6.92, 1e-12));
    assert_eq!(answers.range(), (0.0, 10.0));
}

#[test]
fn bad_parameters_are_refused_with_a_reason() {
    let nan = f64::NAN;
    let cases: Vec<(Made, &str)> = vec![
        (D::constant(nan), "value must be a finite number"),
        (D::uniform(2.0, 2.0), "high must be above low"),
        (D::uniform(0.0, f64::INFINITY), "high must be a finite number"),
        (D::triangular(1.0, 0.5, 2.0), "must rise"),
        (D::exponential(0.0), "mean must be a finite number above 0"),
        (D::exponential(-1.0), "but it is -1"),
        (D::lognormal(800.0, 1.0), "those of the logarithm"),
        (D::lognormal_of(5.0, 0.0), "sd must be"),
        (D::lognormal_of(1e-300, 1e300), "sd / mean must be"),
        (D::gamma(1e-9, 1.0), "shape must be between 0.01"),
        (D::gamma_of(1.0, 11.0), "sd / mean must be between"),
        (D::weibull_of(1.0, 1e9), "no Weibull distribution has"),
        (D::loglogistic_of(1.0, nan), "sd must be"),
        (D::discrete(&[], &[]), "one at least"),
        (D::discrete(&[1.0], &[1.0, 2.0]), "1 values and 2 weights"),
        (D::discrete(&[1.0, 1.0], &[1.0, 2.0]), "given twice"),
        (D::discrete(&[1.0], &[0.0]), "at least one weight"),
        (D::discrete(&[1.0], &[-1.0]), "weight must be between"),
        (D::empirical(&[(0.0, 1.0)]), "from p = 0"),
        (D::empirical(&[(0.0, 1.0), (0.5, 3.0), (1.0, 2.0)]), "must rise"),
        (D::exponential(1.0).unwrap().truncated(Some(3.0), Some(2.0)), "min must be below max"),
        (D::exponential(1.0).unwrap().truncated(Some(nan), None), "min must be below max"),
        (D::exponential(1.0).unwrap().truncated(None, Some(-1.0)), "almost no value"),
        (D::constant(1.0).unwrap().truncated(Some(2.0), None), "almost no value"),
    ];
    for (number, (made, reason)) in cases.into_iter().enumerate() {
        let error = made.unwrap_err();
        assert!(error.contains(reason), "case {number}: {error}");
    }
}

#[test]
fn the_exponential_is_that_of_libm_to_the_last_bit() {
    let steps = std::iter::successors(Some(-760.0), |x| Some(x + 0.001_237_1)).take_while(|x| *x < 760.0);
    let edges = [0.0, -0.0, 1.1, -1.1, 700.0, -700.0, f64::INFINITY, f64::NEG_INFINITY];
    let near = edges.iter().flat_map(|edge| [*edge, edge.next_up(), edge.next_down()]);
    for x in steps.flat_map(|x| [x, x * 1e-3, x * 1e-6]).chain(near) {
        assert_eq!(exp(x).to_bits(), libm::exp(x).to_bits(), "{x}");
    }
    assert!(exp(f64::NAN).is_nan());
}
