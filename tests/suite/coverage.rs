//! How often 95 % intervals cover what is known: many experiments of few replications each, against closed forms and
//! against simulations of the test's own. The whole campaign runs every night; a part of it with every change.
//!
//! Seeds are fixed and never rolled again.

use crate::statistics::{numbers, scenario};
use shipback::experiment::{
    Finished, Goal, KEEP_NONE, Precision, SizePlan, Study, Verdict, aims, clopper_pearson, differences,
    estimate, size,
};
use shipback::measure::vocabulary;
use shipback::scenario::{Scenario, Target, Vary};
use std::collections::BTreeMap;
use std::convert::Infallible;

/// A 95 % interval covers at least so often,
const LEAST: f64 = 0.915;
/// and no more often than this, but for
const MOST: f64 = 0.985;
/// what rests on few events, whose bounds hold for any number of them: so they are wide for most. In [`SPELL`] most
/// replications miss nothing; then a miss is assumed to take a tenth of one. With two replications, Student's t adds to that.
const WIDE: [&str; 4] = [
    "sla.s.attainment",
    "packages.lost, 1.1 % less 1 %, paired",
    "drives.never_received, ten at a time",
    "R = 2: packages.lost.share, 1 %",
];

/// One bay at 69 %, ten days from an empty site: nearly all are done in 9 hours, but in bad spells.
const SPELL: &str = "[run]\nstart = \"2026-01-01\"\nzone = \"UTC\"\nhorizon = \"10d\"\n[demand.imports]\nrate = \"40/day\"\n\
    drives = 1\nbytes = \"1B\"\n[carrier.any]\ntransit = \"0s\"\n[customer]\npacks = \"0s\"\n[site.bays]\nservers = 1\n\
    rate = \"1GB/s\"\nmount = { exponential = { mean = \"25min\" } }\n[[sla]]\nname = \"s\"\nfrom = \"ordered\"\nto = \"ended\"\n\
    within = \"9h\"\ntarget = 0.99\n[policy]\nretention = \"1s\"\n";

/// Ten jobs a day for a month; packages are lost alone, with all drives in them.
fn losing(lost: f64, drives: u32, rate: u32) -> String {
    format!(
        "[run]\nstart = \"2026-01-01\"\nzone = \"UTC\"\nhorizon = \"30d\"\n[demand.imports]\nrate = \"{rate}/day\"\n\
         drives = {drives}\nbytes = \"1B\"\n[carrier.any]\ntransit = \"1d\"\nlost = {lost}\n[customer]\npacks = \"1d\"\n\
         reached = 0\n[policy]\ncreating_expiry = \"3000d\"\nretention = \"1s\"\n"
    )
}

/// Jobs cut off after 90 days that take 30 on average, exponentially.
const CUT: &str = "[run]\nhorizon = \"90d\"\nending = \"censor\"\n[policy]\ncreating_expiry = \"3000d\"\nretention = \"1s\"\n\
    [demand.a]\nrate = \"2/day\"\ndrives = 1\nbytes = \"1B\"\n[carrier.c]\ntransit = \"0s\"\n[customer]\n\
    packs = { exponential = { mean = \"30d\" } }\n";

/// A generator of the test's own (Marsaglia's xorshift).
struct Uniform(u64);

impl Uniform {
    fn next(&mut self) -> f64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        ((self.0 >> 11) as f64 + 0.5) / 9_007_199_254_740_992.0
    }

    fn exponential(&mut self, mean: f64) -> f64 {
        -libm::log(self.next()) * mean
    }
}

/// What is true of [`SPELL`], by Lindley's recursion: in minutes, and as a time average over the ten days.
struct Queue {
    attainment: f64,
    quantiles: [f64; 3],
    queue: f64,
    busy: f64,
}

