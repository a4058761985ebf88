//! The page of `compare`: which service levels are better or worse, what the variants cost, and which jobs end
//! differently.

mod charts;
mod jobs;

use super::drawing::Drawing;
use super::number::{Number, Row, finite, share};
use super::{Again, Frame, put};
use crate::error::Error;
use crate::experiment::{Against, Compared, Conclusion, Difference, Robust, Side};
use crate::measure::about;
use crate::report::place::Place;
use crate::report::robust::robust_text;
use crate::report::run::Recipe;
use askama::Template;
use charts::{curves, levels_drawing};
use jobs::{Jobs, ShownJobs};

/// Writes the page of a comparison. `again` is the command that repeats it.
///
/// # Errors
/// [`Error::Io`] where it cannot be written.
pub fn write_compare_page(
    place: &mut Place,
    sides: &[Side],
    recipes: &[Recipe],
    (compared, robust): (&Compared, &[Robust]),
    again: String,
) -> Result<(), Error> {
    put(place, &ComparePage::new(sides, recipes, compared, robust, again))
}

#[derive(Template)]
#[template(path = "compare.html")]
struct ComparePage<'a> {
    frame: Frame,
    again: Again<'a>,
    base: &'a Side,
    question: String,
    replications: usize,
    tests: usize,
    variants: Vec<Variant<'a>>,
    levels: Option<Drawing>,
    curves: Drawing,
    robust: String,
}

/// One variant compared with the base.
struct Variant<'a> {
    name: &'a str,
    shared: &'static str,
    paired: bool,
    levels: Vec<Line>,
    costs: Vec<Line>,
    others: Vec<Line>,
    /// "of 3 service levels 1 is better and 2 are undecided".
    verdicts: String,
    jobs: Option<Jobs>,
}

/// One metric of the base and of a variant.
struct Line {
    name: String,
    says: String,
    base: Number,
    variant: Number,
    apart: Number,
    interval: Option<[Number; 2]>,
    /// Whether the interval is a simultaneous one: all intervals of the table hold together.
    together: bool,
    margin: Number,
    correlation: Option<Number>,
    verdict: Verdict,
}

/// A conclusion as shown: a sign, a CSS class and words.
struct Verdict {
    sign: &'static str,
    class: &'static str,
    words: &'static str,
}

impl<'a> ComparePage<'a> {
    fn new(
        sides: &'a [Side],
        recipes: &'a [Recipe],
        compared: &'a Compared,
        robust: &[Robust],
        command: String,
    ) -> ComparePage<'a> {
        let base = &sides[0];
        let mut again = Again::new(command, &recipes[0]);
        again.scenarios = sides
            .iter()
            .zip(recipes)
            .map(|(side, recipe)| (&*side.name, &*recipe.resolved, &*recipe.hash))
            .collect();
        let mut jobs = ShownJobs::new(sides, compared);
        let before = |at: usize| compared.variants[..at].iter().map(|one| one.differences.len()).sum();
        let variants = compared.variants.iter().enumerate();
        let variants = variants.map(|(at, one)| variant(sides, at, one, before(at), &mut jobs)).collect();
        let names: Vec<&str> = sides[1..].iter().map(|side| side.name.as_str()).collect();
        ComparePage {
            frame: Frame::new(format!("{} compared", base.name)),
            again,
            question: question(sides, &names),
            replications: compared.replications,
            tests: compared.tests,
            levels: levels_drawing(sides, compared),
            curves: curves(sides, compared),
            robust: robust_text(robust, compared.replications as u64),
            variants,
            base,
        }
    }
}

/// The question that the page answers: that of the only variant where its file asks its own, else one made from the
/// names.
fn question(sides: &[Side], names: &[&str]) -> String {
    let own = sides[1].scenario.question.trim();
    match names {
        [_] if !own.is_empty() && own != sides[0].scenario.question.trim() => own.to_owned(),
        [name] => format!("What does {name} change against {}?", sides[0].name),
        _ => format!("What do {} variants change against {}?", names.len(), sides[0].name),
    }
}

