//! Corners of the policy that no row has for its own.

use crate::policy_kit::*;

/// E1: the record goes while the package waits for the dock to open. Its clock has run since the arrival, so the return is due
/// as soon as one attempt has not reached the customer.
#[test]
fn e1_the_record_goes_while_the_package_waits_at_the_dock() {
    // Another drive is still on its way, so that the old job stays in the house.
    let more =
        "transit='16d';cancels='15d';drive=[{},{travels={later='200d'}}];answers={no_record={after='3d'}}";
    shows(
        &(closed("dock", "10d", "120d") + &at_once(more)),
        &[
            "0s: J1 D1/0 D1/1 J5 /0InTransitIn /1InTransitIn",
            "14d: J6 D5/0 D5/1 MissingPackage+",
            "15d: MissingPackage=Settled J8",
            "16d: /0AtDock",
            "105d: J15",
            "120d: NoRecord+",
            "123d: NoRecord=Answered j'.J1 j'.D1/0 E1/0 j'./0AtDock j'.J5 j'.D3/0 j'./0AtSite j'.J10 j'.J11 j'.D7/0 j'.D8/0 j'.J12 j'.D10/0 j'./0InTransitBack j'.J13",
            "126d: j'./0Returned",
            "200d: /1AtDock NoRecord+",
            "213d: j'.J15",
            "214d: NoRecord? /1InTransitBack",
            "217d: /1Returned NoRecord=Settled",
        ],
    );
    let text = closed("dock", "10d", "120d") + &at_once("transit='16d';cancels='15d';extras=1");
    let before = [
        "0s: J1 D1/0 J5 /0InTransitIn /x0InTransitIn",
        "14d: J6 D5/0 MissingPackage+",
        "15d: MissingPackage=Settled J8",
        "16d: /0AtDock /x0AtDock",
        "105d: J15",
    ];
    let after = [
        "120d: NoRecord+ NoRecord? /0InTransitBack /x0InTransitBack",
        "123d: /0Returned /x0Returned NoRecord=Settled",
    ];
    shows(&text, &[&before[..], &after].concat());
    let after = [
        "120d: NoRecord+",
        "120d 2h: NoRecord? /0InTransitBack /x0InTransitBack",
        "123d 2h: /0Returned /x0Returned NoRecord=Settled",
    ];
    shows(&format!("[site.operations]\nper_attempt='2h'\n{text}"), &[&before[..], &after].concat());
    let after = [
        "120d: NoRecord+",
        "123d: NoRecord=Answered j'.J1 j'.D1/0 E1/0 j'./0AtDock E1/x0 j'./x0AtDock j'.J5 j'.D3/0 j'./0AtSite j'.J10 j'.J11 j'.E5/x0 j'.E7/x0 j'.X1/x0 j'./x0AtSite j'.D7/0 j'.D8/0 j'.J12 j'.D10/0 j'./0InTransitBack j'./x0InTransitBack j'.J13",
        "126d: j'./0Returned j'./x0Returned",
        "213d: j'.J15",
    ];
    shows(&format!("{text}answers={{no_record={{after='3d'}}}}\n"), &[&before[..], &after].concat());
    // A drive of another job, gone as well: it goes back in a package of its own (X2).
    shows(
        &(closed("dock", "10d", "120d")
            + &at_once("transit='16d';cancels='15d'")
            + &job("b", "packs='never';deletes='0d';bytes='0B';drive=[{travels={with='j'}},{}]")),
        &[
            "0s: J1 D1/0 b.J1 b.D1/0 b.D1/1 J5 /0InTransitIn b./0InTransitIn b.J4",
            "14d: J6 D5/0 MissingPackage+",
            "15d: MissingPackage=Settled J8",
            "16d: /0AtDock b./0AtDock",
            "105d: J15",
            "120d: NoRecord+ NoRecord? b./0InTransitBack /0InTransitBack",
            "123d: b./0Returned /0Returned NoRecord=Settled",
        ],
    );
}

/// E4, F2: a drive that is destroyed is asked about no longer.
#[test]
fn f2_the_case_of_a_destroyed_drive_is_settled() {
    tells(
        &(SLOW.to_string()
            + &at_once(
                "transit='0d';return_address='bad';cancels='85d';drive=[{bytes='7948.8GB'},\
                 {bytes='8TB',copy='unreadable',found_after='6912GB'}]",
            )),
        &[
            "0s: J1 D1/0 D1/1 J5 D3/0 D3/1 J10 J11 BadAddress+ D7/1 D7/0",
            "80d: D12/1 DriveFault+",
            "85d: C2",
            "92d: D8/0 J12 BadAddress=GivenUp DriveFault=Settled J14",
            "182d: J15",
        ],
    );
}

