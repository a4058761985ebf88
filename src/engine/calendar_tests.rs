use super::*;
use jiff::civil::date;

/// New York, from the Sunday with 25 hours on.
fn autumn() -> Epoch {
    Epoch::new(date(2026, 11, 1), TimeZone::get("America/New_York").unwrap()).unwrap()
}

/// New York, from the Saturday before the Sunday with 23 hours on.
fn spring() -> Epoch {
    Epoch::new(date(2026, 3, 7), TimeZone::get("America/New_York").unwrap()).unwrap()
}

fn hours(hours: i64) -> Instant {
    Instant::START + Span::HOUR * hours
}

fn week(epoch: Epoch, shifts: &[(&str, u32)]) -> Timetable {
    let shifts = shifts.iter().map(|(text, level)| Shift::parse(text, *level).unwrap()).collect();
    Timetable::new(epoch, shifts, 0, BTreeSet::new(), vec![])
}

fn changes(table: &mut Timetable, count: usize) -> Vec<(Instant, u32)> {
    let first = table.next_change(Instant::START - Span::TICK);
    std::iter::successors(first, |last| table.next_change(last.0)).take(count).collect()
}

#[test]
fn shifts_are_read() {
    let workdays = [true, true, true, true, true, false, false];
    let shift = |days, from, to| Ok(Shift { days, from, to, level: 3 });
    assert_eq!(Shift::parse("Mon-Fri 08:00-18:00", 3), shift(workdays, 480, 1080));
    assert_eq!(
        Shift::parse(" mon,Wed,FRI  09:30-24:00 ", 3),
        shift([true, false, true, false, true, false, false], 570, 1440)
    );
    assert_eq!(Shift::parse("Sat", 3), shift([false, false, false, false, false, true, false], 0, 1440));
    assert_eq!(Shift::parse("Sat-Mon,Wed", 3), shift([true, false, true, false, false, true, true], 0, 1440));
    assert_eq!(Shift::parse("daily 00:00-00:01", 3), shift([true; 7], 0, 1));
    assert_eq!(Shift::parse("always", 3), shift([true; 7], 0, 1440));
}

#[test]
fn what_is_no_shift_is_refused_with_a_way_out() {
    let cases = [
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
    ];
    for (text, reason) in cases {
        let error = Shift::parse(text, 1).unwrap_err();
        assert!(error.contains(reason), "{text}: {error}");
    }
}

#[test]
fn a_day_of_25_hours_has_its_shift_by_the_clock() {
    let mut table = week(autumn(), &[("daily 08:00-18:00", 2)]);
    // 08:00 on the long day is 9 hours after midnight.
    let expected = [(hours(9), 2), (hours(19), 0), (hours(33), 2), (hours(43), 0)];
    assert_eq!(changes(&mut table, 4), expected);
    let mut night = week(autumn(), &[("Sun 01:00-03:00", 1)]);
    assert_eq!(
        changes(&mut night, 2),
        [(hours(1), 1), (hours(4), 0)],
        "the hour that comes twice counts twice"
    );
    assert_eq!(night.open_time(hours(0), hours(25)), Span::HOUR * 3);
}

#[test]
fn a_day_of_23_hours_has_its_shift_by_the_clock() {
    let mut table = week(spring(), &[("daily 08:00-18:00", 2)]);
    let expected = [(hours(8), 2), (hours(18), 0), (hours(31), 2), (hours(41), 0), (hours(55), 2)];
    assert_eq!(changes(&mut table, 5), expected);
    let mut night = week(spring(), &[("Sun 01:00-03:00", 1)]);
    assert_eq!(night.open_time(hours(0), hours(72)), Span::HOUR, "the hour that is left out does not count");
    let mut gone = week(spring(), &[("Sun 02:00-02:30", 1)]);
    let first = gone.next_change(Instant::START).unwrap();
    assert!(first.0 > hours(24), "{first:?}");
    let clock = |hour, minute, second| spring().at(jiff::civil::date(2026, 3, 8).at(hour, minute, second, 0));
    assert_eq!(
        [clock(2, 0, 0), clock(2, 30, 30), clock(2, 59, 59)],
        [clock(3, 0, 0); 3],
        "the clock is put forward"
    );
    let half = Span::MINUTE * 30;
    for (shift, open) in [
        ("02:30-10:30", half * 15),
        ("02:30-03:30", half),
        ("01:30-02:30", half),
        ("02:30-02:45", Span::ZERO),
    ] {
        let mut across = week(spring(), &[(&format!("Sun {shift}"), 1)]);
        assert_eq!(
            across.open_time(hours(0), hours(72)),
            open,
            "{shift}: it begins or ends in what is left out"
        );
    }
}

