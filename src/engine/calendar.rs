//! Working time: weekly shifts in a time zone, holidays, and exceptions for certain dates.
//!
//! Shifts are local civil time, so they stay at their local hours on a day of 23 or 25 hours. All computations are in
//! integers, from one table with a row for each day, which is extended as time goes on.

use super::shift::DAY_MINUTES;
pub use super::shift::Shift;
use super::time::{Instant, Span};
use jiff::civil::{Date, DateTime};
use jiff::tz::{AmbiguousOffset, TimeZone};
use jiff::{Timestamp, ToSpan};
use std::collections::BTreeSet;

/// Days without a change after which the level is constant: after the last exception the week repeats.
const REPEATS: i64 = 15;
/// The longest table: about 2,000 years of days.
const LAST_ROW: usize = 730_000;
/// Number of days whose pieces are cached: a run asks about days near now and some days ahead.
const HELD: usize = 64;

/// Links simulated time to the civil calendar: the start and the time zone.
#[derive(Clone, Debug, PartialEq)]
pub struct Epoch {
    /// Time zone of civil dates.
    pub zone: TimeZone,
    /// Timestamp of [`Instant::START`].
    pub start: Timestamp,
}

impl Epoch {
    /// The epoch that starts with `date` (its first instant) in `zone`.
    ///
    /// # Errors
    /// If the date is outside the range of the time zone library.
    pub fn new(date: Date, zone: TimeZone) -> Result<Epoch, String> {
        let refusal = |error| format!("{date} is not a possible start: {error}");
        let start = date.to_zoned(zone.clone()).map_err(refusal)?;
        Ok(Epoch { zone, start: start.timestamp() })
    }

    /// The instant of a timestamp.
    pub fn instant(&self, timestamp: Timestamp) -> Instant {
        Instant::from_micros(timestamp.as_microsecond() - self.start.as_microsecond())
    }

    /// The timestamp of an instant; for instants beyond the year 9999, the last timestamp.
    pub fn timestamp(&self, at: Instant) -> Timestamp {
        let micros = self.start.as_microsecond().saturating_add(at.micros());
        let (least, most) = (Timestamp::MIN.as_second() * 1_000_000, Timestamp::MAX.as_second() * 1_000_000);
        Timestamp::from_microsecond(micros.clamp(least, most)).expect("epoch: clamped to the range")
    }

    /// The local date of an instant.
    pub fn date_of(&self, at: Instant) -> Date {
        self.timestamp(at).to_zoned(self.zone.clone()).date()
    }

    /// The first instant of a local date.
    pub fn start_of_day(&self, date: Date) -> Instant {
        self.at_minute(date, 0)
    }

    /// The instant of a local time of day, in minutes on the clock face; 24:00 is the start of the next day. For clock
    /// changes see [`Epoch::at`].
    pub fn at_minute(&self, date: Date, minute: u32) -> Instant {
        if minute >= DAY_MINUTES {
            return date.checked_add(1.day()).map_or(Instant::NEVER, |next| self.start_of_day(next));
        }
        let time = jiff::civil::time((minute / 60) as i8, (minute % 60) as i8, 0, 0);
        self.at(date.to_datetime(time))
    }

    /// The instant of a local time. For a time that a clock change skips: the instant of the change. For a time that
    /// occurs twice: the first.
    pub fn at(&self, local: DateTime) -> Instant {
        let meant = self.zone.to_ambiguous_timestamp(local);
        let is_left_out = matches!(meant.offset(), AmbiguousOffset::Gap { .. });
        // The library moves a skipped time forward by the length of the gap, so it lies at or after the change.
        let Ok(timestamp) = meant.compatible() else { return Instant::NEVER };
        let up_to = || timestamp.checked_add(1.nanosecond()).ok();
        let change = up_to().filter(|_| is_left_out).and_then(|end| self.zone.preceding(end).next());
        self.instant(change.map_or(timestamp, |change| change.timestamp()))
    }

    /// Local civil time as "2026-11-23 14:05:00", with microseconds where there are any.
    pub fn format(&self, at: Instant) -> String {
        DateWriter::new(self.clone()).write(at).to_owned()
    }
}

/// Writes the local time of many instants; asks the time zone only once a day.
#[derive(Clone, Debug)]
pub struct DateWriter {
    epoch: Epoch,
    /// The cached day: its first instant, that of the next day (equal if nothing is cached), and whether it has 24
    /// hours.
    day: (Instant, Instant, bool),
    text: String,
}

