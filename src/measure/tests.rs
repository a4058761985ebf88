//! Rows and facts made by hand, their numbers known on paper.

use super::sample::{day, drive, end, id, job, level, open_job, published, scenario};
use super::*;
use crate::engine::station::Measures;
use crate::engine::time::{Instant, Span};
use crate::fate::CopyOutcome;
use crate::policy::{CaseKind, CaseState, JobSignal, JobState, Rule};
use crate::scenario::{Milestone, Scenario, StationName};
use crate::world::{
    CaseId, CaseRow, Cause, Fact, JobRow, Observer, Outcome, PackageId, PackageRow, PackageStep,
};

fn tallied(scenario: &Scenario, rows: &[JobRow], stopped: Instant) -> Results {
    let mut tally = Tally::new(scenario);
    rows.iter().for_each(|row| tally.job(row));
    tally.finish(scenario, &end(stopped))
}

fn value(results: &Results, metric: &str, by: &str) -> f64 {
    results.metric(metric, by).unwrap_or_else(|| panic!("no metric {metric} by {by:?}")).value.real()
}

fn copied(mut row: JobRow, at: Instant) -> JobRow {
    row.milestones[Milestone::Copied as usize] = Some(at);
    row
}

fn canceled(row: JobRow) -> JobRow {
    JobRow { canceled: true, ..row }
}

/// Also where a month turns within the window: each job counts for the month of its order alone.
#[test]
fn windows_up_to_ten_years_are_broken_down_by_month() {
    let mut scenario = scenario();
    // Day 10 is 30 November 2026.
    let rows = [job(0, day(10), day(12)), job(1, day(11), day(12)), job(2, day(12), day(13))];
    let months = |scenario: &Scenario| {
        let results = tallied(scenario, &rows, day(20));
        let created = ["", "source=imports", "month=2026-11", "month=2026-12"];
        created.map(|by| results.metric("jobs.created", by).map(|row| row.value.real()))
    };
    assert_eq!(months(&scenario), [Some(3.0), Some(3.0), Some(1.0), Some(2.0)]);
    scenario.run.horizon = scenario.run.warmup + Span::days(3660);
    assert_eq!(months(&scenario), [Some(3.0), Some(3.0), Some(1.0), Some(2.0)]);
    scenario.run.horizon += Span::TICK;
    assert_eq!(months(&scenario), [Some(3.0), Some(3.0), None, None]);
}

#[test]
fn measured_jobs_are_those_ordered_from_the_warm_up_until_before_the_horizon() {
    let scenario = scenario();
    let tick = Span::TICK;
    let orders = [day(10) - tick, day(10), day(50), day(100) - tick, day(100)];
    let rows: Vec<JobRow> = (0..).zip(orders).map(|(number, at)| job(number, at, at + Span::DAY)).collect();
    let results = tallied(&scenario, &rows, day(150));
    assert_eq!(value(&results, "jobs.created", ""), 3.0);
    assert_eq!(results.counts.little.told, 5, "the identity looks at all");
}

#[test]
fn turnaround_and_its_parts_are_those_on_paper() {
    let scenario = scenario();
    let mut last = job(2, day(10), day(20));
    last.parts[TimePart::Carrier as usize] = Span::days(4);
    last.parts[TimePart::Waiting as usize] = Span::days(6);
    use crate::world::TimePart;
    let rows = [job(0, day(10), day(12)), job(1, day(10), day(13)), last];
    let results = tallied(&scenario, &rows, day(150));
    for (metric, expected) in [
        ("turnaround.mean", 5.0),
        ("turnaround.p50", 3.0),
        ("turnaround.p95", 10.0),
        ("turnaround.max", 10.0),
        ("turnaround.carrier.mean", 3.0),
        ("turnaround.waiting.mean", 2.0),
        ("turnaround.carrier.p50", 3.0),
        ("turnaround.carrier.p90", 4.0),
        ("turnaround.waiting.p50", 0.0),
        ("turnaround.waiting.p95", 6.0),
        ("turnaround.waiting.share", 0.4),
        ("turnaround.customer.share", 0.0),
    ] {
        let told = value(&results, metric, "");
        assert!((told - expected).abs() <= expected / 2048.0, "{metric}: {told} for {expected}");
    }
    assert_eq!(results.metric("turnaround.mean", "").unwrap().unit, "days");
    assert_eq!(results.metric("turnaround.mean", "").unwrap().n, 3);
}

