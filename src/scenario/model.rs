//! A scenario as checked plain data: what a TOML file becomes. Nothing here is read, drawn or decided.

use crate::engine::calendar::{Epoch, Timetable};
use crate::engine::chance::Distribution;
use crate::engine::station::AtClose;
use crate::engine::time::{Instant, Span};
use crate::policy::{CaseKind, JobState, Policy};
use serde::{Deserialize, Serialize};

/// Everything that a run needs, and nothing else: a result is a pure function of this and the seed.
#[derive(Clone, Debug)]
pub struct Scenario {
    /// The name of the file without its ending, or `name` in the file.
    pub name: String,
    /// The file as the user named it, or "baseline" for the embedded one; empty where the text was in no file. No result
    /// depends on it.
    pub file: String,
    /// The question that the scenario answers, in the author's words; may be empty.
    pub question: String,
    /// What the command line sets, as `path=value`, in the order given; the seed has its own place. Names the scenario in
    /// headings and folders; no result depends on it.
    pub overrides: Vec<String>,
    /// `[run]`.
    pub run: RunPlan,
    /// `[policy]`.
    pub policy: Policy,
    /// Level 1 on working days, all day long; 0 on others: the clock of comparisons in working time.
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
    /// `[sweep]`, if the scenario says what is to be varied.
    pub sweep: Option<SweepPlan>,
    /// `[[job]]`, in the order of the file.
    pub jobs: Vec<WrittenJob>,
    /// `[[expect]]`, in the order of the file.
    pub expectations: Vec<super::expect::Expectation>,
}

impl Scenario {
    /// The breakdown that tells a service level from others of its name: "class=express", or nothing for the only one.
    pub fn level_of(&self, sla: &Sla) -> String {
        let shared = self.slas.iter().filter(|other| other.name == sla.name).count() > 1;
        let class = sla.selects.classes.first().and_then(|&class| self.site.classes.get(usize::from(class)));
        class.filter(|_| shared).map(|class| format!("class={class}")).unwrap_or_default()
    }

    /// The attainment of a service level, as `--target` names it.
    pub fn attainment_of(&self, sla: &Sla) -> String {
        let level = self.level_of(sla);
        let by = if level.is_empty() { level } else { format!("[{level}]") };
        format!("sla.{}.attainment{by}", sla.name)
    }

    /// Its name, and what the command line sets: "baseline + site.bays.servers=20".
    pub fn title(&self) -> String {
        let overrides: Vec<String> = self.overrides.iter().map(|set| format!(" + {set}")).collect();
        self.name.clone() + &overrides.concat()
    }
}

/// `[run]`: when the run starts, which jobs are measured, when it stops.
#[derive(Clone, Debug)]
pub struct RunPlan {
    /// Any 64 bits: with the scenario it determines the result.
    pub seed: u64,
    /// Where instant 0 lies on the calendar, and the site's time zone.
    pub epoch: Epoch,
    /// Jobs ordered in [warmup, horizon) are measured; time averages cover the same window.
    pub warmup: Span,
    /// The end of the measured window, from the start; longer than `warmup`.
    pub horizon: Span,
    /// What happens then to jobs still open.
    pub ending: Ending,
    /// Declared by the scenario: `true` for steady state, `false` for terminating.
    pub steady_state: bool,
    /// How many runs a conclusion is drawn from, unless the command line says so; at least 1.
    pub replications: u32,
}

impl RunPlan {
    /// How long jobs are followed after the horizon, where a scenario does not say it.
    pub const DRAIN: Span = Span::days(730);
}

/// What happens at the horizon to measured jobs that are still open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// The run goes on, arrivals too, until every measured job is at rest, at most `limit` past the horizon.
    #[allow(missing_docs, reason = "told above")]
    Drain { limit: Span },
    /// The run stops at the horizon; what is open is censored.
    Censor,
}

/// `[demand.NAME]`: one stream of orders.
#[derive(Clone, Debug)]
pub struct Source {
    /// Its name: jobs are called NAME-1, NAME-2, ...
    pub name: String,
    /// When its orders come.
    pub arrivals: Arrivals,
    /// The seasons in which more orders come than at its rate.
    pub peaks: Vec<(Instant, Instant)>,
    /// Orders at instant 0 whose package stands at the door: a backlog.
    pub backlog: u32,
    /// No more orders than this (the backlog included).
    pub limit: u64,
    /// Share of export jobs, 0 to 1.
    pub export_share: f64,
    /// Cumulative shares of the priority classes, one for each of `Site::classes`; the last is 1.
    pub class_shares: Vec<f64>,
    /// Drives of a job, 1 to 10.
    pub drives: Distribution,
    /// Bytes on a drive (import), or to be copied to it (export).
    pub bytes: Distribution,
    /// Storage accounts that the jobs of this source spread over evenly; at least 1.
    pub accounts: u32,
}

