//! Reads `[[job]]`: scripted jobs, whose random inputs are written by hand.

use super::Names;
use super::job_parts as parts;
use crate::engine::chance::Address;
use crate::engine::time::{Instant, Span};
use crate::policy::CaseKind;
use crate::scenario::calendar::Calendar;
use crate::scenario::fate::{Announces, Answer, DriveFate, Fate, MOST_DRIVES};
use crate::scenario::model::WrittenJob;
use crate::scenario::node::Value;
use crate::scenario::quantity as q;
use crate::scenario::section::{Refusal, Section};
use std::collections::BTreeMap;

const MOST_JOBS: usize = 1_000_000;

/// What the reader of a scripted job needs from the rest of the file.
pub struct Context<'n> {
    pub names: &'n Names,
    pub calendar: &'n Calendar,
    /// The scripted jobs by name.
    pub addresses: BTreeMap<String, Address>,
}

/// Reads all scripted jobs. They form one source, after those of `[demand]`.
pub fn jobs(top: &Section<'_>, calendar: &Calendar, names: &Names) -> Vec<WrittenJob> {
    let rows = top.rows("job");
    if rows.len() > MOST_JOBS {
        top.mistake("job", format!("{} written jobs; allowed: up to 1,000,000", rows.len()));
        rows.iter().for_each(Section::ignore);
        return vec![];
    }
    let source = names.sources.len() as u16;
    let rows: Vec<Section<'_>> = rows.into_iter().map(Section::terse).collect();
    let mut addresses = BTreeMap::new();
    let mut called = Vec::with_capacity(rows.len());
    for (row, ordinal) in rows.iter().zip(0..) {
        let name = row.read("name", q::name).or(format!("job-{}", ordinal + 1));
        if addresses.insert(name.clone(), Address { source, ordinal, generation: 0 }).is_some() {
            row.mistake("name", format!("two jobs are called \"{name}\""));
        }
        if let Some(drawn) = drawn_by(&name, &names.sources) {
            row.mistake("name", format!("\"{name}\" is what a job of [demand.{drawn}] is called"));
        }
        called.push(name);
    }
    let context = Context { names, calendar, addresses };
    let job = |((row, name), ordinal): ((&Section<'_>, &String), u32)| {
        job(row, name, Address { source, ordinal, generation: 0 }, &context)
    };
    rows.iter().zip(&called).zip(0..).filter_map(job).collect()
}

/// The source whose jobs have names of this form: its name and a number from 1.
fn drawn_by<'n>(name: &str, sources: &'n [String]) -> Option<&'n String> {
    let (source, number) = name.rsplit_once('-')?;
    let number = number.parse::<u32>().ok().filter(|&number| number > 0)?;
    sources.iter().find(|known| *known == source && name == format!("{known}-{number}"))
}

fn job(row: &Section<'_>, name: &str, id: Address, context: &Context<'_>) -> Option<WrittenJob> {
    let ordered = row.read("at", |node| context.calendar.instant(node)).or(Instant::START);
    if ordered < Instant::START {
        row.mistake("at", "this job is ordered before the scenario starts");
    }
    if ordered > context.calendar.horizon {
        let end = context.calendar.epoch.format(context.calendar.horizon);
        row.warn("at", &format!("the job \"{name}\" is not measured: the measured window ends {end}"));
    }
    let export =
        row.read("type", q::word(&[("import", false), ("export", true)])).or_shown(false, "\"import\"");
    let class = row.read("class", |node| parts::one_of(&context.names.classes, "class", node)).maybe();
    let after = |key, read| row.read(key, move |node| parts::span_or_never(read, node)).maybe();
    let (drives, drive_answers) = drives(row, context, id);
    let packs = after("packs", "never").unwrap_or(Some(Span::DAY));
    let packs = parts::dated(row, "shipped", "packs", Some(ordered), context).map_or(packs, Some);
    let mut inbound = parts::journey(row, "carrier", "transit", context, false);
    let handed_over = packs.map(|packs| ordered + packs);
    if let Some(transit) = parts::dated(row, "delivered", "transit", handed_over, context) {
        inbound.transit = transit;
    }
    let fate = Fate {
        id,
        ordered,
        export,
        class: class.unwrap_or(0) as u8,
        account: row.read("account", q::count(0..=u32::MAX - 1)).or(0),
        verbose_log: row.read("verbose_log", q::flag).or(false),
        drives,
        extras: row.read("extras", q::count(0..=100)).or(0) as u8,
        packs,
        announces: announces(row),
        updates: updates(row),
        deletes: after("deletes", "never").unwrap_or(None),
        cancels: after("cancels", "never").unwrap_or(None),
        inbound,
        back: parts::journey(row, "back_carrier", "back", context, true),
        return_address: parts::return_address(row),
        fault: parts::fault(row),
        return_fails: after("return_fails", "never").unwrap_or(None),
        reorders: after("reorders", "never").unwrap_or(None),
        opening: 0,
        packing: 0,
    };
    Some(WrittenJob { name: name.to_string(), fate, answers: answers(row), drive_answers })
}

