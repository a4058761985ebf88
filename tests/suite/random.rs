//! Scenarios out of a seed: every knob at random, its extremes more often than fair.

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use std::fmt::Write;

/// Dice that fall the same way for the same seed.
pub struct Dice(ChaCha8Rng);

impl Dice {
    pub fn new(seed: u64) -> Dice {
        Dice(ChaCha8Rng::seed_from_u64(seed))
    }

    /// A whole number from 0 up to, not including, `sides`.
    pub fn below(&mut self, sides: u64) -> u64 {
        self.0.next_u64() % sides
    }

    pub fn between(&mut self, least: u64, most: u64) -> u64 {
        least + self.below(most - least + 1)
    }

    /// True once in `times`.
    pub fn once_in(&mut self, times: u64) -> bool {
        self.below(times) == 0
    }

    pub fn pick<T: Copy>(&mut self, of: &[T]) -> T {
        of[self.below(of.len() as u64) as usize]
    }

    /// A chance: none, certain, or between.
    pub fn chance(&mut self) -> f64 {
        match self.below(8) {
            0..=2 => 0.0,
            3 => 1.0,
            4 | 5 => 0.02 * self.below(10) as f64,
            _ => self.below(1001) as f64 / 1000.0,
        }
    }

    /// Chances that exclude each other.
    fn shares(&mut self, number: usize) -> Vec<f64> {
        let mut left = 1000;
        let mut shares = vec![];
        for _ in 0..number {
            let share = match self.below(6) {
                0..=2 => 0,
                3 => left,
                _ => self.below(left + 1),
            };
            left -= share;
            shares.push(share as f64 / 1000.0);
        }
        shares
    }

    /// A duration that the clock has room for: none, one tick, or any length up to `days`.
    pub fn span(&mut self, days: u64) -> String {
        match self.below(9) {
            0 => "0s".into(),
            1 => "1us".into(),
            2 => format!("{}min", self.between(1, 90)),
            3 => format!("{}h", self.between(1, 72)),
            4 => format!("{}us", self.between(1, days * 86_400_000_000)),
            _ => format!("{}d", self.between(1, days)),
        }
    }

    /// A duration longer than none.
    pub fn some_span(&mut self, days: u64) -> String {
        let span = self.span(days);
        if span == "0s" { "1us".into() } else { span }
    }

    /// A distribution of durations.
    pub fn law(&mut self, days: u64) -> String {
        let day = self.between(1, days);
        match self.below(8) {
            0..=3 => format!("\"{}\"", self.span(days)),
            4 => format!("{{ exponential = {{ mean = \"{day}d\" }}, max = \"{}d\" }}", day * 5),
            5 => format!("{{ uniform = {{ low = \"0s\", high = \"{day}d\" }} }}"),
            6 => {
                format!("{{ lognormal = {{ mean = \"{day}d\", sd = \"{day}d\" }}, max = \"{}d\" }}", day * 9)
            }
            _ => format!("{{ discrete = {{ values = [\"0s\", \"{day}d\"], weights = [1, 2] }} }}"),
        }
    }
}

/// The text of a scenario.
pub struct Text(pub String);

impl Text {
    fn table(&mut self, name: &str) {
        let _ = writeln!(self.0, "\n[{name}]");
    }
    fn array(&mut self, name: &str) {
        let _ = writeln!(self.0, "\n[[{name}]]");
    }
    fn set(&mut self, key: &str, value: impl std::fmt::Display) {
        let _ = writeln!(self.0, "{key} = {value}");
    }
    fn quoted(&mut self, key: &str, value: impl std::fmt::Display) {
        self.set(key, format!("\"{value}\""));
    }
}

const HOURS: [&str; 6] = [
    "Mon-Fri 08:00-18:00",
    "daily 00:00-24:00",
    "Sat,Sun",
    "Mon 00:00-00:01",
    "Sun-Tue 01:30-02:30",
    "Mon-Fri 09:00-17:00",
];

