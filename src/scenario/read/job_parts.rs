//! Reads the parts of a scripted job.

use super::job::Context;
use super::plan::word_of;
use crate::engine::chance::Address;
use crate::engine::time::{Instant, Span};
use crate::error::advice;
use crate::policy::JobState;
use crate::scenario::fate::{
    Answer, CopyOutcome, DriveFate, JobFault, JobFaultCause, Journey, JourneyEnd, ReturnAddress, Says,
    Travels,
};
use crate::scenario::model::FAULT_STATES;
use crate::scenario::node::{Node, Value};
use crate::scenario::quantity as q;
use crate::scenario::section::{Read, Refusal, Section};

/// Default transit.
const USUAL: Span = Span::from_micros(super::carrier::USUAL_TRANSIT as i64 * 1_000_000);

/// Reads a duration; `None` for the word that means never.
pub fn span_or_never(never: &str, node: &Node) -> Read<Option<Span>> {
    match &node.value {
        Value::Text(text) if text == never => Ok(None),
        _ => match q::span(node) {
            Ok(span) => Ok(Some(span)),
            Err(refusal) if refusal.help.is_empty() => {
                Err(Refusal { help: format!("\"{never}\" is allowed too"), ..refusal })
            }
            Err(refusal) => Err(Refusal { help: format!("{} or \"{never}\"", refusal.help), ..refusal }),
        },
    }
}

/// The number of a name in a list.
pub fn one_of(names: &[String], kind: &str, node: &Node) -> Read<usize> {
    let text = q::text(node)?;
    names.iter().position(|name| *name == text).ok_or_else(|| {
        let valid: Vec<&str> = names.iter().map(String::as_str).collect();
        Refusal::new(format!("there is no {kind} \"{text}\""), advice(&text, &valid))
    })
}

/// Reads the date at `key` as the duration from `since`. It replaces the duration at `instead`.
pub fn dated(
    row: &Section<'_>,
    key: &'static str,
    instead: &str,
    from: Option<Instant>,
    context: &Context<'_>,
) -> Option<Span> {
    let date = row.read(key, |node| context.calendar.instant(node)).maybe()?;
    if row.has(instead) {
        let (date, span) = (row.said(key, date), row.said(instead, ""));
        let message = format!("{key} is {date}, and {instead} is {span}: they say the same twice");
        row.mistake(key, Refusal::new(message, format!("leave {key} or {instead} out")));
        return None;
    }
    match from {
        Some(from) if from <= date => Some(date - from),
        Some(from) => {
            let before = context.calendar.epoch.format(from);
            let what = if key == "shipped" { "ordered" } else { "handed over" };
            row.mistake(key, format!("{}: the package is {what} later, {before}", row.path_of(key)));
            None
        }
        None => {
            row.mistake(
                key,
                Refusal::new(format!("{key} of a package that is never shipped"), "leave it out"),
            );
            None
        }
    }
}

/// Reads the way of a package: `transit = "3d"` or `"lost"`; on the way back also `"damaged"` and `{ damaged = "3d" }`.
pub fn journey(
    row: &Section<'_>,
    carrier: &'static str,
    key: &'static str,
    context: &Context<'_>,
    back: bool,
) -> Journey {
    let by = |key| row.read(key, |node| one_of(&context.names.carriers, "carrier", node)).maybe();
    let carrier = match (by(carrier), back) {
        (None, true) => by("carrier"),
        (given, _) => given,
    };
    let (transit, ends) = way(row, key, back);
    Journey { carrier: carrier.unwrap_or(0) as u8, transit, ends }
}

fn way(row: &Section<'_>, key: &'static str, back: bool) -> (Span, JourneyEnd) {
    let usual = (USUAL, JourneyEnd::Delivered);
    let Some(node) = row.node(key) else { return usual };
    if let (Value::Table(_), true) = (&node.value, back) {
        let damaged = row.within(key, node).and_then(|table| table.read("damaged", q::span).needed());
        row.explain_given(key, node);
        return (damaged.unwrap_or(USUAL), JourneyEnd::Damaged);
    }
    let read = row.read(key, |node| match &node.value {
        Value::Text(text) if text == "lost" => Ok((USUAL, JourneyEnd::Lost)),
        Value::Text(text) if text == "damaged" && back => Ok((USUAL, JourneyEnd::Damaged)),
        _ => match q::span(node) {
            Ok(span) => Ok((span, JourneyEnd::Delivered)),
            Err(refusal) => {
                let words = if back { "\"lost\", \"damaged\" or { damaged = \"3d\" }" } else { "\"lost\"" };
                Err(Refusal::new(refusal.message, format!("allowed: a duration such as \"3d\", {words}")))
            }
        },
    });
    read.maybe().unwrap_or(usual)
}

/// Reads `return_address = "good"` or `"bad"`, and when a bad one is `noticed`.
pub fn return_address(row: &Section<'_>) -> ReturnAddress {
    let bad = row.read("return_address", q::word(&[("good", false), ("bad", true)])).maybe().unwrap_or(false);
    let states = [JobState::Transferring, JobState::Packaging].map(|state| (word_of(state), state));
    let noticed = row.read("noticed", q::word(&states)).maybe();
    match (bad, noticed) {
        (true, noticed) => ReturnAddress::Bad { noticed: noticed.unwrap_or(JobState::Transferring) },
        (false, None) => ReturnAddress::Good,
        (false, Some(_)) => {
            row.mistake(
                "noticed",
                Refusal::new("a good return address is never noticed", "add return_address = \"bad\""),
            );
            ReturnAddress::Good
        }
    }
}

