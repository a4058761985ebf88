//! `shipback check`: verdicts, exit codes and reports, through the real program.

use crate::tool::{Folder, Ran};
use std::fs;

/// A package that is lost, and a customer who is silent.
const LOST: &str =
    "[run]\nhorizon = '200d'\n[[job]]\nname = 'lost'\npacks = '0d'\ntransit = 'lost'\ndeletes = '3d'\n";
/// Some 60 orders, one in ten of which is never shipped.
const DRAWN: &str =
    "[run]\nhorizon = '60d'\n[demand.imports]\nrate = '1/day'\n[customer]\nnever_ships = 0.1\n";

fn check(text: &str, args: &[&str]) -> Ran {
    let folder = Folder::new();
    fs::write(folder.path("case.toml"), text).unwrap();
    folder.run(&[&["check", "case.toml"], args].concat())
}

fn expect(base: &str, expectations: &[&str]) -> String {
    expectations
        .iter()
        .fold(base.to_string(), |text, one| format!("{text}[[expect]]\n{}\n", one.replace(';', "\n")))
}

#[test]
fn what_is_said_of_a_scripted_job_is_met_to_the_tick() {
    let life = "[['0d','Creating','J1'],['0d','Shipping','J5'],['14d','Shipping','J6'],['44d','Closed','J9'],\
                ['134d','Gone','J15']]";
    let text = expect(
        LOST,
        &[
            &format!("job='lost';timeline={life}"),
            "job='lost';at='13d 23h 59min 59s 999ms 999us';state='Shipping';drives='Specified';percent=0",
            "job='lost';at='14d';state='Shipping';drives=['NeverReceived'];faulted=false",
            "job='lost';at='2026-02-15';state='Closed'",
            "job='lost';at='134d';exists=false",
            "job='lost';at='134d';state='Gone'",
            "job='lost';drives='NeverReceived';disposition=['Lost'];exists=true",
            "job='lost+1';exists=false",
            "rule='J9';fires=1",
            "rule='J6';job='lost';at_least=1;at_most=1",
            "job='lost';refused='delete';at='3d'",
            "metric='turnaround.p95';within=['44d','44d']",
            "metric='jobs.closed.share';at_least='100 %'",
        ],
    );
    let ran = check(&text, &[]);
    assert_eq!(ran.code, 0, "{}{}", ran.out, ran.err);
    assert!(ran.out.contains("13 expectations in 1 file: 13 met"), "{}", ran.out);
}

#[test]
fn a_policy_owner_understands_at_once_what_a_changed_deadline_breaks() {
    let text =
        expect(LOST, &["rule='J9';fires=1", "job='lost';at='14d';state='Shipping';drives='NeverReceived'"]);
    let ran = check(&text, &["--set", "policy.shipping_deadline=15d"]);
    assert_eq!(ran.code, 1);
    let page = ran.out;
    for part in [
        "FAILED     case.toml:11",
        "expected lost at 14d: Shipping, drives all NeverReceived",
        "observed Shipping, drives Specified; at 0s Shipping (J5: A job is set to Shipping",
        "policy.shipping_deadline is \"15d\" here, set by --set; documented: \"14d\"",
        "shipback check case.toml --set policy.shipping_deadline=15d",
        "2 expectations in 1 file: 1 met, 1 failed\n1 failure, all explained by policy.shipping_deadline=15d\n",
    ] {
        assert!(page.contains(part), "{part}\n{page}");
    }
    let life = expect(
        LOST,
        &["job='lost';timeline=[['0d','Creating','J1'],['0d','Shipping','J5'],['14d','Shipping','J6']]"],
    );
    let other = expect(LOST, &["rule='J9';fires=2", "job='lost';at='14d';drives='NeverReceived'"]);
    let page = check(&other, &["--set", "policy.shipping_deadline=15d"]).out;
    let told = "2 failures, 1 explained by policy.shipping_deadline=15d; 1 fails without it, too\n";
    assert!(page.ends_with(told) && !page.contains("How often"), "{page}");
    let page = check(&other, &["--verbose"]).out;
    assert!(page.contains("How often each rule fired") && !page.contains("explained by"), "{page}");
    let page = check(&life, &["--set", "policy.shipping_deadline=15d"]).out;
    assert!(page.contains("step 3 of its life: at 14d Shipping (J6: Nothing received"), "{page}");
    assert!(page.contains("the same step, 1d too late"), "{page}");
}