/// F2: given up in Shipping, a job takes the question about its missing package with it.
#[test]
fn f2_given_up_while_a_package_is_missing() {
    tells(
        &at_once("transit='lost';fault={cause='customs_hold',in='shipping',after='15d'}"),
        &[
            "0s: J1 D1/0 J5",
            "14d: J6 D5/0 MissingPackage+",
            "15d: J18 JobFault+",
            "45d: JobFault=GivenUp F2 MissingPackage=Settled",
            "135d: J15",
        ],
    );
}

/// C2, F3: who no longer needs a bay, a place of preparation or of packing frees it at once for others.
#[test]
fn c2_frees_what_others_wait_for() {
    let two = |cancels: &str| {
        at_once(&format!("transit='0d';{cancels}")) + &job("b", "packs='0d';transit='0d';bytes='0B'")
    };
    tells(
        &("[site.bays]\nservers=1\nmount='2d'\n".to_string() + &two("cancels='1d'")),
        &[
            "0s: J1 D1/0 b.J1 b.D1/0 J5 b.J5 D3/0 J10 J11 b.D3/0 b.J10",
            "1d: C2 b.J11 J12 D11/0 J13",
            "3d: b.D7/0 b.D8/0 b.J12 b.D10/0 b.J13",
            "91d: J15",
            "93d: b.J15",
        ],
    );
    tells(
        &("[site.preparation]\nservers=1\nper_drive='2d'\n".to_string() + &two("cancels='1d'")),
        &[
            "0s: J1 D1/0 b.J1 b.D1/0 J5 b.J5 D3/0 J10 b.D3/0 b.J10",
            "1d: C2 J16 D11/0 J13",
            "3d: b.J11 b.D7/0 b.D8/0 b.J12 b.D10/0 b.J13",
            "91d: J15",
            "93d: b.J15",
        ],
    );
    tells(
        &("[site.packing]\nservers=1\nper_package='2d'\n".to_string()
            + &two(
                "fault={cause='account_refused',in='packaging',after='1d'};answers={job_fault={after='1d'}}",
            )),
        &[
            "0s: J1 D1/0 b.J1 b.D1/0 J5 b.J5 D3/0 J10 J11 b.D3/0 b.J10 b.J11 D7/0 b.D7/0 D8/0 J12 b.D8/0 b.J12",
            "1d: J18 JobFault+",
            "2d: JobFault=Answered J19",
            "3d: b.D10/0 b.J13",
            "5d: D10/0 J13",
            "93d: b.J15",
            "95d: J15",
        ],
    );
    // E1: so does an attempted return that is broken off; F3: and an operator whose question is settled.
    tells(
        &("[site.packing]\nservers=1\nper_package='2d'\n".to_string()
            + &job("j", "packs='1d';transit='1d';announces='+16d';updates=['10d'];bytes='0B'")
            + &job("b", "packs='16d';transit='0d';bytes='0B'")),
        &[
            "0s: J1 D1/0 b.J1 b.D1/0",
            "2d: Unannounced+",
            "10d: J2",
            "14d: b.J3",
            "16d: b.C3! b.NoRecord+ Unannounced?",
            "17d: J5 Unannounced=Settled D3/0 J10 J11 D7/0 D8/0 J12",
            "19d: D10/0 J13",
            "30d: b.NoRecord?",
            "35d: b.NoRecord=Settled",
            "109d: J15",
        ],
    );
    tells(
        &("[site.operations]\nservers=1\nper_attempt='2d'\n".to_string()
            + &job("j", "packs='1d';transit='1d';announces='+2d';bytes='0B'")
            + &job(
                "b",
                "packs='never';fault={cause='customs_hold',in='creating',after='62h'};answers={job_fault={after='0d'}};bytes='0B'",
            )),
        &[
            "0s: J1 D1/0 b.J1 b.D1/0",
            "2d: Unannounced+",
            "2d 14h: b.J18 b.JobFault+",
            "3d: J5 Unannounced=Settled D3/0 J10 J11 D7/0 D8/0 J12 D10/0 J13",
            "5d: b.JobFault=Answered b.J19",
            "16d 10h: b.J3",
            "93d: J15",
        ],
    );
}

