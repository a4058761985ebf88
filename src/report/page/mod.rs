//! `report.html`: one file that begins with the answer. It needs no network and no script. Scripts add hover, filters
//! and zoom. A content security policy inside the file allows its own style sheet and script by their hashes, and
//! nothing else.
//!
//! This file builds the page of `run` and holds what all pages share ([`Frame`], [`Again`]). The other files build one
//! page, or one part of a page, each. The HTML stands in `templates/`.

mod check;
mod compare;
mod dots;
mod drawing;
mod flow;
mod jobs;
mod levels;
mod number;
mod recovery;
mod sensitivity;
mod site;
mod size;
mod staffing;
mod sweep;
mod watch;

pub use check::{Check, write_check, write_check_page};
pub use compare::write_compare_page;
pub use sensitivity::{Screened, write_sensitivity_page};
pub use size::{Search, write_size_page};
pub use staffing::{Plan, write_staffing_page};
pub use sweep::{Sweeping, write_sweep_page};
pub use watch::{Seen, Watch};

use super::late::typed;
use super::place::{Place, io_error};
use super::run::Recipe;
use crate::engine::time::Instant;
use crate::error::Error;
use crate::experiment::{Estimated, Study};
use crate::measure::Results;
use crate::scenario::Scenario;
use crate::screen::quoted;
use crate::world::Outcome;
use askama::Template;
use drawing::Drawing;
use levels::Level;
use number::{Number, Numbers};
use sha2::{Digest, Sha256};

/// The file name of each page.
pub const PAGE: &str = "report.html";
const STYLE: &str = include_str!("templates/page.css");
const SCRIPT: &str = include_str!("templates/page.js");

/// What the page of a run is built from.
pub struct Source<'a> {
    scenario: &'a Scenario,
    results: &'a Results,
    recipe: &'a Recipe,
    numbers: Numbers<'a>,
}

/// The results of one run or of several replications.
#[derive(Clone, Copy, Debug)]
pub struct Shown<'a> {
    /// The merged results.
    pub results: &'a Results,
    /// The rows of `summary.csv`.
    pub rows: &'a [Estimated],
    /// Further replications, shown as intervals beside one run: those of `bands.csv`.
    pub bands: Option<&'a Study>,
}

/// Writes the page of a run.
///
/// # Errors
/// [`Error::Io`] where it cannot be written.
pub fn write_page(
    place: &mut Place,
    scenario: &Scenario,
    recipe: &Recipe,
    shown: Shown<'_>,
    seen: &Seen,
) -> Result<(), Error> {
    let Shown { results, rows, bands } = shown;
    let numbers = Numbers::new(rows, bands.map_or(&[], |bands| &bands.estimates));
    let source = Source { scenario, results, recipe, numbers };
    put(place, &RunPage::new(&source, seen))
}

/// Renders a page and writes it into `place`.
fn put(place: &mut Place, page: &impl Template) -> Result<(), Error> {
    let path = place.folder().join(PAGE);
    let page = page.render().map_err(|why| io_error("write", &path)(std::io::Error::other(why)))?;
    place.put(PAGE, page.as_bytes())
}

/// What every page needs.
struct Frame {
    title: String,
    policy: String,
    style: &'static str,
    script: &'static str,
    program: &'static str,
}

impl Frame {
    fn new(title: String) -> Frame {
        let policy = format!(
            "default-src 'none'; style-src '{}'; script-src '{}'; base-uri 'none'; form-action 'none'",
            hash(STYLE),
            hash(SCRIPT)
        );
        Frame { title, policy, style: STYLE, script: SCRIPT, program: env!("CARGO_PKG_VERSION") }
    }
}

/// What a reader needs to repeat the run: command, overrides and scenarios.
struct Again<'a> {
    command: String,
    warnings: Vec<&'a str>,
    overrides: Vec<&'a str>,
    /// Each scenario as resolved: (name, TOML text, hash).
    scenarios: Vec<(&'a str, &'a str, &'a str)>,
}

