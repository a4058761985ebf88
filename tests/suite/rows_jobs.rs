//! What is told of jobs, drives, packages and cases, whole and to the tick: what became of them, and where a job's
//! time went (policy: E1 to E4, F1, F2, J6 to J14, X2).

use crate::policy_kit::{job, scenario};
use crate::rows_kit::{BUSY, tells};
use shipback::engine::time::{Instant, Span};
use shipback::world::*;

/// J6, J7, E2: what was waited for a deadline is told apart from the customer and the carrier.
#[test]
fn a_lost_package_waits_for_deadlines() {
    let lost = "packs='1d';transit='lost';bytes='0B'";
    tells(
        &job("a", lost),
        &[
            "package 0#0 in: Lost, 1 drives by 0, sent 1d",
            "case 0#0: MissingPackage GivenUp, 31 attempts, opened 15d, ended 45d",
            "job 0: closed J9 Gone, ordered 0s, shipped 1d, ended 45d, 1 drives, 1 notices, 1 cases, error; customer 1d deadline 44d",
            "drive 0/0: NeverReceived Lost, 0 of 0 B",
        ],
    );
    let asked = "answers={missing_package=[{after='5d',attempt=3},{after='2d',says='cancel'}]}";
    tells(
        &format!("{BUSY}{}", job("a", &format!("{lost};{asked}"))),
        &[
            "package 0#0 in: Lost, 1 drives by 0, sent 1d",
            "case 0#0: MissingPackage Answered, 3 attempts, opened 15d, reached 15d 13h, ended 20d 13h",
            "case 0#1: MissingPackage Answered, 1 attempts, opened 34d 13h, reached 34d 13h 20min, ended 36d 13h 20min",
            "job 0: closed J8 Gone, ordered 0s, shipped 1d, ended 36d 13h 20min, 1 drives, 2 notices, 1 extensions, 2 cases, canceled, error; customer 8d 13h 20min deadline 28d",
            "drive 0/0: NeverReceived Lost, 0 of 0 B",
        ],
    );
    // It comes while the customer is asked.
    tells(
        &format!("{BUSY}{}", job("a", "packs='1d';transit='20d';bytes='0B'")),
        &[
            "package 0#0 in: Opened, 1 drives by 0, sent 1d, arrived 21d, opened 21d 1h",
            "case 0#0: MissingPackage Settled, 23 attempts, opened 15d, ended 21d 1h 30min",
            "package 0#1 back: Delivered, 1 drives by 0, sent 21d 4h 30min, arrived 24d 4h 30min",
            "job 0: completed J13 Gone, ordered 0s, shipped 1d, delivered 21d, received 21d 1h 30min, copied 21d 3h 45min, packed 21d 4h 30min, returned 24d 4h 30min, ended 21d 4h 30min, 1 drives, 1 notices, 1 cases; customer 7d carrier 14d worked 4h 30min",
            "drive 0/0: ShippedBack Returned, 0 of 0 B Clean, received 21d 1h 30min, copying 21d 3h 45min, copied 21d 3h 45min, left 21d 4h 30min",
        ],
    );
    tells(
        &job("a", "packs='1d';transit='16d';drive=[{},{travels={later='40d'}}];bytes='0B'"),
        &[
            "package 0#0 in: Opened, 1 drives by 0, sent 1d, arrived 17d, opened 17d",
            "case 0#0: MissingPackage Settled, 3 attempts, opened 15d, ended 17d",
            "package 0#2 back: Delivered, 1 drives by 0, sent 17d, arrived 20d",
            "package 0#1 in: Opened, 1 drives by 0, sent 1d, arrived 41d, opened 41d",
            "package 0#3 back: Delivered, 1 drives by 0, sent 41d, arrived 44d",
            "job 0: closed J14 Gone, ordered 0s, shipped 1d, delivered 17d, received 17d, copied 17d, packed 17d, returned 20d, ended 17d, 2 drives, 1 notices, 1 cases, error; customer 3d carrier 14d",
            "drive 0/0: ShippedBack Returned, 0 of 0 B Clean, received 17d, copying 17d, copied 17d, left 17d",
            "drive 0/1: ShippedBack Returned, 0 of 0 B, received 41d, left 41d",
        ],
    );
}

