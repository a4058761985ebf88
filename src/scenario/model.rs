//! A scenario as checked plain data. This file reads, draws and decides nothing.

use crate::engine::calendar::{Epoch, Timetable};
use crate::engine::chance::Distribution;
use crate::engine::station::AtClose;
use crate::engine::time::{Instant, Span};
use crate::policy::{CaseKind, JobState, Policy};
use serde::{Deserialize, Serialize};

/// Everything that a run needs, and nothing else: a result is a pure function of scenario and seed.
#[derive(Clone, Debug)]
pub struct Scenario {
    /// Name of the file without its extension, or `name` in the file.
    pub name: String,
    /// The file as the user named it; "baseline" for the embedded scenario; empty for a text without a file. Results do
    /// not depend on it.
    pub file: String,
    /// The question that the scenario answers, in the author's words; may be empty.
    pub question: String,
    /// Overrides of the command line, as `path=value` in the given order, without the seed. They appear in headings and
    /// folder names; results do not depend on them.
    pub overrides: Vec<String>,
    /// `[run]`.
    pub run: RunPlan,
    /// `[policy]`.
    pub policy: Policy,
    /// Level 1 on working days, all day; otherwise 0: the clock of comparisons in working time.
    pub working_days: Timetable,
    /// `[demand.NAME]`, in the order of the file.
    pub demand: Vec<Source>,
    /// `[carrier.NAME]`, in the order of the file; at least one.
    pub carriers: Vec<Carrier>,
    /// `[customer]`.
    pub customer: Customer,
    /// `[faults]`.
    pub faults: Faults,
    /// `[site]`.
    pub site: Site,
    /// `[[disruption]]`.
    pub disruptions: Vec<Disruption>,
    /// `[[sla]]`.
    pub slas: Vec<Sla>,
    /// `[[comparison]]`.
    pub comparisons: Vec<Comparison>,
    /// `[cost]`, if prices are given.
    pub cost: Option<Cost>,
    /// `[sweep]`, if the scenario has one.
    pub sweep: Option<SweepPlan>,
    /// `[[job]]`, in the order of the file.
    pub jobs: Vec<WrittenJob>,
    /// `[[expect]]`, in the order of the file.
    pub expectations: Vec<super::expect::Expectation>,
}

impl Scenario {
    /// The breakdown that distinguishes service levels with one name: "class=express"; empty if there is only one.
    pub fn level_of(&self, sla: &Sla) -> String {
        let shared = self.slas.iter().filter(|other| other.name == sla.name).count() > 1;
        let class = sla.selects.classes.first().and_then(|&class| self.site.classes.get(usize::from(class)));
        class.filter(|_| shared).map(|class| format!("class={class}")).unwrap_or_default()
    }

    /// The attainment of a service level, in the form of `--target`.
    pub fn attainment_of(&self, sla: &Sla) -> String {
        let level = self.level_of(sla);
        let by = if level.is_empty() { level } else { format!("[{level}]") };
        format!("sla.{}.attainment{by}", sla.name)
    }

    /// Name and overrides: "baseline + site.bays.servers=20".
    pub fn title(&self) -> String {
        let overrides: Vec<String> = self.overrides.iter().map(|set| format!(" + {set}")).collect();
        self.name.clone() + &overrides.concat()
    }
}

/// `[run]`: when the run starts, which jobs are measured, and when it stops.
#[derive(Clone, Debug)]
pub struct RunPlan {
    /// Random seed, any 64 bits.
    pub seed: u64,
    /// The calendar date of instant 0, and the site's time zone.
    pub epoch: Epoch,
    /// Jobs created in [warmup, horizon) are measured; time averages cover the same window.
    pub warmup: Span,
    /// End of the measured window, from the start; greater than `warmup`.
    pub horizon: Span,
    /// What happens at the horizon to open jobs.
    pub ending: Ending,
    /// Whether the scenario declares a steady state; otherwise it is terminating.
    pub steady_state: bool,
    /// Default number of replications; at least 1.
    pub replications: u32,
}

impl RunPlan {
    /// How long jobs are followed after the horizon by default.
    pub const DRAIN: Span = Span::days(730);
}

/// What happens at the horizon to measured jobs that are still open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// The run goes on, with arrivals, until no measured job can change any more; at most `limit` after the horizon.
    #[allow(missing_docs, reason = "told above")]
    Drain { limit: Span },
    /// The run stops at the horizon; open jobs are censored.
    Censor,
}

