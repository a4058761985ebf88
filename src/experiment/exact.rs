//! Judges expectations about scripted jobs: exact to the tick, and reported in full words.

use super::replicate::{Life, Replication, Step};
use super::verdict::{Judgement, Verdict};
use crate::engine::time::Instant;
use crate::policy::{Disposition, DriveState, JobSignal, JobState, Rule, all_rules};
use crate::scenario::{Each, Expected, Fires, NamedJob, Shown};
use crate::world::{JobId, JobView};

/// Judges an expectation in one run; `None` for expectations about metrics.
pub(super) fn judge(expected: &Expected, run: &Replication) -> Option<Judgement> {
    match expected {
        Expected::Metric(_) => None,
        Expected::Shown(shown) => Some(judge_shown(shown, run)),
        Expected::Timeline(job, steps) => Some(judge_timeline(job, steps, run)),
        Expected::DriveTimeline(job, number, steps) => Some(judge_drive(job, *number, steps, run)),
        Expected::Fires(fires) => Some(judge_fires(fires, run)),
        Expected::Refused(job, acts, at) => Some(judge_refused(job, acts, *at, run)),
    }
}

fn life(run: &Replication, job: JobId) -> Option<&Life> {
    run.lives.get(&job).filter(|life| !life.steps.is_empty())
}

fn no_such_job(job: &NamedJob, expected: String, run: &Replication) -> Judgement {
    let observed = format!("no job \"{}\" was ordered before the run stopped at {}", job.name, run.stopped);
    Judgement::new(Verdict::Nothing, expected, observed)
}

fn verdict(good: bool) -> Verdict {
    if good { Verdict::Met } else { Verdict::Failed }
}

/// "J6: Nothing received in the shipping interval: the customer is notified"
fn cited(rule: Rule) -> String {
    let says = all_rules().iter().find(|text| text.rule == rule).map_or("", |text| text.says);
    format!("{rule}: {}", says.trim_end_matches('.'))
}

fn told(at: Instant, to: impl std::fmt::Display, rule: Rule) -> String {
    format!("at {at} {to} ({})", cited(rule))
}

fn judge_timeline(job: &NamedJob, expected: &[(Instant, JobState, Rule)], run: &Replication) -> Judgement {
    let Some(life) = life(run, job.id) else {
        return no_such_job(job, format!("the life of {}", job.name), run);
    };
    let steps: Vec<_> = life.steps.iter().map(|step| (step.at, step.to, step.rule)).collect();
    same_life(&job.name, expected, &steps, run.stopped)
}

fn judge_drive(
    job: &NamedJob,
    number: u8,
    expected: &[(Instant, DriveState, Rule)],
    run: &Replication,
) -> Judgement {
    let name = format!("drive {number} of {}", job.name);
    let subject = format!("the life of {name}");
    let Some(life) = life(run, job.id) else { return no_such_job(job, subject, run) };
    let mine = life.drive_steps.iter().filter(|step| step.0 == number - 1);
    let steps: Vec<_> = mine.map(|&(_, at, to, rule)| (at, to, rule)).collect();
    if steps.is_empty() {
        let listed = life.drive_steps.iter().map(|step| step.0 + 1).max().unwrap_or(0);
        let observed = match listed {
            0 => format!("no drive of {} was ever listed or registered", job.name),
            1 => format!("{} has no drive {number}: it has one drive", job.name),
            _ => format!("{} has no drive {number}: it has {listed}", job.name),
        };
        return Judgement::new(Verdict::Nothing, subject, observed);
    }
    same_life(&name, expected, &steps, run.stopped)
}

/// Compares two lives step by step, and reports the first step that differs.
fn same_life<S: Copy + PartialEq + std::fmt::Display>(
    whose: &str,
    expected: &[(Instant, S, Rule)],
    steps: &[(Instant, S, Rule)],
    stopped: Instant,
) -> Judgement {
    let parts = (0..expected.len().max(steps.len())).find(|&at| expected.get(at) != steps.get(at));
    let Some(place) = parts else {
        let whole = format!("the life of {whose}, {} steps to the tick", expected.len());
        return Judgement::new(Verdict::Met, whole, "the same");
    };
    let show = |step: Option<&(Instant, S, Rule)>, none: String| {
        step.map_or(none, |&(at, to, rule)| told(at, to, rule))
    };
    let wanted = show(expected.get(place), "nothing more".into());
    let seen = show(steps.get(place), format!("nothing more; the run stopped at {stopped}"));
    let subject = format!("{whose}, step {} of its life: {wanted}", place + 1);
    let mut judgement = Judgement::new(Verdict::Failed, subject, seen);
    if let (Some(wanted), Some(seen)) = (expected.get(place), steps.get(place))
        && (wanted.1, wanted.2) == (seen.1, seen.2)
    {
        let (early, late) = (seen.0 < wanted.0, seen.0.max(wanted.0) - seen.0.min(wanted.0));
        let which = if early { "early" } else { "late" };
        judgement.notes.push(format!("the same step, {late} too {which}"));
    }
    judgement
}