/// When the orders of a source come.
#[derive(Clone, Debug)]
pub enum Arrivals {
    /// A Poisson process, piecewise constant: `per_day` times the level of each pattern over [`LEVEL_ONE`].
    #[allow(missing_docs, reason = "told above")]
    Rate { per_day: f64, patterns: Vec<Timetable> },
    /// Orders at these instants, in order.
    Dates(Vec<Instant>),
}

/// The level of a pattern that stands for a factor of one.
pub const LEVEL_ONE: u32 = 1_000_000;

/// `[carrier.NAME]`: how packages travel.
#[derive(Clone, Debug)]
pub struct Carrier {
    /// Its name.
    pub name: String,
    /// Cumulative share over the carriers in order of their names in the file; the last is 1.
    pub cumulative_share: f64,
    /// Door to door, in seconds.
    pub transit: Distribution,
    /// Chance that a package is delayed, and its transit then, in seconds.
    pub delayed: f64,
    /// Transit of a delayed package, in seconds.
    pub delayed_transit: Distribution,
    /// Chance that a package is never delivered; each way.
    pub lost: f64,
    /// Chance that a package, on its way back, arrives damaged.
    pub damaged: f64,
    /// Open when the carrier delivers; a package that is due while it is closed comes when it opens.
    pub delivers: Timetable,
    /// Open from the daily pickup time for one minute: a package waits for the next opening. Constant: at any time.
    pub pickup: Timetable,
}

/// `[customer]`: what customers do and how they answer.
#[derive(Clone, Debug)]
pub struct Customer {
    /// From order to handing the package over, in seconds.
    pub packs: Distribution,
    /// Rate of Update Job Properties while Creating, a day (Poisson), and the most of them.
    pub updates_per_day: f64,
    /// The most updates of one job.
    pub updates_most: u32,
    /// Chance to ask for verbose logs.
    pub verbose_logs: f64,
    /// Chance to forget the delivery package at first, and how much later it is given, in seconds (J5 refuses the first).
    pub forgets_package: f64,
    /// How much later it is given, in seconds.
    pub remembers_after: Distribution,
    /// Chance never to set Shipping: the drives arrive unannounced (E1).
    pub forgets_shipping: f64,
    /// Chance never to ship (J3).
    pub never_ships: f64,
    /// Chance to delete the job, and when after the order, in seconds (J4).
    pub deletes: f64,
    /// When after the order, in seconds.
    pub deletes_after: Distribution,
    /// Chance to cancel the job, and when after the order, in seconds (C1, C2).
    pub cancels: f64,
    /// When after the order, in seconds.
    pub cancels_after: Distribution,
    /// Chance that nobody at the customer's can be reached at all.
    pub unreachable: f64,
    /// Chance that one attempt of the operations team reaches the customer.
    pub reached: f64,
    /// From the attempt that reached the customer to the answer, in seconds.
    pub answers_after: Distribution,
    /// Chance that the answer to a missing package is "wait", otherwise "cancel" (J7, J8).
    pub waits: f64,
    /// Chance that the customer of a lost or damaged export orders again, and when after it, in seconds (E3).
    pub reorders: f64,
    /// How long after the loss or the delivery, in seconds.
    pub reorders_after: Distribution,
}

/// `[faults]`: chances of what goes wrong.
#[derive(Clone, Debug)]
pub struct Faults {
    /// A listed drive is not in its package (for each drive).
    pub missing_drive: f64,
    /// A missing drive comes in a later package (else never), this long after the first was handed over, in seconds.
    pub comes_later: f64,
    /// How long after the first package was handed over, in seconds.
    pub later_by: Distribution,
    /// A listed drive travels with the parcel of the next job of its source (for each drive; X2).
    pub with_neighbour: f64,
    /// A package carries a drive of no job (for each package; X1).
    pub extra_drive: f64,
    /// Return address incorrect, or missing in part (E4), and the share of those noticed only in Packaging.
    pub wrong_address: f64,
    /// Return address missing in part.
    pub partial_address: f64,
    /// Share of the bad addresses noticed only in Packaging.
    pub noticed_late: f64,
    /// Copy outcomes, for each drive.
    pub warnings: f64,
    /// Errors while copying (D9).
    pub errors: f64,
    /// A drive that cannot be read (D12).
    pub unreadable: f64,
    /// A wrong BitLocker key (D12).
    pub wrong_key: f64,
    /// A broken manifest (D12).
    pub broken_manifest: f64,
    /// Job faults (F1).
    pub customs_hold: f64,
    /// The carrier refuses the customer's account.
    pub account_refused: f64,
    /// The storage account cannot be accessed.
    pub storage_inaccessible: f64,
    /// Unannounced drives cannot be returned (E1); they are back at the dock after this, in seconds.
    pub return_impossible: f64,
    /// When drives that cannot be returned are back at the dock, in seconds.
    pub back_after: Distribution,
}

