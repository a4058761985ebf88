//! The page of a size search: the answer, what one step less does, how certain it is, and what it costs.

use super::dots::{Dot, Dots, places, scale};
use super::drawing::Drawing;
use super::number::{Number, Row, finite};
use super::{Again, Frame, put};
use crate::error::Error;
use crate::experiment::{Aim, Held, SizePlan, Sized, Tried, Verdict, frontier};
use crate::measure::Value;
use crate::report::place::Place;
use crate::report::run::Recipe;
use crate::scenario::{Scenario, Vary};
use askama::Template;

/// The content of the page.
pub struct Search<'a> {
    /// The scenario at the smallest values.
    pub scenario: &'a Scenario,
    /// The resources.
    pub varied: &'a [Vary],
    /// Targets to meet.
    pub aims: &'a [Aim],
    /// Service levels that need not hold.
    pub lifted: &'a [Aim],
    /// Settings of the search.
    pub plan: SizePlan,
    /// The result.
    pub sized: &'a Sized,
    /// The result in sentences.
    pub told: Vec<String>,
    /// Whether the answer holds if an input is wrong, in words; may be empty.
    pub robust: String,
}

/// Writes the page of a size search; `again` is its command.
///
/// # Errors
/// [`Error::Io`] where the page cannot be written.
pub fn write_size_page(
    place: &mut Place,
    recipe: &Recipe,
    search: Search<'_>,
    again: String,
) -> Result<(), Error> {
    put(place, &SizePage::new(recipe, search, again))
}

#[derive(Template)]
#[template(path = "size.html")]
struct SizePage<'a> {
    frame: Frame,
    again: Again<'a>,
    scenario: &'a Scenario,
    paths: String,
    targets: String,
    several: bool,
    confidence: String,
    fresh: u64,
    price: &'static str,
    /// The answer and its smaller neighbours, on fresh replications.
    best: Vec<Point>,
    confirmed: Verdict,
    /// Smaller neighbours that are not shown to fail.
    doubtful: Vec<String>,
    /// Service levels that need not hold: (level, value, interval, verdict).
    lifted: Vec<(String, String, String, Word)>,
    told: Vec<String>,
    charts: Vec<(String, Drawing)>,
    tried: Vec<Point>,
    frontiers: Vec<Frontier>,
    robust: String,
}

/// A tested point.
struct Point {
    /// "30", or "bays.servers 30, dock.servers 4".
    name: String,
    values: Vec<Number>,
    role: &'static str,
    runs: Number,
    price: Number,
    word: Word,
    targets: Vec<OfTarget>,
}

/// The efficient points (no other is both cheaper and better): names, values and prices.
struct Frontier {
    judged: String,
    points: Vec<(String, Number, Number)>,
}

/// A target at a point.
pub(super) struct OfTarget {
    pub(super) says: String,
    pub(super) is_asked: bool,
    pub(super) value: Number,
    pub(super) interval: Option<[Number; 2]>,
    pub(super) word: Word,
}

/// A verdict: sign, CSS class, word.
pub(super) struct Word {
    pub(super) sign: &'static str,
    pub(super) class: &'static str,
    pub(super) word: &'static str,
}

pub(super) fn word(verdict: Verdict) -> Word {
    let (sign, class, word) = match verdict {
        Verdict::Met => ("✓", "kept", "meets"),
        Verdict::Failed => ("✗", "missed", "fails"),
        Verdict::Undecided => ("?", "undecided", "undecided"),
        Verdict::Nothing => ("?", "undecided", "nothing seen"),
    };
    Word { sign, class, word }
}

