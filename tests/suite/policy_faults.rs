//! Faulted jobs and drives (policy, F1 to F4).

use crate::policy_kit::*;

#[test]
fn j18_j19_solved_in_each_base_state() {
    tells(
        &job(
            "j",
            "packs='2d';transit='1d';bytes='0B';fault={cause='customs_hold',in='creating',\
             after='1d'};answers={job_fault={after='3d'}}",
        ),
        &[
            "0s: J1 D1/0",
            "1d: J18 JobFault+",
            "3d: Unannounced+",
            "4d: JobFault=Answered J19 J5 Unannounced=Settled D3/0 J10 J11 D7/0 D8/0 J12 D10/0 J13",
            "94d: J15",
        ],
    );
    tells(
        &at_once(
            "transit='3d';fault={cause='customs_hold',in='shipping',after='1d'};\
             answers={job_fault={after='10d'}}",
        ),
        &[
            "0s: J1 D1/0 J5",
            "1d: J18 JobFault+",
            "3d: D3/0",
            "11d: JobFault=Answered J19 J10 J11 D7/0 D8/0 J12 D10/0 J13",
            "101d: J15",
        ],
    );
    tells(
        &walk(
            "fault={cause='customs_hold',in='received',after='1d'};\
             answers={job_fault={after='5d'}}",
        ),
        &[
            "0s: J1 D1/0",
            "1d: J5",
            "2d: D3/0 J10",
            "3d: J18 JobFault+",
            "8d: JobFault=Answered J19 J11 D7/0",
            "9d: D8/0 J12",
            "10d: D10/0 J13",
            "100d: J15",
        ],
    );
    tells(
        &walk(
            "fault={cause='customs_hold',in='transferring',after='12h'};\
             answers={job_fault={after='5d'}}",
        ),
        &[
            "0s: J1 D1/0",
            "1d: J5",
            "2d: D3/0 J10",
            "4d: J11 D7/0",
            "4d 12h: J18 JobFault+",
            "5d: D8/0",
            "9d 12h: JobFault=Answered J19 J12",
            "10d 12h: D10/0 J13",
            "100d 12h: J15",
        ],
    );
    tells(
        &walk(
            "fault={cause='customs_hold',in='packaging',after='12h'};\
             answers={job_fault={after='5d'}}",
        ),
        &[
            "0s: J1 D1/0",
            "1d: J5",
            "2d: D3/0 J10",
            "4d: J11 D7/0",
            "5d: D8/0 J12",
            "5d 12h: J18 JobFault+",
            "10d 12h: JobFault=Answered J19",
            "11d 12h: D10/0 J13",
            "101d 12h: J15",
        ],
    );
}

/// A package that comes later is treated as for a Closed job, J5 is refused.
#[test]
fn f2_given_up_in_creating_and_shipping_is_closed() {
    tells(
        &job(
            "j",
            "packs='40d';transit='1d';bytes='0B';fault={cause='customs_hold',in='creating',\
             after='1d'}",
        ),
        &[
            "0s: J1 D1/0",
            "1d: J18 JobFault+",
            "31d: JobFault=GivenUp F2",
            "40d: J5!",
            "41d: D3/0 D11/0",
            "121d: J15",
        ],
    );
    tells(
        &at_once("transit='3d';fault={cause='customs_hold',in='shipping',after='1d'}"),
        &["0s: J1 D1/0 J5", "1d: J18 JobFault+", "3d: D3/0", "31d: JobFault=GivenUp F2 D11/0", "121d: J15"],
    );
}

#[test]
fn f2_given_up_in_creating_with_drives_at_the_dock() {
    shows(
        &job(
            "j",
            "packs='25d';transit='1d';bytes='0B';fault={cause='customs_hold',in='creating',\
             after='1d'}",
        ),
        &[
            "0s: J1 D1/0",
            "1d: J18 JobFault+",
            "25d: /0InTransitIn",
            "26d: /0AtDock Unannounced+",
            "31d: JobFault=GivenUp F2 Unannounced=Settled D3/0 /0AtSite D11/0 /0InTransitBack",
            "34d: /0Returned",
            "121d: J15",
        ],
    );
}

