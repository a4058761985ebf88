//! The verdicts of a check for people: failures first.

use super::CheckArgs;
use crate::cli::choice::quoted;
use crate::experiment::{EXPECT_SOMETHING, Judged, OnUndecided, Robust, Suite, Verdict};
use crate::policy::{Rule, all_rules};
use crate::report::robust_text;
use crate::scenario::Expectation;
use crate::screen;

/// Most rules in one line of the table.
const IN_LINE: usize = 8;

/// Most files that are named for one reason.
const SHOWN: usize = 3;

/// Most boundary cases whose expectations are printed in full.
const MOST_CASES: usize = 10;

/// The whole text. `explained`: number of failures that are met without the overrides of the command line.
pub(super) fn page(
    suite: &Suite,
    args: &CheckArgs,
    explained: usize,
    robust: &[(usize, Vec<Robust>)],
) -> String {
    let mut text = String::new();
    let mut untold = 0;
    for (file, expectation, number) in suite.all() {
        if file.checked.judgements[number].verdict == Verdict::Met {
            continue;
        }
        // A changed deadline breaks most cases at once: the table below lists them all.
        if !file.boundaries || untold < MOST_CASES {
            text += &told(file, expectation, number, suite.on_undecided, args);
        }
        untold += usize::from(file.boundaries);
    }
    if untold > MOST_CASES {
        text += &format!(
            "And {} more of boundary cases: in the table below, and all with --json.\n",
            untold - MOST_CASES
        );
    }
    for (files, why) in suite.wrong() {
        let named: Vec<String> = files.iter().take(SHOWN).map(|path| screen::path(path)).collect();
        let others = match files.len() - named.len() {
            0 => String::new(),
            others => format!(" and {others} more"),
        };
        text += &format!("WRONG      {}{others}\n{}\n\n", named.join(", "), indented(&why.to_string()));
    }
    text += &super::cases::cases(suite);
    text += &files(suite, args.verbose);
    if args.verbose || suite.require_coverage {
        text += &coverage(suite);
    }
    for (file, robust) in robust {
        let file = &suite.judged[*file];
        let text_of = robust_text(robust, file.checked.replications);
        text += &format!("\n{}{text_of}", screen::path(&file.path));
    }
    if !args.verbose && !suite.judged.is_empty() {
        text += "\n--verbose lists expectations that are met, and how often each rule fired.";
    }
    text += &summary(suite);
    text += &why(suite, args, explained);
    text
}

/// Whether the overrides of the command line explain the failures, in words.
fn why(suite: &Suite, args: &CheckArgs, explained: usize) -> String {
    let (failed, sets) = (suite.count(Verdict::Failed), args.choice.overrides());
    if failed == 0 || sets.is_empty() {
        return String::new();
    }
    let sets = screen::line(&sets.join(", ")).into_owned();
    match failed - explained {
        0 => format!("{}, all explained by {sets}\n", counted(failed, "failure")),
        others => format!(
            "{}, {explained} explained by {sets}; {others} {} without it, too\n",
            counted(failed, "failure"),
            if others == 1 { "fails" } else { "fail" }
        ),
    }
}

fn told(
    file: &Judged,
    expectation: &Expectation,
    number: usize,
    on_undecided: OnUndecided,
    args: &CheckArgs,
) -> String {
    let judgement = &file.checked.judgements[number];
    let word = match judgement.verdict {
        Verdict::Failed => "FAILED",
        Verdict::Nothing => "NOT JUDGED",
        Verdict::Undecided if on_undecided == OnUndecided::Warn => "undecided",
        Verdict::Undecided => "UNDECIDED",
        Verdict::Met => "met",
    };
    let (file_shown, at) = (screen::line(expectation.spot.file()), expectation.spot.line());
    let mut text = format!("{word:<10} {file_shown}:{at}\n");
    let mut line = |name: &str, what: &str| text += &format!("  {name:<8} {}\n", screen::line(what));
    line("line", &expectation.says);
    line("expected", &judgement.expected);
    line("observed", &judgement.observed);
    judgement.notes.iter().for_each(|note| line("note", note));
    let (again, life) = commands(file, expectation, number, args);
    line("again", &again);
    life.iter().for_each(|life| line("its life", life));
    text + "\n"
}

/// The commands that judge an expectation again, and that show the life of its job.
pub(super) fn commands(
    file: &Judged,
    expectation: &Expectation,
    number: usize,
    args: &CheckArgs,
) -> (String, Option<String>) {
    let path = quoted(&file.path.display().to_string());
    // A boundary case contains the timings in force; its file exists only if it was asked for.
    let (again, words) = match file.boundaries {
        true => (args.made_again(), String::new()),
        false => {
            let words: String = args.choice.words().iter().map(|word| format!(" {word}")).collect();
            (format!("shipback check {path}{}", args.again()), words)
        }
    };
    let job = expectation.what.job().filter(|_| !file.boundaries || args.cases.is_some());
    let life = job.map(|job| {
        let words = match file.checked.judgements[number].replication {
            0 => words,
            number => format!("{words} --replication {number}"),
        };
        format!("shipback trace {path} {}{words}", quoted(&job.name))
    });
    (again, life)
}