/// `[demand.NAME]`: one source of jobs.
#[derive(Clone, Debug)]
pub struct Source {
    /// Name; its jobs are called NAME-1, NAME-2, ...
    pub name: String,
    /// Arrival process of its jobs.
    pub arrivals: Arrivals,
    /// Seasons in which it creates more jobs than its rate.
    pub peaks: Vec<(Instant, Instant)>,
    /// Number of jobs at instant 0 whose package is already at the door: a backlog.
    pub backlog: u32,
    /// Largest number of jobs, backlog included.
    pub limit: u64,
    /// Share of export jobs, 0 to 1.
    pub export_share: f64,
    /// Cumulative shares of the priority classes, in the order of `Site::classes`; the last is 1.
    pub class_shares: Vec<f64>,
    /// Number of drives of a job, 1 to 10.
    pub drives: Distribution,
    /// Bytes to copy from a drive (import), or to it (export).
    pub bytes: Distribution,
    /// Number of storage accounts over which the jobs are spread evenly; at least 1.
    pub accounts: u32,
}

/// The arrival process of a source.
#[derive(Clone, Debug)]
pub enum Arrivals {
    /// A Poisson process with a piecewise constant rate: `per_day` times the level of each pattern over [`LEVEL_ONE`].
    #[allow(missing_docs, reason = "told above")]
    Rate { per_day: f64, patterns: Vec<Timetable> },
    /// Jobs at these instants, in order.
    Dates(Vec<Instant>),
}

/// The level of a pattern that means a factor of one.
pub const LEVEL_ONE: u32 = 1_000_000;

/// `[carrier.NAME]`: how packages travel.
#[derive(Clone, Debug)]
pub struct Carrier {
    /// Its name.
    pub name: String,
    /// Cumulative share over the carriers, in the order of the file; the last is 1.
    pub cumulative_share: f64,
    /// Time from door to door, in seconds.
    pub transit: Distribution,
    /// Probability that a package is delayed.
    pub delayed: f64,
    /// Transit of a delayed package, in seconds.
    pub delayed_transit: Distribution,
    /// Probability that a package is never delivered, in each direction.
    pub lost: f64,
    /// Probability that a package arrives damaged on its way back.
    pub damaged: f64,
    /// Open when the carrier delivers; a package that is due while it is closed arrives at the next opening.
    pub delivers: Timetable,
    /// Open for one minute from each pickup time: a package waits for the next opening. Constant: pickup at any time.
    pub pickup: Timetable,
}

/// `[customer]`: what customers do and how they respond.
#[derive(Clone, Debug)]
pub struct Customer {
    /// Time from order to handing the package over, in seconds.
    pub packs: Distribution,
    /// Rate of Update Job Properties while Creating, per day (Poisson).
    pub updates_per_day: f64,
    /// Largest number of updates of one job.
    pub updates_most: u32,
    /// Probability of asking for verbose logs.
    pub verbose_logs: f64,
    /// Probability of omitting the delivery package at first (J5 refuses).
    pub forgets_package: f64,
    /// Time until it is given, in seconds.
    pub remembers_after: Distribution,
    /// Probability of never setting Shipping: the drives arrive unannounced (E1).
    pub forgets_shipping: f64,
    /// Probability of never shipping (J3).
    pub never_ships: f64,
    /// Probability of deleting the job (J4).
    pub deletes: f64,
    /// Time from order to deletion, in seconds.
    pub deletes_after: Distribution,
    /// Probability of canceling the job (C1, C2).
    pub cancels: f64,
    /// Time from order to cancel, in seconds.
    pub cancels_after: Distribution,
    /// Probability that no attempt can reach the customer.
    pub unreachable: f64,
    /// Probability that one attempt of the operations team reaches the customer.
    pub reached: f64,
    /// Time from the attempt that reached the customer to the response, in seconds.
    pub answers_after: Distribution,
    /// Probability that the response about a missing package is "wait", otherwise "cancel" (J7, J8).
    pub waits: f64,
    /// Probability that the customer of a lost or damaged export orders again (E3).
    pub reorders: f64,
    /// Time from the loss or the delivery to the new order, in seconds.
    pub reorders_after: Distribution,
}