fn variant<'a>(
    sides: &'a [Side],
    at: usize,
    one: &'a Against,
    before: usize,
    jobs: &mut ShownJobs<'a>,
) -> Variant<'a> {
    let base = &sides[0].scenario;
    let line = |place: usize| line(&one.differences[place], before + place + 1);
    let find = |metric: &str, by: &str| {
        one.differences.iter().position(|other| other.metric == metric && other.by == by)
    };
    let levels = base.slas.iter().filter_map(|sla| {
        let by = base.level_of(sla);
        let place = find(&format!("sla.{}.attainment", sla.name), &by)?;
        let class = by.strip_prefix("class=").map(|class| format!(" ({class})")).unwrap_or_default();
        let says = format!(
            "{} to {} within {}, target {}",
            sla.from.name(),
            sla.to.name(),
            sla.within_words(),
            share(sla.target)
        );
        Some((place, Line { name: format!("{}{class}", sla.name), says, ..line(place) }))
    });
    let (places, levels): (Vec<usize>, Vec<Line>) = levels.unzip();
    let costs: Vec<usize> = ["cost.total", "cost.per_job"].iter().filter_map(|name| find(name, "")).collect();
    let shown = |place: &&usize| !places.contains(place) && !costs.contains(place);
    let others = one.table.iter().filter(shown).filter(|place| one.differences[**place].is_anything());
    Variant {
        name: &one.name,
        shared: one.shared.words(),
        paired: one.shared.is_paired(),
        verdicts: verdicts(&levels),
        others: others.map(|place| line(*place)).collect(),
        costs: costs.iter().map(|place| line(*place)).collect(),
        levels,
        jobs: one.shared.has_same_jobs().then(|| jobs.of(at, one)),
    }
}

fn line(one: &Difference, row: usize) -> Line {
    let together = one.simultaneous.is_some();
    let interval = finite(one.simultaneous.or(one.interval));
    let row = Row::new(("compare.csv", row), (&one.metric, &one.by, one.unit), (one.base, interval));
    let [low, high] = if together { ["table_low", "table_high"] } else { ["low", "high"] };
    let by = if one.by.is_empty() { String::new() } else { format!(" [{}]", one.by) };
    let margin = Row::new(("", 0), ("", "", one.unit), (one.margin, None));
    let margin = Row { row: row.row.clone(), metric: row.metric, by: row.by, ..margin };
    Line {
        name: format!("{}{by}", one.metric),
        says: about(&one.metric).says.to_owned(),
        base: row.value("base", one.base),
        variant: row.value("value", one.variant),
        apart: row.apart("difference", one.difference()),
        interval: interval.map(|ends| [row.apart(low, ends.0).without_unit(), row.apart(high, ends.1)]),
        together,
        margin: points(margin.value("margin", one.margin)),
        correlation: one
            .correlation
            .map(|r| row.text("correlation", crate::measure::Value::Real(r).to_string(), format!("{r:.2}"))),
        verdict: verdict(one.conclusion),
    }
}

/// "of 3 service levels 1 is better and 2 are undecided".
fn verdicts(levels: &[Line]) -> String {
    let classes = [
        ("kept", "better"),
        ("missed", "worse"),
        ("moved", "different"),
        ("same", "equivalent"),
        ("equal", "equal in all replications"),
        ("undecided", "undecided"),
    ];
    let counted = classes.map(|(class, words)| {
        let count = levels.iter().filter(|line| line.verdict.class == class).count();
        (count, format!("{count} {} {words}", if count == 1 { "is" } else { "are" }))
    });
    let told: Vec<String> =
        counted.into_iter().filter(|(count, _)| *count > 0).map(|(_, words)| words).collect();
    format!("of {} service levels {}", levels.len(), told.join(" and "))
}

/// The half-width of a share is shown in percentage points.
fn points(number: Number) -> Number {
    Number { text: number.text.replace(" %", " points"), ..number }
}

fn verdict(conclusion: Conclusion) -> Verdict {
    let words = conclusion.name();
    let (sign, class) = match conclusion {
        Conclusion::Better => ("✓", "kept"),
        Conclusion::Worse => ("✗", "missed"),
        Conclusion::Undecided => ("?", "undecided"),
        Conclusion::Higher => ("↑", "moved"),
        Conclusion::Lower => ("↓", "moved"),
        Conclusion::Equal => ("=", "equal"),
        _ => ("=", "same"),
    };
    Verdict { sign, class, words }
}
