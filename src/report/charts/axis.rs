//! Scales, ticks and tick labels. No range here is empty or infinite, whatever the numbers are.

use jiff::ToSpan;
use jiff::civil::Date;

/// Larger numbers are drawn as this one: a picture of them is wrong anyway, but must not hang.
const MOST: f64 = 1e15;

/// A value that can be drawn: finite, from 0 to a large number.
pub(super) fn sane(value: f64) -> Option<f64> {
    value.is_finite().then(|| value.clamp(0.0, MOST))
}

/// The largest value that can be drawn, 0 if there is none.
pub(super) fn top<'a>(values: impl IntoIterator<Item = &'a f64>) -> f64 {
    values.into_iter().filter_map(|&v| sane(v)).fold(0.0, f64::max)
}

/// A linear scale from values, 0 to `most`, to positions.
#[derive(Clone, Copy, Debug)]
pub(super) struct Scale {
    pub(super) most: f64,
    pub(super) start: f64,
    pub(super) end: f64,
}

impl Scale {
    /// Maps 0 to `start` and `most` to `end`. An empty range becomes 0 to 1.
    pub(super) fn new(most: f64, start: f64, end: f64) -> Scale {
        let most = sane(most).filter(|&m| m > 0.0).unwrap_or(1.0);
        Scale { most, start, end }
    }
    /// The position of a value; values off the scale go to its end.
    pub(super) fn at(&self, value: f64) -> f64 {
        let part = sane(value).map_or(0.0, |v| (v / self.most).min(1.0));
        self.start + part * (self.end - self.start)
    }
}

/// Round values from 0 to `most` or slightly more, about `wanted` of them, and the decimals that they need.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Ticks {
    pub(super) values: Vec<f64>,
    pub(super) decimals: usize,
}

impl Ticks {
    /// Ticks whose last one is at least `most`, with steps of at least `finest`.
    pub(super) fn new(most: f64, wanted: f64, finest: f64) -> Ticks {
        let most = sane(most).unwrap_or(0.0).max(finest);
        let (mut step, mut decimals) = (finest, if finest < 0.1 { 2 } else { usize::from(finest < 1.0) });
        // Steps are 1, 2, 5, 10, ...: every third factor is 2.5.
        let mut turn = 0;
        while most / step > wanted {
            step *= if turn % 3 == 1 { 2.5 } else { 2.0 };
            turn += 1;
        }
        if step >= 1.0 {
            decimals = 0;
        }
        let count = (most / step).ceil() as usize;
        Ticks { values: (0..=count).map(|i| i as f64 * step).collect(), decimals }
    }
    /// The last tick, which ends the scale.
    pub(super) fn end(&self) -> f64 {
        self.values.last().copied().unwrap_or(1.0)
    }
    /// The label of a tick.
    pub(super) fn word(&self, value: f64) -> String {
        decimal(value, self.decimals)
    }
}

/// Formats "12,345"; more than eight digits do not fit and become "1.8e19".
pub(super) fn whole(value: u64) -> String {
    if value >= 100_000_000 {
        return format!("{value:.1e}");
    }
    let digits = value.to_string();
    let mut out = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// Formats "1,234.5".
pub(super) fn decimal(value: f64, decimals: usize) -> String {
    let Some(value) = sane(value) else { return "–".to_string() };
    let text = format!("{value:.decimals$}");
    match text.split_once('.') {
        Some((number, rest)) => format!("{}.{rest}", whole(number.parse().unwrap_or(0))),
        None => whole(text.parse().unwrap_or(0)),
    }
}

/// A tick of a date axis.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct DateTick {
    /// Days since the start.
    pub(super) at: f64,
    /// "2 Nov" or "Nov".
    pub(super) word: String,
    /// The year, at its first tick.
    pub(super) year: Option<String>,
}

/// Steps of a date axis: a number of days (weeks start on Monday) or months.
const STEPS: [(i32, bool); 10] = [
    (1, false),
    (2, false),
    (7, false),
    (14, false),
    (1, true),
    (2, true),
    (3, true),
    (6, true),
    (12, true),
    (60, true),
];

/// Ticks for `days` days after `first` on an axis `room` pixels wide.
pub(super) fn date_ticks(first: Date, days: usize, room: f64) -> Vec<DateTick> {
    for (step, months) in STEPS {
        // "23 Nov" is wider than "Nov".
        let (length, word) = if months { (f64::from(step) * 30.0, 36.0) } else { (f64::from(step), 54.0) };
        if days as f64 / length * word <= room {
            return step_through(first, days, step, months);
        }
    }
    step_through(first, days, 1200, true)
}

