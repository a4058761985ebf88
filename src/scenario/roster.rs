//! `[site] roster = "people.csv"`: staff by station and dates, one row for each person or group.

use super::load::{Unread, read_text};
use super::node::{Node, Table, Value};
use super::source::{Place, Sources};
use crate::error::{Mistake, Mistakes, advice};
use csv::{ReaderBuilder, StringRecord, Trim};

/// The columns, in any order.
const COLUMNS: [&str; 4] = ["station", "from", "until", "servers"];
const STATIONS: [&str; 5] = ["dock", "preparation", "bays", "packing", "operations"];
/// Most rows of a file.
const MOST_ROWS: usize = 100_000;
/// Most mistakes of one file that are reported.
const MOST_TOLD: usize = 20;

/// Moves the rows of the file to the `roster` of their stations. So the resolved scenario and its hash contain the
/// rows, not the name of a file that may change.
///
/// # Errors
/// A file that cannot be read, a wrong header, a row with an empty field or an unknown station.
pub fn settle(table: &mut Table, sources: &mut Sources) -> Result<(), Mistakes> {
    let Some(Value::Table(site)) = table.get_mut("site").map(|entry| &mut entry.node.value) else {
        return Ok(());
    };
    let Some(entry) = site.remove("roster") else { return Ok(()) };
    let place = entry.node.place;
    let refuse = |sources: &Sources, message: String, help: &str| {
        Mistakes(vec![sources.mistake(Some(place), format!("site.roster: {message}"), help.into())])
    };
    let Value::Text(name) = &entry.node.value else {
        let message = format!("the name of a file is needed, but this is {}", entry.node.kind());
        return Err(refuse(sources, message, "write it like \"people.csv\""));
    };
    let path = sources.folder(place).join(name);
    let text = read_text(&path).map_err(|why| match why {
        Unread::Io(why) => {
            let help = super::ics::RELATIVE;
            refuse(sources, format!("{}: cannot be read: {why}", path.display()), help)
        }
        Unread::Refused(message) => refuse(sources, format!("{}: {message}", path.display()), ""),
    })?;
    let source = sources.add(path.display().to_string(), text);
    let rows = rows(sources, source).map_err(Mistakes)?;
    let mut wrong = vec![];
    for (station, row) in rows {
        if let Err(mistake) = add(site, sources, place, &station, row) {
            wrong.push(*mistake);
        }
    }
    wrong.truncate(MOST_TOLD);
    if wrong.is_empty() { Ok(()) } else { Err(Mistakes(wrong)) }
}

/// The rows, each with the node of its station.
fn rows(sources: &Sources, source: u32) -> Result<Vec<(Node, Table)>, Vec<Mistake>> {
    let text = sources.text(source);
    let mistake =
        |place: Place, message: String, help: &str| sources.mistake(Some(place), message, help.to_owned());
    let mut reader = ReaderBuilder::new()
        .trim(Trim::All)
        .comment(Some(b'#'))
        .has_headers(false)
        .from_reader(text.strip_prefix('\u{feff}').unwrap_or(text).as_bytes());
    let skipped = text.len() - text.strip_prefix('\u{feff}').unwrap_or(text).len();
    let (mut columns, mut rows, mut wrong) = (None::<Vec<usize>>, vec![], vec![]);
    for record in reader.records() {
        let record = record.map_err(|why| {
            let start = why.position().map_or(0, |at| at.byte() as usize) + skipped;
            let found = match why.kind() {
                csv::ErrorKind::UnequalLengths { expected_len, len, .. } => {
                    format!("this row has {len} fields, but the first one has {expected_len}")
                }
                other => format!("no CSV: {other:?}"),
            };
            vec![mistake(
                line(text, source, start),
                found,
                "write a row like dock,2026-03-02 08:00,2026-03-02 16:00,1",
            )]
        })?;
        let start = record.position().map_or(0, |at| at.byte() as usize) + skipped;
        let Some(columns) = &columns else {
            columns = Some(
                head(&record)
                    .map_err(|(found, help)| vec![mistake(line(text, source, start), found, &help)])?,
            );
            continue;
        };
        if rows.len() == MOST_ROWS {
            let message = format!("more than {MOST_ROWS} rows");
            return Err(vec![mistake(line(text, source, start), message, "")]);
        }
        let fields = fields(text, source, start, &record);
        if let Some(empty) = columns.iter().position(|column| record[*column].is_empty()) {
            wrong.push(mistake(line(text, source, start), format!("no {} in this row", COLUMNS[empty]), ""));
            continue;
        }
        let mut row = Table::default();
        for (name, column) in COLUMNS.iter().zip(columns).skip(1) {
            row.set(name, fields[*column].place, fields[*column].clone());
        }
        rows.push((fields[columns[0]].clone(), row));
    }
    if rows.is_empty() && wrong.is_empty() {
        let help = "the first line is station,from,until,servers; each line after it is a person or a group";
        wrong.push(mistake(line(text, source, 0), "there is no row in this file".into(), help));
    }
    wrong.truncate(MOST_TOLD);
    if wrong.is_empty() { Ok(rows) } else { Err(wrong) }
}

