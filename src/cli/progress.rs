//! The progress bar: on a terminal only, and touched a few times a second at most.

use crate::engine::time::Instant;
use crate::scenario::Scenario;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::io::IsTerminal;
use std::time::{self, Duration};

/// Shown for less than this, a bar only flickers.
const REST: Duration = Duration::from_millis(100);

/// A bar of simulated days.
pub(super) struct Progress<'s> {
    scenario: &'s Scenario,
    bar: Option<ProgressBar>,
    started: time::Instant,
    shown: Duration,
}

impl<'s> Progress<'s> {
    /// A bar for a run of `scenario`; none where nobody looks, or where the terminal cannot move its cursor.
    pub(super) fn new(scenario: &'s Scenario, quiet: bool) -> Progress<'s> {
        let bar = bar(scenario.run.horizon.as_days() as u64, quiet, "{bar:30} {msg}");
        Progress { scenario, bar, started: time::Instant::now(), shown: Duration::ZERO }
    }

    /// The run has come to `now`.
    pub(super) fn reached(&mut self, now: Instant, ordered: u64) {
        let Some(bar) = &self.bar else { return };
        let took = self.started.elapsed();
        if took - self.shown < REST {
            return;
        }
        self.shown = took;
        let days = now.since_start().as_days() as u64;
        bar.set_position(days.min(bar.length().unwrap_or(days)));
        let rate = now.since_start().as_days() / took.as_secs_f64();
        let date = self.scenario.run.epoch.date_of(now);
        bar.set_message(format!("{date}  {ordered} jobs  {rate:.0} days/s"));
    }

    /// What is being done now that the clock has stopped.
    pub(super) fn says(&self, what: &'static str) {
        if let Some(bar) = &self.bar {
            bar.set_message(what);
        }
    }

    /// Takes the bar away.
    pub(super) fn finish(self) {
        if let Some(bar) = self.bar {
            bar.finish_and_clear();
        }
    }
}

/// A bar of `most` steps; none where nobody looks, or where the terminal cannot move its cursor.
fn bar(most: u64, quiet: bool, template: &str) -> Option<ProgressBar> {
    let dumb = std::env::var_os("TERM").is_some_and(|term| term == "dumb");
    let seen = std::io::stderr().is_terminal() && !quiet && !dumb;
    // It has no colours, so NO_COLOR has nothing to ask of it.
    let style = ProgressStyle::with_template(template).expect("progress: the template is well-formed");
    seen.then(|| ProgressBar::with_draw_target(Some(most), ProgressDrawTarget::stderr()).with_style(style))
}

/// A bar of things that are done one by one, on any thread.
pub(super) struct Counting(Option<ProgressBar>);

impl Counting {
    /// A bar for so many `things`; there may be more in the end.
    pub(super) fn new(things: &str, most: u64, quiet: bool) -> Counting {
        Counting(bar(most, quiet, &format!("{{bar:30}} {{pos}} of {{len}} {things}, {{elapsed}}")))
    }

    /// One more is done.
    pub(super) fn done(&self) {
        if let Some(bar) = &self.0 {
            bar.inc(1);
            bar.set_length(bar.length().unwrap_or(0).max(bar.position()));
        }
    }

    /// Takes the bar away.
    pub(super) fn finish(&self) {
        if let Some(bar) = &self.0 {
            bar.finish_and_clear();
        }
    }
}
