//! The files of a comparison: `compare.csv`, `flow.csv`, `changed.csv`, `compare.json` and three charts.

use super::charts::{
    Caption, Curve, DifferenceRow, DifferencesChart, FlowChart, FlowPanel, Tone, TurnaroundChart,
    draw_differences, draw_flow, draw_turnaround,
};
use super::files::{heads, number, table};
use super::names::Names;
use super::pictures::{curve, turnaround_chart};
use super::place::Place;
use super::robust::{robust_json, write_robust};
use super::run::Recipe;
use super::words::thousands;
use crate::engine::time::Span;
use crate::error::Error;
use crate::experiment::{
    Act, Against, Changed, Compared, Conclusion, Difference, End, Robust, Series, Side, USUAL_MARGIN,
};
use crate::measure::{Value, about};
use crate::scenario::metric_with_by;
use crate::world::Outcome;
use serde_json::json;
use std::collections::BTreeSet;

/// Shown for a job that exists on one side only.
pub(super) const NOT_ORDERED: &str = "not ordered";
/// The same in `flow.csv` and `changed.csv`, whose values must not change.
pub(super) const NOT_ORDERED_IN_FILES: &str = "never was";

/// The outcomes, followed by `not_ordered` for a job that exists on one side only.
pub(super) fn outcome_names(not_ordered: &'static str) -> Vec<&'static str> {
    Outcome::ALL.iter().map(|outcome| outcome.name()).chain([not_ordered]).collect()
}

/// Writes all files of a comparison. `recipes` belong to the sides, the base first.
///
/// # Errors
/// [`Error::Io`] where a file cannot be drawn or written.
pub fn write_compared(
    place: &mut Place,
    sides: &[Side],
    recipes: &[Recipe],
    (compared, robust): (&Compared, &[Robust]),
    charts: bool,
) -> Result<(), Error> {
    if !robust.is_empty() {
        write_robust(place, robust)?;
    }
    place.put("compare.csv", &compare_csv(compared))?;
    place.put("flow.csv", &flow_csv(compared))?;
    place.put("changed.csv", &changed_csv(sides, compared))?;
    place.put("compare.json", compare_json(sides, recipes, compared, robust).as_bytes())?;
    if charts { draw(place, sides, compared) } else { Ok(()) }
}

const HEADS: [&str; 19] = [
    "variant",
    "metric",
    "by",
    "base",
    "value",
    "difference",
    "unit",
    "low",
    "high",
    "in_table",
    "table_low",
    "table_high",
    "p",
    "p_holm",
    "correlation",
    "margin",
    "conclusion",
    "method",
    "replications",
];

fn compare_csv(compared: &Compared) -> Vec<u8> {
    let rows = compared.variants.iter().flat_map(|variant| {
        variant.differences.iter().map(|one| {
            let ends =
                |ends: Option<(f64, f64)>| [number(ends.map(|ends| ends.0)), number(ends.map(|ends| ends.1))];
            let ([low, high], [table_low, table_high]) = (ends(one.interval), ends(one.simultaneous));
            let real = |value: f64| Value::Real(value).to_string();
            [
                variant.name.clone(),
                one.metric.clone(),
                one.by.clone(),
                real(one.base),
                real(one.variant),
                real(one.difference()),
                one.unit.to_owned(),
                low,
                high,
                one.simultaneous.is_some().to_string(),
                table_low,
                table_high,
                number(one.p),
                number(one.holm),
                number(one.correlation),
                real(one.margin),
                one.conclusion.name().to_owned(),
                one.method.to_owned(),
                compared.replications.to_string(),
            ]
        })
    });
    table(&heads(&HEADS), rows)
}

fn flow_csv(compared: &Compared) -> Vec<u8> {
    let names = outcome_names(NOT_ORDERED_IN_FILES);
    let rows =
        compared.variants.iter().filter(|variant| variant.shared.has_same_jobs()).flat_map(|variant| {
            let counts = variant.changes.flow.iter().zip(&names);
            counts.flat_map(|(row, from)| row.iter().zip(&names).map(|(count, to)| (*from, *to, *count))).map(
                |(from, to, count)| [variant.name.clone(), from.to_owned(), to.to_owned(), count.to_string()],
            )
        });
    table(&heads(&["variant", "base_outcome", "variant_outcome", "jobs"]), rows)
}

const CHANGED_HEADS: [&str; 12] = [
    "variant",
    "replication",
    "job",
    "base_outcome",
    "base_ended_by",
    "variant_outcome",
    "variant_ended_by",
    "base_parts_by",
    "variant_parts_by",
    "base_parts_us",
    "variant_parts_us",
    "difference_days",
];

fn changed_csv(sides: &[Side], compared: &Compared) -> Vec<u8> {
    let rows = compared.variants.iter().enumerate().flat_map(|(at, variant)| {
        // The variant's names include follow-up jobs that the base does not have.
        let names = Names::new(&sides[at + 1].scenario);
        variant
            .changed
            .iter()
            .map(move |(replication, one)| changed(&variant.name, *replication, &names, one))
    });
    table(&heads(&CHANGED_HEADS), rows)
}

fn changed(variant: &str, replication: u64, names: &Names<'_>, one: &Changed) -> [String; 12] {
    let outcome = |end: Option<End>| end.map_or(NOT_ORDERED_IN_FILES, |end| end.outcome().name()).to_owned();
    let by = |end: Option<End>| {
        end.and_then(|end| end.by?.rule()).map_or(String::new(), |rule| rule.name().into())
    };
    let rule =
        |act: Option<Act>| act.and_then(|act| act.0.rule()).map_or(String::new(), |rule| rule.name().into());
    let at = |act: Option<Act>| act.map_or(String::new(), |act| act.1.micros().to_string());
    let apart = one.base.zip(one.variant).map(|(base, variant)| (variant.lasted - base.lasted).as_days());
    [
        variant.to_owned(),
        replication.to_string(),
        names.job(one.job),
        outcome(one.base),
        by(one.base),
        outcome(one.variant),
        by(one.variant),
        rule(one.parting.0),
        rule(one.parting.1),
        at(one.parting.0),
        at(one.parting.1),
        number(apart),
    ]
}

/// The comparison as JSON: what was compared, and the conclusions of the table.
pub fn compare_json(sides: &[Side], recipes: &[Recipe], compared: &Compared, robust: &[Robust]) -> String {
    let sides = sides.iter().zip(recipes).map(|(side, recipe)| {
        let mut whole = recipe.json();
        whole.insert("name".into(), json!(side.name));
        whole.insert("resolved".into(), json!(recipe.resolved));
        whole
    });
    let ends = |ends: Option<(f64, f64)>| ends.map(|(low, high)| [low, high]);
    let row = |one: &Difference| {
        json!({
            "metric": one.metric, "by": one.by, "unit": one.unit, "base": one.base, "value": one.variant,
            "difference": one.difference(), "interval": ends(one.interval), "table_interval": ends(one.simultaneous),
            "p": one.p, "p_holm": one.holm, "correlation": one.correlation, "margin": one.margin,
            "conclusion": one.conclusion.short(), "method": one.method,
        })
    };
    let variant = |one: &Against| {
        let table: Vec<_> = one.table.iter().map(|at| row(&one.differences[*at])).collect();
        let changes = &one.changes;
        json!({
            "name": one.name, "same_fates": one.shared.has_same_jobs(), "shared": one.shared.words(), "table": table, "flow": changes.flow,
            "end_otherwise": one.changed.len(), "later": changes.later, "sooner": changes.sooner,
        })
    };
    let base = recipes.first().map(|base| base.json()).unwrap_or_default();
    let warnings: Vec<&String> = recipes.iter().flat_map(|recipe| &recipe.warnings).collect();
    let mut whole = serde_json::Map::new();
    for key in ["program", "version", "command", "scenario", "scenario_hash", "seed", "overrides"] {
        whole.insert(key.into(), base.get(key).cloned().unwrap_or_default());
    }
    whole.insert("warnings".into(), json!(warnings));
    let rest = json!({
        "replications": compared.replications,
        "tests": compared.tests,
        "outcomes": outcome_names(NOT_ORDERED_IN_FILES),
        "sides": sides.collect::<Vec<_>>(),
        "variants": compared.variants.iter().map(variant).collect::<Vec<_>>(),
        "robust": robust_json(robust),
    });
    whole.extend(rest.as_object().cloned().unwrap_or_default());
    serde_json::to_string_pretty(&whole).expect("json: names are text and numbers are finite") + "\n"
}

fn draw(place: &mut Place, sides: &[Side], compared: &Compared) -> Result<(), Error> {
    let folder = place.folder().to_owned();
    let failed = |why: String| Error::Io {
        doing: "draw the charts for",
        path: folder.clone(),
        why: std::io::Error::other(why),
    };
    let caption = Caption {
        scenario: sides[0].name.clone(),
        seed: sides[0].scenario.run.seed,
        replications: compared.replications as u64,
    };
    let (differences, flow, curves) = (differences(compared), flow(compared), curves(sides, compared));
    for &format in place.formats() {
        let ending = format.extension();
        let drawn = [
            ("differences", draw_differences(&caption, &differences, format)),
            ("curves", draw_turnaround(&caption, &curves, format)),
            ("flow", draw_flow(&caption, &flow, format)),
        ];
        for (name, bytes) in drawn {
            place.put(&format!("{name}.{ending}"), &bytes.map_err(failed)?)?;
        }
    }
    Ok(())
}

fn differences(compared: &Compared) -> DifferencesChart {
    let several = compared.variants.len() > 1;
    let mut rows: Vec<(usize, DifferenceRow)> = vec![];
    for variant in &compared.variants {
        let table = variant.table.iter().map(|at| (*at, &variant.differences[*at]));
        rows.extend(table.map(|(at, one)| {
            let (scale, unit) = if one.unit == "share" { (100.0, "points") } else { (1.0, one.unit) };
            let (low, high) = one.simultaneous.unwrap_or((f64::NAN, f64::NAN));
            let by = if one.by.is_empty() { String::new() } else { format!(" ({})", one.by) };
            let metric = format!("{}{by}", one.metric);
            let row = DifferenceRow {
                name: plain_name(&one.metric, &by),
                note: if several { format!("{metric} · {}", variant.name) } else { metric },
                unit: unit.to_owned(),
                value: one.difference() * scale,
                low: low * scale,
                high: high * scale,
                tone: tone(one.conclusion),
                words: format!(
                    "{}: {}",
                    one.conclusion.short(),
                    with_interval(one.difference() * scale, (low * scale, high * scale))
                ),
            };
            (at, row)
        }));
    }
    // The variants of one metric are adjacent.
    rows.sort_by_key(|(at, _)| *at);
    let rows = rows.into_iter().map(|(_, row)| row).collect();
    let counted = format!(
        "{}; simultaneous 95 % confidence intervals",
        compared.variants.iter().map(|variant| variant.name.as_str()).collect::<Vec<_>>().join(", ")
    );
    DifferencesChart { counted, rows }
}

/// The meaning of a metric, such as "time from order to end, p95".
fn plain_name(metric: &str, by: &str) -> String {
    let says = about(metric).says;
    let level = metric.strip_prefix("sla.").and_then(|rest| rest.split('.').next());
    let station = metric.strip_prefix("station.").and_then(|rest| rest.split('.').next());
    let of = level.or(station).map(|name| format!("{name}: ")).unwrap_or_default();
    let kind =
        metric.rsplit('.').next().filter(|last| last.starts_with('p') && last[1..].parse::<u8>().is_ok());
    let kind = kind.map(|kind| format!(", {kind}")).unwrap_or_default();
    format!("{of}{says}{kind}{by}")
}

/// "+0.43 (−0.99 to +1.91)".
fn with_interval(value: f64, (low, high): (f64, f64)) -> String {
    let size =
        [low, high].into_iter().filter(|end| end.is_finite()).map(f64::abs).fold(value.abs(), f64::max);
    let decimals = super::replicated::decimals(size / 10.0, size).min(4);
    let signed = |value: f64| {
        let text = format!("{:.decimals$}", value.abs());
        let sign = match value {
            _ if text.chars().all(|c| matches!(c, '0' | '.')) => "",
            _ if value < 0.0 => "−",
            _ => "+",
        };
        format!("{sign}{text}")
    };
    match low.is_finite() && high.is_finite() {
        true => format!("{} ({} to {})", signed(value), signed(low), signed(high)),
        false => signed(value),
    }
}

fn tone(conclusion: Conclusion) -> Tone {
    match conclusion {
        Conclusion::Better => Tone::Good,
        Conclusion::Worse => Tone::Bad,
        _ => Tone::Mixed,
    }
}

/// "closed (J9)".
fn end_name(end: Option<End>) -> String {
    let Some(end) = end else { return NOT_ORDERED.into() };
    let by = end.by.and_then(|by| by.rule()).map_or(String::new(), |rule| format!(" ({})", rule.name()));
    format!("{}{by}", end.outcome().name())
}

fn flow(compared: &Compared) -> FlowChart {
    let paired = || compared.variants.iter().filter(|variant| variant.shared.has_same_jobs());
    let ends = |one: &Changed| [end_name(one.base), end_name(one.variant)];
    let all: BTreeSet<String> =
        paired().flat_map(|one| &one.changed).flat_map(|(_, one)| ends(one)).collect();
    let outcomes: Vec<String> = all.into_iter().collect();
    let panel = |variant: &Against| {
        let mut counts = vec![vec![0; outcomes.len()]; outcomes.len()];
        for (_, one) in &variant.changed {
            let [from, to] =
                ends(one).map(|end| outcomes.binary_search(&end).expect("flow: all ends are known"));
            counts[from][to] += 1;
        }
        FlowPanel { name: variant.name.clone(), counts }
    };
    let panels = paired().map(panel).collect();
    let counted =
        "jobs of all replications, by outcome and the rule that ended them: left in the base".into();
    FlowChart { counted, outcomes, panels }
}

/// The cumulative curves of base and variants.
fn curves(sides: &[Side], compared: &Compared) -> TurnaroundChart {
    let mut curves: Vec<Curve> = sides
        .iter()
        .zip(&compared.pooled)
        .map(|(side, counts)| {
            let all = counts.all();
            curve(&side.name, &all.turnaround, all.outcome(Outcome::Open))
        })
        .collect();
    for (curve, variant) in curves.iter_mut().skip(1).zip(&compared.variants) {
        let p95 = variant.differences.iter().find(|one| one.metric == "turnaround.p95" && one.by.is_empty());
        if let Some(one) = p95 {
            let interval = one.simultaneous.or(one.interval).unwrap_or((f64::NAN, f64::NAN));
            curve.note = with_interval(one.difference(), interval);
        }
    }
    let base = turnaround_chart(&sides[0].scenario, &compared.pooled[0]);
    let all = compared.pooled[0].all().turnaround.count();
    let counted = format!("jobs that ended Completed or Closed, {} in the base", thousands(all));
    TurnaroundChart { curves, counted, levels: vec![], ..base }
}

/// The comparison as text for a screen.
pub fn compare_text(sides: &[Side], compared: &Compared, margin: Option<f64>) -> String {
    use super::words::{WIDTH, cut, wrapped};
    let base = &sides[0];
    let mut text = format!(
        "{}, seed {}, {} replications of each\n",
        cut(&base.name, WIDTH / 2),
        base.scenario.run.seed,
        compared.replications
    );
    for variant in &compared.variants {
        let shared = variant.shared.words();
        text += &format!("\n{} ({shared})\n", cut(&variant.name, WIDTH - 4 - shared.len()));
        let head = ["base", "variant", "difference"].map(|head| format!("{head:>9} ")).concat();
        let head = format!("  {:<22}{head}{:>18}{:>8}{:>6}  {}", "", "interval", "margin", "r", "verdict");
        text += &format!("{head}\n");
        for at in variant.table.iter().filter(|at| variant.differences[**at].is_anything()) {
            text += &table_row(&variant.differences[*at]);
        }
        match variant.shared.has_same_jobs() {
            true => text += &changes_text(variant, compared.replications),
            false => text += "  their jobs are not the same, so jobs are not compared one by one\n",
        }
    }
    let margin =
        margin.map_or(USUAL_MARGIN.into(), |part| format!("{} % of the base", Value::Real(part * 100.0)));
    let method = format!(
        "The intervals of a table are simultaneous 95 % confidence intervals (Bonferroni, {} tests). Margin: {margin}, unless said otherwise. \
         \"Equivalent\": the whole interval is within the margin; \"higher < margin\": within it, and above zero; \"equal in \
         all\": zero in each replication, but too few replications to show that it is within the margin. r is the correlation \
         across replications. Inputs are taken as exact.",
        compared.tests
    );
    text + "\n" + &wrapped(method.split(' ').map(String::from), "", "")
}

fn table_row(one: &Difference) -> String {
    let (scale, unit) = if one.unit == "share" { (100.0, " %") } else { (1.0, "") };
    let ends = one.simultaneous.map(|(low, high)| (low * scale, high * scale));
    let half = ends.map_or(0.0, |(low, high)| (high - low) / 2.0);
    let decimals = super::replicated::decimals(half, one.base * scale);
    let show = |value: f64| match decimals {
        0 if value >= 0.0 => thousands(value.round() as u64),
        _ => format!("{value:.decimals$}"),
    };
    let value = |value: f64| format!("{}{unit}", show(value * scale));
    let apart = format!("{:+.decimals$}", one.difference() * scale);
    let interval =
        ends.map_or(String::new(), |(low, high)| format!("{low:+.decimals$} to {high:+.decimals$}"));
    let r = one.correlation.map_or(String::new(), |r| format!("{r:.2}"));
    let margin = rough_margin(one.margin * scale);
    // A name that does not fit beside its numbers is written above them.
    let metric = metric_with_by(one.metric.trim_start_matches("station."), &one.by);
    let above = if metric.chars().count() > 22 { format!("  {metric}\n") } else { String::new() };
    let metric = if above.is_empty() { metric } else { String::new() };
    format!(
        "{above}  {metric:<23}{:>9}{:>10}{apart:>9} {interval:>19}{margin:>8}{r:>6}  {}\n",
        value(one.base),
        value(one.variant),
        one.conclusion.short()
    )
}

/// A margin with two digits.
fn rough_margin(value: f64) -> String {
    let decimals = super::replicated::decimals(value, value);
    format!("{value:.decimals$}")
}

/// The number of jobs per run that end differently, with the interval of a count of events. Empty for one replication,
/// or if none does.
fn a_run(variant: &Against, replications: usize) -> String {
    if replications < 2 || variant.changed.is_empty() {
        return String::new();
    }
    let mut each = vec![0; replications];
    variant.changed.iter().for_each(|(replication, _)| each[*replication as usize] += 1);
    let series = Series::counted(&each);
    let (low, high) = series.interval(0.025);
    format!(", {:.1} a run (95 %: {low:.1} to {high:.1})", series.value)
}

/// Which jobs end differently and by which rules, the most frequent first.
fn changes_text(variant: &Against, replications: usize) -> String {
    use super::words::wrapped;
    let changes = &variant.changes;
    let (names, all): (_, u64) = (outcome_names(NOT_ORDERED), changes.flow.iter().flatten().sum());
    let by_outcome = all - (0..changes.flow.len()).map(|at| changes.flow[at][at]).sum::<u64>();
    let mut text = format!(
        "  {1} of {0} jobs end differently{2}: {3} by outcome, {4} only by rule\n",
        thousands(all),
        thousands(variant.changed.len() as u64),
        a_run(variant, replications),
        thousands(by_outcome),
        thousands(variant.changed.len() as u64 - by_outcome)
    );
    let mut flows = vec![];
    for (from, row) in changes.flow.iter().enumerate() {
        for (to, count) in row.iter().enumerate().filter(|(to, count)| *to != from && **count > 0) {
            flows.push((*count, format!("{} to {} {},", names[from], names[to], thousands(*count))));
        }
    }
    let mut partings = std::collections::BTreeMap::new();
    for (_, one) in &variant.changed {
        let name = |act: Option<Act>| act.and_then(|act| act.0.rule()).map_or("nothing", |rule| rule.name());
        *partings.entry((name(one.parting.0), name(one.parting.1))).or_insert(0_u64) += 1;
    }
    let rules =
        partings.into_iter().map(|((base, other), n)| (n, format!("{base}/{other} {},", thousands(n))));
    for (mut list, first) in
        [(flows, "    by outcome: "), (rules.collect(), "    first different rule, base/variant: ")]
    {
        list.sort_by(|a, b| b.cmp(a));
        list.truncate(8);
        if !list.is_empty() {
            let words = list.into_iter().map(|(_, words)| words);
            text += wrapped(words, first, "      ").trim_end().trim_end_matches(',');
            text += "\n";
        }
    }
    let alike = all - variant.changed.len() as u64;
    let mean = changes.delay as f64 / alike.max(1) as f64 / Span::DAY.micros() as f64;
    text + &format!(
        "    of the jobs that end the same way, {} end later and {} sooner: {mean:+.3} days on average\n",
        thousands(changes.later),
        thousands(changes.sooner)
    )
}
