//! Compact encoding of a job at rest. Numbers that nearly every job has are stored as they are; the others are mostly
//! zero, and a zero of them costs one bit.
//!
//! At rest, a job has ended, and the only pending event that changes it is the end of its retention (J15): no package, no
//! case and no customer action is pending, and no drive is in transit or at the site.

use super::account::AWAITED;
use super::runs::Runs;
use super::timers::AT_REST;
use super::units::DriveRecord;
use super::*;

/// Numbers of a job that are mostly not zero: single fields, milestones and these parts of its time.
const SINGLE: usize = 6;
const MILESTONES: usize = 8;
const USUAL_PARTS: [TimePart; 4] =
    [TimePart::Customer, TimePart::Carrier, TimePart::Waiting, TimePart::Worked];
/// Numbers of a job that are mostly zero.
const RARE: usize = 8 + RARE_PARTS.len();
const RARE_PARTS: [TimePart; 3] = [TimePart::Closed, TimePart::Deadline, TimePart::Faulted];

/// Flag: there was such a package.
const SENT: u64 = 1 << 16;

/// Appends numbers as words: a bit mask of those that are not zero, then these.
fn sparse(words: &mut Vec<u64>, numbers: &[u64; RARE]) {
    let bits = (0..).zip(numbers).map(|(place, &number)| u64::from(number != 0) << place);
    let mask = bits.fold(0, |mask, bit| mask | bit);
    words.push(mask);
    if mask != 0 {
        words.extend(numbers.iter().filter(|&&number| number != 0));
    }
}

/// Reads words that [`write`] has written.
struct Reader<'w>(&'w [u64]);

impl Reader<'_> {
    fn words<const N: usize>(&mut self) -> [u64; N] {
        let (words, rest) = self.0.split_first_chunk().expect("rest: a job is read as it was written");
        self.0 = rest;
        *words
    }

    fn sparse<const N: usize>(&mut self) -> [u64; N] {
        let mut numbers = [0; N];
        let [mut mask] = self.words();
        while mask != 0 {
            [numbers[mask.trailing_zeros() as usize]] = self.words();
            mask &= mask - 1;
        }
        numbers
    }
}

/// Encodes flags into bits, the first into the lowest bit.
fn flags<const N: usize>(flags: [bool; N]) -> u8 {
    const { assert!(N <= 8) };
    flags.into_iter().rev().fold(0, |bits, flag| bits << 1 | u8::from(flag))
}

fn flagged<const N: usize>(bits: u8) -> [bool; N] {
    std::array::from_fn(|place| bits >> place & 1 == 1)
}

/// A job identifier as a number plus one; 0 for none.
fn name(job: Option<JobId>) -> u64 {
    job.map_or(0, |job| 1 + job.stream())
}

fn named(word: u64) -> Option<JobId> {
    let id = word.checked_sub(1)?;
    Some(JobId { source: (id >> 48) as u16, generation: (id >> 32) as u16, ordinal: id as u32 })
}

/// Places of the words and of the drives of a job at rest.
#[derive(Clone, Copy, Debug)]
pub struct Encoded {
    words: u32,
    drives: u32,
}

/// All jobs at rest. Each is a run of words and a run of drive records.
#[derive(Debug, Default)]
pub struct Rest {
    words: Runs<u64>,
    drives: Runs<DriveRecord>,
    /// Buffer for the words of one job.
    scratch: Vec<u64>,
}

impl Rest {
    /// Encodes a job at rest, whose timer was started at its end for `retention`.
    pub fn encode(&mut self, job: &Job, retention: Span) -> Encoded {
        let mut words = std::mem::take(&mut self.scratch);
        words.clear();
        write(job, retention, &mut words);
        // Of the random inputs of its drives, only the position of a fault that was met is still needed.
        let met = (0..).zip(&job.drives).filter(|(_, drive)| drive.before_fault.is_some());
        words.extend(met.map(|(number, _)| job.fate_of(job.unit(number)).found_after));
        let (drives, room) = self.drives.room(job.drives.len() + job.extras.len());
        let (listed, extras) = room.split_at_mut(job.drives.len());
        listed.iter_mut().zip(&job.drives).for_each(|(record, drive)| *record = drive.record);
        extras.iter_mut().zip(&job.extras).for_each(|(record, drive)| *record = drive.record);
        words[0] = Head { words: words.len(), drives: job.drives.len(), extras: job.extras.len() }.encode();
        let (place, room) = self.words.room(words.len());
        room.copy_from_slice(&words);
        self.scratch = words;
        Encoded { words: place, drives }
    }

