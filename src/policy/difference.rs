//! The differences between two policies, row by row and column by column, for a review by the policy owner.

use super::json::whole;
use super::*;
use serde_json::{Map, Value};
use std::fmt::Write;

/// The tables that are compared, with the columns that identify a row. Rows with equal identity are matched by their
/// condition first.
const TABLES: [(&str, &[&str]); 9] = [
    ("settings", &["key"]),
    ("job rows", &["rule", "from", "on"]),
    ("job refusals", &["rule", "on", "from"]),
    ("drive rows", &["rule", "from", "on"]),
    ("arrivals", &["rule", "states", "listing"]),
    ("routes", &["rule", "states", "listing"]),
    ("openings", &["case"]),
    ("cases", &["case", "on"]),
    ("turns", &["turn"]),
];

/// One difference between two policies.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// Name of the table in the JSON of the policy.
    pub table: &'static str,
    /// The identifying columns of the row, such as "J9 Shipping ResponseExpired".
    pub row: String,
    /// The difference.
    pub what: Differs,
}

/// How a row differs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Differs {
    /// A column has another value.
    Column {
        /// Name of the column in the JSON of the policy.
        name: String,
        /// Its value in the first policy; empty where there is none.
        from: String,
        /// Its value in the second policy; empty where there is none.
        to: String,
    },
    /// Only the second policy has the row.
    Added,
    /// Only the first policy has the row.
    Removed,
}

/// The differences from one policy to another, in the order of the tables. A deadline in a row is compared by its key,
/// because its length is a setting.
pub fn differences(from: &Policy, to: &Policy) -> Vec<Difference> {
    let (from, to) = (whole(from), whole(to));
    let mut found = vec![];
    for (table, names) in TABLES {
        let mut theirs = rows(&to, table, names);
        let mut ours: Vec<(NamedRow, Option<NamedRow>)> =
            rows(&from, table, names).into_iter().map(|row| (row, None)).collect();
        for any_condition in [false, true] {
            for ((name, columns), other) in ours.iter_mut().filter(|(_, other)| other.is_none()) {
                let is_same = |(its_name, its): &NamedRow| {
                    its_name == name && (any_condition || its.get("if") == columns.get("if"))
                };
                *other = theirs.iter().position(is_same).map(|at| theirs.remove(at));
            }
        }
        for ((row, columns), other) in ours {
            let mut add = |what| found.push(Difference { table, row: row.clone(), what });
            let Some((_, other)) = other else {
                add(Differs::Removed);
                continue;
            };
            for (name, value) in columns {
                let (from, to) = (shown(&value), shown(&other[&name]));
                // The value of a setting already shows whether it is overridden.
                if from != to && name != "overridden" {
                    add(Differs::Column { name, from, to });
                }
            }
        }
        found.extend(theirs.into_iter().map(|(row, _)| Difference { table, row, what: Differs::Added }));
    }
    found
}

/// A row with its identity: the identifying columns in words, and all columns.
type NamedRow = (String, Map<String, Value>);

/// The rows of a table.
fn rows(policy: &Value, table: &str, names: &[&str]) -> Vec<NamedRow> {
    let rows = table.split(' ').fold(policy, |value, key| &value[key]).as_array();
    let rows = rows.into_iter().flatten().filter_map(Value::as_object);
    let name = |columns: &Map<String, Value>| {
        names.iter().map(|name| shown(&columns[*name])).collect::<Vec<String>>().join(" ")
    };
    rows.map(|columns| (name(columns), columns.clone())).collect()
}

/// A value in words; for a deadline, its key.
fn shown(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        Value::Array(items) => items.iter().map(shown).collect::<Vec<String>>().join(", "),
        Value::Object(map) => match map.get("key") {
            Some(key) => shown(key),
            None => map.values().map(shown).collect::<Vec<String>>().join(" by "),
        },
        other => other.to_string(),
    }
}

