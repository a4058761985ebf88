//! The page of a comparison: which service levels are better or worse, what it costs, and which jobs end otherwise.

use super::drawing::{Drawing, WIDTH, tick_word, ticks};
use super::number::{Number, Row, finite, precise};
use super::{Again, Frame, put, trace};
use crate::engine::time::Span;
use crate::error::Error;
use crate::experiment::{Act, Against, Changed, Compared, Conclusion, Difference, End, Robust, Side};
use crate::measure::about;
use crate::policy::{Rule, all_rules};
use crate::report::compare::{NOT_ORDERED, NOT_ORDERED_IN_FILES, outcome_names};
use crate::report::names::Names;
use crate::report::pictures::curve;
use crate::report::place::Place;
use crate::report::robust::robust_text;
use crate::report::run::Recipe;
use crate::report::words::thousands;
use crate::world::Outcome;
use askama::Template;
use std::collections::BTreeMap;

/// The most jobs that the page tells of.
const MOST: usize = 100;
/// Colours of the sides; a fifth side has the first one again.
const COLOURS: [(&str, &str); 4] =
    [("curve c0", "t e c0"), ("curve c1", "t e c1"), ("curve c2", "t e c2"), ("curve c3", "t e c3")];

/// Writes the page of a comparison; `again` is its command.
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

/// A variant against the base.
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

/// A number of both sides.
struct Line {
    name: String,
    says: String,
    base: Number,
    variant: Number,
    apart: Number,
    interval: Option<[Number; 2]>,
    /// Whether its interval holds together with those of the table.
    together: bool,
    margin: Number,
    correlation: Option<Number>,
    verdict: Verdict,
}

/// A conclusion: its sign, its class, its words.
struct Verdict {
    sign: &'static str,
    class: &'static str,
    words: &'static str,
}

/// Jobs by both outcomes.
struct Flow {
    /// The outcomes of the variant that there are.
    heads: Vec<&'static str>,
    /// By outcome of the base; whether the outcome is another one.
    rows: Vec<(&'static str, Vec<(Number, bool)>)>,
}

/// Which jobs end otherwise.
struct Jobs {
    all: String,
    otherwise: String,
    flow: Flow,
    kinds: Vec<Kind>,
    all_kinds: usize,
    told: usize,
    later: String,
    sooner: String,
    delay: String,
}

/// The outcomes of jobs in base and variant, by their numbers, and the rules at which their lives part.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Way {
    from: usize,
    to: usize,
    parting: [Option<Rule>; 2],
}

/// Jobs that part in the same way.
struct Kind {
    jobs: Number,
    from: &'static str,
    to: &'static str,
    base: String,
    variant: String,
    told: Vec<Job>,
}

/// A job that ends otherwise.
struct Job {
    name: String,
    replication: u64,
    base: String,
    variant: String,
    apart: Option<Number>,
    traces: [String; 2],
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
        let mut jobs = Told::new(sides, compared);
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

/// The question of the only variant, where its file asks another one than the base.
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
    jobs: &mut Told<'a>,
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
            super::number::share(sla.target)
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
        ("same", "the same within the margin"),
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

/// A width of shares is in points.
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
        _ => ("=", "same"),
    };
    Verdict { sign, class, words }
}

