//! The error table as processes (policy, E1 to E7).

use crate::policy_kit::*;

#[test]
fn e1_settled_by_an_announcement_unasked() {
    shows(
        &job("j", "packs='1d';transit='1d';announces='+5d';bytes='0B'"),
        &[
            "0s: J1 D1/0",
            "1d: /0InTransitIn",
            "2d: /0AtDock Unannounced+",
            "6d: J5 Unannounced=Settled D3/0 /0AtSite J10 J11 D7/0 D8/0 J12 D10/0 /0InTransitBack J13",
            "9d: /0Returned",
            "96d: J15",
        ],
    );
}

#[test]
fn e1_answered_while_creating() {
    shows(
        &job(
            "j",
            "packs='1d';transit='1d';announces='never';bytes='0B';\
             answers={unannounced={after='3d'}}",
        ),
        &[
            "0s: J1 D1/0",
            "1d: /0InTransitIn",
            "2d: /0AtDock Unannounced+",
            "5d: Unannounced=Answered J5 D3/0 /0AtSite J10 J11 D7/0 D8/0 J12 D10/0 /0InTransitBack J13",
            "8d: /0Returned",
            "95d: J15",
        ],
    );
}

/// Reached on day 2, so the return waits for the end of the answer window (day 32). An answer while it travels does not count.
#[test]
fn e1_the_return_succeeds() {
    shows(
        &job("j", "packs='1d';transit='1d';announces='never';bytes='0B'"),
        &[
            "0s: J1 D1/0",
            "1d: /0InTransitIn",
            "2d: /0AtDock Unannounced+",
            "14d: J3",
            "16d: NoRecord? /0InTransitBack",
            "19d: /0Returned NoRecord=Settled",
        ],
    );
    shows(
        &job(
            "j",
            "packs='1d';transit='1d';announces='never';bytes='0B';\
             answers={unannounced={after='32d'}}",
        ),
        &[
            "0s: J1 D1/0",
            "1d: /0InTransitIn",
            "2d: /0AtDock Unannounced+",
            "14d: J3",
            "32d: NoRecord? /0InTransitBack",
            "35d: /0Returned NoRecord=Settled",
        ],
    );
}

/// The contact window ends on day 16, but the customer was reached on day 2 and answers on day 18: no return is attempted.
#[test]
fn e1_answered_after_the_contact_window() {
    shows(
        &job(
            "j",
            "packs='1d';transit='1d';announces='never';bytes='0B';return_fails='4d';\
             answers={unannounced={after='16d'}}",
        ),
        &[
            "0s: J1 D1/0",
            "1d: /0InTransitIn",
            "2d: /0AtDock Unannounced+",
            "14d: J3",
            "18d: NoRecord=Answered j'.J1 j'.D1/0 E1/0 j'./0AtDock j'.J5 j'.D3/0 j'./0AtSite j'.J10 j'.J11 j'.D7/0 j'.D8/0 j'.J12 j'.D10/0 j'./0InTransitBack j'.J13",
            "21d: j'./0Returned",
            "108d: j'.J15",
        ],
    );
}

