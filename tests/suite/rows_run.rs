//! How a run ends, what is told when it does, and that all observers are told the same.

use crate::policy_kit::{at_once, job, scenario};
use crate::rows_kit::{BUSY, Rows, holds, rows, tells};
use shipback::engine::time::{Instant, Span};
use shipback::world::*;

/// Of 100 servers, 29 % are 29; shifts come after the day's row; a way that goes on and a question that is open are
/// told when the run stops.
#[test]
fn what_is_still_in_the_house_is_told_as_it_stands() {
    let text = "[run]\nstart='2026-11-02'\nhorizon='20d'\nending='censor'\n[site.bays]\nservers=100\n\
                [[disruption]]\nfrom='1d'\nuntil='2d'\nstation='bays'\nservers='29 %'\n\
                [[disruption]]\nfrom='1d'\nuntil='2d'\nstation='packing'\nservers='50 %'\n"
        .to_string()
        + &job("a", "packs='never';deletes='1d'")
        + &job("b", "at='1d';packs='0d';transit='lost'")
        + &job("c", "at='2d';packs='10d';transit='20d'")
        + &job("d", "at='3d';packs='0d';transit='0d';return_address='bad';bytes='0B'");
    let (end, lines) = rows(&text, true);
    let seen: Vec<String> =
        lines.into_iter().filter(|line| !line.starts_with("day ") || line.starts_with("day 0")).collect();
    holds(
        &text,
        &seen,
        &[
            "day 0: 0s to 1d, [0, 1, 0, 0, 0, 0, 0, 0, 0, 0], 0 on site, 1 ordered, 0 ended",
            "bays: 29 servers at 1d",
            "packing: 500 servers at 1d",
            "job 0: deleted J4 Gone, ordered 0s, ended 1d, 1 drives, 1000000000000 B; customer 1d",
            "drive 0/0: Specified AtCustomer, 0 of 1000000000000 B",
            "bays: 100 servers at 2d",
            "packing: 1000 servers at 2d",
            "package 3#0 in: Opened, 1 drives by 0, sent 3d, arrived 3d, opened 3d",
            "package 1#0 in: Lost, 1 drives by 0, sent 1d",
            "job 1: open - Shipping, ordered 1d, shipped 1d, 1 drives, 1000000000000 B, 1 notices, 1 cases, error; customer 5d deadline 14d",
            "drive 1/0: NeverReceived Lost, 0 of 1000000000000 B",
            "job 2: open - Shipping, ordered 2d, shipped 12d, 1 drives, 1000000000000 B; customer 10d carrier 8d",
            "drive 2/0: Specified InTransitIn, 0 of 1000000000000 B",
            "job 3: open - Packaging, ordered 3d, shipped 3d, delivered 3d, received 3d, copied 3d, 1 drives, 1 cases; customer 17d",
            "drive 3/0: Completed AtSite, 0 of 0 B Clean, received 3d, copying 3d, copied 3d",
            "package 2#0 in: Sent, 1 drives by 0, sent 12d",
            "case 3#0: BadAddress Open, 17 attempts, opened 3d",
            "case 1#0: MissingPackage Open, 5 attempts, opened 15d",
        ],
    );
    assert_eq!((end.stopped, end.open, end.events), (Instant::START + Span::days(20), 3, 84));
}

/// A run ends when all that is measured rests, or with its limit.
#[test]
fn a_run_ends_when_all_rest() {
    let text = |more: &str| {
        format!(
            "[run]\nwarmup='1d'\nhorizon='10d'\n{more}\n{}",
            job("a", "at='2d';packs='1d';transit='6d 12h';back='2d 12h';bytes='0B'")
                + &job("b", "at='5d';packs='never'")
        )
    };
    let seen = |text: String| {
        let (end, lines) = rows(&text, true);
        let days = lines.iter().filter(|line| line.starts_with("day")).count();
        format!(
            "{}, {} open, {} events, {days} days, last {}",
            end.stopped,
            end.open,
            end.events,
            &lines[lines.len() - 1][..7]
        )
    };
    let ends = [
        seen(text("drain_limit='100d'")),
        seen(text("drain_limit='100d'").replace("at='5d'", "at='0d'")),
        seen(text("drain_limit='3d'")),
        seen(text("ending='censor'")),
    ];
    holds(
        "",
        &ends,
        &[
            "19d, 0 open, 33 events, 19 days, last drive 0",
            "12d, 0 open, 25 events, 12 days, last drive 0",
            "13d, 1 open, 25 events, 13 days, last drive 1",
            "10d, 2 open, 20 events, 10 days, last package",
        ],
    );
    let scenario = scenario(&text("drain_limit='100d'"));
    let mut world = World::new(&scenario, 1, 0, ());
    world.advance(Instant::START + Span::days(6));
    assert_eq!((world.now(), world.ordered()), (Instant::START + Span::days(6), 2));
    assert_eq!(world.stop_at(), Instant::START + Span::days(110));
}

