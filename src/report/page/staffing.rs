//! The page of a staffing plan: the servers of each month, and whether each month meets its targets.

use super::dots::{Dot, Dots, places};
use super::drawing::Drawing;
use super::number::{Number, Row, finite};
use super::size::{OfTarget, Word, word};
use super::{Again, Frame, put};
use crate::error::Error;
use crate::experiment::{Held, SizePlan, Staffing, Verdict};
use crate::measure::Value;
use crate::report::place::Place;
use crate::report::run::Recipe;
use crate::scenario::{Scenario, Target, Vary};
use askama::Template;

/// The content of the page.
pub struct Plan<'a> {
    /// The scenario.
    pub scenario: &'a Scenario,
    /// The servers.
    pub vary: &'a Vary,
    /// Targets of each month.
    pub targets: &'a [Target],
    /// Settings of the search.
    pub plan: SizePlan,
    /// The result.
    pub staffing: &'a Staffing,
}

/// Writes the page of a staffing plan; `again` is its command.
///
/// # Errors
/// [`Error::Io`] where the page cannot be written.
pub fn write_staffing_page(
    place: &mut Place,
    recipe: &Recipe,
    plan: Plan<'_>,
    again: String,
) -> Result<(), Error> {
    put(place, &StaffingPage::new(recipe, plan, again))
}

#[derive(Template)]
#[template(path = "staffing.html")]
struct StaffingPage<'a> {
    frame: Frame,
    again: Again<'a>,
    scenario: &'a Scenario,
    path: &'a str,
    targets: Vec<&'a str>,
    verdict: Word,
    confidence: String,
    replications: Number,
    mended: u64,
    months: Vec<MonthRow>,
    /// Each month and target that is undecided.
    undecided: Vec<(String, &'a str)>,
    chart: Drawing,
}

/// A month of a plan.
struct MonthRow {
    month: String,
    alone: Number,
    planned: Number,
    targets: Vec<OfTarget>,
}

impl<'a> StaffingPage<'a> {
    fn new(recipe: &'a Recipe, plan: Plan<'a>, command: String) -> StaffingPage<'a> {
        let Plan { scenario, vary, targets, plan, staffing } = plan;
        let months: Vec<MonthRow> = staffing
            .months
            .iter()
            .enumerate()
            .map(|(at, month)| {
                let row = |number: usize, value: f64, ends| {
                    let is_share = targets[number].chance.is_some()
                        || targets[number].bounds.metric.0.ends_with(".attainment");
                    Row::new(
                        ("size.csv", at * targets.len() + number + 1),
                        (&targets[number].says, "", if is_share { "share" } else { "" }),
                        (value, ends),
                    )
                };
                let first = row(0, 0.0, None);
                let target = |(number, held): (usize, &Held)| {
                    let row = row(number, held.value, finite(Some(held.interval)));
                    OfTarget {
                        says: targets[number].says.clone(),
                        is_asked: true,
                        value: row.value("value", held.value),
                        interval: row.ends(Some(held.interval)),
                        word: word(held.verdict),
                    }
                };
                let value = |column: &str, at: Option<usize>| {
                    at.map_or(Number { text: "none".into(), ..Number::default() }, |at| {
                        first.text(column, vary.values[at].clone(), vary.values[at].clone())
                    })
                };
                MonthRow {
                    month: month.first.strftime("%B %Y").to_string(),
                    alone: value("alone", month.alone.meets),
                    planned: value(&vary.path, Some(month.planned)),
                    targets: month.held.iter().enumerate().map(target).collect(),
                }
            })
            .collect();
        StaffingPage {
            frame: Frame::new(format!("{}: staffing plan", scenario.title())),
            again: Again::new(command, recipe),
            chart: staffing_chart(vary, staffing, &months),
            scenario,
            path: &vary.path,
            targets: targets.iter().map(|target| target.says.as_str()).collect(),
            verdict: word(staffing.verdict()),
            confidence: Value::Real((plan.confidence * 10_000.0).round() / 100.0).to_string(),
            replications: Row::new(
                ("size.csv", 1),
                (targets.first().map_or("", |target| &target.says), "", ""),
                (0.0, None),
            )
            .count("replications", staffing.replications),
            mended: staffing.mended,
            undecided: staffing
                .undecided()
                .map(|(month, number)| {
                    (month.first.strftime("%B %Y").to_string(), targets[number].says.as_str())
                })
                .collect(),
            months,
        }
    }
}

/// The servers of each month.
fn staffing_chart(vary: &Vary, staffing: &Staffing, rows: &[MonthRow]) -> Drawing {
    let all = places(vary);
    let dot = |(at, (month, row)): (usize, (&crate::experiment::Month, &MonthRow))| {
        let verdict = month.held.iter().map(|held| held.verdict).min().unwrap_or(Verdict::Nothing);
        let class = match verdict {
            Verdict::Met => "dot met",
            Verdict::Failed => "dot late",
            _ => "dot hollow",
        };
        let tip = format!("{}: {}, {}", row.month, row.planned.text, word(verdict).word);
        Dot {
            at: at as f64,
            value: all[month.planned].0,
            ends: None,
            class,
            tip,
            number: Some(row.planned.clone()),
            name: String::new(),
        }
    };
    let points: Vec<Dot> = staffing.months.iter().zip(rows).enumerate().map(dot).collect();
    let names = staffing
        .months
        .iter()
        .enumerate()
        .map(|(at, month)| (at as f64, month.first.strftime("%b %y").to_string()));
    let across = (vary.path.clone() + " by month", names.collect());
    Dots {
        label: format!("{} by month", vary.path),
        unit: "",
        points,
        across,
        target: None,
        is_joined: false,
        best: vec![],
    }
    .draw()
}