impl<'a> Again<'a> {
    fn new(command: String, recipe: &'a Recipe) -> Again<'a> {
        let text = |list: &'a Vec<String>| list.iter().map(String::as_str).collect();
        Again {
            command,
            warnings: text(&recipe.warnings),
            overrides: text(&recipe.overrides),
            scenarios: vec![(&recipe.scenario, &recipe.resolved, &recipe.hash)],
        }
    }
}

/// The `shipback trace` command that prints the life of this job.
fn trace(scenario: &Scenario, job: &str, replication: u64) -> String {
    let mut trace = format!("shipback trace {} {}", typed(scenario), quoted(job));
    if scenario.run.seed != 1 {
        trace += &format!(" --seed {}", scenario.run.seed);
    }
    if replication > 0 {
        trace += &format!(" --replication {replication}");
    }
    trace
}

/// The hash of a text in the form of a content security policy: "sha256-" and the hash in base 64.
fn hash(text: &str) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut encoded = String::from("sha256-");
    for three in Sha256::digest(text.as_bytes()).chunks(3) {
        let bits =
            (0..3).fold(0_u32, |bits, place| bits << 8 | u32::from(three.get(place).copied().unwrap_or(0)));
        for digit in 0..4 {
            let used = digit <= three.len();
            let place = (bits >> (18 - 6 * digit)) as usize % 64;
            encoded.push(if used { DIGITS[place] as char } else { '=' });
        }
    }
    encoded
}

/// The page of `run`.
#[derive(Template)]
#[template(path = "run.html")]
struct RunPage<'a> {
    frame: Frame,
    name: String,
    question: &'a str,
    from: String,
    until: String,
    seed: u64,
    replications: u64,
    /// Number of replications shown as intervals beside one run; 0 where there are none.
    bands: usize,
    /// Whether the page shows confidence intervals and probabilities.
    is_sure: bool,
    levels: Vec<Level>,
    kept: usize,
    outcomes: Vec<(&'static str, Number, Number)>,
    created: Number,
    median: Number,
    p95: Number,
    diagram: Drawing,
    moves: Vec<flow::Move>,
    stations: Vec<site::Station>,
    station_heads: &'static [&'static str],
    station_chart: Option<Drawing>,
    disruptions: Vec<String>,
    strains: Vec<recovery::Strain>,
    cases: Vec<site::CaseRow>,
    case_heads: &'static [&'static str],
    rules: Vec<site::RuleRow>,
    again: Again<'a>,
    more: String,
    jobs: Vec<jobs::Job>,
    kinds: jobs::Kinds,
}

