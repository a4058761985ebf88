//! The stations of the data center: capacity over time, queues and services, and the daily row.

use super::shelf::Shelf;
use super::*;
use crate::engine::calendar::Timetable;
use crate::engine::station::{Due, Next, Station};
use crate::fate::Ahead;
use crate::scenario::{Disrupted, Servers, StationPlan};

/// Capacity over time: a timetable and its disruptions.
struct Staffing {
    timetable: Timetable,
    disruptions: Vec<(Instant, Instant, Servers)>,
}

impl Staffing {
    fn servers(&mut self, at: Instant) -> u32 {
        let usual = self.timetable.level(at);
        let in_force = self.disruptions.iter().filter(|(from, until, _)| (*from..*until).contains(&at));
        in_force.fold(usual, |servers, (_, _, change)| match *change {
            Servers::Exactly(number) => number,
            // Rounded down; the small addend corrects binary fractions, so that 29 % of 100 is 29.
            Servers::Times(factor) => (f64::from(servers) * factor + 1e-9) as u32,
        })
    }

    fn next_change(&mut self, after: Instant) -> Option<Instant> {
        let edges = self.disruptions.iter().flat_map(|(from, until, _)| [*from, *until]);
        let edge = edges.filter(|&at| at > after).min();
        self.timetable.next_change(after).map(|(at, _)| at).into_iter().chain(edge).min()
    }
}

/// A service time.
#[derive(Clone, Copy, Debug)]
pub(super) struct Length {
    pub span: Span,
    /// Agenda lane for the end of service, if the service time is constant.
    pub lane: Option<Lane>,
}

impl Length {
    /// Adds further work.
    pub(super) fn and(self, more: Span) -> Length {
        if more == Span::ZERO { self } else { Length { span: self.span + more, lane: None } }
    }
}

/// All stations and the shelf.
pub(super) struct Site {
    staffing: [Staffing; 5],
    stations: [Station<Task>; 5],
    /// Number of priority classes.
    classes: u8,
    suspended: Vec<(Slot, Task)>,
    pub(super) shelf: Shelf,
}

impl Site {
    pub(super) fn new(scenario: &Scenario) -> Site {
        let site = &scenario.site;
        let unlimited = StationPlan {
            servers: Timetable::constant(u32::MAX),
            at_close: crate::engine::station::AtClose::Finish,
        };
        let preparation = site.preparation.as_ref().map_or(&unlimited, |(plan, _)| plan);
        let plans = [&site.dock, preparation, &site.bays, &site.packing, &site.operations];
        let classes = site.classes.len() as u8;
        let mut staffing = StationName::ALL.map(|name| Staffing {
            timetable: plans[name as usize].servers.clone(),
            disruptions: disruptions(scenario, name),
        });
        let stations = StationName::ALL.map(|name| {
            let servers = staffing[name as usize].servers(Instant::START);
            let lines = usize::from(classes * levels(name));
            Station::new(lines, servers, plans[name as usize].at_close)
        });
        Site { staffing, stations, classes, suspended: vec![], shelf: Shelf::new(site.shelf) }
    }

    pub(super) fn station(&mut self, name: StationName) -> &mut Station<Task> {
        &mut self.stations[name as usize]
    }

    pub(super) fn look_at(&self, name: StationName) -> &Station<Task> {
        &self.stations[name as usize]
    }

    /// Cumulative time without any server at dock, preparation, bays or packing.
    #[inline]
    pub(super) fn closed_clock(&self, station: u8, now: Instant) -> Span {
        self.stations[usize::from(station)].closed_clock(now)
    }

    fn snapshot(&mut self, now: Instant) -> Snapshot {
        let stations = std::array::from_fn(|number| self.stations[number].snapshot(now));
        Snapshot { stations, dock: self.dock_waits(), shelf: self.shelf.snapshot(now) }
    }

    /// Waiting times at the dock, over all classes.
    fn dock_waits(&self) -> DockWaits {
        let dock = self.look_at(StationName::Dock);
        let mut waits = DockWaits::default();
        for class in 0..self.classes {
            waits.packages.merge(dock.waits(line(StationName::Dock, class, PACKAGES)));
            waits.drives.merge(dock.waits(line(StationName::Dock, class, DRIVES)));
        }
        waits
    }
}