/// Enough for some tens of jobs.
const SHIFTS: [&str; 4] = ["Mon-Fri 08:00-18:00", "daily 00:00-24:00", "Sun-Tue 01:30-22:30", "Sat,Sun"];

/// A scenario that some tens of jobs live through.
pub fn scenario(seed: u64) -> String {
    let mut dice = Dice::new(seed);
    let dice = &mut dice;
    let mut text = Text(String::new());
    // What was added to the scenarios later has dice of its own, so that a seed keeps the rest of its scenario.
    let added = &mut Dice::new(seed ^ 0x5eed_0000_0000);
    let stops = added.once_in(5).then(|| added.pick(&["14d", "15d", "30d", "44d", "45d", "104d"]));
    run(&mut text, dice, stops);
    policy(&mut text, dice, added);
    let sources = dice.between(1, 3);
    let classes = dice.between(1, 3);
    for source in 0..sources {
        demand(&mut text, dice, source, classes);
    }
    let carriers = dice.between(1, 3);
    for number in 0..carriers {
        carrier(&mut text, dice, number);
    }
    customer(&mut text, dice);
    faults(&mut text, dice);
    site(&mut text, dice, classes);
    for _ in 0..dice.below(4) {
        disruption(&mut text, dice, sources, carriers);
    }
    let jobs = if added.once_in(2) { added.between(1, 12) } else { 0 };
    for number in 0..jobs {
        written(&mut text, added, number, jobs);
    }
    text.0
}

fn run(text: &mut Text, dice: &mut Dice, stops: Option<&str>) {
    text.table("run");
    text.set("seed", dice.below(1 << 40));
    text.quoted("start", dice.pick(&["2026-01-01", "2026-03-06", "2026-10-28", "2028-02-27", "1999-12-30"]));
    text.quoted("zone", dice.pick(&["UTC", "America/Chicago", "Australia/Lord_Howe", "Asia/Kathmandu"]));
    let horizon = format!("{}d", dice.between(30, 400));
    // A run that stops does so at an instant on which much else falls.
    text.quoted("horizon", stops.map_or(horizon, str::to_owned));
    if stops.is_some() {
        text.quoted("ending", "censor");
    } else {
        text.quoted("drain_limit", "20000d");
    }
    if dice.once_in(3) {
        text.quoted("warmup", format!("{}h", dice.between(1, 200)));
    }
    text.table("calendar");
    text.set("working_days", dice.pick(&["\"Mon-Fri\"", "\"Mon-Sat\"", "\"daily\""]));
    if dice.once_in(2) {
        text.set(
            "holidays",
            "[\"2026-01-01\", \"2026-03-08\", \"2026-03-09\", \"2026-11-02\", \"2000-01-03\"]",
        );
    }
}

fn policy(text: &mut Text, dice: &mut Dice, added: &mut Dice) {
    text.table("policy");
    let windows = [
        "creating_expiry",
        "shipping_deadline",
        "extension",
        "response_window",
        "retention",
        "contact_window",
        "destroy_after",
        "fault_window",
    ];
    for window in windows {
        match dice.below(4) {
            0 => text.quoted(window, dice.some_span(120)),
            1 => text.quoted(window, format!("{}d", dice.between(1, 30))),
            _ => {}
        }
    }
    if dice.once_in(3) {
        text.set("creating_expiry_resets", "false");
    }
    text.set("max_extensions", dice.pick(&[0, 1, 2, 2, 5]));
    text.set("warnings_close_job", dice.once_in(2));
    match added.below(4) {
        0 => text.quoted("answer_window", added.span(120)),
        1 => text.quoted("answer_window", format!("{}d", added.between(1, 30))),
        _ => {}
    }
    text.quoted("cancel_until", dice.pick(&["creating", "shipping", "received", "transferring"]));
}

