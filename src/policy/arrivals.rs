//! What happens to a drive that the dock has processed, by the state of its job (D3, D6, E1, X1, X2).

use super::*;
use std::array::from_fn;

words! {
    /// The relation of a drive to the job on whose list it is, or in whose package it came.
    Listing {
        /// Listed on this job, in the state Specified.
        Specified,
        /// Listed on this job, in the state NeverReceived.
        NeverReceived,
        /// On no list of this job, and on that of another one (S:76).
        Elsewhere,
        /// On no list at all (S:53, S:77).
        Extra,
    }
}

/// One row: a drive with this listing, whose job is in one of these (base) states.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ArrivalRow {
    /// The (base) states of the job.
    pub states: &'static [JobState],
    /// The relation of the drive to the job.
    pub listing: &'static [Listing],
    /// What happens to the drive.
    pub treatment: Treatment,
    /// The rule that fires.
    pub rule: Rule,
    /// The rows of the error table that lead here: their rules fire too.
    pub errors: &'static [Rule],
    /// Summary of the documentation.
    pub says: &'static str,
    /// Citation.
    pub source: &'static str,
    /// Whether the row is documented or ours.
    pub origin: Origin,
}

macro_rules! arrivals {
    ($( $rule:ident [$($state:ident)+] [$($listing:ident)+] => $treatment:ident by [$($error:ident)*]
        $origin:ident $source:literal, $says:literal; )*) => {
        &[$( ArrivalRow {
            states: &[$(JobState::$state),+], listing: &[$(Listing::$listing),+], treatment: Treatment::$treatment,
            rule: Rule::$rule, errors: &[$(Rule::$error),*],
            says: $says, source: $source, origin: Origin::$origin,
        } ),*]
    };
}

/// Rows by the job on whose list the drive is, or in whose package it came.
pub(super) const ARRIVALS: &[ArrivalRow] = arrivals! {
    E1 [Absent Creating Gone] [Specified NeverReceived Elsewhere Extra] => Hold by [] Documented "S:49",
        "The job was not set to Shipping, or has no record: the drive waits at the dock, a case opens.";
    D3 [Shipping Received Transferring Packaging] [Specified] => Receive by [] Documented "S:65",
        "Received.";
    D6 [Shipping Received Transferring Packaging] [NeverReceived] => Receive by [E6] Documented "S:76",
        "It came in another shipment: Received, and treated like the others (ours in Packaging: J17, or D11 if canceled).";
    D3 [Completed Closed] [Specified] => SendBack by [] Ours "S:65",
        "The job has ended: Received, not copied, sent back in a package of its own (D11).";
    D6 [Completed Closed] [NeverReceived] => SendBack by [E6] Ours "S:76",
        "The job has ended: Received, not copied, sent back in a package of its own (D11).";
    X1 [Shipping Transferring] [Elsewhere] => Extra by [E5] Documented "S:53",
        "The other job does not wait for it: never processed; goes back with the job in whose package it came.";
    X1 [Received Packaging Completed Closed] [Elsewhere] => Extra by [] Ours "S:53",
        "The other job does not wait for it: never processed; goes back with the job in whose package it came.";
    X1 [Shipping Transferring] [Extra] => Extra by [E5 E7] Documented "S:53, S:77",
        "Never processed; goes back with the job in whose package it came (in Creating that waits first, E1).";
    X1 [Received Packaging Completed Closed] [Extra] => Extra by [E7] Documented "S:77",
        "Never processed; goes back with the job in whose package it came.";
};

/// Rows by another job that lists the drive. If that job waits for the drive, X2 comes before X1.
pub(super) const ROUTES: &[ArrivalRow] = arrivals! {
    X2 [Shipping Received Transferring Packaging Completed Closed] [Specified NeverReceived] => Route by []
        Documented "S:76",
        "Another job lists the drive and waits for it: routed there, and received there (D6; ours where it is Specified, D3).";
};

/// The row for each (base) state of the job and each listing.
pub(super) type ArrivalIndex = [[Option<ArrivalRow>; Listing::ALL.len()]; JobState::ALL.len()];

/// The first row that fits each state and listing.
pub(super) fn index(rows: &[ArrivalRow]) -> ArrivalIndex {
    let fits = |row: &ArrivalRow, state, listing| {
        row.states.contains(&JobState::ALL[state]) && row.listing.contains(&Listing::ALL[listing])
    };
    from_fn(|state| from_fn(|listing| rows.iter().find(|row| fits(row, state, listing)).copied()))
}
