//! How a station was used in the measured window.

use crate::engine::station::Measures;
use crate::engine::time::Span;
use serde::{Deserialize, Serialize};

/// No site has as many; "unlimited" is 2^32 - 1.
const MOST_SERVERS: i128 = 1_000_000;

/// A station's measures over the measured window; of several runs, added up.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct StationUse {
    /// Between warm-up and horizon.
    pub window: Measures,
    /// The length of the window in microseconds; of several runs, of all together.
    pub length: i128,
    /// In line at the warm-up.
    pub queue_before: u64,
    /// In line at the horizon.
    pub queue_after: u64,
}

impl StationUse {
    /// Between two snapshots of a station, `length` apart.
    pub fn between(before: &Measures, after: &Measures, length: Span) -> StationUse {
        StationUse {
            window: after.since(before),
            length: i128::from(length.micros()),
            queue_before: queue_length(before),
            queue_after: queue_length(after),
        }
    }

    /// Adds another run's use of the same station; the longest line is the longest of both.
    pub fn merge(&mut self, other: &StationUse) {
        self.window = sum(&self.window, &other.window);
        self.length += other.length;
        self.queue_before += other.queue_before;
        self.queue_after += other.queue_after;
    }

    /// Busy servers over those [`staffed`](StationUse::staffed); `None` where there were none, or without limit.
    pub fn utilization(&self) -> Option<f64> {
        over(self.window.busy, self.staffed())
    }

    /// More servers than any site has stand for "unlimited", even where that lasted for a while only.
    pub fn is_unlimited(&self) -> bool {
        self.window.capacity > self.length * MOST_SERVERS
    }

    /// Mean number of servers; `None` without limit.
    pub fn mean_servers(&self) -> Option<f64> {
        (!self.is_unlimited()).then(|| over(self.window.capacity, self.length)).flatten()
    }

    /// Servers on duty over time, and those who stay on to finish what they have begun, in microseconds; without limit,
    /// nobody is on duty.
    pub fn staffed(&self) -> i128 {
        if self.is_unlimited() { 0 } else { self.window.capacity + self.window.overtime }
    }

    /// Mean number of busy servers.
    pub fn mean_busy(&self) -> Option<f64> {
        over(self.window.busy, self.length)
    }
    /// Mean number of those in line.
    pub fn mean_queue(&self) -> Option<f64> {
        over(self.window.queue, self.length)
    }

    /// Mean wait of those whose service began in the window, in microseconds.
    pub fn mean_wait(&self) -> Option<f64> {
        over(self.window.wait, i128::from(self.window.begun))
    }

    /// Share of those that waited at all.
    pub fn share_that_waits(&self) -> Option<f64> {
        over(i128::from(self.window.waited), i128::from(self.window.begun))
    }

    /// Mean time of a server for one service, in microseconds.
    pub fn mean_service(&self) -> Option<f64> {
        over(self.window.busy, i128::from(self.window.served))
    }

    /// Whether anything ever came.
    pub fn is_idle(&self) -> bool {
        self.window.joined == 0 && self.window.busy == 0 && self.queue_after == 0
    }
}

/// Those who joined and neither began nor left.
pub fn queue_length(measures: &Measures) -> u64 {
    measures.joined - measures.begun - measures.withdrawn
}

fn over(sum: i128, count: i128) -> Option<f64> {
    (count > 0).then(|| sum as f64 / count as f64)
}

fn sum(a: &Measures, b: &Measures) -> Measures {
    Measures {
        busy: a.busy + b.busy,
        capacity: a.capacity + b.capacity,
        overtime: a.overtime + b.overtime,
        queue: a.queue + b.queue,
        suspended: a.suspended + b.suspended,
        closed: a.closed + b.closed,
        joined: a.joined + b.joined,
        begun: a.begun + b.begun,
        served: a.served + b.served,
        abandoned: a.abandoned + b.abandoned,
        withdrawn: a.withdrawn + b.withdrawn,
        waited: a.waited + b.waited,
        wait: a.wait + b.wait,
        withdrawn_wait: a.withdrawn_wait + b.withdrawn_wait,
        longest: a.longest.max(b.longest),
    }
}