#[test]
fn j20_given_up_in_received_and_transferring_goes_on_as_canceled() {
    tells(
        &walk("fault={cause='customs_hold',in='received',after='1d'}"),
        &[
            "0s: J1 D1/0",
            "1d: J5",
            "2d: D3/0 J10",
            "3d: J18 JobFault+",
            "33d: JobFault=GivenUp J20 J16",
            "34d: D11/0 J14",
            "124d: J15",
        ],
    );
    tells(
        &[
            ONE_BAY,
            &at_once(
                "transit='0d';bytes='86.4GB';drives=2;fault={cause='customs_hold',in='transferring',\
             after='12h'}",
            ),
        ]
        .concat(),
        &[
            "0s: J1 D1/0 D1/1 J5 D3/0 D3/1 J10 J11 D7/0",
            "12h: J18 JobFault+",
            "1d: D8/0",
            "30d 12h: JobFault=GivenUp J20 J12 D10/0 D11/1 J14",
            "120d 12h: J15",
        ],
    );
}

#[test]
fn f2_given_up_in_packaging_is_e4() {
    tells(
        &walk(
            "fault={cause='customs_hold',in='packaging',after='12h'};\
             answers={bad_address=['never',{after='5d'}]}",
        ),
        &[
            "0s: J1 D1/0",
            "1d: J5",
            "2d: D3/0 J10",
            "4d: J11 D7/0",
            "5d: D8/0 J12",
            "5d 12h: J18 JobFault+",
            "35d 12h: JobFault=GivenUp F2 BadAddress+",
            "40d 12h: BadAddress=Answered",
            "41d 12h: D10/0 J14",
            "131d 12h: J15",
        ],
    );
    shows(
        &walk("fault={cause='customs_hold',in='packaging',after='12h'}"),
        &[
            "0s: J1 D1/0",
            "1d: J5 /0InTransitIn",
            "2d: /0AtDock D3/0 /0AtSite J10",
            "4d: J11 D7/0",
            "5d: D8/0 J12",
            "5d 12h: J18 JobFault+",
            "35d 12h: JobFault=GivenUp F2 BadAddress+",
            "125d 12h: BadAddress=GivenUp /0Destroyed J14",
            "215d 12h: J15",
        ],
    );
}

/// The drives were to be destroyed already.
#[test]
fn f2_given_up_in_packaging_after_e4_was_given_up() {
    shows(
        &walk("return_address='bad';fault={cause='customs_hold',in='packaging',after='80d'}"),
        &[
            "0s: J1 D1/0",
            "1d: J5 /0InTransitIn",
            "2d: /0AtDock D3/0 /0AtSite J10",
            "4d: J11 BadAddress+ D7/0",
            "5d: D8/0 J12",
            "85d: J18 JobFault+",
            "94d: BadAddress=GivenUp",
            "115d: JobFault=GivenUp F2 /0Destroyed J14",
            "205d: J15",
        ],
    );
}

#[test]
fn f3_destruction_waits_for_the_solution() {
    shows(
        &walk(
            "return_address='bad';fault={cause='customs_hold',in='packaging',after='80d'};\
             answers={job_fault={after='20d'}}",
        ),
        &[
            "0s: J1 D1/0",
            "1d: J5 /0InTransitIn",
            "2d: /0AtDock D3/0 /0AtSite J10",
            "4d: J11 BadAddress+ D7/0",
            "5d: D8/0 J12",
            "85d: J18 JobFault+",
            "94d: BadAddress=GivenUp",
            "105d: JobFault=Answered J19 /0Destroyed J14",
            "195d: J15",
        ],
    );
}

/// 13 d were left on day 1; an update leaves all 14.
#[test]
fn f3_the_creating_timer_stands_still() {
    tells(
        &job(
            "j",
            "packs='never';fault={cause='customs_hold',in='creating',after='1d'};\
             answers={job_fault={after='10d'}}",
        ),
        &["0s: J1 D1/0", "1d: J18 JobFault+", "11d: JobFault=Answered J19", "24d: J3"],
    );
    tells(
        &job(
            "j",
            "packs='never';updates=['3d'];fault={cause='customs_hold',in='creating',after='1d'};\
             answers={job_fault={after='10d'}}",
        ),
        &["0s: J1 D1/0", "1d: J18 JobFault+", "3d: J2", "11d: JobFault=Answered J19", "25d: J3"],
    );
}

#[test]
fn f3_the_shipping_timer_stands_still() {
    tells(
        &at_once(
            "transit='lost';fault={cause='customs_hold',in='shipping',after='1d'};\
             answers={job_fault={after='10d'}}",
        ),
        &[
            "0s: J1 D1/0 J5",
            "1d: J18 JobFault+",
            "11d: JobFault=Answered J19",
            "24d: J6 D5/0 MissingPackage+",
            "54d: MissingPackage=GivenUp J9",
            "144d: J15",
        ],
    );
}