fn demand(text: &mut Text, dice: &mut Dice, number: u64, classes: u64) {
    text.table(&format!("demand.s{number}"));
    if dice.once_in(4) {
        let dates: Vec<String> = (0..dice.between(1, 12)).map(|_| format!("\"{}\"", dice.span(20))).collect();
        text.set("dates", format!("[{}]", dates.join(", ")));
    } else {
        text.quoted("rate", format!("{}/day", dice.pick(&[1, 3, 10, 500])));
        text.set("limit", dice.between(1, 25));
        if dice.once_in(2) {
            text.set("weekly", "{ \"Mon-Fri\" = 1.2, \"Sat 02:00-03:00\" = 7 }");
        }
        if dice.once_in(3) {
            text.set("holidays", dice.pick(&["0", "2.5"]));
        }
    }
    if dice.once_in(3) {
        text.set("backlog", dice.between(1, 8));
    }
    text.set("export_share", dice.chance());
    if classes > 1 {
        let share = dice.below(101);
        let first = share as f64 / 100.0;
        text.set("classes", format!("{{ c0 = {first}, c1 = {} }}", (100 - share) as f64 / 100.0));
    }
    match dice.below(3) {
        0 => text.set("drives", 1),
        1 => text.set("drives", dice.between(1, 10)),
        _ => text.set("drives", "{ uniform = { low = 1, high = 10 } }"),
    }
    match dice.below(5) {
        0 => text.set("bytes", "\"0B\""),
        1 => text.set("bytes", "\"1B\""),
        2 => text.set("bytes", "{ uniform = { low = \"0B\", high = \"9GB\" } }"),
        _ => text.set("bytes", "{ lognormal = { mean = \"300GB\", sd = \"200GB\" }, max = \"2TB\" }"),
    }
    text.set("accounts", dice.between(1, 3));
}

fn carrier(text: &mut Text, dice: &mut Dice, number: u64) {
    text.table(&format!("carrier.k{number}"));
    text.set("transit", dice.law(20));
    text.set("delayed", dice.chance());
    text.set("delayed_transit", dice.law(60));
    text.set("lost", dice.chance());
    text.set("damaged", dice.chance());
    if dice.once_in(2) {
        text.quoted("delivers", dice.pick(&HOURS));
    }
    if dice.once_in(2) {
        text.quoted("pickup", dice.pick(&["Mon-Fri 17:00", "Sun 02:30", "daily 23:59"]));
    }
}

fn customer(text: &mut Text, dice: &mut Dice) {
    text.table("customer");
    text.set("packs", dice.law(20));
    text.quoted("updates", format!("{}/day", dice.pick(&["0", "0.1", "1", "50"])));
    text.set("updates_most", dice.pick(&[0, 1, 20]));
    for chance in ["forgets_package", "forgets_shipping", "never_ships", "deletes", "cancels"] {
        text.set(chance, dice.chance());
    }
    for chance in ["unreachable", "reached", "waits", "reorders"] {
        text.set(chance, dice.chance());
    }
    for law in ["remembers_after", "deletes_after", "cancels_after"] {
        text.set(law, dice.law(20));
    }
    text.set("answers_after", dice.law(50));
    text.set("reorders_after", dice.law(50));
}

fn faults(text: &mut Text, dice: &mut Dice) {
    text.table("faults");
    for chance in ["missing_drive", "comes_later", "with_neighbour", "extra_drive", "noticed_late"] {
        text.set(chance, dice.chance());
    }
    text.set("return_impossible", dice.chance());
    for group in [
        &["wrong_address", "partial_address"][..],
        &["warnings", "errors", "unreadable", "wrong_key", "broken_manifest"],
        &["customs_hold", "account_refused", "storage_inaccessible"],
    ] {
        for (key, share) in group.iter().zip(dice.shares(group.len())) {
            text.set(key, share);
        }
    }
    text.set("later_by", dice.law(60));
    text.set("back_after", dice.law(60));
}

