//! The observer that counts the results of a run.

use super::counts::{Counts, Published};
use super::days::Days;
use super::due::{Bin, Due};
use super::group::{By, Group};
use super::late::{Follower, Late};
use super::recovery::Watch;
use super::results::Results;
use super::sla::{self, Judge, Judged, Kept};
use super::station_use::StationUse;
use crate::engine::calendar::{Epoch, Timetable};
use crate::engine::time::{Instant, Span};
use crate::policy::{CaseKind, DriveState, JobState};
use crate::scenario::{Milestone, Scenario};
use crate::world::{
    Account, CaseRow, CaseStep, DayRow, DriveRow, Fact, JobId, JobRow, Observer, Outcome, PackageRow, RunEnd,
};
use std::collections::btree_map::Entry;

/// Maximum length of a measured window that is broken down by month. Thousands of months would not be useful and would
/// need much memory.
const LONGEST_BY_MONTH: Span = Span::days(3660);

/// Counts the results of one run. Measured jobs are those ordered in [warm-up, horizon). Service levels use them unless
/// defined otherwise; rules, refused actions and Little's law use the whole run.
#[derive(Clone, Debug)]
pub struct Tally<'a> {
    scenario: &'a Scenario,
    working_days: Timetable,
    window: (Instant, Instant),
    counts: Counts,
    /// Kinds of jobs that agree in all breakdowns, with their counts in `cells`. Breakdowns are summed at the end, so a
    /// job is counted once and not once per breakdown.
    kinds: Vec<Kind>,
    cells: Vec<Cell>,
    /// The months looked up so far.
    months: Vec<Month>,
    by_month: bool,
    days: Vec<DayRow>,
    keeps_days: bool,
    /// Number of open jobs (ordered, not ended) since `since`.
    open: u64,
    since: Instant,
    judge: Judge<'a>,
    follower: Follower,
    watch: Watch,
    /// Jobs that met or missed a service level before they were due.
    early: Vec<Early>,
    /// The last job reported, and whether it is measured. Drives reported before their job are kept in `waiting`.
    told: Option<(JobId, bool)>,
    waiting: Vec<DriveRow>,
}

/// A job that met a service level, or finally missed it, before it was due.
#[derive(Clone, Copy, Debug)]
struct Early {
    sla: usize,
    due: Instant,
    missed: bool,
    bin: Bin,
    cell: usize,
}

/// The attributes by which jobs are broken down.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Kind {
    source: u16,
    export: bool,
    class: u8,
    carrier: u8,
    month: Option<(i16, u8)>,
}

impl Kind {
    /// All breakdowns except by month.
    fn breakdowns(self) -> [By; 5] {
        [
            By::All,
            By::Source(self.source),
            By::Export(self.export),
            By::Class(self.class),
            By::Carrier(self.carrier),
        ]
    }
}

/// The jobs of one kind, and results per SLA; empty if no job of the kind was counted or judged.
#[derive(Clone, Debug, Default)]
struct Cell {
    jobs: Group,
    kept: Vec<Kept>,
    counted: bool,
}

impl Cell {
    fn merge(&mut self, other: &Cell) {
        self.jobs.merge(&other.jobs);
        self.kept.resize(self.kept.len().max(other.kept.len()), Kept::default());
        self.kept.iter_mut().zip(&other.kept).for_each(|(ours, theirs)| ours.merge(theirs));
        self.counted |= other.counted;
    }
}

/// A month: bounds, year, month number.
#[derive(Clone, Copy, Debug)]
struct Month {
    from: Instant,
    until: Instant,
    year: i16,
    number: u8,
}

impl Month {
    fn of(epoch: &Epoch, at: Instant) -> Month {
        let date = epoch.date_of(at);
        let (first, last) = (date.first_of_month(), date.last_of_month());
        let until = last.tomorrow().map_or(Instant::NEVER, |next| epoch.start_of_day(next));
        Month { from: epoch.start_of_day(first), until, year: date.year(), number: date.month() as u8 }
    }
}

