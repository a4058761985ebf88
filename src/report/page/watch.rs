//! What the page needs from a run beyond the counts of the tables: changes between states, how long they took, and the
//! lives of a few jobs of each kind.

use crate::engine::time::{Instant, Span};
use crate::measure::{Histogram, Judge, Judged};
use crate::policy::{JobState, Rule};
use crate::scenario::Scenario;
use crate::world::{Fact, JobId, JobRow, Observer, Outcome};
use std::collections::{BTreeMap, HashMap};

const STATES: usize = JobState::ALL.len();

/// Rules that act in the life of a job without problems.
const USUAL: [Rule; 14] = [
    Rule::J1,
    Rule::J2,
    Rule::J5,
    Rule::J10,
    Rule::J11,
    Rule::J12,
    Rule::J13,
    Rule::J15,
    Rule::D1,
    Rule::D2,
    Rule::D3,
    Rule::D7,
    Rule::D8,
    Rule::D10,
];

/// Whether a rule acts in the life of a job without problems.
pub(super) fn is_usual(rule: Rule) -> bool {
    USUAL.contains(&rule)
}

/// The observer of the page. It is independent of logs and charts, so neither of them changes the page.
#[derive(Debug)]
pub struct Watch<'a> {
    scenario: &'a Scenario,
    window: (Instant, Instant),
    judge: Judge<'a>,
    active: HashMap<JobId, Active>,
    /// Lists of jobs that are gone, kept for reuse.
    spare: Vec<Vec<(Instant, Fact)>>,
    /// When jobs that follow from another job were created.
    follow: BTreeMap<JobId, Instant>,
    /// Jobs that follow from another: (job, the job it follows from).
    parents: Vec<(JobId, JobId)>,
    seen: Seen,
}

/// The observations.
#[derive(Clone, Debug)]
pub struct Seen {
    /// Number of changes of measured jobs from state to state.
    pub(super) moves: [[u64; STATES]; STATES],
    /// Time in the old state, for each of these changes.
    pub(super) stays: [[Histogram; STATES]; STATES],
    /// Kinds of measured jobs.
    pub(super) strata: BTreeMap<Stratum, Members>,
    /// Jobs that follow from others: (the other job, instant of creation, job).
    pub(super) children: Vec<(JobId, Instant, JobId)>,
}

/// What jobs of one kind have in common.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Stratum {
    pub(super) outcome: Outcome,
    /// The first rule that does not act in every life.
    pub(super) unusual: Option<Rule>,
    /// The first service level that they missed.
    pub(super) missed: Option<usize>,
}

/// The jobs of one kind.
#[derive(Clone, Debug)]
pub(super) struct Members {
    pub(super) size: u64,
    pub(super) longest: Lived,
    pub(super) drawn: Lived,
    lot: u64,
}

/// A finished job with its facts.
#[derive(Clone, Debug)]
pub(super) struct Lived {
    pub(super) row: JobRow,
    pub(super) facts: Vec<(Instant, Fact)>,
}

impl Lived {
    /// Time from its order to its end, or to the stop of the run.
    pub(super) fn took(&self) -> Span {
        took(&self.row)
    }
}

fn took(row: &JobRow) -> Span {
    row.parts.iter().fold(Span::ZERO, |sum, part| sum + *part)
}

#[derive(Clone, Debug)]
struct Active {
    facts: Vec<(Instant, Fact)>,
    state: JobState,
    since: Instant,
    measured: bool,
    unusual: Option<Rule>,
}

impl<'a> Watch<'a> {
    /// Starts to observe a run of `scenario`.
    pub fn new(scenario: &'a Scenario) -> Watch<'a> {
        Watch {
            scenario,
            window: (Instant::START + scenario.run.warmup, Instant::START + scenario.run.horizon),
            judge: Judge::new(scenario),
            active: HashMap::new(),
            spare: vec![],
            follow: BTreeMap::new(),
            parents: vec![],
            seen: Seen {
                moves: [[0; STATES]; STATES],
                stays: std::array::from_fn(|_| std::array::from_fn(|_| Histogram::new())),
                strata: BTreeMap::new(),
                children: vec![],
            },
        }
    }

    /// The observations.
    pub fn finish(mut self) -> Seen {
        let ordered = |(job, parent): &(JobId, JobId)| Some((*parent, *self.follow.get(job)?, *job));
        self.seen.children = self.parents.iter().filter_map(ordered).collect();
        self.seen
    }

    fn keep(&mut self, job: JobId, at: Instant, fact: &Fact) -> &mut Active {
        let (spare, window) = (&mut self.spare, self.window);
        let active = self.active.entry(job).or_insert_with(|| Active {
            facts: spare.pop().unwrap_or_default(),
            state: JobState::Absent,
            since: at,
            measured: window.0 <= at && at < window.1,
            unusual: None,
        });
        active.facts.push((at, *fact));
        if active.unusual.is_none() {
            active.unusual = fact.acted().filter(|rule| !is_usual(*rule));
        }
        active
    }

    /// Judges a job by each level; returns the first level that it missed.
    fn judged(&mut self, row: &JobRow) -> Option<usize> {
        let missed = (0..self.scenario.slas.len()).find(|level| {
            self.judge.verdict(*level, row).is_some_and(|verdict| verdict.judged == Judged::Missed)
        });
        self.judge.forget(row.job);
        missed
    }
}

/// A pseudo-random number that depends on the job only, so the choice is the same in every run.
fn pseudo_random(job: JobId) -> u64 {
    let mut z = job.stream().wrapping_add(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

impl Observer for Watch<'_> {
    fn fact(&mut self, at: Instant, fact: &Fact) {
        self.judge.fact(at, fact);
        let Some(job) = fact.job() else { return };
        let active = self.keep(job, at, fact);
        if let Fact::Job { from, to, .. } = *fact
            && from != to
        {
            let (state, since, measured) = (active.state, active.since, active.measured);
            (active.state, active.since) = (to, at);
            if measured {
                self.seen.moves[from.index()][to.index()] += 1;
                if state != JobState::Absent {
                    self.seen.stays[state.index()][to.index()].add(at - since);
                }
            }
            if from == JobState::Absent && job.generation > 0 {
                self.follow.insert(job, at);
            }
        }
        if let Fact::Ruled { drive: Some(drive), .. } = fact
            && drive.job != job
            && self.active.contains_key(&drive.job)
        {
            self.keep(drive.job, at, fact);
        }
    }

    fn job(&mut self, row: &JobRow) {
        let missed = self.judged(row);
        self.parents.extend(row.parent.map(|parent| (row.job, parent)));
        let Some(Active { mut facts, unusual, .. }) = self.active.remove(&row.job) else { return };
        if row.measured {
            let (stratum, lot) = (Stratum { outcome: row.outcome, unusual, missed }, pseudo_random(row.job));
            let lived = |facts: &Vec<_>| Lived { row: *row, facts: facts.clone() };
            let members = self.seen.strata.entry(stratum).or_insert_with(|| Members {
                size: 0,
                longest: lived(&facts),
                drawn: lived(&facts),
                lot,
            });
            members.size += 1;
            if took(row) > members.longest.took() {
                members.longest = lived(&facts);
            }
            if lot < members.lot {
                (members.drawn, members.lot) = (lived(&facts), lot);
            }
        }
        facts.clear();
        self.spare.push(facts);
    }
}
