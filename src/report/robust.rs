//! Whether verdicts hold if inputs are uncertain: `robust.csv`, JSON and text.

use super::files::{heads, number, table};
use super::place::Place;
use super::words::{WIDTH, wrapped};
use crate::error::Error;
use crate::experiment::{Range, Robust, Turn};
use crate::measure::Value as Number;
use serde_json::{Value, json};

/// Writes `robust.csv`: a row for each verdict and input.
///
/// # Errors
/// [`Error::Io`] where the file cannot be written.
pub fn write_robust(place: &mut Place, robust: &[Robust]) -> Result<(), Error> {
    let names = [
        "about",
        "verdict",
        "parameter",
        "unit",
        "estimate",
        "low",
        "high",
        "holds_from",
        "holds_to",
        "share_of_range",
        "below_at",
        "below_verdict",
        "below_end_verdict",
        "above_at",
        "above_verdict",
        "above_end_verdict",
    ];
    let real = |value: f64| Number::Real(value).to_string();
    let rows = robust.iter().flat_map(|one| {
        one.ranges.iter().map(move |range| {
            let input = &range.input;
            let mut row = vec![one.about.clone(), one.verdict.clone(), input.path.clone()];
            row.push(input.unit.trim().into());
            let ends = [input.estimate, input.low, input.high, range.holds.0, range.holds.1, range.share()];
            row.extend(ends.map(real));
            for turn in [&range.below, &range.above] {
                row.push(number(turn.as_ref().map(|turn| turn.at)));
                let words =
                    |of: fn(&Turn) -> &String| turn.as_ref().map_or(String::new(), |turn| of(turn).clone());
                row.extend([words(|turn| &turn.verdict), words(|turn| &turn.end)]);
            }
            row
        })
    });
    place.put("robust.csv", &table(&heads(&names), rows))
}

/// The results as JSON.
pub fn robust_json(robust: &[Robust]) -> Value {
    let turn = |turn: &Option<Turn>| {
        turn.as_ref().map(|turn| json!({ "at": turn.at, "verdict": turn.verdict, "end_verdict": turn.end }))
    };
    let range = |range: &Range| {
        let input = &range.input;
        json!({
            "parameter": input.path, "unit": input.unit.trim(), "estimate": input.estimate,
            "range": [input.low, input.high], "holds": [range.holds.0, range.holds.1],
            "share_of_range": range.share(), "below": turn(&range.below), "above": turn(&range.above),
        })
    };
    let one = |one: &Robust| {
        let ranges: Vec<Value> = one.ranges.iter().map(range).collect();
        json!({ "about": one.about, "verdict": one.verdict, "ranges": ranges })
    };
    Value::Array(robust.iter().map(one).collect())
}

/// Most inputs that are printed for each verdict.
const TOLD: usize = 3;

/// The results as text after an empty line; empty where no verdict was asked for.
pub fn robust_text(robust: &[Robust], replications: u64) -> String {
    if robust.is_empty() {
        return String::new();
    }
    let head = format!(
        "Robustness: one input at a time over its range, {} of each point with the same random numbers. The value at which a verdict \
         changes is found to a sixteenth of the distance from the estimate to the end of the range.",
        if replications == 1 { "one replication".into() } else { format!("{replications} replications") }
    );
    let mut text = format!("\n{}", wrapped(head.split(' ').map(String::from), "", ""));
    for one in robust {
        let turned: Vec<&Range> = one.ranges.iter().filter(|range| range.first().is_some()).collect();
        let (all, whole) = (one.ranges.len(), one.ranges.len() - turned.len());
        let holds = match (all, whole) {
            (1, 1) => format!("holds over the whole range of {}", one.ranges[0].input.path),
            (_, whole) if whole == all => format!("holds over the whole range of each of {all} inputs"),
            (1, 0) => "changes within the range".into(),
            _ => format!("holds over the whole range of {whole} of {all} inputs"),
        };
        text += &line(format!("{}: {}; {holds}.", one.about, one.verdict), "  ", "    ");
        for range in turned.iter().take(TOLD) {
            text += &line(in_words(range), "    ", "      ");
        }
        if turned.len() > TOLD {
            text += &format!("    And {} more in robust.csv.\n", turned.len() - TOLD);
        }
    }
    text
}

/// Text wrapped to the screen width, with a line end.
fn line(text: String, first: &str, indent: &str) -> String {
    debug_assert!(indent.len() < WIDTH);
    wrapped(text.split(' ').map(String::from), first, indent)
}

fn in_words(range: &Range) -> String {
    let input = &range.input;
    let show = |value: f64| input.shown(value);
    let holds = format!(
        "{}, {} ({} to {}): holds from {} to {}, {:.0} % of the range",
        input.path,
        show(input.estimate),
        show(input.low),
        show(input.high),
        show(range.holds.0),
        show(range.holds.1),
        range.share() * 100.0,
    );
    let turn = |turn: &Turn| {
        let far = turn.at - input.estimate;
        let way = if far < 0.0 { "less" } else { "more" };
        let end = if far < 0.0 { input.low } else { input.high };
        let at_end = match turn.end == turn.verdict || turn.at == end {
            true => String::new(),
            false => format!("; {} at {}", turn.end, show(end)),
        };
        format!("; {} at {}, {} {way}{at_end}", turn.verdict, show(turn.at), show(far.abs()))
    };
    let turns: String = [&range.below, &range.above].into_iter().flatten().map(turn).collect();
    format!("{holds}{turns}.")
}
