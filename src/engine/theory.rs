//! The kernel's parts, put together to small queues, against what queueing theory knows exactly.
//!
//! Protocol: fixed seeds; 40 independent replications (50 groups where a variance is estimated), each measured after
//! a third of its customers have come; z = (mean - truth) / standard error, and |z| <= 4. Of a right kernel one such
//! z is beyond 4 with probability 3e-4 (Student's t, 39 degrees of freedom), one of all some 25 with less than 1 %.
//! Since the seeds are fixed, a test fails always or never: what makes it fail is a change of the kernel.
//! A test named `..._is_found` also runs a wrong kernel or queue, which must not pass: services 3 % too slow, for example.

use super::agenda::{Agenda, EventList};
use super::chance::{Address, Distribution, Sheet};
use super::station::{AtClose, Next, Slot, Station};
use super::time::{Instant, Span};
use statrs::statistics::Statistics;

/// Mean time of a service, in seconds.
const SERVICE: f64 = 1_000.0;
const REPLICATIONS: u64 = 40;
/// What |z| may be at most.
const LIMIT: f64 = 4.0;

/// A queue with Poisson arrivals of several classes.
struct Queue {
    servers: u32,
    /// Offered load per server, of each class.
    loads: Vec<f64>,
    service: Distribution,
    /// Customers measured in a replication, after half as many not measured.
    customers: u32,
    /// By how much the model is wrong on purpose.
    slower: f64,
}

#[derive(Clone, Copy)]
enum Event {
    Arrival { class: u8 },
    End { slot: Slot, generation: u32 },
}

impl Queue {
    fn new(servers: u32, load: f64, service: Distribution, customers: u32) -> Queue {
        Queue { servers, loads: vec![load], service, customers, slower: 1.0 }
    }

    /// One replication: the mean wait of each class (s), then the share of all that waits.
    fn run(&self, replication: u64) -> Vec<f64> {
        let mut sheet = Sheet::new(2026, replication);
        let mut agenda = Agenda::new();
        let mut station = Station::new(self.loads.len(), self.servers, AtClose::Finish);
        let mut arrived = vec![0; self.loads.len()];
        let (mut joined, mut waits) = (0, vec![(0.0, 0.0); self.loads.len()]);
        let (mut waited, total) = (0.0, self.customers * 3 / 2);
        for class in 0..self.loads.len() as u8 {
            agenda.push(self.gap(&mut sheet, class, 0, Instant::START), 1, Event::Arrival { class });
        }
        while joined < total || station.queue_len() > 0 {
            let (now, event) = agenda.pop().expect("arrivals go on");
            match event {
                Event::Arrival { class } => {
                    station.join(now, (joined, class), class);
                    joined += 1;
                    arrived[usize::from(class)] += 1;
                    if joined < total {
                        let next = self.gap(&mut sheet, class, arrived[usize::from(class)], now);
                        agenda.push(next, 1, Event::Arrival { class });
                    }
                }
                Event::End { slot, generation } => {
                    assert!(station.is_due(slot, generation));
                    station.finish(now, slot);
                }
            }
            while let Some(Next::Begun { slot, who: (ordinal, class), wait }) = station.next(now) {
                sheet.open(Address { source: 100, generation: 0, ordinal: ordinal / 32 });
                let work = sheet.draw(ordinal % 32, &self.service) * self.slower;
                let due = station.work(now, slot, Span::from_secs_f64(work));
                agenda.push(due.at, 0, Event::End { slot, generation: due.generation });
                if ordinal >= self.customers / 2 {
                    let sum = &mut waits[usize::from(class)];
                    *sum = (sum.0 + 1.0, sum.1 + wait.as_secs());
                    waited += f64::from(u8::from(wait > Span::ZERO));
                }
            }
        }
        let count: f64 = waits.iter().map(|sum| sum.0).sum();
        waits.iter().map(|sum| sum.1 / sum.0).chain([waited / count]).collect()
    }

    fn gap(&self, sheet: &mut Sheet, class: u8, ordinal: u32, now: Instant) -> Instant {
        sheet.open(Address { source: u16::from(class), generation: 0, ordinal: ordinal / 32 });
        let mean = SERVICE / (self.loads[usize::from(class)] * f64::from(self.servers));
        now + Span::from_secs_f64(-mean * libm::log(sheet.uniform(ordinal % 32)))
    }

    /// The z of the mean wait of each class, then of the share that waits, against the truth.
    fn z(&self, truth: &[f64]) -> Vec<f64> {
        let runs: Vec<Vec<f64>> = (0..REPLICATIONS).map(|replication| self.run(replication)).collect();
        assert_eq!(runs[0].len(), truth.len());
        (0..truth.len()).map(|place| score(runs.iter().map(|run| run[place]), truth[place])).collect()
    }
}

/// (mean - truth) / standard error.
fn score(values: impl ExactSizeIterator<Item = f64> + Clone, truth: f64) -> f64 {
    let count = values.len() as f64;
    (values.clone().mean() - truth) / (values.variance() / count).sqrt()
}

fn agrees(z: &[f64]) -> bool {
    z.iter().all(|z| z.abs() <= LIMIT)
}

/// Erlang's C: the share that waits in M/M/c, by the recursion of Erlang's B (Gross et al., *Fundamentals of
/// Queueing Theory*, ch. 3.3 to 3.5).
fn erlang_c(servers: u32, load: f64) -> f64 {
    let offered = load * f64::from(servers);
    let b = (1..=servers).fold(1.0, |b, n| offered * b / (f64::from(n) + offered * b));
    b / (1.0 - load * (1.0 - b))
}