fn step_through(first: Date, days: usize, step: i32, months: bool) -> Vec<DateTick> {
    let mut ticks: Vec<DateTick> = Vec::new();
    let mut year = None;
    let mut next = Some(start(first, step, months));
    while let Some(date) = next {
        let at = f64::from((date - first).get_days());
        if at > days as f64 {
            break;
        }
        if at >= 0.0 {
            let new = year.replace(date.year()) != Some(date.year());
            let word = if months { date.strftime("%b") } else { date.strftime("%-d %b") };
            ticks.push(DateTick { at, word: word.to_string(), year: new.then(|| date.year().to_string()) });
        }
        let span = if months { step.months() } else { step.days() };
        next = date.checked_add(span).ok();
    }
    ticks
}

/// The last round date not after `first`: a Monday, or a month that the step divides.
fn start(first: Date, step: i32, months: bool) -> Date {
    if months {
        let month = i32::from(first.month()) - 1;
        let round = month - month % step.min(12);
        return Date::new(first.year(), (round + 1) as i8, 1).unwrap_or(first);
    }
    if step < 7 {
        return first;
    }
    let back = i32::from(first.weekday().to_monday_zero_offset());
    first.checked_sub(back.days()).unwrap_or(first)
}

/// A linear scale from values, `low` to `high`, to positions: for numbers whose differences matter, not their size.
#[derive(Clone, Copy, Debug)]
pub(super) struct Window {
    pub(super) low: f64,
    pub(super) high: f64,
    pub(super) start: f64,
    pub(super) end: f64,
}

impl Window {
    /// The position of a value; values off the scale go to its end.
    pub(super) fn at(&self, value: f64) -> f64 {
        let part = ((value - self.low) / (self.high - self.low)).clamp(0.0, 1.0);
        self.start + if part.is_finite() { part } else { 0.0 } * (self.end - self.start)
    }
}

/// About `wanted` round values that span all of `values`, with steps of at least `finest`, and the decimals that they
/// need.
pub(super) fn ticks_around(values: impl IntoIterator<Item = f64>, wanted: f64, finest: f64) -> Ticks {
    let known = values.into_iter().filter(|value| value.is_finite()).map(|value| value.clamp(-MOST, MOST));
    let (low, high) =
        known.fold((f64::MAX, f64::MIN), |(low, high), value| (low.min(value), high.max(value)));
    let (low, high) = if low > high { (0.0, 1.0) } else { (low, high) };
    // Equal values get some room around them.
    let span = (high - low).max(high.abs() * 1e-3).max(1e-6);
    let (mut step, mut decimals) = (1.0_f64, 0_i32);
    while step * 10.0 <= span / wanted {
        step *= 10.0;
    }
    while step > span / wanted {
        step /= 10.0;
        decimals += 1;
    }
    let times = [1.0, 2.0, 5.0].into_iter().find(|times| span / (step * times) <= wanted);
    decimals -= i32::from(times.is_none());
    let step = (step * times.unwrap_or(10.0)).max(finest);
    let decimals = if step >= 1.0 { 0 } else { decimals.max(0) as usize };
    let (first, last) = ((low / step).floor(), (high / step).ceil().max((low / step).floor() + 1.0));
    let count = (last - first) as usize;
    Ticks { values: (0..=count).map(|at| (first + at as f64) * step).collect(), decimals }
}

/// "-1,234.5".
pub(super) fn signed(value: f64, decimals: usize) -> String {
    let text = decimal(value.abs(), decimals);
    let nothing = text.chars().all(|c| matches!(c, '0' | '.'));
    if value < 0.0 && !nothing { format!("-{text}") } else { text }
}

/// Days of the moving average: a week, which removes the weekly cycle.
const WEEK: usize = 7;

/// Moving average over the week around each day, over the days that have a value; NaN where none has.
pub(super) fn weekly(values: &[f64]) -> Vec<f64> {
    let window = |i: usize| &values[i.saturating_sub(WEEK / 2)..(i + WEEK / 2 + 1).min(values.len())];
    let mean = |i: usize| {
        let known: Vec<f64> = window(i).iter().filter_map(|&v| sane(v)).collect();
        known.iter().sum::<f64>() / known.len() as f64
    };
    (0..values.len()).map(mean).collect()
}
