//! When stations and service levels recover from a disruption or a peak.
//!
//! One rule holds for the queue of a station and for the jobs that miss a service level. A week is seven days in a row.
//! The *level before* is that of the worst week within the 56 days before the day on which the strain begins. A station
//! or level is *strained* if the worst week that ends between that day and 28 days after the end is worse by more than
//! a tenth of it, and by more than one in the queue on average, or one percentage point of missed jobs. It is *back*
//! with the first week that ends after that worst week, not before the last day of the strain, and is no worse than the
//! level before.

use super::station_use::queue_length;
use crate::engine::calendar::Epoch;
use crate::engine::station::Measures;
use crate::engine::time::Instant;
use crate::scenario::{Scenario, StationName};
use crate::world::DayRow;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use std::ops::Range;

/// A week, in days.
const WEEK: usize = 7;
/// Days before the beginning whose worst week is the level before.
const BEFORE: usize = 56;
/// Days after the end of a strain that may still show its effect.
const AFTER: usize = 28;
/// Smallest relative increase that is not taken for random variation.
const MARGIN: f64 = 0.1;
/// Smallest increase of the mean queue length that is not taken for random variation.
const IN_LINE: f64 = 1.0;
/// Smallest increase of the share of missed jobs that is not taken for random variation.
const MISSED: f64 = 0.01;

/// How stations and service levels recovered from one strain; for several runs, the sums.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Strained {
    /// By [`StationName`].
    pub stations: [Recovery; StationName::ALL.len()],
    /// By number of the `[[sla]]` entry.
    pub levels: Vec<Recovery>,
}

/// How one station or service level recovered.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recovery {
    /// Runs that have a level before.
    pub told: u64,
    /// Of the runs `told`, those in which it was strained.
    pub strained: u64,
    /// Of the runs `told`, those in which it was back, or never strained.
    pub back: u64,
    /// Days from the end of the strain to the day on which it was back; 0 where it was never strained.
    pub days: u64,
    /// For a station: the longest queue at the end of a day until it was back. For a service level: jobs due in the
    /// worst week that missed it.
    pub worst: u64,
    /// For a service level: all jobs due in the worst week that met or missed it.
    pub of: u64,
    /// Days from the beginning to the day with the longest queue, or to the last day of the worst week.
    pub worst_day: u64,
}

impl Strained {
    /// Adds another run of the same scenario.
    pub fn merge(&mut self, other: &Strained) {
        self.stations.iter_mut().zip(&other.stations).for_each(|(ours, theirs)| ours.merge(theirs));
        self.levels.resize(self.levels.len().max(other.levels.len()), Recovery::default());
        self.levels.iter_mut().zip(&other.levels).for_each(|(ours, theirs)| ours.merge(theirs));
    }
}

impl Recovery {
    fn merge(&mut self, other: &Recovery) {
        self.told += other.told;
        self.strained += other.strained;
        self.back += other.back;
        self.days += other.days;
        self.worst += other.worst;
        self.of += other.of;
        self.worst_day += other.worst_day;
    }
}

/// Follows the days of a run that has strains.
#[derive(Clone, Debug)]
pub(super) struct Watch {
    first: Date,
    /// The beginning and the end of each strain.
    strains: Vec<(Instant, Instant)>,
    horizon: Instant,
    /// The start of each day.
    starts: Vec<Instant>,
    /// Queues by station, then by day.
    lines: [Vec<Line>; StationName::ALL.len()],
    last: [Measures; StationName::ALL.len()],
    /// Jobs (missed, all) by service level, then by the day on which they are due.
    due: Vec<Vec<(u64, u64)>>,
}

/// The queue on one day: its length integrated over the day, the length of the day in microseconds, and the queue at
/// its end.
#[derive(Clone, Copy, Debug)]
struct Line {
    sum: i128,
    length: i128,
    at_end: u64,
}

/// The days of a strain: the day of its beginning, and the first day after its end.
#[derive(Clone, Copy, Debug)]
struct Days {
    begins: usize,
    over: usize,
}

