//! Reads the merged TOML table into a [`Scenario`]: one file for each family of tables.

mod behaviour;
mod calendar;
mod carrier;
mod cost;
mod demand;
mod disruption;
mod expect;
mod job;
mod job_parts;
mod plan;
mod site;
mod sla;
mod sweep;

use super::calendar::Calendar;
use super::hints::sense;
use super::model::{Arrivals, Disrupted, Disruption, Scenario, Source};
use super::quantity as q;
use super::section::{Notes, Refusal, Section};
use crate::engine::calendar::Timetable;
use crate::engine::time::Instant;

/// Largest number of jobs that a scenario may create within its horizon.
pub const MOST_ORDERS: f64 = 1e8;

/// The names to which other tables refer.
pub struct Names {
    pub classes: Vec<String>,
    pub carriers: Vec<String>,
    pub sources: Vec<String>,
}

/// Reads all tables. Returns the scenario and the default calendar with its named calendars. Mistakes go into `notes`;
/// where there are any, the returned scenario must not be used.
pub fn scenario(top: &Section<'_>, notes: &Notes<'_>, stem: &str) -> Option<(Scenario, Calendar)> {
    let name = top.read("name", q::name).or_shown(stem.to_string(), format!("\"{stem}\""));
    let question = top.read("question", q::text).or_shown(String::new(), "\"\"");
    let (calendar, run) = plan::calendar_and_run(top);
    let policy = plan::policy(&top.section("policy"));
    let site = site::site(&top.section("site"), &calendar);
    let demand = demand::sources(&top.section("demand"), &calendar, &site.classes);
    let carriers = carrier::carriers(&top.section("carrier"), &calendar);
    let customer = behaviour::customer(&top.section("customer"));
    let faults = behaviour::faults(&top.section("faults"));
    let names = Names {
        classes: site.classes.clone(),
        carriers: carriers.iter().map(|carrier| carrier.name.clone()).collect(),
        sources: demand.iter().map(|source| source.name.clone()).collect(),
    };
    let disruptions = disruption::disruptions(top, &calendar, &names);
    let slas = sla::slas(top, &calendar, &names);
    let comparisons = sla::comparisons(top, &calendar);
    let cost = cost::cost(top, &slas);
    let sweep = sweep::sweep(top);
    let jobs = job::jobs(top, &calendar, &names);
    let run = run?;
    let expectations = expect::expectations(top, &calendar, &jobs, &run);
    let working_days = calendar.working_days();
    let scenario = Scenario {
        name,
        file: String::new(),
        question,
        overrides: vec![],
        run,
        policy,
        working_days,
        demand,
        carriers,
        customer,
        faults,
        site,
        disruptions,
        slas,
        comparisons,
        cost,
        sweep,
        jobs,
        expectations,
    };
    check_orders(&scenario, top, notes);
    sense::whole(&scenario, top);
    check_steady(&scenario, top);
    Some((scenario, calendar))
}

/// A scenario with events at fixed dates has no steady state: reports it where `run.kind` asks for one.
fn check_steady(scenario: &Scenario, top: &Section<'_>) {
    if !scenario.run.steady_state {
        return;
    }
    let ends = |source: &Source| matches!(source.arrivals, Arrivals::Dates(_)) || source.limit < u64::MAX;
    let origin = |key: &'static str| top.origin(key).map_or(String::new(), |origin| format!(" ({origin})"));
    let (why, key) = if !scenario.disruptions.is_empty() {
        ("a [[disruption]] at dates", "disruption")
    } else if scenario.demand.iter().any(ends) {
        ("a source with dates or a limit", "demand")
    } else if !scenario.jobs.is_empty() {
        ("a [[job]] written by hand", "job")
    } else {
        return;
    };
    let why = format!("{why}{}", origin(key));
    let help =
        format!("leave it out ({key} = \"unset\" where it is inherited), or say kind = \"terminating\"");
    let refusal = Refusal::new(format!("run.kind: {why} is no steady state"), help);
    top.section_again("run").mistake("kind", refusal);
}

/// Reports a scenario that creates no jobs, or more than [`MOST_ORDERS`].
fn check_orders(scenario: &Scenario, top: &Section<'_>, notes: &Notes<'_>) {
    // An earlier mistake, reported already, may be the reason.
    if !notes.mistakes.borrow().is_empty() {
        return;
    }
    let horizon = Instant::START + scenario.run.horizon;
    let surged = |(number, source): (usize, &Source)| {
        let surge = |disruption: &Disruption| match disruption.what {
            Disrupted::Demand { source, factor } if source.is_none_or(|one| one == number) => factor.max(1.0),
            _ => 1.0,
        };
        // An upper bound is enough: the limit is far above any sensible scenario.
        let most: f64 = scenario.disruptions.iter().map(surge).product();
        (demand::expected(source, horizon) * most).min(source.limit as f64)
    };
    let expected: f64 = scenario.demand.iter().enumerate().map(surged).sum();
    let place = top.section_again("demand").first_place();
    let refusal = if scenario.demand.is_empty() && scenario.jobs.is_empty() {
        let help = "add a table [demand.NAME] with a rate, or a [[job]]; `shipback init` writes a file to start from";
        Refusal::new("there is no [demand.NAME] and no [[job]]", help)
    } else if expected <= 0.0 && scenario.jobs.is_empty() {
        let help = "give a source a rate above 0, such as rate = \"40/day\", or dates within the horizon";
        Refusal::new("no order would ever come", help)
    } else if expected > MOST_ORDERS {
        let count = if expected.is_finite() { format!("{expected:.0}") } else { "endlessly many".into() };
        let message = format!("some {count} orders would come; allowed: up to 100,000,000");
        Refusal::new(message, "lower the rate or the horizon, or set a limit")
    } else {
        return;
    };
    notes.mistake(place, refusal);
}

/// Whether a timetable is ever open. The search may extend the timetable, so it works on a copy.
fn opens(timetable: &Timetable) -> bool {
    !timetable.clone().never_opens()
}