#[test]
fn f3_the_response_window_stands_still() {
    tells(
        &at_once(
            "transit='lost';fault={cause='customs_hold',in='shipping',after='15d'};\
             answers={job_fault={after='10d'}}",
        ),
        &[
            "0s: J1 D1/0 J5",
            "14d: J6 D5/0 MissingPackage+",
            "15d: J18 JobFault+",
            "25d: JobFault=Answered J19",
            "54d: MissingPackage=GivenUp J9",
            "144d: J15",
        ],
    );
}

/// Running when the fault strikes; and begun while Faulted.
#[test]
fn f3_the_extension_stands_still() {
    tells(
        &at_once(
            "transit='lost';fault={cause='customs_hold',in='shipping',after='20d'};\
             answers={job_fault={after='10d'},missing_package={after='2d',says='wait'}}",
        ),
        &[
            "0s: J1 D1/0 J5",
            "14d: J6 D5/0 MissingPackage+",
            "16d: MissingPackage=Answered J7",
            "20d: J18 JobFault+",
            "30d: JobFault=Answered J19",
            "40d: J6 MissingPackage+",
            "70d: MissingPackage=GivenUp J9",
            "160d: J15",
        ],
    );
    tells(
        &at_once(
            "transit='lost';fault={cause='customs_hold',in='shipping',after='15d'};\
             answers={job_fault={after='10d'},missing_package={after='2d',says='wait'}}",
        ),
        &[
            "0s: J1 D1/0 J5",
            "14d: J6 D5/0 MissingPackage+",
            "15d: J18 JobFault+",
            "16d: MissingPackage=Answered J7",
            "25d: JobFault=Answered J19",
            "39d: J6 MissingPackage+",
            "69d: MissingPackage=GivenUp J9",
            "159d: J15",
        ],
    );
}

/// E1: the return is attempted on day 17, for all the fault.
#[test]
fn f3_windows_of_cases_do_not_stand_still() {
    tells(
        &job(
            "j",
            "packs='2d';transit='1d';bytes='0B';fault={cause='customs_hold',in='creating',\
             after='1d'};answers={job_fault={after='20d'}}",
        ),
        &[
            "0s: J1 D1/0",
            "1d: J18 JobFault+",
            "3d: Unannounced+",
            "17d: Unannounced?",
            "20d: Unannounced=Settled",
            "21d: JobFault=Answered J19 J5",
            "35d: J6 D5/0 MissingPackage+",
            "65d: MissingPackage=GivenUp J9",
            "155d: J15",
        ],
    );
}

#[test]
fn f3_a_deadline_that_waits_for_the_dock_waits_for_the_solution() {
    tells(
        &(closed("dock", "0d", "20d")
            + &at_once(
                "transit='14d';extras=1;drive=[{travels='never'}];fault={cause='customs_hold',\
             in='shipping',after='15d'};answers={job_fault={after='10d'}}",
            )),
        &[
            "0s: J1 D1/0 J5",
            "15d: J18 JobFault+",
            "20d: D4/0 E5/x0 E7/x0 X1/x0",
            "25d: JobFault=Answered J19 J6 MissingPackage+",
            "55d: MissingPackage=GivenUp J9",
            "145d: J15",
        ],
    );
}

#[test]
fn f3_j8_waits_for_the_solution() {
    tells(
        &at_once(
            "transit='lost';cancels='17d';fault={cause='customs_hold',in='shipping',after='15d'};\
             answers={job_fault={after='10d'}}",
        ),
        &[
            "0s: J1 D1/0 J5",
            "14d: J6 D5/0 MissingPackage+",
            "15d: J18 JobFault+",
            "17d: MissingPackage=Settled",
            "25d: JobFault=Answered J19 J8",
            "115d: J15",
        ],
    );
}

/// The package is opened and a missing drive noticed, the job is Received when solved.
#[test]
fn f3_dock_and_drives_go_on() {
    tells(
        &at_once(
            "transit='3d';drive=[{},{travels='never'}];fault={cause='customs_hold',in='shipping',\
             after='1d'};answers={job_fault={after='10d'}}",
        ),
        &[
            "0s: J1 D1/0 D1/1 J5",
            "1d: J18 JobFault+",
            "3d: D4/1 D3/0",
            "11d: JobFault=Answered J19 J10 J11 D7/0 D8/0 J12 D10/0 J14",
            "101d: J15",
        ],
    );
}

