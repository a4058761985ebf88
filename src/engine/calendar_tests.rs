use super::*;
use jiff::civil::date;

fn epoch(start: Date, zone: &str) -> Epoch {
    Epoch::new(start, TimeZone::get(zone).unwrap()).unwrap()
}

/// New York, from the Sunday with 25 hours on.
fn autumn() -> Epoch {
    epoch(date(2026, 11, 1), "America/New_York")
}

/// New York, from the Saturday before the Sunday with 23 hours on.
fn spring() -> Epoch {
    epoch(date(2026, 3, 7), "America/New_York")
}

fn hours(hours: i64) -> Instant {
    Instant::START + Span::HOUR * hours
}

fn table(epoch: Epoch, shifts: &[(&str, u32)], holidays: &[Date], spans: &[Cover]) -> Timetable {
    let shifts = shifts.iter().map(|(text, level)| Shift::parse(text, *level).unwrap()).collect();
    Timetable::new(epoch, shifts, 0, holidays.iter().copied().collect(), spans.to_vec())
}

fn week(epoch: Epoch, shifts: &[(&str, u32)]) -> Timetable {
    table(epoch, shifts, &[], &[])
}

/// The first changes of the level, as many as expected, are these.
fn assert_changes<const N: usize>(mut table: Timetable, expected: [(Instant, u32); N]) {
    let first = table.next_change(Instant::START - Span::TICK);
    let changes = std::iter::successors(first, |last| table.next_change(last.0)).take(N);
    assert_eq!(changes.collect::<Vec<_>>(), expected);
}

#[test]
fn shifts_are_read() {
    for (text, days, from, to) in [
        ("Mon-Fri 08:00-18:00", [1, 1, 1, 1, 1, 0, 0], 480, 1080),
        (" mon,Wed,FRI  09:30-24:00 ", [1, 0, 1, 0, 1, 0, 0], 570, 1440),
        ("Sat", [0, 0, 0, 0, 0, 1, 0], 0, 1440),
        ("Sat-Mon,Wed", [1, 0, 1, 0, 0, 1, 1], 0, 1440),
        ("daily 00:00-00:01", [1; 7], 0, 1),
        ("always", [1; 7], 0, 1440),
    ] {
        let days = days.map(|is_on| is_on == 1);
        assert_eq!(Shift::parse(text, 3), Ok(Shift { days, from, to, level: 3 }), "{text}");
    }
}

#[test]
fn what_is_no_shift_is_refused_with_a_way_out() {
    for (text, reason) in [
        ("", "a shift is needed"),
        ("Monday", "\"Monday\" is not a day; allowed: Mon, Tue"),
        ("Mon-", "\"\" is not a day"),
        ("Mon,,Tue", "\"\" is not a day"),
        ("Mon 8:00-18:00", "\"8:00\" is not a time of day"),
        ("Mon 08:00-24:01", "\"24:01\" is not a time of day"),
        ("Mon 08:60-18:00", "\"08:60\" is not a time of day"),
        ("Mon +8:00-18:00", "\"+8:00\" is not a time of day"),
        ("Mon 08:00", "\"08:00\" is not a range of hours"),
        ("Mon 18:00-18:00", "does not end after it begins"),
        ("Mon 22:00-06:00", "\"22:00-24:00\" and \"00:00-06:00\""),
        ("Mon 08:00 - 18:00", "too much"),
        ("always 08:00-18:00", "write \"daily 08:00-18:00\""),
        ("08:00-18:00", "\"08:00\" is not a day"),
    ] {
        let error = Shift::parse(text, 1).unwrap_err();
        assert!(error.contains(reason), "{text}: {error}");
    }
}

#[test]
fn a_day_of_25_hours_has_its_shift_by_the_clock() {
    // 08:00 on the long day is 9 hours after midnight.
    let expected = [(hours(9), 2), (hours(19), 0), (hours(33), 2), (hours(43), 0)];
    assert_changes(week(autumn(), &[("daily 08:00-18:00", 2)]), expected);
    // The hour that comes twice counts twice.
    let mut night = week(autumn(), &[("Sun 01:00-03:00", 1)]);
    assert_changes(night.clone(), [(hours(1), 1), (hours(4), 0)]);
    assert_eq!(night.open_time(hours(0), hours(25)), Span::HOUR * 3);
}

