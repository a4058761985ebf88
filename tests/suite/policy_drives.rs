//! The rules of a drive's life, and the extra drives (policy, Drives).

use crate::policy_kit::*;

#[test]
fn d2_d10_the_drives_of_an_export() {
    shows(
        &walk("type='export';drives=2"),
        &[
            "0s: J1",
            "1d: J5 /0InTransitIn /1InTransitIn",
            "2d: /0AtDock /1AtDock D2/0 /0AtSite D2/1 /1AtSite J10",
            "4d: J11 D7/0 D7/1",
            "5d: D8/0 D8/1 J12",
            "6d: D10/0 D10/1 /0InTransitBack /1InTransitBack J13",
            "9d: /0Returned /1Returned",
            "96d: J15",
        ],
    );
}

#[test]
fn d2_registers_every_drive_of_an_exports_package() {
    tells(
        &at_once("type='export';transit='1d';extras=1"),
        &["0s: J1 J5", "1d: D2/0 D2/1 J10 J11 D7/1 D7/0 D8/1 D8/0 J12 D10/0 D10/1 J13", "91d: J15"],
    );
    tells(
        &at_once("type='export';transit='1d';drive=[{},{travels={later='50d'}}]"),
        &["0s: J1 J5", "1d: D2/0 J10 J11 D7/0 D8/0 J12 D10/0 J13", "50d: D2/1 D11/1", "91d: J15"],
    );
}

#[test]
fn d3_waits_for_the_dock() {
    tells(
        &(closed("dock", "0d", "3d") + &at_once("transit='1d'")),
        &["0s: J1 D1/0 J5", "3d: D3/0 J10 J11 D7/0 D8/0 J12 D10/0 J13", "93d: J15"],
    );
}

#[test]
fn d4_the_package_came_without_the_drive_and_d6_it_comes_later() {
    tells(
        &walk("drive=[{},{travels={later='2d'}}]"),
        &[
            "0s: J1 D1/0 D1/1",
            "1d: J5",
            "2d: D4/1 D3/0 J10",
            "3d: E6/1 D6/1",
            "4d: J11 D7/0 D7/1",
            "5d: D8/0 D8/1 J12",
            "6d: D10/0 D10/1 J13",
            "96d: J15",
        ],
    );
}

/// Both packages arrive on day 1. The dock receives the drives of the first one before it opens the second one.
#[test]
fn d4_is_judged_by_the_package_that_is_opened() {
    tells(
        &[
            "[site.dock]\nservers=1\nper_package='1d'\n",
            &at_once("transit='1d';drive=[{},{travels={later='1d'}}]"),
        ]
        .concat(),
        &[
            "0s: J1 D1/0 D1/1 J5",
            "2d: D4/1 D3/0 J10 J11 D7/0 D8/0 J12 D10/0 J14",
            "3d: E6/1 D6/1 D11/1",
            "92d: J15",
        ],
    );
}

/// A parcel without any drive, for a job in Creating and for one without a record: neither is in Shipping or later, and there is
/// nothing to hold (E1).
#[test]
fn d4_not_before_shipping() {
    let empty =
        |parts: &str| job("j", &format!("{parts};transit='2d';bytes='0B';drive=[{{travels='never'}}]"));
    tells(&empty("packs='20d'"), &["0s: J1 D1/0", "14d: J3", "20d: C3!"]);
    tells(&empty("packs='1d';announces='never'"), &["0s: J1 D1/0", "14d: J3"]);
}

#[test]
fn d6_in_shipping() {
    tells(
        &at_once("transit='lost';drive=[{},{travels={later='20d'}}]"),
        &[
            "0s: J1 D1/0 D1/1 J5",
            "14d: J6 D5/0 D5/1 MissingPackage+",
            "20d: E6/1 D6/1 J10 MissingPackage=Settled J11 D7/1 D8/1 J12 D10/1 J14",
            "110d: J15",
        ],
    );
}

#[test]
fn d6_in_transferring() {
    tells(
        &walk("drive=[{},{travels={later='84h'}}]"),
        &[
            "0s: J1 D1/0 D1/1",
            "1d: J5",
            "2d: D4/1 D3/0 J10",
            "4d: J11 D7/0",
            "4d 12h: E6/1 D6/1 D7/1",
            "5d: D8/0",
            "5d 12h: D8/1 J12",
            "6d 12h: D10/0 D10/1 J13",
            "96d 12h: J15",
        ],
    );
}

