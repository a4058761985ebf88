//! Service levels, computed once more from the rows: by whole days and hours of a calendar, pauses cut out, with nothing of the
//! program's own clocks.

use crate::random::{Dice, scenario};
use crate::tool::Folder;
use jiff::civil::{Date, Weekday};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};
use shipback::experiment::single;
use shipback::measure::{Judge, Judged, Results, Side, Tally};
use shipback::report::charts_of;
use shipback::scenario::{Milestone, Scenario};
use shipback::world::{Account, Fact, JobRow, Observer, Outcome, TimePart};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

const MILESTONES: [&str; 8] =
    ["ordered", "shipped", "delivered", "received", "copied", "packed", "returned", "ended"];
/// Nothing is due later than so many days after it began.
const LONGEST: i64 = 4_000;
const DAY: i64 = 86_400_000_000;

type Row = BTreeMap<String, String>;

/// A service level and its calendar, as the test writes them into the scenario.
struct Level {
    from: usize,
    to: usize,
    within: i64,
    clock: &'static str,
    next: bool,
    counts_from: bool,
    class: Option<&'static str>,
    kind: Option<&'static str>,
    asked: bool,
    faulted: bool,
}

/// `[calendar.own]`.
struct Own {
    zone: &'static str,
    days: (&'static str, Vec<Weekday>),
    hours: (i8, i8),
    holiday: Date,
    half: Date,
    closed: Date,
    make_up: Date,
}

fn level(dice: &mut Dice) -> Level {
    let from = dice.below(7) as usize;
    let to = from + 1 + dice.below(7 - from as u64) as usize;
    let clock = dice.pick(&["calendar", "working", "open"]);
    let next = clock != "open" && dice.once_in(3);
    let within = match (next, dice.below(3)) {
        (true, _) => DAY * dice.between(1, 20) as i64,
        (false, 0) => 3_600_000_000 * dice.between(1, 100) as i64,
        (false, 1) => dice.between(1, 30 * DAY as u64) as i64,
        _ => DAY * dice.between(1, 20) as i64,
    };
    Level {
        from,
        to,
        within,
        clock,
        next,
        counts_from: dice.once_in(3),
        class: dice.once_in(4).then_some("c0"),
        kind: dice.once_in(4).then_some("export"),
        asked: dice.once_in(2),
        faulted: dice.once_in(2),
    }
}

fn own(dice: &mut Dice, start: Date) -> Own {
    use Weekday::*;
    let weekdays = [Monday, Tuesday, Wednesday, Thursday, Friday];
    let mut date = |days: u64| start.checked_add((dice.below(days) as i64).days()).unwrap();
    let (holiday, half, closed, make_up) = (date(60), date(60), date(60), date(60));
    let make_up = if make_up == holiday { make_up.tomorrow().unwrap() } else { make_up };
    let closed = if closed == half { half.tomorrow().unwrap() } else { closed };
    let days = match dice.below(3) {
        0 => ("Mon-Fri", weekdays.to_vec()),
        1 => ("Mon-Sat", [&weekdays[..], &[Saturday]].concat()),
        _ => ("Sun-Thu", [&weekdays[..4], &[Sunday]].concat()),
    };
    let zone = dice.pick(&["UTC", "America/New_York", "Australia/Lord_Howe"]);
    let hours = dice.pick(&[(8, 18), (9, 17), (3, 24)]);
    Own { zone, days, hours, holiday, half, closed, make_up }
}

fn written(text: &str, levels: &[Level], own: &Own) -> String {
    let (days, (opens, closes)) = (own.days.0, own.hours);
    let mut text = format!(
        "{text}\n[calendar.own]\nzone = \"{}\"\nworking_days = \"{days}\"\nhours = \"{days} {opens:02}:00-{closes:02}:00\"\n\
         holidays = [\"{}\"]\nexceptions = {{ \"{}\" = \"08:00-12:00\", \"{}\" = \"closed\" }}\nmake_up = [\"{}\"]\n",
        own.zone, own.holiday, own.half, own.closed, own.make_up
    );
    for (number, level) in levels.iter().enumerate() {
        let (from, to) = (MILESTONES[level.from], MILESTONES[level.to]);
        let within = level.within;
        write!(
            text,
            "[[sla]]\nname = \"x{number}\"\nfrom = \"{from}\"\nto = \"{to}\"\nwithin = \"{within}us\"\n"
        )
        .unwrap();
        writeln!(text, "clock = \"{}\"", level.clock).unwrap();
        if level.clock != "calendar" || level.next {
            text += "calendar = \"own\"\n";
        }
        text += if level.next { "day = \"next\"\n" } else { "" };
        text += if level.counts_from { "counts = \"from\"\n" } else { "" };
        level.class.iter().for_each(|class| writeln!(text, "class = \"{class}\"").unwrap());
        level.kind.iter().for_each(|kind| writeln!(text, "type = \"{kind}\"").unwrap());
        let pauses = [("\"asked\"", level.asked), ("\"faulted\"", level.faulted)];
        let pauses: Vec<&str> = pauses.iter().filter(|pause| pause.1).map(|pause| pause.0).collect();
        writeln!(text, "pauses = [{}]", pauses.join(", ")).unwrap();
    }
    text
}

impl Own {
    fn is_working(&self, date: Date) -> bool {
        match date {
            date if date == self.half => true,
            date if date == self.closed => false,
            date if date == self.make_up => true,
            date if date == self.holiday => false,
            date => self.days.1.contains(&date.weekday()),
        }
    }

