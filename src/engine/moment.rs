//! Reads instants as people and logs write them.

use super::calendar::Epoch;
use super::time::Instant;
use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;

/// The formats of dates, for help texts.
pub const DATES: &str = "write it like \"2026-11-23\", \"2026-11-23 14:00\" (local time), \"2026-11-23T14:00:00+01:00\", \
                         \"2026-11-23T13:00:00Z\" or \"2026-11-23T14:00:00[Europe/Berlin]\"";

impl Epoch {
    /// Reads a date (its first instant), or a date and a time of day. The time is local in the zone of this epoch,
    /// unless an offset, "Z" or a zone name in brackets follows. `None`: the text does not begin like a date.
    ///
    /// # Errors
    /// A sentence about what is wrong: no such day, no such zone, or an offset that the zone does not have at that
    /// time.
    pub fn read(&self, text: &str) -> Option<Result<Instant, String>> {
        let text = text.trim();
        let starts_like_a_date = text.len() >= 8
            && text.as_bytes()[..4].iter().all(u8::is_ascii_digit)
            && matches!(text.as_bytes()[4], b'-' | b'/' | b'.');
        starts_like_a_date.then(|| self.read_date(text))
    }

    fn read_date(&self, text: &str) -> Result<Instant, String> {
        let no_date = || no_such_day(text).unwrap_or_else(|| format!("\"{text}\" is not a date"));
        let (local, zone) = match text.split_once('[') {
            None => (text, None),
            Some((local, name)) => {
                let name = name.strip_suffix(']').ok_or_else(|| format!("\"{text}\" has no \"]\""))?;
                let zone = TimeZone::get(name).map_err(|_| format!("\"{name}\" is not a time zone"))?;
                (local.trim_end(), Some(zone))
            }
        };
        let date = local.get(..10).and_then(|date| date.parse::<Date>().ok()).ok_or_else(no_date)?;
        let epoch = Epoch { zone: zone.as_ref().unwrap_or(&self.zone).clone(), start: self.start };
        let time = &local[10..];
        if time.is_empty() {
            return Ok(epoch.start_of_day(date));
        }
        if !time.starts_with(['T', 't', ' ']) || time.len() < "T00:00".len() {
            return Err(match time.starts_with(['Z', 'z', '+', '-']) {
                true => format!("\"{text}\" has an offset but no time of day"),
                false => no_date(),
            });
        }
        let Some(place) = time.find(['Z', 'z', '+', '-']) else {
            return local.parse::<DateTime>().map(|moment| epoch.at(moment)).map_err(|_| no_date());
        };
        // Spreadsheets and logs write "14:00 +01:00".
        let (clock, offset) = (&time[1..place], &time[place..]);
        let joined = format!("{date}T{}{offset}", clock.trim_end());
        let timestamp: Timestamp = joined.parse().map_err(|_| no_date())?;
        if let Some(zone) = zone {
            let written = joined[..joined.len() - offset.len()].parse::<DateTime>().map_err(|_| no_date())?;
            let means_utc = offset.eq_ignore_ascii_case("z");
            if zone.to_datetime(timestamp) != written && !means_utc {
                let name = zone.iana_name().unwrap_or("this zone");
                return Err(format!("\"{text}\": {name} does not have the offset {offset} then"));
            }
        }
        Ok(self.instant(timestamp))
    }
}

/// The message for a day beyond the end of its month; `None` if something else is wrong.
pub fn no_such_day(text: &str) -> Option<String> {
    let day = text.get(..10)?;
    let first: Date = format!("{}-01", day.get(..7)?).parse().ok()?;
    let is_beyond = day.as_bytes()[7] == b'-' && day[8..].parse::<i8>().ok()? > first.days_in_month();
    is_beyond.then(|| format!("there is no {day}: that month has {} days", first.days_in_month()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::time::Span;
    use jiff::civil::date;

    fn hours(text: &str) -> Option<Result<f64, String>> {
        let epoch = Epoch::new(date(2026, 1, 5), TimeZone::get("America/Chicago").unwrap()).unwrap();
        let read = epoch.read(text)?;
        Some(read.map(|at| at.since_start().micros() as f64 / Span::HOUR.micros() as f64))
    }

    /// The start is 2026-01-05 06:00 UTC.
    #[test]
    fn an_offset_or_a_zone_is_honoured() {
        for (text, expected) in [
            ("2026-01-06", 24.0),
            ("2026-01-06 09:30", 33.5),
            ("2026-01-06T09:30:00", 33.5),
            ("2026-01-06t09:30", 33.5),
            ("2026-01-06T09:30:00Z", 27.5),
            ("2026-01-06 09:30:00z", 27.5),
            ("2026-01-06T09:30:00+02:00", 25.5),
            ("2026-01-06T09:30+02:00", 25.5),
            ("2026-01-06 09:30 +0200", 25.5),
            ("2026-01-06T09:30:00-08:00", 35.5),
            ("2026-01-06T09:30:00.5+05:30", 22.0 + 0.5 / 3600.0),
            ("2026-01-06T09:30:00[Asia/Tokyo]", 18.5),
            ("2026-01-06T09:30:00+09:00[Asia/Tokyo]", 18.5),
            ("2026-01-06T00:30:00Z[Asia/Tokyo]", 18.5),
            ("2026-01-06 09:30 [Europe/Berlin]", 26.5),
            ("2026-01-06[Asia/Tokyo]", 9.0),
            // The clock goes forward there at 02:00: what it leaves out is the instant of the change.
            ("2026-03-29T02:30:00[Europe/Berlin]", (83 * 24 - 5) as f64),
        ] {
            let found = hours(text).unwrap_or_else(|| panic!("{text}: nothing read")).unwrap();
            assert!((found - expected).abs() < 1e-9, "{text}: {found}, not {expected}");
        }
    }

    #[test]
    fn what_is_no_date_is_refused_with_a_word_and_what_is_none_at_all_left_to_others() {
        for (text, told) in [
            ("2026-02-30", "there is no 2026-02-30: that month has 28 days"),
            ("2026-04-31 09:30", "that month has 30 days"),
            ("2026-13-01", "is not a date"),
            ("2026-1-1 00:00", "is not a date"),
            ("2026-01-06T25:00", "is not a date"),
            ("2026-01-06 9:30", "is not a date"),
            ("2026/01/06", "is not a date"),
            ("2026-01-06+02:00", "has an offset but no time of day"),
            ("2026-01-06Z", "has an offset but no time of day"),
            ("2026-01-06T09:30:00+26:00", "is not a date"),
            ("2026-01-06T09:30:00+02:00[Asia/Tokyo]", "Asia/Tokyo does not have the offset +02:00 then"),
            ("2026-01-06T09:30:00[Asia/Tokio]", "\"Asia/Tokio\" is not a time zone"),
            ("2026-01-06T09:30:00[Asia/Tokyo", "has no \"]\""),
            ("2026-01-06T09:30:00[Asia/Tokyo][u-ca=hebrew]", "is not a time zone"),
            ("2026-01-06 09:30 CET", "is not a date"),
            ("2026-01-06T09:30:00 UTC", "is not a date"),
        ] {
            let found = hours(text).unwrap_or_else(|| panic!("{text}: nothing read"));
            assert!(found.as_ref().is_err_and(|why| why.contains(told)), "{text}: {found:?}");
        }
        for text in ["", "14d", "1d 12h", "soon", "30", "-3d"] {
            assert!(hours(text).is_none(), "{text}");
        }
    }
}
