//! The vocabulary of the policy: states, signals, conditions, cases and remedies.

/// A finite vocabulary whose words can number the cells of an index: each enum of `words!`.
pub trait Word: Copy + Eq + std::fmt::Debug + std::fmt::Display + serde::Serialize + 'static {
    /// Every word, in the order of the documentation.
    const ALL: &'static [Self];
    /// Its index in [`Self::ALL`].
    fn index(self) -> usize;
}

/// Defines enums whose variants know their names, their list and their index; after `=`, the wording in a sentence.
macro_rules! words {
    ($( $(#[doc = $about:literal])* $(#[serde($how:meta)])? $name:ident {
        $($(#[doc = $doc:literal])* $word:ident $(= $says:literal)?),+ $(,)?
    } )+) => { $(
        $(#[doc = $about])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
        $(#[serde($how)])?
        #[repr(u8)]
        #[allow(missing_docs, reason = "most words are the documentation's own")]
        pub enum $name { $($(#[doc = $doc])* $word),+ }

        impl $name {
            /// Every word, in the order of the documentation.
            pub const ALL: &'static [$name] = &[$($name::$word),+];

            /// The word as text.
            pub const fn name(self) -> &'static str {
                match self { $($name::$word => stringify!($word)),+ }
            }
            /// Its meaning in a sentence or two; empty where the documentation defines the word.
            pub const fn meaning(self) -> &'static str {
                match self { $($name::$word => concat!($($doc),*)),+ }
            }
            /// Its wording within a sentence; empty where it has none besides its name.
            pub const fn says(self) -> &'static str {
                match self { $($name::$word => concat!($($says)?)),+ }
            }
            /// Its index in [`Self::ALL`].
            pub const fn index(self) -> usize {
                self as usize
            }
        }

        impl $crate::policy::Word for $name {
            const ALL: &'static [$name] = $name::ALL;
            #[inline]
            fn index(self) -> usize {
                self as usize
            }
        }

        impl Default for $name {
            fn default() -> $name {
                $name::ALL[0]
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.pad(self.name())
            }
        }
    )+ };
}

words! {
    /// The state of a job (S:35 to S:41, S:80). `Absent` is before Put Job, `Gone` after deletion or retention.
    JobState {
        Absent, Creating, Shipping, Received, Transferring, Packaging, Completed, Closed, Faulted, Gone,
    }

    /// The state of a drive (S:64 to S:70, S:80). `Absent` is before Put Job; an extra drive stays `Absent` (X1).
    DriveState {
        Absent, Specified, Received, NeverReceived, Transferring, Completed, CompletedMoreInfo, ShippedBack, Faulted,
    }

    /// Where a drive is, or what happened to it: a field of its own, besides its state (policy, E rules).
    Disposition {
        AtCustomer, InTransitIn, AtDock, AtSite, InTransitBack, Returned, Lost, Damaged, Destroyed,
    }

    /// The signals that can reach a job.
    JobSignal {
        /// Put Job (J1).
        Put,
        /// Update Job Properties without a change of state (J2).
        Update,
        /// The creating timer has run out (J3).
        CreatingExpired,
        /// Delete Job by the customer (J4, J21).
        Delete,
        /// Update Job Properties with state Shipping; delivery package and return address are set (J5).
        SetShipping,
        /// The same with the delivery package or the return address missing: refused (J5).
        SetShippingIncomplete,
        /// The shipping timer or an extension has run out and nothing of the job has come (J6).
        ShippingOverdue,
        /// The customer answers the missing-package notice: wait (J7).
        AnswerWait,
        /// The customer answers the missing-package notice: cancel; or cancels while that case is open (J8).
        AnswerCancel,
        /// The response window has run out (J9).
        ResponseExpired,
        /// A cancel after a notice waited for the dock, and need not wait any more (J8).
        CancelDue,
        /// All that came has been processed by the dock, at least one listed drive Received (J10).
        AllReceived,
        /// A bay has taken the first drive (J11).
        ProcessingBegun,
        /// Every drive on hand is processed, or need not be (J12).
        AllProcessed,
        /// All drives on hand were shipped back or destroyed (J13, J14).
        AllLeft,
        /// Retention has run out (J15).
        RetentionExpired,
        /// Cancel by the customer, in a state that `cancel_until` allows (C1, C2).
        Cancel,
        /// Cancel in a later state, or a second time (C1).
        CancelTooLate,
        /// A canceled job need not be copied (J16).
        CopySkipped,
        /// A drive came late, before the job has shipped (J17).
        LateDrive,
        /// The job fails to progress (F1, J18).
        Fault,
        /// The fault is solved (F2, J19).
        FaultSolved,
        /// The fault window has run out (F2, J20).
        FaultGivenUp,
    }

    /// A condition of a row; its wording follows "if". The world has one function for each, in `world/guards.rs`.
    Guard {
        /// No condition.
        Always,
        /// No package of the job waits unopened at the dock, and no listed drive of it is still to be processed (J6).
        NothingAtDock = "nothing of the job waits at the dock",
        /// As NothingAtDock, and a listed drive is Received, by routing or claim: J10 follows (J6, D5).
        RoutedOnly = "nothing of the job waits at the dock, and a drive was Received by routing or claim",
        /// As NothingAtDock, and the job is canceled: the answer is known (J6, J8).
        Canceled = "nothing of the job waits at the dock, and it is canceled",
        /// Canceled after a notice, nothing of the job waits at the dock, and no response window has ended (J8).
        CancelDue = "it was canceled after a notice, and nothing of it waits at the dock",
        /// The response window has ended, and what follows is not judged yet (J8, J9).
        WindowOver = "the response window has ended, and a package waits at the dock",
        /// A package has been opened, every drive that came is processed, and a listed one is Received (J10).
        AllCame = "a package was opened, all that came is processed, and a listed drive is Received",
        /// Every drive on hand is processed, or need not be (J12).
        AllProcessed = "every drive on hand is processed, or need not be",
        /// The copy is skipped: the job is canceled, or its fault was given up (J16).
        CopySkipped = "the copy is skipped",
        /// A drive on hand came late and is still to be copied (J17).
        LateDrive = "a late drive on hand is still to be copied",
        /// There is no error in the job (J13).
        NoError = "there is no error in the job",
        /// The return address is wrong and operations notice it in this state (E4).
        AddressNoticed = "operations notice a wrong return address in this state",
        /// The customer is out of reach: not reached by any attempt of the case, or reached and silent for the answer window; at
        /// least one attempt has ended (E1).
        OutOfReach = "the customer is out of reach",
        /// As OutOfReach, and the job is in Packaging (E4).
        OutOfReachInPackaging = "the customer is out of reach, and the job is in Packaging",
        /// No case about the address is open, and the drives are not to be destroyed for want of one (E4).
        AddressNotAsked = "nobody asks for the address yet",
    }

    /// The order of events at one instant (policy page, "Words").
    Turn {
        /// The day's row, the marks of warm-up and horizon: they only look.
        Observe,
        /// Shifts and disruptions.
        Site,
        /// Arrivals of packages.
        Arrival,
        /// Orders: before all other acts of customers, so that no job depends on how far ahead orders are drawn.
        Order,
        /// All other acts of customers.
        Customer,
        /// Finished work.
        Work,
        /// Deadlines: so what comes exactly on one still counts.
        Deadline,
    }

    /// The signals that can reach a drive.
    DriveSignal {
        /// Put Job lists it (D1).
        Listed,
        /// A drive of an export job is registered on arrival (D2).
        Registered,
        /// The dock has processed it for its job (D3, D6).
        DockProcessed,
        /// Its package was opened without it (D4).
        NotInPackage,
        /// Two weeks, no package (D5).
        NoticeSent,
        /// Data starts to flow (D7).
        DataFlows,
        /// All data transferred, no errors (D8).
        CopiedClean,
        /// Errors, warnings or overwrite messages while copying (D9).
        CopiedMoreInfo,
        /// Left for the return address (D10, D11).
        Left,
        /// A drive fault, found while mounting or copying (D12).
        Fault,
        /// The fault is solved (D13).
        FaultSolved,
        /// The fault is given up (D14).
        FaultGivenUp,
    }

    /// The problems about which the operations team contacts a customer.
    CaseKind {
        /// Drives arrived, the job is still in Creating (E1).
        Unannounced,
        /// Drives arrived, and their job has no record (E1).
        NoRecord,
        /// No package in the shipping interval (E2, J6).
        MissingPackage,
        /// Return address incorrect, or missing in part (E4).
        BadAddress,
        /// A drive is Faulted (F1).
        DriveFault,
        /// A job is Faulted (F1).
        JobFault,
    }

    /// How a case ended, or that it is open.
    CaseState {
        Open,
        /// The customer gave what was asked for.
        Answered,
        /// Its window ran out.
        GivenUp,
        /// Its cause has gone.
        Settled,
    }

    /// The signals that can reach a case.
    CaseSignal {
        /// The customer answers.
        Answer,
        /// The window of the case has run out.
        WindowExpired,
        /// The time after a failed return has run out (E1).
        DestroyExpired,
        /// The attempted return has failed: the drives are back at the dock (E1).
        ReturnFailed,
        /// An attempt has reached the customer.
        Reached,
        /// The answer window has run out: the customer counts as out of reach, and what waited for that is judged.
        Silent,
        /// The cause of the case has gone.
        CauseGone,
    }

    /// The action at the site when a signal reaches a case, besides the signals to the job or the drive.
    Remedy {
        /// The customer orders a new job that lists the drives, and sets it to Shipping (E1).
        NewJob,
        /// The drives are sent back; destroyed 90 days after that fails (E1).
        AttemptReturn,
        /// The address is corrected, the job goes on (E4).
        CorrectAddress,
        /// The held drives are securely destroyed (E1).
        Destroy,
        /// The drives on hand are securely destroyed (E4).
        DestroyOnHand,
        /// Nothing more is to do.
        Nothing,
    }

    /// What happens to a drive that the dock has processed, by the state of its job (D3, D6, E1, X1, X2).
    Treatment {
        /// It waits at the dock; a case opens (E1).
        Hold,
        /// Received and processed like the others (D3, D6); in Packaging the job goes back to Transferring (J17).
        Receive,
        /// Received, not copied, sent back in a package of its own (D6, job Closed or Completed).
        SendBack,
        /// Marked extra, never processed, leaves with the job in whose package it came (X1).
        Extra,
        /// Routed to the job that lists it and waits for it (X2).
        Route,
    }
}
