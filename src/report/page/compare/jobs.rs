//! The jobs that end differently in a variant, and the rules at which their lives diverge.

use super::super::number::{Number, Row, precise};
use super::super::trace;
use crate::engine::time::Span;
use crate::experiment::{Act, Against, Changed, Compared, End, Side};
use crate::policy::{Rule, all_rules};
use crate::report::compare::{NOT_ORDERED, NOT_ORDERED_IN_FILES, outcome_names};
use crate::report::names::Names;
use crate::report::words::thousands;
use crate::world::Outcome;
use std::collections::BTreeMap;

/// Most jobs that the page shows.
const MOST: usize = 100;
/// Number of jobs by both outcomes.
pub(super) struct Flow {
    /// The outcomes that occur in the variant.
    pub(super) heads: Vec<&'static str>,
    /// By outcome in the base: (number, whether the outcomes differ).
    pub(super) rows: Vec<(&'static str, Vec<(Number, bool)>)>,
}

/// The jobs that end differently.
pub(super) struct Jobs {
    pub(super) all: String,
    pub(super) otherwise: String,
    pub(super) flow: Flow,
    pub(super) kinds: Vec<Kind>,
    pub(super) all_kinds: usize,
    pub(super) told: usize,
    pub(super) later: String,
    pub(super) sooner: String,
    pub(super) delay: String,
}

/// The outcomes of jobs in base and variant, as indices, and the rules at which their lives diverge.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Way {
    pub(super) from: usize,
    pub(super) to: usize,
    pub(super) parting: [Option<Rule>; 2],
}

/// Jobs that diverge in the same way.
pub(super) struct Kind {
    pub(super) jobs: Number,
    pub(super) from: &'static str,
    pub(super) to: &'static str,
    pub(super) base: String,
    pub(super) variant: String,
    pub(super) told: Vec<Job>,
}

/// A job that ends differently.
pub(super) struct Job {
    pub(super) name: String,
    pub(super) replication: u64,
    pub(super) base: String,
    pub(super) variant: String,
    pub(super) apart: Option<Number>,
    pub(super) traces: [String; 2],
}

/// The jobs that are shown, and the first rows of each variant in the files.
pub(super) struct ShownJobs<'a> {
    sides: &'a [Side],
    compared: &'a Compared,
    /// Most jobs of one variant.
    room: usize,
    flow: usize,
    changed: usize,
}

impl<'a> ShownJobs<'a> {
    pub(super) fn new(sides: &'a [Side], compared: &'a Compared) -> ShownJobs<'a> {
        let paired = compared.variants.iter().filter(|one| one.shared.has_same_jobs()).count();
        ShownJobs { sides, compared, room: MOST / paired.max(1), flow: 0, changed: 0 }
    }

    /// The jobs of a variant that end differently.
    pub(super) fn of(&mut self, at: usize, one: &'a Against) -> Jobs {
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
    let Some(end) = end else { return NOT_ORDERED.into() };
    let by = end.by.and_then(|by| by.rule()).map_or(String::new(), |rule| format!(" ({})", rule.name()));
    format!("{}{by}", end.outcome().name())
}

/// The text of a rule, with its number.
fn clause(rule: Option<Rule>) -> String {
    rule.map_or("nothing more happens".into(), |rule| {
        format!("{} ({})", all_rules()[rule.index()].says.trim_end_matches('.'), rule.name())
    })
}
