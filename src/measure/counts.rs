//! All counts of a run: integers that merge by addition.

use super::due::Due;
use super::group::{By, Group, add_each};
use super::histogram::Histogram;
use super::late::Late;
use super::little::Little;
use super::recovery::Strained;
use super::sla::Kept;
use super::station_use::StationUse;
use crate::engine::time::{Instant, Span};
use crate::fate::CopyOutcome;
use crate::policy::{CaseKind, CaseState, Disposition, DriveState, JobSignal, Rule};
use crate::world::{CaseRow, DockWaits, DriveRow, Outcome, PackageRow, PackageStep, ShelfMeasures};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

const RULES: usize = Rule::ALL.len();
const ACTS: usize = JobSignal::ALL.len();
const KINDS: usize = CaseKind::ALL.len();
const DISPOSITIONS: usize = Disposition::ALL.len();

/// All counts of one run or of several.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    /// Number of runs that were added up.
    pub runs: u64,
    /// Number of events that had an effect.
    pub events: u64,
    /// Length of the measured window in microseconds; for several runs, the sum.
    pub window: i128,
    /// Measured jobs, by breakdown.
    pub groups: BTreeMap<By, Group>,
    /// Jobs of each service level, by breakdown, then by number of the `[[sla]]` entry.
    pub slas: BTreeMap<By, Vec<Kept>>,
    /// Where the time of jobs that met and that missed a service level went, by number of the `[[sla]]` entry.
    pub late: Vec<Late>,
    /// How early or late the jobs of a service level were, by number of the `[[sla]]` entry; the same jobs as for
    /// attainment.
    pub dues: Vec<Due>,
    /// How stations and service levels recovered from each strain, by number of
    /// [`Scenario::strains`](crate::scenario::Scenario::strains).
    pub strained: Vec<Strained>,
    /// How often each [`Rule`] fired, for all jobs, measured or not.
    #[serde(with = "as_list")]
    pub rules: [Fired; RULES],
    /// Requests that the policy refused, for all jobs, measured or not, by [`JobSignal`].
    pub refused: [u64; ACTS],
    /// Comparisons with published ranges, by number of the `[[comparison]]` entry.
    pub comparisons: Vec<Published>,
    /// Drives of measured jobs.
    pub drives: Drives,
    /// Packages sent in the measured window: [inbound, back].
    pub packages: [Packages; 2],
    /// Cases opened in the measured window, by [`CaseKind`].
    pub cases: [Cases; KINDS],
    /// Use of each station, by [`crate::scenario::StationName`].
    pub stations: [StationUse; 5],
    /// Waits at the dock in the measured window.
    pub dock: DockWaits,
    /// Use of the shelf in the measured window.
    pub shelf: ShelfMeasures,
    /// Active jobs over time, and the time each job was active.
    pub little: Little,
}

impl Default for Counts {
    fn default() -> Counts {
        Counts {
            runs: 0,
            events: 0,
            window: 0,
            groups: BTreeMap::new(),
            slas: BTreeMap::new(),
            late: vec![],
            dues: vec![],
            strained: vec![],
            rules: [Fired::default(); RULES],
            refused: [0; ACTS],
            comparisons: vec![],
            drives: Drives::default(),
            packages: Default::default(),
            cases: Default::default(),
            stations: Default::default(),
            dock: DockWaits::default(),
            shelf: ShelfMeasures::default(),
            little: Little::default(),
        }
    }
}