/// The effect of a strain on one series of days.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Found {
    strained: bool,
    /// Last day of the worst week.
    worst: usize,
    /// Last day of the first week that was back.
    back: Option<usize>,
}

impl Watch {
    pub(super) fn new(scenario: &Scenario) -> Watch {
        Watch {
            first: scenario.run.epoch.date_of(Instant::START),
            strains: scenario.strains().iter().map(|strain| (strain.from, strain.until)).collect(),
            horizon: Instant::START + scenario.run.horizon,
            starts: vec![],
            lines: Default::default(),
            last: Default::default(),
            due: vec![vec![]; scenario.slas.len()],
        }
    }

    pub(super) fn day(&mut self, row: &DayRow) {
        if self.strains.is_empty() {
            return;
        }
        self.starts.push(row.from);
        let length = i128::from((row.until - row.from).micros());
        for (number, measures) in row.site.stations.iter().enumerate() {
            let sum = measures.queue - self.last[number].queue;
            self.lines[number].push(Line { sum, length, at_end: queue_length(measures) });
        }
        self.last = row.site.stations;
    }

    /// Counts a job that a service level judges, on the day it is due.
    pub(super) fn judged(&mut self, scenario: &Scenario, sla: usize, due: Instant, missed: bool) {
        // Of the jobs due after the horizon only some are created before it: their share of misses says nothing.
        if self.strains.is_empty() || due >= self.horizon {
            return;
        }
        let day = self.day_of(due, &scenario.run.epoch);
        let days = &mut self.due[sla];
        days.resize(days.len().max(day + 1), (0, 0));
        days[day].0 += u64::from(missed);
        days[day].1 += 1;
    }

    /// Number of the day of an instant. Of days that are over, the calendar is not asked.
    fn day_of(&self, at: Instant, epoch: &Epoch) -> usize {
        match self.starts.partition_point(|&start| start <= at) {
            next @ 1.. if next < self.starts.len() => next - 1,
            _ => {
                let since = epoch.date_of(at).since(self.first).expect("dates of one run");
                usize::try_from(since.get_days()).expect("nothing is due before the run starts")
            }
        }
    }

    /// The result for each strain.
    pub(super) fn close(&self) -> Vec<Strained> {
        let each = |&(from, until): &(Instant, Instant)| {
            let days = Days {
                begins: self.starts.partition_point(|&start| start <= from).saturating_sub(1),
                over: self.starts.partition_point(|&start| start < until),
            };
            Strained {
                stations: self.lines.each_ref().map(|lines| of_station(lines, days)),
                levels: self.due.iter().map(|due| of_level(due, days)).collect(),
            }
        };
        self.strains.iter().map(each).collect()
    }
}

fn of_station(lines: &[Line], days: Days) -> Recovery {
    let weeks: Vec<Option<f64>> = weeks(lines, |line| (line.sum, line.length));
    let Some(found) = found(&weeks, days, IN_LINE) else { return Recovery::default() };
    let last = found.back.unwrap_or(lines.len() - 1);
    // Of days with the longest queue, the first.
    let longest = (days.begins..=last).rev().max_by_key(|&day| lines[day].at_end).expect("a strain has days");
    Recovery { worst: lines[longest].at_end, ..found.told(days, longest) }
}

fn of_level(due: &[(u64, u64)], days: Days) -> Recovery {
    let weeks = weeks(due, |day| (i128::from(day.0), i128::from(day.1)));
    let Some(found) = found(&weeks, days, MISSED) else { return Recovery::default() };
    let week = &due[found.worst + 1 - WEEK..=found.worst];
    let sum = |of: fn(&(u64, u64)) -> u64| week.iter().map(of).sum();
    Recovery { worst: sum(|day| day.0), of: sum(|day| day.1), ..found.told(days, found.worst) }
}