#[test]
fn numbers_are_met_failed_or_undecided_by_their_interval() {
    let share = "metric='jobs.expired.share'";
    let case = |bound: &str, args: &[&str]| {
        let ran = check(&expect(DRAWN, &[&format!("{share};{bound}")]), &[&["--json"], args].concat());
        let whole: serde_json::Value =
            serde_json::from_str(&ran.out).unwrap_or_else(|_| panic!("{}", ran.err));
        (ran.code, whole["expectations"][0].clone())
    };
    let several = ["--replications", "10"];
    assert_eq!(case("at_most='50 %'", &several).1["verdict"], "met");
    let (code, failed) = case("at_least=0.5", &several);
    assert_eq!((code, &failed["verdict"]), (1, &"failed".into()));
    // Exactly what is estimated lies within every interval of it.
    let value = failed["estimate"]["value"].as_f64().unwrap();
    let on_it = format!("at_most={value}");
    let (code, open) = case(&on_it, &several);
    assert_eq!((code, &open["verdict"]), (1, &"undecided".into()));
    assert!(open["estimate"]["method"].as_str().unwrap().contains("jackknife"));
    assert_eq!(case(&on_it, &["--replications", "10", "--on-undecided", "warn"]).0, 0);
    let (_, more) = case(&on_it, &["--on-undecided", "more", "--most", "30"]);
    assert!(more["replications"].as_u64().unwrap() >= 20, "{more}");
    assert!(more["observed"].as_str().unwrap().contains("sequential"), "{more}");
    let (_, one) = case("at_most='50 %'", &["--set", "demand.imports.rate=10/day"]);
    assert!(
        one["estimate"]["interval"].is_null() && one["observed"].as_str().unwrap().contains("no interval")
    );
}

#[test]
fn never_seen_is_not_taken_as_never() {
    let text = expect(DRAWN, &["metric='jobs.canceled.share';at_most='0 %'"]);
    let ran = check(&text, &["--replications", "5"]);
    assert!(ran.code == 1 && ran.out.contains("none seen in any replication"), "{}", ran.out);
}

#[test]
fn a_share_of_few_events_is_not_met_silently() {
    let text = |most: &str| expect(DRAWN, &[&format!("metric='jobs.expired.share';at_most={most}")]);
    let few = ["--set", "customer.never_ships=0.01", "--replications", "5"];
    // Some 3 of 300: an interval over replications would be half as wide.
    let ran = check(&text("0.012"), &few);
    assert!(ran.code == 1 && ran.out.contains("UNDECIDED"), "{}", ran.out);
    assert!(
        ran.out.contains("few seen: clusters over replications")
            && ran.out.contains("it rests on few events"),
        "{}",
        ran.out
    );
    let ran = check(&text("0.5"), &few);
    assert!(ran.code == 0 && ran.out.contains("met, but it rests on few events"), "{}", ran.out);
    let ran = check(&text("0.5"), &["--set", "customer.never_ships=0.3", "--replications", "5"]);
    assert!(ran.code == 0 && !ran.out.contains("few events"), "{}", ran.out);
}

/// However many replications show none, it is not shown that there is none: more of them are no help.
#[test]
fn what_no_replication_can_show_is_not_asked_for_more() {
    let text =
        expect(DRAWN, &["metric='jobs.canceled';at_most=0", "metric='jobs.canceled.share';at_most='0 %'"]);
    let ran = check(&text, &["--on-undecided", "more", "--most", "90"]);
    assert!(ran.code == 1 && ran.out.contains("0 of 2, 20 replications"), "{}", ran.out);
    for bound in ["such as at_most = 1.9, or", "no number of replications can show"] {
        assert!(ran.out.contains(bound), "{bound}\n{}", ran.out);
    }
}