fn times(count: u64) -> String {
    format!("{count} time{}", if count == 1 { "" } else { "s" })
}

fn judge_fires(fires: &Fires, run: &Replication) -> Judgement {
    let wanted = match (fires.least, fires.most) {
        (least, Some(most)) if least == most => times(least),
        (0, Some(most)) => format!("at most {}", times(most)),
        (least, Some(most)) => format!("{least} to {}", times(most)),
        (least, None) => format!("at least {}", times(least)),
    };
    let whose = fires.job.as_ref().map_or("in the whole run".into(), |job| format!("for {}", job.name));
    let when = fires.at.map_or(String::new(), |at| format!(" at {at}"));
    let expected = format!("{} fires {wanted} {whose}{when} ({})", fires.rule, cited(fires.rule));
    let (count, when) = match &fires.job {
        None => (run.counts.rules[fires.rule.index()].times, vec![]),
        Some(job) => {
            let Some(life) = life(run, job.id) else { return no_such_job(job, expected, run) };
            let fired = life.rules.iter().filter(|(_, rule)| *rule == fires.rule).map(|(at, _)| *at);
            let when: Vec<Instant> = fired.collect();
            (when.iter().filter(|&&at| fires.at.is_none_or(|wanted| wanted == at)).count() as u64, when)
        }
    };
    let when: Vec<String> = when.iter().map(Instant::to_string).collect();
    let observed = match (fires.at, when.is_empty()) {
        (_, true) => format!("it fired {}", times(count)),
        (None, _) => format!("it fired {}: at {}", times(count), when.join(", at ")),
        (Some(_), _) => format!("it fired {} then; for this job at {}", times(count), when.join(", at ")),
    };
    let good = count >= fires.least && fires.most.is_none_or(|most| count <= most);
    Judgement::new(verdict(good), expected, observed)
}

/// The rules that accept a request of the customer.
const fn accepts(act: JobSignal) -> &'static [Rule] {
    match act {
        JobSignal::Put => &[Rule::J1],
        JobSignal::Update => &[Rule::J2],
        JobSignal::Delete => &[Rule::J4, Rule::J21],
        JobSignal::Cancel => &[Rule::C2, Rule::J8],
        JobSignal::SetShipping => &[Rule::J5],
        _ => &[],
    }
}

fn judge_refused(job: &NamedJob, acts: &[JobSignal], at: Option<Instant>, run: &Replication) -> Judgement {
    let act = acts.first().map_or("", |act| act.name());
    let when = at.map_or(String::new(), |at| format!(" at {at}"));
    let expected = format!("{act} of {} is refused{when}", job.name);
    let Some(life) = life(run, job.id) else { return no_such_job(job, expected, run) };
    let declined: Vec<_> = life.refused.iter().filter(|(_, act, _)| acts.contains(act)).collect();
    let by = |rule: &Rule| acts.iter().any(|act| accepts(*act).contains(rule));
    let accepted = life.accepted.iter().filter(|(_, rule)| by(rule));
    let list =
        |told: Vec<String>, how: &str| (!told.is_empty()).then(|| format!("{how} {}", told.join(", ")));
    let refused = declined.iter().map(|(at, _, state)| format!("at {at} in {state}")).collect();
    let done = accepted.map(|(at, rule)| format!("at {at} ({})", cited(*rule))).collect();
    let observed: Vec<String> =
        [list(refused, "refused"), list(done, "accepted")].into_iter().flatten().collect();
    if observed.is_empty() {
        let never = format!("{act} of {} was neither refused nor accepted: it was never tried", job.name);
        return Judgement::new(Verdict::Nothing, expected, never);
    }
    let good = declined.iter().any(|(found, ..)| at.is_none_or(|at| at == *found));
    Judgement::new(verdict(good), expected, observed.join("; "))
}

/// The state of a job, seen through Get Job or taken from the end of its life.
struct Seen {
    state: JobState,
    base: JobState,
    percent: Option<u8>,
    drives: Vec<(DriveState, Disposition)>,
}

impl Seen {
    fn shown(view: &JobView) -> Seen {
        let drives = view.drives.iter().map(|drive| (drive.state, drive.disposition)).collect();
        Seen { state: view.state, base: view.base, percent: Some(view.percent_complete), drives }
    }

    /// The last known state of a job when the run stopped.
    fn last(life: &Life) -> Seen {
        let last = |good: fn(&&Step) -> bool| {
            life.steps.iter().rev().find(good).map_or(JobState::Absent, |step| step.to)
        };
        let (state, base) = (last(|_| true), last(|step| step.to != JobState::Faulted));
        Seen { state, base, percent: None, drives: life.drives.values().copied().collect() }
    }
}

