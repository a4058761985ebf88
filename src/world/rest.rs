//! A job at rest in few words: all that is still asked of it. A nought costs a bit, so what is mostly nought is kept
//! apart from what is never.
//!
//! At rest a job has ended, and nothing of it moves but the timer of its retention (J15): no package, no case, no act
//! of its customer is to come, and no drive is under way.

use super::account::AWAITED;
use super::fact::{JobId, Outcome};
use super::record::{Drive, DriveFault, Job, Timer};
use super::timers::AT_REST;
use crate::engine::time::{Instant, Span};
use crate::fate::CopyOutcome;
use crate::policy::{Disposition, DriveState, JobState, Rule};
use crate::scenario::Milestone;

/// There was such a package.
const SENT: u64 = 1 << 16;

/// Writes numbers as words, those that are nought as a bit in the word before them.
struct Writer<'w>(&'w mut Vec<u64>);

impl Writer<'_> {
    fn sparse<const N: usize>(&mut self, numbers: [u64; N]) {
        const { assert!(N <= 64) };
        self.put(&numbers);
    }

    fn put(&mut self, numbers: &[u64]) {
        let (at, mut mask) = (self.0.len(), 0);
        self.0.push(0);
        for (place, &number) in numbers.iter().enumerate() {
            if number != 0 {
                mask |= 1 << place;
                self.0.push(number);
            }
        }
        self.0[at] = mask;
    }
}

/// Reads what a [`Writer`] has written.
struct Reader<'w>(&'w [u64]);

impl Reader<'_> {
    fn words<const N: usize>(&mut self) -> [u64; N] {
        let (words, rest) = self.0.split_first_chunk().expect("rest: a job is read as it was written");
        self.0 = rest;
        *words
    }

    fn sparse<const N: usize>(&mut self) -> [u64; N] {
        let mut numbers = [0; N];
        self.fill(&mut numbers);
        numbers
    }

    fn fill(&mut self, numbers: &mut [u64]) {
        let [mut mask] = self.words();
        while mask != 0 {
            [numbers[mask.trailing_zeros() as usize]] = self.words();
            mask &= mask - 1;
        }
    }
}

/// Flags side by side, the first in the lowest bit.
fn flags<const N: usize>(flags: [bool; N]) -> u8 {
    const { assert!(N <= 8) };
    flags.into_iter().rev().fold(0, |bits, flag| bits << 1 | u8::from(flag))
}

fn flagged<const N: usize>(bits: u8) -> [bool; N] {
    std::array::from_fn(|place| bits >> place & 1 == 1)
}

/// A name as a number, and one more; none as 0.
fn name(job: Option<JobId>) -> u64 {
    job.map_or(0, |job| {
        1 + (u64::from(job.source) << 48 | u64::from(job.generation) << 32 | u64::from(job.ordinal))
    })
}

fn named(word: u64) -> Option<JobId> {
    let id = word.checked_sub(1)?;
    Some(JobId { source: (id >> 48) as u16, generation: (id >> 32) as u16, ordinal: id as u32 })
}

/// Packs a job at rest into `words`; its timer was started at its end, for `retention`.
pub fn pack(job: &Job, retention: Span, words: &mut Vec<u64>) {
    let ordered = job.fate.ordered;
    let timer = job.timer.expect("rest: a job at rest has the timer of its retention");
    debug_assert!(job.is_at_rest() && timer.deadline == AT_REST && timer.left.is_none());
    words.clear();
    let counts = [job.drives.len() as u64, job.extras.len() as u64];
    words.push(counts[0] | counts[1] << 16);
    words.push(u64::from_le_bytes([
        job.state as u8,
        job.outcome as u8,
        job.ended_by.map_or(0, |rule| rule as u8 + 1),
        job.fate.class,
        job.fate.inbound.carrier,
        job.cases_ever,
        job.packages_ever,
        flags([
            job.fate.export,
            job.fate.verbose_log,
            job.cancel_requested,
            job.address_known_bad,
            job.fault_given_up,
            job.opened,
            job.was_packaging,
            job.ended_with_error.expect("rest: it is known of a job at rest whether it had an error"),
        ]),
    ]));
    let package = |sent: Option<(u8, Instant, u8)>| {
        // A package may have been sent before the job was ordered that lists its drives (E1).
        sent.map_or([0; 2], |(carrier, at, drives)| {
            [(at - ordered).micros() as u64, SENT | u64::from(carrier) << 8 | u64::from(drives)]
        })
    };
    let ([sent, what_sent], [back, what_back]) = (package(job.delivery_package), package(job.return_package));
    let mut writer = Writer(words);
    writer.sparse([ordered.micros() as u64, name(Some(job.fate.id)), name(job.parent)]);
    writer.sparse(job.milestones.map(Instant::to_word));
    writer.sparse(job.parts.map(|part| part.micros() as u64));
    writer.sparse([
        (job.modified - ended(job)).micros() as u64,
        (timer.due - ended(job) - retention).micros() as u64,
        sent,
        what_sent,
        back,
        what_back,
        u64::from(job.fate.account),
        u64::from(job.updates),
        u64::from(job.notices),
        u64::from(job.extensions),
    ]);
    for drive in job.drives.iter().chain(&job.extras) {
        pack_drive(drive, words);
    }
}

