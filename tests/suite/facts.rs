//! No file and no answer tells what has not happened, and all of them agree about the instant at which a run stops.

use crate::tool::Folder;
use std::collections::BTreeMap;
use std::fs;

/// A run of `text` with its events; the folder has the files in `out`.
fn ran(text: &str) -> Folder {
    let folder = Folder::new();
    fs::write(folder.path("s.toml"), text).unwrap();
    let ran = folder.run(&["run", "s.toml", "--log", "events", "--no-charts", "-q", "--out", "out"]);
    assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{text}");
    folder
}

/// The rows of a file, each by its columns.
fn rows(folder: &Folder, name: &str) -> Vec<BTreeMap<String, String>> {
    let mut reader = csv::Reader::from_path(folder.path(&format!("out/{name}"))).unwrap();
    reader.deserialize().map(Result::unwrap).collect()
}

/// One column of the row whose first column is `of`.
fn cell(folder: &Folder, file: &str, (key, of): (&str, &str), column: &str) -> String {
    let rows = rows(folder, file);
    rows.iter().find(|row| row[key] == of).unwrap_or_else(|| panic!("{file} has no {of}"))[column].clone()
}

#[test]
fn the_outcome_of_a_copy_is_told_when_it_has_ended_or_met_a_fault() {
    let job =
        |name: &str, parts: &str| format!("[[job]]\nname='{name}'\npacks='0d'\ntransit='1d'\n{parts}\n");
    let folder = ran(&format!(
        "[run]\nhorizon='10d'\nending='censor'\n[site.bays]\nrate='1MB/s'\n{}{}{}",
        job("copying", "bytes='8.64TB'"),
        job("copied", "bytes='86.4GB'"),
        job("faulty", "[[job.drive]]\nbytes='8.64TB'\ncopy='unreadable'\nfound_after='86.4GB'")
    ));
    let outcome = |drive| cell(&folder, "drives.csv", ("drive", drive), "outcome");
    assert_eq!(["copying/d1", "copied/d1", "faulty/d1"].map(outcome), ["", "clean", "unreadable"]);
}

#[test]
fn nothing_is_told_of_extra_drives_before_there_is_a_package() {
    let folder = ran("[run]\nhorizon='10d'\nending='censor'\n\
         [[job]]\nname='a'\npacks='20d'\nextras=2\n[[job]]\nname='b'\npacks='0d'\ntransit='1d'\nextras=1\nbytes='0B'\n\
         [[job]]\nname='c'\npacks='0d'\ntransit='lost'\nextras=1\n");
    let extras = |job| cell(&folder, "jobs.csv", ("job", job), "extras");
    assert_eq!(["a", "b", "c"].map(extras), ["0", "1", "1"]);
    let extra = rows(&folder, "drives.csv").into_iter().filter(|row| row["extra"] == "true");
    assert_eq!(extra.map(|row| row["job"].clone()).collect::<Vec<_>>(), ["b", "c"]);
}

#[test]
fn copied_is_reached_where_something_was_copied_and_nothing_is_left_to_copy() {
    let site = "[run]\nhorizon='200d'\n[site.bays]\nrate='1MB/s'\nservers=1\n";
    let reached = |parts: &str| {
        let folder =
            ran(&format!("{site}[[job]]\nname='a'\npacks='0d'\ntransit='1d'\nbytes='86.4GB'\n{parts}\n"));
        let cell = |column| cell(&folder, "jobs.csv", ("job", "a"), column);
        (cell("copied_us"), cell("error"))
    };
    let day = |days: u64| (days * 86_400_000_000).to_string();
    let [no, yes] = ["false", "true"].map(String::from);
    assert_eq!(reached("drives=2"), (day(3), no.clone()));
    // Canceled while the second drive waits for the bay: that one is not copied.
    assert_eq!(reached("drives=2\ncancels='1d 12h'"), (String::new(), no.clone()));
    // Canceled while the last drive copies: it finishes (C2), and everything is copied.
    assert_eq!(reached("drives=2\ncancels='2d 12h'"), (day(3), no));
    // Given up as faulty (D14): alone, nothing is copied; beside another drive, the other one is.
    let faulty = "[[job.drive]]\ncopy='wrong_key'\n";
    assert_eq!(reached(faulty), (String::new(), yes.clone()));
    assert_eq!(reached(&format!("{faulty}[[job.drive]]\n")), (day(31), yes.clone()));
    // A job fault given up in Transferring (J20): the copy that runs finishes, the other drive is left.
    let fault = "drives=2\nfault={cause='storage_inaccessible',in='transferring',after='12h'}";
    assert_eq!(reached(fault), (String::new(), yes));
}

#[test]
fn a_service_level_to_copied_is_missed_where_nothing_was_copied() {
    let folder = ran("[run]\nhorizon='300d'\n[[job]]\nname='a'\npacks='0d'\ntransit='1d'\n\
                      fault={cause='storage_inaccessible',in='received'}\n\
                      [[sla]]\nfrom='received'\nto='copied'\nwithin='200d'\n");
    let met = rows(&folder, "summary.csv").into_iter().find(|row| row["metric"] == "sla.copied.attainment");
    assert_eq!(met.unwrap()["value"], "0");
}

