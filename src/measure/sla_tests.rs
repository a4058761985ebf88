//! Due instants and results derived by hand, from calendars as they were printed.

use super::super::sample::job;
use super::*;
use crate::engine::calendar::Epoch;
use crate::policy::{CaseKind, CaseState};
use crate::world::{CaseId, Cause};

/// A year from 2026-01-01 on, in UTC. 2026-11-30 is a Monday, 2026-12-24 a Thursday.
fn read(calendar: &str, sla: &str) -> Scenario {
    let text = format!(
        "[run]\nhorizon = \"400d\"\n[demand.imports]\nrate = \"1/day\"\n{calendar}\n[[sla]]\nfrom = \"ordered\"\n\
         to = \"copied\"\n{sla}"
    );
    Scenario::parse(&text, &[]).unwrap_or_else(|wrong| panic!("{wrong}")).scenario
}

fn at(epoch: &Epoch, text: &str) -> Instant {
    epoch.read(text).unwrap_or_else(|| panic!("{text} is a date")).unwrap()
}

/// A job ordered and copied then; not copied where there is no second date.
fn row(epoch: &Epoch, from: &str, to: Option<&str>) -> JobRow {
    let from = at(epoch, from);
    let mut row = job(0, from, from + Span::days(300));
    row.milestones[Milestone::Copied as usize] = to.map(|to| at(epoch, to));
    row
}

/// `from`, and when it is due.
fn due_of(calendar: &str, sla: &str, from: &str) -> String {
    let scenario = read(calendar, sla);
    let epoch = &scenario.run.epoch;
    let verdict = Judge::new(&scenario).verdict(0, &row(epoch, from, None)).unwrap();
    verdict.due.map_or_else(|| "never".into(), |due| epoch.format(due))
}

