//! The numbered rules, each in one sentence; the tables cite them.

use super::*;

/// A rule in one sentence.
#[derive(Clone, Copy, Debug)]
pub struct RuleText {
    /// Its number.
    pub rule: Rule,
    /// Whether it is an invariant, which always holds; otherwise it fires at some instant.
    pub holds: bool,
    /// The rule, in short.
    pub says: &'static str,
    /// Citation.
    pub source: &'static str,
    /// Whether the rule is documented or ours.
    pub origin: Origin,
}

/// Defines the rules by their texts.
macro_rules! rules {
    ($( $rule:ident $origin:ident $source:literal, $says:literal; )*) => {
        words! {
            /// The numbered rules of the policy page.
            Rule { $( $rule ),* }
        }

        const RULES: &[RuleText] = &[$( RuleText {
            rule: Rule::$rule, holds: Rule::$rule.holds(),
            says: $says, source: $source, origin: Origin::$origin,
        } ),*];
    };
}

rules! {
    J1  Documented "S:35", "Put Job creates a job, in Creating.";
    J2  Documented "S:35", "An update in Creating starts the interval of Creating anew.";
    J3  Documented "S:35", "A job still in Creating when that interval ends is deleted.";
    J4  Documented "swagger, Jobs_Delete", "The customer may delete a job in Creating.";
    J5  Documented "S:36", "A job is set to Shipping once its delivery package and return address are set.";
    J6  Documented "S:36, S:50, S:66", "Nothing received in the shipping interval: the customer is notified.";
    J7  Documented "S:50", "The customer answers \"wait\": the interval is extended.";
    J8  Documented "S:50", "The customer answers \"cancel\": the job is Closed.";
    J9  Documented "S:50", "No answer in the response window: the job is Closed.";
    J10 Documented "S:37", "All drives that came are received: the job is Received.";
    J11 Documented "S:38", "The first drive begins processing: the job is Transferring.";
    J12 Documented "S:39", "All drives are processed: the job is Packaging.";
    J13 Documented "S:40", "All drives shipped back and no error: the job is Completed.";
    J14 Documented "S:41", "All drives gone and some error: the job is Closed.";
    J15 Documented "S:40, S:41", "A Completed or Closed job is deleted after its retention.";
    J16 Documented "S:43", "A canceled job goes from Received to Packaging: its copy is skipped.";
    J17 Ours       "S:76", "A late drive takes a job that has not shipped back to Transferring.";
    J18 Documented "S:80", "A job that fails to progress is Faulted.";
    J19 Documented "S:80", "Solved, it returns to the state it belongs in.";
    J20 Ours       "S:80", "Given up in Received or Transferring, it goes on as canceled, with an error.";
    J21 Documented "swagger, Jobs_Delete", "The customer may delete a Completed job; a Closed one is not deletable.";
    J22 Documented "S:49", "No drive is processed before its job has been set to Shipping.";
    D1  Documented "S:64", "A drive listed by Put Job is Specified.";
    D2  Documented "S:64, S:65", "A drive of an export job starts as Received.";
    D3  Documented "S:65", "The dock has processed a Specified drive: Received.";
    D4  Documented "S:66", "The package came without the drive: NeverReceived.";
    D5  Documented "S:66", "No package in the shipping interval: its drives are NeverReceived.";
    D6  Documented "S:76", "A NeverReceived drive comes in another shipment: Received.";
    D7  Documented "S:67", "Data starts to flow: Transferring.";
    D8  Documented "S:68", "All data transferred without errors: Completed.";
    D9  Documented "S:69", "Errors, warnings or messages while copying: CompletedMoreInfo.";
    D10 Documented "S:70", "A processed drive leaves for the return address: ShippedBack.";
    D11 Documented "S:43, S:53", "An unprocessed drive leaves for the return address: ShippedBack.";
    D12 Documented "S:80", "A drive that fails to progress is Faulted.";
    D13 Ours       "S:80", "Solved, it is Received again and keeps the bytes already copied.";
    D14 Ours       "S:80", "Given up, it is CompletedMoreInfo, with an error.";
    X1  Documented "S:53, S:77", "An extra drive is not processed and leaves with the job in whose package it came.";
    X2  Ours       "S:76", "An extra drive for which another job waits is routed to that job.";
    E1  Documented "S:49", "Drives without a job in Shipping: contact, then return, then destruction.";
    E2  Documented "S:50", "No package in time: the customer is asked (J6 to J10).";
    E3  Documented "S:51", "An export job's return package is lost or damaged: the customer acts, the job does not change.";
    E4  Documented "S:52", "A bad return address: corrected with the customer, or the drives are destroyed.";
    E5  Documented "S:53", "An extra drive is in the package: X1, or X2.";
    E6  Documented "S:76", "A NeverReceived drive arrives: D6.";
    E7  Documented "S:77", "A drive of no job arrives with another job's package: X1.";
    C1  Documented "S:43", "A cancel is accepted up to a certain state, and once.";
    C2  Documented "S:43", "A canceled job is not copied; all else is as for other jobs.";
    C3  Ours       "S:35, S:40, S:41", "An act on a record that is gone is not found; a refused act changes nothing.";
    F1  Documented "S:80", "A job or drive that fails to progress is Faulted, and the customer is contacted.";
    F2  Ours       "S:80", "A fault is solved with the customer, or given up after its window.";
    F3  Ours       "S:80", "A Faulted job keeps its base state; its own changes wait, its timers stand still.";
    F4  Ours       "S:80", "A faulted drive frees its bay and does not stop the other drives.";
    G1  Documented "S:16, S:18, S:20, S:22", "Get Job answers at any instant: states, percent complete, log addresses.";
}

impl Rule {
    /// Whether this rule is an invariant (marked H), which always holds; otherwise it fires at some instant.
    pub const fn holds(self) -> bool {
        matches!(self, Rule::J22 | Rule::C3 | Rule::F3 | Rule::F4 | Rule::G1)
    }
}

/// Every rule, in the order of [`Rule::ALL`].
pub fn all_rules() -> &'static [RuleText] {
    RULES
}
