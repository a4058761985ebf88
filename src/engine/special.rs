//! Special functions over `libm`, with the same bits on all systems.

use libm::{erfc, fabs, lgamma, log, log1p, sqrt};

/// e^x with the same bits as `libm::exp`, in half the time. The algorithm is that of fdlibm: the argument is reduced by
/// k ln 2 in two parts, then a rational approximation is used. The difference: 2^k is written as bits instead of
/// multiplied, which the accepted range allows. Every lognormal draw needs one.
#[inline]
#[allow(clippy::excessive_precision)]
pub fn exp(x: f64) -> f64 {
    const LN2_HIGH: f64 = 6.931_471_803_691_238_164_90e-1;
    const LN2_LOW: f64 = 1.908_214_929_270_587_700_02e-10;
    const P: [f64; 5] = [
        1.666_666_666_666_660_190_37e-1,
        -2.777_777_777_701_559_338_42e-3,
        6.613_756_321_437_934_361_17e-5,
        -1.653_390_220_546_525_153_90e-6,
        4.138_136_797_057_238_460_39e-8,
    ];
    let size = fabs(x);
    // Outside this range k is chosen differently, or 2^k is not a normal number.
    if !(size > 1.1 && size < 700.0) {
        return libm::exp(x);
    }
    let k = (std::f64::consts::LOG2_E * x + if x < 0.0 { -0.5 } else { 0.5 }) as i32;
    let (high, low) = (x - f64::from(k) * LN2_HIGH, f64::from(k) * LN2_LOW);
    let rest = high - low;
    let square = rest * rest;
    let c = rest - square * (P[0] + square * (P[1] + square * (P[2] + square * (P[3] + square * P[4]))));
    let scaled = 1.0 + (rest * c / (2.0 - c) - low + high);
    scaled * f64::from_bits(((k + 1023) as u64) << 52)
}

/// The standard normal distribution function at `z`.
pub fn normal_cdf(z: f64) -> f64 {
    0.5 * erfc(-z / std::f64::consts::SQRT_2)
}

/// The standard normal quantile, with a relative error of about 10^-16: algorithm AS 241, PPND16 (Wichura 1988, Applied
/// Statistics 37, 477-484).
#[allow(clippy::excessive_precision, clippy::inconsistent_digit_grouping)]
pub fn normal_quantile(p: f64) -> f64 {
    // Coefficients of numerators and denominators.
    const CENTER: [(f64, f64); 8] = [
        (3.387_132_872_796_366_608, 1.0),
        (1.331_416_678_917_843_774_5e2, 4.231_333_070_160_091_125_2e1),
        (1.971_590_950_306_551_442_7e3, 6.871_870_074_920_579_083e2),
        (1.373_169_376_550_946_112_5e4, 5.394_196_021_424_751_107_7e3),
        (4.592_195_393_154_987_145_7e4, 2.121_379_430_158_659_586_7e4),
        (6.726_577_092_700_870_085_3e4, 3.930_789_580_009_271_061e4),
        (3.343_057_558_358_812_810_5e4, 2.872_908_573_572_194_267_4e4),
        (2.509_080_928_730_122_672_7e3, 5.226_495_278_852_854_561e3),
    ];
    const TAIL: [(f64, f64); 8] = [
        (1.423_437_110_749_683_577_34, 1.0),
        (4.630_337_846_156_545_295_9, 2.053_191_626_637_758_821_87),
        (5.769_497_221_460_691_405_5, 1.676_384_830_183_803_849_4),
        (3.647_848_324_763_204_605_04, 6.897_673_349_851_000_045_5e-1),
        (1.270_458_252_452_368_382_58, 1.481_039_764_274_800_745_9e-1),
        (2.417_807_251_774_506_117_7e-1, 1.519_866_656_361_645_719_66e-2),
        (2.272_384_498_926_918_458_33e-2, 5.475_938_084_995_344_946e-4),
        (7.745_450_142_783_414_076_4e-4, 1.050_750_071_644_416_843_24e-9),
    ];
    const FAR_TAIL: [(f64, f64); 8] = [
        (6.657_904_643_501_103_777_2, 1.0),
        (5.463_784_911_164_114_369_9, 5.998_322_065_558_879_376_9e-1),
        (1.784_826_539_917_291_335_8, 1.369_298_809_227_358_053_1e-1),
        (2.965_605_718_285_048_912_3e-1, 1.487_536_129_085_061_485_25e-2),
        (2.653_218_952_657_612_309_3e-2, 7.868_691_311_456_132_591e-4),
        (1.242_660_947_388_078_438_6e-3, 1.846_318_317_510_054_681_8e-5),
        (2.711_555_568_743_487_578_15e-5, 1.421_511_758_316_445_888_7e-7),
        (2.010_334_399_292_288_132_65e-7, 2.044_263_103_389_939_785_64e-15),
    ];
    let q = p - 0.5;
    if fabs(q) <= 0.425 {
        let r = 0.180625 - q * q;
        let (top, bottom) = polynomials(&CENTER, r);
        return q * top / bottom;
    }
    let r = sqrt(-log(if q < 0.0 { p } else { 1.0 - p }));
    let (top, bottom) = if r <= 5.0 { polynomials(&TAIL, r - 1.6) } else { polynomials(&FAR_TAIL, r - 5.0) };
    if q < 0.0 { -(top / bottom) } else { top / bottom }
}

