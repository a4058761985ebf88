//! Reads `[[expect]]`: what `shipback check` judges.

use crate::engine::chance::Address;
use crate::engine::time::Instant;
use crate::error::advice;
use crate::policy::{Disposition, DriveState, JobSignal, JobState, Rule};
use crate::scenario::calendar::Calendar;
use crate::scenario::expect::*;
use crate::scenario::fate::MOST_DRIVES;
use crate::scenario::model::{Ending, RunPlan, WrittenJob};
use crate::scenario::node::{Node, Value};
use crate::scenario::quantity as q;
use crate::scenario::section::{Read, Refusal, Section};
use crate::scenario::source::Place;

const MOST: usize = 10_000;
const ABOUT: &str = "write one of metric, rule, refused and timeline, or for a job some of state, faulted, percent, \
                     drives, disposition and exists";

/// What the reader of an expectation needs from the rest of the file.
struct Context<'n> {
    calendar: &'n Calendar,
    jobs: &'n [WrittenJob],
    /// Instant at which the run stops; nothing can be seen from then on.
    stops: Instant,
}

/// All expectations.
pub fn expectations(
    top: &Section<'_>,
    calendar: &Calendar,
    jobs: &[WrittenJob],
    run: &RunPlan,
) -> Vec<Expectation> {
    let rows = top.rows("expect");
    if rows.len() > MOST {
        top.mistake("expect", format!("{} tables [[expect]]; allowed: up to 10,000", rows.len()));
        rows.iter().for_each(Section::ignore);
        return vec![];
    }
    let drain = match run.ending {
        Ending::Drain { limit } => limit,
        Ending::Censor => crate::engine::time::Span::ZERO,
    };
    let context = Context { calendar, jobs, stops: Instant::START + run.horizon + drain };
    rows.into_iter().map(Section::terse).filter_map(|row| expectation(&row, &context)).collect()
}

fn expectation(row: &Section<'_>, context: &Context<'_>) -> Option<Expectation> {
    let kinds = ["metric", "rule", "refused", "timeline"];
    let given: Vec<&str> = kinds.into_iter().filter(|key| row.has(key)).collect();
    let what = match given[..] {
        ["metric"] => metric(row),
        ["rule"] => fires(row, context),
        ["refused"] => refused(row, context),
        ["timeline"] => timeline(row, context),
        [] => shown(row, context),
        _ => {
            row.ignore();
            let message = format!("{} expects more than one thing: {}", row.title(), given.join(" and "));
            row.mistake("", Refusal::new(message, "write an [[expect]] for each"));
            None
        }
    };
    Some(Expectation { spot: spot(row, row.place()?), says: row.shown(), what: what? })
}

fn spot(row: &Section<'_>, place: Place) -> Spot {
    Spot(row.notes.sources.mistake(Some(place), String::new(), String::new()))
}

fn metric(row: &Section<'_>) -> Option<Expected> {
    let read = |key| row.read(key, |node| Ok((q::text(node)?, spot(row, node.place))));
    let metric = read("metric").needed();
    if row.node("job").is_some() {
        let help = "a metric is of all jobs of a run, or of one breakdown: write by = \"type=import\", or an [[expect]] of the \
                    job without metric";
        row.mistake("job", Refusal::new("job does not go with metric", help));
    }
    let (by, by_spot) = read("by").maybe().map_or((String::new(), None), |(by, spot)| (by, Some(spot)));
    let bound = |node: &Node| Ok((quantity(node)?, spot(row, node.place)));
    let mut least = row.read("at_least", bound).maybe();
    let mut most = row.read("at_most", bound).maybe();
    let within = row.read("within", |node| match &node.value {
        Value::List(ends) if ends.len() == 2 => Ok((bound(&ends[0])?, bound(&ends[1])?)),
        _ => Err(Refusal::new("two numbers are needed", "write it like within = [0.02, 0.04]")),
    });
    if let Some((low, high)) = within.maybe() {
        if least.is_some() || most.is_some() {
            row.mistake("within", "within does not go with at_least or at_most");
        }
        (least, most) = (Some(low), Some(high));
    }
    let bounds = ["at_least", "at_most", "within"];
    if bounds.iter().all(|key| !row.has(key)) {
        let help = "write at_most = \"21d\", at_least = \"95 %\" or within = [2, 3]";
        row.mistake("metric", Refusal::new(format!("{} has no bound", row.title()), help));
    }
    Some(Expected::Metric(Box::new(Bounds { metric: metric?, by: (by, by_spot), least, most })))
}

fn quantity(node: &Node) -> Read<Quantity> {
    match &node.value {
        Value::Text(text) if text.trim_end().ends_with('%') => q::chance(node).map(Quantity::Percent),
        Value::Text(text) if q::decimal(text.trim()).is_some() => {
            let number = text.trim();
            let help =
                format!("write \"{number} %\" for a share, \"{number}d\" for a time, {number} for a number");
            Err(Refusal::new(format!("{node} has no unit"), help))
        }
        Value::Text(_) => q::span(node).map(Quantity::Time),
        _ => q::number(node).map(Quantity::Plain),
    }
}

