//! Prints a search and its answer.

use super::super::choice;
use super::super::table::aligned;
use crate::experiment::{Aim, Answer, Best, Shared, SizePlan, Sized, Tried, Used, Verdict, frontier};
use crate::scenario::{Milestone, Scenario, Sla, StationName, Vary};
use std::collections::BTreeSet;

/// All tested points, and the conclusions.
pub(super) fn page(
    scenario: &Scenario,
    last: &Scenario,
    varied: &[Vary],
    (aims, lifted): (&[Aim], &[Aim]),
    plan: SizePlan,
    sized: &Sized,
) -> String {
    let shared = Shared::between(scenario, last);
    let page = Page { scenario, shared, varied, aims, lifted, plan };
    let mut text = page.heading();
    text += &page.table(&sized.tried);
    for answer in &sized.answers {
        text += &page.answer(answer, sized);
    }
    if varied.len() > 1 {
        text += &page.frontier(&sized.tried);
    }
    if let Some(best) = &sized.best {
        text += &page.confirmed(best, sized.answers.len() > 1);
    }
    text
}

/// The conclusion for each line of values, in sentences.
pub(super) fn answers(
    scenario: &Scenario,
    last: &Scenario,
    varied: &[Vary],
    (aims, lifted): (&[Aim], &[Aim]),
    plan: SizePlan,
    sized: &Sized,
) -> Vec<String> {
    let shared = Shared::between(scenario, last);
    let page = Page { scenario, shared, varied, aims, lifted, plan };
    sized.answers.iter().map(|answer| page.answer(answer, sized).trim_end().to_owned()).collect()
}

/// A shorter mean wait, in hours, counts as none.
const NO_WAIT: f64 = 0.01;
/// A mean wait below this part of a service level's time limit is short.
const SHORT_WAIT: f64 = 0.01;

/// Whether jobs pass the station between these milestones.
fn lies_between(station: StationName, from: Milestone, to: Milestone) -> bool {
    let (first, last) = match station {
        StationName::Dock => (Milestone::Delivered, Milestone::Received),
        StationName::Preparation | StationName::Bays => (Milestone::Received, Milestone::Copied),
        StationName::Packing => (Milestone::Copied, Milestone::Packed),
        StationName::Operations => (Milestone::Shipped, Milestone::Ended),
    };
    from <= first && last <= to
}

struct Page<'a> {
    scenario: &'a Scenario,
    varied: &'a [Vary],
    /// What the points at both ends share.
    shared: Shared,
    aims: &'a [Aim],
    /// Service levels that need not hold.
    lifted: &'a [Aim],
    plan: SizePlan,
}

