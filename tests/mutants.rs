//! Mistakes made on purpose: the policy is a value, so each mistake is another policy. A scenario of `scenarios/policy` or a
//! boundary case must fail under it. `docs/mutants.md` has the list: with `SHIPBACK_LIST=1` this test writes it anew.

use shipback::engine::time::{Instant, Span};
use shipback::experiment::{OnUndecided, Plan, Verdict, boundaries, check};
use shipback::policy::*;
use shipback::scenario::Scenario;
use shipback::world::{Cause, Fact, Observer, World};
use std::fmt::Write;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

const PLAN: Plan = Plan { on_undecided: OnUndecided::Fail, most: 1 };

/// What is wrong, in words, and the policy that is wrong so.
type Mutant = (String, Policy);

/// Mistakes that change nothing which can be told, each with the reason.
const HARMLESS: &[(&str, &str)] = &[
    (
        "turns: Arrival and Order swapped",
        "an order touches no package, and the dock opens one later, in the turn of finished work",
    ),
    (
        "J10 Shipping on AllReceived if AllCame: made at once while Faulted",
        "the world asks no condition while a job is Faulted",
    ),
    (
        "J17 Packaging on LateDrive if LateDrive: made at once while Faulted",
        "the world asks no condition while a job is Faulted",
    ),
    (
        "J5 refuses SetShippingIncomplete in Shipping Received Transferring Packaging Completed Closed: removed",
        "a customer who forgets the tracking number sets the job to Shipping later, so it is still Creating",
    ),
    ("E4 BadAddress on CauseGone: removed", "no drive leaves while the address is asked for"),
];

/// The rows as documented, with one thing changed.
fn changed(what: String, change: impl FnOnce(&mut Tables)) -> Mutant {
    let mut tables = Tables::documented();
    change(&mut tables);
    (what, Policy::of(tables, Timings::DOCUMENTED))
}

/// Every deadline but this one, for a row that starts the wrong one.
fn another(deadline: Deadline) -> Deadline {
    let others = [Deadline::ShippingDeadline, Deadline::ResponseWindow, Deadline::Retention];
    let differs = |other: &Deadline| other.of(&Timings::DOCUMENTED) != deadline.of(&Timings::DOCUMENTED);
    others.into_iter().find(differs).unwrap()
}

fn of_settings() -> Vec<Mutant> {
    let mut all = vec![];
    for &deadline in Deadline::ALL {
        for (sign, tick) in [("longer", 1), ("shorter", -1)] {
            let mut timings = Timings::DOCUMENTED;
            *timings.of_mut(deadline) += Span::from_micros(tick);
            all.push((format!("{} a tick {sign}", deadline.key()), Policy::new(timings)));
        }
    }
    let plain = Timings::DOCUMENTED;
    for (what, timings) in [
        ("creating_expiry_resets = false", Timings { creating_expiry_resets: false, ..plain }),
        ("max_extensions = 1", Timings { max_extensions: 1, ..plain }),
        ("max_extensions = 3", Timings { max_extensions: 3, ..plain }),
        ("warnings_close_job = true", Timings { warnings_close_job: true, ..plain }),
        ("cancel_until = received", Timings { cancel_until: JobState::Received, ..plain }),
        ("cancel_until = shipping", Timings { cancel_until: JobState::Shipping, ..plain }),
        ("cancel_until = creating", Timings { cancel_until: JobState::Creating, ..plain }),
    ] {
        all.push((what.into(), Policy::new(timings)));
    }
    all
}

fn of_turns() -> Vec<Mutant> {
    let mut all = vec![];
    for first in 1..Turn::ALL.len() {
        for second in first + 1..Turn::ALL.len() {
            let what = format!("turns: {} and {} swapped", Turn::ALL[first], Turn::ALL[second]);
            all.push(changed(what, |tables| tables.turns.swap(first, second)));
        }
    }
    all
}

