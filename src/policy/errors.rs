//! The error table (S:49 to S:53, S:76, S:77) and the cases of faults (S:80), as data.
//!
//! Cases cite E and F rules. `tells` is the signal that the job or the drive receives; that signal has its own row,
//! with its own rule.

use super::*;

/// When a case opens.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Opening {
    /// Kind of the case.
    pub kind: CaseKind,
    /// The rule that opens it.
    pub rule: Rule,
    /// The condition.
    pub guard: Guard,
    /// Entering one of these states of the job opens the case; if empty, a row of the job or of the drive, or the dock,
    /// opens it.
    pub on_entering: &'static [JobState],
    /// Additional condition on entering such a state.
    pub noticed: Guard,
    /// The window that starts with the case; `None` where the timer of the job is its window (J6).
    pub starts: Option<Deadline>,
    /// When it opens, in short.
    pub says: &'static str,
    /// Citation.
    pub source: &'static str,
    /// Whether the row is documented or ours.
    pub origin: Origin,
}

/// Who receives a signal when the case ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tells {
    /// Nobody.
    Nobody,
    /// The job receives this signal.
    Job(JobSignal),
    /// The job receives the customer's response: AnswerWait or AnswerCancel.
    JobTheAnswer,
    /// The drive of the case receives this signal.
    Drive(DriveSignal),
}

/// The effect of a signal on an open case.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CaseRow {
    /// Kind of the case.
    pub kind: CaseKind,
    /// The signal.
    pub on: CaseSignal,
    /// The condition. If it does not hold when a window ends, the row fires as soon as it holds.
    pub guard: Guard,
    /// The state of the case afterwards.
    pub to: CaseState,
    /// The action at the site.
    pub remedy: Remedy,
    /// The rule that fires.
    pub rule: Rule,
    /// The window whose end is the signal.
    pub after: Option<Deadline>,
    /// The window that starts.
    pub starts: Option<Deadline>,
    /// Who receives a signal.
    pub tells: Tells,
    /// Summary of the documentation.
    pub says: &'static str,
    /// Citation.
    pub source: &'static str,
    /// Whether the row is documented or ours.
    pub origin: Origin,
}

macro_rules! openings {
    ($( $rule:ident $kind:ident $(if $guard:ident)? [$(entering $($state:ident)+, if $noticed:ident)?] [$(starts $window:ident)?]
        $origin:ident $source:literal, $says:literal; )*) => {
        &[$( Opening {
            kind: CaseKind::$kind, rule: Rule::$rule, guard: given!($(Guard::$guard)?, Guard::Always),
            on_entering: &[$($(JobState::$state),+)?],
            noticed: given!($(Guard::$noticed)?, Guard::Always), starts: given!($(Some(Deadline::$window))?, None),
            says: $says, source: $source, origin: Origin::$origin,
        } ),*]
    };
}

macro_rules! cases {
    ($( $rule:ident $kind:ident on $on:ident $(if $guard:ident)? => $to:ident $remedy:ident
        [$(after $after:ident)? $(starts $starts:ident)?] [$(tells $whom:ident $($what:ident)?)?]
        $origin:ident $source:literal, $says:literal; )*) => {
        &[$( CaseRow {
            kind: CaseKind::$kind, on: CaseSignal::$on, guard: given!($(Guard::$guard)?, Guard::Always),
            to: CaseState::$to, remedy: Remedy::$remedy,
            rule: Rule::$rule, after: given!($(Some(Deadline::$after))?, None), starts: given!($(Some(Deadline::$starts))?, None),
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

/// What happens to each open case.
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
