//! The simulation model: jobs, drives, packages, cases and the site. It opens no files and prints nothing.
//!
//! In: a [`Scenario`], a seed and a replication number. Out: every [`Fact`], and a row for each finished job, drive,
//! package and case and for each day, to an [`Observer`]; at the end a [`RunEnd`].
//!
//! ```
//! use shipback::engine::time::Instant;
//! use shipback::scenario::Scenario;
//! use shipback::world::{self, Fact, Observer};
//!
//! /// Keeps the life of the only job.
//! #[derive(Default)]
//! struct Life(Vec<String>);
//!
//! impl Observer for Life {
//!     fn fact(&mut self, at: Instant, fact: &Fact) {
//!         if let Fact::Job { to, rule, .. } = fact {
//!             self.0.push(format!("{at} {to:?} {rule}"));
//!         }
//!     }
//! }
//!
//! let text = "[[job]]\nname = \"a\"\npacks = \"1d\"\ntransit = \"lost\"\n";
//! let scenario = Scenario::parse(text, &[])?.scenario;
//! let (_, life) = world::run(&scenario, scenario.run.seed, 0, Life::default());
//! assert_eq!(life.0[1], "1d Shipping J5");
//! # Ok::<(), shipback::error::Error>(())
//! ```
//!
//! One event loop: take the next event from the agenda, let its module act, ask the policy for each state change,
//! report what happened as a [`Fact`].
//!
//! To follow the life of a job, read `event.rs` and `World::happen` below (which event goes where), `jobs.rs` and `hand.rs`
//! (the job table), `life.rs` (signals, states), then:
//!
//! - the usual life of a job, from the order to the end of its record: `usual.rs`; the same for all jobs:
//! - order and shipment: `customer.rs`, `carrier.rs`
//! - receipt: `shelf.rs`, `dock.rs`
//! - drives: `units.rs`; their preparation and copy: `drives.rs`; servers and queues of all stations: `site.rs`; services
//!   that end together: `together.rs`
//! - packing and return: `packing.rs`, `carrier.rs`
//! - cases: `cases.rs`; held packages: `held.rs`; deadlines: `timers.rs`
//! - end: `timers.rs` (end of the record), `hand.rs` (what then becomes of the job), `tell.rs` (rows), `rest.rs` and
//!   `runs.rs` (compact encoding of finished jobs)
//!
//! Frequent paths are inlined and rare ones marked cold, so that the frequent code is contiguous: runs take some 5 %
//! less.

mod account;
mod audit;
mod carrier;
mod cases;
mod customer;
mod dock;
mod drives;
mod event;
mod fact;
mod guards;
mod hand;
mod held;
mod jobs;
mod life;
mod packing;
mod record;
mod rest;
mod roads;
mod runs;
mod shelf;
mod site;
mod slab;
mod tell;
mod timers;
mod together;
mod units;
mod usual;
mod view;

pub use fact::*;
pub use view::*;

// What most files of the world use: they take it over by `use super::*`.
use crate::engine::agenda::{Agenda, EventList, Lane};
use crate::engine::plain::Plain;
use crate::engine::station::{Slot, Ticket};
use crate::engine::time::{Instant, Span};
use crate::fate::{CopyOutcome, DriveFate, Fates, ReturnAddress, Travels, Work};
use crate::policy::{
    ArrivalRow, CaseKind, CaseSignal, CaseState, Deadline, Disposition, DriveSignal, DriveState, Guard,
    JobSignal, JobState, Listing, Policy, Remedy, Rule, Tells, Treatment, Turn,
};
use crate::scenario::{Arrivals, Ending, Milestone, Scenario, Source, StationName};
use drives::Bandwidth;
use event::{Act, Event, Task};
use jobs::{AtHand, Jobs, RecordNumber};
use record::{Case, Held, Hold, Job, Package, Phase, Timer, Units, Visit, derefs};
use roads::Roads;
use site::{Length, Site};
use slab::{Key, Slab};
use std::collections::BTreeMap;
use together::Together;
use units::{Drive, DriveFault, Stage, Unit, work_number};

