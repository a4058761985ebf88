//! The fate of a job as plain data: all that neither the rules nor the data center decide. A scenario may write
//! it out (`[[job]]`); the fate room makes it.

use crate::engine::chance::Address;
use crate::engine::time::{Instant, Span};
use crate::policy::JobState;

/// Drives of a job at the most (documentation: up to ten).
pub const MOST_DRIVES: usize = 10;

/// The fate of one job. Spans that say "after" count from the order unless they say otherwise. Laid out as it stands
/// here: what is asked for again and again comes first. By default nothing happens to it.
#[derive(Clone, Debug, Default, PartialEq)]
#[repr(C)]
pub struct Fate {
    /// Who the job is: source, ordinal in it, and generation (0; a job that follows from another: the next).
    pub id: Address,
    /// When Put Job is called.
    pub ordered: Instant,
    /// Storage account, for the shared limit of one account.
    pub account: u32,
    /// Priority class; 0 is served first.
    pub class: u8,
    /// An export job; else an import.
    pub export: bool,
    /// The customer asked for verbose logs (S:22).
    pub verbose_log: bool,
    /// Drives in the package that are on no list (X1).
    pub extras: u8,
    /// The listed drives of an import, the drives that the customer sends of an export; 1 to 10.
    pub drives: Vec<DriveFate>,
    /// From order to handing the package over; `None`: never ships (J3).
    pub packs: Option<Span>,
    /// When the customer sets the state to Shipping, and whether the delivery package is remembered.
    pub announces: Announces,
    /// Update Job Properties while Creating, after the order, rising (J2).
    pub updates: Vec<Span>,
    /// When the customer calls Delete Job (J4, J21).
    pub deletes: Option<Span>,
    /// When the customer cancels (C1, C2).
    pub cancels: Option<Span>,
    /// The package to the data center.
    pub inbound: Journey,
    /// The package back to the customer.
    pub back: Journey,
    /// Whether the return address is right (E4).
    pub return_address: ReturnAddress,
    /// A fault of the job itself (F1).
    pub fault: Option<JobFault>,
    /// What a return of unannounced drives meets (E1): `None`, they can be returned; else they are back at the dock after this.
    pub return_fails: Option<Span>,
    /// The customer of a lost or damaged export orders again, this long after it (E3).
    pub reorders: Option<Span>,
    /// What opening the first package draws; how long it takes is the site's.
    pub opening: Ahead,
    /// What the first packing draws.
    pub packing: Ahead,
}

/// When the customer calls Update Job Properties with state Shipping (J5).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Announces {
    /// This long after the package is handed over (zero: at the same instant). May be before the order of a
    /// late announcement's arrival: then the drives come unannounced (E1).
    After(Span),
    /// The delivery package is forgotten at first (refused), and given this long after.
    Incomplete(Span),
    /// Never, unless the operations team asks for it (E1).
    #[default]
    Never,
}

/// One package's way.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Journey {
    /// The carrier, by its number in the scenario.
    pub carrier: u8,
    /// Time on the way, before strikes, pickup and delivery times of the carrier.
    pub transit: Span,
    /// How it ends.
    pub ends: JourneyEnd,
}

/// How a package's way ends.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum JourneyEnd {
    /// The carrier delivers it.
    #[default]
    Delivered,
    /// The carrier never delivers it.
    Lost,
    /// Delivered, the drives damaged (counts on the way back only, E3).
    Damaged,
}

/// Whether the return address is right (E4).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ReturnAddress {
    /// As it should be.
    #[default]
    Good,
    /// Incorrect or missing in part: noticed on entering this state, Transferring or Packaging.
    Bad {
        /// The state on entering which operations notice it.
        noticed: JobState,
    },
}

/// A job fails to progress for a cause of its own (F1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct JobFault {
    /// Why.
    pub cause: JobFaultCause,
    /// It strikes this long after the job has entered this state, if it is still there.
    pub state: JobState,
    /// How long after entering the state.
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

/// The fate of one drive, laid out as it stands here.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[repr(C)]
pub struct DriveFate {
    /// With which package it travels.
    pub travels: Travels,
    /// Bytes to copy.
    pub bytes: u64,
    /// For a drive fault: bytes copied before it is found (0: while mounting).
    pub found_after: u64,
    /// What its first receiving, preparing, mounting and packing draw; how long they take is the site's.
    pub work: [Ahead; 4],
    /// What copying it comes to.
    pub copy: CopyOutcome,
}

/// A uniform drawn ahead, times 2^32; 0 where none was.
pub type Ahead = u32;

/// With which package a drive travels.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Travels {
    /// With its job's package.
    #[default]
    WithPackage,
    /// Missing there; in a later package, delivered this long after the first was handed over.
    Later(Span),
    /// Missing there; never comes.
    Never,
    /// With the package of another job (X2): leaves when that one is handed over.
    With(Address),
}

/// What copying a drive comes to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum CopyOutcome {
    /// All data transferred, no errors (D8).
    #[default]
    Clean,
    /// Warnings or overwrite messages (D9).
    Warnings,
    /// Errors (D9).
    Errors,
    /// Drive faults (F1): found at `found_after`; once solved the copy ends clean.
    Unreadable,
    /// The BitLocker key is wrong.
    WrongKey,
    /// The manifest is broken.
    BrokenManifest,
}

impl CopyOutcome {
    /// All six, in order.
    pub const ALL: [CopyOutcome; 6] =
        [Self::Clean, Self::Warnings, Self::Errors, Self::Unreadable, Self::WrongKey, Self::BrokenManifest];

    /// Whether the drive becomes Faulted (F1).
    pub const fn is_fault(self) -> bool {
        matches!(self, Self::Unreadable | Self::WrongKey | Self::BrokenManifest)
    }
}

/// How a customer meets one case.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Answer {
    /// The attempt that reaches the customer, counted from 1; 0: none does.
    pub attempt: u32,
    /// From that attempt to the answer.
    pub delay: Span,
    /// What is answered about a missing package (J7, J8).
    pub says: Says,
}

impl Answer {
    /// Nobody is ever reached.
    pub const NONE: Answer = Answer { attempt: 0, delay: Span::ZERO, says: Says::Wait };
}

/// What a customer wants who is told that a package is missing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Says {
    /// Wait for the package (J7).
    #[default]
    Wait,
    /// Cancel the job (J8).
    Cancel,
}