/// The differences as lines; a sentence if there are none.
pub fn differences_text(differences: &[Difference]) -> String {
    if differences.is_empty() {
        return "No row and no setting differs from the documentation.\n".into();
    }
    let mut text = String::new();
    let mut last = "";
    for Difference { table, row, what } in differences {
        if last != *table {
            let _ = writeln!(text, "{}{table}", if last.is_empty() { "" } else { "\n" });
            last = table;
        }
        let _ = match what {
            Differs::Added => writeln!(text, "  {row}: not in the documentation's policy"),
            Differs::Removed => writeln!(text, "  {row}: in the documentation's policy only"),
            Differs::Column { name, from, to } => {
                let [from, to] = [from, to].map(|value| if value.is_empty() { "none" } else { value });
                writeln!(text, "  {row}: {name} {to} (documentation's policy: {from})")
            }
        };
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::time::Span;
    use crate::policy::tests::{changed, documented};

    /// The differences of the documented tables after a change, as printed.
    fn told(change: impl FnOnce(&mut Tables)) -> String {
        differences_text(&differences(&documented(), &Policy::of(changed(change), Timings::DOCUMENTED)))
    }

    #[test]
    fn a_policy_does_not_differ_from_itself() {
        assert_eq!(differences(&documented(), &documented()), []);
        assert_eq!(differences_text(&[]), "No row and no setting differs from the documentation.\n");
    }

    #[test]
    fn every_table_is_compared() {
        let policy = whole(&documented());
        for (table, names) in TABLES {
            let rows = rows(&policy, table, names);
            assert!(!rows.is_empty(), "{table}");
            assert!(rows.iter().all(|(name, _)| !name.trim().is_empty()), "{table}");
        }
    }

    #[test]
    fn a_deadline_is_told_once_and_not_in_the_rows_that_use_it() {
        let timings = Timings { response_window: Span::days(20), ..Timings::DOCUMENTED };
        let text = differences_text(&differences(&documented(), &Policy::new(timings)));
        assert_eq!(text, "settings\n  response_window: value 20d (documentation's policy: 30d)\n");
    }

    #[test]
    fn changed_added_and_removed_rows_are_told_column_by_column() {
        let is_update = |row: &&mut Row<JobState, JobSignal>| row.on == JobSignal::Update;
        let text = told(|tables| {
            tables.job.rows.iter_mut().filter(is_update).for_each(|row| row.timer = TimerAct::Keeps);
        });
        for line in [
            "  J2 Creating Update: timer keeps (documentation's policy: starts)\n",
            "  J2 Creating Update: starts none (documentation's policy: creating_expiry)\n",
        ] {
            assert!(text.contains(line), "{text}");
        }
        // What follows from a row in another table is told there too.
        assert_eq!(
            told(|tables| tables.job.rows.retain(|row| row.on != JobSignal::AnswerWait)),
            "job rows\n  J7 Shipping AnswerWait: in the documentation's policy only\n\n\
             cases\n  MissingPackage Answer: then J8, C2 (documentation's policy: J7, J8, C2)\n"
        );
        let less = Policy::of(changed(|tables| _ = tables.job.refusals.remove(0)), Timings::DOCUMENTED);
        let [one] = &differences(&less, &documented())[..] else { panic!("one row is added") };
        assert_eq!((one.table, &one.what), ("job refusals", &Differs::Added));
    }

    #[test]
    fn a_row_that_has_lost_its_condition_is_the_same_row() {
        fn notices(tables: &mut Tables) -> impl DoubleEndedIterator<Item = &mut Row<JobState, JobSignal>> {
            tables.job.rows.iter_mut().filter(|row| row.on == JobSignal::ShippingOverdue)
        }
        assert_eq!(
            told(|tables| notices(tables).next_back().unwrap().guard = Guard::Always),
            "job rows\n  J6 Shipping ShippingOverdue: if none (documentation's policy: NothingAtDock)\n"
        );
        // Of the rows of J6, the others stay what they are.
        assert_eq!(
            told(|Tables { job, .. }| {
                let first = job.rows.iter().position(|row| row.on == JobSignal::ShippingOverdue);
                job.rows.remove(first.unwrap());
            }),
            "job rows\n  J6 Shipping ShippingOverdue: in the documentation's policy only\n"
        );
        assert_eq!(
            told(|tables| notices(tables).next_back().unwrap().after = &[Deadline::ShippingDeadline]),
            "job rows\n  J6 Shipping ShippingOverdue: or_after none (documentation's policy: extension)\n\n\
             drive rows\n  D5 Specified NoticeSent: or_after none (documentation's policy: extension)\n"
        );
    }

    #[test]
    fn two_turns_that_change_places_are_told() {
        let [first, second] = [Turn::ALL[1], Turn::ALL[2]];
        assert_eq!(
            told(|tables| tables.turns.swap(1, 2)),
            format!(
                "turns\n  {first}: place 3 (documentation's policy: 2)\n  {second}: place 2 (documentation's policy: 3)\n"
            )
        );
    }
}