/// Two observers see the same, and so does one that is lent.
#[test]
fn all_observers_see_the_same() {
    let text = format!("{BUSY}{}", job("a", "packs='1d';transit='15d';bytes='0B'"));
    let scenario = scenario(&text);
    let new = || Rows { days: true, lines: vec![] };
    let (_, one) = run(&scenario, 1, 0, new());
    let (_, (first, second)) = run(&scenario, 1, 0, (new(), new()));
    let mut lent = new();
    run(&scenario, 1, 0, &mut lent);
    let mut facts = Facts::default();
    run(&scenario, 1, 0, &mut facts);
    assert!([first.lines, second.lines, lent.lines].iter().all(|lines| *lines == one.lines));
    assert!(facts.0 > 10);
}

#[derive(Default)]
struct Facts(u32);

impl Observer for Facts {
    fn fact(&mut self, _: Instant, _: &Fact) {
        self.0 += 1;
    }
}

/// A slot that is used again holds nothing of the job that had it before; rows come in the order in which jobs end.
#[test]
fn slots_are_used_again() {
    tells(
        &(job("a", "packs='0d';transit='0d';bytes='0B';extras=3;drives=2")
            + &job("b", "at='150d';packs='0d';transit='0d';bytes='0B'")
            + &job("c", "at='300d';packs='0d';transit='0d';bytes='0B'")),
        &[
            "package 0#0 in: Opened, 5 drives by 0, sent 0s, arrived 0s, opened 0s",
            "package 0#1 back: Delivered, 5 drives by 0, sent 0s, arrived 3d",
            "job 0: completed J13 Gone, ordered 0s, shipped 0s, delivered 0s, received 0s, copied 0s, packed 0s, returned 3d, ended 0s, 2 drives, 3 extras; ",
            "drive 0/0: ShippedBack Returned, 0 of 0 B Clean, received 0s, copying 0s, copied 0s, left 0s",
            "drive 0/1: ShippedBack Returned, 0 of 0 B Clean, received 0s, copying 0s, copied 0s, left 0s",
            "drive 0/x0: Absent Returned, 0 of 0 B, received 0s, left 0s",
            "drive 0/x1: Absent Returned, 0 of 0 B, received 0s, left 0s",
            "drive 0/x2: Absent Returned, 0 of 0 B, received 0s, left 0s",
            "package 1#0 in: Opened, 1 drives by 0, sent 150d, arrived 150d, opened 150d",
            "package 1#1 back: Delivered, 1 drives by 0, sent 150d, arrived 153d",
            "job 1: completed J13 Gone, ordered 150d, shipped 150d, delivered 150d, received 150d, copied 150d, packed 150d, returned 153d, ended 150d, 1 drives; ",
            "drive 1/0: ShippedBack Returned, 0 of 0 B Clean, received 150d, copying 150d, copied 150d, left 150d",
            "package 2#0 in: Opened, 1 drives by 0, sent 300d, arrived 300d, opened 300d",
            "package 2#1 back: Delivered, 1 drives by 0, sent 300d, arrived 303d",
            "job 2: completed J13 Gone, ordered 300d, shipped 300d, delivered 300d, received 300d, copied 300d, packed 300d, returned 303d, ended 300d, 1 drives; ",
            "drive 2/0: ShippedBack Returned, 0 of 0 B Clean, received 300d, copying 300d, copied 300d, left 300d",
        ],
    );
}

