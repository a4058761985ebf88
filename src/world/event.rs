//! Events: planned changes on the agenda. Events at one instant are ordered by the policy's turns.

use super::jobs::RecordNumber;
use super::slab::Key;
use crate::engine::station::Slot;
use crate::scenario::StationName;

/// An action of a customer on a job.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Act {
    Update,
    SetShipping,
    SetShippingIncomplete,
    HandOver,
    Delete,
    Cancel,
    /// Orders again after a lost or damaged export (E3).
    Reorder,
}

/// An event on the agenda. With a tag of four bytes, an event is written and read in whole words; with a tag of one
/// byte, a read would span several recent narrower writes, and the processor would stall.
#[derive(Clone, Copy, Debug)]
#[repr(u32)]
pub enum Event {
    /// End of a day.
    Midnight,
    /// Start (false) or end (true) of the measured window.
    Mark(bool),
    /// The number of servers of a station changes.
    Capacity(StationName),
    /// Next order of a source. The last source number stands for jobs written in the scenario.
    Order(u16),
    /// A customer action on the job in this record.
    Act(RecordNumber, Act),
    /// A customer sets the job in this record to Shipping and hands the package over at the same instant. Counts twice.
    Ship(RecordNumber),
    /// A package of the job in this record reaches the end of its transit.
    Arrive(Key, RecordNumber),
    /// End of a service.
    Done { station: StationName, slot: Slot, generation: u32 },
    /// End of several services of one job: see `together.rs`.
    Together(Key, StationName),
    /// End of the copy in a bay, for the job in this record.
    Copied { slot: Slot, generation: u32, record: RecordNumber },
    /// Start of the next attempt to reach a customer.
    Attempt(Key),
    /// A customer answers in a case.
    Answer(Key),
    /// A customer answers in the case of the job's held packages; the case number tells whether it is still open (E1).
    HeldAnswer(Key, u32),
    /// A job fault occurs, if the job has not changed state since (number of states entered).
    Fault(Key, u32),
    /// End of a job's timer, by the generation of the timer.
    Timer(Key, u32),
    /// End of the answer window of a job's customer.
    Silent(Key),
    /// End of the window of a case, by the generation of the window.
    Window(Key, u32),
}

const _: () = assert!(size_of::<Event>() == 16);

/// A task at a station: the kind of work and what it is done for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Task {
    /// Opening a package.
    Open(Key),
    /// Receiving a drive of a package.
    Receive { package: Key, unit: super::units::Unit },
    /// Preparing a drive.
    Prepare(super::units::Unit),
    /// Mounting and copying a drive in a bay.
    Copy(super::units::Unit),
    /// Packing the return of a job.
    Pack(Key),
    /// Packing a separate return package.
    PackOwn(Key),
    /// An attempt to reach a customer.
    Attempt(Key),
}