#[test]
fn written_jobs_leave_nothing_to_chance_in_any_number_of_replications() {
    let bounds = [
        "metric='jobs.canceled';at_most=0",
        "metric='jobs.closed';within=[1,1]",
        "metric='jobs.closed.share';at_least='100 %'",
        "metric='turnaround.max';within=['44d','44d']",
    ];
    let ran = check(&expect(LOST, &bounds), &["--replications", "3"]);
    assert!(ran.code == 0 && ran.out.contains("4 of 4, 3 replications"), "{}", ran.out);
    let ran = check(&expect(LOST, &["metric='jobs.closed';at_most=0"]), &["--replications", "3"]);
    assert!(ran.code == 1 && ran.out.contains("no random inputs"), "{}", ran.out);
    // What the site takes is drawn for written jobs, too.
    let drawn = "[site.preparation]\nper_drive = { uniform = { low = '1h', high = '2h' } }\n";
    let came = LOST.replace("'lost'\ndeletes", "'1d'\ndeletes");
    let text = expect(&format!("{drawn}{came}"), &["metric='turnaround.mean';within=['2d','2d']"]);
    let ran = check(&text, &["--replications", "3"]);
    assert!(!ran.out.contains("no random inputs"), "{}", ran.out);
}

#[test]
fn threads_change_no_byte() {
    let text = expect(
        DRAWN,
        &["metric='jobs.expired.share';within=[0.1,0.1]", "metric='turnaround.p95';at_most='4d'"],
    );
    let run = |threads| check(&text, &["--replications", "7", "--threads", threads, "--json"]).out;
    assert_eq!(run("1"), run("3"));
}

#[test]
fn nothing_to_judge_is_no_pass() {
    let ran = check(&expect(LOST, &["rule='J9';fires=0;job='lost+1'"]), &[]);
    assert!(ran.code == 2 && ran.out.contains("NOT JUDGED"), "{}", ran.out);
    for (expectation, told) in [
        // Two jobs cannot follow from one that no job follows from; what is not there yet is something else.
        ("job='lost+2';exists=false", "no job \"lost+2\" was ordered"),
        ("job='lost+2';exists=false;at='20d'", "no job \"lost+2\" was ordered"),
        ("job='lost';drive=2;timeline=[['0d','Specified','D1']]", "lost has no drive 2: it has one drive"),
        ("job='lost';refused='cancel'", "it was never tried"),
        ("job='lost';refused='cancel';at='3d'", "it was never tried"),
    ] {
        let ran = check(&expect(LOST, &[expectation]), &[]);
        assert!(ran.code == 2 && ran.out.contains("NOT JUDGED"), "{expectation}\n{}", ran.out);
        assert!(ran.out.contains(told), "{expectation}\n{}", ran.out);
    }
    let late = "[run]\nhorizon='30d'\n[[job]]\nname='early'\npacks='0d'\n[[job]]\nname='late'\nat='40d'\n";
    let ran = check(&expect(late, &["job='late';exists=false"]), &[]);
    assert!(ran.code == 2 && ran.out.contains("no job \"late\" was ordered"), "{}{}", ran.out, ran.err);
    let ran = check(&expect(LOST, &["metric='packages.transit.mean';by='way=in';at_most='5d'"]), &[]);
    assert!(ran.code == 2 && ran.out.contains("nothing was observed"), "{}", ran.out);
    let ran = check(LOST, &[]);
    assert!(
        ran.code == 2 && ran.out.contains("NOT JUDGED case.toml has no [[expect]]: write one"),
        "{}",
        ran.out
    );
    let folder = Folder::new();
    fs::create_dir(folder.path("some")).unwrap();
    assert_eq!(folder.run(&["check", "some"]).code, 2);
    fs::write(folder.path("some/plain.toml"), LOST).unwrap();
    assert_eq!(folder.run(&["check", "some"]).code, 2);
    fs::write(folder.path("some/judged.toml"), expect(LOST, &["rule='J9';fires=1"])).unwrap();
    let ran = folder.run(&["check", "some"]);
    assert!(ran.code == 0 && ran.out.contains("1 file not judged"), "{}", ran.out);
    // A file that is named is meant to be judged, also beside others, and where a named folder has it, too.
    for args in [
        &["some", "some/plain.toml"][..],
        &["some/plain.toml", "some"],
        &["some/judged.toml", "some/plain.toml"],
    ] {
        let ran = folder.run(&[&["check"], args].concat());
        let told = [
            "NOT JUDGED some/plain.toml has no [[expect]]: write one (shipback help expect says how), or do not name it\n",
            "1 met; 1 file not judged; ERROR: 1 named path has no [[expect]]\n",
        ];
        assert!(ran.code == 2 && told.iter().all(|told| ran.out.contains(told)), "{args:?}: {}", ran.out);
    }
    assert_eq!(folder.run(&["check", "nowhere.toml"]).code, 2);
    // A folder with none at all is nothing to judge among others, too.
    fs::create_dir(folder.path("none")).unwrap();
    fs::write(folder.path("none/plain.toml"), LOST).unwrap();
    for args in [["check", "some", "none"], ["check", "./none", "some"]] {
        let ran = folder.run(&args);
        assert!(ran.code == 2 && ran.out.contains("none: no file in it has an [[expect]]"), "{}", ran.out);
    }
}