/// The words of logs and metrics, and what brought each change about. A change that waited for the solution of a fault follows
/// from that solution.
#[test]
fn words_and_causes() {
    struct Causes(Vec<String>);
    impl Observer for Causes {
        fn fact(&mut self, _: Instant, fact: &Fact) {
            if let Fact::Job { rule, cause, .. }
            | Fact::Drive { rule, cause, .. }
            | Fact::Ruled { rule, cause, .. } = fact
            {
                self.0.push(format!("{rule} {}", cause.name()));
            }
        }
    }
    let causes = |text: &str| run(&scenario(text), 1, 0, Causes(vec![])).1.0.join(", ");
    let lost = causes(&at_once(
        "transit='20d';extras=1;drive=[{copy='unreadable'},{copy='errors'}];fault={cause='account_refused',in='packaging',after='0d'}",
    ));
    let held = causes(&job("j", "packs='20d';transit='1d';bytes='0B';answers={no_record={after='1d'}}"));
    let export = causes(&at_once(
        "type='export';transit='1d';back='lost';reorders='1d';fault={cause='customs_hold',in='shipping',after='1h'};answers={job_fault={after='1d'}}",
    ));
    holds(
        "",
        &[lost, held, export],
        &[
            "J1 customer, D1 customer, D1 customer, J5 customer, J6 shipping_deadline, D5 shipping_deadline, D5 shipping_deadline, E6 dock, D6 dock, E6 dock, D6 dock, J10 dock, J11 bay, E5 dock, E7 dock, X1 dock, D7 bay, D12 drive_unreadable, D9 copy_errors, D14 fault_window, J12 consequence, J18 return_account_refused, F2 fault_window, J14 destruction, J15 retention",
            "J1 customer, D1 customer, J3 creating_expiry, J1 answer, D1 answer, E1 answer, J5 answer, D3 dock, J10 dock, J11 bay, D7 bay, D8 bay, J12 consequence, D10 packing, J13 packing, J15 retention",
            "J1 customer, J5 customer, J18 customs_hold, D2 dock, J19 answer, J10 consequence, J11 bay, D7 bay, D8 bay, J12 consequence, D10 packing, J13 packing, E3 carrier, J1 customer, J5 customer, D2 dock, J10 dock, J11 bay, D7 bay, D8 bay, J12 consequence, D10 packing, J13 packing, J15 retention, J15 retention",
        ],
    );
    let steps = [
        PackageStep::Sent,
        PackageStep::Delivered,
        PackageStep::Damaged,
        PackageStep::Lost,
        PackageStep::Opened,
        PackageStep::Back,
        PackageStep::Prepared,
    ];
    assert_eq!(
        steps.map(PackageStep::name),
        ["Sent", "Delivered", "Damaged", "Lost", "Opened", "Back", "Prepared"]
    );
}

/// Packages that are on their way when the run stops come in the order of their names.
#[test]
fn packages_are_told_in_order() {
    let text = "[run]\nhorizon='10d'\nending='censor'\n".to_string()
        + &job("a", "packs='0d';transit='1d';bytes='0B';back='0d'")
        + &job("b", "packs='0d';transit='30d';bytes='0B'")
        + &job("c", "at='2d';packs='0d';transit='30d';bytes='0B'");
    let (_, lines) = rows(&text, false);
    let seen: Vec<String> = lines.into_iter().filter(|line| line.starts_with("package")).collect();
    holds(
        &text,
        &seen,
        &[
            "package 0#0 in: Opened, 1 drives by 0, sent 0s, arrived 1d, opened 1d",
            "package 0#1 back: Delivered, 1 drives by 0, sent 1d, arrived 1d",
            "package 1#0 in: Sent, 1 drives by 0, sent 0s",
            "package 2#0 in: Sent, 1 drives by 0, sent 2d",
        ],
    );
    // E1: until it is packed, an attempted return is told with the carrier that brought it.
    let text =
        "[run]\nhorizon='18d'\nending='censor'\n[carrier.x]\n[carrier.y]\n[site.packing]\nper_package='5d'\n"
            .to_string()
            + &job("a", "carrier='y';packs='1d';transit='1d';announces='never';bytes='0B'");
    let (_, lines) = rows(&text, false);
    let seen: Vec<String> = lines.into_iter().filter(|line| line.starts_with("package")).collect();
    holds(
        &text,
        &seen,
        &[
            "package 0#0 in: Opened, 1 drives by 1, sent 1d, arrived 2d, opened 2d",
            "package 0#1 back: Prepared, 1 drives by 1",
        ],
    );
    // X2: the return of another job's drive, on its way when the run stops.
    let text = "[run]\nhorizon='94d'\nending='censor'\n".to_string()
        + &job("a", "packs='1d';transit='2d';bytes='0B';return_address='bad'")
        + &job("b", "packs='never';bytes='0B';drive=[{travels={with='a'}},{}]");
    let (_, lines) = rows(&text, false);
    let seen: Vec<String> = lines.into_iter().filter(|line| line.starts_with("package")).collect();
    holds(
        &text,
        &seen,
        &[
            "package 0#0 in: Opened, 2 drives by 0, sent 1d, arrived 3d, opened 3d",
            "package 1#0 back: Sent, 1 drives by 0, sent 93d",
        ],
    );
}
