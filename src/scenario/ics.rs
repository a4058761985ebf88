//! `holidays_ics = "us.ics"`: reads the holidays of a calendar from the all-day events of an iCalendar file (RFC 5545).

use super::load::{Unread, read_text};
use super::node::{Node, Table, Value};
use super::source::{Place, Sources};
use crate::error::{Mistake, Mistakes};
use icalendar::parser::{Calendar, Component, read_calendar, unfold};
use jiff::ToSpan;
use jiff::civil::Date;
use std::path::Path;

/// Where files named by a scenario are searched.
pub(super) const RELATIVE: &str =
    "a path is relative to the scenario file, and that of --set to the folder where the program runs";

/// Longest event, in days.
const LONGEST: i32 = 366;

/// Adds the dates of each `holidays_ics` to the `holidays` beside it. So the resolved scenario and its hash contain the
/// dates, not the name of a file that may change.
///
/// # Errors
/// A file that cannot be read, an event with a time of day, or a repeating event.
pub fn settle(table: &mut Table, sources: &Sources) -> Result<(), Mistakes> {
    let mut wrong = vec![];
    if let Some(Value::Table(calendar)) = table.get_mut("calendar").map(|entry| &mut entry.node.value) {
        settle_one(calendar, sources, &mut wrong);
        calendar.tables().into_iter().for_each(|named| settle_one(named, sources, &mut wrong));
    }
    if wrong.is_empty() { Ok(()) } else { Err(Mistakes(wrong)) }
}

fn settle_one(calendar: &mut Table, sources: &Sources, wrong: &mut Vec<Mistake>) {
    let Some(entry) = calendar.remove("holidays_ics") else { return };
    let place = entry.node.place;
    let mut refuse = |message: String, help: &str| {
        wrong.push(sources.mistake(Some(place), format!("holidays_ics: {message}"), help.into()));
    };
    let Value::Text(name) = &entry.node.value else {
        return refuse(format!("the name of a file is needed, but this is {}", entry.node.kind()), "");
    };
    let path = sources.folder(place).join(name);
    match read(&path) {
        Ok(dates) => add(calendar, place, &dates),
        Err((message, help)) => refuse(format!("{}: {message}", path.display()), help),
    }
}

