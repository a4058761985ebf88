use super::*;
use crate::engine::time::{Instant, Span};
use crate::policy::CaseKind;
use crate::scenario::fate::{Announces, CopyOutcome, JourneyEnd, Says, Travels};
use proptest::prelude::*;
use std::path::{Path, PathBuf};

fn sets(sets: &[&str]) -> Vec<String> {
    sets.iter().map(|set| set.to_string()).collect()
}

fn parsed(text: &str, set: &[&str]) -> Scenario {
    match Scenario::parse(text, &sets(set)) {
        Ok(loaded) => loaded.scenario,
        Err(error) => panic!("{error}"),
    }
}

fn refused(text: &str, set: &[&str]) -> String {
    match Scenario::parse(text, &sets(set)) {
        Ok(_) => panic!("taken, but should be refused: {:.200}", text),
        Err(error) => error.to_string(),
    }
}

/// The least that runs.
const LEAST: &str = "[[job]]\nname = \"one\"\n";

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("scenarios")
}

#[test]
fn every_scenario_of_the_house_is_valid_and_says_what_it_asks() {
    let files = folder().read_dir().unwrap().map(|file| file.unwrap().path());
    let mut count = 0;
    for path in files.filter(|path| path.extension().is_some_and(|ending| ending == "toml")) {
        match Scenario::load(Some(&path), &[]) {
            Ok(loaded) => assert!(!loaded.scenario.question.is_empty(), "{}", path.display()),
            Err(error) => panic!("{}:\n{error}", path.display()),
        }
        count += 1;
    }
    assert!(count >= 7);
}

#[test]
fn the_baseline_is_what_the_program_carries_with_it() {
    let embedded = Scenario::load(None, &[]).unwrap();
    let file = Scenario::load(Some(&folder().join("baseline.toml")), &[]).unwrap();
    assert_eq!(embedded.hash, file.hash);
    assert_eq!(embedded.scenario.name, "baseline");
}

#[test]
fn what_is_resolved_reads_back_as_the_same_scenario() {
    let path = folder().join("peak.toml");
    let loaded = Scenario::load(Some(&path), &sets(&["site.bays.servers=99", "run.seed=7"])).unwrap();
    let again = Scenario::parse(&loaded.resolved, &[]).unwrap();
    assert_eq!(again.hash, loaded.hash);
    assert_eq!(again.scenario.run.seed, 7);
    let other_seed = Scenario::parse(&loaded.resolved, &sets(&["run.seed=8"])).unwrap();
    assert_eq!(other_seed.hash, loaded.hash, "the hash is that of the scenario, whatever the seed");
}

#[test]
fn a_written_job_needs_little_else() {
    let scenario = parsed(LEAST, &[]);
    assert_eq!((scenario.jobs.len(), scenario.carriers.len(), scenario.demand.len()), (1, 1, 0));
    assert_eq!(scenario.jobs[0].fate.drives.len(), 1);
    assert_eq!(scenario.site.bay_rate, 1_000_000_000_000_000);
}

