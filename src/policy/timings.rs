//! Every deadline of the documentation with its citation, and the other settings of `[policy]`.

use super::rulebook::Origin;
use super::words::JobState;
use crate::engine::time::Span;

/// The settings of `[policy]`: the documentation's values unless a scenario overrides them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Timings {
    /// Longest time in Creating (S:35, J3).
    pub creating_expiry: Span,
    /// Whether an accepted update restarts that interval (S:35, J2).
    pub creating_expiry_resets: bool,
    /// Longest time in Shipping before the missing-package notice (S:36, J6).
    pub shipping_deadline: Span,
    /// Extension of that interval by the response "wait" (S:50, J7).
    pub extension: Span,
    /// Number of extensions after which "wait" is taken as "cancel" (ours, J7).
    pub max_extensions: u32,
    /// Time for the customer's response to the missing-package notice (S:50, J9).
    pub response_window: Span,
    /// Time for which the record of a Completed or Closed job is kept (S:40, S:41, J15).
    pub retention: Span,
    /// Time in which the customer of unannounced drives is contacted before the return is attempted (S:49, E1).
    pub contact_window: Span,
    /// Time after which drives that cannot be returned are securely destroyed (S:49, S:52, E1, E4).
    pub destroy_after: Span,
    /// Longest time of a fault without a response (ours, F2).
    pub fault_window: Span,
    /// Time for a response of a customer who was reached; after it the customer is out of reach (ours, E1, E4).
    pub answer_window: Span,
    /// Whether a warning or an overwrite message alone counts as an error in the job (ours, J13, J14).
    pub warnings_close_job: bool,
    /// The last (base) state in which cancel is accepted: Creating, Shipping, Received or Transferring (C1).
    pub cancel_until: JobState,
}

impl Timings {
    /// The documented values, and our decisions where the documentation leaves a value open.
    pub const DOCUMENTED: Timings = Timings {
        creating_expiry: Span::days(14),
        creating_expiry_resets: true,
        shipping_deadline: Span::days(14),
        extension: Span::days(14),
        max_extensions: 2,
        response_window: Span::days(30),
        retention: Span::days(90),
        contact_window: Span::days(14),
        destroy_after: Span::days(90),
        fault_window: Span::days(30),
        answer_window: Span::days(30),
        warnings_close_job: false,
        cancel_until: JobState::Transferring,
    };

    /// The states that `cancel_until` may name.
    pub const CANCEL_UNTIL: [JobState; 4] =
        [JobState::Creating, JobState::Shipping, JobState::Received, JobState::Transferring];

    /// Whether a first cancel is accepted in the (base) state `base` (C1).
    pub fn cancel_allowed(&self, base: JobState) -> bool {
        base != JobState::Absent && base.index() <= self.cancel_until.index()
    }

