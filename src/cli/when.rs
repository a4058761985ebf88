//! Instants as users write them.

use crate::engine::calendar::Epoch;
use crate::engine::time::{Instant, Span};
use crate::error::Error;
use jiff::civil::{Date, DateTime};

/// "30d" after the start, "2026-11-23" (its first instant), "2026-11-23 14:00" in the site's time zone.
///
/// # Errors
/// A sentence that says what is allowed.
pub(super) fn instant(option: &str, text: &str, epoch: &Epoch) -> Result<Instant, Error> {
    let text = text.trim();
    let date = |date: &str| date.parse::<Date>().ok().filter(|_| date.len() == 10);
    if let Some(day) = date(text) {
        return Ok(epoch.start_of_day(day));
    }
    if text.get(..10).and_then(date).is_some()
        && let Ok(moment) = text.parse::<DateTime>()
    {
        return Ok(epoch.at(moment));
    }
    // Of "2026-02-30" a reader of durations would say that it has no unit.
    let span: Result<Span, String> =
        if text.contains('-') { Err(format!("\"{text}\" is no date")) } else { text.parse() };
    span.map(|span| Instant::START + span).map_err(|why| {
        let help = "write it like 30d (after the start), 2026-11-23, or \"2026-11-23 14:00\"";
        Error::Usage(format!("{option}: {why}; {help}"))
    })
}

/// "day 14, Thu 2026-01-15 09:00:00".
pub(super) fn in_words(at: Instant, epoch: &Epoch) -> String {
    let name = weekday(epoch.date_of(at));
    format!("day {}, {name} {}", day(at, epoch), epoch.format(at))
}

/// Midnights since the start.
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
            ("2025-12-31", -86_400_000_000),
        ] {
            assert_eq!(instant("--at", text, &epoch()).unwrap().micros(), micros, "{text}");
        }
        for text in ["", "30", "soon", "2026-13-01", "2026-02-30", "2026-1-1"] {
            let told = instant("--at", text, &epoch()).unwrap_err();
            assert!(told.exit_code() == 2 && told.to_string().contains("2026-11-23"), "{told}");
            assert_eq!(told.to_string().contains("is no date"), text.contains('-'), "{told}");
        }
    }

    #[test]
    fn days_are_counted_by_midnights_through_changes_of_the_clock() {
        let at = instant("--at", "2026-07-01 00:30", &epoch()).unwrap();
        assert_eq!(in_words(at, &epoch()), "day 181, Wed 2026-07-01 00:30:00");
    }
}
