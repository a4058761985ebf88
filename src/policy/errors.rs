//! The error table (S:49 to S:53, S:76, S:77) and the cases of faults (S:80), as data.
//!
//! A case cites E and F rules. `tells` is the signal that the job or the drive gets: its own row follows, and carries its own
//! rule.

use super::rulebook::Origin;
use super::timings::Deadline;
use super::words::{CaseKind, CaseSignal, CaseState, DriveSignal, Guard, JobSignal, JobState, Remedy, Rule};

/// When a case opens.
#[derive(Clone, Copy, Debug)]
pub struct Opening {
    /// The problem.
    pub kind: CaseKind,
    /// The rule that opens it.
    pub rule: Rule,
    /// The condition.
    pub guard: Guard,
    /// The states of the job that open it when they are entered; else a row of the job or of the drive, or the dock opens it.
    pub on_entering: &'static [JobState],
    /// The condition on entering such a state, beside `guard`.
    pub noticed: Guard,
    /// The window that starts with it; none where the timer of the job is its window (J6).
    pub starts: Option<Deadline>,
    /// When it opens, in short.
    pub says: &'static str,
    /// Where it stands.
    pub source: &'static str,
    /// Documented, or decided by this project.
    pub origin: Origin,
}

/// Whom the end of a case tells what.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tells {
    /// Nobody.
    Nobody,
    /// The job gets this signal.
    Job(JobSignal),
    /// The job gets the customer's answer: AnswerWait or AnswerCancel.
    JobTheAnswer,
    /// The drive that the case is about gets this signal.
    Drive(DriveSignal),
}

/// What a signal makes of an open case.
#[derive(Clone, Copy, Debug)]
pub struct CaseRow {
    /// The problem.
    pub kind: CaseKind,
    /// What reaches the case.
    pub on: CaseSignal,
    /// The condition; where it does not hold when a window ends, the row acts as soon as it does.
    pub guard: Guard,
    /// The state of the case afterwards.
    pub to: CaseState,
    /// What is to be done.
    pub remedy: Remedy,
    /// The rule that acts.
    pub rule: Rule,
    /// The window whose end is the signal.
    pub after: Option<Deadline>,
    /// The window that starts.
    pub starts: Option<Deadline>,
    /// Whom it tells what.
    pub tells: Tells,
    /// The documentation, in short.
    pub says: &'static str,
    /// Where it stands.
    pub source: &'static str,
    /// Documented, or decided by this project.
    pub origin: Origin,
}

macro_rules! openings {
    ($( $rule:ident $kind:ident $(if $guard:ident)? [$(entering $($state:ident)+, if $noticed:ident)?] [$(starts $window:ident)?]
        $origin:ident $source:literal, $says:literal; )*) => {
        &[$( Opening {
            kind: CaseKind::$kind, rule: Rule::$rule, guard: guard!($($guard)?),
            on_entering: &[$($(JobState::$state),+)?], noticed: guard!($($noticed)?), starts: timer!($($window)?),
            says: $says, source: $source, origin: Origin::$origin,
        } ),*]
    };
}

macro_rules! cases {
    ($( $rule:ident $kind:ident on $on:ident $(if $guard:ident)? => $to:ident $remedy:ident
        [$(after $after:ident)? $(starts $starts:ident)?] [$(tells $whom:ident $($what:ident)?)?]
        $origin:ident $source:literal, $says:literal; )*) => {
        &[$( CaseRow {
            kind: CaseKind::$kind, on: CaseSignal::$on, guard: guard!($($guard)?), to: CaseState::$to, remedy: Remedy::$remedy,
            rule: Rule::$rule, after: timer!($($after)?), starts: timer!($($starts)?),
            tells: tells!($($whom $($what)?)?),
            says: $says, source: $source, origin: Origin::$origin,
        } ),*]
    };
}

macro_rules! tells {
    () => {
        Tells::Nobody
    };
    (answer) => {
        Tells::JobTheAnswer
    };
    (job $signal:ident) => {
        Tells::Job(JobSignal::$signal)
    };
    (drive $signal:ident) => {
        Tells::Drive(DriveSignal::$signal)
    };
}

/// When each case opens.
pub(super) const OPENINGS: &[Opening] = openings! {
    E1 Unannounced    [] [starts ContactWindow] Documented "S:49",
        "A package is opened whose job is still Creating (ours: or has ended, its address known to be wrong, D6).";
    E1 NoRecord       [] [starts ContactWindow] Documented "S:49",
        "A package is opened, and its job has no record.";
    E2 MissingPackage [] [] Documented "S:50",
        "Shipping, and no package in the shipping interval (J6).";
    E4 BadAddress if AddressNotAsked [entering Transferring Packaging, if AddressNoticed] [starts DestroyAfter] Documented "S:52",
        "Transferring or Packaging, and the return address is incorrect or missing.";
    F1 DriveFault     [] [starts FaultWindow] Documented "S:80",
        "A drive fails to progress (D12).";
    F1 JobFault       [] [starts FaultWindow] Documented "S:80",
        "A job fails to progress (J18).";
};

