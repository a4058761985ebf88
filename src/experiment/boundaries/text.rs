//! Boundary cases as a scenario file, which can be kept, read, and asked with `trace` and `job`.

use super::cases::Case;
use super::reference::{Act, DAY, Step, Story, Time};
use crate::engine::time::Span;
use crate::policy::{Deadline, Timings};
use crate::scenario::RunPlan;
use std::fmt::Write;

fn span(time: Time) -> String {
    Span::from_micros(time).to_string()
}

fn list(parts: impl Iterator<Item = String>) -> String {
    format!("[{}]", parts.collect::<Vec<String>>().join(", "))
}

/// The keys of a story.
pub(super) fn job(story: &Story) -> String {
    let mut text = String::new();
    let mut key = |key: &str, value: String| writeln!(text, "{key} = {value}").expect("text: memory");
    let when = |act: Act| story.acts.iter().find(|(_, done)| *done == act).map(|(at, _)| *at);
    let set = when(Act::SetShipping);
    let under_way = story.arrives.is_some() || story.late.is_some();
    let sent = match set {
        Some(at) if story.arrives.is_none_or(|arrives| at <= arrives) => Some(at),
        Some(_) => Some(0),
        None => under_way.then_some(0),
    };
    key("packs", format!("\"{}\"", sent.map_or("never".into(), span)));
    if let (Some(sent), Some(set)) = (sent, set) {
        if set > sent {
            key("announces", format!("\"+{}\"", span(set - sent)));
        }
    } else if sent.is_some() {
        key("announces", "\"never\"".into());
    }
    if let Some(sent) = sent {
        let transit = story.arrives.map_or("lost".into(), |arrives| span(arrives - sent));
        key("transit", format!("\"{transit}\""));
    }
    key("bytes", if story.copy > 0 { "\"86.4GB\"".into() } else { "\"0B\"".into() });
    let updates: Vec<Time> =
        story.acts.iter().filter(|(_, act)| *act == Act::Update).map(|(at, _)| *at).collect();
    if !updates.is_empty() {
        key("updates", list(updates.iter().map(|at| format!("\"{}\"", span(*at)))));
    }
    for (act, word) in [(Act::Cancel, "cancels"), (Act::Delete, "deletes")] {
        if let Some(at) = when(act) {
            key(word, format!("\"{}\"", span(at)));
        }
    }
    if !story.answers.is_empty() {
        let says = |wait| if wait { "wait" } else { "cancel" };
        let answers = story.answers.iter();
        let each = answers
            .map(|(after, wait)| format!("{{ after = \"{}\", says = \"{}\" }}", span(*after), says(*wait)));
        key("answers", format!("{{ missing_package = {} }}", list(each)));
    }
    if let Some(after) = story.reached.map(span) {
        let answer = format!("{{ after = \"{after}\" }}");
        key("answers", format!("{{ unannounced = {answer}, no_record = {answer} }}"));
    }
    if let Some(after) = story.return_fails {
        key("return_fails", format!("\"{}\"", span(after)));
    }
    if let (Some(late), Some(sent)) = (story.late, sent) {
        let later = span(late - sent);
        writeln!(text, "[[job.drive]]\n[[job.drive]]\ntravels = {{ later = \"{later}\" }}")
            .expect("text: memory");
    }
    text
}

/// The keys of a job whose return address is bad.
pub(super) fn bad_address(arrives: Time, answer: Time) -> String {
    format!(
        "packs = \"0s\"\ntransit = \"{}\"\nbytes = \"0B\"\nreturn_address = \"bad\"\nanswers = {{ bad_address = {{ after = \
         \"{}\" }} }}\n",
        span(arrives),
        span(answer)
    )
}

/// The keys of a job with a fault in this state.
pub(super) fn job_fault(state: &str, arrives: Time, after: Time, answer: Time) -> String {
    let (packs, transit, cause) = match state {
        "creating" => ("never", "lost".into(), "customs_hold"),
        "shipping" => ("0s", "lost".into(), "customs_hold"),
        "packaging" => ("0s", span(arrives), "account_refused"),
        _ => ("0s", span(arrives), "storage_inaccessible"),
    };
    format!(
        "packs = \"{packs}\"\ntransit = \"{transit}\"\nbytes = \"86.4GB\"\nfault = {{ cause = \"{cause}\", in = \"{state}\", \
         after = \"{}\" }}\nanswers = {{ job_fault = {{ after = \"{}\" }} }}\n",
        span(after),
        span(answer)
    )
}