type Why = (String, &'static str);

fn read(path: &Path) -> Result<Vec<Date>, Why> {
    let text = read_text(path).map_err(|why| match why {
        Unread::Io(why) => (format!("cannot be read: {why}"), RELATIVE),
        Unread::Refused(message) => (message, ""),
    })?;
    let unfolded = unfold(&text);
    let help = "a file of all-day events is needed, as calendar programs export holidays (.ics, RFC 5545)";
    let calendar = read_calendar(&unfolded).map_err(|_| ("no iCalendar file".to_owned(), help))?;
    let dates = all_days(&calendar)?;
    if dates.is_empty() { Err(("no event in it lasts a whole day".into(), help)) } else { Ok(dates) }
}

/// The dates of all events that are not cancelled.
fn all_days(calendar: &Calendar<'_>) -> Result<Vec<Date>, Why> {
    let mut dates = vec![];
    let is_event = |one: &&Component<'_>| one.name == "VEVENT";
    for event in calendar.components.iter().filter(is_event) {
        let value =
            |name: &str| event.find_prop(name).map(|property| property.val.as_ref().trim().to_owned());
        if value("STATUS").is_some_and(|status| status == "CANCELLED") {
            continue;
        }
        let title = value("SUMMARY").unwrap_or_else(|| "without a title".into());
        if value("RRULE").or_else(|| value("RDATE")).is_some() {
            let help = "export the dates of the years of the run, each as an event of its own";
            return Err((format!("the event \"{title}\" repeats by a rule, which is not read"), help));
        }
        let day = |text: Option<String>| text.map(|text| date(&text)).transpose();
        let times = |text: String| {
            (
                format!("the event \"{title}\": \"{text}\" is not a whole day"),
                "only all-day events can be holidays",
            )
        };
        let from = day(value("DTSTART")).map_err(times)?;
        let from = from.ok_or_else(|| (format!("the event \"{title}\" has no DTSTART"), ""))?;
        // DTEND is the day after the last day (RFC 5545, 3.6.1); without it the event lasts one day.
        let until = day(value("DTEND")).map_err(times)?.unwrap_or(from).max(from.saturating_add(1.day()));
        if (until - from).get_days() > LONGEST {
            return Err((format!("the event \"{title}\" lasts longer than a year"), ""));
        }
        dates.extend(from.series(1.day()).take_while(|date| *date < until));
    }
    dates.sort_unstable();
    dates.dedup();
    Ok(dates)
}

/// Reads "20261225".
fn date(text: &str) -> Result<Date, String> {
    let is_date = text.len() == 8 && text.bytes().all(|byte| byte.is_ascii_digit());
    let date = Date::strptime("%Y%m%d", text).ok().filter(|_| is_date);
    date.ok_or_else(|| text.to_owned())
}

fn add(calendar: &mut Table, place: Place, dates: &[Date]) {
    let dates = dates.iter().map(|date| Node { place, value: Value::Text(date.to_string()) });
    let mut all = match calendar.remove("holidays").map(|entry| entry.node) {
        Some(Node { value: Value::List(given), .. }) => given,
        Some(one) => vec![one],
        None => vec![],
    };
    all.extend(dates);
    calendar.set("holidays", place, Node { place, value: Value::List(all) });
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEAD: &str = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//test//EN\r\n";

    fn of(events: &[&str]) -> Result<Vec<String>, String> {
        let events: String =
            events.iter().map(|event| format!("BEGIN:VEVENT\r\n{event}\r\nEND:VEVENT\r\n")).collect();
        let text = unfold(&format!("{HEAD}{events}END:VCALENDAR\r\n"));
        let calendar = read_calendar(&text).unwrap();
        all_days(&calendar).map(|dates| dates.iter().map(Date::to_string).collect()).map_err(|why| why.0)
    }

    #[test]
    fn all_day_events_are_holidays_up_to_the_day_before_their_end() {
        let christmas = "SUMMARY:Christmas\r\nDTSTART;VALUE=DATE:20261224\r\nDTEND;VALUE=DATE:20261227";
        let new_year = "SUMMARY:New Year\\, a\r\n  folded title\r\nDTSTART;VALUE=DATE:20270101";
        let off = "STATUS:CANCELLED\r\nDTSTART;VALUE=DATE:20270201";
        let same = "DTSTART;VALUE=DATE:20261225\r\nDTEND;VALUE=DATE:20261226";
        let dates = ["2026-12-24", "2026-12-25", "2026-12-26", "2027-01-01"].map(String::from).to_vec();
        assert_eq!(of(&[new_year, christmas, off, same]), Ok(dates));
    }

    #[test]
    fn an_event_that_is_no_whole_day_or_repeats_is_refused_by_its_title() {
        let timed = "SUMMARY:Party\r\nDTSTART:20261224T180000Z\r\nDTEND:20261224T200000Z";
        assert_eq!(of(&[timed]), Err("the event \"Party\": \"20261224T180000Z\" is not a whole day".into()));
        let yearly = "SUMMARY:May Day\r\nDTSTART;VALUE=DATE:20260501\r\nRRULE:FREQ=YEARLY";
        assert_eq!(of(&[yearly]), Err("the event \"May Day\" repeats by a rule, which is not read".into()));
        let long = "SUMMARY:Ages\r\nDTSTART;VALUE=DATE:20260101\r\nDTEND;VALUE=DATE:20280101";
        assert_eq!(of(&[long]), Err("the event \"Ages\" lasts longer than a year".into()));
        assert_eq!(of(&["SUMMARY:Nothing"]), Err("the event \"Nothing\" has no DTSTART".into()));
        assert_eq!(
            of(&["DTSTART;VALUE=DATE:20261301"]),
            Err("the event \"without a title\": \"20261301\" is not a whole day".into())
        );
    }
}