fn judge_shown(shown: &Shown, run: &Replication) -> Judgement {
    let name = &shown.job.name;
    let when = shown.at.map_or("at the end".into(), |at| format!("at {at}"));
    let past = life(run, shown.job.id);
    let seen = match shown.at {
        None => past.map(Seen::last),
        Some(at) => run.views.get(&(at, shown.job.id)).and_then(Option::as_ref).map(Seen::shown),
    };
    let why = because(past, shown.at);
    if let Some(exists) = shown.exists {
        // If no job could have had this name yet, "not found" would be no evidence.
        if seen.is_none() && past.is_none() && life(run, shown.job.before()).is_none() {
            return no_such_job(&shown.job, format!("{name} {}", found(exists, shown.at)), run);
        }
        let alone = !shown.looks_at_more();
        if exists != seen.is_some() || alone {
            let expected = format!("{name} {}", found(exists, shown.at));
            let observed = format!("it {}{why}", found(seen.is_some(), shown.at));
            return Judgement::new(verdict(exists == seen.is_some()), expected, observed);
        }
    }
    let expected = format!("{name} {when}: {}", wanted(shown));
    let gone = past.and_then(|life| life.steps.last()).is_some_and(|step| step.to == JobState::Gone);
    match (seen, past) {
        (Some(seen), _) => compare(shown, &seen, expected, why),
        // A record that is gone shows nothing but that it is gone.
        (None, Some(past)) if shown.state == Some(JobState::Gone) && gone && shown.only_state() => {
            let good = shown.at.is_none_or(|at| past.steps[0].at <= at);
            Judgement::new(verdict(good), expected, format!("not found{why}"))
        }
        (None, Some(_)) => {
            Judgement::new(Verdict::Failed, expected, format!("Get Job finds no such job{why}"))
        }
        (None, None) => no_such_job(&shown.job, expected, run),
    }
}

/// Without an instant, a job exists if it was ever created, even long after its record is gone.
fn found(exists: bool, at: Option<Instant>) -> String {
    match (exists, at) {
        (true, Some(at)) => format!("is found by Get Job at {at}"),
        (false, Some(at)) => format!("is not found by Get Job at {at}"),
        (true, None) => "was ordered".into(),
        (false, None) => "was never ordered".into(),
    }
}

fn wanted(shown: &Shown) -> String {
    let parts = [
        shown.state.map(|state| state.to_string()),
        shown.faulted.map(|faulted| if faulted { "faulted".into() } else { "not faulted".into() }),
        shown.percent.map(|percent| format!("{percent} % complete")),
        shown.drives.as_ref().map(|drives| format!("drives {}", each(drives))),
        shown.disposition.as_ref().map(|disposition| format!("drives are {}", each(disposition))),
        shown.exists.map(|exists| match (exists, shown.at) {
            (true, Some(_)) => "found".into(),
            (true, None) => "ordered".into(),
            (false, _) => "not found".into(),
        }),
    ];
    parts.into_iter().flatten().collect::<Vec<String>>().join(", ")
}

fn each<T: std::fmt::Display>(words: &Each<T>) -> String {
    match words {
        Each::All(word) => format!("all {word}"),
        Each::List(words) => list(words),
    }
}

fn list<T: std::fmt::Display>(words: &[T]) -> String {
    let words: Vec<String> = words.iter().map(T::to_string).collect();
    if words.is_empty() { "none".into() } else { words.join(", ") }
}

/// ", Closed since 44d (J9: ...)": the last step up to an instant.
fn because(past: Option<&Life>, at: Option<Instant>) -> String {
    let Some(life) = past else { return String::new() };
    match life.steps.iter().rev().find(|step| at.is_none_or(|at| step.at <= at)) {
        Some(step) => format!("; {}", told(step.at, step.to, step.rule)),
        None => format!("; it is ordered at {}", life.steps[0].at),
    }
}

fn compare(shown: &Shown, seen: &Seen, expected: String, because: String) -> Judgement {
    let (states, places): (Vec<DriveState>, Vec<Disposition>) = seen.drives.iter().copied().unzip();
    let faulted = seen.state == JobState::Faulted;
    let base = shown.faulted.is_some() && shown.state != Some(JobState::Faulted);
    let state = if base { seen.base } else { seen.state };
    let mut good = true;
    let mut parts = vec![];
    let mut look = |same: Option<bool>, words: String| {
        if let Some(same) = same {
            good &= same;
            parts.push(words);
        }
    };
    look(shown.state.map(|wanted| wanted == state), state.to_string());
    look(
        shown.faulted.map(|wanted| wanted == faulted),
        if faulted { "faulted".into() } else { "not faulted".into() },
    );
    let percent = seen.percent.unwrap_or(0);
    look(shown.percent.map(|wanted| wanted == percent), format!("{percent} % complete"));
    look(shown.drives.as_ref().map(|wanted| same(wanted, &states)), format!("drives {}", list(&states)));
    look(
        shown.disposition.as_ref().map(|wanted| same(wanted, &places)),
        format!("drives are {}", list(&places)),
    );
    look(shown.exists, if shown.at.is_some() { "found".into() } else { "ordered".into() });
    Judgement::new(verdict(good), expected, parts.join(", ") + &because)
}

/// An expectation about all drives fails if there is no drive.
fn same<T: PartialEq>(wanted: &Each<T>, seen: &[T]) -> bool {
    match wanted {
        Each::All(word) => !seen.is_empty() && seen.iter().all(|seen| seen == word),
        Each::List(words) => words == seen,
    }
}
