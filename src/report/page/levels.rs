//! Service levels on the page: met or missed, by month, how early or late, and why late.

use super::Source;
use super::drawing::{Drawing, WIDTH, tick_word, ticks};
use super::number::{Number, share};
use crate::measure::{By, CAUSES, Due, Kept, Late};
use crate::report::late::{CAUSE_WORDS, test_of, way_words};
use crate::report::summary::standing;
use crate::report::words::thousands;
use crate::scenario::Sla;
use crate::world::Account;

/// A month with fewer jobs is never called the worst.
const FEW: u64 = 20;
/// Number of bins of the results in one bar of the chart of due times.
const BINS: i64 = 4;
/// Parts with fewer extra days than this are not shown.
const TOLD: f64 = 0.05;

/// A service level.
pub(super) struct Level {
    pub(super) name: String,
    /// "received to copied within 10d".
    pub(super) says: String,
    pub(super) target: Number,
    pub(super) attained: Number,
    pub(super) of: Number,
    pub(super) missed: Number,
    /// "kept", "missed" or "undecided".
    pub(super) verdict: &'static str,
    /// Attainment if all pending jobs miss the level, and if all meet it.
    pub(super) pending: Option<[Number; 2]>,
    pub(super) interval: Option<[Number; 2]>,
    pub(super) worst: Option<(String, Number)>,
    pub(super) chance: Option<(Number, Option<[Number; 2]>)>,
    pub(super) months: Option<Drawing>,
    pub(super) due: Option<Drawing>,
    pub(super) late: Option<WhyLate>,
}

impl Level {
    /// Whether its target is missed or undecided.
    pub(super) fn is_at_risk(&self) -> bool {
        self.verdict != "kept"
    }
}

