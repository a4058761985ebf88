//! Jobs at rest in compact form: their records, without what only an active job needs.
//!
//! At rest, a job has ended, and the only pending event that changes it is the end of its retention (J15): no package, no
//! case and no customer action is pending, and no drive is in transit or at the site.

use super::record::JobRecord;
use super::runs::Runs;
use super::units::DriveRecord;
use super::*;

/// A job at rest, without its drives.
#[derive(Clone, Copy, Debug, Default)]
struct AtRest {
    record: JobRecord,
    id: JobId,
    ordered: Instant,
    storage_account: u32,
    carrier: u8,
    class: u8,
    export: bool,
    verbose_log: bool,
    is_usual: bool,
    parts: [Span; TimePart::ALL.len()],
    /// End of the retention.
    due: Instant,
    drives: u16,
    extras: u16,
    /// Where faults of its drives were met, in bytes: all that is still needed of the random inputs of its drives.
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
    found_after: Runs<u64>,
}

/// Numbers of the drives that were Faulted.
fn faulted<'d>(drives: impl IntoIterator<Item = &'d DriveRecord>) -> impl Iterator<Item = u8> {
    (0..).zip(drives).filter(|(_, drive)| drive.before_fault.is_some()).map(|(number, _)| number)
}

impl Rest {
    /// Encodes a job at rest, whose only timer is that of its retention.
    pub fn encode(&mut self, job: &Job) -> Encoded {
        let timer = job.timer.expect("rest: a job at rest has the timer of its retention");
        debug_assert!(job.is_at_rest() && timer.deadline == timers::AT_REST && timer.left.is_none());
        let (drives, fate) = (&job.drives, &job.fate);
        let extras = &job.rare.extras;
        let met = || faulted(drives.iter().map(|drive| &drive.record));
        let (found_after, room) = self.found_after.room(met().count());
        room.iter_mut().zip(met()).for_each(|(to, number)| *to = job.fate_of(job.unit(number)).found_after);
        let (place, room) = self.jobs.room(1);
        room[0] = AtRest {
            record: job.record,
            id: fate.id,
            ordered: fate.ordered,
            storage_account: fate.account,
            carrier: fate.inbound.carrier,
            class: fate.class,
            export: fate.export,
            verbose_log: fate.verbose_log,
            is_usual: job.is_usual,
            parts: job.account.parts(),
            due: timer.due,
            drives: drives.len() as u16,
            extras: extras.len() as u16,
            found_after,
        };
        let (first, room) = self.drives.room(drives.len() + extras.len());
        room.iter_mut().zip(drives.iter().chain(extras)).for_each(|(to, drive)| *to = drive.record);
        Encoded { job: place, drives: first }
    }

    /// Decodes a job into an empty record. Of the time account, only its sums by [`TimePart`] are left.
    pub fn decode(&self, encoded: Encoded, job: &mut Job) {
        let at_rest = &self.jobs.run(encoded.job, 1)[0];
        let records = self.drives.run(encoded.drives, usize::from(at_rest.drives + at_rest.extras));
        let (listed, extra) = records.split_at(usize::from(at_rest.drives));
        let drive = |&record: &DriveRecord| Drive { record, ..Drive::default() };
        job.drives.extend(listed.iter().map(drive));
        job.rare.extras.extend(extra.iter().map(drive));
        (job.record, job.is_usual) = (at_rest.record, at_rest.is_usual);
        let fate = &mut job.fate;
        (fate.id, fate.ordered, fate.account) = (at_rest.id, at_rest.ordered, at_rest.storage_account);
        (fate.inbound.carrier, fate.class) = (at_rest.carrier, at_rest.class);
        (fate.export, fate.verbose_log) = (at_rest.export, at_rest.verbose_log);
        fate.drives.clear();
        let met = || faulted(listed).map(usize::from);
        let found_after = self.found_after.run(at_rest.found_after, met().count());
        for (number, &found_after) in met().zip(found_after) {
            fate.drives.resize(number + 1, DriveFate::default());
            fate.drives[number].found_after = found_after;
        }
        job.account = Account::of_parts(at_rest.parts);
        job.timer = Some(Timer::at_rest(at_rest.due, job.waited()));
    }

    /// Frees the memory of an encoded job.
    pub fn forget(&mut self, encoded: Encoded) {
        self.found_after.forget(self.jobs.run(encoded.job, 1)[0].found_after);
        self.drives.forget(encoded.drives);
        self.jobs.forget(encoded.job);
    }

    /// Jobs, drives and positions that there is room for.
    #[cfg(test)]
    pub fn size(&self) -> (usize, usize, usize) {
        (self.jobs.size(), self.drives.size(), self.found_after.size())
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

    fn ended(is_first: bool) -> Job {
        let mut job = Job::default();
        let start = Instant::START;
        (job.state, job.modified) = (JobState::Closed, start + Span::DAY);
        (job.fate.id.generation, job.fate.ordered, job.fate.account) = (3, start + Span::HOUR, u32::MAX);
        (job.fate.class, job.fate.inbound.carrier) = (200, 255);
        (job.fate.export, job.fate.verbose_log) = (is_first, is_first);
        job.account = Account(std::array::from_fn(|way| Span::from_micros(way as i64 * 7)));
        job.timer = Some(Timer::at_rest(start + Span::days(90), job.waited()));
        let mut drive = Drive::new(&DriveFate::default(), DriveState::ShippedBack);
        job.rare.extras = if is_first { vec![drive] } else { vec![] };
        job.is_usual = !is_first;
        drive.before_fault = is_first.then_some(DriveState::Received);
        job.drives = vec![Drive::default(), drive];
        let fates = [DriveFate::default(), DriveFate { found_after: 5, ..DriveFate::default() }];
        job.fate.drives = if is_first { fates.to_vec() } else { vec![] };
        job
    }
}
