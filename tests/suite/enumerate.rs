//! Every life in bounds: the world against the reference and against invariants.

use crate::tool::Folder;
use shipback::experiment::{Enumerated, bases, enumerate};
use shipback::policy::Timings;

/// What fails, each kind with its smallest life.
fn told(enumerated: &Enumerated) -> String {
    let mut text = format!("{} kinds of failures in {} lives\n", enumerated.failures.len(), enumerated.lives);
    for failure in &enumerated.failures {
        text += &format!("\n# {} lives: {}\n{}", failure.lives, failure.kind, failure.scenario);
    }
    text
}

/// The reduced set: bounds that fit into a test run.
#[test]
fn lives_in_bounds_are_as_the_reference_says() {
    let policy = Timings::DOCUMENTED;
    let enumerated = enumerate(&policy, &policy, &bases(false));
    assert!(enumerated.lives > 50_000, "{} lives", enumerated.lives);
    assert!(enumerated.failures.is_empty(), "{}", told(&enumerated));
}

/// The whole: one stimulus more, and instants between those of a life. `.ci/nightly` runs it.
#[test]
#[ignore = "millions of lives: some minutes"]
fn all_lives_in_bounds_are_as_the_reference_says() {
    let policy = Timings::DOCUMENTED;
    let enumerated = enumerate(&policy, &policy, &bases(true));
    println!("{} lives", enumerated.lives);
    assert!(enumerated.lives > 5_000_000, "{} lives", enumerated.lives);
    assert!(enumerated.failures.is_empty(), "{}", told(&enumerated));
}

/// A world under other timings fails, and the smallest life of a failure is a scenario that `check` reads.
#[test]
fn a_failure_is_shown_as_its_smallest_life() {
    let expected = Timings::DOCUMENTED;
    let mut world = expected;
    world.response_window = "20d".parse().unwrap();
    // Bases 1: an import that is set to Shipping at once.
    let enumerated = enumerate(&world, &expected, &bases(false)[1..2]);
    let kind = "job: expected later Closed J9, observed Closed J9";
    let failure = enumerated.failures.iter().find(|failure| failure.kind == kind);
    let failure = failure.unwrap_or_else(|| panic!("{}", told(&enumerated)));
    assert!(failure.lives > 100, "{} lives", failure.lives);
    // Nothing but the job itself is left.
    for key in ["updates", "deletes", "cancels", "fault", "answers"] {
        assert!(!failure.scenario.contains(key), "{}", failure.scenario);
    }
    let folder = Folder::new();
    std::fs::write(folder.path("life.toml"), &failure.scenario).unwrap();
    let documented = folder.run(&["check", "life.toml"]);
    assert_eq!(documented.code, 0, "{}{}\n{}", documented.out, documented.err, failure.scenario);
    let other = folder.run(&["check", "life.toml", "--set", "policy.response_window=20d"]);
    assert_eq!(other.code, 1, "{}{}", other.out, other.err);
    assert!(other.out.contains("(J9"), "{}", other.out);
}