impl Page<'_> {
    fn heading(&self) -> String {
        let ranges = self.varied.iter().map(|vary| {
            let (first, last) = (&vary.values[0], &vary.values[vary.values.len() - 1]);
            format!("{} from {first} to {last} ({} values)", vary.path, vary.values.len())
        });
        let list = |constraint: bool| -> String {
            let which = self.aims.iter().filter(|aim| aim.is_constraint == constraint);
            which.map(|aim| format!("  {}\n", aim.says)).collect()
        };
        let (targets, constraints) = (list(false), list(true));
        let others = match constraints.is_empty() {
            true => String::new(),
            false => format!(
                "and holds the other service levels of the scenario (--only-targets lifts that)\n{constraints}"
            ),
        };
        format!(
            "{}, seed {}: the smallest {}\nthat meets\n{targets}{others}with {} % confidence. Points have {}, replications 0 to {} at most.\n",
            self.scenario.title(),
            self.scenario.run.seed,
            ranges.collect::<Vec<_>>().join("\n  and "),
            short(self.plan.confidence * 100.0),
            self.shared.words(),
            self.plan.most - 1,
        )
    }

    /// The values of a choice, such as "120" or "10, 7".
    fn values(&self, choice: &[usize]) -> String {
        self.varied
            .iter()
            .zip(choice)
            .map(|(vary, at)| vary.values[*at].clone())
            .collect::<Vec<_>>()
            .join(", ")
    }

    fn price(&self) -> &'static str {
        if self.scenario.cost.is_some() { "cost" } else { "heads" }
    }

    fn table(&self, tried: &[Tried]) -> String {
        let paths: Vec<&str> = self.varied.iter().map(|vary| vary.path.as_str()).collect();
        let several = self.aims.len() > 1;
        let metric = if several { "metric".to_string() } else { self.aims[0].judged() };
        let mut rows = vec![[
            paths.join(", "),
            "runs".into(),
            metric,
            "between".into(),
            "verdict".into(),
            self.price().into(),
        ]];
        for tried in tried {
            for (number, (aim, held)) in self.aims.iter().zip(&tried.held).enumerate() {
                let first = number == 0;
                let once = |text: String| if first { text } else { String::new() };
                let name = if several { format!("{} ", aim.judged()) } else { String::new() };
                rows.push([
                    once(self.values(&tried.choice)),
                    once(tried.replications.to_string()),
                    format!("{name}{}", aim.show(held.value)),
                    between(aim, held.interval),
                    word(held.verdict).into(),
                    once(choice::shown(tried.price, "")),
                ]);
            }
        }
        aligned(&rows)
    }

    fn answer(&self, answer: &Answer, sized: &Sized) -> String {
        let last = self.varied.last().expect("size: there is something to vary");
        let name = |at: usize| last.values[at].clone();
        let others = match &answer.others[..] {
            [] => String::new(),
            others => format!("With {}: ", self.values(others)),
        };
        let mut text = match (answer.fails, answer.meets) {
            (None, Some(0)) => format!("{others}already {}, the smallest value, meets.", name(0)),
            (Some(fails), Some(meets)) if fails + 1 == meets => {
                format!("{others}{} meets, {} fails.", name(meets), name(fails))
            }
            (fails, Some(meets)) => {
                let fails = fails
                    .map_or("nothing is shown to fail".into(), |at| format!("{} is shown to fail", name(at)));
                format!(
                    "{others}undecided below {}: that is the smallest shown to meet, {fails}; what lies between is too \
                     close to tell with {} replications.",
                    name(meets),
                    self.plan.most
                )
            }
            (Some(fails), None) if answer.open.is_empty() && fails + 1 == last.values.len() => {
                format!("{others}no value meets, not even {}.{}", name(fails), self.why(answer, sized))
            }
            (_, None) => {
                let open: Vec<String> = answer.open.iter().map(|&at| name(at)).collect();
                format!(
                    "{others}undecided: no value is shown to meet, and {} not shown to fail with {} replications.",
                    match &open[..] {
                        [] => "the greatest is".into(),
                        [one] => format!("{one} is"),
                        _ => format!("{} are", open.join(", ")),
                    },
                    self.plan.most
                )
            }
        };
        let open = answer.open.iter().map(|at| [&answer.others[..], &[*at]].concat());
        let open: Vec<Vec<usize>> = open.collect();
        let is_open = |tried: &&Tried| open.contains(&tried.choice);
        let open: Vec<&Tried> = sized.tried.iter().filter(is_open).collect();
        text += &self.blocked(&open, |tried| tried.choice.last().map_or(String::new(), |&at| name(at)));
        text += &self.chances(open.into_iter());
        if let Some((less, more)) = answer.falls {
            text += &format!(
                " More is worse: {} does worse than {}. So all values were scanned, and a value above the smallest that \
                 meets may fail.",
                name(more),
                name(less)
            );
        }
        text + "\n"
    }

    /// Names each target that keeps points from a verdict, and these points by `name`.
    fn blocked(&self, open: &[&Tried], name: impl Fn(&Tried) -> String) -> String {
        let of = |aim: &Aim| {
            let here = open.iter().filter(|tried| tried.undecided(self.aims).any(|one| one.says == aim.says));
            let points: Vec<String> = here.map(|tried| name(tried)).collect();
            (!points.is_empty()).then(|| format!("{} is undecided at {}", aim.says, points.join(" and ")))
        };
        let found: Vec<String> = self.aims.iter().filter_map(of).collect();
        if found.is_empty() { String::new() } else { format!(" {}.", found.join("; ")) }
    }

    /// A target that can be decided instead, where few replications miss a share.
    fn chances<'t>(&self, open: impl Iterator<Item = &'t Tried>) -> String {
        let all = open.flat_map(|tried| self.aims.iter().zip(&tried.held));
        let found: BTreeSet<String> = all.filter_map(|(aim, held)| aim.as_chance(held)).collect();
        let found: Vec<String> = found.into_iter().map(|target| format!("'{target}'")).collect();
        match found.is_empty() {
            true => String::new(),
            false => format!(
                " Few replications miss anything, and how much the next one misses is assumed; the probability that \
                 one run meets the bound needs no assumption: --target {}.",
                found.join(" --target ")
            ),
        }
    }

    /// Where the time goes at the largest value.
    fn why(&self, answer: &Answer, sized: &Sized) -> String {
        let top = self.varied.last().map_or(0, |vary| vary.values.len() - 1);
        let choice: Vec<usize> = answer.others.iter().copied().chain([top]).collect();
        let Some(tried) = sized.tried.iter().find(|tried| tried.choice == choice) else {
            return String::new();
        };
        // For a service level, only stations between its two milestones can be the reason.
        let failed = self.aims.iter().zip(&tried.held).find(|(_, held)| held.verdict == Verdict::Failed);
        let level = failed.and_then(|(aim, _)| {
            let is_meant = |sla: &&Sla| {
                aim.metric() == format!("sla.{}.attainment", sla.name)
                    && aim.by() == self.scenario.level_of(sla)
            };
            self.scenario.slas.iter().find(is_meant)
        });
        let between = |used: &&Used| level.is_none_or(|sla| lies_between(used.station, sla.from, sla.to));
        let waits: Vec<&Used> = tried.stations.iter().filter(between).collect();
        let worst = waits.iter().max_by(|a, b| a.wait.total_cmp(&b.wait));
        // A wait that is short compared with the time limit is not the reason.
        let short_wait = level.map_or(NO_WAIT, |sla| (SHORT_WAIT * sla.within.as_days() * 24.0).max(NO_WAIT));
        let Some(worst) = worst.filter(|worst| worst.wait > short_wait) else {
            return level.map_or(String::new(), |sla| {
                let (from, to) = (sla.from.name(), sla.to.name());
                format!("\nNo station is the bottleneck: waits between {from} and {to} are short; the time there is fixed.")
            });
        };
        let all: Vec<String> = waits
            .iter()
            .filter(|used| used.utilization >= 0.005)
            .map(|used| {
                let busy = format!("{:.0} % utilized", used.utilization * 100.0);
                format!("{} {busy}, mean wait {} h", used.station.name(), short(used.wait))
            })
            .collect();
        format!("\nThe bottleneck is {}: {}.", worst.station.name(), all.join("; "))
    }

    /// The efficient points for each target: no tested point is both cheaper and better.
    fn frontier(&self, tried: &[Tried]) -> String {
        let mut text = String::new();
        for (number, aim) in self.aims.iter().enumerate() {
            let points = frontier(tried, number, aim).into_iter().map(|tried| {
                let (values, price) = (self.values(&tried.choice), choice::shown(tried.price, ""));
                format!("{values}: {} at {price}", aim.show(tried.held[number].value))
            });
            let points: Vec<String> = points.collect();
            text += &format!("\nFrontier of {} and {}: {}.\n", self.price(), aim.judged(), points.join("; "));
        }
        text
    }

    fn confirmed(&self, best: &Best, several: bool) -> String {
        let (from, to) = (self.plan.most, self.plan.most * 2 - 1);
        let cheapest =
            if several { format!("Cheapest: {}. ", self.values(&best.choice)) } else { String::new() };
        let fresh: Vec<Tried> = [&best.meets].into_iter().chain(&best.less).cloned().collect();
        let mut text = format!(
            "\n{cheapest}Run again on fresh replications, {from} to {to} at most:\n{}",
            self.table(&fresh)
        );
        let answer = self.values(&best.choice);
        let less = |wanted: Verdict| {
            let found = best.less.iter().filter(|less| less.verdict == wanted);
            found.map(|less| self.values(&less.choice)).collect::<Vec<_>>()
        };
        let (meet, open) = (less(Verdict::Met), less(Verdict::Undecided));
        let blocked = |tried: &[&Tried]| self.blocked(tried, |tried| self.values(&tried.choice));
        text += &match best.meets.verdict {
            Verdict::Met if !meet.is_empty() => {
                format!(
                    "Answer: {answer} meets, confirmed; but here {} meets too: ask with a higher --most.\n",
                    meet.join(" and ")
                )
            }
            Verdict::Met if !open.is_empty() => {
                let blocked = blocked(&best.less.iter().collect::<Vec<_>>());
                format!(
                    "Answer: {answer} meets, confirmed; that {} does not is undecided.{blocked}\n",
                    open.join(" and ")
                )
            }
            Verdict::Met => format!("Answer: {answer}, confirmed.\n"),
            _ => {
                let hint = self.chances([&best.meets].into_iter());
                let blocked = blocked(&[&best.meets]);
                format!("Undecided: that {answer} meets is not confirmed.{blocked}{hint}\n")
            }
        };
        text + &self.beside(&best.meets)
    }
}

