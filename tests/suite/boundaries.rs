//! Boundary cases: the world at every edge of every deadline, against the documentation written down once more.

use crate::tool::Folder;
use proptest::prelude::*;
use shipback::engine::time::Span;
use shipback::experiment::{OnUndecided, Plan, Verdict, boundaries, boundaries_as_set, check};
use shipback::policy::{Deadline, Timings};
use shipback::scenario::Scenario;

const PLAN: Plan = Plan { on_undecided: OnUndecided::Fail, most: 1 };

/// What is not met, each in a line.
fn failures(files: &[(&str, String)]) -> Vec<String> {
    let mut all = vec![];
    for (name, text) in files {
        let scenario = Scenario::parse_as(name, text, &[]).unwrap_or_else(|wrong| panic!("{wrong}")).scenario;
        let judgements = check(&scenario, PLAN).expect("no metric is asked for").judgements;
        assert_eq!(judgements.len(), scenario.expectations.len());
        for judgement in judgements.iter().filter(|one| one.verdict != Verdict::Met) {
            all.push(format!("{name}: {} -- {}", judgement.expected, judgement.observed));
        }
    }
    all
}

#[test]
fn the_world_is_as_documented_at_every_edge() {
    let failed = failures(&boundaries(&Timings::DOCUMENTED));
    assert!(failed.is_empty(), "{}", failed.join("\n"));
}

#[test]
fn each_deadline_has_cases_before_at_and_after_it() {
    let text: String = boundaries(&Timings::DOCUMENTED).into_iter().map(|(_, text)| text).collect();
    for deadline in Deadline::ALL {
        for when in ["one-tick-before", "exactly-at", "one-tick-after"] {
            let named = |line: &&str| {
                line.starts_with(&format!("name = \"{}.", deadline.key())) && line.contains(when)
            };
            assert!(text.lines().filter(named).count() > 0, "{} {when}", deadline.key());
        }
    }
    for state in
        ["creating", "shipping", "received", "transferring", "packaging", "completed", "closed", "gone"]
    {
        assert!(text.contains(&format!("\"cancel.{state}\"")), "cancel in {state}");
    }
    for state in ["received", "transferring", "packaging", "closed", "gone", "shipping-after-the-notice"] {
        assert!(text.contains(&format!("\"late-drive.{state}\"")), "a late drive in {state}");
    }
    // What hand-made cases had missed: contacted customers, second packages, guests, cancels in each phase of Shipping,
    // a package that waits at the dock, the stop.
    for (group, least) in [
        ("answer_window.", 12),
        ("contact_window.second-package-", 3),
        ("destroy_after.second-package-", 6),
        ("extension.1-times-canceled-", 3),
        ("extension.2-times-canceled-", 3),
        ("guest.", 15),
        ("dock.package-", 27),
        ("dock.held-package-", 3),
        ("stop.", 12),
    ] {
        let named =
            |line: &&str| line.starts_with(&format!("name = \"{group}")) && !line.contains(".carrier");
        let count = text.lines().filter(named).count();
        assert!(count >= least, "{count} cases of {group}");
    }
}

/// Some length from minutes to months, to the tick.
fn length() -> impl Strategy<Value = Span> {
    prop_oneof![600_000_000..8_000_000_000_000_i64, 86_400_000_000..90 * 86_400_000_000_i64]
        .prop_map(Span::from_micros)
}

fn policy() -> impl Strategy<Value = Timings> {
    let lengths = proptest::collection::vec(length(), Deadline::ALL.len());
    (lengths, any::<bool>(), 0..5_u32, 0..4_usize).prop_map(|(lengths, resets, most, until)| {
        let mut policy =
            Timings { creating_expiry_resets: resets, max_extensions: most, ..Timings::DOCUMENTED };
        policy.cancel_until = Timings::CANCEL_UNTIL[until];
        for (deadline, length) in Deadline::ALL.iter().zip(lengths) {
            *policy.of_mut(*deadline) = length;
        }
        policy
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, rng_seed: proptest::test_runner::RngSeed::Fixed(20), ..ProptestConfig::default() })]

    /// Two programs, written apart: under any policy they agree at every edge.
    #[test]
    fn under_any_policy_the_world_does_what_the_reference_says(policy in policy()) {
        let failed = failures(&boundaries_as_set(&policy));
        prop_assert!(failed.is_empty(), "{}", failed.join("\n"));
    }
}