impl<'a> Tally<'a> {
    /// Starts counting a run of `scenario`.
    pub fn new(scenario: &'a Scenario) -> Tally<'a> {
        let comparisons = vec![Published::default(); scenario.comparisons.len()];
        let late = vec![Late::default(); scenario.slas.len()];
        let dues = scenario.slas.iter().map(|sla| Due::of(sla.within)).collect();
        Tally {
            scenario,
            working_days: scenario.working_days.clone(),
            window: (Instant::START + scenario.run.warmup, Instant::START + scenario.run.horizon),
            counts: Counts { runs: 1, comparisons, late, dues, ..Counts::default() },
            kinds: vec![],
            cells: vec![],
            months: vec![],
            by_month: scenario.run.horizon - scenario.run.warmup <= LONGEST_BY_MONTH,
            days: vec![],
            keeps_days: true,
            open: 0,
            since: Instant::START,
            judge: Judge::new(scenario),
            follower: Follower::new(scenario),
            watch: Watch::new(scenario),
            early: vec![],
            told: None,
            waiting: vec![],
        }
    }

    /// Does not keep the daily rows; for very long runs in which nobody draws them.
    pub fn without_days(mut self) -> Tally<'a> {
        self.keeps_days = false;
        self
    }

    /// Finishes counting. Returns the counts and the daily rows.
    pub fn close(mut self, end: &RunEnd) -> (Counts, Days) {
        self.advance(end.stopped);
        // With no open jobs, all results are known, due or not. An event at the instant of the stop would still count.
        for Early { sla, due, missed, bin, cell } in std::mem::take(&mut self.early) {
            if end.open > 0 && due >= end.stopped {
                self.counts.dues[sla].take(bin);
                self.cells[cell].kept[sla].early[usize::from(missed)] += 1;
            }
        }
        self.add_up();
        for (sla, due) in self.counts.dues.iter().enumerate() {
            let kept = self.counts.kept(sla);
            let sums = (due.in_time(), due.count());
            assert_eq!(
                sums,
                (kept.in_time(), kept.judged()),
                "tally: jobs by their due time are those of level {sla}"
            );
        }
        let length = self.window.1 - self.window.0;
        self.counts.window = i128::from(length.micros());
        self.counts.events = end.events;
        for (number, station) in self.counts.stations.iter_mut().enumerate() {
            let (before, after) = (&end.at_warmup.stations[number], &end.at_horizon.stations[number]);
            *station = StationUse::between(before, after, length);
        }
        self.counts.dock = end.at_horizon.dock.since(&end.at_warmup.dock);
        self.counts.shelf = end.at_horizon.shelf.since(&end.at_warmup.shelf);
        self.counts.strained = self.watch.close();
        self.counts.settle();
        (self.counts, Days::from(&self.days[..]))
    }

    /// The results of this run.
    pub fn finish(self, scenario: &Scenario, end: &RunEnd) -> Results {
        let (counts, days) = self.close(end);
        Results::new(scenario, counts, vec![days], Some(*end))
    }

    fn measured(&self, at: Instant) -> bool {
        self.window.0 <= at && at < self.window.1
    }

    /// Index of the cell for jobs of this kind.
    fn cell(&mut self, row: &JobRow, ordered: Instant) -> usize {
        let month = if self.by_month { Some(self.month(ordered)) } else { None };
        let kind = Kind {
            source: row.job.source,
            export: row.export,
            class: row.class,
            carrier: row.carrier,
            month,
        };
        // Kinds of the current month are at the end.
        self.kinds.iter().rposition(|&known| known == kind).unwrap_or_else(|| {
            self.kinds.push(kind);
            self.cells.push(Cell::default());
            self.cells.len() - 1
        })
    }

    /// Year and number of the month of an instant.
    fn month(&mut self, at: Instant) -> (i16, u8) {
        let known = self.months.iter().rfind(|month| (month.from..month.until).contains(&at)).copied();
        let month = known.unwrap_or_else(|| {
            self.months.push(Month::of(&self.scenario.run.epoch, at));
            self.months[self.months.len() - 1]
        });
        (month.year, month.number)
    }