#[test]
fn every_part_of_a_fate_can_be_written() {
    let text = r#"
[carrier.a]
[carrier.b]
[[job]]
name = "first"
at = "2026-01-03 12:00"
type = "export"
class = "standard"
account = 3
extras = 1
packs = "never"
announces = { incomplete = "1d" }
updates = ["1d", "5d"]
deletes = "6d"
cancels = "7d"
carrier = "b"
transit = "lost"
back = { damaged = "2d" }
return_address = "bad"
noticed = "packaging"
fault = { cause = "customs_hold", in = "shipping", after = "1d" }
return_fails = "10d"
reorders = "3d"
answers = { missing_package = [{ attempt = 2, after = "5d", says = "cancel" }, "never"], job_fault = { after = "1d" } }
[[job.drive]]
bytes = "2TB"
copy = "unreadable"
found_after = "500GB"
answer = { after = "2d" }
[[job.drive]]
travels = { with = "second" }
[[job.drive]]
travels = { later = "5d" }
[[job]]
name = "second"
announces = "+2d"
travels_is_no_key_here = 1
"#;
    let text = text.replace("travels_is_no_key_here = 1\n", "");
    let scenario = parsed(&text, &[]);
    let job = &scenario.jobs[0];
    let fate = &job.fate;
    assert_eq!(fate.ordered, Instant::START + Span::HOUR * 60);
    assert!(fate.export && fate.packs.is_none() && fate.account == 3 && fate.extras == 1);
    assert_eq!(fate.announces, Announces::Incomplete(Span::DAY));
    assert_eq!((fate.inbound.carrier, fate.inbound.ends), (1, JourneyEnd::Lost));
    assert_eq!((fate.back.carrier, fate.back.ends), (1, JourneyEnd::Damaged));
    assert_eq!((fate.drives[0].copy, fate.drives[0].found_after), (CopyOutcome::Unreadable, 500_000_000_000));
    assert_eq!(fate.drives[1].travels, Travels::With(scenario.jobs[1].fate.id));
    assert_eq!(fate.drives[2].travels, Travels::Later(Span::days(5)));
    assert_eq!(job.drive_answers[0].delay, Span::days(2));
    let (kind, answers) = &job.answers[0];
    assert_eq!((*kind, answers.len()), (CaseKind::MissingPackage, 2));
    assert_eq!((answers[0].attempt, answers[0].says, answers[1].attempt), (2, Says::Cancel, 0));
    assert_eq!(scenario.jobs[1].fate.announces, Announces::After(Span::days(2)));
}

#[test]
fn many_mistakes_are_told_in_one_go_with_their_lines() {
    let text = "[run]\nhorizon = 30\nseeds = 1\n[site.bays]\nservers = 0\n[demand.a]\nrate = \"40\"\nexport_share = 1.2\n";
    let error = refused(text, &[]);
    for (line, says) in [
        (2, "run.horizon: 30 has no unit of time"),
        (3, "[run] has no key \"seeds\""),
        (5, "site.bays.servers: 0 is out of range; allowed: 1 to 1000000"),
        (7, "demand.a.rate: \"40\" is not a rate"),
        (8, "demand.a.export_share: 1.2 is out of range; allowed: 0 to 1"),
    ] {
        assert!(error.contains(says), "{says}\n{error}");
        assert!(error.contains(&format!("scenario:{line}:")), "{line}\n{error}");
    }
    assert!(error.contains("did you mean \"seed\"?"));
    assert!(error.ends_with("5 mistakes in the scenario"), "{error}");
}