#[test]
fn d6_in_packaging_of_a_canceled_job() {
    tells(
        &walk("cancels='3d';drive=[{},{travels={later='60h'}}]"),
        &[
            "0s: J1 D1/0 D1/1",
            "1d: J5",
            "2d: D4/1 D3/0 J10",
            "3d: C2 J16",
            "3d 12h: E6/1 D6/1",
            "4d: D11/0 D11/1 J13",
            "94d: J15",
        ],
    );
}

#[test]
fn d6_of_a_closed_job_goes_back_in_a_package_of_its_own() {
    shows(
        &walk("drive=[{},{travels={later='20d'}}]"),
        &[
            "0s: J1 D1/0 D1/1",
            "1d: J5 /0InTransitIn /1InTransitIn",
            "2d: /0AtDock D4/1 D3/0 /0AtSite J10",
            "4d: J11 D7/0",
            "5d: D8/0 J12",
            "6d: D10/0 /0InTransitBack J14",
            "9d: /0Returned",
            "21d: /1AtDock E6/1 D6/1 /1AtSite",
            "22d: D11/1 /1InTransitBack",
            "25d: /1Returned",
            "96d: J15",
        ],
    );
}

/// Held as in E1: answered; never answered, so destroyed, since no return to that address is attempted; answered on the last
/// tick of the answer window, and after it; and an address that nobody has seen.
#[test]
fn d6_of_a_closed_job_with_an_address_known_to_be_wrong() {
    let text = |more: &str| {
        at_once(&format!("transit='1d';return_address='bad';drive=[{{}},{{travels={{later='100d'}}}}]{more}"))
    };
    let answer = |after: &str| format!(";answers={{unannounced=['never',{{after='{after}'}}]}}");
    let before = [
        "0s: J1 D1/0 D1/1 J5 /0InTransitIn /1InTransitIn",
        "1d: /0AtDock D4/1 D3/0 /0AtSite J10 J11 BadAddress+ D7/0 D8/0 J12",
        "91d: BadAddress=GivenUp /0Destroyed J14",
        "100d: /1AtDock E6/1 D6/1 /1AtSite Unannounced+",
    ];
    let after = ["103d: Unannounced=Answered D11/1 /1InTransitBack", "106d: /1Returned", "181d: J15"];
    shows(&text(&answer("3d")), &[&before[..], &after].concat());
    let after = ["114d: Unannounced?", "181d: J15", "204d: NoRecord=GivenUp /1Destroyed"];
    shows(&text(";return_fails='2d'"), &[&before[..], &after].concat());
    let after = ["130d: Unannounced=Answered D11/1 /1InTransitBack", "133d: /1Returned", "181d: J15"];
    shows(&text(&answer("30d")), &[&before[..], &after].concat());
    let after = [
        "130d: Unannounced?",
        "140d: Unannounced=Answered D11/1 /1InTransitBack",
        "143d: /1Returned",
        "181d: J15",
    ];
    shows(&text(&answer("40d")), &[&before[..], &after].concat());
    shows(
        &at_once("transit='lost';return_address='bad';drive=[{},{travels={later='60d'}}]"),
        &[
            "0s: J1 D1/0 D1/1 J5 /0InTransitIn /1InTransitIn",
            "3d: /0Lost",
            "14d: J6 D5/0 D5/1 MissingPackage+",
            "44d: MissingPackage=GivenUp J9",
            "60d: /1AtDock E6/1 D6/1 /1AtSite D11/1 /1InTransitBack",
            "63d: /1Returned",
            "134d: J15",
        ],
    );
}

