//! Customers: orders and customer actions on jobs.

use super::*;
use crate::fate::Announces;

/// Limit of jobs that follow from one job, so that a customer cannot reorder for ever (E3).
const MOST_REORDERS: u16 = 10_000;

impl<O: Observer, L: EventList<Event>> World<'_, O, L> {
    pub(super) fn open_demand(&mut self) {
        for source in 0..=self.fates.written_source() {
            let key = self.jobs.open();
            self.next_jobs.push(key);
            self.draw_next(source);
        }
    }

    /// Draws the next job of a source in advance and schedules its order.
    fn draw_next(&mut self, source: usize) {
        let key = self.next_jobs[source];
        let fate = &mut self.jobs[key].fate;
        let comes = if source < self.fates.written_source() {
            self.fates.next(source, fate)
        } else {
            self.written += 1;
            self.fates.written(self.written - 1, fate)
        };
        if comes {
            self.agenda.push(fate.ordered, self.turn(Turn::Order), Event::Order(source as u16));
        } else {
            let job = self.jobs.take(key);
            self.jobs.close(job);
        }
    }

    pub(super) fn order(&mut self, source: u16) {
        let source = usize::from(source);
        let key = self.next_jobs[source];
        self.next_jobs[source] = self.jobs.open();
        self.draw_next(source);
        self.about(key, |world, job| {
            world.put(job, None, Cause::Customer);
            world.plan_acts(job);
        });
    }

    /// Put Job (J1, D1).
    pub(super) fn put(&mut self, job: &mut AtHand, parent: Option<JobId>, cause: Cause) {
        self.integrate();
        let now = self.now;
        job.parent = parent;
        job.is_usual = self.has_usual && parent.is_none() && job.starts_usual();
        job.since = now;
        job.milestones[Milestone::Ordered as usize] = Some(now);
        let (export, extras) = (job.fate.export, usize::from(job.fate.extras));
        let drive = |fate: &DriveFate| Drive::new(fate, DriveState::Absent);
        job.drives.extend(job.fate.drives.iter().map(drive));
        // Every drive in an export's package is registered (D2): an export has no extra drives.
        let unlisted = if export { &mut job.drives } else { &mut job.rare.extras };
        unlisted.extend(std::iter::repeat_n(Drive::default(), extras));
        self.counts.ordered += 1;
        job.awaited = self.is_measured(now);
        self.counts.awaited += u64::from(job.awaited);
        if job.is_usual {
            self.usual_change(job, JobSignal::Put, cause);
        } else {
            self.signal(job, JobSignal::Put, cause);
        }
        if !export {
            self.signal_drives(job, |_| true, DriveSignal::Listed, cause);
        }
    }

    /// Jobs ordered in [warm-up, horizon) are measured.
    pub(super) fn is_measured(&self, ordered: Instant) -> bool {
        let plan = &self.scenario.run;
        (plan.warmup..plan.horizon).contains(&ordered.since_start())
    }

    /// Schedules all customer actions that the fate contains.
    fn plan_acts(&mut self, job: &mut AtHand) {
        let (packs, announces) = (job.fate.packs, job.fate.announces);
        self.plan_update(job);
        for (after, act) in [(job.fate.deletes, Act::Delete), (job.fate.cancels, Act::Cancel)] {
            if let Some(after) = after {
                self.act_later(job, after, act);
            }
        }
        match packs {
            None => self.leave_strays(job),
            Some(packs) => {
                // If both fall on one instant, the state is set before the package is handed over.
                match announces {
                    Announces::After(Span::ZERO) if job.is_usual => {
                        job.acts += 2;
                        return self.later(packs, Turn::Customer, Event::Ship(job.number));
                    }
                    Announces::After(after) => self.act_later(job, packs + after, Act::SetShipping),
                    Announces::Incomplete(after) => {
                        self.act_later(job, packs, Act::SetShippingIncomplete);
                        self.act_later(job, packs + after, Act::SetShipping);
                    }
                    Announces::Never => {}
                }
                self.act_later(job, packs, Act::HandOver);
            }
        }
        if job.is_usual {
            return;
        }
        let key = job.key;
        for (number, drive) in (0..).zip(&job.fate.drives) {
            if let Travels::With(other) = drive.travels
                && !self.fates.has_left(other, self.now)
            {
                job.life.strays += 1;
                self.strays.entry(other).or_default().push(Unit { job: key, number, extra: false });
            }
        }
    }

    pub(super) fn act_later(&mut self, job: &mut Job, after: Span, act: Act) {
        job.acts += 1;
        let turn = if act == Act::Reorder { Turn::Order } else { Turn::Customer };
        self.later(after, turn, Event::Act(job.number, act));
    }

    /// Schedules the next update only, so that each job has at most one update on the agenda.
    fn plan_update(&mut self, job: &mut Job) {
        let Some(&after) = job.fate.updates.get(job.next_update as usize) else { return };
        job.next_update += 1;
        job.acts += 1;
        let at = job.fate.ordered + after;
        self.agenda.push(at, self.turn(Turn::Customer), Event::Act(job.number, Act::Update));
    }

    /// Two acts at one instant, between which nothing happens.
    pub(super) fn ship(&mut self, job: &mut AtHand) {
        self.act(job, Act::SetShipping);
        self.counts.events += 1;
        self.act(job, Act::HandOver);
    }

    pub(super) fn act(&mut self, job: &mut AtHand, act: Act) {
        job.acts -= 1;
        match act {
            Act::SetShipping if job.is_usual => return self.usual_announcement(job),
            Act::HandOver if job.is_usual && self.strays.is_empty() => return self.usual_hand_over(job),
            _ => {}
        }
        // A customer who has deleted the job, or canceled it in Creating, takes no further action.
        if job.outcome == Outcome::Deleted && act != Act::Delete && act != Act::Cancel {
            self.leave_strays(job);
            // The owners of these drives must be settled before this job.
            return self.lend(job, |world, _| world.let_go());
        }
        let signal = match act {
            Act::Update => Some(JobSignal::Update),
            // Accepted, or refused because the package is incomplete (J5).
            Act::SetShipping => Some(JobSignal::SetShipping),
            Act::SetShippingIncomplete => Some(JobSignal::SetShippingIncomplete),
            Act::Delete => Some(JobSignal::Delete),
            Act::HandOver | Act::Cancel | Act::Reorder => None,
        };
        let moved = signal.and_then(|signal| self.signal(job, signal, Cause::Customer));
        match act {
            Act::Update => self.updated(job, moved.is_some()),
            // The customer ships even if the job has expired (E1).
            Act::HandOver => self.hand_over(job),
            Act::Cancel => self.cancel(job),
            Act::Reorder => self.lend(job, |world, key| world.reorder(key)),
            Act::SetShipping | Act::SetShippingIncomplete | Act::Delete => {}
        }
        self.settle(job);
    }

    /// Handles the response to Update Job Properties, which changes no state (J2).
    fn updated(&mut self, job: &mut Job, accepted: bool) {
        job.updates += u32::from(accepted);
        // A customer who gets "not found" stops updating.
        if job.has_record() {
            self.plan_update(job);
        }
    }

    /// Cancel by the customer (C1, C2, J8).
    #[cold]
    fn cancel(&mut self, job: &mut AtHand) {
        let allowed = self.policy().timings.cancel_allowed(job.state) && !job.rare.cancel_called;
        if job.has_record() && !allowed {
            self.signal(job, JobSignal::CancelTooLate, Cause::Customer);
            return;
        }
        job.rare.cancel_called = true;
        if job.state == JobState::Shipping && job.notices > 0 {
            self.lend(job, |world, key| world.cancel_while_missing(key, Cause::Customer));
        } else if self.signal(job, JobSignal::Cancel, Cause::Customer).is_some() {
            (job.cancel_requested, job.skips_copy) = (true, true);
            self.lend(job, |world, key| world.stop_processing(key));
        }
    }

    /// The customer of a lost or damaged export reorders (E3).
    #[cold]
    fn reorder(&mut self, key: Key) {
        // Limits endless reordering.
        let family = self.family(self.jobs[key].fate.id);
        if family.is_ok_and(|place| self.families[place].1.last >= MOST_REORDERS) {
            return;
        }
        let child = self.follow(key);
        let parent = self.jobs[key].fate.id;
        self.with(child, |world, job| {
            world.put(job, Some(parent), Cause::Customer);
            world.plan_acts(job);
        });
    }

    /// Opens a record for a job that follows from another and draws its fate. The order itself is a separate step.
    #[cold]
    pub(super) fn follow(&mut self, key: Key) -> Key {
        let child = self.jobs.open();
        let generation = self.next_generation(self.jobs[key].fate.id);
        self.jobs[key].is_followed = true;
        let parent = std::mem::take(&mut self.jobs[key].fate);
        self.fates.follow(&parent, generation, self.now, &mut self.jobs[child].fate);
        self.jobs[key].fate = parent;
        child
    }

    /// Returns a new generation. Job names are never reused, so it is higher than all others of the family.
    fn next_generation(&mut self, parent: JobId) -> u16 {
        let first = Family { last: parent.generation, living: 1 };
        let place = self.family(parent).unwrap_or_else(|place| {
            self.families.insert(place, (first_of(parent), first));
            place
        });
        let family = &mut self.families[place].1;
        family.last = family.last.checked_add(1).expect("customer: a family has at most 65,535 generations");
        family.living += 1;
        family.last
    }

    /// Removes a member from its family; the family is removed with the last member.
    pub(super) fn leaves_family(&mut self, job: &Job) {
        if (job.fate.id.generation > 0 || job.is_followed)
            && let Ok(place) = self.family(job.fate.id)
        {
            let family = &mut self.families[place].1;
            family.living -= 1;
            if family.living == 0 {
                self.families.remove(place);
            }
        }
    }

    /// Index of the family of a job, or where to insert it.
    fn family(&self, job: JobId) -> Result<usize, usize> {
        self.families.binary_search_by_key(&first_of(job), |family| family.0)
    }
}

/// The first job of a family.
fn first_of(job: JobId) -> JobId {
    JobId { generation: 0, ..job }
}
