//! The names of jobs, drives, packages and cases in every file and message, and how to find a job by name.
//!
//! The name of a job has its source and its number there, from 1: `imports-17`. A job that follows from it (E1, E3) is
//! `imports-17+1`. A scripted job has its own name. The parts of a job are numbered: drives `imports-17/d1`, extra
//! drives `imports-17/x1`, packages `imports-17/p1`, return packages `imports-17/r2`, cases `imports-17/c1`.

use super::line::{Line, needs_quotes};
use crate::error::nearest;
use crate::scenario::Scenario;
use crate::world::{CaseId, DriveId, JobId, PackageId};

/// The names of one scenario.
#[derive(Clone, Copy, Debug)]
pub struct Names<'a> {
    scenario: &'a Scenario,
    /// Whether no name of a job needs quotes in a CSV file.
    plain: bool,
}

impl<'a> Names<'a> {
    /// The names of `scenario`.
    pub fn new(scenario: &'a Scenario) -> Names<'a> {
        let sources = scenario.demand.iter().map(|source| source.name.as_str());
        let mut all = sources.chain(scenario.jobs.iter().map(|written| written.name.as_str()));
        Names { scenario, plain: !all.any(|name| name.bytes().any(needs_quotes)) }
    }

    /// Writes a field whose name begins with that of a job.
    #[inline]
    pub(super) fn field<'l>(&self, line: &'l mut Line, write: impl FnOnce(&mut Vec<u8>)) -> &'l mut Line {
        if self.plain { line.written(write) } else { line.write(write) }
    }

    /// A job's name.
    pub fn job(&self, job: JobId) -> String {
        text(|out| self.write_job(out, job))
    }

    /// A drive's name.
    pub fn drive(&self, drive: DriveId) -> String {
        text(|out| self.write_drive(out, drive))
    }

    /// A package's name.
    pub fn package(&self, package: PackageId) -> String {
        text(|out| self.write_package(out, package))
    }

    /// A case's name.
    pub fn case(&self, case: CaseId) -> String {
        text(|out| self.write_case(out, case))
    }

    /// The name of a source; scripted jobs are the last source.
    pub fn source(&self, source: u16) -> &'a str {
        self.scenario.demand.get(usize::from(source)).map_or("written", |source| source.name.as_str())
    }

    /// A carrier's name.
    pub fn carrier(&self, carrier: u8) -> &'a str {
        self.scenario.carriers.get(usize::from(carrier)).map_or("", |carrier| carrier.name.as_str())
    }

    /// A priority class's name.
    pub fn class(&self, class: u8) -> &'a str {
        self.scenario.site.classes.get(usize::from(class)).map_or("", String::as_str)
    }

    /// Appends a job's name.
    pub fn write_job(&self, out: &mut Vec<u8>, job: JobId) {
        let mut digits = itoa::Buffer::new();
        match self.scenario.demand.get(usize::from(job.source)) {
            Some(source) => {
                out.extend_from_slice(source.name.as_bytes());
                out.push(b'-');
                out.extend_from_slice(digits.format(u64::from(job.ordinal) + 1).as_bytes());
            }
            None => {
                let written = self.scenario.jobs.get(job.ordinal as usize);
                out.extend_from_slice(written.map_or("written", |written| written.name.as_str()).as_bytes());
            }
        }
        if job.generation > 0 {
            out.push(b'+');
            out.extend_from_slice(digits.format(job.generation).as_bytes());
        }
    }

    /// Appends a drive's name.
    pub fn write_drive(&self, out: &mut Vec<u8>, drive: DriveId) {
        self.write_part(out, drive.job, if drive.extra { b'x' } else { b'd' }, drive.number);
    }

    /// Appends a package's name.
    pub fn write_package(&self, out: &mut Vec<u8>, package: PackageId) {
        self.write_part(out, package.job, if package.back { b'r' } else { b'p' }, package.number);
    }

    /// Appends a case's name.
    pub fn write_case(&self, out: &mut Vec<u8>, case: CaseId) {
        self.write_part(out, case.job, b'c', case.number);
    }

    fn write_part(&self, out: &mut Vec<u8>, job: JobId, letter: u8, number: u8) {
        self.write_job(out, job);
        out.extend_from_slice(&[b'/', letter]);
        out.extend_from_slice(itoa::Buffer::new().format(u16::from(number) + 1).as_bytes());
    }

    /// Finds the job with this name, or the job of the drive, package or case with this name. The job need not exist in
    /// a run.
    ///
    /// # Errors
    /// A sentence with the allowed names, and the nearest name if one is near.
    pub fn find(&self, name: &str) -> Result<JobId, String> {
        let whole = name.trim();
        let job = whole.split_once('/').map_or(whole, |(job, _)| job);
        let (base, generation) = match job.rsplit_once('+') {
            Some((base, number)) => {
                (base, number.parse::<u16>().ok().filter(|&n| n > 0).ok_or_else(|| self.unknown(whole))?)
            }
            None => (job, 0),
        };
        if let Some(ordinal) = self.scenario.jobs.iter().position(|written| written.name == base) {
            let source = self.scenario.demand.len() as u16;
            return Ok(JobId { source, ordinal: ordinal as u32, generation });
        }
        let (source, number) = base.rsplit_once('-').ok_or_else(|| self.unknown(whole))?;
        let number = number.parse::<u32>().ok().filter(|&n| n > 0).ok_or_else(|| self.unknown(whole))?;
        match self.scenario.demand.iter().position(|known| known.name == source) {
            Some(found) => Ok(JobId { source: found as u16, ordinal: number - 1, generation }),
            None => Err(self.unknown_source(whole, source, number)),
        }
    }

    fn unknown_source(&self, whole: &str, source: &str, number: u32) -> String {
        match nearest(source, self.scenario.demand.iter().map(|known| known.name.as_str())) {
            Some(near) => format!("no job is called \"{whole}\"; did you mean \"{near}-{number}\"?"),
            None => self.unknown(whole),
        }
    }

    fn unknown(&self, whole: &str) -> String {
        let written = self.scenario.jobs.iter().map(|written| written.name.as_str());
        if let Some(near) = nearest(whole, written.clone()) {
            return format!("no job is called \"{whole}\"; did you mean \"{near}\"?");
        }
        let drawn = self.scenario.demand.iter().map(|source| format!("{}-1", source.name));
        let some: Vec<String> = drawn.chain(written.map(String::from)).take(6).collect();
        match some.is_empty() {
            true => format!("no job is called \"{whole}\": this scenario has no jobs"),
            false => format!(
                "no job is called \"{whole}\"; jobs of this scenario are called like {}",
                some.join(", ")
            ),
        }
    }
}

fn text(write: impl FnOnce(&mut Vec<u8>)) -> String {
    let mut bytes = vec![];
    write(&mut bytes);
    String::from_utf8(bytes).expect("names are made of text")
}
