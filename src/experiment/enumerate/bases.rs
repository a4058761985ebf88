//! The bases from which lives grow, and how far.

use super::grow::Bounds;
use super::life::{Base, FirstCopy, Second, Stimulus, StimulusKind};
use crate::experiment::reference::Time;
use crate::experiment::script::{DAY, Setting};
use crate::policy::JobState;

/// A base, the stimuli it comes with, and the bounds of growth.
#[derive(Clone, Debug)]
pub struct Reach {
    pub(super) base: Base,
    pub(super) given: Vec<Stimulus>,
    pub(super) bounds: Bounds,
}

fn given(job: usize, at: Time, what: StimulusKind) -> Stimulus {
    Stimulus { at, job, what }
}

/// The bases of the enumeration. A `deep` search adds one more stimulus, and instants between those of a life.
pub fn bases(deep: bool) -> Vec<Reach> {
    let mut all: Vec<(Base, Vec<Stimulus>, usize)> = vec![];
    let plain = Base::PLAIN;
    let sent = given(0, 0, StimulusKind::SetShipping);
    let arrives = |at: Time| given(0, at, StimulusKind::Arrives);
    let day = |days: i64| days * DAY;
    // From an order alone, and from a job in Shipping; import and export.
    for export in [false, true] {
        let base = Base { export, ..plain };
        all.push((base, vec![], 2));
        all.push((base, vec![sent], 2));
        all.push((Base { second: Second::With, ..base }, vec![sent], 1));
        all.push((Base { second: Second::Later, ..base }, vec![sent], 2));
        all.push((Base { second: Second::Later, ..base }, vec![], 2));
        // The first package has arrived.
        all.push((Base { second: Second::Later, ..base }, vec![sent, arrives(day(2))], 1));
    }
    // Extra drives, alone and with a listed drive.
    let extra = Base { extras: 1, ..plain };
    all.push((extra, vec![sent], 1));
    all.push((extra, vec![arrives(day(2))], 1));
    let only_extra = Base { first_missing: true, ..extra };
    all.push((only_extra, vec![sent], 2));
    all.push((Base { second: Second::Later, ..only_extra }, vec![sent, arrives(day(1))], 2));
    // One and two held packages whose return succeeds or fails; also attempts one tick before and after the window.
    for return_fails in [false, true] {
        for second in [Second::Absent, Second::Later] {
            let base = Base { second, return_fails, ..plain };
            all.push((base, vec![arrives(day(2))], 2));
        }
    }
    for between in [day(14) - 1, day(14) + 1] {
        let base = Base { setting: Setting { between, ..plain.setting }, ..plain };
        all.push((base, vec![arrives(day(2))], 2));
        all.push((Base { return_fails: true, ..base }, vec![arrives(day(2))], 1));
    }
    // The dock is closed over a deadline.
    for (from, until) in [
        (day(9), day(14)),
        (day(9), day(14) + 1),
        (day(9), day(25)),
        (day(15), day(44)),
        (day(15), day(44) + 1),
        (day(15), day(50)),
        (day(91), day(110)),
    ] {
        let setting = Setting { dock: Some((from, until)), ..plain.setting };
        let base = Base { setting, ..plain };
        all.push((base, vec![sent, arrives(from + DAY)], 2));
        all.push((base, vec![arrives(from + DAY)], 1));
        all.push((Base { export: true, ..base }, vec![sent, arrives(from + DAY)], 1));
        all.push((Base { first_missing: true, extras: 1, ..base }, vec![sent, arrives(from + DAY)], 2));
        all.push((Base { second: Second::Later, ..base }, vec![sent, arrives(day(1))], 1));
    }
    // All phases take time: bays open on day 4, a copy and packing take a day.
    let slow = Base { setting: Setting { bays: day(4), pack: DAY, ..plain.setting }, copies: true, ..plain };
    for first_copy in [FirstCopy::Clean, FirstCopy::Errors, FirstCopy::WrongKey] {
        let base = Base { first_copy, ..slow };
        all.push((base, vec![sent, arrives(day(2))], 2));
        all.push((Base { second: Second::Later, ..base }, vec![sent, arrives(day(2))], 2));
        all.push((Base { second: Second::With, ..base }, vec![sent, arrives(day(2))], 1));
    }
    all.push((Base { export: true, second: Second::Later, ..slow }, vec![sent, arrives(day(2))], 2));
    all.push((Base { extras: 1, ..slow }, vec![sent, arrives(day(2))], 1));
    // The return address is wrong.
    for noticed in [JobState::Transferring, JobState::Packaging] {
        for base in [
            plain,
            slow,
            Base { second: Second::Later, extras: 1, ..plain },
            Base { second: Second::Later, ..slow },
        ] {
            all.push((Base { noticed: Some(noticed), ..base }, vec![sent, arrives(day(2))], 1));
        }
    }
    let wrong = Base { noticed: Some(JobState::Transferring), second: Second::Later, ..plain };
    all.push((wrong, vec![sent, arrives(day(2)), given(0, day(100), StimulusKind::SecondArrives)], 1));
    let by_ticks = Base { setting: Setting { between: day(90) - 1, ..plain.setting }, ..wrong };
    all.push((by_ticks, vec![sent, arrives(day(2))], 2));
    // The second drive arrives when E4 runs out: the job is in Transferring then.
    let late = Base { noticed: Some(JobState::Transferring), second: Second::Later, ..slow };
    all.push((
        late,
        vec![sent, arrives(day(2)), given(0, day(93) + DAY / 2, StimulusKind::SecondArrives)],
        1,
    ));
    // The second drive travels in the package of another job.
    let guest = Base { second: Second::Guest, ..plain };
    let other = |at: Time| given(1, at, StimulusKind::Arrives);
    let other_sent = given(1, 0, StimulusKind::SetShipping);
    all.push((guest, vec![sent, other_sent, other(day(1))], 2));
    all.push((guest, vec![sent, other(day(1))], 1));
    all.push((guest, vec![other(day(1))], 2));
    all.push((guest, vec![other_sent, other(day(1))], 1));
    all.push((Base { return_fails: true, ..guest }, vec![other(day(1))], 1));
    all.push((Base { noticed: Some(JobState::Transferring), ..guest }, vec![other_sent, other(day(1))], 1));
    all.push((
        Base { noticed: Some(JobState::Transferring), ..guest },
        vec![sent, other_sent, other(day(1))],
        1,
    ));
    let slow_guest =
        Base { second: Second::Guest, setting: Setting { pack: day(30), ..slow.setting }, ..slow };
    all.push((slow_guest, vec![other_sent, other(day(1))], 2));
    // The run stops while a job is open: an event at that instant does not happen.
    for stop in [day(14), day(16), day(44), day(92), day(104)] {
        let base = Base { setting: Setting { stop: Some(stop), ..plain.setting }, ..plain };
        all.push((base, vec![], 1));
        all.push((base, vec![sent], 1));
        all.push((base, vec![arrives(day(2))], 1));
        let slow = Base { setting: Setting { stop: Some(day(5)), ..slow.setting }, ..slow };
        all.push((slow, vec![sent, arrives(day(2))], 1));
    }
    let reach = |(base, given, depth): (Base, Vec<Stimulus>, usize)| {
        let bounds = Bounds { depth: depth + usize::from(deep), between: deep };
        Reach { base, given, bounds }
    };
    all.into_iter().map(reach).collect()
}