impl DateWriter {
    /// Creates a writer for this epoch.
    pub fn new(epoch: Epoch) -> DateWriter {
        DateWriter { epoch, day: (Instant::START, Instant::START, false), text: String::with_capacity(32) }
    }

    /// The local time of `at` as "2026-11-23 14:05:00", with ".000001" where it is not a whole second.
    pub fn write(&mut self, at: Instant) -> &str {
        if at < self.day.0 || at >= self.day.1 {
            self.turn_to(at);
        }
        let micros = if self.day.2 {
            (at - self.day.0).micros()
        } else {
            let time = self.epoch.timestamp(at).to_zoned(self.epoch.zone.clone()).time();
            time.duration_since(jiff::civil::Time::midnight()).as_micros() as i64
        };
        self.text.truncate("2026-11-23 ".len());
        let seconds = micros / 1_000_000;
        for (part, mark) in [(seconds / 3600, ':'), (seconds / 60 % 60, ':'), (seconds % 60, '.')] {
            self.text.push(char::from(b'0' + (part / 10) as u8));
            self.text.push(char::from(b'0' + (part % 10) as u8));
            self.text.push(mark);
        }
        if micros % 1_000_000 == 0 {
            self.text.pop();
            return &self.text;
        }
        for unit in [100_000, 10_000, 1_000, 100, 10, 1] {
            self.text.push(char::from(b'0' + (micros / unit % 10) as u8));
        }
        &self.text
    }

    fn turn_to(&mut self, at: Instant) {
        let date = self.epoch.date_of(at);
        let (from, to) = (self.epoch.start_of_day(date), self.epoch.at_minute(date, DAY_MINUTES));
        self.day = (from, to, to - from == Span::DAY);
        self.text = format!("{date} ");
    }
}

/// A level (such as the number of servers) as a function of time, piecewise constant.
///
/// The first of these that applies decides: the last of `overrides` that covers the instant; on a holiday `base`; the last
/// of `shifts` that covers it; `base`.
#[derive(Clone, Debug)]
pub struct Timetable {
    plan: Plan,
    /// A row for each day, from the earliest day asked about.
    rows: Vec<Row>,
    /// Date of the first row.
    first: Date,
    /// Cached days, each at its row number modulo the number of cached days.
    held: Vec<Day>,
    scratch: (Vec<Instant>, Vec<Cover>),
}

/// A level for some time: from, until, level.
pub type Cover = (Instant, Instant, u32);

/// A day divided into pieces of constant level.
#[derive(Clone, Debug, Default)]
struct Day {
    /// `None`: no day is cached here.
    row: Option<usize>,
    pieces: Vec<Piece>,
}

/// The rules of a timetable.
#[derive(Clone, Debug)]
struct Plan {
    epoch: Epoch,
    shifts: Vec<Shift>,
    base: u32,
    holidays: BTreeSet<Date>,
    overrides: Vec<Cover>,
    /// The level, if it never changes.
    constant: Option<u32>,
    /// From here on the week repeats.
    settled: Instant,
}

#[derive(Clone, Copy, Debug)]
struct Row {
    start: Instant,
    /// Open time from the beginning of the table up to `start`.
    open: Span,
}

#[derive(Clone, Copy, Debug)]
struct Piece {
    from: Instant,
    level: u32,
}

impl Timetable {
    /// A constant level.
    pub fn constant(level: u32) -> Timetable {
        let epoch = Epoch { zone: TimeZone::UTC, start: Timestamp::UNIX_EPOCH };
        Timetable::new(epoch, vec![], level, BTreeSet::new(), vec![])
    }

    /// A timetable by rules. The level is `base` outside all shifts and on holidays. Each of `overrides` overrides the week;
    /// if they overlap, the last one is used.
    pub fn new(
        epoch: Epoch,
        shifts: Vec<Shift>,
        base: u32,
        holidays: BTreeSet<Date>,
        overrides: Vec<Cover>,
    ) -> Timetable {
        let overrides: Vec<_> = overrides.into_iter().filter(|span| span.0 < span.1).collect();
        let constant =
            (overrides.is_empty() && shifts.iter().all(|shift| shift.level == base)).then_some(base);
        let ends = overrides.iter().flat_map(|span| [span.0, span.1]).filter(|&end| end < Instant::NEVER);
        let after_holidays = holidays.last().map(|&date| epoch.at_minute(date, DAY_MINUTES));
        let settled = ends.chain(after_holidays).max().unwrap_or(Instant::START);
        let first = epoch.date_of(Instant::START);
        let plan = Plan { epoch, shifts, base, holidays, overrides, constant, settled };
        Timetable { plan, rows: vec![], first, held: vec![], scratch: Default::default() }
    }

