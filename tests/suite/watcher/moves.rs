//! The moves of jobs and drives: the rows of the policy page, written down here a second time.

use shipback::policy::{Disposition, DriveState, JobState, Rule};

use JobState::*;

/// Rule, states as shown before and after; `Faulted` on both sides where the base state is told apart below.
pub const JOB_MOVES: &[(Rule, JobState, JobState)] = &[
    (Rule::J1, Absent, Creating),
    (Rule::J2, Creating, Creating),
    (Rule::J3, Creating, Gone),
    (Rule::J4, Creating, Gone),
    (Rule::C2, Creating, Gone),
    (Rule::J5, Creating, Shipping),
    (Rule::J6, Shipping, Shipping),
    (Rule::J7, Shipping, Shipping),
    (Rule::J8, Shipping, Closed),
    (Rule::J9, Shipping, Closed),
    (Rule::C2, Shipping, Shipping),
    (Rule::J10, Shipping, Received),
    (Rule::C2, Received, Received),
    (Rule::J16, Received, Packaging),
    (Rule::J11, Received, Transferring),
    (Rule::C2, Transferring, Transferring),
    (Rule::J12, Transferring, Packaging),
    (Rule::J17, Packaging, Transferring),
    (Rule::J13, Packaging, Completed),
    (Rule::J14, Packaging, Closed),
    (Rule::J15, Completed, Gone),
    (Rule::J15, Closed, Gone),
    (Rule::J21, Completed, Gone),
    (Rule::J19, Creating, Creating),
    (Rule::J19, Shipping, Shipping),
    (Rule::J19, Received, Received),
    (Rule::J19, Transferring, Transferring),
    (Rule::J19, Packaging, Packaging),
    (Rule::F2, Creating, Closed),
    (Rule::F2, Shipping, Closed),
    (Rule::J20, Received, Received),
    (Rule::J20, Transferring, Transferring),
    (Rule::F2, Packaging, Packaging),
];

/// Made at once while Faulted; everything else waits (F3).
pub const WHILE_FAULTED: &[Rule] = &[Rule::J2, Rule::J4, Rule::C2, Rule::J7];

pub const DRIVE_MOVES: &[(Rule, DriveState, DriveState)] = &[
    (Rule::D1, DriveState::Absent, DriveState::Specified),
    (Rule::D2, DriveState::Absent, DriveState::Received),
    (Rule::D3, DriveState::Specified, DriveState::Received),
    (Rule::D4, DriveState::Specified, DriveState::NeverReceived),
    (Rule::D5, DriveState::Specified, DriveState::NeverReceived),
    (Rule::D6, DriveState::NeverReceived, DriveState::Received),
    (Rule::D7, DriveState::Received, DriveState::Transferring),
    (Rule::D8, DriveState::Transferring, DriveState::Completed),
    (Rule::D9, DriveState::Transferring, DriveState::CompletedMoreInfo),
    (Rule::D10, DriveState::Completed, DriveState::ShippedBack),
    (Rule::D10, DriveState::CompletedMoreInfo, DriveState::ShippedBack),
    (Rule::D11, DriveState::Received, DriveState::ShippedBack),
    (Rule::D11, DriveState::Faulted, DriveState::ShippedBack),
    (Rule::D12, DriveState::Received, DriveState::Faulted),
    (Rule::D12, DriveState::Transferring, DriveState::Faulted),
    (Rule::D13, DriveState::Faulted, DriveState::Received),
    (Rule::D14, DriveState::Faulted, DriveState::CompletedMoreInfo),
];

/// Where a drive can go from where it is. A drive of a job that followed (E1) begins where it lies.
pub fn may_go(from: Disposition, to: Disposition) -> bool {
    use Disposition::*;
    matches!(
        (from, to),
        (AtCustomer, InTransitIn | AtDock | AtSite)
            | (InTransitIn, AtDock | Lost)
            | (AtDock, AtSite | InTransitBack | Destroyed)
            | (AtSite, InTransitBack | Destroyed)
            | (InTransitBack, Returned | Lost | Damaged | AtDock)
    )
}