/// What becomes of each case.
pub(super) const CASES: &[CaseRow] = cases! {
    E1 Unannounced on Answer => Answered Nothing [] [tells job SetShipping] Documented "S:49",
        "Reached: the customer sets the job to Shipping, and the drives pass the dock.";
    E1 Unannounced on WindowExpired if OutOfReach => Open AttemptReturn [after ContactWindow] [] Documented "S:49",
        "Out of reach: the return is attempted. Once it has left, an answer counts for it only if it fails.";
    E1 Unannounced on ReturnFailed => Open Nothing [starts DestroyAfter] [] Documented "S:49",
        "The drives cannot be returned: they are back at the dock.";
    E1 Unannounced on DestroyExpired if OutOfReach => GivenUp Destroy [after DestroyAfter] [] Documented "S:49",
        "Neither returned nor reached: securely destroyed, counted from the failed return.";
    E1 Unannounced on Reached => Open Nothing [starts AnswerWindow] [] Ours "S:50",
        "An attempt reaches the customer: return and destruction wait for the end of the answer window.";
    E1 Unannounced on Silent => Open Nothing [after AnswerWindow] [] Ours "S:50",
        "No answer in the answer window: the customer is out of reach.";
    E1 Unannounced on CauseGone => Settled Nothing [] [] Ours "S:49",
        "The job was set to Shipping unasked, or no held package is left.";

    E1 NoRecord on Answer => Answered NewJob [] [] Documented "S:49",
        "Reached: a new job lists these drives and is set to Shipping.";
    E1 NoRecord on WindowExpired if OutOfReach => Open AttemptReturn [after ContactWindow] [] Documented "S:49",
        "Out of reach: the return is attempted. Once it has left, an answer counts for it only if it fails.";
    E1 NoRecord on ReturnFailed => Open Nothing [starts DestroyAfter] [] Documented "S:49",
        "The drives cannot be returned: they are back at the dock.";
    E1 NoRecord on DestroyExpired if OutOfReach => GivenUp Destroy [after DestroyAfter] [] Documented "S:49",
        "Neither returned nor reached: securely destroyed, counted from the failed return.";
    E1 NoRecord on Reached => Open Nothing [starts AnswerWindow] [] Ours "S:50",
        "An attempt reaches the customer: return and destruction wait for the end of the answer window.";
    E1 NoRecord on Silent => Open Nothing [after AnswerWindow] [] Ours "S:50",
        "No answer in the answer window: the customer is out of reach.";
    E1 NoRecord on CauseGone => Settled Nothing [] [] Ours "S:49",
        "No held package is left.";

    E2 MissingPackage on Answer         => Answered Nothing        [] [tells answer] Documented "S:50",
        "The customer answers: wait or cancel.";
    E2 MissingPackage on WindowExpired  => GivenUp  Nothing        [] [] Documented "S:50",
        "No answer: the job is closed.";
    E2 MissingPackage on CauseGone      => Settled  Nothing        [] [] Ours       "S:50",
        "The package has come, or the customer has canceled.";

    E4 BadAddress     on Answer         => Answered CorrectAddress [] [] Documented "S:52",
        "The address is corrected, and the job goes on.";
    E4 BadAddress     on Reached        => Open     Nothing        [starts AnswerWindow] [] Ours "S:50",
        "An attempt reaches the customer: destruction waits for the end of the answer window.";
    E4 BadAddress     on Silent         => Open     Nothing        [after AnswerWindow] [] Ours "S:50",
        "No answer in the answer window: the customer is out of reach.";
    E4 BadAddress     on WindowExpired if OutOfReachInPackaging => GivenUp DestroyOnHand [after DestroyAfter] [] Documented "S:52",
        "Out of reach: the drives on hand are securely destroyed; Closed (in Transferring: on entering Packaging).";
    E4 BadAddress     on CauseGone      => Settled  Nothing        [] [] Ours       "S:52",
        "No drive is left that would need the address.";

    F2 DriveFault     on Answer         => Answered Nothing        [] [tells drive FaultSolved] Documented "S:80",
        "Solved with the customer's help.";
    F2 DriveFault     on WindowExpired  => GivenUp  Nothing        [after FaultWindow] [tells drive FaultGivenUp] Ours "S:80",
        "Never answered: the drive is given up, with an error.";
    F2 DriveFault     on CauseGone      => Settled  Nothing        [] [] Ours       "S:80",
        "The drive has left, or was destroyed.";

    F2 JobFault       on Answer         => Answered Nothing        [] [tells job FaultSolved] Documented "S:80",
        "Solved with the customer's help.";
    F2 JobFault       on WindowExpired  => GivenUp  Nothing        [after FaultWindow] [tells job FaultGivenUp] Ours "S:80",
        "Never answered: Closed in Creating or Shipping, as canceled in Received or Transferring (J20), else E4.";
    F2 JobFault       on CauseGone      => Settled  Nothing        [] [] Ours       "S:80",
        "The job has gone: deleted or canceled in Creating.";
};