/// Never answered: destroyed 90 d after. Answered while it travels, or later: a new job of the next generation.
#[test]
fn e1_the_return_fails() {
    shows(
        &job("j", "packs='1d';transit='1d';announces='never';bytes='0B';return_fails='4d'"),
        &[
            "0s: J1 D1/0",
            "1d: /0InTransitIn",
            "2d: /0AtDock Unannounced+",
            "14d: J3",
            "16d: NoRecord? /0InTransitBack",
            "20d: /0AtDock",
            "110d: NoRecord=GivenUp /0Destroyed",
        ],
    );
    shows(
        &job(
            "j",
            "packs='1d';transit='1d';announces='never';bytes='0B';return_fails='4d';\
             answers={unannounced={after='32d'}}",
        ),
        &[
            "0s: J1 D1/0",
            "1d: /0InTransitIn",
            "2d: /0AtDock Unannounced+",
            "14d: J3",
            "32d: NoRecord? /0InTransitBack",
            "36d: /0AtDock NoRecord=Answered j'.J1 j'.D1/0 E1/0 j'./0AtDock j'.J5 j'.D3/0 j'./0AtSite j'.J10 j'.J11 j'.D7/0 j'.D8/0 j'.J12 j'.D10/0 j'./0InTransitBack j'.J13",
            "39d: j'./0Returned",
            "126d: j'.J15",
        ],
    );
    shows(
        &job(
            "j",
            "packs='1d';transit='1d';announces='never';bytes='0B';return_fails='4d';\
             answers={unannounced={after='46d'}}",
        ),
        &[
            "0s: J1 D1/0",
            "1d: /0InTransitIn",
            "2d: /0AtDock Unannounced+",
            "14d: J3",
            "32d: NoRecord? /0InTransitBack",
            "36d: /0AtDock",
            "48d: NoRecord=Answered j'.J1 j'.D1/0 E1/0 j'./0AtDock j'.J5 j'.D3/0 j'./0AtSite j'.J10 j'.J11 j'.D7/0 j'.D8/0 j'.J12 j'.D10/0 j'./0InTransitBack j'.J13",
            "51d: j'./0Returned",
            "138d: j'.J15",
        ],
    );
}

#[test]
fn e1_the_return_fails_and_the_job_is_in_creating() {
    shows(
        &job(
            "j",
            "packs='1d';transit='1d';announces='never';bytes='0B';updates=['13d','26d','39d'];\
             return_fails='4d';answers={unannounced={after='38d'}}",
        ),
        &[
            "0s: J1 D1/0",
            "1d: /0InTransitIn",
            "2d: /0AtDock Unannounced+",
            "13d: J2",
            "26d: J2",
            "32d: Unannounced? /0InTransitBack",
            "36d: /0AtDock",
            "39d: J2",
            "40d: Unannounced=Answered J5 D3/0 /0AtSite J10 J11 D7/0 D8/0 J12 D10/0 /0InTransitBack J13",
            "43d: /0Returned",
            "130d: J15",
        ],
    );
}

#[test]
fn e1_j4_and_j3_change_only_the_remedy() {
    shows(
        &job(
            "j",
            "packs='1d';transit='1d';announces='never';bytes='0B';deletes='3d';\
             answers={unannounced={after='6d'}}",
        ),
        &[
            "0s: J1 D1/0",
            "1d: /0InTransitIn",
            "2d: /0AtDock Unannounced+",
            "3d: J4",
            "8d: NoRecord=Answered j'.J1 j'.D1/0 E1/0 j'./0AtDock j'.J5 j'.D3/0 j'./0AtSite j'.J10 j'.J11 j'.D7/0 j'.D8/0 j'.J12 j'.D10/0 j'./0InTransitBack j'.J13",
            "11d: j'./0Returned",
            "98d: j'.J15",
        ],
    );
    shows(
        &job(
            "j",
            "packs='10d';transit='1d';announces='never';bytes='0B';\
             answers={unannounced={after='6d'}}",
        ),
        &[
            "0s: J1 D1/0",
            "10d: /0InTransitIn",
            "11d: /0AtDock Unannounced+",
            "14d: J3",
            "17d: NoRecord=Answered j'.J1 j'.D1/0 E1/0 j'./0AtDock j'.J5 j'.D3/0 j'./0AtSite j'.J10 j'.J11 j'.D7/0 j'.D8/0 j'.J12 j'.D10/0 j'./0InTransitBack j'.J13",
            "20d: j'./0Returned",
            "107d: j'.J15",
        ],
    );
}

