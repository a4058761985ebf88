//! Held packages, guests, wrong addresses, late drives: E1, E4, X2, D6.

use super::*;

/// E1: each held package has its own clock from its arrival.
#[test]
fn b02_each_held_package_is_returned_after_its_own_window() {
    let held = format!("transit='2d';announces='never';back='10d';{};{TWO};travels={{later='18d'}}", kept());
    tells(
        &job("a", &held),
        &[
            "1: 0s D1 [16d InTransitBack] [26d Returned]",
            "2: 0s D1 [32d InTransitBack] [42d Returned]",
            "Unannounced 2d to 42d Settled",
        ],
    );
}

/// E1: 90 d from the failed return of that very package; nothing is destroyed whose return was not attempted.
#[test]
fn b04_each_held_package_is_destroyed_after_its_own_return_failed() {
    let failing = "transit='2d';announces='never';return_fails='5d'";
    tells(
        &job("a", &format!("{failing};{};{TWO};travels={{later='110d'}}", kept())),
        &[
            "1: 0s D1 [16d InTransitBack] [111d Destroyed]",
            "2: 0s D1 [124d InTransitBack] [219d Destroyed]",
            "Unannounced 2d to 219d GivenUp",
        ],
    );
}

/// Words, "out of reach": while the answer window runs, the return waits.
#[test]
fn b05_who_was_reached_is_not_out_of_reach() {
    let reached = "transit='2d';announces='never';updates=['10d','20d'];answers={unannounced={after='20d'}}";
    tells(
        &job("a", reached),
        &[
            "a: 0s Creating J1, 10d Creating J2, 20d Creating J2, 22d Shipping J5, 22d Received J10, \
             22d Transferring J11, 23d Packaging J12, 23d Completed J13, 113d Gone J15",
            "1: 0s D1 22d D3 22d D7 23d D8 23d D10 [23d InTransitBack] [26d Returned]",
            "Unannounced 2d to 22d Answered",
        ],
    );
}

/// E1: from the arrival at the door, not from the dock's work, nor from the loss of the record.
#[test]
fn m01_the_clock_runs_from_the_arrival() {
    let late = job("a", &format!("transit='1d';{TWO};travels={{later='91d 12h'}}"));
    tells(
        &(closed_dock("91d", "95d") + &late),
        &[
            "a: 0s Creating J1, 0s Shipping J5, 1d Received J10, 1d Transferring J11, 2d Packaging J12, \
             2d Closed J14, 92d Gone J15",
            "1: 0s D1 1d D3 1d D7 2d D8 2d D10 [2d InTransitBack] [5d Returned]",
            "2: 0s D1 1d D4 [105d 12h InTransitBack] [108d 12h Returned]",
            "Unannounced 95d to 108d 12h Settled",
        ],
    );
}

/// X2: a guest is claimed by J5, and leaves with its own job.
#[test]
fn p05_j5_claims_a_guest() {
    let a = job("a", &format!("transit='12d';announces='+10d';{WITH_N}"));
    tells(
        &format!("[site.packing]\nper_package='30d'\n{a}{}", job("n", "transit='1d'")),
        &[
            "a: 0s Creating J1, 10d Shipping J5, 12d Received J10, 12d Transferring J11, 13d Packaging J12, \
             43d Completed J13, 133d Gone J15",
            "1: 0s D1 12d D3 12d D7 13d D8 43d D10 [43d InTransitBack] [46d Returned]",
            "2: 0s D1 10d D3 12d D7 13d D8 43d D10 [43d InTransitBack] [46d Returned]",
            "n: 0s Creating J1, 0s Shipping J5, 1d Received J10, 1d Transferring J11, 2d Packaging J12, \
             32d Completed J13, 122d Gone J15",
            "1: 0s D1 1d D3 1d D7 2d D8 32d D10 [32d InTransitBack] [35d Returned]",
        ],
    );
}

