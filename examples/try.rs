use shipback::engine::time::Instant;
use shipback::world::*;
struct Log(bool, Vec<u64>, [u64; 5]);
impl Observer for Log {
    fn fact(&mut self, at: Instant, f: &Fact) {
        if self.0 {
            println!("{at} {f:?}");
        }
        if let Some(r) = f.rule() {
            self.1[r.index()] += 1;
        }
    }
    fn job(&mut self, j: &JobRow) {
        self.2[j.outcome as usize] += 1;
        if self.0 {
            println!("{j:?}");
        }
    }
}
fn main() {
    let a: Vec<String> = std::env::args().collect();
    let path = a.get(1).filter(|p| *p != "-").map(std::path::PathBuf::from);
    let loaded = match shipback::scenario::Scenario::load(path.as_deref(), &a[3.min(a.len())..].to_vec()) {
        Ok(l) => l,
        Err(e) => {
            eprintln!("{e}");
            std::process::exit(2)
        }
    };
    let s = &loaded.scenario;
    let t = std::time::Instant::now();
    let audit = a.get(2).is_some_and(|x| x.contains("audit"));
    let log = Log(a.get(2).is_some_and(|x| x.contains("log")), vec![0; 64], [0; 5]);
    let mut w = World::new(s, s.run.seed, 0, log);
    while w.step() {
        if audit {
            w.audit();
        }
    }
    let (end, log) = w.finish();
    println!("{:?} stopped {} events {} open {}", t.elapsed(), end.stopped, end.events, end.open);
    println!("{:?}", log.2);
    for r in shipback::policy::Rule::ALL {
        print!("{}={} ", r, log.1[r.index()]);
    }
    println!();
    for (i, (a, b)) in end.at_warmup.iter().zip(end.at_horizon).enumerate() {
        let m = b.since(a);
        println!(
            "{i} util {:.3} wait {:.2}h q {:.1} served {} longest {}",
            m.busy as f64 / m.capacity as f64,
            m.wait as f64 / 3.6e9 / m.begun.max(1) as f64,
            m.queue as f64 / (s.run.horizon - s.run.warmup).micros() as f64,
            m.served,
            m.longest
        );
    }
}