/// E1: an extra drive alone is what the new job lists (J1).
#[test]
fn e1_a_new_job_lists_an_extra_drive_if_there_is_no_other() {
    tells(
        &job(
            "j",
            "packs='20d';transit='1d';bytes='0B';extras=2;drive=[{travels='never'}];answers={no_record={after='1d'}}",
        ),
        &[
            "0s: J1 D1/0",
            "14d: J3",
            "20d: C3!",
            "21d: NoRecord+",
            "22d: NoRecord=Answered j'.J1 j'.D1/0 j'.D1/1 E1/x0 E1/x1 j'.J5 j'.D3/0 j'.D3/1 j'.J10 j'.J11 j'.D7/1 j'.D7/0 j'.D8/1 j'.D8/0 j'.J12 j'.D10/0 j'.D10/1 j'.J13",
            "112d: j'.J15",
        ],
    );
}

/// E1, E3: each job that follows from another has a name of its own.
#[test]
fn e1_e3_names_of_those_who_follow() {
    let text = job(
        "j",
        "type='export';packs='20d';transit='1d';bytes='0B';back='lost';reorders='2d';drive=[{},{travels={later='40d'}},{travels={later='300d'}}];\
         answers={no_record=[{after='1d'},{after='1d'},{after='1d'}]}",
    );
    tells(
        &text,
        &[
            "0s: J1",
            "14d: J3",
            "20d: C3!",
            "21d: NoRecord+",
            "22d: NoRecord=Answered j'.J1 E1/0 j'.J5 j'.D2/0 j'.J10 j'.J11 j'.D7/0 j'.D8/0 j'.J12 j'.D10/0 j'.J13",
            "60d: NoRecord+",
            "61d: NoRecord=Answered j''.J1 E1/1 j''.J5 j''.D2/0 j''.J10 j''.J11 j''.D7/0 j''.D8/0 j''.J12 j''.D10/0 j''.J13",
            "112d: j'.J15",
            "151d: j''.J15",
            "320d: NoRecord+",
            "321d: NoRecord=Answered j'''.J1 E1/2 j'''.J5 j'''.D2/0 j'''.J10 j'''.J11 j'''.D7/0 j'''.D8/0 j'''.J12 j'''.D10/0 j'''.J13",
            "411d: j'''.J15",
        ],
    );
}

/// The steps of packages and the attempts to reach a customer are told too.
#[test]
fn packages_and_attempts_are_told() {
    let later = "drive=[{},{travels={later='21d'}},{travels={later='3d'}},{travels={later='21d'}}]";
    says(
        &log(&at_once(&format!("transit='20d';{later}")), "P"),
        &[
            "0s: j#0 Sent: 1",
            "0s: j#1 Sent: 1",
            "0s: j#2 Sent: 2",
            "3d: j#1 Delivered: 1",
            "3d: j#1 Opened: 1",
            "3d: j#3 Sent: 1",
            "6d: j#3 Delivered: 1",
            "20d: j#0 Delivered: 1",
            "20d: j#0 Opened: 1",
            "20d: j#4 Sent: 1",
            "21d: j#2 Delivered: 2",
            "21d: j#2 Opened: 2",
            "21d: j#5 Sent: 1",
            "21d: j#6 Sent: 1",
            "23d: j#4 Delivered: 1",
            "24d: j#5 Delivered: 1",
            "24d: j#6 Delivered: 1",
        ],
    );
    let asked = "[site.operations]\nbetween_attempts='2d'\n".to_string()
        + &at_once("transit='lost';answers={missing_package={attempt=2,after='10d',says='cancel'}}");
    says(
        &log(&asked, "PA"),
        &[
            "0s: j#0 Sent: 1",
            "3d: j#0 Lost: 1",
            "14d: j MissingPackage attempt 1 false",
            "16d: j MissingPackage attempt 2 true",
        ],
    );
}

