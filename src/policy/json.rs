//! The policy as JSON. Keys are stable; new keys may be added.

use serde_json::{Value, json};

use super::arrivals::ArrivalRow;
use super::rulebook::{Origin, Table, TimerAct, WhileFaulted, Word};
use super::rules::all_rules;
use super::timings::{Deadline, Timings};
use super::value::Policy;
use super::words::Guard;

/// All tables as one JSON object, indented, with a final newline.
pub(super) fn json(policy: &Policy) -> String {
    format!("{:#}\n", whole(policy))
}

/// All tables as one JSON object.
pub(super) fn whole(policy: &Policy) -> Value {
    let tables = policy.tables();
    json!({
        "settings": settings(&policy.timings),
        "job": table(&tables.job, policy),
        "drive": table(&tables.drive, policy),
        "arrivals": tables.arrivals.iter().map(arrival).collect::<Vec<Value>>(),
        "routes": tables.routes.iter().map(arrival).collect::<Vec<Value>>(),
        "openings": openings(policy),
        "cases": cases(policy),
        "turns": turns(policy),
        "rules": rules(),
    })
}

/// The order of events at one instant.
fn turns(policy: &Policy) -> Vec<Value> {
    let turns = policy.tables().turns.iter().zip(1..);
    turns.map(|(turn, place)| json!({ "turn": turn.name(), "place": place })).collect()
}

fn documented(origin: Origin) -> bool {
    origin == Origin::Documented
}

fn deadline(deadline: Option<Deadline>, timings: &Timings) -> Value {
    deadline.map_or(Value::Null, |deadline| {
        let (now, plain) = (deadline.of(timings), deadline.of(&Timings::DOCUMENTED));
        json!({ "key": deadline.key(), "value": now.to_string(), "micros": now.micros(), "overridden": now != plain })
    })
}

fn names<T: ToString>(words: &[T]) -> Vec<String> {
    words.iter().map(T::to_string).collect()
}

fn settings(timings: &Timings) -> Vec<Value> {
    let settings = timings.settings().into_iter();
    settings
        .map(|s| {
            json!({
                "key": s.key, "value": s.value, "default": s.documented, "overridden": s.value != s.documented,
                "says": s.says, "source": s.source, "documented": documented(s.origin),
            })
        })
        .collect()
}

fn guard(guard: Guard) -> Value {
    if guard == Guard::Always { Value::Null } else { json!(guard.name()) }
}

fn table<S: Word, G: Word>(table: &Table<S, G>, policy: &Policy) -> Value {
    let timings = &policy.timings;
    let rows = table.rows.iter().map(|row| {
        let before = policy.deadlines_before(table.of, row);
        let mut value = json!({
            "rule": row.rule.name(), "from": row.from.text(), "on": row.on.text(), "to": row.to.text(),
            "if": guard(row.guard), "follows": row.follows,
            "after": deadline(before.first().copied(), timings),
            "or_after": before.iter().skip(1).map(|one| one.key()).collect::<Vec<&str>>(),
            "starts": deadline(policy.deadline_begun(row), timings),
            "timer": timer(row.timer), "tells": row.tells.map(|signal| signal.name()),
            "ends": row.ends.map(|(kind, on)| json!({ "case": kind.name(), "by": on.name() })),
            "settles": names(row.settles), "opens": row.opens.map(|kind| kind.name()),
            "in_force": !row.idle_under(timings),
        });
        if table.faulted.is_some() {
            value["while_faulted"] = json!(match row.faulted {
                WhileFaulted::AtOnce => "at_once",
                WhileFaulted::Waits => "waits",
                WhileFaulted::Never => "never",
                WhileFaulted::Only => "only",
            });
        }
        value["says"] = json!(row.says);
        value["source"] = json!(row.source);
        value["documented"] = json!(documented(row.origin));
        value
    });
    let refusals = table.refusals.iter().map(|no| {
        let from: Vec<&str> = no.from.iter().map(|state| state.text()).collect();
        json!({
            "rule": no.rule.name(), "from": from, "on": no.on.text(), "why": no.why,
            "source": no.source, "documented": documented(no.origin),
        })
    });
    json!({
        "states": S::WORDS.iter().map(|state| state.text()).collect::<Vec<&str>>(),
        "start": table.start.text(),
        "ends": table.ends.iter().map(|state| state.text()).collect::<Vec<&str>>(),
        "rows": rows.collect::<Vec<Value>>(),
        "refusals": refusals.collect::<Vec<Value>>(),
    })
}

fn arrival(row: &ArrivalRow) -> Value {
    json!({
        "rule": row.rule.name(), "errors": names(row.errors), "states": names(row.states),
        "listing": names(row.listing), "treatment": row.treatment.name(),
        "says": row.says, "source": row.source, "documented": documented(row.origin),
    })
}

fn timer(act: TimerAct) -> &'static str {
    match act {
        TimerAct::Keeps => "keeps",
        TimerAct::Starts(_) => "starts",
        TimerAct::Stops => "stops",
        TimerAct::Pauses => "pauses",
        TimerAct::Resumes => "resumes",
    }
}

fn openings(policy: &Policy) -> Vec<Value> {
    let openings = policy.tables().openings.iter().map(|row| {
        json!({
            "rule": row.rule.name(), "case": row.kind.name(), "if": guard(row.guard),
            "on_entering": names(row.on_entering), "noticed_if": guard(row.noticed), "window": deadline(policy.window(row.kind), &policy.timings),
            "says": row.says, "source": row.source, "documented": documented(row.origin),
        })
    });
    openings.collect()
}

fn cases(policy: &Policy) -> Vec<Value> {
    let timings = &policy.timings;
    let cases = policy.tables().cases.iter().map(|row| {
        json!({
            "rule": row.rule.name(), "case": row.kind.name(), "on": row.on.name(), "to": row.to.name(),
            "remedy": row.remedy.name(), "then": names(&policy.then(row)),
            "after": deadline(policy.deadline_before(row), timings), "starts": deadline(row.starts, timings),
            "says": row.says, "source": row.source, "documented": documented(row.origin),
        })
    });
    cases.collect()
}

fn rules() -> Vec<Value> {
    let rules = all_rules().iter().map(|text| {
        json!({
            "rule": text.rule.name(), "kind": if text.holds { "holds" } else { "acts" },
            "says": text.says, "source": text.source, "documented": documented(text.origin),
        })
    });
    rules.collect()
}
