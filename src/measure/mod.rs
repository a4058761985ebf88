//! Turns facts into metrics: observers, tallies, histograms, quantiles, censoring. No files, no printing.
//!
//! - In: the facts of a run, one by one; the service levels and costs of the scenario.
//! - Out: [`Results`]: metrics by name and breakdown, with unit and denominator.
//! - Read first: `catalogue.rs` (what each metric means), then `tally.rs` (how facts are counted) and `metrics.rs` (how
//!   counts become metrics).
//!
//! Counts, integer sums and integer histograms are kept, so that the results of several runs merge by addition, in any
//! order, to the same bytes. Real numbers are computed once, at the end, from the merged integers.
//!
//! ```
//! use shipback::engine::time::Span;
//! use shipback::measure::Histogram;
//!
//! let (mut one, mut other) = (Histogram::new(), Histogram::new());
//! [1, 2, 3].map(|days| one.add(Span::days(days)));
//! other.add(Span::days(30));
//! one.merge(&other);
//! assert_eq!((one.count(), one.max()), (4, Some(Span::days(30))));
//! assert_eq!(one.mean(), Some(9.0 * Span::DAY.micros() as f64));
//! ```

mod catalogue;
mod cost;
mod counts;
mod days;
mod due;
mod group;
mod histogram;
mod late;
mod little;
mod metrics;
mod recovery;
mod results;
mod sla;
mod station_use;
mod survival;
mod tally;
mod vocabulary;
mod warnings;

pub use catalogue::{About, Better, Kind, about};
pub use cost::{Item, items};
pub use counts::{Cases, Counts, Drives, Fired, Packages, Published};
pub use days::Days;
pub use due::Due;
pub use group::{By, Group};
pub use histogram::Histogram;
pub use late::{CAUSES, Late, Side};
pub use little::Little;
pub(crate) use metrics::{Curve, with_counts, with_curves, with_shares};
pub use metrics::{Metric, Value, metrics};
pub use recovery::{Recovery, Strained};
pub use results::{RESULTS_VERSION, Results};
pub use sla::{Judge, Judged, Kept, Verdict};
pub use station_use::{StationUse, queue_length};
pub use survival::Survival;
pub use tally::Tally;
pub use vocabulary::vocabulary;
pub(crate) use warnings::warnings;

#[cfg(test)]
pub(crate) mod sample;
#[cfg(test)]
mod tests;
