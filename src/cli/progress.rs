//! Shows the progress of an experiment: a bar on a terminal, updated a few times a second at most; elsewhere lines, if
//! asked for.

use super::print;
use crate::engine::time::Instant;
use crate::scenario::Scenario;
use crate::screen;
use indicatif::{FormattedDuration, ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::io::IsTerminal;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard};
use std::time::{self, Duration};

/// A bar shown for a shorter time would only flicker.
const REST: Duration = Duration::from_millis(100);

/// A bar of simulated days.
pub(super) struct Progress<'s> {
    scenario: &'s Scenario,
    bar: Option<ProgressBar>,
    started: time::Instant,
    shown: Duration,
}

impl<'s> Progress<'s> {
    /// A bar for a run of `scenario`; hidden without a terminal, or where the terminal cannot move its cursor.
    pub(super) fn new(scenario: &'s Scenario, quiet: bool) -> Progress<'s> {
        let bar = bar(scenario.run.horizon.as_days() as u64, quiet, "{bar:30} {msg}");
        Progress { scenario, bar, started: time::Instant::now(), shown: Duration::ZERO }
    }

    /// Shows that the run has reached `now`.
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

    /// Shows what is done after the clock has stopped.
    pub(super) fn says(&self, what: &'static str) {
        if let Some(bar) = &self.bar {
            bar.set_message(what);
        }
    }

    /// Removes the bar.
    pub(super) fn finish(self) {
        if let Some(bar) = self.bar {
            bar.finish_and_clear();
        }
    }
}

/// A bar of `most` steps; `None` without a terminal, or where the terminal cannot move its cursor.
fn bar(most: u64, quiet: bool, template: &str) -> Option<ProgressBar> {
    let dumb = std::env::var_os("TERM").is_some_and(|term| term == "dumb");
    let seen = std::io::stderr().is_terminal() && !quiet && !dumb;
    // The bar has no colours, so NO_COLOR does not matter.
    let style = ProgressStyle::with_template(template).expect("progress: the template is well-formed");
    seen.then(|| ProgressBar::with_draw_target(Some(most), ProgressDrawTarget::stderr()).with_style(style))
}

/// Whether `--progress` asks for lines where there is no terminal.
static LINES: AtomicBool = AtomicBool::new(false);
/// The current experiment, for lines and for the message after an interrupt.
static WORK: Mutex<Option<Work>> = Mutex::new(None);
/// Time between two lines.
const BETWEEN: Duration = Duration::from_secs(10);

struct Work {
    things: String,
    done: u64,
    most: u64,
    began: time::Instant,
    told: Duration,
    /// The results folder in which finished items are stored.
    kept: Option<PathBuf>,
    so_far: String,
    bar: Option<ProgressBar>,
}

/// From now on, prints lines about the progress where no terminal shows a bar.
pub(super) fn tell_lines() {
    LINES.store(true, Ordering::Relaxed);
}

/// Installs a handler: an interrupted program says what it has stored.
pub(super) fn watch_for_interrupts() {
    // Without a handler the program ends too, but without a message.
    let _ = ctrlc::set_handler(|| {
        print::note(&interrupted(work().as_ref()));
        std::process::exit(INTERRUPTED);
    });
}

/// Exit code after Ctrl-C, as in shells.
const INTERRUPTED: i32 = 130;

fn work() -> MutexGuard<'static, Option<Work>> {
    WORK.lock().unwrap_or_else(|broken| broken.into_inner())
}

fn interrupted(work: Option<&Work>) -> String {
    let Some(work) = work else { return "interrupted: earlier results are untouched".into() };
    if let Some(bar) = &work.bar {
        bar.finish_and_clear();
    }
    let took = FormattedDuration(work.began.elapsed());
    let kept = match &work.kept {
        Some(folder) => format!(
            "finished work is kept in {}: the same command continues from there",
            screen::path(&folder.join("kept"))
        ),
        None => "nothing is kept".into(),
    };
    format!("interrupted after {took}: {}; {kept}{}", work.counted(), work.so_far())
}

impl Work {
    fn counted(&self) -> String {
        format!("{} of {} {} done", self.done, self.most, self.things)
    }