/// Without an instant it is whether a job ever was, and the words say so.
#[test]
fn to_exist_is_to_be_found_at_an_instant_or_to_have_been_ordered_ever() {
    for (expectation, told) in [
        (
            "job='lost';exists=false",
            "expected lost was never ordered\n  observed it was ordered; at 134d Gone (J15",
        ),
        ("job='lost+1';exists=true", "expected lost+1 was ordered\n  observed it was never ordered"),
        (
            "job='lost';at='10d';exists=false",
            "expected lost is not found by Get Job at 10d\n  observed it is found",
        ),
        (
            "job='lost';at='150d';exists=true",
            "expected lost is found by Get Job at 150d\n  observed it is not found",
        ),
    ] {
        let ran = check(&expect(LOST, &[expectation]), &[]);
        assert!(ran.code == 1 && ran.out.contains(told), "{expectation}\n{}", ran.out);
    }
    let met = ["job='lost';exists=true", "job='lost';at='134d';exists=false", "job='lost+1';exists=false"];
    assert_eq!(check(&expect(LOST, &met), &[]).code, 0);
}

#[test]
fn an_act_that_was_accepted_is_told_with_the_rule_that_did() {
    let ran = check(&expect(LOST, &["job='lost';refused='set_shipping'"]), &[]);
    assert!(ran.code == 1 && ran.out.contains("observed accepted at 0s (J5: "), "{}", ran.out);
    let ran = check(&expect(LOST, &["job='lost';refused='delete';at='4d'"]), &[]);
    assert!(ran.code == 1 && ran.out.contains("observed refused at 3d in Shipping"), "{}", ran.out);
    let canceled = LOST.replace("deletes = '3d'", "cancels = '3d'");
    let ran = check(&expect(&canceled, &["job='lost';refused='cancel'"]), &[]);
    assert!(ran.code == 1 && ran.out.contains("observed accepted at 3d (C2: "), "{}", ran.out);
}

