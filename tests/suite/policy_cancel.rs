//! Cancel and delete (policy, C1 to C3).

use crate::policy_kit::*;

#[test]
fn c2_transferring_what_copies_finishes_and_the_rest_skips() {
    tells(
        &[ONE_BAY, &at_once("transit='0d';bytes='86.4GB';drives=2;cancels='12h'")].concat(),
        &[
            "0s: J1 D1/0 D1/1 J5 D3/0 D3/1 J10 J11 D7/0",
            "12h: C2",
            "1d: D8/0 J12 D10/0 D11/1 J13",
            "91d: J15",
        ],
    );
}

#[test]
fn c2_mounting_is_no_copying() {
    tells(
        &["[site.bays]\nmount='1d'\n", &at_once("transit='0d';drives=2;cancels='12h'")].concat(),
        &["0s: J1 D1/0 D1/1 J5 D3/0 D3/1 J10 J11", "12h: C2 J12 D11/0 D11/1 J13", "90d 12h: J15"],
    );
}

#[test]
fn c2_preparation_is_broken_off() {
    tells(
        &[
            "[site.preparation]\nservers=1\nper_drive='200d'\n",
            &at_once("transit='0d';drives=2;cancels='1d'"),
        ]
        .concat(),
        &["0s: J1 D1/0 D1/1 J5 D3/0 D3/1 J10", "1d: C2 J16 D11/0 D11/1 J13", "91d: J15"],
    );
}

/// It comes in time, also on the last tick; or a tick late, or never: then the notice is recorded and the job is Closed (J6, J8).
#[test]
fn c2_shipping_before_a_notice_waits_for_the_package() {
    tells(
        &at_once("transit='lost';cancels='3d'"),
        &["0s: J1 D1/0 J5", "3d: C2", "14d: J6 D5/0 J8", "104d: J15"],
    );
    tells(
        &at_once("transit='4d';cancels='3d'"),
        &["0s: J1 D1/0 J5", "3d: C2", "4d: D3/0 J10 J16 D11/0 J13", "94d: J15"],
    );
    tells(
        &at_once("transit='14d';cancels='3d'"),
        &["0s: J1 D1/0 J5", "3d: C2", "14d: D3/0 J10 J16 D11/0 J13", "104d: J15"],
    );
    tells(
        &at_once("transit='14d 1us';cancels='3d'"),
        &["0s: J1 D1/0 J5", "3d: C2", "14d: J6 D5/0 J8", "14d 1us: E6/0 D6/0 D11/0", "104d: J15"],
    );
}

#[test]
fn c2_an_error_in_a_canceled_job_closes_it() {
    tells(
        &walk("cancels='4d 12h';drive=[{copy='errors'}]"),
        &[
            "0s: J1 D1/0",
            "1d: J5",
            "2d: D3/0 J10",
            "4d: J11 D7/0",
            "4d 12h: C2",
            "5d: D9/0 J12",
            "6d: D10/0 J14",
            "96d: J15",
        ],
    );
}

/// The customer answers "cancel" on day 17 and cancels on day 18: the first cancel, so it is accepted.
#[test]
fn c1_an_answer_is_no_cancel() {
    tells(
        &at_once(
            "transit='lost';cancels='18d';fault={cause='customs_hold',in='shipping',after='15d'};\
             answers={job_fault={after='10d'},missing_package={after='3d',says='cancel'}}",
        ),
        &[
            "0s: J1 D1/0 J5",
            "14d: J6 D5/0 MissingPackage+",
            "15d: J18 JobFault+",
            "17d: MissingPackage=Answered",
            "25d: JobFault=Answered J19 J8",
            "115d: J15",
        ],
    );
}

/// Creating: gone. Received, Transferring: the copy is skipped once the fault is solved. Packaging: refused.
#[test]
fn c2_of_a_faulted_job_is_judged_by_its_base_state() {
    tells(
        &job("j", "packs='3d';cancels='2d';fault={cause='customs_hold',in='creating',after='1d'}"),
        &["0s: J1 D1/0", "1d: J18 JobFault+", "2d: C2 JobFault=Settled"],
    );
    tells(
        &walk(
            "cancels='80h';fault={cause='customs_hold',in='received',after='1d'};\
             answers={job_fault={after='5d'}}",
        ),
        &[
            "0s: J1 D1/0",
            "1d: J5",
            "2d: D3/0 J10",
            "3d: J18 JobFault+",
            "3d 8h: C2",
            "8d: JobFault=Answered J19 J16",
            "9d: D11/0 J13",
            "99d: J15",
        ],
    );
    tells(
        &[
            ONE_BAY,
            &at_once(
                "transit='0d';bytes='86.4GB';drives=2;cancels='18h';fault={cause='customs_hold',\
             in='transferring',after='12h'};answers={job_fault={after='5d'}}",
            ),
        ]
        .concat(),
        &[
            "0s: J1 D1/0 D1/1 J5 D3/0 D3/1 J10 J11 D7/0",
            "12h: J18 JobFault+",
            "18h: C2",
            "1d: D8/0",
            "5d 12h: JobFault=Answered J19 J12 D10/0 D11/1 J13",
            "95d 12h: J15",
        ],
    );
    tells(
        &walk(
            "cancels='6d';fault={cause='customs_hold',in='packaging',after='12h'};\
             answers={job_fault={after='5d'}}",
        ),
        &[
            "0s: J1 D1/0",
            "1d: J5",
            "2d: D3/0 J10",
            "4d: J11 D7/0",
            "5d: D8/0 J12",
            "5d 12h: J18 JobFault+",
            "6d: C1!",
            "10d 12h: JobFault=Answered J19",
            "11d 12h: D10/0 J13",
            "101d 12h: J15",
        ],
    );
}

