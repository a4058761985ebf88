//! What the dock, preparation, the bays, packing and operations made of a job's time: lines, shifts, strikes and a full
//! shelf, to the tick.

use crate::policy_kit::{SLOW, at_once, job};
use crate::rows_kit::{BUSY, all, measures, rows, tells};
use shipback::scenario::StationName;
use shipback::world::*;

/// Two jobs compete for every step (J10 to J13, D3 to D10). The dock receives the drives of an opened package before it opens the
/// next package.
#[test]
fn two_jobs_share_a_busy_site() {
    tells(
        &(BUSY.to_string()
            + &job("a", "packs='1d';transit='1d';drives=2;bytes='3.6GB';extras=1")
            + &job("b", "at='1h';packs='1d';transit='1d';drives=1;bytes='7.2GB';updates=['2h','5h']")),
        &[
            "package 0#0 in: Opened, 3 drives by 0, sent 1d, arrived 2d, opened 2d 1h",
            "package 1#0 in: Opened, 1 drives by 0, sent 1d 1h, arrived 2d 1h, opened 2d 3h 30min",
            "package 0#1 back: Delivered, 3 drives by 0, sent 2d 8h 10min, arrived 5d 8h 10min",
            "package 1#1 back: Delivered, 1 drives by 0, sent 2d 11h, arrived 5d 11h",
            "job 0: completed J13 Gone, ordered 0s, shipped 1d, delivered 2d, received 2d 2h, copied 2d 7h 15min, packed 2d 8h 10min, returned 5d 8h 10min, ended 2d 8h 10min, 2 drives, 1 extras, 7200000000 B; customer 1d carrier 1d worked 8h 10min",
            "drive 0/0: ShippedBack Returned, 3600000000 of 3600000000 B Clean, received 2d 1h 30min, copying 2d 4h 15min, copied 2d 5h 15min, left 2d 8h 10min",
            "drive 0/1: ShippedBack Returned, 3600000000 of 3600000000 B Clean, received 2d 2h, copying 2d 6h 15min, copied 2d 7h 15min, left 2d 8h 10min",
            "drive 0/x0: Absent Returned, 0 of 0 B, received 2d 2h 30min, left 2d 8h 10min",
            "job 1: completed J13 Gone, ordered 1h, shipped 1d 1h, delivered 2d 1h, received 2d 4h, copied 2d 10h 15min, packed 2d 11h, returned 5d 11h, ended 2d 11h, 1 drives, 7200000000 B, 2 updates; customer 1d carrier 1d waiting 3h 30min worked 6h 30min",
            "drive 1/0: ShippedBack Returned, 7200000000 of 7200000000 B Clean, received 2d 4h, copying 2d 8h 15min, copied 2d 10h 15min, left 2d 11h",
        ],
    );
}

/// A strike makes the way longer by what was left of it; another one stands still; then nobody is there to deliver.
#[test]
fn strikes_and_hours_of_a_carrier() {
    let strike = |from: &str, until: &str, slower: &str| {
        format!("[[disruption]]\nfrom='{from}'\nuntil='{until}'\ncarrier='all'\n{slower}\n")
    };
    tells(
        &(strike("1d", "3d", "slower=2.0") + &at_once("transit='2d';bytes='0B'")),
        &[
            "package 0#0 in: Opened, 1 drives by 0, sent 0s, arrived 3d, opened 3d",
            "package 0#1 back: Delivered, 1 drives by 0, sent 3d, arrived 6d",
            "job 0: completed J13 Gone, ordered 0s, shipped 0s, delivered 3d, received 3d, copied 3d, packed 3d, returned 6d, ended 3d, 1 drives; carrier 3d",
            "drive 0/0: ShippedBack Returned, 0 of 0 B Clean, received 3d, copying 3d, copied 3d, left 3d",
        ],
    );
    tells(
        &(strike("1d", "3d", "slower=2.0")
            + &strike("2d", "4d", "slower=3.0")
            + &at_once("transit='2d';bytes='0B'")),
        &[
            "package 0#0 in: Opened, 1 drives by 0, sent 0s, arrived 4d, opened 4d",
            "package 0#1 back: Delivered, 1 drives by 0, sent 4d, arrived 7d",
            "job 0: completed J13 Gone, ordered 0s, shipped 0s, delivered 4d, received 4d, copied 4d, packed 4d, returned 7d, ended 4d, 1 drives; carrier 4d",
            "drive 0/0: ShippedBack Returned, 0 of 0 B Clean, received 4d, copying 4d, copied 4d, left 4d",
        ],
    );
    tells(
        &(strike("1d", "3d", "stops=true") + &at_once("transit='2d';bytes='0B'")),
        &[
            "package 0#0 in: Opened, 1 drives by 0, sent 0s, arrived 4d, opened 4d",
            "package 0#1 back: Delivered, 1 drives by 0, sent 4d, arrived 7d",
            "job 0: completed J13 Gone, ordered 0s, shipped 0s, delivered 4d, received 4d, copied 4d, packed 4d, returned 7d, ended 4d, 1 drives; carrier 4d",
            "drive 0/0: ShippedBack Returned, 0 of 0 B Clean, received 4d, copying 4d, copied 4d, left 4d",
        ],
    );
    tells(
        &("[run]\nhorizon='540d'\ndrain_limit='1d'\nstart='2026-11-02'\n[carrier.c]\npickup=['Mon-Fri 17:00']\ndelivers='Mon-Fri 09:00-12:00'\n".to_string()
            + &at_once("transit='20h';bytes='0B'")
            + &job("b", "packs='5d';transit='0d';bytes='0B'")),
        &[
            "package 0#0 in: Opened, 1 drives by 0, sent 0s, arrived 2d 9h, opened 2d 9h",
            "package 0#1 back: Delivered, 1 drives by 0, sent 2d 9h, arrived 7d 9h",
            "package 1#0 in: Opened, 1 drives by 0, sent 5d, arrived 7d 9h, opened 7d 9h",
            "package 1#1 back: Delivered, 1 drives by 0, sent 7d 9h, arrived 11d 9h",
            "job 0: completed J13 Gone, ordered 0s, shipped 0s, delivered 2d 9h, received 2d 9h, copied 2d 9h, packed 2d 9h, returned 7d 9h, ended 2d 9h, 1 drives; carrier 2d 9h",
            "drive 0/0: ShippedBack Returned, 0 of 0 B Clean, received 2d 9h, copying 2d 9h, copied 2d 9h, left 2d 9h",
            "job 1: completed J13 Gone, ordered 0s, shipped 5d, delivered 7d 9h, received 7d 9h, copied 7d 9h, packed 7d 9h, returned 11d 9h, ended 7d 9h, 1 drives; customer 5d carrier 2d 9h",
            "drive 1/0: ShippedBack Returned, 0 of 0 B Clean, received 7d 9h, copying 7d 9h, copied 7d 9h, left 7d 9h",
        ],
    );
}