/// `[site]`: the data center.
#[derive(Clone, Debug)]
pub struct Site {
    /// Priority classes, served first to last; at least one.
    pub classes: Vec<String>,
    /// The receiving dock.
    pub dock: StationPlan,
    /// Seconds for opening a package, and for a drive.
    pub per_package: Distribution,
    /// Seconds for receiving a drive.
    pub dock_per_drive: Distribution,
    /// An optional step between dock and bays, seconds for a drive.
    pub preparation: Option<(StationPlan, Distribution)>,
    /// The copy bays.
    pub bays: StationPlan,
    /// Bytes a second of one bay; at least 1.
    pub bay_rate: u64,
    /// Seconds to mount a drive.
    pub mount: Distribution,
    /// Shared limits in bytes a second: of the site, of one storage account.
    pub total_rate: Option<u64>,
    /// Bytes a second of one storage account, if limited.
    pub account_rate: Option<u64>,
    /// Packing.
    pub packing: StationPlan,
    /// Seconds for packing a return package, and for each drive in it.
    pub pack_per_package: Distribution,
    /// Seconds for packing a drive.
    pub pack_per_drive: Distribution,
    /// The operators who work cases.
    pub operations: StationPlan,
    /// Seconds for one attempt to reach a customer; time between the end of one attempt and the next.
    pub per_attempt: Distribution,
    /// From the end of one attempt to the next; longer than nothing.
    pub between_attempts: Span,
    /// Room for drives on hand, and what happens when it is full.
    pub shelf: Option<Shelf>,
}

impl Site {
    /// The plan of a station; none of a preparation that there is not.
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
    /// How many drives it holds.
    pub drives: u32,
    /// What happens when it is full.
    pub when_full: WhenFull,
}

/// What the dock does with a drive for which the shelf has no room.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WhenFull {
    /// The dock begins no further drive until there is room.
    Wait,
    /// The drive is taken in nevertheless; the overflow is measured.
    Overflow,
}

/// The five places where work is done, in the order of a drive's way.
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
    /// The name of its table under `[site]`.
    pub const fn name(self) -> &'static str {
        ["dock", "preparation", "bays", "packing", "operations"][self as usize]
    }
}

/// A station's servers over time. A level of `u32::MAX` stands for `servers = "unlimited"`.
#[derive(Clone, Debug)]
pub struct StationPlan {
    /// How many servers, over time.
    pub servers: Timetable,
    /// What becomes of work in hand when servers leave.
    pub at_close: AtClose,
}

/// `[[disruption]]`: something that changes at one date and is over at another: in force in [from, until).
#[derive(Clone, Debug)]
pub struct Disruption {
    /// The first instant at which it is in force.
    pub from: Instant,
    /// The first at which it is not any more.
    pub until: Instant,
    /// What it does.
    pub what: Disrupted,
}

/// What a disruption does.
#[derive(Clone, Debug)]
#[allow(missing_docs, reason = "the fields are told above them")]
pub enum Disrupted {
    /// Packages of carrier number `carrier` (all where `None`) travel this many times slower; `None`: they stand still.
    Carrier { carrier: Option<usize>, slower: Option<f64> },
    /// The station has this many servers, or its servers times this (rounded down).
    Station { station: StationName, servers: Servers },
    /// The rate of source number `source` (all where `None`) is multiplied.
    Demand { source: Option<usize>, factor: f64 },
}

/// Servers during a disruption.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Servers {
    /// So many servers.
    Exactly(u32),
    /// The usual servers times this, rounded down.
    Times(f64),
}

/// The instants of a job's life between which SLAs and comparisons count.
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
    /// Job in Packaging with its data copied: a drive was copied to its end, and none on hand is still to be copied.
    Copied,
    /// The return package packed.
    Packed,
    /// The return package delivered to the customer, damaged or not.
    Returned,
    /// Completed, Closed, or gone before.
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
    /// As scenario files write it.
    pub const fn name(self) -> &'static str {
        ["ordered", "shipped", "delivered", "received", "copied", "packed", "returned", "ended"]
            [self as usize]
    }
}

/// `[[sla]]`: a service level.
#[derive(Clone, Debug)]
pub struct Sla {
    /// Its name in metrics, `sla.NAME.attainment`; by default that of `to`. Levels of one name differ by class.
    pub name: String,
    /// The milestone at which the clock starts.
    pub from: Milestone,
    /// The milestone to be reached.
    pub to: Milestone,
    /// The time in which `to` is to be reached, by `clock`; exactly at the end is in time.
    pub within: Span,
    /// The share of jobs that is to meet it, 0 to 1.
    pub target: f64,
    /// Which time counts.
    pub clock: SlaClock,
    /// Which jobs count, by when.
    pub counts: Counted,
    /// Which jobs count, by what they are.
    pub selects: Selected,
    /// When the clock stands still.
    pub pauses: Pauses,
    /// The price of a job that misses it; `None`: that of `[cost] breach`.
    pub breach: Option<f64>,
}