#[test]
fn d6_without_a_record() {
    shows(
        &walk("drive=[{},{travels={later='120d'}}]"),
        &[
            "0s: J1 D1/0 D1/1",
            "1d: J5 /0InTransitIn /1InTransitIn",
            "2d: /0AtDock D4/1 D3/0 /0AtSite J10",
            "4d: J11 D7/0",
            "5d: D8/0 J12",
            "6d: D10/0 /0InTransitBack J14",
            "9d: /0Returned",
            "96d: J15",
            "121d: /1AtDock NoRecord+",
            "135d: NoRecord?",
            "136d: /1InTransitBack",
            "139d: /1Returned NoRecord=Settled",
        ],
    );
    shows(
        &walk("drive=[{},{travels={later='120d'}}];answers={no_record=['never',{after='2d'}]}"),
        &[
            "0s: J1 D1/0 D1/1",
            "1d: J5 /0InTransitIn /1InTransitIn",
            "2d: /0AtDock D4/1 D3/0 /0AtSite J10",
            "4d: J11 D7/0",
            "5d: D8/0 J12",
            "6d: D10/0 /0InTransitBack J14",
            "9d: /0Returned",
            "96d: J15",
            "121d: /1AtDock NoRecord+",
            "123d: NoRecord=Answered j'.J1 j'.D1/0 E1/1 j'./0AtDock j'.J5 j'.D3/0 j'./0AtSite j'.J10 j'.J11 j'.D7/0",
            "124d: j'.D8/0 j'.J12",
            "125d: j'.D10/0 j'./0InTransitBack j'.J13",
            "128d: j'./0Returned",
            "215d: j'.J15",
        ],
    );
}

#[test]
fn d7_d8_d9_copying() {
    tells(
        &[
            SLOW,
            &at_once(
                "transit='0d';drive=[{bytes='86.4GB'},{bytes='172.8GB',copy='errors'},\
             {bytes='43.2GB',copy='warnings'}]",
            ),
        ]
        .concat(),
        &[
            "0s: J1 D1/0 D1/1 D1/2 J5 D3/0 D3/1 D3/2 J10 J11 D7/1 D7/2 D7/0",
            "12h: D9/2",
            "1d: D8/0",
            "2d: D9/1 J12 D10/0 D10/1 D10/2 J14",
            "92d: J15",
        ],
    );
}

#[test]
fn d11_leaves_unprocessed() {
    tells(
        &at_once("transit='4d';cancels='3d'"),
        &["0s: J1 D1/0 J5", "3d: C2", "4d: D3/0 J10 J16 D11/0 J13", "94d: J15"],
    );
}

#[test]
fn d12_d13_a_fault_found_while_mounting() {
    tells(
        &at_once("transit='0d';drive=[{copy='wrong_key',answer={after='5d'}},{}]"),
        &[
            "0s: J1 D1/0 D1/1 J5 D3/0 D3/1 J10 J11 D7/1 D12/0 DriveFault+ D8/1",
            "5d: DriveFault=Answered D13/0 D7/0 D8/0 J12 D10/0 D10/1 J13",
            "95d: J15",
        ],
    );
}

#[test]
fn d13_keeps_the_bytes_already_copied() {
    tells(
        &[
            ONE_BAY,
            &at_once(
                "transit='0d';bytes='86.4GB';\
             drive=[{copy='unreadable',found_after='21.6GB',answer={after='5d'}},{}]",
            ),
        ]
        .concat(),
        &[
            "0s: J1 D1/0 D1/1 J5 D3/0 D3/1 J10 J11 D7/0",
            "6h: D12/0 DriveFault+ D7/1",
            "1d 6h: D8/1",
            "5d 6h: DriveFault=Answered D13/0 D7/0",
            "6d: D8/0 J12 D10/0 D10/1 J13",
            "96d: J15",
        ],
    );
}

#[test]
fn d14_given_up_is_an_error() {
    tells(
        &[
            ONE_BAY,
            &at_once("transit='0d';bytes='86.4GB';drive=[{copy='broken_manifest',found_after='21.6GB'},{}]"),
        ]
        .concat(),
        &[
            "0s: J1 D1/0 D1/1 J5 D3/0 D3/1 J10 J11 D7/0",
            "6h: D12/0 DriveFault+ D7/1",
            "1d 6h: D8/1",
            "30d 6h: DriveFault=GivenUp D14/0 J12 D10/0 D10/1 J14",
            "120d 6h: J15",
        ],
    );
}