fn station(text: &mut Text, dice: &mut Dice, name: &str) {
    text.table(&format!("site.{name}"));
    match dice.below(4) {
        0 => {}
        1 => text.set("servers", dice.between(1, 2)),
        2 => {
            text.set("servers", dice.between(1, 4));
            text.quoted("hours", dice.pick(&SHIFTS));
            text.set("closed_on_holidays", dice.once_in(2));
        }
        _ => text.set("servers", "{ \"Mon-Fri 08:00-12:00\" = 3, \"Mon-Fri 12:00-18:00\" = 1, \"Sat\" = 2 }"),
    }
    text.quoted("at_close", dice.pick(&["finish", "suspend"]));
    if dice.once_in(4) {
        let (from, length) = (dice.between(0, 30), dice.between(1, 20));
        let servers = dice.pick(&[0, 1, 7]);
        let row = format!("{{ from = \"{from}d\", until = \"{}d\", servers = {servers} }}", from + length);
        text.set("servers_by_date", format!("[{row}]"));
    }
}

fn work(dice: &mut Dice) -> String {
    match dice.below(4) {
        0 => "\"0s\"".into(),
        1 => format!("\"{}min\"", dice.between(1, 90)),
        2 => "{ exponential = { mean = \"30min\" }, max = \"9h\" }".into(),
        _ => "{ triangular = { low = \"0s\", mode = \"10min\", high = \"2h\" } }".into(),
    }
}

fn site(text: &mut Text, dice: &mut Dice, classes: u64) {
    text.table("site");
    let names: Vec<String> = (0..classes).map(|number| format!("\"c{number}\"")).collect();
    text.set("classes", format!("[{}]", names.join(", ")));
    match dice.below(4) {
        0 => {
            text.set("shelf", dice.between(1, 60));
            text.quoted("shelf_full", "overflow");
        }
        1 => {
            text.set("shelf", dice.between(1, 60));
            text.quoted("shelf_full", "wait");
        }
        _ => {}
    }
    station(text, dice, "dock");
    text.set("per_package", work(dice));
    text.set("per_drive", work(dice));
    if dice.once_in(2) {
        station(text, dice, "preparation");
        text.set("per_drive", dice.law(6));
    }
    station(text, dice, "bays");
    text.set("mount", work(dice));
    text.quoted("rate", dice.pick(&["1PB/s", "70MB/s", "5MB/s", "200MB/s"]));
    if dice.once_in(3) {
        text.quoted("total_rate", dice.pick(&["100MB/s", "7MB/s", "1GB/s"]));
    }
    if dice.once_in(3) {
        text.quoted("account_rate", dice.pick(&["100MB/s", "7MB/s", "1GB/s"]));
    }
    station(text, dice, "packing");
    text.set("per_package", work(dice));
    text.set("per_drive", work(dice));
    station(text, dice, "operations");
    text.set("per_attempt", work(dice));
    let between = dice.pick(&["1h", "1d", "2d", "20d", "90min"]);
    text.quoted("between_attempts", between);
}

fn disruption(text: &mut Text, dice: &mut Dice, sources: u64, carriers: u64) {
    text.array("disruption");
    let (from, length) = (dice.between(0, 40), dice.between(1, 60));
    text.quoted("from", format!("{from}d"));
    text.quoted("until", format!("{}d", from + length));
    match dice.below(3) {
        0 => {
            let carrier = dice.below(carriers + 1);
            text.quoted("carrier", if carrier == carriers { "all".into() } else { format!("k{carrier}") });
            match dice.once_in(2) {
                true => text.set("stops", "true"),
                false => text.set("slower", dice.pick(&["0.5", "1", "3.7"])),
            }
        }
        1 => {
            text.quoted("station", dice.pick(&["dock", "preparation", "bays", "packing", "operations"]));
            text.set("servers", dice.pick(&["0", "1", "9", "\"50 %\"", "\"0 %\""]));
        }
        _ => {
            let source = dice.below(sources + 1);
            text.quoted("demand", if source == sources { "all".into() } else { format!("s{source}") });
            text.set("factor", dice.pick(&["0", "0.3", "5"]));
        }
    }
}