fn of_jobs() -> Vec<Mutant> {
    let mut all = vec![];
    for (place, row) in Tables::documented().job.rows.into_iter().enumerate() {
        let guard = if row.guard == Guard::Always { String::new() } else { format!(" if {}", row.guard) };
        let name = format!("{} {} on {}{guard}", row.rule, row.from, row.on);
        let mut mutant = |what: &str, change: &dyn Fn(&mut Row<JobState, JobSignal>)| {
            all.push(changed(format!("{name}: {what}"), |tables| change(&mut tables.job.rows[place])));
        };
        for (gone, deadline) in row.after.iter().enumerate() {
            let left: Vec<Deadline> = row.after.iter().copied().filter(|one| one != deadline).collect();
            let left: &[Deadline] = left.leak();
            mutant(&format!("not after {}", row.after[gone]), &|row| row.after = left);
        }
        if row.timer != TimerAct::Keeps {
            mutant(&format!("timer keeps, not {:?}", row.timer), &|row| row.timer = TimerAct::Keeps);
        }
        if let TimerAct::Starts(deadline) = row.timer {
            let wrong = another(deadline);
            mutant(&format!("starts {wrong}, not {deadline}"), &|row| row.timer = TimerAct::Starts(wrong));
        }
        if row.guard != Guard::Always {
            mutant("without its condition", &|row| row.guard = Guard::Always);
        }
        if row.follows {
            mutant("does not follow", &|row| row.follows = false);
        }
        if row.ends.is_some() {
            mutant("ends no case", &|row| row.ends = None);
        }
        if row.tells.is_some() {
            mutant("tells the drives nothing", &|row| row.tells = None);
        }
        if !row.settles.is_empty() {
            mutant("settles no case", &|row| row.settles = &[]);
        }
        if row.opens.is_some() {
            mutant("opens no case", &|row| row.opens = None);
        }
        match row.faulted {
            WhileFaulted::Waits => {
                mutant("made at once while Faulted", &|row| row.faulted = WhileFaulted::AtOnce)
            }
            WhileFaulted::AtOnce => mutant("waits while Faulted", &|row| row.faulted = WhileFaulted::Waits),
            WhileFaulted::Never | WhileFaulted::Only => {}
        }
        all.push(changed(format!("{name}: removed"), |tables| _ = tables.job.rows.remove(place)));
    }
    for (place, no) in Tables::documented().job.refusals.into_iter().enumerate() {
        let name = format!("{} refuses {} in {}: removed", no.rule, no.on, names(no.from));
        all.push(changed(name, |tables| _ = tables.job.refusals.remove(place)));
    }
    all
}

fn of_drives() -> Vec<Mutant> {
    let mut all = vec![];
    for (place, row) in Tables::documented().drive.rows.into_iter().enumerate() {
        let name = format!("{} {} on {}", row.rule, row.from, row.on);
        if row.opens.is_some() {
            all.push(changed(format!("{name}: opens no case"), |tables| {
                tables.drive.rows[place].opens = None
            }));
        }
        all.push(changed(format!("{name}: removed"), |tables| _ = tables.drive.rows.remove(place)));
    }
    all
}

