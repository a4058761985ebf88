//! A column of numbers: one for each replication.

/// One number for each replication, or none. Thousands of replications have millions of these, so a number that is
/// missing takes no more memory than one that is there: it is stored as NaN, which is no result of a metric.
#[derive(Clone, Debug, Default)]
pub struct Column(Vec<f64>);

impl Column {
    /// A column of `replications` without any number.
    pub fn blank(replications: usize) -> Column {
        Column(vec![f64::NAN; replications])
    }

    /// Number of replications.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are no replications.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The number of a replication, if it has one.
    pub fn get(&self, replication: usize) -> Option<f64> {
        self.0.get(replication).copied().filter(|number| !number.is_nan())
    }

    /// Sets the number of a replication; no effect beyond the end of the column.
    pub(super) fn set(&mut self, replication: usize, number: f64) {
        assert!(!number.is_nan(), "column: a metric is a number");
        if let Some(place) = self.0.get_mut(replication) {
            *place = number;
        }
    }

    /// The numbers of all replications, in order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = Option<f64>> + '_ {
        self.0.iter().map(|&number| (!number.is_nan()).then_some(number))
    }

    /// The numbers, if every replication has one.
    pub fn whole(&self) -> Option<Vec<f64>> {
        self.iter().collect()
    }

    /// The numbers of the replications that have one.
    pub fn known(&self) -> impl Iterator<Item = f64> + '_ {
        self.iter().flatten()
    }

    /// Whether all replications have the same number, or none.
    pub fn is_constant(&self) -> bool {
        let first = self.get(0);
        self.iter().all(|number| number == first)
    }
}

impl FromIterator<Option<f64>> for Column {
    fn from_iter<I: IntoIterator<Item = Option<f64>>>(numbers: I) -> Column {
        Column(numbers.into_iter().map(|number| number.unwrap_or(f64::NAN)).collect())
    }
}

impl PartialEq for Column {
    fn eq(&self, other: &Column) -> bool {
        self.iter().eq(other.iter())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_column_is_a_list_of_options() {
        let list = [Some(0.0), None, Some(-1.5), Some(f64::INFINITY)];
        let mut column = Column::from_iter(list);
        assert!(column.iter().eq(list) && column == Column::from_iter(list));
        assert_eq!((column.len(), column.get(1), column.get(2), column.get(4)), (4, None, Some(-1.5), None));
        assert_eq!((column.whole(), column.is_constant()), (None, false));
        assert!(column.known().eq([0.0, -1.5, f64::INFINITY]));
        column.set(1, 2.0);
        column.set(9, 2.0);
        assert_eq!(column.whole(), Some(vec![0.0, 2.0, -1.5, f64::INFINITY]));
        assert!(Column::blank(3).is_constant() && Column::blank(3) != Column::blank(2));
        assert!(Column::default().is_empty() && Column::from_iter([Some(1.0); 3]).is_constant());
    }
}
