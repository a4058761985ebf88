//! Integer time: [`Instant`] and [`Span`] count microseconds, so that no sum of them is ever rounded.

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;
use std::num::NonZeroU64;
use std::ops::{Add, AddAssign, Div, Mul, Sub, SubAssign};
use std::str::FromStr;

/// A length of time in integer microseconds. Only differences may be negative. Serialized as microseconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Span(i64);

/// A point in simulated time: microseconds since the start of the scenario. Debug and serde show them.
///
/// They are stored with the sign bit flipped: their order is kept and they are never 0, so an `Option` of an instant
/// needs no additional memory. The price: the smallest `i64` reads as the one above it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Instant(NonZeroU64);

const SIGN: u64 = 1 << 63;

impl Default for Instant {
    fn default() -> Instant {
        Instant::START
    }
}
impl fmt::Debug for Instant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Instant").field(&self.micros()).finish()
    }
}
impl Serialize for Instant {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        self.micros().serialize(to)
    }
}
impl<'d> Deserialize<'d> for Instant {
    fn deserialize<D: Deserializer<'d>>(from: D) -> Result<Instant, D::Error> {
        i64::deserialize(from).map(Instant::from_micros)
    }
}

/// The units of a written duration, longest first: spellings, the usual one first, and microseconds. A day is 24 h of
/// elapsed time, a week seven days (policy page, "Words").
const UNITS: [(&[&str], i64); 7] = [
    (&["w", "week", "weeks"], 604_800_000_000),
    (&["d", "day", "days"], 86_400_000_000),
    (&["h", "hour", "hours"], 3_600_000_000),
    (&["min", "m", "minute", "minutes"], 60_000_000),
    (&["s", "sec", "second", "seconds"], 1_000_000),
    (&["ms"], 1_000),
    (&["us", "µs"], 1),
];

/// How to write a duration, for messages.
const EXAMPLES: &str = "\"14d\", \"36h\", \"20min\" or \"1d 12h\"";

impl Span {
    /// Zero.
    pub const ZERO: Span = Span::from_micros(0);
    /// One microsecond: the clock's tick.
    pub const TICK: Span = Span::from_micros(1);
    /// One second.
    pub const SECOND: Span = Span::from_micros(1_000_000);
    /// Sixty seconds.
    pub const MINUTE: Span = Span::from_micros(60_000_000);
    /// Sixty minutes.
    pub const HOUR: Span = Span::from_micros(3_600_000_000);
    /// Twenty-four hours.
    pub const DAY: Span = Span::from_micros(86_400_000_000);
    /// The longest span that a scenario may contain: 1,000 years of 365 days. Sums of a few of them do not overflow.
    pub const LONGEST: Span = Span::from_micros(365_000 * 86_400_000_000);

    /// A span of `micros` microseconds.
    #[inline]
    pub const fn from_micros(micros: i64) -> Span {
        Span(micros)
    }
    /// A span of `days` days.
    pub const fn days(days: i64) -> Span {
        Span::from_micros(days * Span::DAY.micros())
    }
    /// The microseconds of this span.
    #[inline]
    pub const fn micros(self) -> i64 {
        self.0
    }
    /// Rounds a sampled duration in seconds to the tick, once, and limits it to 0 to [`Span::LONGEST`].
    pub fn from_secs_f64(seconds: f64) -> Span {
        let micros = (seconds * 1e6).max(0.0);
        if micros >= Span::LONGEST.micros() as f64 {
            return Span::LONGEST;
        }
        // Halves are rounded up. Not by `round`, which is a function call on processors without an instruction for it.
        let whole = micros as i64;
        Span::from_micros(whole + i64::from(micros - whole as f64 >= 0.5))
    }
    /// This span in days, for reports only: never fed back into the clock.
    pub fn as_days(self) -> f64 {
        self.micros() as f64 / Span::DAY.micros() as f64
    }
    /// This span in seconds, for reports only: never fed back into the clock.
    pub fn as_secs(self) -> f64 {
        self.micros() as f64 / Span::SECOND.micros() as f64
    }
}

impl Instant {
    /// The scenario's start.
    pub const START: Instant = Instant::from_micros(0);
    /// Later than any instant of a run.
    pub const NEVER: Instant = Instant::from_micros(i64::MAX);