    fn so_far(&self) -> String {
        if self.so_far.is_empty() { String::new() } else { format!("\n{}", self.so_far) }
    }

    /// Remaining time, if the rest takes as long for each item as the finished part.
    fn left(&self) -> Option<Duration> {
        let took = self.began.elapsed();
        (self.done > 0).then(|| took.mul_f64((self.most - self.done) as f64 / self.done as f64))
    }

    fn line(&self) -> String {
        let took = FormattedDuration(self.began.elapsed());
        let left = match self.left() {
            Some(left) if self.done < self.most => format!(", about {} left", FormattedDuration(left)),
            _ => String::new(),
        };
        let so_far = if self.so_far.is_empty() { String::new() } else { format!("; {}", self.so_far) };
        format!("{}, {took} elapsed{left}{so_far}", self.counted())
    }
}

/// Progress of items that finish one by one on any thread: a bar on a terminal, elsewhere lines if asked for.
pub(super) struct Counting {
    tells: bool,
}

impl Counting {
    /// Progress of `most` `things`; there may be more in the end.
    pub(super) fn new(things: &str, most: u64, quiet: bool) -> Counting {
        let template =
            format!("{{bar:30}} {{pos}} of {{len}} {things}, {{elapsed}}, about {{eta}} left  {{msg}}");
        let bar = bar(most, quiet, &template);
        if let Some(bar) = &bar {
            bar.enable_steady_tick(Duration::from_secs(1));
        }
        let tells = bar.is_none() && !quiet && LINES.load(Ordering::Relaxed);
        let (things, began) = (things.to_owned(), time::Instant::now());
        let (told, kept, so_far) = (Duration::ZERO, None, String::new());
        *work() = Some(Work { things, done: 0, most, began, told, kept, so_far, bar });
        Counting { tells }
    }

    /// The same, for items that are stored in the results folder `folder`.
    pub(super) fn kept_in(self, folder: &Path) -> Counting {
        if let Some(work) = &mut *work() {
            work.kept = Some(folder.into());
        }
        self
    }

    /// Counts one finished item.
    pub(super) fn done(&self) {
        let mut work = work();
        let Some(work) = &mut *work else { return };
        work.done += 1;
        work.most = work.most.max(work.done);
        if let Some(bar) = &work.bar {
            bar.set_length(work.most);
            bar.set_position(work.done);
        }
        let took = work.began.elapsed();
        if self.tells && took - work.told >= BETWEEN {
            work.told = took;
            print::note(&work.line());
        }
    }

    /// Shows a preliminary answer.
    pub(super) fn so_far(&self, text: String) {
        let mut work = work();
        let Some(work) = &mut *work else { return };
        if work.so_far == text {
            return;
        }
        if let Some(bar) = &work.bar {
            bar.set_message(text.clone());
        }
        work.so_far = text;
        if self.tells {
            work.told = work.began.elapsed();
            print::note(&work.line());
        }
    }

    /// Removes the bar and prints how long it took.
    pub(super) fn finish(&self) {
        let Some(mut work) = work().take() else { return };
        if let Some(bar) = &work.bar {
            bar.finish_and_clear();
        }
        if self.tells {
            work.most = work.done;
            print::note(&work.line());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_interrupted_experiment_says_what_is_kept_and_the_answer_so_far() {
        let began = time::Instant::now();
        let mut work = Work {
            things: "points".into(),
            done: 3,
            most: 12,
            began,
            told: Duration::ZERO,
            kept: Some("output/a".into()),
            so_far: "so far 30 meets".into(),
            bar: None,
        };
        let told = interrupted(Some(&work));
        assert!(told.contains("3 of 12 points done; finished work is kept in output/a/kept"), "{told}");
        assert!(told.ends_with("\nso far 30 meets"), "{told}");
        assert!(work.line().contains("elapsed, about 00:00:0") && work.line().ends_with("; so far 30 meets"));
        (work.kept, work.done) = (None, 0);
        assert!(interrupted(Some(&work)).contains("nothing is kept"));
        assert!(!work.line().contains("left"), "nothing is known yet");
        assert_eq!(interrupted(None), "interrupted: earlier results are untouched");
    }
}
