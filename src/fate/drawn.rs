//! The fates of a scenario's jobs (their random inputs): drawn from distributions, or written as `[[job]]` entries.
//!
//! Each decision has its own place in the job's stream of uniform numbers (statistics, Foundations 2), so that a
//! setting that changes one decision never shifts another. Places are never renumbered; new ones are appended.

use super::*;
use crate::engine::calendar::Timetable;
use crate::engine::chance::{Address, Distribution, Sheet};
use crate::engine::time::{Instant, Span};
use crate::policy::{CaseKind, JobState};
use crate::scenario::{Arrivals, Carrier, Disrupted, Faults, LEVEL_ONE, Scenario, Source, WrittenJob};

/// Places of the decisions about a job. Those that every job needs are on the first page of its stream, those of the
/// drives on the next three; those that few jobs need come after.
mod place {
    pub const ARRIVAL: u32 = 0;
    pub const EXPORT: u32 = 1;
    pub const CLASS: u32 = 2;
    pub const DRIVES: u32 = 3;
    pub const ACCOUNT: u32 = 4;
    pub const PACKS: u32 = 5;
    pub const FORGETS_PACKAGE: u32 = 6;
    pub const FORGETS_SHIPPING: u32 = 7;
    pub const NEVER_SHIPS: u32 = 8;
    pub const DELETES: u32 = 9;
    pub const CANCELS: u32 = 10;
    /// Five places each: carrier, delayed, transit, lost, damaged.
    pub const INBOUND: u32 = 11;
    pub const BACK: u32 = 16;
    pub const ADDRESS: u32 = 21;
    pub const FAULT: u32 = 22;
    pub const RETURN_FAILS: u32 = 23;
    pub const REORDERS: u32 = 24;
    pub const EXTRA: u32 = 25;
    pub const VERBOSE_LOG: u32 = 26;
    /// Time until the first update.
    pub const FIRST_UPDATE: u32 = 27;
    /// Opening and packing the first package.
    pub const OPEN: u32 = 28;
    pub const PACK: u32 = 29;
    /// From here, eight places per drive.
    pub const DRIVE: u32 = 32;
    /// Four places per drive for decisions that few drives need.
    pub const DRIVE_DETAIL: u32 = 128;
    pub const REMEMBERS: u32 = 168;
    pub const DELETES_AFTER: u32 = 169;
    pub const CANCELS_AFTER: u32 = 170;
    pub const NOTICED: u32 = 171;
    pub const BACK_AFTER: u32 = 172;
    pub const REORDERS_AFTER: u32 = 173;
    /// Times between updates.
    pub const UPDATE: u32 = 192;
    /// Answers: by kind of case, four places per occurrence.
    pub const ANSWER: u32 = 4096;
    /// Site work: eight places per occurrence, one for each kind.
    pub const WORK: u32 = 1 << 24;
}

/// Places of a drive, relative to its first place.
mod drive_place {
    pub const BYTES: u32 = 0;
    pub const MISSING: u32 = 1;
    pub const NEIGHBOUR: u32 = 2;
    pub const COPY: u32 = 3;
    /// Four kinds of work at the site.
    pub const WORK: u32 = 4;
    pub const PLACES: u32 = 8;
    /// From here, relative to the drive's first detail place.
    pub const COMES_LATER: u32 = 0;
    pub const LATER_BY: u32 = 1;
    pub const FOUND: u32 = 2;
    pub const DETAILS: u32 = 4;
}

/// Work at the site with a service time. The distribution belongs to the site, the uniform number to the job.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Work {
    /// Receiving a drive at the dock.
    ReceiveDrive,
    /// Preparing a drive.
    Prepare,
    /// Mounting a drive in a bay.
    Mount,
    /// Packing a drive.
    PackDrive,
    /// Opening a package at the dock.
    OpenPackage,
    /// Packing a return package.
    PackPackage,
    /// An attempt to reach a customer.
    Attempt,
}

/// Number of steps of a uniform number drawn in advance.
const STEPS_AHEAD: f64 = 4_294_967_296.0;

