//! Scenarios that are read without complaint and still mean harm: each comes to an end, in reasonable time.

use shipback::engine::agenda::{Agenda, EventList};
use shipback::engine::time::{Instant, Span};
use shipback::policy::Rule;
use shipback::scenario::Scenario;
use shipback::world::*;
use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::{Duration, Instant as Clock};

#[derive(Default)]
struct Seen {
    rules: BTreeMap<Rule, u64>,
    outcomes: BTreeMap<Outcome, u64>,
    days: u64,
}

impl Observer for Seen {
    fn fact(&mut self, _: Instant, fact: &Fact) {
        if let Some(rule) = fact.acted() {
            *self.rules.entry(rule).or_default() += 1;
        }
    }
    fn job(&mut self, row: &JobRow) {
        *self.outcomes.entry(row.outcome).or_default() += 1;
    }
    fn day(&mut self, _: &DayRow) {
        self.days += 1;
    }
}

/// Runs it, within so many seconds even on a busy machine.
fn ends(text: &str, seconds: u64) -> (RunEnd, Seen) {
    let scenario = Scenario::parse(text, &[]).unwrap_or_else(|why| panic!("{why}")).scenario;
    let clock = Clock::now();
    let mut world = World::new(&scenario, 1, 0, Seen::default());
    let mut steps = 0_u64;
    while world.step() {
        steps += 1;
        if steps.is_multiple_of(4096) {
            assert!(clock.elapsed() < Duration::from_secs(seconds), "too slow at {}: {text}", world.now());
        }
    }
    world.finish()
}

#[test]
fn a_horizon_of_one_tick_ends() {
    let (end, seen) = ends("[run]\nhorizon = \"1us\"\n[demand.a]\nrate = \"1000/day\"\nbacklog = 3", 5);
    assert_eq!(end.open, 0, "the backlog is measured and rests");
    assert!(seen.outcomes[&Outcome::Completed] >= 3, "{:?}", seen.outcomes);
    let (end, seen) =
        ends("[run]\nhorizon = \"1us\"\nending = \"censor\"\n[demand.a]\nrate = \"1/day\"\nbacklog = 3", 5);
    assert_eq!((end.stopped.micros(), end.open, seen.outcomes[&Outcome::Open]), (1, 3, 3));
}

#[test]
fn rates_near_nothing_and_beyond_all_reason_end() {
    let (end, _) = ends("[demand.a]\nrate = \"0.000000000001/day\"", 5);
    assert_eq!(end.open, 0);
    let (end, seen) = ends("[demand.a]\nrate = \"1000000000000/day\"\nlimit = 2000", 20);
    assert_eq!((end.open, seen.outcomes[&Outcome::Completed]), (0, 2000));
    let pattern = "[demand.a]\nrate = \"1/day\"\nlimit = 5\nweekly = { \"Mon 00:00-00:01\" = 0.001 }";
    let run = "[run]\nhorizon = \"360000d\"\ndrain_limit = \"1000d\"\n";
    ends(&format!("{run}{pattern}"), 60);
}

#[test]
fn a_thousand_years_with_calendars_and_few_jobs_end() {
    let text = "extends = \"baseline.toml\"\n[run]\nhorizon = \"364000d\"\ndrain_limit = \"1000d\"\n\
                [demand.imports]\nlimit = 5\n[demand.exports]\nlimit = 5";
    let (end, seen) = ends(text, 60);
    assert_eq!(end.open, 0);
    assert!((363_000..365_001).contains(&seen.days), "{} days", seen.days);
}