/// Result of a run that is in no fact and no row.
#[derive(Clone, Copy, Debug)]
pub struct RunEnd {
    /// Simulated time at which the clock stopped.
    pub stopped: Instant,
    /// Events that had an effect; void deadlines do not count.
    pub events: u64,
    /// Measured jobs that were not at rest when the run stopped.
    pub open: u64,
    /// Cumulative measures of the site at the end of the warm-up.
    pub at_warmup: Snapshot,
    /// Cumulative measures of the site at the horizon.
    pub at_horizon: Snapshot,
}

/// The simulated data center and its customers at one instant.
pub struct World<'s, O, L = Agenda<Event>> {
    scenario: &'s Scenario,
    fates: Fates<'s>,
    out: O,
    agenda: L,
    /// A first-in-first-out lane for each documented deadline.
    lanes: Vec<Lane>,
    /// Constant service times, by kind of work; `None`: drawn.
    always: [Option<Length>; Work::ALL.len()],
    now: Instant,
    jobs: Jobs,
    packages: Slab<Package>,
    cases: Slab<Case>,
    together: Slab<Together>,
    site: Site,
    bandwidth: Bandwidth,
    roads: Roads,
    /// Drives that will travel in another job's package, by that job.
    strays: BTreeMap<JobId, Vec<Unit>>,
    /// Drives at the site that came in another job's package (X2), with that job.
    hosts: BTreeMap<Unit, Key>,
    /// Jobs from which other jobs followed (E1, E3), sorted by the first job of each family.
    families: Vec<(JobId, Family)>,
    /// The next job of each source, drawn in advance.
    next_jobs: Vec<Key>,
    written: usize,
    /// Jobs changed by the current event other than its own job.
    touched: Vec<Key>,
    /// Whether jobs can have a usual life: see `usual.rs`.
    has_usual: bool,
    counts: Counts,
    stop_at: Instant,
}

/// A job and all jobs that followed from it.
#[derive(Clone, Copy, Debug)]
struct Family {
    /// Highest generation so far.
    last: u16,
    living: u32,
}

/// Counters that [`World::audit`] checks against each other.
#[derive(Clone, Copy, Debug, Default)]
struct Counts {
    events: u64,
    ordered: u64,
    ended: u64,
    /// Jobs ordered in the measured window that are not yet at rest.
    awaited: u64,
    horizon_passed: bool,
    by_state: [u32; 10],
    drives_on_site: u32,
    /// For Little's law: number of open jobs integrated over time (µs), and sum of sojourn times.
    open_integral: i128,
    integrated_to: Instant,
    sojourns: i128,
    day: u32,
    day_from: Instant,
    at_warmup: Snapshot,
    at_horizon: Snapshot,
}

impl Counts {
    /// A job changes the state that it shows. Jobs without a record are not counted.
    #[inline(always)]
    fn moves(&mut self, from: JobState, to: JobState) {
        self.by_state[from.index()] -= u32::from(from != JobState::Absent);
        self.by_state[to.index()] += u32::from(to != JobState::Gone);
    }
}

/// Upper bound of events at one instant caused by orders at that instant (backlogs, listed dates).
fn at_once(scenario: &Scenario) -> u64 {
    /// Per job: ten drives, each announced, received, prepared, mounted, copied and packed in zero time.
    const A_JOB: u64 = 200;
    let orders = |source: &Source| {
        let dates = if let Arrivals::Dates(dates) = &source.arrivals { dates.len() as u64 } else { 0 };
        u64::from(source.backlog) + dates
    };
    let drawn: u64 = scenario.demand.iter().map(orders).sum();
    A_JOB * (drawn + scenario.jobs.len() as u64)
}

/// Runs one replication to its end. All facts and rows go to `out`, which is returned.
pub fn run<O: Observer>(scenario: &Scenario, seed: u64, replication: u64, out: O) -> (RunEnd, O) {
    let mut world = World::new(scenario, seed, replication, out);
    while world.step() {}
    world.finish()
}