#[test]
fn a_day_of_23_hours_has_its_shift_by_the_clock() {
    let expected = [(hours(8), 2), (hours(18), 0), (hours(31), 2), (hours(41), 0), (hours(55), 2)];
    assert_changes(week(spring(), &[("daily 08:00-18:00", 2)]), expected);
    let first = week(spring(), &[("Sun 02:00-02:30", 1)]).next_change(Instant::START).unwrap();
    assert!(first.0 > hours(24), "{first:?}");
    let clock = |hour, minute, second| spring().at(date(2026, 3, 8).at(hour, minute, second, 0));
    let left_out = [clock(2, 0, 0), clock(2, 30, 30), clock(2, 59, 59)];
    assert_eq!(left_out, [clock(3, 0, 0); 3], "the clock is put forward");
    for (shift, minutes) in [
        ("01:00-03:00", 60),
        ("02:30-10:30", 450),
        ("02:30-03:30", 30),
        ("01:30-02:30", 30),
        ("02:30-02:45", 0),
    ] {
        let open = week(spring(), &[(&format!("Sun {shift}"), 1)]).open_time(hours(0), hours(72));
        assert_eq!(open, Span::MINUTE * minutes, "{shift}: what is left out does not count");
    }
}

/// Nuuk puts its clock forward at 23:00 on Saturday: the hour up to midnight is left out, and Sunday begins at the change.
#[test]
fn a_moment_comes_once_whatever_the_clock_leaves_out_or_repeats() {
    let nuuk = || epoch(date(2026, 3, 28), "America/Nuuk");
    for (epoch, shift, minutes) in [
        // The next Sunday has 24 hours, after a day of 23.
        (spring(), "Sun 02:30-02:31", [26 * 60, (24 * 8 - 1) * 60 + 150]),
        (autumn(), "Sun 01:59-02:00", [60 + 59, (24 * 7 + 2) * 60 + 59]),
        (nuuk(), "Sat 23:30-23:31", [23 * 60, (24 * 7 - 1) * 60 + 1410]),
    ] {
        let [one, two] = minutes.map(|minutes| Instant::START + Span::MINUTE * minutes);
        let expected = [(one, 1), (one + Span::MINUTE, 0), (two, 1), (two + Span::MINUTE, 0)];
        assert_changes(week(epoch, &[(shift, 1)]), expected);
    }
    let mut closed = table(nuuk(), &[("Sat 23:30-23:31", 1)], &[date(2026, 3, 28)], &[]);
    let next = hours(24 * 7 - 1) + Span::MINUTE * 1410;
    assert_eq!(closed.next_open(Instant::START), next, "not on a holiday");
}

#[test]
fn fourteen_civil_days_are_336_hours_but_for_the_change_of_the_clock() {
    for (epoch, expected) in [(autumn(), 337), (spring(), 335)] {
        let first = epoch.date_of(Instant::START);
        let end = epoch.start_of_day(first.checked_add(14.days()).unwrap());
        assert_eq!(end - Instant::START, Span::HOUR * expected);
        let mut always = week(epoch.clone(), &[("Mon-Sun", 1)]);
        assert_eq!(always.open_time(Instant::START, end), Span::HOUR * expected);
    }
}

#[test]
fn the_last_shift_listed_wins_and_levels_change_where_they_differ() {
    let mut week =
        week(autumn(), &[("Mon-Fri 06:00-22:00", 2), ("Mon-Fri 10:00-12:00", 5), ("Mon 12:00-14:00", 2)]);
    let monday = |hour: i64| hours(25 + hour);
    assert_changes(week.clone(), [(monday(6), 2), (monday(10), 5), (monday(12), 2), (monday(22), 0)]);
    let times = [monday(11), monday(12), monday(22) - Span::TICK, monday(22)];
    assert_eq!(times.map(|at| week.level(at)), [5, 2, 2, 0]);
}

#[test]
fn holidays_are_closed_and_spans_override_all() {
    let day = |day| autumn().start_of_day(date(2026, 11, day));
    let hour = |of, hour| day(of) + Span::HOUR * hour;
    let holidays = [date(2026, 11, 2), date(2026, 11, 26)];
    let spans = [(day(3), day(5), 1), (hour(4, 1), hour(4, 2), 7), (day(26), day(27), 9)];
    let mut table = table(autumn(), &[("Mon-Fri 08:00-18:00", 3)], &holidays, &spans);
    let expected =
        [(day(3), 1), (hour(4, 1), 7), (hour(4, 2), 1), (day(5), 0), (hour(5, 8), 3), (hour(5, 18), 0)];
    assert_changes(table.clone(), expected);
    assert_eq!(table.level(hour(26, 3)), 9);
    assert_eq!([1, 4].map(|from| table.next_open(day(from))), [day(3), day(4)]);
}

