//! Runs boundary cases in the world. For a case that fails, says whether the policy or the program differs.

use super::text::CARRIER;
use super::{boundaries, boundaries_as_set, rows};
use crate::error::{Error, Mistakes};
use crate::experiment::check::{Checked, Plan, check};
use crate::experiment::verdict::{OnUndecided, Verdict};
use crate::scenario::{Expectation, Scenario};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// First words of the note on a case that fails because the settings differ from the documentation.
pub const AS_SET: &str = "the program follows the settings";

/// Judges the boundary cases under the policy of this scenario. Their files are, or could be, in `folder`. `whose` are
/// notes about where the settings of the policy come from.
///
/// # Errors
/// None that a user can cause. A case that cannot be read is a bug, reported like a mistake in its file.
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

/// The name of the case that an expectation is about. A follow-up belongs to the case of its first job, and a carrier
/// to the case of the drive that it carries.
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
