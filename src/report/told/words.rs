//! Turns facts into sentences, with the rule that fired and where the documentation states it.

use crate::fate::{CopyOutcome, JobFaultCause};
use crate::policy::{
    CaseKind, CaseRow, CaseSignal, CaseState, Deadline, DriveSignal, DriveState, JobSignal, JobState, Origin,
    Policy, Row, Rule, all_rules,
};
use crate::world::{CaseStep, Cause, PackageStep};

/// One line of a story.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct StoryLine {
    pub(crate) rule: Option<Rule>,
    pub(crate) text: String,
    /// The citation of the rule, such as "S:36, S:50", and whether the rule is documented or ours.
    pub(crate) clause: Option<(String, Origin)>,
}

impl StoryLine {
    pub(super) fn plain(text: String) -> StoryLine {
        StoryLine { rule: None, text, clause: None }
    }

    fn by(rule: Rule, text: String, source: &str, origin: Origin) -> StoryLine {
        StoryLine { rule: Some(rule), text, clause: Some((source.into(), origin)) }
    }

    /// The citation as printed: "[S:36, S:50]", "[S:76; ours]"; empty where there is none.
    pub(crate) fn cited(&self) -> String {
        match &self.clause {
            None => String::new(),
            Some((source, Origin::Documented)) => format!("[{source}]"),
            Some((source, Origin::Ours)) => format!("[{source}; ours]"),
        }
    }
}

/// The line for a change of the job's state. `base` is the base state before; `opened` is the case that opens with the
/// change.
pub(super) fn job(
    policy: &Policy,
    base: JobState,
    to: (JobState, JobState),
    rule: Rule,
    cause: Cause,
    opened: Option<CaseKind>,
) -> StoryLine {
    let (from, to) = to;
    let fits = |row: &&Row<JobState, JobSignal>| {
        row.rule == rule && row.from == base && (row.to == to || to == JobState::Faulted)
    };
    let mut rows = policy.tables().job.rows.iter().filter(fits);
    let first = rows.clone().next();
    let Some(row) = rows.find(|row| row.opens == opened).or(first) else { return ruled(rule) };
    let moved = match to {
        _ if to == from => String::new(),
        JobState::Gone => "The record is gone. ".into(),
        _ => format!("The job is {to}. "),
    };
    let why = cause_words(cause).map(|why| format!(" ({why})")).unwrap_or_default();
    let before = policy.deadlines_before("job", row);
    let clock = clock(policy, cause, &before, policy.deadline_begun(row));
    StoryLine::by(rule, format!("{moved}{}{why}{clock}", row.says), row.source, row.origin)
}

/// The line for drives that changed in the same way.
pub(super) fn drives(
    policy: &Policy,
    who: &str,
    from: DriveState,
    to: DriveState,
    rule: Rule,
    cause: Cause,
) -> StoryLine {
    let fits = |row: &&Row<DriveState, DriveSignal>| row.rule == rule && row.from == from && row.to == to;
    let Some(row) = policy.tables().drive.rows.iter().find(fits) else { return ruled(rule) };
    let why = cause_words(cause).map(|why| format!(" ({why})")).unwrap_or_default();
    let clock = clock(policy, cause, &policy.deadlines_before("drive", row), None);
    StoryLine::by(rule, format!("{who}: {to}. {}{why}{clock}", row.says), row.source, row.origin)
}

/// The line for a rule that changes no state by itself.
pub(super) fn ruled(rule: Rule) -> StoryLine {
    let text = &all_rules()[rule.index()];
    StoryLine::by(rule, text.says.into(), text.source, text.origin)
}

/// The line for a request of the customer that the policy refuses.
pub(super) fn refused(policy: &Policy, base: JobState, act: JobSignal, rule: Rule) -> StoryLine {
    let asked = match act {
        JobSignal::Update => "update its properties",
        JobSignal::SetShipping => "set it to Shipping",
        JobSignal::SetShippingIncomplete => "set it to Shipping without its delivery package",
        JobSignal::Delete => "delete it",
        _ => "cancel it",
    };
    let text = |why: &str| format!("The customer asks to {asked}: refused, {why}.");
    match policy.tables().job.refusal(base, false, act) {
        Some(refusal) => StoryLine::by(rule, text(refusal.why), refusal.source, refusal.origin),
        None => StoryLine { text: text("as the policy says"), ..ruled(rule) },
    }
}