fn fires(row: &Section<'_>, context: &Context<'_>) -> Option<Expected> {
    let rule = row.read("rule", acting).needed();
    // Asking for the key makes it a known key, even where it is not given.
    let job = if row.node("job").is_some() { Some(job(row, context)?) } else { None };
    let at = at(row, context);
    let count = |key| row.read(key, q::whole(0..=u64::MAX >> 1)).maybe();
    let (exactly, least, most) = (count("fires"), count("at_least"), count("at_most"));
    let (exact, bound) = (row.has("fires"), row.has("at_least") || row.has("at_most"));
    if exact && bound {
        let help = "write fires = 1, or at_least and at_most";
        row.mistake("fires", Refusal::new("fires does not go with at_least or at_most", help));
        return None;
    }
    if !exact && !bound {
        let help = "write fires = 1, or at_least and at_most";
        let message = format!("{} does not say how often the rule fires", row.title());
        row.mistake("rule", Refusal::new(message, help));
        return None;
    }
    match (least, most) {
        (Some(least), Some(most)) if least > most => {
            row.mistake("at_most", "the upper bound is below the lower one");
        }
        (Some(0), None) if !row.has("at_most") => {
            let help = "write fires = 0 if it must never fire, or at_least = 1";
            row.mistake("at_least", Refusal::new("at_least = 0 cannot fail: no rule fires less often", help));
        }
        _ => {}
    }
    if at.is_some() && job.is_none() {
        row.mistake("at", Refusal::new("an instant goes with a job", "add job = \"lost\""));
    }
    Some(Expected::Fires(Fires {
        rule: rule?,
        job,
        at,
        least: exactly.or(least).unwrap_or(0),
        most: exactly.or(most),
    }))
}

/// Reads a rule that can fire. Of the invariants, only C3 is cited: by refusals.
fn acting(node: &Node) -> Read<Rule> {
    let rule = rule(node)?;
    if rule.holds() && rule != Rule::C3 {
        return Err(Refusal::new(
            format!("{rule} holds always and never fires"),
            "a rule that acts is needed",
        ));
    }
    Ok(rule)
}

fn rule(node: &Node) -> Read<Rule> {
    q::word(&words(Rule::ALL, Rule::name))(node)
}

fn words<T: Copy>(all: &[T], name: fn(T) -> &'static str) -> Vec<(&'static str, T)> {
    all.iter().map(|&word| (name(word), word)).collect()
}

fn job(row: &Section<'_>, context: &Context<'_>) -> Option<NamedJob> {
    let read = row.read("job", |node| {
        let name = q::text(node)?;
        let (base, generation) = match name.rsplit_once('+') {
            // Only this spelling: no job is named "lost+01".
            Some((base, number)) => {
                let plain = |parsed: &u16| *parsed > 0 && parsed.to_string() == number;
                (base, number.parse().ok().filter(plain))
            }
            None => (name.as_str(), Some(0)),
        };
        let found = context.jobs.iter().find(|job| job.name == base).map(|job| job.fate.id);
        if found.is_some() && generation.is_none() {
            let help = format!("the first job that follows from it is \"{base}+1\", the next \"{base}+2\"");
            return Err(Refusal::new(format!("no job that follows from another is named \"{name}\""), help));
        }
        match found.zip(generation) {
            Some((id, generation)) => Ok(NamedJob { id: Address { generation, ..id }, name }),
            None => {
                let names: Vec<&str> = context.jobs.iter().map(|job| job.name.as_str()).collect();
                let help = match names.is_empty() {
                    true => "only a scripted job can be judged, and this scenario has no [[job]]".into(),
                    false => advice(&name, &names),
                };
                Err(Refusal::new(format!("there is no scripted job \"{name}\""), help))
            }
        }
    });
    read.needed()
}

fn at(row: &Section<'_>, context: &Context<'_>) -> Option<Instant> {
    let read = row.read("at", |node| {
        let at = context.calendar.instant(node)?;
        if at < Instant::START {
            return Err("this is before the scenario starts".into());
        }
        if at > context.stops {
            let help = "a longer run.horizon shows more";
            return Err(Refusal::new(format!("the run stops at {} at the latest", context.stops), help));
        }
        Ok(at)
    });
    read.maybe()
}

fn refused(row: &Section<'_>, context: &Context<'_>) -> Option<Expected> {
    use JobSignal::*;
    let acts: [(&str, &[JobSignal]); 5] = [
        ("put", &[Put]),
        ("update", &[Update]),
        ("delete", &[Delete]),
        ("cancel", &[Cancel, CancelTooLate]),
        ("set_shipping", &[SetShipping, SetShippingIncomplete]),
    ];
    let acts = row.read("refused", q::word(&acts)).needed();
    let (job, at) = (job(row, context), at(row, context));
    Some(Expected::Refused(job?, acts?.to_vec(), at))
}

