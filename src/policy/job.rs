//! The life of a job, row by row (S:35 to S:43, S:80).
//!
//! `from` is the state, or the base state of a Faulted job. The brackets contain what the world does with the timer and
//! the cases of the job. The word before the origin says what happens to the row while the job is Faulted (F3): it
//! fires `AtOnce`; it `Waits` until the fault is solved; it is `Never` due then; or it exists `Only` then.

use super::*;
use JobSignal as Signal;
use JobState as State;

const ROWS: &[Row<State, Signal>] = rows! {
    J1  Absent       on Put               => Creating     [starts CreatingExpiry]
        Never, Documented "S:35", "Put Job creates the job.";
    J2  Creating     on Update            => Creating     [starts CreatingExpiry]
        AtOnce, Documented "S:35", "An update keeps the job in Creating.";
    J3  Creating     on CreatingExpired   => Gone         [after CreatingExpiry]
        Never, Documented "S:35", "Still Creating when the interval ends: deleted by the service.";
    J4  Creating     on Delete            => Gone         [stops timer, settles JobFault]
        AtOnce, Documented "swagger, Jobs_Delete", "The customer deletes the job.";
    C2  Creating     on Cancel            => Gone         [stops timer, settles JobFault]
        AtOnce, Ours "S:43", "Canceled before anything was shipped: gone, as by Delete Job (J4).";
    J5  Creating     on SetShipping       => Shipping     [starts ShippingDeadline]
        Waits, Documented "S:36",
        "Set to Shipping, with delivery package and return address.";

    J6  Shipping     on ShippingOverdue if RoutedOnly => Shipping
        [after ShippingDeadline, tells NoticeSent] Never, Ours "S:36, S:66",
        "No package, but a drive was Received by routing: the notice is recorded, no case opens, and J10 follows.";
    J6  Shipping     on ShippingOverdue if Canceled => Shipping
        [after ShippingDeadline, tells NoticeSent] Never, Ours "S:43, S:50",
        "The job is canceled, so the answer is known: the notice is recorded, no case opens, and J8 follows.";
    J6  Shipping     on ShippingOverdue if NothingAtDock => Shipping
        [after ShippingDeadline Extension, starts ResponseWindow, tells NoticeSent, opens MissingPackage]
        Never, Documented "S:36, S:50, S:66",
        "Nothing has come in the interval: the customer is notified of the missing package.";
    J7  Shipping     on AnswerWait        => Shipping     [starts Extension]
        AtOnce, Documented "S:50", "The customer answers: wait. The interval is extended.";
    J8  Shipping     on AnswerCancel if NothingAtDock => Closed
        [ends MissingPackage by CauseGone, starts Retention] Waits, Documented "S:50",
        "The customer answers: cancel. Closed at once (ours: S:43 would let it wait).";
    C2  Shipping     on Cancel            => Shipping     []
        AtOnce, Documented "S:43",
        "Canceled before a notice: it goes on waiting for its package (J6 to J9).";
    C2  Shipping     on AnswerCancel if WindowOver => Shipping [ends MissingPackage by CauseGone]
        AtOnce, Ours "S:43, S:50", "Canceled while a package waits at the dock, the window over: J10, else J9.";
    C2  Shipping     on AnswerCancel      => Shipping     [ends MissingPackage by CauseGone, stops timer]
        AtOnce, Ours "S:43, S:50", "Canceled while a package waits at the dock: J10, else J8.";
    J9  Shipping     on ResponseExpired if NothingAtDock => Closed
        [after ResponseWindow, ends MissingPackage by WindowExpired, starts Retention]
        Never, Documented "S:50", "No answer to the notice: directly to Closed.";
    J10 Shipping     on AllReceived when AllCame => Received [stops timer, settles MissingPackage]
        Waits, Documented "S:37",
        "The dock has processed all drives (ours: all that came, at least one of the list).";
    J8  Shipping     on CancelDue when CancelDue => Closed [starts Retention]
        Waits, Ours "S:50", "Canceled after a notice, and no package has come that could be Received: Closed.";

    C2  Received     on Cancel            => Received     []
        AtOnce, Documented "S:43", "Canceled: the copy will be skipped (J16).";
    J16 Received     on CopySkipped when CopySkipped => Packaging []
        Waits, Documented "S:43", "Nothing of a canceled job is copied.";
    J11 Received     on ProcessingBegun   => Transferring []
        Never, Documented "S:38", "Work on the first drive has begun (ours: mounting counts).";

    C2  Transferring on Cancel            => Transferring []
        AtOnce, Documented "S:43", "Canceled: drives that are copying finish, the others are skipped (J12).";
    J12 Transferring on AllProcessed when AllProcessed => Packaging []
        Waits, Documented "S:39",
        "No drive on hand is left to process (of a canceled job: no copy still runs).";

    J17 Packaging    on LateDrive when LateDrive => Transferring []
        Waits, Ours "S:76", "A drive comes late, before the job has shipped: it is processed after all.";
    J13 Packaging    on AllLeft if NoError => Completed [starts Retention]
        Never, Documented "S:40", "All drives shipped back, no error in the job.";
    J14 Packaging    on AllLeft           => Closed       [starts Retention]
        Waits, Documented "S:41",
        "All drives shipped back or destroyed, some error in the job.";

    J15 Completed    on RetentionExpired  => Gone         [after Retention]
        Never, Documented "S:40", "Deleted when retention ends.";
    J15 Closed       on RetentionExpired  => Gone         [after Retention]
        Never, Documented "S:41", "Deleted when retention ends.";
    J21 Completed    on Delete            => Gone         [stops timer]
        Never, Documented "swagger, Jobs_Delete", "The customer deletes the job.";

    J18 Creating     on Fault             => Faulted      [pauses timer, opens JobFault]
        Never, Documented "S:80", "Fails to progress, for a cause that no other row names (F1).";
    J18 Shipping     on Fault             => Faulted      [pauses timer, opens JobFault]
        Never, Documented "S:80", "Fails to progress, for a cause that no other row names (F1).";
    J18 Received     on Fault             => Faulted      [opens JobFault]
        Never, Documented "S:80", "Fails to progress, for a cause that no other row names (F1).";
    J18 Transferring on Fault             => Faulted      [opens JobFault]
        Never, Documented "S:80", "Fails to progress, for a cause that no other row names (F1).";
    J18 Packaging    on Fault             => Faulted      [opens JobFault]
        Never, Documented "S:80", "Fails to progress, for a cause that no other row names (F1).";

    J19 Creating     on FaultSolved       => Creating     [resumes timer]
        Only, Documented "S:80", "Solved: back to the state it belongs in.";
    J19 Shipping     on FaultSolved       => Shipping     [resumes timer]
        Only, Documented "S:80", "Solved: back to the state it belongs in.";
    J19 Received     on FaultSolved       => Received     []
        Only, Documented "S:80", "Solved: back to the state it belongs in.";
    J19 Transferring on FaultSolved       => Transferring []
        Only, Documented "S:80", "Solved: back to the state it belongs in.";
    J19 Packaging    on FaultSolved       => Packaging    []
        Only, Documented "S:80", "Solved: back to the state it belongs in.";

    F2  Creating     on FaultGivenUp      => Closed       [after FaultWindow, starts Retention]
        Only, Ours "S:80", "Given up before any drive was received: Closed.";
    F2  Shipping     on FaultGivenUp      => Closed       [after FaultWindow, starts Retention, settles MissingPackage]
        Only, Ours "S:80", "Given up before any drive was received: Closed.";
    J20 Received     on FaultGivenUp      => Received     [after FaultWindow]
        Only, Ours "S:80", "Given up: goes on as canceled, with an error (J16 follows).";
    J20 Transferring on FaultGivenUp      => Transferring [after FaultWindow]
        Only, Ours "S:80", "Given up: goes on as canceled, with an error (J12 follows).";
    F2  Packaging    on FaultGivenUp      => Packaging    [after FaultWindow, opens BadAddress]
        Only, Ours "S:80", "Given up: treated as a bad return address (E4 follows).";
};

