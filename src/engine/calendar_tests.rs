use super::*;

#[test]
fn x() {
    let e = Epoch::new(jiff::civil::date(2026,11,1), TimeZone::get("America/New_York").unwrap()).unwrap();
    assert_eq!(e.format(Instant::START), "2026-11-01 00:00:00");
    let mut t = Timetable::new(e.clone(), vec![Shift::parse("Mon-Fri 08:00-18:00", 3).unwrap()], 0, BTreeSet::new(), vec![]);
    assert_eq!(t.next_change(Instant::START), Some((Instant::START + Span::HOUR * 33, 3)));
}
