//! A scenario and rows made by hand, for the tests of what is measured and reported.

use crate::engine::calendar::{Epoch, Shift, Timetable};
use crate::engine::distribution::Distribution;
use crate::engine::station::AtClose;
use crate::engine::time::{Instant, Span};
use crate::fate::CopyOutcome;
use crate::policy::{Disposition, DriveState, JobState, Rule, Timings};
use crate::scenario::{
    Arrivals, Carrier, Comparison, Counted, Customer, Disrupted, Disruption, Ending, Faults, LEVEL_ONE,
    Milestone, Pauses, RunPlan, Scenario, Selected, Site, Sla, SlaClock, Source, StationPlan,
};
use crate::world::{DriveId, DriveRow, JobId, JobRow, Outcome, RunEnd, Snapshot};
use jiff::civil::date;
use jiff::tz::TimeZone;
use std::collections::BTreeSet;

pub(crate) fn day(days: i64) -> Instant {
    Instant::START + Span::days(days)
}

fn constant(value: f64) -> Distribution {
    Distribution::constant(value).expect("a finite number")
}

/// 2026-11-20, a Friday, in UTC; days 10 to 100 measured; two sources, two carriers, two classes.
pub(crate) fn scenario() -> Scenario {
    let epoch = Epoch::new(date(2026, 11, 20), TimeZone::UTC).expect("a date");
    let week = Shift::parse("Mon-Fri", 1).expect("a shift");
    let plan = |servers| StationPlan { servers: Timetable::constant(servers), at_close: AtClose::Finish };
    Scenario {
        name: "sample".into(),
        file: String::new(),
        question: String::new(),
        overrides: vec![],
        run: RunPlan {
            seed: 1,
            warmup: Span::days(10),
            horizon: Span::days(100),
            ending: Ending::Censor,
            steady_state: false,
            replications: 1,
            epoch: epoch.clone(),
        },
        policy: crate::policy::Policy::new(Timings::DOCUMENTED),
        working_days: Timetable::new(epoch, vec![week], 0, BTreeSet::new(), vec![]),
        demand: ["imports", "night-runs"].map(source).into(),
        carriers: ["Alpha, Inc.", "Beta"].map(carrier).into(),
        customer: customer(),
        faults: faults(),
        site: Site {
            classes: vec!["express".into(), "standard".into()],
            dock: plan(2),
            per_package: constant(600.0),
            dock_per_drive: constant(60.0),
            preparation: None,
            bays: plan(4),
            bay_rate: 100_000_000,
            mount: constant(300.0),
            total_rate: None,
            account_rate: None,
            packing: plan(1),
            pack_per_package: constant(600.0),
            pack_per_drive: constant(60.0),
            operations: plan(u32::MAX),
            per_attempt: constant(600.0),
            between_attempts: Span::DAY,
            shelf: None,
        },
        disruptions: vec![Disruption {
            from: day(40),
            until: day(50),
            what: Disrupted::Carrier { carrier: None, slower: None },
        }],
        slas: vec![],
        comparisons: vec![],
        cost: None,
        sweep: None,
        jobs: vec![],
        expectations: vec![],
    }
}

fn source(name: &str) -> Source {
    Source {
        name: name.into(),
        arrivals: Arrivals::Rate { per_day: 1.0, patterns: vec![Timetable::constant(LEVEL_ONE)] },
        peaks: vec![],
        backlog: 0,
        limit: u64::MAX,
        export_share: 0.0,
        class_shares: vec![0.5, 1.0],
        drives: constant(1.0),
        bytes: constant(1e12),
        accounts: 1,
    }
}

fn carrier(name: &str) -> Carrier {
    Carrier {
        name: name.into(),
        cumulative_share: 1.0,
        transit: constant(86_400.0),
        delayed: 0.0,
        delayed_transit: constant(86_400.0),
        lost: 0.0,
        damaged: 0.0,
        delivers: Timetable::constant(1),
        pickup: Timetable::constant(1),
    }
}

