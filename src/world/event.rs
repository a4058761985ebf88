//! What may happen: events stand on the agenda. The policy's turns order what falls on one instant.

use super::slab::Key;
use crate::engine::station::Slot;
use crate::scenario::StationName;

/// What a customer does with a job.
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

/// Something on the agenda. With a tag of four bytes it is written and read in whole words; with one of a byte, what has
/// just been written in pieces would be read across them, for which a processor waits.
#[derive(Clone, Copy, Debug)]
#[repr(u32)]
pub enum Event {
    /// The day is over.
    Midnight,
    /// The measured window begins (false) or ends (true).
    Mark(bool),
    /// A station's servers change.
    Capacity(StationName),
    /// The next order of a source; the scenario's written jobs are the last source.
    Order(u16),
    /// A customer acts.
    Act(Key, Act),
    /// A package reaches the end of its way.
    Arrive(Key),
    /// Work in a slot is done.
    Done { station: StationName, slot: Slot, generation: u32 },
    /// The copy in a bay's slot is done.
    Copied { slot: Slot, generation: u32 },
    /// The next attempt to reach a customer is due.
    Attempt(Key),
    /// A customer answers in a case.
    Answer(Key),
    /// The customer of a job answers in the case of its held packages that has this number (E1).
    HeldAnswer(Key, u32),
    /// A job fault strikes, if the job is still in the state counted by the number.
    Fault(Key, u32),
    /// The timer of a job runs out.
    Timer(Key, u32),
    /// The answer window of a job's customer runs out.
    Silent(Key),
    /// The window of a case runs out.
    Window(Key, u32),
}

const _: () = assert!(size_of::<Event>() == 16);

/// Work at a station: who is served.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Task {
    /// Opening a package.
    Open(Key),
    /// Receiving a drive of a package.
    Receive { package: Key, unit: super::record::Unit },
    /// Preparing a drive.
    Prepare(super::record::Unit),
    /// A drive in a bay.
    Copy(super::record::Unit),
    /// Packing the return of a job.
    Pack(Key),
    /// Packing a return package of its own.
    PackOwn(Key),
    /// An attempt to reach a customer.
    Attempt(Key),
}
