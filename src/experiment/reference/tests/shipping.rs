//! The missing package, cancels and faults: J6 to J10, D4, F3.

use super::*;

const CANCEL: &str = "answers={missing_package=[{after='6d',says='cancel'}]}";

/// D4: a package passed the dock without it, though none with a listed drive came.
#[test]
fn a17_a_package_of_extra_drives_only_makes_the_listed_never_received() {
    tells(
        &job("a", "transit='1d';extras=1;[[job.drive]];travels='never'"),
        &[
            "a: 0s Creating J1, 0s Shipping J5, 14d Shipping J6, 44d Closed J9, 134d Gone J15",
            "1: 0s D1 1d D4",
            "x: [44d InTransitBack] [47d Returned]",
            "MissingPackage 14d to 44d GivenUp",
        ],
    );
}

/// J8: canceled now, judged when nothing waits at the dock.
#[test]
fn a14_an_answer_meets_a_package_that_waits_at_the_dock() {
    tells(
        &(closed_dock("15d", "25d") + &job("a", &format!("transit='19d';{CANCEL}"))),
        &[
            "a: 0s Creating J1, 0s Shipping J5, 14d Shipping J6, 20d Shipping C2, 25d Received J10, \
             25d Packaging J16, 25d Completed J13, 115d Gone J15",
            "1: 0s D1 14d D5 25d D6 25d D11 [25d InTransitBack] [28d Returned]",
            "MissingPackage 14d to 20d Answered",
        ],
    );
}

/// J8: the same with a package of extra drives.
#[test]
fn only_extra_an_answer_meets_a_package_without_a_listed_drive() {
    let only_extra = format!("transit='19d';extras=1;{CANCEL};[[job.drive]];travels='never'");
    tells(
        &(closed_dock("15d", "25d") + &job("a", &only_extra)),
        &[
            "a: 0s Creating J1, 0s Shipping J5, 14d Shipping J6, 20d Shipping C2, 25d Closed J8, 115d Gone J15",
            "1: 0s D1 14d D5",
            "x: [25d InTransitBack] [28d Returned]",
            "MissingPackage 14d to 20d Answered",
        ],
    );
}

/// J8, J9: an answer after the window counts for nothing, though J9 still waits for the dock.
#[test]
fn a15_an_answer_after_the_window_counts_for_nothing() {
    let late = job("a", "transit='43d';answers={missing_package=[{after='31d',says='cancel'}]}");
    tells(
        &(closed_dock("15d", "50d") + &late),
        &[
            "a: 0s Creating J1, 0s Shipping J5, 14d Shipping J6, 50d Received J10, 50d Transferring J11, \
             51d Packaging J12, 51d Completed J13, 141d Gone J15",
            "1: 0s D1 14d D5 50d D6 50d D7 51d D8 51d D10 [51d InTransitBack] [54d Returned]",
            "MissingPackage 14d to 50d Settled",
        ],
    );
}

/// J8: canceled before the notice, after it, and during an extension.
#[test]
fn m10_cancels_around_the_notice() {
    let wait = "answers={missing_package={after='2d',says='wait'}}";
    let jobs = [
        job("a", "transit='lost';cancels='3d'"),
        job("b", "transit='lost';cancels='15d'"),
        job("c", &format!("transit='lost';cancels='20d';{wait}")),
    ];
    tells(
        &jobs.concat(),
        &[
            "a: 0s Creating J1, 0s Shipping J5, 3d Shipping C2, 14d Shipping J6, 14d Closed J8, 104d Gone J15",
            "1: 0s D1 14d D5 [3d Lost]",
            "b: 0s Creating J1, 0s Shipping J5, 14d Shipping J6, 15d Closed J8, 105d Gone J15",
            "1: 0s D1 14d D5 [3d Lost]",
            "MissingPackage 14d to 15d Settled",
            "c: 0s Creating J1, 0s Shipping J5, 14d Shipping J6, 16d Shipping J7, 20d Closed J8, 110d Gone J15",
            "1: 0s D1 14d D5 [3d Lost]",
            "MissingPackage 14d to 16d Answered",
        ],
    );
}

/// D4: in any (base) state from Shipping on, Closed included.
#[test]
fn b23_a_closed_job_learns_what_its_package_lacks() {
    let fault = "fault={cause='customs_hold',in='shipping',after='1d'}";
    tells(
        &job("a", &format!("transit='40d';{fault};{TWO};travels='never'")),
        &[
            "a: 0s Creating J1, 0s Shipping J5, 1d Faulted J18, 31d Closed F2, 121d Gone J15",
            "1: 0s D1 40d D3 40d D11 [40d InTransitBack] [43d Returned]",
            "2: 0s D1 40d D4",
            "JobFault 1d to 31d GivenUp",
        ],
    );
}

/// F3: what fell due first is made first; a cancel is judged anew in the state reached.
#[test]
fn b25_changes_are_made_in_the_order_in_which_they_fell_due() {
    let fault = "fault={cause='customs_hold',in='shipping',after='15d'};answers={job_fault={after='9d'}}";
    tells(
        &job("a", &format!("transit='20d';{fault};cancels='22d'")),
        &[
            "a: 0s Creating J1, 0s Shipping J5, 14d Shipping J6, 15d Faulted J18, 22d Faulted C2, \
             24d Shipping J19, 24d Received J10, 24d Packaging J16, 24d Completed J13, 114d Gone J15",
            "1: 0s D1 14d D5 20d D6 24d D11 [24d InTransitBack] [27d Returned]",
            "MissingPackage 14d to 20d Settled",
            "JobFault 15d to 24d Answered",
        ],
    );
}

/// J13, J14: an error is told of a job as it was when the job ended.
#[test]
fn a04_the_error_is_that_of_the_end() {
    let error = |text: &str| ask(&scenario(&job("a", text)))[0].error;
    assert!(error("transit='44d 1us';extras=1"), "NeverReceived when the job was Closed");
    assert!(!error("transit='44d';extras=1"), "Received at the last instant");
}