/// The time that counts for a service level.
#[derive(Clone, Debug)]
pub enum SlaClock {
    /// All time.
    All,
    /// Time at a level above 0: on working days, or in opening hours.
    Counted {
        /// Above 0 while time counts.
        counted: Timetable,
        /// Opening hours, not whole working days.
        is_open: bool,
    },
    /// Whole days after the day of `from`, each ending at 24:00 local time.
    NextDays {
        /// Above 0 at the beginning of each day that counts.
        counted: Timetable,
        /// The zone of the days.
        epoch: Epoch,
        /// Working days, not all days.
        is_working: bool,
    },
}

/// Which jobs a service level counts, by when.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Counted {
    /// Those ordered in the measured window.
    Ordered,
    /// Those whose `from` falls in the measured window.
    From,
}

/// Which jobs a service level counts, by what they are; an empty list selects all.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Selected {
    /// Numbers of priority classes.
    pub classes: Vec<u16>,
    /// `true`: exports; `false`: imports.
    pub types: Vec<bool>,
    /// Numbers of sources; written jobs come from the one after the last.
    pub sources: Vec<u16>,
    /// Numbers of inbound carriers.
    pub carriers: Vec<u16>,
}

/// When the clock of a service level stands still.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Pauses {
    /// From the first attempt that reaches the customer in a case to the end of the case.
    pub asked: bool,
    /// While the job is Faulted.
    pub faulted: bool,
}

impl Sla {
    /// Whether each is for one class, and not for the same.
    pub fn is_apart_from(&self, other: &Sla) -> bool {
        let (own, others) = (&self.selects.classes, &other.selects.classes);
        own.len() == 1 && others.len() == 1 && own != others
    }

    /// Its time with its clock: "10d", "3d working", "56h open" (a day of opening hours has no 24 of them).
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

/// `[sweep]`: the points that are run by `shipback sweep`.
#[derive(Clone, Debug, PartialEq)]
pub struct SweepPlan {
    /// The parameters and their values.
    pub varied: Vec<super::Vary>,
    /// Which of the points are meant.
    pub constraints: Vec<super::Constraint>,
    /// So many points of a Latin hypercube instead of the whole grid.
    pub lhs: Option<u32>,
    /// Replications of each point.
    pub replications: u32,
    /// What is shown and drawn; empty: the attainment of each SLA, and the cost.
    pub metrics: Vec<String>,
}

/// `[cost]`: prices, in one currency.
#[derive(Clone, Debug, PartialEq)]
pub struct Cost {
    /// Its name, for headings only; may be empty.
    pub currency: String,
    /// An hour of a server on duty at dock, preparation and packing.
    pub worker_hour: f64,
    /// An hour of an operator on duty.
    pub operator_hour: f64,
    /// An hour of a bay that is there, used or not.
    pub bay_hour: f64,
    /// A drive that the dock receives.
    pub drive: f64,
    /// A package sent back.
    pub package: f64,
    /// A job that misses a service level, for each of [`Scenario::slas`].
    pub breach: Vec<f64>,
    /// A drive destroyed.
    pub destroyed_drive: f64,
}

/// `[[comparison]]`: a published figure shown beside the result; no target.
#[derive(Clone, Debug)]
pub struct Comparison {
    /// Its name in metrics, `comparison.NAME.*`.
    pub name: String,
    /// Where the clock starts.
    pub from: Milestone,
    /// Where it stops.
    pub to: Milestone,
    /// The published range, both ends included.
    pub low: Span,
    /// The longest published.
    pub high: Span,
    /// Count working days only.
    pub working: bool,
    /// Who published it.
    pub source: String,
}

/// `[[job]]`: a fate written out by hand.
#[derive(Clone, Debug)]
pub struct WrittenJob {
    /// Unique in the file; letters, digits, `-` and `_`.
    pub name: String,
    /// The fate itself.
    pub fate: super::fate::Fate,
    /// Answers to the cases of this job, by kind and occurrence; beyond the list nobody is reached.
    pub answers: Vec<(CaseKind, Vec<super::fate::Answer>)>,
    /// Answers about the faults of each drive.
    pub drive_answers: Vec<super::fate::Answer>,
}

/// The states in which a job fault may strike, checked when read.
pub const FAULT_STATES: [JobState; 5] =
    [JobState::Creating, JobState::Shipping, JobState::Received, JobState::Transferring, JobState::Packaging];