    fn count_job(&mut self, row: &JobRow, cell: usize) {
        self.cells[cell].jobs.add(row);
        self.cells[cell].counted = true;
        for (number, entry) in self.scenario.comparisons.iter().enumerate() {
            let ends = (row.milestones[entry.from as usize], row.milestones[entry.to as usize]);
            if let (Some(from), Some(to)) = ends {
                let took = sla::elapsed(&mut self.working_days, entry.working, from, to);
                self.counts.comparisons[number].add(took, entry.low, entry.high);
            }
        }
    }

    /// Counts the preparation time of an ended job, for the jobs whose parts of time [`Group::add`] counts.
    fn count_prepared(&mut self, account: &Account, row: &JobRow) {
        let ordered = row.milestones[Milestone::Ordered as usize].expect("a job that ends was ordered");
        if self.measured(ordered) && matches!(row.outcome, Outcome::Completed | Outcome::Closed) {
            let cell = self.cell(row, ordered);
            self.cells[cell].jobs.prepared += i128::from(account.0[Account::PREPARED].micros());
        }
    }

    /// Judges a job by each service level that applies to it.
    fn judge_job(&mut self, row: &JobRow, cell: usize) {
        for sla in 0..self.scenario.slas.len() {
            let Some(verdict) = self.judge.verdict(sla, row) else { continue };
            let kept = &mut self.cells[cell].kept;
            kept.resize(self.scenario.slas.len(), Kept::default());
            kept[sla].count(verdict.judged);
            if !matches!(verdict.judged, Judged::Met | Judged::Missed) {
                continue;
            }
            let missed = verdict.judged == Judged::Missed;
            let late = verdict.reached.zip(verdict.due).map(|(at, due)| at - due);
            // While its clock is paused, a service level has no due time.
            let bin = match late {
                None if !missed => Some(0),
                late => self.counts.dues[sla].bin_of(late),
            };
            self.counts.dues[sla].add(bin);
            let Some(due) = verdict.due else { continue };
            self.watch.judged(self.scenario, sla, due, missed);
            if due >= self.window.1 {
                self.early.push(Early { sla, due, missed, bin, cell });
            }
        }
        self.judge.forget(row.job);
        self.follower.forget(row);
    }

    /// Sums the cells into the breakdowns, first over months, because then few kinds remain.
    fn add_up(&mut self) {
        let (kinds, mut cells) = (std::mem::take(&mut self.kinds), std::mem::take(&mut self.cells));
        let mut whole: Vec<(Kind, Cell)> = vec![];
        for (&kind, cell) in kinds.iter().zip(&cells) {
            let kind = Kind { month: None, ..kind };
            match whole.iter_mut().find(|(known, _)| *known == kind) {
                Some((_, sum)) => sum.merge(cell),
                None => whole.push((kind, cell.clone())),
            }
        }
        for (kind, cell) in kinds.into_iter().zip(cells.drain(..)) {
            if let Some((year, month)) = kind.month {
                self.add_cell(By::Month(year, month), cell);
            }
        }
        for (kind, cell) in whole {
            for by in kind.breakdowns() {
                self.add_cell(by, cell.clone());
            }
        }
    }

    fn add_cell(&mut self, by: By, cell: Cell) {
        if cell.counted || !cell.kept.is_empty() {
            let kept = self.counts.slas.entry(by).or_default();
            kept.resize(self.scenario.slas.len(), Kept::default());
            kept.iter_mut().zip(&cell.kept).for_each(|(ours, theirs)| ours.merge(theirs));
        }
        if cell.counted {
            match self.counts.groups.entry(by) {
                Entry::Vacant(vacant) => drop(vacant.insert(cell.jobs)),
                Entry::Occupied(mut known) => known.get_mut().merge(&cell.jobs),
            }
        }
    }