#[test]
fn open_jobs_are_counted_and_turnaround_then_says_of_whom_it_is() {
    let scenario = scenario();
    let rows = [job(0, day(10), day(12)), open_job(1, day(90), day(100))];
    let results = tallied(&scenario, &rows, day(100));
    assert_eq!(value(&results, "jobs.open", ""), 1.0);
    assert_eq!(value(&results, "jobs.open.share", ""), 0.5);
    assert_eq!(value(&results, "turnaround.ended_only.mean", ""), 2.0);
    assert!(results.metric("turnaround.mean", "").is_none(), "a biased number has a name that says so");
    assert!(results.warnings[0].contains("1 of 2 measured jobs (many, 50.0 %)"), "{:?}", results.warnings);
}

#[test]
fn every_breakdown_adds_up_to_the_whole() {
    let scenario = scenario();
    let mut rows: Vec<JobRow> = (0..12).map(|n| job(n, day(10 + 7 * i64::from(n)), day(120))).collect();
    for (number, row) in rows.iter_mut().enumerate() {
        (row.job.source, row.export) = ((number % 2) as u16, number % 3 == 0);
        (row.class, row.carrier) = ((number % 2) as u8, (number % 4 / 2) as u8);
        row.outcome = Outcome::ALL[number % 4];
    }
    let results = tallied(&scenario, &rows, day(150));
    for head in ["source=", "type=", "class=", "carrier=", "month="] {
        for metric in ["jobs.created", "jobs.completed", "jobs.expired"] {
            let parts = results.metrics.iter().filter(|row| row.metric == metric && row.by.starts_with(head));
            assert_eq!(
                parts.map(|row| row.value.real()).sum::<f64>(),
                value(&results, metric, ""),
                "{metric} {head}"
            );
        }
    }
    assert_eq!(value(&results, "jobs.created", "month=2026-11"), 1.0);
    assert_eq!(value(&results, "jobs.created", "carrier=Alpha, Inc."), 6.0);
}

#[test]
fn an_sla_is_kept_at_the_limit_and_missed_a_tick_later() {
    let mut scenario = scenario();
    scenario.slas = vec![level(Span::days(5), false)];
    let limit = day(25);
    let rows = [
        copied(job(0, day(20), day(40)), limit),
        copied(job(1, day(20), day(40)), limit + Span::TICK),
        job(2, day(20), day(40)),
        canceled(job(3, day(20), day(40))),
        open_job(4, day(95), day(100)),
        open_job(5, day(95) - Span::TICK, day(100)),
        JobRow { outcome: Outcome::Deleted, ..job(6, day(20), day(21)) },
        JobRow { outcome: Outcome::Expired, ..job(7, day(20), day(34)) },
    ];
    let kept = tallied(&scenario, &rows, day(100)).counts.kept(0);
    assert_eq!(kept, Kept { met: 1, missed: 4, canceled: 2, pending_after: 1, ..Kept::default() });
}

#[test]
fn who_expired_or_was_deleted_did_not_keep_a_promise_to_end() {
    let mut scenario = scenario();
    scenario.slas = vec![crate::scenario::Sla { to: Milestone::Ended, ..level(Span::days(20), false) }];
    let rows = [
        job(0, day(20), day(34)),
        JobRow { outcome: Outcome::Closed, ..job(1, day(20), day(34)) },
        JobRow { outcome: Outcome::Expired, ..job(2, day(20), day(34)) },
        JobRow { outcome: Outcome::Deleted, ..job(3, day(20), day(21)) },
    ];
    let kept = tallied(&scenario, &rows, day(100)).counts.kept(0);
    assert_eq!(kept, Kept { met: 2, missed: 1, canceled: 1, ..Kept::default() });
}