impl<'a> SizePage<'a> {
    fn new(recipe: &'a Recipe, search: Search<'a>, command: String) -> SizePage<'a> {
        let Search { scenario, varied, aims, lifted, plan, sized, .. } = search;
        let mut again = Again::new(command, recipe);
        let best = sized.best.as_ref();
        again.warnings.extend(best.iter().flat_map(|best| &best.meets.warnings).map(String::as_str));
        let first = sized.tried.len() * aims.len();
        let confirmed = best.map_or(Verdict::Nothing, |best| best.meets.verdict);
        let role = |at: usize| match at {
            0 if confirmed == Verdict::Met => "the answer",
            0 => "found, not confirmed",
            _ => "one step less",
        };
        let fresh = best.iter().flat_map(|best| [&best.meets].into_iter().chain(&best.less)).enumerate();
        let fresh = fresh.map(|(at, tried)| point(varied, aims, tried, first + at * aims.len(), role(at)));
        let mut tried: Vec<(&Tried, Point)> = sized
            .tried
            .iter()
            .enumerate()
            .map(|(at, tried)| (tried, point(varied, aims, tried, at * aims.len(), "")))
            .collect();
        tried.sort_by(|a, b| a.0.choice.cmp(&b.0.choice));
        let doubtful = best.iter().flat_map(|best| &best.less).filter(|less| less.verdict != Verdict::Failed);
        let asked: Vec<&str> =
            aims.iter().filter(|aim| !aim.is_constraint).map(|aim| aim.says.as_str()).collect();
        let beside = best.iter().flat_map(|best| lifted.iter().zip(&best.meets.beside));
        SizePage {
            frame: Frame::new(format!("{}: size", scenario.title())),
            paths: varied.iter().map(|vary| vary.path.as_str()).collect::<Vec<_>>().join(" and "),
            targets: asked.join(" and "),
            several: varied.len() > 1,
            confidence: Value::Real((plan.confidence * 10_000.0).round() / 100.0).to_string(),
            fresh: plan.most,
            price: if scenario.cost.is_some() { "cost of a run" } else { "sum of the values" },
            best: fresh.collect(),
            confirmed,
            doubtful: doubtful
                .map(|less| {
                    let open: Vec<&str> = less.undecided(aims).map(|aim| aim.says.as_str()).collect();
                    let open =
                        if open.is_empty() { String::new() } else { format!(" ({})", open.join(", ")) };
                    format!("{} {}{open}", names(varied, &less.choice), word(less.verdict).word)
                })
                .collect(),
            lifted: beside
                .map(|(aim, held)| {
                    (aim.says.clone(), aim.show(held.value), between(aim, held), word(held.verdict))
                })
                .collect(),
            charts: charts(&search, aims),
            frontiers: if varied.len() > 1 { frontiers(&search) } else { vec![] },
            tried: tried.into_iter().map(|(_, point)| point).collect(),
            told: search.told.iter().map(|text| capital(text)).collect(),
            robust: search.robust,
            again,
            scenario,
        }
    }
}

fn between(aim: &Aim, held: &Held) -> String {
    finite(Some(held.interval))
        .map_or("-".into(), |(low, high)| format!("{} to {}", aim.show(low), aim.show(high)))
}

/// "30", or "bays.servers 30, dock.servers 4".
fn names(varied: &[Vary], choice: &[usize]) -> String {
    let name = |(vary, at): (&Vary, &usize)| {
        let value = &vary.values[*at];
        let mut last = vary.path.rsplitn(3, '.');
        match (varied.len(), last.next(), last.next()) {
            (1, ..) => value.clone(),
            (_, Some(key), Some(table)) => format!("{table}.{key} {value}"),
            _ => format!("{} {value}", vary.path),
        }
    };
    varied.iter().zip(choice).map(name).collect::<Vec<_>>().join(", ")
}

/// The text with a capital letter at its beginning.
fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or(String::new(), |first| first.to_uppercase().chain(letters).collect())
}

/// A point; its rows in the file start after row `before`.
fn point(varied: &[Vary], aims: &[Aim], tried: &Tried, before: usize, role: &'static str) -> Point {
    let row = |number: usize, unit: &'static str, value: f64, ends| {
        Row::new(("size.csv", before + number + 1), (&aims[number].says, "", unit), (value, ends))
    };
    let first = row(0, "", tried.price, None);
    let target = |(number, (aim, held)): (usize, (&Aim, &Held))| {
        let row = row(number, aim.unit(), held.value, finite(Some(held.interval)));
        OfTarget {
            says: aim.says.clone(),
            is_asked: !aim.is_constraint,
            value: row.value("value", held.value),
            interval: row.ends(Some(held.interval)),
            word: word(held.verdict),
        }
    };
    let value = |(vary, at): (&Vary, &usize)| {
        first.text(&vary.path, vary.values[*at].clone(), vary.values[*at].clone())
    };
    Point {
        name: names(varied, &tried.choice),
        values: varied.iter().zip(&tried.choice).map(value).collect(),
        role,
        runs: first.count("replications", tried.replications),
        price: Row {
            decimals: usize::from(tried.price.abs() < 1000.0 && tried.price.fract() != 0.0),
            ..first.clone()
        }
        .value("price", tried.price),
        word: word(tried.verdict),
        targets: aims.iter().zip(&tried.held).enumerate().map(target).collect(),
    }
}

