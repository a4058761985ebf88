//! A staffing plan: for each month the smallest number of servers that meets the targets in that month.
//!
//! First each month is sized alone, with the same servers all year. Then the plan is run as a whole, on replications
//! that were not used to make it. A month may fail there because of the backlog of earlier months: it gets one step
//! more, and the plan is run again, on fresh replications.

use super::aim::{Aim, Held, aims, wanted};
use super::numbers::Numbers;
use super::replicate::replicate;
use super::size::{Answer, Asked, Decided, Keep, Points, Search, Shared, SizePlan, Tried, error_of_look};
use super::verdict::Verdict;
use crate::engine::time::{Instant, Span};
use crate::error::{Error, Mistakes};
use crate::scenario::{Disrupted, Disruption, Ending, Scenario, Servers, StationName, Target, Vary};
use jiff::ToSpan;
use jiff::civil::Date;
use std::borrow::Cow;

/// Most corrections of the plan.
const MOST_MENDED: u64 = 12;

/// One month of a plan.
#[derive(Clone, Debug)]
pub struct Month {
    /// First day of the month.
    pub first: Date,
    /// What the month needs alone, with the same servers all year.
    pub alone: Answer,
    /// Index of the planned value.
    pub planned: usize,
    /// Verdicts on its targets when the plan is run.
    pub held: Vec<Held>,
}

/// A plan and its results.
#[derive(Clone, Debug)]
pub struct Staffing {
    /// The months in order.
    pub months: Vec<Month>,
    /// Replications of the last run of the plan.
    pub replications: u64,
    /// Number of corrections: a month got more because of the months before it.
    pub mended: u64,
}

impl Staffing {
    /// The verdict over all months.
    pub fn verdict(&self) -> Verdict {
        let held = self.months.iter().flat_map(|month| &month.held);
        held.map(|held| held.verdict).min().unwrap_or(Verdict::Nothing)
    }

    /// Each month with the number of a target that is undecided in it.
    pub fn undecided(&self) -> impl Iterator<Item = (&Month, usize)> {
        self.months.iter().flat_map(|month| {
            let held = month.held.iter().enumerate();
            held.filter(|(_, held)| held.verdict == Verdict::Undecided)
                .map(move |(number, _)| (month, number))
        })
    }
}

/// The months of the measured window, and the targets of each.
struct Year<'a> {
    vary: &'a Vary,
    station: StationName,
    plan: SizePlan,
    months: Vec<Date>,
    aims: Vec<Vec<Aim>>,
    keep: &'a Keep<'a>,
}

/// Makes a plan for the servers of one station; `None` where the parameter is not the servers of a station. `keep` may
/// return stored points of months and stored runs of plans.
///
/// # Errors
/// Errors of the scenarios and of `keep`, and metrics that have no breakdown by month.
pub fn by_month(
    points: &impl Points,
    vary: &Vary,
    targets: &[Target],
    plan: SizePlan,
    keep: &Keep<'_>,
) -> Result<Option<Staffing>, Error> {
    let own = |name: &StationName| vary.path == format!("site.{}.servers", name.name());
    let Some(station) = StationName::ALL.into_iter().find(own) else { return Ok(None) };
    let top = vary.values.len() - 1;
    let scenario = points(&[top])?;
    let months = months(&scenario);
    let of = |month: &Date| {
        aims(&scenario, &targets.iter().map(|target| in_month(target, *month)).collect::<Vec<_>>())
    };
    let aims = months.iter().map(of).collect::<Result<Vec<_>, Mistakes>>()?;
    let year = Year { vary, station, plan, months, aims, keep };
    // Every run has the results of all months, so the searches share runs.
    let shared = Shared { keeps: true, ..Shared::default() };
    // Half of the allowed error is for the search, in equal parts for the months.
    let allowed = (1.0 - plan.confidence) / 2.0 / year.months.len() as f64;
    let alone = |(month, aims): (&Date, &Vec<Aim>)| {
        let part = month.strftime("%Y-%m").to_string();
        let mut search = Search::new(points, std::slice::from_ref(vary), aims, plan, allowed, &shared);
        (search.part, search.keep) = (&part, keep);
        search.alone()
    };
    let answers = year.months.iter().zip(&year.aims).map(alone).collect::<Result<Vec<Answer>, Error>>()?;
    let planned: Vec<usize> = answers.iter().map(|answer| answer.meets.unwrap_or(top)).collect();
    year.mended(scenario, answers, planned).map(Some)
}

fn in_month(target: &Target, month: Date) -> Target {
    let mut target = target.clone();
    target.bounds.by.0 = format!("month={:04}-{:02}", month.year(), month.month());
    target
}

/// The months of the measured window as breakdowns: "month=2026-11".
pub(super) fn months_of(scenario: &Scenario) -> Vec<String> {
    months(scenario).iter().map(|month| month.strftime("month=%Y-%m").to_string()).collect()
}

fn months(scenario: &Scenario) -> Vec<Date> {
    let epoch = &scenario.run.epoch;
    let first = epoch.date_of(Instant::START + scenario.run.warmup).first_of_month();
    let until = Instant::START + scenario.run.horizon;
    let next = |date: &Date| date.checked_add(1.month()).ok();
    std::iter::successors(Some(first), next).take_while(|date| epoch.start_of_day(*date) < until).collect()
}

