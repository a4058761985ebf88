//! Overlapping pieces of the week: servers are added, and nested factors are multiplied.

use super::section::{Read, Refusal};
use crate::engine::calendar::Shift;

/// Minutes in a civil day.
const DAY: u32 = 1440;

/// Divides shifts into pieces that do not overlap; the level of a piece is the sum of its shifts' levels. Shifts that
/// do not overlap are returned unchanged.
///
/// # Errors
/// A sum above `most`, or a shift of level 0 that overlaps another one: it would change nothing.
pub fn added(shifts: Vec<Shift>, most: u32) -> Read<Vec<Shift>> {
    let Some((one, other)) = overlapping(&shifts) else { return Ok(shifts) };
    if one.level == 0 || other.level == 0 {
        let help =
            "cut the week into shifts that do not overlap, each with the number of people who are there";
        return Err(Refusal::new("a shift of 0 takes nobody away: shifts that overlap add up", help));
    }
    let sum = |shifts: &[&Shift]| shifts.iter().map(|shift| u64::from(shift.level)).sum::<u64>();
    pieces(&shifts, &sum, u64::from(most)).map_err(|sum| {
        Refusal::from(format!("shifts that overlap add up to {sum}; allowed: up to {most} at a time"))
    })
}

/// Divides shifts of factors, in units of `one`: the factor of a piece is the product of its shifts' factors.
///
/// # Errors
/// Two overlapping shifts of which neither contains the other, or a product above `most`.
pub fn multiplied(shifts: Vec<Shift>, one: u32, most: u32) -> Read<Vec<Shift>> {
    if overlapping(&shifts).is_none() {
        return Ok(shifts);
    }
    for (number, shift) in shifts.iter().enumerate() {
        for other in shifts[..number].iter().filter(|other| overlap(shift, other)) {
            let help = "cut the week into pieces of which none overlaps another, or of which one lies within the other: \
                        its factor then multiplies the other's";
            match (is_within(shift, other), is_within(other, shift)) {
                (true, true) => {
                    return Err(Refusal::new("two pieces are the same part of the week", help));
                }
                (false, false) => {
                    let message = format!("\"{}\" and \"{}\" overlap", name(other), name(shift));
                    return Err(Refusal::new(message, help));
                }
                _ => {}
            }
        }
    }
    let scale = f64::from(one);
    let product = |shifts: &[&Shift]| {
        let factor: f64 = shifts.iter().map(|shift| f64::from(shift.level) / scale).product();
        (factor * scale).round() as u64
    };
    pieces(&shifts, &product, u64::from(most)).map_err(|product| {
        let (product, most) = (product as f64 / scale, f64::from(most) / scale);
        Refusal::from(format!("factors that overlap multiply to {product}; allowed: up to {most}"))
    })
}

/// Whether the shifts together cover every minute of the week.
pub fn is_whole(shifts: &[Shift]) -> bool {
    (0..7).all(|day| {
        let mut hours: Vec<(u32, u32)> =
            shifts.iter().filter(|shift| shift.days[day]).map(|shift| (shift.from, shift.to)).collect();
        hours.sort_unstable();
        let end = hours.iter().fold(0, |end, &(from, to)| if from <= end { end.max(to) } else { end });
        end == DAY
    })
}

/// The mean over the week of shifts that do not overlap; time outside all shifts counts as 0.
pub fn mean(shifts: &[Shift]) -> f64 {
    let days = |shift: &Shift| shift.days.iter().filter(|day| **day).count() as u32;
    let minutes = |shift: &Shift| f64::from(days(shift) * (shift.to - shift.from)) * f64::from(shift.level);
    shifts.iter().map(minutes).sum::<f64>() / f64::from(7 * DAY)
}

/// Two overlapping shifts; a pair with a level of 0, if there is one.
fn overlapping(shifts: &[Shift]) -> Option<(&Shift, &Shift)> {
    let pairs = shifts.iter().enumerate().flat_map(|(number, shift)| {
        shifts[..number].iter().filter(move |other| overlap(shift, other)).map(move |other| (other, shift))
    });
    let mut found = None;
    for (one, other) in pairs {
        if one.level == 0 || other.level == 0 {
            return Some((one, other));
        }
        found = found.or(Some((one, other)));
    }
    found
}

fn overlap(one: &Shift, other: &Shift) -> bool {
    let same_day = one.days.iter().zip(other.days).any(|(one, other)| *one && other);
    same_day && one.from < other.to && other.from < one.to
}

fn is_within(inner: &Shift, outer: &Shift) -> bool {
    let days = inner.days.iter().zip(outer.days).all(|(inner, outer)| !inner || outer);
    days && outer.from <= inner.from && inner.to <= outer.to
}

/// The pieces between consecutive beginnings and ends of shifts, each with a level.
fn pieces(shifts: &[Shift], level: &dyn Fn(&[&Shift]) -> u64, most: u64) -> Result<Vec<Shift>, u64> {
    let mut found: Vec<Shift> = vec![];
    for day in 0..7 {
        let today: Vec<&Shift> = shifts.iter().filter(|shift| shift.days[day]).collect();
        let mut marks: Vec<u32> = today.iter().flat_map(|shift| [shift.from, shift.to]).collect();
        marks.sort_unstable();
        marks.dedup();
        for ends in marks.windows(2) {
            let covers = |shift: &&&Shift| shift.from <= ends[0] && ends[1] <= shift.to;
            let there: Vec<&Shift> = today.iter().filter(covers).copied().collect();
            if there.is_empty() {
                continue;
            }
            let sum = level(&there);
            if sum > most {
                return Err(sum);
            }
            let piece = Shift { days: [false; 7], from: ends[0], to: ends[1], level: sum as u32 };
            let same =
                |one: &&mut Shift| (one.from, one.to, one.level) == (piece.from, piece.to, piece.level);
            match found.iter_mut().find(same) {
                Some(same) => same.days[day] = true,
                None => {
                    found.push(piece);
                    found.last_mut().expect("week: a piece was added").days[day] = true;
                }
            }
        }
    }
    Ok(found)
}