fn of_cases() -> Vec<Mutant> {
    let mut all = vec![];
    for (place, row) in Tables::documented().openings.into_iter().enumerate() {
        let name = format!("{} opens {}", row.rule, row.kind);
        let mut mutant = |what: &str, change: &dyn Fn(&mut Opening)| {
            all.push(changed(format!("{name}: {what}"), |tables| change(&mut tables.openings[place])));
        };
        if let Some(window) = row.starts {
            mutant("starts no window", &|row| row.starts = None);
            let wrong = another(window);
            mutant(&format!("starts {wrong}, not {window}"), &|row| row.starts = Some(wrong));
        }
        if row.guard != Guard::Always {
            mutant("without its condition", &|row| row.guard = Guard::Always);
        }
        if row.noticed != Guard::Always {
            mutant("noticed in any state", &|row| row.noticed = Guard::Always);
        }
        for state in row.on_entering {
            let left: Vec<JobState> = row.on_entering.iter().copied().filter(|one| one != state).collect();
            let left: &[JobState] = left.leak();
            mutant(&format!("not on entering {state}"), &|row| row.on_entering = left);
        }
    }
    for (place, row) in Tables::documented().cases.into_iter().enumerate() {
        let name = format!("{} {} on {}", row.rule, row.kind, row.on);
        let mut mutant = |what: &str, change: &dyn Fn(&mut CaseRow)| {
            all.push(changed(format!("{name}: {what}"), |tables| change(&mut tables.cases[place])));
        };
        if let Some(window) = row.after {
            mutant(&format!("not after {window}"), &|row| row.after = None);
        }
        if let Some(window) = row.starts {
            mutant("starts no window", &|row| row.starts = None);
            let wrong = another(window);
            mutant(&format!("starts {wrong}, not {window}"), &|row| row.starts = Some(wrong));
        }
        if row.tells != Tells::Nobody {
            mutant("tells nobody", &|row| row.tells = Tells::Nobody);
        }
        if row.remedy != Remedy::Nothing {
            mutant("nothing is done", &|row| row.remedy = Remedy::Nothing);
        }
        all.push(changed(format!("{name}: removed"), |tables| _ = tables.cases.remove(place)));
    }
    all
}

fn of_arrivals() -> Vec<Mutant> {
    let mut all = vec![];
    let Tables { arrivals, routes, .. } = Tables::documented();
    for (kind, rows) in [("dock", arrivals), ("elsewhere", routes)] {
        for (place, row) in rows.into_iter().enumerate() {
            let name = format!("{kind}: {} {} in {}", row.rule, names(row.listing), names(row.states));
            let mut mutant = |what: &str, change: &dyn Fn(&mut ArrivalRow)| {
                all.push(changed(format!("{name}: {what}"), |tables| {
                    change(if kind == "dock" {
                        &mut tables.arrivals[place]
                    } else {
                        &mut tables.routes[place]
                    })
                }));
            };
            for &treatment in Treatment::ALL.iter().filter(|one| **one != row.treatment) {
                mutant(&format!("{treatment}, not {}", row.treatment), &|row| row.treatment = treatment);
            }
            if !row.errors.is_empty() {
                mutant("fires no row of the error table", &|row| row.errors = &[]);
            }
            mutant("removed", &|row| row.states = &[]);
        }
    }
    all
}

fn names<T: ToString>(words: &[T]) -> String {
    words.iter().map(T::to_string).collect::<Vec<String>>().join(" ")
}

/// The scenarios in which the policy is judged.
fn judges() -> Vec<Scenario> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios/policy");
    let mut files: Vec<_> = folder.read_dir().unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    let named = |path: &std::path::PathBuf| path.file_name().unwrap().to_string_lossy().into_owned();
    let files = files.iter().map(|path| (named(path), std::fs::read_to_string(path).unwrap()));
    let edges = boundaries(&Timings::DOCUMENTED).into_iter().map(|(name, text)| (name.to_string(), text));
    let parse = |(name, text): (String, String)| Scenario::parse_as(&name, &text, &[]).unwrap().scenario;
    files.chain(edges).map(parse).collect()
}

/// The first scenario that fails under this policy; `None` where none does.
fn caught(judges: &[Scenario], policy: &Policy) -> Option<String> {
    judges.iter().find_map(|scenario| {
        let scenario = Scenario { policy: policy.clone(), ..scenario.clone() };
        let checked = catch_unwind(AssertUnwindSafe(|| {
            assert!(ends(&scenario), "some circle");
            check(&scenario, PLAN)
        }));
        let Ok(checked) = checked else { return Some(format!("{}: an invariant stops it", scenario.name)) };
        let failed = checked.unwrap().judgements.iter().filter(|one| one.verdict != Verdict::Met).count();
        (failed > 0).then(|| scenario.name.clone())
    })
}