fn queue(runs: u32) -> Queue {
    let (horizon, mut uniform) = (14_400.0, Uniform(0x2545_F491_4F6C_DD1D));
    // Sojourns in tenths of a minute.
    let mut sojourns = vec![0_u64; 60_000];
    let (mut waiting, mut working) = (0.0, 0.0);
    for _ in 0..runs {
        let (mut now, mut free) = (0.0_f64, 0.0_f64);
        loop {
            now += uniform.exponential(36.0);
            if now >= horizon {
                break;
            }
            let begin = now.max(free);
            free = begin + uniform.exponential(25.0);
            waiting += begin.min(horizon) - now;
            working += free.min(horizon) - begin.min(horizon);
            sojourns[(((free - now) * 10.0) as usize).min(59_999)] += 1;
        }
    }
    let all: u64 = sojourns.iter().sum();
    let below = |p: f64| {
        let mut sum = 0;
        sojourns.iter().position(|count| {
            sum += count;
            sum as f64 >= p * all as f64
        })
    };
    let quantiles = [0.5, 0.95, 0.99].map(|p| (below(p).expect("some") as f64 + 0.5) / 10.0 / 1440.0);
    let late: u64 = sojourns[5400..].iter().sum();
    let time = f64::from(runs) * horizon;
    Queue {
        attainment: 1.0 - late as f64 / all as f64,
        quantiles,
        queue: waiting / time,
        busy: working / time,
    }
}

/// How often each of several intervals covered.
#[derive(Default)]
struct Covered(BTreeMap<String, (u32, u32)>);

impl Covered {
    fn count(&mut self, name: &str, interval: Option<(f64, f64)>, truth: f64) {
        let (low, high) = interval.unwrap_or_else(|| panic!("{name} has an interval"));
        let one = self.0.entry(name.into()).or_default();
        *one = (one.0 + u32::from(low <= truth && truth <= high), one.1 + 1);
    }

    /// Prints all shares, and fails where one is less than `least`, or above [`MOST`] without a word on why.
    fn judge(&self, least: f64, has_most: bool) {
        let share = |(covered, all): (u32, u32)| f64::from(covered) / f64::from(all);
        for (name, one) in &self.0 {
            println!("{name:<58} {:.3} of {}", share(*one), one.1);
        }
        for (name, one) in &self.0 {
            assert!(share(*one) >= least, "{name}: {} of {}", one.0, one.1);
            let is_wide = WIDE.iter().any(|wide| name.ends_with(wide));
            assert!(!has_most || is_wide || share(*one) <= MOST, "{name}: {} of {}", one.0, one.1);
        }
    }
}

/// What so few experiments are to show: an interval that covers as seldom as [`LEAST`] falls below with a chance of 5 %.
fn least_of(experiments: f64) -> f64 {
    LEAST - 1.645 * (LEAST * (1.0 - LEAST) / experiments).sqrt()
}

/// The queue of [`SPELL`]: a share that is nearly always one, quantiles, time averages.
fn spells(experiments: u64, replications: u64, truth: &Queue, covered: &mut Covered) {
    let spell = scenario(SPELL);
    for seed in 0..experiments {
        let numbers = numbers(&spell, seed, replications);
        let mut one = |metric: &str, truth: f64| {
            let found = estimate(&numbers, metric, "").unwrap_or_else(|| panic!("{metric}"));
            covered.count(&format!("R = {replications}: {metric}"), found.interval, truth);
        };
        one("sla.s.attainment", truth.attainment);
        for (p, truth) in ["p50", "p95", "p99"].iter().zip(truth.quantiles) {
            one(&format!("turnaround.{p}"), truth);
        }
        one("station.bays.queue.mean", truth.queue);
        one("station.bays.utilization", truth.busy);
    }
}

/// Packages that are lost: a share, counts that come ten at a time, and differences.
fn losses(experiments: u64, replications: u64, covered: &mut Covered) {
    let (usual, more) = (scenario(&losing(0.01, 1, 10)), scenario(&losing(0.011, 1, 10)));
    let together = scenario(&losing(0.005, 10, 1));
    for seed in 0..experiments {
        let base = numbers(&usual, seed, replications);
        let name = |what: &str| format!("R = {replications}: {what}");
        let share = estimate(&base, "packages.lost.share", "way=in").expect("some are sent");
        covered.count(&name("packages.lost.share, 1 %"), share.interval, 0.01);
        let mean = estimate(&base, "jobs.created", "").expect("some are ordered");
        covered.count(&name("jobs.created"), mean.interval, 300.0);
        let other = numbers(&more, seed, replications);
        let all = differences(&base, &other, true, &[], None);
        let lost =
            all.iter().find(|one| one.metric == "packages.lost" && one.by == "way=in").expect("both have it");
        covered.count(&name("packages.lost, 1.1 % less 1 %, paired"), lost.interval, 0.3);
        let clustered = numbers(&together, seed, replications);
        let drives = estimate(&clustered, "drives.never_received", "").expect("it is counted");
        covered.count(&name("drives.never_received, ten at a time"), drives.interval, 1.5);
    }
}