    /// The instant `micros` microseconds after the start (before it, where negative).
    #[inline]
    pub const fn from_micros(micros: i64) -> Instant {
        match NonZeroU64::new(micros as u64 ^ SIGN) {
            Some(bits) => Instant(bits),
            None => Instant(NonZeroU64::MIN),
        }
    }
    /// Microseconds since the start.
    #[inline]
    pub const fn micros(self) -> i64 {
        (self.0.get() ^ SIGN) as i64
    }
    /// The time elapsed since the start.
    pub const fn since_start(self) -> Span {
        Span(self.micros())
    }
}

/// The last instant there is, or the first: where a sum lies beyond it.
#[cold]
fn farthest(last: bool) -> Instant {
    if last { Instant::NEVER } else { Instant(NonZeroU64::MIN) }
}

/// Implements operators, each as `Trait::method(left: Type, right: Type) -> Type = expression`.
macro_rules! operators {
    ($($op:ident::$method:ident($left:ident: $on:ty, $right:ident: $by:ty) -> $out:ty = $result:expr;)+) => { $(
        impl $op<$by> for $on {
            type Output = $out;
            #[inline]
            fn $method(self, $right: $by) -> $out {
                let $left = self;
                $result
            }
        }
    )+ };
}

operators! {
    Add::add(at: Instant, span: Span) -> Instant =
        at.micros().checked_add(span.0).map_or_else(|| farthest(span.0 > 0), Instant::from_micros);
    Sub::sub(at: Instant, span: Span) -> Instant =
        at.micros().checked_sub(span.0).map_or_else(|| farthest(span.0 < 0), Instant::from_micros);
    Sub::sub(at: Instant, earlier: Instant) -> Span = Span(at.micros() - earlier.micros());
    Add::add(one: Span, other: Span) -> Span = Span(one.0 + other.0);
    Sub::sub(one: Span, other: Span) -> Span = Span(one.0 - other.0);
    Mul::mul(span: Span, times: i64) -> Span = Span(span.0 * times);
    Div::div(span: Span, parts: i64) -> Span = Span(span.0 / parts);
}

impl AddAssign for Span {
    #[inline]
    fn add_assign(&mut self, other: Span) {
        *self = *self + other;
    }
}
impl SubAssign for Span {
    #[inline]
    fn sub_assign(&mut self, other: Span) {
        *self = *self - other;
    }
}

impl fmt::Display for Span {
    /// "1d 12h", "20min", "0s"; all parts are integers, so reading the text gives the same span.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.micros() == 0 {
            return f.write_str("0s");
        }
        let mut rest = self.micros().unsigned_abs();
        let mut gap = if self.micros() < 0 { "-" } else { "" };
        for (names, micros) in &UNITS[1..] {
            let count = rest / *micros as u64;
            if count > 0 {
                write!(f, "{gap}{count}{}", names[0])?;
                gap = " ";
            }
            rest %= *micros as u64;
        }
        Ok(())
    }
}

impl fmt::Display for Instant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.since_start().fmt(f)
    }
}

impl FromStr for Span {
    type Err = String;

    /// Reads "14d", "36h", "20min", "1d 12h", "1.5h": a sum of numbers with units. Never negative.
    ///
    /// # Errors
    /// A sentence with what is allowed: for a missing or unknown unit, a wrong number, a fraction of a microsecond, or
    /// a span longer than [`Span::LONGEST`].
    fn from_str(text: &str) -> Result<Span, String> {
        let mut rest = text.trim();
        if rest.is_empty() {
            return Err(format!("a duration is needed, such as {EXAMPLES}"));
        }
        if rest.starts_with('-') {
            return Err(format!("\"{text}\" is negative; a duration is 0 or more"));
        }
        let mut total: i128 = 0;
        while !rest.is_empty() {
            let (number, after) = split(rest, |c| c.is_ascii_digit() || c == '.');
            let (unit, next) = split(after.trim_start(), char::is_alphabetic);
            if number.is_empty() {
                return Err(format!("\"{text}\" is not a duration; write it like {EXAMPLES}"));
            }
            if unit.is_empty() {
                return Err(format!(
                    "\"{text}\" has no unit; write it like \"{number}d\", \"{number}h\" or \"{number}min\""
                ));
            }
            let unknown = || format!("\"{unit}\" is not a unit of time; allowed: w, d, h, min, s, ms, us");
            let &(_, micros) = UNITS.iter().find(|(names, _)| names.contains(&unit)).ok_or_else(unknown)?;
            let uneven =
                || format!("\"{number}{unit}\" is not a whole number of microseconds within 1,000 years");
            total += scaled(number, micros).ok_or_else(uneven)?;
            if total > i128::from(Span::LONGEST.micros()) {
                return Err(format!("\"{text}\" is longer than 1,000 years"));
            }
            rest = next.trim_start();
        }
        Ok(Span::from_micros(total as i64))
    }
}