/// Nuuk puts its clock forward at 23:00 on Saturday: the hour up to midnight is left out, and Sunday begins at the change.
#[test]
fn a_moment_comes_once_whatever_the_clock_leaves_out_or_repeats() {
    let minute = Span::MINUTE;
    let opens = |table: &mut Timetable| {
        let all = changes(table, 4);
        [(all[0].0, all[1].0 - all[0].0), (all[2].0, all[3].0 - all[2].0)]
    };
    let mut gap = week(spring(), &[("Sun 02:30-02:31", 1)]);
    // The next Sunday has 24 hours, after a day of 23.
    assert_eq!(opens(&mut gap), [(hours(26), minute), (hours(24 * 8 - 1) + minute * 150, minute)]);
    let mut twice = week(autumn(), &[("Sun 01:59-02:00", 1)]);
    assert_eq!(
        opens(&mut twice),
        [(hours(1) + minute * 59, minute), (hours(24 * 7 + 2) + minute * 59, minute)]
    );
    let nuuk = Epoch::new(date(2026, 3, 28), TimeZone::get("America/Nuuk").unwrap()).unwrap();
    let mut late = week(nuuk.clone(), &[("Sat 23:30-23:31", 1)]);
    assert_eq!(opens(&mut late), [(hours(23), minute), (hours(24 * 7 - 1) + minute * 1410, minute)]);
    let holidays = BTreeSet::from([date(2026, 3, 28)]);
    let shifts = vec![Shift::parse("Sat 23:30-23:31", 1).unwrap()];
    let mut closed = Timetable::new(nuuk, shifts, 0, holidays, vec![]);
    assert_eq!(closed.next_open(Instant::START), hours(24 * 7 - 1) + minute * 1410, "not on a holiday");
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
    let mut table =
        week(autumn(), &[("Mon-Fri 06:00-22:00", 2), ("Mon-Fri 10:00-12:00", 5), ("Mon 12:00-14:00", 2)]);
    let monday = |hour: i64| hours(25 + hour);
    let expected = [(monday(6), 2), (monday(10), 5), (monday(12), 2), (monday(22), 0)];
    assert_eq!(changes(&mut table, 4), expected);
    assert_eq!(table.level(monday(11)), 5);
    assert_eq!(table.level(monday(12)), 2);
    assert_eq!(table.level(monday(22) - Span::TICK), 2);
    assert_eq!(table.level(monday(22)), 0);
}

#[test]
fn holidays_are_closed_and_spans_override_all() {
    let epoch = autumn();
    let shifts = vec![Shift::parse("Mon-Fri 08:00-18:00", 3).unwrap()];
    let day = |day| epoch.start_of_day(date(2026, 11, day));
    let holidays = BTreeSet::from([date(2026, 11, 2), date(2026, 11, 26)]);
    let spans =
        vec![(day(3), day(5), 1), (day(4) + Span::HOUR, day(4) + Span::HOUR * 2, 7), (day(26), day(27), 9)];
    let mut table = Timetable::new(epoch.clone(), shifts, 0, holidays, spans);
    let expected = [
        (day(3), 1),
        (day(4) + Span::HOUR, 7),
        (day(4) + Span::HOUR * 2, 1),
        (day(5), 0),
        (day(5) + Span::HOUR * 8, 3),
        (day(5) + Span::HOUR * 18, 0),
    ];
    assert_eq!(changes(&mut table, 6), expected);
    assert_eq!(table.level(day(26) + Span::HOUR * 3), 9);
    assert_eq!(table.next_open(day(1)), day(3));
    assert_eq!(table.next_open(day(4)), day(4));
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
    let span = vec![(hours(100), Instant::NEVER, 0)];
    let mut table =
        Timetable::new(autumn(), vec![Shift::parse("always", 2).unwrap()], 0, BTreeSet::new(), span);
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
    assert_eq!(epoch.format(Instant::START), "2026-11-01 00:00:00");
    assert_eq!(epoch.format(Instant::START + Span::TICK), "2026-11-01 00:00:00.000001");
    assert_eq!(epoch.format(hours(2)), "2026-11-01 01:00:00", "for the second time");
    assert_eq!(epoch.format(hours(25 + 14) + Span::MINUTE * 5), "2026-11-02 14:05:00");
    assert_eq!(epoch.format(Instant::START - Span::SECOND), "2026-10-31 23:59:59");
    assert!(epoch.format(Instant::NEVER).starts_with("9999-12-"));
    let mut writer = DateWriter::new(epoch.clone());
    for minutes in [0, 1, 59, 119, 24 * 60, 25 * 60 - 1, 25 * 60, 40 * 60, 3 * 60, 400 * 60] {
        let at = Instant::START + Span::MINUTE * minutes;
        let expected =
            epoch.timestamp(at).to_zoned(epoch.zone.clone()).strftime("%Y-%m-%d %H:%M:%S").to_string();
        assert_eq!(writer.write(at), expected);
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