/// `[faults]`: probabilities of faults.
#[derive(Clone, Debug)]
pub struct Faults {
    /// A listed drive is missing in its package (per drive).
    pub missing_drive: f64,
    /// Share of missing drives that come in a later package; the others never come.
    pub comes_later: f64,
    /// Time from handing over the first package to the delivery of the later one, in seconds.
    pub later_by: Distribution,
    /// A listed drive travels in the package of the next job of its source (per drive; X2).
    pub with_neighbour: f64,
    /// A package contains a drive that is on no list (per package; X1).
    pub extra_drive: f64,
    /// The return address is incorrect (E4; per job).
    pub wrong_address: f64,
    /// The return address is incomplete (E4; per job).
    pub partial_address: f64,
    /// Share of bad addresses that are noticed only in Packaging.
    pub noticed_late: f64,
    /// Copying ends with warnings (D9; per drive).
    pub warnings: f64,
    /// Copying ends with errors (D9; per drive).
    pub errors: f64,
    /// The drive cannot be read (D12; per drive).
    pub unreadable: f64,
    /// The BitLocker key is wrong (D12; per drive).
    pub wrong_key: f64,
    /// The manifest is broken (D12; per drive).
    pub broken_manifest: f64,
    /// Customs hold the package (F1; per job).
    pub customs_hold: f64,
    /// The carrier refuses the customer's account (F1; per job).
    pub account_refused: f64,
    /// The storage account cannot be accessed (F1; per job).
    pub storage_inaccessible: f64,
    /// The return of unannounced drives fails (E1).
    pub return_impossible: f64,
    /// Time after which drives whose return failed are back at the dock, in seconds.
    pub back_after: Distribution,
}

/// `[site]`: the data center.
#[derive(Clone, Debug)]
pub struct Site {
    /// Priority classes in the order of service; at least one.
    pub classes: Vec<String>,
    /// The receiving dock.
    pub dock: StationPlan,
    /// Time to open a package, in seconds.
    pub per_package: Distribution,
    /// Time to receive a drive, in seconds.
    pub dock_per_drive: Distribution,
    /// An optional step between dock and bays; time for a drive, in seconds.
    pub preparation: Option<(StationPlan, Distribution)>,
    /// The copy bays.
    pub bays: StationPlan,
    /// Bytes per second of one bay; at least 1.
    pub bay_rate: u64,
    /// Time to mount a drive, in seconds.
    pub mount: Distribution,
    /// Limit of all bays together in bytes per second, if there is one.
    pub total_rate: Option<u64>,
    /// Limit of one storage account in bytes per second, if there is one.
    pub account_rate: Option<u64>,
    /// Packing.
    pub packing: StationPlan,
    /// Time to pack a return package, in seconds, besides that for its drives.
    pub pack_per_package: Distribution,
    /// Time to pack a drive, in seconds.
    pub pack_per_drive: Distribution,
    /// The operators who handle cases.
    pub operations: StationPlan,
    /// Time of one attempt to reach a customer, in seconds.
    pub per_attempt: Distribution,
    /// Time from the end of one attempt to the next; greater than zero.
    pub between_attempts: Span,
    /// The shelf for drives on hand, if its room is limited.
    pub shelf: Option<Shelf>,
}

impl Site {
    /// The plan of a station; `None` for a preparation that the site does not have.
    pub fn plan(&self, station: StationName) -> Option<&StationPlan> {
        match station {
            StationName::Dock => Some(&self.dock),
            StationName::Preparation => self.preparation.as_ref().map(|preparation| &preparation.0),
            StationName::Bays => Some(&self.bays),
            StationName::Packing => Some(&self.packing),
            StationName::Operations => Some(&self.operations),
        }
    }
}

/// The shelf for drives on hand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shelf {
    /// Number of drives that it holds.
    pub drives: u32,
    /// What happens when it is full.
    pub when_full: WhenFull,
}

/// What the dock does with a drive when the shelf is full.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WhenFull {
    /// The dock starts no further drive until there is room.
    Wait,
    /// The drive is received; the overflow is measured.
    Overflow,
}

/// The five stations, in the order of a drive's way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[repr(u8)]
pub enum StationName {
    /// Packages are opened and drives received.
    Dock,
    /// An optional step before copying.
    Preparation,
    /// Drives are mounted and copied.
    Bays,
    /// Return packages are packed.
    Packing,
    /// Operators contact customers.
    Operations,
}