/// Reads `announces = "with package"`, `"+1d"`, `"never"` or `{ incomplete = "1d" }`.
fn announces(row: &Section<'_>) -> Announces {
    let Some(node) = row.node("announces") else { return Announces::After(Span::ZERO) };
    if let Value::Table(_) = node.value {
        let given =
            row.within("announces", node).and_then(|table| table.read("incomplete", q::span).needed());
        row.explain_given("announces", node);
        return Announces::Incomplete(given.unwrap_or_default());
    }
    let read = row.read("announces", |node| {
        let text = q::text(node)?;
        match text.replace([' ', '-'], "_").as_str() {
            "with_package" => Ok(Announces::After(Span::ZERO)),
            "never" => Ok(Announces::Never),
            _ => {
                let help = "allowed: \"with package\", \"+1d\" for a day after it, { incomplete = \"1d\" }, \"never\"";
                let span = text.trim_start_matches('+').parse().map_err(|why: String| Refusal::new(why, help))?;
                Ok(Announces::After(span))
            }
        }
    });
    read.maybe().unwrap_or(Announces::Never)
}

fn updates(row: &Section<'_>) -> Vec<Span> {
    let updates = row.read("updates", q::list(q::span)).maybe().unwrap_or_default();
    if updates.len() > 10_000 || updates.windows(2).any(|pair| pair[0] > pair[1]) {
        row.mistake("updates", "up to 10,000 updates are allowed, in the order in which they are made");
    }
    updates
}

/// Reads `drives = 3` equal drives, or one `[[job.drive]]` for each.
fn drives(row: &Section<'_>, context: &Context<'_>, id: Address) -> (Vec<DriveFate>, Vec<Answer>) {
    let rows = row.rows("drive");
    let bytes = row.read("bytes", q::bytes).maybe().unwrap_or(super::demand::USUAL_BYTES as u64);
    let count = row.read("drives", |node| match &node.value {
        Value::List(_) => Err(Refusal::new(
            "the number of drives is needed, but this is a list",
            "the drives one by one are [[job.drive]]",
        )),
        _ => q::count(1..=MOST_DRIVES as u32)(node),
    });
    let count = count.maybe();
    if rows.len() > MOST_DRIVES {
        row.mistake("drive", format!("{} drives; allowed: 1 to {MOST_DRIVES}", rows.len()));
    }
    if !rows.is_empty() && count.is_some_and(|count| count as usize != rows.len()) {
        row.mistake(
            "drives",
            format!("drives does not go with {} [[job.drive]]; one of them is enough", rows.len()),
        );
    }
    if rows.is_empty() {
        let count = count.unwrap_or(1) as usize;
        let alike = DriveFate {
            bytes,
            travels: crate::scenario::fate::Travels::WithPackage,
            copy: crate::scenario::fate::CopyOutcome::Clean,
            found_after: 0,
            work: [0; 4],
        };
        return (vec![alike; count], vec![Answer::NONE; count]);
    }
    rows.iter().map(|drive| parts::drive(drive, bytes, context, id)).unzip()
}

/// Reads `answers = { missing_package = [{ attempt = 1, after = "5d", says = "wait" }], ... }`.
fn answers(row: &Section<'_>) -> Vec<(CaseKind, Vec<Answer>)> {
    let Some(node) = row.node("answers") else { return vec![] };
    let Some(table) = row.within("answers", node) else { return vec![] };
    row.explain_given("answers", node);
    let kinds = [
        ("unannounced", CaseKind::Unannounced),
        ("no_record", CaseKind::NoRecord),
        ("missing_package", CaseKind::MissingPackage),
        ("bad_address", CaseKind::BadAddress),
        ("job_fault", CaseKind::JobFault),
    ];
    let given = |(key, kind): (&'static str, CaseKind)| Some((kind, parts::answers(&table, key)?));
    kinds.into_iter().filter_map(given).collect()
}