/// Work that is suspended at the end of a shift waits as the closed door does, and goes on.
#[test]
fn work_is_suspended_when_the_shift_ends() {
    let night = |station: &str, more: &str| {
        format!(
            "[site.{station}]\n{more}\nat_close='suspend'\nservers_by_date=[{{from='2d',until='3d',servers=0}}]\n"
        )
    };
    let with = |station: &str, more: &str, parts: &str| {
        night(station, more)
            + &job("a", &format!("packs='1d';transit='23h';bytes='0B';{parts}"))
            + &job("b", &format!("packs='1d';transit='23h';bytes='0B';{parts}"))
    };
    tells(
        &with("dock", "servers=1\nper_package='2h'", ""),
        &[
            "package 0#0 in: Opened, 1 drives by 0, sent 1d, arrived 1d 23h, opened 3d 1h",
            "package 1#0 in: Opened, 1 drives by 0, sent 1d, arrived 1d 23h, opened 3d 3h",
            "package 0#1 back: Delivered, 1 drives by 0, sent 3d 1h, arrived 6d 1h",
            "package 1#1 back: Delivered, 1 drives by 0, sent 3d 3h, arrived 6d 3h",
            "job 0: completed J13 Gone, ordered 0s, shipped 1d, delivered 1d 23h, received 3d 1h, copied 3d 1h, packed 3d 1h, returned 6d 1h, ended 3d 1h, 1 drives; customer 1d carrier 23h closed 1d worked 2h",
            "drive 0/0: ShippedBack Returned, 0 of 0 B Clean, received 3d 1h, copying 3d 1h, copied 3d 1h, left 3d 1h",
            "job 1: completed J13 Gone, ordered 0s, shipped 1d, delivered 1d 23h, received 3d 3h, copied 3d 3h, packed 3d 3h, returned 6d 3h, ended 3d 3h, 1 drives; customer 1d carrier 23h waiting 2h closed 1d worked 2h",
            "drive 1/0: ShippedBack Returned, 0 of 0 B Clean, received 3d 3h, copying 3d 3h, copied 3d 3h, left 3d 3h",
        ],
    );
    tells(
        &with("preparation", "servers=1\nper_drive='2h'", ""),
        &[
            "package 0#0 in: Opened, 1 drives by 0, sent 1d, arrived 1d 23h, opened 1d 23h",
            "package 1#0 in: Opened, 1 drives by 0, sent 1d, arrived 1d 23h, opened 1d 23h",
            "package 0#1 back: Delivered, 1 drives by 0, sent 3d 1h, arrived 6d 1h",
            "package 1#1 back: Delivered, 1 drives by 0, sent 3d 3h, arrived 6d 3h",
            "job 0: completed J13 Gone, ordered 0s, shipped 1d, delivered 1d 23h, received 1d 23h, copied 3d 1h, packed 3d 1h, returned 6d 1h, ended 3d 1h, 1 drives; customer 1d carrier 23h closed 1d worked 2h",
            "drive 0/0: ShippedBack Returned, 0 of 0 B Clean, received 1d 23h, copying 3d 1h, copied 3d 1h, left 3d 1h",
            "job 1: completed J13 Gone, ordered 0s, shipped 1d, delivered 1d 23h, received 1d 23h, copied 3d 3h, packed 3d 3h, returned 6d 3h, ended 3d 3h, 1 drives; customer 1d carrier 23h waiting 2h closed 1d worked 2h",
            "drive 1/0: ShippedBack Returned, 0 of 0 B Clean, received 1d 23h, copying 3d 3h, copied 3d 3h, left 3d 3h",
        ],
    );
    tells(
        &with("bays", "servers=1\nmount='2h'", ""),
        &[
            "package 0#0 in: Opened, 1 drives by 0, sent 1d, arrived 1d 23h, opened 1d 23h",
            "package 1#0 in: Opened, 1 drives by 0, sent 1d, arrived 1d 23h, opened 1d 23h",
            "package 0#1 back: Delivered, 1 drives by 0, sent 3d 1h, arrived 6d 1h",
            "package 1#1 back: Delivered, 1 drives by 0, sent 3d 3h, arrived 6d 3h",
            "job 0: completed J13 Gone, ordered 0s, shipped 1d, delivered 1d 23h, received 1d 23h, copied 3d 1h, packed 3d 1h, returned 6d 1h, ended 3d 1h, 1 drives; customer 1d carrier 23h closed 1d worked 2h",
            "drive 0/0: ShippedBack Returned, 0 of 0 B Clean, received 1d 23h, copying 3d 1h, copied 3d 1h, left 3d 1h",
            "job 1: completed J13 Gone, ordered 0s, shipped 1d, delivered 1d 23h, received 1d 23h, copied 3d 3h, packed 3d 3h, returned 6d 3h, ended 3d 3h, 1 drives; customer 1d carrier 23h waiting 2h closed 1d worked 2h",
            "drive 1/0: ShippedBack Returned, 0 of 0 B Clean, received 1d 23h, copying 3d 3h, copied 3d 3h, left 3d 3h",
        ],
    );
    tells(
        &with("bays", "servers=1\nrate='1MB/s'", "").replace("0B", "7.2GB"),
        &[
            "package 0#0 in: Opened, 1 drives by 0, sent 1d, arrived 1d 23h, opened 1d 23h",
            "package 1#0 in: Opened, 1 drives by 0, sent 1d, arrived 1d 23h, opened 1d 23h",
            "package 0#1 back: Delivered, 1 drives by 0, sent 3d 1h, arrived 6d 1h",
            "package 1#1 back: Delivered, 1 drives by 0, sent 3d 3h, arrived 6d 3h",
            "job 0: completed J13 Gone, ordered 0s, shipped 1d, delivered 1d 23h, received 1d 23h, copied 3d 1h, packed 3d 1h, returned 6d 1h, ended 3d 1h, 1 drives, 7200000000 B; customer 1d carrier 23h closed 1d worked 2h",
            "drive 0/0: ShippedBack Returned, 7200000000 of 7200000000 B Clean, received 1d 23h, copying 1d 23h, copied 3d 1h, left 3d 1h",
            "job 1: completed J13 Gone, ordered 0s, shipped 1d, delivered 1d 23h, received 1d 23h, copied 3d 3h, packed 3d 3h, returned 6d 3h, ended 3d 3h, 1 drives, 7200000000 B; customer 1d carrier 23h waiting 2h closed 1d worked 2h",
            "drive 1/0: ShippedBack Returned, 7200000000 of 7200000000 B Clean, received 1d 23h, copying 3d 1h, copied 3d 3h, left 3d 3h",
        ],
    );
    tells(
        &with("packing", "servers=1\nper_package='2h'", ""),
        &[
            "package 0#0 in: Opened, 1 drives by 0, sent 1d, arrived 1d 23h, opened 1d 23h",
            "package 1#0 in: Opened, 1 drives by 0, sent 1d, arrived 1d 23h, opened 1d 23h",
            "package 0#1 back: Delivered, 1 drives by 0, sent 3d 1h, arrived 6d 1h",
            "package 1#1 back: Delivered, 1 drives by 0, sent 3d 3h, arrived 6d 3h",
            "job 0: completed J13 Gone, ordered 0s, shipped 1d, delivered 1d 23h, received 1d 23h, copied 1d 23h, packed 3d 1h, returned 6d 1h, ended 3d 1h, 1 drives; customer 1d carrier 23h closed 1d worked 2h",
            "drive 0/0: ShippedBack Returned, 0 of 0 B Clean, received 1d 23h, copying 1d 23h, copied 1d 23h, left 3d 1h",
            "job 1: completed J13 Gone, ordered 0s, shipped 1d, delivered 1d 23h, received 1d 23h, copied 1d 23h, packed 3d 3h, returned 6d 3h, ended 3d 3h, 1 drives; customer 1d carrier 23h waiting 2h closed 1d worked 2h",
            "drive 1/0: ShippedBack Returned, 0 of 0 B Clean, received 1d 23h, copying 1d 23h, copied 1d 23h, left 3d 3h",
        ],
    );
    // Canceled or Faulted while suspended: broken off.
    tells(
        &with("bays", "servers=1\nmount='2h'", "cancels='60h'"),
        &[
            "package 0#0 in: Opened, 1 drives by 0, sent 1d, arrived 1d 23h, opened 1d 23h",
            "package 1#0 in: Opened, 1 drives by 0, sent 1d, arrived 1d 23h, opened 1d 23h",
            "package 0#1 back: Delivered, 1 drives by 0, sent 2d 12h, arrived 5d 12h",
            "package 1#1 back: Delivered, 1 drives by 0, sent 2d 12h, arrived 5d 12h",
            "job 0: completed J13 Gone, ordered 0s, shipped 1d, delivered 1d 23h, received 1d 23h, packed 2d 12h, returned 5d 12h, ended 2d 12h, 1 drives, canceled; customer 1d carrier 23h closed 12h worked 1h",
            "drive 0/0: ShippedBack Returned, 0 of 0 B, received 1d 23h, left 2d 12h",
            "job 1: completed J13 Gone, ordered 0s, shipped 1d, delivered 1d 23h, received 1d 23h, packed 2d 12h, returned 5d 12h, ended 2d 12h, 1 drives, canceled; customer 1d carrier 23h waiting 1h closed 12h",
            "drive 1/0: ShippedBack Returned, 0 of 0 B, received 1d 23h, left 2d 12h",
        ],
    );
    tells(
        &with("preparation", "servers=1\nper_drive='2h'", "cancels='60h'"),
        &[
            "package 0#0 in: Opened, 1 drives by 0, sent 1d, arrived 1d 23h, opened 1d 23h",
            "package 1#0 in: Opened, 1 drives by 0, sent 1d, arrived 1d 23h, opened 1d 23h",
            "package 0#1 back: Delivered, 1 drives by 0, sent 2d 12h, arrived 5d 12h",
            "package 1#1 back: Delivered, 1 drives by 0, sent 2d 12h, arrived 5d 12h",
            "job 0: completed J13 Gone, ordered 0s, shipped 1d, delivered 1d 23h, received 1d 23h, packed 2d 12h, returned 5d 12h, ended 2d 12h, 1 drives, canceled; customer 1d carrier 23h closed 12h worked 1h",
            "drive 0/0: ShippedBack Returned, 0 of 0 B, received 1d 23h, left 2d 12h",
            "job 1: completed J13 Gone, ordered 0s, shipped 1d, delivered 1d 23h, received 1d 23h, packed 2d 12h, returned 5d 12h, ended 2d 12h, 1 drives, canceled; customer 1d carrier 23h waiting 1h closed 12h",
            "drive 1/0: ShippedBack Returned, 0 of 0 B, received 1d 23h, left 2d 12h",
        ],
    );
    tells(
        &with(
            "packing",
            "servers=1\nper_package='2h'",
            "fault={cause='account_refused',in='packaging',after='12h'};answers={job_fault={after='3d'}}",
        ),
        &[
            "package 0#0 in: Opened, 1 drives by 0, sent 1d, arrived 1d 23h, opened 1d 23h",
            "package 1#0 in: Opened, 1 drives by 0, sent 1d, arrived 1d 23h, opened 1d 23h",
            "case 0#0: JobFault Answered, 1 attempts, opened 2d 11h, reached 2d 11h, ended 5d 11h",
            "case 1#0: JobFault Answered, 1 attempts, opened 2d 11h, reached 2d 11h, ended 5d 11h",
            "package 0#1 back: Delivered, 1 drives by 0, sent 5d 13h, arrived 8d 13h",
            "package 1#1 back: Delivered, 1 drives by 0, sent 5d 15h, arrived 8d 15h",
            "job 0: completed J13 Gone, ordered 0s, shipped 1d, delivered 1d 23h, received 1d 23h, copied 1d 23h, packed 5d 13h, returned 8d 13h, ended 5d 13h, 1 drives, 1 cases; customer 1d carrier 23h closed 11h worked 3h faulted 3d",
            "drive 0/0: ShippedBack Returned, 0 of 0 B Clean, received 1d 23h, copying 1d 23h, copied 1d 23h, left 5d 13h",
            "job 1: completed J13 Gone, ordered 0s, shipped 1d, delivered 1d 23h, received 1d 23h, copied 1d 23h, packed 5d 15h, returned 8d 15h, ended 5d 15h, 1 drives, 1 cases; customer 1d carrier 23h waiting 3h closed 11h worked 2h faulted 3d",
            "drive 1/0: ShippedBack Returned, 0 of 0 B Clean, received 1d 23h, copying 1d 23h, copied 1d 23h, left 5d 15h",
        ],
    );
    tells(
        &with("bays", "servers=1\nrate='1MB/s'", "cancels='60h'").replace("0B", "7.2GB"),
        &[
            "package 0#0 in: Opened, 1 drives by 0, sent 1d, arrived 1d 23h, opened 1d 23h",
            "package 1#0 in: Opened, 1 drives by 0, sent 1d, arrived 1d 23h, opened 1d 23h",
            "package 1#1 back: Delivered, 1 drives by 0, sent 2d 12h, arrived 5d 12h",
            "package 0#1 back: Delivered, 1 drives by 0, sent 3d 1h, arrived 6d 1h",
            "job 1: completed J13 Gone, ordered 0s, shipped 1d, delivered 1d 23h, received 1d 23h, packed 2d 12h, returned 5d 12h, ended 2d 12h, 1 drives, 7200000000 B, canceled; customer 1d carrier 23h waiting 1h closed 12h",
            "drive 1/0: ShippedBack Returned, 0 of 7200000000 B, received 1d 23h, left 2d 12h",
            "job 0: completed J13 Gone, ordered 0s, shipped 1d, delivered 1d 23h, received 1d 23h, copied 3d 1h, packed 3d 1h, returned 6d 1h, ended 3d 1h, 1 drives, 7200000000 B, canceled; customer 1d carrier 23h closed 1d worked 2h",
            "drive 0/0: ShippedBack Returned, 7200000000 of 7200000000 B Clean, received 1d 23h, copying 1d 23h, copied 3d 1h, left 3d 1h",
        ],
    );
}

