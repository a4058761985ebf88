//! A result is a pure function of scenario and seed; nobody's fate depends on policy, capacity, or who looks.

use crate::policy_kit::job;
use crate::random;
use shipback::engine::chance::Address;
use shipback::engine::time::{Instant, Span};
use shipback::fate::{Announces, Answer, CopyOutcome, Fate, Fates, JourneyEnd, ReturnAddress, Travels, Work};
use shipback::policy::{CaseKind, Rule};
use shipback::scenario::Scenario;
use shipback::world::*;

/// Everything that an observer can be told, in one hash.
#[derive(Default)]
struct Hash(blake3::Hasher, u64);

impl Hash {
    fn add(&mut self, what: std::fmt::Arguments<'_>) {
        use std::fmt::Write;
        self.1 += 1;
        struct Into<'h>(&'h mut blake3::Hasher);
        impl Write for Into<'_> {
            fn write_str(&mut self, text: &str) -> std::fmt::Result {
                self.0.update(text.as_bytes());
                Ok(())
            }
        }
        Into(&mut self.0).write_fmt(what).expect("a hash takes any text");
    }
    fn done(&self) -> String {
        self.0.finalize().to_hex().to_string()
    }
}

impl Observer for Hash {
    fn fact(&mut self, at: Instant, fact: &Fact) {
        self.add(format_args!("{at:?} {fact:?}\n"));
    }
    fn job(&mut self, row: &JobRow) {
        self.add(format_args!("{row:?}\n"));
    }
    fn drive(&mut self, row: &DriveRow) {
        self.add(format_args!("{row:?}\n"));
    }
    fn package(&mut self, row: &PackageRow) {
        self.add(format_args!("{row:?}\n"));
    }
    fn case(&mut self, row: &CaseRow) {
        self.add(format_args!("{row:?}\n"));
    }
    fn day(&mut self, row: &DayRow) {
        self.add(format_args!("{row:?}\n"));
    }
}

/// Sees the orders that customers place by themselves.
#[derive(Default)]
struct Orders(Vec<(Instant, JobId)>);

impl Observer for Orders {
    fn fact(&mut self, at: Instant, fact: &Fact) {
        if let Fact::Job { job, rule: Rule::J1, .. } = fact
            && job.generation == 0
        {
            self.0.push((at, *job));
        }
    }
}

/// The baseline for a month, with faults enough to meet many rules, and `sets` on top.
fn month(sets: &[&str]) -> Scenario {
    let usual = ["run.horizon=30d", "faults.missing_drive=0.05", "faults.with_neighbour=0.03"];
    let sets: Vec<String> = usual.iter().chain(sets).map(ToString::to_string).collect();
    Scenario::parse("extends = \"baseline.toml\"", &sets).expect("the baseline").scenario
}

fn hash(scenario: &Scenario, seed: u64, replication: u64) -> String {
    run(scenario, seed, replication, Hash::default()).1.done()
}

#[test]
fn the_same_seed_tells_the_same_facts_and_another_seed_or_replication_others() {
    let scenario = month(&[]);
    let first = hash(&scenario, 7, 0);
    assert_eq!(first, hash(&scenario, 7, 0), "twice the same");
    assert_eq!(first, hash(&month(&[]), 7, 0), "read again, the same");
    let others = [hash(&scenario, 8, 0), hash(&scenario, 7, 1), hash(&scenario, u64::MAX, 0)];
    for (number, other) in others.iter().enumerate() {
        assert_ne!(&first, other, "number {number}");
    }
}

#[test]
fn who_looks_on_changes_nothing() {
    let scenario = month(&["run.horizon=15d"]);
    let (end, ()) = run(&scenario, 3, 0, ());
    let (seen, one) = run(&scenario, 3, 0, Hash::default());
    let (twice, (two, three)) = run(&scenario, 3, 0, (Hash::default(), Hash::default()));
    assert_eq!(format!("{end:?}"), format!("{seen:?}"));
    assert_eq!(format!("{end:?}"), format!("{twice:?}"));
    assert_eq!((one.done(), one.1), (two.done(), three.1));
    let mut asked = World::new(&scenario, 3, 0, Hash::default());
    let mut steps = 0;
    while asked.step() {
        steps += 1;
        if steps % 1000 == 0 {
            asked.audit();
            let id = Address { source: 0, generation: 0, ordinal: steps % 97 };
            let _ = asked.view(id);
        }
    }
    assert_eq!(asked.finish().1.done(), one.done(), "asking Get Job changes nothing");
}

