//! The counts of a replication, compressed while they wait to be merged.

use crate::measure::{By, Counts, Group};
use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize};
use std::collections::BTreeMap;

/// Counts as bytes. Breakdowns that follow from others are left out: all jobs are the sum of the months. If all jobs
/// have one source, type or carrier, each of these breakdowns holds the same jobs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(super) struct Packed(Box<[u8]>);

/// The jobs of a breakdown.
#[derive(Serialize, Deserialize)]
enum Jobs<G> {
    These(G),
    /// The sum of all months.
    Months,
    /// The same jobs as in another breakdown, which is stored as `These` or `Months`.
    As(By),
}

impl Packed {
    pub(super) fn new(mut counts: Counts) -> Packed {
        let groups = std::mem::take(&mut counts.groups);
        let mut jobs: Vec<(By, Jobs<&Group>)> = vec![];
        let months = sum_of_months(&groups);
        for (&by, group) in &groups {
            let same = || groups.range(..by).find(|(_, before)| *before == group);
            jobs.push((
                by,
                match by {
                    By::Month(..) => Jobs::These(group),
                    By::All if *group == months => Jobs::Months,
                    _ => same().map_or(Jobs::These(group), |(&before, _)| Jobs::As(before)),
                },
            ));
        }
        Packed(postcard::to_stdvec(&(counts, jobs)).expect("postcard: memory takes all").into())
    }

    pub(super) fn unpack(&self) -> Counts {
        self.unpacked().expect("packed: what was packed can be unpacked")
    }

    fn unpacked(&self) -> postcard::Result<Counts> {
        let (mut counts, jobs): (Counts, Vec<(By, Jobs<Group>)>) = postcard::from_bytes(&self.0)?;
        let groups = &mut counts.groups;
        let mut others = vec![];
        for (by, jobs) in jobs {
            match jobs {
                Jobs::These(group) => drop(groups.insert(by, group)),
                Jobs::Months => others.insert(0, (by, None)),
                Jobs::As(other) => others.push((by, Some(other))),
            }
        }
        // The sum of the months comes first, because others may refer to it.
        for (by, other) in others {
            let group = match other {
                None => sum_of_months(groups),
                Some(other) => groups.get(&other).cloned().ok_or(postcard::Error::SerdeDeCustom)?,
            };
            groups.insert(by, group);
        }
        Ok(counts)
    }
}

fn sum_of_months(groups: &BTreeMap<By, Group>) -> Group {
    let mut sum = Group::default();
    let months = groups.iter().filter(|(by, _)| matches!(by, By::Month(..)));
    months.for_each(|(_, month)| sum.merge(month));
    sum
}

impl<'de> Deserialize<'de> for Packed {
    /// Refuses bytes that cannot be unpacked.
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Packed, D::Error> {
        let packed = Packed(Box::deserialize(from)?);
        packed.unpacked().map_err(D::Error::custom)?;
        Ok(packed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::measure::Tally;
    use crate::scenario::{BASELINE, Scenario};

    /// Two sources, one of imports and one of exports: their breakdowns are kept once, and all come back as they were.
    #[test]
    fn what_is_packed_is_unpacked_as_it_was_and_what_follows_takes_no_room() {
        let sets = ["run.horizon=50d".into()];
        let scenario = Scenario::parse(BASELINE, &sets).expect("the baseline").scenario;
        let (end, tally) = crate::world::run(&scenario, 1, 0, Tally::new(&scenario));
        let mut counts = tally.close(&end).0;
        let (packed, whole) = (Packed::new(counts.clone()), postcard::to_stdvec(&counts).unwrap());
        assert_eq!(packed.unpack(), counts);
        assert!(packed.0.len() * 4 < whole.len() * 3, "{} of {} bytes", packed.0.len(), whole.len());
        let kept = postcard::to_stdvec(&packed).unwrap();
        assert_eq!(postcard::from_bytes::<Packed>(&kept).unwrap(), packed);
        assert!(postcard::from_bytes::<Packed>(&kept[..kept.len() - 1]).is_err());
        assert!(postcard::from_bytes::<Packed>(&postcard::to_stdvec(&whole[..9]).unwrap()).is_err());
        // A breakdown that is the same as one that is not there.
        let mut bare = counts.clone();
        bare.groups.clear();
        let lost = (bare, vec![(By::All, Jobs::<&Group>::As(By::Month(1, 1)))]);
        let lost = postcard::to_stdvec(&postcard::to_stdvec(&lost).unwrap()).unwrap();
        assert!(postcard::from_bytes::<Packed>(&lost).is_err());
        // Without months, and where the months are not all.
        counts.groups.pop_last();
        assert_eq!(Packed::new(counts.clone()).unpack(), counts);
        counts.groups.retain(|by, _| !matches!(by, By::Month(..)));
        assert_eq!(Packed::new(counts.clone()).unpack(), counts);
    }
}