/// It was complete before the bay closed, whether the bandwidth is shared or not.
#[test]
fn a_copy_that_ends_as_its_bay_closes_is_served() {
    for limit in ["", "total_rate='1MB/s'\n"] {
        let text = format!(
            "[site.bays]\nrate='1MB/s'\n{limit}at_close='suspend'\n\
             servers_by_date=[{{from='2d',until='3d',servers=0}}]\n"
        ) + &job("a", "packs='0d';transit='1d';bytes='86.4GB'");
        let bays = rows(&text, false).0.at_horizon.stations[StationName::Bays as usize];
        assert_eq!((bays.served, bays.abandoned, bays.suspended), (1, 0, 0), "{limit}");
    }
}

/// A full shelf keeps packages outside, first come first served, or is overfull; both are measured to the tick.
#[test]
fn a_full_shelf() {
    let jobs = job("a", "packs='0d';transit='1d';drives=2;bytes='86.4GB'")
        + &job("b", "packs='0d';transit='36h';drives=1;bytes='86.4GB';extras=1")
        + &job("c", "packs='0d';transit='37h';drives=1;bytes='86.4GB'");
    let with = |full: &str| {
        format!(
            "[run]\nwarmup='30h'\nhorizon='540d'\ndrain_limit='1d'\n[site]\nshelf=3\nshelf_full='{full}'\n{SLOW}{jobs}"
        )
    };
    measures(
        &with("wait"),
        &[
            "bays: busy 12h, queue 0s, suspended 0s, waits 0s, longest 0",
            "shelf: used 12h, over 0s, queue 0s, 1 came, 0 waited 0s, most 0",
            "bays: busy 4d, queue 0s, suspended 0s, waits 0s, longest 0",
            "shelf: used 5d, over 0s, queue 23h, 3 came, 2 waited 23h, most 3",
        ],
    );
    measures(
        &with("overflow"),
        &[
            "bays: busy 12h, queue 0s, suspended 0s, waits 0s, longest 0",
            "shelf: used 12h, over 0s, queue 0s, 1 came, 0 waited 0s, most 0",
            "bays: busy 4d, queue 0s, suspended 0s, waits 0s, longest 0",
            "shelf: used 5d, over 23h, queue 0s, 3 came, 0 waited 0s, most 5",
        ],
    );
    // Those who are outside come in with a drive of their job, although the shelf is full.
    let late = job(
        "a",
        "packs='0d';transit='1d';bytes='86.4GB';drive=[{},{travels={later='30h'}},{travels={later='60h'}}]",
    );
    measures(
        &format!("[site]\nshelf=1\n{SLOW}{late}"),
        &[
            "shelf: used 0s, over 0s, queue 0s, 0 came, 0 waited 0s, most 0",
            "bays: busy 2d, queue 0s, suspended 0s, waits 0s, longest 0",
            "shelf: used 2d 6h, over 1d, queue 0s, 3 came, 0 waited 0s, most 2",
        ],
    );
}

