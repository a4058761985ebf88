//! The page of a check: unmet expectations first, with their explanations; then the table of all expectations.

use super::number::{Number, Row};
use super::{Again, Frame, put};
use crate::error::Error;
use crate::experiment::{Judged, OnUndecided, Suite, Verdict};
use crate::policy::{Rule, all_rules};
use crate::report::files::{heads, number, table};
use crate::report::place::Place;
use crate::report::words::thousands;
use crate::scenario::Expectation;
use askama::Template;
use std::collections::BTreeMap;

/// Most expectations that are shown in full.
const MOST_TOLD: usize = 100;
/// Most rows in the table of all others.
const MOST_ROWS: usize = 4000;

/// Returns the commands for an expectation of a file, by its number: to judge it again, and to show its job.
pub type Commands<'a> = dyn Fn(&Judged, &Expectation, usize) -> (String, Option<String>) + 'a;

/// The content of the page.
pub struct Check<'a> {
    /// Verdicts.
    pub suite: &'a Suite,
    /// Overrides on the command line.
    pub overrides: Vec<String>,
    /// Number of failures that are met without the overrides.
    pub explained: usize,
    /// Whether the verdicts hold if an input is wrong, in words; may be empty.
    pub robust: String,
    /// Commands that judge an expectation again, and that show the life of its job.
    pub commands: &'a Commands<'a>,
    /// The command of the check.
    pub again: String,
}

/// Writes `check.csv`: a row for each expectation, the worst first.
///
/// # Errors
/// [`Error::Io`] where the file cannot be written.
pub fn write_check(place: &mut Place, suite: &Suite) -> Result<(), Error> {
    let names = [
        "verdict",
        "scenario",
        "file",
        "line",
        "expectation",
        "expected",
        "observed",
        "value",
        "low",
        "high",
        "n",
        "replications",
        "seed",
        "notes",
    ];
    let rows = suite.all().into_iter().map(|(file, expectation, at)| {
        let judgement = &file.checked.judgements[at];
        let ends = judgement.estimate.and_then(|estimate| estimate.interval);
        [
            judgement.verdict.name().to_owned(),
            file.path.display().to_string(),
            expectation.spot.file().to_owned(),
            expectation.spot.line().to_string(),
            expectation.says.clone(),
            judgement.expected.clone(),
            judgement.observed.clone(),
            number(judgement.estimate.map(|estimate| estimate.value).filter(|value| value.is_finite())),
            number(ends.map(|ends| ends.0).filter(|end| end.is_finite())),
            number(ends.map(|ends| ends.1).filter(|end| end.is_finite())),
            judgement.estimate.map_or(String::new(), |estimate| estimate.n.to_string()),
            file.checked.replications.to_string(),
            file.scenario.run.seed.to_string(),
            judgement.notes.join("; "),
        ]
    });
    place.put("check.csv", &table(&heads(&names), rows))
}

/// Writes the page of a check.
///
/// # Errors
/// [`Error::Io`] where the page cannot be written.
pub fn write_check_page(place: &mut Place, check: &Check<'_>) -> Result<(), Error> {
    put(place, &CheckPage::new(check))
}

#[derive(Template)]
#[template(path = "check.html")]
struct CheckPage<'a> {
    frame: Frame,
    again: Again<'a>,
    files: usize,
    all: Number,
    counts: Vec<(Number, &'static str)>,
    /// Whether there is no failure.
    is_well: bool,
    /// The cause of the failures.
    why: String,
    /// Rules that unmet expectations name, the most frequent first.
    clauses: Vec<(String, String)>,
    told: Vec<ShownExpectation>,
    untold: usize,
    /// Files that could not be judged: (file, reason).
    wrong: Vec<(String, String)>,
    unjudged: Vec<String>,
    rest: Vec<Rest>,
    cut: usize,
    never: Vec<String>,
    required: bool,
    robust: String,
}

/// An expectation that is not met.
struct ShownExpectation {
    word: &'static str,
    class: &'static str,
    at: String,
    says: String,
    expected: Number,
    observed: Number,
    notes: Vec<String>,
    again: String,
    life: Option<String>,
}

/// An expectation in the table of all others.
struct Rest {
    at: String,
    says: String,
    observed: Number,
    value: Option<Number>,
    interval: Option<[Number; 2]>,
    word: &'static str,
    class: &'static str,
    notes: String,
}