fn ended(job: &Job) -> Instant {
    job.milestone(Milestone::Ended).expect("rest: a job at rest has ended")
}

fn pack_drive(drive: &Drive, words: &mut Vec<u64>) {
    let whole = drive.copied == drive.fate.bytes;
    words.extend([
        u64::from_le_bytes([
            drive.state as u8,
            drive.before_fault.map_or(0, |state| state as u8 + 1),
            drive.disposition as u8,
            drive.fate.copy as u8,
            drive.mounts,
            flags([
                drive.prepared,
                drive.found,
                drive.fault == DriveFault::Solved,
                drive.fault == DriveFault::GivenUp,
                drive.adopted,
                drive.is_claimed,
                drive.shelved,
            ]),
            u8::from(whole),
            0,
        ]),
        drive.fate.bytes,
        Instant::to_word(drive.received),
        Instant::to_word(drive.copy_started),
        Instant::to_word(drive.copy_ended),
        Instant::to_word(drive.left),
    ]);
    if !whole {
        words.push(drive.copied);
    }
}

/// Fills a blank record with a packed job.
pub fn unpack(words: &[u64], retention: Span, job: &mut Job) {
    let mut reader = Reader(words);
    let [head, bytes] = reader.words();
    let (drives, extras) = (head & 0xffff, head >> 16);
    let [state, outcome, ended_by, class, carrier, cases, packages, bits] = bytes.to_le_bytes();
    job.state = JobState::ALL[usize::from(state)];
    job.outcome = Outcome::ALL[usize::from(outcome)];
    job.ended_by = ended_by.checked_sub(1).map(|rule| Rule::ALL[usize::from(rule)]);
    (job.fate.class, job.fate.inbound.carrier) = (class, carrier);
    (job.cases_ever, job.packages_ever) = (cases, packages);
    let error;
    [
        job.fate.export,
        job.fate.verbose_log,
        job.cancel_requested,
        job.address_known_bad,
        job.fault_given_up,
        job.opened,
        job.was_packaging,
        error,
    ] = flagged(bits);
    job.ended_with_error = Some(error);
    let [ordered, id, parent] = reader.sparse();
    let ordered = Instant::from_micros(ordered as i64);
    job.fate.ordered = ordered;
    job.fate.id = named(id).expect("rest: every job has a name");
    job.parent = named(parent);
    job.milestones = reader.sparse().map(Instant::from_word);
    job.parts = reader.sparse().map(|word| Span::from_micros(word as i64));
    let [modified, due, sent, what_sent, returned, what_returned, account, updates, notices, extensions] =
        reader.sparse();
    let ended = ended(job);
    (job.since, job.modified) = (ended, ended + Span::from_micros(modified as i64));
    let due = ended + retention + Span::from_micros(due as i64);
    // It was started at the end, when all had been waited that ever was.
    let waited = AWAITED.map(|part| job.parts[part as usize]);
    job.timer = Some(Timer { deadline: AT_REST, due, left: None, overdue: false, waited });
    let package = |sent: u64, what: u64| {
        (what & SENT > 0).then(|| ((what >> 8) as u8, ordered + Span::from_micros(sent as i64), what as u8))
    };
    job.delivery_package = package(sent, what_sent);
    job.return_package = package(returned, what_returned);
    job.fate.account = account as u32;
    (job.updates, job.notices, job.extensions) = (updates as u32, notices as u32, extensions as u32);
    job.drives.extend((0..drives).map(|_| unpack_drive(&mut reader)));
    job.extras.extend((0..extras).map(|_| unpack_drive(&mut reader)));
}