    /// The open hours of a date.
    fn open(&self, date: Date) -> Vec<(i8, i8)> {
        match date {
            date if date == self.half => vec![(8, 12)],
            date if self.is_working(date) => vec![self.hours],
            _ => vec![],
        }
    }
}

/// Microseconds since 1970 of an hour of a local day; 24 is the start of the next.
fn hour(zone: &TimeZone, date: Date, hour: i8) -> i64 {
    let (date, hour) = if hour == 24 { (date.tomorrow().unwrap(), 0) } else { (date, hour) };
    date.at(hour, 0, 0, 0).to_zoned(zone.clone()).unwrap().timestamp().as_microsecond()
}

/// When a job that reached `from` is due, in microseconds since 1970; `None` where that is not known.
fn due(level: &Level, own: &Own, site: &TimeZone, from: i64, pauses: &[(i64, i64)]) -> Option<i64> {
    let is_own = level.clock != "calendar" || level.next;
    let zone = if is_own { TimeZone::get(own.zone).unwrap() } else { site.clone() };
    let first = Timestamp::from_microsecond(from).unwrap().to_zoned(zone.clone()).date();
    let (mut left, mut days) = (level.within, level.within / DAY);
    for day in 0..LONGEST {
        let date = first.checked_add(day.days()).unwrap();
        let whole = vec![(0, 24)];
        let counts = level.clock == "calendar" || own.is_working(date);
        let hours = match level.clock {
            "open" => own.open(date),
            _ if counts => whole,
            _ => vec![],
        };
        if level.next {
            let (start, end) = (hour(&zone, date, 0), hour(&zone, date, 24));
            let stands = pauses.iter().any(|pause| pause.0 < end && start < pause.1);
            days -= i64::from(day > 0 && counts && !stands);
            if days == 0 {
                return Some(end);
            }
            continue;
        }
        for (opens, closes) in hours {
            let mut pieces = vec![(hour(&zone, date, opens).max(from), hour(&zone, date, closes))];
            for pause in pauses {
                let cut = |&(a, b): &(i64, i64)| [(a, b.min(pause.0)), (a.max(pause.1), b)];
                pieces = pieces.iter().flat_map(cut).filter(|(a, b)| a < b).collect();
                pieces.dedup();
            }
            for (a, b) in pieces.into_iter().filter(|(a, b)| a < b) {
                if b - a >= left {
                    return Some(a + left);
                }
                left -= b - a;
            }
        }
    }
    None
}

pub fn rows(folder: &Folder, name: &str) -> Vec<Row> {
    let mut reader = csv::Reader::from_path(folder.path(&format!("out/{name}"))).unwrap();
    let heads = reader.headers().unwrap().clone();
    let row = |record: csv::StringRecord| {
        heads.iter().zip(&record).map(|(head, field)| (head.to_owned(), field.to_owned())).collect()
    };
    reader.records().map(|record| row(record.unwrap())).collect()
}

fn micros(row: &Row, column: &str) -> Option<i64> {
    Some(row[column].as_str()).filter(|field| !field.is_empty()).map(|field| field.parse().unwrap())
}

/// The pauses of each job: in cases, and while Faulted.
fn pauses(folder: &Folder) -> [BTreeMap<String, Vec<(i64, i64)>>; 2] {
    let mut all: [BTreeMap<String, Vec<(i64, i64)>>; 2] = Default::default();
    for case in rows(folder, "cases.csv") {
        if let Some(reached) = micros(&case, "reached_us") {
            let until = micros(&case, "ended_us").unwrap_or(i64::MAX);
            all[0].entry(case["job"].clone()).or_default().push((reached, until));
        }
    }
    for event in rows(folder, "events.csv").iter().filter(|event| !event["object"].contains('/')) {
        let (at, job) = (micros(event, "time_us").unwrap(), &event["object"]);
        if event["from"] == "Faulted" && event["to"] != "Faulted" {
            all[1].get_mut(job).unwrap().last_mut().unwrap().1 = at;
        } else if event["to"] == "Faulted" && event["from"] != "Faulted" {
            all[1].entry(job.clone()).or_default().push((at, i64::MAX));
        }
    }
    all
}

/// One random scenario: every result and every due instant, and their sums in `summary.csv`. Returns how many jobs counted.
fn holds(seed: u64) -> u64 {
    let mut dice = Dice::new(seed ^ 0x5ec0);
    let text = scenario(seed);
    let value = |key: &str| {
        let line = text.lines().find_map(|line| line.strip_prefix(&format!("{key} = \"")));
        line.map(|line| line.trim_end_matches('"').to_owned()).unwrap()
    };
    let (start, site): (Date, TimeZone) =
        (value("start").parse().unwrap(), TimeZone::get(&value("zone")).unwrap());
    let epoch = hour(&site, start, 0);
    let own = own(&mut dice, start);
    let levels: Vec<Level> = (0..6).map(|_| level(&mut dice)).collect();
    let folder = Folder::new();
    std::fs::write(folder.path("random.toml"), written(&text, &levels, &own)).unwrap();
    let ran = folder.run(&["run", "random.toml", "--log", "events", "--no-charts", "-q", "--out", "out"]);
    assert_eq!(ran.code, 0, "seed {seed}: {}\n{}", ran.err, written(&text, &levels, &own));
    let (jobs, stops) = (rows(&folder, "jobs.csv"), pauses(&folder));
    let given_up: BTreeSet<String> = rows(&folder, "events.csv")
        .into_iter()
        .filter(|event| event["rule"] == "J20")
        .map(|event| event["object"].clone())
        .collect();
    let summary: BTreeMap<String, f64> = rows(&folder, "summary.csv")
        .into_iter()
        .filter(|row| row["by"].is_empty())
        .map(|row| (row["metric"].clone(), row["value"].parse().unwrap()))
        .collect();
    let stop = stopped(&folder);
    let is_under_way = |package: &Row| {
        package["way"] == "back" && ["Sent", "Prepared"].contains(&package["last_step"].as_str())
    };
    let under_way: BTreeSet<String> = rows(&folder, "packages.csv")
        .into_iter()
        .filter(is_under_way)
        .map(|package| package["job"].clone())
        .collect();
    let span = |text: &str| text.parse::<shipback::engine::time::Span>().unwrap().micros();
    let warmup = text
        .lines()
        .find_map(|line| line.strip_prefix("warmup = \""))
        .map_or(0, |line| span(line.trim_end_matches('"')));
    let window = [warmup, span(&value("horizon"))];
    let mut counted = 0;
    for (number, level) in levels.iter().enumerate() {
        let mut results: BTreeMap<String, u64> = BTreeMap::new();
        for job in &jobs {
            let place = format!("seed {seed}, level {number}, job {}", job["job"]);
            let at = |milestone: usize| micros(job, &format!("{}_us", MILESTONES[milestone]));
            let (from, to) = (at(level.from), at(level.to));
            let counts = match level.counts_from {
                true => from.is_some_and(|at| (window[0]..window[1]).contains(&at)),
                false => job["measured"] == "true",
            } && level.class.is_none_or(|class| job["class"] == class)
                && level.kind.is_none_or(|kind| job["type"] == kind);
            let (told, told_due) =
                (&job[&format!("sla_x{number}")], micros(job, &format!("sla_x{number}_due_us")));
            if !counts {
                assert!(told.is_empty() && told_due.is_none(), "{place}: {told}");
                continue;
            }
            let mut stood: Vec<(i64, i64)> = vec![];
            for (stops, wanted) in stops.iter().zip([level.asked, level.faulted]) {
                stood.extend(stops.get(&job["job"]).into_iter().flatten().filter(|_| wanted));
            }
            let end = to.unwrap_or(i64::MAX);
            let stood: Vec<(i64, i64)> =
                stood.iter().map(|pause| (pause.0, pause.1.min(end))).filter(|(a, b)| a < b).collect();
            let shifted: Vec<(i64, i64)> =
                stood.iter().map(|pause| (pause.0 + epoch, pause.1.saturating_add(epoch))).collect();
            let due =
                from.and_then(|from| due(level, &own, &site, from + epoch, &shifted)).map(|due| due - epoch);
            // What lies years ahead is not looked for here.
            if due.is_some() || told_due.is_none_or(|due| due < from.unwrap() + DAY * (LONGEST - 100)) {
                assert_eq!(told_due, due, "{place}: due, from {from:?}");
            }
            let is_open = job["outcome"] == "open";
            let to_come = |milestone: usize| {
                let returns = milestone == 6 && at(5).is_some() && at(6).is_none();
                is_open || (returns && under_way.contains(&job["job"]))
            };
            let canceled = job["outcome"] == "deleted" || (job["canceled"] == "true" && to.is_none());
            let result = match (from, to) {
                _ if canceled => "canceled",
                (None, _) => {
                    if to_come(level.from) {
                        "pending"
                    } else {
                        "never due"
                    }
                }
                (_, Some(_)) if level.to == 7 && job["outcome"] == "expired" => "missed",
                (_, Some(to)) => {
                    if due.is_none_or(|due| to <= due) {
                        "met"
                    } else {
                        "missed"
                    }
                }
                _ if !to_come(level.to) || (level.to == 4 && given_up.contains(&job["job"])) => "missed",
                _ => {
                    if due.is_some_and(|due| due < stop) {
                        "missed"
                    } else {
                        "pending"
                    }
                }
            };
            assert_eq!(told, result, "{place}: from {from:?} to {to:?} due {due:?}");
            *results.entry(result.to_owned()).or_default() += 1;
            counted += 1;
        }
        let told = |name: &str| summary[&format!("sla.x{number}.{name}")] as u64;
        let of = |name: &str| results.get(name).copied().unwrap_or(0);
        let names = [
            ("met", "met"),
            ("missed", "missed"),
            ("canceled", "canceled"),
            ("never_due", "never due"),
            ("censored", "pending"),
        ];
        // No row at all where no job of any level was counted.
        if results.is_empty() && !summary.contains_key(&format!("sla.x{number}.jobs")) {
            continue;
        }
        for (metric, result) in names {
            assert_eq!(told(metric), of(result), "seed {seed}, level {number}: {metric}");
        }
        assert_eq!(told("pending_before") + told("pending_after"), of("pending"));
        assert_eq!(
            told("jobs"),
            results.values().sum::<u64>(),
            "seed {seed}, level {number}: the six sum to the jobs"
        );
    }
    counted
}

/// When the run stopped, in microseconds since its start.
fn stopped(folder: &Folder) -> i64 {
    let text = std::fs::read_to_string(folder.path("out/run.json")).unwrap();
    let run: serde_json::Value = serde_json::from_str(&text).unwrap();
    run["counts"]["stopped_us"].as_i64().unwrap()
}

#[test]
fn results_and_due_instants_of_random_scenarios_are_those_computed_from_the_rows() {
    let counted: u64 = (1..=100).map(holds).sum();
    assert!(counted > 8_000, "{counted}");
}

/// Keeps the rows of all jobs, and judges them.
struct Rows<'a> {
    judge: Judge<'a>,
    rows: Vec<(JobRow, Vec<Option<Judged>>)>,
    levels: usize,
}