/// Servers of a station during a disruption, and the days' rows; nothing is measured that was ordered before.
#[test]
fn days_and_disruptions() {
    let text = "[run]\nstart='2026-11-02'\nwarmup='12h'\nhorizon='4d'\nending='censor'\n\
                [site.bays]\nservers=7\nrate='1MB/s'\nat_close='suspend'\n\
                [[disruption]]\nfrom='1d'\nuntil='2d'\nstation='bays'\nservers='29 %'\n\
                [[disruption]]\nfrom='2d'\nuntil='60h'\nstation='bays'\nservers=0\n"
        .to_string()
        + &job("a", "packs='0d';transit='20h';drives=3;bytes='86.4GB'")
        + &job("b", "at='12h';packs='never'");
    all(
        &text,
        &[
            "package 0#0 in: Opened, 3 drives by 0, sent 0s, arrived 20h, opened 20h",
            "day 0: 0s to 1d, [0, 1, 0, 0, 1, 0, 0, 0, 0, 0], 3 on site, 2 ordered, 0 ended",
            "bays: 2 servers at 1d",
            "day 1: 1d to 2d, [0, 1, 0, 0, 1, 0, 0, 0, 0, 0], 3 on site, 2 ordered, 0 ended",
            "bays: 0 servers at 2d",
            "bays: 7 servers at 2d 12h",
            "day 2: 2d to 3d, [0, 1, 0, 0, 1, 0, 0, 0, 0, 0], 3 on site, 2 ordered, 0 ended",
            "day 3: 3d to 4d, [0, 1, 0, 0, 0, 0, 1, 0, 0, 0], 0 on site, 2 ordered, 1 ended",
            "job 0: completed J13 Completed, ordered 0s, shipped 0s, delivered 20h, received 20h, copied 3d 4h, packed 3d 4h, ended 3d 4h, 3 drives, 259200000000 B, unmeasured; carrier 20h closed 12h worked 1d 20h",
            "drive 0/0: ShippedBack InTransitBack, 86400000000 of 86400000000 B Clean, received 20h, copying 20h, copied 1d 20h, left 3d 4h",
            "drive 0/1: ShippedBack InTransitBack, 86400000000 of 86400000000 B Clean, received 20h, copying 20h, copied 1d 20h, left 3d 4h",
            "drive 0/2: ShippedBack InTransitBack, 86400000000 of 86400000000 B Clean, received 20h, copying 20h, copied 3d 4h, left 3d 4h",
            "job 1: open - Creating, ordered 12h, 1 drives, 1000000000000 B; customer 3d 12h",
            "drive 1/0: Specified AtCustomer, 0 of 1000000000000 B",
            "package 0#1 back: Sent, 3 drives by 0, sent 3d 4h",
        ],
    );
    measures(
        &text,
        &[
            "shelf: used 0s, over 0s, queue 0s, 0 came, 0 waited 0s, most 0",
            "bays: busy 3d, queue 0s, suspended 1d 8h, waits 0s, longest 0",
            "shelf: used 7d, over 0s, queue 0s, 1 came, 0 waited 0s, most 3",
        ],
    );
}

