//! Scripted jobs at a simple site: as data for the reference, and as a scenario that `shipback check` reads.

use super::reference::{JobLife, Site, Time};
use crate::engine::time::Span;
use crate::policy::{CaseKind, CaseState, Disposition, Rule};
use crate::scenario::WrittenJob;
use crate::scenario::fate::{
    Announces, Answer, CopyOutcome, DriveFate, Fate, JobFaultCause, JourneyEnd, ReturnAddress, Says, Travels,
};
use std::fmt::{Debug, Write};

/// 24 hours.
pub const DAY: Time = 86_400_000_000;

/// Bytes that a bay copies in a second.
const RATE: u64 = 1_000_000;

/// Bytes that a bay copies in a day.
pub const BYTES_OF_A_DAY: u64 = RATE * 86_400;

/// A site where every station has enough servers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Setting {
    /// The dock is closed from the first instant to the second.
    pub dock: Option<(Time, Time)>,
    /// No copy starts before this instant.
    pub bays: Time,
    /// Time to pack a return package.
    pub pack: Time,
    /// Time from one attempt to reach a customer to the next.
    pub between: Time,
    /// Instant at which the run stops, whatever is open; `None`: it goes on until nothing changes any more.
    pub stop: Option<Time>,
}

impl Setting {
    /// A site that is always open and where nothing takes time.
    pub const PLAIN: Setting = Setting { dock: None, bays: 0, pack: 0, between: DAY, stop: None };

    /// The site as input of the reference.
    pub fn site(&self) -> Site {
        Site {
            dock_closed: self.dock.into_iter().collect(),
            bays_closed: (self.bays > 0).then_some((0, self.bays)).into_iter().collect(),
            rate: RATE,
            pack: self.pack,
            between_attempts: self.between,
        }
    }

    /// The tables `[run]` and `[site]`. A run without a stop goes on from `horizon` until nothing changes any more.
    pub fn toml(&self, horizon: Time) -> String {
        let run = match self.stop {
            None => format!("horizon = \"{}\"", span(horizon)),
            Some(stop) => format!("horizon = \"{}\"\nending = \"censor\"", span(stop)),
        };
        let closed = |from: Time, until: Time| {
            let (from, until) = (span(from), span(until));
            format!("servers_by_date = [{{ from = \"{from}\", until = \"{until}\", servers = 0 }}]\n")
        };
        let bays = if self.bays > 0 { closed(0, self.bays) } else { String::new() };
        let dock = self.dock.map_or(String::new(), |(from, until)| closed(from, until));
        format!(
            "[run]\n{run}\n\n[site.dock]\nservers = 1000000\n{dock}\n[site.bays]\nservers = 1000000\nrate = \
             \"{RATE}B/s\"\n{bays}\n[site.packing]\nservers = 1000000\nper_package = \"{}\"\n\n[site.operations]\nservers \
             = 1000000\nbetween_attempts = \"{}\"\n",
            span(self.pack),
            span(self.between)
        )
    }
}

/// A job that is created at the start and sends nothing, with `drives` drives of `bytes` each.
pub fn blank(name: &str, drives: usize, bytes: u64) -> WrittenJob {
    let drive = DriveFate {
        travels: Travels::WithPackage,
        bytes,
        found_after: 0,
        work: [0; 4],
        copy: CopyOutcome::Clean,
    };
    let mut fate = Fate { drives: vec![drive; drives], ..Fate::default() };
    (fate.inbound.transit, fate.inbound.ends) = (Span::days(3), JourneyEnd::Lost);
    fate.back.transit = Span::days(3);
    WrittenJob { name: name.to_string(), fate, answers: vec![], drive_answers: vec![Answer::NONE; drives] }
}

fn span(time: Time) -> String {
    Span::from_micros(time).to_string()
}