/// What hostile or careless input gets: pinned.
#[test]
fn hostile_input_gets_an_answer() {
    let job = |line: &str| format!("{LEAST}{line}\n");
    let demand = |line: &str| format!("[demand.a]\n{line}\n");
    let cases = [
        (String::new(), "there is no [demand.NAME] and no [[job]]"),
        ("=".into(), "not valid TOML"),
        ("a = ".to_string() + &"[".repeat(10_000), "nested too deeply"),
        ("a = ".to_string() + &"{a=".repeat(10_000), "nested too deeply"),
        ("a.".repeat(10_000) + "a = 1", "nested too deeply"),
        (format!("[{}a]", "a.".repeat(10_000)), "nested too deeply"),
        ("[run]\nseed = 1\nseed = 2".into(), "this key is set twice"),
        ("[run]\nseed = 99999999999999999999999".into(), "is not a seed; allowed: 0 to 18446744073709551615"),
        (format!("[run]\nseed = {}", "9".repeat(60)), "this number is too large"),
        ("[run]\nseed = -1".into(), "is not a seed"),
        ("[run]\nhorizon = \"400000d\"".into(), "longer than 1,000 years"),
        ("[run]\nhorizon = \"10d\"\nwarmup = \"10d\"".into(), "10d is not after the warm-up, which is 10d"),
        ("[run]\nstart = \"2026-02-30\"".into(), "there is no 2026-02-30: that month has 28 days"),
        ("[run]\nzone = \"Mars\"".into(), "\"Mars\" is not a time zone"),
        ("run = 3".into(), "run: a table is needed, but this is a number"),
        ("job = 3".into(), "job must be a list of tables"),
        ("extends = 3".into(), "the name of a scenario file is needed"),
        ("extends = \"nowhere.toml\"".into(), "cannot read nowhere.toml"),
        ("[siet]".into(), "did you mean \"site\"?"),
        (demand(""), "[demand.a] needs either \"rate\" or \"dates\""),
        (demand("rate = \"0/day\""), "no order would ever come"),
        (
            demand("rate = \"1000000000/day\""),
            "some 365000000000 orders would come; allowed: up to 100,000,000",
        ),
        (demand("rate = \"-1/day\""), "\"-1/day\" is not a rate"),
        (demand("rate = \"inf/day\""), "\"inf/day\" is not a rate"),
        (demand("rate = \"NaN/day\""), "\"NaN/day\" is not a rate"),
        (demand("rate = \"1/fortnight\""), "is not a rate"),
        (demand("rate = \"1/day\"\ndrives = 11"), "values from 1 to 10 are allowed"),
        (demand("rate = \"1/day\"\ndrives = 0"), "values from 1 to 10 are allowed"),
        (demand("rate = \"1/day\"\nbytes = 3"), "3 has no unit of size"),
        (demand("rate = \"1/day\"\nbytes = \"2000TB\""), "is more than 1 PB"),
        (demand("rate = \"1/day\"\nexport_share = nan"), "a finite number is needed, but this is NaN"),
        (demand("rate = \"1/day\"\nexport_share = inf"), "a finite number is needed, but this is inf"),
        (
            demand("rate = \"1/day\"\nexport_share = \"120 %\""),
            "out of range; allowed: 0 to 1, or 0 % to 100 %",
        ),
        (
            demand("rate = \"1/day\"\nclasses = { standard = 0.5 }"),
            "the shares add up to 0.5; they must add up to 1",
        ),
        (demand("rate = \"1/day\"\nclasses = { fast = 1 }"), "\"fast\" is not a class of site.classes"),
        (demand("rate = \"1/day\"\nweekly = { }"), "at least one shift is needed"),
        (demand("rate = \"1/day\"\nweekly = { Man = 1 }"), "\"Man\" is not a day"),
        ("[carrier.a]\nshare = 0.5".into(), "the shares of the carriers add up to 0.5"),
        (job("[site.operations]\nbetween_attempts = \"1us\""), "1us is too short; allowed: 1min or longer"),
        ("[carrier.a]\ntransit = { exponential = { mean = \"-3d\" } }".into(), "is negative"),
        (
            "[carrier.a]\ntransit = { exponentail = { mean = \"3d\" } }".into(),
            "did you mean \"exponential\"?",
        ),
        ("[carrier.a]\ntransit = { mean = \"3d\" }".into(), "no kind of distribution is named"),
        (
            "[carrier.a]\ntransit = { gamma = { mean = \"3d\" } }".into(),
            "needs mean and sd, or mean and shape",
        ),
        (
            "[carrier.a]\ntransit = { gamma = { mean = \"3d\", shape = nan } }".into(),
            "a finite number is needed",
        ),
        (
            "[carrier.a]\ntransit = { uniform = { mean = \"1d\", sd = \"3d\" } }".into(),
            "it would take negative values",
        ),
        ("[carrier.a]\ndelivers = []".into(), "at least one shift is needed"),
        ("[carrier.a]\npickup = \"noon\"".into(), "\"noon\" is not a time of pickup"),
        ("[site]\nclasses = []".into(), "0 classes; allowed: 1 to 8"),
        ("[site]\nclasses = [\"a\", \"a\"]".into(), "the class \"a\" is named twice"),
        ("[site.dock]\nservers = { }".into(), "at least one shift is needed"),
        ("[site.dock]\nservers = { Mon = 0 }".into(), "[site.dock] is never open"),
        ("[site.dock]\nservers = 5000000000".into(), "out of range; allowed: 1 to 1000000"),
        ("[site.bays]\nrate = \"1B/s\"".into(), "out of range; allowed: 1KB/s to 1PB/s"),
        ("[faults]\nwarnings = 0.6\nerrors = 0.6".into(), "exclude each other"),
        ("[policy]\nresponse_window = 20".into(), "20 has no unit of time"),
        ("[policy]\nrespons_window = \"20d\"".into(), "did you mean \"response_window\"?"),
        ("[[sla]]\nfrom = \"copied\"\nto = \"received\"\nwithin = \"1d\"".into(), "does not come after"),
        (
            "[[disruption]]\nfrom = \"2d\"\nuntil = \"1d\"\ncarrier = \"all\"\nstops = true".into(),
            "not after \"from\"",
        ),
        (job("drives = 11"), "11 is out of range; allowed: 1 to 10"),
        (job("carrier = \"pigeon\""), "there is no carrier \"pigeon\""),
        (job("[[job]]\nname = \"one\""), "two jobs are called \"one\""),
        (
            "[[job]]\nname = \"some-12\"\n[demand.some]\nrate = \"1/day\"".into(),
            "\"some-12\" is what a job of [demand.some] is called",
        ),
        ("[[job]]\n[demand.job]\nrate = \"1/day\"".into(), "what a job of [demand.job] is called"),
        (job("[[job.drive]]\ntravels = { with = \"one\" }"), "travels with its package"),
        (job("updates = [\"2d\", \"1d\"]"), "in the order in which they are made"),
    ];
    for (text, says) in cases {
        let error = refused(&text, &[]);
        assert!(error.contains(says), "{text:.100}\nshould say: {says}\nbut says: {error:.2000}");
    }
}

