//! What Get Job answers at any instant (policy, G1), and what never happens (J22).

use crate::policy_kit::*;
use shipback::world::JobView;

/// State, percent of the job, and state and percent of each drive.
fn brief(view: &JobView) -> String {
    let drive =
        |drive: &shipback::world::DriveView| format!(" {} {}", drive.wire_state, drive.percent_complete);
    format!("{} {}{}", view.state, view.percent_complete, view.drives.iter().map(drive).collect::<String>())
}

#[track_caller]
fn sees(text: &str, expected: &[(&str, &str)]) {
    for (at, answer) in expected {
        let seen = view(text, 0, at).map_or("not found".to_string(), |view| brief(&view));
        assert_eq!(seen, *answer, "at {at}");
    }
}

#[test]
fn g1_a_walk_through_all_states() {
    sees(
        &walk("at='1h'").replace("packs='1d'", "packs='23h'"),
        &[
            ("59min", "not found"),
            ("1h", "Creating 0 Specified 0"),
            ("36h", "Shipping 0 Specified 0"),
            ("3d", "Received 0 Received 0"),
            ("4d", "Transferring 0 Transferring 0"),
            ("4d 12h", "Transferring 50 Transferring 50"),
            ("4d 23h 59min 59s 999ms 999us", "Transferring 99 Transferring 99"),
            ("5d", "Packaging 100 Completed 100"),
            ("6d", "Completed 100 ShippedBack 100"),
            ("95d 23h 59min 59s 999ms 999us", "Completed 100 ShippedBack 100"),
            ("96d", "not found"),
        ],
    );
}

#[test]
fn g1_percent_is_rounded_down_and_drives_not_copied_count_with_their_bytes() {
    // The other drive never comes.
    let text = at_once("transit='0d';drive=[{bytes='2B'},{bytes='1B',travels='never'}]");
    sees(&text, &[("1d", "Closed 66 ShippedBack 100 NeverReceived 0")]);
    // Faulted at 2 of 3 bytes after 2 us; then the other one, which is half copied 12 h later.
    let fault = "drive=[{bytes='3B',copy='unreadable',found_after='2B'},{bytes='86.4GB'}]";
    let text = format!("{ONE_BAY}{}", at_once(&format!("transit='0d';{fault}")));
    sees(
        &text,
        &[
            ("12h 1us", "Transferring 49 Transferring 66 Transferring 49"),
            ("12h 2us", "Transferring 50 Transferring 66 Transferring 50"),
        ],
    );
    assert_eq!(view(&text, 0, "12h").unwrap().drives[0].state.name(), "Faulted");
}

#[test]
fn g1_with_nothing_to_copy_it_is_0_until_packaging_then_100() {
    let text = format!("{}[site.packing]\nper_package='1d'\n", closed("bays", "0d", "2d"));
    sees(
        &format!("{text}{}", at_once("transit='1d'")),
        &[
            ("0d", "Shipping 0 Specified 0"),
            ("1d", "Received 0 Received 0"),
            ("2d", "Packaging 100 Completed 100"),
            ("3d", "Completed 100 ShippedBack 100"),
        ],
    );
    // Closed by J9: it never was Packaging.
    sees(
        &at_once("transit='lost'"),
        &[("43d", "Shipping 0 NeverReceived 0"), ("44d", "Closed 0 NeverReceived 0")],
    );
}

#[test]
fn g1_a_faulted_job_shows_it_and_a_faulted_drive_the_state_before() {
    let text = walk("fault={cause='customs_hold',in='received',after='1d'};answers={job_fault={after='5d'}}");
    sees(&text, &[("3d", "Faulted 0 Received 0"), ("8d", "Transferring 0 Transferring 0")]);
    // Once the fault is solved (D13), it is shown as it is again.
    let fault = "transit='0d';drive=[{bytes='86.4GB',copy='wrong_key',answer={after='1d'}}]";
    sees(
        &format!("{ONE_BAY}{}", at_once(fault)),
        &[("12h", "Transferring 0 Received 0"), ("1d 12h", "Transferring 50 Transferring 50")],
    );
}

#[test]
fn g1_an_export_lists_its_drives_once_they_are_registered() {
    sees(
        &walk("type='export';drives=2"),
        &[
            ("36h", "Shipping 0"),
            ("3d", "Received 0 Received 0 Received 0"),
            ("4d 6h", "Transferring 25 Transferring 25 Transferring 25"),
        ],
    );
}

#[test]
fn g1_logs_are_there_once_a_copy_has_begun() {
    let logs = |at: &str| view(&walk(""), 0, at).unwrap().drives[0].has_logs;
    assert_eq!(["3d", "4d", "7d"].map(logs), [false, true, true]);
}

#[test]
fn g1_packages_are_shown_once_they_are_known() {
    let shown = |at: &str| {
        let view = view(&walk(""), 0, at).unwrap();
        (view.delivery_package.is_some(), view.return_package.is_some())
    };
    assert_eq!(
        ["12h", "1d", "5d 12h", "6d"].map(shown),
        [(false, false), (true, false), (true, false), (true, true)]
    );
}

#[test]
fn g1_a_new_job_answers_for_the_drives_that_the_old_one_lost() {
    let text = job("j", "packs='20d';transit='1d';bytes='0B';answers={no_record={after='2d'}}");
    sees(&text, &[("22d", "not found")]);
}

#[test]
fn j22_no_drive_is_processed_before_its_job_is_in_shipping() {
    // At the dock from day 2, with everything free: still as it came until the job is set to Shipping on day 13.
    let text = job("j", "packs='1d';transit='1d';announces='+12d'");
    sees(
        &text,
        &[
            ("2d", "Creating 0 Specified 0"),
            ("12d 23h 59min", "Creating 0 Specified 0"),
            ("14d", "Completed 100 ShippedBack 100"),
        ],
    );
    assert_eq!(first("D3", &log(&text, STATES)).as_deref(), Some("13d"));
}
