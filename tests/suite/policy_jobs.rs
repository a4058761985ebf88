//! The rules of a job's life, each in the smallest story that it moves (policy, Jobs).

use crate::policy_kit::*;

#[test]
fn j1_put_job_creates_and_d1_lists_drives_of_imports_only() {
    tells(&job("j", "packs='never'"), &["0s: J1 D1/0", "14d: J3"]);
    tells(&job("j", "type='export';packs='never'"), &["0s: J1", "14d: J3"]);
}

/// The refused update of day 3 changes nothing: the shipping timer runs from day 2.
#[test]
fn j2_an_update_is_accepted_in_creating_only() {
    tells(
        &job("j", "packs='2d';transit='15d';updates=['1d','3d']"),
        &[
            "0s: J1 D1/0",
            "1d: J2",
            "2d: J5",
            "3d: J2!",
            "16d: J6 D5/0 MissingPackage+",
            "17d: E6/0 D6/0 J10 MissingPackage=Settled J11 D7/0",
            "17d 1ms: D8/0 J12 D10/0 J13",
            "107d 1ms: J15",
        ],
    );
}

#[test]
fn j3_a_job_that_stays_in_creating_is_deleted_and_ships_nevertheless() {
    tells(
        &job("j", "packs='20d';transit='1d'"),
        &["0s: J1 D1/0", "14d: J3", "20d: C3!", "21d: NoRecord+", "35d: NoRecord?", "38d: NoRecord=Settled"],
    );
}

/// Who has deleted the job does not ship any more.
#[test]
fn j4_and_j21_a_job_is_deleted_in_creating_or_completed() {
    tells(&job("j", "packs='3d';deletes='2d'"), &["0s: J1 D1/0", "2d: J4"]);
    tells(
        &walk("deletes='50d'"),
        &[
            "0s: J1 D1/0",
            "1d: J5",
            "2d: D3/0 J10",
            "4d: J11 D7/0",
            "5d: D8/0 J12",
            "6d: D10/0 J13",
            "50d: J21",
        ],
    );
    tells(
        &walk("deletes='50d';drive=[{copy='errors'}]"),
        &[
            "0s: J1 D1/0",
            "1d: J5",
            "2d: D3/0 J10",
            "4d: J11 D7/0",
            "5d: D9/0 J12",
            "6d: D10/0 J14",
            "50d: J21!",
            "96d: J15",
        ],
    );
}

#[test]
fn j5_needs_the_delivery_package() {
    tells(
        &job("j", "packs='2d';transit='5d';announces={incomplete='1d'}"),
        &[
            "0s: J1 D1/0",
            "2d: J5!",
            "3d: J5",
            "7d: D3/0 J10 J11 D7/0",
            "7d 1ms: D8/0 J12 D10/0 J13",
            "97d 1ms: J15",
        ],
    );
}

/// Asked for by the operations team on day 5; the customer's own announcement comes too late.
#[test]
fn j5_is_for_jobs_in_creating() {
    tells(
        &job(
            "j",
            "packs='1d';transit='1d';announces='+30d';bytes='0B';\
             answers={unannounced={after='3d'}}",
        ),
        &[
            "0s: J1 D1/0",
            "2d: Unannounced+",
            "5d: Unannounced=Answered J5 D3/0 J10 J11 D7/0 D8/0 J12 D10/0 J13",
            "31d: J5!",
            "95d: J15",
        ],
    );
}

#[test]
fn j6_d5_e2_notice_on_day_14_and_j9_closed_on_day_44() {
    tells(
        &at_once("transit='lost';drives=2"),
        &[
            "0s: J1 D1/0 D1/1 J5",
            "14d: J6 D5/0 D5/1 MissingPackage+",
            "44d: MissingPackage=GivenUp J9",
            "134d: J15",
        ],
    );
}

#[test]
fn j7_an_answer_extends_the_wait_and_voids_the_window() {
    tells(
        &at_once("transit='20d';answers={missing_package={after='3d',says='wait'}}"),
        &[
            "0s: J1 D1/0 J5",
            "14d: J6 D5/0 MissingPackage+",
            "17d: MissingPackage=Answered J7",
            "20d: E6/0 D6/0 J10 J11 D7/0 D8/0 J12 D10/0 J13",
            "110d: J15",
        ],
    );
    tells(
        &at_once("transit='lost';answers={missing_package={after='3d',says='wait'}}"),
        &[
            "0s: J1 D1/0 J5",
            "14d: J6 D5/0 MissingPackage+",
            "17d: MissingPackage=Answered J7",
            "31d: J6 MissingPackage+",
            "61d: MissingPackage=GivenUp J9",
            "151d: J15",
        ],
    );
}

