//! How a station was used in the measured window.

use crate::engine::station::Measures;
use crate::engine::time::Span;
use serde::{Deserialize, Serialize};

/// More servers than any real site has; "unlimited" is 2^32 - 1.
const MOST_SERVERS: i128 = 1_000_000;

/// Use of a station in the measured window; for several runs, the sum.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct StationUse {
    /// Measures between warm-up and horizon.
    pub window: Measures,
    /// Length of the window in microseconds; for several runs, the sum.
    pub length: i128,
    /// Queue length at the end of the warm-up.
    pub queue_before: u64,
    /// Queue length at the horizon.
    pub queue_after: u64,
}

impl StationUse {
    /// The use between two snapshots that are `length` apart.
    pub fn between(before: &Measures, after: &Measures, length: Span) -> StationUse {
        StationUse {
            window: after.since(before),
            length: i128::from(length.micros()),
            queue_before: queue_length(before),
            queue_after: queue_length(after),
        }
    }

    /// Adds the use of the same station in another run. The longest queue is the maximum of both.
    pub fn merge(&mut self, other: &StationUse) {
        self.window.merge(&other.window);
        self.length += other.length;
        self.queue_before += other.queue_before;
        self.queue_after += other.queue_after;
    }

    /// Utilization: busy servers divided by [`staffed`](StationUse::staffed) servers; `None` without servers, or
    /// without a limit.
    pub fn utilization(&self) -> Option<f64> {
        over(self.window.busy, self.staffed())
    }

    /// Whether the station had no limit, even if only for a while: then the mean number of servers is enormous.
    pub fn is_unlimited(&self) -> bool {
        self.window.capacity > self.length * MOST_SERVERS
    }

    /// Mean number of servers; `None` without a limit.
    pub fn mean_servers(&self) -> Option<f64> {
        (!self.is_unlimited()).then(|| over(self.window.capacity, self.length)).flatten()
    }

    /// Server-microseconds on duty: the schedule plus overtime to finish work that has started. Zero without a limit.
    pub fn staffed(&self) -> i128 {
        if self.is_unlimited() { 0 } else { self.window.capacity + self.window.overtime }
    }

    /// Mean number of busy servers.
    pub fn mean_busy(&self) -> Option<f64> {
        over(self.window.busy, self.length)
    }
    /// Mean queue length.
    pub fn mean_queue(&self) -> Option<f64> {
        over(self.window.queue, self.length)
    }

    /// Mean wait in microseconds, of those whose service began in the window.
    pub fn mean_wait(&self) -> Option<f64> {
        over(self.window.wait, i128::from(self.window.begun))
    }

    /// Share of those that waited at all.
    pub fn share_that_waits(&self) -> Option<f64> {
        over(i128::from(self.window.waited), i128::from(self.window.begun))
    }

    /// Mean service time in microseconds.
    pub fn mean_service(&self) -> Option<f64> {
        over(self.window.busy, i128::from(self.window.served))
    }

    /// Whether nothing ever arrived.
    pub fn is_idle(&self) -> bool {
        self.window.joined == 0 && self.window.busy == 0 && self.queue_after == 0
    }
}

/// Current queue length: those who joined and have neither started service nor left.
pub fn queue_length(measures: &Measures) -> u64 {
    measures.joined - measures.begun - measures.withdrawn
}

fn over(sum: i128, count: i128) -> Option<f64> {
    (count > 0).then(|| sum as f64 / count as f64)
}