/// And its case: settled by leaving, given up before, solved before.
#[test]
fn d11_a_faulted_drive_of_a_canceled_job_leaves() {
    tells(
        &[
            "[site.packing]\nper_package='2d'\n",
            &at_once("transit='0d';cancels='2d';drive=[{copy='broken_manifest'},{}]"),
        ]
        .concat(),
        &[
            "0s: J1 D1/0 D1/1 J5 D3/0 D3/1 J10 J11 D7/1 D12/0 DriveFault+ D8/1",
            "2d: C2 J12",
            "4d: D11/0 DriveFault=Settled D10/1 J13",
            "94d: J15",
        ],
    );
    tells(
        &[
            "[site.packing]\nper_package='2d'\n",
            &at_once("transit='0d';cancels='29d';drive=[{copy='broken_manifest'},{}]"),
        ]
        .concat(),
        &[
            "0s: J1 D1/0 D1/1 J5 D3/0 D3/1 J10 J11 D7/1 D12/0 DriveFault+ D8/1",
            "29d: C2 J12",
            "30d: DriveFault=GivenUp D14/0",
            "31d: D10/0 D10/1 J14",
            "121d: J15",
        ],
    );
    tells(
        &[
            "[site.packing]\nper_package='2d'\n",
            &at_once("transit='0d';cancels='2d';drive=[{copy='broken_manifest',answer={after='3d'}},{}]"),
        ]
        .concat(),
        &[
            "0s: J1 D1/0 D1/1 J5 D3/0 D3/1 J10 J11 D7/1 D12/0 DriveFault+ D8/1",
            "2d: C2 J12",
            "3d: DriveFault=Answered D13/0",
            "4d: D11/0 D10/1 J13",
            "94d: J15",
        ],
    );
}

#[test]
fn x1_an_extra_drive_leaves_with_the_return_package() {
    shows(
        &walk("extras=1"),
        &[
            "0s: J1 D1/0",
            "1d: J5 /0InTransitIn /x0InTransitIn",
            "2d: /0AtDock /x0AtDock D3/0 /0AtSite J10 E7/x0 X1/x0 /x0AtSite",
            "4d: J11 D7/0",
            "5d: D8/0 J12",
            "6d: D10/0 /0InTransitBack /x0InTransitBack J13",
            "9d: /0Returned /x0Returned",
            "96d: J15",
        ],
    );
}

/// J9, J8.
#[test]
fn x1_leaves_alone_where_no_return_package_will() {
    shows(
        &at_once("extras=1;drive=[{travels='never'}]"),
        &[
            "0s: J1 D1/0 J5 /x0InTransitIn",
            "3d: /x0AtDock D4/0 E5/x0 E7/x0 X1/x0 /x0AtSite",
            "14d: J6 MissingPackage+",
            "44d: MissingPackage=GivenUp J9 /x0InTransitBack",
            "47d: /x0Returned",
            "134d: J15",
        ],
    );
    shows(
        &at_once(
            "extras=1;drive=[{travels='never'}];\
             answers={missing_package={after='3d',says='cancel'}}",
        ),
        &[
            "0s: J1 D1/0 J5 /x0InTransitIn",
            "3d: /x0AtDock D4/0 E5/x0 E7/x0 X1/x0 /x0AtSite",
            "14d: J6 MissingPackage+",
            "17d: MissingPackage=Answered J8 /x0InTransitBack",
            "20d: /x0Returned",
            "107d: J15",
        ],
    );
}

#[test]
fn x1_shares_the_fate_of_the_drives_after_e4() {
    shows(
        &at_once("transit='1d';extras=1;return_address='bad'"),
        &[
            "0s: J1 D1/0 J5 /0InTransitIn /x0InTransitIn",
            "1d: /0AtDock /x0AtDock D3/0 /0AtSite J10 J11 BadAddress+ E5/x0 E7/x0 X1/x0 /x0AtSite D7/0 D8/0 J12",
            "91d: BadAddress=GivenUp /0Destroyed /x0Destroyed J14",
            "181d: J15",
        ],
    );
}

#[test]
fn x2_routed_to_a_job_in_shipping() {
    tells(
        &(job("j", "packs='1d';transit='2d';bytes='0B'")
            + &job("b", "packs='0d';transit='9d';bytes='0B';drive=[{travels={with='j'}},{}]")),
        &[
            "0s: J1 D1/0 b.J1 b.D1/0 b.D1/1 b.J5",
            "1d: J5",
            "3d: D3/0 J10 J11 b.E5/0 b.X2/0 b.D3/0 D7/0 D8/0 J12 D10/0 J13",
            "9d: b.D3/1 b.J10 b.J11 b.D7/1 b.D7/0 b.D8/1 b.D8/0 b.J12 b.D10/0 b.D10/1 b.J13",
            "93d: J15",
            "99d: b.J15",
        ],
    );
}

