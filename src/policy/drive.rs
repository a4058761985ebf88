//! The life of a drive, row by row (S:64 to S:80).
//!
//! An extra drive has no state (X1). A Faulted job does not stop its drives, but no copy starts (F3).

use super::*;
use DriveSignal as Signal;
use DriveState as State;

const ROWS: &[Row<State, Signal>] = rows! {
    D1  Absent            on Listed         => Specified         []                       Documented "S:64",
        "Put Job lists the drive of an import job.";
    D2  Absent            on Registered     => Received          []                       Documented "S:64, S:65",
        "A drive of an export job is registered on arrival: its first state.";

    D3  Specified         on DockProcessed  => Received          []                       Documented "S:65",
        "The dock has processed the drive; the job is in Shipping.";
    D4  Specified         on NotInPackage   => NeverReceived     []                       Documented "S:66",
        "The package came without it.";
    D5  Specified         on NoticeSent     => NeverReceived     []                  Documented "S:66",
        "No package in the shipping interval (ours: counted as in J5).";
    D6  NeverReceived     on DockProcessed  => Received          []                       Documented "S:76",
        "It arrives in another shipment.";

    D7  Received          on DataFlows      => Transferring      []                       Documented "S:67",
        "Data starts to flow.";
    D8  Transferring      on CopiedClean    => Completed         []                       Documented "S:68",
        "All data transferred, no errors.";
    D9  Transferring      on CopiedMoreInfo => CompletedMoreInfo []                       Documented "S:69",
        "Errors, warnings or overwrite messages while copying.";

    D10 Completed         on Left           => ShippedBack       []                       Documented "S:70",
        "Left for the return address.";
    D10 CompletedMoreInfo on Left           => ShippedBack       []                       Documented "S:70",
        "Left for the return address.";
    D11 Received          on Left           => ShippedBack       []                       Documented "S:43, S:53",
        "Left unprocessed: its job was canceled or has ended, or the drive was late.";
    D11 Faulted           on Left           => ShippedBack       []                       Ours       "S:43, S:53",
        "Left unprocessed: its job was canceled or has ended.";

    D12 Received          on Fault          => Faulted           [opens DriveFault]       Documented "S:80",
        "A fault found while mounting.";
    D12 Transferring      on Fault          => Faulted           [opens DriveFault]       Documented "S:80",
        "A fault found while copying.";
    D13 Faulted           on FaultSolved    => Received          []                       Ours       "S:80",
        "Solved: it queues again for a bay and keeps the bytes already copied.";
    D14 Faulted           on FaultGivenUp   => CompletedMoreInfo []                       Ours       "S:80",
        "Given up, with an error.";
};

/// The life of a drive, as documented. Specified and NeverReceived may last for ever; so may any state of a destroyed
/// drive.
pub(super) fn table() -> Table<DriveState, DriveSignal> {
    Table {
        of: "drive",
        start: State::Absent,
        ends: &[State::ShippedBack],
        faulted: None,
        rows: ROWS.to_vec(),
        refusals: vec![],
    }
}
