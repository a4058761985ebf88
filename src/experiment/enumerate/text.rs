//! A life as a scenario that `shipback check` reads: the jobs, and what the reference expects of them.

use super::life::{Life, Setting};
use crate::engine::time::Span;
use crate::experiment::reference::{Time, Told};
use crate::policy::{CaseKind, Disposition};
use crate::scenario::WrittenJob;
use crate::scenario::fate::{Announces, Answer, CopyOutcome, JourneyEnd, ReturnAddress, Says, Travels};
use std::fmt::{Debug, Write};

fn span(time: Time) -> String {
    Span::from_micros(time).to_string()
}

/// The tables `[run]` and `[site]` of a setting.
pub fn site(setting: Setting) -> String {
    let Setting { dock, bays, pack, between, stop } = setting;
    let run = match stop {
        None => "horizon = \"600d\"".to_string(),
        Some(stop) => format!("horizon = \"{}\"\nending = \"censor\"", span(stop)),
    };
    let mut text = format!("[run]\n{run}\n\n[site.bays]\nservers = 1000000\nrate = \"1MB/s\"\n");
    let closed = |from: Time, until: Time| {
        format!(
            "servers_by_date = [{{ from = \"{}\", until = \"{}\", servers = 0 }}]\n",
            span(from),
            span(until)
        )
    };
    if bays > 0 {
        text += &closed(0, bays);
    }
    text += "\n[site.dock]\nservers = 1000000\n";
    text.extend(dock.map(|(from, until)| closed(from, until)));
    write!(text, "\n[site.packing]\nservers = 1000000\nper_package = \"{}\"\n", span(pack))
        .expect("text: memory");
    write!(text, "\n[site.operations]\nservers = 1000000\nbetween_attempts = \"{}\"\n", span(between))
        .expect("text: memory");
    text
}

/// A life with what is expected of it.
pub fn scenario(life: &Life, told: &[Told], question: &str) -> String {
    let mut text =
        format!("question = \"{}\"\n\n{}", question.replace(['"', '\\'], "'"), site(life.base.setting));
    let jobs = life.written(0);
    let names: Vec<&str> = ["a", "n"][..jobs.len()].to_vec();
    for (job, name) in jobs.iter().zip(&names) {
        text += &format!("\n[[job]]\nname = \"{name}\"\n{}", keys(job));
    }
    let mut followers = 0;
    for (number, told) in told.iter().enumerate() {
        let name = match names.get(number) {
            Some(name) => (*name).to_string(),
            None => {
                followers += 1;
                format!("{}+{followers}", names[told.parent.unwrap_or(0).min(names.len() - 1)])
            }
        };
        text += &expectations(&name, told);
    }
    text
}