impl Observer for Rows<'_> {
    fn fact(&mut self, at: shipback::engine::time::Instant, fact: &Fact) {
        self.judge.fact(at, fact);
    }

    fn job(&mut self, row: &JobRow) {
        let judged =
            (0..self.levels).map(|level| self.judge.verdict(level, row).map(|one| one.judged)).collect();
        self.rows.push((*row, judged));
    }
}

/// The parts of the time of late jobs, and of jobs in time, sum to the time from start to goal, to the tick.
#[test]
fn the_parts_of_late_jobs_sum_to_their_time_to_the_tick() {
    let (mut late_jobs, mut expired) = (0, 0);
    for seed in 1..=60 {
        let mut dice = Dice::new(seed ^ 0x5ec0);
        let own = own(&mut dice, Date::constant(2026, 1, 5));
        let levels: Vec<Level> = (0..6).map(|_| level(&mut dice)).collect();
        let text = written(&scenario(seed), &levels, &own);
        let scenario = Scenario::parse(&text, &[]).unwrap_or_else(|why| panic!("{why}")).scenario;
        let rows = Rows { judge: Judge::new(&scenario), rows: vec![], levels: levels.len() };
        let (end, (tally, rows)) = shipback::world::run(&scenario, seed, 0, (Tally::new(&scenario), rows));
        let (counts, _) = tally.close(&end);
        for (number, (sla, late)) in scenario.slas.iter().zip(&counts.late).enumerate() {
            let mut sides = [(0_u64, 0_i128); 2];
            for (row, judged) in &rows.rows {
                let at = |milestone: Milestone| row.milestones[milestone as usize];
                // Where the job had not ended at the stop, its time is not told of.
                let is_over = at(Milestone::Ended).is_some();
                let (Some(from), Some(to), true) = (at(sla.from), at(sla.to), is_over) else { continue };
                // A package may come after the end of its job: of that, nothing is told.
                let is_after_end =
                    sla.to != Milestone::Returned && at(Milestone::Ended).is_some_and(|ended| to > ended);
                if from > to || is_after_end || sla.from == Milestone::Returned {
                    continue;
                }
                let side = match judged[number] {
                    Some(Judged::Met) => 0,
                    // An expired job has ended, but was never Completed or Closed (J3): it missed the level, and is not late.
                    Some(Judged::Missed) if sla.to == Milestone::Ended && row.outcome == Outcome::Expired => {
                        expired += 1;
                        continue;
                    }
                    Some(Judged::Missed) => 1,
                    _ => continue,
                };
                sides[side].0 += 1;
                sides[side].1 += i128::from((to - from).micros());
            }
            let told = [late.met, late.late].map(|side| (side.jobs, side.spent.iter().sum::<i128>()));
            assert_eq!(told, sides, "seed {seed}, level {number}: {:?} to {:?}", sla.from, sla.to);
            late_jobs += late.late.jobs;
        }
    }
    assert!(late_jobs > 300 && expired > 10, "{late_jobs}, {expired}");
}

