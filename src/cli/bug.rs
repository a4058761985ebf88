//! Reports a bug (a panic) to the user, with everything needed to reproduce it.

use super::print;
use std::cell::RefCell;
use std::panic::{self, AssertUnwindSafe, PanicHookInfo};
use std::sync::Mutex;

/// Exit code of everything that is not the user's mistake.
pub(super) const EXIT_CODE: u8 = 3;

/// The run that was started last; and the run of this thread, if it has set one.
static RUNNING: Mutex<String> = Mutex::new(String::new());
thread_local! { static HERE: RefCell<Option<String>> = const { RefCell::new(None) } }

/// Sets the run that starts now.
pub(super) fn running(scenario: &str, seed: u64, replication: u64) {
    let what = format!("scenario {scenario}, seed {seed}, replication {replication}");
    HERE.with_borrow_mut(|here| *here = Some(what.clone()));
    *RUNNING.lock().unwrap_or_else(|broken| broken.into_inner()) = what;
}

/// The run that was started last.
pub(super) fn what_runs() -> Option<String> {
    let what = RUNNING.lock().unwrap_or_else(|broken| broken.into_inner()).clone();
    Some(what).filter(|what| !what.is_empty())
}

/// The result of `work`; `None` if it met a bug, which has then been reported.
pub(super) fn caught<T>(work: impl FnOnce() -> T) -> Option<T> {
    panic::set_hook(Box::new(|bug| print::note(&message(bug))));
    panic::catch_unwind(AssertUnwindSafe(work)).ok()
}

fn message(bug: &PanicHookInfo<'_>) -> String {
    let what = said(bug.payload()).unwrap_or("it does not say which");
    let place = bug.location().map_or_else(String::new, |place| format!(" ({place})"));
    let running = HERE.with_borrow(Clone::clone).or_else(what_runs);
    let running = running.unwrap_or_else(|| "nothing was being simulated".into());
    format!(
        "shipback met a bug of its own: {what}{place}\n  version {}; {running}\nEarlier results are untouched. \
         Please report it with these lines, the command and the scenario file: that is all it takes to see it again.",
        env!("CARGO_PKG_VERSION")
    )
}

/// The message of a panic.
fn said(payload: &(dyn std::any::Any + Send)) -> Option<&str> {
    payload.downcast_ref::<&str>().copied().or_else(|| payload.downcast_ref::<String>().map(String::as_str))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bug_is_told_with_the_seed_and_ends_nothing_else() {
        running("year", 7, 0);
        let before = panic::take_hook();
        assert_eq!(caught(|| 5), Some(5));
        static TOLD: Mutex<String> = Mutex::new(String::new());
        panic::set_hook(Box::new(|bug| *TOLD.lock().unwrap() = message(bug)));
        let met = panic::catch_unwind(|| panic!("invariant \"no job is lost\""));
        panic::set_hook(before);
        assert!(met.is_err());
        let told = TOLD.lock().unwrap().clone();
        for part in ["no job is lost", "bug.rs:", "scenario year, seed 7", "Please report it"] {
            assert!(told.contains(part), "{part}: {told}");
        }
    }
}