/// E1: held at the dock, asked about, returned, back again, destroyed; or as a new job. What is destroyed after a job has ended
/// is no error in that job.
#[test]
fn drives_without_a_job_in_shipping() {
    let never = "packs='1d';transit='1d';announces='never';bytes='0B'";
    tells(
        &job("a", &format!("{never};extras=1")),
        &[
            "package 0#0 in: Opened, 2 drives by 0, sent 1d, arrived 2d, opened 2d",
            "case 0#0: NoRecord Settled, 17 attempts, opened 2d, ended 19d",
            "package 0#1 back: Delivered, 2 drives by 0, sent 16d, arrived 19d",
            "job 0: expired J3 Gone, ordered 0s, delivered 2d, ended 14d, 1 drives, 1 extras, 1 cases; deadline 14d",
            "drive 0/0: Specified Returned, 0 of 0 B, left 16d",
            "drive 0/x0: Absent Returned, 0 of 0 B, left 16d",
        ],
    );
    tells(
        &job("a", &format!("{never};return_fails='4d'")),
        &[
            "package 0#0 in: Opened, 1 drives by 0, sent 1d, arrived 2d, opened 2d",
            "case 0#0: NoRecord GivenUp, 109 attempts, opened 2d, ended 110d",
            "package 0#1 back: Back, 1 drives by 0, sent 16d",
            "job 0: expired J3 Gone, ordered 0s, delivered 2d, ended 14d, 1 drives, 1 cases; deadline 14d",
            "drive 0/0: Specified Destroyed, 0 of 0 B",
        ],
    );
    tells(
        &job("a", &format!("{never};return_fails='4d';answers={{unannounced={{after='2d',attempt=2}}}}")),
        &[
            "case 0#0: Unannounced Answered, 2 attempts, opened 2d, reached 3d, ended 5d",
            "package 0#0 in: Opened, 1 drives by 0, sent 1d, arrived 2d, opened 2d",
            "package 0#1 back: Delivered, 1 drives by 0, sent 5d, arrived 8d",
            "job 0: completed J13 Gone, ordered 0s, shipped 5d, delivered 2d, received 5d, copied 5d, packed 5d, returned 8d, ended 5d, 1 drives, 1 cases; customer 5d",
            "drive 0/0: ShippedBack Returned, 0 of 0 B Clean, received 5d, copying 5d, copied 5d, left 5d",
        ],
    );
    tells(
        &job(
            "a",
            "packs='20d';transit='1d';extras=1;updates=['1d'];drive=[{bytes='3.6GB'},{bytes='1B'}];answers={no_record={after='2d'}}",
        ),
        &[
            "case 0#0: NoRecord Answered, 1 attempts, opened 21d, reached 21d, ended 23d",
            "job 0: expired J3 Gone, ordered 0s, delivered 21d, ended 15d, 2 drives, 1 extras, 3600000001 B, 1 updates, 1 cases; customer 1d deadline 14d",
            "package 0#0 in: Opened, 3 drives by 0, sent 20d, arrived 21d, opened 21d",
            "package 0'#0 back: Delivered, 3 drives by 0, sent 23d 4us, arrived 26d 4us",
            "job 0': completed J13 Gone, ordered 23d, shipped 23d, delivered 23d, received 23d, copied 23d 4us, packed 23d 4us, returned 26d 4us, ended 23d 4us, 2 drives, 1 extras, 3600000001 B, of 0; worked 4us",
            "drive 0'/0: ShippedBack Returned, 3600000000 of 3600000000 B Clean, received 23d, copying 23d, copied 23d 4us, left 23d 4us",
            "drive 0'/1: ShippedBack Returned, 1 of 1 B Clean, received 23d, copying 23d, copied 23d 1us, left 23d 4us",
            "drive 0'/x0: Absent Returned, 0 of 0 B, received 23d, left 23d 4us",
        ],
    );
    // Reached on day 21, so the return leaves on day 51; it is answered after that.
    tells(
        &job(
            "a",
            "packs='20d';transit='1d';drives=1;bytes='3.6GB';return_fails='4d';answers={no_record={after='32d'}}",
        ),
        &[
            "package 0#0 in: Opened, 1 drives by 0, sent 20d, arrived 21d, opened 21d",
            "case 0#0: NoRecord Answered, 1 attempts, opened 21d, reached 21d, ended 55d",
            "job 0: expired J3 Gone, ordered 0s, delivered 21d, ended 14d, 1 drives, 3600000000 B, 1 cases; deadline 14d",
            "package 0#1 back: Back, 1 drives by 0, sent 51d",
            "package 0'#0 back: Delivered, 1 drives by 0, sent 55d 4us, arrived 58d 4us",
            "job 0': completed J13 Gone, ordered 55d, shipped 55d, delivered 55d, received 55d, copied 55d 4us, packed 55d 4us, returned 58d 4us, ended 55d 4us, 1 drives, 3600000000 B, of 0; worked 4us",
            "drive 0'/0: ShippedBack Returned, 3600000000 of 3600000000 B Clean, received 55d, copying 55d, copied 55d 4us, left 55d 4us",
        ],
    );
}