/// The first jobs of each source.
fn fates(scenario: &Scenario, seed: u64) -> Vec<Fate> {
    let mut fates = Fates::new(scenario, seed, 0);
    let mut all = vec![];
    for source in 0..scenario.demand.len() {
        for _ in 0..250 {
            let mut fate = Fate::default();
            if fates.next(source, &mut fate) {
                all.push(fate);
            }
        }
    }
    all
}

fn answers(scenario: &Scenario, seed: u64) -> Vec<Answer> {
    let mut fates = Fates::new(scenario, seed, 0);
    let mut all = vec![];
    for ordinal in 0..40 {
        for &kind in CaseKind::ALL {
            for occurrence in 0..3 {
                let id = Address { source: 0, generation: ordinal as u16 % 2, ordinal };
                all.push(fates.answer(id, kind, (ordinal % 10) as u8, occurrence));
            }
        }
    }
    all
}

#[test]
fn neither_policy_nor_capacity_touches_anyones_fate() {
    let usual = month(&[]);
    let (plain, told) = (fates(&usual, 5), answers(&usual, 5));
    let knobs = [
        "policy.creating_expiry=3d",
        "policy.creating_expiry_resets=false",
        "policy.shipping_deadline=7d",
        "policy.extension=1us",
        "policy.max_extensions=0",
        "policy.response_window=20d",
        "policy.retention=1d",
        "policy.contact_window=1d",
        "policy.destroy_after=2d",
        "policy.fault_window=5d",
        "policy.warnings_close_job=true",
        "policy.cancel_until=creating",
        "site.shelf=100",
        "site.shelf_full=overflow",
        "site.dock.servers=1",
        "site.dock.hours=always",
        "site.dock.per_package=2h",
        "site.dock.at_close=suspend",
        "site.preparation.servers=3",
        "site.preparation.per_drive=1d",
        "site.bays.servers=20",
        "site.bays.rate=7MB/s",
        "site.bays.mount=0s",
        "site.bays.total_rate=1GB/s",
        "site.bays.account_rate=100MB/s",
        "site.packing.servers=1",
        "site.packing.per_drive=1h",
        "site.operations.servers=1",
        "site.operations.per_attempt=5h",
        "site.operations.between_attempts=9d",
        "run.horizon=90d",
        "run.warmup=1d",
    ];
    for knob in knobs {
        let other = month(&[knob]);
        assert!(fates(&other, 5) == plain, "{knob} changes a fate");
        assert_eq!(answers(&other, 5), told, "{knob} changes an answer");
    }
    assert!(fates(&usual, 6) != plain, "another seed has other fates");
}

#[test]
fn customers_order_alike_under_any_policy_and_capacity() {
    let orders = |knob: &str| {
        let mut orders = run(&month(&[knob, "run.horizon=20d"]), 11, 0, Orders::default()).1.0;
        orders.retain(|(at, _)| at.since_start() < Span::days(20));
        orders
    };
    let plain = orders("policy.response_window=30d");
    assert!(plain.len() > 500);
    for knob in ["policy.response_window=20d", "policy.shipping_deadline=7d", "site.bays.servers=30"] {
        assert!(orders(knob) == plain, "{knob}");
    }
}

