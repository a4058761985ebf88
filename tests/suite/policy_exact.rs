//! Each documented deadline to the tick: what comes one tick before it or exactly on it counts, one tick after it
//! does not (policy, Words).

use crate::policy_kit::*;

/// 86.4GB a day.
const SLOW_BAYS: &str = "[site.bays]\nrate='1MB/s'\n";

#[test]
fn creating_expiry_is_missed_by_an_update_one_tick_late() {
    let text = |at: &str| job("j", &format!("packs='never';updates=['{at}']"));
    assert_eq!(around("J2", "14d", text).map(|at| at.is_some()), [true, true, false]);
    // An update on the last tick starts the interval anew: from that tick.
    let expired = around("J3", "14d", text);
    assert_eq!(
        expired,
        [Some("27d 23h 59min 59s 999ms 999us"), Some("28d"), Some("14d")].map(|at| at.map(str::to_string))
    );
}

#[test]
fn creating_expiry_is_missed_by_an_announcement_one_tick_late() {
    let text = |at: &str| job("j", &format!("packs='{at}';transit='0d'"));
    assert_eq!(around("J3", "14d", text), only_after("14d"));
}

#[test]
fn creating_expiry_does_not_start_anew_where_the_scenario_says_so() {
    let text = |at: &str| {
        format!(
            "[policy]\ncreating_expiry_resets = false\n{}",
            job("j", &format!("packs='{at}';updates=['1d','13d']"))
        )
    };
    assert_eq!(around("J3", "14d", text), only_after("14d"));
}

#[test]
fn shipping_deadline_is_missed_by_a_package_one_tick_late() {
    assert_eq!(around("J6", "14d", |at| at_once(&format!("transit='{at}'"))), only_after("14d"));
}

#[test]
fn shipping_deadline_counts_from_the_announcement() {
    let text = |at: &str| job("j", &format!("packs='3d';transit='{at}'"));
    let due = span("14d");
    let lines = [-1, 0, 1].map(|tick| log(&text(&(due + span("1us") * tick).to_string()), JOBS));
    assert_eq!(lines.map(|lines| first("J6", &lines)), only_after("17d"));
}

#[test]
fn extensions_are_missed_by_a_package_one_tick_late() {
    // The notice of day 14 is answered on day 19: until 33. That of day 33 on day 40: until 54.
    let once = "answers={missing_package=[{after='5d',says='wait'}]}";
    let text = |at: &str| at_once(&format!("transit='{at}';{once}"));
    let second = |lines: Vec<String>| lines.iter().filter(|line| line.contains(" J6 ")).nth(1).cloned();
    let lines = |tick: i64| log(&text(&(span("33d") + span("1us") * tick).to_string()), JOBS);
    assert_eq!(
        [-1, 0, 1].map(|tick| second(lines(tick))),
        [None, None, Some("33d: J6 j: Shipping -> Shipping".into())]
    );
    let twice = "answers={missing_package=[{after='5d',says='wait'},{after='7d',says='wait'}]}";
    let text = |at: &str| at_once(&format!("transit='{at}';{twice}"));
    let third = |lines: Vec<String>| lines.iter().filter(|line| line.contains(" J6 ")).nth(2).cloned();
    let lines = |tick: i64| log(&text(&(span("54d") + span("1us") * tick).to_string()), JOBS);
    assert_eq!(
        [-1, 0, 1].map(|tick| third(lines(tick))),
        [None, None, Some("54d: J6 j: Shipping -> Shipping".into())]
    );
}

#[test]
fn one_extension_too_many_is_taken_as_cancel() {
    let wait = "{after='1d',says='wait'}";
    let text = at_once(&format!("transit='lost';answers={{missing_package=[{wait},{wait},{wait}]}}"));
    assert_eq!(
        log(&text, JOBS),
        [
            "0s: J1 j: Absent -> Creating",
            "0s: J5 j: Creating -> Shipping",
            "14d: J6 j: Shipping -> Shipping",
            "15d: J7 j: Shipping -> Shipping",
            "29d: J6 j: Shipping -> Shipping",
            "30d: J7 j: Shipping -> Shipping",
            "44d: J6 j: Shipping -> Shipping",
            "45d: J8 j: Shipping -> Closed",
            "135d: J15 j: Closed -> Gone",
        ]
    );
    let none = format!("[policy]\nmax_extensions = 0\n{text}");
    assert_eq!(rules(&log(&none, JOBS)), ["J1", "J5", "J6", "J8", "J15"]);
}

