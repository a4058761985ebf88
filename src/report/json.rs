//! Results of experiments as JSON. All begin with the same keys ([`json_head`]).

use super::points::{Name, Point};
use super::run::json_head;
use crate::experiment::{
    Aim, Cell, Held, Influence, Month, Series, Sized, Staffing, Swing, Tried, Verdict, Warming, advised,
};
use crate::scenario::{Loaded, Target, Vary};
use serde_json::{Map, Value, json};

/// The JSON text of a head and its content, with a line end.
pub fn json_text(mut head: Map<String, Value>, holds: Value) -> String {
    if let Value::Object(holds) = holds {
        head.extend(holds);
    }
    format!("{:#}\n", Value::Object(head))
}

/// Values that are not finite become null.
fn real(value: f64) -> Option<f64> {
    Some(value).filter(|value| value.is_finite())
}

fn ends((low, high): (f64, f64)) -> [Option<f64>; 2] {
    [real(low), real(high)]
}

/// The value of each parameter, by path.
fn values(varied: &[Vary], choice: &[usize]) -> Map<String, Value> {
    varied.iter().zip(choice).map(|(vary, at)| (vary.path.clone(), json!(vary.values[*at]))).collect()
}

fn parameters(varied: &[Vary]) -> Vec<Value> {
    varied.iter().map(|vary| json!({ "path": vary.path, "values": vary.values })).collect()
}

/// All points of a sweep.
pub fn sweep_json(loaded: &Loaded, varied: &[Vary], points: &[Point]) -> String {
    let cell = |cell: &Cell| {
        json!({
            "metric": cell.metric, "by": cell.by, "value": real(cell.value), "unit": cell.unit,
            "interval": cell.interval.map(ends), "n": cell.n, "replications": cell.replications,
        })
    };
    let point = |point: &Point| {
        let metrics: Vec<Value> = point.cells.iter().map(cell).collect();
        json!({ "values": values(varied, &point.choice), "metrics": metrics })
    };
    let points: Vec<Value> = points.iter().map(point).collect();
    json_text(json_head("sweep", Some(loaded)), json!({ "parameters": parameters(varied), "points": points }))
}

/// The effect of each parameter on each metric.
pub fn sensitivity_json(
    loaded: &Loaded,
    replications: u64,
    varied: &[Vary],
    found: &[(Name, Series, Vec<Influence>)],
) -> String {
    let end = |value: &String, end: &Swing| json!({ "set": value, "value": real(end.value), "difference": real(end.difference), "interval": ends(end.interval) });
    let one = |one: &Influence| {
        let vary = &varied[one.parameter];
        let last = &vary.values[vary.values.len() - 1];
        json!({
            "parameter": vary.path, "least": end(&vary.values[0], &one.ends[0]), "most": end(last, &one.ends[1]),
            "morris_mu_star": real(one.effect), "morris_mu": real(one.mean), "morris_sigma": real(one.spread),
            "noise_share": real(one.noise),
        })
    };
    let metric = |((metric, by), base, list): &(Name, Series, Vec<Influence>)| {
        let influences: Vec<Value> = list.iter().map(one).collect();
        json!({ "metric": metric, "by": by, "base": real(base.value), "influences": influences })
    };
    let metrics: Vec<Value> = found.iter().map(metric).collect();
    let holds = json!({ "replications": replications, "parameters": parameters(varied), "metrics": metrics });
    json_text(json_head("sensitivity", Some(loaded)), holds)
}

fn held(says: &str, held: &Held) -> Value {
    json!({
        "target": says, "value": real(held.value), "interval": ends(held.interval), "verdict": held.verdict.name(),
    })
}

/// The result of a search, with every tested point.
pub fn size_json(
    loaded: &Loaded,
    (exit_code, confidence): (u8, f64),
    varied: &[Vary],
    aims: &[Aim],
    sized: &Sized,
    robust: Value,
) -> String {
    let tried = |tried: &Tried| {
        let targets: Vec<Value> =
            aims.iter().zip(&tried.held).map(|(aim, one)| held(&aim.says, one)).collect();
        json!({
            "values": values(varied, &tried.choice), "fresh": tried.fresh, "replications": tried.replications,
            "verdict": tried.verdict.name(), "price": real(tried.price), "targets": targets,
        })
    };
    let answer = sized.best.as_ref().map(|best| {
        json!({
            "values": values(varied, &best.choice), "confirmed": best.meets.verdict == Verdict::Met,
            "price": real(best.meets.price),
        })
    });
    let again = sized.best.iter().flat_map(|best| [&best.meets].into_iter().chain(&best.less));
    let all: Vec<&Tried> = sized.tried.iter().chain(again).collect();
    let points: Vec<Value> = all.iter().copied().map(tried).collect();
    let open = |tried: &&Tried| {
        let targets: Vec<&str> = tried.undecided(aims).map(|aim| aim.says.as_str()).collect();
        (!targets.is_empty()).then(
            || json!({ "values": values(varied, &tried.choice), "fresh": tried.fresh, "targets": targets }),
        )
    };
    let undecided: Vec<Value> = all.iter().filter_map(open).collect();
    let holds = json!({
        "exit_code": exit_code, "confidence": confidence, "parameters": parameters(varied), "answer": answer,
        "undecided": undecided, "points": points, "robust": robust,
    });
    json_text(json_head("size", Some(loaded)), holds)
}

/// A staffing plan by month.
pub fn staffing_json(
    loaded: &Loaded,
    (exit_code, confidence): (u8, f64),
    vary: &Vary,
    targets: &[Target],
    staffing: &Staffing,
) -> String {
    let months = staffing.months.iter().map(|month| {
        let list: Vec<Value> = targets.iter().zip(&month.held).map(|(target, one)| held(&target.says, one)).collect();
        json!({
            "month": month.first.strftime("%Y-%m").to_string(), "alone": month.alone.meets.map(|at| &vary.values[at]),
            "planned": vary.values[month.planned], "targets": list,
        })
    });
    let months: Vec<Value> = months.collect();
    let open = |(month, number): (&Month, usize)| json!({ "month": month.first.strftime("%Y-%m").to_string(), "target": targets[number].says });
    let undecided: Vec<Value> = staffing.undecided().map(open).collect();
    let holds = json!({
        "exit_code": exit_code, "confidence": confidence, "parameters": parameters(std::slice::from_ref(vary)),
        "replications": staffing.replications, "undecided": undecided, "months": months,
    });
    json_text(json_head("size", Some(loaded)), holds)
}

/// The recommended warm-up for each series.
pub fn warmup_json(loaded: &Loaded, list: &[Warming], replications: u64) -> String {
    let series: Vec<Value> =
        list.iter().map(|one| json!({ "series": one.name, "advised_days": one.advised })).collect();
    let advised = advised(list).map(|days| days.to_string());
    let holds = json!({ "replications": replications, "advised": advised, "series": series });
    json_text(json_head("warmup", Some(loaded)), holds)
}