/// Scripted jobs with their expectations. `jobs` are in the order of their addresses. `told` holds their lives,
/// followed by the lives of the jobs that follow from them.
pub fn toml(jobs: &[WrittenJob], told: &[JobLife]) -> String {
    let mut text = String::new();
    for job in jobs {
        text += &format!("\n[[job]]\nname = \"{}\"\n{}", job.name, keys(job, jobs));
    }
    for (number, one) in told.iter().enumerate() {
        text += &expectations(&name(jobs, told, number), one);
    }
    text
}

/// The name of a job. A follow-up has the name of its first job with "+1", "+2", ... in order.
fn name(jobs: &[WrittenJob], told: &[JobLife], number: usize) -> String {
    let first = |number: usize| {
        let mut first = number;
        while let Some(parent) = told[first].parent {
            first = parent;
        }
        first
    };
    match jobs.get(number) {
        Some(job) => job.name.clone(),
        None => {
            let of = first(number);
            let place = (jobs.len()..=number).filter(|other| first(*other) == of).count();
            format!("{}+{place}", jobs[of].name)
        }
    }
}

fn keys(job: &WrittenJob, jobs: &[WrittenJob]) -> String {
    let fate = &job.fate;
    let mut text = String::new();
    let mut key = |key: &str, value: String| writeln!(text, "{key} = {value}").expect("text: memory");
    if fate.export {
        key("type", "\"export\"".into());
    }
    match fate.packs {
        Some(packs) => key("packs", format!("\"{packs}\"")),
        None => key("packs", "\"never\"".into()),
    }
    match fate.announces {
        Announces::After(at) => key("announces", format!("\"+{at}\"")),
        Announces::Incomplete(at) => key("announces", format!("{{ incomplete = \"{at}\" }}")),
        Announces::Never => key("announces", "\"never\"".into()),
    }
    match fate.inbound.ends {
        JourneyEnd::Lost => key("transit", "\"lost\"".into()),
        _ => key("transit", format!("\"{}\"", fate.inbound.transit)),
    }
    key("back", format!("\"{}\"", fate.back.transit));
    if fate.extras > 0 {
        key("extras", fate.extras.to_string());
    }
    if !fate.updates.is_empty() {
        let updates: Vec<String> = fate.updates.iter().map(|at| format!("\"{at}\"")).collect();
        key("updates", format!("[{}]", updates.join(", ")));
    }
    let acts = [("deletes", fate.deletes), ("cancels", fate.cancels), ("return_fails", fate.return_fails)];
    for (word, at) in acts {
        if let Some(at) = at {
            key(word, format!("\"{at}\""));
        }
    }
    if let ReturnAddress::Bad { noticed } = fate.return_address {
        key("return_address", "\"bad\"".into());
        key("noticed", format!("\"{}\"", noticed.name().to_lowercase()));
    }
    if let Some(fault) = fate.fault {
        let state = fault.state.name().to_lowercase();
        let cause = match fault.cause {
            JobFaultCause::CustomsHold => "customs_hold",
            JobFaultCause::ReturnAccountRefused => "account_refused",
            JobFaultCause::StorageInaccessible => "storage_inaccessible",
        };
        key("fault", format!("{{ cause = \"{cause}\", in = \"{state}\", after = \"{}\" }}", fault.after));
    }
    if !job.answers.is_empty() {
        let kinds = job.answers.iter().map(|(kind, answers)| format!("{} = {}", word(*kind), list(answers)));
        key("answers", format!("{{ {} }}", kinds.collect::<Vec<_>>().join(", ")));
    }
    for (drive, answer) in fate.drives.iter().zip(&job.drive_answers) {
        text += &drive_keys(drive, answer, jobs);
    }
    text
}

