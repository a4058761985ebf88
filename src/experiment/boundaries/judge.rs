//! Runs boundary cases in the real world, and says of what fails whether the policy or the program is other.

use super::text::CARRIER;
use super::{boundaries, boundaries_as_set, rows};
use crate::error::{Error, Mistakes};
use crate::experiment::check::{Checked, Plan, check};
use crate::experiment::verdict::{OnUndecided, Verdict};
use crate::scenario::{Expectation, Scenario};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// Begins the note of a boundary case that fails since the settings differ from the documentation.
pub const AS_SET: &str = "the program follows the settings";

/// Judges the boundary cases under this scenario's policy. In `folder` are, or could be, their files; `whose` are notes
/// about how its policy came about.
///
/// # Errors
/// Never by the user's doing: a case that cannot be read is a bug, told like a mistake in its file.
pub fn judge_boundaries(
    scenario: &Scenario,
    folder: &Path,
    whose: &[String],
) -> Result<Vec<(Scenario, Checked)>, Error> {
    let policy = &scenario.policy.timings;
    let says: BTreeMap<String, &str> = rows(policy).into_iter().collect();
    let mut judged = vec![];
    for ((name, text), (_, as_set)) in boundaries(policy).into_iter().zip(boundaries_as_set(policy)) {
        let file = folder.join(format!("{name}.toml")).display().to_string();
        let (cases, mut checked) = run(&file, &text)?;
        let (other, as_set) = run(&file, &as_set)?;
        let wrong = failed(&other, &as_set);
        for (expectation, judgement) in cases.expectations.iter().zip(&mut checked.judgements) {
            if judgement.verdict == Verdict::Met {
                continue;
            }
            let case = case_of(expectation);
            judgement.notes.extend(says.get(case).map(|says| says.to_string()));
            judgement.notes.extend(whose.iter().cloned());
            judgement.notes.push(match wrong.contains(case) {
                false => format!("{AS_SET}: they differ from the documentation"),
                true => "the program does not follow the settings either: the program is wrong".into(),
            });
        }
        judged.push((cases, checked));
    }
    Ok(judged)
}

fn run(file: &str, text: &str) -> Result<(Scenario, Checked), Error> {
    let scenario = Scenario::parse_as(file, text, &[])?.scenario;
    let checked = check(&scenario, Plan { on_undecided: OnUndecided::Fail, most: 1 })
        .map_err(<Mistakes as Into<Error>>::into)?;
    Ok((scenario, checked))
}

/// The case that an expectation is about; a follower is of the case of its first job, a carrier of that of its guest.
pub fn case_of(expectation: &Expectation) -> &str {
    let name = expectation.what.job().map_or("", |job| job.name.as_str());
    let name = name.split('+').next().unwrap_or(name);
    name.strip_suffix(CARRIER).unwrap_or(name)
}

fn failed(scenario: &Scenario, checked: &Checked) -> BTreeSet<String> {
    let both = scenario.expectations.iter().zip(&checked.judgements);
    both.filter(|(_, judgement)| judgement.verdict != Verdict::Met)
        .map(|(expectation, _)| case_of(expectation).to_string())
        .collect()
}