#[test]
fn what_is_constant_never_changes() {
    let mut table = Timetable::constant(4);
    assert!(table.is_constant() && !table.never_opens());
    assert_eq!((table.level(hours(3)), table.next_change(hours(3))), (4, None));
    assert_eq!(table.open_time(hours(3), hours(5)), Span::HOUR * 2);
    assert_eq!(table.next_open(hours(3)), hours(3));
    let mut closed = Timetable::constant(0);
    assert!(closed.never_opens());
    assert_eq!(closed.open_time(hours(3), hours(5)), Span::ZERO);
    assert!(week(autumn(), &[("Mon-Fri 08:00-18:00", 0)]).never_opens());
    let mut full = week(autumn(), &[("Mon-Sun", 2)]);
    assert_eq!((full.next_change(hours(5)), full.never_opens()), (None, false));
}

#[test]
fn a_span_may_last_for_ever() {
    let mut table = table(autumn(), &[("always", 2)], &[], &[(hours(100), Instant::NEVER, 0)]);
    assert_eq!(table.next_change(Instant::START), Some((hours(100), 0)));
    assert_eq!(table.next_change(hours(100)), None);
    assert_eq!(table.next_open(hours(200)), Instant::NEVER);
}

/// Open time, asked for at random instants in any order (before the start too), is the sum over the changes.
#[test]
fn open_time_is_the_sum_of_open_pieces() {
    let shifts: &[(&str, u32)] =
        &[("Mon-Fri 08:00-18:00", 3), ("Sat 09:00-12:30", 1), ("Wed 12:00-13:00", 0)];
    let naive = |from: Instant, to: Instant| {
        let mut table = week(autumn(), shifts);
        let (mut now, mut sum) = (from, Span::ZERO);
        while now < to {
            let level = table.level(now);
            let next = table.next_change(now).map_or(to, |change| change.0.min(to));
            sum += if level > 0 { next - now } else { Span::ZERO };
            now = next;
        }
        sum
    };
    let mut table = week(autumn(), shifts);
    for step in 0..60_i64 {
        let from = hours((step * 7919) % 4_000 - if step > 30 { 9_000 } else { 0 })
            + Span::MINUTE * (step * 37 % 60);
        let to = from + Span::MINUTE * (step * step * 97);
        assert_eq!(table.open_time(from, to), naive(from, to), "from {from} to {to}");
        assert_eq!(table.open_time(to, from), Span::ZERO - naive(from, to));
    }
}

#[test]
fn centuries_are_no_obstacle() {
    let mut table = week(autumn(), &[("Mon-Fri 08:00-18:00", 3)]);
    let far = Instant::START + Span::LONGEST;
    let share = table.open_time(Instant::START, far).as_days() / Span::LONGEST.as_days();
    assert!((share - 50.0 / 168.0).abs() < 1e-4, "{share}");
    assert!(table.next_change(far).is_some());
    table.next_change(Instant::NEVER);
    assert_eq!(week(autumn(), &[("Sat", 0)]).next_open(far), Instant::NEVER);
}

#[test]
fn dates_are_written_as_the_clock_shows_them() {
    let epoch = autumn();
    for (at, written) in [
        (Instant::START, "2026-11-01 00:00:00"),
        (Instant::START + Span::TICK, "2026-11-01 00:00:00.000001"),
        // For the second time.
        (hours(2), "2026-11-01 01:00:00"),
        (hours(25 + 14) + Span::MINUTE * 5, "2026-11-02 14:05:00"),
        (Instant::START - Span::SECOND, "2026-10-31 23:59:59"),
    ] {
        assert_eq!(epoch.format(at), written);
    }
    assert!(epoch.format(Instant::NEVER).starts_with("9999-12-"));
    let mut writer = DateWriter::new(epoch.clone());
    for minutes in [0, 1, 59, 119, 24 * 60, 25 * 60 - 1, 25 * 60, 40 * 60, 3 * 60, 400 * 60] {
        let at = Instant::START + Span::MINUTE * minutes;
        let local = epoch.timestamp(at).to_zoned(epoch.zone.clone());
        assert_eq!(writer.write(at), local.strftime("%Y-%m-%d %H:%M:%S").to_string());
    }
}

#[test]
fn an_instant_and_its_timestamp_are_one() {
    let epoch = autumn();
    for micros in [0, 1, -1, 123_456_789_012_345] {
        let at = Instant::from_micros(micros);
        assert_eq!(epoch.instant(epoch.timestamp(at)), at);
    }
    assert_eq!(epoch.date_of(hours(24)), date(2026, 11, 1));
    assert_eq!(epoch.date_of(hours(25)), date(2026, 11, 2));
    assert!(Epoch::new(Date::MAX, TimeZone::fixed(jiff::tz::offset(-25))).is_err());
}