const REFUSALS: &[Refusal<State, Signal>] = refusals! {
    J2  [Shipping Received Transferring Packaging Completed Closed] on Update, Ours "S:35",
        "a job's properties can be updated in Creating only";
    J5  [Shipping Received Transferring Packaging Completed Closed] on SetShipping, Ours "S:36",
        "only a job in Creating can be set to Shipping";
    J5  [Creating] on SetShippingIncomplete, Documented "S:36",
        "the delivery package and the return address must be set before Shipping";
    J5  [Shipping Received Transferring Packaging Completed Closed] on SetShippingIncomplete, Ours "S:36",
        "only a job in Creating can be set to Shipping";
    J21 [Shipping Received Transferring Packaging Closed] on Delete, Documented "swagger, Jobs_Delete",
        "only a job in Creating or Completed can be deleted";
    C1  [Creating Shipping Received Transferring Packaging Completed Closed] on CancelTooLate, Documented "S:43",
        "a job can be canceled in certain states (ours: and only once)";
    C3  [Gone] on Update, Ours "S:35, S:40, S:41", "this job has no record";
    C3  [Gone] on SetShipping, Ours "S:35, S:40, S:41", "this job has no record";
    C3  [Gone] on SetShippingIncomplete, Ours "S:35, S:40, S:41", "this job has no record";
    C3  [Gone] on Delete, Ours "S:35, S:40, S:41", "this job has no record";
    C3  [Gone] on Cancel, Ours "S:35, S:40, S:41", "this job has no record";
};

/// The life of a job, as documented.
pub(super) fn table() -> Table<JobState, JobSignal> {
    Table {
        of: "job",
        start: State::Absent,
        ends: &[State::Gone],
        faulted: Some(State::Faulted),
        rows: ROWS.to_vec(),
        refusals: REFUSALS.to_vec(),
    }
}