/// G1: what Get Job shows of the address, of the return package and of the last change, and of nothing to copy 100 % from
/// Packaging on alone.
#[test]
fn g1_address_return_and_last_change() {
    let seen = |text: &str, at: &str| {
        let view = view(text, 0, at).unwrap();
        let percents: Vec<u8> = view.drives.iter().map(|drive| drive.percent_complete).collect();
        let back = view.return_package.map(|(_, at, drives)| format!("{drives} at {at}"));
        let (state, percent, good, modified) =
            (view.state, view.percent_complete, view.address_good, view.modified);
        format!("{state} {percent} {percents:?}, address {good}, modified {modified}, returned {back:?}")
    };
    let bad = at_once(
        "transit='0d';return_address='bad';answers={bad_address={after='3d'}};drive=[{copy='errors'},{travels='never'}]",
    );
    let late = at_once("transit='lost';drive=[{travels={later='50d'}}]");
    let held = job(
        "j",
        "packs='1d';transit='1d';announces='never';bytes='0B';updates=['10d','20d'];return_fails='5d'",
    );
    let all = [
        seen(&bad, "1d"),
        seen(&bad, "4d"),
        seen(&late, "45d"),
        seen(&late, "51d"),
        seen(&held, "15d"),
        seen(&held, "22d"),
    ];
    says(
        &all,
        &[
            "Packaging 100 [100, 0], address false, modified 0s, returned None",
            "Closed 100 [100, 0], address true, modified 3d, returned Some(\"1 at 3d\")",
            "Closed 0 [0], address true, modified 44d, returned None",
            "Closed 0 [100], address true, modified 44d, returned Some(\"1 at 50d\")",
            "Creating 0 [0], address true, modified 10d, returned None",
            "Creating 0 [0], address true, modified 20d, returned None",
        ],
    );
}

#[track_caller]
fn says(seen: &[String], expected: &[&str]) {
    assert_eq!(seen, expected);
}

/// The line of the documentation that each deadline is shown with, and what it is shown to decide.
#[test]
fn each_deadline_is_shown_with_its_source() {
    use shipback::policy::{Deadline, Timings};
    let deadlines = Timings::DOCUMENTED.settings().into_iter().take(Deadline::ALL.len());
    let shown: Vec<String> = deadlines.map(|one| format!("{}: {}", one.source, one.says)).collect();
    says(
        &shown,
        &[
            "S:35: a job in Creating is deleted",
            "S:36, S:50: no package: the customer is notified",
            "S:50: the answer \"wait\" extends the interval by as much",
            "S:50: no answer to the notice: Closed",
            "S:40, S:41: a Completed or Closed job is deleted",
            "S:49: the return of unannounced drives is attempted",
            "S:49, S:52: drives that cannot be returned are destroyed",
            "S:80: a fault without an answer is given up",
            "S:50: who was reached and has not answered counts as out of reach",
        ],
    );
}

/// F1: a fault strikes only in the stay in a state for which it was drawn: J17 takes the job out of Packaging before.
#[test]
fn f1_not_after_the_job_has_left_the_state() {
    let fault = "fault={cause='account_refused',in='packaging',after='20h'};answers={job_fault={after='1d'}}";
    tells(
        &walk(&format!("drive=[{{}},{{travels={{later='108h'}}}}];{fault}")),
        &[
            "0s: J1 D1/0 D1/1",
            "1d: J5",
            "2d: D4/1 D3/0 J10",
            "4d: J11 D7/0",
            "5d: D8/0 J12",
            "5d 12h: E6/1 D6/1 J17 D7/1",
            "6d 12h: D8/1 J12",
            "7d 8h: J18 JobFault+",
            "8d 8h: JobFault=Answered J19",
            "9d 8h: D10/0 D10/1 J13",
            "99d 8h: J15",
        ],
    );
}