/// Number of cases of one kind, per drive or per job, with separate answers.
const ANSWERS_OF_A_DRIVE: u32 = 2048;

/// Progress of the arrivals of a source.
#[derive(Clone, Debug)]
struct Stream {
    patterns: Vec<Timetable>,
    /// Demand disruptions of this source: from, until, factor.
    surges: Vec<(Instant, Instant, f64)>,
    clock: Instant,
    ordinal: u64,
}

/// Generates the fates of a scenario, one per job. They depend on neither policy nor capacity.
#[derive(Debug)]
pub struct Fates<'s> {
    scenario: &'s Scenario,
    sheet: Sheet,
    copies: Copies,
    streams: Vec<Stream>,
    /// Written jobs in order of their order times; at one instant, in file order.
    written: Vec<u32>,
}

impl Work {
    /// All of them.
    pub const ALL: [Work; 7] = [
        Work::ReceiveDrive,
        Work::Prepare,
        Work::Mount,
        Work::PackDrive,
        Work::OpenPackage,
        Work::PackPackage,
        Work::Attempt,
    ];

    /// Service time distribution; `None` if the site does not have this step.
    fn length(self, scenario: &Scenario) -> Option<&Distribution> {
        let site = &scenario.site;
        match self {
            Work::ReceiveDrive => Some(&site.dock_per_drive),
            Work::Prepare => site.preparation.as_ref().map(|(_, length)| length),
            Work::Mount => Some(&site.mount),
            Work::PackDrive => Some(&site.pack_per_drive),
            Work::OpenPackage => Some(&site.per_package),
            Work::PackPackage => Some(&site.pack_per_package),
            Work::Attempt => Some(&site.per_attempt),
        }
    }
}