/// C2: who is canceled in a line waits there no more.
#[test]
fn who_is_canceled_waits_no_more() {
    let bad = "return_address='bad';noticed='packaging';answers={bad_address={after='3d'}}";
    let with = |site: &str, b: &str| {
        site.to_string()
            + &job("a", "packs='0d';transit='0d';bytes='864GB'")
            + &job("b", &format!("packs='0d';transit='0d';bytes='86.4GB';{b};{bad}"))
    };
    tells(
        &with("[site.bays]\nservers=1\nrate='1MB/s'\n", "cancels='1d'"),
        &[
            "package 0#0 in: Opened, 1 drives by 0, sent 0s, arrived 0s, opened 0s",
            "package 1#0 in: Opened, 1 drives by 0, sent 0s, arrived 0s, opened 0s",
            "case 1#0: BadAddress Answered, 1 attempts, opened 1d, reached 1d, ended 4d",
            "package 1#1 back: Delivered, 1 drives by 0, sent 4d, arrived 7d",
            "package 0#1 back: Delivered, 1 drives by 0, sent 10d, arrived 13d",
            "job 1: completed J13 Gone, ordered 0s, shipped 0s, delivered 0s, received 0s, packed 4d, returned 7d, ended 4d, 1 drives, 86400000000 B, 1 cases, canceled; customer 3d waiting 1d",
            "drive 1/0: ShippedBack Returned, 0 of 86400000000 B, received 0s, left 4d",
            "job 0: completed J13 Gone, ordered 0s, shipped 0s, delivered 0s, received 0s, copied 10d, packed 10d, returned 13d, ended 10d, 1 drives, 864000000000 B; worked 10d",
            "drive 0/0: ShippedBack Returned, 864000000000 of 864000000000 B Clean, received 0s, copying 0s, copied 10d, left 10d",
        ],
    );
    tells(
        &with("[site.bays]\nservers=2\nmount='2d'\n", "cancels='1d'"),
        &[
            "package 0#0 in: Opened, 1 drives by 0, sent 0s, arrived 0s, opened 0s",
            "package 1#0 in: Opened, 1 drives by 0, sent 0s, arrived 0s, opened 0s",
            "case 1#0: BadAddress Answered, 1 attempts, opened 1d, reached 1d, ended 4d",
            "package 0#1 back: Delivered, 1 drives by 0, sent 2d 864us, arrived 5d 864us",
            "package 1#1 back: Delivered, 1 drives by 0, sent 4d, arrived 7d",
            "job 0: completed J13 Gone, ordered 0s, shipped 0s, delivered 0s, received 0s, copied 2d 864us, packed 2d 864us, returned 5d 864us, ended 2d 864us, 1 drives, 864000000000 B; worked 2d 864us",
            "drive 0/0: ShippedBack Returned, 864000000000 of 864000000000 B Clean, received 0s, copying 2d, copied 2d 864us, left 2d 864us",
            "job 1: completed J13 Gone, ordered 0s, shipped 0s, delivered 0s, received 0s, packed 4d, returned 7d, ended 4d, 1 drives, 86400000000 B, 1 cases, canceled; customer 3d worked 1d",
            "drive 1/0: ShippedBack Returned, 0 of 86400000000 B, received 0s, left 4d",
        ],
    );
    tells(
        &with(
            "[site.bays]\nservers=2\nmount='2d'\nat_close='suspend'\nservers_by_date=[{from='12h',until='60h',servers=0}]\n",
            "cancels='1d'",
        ),
        &[
            "package 0#0 in: Opened, 1 drives by 0, sent 0s, arrived 0s, opened 0s",
            "package 1#0 in: Opened, 1 drives by 0, sent 0s, arrived 0s, opened 0s",
            "case 1#0: BadAddress Answered, 1 attempts, opened 1d, reached 1d, ended 4d",
            "package 1#1 back: Delivered, 1 drives by 0, sent 4d, arrived 7d",
            "package 0#1 back: Delivered, 1 drives by 0, sent 4d 864us, arrived 7d 864us",
            "job 1: completed J13 Gone, ordered 0s, shipped 0s, delivered 0s, received 0s, packed 4d, returned 7d, ended 4d, 1 drives, 86400000000 B, 1 cases, canceled; customer 3d closed 12h worked 12h",
            "drive 1/0: ShippedBack Returned, 0 of 86400000000 B, received 0s, left 4d",
            "job 0: completed J13 Gone, ordered 0s, shipped 0s, delivered 0s, received 0s, copied 4d 864us, packed 4d 864us, returned 7d 864us, ended 4d 864us, 1 drives, 864000000000 B; closed 2d worked 2d 864us",
            "drive 0/0: ShippedBack Returned, 864000000000 of 864000000000 B Clean, received 0s, copying 4d, copied 4d 864us, left 4d 864us",
        ],
    );
}