#[test]
fn nothing_takes_any_time_and_everything_goes_wrong() {
    let all = "[run]\nhorizon = \"40d\"\n[policy]\ncreating_expiry = \"1us\"\nshipping_deadline = \"1us\"\n\
        extension = \"1us\"\nmax_extensions = 1000\nresponse_window = \"1us\"\nretention = \"1us\"\n\
        contact_window = \"1us\"\ndestroy_after = \"1us\"\nfault_window = \"1us\"\n\
        [demand.a]\nrate = \"20/day\"\nlimit = 300\nexport_share = 0.3\ndrives = 10\nbytes = \"0B\"\n\
        [carrier.c]\ntransit = \"0s\"\nlost = 0.5\n\
        [customer]\npacks = \"0s\"\nupdates = \"1000000/day\"\nupdates_most = 320\nanswers_after = \"0s\"\n\
        remembers_after = \"0s\"\nforgets_package = 0.5\nforgets_shipping = 0.5\nreorders = 1\n\
        reorders_after = \"0s\"\ncancels = 0.5\ncancels_after = \"0s\"\ndeletes = 0.5\ndeletes_after = \"0s\"\n\
        [faults]\nmissing_drive = 0.5\ncomes_later = 1\nlater_by = \"0s\"\nwith_neighbour = 0.5\nextra_drive = 1\n\
        wrong_address = 1\nunreadable = 0.5\nwrong_key = 0.5\ncustoms_hold = 0.4\nstorage_inaccessible = 0.6\n\
        return_impossible = 1\nback_after = \"0s\"";
    let (end, _) = ends(all, 20);
    assert_eq!(end.open, 0);
}

#[test]
fn customers_whom_nobody_reaches_have_all_their_jobs_closed() {
    let text = "[run]\nhorizon = \"60d\"\n[demand.a]\nrate = \"5/day\"\n[carrier.c]\nlost = 1\n\
                [customer]\nunreachable = 1";
    let (end, seen) = ends(text, 10);
    assert_eq!(end.open, 0);
    assert!(seen.rules[&Rule::J9] > 200 && !seen.rules.contains_key(&Rule::J8), "{:?}", seen.rules);
    let (end, seen) = ends(&text.replace("unreachable = 1", "reached = 0"), 10);
    assert_eq!((end.open, seen.rules.get(&Rule::J10)), (0, None));
}

#[test]
fn orders_that_follow_orders_without_end_stop() {
    let text = "[run]\nhorizon = \"2d\"\n[demand.a]\ndates = [\"1d\"]\nexport_share = 1\n\
                [carrier.c]\ntransit = \"0s\"\ndamaged = 1\n\
                [customer]\npacks = \"0s\"\nreorders = 1\nreorders_after = \"0s\"";
    let (_, seen) = ends(text, 60);
    assert!(seen.rules[&Rule::J1] > 1000, "{:?}", seen.rules);
}

#[test]
fn a_way_longer_than_the_clock_never_ends_and_harms_nobody() {
    let text = "extends = \"baseline.toml\"\n[run]\nhorizon = \"20d\"\ndrain_limit = \"400d\"\n\
                [[disruption]]\nfrom = \"2d\"\nuntil = \"300000d\"\ncarrier = \"all\"\nslower = 1000\n\
                [carrier.major]\ntransit = \"364000d\"";
    let (end, _) = ends(text, 60);
    assert!(end.open > 0 && end.stopped.since_start() == Span::days(420));
}

#[test]
fn who_holds_a_place_on_a_full_shelf_does_not_wait_for_itself() {
    let text = "[run]\nhorizon = \"60d\"\n[site]\nshelf = 2\nshelf_full = \"wait\"\n\
                [[job]]\nname = \"a\"\npacks = \"10d\"\ntransit = \"2d\"\n\
                [[job.drive]]\ntravels = { with = \"b\" }\n[[job.drive]]\n[[job.drive]]\n\
                [[job]]\nname = \"b\"\npacks = \"9d\"\ntransit = \"1d\"\n\
                [[job]]\nname = \"c\"\nat = \"20d\"\npacks = \"0d\"\ntransit = \"1d\"";
    let (end, seen) = ends(text, 5);
    assert_eq!((end.open, seen.outcomes[&Outcome::Completed]), (0, 3));
    // Its first drive holds a place from day 10 on, so the other two come in although one place is free only.
    assert_eq!((end.at_horizon.shelf.most, end.at_horizon.shelf.waited), (3, 0));
    assert!(end.at_horizon.shelf.over > 0);
}