/// The differences of all service levels in points: intervals against margins.
fn levels_drawing(sides: &[Side], compared: &Compared) -> Option<Drawing> {
    let base = &sides[0].scenario;
    let mut rows: Vec<(String, &Difference)> = vec![];
    for sla in &base.slas {
        let (metric, by) = (format!("sla.{}.attainment", sla.name), base.level_of(sla));
        for variant in &compared.variants {
            let found = variant.differences.iter().find(|one| one.metric == metric && one.by == by);
            let name = if compared.variants.len() > 1 {
                format!("{}, {}", sla.name, variant.name)
            } else {
                sla.name.clone()
            };
            rows.extend(
                found
                    .filter(|one| finite(one.simultaneous.or(one.interval)).is_some())
                    .map(|one| (name, one)),
            );
        }
    }
    let ends = |one: &Difference| finite(one.simultaneous.or(one.interval)).unwrap_or_default();
    // What is equal in all replications has a wide interval that says little: it does not stretch the axis.
    let reach = rows.iter().map(|(_, one)| match one.conclusion {
        Conclusion::Equal => one.margin * 1.5,
        _ => ends(one).0.abs().max(ends(one).1.abs()).max(one.margin * 1.5),
    });
    let steps = ticks(reach.fold(0.0, f64::max) * 100.0);
    let most = steps.last().copied().filter(|most| *most > 0.0)?;
    let (left, right, high) = (290.0, WIDTH - 220.0, 34.0);
    let bottom = rows.len() as f64 * high + 18.0;
    let middle = (left + right) / 2.0;
    let x = |points: f64| middle + (points / most).clamp(-1.03, 1.03) * (right - left) / 2.0;
    let mut drawing =
        Drawing::new(bottom + 48.0, "Differences of service levels in points, with intervals and margins");
    for step in steps.iter().flat_map(|step| if *step == 0.0 { vec![0.0] } else { vec![-step, *step] }) {
        drawing.line(&[(x(step), 12.0), (x(step), bottom)], if step == 0.0 { "thin" } else { "grid" }, "");
        let sign = if step > 0.0 { "+" } else { "" };
        drawing.text((x(step), bottom + 18.0), "t m", format!("{sign}{}", tick_word(step).replace('-', "−")));
    }
    drawing.text((left, bottom + 40.0), "t", "← worse");
    drawing.text((right, bottom + 40.0), "t e", "better →");
    drawing.text((middle, bottom + 40.0), "t m", "difference in points");
    for (at, (name, one)) in rows.iter().enumerate() {
        let y = at as f64 * high + 30.0;
        let (low, up) = ends(one);
        drawing.text((left - 12.0, y + 4.0), "t e strong", short(name, 34));
        let margin = one.margin * 100.0;
        drawing.rect(
            (x(-margin), y - 11.0),
            (x(margin) - x(-margin), 22.0),
            "margin",
            format!("margin of {name}: {margin:.2} points: a smaller difference does not matter"),
        );
        let verdict = verdict(one.conclusion);
        let (dot, class) = match verdict.class {
            "kept" => ("dot met", "whisker met"),
            "missed" => ("dot late", "whisker late"),
            _ => ("dot open", "whisker"),
        };
        drawing.line(&[(x(low * 100.0), y), (x(up * 100.0), y)], class, "");
        let decimals = crate::report::replicated::decimals((up - low) * 50.0, one.base * 100.0);
        let tip = format!(
            "{name}: {} points, {} to {}: {}",
            precise(one.difference() * 100.0, "", decimals),
            precise(low * 100.0, "", decimals),
            precise(up * 100.0, "", decimals),
            verdict.words
        );
        drawing.dot((x(one.difference() * 100.0), y), dot, tip);
        for (end, beyond, arrow) in
            [(left - 8.0, low * 100.0 < -most * 1.03, "◂"), (right + 4.0, up * 100.0 > most * 1.03, "▸")]
        {
            if beyond {
                drawing.text((end, y + 5.0), "t", arrow);
            }
        }
        drawing.text((right + 18.0, y + 4.0), "t strong", format!("{} {}", verdict.sign, verdict.words));
    }
    Some(drawing)
}

/// The cumulative curve of the turnaround of each side, with its median and p95.
fn curves(sides: &[Side], compared: &Compared) -> Drawing {
    let (left, right, top, bottom) = (60.0, WIDTH - 20.0, 20.0, 300.0);
    let mut drawing =
        Drawing::new(346.0, "Share of jobs that have ended by days from the order, base and variants");
    let all = compared.pooled.iter().map(|counts| counts.all());
    let curves: Vec<_> = sides
        .iter()
        .zip(all)
        .map(|(side, all)| curve(&side.name, &all.turnaround, all.outcome(Outcome::Open)))
        .collect();
    let late = |curve: &crate::report::charts::Curve| {
        let at =
            curve.share.iter().position(|share| *share >= 0.99).unwrap_or(curve.days.len().saturating_sub(1));
        curve.days.get(at).copied().unwrap_or(0.0)
    };
    let steps = ticks(curves.iter().map(late).fold(1.0, f64::max));
    let most = steps.last().copied().unwrap_or(1.0);
    let x = |days: f64| left + days / most * (right - left);
    let y = |share: f64| bottom - share * (bottom - top);
    for share in [0.0, 0.25, 0.5, 0.75, 0.95, 1.0] {
        drawing.line(
            &[(left, y(share)), (right, y(share))],
            if share == 0.95 { "target" } else { "grid" },
            "",
        );
        if share != 1.0 {
            drawing.text((left - 8.0, y(share) + 4.0), "t e", format!("{:.0} %", share * 100.0));
        }
    }
    for step in &steps {
        drawing.text((x(*step), bottom + 18.0), "t m", tick_word(*step));
    }
    drawing.text(((left + right) / 2.0, bottom + 38.0), "t m", "days from the order");
    for (at, curve) in curves.iter().enumerate().rev() {
        let shown = curve.days.iter().zip(&curve.share).filter(|(days, _)| **days <= most);
        let points: Vec<_> = shown.map(|(days, share)| (x(*days), y(*share))).collect();
        drawing.line(&points, COLOURS[at % COLOURS.len()].0, curve.name.clone());
    }
    let first = bottom - 26.0 - sides.len() as f64 * 22.0;
    for (at, head) in [(700.0, "95 % within"), (800.0, "difference"), (972.0, "95 % interval")] {
        drawing.text((at, first - 22.0), "t e", head);
    }
    for (at, side) in sides.iter().enumerate() {
        label(&mut drawing, side, at, compared, first + at as f64 * 22.0, |days| (x(days), y(0.95)));
    }
    drawing
}