/// D6, E1: once the address is corrected, the next late drive is sent back unasked; and it is no attempt any more. The answer
/// counts after the answer window too: no return was attempted to the wrong address.
#[test]
fn d6_a_corrected_address_is_asked_about_once() {
    let bad = "transit='1d';return_address='bad';return_fails='2d'";
    tells(
        &at_once(&format!(
            "{bad};drive=[{{}},{{travels={{later='100d'}}}},{{travels={{later='110d'}}}}];answers={{unannounced=['never',{{after='2d'}}]}}"
        )),
        &[
            "0s: J1 D1/0 D1/1 D1/2 J5",
            "1d: D4/1 D4/2 D3/0 J10 J11 BadAddress+ D7/0 D8/0 J12",
            "91d: BadAddress=GivenUp J14",
            "100d: E6/1 D6/1 Unannounced+",
            "102d: Unannounced=Answered D11/1",
            "110d: E6/2 D6/2 D11/2",
            "181d: J15",
        ],
    );
    let packing = "[site.packing]\nper_package='2d'\n";
    let late = "drive=[{},{travels={later='100d'}}];answers={unannounced=['never',{after='32d'}]}";
    shows(
        &format!("{packing}{}", at_once(&format!("{bad};{late}"))),
        &[
            "0s: J1 D1/0 D1/1 J5 /0InTransitIn /1InTransitIn",
            "1d: /0AtDock D4/1 D3/0 /0AtSite J10 J11 BadAddress+ D7/0 D8/0 J12",
            "91d: BadAddress=GivenUp /0Destroyed J14",
            "100d: /1AtDock E6/1 D6/1 /1AtSite Unannounced+",
            "130d: Unannounced?",
            "132d: Unannounced=Answered",
            "134d: D11/1 /1InTransitBack",
            "137d: /1Returned",
            "181d: J15",
        ],
    );
}

/// F2, D4: a package of a job given up in Shipping passes the dock, so a drive that it does not bring is NeverReceived.
#[test]
fn d4_a_drive_is_missed_in_a_closed_job_too() {
    tells(
        &at_once(
            "transit='40d';drive=[{},{travels='never'}];fault={cause='customs_hold',in='shipping',after='1d'}",
        ),
        &[
            "0s: J1 D1/0 D1/1 J5",
            "1d: J18 JobFault+",
            "31d: JobFault=GivenUp F2",
            "40d: D4/1 D3/0 D11/0",
            "121d: J15",
        ],
    );
}

/// J12, D12: the copy that runs on in a canceled job fails: nothing is left to wait for.
#[test]
fn j12_a_copy_fails_in_a_canceled_job() {
    let drive = "drive=[{bytes='86.4GB',copy='unreadable',found_after='43.2GB'}]";
    tells(
        &format!("{SLOW}{}", at_once(&format!("transit='0d';cancels='1h';{drive}"))),
        &[
            "0s: J1 D1/0 J5 D3/0 J10 J11 D7/0",
            "1h: C2",
            "12h: D12/0 DriveFault+ J12 D11/0 DriveFault=Settled J13",
            "90d 12h: J15",
        ],
    );
}

/// D8: whoever ends or pauses leaves its share of the rate to the others; accounts of two sources are two.
#[test]
fn d8_rates_are_shared() {
    let rates = "[site.bays]\nrate='2MB/s'\ntotal_rate='2MB/s'\n";
    let two = at_once("transit='0d';drive=[{bytes='43.2GB'},{bytes='86.4GB'}]");
    tells(
        &format!("{rates}{two}"),
        &[
            "0s: J1 D1/0 D1/1 J5 D3/0 D3/1 J10 J11 D7/1 D7/0",
            "12h: D8/0",
            "18h: D8/1 J12 D10/0 D10/1 J13",
            "90d 18h: J15",
        ],
    );
    let one_leaves = "at_close='suspend'\nservers_by_date=[{from='6h',until='12h',servers=1}]\n";
    tells(
        &format!(
            "{}{one_leaves}{two}",
            rates.replace("rate='2MB/s'\ntotal", "servers=2\nrate='2MB/s'\ntotal")
        ),
        &[
            "0s: J1 D1/0 D1/1 J5 D3/0 D3/1 J10 J11 D7/1 D7/0",
            "9h: D8/0",
            "18h: D8/1 J12 D10/0 D10/1 J13",
            "90d 18h: J15",
        ],
    );
    let accounts = "[demand.s]\ndates=['0d']\nbytes='86.4GB'\ndrives=1\n[customer]\npacks='0s'\n[carrier.c]\ntransit='0s'\n\
                    [site.bays]\nrate='1MB/s'\naccount_rate='1MB/s'\n";
    tells(
        &format!("{accounts}{}", at_once("transit='0d';bytes='86.4GB'")),
        &[
            "0s: J1 D1/0 J1 D1/0 J5 J5 D3/0 J10 J11 D3/0 J10 J11 D7/0 D7/0",
            "1d: D8/0 J12 D8/0 J12 D10/0 J13 D10/0 J13",
            "91d: J15 J15",
        ],
    );
}

