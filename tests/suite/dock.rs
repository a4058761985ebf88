//! The dock: within a class, the drives of an opened package go before packages that are not yet opened.

use crate::policy_kit::*;
use crate::rows_kit::rows;
use shipback::world::DockWaits;

/// One worker, an hour to open a package and no time for a drive: four packages, two minutes apart.
fn four(classes: &str, class: impl Fn(u32) -> &'static str) -> String {
    let dock = "[site.dock]\nservers=1\nper_package='1h'\nper_drive='0s'\n";
    let jobs = (0..4).map(|number| {
        let parts = format!("packs='0d';bytes='0B';transit='{}min';{}", 2 * number, class(number));
        job(&format!("j{number}"), &parts)
    });
    format!("[site]\n{classes}{dock}{}", jobs.collect::<String>())
}

/// The instants of Received (J10), in the order of the jobs.
fn received(text: &str) -> Vec<String> {
    let lines = with(log(text, JOBS), &["J10"]);
    let mut found: Vec<(String, String)> = lines
        .iter()
        .map(|line| {
            let (at, rest) = line.split_once(": J10 ").unwrap();
            (rest.split(':').next().unwrap().to_string(), at.to_string())
        })
        .collect();
    found.sort();
    found.into_iter().map(|(_, at)| at).collect()
}

#[test]
fn each_package_is_finished_before_the_next_is_opened() {
    assert_eq!(received(&four("", |_| "")), ["1h", "2h", "3h", "4h"]);
}

#[test]
fn a_package_of_a_higher_class_goes_before_the_drives_of_a_lower_one() {
    let text = four("classes=['express','standard']\n", |number| {
        if number == 3 { "class='express'" } else { "class='standard'" }
    });
    // The express package comes while the first one is opened: it is opened before the drive of that is received.
    assert_eq!(received(&text), ["2h", "3h", "4h", "2h"]);
}

#[test]
fn waits_of_packages_and_of_drives_are_told_apart() {
    let dock = "[site.dock]\nservers=1\nper_package='1h'\nper_drive='10min'\n";
    let text = format!(
        "{dock}{}{}",
        job("a", "packs='0d';bytes='0B';transit='0d';drives=2"),
        job("b", "packs='0d';bytes='0B';transit='30min'")
    );
    let (end, _) = rows(&text, false);
    let DockWaits { packages, drives } = end.at_horizon.dock;
    // b's package waits 50 minutes, from 0:30 to 1:20; a's second drive waits 10 minutes, from 1:00 to 1:10.
    let minutes = |micros: i128| micros / 60_000_000;
    assert_eq!((packages.begun, packages.waited, minutes(packages.wait)), (2, 1, 50));
    assert_eq!((drives.begun, drives.waited, minutes(drives.wait)), (3, 1, 10));
    let all = &end.at_horizon.stations[0];
    assert_eq!((all.begun, all.waited, all.wait), (5, 2, packages.wait + drives.wait));
}

/// A job all of whose drives travel in another job's package sends none of its own: that is its delivery (X2).
#[test]
fn one_parcel_for_three_jobs_is_one_parcel() {
    let dock = "[site.dock]\nservers=1\nper_package='1h'\nper_drive='10min'\n";
    let with_a = |drives: &str| format!("packs='1d';bytes='0B';transit='9d';drive=[{drives}]");
    let text = format!(
        "{dock}{}{}{}",
        job("a", "packs='0d';bytes='0B';transit='2d'"),
        job("b", &with_a("{travels={with='a'}}")),
        job("c", &with_a("{travels={with='a'}},{travels={with='a'}}"))
    );
    let (end, lines) = rows(&text, false);
    let inbound: Vec<&String> = lines.iter().filter(|line| line.contains(" in: ")).collect();
    assert_eq!(inbound, ["package 0#0 in: Opened, 4 drives by 0, sent 0s, arrived 2d, opened 2d 1h"]);
    assert_eq!(end.at_horizon.dock.packages.begun, 1);
    let jobs: Vec<&str> = lines.iter().filter(|line| line.starts_with("job ")).map(|line| &**line).collect();
    let ends = ["2d 1h 10min", "2d 1h 20min", "2d 1h 40min"];
    for (number, (line, at)) in jobs.iter().zip(ends).enumerate() {
        assert!(line.contains(&format!("delivered 2d, received {at}, copied {at}")), "{line}");
        // From its delivery on, the parcel waits at the dock for b and c too: no time of the carrier's.
        let carrier = if number == 0 { "carrier 2d" } else { "carrier 1d waiting" };
        assert!(line.contains(carrier), "{line}");
    }
    assert_eq!(jobs.len(), 3, "{lines:?}");
    let package = |number, at| view(&text, number, at).unwrap().delivery_package.map(|(_, _, drives)| drives);
    assert_eq!([0, 1, 2].map(|number| package(number, "1d")), [Some(1 + 1 + 2), Some(1), Some(2)]);
}

/// A package whose job is gone has to wait (E1). The drive that another job waits for passes the dock as a package of its own
/// (X2): the carrier did not bring it, and the dock opened it with the other.
#[test]
fn what_is_split_off_at_the_dock_is_told_as_opened() {
    let text = job("a", "packs='20d';transit='1d';bytes='0B';answers={no_record={after='2d'}}")
        + &job("b", "packs='0d';bytes='0B';drive=[{travels={with='a'}}]");
    let (_, lines) = rows(&text, false);
    let inbound: Vec<&String> = lines.iter().filter(|line| line.contains(" in: ")).collect();
    let split = "package 0#1 in: Opened, 1 drives by 0, arrived 21d, opened 21d";
    let whole = "package 0#0 in: Opened, 1 drives by 0, sent 20d, arrived 21d, opened 21d";
    assert_eq!(inbound, [split, whole]);
}

/// The parcel waits unopened at the dock for each of its jobs when the two weeks end: nobody notices a missing package (J6).
#[test]
fn a_shared_parcel_at_the_dock_is_not_missing() {
    let text = format!(
        "{}{}{}",
        closed("dock", "0d", "20d"),
        job("j", "packs='0d';bytes='0B';transit='13d';drive=[{travels={with='a'}}]"),
        job("a", "packs='0d';bytes='0B';transit='13d'")
    );
    let lines = log(&text, STATES);
    assert_eq!(first("J6", &lines), None, "{lines:#?}");
    assert_eq!(received(&text), ["20d", "20d"]);
}