/// For each requested target, the tested points over the resource; over the price if there are several resources.
fn charts(search: &Search<'_>, aims: &[Aim]) -> Vec<(String, Drawing)> {
    let asked = aims.iter().enumerate().filter(|(_, aim)| !aim.is_constraint);
    asked.map(|(number, aim)| (aim.says.clone(), chart(search, number, aim).draw())).collect()
}

fn chart(search: &Search<'_>, number: usize, aim: &Aim) -> Dots {
    let Search { varied, aims, sized, scenario, .. } = search;
    let ((scale, unit), is_single) = (scale(aim.unit()), varied.len() == 1);
    let all = places(&varied[0]);
    let answer = sized.best.as_ref().map(|best| &best.choice);
    let dot = |(at, tried): (usize, &Tried)| {
        let (held, is_answer) = (&tried.held[number], Some(&tried.choice) == answer);
        let row = point(varied, aims, tried, at * aims.len(), "");
        let ends = between(aim, held);
        let tip = format!(
            "{}: {} is {} ({ends}), all targets: {}, {} replications, {} {}",
            names(varied, &tried.choice),
            aim.judged(),
            aim.show(held.value),
            word(tried.verdict).word,
            tried.replications,
            if scenario.cost.is_some() { "cost" } else { "sum" },
            row.price.text,
        );
        let class = match tried.verdict {
            Verdict::Met if is_answer => "dot met answer-dot",
            Verdict::Met => "dot met",
            Verdict::Failed => "dot late",
            _ => "dot hollow",
        };
        Dot {
            at: if is_single { all[tried.choice[0]].0 } else { tried.price },
            value: held.value * scale,
            ends: Some((held.interval.0 * scale, held.interval.1 * scale)),
            class,
            tip,
            number: row.targets.into_iter().nth(number).map(|target| target.value),
            name: if is_answer { format!("answer {}", names(varied, &tried.choice)) } else { String::new() },
        }
    };
    let mut points: Vec<Dot> = sized.tried.iter().enumerate().map(dot).collect();
    points.sort_by(|a, b| a.at.total_cmp(&b.at));
    let best = frontier(&sized.tried, number, aim).into_iter();
    let tried = |place: &(f64, String)| points.iter().any(|point| point.at == place.0);
    Dots {
        label: format!("Points tried for {}", aim.says),
        unit,
        target: Some(aim.line() * scale),
        is_joined: false,
        best: if is_single {
            vec![]
        } else {
            best.map(|one| (one.price, one.held[number].value * scale)).collect()
        },
        across: match is_single {
            true => (varied[0].path.clone(), all.iter().filter(|place| tried(place)).cloned().collect()),
            false => (
                if scenario.cost.is_some() { "cost of a run" } else { "sum of the values" }.into(),
                prices(&points),
            ),
        },
        points,
    }
}

/// Round prices along the axis.
fn prices(points: &[Dot]) -> Vec<(f64, String)> {
    let (low, high) = points.iter().fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), point| {
        (low.min(point.at), high.max(point.at))
    });
    let steps = super::drawing::steps(low, high);
    steps
        .into_iter()
        .map(|step| (step, super::number::precise(step, "", usize::from(step.fract() != 0.0))))
        .collect()
}

/// For each target, the efficient points: no other is both cheaper and better.
fn frontiers(search: &Search<'_>) -> Vec<Frontier> {
    let Search { varied, aims, sized, .. } = search;
    let of = |(number, aim): (usize, &Aim)| {
        let points = frontier(&sized.tried, number, aim).into_iter().map(|tried| {
            let at = sized.tried.iter().position(|one| std::ptr::eq(one, tried)).unwrap_or(0);
            let mut row = point(varied, aims, tried, at * aims.len(), "");
            (row.name, row.targets.swap_remove(number).value, row.price)
        });
        Frontier { judged: aim.judged(), points: points.collect() }
    };
    aims.iter().enumerate().map(of).collect()
}
