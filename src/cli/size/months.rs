//! Prints a staffing plan.

use super::super::choice::shown;
use super::super::table::aligned;
use super::page::word;
use crate::experiment::{SizePlan, Staffing, Verdict};
use crate::scenario::{Scenario, Target, Vary};

/// The plan by month, and whether it holds as a whole.
pub(super) fn page(
    scenario: &Scenario,
    vary: &Vary,
    targets: &[Target],
    plan: SizePlan,
    staffing: &Staffing,
) -> String {
    let mut text =
        format!("{}, seed {}: {} by month, to meet\n", scenario.title(), scenario.run.seed, vary.path);
    targets
        .iter()
        .for_each(|target| text += &format!("  {} of the jobs ordered in each month\n", target.says));
    let mut rows = vec![["month", "alone", "planned", "in the plan", "between", "verdict"].map(String::from)];
    for month in &staffing.months {
        for (number, (target, held)) in targets.iter().zip(&month.held).enumerate() {
            let once = |text: String| if number == 0 { text } else { String::new() };
            let share = target.chance.is_some() || (target.bounds.metric.0.ends_with(".attainment"));
            let show = |value: f64| shown(value, if share { "share" } else { "" });
            let alone = month.alone.meets.map_or("none".into(), |at| vary.values[at].clone());
            rows.push([
                once(month.first.strftime("%Y-%m").to_string()),
                once(alone),
                once(vary.values[month.planned].clone()),
                show(held.value),
                format!("{} to {}", show(held.interval.0), show(held.interval.1)),
                word(held.verdict).into(),
            ]);
        }
    }
    text += &aligned(&rows);
    let (mean, most) = mean_and_most(vary, staffing);
    text += &format!(
        "The plan was run as a whole on {} fresh replications{}.\n",
        staffing.replications,
        match staffing.mended {
            0 => String::new(),
            1 => ", after one correction: work that a month leaves is done in the next".into(),
            times => format!(", after {times} corrections: work that a month leaves is done in the next"),
        }
    );
    text + &match staffing.verdict() {
        Verdict::Met => format!(
            "Every month meets, with {} % confidence: {mean} on average, against {most} all the time.\n",
            crate::measure::Value::Real(plan.confidence * 100.0)
        ),
        Verdict::Failed => "Not every month can be made to meet within these values.\n".into(),
        _ => {
            let open = staffing.undecided().map(|(month, number)| {
                format!("  {} in {}\n", targets[number].says, month.first.strftime("%Y-%m"))
            });
            let open: String = open.collect();
            format!("Undecided: some months are too close to tell with so many replications.\n{open}")
        }
    }
}

fn mean_and_most(vary: &Vary, staffing: &Staffing) -> (String, String) {
    let numbers = vary.numbers().map(|(numbers, _)| numbers).unwrap_or_default();
    let planned: Vec<f64> =
        staffing.months.iter().filter_map(|month| numbers.get(month.planned).copied()).collect();
    let most = planned.iter().copied().fold(0.0, f64::max);
    let mean = planned.iter().sum::<f64>() / planned.len().max(1) as f64;
    (shown(mean, ""), shown(most, ""))
}