/// The position of each of [`COLUMNS`] in the header.
fn head(record: &StringRecord) -> Result<Vec<usize>, (String, String)> {
    let names: Vec<&str> = record.iter().collect();
    let help = "the first line is station,from,until,servers, with commas between";
    if let Some(sign) = [';', '\t'].into_iter().find(|sign| names.iter().any(|name| name.contains(*sign))) {
        let sign = if sign == '\t' { "tabs".to_owned() } else { format!("\"{sign}\"") };
        return Err((format!("the columns are separated by {sign}, but commas are needed"), help.into()));
    }
    if let Some(other) = names.iter().find(|name| !COLUMNS.contains(name)) {
        return Err((
            format!("a roster has no column \"{other}\""),
            format!("{}; {help}", advice(other, &COLUMNS)),
        ));
    }
    let twice = (1..names.len()).find(|at| names[..*at].contains(&names[*at]));
    if let Some(twice) = twice {
        return Err((format!("the column \"{}\" stands twice", names[twice]), help.into()));
    }
    let at = |column: &&str| {
        let found = names.iter().position(|name| name == column);
        found.ok_or_else(|| (format!("the column \"{column}\" is missing"), help.to_owned()))
    };
    COLUMNS.iter().map(at).collect()
}

/// The fields of a row, each with its place.
fn fields(text: &str, source: u32, start: usize, record: &StringRecord) -> Vec<Node> {
    let mut from = start;
    let field = |field: &str| {
        let at = text[from..].find(field).map_or(from, |at| from + at);
        from = at + field.len();
        let value = match field.parse::<i128>() {
            Ok(number) => Value::Whole(number),
            Err(_) => Value::Text(field.into()),
        };
        Node { place: Place::new(source, at..from), value }
    };
    record.iter().map(field).collect()
}

/// The line that begins at `start`.
fn line(text: &str, source: u32, start: usize) -> Place {
    let length = text[start..].find(['\r', '\n']).unwrap_or(text.len() - start);
    Place::new(source, start..start + length)
}

/// Adds a row to the `roster` of its station; `place` is that of the file's name.
fn add(
    site: &mut Table,
    sources: &Sources,
    place: Place,
    station: &Node,
    row: Table,
) -> Result<(), Box<Mistake>> {
    let refuse =
        |message: String, help: String| Box::new(sources.mistake(Some(station.place), message, help));
    let name = match &station.value {
        Value::Text(name) if STATIONS.contains(&name.as_str()) => name.as_str(),
        _ => {
            let name = station.to_string();
            let name = name.trim_matches('"');
            return Err(refuse(format!("there is no station \"{name}\""), advice(name, &STATIONS)));
        }
    };
    if site.get(name).is_none() {
        if name == "preparation" {
            let help = "add a table [site.preparation] with per_drive, or leave these rows out";
            return Err(refuse("the scenario has no preparation".into(), help.into()));
        }
        site.set(name, place, Node { place, value: Value::Table(Table::default()) });
    }
    let Some(Value::Table(table)) = site.get_mut(name).map(|entry| &mut entry.node.value) else {
        return Ok(());
    };
    let row = Node { place: station.place, value: Value::Table(row) };
    match table.get_mut("roster").map(|entry| &mut entry.node.value) {
        Some(Value::List(rows)) => rows.push(row),
        Some(_) => {}
        None => table.set("roster", place, Node { place, value: Value::List(vec![row]) }),
    }
    Ok(())
}