#[test]
fn e1_shipping_after_the_drives_have_left_or_were_destroyed() {
    shows(
        &job("j", "packs='1d';transit='1d';announces='+17d';updates=['10d'];bytes='0B'"),
        &[
            "0s: J1 D1/0",
            "1d: /0InTransitIn",
            "2d: /0AtDock Unannounced+",
            "10d: J2",
            "16d: Unannounced? /0InTransitBack",
            "18d: J5 Unannounced=Settled",
            "19d: /0Returned",
            "32d: J6 D5/0 MissingPackage+",
            "62d: MissingPackage=GivenUp J9",
            "152d: J15",
        ],
    );
    shows(
        &[
            &job(
                "j",
                "packs='1d';transit='1d';announces='+12d';updates=['10d'];bytes='0B';\
             return_fails='1d'",
            ),
            "[policy]\n",
            "contact_window='2d'\n",
            "destroy_after='3d'\n",
        ]
        .concat(),
        &[
            "0s: J1 D1/0",
            "1d: /0InTransitIn",
            "2d: /0AtDock Unannounced+",
            "4d: Unannounced? /0InTransitBack",
            "5d: /0AtDock",
            "8d: Unannounced=GivenUp /0Destroyed",
            "10d: J2",
            "13d: J5",
            "27d: J6 D5/0 MissingPackage+",
            "57d: MissingPackage=GivenUp J9",
            "147d: J15",
        ],
    );
}

/// It fails: the drives pass the dock.
#[test]
fn e1_shipping_while_the_return_travels() {
    shows(
        &job(
            "j",
            "packs='1d';transit='1d';announces='+17d';return_fails='4d';updates=['10d'];\
             bytes='0B'",
        ),
        &[
            "0s: J1 D1/0",
            "1d: /0InTransitIn",
            "2d: /0AtDock Unannounced+",
            "10d: J2",
            "16d: Unannounced? /0InTransitBack",
            "18d: J5 Unannounced=Settled",
            "20d: /0AtDock D3/0 /0AtSite J10 J11 D7/0 D8/0 J12 D10/0 /0InTransitBack J13",
            "23d: /0Returned",
            "110d: J15",
        ],
    );
}

/// An announcement after a contact window without any contact; an answer after the answer window.
#[test]
fn e1_shipping_or_an_answer_while_the_return_is_packed() {
    tells(
        &[
            "[site.packing]\nper_package='2d'\n",
            &job("j", "packs='1d';transit='1d';announces='+16d';updates=['10d'];bytes='0B'"),
        ]
        .concat(),
        &[
            "0s: J1 D1/0",
            "2d: Unannounced+",
            "10d: J2",
            "16d: Unannounced?",
            "17d: J5 Unannounced=Settled D3/0 J10 J11 D7/0 D8/0 J12",
            "19d: D10/0 J13",
            "109d: J15",
        ],
    );
    tells(
        &[
            "[site.packing]\nper_package='2d'\n",
            &job(
                "j",
                "packs='1d';transit='1d';announces='never';bytes='0B';updates=['10d','20d','30d'];\
             answers={unannounced={after='31d'}}",
            ),
        ]
        .concat(),
        &[
            "0s: J1 D1/0",
            "2d: Unannounced+",
            "10d: J2",
            "20d: J2",
            "30d: J2",
            "32d: Unannounced?",
            "33d: Unannounced=Answered J5 D3/0 J10 J11 D7/0 D8/0 J12",
            "35d: D10/0 J13",
            "125d: J15",
        ],
    );
}

#[test]
fn e1_no_record_of_an_export() {
    shows(
        &job(
            "j",
            "type='export';packs='15d';transit='1d';bytes='0B';drives=2;\
             answers={no_record={after='6d'}}",
        ),
        &[
            "0s: J1",
            "14d: J3",
            "15d: C3! /0InTransitIn /1InTransitIn",
            "16d: /0AtDock /1AtDock NoRecord+",
            "22d: NoRecord=Answered j'.J1 E1/0 j'./0AtDock E1/1 j'./1AtDock j'.J5 j'.D2/0 j'./0AtSite j'.D2/1 j'./1AtSite j'.J10 j'.J11 j'.D7/1 j'.D7/0 j'.D8/1 j'.D8/0 j'.J12 j'.D10/0 j'.D10/1 j'./0InTransitBack j'./1InTransitBack j'.J13",
            "25d: j'./0Returned j'./1Returned",
            "112d: j'.J15",
        ],
    );
}

