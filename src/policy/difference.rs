//! The differences between two policies, row by row and column by column, for a review by the policy owner.

use super::json::whole;
use super::value::Policy;
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
        for is_same in [NamedRow::has_name_and_condition, NamedRow::has_name] {
            for (row, other) in ours.iter_mut().filter(|(_, other)| other.is_none()) {
                *other = theirs.iter().position(|other| is_same(other, row)).map(|at| theirs.remove(at));
            }
        }
        for (row, other) in ours {
            match other {
                Some(other) => compare(table, &row, &other, &mut found),
                None => found.push(Difference { table, row: row.name, what: Differs::Removed }),
            }
        }
        found.extend(theirs.into_iter().map(|row| Difference { table, row: row.name, what: Differs::Added }));
    }
    found
}

/// A row with its identity.
struct NamedRow {
    name: String,
    columns: Map<String, Value>,
}

impl NamedRow {
    fn has_name(&self, other: &NamedRow) -> bool {
        self.name == other.name
    }

    fn has_name_and_condition(&self, other: &NamedRow) -> bool {
        self.has_name(other) && self.columns.get("if") == other.columns.get("if")
    }
}

/// The rows of a table.
fn rows(policy: &Value, table: &str, names: &[&str]) -> Vec<NamedRow> {
    let rows = table.split(' ').fold(policy, |value, key| &value[key]).as_array();
    let rows = rows.into_iter().flatten().filter_map(Value::as_object);
    let name = |columns: &Map<String, Value>| {
        names.iter().map(|name| shown(&columns[*name])).collect::<Vec<String>>().join(" ")
    };
    rows.map(|columns| NamedRow { name: name(columns), columns: columns.clone() }).collect()
}

fn compare(table: &'static str, row: &NamedRow, other: &NamedRow, found: &mut Vec<Difference>) {
    for (name, value) in &row.columns {
        let (from, to) = (shown(value), shown(&other.columns[name]));
        // The value of a setting already shows whether it is overridden.
        if from != to && name != "overridden" {
            let what = Differs::Column { name: name.clone(), from, to };
            found.push(Difference { table, row: row.name.clone(), what });
        }
    }
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
    use super::super::{Deadline, Guard, JobSignal, JobState, Row, Tables, TimerAct, Timings, Turn};
    use super::*;
    use crate::engine::time::Span;
    use crate::policy::tests::documented;

    fn changed(change: impl FnOnce(&mut Tables)) -> Vec<Difference> {
        let mut tables = Tables::documented();
        change(&mut tables);
        differences(&documented(), &Policy::of(tables, Timings::DOCUMENTED))
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
            assert!(rows.iter().all(|row| !row.name.trim().is_empty()), "{table}");
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
        let keeps = changed(|tables| {
            tables.job.rows.iter_mut().filter(is_update).for_each(|row| row.timer = TimerAct::Keeps);
        });
        let text = differences_text(&keeps);
        for line in [
            "  J2 Creating Update: timer keeps (documentation's policy: starts)\n",
            "  J2 Creating Update: starts none (documentation's policy: creating_expiry)\n",
        ] {
            assert!(text.contains(line), "{text}");
        }
        let removed = changed(|tables| tables.job.rows.retain(|row| row.on != JobSignal::AnswerWait));
        // What follows from a row in another table is told there too.
        assert_eq!(
            differences_text(&removed),
            "job rows\n  J7 Shipping AnswerWait: in the documentation's policy only\n\n\
             cases\n  MissingPackage Answer: then J8, C2 (documentation's policy: J7, J8, C2)\n"
        );
        let mut less = Tables::documented();
        less.job.refusals.remove(0);
        let less = Policy::of(less, Timings::DOCUMENTED);
        let [one] = &differences(&less, &documented())[..] else { panic!("one row is added") };
        assert_eq!((one.table, &one.what), ("job refusals", &Differs::Added));
    }

    #[test]
    fn a_row_that_has_lost_its_condition_is_the_same_row() {
        let of = |row: &Row<JobState, JobSignal>| row.on == JobSignal::ShippingOverdue;
        let loses = |tables: &mut Tables| {
            tables.job.rows.iter_mut().filter(|row| of(row)).last().unwrap().guard = Guard::Always;
        };
        assert_eq!(
            differences_text(&changed(loses)),
            "job rows\n  J6 Shipping ShippingOverdue: if none (documentation's policy: NothingAtDock)\n"
        );
        // Of the two rows of J6, the other one stays what it is.
        let goes = |tables: &mut Tables| {
            let first = tables.job.rows.iter().position(of).unwrap();
            tables.job.rows.remove(first);
        };
        assert_eq!(
            differences_text(&changed(goes)),
            "job rows\n  J6 Shipping ShippingOverdue: in the documentation's policy only\n"
        );
        let sooner = |tables: &mut Tables| {
            tables.job.rows.iter_mut().filter(|row| of(row)).last().unwrap().after =
                &[Deadline::ShippingDeadline];
        };
        assert_eq!(
            differences_text(&changed(sooner)),
            "job rows\n  J6 Shipping ShippingOverdue: or_after none (documentation's policy: extension)\n\n\
             drive rows\n  D5 Specified NoticeSent: or_after none (documentation's policy: extension)\n"
        );
    }

    #[test]
    fn two_turns_that_change_places_are_told() {
        let text = differences_text(&changed(|tables| tables.turns.swap(1, 2)));
        let [first, second] = [Turn::ALL[1], Turn::ALL[2]];
        assert_eq!(
            text,
            format!(
                "turns\n  {first}: place 3 (documentation's policy: 2)\n  {second}: place 2 (documentation's policy: 3)\n"
            )
        );
    }
}