#[test]
fn a_cancel_does_not_unmake_what_was_reached() {
    let mut scenario = scenario();
    scenario.slas = vec![level(Span::days(5), false)];
    let rows = [
        canceled(copied(job(0, day(20), day(40)), day(25))),
        canceled(copied(job(1, day(20), day(40)), day(26))),
        canceled(job(2, day(20), day(40))),
        canceled(open_job(3, day(20), day(100))),
        canceled(JobRow { outcome: Outcome::Deleted, ..job(4, day(20), day(21)) }),
    ];
    let kept = tallied(&scenario, &rows, day(100)).counts.kept(0);
    assert_eq!(kept, Kept { met: 1, missed: 1, canceled: 3, ..Kept::default() });
}

#[test]
fn who_never_reached_the_beginning_is_not_counted() {
    let mut scenario = scenario();
    scenario.slas = vec![crate::scenario::Sla { from: Milestone::Received, ..level(Span::days(5), false) }];
    let results = tallied(&scenario, &[job(0, day(20), day(40))], day(100));
    assert_eq!(results.counts.kept(0), Kept { never_due: 1, ..Kept::default() });
    assert!(results.metric("sla.copied.attainment", "").is_none());
}

#[test]
fn a_level_may_count_those_who_reached_its_beginning_in_the_window() {
    let mut scenario = scenario();
    let received = |number, ordered, at, took| {
        let mut row = copied(job(number, ordered, day(140)), at + took);
        row.milestones[Milestone::Received as usize] = Some(at);
        row
    };
    let counts = crate::scenario::Counted::From;
    let plain = level(Span::days(5), false);
    scenario.slas = vec![crate::scenario::Sla { from: Milestone::Received, counts, ..plain }];
    let rows = [
        received(0, day(2), day(10) - Span::TICK, Span::DAY),
        received(1, day(2), day(10), Span::DAY),
        received(2, day(50), day(60), Span::days(6)),
        received(3, day(99), day(100) - Span::TICK, Span::DAY),
        received(4, day(99), day(100), Span::DAY),
    ];
    let results = tallied(&scenario, &rows, day(150));
    assert_eq!(results.counts.kept(0), Kept { met: 2, missed: 1, ..Kept::default() });
    assert_eq!(value(&results, "jobs.created", ""), 3.0, "the others are not measured for it");
    assert_eq!(value(&results, "sla.copied.attainment", "month=2026-11"), 1.0);
    assert!(results.metric("jobs.created", "month=2026-11").is_none());
    let missed = |by: &str| value(&results, "sla.copied.missed", by);
    assert_eq!((missed(""), missed("source=imports"), missed("month=2027-01")), (1.0, 1.0, 1.0));
}

#[test]
fn a_return_that_is_still_on_its_way_is_not_yet_missed() {
    let mut scenario = scenario();
    scenario.slas = vec![crate::scenario::Sla { to: Milestone::Returned, ..level(Span::days(20), false) }];
    let mut rows = [job(0, day(90), day(99)), job(1, day(70), day(99)), job(2, day(90), day(99))];
    rows[0].milestones[Milestone::Packed as usize] = Some(day(98));
    rows[1].milestones[Milestone::Packed as usize] = Some(day(98));
    rows.iter_mut().for_each(|row| row.stopped = Some(day(100)));
    let kept = tallied(&scenario, &rows, day(100)).counts.kept(0);
    assert_eq!(
        kept,
        Kept { missed: 2, pending_after: 1, ..Kept::default() },
        "not due; overdue; nothing was packed"
    );
}

#[test]
fn the_working_clock_stands_still_over_a_weekend() {
    let mut scenario = scenario();
    scenario.slas = vec![level(Span::days(2), true)];
    // Day 14 is Friday, 2026-12-04; noon, and two working days of it end on Tuesday at noon.
    let friday = day(14) + Span::HOUR * 12;
    let tuesday = day(18) + Span::HOUR * 12;
    let rows = [
        copied(job(0, friday, day(40)), tuesday),
        copied(job(1, friday, day(40)), tuesday + Span::TICK),
        copied(job(2, day(15), day(40)), day(19)),
        copied(job(3, day(15), day(40)), day(19) + Span::TICK),
    ];
    let kept = tallied(&scenario, &rows, day(100)).counts.kept(0);
    assert_eq!(kept, Kept { met: 2, missed: 2, ..Kept::default() });
    // Open at the stop, Sunday, day 100: two working days from Thursday noon end on Monday, from Wednesday on Friday.
    let thursday = day(97) + Span::HOUR * 12;
    let rows = [open_job(0, thursday, day(100)), open_job(1, day(96), day(100))];
    let kept = tallied(&scenario, &rows, day(100)).counts.kept(0);
    assert_eq!(kept, Kept { missed: 1, pending_after: 1, ..Kept::default() });
}