    /// The level at an instant.
    pub fn level(&mut self, at: Instant) -> u32 {
        if let Some(level) = self.plan.constant {
            return level;
        }
        let row = self.row_of(at);
        let pieces = self.pieces(row);
        let index = pieces.partition_point(|piece| piece.from <= at);
        pieces[index.max(1) - 1].level
    }

    /// The first change of the level after `after`, and the new level; `None` if it never changes again.
    pub fn next_change(&mut self, after: Instant) -> Option<(Instant, u32)> {
        let level = self.level(after);
        if self.plan.constant.is_some() {
            return None;
        }
        let last = self.plan.settled.max(after) + Span::days(REPEATS);
        let mut row = self.row_of(after);
        loop {
            let changes = |piece: &&Piece| piece.from > after && piece.level != level;
            if let Some(piece) = self.pieces(row).iter().find(changes) {
                return Some((piece.from, piece.level));
            }
            row += 1;
            if row >= LAST_ROW || self.row(row).start > last {
                return None;
            }
        }
    }

    /// Whether the level can never change.
    pub fn is_constant(&self) -> bool {
        self.plan.constant.is_some()
    }

    /// How long the level is above 0 between two instants; negative if `to` is before `from`.
    pub fn open_time(&mut self, from: Instant, to: Instant) -> Span {
        match self.plan.constant {
            Some(0) => Span::ZERO,
            Some(_) => to - from,
            None => {
                // The earlier instant first: the table may have to be started again for it.
                let earlier = from.min(to);
                self.row_of(earlier);
                self.open_until(to) - self.open_until(from)
            }
        }
    }

    /// The first instant by which the level was above 0 for `open` since `from`; `from` if `open` is 0 or less;
    /// [`Instant::NEVER`] if there is no such instant.
    pub fn after(&mut self, from: Instant, open: Span) -> Instant {
        if open <= Span::ZERO {
            return from;
        }
        match self.plan.constant {
            Some(0) => return Instant::NEVER,
            Some(_) => return from + open,
            None => {}
        }
        let mut row = self.row_of(from);
        let end = self.open_until(from) + open;
        let last = self.plan.settled.max(from) + Span::days(REPEATS);
        while self.row(row + 1).open < end {
            row += 1;
            let Row { start, open } = self.row(row);
            // The week repeats, and one whole week has passed without an opening.
            let is_closed =
                start > last && row as i64 > REPEATS && self.rows[row - REPEATS as usize].open == open;
            if is_closed || row + 1 >= LAST_ROW {
                return Instant::NEVER;
            }
        }
        let (next, mut left) = (self.row(row + 1).start, end - self.row(row).open);
        let pieces = self.pieces(row);
        let ends = pieces.iter().skip(1).map(|piece| piece.from).chain([next]);
        for (piece, end) in pieces.iter().zip(ends).filter(|(piece, _)| piece.level > 0) {
            if piece.from + left <= end {
                return piece.from + left;
            }
            left -= end - piece.from;
        }
        panic!("calendar: the day has the open time that its row says")
    }

    /// The first instant at or after `at` with a level above 0; [`Instant::NEVER`] if there is none.
    pub fn next_open(&mut self, at: Instant) -> Instant {
        if self.level(at) > 0 {
            return at;
        }
        self.next_change(at).map_or(Instant::NEVER, |(open, _)| open)
    }

    /// Whether the level is 0 at every instant from the start on.
    pub fn never_opens(&mut self) -> bool {
        self.next_open(Instant::START) == Instant::NEVER
    }

    fn open_until(&mut self, at: Instant) -> Span {
        let row = self.row_of(at);
        let before = self.rows[row].open;
        before + open_in(self.pieces(row), at)
    }

    /// The row of the day of `at`; extends the table up to the day after it.
    fn row_of(&mut self, at: Instant) -> usize {
        if self.rows.is_empty() || at < self.rows[0].start {
            // The table starts with the day of `at`, or with the start's day if that is earlier.
            self.first = self.plan.epoch.date_of(at.min(Instant::START));
            self.rows = vec![Row { start: self.plan.epoch.start_of_day(self.first), open: Span::ZERO }];
            self.held.clear();
        }
        let days = (at - self.rows[0].start).micros() / Span::DAY.micros();
        let mut row = (days as usize).min(LAST_ROW);
        // The usual case.
        if let Some([this, next]) = self.rows.get(row..row + 2)
            && this.start <= at
            && at < next.start
        {
            return row;
        }
        while row > 0 && self.row(row).start > at {
            row -= 1;
        }
        while row < LAST_ROW && self.row(row + 1).start <= at {
            row += 1;
        }
        row
    }

