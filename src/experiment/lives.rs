//! Compares the lives of the same jobs in two worlds: which jobs end differently, and at which rule their lives
//! diverge.

use crate::engine::time::{Instant, Span};
use crate::policy::Rule;
use crate::scenario::Milestone;
use crate::world::{Fact, JobId, JobRow, Observer, Outcome};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A rule, stored as its place in [`Rule::ALL`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct RuleNumber(u8);

impl RuleNumber {
    /// The rule.
    pub fn rule(self) -> Option<Rule> {
        Rule::ALL.get(usize::from(self.0)).copied()
    }
}

/// How a job ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct End {
    outcome: u8,
    /// The rule that ended it, if it ended.
    pub by: Option<RuleNumber>,
    /// From order to end; of an open job, its age.
    pub lasted: Span,
}

impl End {
    /// The outcome.
    pub fn outcome(self) -> Outcome {
        Outcome::ALL[usize::from(self.outcome).min(Outcome::ALL.len() - 1)]
    }
}

/// A rule that acted on the state of a job, and the instant.
pub type Act = (RuleNumber, Instant);

/// A job that ends differently in the two worlds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Changed {
    /// The job.
    pub job: JobId,
    /// How it ends in the base; `None`: it does not exist there, such as a job that follows from another.
    pub base: Option<End>,
    /// How it ends in the variant; `None`: it does not exist there.
    pub variant: Option<End>,
    /// The first acts in which the two lives differ.
    pub parting: (Option<Act>, Option<Act>),
}

/// How the jobs of one replication change between base and variant.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Changes {
    /// Jobs that end differently, in the order of their names.
    pub changed: Vec<Changed>,
    /// Number of jobs by (outcome in the base, outcome in the variant), also where both are equal. The last index means
    /// "not ordered".
    pub flow: [[u64; 6]; 6],
    /// Jobs with the same outcome, but a later end.
    pub later: u64,
    /// Jobs with the same outcome, but an earlier end.
    pub sooner: u64,
    /// Total delay of the jobs with the same outcome, in microseconds; negative: earlier.
    pub delay: i128,
}

/// Records the life of each measured job.
#[derive(Clone, Debug, Default)]
pub struct Lives(BTreeMap<JobId, OneLife>);

#[derive(Clone, Debug, Default)]
struct OneLife {
    acts: Vec<Act>,
    end: Option<End>,
}

impl Observer for Lives {
    fn fact(&mut self, at: Instant, fact: &Fact) {
        if let Fact::Job { job, rule, .. } = *fact {
            self.0.entry(job).or_default().acts.push((RuleNumber(rule.index() as u8), at));
        }
    }

    fn job(&mut self, row: &JobRow) {
        if !row.measured {
            self.0.remove(&row.job);
            return;
        }
        debug_assert!(
            row.milestones[Milestone::Ordered as usize].is_some(),
            "a job that is told was ordered"
        );
        let end = End {
            outcome: row.outcome as u8,
            by: row.ended_by.map(|rule| RuleNumber(rule.index() as u8)),
            lasted: row.parts.iter().fold(Span::ZERO, |sum, part| sum + *part),
        };
        self.0.entry(row.job).or_default().end = Some(end);
    }
}

impl Lives {
    /// The changes from this world to the variant.
    pub fn against(&self, variant: &Lives) -> Changes {
        let mut changes = Changes::default();
        let never = OneLife::default();
        let jobs: std::collections::BTreeSet<&JobId> = self.0.keys().chain(variant.0.keys()).collect();
        for job in jobs {
            let (ours, theirs) = (self.0.get(job).unwrap_or(&never), variant.0.get(job).unwrap_or(&never));
            changes.add(*job, ours, theirs);
        }
        changes
    }
}

