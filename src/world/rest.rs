//! Jobs at rest in compact form: their records, without what only an active job needs.
//!
//! At rest, a job has ended, and the only pending event that changes it is the end of its retention (J15): no package, no
//! case and no customer action is pending, and no drive is in transit or at the site.

use super::record::{JobRecord, Rare};
use super::runs::Runs;
use super::units::DriveRecord;
use super::*;

/// A job at rest, without its drives.
#[derive(Clone, Copy, Debug, Default)]
struct AtRest {
    record: JobRecord,
    id: JobId,
    storage_account: u32,
    /// Place of its [`RareAtRest`], unless its life was usual.
    rare: u32,
    /// Its time by [`TimePart`], without the last two: `Deadline` and `Faulted`.
    parts: [Span; TimePart::Deadline as usize],
    /// End of the retention.
    due: Instant,
    drives: u16,
    carrier: u8,
    class: u8,
    export: bool,
    verbose_log: bool,
    is_usual: bool,
}

/// Data of a job at rest whose life was not usual. After a usual life they are as in a new record, and all drives left when
/// the job was packed.
#[derive(Clone, Copy, Debug, Default)]
struct RareAtRest {
    parent: Option<JobId>,
    notices: u32,
    extensions: u32,
    deadline: Span,
    faulted: Span,
    extras: u16,
    /// Place of the times at which its drives left, extra drives last.
    left: u32,
    /// Place of the positions, in bytes, at which its drives met a fault: nothing else of their random inputs is still needed.
    found_after: u32,
}

/// Places of a job at rest and of its drives.
#[derive(Clone, Copy, Debug)]
pub struct Encoded {
    job: u32,
    drives: u32,
}

/// All jobs at rest.
#[derive(Debug, Default)]
pub struct Rest {
    jobs: Runs<AtRest>,
    drives: Runs<DriveRecord>,
    rare: Runs<RareAtRest>,
    left: Runs<Option<Instant>>,
    found_after: Runs<u64>,
}

/// Numbers of the drives that were Faulted.
fn were_faulted(drives: &[Drive]) -> impl Iterator<Item = u8> {
    (0..).zip(drives).filter(|(_, drive)| drive.before_fault.is_some()).map(|(number, _)| number)
}

impl Rest {
    /// Encodes a job at rest, whose only timer is that of its retention.
    pub fn encode(&mut self, job: &Job) -> Encoded {
        let timer = job.timer.expect("rest: a job at rest has the timer of its retention");
        debug_assert!(job.is_at_rest() && timer.deadline == timers::AT_REST && timer.left.is_none());
        let (drives, fate) = (&job.drives, &job.fate);
        debug_assert_eq!(job.milestone(Milestone::Ordered), Some(fate.ordered));
        let rare = self.encode_rare(job);
        let [parts @ .., _, _] = job.account.parts();
        let (place, room) = self.jobs.room(1);
        room[0] = AtRest {
            record: job.record,
            id: fate.id,
            storage_account: fate.account,
            rare,
            parts,
            due: timer.due,
            drives: drives.len() as u16,
            carrier: fate.inbound.carrier,
            class: fate.class,
            export: fate.export,
            verbose_log: fate.verbose_log,
            is_usual: job.is_usual,
        };
        let all = || drives.iter().chain(&job.rare.extras);
        let (first, room) = self.drives.room(all().count());
        room.iter_mut().zip(all()).for_each(|(to, drive)| *to = drive.record);
        Encoded { job: place, drives: first }
    }

    fn encode_rare(&mut self, job: &Job) -> u32 {
        let (place, room) = self.rare.room(usize::from(!job.is_usual));
        let [.., deadline, faulted] = job.account.parts();
        let [rare] = room else {
            debug_assert!(job.parent.is_none() && [job.notices, job.extensions] == [0; 2]);
            debug_assert!([deadline, faulted] == [Span::ZERO; 2] && job.rare.extras.is_empty());
            debug_assert!(job.drives.iter().all(|drive| drive.left == job.milestone(Milestone::Packed)));
            return place;
        };
        let all = || job.drives.iter().chain(&job.rare.extras);
        let (left, room) = self.left.room(all().count());
        room.iter_mut().zip(all()).for_each(|(to, drive)| *to = drive.left);
        let met = || were_faulted(&job.drives);
        let (found_after, room) = self.found_after.room(met().count());
        room.iter_mut().zip(met()).for_each(|(to, number)| *to = job.fate_of(job.unit(number)).found_after);
        *rare = RareAtRest {
            parent: job.parent,
            notices: job.notices,
            extensions: job.extensions,
            deadline,
            faulted,
            extras: job.rare.extras.len() as u16,
            left,
            found_after,
        };
        place
    }