impl<'a> RunPage<'a> {
    fn new(source: &Source<'a>, seen: &Seen) -> RunPage<'a> {
        let Source { scenario, results, recipe, ref numbers, .. } = *source;
        let epoch = &scenario.run.epoch;
        let levels = levels::levels(source);
        let turnaround = |part: &str| numbers.get(&format!("{}.{part}", results.turnaround_name()), "");
        let outcome = |outcome: Outcome| {
            let name = outcome.name();
            let count = numbers.get(&format!("jobs.{name}"), "");
            (name, count, numbers.get(&format!("jobs.{name}.share"), ""))
        };
        let (jobs, kinds) = jobs::jobs(source, seen);
        let mut again = Again::new(command(source), recipe);
        again.warnings.extend(results.warnings.iter().map(String::as_str));
        RunPage {
            frame: Frame::new(format!("{}: report", scenario.title())),
            name: scenario.title(),
            question: scenario.question.trim(),
            from: epoch.date_of(Instant::START + scenario.run.warmup).to_string(),
            until: epoch.date_of(Instant::START + scenario.run.horizon).to_string(),
            seed: recipe.seed,
            replications: results.counts.runs,
            bands: numbers.replications(),
            is_sure: results.counts.runs > 1 || numbers.replications() > 0,
            kept: levels.iter().filter(|level| level.verdict == "kept").count(),
            levels,
            outcomes: Outcome::ALL.map(outcome).into(),
            created: numbers.get("jobs.created", ""),
            median: turnaround("p50"),
            p95: turnaround("p95"),
            diagram: flow::diagram(seen),
            moves: flow::moves(seen),
            stations: site::station_rows(source),
            station_heads: &site::STATION_HEADS,
            station_chart: site::stations(source),
            disruptions: scenario.strains().iter().map(|one| site::strain_words(scenario, one)).collect(),
            strains: recovery::strains(source),
            cases: site::cases(source),
            case_heads: &site::CASE_HEADS,
            rules: site::rules(source),
            more: format!("{} --replications 30", again.command),
            again,
            jobs,
            kinds,
        }
    }
}

/// The command that produces the same results.
fn command(source: &Source<'_>) -> String {
    let recipe = source.recipe;
    let mut command = format!("shipback run {} --seed {}", typed(source.scenario), recipe.seed);
    if let Some(until) = recipe.overrides.iter().find_map(|set| set.strip_prefix("until=")) {
        command += &format!(" --until {}", quoted(until));
    }
    if recipe.replication > 0 {
        command += &format!(" --replication {}", recipe.replication);
    }
    match (source.results.counts.runs, source.numbers.replications()) {
        (1, 0) => {}
        (1, bands) => command += &format!(" --bands {bands}"),
        (runs, _) => command += &format!(" --replications {runs}"),
    }
    command
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The hash of nothing is known; style sheet and script hold nothing that would end them early.
    #[test]
    fn hashes_are_those_of_a_content_security_policy() {
        assert_eq!(hash(""), "sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=");
        assert!(!STYLE.contains("</") && !SCRIPT.contains("</"));
    }

    #[test]
    fn numbers_have_the_decimals_and_the_unit_that_they_need() {
        let row = |unit, value, interval| number::Row::new(("a.csv", 3), ("m", "", unit), (value, interval));
        let share = row("share", 0.9481, Some((0.9430, 0.9520)));
        assert_eq!(share.value("value", 0.9481).text, "94.81 %");
        assert_eq!(share.apart("difference", 0.0123).text, "+1.23 points");
        let [low, high] = share.ends(Some((0.9430, 0.9520))).expect("two ends");
        assert_eq!([low.text, high.text, high.row], ["94.30", "95.20 %", "a.csv:3"]);
        assert_eq!(row("", 123_456.0, Some((1e5, 1.4e5))).apart("difference", -1234.5).text, "−1,234");
        assert_eq!(row("days", 0.0, None).value("value", -0.0).text, "0 d");
        assert!(share.ends(Some((0.9, f64::INFINITY))).is_none());
        assert_eq!(share.value("value", f64::NAN).text, "-");
    }

    #[test]
    fn steps_of_an_axis_hold_all_values() {
        for (low, high) in [(0.0, 1.0), (36.0, 99.9), (-3.0, 7.5), (5.0, 5.0), (170_000.0, 231_000.0)] {
            let steps = drawing::steps(low, high);
            assert!(steps[0] <= low && steps[steps.len() - 1] >= high && steps.len() <= 9, "{steps:?}");
        }
    }

    #[test]
    fn numbers_and_words_are_text() {
        let evil = "<script>\"'&";
        let number = Number { text: evil.into(), metric: evil.into(), by: evil.into(), ..Number::default() };
        let mut drawing = Drawing::new(10.0, evil);
        drawing.text((0.0, 0.0), "t", evil);
        drawing.rect((0.0, 0.0), (1.0, 1.0), "met", evil);
        drawing.number((0.0, 0.0), "t", number.clone());
        for text in [number.to_string(), drawing.to_string()] {
            assert!(!text.contains("<script") && !text.contains("\"'"), "{text}");
        }
    }
}