/// The new job lists those that came; drives of others only go back.
#[test]
fn e1_no_record_of_a_package_without_a_listed_drive() {
    shows(
        &job(
            "j",
            "packs='20d';transit='2d';bytes='0B';extras=1;drive=[{travels='never'}];\
             answers={no_record={after='2d'}}",
        ),
        &[
            "0s: J1 D1/0",
            "14d: J3",
            "20d: C3! /x0InTransitIn",
            "22d: /x0AtDock NoRecord+",
            "24d: NoRecord=Answered j'.J1 j'.D1/0 E1/x0 j'./0AtDock j'.J5 j'.D3/0 j'./0AtSite j'.J10 j'.J11 j'.D7/0 j'.D8/0 j'.J12 j'.D10/0 j'./0InTransitBack j'.J13",
            "27d: j'./0Returned",
            "114d: j'.J15",
        ],
    );
    shows(
        &(job(
            "j",
            "packs='20d';transit='2d';bytes='0B';drive=[{travels='never'}];\
             answers={no_record={after='2d'}}",
        ) + &job("b", "packs='never';bytes='0B';drive=[{travels={with='j'}},{}]")),
        &[
            "0s: J1 D1/0 b.J1 b.D1/0 b.D1/1",
            "14d: J3 b.J3",
            "20d: C3! b./0InTransitIn",
            "22d: b./0AtDock NoRecord+",
            "24d: NoRecord=Answered b./0InTransitBack",
            "27d: b./0Returned",
        ],
    );
}

#[test]
fn e1_no_record_twice_makes_two_jobs() {
    tells(
        &job(
            "j",
            "packs='20d';transit='2d';bytes='0B';drive=[{},{travels={later='40d'}}];\
             answers={no_record=[{after='2d'},{after='2d'}]}",
        ),
        &[
            "0s: J1 D1/0 D1/1",
            "14d: J3",
            "20d: C3!",
            "22d: NoRecord+",
            "24d: NoRecord=Answered j'.J1 j'.D1/0 E1/0 j'.J5 j'.D3/0 j'.J10 j'.J11 j'.D7/0 j'.D8/0 j'.J12 j'.D10/0 j'.J13",
            "60d: NoRecord+",
            "62d: NoRecord=Answered j''.J1 j''.D1/0 E1/1 j''.J5 j''.D3/0 j''.J10 j''.J11 j''.D7/0 j''.D8/0 j''.J12 j''.D10/0 j''.J13",
            "114d: j'.J15",
            "152d: j''.J15",
        ],
    );
}

/// In the window of the first package; after its failed return; while its return travels: each package has its own clock.
#[test]
fn e1_what_comes_while_the_case_is_open_shares_it() {
    shows(
        &job(
            "j",
            "packs='1d';transit='1d';announces='never';bytes='0B';drive=[{},\
             {travels={later='8d'}}]",
        ),
        &[
            "0s: J1 D1/0 D1/1",
            "1d: /0InTransitIn /1InTransitIn",
            "2d: /0AtDock Unannounced+",
            "9d: /1AtDock",
            "14d: J3",
            "16d: NoRecord? /0InTransitBack",
            "19d: /0Returned",
            "23d: NoRecord? /1InTransitBack",
            "26d: /1Returned NoRecord=Settled",
        ],
    );
    shows(
        &job(
            "j",
            "packs='1d';transit='1d';announces='never';bytes='0B';return_fails='4d';drive=[{},\
             {travels={later='30d'}}]",
        ),
        &[
            "0s: J1 D1/0 D1/1",
            "1d: /0InTransitIn /1InTransitIn",
            "2d: /0AtDock Unannounced+",
            "14d: J3",
            "16d: NoRecord? /0InTransitBack",
            "20d: /0AtDock",
            "31d: /1AtDock",
            "45d: NoRecord? /1InTransitBack",
            "49d: /1AtDock",
            "110d: /0Destroyed",
            "139d: NoRecord=GivenUp /1Destroyed",
        ],
    );
    shows(
        &job(
            "j",
            "packs='1d';transit='1d';announces='never';bytes='0B';drive=[{},\
             {travels={later='16d'}}]",
        ),
        &[
            "0s: J1 D1/0 D1/1",
            "1d: /0InTransitIn /1InTransitIn",
            "2d: /0AtDock Unannounced+",
            "14d: J3",
            "16d: NoRecord? /0InTransitBack",
            "17d: /1AtDock",
            "19d: /0Returned",
            "31d: NoRecord? /1InTransitBack",
            "34d: /1Returned NoRecord=Settled",
        ],
    );
}