/// E1, X2: a guest in a held package is claimed too.
#[test]
fn n13_j5_claims_a_guest_of_a_held_package() {
    let a = job("a", &format!("packs='2d';transit='1d';{WITH_N}"));
    let n = job("n", "transit='1d';announces='never';answers={unannounced={after='10d'}}");
    tells(
        &(a + &n),
        &[
            "a: 0s Creating J1, 2d Shipping J5, 3d Received J10, 3d Transferring J11, 4d Packaging J12, \
             4d Completed J13, 94d Gone J15",
            "1: 0s D1 3d D3 3d D7 4d D8 4d D10 [4d InTransitBack] [7d Returned]",
            "2: 0s D1 2d D3 3d D7 4d D8 4d D10 [4d InTransitBack] [7d Returned]",
            "n: 0s Creating J1, 11d Shipping J5, 11d Received J10, 11d Transferring J11, 12d Packaging J12, \
             12d Completed J13, 102d Gone J15",
            "1: 0s D1 11d D3 11d D7 12d D8 12d D10 [12d InTransitBack] [15d Returned]",
            "Unannounced 1d to 11d Answered",
        ],
    );
}

/// E4, X2: a guest is never destroyed with the job that brought it.
#[test]
fn n12_a_guest_is_not_destroyed() {
    let a = job("a", "packs='never';[[job.drive]];travels={with='n'}");
    tells(
        &(a + &job("n", "transit='1d';return_address='bad'")),
        &[
            "a: 0s Creating J1, 14d Gone J3",
            "1: 0s D1 [91d InTransitBack] [94d Returned]",
            "n: 0s Creating J1, 0s Shipping J5, 1d Received J10, 1d Transferring J11, 2d Packaging J12, \
             91d Closed J14, 181d Gone J15",
            "1: 0s D1 1d D3 1d D7 2d D8 [91d Destroyed]",
            "BadAddress 1d to 91d GivenUp",
        ],
    );
}

/// E1: a return to an address known to be wrong is not attempted and counts as failed at once.
#[test]
fn c07_a_late_drive_of_a_closed_job_with_a_wrong_address() {
    let wrong = format!("transit='1d';return_address='bad';extras=1;{TWO};travels={{later='100d'}}");
    tells(
        &job("a", &wrong),
        &[
            "a: 0s Creating J1, 0s Shipping J5, 1d Received J10, 1d Transferring J11, 2d Packaging J12, \
             91d Closed J14, 181d Gone J15",
            "1: 0s D1 1d D3 1d D7 2d D8 [91d Destroyed]",
            "2: 0s D1 1d D4 100d D6 [204d Destroyed]",
            "x: [91d Destroyed]",
            "BadAddress 1d to 91d GivenUp",
            "Unannounced 100d to 204d GivenUp",
        ],
    );
}

/// J17: a late drive of an export before the job has shipped back.
#[test]
fn e04_a_late_drive_of_an_export() {
    let export = job("a", &format!("type='export';transit='1d';{TWO};travels={{later='3d'}}"));
    tells(
        &format!("[site.packing]\nper_package='2d'\n{export}"),
        &[
            "a: 0s Creating J1, 0s Shipping J5, 1d Received J10, 1d Transferring J11, 2d Packaging J12, \
             3d Transferring J17, 4d Packaging J12, 6d Completed J13, 96d Gone J15",
            "1: 1d D2 1d D7 2d D8 6d D10 [6d InTransitBack] [9d Returned]",
            "2: 3d D2 3d D7 4d D8 6d D10 [6d InTransitBack] [9d Returned]",
        ],
    );
}

/// J6, D5: where another drive was routed, J10 follows at the same instant and no case opens.
#[test]
fn routed_a_drive_came_with_another_package_and_the_own_is_lost() {
    tells(
        &(job("a", &format!("transit='lost';{WITH_N}")) + &job("n", "transit='1d'")),
        &[
            "a: 0s Creating J1, 0s Shipping J5, 14d Shipping J6, 14d Received J10, 14d Transferring J11, \
             15d Packaging J12, 15d Closed J14, 105d Gone J15",
            "1: 0s D1 14d D5 [3d Lost]",
            "2: 0s D1 1d D3 14d D7 15d D8 15d D10 [15d InTransitBack] [18d Returned]",
            "n: 0s Creating J1, 0s Shipping J5, 1d Received J10, 1d Transferring J11, 2d Packaging J12, \
             2d Completed J13, 92d Gone J15",
            "1: 0s D1 1d D3 1d D7 2d D8 2d D10 [2d InTransitBack] [5d Returned]",
        ],
    );
}