/// When something of a written job happens: often on the tick of a documented deadline.
fn when(dice: &mut Dice) -> &'static str {
    dice.pick(&[
        "0s", "1us", "6h", "1d", "2d", "3d 7h", "5d", "14d", "15d", "20d", "28d", "30d", "44d", "100d",
    ])
}

/// An inline table of answers, by kind of case.
fn answers(dice: &mut Dice) -> String {
    let mut given = vec![];
    for kind in ["unannounced", "no_record", "missing_package", "bad_address", "job_fault"] {
        if dice.once_in(2) {
            let mut one = || {
                let says = dice.pick(&["wait", "cancel"]);
                format!(
                    "{{ attempt = {}, after = \"{}\", says = \"{says}\" }}",
                    dice.between(1, 3),
                    when(dice)
                )
            };
            given.push(format!("{kind} = [{}, {}]", one(), one()));
        }
    }
    format!("{{ {} }}", given.join(", "))
}

/// A job whose fate is written: what no demand draws, such as a fault in Creating.
fn written(text: &mut Text, dice: &mut Dice, number: u64, jobs: u64) {
    text.array("job");
    text.quoted("name", format!("written-{number}"));
    text.quoted("at", dice.pick(&["0d", "1d", "1d 6h", "9d", "20d"]));
    text.quoted("type", dice.pick(&["import", "import", "import", "export"]));
    text.quoted("packs", dice.pick(&["0d", "0d", "1d", "3d", "never"]));
    match dice.below(5) {
        0 => text.quoted("announces", "never"),
        1 => text.quoted("announces", when(dice)),
        2 => text.set("announces", format!("{{ incomplete = \"{}\" }}", when(dice))),
        _ => {}
    }
    text.quoted("transit", dice.pick(&["0s", "1d", "2d", "14d", "16d", "40d", "lost"]));
    text.quoted("back", dice.pick(&["0s", "2d", "2d", "lost", "damaged"]));
    text.quoted("bytes", dice.pick(&["0B", "1B", "86.4GB"]));
    text.set("extras", dice.pick(&[0, 0, 0, 1, 2]));
    for act in ["deletes", "cancels"] {
        if dice.once_in(3) {
            text.quoted(act, when(dice));
        }
    }
    if dice.once_in(3) {
        text.quoted("return_address", "bad");
        text.quoted("noticed", dice.pick(&["transferring", "packaging"]));
    }
    if dice.once_in(2) {
        let cause = dice.pick(&["customs_hold", "account_refused", "storage_inaccessible"]);
        let state = dice.pick(&["creating", "shipping", "received", "transferring", "packaging"]);
        let after = dice.pick(&["0s", "1us", "1h", "2d"]);
        text.set("fault", format!("{{ cause = \"{cause}\", in = \"{state}\", after = \"{after}\" }}"));
    }
    if dice.once_in(2) {
        text.quoted("return_fails", when(dice));
    }
    text.set("answers", answers(dice));
    for _ in 0..dice.between(1, 4) {
        text.array("job.drive");
        match dice.below(8) {
            0 => text.quoted("travels", "never"),
            1 => text.set("travels", format!("{{ later = \"{}\" }}", when(dice))),
            2 | 3 if jobs > 1 => {
                let other = (number + dice.between(1, jobs - 1)) % jobs;
                text.set("travels", format!("{{ with = \"written-{other}\" }}"));
            }
            _ => {}
        }
        let copy = dice.pick(&["clean", "clean", "clean", "warnings", "errors", "unreadable", "wrong_key"]);
        text.quoted("copy", copy);
        if dice.once_in(2) {
            text.set("answer", format!("{{ after = \"{}\" }}", when(dice)));
        }
    }
}