#[test]
fn response_window_is_missed_by_an_answer_one_tick_late() {
    let text = |at: &str| {
        at_once(&format!("transit='lost';answers={{missing_package={{after='{at}',says='wait'}}}}"))
    };
    let closed = [-1, 0, 1].map(|tick| log(&text(&(span("30d") + span("1us") * tick).to_string()), JOBS));
    assert_eq!(closed.each_ref().map(|lines| first("J7", lines).is_some()), [true, true, false]);
    assert_eq!(first("J9", &closed[2]).as_deref(), Some("44d"));
    // On the last tick: extended from that tick, with a new window after it.
    assert_eq!(with(closed[1].clone(), &["J6", "J9"]).len(), 3);
    assert_eq!(first("J9", &closed[1]).as_deref(), Some("88d"));
}

#[test]
fn response_window_is_missed_by_a_package_one_tick_late() {
    assert_eq!(around("J9", "44d", |at| at_once(&format!("transit='{at}'"))), only_after("44d"));
}

#[test]
fn response_window_is_missed_by_a_cancel_one_tick_late() {
    assert_eq!(
        around("J9", "44d", |at| at_once(&format!("transit='lost';cancels='{at}'"))),
        only_after("44d")
    );
}

#[test]
fn retention_is_missed_by_a_delete_one_tick_late() {
    let text = |at: &str| at_once(&format!("transit='0d';deletes='{at}'"));
    assert_eq!(around("J15", "90d", text), only_after("90d"));
    assert_eq!(around("C3", "90d", text)[2].as_deref(), Some("90d 1us"));
}

/// The last line that holds `word`, where the event of `text` comes one tick before `deadline`, exactly at it, one tick after.
fn last_around(word: &str, deadline: &str, text: impl Fn(&str) -> String) -> [Option<String>; 3] {
    [-1, 0, 1]
        .map(|tick| with(log(&text(&(span(deadline) + span("1us") * tick).to_string()), ALL), &[word]).pop())
}

#[test]
fn contact_window_is_missed_by_a_contact_one_tick_late() {
    // Unannounced on day 10; the job would expire on day 14 (J3), so it is updated. The second attempt reaches the customer.
    let text = |at: &str| {
        let answers = "announces='never';updates=['9d','20d'];answers={unannounced={attempt=2,after='5d'}}";
        format!(
            "[site.operations]\nbetween_attempts='{at}'\n{}",
            job("j", &format!("packs='9d';transit='1d';{answers}"))
        )
    };
    let left = last_around("unanswered", "14d", text);
    assert_eq!(left, [None, None, Some("24d: j Unannounced unanswered".into())]);
}

#[test]
fn answer_window_is_missed_by_an_answer_one_tick_late() {
    // Reached on day 10, so the return of day 24 waits until day 40.
    let text = |at: &str| {
        let answers =
            format!("announces='never';updates=['9d','20d','33d'];answers={{unannounced={{after='{at}'}}}}");
        job("j", &format!("packs='9d';transit='1d';{answers}"))
    };
    let left = last_around("unanswered", "30d", text);
    assert_eq!(left, [None, None, Some("40d: j Unannounced unanswered".into())]);
}

#[test]
fn answer_window_of_no_time_leaves_the_contact_window_alone() {
    // Reached on day 10: who has not answered on day 24 is out of reach.
    let text = |at: &str| {
        let answers =
            format!("announces='never';updates=['9d','20d'];answers={{unannounced={{after='{at}'}}}}");
        format!("[policy]\nanswer_window='0d'\n{}", job("j", &format!("packs='9d';transit='1d';{answers}")))
    };
    let left = last_around("unanswered", "14d", text);
    assert_eq!(left, [None, None, Some("24d: j Unannounced unanswered".into())]);
}