/// Canceled at once, with the end of the case; judged when the dock has opened the package (J10, J16, or J8 if nothing came).
#[test]
fn j8_waits_for_a_package_at_the_dock() {
    tells(
        &(closed("dock", "10d", "30d") + &at_once("transit='16d';cancels='18d'")),
        &[
            "0s: J1 D1/0 J5",
            "14d: J6 D5/0 MissingPackage+",
            "18d: MissingPackage=Settled C2",
            "30d: E6/0 D6/0 J10 J16 D11/0 J13",
            "120d: J15",
        ],
    );
    tells(
        &(closed("dock", "10d", "30d")
            + &at_once("transit='16d';cancels='18d';extras=1;drive=[{travels='never'}]")),
        &[
            "0s: J1 D1/0 J5",
            "14d: J6 D5/0 MissingPackage+",
            "18d: MissingPackage=Settled C2",
            "30d: J8 E7/x0 X1/x0",
            "120d: J15",
        ],
    );
}

/// An instant in each state of a [`walk`], and the state.
const STATES: [(&str, &str); 8] = [
    ("creating", "12h"),
    ("shipping", "36h"),
    ("received", "3d"),
    ("transferring", "4d 12h"),
    ("packaging", "5d 12h"),
    ("completed", "7d"),
    ("closed", "7d"),
    ("gone", "100d"),
];

/// What happens at once in each state when `act` (its key) is done there.
fn in_each_state(policy: &str, act: impl Fn(&str) -> String) -> Vec<String> {
    let answer = |(state, at): (&str, &str)| {
        let copy = if state == "closed" { "drive=[{copy='errors'}];" } else { "" };
        let lines = story(&format!("{policy}{}", walk(&format!("{copy}{}", act(at)))));
        let at = format!("{}: ", span(at));
        let line = lines.iter().find_map(|line| line.strip_prefix(&at)).unwrap_or("nothing");
        format!("{state} {line}")
    };
    STATES.map(answer).to_vec()
}

#[test]
fn c1_cancel_is_accepted_up_to_the_state_that_the_scenario_names() {
    let all = ["creating C2", "shipping C2", "received C2 J16", "transferring C2"];
    let late = ["creating C1!", "shipping C1!", "received C1!", "transferring C1!"];
    let after = ["packaging C1!", "completed C1!", "closed C1!", "gone C3!"];
    for (accepted, until) in ["creating", "shipping", "received", "transferring"].iter().enumerate() {
        let expected = [&all[..=accepted], &late[accepted + 1..], &after].concat();
        let policy = format!("[policy]\ncancel_until = '{until}'\n");
        assert_eq!(in_each_state(&policy, |at| format!("cancels='{at}'")), expected, "{until}");
    }
    let expected = [&all[..], &after].concat();
    assert_eq!(in_each_state("", |at| format!("cancels='{at}'")), expected, "by default");
}

#[test]
fn j4_j21_c3_delete_in_each_state() {
    let expected = [
        "creating J4",
        "shipping J21!",
        "received J21!",
        "transferring J21!",
        "packaging J21!",
        "completed J21",
        "closed J21!",
        "gone C3!",
    ];
    assert_eq!(in_each_state("", |at| format!("deletes='{at}'")), expected);
}

#[test]
fn j2_c3_update_in_each_state() {
    let expected = [
        "creating J2",
        "shipping J2!",
        "received J2!",
        "transferring J2!",
        "packaging J2!",
        "completed J2!",
        "closed J2!",
        "gone C3!",
    ];
    assert_eq!(in_each_state("", |at| format!("updates=['{at}']")), expected);
}

#[test]
fn c3_a_refused_act_changes_nothing() {
    let refused = |line: &String| line.contains('!');
    let plain = story(&walk(""));
    for act in [
        "cancels='5d 12h'",
        "deletes='4d 12h'",
        "updates=['36h','3d','100d']",
        "deletes='100d'",
        "cancels='100d'",
    ] {
        let mut lines = story(&walk(act));
        lines.retain(|line| !refused(line));
        assert_eq!(lines, plain, "{act}");
    }
}