#[test]
fn a_knob_that_changes_one_decision_shifts_no_other() {
    type Forget = fn(&mut Fate);
    let travels: Forget = |fate| fate.drives.iter_mut().for_each(|drive| drive.travels = Travels::Never);
    let copies: Forget = |fate| {
        for drive in &mut fate.drives {
            (drive.copy, drive.found_after) = (CopyOutcome::Clean, 0);
        }
    };
    let ways: Forget = |fate| {
        for way in [&mut fate.inbound, &mut fate.back] {
            (way.transit, way.ends) = (Span::ZERO, JourneyEnd::Lost);
        }
    };
    let packs: Forget = |fate| {
        fate.packs = None;
        fate.updates.clear();
    };
    let knobs: [(&str, Forget); 23] = [
        ("faults.missing_drive=0.5", travels),
        ("faults.comes_later=0", travels),
        ("faults.with_neighbour=0.5", travels),
        ("faults.extra_drive=0.5", |fate| fate.extras = 0),
        ("faults.wrong_address=0.5", |fate| fate.return_address = ReturnAddress::Good),
        ("faults.noticed_late=1", |fate| fate.return_address = ReturnAddress::Good),
        ("faults.warnings=0.5", copies),
        ("faults.unreadable=0.5", copies),
        ("faults.customs_hold=0.5", |fate| fate.fault = None),
        ("faults.storage_inaccessible=0.5", |fate| fate.fault = None),
        ("faults.return_impossible=0.9", |fate| fate.return_fails = None),
        ("customer.never_ships=0.5", packs),
        ("customer.packs=2d", packs),
        ("customer.updates=3/day", |fate| fate.updates.clear()),
        ("customer.forgets_package=0.5", |fate| fate.announces = Announces::Never),
        ("customer.forgets_shipping=0.5", |fate| fate.announces = Announces::Never),
        ("customer.deletes=0.5", |fate| fate.deletes = None),
        ("customer.cancels=0.5", |fate| fate.cancels = None),
        ("customer.reorders=1", |fate| fate.reorders = None),
        ("customer.unreachable=1", |_| ()),
        ("carrier.major.lost=0.5", ways),
        ("carrier.major.delayed=0.5", ways),
        ("demand.imports.accounts=3", |fate| fate.account = 0),
    ];
    let seen = |knob: &str, forget: Forget| {
        let mut all = fates(&month(&[knob]), 9);
        all.iter_mut().for_each(forget);
        all
    };
    let plain = fates(&month(&[]), 9);
    for (knob, forget) in knobs {
        assert!(seen(knob, forget) == seen("run.seed=1", forget), "{knob} shifts something else");
        // The test of the test: what is forgotten is what changes.
        let changes = fates(&month(&[knob]), 9) != plain;
        assert!(changes || knob.contains("unreachable"), "{knob} changes nothing");
    }
}

#[test]
fn any_job_can_be_drawn_alone_in_any_order() {
    let scenario = month(&[]);
    let id = Address { source: 1, generation: 0, ordinal: 77 };
    let mut alone = Fates::new(&scenario, 4, 2);
    let mut late = Fates::new(&scenario, 4, 2);
    let mut fate = Fate::default();
    (0..300).for_each(|_| assert!(late.next(0, &mut fate)));
    for number in (0..60).rev() {
        late.answer(Address { ordinal: number, ..id }, CaseKind::BadAddress, 0, number % 3);
        late.drawn_work(id, Work::PackDrive, number, 0);
    }
    for &kind in CaseKind::ALL {
        assert_eq!(alone.answer(id, kind, 3, 1), late.answer(id, kind, 3, 1));
    }
    for number in 0..64 {
        assert_eq!(alone.drawn_work(id, Work::Mount, number, 0), late.drawn_work(id, Work::Mount, number, 0));
    }
    let (mut first, mut second) = (Fate::default(), Fate::default());
    alone.follow(&fate, 3, Instant::START, &mut first);
    late.follow(&fate, 3, Instant::START, &mut second);
    assert!(first == second);
    late.follow(&fate, 4, Instant::START, &mut second);
    second.id = first.id;
    assert!(first != second, "another generation has another fate");
}

#[test]
fn a_source_more_or_a_longer_one_leaves_the_others_alone() {
    let more = "extends = \"baseline.toml\"\n[demand.others]\nrate = \"5/day\"\n";
    let sets: Vec<String> = ["run.horizon=30d", "faults.missing_drive=0.05", "faults.with_neighbour=0.03"]
        .iter()
        .map(ToString::to_string)
        .collect();
    let more = Scenario::parse(more, &sets).expect("one source more").scenario;
    let (few, many) = (fates(&month(&[]), 1), fates(&more, 1));
    assert_eq!(many.len(), few.len() + 250);
    assert!(many[..few.len()] == few[..]);
    let limited = fates(&month(&["demand.exports.limit=10"]), 1);
    assert!(limited[..] == few[..260]);
}