impl<'s> Fates<'s> {
    /// The fates for replication `replication` of `scenario` under `seed`.
    pub fn new(scenario: &'s Scenario, seed: u64, replication: u64) -> Fates<'s> {
        let surges = |number: usize| {
            let of_source = scenario.disruptions.iter().filter_map(move |disruption| match disruption.what {
                Disrupted::Demand { source, factor } if source.is_none_or(|one| one == number) => {
                    Some((disruption.from, disruption.until, factor))
                }
                _ => None,
            });
            of_source.collect()
        };
        let stream = |(number, source): (usize, &Source)| Stream {
            patterns: match &source.arrivals {
                Arrivals::Rate { patterns, .. } => patterns.clone(),
                Arrivals::Dates(_) => vec![],
            },
            surges: surges(number),
            clock: Instant::START,
            ordinal: 0,
        };
        let mut written: Vec<u32> = (0..scenario.jobs.len() as u32).collect();
        written.sort_by_key(|&ordinal| scenario.jobs[ordinal as usize].fate.ordered);
        Fates {
            copies: copies(&scenario.faults),
            written,
            scenario,
            sheet: Sheet::new(seed, replication),
            streams: scenario.demand.iter().enumerate().map(stream).collect(),
        }
    }

    /// The source number of the scenario's `[[job]]` entries.
    pub fn written_source(&self) -> usize {
        self.scenario.demand.len()
    }

    /// Fills `fate` with the next job of `source`. Returns false if there are no more.
    pub fn next(&mut self, source: usize, fate: &mut Fate) -> bool {
        let stream = &mut self.streams[source];
        let plan = &self.scenario.demand[source];
        let ordinal = stream.ordinal;
        if ordinal >= plan.limit || ordinal > u64::from(u32::MAX) {
            return false;
        }
        stream.ordinal += 1;
        let id = Address { source: source as u16, generation: 0, ordinal: ordinal as u32 };
        let backlog = ordinal < u64::from(plan.backlog);
        if !backlog {
            self.sheet.open(id);
            let uniform = self.sheet.uniform(place::ARRIVAL);
            let Some(at) = stream.arrival(plan, ordinal - u64::from(plan.backlog), uniform) else {
                return false;
            };
            stream.clock = at;
        }
        self.draw(id, self.streams[source].clock, fate);
        if backlog {
            stand_at_the_door(fate);
        }
        true
    }

    /// Fills `fate` with written job number `number` in order of time. Returns false if there are no more.
    pub fn written(&mut self, number: usize, fate: &mut Fate) -> bool {
        let Some(&ordinal) = self.written.get(number) else { return false };
        fate.clone_from(&self.scenario.jobs[ordinal as usize].fate);
        self.draw_site_work(fate);
        true
    }

    /// Whether the package of `job` was handed over before `now` or never will be, so that nothing can travel with it
    /// any more. Only for a written job can this be so; a drawn one is always the next of its source.
    pub fn has_left(&self, job: Address, now: Instant) -> bool {
        let Some(written) = self.written_job(job) else { return false };
        let fate = &written.fate;
        fate.ordered < now && fate.packs.is_none_or(|packs| fate.ordered + packs < now)
    }

    /// Draws in advance the random numbers for the first work of each kind.
    fn draw_site_work(&mut self, fate: &mut Fate) {
        self.sheet.open(fate.id);
        (fate.opening, fate.packing) =
            (ahead(&mut self.sheet, place::OPEN), ahead(&mut self.sheet, place::PACK));
        for (number, drive) in fate.drives.iter_mut().enumerate() {
            let first = place::DRIVE + number as u32 * drive_place::PLACES + drive_place::WORK;
            drive.work = self.sheet.steps_from(first);
        }
    }

    /// Fills `fate` with a job that follows from `parent` (E1, E3): same ordinal, its own `generation`, ordered at
    /// `at`. If the parent was written, nothing goes wrong a second time.
    pub fn follow(&mut self, parent: &Fate, generation: u16, at: Instant, fate: &mut Fate) {
        let id = Address { generation, ..parent.id };
        if usize::from(id.source) < self.scenario.demand.len() {
            self.draw(id, at, fate);
        } else {
            fate.clone_from(parent);
            fate.id = id;
            fate.back.ends = JourneyEnd::Delivered;
            fate.reorders = None;
            self.draw_site_work(fate);
        }
        (fate.id, fate.ordered) = (id, at);
        (fate.export, fate.class, fate.account) = (parent.export, parent.class, parent.account);
        (fate.deletes, fate.cancels, fate.fault) = (None, None, None);
    }

    /// The customer's response to the `occurrence`-th case of this kind (from 0), about drive number `drive`.
    pub fn answer(&mut self, job: Address, kind: CaseKind, drive: u8, occurrence: u32) -> Answer {
        if let Some(written) = self.written_job(job) {
            return written_answer(written, kind, drive, occurrence);
        }
        // R1: E1 is one problem, with or without a job record.
        let kind = if kind == CaseKind::NoRecord { CaseKind::Unannounced } else { kind };
        let kinds = CaseKind::ALL.len() as u32;
        let who = u32::from(drive) * ANSWERS_OF_A_DRIVE + occurrence.min(ANSWERS_OF_A_DRIVE - 1);
        let first = place::ANSWER + (who * kinds + kind as u32) * 4;
        let customer = &self.scenario.customer;
        self.sheet.open(job);
        if self.sheet.happens(first, customer.unreachable) || customer.reached <= 0.0 {
            return Answer::NONE;
        }
        Answer {
            attempt: geometric(self.sheet.uniform(first + 1), customer.reached),
            delay: Span::from_secs_f64(customer.answers_after.quantile(self.sheet.uniform(first + 2))),
            says: if self.sheet.happens(first + 3, customer.waits) { Says::Wait } else { Says::Cancel },
        }
    }

    /// Service time of a kind of work, if it is constant.
    pub fn always(&self, work: Work) -> Option<Span> {
        work.length(self.scenario)?.only_value().map(Span::from_secs_f64)
    }

    /// Service time of work number `occurrence` of its kind for `job`. `ahead`: random number drawn in advance in its
    /// fate, or 0.
    pub fn drawn_work(&mut self, job: Address, work: Work, occurrence: u32, ahead: Ahead) -> Span {
        let Some(length) = work.length(self.scenario) else { return Span::ZERO };
        if ahead > 0 {
            return Span::from_secs_f64(length.quantile(f64::from(ahead) / STEPS_AHEAD));
        }
        self.sheet.open(job);
        let place = place::WORK + occurrence * 8 + work as u32;
        Span::from_secs_f64(length.quantile(self.sheet.uniform(place)))
    }

    fn written_job(&self, job: Address) -> Option<&'s WrittenJob> {
        (usize::from(job.source) == self.written_source()).then(|| &self.scenario.jobs[job.ordinal as usize])
    }