#[test]
fn due_instants_are_those_of_a_printed_calendar() {
    const OFFICE: &str = "hours = \"Mon-Fri 09:00-17:00\"";
    const CHRISTMAS: &str = "hours = \"Mon-Fri 09:00-17:00\"\nholidays = [\"2026-12-25\"]\n\
                             exceptions = { \"2026-12-24\" = \"08:00-12:00\", \"2026-12-31\" = \"closed\" }";
    const SATURDAY: &str = "hours = \"Mon-Fri 09:00-17:00\"\nmake_up = [\"2026-12-05\"]";
    let open = |hours: u32| format!("within = \"{hours}h\"\nclock = \"open\"");
    let working = |days: u32| format!("within = \"{days}d\"\nclock = \"working\"");
    let next = |days: u32| format!("within = \"{days}d\"\nclock = \"working\"\nday = \"next\"");
    let cases = [
        // 24 opening hours from Saturday noon: Monday, Tuesday and Wednesday, 8 each.
        (OFFICE, open(24), "2026-11-28 12:00", "2026-12-02 17:00:00"),
        (OFFICE, open(8), "2026-11-30 09:00", "2026-11-30 17:00:00"),
        (OFFICE, open(2), "2026-11-30 16:00", "2026-12-01 10:00:00"),
        (OFFICE, open(1), "2026-12-04 16:30", "2026-12-07 09:30:00"),
        (OFFICE, open(1), "2026-11-30 08:00", "2026-11-30 10:00:00"),
        (OFFICE, open(1), "2026-11-30 17:00", "2026-12-01 10:00:00"),
        // One hour on Wednesday, four on the half day, none on the holiday and the weekend, one on Monday.
        (CHRISTMAS, open(6), "2026-12-23 16:00", "2026-12-28 10:00:00"),
        (CHRISTMAS, open(2), "2026-12-30 16:00", "2027-01-01 10:00:00"),
        (
            "hours = \"Mon-Fri 09:00-17:00\"\nexceptions = { \"2026-12-24\" = [\"08:00-10:00\", \"13:00-15:00\"] }",
            open(2),
            "2026-12-24 09:00",
            "2026-12-24 14:00:00",
        ),
        // A Saturday with hours of its own.
        (
            "hours = \"Mon-Fri 09:00-17:00\"\nexceptions = { \"2026-12-05\" = \"10:00-14:00\" }",
            open(3),
            "2026-12-04 16:00",
            "2026-12-05 12:00:00",
        ),
        // A make-up Saturday has Friday's hours; so has a make-up Sunday.
        (SATURDAY, open(3), "2026-12-04 16:00", "2026-12-05 11:00:00"),
        (
            "hours = [\"Mon-Thu 09:00-17:00\", \"Fri 09:00-12:00\"]\nmake_up = [\"2026-12-06\"]",
            open(4),
            "2026-12-05",
            "2026-12-07 10:00:00",
        ),
        // Without opening hours, all of a working day is open.
        ("", open(24), "2026-11-28 12:00", "2026-12-01 00:00:00"),
        // Working days of 24 hours: 14 hours of Thursday, Friday, Monday, 10 hours of Tuesday.
        ("", working(3), "2026-11-26 10:00", "2026-12-01 10:00:00"),
        ("holidays = [\"2026-11-27\"]", working(3), "2026-11-26 10:00", "2026-12-02 10:00:00"),
        ("", working(1), "2026-11-28 12:00", "2026-12-01 00:00:00"),
        // A half day is a working day, a closed one is not.
        (
            "exceptions = { \"2026-12-24\" = \"08:00-12:00\" }",
            working(2),
            "2026-12-23 12:00",
            "2026-12-25 12:00:00",
        ),
        (
            "exceptions = { \"2026-12-24\" = \"closed\" }",
            working(1),
            "2026-12-23 12:00",
            "2026-12-25 12:00:00",
        ),
        (SATURDAY, working(1), "2026-12-04 12:00", "2026-12-05 12:00:00"),
        ("working_days = \"Mon-Sat\"", working(2), "2026-12-04 12:00", "2026-12-07 12:00:00"),
        // Whole days from the next one on: Tuesday, Wednesday and Thursday, up to 24:00.
        ("", next(3), "2026-11-30 10:00", "2026-12-04 00:00:00"),
        ("", next(1), "2026-12-04 10:00", "2026-12-08 00:00:00"),
        ("", next(1), "2026-12-05 10:00", "2026-12-08 00:00:00"),
        ("holidays = [\"2026-12-07\"]", next(1), "2026-12-04 10:00", "2026-12-09 00:00:00"),
        ("make_up = [\"2026-12-05\"]", next(1), "2026-12-04 10:00", "2026-12-06 00:00:00"),
        ("exceptions = { \"2026-12-07\" = \"closed\" }", next(1), "2026-12-04 10:00", "2026-12-09 00:00:00"),
        ("", "within = \"1d\"\nday = \"next\"".into(), "2026-12-04 10:00", "2026-12-06 00:00:00"),
        ("", "within = \"10d\"".into(), "2026-12-04 10:00", "2026-12-14 10:00:00"),
    ];
    for (calendar, sla, from, due) in cases {
        assert_eq!(due_of(&format!("[calendar]\n{calendar}"), &sla, from), due, "{calendar}\n{sla}\n{from}");
        // The same by a calendar with a name; the default one says other things.
        let named = format!(
            "[calendar]\nworking_days = \"Sun\"\nhours = \"Sun 01:00-02:00\"\n[calendar.us]\n{calendar}"
        );
        let own = if sla.contains("clock") { format!("{sla}\ncalendar = \"us\"") } else { sla };
        assert_eq!(due_of(&named, &own, from), due, "{named}\n{own}\n{from}");
    }
}

/// What a wall clock shows in New York and in Berlin; the scenario's own zone is UTC.
#[test]
fn clocks_follow_the_zone_of_their_calendar_through_changes_of_the_clock() {
    let new_york = |rest: &str| format!("[calendar.us]\nzone = \"America/New_York\"\n{rest}");
    let berlin = |rest: &str| format!("[calendar.us]\nzone = \"Europe/Berlin\"\n{rest}");
    let open = |hours: u32| format!("within = \"{hours}h\"\nclock = \"open\"\ncalendar = \"us\"");
    let next =
        |days: u32| format!("within = \"{days}d\"\nclock = \"working\"\nday = \"next\"\ncalendar = \"us\"");
    let nights = "working_days = \"Mon-Sun\"\nhours = \"daily 00:00-06:00\"";
    let cases = [
        // 22:00 on Monday there: Tuesday ends at 05:00 UTC on Wednesday.
        (new_york(""), next(1), "2026-12-01 03:00", "2026-12-02 05:00:00"),
        // The night of 2026-11-01 has seven hours from 00:00 to 06:00, the first six end at 05:00 winter time.
        (new_york(nights), open(7), "2026-10-31 10:00", "2026-11-01 11:00:00"),
        (new_york(nights), open(6), "2026-10-31 10:00", "2026-11-01 10:00:00"),
        // That of 2026-03-29 in Berlin has five.
        (berlin(nights), open(5), "2026-03-28 05:00", "2026-03-29 04:00:00"),
        // Sunday, of 23 hours, ends at 22:00 UTC.
        (berlin("working_days = \"Mon-Sun\""), next(1), "2026-03-28 11:00", "2026-03-29 22:00:00"),
        // A day of 25 hours is one working day of 24 hours and an hour of the next.
        (
            new_york("working_days = \"Mon-Sun\""),
            "within = \"1d\"\nclock = \"working\"\ncalendar = \"us\"".into(),
            "2026-10-31 16:00",
            "2026-11-01 16:00:00",
        ),
    ];
    for (calendar, sla, from, due) in cases {
        assert_eq!(due_of(&calendar, &sla, from), due, "{calendar}\n{sla}\n{from}");
    }
}

