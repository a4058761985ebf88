//! A job at rest in few words, side by side: all that is still asked of it.
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

/// Takes the next words.
#[inline]
fn take<const N: usize>(words: &mut &[u64]) -> [u64; N] {
    let (taken, rest) = words.split_first_chunk().expect("rest: a job is read as it was written");
    *words = rest;
    *taken
}

/// Two numbers in a word.
fn pair(high: u32, low: u32) -> u64 {
    u64::from(high) << 32 | u64::from(low)
}

fn unpair(word: u64) -> (u32, u32) {
    ((word >> 32) as u32, word as u32)
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

/// What was sent: the instant, and carrier and drives.
fn sent(package: Option<(u8, Instant, u8)>) -> (u64, u32) {
    let what = package.map_or(0, |(carrier, _, drives)| u32::from(carrier) << 8 | u32::from(drives));
    (Instant::to_word(package.map(|(_, at, _)| at)), what)
}

fn unsent(at: u64, what: u32) -> Option<(u8, Instant, u8)> {
    Instant::from_word(at).map(|at| ((what >> 8) as u8, at, what as u8))
}

/// Packs a job at rest into `words`; its timer was started at its end.
pub fn pack(job: &Job, words: &mut Vec<u64>) {
    let timer = job.timer.expect("rest: a job at rest has the timer of its retention");
    debug_assert!(job.is_at_rest() && timer.deadline == AT_REST && timer.left.is_none());
    let bytes = u64::from_le_bytes([
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
    ]);
    let ((sent, what_sent), (back, what_back)) = (sent(job.delivery_package), sent(job.return_package));
    words.clear();
    words.extend_from_slice(&[
        pair(job.drives.len() as u32, job.extras.len() as u32),
        bytes,
        job.fate.ordered.micros() as u64,
        name(Some(job.fate.id)),
        name(job.parent),
        job.modified.micros() as u64,
        timer.due.micros() as u64,
        sent,
        back,
        pair(what_sent, what_back),
        pair(job.fate.account, job.updates),
        pair(job.notices, job.extensions),
    ]);
    words.extend_from_slice(&job.milestones.map(Instant::to_word));
    words.extend_from_slice(&job.parts.map(|part| part.micros() as u64));
    for drive in job.drives.iter().chain(&job.extras) {
        pack_drive(drive, words);
    }
}

fn pack_drive(drive: &Drive, words: &mut Vec<u64>) {
    let whole = drive.copied == drive.fate.bytes;
    words.extend_from_slice(&[
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
pub fn unpack(mut words: &[u64], job: &mut Job) {
    let words = &mut words;
    let [counts, bytes, ordered, id, parent, modified, due, sent, back, what, account, notices] = take(words);
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
    job.fate.ordered = Instant::from_micros(ordered as i64);
    job.fate.id = named(id).expect("rest: every job has a name");
    job.parent = named(parent);
    job.modified = Instant::from_micros(modified as i64);
    let (what_sent, what_back) = unpair(what);
    (job.delivery_package, job.return_package) = (unsent(sent, what_sent), unsent(back, what_back));
    (job.fate.account, job.updates) = unpair(account);
    (job.notices, job.extensions) = unpair(notices);
    job.milestones = take(words).map(Instant::from_word);
    job.parts = take(words).map(|part| Span::from_micros(part as i64));
    job.since = job.milestone(Milestone::Ended).expect("rest: a job at rest has ended");
    // The timer was started at the end, when all had been waited that ever was.
    let waited = AWAITED.map(|part| job.parts[part as usize]);
    let due = Instant::from_micros(due as i64);
    job.timer = Some(Timer { deadline: AT_REST, due, left: None, overdue: false, waited });
    let (drives, extras) = unpair(counts);
    job.drives.extend((0..drives).map(|_| unpack_drive(words)));
    job.extras.extend((0..extras).map(|_| unpack_drive(words)));
}

#[inline(always)]
fn unpack_drive(words: &mut &[u64]) -> Drive {
    let [bytes, to_copy, received, copy_started, copy_ended, left] = take(words);
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
    [drive.copied] = if whole == 1 { [to_copy] } else { take(words) };
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
        let due = ended + Span::days(90) + Span::HOUR;
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
        pack(&job, &mut words);
        unpack(&words, &mut again);
        assert_eq!(format!("{again:?}"), format!("{job:?}"));
    }
}