impl Page<'_> {
    /// What the answer violates, and warnings about it.
    fn beside(&self, answer: &Tried) -> String {
        let mut text = String::new();
        for (aim, held) in self.lifted.iter().zip(&answer.beside) {
            let (value, between) = (aim.show(held.value), between(aim, held.interval));
            text += &match held.verdict {
                Verdict::Failed => format!("Violated: {}: it is {value} ({between}).\n", aim.says),
                Verdict::Met => format!("Holds as well: {}: it is {value} ({between}).\n", aim.says),
                _ => format!("Undecided: {}: it is {value} ({between}).\n", aim.says),
            };
        }
        for warning in &answer.warnings {
            text += &format!("warning: {warning}\n");
        }
        text
    }
}

fn between(aim: &Aim, (low, high): (f64, f64)) -> String {
    if low.is_finite() && high.is_finite() {
        format!("{} to {}", aim.show(low), aim.show(high))
    } else {
        "-".into()
    }
}

pub(super) fn word(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Met => "meets",
        Verdict::Failed => "fails",
        Verdict::Undecided => "undecided",
        Verdict::Nothing => "nothing seen",
    }
}

/// Two decimals, without trailing zeros.
fn short(value: f64) -> String {
    crate::measure::Value::Real((value * 100.0).round() / 100.0).to_string()
}