#[test]
fn a_changed_setting_is_told_as_a_changed_setting() {
    let folder = Folder::new();
    for set in [
        "creating_expiry=13d",
        "creating_expiry_resets=false",
        "shipping_deadline=15d",
        "extension=20d",
        "max_extensions=3",
        "response_window=20d",
        "retention=89d",
        "contact_window=15d",
        "destroy_after=91d",
        "fault_window=29d",
        "cancel_until=received",
    ] {
        let set = format!("policy.{set}");
        let ran = folder.run(&["check", "--boundaries", "--set", &set]);
        assert_eq!(ran.code, 1, "{set}\n{}", ran.out);
        let key = set.split('=').next().unwrap();
        assert!(ran.out.contains(&format!("note     {key} is ")), "{set}\n{}", ran.out);
        assert!(ran.out.contains("they differ from the documentation"), "{set}\n{}", ran.out);
        assert!(!ran.out.contains("the program is wrong"), "{set}\n{}", ran.out);
    }
}

/// Settings with which acts of customers would fall on one instant, about whose order the policy says nothing.
#[test]
fn no_setting_brings_together_what_has_no_order() {
    for (key, lengths) in [
        ("creating_expiry", &["1us", "1d", "4d", "28d"][..]),
        ("contact_window", &["1us", "5d", "12d", "40d"]),
        ("shipping_deadline", &["1us", "2us", "1d"]),
        ("response_window", &["1us"]),
        ("retention", &["1us"]),
    ] {
        for length in lengths {
            let text = format!("[policy]\n{key} = '{length}'\n[[job]]\n");
            let policy = Scenario::parse_as("case.toml", &text, &[]).unwrap().scenario.policy.timings;
            let failed = failures(&boundaries_as_set(&policy));
            assert!(failed.is_empty(), "{key} {length}: {}", failed.join("\n"));
        }
    }
}

#[test]
fn a_deadline_that_is_too_long_for_cases_is_named() {
    let folder = Folder::new();
    let ran = folder.run(&["check", "--boundaries", "--set", "policy.retention=100000d", "--cases", "kept"]);
    assert_eq!(ran.code, 2);
    let told = "policy.retention is 100000d: that is too long for boundary cases";
    assert!(
        ran.out.contains(told) && ran.out.contains("up to 30355d can be judged"),
        "{}{}",
        ran.out,
        ran.err
    );
    assert!(!folder.path("kept").exists(), "no case is written that no run can show");
    let ran = folder.run(&["check", "--boundaries", "--set", "policy.retention=30355d"]);
    assert!(ran.code == 1 && !ran.out.contains("too long"), "{}{}", ran.out, ran.err);
}

#[test]
fn the_cases_of_two_files_of_one_name_are_kept_apart() {
    let folder = Folder::new();
    for (place, window) in [("a", "20d"), ("b", "25d")] {
        std::fs::create_dir(folder.path(place)).unwrap();
        let text = format!("[policy]\nresponse_window = '{window}'\n[[job]]\n");
        std::fs::write(folder.path(&format!("{place}/x.toml")), text).unwrap();
    }
    folder.run(&["check", "--boundaries", "a/x.toml", "b/x.toml", "--cases", "kept"]);
    for (place, window) in [("x", "20d"), ("x-2", "25d")] {
        let kept = folder.path(&format!("kept/{place}/boundaries-of-deadlines.toml"));
        let text = std::fs::read_to_string(kept).unwrap();
        assert!(text.contains(&format!("response_window = \"{window}\"")), "{place}");
    }
}

#[test]
fn the_cases_are_told_in_a_table_and_can_be_kept_and_traced() {
    let folder = Folder::new();
    let ran = folder.run(&["check", "--boundaries", "--cases", "kept", "--junit", "check.xml"]);
    assert_eq!(ran.code, 0, "{}{}", ran.out, ran.err);
    assert!(ran.out.contains("met    creating_expiry.updated-exactly-at "), "{}", ran.out);
    let xml = std::fs::read_to_string(folder.path("check.xml")).unwrap();
    assert!(xml.contains("boundaries-of-states.toml"), "{xml}");
    assert_eq!(folder.run(&["check", "kept"]).code, 0);
    let traced = folder.run(&["trace", "kept/boundaries-of-states.toml", "late-drive.packaging-last-tick"]);
    assert!(traced.code == 0 && traced.out.contains("D6"), "{}{}", traced.out, traced.err);
    let json = folder.run(&["check", "--boundaries", "--json", "--set", "policy.retention=89d"]);
    let whole: serde_json::Value = serde_json::from_str(&json.out).unwrap();
    assert!(whole["failed"].as_u64().unwrap() > 50 && json.code == 1);
    // A file that is named for its timings need expect nothing.
    let other = folder.run(&["check", "--boundaries", "scenarios/response-window-20.toml"]);
    assert!(
        other.code == 1 && other.out.contains("FAILED response_window.package-one-tick-after"),
        "{}",
        other.out
    );
    assert_eq!(folder.run(&["check", "scenarios", "--boundaries", "--require-coverage"]).code, 0);
}