#[test]
fn j8_an_answer_or_a_cancel_closes_at_once() {
    tells(
        &at_once("transit='lost';answers={missing_package={after='3d',says='cancel'}}"),
        &["0s: J1 D1/0 J5", "14d: J6 D5/0 MissingPackage+", "17d: MissingPackage=Answered J8", "107d: J15"],
    );
    tells(
        &at_once("transit='lost';cancels='20d'"),
        &["0s: J1 D1/0 J5", "14d: J6 D5/0 MissingPackage+", "20d: MissingPackage=Settled J8", "110d: J15"],
    );
}

/// A package that came in time is judged when it is opened: with a listed drive, or without any.
#[test]
fn j9_waits_for_a_package_at_the_dock() {
    tells(
        &(closed("dock", "20d", "50d") + &at_once("transit='44d'")),
        &[
            "0s: J1 D1/0 J5",
            "14d: J6 D5/0 MissingPackage+",
            "50d: E6/0 D6/0 J10 MissingPackage=Settled J11 D7/0 D8/0 J12 D10/0 J13",
            "140d: J15",
        ],
    );
    tells(
        &(closed("dock", "20d", "50d") + &at_once("transit='44d';extras=1;drive=[{travels='never'}]")),
        &[
            "0s: J1 D1/0 J5",
            "14d: J6 D5/0 MissingPackage+",
            "50d: MissingPackage=GivenUp J9 E7/x0 X1/x0",
            "140d: J15",
        ],
    );
}

#[test]
fn j6_waits_for_a_package_at_the_dock() {
    tells(
        &(closed("dock", "0d", "16d") + &at_once("transit='14d'")),
        &["0s: J1 D1/0 J5", "16d: D3/0 J10 J11 D7/0 D8/0 J12 D10/0 J13", "106d: J15"],
    );
    tells(
        &(closed("dock", "0d", "16d") + &at_once("transit='14d';extras=1;drive=[{travels='never'}]")),
        &[
            "0s: J1 D1/0 J5",
            "16d: D4/0 J6 MissingPackage+ E5/x0 E7/x0 X1/x0",
            "46d: MissingPackage=GivenUp J9",
            "136d: J15",
        ],
    );
}

/// The package comes on the last tick of the window. An answer on that tick counts, a later one does not; the customer's own
/// cancel counts, but the window that has ended is judged first.
#[test]
fn j9_an_answer_counts_up_to_the_end_of_the_window() {
    let text = |parts: &str| closed("dock", "20d", "50d") + &at_once(&format!("transit='44d';{parts}"));
    let nothing = "extras=1;drive=[{travels='never'}]";
    let waits =
        |after: &str| format!("{nothing};answers={{missing_package={{after='{after}',says='wait'}}}}");
    let before = ["0s: J1 D1/0 J5", "14d: J6 D5/0 MissingPackage+"];
    let closed = ["50d: MissingPackage=GivenUp J9 E7/x0 X1/x0", "140d: J15"];
    let extended = [
        "44d: MissingPackage=Answered J7",
        "50d: E5/x0 E7/x0 X1/x0",
        "58d: J6 MissingPackage+",
        "88d: MissingPackage=GivenUp J9",
        "178d: J15",
    ];
    tells(&text(&waits("30d")), &[&before[..], &extended].concat());
    tells(&text(&waits("30d 1us")), &[&before[..], &closed].concat());
    tells(&text(&waits("32d")), &[&before[..], &closed].concat());
    let canceled = ["46d: MissingPackage=Settled C2", "50d: E6/0 D6/0 J10 J16 D11/0 J13", "140d: J15"];
    tells(&text("cancels='46d'"), &[&before[..], &canceled].concat());
    let canceled = ["46d: MissingPackage=Settled C2", "50d: J9 E7/x0 X1/x0", "140d: J15"];
    tells(&text(&format!("{nothing};cancels='46d'")), &[&before[..], &canceled].concat());
}

#[test]
fn j10_needs_all_that_came_and_a_listed_drive() {
    tells(
        &["[site.dock]\nservers=1\nper_drive='1d'\n", &at_once("transit='1d';drives=2")].concat(),
        &[
            "0s: J1 D1/0 D1/1 J5",
            "2d: D3/0",
            "3d: D3/1 J10 J11 D7/1 D7/0 D8/1 D8/0 J12 D10/0 D10/1 J13",
            "93d: J15",
        ],
    );
    tells(
        &at_once("transit='1d';extras=1;drive=[{travels={later='20d'}}]"),
        &[
            "0s: J1 D1/0 J5",
            "1d: D4/0 E5/x0 E7/x0 X1/x0",
            "14d: J6 MissingPackage+",
            "20d: E6/0 D6/0 J10 MissingPackage=Settled J11 D7/0 D8/0 J12 D10/0 J13",
            "110d: J15",
        ],
    );
}