    /// Decodes a job into an empty record. Of the time account, only its sums by [`TimePart`] are left.
    pub fn decode(&self, encoded: Encoded, job: &mut Job) {
        let at_rest = &self.jobs.run(encoded.job, 1)[0];
        (job.record, job.is_usual) = (at_rest.record, at_rest.is_usual);
        let ordered = job.milestone(Milestone::Ordered);
        let fate = &mut job.fate;
        (fate.id, fate.account) = (at_rest.id, at_rest.storage_account);
        fate.ordered = ordered.expect("rest: a job at rest was ordered");
        (fate.inbound.carrier, fate.class) = (at_rest.carrier, at_rest.class);
        (fate.export, fate.verbose_log) = (at_rest.export, at_rest.verbose_log);
        fate.drives.clear();
        let [customer, carrier, waiting, closed, worked] = at_rest.parts;
        job.account = Account::of_parts([customer, carrier, waiting, closed, worked, Span::ZERO, Span::ZERO]);
        let left = job.milestone(Milestone::Packed);
        let drive = |&record: &DriveRecord| Drive { record, left, ..Drive::default() };
        let listed = usize::from(at_rest.drives);
        job.drives.extend(self.drives.run(encoded.drives, listed).iter().map(drive));
        if !at_rest.is_usual {
            let rare = &self.rare.run(at_rest.rare, 1)[0];
            let records = self.drives.run(encoded.drives, listed + usize::from(rare.extras));
            job.rare.extras.extend(records[listed..].iter().map(drive));
            self.decode_rare(rare, job);
        }
        job.timer = Some(Timer::at_rest(at_rest.due, job.waited()));
    }

    fn decode_rare(&self, rare: &RareAtRest, job: &mut Job) {
        (job.parent, job.notices, job.extensions) = (rare.parent, rare.notices, rare.extensions);
        (job.account.0[Account::DEADLINE], job.account.0[Account::FAULTED]) = (rare.deadline, rare.faulted);
        let Job { drives, fate, rare: Rare { extras, .. }, .. } = job;
        let left = self.left.run(rare.left, drives.len() + extras.len());
        for (drive, &left) in drives.iter_mut().chain(extras).zip(left) {
            drive.left = left;
        }
        let met = || were_faulted(drives).map(usize::from);
        let found_after = self.found_after.run(rare.found_after, met().count());
        for (number, &found_after) in met().zip(found_after) {
            fate.drives.resize(number + 1, DriveFate::default());
            fate.drives[number].found_after = found_after;
        }
    }

    /// Frees the memory of an encoded job.
    pub fn forget(&mut self, encoded: Encoded) {
        let at_rest = &self.jobs.run(encoded.job, 1)[0];
        if !at_rest.is_usual {
            let rare = &self.rare.run(at_rest.rare, 1)[0];
            self.left.forget(rare.left);
            self.found_after.forget(rare.found_after);
            self.rare.forget(at_rest.rare);
        }
        self.drives.forget(encoded.drives);
        self.jobs.forget(encoded.job);
    }

    /// Number of elements that each list has room for, in the order of the fields.
    #[cfg(test)]
    pub fn size(&self) -> [usize; 5] {
        let Rest { jobs, drives, rare, left, found_after } = self;
        [jobs.size(), drives.size(), rare.size(), left.size(), found_after.size()]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::world::slab::Reset;

    /// Twice into the same record: the second job has less than the first.
    #[test]
    fn a_job_is_decoded_as_it_was_encoded() {
        let (mut rest, mut decoded) = (Rest::default(), Job::default());
        for is_first in [true, false] {
            let mut job = ended(is_first);
            let place = rest.encode(&job);
            decoded.reset();
            rest.decode(place, &mut decoded);
            assert_eq!(decoded.account.parts(), job.account.parts());
            job.account = decoded.account;
            assert_eq!(format!("{decoded:?}"), format!("{job:?}"));
            rest.forget(place);
        }
    }

    #[test]
    fn a_job_that_is_forgotten_leaves_its_room_to_others() {
        let mut rest = Rest::default();
        let mut one = || {
            let place = rest.encode(&ended(true));
            rest.forget(place);
            rest.size()
        };
        let size = one();
        assert!((0..3000).all(|_| one() == size));
    }

    /// With all that a usual life never has, or after a usual life.
    fn ended(is_first: bool) -> Job {
        let mut job = Job::default();
        let start = Instant::START + Span::days(7);
        (job.state, job.modified) = (JobState::Closed, start + Span::DAY);
        job.milestones = std::array::from_fn(|one| Some(start + Span::HOUR * one as i64));
        (job.fate.id.generation, job.fate.ordered, job.fate.account) = (3, start, u32::MAX);
        (job.fate.class, job.fate.inbound.carrier) = (200, 255);
        (job.fate.export, job.fate.verbose_log) = (is_first, is_first);
        job.account = Account(std::array::from_fn(|way| Span::from_micros(way as i64 * 7)));
        job.timer = Some(Timer::at_rest(start + Span::days(90), job.waited()));
        let mut drive = Drive::new(&DriveFate::default(), DriveState::ShippedBack);
        drive.left = job.milestone(Milestone::Packed);
        job.is_usual = !is_first;
        if is_first {
            (job.parent, job.notices, job.extensions) = (Some(job.fate.id), 2, 1);
            job.fate.drives =
                vec![DriveFate::default(), DriveFate { found_after: 5, ..DriveFate::default() }];
            job.rare.extras = vec![drive];
            (drive.left, drive.before_fault) = (None, Some(DriveState::Received));
        } else {
            (job.account.0[Account::DEADLINE], job.account.0[Account::FAULTED]) = (Span::ZERO, Span::ZERO);
        }
        job.drives = vec![Drive { left: job.milestone(Milestone::Packed), ..Drive::default() }, drive];
        job
    }
}