impl<'a> CheckPage<'a> {
    fn new(check: &Check<'a>) -> CheckPage<'a> {
        let suite = check.suite;
        let all = suite.all();
        let row = |at: usize, judged: &(&Judged, &Expectation, usize)| entry(suite, at, judged);
        let (unmet, met): (Vec<_>, Vec<_>) =
            all.iter().enumerate().partition(|(_, one)| verdict_of(one) != Verdict::Met);
        let verdicts = [Verdict::Failed, Verdict::Nothing, Verdict::Undecided, Verdict::Met];
        let told = unmet.iter().take(MOST_TOLD).map(|(at, one)| told(check, row(*at, one), one)).collect();
        let others = unmet.iter().skip(MOST_TOLD).chain(&met);
        CheckPage {
            frame: Frame::new("shipback check".into()),
            again: Again {
                command: check.again.clone(),
                warnings: suite.judged.iter().flat_map(|file| &file.warnings).map(String::as_str).collect(),
                overrides: vec![],
                scenarios: vec![],
            },
            files: suite.judged.len(),
            all: count("", all.len()),
            counts: verdicts
                .map(|verdict| (count(verdict.name(), suite.count(verdict)), verdict.name()))
                .into_iter()
                .filter(|(number, _)| number.value != "0")
                .collect(),
            is_well: suite.exit_code() == 0,
            why: why(check),
            clauses: clauses(&unmet),
            told,
            untold: unmet.len().saturating_sub(MOST_TOLD),
            wrong: suite
                .wrong()
                .into_iter()
                .map(|(files, why)| {
                    (
                        files.iter().map(|path| path.display().to_string()).collect::<Vec<_>>().join(", "),
                        why.to_string(),
                    )
                })
                .collect(),
            unjudged: unjudged(suite),
            cut: others.clone().count().saturating_sub(MOST_ROWS),
            rest: others.take(MOST_ROWS).map(|(at, one)| row(*at, one)).collect(),
            never: suite.never_fired().into_iter().map(in_words).collect(),
            required: suite.require_coverage,
            robust: check.robust.clone(),
        }
    }
}

fn verdict_of((file, _, at): &(&Judged, &Expectation, usize)) -> Verdict {
    file.checked.judgements[*at].verdict
}

/// The number of expectations with this verdict.
fn count(verdict: &str, count: usize) -> Number {
    let row = Row { row: "check.csv:*".into(), metric: "verdicts", by: verdict, unit: "", decimals: 0 };
    row.count("verdict", count as u64)
}

/// Formats "J9: No answer in the response window: the job is Closed."
fn in_words(rule: Rule) -> String {
    format!("{}: {}", rule.name(), all_rules()[rule.index()].says)
}

fn entry(suite: &Suite, at: usize, (file, expectation, number): &(&Judged, &Expectation, usize)) -> Rest {
    let judgement = &file.checked.judgements[*number];
    let (value, interval) =
        judgement.estimate.map_or((f64::NAN, None), |estimate| (estimate.value, estimate.interval));
    let place = format!("{}:{}", expectation.spot.file(), expectation.spot.line());
    let row = Row::new(("check.csv", at + 1), (&place, "", ""), (value, interval));
    let (word, class) = match judgement.verdict {
        Verdict::Failed => ("✗ failed", "missed"),
        Verdict::Nothing => ("✗ nothing to judge", "missed"),
        Verdict::Undecided if suite.on_undecided == OnUndecided::Warn => ("? undecided", "undecided"),
        Verdict::Undecided => ("? undecided, counts as failed", "missed"),
        Verdict::Met => ("✓ met", "kept"),
    };
    Rest {
        says: expectation.says.clone(),
        observed: row.text("observed", judgement.observed.clone(), judgement.observed.clone()),
        value: value.is_finite().then(|| row.value("value", value)),
        interval: row.ends(interval),
        word,
        class,
        notes: judgement.notes.join("; "),
        at: place,
    }
}

fn told(
    check: &Check<'_>,
    entry: Rest,
    (file, expectation, number): &(&Judged, &Expectation, usize),
) -> ShownExpectation {
    let judgement = &file.checked.judgements[*number];
    let (again, life) = (check.commands)(file, expectation, *number);
    let Rest { at, says, observed, word, class, .. } = entry;
    let expected = Number {
        text: judgement.expected.clone(),
        column: "expected".into(),
        value: judgement.expected.clone(),
        ..observed.clone()
    };
    ShownExpectation {
        word,
        class,
        at,
        says,
        expected,
        observed,
        notes: judgement.notes.clone(),
        again,
        life,
    }
}

/// Whether the overrides of the command line explain the failures, in words.
fn why(check: &Check<'_>) -> String {
    let failed = check.suite.count(Verdict::Failed);
    let sets = check.overrides.join(", ");
    match (failed, failed.saturating_sub(check.explained)) {
        (0, _) => String::new(),
        _ if sets.is_empty() => String::new(),
        (_, 0) => format!("All failures are explained by {sets}: without it, the same expectations are met."),
        (_, others) => {
            format!("{} failures are explained by {sets}; {others} fail without it, too.", check.explained)
        }
    }
}

/// The first rule that each unmet expectation names, with the number of expectations that name it.
fn clauses(unmet: &[(usize, &(&Judged, &Expectation, usize))]) -> Vec<(String, String)> {
    let mut counts: BTreeMap<Option<usize>, u64> = BTreeMap::new();
    for (_, (file, _, number)) in unmet {
        let expected = &file.checked.judgements[*number].expected;
        *counts.entry(named(expected).map(Rule::index)).or_default() += 1;
    }
    let mut counts: Vec<_> = counts.into_iter().collect();
    counts.sort_by_key(|(rule, count)| (std::cmp::Reverse(*count), *rule));
    let words = |rule: Option<usize>| {
        rule.map_or("no rule: a number, or what is shown of a job".into(), |rule| in_words(Rule::ALL[rule]))
    };
    counts.into_iter().map(|(rule, count)| (words(rule), thousands(count))).collect()
}

/// The first rule named in a text.
fn named(text: &str) -> Option<Rule> {
    let mut words = text.split(|c: char| !c.is_ascii_alphanumeric());
    words.find_map(|word| Rule::ALL.iter().copied().find(|rule| rule.name() == word))
}

fn unjudged(suite: &Suite) -> Vec<String> {
    let files = suite.untested.iter().map(|file| format!("{} has no [[expect]]", file.path.display()));
    let folders =
        suite.barren.iter().map(|path| format!("{}: no file in it has an [[expect]]", path.display()));
    files.chain(folders).collect()
}
