//! The error table (S:49 to S:53, S:76, S:77) and the cases of faults (S:80), as data.
//!
//! A case cites E and F rules; `then` names the rules of the job or drive that follow from it, and which those
//! record with their own change of state.

use super::mutants::stands;
use super::rulebook::Origin;
use super::timings::Deadline;
use super::words::{CaseKind, CaseSignal, CaseState, Remedy, Rule};

/// When a case opens.
#[derive(Clone, Copy, Debug)]
pub struct Opening {
    /// The problem.
    pub kind: CaseKind,
    /// The rule that opens it.
    pub rule: Rule,
    /// The window that starts with it (for E1, with the arrival).
    pub window: Deadline,
    /// When it opens, in short.
    pub says: &'static str,
    /// Where it stands.
    pub source: &'static str,
    /// Documented, or decided by this project.
    pub origin: Origin,
}

/// What a signal makes of an open case.
#[derive(Clone, Copy, Debug)]
pub struct CaseRow {
    /// The problem.
    pub kind: CaseKind,
    /// What reaches the case.
    pub on: CaseSignal,
    /// The state of the case afterwards.
    pub to: CaseState,
    /// What is to be done.
    pub remedy: Remedy,
    /// The rule that acts.
    pub rule: Rule,
    /// The rules of the job or drive that follow.
    pub then: &'static [Rule],
    /// The deadline whose end is the signal.
    pub window: Option<Deadline>,
    /// The documentation, in short.
    pub says: &'static str,
    /// Where it stands.
    pub source: &'static str,
    /// Documented, or decided by this project.
    pub origin: Origin,
}

macro_rules! openings {
    ($( $rule:ident $kind:ident [$window:ident] $origin:ident $source:literal, $says:literal; )*) => {
        &[$( Opening {
            kind: CaseKind::$kind, rule: Rule::$rule, window: Deadline::$window,
            says: $says, source: $source, origin: Origin::$origin,
        } ),*]
    };
}

macro_rules! cases {
    ($( $rule:ident $kind:ident on $on:ident => $to:ident $remedy:ident [$($window:ident)?] then [$($then:ident)*]
        $origin:ident $source:literal, $says:literal; )*) => {
        &[$( CaseRow {
            kind: CaseKind::$kind, on: CaseSignal::$on, to: CaseState::$to, remedy: Remedy::$remedy,
            rule: Rule::$rule, then: &[$(Rule::$then),*], window: timer!($($window)?),
            says: $says, source: $source, origin: Origin::$origin,
        } ),*]
    };
}

/// When each case opens.
pub const OPENINGS: &[Opening] = openings! {
    E1 Unannounced    [ContactWindow]  Documented "S:49",
        "Drives arrive while their job is still Creating (ours: or Closed, its address known to be wrong, D6).";
    E1 NoRecord       [ContactWindow]  Documented "S:49",
        "Drives arrive, and their job has no record.";
    E2 MissingPackage [ResponseWindow] Documented "S:50",
        "Shipping, and no package in the shipping interval (J6).";
    E4 BadAddress     [DestroyAfter]   Documented "S:52",
        "Transferring or Packaging, and the return address is incorrect or missing.";
    F1 DriveFault     [FaultWindow]    Documented "S:80",
        "A drive fails to progress (D12).";
    F1 JobFault       [FaultWindow]    Documented "S:80",
        "A job fails to progress (J18).";
};

/// What becomes of each case.
pub const CASES: &[CaseRow] = cases! {
    E1 Unannounced    on Answer         => Answered SetShipping    []               then [J5 D3]       Documented "S:49",
        "Reached: the customer sets the job to Shipping, and the drives pass the dock.";
    E1 Unannounced    on WindowExpired  => Open     AttemptReturn  [ContactWindow]  then []            Documented "S:49",
        "Not reached (no answer by then, ours): the return is attempted. Once it has left, an answer counts only if it fails.";
    E1 Unannounced    on DestroyExpired => GivenUp  Destroy        [DestroyAfter]   then []            Documented "S:49",
        "Neither returned nor reached: securely destroyed, counted from the failed return.";
    E1 Unannounced    on CauseGone      => Settled  Nothing        []               then [J5 D3]       Ours       "S:49",
        "The job was set to Shipping unasked, or the return has arrived.";

    E1 NoRecord       on Answer         => Answered NewJob         []               then [J1 J5 D3]    Documented "S:49",
        "Reached: a new job lists these drives and is set to Shipping.";
    E1 NoRecord       on WindowExpired  => Open     AttemptReturn  [ContactWindow]  then []            Documented "S:49",
        "Not reached (no answer by then, ours): the return is attempted. Once it has left, an answer counts only if it fails.";
    E1 NoRecord       on DestroyExpired => GivenUp  Destroy        [DestroyAfter]   then []            Documented "S:49",
        "Neither returned nor reached: securely destroyed, counted from the failed return.";
    E1 NoRecord       on CauseGone      => Settled  Nothing        []               then []            Ours       "S:49",
        "The return has arrived.";

    E2 MissingPackage on Answer         => Answered TellJob        []               then [J7 J8]       Documented "S:50",
        "The customer answers: wait or cancel.";
    E2 MissingPackage on WindowExpired  => GivenUp  CloseJob       [ResponseWindow] then [J9]          Documented "S:50",
        "No answer: the job is closed.";
    E2 MissingPackage on CauseGone      => Settled  Nothing        []               then [J10]         Ours       "S:50",
        "The package has come, or the customer has canceled.";

    E4 BadAddress     on Answer         => Answered CorrectAddress []               then []            Documented "S:52",
        "The address is corrected, and the job goes on.";
    E4 BadAddress     on WindowExpired  => GivenUp  Destroy        [DestroyAfter]   then [J14]         Documented "S:52",
        "Not reached: the drives on hand are securely destroyed; Closed (in Transferring: on entering Packaging).";
    E4 BadAddress     on CauseGone      => Settled  Nothing        []               then []            Ours       "S:52",
        "No drive is left that would need the address.";

    F2 DriveFault     on Answer         => Answered Solve          []               then [D13]         Documented "S:80",
        "Solved with the customer's help.";
    F2 DriveFault     on WindowExpired  => GivenUp  GiveUp         [FaultWindow]    then [D14]         Ours       "S:80",
        "Never answered: the drive is given up, with an error.";
    F2 DriveFault     on CauseGone      => Settled  Nothing        []               then []            Ours       "S:80",
        "The drive has left, or was destroyed.";

    F2 JobFault       on Answer         => Answered Solve          []               then [J19]         Documented "S:80",
        "Solved with the customer's help.";
    F2 JobFault       on WindowExpired  => GivenUp  GiveUp         [FaultWindow]    then [J20 E4]      Ours       "S:80",
        "Never answered: Closed in Creating or Shipping, as canceled in Received or Transferring (J20), else E4.";
    F2 JobFault       on CauseGone      => Settled  Nothing        []               then []            Ours       "S:80",
        "The job has gone: deleted or canceled in Creating.";
};

/// When a case of this kind opens, and which window it starts.
pub fn case_opening(kind: CaseKind) -> &'static Opening {
    &OPENINGS[kind.index()]
}

/// What `signal` makes of an open case of this kind; `None` where the model should never send it.
pub fn case_answer(kind: CaseKind, signal: CaseSignal) -> Option<&'static CaseRow> {
    let mut rows = CASES.iter().enumerate();
    let fits =
        |(place, row): &(usize, &CaseRow)| row.kind == kind && row.on == signal && stands("case", *place);
    rows.find(fits).map(|(_, row)| row)
}
