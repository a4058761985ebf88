//! JUnit XML, which every CI server reads: one test suite for each file, one test case for each expectation.

use super::whole::write_whole;
use crate::error::Error;
use crate::experiment::{EXPECT_SOMETHING, Judged, OnUndecided, Suite, Verdict};
use crate::policy::{Rule, all_rules};
use quick_junit::{NonSuccessKind, Report, TestCase, TestCaseStatus, TestSuite};
use std::path::Path;

/// The report. It contains no wall-clock time, so the same results give the same bytes.
pub fn junit(suite: &Suite) -> String {
    let mut report = Report::new("shipback check");
    for file in &suite.judged {
        report.add_test_suite(judged(file, suite.on_undecided));
    }
    for file in &suite.unread {
        report.add_test_suite(broken(&file.path, "cannot be judged", &file.why.to_string()));
    }
    for file in suite.untested.iter().filter(|file| file.named) {
        let why = format!("the file has no [[expect]]: {EXPECT_SOMETHING}");
        report.add_test_suite(broken(&file.path, "nothing to judge", &why));
    }
    for folder in &suite.barren {
        let why = format!("no file in the folder has an [[expect]]: {EXPECT_SOMETHING}");
        report.add_test_suite(broken(folder, "nothing to judge", &why));
    }
    if suite.require_coverage {
        report.add_test_suite(coverage(&suite.uncovered()));
    }
    let text = report.to_string().expect("junit: text in memory is always written");
    // The XSD of JUnit 10 does not allow this attribute on <testsuites>; each <testsuite> has its own.
    let (head, rest) = text.split_once("<testsuites ").expect("junit: the root element");
    let (root, rest) = rest.split_once('>').expect("junit: the root element ends");
    let kept: Vec<&str> = root.split(" skipped=\"").collect();
    let root = match kept[..] {
        [before, after] => format!("{before}{}", after.split_once('"').map_or("", |(_, after)| after)),
        _ => root.to_string(),
    };
    format!("{head}<testsuites {root}>{rest}")
}

/// Writes the report to `path`, completely or not at all.
///
/// # Errors
/// [`Error::Io`] when the system refuses.
pub fn write_junit(path: &Path, suite: &Suite) -> Result<(), Error> {
    write_whole(path, &junit(suite))
}

fn judged(file: &Judged, on_undecided: OnUndecided) -> TestSuite {
    let path = file.path.display().to_string();
    let mut suite = TestSuite::new(path.as_str());
    suite.add_property(("seed", file.scenario.run.seed.to_string().as_str()));
    suite.add_property(("replications", file.checked.replications.to_string().as_str()));
    for (expectation, judgement) in file.scenario.expectations.iter().zip(&file.checked.judgements) {
        let mut status = match judgement.verdict {
            Verdict::Met => TestCaseStatus::success(),
            Verdict::Failed => TestCaseStatus::non_success(NonSuccessKind::Failure),
            Verdict::Nothing => TestCaseStatus::non_success(NonSuccessKind::Error),
            Verdict::Undecided if on_undecided == OnUndecided::Warn => TestCaseStatus::skipped(),
            Verdict::Undecided => TestCaseStatus::non_success(NonSuccessKind::Failure),
        };
        if judgement.verdict != Verdict::Met {
            let at = format!("{}:{}", expectation.spot.file(), expectation.spot.line());
            let lines =
                [format!("expected {}", judgement.expected), format!("observed {}", judgement.observed)];
            let whole: Vec<String> = lines.iter().chain(&judgement.notes).chain([&at]).cloned().collect();
            status.set_message(lines.join("; "));
            status.set_type(judgement.verdict.name());
            status.set_description(whole.join("\n"));
        }
        let name = format!("line {}: {}", expectation.spot.line(), expectation.says);
        let mut case = TestCase::new(name, status);
        case.set_classname(path.as_str());
        suite.add_test_case(case);
    }
    suite
}

/// All rules that act, as one test case.
fn coverage(uncovered: &[Rule]) -> TestSuite {
    let mut status = TestCaseStatus::success();
    if !uncovered.is_empty() {
        let names: Vec<&str> = uncovered.iter().map(|rule| rule.name()).collect();
        let told = |rule: &Rule| {
            let says = all_rules().iter().find(|text| text.rule == *rule).map_or("", |text| text.says);
            format!("{} ({rule})", says.trim_end_matches('.'))
        };
        status = TestCaseStatus::non_success(NonSuccessKind::Failure);
        status.set_message(format!("never fired: {}", names.join(", ")));
        status.set_type("never fired");
        status.set_description(uncovered.iter().map(told).collect::<Vec<_>>().join("\n"));
    }
    let mut suite = TestSuite::new("coverage");
    let mut case = TestCase::new("every rule fires", status);
    case.set_classname("coverage");
    suite.add_test_case(case);
    suite
}

fn broken(path: &Path, kind: &str, why: &str) -> TestSuite {
    let path = path.display().to_string();
    let mut status = TestCaseStatus::non_success(NonSuccessKind::Error);
    status.set_message(why.lines().next().unwrap_or(kind));
    status.set_type(kind);
    status.set_description(why);
    let mut suite = TestSuite::new(path.as_str());
    let mut case = TestCase::new(kind, status);
    case.set_classname(path.as_str());
    suite.add_test_case(case);
    suite
}