#[test]
fn a_published_range_includes_both_ends() {
    let mut scenario = scenario();
    scenario.comparisons = vec![published(Span::days(7), Span::days(10))];
    let took = [7, 10, 6, 11, 8].map(Span::days);
    let rows: Vec<JobRow> =
        (0..).zip(took).map(|(n, took)| copied(job(n, day(20), day(40)), day(20) + took)).collect();
    let results = tallied(&scenario, &rows, day(100));
    assert_eq!(value(&results, "comparison.copying.within", ""), 0.6);
    assert_eq!(value(&results, "comparison.copying.below", ""), 0.2);
    assert!((value(&results, "comparison.copying.p50", "") - 8.0).abs() < 0.004);
}

#[test]
fn drives_count_with_their_job_whether_told_before_or_after_it() {
    let scenario = scenario();
    let mut tally = Tally::new(&scenario);
    tally.drive(&drive(id(0, 0), 0));
    tally.job(&job(0, day(15), day(30)));
    tally.drive(&crate::world::DriveRow { outcome: Some(CopyOutcome::Errors), ..drive(id(0, 0), 1) });
    tally.job(&job(1, day(5), day(30)));
    tally.drive(&drive(id(0, 1), 0));
    let results = tally.finish(&scenario, &end(day(150)));
    assert_eq!(value(&results, "drives.listed", ""), 2.0);
    assert_eq!(value(&results, "drives.copied.errors.share", ""), 0.5);
    assert_eq!(value(&results, "drives.bytes_copied", ""), 2.0);
    assert_eq!(value(&results, "drives.copying.mean", ""), 1.0);
    assert_eq!(value(&results, "drives.on_site.max", ""), 3.0);
    assert_eq!(value(&results, "drives.now.returned", ""), 2.0);
}

#[test]
fn drives_that_were_faulted_count_whether_data_flowed_or_not() {
    let scenario = scenario();
    let mut tally = Tally::new(&scenario);
    let (measured, early) = (id(0, 0), id(0, 1));
    let faulty = |job, number| crate::world::DriveRow { faulted: true, ..drive(job, number) };
    let unmounted = crate::world::DriveRow { copy_started: None, copy_ended: None, ..faulty(measured, 0) };
    // Canceled before its fault was found.
    let unknown =
        crate::world::DriveRow { outcome: Some(CopyOutcome::WrongKey), faulted: false, ..unmounted };
    let unknown = crate::world::DriveRow { drive: drive(measured, 2).drive, ..unknown };
    tally.drive(&unmounted);
    tally.job(&job(0, day(15), day(30)));
    tally.drive(&faulty(measured, 1));
    tally.drive(&unknown);
    tally.drive(&faulty(early, 0));
    tally.job(&job(1, day(5), day(30)));
    let results = tally.finish(&scenario, &end(day(150)));
    assert_eq!((value(&results, "drives.listed", ""), value(&results, "drives.faulty", "")), (3.0, 2.0));
}

