//! Translates a scenario of scripted jobs into the input of the reference.

use super::reference::Numbers;
#[cfg(test)]
use super::reference::{JobLife, Site, Time, expected_lives};
#[cfg(test)]
use crate::engine::calendar::Timetable;
#[cfg(test)]
use crate::engine::time::Instant;
#[cfg(test)]
use crate::engine::time::Span;
use crate::policy::Timings;
#[cfg(test)]
use crate::scenario::{Ending, Scenario};

/// The timings in force.
pub fn numbers(policy: &Timings) -> Numbers {
    Numbers {
        creating: policy.creating_expiry.micros(),
        updates_reset: policy.creating_expiry_resets,
        shipping: policy.shipping_deadline.micros(),
        extension: policy.extension.micros(),
        extensions: policy.max_extensions,
        response: policy.response_window.micros(),
        retention: policy.retention.micros(),
        contact: policy.contact_window.micros(),
        destroy: policy.destroy_after.micros(),
        answer: policy.answer_window.micros(),
        fault: policy.fault_window.micros(),
        warnings_close: policy.warnings_close_job,
        cancel_until: policy.cancel_until,
    }
}

#[cfg(test)]
/// The intervals before `stop` in which a station is closed.
fn closed(servers: &Timetable, stop: Instant) -> Vec<(Time, Time)> {
    let mut servers = servers.clone();
    let (mut now, mut intervals) = (Instant::START, vec![]);
    while now < stop {
        let until = servers.next_change(now).map_or(Instant::NEVER, |(at, _)| at);
        if servers.level(now) == 0 {
            intervals.push((now.micros(), until.micros()));
        }
        now = until;
    }
    intervals
}

#[cfg(test)]
/// The lives of the scripted jobs of `scenario` according to the reference.
pub fn ask(scenario: &Scenario) -> Vec<JobLife> {
    let drain = match scenario.run.ending {
        Ending::Drain { limit } => limit,
        Ending::Censor => Span::ZERO,
    };
    let stop = Instant::START + scenario.run.horizon + drain;
    let site = Site {
        dock_closed: closed(&scenario.site.dock.servers, stop),
        bays_closed: closed(&scenario.site.bays.servers, stop),
        rate: scenario.site.bay_rate,
        pack: scenario
            .site
            .pack_per_package
            .only_value()
            .map_or(0, |length| Span::from_secs_f64(length).micros()),
        between_attempts: scenario.site.between_attempts.micros(),
    };
    expected_lives(&numbers(&scenario.policy.timings), &site, &scenario.jobs, stop.micros())
}
