//! The corners of the policy that random scenarios have to reach: a run that does nothing passes no test.

use super::*;

/// Each is reached in the random scenarios of one test run.
pub const CORNERS: &[&str] = &[
    "answer_window differs from contact_window",
    "a notice where a drive was routed",
    "a notice to a canceled job",
    "a deadline waits for the dock",
    "something at the dock when a deadline ends",
    "canceled in Creating",
    "canceled in Shipping before a notice",
    "canceled in Shipping after a notice",
    "canceled after a notice, something at the dock",
    "canceled in Received",
    "canceled in Transferring",
    "a late cancel refused",
    "a fault in Creating",
    "a fault in Shipping",
    "a fault in Received",
    "a fault in Transferring",
    "a fault in Packaging",
    "a fault of a job solved",
    "a fault given up in Creating",
    "a fault given up in Shipping",
    "a fault given up in Received",
    "a fault given up in Transferring",
    "a fault given up in Packaging",
    "a drive fault solved",
    "a drive fault given up",
    "an extra drive",
    "a guest waits at another job",
    "a guest is claimed by J5",
    "a drive is routed",
    "a guest returns from a held package",
    "a guest returns after E4",
    "a guest's return fails",
    "a held package joins another",
    "a customer reached while two packages are held",
    "a held package passes the dock",
    "a return of E1 is attempted",
    "a return of E1 waits for the answer window",
    "a return of E1 fails",
    "a return of E1 to a known wrong address",
    "a return fails after J5",
    "destroyed after a failed return",
    "destroyed, the address known to be wrong",
    "an answer after the return was attempted",
    "a late answer",
    "a new job of E1",
    "the right address for an ended job",
    "E4 answered",
    "destroyed by E4",
    "E4 waits for the answer window",
    "E4 ends on entering Packaging",
    "E4 ends while Faulted",
    "a package waits a day for the dock",
    "a package waits for the shelf",
    "a package without a listed drive",
    "a drive comes to an ended job",
    "the run stops with jobs under way",
];

impl Watcher {
    /// Counts a corner.
    pub(super) fn reach(&mut self, corner: &'static str) {
        assert!(CORNERS.contains(&corner), "watcher: {corner} is not a corner");
        *self.corners.entry(corner).or_default() += 1;
    }

    pub(super) fn look_at_numbers(&mut self) {
        if self.numbers.answer != self.numbers.contact {
            self.reach("answer_window differs from contact_window");
        }
    }
}