/// Kaplan and Meier's median where a part is cut off.
fn medians(experiments: u64, replications: u64, covered: &mut Covered) {
    let cut = scenario(CUT);
    for seed in 0..experiments {
        let found = estimate(&numbers(&cut, seed, replications), "until_ended.kaplan_meier.p50", "");
        let name = format!("R = {replications}: until_ended.kaplan_meier.p50");
        covered.count(&name, found.expect("half end").interval, 30.0 * libm::log(2.0));
    }
}

/// Run until the half-width is 5 %.
fn sequential(experiments: u64, covered: &mut Covered) {
    let usual =
        scenario(&losing(0.0, 1, 2).replace("packs = \"1d\"", "packs = { exponential = { mean = \"3d\" } }"));
    let precision = vec![Precision::parse("turnaround.mean=3%", &vocabulary(&usual)).expect("a precision")];
    let goal = Goal { replications: 20, precision, most: 200 };
    for seed in 0..experiments {
        let one = |number| Ok::<_, Infallible>(Finished::run(&usual, seed, number));
        let Ok(study) = Study::until(&usual, &goal, one);
        let found = estimate(&study.numbers, "turnaround.mean", "").expect("all end");
        // On their way a day, and packed three days on average.
        covered.count("sequential: turnaround.mean within 3 %", found.interval, 4.0);
    }
}

/// Independent jobs, a day on their way and packed for three on average: N of them have a median whose standard error is
/// `sqrt(1/4 / N)` over the density, `1/6` a day. With 400 replications the median of all but one hardly leaves its bucket.
#[test]
fn quantiles_of_many_replications_are_as_uncertain_as_on_paper() {
    let usual =
        scenario(&losing(0.0, 1, 2).replace("packs = \"1d\"", "packs = { exponential = { mean = \"3d\" } }"));
    let found = estimate(&numbers(&usual, 1, 400), "turnaround.p50", "").expect("all end");
    let (low, high) = found.interval.expect("it has one");
    let half = 1.966 * 0.5 / (found.n as f64).sqrt() * 6.0;
    let wide = (high - low) / 2.0 / half;
    assert!((0.85..1.2).contains(&wide), "{low} to {high}: {wide} of {half}");
    let truth = 1.0 + 3.0 * libm::log(2.0);
    assert!(low < truth && truth < high, "{low} to {high} without {truth}");
}

#[test]
#[ignore = "a minute"]
fn a_hundred_experiments_cover_spells_and_clusters() {
    let truth = queue(40_000);
    // 200,000 runs of another program gave .998708 with a standard error of .000022.
    assert!((truth.attainment - 0.998_708).abs() < 0.000_15, "{}", truth.attainment);
    let mut covered = Covered::default();
    spells(100, 10, &truth, &mut covered);
    losses(100, 2, &mut covered);
    covered.judge(least_of(100.0), false);
}

#[test]
#[ignore = "some minutes"]
fn intervals_of_all_kinds_cover() {
    let truth = queue(200_000);
    let mut covered = Covered::default();
    for replications in [10, 30] {
        spells(400, replications, &truth, &mut covered);
        losses(400, replications, &mut covered);
        medians(400, replications, &mut covered);
    }
    losses(400, 2, &mut covered);
    covered.judge(LEAST, true);
}

#[test]
#[ignore = "a minute"]
fn intervals_of_runs_until_precise_cover() {
    let mut covered = Covered::default();
    sequential(400, &mut covered);
    covered.judge(LEAST, true);
}