    /// All settings as printed: the deadlines, then the others.
    pub fn settings(&self) -> Vec<Setting> {
        TERMS.iter().chain(&OTHERS).map(|term| term.setting(self)).collect()
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

/// The description of a setting.
struct Term {
    key: &'static str,
    origin: Origin,
    source: &'static str,
    says: &'static str,
    value: fn(&Timings) -> String,
}

impl Term {
    fn setting(&self, timings: &Timings) -> Setting {
        let Term { key, origin, source, says, value } = *self;
        Setting { key, value: value(timings), documented: value(&Timings::DOCUMENTED), says, source, origin }
    }
}

/// Terms in short form: key (the field of [`Timings`] has the same name), origin, source, meaning. The value is
/// printed as a scenario writes it: in lower case.
macro_rules! terms {
    ($( $key:ident $origin:ident $source:literal, $says:literal; )*) => {
        [$( Term {
            key: stringify!($key), origin: Origin::$origin, source: $source, says: $says,
            value: |timings| timings.$key.to_string().to_lowercase(),
        } ),*]
    };
}

/// Defines the deadlines by their terms; what each says is what happens at its end.
macro_rules! deadlines {
    ($( $key:ident $deadline:ident $origin:ident $source:literal, $says:literal; )*) => {
        words! {
            /// The deadlines, each a key of `[policy]`.
            Deadline { $( $deadline ),* }
        }

        /// The terms, in the order of [`Deadline::ALL`].
        const TERMS: [Term; Deadline::ALL.len()] = terms! { $( $key $origin $source, $says; )* };

        impl Deadline {
            /// Its length in force.
            pub const fn of(self, timings: &Timings) -> Span {
                match self { $( Deadline::$deadline => timings.$key ),* }
            }
        }

        impl Timings {
            /// The field of `deadline`, to override it.
            pub fn of_mut(&mut self, deadline: Deadline) -> &mut Span {
                match deadline { $( Deadline::$deadline => &mut self.$key ),* }
            }
        }
    };
}

// S:50 extends "the interval"; read as one more interval of S:36.
deadlines! {
    creating_expiry   CreatingExpiry   Documented "S:35",       "a job in Creating is deleted";
    shipping_deadline ShippingDeadline Documented "S:36, S:50", "no package: the customer is notified";
    extension         Extension        Documented "S:50",       "the answer \"wait\" extends the interval by as much";
    response_window   ResponseWindow   Documented "S:50",       "no answer to the notice: Closed";
    retention         Retention        Documented "S:40, S:41", "a Completed or Closed job is deleted";
    contact_window    ContactWindow    Documented "S:49",       "the return of unannounced drives is attempted";
    destroy_after     DestroyAfter     Documented "S:49, S:52", "drives that cannot be returned are destroyed";
    fault_window      FaultWindow      Ours       "S:80",       "a fault without an answer is given up";
    answer_window     AnswerWindow     Ours       "S:50",       "who was reached and has not answered counts as out of reach";
}

const OTHERS: [Term; 4] = terms! {
    creating_expiry_resets Documented "S:35",       "an accepted update starts the interval of Creating anew";
    max_extensions         Ours       "S:50",       "after so many extensions, \"wait\" is taken as \"cancel\"";
    warnings_close_job     Ours       "S:40, S:41", "a warning alone counts as an error in the job";
    cancel_until           Ours       "S:43",       "the last state in which a cancel is accepted";
};

impl Deadline {
    const fn term(self) -> &'static Term {
        &TERMS[self.index()]
    }
    /// Its key in `[policy]`.
    pub const fn key(self) -> &'static str {
        self.term().key
    }
    /// Whether its length is documented, or decided by this project.
    pub const fn origin(self) -> Origin {
        self.term().origin
    }
    /// Whether its length is documented.
    pub fn documented(self) -> bool {
        self.origin() == Origin::Documented
    }
    /// Citation.
    pub const fn source(self) -> &'static str {
        self.term().source
    }
    /// What happens at its end.
    pub const fn says(self) -> &'static str {
        self.term().says
    }
    /// The deadline whose key in `[policy]` is `key`.
    pub fn from_key(key: &str) -> Option<Deadline> {
        Deadline::ALL.iter().copied().find(|deadline| deadline.key() == key)
    }
    /// Its length in force; if overridden, with the documented length: "20d (documented: 30d)".
    pub fn in_force(self, timings: &Timings) -> String {
        self.term().setting(timings).in_force()
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
        let days = |deadline: Deadline| deadline.of(&Timings::DOCUMENTED).as_days();
        let all: Vec<(&str, f64)> = Deadline::ALL.iter().map(|d| (d.key(), days(*d))).collect();
        assert_eq!(
            all,
            [
                ("creating_expiry", 14.0),
                ("shipping_deadline", 14.0),
                ("extension", 14.0),
                ("response_window", 30.0),
                ("retention", 90.0),
                ("contact_window", 14.0),
                ("destroy_after", 90.0),
                ("fault_window", 30.0),
                ("answer_window", 30.0)
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