/// Levels at the dock: drives of opened packages go before unopened packages.
const DRIVES: u8 = 0;
const PACKAGES: u8 = 1;

/// Number of levels within a priority class at a station.
const fn levels(station: StationName) -> u8 {
    if matches!(station, StationName::Dock) { 2 } else { 1 }
}

/// Queue number for a class and a level at a station. A higher class goes first, whatever the level.
const fn line(station: StationName, class: u8, level: u8) -> u8 {
    class * levels(station) + level
}

/// Queue number for a task.
#[inline(always)]
fn line_of(station: StationName, task: Task, class: u8) -> u8 {
    let level = match task {
        Task::Open(_) => PACKAGES,
        // At the dock: drives of an opened package. At other stations: the only level.
        _ => DRIVES,
    };
    line(station, class, level)
}

fn disruptions(scenario: &Scenario, name: StationName) -> Vec<(Instant, Instant, Servers)> {
    let all = scenario.disruptions.iter();
    all.filter_map(|disruption| match disruption.what {
        Disrupted::Station { station, servers } if station == name => {
            Some((disruption.from, disruption.until, servers))
        }
        _ => None,
    })
    .collect()
}

impl<O: Observer, L: EventList<Event>> World<'_, O, L> {
    pub(super) fn open_site(&mut self) {
        for station in StationName::ALL {
            self.schedule_capacity(station);
        }
        self.schedule_midnight();
    }

    fn schedule_capacity(&mut self, station: StationName) {
        if let Some(at) = self.site.staffing[station as usize].next_change(self.now) {
            self.agenda.push(at, self.turn(Turn::Site), Event::Capacity(station));
        }
    }

    #[cold]
    pub(super) fn capacity_changes(&mut self, station: StationName) {
        let now = self.now;
        let servers = self.site.staffing[station as usize].servers(now);
        let mut suspended = std::mem::take(&mut self.site.suspended);
        if servers != self.site.station(station).capacity() {
            self.site.station(station).set_capacity(now, servers, &mut suspended);
            self.fact(Fact::Capacity { station, servers });
            for (slot, task) in suspended.drain(..) {
                self.pauses(station, slot, task);
            }
            self.pump(station);
        }
        self.site.suspended = suspended;
        self.schedule_capacity(station);
    }

    #[cold]
    fn pauses(&mut self, station: StationName, slot: Slot, task: Task) {
        if let Some(job) = self.job_of(task) {
            self.touch(job);
            self.jobs[job].works(station, -1);
            self.jobs[job].waits(station, 1);
        }
        // The station does not time a copy in shared bandwidth. If it ends at this instant, its event is still to come.
        if let Task::Copy(unit) = task
            && self.is_copying(unit)
            && let Some(flow) = self.bandwidth.shared()
            && flow.copied(self.now, slot.index() as u32) < self.jobs[unit.job].bytes_to_run(unit)
        {
            flow.pause(self.now, slot.index() as u32);
            self.schedule_copies();
        }
    }

    #[cold]
    fn goes_on(&mut self, station: StationName, slot: Slot, task: Task) {
        if let Some(job) = self.job_of(task) {
            self.touch(job);
            self.jobs[job].waits(station, -1);
            self.jobs[job].works(station, 1);
        }
        if let Task::Copy(unit) = task
            && self.is_copying(unit)
            && let Some(flow) = self.bandwidth.shared()
        {
            flow.resume(self.now, slot.index() as u32);
            self.schedule_copies();
        }
    }

    /// The job whose time a task takes; `None` for operations, whose work is not part of a job's time.
    #[inline]
    pub(super) fn job_of(&self, task: Task) -> Option<Key> {
        match task {
            Task::Open(package) | Task::Receive { package, .. } | Task::PackOwn(package) => {
                Some(self.packages[package].job)
            }
            Task::Prepare(Unit { job, .. }) | Task::Copy(Unit { job, .. }) | Task::Pack(job) => Some(job),
            Task::Attempt(_) => None,
        }
    }

    /// A task of a job enters a station. If a server is free and nobody waits, service begins at once; otherwise the task
    /// is queued, and the caller notes the ticket and then pumps the station, in case a server is free.
    #[inline(always)]
    pub(super) fn enter(&mut self, job: &mut AtHand, station: StationName, task: Task) -> Option<Ticket> {
        match self.queue(station, task, job.fate.class) {
            Ok(slot) => {
                self.begins(job, station, slot, task);
                None
            }
            Err(ticket) => {
                job.waits(station, 1);
                Some(ticket)
            }
        }
    }

    /// Takes a free server, or enters the queue.
    #[inline(always)]
    pub(super) fn queue(&mut self, station: StationName, task: Task, class: u8) -> Result<Slot, Ticket> {
        let (now, line) = (self.now, line_of(station, task, class));
        let station = self.site.station(station);
        station.begin_at_once(now, task, line).ok_or_else(|| station.join(now, task, line))
    }

    /// Takes a task out of a station: out of its queue, or its service is broken off.
    #[cold]
    pub(super) fn take_out(&mut self, station: StationName, visit: Visit, task: Task) {
        match visit {
            Visit::Not => {}
            Visit::Waiting(ticket) => self.withdraw(station, ticket, task),
            Visit::Working(slot) => self.abandon(station, slot, task),
        }
    }

    /// Removes a task from the queue of a station. Panics if it is not queued.
    #[cold]
    pub(super) fn withdraw(&mut self, station: StationName, ticket: Ticket, task: Task) {
        let now = self.now;
        if let Some(job) = self.job_of(task) {
            self.touch(job);
            self.jobs[job].waits(station, -1);
        }
        let was_there = self.site.station(station).withdraw(now, ticket);
        assert!(was_there, "site: work that is withdrawn is in the queue");
    }

    /// Breaks off a service, running or suspended; its work is lost.
    #[cold]
    pub(super) fn abandon(&mut self, station: StationName, slot: Slot, task: Task) {
        let now = self.now;
        let running = self.site.station(station).is_running(slot);
        if let Some(job) = self.job_of(task) {
            self.touch(job);
            if running { self.jobs[job].works(station, -1) } else { self.jobs[job].waits(station, -1) }
        }
        self.site.station(station).abandon(now, slot);
    }

    /// Ends a service of a job.
    #[inline(always)]
    pub(super) fn ends(&mut self, job: &mut Job, station: StationName, slot: Slot) {
        self.site.station(station).finish(self.now, slot);
        job.works(station, -1);
    }

    /// Gives free servers their next tasks, while no job is at hand. Usually there is none, and then nothing is called.
    #[inline(always)]
    pub(super) fn pump(&mut self, station: StationName) {
        if self.site.look_at(station).has_next() {
            self.give_work(station);
        }
    }

    /// The same while a job is at hand.
    #[inline(always)]
    pub(super) fn pump_beside(&mut self, job: &mut AtHand, station: StationName) {
        if self.site.look_at(station).has_next() {
            self.lay_down(job, |world, _| world.give_work(station));
        }
    }

    fn give_work(&mut self, station: StationName) {
        let now = self.now;
        while let Some(next) = self.site.station(station).next(now) {
            match next {
                Next::Begun { slot, who: Task::Attempt(case), .. } => self.attempt_begins(case, slot),
                Next::Begun { slot, who, .. } => {
                    let mut job = self.jobs.take(self.job_of(who).expect("site: work is done for a job"));
                    job.waits(station, -1);
                    self.begins(&mut job, station, slot, who);
                    job.follow_doing(now, &self.site);
                    self.jobs.put_back(job);
                }
                Next::Resumed { slot, who, due } => {
                    self.goes_on(station, slot, who);
                    if let Some(Due { at, generation }) = due {
                        let event = match who {
                            Task::Copy(unit) if self.is_copying(unit) => {
                                Event::Copied { slot, generation, record: self.jobs.number(unit.job) }
                            }
                            _ => Event::Done { station, slot, generation },
                        };
                        self.agenda.push(at, self.turn(Turn::Work), event);
                    }
                }
            }
        }
    }

    /// Starts service of a task of the job at hand.
    #[inline(never)]
    fn begins(&mut self, job: &mut AtHand, station: StationName, slot: Slot, task: Task) {
        job.works(station, 1);
        let length = match task {
            Task::Open(package) => self.opening_takes(job, package),
            Task::Receive { package, unit } => self.receiving_takes(job, package, unit),
            Task::Prepare(unit) => self.preparing_takes(job, unit, slot),
            Task::Copy(unit) => self.bay_takes(job, unit, slot),
            Task::Pack(_) => self.packing_begins(job, slot),
            Task::PackOwn(package) => self.own_packing_begins(job, package, slot),
            Task::Attempt(_) => unreachable!("site: no attempt is work for a job"),
        };
        self.work(station, slot, length);
    }

    /// Schedules the end of service.
    #[inline(always)]
    pub(super) fn work(&mut self, station: StationName, slot: Slot, length: Length) {
        let now = self.now;
        let due = self.site.station(station).work(now, slot, length.span);
        let event = Event::Done { station, slot, generation: due.generation };
        match length.lane {
            Some(lane) => self.agenda.push_lane(lane, event),
            None => self.agenda.push(due.at, self.turn(Turn::Work), event),
        }
    }

    /// Service time of work number `number` of its kind for a job. `ahead`: random number drawn in advance in its fate,
    /// or 0.
    #[inline(always)]
    pub(super) fn takes(
        &mut self,
        job: JobId,
        work: Work,
        number: impl FnOnce() -> u32,
        ahead: impl FnOnce() -> Ahead,
    ) -> Length {
        match self.always[work as usize] {
            Some(length) => length,
            None => Length { span: self.fates.drawn_work(job, work, number(), ahead()), lane: None },
        }
    }

    /// End of service: the server is free, and the job of the task continues. Returns false for a void event.
    #[inline(never)]
    pub(super) fn work_done(&mut self, station: StationName, slot: Slot, generation: u32) -> bool {
        let Some(task) = self.site.station(station).due(slot, generation) else { return false };
        let Some(key) = self.job_of(task) else {
            self.attempted(task, slot);
            self.pump(station);
            return true;
        };
        self.about(key, |world, job| {
            // The drive stays in its bay after mounting.
            if !matches!(task, Task::Copy(_)) {
                world.ends(job, station, slot);
            }
            match task {
                Task::Open(package) => world.opened(job, package),
                Task::Receive { package, unit } => world.processed(job, package, unit),
                Task::Prepare(unit) => world.prepared(job, unit),
                Task::Copy(unit) => world.mounted(job, unit, slot),
                Task::Pack(_) => world.packed(job),
                Task::PackOwn(package) => world.own_packed(job, package),
                Task::Attempt(_) => unreachable!("site: no attempt is work for a job"),
            }
        });
        self.pump(station);
        true
    }

    fn schedule_midnight(&mut self) {
        let epoch = &self.scenario.run.epoch;
        let date = epoch.date_of(self.now);
        if let Ok(tomorrow) = date.tomorrow() {
            self.agenda.push(epoch.start_of_day(tomorrow), self.turn(Turn::Observe), Event::Midnight);
        }
    }

    #[cold]
    pub(super) fn midnight(&mut self) {
        self.tell_day();
        self.schedule_midnight();
    }

    pub(super) fn tell_day(&mut self) {
        let now = self.now;
        let row = DayRow {
            day: self.counts.day,
            from: self.counts.day_from,
            until: now,
            jobs: self.counts.by_state,
            drives_on_site: self.counts.drives_on_site,
            ordered: self.counts.ordered,
            ended: self.counts.ended,
            site: self.site.snapshot(now),
        };
        self.out.day(&row);
        self.counts.day += 1;
        self.counts.day_from = now;
    }

    #[cold]
    pub(super) fn mark(&mut self, horizon: bool) {
        let now = self.now;
        if !horizon {
            self.site.stations.iter_mut().for_each(|station| station.forget_longest(now));
            self.site.shelf.forget_most(now);
        }
        let snapshot = self.site.snapshot(now);
        if horizon {
            self.counts.at_horizon = snapshot;
            self.counts.horizon_passed = true;
        } else {
            self.counts.at_warmup = snapshot;
        }
    }
}