#[test]
fn contact_window_is_missed_by_an_announcement_one_tick_late() {
    // Handed over at once, there at once, announced around day 14: J3 would fall on that day, so it is updated.
    let text = |at: &str| job("j", &format!("packs='0d';transit='0d';updates=['1d'];announces='+{at}'"));
    let lines = [-1, 0, 1].map(|tick| log(&text(&(span("14d") + span("1us") * tick).to_string()), ALL));
    let received = lines.each_ref().map(|lines| first("D3", lines));
    assert_eq!(received, [Some("13d 23h 59min 59s 999ms 999us".to_string()), Some("14d".into()), None]);
    assert_eq!(with(lines[2].clone(), &["InTransitBack"]), ["14d: j/0 InTransitBack"]);
}

#[test]
fn destroy_after_a_failed_return_is_missed_by_an_answer_one_tick_late() {
    // Expired on day 14, there and reached on day 20, return attempted on day 50, back on day 56: until day 146.
    let text = |at: &str| {
        job(
            "j",
            &format!("packs='15d';transit='5d';return_fails='6d';answers={{no_record={{after='{at}'}}}}"),
        )
    };
    let destroyed = last_around("Destroyed", "126d", text);
    assert_eq!(destroyed, [None, None, Some("146d: j/0 Destroyed".into())]);
}

#[test]
fn destroy_after_a_failed_return_is_missed_by_a_contact_one_tick_late() {
    // There on day 20, return attempted on day 34, back on day 40: until day 130. The second attempt reaches the customer.
    let text = |at: &str| {
        let answers = "answers={no_record={attempt=2,after='5d'}}";
        format!(
            "[site.operations]\nbetween_attempts='{at}'\n{}",
            job("j", &format!("packs='15d';transit='5d';return_fails='6d';{answers}"))
        )
    };
    let destroyed = last_around("Destroyed", "110d", text);
    assert_eq!(destroyed, [None, None, Some("130d: j/0 Destroyed".into())]);
}

#[test]
fn destroy_after_a_bad_address_is_missed_by_an_answer_one_tick_late() {
    let bad = "transit='0d';return_address='bad';noticed";
    let text = |at: &str| at_once(&format!("{bad}='packaging';answers={{bad_address={{after='{at}'}}}}"));
    assert_eq!(around("J14", "90d", text), only_after("90d"));
    // Noticed in Transferring, answered in Packaging.
    let text = |at: &str| at_once(&format!("{bad}='transferring';answers={{bad_address={{after='{at}'}}}}"));
    assert_eq!(around("J14", "90d", text), only_after("90d"));
}

#[test]
fn destroy_after_that_ends_in_transferring_destroys_on_entering_packaging() {
    // 100 days of copying; the window ends on day 90, the case stays open until the job enters Packaging.
    let text = |at: &str| {
        let bad = format!("return_address='bad';answers={{bad_address={{after='{at}'}}}}");
        format!("{SLOW_BAYS}{}", at_once(&format!("transit='0d';bytes='8.64TB';{bad}")))
    };
    assert_eq!(around("J13", "90d", text), ["100d"; 3].map(|at| Some(at.to_string())));
    let lines = [-1, 0, 1].map(|tick| log(&text(&(span("100d") + span("1us") * tick).to_string()), ALL));
    assert_eq!(
        lines.each_ref().map(|lines| first("J13", lines)),
        [Some("100d".to_string()), Some("100d".into()), None]
    );
    assert_eq!(
        with(lines[2].clone(), &["BadAddress", "J12", "J14", "Destroyed"]),
        [
            "0s: j BadAddress opened",
            "100d: J12 j: Transferring -> Packaging",
            "100d: j BadAddress GivenUp",
            "100d: j/0 Destroyed",
            "100d: J14 j: Packaging -> Closed",
        ]
    );
}

#[test]
fn fault_window_of_a_drive_is_missed_by_an_answer_one_tick_late() {
    let text =
        |at: &str| at_once(&format!("transit='0d';drive=[{{copy='wrong_key',answer={{after='{at}'}}}}]"));
    assert_eq!(around("D14", "30d", text), only_after("30d"));
}

#[test]
fn fault_window_of_a_job_is_missed_by_an_answer_one_tick_late() {
    let fault = |state: &str, at: &str| {
        format!(
            "transit='9d';fault={{cause='customs_hold',in='{state}',after='1d'}};answers={{job_fault={{after='{at}'}}}}"
        )
    };
    let text = |at: &str| at_once(&fault("shipping", at));
    let closed = [-1, 0, 1].map(|tick| log(&text(&(span("30d") + span("1us") * tick).to_string()), JOBS));
    assert_eq!(closed.each_ref().map(|lines| first("J19", lines).is_some()), [true, true, false]);
    assert_eq!(first("F2", &closed[2]).as_deref(), Some("31d"));
}