#[test]
fn exactly_when_due_is_in_time_and_a_tick_later_is_not() {
    for sla in [
        "within = \"10d\"",
        "within = \"8h\"\nclock = \"open\"",
        "within = \"2d\"\nclock = \"working\"\nday = \"next\"",
    ] {
        let scenario = read("[calendar]\nhours = \"Mon-Fri 09:00-17:00\"", sla);
        let mut judge = Judge::new(&scenario);
        let mut row = row(&scenario.run.epoch, "2026-12-01 15:00", None);
        let due = judge.verdict(0, &row).unwrap().due.unwrap();
        for (late, judged) in [(Span::ZERO, Judged::Met), (Span::TICK, Judged::Missed)] {
            row.milestones[Milestone::Copied as usize] = Some(due + late);
            assert_eq!(
                judge.verdict(0, &row),
                Some(Verdict { judged, reached: Some(due + late), due: Some(due) }),
                "{sla}"
            );
        }
    }
}

/// What stops the clock: a kind of case or `None` for Faulted, from and until in hours after the order; `None`: still.
type Stop = (Option<u8>, i64, Option<i64>);

/// A service level, what stops its clock, when the job is copied, and when it is due with the result.
type Case<'c> = (&'c str, &'c [Stop], Option<i64>, (Option<f64>, Judged));

/// Due so many hours after an order on Tuesday, 2026-12-01 00:00, and the result, of a job copied after `to` hours.
fn paused(sla: &str, stops: &[Stop], to: Option<i64>) -> (Option<f64>, Judged) {
    let scenario = read("[calendar]\nhours = \"Mon-Fri 09:00-17:00\"", sla);
    let order = at(&scenario.run.epoch, "2026-12-01");
    let hour = |hours: i64| order + Span::HOUR * hours;
    let mut row = row(&scenario.run.epoch, "2026-12-01", None);
    row.milestones[Milestone::Copied as usize] = to.map(hour);
    (row.outcome, row.state, row.stopped) = (Outcome::Open, JobState::Shipping, Some(hour(1_000)));
    let mut facts: Vec<(Instant, Fact)> = vec![];
    for &(case, from, until) in stops {
        let told = |step, at: i64| match case {
            Some(number) => {
                let case = CaseId { job: row.job, number };
                (hour(at), Fact::Case { case, kind: CaseKind::BadAddress, step, rule: None })
            }
            None => {
                let (from, to) = match step {
                    CaseStep::Ended(_) => (JobState::Faulted, JobState::Shipping),
                    _ => (JobState::Shipping, JobState::Faulted),
                };
                (hour(at), Fact::Job { job: row.job, from, to, rule: Rule::J18, cause: Cause::Consequence })
            }
        };
        facts.push(told(CaseStep::Attempt { number: 1, reached: true }, from));
        facts.extend(until.map(|until| told(CaseStep::Ended(CaseState::Answered), until)));
    }
    facts.sort_by_key(|fact| fact.0);
    let mut judge = Judge::new(&scenario);
    facts.iter().for_each(|(at, fact)| judge.fact(*at, fact));
    let verdict = judge.verdict(0, &row).unwrap();
    let due = verdict.due.map(|due| (due - order).micros() as f64 / Span::HOUR.micros() as f64);
    judge.forget(row.job);
    assert!(judge.stood.is_empty());
    (due, verdict.judged)
}