/// A shelf whose job has a second package outside, and a line that was longest before the warm-up.
#[test]
fn more_of_a_full_shelf() {
    let jobs = job("a", "packs='0d';transit='1d';drives=2;bytes='86.4GB'")
        + &job("b", "packs='0d';transit='36h';extras=1;bytes='86.4GB';drive=[{},{travels={later='38h'}}]")
        + &job("c", "packs='0d';transit='37h';drives=1;bytes='86.4GB'");
    tells(
        &format!("[site]\nshelf=3\n{SLOW}{jobs}"),
        &[
            "package 0#0 in: Opened, 2 drives by 0, sent 0s, arrived 1d, opened 1d",
            "package 1#0 in: Opened, 2 drives by 0, sent 0s, arrived 1d 12h, opened 2d",
            "package 1#1 in: Opened, 1 drives by 0, sent 0s, arrived 1d 14h, opened 2d",
            "package 2#0 in: Opened, 1 drives by 0, sent 0s, arrived 1d 13h, opened 3d",
            "package 0#1 back: Delivered, 2 drives by 0, sent 2d, arrived 5d",
            "package 1#2 back: Delivered, 3 drives by 0, sent 3d, arrived 6d",
            "package 2#1 back: Delivered, 1 drives by 0, sent 4d, arrived 7d",
            "job 0: completed J13 Gone, ordered 0s, shipped 0s, delivered 1d, received 1d, copied 2d, packed 2d, returned 5d, ended 2d, 2 drives, 172800000000 B; carrier 1d worked 1d",
            "drive 0/0: ShippedBack Returned, 86400000000 of 86400000000 B Clean, received 1d, copying 1d, copied 2d, left 2d",
            "drive 0/1: ShippedBack Returned, 86400000000 of 86400000000 B Clean, received 1d, copying 1d, copied 2d, left 2d",
            "job 1: completed J13 Gone, ordered 0s, shipped 0s, delivered 1d 12h, received 2d, copied 3d, packed 3d, returned 6d, ended 3d, 2 drives, 1 extras, 172800000000 B; carrier 1d 12h waiting 12h worked 1d",
            "drive 1/0: ShippedBack Returned, 86400000000 of 86400000000 B Clean, received 2d, copying 2d, copied 3d, left 3d",
            "drive 1/1: ShippedBack Returned, 86400000000 of 86400000000 B Clean, received 2d, copying 2d, copied 3d, left 3d",
            "drive 1/x0: Absent Returned, 0 of 0 B, received 2d, left 3d",
            "job 2: completed J13 Gone, ordered 0s, shipped 0s, delivered 1d 13h, received 3d, copied 4d, packed 4d, returned 7d, ended 4d, 1 drives, 86400000000 B; carrier 1d 13h waiting 1d 11h worked 1d",
            "drive 2/0: ShippedBack Returned, 86400000000 of 86400000000 B Clean, received 3d, copying 3d, copied 4d, left 4d",
        ],
    );
    measures(
        &format!(
            "[run]\nwarmup='70h'\nhorizon='540d'\ndrain_limit='1d'\n[site]\nshelf=3\n[site.bays]\nrate='1MB/s'\nservers=1\n{jobs}"
        ),
        &[
            "bays: busy 1d 22h, queue 1d, suspended 0s, waits 1d, longest 0",
            "shelf: used 3d 20h, over 0s, queue 4d 3h, 1 came, 0 waited 0s, most 0",
            "bays: busy 5d, queue 2d, suspended 0s, waits 2d, longest 1",
            "shelf: used 11d, over 0s, queue 6d 9h, 4 came, 3 waited 6d 9h, most 3",
        ],
    );
}

/// Measures of two runs, or of a part of one.
#[test]
fn measures_of_the_shelf_are_added_and_subtracted() {
    let of = |used, over, queue, came, waited, wait, most| ShelfMeasures {
        used,
        over,
        queue,
        came,
        waited,
        wait,
        most,
    };
    let (early, late) = (of(2, 3, 5, 7, 11, 13, 17), of(102, 203, 305, 407, 511, 613, 16));
    assert_eq!(late.since(&early), of(100, 200, 300, 400, 500, 600, 16));
    let mut both = early;
    both.merge(&late);
    assert_eq!(both, of(104, 206, 310, 414, 522, 626, 17));
    let mut most = late;
    most.merge(&early);
    assert_eq!(most.most, 17);
}

