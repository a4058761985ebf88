//! Services of one job that begin and end together: one event stands for all their ends.
//!
//! The dock often begins to receive several drives of a package at once, and the drives of a received job are mounted
//! at once. If such work always takes the same time, its ends follow each other directly: no other event is scheduled
//! between them, and what they cause in the usual life of a job (see `usual.rs`) comes after the last of them. So the
//! job is taken out of the table once for all of them. They count as so many events.

use super::slab::Reset;
use super::*;

/// Ends of services of one job at one station, in their order.
#[derive(Debug, Default)]
pub(super) struct Together {
    /// Record of the job.
    record: RecordNumber,
    /// Slot and generation of each service.
    pub(super) ends: Vec<(Slot, u32)>,
}

impl Reset for Together {
    fn reset(&mut self) {
        self.ends.clear();
    }
}

impl<O: Observer, L: EventList<Event>> World<'_, O, L> {
    /// Opens an empty group for services of this job.
    pub(super) fn gather(&mut self, job: &Job) -> Key {
        let group = self.together.open();
        self.together[group].record = job.number;
        group
    }

    /// A service of the job at hand begins; it joins the group. All of a group take the same `length`.
    #[inline(always)]
    pub(super) fn begin_in(
        &mut self,
        group: Key,
        job: &mut Job,
        station: StationName,
        slot: Slot,
        length: Length,
    ) {
        job.works(station, 1);
        let due = self.site.station(station).work(self.now, slot, length.span);
        self.together[group].ends.push((slot, due.generation));
    }

    /// Schedules the end of all services of the group, which has just been gathered.
    pub(super) fn work_together(&mut self, group: Key, station: StationName, lane: Lane) {
        let ends = self.together[group].ends.len() as u64;
        if ends == 0 {
            return self.together.close(group);
        }
        self.agenda.push_lane(lane, Event::Together(group, station));
        self.agenda.leave_places(ends - 1);
    }

    /// End of the services of a group. If the job has no usual life any more, each end is an event of its own, and this
    /// is the first. Returns false if it is void; in a usual life, if all are.
    #[inline(never)]
    pub(super) fn done_together(&mut self, group: Key, station: StationName) -> bool {
        let Together { record, ends } = std::mem::take(&mut self.together[group]);
        // If all ends are void, another job may have the record by now; then nothing is done.
        let done = if self.jobs.in_record(record).is_some_and(|job| job.is_usual) {
            self.about_record(record, |world, job| world.usual_ends(job, station, &ends))
        } else {
            for (place, &(slot, generation)) in (0..).zip(&ends).skip(1) {
                self.agenda.push_in_place(place, Event::Done { station, slot, generation });
            }
            let (slot, generation) = ends[0];
            u64::from(self.work_done(station, slot, generation))
        };
        self.counts.events += done.saturating_sub(1);
        self.together[group].ends = ends;
        self.together.close(group);
        done > 0
    }

    /// Returns the number of services that ended; the end of a service that was suspended is void.
    #[inline(always)]
    fn usual_ends(&mut self, job: &mut AtHand, station: StationName, ends: &[(Slot, u32)]) -> u64 {
        let mut done = 0;
        for &(slot, generation) in ends {
            let Some(task) = self.site.look_at(station).due(slot, generation) else { continue };
            done += 1;
            match task {
                Task::Receive { package, unit } => {
                    debug_assert!(job.owns(unit), "together: the drives are those of the job");
                    self.ends(job, station, slot);
                    self.usual_receipt(job, package, unit);
                    self.pump_beside(job, station);
                }
                Task::Copy(unit) => self.usual_copy_start(job, unit, slot),
                _ => unreachable!("together: only drives are worked at together"),
            }
        }
        done
    }
}
