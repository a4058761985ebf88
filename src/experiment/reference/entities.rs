//! Jobs, drives, packages and cases of the reference.

use super::input::Time;
use super::told::JobLife;
use crate::policy::{Disposition, DriveState, JobState};
use crate::scenario::WrittenJob;
use crate::scenario::fate::Answer;

/// A timer that is stopped while its job is Faulted (F3).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Timer {
    #[default]
    Off,
    /// Ends at this instant.
    Runs(Time),
    /// Stopped, with this much time left.
    Stands(Time),
}

/// A change of a job that is due but waits while the job is Faulted (F3).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    SetShipping,
    Notice,
    CloseAsCanceled,
    CloseUnanswered,
    Receive,
    SkipCopy,
    /// J17.
    Late,
    /// The drives are destroyed and the job is Closed (E4).
    Destroy,
}

/// One job.
#[derive(Clone, Debug)]
pub struct Job {
    pub plan: WrittenJob,
    /// The state; for a Faulted job the base state.
    pub state: JobState,
    pub is_faulted: bool,
    pub fault_struck: bool,
    /// Number of changes of state so far.
    pub stay: usize,
    /// Canceled by the customer, by a response, or by a fault that was given up: the copy is skipped.
    pub is_canceled: bool,
    /// The customer's own cancel was accepted (C1).
    pub cancel_called: bool,
    /// Deleted or canceled in Creating: the customer sends nothing more.
    pub called_off: bool,
    /// The creating timer while Creating; the shipping timer or its extension while Shipping.
    pub timer: Timer,
    /// The response window of J9.
    pub response: Timer,
    pub notices: u32,
    pub extensions: u32,
    /// The shipping timer has ended; J6 is judged once nothing waits at the dock.
    pub notice_due: bool,
    /// The window has ended; J9 is judged once nothing waits at the dock.
    pub window_over: bool,
    /// Canceled while something waits at the dock; J8 is judged once nothing waits there.
    pub cancel_waits: bool,
    /// J10 is due.
    pub is_received: bool,
    /// A package was opened for it, or a drive was routed or claimed (J10).
    pub opened: bool,
    /// Whether the return address is wrong and not yet corrected.
    pub bad_address: bool,
    /// The wrong address was noticed (E4).
    pub address_noticed: bool,
    /// E4 has run out in Transferring.
    pub destroy_on_packaging: bool,
    /// Packing ends at this instant.
    pub packing: Option<Time>,
    pub retention: Option<Time>,
    pub fault_given_up: bool,
    /// Some drive was destroyed.
    pub destroyed: bool,
    pub waiting: Vec<Change>,
    pub drives: Vec<usize>,
    pub extras: Vec<usize>,
    /// Inbound packages handed over so far.
    pub packages: usize,
    /// The open cases: E1, E2, E4, F1.
    pub e1: Option<usize>,
    pub e2: Option<usize>,
    pub e4: Option<usize>,
    pub fault_case: Option<usize>,
    pub told: JobLife,
}

/// One drive.
#[derive(Clone, Debug)]
pub struct Drive {
    pub job: usize,
    /// Its index among the listed drives of the job, or among the extra drives.
    pub number: usize,
    pub is_extra: bool,
    pub state: DriveState,
    pub place: Disposition,
    /// Remaining copy time.
    pub to_copy: Time,
    /// Copy time until its fault is found; `None`: no fault, or a solved one.
    pub fault_after: Option<Time>,
    pub is_mounting: bool,
    pub copy_began: Option<Time>,
    pub given_up: bool,
    /// Whether a package that held it was opened (D4).
    pub was_brought: bool,
    /// For an extra drive or a drive in another job's package ("guest"; X1, X2): the job in whose package it came.
    pub host: Option<usize>,
    /// The held package that it is in (E1).
    pub held: Option<usize>,
    pub fault_case: Option<usize>,
}

/// A package to the data center.
#[derive(Clone, Debug)]
pub struct Package {
    pub job: usize,
    /// Its index in the order of handing over.
    pub number: usize,
    pub drives: Vec<usize>,
    pub arrived: Time,
    /// The carrier never delivers it.
    pub is_lost: bool,
}

/// A package back to a customer.
#[derive(Clone, Debug)]
pub struct Return {
    /// The job whose address and random inputs apply.
    pub job: usize,
    pub drives: Vec<usize>,
    /// The held package that it returns (E1).
    pub held: Option<usize>,
    /// Whether it returns a guest to the address of the guest's own job (X2).
    pub is_guest: bool,
    pub has_left: bool,
}

/// A case.
#[derive(Clone, Debug)]
pub struct Case {
    pub job: usize,
    pub drive: Option<usize>,
    /// Its index among the cases of the job.
    pub number: usize,
    pub opened: Time,
    /// The latest attempt that reached the customer.
    pub reached: Option<Time>,
    pub is_open: bool,
}

/// A series of attempts to reach a customer.
#[derive(Clone, Copy, Debug)]
pub struct Series {
    pub case: usize,
    pub held: Option<usize>,
    pub answer: Answer,
    pub number: usize,
    pub began: Time,
    pub attempts: u32,
    pub is_over: bool,
}
