//! What the second edition of the policy decided, case by case: each right value was derived by hand from the rules.

use shipback::engine::time::Instant;
use shipback::experiment::{OnUndecided, Plan, Verdict, check};
use shipback::policy::Disposition;
use shipback::scenario::Scenario;
use shipback::world::{CaseStep, Fact, Observer};

/// Where drives have been: since when, the number of their job in the file, their number there, and where.
#[derive(Default)]
struct Places(Vec<(String, u32, u8, Disposition)>);

impl Observer for Places {
    fn fact(&mut self, at: Instant, fact: &Fact) {
        if let Fact::Disposed { drive, to, .. } = fact {
            self.0.push((at.since_start().to_string(), drive.job.ordinal, drive.number, *to));
        }
    }
}

/// The last places of drive number `drive` (from 1) of job number `job` (from 0), also after its record has gone.
fn last_places(text: &str, job: u32, drive: u8, count: usize) -> Vec<(String, Disposition)> {
    let scenario =
        Scenario::parse_as("case.toml", text, &[]).unwrap_or_else(|wrong| panic!("{wrong}")).scenario;
    let (_, Places(all)) = shipback::world::run(&scenario, 1, 0, Places::default());
    let own = all.into_iter().filter(|one| (one.1, one.2) == (job, drive - 1)).map(|one| (one.0, one.3));
    let own: Vec<(String, Disposition)> = own.collect();
    own[own.len() - count..].to_vec()
}

/// Every expectation of the scenario is met.
fn met(text: &str) {
    let scenario =
        Scenario::parse_as("case.toml", text, &[]).unwrap_or_else(|wrong| panic!("{wrong}")).scenario;
    let plan = Plan { on_undecided: OnUndecided::Fail, most: 1 };
    let judgements = check(&scenario, plan).unwrap().judgements;
    let failed = judgements.iter().filter(|one| one.verdict != Verdict::Met);
    let told: Vec<String> = failed.map(|one| format!("{} -- {}", one.expected, one.observed)).collect();
    assert!(told.is_empty(), "{}", told.join("\n"));
}

