//! What the parts of a run cost by themselves: `cargo bench`. `shipback bench` measures whole runs.

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use shipback::engine::agenda::{Agenda, EventList};
use shipback::engine::chance::{Address, Distribution, Sheet};
use shipback::engine::plain::Plain;
use shipback::engine::time::{Instant, Span};
use shipback::measure::Tally;
use shipback::report::{LogLevel, Logs, Place};
use shipback::scenario::Scenario;
use shipback::world::run;
use std::hint::black_box;

/// The hold model (Jones 1986): one event is taken, and another put in as far ahead as chance will have it, with
/// `pending` of them at any time. A third goes through lanes, if there are `lanes`.
struct Hold<L> {
    events: L,
    lanes: Vec<shipback::engine::agenda::Lane>,
    sheet: Sheet,
    delay: Distribution,
    number: u32,
}

impl<L: EventList<u64>> Hold<L> {
    fn new(mut events: L, pending: u32, with_lanes: bool) -> Hold<L> {
        let spans = if with_lanes { vec![14, 30, 90] } else { vec![] };
        let lanes = spans.into_iter().map(|days| events.lane(Span::days(days), 5)).collect();
        let delay = Distribution::exponential(30.0 * 86_400.0).expect("a mean");
        let mut hold = Hold { events, lanes, sheet: Sheet::new(1, 1), delay, number: 0 };
        (0..pending).for_each(|_| hold.put(Instant::START));
        // Past the first of each lane.
        (0..2 * pending).for_each(|_| hold.step());
        hold
    }

    fn put(&mut self, now: Instant) {
        self.number = self.number.wrapping_add(1);
        let lane =
            self.number.is_multiple_of(3).then(|| self.lanes.get(self.number as usize / 3 % 3)).flatten();
        match lane {
            Some(&lane) => self.events.push_lane(lane, 0),
            None => {
                let place = self.number % (1 << 24);
                let delay = Span::from_secs_f64(self.sheet.draw(place, &self.delay));
                self.events.push(now + delay, 4, 0);
            }
        }
    }

    fn step(&mut self) {
        let (now, _) = self.events.pop_before(Instant::NEVER).expect("as many come as go");
        self.put(now);
    }
}

fn hold_model(c: &mut Criterion) {
    let mut group = c.benchmark_group("hold");
    group.throughput(Throughput::Elements(1));
    for pending in [1_000, 100_000, 1_000_000] {
        let mut plain = Hold::new(Plain::new(), pending, false);
        group.bench_function(BenchmarkId::new("plain", pending), |b| b.iter(|| plain.step()));
        for (name, with_lanes) in [("agenda", false), ("agenda with lanes", true)] {
            let mut hold = Hold::new(Agenda::new(), pending, with_lanes);
            group.bench_function(BenchmarkId::new(name, pending), |b| b.iter(|| hold.step()));
        }
    }
}

fn draws(c: &mut Criterion) {
    let mut group = c.benchmark_group("draws");
    let mut sheet = Sheet::new(1, 1);
    let mut ordinal = 0;
    group.bench_function("first of a stream", |b| {
        b.iter(|| {
            ordinal += 1;
            sheet.open(Address { source: 0, generation: 0, ordinal });
            sheet.uniform(0)
        });
    });
    let mut place = 0;
    group.bench_function("next of a stream", |b| {
        b.iter(|| {
            place = (place + 1) % (1 << 24);
            sheet.uniform(place)
        });
    });
    let lognormal = Distribution::lognormal_of(4.0, 2.0).expect("a law");
    let gamma = Distribution::gamma_of(4.0, 2.0).expect("a law");
    let exponential = Distribution::exponential(4.0).expect("a law");
    for (name, law) in [("exponential", exponential), ("lognormal", lognormal), ("gamma", gamma)] {
        let mut u: f64 = 0.0;
        group.bench_function(name, |b| {
            b.iter(|| {
                u = (u + 0.618_033_988_75) % 1.0;
                law.quantile(black_box(u.clamp(1e-9, 1.0 - 1e-9)))
            });
        });
    }
}

fn whole_runs(c: &mut Criterion) {
    let text = include_str!("../scenarios/bench/w3.toml");
    let scenario = Scenario::parse(text, &["demand.jobs.limit=5000".into()]).expect("W3").scenario;
    let mut group = c.benchmark_group("w3");
    group.sample_size(10);
    let events = run(&scenario, 1, 0, ()).0.events;
    group.throughput(Throughput::Elements(events));
    group.bench_function("events unobserved", |b| b.iter(|| run(&scenario, 1, 0, ()).0));
    group.bench_function("events counted", |b| {
        b.iter(|| run(&scenario, 1, 0, Tally::new(&scenario)).0);
    });
    group.bench_function("events counted and logged", |b| {
        b.iter(|| {
            let folder = tempfile::tempdir().expect("a folder");
            let mut place = Place::open(folder.path()).expect("a place");
            let logs = Logs::open(&mut place, &scenario, LogLevel::Events).expect("logs");
            let (end, (_, logs)) = run(&scenario, 1, 0, (Tally::new(&scenario), logs));
            logs.finish(&mut place).expect("written");
            end
        });
    });
}

criterion_group!(benches, hold_model, draws, whole_runs);
criterion_main!(benches);
