//! What falls on one instant: the order that the policy gives it (Words).

use crate::policy_kit::*;

/// D8, Words: a copy that ends at the very instant at which its bay closes is done.
#[test]
fn d8_a_copy_ends_as_its_bay_closes() {
    let bays = "[site.bays]\nrate='1MB/s'\nservers=1\nat_close='suspend'\n\
                servers_by_date=[{from='1d',until='5d',servers=0}]\n";
    tells(
        &format!("{bays}{}", at_once("transit='0d';bytes='86.4GB'")),
        &["0s: J1 D1/0 J5 D3/0 J10 J11 D7/0", "1d: D8/0 J12 D10/0 J13", "91d: J15"],
    );
    // With a byte more it waits for the bay to open.
    tells(
        &format!("{bays}{}", at_once("transit='0d';bytes='86400000001B'")),
        &["0s: J1 D1/0 J5 D3/0 J10 J11 D7/0", "5d 1us: D8/0 J12 D10/0 J13", "95d 1us: J15"],
    );
}

/// F1, J18: a fault at once in Received strikes before a bay takes the first drive.
#[test]
fn f1_at_once_in_received() {
    tells(
        &at_once("transit='1d';fault={cause='customs_hold',in='received'};answers={job_fault={after='2d'}}"),
        &[
            "0s: J1 D1/0 J5",
            "1d: D3/0 J10 J18 JobFault+",
            "3d: JobFault=Answered J19 J11 D7/0 D8/0 J12 D10/0 J13",
            "93d: J15",
        ],
    );
}

/// Words: a customer's answer comes before work that is finished at the same instant, though it was begun before.
#[test]
fn j8_an_answer_as_the_dock_finishes() {
    let dock = "[site.dock]\nper_drive='2h'\n[site.operations]\nper_attempt='11h'\n";
    let text = |at: &str| {
        format!(
            "{dock}{}",
            at_once(&format!("transit='{at}';answers={{missing_package={{after='1h',says='cancel'}}}}"))
        )
    };
    tells(
        &text("14d 10h"),
        &[
            "0s: J1 D1/0 J5",
            "14d: J6 D5/0 MissingPackage+",
            "14d 12h: MissingPackage=Answered C2 E6/0 D6/0 J10 J16 D11/0 J13",
            "104d 12h: J15",
        ],
    );
    tells(
        &text("14d 9h"),
        &[
            "0s: J1 D1/0 J5",
            "14d: J6 D5/0 MissingPackage+",
            "14d 11h: E6/0 D6/0 J10 MissingPackage=Settled J11 D7/0 D8/0 J12 D10/0 J13",
            "104d 11h: J15",
        ],
    );
    // The same of a delivery: that comes first, so J8 waits; a tick later the job is Closed.
    let before = ["0s: J1 D1/0 J5 /0InTransitIn", "14d: J6 D5/0 MissingPackage+"];
    let after = [
        "14d 12h: /0AtDock MissingPackage=Answered C2",
        "14d 14h: E6/0 D6/0 /0AtSite J10 J16 D11/0 /0InTransitBack J13",
        "17d 14h: /0Returned",
        "104d 14h: J15",
    ];
    shows(&text("14d 12h"), &[&before[..], &after].concat());
    let after = [
        "14d 12h: MissingPackage=Answered J8",
        "14d 12h 1us: /0AtDock",
        "14d 14h 1us: E6/0 D6/0 /0AtSite D11/0 /0InTransitBack",
        "17d 14h 1us: /0Returned",
        "104d 12h: J15",
    ];
    shows(&text("14d 12h 1us"), &[&before[..], &after].concat());
}

/// Words: finished work comes after an answer and before a deadline of that instant, also where a shift's end held it
/// up, and though it was begun before the answer and after the deadline was set.
#[test]
fn finished_work_comes_after_customers_and_before_deadlines() {
    let packing = |more: &str| {
        format!(
            "[site.packing]\nservers=1\nper_package='1h'\nper_drive='1h'\n{more}[site.operations]\nper_attempt='1h'\n"
        )
    };
    let jobs = |fault: &str, at: &str| {
        at_once("transit='14d'")
            + &job(
                "b",
                &format!(
                    "at='13d';packs='never';fault={{cause='customs_hold',in='creating',after='{fault}'}};answers={{job_fault={{after='1h'}}}}"
                ),
            )
            + &job("c", &format!("at='{at}';packs='never'"))
    };
    tells(
        &(packing("") + &jobs("24h", "2h")),
        &[
            "0s: J1 D1/0 J5",
            "2h: c.J1 c.D1/0",
            "13d: b.J1 b.D1/0",
            "14d: b.J18 b.JobFault+ D3/0 J10 J11 D7/0 D8/0 J12",
            "14d 2h: b.JobFault=Answered b.J19 D10/0 J13 c.J3",
            "27d 2h: b.J3",
            "104d 2h: J15",
        ],
    );
    let shift = "at_close='suspend'\nservers_by_date=[{from='14d 1h',until='14d 3h',servers=0}]\n";
    tells(
        &(packing(shift) + &jobs("26h", "4h")),
        &[
            "0s: J1 D1/0 J5",
            "4h: c.J1 c.D1/0",
            "13d: b.J1 b.D1/0",
            "14d: D3/0 J10 J11 D7/0 D8/0 J12",
            "14d 2h: b.J18 b.JobFault+",
            "14d 4h: b.JobFault=Answered b.J19 D10/0 J13 c.J3",
            "27d 2h: b.J3",
            "104d 4h: J15",
        ],
    );
}

