//! Reads instants as users write them.

use crate::engine::calendar::Epoch;
use crate::engine::moment::DATES;
use crate::engine::time::{Instant, Span};
use crate::error::Error;
use jiff::civil::Date;

/// Reads "30d" after the start, "2026-11-23" (its first instant), or "2026-11-23 14:00" in the site's time zone or with
/// its own offset or zone. The instant must lie between the start of the scenario and `last`.
///
/// # Errors
/// A sentence with what is allowed.
pub(super) fn instant_up_to(
    last: Instant,
    option: &str,
    text: &str,
    epoch: &Epoch,
) -> Result<Instant, Error> {
    let at = instant(option, text, epoch)?;
    if (Instant::START..=last).contains(&at) {
        return Ok(at);
    }
    let why = if at < Instant::START {
        "the scenario starts later"
    } else {
        "the run of this scenario stops before"
    };
    let (from, to) = (in_words(Instant::START, epoch), in_words(last, epoch));
    Err(Error::Usage(format!("{option} {}: {why}; allowed: from {from}, to {to}", text.trim())))
}

/// Reads an instant without limits.
///
/// # Errors
/// A sentence with what is allowed.
pub(super) fn instant(option: &str, text: &str, epoch: &Epoch) -> Result<Instant, Error> {
    let text = text.trim();
    let help = format!(
        "write it like 30d (after the start), or as a date: {}",
        DATES.trim_start_matches("write it like ")
    );
    let wrong = |why: String| Error::Usage(format!("{option}: {why}; {help}"));
    if let Some(read) = epoch.read(text) {
        return read.map_err(wrong);
    }
    if let Some(Ok(before)) = text.strip_prefix('-').map(str::parse::<Span>) {
        return Ok(Instant::START - before);
    }
    text.parse::<Span>().map(|span| Instant::START + span).map_err(wrong)
}

/// "day 14, Thu 2026-01-15 09:00:00".
pub(super) fn in_words(at: Instant, epoch: &Epoch) -> String {
    let name = weekday(epoch.date_of(at));
    format!("day {}, {name} {}", day(at, epoch), epoch.format(at))
}

/// Number of midnights since the start.
pub(super) fn day(at: Instant, epoch: &Epoch) -> i64 {
    let first = epoch.date_of(Instant::START);
    (epoch.date_of(at) - first).get_days().into()
}

/// "Thu".
pub(super) fn weekday(date: Date) -> &'static str {
    ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"][date.weekday().to_monday_zero_offset() as usize]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn epoch() -> Epoch {
        Epoch::new(jiff::civil::date(2026, 1, 1), jiff::tz::TimeZone::get("America/Chicago").unwrap())
            .unwrap()
    }

    #[test]
    fn instants_are_read_as_spans_and_dates() {
        for (text, micros) in [
            ("30d", 30 * 86_400_000_000),
            ("1d 12h", 129_600_000_000),
            ("2026-01-02", 86_400_000_000),
            ("2026-01-02 01:00", 90_000_000_000),
            ("2026-01-02T01:00:00.000001", 90_000_000_001),
            ("2026-01-02T09:00:00+02:00", 90_000_000_000),
            ("2026-01-02T07:00:00Z", 90_000_000_000),
            ("2026-01-02 08:00[Europe/Berlin]", 90_000_000_000),
            ("2025-12-31", -86_400_000_000),
            ("-1d", -86_400_000_000),
        ] {
            assert_eq!(instant("--at", text, &epoch()).unwrap().micros(), micros, "{text}");
        }
        for text in ["", "30", "soon", "2026-13-01", "2026-1-1"] {
            let told = instant("--at", text, &epoch()).unwrap_err();
            assert!(told.exit_code() == 2 && told.to_string().contains("2026-11-23"), "{told}");
            assert_eq!(told.to_string().contains("is not a date"), text.contains('-'), "{told}");
        }
        let told = instant("--at", "2026-02-30", &epoch()).unwrap_err();
        assert!(told.to_string().contains("that month has 28 days"), "{told}");
    }

    #[test]
    fn an_instant_outside_the_run_is_refused_with_what_is_allowed() {
        let last = Instant::START + Span::days(30);
        for (text, why) in [
            ("2025-12-31 23:59", "the scenario starts later"),
            ("-1us", "the scenario starts later"),
            ("30d 1us", "stops before"),
            ("9999-12-31", "stops before"),
            ("365000d", "stops before"),
        ] {
            let told = instant_up_to(last, "--at", text, &epoch()).unwrap_err();
            assert_eq!(told.exit_code(), 2);
            let told = told.to_string();
            for part in [text, why, "from day 0, Thu 2026-01-01 00:00:00, to day 30, Sat 2026-01-31 00:00:00"]
            {
                assert!(told.contains(part), "{told}");
            }
        }
        for (text, days) in [("0d", 0), ("30d", 30), ("2026-01-31", 30)] {
            assert_eq!(instant_up_to(last, "--at", text, &epoch()).unwrap().since_start(), Span::days(days));
        }
    }

    #[test]
    fn days_are_counted_by_midnights_through_changes_of_the_clock() {
        let at = instant("--at", "2026-07-01 00:30", &epoch()).unwrap();
        assert_eq!(in_words(at, &epoch()), "day 181, Wed 2026-07-01 00:30:00");
    }
}