/// The leading characters that `belong`, and the rest.
fn split(text: &str, belongs: impl Fn(char) -> bool) -> (&str, &str) {
    text.split_at(text.find(|c| !belongs(c)).unwrap_or(text.len()))
}

/// `number` (decimal digits and points, not empty) times `micros`, exactly; `None` if there is more than one point, or the
/// product is not an integer.
fn scaled(number: &str, micros: i64) -> Option<i128> {
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    if number == "." || whole.len().max(fraction.len()) > 15 || fraction.contains('.') {
        return None;
    }
    let scale = 10_i128.pow(fraction.len() as u32);
    let digits: i128 = format!("{whole}{fraction}").parse().ok()?;
    let product = digits * micros as i128;
    (product % scale == 0).then_some(product / scale)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_are_read_and_written() {
        for (text, micros) in [
            ("14d", 1_209_600_000_000),
            ("36h", 129_600_000_000),
            ("20min", 1_200_000_000),
            ("1d 12h", 129_600_000_000),
            ("1.5h", 5_400_000_000),
            ("0s", 0),
            ("1us", 1),
        ] {
            assert_eq!(text.parse::<Span>().unwrap().micros(), micros, "{text}");
        }
        assert_eq!(Span::from_micros(129_600_000_001).to_string(), "1d 12h 1us");
        assert_eq!(Span::days(14).to_string(), "14d");
        for micros in [0, 1, 999, 1_000_001, 86_400_000_000, 123_456_789_012_345] {
            let span = Span::from_micros(micros);
            assert_eq!(span.to_string().parse::<Span>().unwrap(), span);
        }
    }

    #[test]
    fn sampled_seconds_are_rounded_to_the_tick_halves_up() {
        for (seconds, micros) in [
            (0.0, 0),
            (-3.0, 0),
            (f64::NAN, 0),
            (0.499_999e-6, 0),
            (0.5e-6, 1),
            (2.5e-6, 3),
            (86_400.123_456_4, 86_400_123_456),
            (f64::INFINITY, Span::LONGEST.micros()),
        ] {
            assert_eq!(Span::from_secs_f64(seconds).micros(), micros, "{seconds}");
        }
        let mut seconds = 1e-7;
        while seconds < 3e9 {
            assert_eq!(Span::from_secs_f64(seconds).micros(), (seconds * 1e6).round() as i64, "{seconds}");
            seconds *= 1.000_731;
        }
    }

    #[test]
    fn instants_are_ordered_and_an_option_takes_no_more_room() {
        let times = [i64::MIN + 1, -5, -1, 0, 1, 7, i64::MAX].map(Instant::from_micros);
        assert!(times.is_sorted_by(|earlier, later| earlier < later));
        assert_eq!(times.map(Instant::micros), [i64::MIN + 1, -5, -1, 0, 1, 7, i64::MAX]);
        assert_eq!(size_of::<Option<Instant>>(), 8);
        assert_eq!((times[6] + Span::TICK, times[0] - Span::TICK), (Instant::NEVER, times[0]));
        assert_eq!(format!("{:?}", Span::from_micros(-3)), "Span(-3)");
    }

    #[test]
    fn what_is_no_span_is_refused_with_a_reason() {
        for (text, reason) in [
            ("14", "no unit"),
            ("", "is needed"),
            ("d", "\"d\" is not a duration"),
            ("-3d", "is negative"),
            ("3 fortnights", "is not a unit of time"),
            ("0.3us", "whole number"),
            ("9999999999999999d", "whole number"),
            ("400000d", "1,000 years"),
            ("1..5h", "whole number"),
            ("NaN", "is not a duration"),
            ("1e9d", "is not a unit of time"),
        ] {
            let error = text.parse::<Span>().unwrap_err();
            assert!(error.contains(reason), "{text}: {error}");
        }
    }
}
