//! The daily rows of a run, compressed.

use crate::world::DayRow;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::sync::Arc;

/// One row for each day of one run, in order. A row takes some 300 bytes compressed, and more than 1,000 otherwise.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Days {
    rows: usize,
    packed: Arc<[u8]>,
}

impl Days {
    /// Number of days.
    pub fn len(&self) -> usize {
        self.rows
    }

    /// Whether there is no day.
    pub fn is_empty(&self) -> bool {
        self.rows == 0
    }

    /// The rows, decompressed one by one.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = DayRow> {
        let mut rest = &self.packed[..];
        (0..self.rows).map(move |_| {
            let (row, after) =
                postcard::take_from_bytes(rest).expect("days: what was packed can be unpacked");
            rest = after;
            row
        })
    }

    /// The value of `of` for each day; `of` gets the day before (`None` for the first day) and the day.
    pub fn each<T>(&self, of: impl Fn(Option<&DayRow>, &DayRow) -> T) -> Vec<T> {
        let mut before = None;
        let value = |day: DayRow| {
            let value = of(before.as_ref(), &day);
            before = Some(day);
            value
        };
        self.iter().map(value).collect()
    }
}

impl From<&[DayRow]> for Days {
    fn from(rows: &[DayRow]) -> Days {
        let pack = |packed, row| postcard::to_extend(row, packed).expect("postcard: memory takes all");
        Days { rows: rows.len(), packed: rows.iter().fold(vec![], pack).into() }
    }
}

/// Serializes as a list of rows.
impl Serialize for Days {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_seq(self.iter())
    }
}

impl<'de> Deserialize<'de> for Days {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Days, D::Error> {
        Ok(Days::from(&Vec::<DayRow>::deserialize(from)?[..]))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::time::Instant;
    use crate::scenario::Scenario;
    use crate::world::{Observer, run};

    #[derive(Default)]
    struct Rows(Vec<DayRow>);

    impl Observer for Rows {
        fn fact(&mut self, _at: Instant, _fact: &crate::world::Fact) {}
        fn day(&mut self, row: &DayRow) {
            self.0.push(*row);
        }
    }

    #[test]
    fn days_are_unpacked_as_they_were_and_kept_as_a_list_of_rows() {
        let scenario =
            Scenario::parse(include_str!("../../scenarios/tiny.toml"), &[]).expect("tiny").scenario;
        let rows = run(&scenario, 1, 0, Rows::default()).1.0;
        let days = Days::from(&rows[..]);
        assert!(rows.len() >= 30 && days.len() == rows.len() && !days.is_empty());
        assert_eq!(days.iter().collect::<Vec<_>>(), rows);
        assert_eq!(days.each(|before, day| (before.copied(), *day)), {
            let before = std::iter::once(None).chain(rows.iter().copied().map(Some));
            before.zip(rows.iter().copied()).collect::<Vec<_>>()
        });
        let kept = postcard::to_stdvec(&days).unwrap();
        assert_eq!(kept, postcard::to_stdvec(&rows).unwrap());
        assert_eq!(postcard::from_bytes::<Days>(&kept).unwrap(), days);
        assert!(days.packed.len() * 3 < std::mem::size_of_val(&rows[..]), "{} bytes", days.packed.len());
    }
}