/// F1, F2, D12 to D14: a fault frees the bay and its time is told apart.
#[test]
fn faults_of_drives_and_jobs() {
    let fault =
        "{bytes='7.2GB',copy='unreadable',found_after='3.6GB',answer={after='1d',attempt=2}},{bytes='3.6GB'}";
    tells(
        &format!("{BUSY}{}", job("a", &format!("packs='0d';transit='1d';drive=[{fault}]"))),
        &[
            "package 0#0 in: Opened, 2 drives by 0, sent 0s, arrived 1d, opened 1d 1h",
            "case 0#0: DriveFault of drive 0 Answered, 2 attempts, opened 1d 5h 15min, reached 1d 11h 55min, ended 2d 11h 55min",
            "package 0#1 back: Delivered, 2 drives by 0, sent 2d 14h, arrived 5d 14h",
            "job 0: completed J13 Gone, ordered 0s, shipped 0s, delivered 1d, received 1d 2h, copied 2d 13h 10min, packed 2d 14h, returned 5d 14h, ended 2d 14h, 2 drives, 10800000000 B, 1 cases; carrier 1d worked 9h 20min faulted 1d 4h 40min",
            "drive 0/0: ShippedBack Returned, 7200000000 of 7200000000 B Unreadable, received 1d 1h 30min, copying 1d 4h 15min, copied 2d 13h 10min, left 2d 14h",
            "drive 0/1: ShippedBack Returned, 3600000000 of 3600000000 B Clean, received 1d 2h, copying 1d 6h 15min, copied 1d 7h 15min, left 2d 14h",
        ],
    );
    let never = "{bytes='7.2GB',copy='wrong_key'},{bytes='3.6GB',copy='errors'}";
    tells(
        &format!("{BUSY}{}", job("a", &format!("packs='0d';transit='1d';drive=[{never}]"))),
        &[
            "package 0#0 in: Opened, 2 drives by 0, sent 0s, arrived 1d, opened 1d 1h",
            "case 0#0: DriveFault of drive 0 GivenUp, 114 attempts, opened 1d 4h 15min, ended 31d 4h 15min",
            "package 0#1 back: Delivered, 2 drives by 0, sent 31d 5h 5min, arrived 34d 5h 5min",
            "job 0: closed J14 Gone, ordered 0s, shipped 0s, delivered 1d, received 1d 2h, copied 31d 4h 15min, packed 31d 5h 5min, returned 34d 5h 5min, ended 31d 5h 5min, 2 drives, 10800000000 B, 1 cases, error; carrier 1d worked 8h 5min faulted 29d 21h",
            "drive 0/0: ShippedBack Returned, 0 of 7200000000 B WrongKey, received 1d 1h 30min, left 31d 5h 5min",
            "drive 0/1: ShippedBack Returned, 3600000000 of 3600000000 B Errors, received 1d 2h, copying 1d 6h 15min, copied 1d 7h 15min, left 31d 5h 5min",
        ],
    );
    let job_fault =
        "fault={cause='customs_hold',in='transferring',after='30min'};answers={job_fault={after='2d'}}";
    tells(
        &format!(
            "{BUSY}{}",
            job("a", &format!("packs='0d';transit='1d';drives=2;bytes='3.6GB';{job_fault}"))
        ),
        &[
            "package 0#0 in: Opened, 2 drives by 0, sent 0s, arrived 1d, opened 1d 1h",
            "case 0#0: JobFault Answered, 1 attempts, opened 1d 4h 30min, reached 1d 4h 50min, ended 3d 4h 50min",
            "package 0#1 back: Delivered, 2 drives by 0, sent 3d 6h 55min, arrived 6d 6h 55min",
            "job 0: completed J13 Gone, ordered 0s, shipped 0s, delivered 1d, received 1d 2h, copied 3d 6h 5min, packed 3d 6h 55min, returned 6d 6h 55min, ended 3d 6h 55min, 2 drives, 7200000000 B, 1 cases; carrier 1d worked 6h 35min faulted 2d 20min",
            "drive 0/0: ShippedBack Returned, 3600000000 of 3600000000 B Clean, received 1d 1h 30min, copying 1d 4h 15min, copied 1d 5h 15min, left 3d 6h 55min",
            "drive 0/1: ShippedBack Returned, 3600000000 of 3600000000 B Clean, received 1d 2h, copying 3d 5h 5min, copied 3d 6h 5min, left 3d 6h 55min",
        ],
    );
}