#[test]
fn sets_override_files_and_wrong_ones_get_the_same_help() {
    let scenario = parsed(
        LEAST,
        &[
            "policy.response_window=20d",
            "run.seed=18446744073709551615",
            "site.dock.servers.\"Mon-Fri 08:00-18:00\"=3",
            "job.0.drives=2",
        ],
    );
    assert_eq!(scenario.policy.timings.response_window, Span::days(20));
    assert_eq!((scenario.run.seed, scenario.jobs[0].fate.drives.len()), (u64::MAX, 2));
    let base = "extends = \"baseline.toml\"\n";
    let demand =
        parsed(base, &["demand.imports.rate=10/day", "customer.packs={ exponential = { mean = \"2d\" } }"]);
    assert!(matches!(demand.demand[0].arrivals, Arrivals::Rate { per_day, .. } if per_day == 10.0));
    for (set, says) in [
        ("site.bayz.servers=3", "did you mean \"bays\"?"),
        ("site.bays.server=3", "did you mean \"servers\"?"),
        ("demand.import.rate=3/day", "there is no [demand.import]"),
        ("policy.response_window=20", "20 has no unit of time"),
        ("policy.response_window", "a path and a value are needed"),
        ("=3", "is not a path of names"),
        ("a b=3", "is not a path of names"),
        ("sla.7.target=0.5", "is not a place in a list of 3"),
        ("site.bays.servers=3\n[run]", "a path and a value are needed"),
    ] {
        let error = refused(base, &[set]);
        assert!(error.contains(says) && error.contains("--set:1:"), "{set}\n{error}");
    }
}