#[test]
fn x2_routed_to_a_job_after_its_notice() {
    tells(
        &(job("j", "packs='9d';transit='11d';bytes='0B'")
            + &job("b", "packs='0d';transit='lost';bytes='0B';drive=[{travels={with='j'}},{}]")),
        &[
            "0s: J1 D1/0 b.J1 b.D1/0 b.D1/1 b.J5",
            "9d: J5",
            "14d: b.J6 b.D5/0 b.D5/1 b.MissingPackage+",
            "20d: D3/0 J10 J11 b.E5/0 b.X2/0 b.E6/0 b.D6/0 b.J10 b.MissingPackage=Settled b.J11 D7/0 b.D7/0 D8/0 J12 b.D8/0 b.J12 D10/0 J13 b.D10/0 b.J14",
            "110d: J15 b.J15",
        ],
    );
}

#[test]
fn x2_routed_to_a_closed_job_goes_back_from_there() {
    shows(
        &(job("j", "packs='9d';transit='44d';bytes='0B'")
            + &job("b", "packs='0d';transit='lost';bytes='0B';drive=[{travels={with='j'}},{}]")),
        &[
            "0s: J1 D1/0 b.J1 b.D1/0 b.D1/1 b.J5 b./1InTransitIn",
            "3d: b./1Lost",
            "9d: J5 /0InTransitIn b./0InTransitIn",
            "14d: b.J6 b.D5/0 b.D5/1 b.MissingPackage+",
            "23d: J6 D5/0 MissingPackage+",
            "44d: b.MissingPackage=GivenUp b.J9",
            "53d: /0AtDock b./0AtDock E6/0 D6/0 /0AtSite J10 MissingPackage=Settled J11 b.E5/0 b.X2/0 b.E6/0 b.D6/0 b./0AtSite D7/0 b.D11/0 b./0InTransitBack D8/0 J12 D10/0 /0InTransitBack J13",
            "56d: b./0Returned /0Returned",
            "134d: b.J15",
            "143d: J15",
        ],
    );
}

/// It is extra there, and stays away from the job that lists it.
#[test]
fn x2_not_where_the_job_is_in_creating() {
    shows(
        &(job("j", "packs='1d';transit='2d';bytes='0B'")
            + &job("b", "packs='8d';transit='1d';bytes='0B';drive=[{travels={with='j'}},{}]")),
        &[
            "0s: J1 D1/0 b.J1 b.D1/0 b.D1/1",
            "1d: J5 /0InTransitIn b./0InTransitIn",
            "3d: /0AtDock b./0AtDock D3/0 /0AtSite J10 J11 b.E5/0 b.X1/0 b./0AtSite D7/0 D8/0 J12 D10/0 /0InTransitBack b./0InTransitBack J13",
            "6d: /0Returned b./0Returned",
            "8d: b.J5 b./1InTransitIn",
            "9d: b./1AtDock b.D4/0 b.D3/1 b./1AtSite b.J10 b.J11 b.D7/1 b.D8/1 b.J12 b.D10/1 b./1InTransitBack b.J14",
            "12d: b./1Returned",
            "93d: J15",
            "99d: b.J15",
        ],
    );
}

#[test]
fn x2_not_where_the_job_is_gone() {
    shows(
        &(job("j", "packs='13d';transit='2d';bytes='0B'")
            + &job("b", "packs='never';bytes='0B';drive=[{travels={with='j'}},{}]")),
        &[
            "0s: J1 D1/0 b.J1 b.D1/0 b.D1/1",
            "13d: J5 /0InTransitIn b./0InTransitIn",
            "14d: b.J3",
            "15d: /0AtDock b./0AtDock D3/0 /0AtSite J10 J11 b.E5/0 b.X1/0 b./0AtSite D7/0 D8/0 J12 D10/0 /0InTransitBack b./0InTransitBack J13",
            "18d: /0Returned b./0Returned",
            "105d: J15",
        ],
    );
    shows(
        &(job("j", "packs='1d';transit='2d';bytes='0B'")
            + &job("b", "packs='never';deletes='0d';bytes='0B';drive=[{travels={with='j'}},{}]")),
        &[
            "0s: J1 D1/0 b.J1 b.D1/0 b.D1/1 b.J4",
            "1d: J5 /0InTransitIn b./0InTransitIn",
            "3d: /0AtDock b./0AtDock D3/0 /0AtSite J10 J11 b.E5/0 b.X1/0 b./0AtSite D7/0 D8/0 J12 D10/0 /0InTransitBack b./0InTransitBack J13",
            "6d: /0Returned b./0Returned",
            "93d: J15",
        ],
    );
}