/// In the colour of its curve: the name of a side, its p95, and the difference to that of the base.
fn label(
    drawing: &mut Drawing,
    side: &Side,
    at: usize,
    compared: &Compared,
    height: f64,
    spot: impl Fn(f64) -> (f64, f64),
) {
    let class = COLOURS[at % COLOURS.len()].1;
    drawing.text((600.0, height), class, short(&side.name, 30));
    let (number, names) = (at.saturating_sub(1), ["turnaround.p95", "turnaround.ended_only.p95"]);
    let variant = &compared.variants[number];
    let of_all = |one: &Difference| names.contains(&&*one.metric) && one.by.is_empty();
    let Some(found) = variant.differences.iter().position(of_all) else { return };
    let before: usize = compared.variants[..number].iter().map(|one| one.differences.len()).sum();
    let one = &variant.differences[found];
    let line = line(one, before + found + 1);
    let (days, p95) = if at == 0 { (one.base, line.base) } else { (one.variant, line.variant) };
    let tip = format!("{}: 95 % of jobs end within {}", side.name, p95.text);
    drawing.dot(spot(days), ["dot d0", "dot d1", "dot d2", "dot d3"][at % 4], tip);
    drawing.number((700.0, height), class, p95);
    if let Some([low, high]) = line.interval.filter(|_| at > 0) {
        drawing.number((800.0, height), class, line.apart);
        drawing.number((866.0, height), class, low);
        drawing.text((886.0, height), class, "to");
        drawing.number((972.0, height), class, high);
    }
}

/// The beginning of a long name.
fn short(name: &str, most: usize) -> String {
    match name.char_indices().nth(most) {
        Some((end, _)) => format!("{}…", &name[..end]),
        None => name.to_owned(),
    }
}

/// The jobs that are told, and where their rows begin in the files.
struct Told<'a> {
    sides: &'a [Side],
    compared: &'a Compared,
    /// The most jobs of a variant.
    room: usize,
    flow: usize,
    changed: usize,
}

