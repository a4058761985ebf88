//! The policy as JSON. Keys are stable; new keys may be added.

use super::*;
use serde_json::{Value, json};

/// All tables as one JSON object, indented, with a final newline.
pub(super) fn json(policy: &Policy) -> String {
    format!("{:#}\n", whole(policy))
}

/// All tables as one JSON object.
pub(super) fn whole(policy: &Policy) -> Value {
    let tables = policy.tables();
    json!({
        "settings": each(&policy.timings.settings(), |s| json!({
            "key": s.key, "value": s.value, "default": s.documented, "overridden": s.value != s.documented,
            "says": s.says, "source": s.source, "documented": documented(s.origin),
        })),
        "job": table(&tables.job, policy),
        "drive": table(&tables.drive, policy),
        "arrivals": each(&tables.arrivals, arrival),
        "routes": each(&tables.routes, arrival),
        "openings": each(&tables.openings, |row| json!({
            "rule": row.rule, "case": row.kind, "if": guard(row.guard), "on_entering": row.on_entering,
            "noticed_if": guard(row.noticed), "window": deadline(policy.window(row.kind), policy),
            "says": row.says, "source": row.source, "documented": documented(row.origin),
        })),
        "cases": each(&tables.cases, |row| json!({
            "rule": row.rule, "case": row.kind, "on": row.on, "to": row.to, "remedy": row.remedy,
            "then": policy.then(row), "after": deadline(policy.deadline_before(row), policy),
            "starts": deadline(row.starts, policy),
            "says": row.says, "source": row.source, "documented": documented(row.origin),
        })),
        "turns": tables.turns.iter().zip(1..).map(|(turn, place)| json!({ "turn": turn, "place": place }))
            .collect::<Value>(),
        "rules": each(all_rules(), |text| json!({
            "rule": text.rule, "kind": if text.holds { "holds" } else { "acts" },
            "says": text.says, "source": text.source, "documented": documented(text.origin),
        })),
    })
}

/// The rows of a table.
fn each<R>(rows: &[R], row: impl Fn(&R) -> Value) -> Value {
    rows.iter().map(row).collect()
}

fn documented(origin: Origin) -> bool {
    origin == Origin::Documented
}

fn deadline(deadline: Option<Deadline>, policy: &Policy) -> Option<Value> {
    deadline.map(|deadline| {
        let (now, plain) = (deadline.of(&policy.timings), deadline.of(&Timings::DOCUMENTED));
        json!({ "key": deadline.key(), "value": now.to_string(), "micros": now.micros(), "overridden": now != plain })
    })
}

fn guard(guard: Guard) -> Option<Guard> {
    (guard != Guard::Always).then_some(guard)
}

fn arrival(row: &ArrivalRow) -> Value {
    json!({
        "rule": row.rule, "errors": row.errors, "states": row.states, "listing": row.listing,
        "treatment": row.treatment,
        "says": row.says, "source": row.source, "documented": documented(row.origin),
    })
}

fn table<S: Word, G: Word>(table: &Table<S, G>, policy: &Policy) -> Value {
    let row = |row: &Row<S, G>| {
        let before = policy.deadlines_before(table.of, row);
        let mut value = json!({
            "rule": row.rule, "from": row.from, "on": row.on, "to": row.to,
            "if": guard(row.guard), "follows": row.follows, "after": deadline(before.first().copied(), policy),
            "or_after": before.iter().skip(1).map(|one| one.key()).collect::<Value>(),
            "starts": deadline(policy.deadline_begun(row), policy), "timer": row.timer, "tells": row.tells,
            "ends": row.ends.map(|(kind, on)| json!({ "case": kind, "by": on })),
            "settles": row.settles, "opens": row.opens, "in_force": !row.idle_under(&policy.timings),
        });
        if table.faulted.is_some() {
            value["while_faulted"] = json!(row.faulted);
        }
        value["says"] = json!(row.says);
        value["source"] = json!(row.source);
        value["documented"] = json!(documented(row.origin));
        value
    };
    json!({
        "states": S::ALL, "start": table.start, "ends": table.ends, "rows": each(&table.rows, row),
        "refusals": each(&table.refusals, |no| json!({
            "rule": no.rule, "from": no.from, "on": no.on, "why": no.why,
            "source": no.source, "documented": documented(no.origin),
        })),
    })
}