/// The keys of a job whose only drive is faulty.
pub(super) fn drive_fault(arrives: Time, answer: Time) -> String {
    format!(
        "packs = \"0s\"\ntransit = \"{}\"\nbytes = \"0B\"\n[[job.drive]]\ncopy = \"wrong_key\"\nanswer = {{ after = \"{}\" \
         }}\n",
        span(arrives),
        span(answer)
    )
}

/// A scenario of these cases under the policy in force.
pub(super) fn scenario(name: &str, question: &str, slow: bool, policy: &Timings, cases: &[Case]) -> String {
    let mut text = format!(
        "# Made by shipback check --boundaries from the timings in force; every [[expect]] is what the documentation says.\n\
         name = \"{name}\"\nquestion = \"{question}\"\n\n[run]\nhorizon = \"{}\"\n\n[policy]\n",
        span(horizon(policy))
    );
    for setting in policy.settings() {
        let plain = ["true", "false"].contains(&setting.value.as_str()) || setting.key == "max_extensions";
        let value = if plain { setting.value } else { format!("\"{}\"", setting.value) };
        text += &format!("{} = {value}\n", setting.key);
    }
    if slow {
        text += "\n[site.bays]\nrate = \"1MB/s\"    # 86.4GB take a day\nservers_by_date = [{ from = \"0d\", until = \
                 \"5d\", servers = 0 }]\n\n[site.packing]\nper_package = \"1d\"\n";
    }
    for case in cases.iter().filter(|case| case.slow == slow) {
        text += &format!("\n# {}\n[[job]]\nname = \"{}\"\n{}", case.says, case.name, case.job);
        expectations(case, &mut text);
    }
    text
}

/// How often the longest deadline fits into a run: each case waits for some of them, one after the other.
const LENGTHS: Time = 12;

/// Long enough for every case.
fn horizon(policy: &Timings) -> Time {
    let lengths = Deadline::ALL.iter().map(|deadline| deadline.of(policy).micros());
    let longest = lengths.max().unwrap_or(0).max(Span::days(90).micros());
    LENGTHS * longest
}

/// Which deadline in force is too long for a case of it to fit into a run, if one is; in a sentence.
pub fn too_long(policy: &Timings) -> Option<String> {
    // A run and its drain are not longer than this together.
    let room = Span::LONGEST - RunPlan::DRAIN;
    let most = Span::days(room.micros() / LENGTHS / DAY);
    let long = Deadline::ALL.iter().find(|deadline| deadline.of(policy) > most)?;
    Some(format!(
        "policy.{} is {}: that is too long for boundary cases, which wait for up to {LENGTHS} such deadlines one after the \
         other, and no run is longer than 1,000 years; up to {most} can be judged",
        long.key(),
        long.of(policy)
    ))
}

fn expectations(case: &Case, text: &mut String) {
    let (name, told) = (&case.name, &case.told);
    let mut expect = |what: String| *text += &format!("[[expect]]\njob = \"{name}\"\n{what}\n");
    if !told.job.is_empty() {
        expect(format!("timeline = {}", life(&told.job)));
    }
    for (number, drive) in told.drives.iter().enumerate() {
        expect(format!("drive = {}\ntimeline = {}", number + 1, life(drive)));
    }
    if !told.places.is_empty() {
        expect(format!("disposition = {}", list(told.places.iter().map(|place| format!("\"{place}\"")))));
    }
    for (at, act) in &told.refused {
        let word = match act {
            Act::Update => "update",
            Act::SetShipping => "set_shipping",
            Act::Cancel => "cancel",
            Act::Delete => "delete",
        };
        expect(format!("refused = \"{word}\"\nat = \"{}\"", span(*at)));
    }
    for (at, rule) in &told.ruled {
        expect(format!("rule = \"{rule}\"\nat = \"{}\"\nat_least = 1", span(*at)));
    }
    if !told.follower.is_empty() {
        *text += &format!("[[expect]]\njob = \"{name}+1\"\ntimeline = {}\n", life(&told.follower));
    }
}

fn life(steps: &[Step]) -> String {
    list(steps.iter().map(|(at, state, rule)| format!("[\"{}\", \"{state}\", \"{rule}\"]", span(*at))))
}