    /// Draws the fate of a job that is ordered at `ordered`.
    fn draw(&mut self, id: Address, ordered: Instant, fate: &mut Fate) {
        self.sheet.open(id);
        let scenario = self.scenario;
        let (customer, faults) = (&scenario.customer, &scenario.faults);
        let source = &scenario.demand[usize::from(id.source)];
        let sheet = &mut self.sheet;
        fate.id = id;
        fate.ordered = ordered;
        fate.export = sheet.happens(place::EXPORT, source.export_share);
        let class = sheet.uniform(place::CLASS);
        fate.class = source.class_shares.iter().position(|&up_to| class < up_to).unwrap_or(0) as u8;
        fate.account = (sheet.uniform(place::ACCOUNT) * f64::from(source.accounts)) as u32;
        let span = |sheet: &mut Sheet, place, length| Span::from_secs_f64(sheet.draw(place, length));
        fate.packs = (!sheet.happens(place::NEVER_SHIPS, customer.never_ships))
            .then(|| span(sheet, place::PACKS, &customer.packs));
        fate.announces = if sheet.happens(place::FORGETS_SHIPPING, customer.forgets_shipping) {
            Announces::Never
        } else if sheet.happens(place::FORGETS_PACKAGE, customer.forgets_package) {
            Announces::Incomplete(span(sheet, place::REMEMBERS, &customer.remembers_after))
        } else {
            Announces::After(Span::ZERO)
        };
        fate.verbose_log = sheet.happens(place::VERBOSE_LOG, customer.verbose_logs);
        fate.deletes = sheet
            .happens(place::DELETES, customer.deletes)
            .then(|| span(sheet, place::DELETES_AFTER, &customer.deletes_after));
        fate.cancels = sheet
            .happens(place::CANCELS, customer.cancels)
            .then(|| span(sheet, place::CANCELS_AFTER, &customer.cancels_after));
        fate.inbound = journey(sheet, place::INBOUND, &scenario.carriers);
        fate.back = journey(sheet, place::BACK, &scenario.carriers);
        let address = sheet.uniform(place::ADDRESS);
        fate.return_address = if address < faults.wrong_address + faults.partial_address {
            let late = sheet.happens(place::NOTICED, faults.noticed_late);
            ReturnAddress::Bad { noticed: if late { JobState::Packaging } else { JobState::Transferring } }
        } else {
            ReturnAddress::Good
        };
        fate.fault = job_fault(sheet.uniform(place::FAULT), faults);
        fate.return_fails = sheet
            .happens(place::RETURN_FAILS, faults.return_impossible)
            .then(|| span(sheet, place::BACK_AFTER, &faults.back_after));
        fate.reorders = sheet
            .happens(place::REORDERS, customer.reorders)
            .then(|| span(sheet, place::REORDERS_AFTER, &customer.reorders_after));
        fate.extras = u8::from(!fate.export && sheet.happens(place::EXTRA, faults.extra_drive));
        let drives = (sheet.draw(place::DRIVES, &source.drives).round() as usize).clamp(1, MOST_DRIVES);
        (fate.opening, fate.packing) = (ahead(sheet, place::OPEN), ahead(sheet, place::PACK));
        self.draw_updates(fate);
        // Last, because the drives use other pages.
        let sheet = &mut self.sheet;
        fate.drives.clear();
        let copies = &self.copies;
        fate.drives.extend((0..drives as u32).map(|number| drive(sheet, number, id, source, faults, copies)));
    }