#[test]
fn wrong_expectations_are_told_with_their_line_and_the_nearest_name() {
    for (expectation, told) in [
        ("metric='turnarond.p95';at_most='9d'", "did you mean \"turnaround.p95\"?"),
        ("metric='jobs.created';by='sourc=written';at_most=9", "did you mean \"source=written\"?"),
        ("metric='jobs.created';at_most='9d'", "jobs.created is in jobs"),
        ("metric='jobs.created'", "has no bound"),
        ("job='lots';state='Shipping'", "did you mean \"lost\"?"),
        ("job='lost';state='Shiping'", "did you mean \"Shipping\"?"),
        ("job='lost';stat='Shipping'", "did you mean \"state\"?"),
        ("job='lost'", "expects nothing"),
        ("job='lost';at='9999d';state='Gone'", "the run stops at"),
        ("job='lost';percent=5", "percent is judged at an instant"),
        ("job='lost';exists=false;state='Gone'", "nothing else can be seen"),
        ("rule='J99';fires=1", "\"J99\" is not allowed here"),
        ("rule='J22';fires=1", "holds always and never fires"),
        ("rule='J9'", "does not say how often"),
        ("rule='J9';metric='jobs.created';fires=1", "more than one thing"),
        ("job='lost';refused='deletes'", "did you mean \"delete\"?"),
        ("job='lost';timeline=[['0d','Creatin','J1']]", "did you mean \"Creating\"?"),
        ("job='lost';timeline=[['2025-12-31','Creating','J1']]", "an instant is before the scenario starts"),
        ("job='lost';at='150d';state='Gone';disposition='Lost'", "Get Job shows nothing else"),
        ("job='lost';at='150d';state='Gone';percent=77", "Get Job shows nothing else"),
        ("job='lost';at='150d';state='Gone';faulted=true", "leave at out: the last that was known"),
        ("job='lost';disposition=[]", "no drive at all is nothing to judge"),
        ("job='lost+01';exists=false", "the first job that follows from it is \"lost+1\""),
        ("job='lost';drive=0;timeline=[['0d','Specified','D1']]", "allowed: 1 to 10"),
        ("rule='J9';fires=-1", "-1 is out of range"),
        ("rule='J9';at_least=3;at_most=2", "the upper bound is below the lower one"),
        ("rule='J9';at_least=0", "write fires = 0 if it must never fire, or at_least = 1"),
        ("metric='jobs.closed';within=[3,2]", "case.toml:10:11"),
        ("metric='jobs.closed.share';at_most=30", "30 % is \"30 %\" or 0.3"),
        ("metric='jobs.closed.share';within=[-1,0.5]", "a share, from 0 to 1"),
        ("metric='jobs.closed.share';at_most='100 %'", "this cannot fail"),
        ("metric='jobs.closed.share';at_least=0", "this cannot fail"),
        ("metric='jobs.closed';at_least=0", "this cannot fail"),
        ("metric='rules.J9';at_most=1", "did you mean \"rule.J9.fired\"?"),
        ("metric='turnaround.p80';at_most=1", "did you mean \"turnaround.p50\"? Or \"turnaround.p90\"?"),
        ("metric='sla.recieved.attainment';at_least=0.9", "this scenario has no [[sla]]"),
        ("metric='cost.total';at_most=9", "this scenario has no [cost]"),
        ("metric='jobs.created';by='month';at_most=9", "did you mean \"month=2026-01\"?"),
    ] {
        let ran = check(&expect(LOST, &[expectation]), &[]);
        assert!(ran.code == 2, "{expectation}: {}", ran.out);
        assert!(ran.out.contains(told) && ran.out.contains("--> case.toml:"), "{told}\n{}", ran.out);
    }
}

#[test]
fn a_value_that_is_not_taken_is_one_mistake() {
    for expectation in ["job='lost';drive=0;timeline=[['0d','Specified','D1']]", "rule='J9';fires=-1"] {
        let ran = check(&expect(LOST, &[expectation]), &[]);
        assert!(ran.out.contains("nothing was run: 1 mistake in"), "{expectation}: {}", ran.out);
    }
}