    /// Decodes a job into a record that [`Reset`](super::slab::Reset) has emptied, or that was used for nothing else.
    /// After the head, the drives come first: reading their records and the words then waits for memory once, not twice.
    pub fn decode(&self, encoded: Encoded, retention: Span, job: &mut Job) {
        let head = Head::decode(self.words.run(encoded.words, 1)[0]);
        let records = self.drives.run(encoded.drives, head.drives + head.extras);
        let (listed, extra) = records.split_at(head.drives);
        let drive = |&record: &DriveRecord| Drive { record, ..Drive::default() };
        job.drives.clear();
        job.extras.clear();
        job.fate.drives.clear();
        job.drives.extend(listed.iter().map(drive));
        job.extras.extend(extra.iter().map(drive));
        let mut reader = Reader(&self.words.run(encoded.words, head.words)[1..]);
        read(&mut reader, retention, job);
        for (number, _) in listed.iter().enumerate().filter(|(_, drive)| drive.before_fault.is_some()) {
            job.fate.drives.resize(number + 1, DriveFate::default());
            [job.fate.drives[number].found_after] = reader.words();
        }
    }

    /// Frees the memory of an encoded job.
    pub fn forget(&mut self, encoded: Encoded) {
        self.drives.forget(encoded.drives);
        self.words.forget(encoded.words);
    }

    /// Words and drives that there is room for.
    #[cfg(test)]
    pub fn size(&self) -> (usize, usize) {
        (self.words.size(), self.drives.size())
    }
}

/// First word of a job: its sizes.
struct Head {
    words: usize,
    drives: usize,
    extras: usize,
}

impl Head {
    fn encode(&self) -> u64 {
        let field = |number: usize| u64::from(u16::try_from(number).expect("rest: no job is so large"));
        field(self.words) | field(self.drives) << 16 | field(self.extras) << 32
    }

    fn decode(word: u64) -> Head {
        let field = |from: u32| usize::from((word >> from) as u16);
        Head { words: field(0), drives: field(16), extras: field(32) }
    }
}

/// Encodes a job without its drives, after a placeholder for its head.
fn write(job: &Job, retention: Span, words: &mut Vec<u64>) {
    let ordered = job.fate.ordered;
    let timer = job.timer.expect("rest: a job at rest has the timer of its retention");
    debug_assert!(job.is_at_rest() && timer.deadline == AT_REST && timer.left.is_none());
    words.push(0);
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
        // A package may have been sent before the order of the job that now lists its drives (E1).
        sent.map_or([0; 2], |(carrier, at, drives)| {
            [(at - ordered).micros() as u64, SENT | u64::from(carrier) << 8 | u64::from(drives)]
        })
    };
    let ([sent, what_sent], [back, what_back]) = (package(job.delivery_package), package(job.return_package));
    let part = |part: TimePart| job.parts[part as usize].micros() as u64;
    words.extend([ordered.micros() as u64, name(Some(job.fate.id)), sent, what_sent, back, what_back]);
    words.extend(job.milestones.map(Instant::to_word));
    words.extend(USUAL_PARTS.map(part));
    let [closed, deadline, faulted] = RARE_PARTS.map(part);
    let rare = [
        name(job.parent),
        u64::from(job.is_followed),
        (job.modified - ended(job)).micros() as u64,
        (timer.due - ended(job) - retention).micros() as u64,
        u64::from(job.fate.account),
        u64::from(job.updates),
        u64::from(job.notices),
        u64::from(job.extensions),
        closed,
        deadline,
        faulted,
    ];
    sparse(words, &rare);
}