    /// Draws updates: a Poisson process from order to hand-over (without end if the customer never ships), up to a
    /// maximum.
    fn draw_updates(&mut self, fate: &mut Fate) {
        let customer = &self.scenario.customer;
        fate.updates.clear();
        if customer.updates_per_day <= 0.0 {
            return;
        }
        let until = fate.packs.unwrap_or(Span::LONGEST);
        let mut after = Span::ZERO;
        for number in 0..customer.updates_most {
            let place = if number == 0 { place::FIRST_UPDATE } else { place::UPDATE + number };
            let gap = -libm::log(self.sheet.uniform(place)) / customer.updates_per_day;
            after += Span::from_secs_f64(gap * Span::DAY.as_secs());
            if after >= until {
                break;
            }
            fate.updates.push(after);
        }
    }
}

impl Stream {
    /// Time of order number `number` of the source: a unit exponential, transformed by the cumulative rate.
    fn arrival(&mut self, plan: &Source, number: u64, uniform: f64) -> Option<Instant> {
        let per_day = match &plan.arrivals {
            Arrivals::Dates(dates) => return dates.get(number as usize).copied(),
            Arrivals::Rate { per_day, .. } => *per_day,
        };
        let mut need = -libm::log(uniform);
        let mut now = self.clock;
        loop {
            let rate = per_day * self.factor(now) / Span::DAY.micros() as f64;
            let Some(end) = self.next_change(now) else {
                let wait = need / rate;
                return (rate > 0.0 && wait < Span::LONGEST.micros() as f64)
                    .then(|| now + Span::from_micros(wait.round() as i64));
            };
            let offered = rate * (end - now).micros() as f64;
            if offered >= need && rate > 0.0 {
                return Some(now + Span::from_micros((need / rate).round() as i64).min(end - now));
            }
            need -= offered;
            now = end;
            if now.since_start() > Span::LONGEST {
                return None;
            }
        }
    }

    fn factor(&mut self, now: Instant) -> f64 {
        let patterns = self.patterns.iter_mut();
        let usual: f64 =
            patterns.map(|pattern| f64::from(pattern.level(now)) / f64::from(LEVEL_ONE)).product();
        let surges = self.surges.iter().filter(|(from, until, _)| (*from..*until).contains(&now));
        usual * surges.map(|(_, _, factor)| factor).product::<f64>()
    }

    fn next_change(&mut self, now: Instant) -> Option<Instant> {
        let patterns = self.patterns.iter_mut().filter_map(|pattern| Some(pattern.next_change(now)?.0));
        let surges = self.surges.iter().flat_map(|(from, until, _)| [*from, *until]).filter(|&at| at > now);
        patterns.min().into_iter().chain(surges.min()).min()
    }
}

/// Changes the fate to that of a backlog job: its package is at the door when the run starts.
fn stand_at_the_door(fate: &mut Fate) {
    fate.ordered = Instant::START;
    fate.packs = Some(Span::ZERO);
    fate.announces = Announces::After(Span::ZERO);
    fate.inbound.transit = Span::ZERO;
    fate.inbound.ends = JourneyEnd::Delivered;
    (fate.deletes, fate.cancels) = (None, None);
    fate.updates.clear();
}

fn journey(sheet: &mut Sheet, first: u32, carriers: &[Carrier]) -> Journey {
    let share = sheet.uniform(first);
    let number = carriers.iter().position(|carrier| share < carrier.cumulative_share).unwrap_or(0);
    let carrier = &carriers[number];
    let delayed = sheet.happens(first + 1, carrier.delayed);
    let length = if delayed { &carrier.delayed_transit } else { &carrier.transit };
    let transit = Span::from_secs_f64(sheet.draw(first + 2, length));
    let ends = if sheet.happens(first + 3, carrier.lost) {
        JourneyEnd::Lost
    } else if sheet.happens(first + 4, carrier.damaged) {
        JourneyEnd::Damaged
    } else {
        JourneyEnd::Delivered
    };
    Journey { carrier: number as u8, transit, ends }
}