#[test]
fn f3_copies_that_run_finish_and_none_starts() {
    tells(
        &[
            ONE_BAY,
            &at_once(
                "transit='0d';bytes='86.4GB';drives=2;fault={cause='customs_hold',in='transferring',\
             after='12h'};answers={job_fault={after='5d'}}",
            ),
        ]
        .concat(),
        &[
            "0s: J1 D1/0 D1/1 J5 D3/0 D3/1 J10 J11 D7/0",
            "12h: J18 JobFault+",
            "1d: D8/0",
            "5d 12h: JobFault=Answered J19 D7/1",
            "6d 12h: D8/1 J12 D10/0 D10/1 J13",
            "96d 12h: J15",
        ],
    );
}

#[test]
fn f3_a_drive_fault_while_the_job_is_faulted() {
    tells(
        &[
            SLOW,
            &at_once(
                "transit='0d';bytes='86.4GB';\
             drive=[{copy='unreadable',found_after='43.2GB',answer={after='1d'}},{}];\
             fault={cause='customs_hold',in='transferring',after='6h'};\
             answers={job_fault={after='5d'}}",
            ),
        ]
        .concat(),
        &[
            "0s: J1 D1/0 D1/1 J5 D3/0 D3/1 J10 J11 D7/1 D7/0",
            "6h: J18 JobFault+",
            "12h: D12/0 DriveFault+",
            "1d: D8/1",
            "1d 12h: DriveFault=Answered D13/0",
            "5d 6h: JobFault=Answered J19 D7/0",
            "5d 18h: D8/0 J12 D10/0 D10/1 J13",
            "95d 18h: J15",
        ],
    );
}

/// Or for giving up: then E4 runs beside it.
#[test]
fn f3_j17_waits_for_the_solution() {
    tells(
        &walk(
            "drive=[{},{travels={later='6d'}}];fault={cause='customs_hold',in='packaging',\
             after='12h'};answers={job_fault={after='5d'}}",
        ),
        &[
            "0s: J1 D1/0 D1/1",
            "1d: J5",
            "2d: D4/1 D3/0 J10",
            "4d: J11 D7/0",
            "5d: D8/0 J12",
            "5d 12h: J18 JobFault+",
            "7d: E6/1 D6/1",
            "10d 12h: JobFault=Answered J19 J17 D7/1",
            "11d 12h: D8/1 J12",
            "12d 12h: D10/0 D10/1 J13",
            "102d 12h: J15",
        ],
    );
    tells(
        &walk(
            "drive=[{},{travels={later='6d'}}];fault={cause='customs_hold',in='packaging',\
             after='12h'}",
        ),
        &[
            "0s: J1 D1/0 D1/1",
            "1d: J5",
            "2d: D4/1 D3/0 J10",
            "4d: J11 D7/0",
            "5d: D8/0 J12",
            "5d 12h: J18 JobFault+",
            "7d: E6/1 D6/1",
            "35d 12h: JobFault=GivenUp F2 BadAddress+ J17 D7/1",
            "36d 12h: D8/1 J12",
            "125d 12h: BadAddress=GivenUp J14",
            "215d 12h: J15",
        ],
    );
}

/// Base state Received, Transferring.
#[test]
fn f3_late_drives_of_a_faulted_job() {
    tells(
        &walk(
            "drive=[{},{travels={later='60h'}}];fault={cause='customs_hold',in='received',\
             after='1d'};answers={job_fault={after='5d'}}",
        ),
        &[
            "0s: J1 D1/0 D1/1",
            "1d: J5",
            "2d: D4/1 D3/0 J10",
            "3d: J18 JobFault+",
            "3d 12h: E6/1 D6/1",
            "8d: JobFault=Answered J19 J11 D7/1 D7/0",
            "9d: D8/1 D8/0 J12",
            "10d: D10/0 D10/1 J13",
            "100d: J15",
        ],
    );
    tells(
        &walk(
            "drive=[{},{travels={later='96h'}}];fault={cause='customs_hold',in='transferring',\
             after='12h'};answers={job_fault={after='5d'}}",
        ),
        &[
            "0s: J1 D1/0 D1/1",
            "1d: J5",
            "2d: D4/1 D3/0 J10",
            "4d: J11 D7/0",
            "4d 12h: J18 JobFault+",
            "5d: D8/0 E6/1 D6/1",
            "9d 12h: JobFault=Answered J19 D7/1",
            "10d 12h: D8/1 J12",
            "11d 12h: D10/0 D10/1 J13",
            "101d 12h: J15",
        ],
    );
}