#[test]
fn the_clock_stands_still_while_the_customer_is_asked_or_the_job_is_faulted() {
    use Judged::{Met, Missed, PendingAfter};
    let both = "within = \"5d\"\npauses = [\"asked\", \"faulted\"]";
    let (asked, faulted) = ("within = \"5d\"\npauses = \"asked\"", "within = \"5d\"\npauses = \"faulted\"");
    let open = "within = \"4h\"\nclock = \"open\"\npauses = \"asked\"";
    let next = "within = \"2d\"\nclock = \"working\"\nday = \"next\"\npauses = \"asked\"";
    let (one, two) = (Some(1), Some(2));
    let cases: [Case<'_>; 21] = [
        ("within = \"5d\"", &[(one, 24, Some(72))], Some(120), (Some(120.0), Met)),
        (asked, &[(one, 24, Some(72))], Some(168), (Some(168.0), Met)),
        (asked, &[(one, 24, Some(72))], Some(169), (Some(168.0), Missed)),
        (faulted, &[(one, 24, Some(72))], Some(121), (Some(120.0), Missed)),
        (faulted, &[(None, 24, Some(72))], Some(168), (Some(168.0), Met)),
        // Two cases that overlap stop the clock once: from 24 to 96.
        (asked, &[(one, 24, Some(72)), (two, 48, Some(96))], Some(192), (Some(192.0), Met)),
        // One within the other, and one after it.
        (both, &[(one, 24, Some(96)), (None, 48, Some(72))], Some(192), (Some(192.0), Met)),
        (both, &[(one, 24, Some(48)), (None, 72, Some(96))], Some(168), (Some(168.0), Met)),
        // One that ends when the other begins.
        (both, &[(one, 24, Some(48)), (None, 48, Some(72))], Some(168), (Some(168.0), Met)),
        // A customer who is reached twice in a case is asked once.
        (asked, &[(one, 24, None), (one, 48, Some(72))], Some(168), (Some(168.0), Met)),
        // Asked at the very instant at which it is due.
        (asked, &[(one, 120, Some(140))], Some(121), (Some(120.0), Missed)),
        // Asked after it was due, and asked only after the copy: no matter.
        (asked, &[(one, 121, Some(140))], Some(130), (Some(120.0), Missed)),
        (asked, &[(one, 60, Some(140))], Some(50), (Some(120.0), Met)),
        // Copied while the customer is asked: what is left then runs from the copy on.
        (asked, &[(one, 24, Some(200))], Some(100), (Some(196.0), Met)),
        // Still asked at the stop: nobody knows when it will be due.
        (asked, &[(one, 24, None)], None, (None, PendingAfter)),
        // Asked only after it was due.
        (asked, &[(one, 121, None)], None, (Some(120.0), Missed)),
        (asked, &[(one, 24, Some(900))], None, (Some(996.0), Missed)),
        (asked, &[(one, 24, Some(905))], None, (Some(1001.0), PendingAfter)),
        // Open from 09:00: three hours up to noon, asked up to 10:00 of the next day, one hour more.
        (open, &[(one, 12, Some(34))], Some(35), (Some(35.0), Met)),
        // Wednesday and Thursday; asked for an hour on Wednesday, that day does not count: Thursday and Friday.
        (next, &[], Some(72), (Some(72.0), Met)),
        (next, &[(one, 30, Some(31))], Some(96), (Some(96.0), Met)),
    ];
    for (sla, stops, to, expected) in cases {
        assert_eq!(paused(sla, stops, to), expected, "{sla} {stops:?} {to:?}");
    }
}