/// A shift as written in scenarios.
fn name(shift: &Shift) -> String {
    const DAYS: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
    let days: Vec<&str> = (0..7).filter(|day| shift.days[*day]).map(|day| DAYS[day]).collect();
    let runs = shift.days.windows(2).filter(|two| two[0] != two[1]).count();
    let days = match days[..] {
        _ if shift.days == [true; 7] => "daily".into(),
        [first, .., last] if days.len() > 2 && runs <= 2 && (runs < 2 || !shift.days[0]) => {
            format!("{first}-{last}")
        }
        _ => days.join(","),
    };
    let time = |minute: u32| format!("{:02}:{:02}", minute / 60, minute % 60);
    match (shift.from, shift.to) {
        (0, DAY) => days,
        (from, to) => format!("{days} {}-{}", time(from), time(to)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn week(shifts: &[(&str, u32)]) -> Vec<Shift> {
        shifts.iter().map(|(text, level)| Shift::parse(text, *level).unwrap()).collect()
    }

    fn level(shifts: &[Shift], day: usize, minute: u32) -> u32 {
        let covers = |shift: &&Shift| shift.days[day] && (shift.from..shift.to).contains(&minute);
        let there: Vec<&Shift> = shifts.iter().filter(covers).collect();
        assert!(there.len() <= 1, "{there:?}");
        there.first().map_or(0, |shift| shift.level)
    }

    #[test]
    fn people_of_shifts_that_overlap_are_added_whatever_the_order() {
        for order in [[0, 1, 2], [2, 1, 0], [1, 0, 2]] {
            let all = [("Mon-Fri 08:00-16:00", 3), ("Mon-Fri 12:00-20:00", 2), ("Fri 15:00-17:00", 10)];
            let added = added(week(&order.map(|number| all[number])), 100).unwrap();
            for (day, hour, people) in
                [(0, 9, 3), (0, 13, 5), (0, 17, 2), (4, 15, 15), (4, 16, 12), (5, 13, 0)]
            {
                assert_eq!(level(&added, day, hour * 60), people, "day {day}, {hour}:00");
            }
        }
        let plain = week(&[("Mon-Fri", 3), ("Sat", 0)]);
        assert_eq!(added(plain.clone(), 100).unwrap(), plain, "what does not overlap is not touched");
        let wrong = |shifts: &[(&str, u32)]| added(week(shifts), 100).unwrap_err().message;
        assert!(wrong(&[("Mon-Fri", 60), ("Fri", 41)]).contains("101; allowed: up to 100"));
        assert!(wrong(&[("Mon-Fri", 60), ("Mon", 1), ("Fri", 0)]).contains("takes nobody away"));
    }

    #[test]
    fn a_factor_within_another_multiplies_it_and_other_overlaps_are_refused() {
        for order in [[0, 1, 2], [2, 0, 1], [1, 2, 0]] {
            let all = [("daily", 10), ("Fri", 20), ("Fri 12:00-24:00", 30)];
            let product = multiplied(week(&order.map(|number| all[number])), 10, 1000).unwrap();
            for (day, hour, factor) in [(0, 13, 10), (4, 11, 20), (4, 12, 60), (4, 23, 60), (5, 1, 10)] {
                assert_eq!(level(&product, day, hour * 60), factor, "day {day}, {hour}:00");
            }
        }
        let wrong = |shifts: &[(&str, u32)]| multiplied(week(shifts), 10, 1000).unwrap_err().message;
        assert_eq!(wrong(&[("Mon-Fri", 10), ("Fri,Sat", 20)]), "\"Mon-Fri\" and \"Fri,Sat\" overlap");
        let hours = wrong(&[("Sun-Wed 08:00-16:00", 10), ("daily 12:00-20:00", 20)]);
        assert_eq!(hours, "\"Mon,Tue,Wed,Sun 08:00-16:00\" and \"daily 12:00-20:00\" overlap");
        assert!(wrong(&[("daily", 10), ("Mon-Sun", 20)]).contains("the same part"));
        assert!(wrong(&[("daily", 900), ("Fri", 20)]).contains("multiply to 180; allowed: up to 100"));
    }

    #[test]
    fn every_spelling_of_the_whole_week_is_whole() {
        for shifts in
            [&["always"][..], &["daily"], &["Mon-Sat", "Sun"], &["daily 12:00-24:00", "daily 00:00-13:00"]]
        {
            let shifts: Vec<(&str, u32)> = shifts.iter().map(|text| (*text, 1)).collect();
            assert!(is_whole(&week(&shifts)), "{shifts:?}");
        }
        for shifts in [&["Mon-Sat"][..], &["daily 00:01-24:00"], &["daily 00:00-12:00", "daily 12:01-24:00"]]
        {
            let shifts: Vec<(&str, u32)> = shifts.iter().map(|text| (*text, 1)).collect();
            assert!(!is_whole(&week(&shifts)), "{shifts:?}");
        }
        assert_eq!(mean(&week(&[("Mon-Fri", 12), ("Sat,Sun", 5)])), 10.0);
    }
}