fn job_fault(uniform: f64, faults: &Faults) -> Option<JobFault> {
    let causes = [
        (faults.customs_hold, JobFaultCause::CustomsHold, JobState::Shipping),
        (faults.storage_inaccessible, JobFaultCause::StorageInaccessible, JobState::Transferring),
        (faults.account_refused, JobFaultCause::ReturnAccountRefused, JobState::Packaging),
    ];
    let mut up_to = 0.0;
    for (chance, cause, state) in causes {
        up_to += chance;
        if uniform < up_to {
            return Some(JobFault { cause, state, after: Span::ZERO });
        }
    }
    None
}

/// Outcomes of a copy that is not clean, with cumulative probabilities.
type Copies = [(f64, CopyOutcome); 5];

fn copies(faults: &Faults) -> Copies {
    let mut up_to = 0.0;
    let chances = [
        (faults.warnings, CopyOutcome::Warnings),
        (faults.errors, CopyOutcome::Errors),
        (faults.unreadable, CopyOutcome::Unreadable),
        (faults.wrong_key, CopyOutcome::WrongKey),
        (faults.broken_manifest, CopyOutcome::BrokenManifest),
    ];
    chances.map(|(chance, outcome)| {
        up_to += chance;
        (up_to, outcome)
    })
}

fn drive(
    sheet: &mut Sheet,
    number: u32,
    id: Address,
    source: &Source,
    faults: &Faults,
    copies: &Copies,
) -> DriveFate {
    let first = place::DRIVE + number * drive_place::PLACES;
    let detail = place::DRIVE_DETAIL + number * drive_place::DETAILS;
    let bytes = sheet.draw(first + drive_place::BYTES, &source.bytes) as u64;
    let travels = if sheet.happens(first + drive_place::MISSING, faults.missing_drive) {
        if sheet.happens(detail + drive_place::COMES_LATER, faults.comes_later) {
            Travels::Later(Span::from_secs_f64(sheet.draw(detail + drive_place::LATER_BY, &faults.later_by)))
        } else {
            Travels::Never
        }
    } else if id.generation == 0 && sheet.happens(first + drive_place::NEIGHBOUR, faults.with_neighbour) {
        Travels::With(Address { ordinal: id.ordinal + 1, ..id })
    } else {
        Travels::WithPackage
    };
    let [.., (any, _)] = copies;
    let copy = if sheet.happens(first + drive_place::COPY, *any) {
        let uniform = sheet.uniform(first + drive_place::COPY);
        copies.iter().find(|(up_to, _)| uniform < *up_to).map_or(CopyOutcome::Clean, |(_, outcome)| *outcome)
    } else {
        CopyOutcome::Clean
    };
    // A wrong key or a broken manifest is found while mounting; a bad sector can be anywhere.
    let found_after = match copy {
        CopyOutcome::Unreadable => (sheet.uniform(detail + drive_place::FOUND) * bytes as f64) as u64,
        _ => 0,
    };
    let work = sheet.steps_from(first + drive_place::WORK);
    DriveFate { bytes, travels, copy, found_after, work }
}

/// The uniform number at `place` as stored in a fate: times [`STEPS_AHEAD`].
fn ahead(sheet: &mut Sheet, place: u32) -> Ahead {
    sheet.steps(place)
}

/// Number of the first success: at least 1, `P(n > k) = (1 - p)^k`.
fn geometric(uniform: f64, p: f64) -> u32 {
    if p >= 1.0 {
        return 1;
    }
    let failures = libm::log(uniform) / libm::log1p(-p);
    (failures as u32).saturating_add(1)
}

fn written_answer(job: &WrittenJob, kind: CaseKind, drive: u8, occurrence: u32) -> Answer {
    if kind == CaseKind::DriveFault {
        let first = job.drive_answers.get(usize::from(drive)).copied();
        return first.filter(|_| occurrence == 0).unwrap_or(Answer::NONE);
    }
    let of_kind = job.answers.iter().find(|(of, _)| *of == kind);
    of_kind.and_then(|(_, answers)| answers.get(occurrence as usize)).copied().unwrap_or(Answer::NONE)
}
