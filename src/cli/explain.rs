//! `shipback explain`: every value in force, and the line that set it.

use crate::report::{json_head, json_text};
use crate::scenario::{Disrupted, Disruption, Explained, Loaded};
use crate::screen;
use serde_json::{Value, json};
use std::borrow::Cow;

/// Longer values are cut: the line that set them shows them whole.
const WIDEST: usize = 60;

/// One line a value: its path, the value, and "file:line", "--set" or "default".
pub fn explain(loaded: &Loaded) -> String {
    let cut = |value: &str| match value.char_indices().nth(WIDEST) {
        None => value.to_string(),
        Some(_) => format!("{}...", value.chars().take(WIDEST - 3).collect::<String>()),
    };
    let rows: Vec<(&str, String, Cow<'_, str>)> = loaded
        .explained
        .iter()
        .map(|value| (value.path.as_str(), cut(&screen::line(&value.value)), screen::line(&value.origin)))
        .collect();
    let wide = |width: fn(&(&str, String, Cow<'_, str>)) -> usize| rows.iter().map(width).max().unwrap_or(0);
    let (path, value) = (wide(|row| row.0.chars().count()), wide(|row| row.1.chars().count()));
    let mut text = format!("Scenario {}, hash {}\n\n", loaded.scenario.title(), &loaded.hash[..16]);
    for row in &rows {
        text += &format!("{:path$}  {:value$}  {}\n", row.0, row.1, row.2);
    }
    text + &together(&loaded.scenario.disruptions)
}

/// Every value in force, whole, for other programs.
pub fn explain_json(loaded: &Loaded) -> String {
    let value = |one: &Explained| json!({ "path": one.path, "value": one.value, "origin": one.origin });
    let values: Vec<Value> = loaded.explained.iter().map(value).collect();
    json_text(json_head("explain", Some(loaded)), json!({ "values": values, "resolved": loaded.resolved }))
}

/// Disruptions of one station or carrier that are in force at the same time, and what comes of them.
fn together(disruptions: &[Disruption]) -> String {
    let mut text = String::new();
    for (number, one) in disruptions.iter().enumerate() {
        for (before, other) in disruptions[..number].iter().enumerate() {
            if one.from >= other.until || other.from >= one.until {
                continue;
            }
            let same =
                |one: &Option<usize>, other: &Option<usize>| one == other || one.is_none() || other.is_none();
            let rule = match (&one.what, &other.what) {
                (Disrupted::Station { station, .. }, Disrupted::Station { station: other, .. })
                    if station == other =>
                {
                    "they act in this order on its servers"
                }
                (
                    Disrupted::Carrier { carrier, slower },
                    Disrupted::Carrier { carrier: other, slower: also },
                ) if same(carrier, other) => {
                    if slower.is_some() && also.is_some() {
                        "they multiply on a carrier of both"
                    } else {
                        "nothing moves of a carrier of both"
                    }
                }
                (Disrupted::Demand { source, .. }, Disrupted::Demand { source: other, .. })
                    if same(source, other) =>
                {
                    "their factors multiply for a source of both"
                }
                _ => continue,
            };
            text += &format!("\ndisruption[{before}] and disruption[{number}] overlap: {rule}.");
        }
    }
    if text.is_empty() { text } else { text + "\n" }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::Scenario;

    #[test]
    fn disruptions_at_the_same_time_are_shown_with_what_comes_of_them() {
        let row = |from: u32, what: &str| {
            format!("[[disruption]]\nfrom = \"{from}d\"\nuntil = \"{}d\"\n{what}\n", from + 9)
        };
        let dock = "station = \"dock\"\nservers = \"50 %\"";
        let (stops, slow) = ("carrier = \"all\"\nstops = true", "carrier = \"carrier\"\nslower = 2");
        let rows = [(1, dock), (3, stops), (5, dock), (10, slow), (11, slow), (30, dock)]
            .map(|(from, what)| row(from, what));
        let text = format!("[carrier.carrier]\n[[job]]\n{}", rows.concat());
        let shown = explain(&Scenario::parse(&text, &[]).unwrap());
        let told: Vec<&str> = shown.lines().filter(|line| line.contains("overlap")).collect();
        assert_eq!(
            told,
            [
                "disruption[0] and disruption[2] overlap: they act in this order on its servers.",
                "disruption[1] and disruption[3] overlap: nothing moves of a carrier of both.",
                "disruption[1] and disruption[4] overlap: nothing moves of a carrier of both.",
                "disruption[3] and disruption[4] overlap: they multiply on a carrier of both.",
            ]
        );
    }

    #[test]
    fn each_value_names_the_line_that_set_it() {
        let text = "extends = \"baseline.toml\"\n[site.bays]\nservers = 120\n";
        let loaded = Scenario::parse(text, &["policy.response_window=20d".into()]).unwrap();
        let shown = explain(&loaded);
        let line = |path: &str| {
            let line = shown.lines().find(|line| line.split_whitespace().next() == Some(path)).unwrap();
            line.split_whitespace().collect::<Vec<_>>().join(" ")
        };
        assert_eq!(line("site.bays.servers"), "site.bays.servers 120 scenario:3");
        assert_eq!(line("policy.response_window"), "policy.response_window \"20d\" --set");
        assert_eq!(line("policy.retention"), "policy.retention \"90d\" default");
        assert!(line("run.horizon").starts_with("run.horizon \"365d\" baseline.toml:"));
    }
}
