//! Common mistakes in texts, and what to write instead: one table for each place.

use crate::error::{advice, nearest};
use crate::scenario::keys::KEYS;
use crate::scenario::section::Refusal;

/// Abbreviations that are not time zone names, with the zone that most users mean.
const ZONES: [(&str, &str); 16] = [
    ("CST", "America/Chicago"),
    ("CDT", "America/Chicago"),
    ("CT", "America/Chicago"),
    ("EDT", "America/New_York"),
    ("ET", "America/New_York"),
    ("MDT", "America/Denver"),
    ("MT", "America/Denver"),
    ("PST", "America/Los_Angeles"),
    ("PDT", "America/Los_Angeles"),
    ("PT", "America/Los_Angeles"),
    ("BST", "Europe/London"),
    ("CEST", "Europe/Berlin"),
    ("MEZ", "Europe/Berlin"),
    ("MESZ", "Europe/Berlin"),
    ("IST", "Asia/Kolkata"),
    ("JST", "Asia/Tokyo"),
];

/// Characters that look like others or are invisible, with their names and what to write.
const CHARACTERS: [(char, &str, &str); 12] = [
    ('\u{201c}', "a curly quotation mark", "\""),
    ('\u{201d}', "a curly quotation mark", "\""),
    ('\u{201e}', "a low quotation mark", "\""),
    ('\u{2018}', "a curly quotation mark", "'"),
    ('\u{2019}', "a curly quotation mark", "'"),
    ('\u{ab}', "an angle quotation mark", "\""),
    ('\u{bb}', "an angle quotation mark", "\""),
    ('\u{a0}', "a non-breaking space", "a plain space"),
    ('\u{202f}', "a narrow non-breaking space", "a plain space"),
    ('\u{200b}', "a space of no width", "nothing"),
    ('\u{2013}', "a long dash", "-"),
    ('\u{2212}', "a minus sign of typesetting", "-"),
];

/// Advice for a line of YAML. Only the first such line of a file is reported.
pub const YAML: &str =
    "this looks like YAML; a scenario is TOML: tables are written [site.dock], values servers = 6";

/// The encoding of a file that is not UTF-8, guessed from its first bytes.
pub fn encoding(bytes: &[u8]) -> Option<&'static str> {
    [
        ([0xff, 0xfe], "UTF-16"),
        ([0xfe, 0xff], "UTF-16"),
        ([0x50, 0x4b], "a ZIP archive, such as a workbook of Excel"),
    ]
    .iter()
    .find(|(first, _)| bytes.starts_with(first))
    .map(|(_, name)| *name)
}

/// The zone that most users mean by an abbreviation.
pub fn zone(name: &str) -> Option<&'static str> {
    ZONES.iter().find(|(short, _)| short.eq_ignore_ascii_case(name)).map(|(_, zone)| *zone)
}

/// Explains a text that is not a duration, where its likely meaning is known.
pub fn duration(text: &str) -> Option<Refusal> {
    let text = text.trim();
    if let Some(point) = decimal_comma(text) {
        return Some(Refusal::new(
            format!("\"{text}\" is not a duration: a decimal has a point"),
            format!("write \"{point}\""),
        ));
    }
    let starts_with_date = text.get(..10).is_some_and(|day| day.parse::<jiff::civil::Date>().is_ok());
    if starts_with_date {
        let help = "write how long it lasts, such as \"90d\"; days are counted from the first instant";
        return Some(Refusal::new(format!("\"{text}\" is a date, but a duration is needed"), help));
    }
    let unit = text.trim_start_matches(|c: char| c.is_ascii_digit() || c == '.').trim();
    let meant = |help: &str| {
        let message = format!("\"{unit}\" is not a unit of time; allowed: w, d, h, min, s, ms, us");
        Some(Refusal::new(message, help))
    };
    match unit.to_lowercase().as_str() {
        "mo" | "mon" | "month" | "months" => meant("months differ in length: write days, such as \"30d\""),
        "y" | "yr" | "yrs" | "year" | "years" => {
            meant("years differ in length: write days, such as \"365d\"")
        }
        _ if unit.ends_with("working") || unit.ends_with("business days") => {
            let number: String = text.chars().take_while(char::is_ascii_digit).collect();
            let help = format!("for working days write within = \"{number}d\" and clock = \"working\"");
            Some(Refusal::new(format!("\"{text}\" is not a duration"), help))
        }
        _ => None,
    }
}