fn keys(job: &WrittenJob) -> String {
    let fate = &job.fate;
    let mut text = String::new();
    let mut key = |key: &str, value: String| writeln!(text, "{key} = {value}").expect("text: memory");
    if fate.export {
        key("type", "\"export\"".into());
    }
    key("packs", "\"0d\"".into());
    match fate.announces {
        Announces::After(at) => key("announces", format!("\"+{at}\"")),
        _ => key("announces", "\"never\"".into()),
    }
    match fate.inbound.ends {
        JourneyEnd::Lost => key("transit", "\"lost\"".into()),
        _ => key("transit", format!("\"{}\"", fate.inbound.transit)),
    }
    key("back", format!("\"{}\"", fate.back.transit));
    if fate.extras > 0 {
        key("extras", fate.extras.to_string());
    }
    if !fate.updates.is_empty() {
        let updates: Vec<String> = fate.updates.iter().map(|at| format!("\"{at}\"")).collect();
        key("updates", format!("[{}]", updates.join(", ")));
    }
    for (word, at) in
        [("deletes", fate.deletes), ("cancels", fate.cancels), ("return_fails", fate.return_fails)]
    {
        if let Some(at) = at {
            key(word, format!("\"{at}\""));
        }
    }
    if let ReturnAddress::Bad { noticed } = fate.return_address {
        key("return_address", "\"bad\"".into());
        key("noticed", format!("\"{}\"", noticed.name().to_lowercase()));
    }
    if let Some(fault) = fate.fault {
        let state = fault.state.name().to_lowercase();
        key(
            "fault",
            format!("{{ cause = \"customs_hold\", in = \"{state}\", after = \"{}\" }}", fault.after),
        );
    }
    if !job.answers.is_empty() {
        let kinds = job.answers.iter().map(|(kind, answers)| format!("{} = {}", word(*kind), list(answers)));
        key("answers", format!("{{ {} }}", kinds.collect::<Vec<_>>().join(", ")));
    }
    for (drive, drive_answer) in fate.drives.iter().zip(&job.drive_answers) {
        text += "[[job.drive]]\n";
        let mut key = |key: &str, value: String| writeln!(text, "{key} = {value}").expect("text: memory");
        key("bytes", format!("\"{}B\"", drive.bytes));
        match drive.travels {
            Travels::WithPackage => {}
            Travels::Later(at) => key("travels", format!("{{ later = \"{at}\" }}")),
            Travels::Never => key("travels", "\"never\"".into()),
            Travels::With(_) => key("travels", "{ with = \"n\" }".into()),
        }
        match drive.copy {
            CopyOutcome::Errors => key("copy", "\"errors\"".into()),
            CopyOutcome::WrongKey => key("copy", "\"wrong_key\"".into()),
            _ => {}
        }
        if drive_answer.attempt > 0 {
            key("answer", answer(drive_answer));
        }
    }
    text
}

fn word(kind: CaseKind) -> &'static str {
    match kind {
        CaseKind::Unannounced => "unannounced",
        CaseKind::NoRecord => "no_record",
        CaseKind::MissingPackage => "missing_package",
        CaseKind::BadAddress => "bad_address",
        _ => "job_fault",
    }
}

fn list(answers: &[Answer]) -> String {
    let each = answers.iter().map(|one| if one.attempt == 0 { "\"never\"".into() } else { answer(one) });
    format!("[{}]", each.collect::<Vec<String>>().join(", "))
}

fn answer(answer: &Answer) -> String {
    let says = if answer.says == Says::Wait { "wait" } else { "cancel" };
    format!("{{ attempt = {}, after = \"{}\", says = \"{says}\" }}", answer.attempt, answer.delay)
}

fn expectations(name: &str, told: &Told) -> String {
    let mut text = String::new();
    let mut expect = |what: String| text += &format!("\n[[expect]]\njob = \"{name}\"\n{what}\n");
    expect(format!("timeline = {}", steps(&told.job)));
    for (number, drive) in told.drives.iter().enumerate().filter(|(_, drive)| !drive.is_empty()) {
        expect(format!("drive = {}\ntimeline = {}", number + 1, steps(drive)));
    }
    // A package that never arrives is lost.
    let last = told.places.iter().map(|places| match places.last() {
        Some((_, Disposition::InTransitIn)) => "\"Lost\"".into(),
        Some((_, place)) => format!("\"{place:?}\""),
        None => "\"AtCustomer\"".into(),
    });
    let last: Vec<String> = last.collect();
    if !last.is_empty() {
        expect(format!("disposition = [{}]", last.join(", ")));
    }
    for (at, act) in &told.refused {
        expect(format!("refused = \"{act}\"\nat = \"{}\"", span(*at)));
    }
    text
}

fn steps<S: Debug>(steps: &[(Time, S, crate::policy::Rule)]) -> String {
    let each =
        steps.iter().map(|(at, state, rule)| format!("[\"{}\", \"{state:?}\", \"{rule}\"]", span(*at)));
    format!("[{}]", each.collect::<Vec<String>>().join(", "))
}