fn ended(job: &Job) -> Instant {
    job.milestone(Milestone::Ended).expect("rest: a job at rest has ended")
}

/// Decodes all that was encoded.
fn read(reader: &mut Reader<'_>, retention: Span, job: &mut Job) {
    let [bytes] = reader.words();
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
    let [ordered, id, sent, what_sent, returned, what_returned] = reader.words::<SINGLE>();
    let milestones = reader.words::<MILESTONES>();
    let parts: [u64; USUAL_PARTS.len()] = reader.words();
    let [parent, followed, modified, due, account, updates, notices, extensions, rare_parts @ ..] =
        reader.sparse::<RARE>();
    let ordered = Instant::from_micros(ordered as i64);
    job.fate.ordered = ordered;
    job.fate.id = named(id).expect("rest: every job has a name");
    (job.parent, job.is_followed) = (named(parent), followed == 1);
    job.milestones = milestones.map(Instant::from_word);
    let all = USUAL_PARTS.into_iter().zip(parts).chain(RARE_PARTS.into_iter().zip(rare_parts));
    all.for_each(|(part, word)| job.parts[part as usize] = Span::from_micros(word as i64));
    let ended = ended(job);
    (job.since, job.modified) = (ended, ended + Span::from_micros(modified as i64));
    let due = ended + retention + Span::from_micros(due as i64);
    // The timer was started at the end, when the waiting times were complete.
    let waited = AWAITED.map(|part| job.parts[part as usize]);
    job.timer = Some(Timer { deadline: AT_REST, due, left: None, overdue: false, waited });
    let package = |sent: u64, what: u64| {
        (what & SENT > 0).then(|| ((what >> 8) as u8, ordered + Span::from_micros(sent as i64), what as u8))
    };
    job.delivery_package = package(sent, what_sent);
    job.return_package = package(returned, what_returned);
    job.fate.account = account as u32;
    (job.updates, job.notices, job.extensions) = (updates as u32, notices as u32, extensions as u32);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fate::CopyOutcome;
    use crate::policy::{Disposition, DriveState};
    use crate::world::units::DriveFault;

    /// Every field that is asked of a job at rest, at its extremes: what is true or false is first all true, then all
    /// false. The record for the first job is used again for the second.
    #[test]
    fn a_job_is_decoded_as_it_was_encoded() {
        let mut again = Job::default();
        for flag in [true, false] {
            encoded_and_decoded(flag, &mut again);
        }
    }

    fn encoded_and_decoded(flag: bool, again: &mut Job) {
        let at = |micros| Instant::from_micros(micros);
        let mut job = Job::default();
        job.fate.id = JobId { source: u16::MAX, generation: 3, ordinal: u32::MAX };
        job.parent = flag.then_some(JobId { source: 0, generation: 0, ordinal: 0 });
        job.is_followed = flag;
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
        let in_state = |state| Drive::new(&DriveFate::default(), state);
        let mut drive = in_state(DriveState::ShippedBack);
        (drive.bytes, drive.mounts) = (u64::MAX, 2);
        (drive.before_fault, drive.disposition) = (flag.then_some(DriveState::Received), Disposition::Lost);
        drive.outcome = CopyOutcome::BrokenManifest;
        drive.fault = if flag { DriveFault::GivenUp } else { DriveFault::Solved };
        drive.adopted = flag;
        (drive.received, drive.left) = (Some(at(1_000_000)), Some(at(i64::MAX / 2)));
        (drive.copy_started, drive.copy_ended) = (Some(at(1_000_001)), Some(at(1_000_002)));
        job.drives = vec![drive, in_state(DriveState::NeverReceived)];
        job.extras = vec![drive];
        // Of its drives' fates, where a fault was met is all that is kept.
        job.fate.drives =
            if flag { vec![DriveFate { found_after: 5, ..DriveFate::default() }] } else { vec![] };
        let mut rest = Rest::default();
        let place = rest.encode(&job, retention);
        rest.decode(place, retention, again);
        assert_eq!(format!("{again:?}"), format!("{job:?}"));
    }
}
