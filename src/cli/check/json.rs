//! The verdicts of a check as JSON, in a stable form.

use crate::experiment::{Robust, Suite, Verdict};
use crate::policy::Rule;
use crate::report::robust_json;
use serde_json::{Map, Value, json};

/// The JSON text, with a line end.
pub(super) fn json(
    suite: &Suite,
    exit_code: u8,
    overrides: &[String],
    robust: &[(usize, Vec<Robust>)],
) -> String {
    let expectations = suite.all().into_iter().map(|(file, expectation, number)| {
        let judgement = &file.checked.judgements[number];
        let estimate = judgement.estimate.map(|estimate| {
            json!({
                "value": estimate.value,
                "interval": estimate.interval.map(|(low, high)| [low, high]),
                "method": estimate.method,
                "replications": estimate.replications,
                "n": estimate.n,
            })
        });
        json!({
            "verdict": judgement.verdict.name(),
            "scenario": file.path.display().to_string(),
            "file": expectation.spot.file(),
            "line": expectation.spot.line(),
            "expectation": expectation.says,
            "expected": judgement.expected,
            "observed": judgement.observed,
            "notes": judgement.notes,
            "estimate": estimate,
            // As text: many JSON readers round integers beyond 2^53.
            "seed": file.scenario.run.seed.to_string(),
            "replications": file.checked.replications,
            "replication": judgement.replication,
        })
    });
    let expectations: Vec<Value> = expectations.collect();
    let fired = suite.fired();
    let acting = Rule::ALL.iter().filter(|rule| !rule.holds());
    let coverage: Map<String, Value> =
        acting.map(|rule| (rule.name().to_string(), json!(fired[rule.index()]))).collect();
    let one = suite.judged.first().filter(|_| suite.judged.len() == 1);
    let path = |path: &std::path::Path| path.display().to_string();
    let whole = json!({
        "program": "shipback",
        "version": env!("CARGO_PKG_VERSION"),
        "command": "check",
        // For one file; of several files, each expectation names its own.
        "scenario": one.map(|file| &file.scenario.name),
        "scenario_hash": one.map(|file| &file.hash),
        "seed": one.map(|file| file.scenario.run.seed.to_string()),
        "overrides": overrides,
        "warnings": suite.judged.iter().flat_map(|file| &file.warnings).collect::<Vec<_>>(),
        "exit_code": exit_code,
        "met": suite.count(Verdict::Met),
        "failed": suite.count(Verdict::Failed),
        "undecided": suite.count(Verdict::Undecided),
        "nothing_to_judge": suite.count(Verdict::Nothing),
        "expectations": expectations,
        "robust": robust.iter().map(|(file, robust)| json!({
            "scenario": path(&suite.judged[*file].path), "verdicts": robust_json(robust),
        })).collect::<Vec<_>>(),
        "not_judged": suite.untested.iter().map(|file| path(&file.path)).collect::<Vec<_>>(),
        "folders_not_judged": suite.barren.iter().map(|folder| path(folder)).collect::<Vec<_>>(),
        "wrong": suite.unread.iter().map(|file| json!({
            "file": path(&file.path), "why": file.why.to_string(),
        })).collect::<Vec<_>>(),
        "fired": coverage,
        "never_fired": suite.never_fired().iter().map(|rule| rule.name()).collect::<Vec<_>>(),
    });
    serde_json::to_string_pretty(&whole).expect("json: names are text and numbers are finite") + "\n"
}
