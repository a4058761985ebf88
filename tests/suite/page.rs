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