impl Year<'_> {
    /// Runs the plan and gives one step more to months that fail, until no month fails or no step is left.
    fn mended(
        &self,
        scenario: Scenario,
        answers: Vec<Answer>,
        mut planned: Vec<usize>,
    ) -> Result<Staffing, Error> {
        let top = self.vary.values.len() - 1;
        let mut mended = 0;
        loop {
            let (held, replications) = self.kept_or_run(&scenario, &planned, mended + 1)?;
            let fails = |held: &Vec<Held>| held.iter().any(|held| held.verdict == Verdict::Failed);
            let short: Vec<usize> =
                (0..planned.len()).filter(|at| fails(&held[*at]) && planned[*at] < top).collect();
            if short.is_empty() || mended == MOST_MENDED {
                let rows = self.months.iter().zip(answers).zip(&planned).zip(held);
                let month = |(((first, alone), planned), held): (((&Date, Answer), &usize), Vec<Held>)| {
                    Month { first: *first, alone, planned: *planned, held }
                };
                return Ok(Staffing { months: rows.map(month).collect(), replications, mended });
            }
            short.iter().for_each(|at| planned[*at] += 1);
            mended += 1;
        }
    }

    /// The stored result of [`Year::run`], or a new one.
    fn kept_or_run(
        &self,
        scenario: &Scenario,
        planned: &[usize],
        round: u64,
    ) -> Result<(Vec<Vec<Held>>, u64), Error> {
        let values: Vec<&str> = planned.iter().map(|at| self.vary.values[*at].as_str()).collect();
        let part = format!("the plan {}", values.join(" "));
        let top = [self.vary.values.len() - 1];
        let asked = Asked { part: &part, choice: &top, first: round * self.plan.most, looks: round };
        let mut make = || {
            let (held, replications) = self.run(scenario, planned, round);
            let held = held.concat();
            let verdict = held.iter().map(|held| held.verdict).min().unwrap_or(Verdict::Nothing);
            let (choice, beside, stations, warnings) = (top.to_vec(), vec![], vec![], vec![]);
            let tried = Tried {
                choice,
                fresh: true,
                replications,
                verdict,
                held,
                beside,
                price: f64::NAN,
                stations,
                warnings,
            };
            Decided { tried, looks: round }
        };
        let tried = (self.keep)(asked, &mut make)?.tried;
        let each = self.aims.first().map_or(1, Vec::len).max(1);
        Ok((tried.held.chunks(each).map(<[Held]>::to_vec).collect(), tried.replications))
    }

    /// Runs the plan on fresh replications; returns the verdicts of each month, and the number of replications.
    fn run(&self, scenario: &Scenario, planned: &[usize], round: u64) -> (Vec<Vec<Held>>, u64) {
        let scenario = self.staffed(scenario, planned);
        let all: Vec<Aim> = self.aims.iter().flatten().cloned().collect();
        let wanted = wanted(&scenario, &all);
        let first = round * self.plan.most;
        let (mut runs, mut count, mut looks) = (vec![], self.plan.replications.clamp(2, self.plan.most), 0);
        loop {
            runs.extend(replicate(
                &scenario,
                scenario.run.seed,
                first + runs.len() as u64..first + count,
                &wanted,
            ));
            looks += 1;
            let numbers = Numbers::new(&scenario, runs.len(), |run| Cow::Borrowed(&runs[run].counts));
            // The other half of the allowed error, spread over the possible rounds.
            let allowed = error_of_look((1.0 - self.plan.confidence) / 2.0, round);
            let error = error_of_look(allowed, looks) / all.len() as f64;
            let hold = |aims: &Vec<Aim>| aims.iter().map(|aim| aim.hold(&numbers, &runs, error)).collect();
            let held: Vec<Vec<Held>> = self.aims.iter().map(hold).collect();
            let open = held.iter().flatten().any(|held| held.verdict == Verdict::Undecided);
            let next = (count * 2).min(self.plan.most);
            if !open || next <= count {
                return (held, count);
            }
            count = next;
        }
    }

    /// The scenario with the planned servers of each month, written as factors of the largest value.
    fn staffed(&self, scenario: &Scenario, planned: &[usize]) -> Scenario {
        let servers = |at: usize| self.vary.numbers().map_or(1.0, |(numbers, _)| numbers[at]);
        let most = servers(self.vary.values.len() - 1);
        let epoch = &scenario.run.epoch;
        let end = Instant::START + scenario.run.horizon + drain(scenario);
        let mut all: Vec<Disruption> = (0..planned.len())
            .map(|at| Disruption {
                from: if at == 0 { Instant::START } else { epoch.start_of_day(self.months[at]) },
                until: self.months.get(at + 1).map_or(end, |next| epoch.start_of_day(*next)),
                // The world rounds down; half a server more protects against floating-point error.
                what: Disrupted::Station {
                    station: self.station,
                    servers: Servers::Times((servers(planned[at]) + 0.5) / most),
                },
            })
            .collect();
        // The scenario's own disruptions come after the plan, and act on it.
        all.extend(scenario.disruptions.iter().cloned());
        Scenario { disruptions: all, ..scenario.clone() }
    }
}

fn drain(scenario: &Scenario) -> Span {
    match scenario.run.ending {
        Ending::Drain { limit } => limit,
        Ending::Censor => Span::ZERO,
    }
}