impl Counts {
    /// Adds the counts of `other`: the same scenario, another replication.
    pub fn merge(&mut self, other: &Counts) {
        self.runs += other.runs;
        self.events += other.events;
        self.window += other.window;
        for (by, group) in &other.groups {
            self.groups.entry(*by).or_default().merge(group);
        }
        for (by, slas) in &other.slas {
            let ours = self.slas.entry(*by).or_default();
            ours.resize(ours.len().max(slas.len()), Kept::default());
            ours.iter_mut().zip(slas).for_each(|(ours, theirs)| ours.merge(theirs));
        }
        self.late.resize(self.late.len().max(other.late.len()), Late::default());
        self.late.iter_mut().zip(&other.late).for_each(|(ours, theirs)| ours.merge(theirs));
        self.dues.resize_with(self.dues.len().max(other.dues.len()), Due::default);
        self.dues.iter_mut().zip(&other.dues).for_each(|(ours, theirs)| ours.merge(theirs));
        self.strained.resize_with(self.strained.len().max(other.strained.len()), Strained::default);
        self.strained.iter_mut().zip(&other.strained).for_each(|(ours, theirs)| ours.merge(theirs));
        self.rules.iter_mut().zip(&other.rules).for_each(|(ours, theirs)| ours.merge(theirs));
        add_each(&mut self.refused, &other.refused);
        self.comparisons.resize_with(self.comparisons.len().max(other.comparisons.len()), Published::default);
        self.comparisons.iter_mut().zip(&other.comparisons).for_each(|(ours, theirs)| ours.merge(theirs));
        self.drives.merge(&other.drives);
        self.packages.iter_mut().zip(&other.packages).for_each(|(ours, theirs)| ours.merge(theirs));
        self.cases.iter_mut().zip(&other.cases).for_each(|(ours, theirs)| ours.merge(theirs));
        self.stations.iter_mut().zip(&other.stations).for_each(|(ours, theirs)| ours.merge(theirs));
        self.dock.merge(&other.dock);
        self.shelf.merge(&other.shelf);
        self.little.merge(&other.little);
    }

    /// Brings the observations that the histograms have buffered into their buckets.
    pub(super) fn settle(&mut self) {
        self.groups.values_mut().flat_map(Group::histograms_mut).for_each(Histogram::settle);
        self.others_mut().for_each(Histogram::settle);
    }

    /// A copy without the buckets of the histograms. It takes little memory, and merges with other such copies.
    pub(crate) fn light(&self) -> Counts {
        Counts {
            groups: self.groups.iter().map(|(by, group)| (*by, group.light())).collect(),
            slas: self.slas.clone(),
            late: self.late.clone(),
            dues: self.dues.clone(),
            strained: self.strained.clone(),
            comparisons: self
                .comparisons
                .iter()
                .map(|published| Published { took: published.took.light(), ..*published })
                .collect(),
            drives: Drives {
                before_copy: self.drives.before_copy.light(),
                copying: self.drives.copying.light(),
                on_site: self.drives.on_site.light(),
                ..self.drives
            },
            packages: self.packages.each_ref().map(|one| Packages { transit: one.transit.light(), ..*one }),
            cases: self.cases.each_ref().map(|one| Cases { open_for: one.open_for.light(), ..*one }),
            ..*self
        }
    }

    /// Sets the buckets to those of `whole` less those of `part`. Everything but the buckets must be set already:
    /// counts can be subtracted, minimum and maximum cannot.
    pub(crate) fn take_buckets(&mut self, whole: &Counts, part: &Counts) {
        let none = Group::default();
        for (by, group) in &mut self.groups {
            let (whole, part) = (&whole.groups[by], part.groups.get(by).unwrap_or(&none));
            take_each(group.histograms_mut(), whole.histograms(), part.histograms());
        }
        take_each(self.others_mut(), whole.others(), part.others());
    }

    /// The histograms that have no breakdown.
    fn others(&self) -> impl Iterator<Item = &Histogram> {
        let Drives { before_copy, copying, on_site, .. } = &self.drives;
        let drives = [before_copy, copying, on_site].into_iter();
        drives
            .chain(self.packages.iter().map(|packages| &packages.transit))
            .chain(self.cases.iter().map(|cases| &cases.open_for))
            .chain(self.comparisons.iter().map(|published| &published.took))
    }

    fn others_mut(&mut self) -> impl Iterator<Item = &mut Histogram> {
        let Drives { before_copy, copying, on_site, .. } = &mut self.drives;
        let drives = [before_copy, copying, on_site].into_iter();
        drives
            .chain(self.packages.iter_mut().map(|packages| &mut packages.transit))
            .chain(self.cases.iter_mut().map(|cases| &mut cases.open_for))
            .chain(self.comparisons.iter_mut().map(|published| &mut published.took))
    }

