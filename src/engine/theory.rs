//! The kernel's parts, put together to small queues, against what queueing theory knows exactly.
//!
//! Protocol: fixed seeds; 40 independent replications (50 groups where a variance is estimated), each measured after
//! a third of its customers have come; z = (mean - truth) / standard error, and |z| <= 4. Of a right kernel one such
//! z is beyond 4 with probability 3e-4 (Student's t, 39 degrees of freedom), one of all some 25 with less than 1 %.
//! Since the seeds are fixed, a test fails always or never: what makes it fail is a change of the kernel.
//! The tests named `a_wrong_..._is_found` test the tests: services 3 % too slow, say, must not pass.

use super::agenda::Agenda;
use super::chance::{Address, Distribution, Sheet};
use super::station::{AtClose, Next, Slot, Station};
use super::time::{Instant, Span};

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

#[derive(Clone, Copy)]
struct Customer {
    ordinal: u32,
    class: u8,
}

/// Mean wait of each class (s) and the share of all that waits, for one replication.
struct Waits {
    mean: Vec<f64>,
    share: f64,
}

impl Queue {
    fn new(servers: u32, load: f64, service: Distribution, customers: u32) -> Queue {
        Queue { servers, loads: vec![load], service, customers, slower: 1.0 }
    }

    fn run(&self, replication: u64) -> Waits {
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
                    station.join(now, Customer { ordinal: joined, class }, class);
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
            while let Some(Next::Begun { slot, who, wait }) = station.next(now) {
                sheet.open(Address { source: 100, generation: 0, ordinal: who.ordinal / 32 });
                let work = sheet.draw(who.ordinal % 32, &self.service) * self.slower;
                let due = station.work(now, slot, Span::from_secs_f64(work));
                agenda.push(due.at, 0, Event::End { slot, generation: due.generation });
                if who.ordinal >= self.customers / 2 {
                    let sum = &mut waits[usize::from(who.class)];
                    *sum = (sum.0 + 1.0, sum.1 + wait.as_secs());
                    waited += f64::from(u8::from(wait > Span::ZERO));
                }
            }
        }
        let count: f64 = waits.iter().map(|sum| sum.0).sum();
        Waits { mean: waits.iter().map(|sum| sum.1 / sum.0).collect(), share: waited / count }
    }

    fn gap(&self, sheet: &mut Sheet, class: u8, ordinal: u32, now: Instant) -> Instant {
        sheet.open(Address { source: u16::from(class), generation: 0, ordinal: ordinal / 32 });
        let mean = SERVICE / (self.loads[usize::from(class)] * f64::from(self.servers));
        now + Span::from_secs_f64(-mean * libm::log(sheet.uniform(ordinal % 32)))
    }

    /// The z of the mean wait of each class, then of the share that waits, against the truth.
    fn z(&self, waits: &[f64], share: Option<f64>) -> Vec<f64> {
        let runs: Vec<Waits> = (0..REPLICATIONS).map(|replication| self.run(replication)).collect();
        let of_class = |class: usize| runs.iter().map(|run| run.mean[class]).collect::<Vec<_>>();
        let mut z: Vec<f64> = (0..waits.len()).map(|class| score(&of_class(class), waits[class])).collect();
        z.extend(share.map(|share| score(&runs.iter().map(|run| run.share).collect::<Vec<_>>(), share)));
        z
    }
}