/// E3, E4, C2, J4: exports that are lost and ordered again, bad addresses, cancels.
#[test]
fn returns_and_cancels() {
    tells(
        &format!(
            "{BUSY}{}",
            job(
                "a",
                "type='export';packs='0d';transit='1d';bytes='3.6GB';extras=1;back='lost';reorders='2d'"
            )
        ),
        &[
            "package 0#0 in: Opened, 2 drives by 0, sent 0s, arrived 1d, opened 1d 1h",
            "package 0#1 back: Lost, 2 drives by 0, sent 1d 7h 5min",
            "package 0'#0 in: Opened, 2 drives by 0, sent 6d 7h 5min, arrived 7d 7h 5min, opened 7d 8h 5min",
            "package 0'#1 back: Delivered, 2 drives by 0, sent 7d 14h 10min, arrived 10d 14h 10min",
            "job 0: completed J13 Gone, ordered 0s, shipped 0s, delivered 1d, received 1d 2h, copied 1d 6h 15min, packed 1d 7h 5min, ended 1d 7h 5min, 2 drives, 3600000000 B, export; carrier 1d worked 7h 5min",
            "drive 0/0: ShippedBack Lost, 3600000000 of 3600000000 B Clean, received 1d 1h 30min, copying 1d 4h 15min, copied 1d 5h 15min, left 1d 7h 5min",
            "drive 0/1: ShippedBack Lost, 0 of 0 B Clean, received 1d 2h, copying 1d 6h 15min, copied 1d 6h 15min, left 1d 7h 5min",
            "job 0': completed J13 Gone, ordered 6d 7h 5min, shipped 6d 7h 5min, delivered 7d 7h 5min, received 7d 9h 5min, copied 7d 13h 20min, packed 7d 14h 10min, returned 10d 14h 10min, ended 7d 14h 10min, 2 drives, 3600000000 B, export, of 0; carrier 1d worked 7h 5min",
            "drive 0'/0: ShippedBack Returned, 3600000000 of 3600000000 B Clean, received 7d 8h 35min, copying 7d 11h 20min, copied 7d 12h 20min, left 7d 14h 10min",
            "drive 0'/1: ShippedBack Returned, 0 of 0 B Clean, received 7d 9h 5min, copying 7d 13h 20min, copied 7d 13h 20min, left 7d 14h 10min",
        ],
    );
    tells(
        &job("a", "type='export';packs='0d';transit='1d';bytes='3.6GB';back={damaged='2d'}"),
        &[
            "package 0#0 in: Opened, 1 drives by 0, sent 0s, arrived 1d, opened 1d",
            "package 0#1 back: Damaged, 1 drives by 0, sent 1d 4us, arrived 3d 4us",
            "job 0: completed J13 Gone, ordered 0s, shipped 0s, delivered 1d, received 1d, copied 1d 4us, packed 1d 4us, returned 3d 4us, ended 1d 4us, 1 drives, 3600000000 B, export; carrier 1d worked 4us",
            "drive 0/0: ShippedBack Damaged, 3600000000 of 3600000000 B Clean, received 1d, copying 1d, copied 1d 4us, left 1d 4us",
        ],
    );
    tells(
        &format!(
            "{BUSY}{}",
            job(
                "a",
                "packs='0d';transit='1d';drives=2;bytes='3.6GB';return_address='bad';answers={bad_address={after='3d'}}"
            )
        ),
        &[
            "package 0#0 in: Opened, 2 drives by 0, sent 0s, arrived 1d, opened 1d 1h",
            "case 0#0: BadAddress Answered, 1 attempts, opened 1d 4h, reached 1d 4h 20min, ended 4d 4h 20min",
            "package 0#1 back: Delivered, 2 drives by 0, sent 4d 5h 10min, arrived 7d 5h 10min",
            "job 0: completed J13 Gone, ordered 0s, shipped 0s, delivered 1d, received 1d 2h, copied 1d 7h 15min, packed 4d 5h 10min, returned 7d 5h 10min, ended 4d 5h 10min, 2 drives, 7200000000 B, 1 cases; customer 2d 21h 5min carrier 1d worked 8h 5min",
            "drive 0/0: ShippedBack Returned, 3600000000 of 3600000000 B Clean, received 1d 1h 30min, copying 1d 4h 15min, copied 1d 5h 15min, left 4d 5h 10min",
            "drive 0/1: ShippedBack Returned, 3600000000 of 3600000000 B Clean, received 1d 2h, copying 1d 6h 15min, copied 1d 7h 15min, left 4d 5h 10min",
        ],
    );
    tells(
        &format!("{BUSY}{}", job("a", "packs='0d';transit='1d';drives=2;bytes='3.6GB';cancels='28h'")),
        &[
            "package 0#0 in: Opened, 2 drives by 0, sent 0s, arrived 1d, opened 1d 1h",
            "package 0#1 back: Delivered, 2 drives by 0, sent 1d 4h 50min, arrived 4d 4h 50min",
            "job 0: completed J13 Gone, ordered 0s, shipped 0s, delivered 1d, received 1d 2h, packed 1d 4h 50min, returned 4d 4h 50min, ended 1d 4h 50min, 2 drives, 7200000000 B, canceled; carrier 1d worked 4h 50min",
            "drive 0/0: ShippedBack Returned, 0 of 3600000000 B, received 1d 1h 30min, left 1d 4h 50min",
            "drive 0/1: ShippedBack Returned, 0 of 3600000000 B, received 1d 2h, left 1d 4h 50min",
        ],
    );
    tells(
        &job("a", "packs='1d';cancels='12h'"),
        &[
            "job 0: deleted C2 Gone, ordered 0s, ended 12h, 1 drives, 1000000000000 B, canceled; customer 12h",
            "drive 0/0: Specified AtCustomer, 0 of 1000000000000 B",
        ],
    );
    tells(
        &job("a", "packs='never'"),
        &[
            "job 0: expired J3 Gone, ordered 0s, ended 14d, 1 drives, 1000000000000 B; deadline 14d",
            "drive 0/0: Specified AtCustomer, 0 of 1000000000000 B",
        ],
    );
}