fn indented(text: &str) -> String {
    text.lines().map(|line| format!("  {line}").trim_end().to_string()).collect::<Vec<_>>().join("\n")
}

fn files(suite: &Suite, verbose: bool) -> String {
    let mut text = String::new();
    for file in &suite.judged {
        let judgements = &file.checked.judgements;
        let met = judgements.iter().filter(|judgement| judgement.verdict == Verdict::Met).count();
        let word = if met == judgements.len() { "met" } else { "not met" };
        let runs = match file.checked.replications {
            1 => String::new(),
            runs => format!(", {runs} replications"),
        };
        if verbose || met < judgements.len() || suite.judged.len() == 1 {
            text +=
                &format!("{word:<10} {} ({met} of {}{runs})\n", screen::path(&file.path), judgements.len());
        }
        // An expectation that is met but has a note is printed too.
        for (expectation, judgement) in file.scenario.expectations.iter().zip(judgements) {
            let is_met = judgement.verdict == Verdict::Met;
            let notes = judgement.notes.iter().filter(|_| is_met);
            let at = format!("{}:{}", expectation.spot.file(), expectation.spot.line());
            if is_met && verbose {
                text += &format!("  met      {}\n", screen::line(&format!("{at}: {}", expectation.says)));
            }
            let told =
                notes.map(|note| format!("  note     {}\n", screen::line(&format!("{at}: met, but {note}"))));
            text += &told.collect::<String>();
        }
    }
    for file in &suite.untested {
        let (word, what) = match file.named {
            true => ("NOT JUDGED", format!(": {EXPECT_SOMETHING}")),
            false => ("not judged", String::new()),
        };
        text += &format!("{word:<10} {} has no [[expect]]{what}\n", screen::path(&file.path));
    }
    for folder in &suite.barren {
        text += &format!(
            "{:<10} {}: no file in it has an [[expect]]: {EXPECT_SOMETHING}\n",
            "NOT JUDGED",
            screen::path(folder)
        );
    }
    text
}

fn coverage(suite: &Suite) -> String {
    if suite.judged.is_empty() {
        return String::new();
    }
    let fired = suite.fired();
    let acting: Vec<Rule> = Rule::ALL.iter().copied().filter(|rule| !rule.holds()).collect();
    let mut text = String::from("\nHow often each rule fired:\n");
    for rules in acting.chunks(IN_LINE) {
        let cells = rules.iter().map(|rule| format!("  {:<3} {:>5}", rule.name(), fired[rule.index()]));
        text += &format!("{}\n", cells.collect::<String>());
    }
    let never = suite.never_fired();
    if !never.is_empty() {
        let required = suite.require_coverage;
        let mark = if required { "FAILED: never fired" } else { "Never fired" };
        // A single scenario leaves most rules unused: that is not worth a list.
        let listed = required || suite.judged.len() > 1;
        let rest = if listed { "" } else { " (--require-coverage lists them)" };
        text += &format!("{mark}: {} of {} rules{rest}\n", never.len(), acting.len());
        if !listed {
            return text;
        }
        for rule in never {
            let says = all_rules().iter().find(|text| text.rule == rule).map_or("", |text| text.says);
            text += &format!("  {} ({})\n", says.trim_end_matches('.'), rule.name());
        }
    }
    text
}

fn summary(suite: &Suite) -> String {
    let verdicts = [Verdict::Met, Verdict::Failed, Verdict::Undecided, Verdict::Nothing];
    let whole: usize = verdicts.iter().map(|verdict| suite.count(*verdict)).sum();
    let parts: Vec<String> = verdicts
        .iter()
        .map(|verdict| (suite.count(*verdict), verdict.name()))
        .filter(|(count, name)| *count > 0 || *name == "met")
        .map(|(count, name)| format!("{count} {name}"))
        .collect();
    let files = counted(suite.judged.len(), "file");
    let mut text = format!("\n{} in {files}: {}", counted(whole, "expectation"), parts.join(", "));
    if !suite.untested.is_empty() {
        text += &format!("; {} not judged", counted(suite.untested.len(), "file"));
    }
    let named = suite.untested.iter().filter(|file| file.named).count() + suite.barren.len();
    if named > 0 {
        let have = if named == 1 { "path has" } else { "paths have" };
        text += &format!("; ERROR: {named} named {have} no [[expect]]");
    }
    if !suite.unread.is_empty() {
        text += &format!("; {} could not be judged", counted(suite.unread.len(), "file"));
    }
    if suite.require_coverage && !suite.never_fired().is_empty() {
        text += &format!("; coverage FAILED: {} never fired", counted(suite.never_fired().len(), "rule"));
    }
    if suite.judged.is_empty() && suite.unread.is_empty() && named == 0 {
        text += "; nothing was judged: write an [[expect]]";
    }
    text + "\n"
}

fn counted(count: usize, what: &str) -> String {
    format!("{count} {what}{}", if count == 1 { "" } else { "s" })
}