#[test]
fn a_timer_that_stood_still_still_has_its_last_tick() {
    // Faulted on day 1 for 10 days: the shipping timer ends on day 24.
    let text = |at: &str| {
        let fault = "fault={cause='customs_hold',in='shipping',after='1d'};answers={job_fault={after='10d'}}";
        at_once(&format!("transit='{at}';{fault}"))
    };
    assert_eq!(around("J6", "24d", text), only_after("24d"));
}

#[test]
fn a_package_on_the_last_tick_counts_when_the_dock_needs_no_time_or_only_opens_later() {
    let text = |dock: &str, transit: &str| {
        format!("[site.dock]\n{dock}\n{}", at_once(&format!("transit='{transit}';drives=3")))
    };
    for dock in ["per_package='0d'", "per_package='2d'", "per_drive='2d'", "servers=1\nper_drive='20h'"] {
        assert_eq!(around("J6", "14d", |at| text(dock, at)), only_after("14d"), "{dock}");
        assert_eq!(around("J9", "44d", |at| text(dock, at)), only_after("44d"), "{dock}");
    }
}

/// Order at one instant: arrivals of packages, acts of customers, finished work, deadlines (policy, Words).
#[test]
fn arrivals_come_before_finished_work() {
    // A package is opened on day 16, two days after the notice was due, and shows no listed drive; on that very
    // instant the other one comes, and is opened next: the notice waits for it too.
    let dock = "[site.dock]\nservers=1\nper_package='2d'\n";
    tells(
        &[dock, &at_once("transit='14d';extras=1;drive=[{travels={later='16d'}}]")].concat(),
        &[
            "0s: J1 D1/0 J5",
            "16d: D4/0 E5/x0 E7/x0 X1/x0",
            "18d: E6/0 D6/0 J10 J11 D7/0 D8/0 J12 D10/0 J13",
            "108d: J15",
        ],
    );
}

/// And the dock opens a package after the acts of that instant: nothing is held (E1) where J5 comes with the package.
#[test]
fn arrivals_come_before_acts_of_customers() {
    shows(
        &job("j", "packs='1d';transit='1d';announces='+1d';bytes='0B'"),
        &[
            "0s: J1 D1/0",
            "1d: /0InTransitIn",
            "2d: /0AtDock J5 D3/0 /0AtSite J10 J11 D7/0 D8/0 J12 D10/0 /0InTransitBack J13",
            "5d: /0Returned",
            "92d: J15",
        ],
    );
    // A cancel after the notice finds the package at the dock, so J8 waits; a tick earlier it closes the job.
    tells(
        &at_once("transit='20d';cancels='20d'"),
        &[
            "0s: J1 D1/0 J5",
            "14d: J6 D5/0 MissingPackage+",
            "20d: MissingPackage=Settled C2 E6/0 D6/0 J10 J16 D11/0 J13",
            "110d: J15",
        ],
    );
    assert_eq!(
        around("J8", "20d", |at| at_once(&format!("transit='20d';cancels='{at}'"))),
        [Some("19d 23h 59min 59s 999ms 999us".to_string()), None, None]
    );
}

#[test]
fn acts_of_customers_come_before_finished_work() {
    // The copy ends on day 5: a cancel at that instant is still one in Transferring.
    let lines = story(&walk("cancels='5d'"));
    assert_eq!(with(lines, &["5d: "]), ["5d: C2 D8/0 J12"]);
}

#[test]
fn finished_work_comes_before_deadlines() {
    // The first attempt to reach the customer ends on the last tick of the window.
    let text = "[site.operations]\nper_attempt='30d'\n";
    let answer = at_once("transit='lost';answers={missing_package={after='0d',says='cancel'}}");
    tells(
        &[text, &answer].concat(),
        &["0s: J1 D1/0 J5", "14d: J6 D5/0 MissingPackage+", "44d: MissingPackage=Answered J8", "134d: J15"],
    );
}
