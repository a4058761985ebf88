//! A fact in the words of logs.

use super::line::Line;
use super::names::Names;
use crate::policy::Rule;
use crate::world::{CaseStep, Cause, Fact, PackageStep};

/// Writes object, from, to, rule: what happened, and by which rule.
pub(super) fn write_what(line: &mut Line, names: &Names, fact: &Fact) {
    match *fact {
        Fact::Job { job, from, to, rule, .. } => names
            .field(line, |out| names.write_job(out, job))
            .plain(from.name())
            .plain(to.name())
            .plain(rule.name()),
        Fact::Drive { drive, from, to, rule, .. } => {
            names.field(line, |out| names.write_drive(out, drive)).plain(from.name()).plain(to.name());
            line.plain(rule.name())
        }
        Fact::Disposed { drive, from, to } => names
            .field(line, |out| names.write_drive(out, drive))
            .plain(from.name())
            .plain(to.name())
            .plain(""),
        Fact::Ruled { job, drive, rule, .. } => {
            match drive {
                Some(drive) => names.field(line, |out| names.write_drive(out, drive)),
                None => names.field(line, |out| names.write_job(out, job)),
            };
            line.plain("").plain("").plain(rule.name())
        }
        Fact::Refused { job, state, rule, .. } => {
            names.field(line, |out| names.write_job(out, job)).plain(state.name()).plain(state.name());
            line.plain(rule.name())
        }
        Fact::Package { package, step, .. } => {
            names.field(line, |out| names.write_package(out, package)).plain("").plain(step.name()).plain("")
        }
        Fact::Case { case, kind, step, rule } => {
            names.field(line, |out| names.write_case(out, case)).plain(kind.name());
            line.written(|out| write_step(out, step)).plain(rule.map_or("", Rule::name))
        }
        Fact::Capacity { station, servers: u32::MAX } => {
            line.plain(station.name()).plain("").plain("unlimited").plain("")
        }
        Fact::Capacity { station, servers } => line.plain(station.name()).plain("").number(servers).plain(""),
    };
}

/// Writes the cause.
pub(super) fn write_cause(line: &mut Line, names: &Names, fact: &Fact) {
    match *fact {
        Fact::Job { cause, .. } | Fact::Drive { cause, .. } | Fact::Ruled { cause, .. } => {
            line.plain(cause.name())
        }
        Fact::Disposed { .. } => line.plain("moved"),
        Fact::Refused { act, .. } => line.written(|out| write_words(out, "refused ", act.name())),
        Fact::Package { step: PackageStep::Opened, .. } => line.plain(Cause::Dock.name()),
        Fact::Package { carrier, .. } => line.text(names.carrier(carrier)),
        Fact::Case { .. } => line.plain(Cause::Operations.name()),
        Fact::Capacity { .. } => line.plain("capacity"),
    };
}

fn write_words(out: &mut Vec<u8>, first: &str, second: &str) {
    out.extend_from_slice(first.as_bytes());
    out.extend_from_slice(second.as_bytes());
}

fn write_step(out: &mut Vec<u8>, step: CaseStep) {
    match step {
        CaseStep::Opened => out.extend_from_slice(b"Opened"),
        CaseStep::WindowExpired => out.extend_from_slice(b"WindowExpired"),
        CaseStep::Ended(state) => out.extend_from_slice(state.name().as_bytes()),
        CaseStep::Attempt { number, reached } => {
            write_words(out, "Attempt ", itoa::Buffer::new().format(number));
            out.extend_from_slice(if reached { b" reached" } else { b" failed" });
        }
    }
}