    fn advance(&mut self, now: Instant) {
        self.counts.little.advance(self.open, self.since, now, self.window);
        self.since = now;
    }

    /// Updates the number of open jobs.
    #[inline(always)]
    fn follow(&mut self, at: Instant, from: JobState, to: JobState) {
        use JobState::{Absent, Closed, Completed, Gone};
        if from == Absent {
            self.advance(at);
            self.open += 1;
            self.counts.little.ordered += 1;
        } else if matches!(to, Completed | Closed | Gone) && !matches!(from, Completed | Closed | Gone) {
            self.advance(at);
            self.open -= 1;
            self.counts.little.ended += 1;
        }
    }
}

impl Observer for Tally<'_> {
    // Inlined: the caller knows the variant of the fact, and most variants need nothing or one counter.
    #[inline(always)]
    fn fact(&mut self, at: Instant, fact: &Fact) {
        if let Some(rule) = fact.acted() {
            self.counts.rules[rule.index()].add(at);
        }
        match *fact {
            Fact::Job { job, from, to, rule, .. } => {
                self.follow(at, from, to);
                self.judge.job_changes(at, job, (from, to), rule);
                if to == JobState::Faulted {
                    self.follower.had_fault(job);
                }
            }
            Fact::Drive { drive, to: DriveState::Faulted, .. } => self.follower.had_fault(drive.job),
            Fact::Case { case, kind, step, .. } => {
                self.judge.case_goes_on(at, case, step);
                if (kind, step) == (CaseKind::BadAddress, CaseStep::Opened) {
                    self.follower.had_wrong_address(case.job);
                }
            }
            Fact::Refused { act, .. } => self.counts.refused[act.index()] += 1,
            _ => {}
        }
    }

    #[inline(always)]
    fn follows(&self, milestone: Milestone) -> bool {
        self.follower.follows(milestone)
    }

    fn reached(&mut self, job: JobId, milestone: Milestone, account: &Account, row: Option<&JobRow>) {
        match row {
            Some(row) => {
                self.follower.settle(milestone, account, row, &mut self.judge, &mut self.counts.late);
                if milestone == Milestone::Ended && account.0[Account::PREPARED] > Span::ZERO {
                    self.count_prepared(account, row);
                }
            }
            None => self.follower.reached(job, milestone, account),
        }
    }

    fn job(&mut self, row: &JobRow) {
        let ordered = row.milestones[Milestone::Ordered as usize].expect("a job that is told was ordered");
        let sojourn = match row.milestones[Milestone::Ended as usize] {
            Some(ended) => ended - ordered,
            None => row.parts.iter().fold(Span::ZERO, |sum, part| sum + *part),
        };
        self.counts.little.tell(sojourn);
        let measured = self.measured(ordered);
        let cell = self.cell(row, ordered);
        if measured {
            self.count_job(row, cell);
        }
        self.judge_job(row, cell);
        self.told = Some((row.job, measured));
        for drive in self.waiting.extract_if(.., |drive| drive.drive.job == row.job) {
            if measured {
                self.counts.drives.add(&drive);
            }
        }
    }

    #[inline(always)]
    fn drive(&mut self, row: &DriveRow) {
        match self.told {
            Some((job, measured)) if job == row.drive.job => {
                if measured {
                    self.counts.drives.add(row);
                }
            }
            _ => self.waiting.push(*row),
        }
    }

    fn package(&mut self, row: &PackageRow) {
        if let Some(sent) = row.sent.filter(|&sent| self.measured(sent)) {
            let late_after = self.scenario.policy.timings.shipping_deadline;
            self.counts.packages[usize::from(row.package.back)].add(row, sent, late_after);
        }
    }

    fn case(&mut self, row: &CaseRow) {
        if self.measured(row.opened) {
            self.counts.cases[row.kind.index()].add(row);
        }
    }

    fn day(&mut self, row: &DayRow) {
        self.watch.day(row);
        if self.keeps_days {
            self.days.push(*row);
        }
    }
}