/// Mean wait in M/G/1 by Pollaczek and Khinchine: load * E[S^2] / (2 E[S] (1 - load)).
fn pollaczek_khinchine(load: f64, service: &Distribution) -> f64 {
    let second = service.mean() * service.mean() + service.sd() * service.sd();
    load * second / (2.0 * service.mean() * (1.0 - load))
}

#[test]
fn erlang_c_is_that_of_the_tables() {
    assert!((erlang_c(1, 0.7) - 0.7).abs() < 1e-12);
    assert!((erlang_c(2, 0.5) - 1.0 / 3.0).abs() < 1e-12);
}

/// M/M/c with few servers and with many: the mean wait and the share that waits.
#[test]
fn one_server_or_many_with_exponential_services_and_a_wrong_rate_is_found() {
    for (servers, load) in [(1, 0.7), (5, 0.8), (50, 0.9)] {
        let share = erlang_c(servers, load);
        let truth = [share * SERVICE / (f64::from(servers) * (1.0 - load)), share];
        let queue = Queue::new(servers, load, Distribution::exponential(SERVICE).unwrap(), 6_000);
        let z = queue.z(&truth);
        assert!(agrees(&z), "{servers} servers: {z:?}");
        let z = Queue { slower: 1.03, ..queue }.z(&truth);
        assert!(!agrees(&z), "services 3 % too slow pass with {servers} servers: {z:?}");
    }
}

#[test]
fn one_server_with_services_of_any_law() {
    let constant = Distribution::constant(SERVICE);
    assert!((pollaczek_khinchine(0.8, constant.as_ref().unwrap()) - 2.0 * SERVICE).abs() < 1e-9);
    for (service, load, customers) in [
        (constant, 0.8, 6_000),
        (Distribution::lognormal_of(SERVICE, SERVICE), 0.6, 6_000),
        (Distribution::gamma_of(SERVICE, SERVICE * 0.5), 0.6, 4_000),
        (Distribution::weibull_of(SERVICE, SERVICE * 1.5), 0.6, 6_000),
        (Distribution::triangular(0.0, SERVICE * 0.5, SERVICE * 2.5), 0.6, 6_000),
    ] {
        let service = service.unwrap();
        let wait = pollaczek_khinchine(load, &service);
        let z = Queue::new(1, load, service.clone(), customers).z(&[wait, load]);
        assert!(agrees(&z), "{service:?}: {z:?}");
    }
}

/// Cobham (1954): mean wait of class k in M/M/1 is R / ((1 - load up to k-1) (1 - load up to k)), where R is the
/// mean work left of the service in hand.
#[test]
fn two_classes_wait_as_their_priority_says_and_a_wrong_order_is_found() {
    let (first, second) = (0.3, 0.5);
    let residual = (first + second) * SERVICE;
    let truth = [residual / (1.0 - first), residual / ((1.0 - first) * (1.0 - first - second)), 0.8];
    let mut queue = Queue::new(1, first, Distribution::exponential(SERVICE).unwrap(), 8_000);
    queue.loads.push(second);
    let z = queue.z(&truth);
    assert!(agrees(&z), "{z:?}");
    queue.loads.swap(0, 1);
    let z = queue.z(&truth);
    assert!(z[0].abs() > LIMIT && z[1].abs() > LIMIT, "the classes served in the other order pass: {z:?}");
}

/// The number of customers in M/G/infinity at a time of the steady state is Poisson: its mean and its variance are
/// the offered load, whatever the law of the services.
fn in_service_without_limit(replication: u64, arrivals_an_hour: f64) -> f64 {
    let mut sheet = Sheet::new(7, replication);
    let mut agenda = Agenda::new();
    let mut station = Station::new(1, u32::MAX, AtClose::Finish);
    let service = Distribution::lognormal_of(3_600.0, 2_000.0).unwrap();
    let (looked, mut ordinal) = (Instant::START + Span::HOUR * 60, 0);
    agenda.push(Instant::START, 1, None);
    while let Some((now, event)) = agenda.pop_before(looked) {
        if let Some(slot) = event {
            station.finish(now, slot);
            continue;
        }
        sheet.open(Address { source: 0, generation: 0, ordinal: ordinal / 16 });
        let gap = -3_600.0 / arrivals_an_hour * libm::log(sheet.uniform(ordinal % 16 * 2));
        agenda.push(now + Span::from_secs_f64(gap), 1, None);
        let work = Span::from_secs_f64(sheet.draw(ordinal % 16 * 2 + 1, &service));
        ordinal += 1;
        // Both ways to a free server have the same effect.
        let slot = if ordinal % 2 == 0 {
            station.begin_at_once(now, (), 0).expect("servers have no limit")
        } else {
            station.join(now, (), 0);
            let Some(Next::Begun { slot, .. }) = station.next(now) else { panic!("servers have no limit") };
            slot
        };
        agenda.push(station.work(now, slot, work).at, 0, Some(slot));
    }
    f64::from(station.busy())
}

/// z of mean and variance, from 2,000 replications in 50 groups; the variance of a group is one observation.
fn unlimited_z(arrivals_an_hour: f64, truth: f64) -> [f64; 2] {
    let counts: Vec<f64> =
        (0..2_000).map(|replication| in_service_without_limit(replication, arrivals_an_hour)).collect();
    let variances = counts.chunks(40).map(|group| group.variance());
    [score(counts.iter().copied(), truth), score(variances, truth)]
}

#[test]
fn unlimited_servers_hold_a_poisson_number_and_a_wrong_number_is_found() {
    let (right, wrong) = (unlimited_z(10.0, 10.0), unlimited_z(11.0, 10.0));
    assert!(agrees(&right) && !agrees(&wrong), "{right:?}, a tenth too many: {wrong:?}");
}