/// Two drives of a job are prepared from day 1 to 3 and from day 3 to 5, and copied from day 3 to 4 and from day 5 to 6: three
/// days with work at preparation alone, two with a copy. The only drive of the other job is prepared for two days and copied for one.
const PREPARED: &str = "[run]\nhorizon = '200d'\n\
    [site.preparation]\nservers = 1\nper_drive = '2d'\n[site.bays]\nservers = 1\nrate = '10MB/s'\n\
    [[job]]\nname = 'two'\npacks = '0d'\ntransit = '1d'\ndrives = 2\nbytes = '864GB'\n\
    [[job]]\nname = 'one'\nat = '20d'\npacks = '0d'\ntransit = '1d'\ndrives = 1\nbytes = '864GB'\n";
const LEVEL: &str =
    "[[sla]]\nname = 'copied'\nfrom = 'received'\nto = 'copied'\nwithin = '4d'\ntarget = 0.5\n";

fn results(text: &str) -> (Scenario, Results) {
    let scenario = Scenario::parse(text, &[]).unwrap_or_else(|why| panic!("{why}")).scenario;
    let (end, tally) = shipback::world::run(&scenario, 1, 0, Tally::new(&scenario));
    let results = tally.finish(&scenario, &end);
    (scenario, results)
}

#[test]
fn preparation_is_counted_apart_while_no_other_work_of_the_job_is_in_hand() {
    let (scenario, results) = results(&(PREPARED.to_string() + LEVEL));
    let worked = Account::WAYS.iter().position(|way| *way == "worked").unwrap();
    let of =
        |side: &Side| [side.spent[Account::PREPARED], side.spent[worked]].map(|span| span / i128::from(DAY));
    let late = &results.counts.late[0];
    assert_eq!((late.late.jobs, of(&late.late)), (1, [3, 2]));
    assert_eq!((late.met.jobs, of(&late.met)), (1, [2, 1]));
    let extra = |way: &str| {
        results.metric("sla.copied.late.extra.mean", &format!("part={way}")).unwrap().value.real()
    };
    assert_eq!((extra("worked_preparation"), extra("worked")), (1.0, 1.0));
    // Rows and metrics of jobs count all work as worked, with preparation in it.
    assert_eq!(results.metric("turnaround.worked.mean", "").unwrap().value.real(), 4.0);
    let chart = charts_of(&scenario, &results, &single(&results.metrics), 1).time_spent;
    assert_eq!(chart.parts, ["being prepared", "being worked on"]);
    assert_eq!([&chart.groups[0].days, &chart.groups[1].days], [&[2.0, 1.0], &[3.0, 2.0]]);
}