#[test]
fn every_job_that_counts_is_one_of_six() {
    let scenario = read(
        "",
        "name = \"x\"\nwithin = \"5d\"\n[[sla]]\nfrom = \"received\"\nto = \"copied\"\nwithin = \"5d\"\n",
    );
    let epoch = &scenario.run.epoch;
    let ended = |to| row(epoch, "2026-12-01", to);
    let open = JobRow { outcome: Outcome::Open, state: JobState::Shipping, ..ended(None) };
    let received = |row: &JobRow, at_date: &str| {
        let mut row = *row;
        row.milestones[Milestone::Received as usize] = Some(at(epoch, at_date));
        row
    };
    let told = |row: &JobRow, at_date: &str| JobRow { stopped: Some(at(epoch, at_date)), ..*row };
    let deleted = JobRow { outcome: Outcome::Deleted, ..ended(None) };
    let cases = [
        (ended(Some("2026-12-06")), Judged::Met, Judged::NeverDue),
        (received(&ended(Some("2026-12-07")), "2026-12-04"), Judged::Missed, Judged::Met),
        (ended(None), Judged::Missed, Judged::NeverDue),
        (deleted, Judged::Canceled, Judged::Canceled),
        (JobRow { canceled: true, ..ended(None) }, Judged::Canceled, Judged::Canceled),
        (
            JobRow { canceled: true, ..received(&ended(Some("2026-12-06")), "2026-12-02") },
            Judged::Met,
            Judged::Met,
        ),
        // At the very instant of the stop it would still have been in time, but that does not happen.
        (told(&open, "2026-12-06"), Judged::PendingAfter, Judged::PendingBefore),
        (told(&open, "2026-12-06 00:00:00.000001"), Judged::Missed, Judged::PendingBefore),
        (told(&received(&open, "2026-12-02"), "2026-12-07"), Judged::Missed, Judged::PendingAfter),
    ];
    let mut judge = Judge::new(&scenario);
    for (number, (row, first, second)) in cases.iter().enumerate() {
        let judged = [0, 1].map(|sla| judge.verdict(sla, row).unwrap().judged);
        assert_eq!(judged, [*first, *second], "case {number}");
    }
    // A job ordered before the measured window is counted by none.
    assert_eq!(judge.verdict(0, &JobRow { measured: false, ..ended(None) }), None);
}

/// A job goes on after a fault that was given up, but is not copied any more (J20).
#[test]
fn a_job_that_can_no_longer_be_copied_misses_its_level_at_once() {
    let scenario = read("", "within = \"500d\"");
    let mut row = row(&scenario.run.epoch, "2026-12-01", None);
    (row.outcome, row.state, row.stopped) =
        (Outcome::Open, JobState::Packaging, Some(at(&scenario.run.epoch, "2027-02-04")));
    let mut judge = Judge::new(&scenario);
    assert_eq!(judge.verdict(0, &row).unwrap().judged, Judged::PendingAfter);
    let (from, to) = (JobState::Faulted, JobState::Packaging);
    let fact = Fact::Job { job: row.job, from, to, rule: Rule::J20, cause: Cause::Consequence };
    judge.fact(row.milestones[0].unwrap(), &fact);
    assert_eq!(judge.verdict(0, &row).unwrap().judged, Judged::Missed);
}

#[test]
fn a_level_counts_the_jobs_that_it_selects_and_no_other() {
    let text = "[site]\nclasses = [\"gold\", \"standard\"]\n[carrier.a]\n[carrier.b]\n[demand.imports]\nrate = \"1/day\"\n\
                [demand.exports]\nrate = \"1/day\"\n[[job]]\nname = \"w\"\n";
    let levels = [
        ("", [true; 5]),
        ("class = \"gold\"", [true, false, true, true, true]),
        ("class = [\"standard\", \"gold\"]", [true; 5]),
        ("type = \"export\"", [false, false, true, false, false]),
        ("source = \"exports\"", [false, false, false, true, false]),
        ("source = [\"written\", \"imports\"]", [true, true, true, false, true]),
        ("carrier = \"b\"", [false, false, false, false, true]),
        ("carrier = \"b\"\nclass = \"standard\"", [false; 5]),
    ];
    let levels: Vec<(String, [bool; 5])> = levels
        .iter()
        .enumerate()
        .map(|(number, (selects, which))| {
            (format!("[[sla]]\nname = \"s{number}\"\nfrom = \"ordered\"\nto = \"copied\"\nwithin = \"5d\"\n{selects}\n"), *which)
        })
        .collect();
    let text = text.to_owned() + &levels.iter().map(|level| level.0.as_str()).collect::<String>();
    let scenario = Scenario::parse(&text, &[]).unwrap_or_else(|wrong| panic!("{wrong}")).scenario;
    let plain = JobRow { class: 0, ..row(&scenario.run.epoch, "2026-03-01", None) };
    let mut rows = [plain; 5];
    (rows[1].class, rows[2].export, rows[4].carrier) = (1, true, 1);
    rows[3].job.source = 1;
    let mut judge = Judge::new(&scenario);
    for (number, (sla, which)) in levels.iter().enumerate() {
        assert_eq!(rows.map(|row| judge.verdict(number, &row).is_some()), *which, "{sla}");
    }
}