/// Each attempt, mount and packing has a length of its own, whoever's it is.
#[test]
fn each_work_has_a_length_of_its_own() {
    let long = "{ exponential = { mean = '1h' } }";
    let site = format!(
        "[site.operations]\nper_attempt = {long}\n[site.bays]\nmount = {long}\n[site.packing]\nper_package = {long}\nper_drive = {long}\n\
         [site.dock]\nper_package = {long}\nper_drive = {long}\n[site.preparation]\nper_drive = {long}\n"
    );
    let twice = "answers={missing_package=[{attempt=2,after='1d'},{attempt=2,after='1d'}]}";
    tells(
        &(site.clone() + &at_once(&format!("transit='lost';{twice}"))),
        &[
            "package 0#0 in: Lost, 1 drives by 0, sent 0s",
            "case 0#0: MissingPackage Answered, 2 attempts, opened 14d, reached 15d 1h 11min 18s 993ms 647us, ended 16d 1h 11min 18s 993ms 647us",
            "case 0#1: MissingPackage Answered, 2 attempts, opened 30d 1h 11min 18s 993ms 647us, reached 31d 5h 43s 333ms 276us, ended 32d 5h 43s 333ms 276us",
            "case 0#2: MissingPackage GivenUp, 29 attempts, opened 46d 5h 43s 333ms 276us, ended 76d 5h 43s 333ms 276us",
            "job 0: closed J9 Gone, ordered 0s, shipped 0s, ended 76d 5h 43s 333ms 276us, 1 drives, 3 notices, 2 extensions, 3 cases, error; customer 4d 5h 43s 333ms 276us deadline 72d",
            "drive 0/0: NeverReceived Lost, 0 of 0 B",
        ],
    );
    // R1: an attempt has the same length, whatever came before its series: the second one takes 1d 3h 49min 24s 339ms 629us.
    let once = twice.replacen("attempt=2", "attempt=1", 1);
    tells(
        &(site.clone() + &at_once(&format!("transit='lost';{once}"))),
        &[
            "package 0#0 in: Lost, 1 drives by 0, sent 0s",
            "case 0#0: MissingPackage Answered, 1 attempts, opened 14d, reached 14d 31min 15s 57ms 279us, ended 15d 31min 15s 57ms 279us",
            "case 0#1: MissingPackage Answered, 2 attempts, opened 29d 31min 15s 57ms 279us, reached 30d 4h 20min 39s 396ms 908us, ended 31d 4h 20min 39s 396ms 908us",
            "case 0#2: MissingPackage GivenUp, 29 attempts, opened 45d 4h 20min 39s 396ms 908us, ended 75d 4h 20min 39s 396ms 908us",
            "job 0: closed J9 Gone, ordered 0s, shipped 0s, ended 75d 4h 20min 39s 396ms 908us, 1 drives, 3 notices, 2 extensions, 3 cases, error; customer 3d 4h 20min 39s 396ms 908us deadline 72d",
            "drive 0/0: NeverReceived Lost, 0 of 0 B",
        ],
    );
    let fault = "drive=[{copy='unreadable',answer={after='1d'}},{copy='unreadable',answer={after='1d'}},{travels={later='40d'}}];extras=1";
    tells(
        &(site.clone() + &at_once(&format!("transit='1d';{fault}"))),
        &[
            "package 0#0 in: Opened, 3 drives by 0, sent 0s, arrived 1d, opened 1d 54min 27s 109ms 895us",
            "case 0#0: DriveFault of drive 0 Answered, 1 attempts, opened 1d 4h 9min 29s 901ms 877us, reached 1d 4h 40min 10s 476ms 441us, ended 2d 4h 40min 10s 476ms 441us",
            "case 0#1: DriveFault of drive 1 Answered, 1 attempts, opened 1d 4h 51min 11s 749ms 836us, reached 1d 6h 31min 10s 569ms 980us, ended 2d 6h 31min 10s 569ms 980us",
            "package 0#2 back: Delivered, 3 drives by 0, sent 2d 18h 12min 54s 312ms 134us, arrived 5d 18h 12min 54s 312ms 134us",
            "package 0#1 in: Opened, 1 drives by 0, sent 0s, arrived 40d, opened 40d 5h 31min 54s 590ms 301us",
            "package 0#3 back: Delivered, 1 drives by 0, sent 40d 9h 42min 11s 626ms 673us, arrived 43d 9h 42min 11s 626ms 673us",
            "job 0: closed J14 Gone, ordered 0s, shipped 0s, delivered 1d, received 1d 3h 44min 3s 12ms 588us, copied 2d 9h 53min 23s 670ms 713us, packed 2d 18h 12min 54s 312ms 134us, returned 5d 18h 12min 54s 312ms 134us, ended 2d 18h 12min 54s 312ms 134us, 3 drives, 1 extras, 2 cases, error; carrier 1d worked 17h 38min 44s 925ms 317us faulted 1d 34min 9s 386ms 817us",
            "drive 0/0: ShippedBack Returned, 0 of 0 B Unreadable, received 1d 54min 53s 999ms 147us, copying 2d 5h 45min 59s 909ms 768us, copied 2d 5h 45min 59s 909ms 768us, left 2d 18h 12min 54s 312ms 134us",
            "drive 0/1: ShippedBack Returned, 0 of 0 B Unreadable, received 1d 3h 44min 3s 12ms 588us, copying 2d 9h 53min 23s 670ms 713us, copied 2d 9h 53min 23s 670ms 713us, left 2d 18h 12min 54s 312ms 134us",
            "drive 0/2: ShippedBack Returned, 0 of 0 B, received 40d 6h 51min 41s 768ms 108us, left 40d 9h 42min 11s 626ms 673us",
            "drive 0/x0: Absent Returned, 0 of 0 B, received 1d 57min 34s 815ms 741us, left 2d 18h 12min 54s 312ms 134us",
        ],
    );
    // R1: the dock and packing take as long where no drive is at fault: 8h 19min 30s 641ms 421us for the first return.
    let clean = fault.replace("copy='unreadable',answer={after='1d'}", "");
    tells(
        &(site.clone() + &at_once(&format!("transit='1d';{clean}"))),
        &[
            "package 0#0 in: Opened, 3 drives by 0, sent 0s, arrived 1d, opened 1d 54min 27s 109ms 895us",
            "package 0#2 back: Delivered, 3 drives by 0, sent 1d 13h 10min 42s 391ms 257us, arrived 4d 13h 10min 42s 391ms 257us",
            "package 0#1 in: Opened, 1 drives by 0, sent 0s, arrived 40d, opened 40d 5h 31min 54s 590ms 301us",
            "package 0#3 back: Delivered, 1 drives by 0, sent 40d 9h 42min 11s 626ms 673us, arrived 43d 9h 42min 11s 626ms 673us",
            "job 0: closed J14 Gone, ordered 0s, shipped 0s, delivered 1d, received 1d 3h 44min 3s 12ms 588us, copied 1d 4h 51min 11s 749ms 836us, packed 1d 13h 10min 42s 391ms 257us, returned 4d 13h 10min 42s 391ms 257us, ended 1d 13h 10min 42s 391ms 257us, 3 drives, 1 extras, error; carrier 1d worked 13h 10min 42s 391ms 257us",
            "drive 0/0: ShippedBack Returned, 0 of 0 B Clean, received 1d 54min 53s 999ms 147us, copying 1d 4h 9min 29s 901ms 877us, copied 1d 4h 9min 29s 901ms 877us, left 1d 13h 10min 42s 391ms 257us",
            "drive 0/1: ShippedBack Returned, 0 of 0 B Clean, received 1d 3h 44min 3s 12ms 588us, copying 1d 4h 51min 11s 749ms 836us, copied 1d 4h 51min 11s 749ms 836us, left 1d 13h 10min 42s 391ms 257us",
            "drive 0/2: ShippedBack Returned, 0 of 0 B, received 40d 6h 51min 41s 768ms 108us, left 40d 9h 42min 11s 626ms 673us",
            "drive 0/x0: Absent Returned, 0 of 0 B, received 1d 57min 34s 815ms 741us, left 1d 13h 10min 42s 391ms 257us",
        ],
    );
    let stopped =
        "fault={cause='account_refused',in='packaging',after='1min'};answers={job_fault={after='1d'}}";
    tells(
        &(site + &at_once(&format!("transit='1d';drives=2;{stopped}"))),
        &[
            "package 0#0 in: Opened, 2 drives by 0, sent 0s, arrived 1d, opened 1d 54min 27s 109ms 895us",
            "case 0#0: JobFault Answered, 1 attempts, opened 1d 4h 52min 11s 749ms 836us, reached 1d 5h 41min 963ms 760us, ended 2d 5h 41min 963ms 760us",
            "package 0#1 back: Delivered, 2 drives by 0, sent 2d 7h 43min 29s 928ms 190us, arrived 5d 7h 43min 29s 928ms 190us",
            "job 0: completed J13 Gone, ordered 0s, shipped 0s, delivered 1d, received 1d 3h 44min 3s 12ms 588us, copied 1d 4h 51min 11s 749ms 836us, packed 2d 7h 43min 29s 928ms 190us, returned 5d 7h 43min 29s 928ms 190us, ended 2d 7h 43min 29s 928ms 190us, 2 drives, 1 cases; carrier 1d worked 6h 54min 40s 714ms 266us faulted 1d 48min 49s 213ms 924us",
            "drive 0/0: ShippedBack Returned, 0 of 0 B Clean, received 1d 54min 53s 999ms 147us, copying 1d 4h 9min 29s 901ms 877us, copied 1d 4h 9min 29s 901ms 877us, left 2d 7h 43min 29s 928ms 190us",
            "drive 0/1: ShippedBack Returned, 0 of 0 B Clean, received 1d 3h 44min 3s 12ms 588us, copying 1d 4h 51min 11s 749ms 836us, copied 1d 4h 51min 11s 749ms 836us, left 2d 7h 43min 29s 928ms 190us",
        ],
    );
}