#[test]
fn packages_and_cases_count_in_the_window_they_began_in() {
    let scenario = scenario();
    let mut tally = Tally::new(&scenario);
    let package = |number, sent: Instant, days: Option<i64>| PackageRow {
        package: PackageId { job: id(0, 0), number, back: false },
        carrier: 0,
        drives: 1,
        sent: Some(sent),
        arrived: days.map(|days| sent + Span::days(days)),
        opened: None,
        step: if days.is_some() { PackageStep::Delivered } else { PackageStep::Lost },
    };
    for row in [
        package(0, day(9), Some(1)),
        package(1, day(10), Some(14)),
        package(2, day(10), Some(15)),
        package(3, day(99), None),
    ] {
        tally.package(&row);
    }
    for (opened, state) in
        [(day(20), CaseState::Answered), (day(30), CaseState::GivenUp), (day(100), CaseState::Open)]
    {
        let ended = (state != CaseState::Open).then_some(opened + Span::days(3));
        let case = CaseId { job: id(0, 0), number: 0 };
        let kind = CaseKind::MissingPackage;
        tally.case(&CaseRow { case, kind, drive: None, opened, attempts: 2, reached: None, ended, state });
    }
    let results = tally.finish(&scenario, &end(day(150)));
    let way = |metric| value(&results, metric, "way=in");
    assert_eq!((way("packages.sent"), way("packages.lost"), way("packages.late")), (3.0, 1.0, 1.0));
    let kind = |metric| value(&results, metric, "kind=missing_package");
    assert_eq!((kind("cases.opened"), kind("cases.attempts"), kind("cases.given_up.share")), (2.0, 4.0, 0.5));
    assert_eq!(kind("cases.open_for.mean"), 3.0);
}

fn moved(job: JobRow, from: JobState, to: JobState, rule: Rule) -> Fact {
    Fact::Job { job: job.job, from, to, rule, cause: Cause::Customer }
}

#[test]
fn the_house_over_time_is_the_sum_of_sojourns() {
    use JobState::{Absent, Closed, Completed, Creating, Gone};
    let scenario = scenario();
    let mut tally = Tally::new(&scenario);
    let (a, b, c) = (job(0, day(5), day(15)), job(1, day(12), day(20)), open_job(2, day(90), day(110)));
    tally.fact(day(5), &moved(a, Absent, Creating, Rule::J1));
    tally.fact(day(12), &moved(b, Absent, Creating, Rule::J1));
    tally.fact(day(15), &moved(a, Creating, Closed, Rule::J14));
    tally.fact(day(20), &moved(b, Creating, Completed, Rule::J13));
    tally.fact(day(90), &moved(c, Absent, Creating, Rule::J1));
    tally.fact(day(105), &moved(a, Closed, Gone, Rule::J15));
    [a, b, c].iter().for_each(|row| tally.job(row));
    let results = tally.finish(&scenario, &end(day(110)));
    let little = results.counts.little;
    assert!(little.holds(), "{little:?}");
    assert_eq!(little.area, i128::from(Span::days(10 + 8 + 20).micros()));
    // In the window of 90 days: 5 days of the first, 8 of the second, 10 of the third.
    assert_eq!(little.window_area, i128::from(Span::days(23).micros()));
    assert_eq!(value(&results, "jobs.in_progress.mean", ""), 23.0 / 90.0);
    assert_eq!(results.counts.rules[Rule::J1.index()], Fired { times: 3, span: Some((day(5), day(90))) });
    assert_eq!(value(&results, "rule.J15.fired", ""), 1.0);
    assert_eq!(value(&results, "rule.J9.fired", ""), 0.0);
    assert!(results.metric("rule.J22.fired", "").is_none(), "an invariant does not fire");
}

#[test]
fn a_job_that_was_not_told_breaks_the_identity() {
    let scenario = scenario();
    let mut tally = Tally::new(&scenario);
    tally.fact(day(5), &moved(job(0, day(5), day(9)), JobState::Absent, JobState::Creating, Rule::J1));
    assert!(!tally.finish(&scenario, &end(day(110))).counts.little.holds());
}

#[test]
fn refused_acts_are_counted_by_act() {
    let scenario = scenario();
    let mut tally = Tally::new(&scenario);
    for act in [JobSignal::Delete, JobSignal::Delete, JobSignal::CancelTooLate] {
        tally.fact(day(1), &Fact::Refused { job: id(0, 0), act, state: JobState::Shipping, rule: Rule::C3 });
    }
    let results = tally.finish(&scenario, &end(day(110)));
    assert_eq!(value(&results, "acts.refused", ""), 3.0);
    assert_eq!(value(&results, "acts.refused", "act=delete"), 2.0);
}

