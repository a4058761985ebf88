//! `report.html` without a browser; `tests/browser` has the rest.

use crate::tool::Folder;
use std::fs;

fn page(folder: &Folder, args: &[&str]) -> Option<String> {
    let ran = folder.run(&[&["run", "scenarios/tiny.toml", "-q", "--out", "out"], args].concat());
    assert_eq!(ran.code, 0, "{}", ran.err);
    fs::read_to_string(folder.path("out/report.html")).ok()
}

#[test]
fn neither_logs_nor_charts_change_the_page() {
    let folder = Folder::new();
    let plain = page(&folder, &[]).expect("every run has a page");
    for args in [&["--no-charts", "--log", "none"][..], &["--log", "events"]] {
        assert!(page(&folder, args).as_ref() == Some(&plain), "{args:?}");
    }
    assert_eq!(page(&folder, &["--no-report"]), None, "no folder shows two runs");
}

#[test]
fn the_page_of_replications_is_the_same_on_any_number_of_threads() {
    let folder = Folder::new();
    let many =
        |threads| page(&folder, &["--replications", "4", "--no-charts", "--fresh", "--threads", threads]);
    let one = many("1").expect("every run has a page");
    assert!(many("3").as_ref() == Some(&one));
    assert!(one.contains("data-metric=\"sla.") || one.contains("sets no service level"));
}

#[test]
fn a_question_is_text_and_nothing_is_asked_of_a_network() {
    let folder = Folder::new();
    let text = page(&folder, &["--no-charts", "--set", "question=<script>alert(1)</script>"]).unwrap();
    assert_eq!(text.matches("<script").count(), 1, "the script of the page alone");
    assert!(text.contains("script&#62;alert(1)") || text.contains("script&gt;alert(1)"));
    for address in ["http:", "https:", "src=", "url("] {
        assert!(!text.contains(address), "{address}");
    }
}

const TINY: &str = "scenarios/tiny.toml";
const DOCK: [&str; 2] = ["--vary", "site.dock.servers=1..2"];

/// Every command that leaves a page, on little.
fn experiments() -> Vec<Vec<&'static str>> {
    let few = ["--replications", "2"];
    vec![
        [&["compare", TINY, "--variant", "site.dock.servers=2"][..], &few].concat(),
        [&["size", TINY][..], &DOCK, &["--target", "jobs.created >= 1", "--most", "4"], &few].concat(),
        [&["sweep", TINY][..], &DOCK, &few].concat(),
        [&["sensitivity", TINY][..], &DOCK, &few, &["--trajectories", "2"]].concat(),
        vec!["check", "scenarios/policy/job-completed.toml"],
    ]
}

/// All files of a command but what is kept, by name.
fn left(folder: &Folder, args: &[&str]) -> std::collections::BTreeMap<String, Vec<u8>> {
    let charts: &[&str] = if args[0] == "check" { &[] } else { &["--no-charts"] };
    let ran = folder.run(&[args, &["-q", "--out", "out"], charts].concat());
    assert!(ran.code <= 1, "{args:?}: {}", ran.err);
    let files = fs::read_dir(folder.path("out")).unwrap().map(|entry| entry.unwrap());
    let files = files.filter(|entry| entry.path().is_file());
    files.map(|entry| (entry.file_name().into_string().unwrap(), fs::read(entry.path()).unwrap())).collect()
}

#[test]
fn every_experiment_leaves_a_page_which_changes_no_other_file() {
    for args in experiments() {
        let folder = Folder::new();
        let mut with = left(&folder, &args);
        let page = with.remove("report.html").unwrap_or_else(|| panic!("{args:?} leaves a page"));
        assert!(left(&folder, &[&args[..], &["--no-report"]].concat()) == with, "{args:?}");
        let again = left(&folder, &args).remove("report.html");
        assert!(again == Some(page.clone()), "{args:?}: the same page again");
        let text = String::from_utf8(page).unwrap();
        assert_eq!(text.matches("<script").count(), 1, "{args:?}");
        assert!(text.contains("data-row=\"") && text.contains(&format!("shipback {} ", args[0])), "{args:?}");
    }
}

#[test]
fn a_page_is_the_same_on_any_number_of_threads() {
    for args in experiments() {
        let pages = ["1", "3"].map(|threads| {
            left(&Folder::new(), &[&args[..], &["--threads", threads]].concat()).remove("report.html")
        });
        assert!(pages[0] == pages[1], "{args:?}");
    }
}

#[test]
fn check_leaves_files_only_where_it_is_told_to() {
    let folder = Folder::new();
    assert_eq!(folder.run(&["check", "scenarios/policy/job-completed.toml", "-q"]).code, 0);
    assert!(!folder.path("output").exists());
    let refused = folder.run(&["check", "scenarios/policy/job-completed.toml", "--no-report"]);
    assert_eq!(refused.code, 2, "{}", refused.out);
}

/// The one run has the same files with bands as without; the page has intervals, and the replications are kept.
#[test]
fn bands_are_beside_the_run() {
    let folder = Folder::new();
    let plain = left(&folder, &["run", TINY]);
    let mut bands = left(&folder, &["run", TINY, "--bands", "3"]);
    let page = String::from_utf8(bands.remove("report.html").unwrap()).unwrap();
    assert!(bands.remove("bands.csv").is_some());
    for (name, bytes) in &bands {
        assert!(plain.get(name) == Some(bytes), "{name}");
    }
    assert!(page.contains("--bands 3</code>"), "the command that makes the same page");
    assert!(folder.path("out/kept").exists());
    let many = folder.run(&["run", TINY, "--bands", "3", "--replications", "4"]);
    assert_eq!(many.code, 2, "{}", many.err);
}

/// Levels of one name that differ by class: a chart of months each.
#[test]
fn each_level_of_a_name_has_its_own_months() {
    let folder = Folder::new();
    let level = |class: &str, days: u8| {
        format!(
            "[[sla]]\nname = \"done\"\nclass = \"{class}\"\nfrom = \"ordered\"\nto = \"ended\"\nwithin = \"{days}d\"\ntarget = 0.9\n"
        )
    };
    let text = format!(
        "[run]\nhorizon = \"90d\"\n[site]\nclasses = [\"quick\", \"slow\"]\n[demand.imports]\nrate = \"4/day\"\ndrives = 1\n\
         bytes = \"1TB\"\nclasses = {{ quick = 0.5, slow = 0.5 }}\n{}{}",
        level("quick", 5),
        level("slow", 9)
    );
    fs::write(folder.path("levels.toml"), text).unwrap();
    let mut files = left(&folder, &["run", "levels.toml"]);
    let page = String::from_utf8(files.remove("report.html").unwrap()).unwrap();
    for name in ["done (quick)", "done (slow)"] {
        assert!(page.contains(&format!("jobs that met {name} by month")), "{name}");
    }
    assert!(page.contains("shipback run levels.toml"), "the scenario as the user named it");
}

/// Templates escape all they are given but the page's own style sheet and script.
#[test]
fn nothing_but_style_and_script_is_written_as_it_is() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/src/report/page/templates");
    for entry in fs::read_dir(folder).unwrap() {
        let text = fs::read_to_string(entry.unwrap().path()).unwrap();
        for place in text.split("{{").filter(|place| place.contains("|safe")) {
            assert!(
                place.starts_with(" frame.style|safe") || place.starts_with(" frame.script|safe"),
                "{place}"
            );
        }
    }
}