#[test]
fn e1_each_held_package_has_its_own_clock() {
    met(r#"
[run]
horizon = "400d"
[site.bays]
rate = "1MB/s"
[[job]]
name = "a"
packs="0d"
transit="2d"
announces="never"
back="10d"
updates=["10d","20d","30d","40d","50d","60d","70d","80d","90d","100d","110d","120d","130d","140d","150d","160d","170d","180d","190d","200d","210d","220d","230d","240d"]
[[job.drive]]
[[job.drive]]
travels={later="18d"}
[[expect]]
job = "a"
at = "15d 23h"
disposition = ["AtDock", "InTransitIn"]
[[expect]]
job = "a"
at = "16d"
disposition = ["InTransitBack", "InTransitIn"]
[[expect]]
job = "a"
at = "31d 23h"
disposition = ["Returned", "AtDock"]
[[expect]]
job = "a"
at = "32d"
disposition = ["Returned", "InTransitBack"]
"#);
}

#[test]
fn e1_nothing_is_destroyed_whose_return_was_not_attempted() {
    met(r#"
[run]
horizon = "400d"
[site.bays]
rate = "1MB/s"
[[job]]
name = "a"
packs="0d"
transit="2d"
announces="never"
return_fails="5d"
updates=["10d","20d","30d","40d","50d","60d","70d","80d","90d","100d","110d","120d","130d","140d","150d","160d","170d","180d","190d","200d","210d","220d","230d","240d"]
[[job.drive]]
[[job.drive]]
travels={later="110d"}
[[expect]]
job = "a"
at = "21d"
disposition = ["AtDock", "InTransitIn"]
[[expect]]
job = "a"
at = "110d 23h"
disposition = ["AtDock", "AtDock"]
[[expect]]
job = "a"
at = "111d"
disposition = ["Destroyed", "AtDock"]
[[expect]]
job = "a"
at = "123d 23h"
disposition = ["Destroyed", "AtDock"]
[[expect]]
job = "a"
at = "124d"
disposition = ["Destroyed", "InTransitBack"]
[[expect]]
job = "a"
at = "129d"
disposition = ["Destroyed", "AtDock"]
[[expect]]
job = "a"
at = "218d 23h"
disposition = ["Destroyed", "AtDock"]
[[expect]]
job = "a"
at = "219d"
disposition = ["Destroyed", "Destroyed"]
"#);
}

#[test]
fn e1_a_customer_who_was_reached_is_not_out_of_reach() {
    met(r#"
[run]
horizon = "400d"
[site.bays]
rate = "1MB/s"
[[job]]
name = "a"
packs="0d"
transit="2d"
announces="never"
answers={unannounced={attempt=1,after="20d"}}
updates=["10d","20d","30d","40d","50d","60d","70d","80d","90d","100d","110d","120d","130d","140d","150d","160d","170d","180d","190d","200d","210d","220d","230d","240d"]
[[expect]]
job = "a"
at = "16d"
disposition = ["AtDock"]
state = "Creating"
[[expect]]
job = "a"
at = "21d 23h"
state = "Creating"
[[expect]]
job = "a"
rule = "J5"
at = "22d"
fires = 1
"#);
}

#[test]
fn d4_a_package_without_any_listed_drive() {
    met(r#"
[run]
horizon = "400d"
[site.bays]
rate = "1MB/s"
[[job]]
name = "a"
packs="0d"
transit="1d"
extras=1
[[job.drive]]
travels="never"
[[expect]]
job = "a"
timeline = [["0d", "Creating", "J1"], ["0d", "Shipping", "J5"], ["14d", "Shipping", "J6"], ["44d", "Closed", "J9"], ["134d", "Gone", "J15"]]
[[expect]]
job = "a"
drive = 1
timeline = [["0d", "Specified", "D1"], ["1d", "NeverReceived", "D4"]]
"#);
}

#[test]
fn d4_in_any_state_from_shipping_on() {
    met(r#"
[run]
horizon = "400d"
[site.bays]
rate = "1MB/s"
[[job]]
name = "a"
packs="0d"
transit="40d"
bytes="86.4GB"
fault={cause="customs_hold",in="shipping",after="1d"}
[[job.drive]]
[[job.drive]]
travels="never"
[[expect]]
job = "a"
timeline = [["0d", "Creating", "J1"], ["0d", "Shipping", "J5"], ["1d", "Faulted", "J18"], ["31d", "Closed", "F2"], ["121d", "Gone", "J15"]]
[[expect]]
job = "a"
drive = 1
timeline = [["0d", "Specified", "D1"], ["40d", "Received", "D3"], ["40d", "ShippedBack", "D11"]]
[[expect]]
job = "a"
drive = 2
timeline = [["0d", "Specified", "D1"], ["40d", "NeverReceived", "D4"]]
"#);
}

#[test]
fn j8_not_while_a_package_waits_at_the_dock() {
    met(r#"
[run]
horizon = "400d"
[site.bays]
rate = "1MB/s"
[[job]]
name = "a"
packs="0d"
transit="19d"
bytes="86.4GB"
answers={missing_package=[{after="6d",says="cancel"}]}
[site.dock]
servers=1
servers_by_date=[{from="15d",until="25d",servers=0}]
[[expect]]
job = "a"
timeline = [["0d", "Creating", "J1"], ["0d", "Shipping", "J5"], ["14d", "Shipping", "J6"], ["20d", "Shipping", "C2"], ["25d", "Received", "J10"], ["25d", "Packaging", "J16"], ["25d", "Completed", "J13"], ["115d", "Gone", "J15"]]
[[expect]]
job = "a"
drive = 1
timeline = [["0d", "Specified", "D1"], ["14d", "NeverReceived", "D5"], ["25d", "Received", "D6"], ["25d", "ShippedBack", "D11"]]
"#);
}

#[test]
fn j8_when_the_package_that_waits_brings_nothing() {
    met(r#"
[run]
horizon = "400d"
[site.bays]
rate = "1MB/s"
[[job]]
name = "a"
packs = "0d"
transit = "19d"
extras = 1
answers = { missing_package = [{ after = "6d", says = "cancel" }] }
[[job.drive]]
travels = "never"
[site.dock]
servers = 1
servers_by_date = [{ from = "15d", until = "25d", servers = 0 }]
[[expect]]
job = "a"
timeline = [["0d", "Creating", "J1"], ["0d", "Shipping", "J5"], ["14d", "Shipping", "J6"], ["20d", "Shipping", "C2"], ["25d", "Closed", "J8"], ["115d", "Gone", "J15"]]
"#);
}

#[test]
fn j9_an_answer_after_the_window_counts_for_nothing() {
    met(r#"
[run]
horizon = "400d"
[site.bays]
rate = "1MB/s"
[[job]]
name = "a"
packs="0d"
transit="43d"
bytes="86.4GB"
answers={missing_package=[{after="31d",says="cancel"}]}
[site.dock]
servers=1
servers_by_date=[{from="15d",until="50d",servers=0}]
[[expect]]
job = "a"
timeline = [["0d", "Creating", "J1"], ["0d", "Shipping", "J5"], ["14d", "Shipping", "J6"], ["50d", "Received", "J10"], ["50d", "Transferring", "J11"], ["51d", "Packaging", "J12"], ["51d", "Completed", "J13"], ["141d", "Gone", "J15"]]
"#);
}

#[test]
fn f3_changes_are_made_in_the_order_in_which_they_fell_due() {
    met(r#"
[run]
horizon = "400d"
[site.bays]
rate = "1MB/s"
[[job]]
name = "a"
packs="0d"
transit="20d"
bytes="86.4GB"
fault={cause="customs_hold",in="shipping",after="15d"}
cancels="22d"
answers={job_fault={after="9d"}}
[[expect]]
job = "a"
timeline = [["0d", "Creating", "J1"], ["0d", "Shipping", "J5"], ["14d", "Shipping", "J6"], ["15d", "Faulted", "J18"], ["24d", "Shipping", "J19"], ["24d", "Received", "J10"], ["24d", "Received", "C2"], ["24d", "Packaging", "J16"], ["24d", "Completed", "J13"], ["114d", "Gone", "J15"]]
"#);
}

#[test]
fn j8_where_the_answer_is_known() {
    met(r#"
[run]
horizon = "400d"
[site.bays]
rate = "1MB/s"
[[job]]
name = "a"
packs="0d"
transit="lost"
cancels="3d"
[[job]]
name = "b"
packs="0d"
transit="lost"
cancels="15d"
[[job]]
name = "c"
packs="0d"
transit="lost"
cancels="20d"
answers={missing_package={after="2d",says="wait"}}
[[expect]]
job = "a"
timeline = [["0d", "Creating", "J1"], ["0d", "Shipping", "J5"], ["3d", "Shipping", "C2"], ["14d", "Shipping", "J6"], ["14d", "Closed", "J8"], ["104d", "Gone", "J15"]]
[[expect]]
job = "b"
timeline = [["0d", "Creating", "J1"], ["0d", "Shipping", "J5"], ["14d", "Shipping", "J6"], ["15d", "Closed", "J8"], ["105d", "Gone", "J15"]]
[[expect]]
job = "c"
timeline = [["0d", "Creating", "J1"], ["0d", "Shipping", "J5"], ["14d", "Shipping", "J6"], ["16d", "Shipping", "J7"], ["20d", "Closed", "J8"], ["110d", "Gone", "J15"]]
[[expect]]
job = "a"
rule = "E2"
fires = 0
"#);
}

#[test]
fn e1_the_clock_runs_from_the_arrival() {
    let places = last_places(
        r#"
[run]
horizon = "400d"
[site.bays]
rate = "1MB/s"
[[job]]
name = "a"
packs="0d"
transit="1d"
bytes="86.4GB"
[[job.drive]]
[[job.drive]]
travels={later="91d 12h"}
[site.dock]
servers=1
servers_by_date=[{from="91d",until="95d",servers=0}]
"#,
        0,
        2,
        3,
    );
    assert_eq!(
        places,
        [
            ("91d 12h".to_string(), Disposition::AtDock),
            ("105d 12h".to_string(), Disposition::InTransitBack),
            ("108d 12h".to_string(), Disposition::Returned)
        ]
    );
}

#[test]
fn x2_a_job_claims_its_drive_that_lies_here_as_a_guest() {
    met(r#"
[run]
horizon = "400d"
[site.bays]
rate = "1MB/s"
[[job]]
name = "a"
packs="0d"
transit="12d"
bytes="86.4GB"
announces="+10d"
[[job.drive]]
[[job.drive]]
travels={with="n"}
[[job]]
name = "n"
packs="0d"
transit="1d"
bytes="86.4GB"
[site.packing]
per_package="30d"
[[expect]]
job = "a"
drive = 2
timeline = [["0d", "Specified", "D1"], ["10d", "Received", "D3"], ["12d", "Transferring", "D7"], ["13d", "Completed", "D8"], ["43d", "ShippedBack", "D10"]]
[[expect]]
job = "a"
rule = "J10"
at = "12d"
fires = 1
[[expect]]
job = "n"
at = "32d"
disposition = ["InTransitBack"]
[[expect]]
job = "a"
at = "32d"
drives = ["Completed", "Completed"]
"#);
}

#[test]
fn x2_a_job_claims_its_drive_out_of_a_held_package() {
    met(r#"
[run]
horizon = "400d"
[site.bays]
rate = "1MB/s"
[[job]]
name = "a"
packs="2d"
transit="1d"
bytes="86.4GB"
[[job.drive]]
[[job.drive]]
travels={with="n"}
[[job]]
name = "n"
packs="0d"
transit="1d"
bytes="86.4GB"
announces="never"
answers={unannounced={after="10d"}}
[[expect]]
job = "a"
drive = 2
timeline = [["0d", "Specified", "D1"], ["2d", "Received", "D3"], ["3d", "Transferring", "D7"], ["4d", "Completed", "D8"], ["4d", "ShippedBack", "D10"]]
[[expect]]
job = "a"
rule = "J10"
at = "3d"
fires = 1
"#);
}

#[test]
fn x2_a_guest_is_not_destroyed_with_the_job_that_brought_it() {
    let places = last_places(
        r#"
[run]
horizon = "400d"
[site.bays]
rate = "1MB/s"
[[job]]
name = "a"
packs="never"
bytes="86.4GB"
[[job.drive]]
travels={with="n"}
[[job]]
name = "n"
packs="0d"
transit="1d"
bytes="86.4GB"
return_address="bad"
"#,
        0,
        1,
        4,
    );
    assert_eq!(
        places,
        [
            ("1d".to_string(), Disposition::AtDock),
            ("1d".to_string(), Disposition::AtSite),
            ("91d".to_string(), Disposition::InTransitBack),
            ("94d".to_string(), Disposition::Returned)
        ]
    );
}

#[test]
fn e1_no_return_to_an_address_known_to_be_wrong() {
    let places = last_places(
        r#"
[run]
horizon = "400d"
[site.bays]
rate = "1MB/s"
[[job]]
name = "a"
packs="0d"
transit="1d"
bytes="86.4GB"
return_address="bad"
extras=1
[[job.drive]]
[[job.drive]]
travels={later="100d"}
"#,
        0,
        2,
        3,
    );
    assert_eq!(
        places,
        [
            ("100d".to_string(), Disposition::AtDock),
            ("100d".to_string(), Disposition::AtSite),
            ("204d".to_string(), Disposition::Destroyed)
        ]
    );
}

#[test]
fn j6_a_drive_that_was_routed_prevents_no_notice() {
    met(r#"
[run]
horizon = "400d"
[site.bays]
rate = "1MB/s"
[[job]]
name = "a"
packs = "0d"
transit = "lost"
bytes = "86.4GB"
[[job.drive]]
[[job.drive]]
travels = { with = "n" }
[[job]]
name = "n"
packs = "0d"
transit = "1d"
bytes = "86.4GB"
[[expect]]
job = "a"
timeline = [["0d", "Creating", "J1"], ["0d", "Shipping", "J5"], ["14d", "Shipping", "J6"], ["14d", "Received", "J10"], ["14d", "Transferring", "J11"], ["15d", "Packaging", "J12"], ["15d", "Closed", "J14"], ["105d", "Gone", "J15"]]
[[expect]]
job = "a"
rule = "E2"
fires = 0
"#);
}

/// Of each job, the number of the attempt that reached its customer.
#[derive(Default)]
struct Reached(std::collections::BTreeMap<u32, u32>);

impl Observer for Reached {
    fn fact(&mut self, _: Instant, fact: &Fact) {
        if let Fact::Case { case, step: CaseStep::Attempt { number, reached: true }, .. } = fact {
            self.0.entry(case.job.ordinal).or_insert(*number);
        }
    }
}

/// R1: whether a record has gone when the package comes decides nothing about who is reachable.
#[test]
fn r1_no_policy_decides_who_is_reachable() {
    let reached = |expiry: &str| {
        let text = format!(
            r#"
[run]
horizon = "400d"
[policy]
creating_expiry = "{expiry}"
[demand.imports]
rate = "1/day"
limit = 200
drives = 1
bytes = "1GB"
[customer]
packs = "5d"
forgets_shipping = 1
reached = 0.5
answers_after = "12d"
[site.bays]
rate = "1MB/s"
"#
        );
        let scenario = Scenario::parse_as("case.toml", &text, &[]).unwrap().scenario;
        shipback::world::run(&scenario, 1, 0, Reached::default()).1.0
    };
    let long = reached("14d");
    assert_eq!(long.len(), 200);
    assert_eq!(long, reached("4d"));
}