fn drive_keys(drive: &DriveFate, answer: &Answer, jobs: &[WrittenJob]) -> String {
    let mut text = format!("[[job.drive]]\nbytes = \"{}B\"\n", drive.bytes);
    let mut key = |key: &str, value: String| writeln!(text, "{key} = {value}").expect("text: memory");
    match drive.travels {
        Travels::WithPackage => {}
        Travels::Later(at) => key("travels", format!("{{ later = \"{at}\" }}")),
        Travels::Never => key("travels", "\"never\"".into()),
        Travels::With(other) => {
            let carrier =
                jobs.iter().find(|job| job.fate.id == other).expect("script: the carrier is a job of it");
            key("travels", format!("{{ with = \"{}\" }}", carrier.name));
        }
    }
    match drive.copy {
        CopyOutcome::Clean => {}
        CopyOutcome::Warnings => key("copy", "\"warnings\"".into()),
        CopyOutcome::Errors => key("copy", "\"errors\"".into()),
        CopyOutcome::Unreadable => key("copy", "\"unreadable\"".into()),
        CopyOutcome::WrongKey => key("copy", "\"wrong_key\"".into()),
        CopyOutcome::BrokenManifest => key("copy", "\"broken_manifest\"".into()),
    }
    if answer.attempt > 0 {
        key("answer", answer_keys(answer));
    }
    text
}

fn word(kind: CaseKind) -> &'static str {
    match kind {
        CaseKind::Unannounced => "unannounced",
        CaseKind::NoRecord => "no_record",
        CaseKind::MissingPackage => "missing_package",
        CaseKind::BadAddress => "bad_address",
        CaseKind::JobFault => "job_fault",
        CaseKind::DriveFault => panic!("script: a drive fault is answered by its drive"),
    }
}

fn list(answers: &[Answer]) -> String {
    let each = answers.iter().map(|one| if one.attempt == 0 { "\"never\"".into() } else { answer_keys(one) });
    format!("[{}]", each.collect::<Vec<String>>().join(", "))
}

fn answer_keys(answer: &Answer) -> String {
    let says = if answer.says == Says::Wait { "wait" } else { "cancel" };
    format!("{{ attempt = {}, after = \"{}\", says = \"{says}\" }}", answer.attempt, answer.delay)
}

/// The expectations about one job: its life, the lives of its drives, where the drives end, when its cases open, and
/// which requests are refused.
fn expectations(name: &str, told: &JobLife) -> String {
    let mut text = String::new();
    let mut expect = |what: String| text += &format!("\n[[expect]]\njob = \"{name}\"\n{what}\n");
    expect(format!("timeline = {}", steps(&told.job)));
    for (number, drive) in told.drives.iter().enumerate().filter(|(_, drive)| !drive.is_empty()) {
        expect(format!("drive = {}\ntimeline = {}", number + 1, steps(drive)));
    }
    let last =
        |places: &Vec<(Time, Disposition)>| places.last().map_or(Disposition::AtCustomer, |last| last.1);
    let last: Vec<String> = told.places.iter().map(|places| format!("\"{:?}\"", last(places))).collect();
    if !last.is_empty() {
        expect(format!("disposition = [{}]", last.join(", ")));
    }
    let rule = |at: Time, rule: Rule| format!("rule = \"{rule}\"\nat = \"{}\"\nat_least = 1", span(at));
    for case in &told.cases {
        let opens = match case.kind {
            CaseKind::Unannounced | CaseKind::NoRecord => Rule::E1,
            CaseKind::MissingPackage => Rule::E2,
            CaseKind::BadAddress => Rule::E4,
            CaseKind::DriveFault | CaseKind::JobFault => Rule::F1,
        };
        expect(rule(case.opened, opens));
        if let (Rule::F1, Some((at, CaseState::Answered | CaseState::GivenUp))) = (opens, case.ended) {
            expect(rule(at, Rule::F2));
        }
    }
    for (at, act) in told.refusals() {
        expect(format!("refused = \"{act}\"\nat = \"{}\"", span(at)));
    }
    text
}

fn steps<S: Debug>(steps: &[(Time, S, Rule)]) -> String {
    let each =
        steps.iter().map(|(at, state, rule)| format!("[\"{}\", \"{state:?}\", \"{rule}\"]", span(*at)));
    format!("[{}]", each.collect::<Vec<String>>().join(", "))
}