/// (mean - truth) / standard error.
fn score(values: &[f64], truth: f64) -> f64 {
    let count = values.len() as f64;
    let mean = values.iter().sum::<f64>() / count;
    let variance = values.iter().map(|value| (value - mean) * (value - mean)).sum::<f64>() / (count - 1.0);
    (mean - truth) / (variance / count).sqrt()
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

/// M/M/c with few servers and with many: the queue, its mean wait and the share that waits.
fn mmc() -> [(Queue, f64, f64); 3] {
    [(1, 0.7), (5, 0.8), (50, 0.9)].map(|(servers, load)| {
        let share = erlang_c(servers, load);
        let wait = share * SERVICE / (f64::from(servers) * (1.0 - load));
        (Queue::new(servers, load, Distribution::exponential(SERVICE).unwrap(), 6_000), wait, share)
    })
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

#[test]
fn one_server_or_many_with_exponential_services() {
    for (queue, wait, share) in mmc() {
        let z = queue.z(&[wait], Some(share));
        assert!(agrees(&z), "{} servers: {z:?}", queue.servers);
    }
}

#[test]
fn one_server_with_constant_services() {
    let service = Distribution::constant(SERVICE).unwrap();
    let wait = pollaczek_khinchine(0.8, &service);
    assert!((wait - 2.0 * SERVICE).abs() < 1e-9);
    let z = Queue::new(1, 0.8, service, 6_000).z(&[wait], Some(0.8));
    assert!(agrees(&z), "{z:?}");
}

#[test]
fn one_server_with_services_of_any_law() {
    for service in [
        Distribution::lognormal_of(SERVICE, SERVICE),
        Distribution::gamma_of(SERVICE, SERVICE * 0.5),
        Distribution::weibull_of(SERVICE, SERVICE * 1.5),
        Distribution::triangular(0.0, SERVICE * 0.5, SERVICE * 2.5),
    ] {
        let service = service.unwrap();
        let wait = pollaczek_khinchine(0.6, &service);
        let customers =
            if matches!(service.law(), super::distribution::Law::Gamma { .. }) { 4_000 } else { 6_000 };
        let z = Queue::new(1, 0.6, service, customers).z(&[wait], Some(0.6));
        assert!(agrees(&z), "{z:?}");
    }
}

/// Cobham (1954): mean wait of class k in M/M/1 is R / ((1 - load up to k-1) (1 - load up to k)), where R is the
/// mean work left of the service in hand.
fn two_classes() -> (Queue, [f64; 2]) {
    let (first, second) = (0.3, 0.5);
    let residual = (first + second) * SERVICE;
    let waits = [residual / (1.0 - first), residual / ((1.0 - first) * (1.0 - first - second))];
    let mut queue = Queue::new(1, first, Distribution::exponential(SERVICE).unwrap(), 8_000);
    queue.loads.push(second);
    (queue, waits)
}

#[test]
fn two_classes_wait_as_their_priority_says() {
    let (queue, waits) = two_classes();
    let z = queue.z(&waits, Some(0.8));
    assert!(agrees(&z), "{z:?}");
}

#[test]
fn a_wrong_rate_is_found() {
    for (mut queue, wait, share) in mmc() {
        queue.slower = 1.03;
        let z = queue.z(&[wait], Some(share));
        assert!(!agrees(&z), "services 3 % too slow pass with {} servers: {z:?}", queue.servers);
    }
}

#[test]
fn a_wrong_order_is_found() {
    let (mut queue, waits) = two_classes();
    queue.loads.swap(0, 1);
    let z = queue.z(&waits, Some(0.8));
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
        let Some(slot) = event else {
            sheet.open(Address { source: 0, generation: 0, ordinal: ordinal / 16 });
            let gap = -3_600.0 / arrivals_an_hour * libm::log(sheet.uniform(ordinal % 16 * 2));
            agenda.push(now + Span::from_secs_f64(gap), 1, None);
            station.join(now, sheet.draw(ordinal % 16 * 2 + 1, &service), 0);
            ordinal += 1;
            while let Some(Next::Begun { slot, who, .. }) = station.next(now) {
                let due = station.work(now, slot, Span::from_secs_f64(who));
                agenda.push(due.at, 0, Some(slot));
            }
            continue;
        };
        station.finish(now, slot);
    }
    f64::from(station.busy())
}

/// z of mean and variance, from 2,000 replications in 50 groups; the variance of a group is one observation.
fn unlimited_z(arrivals_an_hour: f64, truth: f64) -> [f64; 2] {
    let counts: Vec<f64> =
        (0..2_000).map(|replication| in_service_without_limit(replication, arrivals_an_hour)).collect();
    let variances: Vec<f64> = counts
        .chunks(40)
        .map(|group| {
            let mean = group.iter().sum::<f64>() / 40.0;
            group.iter().map(|count| (count - mean) * (count - mean)).sum::<f64>() / 39.0
        })
        .collect();
    [score(&counts, truth), score(&variances, truth)]
}

#[test]
fn unlimited_servers_hold_a_poisson_number() {
    let z = unlimited_z(10.0, 10.0);
    assert!(agrees(&z), "{z:?}");
}

#[test]
fn a_wrong_number_in_service_is_found() {
    let z = unlimited_z(11.0, 10.0);
    assert!(!agrees(&z), "a tenth too many arrivals pass: {z:?}");
}
