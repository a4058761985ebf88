//! What becomes of a drive that the dock has processed, by the state of its job (D3, D6, E1, X1, X2).

use std::sync::LazyLock;

use super::mutants::stands;
use super::rulebook::Origin;
use super::words::{JobState, Rule, Treatment};

words! {
    /// How a drive stands to the job on whose list it is, or in whose package it came.
    Listing {
        /// Listed on this job, in the state Specified.
        Specified,
        /// Listed on this job, in the state NeverReceived.
        NeverReceived,
        /// On no list of this job (S:53, S:77).
        Extra,
    }
}

/// One row: a drive with this listing, of a job in one of these (base) states.
#[derive(Clone, Copy, Debug)]
pub struct ArrivalRow {
    /// The (base) states of the job.
    pub states: &'static [JobState],
    /// How the drive stands to the job.
    pub listing: Listing,
    /// What becomes of the drive.
    pub treatment: Treatment,
    /// The rule that acts.
    pub rule: Rule,
    /// The rows of the error table that lead here: they fire with it.
    pub errors: &'static [Rule],
    /// The documentation, in short.
    pub says: &'static str,
    /// Where it stands.
    pub source: &'static str,
    /// Documented, or decided by this project.
    pub origin: Origin,
}

macro_rules! arrivals {
    ($( $rule:ident [$($state:ident)+] $listing:ident => $treatment:ident by [$($error:ident)*]
        $origin:ident $source:literal, $says:literal; )*) => {
        &[$( ArrivalRow {
            states: &[$(JobState::$state),+], listing: Listing::$listing, treatment: Treatment::$treatment,
            rule: Rule::$rule, errors: &[$(Rule::$error),*],
            says: $says, source: $source, origin: Origin::$origin,
        } ),*]
    };
}

/// By the job on whose list the drive is, or in whose package it came.
pub const ARRIVALS: &[ArrivalRow] = arrivals! {
    E1 [Absent Creating Gone]           Specified     => Hold        by []      Documented "S:49",
        "The job was not set to Shipping, or has no record: the drive waits at the dock, a case opens.";
    E1 [Absent Creating Gone]           NeverReceived => Hold        by []      Documented "S:49",
        "The job was not set to Shipping, or has no record: the drive waits at the dock, a case opens.";
    D3 [Shipping Received Transferring] Specified     => Receive     by []      Documented "S:65",
        "Received.";
    D6 [Shipping Received Transferring] NeverReceived => Receive     by [E6]    Documented "S:76",
        "It came in another shipment: Received, and treated like the others.";
    D3 [Packaging]                      Specified     => ReceiveLate by []      Ours       "S:65",
        "Received late: processed after all (J17), or sent back if the job is canceled (D11).";
    D6 [Packaging]                      NeverReceived => ReceiveLate by [E6]    Ours       "S:76",
        "Received late: processed after all (J17), or sent back if the job is canceled (D11).";
    D3 [Completed Closed]               Specified     => SendBack    by []      Ours       "S:65",
        "The job has ended: Received, not copied, sent back in a package of its own (D11).";
    D6 [Completed Closed]               NeverReceived => SendBack    by [E6]    Ours       "S:76",
        "The job has ended: Received, not copied, sent back in a package of its own (D11).";
    X1 [Creating Shipping Transferring] Extra         => Extra       by [E5 E7] Documented "S:53, S:77",
        "Never processed; goes back with the job in whose package it came.";
    X1 [Received Packaging Completed Closed] Extra    => Extra       by [E7]    Documented "S:77",
        "Never processed; goes back with the job in whose package it came.";
    E1 [Absent Gone]                    Extra         => Hold        by []      Ours       "S:49",
        "The job in whose package it came has no record: it waits with the rest of the package.";
};

/// By another job that lists the drive: where it waits for the drive, X2 comes before X1.
pub const ROUTES: &[ArrivalRow] = arrivals! {
    X2 [Shipping Received Transferring Packaging Completed Closed] Specified     => Route by []   Ours       "S:65",
        "Another job lists the drive and waits for it: routed there, and received there (D3).";
    X2 [Shipping Received Transferring Packaging Completed Closed] NeverReceived => Route by [E6] Documented "S:76",
        "Another job lists the drive and waits for it: routed there, and received there (D6).";
};

/// The row for a drive with this listing, of a job in the (base) state `base`.
///
/// # Panics
/// In Faulted, which is no base state.
pub fn arrival(base: JobState, listing: Listing) -> &'static ArrivalRow {
    static INDEX: LazyLock<ArrivalIndex> = LazyLock::new(|| index("arrival", ARRIVALS));
    INDEX[base.index()][listing.index()]
        .unwrap_or_else(|| panic!("{base} is no base state of a job: {listing} drive"))
}

/// What becomes of such a drive, and by which rule.
pub fn treatment(base: JobState, listing: Listing) -> (Treatment, Rule) {
    let row = arrival(base, listing);
    (row.treatment, row.rule)
}

/// Whether an extra drive is routed to another job that lists it, by that job's (base) state and its listing there.
pub fn listed_elsewhere(other_base: JobState, listing_there: Listing) -> Option<(Treatment, Rule)> {
    static INDEX: LazyLock<ArrivalIndex> = LazyLock::new(|| index("route", ROUTES));
    INDEX[other_base.index()][listing_there.index()].map(|row| (row.treatment, row.rule))
}

/// A row for each state and listing.
type ArrivalIndex = [[Option<&'static ArrivalRow>; Listing::ALL.len()]; JobState::ALL.len()];

fn index(kind: &str, rows: &'static [ArrivalRow]) -> ArrivalIndex {
    std::array::from_fn(|state| {
        std::array::from_fn(|listing| find(kind, rows, JobState::ALL[state], Listing::ALL[listing]))
    })
}

fn find(
    kind: &str,
    rows: &'static [ArrivalRow],
    base: JobState,
    listing: Listing,
) -> Option<&'static ArrivalRow> {
    let fits = |row: &ArrivalRow| row.listing == listing && row.states.contains(&base);
    rows.iter().enumerate().find(|(place, row)| fits(row) && stands(kind, *place)).map(|(_, row)| row)
}