#[test]
fn packages_wait_in_the_order_they_came_while_the_shelf_is_full() {
    let job = |at: u32| format!("[[job]]\nat = \"{at}h\"\npacks = \"0d\"\ntransit = \"1d\"\ndrives = 2\n");
    let text = format!(
        "[run]\nhorizon = \"60d\"\n[site]\nshelf = 3\nshelf_full = \"wait\"\n\
         [site.packing]\nservers = 1\nper_package = \"5h\"\n{}{}",
        job(0),
        job(1)
    );
    let (end, _) = ends(&text, 5);
    let shelf = end.at_horizon.shelf;
    // The first leaves five hours after it came, four after the second came.
    assert_eq!((end.open, shelf.came, shelf.waited, shelf.most, shelf.over), (0, 2, 1, 2, 0));
    assert!((4 * Span::HOUR.micros() - shelf.wait as i64).abs() < Span::HOUR.micros() / 60, "{}", shelf.wait);
    let (end, _) = ends(&text.replace("\"wait\"", "\"overflow\""), 5);
    let shelf = end.at_horizon.shelf;
    assert_eq!((shelf.came, shelf.waited, shelf.most), (2, 0, 4));
    assert!((shelf.over - i128::from(4 * Span::HOUR.micros())).abs() < i128::from(Span::HOUR.micros() / 60));
}

/// What stops an agenda that allows so much more at one instant, when there is no end.
fn circle(more: u64) -> String {
    let mut agenda = Agenda::new();
    agenda.allow_at_once(more);
    let circle = AssertUnwindSafe(|| {
        agenda.push(Instant::START, 0, ());
        while let Some((now, ())) = agenda.pop() {
            agenda.push(now, 0, ());
        }
    });
    *catch_unwind(circle).expect_err("a circle").downcast().expect("a message")
}

#[test]
fn a_circle_at_one_instant_is_named_and_stopped() {
    let why = circle(0);
    assert!(why.contains("loop at one instant, 0 us: 10000000 events"), "{why}");
}

#[test]
fn more_at_one_instant_is_no_circle_where_it_is_allowed() {
    assert!(circle(7).contains("10000007 events"));
}

/// Every file that is read may be a pipe that nobody writes, a device without end, a folder, or too large.
#[test]
#[cfg(target_os = "linux")]
fn what_is_no_file_or_too_large_is_refused_with_a_word_wherever_it_is_read() {
    let folder = crate::tool::Folder::new();
    let path = |name: &str| folder.path(name);
    assert!(std::process::Command::new("mkfifo").arg(path("pipe")).status().unwrap().success());
    std::os::unix::fs::symlink("/dev/zero", path("device")).unwrap();
    std::fs::create_dir(path("folder")).unwrap();
    std::fs::File::create(path("large")).unwrap().set_len((64 << 20) + 1).unwrap();
    let words = |name: &str| match name {
        "large" => ["is larger than", "MiB"],
        "folder" => ["it is a folder", "allowed: a file of at most"],
        _ => ["it is a pipe or a device", "allowed: a file of at most"],
    };
    for name in ["pipe", "device", "folder", "large"] {
        let write = |file: &str, text: String| std::fs::write(path(file), text).unwrap();
        write("extends.toml", format!("extends = \"{name}\"\n[[job]]\n"));
        write(
            "holidays.toml",
            format!("extends = \"scenarios/tiny.toml\"\n[calendar]\nholidays_ics = \"{name}\"\n"),
        );
        write("roster.toml", format!("extends = \"scenarios/tiny.toml\"\n[site]\nroster = \"{name}\"\n"));
        let roster = format!("site.roster={name}");
        let named = format!("scenarios/tiny.toml --set site.roster={name}");
        let cases: [&[&str]; 8] = [
            &["run", name],
            &["run", "extends.toml"],
            &["run", "holidays.toml"],
            &["run", "roster.toml"],
            &["run", "scenarios/tiny.toml", "--set", &roster],
            &["compare", "scenarios/tiny.toml", &named],
            &["explain", "extends.toml"],
            &["check", "scenarios/tiny.toml", "--record", name],
        ];
        for args in cases {
            let clock = Clock::now();
            let ran = folder.run(&[args, &["--memory", "200MB"][..]].concat());
            assert_eq!(ran.code, 2, "{args:?}: {}", ran.err);
            for word in words(name) {
                assert!(ran.err.contains(word), "{args:?}: {word}: {}", ran.err);
            }
            assert!(clock.elapsed() < Duration::from_secs(10), "{args:?}: {:?}", clock.elapsed());
        }
    }
}