/// Words: a package that arrives as its job's fault is solved comes first. The dock opens it after that, so that nothing is held
/// (E1); a day earlier it is held.
#[test]
fn e1_a_package_arrives_as_the_fault_is_solved() {
    shows(
        &job(
            "j",
            "packs='3d';transit='8d';bytes='0B';fault={cause='customs_hold',in='creating',after='1d'};answers={job_fault={after='10d'}}",
        ),
        &[
            "0s: J1 D1/0",
            "1d: J18 JobFault+",
            "3d: /0InTransitIn",
            "11d: /0AtDock JobFault=Answered J19 J5 D3/0 /0AtSite J10 J11 D7/0 D8/0 J12 D10/0 /0InTransitBack J13",
            "14d: /0Returned",
            "101d: J15",
        ],
    );
    tells(
        &job(
            "j",
            "packs='3d';transit='7d';bytes='0B';fault={cause='customs_hold',in='creating',after='1d'};answers={job_fault={after='10d'}}",
        ),
        &[
            "0s: J1 D1/0",
            "1d: J18 JobFault+",
            "10d: Unannounced+",
            "11d: JobFault=Answered J19 J5 Unannounced=Settled D3/0 J10 J11 D7/0 D8/0 J12 D10/0 J13",
            "101d: J15",
        ],
    );
}

/// Words: an order and an update come after a package of that instant.
#[test]
fn orders_and_updates_come_after_packages() {
    shows(
        &(at_once("transit='3d'") + &job("b", "at='3d';packs='never';bytes='0B'")),
        &[
            "0s: J1 D1/0 J5 /0InTransitIn",
            "3d: /0AtDock b.J1 b.D1/0 D3/0 /0AtSite J10 J11 D7/0 D8/0 J12 D10/0 /0InTransitBack J13",
            "6d: /0Returned",
            "17d: b.J3",
            "93d: J15",
        ],
    );
    // The dock opens the package after the update, so the creating timer starts first, and is first to end.
    shows(
        &job("j", "packs='1d';transit='2d';announces='never';bytes='0B';updates=['3d']"),
        &[
            "0s: J1 D1/0",
            "1d: /0InTransitIn",
            "3d: /0AtDock J2 Unannounced+",
            "17d: J3 NoRecord? /0InTransitBack",
            "20d: /0Returned NoRecord=Settled",
        ],
    );
    // And before finished work: the attempt that reaches the customer ends as another update is made.
    tells(
        &("[site.operations]\nper_attempt='2d'\n".to_string()
            + &job(
                "j",
                "packs='1d';transit='2d';announces='never';bytes='0B';updates=['4d','5d'];answers={unannounced={after='0d'}}",
            )),
        &[
            "0s: J1 D1/0",
            "3d: Unannounced+",
            "4d: J2",
            "5d: J2 Unannounced=Answered J5 D3/0 J10 J11 D7/0 D8/0 J12 D10/0 J13",
            "95d: J15",
        ],
    );
}

/// Words: a cancel comes before the bay that the job waits for becomes free.
#[test]
fn c2_a_cancel_as_the_bay_becomes_free() {
    tells(
        &(ONE_BAY.to_string()
            + &at_once("transit='0d';bytes='86.4GB'")
            + &job("b", "at='1h';packs='0d';transit='0d';cancels='23h'")),
        &[
            "0s: J1 D1/0 J5 D3/0 J10 J11 D7/0",
            "1h: b.J1 b.D1/0 b.J5 b.D3/0 b.J10",
            "1d: b.C2 b.J16 D8/0 J12 b.D11/0 b.J13 D10/0 J13",
            "91d: b.J15 J15",
        ],
    );
}

/// Words: a fault comes after the customer's act and before the deadline of that instant.
#[test]
fn f1_as_the_customer_deletes_and_as_a_window_ends() {
    tells(
        &job("j", "packs='never';deletes='2d';fault={cause='customs_hold',in='creating',after='2d'}"),
        &["0s: J1 D1/0", "2d: J4"],
    );
    tells(
        &walk(
            "return_address='bad';fault={cause='account_refused',in='packaging',after='89d'};answers={job_fault={after='1d'}}",
        ),
        &[
            "0s: J1 D1/0",
            "1d: J5",
            "2d: D3/0 J10",
            "4d: J11 BadAddress+ D7/0",
            "5d: D8/0 J12",
            "94d: J18 JobFault+ BadAddress=GivenUp",
            "95d: JobFault=Answered J19 J14",
            "185d: J15",
        ],
    );
}

/// F3: what was left of the timer is still a deadline: an answer found by work that ends then counts.
#[test]
fn f3_a_timer_that_goes_on_rings_after_finished_work() {
    tells(
        &("[site.operations]\nper_attempt='1d'\n".to_string()
            + &job(
                "j",
                "packs='14d';transit='1d';announces='never';bytes='0B';fault={cause='customs_hold',in='creating',after='1d'};answers={job_fault={after='1d'},unannounced={after='0d'}}",
            )),
        &[
            "0s: J1 D1/0",
            "1d: J18 JobFault+",
            "3d: JobFault=Answered J19",
            "15d: Unannounced+",
            "16d: Unannounced=Answered J5 D3/0 J10 J11 D7/0 D8/0 J12 D10/0 J13",
            "106d: J15",
        ],
    );
}