    /// How many jobs met and missed the service level of this number, over all breakdowns.
    pub fn kept(&self, sla: usize) -> Kept {
        self.slas.get(&By::All).and_then(|slas| slas.get(sla)).copied().unwrap_or_default()
    }

    /// Whether some measured jobs were still open when the run stopped.
    pub fn censored(&self) -> bool {
        self.groups.get(&By::All).is_some_and(|all| all.outcome(Outcome::Open) > 0)
    }

    /// All measured jobs; empty if there were none.
    pub fn all(&self) -> Group {
        self.groups.get(&By::All).cloned().unwrap_or_default()
    }
}

/// Sets the buckets of each histogram to those of `wholes` less those of `parts`.
fn take_each<'h>(
    ours: impl Iterator<Item = &'h mut Histogram>,
    whole: impl Iterator<Item = &'h Histogram>,
    parts: impl Iterator<Item = &'h Histogram>,
) {
    for ((ours, whole), part) in ours.zip(whole).zip(parts) {
        ours.take_buckets(whole, part);
    }
}

/// Serde supports arrays of up to 32 elements only.
mod as_list {
    use super::{Fired, RULES};
    use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};

    pub fn serialize<S: Serializer>(rules: &[Fired; RULES], to: S) -> Result<S::Ok, S::Error> {
        rules.as_slice().serialize(to)
    }

    pub fn deserialize<'d, D: Deserializer<'d>>(from: D) -> Result<[Fired; RULES], D::Error> {
        let list = Vec::<Fired>::deserialize(from)?;
        list.try_into().map_err(|_| D::Error::custom("another number of rules"))
    }
}

/// How often a rule fired, and when first and last.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fired {
    /// Number of times.
    pub times: u64,
    /// First and last instant; `None` where the rule never fired.
    pub span: Option<(Instant, Instant)>,
}

impl Fired {
    /// Records that the rule fired.
    #[inline]
    pub fn add(&mut self, at: Instant) {
        self.times += 1;
        let (first, last) = self.span.get_or_insert((at, at));
        match at {
            at if at >= *last => *last = at,
            at => *first = at.min(*first),
        }
    }

    fn merge(&mut self, other: &Fired) {
        if let Some((first, last)) = other.span {
            self.span = Some(self.span.map_or((first, last), |(a, b)| (a.min(first), b.max(last))));
        }
        self.times += other.times;
    }
}

/// Durations that are compared with a published range.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Published {
    /// Number of durations below the range.
    pub below: u64,
    /// Number within the range, both ends included.
    pub within: u64,
    /// Number above the range.
    pub above: u64,
    /// All durations.
    pub took: Histogram,
}

impl Published {
    /// Counts a job that took `took`; the published range is `low` to `high`.
    pub fn add(&mut self, took: Span, low: Span, high: Span) {
        self.took.add(took);
        match took {
            took if took < low => self.below += 1,
            took if took > high => self.above += 1,
            _ => self.within += 1,
        }
    }

    fn merge(&mut self, other: &Published) {
        self.below += other.below;
        self.within += other.within;
        self.above += other.above;
        self.took.merge(&other.took);
    }
}

/// The drives of measured jobs.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Drives {
    /// Listed drives.
    pub listed: u64,
    /// Drives that are on no list of the job in whose package they came.
    pub extra: u64,
    /// Drives received by the dock.
    pub received: u64,
    /// Drives still NeverReceived when their job left the simulation.
    pub never_received: u64,
    /// Drives whose copy was completed.
    pub copied: u64,
    /// Drives copied with warnings; shown as CompletedMoreInfo, like errors.
    pub warnings: u64,
    /// Drives copied with errors.
    pub errors: u64,
    /// Drives with a fault found while mounting or copying (unreadable, wrong key, broken manifest).
    pub faulty: u64,
    /// Bytes copied, including copies that were broken off.
    pub bytes_copied: u128,
    /// By [`Disposition`], without extra drives.
    pub dispositions: [u64; DISPOSITIONS],
    /// Time from Received to the first byte.
    pub before_copy: Histogram,
    /// Time from the first byte to the last.
    pub copying: Histogram,
    /// Time from Received until the drive left.
    pub on_site: Histogram,
}