/// E1: an attempted return that waits for the packer is broken off too; so is a question that waits for an operator.
#[test]
fn e1_broken_off_in_the_line() {
    let packing = "[site.packing]\nservers=1\nper_package='2d'\n".to_string();
    let j = job("j", "packs='1d';transit='1d';announces='+16d';updates=['10d'];bytes='0B'");
    // The dock takes an hour, and only then does the job need the packer: the other one has him meanwhile.
    tells(
        &(packing.clone()
            + "[site.dock]\nper_drive='1h'\n"
            + &j
            + &job("b", "at='10d';packs='0d';transit='6d 12h';bytes='0B'")),
        &[
            "0s: J1 D1/0",
            "2d: Unannounced+",
            "10d: b.J1 b.D1/0 J2 b.J5",
            "16d: Unannounced?",
            "16d 13h: b.D3/0 b.J10 b.J11 b.D7/0 b.D8/0 b.J12",
            "17d: J5 Unannounced=Settled",
            "17d 1h: D3/0 J10 J11 D7/0 D8/0 J12",
            "19d: b.D10/0 b.J13",
            "21d: D10/0 J13",
            "109d: b.J15",
            "111d: J15",
        ],
    );
    tells(
        &(packing + &j + &job("b", "at='10d';packs='0d';transit='5d 12h';bytes='0B'")),
        &[
            "0s: J1 D1/0",
            "2d: Unannounced+",
            "10d: b.J1 b.D1/0 J2 b.J5",
            "15d 12h: b.D3/0 b.J10 b.J11 b.D7/0 b.D8/0 b.J12",
            "16d: Unannounced?",
            "17d: J5 Unannounced=Settled D3/0 J10 J11 D7/0 D8/0 J12",
            "17d 12h: b.D10/0 b.J13",
            "19d 12h: D10/0 J13",
            "107d 12h: b.J15",
            "109d 12h: J15",
        ],
    );
    tells(
        &("[site.operations]\nservers=1\nper_attempt='2d'\n".to_string()
            + &job("j", "packs='1d';transit='1d';announces='+4d';bytes='0B'")
            + &job(
                "b",
                "packs='never';deletes='3d';fault={cause='customs_hold',in='creating',after='62h'};bytes='0B'",
            )
            + &job(
                "c",
                "at='1d';packs='never';fault={cause='customs_hold',in='creating',after='48h'};answers={job_fault={after='0d'}};bytes='0B'",
            )),
        &[
            "0s: J1 D1/0 b.J1 b.D1/0",
            "1d: c.J1 c.D1/0",
            "2d: Unannounced+",
            "2d 14h: b.J18 b.JobFault+",
            "3d: b.J4 b.JobFault=Settled c.J18 c.JobFault+",
            "5d: J5 Unannounced=Settled D3/0 J10 J11 D7/0 D8/0 J12 D10/0 J13",
            "6d: c.JobFault=Answered c.J19",
            "18d: c.J3",
            "95d: J15",
        ],
    );
}

/// X1: an extra drive leaves with the job's return, so its job holds a place: what waits outside for a full shelf comes in.
#[test]
fn x1_an_extra_drive_lets_its_jobs_packages_in() {
    tells(
        &("[site]\nshelf=1\n[site.dock]\nper_drive='1d'\n".to_string()
            + &at_once("transit='1d';drive=[{travels={later='36h'}}]")
            + &job("b", "packs='never';deletes='0d';bytes='0B';drive=[{travels={with='j'}}]")),
        &[
            "0s: J1 D1/0 b.J1 b.D1/0 J5 b.J4",
            "1d: D4/0",
            "2d: b.E5/0 b.X1/0",
            "3d: E6/0 D6/0 J10 J11 D7/0 D8/0 J12 D10/0 J13",
            "93d: J15",
        ],
    );
}

/// X1, D6: a drive and an extra one of a Closed job go back in packages of their own, each in one.
#[test]
fn x1_d6_of_a_closed_job_in_one_package() {
    shows(
        &at_once("transit='50d';extras=1"),
        &[
            "0s: J1 D1/0 J5 /0InTransitIn /x0InTransitIn",
            "14d: J6 D5/0 MissingPackage+",
            "44d: MissingPackage=GivenUp J9",
            "50d: /0AtDock /x0AtDock E6/0 D6/0 /0AtSite E7/x0 X1/x0 /x0AtSite D11/0 /0InTransitBack /x0InTransitBack",
            "53d: /0Returned /x0Returned",
            "134d: J15",
        ],
    );
}