impl Found {
    fn told(&self, days: Days, worst: usize) -> Recovery {
        Recovery {
            told: 1,
            strained: u64::from(self.strained),
            back: u64::from(self.back.is_some()),
            days: self.back.map_or(0, |back| (back + 1).saturating_sub(days.over) as u64)
                * u64::from(self.strained),
            worst_day: (worst - days.begins) as u64,
            ..Recovery::default()
        }
    }
}

/// Mean of the seven days that end with each day; `None` where fewer days have passed or nothing was counted.
fn weeks<D>(days: &[D], of: impl Fn(&D) -> (i128, i128)) -> Vec<Option<f64>> {
    let week = |last: usize| {
        let days = days[(last + 1).checked_sub(WEEK)?..=last].iter().map(&of);
        let (sum, of) = days.fold((0, 0), |(sum, all), (part, of)| (sum + part, all + of));
        (of > 0).then(|| sum as f64 / of as f64)
    };
    (0..days.len()).map(week).collect()
}

/// Applies the rule above; `None` where there is no level before, or no week after it.
fn found(weeks: &[Option<f64>], days: Days, least: f64) -> Option<Found> {
    let worst_of = |range: Range<usize>| {
        let within = range.start.min(weeks.len())..range.end.min(weeks.len());
        let told = within.filter_map(|day| Some((day, weeks[day]?)));
        // Of equal weeks, the first.
        told.reduce(|worst, week| if week.1 > worst.1 { week } else { worst })
    };
    let first = days.begins.saturating_sub(BEFORE) + WEEK - 1;
    let (_, before) = worst_of(first..days.begins.max(first))?;
    let (worst, height) = worst_of(days.begins..days.over + AFTER)?;
    if height - before <= (before * MARGIN).max(least) {
        let back = Some((days.over + AFTER).min(weeks.len()) - 1);
        return Some(Found { strained: false, worst, back });
    }
    let from = (worst + 1).max(days.over.saturating_sub(1));
    let back = (from..weeks.len()).find(|&day| weeks[day].is_some_and(|week| week <= before));
    Some(Found { strained: true, worst, back })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::time::Span;

    /// Lines of constant length over each day.
    fn lines(lengths: &[u64]) -> Vec<Line> {
        let day = 86_400_000_000;
        lengths.iter().map(|&at_end| Line { sum: i128::from(at_end) * day, length: day, at_end }).collect()
    }

    /// Seventy days with ten in line, ten days of a strain, then what follows.
    fn strained(during: [u64; 10], after: &[u64]) -> Recovery {
        let all: Vec<u64> = [10; 70].iter().chain(&during).chain(after).copied().collect();
        of_station(&lines(&all), Days { begins: 70, over: 80 })
    }

    #[test]
    fn a_line_is_back_with_the_first_week_as_before() {
        // Fifty in line throughout, ten again from the day after: the week that ends seven days after the end is as before.
        let quick = Recovery { told: 1, strained: 1, back: 1, days: 7, worst: 50, of: 0, worst_day: 0 };
        assert_eq!(strained([50; 10], &[10; 60]), quick);
        // Seventeen more on one day only count in weeks of 12.4: more than a tenth and more than one.
        let mut after = vec![10; 60];
        after[20] = 27;
        let late = Recovery { worst: 27, worst_day: 30, days: 28, ..quick };
        assert_eq!(strained([10; 10], &after), late);
        // Seven more are 11.0, exactly a tenth and exactly one more: not strained.
        after[20] = 17;
        let none = Recovery { strained: 0, worst: 17, days: 0, ..late };
        assert_eq!(strained([10; 10], &after), none);
        after[20] = 18;
        assert_eq!(strained([10; 10], &after), Recovery { worst: 18, ..late });
        // What comes later than four weeks after the end does not come from it: the week ends on the 28th day at the latest.
        (after[20], after[28]) = (10, 100);
        assert_eq!(strained([10; 10], &after).strained, 0);
        (after[28], after[27]) = (10, 100);
        assert_eq!(strained([10; 10], &after).strained, 1);
    }

    /// Over both changes of the clock, whether the days are over or still to come.
    #[test]
    fn a_day_begins_at_midnight() {
        let set = "run.zone=\"Europe/Berlin\"".to_string();
        let scenario = Scenario::parse(crate::scenario::BASELINE, &[set]).expect("a scenario").scenario;
        let (epoch, mut watch) = (&scenario.run.epoch, Watch::new(&scenario));
        let midnight = |day: usize| {
            epoch.start_of_day(watch.first.checked_add(jiff::Span::new().days(day as i64)).expect("a date"))
        };
        let midnights: Vec<Instant> = (0..400).map(midnight).collect();
        for over in [0, 200, 399] {
            watch.starts = [&[Instant::START], &midnights[1..=over]].concat();
            for (day, &midnight) in midnights.iter().enumerate().skip(1) {
                let days = [-1, 0, 1].map(|tick| watch.day_of(midnight + Span::TICK * tick, epoch));
                assert_eq!(days, [day - 1, day, day], "{over} days are over");
            }
        }
    }

    #[test]
    fn worse_is_worse_by_a_tenth_and_by_one_in_line() {
        for (before, during, strained) in
            [(100, 110, 0), (100, 111, 1), (2, 3, 0), (2, 4, 1), (0, 1, 0), (0, 2, 1)]
        {
            let mut all = [before; 140];
            all[70..80].fill(during);
            let found = of_station(&lines(&all), Days { begins: 70, over: 80 });
            assert_eq!(found.strained, strained, "{before} before, {during} during");
        }
    }

    #[test]
    fn a_line_that_does_not_shorten_is_not_back() {
        let found = strained([50; 10], &[11; 60]);
        assert_eq!((found.told, found.strained, found.back, found.days), (1, 1, 0, 0));
        // A wave that comes after the strain: the quiet last day of the strain is not the end.
        let mut after = vec![10; 60];
        after[3] = 80;
        let wave = strained([0; 10], &after);
        assert_eq!((wave.back, wave.days, wave.worst, wave.worst_day), (1, 11, 80, 13));
    }

    #[test]
    fn a_strain_from_the_first_week_on_has_no_level_before() {
        let all = lines(&[10; 40]);
        assert_eq!(of_station(&all, Days { begins: 6, over: 9 }), Recovery::default());
        assert_eq!(of_station(&all, Days { begins: 7, over: 9 }).told, 1);
        // Nor one after the end of the run.
        assert_eq!(of_station(&all, Days { begins: 40, over: 40 }), Recovery::default());
    }

    #[test]
    fn the_level_before_is_that_of_the_worst_week_of_eight() {
        let mut all = [10; 200];
        // One week of 31 days before the 56, one of 20 within.
        all[36..43].fill(31);
        all[60..67].fill(20);
        all[100..110].fill(40);
        all[110..130].fill(21);
        all[130..150].fill(20);
        let found = of_station(&lines(&all), Days { begins: 100, over: 110 });
        assert_eq!((found.strained, found.back, found.days), (1, 1, 27));
        all[44..51].fill(31);
        let found = of_station(&lines(&all), Days { begins: 100, over: 110 });
        assert_eq!(
            found.days, 4,
            "31 is the level before: 40, 40, 40, 21, 21, 21, 21 is the first week below"
        );
    }

    #[test]
    fn a_service_level_is_back_by_the_jobs_that_are_due() {
        // Ten jobs due a day, one of them missed every other day; half missed in the strain.
        let mut due: Vec<(u64, u64)> = (0..120).map(|day| (day % 2, 10)).collect();
        due[70..75].fill((5, 10));
        due[90] = (0, 0);
        let found = of_level(&due, Days { begins: 70, over: 75 });
        // The worst week: one missed on the day before, five on each of five days, one on the day after.
        assert_eq!((found.worst, found.of, found.worst_day), (27, 70, 5));
        // Weeks of 4 of 70 are the worst before: the first such week after ends on day 81.
        assert_eq!((found.strained, found.back, found.days), (1, 1, 7));
    }
}