impl Drives {
    /// Counts a drive.
    #[inline(always)]
    pub fn add(&mut self, row: &DriveRow) {
        if row.drive.extra {
            self.extra += 1;
            return;
        }
        self.listed += 1;
        self.received += u64::from(row.received.is_some());
        self.never_received += u64::from(row.state == DriveState::NeverReceived);
        self.dispositions[row.disposition.index()] += 1;
        self.bytes_copied += u128::from(row.bytes_copied);
        let copied = row.copy_ended.is_some();
        self.copied += u64::from(copied);
        self.warnings += u64::from(copied && row.outcome == Some(CopyOutcome::Warnings));
        self.errors += u64::from(copied && row.outcome == Some(CopyOutcome::Errors));
        self.faulty += u64::from(row.faulted);
        if let (Some(received), Some(started)) = (row.received, row.copy_started) {
            self.before_copy.add(started - received);
        }
        if let (Some(started), Some(ended)) = (row.copy_started, row.copy_ended) {
            self.copying.add(ended - started);
        }
        if let (Some(received), Some(left)) = (row.received, row.left) {
            self.on_site.add(left - received);
        }
    }

    fn merge(&mut self, other: &Drives) {
        self.listed += other.listed;
        self.extra += other.extra;
        self.received += other.received;
        self.never_received += other.never_received;
        self.copied += other.copied;
        self.warnings += other.warnings;
        self.errors += other.errors;
        self.faulty += other.faulty;
        self.bytes_copied += other.bytes_copied;
        add_each(&mut self.dispositions, &other.dispositions);
        self.before_copy.merge(&other.before_copy);
        self.copying.merge(&other.copying);
        self.on_site.merge(&other.on_site);
    }
}

/// Packages in one direction.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Packages {
    /// Handed over to a carrier.
    pub sent: u64,
    /// Delivered.
    pub arrived: u64,
    /// Never delivered.
    pub lost: u64,
    /// Delivered with damaged drives.
    pub damaged: u64,
    /// Packages on their way for longer than the shipping deadline.
    pub late: u64,
    /// Time from handing over to delivery.
    pub transit: Histogram,
}

impl Packages {
    /// Counts a package that was handed over at `sent`; `late_after` is the shipping deadline.
    pub fn add(&mut self, row: &PackageRow, sent: Instant, late_after: Span) {
        self.sent += 1;
        self.lost += u64::from(row.step == PackageStep::Lost);
        self.damaged += u64::from(row.step == PackageStep::Damaged);
        if let Some(arrived) = row.arrived {
            self.arrived += 1;
            self.late += u64::from(arrived - sent > late_after);
            self.transit.add(arrived - sent);
        }
    }

    fn merge(&mut self, other: &Packages) {
        self.sent += other.sent;
        self.arrived += other.arrived;
        self.lost += other.lost;
        self.damaged += other.damaged;
        self.late += other.late;
        self.transit.merge(&other.transit);
    }
}

/// Cases of one kind.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cases {
    /// Number opened.
    pub opened: u64,
    /// Attempts to reach the customer.
    pub attempts: u64,
    /// Cases whose customer was reached.
    pub reached: u64,
    /// Number by final [`CaseState`].
    pub states: [u64; CaseState::ALL.len()],
    /// Time from opening to end.
    pub open_for: Histogram,
}

impl Cases {
    /// Counts a case.
    pub fn add(&mut self, row: &CaseRow) {
        self.opened += 1;
        self.attempts += u64::from(row.attempts);
        self.reached += u64::from(row.reached.is_some());
        self.states[row.state.index()] += 1;
        if let Some(ended) = row.ended {
            self.open_for.add(ended - row.opened);
        }
    }

    /// Adds the counts of `other`.
    pub fn merge(&mut self, other: &Cases) {
        self.opened += other.opened;
        self.attempts += other.attempts;
        self.reached += other.reached;
        add_each(&mut self.states, &other.states);
        self.open_for.merge(&other.open_for);
    }

    /// Number of cases that ended in this state.
    pub fn state(&self, state: CaseState) -> u64 {
        self.states[state.index()]
    }
}