#[test]
fn expectations_are_not_inherited_and_change_no_hash() {
    let folder = Folder::new();
    fs::write(folder.path("base.toml"), expect(LOST, &["rule='J9';fires=1"])).unwrap();
    fs::write(folder.path("plain.toml"), LOST).unwrap();
    fs::write(folder.path("child.toml"), "extends = 'base.toml'\n").unwrap();
    assert_eq!(folder.run(&["check", "child.toml"]).code, 2);
    let hash = |file| {
        let told = folder.run(&["explain", file]).out;
        told.lines().next().unwrap().split_once("hash").unwrap().1.to_string()
    };
    assert_ne!(folder.run(&["explain", "base.toml"]).out.find("expect[0].rule"), None);
    fs::write(folder.path("named.toml"), format!("name = 'x'\n{LOST}")).unwrap();
    fs::write(
        folder.path("named-expects.toml"),
        format!("name = 'x'\n{}", expect(LOST, &["rule='J9';fires=1"])),
    )
    .unwrap();
    assert_eq!(hash("named.toml"), hash("named-expects.toml"));
}

/// The attributes that the XSD of JUnit 10 (Jenkins xUnit plugin) knows, by element; the first are required.
const JUNIT: [(&str, &[&str], &[&str]); 7] = [
    ("testsuites", &[], &["name", "time", "tests", "failures", "errors"]),
    (
        "testsuite",
        &["name", "tests", "failures", "errors"],
        &["group", "time", "skipped", "timestamp", "hostname", "id"],
    ),
    ("testcase", &["name"], &["time", "classname", "group"]),
    ("property", &["name", "value"], &[]),
    ("failure", &[], &["type", "message"]),
    ("error", &[], &["type", "message"]),
    ("skipped", &[], &["type", "message"]),
];

#[test]
fn the_junit_report_is_well_formed_and_as_the_xsd_demands() {
    let folder = Folder::new();
    let wrong = "job='lost';at='14d';state='Closed'";
    fs::write(
        folder.path("a.toml"),
        expect(LOST, &["rule='J9';fires=1", wrong, "rule='J9';fires=0;job='lost+1'"]),
    )
    .unwrap();
    fs::write(folder.path("b.toml"), expect(LOST, &["metric='nothing';at_most=1"])).unwrap();
    let ran = folder.run(&["check", "a.toml", "b.toml", "--junit", "new/check.xml"]);
    assert_eq!(ran.code, 1);
    let text = fs::read_to_string(folder.path("new/check.xml")).unwrap();
    let mut open: Vec<&str> = vec![];
    let tags = text.split('<').skip(2).map(|part| part.split_once('>').unwrap().0);
    for tag in tags {
        if let Some(name) = tag.strip_prefix('/') {
            assert_eq!(open.pop(), Some(name), "{text}");
            continue;
        }
        let (name, rest) = tag.trim_end_matches('/').split_once(' ').unwrap_or((tag, ""));
        let keys: Vec<&str> = rest.split("=\"").filter_map(|part| part.rsplit(' ').next()).collect();
        let keys = &keys[..keys.len().saturating_sub(1)];
        if name != "properties" {
            let (_, needed, allowed) = JUNIT.iter().find(|known| known.0 == name).expect(name);
            assert!(needed.iter().all(|key| keys.contains(key)), "{tag}");
            assert!(keys.iter().all(|key| needed.contains(key) || allowed.contains(key)), "{tag}");
        }
        if !tag.ends_with('/') {
            open.push(name);
        }
    }
    assert!(open.is_empty());
    assert!(
        text.contains("<testsuites name=\"shipback check\" tests=\"4\" failures=\"1\" errors=\"2\">"),
        "{text}"
    );
    assert!(text.contains("expected lost at 14d: Closed"), "{text}");
}

/// The annotations of a run.
fn annotated(folder: &Folder, args: &[&str], on: &str) -> Vec<String> {
    let output = folder.command(args).env("GITHUB_ACTIONS", on).output().unwrap();
    let page = String::from_utf8(output.stdout).unwrap();
    page.lines().filter(|line| line.starts_with("::")).map(String::from).collect()
}

#[test]
fn on_github_the_worst_ten_are_shown_beside_their_lines() {
    let folder = Folder::new();
    fs::write(folder.path("a.toml"), expect(LOST, &["rule='J9';fires=2"; 12])).unwrap();
    let lines = |on: &str| annotated(&folder, &["check", "a.toml"], on);
    assert_eq!(lines("true").len(), 10);
    assert!(
        lines("true")[0]
            .starts_with("::error file=a.toml,line=8,title=a%3A failed::expected J9 fires 2 times")
    );
    assert!(lines("").is_empty());
}