#[test]
fn files_extend_one_another_and_the_last_word_holds() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
    write(
        "a.toml",
        "name = \"a\"\n[policy]\nretention = \"10d\"\nextension = \"3d\"\n[[job]]\nname = \"x\"\n[[job]]\nname = \"y\"\n",
    );
    write("b.toml", "extends = \"a.toml\"\n[policy]\nretention = \"20d\"\n[[job]]\nname = \"z\"\n");
    let loaded =
        Scenario::load(Some(&folder.path().join("b.toml")), &sets(&["policy.extension=4d"])).unwrap();
    let scenario = loaded.scenario;
    assert_eq!(
        (scenario.policy.timings.retention, scenario.policy.timings.extension),
        (Span::days(20), Span::days(4))
    );
    assert_eq!((scenario.name.as_str(), scenario.jobs.len()), ("b", 1));
    let load = |name: &str| Scenario::load(Some(&folder.path().join(name)), &[]).unwrap_err();
    write("self.toml", "extends = \"self.toml\"");
    assert!(load("self.toml").to_string().contains("this file extends itself"));
    for number in 0..20 {
        write(&format!("chain{number}.toml"), &format!("extends = \"chain{}.toml\"", number + 1));
    }
    assert!(load("chain0.toml").to_string().contains("more than 16 files extend one another"));
    write("latin.toml", "");
    std::fs::write(folder.path().join("latin.toml"), b"[run]\nzone = \"\xe4\"").unwrap();
    assert!(load("latin.toml").to_string().contains("not UTF-8: a byte on line 2"));
    std::fs::write(folder.path().join("large.toml"), vec![b'\n'; (16 << 20) + 1]).unwrap();
    assert!(load("large.toml").to_string().contains("larger than 16 MiB"));
    let missing = load("chian0.toml");
    assert!(missing.to_string().contains("did you mean"), "{missing}");
    assert_eq!(missing.exit_code(), 2);
    let no_file = Scenario::load(Some(folder.path()), &[]).unwrap_err();
    assert!(no_file.to_string().contains("it is a folder; allowed: a file of at most 16 MiB"), "{no_file}");
    assert_eq!(no_file.exit_code(), 2);
    assert!(Scenario::load(Some(Path::new("baseline.toml")), &[]).is_ok());
}

#[test]
fn a_huge_file_full_of_mistakes_is_answered_soon() {
    let rows =
        |row: &str| (0..150_000).map(|number| row.replace('#', &number.to_string())).collect::<String>();
    let one_line = format!("run = {{ {} }}", rows("key# = 1, ").trim_end_matches(", "));
    assert!(refused(&one_line, &[]).contains("200 mistakes or more"));
    assert!(refused(&rows("= \n"), &[]).contains("200 mistakes or more"));
    let sources = rows("[demand.a#]\nrate = \"1/day\"\n");
    assert!(refused(&sources, &[]).contains("150000 sources; allowed: up to 65,535"));
    let jobs = rows("[[job]]\nname = \"j#\"\n");
    assert_eq!(parsed(&jobs, &[]).jobs.len(), 150_000);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn no_bytes_make_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        let _ = Scenario::parse(&String::from_utf8_lossy(&bytes), &[]);
    }

    #[test]
    fn no_mutilated_scenario_makes_it_panic(from in 0usize..9000, cut in 0usize..60, with in "[\\[\\]{}=\"0-9a-z.,\n %-]{0,12}") {
        let text: Vec<char> = BASELINE.chars().collect();
        let from = from.min(text.len());
        let to = (from + cut).min(text.len());
        let text: String = text[..from].iter().copied().chain(with.chars()).chain(text[to..].iter().copied()).collect();
        if let Err(error) = Scenario::parse(&text, &[]) {
            let _ = error.to_string();
        }
    }

    #[test]
    fn no_set_makes_it_panic(set in "[a-z.\"'={}\\[\\] 0-9%/-]{0,40}") {
        let _ = Scenario::parse("extends = \"baseline.toml\"", &[set]);
    }
}