/// Where late jobs lost most time in preparation, the comparison that is proposed shortens it by a quarter: 36 h for 2 days.
#[test]
fn a_quicker_preparation_is_proposed_in_minutes() {
    let folder = Folder::new();
    let level = LEVEL.replace("within = '4d'", "within = '3d'");
    let text = PREPARED.replace("rate = '10MB/s'", "rate = '100MB/s'") + &level;
    std::fs::write(folder.path("quick.toml"), text).unwrap();
    let told = folder.run(&["run", "quick.toml", "--charts", "none", "--no-report"]);
    let variant = "site.preparation.per_drive=2160min";
    assert!(
        told.out.contains(&format!("to test this: shipback compare quick.toml --variant {variant}")),
        "{}",
        told.out
    );
    let tested =
        folder.run(&["compare", "quick.toml", "--variant", variant, "--charts", "none", "--no-report"]);
    assert_eq!(tested.code, 0, "{}", tested.err);
}

/// A scenario without service levels shows the whole time of its jobs: 5 of 8 worked days are preparation.
#[test]
fn preparation_is_shown_apart_without_service_levels_too() {
    let shown = |text: &str| {
        let (scenario, results) = results(text);
        let chart = charts_of(&scenario, &results, &single(&results.metrics), 1).time_spent;
        let days = chart.groups[0].days.clone();
        chart.parts.into_iter().zip(days).collect::<BTreeMap<String, f64>>()
    };
    let parts = shown(PREPARED);
    assert_eq!(
        (parts["being prepared"], parts["being worked on"], parts["with the carrier"]),
        (2.5, 1.5, 1.0)
    );
    let plain = shown(&PREPARED.replace("[site.preparation]\nservers = 1\nper_drive = '2d'\n", ""));
    assert!(!plain.contains_key("being prepared") && plain["being worked on"] == 1.5, "{plain:?}");
}

/// While a job is Faulted, preparation goes on, but its time is that of the problem: here one day of two.
#[test]
fn the_time_of_a_faulted_job_is_no_preparation() {
    let fault = "fault = { cause = 'customs_hold', in = 'received', after = '12h' }\nanswers = { job_fault = { after = '1d' } }\n";
    let (_, results) = results(&(PREPARED.to_string() + fault));
    let all = results.counts.all();
    let days = |part: TimePart| all.parts[part as usize].mean().unwrap() * 2.0 / DAY as f64;
    assert_eq!(
        (days(TimePart::Faulted), days(TimePart::Worked), all.prepared),
        (1.0, 7.0, i128::from(4 * DAY))
    );
}