#[test]
fn stations_are_measured_between_warm_up_and_horizon() {
    let scenario = scenario();
    let hour = i128::from(Span::HOUR.micros());
    let before = Measures {
        joined: 10,
        begun: 10,
        served: 10,
        busy: 5 * hour,
        capacity: 480 * hour,
        ..Default::default()
    };
    let after = Measures {
        joined: 50,
        begun: 30,
        served: 30,
        waited: 5,
        busy: 1085 * hour,
        capacity: 2640 * hour,
        queue: 4320 * hour,
        wait: 40 * hour,
        longest: 21,
        ..Default::default()
    };
    let mut stop = end(day(110));
    stop.at_warmup.stations[StationName::Bays as usize] = before;
    stop.at_horizon.stations[StationName::Bays as usize] = after;
    let results = Tally::new(&scenario).finish(&scenario, &stop);
    for (metric, expected) in [
        ("utilization", 0.5),
        ("wait.mean", 2.0),
        ("waits.share", 0.25),
        ("queue.mean", 2.0),
        ("servers.mean", 1.0),
        ("queue.longest", 21.0),
        ("queue.at_horizon", 20.0),
        ("served", 20.0),
    ] {
        assert_eq!(value(&results, &format!("station.bays.{metric}"), ""), expected, "{metric}");
    }
    assert!(results.metric("station.preparation.served", "").is_none(), "this site has no preparation");
}

#[test]
fn two_runs_merge_to_what_one_tally_of_both_would_be() {
    let mut scenario = scenario();
    scenario.slas = vec![level(Span::days(5), false)];
    scenario.comparisons = vec![published(Span::days(1), Span::days(6))];
    let rows: Vec<JobRow> = (0..40)
        .map(|n| {
            copied(job(n, day(11 + i64::from(n)), day(80 + i64::from(n))), day(13 + i64::from(n * 2 % 50)))
        })
        .collect();
    let run = |rows: &[JobRow]| {
        let mut tally = Tally::new(&scenario);
        rows.iter().for_each(|row| tally.job(row));
        tally.close(&end(day(150))).0
    };
    let (first, second) = (run(&rows[..17]), run(&rows[17..]));
    let (mut forth, mut back) = (first.clone(), second.clone());
    forth.merge(&second);
    back.merge(&first);
    assert_eq!(forth, back, "the order does not count");
    let whole = run(&rows);
    assert_eq!((&forth.groups, &forth.slas), (&whole.groups, &whole.slas));
    assert_eq!(forth.comparisons, whole.comparisons);
    assert_eq!((forth.runs, forth.window), (2, 2 * whole.window));
    let mut from_nothing = Counts::default();
    from_nothing.merge(&whole);
    assert_eq!(from_nothing, whole);
}

#[test]
fn a_station_without_reserve_and_outcomes_hardly_seen_are_warned_of() {
    let scenario = scenario();
    let rows: Vec<JobRow> = (0..50)
        .map(|n| JobRow {
            outcome: if n < 3 { Outcome::Closed } else { Outcome::Completed },
            ..job(n, day(20), day(25))
        })
        .collect();
    let mut tally = Tally::new(&scenario);
    rows.iter().for_each(|row| tally.job(row));
    let mut stop = end(day(150));
    let window = i128::from(Span::days(90).micros());
    stop.at_horizon.stations[StationName::Dock as usize] = Measures {
        busy: 199 * window,
        capacity: 200 * window,
        joined: 500,
        begun: 100,
        served: 100,
        ..Default::default()
    };
    let warnings = tally.finish(&scenario, &stop).warnings.join("\n");
    for part in [
        "Station dock cannot keep up: 99.5 % utilized, 400 waiting",
        "No job of 50 in one run was expired or deleted: rare, not impossible.",
        "Too few to say how often they come: 3 closed of 50.",
    ] {
        assert!(warnings.contains(part), "{part}\n{warnings}");
    }
}

#[test]
fn a_run_without_jobs_says_so_and_divides_by_nothing() {
    let scenario = scenario();
    let results = tallied(&scenario, &[], day(150));
    assert!(results.warnings[0].starts_with("No job was ordered"));
    assert!(results.metrics.iter().all(|row| row.value.real().is_finite()));
    assert_eq!(value(&results, "jobs.created", ""), 0.0);
}