#[test]
fn on_github_what_could_not_be_judged_comes_first_and_points_at_no_file_that_is_not_there() {
    let folder = Folder::new();
    fs::write(folder.path("a.toml"), expect(LOST, &["rule='J9';fires=2"; 12])).unwrap();
    fs::write(folder.path("plain.toml"), LOST).unwrap();
    fs::write(folder.path("wrong.toml"), expect(LOST, &["job='lots';state='Gone'"])).unwrap();
    let all = ["check", "a.toml", "plain.toml", "wrong.toml", "--require-coverage"];
    let lines = annotated(&folder, &all, "true");
    assert_eq!(lines.len(), 10);
    for (line, begins) in lines.iter().zip([
        "::error file=wrong.toml,line=9,title=not judged::",
        "::error title=never fired::rules that never fired: J2, ",
        "::error file=plain.toml,line=1,title=nothing to judge::",
        "::error file=a.toml,line=8,title=a%3A failed::",
    ]) {
        assert!(line.starts_with(begins), "{line}");
    }
    let typo = ["check", "scenarios/policy", "--set", "policy.shiping_deadline=3d"];
    let lines = annotated(&folder, &typo, "true");
    assert!(lines.len() == 1 && lines[0].starts_with("::error title=not judged::"), "{lines:?}");
    let other = ["check", "--boundaries", "--set", "policy.retention=89d"];
    let lines = annotated(&folder, &other, "true");
    assert!(lines.len() == 10 && lines.iter().all(|line| line.starts_with("::error title=")), "{lines:?}");
}

#[test]
fn a_mistake_on_the_command_line_is_told_once() {
    let folder = Folder::new();
    let ran = folder.run(&["check", "scenarios/policy", "--set", "policy.shiping_deadline=3d"]);
    assert!(ran.code == 2 && ran.out.matches("has no key \"shiping_deadline\"").count() == 1, "{}", ran.out);
    assert!(ran.out.contains(" and 27 more\n"), "{}", ran.out);
    assert!(!ran.out.contains("write an [[expect]]"), "all are wrong, none is without one: {}", ran.out);
    let json = folder.run(&["check", "scenarios/policy", "--set", "policy.shiping_deadline=3d", "--json"]);
    let whole: serde_json::Value = serde_json::from_str(&json.out).unwrap();
    assert_eq!(whole["wrong"].as_array().unwrap().len(), 30);
}

#[test]
fn options_that_would_do_nothing_are_mistakes() {
    let folder = Folder::new();
    let share = "metric='jobs.expired.share';at_most='50 %'";
    fs::write(folder.path("a.toml"), expect(DRAWN, &[share])).unwrap();
    for (args, told) in [
        (&["--most", "30"][..], "--most says how far --on-undecided more goes"),
        (&["--on-undecided", "warn", "--most", "30"], "--most says how far"),
        (&["--on-undecided", "more", "--most", "1"], "runs 20 replications at least"),
        (&["--on-undecided", "more", "--most", "20", "--replications", "50"], "write --most 50, or more"),
        (&["--on-undecided", "more", "--replications", "500"], "write --most 500, or more"),
        (&["--on-undecided", "more", "--baseline", "b.json"], "a record has its own replications"),
    ] {
        let ran = folder.run(&[&["check", "a.toml"], args].concat());
        assert!(ran.code == 2 && ran.err.contains(told), "{told}\n{}{}", ran.out, ran.err);
    }
    let ran = folder.run(&["check", "a.toml", "--on-undecided", "more", "--set", "run.replications=300"]);
    assert!(ran.code == 2 && ran.out.contains("write --most 300, or more"), "{}{}", ran.out, ran.err);
}

