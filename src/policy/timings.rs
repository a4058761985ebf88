//! The settings of `[policy]`: every deadline of the documentation with its citation, and the others.

use super::*;
use crate::engine::time::Span;
use std::fmt::Display;

/// Defines the settings in the order in which they are printed: the deadlines, each with its default in days and what
/// happens at its end; then the others, each with its type and its default. The value is printed as a scenario writes
/// it: in lower case.
macro_rules! settings {
    (deadlines { $( $(#[$about:meta])* $key:ident $deadline:ident $days:literal $origin:ident $source:literal, $says:literal; )* }
     others { $( $(#[$how:meta])* $other:ident: $type:ty = $value:expr, $whose:ident $cited:literal, $means:literal; )* }) => {
        words! {
            /// The deadlines, each a key of `[policy]`; the wording says what happens at its end.
            Deadline { $( $deadline = $says ),* }
        }

        /// The settings of `[policy]`: the documentation's values unless a scenario overrides them.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub struct Timings {
            $( $(#[$about])* pub $key: Span, )*
            $( $(#[$how])* pub $other: $type, )*
        }

        impl Timings {
            /// The documented values, and our decisions where the documentation leaves a value open.
            pub const DOCUMENTED: Timings = Timings { $( $key: Span::days($days), )* $( $other: $value, )* };

            /// The field of `deadline`, to override it.
            pub fn of_mut(&mut self, deadline: Deadline) -> &mut Span {
                match deadline { $( Deadline::$deadline => &mut self.$key ),* }
            }

            /// All settings as printed: the deadlines in the order of [`Deadline::ALL`], then the others.
            pub fn settings(&self) -> Vec<Setting> {
                let setting = |key, value: &dyn Display, documented: &dyn Display, origin, source, says| {
                    let [value, documented] = [value, documented].map(|one| one.to_string().to_lowercase());
                    Setting { key, value, documented, says, source, origin }
                };
                let plain = &Timings::DOCUMENTED;
                vec![
                    $( setting(stringify!($key), &self.$key, &plain.$key, Origin::$origin, $source, $says), )*
                    $( setting(stringify!($other), &self.$other, &plain.$other, Origin::$whose, $cited, $means), )*
                ]
            }
        }

        impl Deadline {
            /// Its key in `[policy]`.
            pub const fn key(self) -> &'static str {
                match self { $( Deadline::$deadline => stringify!($key) ),* }
            }
            /// Its length in force.
            pub const fn of(self, timings: &Timings) -> Span {
                match self { $( Deadline::$deadline => timings.$key ),* }
            }
        }
    };
}

// S:50 extends "the interval"; read as one more interval of S:36.
settings! {
    deadlines {
        /// Longest time in Creating (S:35, J3).
        creating_expiry   CreatingExpiry   14 Documented "S:35",       "a job in Creating is deleted";
        /// Longest time in Shipping before the missing-package notice (S:36, J6).
        shipping_deadline ShippingDeadline 14 Documented "S:36, S:50", "no package: the customer is notified";
        /// Extension of that interval by the response "wait" (S:50, J7).
        extension         Extension        14 Documented "S:50",       "the answer \"wait\" extends the interval by as much";
        /// Time for the customer's response to the missing-package notice (S:50, J9).
        response_window   ResponseWindow   30 Documented "S:50",       "no answer to the notice: Closed";
        /// Time for which the record of a Completed or Closed job is kept (S:40, S:41, J15).
        retention         Retention        90 Documented "S:40, S:41", "a Completed or Closed job is deleted";
        /// Time in which the customer of unannounced drives is contacted before the return is attempted (S:49, E1).
        contact_window    ContactWindow    14 Documented "S:49",       "the return of unannounced drives is attempted";
        /// Time after which drives that cannot be returned are securely destroyed (S:49, S:52, E1, E4).
        destroy_after     DestroyAfter     90 Documented "S:49, S:52", "drives that cannot be returned are destroyed";
        /// Longest time of a fault without a response (ours, F2).
        fault_window      FaultWindow      30 Ours       "S:80",       "a fault without an answer is given up";
        /// Time for a response of a customer who was reached; after it the customer is out of reach (ours, E1, E4).
        answer_window     AnswerWindow     30 Ours       "S:50",       "who was reached and has not answered counts as out of reach";
    }
    others {
        /// Whether an accepted update restarts the interval of Creating (S:35, J2).
        creating_expiry_resets: bool = true,      Documented "S:35", "an accepted update starts the interval of Creating anew";
        /// Number of extensions after which "wait" is taken as "cancel" (ours, J7).
        max_extensions: u32 = 2,                  Ours "S:50",       "after so many extensions, \"wait\" is taken as \"cancel\"";
        /// Whether a warning or an overwrite message alone counts as an error in the job (ours, J13, J14).
        warnings_close_job: bool = false,         Ours "S:40, S:41", "a warning alone counts as an error in the job";
        /// The last (base) state in which cancel is accepted: Creating, Shipping, Received or Transferring (C1).
        cancel_until: JobState = JobState::Transferring, Ours "S:43", "the last state in which a cancel is accepted";
    }
}

impl Timings {
    /// The states that `cancel_until` may name.
    pub const CANCEL_UNTIL: [JobState; 4] =
        [JobState::Creating, JobState::Shipping, JobState::Received, JobState::Transferring];

    /// Whether a first cancel is accepted in the (base) state `base` (C1).
    pub fn cancel_allowed(&self, base: JobState) -> bool {
        base != JobState::Absent && base.index() <= self.cancel_until.index()
    }
}

impl Default for Timings {
    fn default() -> Timings {
        Timings::DOCUMENTED
    }
}

/// One setting of `[policy]` in force.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Setting {
    /// Its key in `[policy]`.
    pub key: &'static str,
    /// The value in force.
    pub value: String,
    /// The value of [`Timings::DOCUMENTED`].
    pub documented: String,
    /// Its meaning.
    pub says: &'static str,
    /// Citation.
    pub source: &'static str,
    /// Whether the value is documented or ours.
    pub origin: Origin,
}

impl Setting {
    /// The value in force; if overridden, with the documented value: "20d (documented: 30d)".
    pub fn in_force(&self) -> String {
        if self.value == self.documented {
            return self.value.clone();
        }
        let whose = if self.origin == Origin::Documented { "documented" } else { "default" };
        format!("{} ({whose}: {})", self.value, self.documented)
    }
}

impl Deadline {
    /// The deadline whose key in `[policy]` is `key`.
    pub fn from_key(key: &str) -> Option<Deadline> {
        Deadline::ALL.iter().copied().find(|deadline| deadline.key() == key)
    }
    /// Its length in force; if overridden, with the documented length: "20d (documented: 30d)".
    pub fn in_force(self, timings: &Timings) -> String {
        timings.settings()[self.index()].in_force()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_deadline_is_found_by_its_key() {
        for deadline in Deadline::ALL {
            assert_eq!(Deadline::from_key(deadline.key()), Some(*deadline));
        }
    }

    #[test]
    fn the_lengths_are_those_of_the_policy_page() {
        let length = |one: &Deadline| format!("{} {}", one.key(), one.of(&Timings::DOCUMENTED));
        let all: Vec<String> = Deadline::ALL.iter().map(length).collect();
        assert_eq!(
            all,
            [
                "creating_expiry 14d",
                "shipping_deadline 14d",
                "extension 14d",
                "response_window 30d",
                "retention 90d",
                "contact_window 14d",
                "destroy_after 90d",
                "fault_window 30d",
                "answer_window 30d",
            ]
        );
    }

    #[test]
    fn an_overridden_deadline_shows_what_it_replaces() {
        let mut timings = Timings::DOCUMENTED;
        assert_eq!(Deadline::ResponseWindow.in_force(&timings), "30d");
        *timings.of_mut(Deadline::ResponseWindow) = Span::days(20);
        *timings.of_mut(Deadline::FaultWindow) = Span::days(7);
        assert_eq!(Deadline::ResponseWindow.in_force(&timings), "20d (documented: 30d)");
        assert_eq!(Deadline::FaultWindow.in_force(&timings), "7d (default: 30d)");
    }

    #[test]
    fn cancel_is_allowed_up_to_the_state_that_cancel_until_names() {
        use JobState::*;
        let mut timings = Timings::DOCUMENTED;
        for (until, allowed) in Timings::CANCEL_UNTIL.iter().zip(1..) {
            timings.cancel_until = *until;
            let states: Vec<JobState> =
                JobState::ALL.iter().copied().filter(|state| timings.cancel_allowed(*state)).collect();
            assert_eq!(states, [Creating, Shipping, Received, Transferring][..allowed]);
        }
    }
}