/// Reads the timeline of the job, or of a drive if `drive` is given.
fn timeline(row: &Section<'_>, context: &Context<'_>) -> Option<Expected> {
    let job = job(row, context);
    let number = row.read("drive", q::count(1..=MOST_DRIVES as u32)).maybe();
    if row.has("drive") {
        let life = steps(row, context, &words(&DriveState::ALL[1..], DriveState::name))?;
        return Some(Expected::DriveTimeline(job?, number? as u8, life));
    }
    let life = steps(row, context, &words(&JobState::ALL[1..], JobState::name))?;
    Some(Expected::Timeline(job?, life))
}

fn steps<S: Copy>(
    row: &Section<'_>,
    context: &Context<'_>,
    states: &[(&'static str, S)],
) -> Option<Vec<(Instant, S, Rule)>> {
    let node = row.node("timeline")?;
    row.explain_given("timeline", node);
    let wrong = |place, refusal: Refusal| {
        let message = format!("{}: {}", row.path_of("timeline"), refusal.message);
        row.notes.mistake(Some(place), Refusal { message, ..refusal });
    };
    let example = "write it like timeline = [[\"0d\", \"Creating\", \"J1\"], [\"1d\", \"Shipping\", \"J5\"]]";
    let given = match &node.value {
        Value::List(steps) if !steps.is_empty() => steps,
        _ => {
            wrong(node.place, Refusal::new("a list of instants, states and rules is needed", example));
            return None;
        }
    };
    let state = q::word(states);
    let mut life = vec![];
    for step in given {
        let [when, to, by] = match &step.value {
            Value::List(parts) if parts.len() == 3 => [&parts[0], &parts[1], &parts[2]],
            _ => {
                wrong(step.place, Refusal::new("an instant, a state and a rule are needed", example));
                continue;
            }
        };
        let (at, state, rule) = (context.calendar.instant(when), state(to), rule(by));
        match (at, state, rule) {
            (Ok(at), Ok(state), Ok(rule)) => life.push((at, state, rule)),
            (at, state, rule) => {
                at.map_err(|refusal| wrong(when.place, refusal)).ok();
                state.map_err(|refusal| wrong(to.place, refusal)).ok();
                rule.map_err(|refusal| wrong(by.place, refusal)).ok();
            }
        }
    }
    if life.iter().any(|step| step.0 < Instant::START) {
        wrong(node.place, "an instant is before the scenario starts".into());
    }
    if life.windows(2).any(|pair| pair[0].0 > pair[1].0) {
        wrong(node.place, "the instants are not in order".into());
    }
    Some(life)
}

fn shown(row: &Section<'_>, context: &Context<'_>) -> Option<Expected> {
    let (job, at) = (job(row, context), at(row, context));
    let drives = words(&DriveState::ALL[1..], DriveState::name);
    // Read all keys, even if the first is wrong.
    let nobody = || NamedJob { name: String::new(), id: Address { source: 0, ordinal: 0, generation: 0 } };
    let known = job.is_some();
    let shown = Shown {
        job: job.unwrap_or_else(nobody),
        at,
        state: row.read("state", q::word(&words(&JobState::ALL[1..], JobState::name))).maybe(),
        faulted: row.read("faulted", q::flag).maybe(),
        percent: row.read("percent", q::count(0..=100)).maybe().map(|percent| percent as u8),
        drives: row.read("drives", each(q::word(&drives))).maybe(),
        disposition: row
            .read("disposition", each(q::word(&words(Disposition::ALL, Disposition::name))))
            .maybe(),
        exists: row.read("exists", q::flag).maybe(),
    };
    let seen = ["state", "faulted", "percent", "drives", "disposition"];
    if !row.has("exists") && seen.iter().all(|key| !row.has(key)) {
        row.mistake("", Refusal::new(format!("{} expects nothing", row.title()), ABOUT));
    }
    if shown.exists == Some(false) && seen.iter().any(|key| row.has(key)) {
        row.mistake("exists", "of a job that does not exist, nothing else can be seen");
    }
    if let (Some(JobState::Gone), Some(at)) = (shown.state, shown.at)
        && let Some(key) =
            ["exists", "faulted", "percent", "drives", "disposition"].iter().find(|key| row.has(key))
    {
        let message = format!("of a job whose record is Gone at {at}, Get Job shows nothing else");
        let help = format!("leave {key} out, or leave at out: the last that was known is judged then");
        row.mistake(key, Refusal::new(message, help));
    }
    let none = [
        ("drives", shown.drives.as_ref().is_some_and(Each::is_empty)),
        ("disposition", shown.disposition.as_ref().is_some_and(Each::is_empty)),
    ];
    for (key, _) in none.into_iter().filter(|(_, empty)| *empty) {
        row.mistake(key, "no drive at all is nothing to judge");
    }
    if row.has("percent") && !row.has("at") {
        row.mistake("percent", Refusal::new("percent is judged at an instant", "add at = \"20d\""));
    }
    known.then_some(Expected::Shown(shown))
}

/// Reads one word for all drives, or a list.
fn each<T>(read: impl Fn(&Node) -> Read<T>) -> impl Fn(&Node) -> Read<Each<T>> {
    move |node| match &node.value {
        Value::List(nodes) => Ok(Each::List(nodes.iter().map(&read).collect::<Read<_>>()?)),
        _ => read(node).map(Each::All),
    }
}
