//! Merges files and `--set` into one table.
//!
//! `extends = "base.toml"` names another file, relative to this one; its values apply unless this file sets them.
//! Tables are merged key by key: `[run]`, `[policy]`, `[site.dock]`, `[demand.NAME]` and the like. The value of one key
//! is replaced as a whole: a list, `[[sla]]`, `[[job]]` and `[[disruption]]`, a distribution, a table of shifts.
//! `name`, `question` and `[[expect]]` are never inherited. `key = "unset"` removes an inherited key. `replaces =
//! ["sla"]` says that a list is replaced on purpose.

pub mod inherit;
pub mod sets;

use super::hints::{Layers, words};
use super::node::{self, Entry, Node, Table, Value};
use super::source::Sources;
use crate::error::{Error, Mistakes, nearest};
use std::fs::File;
use std::io::{ErrorKind, Read};
use std::path::{Path, PathBuf};

/// The scenario that runs when no file is named.
pub const BASELINE: &str = include_str!("../../scenarios/baseline.toml");
/// Its name in messages.
pub const BASELINE_NAME: &str = "baseline.toml";
/// Largest scenario file, in bytes.
pub const MOST_BYTES: u64 = 16 << 20;
/// Most files in a chain of `extends`.
const MOST_FILES: usize = 16;

/// Whether two tables under this path of names are merged key by key.
pub(super) fn merges(path: &[String]) -> bool {
    let tables = ["run", "policy", "calendar", "customer", "faults", "site", "demand", "carrier", "cost"];
    let nested = ["site", "demand", "carrier", "calendar"];
    match path {
        [top] => tables.contains(&top.as_str()),
        [top, key] if top == "calendar" && key == "exceptions" => false,
        [top, _] => nested.contains(&top.as_str()),
        _ => false,
    }
}

/// The merged table of a scenario, the texts that its places refer to, and the changes made by merging.
#[derive(Debug)]
pub struct Raw {
    pub sources: Sources,
    pub table: Table,
    pub layers: Layers,
}

/// Reads the file at `path`, or the embedded baseline, and all that it extends.
pub fn load(path: Option<&Path>) -> Result<Raw, Error> {
    chain(match path {
        None => (BASELINE_NAME.to_string(), BASELINE.to_string(), None),
        Some(path) => first_text(path)?,
    })
}

/// Reads a text, and the embedded baseline if the text extends it.
pub fn load_text(name: &str, text: &str) -> Result<Raw, Error> {
    chain((name.into(), text.into(), None))
}

fn chain(first: Text) -> Result<Raw, Error> {
    let mut sources = Sources::default();
    let mut seen: Vec<PathBuf> = vec![];
    let mut layers: Vec<(Table, Option<Entry>)> = vec![];
    let mut next = Some(first);
    while let Some((name, text, file)) = next.take() {
        let number = sources.add(name, text);
        let mut table = node::parse(&sources, number).map_err(Mistakes)?;
        if !layers.is_empty() {
            table.remove("name");
            table.remove("question");
            // Expectations of the extended scenario need not hold for this one.
            table.remove("expect");
        }
        let extends = table.remove("extends");
        let replaces = table.remove("replaces");
        layers.push((table, replaces));
        seen.extend(file.clone().map(|file| file.canonicalize().unwrap_or(file)));
        if let Some(entry) = extends {
            let refuse = |message: String, help: String| {
                Error::from(Mistakes(vec![sources.mistake(Some(entry.node.place), message, help)]))
            };
            next = Some(base_text(&entry.node, file.as_deref(), &seen, layers.len(), &refuse)?);
        }
    }
    let (mut table, mut told) = (Table::default(), Layers::default());
    while let Some((layer, replaces)) = layers.pop() {
        let compared = told.compare(&table, &layer, replaces.as_ref(), &sources, &merges);
        compared.map_err(|mistake| Mistakes(vec![*mistake]))?;
        table.override_with(layer, &mut vec![], &merges);
    }
    Ok(Raw { sources, table, layers: told })
}

type Text = (String, String, Option<PathBuf>);

fn first_text(path: &Path) -> Result<Text, Error> {
    let name = path.display().to_string();
    match read_text(path) {
        Ok(_) if path.extension().is_some_and(|end| end.eq_ignore_ascii_case("csv")) => {
            let help = format!("a scenario names it, in TOML: [site] roster = \"{name}\"");
            Err(Error::Usage(format!("{name} is a table (CSV), not a scenario; {help}")))
        }
        Ok(text) => Ok((name, text, Some(path.to_path_buf()))),
        Err(Unread::Io(why)) if why.kind() == ErrorKind::NotFound => {
            if path == Path::new(BASELINE_NAME) || path == Path::new("baseline") {
                return Ok((BASELINE_NAME.into(), BASELINE.into(), None));
            }
            Err(Error::Usage(format!("there is no scenario file {name}{}", neighbours(path))))
        }
        Err(Unread::Io(why)) => Err(Error::Io { doing: "read", path: path.into(), why }),
        Err(Unread::Refused(message)) => {
            let mut sources = Sources::default();
            sources.add(name, "");
            Err(Mistakes(vec![sources.mistake(None, message, String::new())]).into())
        }
    }
}