impl<'s, O: Observer> World<'s, O> {
    /// The site before the first event; it starts empty.
    pub fn new(scenario: &'s Scenario, seed: u64, replication: u64, out: O) -> World<'s, O> {
        World::build(Agenda::new(), scenario, seed, replication, out)
    }
}

impl<'s, O: Observer> World<'s, O, Plain<Event>> {
    /// The same model on the simplest event list, without compact encoding of finished jobs and without the shorter code
    /// for usual lives: tests compare [`World::new`] with it.
    pub fn plain(scenario: &'s Scenario, seed: u64, replication: u64, out: O) -> World<'s, O, Plain<Event>> {
        World::build(Plain::new(), scenario, seed, replication, out)
    }
}

impl<'s, O: Observer, L: EventList<Event>> World<'s, O, L> {
    fn build(mut agenda: L, scenario: &'s Scenario, seed: u64, replication: u64, out: O) -> World<'s, O, L> {
        let policy = &scenario.policy;
        let at_end = policy.turn(Turn::Deadline);
        let lane = |&deadline: &Deadline| agenda.lane(deadline.of(&policy.timings), at_end);
        let lanes = Deadline::ALL.iter().map(lane).collect();
        let done = policy.turn(Turn::Work);
        let fates = Fates::new(scenario, seed, replication);
        let always = Work::ALL.map(|work| fates.always(work)).map(|always| {
            always.map(|length| Length { span: length, lane: Some(agenda.lane(length, done)) })
        });
        let horizon = Instant::START + scenario.run.horizon;
        let stop_at = match scenario.run.ending {
            Ending::Drain { limit } => horizon + limit,
            Ending::Censor => horizon,
        };
        let mut world = World {
            scenario,
            fates,
            out,
            agenda,
            lanes,
            always,
            now: Instant::START,
            jobs: Jobs::default(),
            packages: Slab::default(),
            cases: Slab::default(),
            together: Slab::default(),
            site: Site::new(scenario),
            bandwidth: Bandwidth::new(&scenario.site),
            roads: Roads::new(scenario),
            strays: BTreeMap::new(),
            hosts: BTreeMap::new(),
            families: vec![],
            next_jobs: vec![],
            written: 0,
            touched: vec![],
            has_usual: !L::PLAIN && policy.has_documented_rows(),
            counts: Counts::default(),
            stop_at,
        };
        let first = policy.turn(Turn::Observe);
        world.agenda.push(Instant::START + scenario.run.warmup, first, Event::Mark(false));
        world.agenda.push(horizon, first, Event::Mark(true));
        world.agenda.allow_at_once(at_once(scenario));
        world.open_site();
        world.open_demand();
        world
    }

    /// Current simulated time: that of the last step, or where [`World::advance`] has set the clock.
    pub fn now(&self) -> Instant {
        self.now
    }

    /// Latest instant at which the run stops.
    pub fn stop_at(&self) -> Instant {
        self.stop_at
    }

    /// The last instant of the run: one tick before the stop.
    fn last_moment(&self) -> Instant {
        self.stop_at - Span::TICK
    }

    /// Jobs ordered so far.
    pub fn ordered(&self) -> u64 {
        self.counts.ordered
    }

    /// Events so far that had an effect.
    pub fn events(&self) -> u64 {
        self.counts.events
    }

    /// The observer.
    pub fn observed(&self) -> &O {
        &self.out
    }

    /// Executes the next event. Services that end together are done in one step, as are two acts of a customer at one
    /// instant; a void deadline may take a step or none. Returns false when the run is over.
    pub fn step(&mut self) -> bool {
        if self.counts.horizon_passed && self.counts.awaited == 0 {
            return false;
        }
        let stop_at = self.stop_at;
        self.step_before(stop_at)
    }

    /// Executes the next event if it is before `limit`; otherwise returns false.
    pub fn step_before(&mut self, limit: Instant) -> bool {
        let jobs = &self.jobs;
        let is_void = |event: &Event| match *event {
            Event::Timer(job, generation) => jobs.timer(job) != Some(generation),
            _ => false,
        };
        let Some((now, event)) = self.agenda.pop_valid_before(limit, is_void) else { return false };
        self.now = now;
        self.look_ahead();
        if self.happen(event) {
            self.counts.events += 1;
            if !self.touched.is_empty() {
                self.let_go();
            }
        }
        true
    }

    /// Executes all events up to and including `at` and sets the clock to `at`. Events at the stop are not executed:
    /// the clock goes at most to one tick before the stop.
    ///
    /// # Panics
    /// Panics when `at` is before the start.
    pub fn advance(&mut self, at: Instant) {
        assert!(
            at >= Instant::START,
            "world: the clock never stands before the start, but it was to go to {at}"
        );
        let at = at.min(self.last_moment());
        let after = at + Span::TICK;
        while self.step_before(after) {}
        self.now = self.now.max(at);
    }

    /// Reports everything that is still open and returns the result of the run.
    pub fn finish(mut self) -> (RunEnd, O) {
        if matches!(self.scenario.run.ending, Ending::Censor) || self.counts.awaited > 0 {
            self.now = self.now.max(self.stop_at);
        }
        // A run that stops at the horizon ends before the event that marks the horizon.
        if !self.counts.horizon_passed {
            self.mark(true);
        }
        self.tell_the_rest();
        let end = RunEnd {
            stopped: self.now,
            events: self.counts.events,
            open: self.counts.awaited,
            at_warmup: self.counts.at_warmup,
            at_horizon: self.counts.at_horizon,
        };
        (end, self.out)
    }

    /// Reads ahead the memory that the next events need, when there are too many jobs for the cache: the cache misses
    /// then overlap. No effect on results.
    #[inline]
    fn look_ahead(&mut self) {
        /// This many active records take some megabytes. Debug builds always read ahead.
        const MANY: usize = if cfg!(debug_assertions) { 1 } else { 4096 };
        if self.jobs.most_on_the_move() < MANY {
            return;
        }
        for event in self.agenda.coming() {
            let seen = match event {
                Event::Copied { slot, record, .. } => {
                    let who = self.site.look_at(StationName::Bays).who(slot);
                    self.jobs.in_record(record).map(|job| match who {
                        Some(event::Task::Copy(unit)) if job.owns(unit) => {
                            job.glance() ^ job.drive(unit).bytes
                        }
                        _ => 0,
                    })
                }
                Event::Arrive(_, record) => self
                    .jobs
                    .in_record(record)
                    .map(|job| job.drives.iter().fold(job.glance(), |seen, drive| seen ^ drive.bytes)),
                _ => None,
            };
            std::hint::black_box(seen);
        }
    }

    /// Executes one event. Returns false if the event was void.
    fn happen(&mut self, event: Event) -> bool {
        match event {
            Event::Midnight => self.midnight(),
            Event::Mark(horizon) => self.mark(horizon),
            Event::Capacity(station) => self.capacity_changes(station),
            Event::Order(source) => self.order(source),
            Event::Act(record, act) => self.about_record(record, |world, job| world.act(job, act)),
            Event::Ship(record) => self.about_record(record, |world, job| world.ship(job)),
            Event::Arrive(package, record) => {
                self.about_record(record, |world, job| world.arrive(job, package));
            }
            Event::Done { station, slot, generation } => return self.work_done(station, slot, generation),
            Event::Together(group, station) => return self.done_together(group, station),
            Event::Copied { slot, generation, record } => return self.copied(slot, generation, record),
            Event::Attempt(case) => return self.next_attempt(case),
            Event::Answer(case) => return self.answered(case),
            Event::HeldAnswer(job, number) => return self.answered_in_hold(job, number),
            Event::Fault(job, entered) => return self.fault_strikes(job, entered),
            Event::Timer(job, generation) => return self.timer_rings(job, generation),
            Event::Silent(job) => return self.customer_is_silent(job),
            Event::Window(case, generation) => return self.window_rings(case, generation),
        }
        true
    }

    #[inline(always)]
    fn fact(&mut self, fact: Fact) {
        self.out.fact(self.now, &fact);
    }

    /// The policy in force.
    #[inline(always)]
    fn policy(&self) -> &'s Policy {
        &self.scenario.policy
    }

    /// Rank of a turn among events at one instant.
    #[inline(always)]
    fn turn(&self, turn: Turn) -> u8 {
        self.policy().turn(turn)
    }

    fn later(&mut self, after: Span, turn: Turn, event: Event) {
        self.agenda.push(self.now + after, self.turn(turn), event);
    }
}