/// The listed drive of the other job is routed as soon as the dock has opened the package (X2), and is not held.
#[test]
fn e1_a_package_of_a_job_without_record_takes_a_routed_drive_to_its_job() {
    tells(
        &(job("j", "packs='20d';transit='2d';bytes='0B';answers={no_record={after='2d'}}")
            + &job("b", "packs='0d';transit='9d';bytes='0B';drive=[{travels={with='j'}},{}]")),
        &[
            "0s: J1 D1/0 b.J1 b.D1/0 b.D1/1 b.J5",
            "9d: b.D4/0 b.D3/1 b.J10 b.J11 b.D7/1 b.D8/1 b.J12 b.D10/1 b.J14",
            "14d: J3",
            "20d: C3!",
            "22d: NoRecord+ b.X2/0 b.E6/0 b.D6/0 b.D11/0",
            "24d: NoRecord=Answered j'.J1 j'.D1/0 E1/0 j'.J5 j'.D3/0 j'.J10 j'.J11 j'.D7/0 j'.D8/0 j'.J12 j'.D10/0 j'.J13",
            "99d: b.J15",
            "114d: j'.J15",
        ],
    );
}

/// Nobody is reached before the third attempt.
#[test]
fn e2_is_told_with_j6_to_j10() {
    tells(
        &at_once("transit='lost';answers={missing_package={attempt=3,after='1d',says='cancel'}}"),
        &["0s: J1 D1/0 J5", "14d: J6 D5/0 MissingPackage+", "17d: MissingPackage=Answered J8", "107d: J15"],
    );
}

/// The job itself does not change.
#[test]
fn e3_an_export_that_is_lost_is_ordered_again() {
    tells(
        &walk("type='export';back='lost';reorders='5d'"),
        &[
            "0s: J1",
            "1d: J5",
            "2d: D2/0 J10",
            "4d: J11 D7/0",
            "5d: D8/0 J12",
            "6d: D10/0 J13",
            "9d: E3",
            "14d: j'.J1",
            "15d: j'.J5",
            "16d: j'.D2/0 j'.J10 j'.J11 j'.D7/0",
            "17d: j'.D8/0 j'.J12",
            "18d: j'.D10/0 j'.J13",
            "96d: J15",
            "108d: j'.J15",
        ],
    );
}

#[test]
fn e3_an_export_that_is_damaged() {
    shows(
        &walk("type='export';back='damaged'"),
        &[
            "0s: J1",
            "1d: J5 /0InTransitIn",
            "2d: /0AtDock D2/0 /0AtSite J10",
            "4d: J11 D7/0",
            "5d: D8/0 J12",
            "6d: D10/0 /0InTransitBack J13",
            "9d: /0Damaged E3",
            "96d: J15",
        ],
    );
}

#[test]
fn e3_is_for_exports_only() {
    shows(
        &walk("back='lost'"),
        &[
            "0s: J1 D1/0",
            "1d: J5 /0InTransitIn",
            "2d: /0AtDock D3/0 /0AtSite J10",
            "4d: J11 D7/0",
            "5d: D8/0 J12",
            "6d: D10/0 /0InTransitBack J13",
            "9d: /0Lost",
            "96d: J15",
        ],
    );
}