fn base_text(
    node: &Node,
    file: Option<&Path>,
    seen: &[PathBuf],
    depth: usize,
    refuse: &dyn Fn(String, String) -> Error,
) -> Result<Text, Error> {
    let plain = |message: &str| refuse(format!("extends: {message}"), String::new());
    let Value::Text(base) = &node.value else {
        return Err(plain("the name of a scenario file is needed, such as \"baseline.toml\""));
    };
    if depth >= MOST_FILES {
        return Err(plain(&format!("more than {MOST_FILES} files extend one another")));
    }
    let path = file.and_then(Path::parent).unwrap_or(Path::new("")).join(base);
    if path.canonicalize().is_ok_and(|path| seen.contains(&path)) {
        return Err(plain("this file extends itself, by way of others or directly"));
    }
    match read_text(&path) {
        Ok(text) => Ok((path.display().to_string(), text, Some(path))),
        Err(Unread::Io(why)) if why.kind() == ErrorKind::NotFound && base == BASELINE_NAME => {
            Ok((BASELINE_NAME.into(), BASELINE.into(), None))
        }
        Err(Unread::Io(why)) => {
            let near = if why.kind() == ErrorKind::NotFound { neighbours(&path) } else { String::new() };
            let help = match base.as_str() {
                "baseline" => "the built-in scenario is \"baseline.toml\"".to_owned(),
                _ if !base.ends_with(".toml") => {
                    format!("write the whole name, relative to this file: extends = \"{base}.toml\"")
                }
                _ => "a path is relative to this file".to_owned(),
            };
            Err(refuse(format!("extends: cannot read {}: {why}{near}", path.display()), help))
        }
        Err(Unread::Refused(message)) => Err(plain(&format!("{}: {message}", path.display()))),
    }
}

/// The reason why a file was not read.
pub(super) enum Unread {
    Io(std::io::Error),
    Refused(String),
}

/// Reads a file of at most [`MOST_BYTES`].
pub(super) fn read_text(path: &Path) -> Result<String, Unread> {
    read_up_to(path, MOST_BYTES)
}

/// Reads a regular file up to a size limit. Pipes and devices are refused: a pipe could block, and a device may have no
/// end.
fn read_up_to(path: &Path, most: u64) -> Result<String, Unread> {
    let mebibytes = most >> 20;
    let kind = path.metadata().map_err(Unread::Io)?.file_type();
    if !kind.is_file() {
        let found = if kind.is_dir() { "a folder" } else { "a pipe or a device" };
        return Err(Unread::Refused(format!("it is {found}; allowed: a file of at most {mebibytes} MiB")));
    }
    let mut bytes = vec![];
    let file = File::open(path).map_err(Unread::Io)?;
    file.take(most + 1).read_to_end(&mut bytes).map_err(Unread::Io)?;
    if bytes.len() as u64 > most {
        return Err(Unread::Refused(format!("the file is larger than {mebibytes} MiB")));
    }
    String::from_utf8(bytes).map_err(|error| {
        if let Some(other) = words::encoding(error.as_bytes()) {
            return Unread::Refused(format!("the file is {other}; save it as UTF-8"));
        }
        let valid = &error.as_bytes()[..error.utf8_error().valid_up_to()];
        let line = valid.iter().filter(|byte| **byte == b'\n').count() + 1;
        Unread::Refused(format!("the file is not UTF-8: a byte on line {line} belongs to no character"))
    })
}

/// Reads a file of at most `most` bytes that is not a scenario.
///
/// # Errors
/// [`Error::Usage`] for a pipe, a device, a folder, a larger file, or bytes that are not text; [`Error::Io`] otherwise.
pub fn text_of(path: &Path, most: u64) -> Result<String, Error> {
    read_up_to(path, most).map_err(|why| match why {
        Unread::Io(why) => Error::Io { doing: "read", path: path.into(), why },
        Unread::Refused(message) => Error::Usage(format!("{}: {message}", path.display())),
    })
}

/// The scenario files in the same folder as `path`, the nearest name first.
fn neighbours(path: &Path) -> String {
    let folder = path.parent().filter(|folder| folder != &Path::new("")).unwrap_or(Path::new("."));
    let Ok(entries) = folder.read_dir() else { return format!(": there is no folder {}", folder.display()) };
    let toml = |name: &String| name.ends_with(".toml");
    let names = entries.flatten().map(|entry| entry.file_name().to_string_lossy().into_owned());
    let mut names: Vec<String> = names.filter(toml).take(1000).collect();
    names.sort();
    let wanted = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let wanted = if wanted.ends_with(".toml") { wanted } else { format!("{wanted}.toml") };
    let near = nearest(&wanted, names.iter().map(String::as_str));
    let meant =
        near.map(|near| format!("; did you mean {}?", folder.join(near).display())).unwrap_or_default();
    names.truncate(12);
    let list = names.join(", ");
    if list.is_empty() { meant } else { format!("{meant}; in {} there are: {list}", folder.display()) }
}