#[test]
fn verdicts_are_told_also_where_their_report_cannot_be_written() {
    let folder = Folder::new();
    fs::write(folder.path("a.toml"), expect(LOST, &["rule='J9';fires=2"])).unwrap();
    fs::create_dir(folder.path("there")).unwrap();
    let ran = folder.run(&["check", "a.toml", "--junit", "there"]);
    assert!(ran.code == 3 && ran.out.contains("FAILED     a.toml:8"), "{}{}", ran.out, ran.err);
    assert!(ran.err.contains("cannot write there"), "{}", ran.err);
}

#[test]
fn rules_that_never_fired_are_a_failure_in_the_junit_report_too() {
    let folder = Folder::new();
    let report = |args: &[&str]| {
        let ran = folder.run(&[&["check", "--junit", "c.xml"], args].concat());
        (ran.code, fs::read_to_string(folder.path("c.xml")).unwrap())
    };
    let one = "scenarios/policy/job-creating.toml";
    let (code, xml) = report(&[one, "--require-coverage"]);
    assert!(
        code == 1
            && xml.contains("<testsuite name=\"coverage\" tests=\"1\"")
            && xml.contains("never fired: J5, "),
        "{xml}"
    );
    assert!(xml.contains("failures=\"1\""), "{xml}");
    let (code, xml) = report(&["scenarios", "--require-coverage"]);
    assert!(code == 0 && xml.contains("every rule fires") && xml.contains("failures=\"0\""), "{xml}");
    assert!(!report(&[one]).1.contains("coverage"));
}

/// With chance, what is said of a job may fail in a later replication: that one is to be traced.
#[test]
fn the_life_that_failed_is_told_with_its_replication() {
    let site =
        "[site.preparation]\nper_drive = { discrete = { values = ['0d', '9d'], weights = [0.7, 0.3] } }\n";
    let came = LOST.replace("'lost'\ndeletes", "'1d'\ndeletes");
    let text = expect(&format!("{site}{came}"), &["job='lost';at='2d';state='Completed'"]);
    let json = check(&text, &["--replications", "12", "--json"]);
    let whole: serde_json::Value = serde_json::from_str(&json.out).unwrap_or_else(|_| panic!("{}", json.err));
    let number = whole["expectations"][0]["replication"].as_u64().unwrap();
    assert!(number > 0, "{}", json.out);
    let ran = check(&text, &["--replications", "12"]);
    let command = format!("shipback trace case.toml lost --replication {number}\n");
    assert!(ran.code == 1 && ran.out.contains(&command), "{}{}", ran.out, ran.err);
}

#[test]
fn the_documented_policy_is_met_covered_and_a_changed_one_is_caught() {
    let folder = Folder::new();
    let ran = folder.run(&["check", "scenarios", "--require-coverage"]);
    assert_eq!(ran.code, 0, "{}", ran.out);
    for set in [
        "shipping_deadline=15d",
        "response_window=31d",
        "creating_expiry=13d",
        "retention=89d",
        "extension=15d",
    ] {
        let ran = folder.run(&["check", "scenarios/policy", "--set", &format!("policy.{set}")]);
        assert_eq!(ran.code, 1, "{set}\n{}", ran.out);
    }
    let alone = ["check", "scenarios/policy/job-creating.toml"];
    assert_eq!(folder.run(&alone).code, 0);
    assert_eq!(folder.run(&[&alone[..], &["--require-coverage"]].concat()).code, 1);
}

/// An extra drive that is processed by itself would leave by itself.
#[test]
fn an_extra_drive_that_leaves_alone_is_seen() {
    let folder = Folder::new();
    let file = ["check", "scenarios/policy/extra-drive.toml"];
    assert_eq!(folder.run(&file).code, 0);
    let slow =
        ["--set", "site.dock.servers=1", "--set", "site.dock.per_drive=1h", "--set", "site.bays.rate=1PB/s"];
    let ran = folder.run(&[&file[..], &slow].concat());
    let told = "expected packages.sent [way=back]: 4 packages to 4 packages\n  observed 8 packages";
    assert!(ran.code == 1 && ran.out.contains(told), "{}", ran.out);
}