    /// The row of a day; makes all rows before it first.
    fn row(&mut self, index: usize) -> Row {
        while self.rows.len() <= index {
            let day = self.rows.len() - 1;
            let Row { start, open } = self.rows[day];
            let next = self.plan.epoch.at_minute(date(self.first, day), DAY_MINUTES).max(start);
            let open = open + open_in(self.cut(day, start, next), next);
            self.rows.push(Row { start: next, open });
        }
        self.rows[index]
    }

    /// The pieces of a day, from the cache or computed.
    fn pieces(&mut self, row: usize) -> &[Piece] {
        if self.held.get(row % HELD).is_some_and(|day| day.row == Some(row)) {
            return &self.held[row % HELD].pieces;
        }
        let next = self.row(row + 1).start;
        self.cut(row, self.rows[row].start, next)
    }

    /// Divides a day into pieces of constant level, and caches them.
    fn cut(&mut self, row: usize, start: Instant, next: Instant) -> &[Piece] {
        self.held.resize_with(HELD, Day::default);
        let day = &mut self.held[row % HELD];
        day.row = Some(row);
        let date = date(self.first, row);
        let plain = next - start == Span::DAY;
        let plan = &self.plan;
        let at_minute = |minute: u32| {
            if plain { start + Span::MINUTE * i64::from(minute) } else { plan.epoch.at_minute(date, minute) }
        };
        let of_shift = |shift: &Shift| {
            let from = at_minute(shift.from);
            (from, if shift.is_moment() { from + Span::MINUTE } else { at_minute(shift.to) }, shift.level)
        };
        // A clock change may skip a moment of the day before, up to midnight or beyond: it then belongs to this day.
        let before = row.checked_sub(1).filter(|&before| start - self.rows[before].start < Span::DAY);
        let late = before.and_then(|_| plan.late_moment(date, start));
        let (marks, covers) = &mut self.scratch;
        // The last one that covers an instant decides.
        covers.clear();
        covers.extend(late.map(|level| (start, start + Span::MINUTE, level)));
        covers.extend(plan.shifts_of(date).map(of_shift));
        covers.extend_from_slice(&plan.overrides);
        marks.clear();
        marks.extend(covers.iter().flat_map(|cover| [cover.0, cover.1]));
        marks.retain(|&mark| start < mark && mark < next);
        marks.push(start);
        marks.sort_unstable();
        marks.dedup();
        day.pieces.clear();
        for &mark in marks.iter() {
            let cover = covers.iter().rfind(|cover| cover.0 <= mark && mark < cover.1);
            let level = cover.map_or(plan.base, |cover| cover.2);
            if day.pieces.last().is_none_or(|piece| piece.level != level) {
                day.pieces.push(Piece { from: mark, level });
            }
        }
        &day.pieces
    }
}

impl Plan {
    /// The shifts of a date, in the given order; none on a holiday.
    fn shifts_of(&self, date: Date) -> impl DoubleEndedIterator<Item = &Shift> {
        let weekday = date.weekday().to_monday_zero_offset() as usize;
        let holiday = self.holidays.contains(&date);
        self.shifts.iter().filter(move |shift| !holiday && shift.days[weekday])
    }

    /// The level of a moment of the day before `date` that a clock change moves to `start`, the start of `date`.
    fn late_moment(&self, date: Date, start: Instant) -> Option<u32> {
        let yesterday = date.checked_sub(1.day()).ok()?;
        let is_late =
            |shift: &&Shift| shift.is_moment() && self.epoch.at_minute(yesterday, shift.from) >= start;
        self.shifts_of(yesterday).rfind(is_late).map(|shift| shift.level)
    }
}

/// The date of a row, counted from the date of the first row.
fn date(first: Date, row: usize) -> Date {
    first.checked_add((row as i64).days()).unwrap_or(Date::MAX)
}

/// Time with a level above 0 in the pieces of a day, up to `until`.
fn open_in(pieces: &[Piece], until: Instant) -> Span {
    let ends = pieces.iter().skip(1).map(|piece| piece.from).chain([Instant::NEVER]);
    let open = pieces.iter().zip(ends).filter(|(piece, _)| piece.level > 0 && piece.from < until);
    open.fold(Span::ZERO, |sum, (piece, end)| sum + (end.min(until) - piece.from))
}

#[cfg(test)]
#[path = "calendar_tests.rs"]
mod tests;