/// Whether a run comes to an end within a reasonable number of events: under a mistake it may go in a circle.
fn ends(scenario: &Scenario) -> bool {
    struct Nothing;
    impl Observer for Nothing {
        fn fact(&mut self, _: Instant, _: &Fact) {}
    }
    let mut world = World::new(scenario, scenario.run.seed, 0, Nothing);
    (0..100_000).any(|_| !world.step())
}

#[test]
fn every_mistake_in_the_policy_is_caught() {
    // Under a mistake an invariant may well stop the run: that is no news.
    std::panic::set_hook(Box::new(|_| {}));
    let judges = judges();
    assert_eq!(caught(&judges, &Policy::new(Timings::DOCUMENTED)), None, "without a mistake nothing fails");
    let kinds = [of_settings(), of_turns(), of_jobs(), of_drives(), of_cases(), of_arrivals()];
    let mutants: Vec<Mutant> = kinds.into_iter().flatten().collect();
    let (mut list, mut survivors) = (String::new(), vec![]);
    for (what, policy) in &mutants {
        let harmless = HARMLESS.iter().find(|(name, _)| name == what).map(|(_, why)| *why);
        let by = caught(&judges, policy);
        match (by, harmless) {
            (Some(by), None) => _ = writeln!(list, "| {what} | {by} |"),
            (None, Some(why)) => _ = writeln!(list, "| {what} | changes nothing: {why} |"),
            (Some(by), Some(_)) => survivors.push(format!("{what}: said to be harmless, and caught by {by}")),
            (None, None) => survivors.push(format!("{what}: SURVIVES")),
        }
    }
    let _ = std::panic::take_hook();
    println!("{} mutants, {} survive", mutants.len(), survivors.len());
    assert!(
        survivors.is_empty(),
        "{} of {} mutants:\n{}",
        survivors.len(),
        mutants.len(),
        survivors.join("\n")
    );
    assert!(HARMLESS.len() * 20 <= mutants.len(), "at most 5 % of the mistakes may change nothing");
    listed(&list);
}

/// Holds the list against `docs/mutants.md`, or writes it there.
fn listed(list: &str) {
    const BEGIN: &str = "| mistake in the policy | caught by |\n|---|---|\n";
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/mutants.md");
    let text = std::fs::read_to_string(&file).unwrap();
    let (before, _) = text.split_once(BEGIN).expect("docs/mutants.md has the list at its end");
    let whole = format!("{before}{BEGIN}{list}");
    if std::env::var_os("SHIPBACK_LIST").is_some() {
        return std::fs::write(&file, whole).unwrap();
    }
    assert!(text == whole, "docs/mutants.md is not the list of today: run this test with SHIPBACK_LIST=1");
}

/// Counts deadlines that end something.
#[derive(Default)]
struct Ended(u64);

impl Observer for Ended {
    fn fact(&mut self, _: Instant, fact: &Fact) {
        let cause = match fact {
            Fact::Job { cause, .. } | Fact::Drive { cause, .. } | Fact::Ruled { cause, .. } => Some(*cause),
            _ => None,
        };
        self.0 += u64::from(matches!(cause, Some(Cause::Deadline(_))));
    }
}

#[test]
fn where_no_row_starts_a_deadline_none_ever_ends() {
    let mut scenario = Scenario::load(None, &[]).unwrap().scenario;
    let ended = |scenario: &Scenario| shipback::world::run(scenario, 1, 0, Ended::default()).1.0;
    scenario.run.horizon = Span::days(120);
    scenario.run.ending = shipback::scenario::Ending::Censor;
    assert!(ended(&scenario) > 100, "some deadlines end in 120 days");
    let (_, policy) = changed(String::new(), |tables| {
        tables
            .job
            .rows
            .iter_mut()
            .filter(|row| row.starts().is_some())
            .for_each(|row| row.timer = TimerAct::Keeps);
        tables.openings.iter_mut().for_each(|row| row.starts = None);
        tables.cases.iter_mut().for_each(|row| row.starts = None);
    });
    scenario.policy = policy;
    assert_eq!(ended(&scenario), 0);
}