#[test]
fn j10_settles_the_missing_package() {
    tells(
        &at_once("transit='20d';drives=2"),
        &[
            "0s: J1 D1/0 D1/1 J5",
            "14d: J6 D5/0 D5/1 MissingPackage+",
            "20d: E6/0 D6/0 E6/1 D6/1 J10 MissingPackage=Settled J11 D7/1 D7/0 D8/1 D8/0 J12 D10/0 D10/1 J13",
            "110d: J15",
        ],
    );
}

#[test]
fn j10_does_not_wait_for_a_drive_that_never_came() {
    tells(
        &at_once("transit='1d';drive=[{},{travels='never'}]"),
        &["0s: J1 D1/0 D1/1 J5", "1d: D4/1 D3/0 J10 J11 D7/0 D8/0 J12 D10/0 J14", "91d: J15"],
    );
}

#[test]
fn j11_j12_j13_j15_follow_the_drives() {
    tells(
        &walk(""),
        &[
            "0s: J1 D1/0",
            "1d: J5",
            "2d: D3/0 J10",
            "4d: J11 D7/0",
            "5d: D8/0 J12",
            "6d: D10/0 J13",
            "96d: J15",
        ],
    );
}

#[test]
fn j11_mounting_counts() {
    tells(
        &["[site.bays]\nmount='1d'\n", &at_once("transit='0d'")].concat(),
        &["0s: J1 D1/0 J5 D3/0 J10 J11", "1d: D7/0 D8/0 J12 D10/0 J13", "91d: J15"],
    );
}

#[test]
fn j14_an_error_closes() {
    tells(
        &walk("drive=[{copy='errors'}]"),
        &[
            "0s: J1 D1/0",
            "1d: J5",
            "2d: D3/0 J10",
            "4d: J11 D7/0",
            "5d: D9/0 J12",
            "6d: D10/0 J14",
            "96d: J15",
        ],
    );
}

#[test]
fn j13_a_warning_is_no_error_unless_the_scenario_says_so() {
    tells(
        &walk("drive=[{copy='warnings'}]"),
        &[
            "0s: J1 D1/0",
            "1d: J5",
            "2d: D3/0 J10",
            "4d: J11 D7/0",
            "5d: D9/0 J12",
            "6d: D10/0 J13",
            "96d: J15",
        ],
    );
    tells(
        &["[policy]\nwarnings_close_job=true\n", &walk("drive=[{copy='warnings'}]")].concat(),
        &[
            "0s: J1 D1/0",
            "1d: J5",
            "2d: D3/0 J10",
            "4d: J11 D7/0",
            "5d: D9/0 J12",
            "6d: D10/0 J14",
            "96d: J15",
        ],
    );
}

#[test]
fn j16_a_canceled_job_skips_the_copy_and_ends_completed() {
    tells(
        &walk("cancels='3d'"),
        &["0s: J1 D1/0", "1d: J5", "2d: D3/0 J10", "3d: C2 J16", "4d: D11/0 J13", "94d: J15"],
    );
    tells(
        &walk("cancels='3d';drive=[{},{travels='never'}]"),
        &["0s: J1 D1/0 D1/1", "1d: J5", "2d: D4/1 D3/0 J10", "3d: C2 J16", "4d: D11/0 J14", "94d: J15"],
    );
}

#[test]
fn j17_a_late_drive_takes_the_job_back() {
    tells(
        &walk("drive=[{},{travels={later='108h'}}]"),
        &[
            "0s: J1 D1/0 D1/1",
            "1d: J5",
            "2d: D4/1 D3/0 J10",
            "4d: J11 D7/0",
            "5d: D8/0 J12",
            "5d 12h: E6/1 D6/1 J17 D7/1",
            "6d 12h: D8/1 J12",
            "7d 12h: D10/0 D10/1 J13",
            "97d 12h: J15",
        ],
    );
}

#[test]
fn j17_is_possible_until_the_tick_of_leaving() {
    tells(
        &walk("drive=[{},{travels={later='4d 23h 59min 59s 999ms 999us'}}]"),
        &[
            "0s: J1 D1/0 D1/1",
            "1d: J5",
            "2d: D4/1 D3/0 J10",
            "4d: J11 D7/0",
            "5d: D8/0 J12",
            "5d 23h 59min 59s 999ms 999us: E6/1 D6/1 J17 D7/1",
            "6d 23h 59min 59s 999ms 999us: D8/1 J12",
            "7d 23h 59min 59s 999ms 999us: D10/0 D10/1 J13",
            "97d 23h 59min 59s 999ms 999us: J15",
        ],
    );
    tells(
        &walk("drive=[{},{travels={later='5d'}}]"),
        &[
            "0s: J1 D1/0 D1/1",
            "1d: J5",
            "2d: D4/1 D3/0 J10",
            "4d: J11 D7/0",
            "5d: D8/0 J12",
            "6d: D10/0 J14 E6/1 D6/1",
            "7d: D11/1",
            "96d: J15",
        ],
    );
}