/// It cannot ship before; noticed in Transferring, or only in Packaging.
#[test]
fn e4_corrected_and_shipped() {
    tells(
        &walk("return_address='bad';answers={bad_address={after='3d'}}"),
        &[
            "0s: J1 D1/0",
            "1d: J5",
            "2d: D3/0 J10",
            "4d: J11 BadAddress+ D7/0",
            "5d: D8/0 J12",
            "7d: BadAddress=Answered",
            "8d: D10/0 J13",
            "98d: J15",
        ],
    );
    tells(
        &walk("return_address='bad';noticed='packaging';answers={bad_address={after='3d'}}"),
        &[
            "0s: J1 D1/0",
            "1d: J5",
            "2d: D3/0 J10",
            "4d: J11 D7/0",
            "5d: D8/0 J12 BadAddress+",
            "8d: BadAddress=Answered",
            "9d: D10/0 J13",
            "99d: J15",
        ],
    );
}

#[test]
fn e4_never_corrected_destroyed_and_closed() {
    shows(
        &walk("return_address='bad'"),
        &[
            "0s: J1 D1/0",
            "1d: J5 /0InTransitIn",
            "2d: /0AtDock D3/0 /0AtSite J10",
            "4d: J11 BadAddress+ D7/0",
            "5d: D8/0 J12",
            "94d: BadAddress=GivenUp /0Destroyed J14",
            "184d: J15",
        ],
    );
}

#[test]
fn e4_of_a_canceled_job() {
    shows(
        &walk("return_address='bad';cancels='3d'"),
        &[
            "0s: J1 D1/0",
            "1d: J5 /0InTransitIn",
            "2d: /0AtDock D3/0 /0AtSite J10",
            "3d: C2 J16 BadAddress+",
            "93d: BadAddress=GivenUp /0Destroyed J14",
            "183d: J15",
        ],
    );
}

#[test]
fn e4_stays_open_through_j17() {
    tells(
        &walk(
            "return_address='bad';noticed='packaging';drive=[{},{travels={later='6d'}}];\
             answers={bad_address={after='10d'}}",
        ),
        &[
            "0s: J1 D1/0 D1/1",
            "1d: J5",
            "2d: D4/1 D3/0 J10",
            "4d: J11 D7/0",
            "5d: D8/0 J12 BadAddress+",
            "7d: E6/1 D6/1 J17 D7/1",
            "8d: D8/1 J12",
            "15d: BadAddress=Answered",
            "16d: D10/0 D10/1 J13",
            "106d: J15",
        ],
    );
}

/// Two packages: that of the extra drive comes while the other drive is copied; and at one instant, that of the extra drive
/// first (D4, D6).
#[test]
fn e5_e7_x1_in_transferring() {
    let text = |bytes: &str, later: &str| {
        let parts = format!(
            "packs='0d';transit='12h';bytes='{bytes}';extras=1;drive=[{{travels={{later='{later}'}}}}]"
        );
        [SLOW, &job("j", &parts)].concat()
    };
    tells(
        &text("86.4GB", "6h"),
        &[
            "0s: J1 D1/0 J5",
            "6h: D3/0 J10 J11 D7/0",
            "12h: E5/x0 E7/x0 X1/x0",
            "1d 6h: D8/0 J12 D10/0 J13",
            "91d 6h: J15",
        ],
    );
    tells(
        &text("0B", "12h"),
        &[
            "0s: J1 D1/0 J5",
            "12h: D4/0 E5/x0 E7/x0 X1/x0 E6/0 D6/0 J10 J11 D7/0 D8/0 J12 D10/0 J13",
            "90d 12h: J15",
        ],
    );
}

#[test]
fn e6_is_told_with_d6() {
    tells(
        &at_once("transit='lost';drive=[{travels={later='20d'}}]"),
        &[
            "0s: J1 D1/0 J5",
            "14d: J6 D5/0 MissingPackage+",
            "20d: E6/0 D6/0 J10 MissingPackage=Settled J11 D7/0 D8/0 J12 D10/0 J13",
            "110d: J15",
        ],
    );
}