/// X2: what was to travel with a package that is never handed over stays where it is, and keeps nobody in the house.
#[test]
fn what_travels_with_nobody() {
    let with = |parts: &str| {
        job("b", "packs='0d';transit='0d';bytes='0B';drive=[{},{travels={with='a'}}]")
            + &job("a", parts)
            + &job("c", "at='100d';packs='0d';transit='0d';bytes='0B'")
    };
    tells(
        &with("packs='never'"),
        &[
            "package 0#0 in: Opened, 1 drives by 0, sent 0s, arrived 0s, opened 0s",
            "package 0#1 back: Delivered, 1 drives by 0, sent 0s, arrived 3d",
            "job 1: expired J3 Gone, ordered 0s, ended 14d, 1 drives, 1000000000000 B; deadline 14d",
            "drive 1/0: Specified AtCustomer, 0 of 1000000000000 B",
            "job 0: closed J14 Gone, ordered 0s, shipped 0s, delivered 0s, received 0s, copied 0s, packed 0s, returned 3d, ended 0s, 2 drives, error; ",
            "drive 0/0: ShippedBack Returned, 0 of 0 B Clean, received 0s, copying 0s, copied 0s, left 0s",
            "drive 0/1: NeverReceived AtCustomer, 0 of 0 B",
            "package 2#0 in: Opened, 1 drives by 0, sent 100d, arrived 100d, opened 100d",
            "package 2#1 back: Delivered, 1 drives by 0, sent 100d, arrived 103d",
            "job 2: completed J13 Gone, ordered 100d, shipped 100d, delivered 100d, received 100d, copied 100d, packed 100d, returned 103d, ended 100d, 1 drives; ",
            "drive 2/0: ShippedBack Returned, 0 of 0 B Clean, received 100d, copying 100d, copied 100d, left 100d",
        ],
    );
    tells(
        &with("packs='3d';deletes='1d'"),
        &[
            "package 0#0 in: Opened, 1 drives by 0, sent 0s, arrived 0s, opened 0s",
            "package 0#1 back: Delivered, 1 drives by 0, sent 0s, arrived 3d",
            "job 1: deleted J4 Gone, ordered 0s, ended 1d, 1 drives, 1000000000000 B; customer 1d",
            "drive 1/0: Specified AtCustomer, 0 of 1000000000000 B",
            "job 0: closed J14 Gone, ordered 0s, shipped 0s, delivered 0s, received 0s, copied 0s, packed 0s, returned 3d, ended 0s, 2 drives, error; ",
            "drive 0/0: ShippedBack Returned, 0 of 0 B Clean, received 0s, copying 0s, copied 0s, left 0s",
            "drive 0/1: NeverReceived AtCustomer, 0 of 0 B",
            "package 2#0 in: Opened, 1 drives by 0, sent 100d, arrived 100d, opened 100d",
            "package 2#1 back: Delivered, 1 drives by 0, sent 100d, arrived 103d",
            "job 2: completed J13 Gone, ordered 100d, shipped 100d, delivered 100d, received 100d, copied 100d, packed 100d, returned 103d, ended 100d, 1 drives; ",
            "drive 2/0: ShippedBack Returned, 0 of 0 B Clean, received 100d, copying 100d, copied 100d, left 100d",
        ],
    );
    // A package with nothing of its job's own is not its delivery.
    tells(
        &with("packs='1d';transit='2d';extras=1;bytes='0B';drive=[{travels='never'}]"),
        &[
            "package 0#0 in: Opened, 1 drives by 0, sent 0s, arrived 0s, opened 0s",
            "package 0#1 back: Delivered, 1 drives by 0, sent 0s, arrived 3d",
            "package 1#0 in: Opened, 2 drives by 0, sent 1d, arrived 3d, opened 3d",
            "package 0#2 back: Delivered, 1 drives by 0, sent 3d, arrived 6d",
            "case 1#0: MissingPackage GivenUp, 31 attempts, opened 15d, ended 45d",
            "package 1#1 back: Delivered, 1 drives by 0, sent 45d, arrived 48d",
            "job 0: closed J14 Gone, ordered 0s, shipped 0s, delivered 0s, received 0s, copied 0s, packed 0s, returned 3d, ended 0s, 2 drives, error; ",
            "drive 0/0: ShippedBack Returned, 0 of 0 B Clean, received 0s, copying 0s, copied 0s, left 0s",
            "drive 0/1: ShippedBack Returned, 0 of 0 B, received 3d, left 3d",
            "package 2#0 in: Opened, 1 drives by 0, sent 100d, arrived 100d, opened 100d",
            "package 2#1 back: Delivered, 1 drives by 0, sent 100d, arrived 103d",
            "job 1: closed J9 Gone, ordered 0s, shipped 1d, ended 45d, 1 drives, 1 extras, 1 notices, 1 cases, error; customer 1d deadline 44d",
            "drive 1/0: NeverReceived AtCustomer, 0 of 0 B",
            "drive 1/x0: Absent Returned, 0 of 0 B, received 3d, left 45d",
            "job 2: completed J13 Gone, ordered 100d, shipped 100d, delivered 100d, received 100d, copied 100d, packed 100d, returned 103d, ended 100d, 1 drives; ",
            "drive 2/0: ShippedBack Returned, 0 of 0 B Clean, received 100d, copying 100d, copied 100d, left 100d",
        ],
    );
}