/// Reads `fault = { cause = "customs_hold", in = "shipping", after = "1d" }`.
pub fn fault(row: &Section<'_>) -> Option<JobFault> {
    let node = row.node("fault")?;
    let table = row.within("fault", node)?;
    row.explain_given("fault", node);
    let causes = [
        ("customs_hold", JobFaultCause::CustomsHold),
        ("account_refused", JobFaultCause::ReturnAccountRefused),
        ("storage_inaccessible", JobFaultCause::StorageInaccessible),
    ];
    let states = FAULT_STATES.map(|state| (word_of(state), state));
    let cause = table.read("cause", q::word(&causes)).needed();
    let state = table.read("in", q::word(&states)).needed();
    let after = table.read("after", q::span).maybe().unwrap_or_default();
    Some(JobFault { cause: cause?, state: state?, after })
}

/// Reads one `[[job.drive]]`.
pub fn drive(row: &Section<'_>, bytes: u64, context: &Context<'_>, id: Address) -> (DriveFate, Answer) {
    let bytes = row.read("bytes", q::bytes).maybe().unwrap_or(bytes);
    let copies = [
        ("clean", CopyOutcome::Clean),
        ("warnings", CopyOutcome::Warnings),
        ("errors", CopyOutcome::Errors),
        ("unreadable", CopyOutcome::Unreadable),
        ("wrong_key", CopyOutcome::WrongKey),
        ("broken_manifest", CopyOutcome::BrokenManifest),
    ];
    let copy = row.read("copy", q::word(&copies)).maybe().unwrap_or(CopyOutcome::Clean);
    let found_after = row.read("found_after", q::bytes).maybe().unwrap_or(0);
    if found_after > bytes {
        row.mistake("found_after", "found_after is more than the bytes on the drive");
    }
    if row.node("found_after").is_some() && !copy.is_fault() {
        row.mistake(
            "found_after",
            "found_after goes with copy = \"unreadable\", \"wrong_key\" or \"broken_manifest\"",
        );
    }
    let answer = answers(row, "answer").and_then(|answers| answers.first().copied());
    let drive = DriveFate { bytes, travels: travels(row, context, id), copy, found_after, work: [0; 4] };
    (drive, answer.unwrap_or(Answer::NONE))
}

/// Reads `travels = "with package"`, `"never"`, `{ later = "5d" }` or `{ with = "other job" }`.
fn travels(row: &Section<'_>, context: &Context<'_>, id: Address) -> Travels {
    let Some(node) = row.node("travels") else { return Travels::WithPackage };
    let Value::Table(_) = node.value else {
        let words = [("with_package", Travels::WithPackage), ("never", Travels::Never)];
        return row.read("travels", q::word(&words)).maybe().unwrap_or(Travels::WithPackage);
    };
    let Some(table) = row.within("travels", node) else { return Travels::WithPackage };
    row.explain_given("travels", node);
    let later = table.read("later", q::span).maybe();
    let with = table.read("with", |node| {
        let name = q::text(node)?;
        let names = || context.addresses.keys().map(String::as_str).collect::<Vec<_>>();
        match context.addresses.get(&name) {
            Some(other) if *other == id => Err("a drive of this very job travels with its package".into()),
            Some(other) => Ok(*other),
            None => Err(Refusal::new(format!("there is no job \"{name}\""), advice(&name, &names()))),
        }
    });
    match (later, with.maybe()) {
        (Some(later), None) => Travels::Later(later),
        (None, Some(other)) => Travels::With(other),
        _ => {
            let help = "allowed: \"with package\", \"never\", { later = \"5d\" }, { with = \"other-job\" }";
            let wanted = ["later", "with"].iter().filter(|key| table.node(key).is_some()).count();
            if wanted != 1 {
                row.mistake("travels", Refusal::new("one of later and with is needed", help));
            }
            Travels::WithPackage
        }
    }
}

/// Reads `{ attempt = 1, after = "5d", says = "wait" }`, "never", or a list of these, one for each occurrence.
pub fn answers(section: &Section<'_>, key: &'static str) -> Option<Vec<Answer>> {
    let node = section.node(key)?;
    let nodes: Vec<&Node> = match &node.value {
        Value::List(nodes) => nodes.iter().collect(),
        _ => vec![node],
    };
    let mut answers = vec![];
    for node in nodes {
        match &node.value {
            Value::Text(text) if text == "never" => answers.push(Answer::NONE),
            _ => answers.extend(answer(&section.within(key, node)?)),
        }
    }
    section.explain_given(key, node);
    Some(answers)
}

fn answer(table: &Section<'_>) -> Option<Answer> {
    let attempt = table.read("attempt", q::count(1..=1_000_000)).maybe().unwrap_or(1);
    let delay = table.read("after", q::span).needed();
    let says = table.read("says", q::word(&[("wait", Says::Wait), ("cancel", Says::Cancel)])).maybe();
    Some(Answer { attempt, delay: delay?, says: says.unwrap_or(Says::Wait) })
}