/// Closed by J9 on day 44; its package comes a tick later.
#[test]
fn an_error_is_told_as_it_was_when_the_job_ended() {
    let job = |name: &str, parts: &str| format!("[[job]]\nname='{name}'\npacks='0d'\n{parts}\n");
    let folder = ran(&format!(
        "[run]\nhorizon='400d'\n{}{}{}{}",
        job("j9", "transit='44d 1us'\nextras=1"),
        job("j8", "transit='60d'\nanswers={missing_package={after='6d',says='cancel'}}"),
        job("f2", "transit='60d'\nfault={cause='customs_hold',in='shipping'}"),
        // Thrown away by J3 while its drives were never received by any job: no error of this one.
        "[[job]]\nname='j3'\npacks='20d'\ntransit='1d'\n"
    ));
    let ended = |job| ["ended_by", "error"].map(|column| cell(&folder, "jobs.csv", ("job", job), column));
    assert_eq!(ended("j9"), ["J9", "true"]);
    assert_eq!(ended("j8"), ["J8", "true"]);
    assert_eq!(ended("f2"), ["F2", "true"]);
    assert_eq!(ended("j3"), ["J3", "false"]);
}

/// What falls on the stop does not happen, whoever is asked.
#[test]
fn all_answers_about_the_stop_are_those_of_the_moment_before() {
    let text = "[run]\nstart='2026-01-05'\nhorizon='10d'\nending='censor'\n[site.bays]\nrate='1MB/s'\n\
                [[job]]\nname='late'\nat='10d'\npacks='0d'\n\
                [[job]]\nname='a'\npacks='0d'\ntransit='10d'\n\
                [[job]]\nname='b'\npacks='0d'\ntransit='9d'\nbytes='86.4GB'\n";
    let expects = "[[expect]]\njob='a'\nat='10d'\nstate='Shipping'\n[[expect]]\njob='b'\nat='10d'\nstate='Transferring'\npercent=99\n";
    let folder = ran(text);
    fs::write(folder.path("e.toml"), format!("{text}{expects}")).unwrap();
    let checked = folder.run(&["check", "e.toml"]);
    assert_eq!(checked.code, 0, "{}{}", checked.out, checked.err);
    for (job, state) in [("a", "Shipping"), ("b", "Transferring")] {
        assert_eq!(cell(&folder, "jobs.csv", ("job", job), "state"), state);
        for until in ["10d", "9d 23h 59min 59s 999ms 999us"] {
            let shown = folder.run(&["job", "s.toml", job, "--at", until, "--format", "json"]);
            let answer: serde_json::Value = serde_json::from_str(&shown.out).unwrap();
            assert_eq!(answer["properties"]["state"], state, "{until}");
            let drive = &answer["properties"]["driveList"][0];
            let copied = cell(&folder, "drives.csv", ("drive", &format!("{job}/d1")), "copied_bytes");
            assert_eq!(drive["bytesSucceeded"].to_string(), copied, "{until}");
        }
        let trace = folder.run(&["trace", "s.toml", job]);
        assert!(trace.out.contains(&format!("The run stops here: the job is {state}.")), "{}", trace.out);
    }
    assert!(rows(&folder, "jobs.csv").iter().all(|row| row["job"] != "late"));
    assert!(rows(&folder, "events.csv").iter().all(|row| row["time_us"] != "864000000000"));
    assert_eq!(folder.run(&["job", "s.toml", "late", "--at", "10d"]).code, 2);
    let until =
        folder.run(&["run", "s.toml", "--until", "9d", "--log", "jobs", "--no-charts", "-q", "--out", "out"]);
    assert_eq!(until.code, 0, "{}", until.err);
    assert_eq!(cell(&folder, "jobs.csv", ("job", "b"), "state"), "Shipping");
}

#[test]
fn events_tell_apart_what_was_accepted_refused_and_destroyed() {
    let folder = ran("[run]\nhorizon='200d'\n\
         [[job]]\nname='accepted'\npacks='10d'\nupdates=['2d']\nfault={cause='customs_hold',in='creating',after='1d'}\n\
         answers={job_fault={after='5d'}}\n\
         [[job]]\nname='refused'\npacks='1d'\ntransit='9d'\nupdates=['3d']\nfault={cause='customs_hold',in='shipping',after='1d'}\n\
         answers={job_fault={after='5d'}}\n\
         [[job]]\nname='bad'\npacks='0d'\ntransit='1d'\nreturn_address='bad'\n\
         [site.preparation]\nservers='unlimited'\nper_drive='0s'\n\
         [[disruption]]\nfrom='5d'\nuntil='6d'\nstation='preparation'\nservers=2\n");
    let events = rows(&folder, "events.csv");
    let cause = |object: &str, rule: &str| {
        let found = events.iter().find(|row| row["object"] == object && row["rule"] == rule);
        let row = found.unwrap_or_else(|| panic!("{object} {rule}"));
        [&row["from"], &row["to"], &row["cause"]].map(String::clone)
    };
    assert_eq!(cause("accepted", "J2"), ["Faulted", "Faulted", "customer"]);
    assert_eq!(cause("refused", "J2"), ["Faulted", "Faulted", "refused Update"]);
    assert_eq!(cause("bad", "J14"), ["Packaging", "Closed", "destruction"]);
    let capacity: Vec<&str> =
        events.iter().filter(|row| row["cause"] == "capacity").map(|row| &*row["to"]).collect();
    assert_eq!(capacity, ["2", "unlimited"]);
}