/// Reads a date in the order day, month, year ("12.10.2026").
pub fn date(text: &str) -> Option<jiff::civil::Date> {
    let parts: Vec<&str> = text.trim().split('.').collect();
    let [day, month, year] = parts[..] else { return None };
    jiff::civil::Date::new(
        year.parse().ok().filter(|_| year.len() == 4)?,
        month.parse().ok()?,
        day.parse().ok()?,
    )
    .ok()
}

/// Advice for a rate per month or per year.
pub fn rate(per: &str) -> Option<&'static str> {
    let is_long = ["mo", "y"].iter().any(|start| per.trim().to_lowercase().starts_with(start));
    is_long.then_some("months and years differ in length: count by the day or the week, such as \"10/day\"")
}

/// The text with a decimal point, if it has one comma between two digits.
fn decimal_comma(text: &str) -> Option<String> {
    let (before, after) = text.split_once(',')?;
    let is_digit = |c: Option<char>| c.is_some_and(|c| c.is_ascii_digit());
    let good = is_digit(before.chars().last()) && is_digit(after.chars().next()) && !after.contains(',');
    good.then(|| format!("{before}.{after}"))
}

/// Explains a percentage where a factor is needed.
pub fn factor(text: &str) -> Option<String> {
    let percent: f64 = text.trim().strip_suffix('%')?.trim().parse().ok()?;
    let shown = |factor: f64| (factor * 1e6).round() / 1e6;
    let (more, of) = (shown(1.0 + percent / 100.0), shown(percent / 100.0));
    Some(format!("a factor is a number: {percent} % more is {more}, {percent} % of it is {of}"))
}

/// The keys that are allowed where a table has no key `key`. `path` is that of the table, empty at the top; `asked` are
/// its keys. `is_table`: the unknown key holds a table, as in `run.horizon = "30d"`.
pub fn unknown_key(path: &str, key: &str, asked: &[&str], is_table: bool) -> String {
    let allowed = advice(key, asked);
    if nearest(key, asked.iter().copied()).is_some() {
        return allowed;
    }
    let is_top = KEYS.iter().any(|one| one.path.split(['.', '[']).next() == Some(key));
    if is_top && !path.is_empty() && is_table {
        return format!(
            "a line belongs to the table above it: move this one above the first [table] of the file, or write it below \
             [{key}]; {allowed}"
        );
    }
    let places = elsewhere(key);
    let meant = match (&places[..], path.is_empty()) {
        ([], _) => return allowed,
        ([one], true) => format!("did you mean \"{one}\"?"),
        (several, _) => format!("there is {}", several.join(", ")),
    };
    format!("{meant} {allowed}")
}

/// The tables that have a key of this name, if they are few.
fn elsewhere(key: &str) -> Vec<String> {
    let mut found: Vec<String> = vec![];
    for one in KEYS.iter() {
        let parts: Vec<&str> = one.path.split('.').collect();
        if let Some(at) = parts.iter().position(|part| part.trim_end_matches("[]") == key) {
            let path = parts[..=at].join(".").replace('*', "NAME");
            if !found.contains(&path) {
                found.push(path);
            }
        }
    }
    if found.len() > 3 { vec![] } else { found }
}

