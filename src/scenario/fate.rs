//! The random inputs of a job as plain data. A scenario may write them out (`[[job]]`); otherwise the module `fate`
//! draws them.

use crate::engine::chance::Address;
use crate::engine::time::{Instant, Span};
use crate::policy::JobState;

/// Most drives of a job (documentation: up to ten).
pub const MOST_DRIVES: usize = 10;

/// The random inputs of one job. A span "after" counts from the creation of the job unless its comment says otherwise.
/// By default nothing happens to the job. The order of the fields is the layout in memory: the fields that are read
/// most often come first.
#[derive(Clone, Debug, Default, PartialEq)]
#[repr(C)]
pub struct Fate {
    /// Identity of the job: source, ordinal in it, and generation (0; one more for a job that follows from another).
    pub id: Address,
    /// Instant at which Put Job is called.
    pub ordered: Instant,
    /// Storage account; the jobs of one account share a limit.
    pub account: u32,
    /// Priority class; class 0 is served first.
    pub class: u8,
    /// Whether the job is an export; otherwise it is an import.
    pub export: bool,
    /// Whether the customer asked for verbose logs (S:22).
    pub verbose_log: bool,
    /// Number of drives in the package that are on no list (X1).
    pub extras: u8,
    /// The listed drives of an import, or the drives that the customer sends for an export; 1 to 10.
    pub drives: Vec<DriveFate>,
    /// The way of the package to the data center.
    pub inbound: Journey,
    /// The way of the package back to the customer.
    pub back: Journey,
    /// For a return of unannounced drives (E1) that fails: the time after which they are back at the dock. `None`: it
    /// succeeds.
    pub return_fails: Option<Span>,
    /// Time from the order to handing the package over; `None`: the customer never ships (J3).
    pub packs: Option<Span>,
    /// When the customer sets the state to Shipping, and whether the delivery package is given then.
    pub announces: Announces,
    /// Times of Update Job Properties while Creating, after the order, in rising order (J2).
    pub updates: Vec<Span>,
    /// Time after which the customer calls Delete Job (J4, J21).
    pub deletes: Option<Span>,
    /// Time after which the customer cancels (C1, C2).
    pub cancels: Option<Span>,
    /// Whether the return address is right (E4).
    pub return_address: ReturnAddress,
    /// A fault of the job itself (F1), if it has one.
    pub fault: Option<JobFault>,
    /// For a lost or damaged export: the time after which its customer orders again (E3).
    pub reorders: Option<Span>,
    /// Random number for opening the first package; the site turns it into a time.
    pub opening: Ahead,
    /// Random number for the first packing.
    pub packing: Ahead,
}

/// When the customer calls Update Job Properties with state Shipping (J5).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Announces {
    /// This long after handing the package over (zero: at the same instant). If the package arrives earlier, its drives
    /// are unannounced (E1).
    After(Span),
    /// At first without the delivery package, which is refused; with it, this long later.
    Incomplete(Span),
    /// Never, unless the operations team asks for it (E1).
    #[default]
    Never,
}

/// The way of one package.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Journey {
    /// Number of the carrier in the scenario.
    pub carrier: u8,
    /// Time on the way, before delays by strikes, pickup hours and delivery hours of the carrier.
    pub transit: Span,
    /// How the way ends.
    pub ends: JourneyEnd,
}

/// How the way of a package ends.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum JourneyEnd {
    /// The carrier delivers it.
    #[default]
    Delivered,
    /// The carrier never delivers it.
    Lost,
    /// The carrier delivers it with damaged drives (has an effect on the way back only, E3).
    Damaged,
}

/// Whether the return address is right (E4).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ReturnAddress {
    /// The address is right.
    #[default]
    Good,
    /// The address is incorrect or incomplete.
    Bad {
        /// The state at whose entry operations notice it: Transferring or Packaging.
        noticed: JobState,
    },
}

/// A job fails to progress for a cause of its own (F1), if it is still in `state` when `after` is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct JobFault {
    /// The cause.
    pub cause: JobFaultCause,
    /// The state in which the fault strikes.
    pub state: JobState,
    /// Time from entering the state to the fault.
    pub after: Span,
}

/// Why a job becomes Faulted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum JobFaultCause {
    /// Customs hold the package.
    CustomsHold,
    /// The carrier refuses the customer's account for the return.
    ReturnAccountRefused,
    /// The storage account cannot be accessed.
    StorageInaccessible,
}

/// The random inputs of one drive. The order of the fields is the layout in memory.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[repr(C)]
pub struct DriveFate {
    /// The package with which the drive travels.
    pub travels: Travels,
    /// Number of bytes to copy.
    pub bytes: u64,
    /// For a drive fault: bytes copied before it is found; 0: it is found while mounting.
    pub found_after: u64,
    /// Random numbers for its first receiving, preparing, mounting and packing; the site turns them into times.
    pub work: [Ahead; 4],
    /// How copying the drive ends.
    pub copy: CopyOutcome,
}

/// A uniform random number drawn ahead, times 2^32; 0 where none was drawn.
pub type Ahead = u32;

/// The package with which a drive travels.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Travels {
    /// With the package of its job.
    #[default]
    WithPackage,
    /// Missing in that package; in a later one, delivered this long after the first was handed over.
    Later(Span),
    /// Missing in that package, and never sent.
    Never,
    /// With the package of another job (X2); it leaves when that package is handed over.
    With(Address),
}

/// How copying a drive ends.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum CopyOutcome {
    /// All data transferred, no errors (D8).
    #[default]
    Clean,
    /// Warnings or overwrite messages (D9).
    Warnings,
    /// Errors (D9).
    Errors,
    /// The drive has a fault (F1), found at `found_after`; once it is solved, the copy ends clean.
    Unreadable,
    /// The BitLocker key is wrong.
    WrongKey,
    /// The manifest is broken.
    BrokenManifest,
}

impl CopyOutcome {
    /// All six outcomes, in order.
    pub const ALL: [CopyOutcome; 6] =
        [Self::Clean, Self::Warnings, Self::Errors, Self::Unreadable, Self::WrongKey, Self::BrokenManifest];

    /// Whether this outcome makes the drive Faulted (F1).
    pub const fn is_fault(self) -> bool {
        matches!(self, Self::Unreadable | Self::WrongKey | Self::BrokenManifest)
    }
}

/// How the customer responds to one case.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Answer {
    /// Number of the attempt that reaches the customer, from 1; 0: no attempt does.
    pub attempt: u32,
    /// Time from that attempt to the response.
    pub delay: Span,
    /// The response about a missing package (J7, J8).
    pub says: Says,
}

impl Answer {
    /// No attempt ever reaches the customer.
    pub const NONE: Answer = Answer { attempt: 0, delay: Span::ZERO, says: Says::Wait };
}

/// What a customer wants after the notice that a package is missing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Says {
    /// Wait for the package (J7).
    #[default]
    Wait,
    /// Cancel the job (J8).
    Cancel,
}