impl Changes {
    fn add(&mut self, job: JobId, base: &OneLife, variant: &OneLife) {
        let place = |end: Option<End>| end.map_or(Outcome::ALL.len(), |end| usize::from(end.outcome));
        self.flow[place(base.end)][place(variant.end)] += 1;
        let way = |end: End| (end.outcome, end.by);
        if base.end.map(way) != variant.end.map(way) {
            let parting = (base.parts_from(variant), variant.parts_from(base));
            self.changed.push(Changed { job, base: base.end, variant: variant.end, parting });
        } else if let (Some(base), Some(variant)) = (base.end, variant.end) {
            let delay = (variant.lasted - base.lasted).micros();
            self.later += u64::from(delay > 0);
            self.sooner += u64::from(delay < 0);
            self.delay += i128::from(delay);
        }
    }

    /// Adds the counts of another replication; its list of jobs is left out.
    pub fn merge(&mut self, other: &Changes) {
        for (ours, theirs) in self.flow.iter_mut().zip(&other.flow) {
            ours.iter_mut().zip(theirs).for_each(|(ours, theirs)| *ours += theirs);
        }
        self.later += other.later;
        self.sooner += other.sooner;
        self.delay += other.delay;
    }

    /// Number of jobs with another outcome.
    pub fn moved(&self) -> u64 {
        let moved = |from: usize| (0..6).filter(move |to| *to != from).map(move |to| self.flow[from][to]);
        (0..6).flat_map(moved).sum()
    }
}

impl OneLife {
    /// The first act of this life that the other life does not have at the same place.
    fn parts_from(&self, other: &OneLife) -> Option<Act> {
        let same = self.acts.iter().zip(&other.acts).take_while(|(ours, theirs)| ours.0 == theirs.0).count();
        self.acts.get(same).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn life(acts: &[(Rule, i64)], outcome: Outcome) -> OneLife {
        let number = |rule: Rule| RuleNumber(rule.index() as u8);
        let at = |days| Instant::START + Span::days(days);
        let (last, days) = *acts.last().unwrap();
        OneLife {
            acts: acts.iter().map(|(rule, days)| (number(*rule), at(*days))).collect(),
            end: Some(End { outcome: outcome as u8, by: Some(number(last)), lasted: Span::days(days) }),
        }
    }

    #[test]
    fn lives_part_where_another_rule_acts_and_not_where_the_same_comes_at_another_time() {
        use Rule::{J1, J5, J6, J7, J9, J13};
        let base = [
            life(&[(J1, 0), (J5, 3), (J6, 17), (J7, 40), (J13, 60)], Outcome::Completed),
            life(&[(J1, 0), (J5, 3), (J6, 17), (J9, 47)], Outcome::Closed),
        ];
        let variant = [
            life(&[(J1, 0), (J5, 3), (J6, 17), (J9, 37)], Outcome::Closed),
            life(&[(J1, 0), (J5, 3), (J6, 17), (J9, 37)], Outcome::Closed),
        ];
        let lives = |lives: &[OneLife]| {
            let job = |ordinal: usize| JobId { ordinal: ordinal as u32, ..JobId::default() };
            Lives(lives.iter().enumerate().map(|(at, life)| (job(at), life.clone())).collect())
        };
        let changes = lives(&base).against(&lives(&variant));
        let [changed] = changes.changed[..] else { panic!("one job ends otherwise: {changes:?}") };
        let rule = |act: Option<Act>| act.and_then(|act| act.0.rule());
        assert_eq!((rule(changed.parting.0), rule(changed.parting.1)), (Some(J7), Some(J9)));
        assert_eq!((changes.flow[0][1], changes.flow[1][1], changes.moved()), (1, 1, 1));
        assert_eq!((changes.sooner, changes.later), (1, 0));
        assert_eq!(changes.delay, -i128::from(Span::days(10).micros()));
        let gone = lives(&base).against(&lives(&variant[..1]));
        assert_eq!((gone.flow[1][5], gone.changed.len()), (1, 2), "one never was");
        assert_eq!(rule(gone.changed[1].parting.0), Some(J1));
    }
}