impl StationName {
    /// All five, in order.
    pub const ALL: [StationName; 5] =
        [Self::Dock, Self::Preparation, Self::Bays, Self::Packing, Self::Operations];
    /// Name of its table under `[site]`.
    pub const fn name(self) -> &'static str {
        ["dock", "preparation", "bays", "packing", "operations"][self as usize]
    }
}

/// A station's servers over time. A level of `u32::MAX` stands for `servers = "unlimited"`.
#[derive(Clone, Debug)]
pub struct StationPlan {
    /// How many servers, over time.
    pub servers: Timetable,
    /// What happens to unfinished work when servers leave.
    pub at_close: AtClose,
}

/// `[[disruption]]`: a temporary change, in force in [from, until).
#[derive(Clone, Debug)]
pub struct Disruption {
    /// First instant at which it is in force.
    pub from: Instant,
    /// First instant at which it is no longer in force.
    pub until: Instant,
    /// The change.
    pub what: Disrupted,
}

/// The change that a disruption makes.
#[derive(Clone, Debug)]
#[allow(missing_docs, reason = "the fields are told above them")]
pub enum Disrupted {
    /// Transit with carrier number `carrier` (`None`: all) takes `slower` times as long; `slower: None`: packages stand
    /// still.
    Carrier { carrier: Option<usize>, slower: Option<f64> },
    /// The station has another number of servers.
    Station { station: StationName, servers: Servers },
    /// The rate of source number `source` (`None`: all) is multiplied by `factor`.
    Demand { source: Option<usize>, factor: f64 },
}

/// Number of servers during a disruption.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Servers {
    /// This number of servers.
    Exactly(u32),
    /// The scheduled number times this, rounded down.
    Times(f64),
}

/// The milestones of a job, between which SLAs and comparisons count time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Milestone {
    /// Put Job.
    Ordered,
    /// State set to Shipping (J5).
    Shipped,
    /// The carrier has delivered the first package with a listed drive of the job.
    Delivered,
    /// Job Received (J10).
    Received,
    /// The job is in Packaging with its data copied: one drive was copied completely, and no drive on hand is left to
    /// copy.
    Copied,
    /// The return package is packed.
    Packed,
    /// The return package is delivered to the customer, damaged or not.
    Returned,
    /// The job is Completed or Closed, or was removed before.
    Ended,
}

impl Milestone {
    /// All eight, in the order of a job's life.
    pub const ALL: [Milestone; 8] = [
        Self::Ordered,
        Self::Shipped,
        Self::Delivered,
        Self::Received,
        Self::Copied,
        Self::Packed,
        Self::Returned,
        Self::Ended,
    ];
    /// The word in scenario files.
    pub const fn name(self) -> &'static str {
        ["ordered", "shipped", "delivered", "received", "copied", "packed", "returned", "ended"]
            [self as usize]
    }
}

/// `[[sla]]`: a service level.
#[derive(Clone, Debug)]
pub struct Sla {
    /// Name in metrics, `sla.NAME.attainment`; by default that of `to`. Levels with one name have different classes.
    pub name: String,
    /// Milestone at which the clock starts.
    pub from: Milestone,
    /// Milestone that must be reached.
    pub to: Milestone,
    /// Time limit by `clock`; reaching `to` exactly at the limit is in time.
    pub within: Span,
    /// Target: share of jobs that must meet the level, 0 to 1.
    pub target: f64,
    /// The time that counts.
    pub clock: SlaClock,
    /// Which jobs count, by their instants.
    pub counts: Counted,
    /// Which jobs count, by their properties.
    pub selects: Selected,
    /// When the clock is paused.
    pub pauses: Pauses,
    /// Cost of a job that misses it; `None`: `breach` of `[cost]`.
    pub breach: Option<f64>,
}

/// The clock of a service level.
#[derive(Clone, Debug)]
pub enum SlaClock {
    /// All time counts.
    All,
    /// Time at a level above 0 counts: working days or opening hours.
    Counted {
        /// Level above 0 while time counts.
        counted: Timetable,
        /// Whether it counts opening hours; otherwise whole working days.
        is_open: bool,
    },
    /// Whole days after the day of `from`; each ends at 24:00 local time.
    NextDays {
        /// Level above 0 at the beginning of each day that counts.
        counted: Timetable,
        /// Time zone of the days.
        epoch: Epoch,
        /// Whether it counts working days; otherwise all days.
        is_working: bool,
    },
}

/// Which jobs a service level counts, by their instants.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Counted {
    /// Jobs created in the measured window.
    Ordered,
    /// Jobs whose `from` is in the measured window.
    From,
}