/// Advice for a line that is not TOML. `column`: number of characters before the mistake.
pub fn syntax(line: &str, column: usize) -> String {
    let found = line.chars().zip(1..).find_map(|(c, at)| {
        CHARACTERS.iter().find(|(odd, ..)| *odd == c).map(|(odd, name, meant)| (*odd, *name, *meant, at))
    });
    if let Some((odd, name, meant, at)) = found {
        let code = format!("U+{:04X}", u32::from(odd));
        return format!("character {at} of this line is {name} ({code}); write {meant}");
    }
    let (key, value) = line.split_once('=').map_or(("", ""), |(key, value)| (key.trim(), value.trim()));
    if value.contains('\\') && value.starts_with('"') {
        return "in \"...\" a backslash begins an escape: write / in paths, or single quotes, as in 'a\\b.toml'".into();
    }
    if let Some(help) = comma(line, column) {
        return help;
    }
    let is_word =
        |text: &str| !text.is_empty() && text.chars().all(|c| c.is_alphanumeric() || "_-. ".contains(c));
    if let Some((key, _)) = line.split_once(':')
        && !line.contains('=')
        && is_word(key.trim())
    {
        return YAML.into();
    }
    let bare = value.split(['#', ',', '}']).next().unwrap_or_default().trim();
    match !key.is_empty() && is_word(bare) {
        true => format!("a value with letters is a text: write {key} = \"{bare}\""),
        false => String::new(),
    }
}

/// A number with a comma at or before the mistake.
fn comma(line: &str, column: usize) -> Option<String> {
    let chars: Vec<char> = line.chars().take(2000).collect();
    let is_digit = |at: usize| chars.get(at).is_some_and(char::is_ascii_digit);
    let near =
        |at: &usize| *at <= column && chars[*at] == ',' && is_digit(at.wrapping_sub(1)) && is_digit(at + 1);
    let at = (0..chars.len()).rfind(near)?;
    let back = |from: usize| (0..from).rev().take_while(|at| is_digit(*at) || chars[*at] == '.').count();
    let ahead = (at + 1..chars.len()).take_while(|at| is_digit(*at)).count();
    let (whole, part): (String, String) =
        (chars[at - back(at)..at].iter().collect(), chars[at + 1..=at + ahead].iter().collect());
    Some(match ahead {
        3 => format!("a number has no comma: write {whole}{part}, or {whole}.{part} for a decimal"),
        _ => format!("a decimal has a point: write {whole}.{part}"),
    })
}

/// For a key that is set twice: a message with its first place, and a help text. `start` is the byte of the second.
pub fn twice(text: &str, start: usize) -> (String, String) {
    let mut header = "";
    let lines: Vec<&str> = text.lines().map(str::trim).collect();
    let number = text.bytes().take(start).filter(|byte| *byte == b'\n').count();
    let Some(second) = lines.get(number) else { return ("this key is set twice".into(), String::new()) };
    if second.starts_with('[') {
        let name = second.trim_matches(['[', ']']).split(']').next().unwrap_or_default();
        let is_first = |line: &&str| {
            line.split('#').next().unwrap_or_default().trim() == format!("[{name}]")
                || line.strip_prefix(name).is_some_and(|rest| rest.starts_with(['.', ' ', '=']))
        };
        let first = lines[..number].iter().position(is_first);
        let help =
            format!("write all keys of it below one [{name}]; {name}.key = ... above it is the same table");
        return (told(&format!("[{name}]"), first), help);
    }
    let key_of = |line: &str| line.split_once('=').map(|(key, _)| key.trim().to_owned());
    let Some(key) = key_of(second) else { return ("this key is set twice".into(), String::new()) };
    let mut first = None;
    let section =
        lines[..number].iter().rev().find(|line| line.starts_with('[')).copied().unwrap_or_default();
    for (at, line) in lines[..number].iter().enumerate() {
        if line.starts_with('[') {
            header = line;
        } else if header == section && key_of(line).as_ref() == Some(&key) {
            first = Some(at);
        }
    }
    (told(&key, first), "leave one of the two out".into())
}

fn told(key: &str, first: Option<usize>) -> String {
    match first {
        Some(line) => format!("this key is set twice: line {} has {key} already", line + 1),
        None => format!("this key is set twice: {key}"),
    }
}