/// X2: a drive that was to travel with a package that has left already stays where it is, and keeps nobody in the house
/// either: its job is told when its record ends (J15), before what is ordered later.
#[test]
fn what_comes_too_late_to_travel_along() {
    tells(
        &(job("b", "at='10d';packs='0d';transit='0d';bytes='0B';drive=[{},{travels={with='a'}}]")
            + &job("a", "packs='0d';transit='0d';bytes='0B'")
            + &job("c", "at='200d';packs='never'")),
        &[
            "package 1#0 in: Opened, 1 drives by 0, sent 0s, arrived 0s, opened 0s",
            "package 1#1 back: Delivered, 1 drives by 0, sent 0s, arrived 3d",
            "package 0#0 in: Opened, 1 drives by 0, sent 10d, arrived 10d, opened 10d",
            "package 0#1 back: Delivered, 1 drives by 0, sent 10d, arrived 13d",
            "job 1: completed J13 Gone, ordered 0s, shipped 0s, delivered 0s, received 0s, copied 0s, packed 0s, returned 3d, ended 0s, 1 drives; ",
            "drive 1/0: ShippedBack Returned, 0 of 0 B Clean, received 0s, copying 0s, copied 0s, left 0s",
            "job 0: closed J14 Gone, ordered 10d, shipped 10d, delivered 10d, received 10d, copied 10d, packed 10d, returned 13d, ended 10d, 2 drives, error; ",
            "drive 0/0: ShippedBack Returned, 0 of 0 B Clean, received 10d, copying 10d, copied 10d, left 10d",
            "drive 0/1: NeverReceived AtCustomer, 0 of 0 B",
            "job 2: expired J3 Gone, ordered 200d, ended 214d, 1 drives, 1000000000000 B; deadline 14d",
            "drive 2/0: Specified AtCustomer, 0 of 1000000000000 B",
        ],
    );
}