/// One search of a tiny site, and whether it confirms a value that fails, and the smallest that meets.
fn search(text: &str, vary: &str, target: &str, truth: usize, seed: u64) -> (bool, bool) {
    let vary = Vary::parse(vary).expect("values");
    let seed = format!("run.seed={seed}");
    let point = |choice: &[usize]| {
        Scenario::parse(text, &[vary.set(choice[0]), seed.clone()]).map(|loaded| loaded.scenario)
    };
    let first = point(&[0]).unwrap_or_else(|why| panic!("{why}"));
    let aims =
        aims(&first, &[Target::parse(target).expect("a target")]).unwrap_or_else(|why| panic!("{why}"));
    let plan = SizePlan { replications: 10, most: 160, confidence: 0.95 };
    let found = size(&point, std::slice::from_ref(&vary), &aims, &[], plan, KEEP_NONE)
        .unwrap_or_else(|why| panic!("{why}"));
    let confirmed = found.best.filter(|best| best.meets.verdict == Verdict::Met).map(|best| best.choice[0]);
    (confirmed.is_some_and(|at| at < truth), confirmed == Some(truth))
}

/// Searches of one kind: at most 5 % confirm what fails, and so many are decided at least.
fn searches(
    name: &str,
    text: &str,
    (vary, target, truth): (&str, &str, usize),
    experiments: u64,
    decided: f64,
) {
    let found: Vec<(bool, bool)> =
        (0..experiments).map(|seed| search(text, vary, target, truth, seed)).collect();
    let count = |of: fn(&(bool, bool)) -> bool| found.iter().filter(|one| of(one)).count() as f64;
    let (wrong, right) = (count(|one| one.0), count(|one| one.1));
    let all = experiments as f64;
    let (_, bound) = clopper_pearson(wrong as u64, experiments, 0.9);
    println!(
        "{name:<58} wrong {:.3} (below {bound:.3} with 95 %), decided {:.3} of {all}",
        wrong / all,
        right / all
    );
    assert!(wrong <= 0.05 * all, "{name}: {wrong} of {all}");
    assert!(right >= decided * all, "{name}: {right} of {all}");
}

/// Erlang's queue of 5 an hour: within 3 hours are 80.9 % with 6 servers, 90.3 % with 7, 93.1 % with 8 (see `sizing`).
const ERLANG: &str = "[run]\nwarmup = \"50h\"\nhorizon = \"250h\"\nending = \"censor\"\n[policy]\nretention = \"1s\"\n\
    [demand.a]\nrate = \"5/h\"\nbytes = { exponential = { mean = \"3.6GB\" } }\n[carrier.c]\ntransit = \"0s\"\n[customer]\n\
    packs = \"0s\"\n[site.bays]\nservers = 7\nrate = \"1MB/s\"\n[[sla]]\nname = \"soon\"\nfrom = \"received\"\nto = \"copied\"\n\
    within = \"3h\"\ntarget = 0.9\n";

#[test]
#[ignore = "half an hour"]
fn four_hundred_searches_beside_erlangs_boundary_confirm_what_meets() {
    let erlang = ("site.bays.servers=6..9", "sla.soon.attainment >= 0.87", 1);
    searches("size, Erlang C between 6 and 7 bays", ERLANG, erlang, 400, 0.8);
}

#[test]
#[ignore = "some minutes"]
fn four_hundred_searches_among_spells_confirm_what_meets() {
    let spells = ("site.bays.servers=1..3", "sla.s.attainment >= 0.99", 1);
    let text = SPELL.replace("\"9h\"", "\"5h\"");
    searches("size, spells between 1 and 2 bays", &text, spells, 400, 0.8);
}

/// One bay meets 99.8708 %: one step below the target, and with 160 replications nobody can show that two meet it.
#[test]
#[ignore = "some minutes"]
fn four_hundred_searches_just_below_the_target_confirm_nothing() {
    let close = ("site.bays.servers=1..2", "sla.s.attainment >= 0.9989", 1);
    searches("size, spells just below the target", SPELL, close, 400, 0.0);
}

/// The case that confirmed one bay in 17 of 40 seeds.
#[test]
fn a_bay_that_fails_in_bad_spells_is_not_confirmed() {
    let close = ("site.bays.servers=1", "sla.s.attainment >= 0.9989", 1);
    searches("size, spells just below the target", SPELL, close, 10, 0.0);
}