#[inline(always)]
fn unpack_drive(reader: &mut Reader<'_>) -> Drive {
    let [bytes, to_copy, received, copy_started, copy_ended, left] = reader.words();
    let [state, before_fault, disposition, copy, mounts, bits, whole, _] = bytes.to_le_bytes();
    let mut drive = Drive { state: DriveState::ALL[usize::from(state)], ..Drive::default() };
    drive.before_fault = before_fault.checked_sub(1).map(|state| DriveState::ALL[usize::from(state)]);
    drive.disposition = Disposition::ALL[usize::from(disposition)];
    drive.fate.copy = CopyOutcome::ALL[usize::from(copy)];
    drive.mounts = mounts;
    let (solved, given_up);
    [drive.prepared, drive.found, solved, given_up, drive.adopted, drive.is_claimed, drive.shelved] =
        flagged(bits);
    drive.fault = match (solved, given_up) {
        (true, _) => DriveFault::Solved,
        (_, true) => DriveFault::GivenUp,
        _ => DriveFault::Open,
    };
    drive.fate.bytes = to_copy;
    drive.received = Instant::from_word(received);
    drive.copy_started = Instant::from_word(copy_started);
    drive.copy_ended = Instant::from_word(copy_ended);
    drive.left = Instant::from_word(left);
    [drive.copied] = if whole == 1 { [to_copy] } else { reader.words() };
    drive
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every field that is asked of a job at rest, at its extremes: what is true or false is first all true, then all false.
    #[test]
    fn a_job_is_unpacked_as_it_was_packed() {
        for flag in [true, false] {
            packed_and_unpacked(flag);
        }
    }

    fn packed_and_unpacked(flag: bool) {
        let at = |micros| Instant::from_micros(micros);
        let mut job = Job::default();
        job.fate.id = JobId { source: u16::MAX, generation: 3, ordinal: u32::MAX };
        job.parent = flag.then_some(JobId { source: 0, generation: 0, ordinal: 0 });
        (job.fate.ordered, job.fate.export, job.fate.class) = (at(1_000_000), flag, 200);
        (job.fate.account, job.fate.verbose_log, job.fate.inbound.carrier) = (u32::MAX, flag, 255);
        (job.state, job.outcome, job.ended_by) = (JobState::Closed, Outcome::Closed, Some(Rule::J14));
        job.ended_with_error = Some(flag);
        (job.cancel_requested, job.address_known_bad, job.opened) = (flag, flag, flag);
        (job.fault_given_up, job.was_packaging) = (flag, flag);
        job.milestones = std::array::from_fn(|place| (place != 5).then(|| at(1_000_000 + place as i64)));
        job.parts = std::array::from_fn(|part| Span::from_micros(part as i64 * 7));
        (job.updates, job.notices, job.extensions, job.cases_ever, job.packages_ever) =
            (9, 2, u32::MAX, 255, 4);
        // Sent one tick before the order: by the job that this one follows from.
        job.delivery_package = Some((0, at(999_999), 0));
        job.return_package = Some((7, at(1_000_007), 10));
        let ended = job.milestone(Milestone::Ended).unwrap();
        (job.since, job.modified) = (ended, ended + Span::TICK);
        let waited = AWAITED.map(|part| job.parts[part as usize]);
        let retention = Span::days(90);
        let due = ended + retention + Span::HOUR;
        job.timer = Some(Timer { deadline: AT_REST, due, left: None, overdue: false, waited });
        let mut drive = Drive { state: DriveState::ShippedBack, ..Drive::default() };
        (drive.fate.bytes, drive.copied, drive.mounts) = (u64::MAX, 5, 2);
        (drive.before_fault, drive.disposition) = (flag.then_some(DriveState::Received), Disposition::Lost);
        (drive.fate.copy, drive.found) = (CopyOutcome::BrokenManifest, flag);
        drive.fault = if flag { DriveFault::GivenUp } else { DriveFault::Solved };
        (drive.prepared, drive.adopted) = (flag, flag);
        (drive.is_claimed, drive.shelved) = (flag, flag);
        (drive.received, drive.left) = (Some(at(1_000_000)), Some(at(i64::MAX / 2)));
        (drive.copy_started, drive.copy_ended) = (Some(at(1_000_001)), Some(at(1_000_002)));
        job.drives = vec![drive, Drive { state: DriveState::NeverReceived, ..Drive::default() }];
        job.extras = vec![Drive { copied: u64::MAX, ..drive }];
        let (mut words, mut again) = (vec![], Job::default());
        pack(&job, retention, &mut words);
        unpack(&words, retention, &mut again);
        assert_eq!(format!("{again:?}"), format!("{job:?}"));
    }
}