impl<'a> Told<'a> {
    fn new(sides: &'a [Side], compared: &'a Compared) -> Told<'a> {
        let paired = compared.variants.iter().filter(|one| one.shared.has_same_jobs()).count();
        Told { sides, compared, room: MOST / paired.max(1), flow: 0, changed: 0 }
    }

    /// The jobs of a variant that end otherwise.
    fn of(&mut self, at: usize, one: &'a Against) -> Jobs {
        let names = outcome_names(NOT_ORDERED);
        let flow = self.flow_of(one, &names);
        let mut found: BTreeMap<Way, Vec<usize>> = BTreeMap::new();
        for (place, (_, changed)) in one.changed.iter().enumerate() {
            let parting = [changed.parting.0, changed.parting.1].map(rule_of);
            found
                .entry(Way { from: outcome(changed.base), to: outcome(changed.variant), parting })
                .or_default()
                .push(place);
        }
        let mut kinds: Vec<_> = found.into_iter().collect();
        kinds.sort_by(|a, b| b.1.len().cmp(&a.1.len()).then(a.0.cmp(&b.0)));
        let all_kinds = kinds.len();
        kinds.truncate(self.room.min(12));
        let each = self.room / kinds.len().max(1);
        let kinds: Vec<Kind> = kinds.into_iter().map(|kind| self.kind(at, one, kind, each, &names)).collect();
        self.changed += one.changed.len();
        let all: u64 = one.changes.flow.iter().flatten().sum();
        let alike = all - one.changed.len() as u64;
        let mean = one.changes.delay as f64 / alike.max(1) as f64 / Span::DAY.micros() as f64;
        Jobs {
            all: thousands(all),
            otherwise: thousands(one.changed.len() as u64),
            flow,
            told: kinds.iter().map(|kind| kind.told.len()).sum(),
            kinds,
            all_kinds,
            later: thousands(one.changes.later),
            sooner: thousands(one.changes.sooner),
            delay: precise(mean, "", 3),
        }
    }

    fn flow_of(&mut self, one: &Against, names: &[&'static str]) -> Flow {
        let counts = &one.changes.flow;
        let has_to = |to: &usize| counts.iter().any(|row| row[*to] > 0);
        let columns: Vec<usize> = (0..names.len()).filter(has_to).collect();
        let rows = (0..names.len()).filter(|from| counts[*from].iter().any(|count| *count > 0));
        let number = |from: usize, to: usize| {
            let row = format!("flow.csv:{}", self.flow + from * names.len() + to + 1);
            let row = Row { row, metric: "jobs", by: "", unit: "jobs", decimals: 0 };
            (row.count("jobs", counts[from][to]), from != to && counts[from][to] > 0)
        };
        let rows =
            rows.map(|from| (names[from], columns.iter().map(|to| number(from, *to)).collect())).collect();
        self.flow += names.len() * names.len();
        Flow { heads: columns.iter().map(|to| names[*to]).collect(), rows }
    }

    fn kind(
        &self,
        at: usize,
        one: &Against,
        (Way { from, to, parting }, mut places): (Way, Vec<usize>),
        most: usize,
        names: &[&'static str],
    ) -> Kind {
        let code = |rule: Option<Rule>| rule.map_or("", Rule::name);
        let files = outcome_names(NOT_ORDERED_IN_FILES);
        let by =
            format!("{}|{}|{}|{}|{}", one.name, files[from], files[to], code(parting[0]), code(parting[1]));
        let count =
            Row { row: "changed.csv:*".into(), metric: "changed", by: &by, unit: "jobs", decimals: 0 };
        let jobs = count.count("jobs", places.len() as u64);
        places.sort_by_key(|place| {
            std::cmp::Reverse(difference(&one.changed[*place].1).unwrap_or(Span::ZERO).micros().abs())
        });
        let told = places.iter().take(most).map(|place| self.job(at, one.changed[*place], *place)).collect();
        let [base, variant] = parting.map(clause);
        Kind { jobs, from: names[from], to: names[to], base, variant, told }
    }

    fn job(&self, at: usize, (replication, changed): (u64, Changed), place: usize) -> Job {
        let (base, variant) = (&self.sides[0].scenario, &self.sides[at + 1].scenario);
        debug_assert!(self.compared.variants[at].changed[place].0 == replication);
        let name = Names::new(variant).job(changed.job);
        let days = difference(&changed).map(Span::as_days);
        let row = |days: f64| {
            Row::new(("changed.csv", self.changed + place + 1), ("", "", "days"), (days, None))
                .apart("difference_days", days)
        };
        Job {
            replication,
            base: ended(changed.base),
            variant: ended(changed.variant),
            apart: days.map(row),
            traces: [base, variant].map(|side| trace(side, &name, replication)),
            name,
        }
    }
}

fn difference(changed: &Changed) -> Option<Span> {
    changed.base.zip(changed.variant).map(|(base, variant)| variant.lasted - base.lasted)
}

fn rule_of(act: Option<Act>) -> Option<Rule> {
    act.and_then(|act| act.0.rule())
}

fn outcome(end: Option<End>) -> usize {
    end.map_or(Outcome::ALL.len(), |end| end.outcome() as usize)
}

/// "closed (J9)".
fn ended(end: Option<End>) -> String {
    let Some(end) = end else { return "not ordered".into() };
    let by = end.by.and_then(|by| by.rule()).map_or(String::new(), |rule| format!(" ({})", rule.name()));
    format!("{}{by}", end.outcome().name())
}

/// What a rule says, and its number.
fn clause(rule: Option<Rule>) -> String {
    rule.map_or("nothing more happens".into(), |rule| {
        format!("{} ({})", all_rules()[rule.index()].says.trim_end_matches('.'), rule.name())
    })
}