/// Which jobs a service level counts, by their properties; an empty list selects all.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Selected {
    /// Numbers of priority classes.
    pub classes: Vec<u16>,
    /// `true`: exports; `false`: imports.
    pub types: Vec<bool>,
    /// Numbers of sources; scripted jobs have the number after the last source.
    pub sources: Vec<u16>,
    /// Numbers of inbound carriers.
    pub carriers: Vec<u16>,
}

/// When the clock of a service level is paused.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Pauses {
    /// From the first attempt of a case that reaches the customer to the end of the case.
    pub asked: bool,
    /// While the job is Faulted.
    pub faulted: bool,
}

impl Sla {
    /// Whether both levels select classes, and no class is in both.
    pub fn is_apart_from(&self, other: &Sla) -> bool {
        let (own, others) = (&self.selects.classes, &other.selects.classes);
        own.len() == 1 && others.len() == 1 && own != others
    }

    /// Time limit with its clock: "10d", "3d working", "56h open" (a day of opening hours has fewer than 24).
    pub fn within_words(&self) -> String {
        let within = self.within;
        match self.clock {
            SlaClock::All => within.to_string(),
            SlaClock::Counted { is_open: false, .. } => format!("{within} working"),
            SlaClock::Counted { is_open: true, .. } if within.micros() % Span::HOUR.micros() == 0 => {
                format!("{}h open", within.micros() / Span::HOUR.micros())
            }
            SlaClock::Counted { is_open: true, .. } => format!("{within} open"),
            SlaClock::NextDays { is_working: true, .. } => format!("{within} working from the next day"),
            SlaClock::NextDays { is_working: false, .. } => format!("{within} from the next day"),
        }
    }
}

/// `[sweep]`: the points of `shipback sweep`.
#[derive(Clone, Debug, PartialEq)]
pub struct SweepPlan {
    /// The parameters and their values.
    pub varied: Vec<super::Vary>,
    /// Constraints on the points.
    pub constraints: Vec<super::Constraint>,
    /// Number of points of a Latin hypercube; `None`: the full grid.
    pub lhs: Option<u32>,
    /// Replications of each point.
    pub replications: u32,
    /// Metrics to print and draw; empty: the attainment of each SLA, and the cost.
    pub metrics: Vec<String>,
}

/// `[cost]`: prices, in one currency.
#[derive(Clone, Debug, PartialEq)]
pub struct Cost {
    /// Name of the currency, for headings only; may be empty.
    pub currency: String,
    /// Per hour of a server on duty at dock, preparation and packing.
    pub worker_hour: f64,
    /// Per hour of an operator on duty.
    pub operator_hour: f64,
    /// Per hour of a bay on duty, used or not.
    pub bay_hour: f64,
    /// Per drive that the dock receives.
    pub drive: f64,
    /// Per package sent back.
    pub package: f64,
    /// Per job that misses a service level, for each of [`Scenario::slas`].
    pub breach: Vec<f64>,
    /// Per drive destroyed.
    pub destroyed_drive: f64,
}

/// `[[comparison]]`: a published figure shown beside the result; not a target.
#[derive(Clone, Debug)]
pub struct Comparison {
    /// Name in metrics, `comparison.NAME.*`.
    pub name: String,
    /// Milestone at which the clock starts.
    pub from: Milestone,
    /// Milestone at which it stops.
    pub to: Milestone,
    /// Low end of the published range, included.
    pub low: Span,
    /// High end of the published range, included.
    pub high: Span,
    /// Whether only working days count.
    pub working: bool,
    /// The publication.
    pub source: String,
}

/// `[[job]]`: a job whose random inputs are written by hand.
#[derive(Clone, Debug)]
pub struct WrittenJob {
    /// Name, unique in the file; letters, digits, `-` and `_`.
    pub name: String,
    /// Its random inputs.
    pub fate: super::fate::Fate,
    /// Responses to its cases, by kind and occurrence; after the end of a list, no attempt reaches the customer.
    pub answers: Vec<(CaseKind, Vec<super::fate::Answer>)>,
    /// Responses about the faults of each drive.
    pub drive_answers: Vec<super::fate::Answer>,
}

/// The states in which a job fault can strike; checked by the reader.
pub const FAULT_STATES: [JobState; 5] =
    [JobState::Creating, JobState::Shipping, JobState::Received, JobState::Transferring, JobState::Packaging];
