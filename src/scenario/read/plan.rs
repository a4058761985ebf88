//! `[run]` and `[policy]`.

use super::calendar::calendars;
use crate::engine::calendar::Epoch;
use crate::engine::time::{Instant, Span};
use crate::policy::{Deadline, JobState, Policy, Timings};
use crate::scenario::calendar::Calendar;
use crate::scenario::model::{Ending, RunPlan};
use crate::scenario::quantity as q;
use crate::scenario::section::{Refusal, Section};
use crate::scenario::times;
use jiff::civil::Date;
use jiff::tz::TimeZone;

/// Default start: the first day of a year.
const START: Date = jiff::civil::date(2026, 1, 1);

/// Reads `[run]` and the calendar; the run is `None` after a mistake. The calendar is always usable, so that reading
/// can go on.
pub fn calendar_and_run(top: &Section<'_>) -> (Calendar, Option<RunPlan>) {
    let run = top.section("run");
    let seed = run.read("seed", q::seed).or(1);
    let start = run.read("start", times::date).or_shown(START, format!("\"{START}\""));
    let zone = run.read("zone", times::zone).or_shown(TimeZone::UTC, "\"UTC\"");
    let warmup = run.read("warmup", q::span).or_shown(Span::ZERO, "\"0d\"");
    let horizon = run.read("horizon", q::some_span).or_shown(Span::days(365), "\"365d\"");
    let drains =
        run.read("ending", q::word(&[("drain", true), ("censor", false)])).or_shown(true, "\"drain\"");
    let limit = run.read("drain_limit", q::span).or_shown(RunPlan::DRAIN, "\"730d\"");
    let kinds = [("terminating", false), ("steady-state", true)];
    let steady_state = run.read("kind", q::word(&kinds)).or_shown(false, "\"terminating\"");
    let replications = run.read("replications", q::count(1..=1000)).or(1);
    if horizon <= warmup {
        let (horizon, warmup) = (run.written("horizon", horizon), run.said("warmup", warmup));
        run.mistake("horizon", format!("run.horizon: {horizon} is not after the warm-up, which is {warmup}"));
    }
    if steady_state && warmup == Span::ZERO {
        let help = "give run.warmup a length; `shipback warmup FILE` advises one";
        run.mistake("kind", Refusal::new("run.kind: a steady state needs a warm-up", help));
    }
    if horizon + limit > Span::LONGEST {
        run.mistake("horizon", "run.horizon and run.drain_limit are together longer than 1,000 years");
    }
    let utc = || Epoch { zone: TimeZone::UTC, start: jiff::Timestamp::UNIX_EPOCH };
    let epoch = Epoch::new(start, zone).map_err(|why| run.mistake("start", why)).unwrap_or_else(|()| utc());
    let drain = if drains { limit } else { Span::ZERO };
    let horizon_at = Instant::START + horizon;
    let calendar = calendars(&top.section("calendar"), epoch.clone(), horizon_at, horizon_at + drain);
    let ending = if drains { Ending::Drain { limit } } else { Ending::Censor };
    (calendar, Some(RunPlan { seed, epoch, warmup, horizon, ending, steady_state, replications }))
}

/// The deadlines and other settings: as documented, unless overridden.
pub fn policy(section: &Section<'_>) -> Policy {
    let mut timings = Timings::DOCUMENTED;
    for deadline in Deadline::ALL.iter().copied() {
        let documented = deadline.of(&timings);
        // Without a response window, a customer who was reached and has not responded is out of reach at once.
        let length = if deadline == Deadline::AnswerWindow { q::span } else { q::some_span };
        let span = section.read(deadline.key(), length).or_shown(documented, format!("\"{documented}\""));
        *timings.of_mut(deadline) = span;
    }
    let plain = timings;
    timings.creating_expiry_resets =
        section.read("creating_expiry_resets", q::flag).or(plain.creating_expiry_resets);
    timings.max_extensions = section.read("max_extensions", q::count(0..=1000)).or(plain.max_extensions);
    timings.warnings_close_job = section.read("warnings_close_job", q::flag).or(plain.warnings_close_job);
    let states = Timings::CANCEL_UNTIL.map(|state| (word_of(state), state));
    let shown = format!("\"{}\"", word_of(plain.cancel_until));
    timings.cancel_until = section.read("cancel_until", q::word(&states)).or_shown(plain.cancel_until, shown);
    Policy::new(timings)
}

/// The word for a state in scenarios.
pub const fn word_of(state: JobState) -> &'static str {
    match state {
        JobState::Creating => "creating",
        JobState::Shipping => "shipping",
        JobState::Received => "received",
        JobState::Transferring => "transferring",
        JobState::Packaging => "packaging",
        other => other.name(),
    }
}
