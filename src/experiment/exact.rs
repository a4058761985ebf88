//! Expectations about scripted jobs, compared to the tick, in words that need no second look.

use super::replicate::{Life, Replication, Step};
use super::verdict::{Judgement, Verdict};
use crate::engine::time::Instant;
use crate::policy::{Disposition, DriveState, JobSignal, JobState, Rule, all_rules};
use crate::scenario::{Each, Expected, Fires, NamedJob, Shown};
use crate::world::{JobId, JobView};

/// Judges everything but metrics in one run; `None` for those.
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
    let of_it = |life: &Life| life.drive_steps.iter().any(|step| step.0 == number - 1);
    let Some(life) = life(run, job.id).filter(|life| of_it(life)) else {
        return no_such_job(job, format!("the life of {name}"), run);
    };
    let mine = life.drive_steps.iter().filter(|step| step.0 == number - 1);
    let steps: Vec<_> = mine.map(|&(_, at, to, rule)| (at, to, rule)).collect();
    same_life(&name, expected, &steps, run.stopped)
}

/// Compares two lives step by step; the first that differs is told.
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

fn judge_fires(fires: &Fires, run: &Replication) -> Judgement {
    let times = match (fires.least, fires.most) {
        (least, Some(most)) if least == most => format!("{least}"),
        (0, Some(most)) => format!("at most {most}"),
        (least, Some(most)) => format!("{least} to {most}"),
        (least, None) => format!("at least {least}"),
    };
    let whose = fires.job.as_ref().map_or("in the whole run".into(), |job| format!("for {}", job.name));
    let when = fires.at.map_or(String::new(), |at| format!(" at {at}"));
    let expected = format!("{} fires {times} times {whose}{when} ({})", fires.rule, cited(fires.rule));
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
        (_, true) => format!("it fired {count} times"),
        (None, _) => format!("it fired {count} times: at {}", when.join(", at ")),
        (Some(_), _) => format!("it fired {count} times then; for this job at {}", when.join(", at ")),
    };
    let good = count >= fires.least && fires.most.is_none_or(|most| count <= most);
    Judgement::new(verdict(good), expected, observed)
}

fn judge_refused(job: &NamedJob, acts: &[JobSignal], at: Option<Instant>, run: &Replication) -> Judgement {
    let act = acts.first().map_or("", |act| act.name());
    let when = at.map_or(String::new(), |at| format!(" at {at}"));
    let expected = format!("{act} of {} is refused{when}", job.name);
    let Some(life) = life(run, job.id) else { return no_such_job(job, expected, run) };
    let declined: Vec<_> = life.refused.iter().filter(|(_, act, _)| acts.contains(act)).collect();
    let good = declined.iter().any(|(found, ..)| at.is_none_or(|at| at == *found));
    let list: Vec<String> = declined.iter().map(|(at, _, state)| format!("at {at} in {state}")).collect();
    let observed = match list.is_empty() {
        true => "it was never refused: it was accepted, or never tried".to_string(),
        false => format!("refused {}", list.join(", ")),
    };
    Judgement::new(verdict(good), expected, observed)
}

/// What was seen of a job, however it was looked at.
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

    /// The last that was known of a job when the run stopped.
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
    let gone = past.and_then(|life| life.steps.last()).is_some_and(|step| step.to == JobState::Gone);
    if let Some(exists) = shown.exists {
        let word = |exists| if exists { "is found by Get Job" } else { "is not found by Get Job" };
        if exists != seen.is_some() {
            let observed = format!("it {}{}", word(seen.is_some()), because(past, shown.at));
            return Judgement::new(Verdict::Failed, format!("{name} {} {when}", word(exists)), observed);
        }
    }
    let expected = format!("{name} {when}: {}", wanted(shown));
    match (seen, past) {
        (Some(seen), _) => compare(shown, &seen, expected, because(past, shown.at)),
        (None, _) if shown.exists == Some(false) => {
            Judgement::new(Verdict::Met, expected, format!("not found{}", because(past, shown.at)))
        }
        (None, Some(_)) if shown.state == Some(JobState::Gone) && gone && shown.drives.is_none() => {
            let good = shown.at.is_none_or(|at| past.is_some_and(|life| life.steps[0].at <= at));
            Judgement::new(verdict(good), expected, format!("not found{}", because(past, shown.at)))
        }
        (None, Some(_)) => Judgement::new(
            Verdict::Failed,
            expected,
            format!("Get Job finds no such job{}", because(past, shown.at)),
        ),
        (None, None) => no_such_job(&shown.job, expected, run),
    }
}

fn wanted(shown: &Shown) -> String {
    let parts = [
        shown.state.map(|state| state.to_string()),
        shown.faulted.map(|faulted| if faulted { "faulted".into() } else { "not faulted".into() }),
        shown.percent.map(|percent| format!("{percent} % complete")),
        shown.drives.as_ref().map(|drives| format!("drives {}", each(drives))),
        shown.disposition.as_ref().map(|disposition| format!("drives are {}", each(disposition))),
        shown.exists.map(|exists| if exists { "found".into() } else { "not found".into() }),
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
    look(shown.exists, "found".into());
    Judgement::new(verdict(good), expected, parts.join(", ") + &because)
}

/// Nothing is true of no drive at all.
fn same<T: PartialEq>(wanted: &Each<T>, seen: &[T]) -> bool {
    match wanted {
        Each::All(word) => !seen.is_empty() && seen.iter().all(|seen| seen == word),
        Each::List(words) => words == seen,
    }
}
