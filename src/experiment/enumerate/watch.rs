//! Observes the lives in a run of the world.

use crate::engine::time::Instant;
use crate::experiment::reference::{CaseLife, JobLife, Time};
use crate::policy::{CaseKind, CaseState};
use crate::world::{CaseStep, DriveId, Fact, JobId, JobRow, Observer, PackageStep};
use std::collections::{BTreeMap, BTreeSet};

/// The life of each job of a run, in the terms of the reference, and the broken invariants.
#[derive(Debug, Default)]
pub struct Watch {
    pub lives: BTreeMap<JobId, JobLife>,
    /// Index of each open case among the cases of its job.
    cases: BTreeMap<(JobId, u8), usize>,
    pub broken: BTreeMap<u32, &'static str>,
    /// For each drive, when it came to the dock, and whether it has left since.
    at_dock: BTreeMap<DriveId, (Time, bool)>,
    /// Number of delivered and unopened packages, by job.
    unopened: BTreeMap<JobId, i32>,
    /// Jobs whose return address is known to be wrong: no return to them is attempted (E1).
    known_wrong: BTreeSet<JobId>,
    last: Time,
    contact: Time,
    stop: Time,
}

impl Watch {
    /// Starts to observe. `contact` is the window in which no held package may be returned; `stop` is the end of the
    /// run.
    pub fn new(contact: Time, stop: Time) -> Watch {
        Watch { contact, stop, ..Watch::default() }
    }

    fn life(&mut self, job: JobId) -> &mut JobLife {
        self.lives.entry(job).or_default()
    }

    fn breaks(&mut self, job: JobId, what: &'static str) {
        self.broken.entry(job.ordinal).or_insert(what);
    }
}

fn at_place<T: Default>(list: &mut Vec<T>, place: u8) -> &mut T {
    let place = usize::from(place);
    if list.len() <= place {
        list.resize_with(place + 1, T::default);
    }
    &mut list[place]
}

impl Observer for Watch {
    fn fact(&mut self, at: Instant, fact: &Fact) {
        let now = at.micros();
        debug_assert!(now >= self.last, "facts come in the order of time");
        self.last = now;
        if now >= self.stop
            && let Some(job) = fact.job()
        {
            self.breaks(job, "a fact at or after the stop");
        }
        match *fact {
            Fact::Job { job, to, rule, .. } => {
                if rule == crate::policy::Rule::J8 && self.unopened.get(&job).is_some_and(|count| *count > 0)
                {
                    self.breaks(job, "J8 with an unopened package");
                }
                self.life(job).job.push((now, to, rule));
            }
            Fact::Drive { drive, to, rule, .. } if !drive.extra => {
                at_place(&mut self.life(drive.job).drives, drive.number).push((now, to, rule));
            }
            Fact::Disposed { drive, from, to } => self.disposed(now, drive, from, to),
            Fact::Refused { job, act, .. } => {
                use crate::policy::JobSignal as Act;
                let word = match act {
                    Act::Update => "update",
                    Act::SetShipping | Act::SetShippingIncomplete => "set_shipping",
                    Act::Delete => "delete",
                    _ => "cancel",
                };
                self.life(job).refused.push((now, word));
            }
            Fact::Case { case, kind, step, .. } => {
                let kind = if kind == CaseKind::NoRecord { CaseKind::Unannounced } else { kind };
                match step {
                    CaseStep::Opened if kind == CaseKind::BadAddress => _ = self.known_wrong.insert(case.job),
                    CaseStep::Ended(CaseState::Answered)
                        if matches!(kind, CaseKind::BadAddress | CaseKind::Unannounced) =>
                    {
                        self.known_wrong.remove(&case.job);
                    }
                    _ => {}
                }
                let told = &mut self.lives.entry(case.job).or_default().cases;
                match step {
                    CaseStep::Opened => {
                        self.cases.insert((case.job, case.number), told.len());
                        told.push(CaseLife { kind, opened: now, attempts: 0, reached: None, ended: None });
                    }
                    CaseStep::Attempt { reached, .. } => {
                        let told = &mut told[self.cases[&(case.job, case.number)]];
                        told.attempts += 1;
                        if reached {
                            told.reached.get_or_insert(now);
                        }
                    }
                    CaseStep::WindowExpired | CaseStep::Ended(CaseState::Open) => {}
                    CaseStep::Ended(how) => {
                        told[self.cases[&(case.job, case.number)]].ended = Some((now, how))
                    }
                }
            }
            Fact::Package { package, step, .. } if !package.back => match step {
                PackageStep::Delivered => *self.unopened.entry(package.job).or_default() += 1,
                PackageStep::Opened => *self.unopened.entry(package.job).or_default() -= 1,
                _ => {}
            },
            _ => {}
        }
    }

    fn job(&mut self, row: &JobRow) {
        self.life(row.job).error = row.error;
    }
}

impl Watch {
    fn disposed(
        &mut self,
        now: Time,
        drive: DriveId,
        from: crate::policy::Disposition,
        to: crate::policy::Disposition,
    ) {
        use crate::policy::Disposition::{AtCustomer, AtDock, Destroyed, InTransitBack, InTransitIn};
        let told = self.life(drive.job);
        let places = if drive.extra { &mut told.extras } else { &mut told.places };
        let places = at_place(places, drive.number);
        let was = places.last().map_or(AtCustomer, |last| last.1);
        places.push((now, to));
        // Conservation: a drive leaves the place where it was.
        if was != from {
            self.breaks(drive.job, "a drive leaves a place where it is not");
        }
        match (from, to) {
            (InTransitIn, AtDock) => _ = self.at_dock.insert(drive, (now, false)),
            (AtDock, InTransitBack) => {
                let (since, has_left) = self.at_dock.entry(drive).or_insert((now, false));
                let too_early = !*has_left && now - *since < self.contact;
                *has_left = true;
                if too_early {
                    self.breaks(drive.job, "a return before the contact window of its arrival");
                }
            }
            (AtDock, Destroyed)
                if !self.known_wrong.contains(&drive.job)
                    && self.at_dock.get(&drive).is_none_or(|(_, has_left)| !has_left) =>
            {
                self.breaks(drive.job, "a drive is destroyed without an attempted return");
            }
            _ => {}
        }
    }
}