/// The line for a step of an operations case.
pub(super) fn case(policy: &Policy, kind: CaseKind, step: CaseStep, rule: Option<Rule>) -> StoryLine {
    match step {
        CaseStep::Opened => {
            let opening = policy.opening(kind);
            let window = policy.window(kind).map(|window| format!(" ({} begins)", length(policy, window)));
            let text = format!(
                "A case opens for the operations team: {}{}",
                unstopped(opening.says),
                window.unwrap_or_default()
            );
            StoryLine { rule, text, clause: Some((opening.source.into(), opening.origin)) }
        }
        CaseStep::Attempt { number, reached } => {
            let met = if reached { "reached" } else { "nobody there" };
            StoryLine::plain(format!("Operators try to reach the customer, attempt {number}: {met}."))
        }
        CaseStep::WindowExpired => ended(policy, rule, policy.case(kind, CaseSignal::WindowExpired)),
        CaseStep::Ended(state) => {
            let ends = |row: &&CaseRow| row.kind == kind && row.to == state;
            let row = policy.tables().cases.iter().find(ends).filter(|_| state != CaseState::Open);
            ended(policy, rule, row)
        }
    }
}

fn ended(policy: &Policy, rule: Option<Rule>, row: Option<&CaseRow>) -> StoryLine {
    let Some(row) = row else { return rule.map_or_else(StoryLine::default, ruled) };
    let over = policy.deadline_before(row).map(|window| format!(" ({} is over)", length(policy, window)));
    let state = match row.to {
        CaseState::Open => "The case goes on",
        CaseState::Answered => "The case is answered",
        CaseState::GivenUp => "The case is given up",
        CaseState::Settled => "The case is settled",
    };
    let text = format!("{state}. {}{}", row.says, over.unwrap_or_default());
    StoryLine { rule, text, clause: Some((row.source.into(), row.origin)) }
}

/// The line for a step of a package.
pub(super) fn package(step: PackageStep, back: bool, name: &str, drives: &str, carrier: &str) -> StoryLine {
    StoryLine::plain(match (step, back) {
        (PackageStep::Sent, false) => {
            format!("Package {name} with {drives} is handed over to carrier {carrier}.")
        }
        (PackageStep::Sent, true) => {
            format!("Return package {name} with {drives} leaves with carrier {carrier}.")
        }
        (PackageStep::Prepared, _) => format!("Package {name} stands ready and was never handed over."),
        (PackageStep::Delivered, false) => format!("Package {name} is delivered to the dock."),
        (PackageStep::Delivered, true) => format!("Return package {name} is delivered to the customer."),
        (PackageStep::Damaged, _) => format!("Package {name} is delivered; its drives are damaged."),
        (PackageStep::Lost, _) => format!("Package {name} is lost: it will never be delivered."),
        (PackageStep::Opened, _) => format!("Package {name} is opened at the dock."),
        (PackageStep::Back, _) => format!("Package {name} could not be delivered and is back at the dock."),
    })
}

/// " (shipping_deadline 14d is over; response_window 30d begins)".
fn clock(policy: &Policy, cause: Cause, before: &[Deadline], starts: Option<Deadline>) -> String {
    let over = match cause {
        Cause::Deadline(deadline) => Some(deadline),
        _ => before.first().copied(),
    };
    let parts = [
        over.map(|deadline| format!("{} is over", length(policy, deadline))),
        starts.map(|deadline| format!("{} begins", length(policy, deadline))),
    ];
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    if parts.is_empty() { String::new() } else { format!(" ({})", parts.join("; ")) }
}

/// "response_window 30d".
fn length(policy: &Policy, deadline: Deadline) -> String {
    format!("{} {}", deadline.key(), deadline.of(&policy.timings))
}

/// The cause of a change, where the text of the rule does not name it.
fn cause_words(cause: Cause) -> Option<&'static str> {
    Some(match cause {
        Cause::Drive(CopyOutcome::Warnings) => "warnings",
        Cause::Drive(CopyOutcome::Errors) => "copy errors",
        Cause::Drive(CopyOutcome::Unreadable) => "the drive is unreadable",
        Cause::Drive(CopyOutcome::WrongKey) => "its BitLocker key is wrong",
        Cause::Drive(CopyOutcome::BrokenManifest) => "its manifest is broken",
        Cause::Fault(JobFaultCause::CustomsHold) => "held by customs",
        Cause::Fault(JobFaultCause::ReturnAccountRefused) => "the return carrier account is refused",
        Cause::Fault(JobFaultCause::StorageInaccessible) => "the storage account is not accessible",
        _ => return None,
    })
}

fn unstopped(sentence: &str) -> &str {
    sentence.trim_end_matches('.')
}
