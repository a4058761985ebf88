//! Boundary cases as scenario files, which can be kept, read, and examined with `trace` and `job`.

use super::cases::{Case, SiteKind};
use crate::engine::chance::Address;
use crate::engine::time::Span;
use crate::experiment::reference::{Numbers, Time, expected_lives};
use crate::experiment::script::{self, DAY, Setting};
use crate::policy::{Deadline, Timings};
use crate::scenario::RunPlan;
use crate::scenario::fate::Travels;

/// The scenario file with the cases of one site under the policy in force. The reference computes the expectations with
/// the numbers `by`.
pub(super) fn scenario(
    site: SiteKind,
    policy: &Timings,
    setting: Setting,
    by: &Numbers,
    cases: &[Case],
) -> String {
    let name = site.file();
    let mut text = format!(
        "# Made by shipback check --boundaries from the timings in force; every [[expect]] is what the policy page says.\n\
         name = \"{name}\"\nquestion = \"{}\"\n\n{}\n[policy]\n",
        site.question(),
        setting.toml(horizon(policy))
    );
    for set in policy.settings() {
        let plain = ["true", "false"].contains(&set.value.as_str()) || set.key == "max_extensions";
        let value = if plain { set.value } else { format!("\"{}\"", set.value) };
        text += &format!("{} = {value}\n", set.key);
    }
    let stop = setting.stop.unwrap_or(horizon(policy) + RunPlan::DRAIN.micros());
    for case in cases.iter().filter(|case| case.site == site) {
        let mut jobs = vec![];
        for (number, story) in case.stories.iter().enumerate() {
            let mut job = story.job.clone();
            job.name = if number == 0 { case.name.clone() } else { format!("{}{CARRIER}", case.name) };
            job.fate.id = Address { source: 0, ordinal: number as u32, generation: 0 };
            jobs.push(job);
        }
        debug_assert!(
            jobs.iter().flat_map(|job| &job.fate.drives).all(|drive| match drive.travels {
                Travels::With(other) => (other.ordinal as usize) < jobs.len(),
                _ => true,
            }),
            "a drive in another job's package travels with a job of its case"
        );
        let told = expected_lives(by, &setting.site(), &jobs, stop);
        text += &format!("\n# {}\n{}", case.says, script::toml(&jobs, &told).trim_start());
    }
    text
}

/// Name suffix of the job in whose package a drive of the case's job travels.
pub(super) const CARRIER: &str = ".carrier";

/// Length of a run in longest deadlines: a case waits for several of them, one after the other.
const LENGTHS: Time = 12;

/// A horizon that is long enough for every case.
fn horizon(policy: &Timings) -> Time {
    let lengths = Deadline::ALL.iter().map(|deadline| deadline.of(policy).micros());
    let longest = lengths.max().unwrap_or(0).max(Span::days(90).micros());
    LENGTHS * longest
}

/// The deadline in force that is too long for its case to fit into a run, as a sentence; `None` if all fit.
pub fn too_long(policy: &Timings) -> Option<String> {
    // A run and its drain together are not longer than this.
    let room = Span::LONGEST - RunPlan::DRAIN;
    let most = Span::days(room.micros() / LENGTHS / DAY);
    let long = Deadline::ALL.iter().find(|deadline| deadline.of(policy) > most)?;
    Some(format!(
        "policy.{} is {}: that is too long for boundary cases, which wait for up to {LENGTHS} such deadlines one after the \
         other, and no run is longer than 1,000 years; up to {most} can be judged",
        long.key(),
        long.of(policy)
    ))
}