/// Jobs whose drives are received and mounted together, several at the same instants. Some are canceled before, at and
/// after those ends; some of the services are suspended meanwhile.
fn interrupted_together() -> String {
    let night = "at_close='suspend'\nservers_by_date=[{from='2d 5h',until='2d 6h',servers=6}]\n";
    let mut text = format!(
        "[site.dock]\nservers=14\nper_drive='2h'\n{night}[site.bays]\nservers=20\nrate='1MB/s'\nmount='3h'\n{night}"
    );
    for number in 0..60 {
        let cancels = match number % 3 {
            0 => String::new(),
            _ => format!("cancels='{}h'", 47 + number % 11),
        };
        let (at, drives) = (number / 5, 1 + number % 4);
        text += &job(
            &format!("j{number}"),
            &format!("at='{at}h';packs='1d';transit='1d';drives={drives};bytes='3.6GB';{cancels}"),
        );
    }
    text
}

/// What is clever about the event list, about jobs at rest and about usual lives changes no fact, no row and no order of
/// them.
#[test]
fn the_house_tells_the_same_on_a_plain_event_list_with_nothing_encoded() {
    let mut scenarios = vec![
        month(&[]),
        month(&["policy.retention=3d", "demand.imports.backlog=40"]),
        month(&["site.shelf=60", "demand.imports.backlog=40"]),
    ];
    let w3 = std::fs::read_to_string("scenarios/bench/w3.toml").expect("a shipped scenario");
    let sets = ["demand.jobs.limit=400", "run.horizon=20d"].map(String::from);
    scenarios.push(Scenario::parse(&w3, &sets).expect("a shipped scenario").scenario);
    scenarios.push(Scenario::parse(&interrupted_together(), &[]).expect("a scenario").scenario);
    for seed in 0..120 {
        let random = Scenario::parse(&random::scenario(seed), &[]).expect("a random scenario");
        scenarios.push(random.scenario);
    }
    for (number, scenario) in scenarios.iter().enumerate() {
        let mut fast = World::new(scenario, scenario.run.seed, 1, Hash::default());
        let mut plain = World::plain(scenario, scenario.run.seed, 1, Hash::default());
        while fast.step() {}
        while plain.step() {}
        assert_eq!(fast.observed().1, plain.observed().1, "scenario {number}");
        // Past what is measured too, where jobs rest and records end.
        for day in [30, 60, 120] {
            let until = (plain.now() + Span::days(day)).min(plain.stop_at());
            fast.advance(until);
            plain.advance(until);
        }
        let (ends, tells) = (fast.finish(), plain.finish());
        assert_eq!(ends.1.done(), tells.1.done(), "scenario {number}");
        assert_eq!((ends.0.stopped, ends.0.events), (tells.0.stopped, tells.0.events), "scenario {number}");
    }
}

/// The response of Get Job, at some instants of the lives of many jobs.
#[test]
fn get_job_answers_the_same_on_a_plain_event_list_with_nothing_encoded() {
    // Drives without data: whether their job is done shows in the percentage alone.
    let mut scenarios = vec![month(&[]), month(&["demand.imports.bytes=0B"])];
    for seed in 0..30 {
        scenarios.push(Scenario::parse(&random::scenario(seed), &[]).expect("a random scenario").scenario);
    }
    let mut views = 0;
    for scenario in &scenarios {
        let mut fast = World::new(scenario, 1, 0, ());
        let mut plain = World::plain(scenario, 1, 0, ());
        for day in [3, 6, 9, 12, 15, 18, 21, 25, 30, 45, 80] {
            for hour in [10, 14, 20] {
                let at = Instant::START + Span::days(day) + Span::HOUR * hour;
                fast.advance(at);
                plain.advance(at);
                for (source, ordinal) in
                    (0..scenario.demand.len() as u16).flat_map(|s| (0..40).map(move |o| (s, o)))
                {
                    let id = Address { source, generation: 0, ordinal };
                    let view = plain.view(id);
                    views += usize::from(view.is_some());
                    assert_eq!(format!("{:?}", fast.view(id)), format!("{view:?}"), "{id:?} at {at}");
                }
            }
        }
    }
    assert!(views > 10_000, "{views}");
}