/// Who has come in from outside, or whose work went on after the night, waits no more: then it waits for its customer.
#[test]
fn who_goes_on_waits_no_more() {
    let bad = "return_address='bad';noticed='packaging';answers={bad_address={after='3d'}}";
    let jobs = job("a", "packs='0d';transit='1d';bytes='86.4GB'")
        + &job("b", &format!("packs='0d';transit='36h';bytes='86.4GB';{bad}"));
    tells(
        &format!("[site]\nshelf=1\n{SLOW}{jobs}"),
        &[
            "package 0#0 in: Opened, 1 drives by 0, sent 0s, arrived 1d, opened 1d",
            "package 1#0 in: Opened, 1 drives by 0, sent 0s, arrived 1d 12h, opened 2d",
            "package 0#1 back: Delivered, 1 drives by 0, sent 2d, arrived 5d",
            "case 1#0: BadAddress Answered, 1 attempts, opened 3d, reached 3d, ended 6d",
            "package 1#1 back: Delivered, 1 drives by 0, sent 6d, arrived 9d",
            "job 0: completed J13 Gone, ordered 0s, shipped 0s, delivered 1d, received 1d, copied 2d, packed 2d, returned 5d, ended 2d, 1 drives, 86400000000 B; carrier 1d worked 1d",
            "drive 0/0: ShippedBack Returned, 86400000000 of 86400000000 B Clean, received 1d, copying 1d, copied 2d, left 2d",
            "job 1: completed J13 Gone, ordered 0s, shipped 0s, delivered 1d 12h, received 2d, copied 3d, packed 6d, returned 9d, ended 6d, 1 drives, 86400000000 B, 1 cases; customer 3d carrier 1d 12h waiting 12h worked 1d",
            "drive 1/0: ShippedBack Returned, 86400000000 of 86400000000 B Clean, received 2d, copying 2d, copied 3d, left 6d",
        ],
    );
    let night = "at_close='suspend'\nservers_by_date=[{from='2d',until='3d',servers=0}]\n";
    tells(
        &format!("{SLOW}{night}{jobs}"),
        &[
            "package 0#0 in: Opened, 1 drives by 0, sent 0s, arrived 1d, opened 1d",
            "package 1#0 in: Opened, 1 drives by 0, sent 0s, arrived 1d 12h, opened 1d 12h",
            "package 0#1 back: Delivered, 1 drives by 0, sent 2d, arrived 5d",
            "case 1#0: BadAddress Answered, 1 attempts, opened 3d 12h, reached 3d 12h, ended 6d 12h",
            "package 1#1 back: Delivered, 1 drives by 0, sent 6d 12h, arrived 9d 12h",
            "job 0: completed J13 Gone, ordered 0s, shipped 0s, delivered 1d, received 1d, copied 2d, packed 2d, returned 5d, ended 2d, 1 drives, 86400000000 B; carrier 1d worked 1d",
            "drive 0/0: ShippedBack Returned, 86400000000 of 86400000000 B Clean, received 1d, copying 1d, copied 2d, left 2d",
            "job 1: completed J13 Gone, ordered 0s, shipped 0s, delivered 1d 12h, received 1d 12h, copied 3d 12h, packed 6d 12h, returned 9d 12h, ended 6d 12h, 1 drives, 86400000000 B, 1 cases; customer 3d carrier 1d 12h closed 1d worked 1d",
            "drive 1/0: ShippedBack Returned, 86400000000 of 86400000000 B Clean, received 1d 12h, copying 1d 12h, copied 3d 12h, left 6d 12h",
        ],
    );
    measures(
        &format!("[run]\nhorizon='4d'\nending='censor'\n[site]\nshelf=1\n{SLOW}{jobs}"),
        &[
            "shelf: used 0s, over 0s, queue 0s, 0 came, 0 waited 0s, most 0",
            "bays: busy 2d, queue 0s, suspended 0s, waits 0s, longest 0",
            "shelf: used 3d, over 0s, queue 12h, 2 came, 1 waited 12h, most 1",
        ],
    );
}