#[test]
fn f3_deletes_are_judged_by_the_base_state() {
    tells(
        &job("j", "packs='never';deletes='2d';fault={cause='customs_hold',in='creating',after='1d'}"),
        &["0s: J1 D1/0", "1d: J18 JobFault+", "2d: J4 JobFault=Settled"],
    );
    tells(
        &walk(
            "deletes='80h';fault={cause='customs_hold',in='received',after='1d'};\
             answers={job_fault={after='5d'}}",
        ),
        &[
            "0s: J1 D1/0",
            "1d: J5",
            "2d: D3/0 J10",
            "3d: J18 JobFault+",
            "3d 8h: J21!",
            "8d: JobFault=Answered J19 J11 D7/0",
            "9d: D8/0 J12",
            "10d: D10/0 J13",
            "100d: J15",
        ],
    );
}

/// J5 waits for the solution, so the case stays open. Without a record J5 cannot be carried out: the answer counts as none, and
/// the return is due when the answer window ends, 30 days after the contact of day 3.
#[test]
fn f3_deleted_after_its_drives_were_answered_for() {
    shows(
        &job(
            "j",
            "packs='2d';transit='1d';bytes='0B';deletes='8d';fault={cause='customs_hold',\
             in='creating',after='1d'};answers={unannounced={after='1d'}}",
        ),
        &[
            "0s: J1 D1/0",
            "1d: J18 JobFault+",
            "2d: /0InTransitIn",
            "3d: /0AtDock Unannounced+",
            "8d: J4 JobFault=Settled",
            "33d: NoRecord? /0InTransitBack",
            "36d: /0Returned NoRecord=Settled",
        ],
    );
}

#[test]
fn f3_an_incomplete_announcement_is_refused_and_a_complete_one_waits() {
    tells(
        &job(
            "j",
            "packs='2d';transit='1d';bytes='0B';announces={incomplete='1d'};\
             fault={cause='customs_hold',in='creating',after='1d'};\
             answers={job_fault={after='5d'}}",
        ),
        &[
            "0s: J1 D1/0",
            "1d: J18 JobFault+",
            "2d: J5!",
            "3d: Unannounced+",
            "6d: JobFault=Answered J19 J5 Unannounced=Settled D3/0 J10 J11 D7/0 D8/0 J12 D10/0 J13",
            "96d: J15",
        ],
    );
}

#[test]
fn f3_preparation_goes_on_while_faulted_and_is_broken_off_when_given_up() {
    tells(
        &[
            "[site.preparation]\nservers=1\nper_drive='5d'\n",
            &at_once(
                "transit='0d';drives=2;fault={cause='customs_hold',in='received',after='1d'};\
             answers={job_fault={after='7d'}}",
            ),
        ]
        .concat(),
        &[
            "0s: J1 D1/0 D1/1 J5 D3/0 D3/1 J10",
            "1d: J18 JobFault+",
            "8d: JobFault=Answered J19 J11 D7/0 D8/0",
            "10d: D7/1 D8/1 J12 D10/0 D10/1 J13",
            "100d: J15",
        ],
    );
    tells(
        &[
            "[site.preparation]\nservers=1\nper_drive='200d'\n",
            &at_once("transit='0d';drives=2;fault={cause='customs_hold',in='received',after='1d'}"),
        ]
        .concat(),
        &[
            "0s: J1 D1/0 D1/1 J5 D3/0 D3/1 J10",
            "1d: J18 JobFault+",
            "31d: JobFault=GivenUp J20 J16 D11/0 D11/1 J14",
            "121d: J15",
        ],
    );
}

#[test]
fn f4_a_faulted_drive_frees_its_bay_and_stops_no_other() {
    tells(
        &[ONE_BAY, &at_once("transit='0d';bytes='86.4GB';drive=[{copy='wrong_key'},{},{}]")].concat(),
        &[
            "0s: J1 D1/0 D1/1 D1/2 J5 D3/0 D3/1 D3/2 J10 J11 D12/0 DriveFault+ D7/1",
            "1d: D8/1 D7/2",
            "2d: D8/2",
            "30d: DriveFault=GivenUp D14/0 J12 D10/0 D10/1 D10/2 J14",
            "120d: J15",
        ],
    );
}