/// E4, J7: the time that a window or an extension took is told apart, but not while a package is on its way.
#[test]
fn what_ends_a_wait() {
    tells(
        &job("a", "packs='0d';transit='0d';bytes='0B';return_address='bad'"),
        &[
            "package 0#0 in: Opened, 1 drives by 0, sent 0s, arrived 0s, opened 0s",
            "case 0#0: BadAddress GivenUp, 91 attempts, opened 0s, ended 90d",
            "job 0: closed J14 Gone, ordered 0s, shipped 0s, delivered 0s, received 0s, copied 0s, ended 90d, 1 drives, 1 cases, error; deadline 90d",
            "drive 0/0: Completed Destroyed, 0 of 0 B Clean, received 0s, copying 0s, copied 0s",
        ],
    );
    tells(
        &job("a", "packs='0d';transit='40d';bytes='0B';answers={missing_package={after='2d'}}"),
        &[
            "case 0#0: MissingPackage Answered, 1 attempts, opened 14d, reached 14d, ended 16d",
            "package 0#0 in: Opened, 1 drives by 0, sent 0s, arrived 40d, opened 40d",
            "case 0#1: MissingPackage Settled, 11 attempts, opened 30d, ended 40d",
            "package 0#1 back: Delivered, 1 drives by 0, sent 40d, arrived 43d",
            "job 0: completed J13 Gone, ordered 0s, shipped 0s, delivered 40d, received 40d, copied 40d, packed 40d, returned 43d, ended 40d, 1 drives, 2 notices, 1 extensions, 2 cases; customer 12d carrier 28d",
            "drive 0/0: ShippedBack Returned, 0 of 0 B Clean, received 40d, copying 40d, copied 40d, left 40d",
        ],
    );
}