fn customer() -> Customer {
    Customer {
        packs: constant(86_400.0),
        updates_per_day: 0.0,
        updates_most: 0,
        verbose_logs: 0.0,
        forgets_package: 0.0,
        remembers_after: constant(0.0),
        forgets_shipping: 0.0,
        never_ships: 0.0,
        deletes: 0.0,
        deletes_after: constant(0.0),
        cancels: 0.0,
        cancels_after: constant(0.0),
        unreachable: 0.0,
        reached: 1.0,
        answers_after: constant(0.0),
        waits: 1.0,
        reorders: 0.0,
        reorders_after: constant(0.0),
    }
}

fn faults() -> Faults {
    Faults {
        missing_drive: 0.0,
        comes_later: 0.0,
        later_by: constant(0.0),
        with_neighbour: 0.0,
        extra_drive: 0.0,
        wrong_address: 0.0,
        partial_address: 0.0,
        noticed_late: 0.0,
        warnings: 0.0,
        errors: 0.0,
        unreadable: 0.0,
        wrong_key: 0.0,
        broken_manifest: 0.0,
        customs_hold: 0.0,
        account_refused: 0.0,
        storage_inaccessible: 0.0,
        return_impossible: 0.0,
        back_after: constant(0.0),
    }
}

/// A service level from order to copied, in all time or on the working days of [`scenario`].
pub(crate) fn level(within: Span, working: bool) -> Sla {
    let (from, to) = (Milestone::Ordered, Milestone::Copied);
    let counted = scenario().working_days;
    Sla {
        name: "copied".into(),
        from,
        to,
        within,
        target: 0.9,
        clock: if working { SlaClock::Counted { counted, is_open: false } } else { SlaClock::All },
        counts: Counted::Ordered,
        selects: Selected::default(),
        pauses: Pauses::default(),
        breach: None,
    }
}

/// A published range from order to copied.
pub(crate) fn published(low: Span, high: Span) -> Comparison {
    let (from, to) = (Milestone::Ordered, Milestone::Copied);
    Comparison { name: "copying".into(), from, to, low, high, working: false, source: "a page".into() }
}

pub(crate) fn id(source: u16, ordinal: u32) -> JobId {
    JobId { source, ordinal, generation: 0 }
}

/// An import of the first source that is Completed at `ended`; all of its time went with the carrier.
pub(crate) fn job(ordinal: u32, ordered: Instant, ended: Instant) -> JobRow {
    let mut row = JobRow {
        job: id(0, ordinal),
        export: false,
        measured: true,
        class: 1,
        carrier: 0,
        drives: 1,
        extras: 0,
        bytes: 1_000_000_000_000,
        canceled: false,
        error: false,
        outcome: Outcome::Completed,
        ended_by: Some(Rule::J13),
        state: JobState::Gone,
        milestones: [None; 8],
        parts: [Span::ZERO; 7],
        updates: 0,
        notices: 0,
        extensions: 0,
        cases: 0,
        parent: None,
        stopped: None,
    };
    row.milestones[Milestone::Ordered as usize] = Some(ordered);
    row.milestones[Milestone::Ended as usize] = Some(ended);
    row.parts[crate::world::TimePart::Carrier as usize] = ended - ordered;
    row
}

/// The same, not ended when told at `now`.
pub(crate) fn open_job(ordinal: u32, ordered: Instant, now: Instant) -> JobRow {
    let mut row = job(ordinal, ordered, now);
    row.milestones[Milestone::Ended as usize] = None;
    (row.outcome, row.ended_by, row.state, row.stopped) =
        (Outcome::Open, None, JobState::Shipping, Some(now));
    row
}

/// A drive that was received on day 20, copied on day 21 in an hour, and left on day 23.
pub(crate) fn drive(job: JobId, number: u8) -> DriveRow {
    DriveRow {
        drive: DriveId { job, number, extra: false },
        state: DriveState::ShippedBack,
        disposition: Disposition::Returned,
        bytes: 1_000_000_000_000,
        bytes_copied: 1_000_000_000_000,
        received: Some(day(20)),
        copy_started: Some(day(21)),
        copy_ended: Some(day(21) + Span::HOUR),
        left: Some(day(23)),
        outcome: Some(CopyOutcome::Clean),
        faulted: false,
    }
}

/// A run that stopped there, its stations never used.
pub(crate) fn end(stopped: Instant) -> RunEnd {
    let none = Snapshot::default();
    RunEnd { stopped, events: 1000, open: 0, at_warmup: none, at_horizon: none }
}
