//! `shipback explain`: every value in force, and the line that set it.

use crate::scenario::Loaded;
use crate::screen;
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
    let mut text = format!("Scenario {}, hash {}\n\n", loaded.scenario.name, &loaded.hash[..16]);
    for row in &rows {
        text += &format!("{:path$}  {:value$}  {}\n", row.0, row.1, row.2);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::Scenario;

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