/// Why jobs were late.
pub(super) struct WhyLate {
    pub(super) jobs: Number,
    /// The parts in which late jobs lost time, the largest first.
    pub(super) parts: Vec<(&'static str, Number)>,
    pub(super) causes: Vec<Cause>,
    /// Number of causes worth showing; they are sorted by the ratio of both shares.
    pub(super) cause: usize,
    pub(super) bars: Drawing,
    /// A change, and the command that tests it.
    pub(super) test: Option<(String, String)>,
}

/// A possible cause of lateness.
pub(super) struct Cause {
    pub(super) says: &'static str,
    pub(super) late: Number,
    pub(super) in_time: Number,
}

/// All service levels in the order of the scenario.
pub(super) fn levels(source: &Source<'_>) -> Vec<Level> {
    source.scenario.slas.iter().enumerate().map(|(number, sla)| level(source, number, sla)).collect()
}

fn level(source: &Source<'_>, number: usize, sla: &Sla) -> Level {
    let Source { scenario, numbers, results, .. } = source;
    let by = scenario.level_of(sla);
    let metric = format!("sla.{}.attainment", sla.name);
    let kept = results.counts.kept(number);
    let dues = results.counts.dues.get(number);
    let months = by_month(source, number, sla);
    let class = by.strip_prefix("class=").map(|class| format!(" ({class})")).unwrap_or_default();
    let name = format!("{}{class}", sla.name);
    let pending = ["missed", "met"].map(|all| numbers.get(&format!("{metric}.if_pending_{all}"), &by));
    let met = format!("sla.{}.target_met.share", sla.name);
    let interval = numbers.interval(&metric, &by);
    // Further replications beside one run do not say whether that run met its target.
    let over_replications = interval.as_ref().filter(|_| numbers.replications() == 0);
    let over_replications = over_replications.and_then(|[low, high]| low.real().zip(high.real()));
    Level {
        name: name.clone(),
        says: format!("{} to {} within {}", sla.from.name(), sla.to.name(), sla.within_words()),
        target: numbers.get(&format!("sla.{}.target", sla.name), &by),
        attained: numbers.get(&metric, &by),
        of: numbers.observed(&metric, &by),
        missed: numbers.get(&format!("sla.{}.missed", sla.name), &by),
        verdict: standing(sla.target, &kept, over_replications),
        pending: Some(pending).filter(|_| kept.pending() > 0),
        interval,
        worst: worst(&months),
        chance: numbers.chance(&met, &by).map(|chance| (chance, numbers.interval(&met, &by))),
        months: months_drawing(&months, sla, &name),
        due: dues.filter(|dues| dues.count() > 0).map(|dues| due(&dues.coarse(BINS), &sla.name)),
        late: results
            .counts
            .late
            .get(number)
            .filter(|late| late.says_something())
            .map(|late| why_late(source, &sla.name, &by, late)),
    }
}

/// A month of a service level.
struct Month {
    by: String,
    share: f64,
    jobs: u64,
    ends: Option<(f64, f64)>,
    shown: Number,
    /// Share of replications that meet the target in this month.
    kept: Option<f64>,
    missed: Number,
}

/// The months of a level, in order. The file has only the sum of several levels with one name; such levels are shown
/// without an interval.
fn by_month(source: &Source<'_>, number: usize, sla: &Sla) -> Vec<Month> {
    let is_alone = source.scenario.level_of(sla).is_empty();
    let months = source.results.counts.slas.iter().filter(|(by, _)| matches!(by, By::Month(..)));
    let month = |(by, kept): (&By, &Vec<Kept>)| {
        let by = by.label(source.scenario);
        if is_alone { of_file(source, sla, by) } else { of_counts(kept.get(number)?, by) }
    };
    months.filter_map(month).collect()
}

fn of_file(source: &Source<'_>, sla: &Sla, by: String) -> Option<Month> {
    let metric = format!("sla.{}.attainment", sla.name);
    let row = source.numbers.row(&metric, &by)?;
    let mut missed =
        source.numbers.chance(&format!("sla.{}.target_met.share", sla.name), &by).unwrap_or_default();
    let kept = missed.real();
    missed.text = kept.map_or(String::new(), |kept| format!("{:.0} %", (1.0 - kept) * 100.0));
    let ends = source.numbers.interval(&metric, &by).and_then(|[low, high]| low.real().zip(high.real()));
    Some(Month {
        share: row.value.real(),
        jobs: row.estimate.n,
        ends,
        shown: source.numbers.get(&metric, &by),
        by,
        kept,
        missed,
    })
}

fn of_counts(kept: &Kept, by: String) -> Option<Month> {
    let (met, jobs) = (kept.in_time(), kept.judged());
    let value = met as f64 / jobs.max(1) as f64;
    let shown = Number { text: share(value), ..Number::default() };
    let month = Month { by, share: value, jobs, ends: None, shown, kept: None, missed: Number::default() };
    (jobs > 0).then_some(month)
}

/// The month of the lowest attainment.
fn worst(months: &[Month]) -> Option<(String, Number)> {
    let enough = months.iter().filter(|month| month.jobs >= FEW);
    let worst = enough.min_by(|a, b| a.share.total_cmp(&b.share))?;
    Some((month_word(&worst.by, true), worst.shown.clone()))
}

/// "month=2026-11" as "November 2026", or as "Nov".
fn month_word(by: &str, is_long: bool) -> String {
    const NAMES: [&str; 12] = [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ];
    let date = by.trim_start_matches("month=");
    let Some((year, month)) = date.rsplit_once('-') else { return date.to_owned() };
    let name = month.parse::<usize>().ok().and_then(|number| NAMES.get(number.wrapping_sub(1)));
    match name {
        Some(name) if is_long => format!("{name} {year}"),
        Some(name) => name[..3].to_owned(),
        None => date.to_owned(),
    }
}

/// Attainment by month with the target; with intervals where there are several replications.
fn months_drawing(months: &[Month], sla: &Sla, name: &str) -> Option<Drawing> {
    if months.len() < 2 {
        return None;
    }
    let least = months.iter().map(|month| month.ends.map_or(month.share, |ends| ends.0));
    let least = least.fold(sla.target, f64::min);
    // About four steps in percent, ending at 100.
    let steps = [1.0, 2.0, 2.5, 5.0, 10.0, 20.0, 25.0];
    let step = steps.into_iter().find(|step| (101.0 - least * 100.0) / step <= 4.0).unwrap_or(25.0);
    let lines = ((101.0 - least * 100.0) / step).ceil().clamp(2.0, 100.0 / step) as u8;
    let floor = 1.0 - f64::from(lines) * step / 100.0;
    let (left, right, top, bottom) = (60.0, WIDTH - 120.0, 26.0, 190.0);
    let y = |value: f64| bottom - (value - floor) / (1.0 - floor) * (bottom - top);
    let column = (right - left) / months.len() as f64;
    let x = |number: usize| left + (number as f64 + 0.5) * column;
    let title = format!("Share of jobs that met {name} by month of the order, against its target");
    let has_chance = months.iter().any(|month| month.kept.is_some());
    let mut drawing = Drawing::new(if has_chance { 240.0 } else { 222.0 }, title);
    for tick in 0..=lines {
        let value = 1.0 - f64::from(tick) * step / 100.0;
        drawing.line(&[(left, y(value)), (right, y(value))], "grid", "");
        drawing.text((left - 8.0, y(value) + 4.0), "t e", format!("{} %", tick_word(value * 100.0)));
    }
    drawing.line(&[(left, y(sla.target)), (right, y(sla.target))], "target", "");
    drawing.text((right + 6.0, y(sla.target) + 4.0), "t strong", format!("target {}", share(sla.target)));
    let points: Vec<_> = months.iter().enumerate().map(|(n, month)| (x(n), y(month.share))).collect();
    drawing.line(&points, "thin", "");
    let room = (months.len() / 24).max(1);
    for (number, month) in months.iter().enumerate() {
        let is_missed = month.share < sla.target;
        let tip = format!(
            "{}: {} of {} jobs met {name}, target {}",
            month_word(&month.by, true),
            share(month.share),
            thousands(month.jobs),
            share(sla.target)
        );
        if let Some((low, high)) = month.ends {
            drawing.line(&[(x(number), y(low)), (x(number), y(high))], "whisker", "");
        }
        drawing.dot((x(number), y(month.share)), if is_missed { "dot late" } else { "dot met" }, tip);
        if number % room == 0 {
            let above = y(month.share) + if is_missed { 18.0 } else { -10.0 };
            let class = if is_missed { "t m strong" } else { "t m" };
            if column * room as f64 > 34.0 {
                let text = month.shown.text.trim_end_matches(" %").to_owned();
                drawing.number((x(number), above), class, Number { text, ..month.shown.clone() });
            }
            drawing.text((x(number), bottom + 24.0), "t m", month_word(&month.by, false));
            if let Some(kept) = month.kept {
                let class = if kept < 0.5 { "t m strong" } else { "t m" };
                drawing.number((x(number), bottom + 42.0), class, month.missed.clone());
            }
        }
    }
    Some(drawing)
}

/// How early or late the jobs of a level were: bars of jobs, with a line at the due instant.
fn due(due: &Due, name: &str) -> Drawing {
    const BARS: i64 = 44;
    let title = format!("Jobs of {name} by the time before or after they were due");
    let mut drawing = Drawing::new(206.0, title);
    let (left, right, top, bottom) = (60.0, WIDTH - 56.0, 30.0, 160.0);
    let Some((&earliest, _)) = due.jobs.first_key_value() else {
        drawing.text((left, 60.0), "t", "No job was judged.");
        return drawing;
    };
    let all = *due.jobs.last_key_value().expect("there is a first").0;
    // The earliest jobs share a bar, and so do the latest.
    let first = earliest.clamp(-BARS / 2, 0);
    let last = all.clamp(1, first + BARS);
    let mut bars = vec![0_u64; (last - first + 1) as usize];
    due.jobs.iter().for_each(|(bin, jobs)| bars[((*bin).clamp(first, last) - first) as usize] += jobs);
    let width = (right - left) / bars.len() as f64;
    let days = due.bin.as_days();
    let line = left + (1 - first) as f64 * width;
    // Late jobs are few compared with the others: their bars have their own scale, on the right.
    let in_time = (1 - first).max(0) as usize;
    let scale_of = |bars: &[u64]| {
        let steps = ticks(bars.iter().copied().max().unwrap_or(0) as f64);
        let scale = (bottom - top) / steps.last().copied().unwrap_or(1.0).max(1.0);
        (steps, scale)
    };
    let (met_steps, met_scale) = scale_of(&bars[..in_time]);
    let (late_steps, late_scale) = scale_of(&bars[in_time..]);
    drawing.rect((line, top), (right - line, bottom - top), "pale", "");
    for step in &met_steps {
        let y = bottom - step * met_scale;
        drawing.line(&[(left, y), (line, y)], "grid", "");
        drawing.text((left - 8.0, y + 4.0), "t e", thousands(*step as u64));
    }
    for step in &late_steps {
        let y = bottom - step * late_scale;
        drawing.line(&[(line, y), (right, y)], "grid", "");
        drawing.text((right + 8.0, y + 4.0), "t lateword", thousands(*step as u64));
    }
    let every = (bars.len() as i64 / 12).max(1);
    for (bin, jobs) in (first..=last).zip(&bars) {
        let x = left + (bin - first) as f64 * width;
        let scale = if bin <= 0 { met_scale } else { late_scale };
        let height = if *jobs > 0 { (*jobs as f64 * scale).max(1.5) } else { 0.0 };
        let (class, when) = match bin {
            bin if bin <= 0 => (
                "met",
                format!(
                    "{} to {} d before due",
                    tick_word(-bin as f64 * days),
                    tick_word((1 - bin) as f64 * days)
                ),
            ),
            bin => (
                "late",
                format!("{} to {} d late", tick_word((bin - 1) as f64 * days), tick_word(bin as f64 * days)),
            ),
        };
        let when = match bin {
            bin if bin == last && all > last => {
                format!("{} d late or more", tick_word((bin - 1) as f64 * days))
            }
            bin if bin == first && earliest < first => {
                format!("{} d before due or more", tick_word(-bin as f64 * days))
            }
            _ => when,
        };
        if *jobs > 0 {
            drawing.rect(
                (x + 1.0, bottom - height),
                (width - 2.0, height),
                class,
                format!("{} jobs, {when}", thousands(*jobs)),
            );
        }
        if bin % every == 0 {
            drawing.text((x + width, bottom + 18.0), "t m", tick_word(bin as f64 * days));
        } else if bin == last && all > last {
            drawing.text((x + width, bottom + 18.0), "t m", "more");
        }
    }
    drawing.line(&[(line, top - 14.0), (line, bottom + 4.0)], "target", "");
    drawing.text((line - 8.0, top - 6.0), "t e strong", "in time");
    let has_room = right - line > 190.0;
    let words = if has_room { "late (scale on the right)" } else { "late" };
    drawing.text((line + 8.0, top - 6.0), "t strong lateword", words);
    drawing.text(
        ((left + right) / 2.0, bottom + 38.0),
        "t m",
        "calendar days after the due time (negative: before it)",
    );
    if due.never > 0 {
        drawing.text(
            (right, top - 6.0),
            "t e",
            format!("{} more jobs missed: they never got there", thousands(due.never)),
        );
    }
    drawing
}

fn why_late(source: &Source<'_>, name: &str, level: &str, late: &Late) -> WhyLate {
    let numbers = &source.numbers;
    let by = |what: String| if level.is_empty() { what } else { format!("{level},{what}") };
    let extra_name = format!("sla.{name}.late.extra.mean");
    let extra = |way: usize| numbers.signed(&extra_name, &by(format!("part={}", Account::WAYS[way])));
    let days = late.extra_days();
    let mut ways: Vec<usize> = (0..days.len())
        .filter(|&way| late.late.mean_days(way).max(late.met.mean_days(way)) >= TOLD)
        .collect();
    let bars = bars(name, late, &ways, extra);
    ways.retain(|&way| days[way] >= TOLD);
    ways.sort_by(|&a, &b| days[b].total_cmp(&days[a]));
    let cause = |number: usize| {
        let by = by(format!("had={}", CAUSES[number]));
        let had = |side: &str| numbers.get(&format!("sla.{name}.{side}.had.share"), &by);
        Cause { says: CAUSE_WORDS[number], late: had("late"), in_time: had("in_time") }
    };
    // The difference of both shares decides which cause is worth showing.
    let share = |had: u64, jobs: u64| had as f64 / jobs.max(1) as f64;
    let more = |number: &usize| {
        share(late.late.had[*number], late.late.jobs) - share(late.met.had[*number], late.met.jobs)
    };
    WhyLate {
        jobs: numbers.observed(&extra_name, &by(format!("part={}", Account::WAYS[0]))),
        parts: ways.iter().map(|&way| (way_words(Account::WAYS[way]), extra(way))).collect(),
        causes: (0..CAUSES.len()).map(cause).collect(),
        cause: (0..CAUSES.len()).max_by(|a, b| more(a).total_cmp(&more(b))).unwrap_or(0),
        bars,
        test: test_of(source.scenario, late),
    }
}

/// Mean days in each part: a bar for jobs in time above one for late jobs.
fn bars(name: &str, late: &Late, ways: &[usize], extra: impl Fn(usize) -> Number) -> Drawing {
    let title = format!("Mean days in each part of the way of {name}: jobs in time and late jobs");
    let (left, right, row) = (220.0, WIDTH - 90.0, 34.0);
    let mut drawing = Drawing::new(ways.len() as f64 * row + 40.0, title);
    let most = ways.iter().map(|&way| late.late.mean_days(way).max(late.met.mean_days(way)));
    let steps = ticks(most.fold(0.0, f64::max));
    let scale = (right - left) / steps.last().copied().unwrap_or(1.0).max(1e-9);
    let bottom = ways.len() as f64 * row + 14.0;
    for step in &steps {
        let x = left + step * scale;
        drawing.line(&[(x, 10.0), (x, bottom)], "grid", "");
        drawing.text((x, bottom + 18.0), "t m", format!("{} d", tick_word(*step)));
    }
    for (place, &way) in ways.iter().enumerate() {
        let y = 14.0 + place as f64 * row;
        let words = way_words(Account::WAYS[way]);
        drawing.text((left - 10.0, y + 17.0), "t e", words);
        for (shift, side, class, who) in
            [(0.0, &late.met, "met", "in time"), (12.0, &late.late, "late", "late")]
        {
            let days = side.mean_days(way);
            let tip = format!("{words}: {days:.2} d on average, {} jobs {who}", thousands(side.jobs));
            drawing.rect((left, y + shift + 1.0), ((days * scale).max(1.0), 11.0), class, tip);
        }
        drawing.number((WIDTH - 10.0, y + 17.0), "t e strong", extra(way));
    }
    drawing
}