/// Numerator and denominator of a rational function by Horner's rule; the constant terms first.
fn polynomials(coefficients: &[(f64, f64)], x: f64) -> (f64, f64) {
    coefficients.iter().rev().fold((0.0, 0.0), |(top, bottom), (a, b)| (top * x + a, bottom * x + b))
}

/// ln P(a, x), the logarithm of the regularised lower incomplete gamma function; with Q the upper one, P + Q = 1
/// (Abramowitz and Stegun 6.5; by series below a + 1, by Lentz's continued fraction above). x is given by its logarithm,
/// so that an x too small for a float differs from 0.
pub fn ln_gamma_p(a: f64, ln_x: f64) -> f64 {
    let (ln_tail, is_p) = ln_tail(a, ln_x, exp(ln_x), lgamma(a));
    if is_p { ln_tail } else { ln_one_minus_exp(ln_tail) }
}

/// Either ln P(a, x) or ln Q(a, x), whichever is computed directly; and whether it is ln P.
fn ln_tail(a: f64, ln_x: f64, x: f64, ln_gamma: f64) -> (f64, bool) {
    let front = a * ln_x - x - ln_gamma;
    let is_p = x < a + 1.0;
    let rest = if is_p { gamma_series(a, x) } else { gamma_fraction(a, x) };
    ((front + log(rest)).min(0.0), is_p)
}

/// The sum of x^n / (a (a+1) ... (a+n)).
fn gamma_series(a: f64, x: f64) -> f64 {
    let (mut term, mut sum, mut next) = (1.0 / a, 1.0 / a, a);
    while term > sum * 1e-17 {
        next += 1.0;
        term *= x / next;
        sum += term;
    }
    sum
}

/// 1/(x+1-a- 1(1-a)/(x+3-a- ...)).
fn gamma_fraction(a: f64, x: f64) -> f64 {
    const TINY: f64 = 1e-300;
    let mut b = x + 1.0 - a;
    let mut c = 1.0 / TINY;
    let mut d = 1.0 / b;
    let mut fraction = d;
    for i in 1..100_000 {
        let i = f64::from(i);
        let numerator = -i * (i - a);
        b += 2.0;
        d = numerator * d + b;
        d = 1.0 / if fabs(d) < TINY { TINY } else { d };
        c = b + numerator / c;
        c = if fabs(c) < TINY { TINY } else { c };
        fraction *= d * c;
        if fabs(d * c - 1.0) < 1e-16 {
            break;
        }
    }
    fraction
}

/// ln(1 - e^y) for y <= 0, without loss of precision at either end.
fn ln_one_minus_exp(y: f64) -> f64 {
    if y > -std::f64::consts::LN_2 { log(-libm::expm1(y)) } else { log1p(-exp(y)) }
}

/// The x with P(shape, x) = p, for 0 < p < 1.
pub fn gamma_quantile(shape: f64, p: f64) -> f64 {
    exp(ln_gamma_quantile(shape, p))
}

/// The logarithm of the x with P(shape, x) = p, for 0 < p < 1: Newton's method on ln P (in the upper half: ln Q) as a
/// function of ln x. Both are concave, so Newton's method converges; bisection is the fallback.
pub fn ln_gamma_quantile(shape: f64, p: f64) -> f64 {
    let lower = p < 0.5;
    let target = if lower { log(p) } else { log1p(-p) };
    let (mut low, mut high) = (f64::NEG_INFINITY, f64::INFINITY);
    let mut y = gamma_guess(shape, p);
    let ln_gamma = lgamma(shape);
    for _ in 0..200 {
        let x = exp(y);
        let (ln_tail, is_p) = ln_tail(shape, y, x, ln_gamma);
        let value = if is_p == lower { ln_tail } else { ln_one_minus_exp(ln_tail) };
        let error = value - target;
        // ln P increases with y, ln Q decreases.
        if (error < 0.0) == lower {
            low = y;
        } else {
            high = y;
        }
        let ln_density = shape * y - x - ln_gamma;
        let slope = exp(ln_density - value);
        let step = if lower { -error / slope } else { error / slope };
        let newton = y + step;
        if fabs(step) <= 1e-9 * fabs(y).max(1.0) {
            // Newton squares the error: after this step it is below the rounding error of the logarithms.
            return newton;
        }
        y = if newton > low && newton < high { newton } else { between(low, high) };
    }
    y
}

/// A point between two bounds, of which one may be infinite.
fn between(low: f64, high: f64) -> f64 {
    match (low.is_finite(), high.is_finite()) {
        (true, true) => 0.5 * (low + high),
        (true, false) => low + 1.0 + fabs(low),
        (false, true) => high - 1.0 - fabs(high),
        (false, false) => 0.0,
    }
}

/// A first guess for the logarithm of the gamma quantile: Wilson and Hilferty (1931); in the lower tail P(a, x) = x^a /
/// (a Gamma(a)).
fn gamma_guess(shape: f64, p: f64) -> f64 {
    let tail = || (log(p) + lgamma(shape + 1.0)) / shape;
    let c = 1.0 / (9.0 * shape);
    let root = 1.0 - c + normal_quantile(p) * sqrt(c);
    if shape < 0.5 || root < 0.1 { tail().min(log(shape + 1.0) + 4.0) } else { log(shape) + 3.0 * log(root) }
}