/// E1: what the dock has opened already is not opened again; the drives of the new job wait for an open door.
#[test]
fn more_of_drives_without_a_job() {
    let closed = "[site.dock]\nper_package='1h'\nper_drive='1h'\nservers_by_date=[{from='10d',until='120d',servers=0}]\n";
    let late = "packs='0d';bytes='0B';transit='16d';cancels='15d';answers={no_record={after='3d'}}";
    tells(
        &format!("{closed}{}", job("a", late)),
        &[
            "case 0#0: MissingPackage Settled, 1 attempts, opened 14d, ended 15d",
            "case 0#1: NoRecord Answered, 1 attempts, opened 120d 1h, reached 120d 1h, ended 123d 1h",
            "job 0: closed J8 Gone, ordered 0s, shipped 0s, delivered 16d, ended 15d, 1 drives, 1 notices, 2 cases, canceled, error; customer 1d carrier 14d",
            "package 0#0 in: Opened, 1 drives by 0, sent 0s, arrived 16d, opened 120d 1h",
            "package 0'#0 back: Delivered, 1 drives by 0, sent 123d 2h, arrived 126d 2h",
            "job 0': completed J13 Gone, ordered 123d 1h, shipped 123d 1h, delivered 123d 1h, received 123d 2h, copied 123d 2h, packed 123d 2h, returned 126d 2h, ended 123d 2h, 1 drives, of 0; worked 1h",
            "drive 0'/0: ShippedBack Returned, 0 of 0 B Clean, received 123d 2h, copying 123d 2h, copied 123d 2h, left 123d 2h",
        ],
    );
    let shut = |from: &str| {
        format!(
            "[site.dock]\nservers_by_date=[{{from='1d',until='2d',servers=0}},{{from='{from}',until='25d',servers=0}}]\n{}",
            job(
                "a",
                "packs='20d';transit='1d';bytes='0B';extras=2;drive=[{travels='never'}];answers={no_record={after='2d'}}"
            )
        )
    };
    tells(
        &shut("22d"),
        &[
            "case 0#0: NoRecord Answered, 1 attempts, opened 21d, reached 21d, ended 23d",
            "job 0: expired J3 Gone, ordered 0s, ended 14d, 1 drives, 2 extras, 1 cases; deadline 14d",
            "drive 0/0: Specified AtCustomer, 0 of 0 B",
            "package 0#0 in: Opened, 2 drives by 0, sent 20d, arrived 21d, opened 21d",
            "package 0'#0 back: Delivered, 2 drives by 0, sent 25d, arrived 28d",
            "job 0': completed J13 Gone, ordered 23d, shipped 23d, delivered 23d, received 25d, copied 25d, packed 25d, returned 28d, ended 25d, 2 drives, of 0; closed 2d",
            "drive 0'/0: ShippedBack Returned, 0 of 0 B Clean, received 25d, copying 25d, copied 25d, left 25d",
            "drive 0'/1: ShippedBack Returned, 0 of 0 B Clean, received 25d, copying 25d, copied 25d, left 25d",
        ],
    );
    // The dock is shut as the package arrives: the case opens with the package.
    tells(
        &shut("21d"),
        &[
            "case 0#0: NoRecord Answered, 1 attempts, opened 25d, reached 25d, ended 27d",
            "job 0: expired J3 Gone, ordered 0s, ended 14d, 1 drives, 2 extras, 1 cases; deadline 14d",
            "drive 0/0: Specified AtCustomer, 0 of 0 B",
            "package 0#0 in: Opened, 2 drives by 0, sent 20d, arrived 21d, opened 25d",
            "package 0'#0 back: Delivered, 2 drives by 0, sent 27d, arrived 30d",
            "job 0': completed J13 Gone, ordered 27d, shipped 27d, delivered 27d, received 27d, copied 27d, packed 27d, returned 30d, ended 27d, 2 drives, of 0; ",
            "drive 0'/0: ShippedBack Returned, 0 of 0 B Clean, received 27d, copying 27d, copied 27d, left 27d",
            "drive 0'/1: ShippedBack Returned, 0 of 0 B Clean, received 27d, copying 27d, copied 27d, left 27d",
        ],
    );
    // The new job's delivery is that of the old one, with the drives that it lists.
    let scenario = scenario(&job(
        "a",
        "packs='20d';transit='1d';bytes='0B';drives=2;extras=1;answers={no_record={after='2d'}}",
    ));
    let mut world = World::new(&scenario, 1, 0, ());
    world.advance(Instant::START + Span::days(24));
    let child = world.view(JobId { source: 0, ordinal: 0, generation: 1 }).unwrap();
    assert_eq!(child.delivery_package, Some((0, Instant::START + Span::days(20), 2)));
}