/// An export lists no drive.
#[test]
fn x2_not_where_the_other_job_is_an_export() {
    tells(
        &(job("j", "packs='1d';transit='2d';bytes='0B'")
            + &job("b", "packs='0d';type='export';transit='9d';bytes='0B';drive=[{travels={with='j'}},{}]")),
        &[
            "0s: J1 D1/0 b.J1 b.J5",
            "1d: J5",
            "3d: D3/0 J10 J11 b.E5/0 b.X1/0 D7/0 D8/0 J12 D10/0 J13",
            "9d: b.D2/1 b.J10 b.J11 b.D7/1 b.D8/1 b.J12 b.D10/1 b.J13",
            "93d: J15",
            "99d: b.J15",
        ],
    );
}

#[test]
fn x2_out_of_an_exports_package() {
    tells(
        &(job("j", "packs='1d';transit='2d';bytes='0B';type='export'")
            + &job("b", "packs='0d';transit='9d';bytes='0B';drive=[{travels={with='j'}},{}]")),
        &[
            "0s: J1 b.J1 b.D1/0 b.D1/1 b.J5",
            "1d: J5",
            "3d: D2/0 J10 J11 b.E5/0 b.X2/0 b.D3/0 D7/0 D8/0 J12 D10/0 J13",
            "9d: b.D3/1 b.J10 b.J11 b.D7/1 b.D7/0 b.D8/1 b.D8/0 b.J12 b.D10/0 b.D10/1 b.J13",
            "93d: J15",
            "99d: b.J15",
        ],
    );
}

/// No case, the notice is recorded; the drive that comes later is late.
#[test]
fn d5_then_j10_where_another_drive_was_routed() {
    tells(
        &(job("j", "packs='1d';transit='2d';bytes='0B'")
            + &job("b", "packs='0d';transit='20d';bytes='0B';drive=[{travels={with='j'}},{}]")),
        &[
            "0s: J1 D1/0 b.J1 b.D1/0 b.D1/1 b.J5",
            "1d: J5",
            "3d: D3/0 J10 J11 b.E5/0 b.X2/0 b.D3/0 D7/0 D8/0 J12 D10/0 J13",
            "14d: b.J6 b.D5/1 b.J10 b.J11 b.D7/0 b.D8/0 b.J12 b.D10/0 b.J14",
            "20d: b.E6/1 b.D6/1 b.D11/1",
            "93d: J15",
            "104d: b.J15",
        ],
    );
}

/// E4 destroys the drives of its job; a drive of another job goes back to that job's address (X2), as after J9.
#[test]
fn x1_of_another_job_after_e4_and_j9() {
    shows(
        &(job("j", "packs='1d';transit='2d';bytes='0B';return_address='bad'")
            + &job("b", "packs='never';bytes='0B';drive=[{travels={with='j'}},{}]")),
        &[
            "0s: J1 D1/0 b.J1 b.D1/0 b.D1/1",
            "1d: J5 /0InTransitIn b./0InTransitIn",
            "3d: /0AtDock b./0AtDock D3/0 /0AtSite J10 J11 BadAddress+ b.E5/0 b.X1/0 b./0AtSite D7/0 D8/0 J12",
            "14d: b.J3",
            "93d: BadAddress=GivenUp /0Destroyed J14 b./0InTransitBack",
            "96d: b./0Returned",
            "183d: J15",
        ],
    );
    shows(
        &(job("j", "packs='1d';transit='2d';bytes='0B';drive=[{travels='never'}]")
            + &job("b", "packs='never';bytes='0B';drive=[{travels={with='j'}},{}]")),
        &[
            "0s: J1 D1/0 b.J1 b.D1/0 b.D1/1",
            "1d: J5 b./0InTransitIn",
            "3d: b./0AtDock D4/0 b.E5/0 b.X1/0 b./0AtSite",
            "14d: b.J3",
            "15d: J6 MissingPackage+",
            "45d: MissingPackage=GivenUp J9 b./0InTransitBack",
            "48d: b./0Returned",
            "135d: J15",
        ],
    );
}
