//! Reads `[customer]` and `[faults]`. By default there are no faults.

use crate::scenario::hints::sense;
use crate::scenario::law::{Unit::Time, law};
use crate::scenario::model::{Customer, Faults};
use crate::scenario::quantity as q;
use crate::scenario::section::Section;

const DAY: f64 = 86_400.0;
/// The random numbers of a job have places for this many updates.
const MOST_UPDATES: u32 = 320;

/// Reads `[customer]`: what customers do, and how they respond.
pub fn customer(section: &Section<'_>) -> Customer {
    let chance = |key, default: f64| section.read(key, q::chance).or(default);
    let fault = |key| sense::fault(section, key);
    let after = |key, days: f64| law(section, key, Time, days * DAY);
    Customer {
        packs: after("packs", 1.0),
        updates_per_day: section.read("updates", q::per_day).or_shown(0.0, "\"0/day\""),
        updates_most: section.read("updates_most", q::count(0..=MOST_UPDATES)).or(20),
        verbose_logs: chance("verbose_logs", 0.0),
        forgets_package: fault("forgets_package"),
        remembers_after: after("remembers_after", 1.0),
        forgets_shipping: fault("forgets_shipping"),
        never_ships: fault("never_ships"),
        deletes: fault("deletes"),
        deletes_after: after("deletes_after", 1.0),
        cancels: fault("cancels"),
        cancels_after: after("cancels_after", 5.0),
        unreachable: fault("unreachable"),
        reached: chance("reached", 1.0),
        answers_after: after("answers_after", 1.0),
        waits: chance("waits", 1.0),
        reorders: chance("reorders", 0.0),
        reorders_after: after("reorders_after", 1.0),
    }
}

/// Reads `[faults]`.
pub fn faults(section: &Section<'_>) -> Faults {
    let chance = |key| sense::fault(section, key);
    let faults = Faults {
        missing_drive: chance("missing_drive"),
        comes_later: section.read("comes_later", q::chance).or(0.0),
        later_by: law(section, "later_by", Time, 7.0 * DAY),
        with_neighbour: chance("with_neighbour"),
        extra_drive: chance("extra_drive"),
        wrong_address: chance("wrong_address"),
        partial_address: chance("partial_address"),
        noticed_late: section.read("noticed_late", q::chance).or(0.0),
        warnings: chance("warnings"),
        errors: chance("errors"),
        unreadable: chance("unreadable"),
        wrong_key: chance("wrong_key"),
        broken_manifest: chance("broken_manifest"),
        customs_hold: chance("customs_hold"),
        account_refused: chance("account_refused"),
        storage_inaccessible: chance("storage_inaccessible"),
        return_impossible: chance("return_impossible"),
        back_after: law(section, "back_after", Time, 14.0 * DAY),
    };
    // One random number decides about each group, so the shares of a group must not sum to more than 1.
    let groups: [(&'static str, &str, f64); 3] = [
        ("wrong_address", "wrong_address and partial_address", faults.wrong_address + faults.partial_address),
        (
            "warnings",
            "warnings, errors, unreadable, wrong_key and broken_manifest",
            faults.warnings + faults.errors + faults.unreadable + faults.wrong_key + faults.broken_manifest,
        ),
        (
            "customs_hold",
            "customs_hold, account_refused and storage_inaccessible",
            faults.customs_hold + faults.account_refused + faults.storage_inaccessible,
        ),
    ];
    for (key, members, sum) in groups {
        if sum > 1.0 + 1e-9 {
            section.mistake(key, format!("{members} exclude each other, but add up to {sum}: more than 1"));
        }
    }
    faults
}
