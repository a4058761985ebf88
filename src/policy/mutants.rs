//! Mistakes made on purpose, one at a time, to see that they are caught: a row of a table taken away. Only with the
//! feature `mutants`, and then only the one that the environment names; otherwise every row stands.

use super::rulebook::Table;

/// Whether the row at `place` of the table `kind` stands.
#[cfg(not(feature = "mutants"))]
#[inline]
pub(super) const fn stands(_kind: &str, _place: usize) -> bool {
    true
}

#[cfg(feature = "mutants")]
pub(super) fn stands(kind: &str, place: usize) -> bool {
    use std::sync::LazyLock;
    static GONE: LazyLock<Option<String>> = LazyLock::new(|| std::env::var("SHIPBACK_MUTANT").ok());
    GONE.as_ref().is_none_or(|gone| *gone != format!("{kind}:{place}"))
}

/// The table as it is in force.
#[cfg(not(feature = "mutants"))]
pub(super) const fn in_force<S: Copy, G: Copy>(table: Table<S, G>) -> Table<S, G> {
    table
}

#[cfg(feature = "mutants")]
pub(super) fn in_force<S: Copy, G: Copy>(table: Table<S, G>) -> Table<S, G> {
    let (rows, refusals) = (format!("{} row", table.of), format!("{} refusal", table.of));
    let standing = |kind: &str, place: usize| stands(kind, place);
    let kept =
        table.rows.iter().enumerate().filter(|(place, _)| standing(&rows, *place)).map(|(_, row)| *row);
    let told = table.refusals.iter().enumerate().filter(|(place, _)| standing(&refusals, *place));
    Table {
        rows: kept.collect::<Vec<_>>().leak(),
        refusals: told.map(|(_, no)| *no).collect::<Vec<_>>().leak(),
        ..table
    }
}

/// Every mistake that can be made so: its name for the environment, and the row.
#[cfg(feature = "mutants")]
pub fn mutants() -> Vec<(String, String)> {
    use super::{ARRIVALS, CASES, DRIVE, JOB, ROUTES};
    let mut all = vec![];
    for (place, row) in JOB.rows.iter().enumerate() {
        all.push((format!("job row:{place}"), format!("{} {} on {}", row.rule, row.from, row.on)));
    }
    for (place, no) in JOB.refusals.iter().enumerate() {
        all.push((format!("job refusal:{place}"), format!("{} refuses {} in {:?}", no.rule, no.on, no.from)));
    }
    for (place, row) in DRIVE.rows.iter().enumerate() {
        all.push((format!("drive row:{place}"), format!("{} {} on {}", row.rule, row.from, row.on)));
    }
    for (place, row) in CASES.iter().enumerate() {
        all.push((format!("case:{place}"), format!("{} {} on {}", row.rule, row.kind, row.on)));
    }
    for (kind, rows) in [("arrival", ARRIVALS), ("route", ROUTES)] {
        for (place, row) in rows.iter().enumerate() {
            let name = format!("{} {} in {:?}", row.rule, row.listing, row.states);
            all.push((format!("{kind}:{place}"), name));
        }
    }
    all
}
